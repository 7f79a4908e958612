/*
 * Numbers from text; see number.h.
 *
 * Almost every cell of a data file is a sign, at most 18 digits and perhaps a point: that form is
 * read in one pass. Everything else (exponents,
 * groups, long numbers, and the wording of what is wrong) takes the careful way: scan the parts,
 * then build the value from them.
 */
#include "text/number.h"

#include <assert.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FAST_DIGITS = 18, EXPONENT_LIMIT = 100000 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* At most FAST_DIGITS digits with at most one point. False: not of that form, nothing decided. Most
 * numbers have four to ten characters, for which no trick with eight at a time is quicker. */
static bool parse_fast(struct stw_slice text, struct stw_decimal *out)
{
    const char *at = text.data, *end = at + text.size, *point = NULL;
    bool negative = at < end && *at == '-';
    at += negative;
    int64_t digits = end - at;
    if (digits > FAST_DIGITS + 1)
        return false;
    uint64_t value = 0;
    for (; at < end; at++) {
        unsigned digit = (unsigned char)(*at - '0');
        if (digit <= 9)
            value = value * 10 + digit;
        else if (*at == '.' && point == NULL)
            point = at;
        else
            return false;
    }
    digits -= point != NULL;
    if (digits == 0 || digits > FAST_DIGITS)
        return false;
    out->value = negative ? -(int64_t)value : (int64_t)value;
    out->scale = point == NULL ? 0 : (int)(end - point - 1);
    return true;
}

/* The parts of a number's text, grammar checked. */
struct parts {
    bool negative;
    struct stw_slice whole; /* digits, perhaps with group separators among them */
    struct stw_slice fraction;
    int exponent;
};

static struct stw_slice cut(const char *from, const char *to)
{
    return (struct stw_slice){from, (size_t)(to - from)};
}

/* Groups: the first of one to three digits, the others of exactly three. */
static bool groups_fit(struct stw_slice whole, char group)
{
    size_t run = 0, separators = 0;
    for (size_t i = 0; i < whole.size; i++) {
        if (whole.data[i] != group) {
            run++;
            continue;
        }
        if (run == 0 || run > 3 || (separators > 0 && run != 3))
            return false;
        separators++;
        run = 0;
    }
    return separators == 0 || run == 3;
}

static enum stw_number_problem scan_exponent(const char *at, const char *end, int *exponent)
{
    bool negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+'))
        at++;
    if (at == end)
        return STW_NUMBER_MALFORMED;
    int value = 0;
    for (; at < end && is_digit(*at); at++)
        if (value < EXPONENT_LIMIT)
            value = value * 10 + (*at - '0');
    *exponent = negative ? -value : value;
    return at == end ? STW_NUMBER_OK : STW_NUMBER_MALFORMED;
}

static enum stw_number_problem scan(struct stw_slice text, const struct stw_number_style *style,
                                    struct parts *parts)
{
    char point = style == NULL || style->point == 0 ? '.' : style->point;
    char group = style == NULL ? 0 : style->group;
    assert(point != group);
    memset(parts, 0, sizeof(*parts));
    if (text.size == 0)
        return STW_NUMBER_EMPTY;
    if (text.size > STW_NUMBER_TEXT_MAX)
        return STW_NUMBER_MALFORMED;
    const char *at = text.data, *end = at + text.size;
    parts->negative = *at == '-';
    if (*at == '-' || *at == '+')
        at++;
    const char *first = at;
    while (at < end && (is_digit(*at) || (group != 0 && *at == group)))
        at++;
    parts->whole = cut(first, at);
    if (at < end && *at == point) {
        const char *fraction = ++at;
        while (at < end && is_digit(*at))
            at++;
        parts->fraction = cut(fraction, at);
    }
    if (parts->whole.size + parts->fraction.size == 0)
        return STW_NUMBER_MALFORMED;
    if (style != NULL && style->minus_behind && at + 1 == end && *at == '-' && first == text.data) {
        parts->negative = true;
        at++;
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        enum stw_number_problem problem = scan_exponent(at + 1, end, &parts->exponent);
        if (problem != STW_NUMBER_OK)
            return problem;
    } else if (at != end) {
        return STW_NUMBER_MALFORMED;
    }
    return groups_fit(parts->whole, group) ? STW_NUMBER_OK : STW_NUMBER_GROUPING;
}

