/* Response times of work orders; see response.h. */
#include "analysis/response.h"

#include "base/clock.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

const int64_t stw_backlog_limits_ns[STW_BACKLOG_BINS - 1] = {
    1 * STW_NS_PER_DAY, 3 * STW_NS_PER_DAY, 7 * STW_NS_PER_DAY, 30 * STW_NS_PER_DAY,
    90 * STW_NS_PER_DAY};

uint32_t stw_order_backward_stamps(const struct stw_order *order)
{
    static const bool in_chain[STW_STAMP_COUNT] = {
        [STW_STAMP_ACCEPTED] = true, [STW_STAMP_DISPATCHED] = true, [STW_STAMP_ARRIVED] = true,
        [STW_STAMP_RESOLVED] = true, [STW_STAMP_VERIFIED] = true,
    };
    uint32_t backward = 0;
    int64_t created = order->stamps_ns[STW_STAMP_CREATED];
    int64_t latest = created;
    for (int stamp = STW_STAMP_CREATED + 1; stamp < STW_STAMP_COUNT; stamp++) {
        int64_t at = order->stamps_ns[stamp];
        if (at == STW_INSTANT_NONE)
            continue;
        backward += at < (in_chain[stamp] ? latest : created);
        if (in_chain[stamp] && at > latest)
            latest = at;
    }
    return backward;
}

/* Of a leg: orders are paused while they wait to be resolved, not on the way there. */
static int64_t paused_ns(const struct stw_response_spec *spec, const struct stw_order *order)
{
    return spec->to >= STW_STAMP_RESOLVED ? order->paused_ns : 0;
}

static int64_t elapsed(const struct stw_response_spec *spec, int64_t from_ns, int64_t to_ns)
{
    if (spec->calendar == NULL)
        return to_ns - from_ns;
    return stw_calendar_between(spec->calendar, from_ns, to_ns);
}

static const struct stw_response_target *target_for(const struct stw_response_spec *spec,
                                                    struct stw_slice priority)
{
    const struct stw_response_target *any = NULL;
    for (uint32_t i = 0; i < spec->target_count; i++) {
        const struct stw_response_target *target = &spec->targets[i];
        if (target->priority.size > 0 && stw_slice_equal(target->priority, priority))
            return target;
        if (any == NULL && target->priority.size == 0)
            any = target;
    }
    return any;
}

static int set_target(const struct stw_response_spec *spec, const struct stw_order *order,
                      struct stw_case *item, struct stw_error *err)
{
    item->target_ns = STW_INSTANT_NONE;
    if (spec->target_kind == STW_TARGET_DUE)
        item->target_ns = order->due_ns;
    if (spec->target_kind != STW_TARGET_DURATION)
        return STW_OK;
    const struct stw_response_target *target = target_for(spec, order->priority);
    if (target == NULL)
        return STW_OK;
    int64_t allowed_ns = target->allowed_ns + paused_ns(spec, order);
    if (spec->calendar != NULL)
        return stw_calendar_add(spec->calendar, item->start_ns, allowed_ns, &item->target_ns, err);
    item->target_ns = item->start_ns + allowed_ns;
    return STW_OK;
}

static enum stw_case_outcome outcome_of(const struct stw_case *item, int64_t at_ns)
{
    if (item->target_ns == STW_INSTANT_NONE || item->state == STW_CASE_BACKWARD)
        return STW_OUTCOME_NONE;
    if (item->state == STW_CASE_CLOSED)
        return at_ns <= item->target_ns ? STW_OUTCOME_MET : STW_OUTCOME_BREACHED;
    return at_ns <= item->target_ns ? STW_OUTCOME_PENDING : STW_OUTCOME_BREACHED_OPEN;
}

