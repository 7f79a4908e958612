/* The tests of packs: the shipped ones pass, and a wrong expectation fails with words. */
#include "rule/rule_test.h"

#include "../support/test.h"

#include <stdio.h>
#include <string.h>

/* `price: water tariff` needs tariffs, which are the sites' own. */
static const char tariffs[] = "tariffs:\n- {for: water, from: 2020-01-01, price: 4.10 CNY/m3}\n";

static void the_shipped_tests_pass(void)
{
    char path[512];
    snprintf(path, sizeof(path), "%s/tariffs.yml", stw_test_folder());
    FILE *file = fopen(path, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    fputs(tariffs, file);
    fclose(file);
    const char *paths[] = {"rules", path};
    struct stw_pack pack;
    struct stw_rule_tests tests;
    struct stw_error err;
    CU_ASSERT_EQUAL_FATAL(stw_pack_load(&pack, paths, 2, NULL, &err), STW_OK);
    CU_ASSERT_EQUAL(pack.findings.count, 0);
    int status = stw_rule_tests_run(&pack, &tests, &err);
    STW_EXPECT(status == STW_OK, "%s %s", err.what, err.where);
    CU_ASSERT(tests.count >= 8);
    for (uint32_t i = 0; i < tests.count; i++)
        STW_EXPECT(tests.tests[i].passed, "%s:%u '%s': %s", tests.tests[i].file,
                   tests.tests[i].line, tests.tests[i].name, tests.tests[i].what);
    CU_ASSERT_EQUAL(tests.failed, 0);
    for (uint32_t i = 0; i < pack.rule_count; i++) {
        const struct stw_rule *rule = &pack.rules[i];
        CU_ASSERT(rule->title_en.data != rule->id.data); /* every shipped rule has a title */
    }
    stw_rule_tests_release(&tests);
    stw_pack_release(&pack);
}

static const char rule[] = "rules:\n- {id: high, watch: {}, when: {above: 9 bar}}\ntests:\n";

static void expect_failure(const char *test, const char *words, unsigned line)
{
    char text[2048];
    struct stw_pack pack;
    struct stw_rule_tests tests;
    struct stw_error err;
    snprintf(text, sizeof(text), "%s%s", rule, test);
    CU_ASSERT_EQUAL_FATAL(stw_pack_parse(&pack, "p.yml", stw_slice_of(text), "UTC", &err), STW_OK);
    CU_ASSERT_EQUAL_FATAL(stw_rule_tests_run(&pack, &tests, &err), STW_OK);
    CU_ASSERT_EQUAL_FATAL(tests.count, 1);
    CU_ASSERT_EQUAL(tests.failed, words != NULL);
    if (words == NULL) {
        STW_EXPECT(tests.tests[0].passed, "%s", tests.tests[0].what);
    } else {
        const char *got =
            tests.findings.count > 0 ? tests.findings.list[0].what : tests.tests[0].what;
        STW_EXPECT(strstr(got, words) != NULL, "got '%s', wanted '%s'", got, words);
        if (tests.findings.count > 0)
            CU_ASSERT_EQUAL(tests.findings.list[0].line, line);
    }
    stw_rule_tests_release(&tests);
    stw_pack_release(&pack);
}

static void says_what_went_wrong(void)
{
    static const char start[] =
        "- name: n\n  start: \"2025-01-01T00:00\"\n  every: 1 h\n"
        "  series: {p: {unit: bar, values: \"3 of 8, 2 of 9.5, 2 of 8\"}}\n";
    char text[1024];
    static const struct {
        const char *rest, *words;
        unsigned line;
    } cases[] = {
        {"  expect: [{rule: high, series: p, fires: \"2025-01-01T03:00\", "
         "clears: \"2025-01-01T05:00\"}]\n",
         NULL, 0},
        {"  expect: [{rule: high, series: p, fires: never}]\n",
         "high on p fires 2025-01-01 03:00:00, expected never", 0},
        {"  expect: [{rule: high, series: p, clears: \"2025-01-01T06:00\"}]\n",
         "high on p clears 2025-01-01 05:00:00, expected 2025-01-01 06:00:00", 0},
        {"  expect: [{rule: hig, series: p, fires: never}]\n", "there is no rule 'hig'", 8},
        {"  expect: []\n", "expects nothing", 8},
        {"  expct: []\n", "'expct' is not a key of a test", 8},
        {"  expect: [{rule: high, series: p, fires: soon}]\n", "'soon' is not a local time", 8},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        snprintf(text, sizeof(text), "%s%s", start, cases[i].rest);
        expect_failure(text, cases[i].words, cases[i].line);
    }
    expect_failure("- name: n\n  start: \"2025-01-01T00:00\"\n"
                   "  series: {p: {unit: bar, values: \"3 off 8\"}}\n"
                   "  expect: [{rule: high, series: p, fires: never}]\n",
                   "'3 off 8' is not a part of 'values'", 6);
    expect_failure("- name: n\n  start: \"2025-01-01T00:00\"\n  every: 31 days\n"
                   "  series: {p: {unit: bar, values: \"900000 of 8\"}}\n"
                   "  expect: [{rule: high, series: p, fires: never}]\n",
                   "at most 1000000 steps and lasts at most 100 years", 7);
}

STW_SUITE(rule_test, {"the shipped tests pass", the_shipped_tests_pass},
          {"says what went wrong", says_what_went_wrong});