/* Digits on their way to a value: mantissa * 10^zeros, the mantissa without trailing zeros. */
struct collected {
    uint64_t mantissa;
    int zeros;
    bool overflow;
};

static void collect(struct stw_slice digits, struct collected *sum)
{
    for (size_t i = 0; i < digits.size; i++) {
        char c = digits.data[i];
        if (!is_digit(c))
            continue; /* a group separator */
        if (c == '0') {
            sum->zeros += sum->mantissa != 0;
            continue;
        }
        for (; sum->zeros >= 0; sum->zeros--)
            sum->overflow |= __builtin_mul_overflow(sum->mantissa, (uint64_t)10, &sum->mantissa);
        sum->zeros = 0;
        sum->overflow |= __builtin_add_overflow(sum->mantissa, (uint64_t)(c - '0'), &sum->mantissa);
    }
}

/* mantissa * 10^power in an int64 with the sign. */
static bool scaled(uint64_t mantissa, int power, bool negative, int64_t *out)
{
    if (power < 0 || power > STW_SCALE_MAX)
        return false;
    stw_uint128 wide = (stw_uint128)mantissa * (uint64_t)stw_pow10(power);
    if (wide > (uint64_t)INT64_MAX + negative)
        return false;
    *out = negative ? (int64_t) - (uint64_t)wide : (int64_t)wide;
    return true;
}

static enum stw_number_problem build(const struct parts *parts, struct stw_decimal *out)
{
    struct collected sum = {0, 0, false};
    collect(parts->whole, &sum);
    if (sum.overflow)
        return parts->exponent < 0 ? STW_NUMBER_TOO_PRECISE : STW_NUMBER_TOO_LARGE;
    collect(parts->fraction, &sum);
    if (sum.overflow)
        return STW_NUMBER_TOO_PRECISE;

    int written = (int)parts->fraction.size - parts->exponent; /* decimals as written */
    if (written < 0)
        written = 0;
    if (sum.mantissa == 0) {
        out->value = 0;
        out->scale = written <= STW_SCALE_MAX ? written : STW_SCALE_MAX;
        return STW_NUMBER_OK;
    }
    int power = sum.zeros - (int)parts->fraction.size + parts->exponent; /* mantissa * 10^power */
    int least = power < 0 ? -power : 0;
    int64_t value;
    if (written <= STW_SCALE_MAX &&
        scaled(sum.mantissa, power + written, parts->negative, &value)) {
        *out = (struct stw_decimal){value, written};
        return STW_NUMBER_OK;
    }
    if (least > STW_SCALE_MAX)
        return STW_NUMBER_TOO_PRECISE;
    if (!scaled(sum.mantissa, power + least, parts->negative, &value))
        return least > 0 ? STW_NUMBER_TOO_PRECISE : STW_NUMBER_TOO_LARGE;
    *out = (struct stw_decimal){value, least};
    return STW_NUMBER_OK;
}

static bool is_plain(const struct stw_number_style *style)
{
    return style == NULL || ((style->point == 0 || style->point == '.') && style->group == 0);
}

bool stw_number_parse_plain(struct stw_slice text, const struct stw_number_style *style,
                            struct stw_decimal *out)
{
    return is_plain(style) && parse_fast(text, out);
}

enum stw_number_problem stw_number_parse(struct stw_slice text,
                                         const struct stw_number_style *style,
                                         struct stw_decimal *out)
{
    if (stw_number_parse_plain(text, style, out))
        return STW_NUMBER_OK;
    struct parts parts;
    enum stw_number_problem problem = scan(text, style, &parts);
    return problem == STW_NUMBER_OK ? build(&parts, out) : problem;
}

