/* Loading rule packs: what is read, and what is refused where and with which words. */
#include "rule/pack.h"

#include "../support/test.h"
#include "base/memory.h"
#include "rule/condition.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void load(struct stw_pack *pack, const char *text)
{
    struct stw_error err;
    int status = stw_pack_parse(pack, "p.yml", stw_slice_of(text), "Asia/Shanghai", &err);
    STW_EXPECT(status == STW_OK, "status %d: %s", status, err.what);
}

static void reads_everything(void)
{
    struct stw_pack pack;
    load(&pack,
         "sites:\n"
         "  defaults: {timezone: Asia/Shanghai, language: zh-CN}\n"
         "  cuihu: {name: 翠湖花园, accounting_month: {starts_on: 26}}\n"
         "  mitte: {timezone: Europe/Berlin, language: en}\n"
         "tariffs:\n"
         "- {for: water, from: 2025-01-01, price: 3.90 CNY/m3}\n"
         "- {for: water, from: 2026-01-01, price: 4.10 CNY/m3}\n"
         "- {for: water, site: mitte, from: 2020-01-01, price: 1.85 EUR/m3}\n"
         "calendars:\n"
         "  office: {week: {mon-fri: [\"08:00-12:00\", \"13:00-17:00\"]}}\n"
         "rules:\n"
         "- id: pump-room-pressure\n"
         "  watch: {channel: pressure, role: [plant, main]}\n"
         "  when:  {outside: [0.25 MPa, 0.60 MPa], for: 10 min}\n"
         "  clear: {inside: [0.28 MPa, 0.55 MPa], for: 5 min}\n"
         "  severity: critical\n"
         "- id: late\n"
         "  watch: {work_orders: {priority: emergency}}\n"
         "  when: {elapsed: {from: created, to: arrived, more_than: 5 min, clock: office}}\n");
    struct stw_buffer text;
    stw_buffer_init(&text);
    stw_findings_print(&pack.findings, &text);
    STW_EXPECT(pack.findings.count == 0, "%.*s", STW_SLICE_ARG(stw_buffer_slice(&text)));
    stw_buffer_release(&text);
    CU_ASSERT_EQUAL(pack.site_count, 2);
    const struct stw_site *cuihu = stw_pack_site(&pack, STW_SLICE("cuihu"));
    CU_ASSERT_EQUAL(cuihu->month_starts_on, 26);
    CU_ASSERT(stw_slice_is(cuihu->name, "翠湖花园"));
    CU_ASSERT_STRING_EQUAL(stw_zone_name(cuihu->zone), "Asia/Shanghai");
    const struct stw_site *mitte = stw_pack_site(&pack, STW_SLICE("mitte"));
    CU_ASSERT_STRING_EQUAL(stw_zone_name(mitte->zone), "Europe/Berlin");
    CU_ASSERT(stw_pack_site(&pack, STW_SLICE("nowhere")) == &pack.defaults);
    /* 20453 = 2025-12-31, 20454 = 2026-01-01 */
    const struct stw_tariff *tariff =
        stw_pack_tariff(&pack, STW_SLICE("water"), STW_SLICE("cuihu"), 20453);
    CU_ASSERT_PTR_NOT_NULL_FATAL(tariff);
    CU_ASSERT(tariff->price.value == 390 && tariff->price.scale == 2);
    CU_ASSERT(stw_slice_is(tariff->currency, "CNY") && stw_slice_is(tariff->unit, "m3"));
    CU_ASSERT_EQUAL(
        stw_pack_tariff(&pack, STW_SLICE("water"), STW_SLICE("cuihu"), 20454)->price.value, 410);
    CU_ASSERT_EQUAL(
        stw_pack_tariff(&pack, STW_SLICE("water"), STW_SLICE("mitte"), 20454)->price.value, 185);
    CU_ASSERT_PTR_NULL(stw_pack_tariff(&pack, STW_SLICE("gas"), STW_SLICE("mitte"), 20454));
    CU_ASSERT_EQUAL_FATAL(pack.rule_count, 2);
    const struct stw_rule *rule = stw_pack_rule(&pack, STW_SLICE("pump-room-pressure"));
    CU_ASSERT_PTR_NOT_NULL_FATAL(rule);
    CU_ASSERT_EQUAL(rule->severity, STW_SEVERITY_CRITICAL);
    CU_ASSERT_EQUAL(rule->for_ns, 10 * STW_NS_PER_MINUTE);
    CU_ASSERT_EQUAL(rule->clear_for_ns, 5 * STW_NS_PER_MINUTE);
    CU_ASSERT_EQUAL(rule->watch.selector_count, 2);
    CU_ASSERT_STRING_EQUAL(rule->condition->word, "outside");
    stw_pack_release(&pack);
}

