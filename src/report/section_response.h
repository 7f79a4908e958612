/*
 * Response times of work orders: how long each leg takes, whether targets are met (open overdue
 * orders count), by priority, category and vendor, and the orders that are overdue now.
 */
#ifndef STW_REPORT_SECTION_RESPONSE_H
#define STW_REPORT_SECTION_RESPONSE_H

#include "analysis/response.h"
#include "report/section_tools.h"

/* One way to split the orders of a leg. */
struct stw_response_split {
    enum stw_word title; /* STW_WORD_PRIORITY, _CATEGORY, _VENDOR, _CHANNEL, _TEAM ... */
    const struct stw_response_lines *lines;
    const struct stw_log_rank *compared; /* do the groups differ? NULL: not asked */
    enum stw_verdict compared_verdict;
    struct stw_slice command;
};

/* One leg. The first of a section is shown in full, further ones as a line of the overview. */
struct stw_response_leg {
    const struct stw_response *response;
    const struct stw_response_line *total;
    const struct stw_response_split *splits;
    uint32_t split_count;
    const struct stw_case *overdue; /* as stw_response_overdue gives them */
    uint32_t overdue_count;
    struct stw_slice command; /* lists the orders of the leg */
};

/* Words of one order for the overdue list, by place in the input. */
struct stw_order_words {
    struct stw_slice category;
    struct stw_slice place;
    struct stw_slice vendor;
};

struct stw_response_part {
    const struct stw_response_leg *legs;
    uint32_t leg_count;
    const struct stw_order_words *words;  /* of the first leg's orders; NULL: none */
    const struct stw_stated_check *check; /* the source's own verdicts against ours, or NULL */
    double attainment_target;             /* .95; 0: none */
    struct stw_slice overdue_command;
};

/* Adds the section and its conclusions; nothing without legs. */
void stw_report_add_response(struct stw_report *report, const struct stw_report_scope *scope,
                             const struct stw_response_part *part);

/* "created to arrived" */
struct stw_slice stw_leg_name(struct stw_report *report, const struct stw_response_spec *spec);

#endif
