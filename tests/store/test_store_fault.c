/*
 * Faults, enumerated: the Nth write, sync, rename, unlink, mkdir or allocation around creating,
 * committing and opening fails, for every N until none does. After each, the store opens, and
 * holds the whole of the interrupted commit or nothing of it; every commit before is there.
 */
#include "../support/test.h"
#include "base/memory.h"
#include "store/compact.h"
#include "store/verify.h"
#include "store_kit.h"

#include <stdio.h>

/* Small, but with spills (two sorted runs a partition) and two partitions. */
static const struct kit_load loads[] = {{3, 700, 80, 11}, {4, 720, 60, 12}};
enum { MEMORY = 4000 };

/* Opens and verifies with the system's own I/O; how many of the loads are there, -1 for neither. */
static int loads_in(const char *path, bool writer)
{
    struct stw_error err = {0};
    struct stw_store *store;
    struct stw_verify_result result;
    KIT_OK(stw_store_open(&store, path, writer ? STW_STORE_WRITE : STW_STORE_READ, NULL, &err));
    CU_ASSERT_EQUAL(stw_store_finding_count(store), 0);
    int found = -1;
    for (int count = 2; count >= 0 && found < 0; count--) {
        if (kit_holds(store, NULL, loads, (unsigned)count))
            found = count;
    }
    if (writer) {
        KIT_OK(stw_store_verify(store, NULL, NULL, &result, &err));
        CU_ASSERT_EQUAL(result.findings, 0);
        CU_ASSERT_EQUAL(kit_files(path, "tmp"), 0);
        CU_ASSERT_EQUAL(kit_files(path, "segments"), result.segments);
        /* A source is known exactly when its rows are there. */
        CU_ASSERT_EQUAL(stw_store_source_count(store), (uint32_t)found);
    }
    stw_store_close(store);
    return found;
}

static int open_and_commit(const char *path, const struct stw_io *io, const struct kit_load *load)
{
    struct stw_error err = {0};
    struct stw_store *store;
    struct stw_commit_result result;
    struct stw_store_options options = {.io = io, .memory_bytes = MEMORY};
    STW_TRY(stw_store_open(&store, path, STW_STORE_WRITE, &options, &err));
    int status = kit_commit(store, load, &result, &err);
    stw_store_close(store);
    return status;
}

/* One walk through all N with one kind of fault. */
static void fail_commits(bool sticky, bool tear, int errno_value)
{
    bool fired = true;
    unsigned tries = 0;
    for (uint64_t nth = 1; fired; nth++, tries++) {
        struct stw_error err = {0};
        struct stw_io_fault fault;
        char path[300];
        kit_path(path);
        KIT_OK(kit_create(path, NULL, &err));
        CU_ASSERT_EQUAL_FATAL(open_and_commit(path, NULL, &loads[0]), STW_OK);
        stw_io_fault_init(&fault);
        fault.fail_at = nth;
        fault.sticky = sticky;
        fault.tear = tear;
        fault.errno_value = errno_value;
        int status = open_and_commit(path, &fault.io, &loads[1]);
        fired = fault.fired;
        CU_ASSERT(fired || status == STW_OK);
        int there = loads_in(path, false);
        STW_EXPECT(there == 1 || there == 2, "call %llu: %d loads", (unsigned long long)nth, there);
        STW_EXPECT(status != STW_OK || there == 2, "call %llu: an acknowledged commit is lost",
                   (unsigned long long)nth);
        CU_ASSERT_EQUAL(loads_in(path, true), there);
        /* The store goes on. */
        CU_ASSERT_EQUAL(open_and_commit(path, NULL, &loads[1]), STW_OK);
        CU_ASSERT_EQUAL(loads_in(path, true), 2);
    }
    STW_EXPECT(tries > 20, "only %u calls", tries);
}

static void io_fails_once(void)
{
    fail_commits(false, false, 5 /* EIO */);
}

static void disk_is_full(void)
{
    fail_commits(true, true, 28 /* ENOSPC */);
}

