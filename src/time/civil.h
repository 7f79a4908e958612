/*
 * Civil dates and times on the proleptic Gregorian calendar.
 *
 * A date is a count of days since 1970-01-01; a civil time is `local_ns`, the nanoseconds a clock
 * on the wall shows past 1970-01-01T00:00, that is, its reading taken as if it were UTC. Which
 * instant that is depends on a zone (time/zone.h). Days to dates and back: Howard Hinnant,
 * "chrono-Compatible Low-Level Date Algorithms". ISO weeks: ISO 8601, week 1 holds the first
 * Thursday.
 *
 * Instants are int64 ns since 1970-01-01 UTC and lie in [STW_TIME_MIN_NS, STW_TIME_MAX_NS), the
 * whole years an int64 can hold. Nothing here fails or allocates.
 */
#ifndef STW_TIME_CIVIL_H
#define STW_TIME_CIVIL_H

#include "base/clock.h"

#include <stdbool.h>
#include <stdint.h>

enum { STW_YEAR_MIN = 1678, STW_YEAR_MAX = 2261 };                 /* both inclusive */
#define STW_TIME_MIN_NS (INT64_C(-9214560000) * STW_NS_PER_SECOND) /* 1678-01-01T00:00Z */
#define STW_TIME_MAX_NS (INT64_C(9214646400) * STW_NS_PER_SECOND)  /* 2262-01-01T00:00Z */

struct stw_civil {
    int year;
    int month;      /* 1 .. 12 */
    int day;        /* 1 .. 31 */
    int hour;       /* 0 .. 23; 24 with all below 0 is accepted going in */
    int minute;     /* 0 .. 59 */
    int second;     /* 0 .. 59: civil time as everybody keeps it, without leap seconds */
    int nanosecond; /* 0 .. 999,999,999 */
};

/* Rounds down, also below zero; divisor > 0. */
static inline int64_t stw_floor_div(int64_t value, int64_t divisor)
{
    return value / divisor - (value % divisor < 0);
}

/* month 1 .. 12, any day number (the 0th is the last of the month before). */
int64_t stw_civil_days(int64_t year, int month, int day);

/* The date of a day count; the time fields are set to 0. */
void stw_civil_of_days(int64_t days, struct stw_civil *out);

bool stw_year_is_leap(int64_t year);
int stw_month_days(int64_t year, int month);

/* 1 = Monday .. 7 = Sunday. */
int stw_days_weekday(int64_t days);

/* The ISO week a day is in; its year may differ from the calendar's around new year. */
void stw_days_iso_week(int64_t days, int *year, int *week);

/* The Monday of an ISO week. */
int64_t stw_iso_week_days(int year, int week);

/* False: a field is out of its range, or the year outside STW_YEAR_MIN .. STW_YEAR_MAX. */
bool stw_civil_to_local(const struct stw_civil *civil, int64_t *local_ns)
    __attribute__((warn_unused_result));
void stw_civil_of_local(int64_t local_ns, struct stw_civil *out);

#endif