/* One slip each; the first finding's code, place and words. */
static const struct slip {
    const char *text;
    enum stw_problem problem;
    unsigned line, column;
    const char *what; /* part of it */
    const char *hint; /* part of it, or NULL */
} slips[] = {
    {"", STW_PROBLEM_EMPTY, 0, 0, "no rule", NULL},
    {"rules: []\n", STW_PROBLEM_EMPTY, 0, 0, "no rule", NULL},
    {"rules: {}\n", STW_PROBLEM_FORM, 1, 8, "must be a list", NULL},
    {"- a\n- b\n", STW_PROBLEM_FORM, 1, 1, "a rule file", NULL},
    {"ruls:\n- a\n", STW_PROBLEM_UNKNOWN, 1, 1, "'ruls'", "did you mean 'rules'"},
    {"rules:\n- id: a\n  id: b\n", STW_PROBLEM_YAML, 3, 3, "id", NULL},
    {"rules:\n- id: a\n  watch: {kind: water}\n  when: {abov: 9 bar}\n", STW_PROBLEM_UNKNOWN, 4, 10,
     "'abov' is not a condition", "did you mean 'above'"},
    {"rules:\n- id: a\n  wach: {kind: water}\n  when: {above: 9 bar}\n", STW_PROBLEM_UNKNOWN, 3, 3,
     "'wach' is not a key of a rule", "did you mean 'watch'"},
    {"rules:\n- id: a\n  watch: {knd: water}\n  when: {above: 9 bar}\n", STW_PROBLEM_UNKNOWN, 3, 11,
     "'knd'", "did you mean 'kind'"},
    {"rules:\n- id: a\n  watch: {kind: water}\n  when: {above: 9}\n", STW_PROBLEM_UNIT, 4, 17,
     "unit", NULL},
    {"rules:\n- id: a\n  watch: {kind: water}\n  when: {above: 9 m}\n", STW_PROBLEM_UNIT, 4, 17,
     "m", NULL},
    {"rules:\n- id: a\n  watch: {channel: pressure}\n  when: {above: 9 L/h}\n",
     STW_PROBLEM_DIMENSION, 4, 17, "L/h is a flow", NULL},
    {"rules:\n- id: a\n  watch: {kind: water}\n  when: {above: 9 bar}\n  clear: {below: 10 bar}\n",
     STW_PROBLEM_CONTRADICTION, 5, 18, "clear", NULL},
    {"rules:\n- id: a\n  watch: {kind: water}\n  when: {above: 9 bar}\n  clear: {above: 8 bar}\n",
     STW_PROBLEM_UNKNOWN, 5, 11, "'above' is not a key of 'clear'", NULL},
    {"rules:\n- id: a\n  watch: {kind: water}\n  when: {outside: [6 bar, 2 bar]}\n",
     STW_PROBLEM_CONTRADICTION, 4, 19, "smaller", NULL},
    {"rules:\n- id: a\n  watch: {kind: water}\n  when: {outside: [6 bar, 20 kW]}\n",
     STW_PROBLEM_DIMENSION, 4, 19, "", NULL},
    {"rules:\n- id: a\n  watch: {kind: water}\n  when: {above: 9 bar, for: 10 m}\n",
     STW_PROBLEM_FORM, 4, 29, "'for'", NULL},
    {"rules:\n- id: a\n  watch: {kind: water}\n  when: {above: 9 bar, below: 2 bar}\n",
     STW_PROBLEM_CONTRADICTION, 4, 24, "one condition", NULL},
    {"rules:\n- id: a\n  watch: {kind: water}\n  when: {for: 10 min}\n", STW_PROBLEM_MISSING, 4, 9,
     "no condition", NULL},
    {"rules:\n- id: a\n  when: {above: 9 bar}\n", STW_PROBLEM_MISSING, 2, 3, "'watch:'", NULL},
    {"rules:\n- watch: {kind: water}\n  when: {above: 9 bar}\n", STW_PROBLEM_MISSING, 2, 3, "'id:'",
     NULL},
    {"rules:\n- id: a\n  watch: {}\n  when: {silent_for: 0 reports}\n", STW_PROBLEM_ALWAYS, 4, 22,
     "", NULL},
    {"rules:\n- id: a\n  watch: {}\n  when: {silent_for: 3 h, for: 1 h}\n",
     STW_PROBLEM_CONTRADICTION, 4, 32, "'for' means nothing", NULL},
    {"rules:\n- id: a\n  watch: {}\n  when: {night_minimum: {between: \"02:00-05:00\", more_than: "
     "20 L}}\n",
     STW_PROBLEM_DIMENSION, 4, 61, "is not a flow", NULL},
    {"rules:\n- id: a\n  watch: {}\n  when: {night_minimum: {between: \"02:00-05:00\", more_than: "
     "20 L/h, repeat: 5 of 4 nights}}\n",
     STW_PROBLEM_NEVER, 4, 77, "never", NULL},
    {"rules:\n- id: a\n  watch: {}\n  when: {night_minimum: {between: \"02:00-02:30\", more_than: "
     "20 L/h}}\n",
     STW_PROBLEM_NEVER, 4, 35, "hour", NULL},
    {"rules:\n- id: a\n  watch: {}\n  when: {night_minimum: {between: 2 to 5, more_than: 20 "
     "L/h}}\n",
     STW_PROBLEM_FORM, 4, 35, "two local times", NULL},
    {"rules:\n- id: a\n  watch: {kind: elevator}\n  when: {count: {at_least: 3, within: 30 "
     "days}}\n",
     STW_PROBLEM_CONTRADICTION, 4, 10, "events: faults", NULL},
    {"rules:\n- id: a\n  watch: {events: faults}\n  when: {count: {at_least: 0, within: 30 "
     "days}}\n",
     STW_PROBLEM_FORM, 4, 28, "whole number from 1", NULL},
    {"rules:\n- id: a\n  watch: {events: faults}\n  when: {count: {at_least: 3, within: 1 "
     "month}}\n",
     STW_PROBLEM_FORM, 4, 39, "fixed time", "30 days"},
    {"rules:\n- id: a\n  watch: {work_orders: all}\n  when: {elapsed: {from: created, to: arived, "
     "more_than: 5 min}}\n",
     STW_PROBLEM_UNKNOWN, 4, 39, "'arived'", "did you mean 'arrived'"},
    {"rules:\n- id: a\n  watch: {work_orders: all}\n  when: {elapsed: {from: created, to: created, "
     "more_than: 5 min}}\n",
     STW_PROBLEM_NEVER, 4, 19, "", NULL},
    {"rules:\n- id: a\n  watch: {work_orders: all}\n  when: {elapsed: {from: created, to: arrived, "
     "more_than: 5 min, clock: offce}}\n",
     STW_PROBLEM_REFERENCE, 4, 73, "no calendar 'offce'", NULL},
    {"rules:\n- id: a\n  watch: {work_orders: all}\n  when: {elapsed: {from: created, to: arrived, "
     "more_than: 5 min, warn_at: 120%}}\n",
     STW_PROBLEM_CONTRADICTION, 4, 75, "'warn_at'", NULL},
    {"rules:\n- {id: a, watch: {}, when: {below: 1 V}}\n- {id: a, watch: {}, when: {below: 1 V}}\n",
     STW_PROBLEM_DUPLICATE, 3, 8, "'a' is there already", "p.yml:2"},
    {"rules:\n- {id: a, watch: {}, when: {below: 1 V}, price: water tariff}\n",
     STW_PROBLEM_CONTRADICTION, 2, 49, "priced", NULL},
    {"rules:\n- {id: a, watch: {}, when: {below: 1 V}, severity: hgh}\n", STW_PROBLEM_UNKNOWN, 2,
     52, "'hgh'", NULL},
    {"sites: {x: {timezone: Europe/Berln}}\n", STW_PROBLEM_REFERENCE, 1, 23, "Berln", NULL},
    {"sites: {x: {accounting_month: {starts_on: 31}}}\n", STW_PROBLEM_FORM, 1, 43, "1 to 28", NULL},
    {"tariffs: [{for: water, from: 2026-02-30, price: 4 CNY/m3}]\n", STW_PROBLEM_FORM, 1, 30,
     "date", NULL},
    {"tariffs: [{for: water, from: 2026-02-01, price: 4 m3}]\n", STW_PROBLEM_DIMENSION, 1, 49,
     "money", "CNY/m3"},
};

