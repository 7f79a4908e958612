/* Formatting of report values, for people and for programs; see datum.h. */
#include "report/datum.h"

#include "base/clock.h"
#include "text/json_write.h"
#include "time/civil.h"

#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Holds a double printed with %.*f: 309 digits, sign, point, 18 decimals. */
enum { NUMBER_TEXT_SIZE = 352 };

#define MINUS "\u2212"
#define DASH  "\u2014"

/* The exact number as plain text rounded to `digits`, or in full when `digits` < 0. */
static void decimal_text(struct stw_wide value, int digits, char *text)
{
    stw_int128 rounded;
    if (digits >= 0 && stw_wide_round(value, digits, &rounded))
        value = (struct stw_wide){rounded, digits};
    stw_wide_format(value, digits < 0, text);
}

/* "-0.00" is zero. */
static bool is_negative(const char *text)
{
    return text[0] == '-' && strpbrk(text, "123456789") != NULL;
}

/* Digits as printf gives them, to groups of three with a real minus sign. */
static void show_digits(const char *text, bool with_sign, struct stw_buffer *out)
{
    bool negative = is_negative(text);
    if (text[0] == '-')
        text++;
    if (negative)
        stw_buffer_add_text(out, MINUS);
    else if (with_sign && strpbrk(text, "123456789") != NULL)
        stw_buffer_add_char(out, '+');
    size_t whole = strspn(text, "0123456789");
    for (size_t i = 0; i < whole; i++) {
        if (i > 0 && (whole - i) % 3 == 0)
            stw_buffer_add_char(out, ',');
        stw_buffer_add_char(out, text[i]);
    }
    stw_buffer_add_text(out, text + whole);
}

static void show_real(double value, int digits, bool with_sign, struct stw_buffer *out)
{
    if (isinf(value)) {
        stw_buffer_add_text(out, value < 0 ? MINUS "\u221e" : "\u221e");
        return;
    }
    if (isnan(value)) {
        stw_buffer_add_text(out, DASH);
        return;
    }
    char text[NUMBER_TEXT_SIZE];
    snprintf(text, sizeof(text), "%.*f", digits, value);
    show_digits(text, with_sign, out);
}

/* Two neighbouring units at most: 3 d 4 h, 2 h 5 min, 1 min 30 s, 12 s. */
static void show_duration(enum stw_language language, int64_t duration_ns, bool with_sign,
                          struct stw_buffer *out)
{
    static const struct {
        int64_t large_s, small_s;
        enum stw_word large, small;
    } units[] = {
        {86400, 3600, STW_WORD_UNIT_DAY, STW_WORD_UNIT_HOUR},
        {3600, 60, STW_WORD_UNIT_HOUR, STW_WORD_UNIT_MINUTE},
        {60, 1, STW_WORD_UNIT_MINUTE, STW_WORD_UNIT_SECOND},
    };
    uint64_t magnitude_ns = duration_ns < 0 ? -(uint64_t)duration_ns : (uint64_t)duration_ns;
    uint64_t seconds = (magnitude_ns + STW_NS_PER_SECOND / 2) / STW_NS_PER_SECOND;
    if (seconds > 0 && (duration_ns < 0 || with_sign))
        stw_buffer_add_text(out, duration_ns < 0 ? MINUS : "+");
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        uint64_t large = (uint64_t)units[i].large_s, small = (uint64_t)units[i].small_s;
        uint64_t steps = (seconds + small / 2) / small;
        if (steps * small < large)
            continue;
        stw_buffer_printf(out, "%" PRIu64 " %s", steps * small / large,
                          stw_word(language, units[i].large));
        uint64_t rest = steps * small % large / small;
        if (rest != 0)
            stw_buffer_printf(out, " %" PRIu64 " %s", rest, stw_word(language, units[i].small));
        return;
    }
    stw_buffer_printf(out, "%" PRIu64 " %s", seconds, stw_word(language, STW_WORD_UNIT_SECOND));
}

static struct stw_civil civil_of(const struct stw_datum *value)
{
    struct stw_civil civil;
    stw_civil_of_local(value->time.at_ns + value->time.offset_s * STW_NS_PER_SECOND, &civil);
    return civil;
}

