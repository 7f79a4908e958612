/*
 * Scans and aggregates over a store with overlaps, corrections, gaps and an erased range: runs
 * against a list of rows, aggregates against sums over the rows of a scan, answered from
 * statistics and decoded, with one and with several threads.
 */
#include "scan/aggregate.h"

#include "../support/test.h"
#include "base/memory.h"

#include <stdio.h>

enum { METERS = 12, ROWS = 9000, PERIODS = 40 };

struct world {
    char path[300];
    struct stw_store *store;
    struct stw_view *view;
    const struct stw_table *readings;
};

static void ok(int status, const struct stw_error *err, int line)
{
    STW_EXPECT(status == STW_OK, "line %d: %s", line, err->what);
    CU_ASSERT_FATAL(status == STW_OK);
}
#define OK(call) ok((call), &err, __LINE__)

static uint32_t series_of(struct stw_commit *commit, const struct stw_table *table,
                          const char *device, const char *channel)
{
    struct stw_error err = {0};
    struct stw_buffer key;
    struct stw_slice parts[2] = {stw_slice_of(device), stw_slice_of(channel)};
    uint32_t id = 0;
    stw_buffer_init(&key);
    OK(stw_key_join(&key, parts, 2, &err));
    OK(stw_commit_series(commit, table, stw_buffer_slice(&key), &id, &err));
    stw_buffer_release(&key);
    return id;
}

static void meter_name(unsigned meter, char *name, size_t size)
{
    snprintf(name, size, "m%02u", (meter * 5) % METERS);
}

/* Quarter-hour registers; each pass is a commit: the first two thirds, the last two thirds (which
 * repeats a third and goes on), then a correction of every 500th. Meters 3 and 7 are short. */
static void fill_pass(struct world *world, int pass)
{
    struct stw_error err = {0};
    struct stw_commit *commit;
    struct stw_commit_result result;
    struct stw_batch batch;
    OK(stw_commit_begin(world->store, NULL, &commit, &err));
    OK(stw_batch_init(&batch, world->readings, ROWS, &err));
    OK(stw_batch_use(&batch, 0, &err));
    OK(stw_batch_use(&batch, 1, &err));
    for (unsigned meter = 0; meter < METERS; meter++) {
        char name[8];
        meter_name(meter, name, sizeof(name));
        uint32_t id = series_of(commit, world->readings, name, "total");
        int rows = meter == 3 ? 5 : meter == 7 ? 300 : ROWS;
        for (int i = 0; i < rows; i++) {
            bool mine = pass == 0   ? i < 2 * rows / 3
                        : pass == 1 ? i >= rows / 3
                                    : meter % 2 == 0 && i % 500 == 250;
            if (!mine || (i > 4000 && i < 4100))
                continue;
            uint32_t row = stw_batch_row(&batch, id, i * 15 * STW_NS_PER_MINUTE);
            if (meter != 5 || i % 10 != 0)
                stw_batch_set_decimal(
                    &batch, row, 0,
                    (struct stw_decimal){(int64_t)meter * 1000003 + i * 7 + pass / 2,
                                         meter == 9 && i > 5000 ? 3 : 2});
            if (meter == 1)
                CU_ASSERT(stw_batch_set_text(&batch, row, 1, STW_SLICE("ok")));
        }
        OK(stw_commit_add(commit, &batch, &err));
        stw_batch_clear(&batch);
    }
    stw_batch_release(&batch);
    OK(stw_commit_finish(commit, &result, &err));
}

static void add_devices(struct world *world)
{
    struct stw_error err = {0};
    const struct stw_table *devices =
        stw_schema_find(stw_store_schema(world->store), STW_SLICE("devices"));
    struct stw_commit *commit;
    struct stw_commit_result result;
    struct stw_batch batch;
    uint32_t role = (uint32_t)stw_table_column(devices, STW_SLICE("role"));
    OK(stw_commit_begin(world->store, NULL, &commit, &err));
    OK(stw_batch_init(&batch, devices, 0, &err));
    OK(stw_batch_use(&batch, role, &err));
    for (unsigned meter = 0; meter < METERS; meter += 2) {
        char name[8];
        meter_name(meter, name, sizeof(name));
        uint32_t row = stw_batch_row(&batch, series_of(commit, devices, name, ""), 0);
        CU_ASSERT(stw_batch_set_text(&batch, row, role,
                                     meter % 4 == 0 ? STW_SLICE("main") : STW_SLICE("household")));
    }
    OK(stw_commit_add(commit, &batch, &err));
    stw_batch_release(&batch);
    OK(stw_commit_finish(commit, &result, &err));
}

