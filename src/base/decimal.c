/* Exact decimal arithmetic; see decimal.h. */
#include "base/decimal.h"

#include <assert.h>

static const int64_t powers[STW_SCALE_MAX + 1] = {
    1LL,
    10LL,
    100LL,
    1000LL,
    10000LL,
    100000LL,
    1000000LL,
    10000000LL,
    100000000LL,
    1000000000LL,
    10000000000LL,
    100000000000LL,
    1000000000000LL,
    10000000000000LL,
    100000000000000LL,
    1000000000000000LL,
    10000000000000000LL,
    100000000000000000LL,
    1000000000000000000LL,
};

int64_t stw_pow10(int power)
{
    assert(power >= 0 && power <= STW_SCALE_MAX);
    return powers[power];
}

static bool scale_up(stw_int128 value, int by, stw_int128 *out)
{
    while (by > 0) {
        int step = by > STW_SCALE_MAX ? STW_SCALE_MAX : by;
        if (__builtin_mul_overflow(value, (stw_int128)powers[step], &value))
            return false;
        by -= step;
    }
    *out = value;
    return true;
}

bool stw_wide_rescale(struct stw_wide in, int scale, stw_int128 *out)
{
    if (scale >= in.scale)
        return scale_up(in.value, scale - in.scale, out);
    stw_int128 value = in.value;
    for (int by = in.scale - scale; by > 0;) {
        int step = by > STW_SCALE_MAX ? STW_SCALE_MAX : by;
        if (value % powers[step] != 0)
            return false;
        value /= powers[step];
        by -= step;
    }
    *out = value;
    return true;
}

bool stw_decimal_rescale(struct stw_decimal in, int scale, int64_t *out)
{
    stw_int128 wide;
    if (!stw_wide_rescale(stw_wide_of(in), scale, &wide) || wide > INT64_MAX || wide < INT64_MIN)
        return false;
    *out = (int64_t)wide;
    return true;
}

stw_int128 stw_div_round(stw_int128 numerator, stw_int128 denominator)
{
    assert(denominator != 0);
    stw_int128 quotient = numerator / denominator;
    stw_int128 rest = numerator % denominator;
    stw_uint128 rest_size = rest < 0 ? -(stw_uint128)rest : (stw_uint128)rest;
    stw_uint128 size = denominator < 0 ? -(stw_uint128)denominator : (stw_uint128)denominator;
    if (rest_size >= size - rest_size)
        quotient += (numerator < 0) == (denominator < 0) ? 1 : -1;
    return quotient;
}

bool stw_wide_round(struct stw_wide in, int scale, stw_int128 *out)
{
    if (scale >= in.scale)
        return scale_up(in.value, scale - in.scale, out);
    stw_int128 divisor;
    if (!scale_up(1, in.scale - scale, &divisor)) {
        *out = 0; /* more than 38 places away: nothing is left */
        return true;
    }
    *out = stw_div_round(in.value, divisor);
    return true;
}

bool stw_wide_add(struct stw_wide a, struct stw_wide b, struct stw_wide *sum)
{
    int scale = a.scale > b.scale ? a.scale : b.scale;
    stw_int128 left, right, total;
    if (!stw_wide_rescale(a, scale, &left) || !stw_wide_rescale(b, scale, &right) ||
        __builtin_add_overflow(left, right, &total))
        return false;
    sum->value = total;
    sum->scale = scale;
    return true;
}

bool stw_wide_multiply(struct stw_wide a, struct stw_decimal b, struct stw_wide *product)
{
    stw_int128 value;
    if (__builtin_mul_overflow(a.value, (stw_int128)b.value, &value))
        return false;
    product->value = value;
    product->scale = a.scale + b.scale;
    return true;
}

int stw_decimal_compare(struct stw_decimal a, struct stw_decimal b)
{
    int scale = a.scale > b.scale ? a.scale : b.scale;
    /* An int64 times 10^18 fits 128 bits, so this never fails. */
    stw_int128 left = (stw_int128)a.value * powers[scale - a.scale];
    stw_int128 right = (stw_int128)b.value * powers[scale - b.scale];
    return left < right ? -1 : left > right;
}

double stw_decimal_double(struct stw_decimal in)
{
    return stw_wide_double(stw_wide_of(in));
}

double stw_wide_double(struct stw_wide in)
{
    /* Powers of ten up to 10^18 are exact enough to give one rounding of the quotient. */
    double value = (double)in.value;
    int scale = in.scale;
    for (; scale > STW_SCALE_MAX; scale -= STW_SCALE_MAX)
        value /= (double)powers[STW_SCALE_MAX];
    return value / (double)powers[scale];
}

struct stw_decimal stw_decimal_trim(struct stw_decimal in)
{
    while (in.scale > 0 && in.value % 10 == 0) {
        in.value /= 10;
        in.scale--;
    }
    return in;
}

int stw_decimal_format(struct stw_decimal in, bool trim, char *text)
{
    return stw_wide_format(stw_wide_of(in), trim, text);
}

int stw_wide_format(struct stw_wide in, bool trim, char *text)
{
    assert(in.scale >= 0 && in.scale <= 2 * STW_SCALE_MAX);
    char digits[STW_DECIMAL_TEXT_SIZE];
    int count = 0;
    stw_uint128 rest = in.value < 0 ? -(stw_uint128)in.value : (stw_uint128)in.value;
    int scale = in.scale;
    while (trim && scale > 0 && rest % 10 == 0) {
        rest /= 10;
        scale--;
    }
    do {
        digits[count++] = (char)('0' + (int)(rest % 10));
        rest /= 10;
    } while (rest != 0 || count <= scale);
    int size = 0;
    if (in.value < 0)
        text[size++] = '-';
    while (count > 0) {
        if (count == scale)
            text[size++] = '.';
        text[size++] = digits[--count];
    }
    text[size] = '\0';
    return size;
}
