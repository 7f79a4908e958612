/* Days to dates and back; see civil.h for the sources. */
#include "time/civil.h"

#include <assert.h>

enum { DAYS_PER_ERA = 146097 }; /* 400 years */

int64_t stw_civil_days(int64_t year, int month, int day)
{
    assert(month >= 1 && month <= 12);
    /* Years begin in March, so that the leap day is the last of a year. */
    year -= month <= 2;
    int64_t era = stw_floor_div(year, 400);
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_PER_ERA + day_of_era - 719468;
}

void stw_civil_of_days(int64_t days, struct stw_civil *out)
{
    days += 719468; /* since 0000-03-01 */
    int64_t era = stw_floor_div(days, DAYS_PER_ERA);
    int64_t day_of_era = days - era * DAYS_PER_ERA;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    *out = (struct stw_civil){0};
    out->day = (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1);
    out->month = (int)(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
    out->year = (int)(year_of_era + era * 400 + (out->month <= 2));
}

bool stw_year_is_leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int stw_month_days(int64_t year, int month)
{
    static const signed char days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    assert(month >= 1 && month <= 12);
    return days[month - 1] + (month == 2 && stw_year_is_leap(year));
}

int stw_days_weekday(int64_t days)
{
    int64_t since_monday = days + 3; /* 1970-01-01 was a Thursday */
    return (int)(since_monday - stw_floor_div(since_monday, 7) * 7) + 1;
}

void stw_days_iso_week(int64_t days, int *year, int *week)
{
    /* A week belongs to the year of its Thursday. */
    int64_t thursday = days - stw_days_weekday(days) + 4;
    struct stw_civil civil;
    stw_civil_of_days(thursday, &civil);
    *year = civil.year;
    *week = (int)((thursday - stw_civil_days(civil.year, 1, 1)) / 7) + 1;
}

int64_t stw_iso_week_days(int year, int week)
{
    int64_t fourth = stw_civil_days(year, 1, 4); /* always in week 1 */
    return fourth - stw_days_weekday(fourth) + 1 + (int64_t)(week - 1) * 7;
}

static bool in_range(int value, int low, int high)
{
    return value >= low && value <= high;
}

bool stw_civil_to_local(const struct stw_civil *civil, int64_t *local_ns)
{
    bool end_of_day =
        civil->hour == 24 && civil->minute == 0 && civil->second == 0 && civil->nanosecond == 0;
    if (!in_range(civil->year, STW_YEAR_MIN, STW_YEAR_MAX) || !in_range(civil->month, 1, 12) ||
        !in_range(civil->day, 1, stw_month_days(civil->year, civil->month)) ||
        !(in_range(civil->hour, 0, 23) || end_of_day) || !in_range(civil->minute, 0, 59) ||
        !in_range(civil->second, 0, 59) || !in_range(civil->nanosecond, 0, 999999999))
        return false;
    int64_t days = stw_civil_days(civil->year, civil->month, civil->day);
    int64_t seconds = civil->hour * INT64_C(3600) + civil->minute * INT64_C(60) + civil->second;
    *local_ns = days * STW_NS_PER_DAY + seconds * STW_NS_PER_SECOND + civil->nanosecond;
    return true;
}

void stw_civil_of_local(int64_t local_ns, struct stw_civil *out)
{
    int64_t days = stw_floor_div(local_ns, STW_NS_PER_DAY);
    /* In two steps: days * STW_NS_PER_DAY overflows for the first day an int64 reaches into. */
    int64_t rest = local_ns % STW_NS_PER_DAY;
    if (rest < 0)
        rest += STW_NS_PER_DAY;
    stw_civil_of_days(days, out);
    out->nanosecond = (int)(rest % STW_NS_PER_SECOND);
    int64_t seconds = rest / STW_NS_PER_SECOND;
    out->second = (int)(seconds % 60);
    out->minute = (int)(seconds / 60 % 60);
    out->hour = (int)(seconds / 3600);
}
