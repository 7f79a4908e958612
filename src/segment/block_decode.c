/* Block bodies, decoding into reusable buffers; see block_body.h and FORMAT.md "Block body". */
#include "segment/block_body.h"
#include "segment/time_unit.h"

#include "base/bits.h"
#include "base/memory.h"
#include "codec/ascend.h"

struct column_buffers {
    int64_t *values; /* ints, or the bits of floats, or codes on their way */
    uint32_t *codes;
    uint8_t *present;
    struct stw_buffer text;
    struct stw_slice *words;
    size_t words_capacity;
};

struct stw_block_buffers {
    struct stw_decoder *decoder;
    bool decoder_is_shared;
    struct stw_buffer frame;
    struct stw_buffer lender;     /* the frame of the block that lends */
    struct stw_slice lender_body; /* in it */
    uint64_t lender_back;         /* which one it is, during one decoding; 0: none yet */
    int64_t *lent;                /* its values */
    int64_t *time_ns;
    int64_t *series_wide;
    uint32_t *series;
    struct column_buffers *columns;
    struct stw_vector *vectors;
    struct stw_vector *run_vectors;
    uint32_t column_capacity;
};

void stw_block_init(struct stw_block *block)
{
    memset(block, 0, sizeof(*block));
}

void stw_block_release(struct stw_block *block)
{
    struct stw_block_buffers *buffers = block->buffers;
    if (buffers != NULL) {
        for (uint32_t i = 0; i < buffers->column_capacity; i++) {
            struct column_buffers *column = &buffers->columns[i];
            stw_free(column->values);
            stw_free(column->codes);
            stw_free(column->present);
            stw_free(column->words);
            stw_buffer_release(&column->text);
        }
        stw_free(buffers->columns);
        stw_free(buffers->vectors);
        stw_free(buffers->run_vectors);
        stw_free(buffers->time_ns);
        stw_free(buffers->series_wide);
        stw_free(buffers->series);
        stw_free(buffers->lent);
        stw_buffer_release(&buffers->frame);
        stw_buffer_release(&buffers->lender);
        if (!buffers->decoder_is_shared)
            stw_decoder_free(buffers->decoder);
        stw_free(buffers);
    }
    stw_block_init(block);
}

bool stw_block_share(struct stw_block *block, struct stw_decoder *decoder)
{
    assert(block->buffers == NULL);
    block->buffers = stw_alloc_zero(1, sizeof(*block->buffers));
    if (block->buffers == NULL)
        return false;
    block->buffers->decoder = decoder;
    block->buffers->decoder_is_shared = true;
    return true;
}

/* A row array of the given kind in `slot`, made at first use. */
#define ROW_ARRAY(slot) ((slot) != NULL || ((slot) = stw_alloc(STW_RUN_ROWS_MAX, sizeof(*(slot)))))

static struct stw_block_buffers *buffers_of(struct stw_block *block)
{
    if (block->buffers == NULL)
        block->buffers = stw_alloc_zero(1, sizeof(*block->buffers));
    struct stw_block_buffers *buffers = block->buffers;
    if (buffers == NULL)
        return NULL;
    if (buffers->decoder == NULL)
        buffers->decoder = stw_decoder_create();
    if (buffers->decoder == NULL || !ROW_ARRAY(buffers->time_ns))
        return NULL;
    return buffers;
}

static bool reserve_columns(struct stw_block_buffers *buffers, uint32_t count)
{
    if (count <= buffers->column_capacity)
        return true;
    struct stw_vector *vectors = stw_realloc(buffers->vectors, count, sizeof(*vectors));
    if (vectors == NULL)
        return false;
    buffers->vectors = vectors;
    struct stw_vector *run_vectors = stw_realloc(buffers->run_vectors, count, sizeof(*vectors));
    if (run_vectors == NULL)
        return false;
    buffers->run_vectors = run_vectors;
    struct column_buffers *columns = stw_realloc(buffers->columns, count, sizeof(*columns));
    if (columns == NULL)
        return false;
    memset(columns + buffers->column_capacity, 0,
           (count - buffers->column_capacity) * sizeof(*columns));
    buffers->columns = columns;
    buffers->column_capacity = count;
    return true;
}

