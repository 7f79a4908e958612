/*
 * The power law process (Crow-AMSAA): reliability growth or wear of one repairable unit, from its
 * failure times or from counts per month. Sources: Crow 1974; MIL-HDBK-189A.
 */
#ifndef STW_STAT_POWER_LAW_H
#define STW_STAT_POWER_LAW_H

#include "stat/trend.h"

/*
 * Intensity lambda beta t^(beta - 1): maximum likelihood, beta > 1
 * is worsening. The interval of beta is exact (chi-square); that of the intensity now rests on
 * ln(intensity) being normal with variance 2 / n and is left NaN below 5 failures.
 */
struct stw_power_law {
    uint64_t count;
    double beta;
    double beta_unbiased; /* (n - 1) / n or, ended at a failure, (n - 2) / n of it; NaN at 0 */
    double lambda;
    double intensity; /* at the end of observation */
    double mtbf;      /* 1 / intensity */
    struct stw_interval beta_interval;
    struct stw_interval intensity_interval;
    double cramer_von_mises; /* with the unbiased beta */
    uint64_t cramer_von_mises_count;
};

/* False below 2 failures (3 when it ended with one). */
bool stw_power_law_fit(const struct stw_history *history, double confidence,
                       struct stw_power_law *fit);

/* From counts of consecutive groups; ends[i] is the end of group i, ascending from > 0. False
 * below two groups or two failures, or when all fell into the first group or the last. */
struct stw_power_law_grouped {
    uint64_t count;
    double beta;
    double lambda;
    double intensity;
    double mtbf;
};
bool stw_power_law_fit_grouped(const double *ends, const uint64_t *counts, size_t groups,
                               struct stw_power_law_grouped *fit);

#endif
