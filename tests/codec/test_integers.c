/*
 * Integer streams: whatever goes in comes out, for data made to trip each method, and damaged
 * streams are refused without a step outside the buffers (the sanitizers watch).
 */
#include "codec/codec.h"

#include "base/bits.h"
#include "codec/bitpack.h"

#include "../support/test.h"

#include <stdlib.h>
#include <string.h>

enum { MAX = STW_CODEC_VALUES_MAX };

static int64_t values[MAX], back[MAX + 1];
static const uint32_t counts[] = {1,   2,    3,    4,    7,    8,    9,    255, 256,
                                  257, 1023, 1024, 1025, 1026, 4099, 8191, 8192};
enum { COUNTS = sizeof(counts) / sizeof(counts[0]) };

/* A bit at a time: the plainest way to say what stw_pack writes. */
static void packs_as_the_plain_twin(void)
{
    uint64_t state = 1;
    for (unsigned width = 0; width <= 64; width++) {
        for (uint32_t count = 0; count <= 70; count++) {
            uint64_t in[70], out[70];
            unsigned char bytes[70 * 8 + 1], twin[70 * 8 + 1] = {0};
            for (uint32_t i = 0; i < count; i++)
                in[i] = stw_test_random(&state);
            memset(bytes, 0xaa, sizeof(bytes));
            stw_pack(in, count, width, bytes);
            size_t size = (count * width + 7) / 8;
            for (uint32_t bit = 0; bit < count * width; bit++)
                if (in[bit / width] >> (bit % width) & 1)
                    twin[bit / 8] |= (unsigned char)(1 << bit % 8);
            STW_EXPECT(memcmp(bytes, twin, size) == 0 && bytes[size] == 0xaa, "width %u count %u",
                       width, count);
            /* An exact heap copy, so that a load past the end is seen. */
            unsigned char *exact = malloc(size + !size);
            memcpy(exact, bytes, size);
            stw_unpack(exact, count, width, out);
            free(exact);
            bool same = true;
            for (uint32_t i = 0; i < count; i++)
                same &= out[i] == (width == 64 ? in[i] : in[i] & ((UINT64_C(1) << width) - 1));
            STW_EXPECT(same, "unpack width %u count %u", width, count);
        }
    }
}

static size_t check(uint32_t count, const char *what)
{
    struct stw_encoder *encoder = stw_encoder_create(3, 15);
    struct stw_decoder *decoder = stw_decoder_create();
    struct stw_buffer out;
    stw_buffer_init(&out);
    stw_integers_encode(encoder, values, count, &out);
    char *exact = malloc(out.size + 1);
    memcpy(exact, out.data, out.size);
    struct stw_slice in = {exact, out.size};
    back[count] = 0x5555;
    bool decoded = stw_integers_decode(decoder, in, back, count);
    STW_EXPECT(decoded && memcmp(values, back, count * sizeof(*values)) == 0 &&
                   back[count] == 0x5555,
               "%s, %u values, %s", what, count, stw_integers_method(in));
    free(exact);
    size_t size = out.size;
    stw_buffer_release(&out);
    stw_encoder_free(encoder);
    stw_decoder_free(decoder);
    return size;
}

static const int64_t i64_odd[] = {0, 1800000, -90, INT64_C(1) << 60};

