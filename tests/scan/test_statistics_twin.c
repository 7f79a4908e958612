/*
 * Block statistics are used only where they are right: aggregates of long series against plain
 * arrays, over random overlapping commits, sparse corrections, erasures, snapshots at random
 * generations and compactions in between. Every view is asked before and after each compaction.
 */
#include "scan/aggregate.h"

#include "../support/test.h"
#include "base/memory.h"
#include "store/compact.h"

#include <stdio.h>

enum { SERIES = 6, SLOTS = 26000, SNAPSHOTS_MAX = 5, BOUNDARIES_MAX = 5 };

/* What a view must see: a value a series and hour, at one place after the point. */
struct plain {
    int64_t value[SERIES][SLOTS];
    uint8_t state[SERIES][SLOTS]; /* 0 no row, 1 a row without a value, 2 a value */
};

struct world {
    struct stw_store *store;
    const struct stw_table *readings;
    struct plain *now;
    struct plain *kept[SNAPSHOTS_MAX];
    unsigned snapshots;
    uint32_t ids[SERIES];
    uint64_t random;
    bool gaps;        /* the commit at hand has rows without a value */
    uint64_t skipped; /* blocks answered from statistics */
    uint64_t read;
};

static void ok(int status, const struct stw_error *err, int line)
{
    STW_EXPECT(status == STW_OK, "line %d: %s %s", line, err->what, err->where);
    CU_ASSERT_FATAL(status == STW_OK);
}
#define OK(call) ok((call), &err, __LINE__)

static uint32_t dice(struct world *world, uint32_t sides)
{
    return (uint32_t)(stw_test_random(&world->random) % sides);
}

static void put(struct world *world, struct stw_batch *batch, uint32_t series, uint32_t slot)
{
    bool has = !world->gaps || dice(world, 500) != 0;
    int64_t value = (int64_t)slot * 10 + dice(world, 7);
    uint32_t row = stw_batch_row(batch, world->ids[series], slot * STW_NS_PER_HOUR);
    if (has)
        stw_batch_set_decimal(batch, row, 0, (struct stw_decimal){value, 1});
    world->now->state[series][slot] = has ? 2 : 1;
    world->now->value[series][slot] = has ? value : 0;
}

/* Some series get a long stretch, or every so-and-so-manyth row of one. */
static void commit_some(struct world *world, bool long_stretch)
{
    struct stw_error err = {0};
    struct stw_commit *commit;
    struct stw_commit_result result;
    struct stw_batch batch;
    world->gaps = dice(world, 4) == 0;
    OK(stw_commit_begin(world->store, NULL, &commit, &err));
    OK(stw_batch_init(&batch, world->readings, 0, &err));
    OK(stw_batch_use(&batch, 0, &err));
    for (uint32_t series = 0; series < SERIES; series++) {
        char key[16];
        int size = snprintf(key, sizeof(key), "m%u", series);
        memcpy(key + size, "\0c", 2);
        OK(stw_commit_series(commit, world->readings, (struct stw_slice){key, (size_t)size + 2},
                             &world->ids[series], &err));
        if (long_stretch ? dice(world, 3) == 0 : dice(world, 4) != 0)
            continue;
        uint32_t first = dice(world, SLOTS);
        uint32_t left = SLOTS - first;
        uint32_t end = first + (long_stretch ? left : left < 300 ? left : 1 + dice(world, 300));
        uint32_t step = long_stretch ? 1 : 1 + dice(world, 40);
        for (uint32_t slot = first; slot < end; slot += step) {
            put(world, &batch, series, slot);
            if (stw_batch_full(&batch)) {
                OK(stw_commit_add(commit, &batch, &err));
                stw_batch_clear(&batch);
            }
        }
    }
    OK(stw_commit_add(commit, &batch, &err));
    OK(stw_commit_finish(commit, &result, &err));
    stw_batch_release(&batch);
}

static void erase_some(struct world *world)
{
    struct stw_error err = {0};
    uint32_t series = dice(world, SERIES), first = dice(world, SLOTS);
    uint32_t end = first + 1 + dice(world, 2000);
    end = end < SLOTS ? end : SLOTS;
    OK(stw_store_erase(world->store, world->readings, world->ids[series], first * STW_NS_PER_HOUR,
                       end * STW_NS_PER_HOUR, &err));
    memset(&world->now->state[series][first], 0, end - first);
}

static void snapshot(struct world *world)
{
    struct stw_error err = {0};
    char name[16];
    if (world->snapshots == SNAPSHOTS_MAX)
        return;
    snprintf(name, sizeof(name), "s%u", world->snapshots);
    OK(stw_store_snapshot(world->store, stw_slice_of(name), STW_SLICE(""), &err));
    struct plain *kept = stw_alloc(1, sizeof(*kept));
    CU_ASSERT_FATAL(kept != NULL);
    *kept = *world->now;
    world->kept[world->snapshots++] = kept;
}

/* ---- Comparing ------------------------------------------------------------------------------- */

struct expectation {
    const struct world *world;
    const struct plain *plain;
    const int64_t *boundaries;
    uint32_t wrong;
    uint32_t seen; /* bits of series */
};

