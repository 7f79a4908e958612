/*
 * Bins, encoding; see bins.h and FORMAT.md "Bins".
 *
 * The values' range is halved again and again; from the bottom up, two halves are kept apart where
 * that saves bits, their description counted, and are one bin where it does not. tANS runs
 * backwards, so the bits of each value are found from the last to the first and written from the
 * first to the last, as the decoder wants them.
 */
#include "codec/bins.h"

#include "codec/patched.h"

#include <assert.h>

enum {
    LOG_UNIT = 2048,         /* fixed point of the cost: bits * 2048 */
    BIN_COST = 8 * LOG_UNIT, /* to describe one, near enough */
    EMPTY_COST = 3 * LOG_UNIT,
    SPLIT_SHARE = 256,   /* fewer values than a 256th of all are not looked into */
    RANGE_WIDTH_MAX = 55 /* a gap in the description is below 2^56 */
};

/* log2 bit by bit, by squaring: the same on every machine. */
static unsigned log_of(uint32_t value)
{
    unsigned whole = stw_bit_width(value) - 1;
    uint64_t mantissa = ((uint64_t)value << 31) >> whole; /* 1 to 2 */
    unsigned log = whole;
    for (unsigned bit = 0; bit < 11; bit++) {
        mantissa = mantissa * mantissa >> 31;
        log = log * 2 + (unsigned)(mantissa >> 32);
        mantissa >>= mantissa >> 32;
    }
    return log;
}

void stw_bins_encoder_init(struct stw_bins_encoder *encoder)
{
    for (uint32_t value = 1; value <= STW_CODEC_VALUES_MAX; value++) {
        unsigned log =
            value % 2 == 0 ? encoder->logs[value / 2] + (unsigned)LOG_UNIT : log_of(value);
        encoder->logs[value] = (uint16_t)log;
    }
}

/* ---- Choosing the bins ----------------------------------------------------------------------- */

/* Ascending, by bytes of `width` bits in all; the result is in one of the two arrays. */
static const uint64_t *sort(struct stw_bins_encoder *encoder, uint32_t count, unsigned width)
{
    uint64_t *from = encoder->sorted[0];
    uint64_t *to = encoder->sorted[1];
    for (unsigned shift = 0; shift < width; shift += 8) {
        uint32_t starts[257] = {0};
        for (uint32_t i = 0; i < count; i++)
            starts[(from[i] >> shift & 0xff) + 1]++;
        for (unsigned digit = 0; digit < 256; digit++)
            starts[digit + 1] += starts[digit];
        for (uint32_t i = 0; i < count; i++)
            to[starts[from[i] >> shift & 0xff]++] = from[i];
        uint64_t *swap = from;
        from = to;
        to = swap;
    }
    return from;
}

struct cutter {
    struct stw_bins_encoder *encoder;
    const uint64_t *sorted;
    uint32_t count;
    bool failed;
};

