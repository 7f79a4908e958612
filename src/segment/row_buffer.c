/* Rows on their way into a block; see row_buffer.h. */
#include "segment/row_buffer.h"

#include "base/memory.h"

static bool init_column(struct stw_row_column *column, enum stw_type type)
{
    column->type = type;
    column->present = stw_alloc(STW_RUN_ROWS_MAX, sizeof(*column->present));
    if (type == STW_TYPE_TEXT)
        column->codes = stw_alloc(STW_RUN_ROWS_MAX, sizeof(*column->codes));
    else
        column->values = stw_alloc(STW_RUN_ROWS_MAX, sizeof(*column->values));
    return column->present != NULL && (column->codes != NULL || column->values != NULL);
}

int stw_row_buffer_init(struct stw_row_buffer *buffer, const struct stw_segment_spec *spec,
                        struct stw_error *err)
{
    memset(buffer, 0, sizeof(*buffer));
    buffer->columns = stw_alloc_zero(spec->column_count, sizeof(*buffer->columns));
    buffer->vectors = stw_alloc_zero(spec->column_count, sizeof(*buffer->vectors));
    buffer->series = stw_alloc(STW_RUN_ROWS_MAX, sizeof(*buffer->series));
    buffer->time_ns = stw_alloc(STW_RUN_ROWS_MAX, sizeof(*buffer->time_ns));
    bool made = buffer->columns != NULL && buffer->vectors != NULL && buffer->series != NULL &&
                buffer->time_ns != NULL;
    if (buffer->columns != NULL) {
        buffer->column_count = spec->column_count;
        for (uint32_t i = 0; i < spec->column_count; i++)
            stw_intern_init(&buffer->columns[i].words);
    }
    for (uint32_t i = 0; made && i < spec->column_count; i++)
        made = init_column(&buffer->columns[i], spec->columns[i].type);
    return made ? STW_OK : stw_fail_memory(err, STW_RUN_ROWS_MAX * sizeof(int64_t));
}

void stw_row_buffer_release(struct stw_row_buffer *buffer)
{
    for (uint32_t i = 0; i < buffer->column_count; i++) {
        stw_free(buffer->columns[i].values);
        stw_free(buffer->columns[i].codes);
        stw_free(buffer->columns[i].present);
        stw_intern_release(&buffer->columns[i].words);
    }
    stw_free(buffer->columns);
    stw_free(buffer->vectors);
    stw_free(buffer->series);
    stw_free(buffer->time_ns);
    memset(buffer, 0, sizeof(*buffer));
}

/* Brings `count` decimals from one scale up to another; false, with nothing done, when one would
 * not fit. `in` may be `out`. */
static bool raise_scale(const int64_t *in, uint32_t count, int from, int to, int64_t *out)
{
    int64_t factor = stw_pow10(to - from);
    int64_t limit = INT64_MAX / factor;
    for (uint32_t i = 0; i < count; i++)
        if (in[i] > limit || in[i] < -limit)
            return false;
    for (uint32_t i = 0; i < count; i++)
        out[i] = in[i] * factor;
    return true;
}

/* How many decimals of the run can join the column's; see stw_row_buffer_fits(). */
static uint32_t fitting_decimals(struct stw_row_column *column, uint32_t rows,
                                 const struct stw_vector *vector, uint32_t from, uint32_t count)
{
    if (rows == 0)
        return count;
    if (vector->scale > column->scale) {
        if (!raise_scale(column->values, rows, column->scale, vector->scale, column->values))
            return 0;
        column->scale = vector->scale;
    }
    if (vector->scale == column->scale)
        return count;
    int64_t limit = INT64_MAX / stw_pow10(column->scale - vector->scale);
    uint32_t fitting = 0;
    while (fitting < count && vector->ints[from + fitting] <= limit &&
           vector->ints[from + fitting] >= -limit)
        fitting++;
    return fitting;
}

