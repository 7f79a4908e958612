/* The MANIFEST of an open store; see manifest_file.h. */
#include "store/manifest_file.h"

#include "base/memory.h"
#include "store/checkpoint.h"
#include "store/kept.h"

#include <stdio.h>

static const size_t manifest_limit_bytes = (size_t)4 << 30;

static int manifest_path(const struct stw_store *store, char path[STW_STORE_PATH_SIZE_MAX + 16],
                         struct stw_error *err)
{
    return stw_path_join(path, STW_STORE_PATH_SIZE_MAX + 16, store->path, "MANIFEST", err);
}

/* ---- Reading --------------------------------------------------------------------------------- */

static int load_from(struct stw_file *file, uint64_t offset, struct stw_buffer *bytes,
                     struct stw_error *err)
{
    uint64_t size;
    STW_TRY(stw_file_size(file, &size, err));
    if (size <= offset)
        return STW_OK;
    if (size - offset > manifest_limit_bytes)
        return stw_fail(err, STW_ERR_LIMIT, "the manifest has more than %zu bytes",
                        manifest_limit_bytes);
    char *room = stw_buffer_room(bytes, (size_t)(size - offset));
    if (room == NULL)
        return stw_fail_memory(err, size - offset);
    STW_TRY(stw_file_read(file, offset, room, (size_t)(size - offset), err));
    bytes->size += (size_t)(size - offset);
    return STW_OK;
}

int stw_manifest_open(struct stw_store *store, struct stw_buffer *bytes, struct stw_error *err)
{
    char path[STW_STORE_PATH_SIZE_MAX + 16];
    bool write = store->mode == STW_STORE_WRITE;
    unsigned damaged;
    STW_TRY(manifest_path(store, path, err));
    STW_TRY(stw_file_open(&store->manifest, store->io, path, write ? STW_FILE_WRITE : STW_FILE_READ,
                          err));
    STW_TRY(load_from(&store->manifest, 0, bytes, err));
    int status = stw_manifest_header_decode(stw_buffer_slice(bytes), &store->header, &damaged, err);
    if (status == STW_ERR_DAMAGED)
        stw_error_hint(err,
                       "steward salvage %s NEW --zone ZONE makes a new store of what its other "
                       "files hold",
                       store->path);
    STW_TRY(status);
    store->harmless_count += damaged;
    if (damaged > 0 && stw_store_note(store, "one copy of the header of MANIFEST is damaged; "
                                             "the other is used") != STW_OK)
        return stw_fail_memory(err, STW_MANIFEST_COPY_SIZE);
    return STW_OK;
}

static struct stw_record_scan scan_of(const struct stw_store *store, struct stw_slice bytes,
                                      uint64_t base)
{
    return (struct stw_record_scan){.bytes = bytes,
                                    .base = base,
                                    .seed = stw_manifest_seed(&store->header),
                                    .generation = store->state.generation};
}

static struct stw_slice records_of(struct stw_slice file)
{
    return (struct stw_slice){file.data + STW_MANIFEST_HEADER_SIZE,
                              file.size - STW_MANIFEST_HEADER_SIZE};
}

int stw_manifest_schema(const struct stw_store *store, struct stw_slice file,
                        struct stw_columns *columns, struct stw_slice *schema,
                        struct stw_error *err)
{
    struct stw_record_scan scan = scan_of(store, records_of(file), STW_MANIFEST_HEADER_SIZE);
    struct stw_record record;
    uint64_t from, to;
    *schema = STW_SLICE("");
    for (;;) {
        int status = STW_OK;
        enum stw_record_found found = stw_record_next(&scan, &record, &from, &to);
        if (found == STW_FOUND_END || found == STW_FOUND_TORN || found == STW_FOUND_MARK)
            return STW_OK;
        if (found == STW_FOUND_RECORD && record.type == STW_RECORD_SCHEMA)
            *schema = record.payload;
        else if (found == STW_FOUND_RECORD && record.type == STW_RECORD_CHECKPOINT)
            status = stw_checkpoint_schema(columns, record.payload, schema);
        if (status == STW_ERR_MEMORY) /* damage is found again, and named, at replay */
            return stw_fail_memory(err, record.payload.size);
    }
}

/* A walk over the records of a file or of its end. */
struct replay {
    struct stw_store *store;
    struct stw_record_scan scan;
    uint64_t known; /* records up to this generation may be met again: they are passed over */
    bool damaged;   /* [from, to) cannot be read; what that means is seen by what follows */
    uint64_t from;
    uint64_t to;
};

