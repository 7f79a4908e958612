/*
 * Rows of a table one by one, columns by name: for tables of events and orders, where a run is not
 * worth a kernel. A column the table does not have is empty in every row.
 */
#ifndef STW_ANALYSIS_ROWS_H
#define STW_ANALYSIS_ROWS_H

#include "scan/scan.h"

enum { STW_ROWS_COLUMNS_MAX = 32 };

struct stw_rows {
    const struct stw_table *table;
    struct stw_series series;
    struct stw_scan *scan;
    int places[STW_ROWS_COLUMNS_MAX]; /* of the names in the run, -1: the table has none */
    struct stw_run run;
    uint32_t row; /* in the run */
};

/* Rows of `table` with from_ns <= time < to_ns, by key and time. */
int stw_rows_open(struct stw_rows *rows, struct stw_view *view, struct stw_slice table,
                  const char *const *names, uint32_t name_count, int64_t from_ns, int64_t to_ns,
                  struct stw_error *err) STW_CHECKED;
void stw_rows_close(struct stw_rows *rows);

/* Goes to the next row, the first at first; STW_END after the last. */
int stw_rows_next(struct stw_rows *rows, struct stw_error *err) STW_CHECKED;

/* Of the present row; columns by their place in `names`. Texts are valid until the next row. */
struct stw_slice stw_rows_key(const struct stw_rows *rows);
int64_t stw_rows_time(const struct stw_rows *rows);
struct stw_slice stw_rows_text(const struct stw_rows *rows, uint32_t column); /* empty: none */
int64_t stw_rows_int(const struct stw_rows *rows, uint32_t column, int64_t otherwise);

#endif
