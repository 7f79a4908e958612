/* Rules meet series; see compile.h. */
#include "rule/compile.h"

#include "text/quantity.h"
#include "time/civil.h"

#include <stdio.h>
#include <string.h>

static bool holds(const struct stw_selector *selector, const struct stw_subject *subject)
{
    for (uint32_t i = 0; i < selector->value_count; i++) {
        if (stw_slice_equal(subject->traits[selector->trait], selector->values[i]))
            return true;
    }
    return false;
}

bool stw_selectors_hold(const struct stw_selector *selectors, uint32_t count,
                        const struct stw_subject *subject)
{
    for (uint32_t i = 0; i < count; i++) {
        if (!holds(&selectors[i], subject))
            return false;
    }
    return true;
}

bool stw_rule_watches(const struct stw_rule *rule, const struct stw_subject *subject)
{
    return rule->enabled && rule->watch.table == subject->table &&
           stw_selectors_hold(rule->watch.selectors, rule->watch.selector_count, subject);
}

int stw_rule_bind(const struct stw_pack *pack, const struct stw_rule *rule,
                  const struct stw_subject *subject, struct stw_bound *bound, struct stw_error *err)
{
    memset(bound, 0, rule->condition->bound_size);
    bound->rule = rule;
    bound->pack = pack;
    bound->site = stw_pack_site(pack, subject->traits[STW_TRAIT_SITE]);
    bound->limits = (struct stw_alarm_limits){.for_ns = rule->for_ns,
                                              .clear_for_ns = rule->clear_for_ns,
                                              .gap_ns = INT64_MAX,
                                              .damp_ns = rule->damp_ns};
    return rule->condition->bind(rule, subject, bound, err);
}

/* The value per hour in the tariff's unit. */
static bool flow_in_tariff_unit(const struct stw_tariff *tariff, struct stw_slice flow_unit,
                                struct stw_decimal flow, struct stw_decimal *out)
{
    char text[STW_UNIT_SYMBOL_SIZE * 2];
    struct stw_unit from, to;
    snprintf(text, sizeof(text), "%.*s/h", STW_SLICE_ARG(tariff->unit));
    return stw_unit_parse(flow_unit, &from, NULL) == STW_OK &&
           stw_unit_parse(stw_slice_of(text), &to, NULL) == STW_OK &&
           stw_unit_compatible(&from, &to) &&
           stw_unit_convert_round(flow, &from, &to, STW_PRICED_SCALE, out);
}

bool stw_rule_money(const struct stw_pack *pack, const struct stw_rule *rule,
                    const struct stw_subject *subject, const struct stw_bound *bound,
                    struct stw_decimal flow, int64_t at_ns, struct stw_decimal *money,
                    struct stw_slice *currency)
{
    enum { HOURS_A_DAY = 24, MONEY_SCALE = 2 };
    if (rule->price_kind.size == 0)
        return false;
    int64_t local_days = stw_floor_div(stw_zone_to_local(bound->site->zone, at_ns), STW_NS_PER_DAY);
    const struct stw_tariff *tariff =
        stw_pack_tariff(pack, rule->price_kind, subject->traits[STW_TRAIT_SITE], local_days);
    struct stw_decimal an_hour;
    struct stw_wide a_day;
    stw_int128 rounded;
    if (tariff == NULL || !flow_in_tariff_unit(tariff, bound->unit, flow, &an_hour) ||
        !stw_wide_multiply(stw_wide_of(an_hour), tariff->price, &a_day) ||
        !stw_wide_multiply(a_day, (struct stw_decimal){HOURS_A_DAY, 0}, &a_day) ||
        !stw_wide_round(a_day, MONEY_SCALE, &rounded) || rounded > INT64_MAX || rounded < INT64_MIN)
        return false;
    *money = (struct stw_decimal){(int64_t)rounded, MONEY_SCALE};
    *currency = tariff->currency;
    return true;
}
