/*
 * The sample of a workbook: the first sheet that is not hidden and holds a table, its header (below
 * titles, in one row or several), and the rows below. See sniff_inside.h.
 */
#include "ingest/sheet_header.h"
#include "ingest/sheet_reader.h"
#include "ingest/sniff_inside.h"
#include "ingest/totals.h"
#include "store/field.h"

#include <inttypes.h>
#include <stdio.h>

enum { DAY_COLUMNS_MIN = 20 /* of a sheet with a column for each day: 1, 2 ... 31 */ };

/* A sheet that is looked at. */
struct look {
    struct stw_slice answer; /* the sheet a person named; empty: none */
    struct stw_sheet_reader *book;
    struct stw_arena arena; /* of the rows kept */
    struct stw_arena *kept; /* of what outlives them */
    uint32_t sheet;
    struct stw_sheet_top top;
    const struct stw_slice *names; /* of the header; count 0: the sheet has none */
    uint32_t name_count;
    uint32_t first_row; /* kept row below the header */
    uint32_t depth;
    uint64_t header_line; /* its last row */
    /* Of the first row that would be a header, were it not for a name that stands in it twice. */
    struct stw_slice twice, twice_sheet;
    uint64_t twice_line;
};

static bool begins_with_digit(struct stw_slice text)
{
    return text.size > 0 && text.data[0] >= '0' && text.data[0] <= '9';
}

/* Whether names are such as stand above a table of `width` columns; `twice` is one that stands
 * there more than once, or empty. */
static bool look_like_names(const struct stw_slice *names, uint32_t count, uint32_t width,
                            struct stw_slice *twice)
{
    uint32_t texts = 0, digits = 0;
    bool begins_with_word = false;
    *twice = STW_SLICE("");
    for (uint32_t i = 0; i < count; i++) {
        if (names[i].size == 0)
            continue;
        if (texts == 0)
            begins_with_word = !begins_with_digit(names[i]);
        texts++;
        digits += begins_with_digit(names[i]);
        for (uint32_t j = 0; j < i; j++)
            if (stw_slice_equal(names[i], names[j]))
                *twice = names[i];
    }
    return begins_with_word && texts >= 2 && texts * 5 >= width * 3 &&
           (digits == 0 || digits >= DAY_COLUMNS_MIN);
}

static uint32_t count_texts(const struct stw_text_record *record)
{
    uint32_t texts = 0;
    for (uint32_t i = 0; i < record->count; i++)
        texts += record->fields[i].text.size > 0;
    return texts;
}

static int note_twice(struct look *look, struct stw_slice name, uint64_t line,
                      struct stw_error *err)
{
    if (look->twice.size > 0)
        return STW_OK;
    look->twice = stw_arena_copy(look->kept, name);
    look->twice_sheet = stw_sheet_reader_sheet(look->book, look->sheet)->name;
    look->twice_line = line;
    return look->twice.data != NULL ? STW_OK : stw_fail_memory(err, name.size);
}

static int find_names(struct look *look, struct stw_error *err)
{
    const struct stw_sheet_top *top = &look->top;
    uint32_t width = 0;
    for (uint32_t i = 0; i < top->count; i++) {
        uint32_t texts = count_texts(&top->rows[i]);
        width = texts > width ? texts : width;
    }
    look->name_count = 0;
    for (uint32_t i = 0; i < top->count; i++) {
        const struct stw_slice *names;
        uint32_t count, depth = stw_sheet_top_depth(top, i);
        uint64_t last = top->rows[i].line + depth - 1;
        STW_TRY(stw_sheet_top_names(top, last, depth, &names, &count, err));
        if (count > STW_SNIFF_COLUMNS_MAX)
            count = STW_SNIFF_COLUMNS_MAX;
        struct stw_slice twice;
        if (!look_like_names(names, count, width, &twice))
            continue;
        if (twice.size > 0) {
            STW_TRY(note_twice(look, twice, last, err));
            continue;
        }
        look->names = names;
        look->name_count = count;
        look->depth = depth;
        look->header_line = last;
        look->first_row = i;
        while (look->first_row < top->count && top->rows[look->first_row].line <= last)
            look->first_row++;
        return STW_OK;
    }
    return STW_OK;
}

