/*
 * UTF-8 and terminal columns: decoding, checking, how wide a text is on a terminal (CJK takes two
 * columns, combining marks none), cutting and padding for tables. Nothing here asks the locale.
 */
#ifndef STW_TEXT_WIDTH_H
#define STW_TEXT_WIDTH_H

#include "base/buffer.h"
#include "base/slice.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What decoding gives for a byte that is no part of valid UTF-8. */
#define STW_CODE_INVALID     UINT32_MAX
#define STW_CODE_REPLACEMENT UINT32_C(0xFFFD)

/* The first code point of `text` and its size in bytes; 0 only when text is empty. Overlong forms,
 * surrogates, anything above U+10FFFF and broken sequences give STW_CODE_INVALID and 1. */
size_t stw_utf8_decode(struct stw_slice text, uint32_t *code);

/* Appends a code point up to U+10FFFF. */
void stw_utf8_put(struct stw_buffer *out, uint32_t code);

/* Bytes up to the first invalid one; text.size when all are valid. */
size_t stw_utf8_valid_size(struct stw_slice text);

/* Columns of one code point: 0, 1 or 2. Control characters and invalid bytes take 1, as they are
 * shown as U+FFFD. */
unsigned stw_code_width(uint32_t code);
size_t stw_text_width(struct stw_slice text);

/* The longest prefix of whole code points that fits `columns`. */
struct stw_slice stw_text_fit(struct stw_slice text, size_t columns);

enum stw_align { STW_ALIGN_LEFT, STW_ALIGN_RIGHT };

/* Exactly `columns` columns: cut with an ellipsis where too long, padded with blanks where too
 * short. Control characters and invalid bytes become U+FFFD: a name in the data cannot move the
 * cursor or recolour the terminal. */
void stw_text_pad(struct stw_buffer *out, struct stw_slice text, size_t columns,
                  enum stw_align align);

/* The text with control characters and invalid bytes replaced, for one line of a terminal. */
void stw_text_put_visible(struct stw_buffer *out, struct stw_slice text);

/* The tables behind stw_code_width. */
struct stw_code_range {
    uint32_t first;
    uint32_t last;
};
extern const struct stw_code_range stw_codes_wide[];
extern const size_t stw_codes_wide_count;
extern const struct stw_code_range stw_codes_zero[];
extern const size_t stw_codes_zero_count;

#endif
