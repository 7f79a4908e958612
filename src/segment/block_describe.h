/* What the index says of a block, from its rows; shared by writer and verify. Private to segment/.
 */
#ifndef STW_SEGMENT_BLOCK_DESCRIBE_H
#define STW_SEGMENT_BLOCK_DESCRIBE_H

#include "segment/block_body.h"

/* Everything but offset and size; statistics[0..column_count) are filled and pointed at. */
void stw_block_describe(const struct stw_block_rows *rows, struct stw_segment_block *block,
                        struct stw_column_statistics *statistics);

/* Bit for bit, without offset and size. */
bool stw_block_same(const struct stw_segment_block *a, const struct stw_segment_block *b,
                    const struct stw_segment_spec *spec);

#endif