static uint32_t first_from(const uint64_t *sorted, uint32_t from, uint32_t to, uint64_t value)
{
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        if (sorted[middle] < value)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

static void add_bin(struct cutter *cutter, uint64_t lower, unsigned width, uint32_t count)
{
    struct stw_bins *bins = &cutter->encoder->bins;
    if (bins->count == STW_BINS_MAX) {
        cutter->failed = true;
        return;
    }
    bins->lowers[bins->count] = lower;
    bins->widths[bins->count] = (uint8_t)width;
    cutter->encoder->counts[bins->count++] = count;
}

/* Bins for the values sorted[from .. to), which are those in lower .. lower + 2^width - 1; the cost
 * of it all. Empty bins stand for gaps. */
static uint64_t cut(struct cutter *cutter, uint32_t from, uint32_t to, uint64_t lower,
                    unsigned width)
{
    struct stw_bins *bins = &cutter->encoder->bins;
    const uint16_t *logs = cutter->encoder->logs;
    uint32_t count = to - from;
    if (count == 0) {
        add_bin(cutter, lower, width, 0);
        return EMPTY_COST;
    }
    uint64_t whole_cost = BIN_COST + (uint64_t)count * (width * LOG_UNIT + logs[cutter->count]) -
                          (uint64_t)count * logs[count];
    bool may_be_whole = width <= STW_BINS_WIDTH_MAX;
    if (may_be_whole && (width == 0 || count < cutter->count / SPLIT_SHARE + 2)) {
        add_bin(cutter, lower, width, count);
        return whole_cost;
    }
    uint32_t mark = bins->count;
    uint64_t half = UINT64_C(1) << (width - 1);
    uint32_t middle = first_from(cutter->sorted, from, to, lower + half);
    uint64_t cost = cut(cutter, from, middle, lower, width - 1);
    cost += cut(cutter, middle, to, lower + half, width - 1);
    if (may_be_whole && (cost >= whole_cost || cutter->failed)) {
        bins->count = mark;
        cutter->failed = false;
        add_bin(cutter, lower, width, count);
        return whole_cost;
    }
    return cost;
}

/* The code whose weight is nearest as a ratio: the bounds are sqrt(w[i] * w[i + 1]). */
static unsigned code_of(uint32_t count)
{
    unsigned code = 1;
    while (code < STW_BINS_CODE_MAX &&
           (uint64_t)count * count > (uint64_t)stw_bins_weight(code) * stw_bins_weight(code + 1))
        code++;
    return code;
}

/* The number of states with the least bits, and those bits in LOG_UNIT. */
static uint64_t choose_log(struct stw_bins_encoder *encoder)
{
    struct stw_bins *bins = &encoder->bins;
    uint64_t best_cost = UINT64_MAX;
    unsigned best = 0;
    for (unsigned log = STW_BINS_LOG_MIN; log <= STW_BINS_LOG_MAX; log++) {
        bins->log = log;
        if (!stw_bins_share(bins))
            continue;
        uint64_t cost = (uint64_t)STW_BINS_LANES * log * LOG_UNIT;
        for (uint32_t i = 0; i < bins->count; i++)
            cost += (uint64_t)encoder->counts[i] * (log * LOG_UNIT - encoder->logs[bins->slots[i]]);
        /* A larger table is slower to make: it has to save a 256th. */
        if (best_cost == UINT64_MAX || cost < best_cost - best_cost / 256) {
            best_cost = cost;
            best = log;
        }
    }
    bins->log = best;
    return best == 0 || !stw_bins_share(bins) ? UINT64_MAX : best_cost;
}

/* Takes the empty bins out; the base moves up to the first that is left. */
static void compact(struct stw_bins_encoder *encoder)
{
    struct stw_bins *bins = &encoder->bins;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < bins->count; i++) {
        if (encoder->counts[i] == 0)
            continue;
        encoder->counts[kept] = encoder->counts[i];
        bins->lowers[kept] = bins->lowers[i];
        bins->widths[kept] = bins->widths[i];
        bins->codes[kept++] = (uint8_t)code_of(encoder->counts[i]);
    }
    uint64_t base = bins->lowers[0];
    encoder->base += base;
    bins->count = kept;
    for (uint32_t i = 0; i < kept; i++)
        bins->lowers[i] -= base;
}

/* ---- Writing --------------------------------------------------------------------------------- */

/* Writes into room that was made beforehand. */
struct bit_writer {
    unsigned char *at;
    uint64_t pending;
    unsigned pending_bits; /* below 8 between calls */
};

/* width <= 57; stores 8 bytes */
static inline void put_bits(struct bit_writer *writer, uint64_t bits, unsigned width)
{
    writer->pending |= bits << writer->pending_bits;
    writer->pending_bits += width;
    stw_store_le64(writer->at, writer->pending);
    unsigned full = writer->pending_bits / 8;
    writer->at += full;
    writer->pending = full == 8 ? 0 : writer->pending >> (8 * full);
    writer->pending_bits %= 8;
}

/* Elias gamma, of values from 1 on: as many zeros as bits follow the highest one, a one, those. */
static void put_gamma(struct bit_writer *writer, uint64_t value)
{
    assert(value > 0);
    unsigned width = stw_bit_width(value) - 1;
    put_bits(writer, UINT64_C(1) << width, width + 1);
    put_bits(writer, value - (UINT64_C(1) << width), width);
}

static unsigned gamma_bits(uint64_t value)
{
    return 2 * stw_bit_width(value) - 1;
}

