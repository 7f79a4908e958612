/* What map_rows.c and map_rows_bind.c share. */
#ifndef STW_INGEST_MAP_ROWS_INSIDE_H
#define STW_INGEST_MAP_ROWS_INSIDE_H

#include "ingest/cell.h"
#include "ingest/map_rows.h"

/* A field of the map, bound to this file. */
struct stw_map_rows_field {
    const struct stw_map_field *field;
    uint32_t columns[STW_MAP_JOINED_MAX]; /* 0 = first */
    struct stw_cell_rule rule;
    struct stw_zone *zone;          /* its own, or NULL */
    uint32_t code;                  /* text: of the last word, STW_INTERN_NONE in a new batch */
    struct stw_cell_value cell;     /* of the present record; constants are set once */
    struct stw_cell_value fallback; /* in place of one that is not there; may not be there itself */
};

/* A value column of a wide file. */
struct stw_map_rows_wide {
    uint32_t column;
    const struct stw_slice *keys; /* data NULL: from the fields */
    const struct stw_map_wide *from;
    const struct stw_map_fact *facts; /* of the map and of this column, names filled in */
    uint32_t fact_count;
};

#endif
