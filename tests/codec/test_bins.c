/*
 * Binned entropy coding: what goes in comes out, near the size that Shannon's bound allows, and
 * damaged streams are refused or harmless (the sanitizers watch).
 */
#include "codec/bins.h"

#include "../support/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX = STW_CODEC_VALUES_MAX };

static int64_t values[MAX];
static uint64_t back[MAX + 1];
static struct stw_bins_encoder encoder;
static struct stw_bins_decoder decoder;

static bool decode(struct stw_slice in, uint32_t count)
{
    if (!stw_bins_open(&decoder, in, count))
        return false;
    for (uint32_t at = 0; at < count; at += 1024)
        if (!stw_bins_decode(&decoder, back + at, count - at < 1024 ? count - at : 1024))
            return false;
    return stw_bins_ended(&decoder);
}

/* Bytes of the stream; 0: the plan was refused. */
static size_t check(uint32_t count, const char *what)
{
    struct stw_buffer out;
    stw_buffer_init(&out);
    if (!stw_bins_plan(&encoder, values, count))
        return 0;
    stw_bins_encode(&encoder, values, count, &out);
    char *exact = malloc(out.size); /* so that a load past the end is seen */
    memcpy(exact, out.data, out.size);
    back[count] = 0x5555;
    bool decoded = decode((struct stw_slice){exact, out.size}, count);
    STW_EXPECT(decoded && memcmp(values, back, count * sizeof(*values)) == 0 &&
                   back[count] == 0x5555,
               "%s, %u values", what, count);
    /* The estimate decides whether the stream is made at all. */
    double error = (double)out.size - (double)encoder.size;
    STW_EXPECT(fabs(error) <= 16 + 0.02 * (double)out.size, "%s, %u values: estimated %zu, is %zu",
               what, count, encoder.size, out.size);
    size_t size = out.size;
    free(exact);
    stw_buffer_release(&out);
    return size;
}

static double uniform(uint64_t *state)
{
    return (double)(stw_test_random(state) >> 11) * 0x1p-53;
}

static int64_t geometric(uint64_t *state, double mean)
{
    return (int64_t)(-mean * log(1 - uniform(state)));
}

static int64_t bell(uint64_t *state, double deviation)
{
    double sum = -6;
    for (unsigned i = 0; i < 12; i++)
        sum += uniform(state);
    return lround(sum * deviation);
}

static void every_shape_comes_back(void)
{
    stw_bins_encoder_init(&encoder);
    static const uint32_t counts[] = {2,   3,   7,    8,    9,    15,   16,   17,   63,
                                      255, 511, 1000, 1023, 1024, 1025, 4099, 8191, 8192};
    uint64_t state = 1;
    for (unsigned c = 0; c < sizeof(counts) / sizeof(counts[0]); c++) {
        uint32_t n = counts[c];
        for (unsigned bits = 1; bits <= 55; bits += 6) {
            for (uint32_t i = 0; i < n; i++)
                values[i] = (int64_t)(stw_test_random(&state) >> (64 - bits)) - (1 << 20);
            check(n, "uniform");
        }
        for (uint32_t i = 0; i < n; i++)
            values[i] = i % 2;
        CU_ASSERT(check(n, "alternating") > 0);
        for (uint32_t i = 0; i < n; i++)
            values[i] = 5;
        values[n - 1] = 6; /* nearly all states are one value's, which takes hardly a bit */
        CU_ASSERT(check(n, "all but the last the same") > 0);
        values[n - 1] = INT64_C(1) << 54;
        CU_ASSERT(check(n, "one far above") > 0);
        values[n - 1] = -(INT64_C(1) << 54);
        CU_ASSERT(check(n, "one far below") > 0);
        for (uint32_t i = 0; i < n; i++)
            values[i] = INT64_MAX - (int64_t)(i % 5);
        CU_ASSERT(check(n, "at the upper end") > 0);
        for (uint32_t i = 0; i < n; i++)
            values[i] = INT64_MIN + geometric(&state, 30);
        check(n, "at the lower end");
        for (uint32_t i = 0; i < n; i++)
            values[i] = geometric(&state, 3) * 112000;
        check(n, "a comb");
        for (uint32_t i = 0; i < n; i++)
            values[i] = INT64_C(1) << (i % 54);
        check(n, "powers of two");
        for (uint32_t i = 0; i < n; i++)
            values[i] = (int64_t)i;
        check(n, "all different");
    }
}

