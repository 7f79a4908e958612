/* Decimal arithmetic against values worked out by hand. */
#include "base/decimal.h"

#include "../support/test.h"

#include <string.h>

static void formats_exactly(void)
{
    static const struct {
        struct stw_decimal in;
        bool trim;
        const char *want;
    } cases[] = {
        {{0, 0}, false, "0"},
        {{0, 3}, false, "0.000"},
        {{0, 3}, true, "0"},
        {{5, 3}, false, "0.005"},
        {{-5, 3}, false, "-0.005"},
        {{12300, 3}, true, "12.3"},
        {{100, 0}, true, "100"},
        {{INT64_MIN, 0}, false, "-9223372036854775808"},
        {{INT64_MAX, 18}, false, "9.223372036854775807"},
    };
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[STW_DECIMAL_TEXT_SIZE];
        int size = stw_decimal_format(cases[i].in, cases[i].trim, text);
        STW_EXPECT(strcmp(text, cases[i].want) == 0, "got %s, want %s", text, cases[i].want);
        CU_ASSERT_EQUAL(size, (int)strlen(text));
    }
}

static void rounds_half_away_from_zero(void)
{
    CU_ASSERT(stw_div_round(5, 2) == 3);
    CU_ASSERT(stw_div_round(-5, 2) == -3);
    CU_ASSERT(stw_div_round(5, -2) == -3);
    CU_ASSERT(stw_div_round(7, 3) == 2);
    CU_ASSERT(stw_div_round(-8, 3) == -3);
    CU_ASSERT(stw_div_round(1, 3) == 0);
    stw_int128 out;
    CU_ASSERT(stw_wide_round((struct stw_wide){12345, 3}, 2, &out) && out == 1235);
    CU_ASSERT(stw_wide_round((struct stw_wide){-12345, 3}, 2, &out) && out == -1235);
}

static void refuses_to_lose_digits(void)
{
    int64_t out = 0;
    CU_ASSERT(stw_decimal_rescale((struct stw_decimal){1200, 3}, 1, &out) && out == 12);
    CU_ASSERT_FALSE(stw_decimal_rescale((struct stw_decimal){1234, 3}, 1, &out));
    CU_ASSERT_FALSE(stw_decimal_rescale((struct stw_decimal){INT64_MAX, 0}, 1, &out));
    CU_ASSERT(stw_decimal_rescale((struct stw_decimal){-7, 0}, 18, &out) &&
              out == -7000000000000000000);
}

static void compares_across_scales(void)
{
    CU_ASSERT_EQUAL(stw_decimal_compare((struct stw_decimal){10, 1}, (struct stw_decimal){1, 0}),
                    0);
    CU_ASSERT_EQUAL(stw_decimal_compare((struct stw_decimal){INT64_MAX, 0},
                                        (struct stw_decimal){INT64_MAX, 18}),
                    1);
    CU_ASSERT_EQUAL(stw_decimal_compare((struct stw_decimal){INT64_MIN, 0},
                                        (struct stw_decimal){INT64_MIN, 18}),
                    -1);
}

static void sums_are_wide(void)
{
    struct stw_wide sum = {0, 0};
    for (int i = 0; i < 4; i++)
        CU_ASSERT(stw_wide_add(sum, (struct stw_wide){INT64_MAX, 2}, &sum));
    char text[STW_DECIMAL_TEXT_SIZE];
    stw_wide_format(sum, false, text);
    CU_ASSERT_STRING_EQUAL(text, "368934881474191032.28"); /* 4 * 92233720368547758.07 */
    stw_int128 largest = (stw_int128)(~(stw_uint128)0 >> 1);
    CU_ASSERT_FALSE(stw_wide_add((struct stw_wide){largest, 0}, (struct stw_wide){1, 0}, &sum));
}

STW_SUITE(decimal, {"formats exactly", formats_exactly},
          {"rounds half away from zero", rounds_half_away_from_zero},
          {"refuses to lose digits", refuses_to_lose_digits},
          {"compares across scales", compares_across_scales}, {"sums are wide", sums_are_wide});
