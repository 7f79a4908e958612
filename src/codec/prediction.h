/*
 * Prediction of residuals from those a day or a week before, or just before: what is left is
 * smaller where use follows the clock. FORMAT.md "Prediction".
 *
 * Private to codec/.
 */
#ifndef STW_CODEC_PREDICTION_H
#define STW_CODEC_PREDICTION_H

#include "codec/codec.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    STW_PREDICTION_SHIFT = 4,       /* weights are sixteenths */
    STW_PREDICTION_TERMS_MAX = 2,   /* each a weight and a lag */
    STW_PREDICTION_BIT = 256,       /* unit of the costs */
    STW_PREDICTION_COUNT_MIN = 128, /* fewer values say too little */
};

/*
 * residual[i] is predicted as (sum of weight * residual[i - lag] + 8) / 16, rounded down; a term
 * says nothing of the first `lag` residuals. No term: nothing is predicted.
 */
struct stw_prediction {
    uint32_t count;
    struct stw_prediction_term {
        int64_t weight;
        uint32_t lag;                  /* 1 .. STW_CODEC_VALUES_MAX - 1 */
    } terms[STW_PREDICTION_TERMS_MAX]; /* lags ascend */
};

/* Bits a value in 1/STW_PREDICTION_BIT that these residuals take, from a sample and near enough to
 * compare with others of the same values. */
uint32_t stw_prediction_cost(const int64_t *residuals, uint32_t count);

/* The term that leaves the least, and the cost of that; UINT32_MAX and no term: there are too few
 * residuals for any lag. A thorough search takes some four times as long. */
uint32_t stw_prediction_choose(const int64_t *residuals, uint32_t count, bool is_thorough,
                               struct stw_prediction *prediction);

/* Adds to one chosen term the second that saves most, if any does, and returns the cost. */
uint32_t stw_prediction_choose_second(const int64_t *residuals, uint32_t count,
                                      struct stw_prediction *prediction);

/* left[i] = residuals[i] less its prediction, modulo 2^64. */
void stw_prediction_take(const struct stw_prediction *prediction, const int64_t *residuals,
                         uint32_t count, int64_t *left);

/* The reverse, in place. */
void stw_prediction_add(const struct stw_prediction *prediction, uint64_t *values, uint32_t count);

#endif
