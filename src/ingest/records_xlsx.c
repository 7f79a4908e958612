/*
 * Records of a workbook: the sheets the map names, each with its header found below the titles. See
 * records.h and map_container.h.
 */
#include "base/memory.h"
#include "base/suggest.h"
#include "ingest/header_names.h"
#include "ingest/records_inside.h"
#include "ingest/sheet_header.h"
#include "ingest/sheet_reader.h"

#include <stdio.h>

struct xlsx_records {
    struct stw_input *input;
    const struct stw_map *map;
    struct stw_sheet_reader *book;
    struct stw_arena arena;
    uint32_t *sheets; /* to read, in order */
    uint32_t sheet_count, sheet_at;
    bool in_sheet;
    bool header_to_come;
    bool row_waits; /* `waiting` was read and not handed out */
    struct stw_text_record waiting;
    struct stw_header_names wanted;
    struct stw_arena top_arena; /* the rows down to the header, of one sheet */
    struct stw_sheet_top top;
    struct stw_buffer title;      /* what stands above the header */
    struct stw_text_field *names; /* of the header, in top_arena */
    uint32_t header_width;
};

/* ---- Sheets ---------------------------------------------------------------------------------- */

static int fail_sheet(struct xlsx_records *records, const struct stw_map_sheet *sheet,
                      struct stw_error *err)
{
    uint32_t count = stw_sheet_reader_sheet_count(records->book);
    struct stw_suggest suggest;
    if (sheet->name.data == NULL) {
        stw_fail(err, STW_ERR_INPUT, "the workbook has %u sheets, not %u", count, sheet->number);
        stw_error_where(err, "%s", stw_input_path(records->input));
        return STW_ERR_INPUT;
    }
    stw_fail(err, STW_ERR_INPUT, "the workbook has no sheet '%.*s'", STW_SLICE_ARG(sheet->name));
    stw_error_where(err, "%s", stw_input_path(records->input));
    stw_suggest_init(&suggest, sheet->name);
    for (uint32_t i = 0; i < count; i++)
        stw_suggest_offer(&suggest, stw_sheet_reader_sheet(records->book, i)->name);
    struct stw_slice best = suggest.best;
    if (best.data == NULL)
        best = stw_sheet_reader_sheet(records->book, 0)->name;
    stw_error_hint(err, "%s '%.*s'", suggest.best.data != NULL ? "did you mean" : "it begins with",
                   STW_SLICE_ARG(best));
    return STW_ERR_INPUT;
}

static int find_sheet(struct xlsx_records *records, const struct stw_map_sheet *sheet,
                      struct stw_error *err)
{
    uint32_t count = stw_sheet_reader_sheet_count(records->book);
    for (uint32_t i = 0; i < count; i++) {
        struct stw_slice name = stw_sheet_reader_sheet(records->book, i)->name;
        bool meant =
            sheet->name.data == NULL ? i + 1 == sheet->number : stw_slice_equal(name, sheet->name);
        if (!meant)
            continue;
        records->sheets[records->sheet_count++] = i;
        return STW_OK;
    }
    return fail_sheet(records, sheet, err);
}

/* The sheets named; without a name the first that is not hidden, or all of those. */
static int choose_sheets(struct xlsx_records *records, struct stw_error *err)
{
    const struct stw_map_container *container = &records->map->container;
    uint32_t count = stw_sheet_reader_sheet_count(records->book);
    uint32_t room = count > container->sheet_count ? count : container->sheet_count;
    records->sheets = STW_ARENA_ARRAY(&records->arena, uint32_t, room);
    if (records->sheets == NULL)
        return stw_fail_memory(err, room * sizeof(*records->sheets));
    for (uint32_t i = 0; i < container->sheet_count; i++)
        STW_TRY(find_sheet(records, &container->sheets[i], err));
    for (uint32_t i = 0; i < count && container->sheet_count == 0; i++)
        if (!stw_sheet_reader_sheet(records->book, i)->hidden &&
            (container->all_sheets || records->sheet_count == 0))
            records->sheets[records->sheet_count++] = i;
    if (records->sheet_count == 0)
        return stw_fail(err, STW_ERR_INPUT, "all sheets of %s are hidden: name the one to read",
                        stw_input_path(records->input));
    return STW_OK;
}

