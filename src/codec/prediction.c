/*
 * Prediction of residuals; see prediction.h and FORMAT.md "Prediction".
 *
 * What a residual costs is taken as the logarithm of its size: meters have spikes, and a sum of
 * squares would look at nothing else. The encoder checks the guess by the size of the stream.
 */
#include "codec/prediction.h"

#include "base/bits.h"

#include <assert.h>
#include <string.h>

enum { SAMPLE = 256, WEIGHT_MAX = 16 };

/* How closely residuals are looked at. */
struct search {
    uint32_t lag_samples; /* to find the lag */
    int64_t lag_weight;   /* by this weight and multiples of it */
    uint32_t samples;     /* to find the weight of that lag */
    int64_t weight_step;
};
static const struct search quick = {256, 12, SAMPLE, 4};
static const struct search thorough = {512, 5, 1024, 2};
/* For a second lag: how many to look at for a first guess, by which step of both weights. */
enum { SECOND_SAMPLES = 512, SECOND_STEP = 4 };
enum { SECOND_BITS = 24 }; /* that it takes itself */

/* A day and a week of 60, 30, 15 minutes; a day of 10, 5 and 1 minutes. */
static const uint32_t lags[] = {24, 48, 96, 168, 336, 672, 144, 288, 1440};
/* A second term may also say that a value which rises falls back, or goes on. */
static const uint32_t short_lag = 1;

static inline uint64_t sixteenth(uint64_t sum)
{
    return (uint64_t)((int64_t)(sum + (1u << (STW_PREDICTION_SHIFT - 1))) >> STW_PREDICTION_SHIFT);
}

/* Eighths of a bit, near enough: the width of the magnitude and the three bits below its highest
 * one, as they stand in a double. */