/* What describes a bin, beside the one before it. */
struct description {
    uint64_t gap;  /* values before it that belong to no bin */
    unsigned step; /* 1 + zigzag of the change of code; 0 says that a gap comes first */
    unsigned turn; /* zigzag of the change of width */
};

static struct description describe(const struct stw_bins *bins, uint32_t bin)
{
    int width = 0, code = STW_BINS_CODE_FIRST;
    uint64_t end = 0;
    if (bin > 0) {
        width = bins->widths[bin - 1];
        code = bins->codes[bin - 1];
        end = bins->lowers[bin - 1] + (UINT64_C(1) << width);
    }
    return (struct description){bins->lowers[bin] - end,
                                1 + (unsigned)stw_zigzag(bins->codes[bin] - code),
                                (unsigned)stw_zigzag(bins->widths[bin] - width)};
}

static unsigned description_bits(const struct description *description)
{
    unsigned gap_bits = description->gap == 0 ? 0 : 2 + gamma_bits(description->gap);
    return gap_bits + gamma_bits(1 + description->step / 2) + 1 + gamma_bits(1 + description->turn);
}

static void put_step(struct bit_writer *writer, unsigned step)
{
    put_gamma(writer, 1 + step / 2);
    put_bits(writer, step % 2, 1);
}

static void put_description(struct bit_writer *writer, const struct description *description)
{
    if (description->gap > 0) {
        put_step(writer, 0);
        put_gamma(writer, description->gap);
    }
    put_step(writer, description->step);
    put_gamma(writer, 1 + description->turn);
}

static uint64_t head_bits(const struct stw_bins *bins)
{
    uint64_t bits = STW_BINS_LOG_BITS + STW_BINS_COUNT_BITS;
    for (uint32_t i = 0; i < bins->count; i++) {
        struct description description = describe(bins, i);
        bits += description_bits(&description);
    }
    return bits;
}

/* Puts the base where halving meets the bulk of the values well: it begins at a multiple of its own
 * width. Returns the width of the range from the base on, 0 when there is nothing to choose. */
static unsigned place_base(struct stw_bins_encoder *encoder, const int64_t *values, uint32_t count)
{
    int64_t lowest = values[0];
    int64_t highest = values[0];
    for (uint32_t i = 1; i < count; i++) {
        lowest = values[i] < lowest ? values[i] : lowest;
        highest = values[i] > highest ? values[i] : highest;
    }
    uint64_t range = (uint64_t)highest - (uint64_t)lowest;
    if (stw_bit_width(range) > RANGE_WIDTH_MAX)
        return 0;
    uint64_t bulk_from = (uint64_t)stw_patched_base(values, count) - (uint64_t)lowest;
    uint64_t pad = 0;
    if (bulk_from > 0) {
        uint64_t above = (uint64_t)highest - ((uint64_t)lowest + bulk_from);
        uint64_t align = UINT64_C(1) << stw_bit_width(above);
        pad = (align - bulk_from % align) % align;
    }
    encoder->base = (uint64_t)lowest - pad;
    return stw_bit_width(range + pad);
}

bool stw_bins_plan(struct stw_bins_encoder *encoder, const int64_t *values, uint32_t count)
{
    unsigned width = place_base(encoder, values, count);
    if (width == 0)
        return false;
    for (uint32_t i = 0; i < count; i++)
        encoder->sorted[0][i] = (uint64_t)values[i] - encoder->base;
    struct cutter cutter = {.encoder = encoder, .count = count};
    cutter.sorted = sort(encoder, count, width);
    encoder->bins.count = 0;
    (void)cut(&cutter, 0, count, 0, width);
    if (cutter.failed)
        return false;
    uint64_t offsets = 0;
    compact(encoder);
    for (uint32_t i = 0; i < encoder->bins.count; i++)
        offsets += (uint64_t)encoder->counts[i] * encoder->bins.widths[i];
    uint64_t states = choose_log(encoder);
    if (states == UINT64_MAX)
        return false;
    encoder->size = stw_svarint_size((int64_t)encoder->base) + 1 +
                    (states / LOG_UNIT + offsets + head_bits(&encoder->bins)) / 8;
    return true;
}

