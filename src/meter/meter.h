/*
 * From readings to use: a step function over the readings of one series, fed runs of any length.
 * Reports and rules share it, so a consumption is the same number everywhere.
 *
 *     stw_meter_init(&meter, &config);
 *     stw_meter_feed(&meter, ...);      any number of times, in time order
 *     stw_meter_finish(&meter, ...);    the last, open period
 *
 * Registers. Four different things make a register fall, and they are told apart in this order:
 *   exchange  the registry has a record: old final, new initial register. Its time is trusted to
 *             exchange_slack_ns: a record with a date only finds the fall nearby that it explains
 *   bad read  a single reading off the line: the next one is not below the one before it
 *   rollover  digits are declared and the wrapped difference is plausible: at most a tenth of the
 *             register's range and ten times the meter's fastest rise so far
 *   reset     falls to at most a hundredth of its height: use is counted from 0 on (a lower bound)
 * Any other fall counts no use and is flagged, as is one that no reading follows yet. A fall of at
 * most one step of the register is noise: the higher reading stands. Because a bad read is known
 * by the reading after it, use is handed on one reading late. Where several readings in a row were
 * bad they look like a reset first; when the register is back on the line it left, in one jump
 * that the meter could not have made, the use since then is made up to what that line says.
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
 * Interval values are use already; each counts for the interval behind or before its stamp. An
 * interval of whole days or of months is one of the local calendar: a daily value covers 23 hours
 * where the day has 23. Overlapping ones are cut to begin where the last one ended. Where some
 * are missing nothing is invented: covered_ns tells.
 *
 * Remaining amounts (prepaid meters) count down: use is what they fall by; a rise is a top-up,
 * during which no use is known.
 *
 * Readings marked "suspect" or "bad" are left out and counted. Dated multipliers apply to the use
 * from their date on.
 *
 * The state is a plain struct: it may be copied, and saved as long as its configuration is set
 * again. Results do not depend on how readings are cut into runs. One thread.
 */
#ifndef STW_METER_METER_H
#define STW_METER_METER_H

#include "base/error.h"
#include "segment/run.h"
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

struct stw_meter_period {
    struct stw_period period;
    struct stw_wide use;       /* exact, in the unit behind the multiplier */
    struct stw_wide estimated; /* of it: interpolated, estimated, or from a lower bound */
    struct stw_wide unplaced;  /* beside it: of a gap that ends here and began before the period */
    uint32_t readings;         /* with start <= time < end */
    uint32_t flags;
    int64_t covered_ns; /* of it: between readings within max_gap_ns, or under interval values */
};

/* A fall of a register and what it was taken for. */
struct stw_meter_event {
    enum stw_meter_flag what;
    int64_t at_ns; /* of the reading (exchange, unseen: of the record) */
    struct stw_wide before;
    struct stw_wide after;
    struct stw_wide counted; /* register difference counted as use */
};

/* period: negative stops the meter and is handed back. event may be NULL. */
struct stw_meter_sink {
    void *context;
    int (*period)(void *context, const struct stw_meter_period *period);
    void (*event)(void *context, const struct stw_meter_event *event);
};

/* A reading the meter keeps. */
struct stw_meter_point {
    int64_t time_ns;
    stw_int128 value; /* at the meter's scale */
    bool estimated;
};

/* The first and the last of some instants; first > last: none. */
struct stw_meter_marks {
    int64_t first_ns, last_ns;
};

struct stw_meter {
    struct stw_meter_config config;
    int scale; /* of all values here; grows */
    bool has_good, has_candidate;
    struct stw_meter_point good;      /* the last reading taken as true */
    struct stw_meter_point candidate; /* the one after it, until the next one is known */
    struct stw_meter_marks bad;       /* bad reads since good */
    struct stw_meter_marks left_out;  /* readings marked suspect or bad since good */
    bool has_left;
    struct stw_meter_point left; /* where the register left its line by a reset or other fall */
    stw_int128 since_left;       /* use counted since */
    stw_int128 noise;            /* config.step */
    double fastest_per_ns;       /* rise so far, in units of 10^-scale */
    bool period_open;
    struct stw_period period;
    struct stw_meter_period result; /* of the open period, without the raw sums */
    stw_int128 raw;                 /* register differences of the multiplier in force */
    stw_int128 raw_estimated;
    uint32_t multiplier; /* index of the one in force */
    uint32_t exchange;   /* index of the next one */
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
