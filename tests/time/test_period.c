/*
 * Periods against a walk, five minutes by five, over the dates and hours that glibc's localtime_r
 * shows: a period begins where what is shown belongs to another one.
 */
#include "time/civil.h"
#include "time/period.h"

#include "../support/test.h"
#include "zones.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define QUARTER_NS (15 * STW_NS_PER_MINUTE)

static const struct stw_period_rule hour = {STW_PERIOD_STEP, STW_NS_PER_HOUR, 0};
static const struct stw_period_rule day = {STW_PERIOD_STEP, STW_NS_PER_DAY, 0};

static struct stw_periods start(const char *zone, struct stw_period_rule rule)
{
    struct stw_periods periods;
    CU_ASSERT_EQUAL_FATAL(stw_periods_init(&periods, stw_test_zone(zone), rule, NULL), STW_OK);
    return periods;
}

/* What the clock shows, as a number that differs between neighbouring periods. */
static int64_t shown(const struct stw_period_rule *rule, const struct tm *tm)
{
    int64_t date = (tm->tm_year * 12L + tm->tm_mon) * 32 + tm->tm_mday;
    int64_t month = tm->tm_year * 12L + tm->tm_mon;
    if (rule->starts_on > 1 && tm->tm_mday >= rule->starts_on)
        month++;
    char text[16];
    switch (rule->kind) {
    case STW_PERIOD_STEP: {
        int64_t step_s = rule->step_ns / STW_NS_PER_SECOND;
        int64_t second = tm->tm_hour * 3600 + tm->tm_min * 60 + tm->tm_sec;
        int64_t key = date * 100000 + second / step_s;
        return step_s <= 3600 ? key * 200000 + tm->tm_gmtoff : key;
    }
    case STW_PERIOD_WEEK:
        strftime(text, sizeof(text), "%G%V", tm);
        return strtol(text, NULL, 10);
    case STW_PERIOD_MONTH:
        return month;
    case STW_PERIOD_QUARTER:
        return stw_floor_div(month, 3);
    default:
        return stw_floor_div(month, 12);
    }
}

static void walk(const char *zone, struct stw_period_rule rule, const char *from, int days)
{
    struct stw_periods periods = start(zone, rule);
    struct stw_period now;
    time_t at = stw_test_instant(zone, from) / STW_NS_PER_SECOND;
    time_t end = at + days * 86400L;
    stw_period_at(&periods, at * STW_NS_PER_SECOND, &now);
    setenv("TZ", zone, 1);
    tzset();
    struct tm tm;
    localtime_r(&at, &tm);
    int64_t key = shown(&rule, &tm);
    int changes = 0;
    for (at += 300; at < end; at += 300) {
        localtime_r(&at, &tm);
        bool changed = shown(&rule, &tm) != key;
        key = shown(&rule, &tm);
        bool good = changed == (now.end_ns == at * STW_NS_PER_SECOND);
        if (changed) {
            stw_period_next(&periods, &now, &now);
            good = good && now.start_ns == at * STW_NS_PER_SECOND;
            changes++;
        }
        if (!good && !STW_EXPECT(good, "%s kind %d step %lld: at %lld", zone, (int)rule.kind,
                                 (long long)rule.step_ns, (long long)at))
            break;
    }
    unsetenv("TZ");
    tzset();
    CU_ASSERT(changes > 0);
}

static void follows_the_clock(void)
{
    static const struct {
        const char *zone, *from;
        int days;
    } cases[] = {
        {"Europe/Berlin", "2024-12-20 00:00:00", 500},
        {"America/New_York", "2025-01-01 00:00:00", 400},
        {"Australia/Lord_Howe", "2025-01-01 00:00:00", 400},
        {"Africa/Casablanca", "2025-01-01 00:00:00", 400},
        {"America/Havana", "2025-01-01 00:00:00", 400},
        {"Asia/Shanghai", "2025-12-01 00:00:00", 60},
        {"Pacific/Apia", "2011-01-01 00:00:00", 400},
    };
    static const struct stw_period_rule rules[] = {
        {STW_PERIOD_STEP, QUARTER_NS, 0},
        {STW_PERIOD_STEP, 10 * STW_NS_PER_MINUTE, 0},
        {STW_PERIOD_STEP, STW_NS_PER_HOUR, 0},
        {STW_PERIOD_STEP, 6 * STW_NS_PER_HOUR, 0},
        {STW_PERIOD_STEP, STW_NS_PER_DAY, 0},
        {STW_PERIOD_WEEK, 0, 0},
        {STW_PERIOD_MONTH, 0, 1},
        {STW_PERIOD_MONTH, 0, 26},
        {STW_PERIOD_MONTH, 0, 2},
        {STW_PERIOD_QUARTER, 0, 0},
        {STW_PERIOD_QUARTER, 0, 26},
        {STW_PERIOD_YEAR, 0, 0},
    };
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        for (unsigned j = 0; j < sizeof(rules) / sizeof(rules[0]); j++)
            if (cases[i].days > 100 || rules[j].kind < STW_PERIOD_QUARTER)
                walk(cases[i].zone, rules[j], cases[i].from, cases[i].days);
}

