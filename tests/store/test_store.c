/* The life of a store: sources, snapshots, locks, growing schemas, damage and recovery. */
#include "../support/test.h"
#include "store/manifest.h"
#include "store/verify.h"
#include "store_kit.h"

#include <stdio.h>
#include <stdlib.h>

static void a_source_is_known_again(void)
{
    struct stw_error err = {0};
    struct stw_store *store;
    struct stw_commit_result result;
    struct stw_source_record record;
    char path[300];
    kit_path(path);
    KIT_OK(kit_create(path, NULL, &err));
    CU_ASSERT_EQUAL(kit_create(path, NULL, &err), STW_ERR_USAGE);
    int64_t now_ns = 1234567;
    struct stw_clock clock = stw_clock_fixed(&now_ns);
    struct stw_store_options options = {.clock = &clock};
    KIT_OK(stw_store_open(&store, path, STW_STORE_WRITE, &options, &err));
    struct kit_load first = {3, 0, 1000, 77}, overlapping = {4, 900, 200, 78};
    struct stw_source source = {.hash = {77, 1}, .size_bytes = 100};
    CU_ASSERT_FALSE(stw_store_source(store, &source, &record));
    KIT_OK(kit_commit(store, &first, &result, &err));
    CU_ASSERT(result.rows == 3000 && result.added == 3000 && result.repeated == 0);
    CU_ASSERT(result.series_new == 3 && result.generation == 2);
    CU_ASSERT_EQUAL(result.segments, 2); /* 1,000 hours from 1970-01-01 end in February */
    CU_ASSERT(stw_store_source(store, &source, &record));
    CU_ASSERT(record.rows == 3000 && record.committed_ns == 1234567 && record.generation == 2);
    CU_ASSERT(stw_slice_is(record.source.name, "readings.csv"));
    source.size_bytes++;
    CU_ASSERT_FALSE(stw_store_source(store, &source, &record));
    /* The same rows under another name change nothing but the list of sources. */
    first.source = 79;
    KIT_OK(kit_commit(store, &first, &result, &err));
    CU_ASSERT(result.added == 0 && result.repeated == 3000 && result.segments == 0);
    KIT_OK(kit_commit(store, &overlapping, &result, &err));
    CU_ASSERT(result.added == 500 && result.repeated == 300 && result.superseded == 0);
    stw_store_close(store);
    KIT_OK(stw_store_open(&store, path, STW_STORE_READ, NULL, &err));
    CU_ASSERT_EQUAL(stw_store_source_count(store), 3);
    CU_ASSERT_EQUAL(stw_store_source_at(store, 2).source.hash.low, 78);
    CU_ASSERT(stw_slice_is(stw_store_zone(store), "Asia/Shanghai"));
    struct kit_load both[] = {first, overlapping};
    CU_ASSERT(kit_holds(store, NULL, both, 2));
    CU_ASSERT_EQUAL(kit_commit(store, &first, &result, &err), STW_ERR_USAGE);
    stw_store_close(store);
}

