/*
 * A table as CSV and the column map that reads it back as it was: decimals and integers exact,
 * times in UTC to the nanosecond, no value as nothing, an empty text as "". Meant for programs:
 * texts stand as they are, so a spreadsheet may take one for a formula.
 */
#include "export/export_inside.h"

#include "base/memory.h"
#include "text/number.h"
#include "time/stamp.h"

#include <stdio.h>

enum { FLUSH_BYTES = 1 << 20 };

struct csv_file {
    const struct stw_export_rows *rows;
    struct stw_zone *utc;
    struct stw_file file;
    uint64_t at; /* written so far */
    struct stw_buffer out;
    uint64_t row_count;
};

static bool needs_quotes(struct stw_slice text)
{
    if (text.size == 0 || text.data[0] == ' ' || text.data[0] == '\t' ||
        text.data[text.size - 1] == ' ' || text.data[text.size - 1] == '\t')
        return true;
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] == ',' || text.data[i] == '"' || text.data[i] == '\n' ||
            text.data[i] == '\r')
            return true;
    return stw_slice_starts(text, STW_SLICE("\xef\xbb\xbf")); /* not to be taken for a mark */
}

static void put_text(struct stw_buffer *out, struct stw_slice text)
{
    if (!needs_quotes(text)) {
        stw_buffer_add_slice(out, text);
        return;
    }
    stw_buffer_add_char(out, '"');
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '"')
            stw_buffer_add_char(out, '"');
        stw_buffer_add_char(out, text.data[i]);
    }
    stw_buffer_add_char(out, '"');
}

static void put_time(struct csv_file *csv, int64_t time_ns)
{
    char text[STW_STAMP_TEXT_SIZE];
    stw_stamp_to_iso(csv->utc, time_ns, text);
    stw_buffer_add_text(&csv->out, text);
}

static void put_value(struct csv_file *csv, const struct stw_vector *vector, uint32_t row)
{
    char text[STW_DECIMAL_TEXT_SIZE], real[STW_NUMBER_DOUBLE_SIZE];
    if (!stw_vector_has(vector, row))
        return;
    switch (vector->type) {
    case STW_TYPE_DECIMAL:
        stw_decimal_format(stw_vector_decimal(vector, row), true, text);
        stw_buffer_add_text(&csv->out, text);
        break;
    case STW_TYPE_FLOAT:
        stw_number_format_double(vector->floats[row], real);
        stw_buffer_add_text(&csv->out, real);
        break;
    case STW_TYPE_INT:
        stw_buffer_printf(&csv->out, "%lld", (long long)vector->ints[row]);
        break;
    case STW_TYPE_BOOL:
        stw_buffer_add_text(&csv->out, vector->ints[row] != 0 ? "true" : "false");
        break;
    case STW_TYPE_TIME:
        put_time(csv, vector->ints[row]);
        break;
    case STW_TYPE_TEXT:
        put_text(&csv->out, stw_vector_text(vector, row));
        break;
    }
}

static int flush(struct csv_file *csv, struct stw_error *err)
{
    STW_TRY(stw_buffer_status(&csv->out, err));
    STW_TRY(stw_file_write(&csv->file, csv->at, csv->out.data, csv->out.size, err));
    csv->at += csv->out.size;
    stw_buffer_clear(&csv->out);
    return STW_OK;
}

static int put_run(void *context, const struct stw_run *run, struct stw_error *err)
{
    struct csv_file *csv = context;
    const struct stw_table *table = csv->rows->table;
    struct stw_series series = stw_view_series(csv->rows->export->view, table);
    struct stw_slice key = stw_series_key(&series, run->series);
    for (uint32_t row = 0; row < run->count; row++) {
        for (uint32_t i = 0; i < table->key_count; i++) {
            put_text(&csv->out, stw_key_part(key, i));
            stw_buffer_add_char(&csv->out, ',');
        }
        put_time(csv, run->time_ns[row]);
        for (uint32_t i = 0; i < run->column_count; i++) {
            stw_buffer_add_char(&csv->out, ',');
            put_value(csv, &run->columns[i], row);
        }
        stw_buffer_add_char(&csv->out, '\n');
    }
    csv->row_count += run->count;
    return csv->out.size < FLUSH_BYTES ? STW_OK : flush(csv, err);
}