static int look_at(struct look *look, uint32_t sheet, struct stw_error *err)
{
    struct stw_sheet_top *top = &look->top;
    stw_arena_clear(&look->arena);
    look->sheet = sheet;
    *top = (struct stw_sheet_top){.arena = &look->arena};
    STW_TRY(stw_sheet_reader_merges(look->book, sheet, STW_SHEET_TITLE_ROWS_MAX, &top->merges,
                                    &top->merge_count, err));
    STW_TRY(stw_sheet_reader_begin(look->book, sheet, err));
    while (top->count < STW_SHEET_TITLE_ROWS_MAX) {
        struct stw_text_record row;
        int status = stw_sheet_reader_next(look->book, &row, err);
        STW_TRY(status);
        if (status == STW_END)
            break;
        STW_TRY(stw_sheet_top_keep(top, &row, err));
    }
    return find_names(look, err);
}

/* A row below the header, cut or filled to its columns. */
static int take_row(struct stw_sniff_sample *sample, const struct stw_text_record *row,
                    struct stw_error *err)
{
    struct stw_text_record cut = *row;
    if (row->count < sample->column_count) {
        struct stw_text_field *fields =
            STW_ARENA_ARRAY(&sample->arena, struct stw_text_field, sample->column_count);
        if (fields == NULL)
            return stw_fail_memory(err, sample->column_count * sizeof(*fields));
        for (uint32_t i = 0; i < sample->column_count; i++)
            fields[i] =
                i < row->count ? row->fields[i] : (struct stw_text_field){.text = STW_SLICE("")};
        cut.fields = fields;
    }
    cut.count = sample->column_count;
    return stw_record_is_total(&cut) || count_texts(&cut) == 0
               ? STW_OK
               : stw_sniff_keep_row(sample, &cut, err);
}

/* What stands above the header. */
static int take_title(struct stw_sniff_sample *sample, const struct look *look,
                      struct stw_error *err)
{
    struct stw_buffer title;
    stw_buffer_init(&title);
    for (uint32_t i = 0; i < look->top.count; i++)
        if (look->top.rows[i].line + look->depth <= look->header_line)
            stw_text_record_put_title(&look->top.rows[i], &title);
    sample->title = stw_arena_copy(&sample->arena, stw_buffer_slice(&title));
    int status = stw_buffer_status(&title, err);
    if (status == STW_OK && sample->title.data == NULL)
        status = stw_fail_memory(err, title.size);
    stw_buffer_release(&title);
    return status;
}

static int take_rows(struct stw_sniff_sample *sample, struct look *look, struct stw_error *err)
{
    STW_TRY(take_title(sample, look, err));
    STW_TRY(stw_sniff_make_rows(sample, err));
    for (uint32_t i = look->first_row; i < look->top.count; i++)
        STW_TRY(take_row(sample, &look->top.rows[i], err));
    while (sample->row_count < STW_SNIFF_ROWS_MAX) {
        struct stw_text_record row;
        int status = stw_sheet_reader_next(look->book, &row, err);
        STW_TRY(status);
        if (status == STW_END)
            break;
        STW_TRY(take_row(sample, &row, err));
    }
    return STW_OK;
}

/* How many blank cells of a column belong to a merged one that begins above them. */
static uint32_t count_merged(const struct stw_sniff_sample *sample, uint32_t column,
                             const struct stw_xlsx_merge *merges, uint32_t merge_count)
{
    uint32_t count = 0;
    for (uint32_t m = 0; m < merge_count; m++) {
        const struct stw_xlsx_merge *merge = &merges[m];
        for (uint32_t i = 0; merge->first_column == column && i < sample->row_count; i++)
            count += sample->rows[i].line > merge->first_row &&
                     sample->rows[i].line <= merge->last_row &&
                     sample->rows[i].cells[column].size == 0;
    }
    return count;
}