static void open_world(struct world *world)
{
    struct stw_error err = {0};
    struct stw_store_settings settings = {.zone = STW_SLICE("UTC")};
    snprintf(world->path, sizeof(world->path), "%s/store", stw_test_folder());
    OK(stw_store_create(world->path, &settings, NULL, &err));
    OK(stw_store_open(&world->store, world->path, STW_STORE_WRITE, NULL, &err));
    world->readings = stw_schema_find(stw_store_schema(world->store), STW_SLICE("readings"));
    for (int pass = 0; pass < 3; pass++)
        fill_pass(world, pass);
    add_devices(world);
    OK(stw_store_erase(world->store, world->readings, 4, 2000 * 15 * STW_NS_PER_MINUTE,
                       2010 * 15 * STW_NS_PER_MINUTE, &err));
    OK(stw_view_open(world->store, NULL, &world->view, &err));
}

static void close_world(struct world *world)
{
    stw_view_close(world->view);
    stw_store_close(world->store);
}

static struct stw_scan_spec whole(const struct world *world, const uint32_t *column)
{
    return (struct stw_scan_spec){.table = world->readings,
                                  .columns = column,
                                  .column_count = 1,
                                  .from_ns = INT64_MIN,
                                  .to_ns = INT64_MAX};
}

static void scans_in_key_order(void)
{
    struct world world;
    struct stw_error err = {0};
    struct stw_scan *scan;
    struct stw_run run;
    static const uint32_t value = 0;
    open_world(&world);
    struct stw_scan_spec spec = whole(&world, &value);
    struct stw_series series = stw_view_series(world.view, world.readings);
    OK(stw_scan_open(&scan, world.view, &spec, &err));
    struct stw_slice last = {"", 0};
    int64_t last_ns = INT64_MIN;
    uint64_t rows = 0;
    int status;
    while ((status = stw_scan_next(scan, &run, &err)) == STW_OK) {
        struct stw_slice key = stw_series_key(&series, run.series);
        int order = stw_slice_compare(last, key);
        CU_ASSERT(order <= 0);
        if (order != 0)
            last_ns = INT64_MIN;
        last = key;
        for (uint32_t i = 0; i < run.count; i++) {
            CU_ASSERT(run.time_ns[i] > last_ns);
            last_ns = run.time_ns[i];
        }
        rows += run.count;
    }
    CU_ASSERT_EQUAL(status, STW_END);
    /* Ten long meters without the gap of 99, two short ones, without the 10 erased rows. */
    CU_ASSERT_EQUAL(rows, 10 * (ROWS - 99) + 5 + 300 - 10);
    CU_ASSERT_EQUAL(stw_scan_statistics(scan).rows, rows);
    stw_scan_close(scan);
    spec.history = true;
    OK(stw_scan_open(&scan, world.view, &spec, &err));
    rows = 0;
    while ((status = stw_scan_next(scan, &run, &err)) == STW_OK)
        rows += run.count;
    /* Corrections of 18 rows for five long even meters; nothing of the repeated third. */
    CU_ASSERT_EQUAL(rows, 10 * (ROWS - 99) + 5 + 300 + 6 * 18);
    stw_scan_close(scan);
    close_world(&world);
}

