/*
 * Aggregates of more series than one window takes: named in the order in which they came, and in
 * an order that has nothing to do with it. Every series has a value that follows from its name.
 */
#include "scan/aggregate.h"

#include "../support/test.h"

#include <stdio.h>
#include <string.h>

enum { SERIES = 5009, ROWS = 3 }; /* a prime: every step walks through all names */

struct met {
    const struct stw_series *series;
    uint32_t next; /* number in the name of the series that must come next */
    uint32_t wrong;
};

static void ok(int status, const struct stw_error *err, int line)
{
    STW_EXPECT(status == STW_OK, "line %d: %s %s", line, err->what, err->where);
    CU_ASSERT_FATAL(status == STW_OK);
}
#define OK(call) ok((call), &err, __LINE__)

/* The i-th series to come has the name i * step mod SERIES; its values are name + row. */
static void fill(struct stw_store *store, uint32_t step)
{
    struct stw_error err = {0};
    struct stw_commit *commit;
    struct stw_commit_result result;
    struct stw_batch batch;
    const struct stw_table *readings =
        stw_schema_find(stw_store_schema(store), STW_SLICE("readings"));
    OK(stw_commit_begin(store, NULL, &commit, &err));
    OK(stw_batch_init(&batch, readings, 0, &err));
    OK(stw_batch_use(&batch, 0, &err));
    for (uint32_t i = 0; i < SERIES; i++) {
        uint32_t id, name = (uint32_t)((uint64_t)i * step % SERIES);
        char key[16];
        int size = snprintf(key, sizeof(key), "m%04u", name);
        memcpy(key + size, "\0c", 2);
        OK(stw_commit_series(commit, readings, (struct stw_slice){key, (size_t)size + 2}, &id,
                             &err));
        for (int hour = 0; hour < ROWS; hour++) {
            if (stw_batch_full(&batch)) {
                OK(stw_commit_add(commit, &batch, &err));
                stw_batch_clear(&batch);
            }
            uint32_t row = stw_batch_row(&batch, id, hour * STW_NS_PER_HOUR);
            stw_batch_set_decimal(&batch, row, 0, (struct stw_decimal){name + hour, 0});
        }
    }
    OK(stw_commit_add(commit, &batch, &err));
    OK(stw_commit_finish(commit, &result, &err));
    stw_batch_release(&batch);
}

static int meet(void *context, uint32_t series, const struct stw_aggregate *aggregates,
                uint32_t count)
{
    struct met *met = context;
    char want[16];
    snprintf(want, sizeof(want), "m%04u", met->next);
    const struct stw_aggregate *first = &aggregates[0], *rest = &aggregates[1];
    met->wrong += count != 2 ||
                  !stw_slice_is(stw_key_part(stw_series_key(met->series, series), 0), want) ||
                  first->rows != 1 || first->sum.value != met->next || rest->rows != 2 ||
                  rest->sum.value != 2 * met->next + 3; /* name + 1 and name + 2 */
    met->next++;
    return STW_OK;
}

static void all_series_come_in_order(void)
{
    static const uint32_t value = 0;
    static const uint32_t steps[] = {1, 3001};
    const int64_t boundaries[] = {0, STW_NS_PER_HOUR, STW_NS_PER_DAY};
    for (int i = 0; i < 2; i++) {
        struct stw_error err = {0};
        struct stw_store *store;
        struct stw_view *view;
        struct stw_store_settings settings = {.zone = STW_SLICE("UTC")};
        char path[300];
        snprintf(path, sizeof(path), "%s/store", stw_test_folder());
        OK(stw_store_create(path, &settings, NULL, &err));
        OK(stw_store_open(&store, path, STW_STORE_WRITE, NULL, &err));
        fill(store, steps[i]);
        OK(stw_view_open(store, NULL, &view, &err));
        const struct stw_table *readings =
            stw_schema_find(stw_view_schema(view), STW_SLICE("readings"));
        struct stw_series series = stw_view_series(view, readings);
        for (unsigned threads = 1; threads <= 3; threads++) {
            struct met met = {.series = &series};
            struct stw_aggregate_spec spec = {
                .scan = {.table = readings, .columns = &value, .column_count = 1},
                .boundaries = boundaries,
                .boundary_count = 3,
                .thread_count = threads};
            OK(stw_aggregate_run(view, &spec, meet, &met, NULL, &err));
            CU_ASSERT_EQUAL(met.next, SERIES);
            CU_ASSERT_EQUAL(met.wrong, 0);
        }
        stw_view_close(view);
        stw_store_close(store);
    }
}

STW_SUITE(windows, {"all series come in order", all_series_come_in_order});
