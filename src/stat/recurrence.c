/*
 * The mean cumulative function; see recurrence.h.
 *
 * The robust variance at an age is the sum over units of (own events / at risk, less the mean's
 * increments / at risk while observed) squared. The second part is one running sum, frozen for a
 * unit at its end.
 */
#include "stat/recurrence.h"

#include "stat/quantile.h"

#include <stdbool.h>
#include <stdlib.h>

static int compare_recurrences(const void *left, const void *right)
{
    const struct stw_recurrence *a = left;
    const struct stw_recurrence *b = right;
    if (a->age != b->age)
        return a->age < b->age ? -1 : 1;
    return a->unit < b->unit ? -1 : a->unit > b->unit;
}

static int check_events(const struct stw_recurrence *events, size_t count, const double *ends,
                        uint32_t unit_count, struct stw_error *err)
{
    for (size_t i = 0; i < count; i++)
        if (events[i].unit >= unit_count || !(events[i].age >= 0) ||
            !(events[i].age <= ends[events[i].unit]))
            return stw_fail(err, STW_ERR_INPUT, "event %zu at age %g is not within its unit's life",
                            i, events[i].age);
    return STW_OK;
}

struct unit_sum {
    double own;    /* 1 / at risk of each of its events */
    double frozen; /* the running sum at its end, once it has passed */
    bool ended;
};

static double robust_variance(struct unit_sum *units, const double *ends, uint32_t unit_count,
                              double age, double before, double running)
{
    double sum = 0;
    for (uint32_t u = 0; u < unit_count; u++) {
        if (!units[u].ended && ends[u] < age) {
            units[u].ended = true;
            units[u].frozen = before;
        }
        double difference = units[u].own - (units[u].ended ? units[u].frozen : running);
        sum += difference * difference;
    }
    return sum;
}

/* Units observed at an age. */
static uint32_t count_at_risk(const double *sorted_ends, uint32_t unit_count, double age,
                              uint32_t *ended)
{
    while (*ended < unit_count && sorted_ends[*ended] < age)
        ++*ended;
    return unit_count - *ended;
}

int stw_mcf_estimate(const struct stw_recurrence *events, size_t event_count, const double *ends,
                     uint32_t unit_count, struct stw_arena *arena, struct stw_mcf *mcf,
                     struct stw_error *err)
{
    STW_TRY(check_events(events, event_count, ends, unit_count, err));
    struct stw_recurrence *sorted = STW_ARENA_ARRAY(arena, struct stw_recurrence, event_count);
    double *sorted_ends = STW_ARENA_ARRAY(arena, double, unit_count);
    struct unit_sum *units = STW_ARENA_ARRAY(arena, struct unit_sum, unit_count);
    struct stw_mcf_step *steps = STW_ARENA_ARRAY(arena, struct stw_mcf_step, event_count);
    if (sorted == NULL || sorted_ends == NULL || units == NULL || steps == NULL)
        return stw_fail_memory(err, event_count * sizeof(*steps));
    for (size_t i = 0; i < event_count; i++)
        sorted[i] = events[i];
    for (uint32_t u = 0; u < unit_count; u++)
        sorted_ends[u] = ends[u];
    qsort(sorted, event_count, sizeof(*sorted), compare_recurrences);
    stw_sort_doubles(sorted_ends, unit_count);

    struct stw_mcf_step step = {0};
    double running = 0; /* sum of events / at_risk^2 = the Poisson variance */
    uint32_t ended = 0;
    *mcf = (struct stw_mcf){steps, 0};
    for (size_t at = 0; at < event_count;) {
        size_t first = at;
        step.age = sorted[at].age;
        step.at_risk = count_at_risk(sorted_ends, unit_count, step.age, &ended);
        double risk = step.at_risk;
        for (; at < event_count && sorted[at].age == step.age; at++)
            units[sorted[at].unit].own += 1 / risk;
        step.events = (uint32_t)(at - first);
        double before = running;
        running += step.events / (risk * risk);
        step.mean += step.events / risk;
        step.variance_poisson = running;
        step.variance_binomial += step.events * (1 - 1 / risk) / (risk * risk);
        step.variance_robust = robust_variance(units, ends, unit_count, step.age, before, running);
        steps[mcf->step_count++] = step;
    }
    return STW_OK;
}
