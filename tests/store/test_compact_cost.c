/*
 * What compaction costs and what it may touch: blocks decoded and copied are counted against
 * arithmetic, files go when nobody has them in view, retention respects snapshots.
 */
#include "../support/test.h"
#include "store/compact.h"
#include "store/verify.h"
#include "store_kit.h"
#include "twin_world.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct stw_compact_spec everything = {.table = NULL};

static struct stw_store *open_new(char *path)
{
    struct stw_error err = {0};
    struct stw_store *store;
    kit_path(path);
    KIT_OK(kit_create(path, NULL, &err));
    KIT_OK(stw_store_open(&store, path, STW_STORE_WRITE, NULL, &err));
    return store;
}

static void commit(struct stw_store *store, const struct kit_load *load)
{
    struct stw_error err = {0};
    struct stw_commit_result result;
    KIT_OK(kit_commit(store, load, &result, &err));
}

static struct stw_compact_result compact(struct stw_store *store)
{
    struct stw_error err = {0};
    struct stw_compact_result result;
    struct stw_verify_result verified;
    KIT_OK(stw_compact_run(store, &everything, &result, &err));
    KIT_OK(stw_store_verify(store, NULL, NULL, &verified, &err));
    CU_ASSERT_EQUAL(verified.findings, 0);
    return result;
}

static const struct stw_table *readings_of(const struct stw_store *store)
{
    return stw_schema_find(stw_store_schema(store), STW_SLICE("readings"));
}

/* 900 meters of 15 rows share two blocks: 546 meters fill 8,190 rows, the other 354 have 5,310. */
enum { METERS = 900, ROWS = 15, METERS_OF_FIRST = STW_RUN_ROWS_MAX / ROWS };

static void shared_blocks_are_copied(void)
{
    char path[300];
    struct stw_store *store = open_new(path);
    /* One meter of the first block gets rows: that block and the new one are decoded. */
    struct kit_load loads[] = {{METERS, 0, ROWS, 0}, {1, 20, 5, 0}, {METERS, 100, ROWS, 0}};
    commit(store, &loads[0]);
    commit(store, &loads[1]);
    struct stw_compact_result result = compact(store);
    CU_ASSERT(result.jobs == 1 && result.segments_in == 2 && result.segments_out == 1);
    CU_ASSERT_EQUAL(result.blocks_decoded, 2);
    CU_ASSERT_EQUAL(result.blocks_copied, 1);
    CU_ASSERT_EQUAL(result.rows_out, METERS * ROWS + 5);
    CU_ASSERT(kit_holds(store, NULL, loads, 2));
    /* Every meter of both blocks gets rows: all four blocks are decoded. */
    commit(store, &loads[2]);
    result = compact(store);
    CU_ASSERT_EQUAL(result.blocks_copied, 0);
    CU_ASSERT(kit_holds(store, NULL, loads, 3));
    result = compact(store);
    CU_ASSERT_EQUAL(result.jobs, 0);
    stw_store_close(store);
}

/* One commit of a row of every step-th meter at the hour. */
static void commit_some(struct stw_store *store, unsigned meters, unsigned step, int hour)
{
    struct stw_error err = {0};
    struct stw_commit *commit;
    struct stw_commit_result result;
    struct stw_batch batch;
    const struct stw_table *table = readings_of(store);
    KIT_OK(stw_commit_begin(store, NULL, &commit, &err));
    KIT_OK(stw_batch_init(&batch, table, meters, &err));
    KIT_OK(stw_batch_use(&batch, 0, &err));
    for (unsigned meter = 0; meter < meters; meter += step) {
        char key[32];
        uint32_t id;
        int size = snprintf(key, sizeof(key), "m%03u", meter);
        memcpy(key + size, "\0total", 6);
        KIT_OK(
            stw_commit_series(commit, table, (struct stw_slice){key, (size_t)size + 6}, &id, &err));
        uint32_t row = stw_batch_row(&batch, id, hour * STW_NS_PER_HOUR + 1);
        stw_batch_set_decimal(&batch, row, 0, (struct stw_decimal){7, 0});
    }
    KIT_OK(stw_commit_add(commit, &batch, &err));
    KIT_OK(stw_commit_finish(commit, &result, &err));
    stw_batch_release(&batch);
}

/* 60 meters with a block each; every 20th gets a late row. The three rows share a block whose
 * bounds reach over 41 meters: decoded are that one and the blocks of the three. */
