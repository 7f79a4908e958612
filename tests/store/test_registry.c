/* The device registry on a small estate, expected values by hand. */
#include "store/registry_check.h"
#include "store/registry_gaps.h"
#include "store/view.h"

#include "../support/test.h"
#include "base/clock.h"

#include <stdio.h>

struct cell {
    const char *column;
    const char *text; /* NULL: number */
    struct stw_decimal number;
};
struct line {
    const char *device, *channel;
    int day;
    struct cell cells[8];
};

static void ok(int status, const struct stw_error *err, int line)
{
    STW_EXPECT(status == STW_OK, "line %d: %s", line, err->what);
    CU_ASSERT_FATAL(status == STW_OK);
}
#define OK(call) ok((call), &err, __LINE__)

static void put(struct stw_commit *commit, const struct stw_table *table, const struct line *line)
{
    struct stw_error err = {0};
    struct stw_batch batch;
    struct stw_buffer key;
    uint32_t id;
    struct stw_slice parts[2] = {stw_slice_of(line->device), stw_slice_of(line->channel)};
    stw_buffer_init(&key);
    OK(stw_batch_init(&batch, table, 1, &err));
    OK(stw_key_join(&key, parts, 2, &err));
    OK(stw_commit_series(commit, table, stw_buffer_slice(&key), &id, &err));
    uint32_t row = stw_batch_row(&batch, id, line->day * STW_NS_PER_DAY);
    for (int i = 0; i < 8 && line->cells[i].column != NULL; i++) {
        const struct cell *cell = &line->cells[i];
        int column = stw_table_column(table, stw_slice_of(cell->column));
        CU_ASSERT_FATAL(column >= 0);
        OK(stw_batch_use(&batch, (uint32_t)column, &err));
        if (cell->text != NULL)
            CU_ASSERT_FATAL(
                stw_batch_set_text(&batch, row, (uint32_t)column, stw_slice_of(cell->text)))
        else if (table->columns[column].type == STW_TYPE_DECIMAL)
            stw_batch_set_decimal(&batch, row, (uint32_t)column, cell->number);
        else
            stw_batch_set_int(&batch, row, (uint32_t)column, cell->number.value);
    }
    OK(stw_commit_add(commit, &batch, &err));
    stw_batch_release(&batch);
    stw_buffer_release(&key);
}

static const struct line devices[] = {
    {"w1",
     "",
     10,
     {{"site", "cuihu", {0}},
      {"building", "1", {0}},
      {"kind", "water", {0}},
      {"role", "main", {0}},
      {"multiplier", NULL, {10, 0}}}},
    {"w1",
     "total",
     10,
     {{"unit", "m3", {0}},
      {"digits", NULL, {6, 0}},
      {"value_kind", "register", {0}},
      {"step", NULL, {1, 3}}}},
    {"w1", "", 20, {{"building", "2", {0}}, {"role", "", {0}}}},
    {"w1",
     "total",
     30,
     {{"multiplier", NULL, {25, 1}},
      {"exchange_final", NULL, {999, 1}},
      {"exchange_initial", NULL, {0, 0}}}},
    {"w1", "", 40, {{"multiplier", NULL, {20, 0}}, {"exchange_initial", NULL, {5, 0}}}},
    {"w2",
     "",
     15,
     {{"site", "cuihu", {0}},
      {"kind", "water", {0}},
      {"parent", "w1", {0}},
      {"households", NULL, {3, 0}},
      {"area_m2", NULL, {895, 1}}}},
    {"w3", "", 15, {{"parent", "w9", {0}}, {"in_service", NULL, {77, 0}}}},
    {"w3", "", 25, {{"parent", "w1", {0}}, {"multiplier", NULL, {4, 0}}}},
};