char *stw_block_frame(struct stw_block *block, size_t size)
{
    struct stw_block_buffers *buffers = buffers_of(block);
    if (buffers == NULL)
        return NULL;
    stw_buffer_clear(&buffers->frame);
    return stw_buffer_room(&buffers->frame, size);
}

/* Values of the rows that have one to their rows, from the end so that it works in place. */
static void spread_integers(int64_t *values, const uint8_t *present, uint32_t rows, uint32_t count)
{
    for (uint32_t i = rows; i-- > 0;)
        values[i] = present[i] ? values[--count] : 0;
}

static int decode_text(struct stw_block_buffers *buffers, struct column_buffers *column,
                       struct stw_reader *reader, uint32_t count, struct stw_vector *vector,
                       struct stw_error *err)
{
    enum { SIZE_MAX_BYTES = STW_SEGMENT_BLOCK_TEXT_MAX + 5 * STW_RUN_ROWS_MAX };
    struct stw_slice words = stw_get_bytes(reader);
    struct stw_slice codes = stw_get_raw(reader, stw_reader_left(reader));
    uint32_t word_count = 0;
    if (reader->failed || !stw_words_count(words, &word_count) || word_count > count)
        return stw_fail(err, STW_ERR_DAMAGED, "a text column's dictionary is damaged");
    if (!stw_reserve((void **)&column->words, &column->words_capacity, word_count,
                     sizeof(*column->words)))
        return stw_fail_memory(err, word_count * sizeof(*column->words));
    if (!stw_words_decode(buffers->decoder, words, SIZE_MAX_BYTES, &column->text, column->words,
                          word_count))
        return column->text.failed
                   ? stw_fail_memory(err, SIZE_MAX_BYTES)
                   : stw_fail(err, STW_ERR_DAMAGED, "a text column's dictionary is damaged");
    if (!stw_integers_decode(buffers->decoder, codes, column->values, count))
        return stw_fail(err, STW_ERR_DAMAGED, "a text column's codes cannot be decoded");
    for (uint32_t i = 0; i < count; i++)
        if (column->values[i] < 0 || column->values[i] >= (int64_t)word_count)
            return stw_fail(err, STW_ERR_DAMAGED, "a text column's code is outside its dictionary");
    vector->words = column->words;
    vector->word_count = word_count;
    return STW_OK;
}

static int decode_values(struct stw_block_buffers *buffers, struct column_buffers *column,
                         struct stw_reader *reader, uint32_t count, struct stw_vector *vector,
                         struct stw_error *err)
{
    if (vector->type == STW_TYPE_TEXT)
        return decode_text(buffers, column, reader, count, vector, err);
    struct stw_slice stream = stw_get_raw(reader, stw_reader_left(reader));
    bool decoded =
        vector->type == STW_TYPE_FLOAT
            ? stw_floats_decode(buffers->decoder, stream, (double *)(void *)column->values, count)
            : stw_integers_decode(buffers->decoder, stream, column->values, count);
    if (!decoded)
        return stw_fail(err, STW_ERR_DAMAGED, "a column's values cannot be decoded");
    for (uint32_t i = 0; vector->type == STW_TYPE_BOOL && i < count; i++)
        if (((uint64_t)column->values[i] & ~UINT64_C(1)) != 0)
            return stw_fail(err, STW_ERR_DAMAGED, "a yes/no column holds something else");
    return STW_OK;
}

/* Fills `present` and returns through *count how many rows have a value. */
static int decode_presence(struct stw_block_buffers *buffers, struct column_buffers *column,
                           struct stw_reader *reader, uint8_t missing, uint32_t rows,
                           uint32_t *count, struct stw_error *err)
{
    if (!ROW_ARRAY(column->present))
        return stw_fail_memory(err, STW_RUN_ROWS_MAX);
    if (missing == STW_MISSING_ALL) {
        memset(column->present, 0, rows);
        *count = 0;
        return STW_OK;
    }
    struct stw_slice stream = stw_get_bytes(reader);
    if (reader->failed || !stw_presence_decode(buffers->decoder, stream, column->present, rows))
        return stw_fail(err, STW_ERR_DAMAGED, "a column's missing values cannot be decoded");
    *count = 0;
    for (uint32_t i = 0; i < rows; i++)
        *count += column->present[i];
    return STW_OK;
}

