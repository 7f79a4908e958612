/*
 * Stamps: texts made by glibc's strftime from random instants must be read as those instants, with
 * the cache of dates warm, cold and wrong; the rest worked out by hand.
 */
#include "time/civil.h"
#include "time/stamp.h"

#include "../support/test.h"
#include "zones.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct stw_stamp_format format_of(const char *pattern, const char *zone)
{
    struct stw_stamp_format format;
    struct stw_error err;
    int status = stw_stamp_format_init(&format, pattern, stw_test_zone(zone), &err);
    STW_EXPECT(status == STW_OK, "%s: %s", pattern, status == STW_OK ? "" : err.what);
    return format;
}

static void expect(const char *pattern, const char *zone, const char *text,
                   enum stw_stamp_result want, int64_t want_ns)
{
    struct stw_stamp_format format = format_of(pattern, zone);
    for (int pass = 0; pass < 2; pass++) { /* the second finds the date remembered */
        int64_t got_ns = 0;
        enum stw_stamp_result got = stw_stamp_parse(&format, stw_slice_of(text), &got_ns);
        STW_EXPECT(got == want && (!stw_stamp_is_read(got) || got_ns == want_ns),
                   "'%s' as '%s': %s, %lld ns off", text, pattern, stw_stamp_reason(got),
                   (long long)(got_ns - want_ns));
    }
}

/* 2026-10-25 is the day on which Berlin's clocks go back from 03:00 to 02:00. */
#define DAY INT64_C(1792886400000000000) /* 2026-10-25T00:00Z: date -d 2026-10-25T00:00Z +%s */

static void reads_iso(void)
{
    static const struct {
        const char *text;
        enum stw_stamp_result want;
        int64_t minutes; /* past DAY */
        int64_t ns;
    } cases[] = {
        {"2026-10-25", STW_STAMP_OK, -120, 0},
        {"2026-10-25T01:30", STW_STAMP_OK, -30, 0},
        {"2026-10-25 01:30:15", STW_STAMP_OK, -30, 15000000000},
        {"2026-10-25T01:30:15.25", STW_STAMP_OK, -30, 15250000000},
        {"2026-10-25T01:30:15,123456789", STW_STAMP_OK, -30, 15123456789},
        {"2026-10-25t01:30:00z", STW_STAMP_OK, 90, 0},
        {"2026-10-25T02:30:00", STW_STAMP_AMBIGUOUS, 30, 0},
        {"2026-10-25T02:30:00+01:00", STW_STAMP_OK, 90, 0},
        {"2026-10-25T02:30:00+02:00", STW_STAMP_OK, 30, 0},
        {"2026-10-25T02:30:00 -0530", STW_STAMP_OK, 480, 0},
        {"2026-10-25T02:30+08", STW_STAMP_OK, -330, 0},
        {"2026-10-25 03:00:00", STW_STAMP_OK, 120, 0},
        {"2026-10-25T24:00", STW_STAMP_OK, 23 * 60, 0},
        {"2026-10-25T24:00:00Z", STW_STAMP_OK, 24 * 60, 0},
        {"  2026-10-25T00:00:00 ", STW_STAMP_OK, -120, 0},
        {"2026-03-29T02:30:00", STW_STAMP_NONEXISTENT, 0, 0},
        {"", STW_STAMP_EMPTY, 0, 0},
        {"   ", STW_STAMP_EMPTY, 0, 0},
        {"2026-10-25T24:01", STW_STAMP_FIELD, 0, 0},
        {"2026-10-25T25:00", STW_STAMP_FIELD, 0, 0},
        {"2026-10-25T23:59:60", STW_STAMP_FIELD, 0, 0},
        {"2026-02-30", STW_STAMP_FIELD, 0, 0},
        {"2026-13-01", STW_STAMP_FIELD, 0, 0},
        {"0000-00-00", STW_STAMP_RANGE, 0, 0},
        {"1677-12-31", STW_STAMP_RANGE, 0, 0},
        {"2262-01-01", STW_STAMP_RANGE, 0, 0},
        {"1678-01-01T00:00+02:00", STW_STAMP_RANGE, 0, 0},
        {"2026-10-2", STW_STAMP_SYNTAX, 0, 0},
        {"2026-10-25T", STW_STAMP_SYNTAX, 0, 0},
        {"2026-10-25T2:30", STW_STAMP_SYNTAX, 0, 0},
        {"2026-10-25T02:30:", STW_STAMP_SYNTAX, 0, 0},
        {"2026-10-25T02:30:00.", STW_STAMP_SYNTAX, 0, 0},
        {"2026-10-25T02:30:00.1234567891", STW_STAMP_SYNTAX, 0, 0},
        {"2026-10-25T02:30:00+1", STW_STAMP_SYNTAX, 0, 0},
        {"2026-10-25T02:30:00+01:", STW_STAMP_SYNTAX, 0, 0},
        {"2026-10-25T02:30:00Zx", STW_STAMP_SYNTAX, 0, 0},
        {"2026-10-25T02:30:00+01:75", STW_STAMP_FIELD, 0, 0},
        {"2026/10/25", STW_STAMP_SYNTAX, 0, 0},
        {"2026-10-25T02:30:00 ２", STW_STAMP_SYNTAX, 0, 0},
        {"-026-10-25", STW_STAMP_SYNTAX, 0, 0},
    };
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        expect("iso", "Europe/Berlin", cases[i].text, cases[i].want,
               DAY + cases[i].minutes * STW_NS_PER_MINUTE + cases[i].ns);
}

