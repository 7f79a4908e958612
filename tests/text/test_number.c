/*
 * Numbers from text: a table of edges, and random texts against long-hand arithmetic on 128 bits.
 */
#include "text/number.h"

#include "../support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *text;
    enum stw_number_problem problem;
    int64_t value;
    int scale;
} edges[] = {
    {"0", STW_NUMBER_OK, 0, 0},
    {"-0", STW_NUMBER_OK, 0, 0},
    {"+7", STW_NUMBER_OK, 7, 0},
    {"007.50", STW_NUMBER_OK, 750, 2},
    {".5", STW_NUMBER_OK, 5, 1},
    {"5.", STW_NUMBER_OK, 5, 0},
    {"-.5", STW_NUMBER_OK, -5, 1},
    {"12345678", STW_NUMBER_OK, 12345678, 0},
    {"123456789.12345678", STW_NUMBER_OK, 12345678912345678, 8},
    {"9223372036854775807", STW_NUMBER_OK, INT64_MAX, 0},
    {"-9223372036854775808", STW_NUMBER_OK, INT64_MIN, 0},
    {"9223372036854775808", STW_NUMBER_TOO_LARGE, 0, 0},
    {"-9223372036854775809", STW_NUMBER_TOO_LARGE, 0, 0},
    {"9.223372036854775807", STW_NUMBER_OK, INT64_MAX, 18},
    {"9.223372036854775808", STW_NUMBER_TOO_PRECISE, 0, 0},
    {"-9.223372036854775808", STW_NUMBER_OK, INT64_MIN, 18},
    {"0.000000000000000001", STW_NUMBER_OK, 1, 18},
    {"0.0000000000000000001", STW_NUMBER_TOO_PRECISE, 0, 0},
    {"0.00000000000000000000", STW_NUMBER_OK, 0, 18},
    /* Zeros that do not fit are dropped: nothing is lost. */
    {"1.50000000000000000000000", STW_NUMBER_OK, 15, 1},
    {"9223372036854775807.000", STW_NUMBER_OK, INT64_MAX, 0},
    {"00000000000000000000000000000012", STW_NUMBER_OK, 12, 0},
    {"1000000000000000000000e-3", STW_NUMBER_OK, INT64_C(1000000000000000000), 0},
    {"1.5e3", STW_NUMBER_OK, 1500, 0},
    {"1.50e1", STW_NUMBER_OK, 150, 1},
    {"2E-3", STW_NUMBER_OK, 2, 3},
    {"1e18", STW_NUMBER_OK, INT64_C(1000000000000000000), 0},
    {"1e19", STW_NUMBER_TOO_LARGE, 0, 0},
    {"1e-18", STW_NUMBER_OK, 1, 18},
    {"1e-19", STW_NUMBER_TOO_PRECISE, 0, 0},
    {"10e-19", STW_NUMBER_OK, 1, 18},
    {"0e999999999999", STW_NUMBER_OK, 0, 0},
    {"1e999999999999", STW_NUMBER_TOO_LARGE, 0, 0},
    {"1e-999999999999", STW_NUMBER_TOO_PRECISE, 0, 0},
    {"", STW_NUMBER_EMPTY, 0, 0},
    {"-", STW_NUMBER_MALFORMED, 0, 0},
    {".", STW_NUMBER_MALFORMED, 0, 0},
    {"-.", STW_NUMBER_MALFORMED, 0, 0},
    {"--1", STW_NUMBER_MALFORMED, 0, 0},
    {"1-", STW_NUMBER_MALFORMED, 0, 0},
    {"1.2.3", STW_NUMBER_MALFORMED, 0, 0},
    {" 1", STW_NUMBER_MALFORMED, 0, 0},
    {"1 ", STW_NUMBER_MALFORMED, 0, 0},
    {"1,000", STW_NUMBER_MALFORMED, 0, 0},
    {"1e", STW_NUMBER_MALFORMED, 0, 0},
    {"e5", STW_NUMBER_MALFORMED, 0, 0},
    {"1e5.", STW_NUMBER_MALFORMED, 0, 0},
    {"1e+-5", STW_NUMBER_MALFORMED, 0, 0},
    {"0x10", STW_NUMBER_MALFORMED, 0, 0},
    {"nan", STW_NUMBER_MALFORMED, 0, 0},
    {"inf", STW_NUMBER_MALFORMED, 0, 0},
    {"1234567:", STW_NUMBER_MALFORMED, 0, 0}, /* ':' follows '9' */
    {"1234567/", STW_NUMBER_MALFORMED, 0, 0}, /* '/' precedes '0' */
    {"１２", STW_NUMBER_MALFORMED, 0, 0},
};

static void reads_the_edges(void)
{
    for (unsigned i = 0; i < sizeof(edges) / sizeof(edges[0]); i++) {
        struct stw_decimal got = {0, 0};
        enum stw_number_problem problem = stw_number_parse(stw_slice_of(edges[i].text), NULL, &got);
        STW_EXPECT(problem == edges[i].problem && got.value == edges[i].value &&
                       got.scale == edges[i].scale,
                   "'%s' gives problem %d, %lld at scale %d", edges[i].text, (int)problem,
                   (long long)got.value, got.scale);
    }
}

