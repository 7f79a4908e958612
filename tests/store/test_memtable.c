/*
 * Streams into a store: acknowledged rows are there once after closing, crashing and failing; they
 * become visible with a flush, all or none.
 */
#include "../support/test.h"
#include "base/memory.h"
#include "store/compact.h"
#include "store_kit.h"
#include "stream_kit.h"

#include <stdio.h>

static void make(char *path)
{
    struct stw_error err = {0};
    kit_path(path);
    KIT_OK(kit_create(path, NULL, &err));
}

static struct stw_store *open_at(const char *path, enum stw_store_mode mode,
                                 const struct stw_store_options *options)
{
    struct stw_error err = {0};
    struct stw_store *store;
    KIT_OK(stw_store_open(&store, path, mode, options, &err));
    return store;
}

static uint32_t count_visible(struct stw_store *store)
{
    static bool there[SKIT_BATCHES_MAX];
    uint32_t count = 0;
    skit_visible(store, there);
    for (uint32_t i = 0; i < SKIT_BATCHES_MAX; i++)
        count += there[i];
    return count;
}

static void a_flush_makes_visible(void)
{
    struct stw_error err = {0};
    struct stw_commit_result result;
    struct stw_stream_info info;
    char path[300];
    make(path);
    struct stw_store_options options = skit_options(NULL);
    struct stw_store *store = open_at(path, STW_STORE_WRITE, &options);
    for (uint32_t i = 0; i < 10; i++)
        KIT_OK(skit_append(store, i, STW_DURABILITY_NONE, &err));
    CU_ASSERT_EQUAL(stw_memtable_rows(store), 1 + 2 + 3 + 4 + 1 + 2 + 3 + 4 + 1 + 2);
    CU_ASSERT_EQUAL(count_visible(store), 0);
    struct stw_store *reader = open_at(path, STW_STORE_READ, NULL);
    CU_ASSERT_EQUAL(count_visible(reader), 0);
    KIT_OK(stw_stream_info(reader, &info, &err));
    CU_ASSERT_EQUAL(info.waiting_records, 10);
    CU_ASSERT_EQUAL(info.waiting_rows, stw_memtable_rows(store));
    KIT_OK(stw_memtable_flush(store, &result, &err));
    CU_ASSERT_EQUAL(result.rows, 23);
    CU_ASSERT_EQUAL(result.added, 23);
    CU_ASSERT_EQUAL(count_visible(store), 10);
    CU_ASSERT_EQUAL(count_visible(reader), 10);
    stw_store_close(reader);
    reader = open_at(path, STW_STORE_READ, NULL);
    KIT_OK(stw_stream_info(reader, &info, &err));
    CU_ASSERT_EQUAL(info.waiting_records, 0);
    CU_ASSERT_EQUAL(stw_journal_compare(info.flushed, info.end), 0);
    stw_store_close(reader);
    stw_store_close(store);
    CU_ASSERT_EQUAL(skit_recover(path), 10);
}

static void closing_loses_nothing(void)
{
    struct stw_error err = {0};
    char path[300];
    make(path);
    struct stw_store_options options = skit_options(NULL);
    for (uint32_t i = 0; i < 60; i++) {
        struct stw_store *store = open_at(path, STW_STORE_WRITE, &options);
        KIT_OK(skit_append(store, i, (enum stw_durability)(i % 3), &err));
        if (i % 7 == 3)
            KIT_OK(stw_memtable_flush(store, NULL, &err));
        stw_store_close(store);
        /* Whoever writes next sees all of it from the beginning. */
        store = open_at(path, STW_STORE_WRITE, &options);
        CU_ASSERT_EQUAL(stw_memtable_rows(store), 0);
        CU_ASSERT_EQUAL(count_visible(store), i + 1);
        stw_store_close(store);
    }
    CU_ASSERT_EQUAL(skit_recover(path), 60);
    CU_ASSERT_EQUAL(skit_recover(path), 60);
}

