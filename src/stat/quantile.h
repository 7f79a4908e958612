/*
 * Sample quantiles, all nine types of Hyndman and Fan ("Sample Quantiles in Statistical Packages",
 * The American Statistician 50, 1996). Reports print the type beside the number: the 90th
 * percentile of 3 5 7 8 12 13 14 18 21 480 is 66.9 by type 7 and 311.7 by type 8.
 */
#ifndef STW_STAT_QUANTILE_H
#define STW_STAT_QUANTILE_H

#include <stddef.h>

enum stw_quantile_type {
    STW_QUANTILE_1 = 1, /* inverse of the empirical distribution function */
    STW_QUANTILE_2 = 2, /* the same, averaged at steps */
    STW_QUANTILE_3 = 3, /* nearest even order statistic (SAS) */
    STW_QUANTILE_4 = 4, /* linear interpolation of the distribution function */
    STW_QUANTILE_5 = 5, /* Hazen */
    STW_QUANTILE_6 = 6, /* Weibull; Excel PERCENTILE.EXC */
    STW_QUANTILE_7 = 7, /* the default of R, NumPy and Excel PERCENTILE.INC */
    STW_QUANTILE_8 = 8, /* median-unbiased */
    STW_QUANTILE_9 = 9  /* unbiased for the normal */
};

#define STW_QUANTILE_DEFAULT STW_QUANTILE_7

/* The quantile at p in 0..1 of `count` ascending values without NaN; NaN when count is 0 or p is
 * outside. */
double stw_quantile(const double *sorted, size_t count, double p, enum stw_quantile_type type);

/* Ascending, in place; -0 and 0 are equal and NaN is not allowed. */
void stw_sort_doubles(double *values, size_t count);

/* Sorts in place; the median, the same for types 2, 5, 6, 7, 8 and 9. NaN when count is 0. */
double stw_median(double *values, size_t count);

#endif
