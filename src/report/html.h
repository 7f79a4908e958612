/*
 * The report as one self-contained HTML file: no scripts, no links outside, style inline, a policy
 * that forbids everything else. Readable on a phone, prints on A4. The same model gives the same
 * bytes.
 */
#ifndef STW_REPORT_HTML_H
#define STW_REPORT_HTML_H

#include "base/buffer.h"
#include "base/error.h"
#include "report/model.h"

int stw_report_html(const struct stw_report *report, struct stw_buffer *out,
                    struct stw_error *err) STW_CHECKED;

/* The style sheet (html_style.c), static. */
extern const char stw_html_style[];

#endif
