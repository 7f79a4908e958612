/*
 * Where use goes: a step of a register over a stretch of time, cut at the ends of periods and at
 * the dates of multipliers, and added up. Inside of meter/ only.
 */
#ifndef STW_METER_METER_STEP_H
#define STW_METER_METER_STEP_H

#include "meter/meter.h"

/* A stretch of time over which a register went from one value to another. */
struct stw_meter_step {
    int64_t from_ns, to_ns;
    stw_int128 from, to; /* at the meter's scale */
    bool estimated;
    uint32_t flags;
};

/* One call of feed or finish. */
struct stw_meter_feeding {
    struct stw_meter *meter;
    const struct stw_meter_sink *sink;
    struct stw_error *err;
};

/* STW_ERR_LIMIT: a use does not fit. */
int stw_meter_too_large(struct stw_meter_feeding *feeding, int64_t at_ns) STW_CHECKED;

/* Opens the period that holds an instant, handing out those before it. Never goes back. */
int stw_meter_move_to(struct stw_meter_feeding *feeding, int64_t at_ns) STW_CHECKED;

/* Adds a step to the periods it lies in; afterwards the period that holds its end is open. */
int stw_meter_distribute(struct stw_meter_feeding *feeding,
                         const struct stw_meter_step *step) STW_CHECKED;

/* Hands out the open period. */
int stw_meter_close_period(struct stw_meter_feeding *feeding) STW_CHECKED;

#endif
