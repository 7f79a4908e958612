/* Rows out of a batch that is never committed; see ingest_preview.h. */
#include "cli/ingest_preview.h"

#include "base/plural.h"
#include "cli/cells.h"
#include "time/stamp.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct preview {
    const struct stw_cli *cli;
    struct stw_view *view;
    const struct stw_zone *zone; /* of the store: times are shown by it */
    struct stw_error *err;
    int status;
};

/* What the map says about the series of a row, else what the registry does. */
static struct stw_slice attribute_of(const struct preview *preview, const struct stw_map_rows *rows,
                                     struct stw_slice key, enum stw_attribute attribute)
{
    struct stw_slice name = stw_slice_of(stw_attribute_name(attribute));
    struct stw_slice stated = stw_map_rows_fact(rows, key, name);
    const struct stw_registry *registry;
    struct stw_attributes known;
    if (stated.size > 0 || stw_view_registry(preview->view, &registry, NULL) != STW_OK)
        return stated;
    stw_registry_at(registry, stw_key_part(key, 0), stw_key_part(key, 1), INT64_MAX, &known);
    return known.text[attribute];
}

/* One value of the batch as a vector of one row. */
static struct stw_vector vector_of(const struct stw_batch_column *column, uint32_t row)
{
    return (struct stw_vector){
        .type = column->type,
        .scale = column->type == STW_TYPE_DECIMAL ? column->scales[row] : 0,
        .ints = column->ints == NULL ? NULL : column->ints + row,
        .floats = column->floats == NULL ? NULL : column->floats + row,
        .codes = column->codes == NULL ? NULL : column->codes + row,
        .words = column->words.words,
        .word_count = column->words.count,
        .present = column->present + row,
    };
}

/* Columns in the order of the table, those that no row has left out. */
static uint32_t choose_columns(const struct stw_batch *batch, uint32_t *shown)
{
    uint32_t count = 0;
    for (uint32_t c = 0; c < batch->column_count; c++) {
        bool any = false;
        for (uint32_t row = 0; batch->columns[c].used && row < batch->count; row++)
            any = any || batch->columns[c].present[row];
        if (any && count < STW_SHEET_COLUMNS_MAX - STW_SCHEMA_KEYS_MAX - 3)
            shown[count++] = c;
    }
    return count;
}

static int put_row(const struct preview *preview, const struct stw_map_rows *rows, uint32_t row,
                   const uint32_t *shown, uint32_t shown_count, struct stw_sheet *sheet)
{
    char texts[STW_SHEET_COLUMNS_MAX][STW_CELL_TEXT_SIZE];
    struct stw_cell cells[STW_SHEET_COLUMNS_MAX];
    const struct stw_batch *batch = &rows->batch;
    struct stw_slice key = stw_map_rows_key(rows, row);
    uint32_t count = 0;
    for (; count < batch->table->key_count; count++)
        cells[count] = stw_cell_text(stw_key_part(key, count));
    stw_stamp_to_iso(preview->zone, batch->time_ns[row], texts[count]);
    cells[count] = stw_cell_text(stw_slice_of(texts[count]));
    count++;
    for (uint32_t i = 0; i < shown_count; i++, count++) {
        struct stw_vector vector = vector_of(&batch->columns[shown[i]], row);
        cells[count] = stw_cell_of_vector(preview->zone, &vector, 0, texts[count]);
    }
    if (stw_slice_is(batch->table->name, "readings")) {
        cells[count++] = stw_cell_text(attribute_of(preview, rows, key, STW_ATTRIBUTE_UNIT));
        cells[count++] = stw_cell_text(attribute_of(preview, rows, key, STW_ATTRIBUTE_VALUE_KIND));
    }
    return stw_sheet_row(sheet, cells, preview->err);
}

