/*
 * Aggregates per series and period: count, sum, min, max, first, last of one numeric column.
 *
 * Periods are given by their boundaries, so local days of 23 and 25 hours and accounting months
 * are all the same here: period i is [boundaries[i], boundaries[i + 1]). A block that lies inside
 * one period and is not overlapped is answered from its statistics; only edges are decoded.
 *
 * Decimals, ints, bools and times are summed exactly in 128 bits. Floats are added in time order;
 * their sums never come from statistics, so the result does not depend on where blocks end.
 *
 * Series are computed in parallel and come back in the order of the scan, identical for any number
 * of threads.
 */
#ifndef STW_SCAN_AGGREGATE_H
#define STW_SCAN_AGGREGATE_H

#include "scan/scan.h"

struct stw_aggregate {
    uint64_t rows;  /* in the period */
    uint64_t count; /* of them, with a value */
    /* Decimal, int, bool, time columns; decimals with their scale. Meaningful when count > 0. */
    struct stw_wide sum;
    struct stw_decimal min;
    struct stw_decimal max;
    struct stw_decimal first;
    struct stw_decimal last;
    /* Float columns; NaN takes part in sum, first and last, not in min and max. */
    double float_sum;
    double float_min; /* min > max when all are NaN */
    double float_max;
    double float_first;
    double float_last;
    int64_t first_ns; /* time of first and last */
    int64_t last_ns;
};

/* sum / count rounded half away from zero at `scale`. False: does not fit. */
bool stw_aggregate_mean(const struct stw_aggregate *aggregate, int scale, struct stw_decimal *mean);

struct stw_aggregate_spec {
    struct stw_scan_spec scan; /* column_count 1; from_ns and to_ns are taken from the boundaries */
    const int64_t *boundaries; /* ascending, boundary_count >= 2 */
    uint32_t boundary_count;
    unsigned thread_count; /* 0: the machine's */
    bool decode_always;    /* never answer from statistics; for tests */
};

/* Called on the caller's thread, in order: `aggregates` has boundary_count - 1 elements, those of
 * periods without rows with rows == 0. A series without any row is left out. A negative return
 * stops and is handed back. */
typedef int stw_aggregate_fn(void *context, uint32_t series, const struct stw_aggregate *aggregates,
                             uint32_t count);

/* `statistics` may be NULL. */
int stw_aggregate_run(struct stw_view *view, const struct stw_aggregate_spec *spec,
                      stw_aggregate_fn *each, void *context, struct stw_scan_stats *statistics,
                      struct stw_error *err) STW_CHECKED;

#endif
