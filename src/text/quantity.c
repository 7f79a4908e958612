/* Units and quantities; see quantity.h. The words are in units.c. */
#include "text/quantity.h"

#include "base/suggest.h"
#include "text/number.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static const struct stw_unit *find_unit(struct stw_slice word)
{
    for (size_t i = 0; i < stw_unit_names_count; i++)
        if (stw_slice_is(word, stw_unit_names[i].alias))
            return find_unit(stw_slice_of(stw_unit_names[i].symbol));
    for (size_t i = 0; i < stw_units_count; i++)
        if (stw_slice_is(word, stw_units[i].symbol))
            return &stw_units[i];
    return NULL;
}

static int fail_word(struct stw_slice word, struct stw_error *err)
{
    if (err == NULL)
        return STW_ERR_INPUT; /* nobody asks for the nearest word, which takes a while */
    if (stw_slice_is(word, "m")) {
        stw_fail(err, STW_ERR_INPUT, "'m' can be metre, minute or month");
        stw_error_hint(err, "write 'metre', 'min' or 'month'");
        return STW_ERR_INPUT;
    }
    struct stw_suggest suggest;
    stw_suggest_init(&suggest, word);
    for (size_t i = 0; i < stw_units_count; i++)
        stw_suggest_offer(&suggest, stw_slice_of(stw_units[i].symbol));
    for (size_t i = 0; i < stw_unit_names_count; i++)
        stw_suggest_offer(&suggest, stw_slice_of(stw_unit_names[i].alias));
    stw_fail(err, STW_ERR_INPUT, "'%.*s' is not a unit", STW_SLICE_ARG(word));
    if (suggest.best.data != NULL)
        stw_error_hint(err, "did you mean '%.*s'?", STW_SLICE_ARG(suggest.best));
    return STW_ERR_INPUT;
}

static int64_t gcd(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a < 0 ? -a : a;
}

/* *top / *bottom times p / q, reduced; false: beyond 64 bits. All are positive. */
static bool multiply(int64_t *top, int64_t *bottom, int64_t p, int64_t q)
{
    int64_t across = gcd(*top, q), other = gcd(p, *bottom);
    return !__builtin_mul_overflow(*top / across, p / other, top) &&
           !__builtin_mul_overflow(*bottom / other, q / across, bottom);
}

/* out *= part, or out /= part. */
static int join(struct stw_unit *out, const struct stw_unit *part, bool divide,
                struct stw_error *err)
{
    if (part->point) {
        stw_fail(err, STW_ERR_INPUT, "%s is a point on a scale and has no rate", part->symbol);
        stw_error_hint(err, "a temperature difference is written in K");
        return STW_ERR_INPUT;
    }
    for (int i = 0; i < STW_DIMENSION_COUNT; i++)
        out->powers[i] = (int8_t)(out->powers[i] + (divide ? -part->powers[i] : part->powers[i]));
    if (part->currency[0] != '\0') {
        if (out->currency[0] != '\0' && strcmp(out->currency, part->currency) != 0)
            return stw_fail(err, STW_ERR_INPUT, "%s and %s are different currencies", out->currency,
                            part->currency);
        memcpy(out->currency, part->currency, sizeof(out->currency));
    }
    if (!multiply(&out->numerator, &out->denominator, divide ? part->denominator : part->numerator,
                  divide ? part->numerator : part->denominator))
        return stw_fail(err, STW_ERR_INPUT, "the unit's factor does not fit 64 bits");
    return STW_OK;
}

/* The bytes of a joining sign at the front: '/', '*', U+00B7, U+22C5; 0 where there is none. */
static size_t joiner_size(struct stw_slice text)
{
    if (text.size > 0 && (text.data[0] == '/' || text.data[0] == '*'))
        return 1;
    if (stw_slice_starts(text, STW_SLICE("\xC2\xB7")))
        return 2;
    return stw_slice_starts(text, STW_SLICE("\xE2\x8B\x85")) ? 3 : 0;
}

