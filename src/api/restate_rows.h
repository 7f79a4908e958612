/*
 * The rows of one series in two views, compared: what was added, corrected, is gone. Private to
 * api/.
 */
#ifndef STW_API_RESTATE_ROWS_H
#define STW_API_RESTATE_ROWS_H

#include "store/view.h"

enum stw_row_change { STW_ROW_ADDED, STW_ROW_CORRECTED, STW_ROW_GONE, STW_ROW_SAME };

/* One row that both views or one of them have; the runs are valid during the call. */
struct stw_row_pair {
    enum stw_row_change change;
    int64_t time_ns;           /* of the new row, or of the old one that is gone */
    const struct stw_run *old; /* NULL when added */
    uint32_t old_row;
    const struct stw_run *new; /* NULL when gone */
    uint32_t new_row;
};

/* A negative return stops and is handed back. */
typedef int stw_row_pair_fn(void *context, const struct stw_row_pair *pair, struct stw_error *err);

/* Calls `each` for every row of the series in [from_ns, to_ns), in order of time. Both merges are
 * over all columns of the table. */
int stw_compare_rows(const struct stw_table *table, struct stw_merge *old,
                     struct stw_merge *new_merge, uint32_t series, int64_t from_ns, int64_t to_ns,
                     stw_row_pair_fn *each, void *context, struct stw_error *err) STW_CHECKED;

/* Whether column `column` of a corrected pair is different. */
bool stw_row_pair_differs(const struct stw_table *table, const struct stw_row_pair *pair,
                          uint32_t column);

#endif