static int put_rows(const struct preview *preview, const struct stw_map_rows *rows)
{
    struct stw_sheet_column titles[STW_SHEET_COLUMNS_MAX];
    uint32_t shown[STW_SCHEMA_COLUMNS_MAX], count = 0;
    const struct stw_batch *batch = &rows->batch;
    const struct stw_table *table = batch->table;
    uint32_t shown_count = choose_columns(batch, shown);
    for (; count < table->key_count; count++)
        titles[count] = (struct stw_sheet_column){table->keys[count], false};
    titles[count++] = (struct stw_sheet_column){table->time_name, false};
    for (uint32_t i = 0; i < shown_count; i++) {
        const struct stw_column *column = &table->columns[shown[i]];
        titles[count++] = (struct stw_sheet_column){column->name, stw_type_is_number(column->type)};
    }
    if (stw_slice_is(table->name, "readings")) {
        titles[count++] = (struct stw_sheet_column){STW_SLICE("unit"), false};
        titles[count++] = (struct stw_sheet_column){STW_SLICE("value_kind"), false};
    }
    struct stw_sheet *sheet;
    STW_TRY(stw_sheet_open(&sheet, preview->cli->out, STW_SHEET_TABLE, false, titles, count,
                           preview->err));
    int status = STW_OK;
    for (uint32_t row = 0; row < batch->count && row < STW_PREVIEW_ROWS && status == STW_OK; row++)
        status = put_row(preview, rows, row, shown, shown_count, sheet);
    int closed = stw_sheet_close(sheet, status == STW_OK ? preview->err : NULL);
    return status < 0 ? status : closed;
}

static void take_rows(void *context, const struct stw_map_rows *rows)
{
    struct preview *preview = context;
    preview->status = put_rows(preview, rows);
}

static int print_map(const struct stw_cli *cli, const struct stw_map *map, struct stw_error *err)
{
    struct stw_buffer text;
    stw_buffer_init(&text);
    stw_map_write(map, &text);
    stw_buffer_add_char(&text, '\n');
    int status = stw_buffer_status(&text, err);
    if (status == STW_OK)
        stw_cli_print(cli, &text);
    stw_buffer_release(&text);
    return status;
}

int stw_ingest_preview(const struct stw_cli *cli, struct stw_store *store,
                       const struct stw_map *map, const char *path,
                       const struct stw_ingest_options *file, struct stw_error *err)
{
    struct preview preview = {.cli = cli, .err = err};
    struct stw_ingest_options options = {.name = file->name,
                                         .input = file->input,
                                         .preview = take_rows,
                                         .preview_context = &preview,
                                         .preview_records = STW_PREVIEW_RECORDS};
    struct stw_ingest_result result;
    struct stw_zone *zone = NULL;
    STW_TRY(print_map(cli, map, err));
    STW_TRY(stw_view_open(store, NULL, &preview.view, err));
    int status = stw_cli_zone(NULL, preview.view, &zone, err);
    preview.zone = zone;
    if (status == STW_OK)
        status = stw_ingest_file(store, map, path, &options, &result, err);
    if (status == STW_OK)
        status = preview.status;
    if (status == STW_OK) {
        fflush(cli->out);
        fprintf(cli->words, "%s: the first %" PRIu64 " record%s %" PRIu64 " row%s of %.*s", path,
                result.records, stw_plural_of(result.records, " gives", "s give"), result.rows,
                stw_plural(result.rows), STW_SLICE_ARG(map->table->name));
        if (result.rejected > 0)
            fprintf(cli->words, "; %" PRIu64 " would be rejected", result.rejected);
        fputs("; nothing was stored\n", cli->words);
    }
    for (int i = 0; status == STW_OK && i < STW_REJECT_REASONS; i++)
        if (result.reasons[i] > 0)
            fprintf(cli->words, "  %10" PRIu64 "  %s\n", result.reasons[i],
                    stw_reject_text((enum stw_reject)i));
    stw_zone_free(zone);
    stw_view_close(preview.view);
    return status;
}
