/* Building runs row by row; see run_buffer.h. */
#include "store/run_buffer.h"

#include "base/memory.h"

static bool make_column(struct stw_run_column *column, enum stw_type type)
{
    column->type = type;
    stw_intern_init(&column->words);
    column->present = stw_alloc(STW_RUN_ROWS_MAX, sizeof(*column->present));
    if (type == STW_TYPE_FLOAT)
        column->floats = stw_alloc(STW_RUN_ROWS_MAX, sizeof(*column->floats));
    else if (type == STW_TYPE_TEXT)
        column->codes = stw_alloc(STW_RUN_ROWS_MAX, sizeof(*column->codes));
    else
        column->ints = stw_alloc(STW_RUN_ROWS_MAX, sizeof(*column->ints));
    return column->present != NULL &&
           (column->floats != NULL || column->codes != NULL || column->ints != NULL);
}

int stw_run_buffer_init(struct stw_run_buffer *buffer, const enum stw_type *types,
                        uint32_t column_count, struct stw_error *err)
{
    memset(buffer, 0, sizeof(*buffer));
    buffer->column_count = column_count;
    buffer->time_ns = stw_alloc(STW_RUN_ROWS_MAX, sizeof(*buffer->time_ns));
    buffer->columns = stw_alloc_zero(column_count, sizeof(*buffer->columns));
    buffer->vectors = stw_alloc_zero(column_count, sizeof(*buffer->vectors));
    bool made = buffer->time_ns != NULL && buffer->columns != NULL && buffer->vectors != NULL;
    for (uint32_t i = 0; made && i < column_count; i++)
        made = make_column(&buffer->columns[i], types[i]);
    if (made)
        return STW_OK;
    stw_run_buffer_release(buffer);
    return stw_fail_memory(err, STW_RUN_ROWS_MAX * sizeof(int64_t));
}

void stw_run_buffer_release(struct stw_run_buffer *buffer)
{
    for (uint32_t i = 0; buffer->columns != NULL && i < buffer->column_count; i++) {
        struct stw_run_column *column = &buffer->columns[i];
        stw_free(column->ints);
        stw_free(column->floats);
        stw_free(column->codes);
        stw_free(column->present);
        stw_intern_release(&column->words);
    }
    stw_free(buffer->columns);
    stw_free(buffer->vectors);
    stw_free(buffer->time_ns);
    memset(buffer, 0, sizeof(*buffer));
}

void stw_run_buffer_clear(struct stw_run_buffer *buffer)
{
    if (buffer->count == 0)
        return;
    buffer->count = 0;
    for (uint32_t i = 0; i < buffer->column_count; i++) {
        struct stw_run_column *column = &buffer->columns[i];
        column->has_missing = false;
        column->last_words = NULL;
        if (column->words.count > 0)
            stw_intern_clear(&column->words);
    }
}

/* Brings what is in the buffer to a larger scale. False when something does not fit. */
static bool raise_scale(struct stw_run_column *column, uint32_t count, int scale)
{
    int64_t factor = stw_pow10(scale - column->scale);
    for (uint32_t i = 0; i < count; i++) {
        int64_t scaled;
        if (__builtin_mul_overflow(column->ints[i], factor, &scaled))
            return false;
    }
    for (uint32_t i = 0; i < count; i++)
        column->ints[i] *= factor;
    column->scale = scale;
    return true;
}

static bool add_ints(struct stw_run_column *to, uint32_t at, const struct stw_vector *in,
                     uint32_t from, uint32_t count)
{
    const int64_t *values = in->ints + from;
    if (at == 0)
        to->scale = in->scale;
    if (in->scale > to->scale && !raise_scale(to, at, in->scale))
        return false;
    if (in->scale == to->scale) {
        memcpy(to->ints + at, values, count * sizeof(*values));
        return true;
    }
    int64_t factor = stw_pow10(to->scale - in->scale);
    for (uint32_t i = 0; i < count; i++) {
        if (__builtin_mul_overflow(values[i], factor, &to->ints[at + i]))
            return false;
    }
    return true;
}

static bool add_words(struct stw_run_column *to, uint32_t at, const struct stw_vector *in,
                      uint32_t from, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        to->codes[at + i] = 0;
        if (!stw_vector_has(in, from + i))
            continue;
        uint32_t code = in->codes[from + i];
        if (in->words != to->last_words || code != to->last_code) {
            if (!stw_intern_add(&to->words, in->words[code], &to->last_copy, NULL))
                return false;
            to->last_words = in->words;
            to->last_code = code;
        }
        to->codes[at + i] = to->last_copy;
    }
    return true;
}

static void add_present(struct stw_run_column *to, uint32_t at, const struct stw_vector *in,
                        uint32_t from, uint32_t count)
{
    if (in->present == NULL) {
        memset(to->present + at, 1, count);
        return;
    }
    memcpy(to->present + at, in->present + from, count);
    to->has_missing = to->has_missing || memchr(in->present + from, 0, count) != NULL;
}

int stw_run_buffer_add(struct stw_run_buffer *buffer, const struct stw_vector *columns,
                       const int64_t *time_ns, uint32_t from, uint32_t count)
{
    uint32_t at = buffer->count;
    assert(at + count <= STW_RUN_ROWS_MAX);
    for (uint32_t i = 0; i < buffer->column_count; i++) {
        struct stw_run_column *to = &buffer->columns[i];
        const struct stw_vector *in = &columns[i];
        if (to->type == STW_TYPE_FLOAT)
            memcpy(to->floats + at, in->floats + from, count * sizeof(*to->floats));
        else if (to->type == STW_TYPE_TEXT && !add_words(to, at, in, from, count))
            return STW_ERR_MEMORY;
        else if (to->type != STW_TYPE_TEXT && !add_ints(to, at, in, from, count))
            return STW_END;
    }
    for (uint32_t i = 0; i < buffer->column_count; i++)
        add_present(&buffer->columns[i], at, &columns[i], from, count);
    memcpy(buffer->time_ns + at, time_ns + from, count * sizeof(*time_ns));
    buffer->count += count;
    return STW_OK;
}

void stw_run_buffer_forget_sources(struct stw_run_buffer *buffer)
{
    for (uint32_t i = 0; i < buffer->column_count; i++)
        buffer->columns[i].last_words = NULL;
}

void stw_run_buffer_pop(struct stw_run_buffer *buffer)
{
    assert(buffer->count > 0);
    buffer->count--;
}

void stw_run_buffer_run(struct stw_run_buffer *buffer, uint32_t series, struct stw_run *run)
{
    assert(buffer->count > 0);
    for (uint32_t i = 0; i < buffer->column_count; i++) {
        const struct stw_run_column *column = &buffer->columns[i];
        buffer->vectors[i] = (struct stw_vector){
            .type = column->type,
            .scale = column->type == STW_TYPE_DECIMAL ? column->scale : 0,
            .ints = column->ints,
            .floats = column->floats,
            .codes = column->codes,
            .words = column->words.words,
            .word_count = column->words.count,
            .present = column->has_missing ? column->present : NULL,
        };
    }
    *run = (struct stw_run){.series = series,
                            .count = buffer->count,
                            .time_ns = buffer->time_ns,
                            .columns = buffer->vectors,
                            .column_count = buffer->column_count};
}
