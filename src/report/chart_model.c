/* The charts of the report model: categories, series, guides, and a time axis in local time. */
#include "report/model.h"

#include "report/model_list.h"
#include "time/civil.h"

#include <string.h>

void stw_chart_categories(struct stw_report *report, struct stw_report_chart *chart,
                          const struct stw_report_category *categories, uint32_t count)
{
    struct stw_report_category *own =
        chart == NULL ? NULL : stw_report_array(report, count, sizeof(*own));
    if (own == NULL)
        return;
    for (uint32_t i = 0; i < count; i++) {
        own[i].label = stw_report_copy(report, categories[i].label);
        own[i].group = stw_report_copy(report, categories[i].group);
    }
    chart->categories = own;
    chart->category_count = count;
}

static struct stw_report_series *add_series(struct stw_report *report,
                                            struct stw_report_chart *chart, struct stw_slice name,
                                            enum stw_series_role role,
                                            const struct stw_datum *points, uint32_t count)
{
    if (chart == NULL)
        return NULL;
    if (chart->series_count == STW_REPORT_SERIES_MAX ||
        count > STW_REPORT_POINTS_MAX - chart->point_count) {
        report->beyond_limit = true;
        return NULL;
    }
    struct stw_datum *own_points = stw_report_array(report, count, sizeof(*own_points));
    enum stw_mark *own_marks = stw_report_array(report, count, sizeof(*own_marks));
    if (own_points == NULL || own_marks == NULL)
        return NULL;
    for (uint32_t i = 0; i < count; i++)
        own_points[i] = stw_report_copy_datum(report, points[i]);
    struct stw_report_series *series = &chart->series[chart->series_count++];
    chart->point_count += count;
    *series = (struct stw_report_series){.name = stw_report_copy(report, name),
                                         .role = role,
                                         .points = own_points,
                                         .marks = own_marks,
                                         .count = count};
    return series;
}

void stw_chart_series(struct stw_report *report, struct stw_report_chart *chart,
                      struct stw_slice name, enum stw_series_role role,
                      const struct stw_datum *points, const enum stw_mark *marks, uint32_t count)
{
    assert(chart == NULL || report->failed || count == chart->category_count);
    struct stw_report_series *series = add_series(report, chart, name, role, points, count);
    if (series != NULL && marks != NULL && count > 0)
        memcpy(series->marks, marks, count * sizeof(*marks));
}

void stw_chart_heat(struct stw_report *report, struct stw_report_chart *chart,
                    struct stw_slice name, const struct stw_datum *points, uint32_t columns)
{
    if (chart == NULL)
        return;
    chart->heat_columns = columns;
    add_series(report, chart, name, STW_SERIES_MAIN, points, chart->category_count * columns);
}

void stw_chart_timeline(struct stw_report *report, struct stw_report_chart *chart,
                        struct stw_slice name, enum stw_series_role role, const int64_t *times_ns,
                        const struct stw_datum *points, uint32_t count)
{
    struct stw_report_series *series = add_series(report, chart, name, role, points, count);
    int64_t *own_times =
        series == NULL ? NULL : stw_report_array(report, count, sizeof(*own_times));
    if (own_times == NULL) {
        if (series != NULL)
            series->count = 0;
        return;
    }
    if (count > 0)
        memcpy(own_times, times_ns, count * sizeof(*own_times));
    series->times_ns = own_times;
}

void stw_chart_guide(struct stw_report *report, struct stw_report_chart *chart,
                     struct stw_slice label, double low, double high)
{
    struct stw_report_guide *guide =
        chart == NULL ? NULL : stw_report_array(report, 1, sizeof(*guide));
    if (guide == NULL)
        return;
    guide->label = stw_report_copy(report, label);
    guide->low = low;
    guide->high = high;
    struct stw_report_guide **place = &chart->guides;
    while (*place != NULL)
        place = &(*place)->next;
    *place = guide;
}

