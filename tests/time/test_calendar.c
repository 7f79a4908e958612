/*
 * Business calendars: the examples of the field, and a twin that looks at each minute by itself:
 * what date and time does glibc's clock show, and is that inside the hours of that date?
 */
#include "time/calendar.h"
#include "time/civil.h"

#include "../support/test.h"
#include "zones.h"

#include <stdlib.h>
#include <time.h>

static int64_t date(const char *text)
{
    return stw_test_local(text) / STW_NS_PER_DAY;
}

static void fill(struct stw_calendar *calendar, int from_weekday, int to_weekday, int start_min,
                 int end_min)
{
    for (int weekday = from_weekday; weekday <= to_weekday; weekday++)
        CU_ASSERT_EQUAL(stw_calendar_add_segment(calendar, weekday, start_min, end_min, NULL),
                        STW_OK);
}

/* Mon-Fri 08-20, no holiday between: 2018-11-19 was a Monday, the working days after it are
 * 20 21 22 23 26 27 28; counted in hours, 7 x 12 h end at the same instant. */
static void seven_working_days(void)
{
    struct stw_calendar calendar;
    stw_calendar_init(&calendar, stw_test_zone("Europe/Berlin"));
    fill(&calendar, 1, 5, 8 * 60, 20 * 60);
    int64_t from = stw_test_instant("Europe/Berlin", "2018-11-19 10:00:00"), got = 0;
    int64_t want = stw_test_instant("Europe/Berlin", "2018-11-28 10:00:00");
    CU_ASSERT(stw_calendar_add_days(&calendar, from, 7, &got, NULL) == STW_OK && got == want);
    CU_ASSERT(stw_calendar_add(&calendar, from, 84 * STW_NS_PER_HOUR, &got, NULL) == STW_OK &&
              got == want);
    CU_ASSERT_EQUAL(stw_calendar_between(&calendar, from, want), 84 * STW_NS_PER_HOUR);
    /* Thanksgiving off: a day later. */
    struct stw_calendar_exception holiday = {date("2018-11-22"), 0};
    CU_ASSERT_EQUAL(stw_calendar_set_exceptions(&calendar, &holiday, 1, NULL), STW_OK);
    CU_ASSERT(stw_calendar_add_days(&calendar, from, 7, &got, NULL) == STW_OK &&
              got == want + STW_NS_PER_DAY);
}

static void sixteen_hours_of_an_uneven_week(void)
{
    struct stw_calendar calendar;
    stw_calendar_init(&calendar, stw_test_zone("Asia/Shanghai"));
    fill(&calendar, 1, 1, 9 * 60, 17 * 60);
    fill(&calendar, 2, 2, 9 * 60, 16 * 60);
    fill(&calendar, 4, 4, 8 * 60, 17 * 60);
    int64_t from = stw_test_instant("Asia/Shanghai", "2026-10-19 11:00:00"), got = 0; /* Monday */
    int64_t want = stw_test_instant("Asia/Shanghai", "2026-10-22 11:00:00");
    CU_ASSERT(stw_calendar_add(&calendar, from, 16 * STW_NS_PER_HOUR, &got, NULL) == STW_OK &&
              got == want);
}

/* 国庆 2025: 1-8 October off, Sunday 28 September and Saturday 11 October worked. */
static void make_up_days(void)
{
    struct stw_calendar_exception exceptions[10] = {{date("2025-09-28"), 1}};
    for (int i = 0; i < 8; i++)
        exceptions[1 + i] = (struct stw_calendar_exception){date("2025-10-01") + i, 0};
    exceptions[9] = (struct stw_calendar_exception){date("2025-10-11"), 5};
    struct stw_calendar calendar;
    stw_calendar_init(&calendar, stw_test_zone("Asia/Shanghai"));
    fill(&calendar, 1, 5, 9 * 60, 12 * 60);
    fill(&calendar, 1, 4, 13 * 60, 18 * 60);
    fill(&calendar, 5, 5, 13 * 60, 17 * 60);
    CU_ASSERT_EQUAL(stw_calendar_set_exceptions(&calendar, exceptions, 10, NULL), STW_OK);
    CU_ASSERT(stw_calendar_is_working_day(&calendar, date("2025-09-28")));
    CU_ASSERT_FALSE(stw_calendar_is_working_day(&calendar, date("2025-10-06")));
    CU_ASSERT_FALSE(stw_calendar_is_working_day(&calendar, date("2025-09-27")));
    /* 27 September to 12 October: Sun 8 h, Mon 8, Tue 8, Thu 9th 8, Fri 10th 7, Sat 11th 7. */
    CU_ASSERT_EQUAL(stw_calendar_between(&calendar,
                                         stw_test_instant("Asia/Shanghai", "2025-09-27 00:00:00"),
                                         stw_test_instant("Asia/Shanghai", "2025-10-13 00:00:00")),
                    46 * STW_NS_PER_HOUR);
}

