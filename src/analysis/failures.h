/*
 * Failures of elevators, doors and other equipment: from events to failures, their rates, the time
 * they cost, and whether a unit is getting worse.
 *
 * A failure is a corrective event of a unit in service. Further calls of the unit within the repeat
 * window after its first call, or before it works again, belong to the same failure. Tests,
 * maintenance and everything else are none. A stop without an end is open when nothing follows it;
 * when a later failure shows that the unit worked again, its end is unknown.
 *
 * An event may be censored. One whose beginning was not seen (the unit was down already when a log
 * began) is no failure of the period, whatever its time: it explains downtime. One that was lost
 * sight of counts, as down up to then; that is no repair, but a censored time to one.
 *
 * Exposure is the time in service inside the period, up to as-of, not the length of the period. No
 * figure stands without its exposure, count and interval: no failures give an upper bound, never a
 * mean time of 0.
 *
 * Pure functions over plain arrays; texts are kept by reference, results live in the caller's
 * arena.
 */
#ifndef STW_ANALYSIS_FAILURES_H
#define STW_ANALYSIS_FAILURES_H

#include "analysis/verdict.h"
#include "base/arena.h"
#include "base/bits.h"
#include "base/error.h"
#include "base/slice.h"
#include "stat/power_law.h"
#include "stat/rate.h"
#include "stat/trend.h"

#include <stdbool.h>
#include <stdint.h>

#define STW_NS_PER_UNIT_YEAR (INT64_C(31557600) * 1000000000) /* 365.25 days */
#define STW_END_NONE         INT64_MIN                        /* no end is on record */

enum stw_event_class {
    STW_EVENT_CORRECTIVE,
    STW_EVENT_MAINTENANCE,
    STW_EVENT_TEST,
    STW_EVENT_OTHER,
    STW_EVENT_CLASSES
};

struct stw_fault_event {
    struct stw_slice device;
    struct stw_slice cause; /* code or cause; empty: not stated */
    int64_t at_ns;
    int64_t end_ns; /* works again, or STW_END_NONE */
    enum stw_event_class class;
    bool entrapment;
    bool began_before; /* censored at the left: at_ns is when it was first seen */
    bool lost;         /* censored at the right: end_ns is when it was last seen */
};

struct stw_failure_unit {
    struct stw_slice device;
    int64_t in_service_ns;     /* INT64_MIN: not known, then taken as before the period */
    int64_t out_of_service_ns; /* INT64_MAX: still in service */
};

struct stw_failure_spec {
    const int64_t *months_ns; /* boundaries of the period's months, ascending */
    uint32_t month_count;     /* months_ns has one more */
    int64_t as_of_ns;         /* later events and ends are not known yet */
    int64_t repeat_window_ns;
    bool ends_recorded; /* false: the source states no ends; then nothing is known of downtime */
    double confidence;
    uint32_t trend_failures;  /* fewest failures of a unit for a trend */
    uint32_t trend_months;    /* fewest whole months for Mann-Kendall */
    uint32_t repeat_count;    /* so many failures of one unit and cause ... */
    int64_t repeat_within_ns; /* ... within this are a repeat fault */
};

/* Of the last stop of a failure. */
enum stw_failure_end {
    STW_FAILURE_ENDED,
    STW_FAILURE_OPEN,
    STW_FAILURE_LOST, /* sight of: down up to its end at least */
    STW_FAILURE_END_UNKNOWN
};

struct stw_failure {
    uint32_t unit; /* place in the input */
    uint32_t month;
    uint32_t calls; /* 1 + repeats */
    enum stw_failure_end end;
    bool entrapment; /* in any of its calls */
    bool began_before;
    bool counted; /* begins in the period while in service; else it only explains downtime */
    struct stw_slice cause; /* of the first call that states one */
    int64_t at_ns;
    uint32_t first_stop; /* in stops */
    uint32_t stop_count; /* a call after the unit worked again, but within the window, is another */
    int64_t down_ns;     /* of its stops together */
};

/* One stretch out of order. Stops of a unit follow each other and do not overlap. */
struct stw_stop {
    int64_t at_ns;
    int64_t end_ns; /* as-of for open ones; = at_ns where the end is unknown */
};

struct stw_failures {
    const struct stw_failure_unit *units;
    uint32_t unit_count;
    struct stw_failure_spec spec;
    const struct stw_failure *failures; /* by device, then time */
    uint32_t failure_count;             /* those not counted included */
    const struct stw_stop *stops;
    /* Where the events went: they add up to the events handed in. */
    uint32_t by_class[STW_EVENT_CLASSES]; /* of registered units, up to as-of */
    uint32_t unregistered;                /* the device is not among the units */
    uint32_t later;                       /* after as-of */
    /* Of the corrective ones: */
    uint32_t repeats;         /* calls that joined an earlier one */
    uint32_t outside_period;  /* failures before or after the period */
    uint32_t not_in_service;  /* failures in the period while the unit was out of service */
    uint32_t began_unseen;    /* failures in the period that began before anybody looked */
    uint32_t service_unknown; /* units without an in-service date */
};

