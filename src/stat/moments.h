/*
 * Sums and moments of doubles in one pass.
 *
 * Where a column is declared `float` its sum is compensated (Neumaier 1974), and its mean and
 * variance are Welford's. Both depend on the order of the values in the last bits, so callers add
 * in (series, time) order over fixed chunks and merge chunks in order: the same bytes for any
 * number of threads.
 */
#ifndef STW_STAT_MOMENTS_H
#define STW_STAT_MOMENTS_H

#include <stdint.h>

/* A compensated sum; {0} is empty. */
struct stw_sum {
    double high;
    double low; /* what rounding took from `high` */
};

void stw_sum_add(struct stw_sum *sum, double value);
void stw_sum_merge(struct stw_sum *into, const struct stw_sum *from);

static inline double stw_sum_value(const struct stw_sum *sum)
{
    return sum->high + sum->low;
}

/* {0} is empty. NaN values are the caller's to leave out. */
struct stw_moments {
    uint64_t count;
    double mean;
    double squares; /* sum of squared deviations from the mean */
    double minimum; /* 0 while empty, as mean */
    double maximum;
};

void stw_moments_add(struct stw_moments *moments, double value);

/* As if the values of `from` had been added after those of `into` (Chan, Golub, LeVeque 1983). */
void stw_moments_merge(struct stw_moments *into, const struct stw_moments *from);

/* Sample variance with divisor count - 1 and its root; NaN below two values. */
double stw_moments_variance(const struct stw_moments *moments);
double stw_moments_deviation(const struct stw_moments *moments);

#endif