static void around_the_clock(void)
{
    struct stw_calendar calendar;
    stw_calendar_init_always(&calendar, stw_test_zone("Europe/Berlin"));
    int64_t from = stw_test_instant("Europe/Berlin", "2025-03-29 12:00:00"), got = 0;
    CU_ASSERT(stw_calendar_add(&calendar, from, 48 * STW_NS_PER_HOUR, &got, NULL) == STW_OK &&
              got == from + 48 * STW_NS_PER_HOUR);
    CU_ASSERT_EQUAL(stw_calendar_between(&calendar, from, from + 5), 5);
    CU_ASSERT_EQUAL(stw_calendar_between(&calendar, from, from - 5), 0);
    CU_ASSERT(stw_calendar_is_open(&calendar, from));
    CU_ASSERT_EQUAL(stw_calendar_add(&calendar, from, INT64_MAX, &got, NULL), STW_ERR_INPUT);
    CU_ASSERT(stw_calendar_add_days(&calendar, from, 1, &got, NULL) == STW_OK &&
              got == from + 23 * STW_NS_PER_HOUR);
}

static void edges(void)
{
    struct stw_calendar calendar;
    stw_calendar_init(&calendar, stw_test_zone("UTC"));
    int64_t friday = stw_test_local("2026-10-23 00:00:00"), got = 0;
    CU_ASSERT_EQUAL(stw_calendar_add(&calendar, friday, 1, &got, NULL), STW_ERR_INPUT);
    CU_ASSERT_EQUAL(stw_calendar_add_days(&calendar, friday, 1, &got, NULL), STW_ERR_INPUT);
    fill(&calendar, 1, 5, 9 * 60, 17 * 60);
    int64_t opens = friday + 9 * STW_NS_PER_HOUR, closes = friday + 17 * STW_NS_PER_HOUR;
    CU_ASSERT(stw_calendar_add(&calendar, opens, 8 * STW_NS_PER_HOUR, &got, NULL) == STW_OK &&
              got == closes);
    CU_ASSERT(stw_calendar_add(&calendar, closes, 0, &got, NULL) == STW_OK && got == closes);
    CU_ASSERT(stw_calendar_add(&calendar, closes, 1, &got, NULL) == STW_OK &&
              got == opens + 3 * STW_NS_PER_DAY + 1);
    CU_ASSERT(stw_calendar_is_open(&calendar, opens) && !stw_calendar_is_open(&calendar, closes) &&
              !stw_calendar_is_open(&calendar, opens - 1));
    struct stw_error err;
    CU_ASSERT_EQUAL(stw_calendar_add_segment(&calendar, 1, 16 * 60, 18 * 60, &err), STW_ERR_INPUT);
    CU_ASSERT_EQUAL(stw_calendar_add_segment(&calendar, 1, 22 * 60, 6 * 60, &err), STW_ERR_INPUT);
    CU_ASSERT_EQUAL(stw_calendar_add_segment(&calendar, 1, 22 * 60, 1441, &err), STW_ERR_INPUT);
    for (int i = 1; i < STW_CALENDAR_SEGMENTS_MAX; i++)
        CU_ASSERT_EQUAL(stw_calendar_add_segment(&calendar, 2, 1020 + i, 1021 + i, &err), STW_OK);
    CU_ASSERT_EQUAL(stw_calendar_add_segment(&calendar, 2, 1400, 1440, &err), STW_ERR_LIMIT);
    struct stw_calendar_exception twice[2] = {{5, 0}, {5, 1}}, eighth = {5, 8};
    CU_ASSERT_EQUAL(stw_calendar_set_exceptions(&calendar, twice, 2, &err), STW_ERR_INPUT);
    CU_ASSERT_EQUAL(stw_calendar_set_exceptions(&calendar, &eighth, 1, &err), STW_ERR_INPUT);
}

enum { TWIN_DAYS = 430, TWIN_MINUTES = TWIN_DAYS * 1440 };

