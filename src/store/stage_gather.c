/* Rows of a stage as runs: decimals at one scale, words of the run only; see stage.h. */
#include "base/memory.h"
#include "store/run_buffer.h"
#include "store/stage.h"

#include <assert.h>

static bool has_sequence(const struct stw_gather *gather)
{
    return gather->first_sequence >= 0;
}

static int make_words(struct stw_gather *gather, uint32_t column, struct stw_error *err)
{
    uint32_t count = gather->stage->rows.columns[column].words.count;
    uint32_t most = count < STW_RUN_ROWS_MAX ? count : STW_RUN_ROWS_MAX;
    gather->words[column] = stw_alloc(most, sizeof(struct stw_slice));
    gather->local[column] = stw_alloc(count, sizeof(uint32_t));
    gather->stamp[column] = stw_alloc_zero(count, sizeof(uint32_t));
    if (gather->words[column] == NULL || gather->local[column] == NULL ||
        gather->stamp[column] == NULL)
        return stw_fail_memory(err, count * sizeof(uint32_t));
    return STW_OK;
}

int stw_gather_init(struct stw_gather *gather, const struct stw_stage *stage,
                    int64_t first_sequence, struct stw_error *err)
{
    const struct stw_table *table = stage->table;
    memset(gather, 0, sizeof(*gather));
    gather->stage = stage;
    gather->first_sequence = first_sequence;
    gather->column_count = table->column_count + has_sequence(gather);
    enum stw_type types[STW_SCHEMA_COLUMNS_MAX + 1];
    for (uint32_t i = 0; i < table->column_count; i++)
        types[i] = table->columns[i].type;
    types[table->column_count] = STW_TYPE_INT;
    gather->buffer = stw_alloc_zero(1, sizeof(*gather->buffer));
    gather->words = stw_alloc_zero(table->column_count, sizeof(*gather->words));
    gather->local = stw_alloc_zero(table->column_count, sizeof(*gather->local));
    gather->stamp = stw_alloc_zero(table->column_count, sizeof(*gather->stamp));
    gather->spans = stw_alloc(STW_RUN_ROWS_MAX, sizeof(*gather->spans));
    gather->scales = stw_alloc(STW_RUN_ROWS_MAX, sizeof(*gather->scales));
    gather->vectors = stw_alloc_zero(gather->column_count, sizeof(*gather->vectors));
    if (gather->buffer == NULL || gather->words == NULL || gather->local == NULL ||
        gather->stamp == NULL || gather->spans == NULL || gather->scales == NULL ||
        gather->vectors == NULL)
        return stw_fail_memory(err, gather->column_count * sizeof(*gather->vectors));
    for (uint32_t i = 0; i < table->column_count; i++) {
        if (table->columns[i].type == STW_TYPE_TEXT)
            STW_TRY(make_words(gather, i, err));
    }
    return stw_run_buffer_init(gather->buffer, types, gather->column_count, err);
}

void stw_gather_release(struct stw_gather *gather)
{
    uint32_t columns = gather->stage == NULL ? 0 : gather->stage->table->column_count;
    for (uint32_t i = 0; i < columns; i++) {
        if (gather->words != NULL)
            stw_free(gather->words[i]);
        if (gather->local != NULL)
            stw_free(gather->local[i]);
        if (gather->stamp != NULL)
            stw_free(gather->stamp[i]);
    }
    if (gather->buffer != NULL)
        stw_run_buffer_release(gather->buffer);
    stw_free(gather->buffer);
    stw_free(gather->words);
    stw_free(gather->local);
    stw_free(gather->stamp);
    stw_free(gather->spans);
    stw_free(gather->scales);
    stw_free(gather->vectors);
    memset(gather, 0, sizeof(*gather));
}

/* Rows of a series mostly lie one behind the other: they are copied a span at a time. */
static void find_spans(struct stw_gather *gather, const uint32_t *rows, uint32_t count)
{
    uint32_t spans = 0;
    for (uint32_t from = 0, at = 1; from < count; at++) {
        if (at < count && rows[at] == rows[at - 1] + 1)
            continue;
        gather->spans[spans++] = at - from;
        from = at;
    }
}

static void copy_spans(const struct stw_gather *gather, const uint32_t *rows, uint32_t count,
                       const void *from, size_t size_bytes, void *to)
{
    for (uint32_t row = 0, span = 0; row < count; row += gather->spans[span++]) {
        uint32_t rows_here = gather->spans[span];
        rows_here = rows_here < count - row ? rows_here : count - row;
        memcpy((char *)to + row * size_bytes, (const char *)from + rows[row] * size_bytes,
               rows_here * size_bytes);
    }
}

/* How many of the rows have decimals that fit one scale, which is returned. Values that are missing
 * have scale 0 and value 0, which fits any. */