/* A store with these rows of devices and of readings, in one commit. */
static struct stw_store *estate_of(const struct line *rows, unsigned row_count,
                                   const struct line *data, unsigned data_count)
{
    struct stw_error err = {0};
    static char path[300];
    struct stw_store *store;
    struct stw_commit *commit;
    struct stw_commit_result result;
    struct stw_store_settings settings = {.zone = STW_SLICE("Asia/Shanghai")};
    snprintf(path, sizeof(path), "%s/store", stw_test_folder());
    OK(stw_store_create(path, &settings, NULL, &err));
    OK(stw_store_open(&store, path, STW_STORE_WRITE, NULL, &err));
    const struct stw_table *table = stw_schema_find(stw_store_schema(store), STW_SLICE("devices"));
    OK(stw_commit_begin(store, NULL, &commit, &err));
    for (unsigned i = 0; i < row_count; i++)
        put(commit, table, &rows[i]);
    const struct stw_table *readings =
        stw_schema_find(stw_store_schema(store), STW_SLICE("readings"));
    for (unsigned i = 0; i < data_count; i++)
        put(commit, readings, &data[i]);
    OK(stw_commit_finish(commit, &result, &err));
    return store;
}

static struct stw_store *estate(void)
{
    /* In data only: a device, and a channel of a device that is known. */
    static const struct line data[] = {
        {"p7", "power", 1, {{"value", NULL, {1, 0}}}},
        {"w1", "flow", 1, {{"value", NULL, {1, 0}}}},
    };
    return estate_of(devices, sizeof(devices) / sizeof(devices[0]), data, 2);
}

#define IS(slice, text) CU_ASSERT(stw_slice_is((slice), (text)))

static void attributes_change_with_time(void)
{
    struct stw_error err = {0};
    struct stw_store *store = estate();
    struct stw_view *view;
    const struct stw_registry *registry;
    struct stw_attributes at;
    struct stw_slice w1 = STW_SLICE("w1"), total = STW_SLICE("total"), none = STW_SLICE("");
    OK(stw_view_open(store, NULL, &view, &err));
    OK(stw_view_registry(view, &registry, &err));

    stw_registry_at(registry, w1, total, 12 * STW_NS_PER_DAY, &at);
    IS(at.text[STW_ATTRIBUTE_BUILDING], "1");
    IS(at.text[STW_ATTRIBUTE_UNIT], "m3");
    IS(at.text[STW_ATTRIBUTE_VENDOR], "");
    CU_ASSERT(at.value_kind == STW_VALUE_REGISTER && at.digits.known && at.digits.value == 6);
    CU_ASSERT(at.step.known && at.step.value.value == 1 && at.step.value.scale == 3);
    CU_ASSERT(at.multiplier.known && at.multiplier.value.value == 10);
    CU_ASSERT_FALSE(at.area_m2.known);

    /* Before its first row a device is what that row says; an empty cell changes nothing. */
    stw_registry_at(registry, w1, total, 0, &at);
    IS(at.text[STW_ATTRIBUTE_BUILDING], "1");
    stw_registry_at(registry, w1, none, 20 * STW_NS_PER_DAY, &at);
    IS(at.text[STW_ATTRIBUTE_BUILDING], "2");
    IS(at.text[STW_ATTRIBUTE_ROLE], "main");
    IS(at.text[STW_ATTRIBUTE_UNIT], "");

    /* The channel goes before the device; an unknown channel has the device's. */
    stw_registry_at(registry, w1, total, 50 * STW_NS_PER_DAY, &at);
    CU_ASSERT(at.multiplier.value.value == 25 && at.multiplier.value.scale == 1);
    stw_registry_at(registry, w1, STW_SLICE("flow"), 50 * STW_NS_PER_DAY, &at);
    CU_ASSERT(at.multiplier.value.value == 20 && at.value_kind == STW_VALUE_UNKNOWN);
    stw_registry_at(registry, STW_SLICE("p7"), STW_SLICE("power"), 0, &at);
    IS(at.text[STW_ATTRIBUTE_SITE], "");
    stw_registry_at(registry, STW_SLICE("w3"), none, 99 * STW_NS_PER_DAY, &at);
    CU_ASSERT(at.in_service_ns.known && at.in_service_ns.value == 77);
    stw_view_close(view);
    stw_store_close(store);
}

