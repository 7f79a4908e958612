/* Tables, CSV and JSON on standard output; see sheet.h. */
#include "cli/sheet.h"

#include "base/arena.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "base/suggest.h"
#include "text/escape.h"
#include "text/json_write.h"
#include "text/number.h"
#include "text/width.h"

#include <assert.h>
#include <math.h>

enum { FLUSH_BYTES = 1 << 16, WIDEST_COLUMN = 60 };

struct stw_sheet {
    FILE *file;
    enum stw_sheet_format format;
    uint32_t column_count;
    struct stw_arena arena; /* titles, and the rows being measured */
    struct stw_sheet_column *columns;
    size_t *widths;
    struct stw_cell *held; /* rows not printed yet, row by row */
    uint32_t held_count;
    bool measuring;
    struct stw_buffer out;
    struct stw_json json;
};

struct stw_cell stw_cell_double(double value, char *text, size_t size)
{
    assert(size >= STW_NUMBER_DOUBLE_SIZE);
    stw_number_format_double(value, text);
    enum stw_cell_kind kind = isfinite(value) ? STW_CELL_NUMBER : STW_CELL_EMPTY;
    return (struct stw_cell){kind, stw_slice_of(text)};
}

int stw_sheet_format_parse(const char *name, enum stw_sheet_format *format, struct stw_error *err)
{
    static const char *const names[] = {"table", "csv", "json"};
    *format = STW_SHEET_TABLE;
    if (name == NULL)
        return STW_OK;
    struct stw_suggest suggest;
    stw_suggest_init(&suggest, stw_slice_of(name));
    for (int i = 0; i < 3; i++) {
        if (strcmp(name, names[i]) == 0) {
            *format = (enum stw_sheet_format)i;
            return STW_OK;
        }
        stw_suggest_offer(&suggest, stw_slice_of(names[i]));
    }
    int status = stw_fail(err, STW_ERR_USAGE, "'%s' is not a format: table, csv or json", name);
    if (suggest.best.data != NULL)
        stw_error_hint(err, "did you mean %.*s?", STW_SLICE_ARG(suggest.best));
    return status;
}

static int write_out(struct stw_sheet *sheet, bool all, struct stw_error *err)
{
    STW_TRY(stw_buffer_status(&sheet->out, err));
    if (!all && sheet->out.size < FLUSH_BYTES)
        return STW_OK;
    if (fwrite(sheet->out.data, 1, sheet->out.size, sheet->file) != sheet->out.size)
        return stw_fail(err, STW_ERR_IO, "cannot write the output");
    stw_buffer_clear(&sheet->out);
    return STW_OK;
}

static void put_csv_titles(struct stw_sheet *sheet, bool bom)
{
    if (bom)
        stw_buffer_add_text(&sheet->out, "\xef\xbb\xbf");
    for (uint32_t i = 0; i < sheet->column_count; i++) {
        if (i > 0)
            stw_buffer_add_char(&sheet->out, ',');
        stw_escape_csv_text(&sheet->out, sheet->columns[i].title, ',');
    }
    stw_buffer_add_text(&sheet->out, "\r\n");
}

int stw_sheet_open(struct stw_sheet **out, FILE *file, enum stw_sheet_format format, bool bom,
                   const struct stw_sheet_column *columns, uint32_t column_count,
                   struct stw_error *err)
{
    if (column_count > STW_SHEET_COLUMNS_MAX)
        return stw_fail(err, STW_ERR_LIMIT, "more than %d columns", STW_SHEET_COLUMNS_MAX);
    struct stw_sheet *sheet = stw_alloc_zero(1, sizeof(*sheet));
    if (sheet == NULL)
        return stw_fail_memory(err, sizeof(*sheet));
    sheet->file = file;
    sheet->format = format;
    sheet->column_count = column_count;
    sheet->measuring = format == STW_SHEET_TABLE;
    stw_arena_init(&sheet->arena);
    stw_buffer_init(&sheet->out);
    sheet->columns = STW_ARENA_ARRAY(&sheet->arena, struct stw_sheet_column, column_count);
    sheet->widths = STW_ARENA_ARRAY(&sheet->arena, size_t, column_count);
    size_t cells = sheet->measuring ? (size_t)STW_SHEET_MEASURED * column_count : 0;
    sheet->held = STW_ARENA_ARRAY(&sheet->arena, struct stw_cell, cells);
    *out = sheet;
    if (sheet->columns == NULL || sheet->widths == NULL || sheet->held == NULL)
        return stw_fail_memory(err, cells * sizeof(struct stw_cell));
    for (uint32_t i = 0; i < column_count; i++) {
        sheet->columns[i].number = columns[i].number;
        sheet->columns[i].title = stw_arena_copy(&sheet->arena, columns[i].title);
        sheet->widths[i] = stw_text_width(columns[i].title);
    }
    stw_json_init(&sheet->json, &sheet->out, STW_JSON_COMPACT);
    if (format == STW_SHEET_CSV)
        put_csv_titles(sheet, bom);
    if (format == STW_SHEET_JSON)
        stw_json_array(&sheet->json);
    return STW_OK;
}

