/* Rows of totals among the rows of a table, as people write them below or between. */
#ifndef STW_INGEST_TOTALS_H
#define STW_INGEST_TOTALS_H

#include "text/record.h"

/*
 * Whether the first cell with a text says that the row is a sum: it ends in 合计, 小计, 总计 or
 * 共计 ("1号楼小计"), or is Total, Subtotal or Grand total. Blanks inside, a colon at the end and
 * capital letters make no difference.
 */
bool stw_record_is_total(const struct stw_text_record *record) __attribute__((warn_unused_result));

#endif
