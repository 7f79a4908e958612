/*
 * Salvage of stores that were streamed into: rows that waited in the journal come along, and those
 * of damaged blocks come back from the journal's archive, in their order: what corrected them still
 * does, what was erased stays so. Damage in both costs the rows that both held, and is named.
 */
#include "../store/store_kit.h"
#include "../store/stream_kit.h"
#include "../support/test.h"
#include "crash_files.h"
#include "crash_model.h"
#include "store/salvage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FLUSHED = 90, MIDDLE = 45, BATCHES = 150 };

struct streamed {
    char path[300];
    char copy[320];
    struct crash_files files; /* of a folder in the copy */
};

static void list_files(struct streamed *streamed, const char *inner, const char *part)
{
    streamed->files.count = 0;
    crash_files_add(&streamed->files, streamed->copy, inner, part);
}

/* Two flushes; batches from FLUSHED on wait. */
static void build(struct streamed *streamed)
{
    static const uint32_t flushes[] = {MIDDLE, FLUSHED};
    memset(streamed, 0, sizeof(*streamed));
    skit_build(streamed->path, BATCHES, flushes, 2);
    snprintf(streamed->copy, sizeof(streamed->copy), "%s-copy", streamed->path);
}

/* Salvages the copy and removes both; batches that are not there. */
static uint32_t salvage(struct streamed *streamed, const char *zone,
                        struct stw_salvage_result *result, bool there[SKIT_BATCHES_MAX])
{
    struct stw_error err = {0};
    struct stw_store *store;
    struct stw_salvage_spec spec = {.zone = zone};
    char into[340];
    uint32_t missing = 0;
    snprintf(into, sizeof(into), "%s-new", streamed->path);
    KIT_OK(stw_salvage_run(streamed->copy, into, &spec, NULL, NULL, result, &err));
    KIT_OK(stw_store_open(&store, into, STW_STORE_WRITE, NULL, &err));
    skit_visible(store, there);
    stw_store_close(store);
    kit_remove(into);
    for (uint32_t i = 0; i < SKIT_BATCHES_MAX; i++) {
        CU_ASSERT(i < BATCHES || !there[i]);
        missing += i < BATCHES && !there[i];
    }
    return missing;
}

static struct streamed streamed_store;
static bool there[SKIT_BATCHES_MAX];

static void rows_that_wait(void)
{
    struct streamed *streamed = &streamed_store;
    struct stw_salvage_result result;
    build(streamed);
    kit_copy(streamed->path, streamed->copy);
    CU_ASSERT_EQUAL(salvage(streamed, NULL, &result, there), 0);
    CU_ASSERT_EQUAL(result.findings, 0);
    CU_ASSERT_EQUAL(result.restored, 0);
    uint64_t waiting = 0;
    for (uint32_t i = FLUSHED; i < BATCHES; i++)
        waiting += 1 + i % SKIT_ROWS_MAX; /* as stream_kit has it */
    CU_ASSERT_EQUAL(result.waited, waiting);
    kit_remove(streamed->copy);
}

/* Every 7th byte of every segment file: nothing is lost, for the archive has it. */
static void damaged_segments(void)
{
    struct streamed *streamed = &streamed_store;
    struct stw_salvage_result result;
    struct crash_tally tally = {0};
    uint64_t restored = 0;
    size_t stride = crash_count("STEWARD_CRASH_SEEDS", 0) > 0 ? 1 : 7;
    build(streamed);
    kit_copy(streamed->path, streamed->copy);
    list_files(streamed, "segments/", ".seg");
    CU_ASSERT(streamed->files.count >= 4);
    for (unsigned i = 0; i < streamed->files.count; i++) {
        uint64_t size = kit_size(streamed->copy, streamed->files.names[i]);
        for (uint64_t at = 0; at < size; at += stride) {
            kit_flip(streamed->copy, streamed->files.names[i], at);
            uint32_t missing = salvage(streamed, NULL, &result, there);
            STW_EXPECT(missing == 0 && result.findings > 0, "%s, byte %llu: %u lost, %llu findings",
                       streamed->files.names[i], (unsigned long long)at, missing,
                       (unsigned long long)result.findings);
            kit_flip(streamed->copy, streamed->files.names[i], at);
            restored += result.restored;
            tally.tries++;
            tally.losses += missing > 0;
            tally.named += result.findings > 0;
        }
    }
    CU_ASSERT(restored > 0);
    kit_remove(streamed->copy);
    crash_tally_print("salvage, segment damaged", &tally);
}

static void remove_inner(const struct streamed *streamed, const char *name)
{
    char path[500];
    snprintf(path, sizeof(path), "%s/%s", streamed->copy, name);
    CU_ASSERT_EQUAL(remove(path), 0);
}

