/*
 * The merge iterator: the rows of one series at a time out of many segments, in time order, with
 * row identity resolved and erased ranges left out.
 *
 * Where segments do not overlap for the series, rows are handed out as they lie in the decoded
 * block, nothing is copied. Blocks nobody else touches can be judged by their statistics without
 * being decoded (peek, skip). Segments are opened when the first row that they might hold is near.
 *
 * Sequence of rows: a later commit goes before an earlier one; within a segment, later place.
 *
 * Threads: a merge belongs to one thread; the readers behind it are shared.
 */
#ifndef STW_STORE_MERGE_H
#define STW_STORE_MERGE_H

#include "store/readers.h"

/* The int column of tables with one live row a series that holds a row's sequence: commit number
 * << 32 | place. Segments keep it beside the table's columns; time order would lose it. */
#define STW_SEQUENCE_COLUMN STW_SLICE("#sequence")

enum stw_merge_mode {
    STW_MERGE_ALL,             /* every row */
    STW_MERGE_LATEST_AT_TIME,  /* of equal times the last */
    STW_MERGE_LATEST_OF_SERIES /* the one row with the highest sequence, if in the range */
};

struct stw_merge_spec {
    struct stw_readers *readers;
    const struct stw_table *table;
    struct stw_segment_ref *const *refs; /* of this table, in any order; the list is copied */
    uint32_t ref_count;
    const struct stw_erasure *erasures; /* of any tables; must outlive the merge */
    uint32_t erasure_count;
    const uint32_t *columns; /* places in table->columns; copied */
    uint32_t column_count;
    bool with_sequence; /* runs have STW_SEQUENCE_COLUMN as one more column */
    enum stw_merge_mode mode;
};

struct stw_merge;

int stw_merge_open(struct stw_merge **out, const struct stw_merge_spec *spec,
                   struct stw_error *err) STW_CHECKED;
void stw_merge_close(struct stw_merge *merge); /* NULL is fine */

/* Goes to the rows of a series with from_ns <= time < to_ns. */
void stw_merge_seek(struct stw_merge *merge, uint32_t series, int64_t from_ns, int64_t to_ns);

/* The next run of the series, or STW_END. Valid until the next call. */
int stw_merge_next(struct stw_merge *merge, struct stw_run *run, struct stw_error *err) STW_CHECKED;

/* A whole block that comes next and that no other row or erased range touches. */
struct stw_merge_block {
    const struct stw_segment_block *block; /* until the next call */
    const int *columns; /* for each column asked for: its place in block->columns, or -1 */
    const struct stw_segment_ref *ref; /* where it lies */
    uint32_t number;                   /* in its file */
};
/* STW_END when what comes next is not such a block. */
int stw_merge_peek(struct stw_merge *merge, struct stw_merge_block *block,
                   struct stw_error *err) STW_CHECKED;
int stw_merge_skip(struct stw_merge *merge, struct stw_error *err) STW_CHECKED;

/* After a peek that found a block: whether it holds the last rows of the series in the range. */
int stw_merge_is_last(struct stw_merge *merge, bool *last, struct stw_error *err) STW_CHECKED;

/* After a peek that said STW_END: whether the series has no more rows, as next would find. */
bool stw_merge_at_end(const struct stw_merge *merge);

struct stw_merge_stats {
    uint64_t blocks_read;
    uint64_t blocks_skipped;
    uint64_t bytes_read;
};
struct stw_merge_stats stw_merge_statistics(const struct stw_merge *merge);

#endif
