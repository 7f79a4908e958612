/*
 * What a store does after a crash or damage. Any store finds lost series keys again, for segments
 * repeat them. What a writer does before its first record: it removes what a crash left behind. A
 * torn last record is cut. Files that no record names were written by a commit that never finished,
 * and are removed, unless a damaged record may have named them: then they are kept under another
 * name (NAME.lost) for `salvage`, and so are the damaged bytes of the manifest.
 */
#include "base/plural.h"
#include "store/kept.h"
#include "store/manifest_file.h"
#include "store/pins.h"

#include "base/memory.h"

#include <dirent.h>
#include <stdio.h>

/* ---- Lost keys ------------------------------------------------------------------------------- */

struct restoring {
    struct stw_slice *keys; /* by series id */
    uint32_t count;
    struct stw_arena *arena;
    uint32_t found;
};

static bool is_lost(struct stw_slice key, uint32_t series)
{
    char text[STW_LOST_KEY_SIZE];
    return stw_slice_equal(key, stw_lost_key(series, text));
}

static int take_key(void *context, uint32_t series, struct stw_slice key)
{
    struct restoring *restoring = context;
    if (series >= restoring->count || !is_lost(restoring->keys[series], series))
        return STW_OK;
    restoring->keys[series] = stw_arena_copy(restoring->arena, key);
    restoring->found++;
    return restoring->keys[series].data == NULL ? STW_ERR_MEMORY : STW_OK;
}

/* Puts the keys into a new set. One that a later commit was given anew stays lost in its first
 * place: two ids cannot have one key. */
static int rebuild_keys(struct restoring *restoring, struct stw_intern *keys, struct stw_error *err)
{
    struct stw_intern rebuilt;
    bool good = true;
    stw_intern_init(&rebuilt);
    for (uint32_t series = 0; good && series < restoring->count; series++) {
        struct stw_slice key = restoring->keys[series];
        char text[STW_LOST_KEY_SIZE];
        uint32_t number, now = stw_intern_find(keys, key);
        if (now != STW_INTERN_NONE && now != series)
            key = stw_lost_key(series, text);
        good = stw_intern_add(&rebuilt, key, &number, NULL);
    }
    if (!good || rebuilt.count != restoring->count) {
        stw_intern_release(&rebuilt);
        return good ? STW_OK : stw_fail_memory(err, restoring->count);
    }
    stw_intern_release(keys);
    *keys = rebuilt;
    return STW_OK;
}

static int restore_table(struct stw_store *store, uint32_t table, struct restoring *restoring,
                         struct stw_error *err)
{
    struct stw_intern *keys = &store->state.series[table].keys;
    restoring->count = keys->count;
    restoring->keys = STW_ARENA_ARRAY(restoring->arena, struct stw_slice, keys->count);
    if (restoring->keys == NULL)
        return stw_fail_memory(err, keys->count * sizeof(*restoring->keys));
    memcpy(restoring->keys, keys->words, keys->count * sizeof(*restoring->keys));
    for (uint32_t i = 0; i < store->state.segment_count; i++) {
        struct stw_segment_ref *ref = store->state.segments[i];
        struct stw_segment_reader *reader;
        struct stw_error trouble;
        if (ref->table != table)
            continue;
        int status = stw_readers_get(&store->readers, ref, &reader, &trouble);
        if (status == STW_OK) {
            status = stw_segment_reader_keys(reader, take_key, restoring, &trouble);
            stw_readers_give_back(&store->readers, ref);
        }
        if (status == STW_ERR_MEMORY) /* a damaged segment restores nothing, and is named on use */
            return stw_fail_memory(err, sizeof(trouble));
    }
    return rebuild_keys(restoring, keys, err);
}

int stw_store_restore_keys(struct stw_store *store, struct stw_error *err)
{
    for (uint32_t table = 0; table < stw_schema_table_count(store->schema); table++) {
        uint32_t lost = store->state.series[table].lost;
        if (lost == 0)
            continue;
        struct stw_arena arena;
        stw_arena_init(&arena);
        struct restoring restoring = {.arena = &arena};
        int status = restore_table(store, table, &restoring, err);
        stw_arena_release(&arena);
        STW_TRY(status);
        if (stw_store_note(store,
                           "%u series key%s of '%.*s' %s lost with a record of MANIFEST; %u of "
                           "them were found in segments",
                           lost, stw_plural(lost),
                           STW_SLICE_ARG(stw_schema_table(store->schema, table)->name),
                           stw_plural_of(lost, "is", "are"), restoring.found) != STW_OK)
            return stw_fail_memory(err, lost);
    }
    return STW_OK;
}

