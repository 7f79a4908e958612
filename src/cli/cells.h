/* Values of a table as cells of a sheet, for query and for the preview of ingest. */
#ifndef STW_CLI_CELLS_H
#define STW_CLI_CELLS_H

#include "cli/sheet.h"
#include "segment/run.h"
#include "time/zone.h"

enum { STW_CELL_TEXT_SIZE = 64 };

/* One value; `text` is room for numbers and times and stays as long as the cell. */
struct stw_cell stw_cell_of_vector(const struct stw_zone *zone, const struct stw_vector *vector,
                                   uint32_t row, char text[STW_CELL_TEXT_SIZE]);

/* Whether columns of the type are right-aligned. */
bool stw_type_is_number(enum stw_type type);

#endif
