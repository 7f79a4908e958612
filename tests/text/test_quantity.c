/*
 * Quantities and units. Factors are those of NIST SP 811 (appendix B) and the SI brochure, written
 * here as decimals; every pair of compatible units is also converted there and back.
 */
#include "text/quantity.h"

#include "../support/test.h"

#include <math.h>
#include <string.h>

static void reads_quantities(void)
{
    static const struct {
        const char *text;
        int64_t value;
        int scale;
        const char *symbol;
    } cases[] = {
        {"20 L/h", 20, 0, "L/h"},
        {"0.25 MPa", 25, 2, "MPa"},
        {"0.25MPa", 25, 2, "MPa"},
        {"4 K", 4, 0, "K"},
        {"198 V", 198, 0, "V"},
        {"15%", 15, 0, "%"},
        {" -4.10  CNY/m3 ", -410, 2, "CNY/m3"},
        {"35 kWh", 35, 0, "kWh"},
        {"10 分钟", 10, 0, "min"},
        {"3.5 元/吨", 35, 1, "CNY/m3"},
        {"0.6 元/度", 6, 1, "CNY/kWh"},
        {"1e3 W", 1000, 0, "W"},
        {"2 次/台·月", 2, 0, "times/device·month"},
        {"12 kWh/(m2·year)", 12, 0, "kWh/m2·year"},
        {"12 kWh/m2/year", 12, 0, "kWh/m2·year"},
        {"3 K·d", 3, 0, "K·d"},
        {"6 公斤", 6, 0, "kgf/cm2"},
        {"6 kg/cm²", 6, 0, "kgf/cm2"},
        {"5 ㎥", 5, 0, "m3"},
        {"21 ℃", 21, 0, "°C"},
        {"0.581 kgCO2/kWh", 581, 3, "kgCO2e/kWh"},
        {"6 m/s", 6, 0, "m/s"},
    };
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct stw_quantity got;
        struct stw_error err = {0};
        int status = stw_quantity_parse(stw_slice_of(cases[i].text), &got, &err);
        STW_EXPECT(status == STW_OK && got.value.value == cases[i].value &&
                       got.value.scale == cases[i].scale &&
                       strcmp(got.unit.symbol, cases[i].symbol) == 0,
                   "'%s' gives %d, '%s', %s", cases[i].text, status,
                   status == STW_OK ? got.unit.symbol : "", err.what);
    }
}

static void refuses_with_advice(void)
{
    static const struct {
        const char *text, *what, *hint;
    } cases[] = {
        {"", "a number with a unit is missing", ""},
        {"L/h", "'L/h' does not begin with a number", "'20 L/h'"},
        {"20", "'20' has no unit", "such as '20 L/h'"},
        {"5 m", "'m' can be metre, minute or month", "write 'metre', 'min' or 'month'"},
        {"5 L/m", "'m' can be metre, minute or month", "write"},
        {"5 kPaa", "'kPaa' is not a unit", "did you mean 'kPa'?"},
        {"5 mpa", "'mpa' is not a unit", "did you mean 'MPa'?"},
        {"5 L//h", "'' is not a unit", ""},
        {"5 L/", "'' is not a unit", ""},
        {"1.2.3 L", "'1.2.3' is not a number", ""},
        {"1,5 L", "',5 L' is not a unit", ""},
        {"5 kWh/°C", "°C is a point on a scale and has no rate", "difference is written in K"},
        {"5 CNY/USD", "CNY and USD are different currencies", ""},
        {"12345678901234567890 L", "'12345678901234567890' is too large", ""},
        {"1 s·s·s·s·s·s·s", "a unit of so many parts is not understood", ""},
        {"1 GWh·GWh", "the unit's factor does not fit 64 bits", ""},
    };
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct stw_quantity got;
        struct stw_error err = {0};
        int status = stw_quantity_parse(stw_slice_of(cases[i].text), &got, &err);
        STW_EXPECT(status == STW_ERR_INPUT && strcmp(err.what, cases[i].what) == 0 &&
                       strstr(err.hint, cases[i].hint) != NULL,
                   "'%s' gives %d: %s (%s)", cases[i].text, status, err.what, err.hint);
    }
}

static struct stw_unit unit_of(const char *text)
{
    struct stw_unit unit;
    struct stw_error err = {0};
    STW_EXPECT(stw_unit_parse(stw_slice_of(text), &unit, &err) == STW_OK, "%s: %s", text, err.what);
    return unit;
}

