/*
 * The records of a plain CSV file, read in parts by several threads: whole lines of the input, some
 * hundred kilobytes each, are cut into records and typed by any thread, and go to the file's own
 * rows in order. What comes out is the same for any number of threads, one included.
 *
 * Parts end where the first quote comes, because a line may then be no record; the caller reads the
 * rest as ever. A part with anything in it but plain rows is read again, record by record, by the
 * caller's `take`, in its place in the order.
 */
#ifndef STW_INGEST_PARTS_H
#define STW_INGEST_PARTS_H

#include "ingest/map_rows.h"
#include "ingest/records.h"

enum { STW_PARTS_BYTES_MIN = 1 << 20 }; /* smaller files are not worth it */

struct stw_parts;

struct stw_parts_spec {
    struct stw_records *records;
    struct stw_map_rows *rows; /* the file's own, bound to `header` */
    struct stw_slice store_zone;
    const struct stw_file_names *names;
    const struct stw_text_record *header; /* NULL: none */
    uint32_t column_count;
    unsigned threads;
    struct stw_slice path; /* for messages */
    void *context;
    /* A record of a part that is read again. */
    int (*take)(void *context, struct stw_text_record *record, struct stw_error *err);
    /* A part went to the rows; its last record was in that line, 0: it had none. */
    void (*taken)(void *context, uint64_t last_line);
};

/* Binds rows to the header, one a thread. What the spec points at must live as long, but for the
 * header and its texts. */
int stw_parts_create(struct stw_parts **out, const struct stw_parts_spec *spec,
                     struct stw_error *err) STW_CHECKED;
void stw_parts_free(struct stw_parts *parts); /* NULL is fine */

/* Reads on while there are parts. Failures are those of the first record, in order, that has one.
 */
int stw_parts_run(struct stw_parts *parts, struct stw_error *err) STW_CHECKED;

#endif
