/* The monthly report of an invented property, from the analyses to the page. */
#include "report/csv_report.h"
#include "report/html.h"
#include "report/json_report.h"

#include "base/hash.h"
#include "base/io.h"
#include "page_scan.h"
#include "property.h"

#include "../support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void look(const struct stw_report *report, const char *name)
{
    const char *folder = getenv("STEWARD_REPORT_OUT");
    if (folder == NULL)
        return;
    char path[512];
    struct stw_buffer out;
    stw_buffer_init(&out);
    CU_ASSERT_EQUAL(stw_report_html(report, &out, NULL), STW_OK);
    CU_ASSERT_EQUAL(stw_path_join(path, sizeof(path), folder, name, NULL), STW_OK);
    CU_ASSERT_EQUAL(stw_file_replace(stw_io_system(), path, stw_buffer_slice(&out), NULL), STW_OK);
    stw_buffer_release(&out);
}

static void monthly_in_three_languages(void)
{
    static const char *const names[] = {"monthly-zh-cn.html", "monthly-zh-tw.html",
                                        "monthly-en.html"};
    for (unsigned language = 0; language < STW_LANGUAGE_COUNT; language++) {
        struct stw_test_property property;
        struct stw_report report;
        struct stw_error err = {0};
        stw_test_property_init(&property, language != STW_LANGUAGE_EN);
        stw_report_init(&report, (enum stw_language)language);
        stw_report_monthly(&report, &property.monthly);
        STW_EXPECT(stw_report_status(&report, &err) == STW_OK, "%s", err.what);
        CU_ASSERT_EQUAL(report.section_count, 7);
        look(&report, names[language]);
        stw_report_release(&report);
        stw_test_property_release(&property);
    }
}

static struct stw_report_table *find_table(const struct stw_report *report, const char *id)
{
    for (struct stw_report_section *section = report->first; section != NULL;
         section = section->next) {
        for (struct stw_report_block *block = section->first; block != NULL; block = block->next) {
            if (block->kind == STW_BLOCK_TABLE && stw_slice_is(block->table->id, id))
                return block->table;
        }
    }
    CU_FAIL_FATAL("no such table");
    return NULL;
}

static void make(struct stw_test_property *property, struct stw_report *report)
{
    stw_test_property_init(property, false);
    stw_report_init(report, STW_LANGUAGE_EN);
    stw_report_monthly(report, &property->monthly);
    CU_ASSERT_EQUAL_FATAL(stw_report_status(report, NULL), STW_OK);
}

static void drop(struct stw_test_property *property, struct stw_report *report)
{
    stw_report_release(report);
    stw_test_property_release(property);
}

/* Marks never rise down the list, and what was planted is there: the lift that gets worse, the
 * entrapments, the block that uses more, the slow vendor. */
static void conclusions_come_first_and_ranked(void)
{
    static const char *const planted[] = {
        "Lift 5 fails more and more often",
        "2 entrapments",
        "Block 2, Power",
        "W-021 total, night-leak, about 183",
        "Vendor matters for response times",
        "109 inspections and maintenance visits were due: 107 on time, 1 late, 1"};
    struct stw_test_property property;
    struct stw_report report;
    make(&property, &report);
    unsigned found = 0;
    enum stw_mark last = STW_MARK_BAD;
    for (const struct stw_report_conclusion *each = report.conclusions; each != NULL;
         each = each->next) {
        CU_ASSERT(each->mark <= last);
        CU_ASSERT_PTR_NOT_NULL(each->section);
        last = each->mark;
        for (unsigned i = 0; i < sizeof(planted) / sizeof(planted[0]); i++)
            found += stw_slice_starts(each->text, stw_slice_of(planted[i]));
    }
    STW_EXPECT(stw_slice_starts(report.conclusions->text, STW_SLICE("Lift 5")),
               "safety is not first: %.*s", STW_SLICE_ARG(report.conclusions->text));
    STW_EXPECT(found == sizeof(planted) / sizeof(planted[0]), "%u planted conclusions", found);
    drop(&property, &report);
}

/* What covers more than the month of the report says so, and how much of it is the month's. */
static void windows_are_named(void)
{
    struct stw_test_property property;
    struct stw_report report;
    char want[128];
    make(&property, &report);
    bool said = false, headed = false;
    snprintf(want, sizeof(want),
             "2 entrapments in the 13 months to Mar 2026, %u of them this month",
             property.entrapments_in_march);
    for (const struct stw_report_conclusion *each = report.conclusions; each != NULL;
         each = each->next)
        said = said || stw_slice_starts(each->text, stw_slice_of(want));
    for (const struct stw_report_section *section = report.first; section != NULL;
         section = section->next)
        headed = headed || stw_slice_is(section->title,
                                        "Lifts: failures and availability, 13 months to Mar 2026");
    STW_EXPECT(said, "no conclusion starts: %s", want);
    CU_ASSERT(headed);
    drop(&property, &report);
}

