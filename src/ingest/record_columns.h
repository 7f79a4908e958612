/*
 * Columns of records that name their own cells, as JSON and line protocol do. A first pass gathers
 * the names in order of first arrival; then each record is filled in by name, what it does not name
 * being absent.
 */
#ifndef STW_INGEST_RECORD_COLUMNS_H
#define STW_INGEST_RECORD_COLUMNS_H

#include "base/error.h"
#include "base/hash.h"
#include "text/record.h"

struct stw_record_columns {
    struct stw_intern names;
    struct stw_text_field *fields; /* of the present record; NULL until the names are complete */
    bool *seen;                    /* in the present record, by column */
    uint32_t next;                 /* the column that follows the last one set, tried first */
};

void stw_record_columns_init(struct stw_record_columns *columns);
void stw_record_columns_release(struct stw_record_columns *columns);

/* First pass. STW_ERR_LIMIT beyond STW_RECORD_COLUMNS_MAX. */
int stw_record_columns_add(struct stw_record_columns *columns, struct stw_slice name,
                           struct stw_error *err) STW_CHECKED;
/* The names as a header; ends the first pass. */
int stw_record_columns_header(struct stw_record_columns *columns, struct stw_text_record *header,
                              struct stw_error *err) STW_CHECKED;

/* A record of absent cells; `record` gets them. */
void stw_record_columns_begin(struct stw_record_columns *columns, struct stw_text_record *record);
/* False: the record has had a cell of this name. The name is one that was added. */
bool stw_record_columns_set(struct stw_record_columns *columns, struct stw_slice name,
                            struct stw_text_field field) __attribute__((warn_unused_result));

#endif
