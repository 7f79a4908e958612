/* Stamps to instants; see stamp.h. Three parsers (ISO, epoch, pattern) meet in to_instant(). */
#include "time/stamp.h"

#include "base/decimal.h"
#include "time/civil.h"

#include <stdio.h>
#include <strings.h>

#define NO_OFFSET INT32_MIN

const char *stw_stamp_reason(enum stw_stamp_result result)
{
    switch (result) {
    case STW_STAMP_OK:
        return "read";
    case STW_STAMP_AMBIGUOUS:
        return "the local clock shows this time twice; the earlier was taken";
    case STW_STAMP_EMPTY:
        return "the time is empty";
    case STW_STAMP_SYNTAX:
        return "the time is not in the stated format";
    case STW_STAMP_FIELD:
        return "there is no such date or time of day";
    case STW_STAMP_NONEXISTENT:
        return "the local clock was put forward over this time";
    default:
        return "the time is outside the years 1678 to 2261";
    }
}

/* ---- digits and shared ends -------------------------------------------------------------- */

struct cursor {
    const char *at;
    const char *end;
};

static bool is_digit(char c)
{
    return (unsigned char)(c - '0') <= 9;
}

static bool take(struct cursor *in, char c)
{
    if (in->at == in->end || *in->at != c)
        return false;
    in->at++;
    return true;
}

/* Between `low` and `high` digits. */
static bool take_digits(struct cursor *in, int low, int high, int *out)
{
    int value = 0, count = 0;
    for (; count < high && in->at < in->end && is_digit(*in->at); count++)
        value = value * 10 + (*in->at++ - '0');
    *out = value;
    return count >= low;
}

/* One to nine digits as nanoseconds. */
static bool take_fraction(struct cursor *in, int *out_ns)
{
    const char *start = in->at;
    if (!take_digits(in, 1, 9, out_ns))
        return false;
    *out_ns *= (int)stw_pow10(9 - (int)(in->at - start));
    return in->at == in->end || !is_digit(*in->at); /* a tenth digit would be lost */
}

/* "Z", "+08", "+0800", "+08:00", "+00:53:28"; NO_OFFSET stays where none of them begins. */
static enum stw_stamp_result take_offset(struct cursor *in, int32_t *offset_s)
{
    int hours, minutes = 0, seconds = 0;
    if (take(in, 'Z') || take(in, 'z')) {
        *offset_s = 0;
        return STW_STAMP_OK;
    }
    bool west = take(in, '-');
    if (!west && !take(in, '+'))
        return STW_STAMP_SYNTAX;
    if (!take_digits(in, 2, 2, &hours))
        return STW_STAMP_SYNTAX;
    bool colon = take(in, ':');
    bool has_minutes = take_digits(in, 2, 2, &minutes);
    if (colon && !has_minutes)
        return STW_STAMP_SYNTAX;
    if (colon && take(in, ':') && !take_digits(in, 2, 2, &seconds))
        return STW_STAMP_SYNTAX;
    if (hours > 25 || minutes > 59 || seconds > 59)
        return STW_STAMP_FIELD;
    *offset_s = (hours * 3600 + minutes * 60 + seconds) * (west ? -1 : 1);
    return STW_STAMP_OK;
}

static enum stw_stamp_result to_instant(struct stw_stamp_format *format, int64_t local_ns,
                                        int32_t offset_s, int64_t *out_ns)
{
    enum stw_stamp_result result = STW_STAMP_OK;
    int64_t at_ns;
    if (offset_s != NO_OFFSET) {
        at_ns = local_ns - offset_s * STW_NS_PER_SECOND;
    } else if (local_ns >= format->from_local_ns && local_ns < format->until_local_ns) {
        at_ns = local_ns - format->shift_ns;
    } else {
        struct stw_local local;
        stw_zone_local(format->zone, local_ns, &local);
        if (local.kind == STW_LOCAL_NONEXISTENT)
            return STW_STAMP_NONEXISTENT;
        if (local.kind == STW_LOCAL_AMBIGUOUS)
            result = STW_STAMP_AMBIGUOUS;
        format->from_local_ns = local.from_local_ns;
        format->until_local_ns = local.until_local_ns;
        format->shift_ns = local.offset_s * STW_NS_PER_SECOND;
        at_ns = local.ns;
    }
    if (at_ns < STW_TIME_MIN_NS || at_ns >= STW_TIME_MAX_NS)
        return STW_STAMP_RANGE;
    *out_ns = at_ns;
    return result;
}

