/*
 * How many rows lie in each period, those of all series together: where data is missing, and how
 * it comes in. Periods are given by their boundaries, as in aggregate.h.
 *
 * Only times are decoded, and not even those of a block that lies in one period or whose times are
 * a step apart. Sums of whole numbers: the same for any number of threads.
 */
#ifndef STW_SCAN_ROW_COUNT_H
#define STW_SCAN_ROW_COUNT_H

#include "scan/scan.h"

struct stw_row_count_spec {
    struct stw_scan_spec scan; /* without columns; from_ns and to_ns come from the boundaries */
    const int64_t *boundaries; /* ascending, boundary_count >= 2 */
    uint32_t boundary_count;
    unsigned thread_count; /* 0: the machine's */
    bool decode_always;    /* never answer from statistics; for tests */
};

/* `counts` has boundary_count - 1 elements and is filled; `statistics` may be NULL. */
int stw_row_count_run(struct stw_view *view, const struct stw_row_count_spec *spec,
                      uint64_t *counts, struct stw_scan_stats *statistics,
                      struct stw_error *err) STW_CHECKED;

#endif
