/*
 * Rows on their way to standard output as a table for a terminal, as CSV or as JSON: one way to
 * print for every verb. Rows stream: the first STW_SHEET_MEASURED of them decide how wide the
 * columns of a table are, so that a listing of any length prints in bounded memory.
 *
 * Terminal tables count CJK characters as two columns. CSV is UTF-8, RFC 4180, with a BOM only
 * where asked for, and no text can start a formula. JSON is an array of objects.
 */
#ifndef STW_CLI_SHEET_H
#define STW_CLI_SHEET_H

#include "base/error.h"
#include "base/slice.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { STW_SHEET_COLUMNS_MAX = 256, STW_SHEET_MEASURED = 500 };

enum stw_sheet_format { STW_SHEET_TABLE, STW_SHEET_CSV, STW_SHEET_JSON };

enum stw_cell_kind {
    STW_CELL_TEXT,
    STW_CELL_NUMBER, /* its text is a JSON number; right-aligned */
    STW_CELL_BOOL,   /* "true" or "false" */
    STW_CELL_EMPTY
};

struct stw_cell {
    enum stw_cell_kind kind;
    struct stw_slice text;
};

struct stw_sheet_column {
    struct stw_slice title;
    bool number; /* right-aligned in a table */
};

struct stw_sheet;

/* "table", "csv", "json"; NULL is table. */
int stw_sheet_format_parse(const char *name, enum stw_sheet_format *format,
                           struct stw_error *err) STW_CHECKED;

int stw_sheet_open(struct stw_sheet **out, FILE *file, enum stw_sheet_format format, bool bom,
                   const struct stw_sheet_column *columns, uint32_t column_count,
                   struct stw_error *err) STW_CHECKED;

/* One row: a cell per column, copied. */
int stw_sheet_row(struct stw_sheet *sheet, const struct stw_cell *cells,
                  struct stw_error *err) STW_CHECKED;

/* Prints what is left and frees the sheet, in every case. */
int stw_sheet_close(struct stw_sheet *sheet, struct stw_error *err) STW_CHECKED;

static inline struct stw_cell stw_cell_text(struct stw_slice text)
{
    return (struct stw_cell){text.size == 0 ? STW_CELL_EMPTY : STW_CELL_TEXT, text};
}

/* The shortest digits that read back as the same double, written into `text`; "nan" and "inf" are
 * shown in tables and are empty elsewhere. */
struct stw_cell stw_cell_double(double value, char *text, size_t size);

static inline struct stw_cell stw_cell_number(struct stw_slice text)
{
    return (struct stw_cell){STW_CELL_NUMBER, text};
}

#endif
