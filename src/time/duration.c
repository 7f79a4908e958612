/* Durations: a table of units, and digits kept as integers; see duration.h. */
#include "time/duration.h"

#include "base/decimal.h"
#include "base/suggest.h"
#include "time/civil.h"

#include <stdio.h>

static const struct unit {
    const char *name;
    int64_t ns;
    int months;
} units[] = {
    {"min", STW_NS_PER_MINUTE, 0},
    {"h", STW_NS_PER_HOUR, 0},
    {"s", STW_NS_PER_SECOND, 0},
    {"d", STW_NS_PER_DAY, 0},
    {"day", STW_NS_PER_DAY, 0},
    {"days", STW_NS_PER_DAY, 0},
    {"minute", STW_NS_PER_MINUTE, 0},
    {"minutes", STW_NS_PER_MINUTE, 0},
    {"mins", STW_NS_PER_MINUTE, 0},
    {"hour", STW_NS_PER_HOUR, 0},
    {"hours", STW_NS_PER_HOUR, 0},
    {"hr", STW_NS_PER_HOUR, 0},
    {"second", STW_NS_PER_SECOND, 0},
    {"seconds", STW_NS_PER_SECOND, 0},
    {"sec", STW_NS_PER_SECOND, 0},
    {"w", 7 * STW_NS_PER_DAY, 0},
    {"week", 7 * STW_NS_PER_DAY, 0},
    {"weeks", 7 * STW_NS_PER_DAY, 0},
    {"ms", STW_NS_PER_MS, 0},
    {"us", STW_NS_PER_US, 0},
    {"ns", 1, 0},
    {"month", 0, 1},
    {"months", 0, 1},
    {"year", 0, 12},
    {"years", 0, 12},
    {"quarter", 0, 3},
    {"quarters", 0, 3},
    {"秒", STW_NS_PER_SECOND, 0},
    {"秒钟", STW_NS_PER_SECOND, 0},
    {"分钟", STW_NS_PER_MINUTE, 0},
    {"分鐘", STW_NS_PER_MINUTE, 0},
    {"小时", STW_NS_PER_HOUR, 0},
    {"小時", STW_NS_PER_HOUR, 0},
    {"天", STW_NS_PER_DAY, 0},
    {"日", STW_NS_PER_DAY, 0},
    {"周", 7 * STW_NS_PER_DAY, 0},
    {"週", 7 * STW_NS_PER_DAY, 0},
    {"个月", 0, 1},
    {"個月", 0, 1},
    {"年", 0, 12},
};
enum { UNIT_COUNT = sizeof(units) / sizeof(units[0]) };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const struct unit *find_unit(struct stw_slice name)
{
    for (int i = 0; i < UNIT_COUNT; i++)
        if (stw_slice_is(name, units[i].name))
            return &units[i];
    return NULL;
}

static int fail_unit(struct stw_slice name, struct stw_slice text, struct stw_error *err)
{
    if (name.size == 0)
        return stw_fail(err, STW_ERR_INPUT, "'%.*s' has no unit of time; write s, min, h or d",
                        STW_SLICE_ARG(text));
    if (stw_slice_is(name, "m") || stw_slice_is(name, "M"))
        return stw_fail(err, STW_ERR_INPUT,
                        "'m' may be a minute or a month; write min or month (分钟 or 个月)");
    struct stw_suggest suggest;
    stw_suggest_init(&suggest, name);
    for (int i = 0; i < UNIT_COUNT; i++)
        stw_suggest_offer(&suggest, stw_slice_of(units[i].name));
    int status = stw_fail(err, STW_ERR_INPUT, "'%.*s' is not a unit of time", STW_SLICE_ARG(name));
    if (suggest.best.data != NULL && name.size > 1)
        stw_error_hint(err, "did you mean %.*s?", STW_SLICE_ARG(suggest.best));
    else
        stw_error_hint(err, "units are s, min, h, d, week, month, year");
    return status;
}

static int fail_text(struct stw_slice text, struct stw_error *err)
{
    int status = stw_fail(err, STW_ERR_INPUT, "'%.*s' is not a duration", STW_SLICE_ARG(text));
    stw_error_hint(err, "write a number and a unit, such as 10 min, 72 h or 3 days");
    return status;
}

