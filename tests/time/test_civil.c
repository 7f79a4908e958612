/* Civil dates against glibc's gmtime_r and strftime, day by day. */
#include "time/civil.h"

#include "../support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void every_day_agrees_with_glibc(void)
{
    for (int64_t days = STW_TIME_MIN_NS / STW_NS_PER_DAY; days < STW_TIME_MAX_NS / STW_NS_PER_DAY;
         days++) {
        time_t at = (time_t)days * 86400;
        struct tm want;
        gmtime_r(&at, &want);
        struct stw_civil got;
        stw_civil_of_days(days, &got);
        char text[32];
        strftime(text, sizeof(text), "%G %V", &want);
        char *week_text;
        int want_year = (int)strtol(text, &week_text, 10);
        int want_week = (int)strtol(week_text, NULL, 10);
        int year, week;
        stw_days_iso_week(days, &year, &week);
        bool good =
            got.year == want.tm_year + 1900 && got.month == want.tm_mon + 1 &&
            got.day == want.tm_mday && stw_civil_days(got.year, got.month, got.day) == days &&
            stw_days_weekday(days) % 7 == want.tm_wday && year == want_year && week == want_week &&
            stw_iso_week_days(year, week) + stw_days_weekday(days) - 1 == days &&
            got.day <= stw_month_days(got.year, got.month);
        if (!STW_EXPECT(good, "day %lld is %d-%d-%d", (long long)days, got.year, got.month,
                        got.day))
            return;
    }
}

static void local_time_goes_both_ways(void)
{
    uint64_t seed = 1;
    for (int i = 0; i < 100000; i++) {
        int64_t local_ns = (int64_t)stw_test_random(&seed) % STW_TIME_MAX_NS;
        if (local_ns < STW_TIME_MIN_NS)
            continue;
        struct stw_civil civil;
        struct tm want;
        int64_t back;
        time_t seconds = stw_floor_div(local_ns, STW_NS_PER_SECOND);
        gmtime_r(&seconds, &want);
        stw_civil_of_local(local_ns, &civil);
        CU_ASSERT(civil.hour == want.tm_hour && civil.minute == want.tm_min &&
                  civil.second == want.tm_sec);
        CU_ASSERT(stw_civil_to_local(&civil, &back) && back == local_ns);
    }
    struct stw_civil civil;
    stw_civil_of_local(INT64_MIN, &civil); /* -9223372037 s + 145,224,192 ns, by hand */
    CU_ASSERT(civil.year == 1677 && civil.month == 9 && civil.day == 21 && civil.hour == 0 &&
              civil.minute == 12 && civil.second == 43 && civil.nanosecond == 145224192);
}

static void refuses_what_is_no_date(void)
{
    static const struct stw_civil bad[] = {
        {2025, 2, 29, 0, 0, 0, 0},  {2026, 0, 1, 0, 0, 0, 0},   {2026, 13, 1, 0, 0, 0, 0},
        {2026, 4, 31, 0, 0, 0, 0},  {2026, 1, 0, 0, 0, 0, 0},   {2026, 1, 1, 24, 0, 1, 0},
        {2026, 1, 1, 25, 0, 0, 0},  {2026, 1, 1, 0, 60, 0, 0},  {2026, 1, 1, 0, 0, 60, 0},
        {2026, 1, 1, 0, 0, -1, 0},  {1677, 12, 31, 0, 0, 0, 0}, {2262, 1, 1, 0, 0, 0, 0},
        {1900, 2, 29, 12, 0, 0, 0},
    };
    int64_t local_ns, next_ns;
    for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CU_ASSERT_FALSE(stw_civil_to_local(&bad[i], &local_ns));
    CU_ASSERT(stw_civil_to_local(&(struct stw_civil){2026, 1, 31, 24, 0, 0, 0}, &local_ns));
    CU_ASSERT(stw_civil_to_local(&(struct stw_civil){2026, 2, 1, 0, 0, 0, 0}, &next_ns));
    CU_ASSERT_EQUAL(local_ns, next_ns);
    CU_ASSERT(stw_civil_to_local(&(struct stw_civil){2000, 2, 29, 0, 0, 0, 0}, &local_ns));
}

STW_SUITE(civil, {"every day agrees with glibc", every_day_agrees_with_glibc},
          {"local time goes both ways", local_time_goes_both_ways},
          {"refuses what is no date", refuses_what_is_no_date});