static void converts_exactly(void)
{
    static const struct {
        struct stw_decimal in;
        const char *from, *to;
        enum stw_conversion result;
        struct stw_decimal out;
    } cases[] = {
        {{20, 0}, "L/h", "m3/h", STW_CONVERTED, {2, 2}},
        {{1, 0}, "m3/h", "L/min", STW_CONVERT_INEXACT, {0, 0}}, /* 16.666... */
        {{3, 0}, "m3/h", "L/min", STW_CONVERTED, {50, 0}},
        {{410, 2}, "CNY/m3", "CNY/L", STW_CONVERTED, {41, 4}},
        {{410, 2}, "CNY/m3", "CNY/m3", STW_CONVERTED, {410, 2}}, /* untouched */
        {{5, 0}, "万元", "CNY", STW_CONVERTED, {50000, 0}},
        {{1, 0}, "kWh", "MJ", STW_CONVERTED, {36, 1}},
        {{1, 0}, "GJ", "kWh", STW_CONVERT_INEXACT, {0, 0}}, /* 277.777... */
        {{6, 0}, "kgf/cm2", "MPa", STW_CONVERTED, {588399, 6}},
        {{1, 0}, "bar", "kPa", STW_CONVERTED, {100, 0}},
        {{10, 0}, "mH2O", "kPa", STW_CONVERTED, {980665, 4}},
        {{1, 0}, "gal", "L", STW_CONVERTED, {3785411784, 9}},
        {{1, 0}, "ft3", "L", STW_CONVERTED, {28316846592, 9}},
        {{1, 0}, "ft2", "cm2", STW_CONVERTED, {9290304, 4}},
        {{15, 0}, "%", "‰", STW_CONVERTED, {150, 0}},
        {{100, 0}, "°C", "°F", STW_CONVERTED, {212, 0}},
        {{-40, 0}, "°F", "°C", STW_CONVERTED, {-40, 0}},
        {{0, 0}, "°F", "°C", STW_CONVERT_INEXACT, {0, 0}},
        {{986, 1}, "°F", "°C", STW_CONVERTED, {37, 0}},
        {{2, 0}, "year", "month", STW_CONVERTED, {24, 0}},
        {{36, 0}, "m3/h", "L/s", STW_CONVERTED, {10, 0}},
        {{INT64_MAX, 0}, "m3", "L", STW_CONVERT_TOO_LARGE, {0, 0}},
        {{1, 18}, "L", "m3", STW_CONVERT_INEXACT, {0, 0}}, /* 21 places */
        {{0, 3}, "L", "m3", STW_CONVERTED, {0, 0}},
    };
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct stw_unit from = unit_of(cases[i].from), to = unit_of(cases[i].to);
        struct stw_decimal got = {0, 0};
        CU_ASSERT(stw_unit_compatible(&from, &to));
        enum stw_conversion result = stw_unit_convert(cases[i].in, &from, &to, &got);
        STW_EXPECT(result == cases[i].result && got.value == cases[i].out.value &&
                       got.scale == cases[i].out.scale,
                   "case %u, %s to %s: %d, %lld at %d", i, cases[i].from, cases[i].to, (int)result,
                   (long long)got.value, got.scale);
    }
}

static void rounds_where_asked(void)
{
    static const struct {
        struct stw_decimal in;
        const char *from, *to;
        int scale;
        int64_t value;
    } cases[] = {
        {{1, 0}, "m3/h", "L/min", 3, 16667},
        {{-1, 0}, "m3/h", "L/min", 3, -16667},
        {{1, 0}, "GJ", "kWh", 2, 27778},
        {{0, 0}, "°F", "°C", 4, -177778},
        {{5, 0}, "L", "m3", 2, 1}, /* .005: half away from zero */
        {{4, 0}, "L", "m3", 2, 0},
        {{1, 0}, "psi", "Pa", 9, 6894757293168}, /* SP 811: 6.894 757 E+03 */
    };
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct stw_unit from = unit_of(cases[i].from), to = unit_of(cases[i].to);
        struct stw_decimal got = {0, 0};
        bool done = stw_unit_convert_round(cases[i].in, &from, &to, cases[i].scale, &got);
        STW_EXPECT(done && got.value == cases[i].value && got.scale == cases[i].scale,
                   "%s to %s: %d, %lld at %d", cases[i].from, cases[i].to, done,
                   (long long)got.value, got.scale);
    }
    struct stw_unit from = unit_of("m3"), to = unit_of("mL");
    struct stw_decimal got;
    CU_ASSERT_FALSE(
        stw_unit_convert_round((struct stw_decimal){INT64_MAX, 0}, &from, &to, 0, &got));
}

static long double convert_long_double(long double value, const struct stw_unit *from,
                                       const struct stw_unit *to)
{
    long double base = (value * (long double)from->numerator + (long double)from->offset) /
                       (long double)from->denominator;
    return (base * (long double)to->denominator - (long double)to->offset) /
           (long double)to->numerator;
}