static void reads_epochs(void)
{
    expect("epoch_s", "UTC", "1792886400", STW_STAMP_OK, DAY);
    expect("epoch_s", "UTC", "1792886400.000000001", STW_STAMP_OK, DAY + 1);
    expect("epoch_s", "UTC", "1792886400.5", STW_STAMP_OK, DAY + 500000000);
    expect("epoch_s", "UTC", "1792886400.5000000000", STW_STAMP_OK, DAY + 500000000);
    expect("epoch_s", "UTC", "1792886400.0000000001", STW_STAMP_SYNTAX, 0);
    expect("epoch_s", "UTC", "-1.5", STW_STAMP_OK, -1500000000);
    expect("epoch_ms", "UTC", "1792886400123", STW_STAMP_OK, DAY + 123000000);
    expect("epoch_us", "UTC", "1792886400000123", STW_STAMP_OK, DAY + 123000);
    expect("epoch_ns", "UTC", "1792886400000000123", STW_STAMP_OK, DAY + 123);
    expect("epoch_ns", "UTC", "1792886400000000123.0", STW_STAMP_OK, DAY + 123);
    expect("epoch_ns", "UTC", "9214646400000000000", STW_STAMP_RANGE, 0);
    expect("epoch_ns", "UTC", "99999999999999999999", STW_STAMP_RANGE, 0);
    expect("epoch_s", "UTC", "9223372036854775807", STW_STAMP_RANGE, 0);
    expect("epoch_s", "UTC", "1.7e9", STW_STAMP_SYNTAX, 0);
    expect("epoch_s", "UTC", "-", STW_STAMP_SYNTAX, 0);
    expect("epoch_s", "UTC", ".5", STW_STAMP_SYNTAX, 0);
    expect("epoch_s", "UTC", "+5", STW_STAMP_SYNTAX, 0);
}

struct pattern_case {
    const char *pattern, *text;
    enum stw_stamp_result want;
    int64_t seconds; /* past DAY */
};

static void expect_all(const struct pattern_case *cases, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        expect(cases[i].pattern, "UTC", cases[i].text, cases[i].want,
               DAY + cases[i].seconds * STW_NS_PER_SECOND);
}

static void reads_years_of_the_republic(void)
{
    static const struct pattern_case cases[] = {
        {"%E/%m/%d", "115/10/25", STW_STAMP_OK, 0}, /* 115 + 1911 = 2026 */
        {"%E年%m月%d日", "民國115年10月25日", STW_STAMP_OK, 0},
        {"%E年%m月%d日", "中華民國 115年10月25日", STW_STAMP_OK, 0},
        {"%E年%m月%d日", "民国115年10月25日", STW_STAMP_OK, 0},
        {"%E%m%d", "1151025", STW_STAMP_OK, 0},
        {"%d.%m.%E", "25.10.115", STW_STAMP_OK, 0},
        {"%E/%m/%d %H:%M", "115/10/25 8:05", STW_STAMP_OK, 29100},
        {"%E/%m/%d", "0/10/25", STW_STAMP_SYNTAX, 0},
        {"%E/%m/%d", "2026/10/25", STW_STAMP_SYNTAX, 0},
        {"%E/%m/%d", "民國/10/25", STW_STAMP_SYNTAX, 0},
        {"%E/%m/%d", "999/10/25", STW_STAMP_RANGE, 0}, /* 2910 */
        {"%E/%m/%d", "115/2/29", STW_STAMP_FIELD, 0},  /* 2026 is no leap year */
    };
    expect_all(cases, sizeof(cases) / sizeof(cases[0]));
}