/* Cuts the text up to the next joining sign off the front; *joiner is what stood there, or 0. */
static struct stw_slice take_part(struct stw_slice *text, char *joiner)
{
    struct stw_slice part = {text->data, 0};
    struct stw_slice rest = *text;
    size_t size = 0;
    while (rest.size > 0 && (size = joiner_size(rest)) == 0) {
        rest.data++;
        rest.size--;
    }
    part.size = text->size - rest.size;
    *joiner = '\0';
    if (rest.size > 0) {
        *joiner = rest.data[0] == '/' ? '/' : '*';
        rest.data += size;
        rest.size -= size;
    }
    *text = rest;
    return stw_slice_trim(part);
}

/* kWh/(m2·year): the brackets say what the rule says already. */
static struct stw_slice without_brackets(struct stw_slice text)
{
    if (text.size >= 2 && text.data[0] == '(' && text.data[text.size - 1] == ')')
        return stw_slice_trim((struct stw_slice){text.data + 1, text.size - 2});
    return text;
}

static int join_parts(struct stw_slice text, struct stw_unit *out, struct stw_error *err)
{
    size_t used = 0;
    bool divide = false;
    char joiner = '*';
    for (int parts = 0; joiner != '\0'; parts++) {
        bool first_divisor = joiner == '/' && !divide;
        divide = divide || joiner == '/';
        if (first_divisor)
            text = without_brackets(stw_slice_trim(text));
        const char *sign = parts == 0 ? "" : first_divisor ? "/" : "·";
        struct stw_slice word = take_part(&text, &joiner);
        const struct stw_unit *part = find_unit(word);
        if (part == NULL)
            return fail_word(word, err);
        STW_TRY(join(out, part, divide, err));
        int size =
            snprintf(out->symbol + used, sizeof(out->symbol) - used, "%s%s", sign, part->symbol);
        used += (size_t)size;
        if (parts == STW_UNIT_PARTS_MAX || used >= sizeof(out->symbol))
            return stw_fail(err, STW_ERR_INPUT, "a unit of so many parts is not understood");
    }
    if (out->powers[STW_MONEY] == 0)
        out->currency[0] = '\0';
    return STW_OK;
}

int stw_unit_parse(struct stw_slice text, struct stw_unit *out, struct stw_error *err)
{
    text = stw_slice_trim(text);
    if (text.size == 0)
        return stw_fail(err, STW_ERR_INPUT, "a unit is missing");
    if (text.size > STW_QUANTITY_TEXT_MAX)
        return stw_fail(err, STW_ERR_INPUT, "a unit of %zu bytes is not understood", text.size);
    const struct stw_unit *known = find_unit(text);
    if (known != NULL) {
        *out = *known;
        return STW_OK;
    }
    struct stw_unit built = {.numerator = 1, .denominator = 1};
    STW_TRY(join_parts(text, &built, err));
    *out = built;
    return STW_OK;
}

int stw_unit_parse_like(struct stw_slice text, const struct stw_unit *want, struct stw_unit *out,
                        struct stw_error *err)
{
    struct stw_slice word = stw_slice_trim(text);
    struct stw_unit other;
    int status = stw_unit_parse(text, out, err);
    if (status == STW_OK && stw_unit_compatible(out, want))
        return STW_OK;
    for (size_t i = 0; i < stw_unit_others_count; i++) {
        if (!stw_slice_is(word, stw_unit_others[i].alias))
            continue;
        int other_status = stw_unit_parse(stw_slice_of(stw_unit_others[i].symbol), &other, NULL);
        assert(other_status == STW_OK);
        if (!stw_unit_compatible(&other, want))
            continue;
        stw_error_clear(err);
        *out = other;
        return STW_OK;
    }
    return status;
}

bool stw_unit_has_other(struct stw_slice word)
{
    for (size_t i = 0; i < stw_unit_others_count; i++)
        if (stw_slice_is(word, stw_unit_others[i].alias))
            return true;
    return false;
}