static void lists_are_dated(void)
{
    struct stw_error err = {0};
    struct stw_store *store = estate();
    struct stw_view *view;
    const struct stw_registry *registry;
    const struct stw_dated_decimal *list;
    const struct stw_exchange *exchanges;
    struct stw_slice w1 = STW_SLICE("w1");
    OK(stw_view_open(store, NULL, &view, &err));
    OK(stw_view_registry(view, &registry, &err));
    /* Channel total: the device's 10 until the channel's own row says 2.5 on day 30. */
    CU_ASSERT_EQUAL_FATAL(stw_registry_multipliers(registry, w1, STW_SLICE("total"), &list), 2);
    CU_ASSERT(list[0].from_ns == INT64_MIN && list[0].value.value == 10);
    CU_ASSERT(list[1].from_ns == 30 * STW_NS_PER_DAY && list[1].value.value == 25);
    CU_ASSERT_EQUAL_FATAL(stw_registry_multipliers(registry, w1, STW_SLICE("flow"), &list), 2);
    CU_ASSERT(list[1].from_ns == 40 * STW_NS_PER_DAY && list[1].value.value == 20);
    CU_ASSERT_EQUAL_FATAL(stw_registry_multipliers(registry, w1, STW_SLICE("other"), &list), 2);
    CU_ASSERT_EQUAL_FATAL(stw_registry_multipliers(registry, STW_SLICE("w3"), STW_SLICE(""), &list),
                          2);
    CU_ASSERT(list[0].value.value == 1 && list[1].value.value == 4);
    CU_ASSERT_EQUAL(stw_registry_multipliers(registry, STW_SLICE("w2"), STW_SLICE(""), &list), 0);
    CU_ASSERT_EQUAL(stw_registry_multipliers(registry, STW_SLICE("p7"), STW_SLICE(""), &list), 0);
    CU_ASSERT_EQUAL(stw_registry_multipliers(registry, STW_SLICE("zz"), STW_SLICE(""), &list), 0);

    CU_ASSERT_EQUAL_FATAL(stw_registry_exchanges(registry, w1, STW_SLICE("total"), &exchanges), 2);
    CU_ASSERT(exchanges[0].at_ns == 30 * STW_NS_PER_DAY && exchanges[0].final.known &&
              exchanges[0].final.value.value == 999 && exchanges[0].initial.known);
    CU_ASSERT(exchanges[1].at_ns == 40 * STW_NS_PER_DAY && !exchanges[1].final.known);
    CU_ASSERT_EQUAL(stw_registry_exchanges(registry, w1, STW_SLICE("flow"), &exchanges), 1);

    const uint32_t *children;
    CU_ASSERT_EQUAL_FATAL(stw_registry_children(registry, w1, &children), 2);
    IS(stw_registry_entry(registry, children[0])->device, "w2");
    IS(stw_registry_entry(registry, children[1])->device, "w3");
    CU_ASSERT_EQUAL(stw_registry_children(registry, STW_SLICE("w9"), &children), 0);
    stw_view_close(view);
    stw_store_close(store);
}