static void crash_tears_a_write(void)
{
    fail_commits(true, true, 5);
}

static void creating_fails(void)
{
    bool fired = true;
    for (uint64_t nth = 1; fired; nth++) {
        struct stw_error err = {0};
        struct stw_io_fault fault;
        struct stw_store *store;
        char path[300];
        kit_path(path);
        stw_io_fault_init(&fault);
        fault.fail_at = nth;
        fault.sticky = nth % 2 == 0;
        fault.tear = true;
        struct stw_store_options options = {.io = &fault.io};
        int status = kit_create(path, &options, &err);
        fired = fault.fired;
        CU_ASSERT(fired || status == STW_OK);
        /* There is a sound store, or none, and then making one works. */
        int opened = stw_store_open(&store, path, STW_STORE_READ, NULL, &err);
        CU_ASSERT(status != STW_OK || opened == STW_OK);
        if (opened == STW_OK) {
            stw_store_close(store);
        } else {
            CU_ASSERT_EQUAL(opened, STW_ERR_NOT_FOUND);
            KIT_OK(kit_create(path, NULL, &err));
        }
        CU_ASSERT_EQUAL(loads_in(path, true), 0);
    }
}

/* A writer's recovery itself is interrupted. */
static void recovering_fails(void)
{
    bool fired = true;
    for (uint64_t nth = 1; fired; nth++) {
        struct stw_error err = {0};
        struct stw_io_fault fault;
        struct stw_store *store;
        char path[300];
        kit_path(path);
        KIT_OK(kit_create(path, NULL, &err));
        CU_ASSERT_EQUAL_FATAL(open_and_commit(path, NULL, &loads[0]), STW_OK);
        uint64_t size = kit_size(path, "MANIFEST");
        CU_ASSERT_EQUAL_FATAL(open_and_commit(path, NULL, &loads[1]), STW_OK);
        kit_cut(path, "MANIFEST", size + 20);
        stw_io_fault_init(&fault);
        fault.fail_at = nth;
        fault.sticky = true;
        struct stw_store_options options = {.io = &fault.io};
        if (stw_store_open(&store, path, STW_STORE_WRITE, &options, &err) == STW_OK)
            stw_store_close(store);
        fired = fault.fired;
        CU_ASSERT_EQUAL(loads_in(path, false), 1);
        CU_ASSERT_EQUAL(loads_in(path, true), 1);
    }
}

/* Without a failed write the store goes on in the same process. */
static void memory_runs_out(void)
{
    bool fired = true;
    unsigned tries = 0;
    char path[300];
    struct stw_error err = {0};
    kit_path(path);
    KIT_OK(kit_create(path, NULL, &err));
    CU_ASSERT_EQUAL_FATAL(open_and_commit(path, NULL, &loads[0]), STW_OK);
    for (uint64_t nth = 1; fired; nth++, tries++) {
        struct stw_store *store = NULL;
        struct stw_commit_result result;
        struct stw_store_options options = {.memory_bytes = MEMORY};
        stw_memory_fail_at(nth);
        int status = stw_store_open(&store, path, STW_STORE_WRITE, &options, &err);
        if (status == STW_OK)
            status = kit_commit(store, &loads[1], &result, &err);
        fired = stw_memory_failed();
        stw_memory_fail_at(0);
        STW_EXPECT(status == STW_OK || status == STW_ERR_MEMORY, "allocation %llu: %d %s",
                   (unsigned long long)nth, status, err.what);
        CU_ASSERT(fired || status == STW_OK);
        if (store != NULL) {
            CU_ASSERT(kit_holds(store, NULL, loads, status == STW_OK ? 2 : 1));
            stw_store_close(store);
        }
        if (status == STW_OK)
            break;
        CU_ASSERT_EQUAL(loads_in(path, false), 1);
    }
    CU_ASSERT_EQUAL(loads_in(path, false), 2);
    STW_EXPECT(tries > 100, "only %u allocations", tries);
}

