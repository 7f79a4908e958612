/* Local periods; see period.h. Boundaries are numbered, and a number is turned into an instant
 * through the zone; short steps are cut out of a span of constant offset instead. */
#include "time/period.h"

#include "time/civil.h"

#include <stdio.h>

int stw_periods_init(struct stw_periods *periods, const struct stw_zone *zone,
                     struct stw_period_rule rule, struct stw_error *err)
{
    if (rule.kind == STW_PERIOD_STEP &&
        (rule.step_ns < STW_NS_PER_SECOND || rule.step_ns % STW_NS_PER_SECOND != 0 ||
         STW_NS_PER_DAY % rule.step_ns != 0))
        return stw_fail(err, STW_ERR_USAGE,
                        "a period of %lld s does not divide a day into equal parts",
                        (long long)(rule.step_ns / STW_NS_PER_SECOND));
    if (rule.starts_on < 0 || rule.starts_on > 28)
        return stw_fail(err, STW_ERR_USAGE,
                        "a month cannot start on day %d: choose 1 to 28, which every month has",
                        rule.starts_on);
    if (rule.starts_on == 0)
        rule.starts_on = 1;
    *periods = (struct stw_periods){.zone = zone, .rule = rule};
    return STW_OK;
}

static int64_t clamp(int64_t at_ns)
{
    if (at_ns < STW_TIME_MIN_NS)
        return STW_TIME_MIN_NS;
    return at_ns >= STW_TIME_MAX_NS ? STW_TIME_MAX_NS - 1 : at_ns;
}

static int32_t offset_at(struct stw_periods *periods, int64_t at_ns)
{
    if (at_ns < periods->span.start_ns || at_ns >= periods->span.end_ns)
        stw_zone_span_at(periods->zone, at_ns, &periods->span);
    return periods->span.offset_s;
}

static int months_of(enum stw_period_kind kind)
{
    return kind == STW_PERIOD_MONTH ? 1 : kind == STW_PERIOD_QUARTER ? 3 : 12;
}

static bool is_short(const struct stw_period_rule *rule)
{
    return rule->kind == STW_PERIOD_STEP && rule->step_ns <= STW_NS_PER_HOUR;
}

/* The number of the period that a local date and time is in. */
static int64_t index_of(const struct stw_period_rule *rule, int64_t local_ns)
{
    if (rule->kind == STW_PERIOD_STEP)
        return stw_floor_div(local_ns, rule->step_ns);
    int64_t days = stw_floor_div(local_ns, STW_NS_PER_DAY);
    if (rule->kind == STW_PERIOD_WEEK)
        return stw_floor_div(days + 3, 7);
    struct stw_civil civil;
    stw_civil_of_days(days, &civil);
    int64_t month = (int64_t)civil.year * 12 + civil.month - 1;
    if (rule->starts_on > 1 && civil.day >= rule->starts_on)
        month++;
    return stw_floor_div(month, months_of(rule->kind));
}

/* The local date and time at which period `index` begins. */
static int64_t local_start_of(const struct stw_period_rule *rule, int64_t index)
{
    int64_t days;
    if (rule->kind == STW_PERIOD_STEP)
        return index * rule->step_ns;
    if (rule->kind == STW_PERIOD_WEEK) {
        days = index * 7 - 3;
    } else {
        int64_t month = index * months_of(rule->kind) - (rule->starts_on > 1);
        int64_t year = stw_floor_div(month, 12);
        days = stw_civil_days(year, (int)(month - year * 12) + 1, rule->starts_on);
    }
    /* Weeks and years may reach past the ends of time; two days further is past in any zone. */
    if (days > STW_TIME_MAX_NS / STW_NS_PER_DAY + 2)
        days = STW_TIME_MAX_NS / STW_NS_PER_DAY + 2;
    if (days < STW_TIME_MIN_NS / STW_NS_PER_DAY - 2)
        days = STW_TIME_MIN_NS / STW_NS_PER_DAY - 2;
    return days * STW_NS_PER_DAY;
}

static int64_t boundary(const struct stw_periods *periods, int64_t index)
{
    struct stw_local local;
    stw_zone_local(periods->zone, local_start_of(&periods->rule, index), &local);
    if (local.ns < STW_TIME_MIN_NS)
        return STW_TIME_MIN_NS;
    return local.ns > STW_TIME_MAX_NS ? STW_TIME_MAX_NS : local.ns;
}

