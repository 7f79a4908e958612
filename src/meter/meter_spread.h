/*
 * Where use goes: a step of the core is cut at the ends of periods and at the dates of multipliers,
 * and added up. Inside of meter/ only.
 */
#ifndef STW_METER_METER_SPREAD_H
#define STW_METER_METER_SPREAD_H

#include "meter/meter.h"

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
int stw_meter_spread(struct stw_meter_feeding *feeding,
                     const struct stw_meter_step *step) STW_CHECKED;

/* Hands out the open period. */
int stw_meter_close_period(struct stw_meter_feeding *feeding) STW_CHECKED;

#endif
