/* Batches of arriving rows; see batch.h. */
#include "store/batch.h"

#include "base/memory.h"

int stw_batch_init(struct stw_batch *batch, const struct stw_table *table, uint32_t capacity,
                   struct stw_error *err)
{
    memset(batch, 0, sizeof(*batch));
    batch->table = table;
    batch->capacity = capacity == 0 ? STW_BATCH_ROWS_DEFAULT : capacity;
    batch->series = stw_alloc(batch->capacity, sizeof(*batch->series));
    batch->time_ns = stw_alloc(batch->capacity, sizeof(*batch->time_ns));
    batch->columns = stw_alloc_zero(table->column_count, sizeof(*batch->columns));
    batch->column_count = table->column_count;
    if (batch->series == NULL || batch->time_ns == NULL || batch->columns == NULL) {
        stw_batch_release(batch);
        return stw_fail_memory(err, (unsigned long)batch->capacity * sizeof(*batch->time_ns));
    }
    for (uint32_t i = 0; i < table->column_count; i++) {
        batch->columns[i].type = table->columns[i].type;
        stw_intern_init(&batch->columns[i].words);
    }
    return STW_OK;
}

static void release_arrays(struct stw_batch_column *column)
{
    stw_free(column->ints);
    stw_free(column->scales);
    stw_free(column->floats);
    stw_free(column->codes);
    stw_free(column->present);
    stw_intern_release(&column->words);
}

void stw_batch_release(struct stw_batch *batch)
{
    for (uint32_t i = 0; batch->columns != NULL && i < batch->column_count; i++)
        release_arrays(&batch->columns[i]);
    stw_free(batch->columns);
    stw_free(batch->series);
    stw_free(batch->time_ns);
    memset(batch, 0, sizeof(*batch));
}

void stw_batch_clear(struct stw_batch *batch)
{
    for (uint32_t i = 0; i < batch->column_count; i++) {
        struct stw_batch_column *column = &batch->columns[i];
        if (column->used)
            memset(column->present, 0, batch->count);
        stw_intern_clear(&column->words);
    }
    batch->count = 0;
}

/* The array of values a type needs, as its address, and the size of one value. */
static void **values_of(struct stw_batch_column *column, size_t *size_bytes)
{
    switch (column->type) {
    case STW_TYPE_FLOAT:
        *size_bytes = sizeof(*column->floats);
        return (void **)&column->floats;
    case STW_TYPE_TEXT:
        *size_bytes = sizeof(*column->codes);
        return (void **)&column->codes;
    default:
        *size_bytes = sizeof(*column->ints);
        return (void **)&column->ints;
    }
}

int stw_batch_use(struct stw_batch *batch, uint32_t column, struct stw_error *err)
{
    struct stw_batch_column *to = &batch->columns[column];
    if (to->used)
        return STW_OK;
    size_t size_bytes;
    void **values = values_of(to, &size_bytes);
    if (*values == NULL)
        *values = stw_alloc_zero(batch->capacity, size_bytes);
    if (to->present == NULL)
        to->present = stw_alloc_zero(batch->capacity, 1);
    if (to->type == STW_TYPE_DECIMAL && to->scales == NULL)
        to->scales = stw_alloc_zero(batch->capacity, 1);
    if (*values == NULL || to->present == NULL ||
        (to->type == STW_TYPE_DECIMAL && to->scales == NULL))
        return stw_fail_memory(err, batch->capacity * size_bytes);
    to->used = true;
    return STW_OK;
}

bool stw_batch_row_same(const struct stw_batch *batch, uint32_t row, const struct stw_run *run,
                        uint32_t stored)
{
    for (uint32_t i = 0; i < batch->column_count; i++) {
        struct stw_value here = stw_batch_value(batch, i, row);
        struct stw_value there = stw_value_of(&run->columns[i], stored);
        if (!stw_value_same(batch->columns[i].type, &here, &there))
            return false;
    }
    return batch->time_ns[row] == run->time_ns[stored];
}

int stw_batch_copy_row(struct stw_batch *to, uint32_t series, const struct stw_batch *from,
                       uint32_t row, struct stw_error *err)
{
    uint32_t at = stw_batch_row(to, series, from->time_ns[row]);
    assert(to->table == from->table);
    for (uint32_t i = 0; i < from->column_count; i++) {
        const struct stw_batch_column *column = &from->columns[i];
        if (!column->used || !column->present[row])
            continue;
        STW_TRY(stw_batch_use(to, i, err));
        if (column->type == STW_TYPE_FLOAT)
            stw_batch_set_float(to, at, i, column->floats[row]);
        else if (column->type == STW_TYPE_DECIMAL)
            stw_batch_set_decimal(to, at, i,
                                  (struct stw_decimal){column->ints[row], column->scales[row]});
        else if (column->type != STW_TYPE_TEXT)
            stw_batch_set_int(to, at, i, column->ints[row]);
        else if (!stw_batch_set_text(to, at, i, column->words.words[column->codes[row]]))
            return stw_fail_memory(err, column->words.words[column->codes[row]].size);
    }
    return STW_OK;
}
