/* Appending, flushing, recovering; see memtable.h. */
#include "store/memtable_inside.h"
#include "store/pins.h"
#include "store/store_inside.h"

#include <stdio.h>

/* ---- The journal ----------------------------------------------------------------------------- */

static int journal_folder(const struct stw_store *store, char path[STW_STORE_PATH_SIZE_MAX + 16],
                          struct stw_error *err)
{
    return stw_path_join(path, STW_STORE_PATH_SIZE_MAX + 16, store->path, "journal", err);
}

static int64_t replay_window_ns(const struct stw_store *store)
{
    return store->stream.replay_window_ns != 0 ? store->stream.replay_window_ns
                                               : stw_schema_replay_window_ns(store->schema);
}

static struct stw_journal_options journal_options(const struct stw_store *store)
{
    struct stw_journal_options options = {.io = store->io,
                                          .clock = store->clock,
                                          .file_bytes = store->stream.journal_file_bytes,
                                          .replay_window_ns = replay_window_ns(store),
                                          .not_before = store->state.journal};
    memcpy(options.id, store->header.id, sizeof(options.id));
    return options;
}

static int open_journal(struct stw_store *store, struct stw_error *err)
{
    char path[STW_STORE_PATH_SIZE_MAX + 16];
    struct stw_journal_options options = journal_options(store);
    if (store->memtable.journal != NULL)
        return STW_OK;
    STW_TRY(journal_folder(store, path, err));
    return stw_journal_open(&store->memtable.journal, path, &options, err);
}

/* What the journal and memory hold is not the same any more, or a write failed. */
static int close_for_writing(struct stw_store *store, int status)
{
    store->closed_for_writing = true;
    return status;
}

/* ---- Appending ------------------------------------------------------------------------------- */

static int open_commit(struct stw_store *store, struct stw_error *err)
{
    struct stw_memtable *memtable = &store->memtable;
    if (memtable->commit != NULL)
        return STW_OK;
    STW_TRY(stw_commit_open(store, &memtable->commit, err));
    memtable->rows = 0;
    return STW_OK;
}

int stw_memtable_series(struct stw_store *store, const struct stw_table *table,
                        struct stw_slice key, uint32_t *id, struct stw_error *err)
{
    STW_TRY(open_commit(store, err));
    return stw_commit_series(store->memtable.commit, table, key, id, err);
}

struct keys {
    const struct stw_commit *commit;
    uint32_t table;
};

static struct stw_slice key_of(void *context, uint32_t series)
{
    const struct keys *keys = context;
    return stw_commit_key(keys->commit, keys->table, series);
}

static int encode(struct stw_store *store, const struct stw_batch *batch, struct stw_error *err)
{
    struct stw_memtable *memtable = &store->memtable;
    struct keys keys = {memtable->commit, batch->table->number};
    if (!memtable->ready)
        stw_row_encoder_init(&memtable->encoder);
    memtable->ready = true;
    STW_TRY(stw_commit_check(memtable->commit, batch, err));
    return stw_row_record_encode(&memtable->encoder, batch,
                                 stw_commit_series_count(memtable->commit, keys.table), key_of,
                                 &keys, err);
}

static int add_rows(struct stw_store *store, const struct stw_batch *batch, struct stw_error *err)
{
    struct stw_memtable *memtable = &store->memtable;
    if (memtable->rows == 0)
        memtable->oldest_ns = stw_clock_now(store->clock);
    STW_TRY(stw_commit_add(memtable->commit, batch, err));
    memtable->rows += batch->count;
    return STW_OK;
}

int stw_memtable_append(struct stw_store *store, const struct stw_batch *batch,
                        enum stw_durability durability, struct stw_error *err)
{
    struct stw_memtable *memtable = &store->memtable;
    STW_TRY(stw_store_check_writable(store, err));
    if (batch->count == 0)
        return STW_OK;
    STW_TRY(open_commit(store, err));
    STW_TRY(encode(store, batch, err));
    STW_TRY(open_journal(store, err));
    int status = stw_journal_append(memtable->journal, STW_JOURNAL_ROWS,
                                    stw_buffer_slice(&memtable->encoder.payload), durability,
                                    &memtable->position, err);
    if (status == STW_ERR_LIMIT)
        return status;
    if (status == STW_OK)
        status = add_rows(store, batch, err);
    if (status != STW_OK)
        return close_for_writing(store, status);
    return stw_memtable_is_due(store) ? stw_memtable_flush(store, NULL, err) : STW_OK;
}

/* ---- Flushing -------------------------------------------------------------------------------- */