static void every_shape_comes_back(void)
{
    uint64_t state = 2;
    for (unsigned c = 0; c < COUNTS; c++) {
        uint32_t n = counts[c];
        for (uint32_t i = 0; i < n; i++)
            values[i] = (int64_t)stw_test_random(&state);
        check(n, "random");
        for (unsigned bits = 0; bits < 64; bits += 7) {
            for (uint32_t i = 0; i < n; i++)
                values[i] = (int64_t)stw_test_random(&state) >> bits;
            check(n, "random narrow");
        }
        for (uint32_t i = 0; i < n; i++)
            values[i] = INT64_MIN;
        check(n, "all least");
        for (uint32_t i = 0; i < n; i++)
            values[i] = i % 2 ? INT64_MIN : INT64_MAX;
        check(n, "alternating extremes");
        for (uint32_t i = 0; i < n; i++)
            values[i] = i % 2;
        check(n, "alternating");
        for (uint32_t i = 0; i < n; i++)
            values[i] = 1000000;
        values[n / 2] = INT64_MIN;
        check(n, "one low outlier");
        values[n / 2] = INT64_MAX;
        check(n, "one high outlier");
        for (uint32_t i = 0; i < n; i++)
            values[i] = (int64_t)(INT64_MAX - UINT64_C(3) + i % 7); /* wraps round */
        check(n, "around the end");
        for (uint32_t i = 0; i < n; i++)
            values[i] = (int64_t)i * i * i - 5000;
        check(n, "cubic");
        for (uint32_t i = 0; i < n; i++)
            values[i] = (int64_t)(i / 37) * 100;
        check(n, "steps");
        for (uint32_t i = 0; i < n; i++)
            values[i] = (int64_t)(stw_test_random(&state) % 100) * 1000 + 7;
        check(n, "divisor and remainder");
        for (uint32_t i = 0; i < n; i++)
            values[i] = -(int64_t)(stw_test_random(&state) % 100) * 10000;
        values[n / 3] = 123;
        check(n, "one value at a finer scale");
        for (uint32_t i = 0; i < n; i++)
            values[i] = (int64_t)(stw_test_random(&state) % 3 == 0) << 40;
        check(n, "two far values");
        for (uint32_t i = 0; i < n; i++)
            values[i] = -5000 + (int64_t)i * 900 + (int64_t)(stw_test_random(&state) % 11);
        values[n / 2] += i64_odd[c % 4];
        check(n, "jitter on a grid");
    }
}

/* n random walks with random outliers, lengths and steps. */
static void random_walks_come_back(void)
{
    uint64_t state = 3;
    for (unsigned round = 0; round < 400; round++) {
        uint32_t n = 1 + (uint32_t)(stw_test_random(&state) % (round % 8 ? 600 : MAX));
        unsigned narrow = (unsigned)(stw_test_random(&state) % 64);
        unsigned rare = 1 + (unsigned)(stw_test_random(&state) % 300);
        uint64_t value = stw_test_random(&state) >> narrow;
        for (uint32_t i = 0; i < n; i++) {
            value +=
                (uint64_t)((int64_t)stw_test_random(&state) >> narrow) + (1000u >> (narrow / 8));
            values[i] = (int64_t)value;
            if (stw_test_random(&state) % rare == 0)
                values[i] = (int64_t)stw_test_random(&state) >> (stw_test_random(&state) % 64);
        }
        check(n, "walk");
    }
}

/* Sizes that DESIGN promises; each bound is arithmetic on the method, not our own output. */
static void sizes_are_what_the_methods_promise(void)
{
    uint64_t state = 4;
    for (uint32_t i = 0; i < MAX; i++)
        values[i] = INT64_C(1700000000000000000) + i * INT64_C(900000000000);
    CU_ASSERT(check(MAX, "regular times") <= 1 + 10 + 10);
    /* One gap in a hundred: 82 exceptions a byte of place and a few bits each, 32 chunk headers. */
    int64_t at = values[0];
    for (uint32_t i = 0; i < MAX; i++) {
        values[i] = at;
        at += (stw_test_random(&state) % 100 == 0 ? 3 : 1) * INT64_C(900000000000);
    }
    CU_ASSERT(check(MAX, "times with gaps") * 8 <= MAX * 0.3);
    /* Quarters of an hour, up to 10 s late, 1 % missing: 4 bits of lateness (11 values) instead of
     * the 5 and more that differences of them need, and the gaps as before. */
    for (uint32_t i = 0; i < MAX; i++)
        values[i] += (int64_t)(stw_test_random(&state) % 11) * 1000000000;
    CU_ASSERT(check(MAX, "times with jitter") * 8 <= MAX * 4.35);
    /* An outlier of 2^60 among 8-bit values costs about its own bytes, not a wider everything. */
    for (uint32_t i = 0; i < MAX; i++)
        values[i] = (int64_t)(stw_test_random(&state) & 0xff);
    size_t without = check(MAX, "bytes");
    CU_ASSERT(without >= MAX && without <= MAX + 8 * (10 + 4) + 8);
    values[4000] = INT64_C(1) << 60;
    values[4500] = -(INT64_C(1) << 60);
    CU_ASSERT(check(MAX, "bytes with outliers") <= without + 2 * (2 + 1 + 8));
    /* One six-decimal value among two-decimal ones stored at scale 6 must not cost 13 bits each. */
    for (uint32_t i = 0; i < MAX; i++)
        values[i] = (int64_t)(stw_test_random(&state) & 0xff) * 10000;
    values[77] = 1234567;
    CU_ASSERT(check(MAX, "scale outlier") <= without + 32);
    /* A day of 96 values from 0 to 999 that comes again with 0 to 15 more: the difference of two
     * such days has an entropy of 4.72 bits, the first day takes 10 bits a value. */
    int64_t day[96];
    for (uint32_t i = 0; i < 96; i++)
        day[i] = (int64_t)(stw_test_random(&state) % 1000);
    for (uint32_t i = 0; i < MAX; i++)
        values[i] = day[i % 96] + (int64_t)(stw_test_random(&state) % 16);
    CU_ASSERT(check(MAX, "days") * 8 <= MAX * 4.72 * 1.03 + 96 * 10 + 200 * 8);
    for (uint32_t i = 1; i < MAX; i++) /* a register of that use, in steps of 10 */
        values[i] = values[i - 1] + 10 * values[i];
    CU_ASSERT(check(MAX, "register of days") * 8 <= MAX * 4.72 * 1.03 + 96 * 10 + 200 * 8);
}

