/*
 * The manifest written anew: everything a store answers is as before, for the writer, for one that
 * opens later, and for readers that have the old file open; wherever writing it fails, the store is
 * what it was; and one damaged byte loses nothing.
 */
#include "../support/test.h"
#include "base/memory.h"
#include "store/compact.h"
#include "store/manifest_file.h"
#include "store/verify.h"
#include "store_kit.h"

#include <stdio.h>

enum { LOADS = 12 };

/* Load i: two more hours than the one before, some hours in common, a source each. */
static struct kit_load load_at(unsigned i)
{
    return (struct kit_load){
        .meters = 2 + i % 3, .first = 690 + (int)i * 8, .rows = 12, .source = 100 + i};
}

static void fill_loads(struct kit_load *loads, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        loads[i] = load_at(i);
}

static struct stw_store *open_store(const char *path, enum stw_store_mode mode)
{
    struct stw_error err = {0};
    struct stw_store *store;
    KIT_OK(stw_store_open(&store, path, mode, NULL, &err));
    return store;
}

static void commit_loads(struct stw_store *store, unsigned from, unsigned to)
{
    struct stw_error err = {0};
    for (unsigned i = from; i < to; i++) {
        struct stw_commit_result result;
        struct kit_load load = load_at(i);
        KIT_OK(kit_commit(store, &load, &result, &err));
    }
}

/* A commit with rejects, an erased range, an unread series, snapshots made and dropped: with what
 * kit_commit cannot do. */
static void add_oddities(struct stw_store *store)
{
    struct stw_error err = {0};
    struct stw_commit *commit;
    struct stw_commit_result result;
    const struct stw_table *readings =
        stw_schema_find(stw_store_schema(store), STW_SLICE("readings"));
    struct stw_source source = {
        .hash = {UINT64_MAX, 1}, .size_bytes = 12345, .name = STW_SLICE("抄表 十月.csv")};
    uint32_t id;
    KIT_OK(stw_commit_begin(store, &source, &commit, &err));
    KIT_OK(stw_commit_reject(commit, STW_SLICE("no number"), 17, &err));
    KIT_OK(stw_commit_reject(commit, STW_SLICE("no time"), 3, &err));
    KIT_OK(stw_commit_series(commit, readings, STW_SLICE("空\0total"), &id, &err));
    KIT_OK(stw_commit_finish(commit, &result, &err));
    KIT_OK(stw_commit_begin(store, NULL, &commit, &err)); /* as a flush does */
    stw_commit_set_journal(commit, (struct stw_journal_position){3, 4096});
    KIT_OK(stw_commit_finish(commit, &result, &err));
    KIT_OK(stw_store_erase(store, readings, 0, 0, STW_NS_PER_HOUR, &err));
    KIT_OK(stw_store_snapshot(store, STW_SLICE("gone"), STW_SLICE("rules 1"), &err));
    KIT_OK(stw_store_snapshot(store, STW_SLICE("kept"), STW_SLICE("rules 2\nzone 3"), &err));
    KIT_OK(stw_store_snapshot_drop(store, STW_SLICE("gone"), &err));
}

static void describe_commits(struct stw_store *store, struct stw_buffer *out)
{
    for (uint32_t i = 0; i < stw_store_commit_count(store); i++) {
        struct stw_source_record record = stw_store_commit_at(store, i);
        const struct stw_commit_entry *entry = &store->state.commits[i];
        stw_buffer_printf(out, "commit %llu at %lld rows %llu: %.*s %llx %llx %llu\n",
                          (unsigned long long)record.generation, (long long)record.committed_ns,
                          (unsigned long long)record.rows, STW_SLICE_ARG(record.source.name),
                          (unsigned long long)record.source.hash.low,
                          (unsigned long long)record.source.hash.high,
                          (unsigned long long)record.source.size_bytes);
        if (entry->has_journal)
            stw_buffer_printf(out, "  journal %llu:%llu\n", (unsigned long long)entry->journal.file,
                              (unsigned long long)entry->journal.offset);
        for (uint32_t k = 0; k < record.reject_count; k++)
            stw_buffer_printf(out, "  %.*s %llu\n", STW_SLICE_ARG(record.rejects[k].reason),
                              (unsigned long long)record.rejects[k].rows);
        CU_ASSERT(record.source.name.size == 0 || stw_store_source(store, &record.source, &record));
    }
    stw_buffer_printf(out, "sources %u, journal %llu:%llu\n", stw_store_source_count(store),
                      (unsigned long long)store->state.journal.file,
                      (unsigned long long)store->state.journal.offset);
}

