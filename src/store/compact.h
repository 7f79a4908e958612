/*
 * Compaction: segments of one table and partition, whose commits follow one another, become one.
 * Of rows with one identity the latest stays, identical ones and erased ones go, and rows that a
 * named snapshot needs stay, for no compaction reaches across a snapshot (state.h).
 *
 * A block that no other row and no erased range touches is copied undecoded, so that the cost in
 * codecs follows the overlap and the cost in I/O the partition. Memory is bounded by the store's
 * memory_bytes: a decoded block a segment; more segments than that allows are merged in passes.
 *
 * Each job is one manifest record: after a crash either the old segments are there or the new one.
 * Readers beside it keep what they have in view; files go when nobody needs them (pins.h).
 *
 * Triggers: many short runs (STW_COMPACT_RUNS_MIN segments of about one size, the newest ones);
 * age (a partition that ended long before the newest row of its table is encoded for size, once);
 * and, unless `triggered_only`, any overlap: more than one segment between two snapshots, or an
 * erased range that is still on disk.
 */
#ifndef STW_STORE_COMPACT_H
#define STW_STORE_COMPACT_H

#include "store/store.h"

enum {
    STW_COMPACT_RUNS_MIN = 8,
    STW_COMPACT_INPUTS_MAX = 64, /* segments of one job */
    STW_COMPACT_COPY_ROWS =
        4096,                  /* a block of fewer rows is copied only where it is all there is */
    STW_COMPACT_COLD_DAYS = 45 /* what `steward compact` takes for old unless told */
};

/* Zero-initialised = all tables, every overlap, nothing encoded anew for age. */
struct stw_compact_spec {
    const struct stw_table *table; /* NULL: all */
    bool triggered_only;           /* for a writer, between its commits */
    int64_t cold_after_ns;         /* a partition is old so long after its end; 0: none is */
    uint64_t budget_bytes;         /* of the segments read; 0: no limit. Larger jobs are left */
};

struct stw_compact_result {
    uint64_t jobs;
    uint64_t segments_in;
    uint64_t segments_out;
    uint64_t rows_in;
    uint64_t rows_out;
    uint64_t bytes_in; /* of the files */
    uint64_t bytes_out;
    uint64_t blocks_copied;
    uint64_t blocks_decoded;
    uint64_t bytes_copied;
    uint64_t bytes_decoded;
    uint64_t files_waiting; /* replaced, but in somebody's view still */
};

/* STW_ERR_USAGE unless the store is open to write with no commit under way; STW_ERR_DAMAGED, with
 * nothing done, while records of its manifest cannot be read (also
 * when they were put aside: stw_store_kept_count), or at a block that cannot. What was
 * done before a failure stays done and is counted. */
int stw_compact_run(struct stw_store *store, const struct stw_compact_spec *spec,
                    struct stw_compact_result *result, struct stw_error *err) STW_CHECKED;

#endif
