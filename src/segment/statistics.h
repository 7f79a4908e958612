/* Statistics of one column of one block, from its values; private to segment/. */
#ifndef STW_SEGMENT_STATISTICS_H
#define STW_SEGMENT_STATISTICS_H

#include "segment/segment.h"

/* `single`: all rows are of one series, so first, last, falls and rises mean something. */
void stw_statistics_compute(const struct stw_vector *vector, uint32_t rows, bool single,
                            struct stw_column_statistics *out);

/* Those of a column without a value in any of the rows, at scale 0. */
void stw_statistics_none(uint32_t rows, enum stw_type type, struct stw_column_statistics *out);

/* Bit for bit; floats too. */
bool stw_statistics_equal(const struct stw_column_statistics *a,
                          const struct stw_column_statistics *b, enum stw_type type);

#endif
