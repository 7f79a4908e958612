/*
 * Any bytes as a cell. The first byte picks the type, the second the unit and the style. What is
 * read is read again as the same; texts are UTF-8; a decimal keeps within its limits; a value in
 * another unit of the same kind comes back as itself when printed with its unit.
 */
#include "ingest/cell.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_printed(struct stw_cell_rule *rule, const struct stw_cell_value *cell)
{
    char number[STW_DECIMAL_TEXT_SIZE], text[STW_DECIMAL_TEXT_SIZE + STW_UNIT_SYMBOL_SIZE + 1];
    struct stw_cell_value again;
    enum stw_reject reason;
    struct stw_cell_rule plain = *rule;
    plain.style = (struct stw_number_style){.point = '.'};
    (void)stw_decimal_format(cell->decimal, false, number);
    snprintf(text, sizeof(text), "%s %s", number, rule->unit->symbol);
    bool good = stw_cell_read(&plain, stw_slice_of(text), &again, &reason);
    assert(good && again.present && stw_decimal_compare(again.decimal, cell->decimal) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum stw_type types[] = {STW_TYPE_DECIMAL, STW_TYPE_INT,  STW_TYPE_FLOAT,
                                          STW_TYPE_TEXT,    STW_TYPE_BOOL, STW_TYPE_TIME};
    static const char *const units[] = {"", "kWh", "m3", "MPa", "°C", "kg", "metre", "CNY"};
    static const struct stw_number_style styles[] = {
        {0, 0, false}, {',', '.', false}, {'.', ',', false}, {',', ' ', true}};
    static struct stw_zone *utc;
    struct stw_unit unit;
    if (size < 2 || (utc == NULL && stw_zone_load("UTC", &utc, NULL) < 0))
        return 0;
    const char *name = units[data[1] % 8];
    struct stw_cell_rule rule = {.type = types[data[0] % 6],
                                 .style = styles[data[1] / 8 % 4],
                                 .use = (enum stw_cell_use)(data[0] / 6 % 3),
                                 .marks = data[1] >= 128,
                                 .unit_later = data[1] % 8 == 0 && data[0] % 2 == 0};
    if (rule.type == STW_TYPE_TIME && stw_stamp_format_init(&rule.stamp, "iso", utc, NULL) < 0)
        return 0;
    if (name[0] != '\0' && stw_unit_parse(stw_slice_of(name), &unit, NULL) == STW_OK)
        rule.unit = &unit;
    struct stw_slice text = {(const char *)data + 2, size - 2};
    struct stw_cell_value cell = {0}, again = {0};
    enum stw_reject reason = STW_REJECT_REASONS, second = STW_REJECT_REASONS;
    bool good = stw_cell_read(&rule, text, &cell, &reason);
    bool same = stw_cell_read(&rule, text, &again, &second) == good;
    assert(same && (good || (reason == second && reason < STW_REJECT_REASONS)));
    if (!good || !cell.present)
        return 0;
    assert(!cell.estimated || rule.marks);
    if (rule.type == STW_TYPE_TEXT)
        assert(stw_cell_is_text(cell.text));
    if (rule.type != STW_TYPE_DECIMAL)
        return 0;
    assert(cell.unit_size == 0 || rule.unit_later);
    if (cell.unit_size > 0 && stw_unit_parse(STW_SLICE("m3"), &unit, NULL) == STW_OK &&
        !stw_cell_convert(&rule, &cell, &unit, &reason))
        return 0;
    assert(cell.decimal.scale >= 0 && cell.decimal.scale <= STW_SCALE_MAX);
    if (rule.unit != NULL)
        check_printed(&rule, &cell);
    return 0;
}
