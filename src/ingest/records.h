/*
 * The records of one input, whatever its container: what stands between bytes and map_rows.
 *
 *     stw_records_open(&records, input, map, err);
 *     while ((status = stw_records_next(records, &record, err)) == STW_OK)
 *         ... record.is_header, record.fields[0 .. count-1] ...
 *     stw_records_close(records);
 *
 * The map's format says how it is cut. Where the map says that there is a header, it comes first,
 * marked as such; a workbook hands one out for every sheet. Lines before the header and blank
 * records are left out. Messages carry the place in the input. Memory is bounded by one record and
 * the reader's own limits.
 */
#ifndef STW_INGEST_RECORDS_H
#define STW_INGEST_RECORDS_H

#include "ingest/map.h"
#include "ingest/source.h"
#include "text/record.h"

struct stw_records;

/* From the beginning of `input`, which must live as long, as must `map`. */
int stw_records_open(struct stw_records **out, struct stw_input *input, const struct stw_map *map,
                     struct stw_error *err) STW_CHECKED;
void stw_records_close(struct stw_records *records); /* NULL is fine */

/* STW_END behind the last. A record with a problem is handed out like any other. */
int stw_records_next(struct stw_records *records, struct stw_text_record *record,
                     struct stw_error *err) STW_CHECKED;

/*
 * Whole lines without quotes, next in the input, which are passed over: each is a record by itself,
 * whoever reads it. STW_END: none such are next (the end, quotes, another container). Not while a
 * header is still to come. Valid until the next call of this or of next.
 */
int stw_records_take_lines(struct stw_records *records, struct stw_slice *lines, uint64_t *offset,
                           struct stw_error *err) STW_CHECKED;
/* The number of the first of them; and that they are so many, for those that follow. */
uint64_t stw_records_line(const struct stw_records *records);
void stw_records_passed(struct stw_records *records, uint64_t lines);

/* Whether rows of totals are left out, and whether a record is one, which is counted then. */
bool stw_records_skips_totals(const struct stw_records *records);
bool stw_records_leave_out(struct stw_records *records, const struct stw_text_record *record);

/* Rows of totals left out so far: 合计, 小计, Total ... */
uint64_t stw_records_totals(const struct stw_records *records);

/* What the input is read as: as the map says, or as its first bytes tell. */
enum stw_container stw_records_container(const struct stw_records *records);

/* What the first bytes of the content look like: a workbook (also one that cannot be read, an .xls,
 * for the words on it), JSON, or else CSV. Line protocol is never told so: what looks like
 * it may be CSV as well; stw_records_open takes it for that where the map names the columns of
 * points. Rewinds. */
int stw_records_detect(struct stw_input *input, enum stw_container *container,
                       struct stw_error *err) STW_CHECKED;

/* Whether the first entry, and half of those behind it, are points of line protocol. Rewinds. */
int stw_records_are_points(struct stw_input *input, bool *yes, struct stw_error *err) STW_CHECKED;

#endif