static void reads_patterns(void) /* long: a table */
{
    static const struct pattern_case cases[] = {
        {"year_first", "2026-10-25", STW_STAMP_OK, 0},
        {"year_first", "2026/10/25 8:05", STW_STAMP_OK, 29100},
        {"year_first", "2026.10.25 08:05:30", STW_STAMP_OK, 29130},
        {"year_first", "2026年10月25日", STW_STAMP_OK, 0},
        {"year_first", "2026年10月25号8:05", STW_STAMP_OK, 29100},
        {"year_first", "2026-10-25 00:00:00", STW_STAMP_OK, 0},
        {"year_first", "2026/10-25", STW_STAMP_SYNTAX, 0},
        {"year_first", "2026/1025", STW_STAMP_SYNTAX, 0},
        {"year_first", "2026/10/258:05", STW_STAMP_SYNTAX, 0},
        {"year_first", "2026年10月25", STW_STAMP_SYNTAX, 0},
        {"year_first", "25/10/2026", STW_STAMP_SYNTAX, 0},
        {"year_first", "10月25日", STW_STAMP_SYNTAX, 0},
        {"year_first", "2026/13/1", STW_STAMP_FIELD, 0},
        {"year_first", "2026/2/30", STW_STAMP_FIELD, 0},
        {"year_first", "2026", STW_STAMP_SYNTAX, 0},
        {"%m/%d/%Y %I:%M:%S %p", "10/25/2026 01:02:03 PM", STW_STAMP_OK, 13 * 3600 + 123},
        {"%m/%d/%Y %I:%M:%S %p", "10/25/2026 12:00:00 AM", STW_STAMP_OK, 0},
        {"%m/%d/%Y %I:%M:%S %p", "10/25/2026 12:00:00 pm", STW_STAMP_OK, 43200},
        {"%m/%d/%Y %I:%M:%S %p", "10/25/2026 0:00:00 AM", STW_STAMP_FIELD, 0},
        {"%m/%d/%Y %I:%M:%S %p", "10/25/2026 13:00:00 PM", STW_STAMP_FIELD, 0},
        {"%d/%m/%Y %H:%M:%S", "25/10/2026 23:59:59", STW_STAMP_OK, 86399},
        {"%d/%m/%Y %H:%M:%S", "10/25/2026 23:59:59", STW_STAMP_FIELD, 0},
        {"%Y/%m/%d %H:%M", "2026/10/25 8:05", STW_STAMP_OK, 29100},
        {"%Y/%m/%d %H:%M", "2026/10/25   8:05", STW_STAMP_OK, 29100},
        {"%F %T", "2026-10-25 24:00:00", STW_STAMP_OK, 86400},
        {"%Y%m%d%H%M%S", "20261025080500", STW_STAMP_OK, 29100},
        {"%Y%m%d %H%M", "20261025 0805", STW_STAMP_OK, 29100},
        {"%Y年%m月%d日 %H时%M分", "2026年10月25日 8时5分", STW_STAMP_OK, 29100},
        {"%Y-%m-%d %p %I:%M:%S", "2026-10-25 下午 3:05:00", STW_STAMP_OK, 54300},
        {"%Y年%m月%d日 %p%I:%M", "2026年10月25日 下午2:05", STW_STAMP_OK, 50700},
        {"%Y年%m月%d日 %p%I:%M", "2026年10月25日 下午14:05", STW_STAMP_OK, 50700},
        {"%Y年%m月%d日 %p%I:%M", "2026年10月25日 下午12:05", STW_STAMP_OK, 43500},
        {"%Y年%m月%d日 %p%I:%M", "2026年10月25日 上午12:05", STW_STAMP_OK, 300},
        {"%Y年%m月%d日 %p%I:%M", "2026年10月25日 上午8:05", STW_STAMP_OK, 29100},
        {"%Y年%m月%d日 %p%I:%M", "2026年10月25日 上午14:05", STW_STAMP_FIELD, 0},
        {"%Y年%m月%d日 %p%I:%M", "2026年10月25日 凌晨2:05", STW_STAMP_OK, 7500},
        {"%Y年%m月%d日 %p%I:%M", "2026年10月25日 凌晨12:05", STW_STAMP_OK, 300},
        {"%Y年%m月%d日 %p%I:%M", "2026年10月25日 凌晨13:05", STW_STAMP_FIELD, 0},
        {"%Y年%m月%d日 %p%I:%M", "2026年10月25日 中午12:05", STW_STAMP_OK, 43500},
        {"%Y年%m月%d日 %p%I:%M", "2026年10月25日 中午1:05", STW_STAMP_OK, 47100},
        {"%Y年%m月%d日 %p%I:%M", "2026年10月25日 中午11:30", STW_STAMP_OK, 41400},
        {"%Y年%m月%d日 %p%I:%M", "2026年10月25日 中午3:00", STW_STAMP_FIELD, 0},
        {"%Y年%m月%d日 %p%I:%M", "2026年10月25日 晚上8:05", STW_STAMP_OK, 72300},
        {"%Y年%m月%d日 %p%I:%M", "2026年10月25日 晚上20:05", STW_STAMP_OK, 72300},
        {"%Y年%m月%d日 %p%I:%M", "2026年10月25日 晚上12:00", STW_STAMP_FIELD, 0}, /* which night? */
        {"%Y年%m月%d日%p%I时%M分%S秒", "2026年10月25日下午2时5分7秒", STW_STAMP_OK, 50707},
        {"%Y年%m月%d日%H时", "2026年10月25日24时", STW_STAMP_OK, 86400},
        /* 2026-10-25 is a Sunday: cal 10 2026. */
        {"%Y年%m月%d日%a %H:%M", "2026年10月25日星期日 8:05", STW_STAMP_OK, 29100},
        {"%Y年%m月%d日%a %H:%M", "2026年10月25日星期天 8:05", STW_STAMP_OK, 29100},
        {"%Y/%m/%d %a", "2026/10/25 周日", STW_STAMP_OK, 0},
        {"%a %d %b %Y", "Sun 25 Oct 2026", STW_STAMP_OK, 0},
        {"%a, %d %b %Y", "Sunday, 25 Oct 2026", STW_STAMP_OK, 0},
        {"%Y/%m/%d %a", "2026/10/25 周一", STW_STAMP_FIELD, 0},
        {"%Y/%m/%d %a", "1969/12/28 周日", STW_STAMP_OK, -345600 - 1792886400},
        {"%m/%d/%Y %I:%M%p", "10/25/2026 01:02p.m.", STW_STAMP_OK, 13 * 3600 + 120},
        {"%d-%b-%Y %H:%M", "25-Oct-2026 08:05", STW_STAMP_OK, 29100},
        {"%d %b %Y", "25 october 2026", STW_STAMP_OK, 0},
        {"%d %b %Y", "25 octo 2026", STW_STAMP_SYNTAX, 0},
        {"%H:%M %d.%m.%y", "08:05 25.10.26", STW_STAMP_OK, 29100},
        {"%d.%m.%y", "25.10.69", STW_STAMP_OK, -1798761600},
        {"%F %T %z", "2026-10-25 08:05:00 +0800", STW_STAMP_OK, 300},
        {"%F %T.%f", "2026-10-25 08:05:00.000000000", STW_STAMP_OK, 29100},
        {"100%% %F", "100% 2026-10-25", STW_STAMP_OK, 0},
        {"%F %T", "2026-10-25", STW_STAMP_SYNTAX, 0},
        {"%F", "2026-10-25 08:05", STW_STAMP_SYNTAX, 0},
        {"%F %H", "2026-10-25 08", STW_STAMP_OK, 28800},
        {"%Y-%m-%d", "2026-1-5", STW_STAMP_OK, -25315200},
        {"%F", "2262-01-01", STW_STAMP_RANGE, 0},
    };
    expect_all(cases, sizeof(cases) / sizeof(cases[0]));
}

