/*
 * Workbooks (.xlsx, ECMA-376 Part 1, transitional and strict), row by row: what stands in the cells
 * as the file has it, numbers as their text, with what their format makes of them. Dates are told
 * from plain numbers here and written out elsewhere.
 *
 *     stw_xlsx_open(&book, &bytes, err)
 *     stw_xlsx_sheet_begin(book, 0, err)
 *     while ((status = stw_xlsx_next(book, &row, err)) == STW_OK) ... row.cells ...
 *
 * Memory: one row, the shared strings, the number formats, one piece of XML. The shared strings are
 * kept whole, as a row may name any of them; a workbook with more than STW_XLSX_STRINGS_BYTES_MAX
 * of them is refused.
 */
#ifndef STW_TEXT_XLSX_H
#define STW_TEXT_XLSX_H

#include "base/buffer.h"
#include "base/slice.h"
#include "text/zip.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    STW_XLSX_SHEETS_MAX = 1024,
    STW_XLSX_ROWS_MAX = 1048576, /* of the format itself, as is the next */
    STW_XLSX_COLUMNS_MAX = 16384,
    STW_XLSX_ROW_BYTES_MAX = 1024 * 1024,
    STW_XLSX_STRINGS_MAX = 8 * 1024 * 1024,
    STW_XLSX_STRINGS_BYTES_MAX = 128 * 1024 * 1024,
    STW_XLSX_STYLES_MAX = 65536,
    STW_XLSX_FORMATS_MAX = 1000, /* of its own; Excel itself takes some 200 */
    STW_XLSX_MERGES_MAX = 1024   /* that begin in the rows asked for */
};

enum stw_xlsx_kind {
    STW_XLSX_NUMBER,
    STW_XLSX_TEXT,
    STW_XLSX_BOOL,     /* text "true" or "false" */
    STW_XLSX_ERROR,    /* text "#N/A" ... */
    STW_XLSX_NO_RESULT /* a formula that was stored without its result */
};

/* What the format of a number shows. */
enum stw_xlsx_format {
    STW_XLSX_PLAIN,
    STW_XLSX_DATE, /* day, month or year, no time of day */
    STW_XLSX_DATE_TIME,
    STW_XLSX_CLOCK,  /* a time of day, no date */
    STW_XLSX_ELAPSED /* [h]:mm: hours beyond 24 */
};

struct stw_xlsx_cell {
    uint32_t column; /* 0 = A */
    enum stw_xlsx_kind kind;
    enum stw_xlsx_format format; /* numbers */
    uint8_t zeros;               /* of a format such as 0000: shown with at least as many digits */
    struct stw_slice text;
};

/* Cells rise in column; those without content are left out. Valid until the next row. */
struct stw_xlsx_row {
    uint32_t number; /* 1 = first */
    const struct stw_xlsx_cell *cells;
    uint32_t count;
};

struct stw_xlsx_sheet {
    struct stw_slice name;
    bool hidden;
};

/* A merged range; all inclusive, 0 = A, rows 1 = first. */
struct stw_xlsx_merge {
    uint32_t first_row, last_row;
    uint32_t first_column, last_column;
};

struct stw_xlsx;

/* A file that is no workbook gets words on what it is, and what to do: an .xls, an encrypted
 * workbook, .xlsb, .ods. `bytes` must live as long. */
int stw_xlsx_open(struct stw_xlsx **out, const struct stw_zip_bytes *bytes,
                  struct stw_error *err) STW_CHECKED;
void stw_xlsx_close(struct stw_xlsx *book); /* NULL is fine */

uint32_t stw_xlsx_sheet_count(const struct stw_xlsx *book);
const struct stw_xlsx_sheet *stw_xlsx_sheet(const struct stw_xlsx *book, uint32_t number);
/* Whether serial 0 is 1904-01-01 (old Macs) instead of the day before 1900-01-01. */
bool stw_xlsx_is_1904(const struct stw_xlsx *book);

/* Rows of a sheet from its first; ends the one before. */
int stw_xlsx_sheet_begin(struct stw_xlsx *book, uint32_t number, struct stw_error *err) STW_CHECKED;
/* Rows rise in number; STW_END behind the last. */
int stw_xlsx_next(struct stw_xlsx *book, struct stw_xlsx_row *row,
                  struct stw_error *err) STW_CHECKED;

/* The merged ranges of a sheet that begin in its first `rows` rows. Reads the sheet through; ends
 * one that was begun. The list is the book's. */
int stw_xlsx_merges(struct stw_xlsx *book, uint32_t number, uint32_t rows,
                    const struct stw_xlsx_merge **merges, uint32_t *count,
                    struct stw_error *err) STW_CHECKED;

/* What a format code, or a built-in format's number, shows; see xlsx_format.c. */
enum stw_xlsx_format stw_xlsx_format_of_code(struct stw_slice code);
enum stw_xlsx_format stw_xlsx_format_of_id(uint32_t id);
/* How many digits "0000" gives a whole number at least; 0: the code is not of that kind. */
uint8_t stw_xlsx_zeros_of_code(struct stw_slice code);

/* A number of a cell at the 15 digits that Excel shows: 1234.5599999999999 is 1234.56. Plain
 * digits, but "1.23456789012346E+16" beyond 15 places, where the last digits are lost already.
 * False: not a number; nothing was added. */
bool stw_xlsx_put_number(struct stw_slice in, struct stw_buffer *out)
    __attribute__((warn_unused_result));

/* "B7", "AB12:AC14" without its second part; false: not a reference within the format's bounds. */
bool stw_xlsx_reference(const char *text, uint32_t *column, uint32_t *row, const char **end);

#endif