/* An entrapment in the month is to be acted on; one months ago is to be watched. */
static void old_entrapments_are_notices(void)
{
    struct stw_test_property property;
    struct stw_report report;
    stw_test_property_init(&property, false);
    struct stw_failure_line *months = (struct stw_failure_line *)property.by_month.lines;
    for (unsigned trapped = 0; trapped < 2; trapped++) {
        months[12].entrapments = trapped;
        stw_report_init(&report, STW_LANGUAGE_EN);
        stw_report_monthly(&report, &property.monthly);
        const struct stw_report_conclusion *each = report.conclusions;
        while (each != NULL && !stw_slice_starts(each->text, STW_SLICE("2 entrapments")))
            each = each->next;
        CU_ASSERT_PTR_NOT_NULL_FATAL(each);
        CU_ASSERT_EQUAL(each->mark, trapped > 0 ? STW_MARK_BAD : STW_MARK_NOTICE);
        stw_report_release(&report);
    }
    stw_test_property_release(&property);
}

static void conclude_times(struct stw_report *report, enum stw_mark mark, unsigned times)
{
    for (unsigned i = 0; i < times; i++)
        stw_report_conclude(report, mark, stw_conclusion_rank(mark, STW_TOPIC_SAFETY, 100 + i),
                            NULL, STW_SLICE("planted"));
}

/* Acts are never dropped, three notices stay beside them, and the rest fills up to eight. */
static void conclusions_are_a_handful(void)
{
    static const struct {
        unsigned acts, notices, goods, left[4]; /* by mark: none, good, notice, bad */
    } cases[] = {
        {12, 5, 4, {0, 0, 3, 12}}, {7, 5, 4, {0, 0, 3, 7}}, {2, 5, 4, {0, 1, 5, 2}},
        {0, 0, 20, {0, 8, 0, 0}},  {1, 1, 1, {0, 1, 1, 1}},
    };
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct stw_test_property property;
        struct stw_report report;
        unsigned left[4] = {0};
        stw_test_property_init(&property, false);
        stw_report_init(&report, STW_LANGUAGE_EN);
        conclude_times(&report, STW_MARK_GOOD, cases[i].goods);
        conclude_times(&report, STW_MARK_NOTICE, cases[i].notices);
        conclude_times(&report, STW_MARK_BAD, cases[i].acts);
        const struct stw_monthly empty = {.scope = property.monthly.scope};
        stw_report_response_times(&report, &empty);
        for (const struct stw_report_conclusion *each = report.conclusions; each != NULL;
             each = each->next)
            left[each->mark]++;
        for (unsigned mark = 0; mark < 4; mark++)
            STW_EXPECT(left[mark] == cases[i].left[mark], "case %u: %u of mark %u", i, left[mark],
                       mark);
        stw_report_release(&report);
        stw_test_property_release(&property);
    }
}

/* Only stated groups with enough orders are called the slowest. */
static void only_known_groups_are_slowest(void)
{
    static const struct {
        const char *name;
        uint32_t cases;
        const char *slowest; /* the group that is named then; NULL: none */
    } cases[] = {
        {"Slow Ltd", 40, "Slow Ltd"}, {"", 40, "Medium Ltd"}, {"Slow Ltd", 19, "Medium Ltd"}};
    struct stw_test_property property;
    stw_test_property_init(&property, false);
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]) + 1; i++) {
        struct stw_response_line three[3] = {
            {.name = STW_SLICE("Quick Ltd"), .cases = 50, .median_s = 60},
            {.name = STW_SLICE("Medium Ltd"), .cases = 50, .median_s = 600},
            {.name = STW_SLICE("Slow Ltd"), .cases = 40, .median_s = 6000},
        };
        const char *want = NULL; /* the last case: one stated group alone cannot be the slowest */
        if (i < sizeof(cases) / sizeof(cases[0])) {
            three[2].name = stw_slice_of(cases[i].name);
            three[2].cases = cases[i].cases;
            want = cases[i].slowest;
        } else {
            three[0].name = three[2].name = STW_SLICE("");
        }
        struct stw_response_lines groups = property.by_vendor;
        groups.lines = three;
        groups.count = 3;
        struct stw_report report;
        struct stw_response_part part = property.response_part;
        struct stw_response_leg leg = property.leg;
        struct stw_response_split split = property.splits[1];
        struct stw_monthly parts = {.scope = property.monthly.scope, .response = &part};
        split.lines = &groups;
        leg.splits = &split;
        leg.split_count = 1;
        part.legs = &leg;
        stw_report_init(&report, STW_LANGUAGE_EN);
        stw_report_response_times(&report, &parts);
        bool named = false, right = false;
        for (const struct stw_report_conclusion *each = report.conclusions; each != NULL;
             each = each->next) {
            char said[64];
            snprintf(said, sizeof(said), ": %s is the slowest", want == NULL ? "" : want);
            named = named || memmem(each->text.data, each->text.size, "is the slowest", 14) != NULL;
            right = right || (want != NULL &&
                              memmem(each->text.data, each->text.size, said, strlen(said)) != NULL);
        }
        STW_EXPECT(named == (want != NULL) && right == named, "case %u", i);
        stw_report_release(&report);
    }
    stw_test_property_release(&property);
}