struct time_of_day {
    int hour, minute, second, nanosecond;
};

static bool is_time_of_day(const struct time_of_day *time)
{
    bool end_of_day = time->hour == 24 && (time->minute | time->second | time->nanosecond) == 0;
    return (time->hour <= 23 || end_of_day) && time->minute <= 59 && time->second <= 59;
}

static int64_t time_of_day_ns(const struct time_of_day *time)
{
    return (time->hour * INT64_C(3600) + time->minute * INT64_C(60) + time->second) *
               STW_NS_PER_SECOND +
           time->nanosecond;
}

static enum stw_stamp_result date_to_local(int year, int month, int day, int64_t *local_ns)
{
    struct stw_civil civil = {.year = year, .month = month, .day = day};
    if (stw_civil_to_local(&civil, local_ns))
        return STW_STAMP_OK;
    bool in_years = year >= STW_YEAR_MIN && year <= STW_YEAR_MAX;
    return in_years ? STW_STAMP_FIELD : STW_STAMP_RANGE;
}

static void remember_date(struct stw_stamp_format *format, const char *text, size_t size,
                          bool is_open, int64_t local_ns)
{
    format->date_size = 0;
    if (size > STW_STAMP_DATE_MAX)
        return;
    memcpy(format->date_text, text, size);
    format->date_size = (unsigned)size;
    format->date_is_open = is_open;
    format->date_local_ns = local_ns;
}

/* ---- ISO 8601 ---------------------------------------------------------------------------- */

enum { ISO_DATE_SIZE = 10 };

static enum stw_stamp_result iso_date(struct stw_stamp_format *format, struct cursor *in,
                                      int64_t *local_ns)
{
    if (in->end - in->at < ISO_DATE_SIZE)
        return STW_STAMP_SYNTAX;
    const char *start = in->at;
    if (format->date_size == ISO_DATE_SIZE &&
        memcmp(start, format->date_text, ISO_DATE_SIZE) == 0) {
        in->at += ISO_DATE_SIZE;
        *local_ns = format->date_local_ns;
        return STW_STAMP_OK;
    }
    int year, month, day;
    if (!take_digits(in, 4, 4, &year) || !take(in, '-') || !take_digits(in, 2, 2, &month) ||
        !take(in, '-') || !take_digits(in, 2, 2, &day))
        return STW_STAMP_SYNTAX;
    enum stw_stamp_result result = date_to_local(year, month, day, local_ns);
    if (result == STW_STAMP_OK)
        remember_date(format, start, ISO_DATE_SIZE, false, *local_ns);
    return result;
}

static inline bool two_digits(const char *at, int *out)
{
    unsigned tens = (unsigned char)(at[0] - '0'), ones = (unsigned char)(at[1] - '0');
    *out = (int)(tens * 10 + ones);
    return (tens <= 9) & (ones <= 9);
}

/* "T00:15:00" as almost all are written; false: otherwise, and nothing is taken. */
static bool take_plain_clock(struct cursor *in, struct time_of_day *time)
{
    enum { SIZE = 9 };
    const char *at = in->at;
    if (in->end - at < SIZE || (at[0] != 'T' && at[0] != ' ' && at[0] != 't') || at[3] != ':' ||
        at[6] != ':' || !two_digits(at + 1, &time->hour) || !two_digits(at + 4, &time->minute) ||
        !two_digits(at + 7, &time->second))
        return false;
    in->at += SIZE;
    return true;
}

