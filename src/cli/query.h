/*
 * The two kinds of answers of `steward query`: rows as they are (query_rows.c), and one row a
 * series and local period (query_periods.c).
 */
#ifndef STW_CLI_QUERY_H
#define STW_CLI_QUERY_H

#include "cli/select.h"
#include "cli/sheet.h"

struct stw_query {
    struct stw_view *view;
    struct stw_select select;
    uint32_t *series; /* in the order of output */
    uint32_t series_count;
    FILE *file;
    enum stw_sheet_format format;
    bool bom;
    bool history;
    uint64_t since; /* generation of the snapshot after which rows came; 0: all rows */
    uint64_t row_limit;
};

int stw_query_rows(struct stw_query *query, const struct stw_arguments *arguments,
                   struct stw_error *err) STW_CHECKED;
int stw_query_periods(struct stw_query *query, const struct stw_arguments *arguments,
                      struct stw_error *err) STW_CHECKED;

#endif
