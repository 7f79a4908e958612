/* Running the tests of a pack; see rule_test.h. */
#include "rule/rule_test.h"

#include "base/memory.h"
#include "rule/alert_list.h"
#include "rule/evaluator.h"
#include "rule/rule_test_load.h"
#include "time/stamp.h"

#include <stdlib.h>
#include <string.h>

/* A row on its way to the evaluator. */
struct arrival {
    int64_t at_ns;
    uint32_t series;
    uint32_t row;
};

/* How rows arrive. */
struct way {
    int64_t
        restart_ns; /* saved and restored when the time of arrival passes a multiple; 0: never */
    int64_t shuffle_ns; /* each row late by up to so much; a series stays in order */
};

struct runner {
    const struct stw_pack *pack; /* with the test's site as the only one */
    const struct stw_test_case *test;
    struct arrival *arrivals;
    struct stw_evaluator *evaluator;
    struct stw_alert_list *list;
    struct stw_error *err;
};

static int put_alert(void *context, const struct stw_alert *alert)
{
    struct runner *runner = context;
    return stw_alert_list_add(runner->list, alert, runner->err);
}

static int make_evaluator(struct runner *runner)
{
    struct stw_alert_sink sink = {runner, put_alert};
    const struct stw_test_case *test = runner->test;
    STW_TRY(stw_evaluator_create(&runner->evaluator, runner->pack, sink, runner->err));
    for (uint32_t i = 0; i < test->series_count; i++)
        STW_TRY(stw_evaluator_add(runner->evaluator, &test->series[i].subject, NULL, runner->err));
    return STW_OK;
}

static int restart(struct runner *runner)
{
    struct stw_buffer checkpoint;
    stw_buffer_init(&checkpoint);
    stw_evaluator_save(runner->evaluator, &checkpoint);
    stw_evaluator_free(runner->evaluator);
    runner->evaluator = NULL;
    int status = stw_buffer_status(&checkpoint, runner->err);
    if (status == STW_OK)
        status = make_evaluator(runner);
    if (status == STW_OK)
        status =
            stw_evaluator_restore(runner->evaluator, stw_buffer_slice(&checkpoint), runner->err);
    stw_buffer_release(&checkpoint);
    return status;
}

static int feed_row(struct runner *runner, const struct arrival *arrival)
{
    static const struct stw_slice quality[] = {{"estimated", 9}}, kind[] = {{"corrective", 10}};
    static const uint32_t first = 0;
    static const uint8_t yes = 1, no = 0;
    const struct stw_test_series *series = &runner->test->series[arrival->series];
    const struct stw_test_row *row = &series->rows[arrival->row];
    enum stw_subject_table table = series->subject.table;
    struct stw_vector columns[STW_ORDER_COLUMNS];
    struct stw_run run = {arrival->series, 1, &row->time_ns, columns, 2};
    memset(columns, 0, sizeof(columns));
    if (table == STW_SUBJECT_READINGS) {
        columns[STW_READING_VALUE] = (struct stw_vector){
            .type = STW_TYPE_DECIMAL, .scale = row->value.scale, .ints = &row->value.value};
        columns[STW_READING_QUALITY] = (struct stw_vector){.type = STW_TYPE_TEXT,
                                                           .codes = &first,
                                                           .words = quality,
                                                           .word_count = 1,
                                                           .present = row->estimated ? &yes : &no};
    } else if (table == STW_SUBJECT_EVENTS) {
        columns[STW_EVENT_CODE] = (struct stw_vector){
            .type = STW_TYPE_TEXT, .codes = &first, .words = &row->code, .word_count = 1};
        columns[STW_EVENT_KIND] = (struct stw_vector){
            .type = STW_TYPE_TEXT, .codes = &first, .words = kind, .word_count = 1};
        columns[STW_EVENT_CENSORED] = columns[STW_EVENT_KIND];
        columns[STW_EVENT_CENSORED].present = &no;
        run.column_count = STW_EVENT_COLUMNS;
    } else {
        run.column_count = STW_ORDER_COLUMNS;
        for (int i = 0; i < STW_ORDER_COLUMNS; i++)
            columns[i] =
                (struct stw_vector){.type = STW_TYPE_TIME,
                                    .ints = &series->stamps[i],
                                    .present = series->stamps[i] == STW_TIME_NONE ? &no : &yes};
    }
    return stw_evaluator_feed(runner->evaluator, table, &run, runner->err);
}

static int by_arrival(const void *a, const void *b)
{
    const struct arrival *left = a, *right = b;
    if (left->at_ns != right->at_ns)
        return left->at_ns < right->at_ns ? -1 : 1;
    if (left->series != right->series)
        return left->series < right->series ? -1 : 1;
    return left->row < right->row ? -1 : left->row > right->row;
}

