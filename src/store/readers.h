/*
 * Open segment files: a cache of readers, at most STW_STORE_OPEN_SEGMENTS_MAX of them unless more
 * are in use at once.
 *
 * Threads: all functions may be called from any thread; a reader may serve several.
 */
#ifndef STW_STORE_READERS_H
#define STW_STORE_READERS_H

#include "segment/segment_index.h"
#include "store/state.h"

#include <pthread.h>
#include <stdatomic.h>

enum { STW_READERS_INDEX_SHARE = 8 }; /* index pages may take an eighth of the store's memory */

struct stw_readers {
    pthread_mutex_t mutex; /* guards all below and the readers, pins and used_at of refs */
    const struct stw_io *io;
    const char *folder; /* the store's */
    struct stw_segment_ref **open;
    size_t open_capacity;
    uint32_t open_count;
    uint64_t uses;
    struct stw_index_cache index;   /* the pages of their indexes */
    atomic_size_t cache_left_bytes; /* for decoded blocks, of all merges; see block_cache.h */
};

/* `memory_bytes` is the store's, of which both caches take their shares. */
void stw_readers_init(struct stw_readers *readers, const struct stw_io *io, const char *folder,
                      size_t memory_bytes);
void stw_readers_release(struct stw_readers *readers);

/* The reader of a segment, kept open until it is given back as often as it was asked for. */
int stw_readers_get(struct stw_readers *readers, struct stw_segment_ref *ref,
                    struct stw_segment_reader **reader, struct stw_error *err) STW_CHECKED;
void stw_readers_give_back(struct stw_readers *readers, struct stw_segment_ref *ref);

/* Closes the reader of a file that is going to be renamed or removed; nobody may use it. */
void stw_readers_forget(struct stw_readers *readers, struct stw_segment_ref *ref);

/* "STORE/segments/NAME", or tmp/ for temporary ones. */
int stw_segment_path(char *out, size_t size, const char *folder, const struct stw_segment_ref *ref,
                     struct stw_error *err) STW_CHECKED;

#endif