/* `units` ascending by device, each once. */
int stw_failures_find(const struct stw_fault_event *events, uint32_t event_count,
                      const struct stw_failure_unit *units, uint32_t unit_count,
                      const struct stw_failure_spec *spec, struct stw_arena *arena,
                      struct stw_failures *failures, struct stw_error *err) STW_CHECKED;

struct stw_failure_line {
    struct stw_slice name; /* empty for months: by number */
    uint32_t units;        /* with exposure */
    stw_int128 exposure_ns;
    double unit_months;
    uint32_t failures;
    uint32_t calls;
    uint32_t entrapments; /* failures with one */

    enum stw_verdict rate_verdict; /* NO_EXPOSURE, or judged */
    struct stw_rate rate_per_unit_year;
    double rate_upper_bound;   /* one-sided, at the same confidence */
    struct stw_mtbf mtbf_days; /* infinite with a lower bound when nothing failed */
    struct stw_rate entrapments_per_100_unit_months;

    /* Of failures that began in the period: */
    uint32_t ended;
    uint32_t open;
    uint32_t lost;
    uint32_t end_unknown;
    enum stw_verdict repair_verdict; /* NO_DATA without an end, INCOMPLETE with unknown ends */
    double repair_mean_h;            /* downtime of ended, open and lost ones so far / ended */
    double repair_median_h;          /* Kaplan-Meier, open and lost ones censored */
    struct stw_interval repair_median_interval_h;

    /* Of the period, failures from before it included: */
    stw_int128 downtime_ns;
    enum stw_verdict availability_verdict; /* INCOMPLETE: ends not seen, the figure is a bound */
    double availability;                   /* 1 - downtime / exposure */
};

struct stw_failure_lines {
    struct stw_failure_line total;
    const struct stw_failure_line *lines;
    uint32_t count;
};

/* A line a unit, in the order of the units. */
int stw_failures_by_unit(const struct stw_failures *failures, struct stw_arena *arena,
                         struct stw_failure_lines *out, struct stw_error *err) STW_CHECKED;

/* keys[i] names the group of unit i (model, building, vendor); lines by name. */
int stw_failures_by_key(const struct stw_failures *failures, const struct stw_slice *keys,
                        struct stw_arena *arena, struct stw_failure_lines *out,
                        struct stw_error *err) STW_CHECKED;

/* Lines by cause name, each over the exposure of all units: rates add up to the total. */
int stw_failures_by_cause(const struct stw_failures *failures, struct stw_arena *arena,
                          struct stw_failure_lines *out, struct stw_error *err) STW_CHECKED;

/* A line a month, each over its own exposure. */
int stw_failures_by_month(const struct stw_failures *failures, struct stw_arena *arena,
                          struct stw_failure_lines *out, struct stw_error *err) STW_CHECKED;

/* All trend tests of one unit over its time in service in the period, which ends at a time, not at
 * a failure. Units are never pooled. Times are in days; one within a minute of the start of
 * exposure counts as a minute after it. */
struct stw_failure_trend {
    uint32_t unit;
    enum stw_verdict verdict; /* of all but Mann-Kendall */
    struct stw_trend laplace;
    struct stw_trend mil_hdbk_189;
    struct stw_reverse_arrangements reverse_arrangements;
    struct stw_power_law power_law;
    enum stw_verdict monthly_verdict;
    struct stw_mann_kendall monthly; /* counts of whole months in service */
};

/* One a unit with exposure. */
int stw_failures_trends(const struct stw_failures *failures, struct stw_arena *arena,
                        const struct stw_failure_trend **trends, uint32_t *count,
                        struct stw_error *err) STW_CHECKED;

struct stw_repeat_fault {
    uint32_t unit;
    struct stw_slice cause;
    uint32_t most;    /* failures within repeat_within_ns, at its worst ... */
    int64_t first_ns; /* ... from here ... */
    int64_t last_ns;  /* ... to here */
    uint32_t total;   /* in the period */
};

/* Worst first, then by device and cause. Causes that are not stated do not make a repeat. */
int stw_failures_repeats(const struct stw_failures *failures, struct stw_arena *arena,
                         const struct stw_repeat_fault **repeats, uint32_t *count,
                         struct stw_error *err) STW_CHECKED;

#endif
