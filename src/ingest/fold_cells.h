/*
 * What a record of a log said, as the text that the store keeps of it: a JSON object of the columns
 * it goes into and their values, {"code":"door","closed":1456747200000000000}. Values, not the
 * cells of the file: the next file of a log may write its times and numbers in another way.
 *
 * Decimals and whole numbers are JSON numbers with all their digits, times are nanoseconds since
 * 1970, floats and texts are strings. A column without a value is left out.
 */
#ifndef STW_INGEST_FOLD_CELLS_H
#define STW_INGEST_FOLD_CELLS_H

#include "base/buffer.h"
#include "ingest/cell.h"
#include "text/json_read.h"

enum { STW_FOLD_CELLS_BYTES_MAX = 64 * 1024 }; /* of one record of a log */

struct stw_fold_cells {
    struct stw_json_reader json;
};

void stw_fold_cells_init(struct stw_fold_cells *cells);
void stw_fold_cells_release(struct stw_fold_cells *cells);

/* Appends the object: values[i] goes into the column fields[i], where both are there. */
void stw_fold_cells_write(struct stw_buffer *out, const struct stw_map_field *const *fields,
                          const struct stw_cell_value *const *values, uint32_t count);

/* The value of each column that stands in the text; texts are valid until the next read. What is in
 * the text and not among the fields, or of another type, is read over: the map may have changed.
 * STW_ERR_DAMAGED for what is no such text. */
int stw_fold_cells_read(struct stw_fold_cells *cells, struct stw_slice text,
                        const struct stw_map_field *fields, uint32_t count,
                        struct stw_cell_value *values, struct stw_error *err) STW_CHECKED;

#endif
