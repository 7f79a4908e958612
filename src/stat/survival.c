/*
 * Kaplan-Meier and log-rank; see survival.h.
 *
 * Between two censorings the product of (1 - d/n) telescopes to one quotient of whole numbers, so
 * the curve is computed as base * left / base_left and is exact where nothing is censored: a curve
 * that stands at one half is recognised as such, and its median is then the ordinary one.
 */
#include "stat/survival.h"

#include "stat/special.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

/* Steps this near to the wanted height are at it: rounding of the base factors. */
static const double height_tolerance = 1e-12;

struct subject {
    double time;
    uint32_t group;
    bool observed;
};

/* By time; events before censorings of the same instant. */
static int compare_subjects(const void *left, const void *right)
{
    const struct subject *a = left;
    const struct subject *b = right;
    if (a->time != b->time)
        return a->time < b->time ? -1 : 1;
    return (int)b->observed - (int)a->observed;
}

static int sorted_subjects(const struct stw_lifetime *lifetimes, const uint32_t *group,
                           size_t count, struct stw_arena *arena, struct subject **out,
                           struct stw_error *err)
{
    struct subject *subjects = STW_ARENA_ARRAY(arena, struct subject, count);
    if (subjects == NULL)
        return stw_fail_memory(err, count * sizeof(*subjects));
    for (size_t i = 0; i < count; i++) {
        if (!(lifetimes[i].time >= 0) || isinf(lifetimes[i].time))
            return stw_fail(err, STW_ERR_INPUT, "duration %zu is %g; durations are 0 or more", i,
                            lifetimes[i].time);
        subjects[i].time = lifetimes[i].time;
        subjects[i].observed = lifetimes[i].observed;
        subjects[i].group = group == NULL ? 0 : group[i];
    }
    qsort(subjects, count, sizeof(*subjects), compare_subjects);
    *out = subjects;
    return STW_OK;
}

/* The subjects of one instant: `events` first, then censorings, up to `end`. */
struct instant {
    size_t end;
    uint64_t events;
};

static struct instant instant_at(const struct subject *subjects, size_t count, size_t at)
{
    struct instant instant = {at, 0};
    for (; instant.end < count && subjects[instant.end].time == subjects[at].time; instant.end++)
        instant.events += subjects[instant.end].observed;
    return instant;
}

int stw_survival_fit(const struct stw_lifetime *lifetimes, size_t count, struct stw_arena *arena,
                     struct stw_survival *curve, struct stw_error *err)
{
    struct subject *subjects = NULL;
    STW_TRY(sorted_subjects(lifetimes, NULL, count, arena, &subjects, err));
    *curve = (struct stw_survival){.count = count};
    for (size_t i = 0; i < count; i++)
        curve->events += subjects[i].observed;
    curve->censored = count - curve->events;
    struct stw_survival_step *steps =
        STW_ARENA_ARRAY(arena, struct stw_survival_step, curve->events);
    if (steps == NULL)
        return stw_fail_memory(err, curve->events * sizeof(*steps));

    double base = 1;
    double base_left = (double)count;
    double log_variance = 0;
    for (size_t at = 0; at < count;) {
        struct instant instant = instant_at(subjects, count, at);
        double at_risk = (double)(count - at);
        double left = at_risk - (double)instant.events;
        if (instant.events > 0) {
            log_variance += (double)instant.events / (at_risk * left);
            steps[curve->step_count++] =
                (struct stw_survival_step){subjects[at].time, count - at, instant.events,
                                           base * left / base_left, log_variance};
        }
        if (instant.end - at > instant.events) { /* a censoring starts a new quotient */
            base = base * left / base_left;
            base_left = (double)(count - instant.end);
        }
        curve->longest = subjects[at].time;
        at = instant.end;
    }
    curve->steps = steps;
    return STW_OK;
}

/* The last step at or before `time`, or NULL. */
static const struct stw_survival_step *step_at(const struct stw_survival *curve, double time)
{
    size_t low = 0;
    size_t high = curve->step_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (curve->steps[middle].time <= time)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 ? NULL : &curve->steps[low - 1];
}

double stw_survival_at(const struct stw_survival *curve, double time)
{
    const struct stw_survival_step *step = step_at(curve, time);
    return step == NULL ? 1 : step->survival;
}

static struct stw_interval step_interval(const struct stw_survival_step *step, double z)
{
    if (step->survival <= 0 || step->survival >= 1)
        return (struct stw_interval){step->survival, step->survival};
    double log_survival = log(step->survival);
    double spread = exp(z * sqrt(step->log_variance) / -log_survival);
    return (struct stw_interval){exp(log_survival * spread), exp(log_survival / spread)};
}

static double two_sided_z(double confidence)
{
    assert(confidence > 0 && confidence < 1);
    return -stw_normal_quantile((1 - confidence) / 2);
}

struct stw_interval stw_survival_interval(const struct stw_survival *curve, double time,
                                          double confidence)
{
    const struct stw_survival_step *step = step_at(curve, time);
    if (step == NULL)
        return (struct stw_interval){1, 1};
    return step_interval(step, two_sided_z(confidence));
}

/* Which curve to follow downwards. */
enum height { SURVIVAL, LOWER_LIMIT, UPPER_LIMIT };

static double height_of(const struct stw_survival_step *step, enum height which, double z)
{
    if (which == SURVIVAL)
        return step->survival;
    struct stw_interval limits = step_interval(step, z);
    return which == LOWER_LIMIT ? limits.low : limits.high;
}

