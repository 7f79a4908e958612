/*
 * Serial dates of spreadsheets: days since an origin and a fraction of a day, as decimal text, into
 * ISO text. The origin is 1900-01-01 = 1, with the 29 February 1900 that never was (60 is that day,
 * as Lotus 1-2-3 had it), or 1904-01-01 = 0. Exact on the text; the time of day is rounded to the
 * millisecond, as the 15 digits of a serial date carry no more.
 */
#ifndef STW_INGEST_SERIAL_DATE_H
#define STW_INGEST_SERIAL_DATE_H

#include "base/buffer.h"
#include "text/xlsx.h"

/*
 * "2026-10-01" for a date, "2026-10-01 14:05:00" where the format shows a time or the number has
 * one, "14:05:00" for a time of day, "36:00:00" for elapsed hours. Serial 60 of 1900 is written as
 * the "1900-02-29" it stands for. False: no number, negative, or beyond the year 9999; nothing was
 * added.
 */
bool stw_serial_date_put(struct stw_slice number, enum stw_xlsx_format format, bool is_1904,
                         struct stw_buffer *out) __attribute__((warn_unused_result));

#endif