static void put_table_cell(struct stw_sheet *sheet, uint32_t column, struct stw_slice text)
{
    bool right = sheet->columns[column].number;
    if (column > 0)
        stw_buffer_add_text(&sheet->out, "  ");
    /* The last column may be as wide as it is. */
    if (column + 1 == sheet->column_count && !right)
        stw_text_put_visible(&sheet->out, text);
    else
        stw_text_pad(&sheet->out, text, sheet->widths[column],
                     right ? STW_ALIGN_RIGHT : STW_ALIGN_LEFT);
}

/* No blanks at the ends of lines. */
static void end_table_line(struct stw_sheet *sheet)
{
    while (sheet->out.size > 0 && sheet->out.data[sheet->out.size - 1] == ' ')
        sheet->out.size--;
    stw_buffer_add_char(&sheet->out, '\n');
}

static void put_table_row(struct stw_sheet *sheet, const struct stw_cell *cells)
{
    for (uint32_t i = 0; i < sheet->column_count; i++)
        put_table_cell(sheet, i, cells[i].text);
    end_table_line(sheet);
}

/* Ends the measuring: prints titles, a rule, and the rows held. */
static void print_held(struct stw_sheet *sheet)
{
    static const char dashes[] = "------------------------------------------------------------";
    sheet->measuring = false;
    for (uint32_t i = 0; i < sheet->column_count; i++)
        put_table_cell(sheet, i, sheet->columns[i].title);
    stw_buffer_add_char(&sheet->out, '\n');
    for (uint32_t i = 0; i < sheet->column_count; i++)
        put_table_cell(sheet, i, (struct stw_slice){dashes, sheet->widths[i]});
    stw_buffer_add_char(&sheet->out, '\n');
    for (uint32_t row = 0; row < sheet->held_count; row++)
        put_table_row(sheet, &sheet->held[(size_t)row * sheet->column_count]);
    sheet->held_count = 0;
}

static int hold_row(struct stw_sheet *sheet, const struct stw_cell *cells, struct stw_error *err)
{
    struct stw_cell *held = &sheet->held[(size_t)sheet->held_count * sheet->column_count];
    for (uint32_t i = 0; i < sheet->column_count; i++) {
        held[i].kind = cells[i].kind;
        held[i].text = stw_arena_copy(&sheet->arena, cells[i].text);
        if (held[i].text.data == NULL)
            return stw_fail_memory(err, cells[i].text.size);
        size_t width = stw_text_width(cells[i].text);
        if (width > WIDEST_COLUMN)
            width = WIDEST_COLUMN;
        if (width > sheet->widths[i])
            sheet->widths[i] = width;
    }
    if (++sheet->held_count == STW_SHEET_MEASURED)
        print_held(sheet);
    return STW_OK;
}

static void put_csv_row(struct stw_sheet *sheet, const struct stw_cell *cells)
{
    for (uint32_t i = 0; i < sheet->column_count; i++) {
        if (i > 0)
            stw_buffer_add_char(&sheet->out, ',');
        if (cells[i].kind == STW_CELL_TEXT)
            stw_escape_csv_text(&sheet->out, cells[i].text, ',');
        else if (cells[i].kind != STW_CELL_EMPTY)
            stw_escape_csv_number(&sheet->out, cells[i].text, ',');
    }
    stw_buffer_add_text(&sheet->out, "\r\n");
}

static void put_json_row(struct stw_sheet *sheet, const struct stw_cell *cells)
{
    struct stw_json *json = &sheet->json;
    stw_json_object(json);
    for (uint32_t i = 0; i < sheet->column_count; i++) {
        stw_json_key_slice(json, sheet->columns[i].title);
        switch (cells[i].kind) {
        case STW_CELL_TEXT:
            stw_json_text(json, cells[i].text);
            break;
        case STW_CELL_NUMBER:
            stw_json_number(json, cells[i].text);
            break;
        case STW_CELL_BOOL:
            stw_json_bool(json, stw_slice_is(cells[i].text, "true"));
            break;
        case STW_CELL_EMPTY:
            stw_json_null(json);
            break;
        }
    }
    stw_json_end(json);
    /* A row a line: readable, and it works with line tools. */
    stw_buffer_add_char(&sheet->out, '\n');
}

int stw_sheet_row(struct stw_sheet *sheet, const struct stw_cell *cells, struct stw_error *err)
{
    if (sheet->measuring)
        STW_TRY(hold_row(sheet, cells, err));
    else if (sheet->format == STW_SHEET_TABLE)
        put_table_row(sheet, cells);
    else if (sheet->format == STW_SHEET_CSV)
        put_csv_row(sheet, cells);
    else
        put_json_row(sheet, cells);
    return write_out(sheet, false, err);
}

int stw_sheet_close(struct stw_sheet *sheet, struct stw_error *err)
{
    if (sheet == NULL)
        return STW_OK;
    if (sheet->measuring)
        print_held(sheet);
    if (sheet->format == STW_SHEET_JSON) {
        stw_json_end(&sheet->json);
        stw_buffer_add_char(&sheet->out, '\n');
    }
    int status = write_out(sheet, true, err);
    stw_buffer_release(&sheet->out);
    stw_arena_release(&sheet->arena);
    stw_free(sheet);
    return status;
}