static void plain_time(const struct stw_datum *value, struct stw_buffer *out)
{
    struct stw_civil civil = civil_of(value);
    stw_buffer_printf(out, "%04d-%02d", civil.year, civil.month);
    if (value->time.precision >= STW_PRECISION_DAY)
        stw_buffer_printf(out, "-%02d", civil.day);
    if (value->time.precision >= STW_PRECISION_MINUTE)
        stw_buffer_printf(out, " %02d:%02d", civil.hour, civil.minute);
    if (value->time.precision >= STW_PRECISION_SECOND)
        stw_buffer_printf(out, ":%02d", civil.second);
}

static void show_time(enum stw_language language, const struct stw_datum *value,
                      struct stw_buffer *out)
{
    if (value->time.precision != STW_PRECISION_MONTH) {
        plain_time(value, out); /* ISO: read the same way everywhere */
        return;
    }
    struct stw_civil civil = civil_of(value);
    char year[16]; /* as text: no thousands separator */
    snprintf(year, sizeof(year), "%04d", civil.year);
    enum stw_word month = (enum stw_word)(STW_WORD_MONTH_1 + civil.month - 1);
    const struct stw_datum parts[] = {stw_datum_string(year),
                                      stw_datum_string(stw_word(language, month))};
    stw_datum_fill(language, STW_WORD_MONTH_OF_YEAR, parts, 2, out);
}

static void show_interval(const struct stw_datum *value, struct stw_buffer *out)
{
    if (isnan(value->interval.estimate)) {
        stw_buffer_add_text(out, "\u2264 ");
        show_real(value->interval.high, value->digits, false, out);
        return;
    }
    show_real(value->interval.estimate, value->digits, value->with_sign, out);
    stw_buffer_add_text(out, " (");
    show_real(value->interval.low, value->digits, value->with_sign, out);
    stw_buffer_add_text(out, "\u2013");
    show_real(value->interval.high, value->digits, value->with_sign, out);
    stw_buffer_add_char(out, ')');
}

static void show_absent(enum stw_language language, const struct stw_datum *value,
                        struct stw_buffer *out)
{
    if (value->text.size == 0) {
        stw_buffer_add_text(out, stw_word(language, STW_WORD_NO_DATA));
        return;
    }
    struct stw_datum reason = stw_datum_text(value->text);
    stw_datum_fill(language, STW_WORD_NOT_JUDGED, &reason, 1, out);
}

void stw_datum_show(enum stw_language language, const struct stw_datum *value,
                    struct stw_buffer *out)
{
    char text[NUMBER_TEXT_SIZE];
    switch (value->kind) {
    case STW_DATUM_NONE:
        break;
    case STW_DATUM_TEXT:
        stw_buffer_add_slice(out, value->text);
        break;
    case STW_DATUM_COUNT:
        snprintf(text, sizeof(text), "%" PRId64, value->count);
        show_digits(text, value->with_sign, out);
        break;
    case STW_DATUM_DECIMAL:
        decimal_text(value->decimal, value->digits, text);
        show_digits(text, value->with_sign, out);
        break;
    case STW_DATUM_REAL:
        show_real(value->real, value->digits, value->with_sign, out);
        break;
    case STW_DATUM_SHARE:
        show_real(value->real * 100, value->digits, value->with_sign, out);
        if (isfinite(value->real))
            stw_buffer_add_char(out, '%');
        break;
    case STW_DATUM_PROBABILITY:
        if (value->real < .0001 || value->with_sign)
            stw_buffer_add_text(out, value->real >= .0001 ? "= " : value->with_sign ? "< " : "<");
        show_real(fmax(value->real, .0001), 4, false, out);
        break;
    case STW_DATUM_DURATION:
        show_duration(language, value->duration_ns, value->with_sign, out);
        break;
    case STW_DATUM_TIME:
        show_time(language, value, out);
        break;
    case STW_DATUM_INTERVAL:
        show_interval(value, out);
        break;
    case STW_DATUM_ABSENT:
        show_absent(language, value, out);
        break;
    }
}

/* The shortest digits that read back as the same double; nothing for infinities and NaN. */
static void plain_real(double value, struct stw_buffer *out)
{
    if (!isfinite(value))
        return;
    struct stw_json json;
    stw_json_init(&json, out, STW_JSON_COMPACT);
    stw_json_double(&json, value);
}

