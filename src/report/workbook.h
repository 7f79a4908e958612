/*
 * Excel workbooks out, over libxlsxwriter: the one way to write them, for templates and reports.
 * Sheets are filled in any order of rows; columns have a width, a kind (how cells look that are
 * typed later) and, where wanted, a list of words or a check on what may be typed.
 *
 * The same calls with the same `created_ns` write the same bytes.
 *
 * Ownership: texts are copied. Errors are kept and told by stw_workbook_close.
 */
#ifndef STW_REPORT_WORKBOOK_H
#define STW_REPORT_WORKBOOK_H

#include "base/error.h"
#include "base/slice.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    STW_WORKBOOK_ROWS_MAX = 1048576, /* of a sheet, as Excel has it */
    STW_WORKBOOK_COLUMNS_MAX = 16384,
    STW_WORKBOOK_SHEET_NAME_MAX = 31,  /* characters */
    STW_WORKBOOK_LIST_BYTES_MAX = 255, /* of the words of a list, with commas */
    STW_WORKBOOK_CELL_TEXT_MAX = 32767 /* characters */
};

struct stw_workbook;

/* What the cells of a column are. TEXT keeps 0123 as it is typed. */
enum stw_workbook_kind {
    STW_WORKBOOK_TEXT,
    STW_WORKBOOK_NUMBER, /* from 0 up */
    STW_WORKBOOK_SIGNED, /* a number of either sign */
    STW_WORKBOOK_WHOLE,  /* from 0 up */
    STW_WORKBOOK_DATE,
    STW_WORKBOOK_TIME /* date and time */
};

struct stw_workbook_column {
    struct stw_slice heading; /* of row 0; empty: none is written */
    enum stw_workbook_kind kind;
    bool strong;              /* heading marked: must not be empty */
    double width;             /* in characters; 0: as wide as the heading */
    struct stw_slice note;    /* shown beside a cell that is selected; may be empty */
    const char *const *words; /* ends with NULL; NULL: no list */
    bool only_words;          /* nothing else can be typed */
    uint32_t checked_rows;    /* rows below the heading that take the list or check; 0: none */
};

/* `path` is written when the workbook is closed, all or nothing. */
int stw_workbook_create(struct stw_workbook **out, const char *path, int64_t created_ns,
                        struct stw_error *err) STW_CHECKED;

/* A new sheet, to be filled until the next one is made. Its first row stays in view where
 * `frozen`. */
void stw_workbook_sheet(struct stw_workbook *workbook, struct stw_slice name, bool frozen);

void stw_workbook_column(struct stw_workbook *workbook, uint32_t column,
                         const struct stw_workbook_column *as);

void stw_workbook_text(struct stw_workbook *workbook, uint32_t row, uint32_t column,
                       struct stw_slice text);
/* As text that is wrapped into the column's width. */
void stw_workbook_prose(struct stw_workbook *workbook, uint32_t row, uint32_t column,
                        struct stw_slice text);
void stw_workbook_number(struct stw_workbook *workbook, uint32_t row, uint32_t column,
                         double value);
/* A civil date and time, without a zone, as spreadsheets have them. */
void stw_workbook_time(struct stw_workbook *workbook, uint32_t row, uint32_t column,
                       int64_t civil_ns, bool date_only);

/* Writes the file and frees the workbook in every case. */
int stw_workbook_close(struct stw_workbook *workbook, struct stw_error *err) STW_CHECKED;
/* Frees it; no file is written. NULL is fine. */
void stw_workbook_abort(struct stw_workbook *workbook);

#endif
