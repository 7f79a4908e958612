/* Trends and repeat faults of single units; see failures.h. */
#include "analysis/failures.h"
#include "base/clock.h"

#include <stdlib.h>

/* The unit's time in service in the period; false when there is none. */
static bool service_in_period(const struct stw_failures *failures, uint32_t unit, int64_t *from_ns,
                              int64_t *to_ns)
{
    const struct stw_failure_spec *spec = &failures->spec;
    const struct stw_failure_unit *subject = &failures->units[unit];
    int64_t first = spec->months_ns[0];
    int64_t last = spec->months_ns[spec->month_count];
    *from_ns = subject->in_service_ns > first ? subject->in_service_ns : first;
    *to_ns = subject->out_of_service_ns < last ? subject->out_of_service_ns : last;
    if (spec->as_of_ns < *to_ns)
        *to_ns = spec->as_of_ns;
    return *from_ns < *to_ns;
}

static double days(int64_t ns)
{
    return (double)(ns < STW_NS_PER_MINUTE ? STW_NS_PER_MINUTE : ns) / (double)STW_NS_PER_DAY;
}

/* The counted failures of a unit are consecutive: [first, end), some in between not counted. */
static int judge_times(const struct stw_failures *failures, uint32_t first, uint32_t end,
                       int64_t from_ns, int64_t to_ns, struct stw_arena *arena,
                       struct stw_failure_trend *trend, struct stw_error *err)
{
    double *times = STW_ARENA_ARRAY(arena, double, end - first);
    if (times == NULL)
        return stw_fail_memory(err, (end - first) * sizeof(*times));
    struct stw_history history = {times, 0, days(to_ns - from_ns), false};
    for (uint32_t i = first; i < end; i++)
        if (failures->failures[i].counted)
            times[history.count++] = days(failures->failures[i].at_ns - from_ns);
    trend->verdict = STW_VERDICT_TOO_FEW;
    if (history.count >= failures->spec.trend_failures &&
        stw_trend_laplace(&history, &trend->laplace) &&
        stw_trend_mil_hdbk_189(&history, &trend->mil_hdbk_189) &&
        stw_trend_reverse_arrangements(&history, &trend->reverse_arrangements) &&
        stw_power_law_fit(&history, failures->spec.confidence, &trend->power_law))
        trend->verdict = STW_VERDICT_JUDGED;
    return STW_OK;
}

/* Mann-Kendall on the months the unit was in service from end to end. */
static int judge_months(const struct stw_failures *failures, uint32_t first, uint32_t end,
                        int64_t from_ns, int64_t to_ns, struct stw_arena *arena,
                        struct stw_failure_trend *trend, struct stw_error *err)
{
    const struct stw_failure_spec *spec = &failures->spec;
    double *counts = STW_ARENA_ARRAY(arena, double, spec->month_count);
    if (counts == NULL)
        return stw_fail_memory(err, spec->month_count * sizeof(*counts));
    for (uint32_t i = first; i < end; i++)
        if (failures->failures[i].counted)
            counts[failures->failures[i].month]++;
    uint32_t begin = 0;
    while (begin < spec->month_count && spec->months_ns[begin] < from_ns)
        begin++;
    uint32_t whole = 0;
    while (begin + whole < spec->month_count && spec->months_ns[begin + whole + 1] <= to_ns)
        whole++;
    trend->monthly_verdict = STW_VERDICT_TOO_FEW;
    if (whole < 3 || whole < spec->trend_months || whole > STW_TREND_POINTS_MAX)
        return STW_OK;
    STW_TRY(stw_trend_mann_kendall(counts + begin, whole, spec->confidence, arena, &trend->monthly,
                                   err));
    trend->monthly_verdict = STW_VERDICT_JUDGED;
    return STW_OK;
}

