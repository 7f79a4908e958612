/*
 * Any bytes as a number. The first byte picks the style. What is read must print to a text that
 * reads back as the same value, and a decimal that is accepted is a double too. A plain number is
 * the same with an exponent of 0 behind it, which is read in the other way.
 */
#include "text/number.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct stw_number_style styles[] = {
        {0, 0, false}, {'.', ',', false}, {',', '.', false}, {',', ' ', true}};
    if (size == 0)
        return 0;
    const struct stw_number_style *style = &styles[data[0] % 4];
    struct stw_slice text = {(const char *)data + 1, size - 1};
    struct stw_decimal value, again;
    if (stw_number_parse(text, style, &value) == STW_NUMBER_OK) {
        char printed[STW_DECIMAL_TEXT_SIZE];
        assert(value.scale >= 0 && value.scale <= STW_SCALE_MAX);
        size_t length = (size_t)stw_decimal_format(value, false, printed);
        enum stw_number_problem problem =
            stw_number_parse((struct stw_slice){printed, length}, NULL, &again);
        assert(problem == STW_NUMBER_OK && again.value == value.value);
        assert(again.scale == value.scale);
        double near;
        problem = stw_number_parse_double(text, style, &near);
        assert(problem == STW_NUMBER_OK);
    }
    if (stw_number_parse_plain(text, NULL, &value)) {
        char longer[STW_NUMBER_TEXT_MAX];
        memcpy(longer, text.data, text.size);
        memcpy(longer + text.size, "e0", 2);
        enum stw_number_problem problem =
            stw_number_parse((struct stw_slice){longer, text.size + 2}, NULL, &again);
        assert(problem == STW_NUMBER_OK && again.value == value.value);
        assert(again.scale == value.scale);
    }
    int64_t whole;
    if (stw_number_parse_int(text, style, &whole) == STW_NUMBER_OK)
        assert(stw_number_parse(text, style, &value) == STW_NUMBER_OK);
    return 0;
}
