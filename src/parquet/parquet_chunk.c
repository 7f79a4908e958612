/* Column chunks: a row group's values of one column as pages, and their bounds. */
#include "parquet/parquet_inside.h"

#include "parquet/parquet_encode.h"

#include <math.h>
#include <string.h>
#include <zlib.h>

enum {
    PAGE_DATA = 0,
    PAGE_DICTIONARY = 2,
    WIDE_SIZE = 16,
    DICTIONARY_BYTES_MAX = 1 << 20 /* a larger one is not worth its memory in the reader */
};

/* ---- Pages ----------------------------------------------------------------------------------- */

static void put_page_header(struct stw_parquet_writer *writer, int kind, uint32_t values,
                            int encoding)
{
    struct stw_thrift thrift;
    uLong crc = crc32_z(0, (const Bytef *)writer->packed.data, writer->packed.size);
    stw_thrift_init(&thrift, &writer->out);
    stw_thrift_int(&thrift, 1, STW_THRIFT_I32, kind);
    stw_thrift_int(&thrift, 2, STW_THRIFT_I32, (int64_t)writer->page.size);
    stw_thrift_int(&thrift, 3, STW_THRIFT_I32, (int64_t)writer->packed.size);
    stw_thrift_int(&thrift, 4, STW_THRIFT_I32, (int32_t)(uint32_t)crc);
    stw_thrift_begin(&thrift, kind == PAGE_DATA ? 5 : 7);
    stw_thrift_int(&thrift, 1, STW_THRIFT_I32, values);
    stw_thrift_int(&thrift, 2, STW_THRIFT_I32, encoding);
    if (kind == PAGE_DATA) {
        stw_thrift_int(&thrift, 3, STW_THRIFT_I32, STW_PARQUET_RLE);
        stw_thrift_int(&thrift, 4, STW_THRIFT_I32, STW_PARQUET_RLE);
    }
    stw_thrift_end(&thrift);
    stw_thrift_end(&thrift);
}

/* Compresses writer->page and appends it with its header. */
static int put_page(struct stw_parquet_writer *writer, int kind, uint32_t values, int encoding,
                    struct stw_parquet_place *place, struct stw_error *err)
{
    STW_TRY(stw_buffer_status(&writer->page, err));
    size_t bound = ZSTD_compressBound(writer->page.size);
    stw_buffer_clear(&writer->packed);
    char *room = stw_buffer_room(&writer->packed, bound);
    if (room == NULL)
        return stw_fail_memory(err, bound);
    size_t size = ZSTD_compress2(writer->zstd, room, bound, writer->page.data, writer->page.size);
    if (ZSTD_isError(size))
        return stw_fail_memory(err, bound); /* the bound is given: nothing else can be wrong */
    writer->packed.size += size;
    size_t before = writer->out.size;
    put_page_header(writer, kind, values, encoding);
    place->unpacked_size += (int64_t)(writer->out.size - before + writer->page.size);
    stw_buffer_add(&writer->out, writer->packed.data, writer->packed.size);
    return stw_buffer_status(&writer->out, err);
}

/* ---- Values ---------------------------------------------------------------------------------- */

static void put_wide(struct stw_buffer *out, stw_int128 value)
{
    for (int byte = WIDE_SIZE - 1; byte >= 0; byte--)
        stw_put_u8(out, (uint8_t)((stw_uint128)value >> (8 * byte)));
}

static void put_text(struct stw_buffer *out, struct stw_slice text)
{
    stw_put_u32(out, (uint32_t)text.size);
    stw_buffer_add_slice(out, text);
}

static void put_bools(struct stw_buffer *out, const int64_t *values, uint32_t count)
{
    for (uint32_t at = 0; at < count; at += 8) {
        uint8_t byte = 0;
        for (uint32_t i = at; i < count && i < at + 8; i++)
            byte |= (uint8_t)((values[i] != 0) << (i - at));
        stw_put_u8(out, byte);
    }
}