static int judge(const struct stw_response_spec *spec, const struct stw_order *order,
                 uint32_t index, struct stw_case *item, struct stw_error *err)
{
    *item = (struct stw_case){.order = index, .start_ns = order->stamps_ns[spec->from]};
    int64_t end = order->stamps_ns[spec->to];
    if (end == STW_INSTANT_NONE || end > spec->as_of_ns) {
        item->state = STW_CASE_OPEN;
        end = spec->as_of_ns;
    } else {
        item->state = end < item->start_ns ? STW_CASE_BACKWARD : STW_CASE_CLOSED;
        item->instant = end == item->start_ns;
    }
    STW_TRY(set_target(spec, order, item, err));
    item->outcome = outcome_of(item, end);
    if (item->state != STW_CASE_BACKWARD) {
        int64_t net_ns = elapsed(spec, item->start_ns, end) - paused_ns(spec, order);
        item->elapsed_ns = net_ns > 0 ? net_ns : 0;
    }
    if (item->outcome == STW_OUTCOME_BREACHED || item->outcome == STW_OUTCOME_BREACHED_OPEN)
        item->overdue_ns = end - item->target_ns;
    return STW_OK;
}

int stw_response_judge(const struct stw_order *orders, uint32_t count,
                       const struct stw_response_spec *spec, struct stw_arena *arena,
                       struct stw_response *response, struct stw_error *err)
{
    assert(spec->from < STW_STAMP_COUNT && spec->to < STW_STAMP_COUNT);
    struct stw_case *cases = STW_ARENA_ARRAY(arena, struct stw_case, count);
    if (cases == NULL)
        return stw_fail_memory(err, count * sizeof(*cases));
    *response = (struct stw_response){
        .orders = orders, .spec = *spec, .order_count = count, .cases = cases};
    for (uint32_t i = 0; i < count; i++) {
        int64_t start = orders[i].stamps_ns[spec->from];
        if (start == STW_INSTANT_NONE) {
            response->without_start++;
        } else if (start < spec->from_ns || start >= spec->to_ns || start > spec->as_of_ns) {
            response->outside_period++;
        } else {
            response->out_of_order += stw_order_backward_stamps(&orders[i]) > 0;
            STW_TRY(judge(spec, &orders[i], i, &cases[response->case_count++], err));
        }
    }
    return STW_OK;
}

static double seconds(int64_t ns)
{
    return (double)ns / 1e9;
}

static void count_case(struct stw_response_line *line, const struct stw_case *item, int64_t as_of)
{
    line->cases++;
    line->closed += item->state == STW_CASE_CLOSED;
    line->open += item->state == STW_CASE_OPEN;
    line->backward += item->state == STW_CASE_BACKWARD;
    line->instant += item->instant;
    line->with_target += item->outcome != STW_OUTCOME_NONE;
    line->met += item->outcome == STW_OUTCOME_MET;
    line->breached += item->outcome == STW_OUTCOME_BREACHED;
    line->breached_open += item->outcome == STW_OUTCOME_BREACHED_OPEN;
    line->pending += item->outcome == STW_OUTCOME_PENDING;
    if (item->state == STW_CASE_OPEN && as_of - item->start_ns > line->oldest_open_ns)
        line->oldest_open_ns = as_of - item->start_ns;
}

static enum stw_verdict enough(uint32_t count, uint32_t minimum)
{
    if (count == 0)
        return STW_VERDICT_NO_DATA;
    return count < minimum ? STW_VERDICT_TOO_FEW : STW_VERDICT_JUDGED;
}

static void judge_attainment(struct stw_response_line *line, const struct stw_response_spec *spec)
{
    uint32_t judged = line->met + line->breached + line->breached_open;
    line->attainment = NAN;
    line->attainment_interval = (struct stw_interval){NAN, NAN};
    line->attainment_verdict = line->with_target == 0 && line->cases > 0
                                   ? STW_VERDICT_NOT_PROVIDED
                                   : enough(judged, spec->minimum);
    if (judged == 0)
        return;
    line->attainment = (double)line->met / judged;
    line->attainment_interval = stw_proportion_interval(line->met, judged, spec->confidence);
}

