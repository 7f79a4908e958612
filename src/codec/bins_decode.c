/*
 * Bins, decoding; see bins.h and FORMAT.md "Bins".
 *
 * One look-up a value gives its bin and the next state; eight states take turns, so that the
 * look-ups of a group overlap. A group reads at most 8 * 55 bits, so while more than that is left
 * no load can leave the input; the last bytes are decoded from a padded copy.
 */
#include "codec/bins.h"

#include <assert.h>

enum {
    GROUP_BYTES = STW_BINS_LANES * (STW_BINS_LOG_MAX + STW_BINS_WIDTH_MAX) / 8,
    LOAD_BYTES = 8,
    /* From here on to the end a group is not known to fit. */
    TAIL_BYTES = GROUP_BYTES + LOAD_BYTES,
    GAMMA_WIDTH_MAX = 56 /* what peek_bits() shows at least, less one */
};

/* masks[n] = n ones; a look-up is cheaper than two shifts by a variable. */
#define MASK(n) ((UINT64_C(1) << (n)) - 1)
#define MASKS_8(n)                                                                                 \
    MASK(n), MASK((n) + 1), MASK((n) + 2), MASK((n) + 3), MASK((n) + 4), MASK((n) + 5),            \
        MASK((n) + 6), MASK((n) + 7)
static const uint64_t masks[48] = {MASKS_8(0),  MASKS_8(8),  MASKS_8(16),
                                   MASKS_8(24), MASKS_8(32), MASKS_8(40)};

/* The bits from `place` on, 57 of them at least; zeros beyond the end. */
static uint64_t peek_bits(struct stw_slice in, uint64_t place)
{
    unsigned char padded[LOAD_BYTES] = {0};
    uint64_t start = place / 8;
    if (start + LOAD_BYTES <= in.size)
        return stw_load_le64(in.data + start) >> (place % 8);
    if (start < in.size)
        memcpy(padded, in.data + start, in.size - start);
    return stw_load_le64(padded) >> (place % 8);
}

static unsigned get_bits(struct stw_slice in, uint64_t *place, unsigned width)
{
    uint64_t bits = peek_bits(in, *place) & masks[width];
    *place += width;
    return (unsigned)bits;
}

/* Elias gamma, of values from 1 on: zeros, a one, as many bits as there were zeros. */
static uint64_t get_gamma(struct stw_slice in, uint64_t *place)
{
    uint64_t ahead = peek_bits(in, *place) | UINT64_C(1) << GAMMA_WIDTH_MAX;
    unsigned width = (unsigned)__builtin_ctzll(ahead);
    *place += width + 1;
    uint64_t low = peek_bits(in, *place) & ((UINT64_C(1) << width) - 1);
    *place += width;
    return low | UINT64_C(1) << width;
}

/* 0: a gap comes first; else 1 + zigzag of a change of code. */
static uint64_t get_step(struct stw_slice in, uint64_t *place)
{
    uint64_t half = get_gamma(in, place) - 1;
    return half * 2 + get_bits(in, place, 1);
}

static bool get_bins(struct stw_bins *bins, struct stw_slice in, uint64_t *place)
{
    int64_t width = 0, code = STW_BINS_CODE_FIRST;
    uint64_t lower = 0;
    for (uint32_t i = 0; i < bins->count; i++) {
        uint64_t step = get_step(in, place);
        if (step == 0) {
            lower += get_gamma(in, place);
            step = get_step(in, place);
        }
        if (step == 0)
            return false;
        code += stw_unzigzag(step - 1);
        width += stw_unzigzag(get_gamma(in, place) - 1);
        if (width < 0 || width > STW_BINS_WIDTH_MAX || code < 1 || code > STW_BINS_CODE_MAX)
            return false;
        bins->widths[i] = (uint8_t)width;
        bins->codes[i] = (uint8_t)code;
        bins->lowers[i] = lower;
        lower += UINT64_C(1) << width;
    }
    return true;
}

