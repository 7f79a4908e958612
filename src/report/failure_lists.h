/* Inside the report module: the lists of the failures section, units getting worse and repeat
 * faults, and their conclusions. */
#ifndef STW_REPORT_FAILURE_LISTS_H
#define STW_REPORT_FAILURE_LISTS_H

#include "report/section_failures.h"

/* "12 months to Oct 2026": what the section's figures cover. */
struct stw_slice stw_failure_window(struct stw_report *report, const struct stw_report_scope *scope,
                                    const struct stw_failures_part *part);

/* What people call unit i. */
struct stw_slice stw_unit_name(const struct stw_failures_part *part, uint32_t unit);

void stw_add_trends(struct stw_report *report, struct stw_report_section *section,
                    const struct stw_failures_part *part);
void stw_conclude_worsening(struct stw_report *report, const struct stw_report_section *section,
                            const struct stw_failures_part *part, struct stw_slice window);

void stw_add_repeats(struct stw_report *report, struct stw_report_section *section,
                     const struct stw_report_scope *scope, const struct stw_failures_part *part);
void stw_conclude_repeats(struct stw_report *report, const struct stw_report_section *section,
                          const struct stw_failures_part *part, struct stw_slice window);

#endif