static void put_header(struct csv_file *csv)
{
    const struct stw_table *table = csv->rows->table;
    for (uint32_t i = 0; i < table->key_count; i++)
        stw_buffer_printf(&csv->out, "%.*s,", STW_SLICE_ARG(table->keys[i]));
    stw_buffer_add_slice(&csv->out, table->time_name);
    for (uint32_t i = 0; i < table->column_count; i++)
        stw_buffer_printf(&csv->out, ",%.*s", STW_SLICE_ARG(table->columns[i].name));
    stw_buffer_add_char(&csv->out, '\n');
}

static int write_rows(struct csv_file *csv, struct stw_error *err)
{
    const struct stw_export_rows *rows = csv->rows;
    put_header(csv);
    STW_TRY(stw_export_scan(rows, rows->from_ns, rows->to_ns, put_run, csv, err));
    STW_TRY(flush(csv, err));
    return stw_file_sync(&csv->file, err);
}

/* The map names every column, so that it reads the file whatever the sniffer would think. */
static int write_map(const struct stw_export_rows *rows, struct stw_error *err)
{
    const struct stw_table *table = rows->table;
    char name[STW_SCHEMA_NAME_SIZE_MAX + 32], path[STW_EXPORT_PATH_MAX];
    struct stw_buffer map;
    stw_buffer_init(&map);
    stw_buffer_printf(&map,
                      "about: rows exported by steward\n"
                      "table: %.*s\n"
                      "format: {separator: \",\", quote: \"\\\"\", header: yes, exact: yes}\n"
                      "zone: UTC\n"
                      "empty_rows: keep\n"
                      "file_name: %.*s.csv\n"
                      "fields:\n",
                      STW_SLICE_ARG(table->name), STW_SLICE_ARG(table->name));
    for (uint32_t i = 0; i < table->key_count; i++)
        stw_buffer_printf(&map, "  %.*s: {column: %.*s}\n", STW_SLICE_ARG(table->keys[i]),
                          STW_SLICE_ARG(table->keys[i]));
    stw_buffer_printf(&map, "  %.*s: {column: %.*s, format: iso}\n",
                      STW_SLICE_ARG(table->time_name), STW_SLICE_ARG(table->time_name));
    for (uint32_t i = 0; i < table->column_count; i++)
        stw_buffer_printf(&map, "  %.*s: {column: %.*s}\n", STW_SLICE_ARG(table->columns[i].name),
                          STW_SLICE_ARG(table->columns[i].name));
    snprintf(name, sizeof(name), "%.*s.map.yml", STW_SLICE_ARG(table->name));
    int status = stw_buffer_status(&map, err);
    if (status == STW_OK)
        status = stw_export_path(rows->export, name, path, err);
    if (status == STW_OK)
        status = stw_file_replace(rows->export->io, path, stw_buffer_slice(&map), err);
    stw_buffer_release(&map);
    return status;
}

int stw_export_csv(struct stw_export_rows *rows, struct stw_export_result *result,
                   struct stw_error *err)
{
    char name[STW_SCHEMA_NAME_SIZE_MAX + 32], path[STW_EXPORT_PATH_MAX];
    struct csv_file csv = {.rows = rows, .file.fd = -1};
    snprintf(name, sizeof(name), "%.*s.csv", STW_SLICE_ARG(rows->table->name));
    stw_buffer_init(&csv.out);
    int status = stw_zone_load("UTC", &csv.utc, err);
    if (status == STW_OK)
        status = stw_export_path(rows->export, name, path, err);
    if (status == STW_OK)
        status = stw_file_open(&csv.file, rows->export->io, path, STW_FILE_CREATE, err);
    if (status == STW_OK)
        status = write_rows(&csv, err);
    if (status == STW_OK)
        status = write_map(rows, err);
    result->rows += csv.row_count;
    result->files += status == STW_OK;
    result->bytes += csv.at;
    stw_file_close(&csv.file);
    stw_buffer_release(&csv.out);
    stw_zone_free(csv.utc);
    return status;
}