/* A file that is taken in after a stream's reading corrects it, although the reading waited. */
static void later_commits_stay_later(void)
{
    static const struct kit_load load = {1, 0, 4, 1};
    struct stw_error err = {0};
    struct stw_commit_result result;
    struct stw_batch batch;
    uint32_t id;
    char path[300];
    make(path);
    struct stw_store_options options = skit_options(NULL);
    struct stw_store *store = open_at(path, STW_STORE_WRITE, &options);
    const struct stw_table *readings =
        stw_schema_find(stw_store_schema(store), STW_SLICE("readings"));
    KIT_OK(stw_batch_init(&batch, readings, 8, &err));
    KIT_OK(stw_batch_use(&batch, 0, &err));
    KIT_OK(stw_memtable_series(store, readings, STW_SLICE("m000\0total"), &id, &err));
    uint32_t row = stw_batch_row(&batch, id, 2 * STW_NS_PER_HOUR);
    stw_batch_set_decimal(&batch, row, 0, (struct stw_decimal){77, 1});
    KIT_OK(stw_memtable_append(store, &batch, STW_DURABILITY_BATCH, &err));
    stw_batch_release(&batch);
    KIT_OK(kit_commit(store, &load, &result, &err));
    CU_ASSERT_EQUAL(result.superseded, 1);
    CU_ASSERT(kit_holds(store, NULL, &load, 1));
    KIT_OK(skit_append(store, 0, STW_DURABILITY_NONE, &err));
    KIT_OK(stw_store_snapshot(store, STW_SLICE("october"), STW_SLICE(""), &err));
    CU_ASSERT_EQUAL(stw_memtable_rows(store), 0);
    KIT_OK(skit_append(store, 1, STW_DURABILITY_NONE, &err));
    struct stw_compact_spec spec = {0};
    struct stw_compact_result counts;
    KIT_OK(stw_compact_run(store, &spec, &counts, &err));
    CU_ASSERT_EQUAL(stw_memtable_rows(store), 0);
    stw_store_close(store);
}

static void flushes_when_due(void)
{
    struct stw_error err = {0};
    int64_t now_ns = 0;
    char path[300];
    make(path);
    struct stw_clock clock = stw_clock_fixed(&now_ns);
    struct stw_store_options options = skit_options(NULL);
    options.clock = &clock;
    options.stream.flush_every_ns = 0; /* the default: five minutes */
    struct stw_store *store = open_at(path, STW_STORE_WRITE, &options);
    KIT_OK(skit_append(store, 0, STW_DURABILITY_NONE, &err));
    now_ns = 5 * STW_NS_PER_MINUTE - 1;
    KIT_OK(skit_append(store, 1, STW_DURABILITY_NONE, &err));
    CU_ASSERT_EQUAL(count_visible(store), 0);
    now_ns++;
    CU_ASSERT(stw_memtable_is_due(store));
    KIT_OK(skit_append(store, 2, STW_DURABILITY_NONE, &err));
    CU_ASSERT_EQUAL(count_visible(store), 3);
    CU_ASSERT(!stw_memtable_is_due(store));
    stw_store_close(store);
    /* And when memory is short. */
    options.stream.flush_every_ns = INT64_MAX / 2;
    options.memory_bytes = 4000;
    store = open_at(path, STW_STORE_WRITE, &options);
    for (uint32_t i = 3; i < 103; i++)
        KIT_OK(skit_append(store, i, STW_DURABILITY_NONE, &err));
    CU_ASSERT(count_visible(store) > 50);
    stw_store_close(store);
    CU_ASSERT_EQUAL(skit_recover(path), 103);
}

