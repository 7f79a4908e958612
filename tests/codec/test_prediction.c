/*
 * Prediction: taken and added it leaves values as they were, whatever they are; it is what
 * FORMAT.md says; and the lag that was put into the data is found.
 */
#include "codec/prediction.h"

#include "../support/test.h"

#include <stdlib.h>
#include <string.h>

enum { MAX = STW_CODEC_VALUES_MAX };

static int64_t values[MAX], left[MAX], back[MAX];

/* floor((sum of weight * before + 8) / 16) where nothing overflows, in 128 bits. */
static int64_t plain_prediction(const struct stw_prediction *prediction, uint32_t i)
{
    __extension__ __int128 sum = 8;
    for (uint32_t term = 0; term < prediction->count; term++)
        if (prediction->terms[term].lag <= i)
            sum +=
                (__int128)prediction->terms[term].weight * values[i - prediction->terms[term].lag];
    __extension__ __int128 rest = ((sum % 16) + 16) % 16;
    return (int64_t)((sum - rest) / 16);
}

static int64_t any_weight(uint64_t *state)
{
    return (int64_t)(stw_test_random(state) % 33) - 16;
}

static void takes_what_the_plain_twin_takes(void)
{
    uint64_t state = 1;
    for (unsigned round = 0; round < 600; round++) {
        uint32_t count = 1 + (uint32_t)(stw_test_random(&state) % 400);
        uint32_t lag = 1 + (uint32_t)(stw_test_random(&state) % 420);
        uint32_t second = lag + 1 + (uint32_t)(stw_test_random(&state) % 50);
        struct stw_prediction prediction = {
            round % STW_PREDICTION_TERMS_MAX + 1,
            {{any_weight(&state), lag}, {any_weight(&state), second}}};
        for (uint32_t i = 0; i < count; i++)
            values[i] = (int64_t)stw_test_random(&state) >> (7 + round % 57);
        stw_prediction_take(&prediction, values, count, left);
        unsigned differences = 0;
        for (uint32_t i = 0; i < count; i++)
            differences += left[i] != values[i] - plain_prediction(&prediction, i);
        STW_EXPECT(differences == 0, "round %u: %u of %u differ", round, differences, count);
        memcpy(back, left, count * sizeof(*back));
        stw_prediction_add(&prediction, (uint64_t *)back, count);
        CU_ASSERT_EQUAL(memcmp(back, values, count * sizeof(*back)), 0);
    }
}

/* Modulo 2^64, with any weights that a stream may claim. */
static void extremes_come_back(void)
{
    static const int64_t odd[] = {INT64_MIN, INT64_MAX, 0, -1, 1, INT64_MIN + 1};
    uint64_t state = 2;
    for (unsigned round = 0; round < 200; round++) {
        struct stw_prediction prediction = {round % 3,
                                            {{odd[round % 6], 1 + round}, {odd[round % 5], 250}}};
        for (uint32_t i = 0; i < 300; i++)
            values[i] = odd[stw_test_random(&state) % 6];
        stw_prediction_take(&prediction, values, 300, left);
        stw_prediction_add(&prediction, (uint64_t *)left, 300);
        CU_ASSERT_EQUAL(memcmp(left, values, 300 * sizeof(*left)), 0);
    }
}

/* A profile of that length that comes again is found, at the length or a multiple of it, and
 * nothing is found in noise. */
static void find_lags(unsigned turn)
{
    static const uint32_t lags[] = {24, 48, 96, 144, 168, 288, 336, 672, 1440};
    uint64_t state = 3;
    for (unsigned i = 0; i < sizeof(lags) / sizeof(lags[0]); i++) {
        int64_t profile[1440];
        struct stw_prediction prediction;
        for (uint32_t at = 0; at < lags[i]; at++)
            profile[at] = (int64_t)(stw_test_random(&state) % 10000);
        for (uint32_t at = 0; at < MAX; at++)
            values[at] = profile[at % lags[i]] + (int64_t)(stw_test_random(&state) % 20);
        uint32_t without = stw_prediction_cost(values, MAX);
        uint32_t with = stw_prediction_choose(values, MAX, turn == 1, &prediction);
        const struct stw_prediction_term *term = prediction.terms;
        STW_EXPECT(prediction.count == 1 && term->lag % lags[i] == 0 && term->weight == 16,
                   "lag %u: %u terms, found %u with weight %lld", lags[i], prediction.count,
                   term->lag, (long long)term->weight);
        /* 0 to 9,999 around their middle against the difference of two of 0 to 19, each on the
         * mean: log2(5000) - 1.44 = 10.8 bits against less than log2(20) = 4.3. */
        CU_ASSERT(without > with + 5 * STW_PREDICTION_BIT);
    }
    struct stw_prediction prediction;
    for (uint32_t at = 0; at < MAX; at++)
        values[at] = (int64_t)(stw_test_random(&state) % 1000);
    /* Both costs are means of 256 samples, each some 1.4 bits off: .09 bits, and nine lags to
     * choose from. */
    CU_ASSERT(stw_prediction_choose(values, MAX, turn == 1, &prediction) + STW_PREDICTION_BIT / 2 >
              stw_prediction_cost(values, MAX));
    CU_ASSERT_EQUAL(stw_prediction_choose(values, 47, turn == 1, &prediction), UINT32_MAX);
}

static void the_lag_is_found(void)
{
    for (unsigned turn = 0; turn < 2; turn++) /* quickly, thoroughly */
        find_lags(turn);
}

/* What a value costs when `prediction` is taken off. */
static uint32_t cost_left(const struct stw_prediction *prediction)
{
    stw_prediction_take(prediction, values, MAX, left);
    return stw_prediction_cost(left, MAX);
}

/* The lags that the data were made with, at weights that leave as little as theirs: a day and a
 * week; a day of which a part falls back at once. What has one lag is not given another. */
static void the_second_lag_is_found(void)
{
    static const struct stw_prediction made[] = {
        {2, {{8, 24}, {8, 168}}}, {2, {{-5, 1}, {10, 24}}}, {1, {{15, 48}}}};
    uint64_t state = 4;
    for (unsigned i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
        struct stw_prediction found;
        for (uint32_t at = 0; at < MAX; at++) {
            values[at] = at < 168 ? (int64_t)(stw_test_random(&state) % 20000) - 10000
                                  : plain_prediction(&made[i], at) +
                                        (int64_t)(stw_test_random(&state) % 2001) - 1000;
        }
        uint32_t one = stw_prediction_choose(values, MAX, true, &found);
        CU_ASSERT(stw_prediction_choose_second(values, MAX, &found) <= one);
        STW_EXPECT(found.count == made[i].count, "case %u: %u terms", i, found.count);
        for (uint32_t term = 0; term < found.count; term++)
            STW_EXPECT(found.terms[term].lag == made[i].terms[term].lag, "case %u: lag %u", i,
                       found.terms[term].lag);
        /* Both are means of 256 samples. */
        CU_ASSERT(cost_left(&found) <= cost_left(&made[i]) + STW_PREDICTION_BIT / 8);
    }
}

STW_SUITE(prediction, {"takes what the plain twin takes", takes_what_the_plain_twin_takes},
          {"extremes come back", extremes_come_back}, {"the lag is found", the_lag_is_found},
          {"the second lag is found", the_second_lag_is_found});