static void late_rows_decode_what_they_touch(void)
{
    enum { WITH_BLOCKS = 60, STEP = 20, TOUCHED = 3 };
    char path[300];
    struct stw_store *store = open_new(path);
    struct kit_load load = {WITH_BLOCKS, 0, 600, 0};
    commit(store, &load);
    commit_some(store, WITH_BLOCKS, STEP, 300);
    struct stw_compact_result result = compact(store);
    CU_ASSERT_EQUAL(result.rows_out, WITH_BLOCKS * 600 + TOUCHED);
    CU_ASSERT_EQUAL(result.blocks_decoded, TOUCHED + 1);
    CU_ASSERT_EQUAL(result.blocks_copied, WITH_BLOCKS - TOUCHED);
    stw_store_close(store);
}

static void an_erasure_decodes_its_block(void)
{
    char path[300];
    struct stw_error err = {0};
    struct stw_store *store = open_new(path);
    struct kit_load load = {METERS, 0, ROWS, 0};
    struct stw_view *view;
    commit(store, &load);
    KIT_OK(stw_store_erase(store, readings_of(store), METERS - 1, 0, 3 * STW_NS_PER_HOUR, &err));
    struct stw_compact_result result = compact(store);
    CU_ASSERT(result.blocks_decoded == 1 && result.blocks_copied == 1);
    CU_ASSERT_EQUAL(result.rows_out, METERS * ROWS - 3);
    KIT_OK(stw_view_open(store, NULL, &view, &err));
    CU_ASSERT_EQUAL(stw_view_table_info(view, readings_of(store)).rows, METERS * ROWS - 3);
    stw_view_close(view);
    /* All of it: nothing is left to write. */
    for (uint32_t series = 0; series < METERS; series++)
        KIT_OK(stw_store_erase(store, readings_of(store), series, 0, STW_NS_PER_DAY, &err));
    result = compact(store);
    CU_ASSERT(result.segments_out == 0 && result.rows_out == 0);
    CU_ASSERT_EQUAL(kit_files(path, "segments"), 0);
    CU_ASSERT(kit_holds(store, NULL, NULL, 0));
    stw_store_close(store);
}

/* Ten series of 20,000 rows have blocks of 8,192, 8,192 and 3,616 rows each. */
enum { LONG_SERIES = 10, LONG_ROWS = 20000 };

static void long_commit(struct twin_world *world, uint32_t first_series, uint32_t series_end,
                        int first, int end)
{
    struct stw_error err = {0};
    struct stw_commit *commit;
    struct stw_commit_result result;
    twin_ok(stw_commit_begin(world->store, NULL, &commit, &err), &err, "begin");
    for (uint32_t series = first_series; series < series_end; series++) {
        uint32_t id = twin_world_id(commit, world, series);
        for (int i = first; i < end; i++) {
            struct twin_row row = {.series = series,
                                   .time_ns = i * STW_NS_PER_HOUR,
                                   .present = {true},
                                   .value = {first == 0 ? i * 10 : -i, 1}};
            twin_batch_row(&world->batch, id, &row);
            if (stw_batch_full(&world->batch)) {
                twin_ok(stw_commit_add(commit, &world->batch, &err), &err, "add");
                stw_batch_clear(&world->batch);
            }
        }
    }
    twin_ok(stw_commit_add(commit, &world->batch, &err), &err, "add");
    stw_batch_clear(&world->batch);
    twin_ok(stw_commit_finish(commit, &result, &err), &err, "finish");
}

/* Rows of every series, with those of series 7 in [from, end) corrected. */
static void expect_long(struct twin_world *world, int from, int end, int rows)
{
    struct stw_error err = {0};
    struct stw_buffer got, want;
    struct stw_view *view;
    stw_buffer_init(&got);
    stw_buffer_init(&want);
    for (uint32_t device = 0; device < 100; device += 7) {
        for (int i = 0; device / 7 < LONG_SERIES && i < rows; i++) {
            char number[STW_DECIMAL_TEXT_SIZE];
            bool corrected = device / 7 == 7 && i >= from && i < end;
            stw_decimal_format((struct stw_decimal){corrected ? -i : i * 10, 1}, true, number);
            stw_buffer_printf(&want, "dev-%02u|%d|%s|-|-|-|-|-\n", device, i, number);
        }
    }
    twin_ok(stw_view_open(world->store, NULL, &view, &err), &err, "view");
    twin_ok(twin_print_view(view, INT64_MIN, INT64_MAX, false, &got, &err), &err, "scan");
    twin_same(&got, &want, "long series");
    stw_view_close(view);
    stw_buffer_release(&got);
    stw_buffer_release(&want);
}