static void fill_entries(struct stw_bins_decoder *decoder, uint64_t base)
{
    const struct stw_bins *bins = &decoder->bins;
    uint32_t states = 1u << bins->log;
    struct bin {
        uint64_t lower;
        uint32_t number; /* of the next state: slots to 2 * slots - 1 */
        uint32_t width;
    } table[STW_BINS_MAX];
    decoder->bits_max = 0;
    for (uint32_t i = 0; i < bins->count; i++) {
        table[i] = (struct bin){base + bins->lowers[i], bins->slots[i], bins->widths[i]};
        unsigned bits = bins->log + 1 - stw_bit_width(bins->slots[i]) + bins->widths[i];
        decoder->bits_max = bits > decoder->bits_max ? bits : decoder->bits_max;
    }
    stw_bins_spread(bins, decoder->owners);
    for (uint32_t state = 0; state < states; state++) {
        struct bin *bin = &table[decoder->owners[state]];
        unsigned state_bits = bins->log + 1 - stw_bit_width(bin->number);
        struct stw_bins_entry *entry = &decoder->entries[state];
        entry->lower = bin->lower;
        entry->next = (uint16_t)((bin->number << state_bits) - states);
        entry->state_mask = (uint16_t)((1u << state_bits) - 1);
        entry->state_bits = (uint8_t)state_bits;
        entry->offset_bits = (uint8_t)bin->width;
        entry->bits = (uint8_t)(state_bits + bin->width);
        bin->number++;
    }
}

bool stw_bins_open(struct stw_bins_decoder *decoder, struct stw_slice in, uint32_t count)
{
    struct stw_reader reader;
    stw_reader_init(&reader, in.data, in.size);
    uint64_t base = (uint64_t)stw_get_svarint(&reader);
    if (reader.failed)
        return false;
    in = stw_get_raw(&reader, stw_reader_left(&reader));
    decoder->at = (const unsigned char *)in.data;
    decoder->size = in.size;
    decoder->place = 0;
    decoder->left = count;
    decoder->lane = 0;
    unsigned log = STW_BINS_LOG_MIN + get_bits(in, &decoder->place, STW_BINS_LOG_BITS);
    decoder->bins.log = log;
    decoder->bins.count = 1 + get_bits(in, &decoder->place, STW_BINS_COUNT_BITS);
    if (log > STW_BINS_LOG_MAX || !get_bins(&decoder->bins, in, &decoder->place) ||
        !stw_bins_share(&decoder->bins))
        return false;
    for (uint32_t lane = 0; lane < STW_BINS_LANES && lane < count; lane++)
        decoder->states[lane] = get_bits(in, &decoder->place, log);
    if (decoder->place > (uint64_t)in.size * 8)
        return false;
    fill_entries(decoder, base);
    return true;
}

/* One value of `lane` out of `bits`, which are moved on; how many bits that took. */
static inline __attribute__((always_inline)) unsigned
decode_value(const struct stw_bins_entry *entries, uint64_t *bits, uint32_t *state, uint64_t *value)
{
    const struct stw_bins_entry *entry = &entries[*state];
    *value = entry->lower + (*bits >> entry->state_bits & masks[entry->offset_bits]);
    *state = entry->next + ((uint32_t)*bits & entry->state_mask);
    unsigned taken = entry->bits;
    *bits >>= taken;
    return taken;
}

/* A value a lane, from `in` at bit `at`, with `a_load` values out of every load; the bit after. */
static inline __attribute__((always_inline)) uint64_t
decode_group(const struct stw_bins_entry *entries, const unsigned char *in, uint64_t at,
             uint32_t *states, uint64_t *values, unsigned a_load)
{
#pragma GCC unroll 8
    for (unsigned lane = 0; lane < STW_BINS_LANES; lane += a_load) {
        uint64_t bits = stw_load_le64(in + at / 8) >> (at % 8);
#pragma GCC unroll 4
        for (unsigned i = 0; i < a_load; i++)
            at += decode_value(entries, &bits, &states[lane + i], &values[lane + i]);
    }
    return at;
}

