/* Business calendars; see calendar.h. Days are walked one by one, their segments turned into
 * instants through the zone: a year of days is a few microseconds. */
#include "time/calendar.h"

#include "time/civil.h"

enum { MINUTES_PER_DAY = 1440 };

void stw_calendar_init(struct stw_calendar *calendar, const struct stw_zone *zone)
{
    *calendar = (struct stw_calendar){.zone = zone};
}

void stw_calendar_init_always(struct stw_calendar *calendar, const struct stw_zone *zone)
{
    *calendar = (struct stw_calendar){.zone = zone, .always = true};
}

int stw_calendar_add_segment(struct stw_calendar *calendar, int weekday, int start_min, int end_min,
                             struct stw_error *err)
{
    assert(weekday >= 1 && weekday <= 7);
    int *count = &calendar->segment_count[weekday - 1];
    struct stw_calendar_segment *segments = calendar->segments[weekday - 1];
    if (start_min < 0 || end_min > MINUTES_PER_DAY || start_min >= end_min) {
        int status =
            stw_fail(err, STW_ERR_INPUT, "opening hours must end after they begin, and by 24:00");
        stw_error_hint(err, "write hours over midnight as two: 22:00-24:00 and 00:00-06:00");
        return status;
    }
    if (*count > 0 && segments[*count - 1].end_min > start_min)
        return stw_fail(err, STW_ERR_INPUT, "opening hours of one day overlap or are not in order");
    if (*count == STW_CALENDAR_SEGMENTS_MAX)
        return stw_fail(err, STW_ERR_LIMIT, "a day has at most %d opening hours",
                        STW_CALENDAR_SEGMENTS_MAX);
    segments[(*count)++] = (struct stw_calendar_segment){start_min, end_min};
    return STW_OK;
}

int stw_calendar_set_exceptions(struct stw_calendar *calendar,
                                const struct stw_calendar_exception *exceptions, size_t count,
                                struct stw_error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (exceptions[i].as_weekday < 0 || exceptions[i].as_weekday > 7)
            return stw_fail(err, STW_ERR_INPUT, "weekday %d does not exist",
                            exceptions[i].as_weekday);
        if (i > 0 && exceptions[i].days <= exceptions[i - 1].days)
            return stw_fail(err, STW_ERR_INPUT,
                            "holidays and make-up days must be in order, each date once");
    }
    calendar->exceptions = exceptions;
    calendar->exception_count = count;
    return STW_OK;
}

/* 1 .. 7: whose hours this date has; 0: closed. */
static int weekday_of(const struct stw_calendar *calendar, int64_t days)
{
    size_t low = 0, high = calendar->exception_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (calendar->exceptions[middle].days < days)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < calendar->exception_count && calendar->exceptions[low].days == days)
        return calendar->exceptions[low].as_weekday;
    return stw_days_weekday(days);
}

bool stw_calendar_is_working_day(const struct stw_calendar *calendar, int64_t days)
{
    if (calendar->always)
        return true;
    int weekday = weekday_of(calendar, days);
    return weekday > 0 && calendar->segment_count[weekday - 1] > 0;
}

static int64_t date_of(const struct stw_calendar *calendar, int64_t at_ns)
{
    return stw_floor_div(stw_zone_to_local(calendar->zone, at_ns), STW_NS_PER_DAY);
}

static int64_t instant_of(const struct stw_calendar *calendar, int64_t local_ns)
{
    struct stw_local local;
    stw_zone_local(calendar->zone, local_ns, &local);
    return local.ns;
}

/* Segments from a date on, as instants in order; those of no length are left out. */
struct walk {
    const struct stw_calendar *calendar;
    int64_t days;
    int weekday;
    int next;
};

/* A day early: where the clock was put back over midnight, its last segment may still be on. */
static struct walk walk_from(const struct stw_calendar *calendar, int64_t at_ns)
{
    int64_t days = date_of(calendar, at_ns) - 1;
    return (struct walk){calendar, days, weekday_of(calendar, days), 0};
}