static void takes_dates_at_the_declared_hour(void)
{
    static const char *const patterns[] = {"iso", "%F"};
    for (int i = 0; i < 2; i++) {
        struct stw_stamp_format format = format_of(patterns[i], "Asia/Shanghai");
        int64_t got = 0;
        format.date_only_hour = 24;
        CU_ASSERT_EQUAL(stw_stamp_parse(&format, STW_SLICE("2026-10-25"), &got), STW_STAMP_OK);
        CU_ASSERT_EQUAL(got, DAY + 16 * STW_NS_PER_HOUR);
    }
}

static void refuses_bad_patterns(void)
{
    static const char *const bad[] = {"",
                                      "%Y-%m",
                                      "%Y-%m-%d %M",
                                      "%Y-%m-%d %I",
                                      "%Y-%m-%d %H %p",
                                      "%Q",
                                      "%Y-%m-%d %",
                                      "%Y%Y%m%d",
                                      "%Y-%m-%b-%d",
                                      "%F %T %T",
                                      "%F %H:%S",
                                      "%F %T%f%f",
                                      "%F "
                                      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                                      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
    for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct stw_stamp_format format;
        struct stw_error err = {0};
        STW_EXPECT(stw_stamp_format_init(&format, bad[i], stw_test_zone("UTC"), &err) ==
                       STW_ERR_USAGE,
                   "'%s' was taken", bad[i]);
        CU_ASSERT(err.what[0] != '\0');
    }
}

