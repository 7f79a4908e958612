/*
 * Report definitions of a rule pack: which sections a report has.
 *
 *     reports:
 *     - id: monthly
 *       sections: [alerts, energy, failures, response, duties, quality]
 *
 * ids are monthly, comparison and response; a report that no definition names has the sections it
 * is known for. Order in the list does not matter: conclusions come first, then the sections in the
 * order above, and how it was computed comes last.
 */
#ifndef STW_API_REPORT_DEFINITION_H
#define STW_API_REPORT_DEFINITION_H

#include "api/month.h"
#include "rule/pack.h"

enum stw_report_section_bit {
    STW_SECTION_ALERTS = 1 << 0,
    STW_SECTION_ENERGY = 1 << 1,
    STW_SECTION_FAILURES = 1 << 2,
    STW_SECTION_RESPONSE = 1 << 3,
    STW_SECTION_DUTIES = 1 << 4,
    STW_SECTION_QUALITY = 1 << 5
};

/* The sections of a report by the pack, or its own. All definitions of the pack are checked:
 * STW_ERR_INPUT with file:line:column and a hint for the first one that is wrong. */
int stw_report_sections(const struct stw_pack *pack, enum stw_month_report report,
                        unsigned *sections, struct stw_error *err) STW_CHECKED;

#endif
