/* Rows as they are stored, series by series in key order. */
#include "cli/query.h"

#include "base/memory.h"
#include "base/suggest.h"
#include "cli/cells.h"
#include "time/stamp.h"

#include <stdio.h>

/* Which columns are printed: places in the table's list. All of them are read, since filters may
 * ask for others; a few thousand rows a millisecond are not worth a second column list. */
struct row_listing {
    const struct stw_query *query;
    const struct stw_table *table;
    uint32_t shown[STW_SCHEMA_COLUMNS_MAX];
    uint32_t shown_count;
    struct stw_sheet *sheet;
    uint64_t printed;
};

static int choose_columns(struct row_listing *listing, const char *list, struct stw_error *err)
{
    const struct stw_table *table = listing->table;
    if (list == NULL) {
        for (uint32_t i = 0; i < table->column_count; i++)
            listing->shown[listing->shown_count++] = i;
        return STW_OK;
    }
    while (*list != '\0') {
        struct stw_slice name = {list, strcspn(list, ",")};
        int column = stw_table_column(table, name);
        if (column < 0) {
            struct stw_suggest suggest;
            stw_suggest_init(&suggest, name);
            for (uint32_t i = 0; i < table->column_count; i++)
                stw_suggest_offer(&suggest, table->columns[i].name);
            int status = stw_fail(err, STW_ERR_USAGE, "%.*s has no column '%.*s'",
                                  STW_SLICE_ARG(table->name), STW_SLICE_ARG(name));
            if (suggest.best.data != NULL)
                stw_error_hint(err, "did you mean %.*s?", STW_SLICE_ARG(suggest.best));
            return status;
        }
        if (listing->shown_count == STW_SCHEMA_COLUMNS_MAX)
            return stw_fail(err, STW_ERR_LIMIT, "more than %d columns", STW_SCHEMA_COLUMNS_MAX);
        listing->shown[listing->shown_count++] = (uint32_t)column;
        list += name.size + (list[name.size] == ',');
    }
    return STW_OK;
}

static int open_sheet(struct row_listing *listing, struct stw_error *err)
{
    const struct stw_table *table = listing->table;
    struct stw_sheet_column titles[STW_SCHEMA_KEYS_MAX + 1 + STW_SCHEMA_COLUMNS_MAX];
    uint32_t count = 0;
    for (uint32_t i = 0; i < table->key_count; i++)
        titles[count++] = (struct stw_sheet_column){table->keys[i], false};
    titles[count++] = (struct stw_sheet_column){table->time_name, false};
    for (uint32_t i = 0; i < listing->shown_count; i++) {
        const struct stw_column *column = &table->columns[listing->shown[i]];
        titles[count++] = (struct stw_sheet_column){column->name, stw_type_is_number(column->type)};
    }
    return stw_sheet_open(&listing->sheet, listing->query->file, listing->query->format,
                          listing->query->bom, titles, count, err);
}

static int print_row(struct row_listing *listing, const struct stw_run *run, uint32_t row,
                     const struct stw_cell *key_cells, struct stw_error *err)
{
    struct stw_cell cells[STW_SCHEMA_KEYS_MAX + 1 + STW_SCHEMA_COLUMNS_MAX];
    char texts[STW_SCHEMA_COLUMNS_MAX + 1][STW_CELL_TEXT_SIZE];
    const struct stw_zone *zone = listing->query->select.zone;
    uint32_t count = listing->table->key_count;
    for (uint32_t i = 0; i < count; i++)
        cells[i] = key_cells[i];
    stw_stamp_to_iso(zone, run->time_ns[row], texts[0]);
    cells[count++] = stw_cell_text(stw_slice_of(texts[0]));
    for (uint32_t i = 0; i < listing->shown_count; i++)
        cells[count++] =
            stw_cell_of_vector(zone, &run->columns[listing->shown[i]], row, texts[i + 1]);
    listing->printed++;
    return stw_sheet_row(listing->sheet, cells, err);
}

static int print_run(struct row_listing *listing, const struct stw_run *run, struct stw_error *err)
{
    struct stw_series series = stw_view_series(listing->query->view, listing->table);
    struct stw_slice key = stw_series_key(&series, run->series);
    struct stw_cell key_cells[STW_SCHEMA_KEYS_MAX];
    for (uint32_t i = 0; i < listing->table->key_count; i++)
        key_cells[i] = stw_cell_text(stw_key_part(key, i));
    for (uint32_t row = 0; row < run->count && listing->printed < listing->query->row_limit; row++)
        if (stw_select_row(&listing->query->select, run, row))
            STW_TRY(print_row(listing, run, row, key_cells, err));
    return STW_OK;
}

static int print_scan(struct row_listing *listing, struct stw_error *err)
{
    const struct stw_query *query = listing->query;
    uint32_t all[STW_SCHEMA_COLUMNS_MAX];
    for (uint32_t i = 0; i < listing->table->column_count; i++)
        all[i] = i;
    struct stw_scan_spec spec = {
        .table = listing->table,
        .columns = all,
        .column_count = listing->table->column_count,
        .series = query->series,
        .series_count = query->series_count,
        .from_ns = query->select.from_ns,
        .to_ns = query->select.to_ns,
        .history = query->history,
        .since = query->since,
    };
    struct stw_scan *scan;
    STW_TRY(stw_scan_open(&scan, query->view, &spec, err));
    struct stw_run run;
    int status = STW_OK;
    while (status == STW_OK && listing->printed < query->row_limit &&
           (status = stw_scan_next(scan, &run, err)) == STW_OK)
        status = print_run(listing, &run, err);
    stw_scan_close(scan);
    return status < 0 ? status : STW_OK;
}

int stw_query_rows(struct stw_query *query, const struct stw_arguments *arguments,
                   struct stw_error *err)
{
    struct row_listing *listing = stw_alloc_zero(1, sizeof(*listing));
    if (listing == NULL)
        return stw_fail_memory(err, sizeof(*listing));
    listing->query = query;
    listing->table = query->select.table;
    int status = choose_columns(listing, stw_arguments_value(arguments, "columns"), err);
    if (status == STW_OK)
        status = open_sheet(listing, err);
    if (status == STW_OK && query->series_count > 0)
        status = print_scan(listing, err);
    int closed = stw_sheet_close(listing->sheet, status == STW_OK ? err : NULL);
    stw_free(listing);
    return status < 0 ? status : closed;
}