int stw_failures_trends(const struct stw_failures *failures, struct stw_arena *arena,
                        const struct stw_failure_trend **trends, uint32_t *count,
                        struct stw_error *err)
{
    struct stw_failure_trend *list =
        STW_ARENA_ARRAY(arena, struct stw_failure_trend, failures->unit_count);
    if (list == NULL)
        return stw_fail_memory(err, failures->unit_count * sizeof(*list));
    uint32_t used = 0;
    uint32_t first = 0;
    for (uint32_t unit = 0; unit < failures->unit_count; unit++) {
        uint32_t end = first;
        while (end < failures->failure_count && failures->failures[end].unit == unit)
            end++;
        int64_t from_ns;
        int64_t to_ns;
        if (service_in_period(failures, unit, &from_ns, &to_ns)) {
            struct stw_failure_trend *trend = &list[used++];
            trend->unit = unit;
            STW_TRY(judge_times(failures, first, end, from_ns, to_ns, arena, trend, err));
            STW_TRY(judge_months(failures, first, end, from_ns, to_ns, arena, trend, err));
        }
        first = end;
    }
    *trends = list;
    *count = used;
    return STW_OK;
}

/* The window of at most within_ns with the most failures; the earliest of equals. */
static struct stw_repeat_fault worst_window(const struct stw_failures *failures,
                                            const uint32_t *members, uint32_t count)
{
    struct stw_repeat_fault worst = {.total = count};
    uint32_t first = 0;
    for (uint32_t last = 0; last < count; last++) {
        const struct stw_failure *end = &failures->failures[members[last]];
        while (end->at_ns - failures->failures[members[first]].at_ns >
               failures->spec.repeat_within_ns)
            first++;
        if (last - first + 1 > worst.most) {
            worst.most = last - first + 1;
            worst.first_ns = failures->failures[members[first]].at_ns;
            worst.last_ns = end->at_ns;
        }
    }
    worst.unit = failures->failures[members[0]].unit;
    worst.cause = failures->failures[members[0]].cause;
    return worst;
}

static int compare_repeats(const void *left, const void *right)
{
    const struct stw_repeat_fault *a = left;
    const struct stw_repeat_fault *b = right;
    if (a->most != b->most)
        return a->most > b->most ? -1 : 1;
    if (a->unit != b->unit)
        return a->unit < b->unit ? -1 : 1;
    return stw_slice_compare(a->cause, b->cause);
}

static int compare_places(const void *left, const void *right, void *context)
{
    const struct stw_failure *list = context;
    uint32_t a = *(const uint32_t *)left;
    uint32_t b = *(const uint32_t *)right;
    if (list[a].unit != list[b].unit)
        return list[a].unit < list[b].unit ? -1 : 1;
    int order = stw_slice_compare(list[a].cause, list[b].cause);
    if (order != 0)
        return order;
    return a < b ? -1 : a > b; /* = by time */
}

static bool same_fault(const struct stw_failure *a, const struct stw_failure *b)
{
    return a->unit == b->unit && stw_slice_equal(a->cause, b->cause);
}

int stw_failures_repeats(const struct stw_failures *failures, struct stw_arena *arena,
                         const struct stw_repeat_fault **repeats, uint32_t *count,
                         struct stw_error *err)
{
    const struct stw_failure *all = failures->failures;
    uint32_t *places = STW_ARENA_ARRAY(arena, uint32_t, failures->failure_count);
    struct stw_repeat_fault *list =
        STW_ARENA_ARRAY(arena, struct stw_repeat_fault, failures->failure_count);
    if (places == NULL || list == NULL)
        return stw_fail_memory(err, failures->failure_count * sizeof(*list));
    uint32_t used = 0;
    for (uint32_t i = 0; i < failures->failure_count; i++)
        if (all[i].counted && all[i].cause.size > 0)
            places[used++] = i;
    qsort_r(places, used, sizeof(*places), compare_places, (void *)all);
    *count = 0;
    for (uint32_t first = 0, end; first < used; first = end) {
        end = first + 1;
        while (end < used && same_fault(&all[places[first]], &all[places[end]]))
            end++;
        struct stw_repeat_fault worst = worst_window(failures, places + first, end - first);
        if (worst.most >= failures->spec.repeat_count)
            list[(*count)++] = worst;
    }
    qsort(list, *count, sizeof(*list), compare_repeats);
    *repeats = list;
    return STW_OK;
}
