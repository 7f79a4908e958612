/* An invented property run through the analyses: the parts of a monthly report. */
#ifndef STW_TEST_REPORT_PROPERTY_H
#define STW_TEST_REPORT_PROPERTY_H

#include "report/monthly.h"

struct stw_test_property {
    struct stw_arena arena;
    struct stw_zone *zone;
    struct stw_energy energy;
    struct stw_failures failures;
    struct stw_failure_lines by_unit, by_cause, by_month;
    struct stw_response response;
    struct stw_response_lines by_priority, by_vendor;
    struct stw_log_rank vendors_compared;
    struct stw_response_split splits[2];
    struct stw_response_leg leg;
    struct stw_alerts_part alerts;
    struct stw_energy_part energy_part;
    struct stw_failures_part failures_part;
    struct stw_response_part response_part;
    struct stw_duties_part duties;
    struct stw_quality_part quality;
    struct stw_method_part method;
    uint32_t entrapments_in_march; /* the month of the report */
    struct stw_monthly monthly;
};

/* `chinese` picks the names; the numbers are the same. */
void stw_test_property_init(struct stw_test_property *property, bool chinese);
void stw_test_property_release(struct stw_test_property *property);

#endif