static bool is_right(const struct plain *plain, uint32_t series, int64_t from_ns, int64_t to_ns,
                     const struct stw_aggregate *got)
{
    uint64_t rows = 0, count = 0;
    int64_t sum = 0, min = INT64_MAX, max = INT64_MIN, first = 0, last = 0;
    int64_t first_ns = 0, last_ns = 0;
    for (uint32_t slot = 0; slot < SLOTS; slot++) {
        int64_t at_ns = slot * STW_NS_PER_HOUR, value = plain->value[series][slot];
        if (at_ns < from_ns || at_ns >= to_ns || plain->state[series][slot] == 0)
            continue;
        rows++;
        if (plain->state[series][slot] == 1)
            continue;
        first = count == 0 ? value : first;
        first_ns = count == 0 ? at_ns : first_ns;
        count++;
        sum += value;
        min = value < min ? value : min;
        max = value > max ? value : max;
        last = value;
        last_ns = at_ns;
    }
    if (got->rows != rows || got->count != count)
        return false;
    stw_int128 got_sum = 0;
    return count == 0 || (stw_wide_rescale(got->sum, 1, &got_sum) && got_sum == sum &&
                          stw_decimal_compare(got->min, (struct stw_decimal){min, 1}) == 0 &&
                          stw_decimal_compare(got->max, (struct stw_decimal){max, 1}) == 0 &&
                          stw_decimal_compare(got->first, (struct stw_decimal){first, 1}) == 0 &&
                          stw_decimal_compare(got->last, (struct stw_decimal){last, 1}) == 0 &&
                          got->first_ns == first_ns && got->last_ns == last_ns);
}

static int take(void *context, uint32_t series, const struct stw_aggregate *aggregates,
                uint32_t count)
{
    struct expectation *expect = context;
    uint32_t number = 0;
    while (expect->world->ids[number] != series)
        number++;
    expect->seen |= 1u << number;
    for (uint32_t i = 0; i < count; i++)
        expect->wrong += !is_right(expect->plain, number, expect->boundaries[i],
                                   expect->boundaries[i + 1], &aggregates[i]);
    return STW_OK;
}

static void compare(struct world *world, const char *as_of, const struct plain *plain,
                    const char *when)
{
    struct stw_error err = {0};
    struct stw_view *view;
    struct stw_scan_stats statistics;
    static const uint32_t value = 0;
    int64_t boundaries[BOUNDARIES_MAX];
    uint32_t count = 2 + dice(world, BOUNDARIES_MAX - 1);
    for (uint32_t i = 0; i < count; i++)
        boundaries[i] =
            ((int64_t)SLOTS * i / count + dice(world, SLOTS / count)) * STW_NS_PER_HOUR +
            dice(world, 2);
    OK(stw_view_open(world->store, as_of, &view, &err));
    struct expectation expect = {.world = world, .plain = plain, .boundaries = boundaries};
    struct stw_aggregate_spec spec = {
        .scan = {.table = world->readings, .columns = &value, .column_count = 1},
        .boundaries = boundaries,
        .boundary_count = count,
        .thread_count = 1};
    OK(stw_aggregate_run(view, &spec, take, &expect, &statistics, &err));
    STW_EXPECT(expect.wrong == 0, "%s, %s: %u aggregates are wrong", when,
               as_of == NULL ? "now" : as_of, expect.wrong);
    for (uint32_t series = 0; series < SERIES; series++) {
        struct stw_aggregate none = {.rows = 0};
        for (uint32_t i = 0; !(expect.seen >> series & 1) && i + 1 < count; i++)
            CU_ASSERT(is_right(plain, series, boundaries[i], boundaries[i + 1], &none));
    }
    world->skipped += statistics.blocks_skipped;
    world->read += statistics.blocks_read;
    stw_view_close(view);
}

static void compare_all(struct world *world, const char *when)
{
    compare(world, NULL, world->now, when);
    for (unsigned i = 0; i < world->snapshots; i++) {
        char name[16];
        snprintf(name, sizeof(name), "s%u", i);
        compare(world, name, world->kept[i], when);
    }
}

static void statistics_match_plain_arrays(void)
{
    uint64_t skipped = 0, read = 0;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        struct stw_error err = {0};
        struct world world = {.random = seed};
        struct stw_compact_result result;
        char path[300];
        snprintf(path, sizeof(path), "%s/store", stw_test_folder());
        struct stw_store_settings settings = {
            .zone = STW_SLICE("UTC"),
            .schema = STW_SLICE("tables: {readings: {keys: [device, channel], time: time, "
                                "identity: time, partition: all, columns: {value: decimal}}}")};
        OK(stw_store_create(path, &settings, NULL, &err));
        OK(stw_store_open(&world.store, path, STW_STORE_WRITE, NULL, &err));
        world.readings = stw_schema_find(stw_store_schema(world.store), STW_SLICE("readings"));
        world.now = stw_alloc_zero(1, sizeof(*world.now));
        CU_ASSERT_FATAL(world.now != NULL);
        for (int step = 0; step < 10; step++) {
            commit_some(&world, step < 2 || dice(&world, 5) == 0);
            if (dice(&world, 2) == 0)
                erase_some(&world);
            if (dice(&world, 3) == 0)
                snapshot(&world);
            if (step % 3 != 2)
                continue;
            struct stw_compact_spec spec = {.cold_after_ns = dice(&world, 2) == 0 ? 0 : 1,
                                            .triggered_only = dice(&world, 3) == 0};
            compare_all(&world, "before");
            OK(stw_compact_run(world.store, &spec, &result, &err));
            compare_all(&world, "after");
        }
        skipped += world.skipped;
        read += world.read;
        stw_store_close(world.store);
        stw_free(world.now);
        while (world.snapshots > 0)
            stw_free(world.kept[--world.snapshots]);
    }
    STW_EXPECT(skipped > 50 && read > 100, "%llu blocks skipped, %llu read",
               (unsigned long long)skipped, (unsigned long long)read);
}

STW_SUITE(statistics_twin, {"statistics match plain arrays", statistics_match_plain_arrays});
