/*
 * Patched frame of reference; see patched.h and FORMAT.md "Packed vectors".
 *
 * A value is kept as d = value - base (mod 2^64). Values with 0 <= d < 2^width are packed at
 * `width`; for the others, high = zigzag(d >> width) goes to the exceptions, so that one reading
 * far below the rest (a register's reset) costs its own magnitude and not everybody's width.
 */
#include "codec/patched.h"

#include "codec/bitpack.h"

#include <assert.h>

struct chunk_plan {
    unsigned width;
    unsigned high_width; /* of exceptions; 0 when there are none */
    uint32_t exceptions;
    size_t size;
};

struct vector_plan {
    int64_t base;
    struct chunk_plan chunks[STW_PATCHED_VECTOR / STW_PATCHED_CHUNK];
    size_t size; /* of headers and chunks, without the base */
};

static inline int64_t subtract(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a - (uint64_t)b);
}

/* The width with the least bytes, found from the histogram of the values' own widths. */
static struct chunk_plan plan_chunk(const int64_t *values, uint32_t count, int64_t base)
{
    uint32_t histogram[65] = {0}; /* of values at or above the base */
    uint32_t below = 0;
    unsigned below_width = 0;
    unsigned widest = 0;
    for (uint32_t i = 0; i < count; i++) {
        int64_t distance = subtract(values[i], base);
        unsigned width = stw_bit_width((uint64_t)(distance ^ (distance >> 63)));
        if (distance < 0) {
            below++;
            below_width = width > below_width ? width : below_width;
        } else {
            histogram[width]++;
            widest = width > widest ? width : widest;
        }
    }
    struct chunk_plan best = {64, 0, 0, 1 + stw_pack_size(count, 64)};
    uint32_t fit = 0;
    for (unsigned width = 0; width <= widest; width++) {
        fit += histogram[width];
        struct chunk_plan plan = {width, 0, count - fit, 1 + stw_pack_size(count, width)};
        if (plan.exceptions > 0) {
            unsigned high = below_width > widest ? below_width : widest;
            plan.high_width = (high > width ? high - width : 0) + 1;
            plan.size += 2 + plan.exceptions + stw_pack_size(plan.exceptions, plan.high_width);
        }
        if (plan.size < best.size)
            best = plan;
    }
    return best;
}

static void plan_at_base(const int64_t *values, uint32_t count, int64_t base,
                         struct vector_plan *plan)
{
    plan->base = base;
    plan->size = 0;
    for (uint32_t at = 0, chunk = 0; at < count; at += STW_PATCHED_CHUNK, chunk++) {
        uint32_t left = count - at;
        plan->chunks[chunk] =
            plan_chunk(values + at, left < STW_PATCHED_CHUNK ? left : STW_PATCHED_CHUNK, base);
        plan->size += plan->chunks[chunk].size;
    }
}

int64_t stw_patched_base(const int64_t *values, uint32_t count)
{
    enum { SAMPLE = 64, TRIM = 3 };
    int64_t sample[SAMPLE] = {values[0]};
    uint32_t taken = count < SAMPLE ? count : SAMPLE;
    assert(taken > 0);
    for (uint32_t i = 0; i < taken; i++) {
        int64_t value = values[(uint64_t)i * count / taken];
        uint32_t place = i;
        for (; place > 0 && sample[place - 1] > value; place--)
            sample[place] = sample[place - 1];
        sample[place] = value;
    }
    uint32_t trim = taken > 4 * TRIM ? TRIM : 0;
    int64_t bulk = sample[taken - 1 - trim];
    /* The smallest value that is not farther below the bulk than the bulk is wide. */
    stw_int128 floor = (stw_int128)2 * sample[trim] - bulk - 1;
    int64_t lowest = floor < INT64_MIN ? INT64_MIN : (int64_t)floor;
    int64_t base = sample[trim];
    for (uint32_t i = 0; i < count; i++)
        base = values[i] < base && values[i] >= lowest ? values[i] : base;
    return base;
}

static void plan_vector(const int64_t *values, uint32_t count, struct vector_plan *plan)
{
    int64_t lowest = values[0];
    for (uint32_t i = 1; i < count; i++)
        lowest = values[i] < lowest ? values[i] : lowest;
    plan_at_base(values, count, lowest, plan);
    int64_t base = stw_patched_base(values, count);
    if (base != lowest) {
        struct vector_plan other;
        plan_at_base(values, count, base, &other);
        if (other.size < plan->size)
            *plan = other;
    }
}

size_t stw_patched_measure(const int64_t *values, uint32_t count)
{
    size_t size = 0;
    int64_t base = 0;
    for (uint32_t at = 0; at < count; at += STW_PATCHED_VECTOR) {
        uint32_t left = count - at;
        struct vector_plan plan;
        plan_vector(values + at, left < STW_PATCHED_VECTOR ? left : STW_PATCHED_VECTOR, &plan);
        size += stw_svarint_size(subtract(plan.base, base)) + plan.size;
        base = plan.base;
    }
    return size;
}

static void put_packed(const uint64_t *values, uint32_t count, unsigned width,
                       struct stw_buffer *out)
{
    size_t size = stw_pack_size(count, width);
    char *room = stw_buffer_room(out, size);
    if (room == NULL)
        return;
    stw_pack(values, count, width, (unsigned char *)room);
    out->size += size;
}