/* Whether each minute counts, decided from what the clock shows in it. */
static void look_at_each_minute(const struct stw_calendar *calendar, int64_t start_s, bool *open)
{
    for (int i = 0; i < TWIN_MINUTES; i++) {
        time_t at = start_s + i * 60L;
        struct tm tm;
        localtime_r(&at, &tm);
        int64_t days = stw_civil_days(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
        int weekday = tm.tm_wday == 0 ? 7 : tm.tm_wday;
        for (size_t j = 0; j < calendar->exception_count; j++)
            if (calendar->exceptions[j].days == days)
                weekday = calendar->exceptions[j].as_weekday;
        int minute = tm.tm_hour * 60 + tm.tm_min;
        open[i] = false;
        for (int j = 0; weekday > 0 && j < calendar->segment_count[weekday - 1]; j++)
            if (minute >= calendar->segments[weekday - 1][j].start_min &&
                minute < calendar->segments[weekday - 1][j].end_min)
                open[i] = true;
    }
}

static void random_calendar(struct stw_calendar *calendar, uint64_t *seed,
                            struct stw_calendar_exception *exceptions, int64_t first_day)
{
    for (int weekday = 1; weekday <= 7; weekday++)
        for (int at = 0; at < 1440 && stw_test_random(seed) % 4 != 0;) {
            int start = at + (int)(stw_test_random(seed) % 500);
            int end = start + 1 + (int)(stw_test_random(seed) % 700);
            /* The twin reads each minute's clock; ends inside the hour shown twice are a matter of
             * definition (the earlier pass), so hours begin and end outside 01:00-03:00. */
            start = start >= 60 && start < 180 ? 180 : start;
            end = end > 60 && end < 180 ? 180 : end > 1440 ? 1440 : end;
            if (start >= end)
                break;
            CU_ASSERT_EQUAL(stw_calendar_add_segment(calendar, weekday, start, end, NULL), STW_OK);
            at = end + 1;
        }
    for (int i = 0; i < 20; i++)
        exceptions[i] = (struct stw_calendar_exception){first_day + i * 20 +
                                                            (int64_t)(stw_test_random(seed) % 20),
                                                        (int)(stw_test_random(seed) % 8)};
    CU_ASSERT_EQUAL(stw_calendar_set_exceptions(calendar, exceptions, 20, NULL), STW_OK);
}

static void agrees_minute_by_minute(void)
{
    static const char *const zones[] = {"Europe/Berlin", "America/New_York", "Asia/Shanghai"};
    bool *open = malloc(TWIN_MINUTES);
    int *before = malloc((TWIN_MINUTES + 1) * sizeof(int)); /* open minutes before each */
    uint64_t seed = 31;
    for (int round = 0; round < 9; round++) {
        struct stw_calendar calendar;
        struct stw_calendar_exception exceptions[20];
        int64_t start_s = 1735689600; /* 2025-01-01T00:00Z */
        stw_calendar_init(&calendar, stw_test_zone(zones[round % 3]));
        random_calendar(&calendar, &seed, exceptions, start_s / 86400);
        setenv("TZ", zones[round % 3], 1);
        tzset();
        look_at_each_minute(&calendar, start_s, open);
        before[0] = 0;
        for (int i = 0; i < TWIN_MINUTES; i++)
            before[i + 1] = before[i] + open[i];
        for (int n = 0; n < 2000; n++) {
            int a = (int)(stw_test_random(&seed) % TWIN_MINUTES);
            int b = (int)(stw_test_random(&seed) % TWIN_MINUTES);
            int want = b > a ? before[b] - before[a] : 0;
            int64_t a_ns = (start_s + a * 60L) * STW_NS_PER_SECOND;
            int64_t b_ns = (start_s + b * 60L) * STW_NS_PER_SECOND;
            int64_t got = stw_calendar_between(&calendar, a_ns, b_ns);
            bool good = got == want * STW_NS_PER_MINUTE;
            good = good && stw_calendar_is_open(&calendar, a_ns) == open[a];
            /* Adding what lies between leads to the first minute with as much before it. */
            int reach = b;
            while (want > 0 && before[reach - 1] - before[a] == want)
                reach--;
            if (good && want > 0)
                good = stw_calendar_add(&calendar, a_ns, want * STW_NS_PER_MINUTE, &got, NULL) ==
                           STW_OK &&
                       got == (start_s + reach * 60L) * STW_NS_PER_SECOND;
            if (!good) {
                STW_EXPECT(good, "round %d: minutes %d to %d, want %d", round, a, b, want);
                break;
            }
        }
    }
    CU_ASSERT(before[TWIN_MINUTES] > 0);
    unsetenv("TZ");
    tzset();
    free(open);
    free(before);
}

STW_SUITE(calendar, {"seven working days", seven_working_days},
          {"sixteen hours of an uneven week", sixteen_hours_of_an_uneven_week},
          {"make-up days", make_up_days}, {"around the clock", around_the_clock}, {"edges", edges},
          {"agrees minute by minute", agrees_minute_by_minute});
