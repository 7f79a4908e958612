/*
 * Times to an event where some have not happened yet: Kaplan-Meier curves and the log-rank test.
 *
 * An open work order is censored at the age it has reached, a lift still down at the length of its
 * stop so far. A censoring at the instant of an event counts as just after it. Results live in the
 * caller's arena.
 */
#ifndef STW_STAT_SURVIVAL_H
#define STW_STAT_SURVIVAL_H

#include "base/arena.h"
#include "base/error.h"
#include "stat/rate.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A duration in any unit, >= 0; `observed` is false where it was still running. */
struct stw_lifetime {
    double time;
    bool observed;
};

/* The curve falls at `time`, which had `events` of `at_risk`. */
struct stw_survival_step {
    double time;
    uint64_t at_risk;
    uint64_t events;
    double survival;     /* share still running just after `time` */
    double log_variance; /* Greenwood's sum d / (n (n - d)): variance of ln S; infinite at S = 0 */
};

struct stw_survival {
    uint64_t count;
    uint64_t events;
    uint64_t censored;
    const struct stw_survival_step *steps; /* ascending, one a distinct event time */
    size_t step_count;
    double longest; /* the largest time, observed or not; the curve is unknown beyond it */
};

/* Fails for NaN or negative times (STW_ERR_INPUT) and when memory is out. */
int stw_survival_fit(const struct stw_lifetime *lifetimes, size_t count, struct stw_arena *arena,
                     struct stw_survival *curve, struct stw_error *err) STW_CHECKED;

/* S(t), and its log-log interval (Kalbfleisch and Prentice): S^exp(-+ z se(ln(-ln S))). Where S is
 * 1 or 0 the interval is [S, S]. */
double stw_survival_at(const struct stw_survival *curve, double time);
struct stw_interval stw_survival_interval(const struct stw_survival *curve, double time,
                                          double confidence);

/*
 * The time by which a share p of events has happened: the first where S <= 1 - p, the middle of the
 * step where S equals 1 - p (as R's survfit); infinite when the curve does not fall that far.
 * The interval (Brookmeyer and Crowley with log-log limits) is where the limits of S cross 1 - p.
 */
double stw_survival_quantile(const struct stw_survival *curve, double p);
struct stw_interval stw_survival_quantile_interval(const struct stw_survival *curve, double p,
                                                   double confidence);

enum { STW_LOG_RANK_GROUPS_MAX = 32 };

struct stw_log_rank {
    double observed[STW_LOG_RANK_GROUPS_MAX]; /* events of each group */
    double expected[STW_LOG_RANK_GROUPS_MAX]; /* if all groups shared one curve */
    double chi2;
    unsigned df; /* groups - 1, of groups that were ever at risk of an event */
    double p_upper;
};

/*
 * Log-rank test of 2..STW_LOG_RANK_GROUPS_MAX groups; lifetime i is of group[i] < group_count.
 * STW_ERR_LIMIT for another number of groups. Without any event, or with one group alone at risk,
 * df is 0, chi2 is 0 and p is NaN.
 */
int stw_log_rank_test(const struct stw_lifetime *lifetimes, const uint32_t *group, size_t count,
                      unsigned group_count, struct stw_arena *arena, struct stw_log_rank *test,
                      struct stw_error *err) STW_CHECKED;

#endif