/* The clock behind an ISO date, up to its offset. */
static bool take_clock(struct cursor *in, struct time_of_day *time)
{
    bool seconds = take_plain_clock(in, time);
    if (!seconds) {
        if (!take(in, ' ') && !take(in, 'T') && !take(in, 't'))
            return false;
        if (!take_digits(in, 2, 2, &time->hour) || !take(in, ':') ||
            !take_digits(in, 2, 2, &time->minute))
            return false;
        seconds = take(in, ':');
        if (seconds && !take_digits(in, 2, 2, &time->second))
            return false;
    }
    return !seconds || !(take(in, '.') || take(in, ',')) || take_fraction(in, &time->nanosecond);
}

static enum stw_stamp_result parse_iso(struct stw_stamp_format *format, struct cursor in,
                                       int64_t *out_ns)
{
    int64_t local_ns;
    enum stw_stamp_result result = iso_date(format, &in, &local_ns);
    if (result != STW_STAMP_OK)
        return result;
    if (in.at == in.end)
        return to_instant(format, local_ns + format->date_only_hour * STW_NS_PER_HOUR, NO_OFFSET,
                          out_ns);
    struct time_of_day time = {0};
    int32_t offset_s = NO_OFFSET;
    if (!take_clock(&in, &time))
        return STW_STAMP_SYNTAX;
    if (in.at < in.end) {
        (void)take(&in, ' ');
        result = take_offset(&in, &offset_s);
        if (result != STW_STAMP_OK)
            return result;
        if (in.at != in.end)
            return STW_STAMP_SYNTAX;
    }
    if (!is_time_of_day(&time))
        return STW_STAMP_FIELD;
    return to_instant(format, local_ns + time_of_day_ns(&time), offset_s, out_ns);
}

/* ---- epochs ------------------------------------------------------------------------------ */

static bool take_text(struct cursor *in, const char *word)
{
    size_t size = strlen(word);
    if ((size_t)(in->end - in->at) < size || memcmp(in->at, word, size) != 0)
        return false;
    in->at += size;
    return true;
}

/* The date as ISO has it, and the rest of the text behind it. */
static enum stw_stamp_result parse_year_first(struct stw_stamp_format *format, struct cursor in,
                                              int64_t *out_ns)
{
    char iso[STW_STAMP_TEXT_MAX];
    int year, month, day, hour;
    if (!take_digits(&in, 4, 4, &year))
        return STW_STAMP_SYNTAX;
    bool chinese = take_text(&in, "年");
    char sign = chinese || in.at == in.end ? '\0' : *in.at++;
    if ((!chinese && sign != '-' && sign != '/' && sign != '.') ||
        !take_digits(&in, 1, 2, &month) || !(chinese ? take_text(&in, "月") : take(&in, sign)) ||
        !take_digits(&in, 1, 2, &day))
        return STW_STAMP_SYNTAX;
    if (chinese && !take_text(&in, "日") && !take_text(&in, "号"))
        return STW_STAMP_SYNTAX;
    int size = snprintf(iso, sizeof(iso), "%04d-%02d-%02d", year, month, day);
    if (in.at < in.end) {
        bool apart = take(&in, 'T');
        while (take(&in, ' '))
            apart = true;
        if (!(apart || chinese) || !take_digits(&in, 1, 2, &hour) ||
            in.end - in.at > STW_STAMP_DATE_MAX)
            return STW_STAMP_SYNTAX;
        size += snprintf(iso + size, sizeof(iso) - (size_t)size, " %02d%.*s", hour,
                         (int)(in.end - in.at), in.at);
    }
    return parse_iso(format, (struct cursor){iso, iso + size}, out_ns);
}

static enum stw_stamp_result parse_epoch(const struct stw_stamp_format *format, struct cursor in,
                                         int64_t *out_ns)
{
    bool negative = take(&in, '-');
    int64_t value = 0;
    int digits = 0, places = 0;
    for (; in.at < in.end && is_digit(*in.at); in.at++, digits++)
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, *in.at - '0', &value))
            return STW_STAMP_RANGE;
    if (digits > 0 && take(&in, '.'))
        for (; in.at < in.end && is_digit(*in.at); in.at++, places++) {
            if (places >= format->epoch_places && *in.at != '0')
                return STW_STAMP_SYNTAX; /* below a nanosecond */
            if (places < format->epoch_places &&
                (__builtin_mul_overflow(value, 10, &value) ||
                 __builtin_add_overflow(value, *in.at - '0', &value)))
                return STW_STAMP_RANGE;
        }
    if (digits == 0 || in.at != in.end)
        return STW_STAMP_SYNTAX;
    int missing = places < format->epoch_places ? format->epoch_places - places : 0;
    if (__builtin_mul_overflow(value, stw_pow10(missing), &value))
        return STW_STAMP_RANGE;
    value = negative ? -value : value;
    if (value < STW_TIME_MIN_NS || value >= STW_TIME_MAX_NS)
        return STW_STAMP_RANGE;
    *out_ns = value;
    return STW_STAMP_OK;
}

