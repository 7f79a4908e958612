/*
 * Targets of the legs of work orders, from created to another stamp. An order's own due time is
 * about its main leg; where an order carries none, and for the other legs, what the `elapsed` rules
 * of the pack promise counts (rule/order_target.h), so that a report and an alert say the same. To
 * a rule an order that was closed without the stamp is answered with that: closed in time, it has
 * no target here, as nobody knows when it had its stamp.
 */
#ifndef STW_API_LEG_TARGETS_H
#define STW_API_LEG_TARGETS_H

#include "analysis/gather.h"
#include "rule/pack.h"

/* Whether rules promise anything about the leg from created to `to`. */
bool stw_leg_has_targets(const struct stw_pack *pack, enum stw_stamp to);

/* The orders of a set with due_ns as the leg's target: the set's own array, or a copy in `arena`.
 */
int stw_leg_targets(const struct stw_pack *pack, const struct stw_order_set *set, enum stw_stamp to,
                    bool main_leg, struct stw_arena *arena, const struct stw_order **orders,
                    struct stw_error *err) STW_CHECKED;

#endif
