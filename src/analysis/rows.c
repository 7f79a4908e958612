/* Rows one by one; see rows.h. */
#include "analysis/rows.h"

#include <assert.h>

int stw_rows_open(struct stw_rows *rows, struct stw_view *view, struct stw_slice table,
                  const char *const *names, uint32_t name_count, int64_t from_ns, int64_t to_ns,
                  struct stw_error *err)
{
    uint32_t columns[STW_ROWS_COLUMNS_MAX];
    struct stw_scan_spec spec = {.columns = columns, .from_ns = from_ns, .to_ns = to_ns};
    assert(name_count <= STW_ROWS_COLUMNS_MAX);
    *rows = (struct stw_rows){.scan = NULL};
    STW_TRY(stw_schema_want(stw_view_schema(view), table, &rows->table, err));
    rows->series = stw_view_series(view, rows->table);
    for (uint32_t i = 0; i < name_count; i++) {
        int place = stw_table_column(rows->table, stw_slice_of(names[i]));
        rows->places[i] = place < 0 ? -1 : (int)spec.column_count;
        if (place >= 0)
            columns[spec.column_count++] = (uint32_t)place;
    }
    spec.table = rows->table;
    return stw_scan_open(&rows->scan, view, &spec, err);
}

void stw_rows_close(struct stw_rows *rows)
{
    stw_scan_close(rows->scan);
    rows->scan = NULL;
}

int stw_rows_next(struct stw_rows *rows, struct stw_error *err)
{
    if (rows->run.count > 0 && ++rows->row < rows->run.count)
        return STW_OK;
    rows->row = 0;
    rows->run.count = 0;
    return stw_scan_next(rows->scan, &rows->run, err);
}

struct stw_slice stw_rows_key(const struct stw_rows *rows)
{
    return stw_series_key(&rows->series, rows->run.series);
}

int64_t stw_rows_time(const struct stw_rows *rows)
{
    return rows->run.time_ns[rows->row];
}

/* The vector of a column where the row has a text (or a whole number), else NULL. */
static const struct stw_vector *vector_of(const struct stw_rows *rows, uint32_t column, bool text)
{
    if (rows->places[column] < 0)
        return NULL;
    const struct stw_vector *vector = &rows->run.columns[rows->places[column]];
    bool is_int = vector->type == STW_TYPE_INT || vector->type == STW_TYPE_TIME ||
                  vector->type == STW_TYPE_BOOL;
    if (text ? vector->type != STW_TYPE_TEXT : !is_int)
        return NULL;
    return stw_vector_has(vector, rows->row) ? vector : NULL;
}

struct stw_slice stw_rows_text(const struct stw_rows *rows, uint32_t column)
{
    const struct stw_vector *vector = vector_of(rows, column, true);
    return vector == NULL ? STW_SLICE("") : stw_vector_text(vector, rows->row);
}

int64_t stw_rows_int(const struct stw_rows *rows, uint32_t column, int64_t otherwise)
{
    const struct stw_vector *vector = vector_of(rows, column, false);
    return vector == NULL ? otherwise : vector->ints[rows->row];
}