/* What one decoding works on. */
struct decoding {
    const struct stw_segment_spec *spec;
    const struct stw_block_finder *finder;
    struct stw_block_buffers *buffers;
    struct stw_block_parts parts;
};

/* The parts of the block that lends, `back` bytes before; its rows are as many as the borrower's.
 */
static int find_lender(const struct decoding *decoding, uint64_t back,
                       struct stw_block_parts *parts, struct stw_error *err)
{
    struct stw_block_buffers *buffers = decoding->buffers;
    if (decoding->finder == NULL)
        return stw_fail(err, STW_ERR_DAMAGED, "the block borrows where nothing is lent");
    if (buffers->lender_back != back) {
        buffers->lender_back = 0;
        STW_TRY(decoding->finder->find(decoding->finder, back, &buffers->lender,
                                       &buffers->lender_body, err));
        buffers->lender_back = back;
    }
    if (!stw_block_parts_split(buffers->lender_body, decoding->spec->column_count, parts) ||
        parts->rows != decoding->parts.rows)
        return stw_fail(err, STW_ERR_DAMAGED, "the block %llu bytes before cannot lend to this one",
                        (unsigned long long)back);
    return STW_OK;
}

/* The own values of a lender's column at that scale, into buffers->lent. */
static int decode_lent(const struct decoding *decoding, uint32_t number,
                       const struct stw_borrowed_column *head, struct stw_error *err)
{
    struct stw_block_buffers *buffers = decoding->buffers;
    enum stw_type type = decoding->spec->columns[number].type;
    struct stw_block_parts lender;
    struct stw_reader reader;
    STW_TRY(find_lender(decoding, head->back, &lender, err));
    if (!ROW_ARRAY(buffers->lent))
        return stw_fail_memory(err, STW_RUN_ROWS_MAX * sizeof(*buffers->lent));
    struct stw_slice bytes = lender.columns[number];
    bool lends = stw_column_lends(bytes, type);
    stw_reader_init(&reader, bytes.data, bytes.size);
    (void)stw_get_u8(&reader);
    if (type == STW_TYPE_DECIMAL)
        lends &= stw_get_u8(&reader) == head->scale;
    struct stw_slice stream = stw_get_raw(&reader, stw_reader_left(&reader));
    if (!lends || !stw_integers_decode(buffers->decoder, stream, buffers->lent, lender.rows))
        return stw_fail(err, STW_ERR_DAMAGED, "a column's lender does not have its values");
    return STW_OK;
}

/* A column of integers that follows from that of another block; `reader` is behind the first byte.
 */
static int decode_borrowed(const struct decoding *decoding, uint32_t number,
                           struct stw_reader *reader, int64_t *values, struct stw_vector *vector,
                           struct stw_error *err)
{
    struct stw_borrowed_column head;
    uint32_t rows = decoding->parts.rows;
    if (!stw_borrowed_column_get(reader, vector->type, &head) || head.scale > STW_SCALE_MAX ||
        rows < STW_BORROWED_ROWS_MIN)
        return stw_fail(err, STW_ERR_DAMAGED, "a borrowed column's head is damaged");
    STW_TRY(decode_lent(decoding, number, &head, err));
    struct stw_slice stream = stw_get_raw(reader, stw_reader_left(reader));
    if (!stw_integers_decode(decoding->buffers->decoder, stream, values + 1, rows - 1))
        return stw_fail(err, STW_ERR_DAMAGED, "a borrowed column's values cannot be decoded");
    values[0] = head.first;
    stw_relation_add(head.relation, decoding->buffers->lent, values, rows);
    vector->scale = head.scale;
    vector->ints = values;
    return STW_OK;
}