static void short_step_at(struct stw_periods *periods, int64_t at_ns, struct stw_period *out)
{
    int64_t shift_ns = offset_at(periods, at_ns) * STW_NS_PER_SECOND;
    out->index = stw_floor_div(at_ns + shift_ns, periods->rule.step_ns);
    out->start_ns = out->index * periods->rule.step_ns - shift_ns;
    out->end_ns = out->start_ns + periods->rule.step_ns;
    if (out->start_ns < periods->span.start_ns)
        out->start_ns = periods->span.start_ns;
    if (out->end_ns > periods->span.end_ns)
        out->end_ns = periods->span.end_ns;
    if (out->start_ns < STW_TIME_MIN_NS)
        out->start_ns = STW_TIME_MIN_NS;
    if (out->end_ns > STW_TIME_MAX_NS)
        out->end_ns = STW_TIME_MAX_NS;
}

void stw_period_at(struct stw_periods *periods, int64_t at_ns, struct stw_period *out)
{
    struct stw_period *last = &periods->last;
    at_ns = clamp(at_ns);
    if (at_ns >= last->start_ns && at_ns < last->end_ns) {
        *out = *last;
        return;
    }
    if (is_short(&periods->rule)) {
        short_step_at(periods, at_ns, last);
        *out = *last;
        return;
    }
    /* The date shown is a first guess: after the clock was put back over midnight it shows the
     * day before again, and boundaries that were jumped over coincide. */
    int64_t local_ns = at_ns + offset_at(periods, at_ns) * STW_NS_PER_SECOND;
    int64_t index = index_of(&periods->rule, local_ns);
    int64_t start_ns = boundary(periods, index);
    for (; start_ns > at_ns; start_ns = boundary(periods, index))
        index--;
    int64_t end_ns = boundary(periods, index + 1);
    for (; end_ns <= at_ns; end_ns = boundary(periods, index + 1)) {
        index++;
        start_ns = end_ns;
    }
    *last = (struct stw_period){start_ns, end_ns, index};
    *out = *last;
}

void stw_period_next(struct stw_periods *periods, const struct stw_period *period,
                     struct stw_period *out)
{
    if (period->end_ns >= STW_TIME_MAX_NS) {
        *out = (struct stw_period){STW_TIME_MAX_NS, STW_TIME_MAX_NS, period->index + 1};
        return;
    }
    stw_period_at(periods, period->end_ns, out);
}

void stw_period_previous(struct stw_periods *periods, const struct stw_period *period,
                         struct stw_period *out)
{
    if (period->start_ns <= STW_TIME_MIN_NS) {
        *out = (struct stw_period){STW_TIME_MIN_NS, STW_TIME_MIN_NS, period->index - 1};
        return;
    }
    stw_period_at(periods, period->start_ns - 1, out);
}

static int label_step(const struct stw_periods *periods, const struct stw_period *period,
                      char *text)
{
    int64_t local_ns = stw_zone_to_local(periods->zone, period->start_ns);
    struct stw_civil civil;
    stw_civil_of_local(local_ns, &civil);
    int size =
        snprintf(text, STW_PERIOD_LABEL_SIZE, "%04d-%02d-%02d", civil.year, civil.month, civil.day);
    if (periods->rule.step_ns == STW_NS_PER_DAY)
        return size;
    size += snprintf(text + size, (size_t)(STW_PERIOD_LABEL_SIZE - size), " %02d:%02d", civil.hour,
                     civil.minute);
    if (periods->rule.step_ns % STW_NS_PER_MINUTE != 0)
        size +=
            snprintf(text + size, (size_t)(STW_PERIOD_LABEL_SIZE - size), ":%02d", civil.second);
    struct stw_local local;
    stw_zone_local(periods->zone, local_ns, &local);
    if (local.kind != STW_LOCAL_AMBIGUOUS)
        return size;
    int32_t offset_s = stw_zone_offset(periods->zone, period->start_ns);
    int minutes = (offset_s < 0 ? -offset_s : offset_s) / 60;
    return size + snprintf(text + size, (size_t)(STW_PERIOD_LABEL_SIZE - size), "%c%02d:%02d",
                           offset_s < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

int stw_period_label(const struct stw_periods *periods, const struct stw_period *period,
                     char text[STW_PERIOD_LABEL_SIZE])
{
    int year, week;
    switch (periods->rule.kind) {
    case STW_PERIOD_STEP:
        return label_step(periods, period, text);
    case STW_PERIOD_WEEK:
        stw_days_iso_week(period->index * 7 - 3, &year, &week);
        return snprintf(text, STW_PERIOD_LABEL_SIZE, "%04d-W%02d", year, week);
    case STW_PERIOD_MONTH:
        return snprintf(text, STW_PERIOD_LABEL_SIZE, "%04d-%02d", (int)(period->index / 12),
                        (int)(period->index % 12) + 1);
    case STW_PERIOD_QUARTER:
        return snprintf(text, STW_PERIOD_LABEL_SIZE, "%04d-Q%d", (int)(period->index / 4),
                        (int)(period->index % 4) + 1);
    default:
        return snprintf(text, STW_PERIOD_LABEL_SIZE, "%04d", (int)period->index);
    }
}