/* Streams put together by hand from FORMAT.md. */
static void hand_made_streams_decode(void)
{
    static const struct {
        const char *bytes;
        size_t size;
        uint32_t count;
        int64_t want[4];
        const char *method;
    } cases[] = {
        {"", 0, 0, {0}, "empty"},
        {"\x00\x0a", 2, 3, {5, 5, 5}, "constant"},
        {"\x01\x14\x06", 3, 3, {10, 13, 16}, "linear"},
        {"\x02\x14\x02\x27", 4, 4, {13, 11, 12, 10}, "packed"},
        /* one exception at place 2: low 2, high 4, so 10 + 2 + (4 << 2) */
        {"\x02\x14\x82\x00\x04\x27\x02\x08", 8, 4, {13, 11, 28, 10}, "packed"},
        {"\x22\x0a\x06\x02\x01\x05", 6, 3, {23, 13, 23}, "packed"},
        {"\x0a\xc8\x01\x00\x02\x27", 6, 4, {100, 103, 104, 106}, "packed deltas"},
        {"\x12\xc8\x01\x0a\x01\x01\x01", 7, 4, {100, 105, 110, 114}, "packed deltas of deltas"},
        {"\x04\x02\x03\x01\x0e\x04\x01\x04\x03", 9, 4, {7, 7, 7, 9}, "runs"},
        {"\x05\x0a\x06\x01\x02\x00\x02\x00\x6e\x00\x08", 11, 3, {40, 55, 40}, "outliers"},
        {"\x06\xc8\x01\x0a\x03\x01\x00\x02\x00\x06", 10, 3, {103, 113, 123}, "grid"},
        /* 16 states, one bin of 2^2 values from 10 on: 000 0000000000 1 1 00110, three states of 4
         * bits, of which none matters, then the offsets 3, 1, 2 of 2 bits */
        {"\x07\x14\x00\x60\x06\x00\x27", 7, 3, {13, 11, 12}, "bins"},
        /* The same, each a half of the one before more: 11 + 7, 12 + 9; and a half less. */
        {"\x47\x10\x01\x14\x00\x60\x06\x00\x27", 9, 3, {13, 18, 21}, "predicted bins"},
        {"\x47\x0f\x01\x14\x00\x60\x06\x00\x27", 9, 3, {13, 5, 10}, "predicted bins"},
        /* A half of the one before more, and a quarter of the one before that less: 11 + 7,
         * then 12 + floor((8 * 18 - 4 * 13 + 8) / 16) = 12 + floor(6.25). */
        {"\x87\x10\x01\x07\x02\x14\x00\x60\x06\x00\x27", 11, 3, {13, 18, 18}, "predicted bins"},
    };
    struct stw_decoder *decoder = stw_decoder_create();
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct stw_slice in = {cases[i].bytes, cases[i].size};
        bool decoded = stw_integers_decode(decoder, in, back, cases[i].count);
        STW_EXPECT(decoded && memcmp(back, cases[i].want, cases[i].count * sizeof(*back)) == 0,
                   "case %u", i);
        CU_ASSERT_STRING_EQUAL(stw_integers_method(in), cases[i].method);
        /* A byte too many, and it is no longer this stream. */
        char longer[16] = {0};
        memcpy(longer, cases[i].bytes, cases[i].size);
        in = (struct stw_slice){longer, cases[i].size + 1};
        STW_EXPECT(!stw_integers_decode(decoder, in, back, cases[i].count), "longer case %u", i);
    }
    stw_decoder_free(decoder);
}

