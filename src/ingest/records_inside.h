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
    /* NULL: never any; see stw_records_take_lines and stw_records_passed. */
    int (*take_lines)(void *reader, struct stw_slice *lines, uint64_t *offset,
                      struct stw_error *err);
    uint64_t (*line)(const void *reader);
    void (*passed)(void *reader, uint64_t lines);
};

static inline bool stw_record_is_blank(const struct stw_text_record *record)
{
    return record->count == 1 && record->fields[0].text.size == 0 && !record->fields[0].quoted;
}

extern const struct stw_records_reader stw_records_of_csv;
extern const struct stw_records_reader stw_records_of_xlsx;
extern const struct stw_records_reader stw_records_of_json_lines;
extern const struct stw_records_reader stw_records_of_json;
extern const struct stw_records_reader stw_records_of_line_protocol;

#endif
