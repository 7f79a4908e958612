/* One value of one row, wherever it lies, and when two of them are the same. */
#ifndef STW_STORE_VALUE_H
#define STW_STORE_VALUE_H

#include "segment/run.h"

#include <string.h>

struct stw_value {
    bool present;
    int64_t integer;
    int scale; /* decimals */
    double real;
    struct stw_slice text;
};

static inline struct stw_value stw_value_of(const struct stw_vector *from, uint32_t row)
{
    struct stw_value value = {.present = stw_vector_has(from, row)};
    if (!value.present)
        return value;
    if (from->type == STW_TYPE_TEXT)
        value.text = stw_vector_text(from, row);
    else if (from->type == STW_TYPE_FLOAT)
        value.real = from->floats[row];
    else
        value.integer = from->ints[row];
    value.scale = from->scale;
    return value;
}

/* 12.30 is 12.3; floats by their bits, so that NaN is itself. */
static inline bool stw_value_same(enum stw_type type, const struct stw_value *a,
                                  const struct stw_value *b)
{
    if (!a->present || !b->present)
        return a->present == b->present;
    if (type == STW_TYPE_TEXT)
        return stw_slice_equal(a->text, b->text);
    if (type == STW_TYPE_FLOAT)
        return memcmp(&a->real, &b->real, sizeof(a->real)) == 0;
    if (a->scale == b->scale)
        return a->integer == b->integer;
    return stw_decimal_compare((struct stw_decimal){a->integer, a->scale},
                               (struct stw_decimal){b->integer, b->scale}) == 0;
}

#endif
