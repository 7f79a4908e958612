/*
 * The cells of one field: from text to a value of the field's type, or a reason why not. Nothing is
 * guessed here; a rule says all that was decided about the field. Texts of a cell point into what
 * was read or into the map.
 */
#ifndef STW_INGEST_CELL_H
#define STW_INGEST_CELL_H

#include "ingest/map.h"
#include "ingest/rejects.h"
#include "time/stamp.h"

/* How the cells of a field are read. One rule a thread: the time format remembers the last date. */
struct stw_cell_rule {
    enum stw_type type;
    struct stw_number_style style;
    const struct stw_slice *missing; /* texts that stand for no value */
    uint32_t missing_count;
    const struct stw_map_word *words; /* other texts for some texts */
    uint32_t word_count;
    struct stw_stamp_format stamp; /* times */
    bool daily;     /* times: of the day of the stamp, at `daily_hour`, not at the clock's */
    int daily_hour; /* 0 or 24, local */
};

/* A cell with its type, on its way into the batch. */
struct stw_cell_value {
    bool present;
    bool ambiguous; /* a time the local clock shows twice */
    struct stw_slice text;
    struct stw_decimal decimal;
    int64_t whole; /* int, bool, time */
    double real;
};

/* False: `reason` says what is wrong with it. */
bool stw_cell_read(struct stw_cell_rule *rule, struct stw_slice text, struct stw_cell_value *cell,
                   enum stw_reject *reason) __attribute__((warn_unused_result));

/* Valid UTF-8 without NUL. */
bool stw_cell_is_text(struct stw_slice text);

#endif
