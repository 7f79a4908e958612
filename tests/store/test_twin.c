/* Random commits with overlaps, corrections, disorder, erasures and spills against a plain twin. */
#include "../support/test.h"
#include "twin.h"

#include <stdio.h>

struct world {
    struct stw_store *store;
    const struct stw_table *table;
    struct twin twin;
    struct stw_batch batch;
};

static void check_ok(int status, const struct stw_error *err, const char *what)
{
    STW_EXPECT(status == STW_OK, "%s: %s %s", what, err->what, err->where);
    CU_ASSERT_FATAL(status == STW_OK);
}

static void open_world(struct world *world, enum stw_identity identity, const char *partition,
                       uint32_t series_count, size_t memory_bytes, uint64_t seed, char *path)
{
    struct stw_error err = {0};
    snprintf(path, 300, "%s/store", stw_test_folder());
    struct stw_store_settings settings = {
        .zone = STW_SLICE("Asia/Shanghai"),
        .schema = stw_slice_of(twin_schema(identity, partition)),
    };
    struct stw_store_options options = {.memory_bytes = memory_bytes};
    check_ok(stw_store_create(path, &settings, NULL, &err), &err, "create");
    check_ok(stw_store_open(&world->store, path, STW_STORE_WRITE, &options, &err), &err, "open");
    world->table = stw_schema_find(stw_store_schema(world->store), STW_SLICE("r"));
    world->twin = (struct twin){.identity = identity, .series_count = series_count, .random = seed};
    check_ok(stw_batch_init(&world->batch, world->table, 300, &err), &err, "batch");
    for (uint32_t i = 0; i < TWIN_COLUMNS; i++)
        check_ok(stw_batch_use(&world->batch, i, &err), &err, "batch");
}

static void close_world(struct world *world)
{
    stw_batch_release(&world->batch);
    twin_release(&world->twin);
    stw_store_close(world->store);
}

static uint32_t id_of(struct stw_commit *commit, const struct world *world, uint32_t series)
{
    char key[16];
    uint32_t id = 0;
    struct stw_slice slice = {key, twin_key(series, key)};
    CU_ASSERT_EQUAL_FATAL(stw_commit_series(commit, world->table, slice, &id, NULL), STW_OK);
    return id;
}

static void random_commit(struct world *world, uint32_t rows, int64_t spread_ns)
{
    struct stw_error err = {0};
    struct stw_commit *commit;
    struct stw_commit_result result, want = {.rows = rows};
    check_ok(stw_commit_begin(world->store, NULL, &commit, &err), &err, "begin");
    for (uint32_t i = 0; i < rows; i++) {
        struct twin_row row = twin_random_row(&world->twin, spread_ns);
        enum twin_fate fate = twin_add(&world->twin, &row);
        want.added += fate != TWIN_REPEATED;
        want.repeated += fate == TWIN_REPEATED;
        want.superseded += fate == TWIN_CORRECTS;
        twin_batch_row(&world->batch, id_of(commit, world, row.series), &row);
        if (stw_batch_full(&world->batch) || i + 1 == rows) {
            check_ok(stw_commit_add(commit, &world->batch, &err), &err, "add");
            stw_batch_clear(&world->batch);
        }
    }
    check_ok(stw_commit_finish(commit, &result, &err), &err, "finish");
    CU_ASSERT_EQUAL(result.rows, want.rows);
    STW_EXPECT(result.added == want.added && result.repeated == want.repeated,
               "added %llu, repeated %llu; want %llu, %llu", (unsigned long long)result.added,
               (unsigned long long)result.repeated, (unsigned long long)want.added,
               (unsigned long long)want.repeated);
    STW_EXPECT(result.superseded == want.superseded, "superseded %llu, want %llu",
               (unsigned long long)result.superseded, (unsigned long long)want.superseded);
}

static void random_erase(struct world *world, int64_t spread_ns)
{
    struct stw_error err = {0};
    uint32_t series = (uint32_t)(stw_test_random(&world->twin.random) % world->twin.series_count);
    int64_t from_ns = (int64_t)(stw_test_random(&world->twin.random) % (uint64_t)spread_ns);
    int64_t to_ns = from_ns + spread_ns / 5;
    char key[16];
    struct stw_series all = stw_store_series(world->store, world->table);
    uint32_t id = stw_series_find(&all, (struct stw_slice){key, twin_key(series, key)});
    if (id == STW_SERIES_NONE)
        return;
    check_ok(stw_store_erase(world->store, world->table, id, from_ns, to_ns, &err), &err, "erase");
    twin_erase(&world->twin, series, from_ns, to_ns);
}

