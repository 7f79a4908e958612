/*
 * From readings to use: a step function over the readings of one series, fed runs of any length.
 * Reports and rules share it, so a consumption is the same number everywhere.
 *
 *     stw_meter_init(&meter, &config);
 *     stw_meter_feed(&meter, ...);      any number of times, in time order
 *     stw_meter_finish(&meter, ...);    the last, open period
 *
 * What a register's falls are taken for, and that use is handed on one reading late, is in
 * meter_step.h: the core that this adds up.
 *
 * The register at a boundary between two readings is interpolated linearly, once, in integers, and
 * rounded half away from zero at a scale that depends on the two readings and the configuration
 * only. Both neighbouring periods use that number: so the days of a month add up to the month to
 * the last digit. The part of a period's use that rests on interpolation, or on readings marked
 * estimated, is given beside it. Across a gap the total is known and only its distribution in time
 * is not: up to max_gap_ns it is interpolated and marked. A longer one is not divided: where it
 * reaches over a boundary its use is `unplaced`, in the period in which the gap ends, so that use
 * and unplaced together still add up.
 *
 * Where interval values are missing nothing is invented: covered_ns tells.
 *
 * Readings marked "suspect" or "bad" are left out and counted. Dated multipliers apply to the use
 * from their date on.
 *
 * The state is a plain struct: it may be copied, and saved as long as its configuration is set
 * again. Results do not depend on how readings are cut into runs. One thread.
 */
#ifndef STW_METER_METER_H
#define STW_METER_METER_H

#include "meter/meter_step.h"
#include "segment/run.h"

struct stw_meter_period {
    struct stw_period period;
    struct stw_wide use;       /* exact, in the unit behind the multiplier */
    struct stw_wide estimated; /* of it: interpolated, estimated, or from a lower bound */
    struct stw_wide unplaced;  /* beside it: of a gap that ends here and began before the period */
    uint32_t readings;         /* with start <= time < end */
    uint32_t flags;
    int64_t covered_ns; /* of it: between readings within max_gap_ns, or under interval values */
};

/* period: negative stops the meter and is handed back. event may be NULL. */
struct stw_meter_sink {
    void *context;
    int (*period)(void *context, const struct stw_meter_period *period);
    void (*event)(void *context, const struct stw_meter_event *event);
};

/* The first and the last of some instants; first > last: none. */
struct stw_meter_marks {
    int64_t first_ns, last_ns;
};

struct stw_meter {
    struct stw_meter_config config;
    struct stw_meter_steps steps;
    struct stw_meter_marks bad;      /* bad reads since the last reading taken as true */
    struct stw_meter_marks left_out; /* readings marked suspect or bad since then */
    bool period_open;
    struct stw_period period;
    struct stw_meter_period result; /* of the open period, without the raw sums */
    stw_int128 raw;                 /* register differences of the multiplier in force */
    stw_int128 raw_estimated;
    int raw_scale;       /* of both; grows */
    uint32_t multiplier; /* index of the one in force */
};

/* Copies config; what it points at must outlive the meter. */
void stw_meter_init(struct stw_meter *meter, const struct stw_meter_config *config);

/*
 * `value` is a decimal or int vector of the run; `quality` a text vector or NULL. Readings without
 * a value are skipped. Times ascend over all calls; of equal times the later reading counts.
 * STW_ERR_LIMIT when a use does not fit 128 bits, STW_ERR_USAGE for a vector of another type.
 */
int stw_meter_feed(struct stw_meter *meter, const int64_t *time_ns, uint32_t count,
                   const struct stw_vector *value, const struct stw_vector *quality,
                   const struct stw_meter_sink *sink, struct stw_error *err) STW_CHECKED;

/* Takes the last reading as true, unless it is a fall, and hands out the open period. */
int stw_meter_finish(struct stw_meter *meter, const struct stw_meter_sink *sink,
                     struct stw_error *err) STW_CHECKED;

#endif