/* ---- patterns ---------------------------------------------------------------------------- */

static int fail_pattern(struct stw_error *err, const char *pattern, const char *why)
{
    int status = stw_fail(err, STW_ERR_USAGE, "the time format '%.*s' %s", STW_STAMP_PATTERN_MAX,
                          pattern, why);
    stw_error_hint(err,
                   "write iso, epoch_s, epoch_ms, or a pattern such as %%d/%%m/%%Y %%H:%%M:%%S");
    return status;
}

/* Copies the pattern with %F and %T written out; what is wrong with it, or NULL. */
static const char *expand_pattern(const char *pattern, struct stw_stamp_format *format)
{
    unsigned size = 0;
    for (const char *at = pattern; *at != '\0'; at++) {
        char piece[3] = {*at, '\0', '\0'};
        const char *text = piece;
        if (*at == '%') {
            piece[1] = *++at;
            if (*at == '\0')
                return "ends in a %";
            if (strchr("%YyEmdbaHIMSfpzFT", *at) == NULL)
                return "has an unknown letter behind a %";
            if (*at == 'F' || *at == 'T')
                text = *at == 'F' ? "%Y-%m-%d" : "%H:%M:%S";
        }
        size_t added = strlen(text);
        if (size + added > STW_STAMP_PATTERN_MAX)
            return "is too long";
        memcpy(format->pattern + size, text, added + 1);
        size += (unsigned)added;
    }
    format->pattern_size = size;
    return NULL;
}

/* What a pattern lacks or has twice; NULL when it is a time. Notes where the date ends. */
static const char *check_pattern(struct stw_stamp_format *format)
{
    unsigned count[128] = {0};
    bool time_before_date = false;
    for (const char *at = format->pattern; *at != '\0'; at++) {
        if (*at != '%' || *++at == '%')
            continue;
        if (count[(unsigned char)*at]++ > 0)
            return "names a part of the time twice";
        if (strchr("YyEmdba", *at) == NULL)
            format->has_time = true;
        else if (format->has_time)
            time_before_date = true;
        else
            format->pattern_date_size = (unsigned)(at + 1 - format->pattern);
    }
    if (time_before_date)
        format->pattern_date_size = 0;
    bool one_year = count['Y'] + count['y'] + count['E'] == 1;
    if (!one_year || count['m'] + count['b'] != 1 || count['d'] != 1)
        return "needs one year (%Y), one month (%m or %b) and one day (%d)";
    format->has_time = count['H'] + count['I'] > 0;
    if (count['H'] + count['I'] > 1 || count['I'] != count['p'])
        return "needs %H, or %I together with %p";
    if (count['M'] > count['H'] + count['I'] || count['S'] > count['M'] || count['f'] > count['S'])
        return "leaves out a part between the hour and the smallest one";
    return NULL;
}

enum part_of_day {
    PART_NONE, /* not given */
    PART_AM,
    PART_PM,
    PART_SMALL_HOURS,
    PART_MORNING,
    PART_NOON,
    PART_AFTERNOON,
    PART_EVENING
};

struct fields {
    int year, month, day;
    struct time_of_day time;
    int weekday; /* 1 = Monday ... 7; 0: not given */
    enum part_of_day part;
    int32_t offset_s;
    bool is_open; /* a letter or digit more would belong to the last field */
};

