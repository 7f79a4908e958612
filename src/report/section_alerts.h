/*
 * The alerts of the period: per rule how many, how many still last, what they cost, what people
 * said of them; then one by one, dearest first, each with its evidence and the command that lists
 * the rows behind it.
 */
#ifndef STW_REPORT_SECTION_ALERTS_H
#define STW_REPORT_SECTION_ALERTS_H

#include "report/section_tools.h"

#define STW_ALERT_LASTS INT64_MAX /* not cleared yet */

/* What a person said of an alert. */
enum stw_alert_verdict { STW_ALERT_UNJUDGED, STW_ALERT_TRUE, STW_ALERT_FALSE };

struct stw_report_alert {
    struct stw_slice rule;   /* id */
    struct stw_slice series; /* device and channel, or the group */
    struct stw_slice place;  /* building; may be empty */
    enum stw_mark severity;
    enum stw_topic topic; /* SAFETY, MONEY, SERVICE, OTHER */
    enum stw_alert_verdict verdict;
    int64_t start_ns;
    int64_t end_ns; /* STW_ALERT_LASTS */
    bool has_money;
    struct stw_decimal money_per_day;
    struct stw_slice currency;
    struct stw_slice evidence; /* a sentence in the report's language, without rule and series */
    struct stw_slice command;
};

struct stw_alerts_part {
    const struct stw_report_alert *alerts; /* any order */
    uint32_t count;
    struct stw_slice command;
};

/* Adds the section (also when there is no alert: it says so) and its conclusions. */
void stw_report_add_alerts(struct stw_report *report, const struct stw_report_scope *scope,
                           const struct stw_alerts_part *part);

#endif