/* Any zone, any kind: periods tile the time axis, and each is found from all its instants. */
static void tiles_without_gaps(void)
{
    static const char *const zones[] = {"America/St_Johns", "Europe/Berlin", "Pacific/Apia",
                                        "Australia/Lord_Howe", "Asia/Kathmandu"};
    static const struct stw_period_rule rules[] = {
        {STW_PERIOD_STEP, 60 * STW_NS_PER_SECOND * 32, 0},
        {STW_PERIOD_STEP, STW_NS_PER_HOUR, 0},
        {STW_PERIOD_STEP, STW_NS_PER_DAY, 0},
        {STW_PERIOD_WEEK, 0, 0},
        {STW_PERIOD_MONTH, 0, 28},
        {STW_PERIOD_YEAR, 0, 0}};
    uint64_t seed = 11;
    for (unsigned i = 0; i < sizeof(zones) / sizeof(zones[0]) * 6; i++) {
        struct stw_periods periods = start(zones[i / 6], rules[i % 6]), other = periods;
        for (int n = 0; n < 3000; n++) {
            int64_t at_ns = (int64_t)(stw_test_random(&seed) % UINT64_C(2500000000000000000));
            struct stw_period now, next, back, inside;
            stw_period_at(&periods, at_ns, &now);
            int64_t offset =
                (int64_t)(stw_test_random(&seed) % (uint64_t)(now.end_ns - now.start_ns));
            stw_period_at(&other, now.start_ns + offset, &inside);
            stw_period_next(&periods, &now, &next);
            stw_period_previous(&other, &next, &back);
            if (!STW_EXPECT(now.start_ns <= at_ns && at_ns < now.end_ns &&
                                next.start_ns == now.end_ns && next.end_ns > next.start_ns &&
                                back.start_ns == now.start_ns && back.end_ns == now.end_ns &&
                                inside.start_ns == now.start_ns && inside.index == now.index &&
                                back.index == now.index,
                            "%s rule %u at %lld", zones[i / 6], i % 6, (long long)at_ns))
                return;
        }
    }
}

static void expect_label(const char *zone, struct stw_period_rule rule, int64_t at_ns,
                         const char *want, int64_t minutes)
{
    struct stw_periods periods = start(zone, rule);
    struct stw_period period;
    char text[STW_PERIOD_LABEL_SIZE];
    stw_period_at(&periods, at_ns, &period);
    int size = stw_period_label(&periods, &period, text);
    STW_EXPECT(strcmp(text, want) == 0 && size == (int)strlen(want), "got %s, want %s", text, want);
    STW_EXPECT(period.end_ns - period.start_ns == minutes * STW_NS_PER_MINUTE, "%s has %lld s",
               want, (long long)((period.end_ns - period.start_ns) / STW_NS_PER_SECOND));
}

/* Clocks in Berlin went forward on 30 March 2025 and back on 26 October 2025. */
static void labels_and_lengths(void)
{
    const char *berlin = "Europe/Berlin";
    int64_t forward = stw_test_instant(berlin, "2025-03-30 12:00:00");
    int64_t back = stw_test_instant(berlin, "2025-10-26 12:00:00");
    int64_t twice = stw_test_instant(berlin, "2025-10-26 02:30:00");
    expect_label(berlin, day, forward, "2025-03-30", 23 * 60);
    expect_label(berlin, day, back, "2025-10-26", 25 * 60);
    expect_label(berlin, day, back + STW_NS_PER_DAY, "2025-10-27", 24 * 60);
    expect_label(berlin, hour, twice, "2025-10-26 02:00+02:00", 60);
    expect_label(berlin, hour, twice + STW_NS_PER_HOUR, "2025-10-26 02:00+01:00", 60);
    expect_label(berlin, hour, twice + 2 * STW_NS_PER_HOUR, "2025-10-26 03:00", 60);
    expect_label(berlin, (struct stw_period_rule){STW_PERIOD_WEEK, 0, 0}, back, "2025-W43",
                 169 * 60);
    expect_label(berlin, (struct stw_period_rule){STW_PERIOD_WEEK, 0, 0},
                 stw_test_instant(berlin, "2024-12-30 00:00:00"), "2025-W01", 168 * 60);
    expect_label(berlin, (struct stw_period_rule){STW_PERIOD_MONTH, 0, 0}, back, "2025-10",
                 (31 * 24 + 1) * 60);
    expect_label(berlin, (struct stw_period_rule){STW_PERIOD_QUARTER, 0, 0}, back, "2025-Q4",
                 (92 * 24 + 1) * 60);
    expect_label(berlin, (struct stw_period_rule){STW_PERIOD_YEAR, 0, 0}, back, "2025",
                 365 * 24 * 60);
    const char *shanghai = "Asia/Shanghai";
    struct stw_period_rule accounting = {STW_PERIOD_MONTH, 0, 26};
    expect_label(shanghai, accounting, stw_test_instant(shanghai, "2025-09-26 00:00:00"), "2025-10",
                 30 * 24 * 60);
    expect_label(shanghai, accounting, stw_test_instant(shanghai, "2025-10-25 23:59:59"), "2025-10",
                 30 * 24 * 60);
    expect_label(shanghai, accounting, stw_test_instant(shanghai, "2025-12-26 00:00:00"), "2026-01",
                 31 * 24 * 60);
    expect_label(shanghai, (struct stw_period_rule){STW_PERIOD_STEP, 10 * STW_NS_PER_MINUTE, 0},
                 stw_test_instant(shanghai, "2025-12-26 08:19:00"), "2025-12-26 08:10", 10);
}

