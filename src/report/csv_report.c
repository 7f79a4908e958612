/* Tables as CSV files; see csv_report.h. */
#include "report/csv_report.h"

#include "report/markup.h"
#include "text/escape.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { PATH_SIZE = 512 };

static const char BYTE_ORDER_MARK[] = "\xEF\xBB\xBF";

void stw_csv_table_name(uint32_t number, const struct stw_report_table *table,
                        char name[static STW_CSV_NAME_SIZE])
{
    char stem[STW_CSV_NAME_SIZE - 20];
    size_t size = 0;
    for (size_t i = 0; i < table->id.size && size + 1 < sizeof(stem); i++) {
        char c = table->id.data[i];
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')
            stem[size++] = c;
    }
    stem[size] = '\0';
    snprintf(name, STW_CSV_NAME_SIZE, "%02" PRIu32 "-%s.csv", number, size > 0 ? stem : "table");
}

/* One cell, after a comma where it is not the first. */
static void put_text(struct stw_buffer *out, struct stw_slice text)
{
    struct stw_buffer clean;
    stw_buffer_init(&clean);
    stw_markup_clean(&clean, text);
    out->failed |= clean.failed;
    stw_escape_csv_text(out, stw_buffer_slice(&clean), ',');
    stw_buffer_release(&clean);
}

static void put_number(struct stw_buffer *out, const struct stw_datum *value)
{
    struct stw_buffer text;
    stw_buffer_init(&text);
    stw_datum_plain(value, &text);
    out->failed |= text.failed;
    stw_escape_csv_number(out, stw_buffer_slice(&text), ',');
    stw_buffer_release(&text);
}

static void put_shown(enum stw_language language, struct stw_buffer *out,
                      const struct stw_datum *value)
{
    struct stw_buffer text;
    stw_buffer_init(&text);
    stw_datum_show(language, value, &text);
    out->failed |= text.failed;
    put_text(out, stw_buffer_slice(&text));
    stw_buffer_release(&text);
}

static void put_title(enum stw_language language, const struct stw_report_column *column,
                      enum stw_word around, struct stw_buffer *out)
{
    struct stw_buffer title;
    stw_buffer_init(&title);
    struct stw_datum name = stw_datum_text(column->title);
    if (around == STW_WORD_COUNT)
        stw_buffer_add_slice(&title, column->title);
    else
        stw_datum_fill(language, around, &name, 1, &title);
    if (column->unit.size > 0) {
        stw_buffer_add_text(&title, " (");
        stw_buffer_add_slice(&title, column->unit);
        stw_buffer_add_char(&title, ')');
    }
    out->failed |= title.failed;
    put_text(out, stw_buffer_slice(&title));
    stw_buffer_release(&title);
}

static bool has_row_notes(const struct stw_report_table *table)
{
    for (const struct stw_report_row *row = table->first; row != NULL; row = row->next) {
        if (row->note.size > 0)
            return true;
    }
    return false;
}

static void put_header(enum stw_language language, const struct stw_report_table *table, bool notes,
                       struct stw_buffer *out)
{
    for (uint32_t i = 0; i < table->column_count; i++) {
        const struct stw_report_column *column = &table->columns[i];
        if (i > 0)
            stw_buffer_add_char(out, ',');
        put_title(language, column, STW_WORD_COUNT, out);
        if (column->kind != STW_DATUM_INTERVAL)
            continue;
        stw_buffer_add_char(out, ',');
        put_title(language, column, STW_WORD_INTERVAL_LOW, out);
        stw_buffer_add_char(out, ',');
        put_title(language, column, STW_WORD_INTERVAL_HIGH, out);
    }
    if (notes) {
        stw_buffer_add_char(out, ',');
        put_text(out, stw_slice_of(stw_word(language, STW_WORD_NOTE)));
    }
    stw_buffer_add_text(out, "\r\n");
}

static void put_cell(enum stw_language language, const struct stw_datum *value,
                     struct stw_buffer *out)
{
    if (value->kind == STW_DATUM_TEXT)
        put_text(out, value->text);
    else if (value->kind == STW_DATUM_ABSENT)
        put_shown(language, out, value);
    else
        put_number(out, value);
}

static void put_bounds(const struct stw_datum *value, struct stw_buffer *out)
{
    bool known = value->kind == STW_DATUM_INTERVAL;
    for (int i = 0; i < 2; i++) {
        stw_buffer_add_char(out, ',');
        if (!known)
            continue;
        struct stw_datum bound =
            stw_datum_real(i == 0 ? value->interval.low : value->interval.high, value->digits);
        put_number(out, &bound);
    }
}

void stw_csv_table(enum stw_language language, const struct stw_report_table *table,
                   struct stw_buffer *out)
{
    bool notes = has_row_notes(table);
    stw_buffer_add_text(out, BYTE_ORDER_MARK);
    put_header(language, table, notes, out);
    for (const struct stw_report_row *row = table->first; row != NULL; row = row->next) {
        for (uint32_t i = 0; i < table->column_count; i++) {
            if (i > 0)
                stw_buffer_add_char(out, ',');
            put_cell(language, &row->cells[i].value, out);
            if (table->columns[i].kind == STW_DATUM_INTERVAL)
                put_bounds(&row->cells[i].value, out);
        }
        if (notes) {
            stw_buffer_add_char(out, ',');
            put_text(out, row->note);
        }
        stw_buffer_add_text(out, "\r\n");
    }
}

