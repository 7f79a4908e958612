/* Verifying a store; see verify.h. */
#include "store/verify.h"

#include "store/kept.h"
#include "store/manifest_file.h"

#include <stdio.h>

struct verification {
    struct stw_store *store;
    stw_store_finding_fn *each;
    void *context;
    struct stw_verify_result *result;
    const struct stw_segment_ref *ref; /* the segment at hand */
    char file[STW_STORE_PATH_SIZE_MAX];
    uint32_t keys_wrong;
};

static void report(struct verification *check, const struct stw_store_finding *finding)
{
    check->result->findings++;
    if (check->each != NULL)
        check->each(check->context, finding);
}

/* A finding about the segment at hand. */
static struct stw_store_finding about_segment(const struct verification *check, const char *part,
                                              const char *what)
{
    return (struct stw_store_finding){
        .file = check->file,
        .part = part,
        .block = -1,
        .table = stw_schema_table(check->store->schema, check->ref->table)->name,
        .rows = check->ref->info.rows,
        .what = what};
}

static struct stw_slice key_of(const struct verification *check, uint32_t series)
{
    const struct stw_intern *keys = &check->store->state.series[check->ref->table].keys;
    return series < keys->count ? keys->words[series] : STW_SLICE("");
}

static void segment_finding(void *context, const struct stw_segment_finding *found)
{
    struct verification *check = context;
    struct stw_store_finding finding = about_segment(check, found->part, found->what);
    finding.offset = found->offset;
    finding.block = found->block;
    if (found->block >= 0 && found->rows > 0) {
        finding.series_first = key_of(check, found->series_first);
        finding.series_last = key_of(check, found->series_last);
        finding.time_min_ns = found->time_min_ns;
        finding.time_max_ns = found->time_max_ns;
        finding.rows = found->rows;
    }
    report(check, &finding);
}

static int compare_key(void *context, uint32_t series, struct stw_slice key)
{
    struct verification *check = context;
    check->keys_wrong += !stw_slice_equal(key_of(check, series), key);
    return STW_OK;
}

static bool same_info(const struct stw_segment_info *a, const struct stw_segment_info *b)
{
    return a->file_size_bytes == b->file_size_bytes && a->rows == b->rows &&
           a->block_count == b->block_count && a->series_count == b->series_count &&
           a->series_first == b->series_first && a->series_last == b->series_last &&
           a->time_min_ns == b->time_min_ns && a->time_max_ns == b->time_max_ns;
}

/* What the file says of itself against what the manifest says of it; the file itself is sound. */
static int compare_with_manifest(struct verification *check, const char *path,
                                 struct stw_error *err)
{
    struct stw_segment_reader *reader;
    STW_TRY(stw_segment_reader_open(&reader, check->store->io, path, err));
    const struct stw_segment_spec *spec = stw_segment_reader_spec(reader);
    const struct stw_table *table = stw_schema_table(check->store->schema, check->ref->table);
    if (!same_info(stw_segment_reader_info(reader), &check->ref->info) ||
        !stw_slice_equal(spec->table, table->name) ||
        spec->commit_first != check->ref->commit_first ||
        spec->commit_last != check->ref->commit_last) {
        struct stw_store_finding finding =
            about_segment(check, "header", "the file is not the one the manifest describes");
        report(check, &finding);
    }
    check->keys_wrong = 0;
    int status = stw_segment_reader_keys(reader, compare_key, check, err);
    stw_segment_reader_close(reader);
    if (check->keys_wrong > 0) {
        struct stw_store_finding finding =
            about_segment(check, "keys", "its series have other keys than the manifest's");
        report(check, &finding);
    }
    return status;
}

static int verify_segment(struct verification *check, struct stw_segment_ref *ref,
                          struct stw_error *err)
{
    char path[STW_STORE_PATH_SIZE_MAX + 300];
    uint64_t findings = 0;
    struct stw_error trouble;
    stw_error_clear(&trouble);
    check->ref = ref;
    snprintf(check->file, sizeof(check->file), "segments/%s", ref->name);
    STW_TRY(stw_segment_path(path, sizeof(path), check->store->path, ref, err));
    int status =
        stw_segment_verify(check->store->io, path, segment_finding, check, &findings, &trouble);
    if (status == STW_OK && findings == 0)
        status = compare_with_manifest(check, path, &trouble);
    if (status == STW_ERR_MEMORY)
        return stw_fail_memory(err, sizeof(*check));
    if (status < 0) {
        struct stw_store_finding finding = about_segment(check, "file", trouble.what);
        report(check, &finding);
    }
    check->result->segments++;
    check->result->rows += ref->info.rows;
    check->result->bytes += ref->info.file_size_bytes;
    return STW_OK;
}

static int journal_finding(void *context, const char *sentence)
{
    report(context, &(struct stw_store_finding){
                        .file = "journal", .part = "file", .block = -1, .what = sentence});
    return STW_OK;
}

static int report_kept_segments(struct verification *check, struct stw_error *err)
{
    struct stw_kept kept;
    int status = stw_kept_list(check->store, true, &kept, err);
    for (uint32_t i = 0; status == STW_OK && i < kept.count; i++) {
        if (!kept.pieces[i].is_segment)
            continue;
        report(check, &(struct stw_store_finding){
                          .file = kept.pieces[i].name,
                          .part = "file",
                          .block = -1,
                          .what = "it was put aside: no record that can be read names it, and its "
                                  "rows count for nothing; salvage takes them along"});
        check->result->put_aside++;
    }
    stw_kept_release(&kept);
    return status;
}

int stw_store_verify(struct stw_store *store, stw_store_finding_fn *each, void *context,
                     struct stw_verify_result *result, struct stw_error *err)
{
    struct verification check = {
        .store = store, .each = each, .context = context, .result = result};
    bool torn;
    memset(result, 0, sizeof(*result));
    for (uint32_t i = 0; i < store->finding_count; i++)
        report(&check,
               &(struct stw_store_finding){
                   .file = "MANIFEST", .part = "file", .block = -1, .what = store->findings[i]});
    result->missing = store->finding_count - store->harmless_count;
    result->put_aside = store->kept_count;
    STW_TRY(report_kept_segments(&check, err));
    STW_TRY(stw_manifest_is_torn(store, &torn, err));
    if (torn)
        report(&check, &(struct stw_store_finding){
                           .file = "MANIFEST",
                           .part = "manifest",
                           .offset = store->manifest_tail,
                           .block = -1,
                           .what = "the last record was never finished; it will be cut off when "
                                   "the store is next written to"});
    uint64_t before = result->findings;
    for (uint32_t i = 0; i < store->state.segment_count; i++)
        STW_TRY(verify_segment(&check, store->state.segments[i], err));
    result->missing += result->findings - before;
    return stw_stream_verify(store, journal_finding, &check, err);
}