static void hopeless_ranges_are_refused(void)
{
    stw_bins_encoder_init(&encoder);
    for (uint32_t i = 0; i < 100; i++)
        values[i] = 7;
    CU_ASSERT(!stw_bins_plan(&encoder, values, 100));
    values[50] = INT64_MIN;
    CU_ASSERT(!stw_bins_plan(&encoder, values, 100));
    values[51] = INT64_MAX;
    CU_ASSERT(!stw_bins_plan(&encoder, values, 100));
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* Shannon's bound for the values drawn, in bits. */
static double entropy_bits(uint32_t count)
{
    static int64_t sorted[MAX];
    double bits = 0;
    memcpy(sorted, values, count * sizeof(*values));
    qsort(sorted, count, sizeof(*sorted), by_value);
    for (uint32_t i = 0, from = 0; i < count; i++) {
        if (i + 1 < count && sorted[i + 1] == sorted[i])
            continue;
        bits += (i + 1 - from) * log2(count / (double)(i + 1 - from));
        from = i + 1;
    }
    return bits;
}

/* Two in a hundred over the bound, and a hundred bytes for the description of up to some 40 bins
 * of 16 bits and the eight states. Few distinct values, so that the bound is one. */
static void sizes_are_near_the_entropy(void)
{
    stw_bins_encoder_init(&encoder);
    uint64_t state = 2;
    for (double mean = 0.05; mean < 60; mean *= 2) {
        for (uint32_t i = 0; i < MAX; i++)
            values[i] = geometric(&state, mean) - 3;
        double size = (double)check(MAX, "geometric");
        STW_EXPECT(size * 8 <= 1.02 * entropy_bits(MAX) + 800, "mean %g: %g bits, bound %g", mean,
                   size * 8, entropy_bits(MAX));
        for (uint32_t i = 0; i < MAX; i++)
            values[i] = 1000 + bell(&state, mean);
        size = (double)check(MAX, "bell");
        STW_EXPECT(size * 8 <= 1.02 * entropy_bits(MAX) + 800, "deviation %g: %g bits, bound %g",
                   mean, size * 8, entropy_bits(MAX));
    }
    /* 1024 * log2(10) bits are the least for ten values; no multiple of eight helps here. */
    for (uint32_t i = 0; i < MAX; i++)
        values[i] = (int64_t)(stw_test_random(&state) % 10);
    CU_ASSERT((double)check(MAX, "ten values") * 8 <= 1.01 * MAX * log2(10) + 400);
}

static void states_are_shared_out(void)
{
    static struct stw_bins bins;
    static uint16_t owners[STW_BINS_STATES_MAX];
    uint64_t state = 3;
    for (unsigned round = 0; round < 500; round++) {
        bins.log = STW_BINS_LOG_MIN + (unsigned)(stw_test_random(&state) % 7);
        uint32_t states = 1u << bins.log;
        bins.count = 1 + (uint32_t)(stw_test_random(&state) % states);
        uint64_t weights = 0;
        for (uint32_t i = 0; i < bins.count; i++) {
            bins.codes[i] = (uint8_t)(1 + stw_test_random(&state) % STW_BINS_CODE_MAX);
            weights += stw_bins_weight(bins.codes[i]);
        }
        CU_ASSERT(stw_bins_share(&bins));
        uint32_t sum = 0;
        for (uint32_t i = 0; i < bins.count; i++) {
            sum += bins.slots[i];
            /* Its share of what is left when each has one, rounded on the running sums. */
            double share = 1 + (double)(states - bins.count) * stw_bins_weight(bins.codes[i]) /
                                   (double)weights;
            STW_EXPECT(fabs(bins.slots[i] - share) < 1, "%u slots for %g", bins.slots[i], share);
        }
        CU_ASSERT_EQUAL(sum, states);
        stw_bins_spread(&bins, owners);
        for (uint32_t i = 0; i < states; i++) {
            CU_ASSERT(owners[i] < bins.count);
            bins.slots[owners[i]]--;
        }
        for (uint32_t i = 0; i < bins.count; i++)
            CU_ASSERT_EQUAL(bins.slots[i], 0);
    }
    bins.log = STW_BINS_LOG_MIN;
    bins.count = 17; /* more than 16 states */
    CU_ASSERT(!stw_bins_share(&bins));
}

static void damaged_streams_are_refused_or_harmless(void)
{
    stw_bins_encoder_init(&encoder);
    uint64_t state = 4;
    struct stw_buffer out;
    stw_buffer_init(&out);
    for (unsigned round = 0; round < 200; round++) {
        uint32_t n = 2 + (uint32_t)(stw_test_random(&state) % 900);
        for (uint32_t i = 0; i < n; i++)
            values[i] = geometric(&state, round % 2 ? 2 : 5000);
        stw_buffer_clear(&out);
        if (!stw_bins_plan(&encoder, values, n))
            continue;
        stw_bins_encode(&encoder, values, n, &out);
        for (unsigned hit = 0; hit < 60; hit++) {
            size_t cut = hit % 2 ? out.size : stw_test_random(&state) % out.size;
            char *exact = malloc(cut + 1);
            memcpy(exact, out.data, cut);
            if (hit % 2)
                exact[stw_test_random(&state) % (hit % 4 == 1 ? 8 : out.size) % out.size] ^=
                    (char)(1 << stw_test_random(&state) % 8);
            bool decoded = decode((struct stw_slice){exact, cut}, n);
            STW_EXPECT(hit % 2 || !decoded, "a stream cut to %zu of %zu was accepted", cut,
                       out.size);
            free(exact);
        }
    }
    stw_buffer_release(&out);
}

STW_SUITE(bins, {"every shape comes back", every_shape_comes_back},
          {"hopeless ranges are refused", hopeless_ranges_are_refused},
          {"sizes are near the entropy", sizes_are_near_the_entropy},
          {"states are shared out", states_are_shared_out},
          {"damaged streams are refused or harmless", damaged_streams_are_refused_or_harmless});
