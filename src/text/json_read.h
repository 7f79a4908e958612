/*
 * JSON (RFC 8259) as records: every value of a sequence, taken apart into its leaves, each with the
 * path that leads to it. Numbers stay as they are written, so that a decimal never passes through a
 * double.
 *
 *     {"ts": 1, "data": {"values": [0.10, null]}}     ts = 1, data.values.0 = 0.10, data.values.1
 * absent
 *
 * A point or backslash inside a name is written with a backslash in front. Empty lists and objects
 * have no leaves. Two layouts:
 *     lines     a value a line; a line that is none is told and skipped
 *     values    values one behind the other, over any number of lines; the elements of a list at
 * the top are values of their own. What is no JSON ends the reading.
 *
 * With a path to a list (stw_json_reader_follow), values are the elements of that list of one
 * object, their leaves named from the top without the number of the element; and the members that
 * the path passes by are given as values that are `outside`, but for lists among them, which are
 * passed over.
 *
 *     {"site": "A", "readings": [{"t": 1, "v": 5}, {"t": 2, "v": 6}]}     following readings:
 *     site = A (outside), readings.t = 1 and readings.v = 5, readings.t = 2 and readings.v = 6
 *
 * Leaves point into the feed or the reader and stay valid until the next value.
 */
#ifndef STW_TEXT_JSON_READ_H
#define STW_TEXT_JSON_READ_H

#include "base/buffer.h"
#include "base/error.h"
#include "text/feed.h"

enum { STW_JSON_DEPTH_MAX = 32, STW_JSON_LEAVES_MAX = 4096 };

/* In paths of readers that follow one, before the number of an element: no name begins so. */
#define STW_JSON_ELEMENT "\\["

enum stw_json_kind {
    STW_JSON_TEXT,
    STW_JSON_NUMBER,
    STW_JSON_BOOL,
    STW_JSON_NULL,
    STW_JSON_EMPTY /* a list or object without elements, only of readers that follow a path */
};

struct stw_json_leaf {
    struct stw_slice path;
    struct stw_slice text; /* of a bool "true" or "false", of a null empty */
    enum stw_json_kind kind;
};

struct stw_json_value {
    const struct stw_json_leaf *leaves;
    uint32_t count;
    const char *problem; /* NULL: fine; lines only */
    uint32_t problem_at; /* bytes from the value's beginning */
    bool cut;            /* the input ends without an end of line */
    bool outside;        /* of the list that is followed */
    uint64_t line, offset;
    struct stw_slice raw;
};

struct stw_json_reader {
    struct stw_feed feed;
    bool by_lines;
    const struct stw_slice *steps; /* of the path that is followed; the caller's */
    uint32_t step_count;
    uint32_t objects;        /* values: entered along it */
    bool passing;            /* the list is one that is passed over */
    bool ended;              /* the one object was closed */
    bool in_list;            /* values: inside the list at the top, or of the path */
    bool wants_comma;        /* in it, behind an element */
    bool behind_comma;       /* in it, so that an element must follow */
    struct stw_buffer texts; /* paths and unescaped texts of one value */
    struct stw_json_leaf *leaves;
    size_t leaf_capacity;
};

void stw_json_reader_init(struct stw_json_reader *reader, bool by_lines);
void stw_json_reader_release(struct stw_json_reader *reader);
/* Follows a path, before the first value. Names as in paths; they must outlive the reader. */
void stw_json_reader_follow(struct stw_json_reader *reader, const struct stw_slice *steps,
                            uint32_t step_count);

/*
 * The next value; STW_END until more is fed. STW_ERR_LIMIT: longer than STW_RECORD_BYTES_MAX.
 * STW_ERR_INPUT (values): not JSON, with line and column in the words; a list or value that the end
 * of the input cuts comes as a value with the problem "is cut short" instead, once.
 */
int stw_json_next(struct stw_json_reader *reader, struct stw_json_value *value,
                  struct stw_error *err) STW_CHECKED;

#endif
