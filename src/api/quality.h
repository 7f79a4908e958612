/*
 * What the figures of a site's report rest on: which meters are silent, have gaps, or lack what the
 * report needs to know of them; and which rows of files were never stored.
 */
#ifndef STW_API_QUALITY_H
#define STW_API_QUALITY_H

#include "api/site_report.h"
#include "report/section_checks.h"

/* Fills all of `part` but its commands; lists live in the arena. */
int stw_quality_gather(const struct stw_site_report *site, const struct stw_registry *registry,
                       const struct stw_filter *filters, uint32_t filter_count,
                       enum stw_language language, struct stw_arena *arena,
                       struct stw_quality_part *part, struct stw_error *err) STW_CHECKED;

#endif
