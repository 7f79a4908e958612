/* POSIX TZ rules: a recursive-descent parser over one line; see zone_rule.h. */
#include "time/zone_rule.h"

#include "time/civil.h"
#include "time/zone.h"

struct cursor {
    const char *at;
    const char *end;
};

static bool take(struct cursor *in, char c)
{
    if (in->at == in->end || *in->at != c)
        return false;
    in->at++;
    return true;
}

static bool take_number(struct cursor *in, int low, int high, int *out)
{
    const char *start = in->at;
    int value = 0;
    while (in->at < in->end && *in->at >= '0' && *in->at <= '9' && in->at - start < 3)
        value = value * 10 + (*in->at++ - '0');
    *out = value;
    return in->at > start && value >= low && value <= high;
}

/* "EST" or "<+0330>": at least three characters, of no further use here. */
static bool take_name(struct cursor *in)
{
    bool quoted = take(in, '<');
    int size = 0;
    for (; in->at < in->end; in->at++, size++) {
        char c = *in->at;
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        bool sign_or_digit = (c >= '0' && c <= '9') || c == '+' || c == '-';
        if (!letter && !(quoted && sign_or_digit))
            break;
    }
    return size >= 3 && (!quoted || take(in, '>'));
}

/* [+-]h[h[h]][:mm[:ss]] */
static bool take_time(struct cursor *in, int hours_max, int32_t *out_s)
{
    bool negative = take(in, '-');
    if (!negative)
        (void)take(in, '+');
    int hours, minutes = 0, seconds = 0;
    if (!take_number(in, 0, hours_max, &hours))
        return false;
    if (take(in, ':')) {
        if (!take_number(in, 0, 59, &minutes))
            return false;
        if (take(in, ':') && !take_number(in, 0, 59, &seconds))
            return false;
    }
    int32_t total = hours * 3600 + minutes * 60 + seconds;
    *out_s = negative ? -total : total;
    return true;
}

static bool take_date(struct cursor *in, struct stw_rule_date *out)
{
    bool good;
    *out = (struct stw_rule_date){.time_s = 2 * 3600};
    if (take(in, 'M')) {
        out->kind = STW_RULE_MONTH_WEEK;
        good = take_number(in, 1, 12, &out->month) && take(in, '.') &&
               take_number(in, 1, 5, &out->week) && take(in, '.') &&
               take_number(in, 0, 6, &out->weekday);
    } else if (take(in, 'J')) {
        out->kind = STW_RULE_JULIAN;
        good = take_number(in, 1, 365, &out->day);
    } else {
        out->kind = STW_RULE_DAY;
        good = take_number(in, 0, 365, &out->day);
    }
    return good && (!take(in, '/') || take_time(in, 167, &out->time_s));
}

bool stw_zone_rule_parse(struct stw_slice text, struct stw_zone_rule *out)
{
    struct cursor in = {text.data, text.data + text.size};
    int32_t west_s;
    *out = (struct stw_zone_rule){0};
    if (!take_name(&in) || !take_time(&in, 24, &west_s))
        return false;
    out->standard_s = -west_s; /* POSIX counts west of Greenwich */
    out->daylight_s = out->standard_s + 3600;
    if (in.at == in.end)
        return true;
    out->has_daylight = true;
    if (!take_name(&in))
        return false;
    if (in.at < in.end && *in.at != ',') {
        if (!take_time(&in, 24, &west_s))
            return false;
        out->daylight_s = -west_s;
    }
    return take(&in, ',') && take_date(&in, &out->start) && take(&in, ',') &&
           take_date(&in, &out->end) && in.at == in.end;
}

static int64_t date_days(const struct stw_rule_date *date, int year)
{
    if (date->kind == STW_RULE_DAY)
        return stw_civil_days(year, 1, 1) + date->day;
    if (date->kind == STW_RULE_JULIAN)
        return stw_civil_days(year, 1, 1) + date->day - 1 +
               (stw_year_is_leap(year) && date->day >= 60);
    int64_t first = stw_civil_days(year, date->month, 1);
    int ahead = (date->weekday - stw_days_weekday(first) + 7) % 7; /* Sunday is 0 or 7: the same */
    int64_t days = first + ahead + (int64_t)(date->week - 1) * 7;
    if (days >= first + stw_month_days(year, date->month))
        days -= 7;
    return days;
}

void stw_zone_rule_year(const struct stw_zone_rule *rule, int year, int64_t *start_s,
                        int64_t *end_s)
{
    *start_s = date_days(&rule->start, year) * 86400 + rule->start.time_s - rule->standard_s;
    *end_s = date_days(&rule->end, year) * 86400 + rule->end.time_s - rule->daylight_s;
}