/* Median and quantiles of the cases listed in `members`. */
static int judge_times(struct stw_response_line *line, const struct stw_response *response,
                       const uint32_t *members, uint32_t count, struct stw_arena *arena,
                       struct stw_error *err)
{
    const struct stw_response_spec *spec = &response->spec;
    struct stw_lifetime *lifetimes = STW_ARENA_ARRAY(arena, struct stw_lifetime, count);
    double *closed = STW_ARENA_ARRAY(arena, double, line->closed);
    if (lifetimes == NULL || closed == NULL)
        return stw_fail_memory(err, count * sizeof(*lifetimes));
    uint32_t used = 0;
    uint32_t closed_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct stw_case *item = &response->cases[members[i]];
        if (item->state == STW_CASE_BACKWARD)
            continue;
        double time = seconds(item->elapsed_ns);
        lifetimes[used++] = (struct stw_lifetime){time, item->state == STW_CASE_CLOSED};
        if (item->state == STW_CASE_CLOSED)
            closed[closed_count++] = time;
    }
    struct stw_survival curve;
    STW_TRY(stw_survival_fit(lifetimes, used, arena, &curve, err));
    line->median_verdict = enough(used, spec->minimum);
    line->median_s = used == 0 ? NAN : stw_survival_quantile(&curve, 0.5);
    line->median_interval_s = used == 0
                                  ? (struct stw_interval){NAN, NAN}
                                  : stw_survival_quantile_interval(&curve, 0.5, spec->confidence);
    stw_sort_doubles(closed, closed_count);
    line->closed_verdict = enough(closed_count, spec->minimum);
    line->closed_p50_s = stw_quantile(closed, closed_count, 0.5, spec->quantile_type);
    line->closed_p90_s = stw_quantile(closed, closed_count, 0.9, spec->quantile_type);
    return STW_OK;
}

static int fill_line(struct stw_response_line *line, const struct stw_response *response,
                     const uint32_t *members, uint32_t count, struct stw_arena *arena,
                     struct stw_error *err)
{
    for (uint32_t i = 0; i < count; i++)
        count_case(line, &response->cases[members[i]], response->spec.as_of_ns);
    judge_attainment(line, &response->spec);
    return judge_times(line, response, members, count, arena, err);
}

static int group_cases(const struct stw_response *response, const struct stw_slice *keys,
                       struct stw_arena *arena, struct stw_groups *groups, struct stw_error *err)
{
    if (keys == NULL)
        return stw_groups_build(NULL, response->case_count, arena, groups, err);
    struct stw_slice *case_keys = STW_ARENA_ARRAY(arena, struct stw_slice, response->case_count);
    if (case_keys == NULL)
        return stw_fail_memory(err, response->case_count * sizeof(*case_keys));
    for (uint32_t i = 0; i < response->case_count; i++)
        case_keys[i] = keys[response->cases[i].order];
    return stw_groups_build(case_keys, response->case_count, arena, groups, err);
}

int stw_response_group(const struct stw_response *response, const struct stw_slice *keys,
                       struct stw_arena *arena, struct stw_response_lines *out,
                       struct stw_error *err)
{
    struct stw_groups groups = {.count = 0};
    STW_TRY(group_cases(response, keys, arena, &groups, err));
    *out = (struct stw_response_lines){.total = {.name = STW_SLICE("")}};
    STW_TRY(fill_line(&out->total, response, groups.members, response->case_count, arena, err));
    if (keys == NULL)
        return STW_OK;
    struct stw_response_line *lines =
        STW_ARENA_ARRAY(arena, struct stw_response_line, groups.count);
    if (lines == NULL)
        return stw_fail_memory(err, groups.count * sizeof(*lines));
    for (uint32_t g = 0; g < groups.count; g++) {
        lines[g].name = groups.names[g];
        STW_TRY(fill_line(&lines[g], response, groups.members + groups.starts[g],
                          groups.starts[g + 1] - groups.starts[g], arena, err));
    }
    out->lines = lines;
    out->count = groups.count;
    return STW_OK;
}

