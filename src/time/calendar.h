/*
 * Business calendars: which hours count. A week of segments on a zone's clock, holidays, and
 * make-up days that work like another weekday (调休).
 *
 * Time inside a segment counts as it passes: a segment over a change of the clock is an hour
 * shorter or longer. The day of a calendar is the civil date; a segment ends at 24:00 at the
 * latest, so a night shift is two segments.
 *
 * A calendar is set up once, is then read-only, and may be used by many threads. It points at the
 * zone and at the exceptions; the caller keeps both.
 */
#ifndef STW_TIME_CALENDAR_H
#define STW_TIME_CALENDAR_H

#include "base/error.h"
#include "time/zone.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STW_CALENDAR_SEGMENTS_MAX = 8 }; /* of a weekday */

/* Minutes after midnight, [start, end); end may be 1440. */
struct stw_calendar_segment {
    int start_min;
    int end_min;
};

struct stw_calendar_exception {
    int64_t days;   /* the date, as days since 1970 */
    int as_weekday; /* 0: closed; 1 (Monday) .. 7: works like that weekday */
};

struct stw_calendar {
    const struct stw_zone *zone;
    struct stw_calendar_segment segments[7][STW_CALENDAR_SEGMENTS_MAX]; /* Monday first */
    int segment_count[7];
    const struct stw_calendar_exception *exceptions; /* sorted by date, each date once */
    size_t exception_count;
    bool always; /* 24x7: set by stw_calendar_init_always() */
};

/* Every instant counts; exceptions do not apply. */
void stw_calendar_init_always(struct stw_calendar *calendar, const struct stw_zone *zone);

/* An empty week to be filled with stw_calendar_add_segment(). */
void stw_calendar_init(struct stw_calendar *calendar, const struct stw_zone *zone);

/* weekday 1 .. 7. Segments of a day are added in order and do not overlap: else STW_ERR_INPUT. */
int stw_calendar_add_segment(struct stw_calendar *calendar, int weekday, int start_min, int end_min,
                             struct stw_error *err) STW_CHECKED;

/* STW_ERR_INPUT: not sorted, a date twice, or a weekday that does not exist. */
int stw_calendar_set_exceptions(struct stw_calendar *calendar,
                                const struct stw_calendar_exception *exceptions, size_t count,
                                struct stw_error *err) STW_CHECKED;

/* Whether the calendar has a segment on this date, and at this instant. */
bool stw_calendar_is_working_day(const struct stw_calendar *calendar, int64_t days);
bool stw_calendar_is_open(const struct stw_calendar *calendar, int64_t at_ns);

/* Working time in [from_ns, until_ns); 0 when until_ns <= from_ns. */
int64_t stw_calendar_between(const struct stw_calendar *calendar, int64_t from_ns,
                             int64_t until_ns);

/*
 * The first instant by which `working_ns` >= 0 of working time has passed since from_ns. A target
 * that is used up exactly at closing time falls on closing time, not on the next opening.
 * STW_ERR_INPUT: the calendar has no working time left before the end of time.
 */
int stw_calendar_add(const struct stw_calendar *calendar, int64_t from_ns, int64_t working_ns,
                     int64_t *out_ns, struct stw_error *err) STW_CHECKED;

/* The same time of day on the `count`-th working day after the date of from_ns (count >= 0; 0 is
 * from_ns itself). A time the clock skips on that day becomes the instant of the change. */
int stw_calendar_add_days(const struct stw_calendar *calendar, int64_t from_ns, int count,
                          int64_t *out_ns, struct stw_error *err) STW_CHECKED;

#endif