/* Says what a damaged stretch has cost. `next`: the first generation that is not lost by it. */
static int note_damage(struct replay *replay, uint64_t next)
{
    struct stw_store *store = replay->store;
    unsigned long long from = replay->from, to = replay->to;
    bool lost = next > store->state.generation + 1;
    if (!replay->damaged)
        return STW_OK;
    replay->damaged = false;
    store->harmless_count += !lost;
    if (!lost)
        return stw_store_note(store,
                              "MANIFEST is damaged from byte %llu to byte %llu; nothing is lost, "
                              "all that was there is kept twice",
                              from, to);
    store->state.records_lost = true;
    return stw_store_note(store,
                          "MANIFEST is damaged from byte %llu to byte %llu; what was committed in "
                          "%s cannot be seen",
                          from, to,
                          next == store->state.generation + 2 ? "this record" : "these records");
}

static int take_record(struct replay *replay, const struct stw_record *record)
{
    struct stw_store *store = replay->store;
    struct stw_error trouble;
    bool checkpoint = record->type == STW_RECORD_CHECKPOINT;
    /* What a checkpoint does not have, nobody misses. */
    if (note_damage(replay, checkpoint ? 0 : record->generation) != STW_OK)
        return STW_ERR_MEMORY;
    if (checkpoint || store->manifest_base == 0)
        store->manifest_base = replay->scan.base + replay->scan.at;
    if (record->generation <= replay->known ||
        (checkpoint && record->generation == store->state.generation))
        return STW_OK; /* what a reader knows already; the second copy */
    int status = stw_state_apply(&store->state, record, &trouble);
    if (status == STW_OK)
        stw_state_settle(&store->state);
    if (status != STW_ERR_DAMAGED)
        return status;
    store->state.records_lost = true;
    return stw_store_note(store, "MANIFEST: %s", trouble.what);
}

/* What is behind the last record. */
static int end_replay(struct replay *replay, enum stw_record_found found, uint64_t generation,
                      uint64_t from)
{
    struct stw_store *store = replay->store;
    store->manifest_marked = found == STW_FOUND_MARK && !replay->damaged;
    store->manifest_tail = from;
    store->tail_damaged = replay->damaged;
    if (replay->damaged)
        store->manifest_tail = replay->from;
    return note_damage(replay, found == STW_FOUND_MARK ? generation + 1 : UINT64_MAX);
}

/* Applies all records in `bytes`, which start at `base` in the file, and finds the tail. */
static int replay_records(struct stw_store *store, struct stw_slice bytes, uint64_t base,
                          struct stw_error *err)
{
    struct replay replay = {.store = store, .scan = scan_of(store, bytes, base)};
    if (base == STW_MANIFEST_HEADER_SIZE)
        replay.known = store->state.generation;
    int status = STW_OK;
    while (status == STW_OK) {
        struct stw_record record;
        uint64_t from = base + bytes.size, to = from;
        enum stw_record_found found = stw_record_next(&replay.scan, &record, &from, &to);
        /* What the file begins with was synced before the file had its name. */
        if (found == STW_FOUND_TORN && from == STW_MANIFEST_HEADER_SIZE)
            found = STW_FOUND_DAMAGE;
        if (found == STW_FOUND_RECORD) {
            status = take_record(&replay, &record);
        } else if (found == STW_FOUND_DAMAGE) {
            replay.damaged = true;
            replay.from = from;
            replay.to = to;
        } else {
            status = end_replay(&replay, found, record.generation, from);
            break;
        }
    }
    return status == STW_OK ? STW_OK : stw_fail_memory(err, bytes.size);
}

int stw_manifest_replay(struct stw_store *store, struct stw_slice file, struct stw_error *err)
{
    store->manifest_base = 0;
    return replay_records(store, records_of(file), STW_MANIFEST_HEADER_SIZE, err);
}

/* Another file has the name: a checkpoint and what came after it. Applied on top of what is known,
 * so that open views keep what they look at. */
static int follow(struct stw_store *store, const char *path, struct stw_buffer *bytes,
                  struct stw_error *err)
{
    struct stw_manifest_header header;
    struct stw_file file;
    unsigned damaged;
    STW_TRY(stw_file_open(&file, store->io, path, STW_FILE_READ, err));
    int status = load_from(&file, 0, bytes, err);
    if (status == STW_OK)
        status = stw_manifest_header_decode(stw_buffer_slice(bytes), &header, &damaged, err);
    if (status == STW_OK && memcmp(header.id, store->header.id, sizeof(header.id)) != 0)
        status =
            stw_fail(err, STW_ERR_USAGE, "another store was put in the place of %s", store->path);
    if (status != STW_OK) {
        stw_file_close(&file);
        return status;
    }
    stw_file_close(&store->manifest);
    store->manifest = file;
    store->manifest_tail = STW_MANIFEST_HEADER_SIZE; /* if it fails, next time goes on from there */
    return stw_manifest_replay(store, stw_buffer_slice(bytes), err);
}