static void describe_snapshots(struct stw_store *store, struct stw_buffer *out)
{
    struct stw_error err = {0};
    for (uint32_t i = 0; i < stw_store_snapshot_count(store); i++) {
        struct stw_snapshot snapshot = stw_store_snapshot_at(store, i);
        struct stw_view *view;
        char name[STW_STORE_SNAPSHOT_NAME_MAX + 1];
        snprintf(name, sizeof(name), "%.*s", STW_SLICE_ARG(snapshot.name));
        stw_buffer_printf(out, "snapshot %s of %llu at %lld: %.*s\n", name,
                          (unsigned long long)snapshot.generation, (long long)snapshot.created_ns,
                          STW_SLICE_ARG(snapshot.pins));
        KIT_OK(stw_view_open(store, name, &view, &err));
        stw_buffer_printf(out, "as of: %lld\n", (long long)stw_view_committed_ns(view));
        KIT_OK(kit_print(view, out, &err));
        stw_view_close(view);
    }
}

static void describe_tables(struct stw_view *view, struct stw_buffer *out)
{
    const struct stw_schema *schema = stw_view_schema(view);
    for (uint32_t i = 0; i < stw_schema_table_count(schema); i++) {
        const struct stw_table *table = stw_schema_table(schema, i);
        struct stw_table_info info = stw_view_table_info(view, table);
        struct stw_series series = stw_view_series(view, table);
        stw_buffer_printf(out, "%.*s: %u segments, %llu rows, %llu bytes, %lld to %lld, %u series:",
                          STW_SLICE_ARG(table->name), info.segments, (unsigned long long)info.rows,
                          (unsigned long long)info.bytes, (long long)info.time_min_ns,
                          (long long)info.time_max_ns, info.series);
        for (uint32_t k = 0; k < series.count; k++)
            stw_buffer_printf(out, " %.*s", STW_SLICE_ARG(stw_series_key(&series, k)));
        stw_buffer_add_text(out, "\n");
    }
}

/* All that a store says about itself, as text. */
static void describe(struct stw_store *store, struct stw_buffer *out)
{
    struct stw_error err = {0};
    struct stw_view *view;
    uint32_t erased;
    stw_buffer_printf(out, "generation %llu\n", (unsigned long long)stw_store_generation(store));
    describe_commits(store, out);
    describe_snapshots(store, out);
    KIT_OK(stw_view_open(store, NULL, &view, &err));
    const struct stw_erasure *erasures = stw_view_erasures(view, &erased);
    for (uint32_t i = 0; i < erased; i++)
        stw_buffer_printf(out, "erased %u %lld %lld %llu\n", erasures[i].series,
                          (long long)erasures[i].from_ns, (long long)erasures[i].to_ns,
                          (unsigned long long)erasures[i].generation);
    describe_tables(view, out);
    KIT_OK(kit_print(view, out, &err));
    stw_view_close(view);
}

static void expect_same(struct stw_store *store, const struct stw_buffer *want, const char *who)
{
    struct stw_buffer got;
    stw_buffer_init(&got);
    describe(store, &got);
    STW_EXPECT(stw_slice_equal(stw_buffer_slice(&got), stw_buffer_slice(want)),
               "%s:\n%.*s\nbut expected:\n%.*s", who, STW_SLICE_ARG(stw_buffer_slice(&got)),
               STW_SLICE_ARG(stw_buffer_slice(want)));
    stw_buffer_release(&got);
}