static void names_each_slip(void)
{
    for (size_t i = 0; i < sizeof(slips) / sizeof(slips[0]); i++) {
        const struct slip *slip = &slips[i];
        struct stw_pack pack;
        load(&pack, slip->text);
        if (STW_EXPECT(pack.findings.errors > 0, "slip %zu was not found", i)) {
            const struct stw_finding *found = &pack.findings.list[0];
            STW_EXPECT(found->problem == slip->problem && found->line == slip->line &&
                           found->column == slip->column &&
                           strstr(found->what, slip->what) != NULL &&
                           (slip->hint == NULL || strstr(found->hint, slip->hint) != NULL),
                       "slip %zu: STW%d %u:%u '%s' hint '%s'", i, (int)found->problem, found->line,
                       found->column, found->what, found->hint);
            struct stw_error err;
            CU_ASSERT_EQUAL(stw_pack_usable(&pack, &err), STW_ERR_INPUT);
        }
        stw_pack_release(&pack);
    }
}

static void warns_and_goes_on(void)
{
    struct stw_pack pack;
    struct stw_error err;
    load(&pack, "rules:\n- {id: a, watch: {}, when: {flow_stays_above: 1 L/h, for: 24 h}, "
                "price: water tariff}\n");
    CU_ASSERT_EQUAL(pack.findings.errors, 0);
    CU_ASSERT_EQUAL_FATAL(pack.findings.count, 1);
    CU_ASSERT(pack.findings.list[0].warning);
    CU_ASSERT_EQUAL(pack.findings.list[0].problem, STW_PROBLEM_REFERENCE);
    CU_ASSERT_EQUAL(pack.findings.list[0].column, 73);
    CU_ASSERT_EQUAL(stw_pack_usable(&pack, &err), STW_OK);
    stw_pack_release(&pack);
}

