/* Block bodies, encoding; see block_body.h and FORMAT.md "Block body". */
#include "segment/block_body.h"
#include "segment/time_unit.h"

#include "base/bits.h"
#include "base/memory.h"

enum { BORROWED_SIZE_MIN = 32 /* a column of fewer bytes stays its own */ };

void stw_block_scratch_release(struct stw_block_scratch *scratch)
{
    stw_free(scratch->word_codes);
    stw_buffer_release(&scratch->stream);
    stw_buffer_release(&scratch->column);
    stw_buffer_release(&scratch->borrowed);
    scratch->word_codes = NULL;
    scratch->word_codes_capacity = 0;
}

/* Appends what scratch->stream holds, its size before it. */
static void put_stream(struct stw_block_scratch *scratch, struct stw_buffer *out)
{
    stw_put_bytes(out, stw_buffer_slice(&scratch->stream));
    out->failed |= scratch->stream.failed;
    stw_buffer_clear(&scratch->stream);
}

static uint32_t count_missing(const struct stw_vector *vector, uint32_t rows)
{
    uint32_t missing = 0;
    for (uint32_t i = 0; vector->present != NULL && i < rows; i++)
        missing += !vector->present[i];
    return missing;
}

static void put_floats(struct stw_encoder *encoder, struct stw_block_scratch *scratch,
                       const struct stw_vector *vector, uint32_t rows, struct stw_buffer *out)
{
    double *dense = (double *)(void *)scratch->dense;
    uint32_t count = 0;
    for (uint32_t i = 0; i < rows; i++)
        if (stw_vector_has(vector, i))
            dense[count++] = vector->floats[i];
    stw_floats_encode(encoder, dense, count, out);
}

/* The block's dictionary holds the words in the order of their first row. */
static void put_text(struct stw_encoder *encoder, struct stw_block_scratch *scratch,
                     const struct stw_vector *vector, uint32_t rows, struct stw_buffer *out)
{
    if (!stw_reserve((void **)&scratch->word_codes, &scratch->word_codes_capacity,
                     vector->word_count, sizeof(*scratch->word_codes))) {
        out->failed = true;
        return;
    }
    if (vector->word_count > 0)
        memset(scratch->word_codes, 0, vector->word_count * sizeof(*scratch->word_codes));
    uint32_t word_count = 0;
    uint32_t count = 0;
    for (uint32_t i = 0; i < rows; i++) {
        if (!stw_vector_has(vector, i))
            continue;
        uint32_t code = vector->codes[i];
        if (scratch->word_codes[code] == 0) {
            scratch->words[word_count++] = vector->words[code];
            scratch->word_codes[code] = word_count;
        }
        scratch->dense[count++] = scratch->word_codes[code] - 1;
    }
    stw_words_encode(encoder, scratch->words, word_count, &scratch->stream);
    put_stream(scratch, out);
    stw_integers_encode(encoder, scratch->dense, count, out);
}

static void put_integers(struct stw_encoder *encoder, struct stw_block_scratch *scratch,
                         const struct stw_vector *vector, uint32_t rows, struct stw_buffer *out)
{
    if (vector->present == NULL) {
        stw_integers_encode(encoder, vector->ints, rows, out);
        return;
    }
    uint32_t count = 0;
    for (uint32_t i = 0; i < rows; i++)
        if (stw_vector_has(vector, i))
            scratch->dense[count++] = vector->ints[i];
    stw_integers_encode(encoder, scratch->dense, count, out);
}

static void put_column(struct stw_encoder *encoder, struct stw_block_scratch *scratch,
                       const struct stw_vector *vector, uint32_t rows, struct stw_buffer *out)
{
    uint32_t missing = count_missing(vector, rows);
    if (missing == rows && vector->scale == 0)
        return; /* nothing says all of it */
    stw_put_u8(out, missing == 0      ? STW_MISSING_NONE
                    : missing == rows ? STW_MISSING_ALL
                                      : STW_MISSING_SOME);
    if (vector->type == STW_TYPE_DECIMAL)
        stw_put_u8(out, (uint8_t)vector->scale);
    if (missing == rows)
        return;
    if (missing > 0) {
        stw_presence_encode(encoder, vector->present, rows, &scratch->stream);
        put_stream(scratch, out);
    }
    if (vector->type == STW_TYPE_TEXT)
        put_text(encoder, scratch, vector, rows, out);
    else if (vector->type == STW_TYPE_FLOAT)
        put_floats(encoder, scratch, vector, rows, out);
    else
        put_integers(encoder, scratch, vector, rows, out);
}

