/* Turns and visits; see duty.h. */
#include "time/duty.h"

#include "time/civil.h"

#include <stdlib.h>

struct turning {
    const struct stw_duty_plan *plan;
    const struct stw_duty_asked *asked;
    struct stw_visit *visits;
    uint32_t count;
    void (*tell)(void *context, const struct stw_duty_turn *turn);
    void *context;
};

static int64_t day_of(const struct stw_zone *zone, int64_t at_ns)
{
    return stw_floor_div(stw_zone_to_local(zone, at_ns), STW_NS_PER_DAY);
}

/* The first instant of a local day. */
static int64_t midnight(const struct stw_zone *zone, int64_t day)
{
    struct stw_local local;
    stw_zone_local(zone, day * STW_NS_PER_DAY, &local);
    return local.ns;
}

static int64_t deadline_of(const struct turning *turning, int64_t due_day)
{
    int64_t grace_ns = turning->plan->grace_ns;
    return midnight(turning->asked->zone, due_day + grace_ns / STW_NS_PER_DAY) +
           grace_ns % STW_NS_PER_DAY;
}

/* A turn that is due when `due_day` begins. */
static void tell(const struct turning *turning, int64_t due_day, int64_t done_ns)
{
    struct stw_duty_turn turn = {
        .due_ns = midnight(turning->asked->zone, due_day),
        .deadline_ns = deadline_of(turning, due_day),
        .done_ns = done_ns,
    };
    if (turn.deadline_ns <= turning->asked->from_ns || turn.deadline_ns > turning->asked->to_ns ||
        turn.deadline_ns > turning->asked->end_ns)
        return;
    turn.outcome = done_ns == STW_DUTY_NONE     ? STW_DUTY_MISSED
                   : done_ns < turn.deadline_ns ? STW_DUTY_ON_TIME
                                                : STW_DUTY_LATE;
    turning->tell(turning->context, &turn);
}

/* ---- Once in each period --------------------------------------------------------------------- */

/* The instant that says which period a visit is about. */
static int64_t claim(const struct stw_visit *visit)
{
    return visit->due_ns == STW_DUTY_NONE ? visit->at_ns : visit->due_ns - 1;
}

static int by_claim(const void *a, const void *b)
{
    const struct stw_visit *left = a, *right = b;
    int64_t l = claim(left), r = claim(right);
    if (l != r)
        return l < r ? -1 : 1;
    return left->at_ns < right->at_ns ? -1 : left->at_ns > right->at_ns;
}

/* The visit that does the turn of a period, or NULL; `next` moves on over those before it. */
static struct stw_visit *find_visit(const struct turning *turning, const struct stw_period *period,
                                    int64_t deadline_ns, uint32_t *next)
{
    struct stw_visit *found = NULL, *found_stated = NULL;
    while (*next < turning->count && claim(&turning->visits[*next]) < period->start_ns)
        (*next)++;
    for (uint32_t i = *next; i < turning->count; i++) {
        struct stw_visit *visit = &turning->visits[i];
        bool stated = visit->due_ns != STW_DUTY_NONE;
        if (claim(visit) >= period->end_ns && claim(visit) >= deadline_ns)
            break;
        if (stated && claim(visit) < period->end_ns &&
            (found_stated == NULL || visit->at_ns < found_stated->at_ns))
            found_stated = visit;
        if (!stated && !visit->used && found == NULL && visit->at_ns < deadline_ns)
            found = visit;
    }
    return found_stated != NULL ? found_stated : found;
}

static int take_periods(const struct turning *turning, struct stw_error *err)
{
    const struct stw_duty_asked *asked = turning->asked;
    struct stw_periods periods;
    struct stw_period period;
    uint32_t next = 0;
    STW_TRY(stw_periods_init(&periods, asked->zone, turning->plan->rule, err));
    stw_period_at(&periods, asked->start_ns, &period);
    if (period.start_ns < asked->start_ns)
        stw_period_next(&periods, &period, &period);
    for (; period.start_ns < period.end_ns; stw_period_next(&periods, &period, &period)) {
        int64_t due_day = day_of(asked->zone, period.end_ns);
        int64_t deadline_ns = deadline_of(turning, due_day);
        if (deadline_ns > asked->to_ns || deadline_ns > asked->end_ns)
            break;
        struct stw_visit *visit = find_visit(turning, &period, deadline_ns, &next);
        if (visit != NULL)
            visit->used = true;
        tell(turning, due_day, visit == NULL ? STW_DUTY_NONE : visit->at_ns);
    }
    return STW_OK;
}

/* ---- A longest gap --------------------------------------------------------------------------- */

static int by_time(const void *a, const void *b)
{
    const struct stw_visit *left = a, *right = b;
    return left->at_ns < right->at_ns ? -1 : left->at_ns > right->at_ns;
}

static void take_gaps(const struct turning *turning)
{
    const struct stw_duty_asked *asked = turning->asked;
    int64_t gap_days = turning->plan->gap_days;
    int64_t due_day = day_of(asked->zone, asked->start_ns) + gap_days + 1;
    uint32_t next = 0;
    while (next < turning->count && turning->visits[next].at_ns < asked->start_ns)
        next++;
    for (;;) {
        int64_t deadline_ns = deadline_of(turning, due_day);
        if (deadline_ns > asked->to_ns || deadline_ns > asked->end_ns)
            break;
        int64_t at_ns = next < turning->count ? turning->visits[next].at_ns : INT64_MAX;
        if (at_ns < deadline_of(turning, due_day + gap_days)) {
            tell(turning, due_day, at_ns);
            due_day = day_of(asked->zone, at_ns) + gap_days + 1;
            next++;
        } else {
            tell(turning, due_day, STW_DUTY_NONE);
            due_day += gap_days;
        }
    }
}

int stw_duty_turns(const struct stw_duty_plan *plan, const struct stw_duty_asked *asked,
                   struct stw_visit *visits, uint32_t count,
                   void (*told)(void *context, const struct stw_duty_turn *turn), void *context,
                   struct stw_error *err)
{
    struct turning turning = {plan, asked, visits, count, told, context};
    for (uint32_t i = 0; i < count; i++)
        visits[i].used = false;
    if (count > 0)
        qsort(visits, count, sizeof(*visits), plan->each ? by_claim : by_time);
    if (plan->each)
        return take_periods(&turning, err);
    if (plan->gap_days <= 0)
        return stw_fail(err, STW_ERR_USAGE, "a plan has a longest gap of at least a day");
    take_gaps(&turning);
    return STW_OK;
}
