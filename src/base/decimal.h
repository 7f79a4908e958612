/*
 * Exact decimals: an integer and a scale, value * 10^-scale. Text goes in and comes out without a
 * double in between (see text/number.h for parsing); sums are 128 bit integers; the only rounding
 * is where a function's name says so, and it is half away from zero ("half-up" of meter practice).
 */
#ifndef STW_BASE_DECIMAL_H
#define STW_BASE_DECIMAL_H

#include "base/bits.h"

#include <stdbool.h>
#include <stdint.h>

enum { STW_SCALE_MAX = 18 }; /* 10^18 is the largest power of ten in an int64 */

struct stw_decimal {
    int64_t value;
    int scale; /* 0 .. STW_SCALE_MAX */
};

/* A sum or product on its way: 128 bits hold 2^63 int64s. */
struct stw_wide {
    stw_int128 value;
    int scale;
};

/* Longest text of a struct stw_wide: sign, 39 digits, point, NUL, and leading "0." */
enum { STW_DECIMAL_TEXT_SIZE = 48 };

/* 10^power; power in 0..STW_SCALE_MAX. */
int64_t stw_pow10(int power);

/* Value at another scale, exactly. False when digits would be lost or it does not fit. */
bool stw_decimal_rescale(struct stw_decimal in, int scale, int64_t *out);
bool stw_wide_rescale(struct stw_wide in, int scale, stw_int128 *out);

/* Value at another scale, rounded half away from zero. False: does not fit. */
bool stw_wide_round(struct stw_wide in, int scale, stw_int128 *out);

/* numerator / denominator rounded half away from zero; denominator != 0. */
stw_int128 stw_div_round(stw_int128 numerator, stw_int128 denominator);

/* Sum at the larger of the two scales; product at the sum of the scales. False: overflow. */
bool stw_wide_add(struct stw_wide a, struct stw_wide b, struct stw_wide *sum);
bool stw_wide_multiply(struct stw_wide a, struct stw_decimal b, struct stw_wide *product);

/* -1, 0, 1, exact for any two scales. */
int stw_decimal_compare(struct stw_decimal a, struct stw_decimal b);

static inline struct stw_wide stw_wide_of(struct stw_decimal in)
{
    struct stw_wide wide = {in.value, in.scale};
    return wide;
}

double stw_decimal_double(struct stw_decimal in);
double stw_wide_double(struct stw_wide in);

/* Drops trailing zeros of the fraction: 12.300 -> 12.3. */
struct stw_decimal stw_decimal_trim(struct stw_decimal in);

/*
 * "-12.345" into text[STW_DECIMAL_TEXT_SIZE]; returns its length. `trim` drops trailing zeros of
 * the fraction, which makes the text of a value independent of the scale it is stored at.
 */
int stw_decimal_format(struct stw_decimal in, bool trim, char *text);
int stw_wide_format(struct stw_wide in, bool trim, char *text);

#endif