/* All segments are gone, and a byte of the journal is wrong: one batch is lost, or one piece of the
 * archive, and that is named. */
static void damage_in_both(void)
{
    struct streamed *streamed = &streamed_store;
    struct stw_salvage_result result;
    struct crash_tally tally = {0};
    static const char *const places[] = {"journal/", "journal/archive/"};
    build(streamed);
    for (int place = 0; place < 2; place++) {
        kit_copy(streamed->path, streamed->copy);
        list_files(streamed, "segments/", ".seg");
        for (unsigned i = 0; i < streamed->files.count; i++)
            remove_inner(streamed, streamed->files.names[i]);
        list_files(streamed, places[place], ".jnl");
        for (unsigned i = 0; i < streamed->files.count; i++) {
            uint64_t size = kit_size(streamed->copy, streamed->files.names[i]);
            for (uint64_t at = 0; at < size; at += 31) {
                kit_flip(streamed->copy, streamed->files.names[i], at);
                uint32_t missing = salvage(streamed, NULL, &result, there);
                uint32_t most = place == 0 ? 1 : 45; /* a file of 4 KiB is one piece */
                STW_EXPECT(missing <= most, "%s, byte %llu: %u lost", streamed->files.names[i],
                           (unsigned long long)at, missing);
                CU_ASSERT(result.findings > 0);
                kit_flip(streamed->copy, streamed->files.names[i], at);
                tally.tries++;
                tally.losses += missing > most;
                tally.named += result.findings > 0;
            }
        }
        kit_remove(streamed->copy);
    }
    crash_tally_print("salvage, both damaged", &tally);
}

/* Without the manifest, and with any byte of it wrong: what is in segments and in the journal. */
static void damaged_manifest(void)
{
    struct streamed *streamed = &streamed_store;
    struct stw_salvage_result result;
    struct crash_tally tally = {0};
    build(streamed);
    kit_copy(streamed->path, streamed->copy);
    uint64_t size = kit_size(streamed->copy, "MANIFEST");
    for (uint64_t at = 0; at < size; at += 5) {
        kit_flip(streamed->copy, "MANIFEST", at);
        uint32_t missing = salvage(streamed, "Asia/Shanghai", &result, there);
        STW_EXPECT(missing == 0, "byte %llu: %u lost", (unsigned long long)at, missing);
        kit_flip(streamed->copy, "MANIFEST", at);
        tally.tries++;
        tally.losses += missing > 0;
        tally.named += result.findings > 0;
    }
    remove_inner(streamed, "MANIFEST");
    CU_ASSERT_EQUAL(salvage(streamed, "Asia/Shanghai", &result, there), 0);
    list_files(streamed, "segments/", ".seg");
    for (unsigned i = 0; i < streamed->files.count; i++)
        remove_inner(streamed, streamed->files.names[i]);
    CU_ASSERT_EQUAL(salvage(streamed, "Asia/Shanghai", &result, there), 0); /* the journal alone */
    kit_remove(streamed->copy);
    crash_tally_print("salvage, manifest damaged", &tally);
}

/* ---- Order ----------------------------------------------------------------------------------- */

enum { HOURS = 6 };

/* One meter's reading of `value` for each of some hours. */
static void fill(struct stw_batch *batch, uint32_t id, int from, int to, int value)
{
    struct stw_error err = {0};
    KIT_OK(stw_batch_use(batch, 0, &err));
    for (int hour = from; hour < to; hour++)
        stw_batch_set_decimal(batch, stw_batch_row(batch, id, hour * STW_NS_PER_HOUR), 0,
                              (struct stw_decimal){value, 0});
}

static const struct stw_slice meter = {"m1\0flow", 7};

static void stream_hours(struct stw_store *store, int from, int to, int value, bool flush)
{
    struct stw_error err = {0};
    struct stw_batch batch;
    uint32_t id;
    const struct stw_table *table = stw_schema_find(stw_store_schema(store), STW_SLICE("readings"));
    KIT_OK(stw_batch_init(&batch, table, HOURS, &err));
    KIT_OK(stw_memtable_series(store, table, meter, &id, &err));
    fill(&batch, id, from, to, value);
    KIT_OK(stw_memtable_append(store, &batch, STW_DURABILITY_NONE, &err));
    if (flush)
        KIT_OK(stw_memtable_flush(store, NULL, &err));
    stw_batch_release(&batch);
}

static void commit_hours(struct stw_store *store, int from, int to, int value)
{
    struct stw_error err = {0};
    struct stw_commit *commit;
    struct stw_commit_result result;
    struct stw_batch batch;
    uint32_t id;
    const struct stw_table *table = stw_schema_find(stw_store_schema(store), STW_SLICE("readings"));
    KIT_OK(stw_commit_begin(store, NULL, &commit, &err));
    KIT_OK(stw_batch_init(&batch, table, HOURS, &err));
    KIT_OK(stw_commit_series(commit, table, meter, &id, &err));
    fill(&batch, id, from, to, value);
    KIT_OK(stw_commit_add(commit, &batch, &err));
    KIT_OK(stw_commit_finish(commit, &result, &err));
    stw_batch_release(&batch);
}