/* ---- What a crash left ----------------------------------------------------------------------- */

enum { PATH_ROOM = STW_STORE_PATH_SIZE_MAX + 300 };

static bool ends_with(const char *name, const char *ending)
{
    size_t size = strlen(name), tail = strlen(ending);
    return size >= tail && strcmp(name + size - tail, ending) == 0;
}

static int remove_or_keep(struct stw_store *store, const char *folder, const char *name, bool keep,
                          struct stw_error *err)
{
    char path[PATH_ROOM], kept[PATH_ROOM];
    STW_TRY(stw_path_join(path, sizeof(path), folder, name, err));
    if (!keep)
        return stw_io_remove(store->io, path, err);
    if (snprintf(kept, sizeof(kept), "%s.lost", path) >= (int)sizeof(kept))
        return stw_fail(err, STW_ERR_LIMIT, "the path %s is too long", path);
    STW_TRY(stw_io_rename(store->io, path, kept, err));
    if (stw_store_note(store, "%s belongs to no commit that can be read; it is kept as %s.lost",
                       path, name) != STW_OK)
        return stw_fail_memory(err, sizeof(path));
    return STW_OK;
}

/* Deals with the files of a folder that `known` does not hold. */
static int clean_folder(struct stw_store *store, const char *inner, const struct stw_intern *known,
                        bool keep, struct stw_error *err)
{
    char path[PATH_ROOM];
    STW_TRY(stw_path_join(path, sizeof(path), store->path, inner, err));
    DIR *folder = opendir(path);
    if (folder == NULL) /* lost or never synced: the next commit needs it */
        return stw_io_make_folder(store->io, path, err);
    int status = STW_OK;
    for (struct dirent *entry = readdir(folder); status == STW_OK && entry != NULL;
         entry = readdir(folder)) {
        const char *name = entry->d_name;
        if (name[0] != '.' && !ends_with(name, ".lost") &&
            stw_intern_find(known, stw_slice_of(name)) == STW_INTERN_NONE)
            status = remove_or_keep(store, path, name, keep, err);
    }
    closedir(folder);
    return status;
}

static int add_names(struct stw_intern *known, struct stw_segment_ref *const *refs, uint32_t count,
                     struct stw_error *err)
{
    uint32_t number;
    for (uint32_t i = 0; i < count; i++) {
        if (!stw_intern_add(known, stw_slice_of(refs[i]->name), &number, NULL))
            return stw_fail_memory(err, count);
    }
    return STW_OK;
}

/* Replaced segments are of interest while their files are there. */
static int forget_gone(struct stw_store *store, struct stw_error *err)
{
    struct stw_state *state = &store->state;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < state->removed_count; i++) {
        char path[PATH_ROOM];
        STW_TRY(stw_segment_path(path, sizeof(path), store->path, state->removed[i], err));
        if (stw_io_exists(path))
            state->removed[kept++] = state->removed[i];
    }
    state->removed_count = kept;
    return STW_OK;
}

int stw_store_recover(struct stw_store *store, struct stw_error *err)
{
    struct stw_state *state = &store->state;
    struct stw_intern known;
    STW_TRY(stw_manifest_mend(store, err));
    stw_intern_init(&known);
    int status = clean_folder(store, "tmp", &known, false, err);
    if (status == STW_OK)
        status = forget_gone(store, err);
    if (status == STW_OK)
        status = add_names(&known, state->segments, state->segment_count, err);
    if (status == STW_OK)
        status = add_names(&known, state->removed, state->removed_count, err);
    if (status == STW_OK)
        status = clean_folder(store, "segments", &known, state->records_lost, err);
    stw_intern_release(&known);
    if (status == STW_OK)
        status = stw_kept_raise_generation(store, err);
    if (status == STW_OK)
        stw_pins_remove_files(store);
    return status;
}