static void unknown_devices_are_listed(void)
{
    struct stw_error err = {0};
    struct stw_store *store = estate();
    struct stw_view *view;
    const struct stw_registry *registry;
    OK(stw_view_open(store, NULL, &view, &err));
    OK(stw_view_registry(view, &registry, &err));
    static const struct {
        const char *device, *channel;
        bool registered;
    } wanted[] = {
        {"p7", "", false},     {"p7", "power", false}, {"w1", "", true}, {"w1", "flow", false},
        {"w1", "total", true}, {"w2", "", true},       {"w3", "", true},
    };
    CU_ASSERT_EQUAL_FATAL(stw_registry_count(registry), 7);
    for (uint32_t i = 0; i < 7; i++) {
        const struct stw_registry_entry *entry = stw_registry_entry(registry, i);
        IS(entry->device, wanted[i].device);
        IS(entry->channel, wanted[i].channel);
        CU_ASSERT_EQUAL(entry->registered, wanted[i].registered);
        CU_ASSERT_EQUAL(stw_registry_find(registry, entry->device, entry->channel), i);
    }
    static const struct stw_slice cuihu[] = {{"cuihu", 5}};
    static const struct stw_slice one[] = {{"1", 1}};
    struct stw_filter filters[2] = {{STW_ATTRIBUTE_SITE, cuihu, 1},
                                    {STW_ATTRIBUTE_BUILDING, one, 1}};
    CU_ASSERT(stw_registry_matches(registry, STW_SLICE("w1"), STW_SLICE("total"),
                                   12 * STW_NS_PER_DAY, filters, 2));
    CU_ASSERT_FALSE(stw_registry_matches(registry, STW_SLICE("w1"), STW_SLICE("total"),
                                         22 * STW_NS_PER_DAY, filters, 2));
    CU_ASSERT_FALSE(
        stw_registry_matches(registry, STW_SLICE("p7"), STW_SLICE("power"), 0, filters, 1));
    stw_view_close(view);
    stw_store_close(store);
}

/* ---- What is wrong, and what is missing ------------------------------------------------------ */

struct sentences {
    const char *const *want;
    unsigned count, seen;
};

static void compare_sentence(void *context, enum stw_registry_problem problem,
                             const struct stw_registry_entry *entry, struct stw_slice sentence)
{
    struct sentences *sentences = context;
    (void)problem;
    (void)entry;
    const char *want =
        sentences->seen < sentences->count ? sentences->want[sentences->seen] : "(none)";
    sentences->seen++;
    STW_EXPECT(stw_slice_is(sentence, want), "got:  %.*s\n      want: %s", STW_SLICE_ARG(sentence),
               want);
}

static void contradictions_are_named(void)
{
    static const struct line rows[] = {
        {"a", "", 1, {{"parent", "b", {0}}, {"kind", "water", {0}}}},
        {"b", "", 1, {{"parent", "c", {0}}}},
        {"c", "", 1, {{"parent", "a", {0}}, {"kind", "power", {0}}}},
        {"d", "", 1, {{"parent", "a", {0}}, {"kind", "power", {0}}, {"site", "x", {0}}}},
        {"d", "e", 1, {{"site", "y", {0}}, {"unit", "kWh", {0}}, {"role", "mian", {0}}}},
        {"d", "e", 9, {{"unit", "MWh", {0}}}},
        {"d", "e", 12, {{"unit", "kWh", {0}}, {"exchange_initial", NULL, {0, 0}}}},
        {"f", "", 2, {{"parent", "f", {0}}, {"value_kind", "counter", {0}}}},
        {"g", "", 2, {{"parent", "nn", {0}}, {"interval", "often", {0}}}},
        {"g", "", 4, {{"multiplier", NULL, {0, 0}}, {"unit", "lbs", {0}}}},
        {"h",
         "",
         5,
         {{"in_service", NULL, {20, 0}},
          {"out_of_service", NULL, {10, 0}},
          {"exchange_final", NULL, {5, 0}}}},
        {"n", "", 1, {{"site", "x", {0}}}},
        {"q", "", 1, {{"kind", "water", {0}}, {"value_kind", "register", {0}}, {"unit", "L", {0}}}},
        {"q", "e", 1, {{"unit", "kWh", {0}}}},
        {"q", "t", 1, {{"unit", "°C", {0}}, {"value_kind", "gauge", {0}}}},
        {"r", "", 1, {{"kind", "heat", {0}}, {"value_kind", "register", {0}}, {"unit", "GJ", {0}}}},
    };
    static const char *const want[] = {
        "a: its parents go round under b under c under a; none of them counts as another's part",
        "c: measures power, its parent 'a' water",
        "d: measures power, its parent 'a' water",
        "d/e: 'mian' is no role and is not understood",
        "d/e: unit changes from 'kWh' to 'MWh' on 1970-01-10 without an exchange",
        "d/e: site is 'y', but 'x' for the device as a whole; the channel's counts",
        "f: 'counter' is no value_kind and is not understood",
        "f: its parents go round under f; none of them counts as another's part",
        "g: interval 'often' is no duration such as 15 min",
        "g: 'lbs' is no unit that is known",
        "g: the multiplier from 1970-01-05 on is not above zero",
        "g: its parent 'nn' is not known; did you mean 'n'?",
        "h: goes out of service before it goes in",
        "h: the exchange on 1970-01-06 states the old final register and no new initial one",
        "q/e: a register of water cannot count kWh",
    };
    struct sentences sentences = {want, sizeof(want) / sizeof(want[0]), 0};
    struct stw_error err = {0};
    struct stw_store *store = estate_of(rows, sizeof(rows) / sizeof(rows[0]), NULL, 0);
    struct stw_view *view;
    struct stw_zone *zone;
    const struct stw_registry *registry;
    const uint32_t *children;
    OK(stw_view_open(store, NULL, &view, &err));
    OK(stw_view_registry(view, &registry, &err));
    OK(stw_zone_load("UTC", &zone, &err));
    CU_ASSERT_EQUAL(stw_registry_check(registry, zone, compare_sentence, &sentences),
                    sentences.count);
    CU_ASSERT_EQUAL(sentences.seen, sentences.count);
    /* Devices in a circle are nobody's children; one that only hangs from it is. */
    CU_ASSERT_EQUAL_FATAL(stw_registry_children(registry, STW_SLICE("a"), &children), 1);
    IS(stw_registry_entry(registry, children[0])->device, "d");
    CU_ASSERT_EQUAL(stw_registry_children(registry, STW_SLICE("b"), &children), 0);
    CU_ASSERT_EQUAL(stw_registry_children(registry, STW_SLICE("f"), &children), 0);
    stw_zone_free(zone);
    stw_view_close(view);
    stw_store_close(store);
}