static void backfill_decodes_what_it_touches(void)
{
    struct twin_world world;
    struct stw_error err = {0};
    struct stw_compact_result result;
    char path[300];
    twin_world_open(&world, STW_IDENTITY_TIME, "all", LONG_SERIES, 0, 1, path);
    long_commit(&world, 0, LONG_SERIES, 0, LONG_ROWS);
    long_commit(&world, 7, 8, 9000, 9100);
    twin_ok(stw_compact_run(world.store, &everything, &result, &err), &err, "compact");
    /* Decoded: the block of the correction, the second block of series 7, and its third, which is
     * small and has rows before it to be gathered with. */
    CU_ASSERT_EQUAL(result.blocks_decoded, 3);
    CU_ASSERT_EQUAL(result.blocks_copied, 3 * LONG_SERIES - 2);
    expect_long(&world, 9000, 9100, LONG_ROWS);
    /* Rows after all others: the large blocks are copied, small ones are gathered. */
    long_commit(&world, 0, LONG_SERIES, LONG_ROWS, LONG_ROWS + 600);
    twin_ok(stw_compact_run(world.store, &everything, &result, &err), &err, "compact");
    CU_ASSERT_EQUAL(result.blocks_decoded, 2 * LONG_SERIES);
    CU_ASSERT_EQUAL(result.blocks_copied, 2 * LONG_SERIES);
    twin_world_close(&world);
}

/* Nine commits between two snapshots: they are merged with each other, not across. */
static void snapshots_bound_a_job(void)
{
    char path[300];
    struct stw_error err = {0};
    struct stw_store *store = open_new(path);
    struct kit_load loads[9];
    for (int i = 0; i < 9; i++) {
        loads[i] = (struct kit_load){2 + (unsigned)i, i * 3, 10, 0};
        commit(store, &loads[i]);
        if (i == 3)
            KIT_OK(stw_store_snapshot(store, STW_SLICE("early"), STW_SLICE(""), &err));
        if (i == 7)
            KIT_OK(stw_store_snapshot(store, STW_SLICE("late"), STW_SLICE(""), &err));
    }
    struct stw_compact_result result = compact(store);
    CU_ASSERT(result.jobs == 2 && result.segments_in == 8 && result.segments_out == 2);
    CU_ASSERT_EQUAL(kit_files(path, "segments"), 3);
    CU_ASSERT(kit_holds(store, "early", loads, 4) && kit_holds(store, "late", loads, 8) &&
              kit_holds(store, NULL, loads, 9));
    KIT_OK(stw_store_snapshot_drop(store, STW_SLICE("late"), &err));
    CU_ASSERT_EQUAL(stw_store_snapshot_drop(store, STW_SLICE("late"), &err), STW_ERR_NOT_FOUND);
    result = compact(store);
    CU_ASSERT(result.jobs == 1 && result.segments_in == 2);
    CU_ASSERT_EQUAL(kit_files(path, "segments"), 2);
    CU_ASSERT(kit_holds(store, "early", loads, 4) && kit_holds(store, NULL, loads, 9));
    stw_store_close(store);
}

static bool view_holds(struct stw_view *view, const struct kit_load *loads, unsigned count)
{
    struct stw_error err = {0};
    struct stw_buffer got, want;
    stw_buffer_init(&got);
    stw_buffer_init(&want);
    KIT_OK(kit_print(view, &got, &err));
    kit_expect(loads, count, &want);
    bool same = stw_slice_equal(stw_buffer_slice(&got), stw_buffer_slice(&want));
    stw_buffer_release(&got);
    stw_buffer_release(&want);
    return same;
}

/* Another process's view, an own view, and none: files stay as long as one can read them. */
static void files_stay_while_in_view(void)
{
    char path[300];
    struct stw_error err = {0};
    struct stw_store *writer = open_new(path), *reader;
    struct stw_view *old, *own;
    struct kit_load loads[] = {{3, 0, 10, 0}, {3, 5, 10, 0}, {3, 8, 10, 0}};
    commit(writer, &loads[0]);
    commit(writer, &loads[1]);
    KIT_OK(stw_store_open(&reader, path, STW_STORE_READ, NULL, &err));
    KIT_OK(stw_view_open(reader, NULL, &old, &err));
    struct stw_compact_result result = compact(writer);
    CU_ASSERT_EQUAL(result.files_waiting, 2);
    CU_ASSERT_EQUAL(kit_files(path, "segments"), 3);
    CU_ASSERT(view_holds(old, loads, 2));
    /* The reader's next view sees the new file; with the old view goes the pin. */
    CU_ASSERT(kit_holds(reader, NULL, loads, 2));
    stw_view_close(old);
    KIT_OK(stw_view_open(writer, NULL, &own, &err));
    commit(writer, &loads[2]);
    result = compact(writer);
    CU_ASSERT_EQUAL(result.files_waiting, 1 + 1); /* in view here, in view of the idle reader */
    CU_ASSERT(view_holds(own, loads, 2));
    stw_view_close(own);
    stw_store_close(reader);
    stw_store_close(writer);
    CU_ASSERT_EQUAL(kit_files(path, "segments"), 1);
    KIT_OK(stw_store_open(&writer, path, STW_STORE_WRITE, NULL, &err));
    CU_ASSERT(kit_holds(writer, NULL, loads, 3));
    stw_store_close(writer);
}