/* The values times a factor, modulo 2^64, whatever the method. */
static void scaled_values_are_products(void)
{
    static const int64_t factors[] = {1, 1000, -7, INT64_C(86400000000000), INT64_MIN};
    uint64_t state = 6;
    struct stw_encoder *encoder = stw_encoder_create(3, 15);
    struct stw_decoder *decoder = stw_decoder_create();
    struct stw_buffer out;
    stw_buffer_init(&out);
    for (unsigned kind = 0; kind < 6; kind++) {
        uint32_t n = kind == 5 ? 1 : 2000;
        for (uint32_t i = 0; i < n; i++)
            values[i] = kind == 0   ? 29
                        : kind == 1 ? 1700000000 + (int64_t)i * 900
                        : kind == 2 ? (int64_t)stw_test_random(&state)
                        : kind == 3 ? (int64_t)(i / 90)
                                    : (int64_t)i * 15 + (i % 100 == 0);
        stw_buffer_clear(&out);
        stw_integers_encode(encoder, values, n, &out);
        struct stw_slice in = stw_buffer_slice(&out);
        for (unsigned f = 0; f < sizeof(factors) / sizeof(factors[0]); f++) {
            bool same = stw_integers_decode_scaled(decoder, in, factors[f], back, n);
            for (uint32_t i = 0; i < n && same; i++)
                same = (uint64_t)back[i] == (uint64_t)values[i] * (uint64_t)factors[f];
            STW_EXPECT(same, "kind %u, factor %lld", kind, (long long)factors[f]);
        }
        in.size--;
        CU_ASSERT(!stw_integers_decode_scaled(decoder, in, 3, back, n));
        CU_ASSERT(!stw_integers_decode_scaled(decoder, in, 3, back, MAX + 1));
    }
    stw_buffer_release(&out);
    stw_encoder_free(encoder);
    stw_decoder_free(decoder);
}

static void damaged_streams_are_refused_or_harmless(void)
{
    uint64_t state = 5;
    struct stw_encoder *encoder = stw_encoder_create(3, 1);
    struct stw_decoder *decoder = stw_decoder_create();
    struct stw_buffer out;
    stw_buffer_init(&out);
    for (unsigned round = 0; round < 300; round++) {
        uint32_t n = 3 + (uint32_t)(stw_test_random(&state) % 700);
        unsigned kind = round % 4;
        for (uint32_t i = 0; i < n; i++)
            values[i] = kind == 0   ? (int64_t)(i / 20)
                        : kind == 1 ? (int64_t)(stw_test_random(&state) % 1000)
                        : kind == 2 ? (int64_t)i * 100 + (i % 50 == 0)
                                    : (int64_t)(stw_test_random(&state) % 3) << 33;
        stw_buffer_clear(&out);
        stw_integers_encode(encoder, values, n, &out);
        for (unsigned hit = 0; hit < 40; hit++) {
            size_t cut = hit % 2 ? out.size : stw_test_random(&state) % out.size;
            char *exact = malloc(cut + 1);
            memcpy(exact, out.data, cut);
            if (hit % 2)
                exact[stw_test_random(&state) % out.size] ^=
                    (char)(1 << stw_test_random(&state) % 8);
            struct stw_slice in = {exact, cut};
            bool decoded = stw_integers_decode(decoder, in, back, n);
            STW_EXPECT(hit % 2 || !decoded, "a stream cut to %zu of %zu was accepted", cut,
                       out.size);
            free(exact);
        }
    }
    stw_buffer_release(&out);
    stw_encoder_free(encoder);
    stw_decoder_free(decoder);
}

STW_SUITE(integers, {"packs as the plain twin", packs_as_the_plain_twin},
          {"every shape comes back", every_shape_comes_back},
          {"random walks come back", random_walks_come_back},
          {"sizes are what the methods promise", sizes_are_what_the_methods_promise},
          {"hand-made streams decode", hand_made_streams_decode},
          {"scaled values are products", scaled_values_are_products},
          {"damaged streams are refused or harmless", damaged_streams_are_refused_or_harmless});