static bool is_alphanumeric(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool take_word(struct cursor *in, const char *word)
{
    size_t size = strlen(word);
    if ((size_t)(in->end - in->at) < size || strncasecmp(in->at, word, size) != 0)
        return false;
    in->at += size;
    return true;
}

static bool take_month_name(struct cursor *in, int *month)
{
    static const char *const names[12] = {"january",   "february", "march",    "april",
                                          "may",       "june",     "july",     "august",
                                          "september", "october",  "november", "december"};
    for (int i = 0; i < 12; i++) {
        char first_three[4] = {names[i][0], names[i][1], names[i][2], '\0'};
        *month = i + 1;
        if (take_word(in, names[i]) || take_word(in, first_three))
            return in->at == in->end || is_digit(*in->at) || !is_alphanumeric(*in->at);
    }
    return false;
}

static bool take_weekday(struct cursor *in, int *weekday)
{
    static const char *const names[7] = {"monday", "tuesday",  "wednesday", "thursday",
                                         "friday", "saturday", "sunday"};
    static const char *const digits[8] = {"一", "二", "三", "四", "五", "六", "日", "天"};
    for (int i = 0; i < 7; i++) {
        char first_three[4] = {names[i][0], names[i][1], names[i][2], '\0'};
        *weekday = i + 1;
        if (take_word(in, names[i]) || take_word(in, first_three))
            return true;
    }
    if (!take_word(in, "星期") && !take_word(in, "周") && !take_word(in, "礼拜"))
        return false;
    for (int i = 0; i < 8; i++) {
        *weekday = i < 7 ? i + 1 : 7;
        if (take_word(in, digits[i]))
            return true;
    }
    return false;
}

/* 1970-01-01 was a Thursday. */
static bool weekday_fits(int weekday, int64_t local_ns)
{
    int64_t days = local_ns / STW_NS_PER_DAY - (local_ns % STW_NS_PER_DAY < 0);
    return weekday == 0 || ((days + 3) % 7 + 7) % 7 + 1 == weekday;
}

/* The parts of a day; the Chinese ones as CLDR's day periods of zh have them. */
static bool take_part_of_day(struct cursor *in, enum part_of_day *part)
{
    static const struct {
        const char *word;
        enum part_of_day part;
    } words[] = {{"am", PART_AM},
                 {"pm", PART_PM},
                 {"a.m.", PART_AM},
                 {"p.m.", PART_PM},
                 {"上午", PART_MORNING},
                 {"下午", PART_AFTERNOON},
                 {"凌晨", PART_SMALL_HOURS},
                 {"清晨", PART_MORNING},
                 {"早上", PART_MORNING},
                 {"早晨", PART_MORNING},
                 {"中午", PART_NOON},
                 {"午后", PART_AFTERNOON},
                 {"傍晚", PART_EVENING},
                 {"晚上", PART_EVENING},
                 {"夜间", PART_EVENING}};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        *part = words[i].part;
        if (take_word(in, words[i].word))
            return true;
    }
    return false;
}

/* The hour of a part of the day on the clock of 24; false where the two do not go together. With a
 * Chinese word the hour may be of that clock already: 下午14:05. 晚上12:00 is the end of which day?
 */
static bool hour_of_part(enum part_of_day part, int *hour)
{
    bool of_twelve = *hour >= 1 && *hour <= 12;
    switch (part) {
    case PART_NONE:
        return true;
    case PART_AM:
    case PART_PM:
        *hour = *hour % 12 + (part == PART_PM ? 12 : 0);
        return of_twelve;
    case PART_SMALL_HOURS:
        *hour = *hour == 12 ? 0 : *hour;
        return *hour <= 6;
    case PART_MORNING:
        *hour %= of_twelve ? 12 : 24;
        return *hour < 12;
    case PART_NOON:
        *hour += *hour == 1 || *hour == 2 ? 12 : 0;
        return *hour >= 11 && *hour <= 14;
    case PART_AFTERNOON:
        *hour = of_twelve ? *hour % 12 + 12 : *hour;
        return *hour >= 12 && *hour <= 23;
    case PART_EVENING:
        *hour += *hour >= 5 && *hour <= 11 ? 12 : 0;
        return *hour >= 17 && *hour <= 23;
    }
    return false;
}

