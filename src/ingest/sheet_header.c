/* Headers of sheets; see sheet_header.h. */
#include "ingest/sheet_header.h"

#include "ingest/map_container.h"

/* Runs of blanks and line ends (Alt+Enter in Excel) as one blank, none at the ends. */
static struct stw_slice one_line(struct stw_arena *arena, struct stw_slice text)
{
    struct stw_slice copy = stw_arena_copy(arena, text);
    char *bytes = (char *)copy.data;
    size_t size = 0;
    bool blank = false;
    if (bytes == NULL)
        return copy;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        bool is_blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (!is_blank && blank && size > 0)
            bytes[size++] = ' ';
        if (!is_blank)
            bytes[size++] = c;
        blank = is_blank;
    }
    return (struct stw_slice){bytes, size};
}

int stw_sheet_top_keep(struct stw_sheet_top *top, const struct stw_text_record *record,
                       struct stw_error *err)
{
    struct stw_text_field *fields =
        STW_ARENA_ARRAY(top->arena, struct stw_text_field, record->count);
    if (fields == NULL)
        return stw_fail_memory(err, record->count * sizeof(*fields));
    for (uint32_t i = 0; i < record->count; i++) {
        fields[i] = record->fields[i];
        fields[i].text = one_line(top->arena, record->fields[i].text);
        if (fields[i].text.data == NULL)
            return stw_fail_memory(err, record->fields[i].text.size);
    }
    top->rows[top->count] = *record;
    top->rows[top->count++].fields = fields;
    return STW_OK;
}

static const struct stw_text_record *find_row(const struct stw_sheet_top *top, uint64_t number)
{
    for (uint32_t i = 0; i < top->count; i++)
        if (top->rows[i].line == number)
            return &top->rows[i];
    return NULL;
}

static struct stw_slice cell_text(const struct stw_sheet_top *top, uint64_t row, uint32_t column)
{
    const struct stw_text_record *record = find_row(top, row);
    return record == NULL || column >= record->count ? STW_SLICE("") : record->fields[column].text;
}

/* The text of a cell, or of the merged one it lies in, if that begins in the header. */
static struct stw_slice name_part(const struct stw_sheet_top *top, uint64_t first, uint64_t row,
                                  uint32_t column)
{
    for (uint32_t i = 0; i < top->merge_count; i++) {
        const struct stw_xlsx_merge *merge = &top->merges[i];
        if (row >= merge->first_row && row <= merge->last_row && merge->first_row >= first &&
            column >= merge->first_column && column <= merge->last_column)
            return cell_text(top, merge->first_row, merge->first_column);
    }
    return cell_text(top, row, column);
}

static int put_name(const struct stw_sheet_top *top, uint64_t first, uint64_t last, uint32_t column,
                    struct stw_slice *name, struct stw_error *err)
{
    struct stw_slice before = {"", 0};
    struct stw_buffer text;
    stw_buffer_init(&text);
    for (uint64_t row = first; row <= last; row++) {
        struct stw_slice part = name_part(top, first, row, column);
        if (part.size == 0 || stw_slice_equal(part, before))
            continue;
        if (text.size > 0)
            stw_buffer_add_char(&text, ' ');
        stw_buffer_add_slice(&text, part);
        before = part;
    }
    *name = stw_arena_copy(top->arena, stw_buffer_slice(&text));
    int status = stw_buffer_status(&text, err);
    if (status == STW_OK && name->data == NULL)
        status = stw_fail_memory(err, text.size);
    stw_buffer_release(&text);
    return status;
}

int stw_sheet_top_names(const struct stw_sheet_top *top, uint64_t last, uint32_t row_count,
                        const struct stw_slice **names, uint32_t *count, struct stw_error *err)
{
    uint64_t first = last >= row_count ? last - row_count + 1 : 1;
    uint32_t width = 0;
    for (uint64_t row = first; row <= last; row++) {
        const struct stw_text_record *record = find_row(top, row);
        if (record != NULL && record->count > width)
            width = record->count;
    }
    struct stw_slice *list = STW_ARENA_ARRAY(top->arena, struct stw_slice, width);
    if (list == NULL)
        return stw_fail_memory(err, width * sizeof(*list));
    *count = 0;
    for (uint32_t i = 0; i < width; i++) {
        STW_TRY(put_name(top, first, last, i, &list[i], err));
        if (list[i].size > 0)
            *count = i + 1;
    }
    *names = list;
    return STW_OK;
}

/* Whether a merged range of the row has texts of their own below it, cell by cell. */
static bool stands_above_names(const struct stw_sheet_top *top, const struct stw_xlsx_merge *merge)
{
    uint32_t texts = 0;
    for (uint32_t i = merge->first_column; i <= merge->last_column; i++)
        texts += cell_text(top, merge->last_row + 1u, i).size > 0;
    return texts == merge->last_column - merge->first_column + 1;
}

uint32_t stw_sheet_top_depth(const struct stw_sheet_top *top, uint32_t at)
{
    uint64_t row = top->rows[at].line;
    uint64_t last = row;
    for (uint32_t i = 0; i < top->merge_count; i++) {
        const struct stw_xlsx_merge *merge = &top->merges[i];
        if (merge->first_row != row)
            continue;
        if (merge->last_row > last)
            last = merge->last_row;
        if (merge->last_column > merge->first_column && merge->last_row == last &&
            stands_above_names(top, merge))
            last = merge->last_row + 1u;
    }
    uint64_t depth = last - row + 1;
    return depth > STW_MAP_HEADER_ROWS_MAX ? STW_MAP_HEADER_ROWS_MAX : (uint32_t)depth;
}