/* Puts the column's other form in the place of scratch->column where that halves it: its values
 * take the decoding of two. */
static void try_borrowed(struct stw_encoder *encoder, struct stw_block_scratch *scratch,
                         const struct stw_vector *vector, uint32_t rows, enum stw_relation relation,
                         const struct stw_vector *lent, uint64_t back)
{
    if (scratch->column.size < BORROWED_SIZE_MIN || vector->present != NULL ||
        lent->present != NULL || lent->scale != vector->scale)
        return;
    struct stw_buffer *borrowed = &scratch->borrowed;
    struct stw_borrowed_column head = {(uint8_t)vector->scale, back, relation, vector->ints[0]};
    stw_buffer_clear(borrowed);
    stw_borrowed_column_put(&head, vector->type, borrowed);
    stw_relation_take(relation, lent->ints, vector->ints, rows, scratch->dense);
    stw_integers_encode(encoder, scratch->dense, rows - 1, borrowed);
    scratch->column.failed |= borrowed->failed;
    if (scratch->column.failed || borrowed->size > scratch->column.size / 2)
        return;
    struct stw_buffer swap = scratch->column;
    scratch->column = *borrowed;
    *borrowed = swap;
}

static void put_times(struct stw_encoder *encoder, struct stw_block_scratch *scratch,
                      const int64_t *time_ns, uint32_t rows)
{
    unsigned unit = STW_TIME_UNITS - 1;
    for (uint32_t i = 0; i < rows; i++)
        unit = stw_time_unit_limit(unit, time_ns[i]);
    for (uint32_t i = 0; i < rows; i++)
        scratch->dense[i] = time_ns[i] / stw_time_unit_ns[unit];
    stw_put_u8(&scratch->stream, (uint8_t)unit);
    stw_integers_encode(encoder, scratch->dense, rows, &scratch->stream);
}

void stw_block_body_encode(struct stw_encoder *encoder, struct stw_block_scratch *scratch,
                           const struct stw_block_rows *rows, const struct stw_borrowing *borrowing,
                           struct stw_buffer *out)
{
    static const struct stw_borrowing nothing;
    const struct stw_borrowing *from = borrowing == NULL ? &nothing : borrowing;
    assert(rows->rows > 0 && rows->rows <= STW_RUN_ROWS_MAX);
    stw_put_varint(out, rows->rows);
    for (uint32_t i = 0; i < rows->rows; i++)
        scratch->dense[i] = rows->series[i];
    stw_buffer_clear(&scratch->stream);
    stw_integers_encode(encoder, scratch->dense, rows->rows, &scratch->stream);
    put_stream(scratch, out);
    if (from->times_back > 0)
        stw_borrowed_times_put(from->times_back, &scratch->stream);
    else
        put_times(encoder, scratch, rows->time_ns, rows->rows);
    put_stream(scratch, out);
    size_t end = out->size; /* columns without bytes at the end are left out */
    for (uint32_t i = 0; i < rows->column_count; i++) {
        stw_buffer_clear(&scratch->column);
        put_column(encoder, scratch, &rows->columns[i], rows->rows, &scratch->column);
        if (from->values_back > 0 && from->relations[i] >= 0)
            try_borrowed(encoder, scratch, &rows->columns[i], rows->rows,
                         (enum stw_relation)from->relations[i], &from->lent[i], from->values_back);
        stw_put_bytes(out, stw_buffer_slice(&scratch->column));
        out->failed |= scratch->column.failed;
        end = scratch->column.size > 0 ? out->size : end;
    }
    out->size = end;
}