/* A store with loads, oddities, and a compaction, in a fresh folder; opened to write. */
static struct stw_store *make_store(char *path)
{
    struct stw_error err = {0};
    struct stw_compact_result result;
    struct stw_compact_spec all = {.table = NULL};
    kit_path(path);
    KIT_OK(kit_create(path, NULL, &err));
    struct stw_store *store = open_store(path, STW_STORE_WRITE);
    commit_loads(store, 0, LOADS - 2);
    add_oddities(store);
    KIT_OK(stw_compact_run(store, &all, &result, &err));
    CU_ASSERT(result.jobs > 0);
    commit_loads(store, LOADS - 2, LOADS);
    return store;
}

/* ---- What it keeps --------------------------------------------------------------------------- */

static void everything_is_kept(void)
{
    struct stw_error err = {0};
    char path[300];
    struct stw_buffer want;
    struct stw_verify_result verified;
    struct stw_store *store = make_store(path);
    stw_buffer_init(&want);
    describe(store, &want);
    KIT_OK(stw_manifest_rewrite(store, &err));
    expect_same(store, &want, "the writer");
    struct stw_store *reader = open_store(path, STW_STORE_READ);
    CU_ASSERT_EQUAL(stw_store_finding_count(reader), 0);
    expect_same(reader, &want, "a reader");
    stw_store_close(reader);
    /* And again, out of a state that came from a checkpoint. */
    KIT_OK(stw_manifest_rewrite(store, &err));
    stw_store_close(store);
    store = open_store(path, STW_STORE_WRITE);
    CU_ASSERT_EQUAL(stw_store_finding_count(store), 0);
    expect_same(store, &want, "the next writer");
    KIT_OK(stw_store_verify(store, NULL, NULL, &verified, &err));
    CU_ASSERT_EQUAL(verified.findings, 0);
    /* It goes on: numbers of commits and series continue. */
    uint64_t generation = stw_store_generation(store);
    struct kit_load loads[LOADS + 1], more = {.meters = 9, .first = 690, .rows = 30, .source = 7};
    struct stw_commit_result result;
    fill_loads(loads, LOADS);
    loads[LOADS] = more;
    KIT_OK(kit_commit(store, &more, &result, &err));
    CU_ASSERT_EQUAL(result.generation, generation + 1);
    CU_ASSERT_EQUAL(result.series_new, 9 - 4);
    stw_store_close(store);
    store = open_store(path, STW_STORE_READ);
    CU_ASSERT(kit_holds(store, NULL, loads, LOADS + 1));
    stw_store_close(store);
    stw_buffer_release(&want);
}

static void a_grown_schema_is_kept(void)
{
    struct stw_error err = {0};
    char path[300], name[400];
    struct stw_buffer grown, want;
    struct stw_store *store = make_store(path);
    stw_buffer_init(&grown);
    stw_buffer_init(&want);
    KIT_OK(stw_schema_extend("own.yml",
                             STW_SLICE("tables:\n  notes: {keys: [device], time: time, identity: "
                                       "all, partition: all, columns: {note: text}}\n"),
                             &grown, &err));
    KIT_OK(stw_store_grow(store, stw_buffer_slice(&grown), &err));
    stw_store_close(store);
    store = open_store(path, STW_STORE_WRITE);
    describe(store, &want);
    KIT_OK(stw_manifest_rewrite(store, &err));
    stw_store_close(store);
    /* The file of the schema is lost: the manifest has it. */
    snprintf(name, sizeof(name), "%s/schema.yml", path);
    CU_ASSERT_EQUAL(remove(name), 0);
    store = open_store(path, STW_STORE_READ);
    CU_ASSERT(stw_schema_find(stw_store_schema(store), STW_SLICE("notes")) != NULL);
    expect_same(store, &want, "without schema.yml");
    stw_store_close(store);
    stw_buffer_release(&grown);
    stw_buffer_release(&want);
}

