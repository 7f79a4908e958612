/*
 * The duties section: what the pack plans for a site's devices, against the inspections on record.
 *
 * Registry times plan: a device that was never inspected has no rows and is missed all the same.
 * Nothing is asked of a device before it was in service, nor before the first day with an
 * inspection of any device of the site: what was done before the records began is not known.
 */
#ifndef STW_API_DUTIES_H
#define STW_API_DUTIES_H

#include "api/site_report.h"
#include "report/section_checks.h"

enum { STW_INSPECTIONS_MAX = 4000000 /* rows of a store up to the end of the period */ };

/* Fills all of `part` but its command; no duties where the site has no inspections or the pack no
 * plan for its devices. Lists live in the arena. STW_ERR_LIMIT above STW_INSPECTIONS_MAX. */
int stw_duties_gather(const struct stw_site_report *site, const struct stw_registry *registry,
                      const struct stw_filter *filters, uint32_t filter_count,
                      enum stw_language language, struct stw_arena *arena,
                      struct stw_duties_part *part, struct stw_error *err) STW_CHECKED;

#endif