static void find_bins(struct stw_bins_encoder *encoder, const int64_t *values, uint32_t count)
{
    const struct stw_bins *bins = &encoder->bins;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t value = (uint64_t)values[i] - encoder->base;
        uint32_t bin = 0;
        for (uint32_t length = bins->count; length > 1;) {
            uint32_t half = length / 2;
            bin += bins->lowers[bin + half] <= value ? half : 0;
            length -= half;
        }
        encoder->bin_of[i] = (uint16_t)bin;
    }
}

/* From the last value of each lane to its first; `lanes` gets the states to begin with. */
static void run_backwards(struct stw_bins_encoder *encoder, uint32_t count, uint32_t *lanes)
{
    const struct stw_bins *bins = &encoder->bins;
    uint32_t states = 1u << bins->log;
    uint16_t owners[STW_BINS_STATES_MAX];
    uint16_t place[STW_BINS_STATES_MAX]; /* the states of bin 0 ascending, of bin 1, ... */
    uint32_t starts[STW_BINS_MAX], fill[STW_BINS_MAX];
    uint32_t start = 0;
    for (uint32_t i = 0; i < bins->count; i++) {
        starts[i] = fill[i] = start;
        start += bins->slots[i];
    }
    stw_bins_spread(bins, owners);
    for (uint32_t state = 0; state < states; state++)
        place[fill[owners[state]]++] = (uint16_t)state;
    for (uint32_t i = count; i-- > 0;) {
        uint32_t lane = i % STW_BINS_LANES;
        uint32_t bin = encoder->bin_of[i];
        uint32_t slots = bins->slots[bin];
        assert(bin < bins->count);
        if (i + STW_BINS_LANES >= count) { /* whichever state; nothing comes after it */
            encoder->state_widths[i] = 0;
            encoder->state_bits[i] = 0;
            lanes[lane] = place[starts[bin]]; /* NOLINT: the slots add up to the states */
            continue;
        }
        uint32_t state = states + lanes[lane];
        unsigned width = stw_bit_width(state) - stw_bit_width(slots);
        width -= state >> width < slots;
        encoder->state_widths[i] = (uint8_t)width;
        encoder->state_bits[i] = (uint16_t)(state & ((1u << width) - 1));
        lanes[lane] = place[starts[bin] + (state >> width) - slots];
    }
}

void stw_bins_encode(struct stw_bins_encoder *encoder, const int64_t *values, uint32_t count,
                     struct stw_buffer *out)
{
    const struct stw_bins *bins = &encoder->bins;
    uint32_t lanes[STW_BINS_LANES] = {0};
    find_bins(encoder, values, count);
    run_backwards(encoder, count, lanes);
    stw_put_svarint(out, (int64_t)encoder->base);
    uint64_t bits_max = head_bits(bins) + UINT64_C(1) * STW_BINS_LANES * STW_BINS_LOG_MAX +
                        (uint64_t)count * (STW_BINS_LOG_MAX + STW_BINS_WIDTH_MAX);
    char *room = stw_buffer_room(out, bits_max / 8 + 2 * sizeof(uint64_t));
    if (room == NULL)
        return;
    struct bit_writer writer = {.at = (unsigned char *)room};
    put_bits(&writer, bins->log - STW_BINS_LOG_MIN, STW_BINS_LOG_BITS);
    put_bits(&writer, bins->count - 1, STW_BINS_COUNT_BITS);
    for (uint32_t i = 0; i < bins->count; i++) {
        struct description description = describe(bins, i);
        put_description(&writer, &description);
    }
    for (uint32_t lane = 0; lane < STW_BINS_LANES && lane < count; lane++)
        put_bits(&writer, lanes[lane], bins->log);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t bin = encoder->bin_of[i];
        uint64_t offset = (uint64_t)values[i] - encoder->base - bins->lowers[bin];
        put_bits(&writer, encoder->state_bits[i] | offset << encoder->state_widths[i],
                 encoder->state_widths[i] + (unsigned)bins->widths[bin]);
    }
    writer.at += writer.pending_bits > 0; /* the byte is there already, the rest of it 0 */
    out->size += (size_t)(writer.at - (unsigned char *)room);
}