/* What a date remembered may not do: answer for a longer or another date. */
static void the_cache_is_invisible(void)
{
    static const char *const texts[] = {"2026-1-5",  "2026-1-51", "2026-1-5", "2026-1-15",
                                        "2026-11-5", "2026-1-5",  "2026-1-"};
    static const enum stw_stamp_result want[] = {STW_STAMP_OK,    STW_STAMP_FIELD, STW_STAMP_OK,
                                                 STW_STAMP_OK,    STW_STAMP_OK,    STW_STAMP_OK,
                                                 STW_STAMP_SYNTAX};
    struct stw_stamp_format format = format_of("%Y-%m-%d", "UTC");
    for (unsigned i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        int64_t got;
        CU_ASSERT_EQUAL(stw_stamp_parse(&format, stw_slice_of(texts[i]), &got), want[i]);
    }
    struct stw_stamp_format months = format_of("%Y %d %b", "UTC");
    int64_t got, march = stw_test_local("2026-03-05");
    CU_ASSERT(stw_stamp_parse(&months, STW_SLICE("2026 5 Mar"), &got) == STW_STAMP_OK &&
              got == march);
    CU_ASSERT(stw_stamp_parse(&months, STW_SLICE("2026 5 March"), &got) == STW_STAMP_OK &&
              got == march);
    CU_ASSERT_EQUAL(stw_stamp_parse(&months, STW_SLICE("2026 5 Marchx"), &got), STW_STAMP_SYNTAX);
}

static const struct {
    const char *pattern;
    bool offset; /* the text says it */
} shapes[] = {{"iso", false},
              {"iso", true},
              {"%m/%d/%Y %I:%M:%S %p", false},
              {"%d/%m/%Y %H:%M:%S", false},
              {"%d %b %Y %T %z", true},
              {"%T %F", false}};

static void write_by_glibc(unsigned shape, time_t at, char text[96])
{
    struct tm tm;
    localtime_r(&at, &tm);
    size_t size = shape == 0   ? strftime(text, 96, "%Y-%m-%dT%H:%M:%S", &tm)
                  : shape == 1 ? strftime(text, 96, "%Y-%m-%d %H:%M:%S%z", &tm)
                  : shape == 2 ? strftime(text, 96, "%m/%d/%Y %I:%M:%S %p", &tm)
                  : shape == 3 ? strftime(text, 96, "%d/%m/%Y %H:%M:%S", &tm)
                  : shape == 4 ? strftime(text, 96, "%d %B %Y %H:%M:%S %z", &tm)
                               : strftime(text, 96, "%T %F", &tm);
    CU_ASSERT_FATAL(size > 0);
}

