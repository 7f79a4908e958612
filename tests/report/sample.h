/* A report with a block and a chart of every kind, for the tests of the renderers. */
#ifndef STW_TEST_REPORT_SAMPLE_H
#define STW_TEST_REPORT_SAMPLE_H

#include "report/model.h"

/* `name` stands in every slot for text that comes from data: names, captions, commands, notes. */
void stw_sample_report(struct stw_report *report, enum stw_language language,
                       struct stw_slice name);

#endif
