/*
 * Prediction of residuals; see prediction.h and FORMAT.md "Prediction".
 *
 * What a residual costs is taken as the logarithm of its size: meters have spikes, and a sum of
 * squares would look at nothing else. The encoder checks the guess by the size of the stream.
 */
#include "codec/prediction.h"

#include "base/bits.h"

#include <assert.h>

enum {
    SAMPLE_OF_LAGS = 128, /* to find the lag, by one weight */
    LAG_WEIGHT = 12,
    SAMPLE = 256, /* to find its weight */
    WEIGHT_STEP = 4,
    WEIGHT_MAX = 16
};

/* A day and a week of 60, 30, 15 minutes; a day of 10, 5 and 1 minutes. */
static const uint32_t lags[] = {24, 48, 96, 168, 336, 672, 144, 288, 1440};

static inline uint64_t predict(int64_t weight, uint64_t long_before)
{
    uint64_t weighted = (uint64_t)weight * long_before + (1u << (STW_PREDICTION_SHIFT - 1));
    return (uint64_t)((int64_t)weighted >> STW_PREDICTION_SHIFT);
}

/* Eighths of a bit, near enough: the magnitude's width and the three bits below its highest one. */
static uint64_t cost_of(uint64_t residual)
{
    uint64_t size = (residual >> 63 ? -residual : residual) + 1;
    unsigned width = stw_bit_width(size);
    uint64_t below = width > 3 ? size >> (width - 4) : size << (4 - width);
    return 8 * (uint64_t)width + (below & 7);
}

/* The mean of the sample: bins do not mind where values lie, only how far apart. */
static uint64_t middle_of(const uint64_t *residuals, uint32_t count)
{
    stw_int128 sum = 0;
    uint32_t samples = count < SAMPLE ? count : SAMPLE;
    for (uint32_t sample = 0; sample < samples; sample++)
        sum += (int64_t)residuals[(uint64_t)sample * count / samples];
    return (uint64_t)(int64_t)(sum / samples);
}

/* Of a value in the mean, from so many samples. A lag of `count` predicts nothing. */
static uint32_t cost_with(const uint64_t *residuals, uint32_t count, uint32_t samples,
                          uint64_t middle, const struct stw_prediction *prediction)
{
    uint64_t cost = 0;
    samples = count < samples ? count : samples;
    for (uint32_t sample = 0; sample < samples; sample++) {
        uint32_t i = (uint32_t)((uint64_t)sample * count / samples);
        uint64_t left = residuals[i] - middle;
        if (i >= prediction->lag)
            left -= predict(prediction->weight, residuals[i - prediction->lag] - middle);
        cost += cost_of(left);
    }
    return (uint32_t)(cost * (STW_PREDICTION_BIT / 8) / samples);
}

/* The best of all lags by one weight; `count`: none is short enough. */
static uint32_t choose_lag(const uint64_t *residuals, uint32_t count, uint64_t middle)
{
    uint32_t best = UINT32_MAX;
    uint32_t lag = count;
    for (uint32_t i = 0; i < sizeof(lags) / sizeof(lags[0]); i++) {
        struct stw_prediction tried = {LAG_WEIGHT, lags[i]};
        if (lags[i] > count / 2)
            continue;
        uint32_t cost = cost_with(residuals, count, SAMPLE_OF_LAGS, middle, &tried);
        if (cost < best) {
            best = cost;
            lag = lags[i];
        }
    }
    return lag;
}

uint32_t stw_prediction_cost(const int64_t *residuals, uint32_t count)
{
    const struct stw_prediction none = {0, count};
    const uint64_t *values = (const uint64_t *)residuals;
    return cost_with(values, count, SAMPLE, middle_of(values, count), &none);
}

uint32_t stw_prediction_choose(const int64_t *residuals, uint32_t count,
                               struct stw_prediction *prediction)
{
    const uint64_t *values = (const uint64_t *)residuals;
    uint32_t best = UINT32_MAX;
    uint64_t middle = middle_of(values, count);
    struct stw_prediction tried = {WEIGHT_STEP, choose_lag(values, count, middle)};
    for (; tried.weight <= WEIGHT_MAX && tried.lag < count; tried.weight += WEIGHT_STEP) {
        uint32_t cost = cost_with(values, count, SAMPLE, middle, &tried);
        if (cost < best) {
            best = cost;
            *prediction = tried;
        }
    }
    return best;
}

void stw_prediction_take(const struct stw_prediction *prediction, const int64_t *residuals,
                         uint32_t count, int64_t *left)
{
    const uint64_t *values = (const uint64_t *)residuals;
    const uint32_t lag = prediction->lag;
    for (uint32_t i = 0; i < count; i++)
        left[i] = i < lag ? residuals[i]
                          : (int64_t)(values[i] - predict(prediction->weight, values[i - lag]));
}

void stw_prediction_add(const struct stw_prediction *prediction, uint64_t *values, uint32_t count)
{
    const uint32_t lag = prediction->lag;
    assert(lag > 0);
    for (uint32_t i = lag; i < count; i++)
        values[i] += predict(prediction->weight, values[i - lag]);
}
