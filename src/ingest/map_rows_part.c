/* Rows of parts of a file on their way to the file's own; see map_rows.h. */
#include "base/bits.h"
#include "base/memory.h"
#include "ingest/map_rows_inside.h"

bool stw_map_rows_has_parts(const struct stw_map_rows *rows)
{
    return rows->fold == NULL && rows->previous == NULL && rows->sums == NULL &&
           rows->twice == NULL && rows->said == NULL && rows->month == NULL && !rows->fills;
}

int stw_map_rows_part_init(struct stw_map_rows_part *part, const struct stw_map_rows *rows,
                           struct stw_error *err)
{
    memset(part, 0, sizeof(*part));
    stw_buffer_init(&part->keys);
    STW_TRY(stw_batch_init(&part->batch, rows->batch.table, rows->batch.capacity, err));
    for (uint32_t i = 0; i < rows->batch.column_count; i++) {
        if (rows->batch.columns[i].used)
            STW_TRY(stw_batch_use(&part->batch, i, err));
    }
    return STW_OK;
}

void stw_map_rows_part_release(struct stw_map_rows_part *part)
{
    if (part->batch.table != NULL)
        stw_batch_release(&part->batch);
    stw_buffer_release(&part->keys);
}

static void forget_counts(struct stw_map_rows *rows)
{
    rows->records = rows->rows = rows->empty = rows->ambiguous = 0;
    rows->series_cut = rows->series.count;
    rows->odd = false;
    stw_map_rows_forget_words(rows);
}

int stw_map_rows_cut(struct stw_map_rows *rows, struct stw_map_rows_part *part,
                     struct stw_error *err)
{
    assert(rows->apart && !rows->odd && part->batch.count == 0);
    struct stw_batch empty = part->batch;
    part->batch = rows->batch;
    rows->batch = empty;
    part->records = rows->records;
    part->rows = rows->rows;
    part->empty = rows->empty;
    part->ambiguous = rows->ambiguous;
    part->series_first = rows->series_cut;
    stw_buffer_clear(&part->keys);
    for (uint32_t i = rows->series_cut; i < rows->series.count; i++) {
        struct stw_slice key = rows->series.words[i];
        stw_put_u32(&part->keys, (uint32_t)key.size);
        stw_buffer_add_slice(&part->keys, key);
    }
    forget_counts(rows);
    return stw_buffer_status(&part->keys, err);
}

void stw_map_rows_drop(struct stw_map_rows *rows)
{
    assert(rows->apart);
    stw_batch_clear(&rows->batch);
    stw_intern_truncate(&rows->series, rows->series_cut);
    for (uint32_t i = 0; i < rows->series_cut; i++) {
        if (rows->series_next[i] >= rows->series_cut)
            rows->series_next[i] = i;
    }
    rows->series_last = rows->series_expected = STW_INTERN_NONE;
    forget_counts(rows);
}

/* Gives the new series of a part their ids, in the order in which the part has them. */
static int add_ids(struct stw_map_rows *rows, const struct stw_map_rows_part *part,
                   struct stw_map_rows_ids *ids, struct stw_error *err)
{
    struct stw_reader keys;
    stw_reader_init(&keys, part->keys.data, part->keys.size);
    for (ids->count = part->series_first; stw_reader_left(&keys) > 0; ids->count++) {
        if (!stw_reserve((void **)&ids->ids, &ids->capacity, ids->count + 1u, sizeof(*ids->ids)))
            return stw_fail_memory(err, sizeof(*ids->ids));
        struct stw_slice key = stw_get_raw(&keys, stw_get_u32(&keys));
        STW_TRY(stw_map_rows_find_key(rows, key, &ids->ids[ids->count], err));
    }
    return STW_OK;
}

int stw_map_rows_take(struct stw_map_rows *rows, struct stw_map_rows_part *part,
                      struct stw_map_rows_ids *ids, struct stw_error *err)
{
    struct stw_batch *batch = &part->batch;
    assert(!rows->apart);
    STW_TRY(add_ids(rows, part, ids, err));
    for (uint32_t row = 0; row < batch->count; row++)
        batch->series[row] = ids->ids[batch->series[row]];
    rows->records += part->records;
    rows->rows += part->rows;
    rows->empty += part->empty;
    rows->ambiguous += part->ambiguous;
    if (batch->count > 0)
        STW_TRY(stw_map_rows_put_batch(rows, batch, err));
    stw_batch_clear(batch);
    return STW_OK;
}