static void snapshots_pin_what_was(void)
{
    struct stw_error err = {0};
    struct stw_store *store;
    struct stw_commit_result result;
    struct stw_view *view;
    char path[300];
    kit_path(path);
    KIT_OK(kit_create(path, NULL, &err));
    KIT_OK(stw_store_open(&store, path, STW_STORE_WRITE, NULL, &err));
    struct kit_load loads[] = {{2, 0, 10, 0}, {3, 5, 10, 0}};
    KIT_OK(stw_store_snapshot(store, STW_SLICE("empty"), STW_SLICE(""), &err));
    KIT_OK(kit_commit(store, &loads[0], &result, &err));
    KIT_OK(stw_store_snapshot(store, STW_SLICE("2026-01"), STW_SLICE("rules: abc"), &err));
    KIT_OK(kit_commit(store, &loads[1], &result, &err));
    const struct stw_table *readings =
        stw_schema_find(stw_store_schema(store), STW_SLICE("readings"));
    KIT_OK(stw_view_open(store, NULL, &view, &err));
    KIT_OK(stw_store_erase(store, readings, 0, 0, 4 * STW_NS_PER_HOUR, &err));
    CU_ASSERT_EQUAL(stw_view_series(view, readings).count, 3);
    stw_view_close(view);
    CU_ASSERT_EQUAL(stw_store_snapshot(store, STW_SLICE("2026-01"), STW_SLICE(""), &err),
                    STW_ERR_USAGE);
    for (int again = 0; again < 2; again++) {
        CU_ASSERT(kit_holds(store, "empty", NULL, 0));
        CU_ASSERT(kit_holds(store, "2026-01", loads, 1));
        CU_ASSERT_FALSE(kit_holds(store, NULL, loads, 2)); /* four rows are erased */
        CU_ASSERT_EQUAL(stw_view_open(store, "2026-02", &view, &err), STW_ERR_NOT_FOUND);
        KIT_OK(stw_view_open(store, "2026-01", &view, &err));
        CU_ASSERT_EQUAL(stw_view_series(view, readings).count, 2);
        CU_ASSERT_EQUAL(stw_view_table_info(view, readings).rows, 20);
        CU_ASSERT_EQUAL(stw_view_table_info(view, readings).time_max_ns, 9 * STW_NS_PER_HOUR);
        stw_view_close(view);
        CU_ASSERT_EQUAL(stw_store_snapshot_count(store), 2);
        CU_ASSERT(stw_slice_is(stw_store_snapshot_at(store, 1).pins, "rules: abc"));
        stw_store_close(store);
        KIT_OK(stw_store_open(&store, path, STW_STORE_READ, NULL, &err));
        readings = stw_schema_find(stw_store_schema(store), STW_SLICE("readings"));
    }
    stw_store_close(store);
}

static void one_writer_and_readers(void)
{
    struct stw_error err = {0};
    struct stw_store *writer, *second, *reader;
    struct stw_commit_result result;
    char path[300];
    kit_path(path);
    CU_ASSERT_EQUAL(stw_store_open(&reader, path, STW_STORE_READ, NULL, &err), STW_ERR_NOT_FOUND);
    KIT_OK(kit_create(path, NULL, &err));
    KIT_OK(stw_store_open(&writer, path, STW_STORE_WRITE, NULL, &err));
    CU_ASSERT_EQUAL(stw_store_open(&second, path, STW_STORE_WRITE, NULL, &err), STW_ERR_LOCKED);
    KIT_OK(stw_store_open(&reader, path, STW_STORE_READ, NULL, &err));
    KIT_OK(stw_store_open(&second, path, STW_STORE_READ, NULL, &err));
    /* Readers see what was committed after they opened, from the next view on. */
    struct kit_load loads[] = {{2, 0, 10, 0}, {1, 3, 5000, 0}};
    KIT_OK(kit_commit(writer, &loads[0], &result, &err));
    struct stw_view *old;
    KIT_OK(stw_view_open(reader, NULL, &old, &err));
    KIT_OK(kit_commit(writer, &loads[1], &result, &err));
    CU_ASSERT(kit_holds(reader, NULL, loads, 2));
    const struct stw_table *readings =
        stw_schema_find(stw_store_schema(reader), STW_SLICE("readings"));
    CU_ASSERT_EQUAL(stw_view_table_info(old, readings).rows, 20);
    stw_view_close(old);
    CU_ASSERT(kit_holds(second, NULL, loads, 2));
    stw_store_close(reader);
    stw_store_close(second);
    stw_store_close(writer);
}

static void write_schema(const char *path, const char *extra)
{
    struct stw_error err = {0};
    struct stw_buffer text;
    char inner[600];
    stw_buffer_init(&text);
    stw_buffer_add_slice(&text, stw_schema_builtin());
    stw_buffer_add_text(&text, extra);
    KIT_OK(stw_path_join(inner, sizeof(inner), path, "schema.yml", &err));
    KIT_OK(stw_file_replace(stw_io_system(), inner, stw_buffer_slice(&text), &err));
    stw_buffer_release(&text);
}

