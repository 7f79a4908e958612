/*
 * Quantities as people write them: "20 L/h", "0.25 MPa", "4.10 CNY/m3", "15%", "35 度". A number,
 * kept exactly, and a unit: a power of each base dimension and an exact factor, so that two units
 * can be compared and values converted without a double.
 *
 * A unit is a word of the table in units.c, or several joined by '/', '·' or '*'; everything after
 * the first '/' is divided by ("次/台·月" is per device and month). A temperature (°C, °F) is a
 * point on a scale and converts only to another point; a difference is in K. Months and years are
 * no number of days, var and VA are no W, one currency is not another. A bare "m" is refused.
 */
#ifndef STW_TEXT_QUANTITY_H
#define STW_TEXT_QUANTITY_H

#include "base/decimal.h"
#include "base/error.h"
#include "base/slice.h"

#include <stdbool.h>
#include <stdint.h>

enum stw_dimension {
    STW_LENGTH,      /* metre */
    STW_MASS,        /* kilogram */
    STW_TIME,        /* second */
    STW_CURRENT,     /* ampere */
    STW_TEMPERATURE, /* kelvin */
    STW_MONEY,       /* one of the unit's currency */
    STW_MONTH,       /* calendar month */
    STW_COUNT,       /* an event, a piece */
    STW_DEVICE,
    STW_HOUSEHOLD,
    STW_PERSON,
    STW_REACTIVE, /* 1 beside watts: var */
    STW_APPARENT, /* 1 beside watts: VA */
    STW_CARBON,   /* kilogram of CO2 equivalent */
    STW_COAL,     /* kilogram of standard coal */
    STW_DIMENSION_COUNT
};

enum { STW_UNIT_SYMBOL_SIZE = 48, STW_UNIT_PARTS_MAX = 6, STW_QUANTITY_TEXT_MAX = 128 };

struct stw_unit {
    char symbol[STW_UNIT_SYMBOL_SIZE]; /* as the table spells it; parses to the same unit */
    int8_t powers[STW_DIMENSION_COUNT];
    bool point;       /* a temperature, not a difference */
    char currency[4]; /* ISO 4217 where money is in it, else "" */
    /* In base units: (value * numerator + offset) / denominator. */
    int64_t numerator;
    int64_t denominator;
    int64_t offset;
};

struct stw_quantity {
    struct stw_decimal value;
    struct stw_unit unit;
};

/* "L/h", "千瓦时". An unknown word is named, with the nearest known one as a hint. */
int stw_unit_parse(struct stw_slice text, struct stw_unit *out, struct stw_error *err) STW_CHECKED;

/*
 * The same where it is known what is measured: a word with two meanings is the one that fits `want`
 * (度 is kWh, but °C of a temperature; 公斤 and kg are kgf/cm2 of a pressure; 吨 is m3 of water,
 * but t of a mass; m is metre of a length), and the everyday one where neither does.
 */
int stw_unit_parse_like(struct stw_slice text, const struct stw_unit *want, struct stw_unit *out,
                        struct stw_error *err) STW_CHECKED;

/* Whether a word has a second meaning. */
bool stw_unit_has_other(struct stw_slice word);

/* "20 L/h", "15%". A number without a unit is an error that says so. */
int stw_quantity_parse(struct stw_slice text, struct stw_quantity *out,
                       struct stw_error *err) STW_CHECKED;

/* Of the same dimensions, scale kind and currency. */
bool stw_unit_compatible(const struct stw_unit *a, const struct stw_unit *b);

/* Fails with both kinds named ("L/h is a flow; a pressure such as MPa is wanted here") unless
 * compatible. */
int stw_unit_check(const struct stw_unit *have, const struct stw_unit *want,
                   struct stw_error *err) STW_CHECKED;

/* "a flow", "a pressure", or NULL for dimensions without a name. */
const char *stw_unit_kind(const struct stw_unit *unit);

enum stw_conversion {
    STW_CONVERTED,
    STW_CONVERT_INEXACT,  /* no decimal of 18 places is equal */
    STW_CONVERT_TOO_LARGE /* does not fit 64 bits */
};

/* `in` in another compatible unit, exactly, at the least scale; unchanged for the same unit. */
enum stw_conversion stw_unit_convert(struct stw_decimal in, const struct stw_unit *from,
                                     const struct stw_unit *to, struct stw_decimal *out)
    __attribute__((warn_unused_result));

/* The same, rounded half away from zero at `scale`; false: too large. */
bool stw_unit_convert_round(struct stw_decimal in, const struct stw_unit *from,
                            const struct stw_unit *to, int scale, struct stw_decimal *out)
    __attribute__((warn_unused_result));

/* The same for a value that is a double anyway. */
double stw_unit_convert_double(double in, const struct stw_unit *from, const struct stw_unit *to);

/* The tables of units.c. */
struct stw_unit_name {
    const char *alias;
    const char *symbol;
};
extern const struct stw_unit stw_units[];
extern const size_t stw_units_count;
extern const struct stw_unit_name stw_unit_names[];
extern const size_t stw_unit_names_count;
extern const struct stw_unit_name stw_unit_others[]; /* word, its other meaning */
extern const size_t stw_unit_others_count;
extern const struct stw_unit_name stw_unit_kinds[]; /* kind, a unit of that kind */
extern const size_t stw_unit_kinds_count;

#endif