static void prints_line_and_caret(void)
{
    struct stw_pack pack;
    struct stw_buffer text;
    stw_buffer_init(&text);
    load(&pack, "rules:\n- id: a\n  watch: {kind: water}\n  when: {abov: 9 bar}\n");
    stw_findings_print(&pack.findings, &text);
    stw_buffer_add_char(&text, '\0');
    CU_ASSERT_STRING_EQUAL(text.data, "p.yml:4:10: error STW102: 'abov' is not a condition\n"
                                      "     4 |   when: {abov: 9 bar}\n"
                                      "       |          ^\n"
                                      "  hint: did you mean 'above'?\n");
    stw_buffer_release(&text);
    stw_pack_release(&pack);
}

static void finds_all_at_once(void)
{
    struct stw_pack pack;
    load(&pack, "rules:\n- {id: a, wach: {}, when: {abov: 1 V}}\n"
                "- {id: b, watch: {}, when: {below: 1}}\n");
    CU_ASSERT_EQUAL(pack.findings.errors, 4); /* wach, no watch, abov, 1 */
    stw_pack_release(&pack);
}

static void bounds_its_findings(void)
{
    struct stw_pack pack;
    struct stw_buffer text;
    stw_buffer_init(&text);
    stw_buffer_add_text(&text, "rules:\n");
    for (int i = 0; i < 300; i++)
        stw_buffer_printf(&text, "- {id: r%d, watch: {}, when: {below: 1}}\n", i);
    stw_buffer_add_char(&text, '\0');
    load(&pack, text.data);
    CU_ASSERT_EQUAL(pack.findings.count, STW_FINDINGS_MAX);
    CU_ASSERT_EQUAL(pack.findings.errors, 300);
    CU_ASSERT_EQUAL(pack.findings.left_out, 300 - STW_FINDINGS_MAX);
    stw_pack_release(&pack);
    stw_buffer_release(&text);
}

