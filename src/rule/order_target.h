/*
 * Targets of work orders: what the pack's `elapsed` rules promise, by priority, category or
 * whatever else they watch. An alert and a report that ask for the target of the same order get the
 * same instant.
 */
#ifndef STW_RULE_ORDER_TARGET_H
#define STW_RULE_ORDER_TARGET_H

#include "rule/pack.h"

/*
 * The instant by which an order is to have its stamp `to`, counted from `from_ns`, the instant of
 * its stamp `from` (STW_ORDER_...); paused_ns were spent waiting and are added. Of several rules
 * that watch it the earliest target counts. STW_TIME_NONE: no rule says so. `rule` (may be NULL) is
 * set to the rule it comes from. Only traits and table of the subject are looked at.
 */
int64_t stw_order_target(const struct stw_pack *pack, const struct stw_subject *order, int from,
                         int to, int64_t from_ns, int64_t paused_ns, const struct stw_rule **rule);

/* Whether any rule sets targets from one stamp to another. */
bool stw_order_has_targets(const struct stw_pack *pack, int from, int to);

#endif
