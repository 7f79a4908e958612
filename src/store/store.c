/* Making, opening and closing stores, and asking them; see store.h. */
#include "store/store.h"

#include "base/memory.h"
#include "base/pool.h"
#include "store/block_cache.h"
#include "store/kept.h"
#include "store/manifest_file.h"
#include "store/pins.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <sys/random.h>

enum {
    DEFAULT_MEMORY_BYTES = 256 << 20,
    /* A thread takes 3 to 4 MiB for what it reads and encodes: a quarter of the memory at most. */
    MEMORY_BYTES_PER_THREAD = 16 << 20
};

/* ---- Options and findings -------------------------------------------------------------------- */

/* One a processor, as far as the memory goes. */
static unsigned threads_for(size_t memory_bytes)
{
    unsigned processors = stw_pool_processors();
    size_t most = memory_bytes / MEMORY_BYTES_PER_THREAD;
    if (most < 1)
        return 1;
    return most < processors ? (unsigned)most : processors;
}

static struct stw_store_options options_of(const struct stw_store_options *options)
{
    struct stw_store_options out = {0};
    if (options != NULL)
        out = *options;
    if (out.io == NULL)
        out.io = stw_io_system();
    if (out.memory_bytes == 0)
        out.memory_bytes = DEFAULT_MEMORY_BYTES;
    if (out.threads == 0)
        out.threads = threads_for(out.memory_bytes);
    if (out.stream.flush_every_ns == 0)
        out.stream.flush_every_ns = STW_MEMTABLE_FLUSH_MINUTES_DEFAULT * STW_NS_PER_MINUTE;
    return out;
}

int stw_store_note(struct stw_store *store, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    const char *copy = stw_arena_string(&store->finding_arena, text);
    if (copy == NULL || !stw_reserve((void **)&store->findings, &store->finding_capacity,
                                     store->finding_count + 1u, sizeof(*store->findings)))
        return STW_ERR_MEMORY;
    store->findings[store->finding_count++] = copy;
    return STW_OK;
}

uint32_t stw_store_finding_count(const struct stw_store *store)
{
    return store->finding_count;
}

const char *stw_store_finding_at(const struct stw_store *store, uint32_t index)
{
    return store->findings[index];
}

bool stw_store_may_miss_rows(const struct stw_store *store)
{
    return store->finding_count > store->harmless_count;
}

uint32_t stw_store_kept_count(const struct stw_store *store)
{
    return store->kept_count;
}

/* ---- Creating -------------------------------------------------------------------------------- */