enum { ROUNDS = 40 };

/* Another process that opens view after view: each must be one of the writer's states, and none
 * earlier than the one before. Returns an exit code. */
static int read_until(const char *path, const struct kit_load *loads)
{
    struct stw_error err = {0};
    struct stw_store *store;
    unsigned seen = 0;
    if (stw_store_open(&store, path, STW_STORE_READ, NULL, &err) != STW_OK)
        return 2;
    while (seen < ROUNDS) {
        struct stw_view *view;
        struct stw_buffer got, want;
        stw_buffer_init(&got);
        if (stw_view_open(store, NULL, &view, &err) != STW_OK)
            return 3;
        if (kit_print(view, &got, &err) != STW_OK)
            return 4;
        for (bool same = false; !same; seen += !same) {
            if (seen > ROUNDS)
                return 5;
            stw_buffer_init(&want);
            kit_expect(loads, seen, &want);
            same = stw_slice_equal(stw_buffer_slice(&got), stw_buffer_slice(&want));
            stw_buffer_release(&want);
        }
        stw_buffer_release(&got);
        stw_view_close(view);
    }
    stw_store_close(store);
    return 0;
}

static void readers_go_on_beside_compaction(void)
{
    char path[300];
    struct stw_error err = {0};
    struct stw_compact_result result;
    struct stw_store *writer = open_new(path);
    struct kit_load loads[ROUNDS];
    pid_t children[2];
    for (int i = 0; i < ROUNDS; i++)
        loads[i] = (struct kit_load){20, i * 5, 12, 0};
    for (int i = 0; i < 2; i++) {
        children[i] = fork();
        CU_ASSERT_FATAL(children[i] >= 0);
        if (children[i] == 0)
            _exit(read_until(path, loads));
    }
    for (int i = 0; i < ROUNDS; i++) {
        commit(writer, &loads[i]);
        if (i % 3 == 2)
            KIT_OK(stw_compact_run(writer, &everything, &result, &err));
    }
    for (int i = 0; i < 2; i++) {
        int status = -1;
        CU_ASSERT_EQUAL(waitpid(children[i], &status, 0), children[i]);
        STW_EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 0, "a reader ended with %d", status);
    }
    KIT_OK(stw_compact_run(writer, &everything, &result, &err));
    stw_store_close(writer);
    CU_ASSERT_EQUAL(kit_files(path, "segments"), 1);
}

/* More segments than go into one job: passes, and one segment in the end. */
static void many_segments_take_passes(void)
{
    char path[300];
    struct stw_store *store = open_new(path);
    struct kit_load loads[STW_COMPACT_INPUTS_MAX + 40];
    unsigned count = sizeof(loads) / sizeof(loads[0]);
    for (unsigned i = 0; i < count; i++) {
        loads[i] = (struct kit_load){5, (int)i, 3, 0};
        commit(store, &loads[i]);
    }
    struct stw_compact_result result = compact(store);
    CU_ASSERT_EQUAL(result.jobs, 2);
    CU_ASSERT_EQUAL(result.segments_in, count + 1);
    CU_ASSERT_EQUAL(kit_files(path, "segments"), 1);
    CU_ASSERT(kit_holds(store, NULL, loads, count));
    stw_store_close(store);
}

/* The writer's own compaction between commits keeps the number of segments low. */
static void short_runs_are_merged_between_commits(void)
{
    char path[300];
    struct stw_error err = {0};
    struct stw_store *store = open_new(path);
    struct stw_compact_spec between = {.triggered_only = true, .budget_bytes = 64 << 20};
    struct kit_load loads[200];
    unsigned most = 0;
    uint64_t rows = 0;
    for (unsigned i = 0; i < 200; i++) {
        struct stw_compact_result result;
        loads[i] = (struct kit_load){600, (int)i * 2, 2, 0};
        commit(store, &loads[i]);
        KIT_OK(stw_compact_run(store, &between, &result, &err));
        unsigned files = kit_files(path, "segments");
        most = files > most ? files : most;
        rows += result.rows_in;
    }
    /* 1,200 rows a commit; eight commits are merged, and eight of those: two steps of seven. */
    STW_EXPECT(most <= 3 * STW_COMPACT_RUNS_MIN, "up to %u segments", most);
    STW_EXPECT(rows <= UINT64_C(4) * 200 * 1200, "%llu rows were read again",
               (unsigned long long)rows);
    CU_ASSERT(kit_holds(store, NULL, loads, 200));
    stw_store_close(store);
}