/* A limit of S = 0 does not exist: the last step with S > 0 is the end of the limits. */
static bool has_height(const struct stw_survival_step *step, enum height which)
{
    return which == SURVIVAL || step->survival > 0;
}

/* The first time where the followed curve is at most `level`. */
static double crossing(const struct stw_survival *curve, enum height which, double z, double level)
{
    for (size_t i = 0; i < curve->step_count; i++) {
        const struct stw_survival_step *step = &curve->steps[i];
        if (!has_height(step, which))
            break;
        double height = height_of(step, which, z);
        if (height > level + height_tolerance)
            continue;
        bool at_level = height >= level - height_tolerance;
        if (!at_level)
            return step->time;
        double next = i + 1 < curve->step_count ? curve->steps[i + 1].time : curve->longest;
        return (step->time + next) / 2;
    }
    return INFINITY;
}

double stw_survival_quantile(const struct stw_survival *curve, double p)
{
    if (!(p > 0 && p < 1))
        return NAN;
    return crossing(curve, SURVIVAL, 0, 1 - p);
}

struct stw_interval stw_survival_quantile_interval(const struct stw_survival *curve, double p,
                                                   double confidence)
{
    if (!(p > 0 && p < 1))
        return (struct stw_interval){NAN, NAN};
    double z = two_sided_z(confidence);
    return (struct stw_interval){crossing(curve, LOWER_LIMIT, z, 1 - p),
                                 crossing(curve, UPPER_LIMIT, z, 1 - p)};
}

/* Solves the symmetric positive semi-definite system in place and returns v' A^-1 v; directions
 * without variance (a group never at risk) are left out and not counted in *rank. */
static double quadratic_form(double a[][STW_LOG_RANK_GROUPS_MAX], double *v, unsigned size,
                             unsigned *rank)
{
    double form = 0;
    *rank = 0;
    for (unsigned i = 0; i < size; i++) {
        double scale = a[i][i];
        for (unsigned k = 0; k < i; k++)
            a[i][i] -= a[i][k] * a[i][k];
        if (!(a[i][i] > 1e-10 * scale)) {
            for (unsigned row = i; row < size; row++)
                a[row][i] = 0;
            continue;
        }
        a[i][i] = sqrt(a[i][i]);
        for (unsigned row = i + 1; row < size; row++) {
            for (unsigned k = 0; k < i; k++)
                a[row][i] -= a[row][k] * a[i][k];
            a[row][i] /= a[i][i];
        }
        for (unsigned k = 0; k < i; k++)
            v[i] -= a[i][k] * (a[k][k] > 0 ? v[k] : 0);
        v[i] /= a[i][i];
        form += v[i] * v[i];
        ++*rank;
    }
    return form;
}

/* Observed, expected and covariance of one instant (hypergeometric). */
static void add_instant(struct stw_log_rank *test, double variance[][STW_LOG_RANK_GROUPS_MAX],
                        const uint64_t *at_risk, unsigned group_count, double total, double events)
{
    double tie = total > 1 ? (total - events) / (total - 1) : 0;
    for (unsigned g = 0; g < group_count; g++) {
        double share = (double)at_risk[g] / total;
        test->expected[g] += events * share;
        for (unsigned h = 0; h < group_count; h++)
            variance[g][h] +=
                events * tie * share * ((g == h ? 1 : 0) - (double)at_risk[h] / total);
    }
}

int stw_log_rank_test(const struct stw_lifetime *lifetimes, const uint32_t *group, size_t count,
                      unsigned group_count, struct stw_arena *arena, struct stw_log_rank *test,
                      struct stw_error *err)
{
    if (group_count < 2 || group_count > STW_LOG_RANK_GROUPS_MAX)
        return stw_fail(err, STW_ERR_LIMIT, "%u groups; a log-rank test compares 2 to %d",
                        group_count, STW_LOG_RANK_GROUPS_MAX);
    struct subject *subjects = NULL;
    STW_TRY(sorted_subjects(lifetimes, group, count, arena, &subjects, err));
    assert(subjects != NULL);
    *test = (struct stw_log_rank){.p_upper = NAN};
    double variance[STW_LOG_RANK_GROUPS_MAX][STW_LOG_RANK_GROUPS_MAX] = {{0}};
    uint64_t at_risk[STW_LOG_RANK_GROUPS_MAX] = {0};
    for (size_t i = 0; i < count; i++) {
        assert(subjects[i].group < group_count);
        at_risk[subjects[i].group]++;
    }
    for (size_t at = 0; at < count;) {
        struct instant instant = instant_at(subjects, count, at);
        if (instant.events > 0)
            add_instant(test, variance, at_risk, group_count, (double)(count - at),
                        (double)instant.events);
        for (; at < instant.end; at++) {
            test->observed[subjects[at].group] += subjects[at].observed;
            at_risk[subjects[at].group]--;
        }
    }
    double difference[STW_LOG_RANK_GROUPS_MAX];
    for (unsigned g = 0; g < group_count; g++)
        difference[g] = test->observed[g] - test->expected[g];
    /* The differences sum to 0: the last non-empty direction drops out by itself. */
    test->chi2 = quadratic_form(variance, difference, group_count, &test->df);
    if (test->df > 0)
        test->p_upper = stw_chi2_upper(test->chi2, test->df);
    return STW_OK;
}
