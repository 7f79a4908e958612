/*
 * Time stamps: text to instants and back, exactly and fast. No double is involved.
 *
 * A format is one of
 *   iso                       2026-10-25, 2026-10-25T02:30, 2026-10-25 02:30:15.25+02:00 ... Z
 *   year_first                dates in any of these ways: 2026-10-1, 2026/10/1, 2026.10.1,
 *                             2026年10月1日, with a clock of 24 hours behind it or none, as iso has
 *   epoch_s _ms _us _ns       since 1970-01-01 UTC; a fraction is read to the nanosecond
 *   a pattern                 in strptime's letters: %Y %y %E %m %d %b %a %H %I %M %S %f %p %z %F
 *                             %T %% and literals
 *
 * In a pattern %m %d %H %I %M %S take one or two digits, %Y four, %f one to nine; %b is an English
 * month, short or long; %p is AM, PM, or a part of the day (凌晨 上午 中午 下午 晚上 ...), before
 * or behind %I; %y 69-99 is the 20th century (POSIX); %E is a year of the Republic of China as
 * Taiwan counts, one to three digits, with or without 民國 in front (113 is 2024); a blank matches
 * one or more. An offset in the text wins over the zone of the format.
 *
 * Local times: the earlier instant where the clock shows a time twice, with a result that says so;
 * a time the clock jumped over is an error. 24:00 is the start of the next day. Leap seconds (:60)
 * are refused.
 *
 * A format remembers the last date's text and the window in which the zone's offset holds, so a
 * row of a sorted file costs a comparison and the digits of its time. Hence: one format a thread.
 */
#ifndef STW_TIME_STAMP_H
#define STW_TIME_STAMP_H

#include "base/error.h"
#include "base/slice.h"
#include "time/zone.h"

#include <stdbool.h>
#include <stdint.h>

enum stw_stamp_result {
    STW_STAMP_OK,
    STW_STAMP_AMBIGUOUS,   /* read: shown twice by the local clock, the earlier was taken */
    STW_STAMP_EMPTY,       /* these and below: not read */
    STW_STAMP_SYNTAX,      /* the text is not in the format */
    STW_STAMP_FIELD,       /* month 13, 30 February, 25:00 */
    STW_STAMP_NONEXISTENT, /* the local clock jumped over it */
    STW_STAMP_RANGE        /* outside STW_YEAR_MIN .. STW_YEAR_MAX */
};

static inline bool stw_stamp_is_read(enum stw_stamp_result result)
{
    return result <= STW_STAMP_AMBIGUOUS;
}

/* A short English reason, for the file of rejected rows. */
const char *stw_stamp_reason(enum stw_stamp_result result);

enum { STW_REPUBLIC_EPOCH_YEAR = 1911 }; /* the year before 民國1年 */
enum { STW_STAMP_PATTERN_MAX = 96, STW_STAMP_DATE_MAX = 32, STW_STAMP_TEXT_MAX = 128 }; /* bytes */

enum stw_stamp_kind { STW_STAMP_ISO, STW_STAMP_YEAR_FIRST, STW_STAMP_EPOCH, STW_STAMP_PATTERN };

/* Plain data for the caller to embed; all but date_only_hour is stamp.c's business. */
struct stw_stamp_format {
    const struct stw_zone *zone;
    enum stw_stamp_kind kind;
    int date_only_hour; /* 0 .. 24: the local hour at which a date without time is taken */
    int epoch_places;   /* decimal places between the unit and a nanosecond */
    char pattern[STW_STAMP_PATTERN_MAX + 1]; /* %F and %T written out */
    unsigned pattern_size;
    unsigned pattern_date_size; /* so much of it is the whole date; 0: date and time are mixed */
    bool has_time;
    /* The last date: its text, and whether a letter or digit behind it would change it. */
    char date_text[STW_STAMP_DATE_MAX];
    unsigned date_size;
    bool date_is_open;
    int64_t date_local_ns;
    /* Local times in here are unique, at this offset. */
    int64_t from_local_ns, until_local_ns, shift_ns;
};

/* STW_ERR_USAGE with what is wrong in the pattern. The zone must outlive the format. */
int stw_stamp_format_init(struct stw_stamp_format *format, const char *pattern,
                          const struct stw_zone *zone, struct stw_error *err) STW_CHECKED;

/* Blanks around the text are ignored. *out_ns is set only when the result is_read. */
enum stw_stamp_result stw_stamp_parse(struct stw_stamp_format *format, struct stw_slice text,
                                      int64_t *out_ns) STW_CHECKED;

enum { STW_STAMP_TEXT_SIZE = 48 };

/* "2026-10-25T02:30:00+02:00", "...Z" for UTC; 3, 6 or 9 places of a fraction where it is not 0.
 * Read back by `iso` as the same instant. Returns the length. */
int stw_stamp_to_iso(const struct stw_zone *zone, int64_t at_ns, char text[STW_STAMP_TEXT_SIZE]);

/* "2026-10-25 02:30:00": for people; twice the same in the hour that is shown twice. */
int stw_stamp_to_local(const struct stw_zone *zone, int64_t at_ns, char text[STW_STAMP_TEXT_SIZE]);

#endif