/* Groups while they start before bit `end` of `in`; returns how many values. */
static inline __attribute__((always_inline)) uint32_t
decode_groups(struct stw_bins_decoder *decoder, const unsigned char *in, uint64_t *place,
              uint64_t end, uint64_t *values, uint32_t count, unsigned a_load)
{
    uint32_t
        states[STW_BINS_LANES]; /* a copy: the compiler cannot know that values are elsewhere */
    memcpy(states, decoder->states, sizeof(states));
    uint64_t at = *place;
    uint32_t done = 0;
    for (; done + STW_BINS_LANES <= count && at < end; done += STW_BINS_LANES)
        at = decode_group(decoder->entries, in, at, states, values + done, a_load);
    memcpy(decoder->states, states, sizeof(states));
    *place = at;
    return done;
}

/* Up to `count` values, as long as they start before bit `end` of `in`; returns how many. */
static uint32_t decode_until(struct stw_bins_decoder *decoder, const unsigned char *in,
                             uint64_t *place, uint64_t end, uint64_t *values, uint32_t count)
{
    uint32_t done = 0;
    /* The last value of a lane is followed by no state, so the last group is decoded singly. */
    uint32_t spare = decoder->left - STW_BINS_LANES;
    uint32_t grouped = decoder->left < STW_BINS_LANES ? 0 : count < spare ? count : spare;
    if (decoder->lane == 0 && decoder->bits_max <= 14)
        done = decode_groups(decoder, in, place, end, values, grouped, 4);
    else if (decoder->lane == 0 && decoder->bits_max <= 28)
        done = decode_groups(decoder, in, place, end, values, grouped, 2);
    else if (decoder->lane == 0)
        done = decode_groups(decoder, in, place, end, values, grouped, 1);
    for (; done < count && *place < end; done++) {
        uint32_t lane = decoder->lane;
        uint64_t bits = stw_load_le64(in + *place / 8) >> (*place % 8);
        const struct stw_bins_entry *entry = &decoder->entries[decoder->states[lane]];
        if (decoder->left - done <= STW_BINS_LANES) {
            values[done] = entry->lower + (bits & masks[entry->offset_bits]);
            *place += entry->offset_bits;
        } else {
            *place += decode_value(decoder->entries, &bits, &decoder->states[lane], &values[done]);
        }
        decoder->lane = (lane + 1) % STW_BINS_LANES;
    }
    decoder->left -= done;
    return done;
}

bool stw_bins_decode(struct stw_bins_decoder *decoder, uint64_t *values, uint32_t count)
{
    assert(count <= decoder->left);
    uint64_t bits = (uint64_t)decoder->size * 8;
    uint64_t safe = decoder->size > TAIL_BYTES ? bits - TAIL_BYTES * UINT64_C(8) : 0;
    uint32_t done = decode_until(decoder, decoder->at, &decoder->place, safe, values, count);
    if (done == count)
        return decoder->place <= bits;
    unsigned char padded[2 * TAIL_BYTES] = {0};
    uint64_t start = decoder->place / 8;
    if (start > decoder->size)
        return false;
    size_t size = decoder->size - start;
    assert(size <= TAIL_BYTES);
    memcpy(padded, decoder->at + start, size);
    uint64_t place = decoder->place % 8;
    /* One more: values that take no bits may stand at the very end. */
    done += decode_until(decoder, padded, &place, size * 8 + 1, values + done, count - done);
    decoder->place = start * 8 + place;
    return done == count && decoder->place <= bits;
}

bool stw_bins_ended(const struct stw_bins_decoder *decoder)
{
    uint64_t bits = (uint64_t)decoder->size * 8;
    return decoder->left == 0 && decoder->place <= bits && bits - decoder->place < 8;
}
