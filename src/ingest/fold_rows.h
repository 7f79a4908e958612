/*
 * The rows a log was folded into before, as the store has them: found again by the table's column
 * `log` ("LOG SUBJECT"), compared with what the subject is folded into now, and taken out where
 * they are no more. A row goes by an erasure of its instant in the commit at hand, so what else is
 * of that series and instant is written again.
 *
 * Rows from before the first record of a subject are left alone: the store may have dropped old
 * partitions, and what the records said is then only to be seen in the rows.
 */
#ifndef STW_INGEST_FOLD_ROWS_H
#define STW_INGEST_FOLD_ROWS_H

#include "ingest/layout_fold.h"
#include "store/view.h"

struct stw_fold_rows;

struct stw_fold_rows_spec {
    struct stw_view *view; /* the store as it was before the commit; must outlive this */
    struct stw_commit *commit;
    const struct stw_table *table; /* it has a text column `log` */
    struct stw_slice log;
    const struct stw_fold *fold; /* settled */
};

/* Looks once through the table for rows of the fold's subjects. */
int stw_fold_rows_open(struct stw_fold_rows **out, const struct stw_fold_rows_spec *spec,
                       struct stw_error *err) STW_CHECKED;
void stw_fold_rows_close(struct stw_fold_rows *rows); /* NULL is fine */

/* Goes to a subject: its rows from first_ns on. */
int stw_fold_rows_seek(struct stw_fold_rows *rows, uint32_t subject, int64_t first_ns,
                       struct stw_error *err) STW_CHECKED;

/* Whether the subject has the last row of the batch already; it then stays. */
bool stw_fold_rows_has(struct stw_fold_rows *rows, const struct stw_batch *batch);

/* After all rows of the subject: erases those that do not stay, and writes again what else was of
 * their instants. It counts the former in *gone. */
int stw_fold_rows_drop(struct stw_fold_rows *rows, uint64_t *gone,
                       struct stw_error *err) STW_CHECKED;

/* The last rows that are written again go to the commit. */
int stw_fold_rows_finish(struct stw_fold_rows *rows, struct stw_error *err) STW_CHECKED;

#endif