static inline uint64_t cost_of(uint64_t residual)
{
    double size = (double)(int64_t)(residual >> 63 ? ~residual : residual) + 1.0;
    uint64_t bits;
    memcpy(&bits, &size, sizeof(bits));
    return (bits >> 49) - (UINT64_C(1023) << 3);
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

/* The residuals that a search looks at. */
struct looked_at {
    const uint64_t *residuals;
    uint32_t count;
    uint64_t middle;
    uint32_t samples;
};

/* Of a value in the mean, from the samples. */
static uint32_t cost_with(const struct looked_at *at, const struct stw_prediction *prediction)
{
    uint64_t cost = 0;
    uint32_t samples = at->count < at->samples ? at->count : at->samples;
    assert(samples > 0);
    const uint64_t step = ((uint64_t)at->count << 32) / samples;
    for (uint32_t sample = 0; sample < samples; sample++) {
        uint32_t i = (uint32_t)(sample * step >> 32);
        uint64_t sum = 0;
        for (uint32_t term = 0; term < prediction->count; term++) {
            uint32_t lag = prediction->terms[term].lag;
            if (i >= lag)
                sum += (uint64_t)prediction->terms[term].weight *
                       (at->residuals[i - lag] - at->middle);
        }
        cost += cost_of(at->residuals[i] - at->middle - sixteenth(sum));
    }
    return (uint32_t)(cost * (STW_PREDICTION_BIT / 8) / samples);
}

/* ---- One lag --------------------------------------------------------------------------------- */

/* The weight that leaves least with the only term's lag, and what it leaves. */
static uint32_t choose_weight(const struct looked_at *at, int64_t step,
                              struct stw_prediction *prediction)
{
    uint32_t best = UINT32_MAX;
    struct stw_prediction tried = *prediction;
    for (int64_t weight = step; weight <= WEIGHT_MAX; weight += step) {
        tried.terms[0].weight = weight;
        uint32_t cost = cost_with(at, &tried);
        if (cost < best) {
            best = cost;
            *prediction = tried;
        }
    }
    return best;
}

/* The best of all lags as the only term; none is short enough: no term. */
static void choose_lag(const struct looked_at *at, int64_t step, struct stw_prediction *prediction)
{
    uint32_t best = UINT32_MAX;
    *prediction = (struct stw_prediction){.count = 0};
    for (uint32_t i = 0; i < sizeof(lags) / sizeof(lags[0]); i++) {
        struct stw_prediction tried = {1, {{0, lags[i]}}};
        if (lags[i] > at->count / 2)
            continue;
        uint32_t cost = choose_weight(at, step, &tried);
        if (cost < best) {
            best = cost;
            *prediction = tried;
        }
    }
}

/* ---- A second one ---------------------------------------------------------------------------- */

/* Moves of both weights, against each other first: two lags tell the same in part. */
static const int8_t moves[][2] = {{-1, 1}, {0, 1}, {0, -1}, {1, 0}, {-1, 0}, {1, -1}};
enum { MOVES = sizeof(moves) / sizeof(moves[0]) };

/* Makes those moves by `step` that save. */
static uint32_t move_weights(const struct looked_at *at, int64_t step, uint32_t cost,
                             struct stw_prediction *prediction)
{
    for (unsigned move = 0; move < MOVES; move++) {
        struct stw_prediction tried = *prediction;
        tried.terms[0].weight += step * moves[move][0];
        tried.terms[1].weight += step * moves[move][1];
        uint32_t tried_cost = cost_with(at, &tried);
        if (tried_cost < cost) {
            cost = tried_cost;
            *prediction = tried;
        }
    }
    return cost;
}

/* The only term with that of `lag` before or behind it, at weight 0. */
static struct stw_prediction with_lag(const struct stw_prediction *one, uint32_t lag)
{
    struct stw_prediction two = {2, {one->terms[0], {0, lag}}};
    if (lag < one->terms[0].lag) {
        two.terms[1] = one->terms[0];
        two.terms[0] = (struct stw_prediction_term){0, lag};
    }
    return two;
}

/* ---------------------------------------------------------------------------------------------- */

uint32_t stw_prediction_cost(const int64_t *residuals, uint32_t count)
{
    const struct stw_prediction none = {.count = 0};
    const uint64_t *values = (const uint64_t *)residuals;
    const struct looked_at at = {values, count, middle_of(values, count), SAMPLE};
    return cost_with(&at, &none);
}

uint32_t stw_prediction_choose(const int64_t *residuals, uint32_t count, bool is_thorough,
                               struct stw_prediction *prediction)
{
    const struct search *search = is_thorough ? &thorough : &quick;
    const uint64_t *values = (const uint64_t *)residuals;
    struct looked_at at = {values, count, middle_of(values, count), search->lag_samples};
    choose_lag(&at, search->lag_weight, prediction);
    if (prediction->count == 0)
        return UINT32_MAX;
    at.samples = search->samples;
    return choose_weight(&at, search->weight_step, prediction);
}

uint32_t stw_prediction_choose_second(const int64_t *residuals, uint32_t count,
                                      struct stw_prediction *prediction)
{
    const uint64_t *values = (const uint64_t *)residuals;
    struct looked_at at = {values, count, middle_of(values, count), SECOND_SAMPLES};
    const struct stw_prediction one = *prediction;
    const uint32_t alone = cost_with(&at, &one);
    uint32_t best = alone;
    for (uint32_t i = 0; i <= sizeof(lags) / sizeof(lags[0]); i++) {
        uint32_t lag = i == 0 ? short_lag : lags[i - 1];
        if (lag > count / 2 || lag == one.terms[0].lag)
            continue;
        struct stw_prediction tried = with_lag(&one, lag);
        uint32_t cost = move_weights(&at, SECOND_STEP, alone, &tried);
        if (cost < best) {
            best = cost;
            *prediction = tried;
        }
    }
    at.samples = thorough.samples;
    uint32_t cost = cost_with(&at, prediction);
    for (int64_t step = SECOND_STEP; step > 0 && prediction->count == 2;) {
        uint32_t moved = move_weights(&at, step, cost, prediction);
        step = moved < cost ? step : step / 2;
        cost = moved;
    }
    const uint32_t one_cost = cost_with(&at, &one);
    if (cost + SECOND_BITS * STW_PREDICTION_BIT / count < one_cost)
        return cost;
    *prediction = one;
    return one_cost;
}

/* What the terms from `first` on say of values[i]; it is after their lags. */
static inline uint64_t predict(const struct stw_prediction *prediction, uint32_t terms,
                               const uint64_t *values, uint32_t i)
{
    const struct stw_prediction_term *term = prediction->terms;
    uint64_t sum = (uint64_t)term[0].weight * values[i - term[0].lag];
    if (terms == 2)
        sum += (uint64_t)term[1].weight * values[i - term[1].lag];
    return sixteenth(sum);
}

/* The lag of the term, or where values end. */
static uint32_t starts_at(const struct stw_prediction *prediction, uint32_t term, uint32_t count)
{
    bool speaks = term < prediction->count && prediction->terms[term].lag < count;
    return speaks ? prediction->terms[term].lag : count;
}

void stw_prediction_take(const struct stw_prediction *prediction, const int64_t *residuals,
                         uint32_t count, int64_t *left)
{
    const uint64_t *values = (const uint64_t *)residuals;
    const uint32_t one = starts_at(prediction, 0, count);
    const uint32_t both = starts_at(prediction, 1, count);
    for (uint32_t i = 0; i < one; i++)
        left[i] = residuals[i];
    for (uint32_t i = one; i < both; i++)
        left[i] = (int64_t)(values[i] - predict(prediction, 1, values, i));
    for (uint32_t i = both; i < count; i++)
        left[i] = (int64_t)(values[i] - predict(prediction, 2, values, i));
}

void stw_prediction_add(const struct stw_prediction *prediction, uint64_t *values, uint32_t count)
{
    const uint32_t one = starts_at(prediction, 0, count);
    const uint32_t both = starts_at(prediction, 1, count);
    for (uint32_t i = one; i < both; i++)
        values[i] += predict(prediction, 1, values, i);
    for (uint32_t i = both; i < count; i++)
        values[i] += predict(prediction, 2, values, i);
}
