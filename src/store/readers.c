/* The cache of open segments; see readers.h. */
#include "store/readers.h"

#include "base/memory.h"
#include "store/block_cache.h"

#include <stdio.h>

void stw_readers_init(struct stw_readers *readers, const struct stw_io *io, const char *folder,
                      size_t memory_bytes)
{
    memset(readers, 0, sizeof(*readers));
    pthread_mutex_init(&readers->mutex, NULL);
    readers->io = io;
    readers->folder = folder;
    stw_index_cache_init(&readers->index, memory_bytes / STW_READERS_INDEX_SHARE);
    atomic_init(&readers->cache_left_bytes, memory_bytes / STW_BLOCK_CACHE_MEMORY_SHARE);
}

/* Takes the reader at `place` of the list of open ones out and closes it. */
static void close_at(struct stw_readers *readers, uint32_t place)
{
    struct stw_segment_ref *ref = readers->open[place];
    assert(ref->pins == 0);
    stw_segment_reader_close(ref->reader);
    ref->reader = NULL;
    readers->open[place] = readers->open[--readers->open_count];
}

void stw_readers_release(struct stw_readers *readers)
{
    while (readers->open_count > 0)
        close_at(readers, readers->open_count - 1);
    stw_free(readers->open);
    stw_index_cache_release(&readers->index);
    pthread_mutex_destroy(&readers->mutex);
    memset(readers, 0, sizeof(*readers));
}

static void close_oldest(struct stw_readers *readers)
{
    uint32_t oldest = UINT32_MAX;
    for (uint32_t i = 0; i < readers->open_count; i++) {
        if (readers->open[i]->pins == 0 &&
            (oldest == UINT32_MAX || readers->open[i]->used_at < readers->open[oldest]->used_at))
            oldest = i;
    }
    if (oldest != UINT32_MAX)
        close_at(readers, oldest);
}

int stw_segment_path(char *out, size_t size, const char *folder, const struct stw_segment_ref *ref,
                     struct stw_error *err)
{
    const char *inner = ref->temporary ? "tmp" : "segments";
    if (snprintf(out, size, "%s/%s/%s", folder, inner, ref->name) >= (int)size)
        return stw_fail(err, STW_ERR_LIMIT, "the path %s/%s/%s is longer than %zu bytes", folder,
                        inner, ref->name, size - 1);
    return STW_OK;
}

static int open_reader(struct stw_readers *readers, struct stw_segment_ref *ref,
                       struct stw_error *err)
{
    char path[STW_STORE_PATH_SIZE_MAX + 128];
    STW_TRY(stw_segment_path(path, sizeof(path), readers->folder, ref, err));
    if (readers->open_count >= STW_STORE_OPEN_SEGMENTS_MAX)
        close_oldest(readers);
    if (!stw_reserve((void **)&readers->open, &readers->open_capacity, readers->open_count + 1u,
                     sizeof(struct stw_segment_ref *)))
        return stw_fail_memory(err, sizeof(ref));
    int status =
        stw_segment_reader_open_cached(&ref->reader, readers->io, path, &readers->index, err);
    if (status == STW_ERR_NOT_FOUND)
        return stw_fail(err, STW_ERR_DAMAGED, "%s is missing, and the manifest names it", path);
    STW_TRY(status);
    readers->open[readers->open_count++] = ref;
    return STW_OK;
}

int stw_readers_get(struct stw_readers *readers, struct stw_segment_ref *ref,
                    struct stw_segment_reader **reader, struct stw_error *err)
{
    pthread_mutex_lock(&readers->mutex);
    int status = ref->reader == NULL ? open_reader(readers, ref, err) : STW_OK;
    if (status == STW_OK) {
        ref->pins++;
        ref->used_at = ++readers->uses;
        *reader = ref->reader;
    }
    pthread_mutex_unlock(&readers->mutex);
    return status;
}

void stw_readers_give_back(struct stw_readers *readers, struct stw_segment_ref *ref)
{
    pthread_mutex_lock(&readers->mutex);
    assert(ref->pins > 0);
    ref->pins--;
    pthread_mutex_unlock(&readers->mutex);
}

void stw_readers_forget(struct stw_readers *readers, struct stw_segment_ref *ref)
{
    pthread_mutex_lock(&readers->mutex);
    for (uint32_t i = 0; i < readers->open_count; i++) {
        if (readers->open[i] == ref) {
            close_at(readers, i);
            break;
        }
    }
    pthread_mutex_unlock(&readers->mutex);
}