/* A year of the Republic of China, which counts from 1912 = 1: 113, 民國113. */
static bool take_republic_year(struct cursor *in, int *year)
{
    static const char *const words[] = {"中華民國", "中华民国", "民國", "民国"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (take_word(in, words[i]))
            break;
    while (take(in, ' '))
        ;
    if (!take_digits(in, 1, 3, year) || *year == 0)
        return false;
    *year += STW_REPUBLIC_EPOCH_YEAR;
    return true;
}

/* Where a field of one or two digits goes; NULL for the other letters. */
static int *two_digit_field(struct fields *out, char letter)
{
    switch (letter) {
    case 'm':
        return &out->month;
    case 'd':
        return &out->day;
    case 'H':
    case 'I':
        return &out->time.hour;
    case 'M':
        return &out->time.minute;
    case 'S':
        return &out->time.second;
    default:
        return NULL;
    }
}

static bool take_field(struct cursor *in, char letter, struct fields *out)
{
    const char *start = in->at;
    int *two_digits = two_digit_field(out, letter);
    if (two_digits != NULL) {
        bool good = take_digits(in, 1, 2, two_digits);
        out->is_open = in->at - start == 1;
        return good;
    }
    out->is_open = letter == 'b' || letter == 'a' || letter == 'E';
    switch (letter) {
    case 'Y':
        return take_digits(in, 4, 4, &out->year);
    case 'y':
        if (!take_digits(in, 2, 2, &out->year))
            return false;
        out->year += out->year >= 69 ? 1900 : 2000;
        return true;
    case 'E':
        return take_republic_year(in, &out->year);
    case 'b':
        return take_month_name(in, &out->month);
    case 'f':
        return take_fraction(in, &out->time.nanosecond);
    case 'a':
        return take_weekday(in, &out->weekday);
    case 'p':
        return take_part_of_day(in, &out->part);
    case 'z':
        return take_offset(in, &out->offset_s) == STW_STAMP_OK;
    default:
        return take(in, '%');
    }
}

static bool match(const char *pattern, const char *end, struct cursor *in, struct fields *out)
{
    for (; pattern < end; pattern++) {
        if (*pattern == '%') {
            if (!take_field(in, *++pattern, out))
                return false;
        } else if (!take(in, *pattern)) {
            return false;
        } else if (*pattern == ' ') {
            while (take(in, ' '))
                ;
        }
    }
    return true;
}

static bool date_is_known(const struct stw_stamp_format *format, struct cursor in)
{
    size_t size = format->date_size;
    size_t left = (size_t)(in.end - in.at);
    return size > 0 && left >= size && memcmp(in.at, format->date_text, size) == 0 &&
           !(format->date_is_open && left > size && is_alphanumeric(in.at[size]));
}

static enum stw_stamp_result parse_pattern(struct stw_stamp_format *format, struct cursor in,
                                           int64_t *out_ns)
{
    struct fields got = {.offset_s = NO_OFFSET};
    const char *pattern = format->pattern;
    const char *date_end = pattern + format->pattern_date_size;
    const char *end = pattern + format->pattern_size;
    bool mixed = format->pattern_date_size == 0;
    int64_t local_ns = format->date_local_ns;
    if (!mixed && date_is_known(format, in)) {
        in.at += format->date_size;
    } else {
        const char *start = in.at;
        if (!match(pattern, mixed ? end : date_end, &in, &got))
            return STW_STAMP_SYNTAX;
        enum stw_stamp_result result = date_to_local(got.year, got.month, got.day, &local_ns);
        if (result != STW_STAMP_OK)
            return result;
        if (!weekday_fits(got.weekday, local_ns))
            return STW_STAMP_FIELD;
        if (!mixed)
            remember_date(format, start, (size_t)(in.at - start), got.is_open, local_ns);
    }
    if ((!mixed && !match(date_end, end, &in, &got)) || in.at != in.end)
        return STW_STAMP_SYNTAX;
    if (!hour_of_part(got.part, &got.time.hour))
        return STW_STAMP_FIELD;
    if (!format->has_time)
        got.time.hour = format->date_only_hour;
    if (!is_time_of_day(&got.time))
        return STW_STAMP_FIELD;
    return to_instant(format, local_ns + time_of_day_ns(&got.time), got.offset_s, out_ns);
}

/* ---- the format -------------------------------------------------------------------------- */

int stw_stamp_format_init(struct stw_stamp_format *format, const char *pattern,
                          const struct stw_zone *zone, struct stw_error *err)
{
    static const struct {
        const char *name;
        int places;
    } epochs[] = {{"epoch_s", 9}, {"epoch_ms", 6}, {"epoch_us", 3}, {"epoch_ns", 0}};
    *format = (struct stw_stamp_format){.zone = zone, .kind = STW_STAMP_ISO};
    if (strcmp(pattern, "iso") == 0)
        return STW_OK;
    if (strcmp(pattern, "year_first") == 0) {
        format->kind = STW_STAMP_YEAR_FIRST;
        return STW_OK;
    }
    for (unsigned i = 0; i < sizeof(epochs) / sizeof(epochs[0]); i++)
        if (strcmp(pattern, epochs[i].name) == 0) {
            format->kind = STW_STAMP_EPOCH;
            format->epoch_places = epochs[i].places;
            return STW_OK;
        }
    format->kind = STW_STAMP_PATTERN;
    const char *wrong = expand_pattern(pattern, format);
    if (wrong == NULL)
        wrong = check_pattern(format);
    return wrong == NULL ? STW_OK : fail_pattern(err, pattern, wrong);
}

enum stw_stamp_result stw_stamp_parse(struct stw_stamp_format *format, struct stw_slice text,
                                      int64_t *out_ns)
{
    text = stw_slice_trim(text);
    if (text.size == 0)
        return STW_STAMP_EMPTY;
    struct cursor in = {text.data, text.data + text.size};
    switch (format->kind) {
    case STW_STAMP_ISO:
        return parse_iso(format, in, out_ns);
    case STW_STAMP_YEAR_FIRST:
        return parse_year_first(format, in, out_ns);
    case STW_STAMP_EPOCH:
        return parse_epoch(format, in, out_ns);
    default:
        return parse_pattern(format, in, out_ns);
    }
}

/* ---- writing ----------------------------------------------------------------------------- */

static int write_local(int64_t local_ns, char separator, char *text)
{
    struct stw_civil civil;
    stw_civil_of_local(local_ns, &civil);
    int size = snprintf(text, STW_STAMP_TEXT_SIZE, "%04d-%02d-%02d%c%02d:%02d:%02d", civil.year,
                        civil.month, civil.day, separator, civil.hour, civil.minute, civil.second);
    int places = 9, fraction = civil.nanosecond;
    if (fraction == 0)
        return size;
    for (; fraction % 1000 == 0; places -= 3)
        fraction /= 1000;
    return size +
           snprintf(text + size, (size_t)(STW_STAMP_TEXT_SIZE - size), ".%0*d", places, fraction);
}

int stw_stamp_to_local(const struct stw_zone *zone, int64_t at_ns, char text[STW_STAMP_TEXT_SIZE])
{
    return write_local(stw_zone_to_local(zone, at_ns), ' ', text);
}

int stw_stamp_to_iso(const struct stw_zone *zone, int64_t at_ns, char text[STW_STAMP_TEXT_SIZE])
{
    int32_t offset_s = stw_zone_offset(zone, at_ns);
    int size = write_local(stw_zone_to_local(zone, at_ns), 'T', text);
    size_t room = (size_t)(STW_STAMP_TEXT_SIZE - size);
    if (offset_s == 0)
        return size + snprintf(text + size, room, "Z");
    int seconds = offset_s < 0 ? -offset_s : offset_s;
    size += snprintf(text + size, room, "%c%02d:%02d", offset_s < 0 ? '-' : '+', seconds / 3600,
                     seconds / 60 % 60);
    if (seconds % 60 != 0)
        size += snprintf(text + size, (size_t)(STW_STAMP_TEXT_SIZE - size), ":%02d", seconds % 60);
    return size;
}
