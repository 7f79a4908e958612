/*
 * Workbooks to fill in: one for devices, readings, work orders, faults, inspections. The headings,
 * notes and words are those of store/field.h, so a filled template is understood without a map.
 *
 * The first sheet is the one to fill: headings (those that must not be empty in another colour),
 * lists, checks on dates and numbers, text cells for numbers of meters, so that 0123 stays 0123.
 * The second explains each column and shows examples.
 */
#ifndef STW_REPORT_TEMPLATE_H
#define STW_REPORT_TEMPLATE_H

#include "base/error.h"
#include "store/field.h"
#include "store/view.h"

enum {
    STW_TEMPLATE_COUNT = 5,
    STW_TEMPLATE_ROWS_MAX = 20000,     /* that have lists and checks; more may be filled in */
    STW_TEMPLATE_DEVICES_MAX = 100000, /* rows taken from a store */
    STW_TEMPLATE_NAME_SIZE = 64
};

struct stw_template_options {
    enum stw_field_language language;
    int64_t created_ns;    /* the same instant gives the same bytes */
    bool filled;           /* the examples are rows of the first sheet too: to try it out */
    struct stw_view *view; /* devices: the registry of a store to complete; NULL: an empty sheet */
};

/* "devices" ...: the table the index'th template is for. */
struct stw_slice stw_template_table(uint32_t index);

/* "设备台账.xlsx" into name[STW_TEMPLATE_NAME_SIZE]. */
void stw_template_file(uint32_t index, enum stw_field_language language, char *name);

/* `schema` has the built-in tables. The file at `path` is written all or nothing. */
int stw_template_write(uint32_t index, const struct stw_schema *schema,
                       const struct stw_template_options *options, const char *path,
                       struct stw_error *err) STW_CHECKED;

/* template_examples.c: the rows of a template as "name=value|name=value", ending with NULL. */
const char *const *stw_template_examples(uint32_t index, enum stw_field_language language);

#endif