/* The same for reading: a failed allocation is an error and nothing else. */
static void memory_runs_out_in_reading(void)
{
    struct stw_error err = {0};
    char path[300];
    bool fired = true;
    kit_path(path);
    KIT_OK(kit_create(path, NULL, &err));
    for (int i = 0; i < 2; i++)
        CU_ASSERT_EQUAL_FATAL(open_and_commit(path, NULL, &loads[i]), STW_OK);
    for (uint64_t nth = 1; fired; nth++) {
        struct stw_store *store = NULL;
        struct stw_view *view = NULL;
        const struct stw_registry *registry;
        struct stw_buffer text;
        stw_buffer_init(&text);
        stw_memory_fail_at(nth);
        int status = stw_store_open(&store, path, STW_STORE_READ, NULL, &err);
        if (status == STW_OK)
            status = stw_view_open(store, NULL, &view, &err);
        if (status == STW_OK)
            status = stw_view_registry(view, &registry, &err);
        if (status == STW_OK)
            status = kit_print(view, &text, &err);
        if (status == STW_OK)
            status = stw_buffer_status(&text, &err);
        fired = stw_memory_failed();
        stw_memory_fail_at(0);
        CU_ASSERT_EQUAL(status, fired ? STW_ERR_MEMORY : STW_OK);
        stw_buffer_release(&text);
        stw_view_close(view);
        stw_store_close(store);
    }
}

/* ---- Compaction ------------------------------------------------------------------------------ */

static int open_and_compact(const char *path, const struct stw_io *io)
{
    struct stw_error err = {0};
    struct stw_store *store;
    struct stw_compact_result result;
    struct stw_compact_spec spec = {.cold_after_ns = 1};
    struct stw_store_options options = {.io = io, .memory_bytes = MEMORY};
    STW_TRY(stw_store_open(&store, path, STW_STORE_WRITE, &options, &err));
    int status = stw_compact_run(store, &spec, &result, &err);
    stw_store_close(store);
    return status;
}

/* Compaction never changes what is there, wherever it stops. */
static void fail_compactions(bool sticky, bool tear, int errno_value)
{
    bool fired = true;
    unsigned tries = 0;
    for (uint64_t nth = 1; fired; nth++, tries++) {
        struct stw_error err = {0};
        struct stw_io_fault fault;
        char path[300];
        kit_path(path);
        KIT_OK(kit_create(path, NULL, &err));
        for (int i = 0; i < 2; i++)
            CU_ASSERT_EQUAL_FATAL(open_and_commit(path, NULL, &loads[i]), STW_OK);
        stw_io_fault_init(&fault);
        fault.fail_at = nth;
        fault.sticky = sticky;
        fault.tear = tear;
        fault.errno_value = errno_value;
        int status = open_and_compact(path, &fault.io);
        fired = fault.fired;
        CU_ASSERT(fired || status == STW_OK);
        CU_ASSERT_EQUAL(loads_in(path, false), 2);
        CU_ASSERT_EQUAL(loads_in(path, true), 2);
        CU_ASSERT_EQUAL(open_and_compact(path, NULL), STW_OK);
        CU_ASSERT_EQUAL(loads_in(path, true), 2);
        CU_ASSERT_EQUAL(kit_files(path, "segments"), 2); /* one a partition */
    }
    STW_EXPECT(tries > 20, "only %u calls", tries);
}

static void compaction_fails_once(void)
{
    fail_compactions(false, false, 5);
}

static void compaction_fills_the_disk(void)
{
    fail_compactions(true, true, 28);
}

static void compaction_crashes(void)
{
    fail_compactions(true, true, 5);
}

