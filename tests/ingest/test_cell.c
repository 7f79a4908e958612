/*
 * Cells to values. Conversions are checked against the definitions of the units: 1 kgf/cm2 is
 * 98066.5 Pa, 1 MWh 1000 kWh, 0 °C 32 °F, 1 psi 8896443230521/1290320000 Pa (NIST SP 811).
 */
#include "ingest/cell.h"

#include "../support/test.h"

#include <string.h>

static struct stw_cell_rule number_rule(const char *unit, struct stw_unit *room)
{
    struct stw_cell_rule rule = {.type = STW_TYPE_DECIMAL, .marks = true};
    if (unit != NULL) {
        int status = stw_unit_parse(stw_slice_of(unit), room, NULL);
        STW_EXPECT(status == STW_OK, "unit %s", unit);
        rule.unit = room;
    }
    return rule;
}

static void converts_units(void)
{
    static const struct {
        const char *unit, *text;
        int64_t value;
        int scale;
    } cases[] = {
        {"m3", "12吨", 12, 0},       {"m3", "500 L", 5, 1},
        {"m3", "12", 12, 0},         {"L", "1.5 m³", 1500, 0},
        {"kWh", "123.4度", 1234, 1}, {"kWh", "1.2万度", 12000, 0},
        {"kWh", "1.2万", 12000, 0},  {"kWh", "2 MWh", 2000, 0},
        {"MWh", "1500 kWh", 15, 1},  {"MPa", "3公斤", 2941995, 7},
        {"MPa", "3kg", 2941995, 7},  {"kPa", "3.5 bar", 350, 0},
        {"°C", "25度", 25, 0},       {"°C", "25℃", 25, 0},
        {"°C", "77°F", 25, 0},       {"t", "12吨", 12, 0},
        {"metre", "5m", 5, 0},       {"kWh", "１２．５ＫＷＨ", 125, 1},
        {"kg", "3公斤", 3, 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct stw_unit room;
        struct stw_cell_rule rule = number_rule(cases[i].unit, &room);
        struct stw_cell_value cell;
        enum stw_reject reason = STW_REJECT_COLUMNS;
        bool good = stw_cell_read(&rule, stw_slice_of(cases[i].text), &cell, &reason);
        STW_EXPECT(good && cell.present &&
                       stw_decimal_compare(
                           cell.decimal, (struct stw_decimal){cases[i].value, cases[i].scale}) == 0,
                   "%s as %s: %lld at %d (%s)", cases[i].text, cases[i].unit,
                   (long long)cell.decimal.value, cell.decimal.scale,
                   good ? "read" : stw_reject_text(reason));
    }
}

static void says_why_not(void)
{
    static const struct {
        const char *unit, *text;
        enum stw_reject reason;
    } cases[] = {
        {"kWh", "12吨", STW_REJECT_UNIT_KIND},
        {"MPa", "12 kWh", STW_REJECT_UNIT_KIND},
        {NULL, "12吨", STW_REJECT_UNIT_NONE},
        {"m3", "12 foo", STW_REJECT_NUMBER_MALFORMED},
        {"MPa", "30 psi", STW_REJECT_UNIT_INEXACT}, /* 129032 has primes beside 2 and 5 */
        {"kWh", "换表", STW_REJECT_EXCHANGE},
        {"kWh", "换表 0.5", STW_REJECT_EXCHANGE},
        {"kWh", "12\xFF", STW_REJECT_ENCODING},
        {"kWh", "估", STW_REJECT_NUMBER_MALFORMED},
        {"kWh", "92233720368547758070", STW_REJECT_NUMBER_LARGE},
        {"kWh", "9223372036854775807 GWh", STW_REJECT_NUMBER_LARGE},
        {"kWh", "0.1234567890123456789", STW_REJECT_NUMBER_PRECISE},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct stw_unit room;
        struct stw_cell_rule rule = number_rule(cases[i].unit, &room);
        struct stw_cell_value cell;
        enum stw_reject reason = STW_REJECT_COLUMNS;
        bool good = stw_cell_read(&rule, stw_slice_of(cases[i].text), &cell, &reason);
        STW_EXPECT(!good && reason == cases[i].reason, "%s: %s", cases[i].text,
                   good ? "read" : stw_reject_text(reason));
    }
}

static bool read(struct stw_cell_rule *rule, const char *text, struct stw_cell_value *cell)
{
    enum stw_reject reason;
    return stw_cell_read(rule, stw_slice_of(text), cell, &reason);
}

static void knows_missing_values(void)
{
    static const char *const missing[] = {"",        "?",       "NA", "nan",  "null", "-",   "—",
                                          "--",      "/",       "无", "未抄", "#N/A", "N/A", "NaN",
                                          "#DIV/0!", "#VALUE!", "　", "－",   " - "};
    static const struct stw_slice list[] = {{"-1", 2}, {"leer", 4}};
    struct stw_cell_rule number = {.type = STW_TYPE_DECIMAL};
    struct stw_cell_rule text = {.type = STW_TYPE_TEXT};
    struct stw_cell_rule listed = {.type = STW_TYPE_DECIMAL, .missing = list, .missing_count = 2};
    struct stw_cell_value cell;
    for (size_t i = 0; i < sizeof(missing) / sizeof(missing[0]); i++)
        STW_EXPECT(read(&number, missing[i], &cell) && !cell.present, "'%s'", missing[i]);
    /* A text may be a dash; an error of Excel it is not. */
    CU_ASSERT(read(&text, "-", &cell) && cell.present);
    CU_ASSERT(read(&text, "无", &cell) && cell.present);
    CU_ASSERT(read(&text, "#N/A", &cell) && !cell.present);
    /* With a list of its own a map means that list. */
    CU_ASSERT(read(&listed, "-1", &cell) && !cell.present);
    CU_ASSERT(read(&listed, "leer", &cell) && !cell.present);
    CU_ASSERT(!read(&listed, "-", &cell));
    CU_ASSERT(read(&number, "-1", &cell) && cell.present);
}

static void knows_marks(void)
{
    struct stw_cell_rule value = {.type = STW_TYPE_DECIMAL, .marks = true};
    struct stw_cell_rule cost = {.type = STW_TYPE_DECIMAL};
    struct stw_cell_rule count = {.type = STW_TYPE_INT, .marks = true};
    struct stw_cell_rule quality = {.type = STW_TYPE_TEXT, .use = STW_CELL_QUALITY};
    struct stw_cell_value cell;
    CU_ASSERT(read(&value, "123估", &cell) && cell.estimated && cell.decimal.value == 123);
    CU_ASSERT(read(&value, "123", &cell) && !cell.estimated);
    CU_ASSERT(!read(&cost, "123估", &cell)); /* where it would be lost */
    CU_ASSERT(read(&count, "１２", &cell) && cell.whole == 12 && !cell.estimated);
    CU_ASSERT(read(&count, "1.2万", &cell) && cell.whole == 12000);
    CU_ASSERT(!read(&count, "1.5", &cell));
    static const struct {
        const char *text, *want;
    } words[] = {{"估", "estimated"}, {"估读", "estimated"}, {"E", "estimated"},
                 {"正常", "ok"},      {"A", "ok"},           {"suspect", "suspect"}};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        STW_EXPECT(read(&quality, words[i].text, &cell) && stw_slice_is(cell.text, words[i].want),
                   "quality '%s'", words[i].text);
    CU_ASSERT(!read(&quality, "换表", &cell));
    CU_ASSERT(read(&quality, "-", &cell) && !cell.present);
}

static void keeps_names(void)
{
    static const struct {
        const char *text;
        int reason; /* -1: kept as it is */
    } cases[] = {
        {"0123", -1},
        {"000000000042", -1},
        {"123456789012345", -1},
        {"1号楼", -1},
        {"3E-12", -1},
        {"1E5", -1},
        {"12E+3", -1},
        {"1.5", -1},
        {"1.2.0", -1},
        {"1.23457E+11", STW_REJECT_KEY_EXCEL},
        {"1,23457E+11", STW_REJECT_KEY_EXCEL},
        {"1E+12", STW_REJECT_KEY_EXCEL},
        {"4.20e+05", STW_REJECT_KEY_EXCEL},
        {"123.0", STW_REJECT_KEY_DECIMAL},
        {"20260101.00", STW_REJECT_KEY_DECIMAL},
    };
    struct stw_cell_rule key = {.type = STW_TYPE_TEXT, .use = STW_CELL_KEY};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct stw_cell_value cell;
        enum stw_reject reason = STW_REJECT_COLUMNS;
        bool good = stw_cell_read(&key, stw_slice_of(cases[i].text), &cell, &reason);
        STW_EXPECT(cases[i].reason < 0
                       ? good && cell.present && stw_slice_is(cell.text, cases[i].text)
                       : !good && (int)reason == cases[i].reason,
                   "'%s': %s", cases[i].text, good ? "kept" : stw_reject_text(reason));
    }
}