int stw_response_compare(const struct stw_response *response, const struct stw_slice *keys,
                         struct stw_arena *arena, enum stw_verdict *verdict,
                         struct stw_log_rank *test, struct stw_error *err)
{
    struct stw_groups groups = {.count = 0};
    STW_TRY(group_cases(response, keys, arena, &groups, err));
    *verdict = STW_VERDICT_TOO_FEW;
    *test = (struct stw_log_rank){.p_upper = NAN};
    if (groups.count < 2 || groups.count > STW_LOG_RANK_GROUPS_MAX)
        return STW_OK;
    struct stw_lifetime *lifetimes =
        STW_ARENA_ARRAY(arena, struct stw_lifetime, response->case_count);
    uint32_t *group = STW_ARENA_ARRAY(arena, uint32_t, response->case_count);
    if (lifetimes == NULL || group == NULL)
        return stw_fail_memory(err, response->case_count * sizeof(*lifetimes));
    uint32_t used = 0;
    uint32_t sizes[STW_LOG_RANK_GROUPS_MAX] = {0};
    for (uint32_t i = 0; i < response->case_count; i++) {
        const struct stw_case *item = &response->cases[i];
        if (item->state == STW_CASE_BACKWARD)
            continue;
        lifetimes[used] =
            (struct stw_lifetime){seconds(item->elapsed_ns), item->state == STW_CASE_CLOSED};
        group[used++] = groups.of[i];
        sizes[groups.of[i]]++;
    }
    uint32_t large = 0;
    for (uint32_t g = 0; g < groups.count; g++)
        large += sizes[g] > 0 && sizes[g] >= response->spec.minimum;
    if (large < 2)
        return STW_OK;
    STW_TRY(stw_log_rank_test(lifetimes, group, used, groups.count, arena, test, err));
    *verdict = test->df > 0 ? STW_VERDICT_JUDGED : STW_VERDICT_NO_DATA;
    return STW_OK;
}

static int compare_overdue(const void *left, const void *right, void *context)
{
    const struct stw_order *orders = context;
    const struct stw_case *a = left;
    const struct stw_case *b = right;
    if (a->overdue_ns != b->overdue_ns)
        return a->overdue_ns > b->overdue_ns ? -1 : 1;
    return stw_slice_compare(orders[a->order].id, orders[b->order].id);
}

int stw_response_overdue(const struct stw_response *response, struct stw_arena *arena,
                         const struct stw_case **cases, uint32_t *count, struct stw_error *err)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < response->case_count; i++)
        found += response->cases[i].outcome == STW_OUTCOME_BREACHED_OPEN;
    struct stw_case *list = STW_ARENA_ARRAY(arena, struct stw_case, found);
    if (list == NULL)
        return stw_fail_memory(err, found * sizeof(*list));
    uint32_t at = 0;
    for (uint32_t i = 0; i < response->case_count; i++)
        if (response->cases[i].outcome == STW_OUTCOME_BREACHED_OPEN)
            list[at++] = response->cases[i];
    qsort_r(list, found, sizeof(*list), compare_overdue, (void *)response->orders);
    *cases = list;
    *count = found;
    return STW_OK;
}

void stw_response_backlog(const struct stw_response *response, uint32_t bins[STW_BACKLOG_BINS])
{
    for (int b = 0; b < STW_BACKLOG_BINS; b++)
        bins[b] = 0;
    for (uint32_t i = 0; i < response->case_count; i++) {
        const struct stw_case *item = &response->cases[i];
        if (item->state != STW_CASE_OPEN)
            continue;
        int bin = 0;
        while (bin < STW_BACKLOG_BINS - 1 &&
               response->spec.as_of_ns - item->start_ns >= stw_backlog_limits_ns[bin])
            bin++;
        bins[bin]++;
    }
}
