/*
 * Prediction of residuals; see prediction.h and FORMAT.md "Prediction".
 *
 * What a residual costs is taken as the logarithm of its size: meters have spikes, and a sum of
 * squares would look at nothing else. The encoder checks the guess by the size of the stream.
 */
#include "codec/prediction.h"

#include "base/bits.h"

#include <assert.h>

enum { SAMPLE = 256, WEIGHT_MAX = 16 };

/* How closely residuals are looked at. */
struct search {
    uint32_t lag_samples; /* to find the lag */
    int64_t lag_weight;   /* by this weight and multiples of it */
    uint32_t samples;     /* to find the weight of that lag */
    int64_t weight_step;
};
static const struct search quick = {128, 12, SAMPLE, 4};
static const struct search thorough = {512, 5, 1024, 2};

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
    assert(count > 0);
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
    assert(samples > 0);
    for (uint32_t sample = 0; sample < samples; sample++) {
        uint32_t i = (uint32_t)((uint64_t)sample * count / samples);
        uint64_t left = residuals[i] - middle;
        if (i >= prediction->lag)
            left -= predict(prediction->weight, residuals[i - prediction->lag] - middle);
        cost += cost_of(left);
    }
    return (uint32_t)(cost * (STW_PREDICTION_BIT / 8) / samples);
}

/* The weight that leaves least with prediction->lag, and what it leaves. */
static uint32_t choose_weight(const uint64_t *residuals, uint32_t count, uint64_t middle,
                              uint32_t samples, int64_t step, struct stw_prediction *prediction)
{
    uint32_t best = UINT32_MAX;
    for (struct stw_prediction tried = {step, prediction->lag}; tried.weight <= WEIGHT_MAX;
         tried.weight += step) {
        uint32_t cost = cost_with(residuals, count, samples, middle, &tried);
        if (cost < best) {
            best = cost;
            prediction->weight = tried.weight;
        }
    }
    return best;
}

/* The best of all lags; 0: none is short enough. */
static uint32_t choose_lag(const uint64_t *residuals, uint32_t count, uint64_t middle,
                           const struct search *search)
{
    uint32_t best = UINT32_MAX;
    uint32_t lag = 0;
    for (uint32_t i = 0; i < sizeof(lags) / sizeof(lags[0]); i++) {
        struct stw_prediction tried = {0, lags[i]};
        if (lags[i] > count / 2)
            continue;
        uint32_t cost = choose_weight(residuals, count, middle, search->lag_samples,
                                      search->lag_weight, &tried);
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

uint32_t stw_prediction_choose(const int64_t *residuals, uint32_t count, bool is_thorough,
                               struct stw_prediction *prediction)
{
    const struct search *search = is_thorough ? &thorough : &quick;
    const uint64_t *values = (const uint64_t *)residuals;
    uint64_t middle = middle_of(values, count);
    prediction->lag = choose_lag(values, count, middle, search);
    if (prediction->lag == 0)
        return UINT32_MAX;
    return choose_weight(values, count, middle, search->samples, search->weight_step, prediction);
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
