/* Float, presence and word streams come back bit for bit; damaged ones are refused or harmless. */
#include "codec/codec.h"

#include "../support/test.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX = STW_CODEC_VALUES_MAX };

static struct stw_encoder *encoder;
static struct stw_decoder *decoder;
static struct stw_buffer out;

static void start(void)
{
    encoder = stw_encoder_create(3, 15);
    decoder = stw_decoder_create();
    stw_buffer_init(&out);
}

static void stop(void)
{
    stw_encoder_free(encoder);
    stw_decoder_free(decoder);
    stw_buffer_release(&out);
}

/* An exact copy on the heap, so that reading past a stream is seen. */
static char *exact_copy(void)
{
    char *copy = malloc(out.size + !out.size);
    if (out.size > 0)
        memcpy(copy, out.data, out.size);
    return copy;
}

static double reals[MAX], reals_back[MAX];

static size_t check_floats(uint32_t count, const char *what)
{
    stw_buffer_clear(&out);
    stw_floats_encode(encoder, reals, count, &out);
    char *copy = exact_copy();
    bool decoded =
        stw_floats_decode(decoder, (struct stw_slice){copy, out.size}, reals_back, count);
    STW_EXPECT(decoded && memcmp(reals, reals_back, count * sizeof(*reals)) == 0, "%s, %u values",
               what, count);
    free(copy);
    return out.size;
}

