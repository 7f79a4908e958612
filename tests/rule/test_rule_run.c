/* The batch driver over a real store: the same bytes from any number of threads, alerts in the
 * table, what cannot be judged named. */
#include "rule/rule_run.h"

#include "../support/test.h"
#include "rule_bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MINUTE STW_NS_PER_MINUTE
#define HOUR   STW_NS_PER_HOUR
#define DAY    STW_NS_PER_DAY

static const int64_t start_ns = INT64_C(1743000000) * STW_NS_PER_SECOND;

static void ok(int status, const struct stw_error *err)
{
    STW_EXPECT(status == STW_OK, "%d: %s", status, err->what);
    CU_ASSERT_EQUAL_FATAL(status, STW_OK);
}

/* One table of one commit, filled cell by cell. */
struct sheet {
    struct stw_commit *commit;
    const struct stw_table *table;
    struct stw_batch batch;
    uint32_t row;
};

static void sheet_open(struct sheet *sheet, struct stw_store *store, struct stw_commit *commit,
                       const char *name)
{
    struct stw_error err;
    sheet->commit = commit;
    sheet->table = stw_schema_find(stw_store_schema(store), stw_slice_of(name));
    ok(stw_batch_init(&sheet->batch, sheet->table, 100000, &err), &err);
    for (uint32_t i = 0; i < sheet->table->column_count; i++)
        ok(stw_batch_use(&sheet->batch, i, &err), &err);
}

static void sheet_row(struct sheet *sheet, const char *first, const char *second, int64_t time_ns)
{
    struct stw_slice parts[] = {stw_slice_of(first), stw_slice_of(second == NULL ? "" : second)};
    struct stw_buffer key;
    struct stw_error err;
    uint32_t series;
    stw_buffer_init(&key);
    ok(stw_key_join(&key, parts, sheet->table->key_count, &err), &err);
    ok(stw_commit_series(sheet->commit, sheet->table, stw_buffer_slice(&key), &series, &err), &err);
    sheet->row = stw_batch_row(&sheet->batch, series, time_ns);
    stw_buffer_release(&key);
}

static uint32_t column(const struct sheet *sheet, const char *name)
{
    int place = stw_table_column(sheet->table, stw_slice_of(name));
    CU_ASSERT_FATAL(place >= 0);
    return (uint32_t)place;
}

static void text(struct sheet *sheet, const char *name, const char *value)
{
    CU_ASSERT(
        stw_batch_set_text(&sheet->batch, sheet->row, column(sheet, name), stw_slice_of(value)));
}

static void stamp(struct sheet *sheet, const char *name, int64_t value)
{
    stw_batch_set_int(&sheet->batch, sheet->row, column(sheet, name), value);
}

static void value(struct sheet *sheet, int64_t number, int scale)
{
    stw_batch_set_decimal(&sheet->batch, sheet->row, column(sheet, "value"),
                          (struct stw_decimal){number, scale});
}

static void sheet_close(struct sheet *sheet)
{
    struct stw_error err;
    ok(stw_commit_add(sheet->commit, &sheet->batch, &err), &err);
    stw_batch_release(&sheet->batch);
}

enum { GAUGES = 150 };

static void fill_devices(struct stw_store *store, struct stw_commit *commit)
{
    struct sheet sheet;
    char name[32];
    sheet_open(&sheet, store, commit, "devices");
    for (int i = 0; i < GAUGES; i++) {
        snprintf(name, sizeof(name), "P-%03d", i);
        sheet_row(&sheet, name, "pressure", start_ns);
        text(&sheet, "kind", "pressure");
        text(&sheet, "site", "mitte");
        text(&sheet, "unit", i == 7 ? "kW" : i % 2 == 0 ? "MPa" : "kPa");
        text(&sheet, "value_kind", "gauge");
        text(&sheet, "interval", "5 min");
        stamp(&sheet, "in_service", start_ns);
    }
    /* Registered and never heard of. */
    sheet_row(&sheet, "P-absent", "pressure", start_ns);
    text(&sheet, "kind", "pressure");
    text(&sheet, "interval", "5 min");
    text(&sheet, "unit", "MPa");
    text(&sheet, "value_kind", "gauge");
    stamp(&sheet, "in_service", start_ns + HOUR);
    sheet_row(&sheet, "W-1", "volume", start_ns);
    text(&sheet, "kind", "water");
    text(&sheet, "site", "mitte");
    text(&sheet, "unit", "m3");
    text(&sheet, "value_kind", "register");
    sheet_row(&sheet, "L-1", "", start_ns);
    text(&sheet, "kind", "elevator");
    sheet_close(&sheet);
}

