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

#endif
