/*
 * Index pages: up to 1,024 blocks with their statistics, field by field as integer streams. What
 * can be foretold is taken off first, so that a month of a register costs some ten bytes a column:
 * min from first, max from last, the sum from the middle between min and max.
 */
#include "segment/format.h"
#include "segment/statistics.h"
#include "segment/time_unit.h"

struct page_writer {
    struct stw_encoder *encoder;
    struct stw_buffer *out;
    struct stw_buffer stream;
    int64_t field[STW_INDEX_PAGE_BLOCKS];
    double reals[STW_INDEX_PAGE_BLOCKS];
    uint32_t count;
};

struct page_reader {
    struct stw_decoder *decoder;
    struct stw_reader reader;
    int64_t field[STW_INDEX_PAGE_BLOCKS];
    double reals[STW_INDEX_PAGE_BLOCKS];
    uint32_t count;
    bool failed;
};

static inline int64_t subtract(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a - (uint64_t)b);
}

static inline int64_t add(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a + (uint64_t)b);
}

static bool is_zero(const int64_t *field, uint32_t count)
{
    uint32_t at = 0;
    while (at < count && field[at] == 0)
        at++;
    return at == count;
}

/* Many fields are 0 throughout; they have no stream. */
static void put_field(struct page_writer *page)
{
    stw_buffer_clear(&page->stream);
    if (!is_zero(page->field, page->count))
        stw_integers_encode(page->encoder, page->field, page->count, &page->stream);
    stw_put_bytes(page->out, stw_buffer_slice(&page->stream));
    page->out->failed |= page->stream.failed;
}

static void put_reals(struct page_writer *page)
{
    stw_buffer_clear(&page->stream);
    stw_floats_encode(page->encoder, page->reals, page->count, &page->stream);
    stw_put_bytes(page->out, stw_buffer_slice(&page->stream));
    page->out->failed |= page->stream.failed;
}

static void get_field(struct page_reader *page)
{
    struct stw_slice stream = stw_get_bytes(&page->reader);
    if (stream.size == 0)
        memset(page->field, 0, page->count * sizeof(*page->field));
    else if (!stw_integers_decode(page->decoder, stream, page->field, page->count))
        page->failed = true;
}

static void get_reals(struct page_reader *page)
{
    struct stw_slice stream = stw_get_bytes(&page->reader);
    if (!stw_floats_decode(page->decoder, stream, page->reals, page->count))
        page->failed = true;
}

/* The field that a block's or a column's expression gives, over all blocks of the page. */
#define PUT_BLOCKS(expression)                                                                     \
    do {                                                                                           \
        for (uint32_t i = 0; i < page->count; i++) {                                               \
            const struct stw_segment_block *b = &blocks[i];                                        \
            page->field[i] = (int64_t)(expression);                                                \
        }                                                                                          \
        put_field(page);                                                                           \
    } while (0)

#define PUT_COLUMN(expression)                                                                     \
    do {                                                                                           \
        for (uint32_t i = 0; i < page->count; i++) {                                               \
            const struct stw_column_statistics *s = &blocks[i].columns[column];                    \
            page->field[i] = (int64_t)(expression);                                                \
        }                                                                                          \
        put_field(page);                                                                           \
    } while (0)

#define PUT_REAL(member)                                                                           \
    do {                                                                                           \
        for (uint32_t i = 0; i < page->count; i++)                                                 \
            page->reals[i] = blocks[i].columns[column].member.real;                                \
        put_reals(page);                                                                           \
    } while (0)

#define GET_BLOCKS(statement)                                                                      \
    do {                                                                                           \
        get_field(page);                                                                           \
        for (uint32_t i = 0; i < page->count && !page->failed; i++) {                              \
            struct stw_segment_block *b = &blocks[i];                                              \
            int64_t v = page->field[i];                                                            \
            statement;                                                                             \
        }                                                                                          \
    } while (0)

#define GET_COLUMN(statement)                                                                      \
    do {                                                                                           \
        get_field(page);                                                                           \
        for (uint32_t i = 0; i < page->count && !page->failed; i++) {                              \
            struct stw_column_statistics *s = &statistics[(size_t)i * column_count + column];      \
            int64_t v = page->field[i];                                                            \
            statement;                                                                             \
        }                                                                                          \
    } while (0)

#define GET_REAL(member)                                                                           \
    do {                                                                                           \
        get_reals(page);                                                                           \
        for (uint32_t i = 0; i < page->count && !page->failed; i++)                                \
            statistics[(size_t)i * column_count + column].member.real = page->reals[i];            \
    } while (0)

/* A first guess at the sum: all values in the middle between min and max. */
static stw_int128 foretold_sum(const struct stw_column_statistics *s, uint32_t rows)
{
    if (s->nulls >= rows)
        return 0;
    return ((stw_int128)s->min.integer + s->max.integer) * (rows - s->nulls) / 2;
}

static int64_t sum_low(const struct stw_column_statistics *s, uint32_t rows)
{
    return (int64_t)(uint64_t)(stw_uint128)(s->sum - foretold_sum(s, rows));
}