static void compare(struct world *world, const char *as_of, int64_t from_ns, int64_t to_ns,
                    bool history, const char *what)
{
    struct stw_error err = {0};
    struct stw_view *view;
    struct stw_buffer got, want;
    stw_buffer_init(&got);
    stw_buffer_init(&want);
    check_ok(stw_view_open(world->store, as_of, &view, &err), &err, "view");
    check_ok(twin_print_view(view, from_ns, to_ns, history, &got, &err), &err, "scan");
    twin_print(&world->twin, from_ns, to_ns, history, &want);
    twin_same(&got, &want, what);
    stw_view_close(view);
    stw_buffer_release(&got);
    stw_buffer_release(&want);
}

static void compare_all(struct world *world, int64_t spread_ns)
{
    compare(world, NULL, INT64_MIN, INT64_MAX, false, "live");
    compare(world, NULL, INT64_MIN, INT64_MAX, true, "history");
    int64_t from_ns = (int64_t)(stw_test_random(&world->twin.random) % (uint64_t)spread_ns);
    compare(world, NULL, from_ns, from_ns + spread_ns / 3, false, "live part");
    compare(world, NULL, from_ns, from_ns + spread_ns / 3, true, "history part");
}

static void store_matches_twin(enum stw_identity identity)
{
    static const char *const partitions[] = {"month", "year", "all"};
    for (uint64_t seed = 1; seed <= 8; seed++) {
        struct world world;
        char path[300];
        int64_t spread_ns = STW_NS_PER_DAY * (seed % 3 == 0 ? 2 : 100);
        open_world(&world, identity, partitions[seed % 3], seed % 4 == 0 ? 2 : 30,
                   seed % 2 == 0 ? 20000 : 0, seed, path);
        for (int commit = 0; commit < 6; commit++) {
            random_commit(&world, 1 + (uint32_t)(stw_test_random(&world.twin.random) % 700),
                          spread_ns);
            if (commit % 2 == 1)
                random_erase(&world, spread_ns);
            compare_all(&world, spread_ns);
        }
        stw_store_close(world.store);
        struct stw_error err = {0};
        check_ok(stw_store_open(&world.store, path, STW_STORE_READ, NULL, &err), &err, "reopen");
        CU_ASSERT_EQUAL(stw_store_finding_count(world.store), 0);
        compare_all(&world, spread_ns);
        close_world(&world);
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
    struct world world;
    char path[300];
    struct stw_error err = {0};
    open_world(&world, STW_IDENTITY_TIME, "all", 3, 0, 1, path);
    enum { ROWS = 20000 };
    for (int part = 0; part < 4; part++) {
        struct stw_commit *commit;
        struct stw_commit_result result;
        check_ok(stw_commit_begin(world.store, NULL, &commit, &err), &err, "begin");
        for (uint32_t series = 0; series < 3; series++) {
            uint32_t id = id_of(commit, &world, series);
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
                    check_ok(stw_commit_add(commit, &world.batch, &err), &err, "add");
                    stw_batch_clear(&world.batch);
                }
            }
        }
        check_ok(stw_commit_add(commit, &world.batch, &err), &err, "add");
        stw_batch_clear(&world.batch);
        check_ok(stw_commit_finish(commit, &result, &err), &err, "finish");
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
    check_ok(stw_view_open(world.store, NULL, &view, &err), &err, "view");
    check_ok(twin_print_view(view, INT64_MIN, INT64_MAX, false, &got, &err), &err, "scan");
    twin_same(&got, &want, "long runs");
    stw_view_close(view);
    stw_buffer_release(&got);
    stw_buffer_release(&want);
    close_world(&world);
}

STW_SUITE(twin, {"rows of a time", rows_of_a_time}, {"rows of a series", rows_of_a_series},
          {"all rows", all_rows}, {"long runs", long_runs});
