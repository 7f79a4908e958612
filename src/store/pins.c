/* Pins of readers, and the removal of files nobody pins; see pins.h. */
#include "store/pins.h"

#include "store/view_inside.h"

static bool has_lock_file(const struct stw_store *store)
{
    return store->lock.fd >= 0; /* a copy on a read-only medium may have none */
}

int stw_pins_enter(struct stw_store *store, struct stw_error *err)
{
    if (!has_lock_file(store))
        return STW_OK;
    return stw_file_lock_wait(&store->lock, STW_LOCK_GATE, false, err);
}

void stw_pins_leave(struct stw_store *store)
{
    if (has_lock_file(store))
        stw_file_unlock(&store->lock, STW_LOCK_GATE);
}

/* Of the open views of this store, or else the present generation. */
static uint64_t oldest_seen(const struct stw_store *store)
{
    uint64_t oldest = store->state.generation;
    for (const struct stw_view *view = store->views; view != NULL; view = view->next) {
        if (view->seen < oldest)
            oldest = view->seen;
    }
    return oldest;
}

int stw_pins_hold(struct stw_store *store, struct stw_error *err)
{
    uint64_t oldest = oldest_seen(store);
    if (!has_lock_file(store) || store->mode == STW_STORE_WRITE || oldest == store->pinned)
        return STW_OK;
    STW_TRY(stw_file_lock_wait(&store->lock, STW_LOCK_PINS + oldest, false, err));
    if (store->pinned != 0)
        stw_file_unlock(&store->lock, STW_LOCK_PINS + store->pinned);
    store->pinned = oldest;
    return STW_OK;
}

/* The files whose removal is not seen by anybody who may read them: removed up to *until. */
static int lowest_pin(struct stw_store *store, uint64_t *until)
{
    struct stw_error ignored;
    uint64_t lowest, end = STW_LOCK_PINS + store->state.generation;
    STW_TRY(stw_file_lock_lowest(&store->lock, STW_LOCK_PINS, end, &lowest, &ignored));
    *until = oldest_seen(store);
    if (lowest - STW_LOCK_PINS < *until)
        *until = lowest - STW_LOCK_PINS;
    return STW_OK;
}

static bool remove_file(struct stw_store *store, struct stw_segment_ref *ref)
{
    char path[STW_STORE_PATH_SIZE_MAX + 128];
    struct stw_error ignored;
    stw_readers_forget(&store->readers, ref);
    return stw_segment_path(path, sizeof(path), store->path, ref, &ignored) == STW_OK &&
           stw_io_remove(store->io, path, &ignored) == STW_OK;
}

void stw_pins_remove_files(struct stw_store *store)
{
    struct stw_state *state = &store->state;
    struct stw_error ignored;
    uint64_t until;
    if (state->removed_count == 0 || store->closed_for_writing)
        return;
    if (stw_file_lock(&store->lock, STW_LOCK_GATE, true, &ignored) != STW_OK)
        return; /* a reader is coming in: there will be another time */
    if (lowest_pin(store, &until) == STW_OK) {
        uint32_t kept = 0;
        for (uint32_t i = 0; i < state->removed_count; i++) {
            struct stw_segment_ref *ref = state->removed[i];
            if (ref->removed > until || !remove_file(store, ref))
                state->removed[kept++] = ref;
        }
        state->removed_count = kept;
    }
    stw_file_unlock(&store->lock, STW_LOCK_GATE);
}
