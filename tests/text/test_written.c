/* Numbers as people type them: what stands around the number, and the value worked out by hand. */
#include "text/written.h"

#include "../support/test.h"

#include <string.h>

static void takes_numbers_apart(void)
{
    static const struct {
        const char *text;
        int64_t value;
        int scale;
        const char *unit;
        bool estimated;
    } cases[] = {
        {"12吨", 12, 0, "吨", false},
        {"123.4度", 1234, 1, "度", false},
        {"1.2万", 12000, 0, "", false},
        {"1.23456万度", 123456, 1, "度", false},
        {"3亿", 300000000, 0, "", false},
        {"3公斤", 3, 0, "公斤", false},
        {"5 m³", 5, 0, "m³", false},
        {"12.5 kWh", 125, 1, "kWh", false},
        {"１２３．４", 1234, 1, "", false},
        {"－５　", -5, 0, "", false},
        {"−5", -5, 0, "", false},
        {"1 234", 1, 0, "234", false},
        {"80.5㎡", 805, 1, "㎡", false},
        {"7（吨）", 7, 0, "吨", false},
        {"7[m3]", 7, 0, "m3", false},
        {"12万元", 12, 0, "万元", false},
        {"123估", 123, 0, "", true},
        {"估123", 123, 0, "", true},
        {"（估）98", 98, 0, "", true},
        {"98.5（估）", 985, 1, "", true},
        {"98 估读 ", 98, 0, "", true},
        {"12吨估", 12, 0, "吨", true},
        {"123E", 123, 0, "", true},
        {"123 E", 123, 0, "", true},
        {"E 123", 123, 0, "", true},
        {"1.5E3", 1500, 0, "", false},
        {"1.5e3kWh", 1500, 0, "kWh", false},
        {"12 est.", 12, 0, "", true},
        {"(4.25)", -425, 2, "", false},
        {"( 4.25 )", -425, 2, "", false},
        {"（４．２５）", -425, 2, "", false},
        {"(3)吨", -3, 0, "吨", false},
        {"(1.5万度)", -15000, 0, "度", false},
        {"(4.25)估", -425, 2, "", true},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct stw_written got;
        struct stw_decimal value = {0, 0};
        bool good = stw_written_split(stw_slice_of(cases[i].text), NULL, &got) &&
                    stw_written_decimal(&got, NULL, &value) == STW_NUMBER_OK;
        STW_EXPECT(good && value.value == cases[i].value && value.scale == cases[i].scale &&
                       stw_slice_is(got.unit, cases[i].unit) &&
                       got.estimated == cases[i].estimated && !got.exchange,
                   "'%s': %lld at %d, unit '%.*s'", cases[i].text, (long long)value.value,
                   value.scale, STW_SLICE_ARG(got.unit));
    }
}

static void keeps_to_the_style(void)
{
    static const struct stw_number_style german = {',', '.', false}, french = {',', ' ', false};
    struct stw_written got;
    struct stw_decimal value;
    STW_EXPECT(stw_written_split(STW_SLICE("1.234,5 kWh"), &german, &got) &&
                   stw_written_decimal(&got, &german, &value) == STW_NUMBER_OK &&
                   value.value == 12345 && value.scale == 1 && stw_slice_is(got.unit, "kWh"),
               "1.234,5 kWh");
    STW_EXPECT(stw_written_split(STW_SLICE("1\xC2\xA0"
                                           "234,5 m³"),
                                 &french, &got) &&
                   stw_written_decimal(&got, &french, &value) == STW_NUMBER_OK &&
                   value.value == 12345 && value.scale == 1 && stw_slice_is(got.unit, "m³"),
               "1 234,5 m³");
    STW_EXPECT(stw_written_split(STW_SLICE("１，２３４"),
                                 &(struct stw_number_style){'.', ',', false}, &got) &&
                   stw_written_decimal(&got, &(struct stw_number_style){'.', ',', false}, &value) ==
                       STW_NUMBER_OK &&
                   value.value == 1234,
               "full-width thousands");
    static const struct stw_number_style sap = {',', '.', true};
    STW_EXPECT(stw_written_split(STW_SLICE("1.234,5- KWH"), &sap, &got) &&
                   stw_written_decimal(&got, &sap, &value) == STW_NUMBER_OK &&
                   value.value == -12345 && value.scale == 1 && stw_slice_is(got.unit, "KWH"),
               "1.234,5- KWH");
}

static void refuses_the_rest(void)
{
    static const char *const texts[] = {
        "",  "吨",    "三吨", "12..5吨", "--5", "999999999999999999万",
        "—", "1e400", "(-5)", "()",      "(4"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct stw_written got;
        struct stw_decimal value;
        STW_EXPECT(!stw_written_split(stw_slice_of(texts[i]), NULL, &got) ||
                       stw_written_decimal(&got, NULL, &value) != STW_NUMBER_OK,
                   "'%s' is a number", texts[i]);
    }
    char text[STW_NUMBER_TEXT_MAX + 2];
    struct stw_written got;
    memset(text, '1', sizeof(text));
    STW_EXPECT(!stw_written_split((struct stw_slice){text, sizeof(text)}, NULL, &got), "too long");
    STW_EXPECT(!stw_written_split(STW_SLICE("12\xFF"), NULL, &got), "invalid bytes");
}

static void knows_exchanges(void)
{
    static const char *const yes[] = {"换表", "换表 123", "已換錶", "meter exchange"};
    struct stw_written got;
    for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
        STW_EXPECT(stw_written_split(stw_slice_of(yes[i]), NULL, &got) && got.exchange, "'%s'",
                   yes[i]);
    CU_ASSERT(!stw_written_is_exchange(STW_SLICE("12吨")));
}

STW_SUITE(written, {"takes numbers apart", takes_numbers_apart},
          {"keeps to the style", keeps_to_the_style}, {"refuses the rest", refuses_the_rest},
          {"knows exchanges", knows_exchanges});
