/*
 * Compaction against the plain twin: random commits, erasures, snapshots given and given up, and
 * compactions of every kind, and after each of them every view must give what it gave before.
 */
#include "../support/test.h"
#include "base/memory.h"
#include "store/compact.h"
#include "store/verify.h"
#include "store_kit.h"
#include "twin_world.h"

#include <stdio.h>

enum { SNAPSHOTS_MAX = 12 };

/* The twin as it was when each snapshot was made. */
struct history {
    struct twin_world world;
    struct twin kept[SNAPSHOTS_MAX];
    char names[SNAPSHOTS_MAX][16];
    unsigned count;
    unsigned made;
};

static unsigned dice(struct history *history, unsigned sides)
{
    return (unsigned)(stw_test_random(&history->world.twin.random) % sides);
}

static void make_snapshot(struct history *history)
{
    struct stw_error err = {0};
    if (history->count == SNAPSHOTS_MAX)
        return;
    struct twin *kept = &history->kept[history->count];
    char *name = history->names[history->count++];
    snprintf(name, 16, "s%u", history->made++);
    twin_ok(stw_store_snapshot(history->world.store, stw_slice_of(name), STW_SLICE(""), &err), &err,
            "snapshot");
    *kept = history->world.twin;
    kept->rows = stw_alloc(kept->count, sizeof(*kept->rows));
    CU_ASSERT_FATAL(kept->rows != NULL);
    if (kept->count > 0)
        memcpy(kept->rows, history->world.twin.rows, kept->count * sizeof(*kept->rows));
}

static void drop_snapshot(struct history *history)
{
    struct stw_error err = {0};
    if (history->count == 0)
        return;
    unsigned place = dice(history, history->count);
    twin_ok(
        stw_store_snapshot_drop(history->world.store, stw_slice_of(history->names[place]), &err),
        &err, "drop");
    twin_release(&history->kept[place]);
    history->count--;
    history->kept[place] = history->kept[history->count];
    memcpy(history->names[place], history->names[history->count], 16);
}

static void compact(struct history *history, struct stw_compact_result *result)
{
    struct stw_error err = {0};
    struct stw_compact_spec spec = {
        .triggered_only = dice(history, 3) == 0,
        .cold_after_ns = dice(history, 2) == 0 ? 0 : STW_NS_PER_DAY,
        .budget_bytes = dice(history, 3) == 0 ? 30000 : 0,
    };
    twin_ok(stw_compact_run(history->world.store, &spec, result, &err), &err, "compact");
    CU_ASSERT(result->rows_out <= result->rows_in);
}

/* The live rows and those of each snapshot, whole and in part. */
static void compare_all(struct history *history, int64_t spread_ns)
{
    struct twin_world *world = &history->world;
    int64_t from_ns = (int64_t)(stw_test_random(&world->twin.random) % (uint64_t)spread_ns);
    twin_world_compare(world, NULL, INT64_MIN, INT64_MAX, false, "live");
    twin_world_compare(world, NULL, from_ns, from_ns + spread_ns / 3, false, "live part");
    for (unsigned i = 0; i < history->count; i++) {
        twin_world_compare_with(world, &history->kept[i], history->names[i], INT64_MIN, INT64_MAX,
                                false, history->names[i]);
        twin_world_compare_with(world, &history->kept[i], history->names[i], from_ns,
                                from_ns + spread_ns / 3, false, history->names[i]);
    }
}

static void reopen(struct history *history, const char *path)
{
    struct stw_error err = {0};
    struct twin_world *world = &history->world;
    struct stw_store_options options = {.memory_bytes = 1 << 20};
    struct stw_verify_result result;
    stw_store_close(world->store);
    twin_ok(stw_store_open(&world->store, path, STW_STORE_WRITE, &options, &err), &err, "reopen");
    CU_ASSERT_EQUAL(stw_store_finding_count(world->store), 0);
    twin_ok(stw_store_verify(world->store, NULL, NULL, &result, &err), &err, "verify");
    CU_ASSERT_EQUAL(result.findings, 0);
    CU_ASSERT_EQUAL(kit_files(path, "segments"), result.segments);
    const struct stw_table *table = stw_schema_find(stw_store_schema(world->store), STW_SLICE("r"));
    world->table = table;
    world->batch.table = table;
}

static void views_stay_as_they_are(enum stw_identity identity)
{
    static const char *const partitions[] = {"month", "year", "all"};
    for (uint64_t seed = 1; seed <= 6; seed++) {
        struct history history = {.count = 0};
        struct stw_compact_result result;
        char path[300];
        int64_t spread_ns = STW_NS_PER_DAY * (seed % 3 == 0 ? 3 : 100);
        twin_world_open(&history.world, identity, partitions[seed % 3], seed % 4 == 0 ? 2 : 30,
                        1 << 20, seed, path);
        history.world.erases = seed % 2 == 0;
        for (int step = 0; step < 24; step++) {
            twin_world_commit(&history.world, 1 + dice(&history, step % 4 == 0 ? 500 : 60),
                              spread_ns);
            if (dice(&history, 3) == 0)
                twin_world_erase(&history.world, spread_ns);
            if (dice(&history, 5) == 0)
                make_snapshot(&history);
            if (dice(&history, 9) == 0)
                drop_snapshot(&history);
            if (dice(&history, 4) == 0)
                compact(&history, &result);
            if (step % 3 == 0)
                compare_all(&history, spread_ns);
            if (dice(&history, 12) == 0)
                reopen(&history, path);
        }
        struct stw_error err = {0};
        struct stw_compact_spec everything = {.cold_after_ns = 1};
        twin_ok(stw_compact_run(history.world.store, &everything, &result, &err), &err, "compact");
        compare_all(&history, spread_ns);
        twin_ok(stw_compact_run(history.world.store, &everything, &result, &err), &err, "again");
        CU_ASSERT_EQUAL(result.jobs, 0); /* there is an end to it */
        reopen(&history, path);
        compare_all(&history, spread_ns);
        while (history.count > 0)
            drop_snapshot(&history);
        twin_ok(stw_compact_run(history.world.store, &everything, &result, &err), &err, "last");
        compare_all(&history, spread_ns);
        twin_world_close(&history.world);
    }
}

static void rows_of_a_time(void)
{
    views_stay_as_they_are(STW_IDENTITY_TIME);
}

static void rows_of_a_series(void)
{
    views_stay_as_they_are(STW_IDENTITY_SERIES);
}

static void all_rows(void)
{
    views_stay_as_they_are(STW_IDENTITY_ALL);
}

STW_SUITE(compact, {"rows of a time", rows_of_a_time}, {"rows of a series", rows_of_a_series},
          {"all rows", all_rows});