/* One instant: written by glibc, read by us. The twin of "earlier": the same text an hour ago. */
static bool reads_back(struct stw_stamp_format *format, unsigned shape, time_t at)
{
    char text[96], before[96];
    int64_t got = 0;
    write_by_glibc(shape, at, text);
    enum stw_stamp_result result = stw_stamp_parse(format, stw_slice_of(text), &got);
    int64_t want_s = at;
    for (int hours = 1; hours <= 2 && !shapes[shape].offset; hours++) {
        time_t earlier = at - hours * 1800L; /* half an hour: Lord Howe */
        write_by_glibc(shape, earlier, before);
        if (strcmp(before, text) == 0)
            want_s = earlier;
    }
    bool good = stw_stamp_is_read(result) && got == want_s * STW_NS_PER_SECOND &&
                (want_s == at || result == STW_STAMP_AMBIGUOUS);
    return good || STW_EXPECT(good, "%s: %s, got %lld, want %lld", text, stw_stamp_reason(result),
                              (long long)got, (long long)want_s);
}

static void reads_what_glibc_writes(void)
{
    static const char *const zones[] = {"Europe/Berlin", "Asia/Shanghai", "Australia/Lord_Howe",
                                        "America/New_York"};
    uint64_t seed = 21;
    for (unsigned i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
        setenv("TZ", zones[i], 1);
        tzset();
        for (unsigned shape = 0; shape < sizeof(shapes) / sizeof(shapes[0]); shape++) {
            struct stw_stamp_format format = format_of(shapes[shape].pattern, zones[i]);
            bool good = true;
            for (int n = 0; good && n < 4000; n++)
                good = reads_back(&format, shape,
                                  (time_t)(stw_test_random(&seed) % UINT64_C(4102444800)));
            /* Through both changes of 2025 every quarter of an hour, as in a sorted file. */
            for (time_t at = 1735689600; good && at < 1767225600; at += 900)
                good = reads_back(&format, shape, at);
        }
    }
    unsetenv("TZ");
    tzset();
}

static void writes_and_reads_back(void)
{
    static const char *const zones[] = {"Europe/Berlin", "Asia/Shanghai", "UTC", "-03:30",
                                        "Australia/Lord_Howe"};
    uint64_t seed = 22;
    for (int n = 0; n < 50000; n++) {
        const char *zone = zones[stw_test_random(&seed) % 5];
        int64_t at_ns = (int64_t)stw_test_random(&seed) / 2, got = 0;
        static const int64_t grains[] = {1, 1000, 1000000, 1000000000};
        int64_t grain = grains[n % 4];
        at_ns = at_ns / grain * grain;
        struct stw_stamp_format format = format_of("iso", zone);
        char text[STW_STAMP_TEXT_SIZE];
        int size = stw_stamp_to_iso(stw_test_zone(zone), at_ns, text);
        enum stw_stamp_result result =
            stw_stamp_parse(&format, (struct stw_slice){text, (size_t)size}, &got);
        if (result != STW_STAMP_OK || got != at_ns) {
            STW_EXPECT(false, "%s: %s", text, stw_stamp_reason(result));
            return;
        }
    }
    char text[STW_STAMP_TEXT_SIZE];
    stw_stamp_to_iso(stw_test_zone("Europe/Berlin"), DAY + 500 * STW_NS_PER_MS, text);
    CU_ASSERT_STRING_EQUAL(text, "2026-10-25T02:00:00.500+02:00");
    stw_stamp_to_iso(stw_test_zone("UTC"), -1, text);
    CU_ASSERT_STRING_EQUAL(text, "1969-12-31T23:59:59.999999999Z");
    stw_stamp_to_local(stw_test_zone("Asia/Shanghai"), DAY, text);
    CU_ASSERT_STRING_EQUAL(text, "2026-10-25 08:00:00");
}

STW_SUITE(stamp, {"reads iso", reads_iso}, {"reads epochs", reads_epochs},
          {"reads patterns", reads_patterns},
          {"reads years of the Republic", reads_years_of_the_republic},
          {"takes dates at the declared hour", takes_dates_at_the_declared_hour},
          {"refuses bad patterns", refuses_bad_patterns},
          {"the cache is invisible", the_cache_is_invisible},
          {"reads what glibc writes", reads_what_glibc_writes},
          {"writes and reads back", writes_and_reads_back});
