/*
 * InfluxDB line protocol, point by point:
 *
 *     measurement[,tag=value ...] field=value[,field=value ...] [time]
 *
 * The grammar is that of the reference decoder (github.com/influxdata/line-protocol, v2): blanks
 * separate and are escaped by a backslash, as are commas and equals signs in names; strings are in
 * double quotes and may hold ends of lines; comments begin with #; an entry ends at the end of its
 * line. Values stay as they are written: 1.5 (float), 1i, 1u, true, "text", each checked against
 * its type's range; the time is a whole number in a unit that the lines do not tell.
 *
 * Texts point into the feed, or, unescaped, into the reader, until the next point.
 */
#ifndef STW_TEXT_LINE_PROTOCOL_H
#define STW_TEXT_LINE_PROTOCOL_H

#include "base/arena.h"
#include "base/error.h"
#include "text/feed.h"

enum { STW_LINE_PAIRS_MAX = 4096 /* tags and fields of a point */ };

enum stw_line_type {
    STW_LINE_TAG,
    STW_LINE_FLOAT,
    STW_LINE_INT,
    STW_LINE_UINT,
    STW_LINE_BOOL, /* the text is "true" or "false" */
    STW_LINE_STRING
};

struct stw_line_pair {
    struct stw_slice key;
    struct stw_slice value; /* without quotes, or the i or u of its type */
    enum stw_line_type type;
};

struct stw_line_point {
    struct stw_slice measurement;
    const struct stw_line_pair *pairs; /* tags, then fields */
    uint32_t tag_count, field_count;
    struct stw_slice time; /* a whole number of 64 bits; empty: none */
    const char *problem;   /* NULL: fine; else the texts above are not set */
    uint32_t problem_at;   /* bytes from the entry's beginning */
    bool cut;              /* the input ends without an end of line */
    uint64_t line, offset; /* of its first byte; 1 = first line */
    struct stw_slice raw;  /* without the end of line */
};

struct stw_line_protocol {
    struct stw_feed feed;
    struct stw_arena texts;      /* unescaped, of one point */
    struct stw_line_pair *pairs; /* of one point */
    size_t pair_capacity;
};

void stw_line_protocol_init(struct stw_line_protocol *reader);
void stw_line_protocol_release(struct stw_line_protocol *reader);

/* The next point, or the next entry that is none, its problem told; STW_END: until more is fed.
 * STW_ERR_LIMIT for an entry beyond STW_RECORD_BYTES_MAX. */
int stw_line_protocol_next(struct stw_line_protocol *reader, struct stw_line_point *point,
                           struct stw_error *err) STW_CHECKED;

#endif
