/*
 * The evaluator: the one place where rules meet rows, in the monthly run, in a backtest, in the
 * tests of a pack and live.
 *
 *     stw_evaluator_create(&evaluator, pack, sink, err);
 *     stw_evaluator_add(evaluator, &subject, err);          once per series
 *     stw_evaluator_feed(evaluator, table, run, err);       rows of one series, in time order
 *     stw_evaluator_tick(evaluator, now, err);              time has passed
 *     stw_evaluator_watermark(evaluator, time, err);        no row before it will come any more
 *
 * Two stages. The series stage holds a track per (rule, series) and is fed runs of any length. The
 * group stage gathers marks that series hand on (events of one device and code, say), puts them in
 * order of time over all series, and judges each group once the watermark has passed them.
 *
 * What it says depends on the rows and their times only: not on how a series is cut into runs, how
 * series take turns, when ticks come (as long as tick(now) comes after the rows before `now`), or
 * whether it was saved and restored in between. A row older than its series' latest is left alone
 * and counted; corrections are for a backtest over the corrected store.
 *
 * Ownership: the pack, and the texts that subjects' traits point at, outlive the evaluator. One
 * thread.
 */
#ifndef STW_RULE_EVALUATOR_H
#define STW_RULE_EVALUATOR_H

#include "rule/alert.h"
#include "rule/pack.h"

enum {
    STW_GROUP_MARKS_MAX = 4 * 1024 * 1024, /* waiting for the watermark */
    STW_GROUP_KEYS_MAX = 1024 * 1024,
    STW_GROUP_KEY_MAX = 4096, /* bytes of a key */
    STW_CHECKPOINT_VERSION = 2
};

struct stw_evaluator;

struct stw_alert_sink {
    void *context;
    /* The alert's pointers are valid during the call. Negative: stops the evaluator. */
    int (*put)(void *context, const struct stw_alert *alert);
};

/* Why a rule leaves a series out that its `watch` selects. */
struct stw_unjudged_sink {
    void *context;
    void (*put)(void *context, const struct stw_rule *rule, const struct stw_subject *subject,
                const char *reason);
};

int stw_evaluator_create(struct stw_evaluator **out, const struct stw_pack *pack,
                         struct stw_alert_sink sink, struct stw_error *err) STW_CHECKED;
void stw_evaluator_free(struct stw_evaluator *evaluator); /* NULL is fine */

/* Forgets all series, groups and marks. */
void stw_evaluator_clear(struct stw_evaluator *evaluator);

void stw_evaluator_tell_unjudged(struct stw_evaluator *evaluator, struct stw_unjudged_sink sink);

/* Copies the subject and its key; traits are kept by reference. `tracks` (may be NULL) tells how
 * many rules judge it. */
int stw_evaluator_add(struct stw_evaluator *evaluator, const struct stw_subject *subject,
                      uint32_t *tracks, struct stw_error *err) STW_CHECKED;

/* Rows of a series that was never added are an error of the caller's. */
int stw_evaluator_feed(struct stw_evaluator *evaluator, enum stw_subject_table table,
                       const struct stw_run *run, struct stw_error *err) STW_CHECKED;

int stw_evaluator_tick(struct stw_evaluator *evaluator, int64_t now_ns,
                       struct stw_error *err) STW_CHECKED;
int stw_evaluator_watermark(struct stw_evaluator *evaluator, int64_t time_ns,
                            struct stw_error *err) STW_CHECKED;

/* Hands the waiting marks over to another evaluator of the same pack, whose group stage will judge
 * them: series stages on many threads, one group stage. */
int stw_evaluator_pass_marks(struct stw_evaluator *from, struct stw_evaluator *to,
                             struct stw_error *err) STW_CHECKED;

/* Everything it remembers. Restore wants the same pack and the same subjects added. */
void stw_evaluator_save(const struct stw_evaluator *evaluator, struct stw_buffer *out);
int stw_evaluator_restore(struct stw_evaluator *evaluator, struct stw_slice checkpoint,
                          struct stw_error *err) STW_CHECKED;

struct stw_evaluator_counts {
    uint64_t rows;   /* fed */
    uint64_t late;   /* older than their series' latest */
    uint64_t tracks; /* (rule, series) */
    uint64_t groups; /* keys of the group stage */
    uint64_t bytes;  /* of memory for all of them */
};
struct stw_evaluator_counts stw_evaluator_count(const struct stw_evaluator *evaluator);

/* How many series a rule judges. */
uint64_t stw_evaluator_watched(const struct stw_evaluator *evaluator, uint32_t rule);

#endif