int stw_store_refresh(struct stw_store *store, struct stw_error *err)
{
    char path[STW_STORE_PATH_SIZE_MAX + 16];
    struct stw_buffer bytes;
    STW_TRY(manifest_path(store, path, err));
    stw_buffer_init(&bytes);
    uint64_t tail = store->manifest_tail;
    uint32_t findings = store->finding_count, harmless = store->harmless_count;
    bool lost = store->state.records_lost, said = store->tail_damaged;
    int status;
    if (stw_file_is_at(&store->manifest, path)) {
        status = load_from(&store->manifest, tail, &bytes, err);
        if (status == STW_OK)
            status = replay_records(store, stw_buffer_slice(&bytes), tail, err);
    } else {
        status = follow(store, path, &bytes, err);
    }
    if (status == STW_OK && said && store->tail_damaged && store->manifest_tail == tail) {
        store->finding_count = findings;
        store->harmless_count = harmless;
        store->state.records_lost = lost;
    }
    stw_buffer_release(&bytes);
    return status;
}

int stw_manifest_is_torn(struct stw_store *store, bool *torn, struct stw_error *err)
{
    uint64_t size;
    STW_TRY(stw_file_size(&store->manifest, &size, err));
    uint64_t end = store->manifest_tail + (store->manifest_marked ? STW_MARK_SIZE : 0);
    *torn = size > end && !store->tail_damaged;
    return STW_OK;
}

/* ---- Mending --------------------------------------------------------------------------------- */

/* Not synced: see manifest.h. One that cannot be written is missed only after a power cut. */
static void put_mark(struct stw_store *store)
{
    char mark[STW_MARK_SIZE];
    struct stw_error ignored;
    stw_mark_encode(mark, stw_manifest_seed(&store->header), store->manifest_tail,
                    store->state.generation);
    store->manifest_marked = stw_file_write(&store->manifest, store->manifest_tail, mark,
                                            sizeof(mark), &ignored) == STW_OK;
}

static int keep_damaged_tail(struct stw_store *store, uint64_t size, struct stw_error *err)
{
    char path[STW_STORE_PATH_SIZE_MAX + 64];
    struct stw_buffer bytes;
    STW_TRY(stw_kept_path(store, store->manifest_tail, path, sizeof(path), err));
    stw_buffer_init(&bytes);
    size_t count = (size_t)(size - store->manifest_tail);
    char *room = stw_buffer_room(&bytes, count);
    int status = room == NULL ? stw_fail_memory(err, size) : STW_OK;
    if (status == STW_OK)
        status = stw_file_read(&store->manifest, store->manifest_tail, room, count, err);
    if (status == STW_OK) {
        bytes.size = count;
        status = stw_file_replace(store->io, path, stw_buffer_slice(&bytes), err);
    }
    store->kept_count += status == STW_OK;
    stw_buffer_release(&bytes);
    return status;
}

int stw_manifest_mend(struct stw_store *store, struct stw_error *err)
{
    char path[STW_STORE_PATH_SIZE_MAX + 24];
    uint64_t size;
    STW_TRY(stw_path_join(path, sizeof(path), store->path, "MANIFEST.tmp", err));
    if (stw_io_exists(path)) /* a rewriting that was interrupted */
        STW_TRY(stw_io_remove(store->io, path, err));
    /* A process that was killed may have put a new file in the manifest's place without syncing its
     * name: what is appended to it now would go with it in a power cut. */
    STW_TRY(stw_io_sync_folder(store->io, store->path, err));
    if (store->manifest_marked)
        return STW_OK;
    STW_TRY(stw_file_size(&store->manifest, &size, err));
    if (size > store->manifest_tail) {
        if (store->tail_damaged)
            STW_TRY(keep_damaged_tail(store, size, err));
        STW_TRY(stw_file_truncate(&store->manifest, store->manifest_tail, err));
        store->tail_damaged = false;
    }
    /* A last record without a mark may have come from a killed process: its bytes are read from
     * memory and need not be on disk. */
    STW_TRY(stw_file_sync(&store->manifest, err));
    put_mark(store);
    return STW_OK;
}

/* ---- Writing anew ---------------------------------------------------------------------------- */