static double from_bits(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

static void floats_keep_every_bit(void)
{
    static const uint32_t counts[] = {1, 2, 3, 63, 64, 300, MAX};
    static const uint64_t odd[] = {
        0x0000000000000000, 0x8000000000000000, 0x7ff0000000000000, 0xfff0000000000000,
        0x7ff8000000000000, 0x7ff0000000000001, 0xffffffffffffffff, 0x0000000000000001,
        0x000fffffffffffff, 0x7fefffffffffffff, 0x3ff0000000000001, 0x4340000000000000,
    };
    uint64_t state = 11;
    start();
    for (unsigned c = 0; c < sizeof(counts) / sizeof(counts[0]); c++) {
        uint32_t n = counts[c];
        for (uint32_t i = 0; i < n; i++)
            reals[i] = from_bits(odd[i % 12]);
        check_floats(n, "odd values");
        for (uint32_t i = 0; i < n; i++)
            reals[i] = from_bits(stw_test_random(&state));
        check_floats(n, "random bits");
        for (uint32_t i = 0; i < n; i++)
            reals[i] = sin(i * 0.01) * 20;
        check_floats(n, "full fractions");
        for (uint32_t i = 0; i < n; i++)
            reals[i] = i % 97 == 13 ? from_bits(odd[i % 12]) : (double)(i % 1000) / 100;
        check_floats(n, "decimals among odd values");
        for (uint32_t i = 0; i < n; i++)
            reals[i] = NAN;
        check_floats(n, "all NaN");
    }
    stop();
}

/* strtod gives the double nearest to the text, so every decimal text must be seen as a decimal:
 * 1,000 values between 0 and 99.99 need 14 bits each, and doubles as they lie 64. */
static void decimal_texts_are_found(void)
{
    uint64_t state = 12;
    start();
    for (int digits = 0; digits <= 6; digits++) {
        double power = pow(10, digits);
        for (uint32_t i = 0; i < 4096; i++) {
            char text[64];
            unsigned long long number = stw_test_random(&state) % 10000;
            snprintf(text, sizeof(text), "%llu.%0*llu", number / (unsigned long long)power, digits,
                     number % (unsigned long long)power);
            reals[i] = strtod(text, NULL);
        }
        size_t size = check_floats(4096, "decimal texts");
        STW_EXPECT(size <= 4096 * 14 / 8 + 100, "%d digits take %zu bytes", digits, size);
    }
    stop();
}

static void presence_comes_back(void)
{
    static uint8_t present[MAX], back[MAX];
    static const uint32_t counts[] = {1, 2, 7, 8, 9, 100, 1000, MAX};
    uint64_t state = 13;
    start();
    for (unsigned c = 0; c < sizeof(counts) / sizeof(counts[0]); c++)
        for (unsigned rare = 1; rare <= 4096; rare *= 4) {
            uint32_t n = counts[c];
            for (uint32_t i = 0; i < n; i++)
                present[i] = stw_test_random(&state) % rare != 0;
            present[n - 1] = rare % 3 == 0;
            stw_buffer_clear(&out);
            stw_presence_encode(encoder, present, n, &out);
            char *copy = exact_copy();
            struct stw_slice in = {copy, out.size};
            STW_EXPECT(stw_presence_decode(decoder, in, back, n) && memcmp(present, back, n) == 0,
                       "%u rows, 1 in %u missing", n, rare);
            CU_ASSERT(out.size <= 1 + (n + 7) / 8);
            in.size--;
            CU_ASSERT_FALSE(stw_presence_decode(decoder, in, back, n));
            free(copy);
        }
    stop();
}

static void words_come_back(void)
{
    static char texts[3000][24];
    static struct stw_slice words[3000], back[3000];
    start();
    struct stw_buffer text;
    stw_buffer_init(&text);
    for (uint32_t i = 0; i < 3000; i++) {
        int size =
            snprintf(texts[i], sizeof(texts[i]), "%.*u%s", (int)(i % 9), i, i % 5 ? "" : "工单");
        words[i] = (struct stw_slice){texts[i], (size_t)size};
    }
    words[0].size = 0;
    words[7] = (struct stw_slice){"a\0b", 3};
    for (uint32_t n = 0; n <= 3000; n += n < 4 ? 1 : 499) {
        stw_buffer_clear(&out);
        stw_words_encode(encoder, words, n, &out);
        char *copy = exact_copy();
        struct stw_slice in = {copy, out.size};
        uint32_t count = 0;
        CU_ASSERT(stw_words_count(in, &count) && count == n);
        bool decoded = stw_words_decode(decoder, in, 1 << 20, &text, back, n);
        STW_EXPECT(decoded, "%u words", n);
        for (uint32_t i = 0; decoded && i < n; i++)
            STW_EXPECT(stw_slice_equal(words[i], back[i]), "word %u of %u", i, n);
        in.size--;
        CU_ASSERT_FALSE(stw_words_decode(decoder, in, 1 << 20, &text, back, n));
        in.size++;
        CU_ASSERT_FALSE(n > 2000 && stw_words_decode(decoder, in, 1000, &text, back, n));
        free(copy);
    }
    stw_buffer_release(&text);
    stop();
}

static void damaged_streams_are_harmless(void)
{
    static uint8_t present[1000];
    static struct stw_slice words[1000];
    uint64_t state = 14;
    start();
    struct stw_buffer text;
    stw_buffer_init(&text);
    for (unsigned round = 0; round < 3000; round++) {
        uint32_t n = 50;
        stw_buffer_clear(&out);
        for (uint32_t i = 0; i < n; i++) {
            reals[i] = (double)(stw_test_random(&state) % 9) / 10;
            present[i] = i % 17 != 3;
            words[i] = STW_SLICE("some word or other");
        }
        reals[9] = NAN;
        if (round % 3 == 0)
            stw_floats_encode(encoder, reals, n, &out);
        else if (round % 3 == 1)
            stw_presence_encode(encoder, present, n, &out);
        else
            stw_words_encode(encoder, words, n, &out);
        char *copy = exact_copy();
        for (unsigned hits = 0; hits <= round % 4; hits++)
            copy[stw_test_random(&state) % out.size] = (char)stw_test_random(&state);
        struct stw_slice in = {copy, round % 5 ? out.size : stw_test_random(&state) % out.size};
        bool decoded = round % 3 == 0   ? stw_floats_decode(decoder, in, reals_back, n)
                       : round % 3 == 1 ? stw_presence_decode(decoder, in, present, n)
                                        : stw_words_decode(decoder, in, 1 << 20, &text, words, n);
        for (uint32_t i = 0; decoded && round % 3 == 1 && i < n; i++)
            CU_ASSERT(present[i] <= 1);
        for (uint32_t i = 0; decoded && round % 3 == 2 && i < n; i++)
            CU_ASSERT(words[i].size <= out.size + text.size + (1 << 20));
        free(copy);
    }
    stw_buffer_release(&text);
    stop();
}

STW_SUITE(streams, {"floats keep every bit", floats_keep_every_bit},
          {"decimal texts are found", decimal_texts_are_found},
          {"presence comes back", presence_comes_back}, {"words come back", words_come_back},
          {"damaged streams are harmless", damaged_streams_are_harmless});
