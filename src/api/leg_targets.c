/* Targets of legs; see leg_targets.h. */
#include "api/leg_targets.h"

#include "rule/order_target.h"

/* Stamps of the analysis as rules know them. */
static int rule_stamp(enum stw_stamp stamp)
{
    static const int stamps[STW_STAMP_COUNT] = {
        STW_ORDER_CREATED,      STW_ORDER_ACCEPTED, STW_ORDER_CONTACTED, STW_ORDER_DISPATCHED,
        STW_ORDER_INVESTIGATED, STW_ORDER_ARRIVED,  STW_ORDER_RESOLVED,  STW_ORDER_VERIFIED,
        STW_ORDER_REVISITED,    STW_ORDER_CLOSED};
    return stamps[stamp];
}

static int64_t promised_ns(const struct stw_pack *pack, const struct stw_order_set *set, uint32_t i,
                           enum stw_stamp to)
{
    const struct stw_order *order = &set->orders[i];
    struct stw_subject subject = {.table = STW_SUBJECT_ORDERS};
    subject.traits[STW_TRAIT_SITE] = set->texts[STW_ORDER_SITE][i];
    subject.traits[STW_TRAIT_BUILDING] = set->texts[STW_ORDER_BUILDING][i];
    subject.traits[STW_TRAIT_DEVICE] = set->texts[STW_ORDER_DEVICE][i];
    subject.traits[STW_TRAIT_VENDOR] = set->texts[STW_ORDER_VENDOR][i];
    subject.traits[STW_TRAIT_PRIORITY] = set->texts[STW_ORDER_PRIORITY][i];
    subject.traits[STW_TRAIT_CATEGORY] = set->texts[STW_ORDER_CATEGORY][i];
    subject.traits[STW_TRAIT_TYPE] = set->texts[STW_ORDER_TYPE][i];
    subject.traits[STW_TRAIT_TEAM] = set->texts[STW_ORDER_TEAM][i];
    int64_t target_ns =
        stw_order_target(pack, &subject, STW_ORDER_CREATED, rule_stamp(to),
                         order->stamps_ns[STW_STAMP_CREATED], order->paused_ns, NULL);
    int64_t closed_ns = order->stamps_ns[STW_STAMP_CLOSED];
    bool closed_without = order->stamps_ns[to] == STW_INSTANT_NONE && closed_ns != STW_INSTANT_NONE;
    return closed_without && closed_ns <= target_ns ? STW_INSTANT_NONE : target_ns;
}

bool stw_leg_has_targets(const struct stw_pack *pack, enum stw_stamp to)
{
    return stw_order_has_targets(pack, STW_ORDER_CREATED, rule_stamp(to));
}

int stw_leg_targets(const struct stw_pack *pack, const struct stw_order_set *set, enum stw_stamp to,
                    bool main_leg, struct stw_arena *arena, const struct stw_order **out,
                    struct stw_error *err)
{
    bool promised = stw_leg_has_targets(pack, to);
    *out = set->orders;
    if (main_leg && !promised)
        return STW_OK;
    struct stw_order *orders = STW_ARENA_ARRAY(arena, struct stw_order, set->count);
    if (orders == NULL)
        return stw_fail_memory(err, set->count * sizeof(*orders));
    for (uint32_t i = 0; i < set->count; i++) {
        orders[i] = set->orders[i];
        if (!main_leg)
            orders[i].due_ns = STW_INSTANT_NONE;
        if (promised && orders[i].due_ns == STW_INSTANT_NONE)
            orders[i].due_ns = promised_ns(pack, set, i, to);
    }
    *out = orders;
    return STW_OK;
}