/* Rows that cannot be taken are refused before they are journalled: the journal has no poison. */
static void refuses_before_the_journal(void)
{
    struct stw_error err = {0};
    struct stw_batch batch;
    uint32_t id;
    char path[300];
    make(path);
    struct stw_store_options options = skit_options(NULL);
    struct stw_store *store = open_at(path, STW_STORE_WRITE, &options);
    const struct stw_table *readings =
        stw_schema_find(stw_store_schema(store), STW_SLICE("readings"));
    KIT_OK(stw_batch_init(&batch, readings, 8, &err));
    KIT_OK(stw_memtable_series(store, readings, STW_SLICE("m000\0total"), &id, &err));
    (void)stw_batch_row(&batch, id, INT64_MAX);
    CU_ASSERT_EQUAL(stw_memtable_append(store, &batch, STW_DURABILITY_NONE, &err), STW_ERR_INPUT);
    batch.time_ns[0] = 0;
    batch.series[0] = id + 1;
    CU_ASSERT_EQUAL(stw_memtable_append(store, &batch, STW_DURABILITY_NONE, &err), STW_ERR_USAGE);
    stw_batch_release(&batch);
    KIT_OK(skit_append(store, 0, STW_DURABILITY_NONE, &err));
    stw_store_close(store);
    CU_ASSERT_EQUAL(skit_recover(path), 1);
}

/* ---- Faults ---------------------------------------------------------------------------------- */

enum { BEFORE = 12, MORE = 48 };

static int stream(const char *path, const struct stw_io *io, uint32_t *acknowledged,
                  struct stw_error *err)
{
    struct stw_store_options options = skit_options(io);
    struct stw_store *store;
    STW_TRY(stw_store_open(&store, path, STW_STORE_WRITE, &options, err));
    int status = STW_OK;
    for (uint32_t i = BEFORE; status == STW_OK && i < BEFORE + MORE; i++) {
        /* A flush inside an append is not what is asked about: none is due. */
        status = skit_append(store, i, (enum stw_durability)(i % 3), err);
        if (status == STW_OK)
            *acknowledged = i + 1;
        if (status == STW_OK && i % 20 == 0)
            status = stw_memtable_flush(store, NULL, err);
    }
    stw_store_close(store);
    return status;
}

static void fail_streams(bool sticky, bool tear, int errno_value)
{
    static bool there[SKIT_BATCHES_MAX];
    bool fired = true;
    unsigned tries = 0;
    for (uint64_t nth = 1; fired; nth++, tries++) {
        struct stw_error err = {0};
        struct stw_io_fault fault;
        char path[300];
        uint32_t acknowledged = BEFORE;
        make(path);
        struct stw_store_options options = skit_options(NULL);
        struct stw_store *store = open_at(path, STW_STORE_WRITE, &options);
        for (uint32_t i = 0; i < BEFORE; i++)
            KIT_OK(skit_append(store, i, STW_DURABILITY_NONE, &err));
        stw_store_close(store);
        stw_io_fault_init(&fault);
        fault.fail_at = nth;
        fault.sticky = sticky;
        fault.tear = tear;
        fault.errno_value = errno_value;
        int status = stream(path, &fault.io, &acknowledged, &err);
        fired = fault.fired;
        CU_ASSERT(fired || (status == STW_OK && acknowledged == BEFORE + MORE));
        store = open_at(path, STW_STORE_READ, NULL);
        CU_ASSERT_EQUAL(stw_store_finding_count(store), 0);
        skit_visible(store, there);
        stw_store_close(store);
        uint32_t count = skit_recover(path);
        STW_EXPECT(count == acknowledged || count == acknowledged + 1,
                   "call %llu: %u acknowledged, %u there", (unsigned long long)nth, acknowledged,
                   count);
        CU_ASSERT_EQUAL(skit_recover(path), count);
    }
    STW_EXPECT(tries > 100, "only %u calls", tries);
}

static void io_fails_once(void)
{
    fail_streams(false, false, 5 /* EIO */);
}

static void disk_is_full(void)
{
    fail_streams(true, true, 28 /* ENOSPC */);
}

static void crash_tears_a_write(void)
{
    fail_streams(true, true, 5);
}

