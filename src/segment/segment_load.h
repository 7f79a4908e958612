/* A segment file opened step by step: what the reader does at once and verify does part by part.
 * Private to segment/. */
#ifndef STW_SEGMENT_SEGMENT_LOAD_H
#define STW_SEGMENT_SEGMENT_LOAD_H

#include "segment/block_body.h"
#include "segment/format.h"
#include "segment/segment_index.h"

/* A page of the index. What finding blocks takes is always there; the cache's mutex guards the
 * rest. */
struct stw_index_page {
    struct stw_extent where;
    uint32_t first; /* number of its first block */
    uint32_t count;
    uint32_t series_first;            /* of its first block */
    uint32_t series_last;             /* of its last block */
    int64_t time_min_ns;              /* of its first block */
    int64_t time_last_ns;             /* of its last block */
    struct stw_segment_block *blocks; /* NULL: not in memory */
    void *memory;                     /* of blocks and their statistics */
    size_t size_bytes;
    uint32_t holders;
    bool was_held;
    struct stw_index_page *older, *newer; /* in the cache, while nobody holds it */
};

struct stw_segment_reader {
    struct stw_file file;
    uint64_t file_size_bytes;
    struct stw_arena arena;
    struct stw_segment_spec spec;
    uint64_t seed;
    size_t header_size_bytes;
    struct stw_trailer trailer;
    struct stw_footer footer;
    struct stw_index_cache *cache;    /* which may be */
    struct stw_index_cache own_cache; /* that keeps all pages */
    struct stw_index_page *pages;
    uint32_t page_count;
    uint64_t index_offset; /* of the page that was met last, or could not be */
};

/* Each step needs the ones before it. init and release bracket them; init opens the file. `cache`
 * is for the pages of the index; NULL: all of them stay in memory. */
int stw_segment_load_init(struct stw_segment_reader *reader, const struct stw_io *io,
                          const char *path, struct stw_index_cache *cache,
                          struct stw_error *err) STW_CHECKED;
void stw_segment_load_release(struct stw_segment_reader *reader);

int stw_segment_load_header(struct stw_segment_reader *reader, struct stw_error *err) STW_CHECKED;
int stw_segment_load_trailer(struct stw_segment_reader *reader, struct stw_error *err) STW_CHECKED;
int stw_segment_load_footer(struct stw_segment_reader *reader, struct stw_error *err) STW_CHECKED;

/* Meets every page of the index, in segment_index.c. */
int stw_segment_load_index(struct stw_segment_reader *reader, struct stw_error *err) STW_CHECKED;
void stw_segment_release_index(struct stw_segment_reader *reader);

/* Reads a frame into `bytes` (cleared first) and opens it; *body is inside `bytes`. */
int stw_segment_load_frame(struct stw_segment_reader *reader, enum stw_frame_kind kind,
                           struct stw_extent where, struct stw_buffer *bytes,
                           struct stw_slice *body, struct stw_error *err) STW_CHECKED;

/* Finds the lenders of the block whose frame stands, or will stand, at `offset`. */
struct stw_frame_finder {
    struct stw_block_finder finder;
    struct stw_file *file;
    uint64_t seed;
    uint64_t offset;
};
struct stw_frame_finder stw_frame_finder_make(struct stw_file *file, uint64_t seed,
                                              uint64_t offset);

#endif
