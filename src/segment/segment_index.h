/*
 * The index of a segment in memory: page by page, as it is needed, in a cache that many readers
 * share. All pages at once take 300 bytes and more a block, so the index of all months of a large
 * store is larger than everything else that a query needs.
 *
 * Opening a segment reads and checks every page once; later a page is decoded again when it is no
 * longer in the cache. The cache starts small. Where pages are come back to after they were let go,
 * it grows by them, up to its limit: a scan in the order of series ids meets each page once and
 * stays small, one in another order gets the memory that spares it the decoding.
 *
 * Threads: a cache and the readers that share it may be used by several threads; a place belongs to
 * one thread.
 */
#ifndef STW_SEGMENT_SEGMENT_INDEX_H
#define STW_SEGMENT_SEGMENT_INDEX_H

#include "segment/segment.h"

#include <pthread.h>

struct stw_index_page;
struct stw_decoder;

enum { STW_INDEX_CACHE_BYTES = 1 << 20 }; /* of decoded pages, before any is come back to */

struct stw_index_cache {
    pthread_mutex_t mutex; /* guards all below, and what the pages of its readers say of memory */
    struct stw_index_page *oldest; /* of the pages that are decoded and in nobody's use */
    struct stw_index_page *newest;
    size_t used_bytes; /* of all decoded pages */
    size_t limit_bytes;
    size_t most_bytes; /* that the limit may grow to */
    struct stw_decoder *decoder;
    struct stw_buffer frame;
};

/* Pages in use may exceed `most_bytes`. Outlives its readers. */
void stw_index_cache_init(struct stw_index_cache *cache, size_t most_bytes);
void stw_index_cache_release(struct stw_index_cache *cache);

/* As stw_segment_reader_open, with the index in a cache: its blocks are seen from places only. */
int stw_segment_reader_open_cached(struct stw_segment_reader **out, const struct stw_io *io,
                                   const char *path, struct stw_index_cache *cache,
                                   struct stw_error *err) STW_CHECKED;

/*
 * A block of a segment, or the end behind its last one. Its page of the index stays in memory until
 * the place moves on or is left, which must be before the reader is closed. Zero-initialised:
 * nowhere.
 */
struct stw_segment_place {
    struct stw_segment_reader *reader;
    struct stw_index_page *page;
    const struct stw_segment_block *block; /* NULL: the end */
    uint32_t number;                       /* of the block in its file */
};

/* To the first block that can hold a row with (series, time) >= the given pair; see
 * stw_segment_reader_find. After a failure the place is nowhere. */
int stw_segment_place_find(struct stw_segment_place *place, struct stw_segment_reader *reader,
                           uint32_t series, int64_t time_ns, struct stw_error *err) STW_CHECKED;

/* To a block by its number; block_count is the end. */
int stw_segment_place_go(struct stw_segment_place *place, struct stw_segment_reader *reader,
                         uint32_t number, struct stw_error *err) STW_CHECKED;

void stw_segment_place_leave(struct stw_segment_place *place);

/* The block behind the one at the place: its first series and least time; false when there is none.
 */
bool stw_segment_place_next(const struct stw_segment_place *place, uint32_t *series_first,
                            int64_t *time_min_ns);

/* Reads the block at the place, which is not the end; see stw_segment_reader_read. */
int stw_segment_place_read(const struct stw_segment_place *place, const uint32_t *wanted,
                           uint32_t wanted_count, struct stw_block *out,
                           struct stw_error *err) STW_CHECKED;

#endif