/* The use of the buildings adds up to the total to the last digit, and so do the alerts. */
static void parts_add_up(void)
{
    struct stw_test_property property;
    struct stw_report report;
    make(&property, &report);
    const struct stw_report_table *use = find_table(&report, "energy-use-1");
    struct stw_wide sum = {0, 0};
    unsigned parts = 0;
    for (const struct stw_report_row *row = use->first; row != NULL; row = row->next) {
        struct stw_wide cell = row->cells[1].value.decimal;
        CU_ASSERT_EQUAL_FATAL(row->cells[1].value.kind, STW_DATUM_DECIMAL);
        if (row->is_total) {
            stw_int128 want = 0, got = 1;
            CU_ASSERT(stw_wide_rescale(sum, 4, &want) && stw_wide_rescale(cell, 4, &got));
            CU_ASSERT(want == got);
        } else {
            CU_ASSERT(stw_wide_add(sum, cell, &sum));
            parts++;
        }
    }
    CU_ASSERT_EQUAL(parts, 3);
    const struct stw_report_table *rules = find_table(&report, "alert-rules");
    int64_t alerts = 0;
    for (const struct stw_report_row *row = rules->first; row != NULL; row = row->next)
        alerts += row->is_total ? -row->cells[2].value.count : row->cells[2].value.count;
    CU_ASSERT_EQUAL(alerts, 0);
    drop(&property, &report);
}

static void dearest_alerts_first(void)
{
    struct stw_test_property property;
    struct stw_report report;
    make(&property, &report);
    const struct stw_report_table *alerts = find_table(&report, "alerts");
    double last = 1e9;
    for (const struct stw_report_row *row = alerts->first; row != NULL; row = row->next) {
        const struct stw_datum *money = &row->cells[8].value;
        double value = money->kind == STW_DATUM_NONE ? 0 : stw_datum_number(money);
        CU_ASSERT(value <= last);
        CU_ASSERT(row->note.size > 0 && row->command.size > 0);
        last = value;
    }
    CU_ASSERT_EQUAL(alerts->row_count, 9);
    drop(&property, &report);
}

/* Every table, chart and row of key figures says how to list its rows, and ids are unique. */
static void figures_can_be_traced(void)
{
    struct stw_test_property property;
    struct stw_report report;
    make(&property, &report);
    struct stw_intern ids;
    stw_intern_init(&ids);
    for (const struct stw_report_section *section = report.first; section != NULL;
         section = section->next) {
        for (const struct stw_report_block *block = section->first; block != NULL;
             block = block->next) {
            struct stw_slice id = {"", 0}, command = STW_SLICE("none needed");
            if (block->kind == STW_BLOCK_TABLE) {
                id = block->table->id;
                command = block->table->command;
            } else if (block->kind == STW_BLOCK_CHART) {
                id = block->chart->id;
                command = block->chart->command;
            } else if (block->kind == STW_BLOCK_KEYS) {
                command = block->keys->command;
            }
            uint32_t number;
            bool added = true;
            if (id.size > 0)
                CU_ASSERT(stw_intern_add(&ids, id, &number, &added));
            STW_EXPECT(added, "two blocks are called %.*s", STW_SLICE_ARG(id));
            STW_EXPECT(command.size > 0, "%.*s has no command", STW_SLICE_ARG(id));
        }
    }
    stw_intern_release(&ids);
    drop(&property, &report);
}