/* ---- The list of what was written ------------------------------------------------------------ */

/* Digits, a hyphen, what stw_csv_table_name makes of an id, ".csv": nothing else in a list is ours,
 * whoever wrote it. */
static bool is_table_name(struct stw_slice name)
{
    struct stw_slice ending = STW_SLICE(".csv");
    size_t digits = 0, stem = name.size - ending.size;
    if (name.size <= ending.size || memcmp(name.data + stem, ending.data, ending.size) != 0)
        return false;
    while (digits < stem && name.data[digits] >= '0' && name.data[digits] <= '9')
        digits++;
    if (digits < 2 || digits + 1 >= stem || name.data[digits] != '-')
        return false;
    for (size_t i = digits; i < stem; i++) {
        char c = name.data[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-')
            return false;
    }
    return true;
}

/* The first line of `list`, which is left with the others. */
static struct stw_slice take_line(struct stw_slice *list)
{
    const char *end = memchr(list->data, '\n', list->size);
    struct stw_slice line = {list->data, end == NULL ? list->size : (size_t)(end - list->data)};
    size_t taken = line.size + (end != NULL);
    *list = (struct stw_slice){list->data + taken, list->size - taken};
    return line;
}

static bool is_listed(struct stw_slice list, struct stw_slice name)
{
    while (list.size > 0)
        if (stw_slice_equal(take_line(&list), name))
            return true;
    return false;
}

/* Removes the tables that an earlier report left here and this one does not have. */
static int remove_stale(struct stw_slice earlier, struct stw_slice present, const struct stw_io *io,
                        const char *folder, struct stw_error *err)
{
    while (earlier.size > 0) {
        char name[STW_CSV_NAME_SIZE], path[PATH_SIZE];
        struct stw_slice line = take_line(&earlier);
        if (line.size >= sizeof(name) || !is_table_name(line) || is_listed(present, line))
            continue;
        snprintf(name, sizeof(name), "%.*s", STW_SLICE_ARG(line));
        STW_TRY(stw_path_join(path, sizeof(path), folder, name, err));
        if (stw_io_exists(path))
            STW_TRY(stw_io_remove(io, path, err));
    }
    return STW_OK;
}

/* Puts `present` in place of the list of an earlier report, whose other tables go. */
static int replace_list(struct stw_slice present, const struct stw_io *io, const char *folder,
                        struct stw_error *err)
{
    char path[PATH_SIZE];
    struct stw_buffer earlier;
    STW_TRY(stw_path_join(path, sizeof(path), folder, STW_CSV_LIST_NAME, err));
    stw_buffer_init(&earlier);
    int status = STW_OK;
    if (stw_io_exists(path))
        status = stw_file_load(io, path, STW_CSV_LIST_BYTES_MAX, &earlier, err);
    if (status == STW_OK)
        status = remove_stale(stw_buffer_slice(&earlier), present, io, folder, err);
    stw_buffer_release(&earlier);
    return status == STW_OK ? stw_file_replace(io, path, present, err) : status;
}

/* ---- All ------------------------------------------------------------------------------------- */

static int write_table(enum stw_language language, const struct stw_report_table *table,
                       uint32_t number, const struct stw_io *io, const char *folder,
                       struct stw_buffer *list, struct stw_error *err)
{
    char name[STW_CSV_NAME_SIZE], path[PATH_SIZE];
    stw_csv_table_name(number, table, name);
    stw_buffer_printf(list, "%s\n", name);
    STW_TRY(stw_path_join(path, sizeof(path), folder, name, err));
    struct stw_buffer out;
    stw_buffer_init(&out);
    stw_csv_table(language, table, &out);
    int status = stw_buffer_status(&out, err);
    if (status == STW_OK)
        status = stw_file_replace(io, path, stw_buffer_slice(&out), err);
    stw_buffer_release(&out);
    return status;
}

static int write_tables(const struct stw_report *report, const struct stw_io *io,
                        const char *folder, struct stw_buffer *list, struct stw_error *err)
{
    uint32_t number = 0;
    for (const struct stw_report_section *section = report->first; section != NULL;
         section = section->next)
        for (const struct stw_report_block *block = section->first; block != NULL;
             block = block->next)
            if (block->kind == STW_BLOCK_TABLE)
                STW_TRY(
                    write_table(report->language, block->table, ++number, io, folder, list, err));
    return stw_buffer_status(list, err);
}

int stw_report_csv(const struct stw_report *report, const struct stw_io *io, const char *folder,
                   struct stw_error *err)
{
    STW_TRY(stw_report_status(report, err));
    STW_TRY(stw_io_make_folder(io, folder, err));
    struct stw_buffer list;
    stw_buffer_init(&list);
    int status = write_tables(report, io, folder, &list, err);
    if (status == STW_OK)
        status = replace_list(stw_buffer_slice(&list), io, folder, err);
    stw_buffer_release(&list);
    return status;
}