int stw_quantity_parse(struct stw_slice text, struct stw_quantity *out, struct stw_error *err)
{
    text = stw_slice_trim(text);
    if (text.size == 0)
        return stw_fail(err, STW_ERR_INPUT, "a number with a unit is missing");
    if (text.size > STW_QUANTITY_TEXT_MAX)
        return stw_fail(err, STW_ERR_INPUT, "a quantity of %zu bytes is not understood", text.size);
    struct stw_slice number = {text.data, stw_number_size(text, NULL)};
    struct stw_slice unit = {text.data + number.size, text.size - number.size};
    unit = stw_slice_trim(unit);
    struct stw_decimal value;
    enum stw_number_problem problem = stw_number_parse(number, NULL, &value);
    if (problem == STW_NUMBER_EMPTY) {
        stw_fail(err, STW_ERR_INPUT, "'%.*s' does not begin with a number", STW_SLICE_ARG(text));
        stw_error_hint(err, "write a number, a blank and a unit, such as '20 L/h'");
        return STW_ERR_INPUT;
    }
    if (problem != STW_NUMBER_OK)
        return stw_fail(err, STW_ERR_INPUT, "'%.*s' %s", STW_SLICE_ARG(number),
                        stw_number_problem_text(problem));
    if (unit.size == 0) {
        stw_fail(err, STW_ERR_INPUT, "'%.*s' has no unit", STW_SLICE_ARG(text));
        stw_error_hint(err, "write the unit behind the number, such as '%.*s L/h'",
                       STW_SLICE_ARG(text));
        return STW_ERR_INPUT;
    }
    STW_TRY(stw_unit_parse(unit, &out->unit, err));
    out->value = value;
    return STW_OK;
}

bool stw_unit_compatible(const struct stw_unit *a, const struct stw_unit *b)
{
    return memcmp(a->powers, b->powers, sizeof(a->powers)) == 0 && a->point == b->point &&
           strcmp(a->currency, b->currency) == 0;
}

static const struct stw_unit_name *find_kind(const struct stw_unit *unit)
{
    for (size_t i = 0; i < stw_unit_kinds_count; i++) {
        struct stw_unit of_kind;
        int status = stw_unit_parse(stw_slice_of(stw_unit_kinds[i].symbol), &of_kind, NULL);
        assert(status == STW_OK);
        if (memcmp(of_kind.powers, unit->powers, sizeof(unit->powers)) == 0 &&
            of_kind.point == unit->point)
            return &stw_unit_kinds[i];
    }
    return NULL;
}

const char *stw_unit_kind(const struct stw_unit *unit)
{
    const struct stw_unit_name *kind = find_kind(unit);
    return kind == NULL ? NULL : kind->alias;
}

int stw_unit_check(const struct stw_unit *have, const struct stw_unit *want, struct stw_error *err)
{
    if (stw_unit_compatible(have, want))
        return STW_OK;
    const char *kind = stw_unit_kind(have), *wanted = stw_unit_kind(want);
    if (strcmp(have->currency, want->currency) != 0 && have->currency[0] != '\0' &&
        want->currency[0] != '\0')
        stw_fail(err, STW_ERR_INPUT, "%s is wanted here, not %s", want->currency, have->currency);
    else if (kind != NULL && wanted != NULL)
        stw_fail(err, STW_ERR_INPUT, "%s is %s; %s such as %s is wanted here", have->symbol, kind,
                 wanted, want->symbol);
    else
        stw_fail(err, STW_ERR_INPUT, "%s does not fit here; something in %s is wanted",
                 have->symbol, want->symbol);
    if (have->point && want->powers[STW_TEMPERATURE] != 0)
        stw_error_hint(err, "a temperature difference is written in K");
    return STW_ERR_INPUT;
}