bool stw_memtable_is_due(const struct stw_store *store)
{
    const struct stw_memtable *memtable = &store->memtable;
    if (memtable->commit == NULL || memtable->rows == 0)
        return false;
    return stw_clock_now(store->clock) - memtable->oldest_ns >= store->stream.flush_every_ns ||
           stw_commit_bytes(memtable->commit) >= store->memory_bytes / 2;
}

uint64_t stw_memtable_rows(const struct stw_store *store)
{
    return store->memtable.commit == NULL ? 0 : store->memtable.rows;
}

static void drop_commit(struct stw_memtable *memtable)
{
    stw_commit_abort(memtable->commit);
    memtable->commit = NULL;
    memtable->rows = 0;
}

/* The journal is on disk up to the position before the manifest says that it is flushed: otherwise
 * a power cut could leave a journal that ends before it, and new records would stand there. */
static int finish(struct stw_store *store, struct stw_commit_result *result, struct stw_error *err)
{
    struct stw_memtable *memtable = &store->memtable;
    STW_TRY(open_journal(store, err));
    STW_TRY(stw_journal_sync(memtable->journal, err));
    stw_commit_set_journal(memtable->commit, memtable->position);
    struct stw_commit *commit = memtable->commit;
    memtable->commit = NULL;
    memtable->rows = 0;
    STW_TRY(stw_commit_finish(commit, result, err));
    return stw_journal_maintain(memtable->journal, memtable->position, err);
}

int stw_memtable_flush(struct stw_store *store, struct stw_commit_result *result,
                       struct stw_error *err)
{
    struct stw_memtable *memtable = &store->memtable;
    struct stw_commit_result counts = {0};
    if (result != NULL)
        *result = counts;
    if (memtable->commit == NULL)
        return STW_OK;
    if (memtable->rows == 0) { /* keys were asked for, and no row came */
        drop_commit(memtable);
        return STW_OK;
    }
    STW_TRY(stw_store_check_writable(store, err));
    memtable->flushing = true;
    int status = finish(store, &counts, err);
    memtable->flushing = false;
    if (status != STW_OK)
        return close_for_writing(store, status);
    if (result != NULL)
        *result = counts;
    return STW_OK;
}

int stw_memtable_settle(struct stw_store *store, struct stw_error *err)
{
    return store->memtable.flushing ? STW_OK : stw_memtable_flush(store, NULL, err);
}

void stw_memtable_release(struct stw_store *store)
{
    struct stw_memtable *memtable = &store->memtable;
    drop_commit(memtable);
    stw_journal_close(memtable->journal);
    if (memtable->ready)
        stw_row_encoder_release(&memtable->encoder);
    memset(memtable, 0, sizeof(*memtable));
}

/* ---- Reading the journal --------------------------------------------------------------------- */

static int note_finding(void *context, const char *sentence)
{
    return stw_store_note(context, "%s; rows that were acknowledged may be missing", sentence);
}

static int give_series(void *context, const struct stw_table *table, struct stw_slice key,
                       uint32_t *series, struct stw_error *err)
{
    int status = stw_memtable_series(context, table, key, series, err);
    return status == STW_ERR_USAGE || status == STW_ERR_LIMIT ? STW_ERR_DAMAGED : status;
}

/* Puts the rows of a record into the memtable: all or none of them. */
static int take_rows(struct stw_store *store, struct stw_slice payload, struct stw_buffer *body,
                     struct stw_error *err)
{
    struct stw_row_record record;
    struct stw_batch batch = {0};
    STW_TRY(stw_row_record_open(&record, payload, body, err));
    const struct stw_table *table = stw_schema_find(store->schema, record.table);
    if (table == NULL)
        return stw_fail(err, STW_ERR_DAMAGED, "there is no table '%.*s'",
                        STW_SLICE_ARG(record.table));
    int status = stw_row_record_read(&record, table, give_series, store, &batch, err);
    if (status == STW_OK)
        status = stw_commit_check(store->memtable.commit, &batch, err);
    if (status == STW_ERR_INPUT || status == STW_ERR_USAGE)
        status = STW_ERR_DAMAGED;
    if (status == STW_OK)
        status = add_rows(store, &batch, err);
    stw_batch_release(&batch);
    return status;
}

static int take_record(struct stw_store *store, const struct stw_journal_record *record,
                       struct stw_buffer *body, struct stw_error *err)
{
    struct stw_error trouble = {0};
    STW_TRY(open_commit(store, err));
    int status = take_rows(store, record->payload, body, &trouble);
    if (status == STW_ERR_DAMAGED)
        return stw_store_note(store, "journal file %llu, byte %llu: %s",
                              (unsigned long long)record->at.file,
                              (unsigned long long)record->at.offset, trouble.what);
    if (status != STW_OK && err != NULL)
        *err = trouble;
    return status;
}