static void schemas_grow_in_place(void)
{
    struct stw_error err = {0};
    struct stw_store *store;
    struct stw_commit_result result;
    char path[300];
    kit_path(path);
    KIT_OK(kit_create(path, NULL, &err));
    KIT_OK(stw_store_open(&store, path, STW_STORE_WRITE, NULL, &err));
    struct kit_load load = {2, 0, 10, 0};
    KIT_OK(kit_commit(store, &load, &result, &err));
    stw_store_close(store);
    write_schema(path, "  tenants: {keys: [flat], columns: {name: text}}\n");
    KIT_OK(stw_store_open(&store, path, STW_STORE_WRITE, NULL, &err));
    CU_ASSERT_EQUAL(stw_store_finding_count(store), 0);
    CU_ASSERT(stw_schema_find(stw_store_schema(store), STW_SLICE("tenants")) != NULL);
    CU_ASSERT(kit_holds(store, NULL, &load, 1));
    uint64_t generation = stw_store_generation(store);
    stw_store_close(store);
    KIT_OK(stw_store_open(&store, path, STW_STORE_WRITE, NULL, &err));
    CU_ASSERT_EQUAL(stw_store_generation(store), generation); /* recorded once */
    stw_store_close(store);
    /* What cannot be used is named; the recorded schema goes on. */
    write_schema(path, "");
    KIT_OK(stw_store_open(&store, path, STW_STORE_READ, NULL, &err));
    CU_ASSERT_EQUAL_FATAL(stw_store_finding_count(store), 1);
    CU_ASSERT(strstr(stw_store_finding_at(store, 0), "lost its table 'tenants'") != NULL);
    CU_ASSERT(stw_schema_find(stw_store_schema(store), STW_SLICE("tenants")) != NULL);
    CU_ASSERT(kit_holds(store, NULL, &load, 1));
    stw_store_close(store);
}

static void a_column_added_later_is_empty_before(void)
{
    struct stw_error err = {0};
    struct stw_store *store;
    struct stw_commit *commit;
    struct stw_commit_result result;
    struct stw_batch batch;
    struct stw_view *view;
    struct stw_merge *merge;
    struct stw_run run;
    char path[300], inner[600];
    static const char *const schemas[] = {
        "tables: {r: {keys: [d], columns: {v: decimal}}}",
        "tables: {r: {keys: [d], columns: {w: text, v: decimal, x: float}}}"};
    kit_path(path);
    struct stw_store_settings settings = {.zone = STW_SLICE("UTC"),
                                          .schema = stw_slice_of(schemas[0])};
    KIT_OK(stw_store_create(path, &settings, NULL, &err));
    for (int pass = 0; pass < 2; pass++) {
        KIT_OK(stw_path_join(inner, sizeof(inner), path, "schema.yml", &err));
        KIT_OK(stw_file_replace(stw_io_system(), inner, stw_slice_of(schemas[pass]), &err));
        KIT_OK(stw_store_open(&store, path, STW_STORE_WRITE, NULL, &err));
        const struct stw_table *table = stw_schema_table(stw_store_schema(store), 0);
        uint32_t id, v = (uint32_t)stw_table_column(table, STW_SLICE("v"));
        KIT_OK(stw_commit_begin(store, NULL, &commit, &err));
        KIT_OK(stw_commit_series(commit, table, STW_SLICE("a"), &id, &err));
        KIT_OK(stw_batch_init(&batch, table, 4, &err));
        KIT_OK(stw_batch_use(&batch, v, &err));
        stw_batch_set_decimal(&batch, stw_batch_row(&batch, id, pass), v,
                              (struct stw_decimal){pass, 0});
        if (pass == 1) {
            KIT_OK(stw_batch_use(&batch, 0, &err));
            CU_ASSERT(stw_batch_set_text(&batch, 0, 0, STW_SLICE("new")));
        }
        KIT_OK(stw_commit_add(commit, &batch, &err));
        stw_batch_release(&batch);
        KIT_OK(stw_commit_finish(commit, &result, &err));
        CU_ASSERT_EQUAL(result.added, 1);
        if (pass == 0)
            stw_store_close(store);
    }
    static const uint32_t columns[] = {0, 1, 2};
    KIT_OK(stw_view_open(store, NULL, &view, &err));
    KIT_OK(stw_view_merge(view, stw_schema_table(stw_store_schema(store), 0), columns, 3, false,
                          &merge, &err));
    stw_merge_seek(merge, 0, INT64_MIN, INT64_MAX);
    uint32_t rows = 0;
    while (stw_merge_next(merge, &run, &err) == STW_OK) {
        for (uint32_t i = 0; i < run.count; i++, rows++) {
            CU_ASSERT_EQUAL(stw_vector_has(&run.columns[0], i), rows == 1);
            CU_ASSERT_EQUAL(run.columns[1].ints[i], rows);
            CU_ASSERT_FALSE(stw_vector_has(&run.columns[2], i));
        }
    }
    CU_ASSERT_EQUAL(rows, 2);
    stw_merge_close(merge);
    stw_view_close(view);
    stw_store_close(store);
}

