/*
 * One site's report: gathers what the analyses need, runs them, and puts their results into the
 * report model. What is not there is left out: a store without lifts has no section on lifts.
 */
#ifndef STW_API_SITE_REPORT_H
#define STW_API_SITE_REPORT_H

#include "api/month.h"
#include "report/model.h"
#include "rule/pack.h"
#include "rule/rule_run.h"
#include "store/view.h"

struct stw_site_report {
    struct stw_view *view;
    const struct stw_pack *pack;
    const struct stw_rule_outcome *outcome; /* NULL: no rules were run */
    struct stw_slice site;                  /* id; empty: the whole store */
    const struct stw_site *config;          /* of the pack */
    const char *store_path;
    const char *month;        /* as it was asked for */
    const char *const *rules; /* paths, for the command that makes the report again */
    uint32_t rule_path_count;
    const char *snapshot; /* name of the one it is made from; "": it has none */
    enum stw_month_report kind;
    unsigned sections;      /* enum stw_report_section_bit */
    int64_t from_ns, to_ns; /* the period */
    int64_t as_of_ns;       /* what is known */
};

/* `report` is initialised; on failure it is half filled. */
int stw_site_report_build(const struct stw_site_report *site, struct stw_report *report,
                          struct stw_error *err) STW_CHECKED;

#endif
