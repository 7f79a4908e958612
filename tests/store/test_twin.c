/* Random commits with overlaps, corrections, disorder, erasures and spills against a plain twin. */
#include "../support/test.h"
#include "twin_world.h"

static void compare_all(struct twin_world *world, int64_t spread_ns)
{
    twin_world_compare(world, NULL, INT64_MIN, INT64_MAX, false, "live");
    twin_world_compare(world, NULL, INT64_MIN, INT64_MAX, true, "history");
    int64_t from_ns = (int64_t)(stw_test_random(&world->twin.random) % (uint64_t)spread_ns);
    twin_world_compare(world, NULL, from_ns, from_ns + spread_ns / 3, false, "live part");
    twin_world_compare(world, NULL, from_ns, from_ns + spread_ns / 3, true, "history part");
}

static void store_matches_twin(enum stw_identity identity)
{
    static const char *const partitions[] = {"month", "year", "all"};
    for (uint64_t seed = 1; seed <= 8; seed++) {
        struct twin_world world;
        char path[300];
        int64_t spread_ns = STW_NS_PER_DAY * (seed % 3 == 0 ? 2 : 100);
        twin_world_open(&world, identity, partitions[seed % 3], seed % 4 == 0 ? 2 : 30,
                        seed % 2 == 0 ? 20000 : 0, seed, path);
        world.erases = seed > 2;
        for (int commit = 0; commit < 6; commit++) {
            twin_world_commit(&world, 1 + (uint32_t)(stw_test_random(&world.twin.random) % 700),
                              spread_ns);
            if (commit % 2 == 1)
                twin_world_erase(&world, spread_ns);
            compare_all(&world, spread_ns);
        }
        stw_store_close(world.store);
        struct stw_error err = {0};
        twin_ok(stw_store_open(&world.store, path, STW_STORE_READ, NULL, &err), &err, "reopen");
        CU_ASSERT_EQUAL(stw_store_finding_count(world.store), 0);
        compare_all(&world, spread_ns);
        twin_world_close(&world);
    }
}

static void rows_of_a_time(void)
{
    store_matches_twin(STW_IDENTITY_TIME);
}

static void rows_of_a_series(void)
{
    store_matches_twin(STW_IDENTITY_SERIES);
}

static void all_rows(void)
{
    store_matches_twin(STW_IDENTITY_ALL);
}

/* Runs of many blocks that touch and overlap: series of 20,000 regular rows in three commits, then
 * corrections strewn over them. The twin is too slow for these, so the expected text is built
 * from arithmetic. */
static void long_runs(void)
{
    struct twin_world world;
    char path[300];
    struct stw_error err = {0};
    twin_world_open(&world, STW_IDENTITY_TIME, "all", 3, 0, 1, path);
    enum { ROWS = 20000 };
    for (int part = 0; part < 4; part++) {
        struct stw_commit *commit;
        struct stw_commit_result result;
        twin_ok(stw_commit_begin(world.store, NULL, &commit, &err), &err, "begin");
        for (uint32_t series = 0; series < 3; series++) {
            uint32_t id = twin_world_id(commit, &world, series);
            for (int i = 0; i < ROWS; i++) {
                /* Parts 0 and 1: halves; 2: a stretch across both again; 3: every 97th corrected.
                 */
                bool mine = part == 0   ? i < ROWS / 2
                            : part == 1 ? i >= ROWS / 2
                            : part == 2 ? i >= 4000 && i < 13000
                                        : i % 97 == 0;
                if (!mine)
                    continue;
                struct twin_row row = {.series = series,
                                       .time_ns = i * STW_NS_PER_HOUR,
                                       .present = {true},
                                       .value = {part == 3 ? -i : i * 10, 1}};
                twin_batch_row(&world.batch, id, &row);
                if (stw_batch_full(&world.batch)) {
                    twin_ok(stw_commit_add(commit, &world.batch, &err), &err, "add");
                    stw_batch_clear(&world.batch);
                }
            }
        }
        twin_ok(stw_commit_add(commit, &world.batch, &err), &err, "add");
        stw_batch_clear(&world.batch);
        twin_ok(stw_commit_finish(commit, &result, &err), &err, "finish");
        static const uint64_t added[4] = {30000, 30000, 0, 3 * 206}; /* 0 is -0: the 207th */
        STW_EXPECT(result.added == added[part], "part %d: %llu rows", part,
                   (unsigned long long)result.added);
    }
    struct stw_buffer got, want;
    struct stw_view *view;
    stw_buffer_init(&got);
    stw_buffer_init(&want);
    static const uint32_t order[3] = {0, 1, 2}; /* dev-00, dev-07, dev-14 */
    for (uint32_t series = 0; series < 3; series++) {
        for (int i = 0; i < ROWS; i++) {
            char number[STW_DECIMAL_TEXT_SIZE];
            stw_decimal_format((struct stw_decimal){i % 97 == 0 ? -i : i * 10, 1}, true, number);
            stw_buffer_printf(&want, "dev-%02u|%d|%s|-|-|-|-|-\n", order[series] * 7, i, number);
        }
    }
    twin_ok(stw_view_open(world.store, NULL, &view, &err), &err, "view");
    twin_ok(twin_print_view(view, INT64_MIN, INT64_MAX, false, &got, &err), &err, "scan");
    twin_same(&got, &want, "long runs");
    stw_view_close(view);
    stw_buffer_release(&got);
    stw_buffer_release(&want);
    twin_world_close(&world);
}

STW_SUITE(twin, {"rows of a time", rows_of_a_time}, {"rows of a series", rows_of_a_series},
          {"all rows", all_rows}, {"long runs", long_runs});