/* A lost record may have named other segments for the same rows: nothing is thrown away then. */
static void damage_is_left_alone(void)
{
    char path[300];
    struct stw_error err = {0};
    struct stw_compact_result result;
    struct stw_store *store = open_new(path);
    struct kit_load loads[] = {{3, 0, 10, 0}, {3, 5, 10, 0}, {3, 8, 10, 0}};
    commit(store, &loads[0]);
    uint64_t second = kit_size(path, "MANIFEST");
    commit(store, &loads[1]);
    commit(store, &loads[2]);
    stw_store_close(store);
    kit_flip(path, "MANIFEST", second + 40);
    KIT_OK(stw_store_open(&store, path, STW_STORE_WRITE, NULL, &err));
    CU_ASSERT(stw_store_finding_count(store) > 0);
    CU_ASSERT_EQUAL(stw_compact_run(store, &everything, &result, &err), STW_ERR_DAMAGED);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.hint, "steward verify"));
    CU_ASSERT_EQUAL(kit_files(path, "segments"), 3);
    stw_store_close(store);
}

static void retention_drops_partitions(void)
{
    char path[300];
    struct stw_error err = {0};
    struct stw_store *store = open_new(path);
    enum { JANUARY = 31 * 24, FEBRUARY = 28 * 24 }; /* hours of 1970 */
    struct kit_load january = {3, 0, 100, 5}, february = {3, JANUARY, 100, 6},
                    march = {3, JANUARY + FEBRUARY, 100, 7};
    struct kit_load later[] = {february, march};
    commit(store, &january);
    commit(store, &february);
    KIT_OK(stw_store_snapshot(store, STW_SLICE("winter"), STW_SLICE(""), &err));
    commit(store, &march);
    struct stw_retention retention = {.table = readings_of(store),
                                      .before_ns = (JANUARY + 5) * STW_NS_PER_HOUR};
    struct stw_retention_result result;
    CU_ASSERT_EQUAL(stw_store_drop_before(store, &retention, &result, &err), STW_ERR_USAGE);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.what, "'winter'"));
    CU_ASSERT_EQUAL(kit_files(path, "segments"), 3);
    retention.drop_snapshots = true;
    KIT_OK(stw_store_drop_before(store, &retention, &result, &err));
    CU_ASSERT(result.segments == 1 && result.rows == 300 && result.snapshots == 1);
    CU_ASSERT_EQUAL(stw_store_snapshot_count(store), 0);
    CU_ASSERT_EQUAL(kit_files(path, "segments"), 2);
    CU_ASSERT(kit_holds(store, NULL, later, 2));
    KIT_OK(stw_store_drop_before(store, &retention, &result, &err));
    CU_ASSERT_EQUAL(result.segments, 0);
    /* The file is known still: what was dropped does not come back by itself. */
    CU_ASSERT_EQUAL(stw_store_source_count(store), 3);
    stw_store_close(store);
    KIT_OK(stw_store_open(&store, path, STW_STORE_READ, NULL, &err));
    CU_ASSERT(kit_holds(store, NULL, later, 2));
    retention.table = readings_of(store);
    CU_ASSERT_EQUAL(stw_store_drop_before(store, &retention, &result, &err), STW_ERR_USAGE);
    stw_store_close(store);
}

STW_SUITE(compact_cost, {"shared blocks are copied", shared_blocks_are_copied},
          {"late rows decode what they touch", late_rows_decode_what_they_touch},
          {"an erasure decodes its block", an_erasure_decodes_its_block},
          {"backfill decodes what it touches", backfill_decodes_what_it_touches},
          {"snapshots bound a job", snapshots_bound_a_job},
          {"files stay while in view", files_stay_while_in_view},
          {"readers go on beside compaction", readers_go_on_beside_compaction},
          {"many segments take passes", many_segments_take_passes},
          {"short runs are merged between commits", short_runs_are_merged_between_commits},
          {"damage is left alone", damage_is_left_alone},
          {"retention drops partitions", retention_drops_partitions});
