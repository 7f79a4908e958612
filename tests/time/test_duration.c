/* Durations: texts people write, their values worked out by hand. */
#include "time/duration.h"

#include "base/clock.h"

#include "../support/test.h"

#include <string.h>

static void parses_what_people_write(void)
{
    static const struct {
        const char *text;
        int64_t ns;
        int months;
    } cases[] = {
        {"10 min", 600 * STW_NS_PER_SECOND, 0},
        {"72 h", 259200 * STW_NS_PER_SECOND, 0},
        {"3 d", 259200 * STW_NS_PER_SECOND, 0},
        {"3 days", 259200 * STW_NS_PER_SECOND, 0},
        {"30 s", 30 * STW_NS_PER_SECOND, 0},
        {"4 weeks", 2419200 * STW_NS_PER_SECOND, 0},
        {"1h", 3600 * STW_NS_PER_SECOND, 0},
        {"1h30min", 5400 * STW_NS_PER_SECOND, 0},
        {"0.5 h", 1800 * STW_NS_PER_SECOND, 0},
        {"2 d 3 h", 183600 * STW_NS_PER_SECOND, 0},
        {"0.000000001 s", 1, 0},
        {"250 ms", 250000000, 0},
        {"0 s", 0, 0},
        {"1 month", 0, 1},
        {"2 years", 0, 24},
        {"0.5 year", 0, 6},
        {"10 分钟", 600 * STW_NS_PER_SECOND, 0},
        {"10分钟", 600 * STW_NS_PER_SECOND, 0},
        {"2 小时 30 分钟", 9000 * STW_NS_PER_SECOND, 0},
        {"3天", 259200 * STW_NS_PER_SECOND, 0},
        {"15 秒", 15 * STW_NS_PER_SECOND, 0},
        {"1 周", 604800 * STW_NS_PER_SECOND, 0},
        {"3 个月", 0, 3},
        {" 5 min ", 300 * STW_NS_PER_SECOND, 0},
    };
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct stw_duration got;
        struct stw_error err = {0};
        int status = stw_duration_parse(stw_slice_of(cases[i].text), &got, &err);
        STW_EXPECT(status == STW_OK && got.ns == cases[i].ns && got.months == cases[i].months,
                   "%s: %s", cases[i].text, err.what);
    }
}

static void refuses_the_rest(void)
{
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"10 m", "minute or a month"},
        {"10m", "minute or a month"},
        {"10", "no unit"},
        {"", "not a duration"},
        {"min", "not a duration"},
        {"-5 min", "not a duration"},
        {"5 minuets", "not a unit"},
        {"1.2.3 h", "not a unit"},
        {"1 month 3 d", "mixes"},
        {"0.3 month", "whole number of months"},
        {"0.0000000001 s", "not a duration"},
        {"0.5 ns", "whole number of nanoseconds"},
        {"400 years 1 d", "mixes"},
        {"200000 d", "longer than"},
        {"999999999999999999 weeks", "longer than"},
        {"1234567890123456789 s", "not a duration"},
        {"5 . h", "not a unit"},
        {"5. h", "not a duration"},
    };
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct stw_duration got;
        struct stw_error err = {0};
        int status = stw_duration_parse(stw_slice_of(cases[i].text), &got, &err);
        STW_EXPECT(status < 0 && strstr(err.what, cases[i].words) != NULL, "%s: %s", cases[i].text,
                   err.what);
    }
    struct stw_duration got;
    struct stw_error err;
    CU_ASSERT_EQUAL(stw_duration_parse(STW_SLICE("5 minuets"), &got, &err), STW_ERR_INPUT);
    CU_ASSERT_STRING_EQUAL(err.hint, "did you mean minutes?");
}

static void formats_for_people(void)
{
    static const struct {
        int64_t ns;
        int parts;
        const char *want;
    } cases[] = {
        {9000 * STW_NS_PER_SECOND, 2, "2 h 30 min"},
        {0, 2, "0 s"},
        {3 * STW_NS_PER_DAY, 2, "3 d"},
        {3 * STW_NS_PER_DAY + 7 * STW_NS_PER_MINUTE, 2, "3 d"},
        {3 * STW_NS_PER_DAY + 7 * STW_NS_PER_MINUTE, 3, "3 d 7 min"},
        {250 * STW_NS_PER_MS, 2, "250 ms"},
        {1500 * STW_NS_PER_MS, 2, "1 s 500 ms"},
        {1500 * STW_NS_PER_MS, 1, "2 s"},
        {STW_NS_PER_DAY - 1, 2, "1 d"},
        {3580 * STW_NS_PER_SECOND, 1, "1 h"},
        {-90 * STW_NS_PER_SECOND, 2, "-1 min 30 s"},
        {INT64_MIN, 7, "-106751 d 23 h 47 min 16 s 854 ms 775 us 808 ns"},
        {1, 1, "1 ns"},
    };
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[STW_DURATION_FORMAT_SIZE];
        int size = stw_duration_format(cases[i].ns, cases[i].parts, text);
        STW_EXPECT(strcmp(text, cases[i].want) == 0 && size == (int)strlen(text),
                   "got '%s', want '%s'", text, cases[i].want);
    }
}

/* What is written exactly is read back as the same. */
static void formats_and_parses_back(void)
{
    uint64_t seed = 5;
    for (int i = 0; i < 20000; i++) {
        int64_t ns = (int64_t)(stw_test_random(&seed) >> (1 + stw_test_random(&seed) % 60));
        char text[STW_DURATION_FORMAT_SIZE];
        struct stw_duration got;
        stw_duration_format(ns, 7, text);
        int status = stw_duration_parse(stw_slice_of(text), &got, NULL);
        CU_ASSERT((status == STW_OK && got.ns == ns) || ns > INT64_C(9214646400000000000));
    }
}

STW_SUITE(duration, {"parses what people write", parses_what_people_write},
          {"refuses the rest", refuses_the_rest}, {"formats for people", formats_for_people},
          {"formats and parses back", formats_and_parses_back});