static void zone_oddities(void)
{
    /* 30 December 2011 did not exist in Samoa: the 29th is followed by the 31st. */
    struct stw_periods apia = start("Pacific/Apia", day);
    struct stw_period period;
    char text[STW_PERIOD_LABEL_SIZE];
    stw_period_at(&apia, stw_test_instant("Pacific/Apia", "2011-12-29 12:00:00"), &period);
    stw_period_next(&apia, &period, &period);
    stw_period_label(&apia, &period, text);
    CU_ASSERT_STRING_EQUAL(text, "2011-12-31");
    CU_ASSERT_EQUAL(period.end_ns - period.start_ns, STW_NS_PER_DAY);
    /* Newfoundland put clocks back at 00:01 to 23:01 of the day before: the new day goes on. */
    struct stw_periods st_johns = start("America/St_Johns", day);
    int64_t midnight = stw_test_instant("America/St_Johns", "2010-11-07 00:00:00");
    stw_period_at(&st_johns, midnight + 30 * STW_NS_PER_MINUTE,
                  &period); /* shows 23:30 of the 6th */
    CU_ASSERT_EQUAL(period.start_ns, midnight);
    CU_ASSERT_EQUAL(period.end_ns - period.start_ns, 25 * STW_NS_PER_HOUR);
    stw_period_label(&st_johns, &period, text);
    CU_ASSERT_STRING_EQUAL(text, "2010-11-07");
    /* Lord Howe goes back half an hour, from 02:00 to 01:30. */
    struct stw_periods howe = start("Australia/Lord_Howe", hour);
    int64_t change =
        stw_test_instant("Australia/Lord_Howe", "2025-04-06 01:30:00") + 30 * STW_NS_PER_MINUTE;
    stw_period_at(&howe, change, &period);
    CU_ASSERT_EQUAL(period.start_ns, change);
    CU_ASSERT_EQUAL(period.end_ns, change + 30 * STW_NS_PER_MINUTE);
    stw_period_label(&howe, &period, text);
    CU_ASSERT_STRING_EQUAL(text, "2025-04-06 01:30+10:30");
}

static void ends_of_time(void)
{
    static const struct stw_period_rule rules[] = {{STW_PERIOD_STEP, STW_NS_PER_HOUR, 0},
                                                   {STW_PERIOD_STEP, STW_NS_PER_DAY, 0},
                                                   {STW_PERIOD_WEEK, 0, 0},
                                                   {STW_PERIOD_MONTH, 0, 26},
                                                   {STW_PERIOD_YEAR, 0, 0}};
    static const char *const zones[] = {"UTC", "Asia/Shanghai", "America/New_York"};
    for (unsigned i = 0; i < 15; i++) {
        struct stw_periods periods = start(zones[i % 3], rules[i / 3]);
        struct stw_period period;
        stw_period_at(&periods, INT64_MAX, &period);
        CU_ASSERT(period.end_ns == STW_TIME_MAX_NS && period.start_ns < period.end_ns);
        stw_period_next(&periods, &period, &period);
        CU_ASSERT_EQUAL(period.start_ns, period.end_ns);
        stw_period_at(&periods, INT64_MIN, &period);
        CU_ASSERT(period.start_ns == STW_TIME_MIN_NS && period.start_ns < period.end_ns);
        stw_period_previous(&periods, &period, &period);
        CU_ASSERT_EQUAL(period.start_ns, period.end_ns);
    }
}

static void refuses_odd_rules(void)
{
    static const struct stw_period_rule bad[] = {{STW_PERIOD_STEP, 7 * STW_NS_PER_MINUTE, 0},
                                                 {STW_PERIOD_STEP, 0, 0},
                                                 {STW_PERIOD_STEP, 48 * STW_NS_PER_HOUR, 0},
                                                 {STW_PERIOD_STEP, STW_NS_PER_MS, 0},
                                                 {STW_PERIOD_MONTH, 0, 29}};
    struct stw_periods periods;
    for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CU_ASSERT_EQUAL(stw_periods_init(&periods, stw_test_zone("UTC"), bad[i], NULL),
                        STW_ERR_USAGE);
}

STW_SUITE(period, {"follows the clock", follows_the_clock},
          {"tiles without gaps", tiles_without_gaps}, {"labels and lengths", labels_and_lengths},
          {"zone oddities", zone_oddities}, {"ends of time", ends_of_time},
          {"refuses odd rules", refuses_odd_rules});
