/*
 * The header of a sheet: below titles, in one row or in several with merged cells, whose texts are
 * joined downwards ("Reading" over "previous" and "current" gives "Reading previous" and "Reading
 * current"; a cell merged over both rows counts once).
 */
#ifndef STW_INGEST_SHEET_HEADER_H
#define STW_INGEST_SHEET_HEADER_H

#include "base/arena.h"
#include "ingest/header_names.h"
#include "text/record.h"
#include "text/xlsx.h"

enum { STW_SHEET_TITLE_ROWS_MAX = STW_HEADER_ROWS_SEARCHED };

/* The first rows of a sheet, kept. */
struct stw_sheet_top {
    struct stw_arena *arena; /* of everything here */
    struct stw_text_record rows[STW_SHEET_TITLE_ROWS_MAX];
    uint32_t count;
    const struct stw_xlsx_merge *merges;
    uint32_t merge_count;
};

/* A copy of a row, blanks and line ends in its texts made one blank. */
int stw_sheet_top_keep(struct stw_sheet_top *top, const struct stw_text_record *record,
                       struct stw_error *err) STW_CHECKED;

/* Names from `row_count` rows of the sheet that end with row number `last`: an array of the arena,
 * as wide as the last name that is not empty. */
int stw_sheet_top_names(const struct stw_sheet_top *top, uint64_t last, uint32_t row_count,
                        const struct stw_slice **names, uint32_t *count,
                        struct stw_error *err) STW_CHECKED;

/* The number of rows of a header that begins at kept row `at`, as its merged cells tell: 1 where
 * none reaches down and none spans columns above names of its own. */
uint32_t stw_sheet_top_depth(const struct stw_sheet_top *top, uint32_t at);

#endif
