/*
 * A batch: rows of one table in order of arrival, many series mixed, column by column. Ingest fills
 * it and hands it to stw_commit_add, which copies; the batch is then cleared and filled again.
 *
 * Nothing is allocated per row: capacity is fixed, columns that a source never fills cost nothing,
 * and texts are interned. A decimal keeps the scale it was written with, row by row.
 *
 * Usage: init, use() for each column the source has; then row() and set_*() until full; commit;
 * clear. One thread.
 */
#ifndef STW_STORE_BATCH_H
#define STW_STORE_BATCH_H

#include "base/hash.h"
#include "store/schema.h"
#include "store/value.h"

enum { STW_BATCH_ROWS_DEFAULT = 65536 };

struct stw_batch_column {
    enum stw_type type;
    bool used; /* false: no row has a value, and no array exists */
    int64_t *ints;
    uint8_t *scales; /* decimals */
    double *floats;
    uint32_t *codes; /* into words */
    uint8_t *present;
    struct stw_intern words;
};

struct stw_batch {
    const struct stw_table *table;
    uint32_t count;
    uint32_t capacity;
    uint32_t *series; /* ids from stw_commit_series */
    int64_t *time_ns;
    struct stw_batch_column *columns; /* as in the table */
    uint32_t column_count;
};

/* `capacity` rows, 0: STW_BATCH_ROWS_DEFAULT. */
int stw_batch_init(struct stw_batch *batch, const struct stw_table *table, uint32_t capacity,
                   struct stw_error *err) STW_CHECKED;
void stw_batch_release(struct stw_batch *batch);
void stw_batch_clear(struct stw_batch *batch);

/* Makes the arrays of a column; before the first set_*() of it. Calling again is fine. */
int stw_batch_use(struct stw_batch *batch, uint32_t column, struct stw_error *err) STW_CHECKED;

static inline bool stw_batch_full(const struct stw_batch *batch)
{
    return batch->count == batch->capacity;
}

/* Appends a row without values; returns its number. The batch must not be full. */
static inline uint32_t stw_batch_row(struct stw_batch *batch, uint32_t series, int64_t time_ns)
{
    assert(batch->count < batch->capacity);
    batch->series[batch->count] = series;
    batch->time_ns[batch->count] = time_ns;
    return batch->count++;
}

static inline void stw_batch_set_decimal(struct stw_batch *batch, uint32_t row, uint32_t column,
                                         struct stw_decimal value)
{
    struct stw_batch_column *to = &batch->columns[column];
    to->ints[row] = value.value;
    to->scales[row] = (uint8_t)value.scale;
    to->present[row] = 1;
}

/* Int, bool and time columns. */
static inline void stw_batch_set_int(struct stw_batch *batch, uint32_t row, uint32_t column,
                                     int64_t value)
{
    struct stw_batch_column *to = &batch->columns[column];
    to->ints[row] = value;
    to->present[row] = 1;
}

static inline void stw_batch_set_float(struct stw_batch *batch, uint32_t row, uint32_t column,
                                       double value)
{
    struct stw_batch_column *to = &batch->columns[column];
    to->floats[row] = value;
    to->present[row] = 1;
}

/* Copies the text into the column's words. False: memory. */
static inline bool __attribute__((warn_unused_result))
stw_batch_set_text(struct stw_batch *batch, uint32_t row, uint32_t column, struct stw_slice value)
{
    struct stw_batch_column *to = &batch->columns[column];
    if (!stw_intern_add(&to->words, value, &to->codes[row], NULL))
        return false;
    to->present[row] = 1;
    return true;
}

/* The value of a row in a column, pointing into the batch. */
static inline struct stw_value stw_batch_value(const struct stw_batch *batch, uint32_t column,
                                               uint32_t row)
{
    const struct stw_batch_column *from = &batch->columns[column];
    struct stw_value value = {.present = from->used && from->present[row]};
    if (!value.present)
        return value;
    if (from->type == STW_TYPE_TEXT)
        value.text = from->words.words[from->codes[row]];
    else if (from->type == STW_TYPE_FLOAT)
        value.real = from->floats[row];
    else
        value.integer = from->ints[row];
    if (from->type == STW_TYPE_DECIMAL)
        value.scale = from->scales[row];
    return value;
}

/* Whether a row has the time and the values of a stored one; the run's columns are the table's. */
bool stw_batch_row_same(const struct stw_batch *batch, uint32_t row, const struct stw_run *run,
                        uint32_t stored);

/* Appends a row of another batch of the same table, under another id; `to` must not be full. */
int stw_batch_copy_row(struct stw_batch *to, uint32_t series, const struct stw_batch *from,
                       uint32_t row, struct stw_error *err) STW_CHECKED;

#endif
