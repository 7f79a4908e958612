/* What records.c and the readers of the containers share. */
#ifndef STW_INGEST_RECORDS_INSIDE_H
#define STW_INGEST_RECORDS_INSIDE_H

#include "ingest/records.h"

/* A container's reader: `next` and `close` get what `open` made. */
struct stw_records_reader {
    int (*open)(void **reader, struct stw_input *input, const struct stw_map *map,
                struct stw_error *err);
    int (*next)(void *reader, struct stw_text_record *record, struct stw_error *err);
    void (*close)(void *reader); /* NULL is fine */
};

extern const struct stw_records_reader stw_records_of_csv;
extern const struct stw_records_reader stw_records_of_xlsx;
extern const struct stw_records_reader stw_records_of_json_lines;
extern const struct stw_records_reader stw_records_of_json;
extern const struct stw_records_reader stw_records_of_line_protocol;

#endif
