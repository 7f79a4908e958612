/*
 * The reports as a whole: the monthly management report, and the comparison and response reports
 * by themselves. Each puts its sections in order; the conclusions of all stand first, ranked.
 *
 *     analyses, alerts ──parts──► stw_report_monthly ──► struct stw_report ──► HTML, CSV, JSON
 *
 * Parts are results of the analyses, by reference, needed only during the call; a NULL part leaves
 * its section out. The report must be initialised.
 */
#ifndef STW_REPORT_MONTHLY_H
#define STW_REPORT_MONTHLY_H

#include "report/section_alerts.h"
#include "report/section_checks.h"
#include "report/section_energy.h"
#include "report/section_failures.h"
#include "report/section_response.h"

/* Conclusions shown. Those to be acted on are shown all, however many, and then still as many
 * notices. */
enum { STW_CONCLUSIONS_MAX = 8, STW_NOTICES_MIN = 3 };

struct stw_monthly {
    struct stw_report_scope scope;
    struct stw_slice site;     /* name of the property */
    struct stw_slice period;   /* empty: the month the scope's middle lies in */
    struct stw_slice snapshot; /* name or id */
    const struct stw_alerts_part *alerts;
    const struct stw_energy_part *energy;
    const struct stw_failures_part *failures; /* a section each: lifts, access control ... */
    uint32_t failures_count;
    const struct stw_response_part *response;
    const struct stw_duties_part *duties;
    const struct stw_quality_part *quality;
    const struct stw_method_part *method;
};

void stw_report_monthly(struct stw_report *report, const struct stw_monthly *parts);

/* Energy, data quality and method of many buildings. */
void stw_report_comparison(struct stw_report *report, const struct stw_monthly *parts);

/* Response times, data quality and method. */
void stw_report_response_times(struct stw_report *report, const struct stw_monthly *parts);

#endif
