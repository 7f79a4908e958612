/*
 * One merge for each thread that computes over a view, and what they have read together. Private
 * to scan/.
 */
#ifndef STW_SCAN_WORKERS_H
#define STW_SCAN_WORKERS_H

#include "scan/scan.h"

struct stw_workers {
    struct stw_merge **merges; /* by number of the thread */
    unsigned count;
};

/* Over the spec's table, columns and history; thread_count 0: the machine's. On failure, too,
 * stw_workers_close frees what there is; zero-initialised is fine for it. */
int stw_workers_open(struct stw_workers *workers, struct stw_view *view,
                     const struct stw_scan_spec *spec, unsigned thread_count,
                     struct stw_error *err) STW_CHECKED;

/* `statistics` may be NULL; its rows are 0. */
void stw_workers_close(struct stw_workers *workers, struct stw_scan_stats *statistics);

/* What every computation over periods asks of its boundaries. */
int stw_workers_check_boundaries(const int64_t *boundaries, uint32_t count,
                                 struct stw_error *err) STW_CHECKED;

#endif