/* Values [from, from + count) of the chunk in the encoding of its pages. */
static void put_values(struct stw_parquet_writer *writer, uint32_t column, int encoding,
                       uint32_t from, uint32_t count)
{
    const struct stw_parquet_chunk *chunk = &writer->chunks[column];
    struct stw_buffer *out = &writer->page;
    if (encoding == STW_PARQUET_DICTIONARY) {
        unsigned width = stw_bit_width(chunk->words.count - 1u);
        stw_put_u8(out, (uint8_t)width);
        stw_parquet_put_hybrid(out, chunk->codes + from, count, width);
        return;
    }
    switch (stw_parquet_physical_of(&writer->spec.columns[column])) {
    case STW_PHYSICAL_BOOLEAN:
        put_bools(out, chunk->ints + from, count);
        break;
    case STW_PHYSICAL_INT64:
        stw_parquet_put_deltas(out, chunk->ints + from, count);
        break;
    case STW_PHYSICAL_DOUBLE:
        for (uint32_t i = 0; i < count; i++)
            stw_put_u64(out, stw_double_bits(chunk->floats[from + i]));
        break;
    case STW_PHYSICAL_BYTES:
        for (uint32_t i = 0; i < count; i++)
            put_text(out, chunk->words.words[chunk->codes[from + i]]);
        break;
    case STW_PHYSICAL_FIXED:
        for (uint32_t i = 0; i < count; i++)
            put_wide(out, chunk->wides[from + i]);
        break;
    }
}

/* A dictionary pays where most texts occur again. */
static bool wants_dictionary(const struct stw_parquet_chunk *chunk)
{
    size_t bytes = 0;
    if (chunk->words.count == 0 || chunk->words.count > chunk->values / 2 + 1)
        return false;
    for (uint32_t i = 0; i < chunk->words.count; i++)
        bytes += sizeof(uint32_t) + chunk->words.words[i].size;
    return bytes <= DICTIONARY_BYTES_MAX;
}

static int choose_encoding(const struct stw_parquet_writer *writer, uint32_t column)
{
    switch (stw_parquet_physical_of(&writer->spec.columns[column])) {
    case STW_PHYSICAL_INT64:
        return STW_PARQUET_DELTA;
    case STW_PHYSICAL_BYTES:
        return wants_dictionary(&writer->chunks[column]) ? STW_PARQUET_DICTIONARY
                                                         : STW_PARQUET_PLAIN;
    default:
        return STW_PARQUET_PLAIN;
    }
}

static int put_dictionary(struct stw_parquet_writer *writer, uint32_t column,
                          struct stw_parquet_place *place, struct stw_error *err)
{
    const struct stw_intern *words = &writer->chunks[column].words;
    stw_buffer_clear(&writer->page);
    for (uint32_t i = 0; i < words->count; i++)
        put_text(&writer->page, words->words[i]);
    place->dictionary_at = (int64_t)writer->at;
    return put_page(writer, PAGE_DICTIONARY, words->count, STW_PARQUET_PLAIN, place, err);
}

int stw_parquet_put_chunk(struct stw_parquet_writer *writer, uint32_t column,
                          struct stw_parquet_place *place, struct stw_error *err)
{
    const struct stw_parquet_chunk *chunk = &writer->chunks[column];
    bool optional = writer->spec.columns[column].optional;
    *place = (struct stw_parquet_place){.dictionary_at = -1,
                                        .rows = chunk->rows,
                                        .nulls = chunk->rows - chunk->values,
                                        .encoding = choose_encoding(writer, column)};
    if (place->encoding == STW_PARQUET_DICTIONARY)
        STW_TRY(put_dictionary(writer, column, place, err));
    place->data_at = (int64_t)(writer->at + writer->out.size);
    uint32_t value = 0;
    for (uint32_t row = 0; row < chunk->rows; row += STW_PARQUET_PAGE_ROWS) {
        uint32_t rows = chunk->rows - row;
        rows = rows < STW_PARQUET_PAGE_ROWS ? rows : STW_PARQUET_PAGE_ROWS;
        uint32_t values = 0;
        for (uint32_t i = 0; i < rows; i++)
            values += chunk->present[row + i];
        stw_buffer_clear(&writer->page);
        if (optional)
            stw_parquet_put_levels(&writer->page, chunk->any_null ? chunk->present + row : NULL,
                                   rows, writer->scratch);
        put_values(writer, column, place->encoding, value, values);
        STW_TRY(put_page(writer, PAGE_DATA, rows, place->encoding, place, err));
        value += values;
    }
    place->size = (int64_t)writer->out.size;
    return STW_OK;
}

/* ---- Bounds ---------------------------------------------------------------------------------- */

