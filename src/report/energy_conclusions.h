/*
 * Inside the report module: the conclusions of the energy section. What rose is said of each kind
 * and role, with the building that rose most; what fell or hardly changed only of the foremost role
 * of a kind (its mains), the unchanged ones in one sentence. Meters to be checked come before all.
 */
#ifndef STW_REPORT_ENERGY_CONCLUSIONS_H
#define STW_REPORT_ENERGY_CONCLUSIONS_H

#include "report/energy_charts.h"

void stw_conclude_energy(struct stw_report *report, const struct stw_report_section *section,
                         const struct stw_energy_part *part, const struct stw_energy_group *groups,
                         uint32_t count);

/* How many meters of a line (NULL: of all) are to be checked before that comparison, or before any
 * (STW_AGAINST_COUNT); and the sentence that names them. */
uint32_t stw_suspects_in(const struct stw_energy_part *part, const struct stw_energy_line *line,
                         enum stw_energy_against against);
struct stw_slice stw_suspects_text(struct stw_report *report, const struct stw_energy_part *part,
                                   const struct stw_energy_line *line);

#endif