static void put_chunk(const int64_t *values, uint32_t count, int64_t base,
                      const struct chunk_plan *plan, struct stw_buffer *out)
{
    uint64_t lows[STW_PATCHED_CHUNK];
    uint64_t highs[STW_PATCHED_CHUNK];
    unsigned char places[STW_PATCHED_CHUNK];
    uint32_t exceptions = 0;
    for (uint32_t i = 0; i < count; i++) {
        int64_t distance = subtract(values[i], base);
        lows[i] = (uint64_t)distance;
        if (plan->exceptions > 0 && distance >> plan->width != 0) {
            places[exceptions] = (unsigned char)i;
            highs[exceptions++] = stw_zigzag(distance >> plan->width);
        }
    }
    assert(exceptions == plan->exceptions);
    put_packed(lows, count, plan->width, out);
    stw_buffer_add(out, places, exceptions);
    put_packed(highs, exceptions, plan->high_width, out);
}

void stw_patched_encode(const int64_t *values, uint32_t count, struct stw_buffer *out)
{
    int64_t base = 0;
    for (uint32_t at = 0; at < count; at += STW_PATCHED_VECTOR) {
        uint32_t left = count - at < STW_PATCHED_VECTOR ? count - at : STW_PATCHED_VECTOR;
        struct vector_plan plan;
        plan_vector(values + at, left, &plan);
        stw_put_svarint(out, subtract(plan.base, base));
        base = plan.base;
        uint32_t chunk_count = (left + STW_PATCHED_CHUNK - 1) / STW_PATCHED_CHUNK;
        for (uint32_t i = 0; i < chunk_count; i++) {
            const struct chunk_plan *chunk = &plan.chunks[i];
            stw_put_u8(out, (uint8_t)(chunk->width | (chunk->exceptions > 0 ? 0x80 : 0)));
            if (chunk->exceptions > 0) {
                stw_put_u8(out, (uint8_t)(chunk->exceptions - 1));
                stw_put_u8(out, (uint8_t)chunk->high_width);
            }
        }
        for (uint32_t i = 0; i < chunk_count; i++) {
            uint32_t from = i * STW_PATCHED_CHUNK;
            uint32_t rows = left - from < STW_PATCHED_CHUNK ? left - from : STW_PATCHED_CHUNK;
            put_chunk(values + at + from, rows, base, &plan.chunks[i], out);
        }
    }
}

static bool get_chunk_plan(struct stw_reader *reader, uint32_t count, struct chunk_plan *plan)
{
    uint8_t head = stw_get_u8(reader);
    *plan = (struct chunk_plan){.width = head & 0x7f};
    if ((head & 0x80) != 0) {
        plan->exceptions = stw_get_u8(reader) + 1u;
        plan->high_width = stw_get_u8(reader);
        if (plan->width > 63 || plan->high_width == 0 || plan->high_width > 64 - plan->width)
            return false;
    }
    return plan->width <= 64 && plan->exceptions <= count;
}

static bool get_chunk(struct stw_reader *reader, const struct chunk_plan *plan, uint64_t base,
                      uint64_t *values, uint32_t count)
{
    struct stw_slice lows = stw_get_raw(reader, stw_pack_size(count, plan->width));
    struct stw_slice places = stw_get_raw(reader, plan->exceptions);
    struct stw_slice highs = stw_get_raw(reader, stw_pack_size(plan->exceptions, plan->high_width));
    if (reader->failed)
        return false;
    stw_unpack((const unsigned char *)lows.data, count, plan->width, values);
    for (uint32_t i = 0; i < count; i++)
        values[i] += base;
    if (plan->exceptions == 0)
        return true;
    uint64_t high[STW_PATCHED_CHUNK];
    stw_unpack((const unsigned char *)highs.data, plan->exceptions, plan->high_width, high);
    int previous = -1;
    for (uint32_t i = 0; i < plan->exceptions; i++) {
        unsigned char place = (unsigned char)places.data[i];
        if (place >= count || (int)place <= previous)
            return false;
        values[place] += (uint64_t)stw_unzigzag(high[i]) << plan->width;
        previous = place;
    }
    return true;
}

bool stw_patched_decode(struct stw_reader *reader, uint64_t *base, int64_t *values, uint32_t count)
{
    assert(count <= STW_PATCHED_VECTOR);
    struct chunk_plan plans[STW_PATCHED_VECTOR / STW_PATCHED_CHUNK];
    uint32_t chunk_count = (count + STW_PATCHED_CHUNK - 1) / STW_PATCHED_CHUNK;
    *base += (uint64_t)stw_get_svarint(reader);
    for (uint32_t i = 0; i < chunk_count; i++) {
        uint32_t left = count - i * STW_PATCHED_CHUNK;
        if (!get_chunk_plan(reader, left < STW_PATCHED_CHUNK ? left : STW_PATCHED_CHUNK, &plans[i]))
            return false;
    }
    for (uint32_t i = 0; i < chunk_count; i++) {
        uint32_t from = i * STW_PATCHED_CHUNK;
        uint32_t left = count - from;
        if (!get_chunk(reader, &plans[i], *base, (uint64_t *)values + from,
                       left < STW_PATCHED_CHUNK ? left : STW_PATCHED_CHUNK))
            return false;
    }
    return true;
}
