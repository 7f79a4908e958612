/*
 * The whole model as one JSON document, for programs: numbers exact (decimals with all digits of
 * their scale, doubles as the shortest text that reads back), times as RFC 3339 with the local
 * offset, durations in seconds, absent values as null with the reason beside them.
 *
 * A value is {"value": ..., "kind": "...", ...}; see json_report.c for the shapes.
 */
#ifndef STW_REPORT_JSON_REPORT_H
#define STW_REPORT_JSON_REPORT_H

#include "base/buffer.h"
#include "base/error.h"
#include "report/model.h"

int stw_report_json(const struct stw_report *report, struct stw_buffer *out,
                    struct stw_error *err) STW_CHECKED;

#endif
