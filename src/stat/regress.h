/*
 * Linear least squares for a handful of columns, by Householder QR: degree-day baselines and the
 * like. Squaring the matrix (normal equations) would lose half the digits; QR does not.
 */
#ifndef STW_STAT_REGRESS_H
#define STW_STAT_REGRESS_H

#include "base/arena.h"
#include "base/error.h"

#include <stddef.h>

enum { STW_REGRESS_COLUMNS_MAX = 12 };

struct stw_regression {
    size_t rows;
    size_t columns;
    double df; /* rows - columns */
    double coefficients[STW_REGRESS_COLUMNS_MAX];
    double errors[STW_REGRESS_COLUMNS_MAX];   /* standard errors */
    double p_values[STW_REGRESS_COLUMNS_MAX]; /* two-sided, of coefficient = 0 */
    double residual_squares;                  /* weighted */
    double total_squares;                     /* about the (weighted) mean */
    double r_squared;
    double r_squared_adjusted; /* 1 - (1 - r2) (rows - 1) / df */
};

/*
 * y = sum of coefficients[j] * x[j * rows + i]; a constant is a column of ones and R2 is about the
 * mean, so there should be one. `weights` (> 0, as inverse variances) may be NULL. STW_ERR_USAGE
 * when rows <= columns, columns are 0 or too many; STW_ERR_INPUT when a column depends on those
 * before it, or a value is not finite. Working memory comes from `arena`.
 */
int stw_regress_fit(const double *x, const double *y, const double *weights, size_t rows,
                    size_t columns, struct stw_arena *arena, struct stw_regression *fit,
                    struct stw_error *err) STW_CHECKED;

#endif