/* ---- Readers beside it ----------------------------------------------------------------------- */

/* A view that a reader has open before `turns` new manifests reads on; a new view has all. */
static void read_beside(unsigned turns)
{
    struct stw_error err = {0};
    char path[300];
    struct kit_load loads[LOADS];
    struct stw_view *view;
    struct stw_buffer before, after;
    struct stw_compact_spec all = {.table = NULL};
    struct stw_compact_result result;
    fill_loads(loads, LOADS);
    kit_path(path);
    KIT_OK(kit_create(path, NULL, &err));
    struct stw_store *writer = open_store(path, STW_STORE_WRITE);
    commit_loads(writer, 0, 3);
    KIT_OK(stw_store_snapshot(writer, STW_SLICE("gone"), STW_SLICE(""), &err));
    struct stw_store *reader = open_store(path, STW_STORE_READ);
    KIT_OK(stw_view_open(reader, NULL, &view, &err));
    stw_buffer_init(&before);
    stw_buffer_init(&after);
    KIT_OK(kit_print(view, &before, &err));
    KIT_OK(stw_store_snapshot_drop(writer, STW_SLICE("gone"), &err));
    for (unsigned turn = 0; turn < turns; turn++) {
        commit_loads(writer, 3 + 2 * turn, 4 + 2 * turn);
        KIT_OK(stw_compact_run(writer, &all, &result, &err));
        KIT_OK(stw_manifest_rewrite(writer, &err));
        commit_loads(writer, 4 + 2 * turn, 5 + 2 * turn);
    }
    KIT_OK(stw_store_snapshot(writer, STW_SLICE("new"), STW_SLICE(""), &err));
    CU_ASSERT(kit_holds(reader, NULL, loads, 3 + 2 * turns));
    CU_ASSERT(kit_holds(reader, "new", loads, 3 + 2 * turns));
    CU_ASSERT_EQUAL(stw_store_snapshot_count(reader), 1);
    CU_ASSERT_EQUAL(stw_store_finding_count(reader), 0);
    KIT_OK(kit_print(view, &after, &err));
    CU_ASSERT(stw_slice_equal(stw_buffer_slice(&before), stw_buffer_slice(&after)));
    stw_view_close(view);
    struct stw_buffer want;
    stw_buffer_init(&want);
    describe(writer, &want);
    expect_same(reader, &want, "a reader that followed");
    stw_store_close(reader);
    stw_store_close(writer);
    stw_buffer_release(&want);
    stw_buffer_release(&before);
    stw_buffer_release(&after);
}

static void readers_follow(void)
{
    read_beside(1);
    read_beside(2);
    read_beside(4);
}

/* A reader that runs out of memory on its way to the new manifest gets there at the next try. */
static void followers_try_again(void)
{
    struct stw_error err = {0};
    char path[300];
    struct stw_buffer want;
    bool fired = true;
    unsigned tries = 0;
    stw_buffer_init(&want);
    for (uint64_t nth = 1; fired; nth++, tries++) {
        struct stw_view *view = NULL;
        kit_path(path);
        KIT_OK(kit_create(path, NULL, &err));
        struct stw_store *writer = open_store(path, STW_STORE_WRITE);
        commit_loads(writer, 0, 2);
        struct stw_store *reader = open_store(path, STW_STORE_READ);
        KIT_OK(stw_manifest_rewrite(writer, &err));
        commit_loads(writer, 2, 4);
        KIT_OK(stw_manifest_rewrite(writer, &err));
        commit_loads(writer, 4, 6);
        stw_memory_fail_at(nth);
        int status = stw_view_open(reader, NULL, &view, &err);
        fired = stw_memory_failed();
        stw_memory_fail_at(0);
        CU_ASSERT_EQUAL(status, fired ? STW_ERR_MEMORY : STW_OK);
        stw_view_close(view);
        KIT_OK(stw_view_open(reader, NULL, &view, &err));
        stw_view_close(view);
        stw_buffer_clear(&want);
        describe(writer, &want);
        expect_same(reader, &want, "a reader at its second try");
        CU_ASSERT_EQUAL(stw_store_finding_count(reader), 0);
        stw_store_close(reader);
        stw_store_close(writer);
    }
    STW_EXPECT(tries > 8, "only %u allocations", tries);
    stw_buffer_release(&want);
}

