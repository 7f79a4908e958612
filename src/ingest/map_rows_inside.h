/* What map_rows.c and map_rows_bind.c share. */
#ifndef STW_INGEST_MAP_ROWS_INSIDE_H
#define STW_INGEST_MAP_ROWS_INSIDE_H

#include "ingest/map_rows.h"

/* A cell with its type, on its way into the batch. */
struct stw_map_rows_cell {
    bool present;
    bool ambiguous; /* a time the local clock shows twice */
    struct stw_slice text;
    struct stw_decimal decimal;
    int64_t whole; /* int, bool, time */
    double real;
};

/* A field of the map, bound to this file. */
struct stw_map_rows_field {
    const struct stw_map_field *field;
    uint32_t columns[STW_MAP_JOINED_MAX]; /* 0 = first */
    const struct stw_slice *missing;
    uint32_t missing_count;
    struct stw_stamp_format stamp; /* times */
    struct stw_zone *zone;         /* its own, or NULL */
    uint32_t code;                 /* text: of the last word, STW_INTERN_NONE in a new batch */
    struct stw_map_rows_cell cell; /* of the present record; constants are set once */
};

/* A value column of a wide file. */
struct stw_map_rows_wide {
    uint32_t column;
    const struct stw_slice *keys; /* data NULL: from the fields */
    const struct stw_map_wide *from;
    const struct stw_map_fact *facts; /* of the map and of this column, names filled in */
    uint32_t fact_count;
};

/* The type of a text: fills the cell, or says why not. The missing texts are dealt with here. */
bool stw_map_rows_read_cell(struct stw_map_rows_field *field, const struct stw_number_style *style,
                            struct stw_slice text, struct stw_map_rows_cell *cell,
                            enum stw_reject *reason) __attribute__((warn_unused_result));

/* Valid UTF-8 without NUL. */
bool stw_map_rows_is_text(struct stw_slice text);

#endif
