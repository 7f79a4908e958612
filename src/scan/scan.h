/*
 * A scan: the rows of one table in a view as runs, series by series, each in time order, with row
 * identity resolved. Blocks outside the time range are never read; blocks inside it can be looked
 * at by their statistics and skipped.
 *
 *     struct stw_scan *scan;
 *     STW_TRY(stw_scan_open(&scan, view, &spec, err));
 *     while ((status = stw_scan_next(scan, &run, err)) == STW_OK)
 *         ... run.series, run.time_ns[i], run.columns[c] ...
 *     stw_scan_close(scan);
 *
 * A series may come in any number of runs, and its rows in one run may have decimals of another
 * scale than in the next. Runs are valid until the next call.
 *
 * Threads: a scan belongs to one thread; many scans may run over one view at once.
 */
#ifndef STW_SCAN_SCAN_H
#define STW_SCAN_SCAN_H

#include "segment/segment.h"
#include "store/view.h"

/* Zero-initialised = everything of no column; set to_ns. */
struct stw_scan_spec {
    const struct stw_table *table;
    const uint32_t *columns; /* places in table->columns, in the order wanted in runs */
    uint32_t column_count;
    const uint32_t *series; /* these, in this order; NULL: all, in key order */
    uint32_t series_count;
    /* Only series whose device has these attributes; the table needs a key named `device`. */
    const struct stw_filter *filters;
    uint32_t filter_count;
    int64_t attributes_at_ns; /* the instant at which filters are judged */
    int64_t from_ns;          /* rows with from_ns <= time < to_ns */
    int64_t to_ns;
    bool history; /* all rows as they were stored: corrected, repeated and erased ones too */
    /* Not 0: only rows committed after this generation, that of a named snapshot. Scans only. */
    uint64_t since;
};

struct stw_scan_stats {
    uint64_t rows;           /* handed out */
    uint64_t blocks_read;    /* decoded */
    uint64_t blocks_skipped; /* by stw_scan_skip */
    uint64_t bytes_read;
};

struct stw_scan;

int stw_scan_open(struct stw_scan **out, struct stw_view *view, const struct stw_scan_spec *spec,
                  struct stw_error *err) STW_CHECKED;
void stw_scan_close(struct stw_scan *scan); /* NULL is fine */

/* The next run, or STW_END. */
int stw_scan_next(struct stw_scan *scan, struct stw_run *run, struct stw_error *err) STW_CHECKED;

/* A block that can be judged by its statistics alone: of one series, wholly inside the time range,
 * and no other live row or erased range of the series touches its time interval. */
struct stw_scan_block {
    uint32_t series;
    const struct stw_segment_block
        *block;         /* until the next call; its columns are the segment's; see column() */
    const int *columns; /* for each column asked for: its place in block->columns, -1: all null */
};

/* Whether the next rows are such a block: STW_OK, or STW_END when they are not (then call next) or
 * when there are no more rows (then next says so too). Moves on to the next series if need be. */
int stw_scan_peek(struct stw_scan *scan, struct stw_scan_block *block,
                  struct stw_error *err) STW_CHECKED;

/* Leaves out the block just peeked at. */
int stw_scan_skip(struct stw_scan *scan, struct stw_error *err) STW_CHECKED;

struct stw_scan_stats stw_scan_statistics(const struct stw_scan *scan);

/* The series that match a spec, in its order, into an array from stw_alloc. */
int stw_scan_series(struct stw_view *view, const struct stw_scan_spec *spec, uint32_t **series,
                    uint32_t *count, struct stw_error *err) STW_CHECKED;

#endif
