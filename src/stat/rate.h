/*
 * Rates of rare events: a count over an exposure (unit-years, door cycles, hours), with exact
 * Poisson intervals. No normal approximation anywhere: counts of 0 to 5 are the usual case for
 * one lift in one month.
 *
 * Confidence is two-sided and in (0, 1), e.g. .95. Exposure is > 0 and in the caller's unit; rates
 * are per that unit. Arguments outside give NaN.
 */
#ifndef STW_STAT_RATE_H
#define STW_STAT_RATE_H

#include <stdint.h>

struct stw_interval {
    double low;
    double high;
};

struct stw_rate {
    uint64_t count;
    double exposure;
    double confidence;
    double value; /* count / exposure */
    struct stw_interval interval;
};

/* Garwood's exact interval (Biometrika 28, 1936): chi2(a/2, 2n) / 2T to chi2(1 - a/2, 2n + 2) / 2T.
 * The low end is 0 for no events. */
struct stw_rate stw_rate_of(uint64_t count, double exposure, double confidence);

/* The one-sided upper bound, the rate r with P(X <= count; rT) = 1 - confidence: what is known
 * after no event at all (-ln(1 - confidence) / T, about 3 / T at .95). */
double stw_rate_upper_bound(uint64_t count, double exposure, double confidence);

/*
 * Mean time between failures, exposure / count, with the interval 2T / chi2 for a test ended at a
 * time (Garwood's inverted). With no failure `value` and the high end are infinite and `low` is the
 * one-sided bound at the same confidence: "at least".
 */
struct stw_mtbf {
    uint64_t count;
    double exposure;
    double confidence;
    double value;
    struct stw_interval interval;
};
struct stw_mtbf stw_mtbf_of(uint64_t count, double exposure, double confidence);

/*
 * The ratio of two rates, first over second, by the exact conditional binomial: given the total,
 * the first count is binomial. Clopper-Pearson interval; the two-sided p sums all outcomes no more
 * likely than the one seen (as R's poisson.test). With nothing on either side value is NaN, the
 * interval 0 to infinity and p 1.
 */
struct stw_rate_ratio {
    double value;
    struct stw_interval interval;
    double p_two_sided;
};
struct stw_rate_ratio stw_rate_ratio_of(uint64_t count_a, double exposure_a, uint64_t count_b,
                                        double exposure_b, double confidence);

/* Clopper and Pearson's exact interval of a proportion; trials > 0, successes <= trials. */
struct stw_interval stw_proportion_interval(uint64_t successes, uint64_t trials, double confidence);

#endif