enum stw_number_problem stw_number_parse_int(struct stw_slice text,
                                             const struct stw_number_style *style, int64_t *out)
{
    struct stw_decimal decimal;
    enum stw_number_problem problem = stw_number_parse(text, style, &decimal);
    if (problem == STW_NUMBER_TOO_PRECISE)
        return STW_NUMBER_NOT_WHOLE;
    if (problem != STW_NUMBER_OK)
        return problem;
    return stw_decimal_rescale(decimal, 0, out) ? STW_NUMBER_OK : STW_NUMBER_NOT_WHOLE;
}

enum stw_number_problem stw_number_parse_double(struct stw_slice text,
                                                const struct stw_number_style *style, double *out)
{
    struct parts parts;
    enum stw_number_problem problem = scan(text, style, &parts);
    if (problem != STW_NUMBER_OK)
        return problem;
    /* strtod wants the plain form and an end; the exponent is at most EXPONENT_LIMIT * 10. */
    char copy[STW_NUMBER_TEXT_MAX + 16];
    size_t size = 0;
    if (parts.negative)
        copy[size++] = '-';
    for (size_t i = 0; i < parts.whole.size; i++)
        if (is_digit(parts.whole.data[i]))
            copy[size++] = parts.whole.data[i];
    copy[size++] = '.';
    if (parts.fraction.size > 0)
        memcpy(copy + size, parts.fraction.data, parts.fraction.size);
    size += parts.fraction.size;
    copy[size++] = 'e';
    unsigned exponent = (unsigned)(parts.exponent < 0 ? -parts.exponent : parts.exponent);
    copy[size++] = parts.exponent < 0 ? '-' : '+';
    for (unsigned unit = EXPONENT_LIMIT * 10; unit > 0; unit /= 10)
        copy[size++] = (char)('0' + exponent / unit % 10);
    copy[size] = '\0';
    double value = strtod(copy, NULL);
    if (__builtin_isinf(value))
        return STW_NUMBER_TOO_LARGE;
    *out = value;
    return STW_NUMBER_OK;
}

size_t stw_number_size(struct stw_slice text, const struct stw_number_style *style)
{
    char point = style == NULL || style->point == 0 ? '.' : style->point;
    char group = style == NULL ? 0 : style->group;
    size_t i = text.size > 0 && (text.data[0] == '-' || text.data[0] == '+');
    for (; i < text.size; i++) {
        char c = text.data[i];
        bool between = group != 0 && c == group && i > 0 && is_digit(text.data[i - 1]) &&
                       i + 1 < text.size && is_digit(text.data[i + 1]);
        if (!is_digit(c) && c != point && !between)
            break;
    }
    size_t e = i;
    if (e < text.size && (text.data[e] == 'e' || text.data[e] == 'E')) {
        e++;
        if (e < text.size && (text.data[e] == '-' || text.data[e] == '+'))
            e++;
        size_t digits = e;
        while (e < text.size && is_digit(text.data[e]))
            e++;
        if (e > digits)
            i = e;
    }
    bool behind = style != NULL && style->minus_behind && i > 0 && i < text.size;
    return i + (behind && text.data[i] == '-');
}

const char *stw_number_problem_text(enum stw_number_problem problem)
{
    switch (problem) {
    case STW_NUMBER_OK:
        return "is a number";
    case STW_NUMBER_EMPTY:
        return "is empty";
    case STW_NUMBER_MALFORMED:
        return "is not a number";
    case STW_NUMBER_GROUPING:
        return "has thousands separators in odd places";
    case STW_NUMBER_TOO_LARGE:
        return "is too large";
    case STW_NUMBER_TOO_PRECISE:
        return "has more digits than can be kept exactly";
    case STW_NUMBER_NOT_WHOLE:
        return "is not a whole number";
    }
    return "is not a number";
}

void stw_number_format_double(double value, char text[STW_NUMBER_DOUBLE_SIZE])
{
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, STW_NUMBER_DOUBLE_SIZE, "%.*g", digits, value);
        if (isnan(value) || strtod(text, NULL) == value)
            return;
    }
}
