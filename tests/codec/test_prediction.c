/*
 * Prediction: taken and added it leaves values as they were, whatever they are; it is what
 * FORMAT.md says; and the lag that was put into the data is found.
 */
#include "codec/prediction.h"

#include "../support/test.h"

#include <string.h>

enum { MAX = STW_CODEC_VALUES_MAX };

static int64_t values[MAX], left[MAX], back[MAX];

/* floor((weight * before + 8) / 16) where nothing overflows, in 128 bits. */
static int64_t plain_prediction(int64_t weight, int64_t before)
{
    __extension__ __int128 sum = (__int128)weight * before + 8;
    __extension__ __int128 rest = ((sum % 16) + 16) % 16;
    return (int64_t)((sum - rest) / 16);
}

static void takes_what_the_plain_twin_takes(void)
{
    uint64_t state = 1;
    for (unsigned round = 0; round < 200; round++) {
        uint32_t count = 1 + (uint32_t)(stw_test_random(&state) % 400);
        struct stw_prediction prediction = {(int64_t)(stw_test_random(&state) % 33) - 16,
                                            1 + (uint32_t)(stw_test_random(&state) % 420)};
        for (uint32_t i = 0; i < count; i++)
            values[i] = (int64_t)stw_test_random(&state) >> (6 + round % 58);
        stw_prediction_take(&prediction, values, count, left);
        unsigned differences = 0;
        for (uint32_t i = 0; i < count; i++) {
            int64_t want = values[i];
            if (i >= prediction.lag)
                want -= plain_prediction(prediction.weight, values[i - prediction.lag]);
            differences += left[i] != want;
        }
        STW_EXPECT(differences == 0, "round %u: %u of %u differ", round, differences, count);
        memcpy(back, left, count * sizeof(*back));
        stw_prediction_add(&prediction, (uint64_t *)back, count);
        CU_ASSERT_EQUAL(memcmp(back, values, count * sizeof(*back)), 0);
    }
}

/* Modulo 2^64, with any weight that a stream may claim. */
static void extremes_come_back(void)
{
    static const int64_t odd[] = {INT64_MIN, INT64_MAX, 0, -1, 1, INT64_MIN + 1};
    uint64_t state = 2;
    for (unsigned round = 0; round < 100; round++) {
        struct stw_prediction prediction = {odd[round % 6], 1 + round};
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
        struct stw_prediction prediction = {0, 0};
        for (uint32_t at = 0; at < lags[i]; at++)
            profile[at] = (int64_t)(stw_test_random(&state) % 10000);
        for (uint32_t at = 0; at < MAX; at++)
            values[at] = profile[at % lags[i]] + (int64_t)(stw_test_random(&state) % 20);
        uint32_t without = stw_prediction_cost(values, MAX);
        uint32_t with = stw_prediction_choose(values, MAX, turn == 1, &prediction);
        STW_EXPECT(prediction.lag > 0 && prediction.lag % lags[i] == 0 && prediction.weight == 16,
                   "lag %u: found %u with weight %lld", lags[i], prediction.lag,
                   (long long)prediction.weight);
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

STW_SUITE(prediction, {"takes what the plain twin takes", takes_what_the_plain_twin_takes},
          {"extremes come back", extremes_come_back}, {"the lag is found", the_lag_is_found});