static void every_pair_goes_there_and_back(void)
{
    unsigned pairs = 0, exact = 0;
    for (size_t i = 0; i < stw_units_count; i++) {
        for (size_t j = 0; j < stw_units_count; j++) {
            const struct stw_unit *from = &stw_units[i], *to = &stw_units[j];
            if (!stw_unit_compatible(from, to))
                continue;
            pairs++;
            struct stw_decimal in = {12345, 2}, out, back;
            long double want = convert_long_double(123.45L, from, to);
            if (stw_unit_convert(in, from, to, &out) == STW_CONVERTED) {
                exact++;
                STW_EXPECT(stw_unit_convert(out, to, from, &back) == STW_CONVERTED &&
                               stw_decimal_compare(back, in) == 0,
                           "%s to %s and back", from->symbol, to->symbol);
                STW_NEAR((double)(stw_decimal_double(out) / (double)want), 1, 1e-12);
            }
            if (stw_unit_convert_round(in, from, to, 6, &out))
                STW_NEAR(stw_decimal_double(out), (double)want, 6e-7 + 1e-12 * fabs((double)want));
        }
    }
    CU_ASSERT(pairs > 300 && exact > 200);
}

static void tells_dimensions_apart(void)
{
    static const struct {
        const char *have, *want, *what, *hint;
    } cases[] = {
        {"L/h", "MPa", "L/h is a flow; a pressure such as MPa is wanted here", ""},
        {"°C", "K", "°C is a temperature; a temperature difference such as K is wanted here",
         "a temperature difference is written in K"},
        {"kvarh", "kWh", "kvarh is a reactive energy; an energy such as kWh is wanted here", ""},
        {"month", "d", "month is a calendar span; a time span such as d is wanted here", ""},
        {"USD", "CNY", "CNY is wanted here, not USD", ""},
        {"USD/kWh", "CNY/kWh", "CNY is wanted here, not USD", ""},
        {"kgce", "kg", "kgce is an amount of standard coal; a mass such as kg is wanted here", ""},
        {"L/h·household", "L/h", "L/h·household does not fit here; something in L/h is wanted", ""},
    };
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct stw_unit have = unit_of(cases[i].have), want = unit_of(cases[i].want);
        struct stw_error err = {0};
        int status = stw_unit_check(&have, &want, &err);
        STW_EXPECT(status == STW_ERR_INPUT && strcmp(err.what, cases[i].what) == 0 &&
                       strcmp(err.hint, cases[i].hint) == 0,
                   "%s for %s: %s (%s)", cases[i].have, cases[i].want, err.what, err.hint);
        CU_ASSERT_EQUAL(stw_unit_check(&have, &have, &err), STW_OK);
    }
}

static void the_table_is_sound(void)
{
    for (size_t i = 0; i < stw_units_count; i++) {
        struct stw_unit again = unit_of(stw_units[i].symbol);
        CU_ASSERT(strcmp(again.symbol, stw_units[i].symbol) == 0);
        CU_ASSERT(stw_units[i].numerator > 0 && stw_units[i].denominator > 0);
        for (size_t j = 0; j < i; j++)
            STW_EXPECT(strcmp(stw_units[i].symbol, stw_units[j].symbol) != 0, "%s twice",
                       stw_units[i].symbol);
    }
    for (size_t i = 0; i < stw_unit_names_count; i++) {
        struct stw_unit unit = unit_of(stw_unit_names[i].alias);
        STW_EXPECT(strcmp(unit.symbol, stw_unit_names[i].symbol) == 0, "%s is %s",
                   stw_unit_names[i].alias, unit.symbol);
        for (size_t j = 0; j < i; j++)
            STW_EXPECT(strcmp(stw_unit_names[i].alias, stw_unit_names[j].alias) != 0, "%s twice",
                       stw_unit_names[i].alias);
    }
    for (size_t i = 0; i < stw_unit_kinds_count; i++) {
        struct stw_unit unit = unit_of(stw_unit_kinds[i].symbol);
        CU_ASSERT_STRING_EQUAL(stw_unit_kind(&unit), stw_unit_kinds[i].alias);
    }
    struct stw_unit odd = unit_of("K·d");
    CU_ASSERT_PTR_NULL(stw_unit_kind(&odd));
}

STW_SUITE(quantity, {"reads quantities", reads_quantities},
          {"refuses with advice", refuses_with_advice}, {"converts exactly", converts_exactly},
          {"rounds where asked", rounds_where_asked},
          {"every pair goes there and back", every_pair_goes_there_and_back},
          {"tells dimensions apart", tells_dimensions_apart},
          {"the table is sound", the_table_is_sound});
