/*
 * One value of a report: a text, an exact number, a share, a duration, a time, an estimate with
 * its interval, or the statement that there is none and why. It carries the number exactly and the
 * digits it is shown with; it is formatted once, here, by the rules of the report's language.
 *
 * Rounding is half away from zero for decimals and counts. Shown numbers are rounded; CSV and JSON
 * carry the exact value.
 */
#ifndef STW_REPORT_DATUM_H
#define STW_REPORT_DATUM_H

#include "base/buffer.h"
#include "base/decimal.h"
#include "base/slice.h"
#include "report/words.h"

#include <stdbool.h>
#include <stdint.h>

enum stw_datum_kind {
    STW_DATUM_NONE, /* an empty cell, a gap in a chart */
    STW_DATUM_TEXT,
    STW_DATUM_COUNT,
    STW_DATUM_DECIMAL,
    STW_DATUM_REAL,
    STW_DATUM_SHARE,       /* .125 is shown as 12.5% */
    STW_DATUM_PROBABILITY, /* of a test: 4 digits, "<0.0001" below */
    STW_DATUM_DURATION,    /* ns */
    STW_DATUM_TIME,
    STW_DATUM_INTERVAL, /* an estimate with its confidence interval */
    STW_DATUM_ABSENT    /* no data, or not judged: reason */
};

enum stw_time_precision {
    STW_PRECISION_MONTH,
    STW_PRECISION_DAY,
    STW_PRECISION_MINUTE,
    STW_PRECISION_SECOND
};

struct stw_datum {
    enum stw_datum_kind kind;
    int8_t digits;  /* after the point, of decimals, reals, shares and intervals */
    bool with_sign; /* +3.2: a change; of a probability: "= 0.0312" or "< 0.0001" */
    union {
        struct stw_slice text; /* also: why it is absent; empty = no data */
        int64_t count;
        struct stw_wide decimal;
        double real;
        int64_t duration_ns;
        struct {
            int64_t at_ns;    /* UTC */
            int32_t offset_s; /* of local time, east positive */
            enum stw_time_precision precision;
        } time;
        struct {
            double estimate; /* NaN: only the bounds are known (no failures: an upper bound) */
            double low;
            double high; /* infinite: no upper bound */
        } interval;
    };
};

static inline struct stw_datum stw_datum_none(void)
{
    return (struct stw_datum){.kind = STW_DATUM_NONE};
}

static inline struct stw_datum stw_datum_text(struct stw_slice text)
{
    return (struct stw_datum){.kind = STW_DATUM_TEXT, .text = text};
}

static inline struct stw_datum stw_datum_string(const char *text)
{
    return stw_datum_text(stw_slice_of(text));
}

static inline struct stw_datum stw_datum_count(int64_t count)
{
    return (struct stw_datum){.kind = STW_DATUM_COUNT, .count = count};
}

static inline struct stw_datum stw_datum_wide(struct stw_wide value, int digits)
{
    return (struct stw_datum){
        .kind = STW_DATUM_DECIMAL, .digits = (int8_t)digits, .decimal = value};
}

static inline struct stw_datum stw_datum_decimal(struct stw_decimal value, int digits)
{
    return stw_datum_wide(stw_wide_of(value), digits);
}

static inline struct stw_datum stw_datum_real(double value, int digits)
{
    return (struct stw_datum){.kind = STW_DATUM_REAL, .digits = (int8_t)digits, .real = value};
}

static inline struct stw_datum stw_datum_share(double share, int digits)
{
    return (struct stw_datum){.kind = STW_DATUM_SHARE, .digits = (int8_t)digits, .real = share};
}

static inline struct stw_datum stw_datum_probability(double p)
{
    return (struct stw_datum){.kind = STW_DATUM_PROBABILITY, .real = p};
}

static inline struct stw_datum stw_datum_duration(int64_t duration_ns)
{
    return (struct stw_datum){.kind = STW_DATUM_DURATION, .duration_ns = duration_ns};
}

static inline struct stw_datum stw_datum_local(int64_t at_ns, int32_t offset_s,
                                               enum stw_time_precision precision)
{
    return (struct stw_datum){.kind = STW_DATUM_TIME, .time = {at_ns, offset_s, precision}};
}

static inline struct stw_datum stw_datum_interval(double estimate, double low, double high,
                                                  int digits)
{
    return (struct stw_datum){
        .kind = STW_DATUM_INTERVAL, .digits = (int8_t)digits, .interval = {estimate, low, high}};
}

/* Not judged, for that reason; an empty reason says "no data". */
static inline struct stw_datum stw_datum_absent(struct stw_slice reason)
{
    return (struct stw_datum){.kind = STW_DATUM_ABSENT, .text = reason};
}

/* The same value with its sign always shown. */
static inline struct stw_datum stw_datum_signed(struct stw_datum value)
{
    value.with_sign = true;
    return value;
}

/* A number for drawing: NaN for texts, gaps and absent values; seconds for durations. */
double stw_datum_number(const struct stw_datum *value);

/* For people, in the report's language: "1,234.50", "+3.2%", "2 小时 5 分". Plain text: whoever
 * prints it escapes it for where it goes. */
void stw_datum_show(enum stw_language language, const struct stw_datum *value,
                    struct stw_buffer *out);

/* For programs: full precision, no thousands separators; ISO local times, h:mm:ss durations (both
 * read by spreadsheets), shares as percent. */
void stw_datum_plain(const struct stw_datum *value, struct stw_buffer *out);

/* A message with its places filled by the shown values; see words.h. */
void stw_datum_fill(enum stw_language language, enum stw_word message,
                    const struct stw_datum *values, unsigned count, struct stw_buffer *out);

#endif