/* ---- Recovery -------------------------------------------------------------------------------- */

static const struct kit_load three[] = {{3, 0, 100, 0}, {4, 100, 100, 0}, {5, 200, 100, 0}};

/* A store with three commits; where each manifest record starts, and the end. */
static void make_three(char *path, uint64_t offsets[4])
{
    struct stw_error err = {0};
    struct stw_store *store;
    struct stw_commit_result result;
    kit_path(path);
    KIT_OK(kit_create(path, NULL, &err));
    KIT_OK(stw_store_open(&store, path, STW_STORE_WRITE, NULL, &err));
    for (int i = 0; i < 3; i++) {
        offsets[i] = kit_size(path, "MANIFEST") - STW_MARK_SIZE;
        KIT_OK(kit_commit(store, &three[i], &result, &err));
    }
    offsets[3] = kit_size(path, "MANIFEST") - STW_MARK_SIZE;
    stw_store_close(store);
}

static void a_torn_record_is_cut(void)
{
    struct stw_error err = {0};
    uint64_t offsets[4];
    char path[300];
    make_three(path, offsets);
    for (uint64_t size = offsets[3] - 1; size > offsets[2]; size -= size % 7 + 1) {
        struct stw_store *store;
        if (size <= offsets[2])
            break;
        kit_cut(path, "MANIFEST", size);
        KIT_OK(stw_store_open(&store, path, STW_STORE_READ, NULL, &err));
        CU_ASSERT_EQUAL(stw_store_finding_count(store), 0);
        CU_ASSERT(kit_holds(store, NULL, three, 2));
        stw_store_close(store);
        CU_ASSERT_EQUAL(kit_size(path, "MANIFEST"), size); /* readers leave it as it is */
    }
    CU_ASSERT_EQUAL(kit_files(path, "segments"), 3);
    struct stw_store *store;
    struct stw_commit_result result;
    KIT_OK(stw_store_open(&store, path, STW_STORE_WRITE, NULL, &err));
    CU_ASSERT_EQUAL(kit_size(path, "MANIFEST"), offsets[2] + STW_MARK_SIZE);
    CU_ASSERT_EQUAL(kit_files(path, "segments"), 2); /* the third belongs to nothing now */
    KIT_OK(kit_commit(store, &three[2], &result, &err));
    CU_ASSERT(kit_holds(store, NULL, three, 3));
    stw_store_close(store);
}

