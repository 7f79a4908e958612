/*
 * Flow from readings: the mean rate of one piece of time after the other, whatever the meter's
 * value kind. Pieces follow each other without a gap or overlap; where nothing is known of a time,
 * a piece says so.
 *
 * Registers and interval values come out of the meter's step core (meter/meter_step.h), which tells
 * rollover, reset, exchange and bad read apart as it does for reports; this cuts its steps where a
 * multiplier changes and turns them into rates. A piece is known where the core's step is complete:
 * a rollover is, and an exchange that the registry has both registers of, within the readings
 * around it; a reset, any other fall, and a return to the line after one are not. Readings that do
 * not count (missing, NaN, estimated, suspect) are passed over, so a register's piece spans them
 * and interval values leave a piece unknown.
 *
 * Look-ahead of one reading for registers: the piece up to a reading is handed on with the next
 * reading that counts, as only that one shows whether the reading was true. Interval values and
 * gauges need none: a gauge holds from its reading to the next row, whatever that says.
 *
 * Rates are per hour, fixed-point with nine decimals in the unit of the series (m3 gives m3/h).
 * The state is one for each series, shared by all rules that judge its flow.
 */
#ifndef STW_RULE_FLOW_H
#define STW_RULE_FLOW_H

#include "meter/meter_step.h"
#include "rule/subject.h"
#include "segment/run.h"
#include "text/quantity.h"

enum { STW_FLOW_SCALE = 9, STW_FLOW_SHOWN_SCALE = 6 };

struct stw_flow_state {
    struct stw_meter_steps steps; /* of registers and interval values */
    struct stw_decimal held;      /* a gauge's latest reading */
    bool holds;                   /* it counts */
    int64_t until_ns;             /* end of the last piece; STW_TIME_NONE: none, no beginning */
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

struct stw_bound;

/* Fills `bound`, and unit and threshold of `base`. STW_END: it cannot be judged, err says why. */
int stw_flow_bind(const struct stw_subject *subject, const struct stw_quantity *threshold,
                  struct stw_bound *base, struct stw_flow_bound *bound, struct stw_error *err);

/* The mean of flow_ns over a length, in the rule's unit, rounded at STW_FLOW_SHOWN_SCALE. */
struct stw_decimal stw_flow_shown(const struct stw_flow_bound *bound, stw_int128 flow_ns,
                                  int64_t length_ns);

/* piece: negative stops and is handed back. */
struct stw_flow_sink {
    void *context;
    int (*piece)(void *context, const struct stw_flow_piece *piece);
};

/* The subject is one that stw_flow_bind() took. */
void stw_flow_init(struct stw_flow_state *state, const struct stw_subject *subject);

/* Rows of readings, in order of time, cut into runs in any way. */
int stw_flow_feed(struct stw_flow_state *state, const struct stw_subject *subject,
                  const struct stw_run *run, const struct stw_flow_sink *sink,
                  struct stw_error *err) STW_CHECKED;

/* The part of a known piece that lies in [from_ns, until_ns), in the same measure. */
stw_int128 stw_flow_part(const struct stw_flow_piece *piece, int64_t from_ns, int64_t until_ns);

void stw_flow_save(const struct stw_flow_state *state, struct stw_buffer *out);
void stw_flow_restore(struct stw_flow_state *state, const struct stw_subject *subject,
                      struct stw_reader *in);

#endif
