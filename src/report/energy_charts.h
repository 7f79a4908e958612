/* Inside the report module: the charts of the energy section. */
#ifndef STW_REPORT_ENERGY_CHARTS_H
#define STW_REPORT_ENERGY_CHARTS_H

#include "report/section_energy.h"

/* Lines of one kind, unit and role: [first, end) of the energy's lines; the first is their total.
 */
struct stw_energy_group {
    uint32_t number; /* from 1 */
    uint32_t first;
    uint32_t end;
    const struct stw_energy_line *total;
    bool foremost;         /* the first of its kind: the mains, where there are any */
    struct stw_slice unit; /* as it is set */
    struct stw_slice name; /* "Power (building meters)" */
    struct stw_slice command;
};

/* Thirteen months as bars, this year beside last year. */
void stw_add_energy_months(struct stw_report *report, struct stw_report_section *section,
                           const struct stw_energy_part *part,
                           const struct stw_energy_group *group);

/* Use per area of the year so far, highest first. */
void stw_add_energy_intensity(struct stw_report *report, struct stw_report_section *section,
                              const struct stw_energy_part *part,
                              const struct stw_energy_group *group);

#endif