/* Notes the columns all of whose blank cells are parts of merged ones. */
static int note_merged(struct stw_sniff_sample *sample, const struct look *look, uint32_t sheet,
                       struct stw_error *err)
{
    const struct stw_xlsx_merge *merges;
    uint32_t merge_count;
    if (sample->row_count == 0)
        return STW_OK;
    uint64_t last = sample->rows[sample->row_count - 1].line;
    STW_TRY(stw_sheet_reader_merges(look->book, sheet, (uint32_t)last, &merges, &merge_count, err));
    for (uint32_t c = 0; c < sample->column_count; c++) {
        uint32_t blank = 0;
        for (uint32_t i = 0; i < sample->row_count; i++)
            blank += sample->rows[i].cells[c].size == 0;
        sample->columns[c].merged =
            blank > 0 && count_merged(sample, c, merges, merge_count) == blank;
    }
    return STW_OK;
}

static bool same_names(const struct stw_sniff_sample *sample, const struct look *look)
{
    bool same = look->name_count == sample->column_count;
    for (uint32_t i = 0; same && i < look->name_count; i++)
        same = stw_slice_equal(look->names[i], sample->columns[i].header);
    return same;
}

/* The book's names go with the book. */
static int keep_other(struct stw_sniff_sample *sample, int status, struct stw_error *err)
{
    if (status == STW_OK && sample->other.size > 0) {
        sample->other = stw_arena_copy(&sample->arena, sample->other);
        status = sample->other.data != NULL ? STW_OK : stw_fail_memory(err, sizeof(*sample));
    }
    return status;
}

/* The other sheets: all are read where all that hold anything have the same header; else they are
 * named. */
static int compare_sheets(struct stw_sniff_sample *sample, struct look *look, uint32_t chosen,
                          struct stw_buffer *reasons, struct stw_error *err)
{
    uint32_t others = 0, alike = 0;
    struct stw_buffer list, hidden;
    stw_buffer_init(&list);
    stw_buffer_init(&hidden);
    int status = STW_OK;
    for (uint32_t i = 0; i < stw_sheet_reader_sheet_count(look->book) && status == STW_OK; i++) {
        const struct stw_xlsx_sheet *sheet = stw_sheet_reader_sheet(look->book, i);
        if (sheet->hidden && i != chosen)
            stw_buffer_printf(&hidden, "%s'%.*s'", hidden.size > 0 ? ", " : "",
                              STW_SLICE_ARG(sheet->name));
        if (i == chosen || sheet->hidden)
            continue;
        status = look_at(look, i, err);
        if (status < 0 || look->top.count == 0)
            continue;
        if (others++ == 0)
            sample->other = sheet->name;
        alike += same_names(sample, look);
        stw_buffer_printf(&list, "%s'%.*s'", list.size > 0 ? ", " : "", STW_SLICE_ARG(sheet->name));
    }
    bool asked = look->answer.size > 0;
    bool all = asked ? stw_slice_is(look->answer, "all") : others > 0 && alike == others;
    if (all)
        stw_buffer_printf(reasons, "sheet: all %u, %s\n", others + 1,
                          asked ? "as you said" : "as they have the same header");
    else
        stw_buffer_printf(reasons, "sheet: '%.*s', %s\n", STW_SLICE_ARG(sample->sheet),
                          asked ? "as you said" : "the first that holds a table");
    if (others > 0 && !all)
        stw_buffer_printf(reasons, "left out: sheets %.*s; take them in with --sheet NAME\n",
                          STW_SLICE_ARG(stw_buffer_slice(&list)));
    if (hidden.size > 0)
        stw_buffer_printf(reasons, "left out: hidden sheets %.*s\n",
                          STW_SLICE_ARG(stw_buffer_slice(&hidden)));
    if (all)
        sample->sheet = sample->other = (struct stw_slice){"", 0};
    stw_buffer_release(&list);
    stw_buffer_release(&hidden);
    return keep_other(sample, status, err);
}

