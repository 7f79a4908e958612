/*
 * Is it getting worse? Trend tests for the failures of one repairable unit, and for a monthly
 * series. They answer different questions and may disagree; reports print all of them.
 *
 * Failure times count from the start of observation, ascending, in any unit. Whoever calls says how
 * observation ended: at a time (the end of the month) or with the last failure. Pooling units that
 * began at different times into one of these tests is wrong.
 *
 * Sources: MIL-HDBK-189A; NIST/SEMATECH e-Handbook; Mann 1945, Kendall 1975,
 * Sen 1968.
 */
#ifndef STW_STAT_TREND_H
#define STW_STAT_TREND_H

#include "base/arena.h"
#include "base/error.h"
#include "stat/rate.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All slopes of a series are kept to find their median: n (n - 1) / 2 doubles. */
enum { STW_TREND_POINTS_MAX = 2000 };

struct stw_history {
    const double *times; /* ascending, each in 0 < t <= end */
    size_t count;
    double end; /* of observation; ignored when it ended with the last failure */
    bool ends_at_failure;
};

/* A test whose statistic rises where failures come closer together (`worsening`). */
struct stw_trend {
    uint64_t count; /* failures that entered the statistic */
    double statistic;
    double df;          /* chi-square tests only */
    double p_worsening; /* one-sided, against a rising failure rate */
    double p_improving; /* one-sided, against a falling one */
    double p_two_sided;
};

/*
 * Laplace: U = sqrt(12 n) (mean(t) / T - 1/2), standard normal; n - 1 failures and T = the last one
 * for failure truncation. False below 1 (2) failures; the approximation is good from about 4 on.
 */
bool stw_trend_laplace(const struct stw_history *history, struct stw_trend *trend);

/* MIL-HDBK-189: 2 sum ln(T / t), chi-square with 2n degrees of freedom (2 (n - 1) for failure
 * truncation). Small means worsening, so `p_worsening` is the lower tail. */
bool stw_trend_mil_hdbk_189(const struct stw_history *history, struct stw_trend *trend);

/*
 * Mann-Kendall on values at equal steps: S = concordant - discordant pairs, variance corrected for
 * ties, Z with continuity correction; the p of Z. `tau_b` is Kendall's. The slope is the median of
 * all (xj - xi) / (j - i) with Sen's interval.
 */
struct stw_mann_kendall {
    uint64_t count;
    int64_t s;
    double variance;
    double z;
    double p_rising; /* one-sided */
    double p_falling;
    double p_two_sided;
    double slope; /* per step */
    struct stw_interval slope_interval;
};

/* STW_ERR_USAGE below 3 values, STW_ERR_LIMIT above STW_TREND_POINTS_MAX. The slopes stay in
 * `work`. */
int stw_trend_mann_kendall(const double *values, size_t count, double confidence,
                           struct stw_arena *work, struct stw_mann_kendall *result,
                           struct stw_error *err) STW_CHECKED;

/*
 * Reverse arrangements of the times between failures: pairs whose later gap is longer. Many mean
 * improvement. The p-values are exact (the distribution of inversions) without ties up to
 * STW_REVERSE_EXACT_MAX gaps, else normal with continuity and tie correction.
 */
enum { STW_REVERSE_EXACT_MAX = 60 };
struct stw_reverse_arrangements {
    uint64_t gaps;
    uint64_t reversals;
    uint64_t pairs;
    bool exact;
    double p_improving; /* P(at least so many) without trend */
    double p_worsening; /* P(at most so many) */
};
/* False below 3 failures or above STW_TREND_POINTS_MAX. */
bool stw_trend_reverse_arrangements(const struct stw_history *history,
                                    struct stw_reverse_arrangements *result);

#endif
