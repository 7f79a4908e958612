/*
 * The inside of the merge iterator, for merge.c (which input is next, what is handed out),
 * merge_input.c (one segment as an input) and merge_latest.c (tables with one row a series).
 */
#ifndef STW_STORE_MERGE_INSIDE_H
#define STW_STORE_MERGE_INSIDE_H

#include "base/arena.h"
#include "store/block_cache.h"
#include "store/merge.h"
#include "store/run_buffer.h"

/* A segment, and where the merge stands in it. */
struct stw_merge_input {
    struct stw_segment_ref *ref;
    bool mapped;
    int *places;        /* of each column asked for in the segment, or -1 */
    uint32_t *wanted;   /* the places that exist */
    uint32_t *position; /* of each column in the decoded block, UINT32_MAX where it has none */
    uint32_t wanted_count;
    /* The cursor; reader is NULL when the input has no more rows of the series. */
    struct stw_segment_reader *reader;
    struct stw_segment_place place;
    struct stw_block_slot *slot;   /* NULL: the block at `place` is not decoded yet */
    struct stw_block_slot *recent; /* the one it had last, where neighbours mostly are */
    uint64_t *met;                 /* a bit a block: decoded before, also for other series */
    uint32_t row;                  /* next one */
    uint32_t stop;                 /* rows [row, stop) are not erased */
    uint32_t end;                  /* rows [row, end) are of the series and in the time range */
    int64_t bound_ns;              /* of the next row: exact when decoded */
};

struct stw_merge {
    struct stw_merge_spec spec;
    struct stw_arena arena;
    uint32_t column_count;           /* decoded: with the sequence where it is needed */
    struct stw_merge_input *inputs;  /* sorted by the earliest time */
    struct stw_merge_input **latest; /* sorted by commit, latest first */
    struct stw_merge_input **active;
    uint32_t active_count;
    uint32_t next_input;          /* inputs from here on are not looked at yet */
    struct stw_erasure *erasures; /* of the series */
    uint32_t erasure_count;
    struct stw_block_cache cache;
    struct stw_run_buffer buffer;
    bool buffer_out; /* the buffer was handed out: empty it first */
    struct stw_vector *vectors;
    void *zeros; /* what missing columns point at */
    uint32_t series;
    int64_t from_ns;
    int64_t to_ns;
    bool group_open; /* the buffer's last row is of group_ns and may yet be corrected */
    int64_t group_ns;
    bool done; /* the one row of the series has been looked for */
    uint64_t blocks_skipped;
};

/* What is decoded at a place: a column asked for, or behind them the sequence. */
struct stw_column stw_merge_column(const struct stw_merge *merge, uint32_t index);
/* The buffer as a run; the next call empties it. */
void stw_merge_hand_out_buffer(struct stw_merge *merge, struct stw_run *run);
/* The one row of the series, or STW_END. */
int stw_merge_next_latest(struct stw_merge *merge, struct stw_run *run,
                          struct stw_error *err) STW_CHECKED;

/* ---- Inputs, merge_input.c ------------------------------------------------------------------- */

/* Whether the segment's range of series has the one looked for. */
bool stw_merge_input_may_hold(const struct stw_merge *merge, const struct stw_segment_ref *ref);
/* Among the active ones, at the first block that may have rows of the series from from_ns on. Seek
 * and close finish what was opened, also where this failed half way. */
int stw_merge_input_open(struct stw_merge *merge, struct stw_merge_input *input, int64_t from_ns,
                         struct stw_error *err) STW_CHECKED;
/* The same for the range asked for, with the bound of its first row; not at all where the segment
 * has none. */
int stw_merge_input_start(struct stw_merge *merge, struct stw_merge_input *input,
                          struct stw_error *err) STW_CHECKED;
/* No longer among the active ones. */
void stw_merge_input_finish(struct stw_merge *merge, struct stw_merge_input *input);

/* The bound that the block behind the one it stands at gives, no less than floor_ns; false when the
 * segment has no more rows of the series in the time range. */
bool stw_merge_input_next_bound(const struct stw_merge *merge, const struct stw_merge_input *input,
                                int64_t floor_ns, int64_t *bound_ns);
/* Leaves the decoded block, goes to the next one without decoding it. */
int stw_merge_input_next_block(struct stw_merge *merge, struct stw_merge_input *input,
                               struct stw_error *err) STW_CHECKED;
/* Decodes the block it stands at and goes to its first row; it may be finished then. */
int stw_merge_input_load(struct stw_merge *merge, struct stw_merge_input *input,
                         struct stw_error *err) STW_CHECKED;
/* Over `rows` rows of the decoded block and what is erased behind them. */
int stw_merge_input_advance(struct stw_merge *merge, struct stw_merge_input *input, uint32_t rows,
                            struct stw_error *err) STW_CHECKED;
/* merge->vectors on the decoded block, from `row` on. */
void stw_merge_input_vectors(struct stw_merge *merge, const struct stw_merge_input *input,
                             uint32_t row);

/* Decodes the block it stands at, and no more; drop lets it go. */
int stw_merge_input_get_block(struct stw_merge *merge, struct stw_merge_input *input,
                              struct stw_error *err) STW_CHECKED;
void stw_merge_input_drop_block(struct stw_merge_input *input);
/* The rows of the series in a decoded block, whatever their times. */
void stw_merge_input_rows(const struct stw_merge *merge, const struct stw_block *data,
                          uint32_t *from, uint32_t *end);

#endif