static int take_sheet(struct stw_sniff_sample *sample, struct look *look, uint32_t sheet,
                      struct stw_buffer *reasons, struct stw_error *err)
{
    STW_TRY(stw_sniff_name_columns(sample, look->names, look->name_count, err));
    sample->header = true;
    sample->header_rows = look->depth;
    sample->sheet = stw_sheet_reader_sheet(look->book, sheet)->name;
    sample->sheet = stw_arena_copy(&sample->arena, sample->sheet);
    if (sample->sheet.data == NULL)
        return stw_fail_memory(err, sizeof(*sample));
    uint64_t line = look->header_line;
    STW_TRY(take_rows(sample, look, err));
    STW_TRY(note_merged(sample, look, sheet, err));
    STW_TRY(compare_sheets(sample, look, sheet, reasons, err));
    if (sample->header_rows > 1)
        stw_buffer_printf(reasons, "header: rows %" PRIu64 " to %" PRIu64 ", merged cells joined\n",
                          line - sample->header_rows + 1, line);
    else
        stw_buffer_printf(reasons, "header: row %" PRIu64 "\n", line);
    return STW_OK;
}

/* Whether a sheet is the one named: by its name, or by its place. */
static bool is_meant(const struct look *look, uint32_t sheet)
{
    char number[16];
    snprintf(number, sizeof(number), "%u", sheet + 1);
    return stw_slice_equal(look->answer, stw_sheet_reader_sheet(look->book, sheet)->name) ||
           stw_slice_is(look->answer, number);
}

/* A template nobody filled in: the sheets behind it are its notes. */
static int fail_empty(struct stw_slice sheet, struct stw_error *err)
{
    stw_fail(err, STW_ERR_INPUT, "sheet '%.*s' has column names and no rows below them",
             STW_SLICE_ARG(sheet));
    stw_error_hint(err, "fill it in, or name the sheet that holds rows with --sheet");
    return STW_ERR_INPUT;
}

static int find_sheet(struct stw_sniff_sample *sample, struct look *look,
                      struct stw_buffer *reasons, struct stw_error *err)
{
    bool asked = look->answer.size > 0 && !stw_slice_is(look->answer, "all");
    bool found = false;
    for (uint32_t i = 0; i < stw_sheet_reader_sheet_count(look->book); i++) {
        if (asked ? !is_meant(look, i) : stw_sheet_reader_sheet(look->book, i)->hidden)
            continue;
        found = true;
        STW_TRY(look_at(look, i, err));
        if (look->name_count > 0 && look->first_row < look->top.count)
            return take_sheet(sample, look, i, reasons, err);
        if (look->name_count > 0 &&
            stw_field_table_named(stw_sheet_reader_sheet(look->book, i)->name))
            return fail_empty(stw_sheet_reader_sheet(look->book, i)->name, err);
    }
    if (asked && !found) {
        stw_fail(err, STW_ERR_USAGE, "the workbook has no sheet '%.*s'",
                 STW_SLICE_ARG(look->answer));
        stw_error_hint(err, "its first sheet is '%.*s'",
                       STW_SLICE_ARG(stw_sheet_reader_sheet(look->book, 0)->name));
        return STW_ERR_USAGE;
    }
    if (look->twice.size > 0) {
        stw_fail(err, STW_ERR_INPUT, "row %" PRIu64 " of sheet '%.*s' names two columns '%.*s'",
                 look->twice_line, STW_SLICE_ARG(look->twice_sheet), STW_SLICE_ARG(look->twice));
        stw_error_hint(err, "give each a name of its own in Excel, or write a column map that "
                            "counts columns, as {number: 4}");
        return STW_ERR_INPUT;
    }
    stw_fail(err, STW_ERR_INPUT, "no sheet has a table: a row of column names, and rows below it");
    stw_error_hint(err,
                   "write a column map that says where it is: format: {sheet: ..., skip: ...}");
    return STW_ERR_INPUT;
}

int stw_sniff_read_sheet(struct stw_sniff_sample *sample, struct stw_input *input,
                         const struct stw_sniff_answers *answers, struct stw_buffer *reasons,
                         struct stw_error *err)
{
    struct look look = {.answer = answers->sheet, .kept = &sample->arena};
    STW_TRY(stw_sheet_reader_open(&look.book, input, err));
    stw_arena_init(&look.arena);
    stw_buffer_printf(reasons, "container: a workbook, by its first bytes\n");
    int status = find_sheet(sample, &look, reasons, err);
    stw_arena_release(&look.arena);
    stw_sheet_reader_close(look.book);
    return status;
}