static int begin_sheet(struct xlsx_records *records, struct stw_error *err)
{
    uint32_t sheet = records->sheets[records->sheet_at];
    struct stw_sheet_top *top = &records->top;
    stw_arena_clear(&records->top_arena);
    stw_buffer_clear(&records->title);
    *top = (struct stw_sheet_top){.arena = &records->top_arena};
    records->header_to_come = records->map->container.header;
    if (records->header_to_come && records->map->container.header_rows > 1)
        STW_TRY(stw_sheet_reader_merges(records->book, sheet, STW_SHEET_TITLE_ROWS_MAX,
                                        &top->merges, &top->merge_count, err));
    STW_TRY(stw_sheet_reader_begin(records->book, sheet, err));
    records->in_sheet = true;
    return STW_OK;
}

/* ---- The header ------------------------------------------------------------------------------ */

static int give_header(struct xlsx_records *records, const struct stw_slice *names, uint32_t count,
                       uint64_t line, struct stw_text_record *record, struct stw_error *err)
{
    records->names = STW_ARENA_ARRAY(&records->top_arena, struct stw_text_field, count);
    if (records->names == NULL)
        return stw_fail_memory(err, count * sizeof(*records->names));
    for (uint32_t i = 0; i < count; i++)
        records->names[i].text = names[i];
    stw_sheet_reader_set_width(records->book, count);
    records->header_width = count;
    records->header_to_come = false;
    STW_TRY(stw_buffer_status(&records->title, err));
    *record = (struct stw_text_record){
        .fields = records->names,
        .count = count,
        .is_header = true,
        .line = line,
        .title = stw_buffer_slice(&records->title),
        .sheet = stw_sheet_reader_sheet(records->book, records->sheets[records->sheet_at])->name,
    };
    return STW_OK;
}

static int fail_no_header(struct xlsx_records *records, struct stw_error *err)
{
    char sheet[STW_ERROR_WHERE_SIZE];
    snprintf(sheet, sizeof(sheet), "sheet '%.*s'",
             STW_SLICE_ARG(
                 stw_sheet_reader_sheet(records->book, records->sheets[records->sheet_at])->name));
    int status = stw_header_names_fail(&records->wanted, sheet, err);
    stw_error_where(err, "%s", stw_input_path(records->input));
    stw_error_hint(err, "%s",
                   records->sheet_count > 1 ? "name the sheets to read: sheets: [...]"
                                            : "look at the sheet, the map's columns and 'header'");
    return status;
}

/* Whether a merged cell of the header that ends with this row reaches further down. */
static bool goes_on(const struct stw_sheet_top *top, uint64_t line, uint32_t depth)
{
    for (uint32_t i = 0; i < top->merge_count; i++) {
        const struct stw_xlsx_merge *merge = &top->merges[i];
        if (merge->first_row <= line && merge->last_row > line && merge->first_row + depth > line &&
            merge->last_row < merge->first_row + depth)
            return true;
    }
    return false;
}

static int find_header(struct xlsx_records *records, struct stw_text_record *record,
                       struct stw_error *err)
{
    uint32_t depth = records->map->container.header_rows;
    while (records->top.count < STW_SHEET_TITLE_ROWS_MAX) {
        struct stw_text_record row;
        const struct stw_slice *names;
        uint32_t count;
        int status = stw_sheet_reader_next(records->book, &row, err);
        if (status == STW_END && records->top.count == 0)
            return STW_END;
        if (status == STW_END)
            break;
        STW_TRY(status);
        STW_TRY(stw_sheet_top_keep(&records->top, &row, err));
        STW_TRY(stw_sheet_top_names(&records->top, row.line, depth, &names, &count, err));
        if (stw_header_names_match(&records->wanted, names, count, row.line) &&
            !goes_on(&records->top, row.line, depth))
            return give_header(records, names, count, row.line, record, err);
        stw_text_record_put_title(&row, &records->title);
    }
    return fail_no_header(records, err);
}