/* Only what a store is made of may be in its folder; a first attempt may have left some of it. */
static int check_folder_is_ours(const char *path, struct stw_error *err)
{
    static const char *const ours[] = {".",        "..",  "LOCK",         "schema.yml",
                                       "segments", "tmp", "MANIFEST.tmp", "schema.yml.tmp"};
    if (!stw_io_is_folder(path))
        return stw_fail(err, STW_ERR_USAGE, "%s is a file; a store is a folder", path);
    DIR *folder = opendir(path);
    if (folder == NULL)
        return stw_fail_errno(err, errno, "cannot read the folder %s", path);
    int status = STW_OK;
    for (struct dirent *entry = readdir(folder); status == STW_OK && entry != NULL;
         entry = readdir(folder)) {
        bool known = false;
        for (unsigned i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
            known = known || strcmp(entry->d_name, ours[i]) == 0;
        if (strcmp(entry->d_name, "MANIFEST") == 0)
            status = stw_fail(err, STW_ERR_USAGE, "there is a store in %s already", path);
        else if (!known)
            status =
                stw_fail(err, STW_ERR_USAGE, "%s is not empty: it has %s", path, entry->d_name);
    }
    closedir(folder);
    return status;
}

static int make_folder(const struct stw_io *io, const char *path, const char *name,
                       struct stw_error *err)
{
    char inner[STW_STORE_PATH_SIZE_MAX + 16];
    STW_TRY(stw_path_join(inner, sizeof(inner), path, name, err));
    return stw_io_make_folder(io, inner, err);
}

static int write_file(const struct stw_io *io, const char *path, const char *name,
                      struct stw_slice content, struct stw_error *err)
{
    char inner[STW_STORE_PATH_SIZE_MAX + 32];
    STW_TRY(stw_path_join(inner, sizeof(inner), path, name, err));
    return stw_file_replace(io, inner, content, err);
}

static int write_manifest(const char *path, const struct stw_store_settings *settings,
                          const struct stw_store_options *options, struct stw_slice schema,
                          struct stw_error *err)
{
    struct stw_manifest_header header = {.version = STW_MANIFEST_VERSION};
    struct stw_clock clock = options->clock == NULL ? stw_clock_system() : *options->clock;
    header.created_ns = stw_clock_now(clock);
    memcpy(header.zone, settings->zone.data, settings->zone.size);
    if (getrandom(header.id, sizeof(header.id), 0) != (ssize_t)sizeof(header.id))
        return stw_fail(err, STW_ERR_IO, "the system gives no random numbers");
    char mark[STW_MARK_SIZE];
    struct stw_buffer bytes;
    stw_buffer_init(&bytes);
    stw_manifest_header_encode(&header, &bytes);
    stw_record_encode(&bytes, stw_manifest_seed(&header), STW_RECORD_SCHEMA, 1, schema);
    stw_mark_encode(mark, stw_manifest_seed(&header), bytes.size, 1);
    stw_buffer_add(&bytes, mark, sizeof(mark));
    int status = stw_buffer_status(&bytes, err);
    if (status == STW_OK)
        status = write_file(options->io, path, "MANIFEST", stw_buffer_slice(&bytes), err);
    stw_buffer_release(&bytes);
    return status;
}

/* The manifest comes last: with it, and only with it, there is a store. */
static int fill_folder(const char *path, const struct stw_store_settings *settings,
                       const struct stw_store_options *options, struct stw_slice schema,
                       struct stw_error *err)
{
    char parent[STW_STORE_PATH_SIZE_MAX + 8];
    STW_TRY(make_folder(options->io, path, "segments", err));
    STW_TRY(make_folder(options->io, path, "tmp", err));
    STW_TRY(write_file(options->io, path, "schema.yml", schema, err));
    STW_TRY(stw_path_join(parent, sizeof(parent), path, "..", err));
    STW_TRY(stw_io_sync_folder(options->io, parent, err));
    return write_manifest(path, settings, options, schema, err);
}

static int open_lock(struct stw_file *lock, const struct stw_io *io, const char *path,
                     enum stw_store_mode mode, struct stw_error *err)
{
    char inner[STW_STORE_PATH_SIZE_MAX + 8];
    STW_TRY(stw_path_join(inner, sizeof(inner), path, "LOCK", err));
    if (mode == STW_STORE_READ)
        return stw_file_open(lock, io, inner, STW_FILE_READ, err);
    STW_TRY(stw_file_open(lock, io, inner, STW_FILE_WRITE, err));
    int status = stw_file_lock(lock, STW_LOCK_WRITER, true, err);
    if (status == STW_ERR_LOCKED)
        stw_error_hint(err, "another steward process is writing to this store; wait for it");
    if (status != STW_OK)
        stw_file_close(lock);
    return status;
}

int stw_store_create(const char *path, const struct stw_store_settings *settings,
                     const struct stw_store_options *options, struct stw_error *err)
{
    struct stw_store_options chosen = options_of(options);
    struct stw_slice text = settings->schema.size == 0 ? stw_schema_builtin() : settings->schema;
    struct stw_schema *schema;
    struct stw_file lock;
    if (strlen(path) >= STW_STORE_PATH_SIZE_MAX)
        return stw_fail(err, STW_ERR_LIMIT, "the path of a store has at most %d bytes",
                        STW_STORE_PATH_SIZE_MAX - 1);
    if (settings->zone.size == 0 || settings->zone.size > STW_STORE_ZONE_SIZE_MAX)
        return stw_fail(err, STW_ERR_USAGE, "a store needs a zone of at most %d letters",
                        STW_STORE_ZONE_SIZE_MAX);
    STW_TRY(stw_schema_parse(&schema, "schema.yml", text, err));
    stw_schema_free(schema);
    STW_TRY(stw_io_make_folder(chosen.io, path, err));
    STW_TRY(check_folder_is_ours(path, err));
    STW_TRY(open_lock(&lock, chosen.io, path, STW_STORE_WRITE, err));
    int status = fill_folder(path, settings, &chosen, text, err);
    stw_file_close(&lock);
    return status;
}

/* ---- Opening --------------------------------------------------------------------------------- */

/*
 * Uses schema.yml where it is a sound continuation of the recorded schema, else the recorded one,
 * and says so. Where the record is lost (and named), what the file says is taken. `*grown` tells
 * that the file's text is not recorded yet.
 */
static int choose_schema(struct stw_store *store, struct stw_slice recorded, bool *grown,
                         struct stw_error *err)
{
    char path[STW_STORE_PATH_SIZE_MAX + 16];
    struct stw_schema *old = NULL;
    struct stw_buffer text;
    struct stw_error trouble;
    stw_error_clear(&trouble);
    bool lost = recorded.size == 0;
    *grown = false;
    if (lost)
        recorded = stw_schema_builtin();
    STW_TRY(stw_path_join(path, sizeof(path), store->path, "schema.yml", err));
    STW_TRY(stw_schema_parse(&old, "the recorded schema", recorded, err));
    stw_buffer_init(&text);
    int status = stw_file_load(store->io, path, STW_SCHEMA_TEXT_SIZE_MAX, &text, &trouble);
    if (status == STW_OK && !stw_slice_equal(stw_buffer_slice(&text), recorded)) {
        status = stw_schema_parse(&store->schema, path, stw_buffer_slice(&text), &trouble);
        if (status == STW_OK && !lost)
            status = stw_schema_compatible(old, store->schema, &trouble);
        *grown = status == STW_OK;
    }
    stw_buffer_release(&text);
    if (*grown) {
        stw_schema_free(old);
        return STW_OK;
    }
    stw_schema_free(store->schema);
    store->schema = old;
    if (status == STW_ERR_MEMORY)
        return stw_fail_memory(err, recorded.size);
    if (status != STW_OK &&
        stw_store_note(store, "schema.yml cannot be used: %s %s; using the schema of before",
                       trouble.where, trouble.what) != STW_OK)
        return stw_fail_memory(err, sizeof(trouble));
    return STW_OK;
}

/* Reads the manifest; *grown as in choose_schema. */
static int load_state(struct stw_store *store, struct stw_buffer *bytes, bool *grown,
                      struct stw_error *err)
{
    struct stw_columns columns;
    struct stw_slice recorded;
    STW_TRY(stw_manifest_open(store, bytes, err));
    stw_columns_init(&columns);
    int status = stw_manifest_schema(store, stw_buffer_slice(bytes), &columns, &recorded, err);
    if (status == STW_OK)
        status = choose_schema(store, recorded, grown, err);
    stw_columns_release(&columns);
    STW_TRY(status);
    STW_TRY(stw_state_init(&store->state, store->schema, err));
    store->state.keep_removed = store->mode == STW_STORE_WRITE;
    STW_TRY(stw_manifest_replay(store, stw_buffer_slice(bytes), err));
    return stw_pins_hold(store, err);
}

static int open_store(struct stw_store *store, struct stw_buffer *bytes, struct stw_error *err)
{
    bool grown = false, write = store->mode == STW_STORE_WRITE;
    /* A copy on a read-only medium may come without its LOCK; nobody writes there. */
    char path[STW_STORE_PATH_SIZE_MAX + 16];
    STW_TRY(stw_path_join(path, sizeof(path), store->path, "LOCK", err));
    if (write || stw_io_exists(path))
        STW_TRY(open_lock(&store->lock, store->io, store->path, store->mode, err));
    if (!write)
        STW_TRY(stw_pins_enter(store, err));
    int status = load_state(store, bytes, &grown, err);
    if (!write)
        stw_pins_leave(store);
    STW_TRY(status);
    STW_TRY(stw_kept_note(store, err));
    STW_TRY(stw_store_restore_keys(store, err));
    if (!write)
        return STW_OK;
    STW_TRY(stw_store_recover(store, err));
    if (grown)
        STW_TRY(stw_store_append(store, STW_RECORD_SCHEMA, stw_schema_text(store->schema), err));
    return stw_memtable_recover(store, err);
}

static int check_is_store(const char *path, struct stw_error *err)
{
    char manifest[STW_STORE_PATH_SIZE_MAX + 16];
    if (strlen(path) >= STW_STORE_PATH_SIZE_MAX)
        return stw_fail(err, STW_ERR_LIMIT, "the path of a store has at most %d bytes",
                        STW_STORE_PATH_SIZE_MAX - 1);
    STW_TRY(stw_path_join(manifest, sizeof(manifest), path, "MANIFEST", err));
    if (stw_io_exists(manifest))
        return STW_OK;
    int status = stw_fail(err, STW_ERR_NOT_FOUND, "%s is no store", path);
    if (!stw_io_exists(path) || stw_io_is_folder(path))
        stw_error_hint(err, "`steward init %s` makes one", path);
    else
        stw_error_hint(err, "it is a file; a store is a folder, and comes before the files");
    return status;
}

int stw_store_open(struct stw_store **out, const char *path, enum stw_store_mode mode,
                   const struct stw_store_options *options, struct stw_error *err)
{
    struct stw_store_options chosen = options_of(options);
    STW_TRY(check_is_store(path, err));
    struct stw_store *store = stw_alloc_zero(1, sizeof(*store));
    if (store == NULL)
        return stw_fail_memory(err, sizeof(*store));
    snprintf(store->path, sizeof(store->path), "%s", path);
    store->io = chosen.io;
    store->clock = chosen.clock == NULL ? stw_clock_system() : *chosen.clock;
    store->memory_bytes = chosen.memory_bytes;
    store->threads = chosen.threads;
    store->stream = chosen.stream;
    store->mode = mode;
    store->lock.fd = -1;
    store->manifest.fd = -1;
    stw_arena_init(&store->finding_arena);
    stw_readers_init(&store->readers, store->io, store->path, store->memory_bytes);
    struct stw_buffer bytes;
    stw_buffer_init(&bytes);
    int status = open_store(store, &bytes, err);
    stw_buffer_release(&bytes);
    if (status != STW_OK) {
        stw_store_close(store);
        return status;
    }
    *out = store;
    return STW_OK;
}

void stw_store_close(struct stw_store *store)
{
    if (store == NULL)
        return;
    stw_memtable_release(store);
    assert(store->views == NULL && store->commit == NULL);
    if (store->mode == STW_STORE_WRITE && store->state.schema != NULL)
        stw_pins_remove_files(store);
    stw_readers_release(&store->readers);
    if (store->state.schema != NULL)
        stw_state_release(&store->state);
    stw_schema_free(store->schema);
    stw_file_close(&store->manifest);
    stw_file_close(&store->lock);
    stw_arena_release(&store->finding_arena);
    stw_free(store->findings);
    stw_free(store);
}

/* ---- Writing --------------------------------------------------------------------------------- */

int stw_store_check_writable(const struct stw_store *store, struct stw_error *err)
{
    if (store->mode != STW_STORE_WRITE)
        return stw_fail(err, STW_ERR_USAGE, "the store %s was opened to read", store->path);
    if (store->closed_for_writing) {
        int status = stw_fail(err, STW_ERR_USAGE,
                              "the store %s takes no more rows after a failed write", store->path);
        stw_error_hint(err, "open it again; nothing that was acknowledged is lost");
        return status;
    }
    return STW_OK;
}

int stw_store_erase(struct stw_store *store, const struct stw_table *table, uint32_t series,
                    int64_t from_ns, int64_t to_ns, struct stw_error *err)
{
    if (from_ns >= to_ns || series >= store->state.series[table->number].keys.count)
        return stw_fail(err, STW_ERR_USAGE, "there is nothing to erase in an empty range");
    struct stw_erasure erasure = {
        .table = table->number, .series = series, .from_ns = from_ns, .to_ns = to_ns};
    struct stw_buffer payload;
    stw_buffer_init(&payload);
    stw_payload_erase(&payload, store->schema, &erasure);
    int status = stw_buffer_status(&payload, err);
    if (status == STW_OK)
        status = stw_store_append(store, STW_RECORD_ERASE, stw_buffer_slice(&payload), err);
    stw_buffer_release(&payload);
    return status;
}

bool stw_store_is_there(const char *path)
{
    char manifest[STW_STORE_PATH_SIZE_MAX + 16];
    struct stw_error ignored;
    return stw_path_join(manifest, sizeof(manifest), path, "MANIFEST", &ignored) == STW_OK &&
           stw_io_exists(manifest);
}

/* schema.yml first: opening takes it up, and records it where the record below was not written. */
int stw_store_grow(struct stw_store *store, struct stw_slice schema, struct stw_error *err)
{
    struct stw_schema *grown;
    STW_TRY(stw_store_check_writable(store, err));
    STW_TRY(stw_schema_parse(&grown, "the new schema", schema, err));
    int status = stw_schema_compatible(store->schema, grown, err);
    if (status == STW_OK && !stw_slice_equal(stw_schema_text(store->schema), schema)) {
        status = write_file(store->io, store->path, "schema.yml", schema, err);
        if (status == STW_OK)
            status = stw_store_append(store, STW_RECORD_SCHEMA, schema, err);
    }
    stw_schema_free(grown);
    return status;
}

/* ---- Asking ---------------------------------------------------------------------------------- */

const char *stw_store_path(const struct stw_store *store)
{
    return store->path;
}

unsigned stw_store_threads(const struct stw_store *store)
{
    return store->threads;
}

struct stw_slice stw_store_zone(const struct stw_store *store)
{
    return stw_slice_of(store->header.zone);
}

const struct stw_schema *stw_store_schema(const struct stw_store *store)
{
    return store->schema;
}

uint64_t stw_store_generation(const struct stw_store *store)
{
    return store->state.generation;
}

struct stw_series stw_store_series(const struct stw_store *store, const struct stw_table *table)
{
    const struct stw_intern *keys = &store->state.series[table->number].keys;
    return (struct stw_series){.table = table, .keys = keys, .count = keys->count};
}

static struct stw_source_record record_of(const struct stw_commit_entry *entry)
{
    return (struct stw_source_record){.source = entry->source,
                                      .generation = entry->generation,
                                      .committed_ns = entry->committed_ns,
                                      .rows = entry->rows,
                                      .rejects = entry->rejects,
                                      .reject_count = entry->reject_count};
}

bool stw_store_source(const struct stw_store *store, const struct stw_source *source,
                      struct stw_source_record *record)
{
    const struct stw_commit_entry *entry = stw_state_source(&store->state, source);
    if (entry != NULL)
        *record = record_of(entry);
    return entry != NULL;
}

uint32_t stw_store_source_count(const struct stw_store *store)
{
    return store->state.source_keys.count;
}

struct stw_source_record stw_store_source_at(const struct stw_store *store, uint32_t index)
{
    return record_of(&store->state.commits[store->state.source_commits[index]]);
}

uint32_t stw_store_commit_count(const struct stw_store *store)
{
    return store->state.commit_count;
}

struct stw_source_record stw_store_commit_at(const struct stw_store *store, uint32_t index)
{
    return record_of(&store->state.commits[index]);
}
