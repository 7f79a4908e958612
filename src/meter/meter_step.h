/*
 * The step core: from the readings of one series to steps of use, in a small state. What registers
 * do is told apart here and nowhere else; meter.h adds steps up per period, rules judge them one
 * by one (rule/flow.h).
 *
 *     stw_meter_steps_init(&steps, &config);
 *     stw_meter_steps_take(&steps, &config, &reading, &sink, err);    each reading, in time order
 *     stw_meter_steps_finish(&steps, &config, &sink, err);            where no more will come
 *
 * Registers. Four different things make a register fall, and they are told apart in this order:
 *   exchange  the registry has a record: old final, new initial register. Its time is trusted to
 *             exchange_slack_ns: a record with a date only finds the fall nearby that it explains
 *   bad read  a single reading off the line: the next one is not below the one before it
 *   rollover  digits are declared and the wrapped difference is plausible: at most a tenth of the
 *             register's range and ten times the meter's fastest rise so far
 *   reset     falls to at most a hundredth of its height: use is counted from 0 on (a lower bound)
 * Any other fall counts no use and is flagged, as is one that no reading follows yet. A fall of at
 * most one step of the register is noise: the higher reading stands.
 *
 * Look-ahead: a bad read is known by the reading after it, so a step is handed on one reading late:
 * that to a reading comes with the next reading, of whatever later time. Interval values come at
 * once. Where several readings in a row were bad they look like a reset first; when the register is
 * back on the line it left, in one jump that the meter could not have made, the use since then is
 * made up to what that line says.
 *
 * Interval values are use already; each counts for the interval behind or before its stamp. An
 * interval of whole days or of months is one of the local calendar: a daily value covers 23 hours
 * where the day has 23. Overlapping ones are cut to begin where the last one ended.
 *
 * Remaining amounts (prepaid meters) count down: use is what they fall by; a rise is a top-up,
 * during which no use is known.
 *
 * Steps follow each other without overlap. The state is a plain struct and may be copied, or saved
 * and restored under the same configuration. One thread.
 */
#ifndef STW_METER_METER_STEP_H
#define STW_METER_METER_STEP_H

#include "base/bits.h"
#include "base/error.h"
#include "store/registry.h"
#include "time/duration.h"
#include "time/period.h"

enum stw_meter_kind { STW_METER_REGISTER, STW_METER_INTERVAL, STW_METER_REMAINING };

enum { STW_METER_SCALE_DEFAULT = 3 }; /* a litre of a cubic metre, a watt-hour of a kWh */
#define STW_METER_EXCHANGE_SLACK_NS STW_NS_PER_DAY /* technicians write dates */

struct stw_meter_config {
    enum stw_meter_kind kind;
    int scale;               /* boundary registers are rounded to it, or finer where readings are */
    int digits;              /* of the register before the point; 0: not declared, no rollover */
    struct stw_decimal step; /* what the register counts in; 0: not declared */
    struct stw_duration interval; /* between readings; 0: not declared. A gap is above 1.5 of it */
    bool stamp_is_start;          /* of interval values */
    int64_t max_gap_ns;           /* longer ones are not divided among periods; 0: no limit */
    int64_t exchange_slack_ns;    /* how far a record may be from the fall it explains */
    const struct stw_dated_decimal *multipliers; /* sorted by date; none: 1 */
    uint32_t multiplier_count;
    const struct stw_exchange *exchanges; /* sorted by time */
    uint32_t exchange_count;
    struct stw_periods periods; /* the periods wanted, and their zone */
};

/* What a period's use went through; bits. */
enum stw_meter_flag {
    STW_METER_ROLLOVER = 1 << 0,
    STW_METER_RESET = 1 << 1,
    STW_METER_EXCHANGE = 1 << 2,
    STW_METER_BAD_READ = 1 << 3,
    STW_METER_FALL = 1 << 4,      /* unexplained: no use was counted for it */
    STW_METER_GAP = 1 << 5,       /* part of it lies between readings too far apart */
    STW_METER_ESTIMATED = 1 << 6, /* readings marked estimated took part */
    STW_METER_NEGATIVE = 1 << 7,  /* an interval value below 0 */
    STW_METER_LEFT_OUT = 1 << 8,  /* readings marked suspect or bad were there */
    STW_METER_TOP_UP = 1 << 9,    /* a remaining amount rose */
    STW_METER_UNSEEN = 1 << 10    /* an exchange on record that the readings do not show */
};