static uint32_t gather_decimals(const struct stw_gather *gather,
                                const struct stw_batch_column *from, const uint32_t *rows,
                                uint32_t count, const uint8_t *present, int64_t *out, int *scale)
{
    const uint8_t *scales = gather->scales;
    int low = STW_SCALE_MAX, high = 0;
    copy_spans(gather, rows, count, from->ints, sizeof(*out), out);
    copy_spans(gather, rows, count, from->scales, 1, gather->scales);
    for (uint32_t i = 0; i < count; i++) {
        if (!present[i])
            out[i] = 0;
        low = present[i] && scales[i] < low ? scales[i] : low;
        high = present[i] && scales[i] > high ? scales[i] : high;
    }
    *scale = high;
    if (low >= high)
        return count;
    for (uint32_t i = 0; i < count; i++) {
        int64_t factor = stw_pow10(high - (present[i] ? scales[i] : high));
        if (__builtin_mul_overflow(out[i], factor, &out[i]))
            return gather_decimals(gather, from, rows, count / 2, present, out, scale);
    }
    return count;
}

static void gather_words(struct stw_gather *gather, uint32_t column, const uint32_t *rows,
                         uint32_t count, uint32_t *out, struct stw_vector *vector)
{
    const struct stw_batch_column *from = &gather->stage->rows.columns[column];
    uint32_t *local = gather->local[column], *stamp = gather->stamp[column];
    uint32_t used = 0;
    assert(local != NULL && stamp != NULL);
    for (uint32_t i = 0; i < count; i++) {
        out[i] = 0;
        if (!from->present[rows[i]])
            continue;
        uint32_t code = from->codes[rows[i]];
        if (stamp[code] != gather->run_number) {
            stamp[code] = gather->run_number;
            local[code] = used;
            gather->words[column][used++] = from->words.words[code];
        }
        out[i] = local[code];
    }
    vector->words = gather->words[column];
    vector->word_count = used;
}

/* Fills one column of the run; how many rows it could take. */
static uint32_t gather_column(struct stw_gather *gather, uint32_t column, const uint32_t *rows,
                              uint32_t count)
{
    const struct stw_batch_column *from = &gather->stage->rows.columns[column];
    struct stw_run_column *to = &gather->buffer->columns[column];
    struct stw_vector *vector = &gather->vectors[column];
    *vector = (struct stw_vector){
        .type = to->type, .ints = to->ints, .floats = to->floats, .codes = to->codes};
    if (!from->used) {
        size_t size = to->codes != NULL ? sizeof(*to->codes) : sizeof(*to->ints);
        void *values = to->codes != NULL    ? (void *)to->codes
                       : to->floats != NULL ? (void *)to->floats
                                            : (void *)to->ints;
        memset(values, 0, count * size);
        memset(to->present, 0, count);
        vector->present = to->present;
        return count;
    }
    copy_spans(gather, rows, count, from->present, 1, to->present);
    if (memchr(to->present, 0, count) != NULL)
        vector->present = to->present;
    if (to->type == STW_TYPE_DECIMAL)
        return gather_decimals(gather, from, rows, count, to->present, to->ints, &vector->scale);
    if (to->type == STW_TYPE_TEXT) {
        gather_words(gather, column, rows, count, to->codes, vector);
    } else if (to->type == STW_TYPE_FLOAT) {
        copy_spans(gather, rows, count, from->floats, sizeof(*to->floats), to->floats);
        for (uint32_t i = 0; vector->present != NULL && i < count; i++)
            to->floats[i] = to->present[i] ? to->floats[i] : 0;
    } else {
        copy_spans(gather, rows, count, from->ints, sizeof(*to->ints), to->ints);
        for (uint32_t i = 0; vector->present != NULL && i < count; i++)
            to->ints[i] = to->present[i] ? to->ints[i] : 0;
    }
    return count;
}

void stw_gather_run(struct stw_gather *gather, uint32_t series, const uint32_t *rows,
                    uint32_t count, struct stw_run *run)
{
    const struct stw_stage *stage = gather->stage;
    uint32_t columns = stage->table->column_count;
    if (count > STW_RUN_ROWS_MAX)
        count = STW_RUN_ROWS_MAX;
    if (++gather->run_number == 0) { /* all stamps are of runs long gone: start again */
        for (uint32_t i = 0; i < columns; i++) {
            if (gather->stamp[i] != NULL)
                memset(gather->stamp[i], 0, stage->rows.columns[i].words.count * sizeof(uint32_t));
        }
        gather->run_number = 1;
    }
    uint32_t fits = count;
    find_spans(gather, rows, count);
    for (uint32_t i = 0; i < columns; i++) {
        uint32_t taken = gather_column(gather, i, rows, count);
        fits = taken < fits ? taken : fits;
    }
    if (has_sequence(gather)) {
        int64_t *sequence = gather->buffer->columns[columns].ints;
        for (uint32_t i = 0; i < fits; i++)
            sequence[i] = gather->first_sequence + stage->arrival[rows[i]];
        gather->vectors[columns] = (struct stw_vector){.type = STW_TYPE_INT, .ints = sequence};
    }
    copy_spans(gather, rows, fits, stage->rows.time_ns, sizeof(int64_t), gather->buffer->time_ns);
    *run = (struct stw_run){.series = series,
                            .count = fits,
                            .time_ns = gather->buffer->time_ns,
                            .columns = gather->vectors,
                            .column_count = gather->column_count};
}