void stw_chart_span(struct stw_report *report, struct stw_report_chart *chart,
                    struct stw_slice label, enum stw_mark mark, int64_t from_ns, int64_t to_ns)
{
    struct stw_report_span *span =
        chart == NULL ? NULL : stw_report_array(report, 1, sizeof(*span));
    if (span == NULL)
        return;
    span->label = stw_report_copy(report, label);
    span->mark = mark;
    span->from_ns = from_ns;
    span->to_ns = to_ns;
    struct stw_report_span **place = &chart->spans;
    while (*place != NULL)
        place = &(*place)->next;
    *place = span;
}

/* How far apart the ticks of a time axis are. */
enum tick_step { STEP_HOURS, STEP_DAYS, STEP_WEEKS, STEP_MONTHS, STEP_YEARS };

static enum tick_step step_for(int64_t span_ns)
{
    if (span_ns <= 2 * STW_NS_PER_DAY)
        return STEP_HOURS;
    if (span_ns <= 14 * STW_NS_PER_DAY)
        return STEP_DAYS;
    if (span_ns <= 100 * STW_NS_PER_DAY)
        return STEP_WEEKS;
    if (span_ns <= STW_NS_PER_DAY * 366 * 3)
        return STEP_MONTHS;
    return STEP_YEARS;
}

/* The first tick after a local time, as a local time. */
static int64_t next_tick(enum tick_step step, int64_t local_ns)
{
    const int64_t six_hours = 6 * STW_NS_PER_HOUR;
    if (step == STEP_HOURS)
        return (stw_floor_div(local_ns, six_hours) + 1) * six_hours;
    int64_t day = stw_floor_div(local_ns, STW_NS_PER_DAY) + 1;
    struct stw_civil civil;
    switch (step) {
    case STEP_HOURS:
    case STEP_DAYS:
        break;
    case STEP_WEEKS:
        while (stw_days_weekday(day) != 1)
            day++;
        break;
    case STEP_MONTHS:
        while (stw_civil_of_days(day, &civil), civil.day != 1)
            day++;
        break;
    case STEP_YEARS:
        while (stw_civil_of_days(day, &civil), civil.day != 1 || civil.month != 1)
            day++;
        break;
    }
    return day * STW_NS_PER_DAY;
}

static struct stw_slice tick_label(struct stw_report *report, enum tick_step step, int64_t local_ns)
{
    struct stw_civil civil;
    stw_civil_of_local(local_ns, &civil);
    if (step == STEP_HOURS && civil.hour != 0)
        return stw_report_printf(report, "%02d:%02d", civil.hour, civil.minute);
    if (step == STEP_YEARS || (step == STEP_MONTHS && civil.month == 1))
        return stw_report_printf(report, "%04d", civil.year);
    if (step == STEP_MONTHS)
        return stw_report_word(report, (enum stw_word)(STW_WORD_MONTH_1 + civil.month - 1));
    return stw_report_printf(report, "%02d-%02d", civil.month, civil.day);
}

void stw_chart_time_axis(struct stw_report *report, struct stw_report_chart *chart,
                         const struct stw_zone *zone, int64_t from_ns, int64_t to_ns)
{
    enum { TICKS_MAX = 64 };
    struct stw_report_tick *ticks =
        chart == NULL ? NULL : stw_report_array(report, TICKS_MAX, sizeof(*ticks));
    if (ticks == NULL)
        return;
    assert(from_ns < to_ns);
    chart->from_ns = from_ns;
    chart->to_ns = to_ns;
    chart->ticks = ticks;
    enum tick_step step = step_for(to_ns - from_ns);
    int64_t local_ns = stw_zone_to_local(zone, from_ns) - 1; /* a tick may be at from_ns itself */
    while (chart->tick_count < TICKS_MAX) {
        local_ns = next_tick(step, local_ns);
        struct stw_local local;
        stw_zone_local(zone, local_ns, &local);
        if (local.ns >= to_ns)
            break;
        ticks[chart->tick_count++] =
            (struct stw_report_tick){local.ns, tick_label(report, step, local_ns)};
    }
}