static uint64_t chance(uint64_t *state)
{
    *state += 0x9e3779b97f4a7c15u; /* splitmix64 */
    uint64_t value = (*state ^ (*state >> 30)) * 0xbf58476d1ce4e5b9u;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
    return value ^ (value >> 31);
}

static size_t plan_arrivals(struct runner *runner, const struct way *way)
{
    const struct stw_test_case *test = runner->test;
    uint64_t state = 1;
    size_t count = 0;
    for (uint32_t i = 0; i < test->series_count; i++) {
        int64_t before_ns = INT64_MIN;
        for (uint32_t j = 0; j < test->series[i].count; j++) {
            int64_t at_ns = test->series[i].rows[j].time_ns;
            if (at_ns >= test->until_ns)
                break;
            if (way->shuffle_ns > 0)
                at_ns += (int64_t)(chance(&state) % (uint64_t)way->shuffle_ns);
            if (at_ns < before_ns)
                at_ns = before_ns;
            before_ns = at_ns;
            runner->arrivals[count++] = (struct arrival){at_ns, i, j};
        }
    }
    qsort(runner->arrivals, count, sizeof(*runner->arrivals), by_arrival);
    return count;
}

static int run_rows(struct runner *runner, const struct way *way)
{
    const struct stw_test_case *test = runner->test;
    size_t count = plan_arrivals(runner, way);
    int64_t restart_ns = test->start_ns + way->restart_ns;
    STW_TRY(make_evaluator(runner));
    for (size_t i = 0; i < count; i++) {
        int64_t at_ns = runner->arrivals[i].at_ns;
        if (way->restart_ns > 0 && at_ns >= restart_ns) {
            STW_TRY(restart(runner));
            restart_ns = at_ns - (at_ns - test->start_ns) % way->restart_ns + way->restart_ns;
        }
        STW_TRY(feed_row(runner, &runner->arrivals[i]));
    }
    STW_TRY(stw_evaluator_tick(runner->evaluator, test->until_ns, runner->err));
    return stw_evaluator_watermark(runner->evaluator, test->until_ns, runner->err);
}

/* All alerts of a test, sorted. */
static int run_way(struct runner *runner, const struct way *way, struct stw_alert_list *list)
{
    runner->list = list;
    runner->evaluator = NULL;
    int status = run_rows(runner, way);
    stw_evaluator_free(runner->evaluator);
    return status < 0 ? status : stw_alert_list_finish(list, runner->err);
}

/* ---- Judging --------------------------------------------------------------------------------- */

static void put_times(struct stw_buffer *out, const struct stw_zone *zone, const int64_t *times,
                      uint32_t count)
{
    char text[STW_STAMP_TEXT_SIZE];
    if (count == 0)
        stw_buffer_add_text(out, "never");
    for (uint32_t i = 0; i < count; i++) {
        stw_stamp_to_local(zone, times[i], text);
        stw_buffer_printf(out, "%s%s", i == 0 ? "" : ", ", text);
    }
}

static void compare(const struct stw_test_expectation *want, const char *verb,
                    const struct stw_zone *zone, const int64_t *expected, uint32_t expected_count,
                    const int64_t *got, uint32_t got_count, struct stw_buffer *out)
{
    if (expected_count == got_count &&
        (got_count == 0 || memcmp(expected, got, got_count * sizeof(*got)) == 0))
        return;
    stw_buffer_printf(out, "%s%.*s on %.*s %s ", out->size == 0 ? "" : "; ",
                      STW_SLICE_ARG(want->rule->id), STW_SLICE_ARG(want->key), verb);
    put_times(out, zone, got, got_count);
    stw_buffer_add_text(out, ", expected ");
    put_times(out, zone, expected, expected_count);
}

static void judge(const struct stw_test_case *test, const struct stw_alert_list *list,
                  struct stw_buffer *out)
{
    for (uint32_t i = 0; i < test->expectation_count; i++) {
        const struct stw_test_expectation *want = &test->expectations[i];
        int64_t fired[STW_TEST_ALERTS_MAX], cleared[STW_TEST_ALERTS_MAX];
        uint32_t fired_count = 0, cleared_count = 0;
        for (uint32_t j = 0; j < list->count && fired_count < STW_TEST_ALERTS_MAX; j++) {
            const struct stw_alert *alert = &list->alerts[j];
            if (alert->rule != want->rule || !stw_slice_equal(alert->key, want->key))
                continue;
            fired[fired_count++] = alert->fired_ns;
            if (alert->cleared_ns != STW_TIME_NONE)
                cleared[cleared_count++] = alert->cleared_ns;
        }
        if (want->has_fires)
            compare(want, "fires", test->site.zone, want->fires_ns, want->fires_count, fired,
                    fired_count, out);
        if (want->has_clears)
            compare(want, "clears", test->site.zone, want->clears_ns, want->clears_count, cleared,
                    cleared_count, out);
    }
}

