/* The device registry on a small estate, expected values by hand. */
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

static struct stw_store *estate(void)
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
    for (unsigned i = 0; i < sizeof(devices) / sizeof(devices[0]); i++)
        put(commit, table, &devices[i]);
    /* In data only: a device, and a channel of a device that is known. */
    const struct stw_table *readings =
        stw_schema_find(stw_store_schema(store), STW_SLICE("readings"));
    static const struct line data[] = {
        {"p7", "power", 1, {{"value", NULL, {1, 0}}}},
        {"w1", "flow", 1, {{"value", NULL, {1, 0}}}},
    };
    for (unsigned i = 0; i < 2; i++)
        put(commit, readings, &data[i]);
    OK(stw_commit_finish(commit, &result, &err));
    return store;
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

STW_SUITE(registry, {"attributes change with time", attributes_change_with_time},
          {"lists are dated", lists_are_dated},
          {"unknown devices are listed", unknown_devices_are_listed});