/* Files that a reader has in view are known to be waiting after the manifest was written anew, and
 * also to the next writer. */
static void pinned_files_stay(void)
{
    struct stw_error err = {0};
    char path[300];
    struct kit_load loads[LOADS];
    struct stw_view *view;
    struct stw_compact_spec all = {.table = NULL};
    struct stw_compact_result result;
    struct stw_buffer before, after;
    stw_buffer_init(&before);
    stw_buffer_init(&after);
    fill_loads(loads, LOADS);
    struct stw_store *writer = make_store(path);
    struct stw_store *reader = open_store(path, STW_STORE_READ);
    KIT_OK(stw_view_open(reader, NULL, &view, &err));
    unsigned files = kit_files(path, "segments");
    KIT_OK(stw_compact_run(writer, &all, &result, &err));
    CU_ASSERT(result.files_waiting > 0);
    KIT_OK(stw_manifest_rewrite(writer, &err));
    stw_store_close(writer);
    writer = open_store(path, STW_STORE_WRITE);
    CU_ASSERT(kit_files(path, "segments") > files);
    KIT_OK(kit_print(view, &before, &err));
    stw_view_close(view);
    KIT_OK(stw_view_open(reader, NULL, &view, &err));
    KIT_OK(kit_print(view, &after, &err));
    CU_ASSERT(stw_slice_equal(stw_buffer_slice(&before), stw_buffer_slice(&after)));
    stw_view_close(view);
    stw_store_close(reader);
    stw_store_close(writer);
    struct stw_verify_result verified;
    writer = open_store(path, STW_STORE_WRITE);
    KIT_OK(stw_store_verify(writer, NULL, NULL, &verified, &err));
    CU_ASSERT_EQUAL(verified.findings, 0);
    CU_ASSERT_EQUAL(kit_files(path, "segments"), verified.segments);
    CU_ASSERT(kit_holds(writer, NULL, loads, LOADS));
    stw_store_close(writer);
    stw_buffer_release(&before);
    stw_buffer_release(&after);
}

/* ---- Growth ---------------------------------------------------------------------------------- */

/* Commits of one row each: the manifest stays within its bound, and is written anew by itself. */
static void growth_is_bounded(void)
{
    enum { COMMITS = 400 };
    struct stw_error err = {0};
    char path[300];
    unsigned shrunk = 0;
    uint64_t last = 0;
    kit_path(path);
    KIT_OK(kit_create(path, NULL, &err));
    struct stw_store *store = open_store(path, STW_STORE_WRITE);
    for (int i = 0; i < COMMITS; i++) {
        struct kit_load load = {.meters = 1, .first = i, .rows = 1, .source = 1 + (uint64_t)i};
        struct stw_commit_result result;
        KIT_OK(kit_commit(store, &load, &result, &err));
        uint64_t size = kit_size(path, "MANIFEST");
        shrunk += size < last;
        last = size;
        CU_ASSERT(size <= 2 * store->manifest_base + STW_MANIFEST_GROWTH_BYTES + STW_MARK_SIZE);
    }
    CU_ASSERT(shrunk >= 2);
    struct kit_load whole = {.meters = 1, .first = 0, .rows = COMMITS, .source = 1};
    struct stw_view *view;
    struct stw_buffer got;
    stw_buffer_init(&got);
    KIT_OK(stw_view_open(store, NULL, &view, &err));
    KIT_OK(kit_print(view, &got, &err));
    size_t rows = 0;
    for (size_t i = 0; i < got.size; i++)
        rows += got.data[i] == '\n';
    CU_ASSERT_EQUAL(rows, (size_t)whole.rows);
    CU_ASSERT_EQUAL(stw_store_source_count(store), COMMITS);
    stw_view_close(view);
    stw_buffer_release(&got);
    stw_store_close(store);
}