/* The first row with cells behind the lines to skip, and the ones that belong to it. */
static int count_header(struct xlsx_records *records, struct stw_text_record *record,
                        struct stw_error *err)
{
    const struct stw_map_container *container = &records->map->container;
    const struct stw_slice *names;
    uint64_t last = 0;
    uint32_t count;
    for (;;) {
        int status = stw_sheet_reader_next(records->book, &records->waiting, err);
        STW_TRY(status);
        if (status == STW_END && records->top.count == 0)
            return STW_END;
        if (status == STW_OK && records->waiting.line <= container->skip) {
            stw_text_record_put_title(&records->waiting, &records->title);
            continue;
        }
        if (last == 0)
            last = records->waiting.line + container->header_rows - 1;
        records->row_waits = status == STW_OK && records->waiting.line > last;
        if (status == STW_END || records->row_waits)
            break;
        STW_TRY(stw_sheet_top_keep(&records->top, &records->waiting, err));
        if (records->waiting.line == last)
            break;
    }
    STW_TRY(stw_sheet_top_names(&records->top, last, container->header_rows, &names, &count, err));
    return give_header(records, names, count, last, record, err);
}

/* ---- Records --------------------------------------------------------------------------------- */

static bool is_blank(const struct stw_text_record *record)
{
    for (uint32_t i = 0; i < record->count; i++)
        if (record->fields[i].text.size > 0 || record->fields[i].kind == STW_RECORD_NO_RESULT)
            return false;
    return true;
}

/* The next row of the sheet with something in it, cut to the header's columns: what stands beside
 * the table has no name. */
static int next_row(struct xlsx_records *records, struct stw_text_record *record,
                    struct stw_error *err)
{
    do {
        int status = STW_OK;
        if (records->row_waits)
            *record = records->waiting;
        else
            status = stw_sheet_reader_next(records->book, record, err);
        records->row_waits = false;
        if (status != STW_OK)
            return status;
        if (records->map->container.header && record->count > records->header_width) {
            record->count = records->header_width;
            record->problem = STW_RECORD_FINE;
        }
    } while (is_blank(record) ||
             (!records->map->container.header && record->line <= records->map->container.skip));
    return STW_OK;
}

static int next(void *reader, struct stw_text_record *record, struct stw_error *err)
{
    struct xlsx_records *records = reader;
    for (;;) {
        if (!records->in_sheet && records->sheet_at == records->sheet_count)
            return STW_END;
        if (!records->in_sheet)
            STW_TRY(begin_sheet(records, err));
        bool find = stw_map_container_finds(&records->map->container, STW_CONTAINER_XLSX);
        int status = !records->header_to_come ? next_row(records, record, err)
                     : find                   ? find_header(records, record, err)
                                              : count_header(records, record, err);
        if (status != STW_END)
            return status;
        records->in_sheet = false;
        records->sheet_at++;
    }
}

static void close_xlsx(void *reader)
{
    struct xlsx_records *records = reader;
    if (records == NULL)
        return;
    stw_sheet_reader_close(records->book);
    stw_arena_release(&records->arena);
    stw_arena_release(&records->top_arena);
    stw_buffer_release(&records->title);
    stw_free(records);
}

static int open_xlsx(void **reader, struct stw_input *input, const struct stw_map *map,
                     struct stw_error *err)
{
    struct xlsx_records *records = stw_alloc_zero(1, sizeof(*records));
    if (records == NULL)
        return stw_fail_memory(err, sizeof(*records));
    records->input = input;
    records->map = map;
    stw_arena_init(&records->arena);
    stw_arena_init(&records->top_arena);
    stw_buffer_init(&records->title);
    int status = stw_sheet_reader_open(&records->book, input, err);
    if (status == STW_OK)
        status = choose_sheets(records, err);
    if (status == STW_OK)
        status = stw_header_names_init(&records->wanted, map, &records->arena, err);
    if (status < 0) {
        close_xlsx(records);
        return status;
    }
    *reader = records;
    return STW_OK;
}

const struct stw_records_reader stw_records_of_xlsx = {open_xlsx, next, close_xlsx,
                                                       NULL,      NULL, NULL};