/* Long-hand: digits one by one into 128 bits (at most 30 of them), then every scale tried. */
static bool plain_parse(const char *digits, int size, int decimals, int exponent, bool negative,
                        struct stw_decimal *out)
{
    stw_int128 mantissa = 0;
    for (int i = 0; i < size; i++)
        mantissa = mantissa * 10 + (digits[i] - '0');
    if (negative)
        mantissa = -mantissa;
    int written = decimals - exponent < 0 ? 0 : decimals - exponent;
    for (int attempt = -1; attempt <= 18; attempt++) {
        int scale = attempt < 0 ? written : attempt;
        if (scale > 18)
            continue;
        stw_int128 value = mantissa;
        int power = scale - decimals + exponent;
        bool fits = true;
        for (; power > 0 && fits; power--)
            fits = !__builtin_mul_overflow(value, (stw_int128)10, &value);
        for (; power < 0 && fits; power++) {
            fits = value % 10 == 0;
            value /= 10;
        }
        if (!fits || value > INT64_MAX || value < INT64_MIN)
            continue;
        *out = (struct stw_decimal){(int64_t)value, scale};
        return true;
    }
    return false;
}

static void agrees_with_long_hand_arithmetic(void)
{
    uint64_t random = 1;
    unsigned wrong = 0, kept = 0;
    for (int round = 0; round < 400000; round++) {
        char digits[32], text[64];
        int size = 1 + (int)(stw_test_random(&random) % 28);
        int decimals = (int)(stw_test_random(&random) % (unsigned)(size + 1));
        uint64_t kind = stw_test_random(&random);
        for (int i = 0; i < size; i++)
            digits[i] = (char)('0' + (kind % 3 == 0 ? stw_test_random(&random) % 2
                                                    : stw_test_random(&random) % 10));
        for (int i = size / 2; i < size && kind % 5 == 0; i++)
            digits[i] = '0';
        int exponent = kind % 4 == 1 ? (int)(stw_test_random(&random) % 41) - 20 : 0;
        bool negative = (kind >> 20) % 2 != 0;
        int length =
            snprintf(text, sizeof(text), "%s%.*s%s%.*s", negative ? "-" : "", size - decimals,
                     digits, decimals > 0 ? "." : "", decimals, digits + size - decimals);
        if (kind % 4 == 1)
            length += snprintf(text + length, sizeof(text) - (size_t)length, "e%d", exponent);
        struct stw_decimal want = {0, 0}, got = {0, 0};
        bool fits = plain_parse(digits, size, decimals, exponent, negative, &want);
        bool ok =
            stw_number_parse((struct stw_slice){text, (size_t)length}, NULL, &got) == STW_NUMBER_OK;
        bool zero = ok && fits && want.value == 0 && got.value == 0;
        kept += ok;
        if (ok != fits || (!zero && (got.value != want.value || got.scale != want.scale)))
            STW_EXPECT(++wrong > 5, "'%s' gives %d %lld at %d, want %d %lld at %d", text, ok,
                       (long long)got.value, got.scale, fits, (long long)want.value, want.scale);
    }
    CU_ASSERT_EQUAL(wrong, 0);
    CU_ASSERT(kept > 100000 && kept < 399999);
}

static void reads_commas_and_groups(void)
{
    static const struct {
        const char *text;
        struct stw_number_style style;
        enum stw_number_problem problem;
        int64_t value;
        int scale;
    } cases[] = {
        {"1.234,5", {',', '.', false}, STW_NUMBER_OK, 12345, 1},
        {"1234,5", {',', '.', false}, STW_NUMBER_OK, 12345, 1},
        {"12,5", {',', 0, false}, STW_NUMBER_OK, 125, 1},
        {"12.5", {',', 0, false}, STW_NUMBER_MALFORMED, 0, 0},
        {"12.5",
         {',', '.', false},
         STW_NUMBER_GROUPING,
         0,
         0}, /* a point decimal in a comma file */
        {"1,234,567.89", {'.', ',', false}, STW_NUMBER_OK, 123456789, 2},
        {"1,23,456", {'.', ',', false}, STW_NUMBER_GROUPING, 0, 0},
        {"1,2345", {'.', ',', false}, STW_NUMBER_GROUPING, 0, 0},
        {"1234,567", {'.', ',', false}, STW_NUMBER_GROUPING, 0, 0},
        {",123", {'.', ',', false}, STW_NUMBER_GROUPING, 0, 0},
        {"1,", {'.', ',', false}, STW_NUMBER_GROUPING, 0, 0},
        {"1,,234", {'.', ',', false}, STW_NUMBER_GROUPING, 0, 0},
        {"1,234.567,8", {'.', ',', false}, STW_NUMBER_MALFORMED, 0, 0},
        {"-1 234", {0, ' ', false}, STW_NUMBER_OK, -1234, 0},
        {"1'234.5", {'.', '\'', false}, STW_NUMBER_OK, 12345, 1},
        {"4.25-", {'.', 0, true}, STW_NUMBER_OK, -425, 2},
        {"1.234,50-", {',', '.', true}, STW_NUMBER_OK, -123450, 2},
        {"-4.25", {'.', 0, true}, STW_NUMBER_OK, -425, 2}, /* mended by hand among them */
        {"9223372036854775808-", {'.', 0, true}, STW_NUMBER_OK, INT64_MIN, 0},
        {"9223372036854775809-", {'.', 0, true}, STW_NUMBER_TOO_LARGE, 0, 0},
        {"-4.25-", {'.', 0, true}, STW_NUMBER_MALFORMED, 0, 0},
        {"4-25", {'.', 0, true}, STW_NUMBER_MALFORMED, 0, 0},
        {"-", {'.', 0, true}, STW_NUMBER_MALFORMED, 0, 0},
        {"4.25-", {'.', 0, false}, STW_NUMBER_MALFORMED, 0, 0},
    };
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct stw_decimal got = {0, 0};
        enum stw_number_problem problem =
            stw_number_parse(stw_slice_of(cases[i].text), &cases[i].style, &got);
        STW_EXPECT(problem == cases[i].problem && got.value == cases[i].value &&
                       got.scale == cases[i].scale,
                   "'%s' gives problem %d, %lld at scale %d", cases[i].text, (int)problem,
                   (long long)got.value, got.scale);
    }
}