/* A converted value as a fraction; false: beyond 128 bits. */
static bool convert_fraction(struct stw_decimal in, const struct stw_unit *from,
                             const struct stw_unit *to, stw_int128 *top, stw_int128 *bottom)
{
    assert(stw_unit_compatible(from, to));
    int64_t p = from->numerator, q = from->denominator;
    if (!multiply(&p, &q, to->denominator, to->numerator))
        return false;
    /* (value * p/q) + (offset_from/den_from - offset_to/den_to) * den_to/num_to, over 10^scale. */
    *top = (stw_int128)in.value * p;
    *bottom = (stw_int128)q * stw_pow10(in.scale);
    if (from->offset == 0 && to->offset == 0)
        return true;
    stw_int128 shift =
        (stw_int128)from->offset * to->denominator - (stw_int128)to->offset * from->denominator;
    stw_int128 under = (stw_int128)from->denominator * to->numerator;
    stw_int128 shifted;
    return !__builtin_mul_overflow(shift, *bottom, &shifted) &&
           !__builtin_mul_overflow(*top, under, top) &&
           !__builtin_add_overflow(*top, shifted, top) &&
           !__builtin_mul_overflow(*bottom, under, bottom);
}

static stw_int128 wide_gcd(stw_int128 a, stw_int128 b)
{
    while (b != 0) {
        stw_int128 rest = a % b;
        a = b;
        b = rest;
    }
    return a < 0 ? -a : a;
}

static bool fits(stw_int128 value)
{
    return value >= INT64_MIN && value <= INT64_MAX;
}

static bool same_scale(const struct stw_unit *from, const struct stw_unit *to)
{
    return from->numerator == to->numerator && from->denominator == to->denominator &&
           from->offset == to->offset;
}

enum stw_conversion stw_unit_convert(struct stw_decimal in, const struct stw_unit *from,
                                     const struct stw_unit *to, struct stw_decimal *out)
{
    if (same_scale(from, to)) {
        *out = in;
        return STW_CONVERTED;
    }
    stw_int128 top, bottom;
    if (!convert_fraction(in, from, to, &top, &bottom))
        return STW_CONVERT_TOO_LARGE;
    stw_int128 common = wide_gcd(top, bottom);
    top /= common;
    bottom /= common;
    /* Now a decimal is equal only if bottom is twos and fives; its scale is the larger count. */
    int scale = 0;
    while (bottom != 1) {
        int by = bottom % 10 == 0 ? 10 : bottom % 5 == 0 ? 5 : bottom % 2 == 0 ? 2 : 0;
        if (by == 0 || scale == STW_SCALE_MAX)
            return STW_CONVERT_INEXACT;
        bottom /= by;
        if (__builtin_mul_overflow(top, (stw_int128)(10 / by), &top))
            return STW_CONVERT_TOO_LARGE;
        scale++;
    }
    if (!fits(top))
        return scale == 0 ? STW_CONVERT_TOO_LARGE : STW_CONVERT_INEXACT;
    *out = (struct stw_decimal){(int64_t)top, scale};
    return STW_CONVERTED;
}

bool stw_unit_convert_round(struct stw_decimal in, const struct stw_unit *from,
                            const struct stw_unit *to, int scale, struct stw_decimal *out)
{
    stw_int128 top, bottom;
    if (!convert_fraction(in, from, to, &top, &bottom))
        return false;
    stw_int128 common = wide_gcd(top, bottom);
    assert(bottom != 0 && common != 0);
    top /= common;
    bottom /= common;
    /* Whole part and rest apart, so that the scaling stays within 128 bits. */
    stw_int128 whole = top / bottom, rest = top % bottom, part, value;
    if (__builtin_mul_overflow(rest, (stw_int128)stw_pow10(scale), &part) ||
        __builtin_mul_overflow(whole, (stw_int128)stw_pow10(scale), &value))
        return false;
    value += stw_div_round(part, bottom);
    if (!fits(value))
        return false;
    *out = (struct stw_decimal){(int64_t)value, scale};
    return true;
}

double stw_unit_convert_double(double in, const struct stw_unit *from, const struct stw_unit *to)
{
    assert(stw_unit_compatible(from, to));
    if (same_scale(from, to))
        return in;
    double base = (in * (double)from->numerator + (double)from->offset) / (double)from->denominator;
    return (base * (double)to->denominator - (double)to->offset) / (double)to->numerator;
}