static void attributes_choose_series(void)
{
    struct world world;
    struct stw_error err = {0};
    static const uint32_t value = 0;
    open_world(&world);
    static const struct stw_slice values[] = {{"main", 4}, {"public", 6}};
    struct stw_filter filter = {STW_ATTRIBUTE_ROLE, values, 2};
    struct stw_scan_spec spec = whole(&world, &value);
    spec.filters = &filter;
    spec.filter_count = 1;
    uint32_t *ids, count;
    OK(stw_scan_series(world.view, &spec, &ids, &count, &err));
    /* Meters 0, 4, 8 are mains; their names are m00, m08, m04 (5 * meter mod 12), ids the meters.
     */
    CU_ASSERT_EQUAL_FATAL(count, 3);
    CU_ASSERT(ids[0] == 0 && ids[1] == 8 && ids[2] == 4);
    stw_free(ids);
    const struct stw_table *orders =
        stw_schema_find(stw_view_schema(world.view), STW_SLICE("work_orders"));
    spec.table = orders;
    CU_ASSERT_EQUAL(stw_scan_series(world.view, &spec, &ids, &count, &err), STW_ERR_USAGE);
    close_world(&world);
}

/* What an aggregate run said, as text. */
struct said {
    struct stw_buffer text;
    const struct world *world;
};

static int say(void *context, uint32_t series, const struct stw_aggregate *cells, uint32_t count)
{
    struct said *said = context;
    for (uint32_t i = 0; i < count; i++) {
        char sum[STW_DECIMAL_TEXT_SIZE], min[STW_DECIMAL_TEXT_SIZE], max[STW_DECIMAL_TEXT_SIZE];
        char first[STW_DECIMAL_TEXT_SIZE], last[STW_DECIMAL_TEXT_SIZE];
        if (cells[i].rows == 0)
            continue;
        stw_wide_format(cells[i].sum, true, sum);
        stw_decimal_format(cells[i].min, true, min);
        stw_decimal_format(cells[i].max, true, max);
        stw_decimal_format(cells[i].first, true, first);
        stw_decimal_format(cells[i].last, true, last);
        stw_buffer_printf(&said->text, "%u %u %llu %llu %s %s %s %s %s %lld %lld\n", series, i,
                          (unsigned long long)cells[i].rows, (unsigned long long)cells[i].count,
                          sum, min, max, first, last, (long long)cells[i].first_ns,
                          (long long)cells[i].last_ns);
    }
    return STW_OK;
}

/* The same from the rows of a scan, one by one. */
static void say_plainly(struct world *world, const struct stw_scan_spec *spec,
                        const int64_t *boundaries, struct said *said)
{
    struct stw_error err = {0};
    struct stw_scan *scan;
    struct stw_run run;
    struct stw_aggregate cells[PERIODS];
    uint32_t series = UINT32_MAX;
    int status;
    OK(stw_scan_open(&scan, world->view, spec, &err));
    while ((status = stw_scan_next(scan, &run, &err)) >= 0) {
        if (status == STW_END || run.series != series) {
            if (series != UINT32_MAX)
                (void)say(said, series, cells, PERIODS);
            memset(cells, 0, sizeof(cells));
            series = run.series;
        }
        if (status == STW_END)
            break;
        for (uint32_t i = 0; i < run.count; i++) {
            uint32_t period = 0;
            while (run.time_ns[i] >= boundaries[period + 1])
                period++;
            struct stw_aggregate *cell = &cells[period];
            cell->rows++;
            if (!stw_vector_has(&run.columns[0], i))
                continue;
            struct stw_decimal value = stw_vector_decimal(&run.columns[0], i);
            if (cell->count++ == 0) {
                cell->first = cell->min = cell->max = value;
                cell->first_ns = run.time_ns[i];
            }
            cell->last = value;
            cell->last_ns = run.time_ns[i];
            cell->min = stw_decimal_compare(value, cell->min) < 0 ? value : cell->min;
            cell->max = stw_decimal_compare(value, cell->max) > 0 ? value : cell->max;
            CU_ASSERT(stw_wide_add(cell->sum, stw_wide_of(value), &cell->sum));
        }
    }
    stw_scan_close(scan);
}