/* Whether any of these rows has a text: a column that nobody fills is common. */
static bool has_text(const struct stw_run *run, uint32_t from, uint32_t count)
{
    for (uint32_t i = 0; i < run->column_count; i++) {
        const struct stw_vector *vector = &run->columns[i];
        if (vector->type == STW_TYPE_TEXT &&
            (vector->present == NULL || memchr(vector->present + from, 1, count) != NULL))
            return true;
    }
    return false;
}

/* The bytes a row's words add, unless they are those of the row before. */
static size_t text_bytes(const struct stw_run *run, uint32_t row, bool first)
{
    size_t bytes = 0;
    for (uint32_t i = 0; i < run->column_count; i++) {
        const struct stw_vector *vector = &run->columns[i];
        if (vector->type == STW_TYPE_TEXT && stw_vector_has(vector, row) &&
            (first || vector->codes[row] != vector->codes[row - 1] ||
             !stw_vector_has(vector, row - 1)))
            bytes += stw_vector_text(vector, row).size;
    }
    return bytes;
}

uint32_t stw_row_buffer_fits(struct stw_row_buffer *buffer, const struct stw_run *run,
                             uint32_t from)
{
    uint32_t room = STW_RUN_ROWS_MAX - buffer->rows;
    uint32_t count = run->count - from < room ? run->count - from : room;
    for (uint32_t i = 0; i < buffer->column_count; i++)
        if (buffer->columns[i].type == STW_TYPE_DECIMAL)
            count =
                fitting_decimals(&buffer->columns[i], buffer->rows, &run->columns[i], from, count);
    if (count == 0 || !has_text(run, from, count))
        return count;
    size_t bytes = buffer->text_bytes;
    for (uint32_t i = 0; i < count; i++) {
        bytes += text_bytes(run, from + i, i == 0);
        if (bytes > STW_SEGMENT_BLOCK_TEXT_MAX)
            return buffer->rows == 0 && i == 0 ? 1 : i;
    }
    return count;
}

static int append_text(struct stw_row_column *column, uint32_t rows,
                       const struct stw_vector *vector, uint32_t from, uint32_t count,
                       struct stw_error *err)
{
    uint32_t last_code = 0;
    uint32_t last_number = STW_INTERN_NONE;
    for (uint32_t i = 0; i < count; i++) {
        column->codes[rows + i] = 0;
        if (!stw_vector_has(vector, from + i))
            continue;
        uint32_t code = vector->codes[from + i];
        if (last_number == STW_INTERN_NONE || code != last_code) {
            if (!stw_intern_add(&column->words, vector->words[code], &last_number, NULL))
                return stw_fail_memory(err, vector->words[code].size);
            last_code = code;
        }
        column->codes[rows + i] = last_number;
    }
    return STW_OK;
}

static int append_column(struct stw_row_column *column, uint32_t rows,
                         const struct stw_vector *vector, uint32_t from, uint32_t count,
                         struct stw_error *err)
{
    if (vector->present == NULL)
        memset(column->present + rows, 1, count);
    else
        for (uint32_t i = 0; i < count; i++)
            column->present[rows + i] = vector->present[from + i] != 0;
    if (column->type == STW_TYPE_TEXT)
        return append_text(column, rows, vector, from, count, err);
    if (column->type == STW_TYPE_FLOAT) {
        memcpy(column->values + rows, vector->floats + from, count * sizeof(*vector->floats));
    } else if (column->type == STW_TYPE_DECIMAL && rows > 0 && column->scale > vector->scale) {
        bool fits = raise_scale(vector->ints + from, count, vector->scale, column->scale,
                                column->values + rows);
        assert(fits);
        (void)fits;
    } else {
        column->scale = vector->scale;
        memcpy(column->values + rows, vector->ints + from, count * sizeof(*vector->ints));
    }
    return STW_OK;
}