/* The bars of the first chart: the sum over the meters, month by month, the plain way. */
static void bars_show_the_sums(void)
{
    struct stw_test_property property;
    struct stw_report report;
    make(&property, &report);
    const struct stw_report_chart *chart = NULL;
    for (const struct stw_report_section *section = report.first; section != NULL;
         section = section->next)
        for (const struct stw_report_block *block = section->first; block != NULL;
             block = block->next)
            if (block->kind == STW_BLOCK_CHART && stw_slice_is(block->chart->id, "energy-months-1"))
                chart = block->chart;
    CU_ASSERT_PTR_NOT_NULL_FATAL(chart);
    CU_ASSERT_EQUAL_FATAL(chart->series_count, 2);
    const struct stw_report_series *now = &chart->series[1], *before = &chart->series[0];
    CU_ASSERT_EQUAL(now->role, STW_SERIES_MAIN);
    CU_ASSERT_EQUAL_FATAL(now->count, 13);
    /* month 25 is March 2026, month 13 March 2025: last year's bar of the last month is the first
     * bar of this year's */
    CU_ASSERT_EQUAL(stw_datum_number(&before->points[12]), stw_datum_number(&now->points[0]));
    CU_ASSERT(stw_slice_is(chart->categories[12].label, "Mar"));
    CU_ASSERT(stw_slice_is(chart->categories[12].group, "2026"));
    const struct stw_energy_line *total = property.energy.lines[0];
    CU_ASSERT_EQUAL(stw_datum_number(&now->points[12]),
                    stw_wide_double(total->against[STW_AGAINST_PREVIOUS].current.use));
    drop(&property, &report);
}

static void every_form_is_sound(void)
{
    struct stw_test_property property;
    struct stw_report report;
    struct stw_buffer first, second;
    stw_buffer_init(&first);
    stw_buffer_init(&second);
    make(&property, &report);
    CU_ASSERT_EQUAL(stw_report_html(&report, &first, NULL), STW_OK);
    CU_ASSERT(stw_page_scan(stw_buffer_slice(&first)));
    CU_ASSERT_EQUAL(stw_report_json(&report, &first, NULL), STW_OK);
    drop(&property, &report);
    make(&property, &report);
    CU_ASSERT_EQUAL(stw_report_html(&report, &second, NULL), STW_OK);
    CU_ASSERT_EQUAL(stw_report_json(&report, &second, NULL), STW_OK);
    CU_ASSERT(stw_slice_equal(stw_buffer_slice(&first), stw_buffer_slice(&second)));
    drop(&property, &report);
    stw_buffer_release(&first);
    stw_buffer_release(&second);
}

static void single_reports(void)
{
    struct stw_test_property property;
    struct stw_report report;
    stw_test_property_init(&property, false);
    stw_report_init(&report, STW_LANGUAGE_EN);
    stw_report_comparison(&report, &property.monthly);
    CU_ASSERT_EQUAL(report.section_count, 3);
    find_table(&report, "energy-use-1");
    stw_report_release(&report);
    stw_report_init(&report, STW_LANGUAGE_ZH_TW);
    stw_report_response_times(&report, &property.monthly);
    CU_ASSERT_EQUAL(report.section_count, 3);
    find_table(&report, "response-split-2");
    stw_report_release(&report);
    stw_test_property_release(&property);
}

/* A property about which nothing is known yet still gets its report. */
static void nothing_known(void)
{
    struct stw_test_property property;
    struct stw_report report;
    struct stw_buffer out;
    stw_buffer_init(&out);
    stw_test_property_init(&property, false);
    const struct stw_alerts_part no_alerts = {NULL, 0, {"", 0}};
    struct stw_monthly parts = {.scope = property.monthly.scope, .alerts = &no_alerts};
    stw_report_init(&report, STW_LANGUAGE_ZH_CN);
    stw_report_monthly(&report, &parts);
    CU_ASSERT_EQUAL(stw_report_html(&report, &out, NULL), STW_OK);
    CU_ASSERT(stw_page_scan(stw_buffer_slice(&out)));
    CU_ASSERT_PTR_NULL(report.conclusions);
    stw_buffer_release(&out);
    stw_report_release(&report);
    stw_test_property_release(&property);
}

STW_SUITE(report_monthly, {"monthly in three languages", monthly_in_three_languages},
          {"conclusions come first and ranked", conclusions_come_first_and_ranked},
          {"conclusions are a handful", conclusions_are_a_handful},
          {"windows are named", windows_are_named},
          {"only known groups are slowest", only_known_groups_are_slowest},
          {"old entrapments are notices", old_entrapments_are_notices},
          {"parts add up", parts_add_up}, {"dearest alerts first", dearest_alerts_first},
          {"figures can be traced", figures_can_be_traced},
          {"bars show the sums", bars_show_the_sums}, {"every form is sound", every_form_is_sound},
          {"single reports", single_reports}, {"nothing known", nothing_known});