/* ---- Faults ---------------------------------------------------------------------------------- */

static int rewrite_with(const char *path, const struct stw_io *io, const struct stw_buffer *want)
{
    struct stw_error err = {0};
    struct stw_store *store;
    struct stw_store_options options = {.io = io};
    STW_TRY(stw_store_open(&store, path, STW_STORE_WRITE, &options, &err));
    int status = stw_manifest_rewrite(store, &err);
    expect_same(store, want, "the writer whose call failed");
    stw_store_close(store);
    return status;
}

static void fail_rewriting(bool sticky, int errno_value)
{
    char path[300];
    struct stw_buffer want;
    bool fired = true;
    unsigned tries = 0;
    stw_buffer_init(&want);
    struct stw_store *store = make_store(path);
    describe(store, &want);
    stw_store_close(store);
    for (uint64_t nth = 1; fired; nth++, tries++) {
        struct stw_io_fault fault;
        struct stw_error err = {0};
        struct stw_verify_result verified;
        stw_io_fault_init(&fault);
        fault.fail_at = nth;
        fault.sticky = sticky;
        fault.tear = true;
        fault.errno_value = errno_value;
        int status = rewrite_with(path, &fault.io, &want);
        fired = fault.fired;
        CU_ASSERT(fired || status == STW_OK);
        store = open_store(path, STW_STORE_READ);
        expect_same(store, &want, "a reader after it");
        stw_store_close(store);
        store = open_store(path, STW_STORE_WRITE);
        expect_same(store, &want, "a writer after it");
        KIT_OK(stw_store_verify(store, NULL, NULL, &verified, &err));
        CU_ASSERT_EQUAL(verified.findings, 0);
        stw_store_close(store);
    }
    STW_EXPECT(tries >= 7, "only %u calls", tries); /* open, cut, write, sync, rename, sync, mark */
    stw_buffer_release(&want);
}

static void rewriting_fails(void)
{
    fail_rewriting(false, 5 /* EIO */);
    fail_rewriting(true, 5);
    fail_rewriting(true, 28 /* ENOSPC */);
}

/* Makes the next record the one after which the manifest is written anew. */
static void make_due(struct stw_store *store)
{
    store->manifest_base = (UINT64_MAX - STW_MANIFEST_GROWTH_BYTES) / 2 + 1; /* twice that: 0 */
}

/* A commit is acknowledged whether or not the manifest can be written anew after it. */
static void commits_stand_without_it(void)
{
    bool fired = true, closed = false;
    unsigned tries = 0;
    struct kit_load loads[LOADS];
    fill_loads(loads, LOADS);
    for (uint64_t nth = 1; fired; nth++, tries++) {
        struct stw_error err = {0};
        struct stw_io_fault fault;
        struct stw_commit_result result;
        char path[300];
        kit_path(path);
        KIT_OK(kit_create(path, NULL, &err));
        stw_io_fault_init(&fault);
        struct stw_store_options options = {.io = &fault.io};
        struct stw_store *store;
        KIT_OK(stw_store_open(&store, path, STW_STORE_WRITE, &options, &err));
        commit_loads(store, 0, LOADS - 1);
        make_due(store);
        fault.fail_at = fault.calls + nth;
        fault.tear = true;
        uint64_t size = kit_size(path, "MANIFEST");
        int status = kit_commit(store, &loads[LOADS - 1], &result, &err);
        fired = fault.fired;
        CU_ASSERT(fired || (status == STW_OK && kit_size(path, "MANIFEST") < size));
        if (status == STW_OK && store->closed_for_writing)
            closed = true;
        CU_ASSERT(status != STW_OK || kit_holds(store, NULL, loads, LOADS));
        stw_store_close(store);
        store = open_store(path, STW_STORE_WRITE);
        CU_ASSERT_EQUAL(stw_store_finding_count(store), 0);
        bool all = kit_holds(store, NULL, loads, LOADS);
        CU_ASSERT(all || (status != STW_OK && kit_holds(store, NULL, loads, LOADS - 1)));
        stw_store_close(store);
    }
    CU_ASSERT(closed); /* where the folder could not be synced after the rename */
    STW_EXPECT(tries > 12, "only %u calls", tries);
}