/* False past STW_YEAR_MAX. */
static bool walk_next(struct walk *walk, int64_t *start_ns, int64_t *end_ns)
{
    while (walk->days < STW_TIME_MAX_NS / STW_NS_PER_DAY) {
        int count = walk->weekday == 0 ? 0 : walk->calendar->segment_count[walk->weekday - 1];
        if (walk->next == count) {
            walk->days++;
            walk->weekday = weekday_of(walk->calendar, walk->days);
            walk->next = 0;
            continue;
        }
        struct stw_calendar_segment segment =
            walk->calendar->segments[walk->weekday - 1][walk->next++];
        int64_t midnight = walk->days * STW_NS_PER_DAY;
        *start_ns = instant_of(walk->calendar, midnight + segment.start_min * STW_NS_PER_MINUTE);
        *end_ns = instant_of(walk->calendar, midnight + segment.end_min * STW_NS_PER_MINUTE);
        if (*end_ns > *start_ns)
            return true;
    }
    return false;
}

bool stw_calendar_is_open(const struct stw_calendar *calendar, int64_t at_ns)
{
    if (calendar->always)
        return true;
    struct walk walk = walk_from(calendar, at_ns);
    int64_t start_ns, end_ns;
    while (walk_next(&walk, &start_ns, &end_ns) && start_ns <= at_ns)
        if (at_ns < end_ns)
            return true;
    return false;
}

int64_t stw_calendar_between(const struct stw_calendar *calendar, int64_t from_ns, int64_t until_ns)
{
    if (until_ns <= from_ns)
        return 0;
    if (calendar->always)
        return until_ns - from_ns;
    struct walk walk = walk_from(calendar, from_ns);
    int64_t start_ns, end_ns, total_ns = 0;
    while (walk_next(&walk, &start_ns, &end_ns) && start_ns < until_ns) {
        start_ns = start_ns < from_ns ? from_ns : start_ns;
        end_ns = end_ns > until_ns ? until_ns : end_ns;
        if (end_ns > start_ns)
            total_ns += end_ns - start_ns;
    }
    return total_ns;
}

static int fail_no_time(struct stw_error *err)
{
    return stw_fail(err, STW_ERR_INPUT, "the calendar has not so much working time");
}

int stw_calendar_add(const struct stw_calendar *calendar, int64_t from_ns, int64_t working_ns,
                     int64_t *out_ns, struct stw_error *err)
{
    assert(working_ns >= 0);
    *out_ns = from_ns;
    if (working_ns == 0)
        return STW_OK;
    if (calendar->always)
        return __builtin_add_overflow(from_ns, working_ns, out_ns) ? fail_no_time(err) : STW_OK;
    struct walk walk = walk_from(calendar, from_ns);
    int64_t start_ns, end_ns;
    while (walk_next(&walk, &start_ns, &end_ns)) {
        start_ns = start_ns < from_ns ? from_ns : start_ns;
        if (end_ns <= start_ns)
            continue;
        if (working_ns <= end_ns - start_ns) {
            *out_ns = start_ns + working_ns;
            return STW_OK;
        }
        working_ns -= end_ns - start_ns;
    }
    return fail_no_time(err);
}

int stw_calendar_add_days(const struct stw_calendar *calendar, int64_t from_ns, int count,
                          int64_t *out_ns, struct stw_error *err)
{
    assert(count >= 0);
    *out_ns = from_ns;
    int64_t local_ns = stw_zone_to_local(calendar->zone, from_ns);
    int64_t days = stw_floor_div(local_ns, STW_NS_PER_DAY);
    if (count == 0)
        return STW_OK;
    int64_t time_of_day_ns = local_ns - days * STW_NS_PER_DAY;
    while (count > 0) {
        if (++days >= STW_TIME_MAX_NS / STW_NS_PER_DAY)
            return fail_no_time(err);
        count -= stw_calendar_is_working_day(calendar, days);
    }
    *out_ns = instant_of(calendar, days * STW_NS_PER_DAY + time_of_day_ns);
    return STW_OK;
}