static int decode_column(const struct decoding *decoding, struct column_buffers *column,
                         uint32_t number, struct stw_vector *vector, struct stw_error *err)
{
    struct stw_block_buffers *buffers = decoding->buffers;
    struct stw_slice bytes = decoding->parts.columns[number];
    enum stw_type type = decoding->spec->columns[number].type;
    uint32_t rows = decoding->parts.rows;
    struct stw_reader reader;
    stw_reader_init(&reader, bytes.data, bytes.size);
    *vector = (struct stw_vector){.type = type};
    if (!ROW_ARRAY(column->values) || (type == STW_TYPE_TEXT && !ROW_ARRAY(column->codes)))
        return stw_fail_memory(err, STW_RUN_ROWS_MAX * sizeof(*column->values));
    uint8_t missing = bytes.size == 0 ? STW_MISSING_ALL : stw_get_u8(&reader);
    if (missing == STW_MISSING_BORROWED)
        return decode_borrowed(decoding, number, &reader, column->values, vector, err);
    if (type == STW_TYPE_DECIMAL && bytes.size > 0)
        vector->scale = stw_get_u8(&reader);
    if (reader.failed || missing > STW_MISSING_ALL || vector->scale > STW_SCALE_MAX)
        return stw_fail(err, STW_ERR_DAMAGED, "a column's head is damaged");
    uint32_t count = rows;
    if (missing != STW_MISSING_NONE)
        STW_TRY(decode_presence(buffers, column, &reader, missing, rows, &count, err));
    if (count > 0)
        STW_TRY(decode_values(buffers, column, &reader, count, vector, err));
    else if (stw_reader_left(&reader) != 0)
        return stw_fail(err, STW_ERR_DAMAGED, "a column without values has some");
    if (missing != STW_MISSING_NONE) {
        spread_integers(column->values, column->present, rows, count);
        vector->present = column->present;
    }
    if (type == STW_TYPE_TEXT) {
        for (uint32_t i = 0; i < rows; i++)
            column->codes[i] = (uint32_t)column->values[i];
        vector->codes = column->codes;
        vector->words = column->words;
    } else if (type == STW_TYPE_FLOAT) {
        vector->floats = (const double *)(const void *)column->values;
    } else {
        vector->ints = column->values;
    }
    return STW_OK;
}

/* Series ids must be 32 bit and ascend; a block of one series is told by its constant stream. */
static int decode_series(struct stw_block_buffers *buffers, struct stw_slice stream, uint32_t rows,
                         struct stw_block *out, struct stw_error *err)
{
    int64_t only;
    out->series = NULL;
    if (stw_integers_constant(stream, &only) && only >= 0 && only <= UINT32_MAX) {
        out->series_first = (uint32_t)only;
        return STW_OK;
    }
    if (!ROW_ARRAY(buffers->series_wide) || !ROW_ARRAY(buffers->series))
        return stw_fail_memory(err, STW_RUN_ROWS_MAX * sizeof(*buffers->series_wide));
    const int64_t *wide = buffers->series_wide;
    if (!stw_integers_decode(buffers->decoder, stream, buffers->series_wide, rows))
        return stw_fail(err, STW_ERR_DAMAGED, "the series cannot be decoded");
    bool ordered = wide[0] >= 0 && wide[rows - 1] <= UINT32_MAX;
    for (uint32_t i = 1; i < rows; i++)
        ordered &= wide[i - 1] <= wide[i];
    if (!ordered)
        return stw_fail(err, STW_ERR_DAMAGED, "the series are in disorder");
    out->series_first = (uint32_t)wide[0];
    if (wide[rows - 1] != wide[0]) {
        for (uint32_t i = 0; i < rows; i++)
            buffers->series[i] = (uint32_t)wide[i];
        out->series = buffers->series;
    }
    return STW_OK;
}

