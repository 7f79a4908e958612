/*
 * Zones against glibc: localtime_r under the same TZ for instants of 1970 to 2100, and the local
 * times around every change against a plain search for the instants that show them.
 */
#include "base/io.h"
#include "time/civil.h"
#include "time/zone.h"
#include "time/zone_name.h"
#include "time/zone_rule.h"

#include "../support/test.h"
#include "zones.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define YEAR_2100_S INT64_C(4102444800)

static void set_tz(const char *value)
{
    if (value == NULL)
        unsetenv("TZ");
    else
        setenv("TZ", value, 1);
    tzset();
}

static int32_t glibc_offset(int64_t at_s)
{
    struct tm tm;
    time_t at = (time_t)at_s;
    localtime_r(&at, &tm);
    return (int32_t)tm.tm_gmtoff;
}

/* Instants every `step_s`, at both sides of each change we know, and random ones. */
static bool offsets_agree(const char *name, int64_t step_s, uint64_t *seed)
{
    const struct stw_zone *zone = NULL;
    struct stw_zone *loaded = NULL;
    struct stw_error err;
    if (!STW_EXPECT(stw_zone_load(name, &loaded, &err) == STW_OK, "%s: %s", name, err.what))
        return false;
    zone = loaded;
    set_tz(name);
    bool good = true;
    int64_t change_ns = 0;
    while (good && stw_zone_next_transition(zone, change_ns, &change_ns) &&
           change_ns / STW_NS_PER_SECOND < YEAR_2100_S) {
        int64_t at_s = change_ns / STW_NS_PER_SECOND;
        good = glibc_offset(at_s) == stw_zone_offset(zone, change_ns) &&
               glibc_offset(at_s - 1) == stw_zone_offset(zone, change_ns - 1) &&
               glibc_offset(at_s) != glibc_offset(at_s - 1);
        STW_EXPECT(good, "%s: at the change %lld", name, (long long)at_s);
    }
    for (int64_t at_s = 0; good && at_s < YEAR_2100_S; at_s += step_s) {
        int64_t other_s = (int64_t)(stw_test_random(seed) % YEAR_2100_S);
        good = glibc_offset(at_s) == stw_zone_offset(zone, at_s * STW_NS_PER_SECOND) &&
               glibc_offset(other_s) == stw_zone_offset(zone, other_s * STW_NS_PER_SECOND);
        if (!good)
            STW_EXPECT(good, "%s: near %lld or %lld", name, (long long)at_s, (long long)other_s);
    }
    stw_zone_free(loaded);
    set_tz(NULL);
    return good;
}

static void agrees_with_glibc(void)
{
    static const char *const names[] = {
        "Europe/Berlin",     "Asia/Shanghai",   "America/New_York",   "Australia/Lord_Howe",
        "Africa/Casablanca", "Pacific/Apia",    "Europe/Dublin",      "Asia/Hong_Kong",
        "Asia/Kathmandu",    "America/Caracas", "Pacific/Kiritimati", "America/St_Johns",
        "Asia/Gaza",         "America/Havana",  "Pacific/Chatham",    "UTC"};
    uint64_t seed = 7;
    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        CU_ASSERT(offsets_agree(names[i], 40 * 3600 + 1, &seed));
}

/* Every zone of the system's list, coarsely. */
static void every_zone_agrees_with_glibc(void)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/zone1970.tab", stw_zone_folder());
    FILE *list = fopen(path, "r");
    if (!STW_EXPECT(list != NULL, "cannot open %s", path))
        return;
    char line[1024];
    unsigned count = 0;
    uint64_t seed = 8;
    while (fgets(line, sizeof(line), list) != NULL) {
        char name[128];
        if (line[0] != '#' && sscanf(line, "%*s %*s %127s", name) == 1) {
            CU_ASSERT(offsets_agree(name, 60 * 86400, &seed));
            count++;
        }
    }
    fclose(list);
    CU_ASSERT(count > 300);
}

/* The plainest way: which instants within two days show this local time? */
static void local_twin(const struct stw_zone *zone, int64_t local_s, int64_t *first, int *count)
{
    int64_t last_offset = INT64_MIN;
    *count = 0;
    for (int64_t at_s = local_s - 26 * 3600; at_s <= local_s + 26 * 3600; at_s += 60) {
        int64_t offset = stw_zone_offset(zone, at_s * STW_NS_PER_SECOND);
        if (offset == last_offset)
            continue;
        last_offset = offset;
        int64_t candidate = local_s - offset;
        if (stw_zone_offset(zone, candidate * STW_NS_PER_SECOND) == offset && (*count)++ == 0)
            *first = candidate;
    }
}

