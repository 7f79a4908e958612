/*
 * Response times: the time work orders take between two of their stamps, against targets.
 *
 *     orders ──judge──► cases (one an order: state, elapsed, target, outcome) ──► lines per group,
 *                                                                              overdue list,
 * backlog
 *
 * An order that is still open is not left out: it is censored at its age in the median
 * (Kaplan-Meier) and breaches its target the moment that passes. Stamps that are missing or out of
 * order are counted and named, never dropped in silence.
 *
 * Pure functions over plain arrays: texts of the input are kept by reference, results live in the
 * caller's arena. What is not known at `as_of_ns` (later stamps) does not exist for the analysis.
 */
#ifndef STW_ANALYSIS_RESPONSE_H
#define STW_ANALYSIS_RESPONSE_H

#include "analysis/groups.h"
#include "analysis/verdict.h"
#include "stat/quantile.h"
#include "stat/survival.h"
#include "time/calendar.h"

#include <stdbool.h>
#include <stdint.h>

enum stw_stamp {
    STW_STAMP_CREATED,
    STW_STAMP_ACCEPTED,
    STW_STAMP_CONTACTED,
    STW_STAMP_DISPATCHED,
    STW_STAMP_INVESTIGATED,
    STW_STAMP_ARRIVED,
    STW_STAMP_RESOLVED,
    STW_STAMP_VERIFIED,
    STW_STAMP_REVISITED,
    STW_STAMP_CLOSED,
    STW_STAMP_COUNT
};

#define STW_INSTANT_NONE INT64_MIN /* no such instant */

struct stw_order {
    struct stw_slice id;
    struct stw_slice priority; /* empty: none */
    int64_t stamps_ns[STW_STAMP_COUNT];
    int64_t due_ns;    /* the target the order itself carries, or STW_INSTANT_NONE */
    int64_t paused_ns; /* the clock was stopped for so long before it was resolved */
};

/*
 * How many stamps of an order run backwards: any before created, and of accepted, dispatched,
 * arrived, resolved, verified each before the one that should precede it. Contact, investigation,
 * revisit and closing come in no fixed order.
 */
uint32_t stw_order_backward_stamps(const struct stw_order *order);

enum stw_target_kind {
    STW_TARGET_NONE,
    STW_TARGET_DUE,     /* the order's own due_ns */
    STW_TARGET_DURATION /* a time allowed per priority, pauses added */
};

/* The first that names the order's priority holds, else the first with an empty name. */
struct stw_response_target {
    struct stw_slice priority;
    int64_t allowed_ns;
};

struct stw_response_spec {
    enum stw_stamp from;
    enum stw_stamp to;
    int64_t from_ns; /* orders whose `from` stamp is in [from_ns, to_ns) */
    int64_t to_ns;
    int64_t as_of_ns; /* what is known: stamps up to and including this instant */
    enum stw_target_kind target_kind;
    const struct stw_response_target *targets; /* STW_TARGET_DURATION */
    uint32_t target_count;
    const struct stw_calendar
        *calendar; /* NULL: round the clock; else durations are working time */
    enum stw_quantile_type quantile_type;
    double confidence;
    uint32_t minimum; /* orders below which a line has no verdict */
};

enum stw_case_state {
    STW_CASE_CLOSED,
    STW_CASE_OPEN,
    STW_CASE_BACKWARD /* ends before it starts: in no duration and no attainment */
};

enum stw_case_outcome {
    STW_OUTCOME_NONE,          /* no target, or backward */
    STW_OUTCOME_MET,           /* closed at or before its target */
    STW_OUTCOME_BREACHED,      /* closed after it */
    STW_OUTCOME_BREACHED_OPEN, /* open, and the target has passed */
    STW_OUTCOME_PENDING        /* open, and there is time left */
};

struct stw_case {
    uint32_t order; /* place in the input */
    enum stw_case_state state;
    enum stw_case_outcome outcome;
    bool instant; /* both stamps are the same: written in one go, or back-filled */
    int64_t start_ns;
    /* Pauses count in legs that end with resolved or later. */
    int64_t elapsed_ns; /* to the end, or so far, by the calendar of the spec */
    int64_t target_ns;  /* the instant, or STW_INSTANT_NONE */
    int64_t overdue_ns; /* past the target on the wall clock; 0 when not in breach */
};

