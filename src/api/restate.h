/*
 * Restatement: what a snapshot said, against what is known later: which rows came, were corrected
 * or are gone, in which series and local months, and which figures that changes: use of meters,
 * numbers of events, verdicts of work orders.
 *
 * Only series that got rows or erasures in between are compared, so that the cost follows the late
 * rows; and all readings of devices whose registry entry changed, for a multiplier that was wrong
 * changes the use of every month. Keys and names belong to the store, which must stay open.
 */
#ifndef STW_API_RESTATE_H
#define STW_API_RESTATE_H

#include "store/view.h"
#include "time/period.h"

enum { STW_RESTATE_MONTHS_MAX = 12 * 400 };

/* A commit in between. */
struct stw_late_commit {
    uint64_t generation;
    int64_t committed_ns;
    struct stw_slice source; /* a file's name; empty: rows that came without a file */
    uint64_t rows;           /* handed in then */
};

/* One series and month in which something is different. */
struct stw_restated {
    const struct stw_table *table;
    struct stw_slice key;
    struct stw_period month; /* local */
    uint64_t added;          /* rows */
    uint64_t corrected;
    uint64_t gone;         /* erased */
    const char *figure;    /* "use", "events", "verdict"; NULL: none is different or known */
    struct stw_slice old;  /* of the figure; empty: unknown */
    struct stw_slice new;  /* the same */
    struct stw_slice what; /* of a row that was corrected: its columns, "arrived, verdict" */
};

struct stw_restatement {
    struct stw_arena arena;
    uint64_t old_generation;
    uint64_t new_generation;
    struct stw_late_commit *commits;
    size_t commit_capacity;
    uint32_t commit_count;
    bool merged; /* compaction has put some of them together: whose a row is, is not known */
    struct stw_restated *lines; /* by table, key and month */
    size_t line_capacity;
    uint32_t line_count;
};

/* From the snapshot `old` to the snapshot `new`, or to what is there now where that is NULL, by
 * months of `zone`, which is to be that of the reports in question. STW_ERR_USAGE when `old` is the
 * later one. Release in every case. */
int stw_restate(struct stw_store *store, const char *old, const char *new_name,
                const struct stw_zone *zone, struct stw_restatement *restatement,
                struct stw_error *err) STW_CHECKED;
void stw_restatement_release(struct stw_restatement *restatement);

#endif
