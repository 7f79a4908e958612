/* Inside the report module: memory of a report, and appending to its lists. */
#ifndef STW_REPORT_MODEL_LIST_H
#define STW_REPORT_MODEL_LIST_H

#include "report/model.h"

/* Zeroed memory of the report; NULL after a failure, which is then noted in the report. */
void *stw_report_array(struct stw_report *report, size_t count, size_t size_bytes);

/* Copies; empty texts and failures give "". */
struct stw_slice stw_report_copy(struct stw_report *report, struct stw_slice text);
struct stw_datum stw_report_copy_datum(struct stw_report *report, struct stw_datum value);

/* To any list with `first` and `last`, of elements with `next`. */
#define STW_LIST_APPEND(list, element)                                                             \
    do {                                                                                           \
        if ((list)->last == NULL)                                                                  \
            (list)->first = (element);                                                             \
        else                                                                                       \
            (list)->last->next = (element);                                                        \
        (list)->last = (element);                                                                  \
    } while (0)

#endif
