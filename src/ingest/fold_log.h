/*
 * A log in the store: its records in the table `changes`, keyed by the name of the log and the
 * subject. For each subject of a file, the records of the store and of the file are laid together;
 * those that are new, or correct one of the same time, place and state, go to the commit.
 *
 * Two records of one time that come in two files without a column of ties have no order that
 * anybody knows: by their states then, so that the order of the files does not matter, and a
 * finding says so.
 */
#ifndef STW_INGEST_FOLD_LOG_H
#define STW_INGEST_FOLD_LOG_H

#include "ingest/ingest_findings.h"
#include "ingest/layout_fold.h"
#include "store/view.h"

enum { STW_FOLD_SUBJECT_EVENTS_MAX = 2000000 }; /* of the file and the store together: 300 MB */

struct stw_fold_log;

struct stw_fold_log_spec {
    struct stw_view *view; /* the store as it was before the commit; must outlive the log */
    struct stw_commit *commit;
    const struct stw_map_fold *map;
    const struct stw_fold *fold; /* settled */
    struct stw_ingest_findings *findings;
};

int stw_fold_log_open(struct stw_fold_log **out, const struct stw_fold_log_spec *spec,
                      struct stw_error *err) STW_CHECKED;
void stw_fold_log_close(struct stw_fold_log *log); /* NULL is fine */

/* All events of a subject of the fold, in order; valid until the next call. */
int stw_fold_log_take(struct stw_fold_log *log, uint32_t subject,
                      const struct stw_fold_event **events, uint32_t *count,
                      struct stw_error *err) STW_CHECKED;

/* The last new records go to the commit. */
int stw_fold_log_finish(struct stw_fold_log *log, struct stw_error *err) STW_CHECKED;

#endif
