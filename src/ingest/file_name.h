/*
 * What the name of a file says. A pattern is text with {names} and stars:
 * "{building}_electricity.csv" over "b0_electricity.csv" gives building = b0. A name takes at least
 * one character, a star any number; the shortest fit from the left is taken.
 */
#ifndef STW_INGEST_FILE_NAME_H
#define STW_INGEST_FILE_NAME_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/slice.h"

#include <stdbool.h>
#include <stdint.h>

enum { STW_FILE_NAMES_MAX = 16, STW_FILE_NAME_SIZE_MAX = 255 };

struct stw_file_names {
    struct stw_slice name[STW_FILE_NAMES_MAX]; /* into the pattern */
    struct stw_slice text[STW_FILE_NAMES_MAX]; /* into the file's name */
    uint32_t count;
};

/* The last part of a path, without .zst or .gz. */
struct stw_slice stw_file_base(const char *path);

/* STW_ERR_INPUT when the pattern itself is wrong: an open brace, a bad or repeated name. The names
 * of the pattern come back with empty texts. */
int stw_file_pattern_check(struct stw_slice pattern, struct stw_file_names *names,
                           struct stw_error *err) STW_CHECKED;

/* Whether a file's name fits a checked pattern; `names` points into both. */
bool stw_file_pattern_match(struct stw_slice pattern, struct stw_slice file,
                            struct stw_file_names *names);

/* Appends `text` with every {name} replaced. False: it holds one that is not among the names. */
bool stw_file_names_expand(const struct stw_file_names *names, struct stw_slice text,
                           struct stw_buffer *out) __attribute__((warn_unused_result));

#endif