/* Random parents among a few devices, against following each one's parents by hand. */
static void circles_are_found(void)
{
    enum { DEVICES = 9, TRIALS = 40 };
    static const char *const names[DEVICES] = {"0", "1", "2", "3", "4", "5", "6", "7", "8"};
    uint64_t random = 7;
    for (int trial = 0; trial < TRIALS; trial++) {
        struct stw_error err = {0};
        struct line rows[DEVICES];
        unsigned parent[DEVICES], want = 0;
        for (unsigned i = 0; i < DEVICES; i++) {
            parent[i] = (unsigned)(stw_test_random(&random) % (DEVICES + 2));
            rows[i] = (struct line){
                names[i], "", 1, {{"parent", parent[i] < DEVICES ? names[parent[i]] : "", {0}}}};
        }
        struct stw_store *store = estate_of(rows, DEVICES, NULL, 0);
        struct stw_view *view;
        const struct stw_registry *registry;
        const uint32_t *children;
        OK(stw_view_open(store, NULL, &view, &err));
        OK(stw_view_registry(view, &registry, &err));
        for (unsigned i = 0; i < DEVICES; i++) {
            unsigned at = parent[i], steps = 0;
            while (at < DEVICES && at != i && steps++ < DEVICES)
                at = parent[at];
            want += parent[i] < DEVICES && at != i;
        }
        unsigned got = 0;
        for (unsigned i = 0; i < DEVICES; i++)
            got += stw_registry_children(registry, stw_slice_of(names[i]), &children);
        STW_EXPECT(got == want, "trial %d: %u children, not %u", trial, got, want);
        stw_view_close(view);
        stw_store_close(store);
    }
}

static bool water_has_a_tariff(const void *context, const struct stw_attributes *of)
{
    (void)context;
    return stw_slice_is(of->text[STW_ATTRIBUTE_KIND], "water");
}