static void plain_duration(int64_t duration_ns, struct stw_buffer *out)
{
    uint64_t magnitude_ns = duration_ns < 0 ? -(uint64_t)duration_ns : (uint64_t)duration_ns;
    uint64_t seconds = magnitude_ns / STW_NS_PER_SECOND;
    stw_buffer_printf(out, "%s%" PRIu64 ":%02u:%02u", duration_ns < 0 ? "-" : "", seconds / 3600,
                      (unsigned)(seconds / 60 % 60), (unsigned)(seconds % 60));
    unsigned fraction = (unsigned)(magnitude_ns % STW_NS_PER_SECOND);
    if (fraction != 0)
        stw_buffer_printf(out, ".%09u", fraction);
}

void stw_datum_plain(const struct stw_datum *value, struct stw_buffer *out)
{
    char text[NUMBER_TEXT_SIZE];
    switch (value->kind) {
    case STW_DATUM_NONE:
        break;
    case STW_DATUM_TEXT:
    case STW_DATUM_ABSENT:
        stw_buffer_add_slice(out, value->text);
        break;
    case STW_DATUM_COUNT:
        stw_buffer_printf(out, "%" PRId64, value->count);
        break;
    case STW_DATUM_DECIMAL:
        decimal_text(value->decimal, -1, text);
        stw_buffer_add_text(out, text);
        break;
    case STW_DATUM_REAL:
    case STW_DATUM_PROBABILITY:
        plain_real(value->real, out);
        break;
    case STW_DATUM_SHARE:
        plain_real(value->real * 100, out);
        if (isfinite(value->real))
            stw_buffer_add_char(out, '%');
        break;
    case STW_DATUM_DURATION:
        plain_duration(value->duration_ns, out);
        break;
    case STW_DATUM_TIME:
        plain_time(value, out);
        break;
    case STW_DATUM_INTERVAL:
        plain_real(value->interval.estimate, out);
        break;
    }
}

double stw_datum_number(const struct stw_datum *value)
{
    switch (value->kind) {
    case STW_DATUM_COUNT:
        return (double)value->count;
    case STW_DATUM_DECIMAL:
        return stw_wide_double(value->decimal);
    case STW_DATUM_REAL:
    case STW_DATUM_PROBABILITY:
        return value->real;
    case STW_DATUM_SHARE:
        return value->real * 100;
    case STW_DATUM_DURATION:
        return (double)value->duration_ns / (double)STW_NS_PER_SECOND;
    case STW_DATUM_INTERVAL:
        return value->interval.estimate;
    case STW_DATUM_NONE:
    case STW_DATUM_TEXT:
    case STW_DATUM_TIME:
    case STW_DATUM_ABSENT:
        break;
    }
    return NAN;
}

static bool is_one(const struct stw_datum *value)
{
    return fabs(stw_datum_number(value)) == 1;
}

/* One place "{0}" or "{0:one|many}"; returns what follows it. The catalogue is ours: a place that
 * is not well formed is a defect, found by the test that fills every message. */
static const char *fill_place(enum stw_language language, const char *at,
                              const struct stw_datum *values, unsigned count,
                              struct stw_buffer *out)
{
    assert(at[0] == '{' && isdigit((unsigned char)at[1]));
    unsigned number = (unsigned)(at[1] - '0');
    assert(number < count);
    if (at[2] == '}') {
        stw_datum_show(language, &values[number], out);
        return at + 3;
    }
    assert(at[2] == ':');
    const char *one = at + 3, *bar = strchr(one, '|'), *end = strchr(one, '}');
    assert(bar != NULL && end != NULL && bar < end);
    if (is_one(&values[number]))
        stw_buffer_add(out, one, (size_t)(bar - one));
    else
        stw_buffer_add(out, bar + 1, (size_t)(end - bar - 1));
    return end + 1;
}

void stw_datum_fill(enum stw_language language, enum stw_word message,
                    const struct stw_datum *values, unsigned count, struct stw_buffer *out)
{
    const char *at = stw_word(language, message);
    while (*at != '\0') {
        size_t plain = strcspn(at, "{");
        stw_buffer_add(out, at, plain);
        at += plain;
        if (*at == '{')
            at = fill_place(language, at, values, count, out);
    }
}
