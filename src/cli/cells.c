/* See cells.h. */
#include "cli/cells.h"

#include "time/stamp.h"

#include <stdio.h>

struct stw_cell stw_cell_of_vector(const struct stw_zone *zone, const struct stw_vector *vector,
                                   uint32_t row, char text[STW_CELL_TEXT_SIZE])
{
    if (!stw_vector_has(vector, row))
        return (struct stw_cell){STW_CELL_EMPTY, STW_SLICE("")};
    switch (vector->type) {
    case STW_TYPE_DECIMAL: {
        int size = stw_decimal_format(stw_vector_decimal(vector, row), true, text);
        return stw_cell_number((struct stw_slice){text, (size_t)size});
    }
    case STW_TYPE_FLOAT:
        return stw_cell_double(vector->floats[row], text, STW_CELL_TEXT_SIZE);
    case STW_TYPE_INT:
        snprintf(text, STW_CELL_TEXT_SIZE, "%lld", (long long)vector->ints[row]);
        return stw_cell_number(stw_slice_of(text));
    case STW_TYPE_BOOL:
        return (struct stw_cell){STW_CELL_BOOL,
                                 vector->ints[row] != 0 ? STW_SLICE("true") : STW_SLICE("false")};
    case STW_TYPE_TIME:
        stw_stamp_to_iso(zone, vector->ints[row], text);
        return stw_cell_text(stw_slice_of(text));
    case STW_TYPE_TEXT:
        return stw_cell_text(stw_vector_text(vector, row));
    }
    return (struct stw_cell){STW_CELL_EMPTY, STW_SLICE("")};
}

bool stw_type_is_number(enum stw_type type)
{
    return type == STW_TYPE_DECIMAL || type == STW_TYPE_FLOAT || type == STW_TYPE_INT;
}