static void memory_runs_out_in_compaction(void)
{
    bool fired = true;
    unsigned tries = 0;
    char path[300];
    for (uint64_t nth = 1; fired; nth++, tries++) {
        struct stw_error err = {0};
        struct stw_store *store;
        struct stw_compact_result result;
        struct stw_compact_spec spec = {.cold_after_ns = 1};
        if (nth == 1 || loads_in(path, false) != 2 || kit_files(path, "segments") < 3) {
            kit_path(path);
            KIT_OK(kit_create(path, NULL, &err));
            for (int i = 0; i < 2; i++)
                CU_ASSERT_EQUAL_FATAL(open_and_commit(path, NULL, &loads[i]), STW_OK);
        }
        KIT_OK(stw_store_open(&store, path, STW_STORE_WRITE, NULL, &err));
        stw_memory_fail_at(nth);
        int status = stw_compact_run(store, &spec, &result, &err);
        fired = stw_memory_failed();
        stw_memory_fail_at(0);
        STW_EXPECT(status == (fired ? STW_ERR_MEMORY : STW_OK), "allocation %llu: %d %s",
                   (unsigned long long)nth, status, err.what);
        CU_ASSERT(kit_holds(store, NULL, loads, 2));
        /* The store goes on without being opened again. */
        KIT_OK(stw_compact_run(store, &spec, &result, &err));
        CU_ASSERT(kit_holds(store, NULL, loads, 2));
        stw_store_close(store);
    }
    STW_EXPECT(tries > 50, "only %u allocations", tries);
}

/* ---- Dropping -------------------------------------------------------------------------------- */

/* A snapshot given up and a partition dropped by one record: both or neither. */
static void dropping_fails(void)
{
    bool fired = true;
    for (uint64_t nth = 1; fired; nth++) {
        struct stw_error err = {0};
        struct stw_io_fault fault;
        struct stw_store *store;
        struct stw_retention_result result;
        char path[300];
        kit_path(path);
        KIT_OK(kit_create(path, NULL, &err));
        CU_ASSERT_EQUAL_FATAL(open_and_commit(path, NULL, &loads[0]), STW_OK);
        KIT_OK(stw_store_open(&store, path, STW_STORE_WRITE, NULL, &err));
        KIT_OK(stw_store_snapshot(store, STW_SLICE("s"), STW_SLICE(""), &err));
        stw_store_close(store);
        stw_io_fault_init(&fault);
        fault.fail_at = nth;
        fault.sticky = nth % 2 == 0;
        fault.tear = true;
        struct stw_store_options options = {.io = &fault.io};
        int status = stw_store_open(&store, path, STW_STORE_WRITE, &options, &err);
        if (status == STW_OK) {
            struct stw_retention retention = {
                .table = stw_schema_find(stw_store_schema(store), STW_SLICE("readings")),
                .before_ns = 31 * STW_NS_PER_DAY,
                .drop_snapshots = true};
            status = stw_store_drop_before(store, &retention, &result, &err);
            stw_store_close(store);
        }
        fired = fault.fired;
        CU_ASSERT(fired || status == STW_OK);
        KIT_OK(stw_store_open(&store, path, STW_STORE_WRITE, NULL, &err));
        bool whole = kit_holds(store, NULL, loads, 1);
        CU_ASSERT_EQUAL(stw_store_snapshot_count(store), whole ? 1 : 0);
        CU_ASSERT(!whole || kit_holds(store, "s", loads, 1));
        CU_ASSERT(status != STW_OK || !whole);
        CU_ASSERT_EQUAL(kit_files(path, "segments"), whole ? 2 : 1);
        stw_store_close(store);
    }
}

STW_SUITE(store_fault, {"io fails once", io_fails_once}, {"disk is full", disk_is_full},
          {"crash tears a write", crash_tears_a_write}, {"creating fails", creating_fails},
          {"recovering fails", recovering_fails}, {"memory runs out", memory_runs_out},
          {"memory runs out in reading", memory_runs_out_in_reading},
          {"compaction fails once", compaction_fails_once},
          {"compaction fills the disk", compaction_fills_the_disk},
          {"compaction crashes", compaction_crashes},
          {"memory runs out in compaction", memory_runs_out_in_compaction},
          {"dropping fails", dropping_fails});
