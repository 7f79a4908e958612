/*
 * The batch driver: a pack over a view of a store, for the monthly run and for backtests.
 *
 * Series go to threads in pieces, each through a series stage of its own; marks come together in
 * one group stage. What comes out does not depend on the number of threads: alerts are sorted by
 * (start, rule, key).
 *
 * Everything is judged as the store knows it in this view, over readings with from <= time < to;
 * time is then said to be `to`. Conditions that look back need their past: choose `from` early
 * and pick the alerts of the period that is wanted.
 */
#ifndef STW_RULE_RULE_RUN_H
#define STW_RULE_RULE_RUN_H

#include "rule/alert_list.h"
#include "rule/evaluator.h"
#include "store/view.h"

enum { STW_UNJUDGED_MAX = 1000 };

struct stw_rule_run {
    struct stw_view *view;
    const struct stw_pack *pack;
    int64_t from_ns;
    int64_t to_ns;
    unsigned threads; /* 0: as many as there are processors */
};

/* A rule and a reason for which it leaves series out that it watches. */
struct stw_unjudged {
    const struct stw_rule *rule;
    const char *reason;
    const char *example; /* the key of the first such series */
    uint64_t series;
};

struct stw_rule_outcome {
    struct stw_alert_list list;
    struct stw_unjudged *unjudged; /* in order of rule and first series; at most STW_UNJUDGED_MAX */
    uint32_t unjudged_count;
    uint64_t *watched; /* by rule: series judged */
    uint64_t series;   /* looked at */
    uint64_t rows;     /* fed */
};

/* Release in every case. */
int stw_rule_run(const struct stw_rule_run *run, struct stw_rule_outcome *outcome,
                 struct stw_error *err) STW_CHECKED;
void stw_rule_outcome_release(struct stw_rule_outcome *outcome);

#endif