/* A last record that cannot be read: what stands behind it tells whether it was acknowledged. */
static void what_is_behind_tells(void)
{
    static const struct {
        int behind; /* bytes left behind the record; its mark has 24 */
        bool damage;
    } cases[] = {{STW_MARK_SIZE, true}, {7, true}, {1, true}, {0, false}, {-1, false}};
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct stw_error err = {0};
        struct stw_verify_result result;
        struct stw_store *store;
        uint64_t offsets[4];
        char path[300];
        make_three(path, offsets);
        kit_flip(path, "MANIFEST", offsets[2] + 60); /* in the payload: the size can be trusted */
        kit_cut(path, "MANIFEST", (uint64_t)((int64_t)offsets[3] + cases[i].behind));
        KIT_OK(stw_store_open(&store, path, STW_STORE_READ, NULL, &err));
        STW_EXPECT(stw_store_finding_count(store) == cases[i].damage, "%d bytes behind",
                   cases[i].behind);
        CU_ASSERT(kit_holds(store, NULL, three, 2));
        KIT_OK(stw_store_verify(store, NULL, NULL, &result, &err));
        CU_ASSERT_EQUAL(result.findings, 1); /* one thing or the other is said of it */
        stw_store_close(store);
        /* The rows of an acknowledged commit are kept, those of an unfinished one go. */
        KIT_OK(stw_store_open(&store, path, STW_STORE_WRITE, NULL, &err));
        CU_ASSERT_EQUAL(kit_files(path, "segments"), cases[i].damage ? 3 : 2);
        stw_store_close(store);
        KIT_OK(stw_store_open(&store, path, STW_STORE_READ, NULL, &err));
        /* What was put aside is named from then on. */
        CU_ASSERT_EQUAL(stw_store_finding_count(store), cases[i].damage);
        stw_store_close(store);
    }
}

static void zeros_at_the_end_are_torn(void)
{
    struct stw_error err = {0};
    uint64_t offsets[4];
    char path[300];
    struct stw_store *store;
    make_three(path, offsets);
    kit_cut(path, "MANIFEST", offsets[3] + 5000);
    KIT_OK(stw_store_open(&store, path, STW_STORE_WRITE, NULL, &err));
    CU_ASSERT_EQUAL(stw_store_finding_count(store), 0);
    CU_ASSERT_EQUAL(kit_size(path, "MANIFEST"), offsets[3] + STW_MARK_SIZE);
    CU_ASSERT(kit_holds(store, NULL, three, 3));
    stw_store_close(store);
}

/* Every byte of the manifest, one at a time: opening succeeds, damage is named, what is not in the
 * damaged record is there. */
static void damage_is_named(void)
{
    struct stw_error err = {0};
    uint64_t offsets[4];
    char path[300];
    make_three(path, offsets);
    for (uint64_t at = 0; at < offsets[3]; at += at < 256 ? 5 : 11) {
        struct stw_store *store;
        kit_flip(path, "MANIFEST", at);
        KIT_OK(stw_store_open(&store, path, STW_STORE_READ, NULL, &err));
        STW_EXPECT(stw_store_finding_count(store) > 0, "byte %llu", (unsigned long long)at);
        struct stw_view *view;
        struct stw_buffer got;
        stw_buffer_init(&got);
        KIT_OK(stw_view_open(store, NULL, &view, &err));
        KIT_OK(kit_print(view, &got, &err));
        struct kit_load left[3];
        unsigned count = 0;
        for (int i = 0; i < 3; i++) {
            if (at < offsets[i] || at >= offsets[i + 1])
                left[count++] = three[i];
        }
        /* Series whose keys are lost with the record go by the keys in the segments. */
        CU_ASSERT(kit_holds(store, NULL, left, count));
        struct stw_verify_result result;
        KIT_OK(stw_store_verify(store, NULL, NULL, &result, &err));
        CU_ASSERT(result.findings > 0);
        stw_view_close(view);
        stw_buffer_release(&got);
        stw_store_close(store);
        kit_flip(path, "MANIFEST", at);
    }
}

static void lost_commits_keep_their_files(void)
{
    struct stw_error err = {0};
    uint64_t offsets[4];
    char path[300];
    struct stw_store *store;
    struct stw_commit_result result;
    for (int lost = 1; lost < 3; lost++) {
        make_three(path, offsets);
        kit_flip(path, "MANIFEST", offsets[lost] + 60);
        for (int again = 0; again < 2; again++) {
            KIT_OK(stw_store_open(&store, path, STW_STORE_WRITE, NULL, &err));
            /* A damaged end is cut, and put aside, once; damage in the middle stays. */
            CU_ASSERT(stw_store_finding_count(store) > 0);
            CU_ASSERT_EQUAL(stw_store_kept_count(store), lost == 2);
            CU_ASSERT_EQUAL(kit_files(path, "segments"), 3);
            stw_store_close(store);
        }
        CU_ASSERT_EQUAL(kit_files(path, "."), lost == 1 ? 5u : 6u);
        KIT_OK(stw_store_open(&store, path, STW_STORE_WRITE, NULL, &err));
        KIT_OK(kit_commit(store, &three[lost], &result, &err));
        CU_ASSERT(kit_holds(store, NULL, three, 3));
        stw_store_close(store);
    }
}

