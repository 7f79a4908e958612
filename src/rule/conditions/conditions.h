/* The conditions there are, a file each beside this one. */
#ifndef STW_RULE_CONDITIONS_CONDITIONS_H
#define STW_RULE_CONDITIONS_CONDITIONS_H

#include "rule/condition.h"

enum {
    STW_COUNT_EVENTS_MAX = 24, /* of `count: {at_least: ...}` */
    STW_COUNT_DAYS_MAX = 800,  /* of `count: {within: ...}` */
    STW_NIGHTS_MAX = 7         /* of `night_minimum: {repeat: ... of ... nights}` */
};

extern const struct stw_condition stw_condition_above;            /* level.c */
extern const struct stw_condition stw_condition_below;            /* level.c */
extern const struct stw_condition stw_condition_outside;          /* level.c */
extern const struct stw_condition stw_condition_silent_for;       /* silent.c */
extern const struct stw_condition stw_condition_night_minimum;    /* night.c */
extern const struct stw_condition stw_condition_flow_stays_above; /* steady_flow.c */
extern const struct stw_condition stw_condition_unchanged_for;    /* stuck.c */
extern const struct stw_condition stw_condition_count;            /* count.c */
extern const struct stw_condition stw_condition_elapsed;          /* elapsed.c */

/* Whether a rule is an `elapsed` one between these two stamps (STW_ORDER_...). */
bool stw_elapsed_is_leg(const struct stw_rule *rule, int from, int to);

/* The instant an `elapsed` rule's time has passed since from_ns, on its clock and with the time an
 * order stood paused added; INT64_MAX where that never comes. */
int64_t stw_elapsed_deadline(const struct stw_rule *rule, const struct stw_pack *pack,
                             const struct stw_site *site, int64_t from_ns, int64_t paused_ns);

#endif
