/*
 * The tables of a report as CSV files for spreadsheets: UTF-8 with a byte order mark, CRLF, RFC
 * 4180, numbers in full precision, no cell that starts a formula. An interval takes three columns:
 * estimate, low, high. Notes follow in a last column where there are any.
 */
#ifndef STW_REPORT_CSV_REPORT_H
#define STW_REPORT_CSV_REPORT_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/io.h"
#include "report/model.h"

enum { STW_CSV_NAME_SIZE = 80, STW_CSV_LIST_BYTES_MAX = 64 * 1024 };
#define STW_CSV_LIST_NAME "report.tables.txt"

/* "03-energy-comparison.csv": the number of the table in the report, from 1, and its id, of which
 * only a-z, 0-9 and hyphens are kept. */
void stw_csv_table_name(uint32_t number, const struct stw_report_table *table,
                        char name[static STW_CSV_NAME_SIZE]);

void stw_csv_table(enum stw_language language, const struct stw_report_table *table,
                   struct stw_buffer *out);

/* Every table into `folder`, which is made when it is missing, and their names, a line each, into
 * report.tables.txt there. Tables that an earlier report listed and this one does not have are
 * removed; no other file is. */
int stw_report_csv(const struct stw_report *report, const struct stw_io *io, const char *folder,
                   struct stw_error *err) STW_CHECKED;

#endif
