/*
 * A workbook as records: the rows of a sheet with a cell for every column from A on, numbers at the
 * digits that Excel shows, dates as ISO text, booleans as true and false, error values as they are
 * shown (#N/A), formulas by their stored results. Nothing is left out or interpreted beyond that:
 * titles, headers and totals are ingest/records_xlsx.c's.
 */
#ifndef STW_INGEST_SHEET_READER_H
#define STW_INGEST_SHEET_READER_H

#include "ingest/source.h"
#include "text/record.h"
#include "text/xlsx.h"

struct stw_sheet_reader;

/* `input` must live as long, and is read where the workbook needs it, not in order. */
int stw_sheet_reader_open(struct stw_sheet_reader **out, struct stw_input *input,
                          struct stw_error *err) STW_CHECKED;
void stw_sheet_reader_close(struct stw_sheet_reader *book); /* NULL is fine */

uint32_t stw_sheet_reader_sheet_count(const struct stw_sheet_reader *book);
const struct stw_xlsx_sheet *stw_sheet_reader_sheet(const struct stw_sheet_reader *book,
                                                    uint32_t number);

int stw_sheet_reader_begin(struct stw_sheet_reader *book, uint32_t sheet,
                           struct stw_error *err) STW_CHECKED;

/* Records have at least `width` cells from now on, empty ones at the end. */
void stw_sheet_reader_set_width(struct stw_sheet_reader *book, uint32_t width);

/* The next row that has cells; STW_END behind the last. */
int stw_sheet_reader_next(struct stw_sheet_reader *book, struct stw_text_record *record,
                          struct stw_error *err) STW_CHECKED;

/* See stw_xlsx_merges. */
int stw_sheet_reader_merges(struct stw_sheet_reader *book, uint32_t sheet, uint32_t rows,
                            const struct stw_xlsx_merge **merges, uint32_t *count,
                            struct stw_error *err) STW_CHECKED;

#endif
