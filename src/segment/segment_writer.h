/*
 * The working state of a segment writer, shared by segment_write.c (rows in, the file),
 * segment_blocks.c (rows to blocks) and segment_copy.c (blocks of other files); private to
 * segment/.
 *
 * Threads: a worker reads the writer's spec, all_columns and the file's name, which stay as they
 * are, and has a block job and a maker to itself; all else is the writer's own thread's.
 */
#ifndef STW_SEGMENT_SEGMENT_WRITER_H
#define STW_SEGMENT_SEGMENT_WRITER_H

#include "base/pool.h"
#include "segment/block_describe.h"
#include "segment/format.h"
#include "segment/lenders.h"
#include "segment/row_buffer.h"
#include "segment/segment_load.h"

/* What making a block takes, whatever the block; one a thread. */
struct stw_block_maker {
    struct stw_encoder *encoder;
    struct stw_decoder *decoder;
    struct stw_block_scratch scratch;
    struct stw_block check; /* what was encoded, decoded again */
};

/* Rows on their way into a block. */
struct stw_block_job {
    struct stw_row_buffer rows;
    struct stw_segment_block block;
    struct stw_column_statistics *described;
    struct stw_buffer frame;
};

struct stw_segment_writer {
    struct stw_file file;
    struct stw_arena arena;
    struct stw_segment_spec spec;
    uint64_t seed;
    uint64_t offset; /* where the next frame goes */
    struct stw_segment_effort effort;
    struct stw_block_maker maker;
    struct stw_block_maker *makers; /* of the threads; NULL: none are running */
    struct stw_block_job *jobs;     /* one, or those of the pool */
    unsigned job_count;
    struct stw_pool *pool;   /* NULL: no threads are running */
    struct stw_block lender; /* the block whose values the next one may follow */
    struct stw_lenders lenders;
    bool may_borrow;                         /* and lend */
    uint32_t *all_columns;                   /* 0, 1, 2 ... */
    struct stw_column_statistics *described; /* of the block being written */
    struct stw_buffer frame;
    struct stw_row_buffer rows;
    uint64_t last_series_plus_1; /* 0 before the first run */
    int64_t last_time_ns;
    struct stw_segment_block page[STW_INDEX_PAGE_BLOCKS];
    struct stw_column_statistics *page_statistics;
    size_t page_statistics_capacity;
    uint32_t page_blocks;
    struct stw_intern keys; /* of the key page being filled, in order */
    int64_t key_series[STW_KEY_PAGE_KEYS];
    size_t key_bytes;
    struct stw_footer footer;
};

/* The body of a frame being made. */
static inline struct stw_slice stw_frame_body(const struct stw_buffer *frame)
{
    return (struct stw_slice){frame->data + STW_FRAME_HEAD_SIZE, frame->size - STW_FRAME_HEAD_SIZE};
}

/* Notes the key of a series that begins. */
int stw_writer_add_key(struct stw_segment_writer *writer, uint32_t series, struct stw_slice key,
                       struct stw_error *err) STW_CHECKED;

/* Writes a frame as a block of that description and adds it to the index. */
int stw_writer_put_block(struct stw_segment_writer *writer, struct stw_buffer *frame,
                         const struct stw_segment_block *is,
                         const struct stw_column_statistics *statistics,
                         struct stw_error *err) STW_CHECKED;

/* ---- segment_blocks.c ------------------------------------------------------------------------ */

/* For a writer whose spec, effort and all_columns are set. */
int stw_writer_blocks_init(struct stw_segment_writer *writer, struct stw_error *err) STW_CHECKED;
void stw_writer_blocks_release(struct stw_segment_writer *writer); /* waits for threads */

/* Makes a block of the first `count` rows held: encoded, decoded again, compared, written; perhaps
 * later, but in the order of the calls. A failure is returned by a later call then. */
int stw_writer_cut(struct stw_segment_writer *writer, uint32_t count,
                   struct stw_error *err) STW_CHECKED;

/* All blocks that were cut are in the file. */
int stw_writer_settle(struct stw_segment_writer *writer, struct stw_error *err) STW_CHECKED;

/* The same, with a block of the rows held, if there are any. */
int stw_writer_flush(struct stw_segment_writer *writer, struct stw_error *err) STW_CHECKED;

/* Makes a block of rows at once, where none is under way. */
int stw_writer_put_rows(struct stw_segment_writer *writer, const struct stw_block_rows *rows,
                        struct stw_error *err) STW_CHECKED;

#endif