/* Digits with at most 9 places behind a point. False: not a number, or too many digits. */
static bool take_number(struct stw_slice *in, struct stw_decimal *out)
{
    size_t at = 0;
    int digits = 0;
    bool point = false;
    *out = (struct stw_decimal){0, 0};
    for (; at < in->size && (is_digit(in->data[at]) || (in->data[at] == '.' && !point)); at++) {
        if (in->data[at] == '.') {
            point = true;
            continue;
        }
        if (++digits > STW_SCALE_MAX || out->scale == 9)
            return false;
        out->value = out->value * 10 + (in->data[at] - '0');
        out->scale += point;
    }
    in->data += at;
    in->size -= at;
    return digits > 0 && (!point || out->scale > 0);
}

static int add_part(struct stw_decimal number, const struct unit *unit, struct stw_slice text,
                    struct stw_duration *out, struct stw_error *err)
{
    number = stw_decimal_trim(number);
    stw_int128 total = (stw_int128)number.value * (unit->months > 0 ? unit->months : unit->ns);
    int64_t divisor = stw_pow10(number.scale);
    if (total % divisor != 0)
        return stw_fail(err, STW_ERR_INPUT, "'%.*s' is not a whole number of %s",
                        STW_SLICE_ARG(text), unit->months > 0 ? "months" : "nanoseconds");
    total = total / divisor + (unit->months > 0 ? out->months : out->ns);
    if (total >= (unit->months > 0 ? INT32_MAX : STW_TIME_MAX_NS))
        return stw_fail(err, STW_ERR_LIMIT, "'%.*s' is longer than 292 years", STW_SLICE_ARG(text));
    if (unit->months > 0)
        out->months = (int)total;
    else
        out->ns = (int64_t)total;
    return STW_OK;
}

int stw_duration_parse(struct stw_slice text, struct stw_duration *out, struct stw_error *err)
{
    struct stw_slice rest = stw_slice_trim(text);
    *out = (struct stw_duration){0, 0};
    if (rest.size == 0 || rest.size > STW_DURATION_TEXT_MAX)
        return fail_text((struct stw_slice){text.data, rest.size == 0 ? 0 : 20}, err);
    text = rest;
    for (; rest.size > 0; rest = stw_slice_trim(rest)) {
        struct stw_decimal number;
        if (!take_number(&rest, &number))
            return fail_text(text, err);
        rest = stw_slice_trim(rest);
        struct stw_slice name = {rest.data, 0};
        while (name.size < rest.size && !is_digit(rest.data[name.size]) &&
               rest.data[name.size] != ' ' && rest.data[name.size] != '\t')
            name.size++;
        const struct unit *unit = find_unit(name);
        if (unit == NULL)
            return fail_unit(name, text, err);
        rest.data += name.size;
        rest.size -= name.size;
        STW_TRY(add_part(number, unit, text, out, err));
    }
    if (out->ns > 0 && out->months > 0)
        return stw_fail(err, STW_ERR_INPUT,
                        "'%.*s' mixes calendar months with exact time; use one of them",
                        STW_SLICE_ARG(text));
    return STW_OK;
}

int stw_duration_format(int64_t ns, int parts, char text[STW_DURATION_FORMAT_SIZE])
{
    static const struct unit shown[] = {{"d", STW_NS_PER_DAY, 0},
                                        {"h", STW_NS_PER_HOUR, 0},
                                        {"min", STW_NS_PER_MINUTE, 0},
                                        {"s", STW_NS_PER_SECOND, 0},
                                        {"ms", STW_NS_PER_MS, 0},
                                        {"us", STW_NS_PER_US, 0},
                                        {"ns", 1, 0}};
    enum { SHOWN = sizeof(shown) / sizeof(shown[0]) };
    assert(parts >= 1);
    uint64_t rest = ns < 0 ? -(uint64_t)ns : (uint64_t)ns;
    int first = 0;
    while (first < SHOWN - 1 && rest < (uint64_t)shown[first].ns)
        first++;
    /* Round at the last unit that will be shown; 59 min 40 s in one part becomes 1 h. */
    int last = first + parts - 1 < SHOWN - 1 ? first + parts - 1 : SHOWN - 1;
    uint64_t unit = (uint64_t)shown[last].ns;
    rest = (rest + unit / 2) / unit * unit;
    if (rest == 0)
        return snprintf(text, STW_DURATION_FORMAT_SIZE, "0 s");
    int size = ns < 0 ? snprintf(text, STW_DURATION_FORMAT_SIZE, "-") : 0;
    for (int i = 0; i <= last; i++) {
        uint64_t count = rest / (uint64_t)shown[i].ns;
        rest %= (uint64_t)shown[i].ns;
        if (count > 0)
            size += snprintf(text + size, (size_t)(STW_DURATION_FORMAT_SIZE - size), "%s%llu %s",
                             size > (ns < 0) ? " " : "", (unsigned long long)count, shown[i].name);
    }
    return size;
}