static bool local_agrees(const char *name, const struct stw_zone *zone, int64_t local_s)
{
    int64_t first = 0;
    int count;
    struct stw_local got;
    local_twin(zone, local_s, &first, &count);
    stw_zone_local(zone, local_s * STW_NS_PER_SECOND, &got);
    bool good = got.kind == (count == 0   ? STW_LOCAL_NONEXISTENT
                             : count == 1 ? STW_LOCAL_UNIQUE
                                          : STW_LOCAL_AMBIGUOUS);
    if (count > 0)
        good = good && got.ns == first * STW_NS_PER_SECOND;
    if (count == 1)
        good = good && got.from_local_ns <= local_s * STW_NS_PER_SECOND &&
               got.until_local_ns > local_s * STW_NS_PER_SECOND && got.later_ns == got.ns;
    if (count == 2) /* the second reading shows the same time, later */
        good = good && got.later_ns > got.ns &&
               stw_zone_to_local(zone, got.later_ns) == local_s * STW_NS_PER_SECOND;
    return STW_EXPECT(good, "%s: local %lld kind %d, %d instants", name, (long long)local_s,
                      (int)got.kind, count);
}

static void local_times_around_changes(void)
{
    static const char *const names[] = {"Europe/Berlin",      "America/New_York", "Pacific/Apia",
                                        "Africa/Casablanca",  "America/St_Johns", "America/Havana",
                                        "Australia/Lord_Howe"};
    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const struct stw_zone *zone = stw_test_zone(names[i]);
        int64_t change_ns = 0;
        for (int n = 0; n < 80 && stw_zone_next_transition(zone, change_ns, &change_ns); n++) {
            int64_t at_s = change_ns / STW_NS_PER_SECOND + stw_zone_offset(zone, change_ns);
            for (int64_t by = -9000; by <= 9000; by += 600)
                if (!local_agrees(names[i], zone, at_s + by) ||
                    !local_agrees(names[i], zone, at_s + by + 1))
                    return;
        }
    }
    /* Samoa went from 29 to 31 December 2011: noon of the 30th was never shown. */
    struct stw_local got;
    stw_zone_local(stw_test_zone("Pacific/Apia"), stw_test_local("2011-12-30 12:00:00"), &got);
    CU_ASSERT_EQUAL(got.kind, STW_LOCAL_NONEXISTENT);
    CU_ASSERT_EQUAL(got.ns, stw_test_local("2011-12-30 10:00:00")); /* 00:00 at -10:00 */
}

/* What a caller may do with a window: convert any of its times by the offset alone. */
static void windows_hold(void)
{
    const struct stw_zone *zone = stw_test_zone("Europe/Berlin");
    uint64_t seed = 3;
    for (int i = 0; i < 20000; i++) {
        struct stw_local window, inside;
        int64_t base = (int64_t)(stw_test_random(&seed) % YEAR_2100_S) * STW_NS_PER_SECOND;
        stw_zone_local(zone, base, &window);
        if (window.kind != STW_LOCAL_UNIQUE)
            continue;
        int64_t size = window.until_local_ns - window.from_local_ns;
        int64_t local = window.from_local_ns + (int64_t)(stw_test_random(&seed) % (uint64_t)size);
        stw_zone_local(zone, local, &inside);
        CU_ASSERT(inside.kind == STW_LOCAL_UNIQUE &&
                  inside.ns == local - window.offset_s * STW_NS_PER_SECOND);
        stw_zone_local(zone, window.until_local_ns, &inside);
        CU_ASSERT(inside.kind != STW_LOCAL_UNIQUE || inside.offset_s != window.offset_s);
    }
}

static void fixed_offsets(void)
{
    static const struct {
        const char *name, *want;
        int32_t offset_s;
    } good[] = {{"UTC", "UTC", 0},           {"+08:00", "+08:00", 28800},
                {"-0330", "-03:30", -12600}, {"UTC+8", "+08:00", 28800},
                {"+05:45", "+05:45", 20700}, {"Z", "UTC", 0}};
    static const char *const bad[] = {"+",       "+8:5",   "+24:00", "+08:60", "+08:00x",
                                      "UTC+08:", "+08:0a", "GMT+99", ""};
    struct stw_zone *zone;
    for (unsigned i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        if (!STW_EXPECT(stw_zone_load(good[i].name, &zone, NULL) == STW_OK, "%s", good[i].name))
            continue;
        int64_t next;
        CU_ASSERT_STRING_EQUAL(stw_zone_name(zone), good[i].want);
        CU_ASSERT_EQUAL(stw_zone_offset(zone, 0), good[i].offset_s);
        CU_ASSERT_FALSE(stw_zone_next_transition(zone, 0, &next));
        stw_zone_free(zone);
    }
    for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        STW_EXPECT(stw_zone_load(bad[i], &zone, NULL) == STW_ERR_NOT_FOUND, "%s", bad[i]);
}

