/*
 * Verdicts stated by the source, against ours; see stw_response_check_stated in response.h.
 *
 * With as-of instant a, an open order agrees when a <= target (on time) or a > target (overdue).
 * The number of disagreements changes only at targets, so one sweep over the sorted targets finds
 * the interval (one target, the next] with the fewest.
 */
#include "analysis/response.h"

#include <stdlib.h>

struct statement {
    int64_t target_ns;
    bool overdue;
};

static int compare_statements(const void *left, const void *right)
{
    const struct statement *a = left;
    const struct statement *b = right;
    if (a->target_ns != b->target_ns)
        return a->target_ns < b->target_ns ? -1 : 1;
    return (int)a->overdue - (int)b->overdue;
}

/* Before all targets every "overdue" disagrees; moving past a target settles an "overdue" and
 * breaks an "on time". */
static void infer_as_of(const struct statement *sorted, uint32_t count,
                        struct stw_stated_check *check)
{
    uint32_t wrong = 0;
    for (uint32_t i = 0; i < count; i++)
        wrong += sorted[i].overdue;
    check->open_compared = count;
    check->open_disagreeing = wrong;
    check->as_of_after_ns = INT64_MIN;
    check->as_of_until_ns = count > 0 ? sorted[0].target_ns : INT64_MAX;
    for (uint32_t i = 0; i < count;) {
        int64_t target = sorted[i].target_ns;
        for (; i < count && sorted[i].target_ns == target; i++)
            wrong += sorted[i].overdue ? -1u : 1u;
        if (wrong < check->open_disagreeing) {
            check->open_disagreeing = wrong;
            check->as_of_after_ns = target;
            check->as_of_until_ns = i < count ? sorted[i].target_ns : INT64_MAX;
        }
    }
}

int stw_response_check_stated(const struct stw_response *response, const enum stw_stated *stated,
                              struct stw_arena *arena, struct stw_stated_check *check,
                              struct stw_error *err)
{
    struct statement *open = STW_ARENA_ARRAY(arena, struct statement, response->case_count);
    if (open == NULL)
        return stw_fail_memory(err, response->case_count * sizeof(*open));
    uint32_t open_count = 0;
    *check = (struct stw_stated_check){0};
    for (uint32_t i = 0; i < response->case_count; i++) {
        const struct stw_case *item = &response->cases[i];
        enum stw_stated verdict = stated[item->order];
        if (verdict == STW_STATED_NONE || item->outcome == STW_OUTCOME_NONE)
            continue;
        bool overdue = verdict == STW_STATED_OVERDUE;
        if (item->state == STW_CASE_OPEN) {
            open[open_count++] = (struct statement){item->target_ns, overdue};
            continue;
        }
        check->closed_compared++;
        check->closed_agreeing += overdue == (item->outcome == STW_OUTCOME_BREACHED);
    }
    qsort(open, open_count, sizeof(*open), compare_statements);
    infer_as_of(open, open_count, check);
    return STW_OK;
}