static int64_t sum_high(const struct stw_column_statistics *s, uint32_t rows)
{
    stw_int128 rest = s->sum - foretold_sum(s, rows);
    return (int64_t)((rest - (int64_t)(uint64_t)(stw_uint128)rest) >> 64);
}

static void set_sum_high(struct stw_column_statistics *s, uint32_t rows, int64_t high)
{
    s->sum = (stw_int128)((stw_uint128)s->sum + ((stw_uint128)(stw_int128)high << 64) +
                          (stw_uint128)foretold_sum(s, rows));
}

enum { FLAG_REPEATS = 1 };

/* In the largest unit that divides them all; steps are differences of times. */
static void put_times(struct page_writer *page, const struct stw_segment_block *blocks)
{
    unsigned code = STW_TIME_UNITS - 1;
    for (uint32_t i = 0; i < page->count; i++) {
        code = stw_time_unit_limit(code, blocks[i].time_first_ns);
        code = stw_time_unit_limit(code, blocks[i].time_last_ns);
        code = stw_time_unit_limit(code, blocks[i].time_min_ns);
        code = stw_time_unit_limit(code, blocks[i].time_max_ns);
        code = stw_time_unit_limit(code, blocks[i].time_step_ns);
    }
    int64_t unit = stw_time_unit_ns[code];
    stw_put_u8(page->out, (uint8_t)code);
    PUT_BLOCKS(b->time_first_ns / unit);
    PUT_BLOCKS(subtract(b->time_last_ns / unit, b->time_first_ns / unit));
    PUT_BLOCKS(subtract(b->time_min_ns / unit, b->time_first_ns / unit));
    PUT_BLOCKS(subtract(b->time_max_ns / unit, b->time_last_ns / unit));
    PUT_BLOCKS(b->time_step_ns / unit);
}

static void put_blocks(struct page_writer *page, const struct stw_segment_block *blocks)
{
    uint64_t start = blocks[0].offset;
    stw_put_varint(page->out, start);
    PUT_BLOCKS(b->size_bytes);
    PUT_BLOCKS(i == 0 ? 0 : b->offset - blocks[i - 1].offset - blocks[i - 1].size_bytes);
    PUT_BLOCKS(b->rows);
    PUT_BLOCKS(i == 0 ? b->series_first : b->series_first - blocks[i - 1].series_last);
    PUT_BLOCKS(b->series_last - b->series_first);
    PUT_BLOCKS(b->has_repeats ? FLAG_REPEATS : 0);
    put_times(page, blocks);
}

static inline int64_t times(int64_t number, int64_t unit)
{
    return (int64_t)((uint64_t)number * (uint64_t)unit);
}

static void get_times(struct page_reader *page, struct stw_segment_block *blocks)
{
    unsigned code = stw_get_u8(&page->reader);
    if (code >= STW_TIME_UNITS) {
        page->failed = true;
        return;
    }
    int64_t unit = stw_time_unit_ns[code];
    GET_BLOCKS(b->time_first_ns = times(v, unit));
    GET_BLOCKS(b->time_last_ns = add(times(v, unit), b->time_first_ns));
    GET_BLOCKS(b->time_min_ns = add(times(v, unit), b->time_first_ns));
    GET_BLOCKS(b->time_max_ns = add(times(v, unit), b->time_last_ns));
    GET_BLOCKS(b->time_step_ns = times(v, unit));
}

static void get_blocks(struct page_reader *page, struct stw_segment_block *blocks)
{
    uint64_t start = stw_get_varint(&page->reader);
    GET_BLOCKS(b->size_bytes = (uint32_t)v; page->failed |= v <= 0 || v > UINT32_MAX);
    GET_BLOCKS(b->offset = i == 0 ? start + (uint64_t)v
                                  : blocks[i - 1].offset + blocks[i - 1].size_bytes + (uint64_t)v;
               page->failed |= v < 0);
    GET_BLOCKS(b->rows = (uint32_t)v; page->failed |= v < 1 || v > STW_RUN_ROWS_MAX);
    GET_BLOCKS(b->series_first = (uint32_t)v; page->failed |= v < 0 || v > UINT32_MAX);
    GET_BLOCKS(b->series_first += i == 0 ? 0 : blocks[i - 1].series_last;
               b->series_last = b->series_first + (uint32_t)v;
               page->failed |= v < 0 || v > UINT32_MAX - (int64_t)b->series_first;
               b->single = v == 0);
    GET_BLOCKS(b->has_repeats = (v & FLAG_REPEATS) != 0; page->failed |= v < 0 || v > 1);
    get_times(page, blocks);
}

