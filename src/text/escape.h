/*
 * Text from outside into the languages of our output, so that no name or free text can become
 * markup, a formula or a command there.
 */
#ifndef STW_TEXT_ESCAPE_H
#define STW_TEXT_ESCAPE_H

#include "base/buffer.h"
#include "base/slice.h"

/* For element content and quoted attribute values of HTML and SVG. Invalid bytes and control
 * characters that HTML forbids become U+FFFD. */
void stw_escape_html(struct stw_buffer *out, struct stw_slice text);

/*
 * One CSV cell (RFC 4180): quoted where it holds the separator, a quote, a line end or a blank at
 * an edge. A text that a spreadsheet would take for a formula (first character = + - @, their
 * full-width forms, tab, line end) gets a ' in front. Numbers go through stw_escape_csv_number and
 * stay numbers.
 */
void stw_escape_csv_text(struct stw_buffer *out, struct stw_slice text, char separator);
void stw_escape_csv_number(struct stw_buffer *out, struct stw_slice number, char separator);

/* One word of a command that a person may paste into a shell (POSIX; $'...' of bash and zsh where
 * the word holds control characters). */
void stw_escape_shell(struct stw_buffer *out, struct stw_slice word);

#endif
