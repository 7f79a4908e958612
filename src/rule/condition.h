/*
 * What a condition is: one word of `when:` and the functions behind it, a file each in conditions/.
 *
 * A condition turns rows into signals: at this time it is true, false or between, with this value.
 * It holds a fixed-size state per (rule, series) in its track and is fed runs of any length; how a
 * series is cut into runs never shows in its signals. Everything about `for`, clearing, damping and
 * alerts is the alarm's (alarm.h); delivery, ids and money are the evaluator's (evaluator.h).
 *
 * Most conditions judge a series. One that has a `mark` function judges groups: its series stage
 * only hands marks on (stw_output_mark), and the group stage feeds them, in time order over all
 * series, to one track per key.
 */
#ifndef STW_RULE_CONDITION_H
#define STW_RULE_CONDITION_H

#include "base/error.h"
#include "rule/alarm.h"
#include "rule/pack.h"
#include "rule/rule.h"
#include "rule/subject.h"
#include "segment/run.h"
#include "text/yaml_tree.h"

/* Of one (rule, series): track, alarm and what the condition keeps. */
enum { STW_TRACK_BYTES_MAX = 256, STW_BOUND_BYTES_MAX = 256 };

/*
 * What a rule means for one series: thresholds in the series' unit, limits in nanoseconds. Shared
 * by all series for which it is the same. A condition's own struct has this as first member, and
 * is zeroed before it is bound: bounds are compared byte by byte.
 */
struct stw_bound {
    const struct stw_rule *rule;
    const struct stw_pack *pack;
    struct stw_alarm_limits limits;
    const struct stw_site *site;
    struct stw_slice unit;        /* of the values in signals */
    struct stw_decimal threshold; /* for the alert, in `unit` */
    bool has_threshold;
};

/* One rule on one series or group. Behind it in memory lie the alarm's rows, for a condition whose
 * signals do not bring their own, and the condition's state. */
struct stw_track {
    const struct stw_bound *bound;
    const struct stw_subject *subject;
    const struct stw_slice *key; /* the subject's, or the group's */
    struct stw_alarm alarm;
};

struct stw_output; /* where signals and marks go: the evaluator */
int stw_output_signal(struct stw_output *out, struct stw_track *track,
                      const struct stw_signal *signal) STW_CHECKED;
/* `code` may be empty; it is copied. */
int stw_output_mark(struct stw_output *out, const struct stw_track *track, int64_t time_ns,
                    struct stw_slice code) STW_CHECKED;

struct stw_loader;
struct stw_alert;
struct stw_flow_piece;

struct stw_condition {
    const char *word;      /* in `when:` */
    const char *clear_key; /* what `clear:` takes besides `for`; NULL: nothing */
    bool no_for;           /* `for` means nothing to it: it says by itself how long */
    bool priced;           /* its value is a flow that a tariff can price */
    enum stw_subject_table table;
    size_t bound_size;
    size_t state_size; /* at most */
    bool own_rows;     /* its signals bring their evidence */
    size_t params_size;

    /* What it keeps for one series; NULL: always state_size. */
    size_t (*state_bytes)(const struct stw_bound *bound);

    /* Reads the word's value into rule->params (zeroed). Problems are findings of the loader. */
    void (*load)(struct stw_loader *loader, const struct stw_yaml_node *value,
                 struct stw_rule *rule);

    /* STW_OK; STW_END: the rule cannot judge this series, the reason in err; negative: failure. */
    int (*bind)(const struct stw_rule *rule, const struct stw_subject *subject,
                struct stw_bound *bound, struct stw_error *err);

    void (*init)(struct stw_track *track);
    /* One of the two: rows as they come, or pieces of flow (flow.h). */
    int (*feed)(struct stw_track *track, const struct stw_run *run, struct stw_output *out);
    int (*piece)(struct stw_track *track, const struct stw_flow_piece *piece,
                 struct stw_output *out);
    int (*mark)(struct stw_track *track, int64_t time_ns, struct stw_output *out);

    /* Every row with a time before now_ns has been fed. NULL: only rows decide. */
    int (*advance)(struct stw_track *track, int64_t now_ns, struct stw_output *out);

    void (*save)(const struct stw_track *track, struct stw_buffer *out);
    void (*restore)(struct stw_track *track, struct stw_reader *in);

    /* One sentence of the alert: what was seen, against what. */
    void (*describe)(const struct stw_alert *alert, bool chinese, struct stw_buffer *out);
};

/* Where a track's rows (NULL: its signals bring their own) and its state lie. */
static inline struct stw_alarm_rows *stw_track_rows(const struct stw_track *track)
{
    return track->bound->rule->condition->own_rows ? NULL : (struct stw_alarm_rows *)(track + 1);
}

static inline void *stw_track_state(const struct stw_track *track)
{
    struct stw_alarm_rows *rows = stw_track_rows(track);
    return rows == NULL ? (void *)(track + 1) : (void *)(rows + 1);
}

/* Bytes of a track with everything behind it; bound NULL: at most. */
size_t stw_track_bytes(const struct stw_condition *condition, const struct stw_bound *bound);

/* NULL after the last. */
extern const struct stw_condition *const stw_conditions[];

/* STW_READING_QUALITY of a row lets it count as evidence: neither estimated nor suspect nor bad. */
bool stw_reading_counts(const struct stw_run *run, uint32_t row);

/* The value for an alert: exact for decimals, at six decimals for floats. */
struct stw_decimal stw_reading_shown(const struct stw_vector *values, uint32_t row);

/* The nearest integers around a threshold at a run's scale, clamped to int64: v > T is
 * v > stw_threshold_floor(T), v >= T is v >= stw_threshold_ceil(T). Exact. */
int64_t stw_threshold_floor(struct stw_decimal threshold, int scale);
int64_t stw_threshold_ceil(struct stw_decimal threshold, int scale);

/* How long a pause between readings proves nothing about what lies in it: three declared
 * intervals; undeclared: an hour, or three times `for`, whichever is longer. */
int64_t stw_gap_limit(const struct stw_subject *subject, int64_t for_ns);

#endif
