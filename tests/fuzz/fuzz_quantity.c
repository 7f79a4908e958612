/*
 * Any text as a quantity. A unit that is understood prints as a symbol that is understood as the
 * same unit, and converts into itself.
 */
#include "text/quantity.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct stw_quantity quantity;
    struct stw_error err;
    if (stw_quantity_parse((struct stw_slice){(const char *)data, size}, &quantity, &err) < 0) {
        assert(err.what[0] != '\0');
        return 0;
    }
    struct stw_unit again;
    int status = stw_unit_parse(stw_slice_of(quantity.unit.symbol), &again, &err);
    assert(status == STW_OK && stw_unit_compatible(&again, &quantity.unit));
    assert(again.numerator == quantity.unit.numerator);
    assert(again.denominator == quantity.unit.denominator);
    struct stw_decimal out;
    enum stw_conversion done = stw_unit_convert(quantity.value, &quantity.unit, &again, &out);
    assert(done == STW_CONVERTED && stw_decimal_compare(out, quantity.value) == 0);
    for (size_t i = 0; i < stw_units_count; i++) {
        struct stw_decimal back;
        if (!stw_unit_compatible(&quantity.unit, &stw_units[i]))
            continue;
        if (stw_unit_convert(quantity.value, &quantity.unit, &stw_units[i], &out) ==
                STW_CONVERTED &&
            stw_unit_convert(out, &stw_units[i], &quantity.unit, &back) == STW_CONVERTED)
            assert(stw_decimal_compare(back, quantity.value) == 0);
        done = (enum stw_conversion)stw_unit_convert_round(quantity.value, &quantity.unit,
                                                           &stw_units[i], 3, &out);
    }
    return 0;
}