static int compare_way(struct runner *runner, const struct way *way, const char *what,
                       struct stw_slice lines, struct stw_buffer *out)
{
    struct stw_alert_list list;
    struct stw_buffer other;
    stw_alert_list_init(&list);
    stw_buffer_init(&other);
    int status = run_way(runner, way, &list);
    if (status == STW_OK) {
        stw_alert_list_json(&list, &other);
        status = stw_buffer_status(&other, runner->err);
    }
    if (status == STW_OK && !stw_slice_equal(lines, stw_buffer_slice(&other)))
        stw_buffer_printf(out, "%sits alerts change under %s", out->size == 0 ? "" : "; ", what);
    stw_buffer_release(&other);
    stw_alert_list_release(&list);
    return status;
}

static int run_ways(struct runner *runner, struct stw_buffer *out)
{
    const struct stw_test_case *test = runner->test;
    struct way plain = {0, 0}, restarts = {test->restart_ns, 0}, shuffled = {0, test->shuffle_ns};
    struct stw_alert_list list;
    struct stw_buffer lines;
    stw_alert_list_init(&list);
    stw_buffer_init(&lines);
    int status = run_way(runner, &plain, &list);
    if (status == STW_OK) {
        judge(test, &list, out);
        stw_alert_list_json(&list, &lines);
        status = stw_buffer_status(&lines, runner->err);
    }
    if (status == STW_OK && test->restart_ns > 0)
        status = compare_way(runner, &restarts, "restart", stw_buffer_slice(&lines), out);
    if (status == STW_OK && test->shuffle_ns > 0)
        status = compare_way(runner, &shuffled, "arrival_shuffle", stw_buffer_slice(&lines), out);
    stw_buffer_release(&lines);
    stw_alert_list_release(&list);
    return status;
}

/* ---- Tests of a pack ------------------------------------------------------------------------- */

static int run_test(struct stw_loader *loader, const struct stw_yaml_node *node,
                    struct stw_rule_tests *tests, struct stw_rule_test *result,
                    struct stw_error *err)
{
    struct stw_test_case test = {0};
    struct stw_zone *zone = NULL;
    struct stw_buffer why;
    stw_buffer_init(&why);
    int status = STW_OK;
    *result = (struct stw_rule_test){
        .file = loader->doc->file, .line = node->line, .what = "", .name = "unnamed"};
    uint32_t errors = tests->findings.errors;
    bool loaded = stw_test_load(loader, node, &test, &zone) && tests->findings.errors == errors;
    result->name = test.name;
    if (loaded) {
        struct stw_pack pack = *loader->pack;
        pack.sites = NULL;
        pack.site_count = 0;
        pack.defaults = test.site;
        struct runner runner = {.pack = &pack, .test = &test, .err = err};
        runner.arrivals = stw_alloc((size_t)test.row_count, sizeof(*runner.arrivals));
        status = runner.arrivals == NULL ? stw_fail_memory(err, test.row_count)
                                         : run_ways(&runner, &why);
        stw_free(runner.arrivals);
    } else {
        stw_buffer_add_text(&why, "it cannot be read");
    }
    stw_buffer_add_char(&why, '\0');
    if (status == STW_OK)
        status = stw_buffer_status(&why, err);
    if (status == STW_OK) {
        result->passed = why.size == 1;
        tests->failed += !result->passed;
        result->what = stw_arena_string(&tests->arena, why.data);
        if (result->what == NULL)
            status = stw_fail_memory(err, why.size);
    }
    stw_zone_free(zone);
    stw_buffer_release(&why);
    return status;
}

int stw_rule_tests_run(struct stw_pack *pack, struct stw_rule_tests *out, struct stw_error *err)
{
    uint32_t count = 0;
    memset(out, 0, sizeof(*out));
    stw_arena_init(&out->arena);
    stw_findings_init(&out->findings, &out->arena);
    STW_TRY(stw_pack_usable(pack, err));
    for (uint32_t i = 0; i < pack->test_count; i++)
        count += pack->tests[i].node->count;
    out->tests = STW_ARENA_ARRAY(&out->arena, struct stw_rule_test, count + 1u);
    if (out->tests == NULL)
        return stw_fail_memory(err, count * sizeof(*out->tests));
    for (uint32_t i = 0; i < pack->test_count; i++) {
        struct stw_yaml doc = *pack->tests[i].doc;
        struct stw_loader loader = {.pack = pack, .doc = &doc, .findings = &out->findings};
        STW_YAML_EACH(entry, pack->tests[i].node)
        {
            STW_TRY(run_test(&loader, entry->value, out, &out->tests[out->count++], err));
        }
    }
    return out->findings.out_of_memory ? stw_fail_memory(err, out->arena.total_bytes) : STW_OK;
}

void stw_rule_tests_release(struct stw_rule_tests *tests)
{
    stw_arena_release(&tests->arena);
    memset(tests, 0, sizeof(*tests));
}