static void memory_runs_out(void)
{
    char path[300];
    struct stw_buffer want;
    struct stw_error err = {0};
    bool fired = true;
    unsigned tries = 0;
    stw_buffer_init(&want);
    struct stw_store *store = make_store(path);
    describe(store, &want);
    KIT_OK(stw_manifest_rewrite(store, &err));
    for (uint64_t nth = 1; fired; nth++, tries++) {
        stw_memory_fail_at(nth);
        int status = stw_manifest_rewrite(store, &err);
        fired = stw_memory_failed();
        stw_memory_fail_at(0);
        STW_EXPECT(status == (fired ? STW_ERR_MEMORY : STW_OK), "allocation %llu: %d %s",
                   (unsigned long long)nth, status, err.what);
    }
    STW_EXPECT(tries > 10, "only %u allocations", tries);
    expect_same(store, &want, "the writer");
    stw_store_close(store);
    fired = true;
    for (uint64_t nth = 1; fired; nth++) {
        stw_memory_fail_at(nth);
        int status = stw_store_open(&store, path, STW_STORE_READ, NULL, &err);
        fired = stw_memory_failed();
        stw_memory_fail_at(0);
        STW_EXPECT(status == (fired ? STW_ERR_MEMORY : STW_OK), "allocation %llu: %d %s",
                   (unsigned long long)nth, status, err.what);
        if (status == STW_OK) {
            CU_ASSERT_EQUAL(stw_store_finding_count(store), 0);
            stw_store_close(store);
        }
    }
    stw_buffer_release(&want);
}

/* ---- Damage ---------------------------------------------------------------------------------- */

static void one_damaged_byte_loses_nothing(void)
{
    char path[300];
    struct stw_buffer want;
    struct stw_error err = {0};
    stw_buffer_init(&want);
    struct stw_store *store = make_store(path);
    describe(store, &want);
    KIT_OK(stw_manifest_rewrite(store, &err));
    stw_store_close(store);
    uint64_t end = kit_size(path, "MANIFEST") - STW_MARK_SIZE;
    for (uint64_t at = 0; at < end; at += at % 3 + 1) {
        kit_flip(path, "MANIFEST", at);
        store = open_store(path, STW_STORE_READ);
        STW_EXPECT(stw_store_finding_count(store) == 1, "byte %llu", (unsigned long long)at);
        CU_ASSERT(!store->state.records_lost);
        if (at % 7 == 0)
            expect_same(store, &want, "a reader of a damaged copy");
        stw_store_close(store);
        kit_flip(path, "MANIFEST", at);
    }
    /* Both copies: nothing can be seen, and it is said. */
    kit_flip(path, "MANIFEST", STW_MANIFEST_HEADER_SIZE + 50);
    kit_flip(path, "MANIFEST", end - 50);
    store = open_store(path, STW_STORE_READ);
    CU_ASSERT_EQUAL(stw_store_finding_count(store), 1);
    CU_ASSERT(store->state.records_lost);
    stw_store_close(store);
    stw_buffer_release(&want);
}

STW_SUITE(checkpoint, {"everything is kept", everything_is_kept},
          {"a grown schema is kept", a_grown_schema_is_kept}, {"readers follow", readers_follow},
          {"followers try again", followers_try_again}, {"pinned files stay", pinned_files_stay},
          {"growth is bounded", growth_is_bounded}, {"rewriting fails", rewriting_fails},
          {"commits stand without it", commits_stand_without_it},
          {"memory runs out", memory_runs_out},
          {"one damaged byte loses nothing", one_damaged_byte_loses_nothing});
