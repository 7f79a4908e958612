/*
 * Any map over any file: the bytes up to a NUL are the map, what follows is the file. The file is
 * taken in to its end or refused with words, and its records can be accounted for: one of a long
 * file is a row, is rejected, or has no value. Nothing is committed.
 */
#include "ingest/ingest_findings.h"
#include "ingest/map_rows.h"
#include "ingest/records.h"

#include <assert.h>
#include <ftw.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char folder[64];

static int remove_entry(const char *path, const struct stat *stat, int kind, struct FTW *walk)
{
    (void)stat;
    (void)kind;
    (void)walk;
    return remove(path);
}

static void remove_folder(void)
{
    nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

/* A log that goes on: a record of the lift A, down, and the outage it was folded into. */
static bool add_log(struct stw_commit *commit, const struct stw_schema *schema)
{
    static const struct stw_slice key = {"faults\0A", 8}, device = {"A", 1};
    const struct stw_table *changes = stw_schema_find(schema, STW_SLICE("changes"));
    const struct stw_table *faults = stw_schema_find(schema, STW_SLICE("faults"));
    uint32_t state = (uint32_t)stw_table_column(changes, STW_SLICE("state"));
    uint32_t cells = (uint32_t)stw_table_column(changes, STW_SLICE("cells"));
    uint32_t log = (uint32_t)stw_table_column(faults, STW_SLICE("log"));
    struct stw_batch record, row;
    struct stw_error err;
    uint32_t series;
    bool added = stw_batch_init(&record, changes, 1, &err) == STW_OK &&
                 stw_batch_use(&record, state, &err) == STW_OK &&
                 stw_batch_use(&record, cells, &err) == STW_OK &&
                 stw_batch_init(&row, faults, 1, &err) == STW_OK &&
                 stw_batch_use(&row, log, &err) == STW_OK &&
                 stw_commit_series(commit, changes, key, &series, &err) == STW_OK;
    uint32_t at = added ? stw_batch_row(&record, series, 0) : 0;
    added = added && stw_batch_set_text(&record, at, state, STW_SLICE("down")) &&
            stw_batch_set_text(&record, at, cells, STW_SLICE("{\"device\":\"A\"}")) &&
            stw_commit_add(commit, &record, &err) == STW_OK &&
            stw_commit_series(commit, faults, device, &series, &err) == STW_OK;
    at = added ? stw_batch_row(&row, series, 0) : 0;
    added = added && stw_batch_set_text(&row, at, log, STW_SLICE("faults A")) &&
            stw_commit_add(commit, &row, &err) == STW_OK;
    stw_batch_release(&record);
    stw_batch_release(&row);
    return added;
}

/* One store for all inputs, with a reading that previous ones can be compared with. */
static struct stw_store *open_store(void)
{
    struct stw_error err;
    struct stw_store_settings settings = {.zone = STW_SLICE("Asia/Shanghai")};
    struct stw_store *store = NULL;
    struct stw_commit *commit;
    struct stw_commit_result result;
    struct stw_batch batch;
    uint32_t series;
    char path[80];
    snprintf(folder, sizeof(folder), "%s/fuzz-layout-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    if (mkdtemp(folder) == NULL)
        return NULL;
    atexit(remove_folder);
    snprintf(path, sizeof(path), "%s/store", folder);
    if (stw_store_create(path, &settings, NULL, &err) < 0 ||
        stw_store_open(&store, path, STW_STORE_WRITE, NULL, &err) < 0)
        return NULL;
    const struct stw_table *readings =
        stw_schema_find(stw_store_schema(store), STW_SLICE("readings"));
    struct stw_slice key = {"A\0water", 7};
    bool ready = stw_commit_begin(store, NULL, &commit, &err) == STW_OK &&
                 stw_batch_init(&batch, readings, 1, &err) == STW_OK &&
                 stw_batch_use(&batch, 0, &err) == STW_OK &&
                 stw_commit_series(commit, readings, key, &series, &err) == STW_OK;
    assert(ready);
    stw_batch_set_decimal(&batch, stw_batch_row(&batch, series, 0), 0, (struct stw_decimal){5, 0});
    ready = add_log(commit, stw_store_schema(store)) &&
            stw_commit_add(commit, &batch, &err) == STW_OK &&
            stw_commit_finish(commit, &result, &err) == STW_OK;
    assert(ready);
    stw_batch_release(&batch);
    return store;
}

static int take_record(struct stw_map_rows *rows, bool *bound, const struct stw_map *map,
                       const struct stw_text_record *record, const struct stw_map_rows_sink *sink,
                       struct stw_error *err)
{
    struct stw_file_names names = {.count = 0};
    if (map->file_name.size > 0 &&
        !stw_file_pattern_match(map->file_name, STW_SLICE("a-2026-10.csv"), &names))
        return stw_fail(err, STW_ERR_INPUT, "another name");
    if (*bound && !record->is_header)
        return stw_map_rows_add(rows, record, err);
    if (*bound)
        stw_map_rows_release(rows);
    *bound = false;
    STW_TRY(stw_map_rows_init(rows, map, STW_SLICE("Asia/Shanghai"), &names,
                              record->is_header ? record : NULL, record->count, sink, err));
    *bound = true;
    return record->is_header ? STW_OK : stw_map_rows_add(rows, record, err);
}

/* The rows of the last header are judged. */
static int take_all(struct stw_records *records, const struct stw_map *map,
                    const struct stw_map_rows_sink *sink, struct stw_error *err)
{
    struct stw_map_rows rows;
    struct stw_text_record record;
    bool bound = false;
    uint64_t before = 0;
    int status;
    while ((status = stw_records_next(records, &record, err)) == STW_OK) {
        before = record.is_header ? sink->rejects->rows : before;
        status = take_record(&rows, &bound, map, &record, sink, err);
        if (status < 0)
            break;
    }
    if (status == STW_END && bound)
        status = stw_map_rows_finish(&rows, false, err);
    bool single = !map->is_wide && map->fold.into == STW_MAP_FOLD_NONE && !map->previous.has_time;
    if (status == STW_OK && single)
        assert(rows.records == rows.rows + rows.empty + sink->rejects->rows - before);
    if (status == STW_OK && map->fold.into == STW_MAP_FOLD_ORDERS)
        assert(rows.rows <= rows.records);
    if (bound)
        stw_map_rows_release(&rows);
    return status;
}

static void take_file(struct stw_store *store, const struct stw_map *map, const char *path)
{
    struct stw_error err = {.what = ""};
    struct stw_input *input = NULL;
    struct stw_records *records = NULL;
    struct stw_rejects rejects;
    struct stw_ingest_findings findings;
    struct stw_map_rows_sink sink = {.store = store, .rejects = &rejects, .findings = &findings};
    stw_ingest_findings_init(&findings);
    int status = stw_rejects_init(&rejects, stw_io_system(), stw_store_path(store), STW_SLICE("f"),
                                  (struct stw_hash128){0, 0}, &err);
    if (status == STW_OK)
        status = stw_input_open(&input, stw_io_system(), path, &err);
    if (status == STW_OK)
        status = stw_commit_begin(store, NULL, &sink.commit, &err);
    if (status == STW_OK)
        status = stw_fold_create(&sink.log, map->fold.ties.column_count > 0, &err);
    if (status == STW_OK)
        status = stw_records_open(&records, input, map, &err);
    if (status == STW_OK)
        status = take_all(records, map, &sink, &err);
    assert(status >= 0 || err.what[0] != '\0');
    stw_records_close(records);
    stw_fold_free(sink.log);
    stw_commit_abort(sink.commit);
    stw_input_close(input);
    stw_rejects_release(&rejects);
    stw_ingest_findings_release(&findings);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct stw_store *store;
    struct stw_error err;
    struct stw_map map;
    char path[64];
    const uint8_t *end = size == 0 ? NULL : memchr(data, '\0', size);
    if (end == NULL || (store == NULL && (store = open_store()) == NULL))
        return 0;
    struct stw_slice text = {(const char *)data, (size_t)(end - data)};
    if (stw_map_parse(&map, "map.yml", text, stw_store_schema(store), NULL, &err) < 0)
        return 0;
    size_t rest = size - text.size - 1;
    int fd = memfd_create("layout", MFD_CLOEXEC);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    if (fd >= 0 && write(fd, end + 1, rest) == (ssize_t)rest)
        take_file(store, &map, path);
    close(fd);
    stw_map_release(&map);
    return 0;
}
