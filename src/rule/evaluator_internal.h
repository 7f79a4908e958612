/* What evaluator.c and evaluator_state.c share: how the evaluator lies in memory. */
#ifndef STW_RULE_EVALUATOR_INTERNAL_H
#define STW_RULE_EVALUATOR_INTERNAL_H

#include "base/hash.h"
#include "rule/evaluator.h"
#include "rule/flow.h"

/* A series with the tracks that judge it. */
struct stw_series_slot {
    struct stw_subject subject;
    int64_t last_ns;             /* of the latest row; STW_TIME_NONE */
    struct stw_flow_state *flow; /* NULL: no rule judges it */
    struct stw_track **tracks;
    uint32_t track_count;
};

/* A row that a group will judge once the watermark has passed it. */
struct stw_waiting_mark {
    int64_t time_ns;
    struct stw_track *group;
    const struct stw_subject *subject;
    uint64_t arrival; /* breaks ties between rows of one series */
};

struct stw_bound_entry {
    struct stw_bound_entry *next;
    struct stw_bound *bound; /* of rule->condition->bound_size bytes */
};

struct stw_evaluator {
    const struct stw_pack *pack;
    struct stw_alert_sink sink;
    struct stw_unjudged_sink unjudged;
    struct stw_arena arena;          /* slots, tracks, bounds, keys of marks */
    struct stw_bound_entry **bounds; /* by rule: the different ones so far */
    struct stw_intern slot_ids;      /* (table, series) to place in slots */
    struct stw_series_slot **slots;
    size_t slots_capacity;
    struct stw_intern group_ids; /* (rule, key) to place in groups */
    struct stw_track **groups;
    size_t groups_capacity;
    struct stw_waiting_mark *marks;
    size_t marks_capacity;
    size_t mark_count;
    uint64_t arrivals;
    struct stw_evaluator_counts counts;
    uint64_t *watched; /* by rule: tracks of series */
};

/* NULL when it was never added. */
struct stw_series_slot *stw_evaluator_slot(const struct stw_evaluator *evaluator,
                                           enum stw_subject_table table, uint32_t series);

/* A new track with its state set up; NULL: memory. The key is kept by reference. */
struct stw_track *stw_evaluator_track(struct stw_evaluator *evaluator,
                                      const struct stw_bound *bound,
                                      const struct stw_subject *subject,
                                      const struct stw_slice *key);

/* The group's track, made when it is new. */
int stw_evaluator_group(struct stw_evaluator *evaluator, const struct stw_rule *rule,
                        const struct stw_subject *subject, struct stw_slice key,
                        struct stw_track **out, struct stw_error *err) STW_CHECKED;

int stw_evaluator_wait(struct stw_evaluator *evaluator, struct stw_track *group,
                       const struct stw_subject *subject, int64_t time_ns,
                       struct stw_error *err) STW_CHECKED;

#endif