static void int_bounds(const struct stw_parquet_chunk *chunk, bool is_bool,
                       struct stw_buffer *least, struct stw_buffer *greatest)
{
    int64_t min = chunk->ints[0], max = chunk->ints[0];
    for (uint32_t i = 1; i < chunk->values; i++) {
        min = chunk->ints[i] < min ? chunk->ints[i] : min;
        max = chunk->ints[i] > max ? chunk->ints[i] : max;
    }
    if (is_bool) {
        stw_put_u8(least, (uint8_t)min);
        stw_put_u8(greatest, (uint8_t)max);
    } else {
        stw_put_u64(least, (uint64_t)min);
        stw_put_u64(greatest, (uint64_t)max);
    }
}

static void wide_bounds(const struct stw_parquet_chunk *chunk, struct stw_buffer *least,
                        struct stw_buffer *greatest)
{
    stw_int128 min = chunk->wides[0], max = chunk->wides[0];
    for (uint32_t i = 1; i < chunk->values; i++) {
        min = chunk->wides[i] < min ? chunk->wides[i] : min;
        max = chunk->wides[i] > max ? chunk->wides[i] : max;
    }
    put_wide(least, min);
    put_wide(greatest, max);
}

/* False with a NaN among them: it has no place in an order. Zeros count as -0 below, +0 above, as
 * the format asks. */
static bool float_bounds(const struct stw_parquet_chunk *chunk, struct stw_buffer *least,
                         struct stw_buffer *greatest)
{
    double min = chunk->floats[0], max = chunk->floats[0];
    for (uint32_t i = 0; i < chunk->values; i++) {
        double value = chunk->floats[i];
        if (isnan(value))
            return false;
        min = value < min ? value : min;
        max = value > max ? value : max;
    }
    stw_put_u64(least, stw_double_bits(min == 0 ? -0.0 : min));
    stw_put_u64(greatest, stw_double_bits(max == 0 ? 0.0 : max));
    return true;
}

/* Words are of the chunk, so each occurs. */
static bool text_bounds(const struct stw_parquet_chunk *chunk, struct stw_buffer *least,
                        struct stw_buffer *greatest)
{
    struct stw_slice min = chunk->words.words[0], max = chunk->words.words[0];
    for (uint32_t i = 1; i < chunk->words.count; i++) {
        struct stw_slice word = chunk->words.words[i];
        min = stw_slice_compare(word, min) < 0 ? word : min;
        max = stw_slice_compare(word, max) > 0 ? word : max;
    }
    stw_buffer_add_slice(least, min);
    stw_buffer_add_slice(greatest, max);
    return min.size <= STW_PARQUET_STATISTIC_BYTES_MAX &&
           max.size <= STW_PARQUET_STATISTIC_BYTES_MAX;
}

static bool find_bounds(const struct stw_parquet_writer *writer, uint32_t column,
                        struct stw_buffer *least, struct stw_buffer *greatest)
{
    const struct stw_parquet_chunk *chunk = &writer->chunks[column];
    if (chunk->values == 0)
        return false;
    switch (stw_parquet_physical_of(&writer->spec.columns[column])) {
    case STW_PHYSICAL_BYTES:
        return text_bounds(chunk, least, greatest);
    case STW_PHYSICAL_DOUBLE:
        return float_bounds(chunk, least, greatest);
    case STW_PHYSICAL_FIXED:
        wide_bounds(chunk, least, greatest);
        return true;
    case STW_PHYSICAL_BOOLEAN:
        int_bounds(chunk, true, least, greatest);
        return true;
    case STW_PHYSICAL_INT64:
        int_bounds(chunk, false, least, greatest);
        return true;
    }
    return false;
}

int stw_parquet_bounds(struct stw_parquet_writer *writer, uint32_t column,
                       struct stw_parquet_place *place, struct stw_error *err)
{
    struct stw_buffer *least = &writer->page, *greatest = &writer->packed;
    stw_buffer_clear(least);
    stw_buffer_clear(greatest);
    place->has_bounds = find_bounds(writer, column, least, greatest);
    STW_TRY(stw_buffer_status(least, err));
    STW_TRY(stw_buffer_status(greatest, err));
    if (!place->has_bounds)
        return STW_OK;
    place->least = stw_arena_copy(&writer->arena, stw_buffer_slice(least));
    place->greatest = stw_arena_copy(&writer->arena, stw_buffer_slice(greatest));
    bool copied = place->least.data != NULL && place->greatest.data != NULL;
    return copied ? STW_OK : stw_fail_memory(err, least->size);
}
