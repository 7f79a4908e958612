/*
 * Text into HTML and SVG. Everything a report prints that is not its own markup goes through here:
 * invalid bytes and control characters become U+FFFD, as do the bidirectional controls, with which
 * a name could make the text after it read backwards.
 */
#ifndef STW_REPORT_MARKUP_H
#define STW_REPORT_MARKUP_H

#include "base/buffer.h"
#include "base/slice.h"
#include "report/datum.h"

/* Invalid bytes, control characters (line ends and tabs become blanks) and bidirectional controls
 * replaced; no escaping. */
void stw_markup_clean(struct stw_buffer *out, struct stw_slice text);

/* Cleaned and escaped, for element content and quoted attribute values. */
void stw_markup_text(struct stw_buffer *out, struct stw_slice text);

/* A value as stw_datum_show gives it, cleaned and escaped. */
void stw_markup_datum(struct stw_buffer *out, enum stw_language language,
                      const struct stw_datum *value);

#endif