static void put_column(struct page_writer *page, const struct stw_segment_block *blocks,
                       uint32_t column, enum stw_type type)
{
    PUT_COLUMN(s->nulls);
    if (type == STW_TYPE_TEXT)
        return;
    if (type == STW_TYPE_FLOAT) {
        PUT_COLUMN(s->nans);
        PUT_REAL(first);
        PUT_REAL(last);
        PUT_REAL(min);
        PUT_REAL(max);
        return;
    }
    if (type == STW_TYPE_DECIMAL)
        PUT_COLUMN(s->scale);
    PUT_COLUMN(s->first.integer);
    PUT_COLUMN(subtract(s->last.integer, s->first.integer));
    PUT_COLUMN(subtract(s->min.integer, s->first.integer));
    PUT_COLUMN(subtract(s->max.integer, s->last.integer));
    PUT_COLUMN(sum_low(s, blocks[i].rows));
    PUT_COLUMN(sum_high(s, blocks[i].rows));
    PUT_COLUMN(s->falls);
    PUT_COLUMN(s->largest_rise);
}

static void get_column(struct page_reader *page, const struct stw_segment_block *blocks,
                       struct stw_column_statistics *statistics, uint32_t column_count,
                       uint32_t column, enum stw_type type)
{
    GET_COLUMN(s->nulls = (uint32_t)v; page->failed |= v < 0 || v > blocks[i].rows);
    if (type == STW_TYPE_TEXT)
        return;
    if (type == STW_TYPE_FLOAT) {
        GET_COLUMN(s->nans = (uint32_t)v; page->failed |= v < 0 || v > blocks[i].rows);
        GET_REAL(first);
        GET_REAL(last);
        GET_REAL(min);
        GET_REAL(max);
        return;
    }
    if (type == STW_TYPE_DECIMAL)
        GET_COLUMN(s->scale = (int)v; page->failed |= v < 0 || v > STW_SCALE_MAX);
    GET_COLUMN(s->first.integer = v);
    GET_COLUMN(s->last.integer = add(v, s->first.integer));
    GET_COLUMN(s->min.integer = add(v, s->first.integer));
    GET_COLUMN(s->max.integer = add(v, s->last.integer));
    GET_COLUMN(s->sum = v);
    GET_COLUMN(set_sum_high(s, blocks[i].rows, v));
    GET_COLUMN(s->falls = (uint32_t)v; page->failed |= v < 0 || v >= blocks[i].rows);
    GET_COLUMN(s->largest_rise = (uint64_t)v);
}

/* Whether no block has a value there, as columns have it that were never used. */
static bool is_unused(const struct stw_segment_block *blocks, uint32_t count, uint32_t column)
{
    bool is_unused = true;
    for (uint32_t i = 0; i < count && is_unused; i++) {
        const struct stw_column_statistics *s = &blocks[i].columns[column];
        is_unused = s->nulls == blocks[i].rows && s->scale == 0;
    }
    return is_unused;
}

void stw_index_page_encode(struct stw_encoder *encoder, const struct stw_segment_spec *spec,
                           const struct stw_segment_block *blocks, uint32_t count,
                           struct stw_buffer *out)
{
    assert(count > 0 && count <= STW_INDEX_PAGE_BLOCKS);
    struct page_writer page = {.encoder = encoder, .out = out, .count = count};
    uint32_t columns = spec->column_count;
    while (columns > 0 && is_unused(blocks, count, columns - 1))
        columns--;
    stw_put_varint(out, count);
    put_blocks(&page, blocks);
    for (uint32_t column = 0; column < columns; column++)
        put_column(&page, blocks, column, spec->columns[column].type);
    stw_buffer_release(&page.stream);
}

int stw_index_page_count(struct stw_slice body, uint32_t *count, struct stw_error *err)
{
    struct stw_reader reader;
    stw_reader_init(&reader, body.data, body.size);
    uint64_t claimed = stw_get_varint(&reader);
    if (reader.failed || claimed == 0 || claimed > STW_INDEX_PAGE_BLOCKS)
        return stw_fail(err, STW_ERR_DAMAGED, "a page of the index is damaged");
    *count = (uint32_t)claimed;
    return STW_OK;
}

int stw_index_page_decode(struct stw_decoder *decoder, struct stw_slice body,
                          const struct stw_segment_spec *spec, struct stw_segment_block *blocks,
                          struct stw_column_statistics *statistics, uint32_t count,
                          struct stw_error *err)
{
    struct page_reader page = {.decoder = decoder, .count = count};
    memset(statistics, 0, (size_t)count * spec->column_count * sizeof(*statistics));
    stw_reader_init(&page.reader, body.data, body.size);
    (void)stw_get_varint(&page.reader);
    get_blocks(&page, blocks);
    uint32_t columns = 0; /* that are described: fields of the others are left out */
    for (; columns < spec->column_count && stw_reader_left(&page.reader) > 0 && !page.failed;
         columns++)
        get_column(&page, blocks, statistics, spec->column_count, columns,
                   spec->columns[columns].type);
    for (uint32_t i = 0; i < count && !page.failed; i++) {
        struct stw_column_statistics *of_block = statistics + (size_t)i * spec->column_count;
        for (uint32_t column = columns; column < spec->column_count; column++)
            stw_statistics_none(blocks[i].rows, spec->columns[column].type, &of_block[column]);
        blocks[i].columns = of_block;
    }
    if (page.failed || page.reader.failed || stw_reader_left(&page.reader) != 0)
        return stw_fail(err, STW_ERR_DAMAGED, "a page of the index cannot be decoded");
    return STW_OK;
}
