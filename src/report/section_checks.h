/*
 * What the figures rest on: duties done, late and missed; the quality of the data; and how the
 * report was computed.
 */
#ifndef STW_REPORT_SECTION_CHECKS_H
#define STW_REPORT_SECTION_CHECKS_H

#include "report/section_tools.h"

/* A recurring duty: lift care every 15 days, a fire test a month. */
struct stw_report_duty {
    struct stw_slice name;
    uint32_t devices;
    uint32_t due;
    uint32_t on_time;
    uint32_t late;
    uint32_t missed; /* due = on_time + late + missed */
};

/* A turn of a duty that was not done on time. */
struct stw_report_missed {
    struct stw_slice duty;
    struct stw_slice device;
    int64_t due_ns;  /* the end of the day by which it was to be done */
    int64_t done_ns; /* INT64_MIN: missed */
};

struct stw_duties_part {
    const struct stw_report_duty *duties;
    uint32_t duty_count;
    const struct stw_report_missed *missed;
    uint32_t missed_count;
    struct stw_slice command;
};

/* Nothing without duties. */
void stw_report_add_duties(struct stw_report *report, const struct stw_report_scope *scope,
                           const struct stw_duties_part *part);

/* What is wrong with the data of one meter or sensor. */
enum stw_meter_problem {
    STW_METER_SILENT = 1u << 0, /* reports nothing, since last_ns */
    STW_METER_GAPS = 1u << 1,
    STW_METER_NO_TARIFF = 1u << 2,
    STW_METER_NO_AREA = 1u << 3,
    STW_METER_NO_MULTIPLIER = 1u << 4,
    STW_METER_UNREGISTERED = 1u << 5
};

struct stw_report_meter {
    struct stw_slice device;
    struct stw_slice channel;
    struct stw_slice place;
    unsigned problems;    /* of enum stw_meter_problem */
    int64_t last_ns;      /* INT64_MIN: never */
    double missing_share; /* of expected readings; NaN: not known */
};

/* Rows of a file that were not stored, for one reason. */
struct stw_report_reject {
    struct stw_slice source;
    struct stw_slice reason; /* in the report's language */
    uint64_t rows;
    uint64_t rows_stored;  /* of the same file */
    struct stw_slice kept; /* the file that holds them */
};

struct stw_quality_part {
    uint64_t rows_accepted;
    uint64_t rows_rejected; /* of all files of the store: where they belong is not known */
    uint32_t series;        /* with any data */
    const struct stw_report_reject *rejects;
    uint32_t reject_count;
    const struct stw_report_meter *meters; /* those with a problem */
    uint32_t meter_count;
    struct stw_slice command;
    struct stw_slice rejects_command;
    struct stw_slice damage; /* what of the store cannot be read: rows may be missing; or empty */
    struct stw_slice damage_command;
};

void stw_report_add_quality(struct stw_report *report, const struct stw_report_scope *scope,
                            const struct stw_quality_part *part);

/* Definitions, and what the report was made from; the last section. `rule_pack` may be empty. */
struct stw_method_part {
    struct stw_slice rule_pack; /* name and hash */
    struct stw_slice tariffs;
    struct stw_slice zone;
    struct stw_slice command; /* makes this report again */
};

void stw_report_add_method(struct stw_report *report, const struct stw_report_scope *scope,
                           const struct stw_method_part *part);

#endif