int stw_row_buffer_append(struct stw_row_buffer *buffer, const struct stw_run *run, uint32_t from,
                          uint32_t count, struct stw_error *err)
{
    uint32_t rows = buffer->rows;
    assert(count > 0 && count <= STW_RUN_ROWS_MAX - rows);
    for (uint32_t i = 0; i < buffer->column_count; i++)
        STW_TRY(append_column(&buffer->columns[i], rows, &run->columns[i], from, count, err));
    for (uint32_t i = 0; i < count; i++)
        buffer->series[rows + i] = run->series;
    bool texts = has_text(run, from, count);
    for (uint32_t i = 0; texts && i < count; i++)
        buffer->text_bytes += text_bytes(run, from + i, i == 0);
    memcpy(buffer->time_ns + rows, run->time_ns + from, count * sizeof(*run->time_ns));
    if (rows == 0 || buffer->series[rows - 1] != run->series)
        buffer->tail_from = rows;
    buffer->rows += count;
    return STW_OK;
}

struct stw_block_rows stw_row_buffer_view(struct stw_row_buffer *buffer, uint32_t rows)
{
    for (uint32_t i = 0; i < buffer->column_count; i++) {
        const struct stw_row_column *column = &buffer->columns[i];
        bool is_float = column->type == STW_TYPE_FLOAT;
        buffer->vectors[i] = (struct stw_vector){
            .type = column->type,
            .scale = column->type == STW_TYPE_DECIMAL ? column->scale : 0,
            .ints = is_float ? NULL : column->values,
            .floats = is_float ? (const double *)(const void *)column->values : NULL,
            .codes = column->codes,
            .words = column->words.words,
            .word_count = column->words.count,
            .present = memchr(column->present, 0, rows) == NULL ? NULL : column->present,
        };
    }
    return (struct stw_block_rows){
        .rows = rows,
        .series = buffer->series,
        .time_ns = buffer->time_ns,
        .columns = buffer->vectors,
        .column_count = buffer->column_count,
    };
}

void stw_row_buffer_clear(struct stw_row_buffer *buffer)
{
    for (uint32_t i = 0; i < buffer->column_count; i++)
        stw_intern_clear(&buffer->columns[i].words);
    buffer->rows = buffer->tail_from = 0;
    buffer->text_bytes = 0;
}

/* The words of the rows that stay, so that forgotten ones take no memory. */
static int keep_words(struct stw_row_column *column, const struct stw_row_column *from,
                      uint32_t first, uint32_t count, struct stw_error *err)
{
    for (uint32_t i = 0; i < count; i++) {
        column->codes[i] = 0;
        if (!from->present[first + i])
            continue;
        struct stw_slice word = from->words.words[from->codes[first + i]];
        if (!stw_intern_add(&column->words, word, &column->codes[i], NULL))
            return stw_fail_memory(err, word.size);
    }
    return STW_OK;
}

static size_t words_size(const struct stw_intern *words)
{
    size_t bytes = 0;
    for (uint32_t i = 0; i < words->count; i++)
        bytes += words->words[i].size;
    return bytes;
}

int stw_row_buffer_cut(struct stw_row_buffer *buffer, uint32_t rows, struct stw_row_buffer *to,
                       struct stw_error *err)
{
    assert(rows <= buffer->rows && to->rows == 0 && to->column_count == buffer->column_count);
    struct stw_row_buffer all = *buffer;
    *buffer = *to;
    *to = all;
    uint32_t left = all.rows - rows;
    to->rows = rows;
    buffer->rows = left;
    buffer->tail_from = all.tail_from > rows ? all.tail_from - rows : 0;
    if (left == 0)
        return STW_OK;
    for (uint32_t i = 0; i < buffer->column_count; i++) {
        struct stw_row_column *column = &buffer->columns[i];
        const struct stw_row_column *from = &to->columns[i];
        column->scale = from->scale;
        memcpy(column->present, from->present + rows, left * sizeof(*column->present));
        if (column->type == STW_TYPE_TEXT)
            STW_TRY(keep_words(column, from, rows, left, err));
        else
            memcpy(column->values, from->values + rows, left * sizeof(*column->values));
        buffer->text_bytes += words_size(&column->words);
    }
    memcpy(buffer->series, to->series + rows, left * sizeof(*buffer->series));
    memcpy(buffer->time_ns, to->time_ns + rows, left * sizeof(*buffer->time_ns));
    return STW_OK;
}
