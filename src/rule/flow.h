/*
 * Flow from readings: the mean rate between two readings, whatever the meter's value kind.
 *
 * A register gives (difference)/(time between), an interval value (value)/(interval), a gauge holds
 * from its reading to the next. Readings that do not count (missing, NaN, estimated, suspect) are
 * passed over: a register's flow then spans them, a gauge's or interval's is not known there. A
 * register that falls gives no flow for that piece: what it used across a rollover, reset or
 * exchange is for the reports to work out, not for an alarm to guess.
 *
 * Registers and interval values are multiplied by the meter's multiplier, the one in force at the
 * end of what is evaluated.
 *
 * Rates are per hour, fixed-point with nine decimals in the unit of the series (m3 gives m3/h).
 */
#ifndef STW_RULE_FLOW_H
#define STW_RULE_FLOW_H

#include "rule/condition.h"
#include "text/quantity.h"

enum { STW_FLOW_SCALE = 9, STW_FLOW_SHOWN_SCALE = 6 };

struct stw_flow_state {
    int64_t last_ns; /* of the last reading that counted; STW_TIME_NONE */
    struct stw_decimal last;
};

/* Of [start_ns, end_ns): `flow_ns` is the integral of the rate, mean rate x length in ns. */
struct stw_flow_piece {
    int64_t start_ns;
    int64_t end_ns;
    bool known;
    stw_int128 flow_ns;
};

/* What a flow threshold means for a series. */
struct stw_flow_bound {
    stw_int128 threshold; /* per hour in the unit of the series, STW_FLOW_SCALE */
    /* From the series' flow unit to the one the rule is written in, which alerts use. */
    int64_t shown_numerator;
    int64_t shown_denominator;
};

/* Fills `bound`, and unit and threshold of `base`. STW_END: it cannot be judged, err says why. */
int stw_flow_bind(const struct stw_subject *subject, const struct stw_quantity *threshold,
                  struct stw_bound *base, struct stw_flow_bound *bound, struct stw_error *err);

/* The mean of flow_ns over a length, in the rule's unit, rounded at STW_FLOW_SHOWN_SCALE. */
struct stw_decimal stw_flow_shown(const struct stw_flow_bound *bound, stw_int128 flow_ns,
                                  int64_t length_ns);

void stw_flow_init(struct stw_flow_state *state);

/* The piece that ends (register, gauge) or lies (interval) at this row. False: none. */
bool stw_flow_step(struct stw_flow_state *state, const struct stw_subject *subject,
                   const struct stw_run *run, uint32_t row, struct stw_flow_piece *piece);

/* The part of a known piece that lies in [from_ns, until_ns), in the same measure. */
stw_int128 stw_flow_part(const struct stw_flow_piece *piece, int64_t from_ns, int64_t until_ns);

void stw_flow_save(const struct stw_flow_state *state, struct stw_buffer *out);
void stw_flow_restore(struct stw_flow_state *state, struct stw_reader *in);

#endif