static void fill_readings(struct stw_store *store, struct stw_commit *commit)
{
    struct sheet sheet;
    char name[32];
    uint64_t random = 5;
    sheet_open(&sheet, store, commit, "readings");
    for (int i = 0; i < GAUGES; i++) {
        int64_t kpa = 400;
        snprintf(name, sizeof(name), "P-%03d", i);
        for (int row = 0; row < 300; row++) {
            kpa += (int64_t)(stw_test_random(&random) % 81) - 40;
            kpa = kpa < 200 ? 200 : kpa > 700 ? 700 : kpa;
            sheet_row(&sheet, name, "pressure", start_ns + row * 5 * MINUTE);
            value(&sheet, kpa, i % 2 == 0 ? 3 : 0);
        }
    }
    /* 20 litres in each quarter of an hour: 80 L/h, day and night. */
    for (int row = 0; row < 6 * 96; row++) {
        sheet_row(&sheet, "W-1", "volume", start_ns + row * 15 * MINUTE);
        value(&sheet, 1000 + 20 * row, 3);
    }
    sheet_close(&sheet);
}

static void fill_events(struct stw_store *store, struct stw_commit *commit)
{
    struct sheet sheet;
    sheet_open(&sheet, store, commit, "faults");
    for (int i = 0; i < 4; i++) {
        sheet_row(&sheet, "L-1", NULL, start_ns + i * DAY);
        text(&sheet, "code", i == 3 ? "E2" : "E1");
        text(&sheet, "kind", "corrective");
    }
    sheet_close(&sheet);
    sheet_open(&sheet, store, commit, "work_orders");
    for (int i = 0; i < 3; i++) {
        static const char *const orders[] = {"O-1", "O-2", "O-3"};
        sheet_row(&sheet, orders[i], NULL, start_ns);
        text(&sheet, "priority", i == 2 ? "normal" : "emergency");
        stamp(&sheet, "arrived", start_ns + (i == 0 ? 3 : 60) * MINUTE);
    }
    sheet_close(&sheet);
}

static const char pack_text[] =
    "sites: {mitte: {timezone: Europe/Berlin, language: zh-CN}}\n"
    "tariffs: [{for: water, from: 2020-01-01, price: 4.10 CNY/m3}]\n"
    "rules:\n"
    "- id: band\n"
    "  watch: {kind: pressure}\n"
    "  when: {outside: [0.25 MPa, 0.60 MPa], for: 10 min}\n"
    "- {id: silent, watch: {kind: pressure, expected: registry}, when: {silent_for: 3 reports}}\n"
    "- id: leak\n"
    "  watch: {kind: water}\n"
    "  when: {night_minimum: {between: \"02:00-05:00\", more_than: 20 L/h, repeat: 3 of 4 "
    "nights}}\n"
    "  price: water tariff\n"
    "- id: repeats\n"
    "  watch: {events: faults, kind: elevator, same: [device, code]}\n"
    "  when: {count: {at_least: 3, within: 30 days}}\n"
    "- id: late\n"
    "  watch: {work_orders: {priority: emergency}}\n"
    "  when: {elapsed: {from: created, to: arrived, more_than: 5 min, warn_at: 50%}}\n";

static unsigned count_of(const struct stw_alert_list *list, const char *rule)
{
    unsigned count = 0;
    for (uint32_t i = 0; i < list->count; i++)
        count += stw_slice_is(list->alerts[i].rule->id, rule);
    return count;
}

static const struct stw_alert *only(const struct stw_alert_list *list, const char *rule)
{
    for (uint32_t i = 0; i < list->count; i++) {
        if (stw_slice_is(list->alerts[i].rule->id, rule))
            return &list->alerts[i];
    }
    return NULL;
}

static struct stw_store *make_store(const char *folder)
{
    char path[512];
    struct stw_store *store;
    struct stw_commit *commit;
    struct stw_commit_result result;
    struct stw_error err;
    struct stw_store_settings settings = {.zone = STW_SLICE("UTC")};
    snprintf(path, sizeof(path), "%s/store", folder);
    ok(stw_store_create(path, &settings, NULL, &err), &err);
    ok(stw_store_open(&store, path, STW_STORE_WRITE, NULL, &err), &err);
    ok(stw_commit_begin(store, NULL, &commit, &err), &err);
    fill_devices(store, commit);
    fill_readings(store, commit);
    fill_events(store, commit);
    ok(stw_commit_finish(commit, &result, &err), &err);
    return store;
}

static void check_alerts(const struct stw_rule_outcome *outcome)
{
    const struct stw_alert_list *list = &outcome->list;
    CU_ASSERT_EQUAL(count_of(list, "leak"), 1);
    CU_ASSERT_EQUAL(count_of(list, "repeats"), 1);
    CU_ASSERT_EQUAL(count_of(list, "late"), 1);
    CU_ASSERT(count_of(list, "band") > 100);
    CU_ASSERT_EQUAL(count_of(list, "silent"), GAUGES + 1); /* they end long before the run does */
    const struct stw_alert *leak = only(list, "leak");
    CU_ASSERT_PTR_NOT_NULL_FATAL(leak);
    CU_ASSERT(leak->value.value == 80000000 && leak->value.scale == 6);
    CU_ASSERT(leak->has_money && leak->money.value == 787); /* 0.08 m3/h * 24 * 4.10 = 7.872 */
    const struct stw_alert *late = only(list, "late");
    CU_ASSERT(late != NULL && stw_slice_is(late->key, "O-2"));
    CU_ASSERT(late != NULL && late->fired_ns == start_ns + 5 * MINUTE &&
              late->cleared_ns == start_ns + 60 * MINUTE);
    const struct stw_alert *repeats = only(list, "repeats");
    CU_ASSERT(repeats != NULL && stw_slice_is(repeats->key, "L-1/E1"));
    CU_ASSERT_EQUAL_FATAL(outcome->unjudged_count, 1);
    CU_ASSERT_EQUAL(outcome->unjudged[0].series, 1);
    CU_ASSERT_STRING_EQUAL(outcome->unjudged[0].example, "P-007/pressure");
    CU_ASSERT_PTR_NOT_NULL(strstr(outcome->unjudged[0].reason, "kW"));
}

