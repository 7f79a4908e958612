/*
 * JSON, written piece by piece into a buffer: values, keys and the ends of what was begun, in
 * order. Wrong nesting is a defect of the caller and asserted. The writer keeps nothing in the
 * buffer, so its owner may write the bytes out and clear it between any two calls.
 *
 *     stw_json_init(&json, out, STW_JSON_COMPACT);
 *     stw_json_object(&json);
 *     stw_json_key(&json, "rows");
 *     stw_json_int(&json, 3);
 *     stw_json_end(&json);
 *     stw_json_finish(&json);                          {"rows":3}
 *
 * Text is escaped so that the result can stand inside a <script> element of an HTML page: '<',
 * U+2028 and U+2029 are never literal. Bytes that are not UTF-8 become U+FFFD.
 */
#ifndef STW_TEXT_JSON_WRITE_H
#define STW_TEXT_JSON_WRITE_H

#include "base/buffer.h"
#include "base/decimal.h"
#include "base/slice.h"

#include <stdbool.h>
#include <stdint.h>

enum { STW_JSON_NESTING_MAX = 32 };

enum stw_json_form {
    STW_JSON_COMPACT, /* no blanks at all: one line */
    STW_JSON_PRETTY   /* two blanks a level */
};

struct stw_json {
    struct stw_buffer *out;
    enum stw_json_form form;
    unsigned depth;
    bool after_key;
    bool done;                          /* the one top-level value is complete */
    char closing[STW_JSON_NESTING_MAX]; /* '}' or ']' */
    bool filled[STW_JSON_NESTING_MAX];  /* has an element already */
};

void stw_json_init(struct stw_json *json, struct stw_buffer *out, enum stw_json_form form);
/* Asserts that one whole value was written. */
void stw_json_finish(const struct stw_json *json);

void stw_json_object(struct stw_json *json);
void stw_json_array(struct stw_json *json);
void stw_json_end(struct stw_json *json); /* of the innermost object or array */

void stw_json_key(struct stw_json *json, const char *key);
void stw_json_key_slice(struct stw_json *json, struct stw_slice key);

void stw_json_text(struct stw_json *json, struct stw_slice text);
void stw_json_string(struct stw_json *json, const char *text); /* NULL is null */
void stw_json_int(struct stw_json *json, int64_t value);
void stw_json_uint(struct stw_json *json, uint64_t value);
void stw_json_bool(struct stw_json *json, bool value);
void stw_json_null(struct stw_json *json);

/* As a number with all digits of its scale: 4.10 stays 4.10. */
void stw_json_decimal(struct stw_json *json, struct stw_decimal value);
void stw_json_wide(struct stw_json *json, struct stw_wide value);

/* Digits that are a JSON number already, as decimals print. */
void stw_json_number(struct stw_json *json, struct stw_slice digits);

/* With 15 digits, or the 16 or 17 it takes to read back as the same double; null for infinities
 * and NaN. */
void stw_json_double(struct stw_json *json, double value);

#endif