/* ---- Verify ---------------------------------------------------------------------------------- */

struct found {
    unsigned count;
    char file[300];
    char part[32];
    char series[64];
    int64_t block;
};

static void note(void *context, const struct stw_store_finding *finding)
{
    struct found *found = context;
    found->count++;
    snprintf(found->file, sizeof(found->file), "%s", finding->file);
    snprintf(found->part, sizeof(found->part), "%s", finding->part);
    snprintf(found->series, sizeof(found->series), "%.*s", STW_SLICE_ARG(finding->series_first));
    found->block = finding->block;
}

static void every_flip_in_a_segment_is_found(void)
{
    struct stw_error err = {0};
    uint64_t offsets[4];
    char path[300];
    struct stw_store *store;
    struct stw_verify_result result;
    static const char name[] = "segments/readings-1970-01-3.seg";
    make_three(path, offsets);
    KIT_OK(stw_store_open(&store, path, STW_STORE_READ, NULL, &err));
    KIT_OK(stw_store_verify(store, NULL, NULL, &result, &err));
    CU_ASSERT(result.findings == 0 && result.segments == 3 && result.rows == 1200);
    uint64_t size = kit_size(path, name);
    for (uint64_t at = 0; at < size; at += 3) {
        struct found found = {0};
        kit_flip(path, name, at);
        KIT_OK(stw_store_verify(store, note, &found, &result, &err));
        STW_EXPECT(found.count > 0 && strcmp(found.file, name) == 0, "byte %llu",
                   (unsigned long long)at);
        if (strcmp(found.part, "block") == 0 && found.block == 0)
            CU_ASSERT_STRING_EQUAL(found.series, "m000");
        kit_flip(path, name, at);
    }
    char inner[600];
    KIT_OK(stw_path_join(inner, sizeof(inner), path, name, &err));
    KIT_OK(stw_io_remove(stw_io_system(), inner, &err));
    struct found found = {0};
    KIT_OK(stw_store_verify(store, note, &found, &result, &err));
    CU_ASSERT_EQUAL(found.count, 1);
    CU_ASSERT_STRING_EQUAL(found.part, "file");
    stw_store_close(store);
}

/* A segment of another store, or an older one put in its place, is told by the manifest. */
static void a_swapped_segment_is_found(void)
{
    struct stw_error err = {0};
    uint64_t offsets[4];
    char path[300], from[600], to[600];
    struct stw_store *store;
    struct stw_verify_result result;
    make_three(path, offsets);
    KIT_OK(stw_path_join(from, sizeof(from), path, "segments/readings-1970-01-2.seg", &err));
    KIT_OK(stw_path_join(to, sizeof(to), path, "segments/readings-1970-01-3.seg", &err));
    KIT_OK(stw_io_rename(stw_io_system(), from, to, &err));
    KIT_OK(stw_store_open(&store, path, STW_STORE_READ, NULL, &err));
    KIT_OK(stw_store_verify(store, NULL, NULL, &result, &err));
    CU_ASSERT_EQUAL(result.findings, 2); /* one file is missing, one is not what it should be */
    stw_store_close(store);
}

STW_SUITE(store, {"a source is known again", a_source_is_known_again},
          {"snapshots pin what was", snapshots_pin_what_was},
          {"one writer and readers", one_writer_and_readers},
          {"schemas grow in place", schemas_grow_in_place},
          {"a column added later is empty before", a_column_added_later_is_empty_before},
          {"a torn record is cut", a_torn_record_is_cut},
          {"what is behind tells", what_is_behind_tells},
          {"zeros at the end are torn", zeros_at_the_end_are_torn},
          {"damage is named", damage_is_named},
          {"lost commits keep their files", lost_commits_keep_their_files},
          {"every flip in a segment is found", every_flip_in_a_segment_is_found},
          {"a swapped segment is found", a_swapped_segment_is_found});
