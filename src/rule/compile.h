/*
 * From rules and series to what is judged: whether a rule watches a series, and what its
 * thresholds and limits mean there.
 */
#ifndef STW_RULE_COMPILE_H
#define STW_RULE_COMPILE_H

#include "rule/condition.h"
#include "rule/pack.h"

enum { STW_PRICED_SCALE = 9 }; /* of the amount that a price is applied to */

/* Whether all of them hold. */
bool stw_selectors_hold(const struct stw_selector *selectors, uint32_t count,
                        const struct stw_subject *subject);

/* Whether all selectors of the rule's `watch` hold. */
bool stw_rule_watches(const struct stw_rule *rule, const struct stw_subject *subject);

/*
 * Binds a rule to a series it watches; `bound` has condition->bound_size bytes and is zeroed here.
 * STW_END: the rule cannot judge this series (its unit has another dimension, nothing is known
 * about households ...), with the reason in err.
 */
int stw_rule_bind(const struct stw_pack *pack, const struct stw_rule *rule,
                  const struct stw_subject *subject, struct stw_bound *bound,
                  struct stw_error *err) STW_CHECKED;

/* What a flow (a value per hour in `unit`) costs a day by the tariff in force; false: no price. */
bool stw_rule_money(const struct stw_pack *pack, const struct stw_rule *rule,
                    const struct stw_subject *subject, const struct stw_bound *bound,
                    struct stw_decimal flow, int64_t at_ns, struct stw_decimal *money,
                    struct stw_slice *currency);

#endif