static int take_records(struct stw_store *store, struct stw_journal_reader *reader,
                        struct stw_buffer *body, struct stw_error *err)
{
    for (;;) {
        struct stw_journal_record record;
        int status = stw_journal_reader_next(reader, &record, err);
        if (status == STW_END)
            return stw_journal_reader_check_end(reader);
        STW_TRY(status);
        if (record.kind == STW_JOURNAL_ROWS)
            STW_TRY(take_record(store, &record, body, err));
        store->memtable.position = record.next;
    }
}

int stw_memtable_recover(struct stw_store *store, struct stw_error *err)
{
    char path[STW_STORE_PATH_SIZE_MAX + 16];
    struct stw_journal_options options = journal_options(store);
    struct stw_journal_reader *reader;
    struct stw_buffer body;
    options.note = note_finding;
    options.note_context = store;
    store->memtable.position = store->state.journal;
    STW_TRY(journal_folder(store, path, err));
    if (!stw_io_exists(path))
        return STW_OK;
    STW_TRY(stw_journal_reader_open(&reader, path, &options, store->state.journal, err));
    stw_buffer_init(&body);
    int status = take_records(store, reader, &body, err);
    stw_buffer_release(&body);
    stw_journal_reader_close(reader);
    return status == STW_OK ? stw_memtable_flush(store, NULL, err) : status;
}

/* ---- Asking ---------------------------------------------------------------------------------- */

static int count_waiting(struct stw_journal_reader *reader, struct stw_stream_info *info,
                         struct stw_error *err)
{
    struct stw_journal_record record;
    struct stw_buffer body;
    int status;
    stw_buffer_init(&body);
    while ((status = stw_journal_reader_next(reader, &record, err)) == STW_OK) {
        struct stw_row_record rows;
        struct stw_error ignored;
        info->end = record.next;
        if (record.kind != STW_JOURNAL_ROWS)
            continue;
        info->waiting_records++;
        if (stw_row_record_open(&rows, record.payload, &body, &ignored) == STW_OK)
            info->waiting_rows += rows.row_count;
    }
    stw_buffer_release(&body);
    return status == STW_END ? STW_OK : status;
}

int stw_stream_info(struct stw_store *store, struct stw_stream_info *info, struct stw_error *err)
{
    char path[STW_STORE_PATH_SIZE_MAX + 16];
    struct stw_journal_options options = journal_options(store);
    struct stw_journal_reader *reader;
    memset(info, 0, sizeof(*info));
    info->flushed = info->end = store->state.journal;
    info->replay_window_ns = replay_window_ns(store);
    STW_TRY(journal_folder(store, path, err));
    STW_TRY(stw_journal_measure(path, &info->size, err));
    STW_TRY(stw_journal_reader_open(&reader, path, &options, info->flushed, err));
    int status = count_waiting(reader, info, err);
    stw_journal_reader_close(reader);
    return status;
}

/* Another process may be in the middle of an append. */
static int nobody_writes(struct stw_store *store, bool *alone, struct stw_error *err)
{
    uint64_t lowest = STW_LOCK_WRITER + 1;
    if (store->lock.fd >= 0)
        STW_TRY(
            stw_file_lock_lowest(&store->lock, STW_LOCK_WRITER, STW_LOCK_WRITER + 1, &lowest, err));
    *alone = lowest > STW_LOCK_WRITER;
    return STW_OK;
}

int stw_stream_verify(struct stw_store *store, stw_journal_note_fn *note, void *context,
                      struct stw_error *err)
{
    char path[STW_STORE_PATH_SIZE_MAX + 16];
    struct stw_journal_options options = journal_options(store);
    struct stw_journal_reader *reader;
    struct stw_journal_record record;
    options.note = note;
    options.note_context = context;
    STW_TRY(journal_folder(store, path, err));
    STW_TRY(
        stw_journal_reader_open(&reader, path, &options, (struct stw_journal_position){0, 0}, err));
    int status;
    bool alone = false;
    do {
        status = stw_journal_reader_next(reader, &record, err);
    } while (status == STW_OK);
    if (status == STW_END)
        status = nobody_writes(store, &alone, err);
    if (status == STW_OK && alone)
        status = stw_journal_reader_check_end(reader);
    stw_journal_reader_close(reader);
    return status;
}