static void memory_runs_out(void)
{
    bool fired = true;
    unsigned tries = 0;
    for (uint64_t nth = 1; fired; nth++, tries++) {
        struct stw_error err = {0};
        char path[300];
        uint32_t acknowledged = BEFORE;
        make(path);
        struct stw_store_options options = skit_options(NULL);
        struct stw_store *store = open_at(path, STW_STORE_WRITE, &options);
        for (uint32_t i = 0; i < BEFORE; i++)
            KIT_OK(skit_append(store, i, STW_DURABILITY_NONE, &err));
        stw_store_close(store);
        stw_memory_fail_at(nth);
        int status = stream(path, NULL, &acknowledged, &err);
        fired = stw_memory_failed();
        stw_memory_fail_at(0);
        STW_EXPECT(status == (fired ? STW_ERR_MEMORY : STW_OK), "allocation %llu: %d %s",
                   (unsigned long long)nth, status, err.what);
        uint32_t count = skit_recover(path);
        STW_EXPECT(count == acknowledged || count == acknowledged + 1,
                   "allocation %llu: %u acknowledged, %u there", (unsigned long long)nth,
                   acknowledged, count);
    }
    STW_EXPECT(tries > 200, "only %u allocations", tries);
}

/* Files are archived at a flush, and dropped when their last record is older than the window. */
static uint64_t archived_after(const char *window, int64_t hours)
{
    struct stw_error err = {0};
    struct stw_stream_info info;
    struct stw_buffer schema;
    char path[300];
    int64_t now_ns = 1000 * STW_NS_PER_DAY;
    struct stw_clock clock = stw_clock_fixed(&now_ns);
    struct stw_store_settings settings = {.zone = STW_SLICE("UTC")};
    struct stw_store_options options = skit_options(NULL);
    options.clock = &clock;
    stw_buffer_init(&schema);
    if (window != NULL) {
        KIT_OK(stw_schema_put_replay_window(stw_schema_builtin(), stw_slice_of(window), &schema,
                                            &err));
        settings.schema = stw_buffer_slice(&schema);
    }
    kit_path(path);
    KIT_OK(stw_store_create(path, &settings, NULL, &err));
    struct stw_store *store = open_at(path, STW_STORE_WRITE, &options);
    for (uint32_t i = 0; i < 100; i++)
        KIT_OK(skit_append(store, i, STW_DURABILITY_NONE, &err));
    KIT_OK(stw_memtable_flush(store, NULL, &err));
    KIT_OK(stw_stream_info(store, &info, &err));
    CU_ASSERT(info.size.archived_files >= 2);
    now_ns += hours * STW_NS_PER_HOUR;
    KIT_OK(skit_append(store, 100, STW_DURABILITY_NONE, &err));
    KIT_OK(stw_memtable_flush(store, NULL, &err));
    KIT_OK(stw_stream_info(store, &info, &err));
    stw_store_close(store);
    stw_buffer_release(&schema);
    return info.size.archived_files;
}

static void the_replay_window_is_kept(void)
{
    CU_ASSERT(archived_after("2 h", 1) >= 2);
    CU_ASSERT_EQUAL(archived_after("2 h", 3), 0);
    CU_ASSERT(archived_after(NULL, 89 * 24) >= 2); /* 90 days */
    CU_ASSERT_EQUAL(archived_after(NULL, 91 * 24), 0);
}

STW_SUITE(memtable, {"the replay window is kept", the_replay_window_is_kept},
          {"a flush makes visible", a_flush_makes_visible},
          {"closing loses nothing", closing_loses_nothing},
          {"later commits stay later", later_commits_stay_later},
          {"flushes when due", flushes_when_due},
          {"refuses before the journal", refuses_before_the_journal},
          {"io fails once", io_fails_once}, {"disk is full", disk_is_full},
          {"crash tears a write", crash_tears_a_write}, {"memory runs out", memory_runs_out});