struct stw_response {
    const struct stw_order *orders;
    struct stw_response_spec spec;
    uint32_t order_count;
    uint32_t without_start;       /* orders that lack the `from` stamp */
    uint32_t outside_period;      /* started before, after or later than as-of */
    uint32_t out_of_order;        /* cases with any stamp running backwards */
    const struct stw_case *cases; /* in input order */
    uint32_t case_count;
};

/* STW_ERR_INPUT: a target falls after the last working hour the calendar knows. */
int stw_response_judge(const struct stw_order *orders, uint32_t count,
                       const struct stw_response_spec *spec, struct stw_arena *arena,
                       struct stw_response *response, struct stw_error *err) STW_CHECKED;

/* One group of cases. Times in seconds by the spec's calendar. */
struct stw_response_line {
    struct stw_slice name;
    uint32_t cases; /* closed + open + backward */
    uint32_t closed;
    uint32_t open;
    uint32_t backward;
    uint32_t instant;

    /* Of all cases but backward ones, open ones censored: infinite when too many are open. */
    enum stw_verdict median_verdict;
    double median_s;
    struct stw_interval median_interval_s;
    /* Of closed ones only: how long those took that are done, by the quantile type of the spec. */
    enum stw_verdict closed_verdict;
    double closed_p50_s;
    double closed_p90_s;

    /* met + breached + breached_open is the denominator; pending ones are not judged yet. */
    uint32_t with_target;
    uint32_t met;
    uint32_t breached;
    uint32_t breached_open;
    uint32_t pending;
    enum stw_verdict attainment_verdict;
    double attainment;
    struct stw_interval attainment_interval; /* Clopper-Pearson */

    int64_t oldest_open_ns; /* age on the wall clock; 0 without open ones */
};

struct stw_response_lines {
    struct stw_response_line total;
    const struct stw_response_line *lines; /* by name */
    uint32_t count;
};

/* keys[i] names the group of input order i (not of case i); NULL gives the total alone. */
int stw_response_group(const struct stw_response *response, const struct stw_slice *keys,
                       struct stw_arena *arena, struct stw_response_lines *out,
                       struct stw_error *err) STW_CHECKED;

/* Do the groups differ? Log-rank over the same cases. TOO_FEW below two groups with enough cases or
 * above STW_LOG_RANK_GROUPS_MAX groups. */
int stw_response_compare(const struct stw_response *response, const struct stw_slice *keys,
                         struct stw_arena *arena, enum stw_verdict *verdict,
                         struct stw_log_rank *test, struct stw_error *err) STW_CHECKED;

/* Open cases past their target, longest overdue first, then by order id. */
int stw_response_overdue(const struct stw_response *response, struct stw_arena *arena,
                         const struct stw_case **cases, uint32_t *count,
                         struct stw_error *err) STW_CHECKED;

/* Open cases by age on the wall clock: below 1, 3, 7, 30, 90 days, and older. */
enum { STW_BACKLOG_BINS = 6 };
extern const int64_t stw_backlog_limits_ns[STW_BACKLOG_BINS - 1];
void stw_response_backlog(const struct stw_response *response, uint32_t bins[STW_BACKLOG_BINS]);

/*
 * Verdicts that the source states itself, against ours. Closed orders are compared one by one. For
 * open ones the source's own as-of instant is inferred: "on time" says that it lies at or before
 * the target, "overdue" that it lies after. The interval of instants with the fewest disagreements
 * is given, and how many are left.
 */
enum stw_stated { STW_STATED_NONE, STW_STATED_ON_TIME, STW_STATED_OVERDUE };

struct stw_stated_check {
    uint32_t closed_compared;
    uint32_t closed_agreeing;
    uint32_t open_compared;
    uint32_t open_disagreeing;
    int64_t as_of_after_ns; /* the instant lies after this, INT64_MIN: no bound ... */
    int64_t as_of_until_ns; /* ... and at or before this, INT64_MAX: no bound */
};

/* stated[i] belongs to input order i. */
int stw_response_check_stated(const struct stw_response *response, const enum stw_stated *stated,
                              struct stw_arena *arena, struct stw_stated_check *check,
                              struct stw_error *err) STW_CHECKED;

#endif