/* The values of the hours; -1: no row. */
static void read_hours(const char *path, int values[HOURS])
{
    static const uint32_t column = 0;
    struct stw_error err = {0};
    struct stw_store *store;
    struct stw_view *view;
    struct stw_merge *merge;
    struct stw_run run;
    KIT_OK(stw_store_open(&store, path, STW_STORE_READ, NULL, &err));
    KIT_OK(stw_view_open(store, NULL, &view, &err));
    const struct stw_table *table = stw_schema_find(stw_view_schema(view), STW_SLICE("readings"));
    struct stw_series series = stw_view_series(view, table);
    uint32_t id = stw_series_find(&series, meter);
    CU_ASSERT_FATAL(id != STW_SERIES_NONE);
    for (int hour = 0; hour < HOURS; hour++)
        values[hour] = -1;
    KIT_OK(stw_view_merge(view, table, &column, 1, false, &merge, &err));
    stw_merge_seek(merge, id, INT64_MIN, INT64_MAX);
    while (stw_merge_next(merge, &run, &err) == STW_OK) {
        for (uint32_t row = 0; row < run.count; row++)
            values[run.time_ns[row] / STW_NS_PER_HOUR] = (int)run.columns[0].ints[row];
    }
    stw_merge_close(merge);
    stw_view_close(view);
    stw_store_close(store);
}

/*
 * Streamed: 1 for all hours. A file: 2 for hours 1 to 3. Erased: hour 4. Waiting: 3 for hour 2 and
 * hour 5. The first flush's segment, or all of them, or the manifest, are gone.
 */
static void later_rows_win(void)
{
    struct streamed *streamed = &streamed_store;
    struct stw_error err = {0};
    struct stw_store_options options = skit_options(NULL);
    struct stw_store *store;
    struct stw_salvage_result result;
    struct stw_salvage_spec spec = {.zone = "UTC"};
    int values[HOURS];
    char into[340];
    memset(streamed, 0, sizeof(*streamed));
    kit_path(streamed->path);
    snprintf(streamed->copy, sizeof(streamed->copy), "%.299s", streamed->path);
    KIT_OK(kit_create(streamed->path, NULL, &err));
    KIT_OK(stw_store_open(&store, streamed->path, STW_STORE_WRITE, &options, &err));
    stream_hours(store, 0, HOURS, 1, true);
    commit_hours(store, 1, 4, 2);
    const struct stw_table *table = stw_schema_find(stw_store_schema(store), STW_SLICE("readings"));
    KIT_OK(stw_store_erase(store, table, 0, 4 * STW_NS_PER_HOUR, 5 * STW_NS_PER_HOUR, &err));
    stream_hours(store, 2, 3, 3, false);
    stream_hours(store, 5, 6, 3, false);
    stw_store_close(store);
    static const int want[HOURS] = {1, 2, 3, 2, -1, 3};
    /* Nobody knows that hour 4 was erased, nor whether the 3 of hour 2 came after the file. */
    static const int without_manifest[HOURS] = {1, 2, 2, 2, 1, 3};
    list_files(streamed, "segments/", ".seg");
    for (int damage = 0; damage < 3; damage++) {
        if (damage == 1) {
            for (unsigned i = 0; i < streamed->files.count; i++)
                if (strstr(streamed->files.names[i], "-2.seg") != NULL) /* record 1 is the schema */
                    remove_inner(streamed, streamed->files.names[i]);
        } else if (damage == 2) {
            remove_inner(streamed, "MANIFEST");
        }
        snprintf(into, sizeof(into), "%.299s-new%d", streamed->copy, damage);
        KIT_OK(stw_salvage_run(streamed->path, into, &spec, NULL, NULL, &result, &err));
        read_hours(into, values);
        for (int hour = 0; hour < HOURS; hour++)
            STW_EXPECT(values[hour] == (damage < 2 ? want : without_manifest)[hour],
                       "damage %d, hour %d: %d", damage, hour, values[hour]);
        CU_ASSERT_EQUAL(result.restored, damage == 1 ? HOURS : 0);
        CU_ASSERT_EQUAL(result.findings > 0, damage > 0);
    }
}

STW_SUITE(crash_salvage_stream, {"rows that wait", rows_that_wait},
          {"damaged segments", damaged_segments}, {"damage in both", damage_in_both},
          {"damaged manifest", damaged_manifest}, {"later rows win", later_rows_win});
