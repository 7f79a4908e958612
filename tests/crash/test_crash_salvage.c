/*
 * Salvage of sound stores with random commits, corrections, erasures, snapshots and compaction, for
 * each kind of row identity: what the new store holds is what the plain twin holds.
 */
#include "../store/store_kit.h"
#include "../store/twin_world.h"
#include "../support/test.h"
#include "store/compact.h"
#include "store/salvage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SPREAD_DAYS = 500 }; /* several partitions, whether of months or years */

static void salvage_into(struct twin_world *world, const char *path, bool history)
{
    struct stw_error err = {0};
    struct stw_salvage_result result;
    struct stw_salvage_spec spec = {.memory_bytes = 20000, .window_rows = history ? 0 : 11};
    struct stw_store *old = world->store;
    char into[300];
    snprintf(into, sizeof(into), "%s/new", stw_test_folder());
    twin_ok(stw_salvage_run(path, into, &spec, NULL, NULL, &result, &err), &err, "salvage");
    CU_ASSERT_EQUAL(result.findings, 0);
    twin_ok(stw_store_open(&world->store, into, STW_STORE_READ, NULL, &err), &err, "open");
    twin_world_compare(world, NULL, INT64_MIN, INT64_MAX, false, "salvaged");
    if (history)
        twin_world_compare(world, NULL, INT64_MIN, INT64_MAX, true, "salvaged history");
    CU_ASSERT_EQUAL(stw_store_snapshot_count(world->store), stw_store_snapshot_count(old));
    stw_store_close(world->store);
    world->store = old;
}

static void salvage_matches_twin(enum stw_identity identity)
{
    static const char *const partitions[] = {"month", "year", "all"};
    for (uint64_t seed = 1; seed <= 6; seed++) {
        struct twin_world world;
        struct stw_error err = {0};
        struct stw_compact_spec compact = {.cold_after_ns = 1};
        struct stw_compact_result compacted;
        char path[300];
        int64_t spread_ns = SPREAD_DAYS * STW_NS_PER_DAY;
        twin_world_open(&world, identity, partitions[seed % 3], 12, 20000, seed, path);
        world.erases = seed % 2 == 0;
        for (int commit = 0; commit < 5; commit++) {
            twin_world_commit(&world, 1 + (uint32_t)(stw_test_random(&world.twin.random) % 300),
                              spread_ns);
            if (commit % 2 == 1)
                twin_world_erase(&world, spread_ns);
            if (commit == 2)
                twin_ok(stw_store_snapshot(world.store, STW_SLICE("s"), STW_SLICE(""), &err), &err,
                        "snapshot");
        }
        salvage_into(&world, path, true);
        twin_ok(stw_compact_run(world.store, &compact, &compacted, &err), &err, "compact");
        twin_world_commit(&world, 50, spread_ns);
        salvage_into(&world, path, false);
        twin_world_close(&world);
    }
}

static void rows_of_a_time(void)
{
    salvage_matches_twin(STW_IDENTITY_TIME);
}

static void rows_of_a_series(void)
{
    salvage_matches_twin(STW_IDENTITY_SERIES);
}

static void all_rows(void)
{
    salvage_matches_twin(STW_IDENTITY_ALL);
}

/*
 * Many commits of a table with one live row a series, compacted into one file, with a snapshot
 * between: all rows are there, history and snapshot included, and so few files that they cannot
 * have been left one a commit.
 */
static void many_commits(void)
{
    enum { COMMITS = 90, SNAPSHOT_AFTER = 50 };
    struct twin_world world;
    struct stw_error err = {0};
    struct stw_compact_spec compact = {.cold_after_ns = 1};
    struct stw_compact_result compacted;
    struct stw_salvage_result result;
    struct stw_salvage_spec spec = {.memory_bytes = 20000, .window_rows = 64};
    struct twin then;
    char path[300], into[300];
    int64_t spread_ns = SPREAD_DAYS * STW_NS_PER_DAY;
    twin_world_open(&world, STW_IDENTITY_SERIES, "all", 40, 20000, 7, path);
    world.erases = false; /* a table with erased rows is left as it is */
    for (int commit = 0; commit < COMMITS; commit++) {
        twin_world_commit(&world, 1 + (uint32_t)(stw_test_random(&world.twin.random) % 12),
                          spread_ns);
        if (commit + 1 == SNAPSHOT_AFTER) {
            then = world.twin;
            then.rows = malloc(then.count * sizeof(*then.rows));
            CU_ASSERT_FATAL(then.rows != NULL);
            memcpy(then.rows, world.twin.rows, then.count * sizeof(*then.rows));
            twin_ok(stw_store_snapshot(world.store, STW_SLICE("s"), STW_SLICE(""), &err), &err,
                    "snapshot");
        }
    }
    twin_ok(stw_compact_run(world.store, &compact, &compacted, &err), &err, "compact");
    CU_ASSERT_EQUAL(kit_files(path, "segments"), 2);
    snprintf(into, sizeof(into), "%s/new", stw_test_folder());
    twin_ok(stw_salvage_run(path, into, &spec, NULL, NULL, &result, &err), &err, "salvage");
    CU_ASSERT_EQUAL(result.findings, 0);
    CU_ASSERT_EQUAL(result.added, world.twin.count);
    CU_ASSERT(kit_files(into, "segments") < COMMITS / 2);
    struct stw_store *old = world.store;
    twin_ok(stw_store_open(&world.store, into, STW_STORE_READ, NULL, &err), &err, "open");
    twin_world_compare(&world, NULL, INT64_MIN, INT64_MAX, true, "many commits");
    twin_world_compare(&world, NULL, INT64_MIN, INT64_MAX, false, "many commits, latest");
    twin_world_compare_with(&world, &then, "s", INT64_MIN, INT64_MAX, true, "snapshot");
    stw_store_close(world.store);
    world.store = old;
    twin_release(&then);
    twin_world_close(&world);
}

STW_SUITE(crash_salvage, {"rows of a time", rows_of_a_time}, {"rows of a series", rows_of_a_series},
          {"all rows", all_rows}, {"many commits", many_commits});