static void reads_whole_numbers(void)
{
    static const struct {
        const char *text;
        enum stw_number_problem problem;
        int64_t value;
    } cases[] = {
        {"42", STW_NUMBER_OK, 42},
        {"42.000", STW_NUMBER_OK, 42},
        {"1e3", STW_NUMBER_OK, 1000},
        {"-9223372036854775808", STW_NUMBER_OK, INT64_MIN},
        {"1.5", STW_NUMBER_NOT_WHOLE, 0},
        {"1e-30", STW_NUMBER_NOT_WHOLE, 0},
        {"9223372036854775808", STW_NUMBER_TOO_LARGE, 0},
        {"x", STW_NUMBER_MALFORMED, 0},
        {"", STW_NUMBER_EMPTY, 0},
    };
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int64_t got = 0;
        enum stw_number_problem problem =
            stw_number_parse_int(stw_slice_of(cases[i].text), NULL, &got);
        STW_EXPECT(problem == cases[i].problem && got == cases[i].value, "'%s' gives %d %lld",
                   cases[i].text, (int)problem, (long long)got);
    }
}

static void reads_doubles_as_the_c_library(void)
{
    uint64_t random = 7;
    unsigned wrong = 0;
    for (int round = 0; round < 20000; round++) {
        uint64_t bits = stw_test_random(&random);
        double want, got = 0;
        memcpy(&want, &bits, sizeof(want));
        if (!isfinite(want))
            continue;
        char text[64];
        snprintf(text, sizeof(text), "%.17g", want);
        wrong += stw_number_parse_double(stw_slice_of(text), NULL, &got) != STW_NUMBER_OK ||
                 memcmp(&got, &want, sizeof(got)) != 0;
    }
    CU_ASSERT_EQUAL(wrong, 0);
    double got = 0;
    struct stw_number_style comma = {',', '.', false};
    CU_ASSERT(stw_number_parse_double(STW_SLICE("1.234,5e-1"), &comma, &got) == STW_NUMBER_OK &&
              got == 123.45);
    CU_ASSERT(stw_number_parse_double(STW_SLICE("1e-400"), NULL, &got) == STW_NUMBER_OK &&
              got == 0);
    CU_ASSERT_EQUAL(stw_number_parse_double(STW_SLICE("1e400"), NULL, &got), STW_NUMBER_TOO_LARGE);
    CU_ASSERT_EQUAL(stw_number_parse_double(STW_SLICE("0x1p3"), NULL, &got), STW_NUMBER_MALFORMED);
    CU_ASSERT_EQUAL(stw_number_parse_double(STW_SLICE("nan"), NULL, &got), STW_NUMBER_MALFORMED);
    char longest[STW_NUMBER_TEXT_MAX + 1];
    memset(longest, '9', sizeof(longest));
    longest[1] = '.';
    CU_ASSERT(stw_number_parse_double((struct stw_slice){longest, STW_NUMBER_TEXT_MAX}, NULL,
                                      &got) == STW_NUMBER_OK &&
              got == 10);
    CU_ASSERT_EQUAL(
        stw_number_parse_double((struct stw_slice){longest, sizeof(longest)}, NULL, &got),
        STW_NUMBER_MALFORMED);
}

STW_SUITE(number, {"reads the edges", reads_the_edges},
          {"agrees with long-hand arithmetic", agrees_with_long_hand_arithmetic},
          {"reads commas and groups", reads_commas_and_groups},
          {"reads whole numbers", reads_whole_numbers},
          {"reads doubles as the C library", reads_doubles_as_the_c_library});