static void encode_anew(struct stw_store *store, struct stw_buffer *out)
{
    char mark[STW_MARK_SIZE];
    struct stw_buffer payload;
    uint64_t seed = stw_manifest_seed(&store->header), generation = store->state.generation;
    stw_buffer_init(&payload);
    stw_checkpoint_put(&store->state, &payload);
    out->failed |= payload.failed;
    stw_manifest_header_encode(&store->header, out);
    for (int copy = 0; copy < 2; copy++)
        stw_record_encode(out, seed, STW_RECORD_CHECKPOINT, generation, stw_buffer_slice(&payload));
    stw_mark_encode(mark, seed, out->size, generation);
    stw_buffer_add(out, mark, sizeof(mark));
    stw_buffer_release(&payload);
}

/* The new file is in its place: goes on there. */
static int move_on(struct stw_store *store, const char *path, uint64_t size, struct stw_error *err)
{
    struct stw_file file;
    STW_TRY(stw_file_open(&file, store->io, path, STW_FILE_WRITE, err));
    stw_file_close(&store->manifest);
    store->manifest = file;
    store->manifest_tail = store->manifest_base = size - STW_MARK_SIZE;
    store->manifest_marked = true;
    return STW_OK;
}

static int replace_file(struct stw_store *store, struct stw_slice bytes, struct stw_error *err)
{
    char path[STW_STORE_PATH_SIZE_MAX + 16];
    STW_TRY(manifest_path(store, path, err));
    int status = stw_file_replace(store->io, path, bytes, err);
    if (status == STW_OK)
        status = move_on(store, path, bytes.size, err);
    /* Once it may have its name, only a new opening tells which of the two will stay. */
    if (status != STW_OK && !stw_file_is_at(&store->manifest, path))
        store->closed_for_writing = true;
    return status;
}

static int rewrite(struct stw_store *store, bool smaller_only, struct stw_error *err)
{
    struct stw_buffer bytes;
    if (store->state.records_lost || store->tail_damaged)
        return STW_OK; /* what cannot be read now may be read by somebody yet */
    STW_TRY(stw_store_check_writable(store, err));
    stw_buffer_init(&bytes);
    encode_anew(store, &bytes);
    int status = stw_buffer_status(&bytes, err);
    if (status == STW_OK && (!smaller_only || bytes.size < store->manifest_tail))
        status = replace_file(store, stw_buffer_slice(&bytes), err);
    else if (status == STW_OK)
        store->manifest_base = store->manifest_tail; /* there is no need yet */
    stw_buffer_release(&bytes);
    return status;
}

int stw_manifest_rewrite(struct stw_store *store, struct stw_error *err)
{
    return rewrite(store, false, err);
}

int stw_manifest_shrink(struct stw_store *store, struct stw_error *err)
{
    return rewrite(store, true, err);
}

/* ---- Appending ------------------------------------------------------------------------------- */

static int write_record(struct stw_store *store, struct stw_slice bytes, struct stw_error *err)
{
    store->manifest_marked = false;
    STW_TRY(stw_file_write(&store->manifest, store->manifest_tail, bytes.data, bytes.size, err));
    return stw_file_sync(&store->manifest, err);
}

int stw_store_append(struct stw_store *store, enum stw_record_type type, struct stw_slice payload,
                     struct stw_error *err)
{
    STW_TRY(stw_store_check_writable(store, err));
    STW_TRY(stw_memtable_settle(store, err));
    struct stw_record record = {.type = type,
                                .generation = store->state.generation + 1,
                                .payload = payload,
                                .offset = store->manifest_tail};
    struct stw_buffer bytes;
    stw_buffer_init(&bytes);
    stw_record_encode(&bytes, stw_manifest_seed(&store->header), type, record.generation, payload);
    struct stw_state_mark mark = stw_state_mark(&store->state);
    int status = stw_buffer_status(&bytes, err);
    if (status == STW_OK)
        status = stw_state_apply(&store->state, &record, err);
    if (status == STW_OK) {
        status = write_record(store, stw_buffer_slice(&bytes), err);
        if (status == STW_OK) {
            store->manifest_tail += bytes.size;
            stw_state_settle(&store->state);
        } else {
            stw_state_undo(&store->state, &mark);
            store->closed_for_writing = true;
        }
    }
    stw_buffer_release(&bytes);
    if (status != STW_OK)
        return status;
    put_mark(store);
    /* The record is safe, whatever comes of this; it is tried again with the next one. */
    struct stw_error ignored;
    if (store->manifest_tail > 2 * store->manifest_base + STW_MANIFEST_GROWTH_BYTES)
        (void)!stw_manifest_shrink(store, &ignored);
    return STW_OK;
}
