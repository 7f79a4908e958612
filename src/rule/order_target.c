/* Targets from rules; see order_target.h. */
#include "rule/order_target.h"

#include "rule/compile.h"
#include "rule/conditions/conditions.h"

bool stw_order_has_targets(const struct stw_pack *pack, int from, int to)
{
    for (uint32_t i = 0; i < pack->rule_count; i++) {
        if (pack->rules[i].enabled && stw_elapsed_is_leg(&pack->rules[i], from, to))
            return true;
    }
    return false;
}

int64_t stw_order_target(const struct stw_pack *pack, const struct stw_subject *order, int from,
                         int to, int64_t from_ns, int64_t paused_ns, const struct stw_rule **rule)
{
    const struct stw_site *site = stw_pack_site(pack, order->traits[STW_TRAIT_SITE]);
    int64_t earliest_ns = INT64_MAX;
    for (uint32_t i = 0; i < pack->rule_count; i++) {
        const struct stw_rule *candidate = &pack->rules[i];
        if (!stw_elapsed_is_leg(candidate, from, to) || !stw_rule_watches(candidate, order))
            continue;
        int64_t target_ns = stw_elapsed_deadline(candidate, pack, site, from_ns, paused_ns);
        if (target_ns >= earliest_ns)
            continue;
        earliest_ns = target_ns;
        if (rule != NULL)
            *rule = candidate;
    }
    return earliest_ns == INT64_MAX ? STW_TIME_NONE : earliest_ns;
}