static void unknown_names_get_a_suggestion(void)
{
    static const struct {
        const char *name, *hint;
    } cases[] = {
        {"Asia/Shangai", "did you mean Asia/Shanghai?"},
        {"asia/shanghai", "did you mean Asia/Shanghai?"},
        {"Shanghai", "did you mean Asia/Shanghai?"},
        {"Asia/Beijing", "did you mean Asia/Shanghai?"},
        {"Europe/Belrin", "did you mean Europe/Berlin?"},
    };
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct stw_zone *zone;
        struct stw_error err;
        CU_ASSERT_EQUAL(stw_zone_load(cases[i].name, &zone, &err), STW_ERR_NOT_FOUND);
        STW_EXPECT(strcmp(err.hint, cases[i].hint) == 0, "%s: %s", cases[i].name, err.hint);
    }
    static const char *const evil[] = {"../../etc/passwd", "/etc/localtime", "Europe/../UTC",
                                       "Europe//Berlin",   "Europe/",        "tzdata.zi",
                                       "Europe",           "Europe/Berlin ", "Europe/Berlin\n"};
    for (unsigned i = 0; i < sizeof(evil) / sizeof(evil[0]); i++) {
        struct stw_zone *zone;
        STW_EXPECT(stw_zone_load(evil[i], &zone, NULL) == STW_ERR_NOT_FOUND, "%s", evil[i]);
    }
    struct stw_zone *zone;
    CU_ASSERT_EQUAL(stw_zone_load("leapseconds", &zone, NULL), STW_ERR_DAMAGED);
    CU_ASSERT_EQUAL(stw_zone_load("right/Europe/Berlin", &zone, NULL), STW_ERR_INPUT);
}

/* Cut and flipped files end in an error or a zone, never in a crash; a cut one never in a zone. */
static void damaged_files(void)
{
    struct stw_buffer file;
    char path[4096];
    stw_buffer_init(&file);
    snprintf(path, sizeof(path), "%s/Europe/Berlin", stw_zone_folder());
    CU_ASSERT_EQUAL_FATAL(stw_file_load(stw_io_system(), path, 1 << 20, &file, NULL), STW_OK);
    struct stw_zone *zone;
    for (size_t size = 0; size < file.size; size++) {
        CU_ASSERT(stw_zone_parse("cut", (struct stw_slice){file.data, size}, &zone, NULL) < 0);
        CU_ASSERT_PTR_NULL(zone);
    }
    uint64_t seed = 4;
    for (int i = 0; i < 20000; i++) {
        size_t at = stw_test_random(&seed) % file.size;
        char old = file.data[at];
        file.data[at] = (char)stw_test_random(&seed);
        if (stw_zone_parse("flip", stw_buffer_slice(&file), &zone, NULL) == STW_OK) {
            struct stw_local local;
            stw_zone_local(zone, (int64_t)stw_test_random(&seed), &local);
        }
        stw_zone_free(zone);
        file.data[at] = old;
    }
    CU_ASSERT_EQUAL_FATAL(stw_zone_parse("whole", stw_buffer_slice(&file), &zone, NULL), STW_OK);
    struct stw_hash128 hash = stw_zone_hash(zone), want = stw_hash128(file.data, file.size);
    CU_ASSERT(hash.low == want.low && hash.high == want.high);
    stw_zone_free(zone);
    stw_buffer_release(&file);
}

/* Rules under glibc's own TZ parser: the offset at noon and midnight of every day of a leap and a
 * common year. */
static void rules_agree_with_glibc(void)
{
    static const char *const rules[] = {"CET-1CEST,M3.5.0,M10.5.0/3",
                                        "EST5EDT,M3.2.0,M11.1.0",
                                        "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
                                        "IST-1GMT0,M10.5.0,M3.5.0/1",
                                        "XXX3YYY,J60,J300/4:30",
                                        "XXX-3YYY,59/1,300",
                                        "EET-2EEST,M3.4.4/50,M10.4.4/50"};
    for (unsigned i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        struct stw_zone_rule rule;
        if (!STW_EXPECT(stw_zone_rule_parse(stw_slice_of(rules[i]), &rule), "rule %u", i))
            continue;
        set_tz(rules[i]);
        for (int year = 2024; year <= 2025; year++) {
            int64_t start, end;
            stw_zone_rule_year(&rule, year, &start, &end);
            bool good = glibc_offset(start) == rule.daylight_s &&
                        glibc_offset(start - 1) == rule.standard_s &&
                        glibc_offset(end) == rule.standard_s &&
                        glibc_offset(end - 1) == rule.daylight_s;
            STW_EXPECT(good, "%s in %d", rules[i], year);
        }
        set_tz(NULL);
    }
    static const char *const bad[] = {"",
                                      "A",
                                      "CET",
                                      "CET-1CEST",
                                      "CET-1CEST,M3.5.0",
                                      "CET-1CEST,M13.5.0,M10.5.0",
                                      "CET-1CEST,M3.6.0,M10.5.0",
                                      "<CET-1",
                                      "CET-25",
                                      "CET-1x",
                                      "CET-1CEST,J0,J366",
                                      "CET-1CEST,M3.5.0,M10.5.0/168"};
    for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct stw_zone_rule rule;
        STW_EXPECT(!stw_zone_rule_parse(stw_slice_of(bad[i]), &rule), "bad rule %u", i);
    }
}

STW_SUITE(zone, {"agrees with glibc", agrees_with_glibc},
          {"every zone agrees with glibc", every_zone_agrees_with_glibc},
          {"local times around changes", local_times_around_changes},
          {"windows hold", windows_hold}, {"fixed offsets", fixed_offsets},
          {"unknown names get a suggestion", unknown_names_get_a_suggestion},
          {"damaged files", damaged_files}, {"rules agree with glibc", rules_agree_with_glibc});
