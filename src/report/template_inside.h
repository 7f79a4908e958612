/* What the files of the templates share: a sheet being filled, its columns by field. */
#ifndef STW_REPORT_TEMPLATE_INSIDE_H
#define STW_REPORT_TEMPLATE_INSIDE_H

#include "report/template.h"
#include "report/workbook.h"

struct stw_template_sheet {
    struct stw_workbook *book;
    enum stw_field_language language;
    const struct stw_table *table;
    const struct stw_field *fields; /* of the table's template, then those that only it has */
    uint32_t field_count;
};

/* Rows of the devices table of a store, as they are, below the heading: first the devices that have
 * readings and no row. */
int stw_template_put_devices(struct stw_template_sheet *sheet, struct stw_view *view,
                             struct stw_error *err) STW_CHECKED;

#endif