enum { STW_METER_FLAG_COUNT = 11, STW_METER_FLAGS_TEXT_SIZE = 96 };

/* "rollover gap": the names of the bits, in order. */
void stw_meter_flags_text(uint32_t flags, char text[STW_METER_FLAGS_TEXT_SIZE]);

/* A fall of a register and what it was taken for. */
struct stw_meter_event {
    enum stw_meter_flag what;
    int64_t at_ns; /* of the reading (exchange, unseen: of the record) */
    struct stw_wide before;
    struct stw_wide after;
    struct stw_wide counted; /* register difference counted as use */
};

/* A stretch of time over which a register went from one value to another; an interval value is one
 * from 0. `to` is never below `from` but for negative interval values. */
struct stw_meter_step {
    int64_t from_ns, to_ns;
    stw_int128 from, to;
    int scale;      /* of both; never finer than that of a later step */
    bool reading;   /* it ends at a reading taken as true; the first one has a step of no length */
    bool estimated; /* rests on a reading marked estimated, or on an assumption */
    bool complete;  /* all use of this time and only that: no lower bound, nothing moved here */
    uint32_t flags;
};

/* step: negative stops and is handed back. event may be NULL. */
struct stw_meter_step_sink {
    void *context;
    int (*step)(void *context, const struct stw_meter_step *step);
    void (*event)(void *context, const struct stw_meter_event *event);
};

/* A reading the core keeps. */
struct stw_meter_point {
    stw_int128 value; /* at the core's scale */
    int64_t time_ns;
    bool estimated;
    bool incomplete; /* what follows it is not all use: an exchange with parts unknown */
};

struct stw_meter_steps {
    struct stw_meter_point good;      /* the last reading taken as true */
    struct stw_meter_point candidate; /* the one after it, until the next one is known */
    struct stw_meter_point left; /* where the register left its line by a reset or other fall */
    stw_int128 since_left;       /* use counted since */
    double fastest_per_ns;       /* rise so far, in units of 10^-scale */
    uint32_t exchange;           /* index of the next one */
    uint8_t scale;               /* of all values here; grows */
    bool has_good, has_candidate, has_left;
};

struct stw_meter_reading {
    int64_t time_ns;
    struct stw_decimal value;
    bool estimated;
};

void stw_meter_steps_init(struct stw_meter_steps *steps, const struct stw_meter_config *config);

/* Times ascend; of equal times the later reading counts. STW_ERR_LIMIT: a use does not fit. */
int stw_meter_steps_take(struct stw_meter_steps *steps, const struct stw_meter_config *config,
                         const struct stw_meter_reading *reading,
                         const struct stw_meter_step_sink *sink, struct stw_error *err) STW_CHECKED;

/* Takes the last reading as true, unless it is a fall. */
int stw_meter_steps_finish(struct stw_meter_steps *steps, const struct stw_meter_config *config,
                           const struct stw_meter_step_sink *sink,
                           struct stw_error *err) STW_CHECKED;

/* Field by field; restore sets in->failed for what cannot be. */
void stw_meter_steps_save(const struct stw_meter_steps *steps, struct stw_buffer *out);
void stw_meter_steps_restore(struct stw_meter_steps *steps, const struct stw_meter_config *config,
                             struct stw_reader *in);

/* The register at an instant inside a step: linear, rounded once, half away from zero, at `scale`
 * or finer where the two readings are. */
stw_int128 stw_meter_step_at(const struct stw_meter_step *step, int scale, int64_t at_ns);

/* The index of the multiplier in force at an instant, not before `from`; 0 where there are none. */
uint32_t stw_meter_multiplier_at(const struct stw_meter_config *config, uint32_t from,
                                 int64_t at_ns);

#endif
