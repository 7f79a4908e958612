/* Runs, levels and deltas of Parquet pages; see parquet_encode.h. */
#include "parquet/parquet_encode.h"

enum {
    GROUP = 8,         /* values of a packed group; also the shortest run worth its header */
    DELTA_BLOCK = 128, /* values */
    DELTA_MINIBLOCK = 32,
    DELTA_MINIBLOCKS = DELTA_BLOCK / DELTA_MINIBLOCK
};

/* Bits from the lowest of the first byte on, gathered in a word. */
struct bit_writer {
    struct stw_buffer *out;
    stw_uint128 held;
    unsigned held_bits;
};

static void put_bits(struct bit_writer *bits, uint64_t value, unsigned width)
{
    bits->held |= (stw_uint128)value << bits->held_bits;
    bits->held_bits += width;
    while (bits->held_bits >= 8) {
        stw_put_u8(bits->out, (uint8_t)bits->held);
        bits->held >>= 8;
        bits->held_bits -= 8;
    }
}

static bool is_run(const uint32_t *values, uint32_t count)
{
    if (count < GROUP)
        return false;
    for (uint32_t i = 1; i < GROUP; i++)
        if (values[i] != values[0])
            return false;
    return true;
}

static void put_run(struct stw_buffer *out, uint32_t value, uint32_t count, unsigned width)
{
    stw_put_varint(out, (uint64_t)count << 1);
    for (unsigned bit = 0; bit < width; bit += 8)
        stw_put_u8(out, (uint8_t)(value >> bit));
}

static void put_packed(struct stw_buffer *out, const uint32_t *values, uint32_t count,
                       unsigned width)
{
    uint32_t groups = (count + GROUP - 1) / GROUP;
    struct bit_writer bits = {out, 0, 0};
    stw_put_varint(out, (uint64_t)groups << 1 | 1);
    for (uint32_t i = 0; i < groups * GROUP; i++)
        put_bits(&bits, i < count ? values[i] : 0, width);
}

void stw_parquet_put_hybrid(struct stw_buffer *out, const uint32_t *values, uint32_t count,
                            unsigned width)
{
    for (uint32_t at = 0; at < count;) {
        uint32_t from = at;
        if (is_run(values + at, count - at)) {
            while (at < count && values[at] == values[from])
                at++;
            put_run(out, values[from], at - from, width);
            continue;
        }
        /* Whole groups until a run begins at the next one. */
        do
            at += count - at < GROUP ? count - at : GROUP;
        while (at < count && !is_run(values + at, count - at));
        put_packed(out, values + from, at - from, width);
    }
}

void stw_parquet_put_levels(struct stw_buffer *out, const uint8_t *present, uint32_t count,
                            uint32_t *scratch)
{
    size_t size_at = out->size;
    stw_put_u32(out, 0);
    if (present == NULL) {
        put_run(out, 1, count, 1);
    } else {
        for (uint32_t i = 0; i < count; i++)
            scratch[i] = present[i] != 0;
        stw_parquet_put_hybrid(out, scratch, count, 1);
    }
    if (!out->failed)
        stw_store_le32(out->data + size_at, (uint32_t)(out->size - size_at - 4));
}

/* `count` differences, at least one, at most a block of them. */
static void put_delta_block(struct stw_buffer *out, const int64_t *deltas, uint32_t count)
{
    int64_t least = deltas[0];
    for (uint32_t i = 1; i < count; i++)
        least = deltas[i] < least ? deltas[i] : least;
    unsigned widths[DELTA_MINIBLOCKS] = {0};
    for (uint32_t i = 0; i < count; i++) {
        unsigned width = stw_bit_width((uint64_t)deltas[i] - (uint64_t)least);
        unsigned *of = &widths[i / DELTA_MINIBLOCK];
        *of = width > *of ? width : *of;
    }
    stw_put_svarint(out, least);
    for (unsigned i = 0; i < DELTA_MINIBLOCKS; i++)
        stw_put_u8(out, (uint8_t)widths[i]);
    struct bit_writer bits = {out, 0, 0};
    uint32_t whole = (count + DELTA_MINIBLOCK - 1) / DELTA_MINIBLOCK * DELTA_MINIBLOCK;
    for (uint32_t i = 0; i < whole; i++)
        put_bits(&bits, i < count ? (uint64_t)deltas[i] - (uint64_t)least : 0,
                 widths[i / DELTA_MINIBLOCK]);
}

void stw_parquet_put_deltas(struct stw_buffer *out, const int64_t *values, uint32_t count)
{
    stw_put_varint(out, DELTA_BLOCK);
    stw_put_varint(out, DELTA_MINIBLOCKS);
    stw_put_varint(out, count);
    stw_put_svarint(out, count > 0 ? values[0] : 0);
    for (uint32_t at = 1; at < count; at += DELTA_BLOCK) {
        int64_t deltas[DELTA_BLOCK] = {0};
        uint32_t size = count - at < DELTA_BLOCK ? count - at : DELTA_BLOCK;
        for (uint32_t i = 0; i < size; i++)
            deltas[i] = (int64_t)((uint64_t)values[at + i] - (uint64_t)values[at + i - 1]);
        put_delta_block(out, deltas, size);
    }
}