/* Every allocation fails once: an error each time, and nothing is left behind. */
static void survives_failing_memory(void)
{
    static const char text[] =
        "sites: {mitte: {timezone: Europe/Berlin}}\n"
        "tariffs: [{for: water, from: 2025-01-01, price: 3.90 CNY/m3}]\n"
        "calendars: {office: {week: {mon-fri: \"08:00-12:00\"}, holidays: [2025-01-01]}}\n"
        "rules:\n- {id: a, watch: {kind: [b, c]}, when: {above: 9 bar}, severity: hgh}\n";
    for (uint64_t nth = 1;; nth++) {
        struct stw_pack pack;
        struct stw_error err;
        stw_memory_fail_at(nth);
        int status = stw_pack_parse(&pack, "p.yml", STW_SLICE(text), "UTC", &err);
        bool failed = stw_memory_failed();
        stw_memory_fail_at(0);
        /* A zone that cannot be had for want of memory may also show as a finding. */
        STW_EXPECT(!failed || status == STW_ERR_MEMORY || pack.findings.errors > 1,
                   "allocation %llu: %d", (unsigned long long)nth, status);
        stw_pack_release(&pack);
        if (!failed) {
            CU_ASSERT_EQUAL(status, STW_OK);
            CU_ASSERT(nth > 5);
            return;
        }
    }
}

/* Somebody else's YAML is never a rule pack, and never more than an error. */
static void refuse_folder(const char *folder)
{
    struct dirent **entries;
    char root[4096];
    snprintf(root, sizeof(root), "%s", stw_test_shared(folder));
    int count = scandir(root, &entries, NULL, alphasort);
    CU_ASSERT_FATAL(count > 2);
    unsigned seen = 0;
    for (int i = 0; i < count; i++) {
        char path[8192];
        snprintf(path, sizeof(path), "%s/%s", root, entries[i]->d_name);
        const char *paths[] = {path};
        struct stw_pack pack;
        struct stw_error err;
        if (entries[i]->d_name[0] != '.' && strstr(entries[i]->d_name, ".md") == NULL) {
            CU_ASSERT_EQUAL(stw_pack_load(&pack, paths, 1, NULL, &err), STW_OK);
            STW_EXPECT(pack.findings.errors > 0, "%s was taken for a rule pack", path);
            stw_pack_release(&pack);
            seen++;
        }
        free(entries[i]);
    }
    free(entries);
    CU_ASSERT(seen > 5);
}

static void refuses_prometheus_rules(void)
{
    STW_SKIP_WITHOUT_SHARED("prometheus_rules");
    refuse_folder("prometheus_rules");
}

static void refuses_the_yaml_suite(void)
{
    STW_SKIP_WITHOUT_SHARED("yaml_test_suite");
    refuse_folder("yaml_test_suite");
}

STW_SUITE(rule_pack, {"reads everything", reads_everything},
          {"warns and goes on", warns_and_goes_on}, {"names each slip", names_each_slip},
          {"prints the line and a caret", prints_line_and_caret},
          {"finds all at once", finds_all_at_once}, {"bounds its findings", bounds_its_findings},
          {"survives failing memory", survives_failing_memory},
          {"refuses Prometheus rules", refuses_prometheus_rules},
          {"refuses the YAML test suite", refuses_the_yaml_suite});