/* Whether times ascend within each series. */
static bool times_ascend(const int64_t *time_ns, const uint32_t *series, uint32_t rows)
{
    bool disorder = false;
    if (series == NULL)
        return stw_ascend_pick()(time_ns, rows);
    for (uint32_t i = 1; i < rows; i++)
        disorder |= (time_ns[i] < time_ns[i - 1]) & (series[i] == series[i - 1]);
    return !disorder;
}

/* Times that are in these bytes. */
static bool decode_own_times(struct stw_block_buffers *buffers, struct stw_slice bytes,
                             uint32_t rows)
{
    struct stw_reader reader;
    stw_reader_init(&reader, bytes.data, bytes.size);
    unsigned unit = stw_get_u8(&reader);
    struct stw_slice numbers = stw_get_raw(&reader, stw_reader_left(&reader));
    return unit < STW_TIME_UNITS &&
           stw_integers_decode_scaled(buffers->decoder, numbers, stw_time_unit_ns[unit],
                                      buffers->time_ns, rows);
}

static int decode_times(const struct decoding *decoding, const struct stw_block *out,
                        struct stw_error *err)
{
    uint32_t rows = decoding->parts.rows;
    struct stw_slice bytes = decoding->parts.times;
    uint64_t back = stw_times_back(bytes);
    if (back > 0) {
        struct stw_block_parts lender;
        STW_TRY(find_lender(decoding, back, &lender, err));
        bytes = lender.times;
    }
    if (!decode_own_times(decoding->buffers, bytes, rows))
        return stw_fail(err, STW_ERR_DAMAGED, "the times cannot be decoded");
    if (!times_ascend(decoding->buffers->time_ns, out->series, rows))
        return stw_fail(err, STW_ERR_DAMAGED, "the times are in disorder");
    return STW_OK;
}

int stw_block_body_decode(struct stw_slice body, const struct stw_segment_spec *spec,
                          const uint32_t *wanted, uint32_t wanted_count,
                          const struct stw_block_finder *finder, struct stw_block *out,
                          struct stw_error *err)
{
    struct stw_block_buffers *buffers = buffers_of(out);
    struct decoding decoding = {.spec = spec, .finder = finder, .buffers = buffers};
    out->rows = 0;
    if (buffers == NULL || !reserve_columns(buffers, wanted_count))
        return stw_fail_memory(err, STW_RUN_ROWS_MAX * sizeof(*buffers->time_ns));
    buffers->lender_back = 0;
    if (!stw_block_parts_split(body, spec->column_count, &decoding.parts))
        return stw_fail(err, STW_ERR_DAMAGED, "the block's parts are damaged");
    STW_TRY(decode_series(buffers, decoding.parts.series, decoding.parts.rows, out, err));
    STW_TRY(decode_times(&decoding, out, err));
    for (uint32_t i = 0; i < wanted_count; i++) {
        assert(wanted[i] < spec->column_count);
        STW_TRY(
            decode_column(&decoding, &buffers->columns[i], wanted[i], &buffers->vectors[i], err));
    }
    out->rows = decoding.parts.rows;
    out->time_ns = buffers->time_ns;
    out->columns = buffers->vectors;
    out->column_count = wanted_count;
    return STW_OK;
}

void stw_block_run(struct stw_block *block, uint32_t from, struct stw_run *run)
{
    assert(from < block->rows);
    uint32_t end = block->rows;
    if (block->series != NULL)
        for (end = from + 1; end < block->rows && block->series[end] == block->series[from];)
            end++;
    struct stw_vector *vectors = block->buffers->run_vectors;
    for (uint32_t i = 0; i < block->column_count; i++) {
        vectors[i] = block->columns[i];
        if (vectors[i].ints != NULL)
            vectors[i].ints += from;
        if (vectors[i].floats != NULL)
            vectors[i].floats += from;
        if (vectors[i].codes != NULL)
            vectors[i].codes += from;
        if (vectors[i].present != NULL)
            vectors[i].present += from;
    }
    *run = (struct stw_run){
        .series = block->series == NULL ? block->series_first : block->series[from],
        .count = end - from,
        .time_ns = block->time_ns + from,
        .columns = vectors,
        .column_count = block->column_count,
    };
}