static void gaps_are_counted(void)
{
#define WHOLE(kind, role)                                                                          \
    {"site", "s", {0}}, {"kind", kind, {0}}, {"role", role, {0}}, {"unit", "kWh", {0}},            \
        {"value_kind", "register", {0}},                                                           \
    {                                                                                              \
        "interval", "1 h",                                                                         \
        {                                                                                          \
            0                                                                                      \
        }                                                                                          \
    }
    static const struct line rows[] = {
        {"e1", "", 1, {WHOLE("power", "building")}},
        {"e2", "", 1, {WHOLE("power", "household")}},
        {"e3",
         "",
         1,
         {WHOLE("power", "main"), {"multiplier", NULL, {1, 0}}, {"area_m2", NULL, {5, 0}}}},
        {"s1",
         "t",
         1,
         {{"value_kind", "state", {0}}, {"kind", "door", {0}}, {"reports_every", "1 d", {0}}}},
        {"w1", "", 1, {WHOLE("water", "main")}},
        {"w2", "", 1, {{"site", "s", {0}}}},
    };
    static const struct line data[] = {
        {"e1", "a", 1, {{"value", NULL, {1, 0}}}}, {"e1", "b", 1, {{"value", NULL, {1, 0}}}},
        {"e2", "a", 1, {{"value", NULL, {1, 0}}}}, {"e3", "a", 1, {{"value", NULL, {1, 0}}}},
        {"s1", "t", 1, {{"value", NULL, {1, 0}}}}, {"s1", "u", 1, {{"value", NULL, {1, 0}}}},
        {"u1", "a", 1, {{"value", NULL, {1, 0}}}}, {"u2", "a", 1, {{"value", NULL, {1, 0}}}},
        {"u3", "a", 1, {{"value", NULL, {1, 0}}}}, {"u4", "a", 1, {{"value", NULL, {1, 0}}}},
        {"w1", "a", 1, {{"value", NULL, {1, 0}}}}, {"w2", "a", 1, {{"value", NULL, {1, 0}}}},
    };
    /* s1/u is a channel nobody registered: it counts for its device. */
    static const uint32_t want[STW_GAP_COUNT] = {
        [STW_GAP_UNREGISTERED] = 5, [STW_GAP_SITE] = 1,     [STW_GAP_KIND] = 1,
        [STW_GAP_VALUE_KIND] = 1,   [STW_GAP_UNIT] = 1,     [STW_GAP_MULTIPLIER] = 1,
        [STW_GAP_AREA] = 2,         [STW_GAP_INTERVAL] = 1, [STW_GAP_TARIFF] = 3,
    };
    struct stw_error err = {0};
    struct stw_store *store =
        estate_of(rows, sizeof(rows) / sizeof(rows[0]), data, sizeof(data) / sizeof(data[0]));
    struct stw_view *view;
    struct stw_gap_tariffs tariffs = {water_has_a_tariff, NULL};
    struct stw_gaps gaps;
    OK(stw_view_open(store, NULL, &view, &err));
    OK(stw_gaps_find(view, &tariffs, &gaps, &err));
    CU_ASSERT_EQUAL(gaps.devices, 10);
    for (int i = 0; i < STW_GAP_COUNT; i++)
        STW_EXPECT(gaps.of[i].count == want[i], "%s: %u, not %u", stw_gap_text((enum stw_gap)i),
                   gaps.of[i].count, want[i]);
    IS(gaps.of[STW_GAP_UNREGISTERED].first[0], "s1");
    IS(gaps.of[STW_GAP_UNREGISTERED].first[1], "u1");
    IS(gaps.of[STW_GAP_UNREGISTERED].first[2], "u2");
    IS(gaps.of[STW_GAP_MULTIPLIER].first[0], "e1");
    CU_ASSERT_TRUE(stw_gaps_any(&gaps));
    OK(stw_gaps_find(view, NULL, &gaps, &err));
    CU_ASSERT_EQUAL(gaps.of[STW_GAP_TARIFF].count, 0);
    stw_view_close(view);
    stw_store_close(store);
}

STW_SUITE(registry, {"attributes change with time", attributes_change_with_time},
          {"lists are dated", lists_are_dated},
          {"unknown devices are listed", unknown_devices_are_listed},
          {"contradictions are named", contradictions_are_named},
          {"circles are found", circles_are_found}, {"gaps are counted", gaps_are_counted});
