/*
 * Local periods: hours, days, ISO weeks, months, accounting months, quarters and years on the
 * clock of a zone, as half-open intervals of instants that follow each other without a gap.
 *
 * A period begins at the first instant at which the local clock shows its boundary, or has jumped
 * over it. So days have 23, 24 or 25 hours where the clock changes, and a day that a zone skipped
 * (Samoa, 30 December 2011) does not occur. Steps of an hour or less are cut at a change of the
 * clock instead: the hour shown twice is two hours, told apart by their offset.
 *
 * An accounting month that starts on day N > 1 is named after the month that holds its last day:
 * starting on the 26th, 26 September up to 26 October is October. Quarters and years are three and
 * twelve such months.
 */
#ifndef STW_TIME_PERIOD_H
#define STW_TIME_PERIOD_H

#include "base/clock.h"
#include "base/error.h"
#include "time/zone.h"

#include <stdint.h>

enum stw_period_kind {
    STW_PERIOD_STEP, /* an hour, 15 min ... a day: a step that divides a day evenly */
    STW_PERIOD_WEEK, /* ISO, from Monday */
    STW_PERIOD_MONTH,
    STW_PERIOD_QUARTER,
    STW_PERIOD_YEAR
};

struct stw_period_rule {
    enum stw_period_kind kind;
    int64_t step_ns; /* STEP: 1 s or more, whole seconds */
    int starts_on;   /* MONTH, QUARTER, YEAR: day 1 .. 28; 0 is taken as 1 */
};

#define STW_PERIOD_HOUR ((struct stw_period_rule){STW_PERIOD_STEP, STW_NS_PER_HOUR, 0})
#define STW_PERIOD_DAY  ((struct stw_period_rule){STW_PERIOD_STEP, STW_NS_PER_DAY, 0})

struct stw_period {
    int64_t start_ns;
    int64_t end_ns; /* exclusive, = start of the next */
    /* Steps since 1970 on the local clock, ISO weeks since that of 1970-01-01, months, quarters
     * or years since the year 0. It grows with time but for the repeats of short steps. */
    int64_t index;
};

/* Looking periods up one after the other; a plain value that may be copied. Not for two threads
 * at once. The zone must outlive it. */
struct stw_periods {
    const struct stw_zone *zone;
    struct stw_period_rule rule;
    struct stw_zone_span span; /* of the last question */
    struct stw_period last;    /* the last answer; empty at first */
};

/* STW_ERR_USAGE: a step that does not divide a day, or a starting day outside 1 .. 28. */
int stw_periods_init(struct stw_periods *periods, const struct stw_zone *zone,
                     struct stw_period_rule rule, struct stw_error *err) STW_CHECKED;

/* The period that holds an instant (the nearest in STW_TIME_MIN_NS .. STW_TIME_MAX_NS). */
void stw_period_at(struct stw_periods *periods, int64_t at_ns, struct stw_period *out);

/* Its neighbours. At the ends of time they are empty: start_ns = end_ns. */
void stw_period_next(struct stw_periods *periods, const struct stw_period *period,
                     struct stw_period *out);
void stw_period_previous(struct stw_periods *periods, const struct stw_period *period,
                         struct stw_period *out);

enum { STW_PERIOD_LABEL_SIZE = 32 };

/* "2026-10-25", "2026-W43", "2026-10", "2026-Q4", "2026", "2026-10-25 02:00"; where the clock shows
 * that time twice the offset follows: "2026-10-25 02:00+02:00". Returns the length. */
int stw_period_label(const struct stw_periods *periods, const struct stw_period *period,
                     char text[STW_PERIOD_LABEL_SIZE]);

#endif
