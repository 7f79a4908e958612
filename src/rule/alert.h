/*
 * An alert: what the evaluator hands out each time one is raised, grows worse or clears. The same
 * id comes again with more in it: whoever keeps alerts replaces the earlier word by the later one.
 */
#ifndef STW_RULE_ALERT_H
#define STW_RULE_ALERT_H

#include "base/arena.h"
#include "rule/condition.h"

enum { STW_ALERT_TEXT_MAX = 1024, STW_ALERT_QUERY_MAX = 1024 };

struct stw_alert {
    uint64_t id; /* hash of (rule id, key, start); see stw_alert_identify */
    enum stw_alarm_event event;
    const struct stw_rule *rule;
    const struct stw_bound *bound;
    const struct stw_subject *subject;
    struct stw_slice key;     /* the series', or the group's */
    int64_t start_ns;         /* when the trouble began: identity */
    int64_t fired_ns;         /* when it had lasted long enough */
    int64_t cleared_ns;       /* STW_TIME_NONE: not yet */
    uint32_t flaps;           /* times it came back within the damping time */
    bool warning;             /* a deadline comes near */
    struct stw_decimal value; /* at its worst so far, in bound->unit */
    bool has_money;           /* what it costs a day */
    struct stw_decimal money; /* rounded to a hundredth */
    struct stw_slice currency;
    /* Oldest first. None at clearing where the rows that raised it are no longer remembered. */
    struct stw_evidence evidence[STW_EVIDENCE_MAX];
    uint32_t evidence_count;
    bool evidence_has_values; /* events and stamps have none */
};

uint64_t stw_alert_identify(struct stw_slice rule_id, struct stw_slice key, int64_t start_ns);

/* "firing", "warning" or "cleared" */
const char *stw_alert_state(const struct stw_alert *alert);

/* One sentence, for the language of the reader. */
void stw_alert_text(const struct stw_alert *alert, bool chinese, struct stw_buffer *out);

/* The command that lists the rows behind it; STORE stands for the store's path. */
void stw_alert_query(const struct stw_alert *alert, struct stw_buffer *out);

/* One line of alerts.jsonl, with its newline. */
void stw_alert_json(const struct stw_alert *alert, struct stw_buffer *out);

/* By (time of start, rule's place, key, fired): the order of all output. */
int stw_alert_compare(const struct stw_alert *a, const struct stw_alert *b);

/* With copies of everything that dies with the evaluator; false: memory. */
bool stw_alert_copy(struct stw_arena *arena, const struct stw_alert *alert, struct stw_alert *out)
    __attribute__((warn_unused_result));

/* For conditions' sentences. Local time of the site, to the minute. */
void stw_put_local_time(struct stw_buffer *out, const struct stw_site *site, int64_t at_ns);
void stw_put_duration(struct stw_buffer *out, int64_t ns, bool chinese);
void stw_put_value(struct stw_buffer *out, struct stw_decimal value, struct stw_slice unit);

#endif
