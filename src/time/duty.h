/*
 * Recurring duties: when each turn of a plan is due, and which visits did it.
 *
 * A plan asks for a visit once in each local calendar period (`each`), or for never more than
 * gap_days between two visits. A turn is due at a local midnight, the end of its period or of the
 * last day of the gap, and its deadline is the grace after that.
 *
 *   on time  a visit before the deadline
 *   late     a visit after it that did this turn
 *   missed   none
 *
 * Once in each period: a visit that states what it was due for does the turn of that period,
 * whenever it was. Any other does the earliest turn that is not done, begun before it and not past
 * its deadline: so one a day too late within the grace makes up for the month before, and the next
 * one does its own month. Without a stated due nothing is late: it is missed.
 *
 * A longest gap: the visit before counts, early or not; at first the start of the plan. Where no
 * visit comes for another gap_days, the turn was missed and the next one is due; a visit after a
 * deadline did the last turn before it, late.
 *
 * The plan starts at an instant and covers whole periods from there on. Turns whose deadline lies
 * after the end (out of service) are nobody's duty.
 */
#ifndef STW_TIME_DUTY_H
#define STW_TIME_DUTY_H

#include "time/period.h"

struct stw_duty_plan {
    bool each; /* once in each period of `rule`; else at most gap_days from visit to visit */
    struct stw_period_rule rule;
    int gap_days;
    int64_t grace_ns; /* whole days are those of the local calendar */
};

#define STW_DUTY_NONE INT64_MIN /* in place of an instant */

struct stw_visit {
    int64_t at_ns;
    int64_t due_ns; /* as it states itself, the end of what it was due for; STW_DUTY_NONE */
    bool used;      /* of the work: did a turn already */
};

enum stw_duty_outcome { STW_DUTY_ON_TIME, STW_DUTY_LATE, STW_DUTY_MISSED };

struct stw_duty_turn {
    int64_t due_ns; /* exclusive: the end of the period or of the gap's last day */
    int64_t deadline_ns;
    int64_t done_ns; /* STW_DUTY_NONE: not yet */
    enum stw_duty_outcome outcome;
};

struct stw_duty_asked {
    const struct stw_zone *zone;
    int64_t start_ns, end_ns; /* of the plan for this device */
    int64_t from_ns, to_ns;   /* turns with from_ns < deadline <= to_ns are told */
};

/* Tells the turns of one device in order. Sorts the visits and marks them used; what is not among
 * them did not happen. STW_ERR_USAGE: the plan's period is none. */
int stw_duty_turns(const struct stw_duty_plan *plan, const struct stw_duty_asked *asked,
                   struct stw_visit *visits, uint32_t count,
                   void (*tell)(void *context, const struct stw_duty_turn *turn), void *context,
                   struct stw_error *err) STW_CHECKED;

#endif