static void waits_for_a_unit(void)
{
    struct stw_cell_rule rule = {.type = STW_TYPE_DECIMAL, .unit_later = true};
    struct stw_cell_value cell;
    struct stw_unit want;
    enum stw_reject reason = STW_REJECT_COLUMNS;
    CU_ASSERT_EQUAL(stw_unit_parse(STW_SLICE("mm"), &want, NULL), STW_OK);
    CU_ASSERT(read(&rule, "5 m", &cell) && cell.unit_size == 1); /* metres, as it turns out */
    CU_ASSERT(stw_cell_convert(&rule, &cell, &want, &reason) && cell.decimal.value == 5000);
    CU_ASSERT(read(&rule, "5 m3", &cell) && cell.unit_size == 2);
    CU_ASSERT(!stw_cell_convert(&rule, &cell, &want, &reason));
    CU_ASSERT_EQUAL(reason, STW_REJECT_UNIT_KIND);
    CU_ASSERT(read(&rule, "5", &cell) && cell.unit_size == 0);
    CU_ASSERT(!read(&rule, "5 foo", &cell));
}

static void unwraps_formulas(void)
{
    struct stw_cell_rule key = {.type = STW_TYPE_TEXT, .use = STW_CELL_KEY};
    struct stw_cell_rule value = {.type = STW_TYPE_DECIMAL};
    struct stw_cell_value cell;
    CU_ASSERT(read(&key, "=\"0123\"", &cell) && stw_slice_is(cell.text, "0123"));
    CU_ASSERT(read(&value, "=\"12.5\"", &cell) && cell.decimal.value == 125);
    CU_ASSERT(read(&value, "=\"\"", &cell) && !cell.present);
    CU_ASSERT(read(&key, "=\"a\"&\"b\"", &cell) && stw_slice_is(cell.text, "=\"a\"&\"b\""));
    CU_ASSERT(read(&key, "=", &cell) && stw_slice_is(cell.text, "="));
    CU_ASSERT(!read(&value, "=1+2", &cell));
}

STW_SUITE(cell, {"unwraps formulas", unwraps_formulas}, {"waits for a unit", waits_for_a_unit},
          {"converts units", converts_units}, {"says why not", says_why_not},
          {"knows missing values", knows_missing_values}, {"knows marks", knows_marks},
          {"keeps names", keeps_names});