static void aggregates_agree(void)
{
    struct world world;
    struct stw_error err = {0};
    static const uint32_t value = 0;
    open_world(&world);
    /* Periods as short as an hour, as long as everything, odd boundaries. */
    for (int64_t step = 3; step < 4000; step = step * 5 + 1) {
        int64_t boundaries[PERIODS + 1];
        for (int i = 0; i <= PERIODS; i++)
            boundaries[i] = (100 + i * step) * 15 * STW_NS_PER_MINUTE - (i % 3);
        for (int history = 0; history < 2; history++) {
            struct stw_aggregate_spec spec = {.scan = whole(&world, &value),
                                              .boundaries = boundaries,
                                              .boundary_count = PERIODS + 1};
            struct said want = {.world = &world};
            spec.scan.history = history == 1;
            struct stw_scan_spec rows = spec.scan;
            rows.from_ns = boundaries[0];
            rows.to_ns = boundaries[PERIODS];
            stw_buffer_init(&want.text);
            say_plainly(&world, &rows, boundaries, &want);
            for (unsigned threads = 1; threads <= 4; threads++) {
                struct said got = {.world = &world};
                struct stw_scan_stats stats;
                stw_buffer_init(&got.text);
                spec.thread_count = threads;
                spec.decode_always = threads == 2;
                OK(stw_aggregate_run(world.view, &spec, say, &got, &stats, &err));
                STW_EXPECT(
                    stw_slice_equal(stw_buffer_slice(&got.text), stw_buffer_slice(&want.text)),
                    "step %lld, history %d, %u threads", (long long)step, history, threads);
                CU_ASSERT(threads != 2 || stats.blocks_skipped == 0);
                CU_ASSERT(threads == 2 || step < 3000 || stats.blocks_skipped > 0);
                stw_buffer_release(&got.text);
            }
            CU_ASSERT(want.text.size > 1000);
            stw_buffer_release(&want.text);
        }
    }
    close_world(&world);
}

/* A consumer of runs may skip blocks it has judged; what is left are the other rows. */
static void skipped_blocks_are_left_out(void)
{
    struct world world;
    struct stw_error err = {0};
    static const uint32_t value = 0;
    open_world(&world);
    struct stw_scan_spec spec = whole(&world, &value);
    struct stw_scan *scan;
    struct stw_scan_block block;
    struct stw_run run;
    uint64_t rows = 0, skipped = 0;
    OK(stw_scan_open(&scan, world.view, &spec, &err));
    for (;;) {
        int status = stw_scan_peek(scan, &block, &err);
        CU_ASSERT_FATAL(status >= 0);
        if (status == STW_OK) {
            CU_ASSERT(block.series < METERS && block.block->series_first == block.series);
            skipped += block.block->rows;
            OK(stw_scan_skip(scan, &err));
            continue;
        }
        status = stw_scan_next(scan, &run, &err);
        if (status == STW_END)
            break;
        CU_ASSERT_FATAL(status == STW_OK);
        rows += run.count;
    }
    CU_ASSERT(skipped > 0);
    CU_ASSERT_EQUAL(rows + skipped, 10 * (ROWS - 99) + 5 + 300 - 10);
    stw_scan_close(scan);
    close_world(&world);
}

static void means_round_half_away(void)
{
    struct stw_aggregate cell = {.count = 4, .sum = {10, 1}}; /* 1.0 / 4 = 0.25 */
    struct stw_decimal mean;
    CU_ASSERT(stw_aggregate_mean(&cell, 1, &mean) && mean.value == 3 && mean.scale == 1);
    CU_ASSERT(stw_aggregate_mean(&cell, 0, &mean) && mean.value == 0);
    CU_ASSERT(stw_aggregate_mean(&cell, 3, &mean) && mean.value == 250);
    cell.sum.value = -10;
    CU_ASSERT(stw_aggregate_mean(&cell, 1, &mean) && mean.value == -3);
    cell.count = 0;
    CU_ASSERT_FALSE(stw_aggregate_mean(&cell, 1, &mean));
}

STW_SUITE(scan, {"scans in key order", scans_in_key_order},
          {"attributes choose series", attributes_choose_series},
          {"aggregates agree", aggregates_agree},
          {"skipped blocks are left out", skipped_blocks_are_left_out},
          {"means round half away", means_round_half_away});