static void same_from_any_number_of_threads(void)
{
    struct stw_store *store = make_store(stw_test_folder());
    struct stw_view *view;
    struct stw_error err;
    struct stw_pack pack;
    struct stw_buffer first;
    bench_pack(&pack, pack_text);
    ok(stw_view_open(store, NULL, &view, &err), &err);
    stw_buffer_init(&first);
    for (unsigned threads = 1; threads <= 8; threads = threads * 2 + 1) {
        struct stw_rule_run run = {view, &pack, start_ns, start_ns + 40 * DAY, threads};
        struct stw_rule_outcome outcome;
        struct stw_buffer lines;
        stw_buffer_init(&lines);
        ok(stw_rule_run(&run, &outcome, &err), &err);
        stw_alert_list_json(&outcome.list, &lines);
        if (threads == 1) {
            check_alerts(&outcome);
            stw_buffer_add_slice(&first, stw_buffer_slice(&lines));
        }
        CU_ASSERT(stw_slice_equal(stw_buffer_slice(&first), stw_buffer_slice(&lines)));
        stw_buffer_release(&lines);
        stw_rule_outcome_release(&outcome);
    }
    stw_buffer_release(&first);
    stw_view_close(view);
    stw_store_close(store);
    stw_pack_release(&pack);
}

static void alerts_go_to_their_table_once(void)
{
    struct stw_store *store = make_store(stw_test_folder());
    struct stw_view *view;
    struct stw_error err;
    struct stw_pack pack;
    struct stw_rule_outcome outcome;
    struct stw_commit_result result;
    bench_pack(&pack, pack_text);
    ok(stw_view_open(store, NULL, &view, &err), &err);
    struct stw_rule_run run = {view, &pack, start_ns, start_ns + 40 * DAY, 2};
    ok(stw_rule_run(&run, &outcome, &err), &err);
    ok(stw_alert_list_commit(&outcome.list, store, &result, &err), &err);
    CU_ASSERT_EQUAL(result.added, outcome.list.count);
    ok(stw_alert_list_commit(&outcome.list, store, &result, &err), &err);
    CU_ASSERT_EQUAL(result.added, 0);
    CU_ASSERT_EQUAL(result.repeated, outcome.list.count);
    stw_rule_outcome_release(&outcome);
    stw_view_close(view);
    stw_store_close(store);
    stw_pack_release(&pack);
}

static void words_of_an_alert(void)
{
    struct stw_store *store = make_store(stw_test_folder());
    struct stw_view *view;
    struct stw_error err;
    struct stw_pack pack;
    struct stw_rule_outcome outcome;
    struct stw_buffer words;
    bench_pack(&pack, pack_text);
    ok(stw_view_open(store, NULL, &view, &err), &err);
    struct stw_rule_run run = {view, &pack, start_ns, start_ns + 40 * DAY, 1};
    ok(stw_rule_run(&run, &outcome, &err), &err);
    const struct stw_alert *leak = only(&outcome.list, "leak");
    stw_buffer_init(&words);
    stw_alert_text(leak, false, &words);
    stw_buffer_add_char(&words, '\n');
    stw_alert_text(leak, true, &words);
    stw_buffer_add_char(&words, '\n');
    stw_alert_query(leak, &words);
    stw_buffer_add_char(&words, '\0');
    /* The first night after 2025-03-26 15:40 in Berlin is the 27th's, and the third the 29th's. */
    CU_ASSERT_STRING_EQUAL(words.data,
                           "leak: W-1/volume, the least night flow is 80 L/h, more than 20 L/h in "
                           "3 of 4 nights, since "
                           "2025-03-27 02:00; about 7.87 CNY a day\n"
                           "leak：W-1/volume 夜间最小流量 80 L/h，超过 20 L/h（4 夜中 3 夜），自 "
                           "2025-03-27 02:00，每天约 "
                           "7.87 CNY\n"
                           "steward query STORE readings 'device=W-1' 'channel=volume' --from "
                           "2025-03-27T02:00:00+01:00 --to 2025-03-29T05:00:00.000000001+01:00");
    stw_buffer_release(&words);
    stw_rule_outcome_release(&outcome);
    stw_view_close(view);
    stw_store_close(store);
    stw_pack_release(&pack);
}

STW_SUITE(rule_run, {"the same from any number of threads", same_from_any_number_of_threads},
          {"alerts go to their table once", alerts_go_to_their_table_once},
          {"the words of an alert", words_of_an_alert});
