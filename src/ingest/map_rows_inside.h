/* What map_rows.c, its binding (map_rows_bind.c) and its layouts (map_rows_fold.c, map_rows_days.c,
 * map_rows_previous.c, map_rows_sums.c) share. */
#ifndef STW_INGEST_MAP_ROWS_INSIDE_H
#define STW_INGEST_MAP_ROWS_INSIDE_H

#include "ingest/cell.h"
#include "ingest/layout_fold.h"
#include "ingest/map_rows.h"

/* A field of the map, bound to this file. */
struct stw_map_rows_field {
    const struct stw_map_field *field;
    uint32_t columns[STW_MAP_JOINED_MAX]; /* 0 = first */
    struct stw_cell_rule rule;
    struct stw_zone *zone;          /* its own, or NULL */
    uint32_t code;                  /* text: of the last word, STW_INTERN_NONE in a new batch */
    struct stw_cell_value cell;     /* of the present record; constants are set once */
    struct stw_cell_value fallback; /* in place of one that is not there; may not be there itself */
    bool stated;                    /* the present cell is not the fallback */
    struct stw_buffer above;        /* fill_down: the last text that was not blank */
};

/* A value column of a wide file. */
struct stw_map_rows_wide {
    uint32_t column;
    const struct stw_slice *keys; /* data NULL: from the fields */
    const struct stw_map_wide *from;
    const struct stw_map_fact *facts; /* of the map and of this column, names filled in */
    uint32_t fact_count;
    int year, month, day;        /* wide by day; 0: not in the header */
    const struct stw_unit *unit; /* of the values, or NULL */
};

/* Finds the columns, loads the zone, reads the constant of a field, whatever it is for. */
int stw_map_rows_bind_source(struct stw_map_rows *rows, const struct stw_map_field *field,
                             struct stw_map_rows_field *bound, struct stw_error *err) STW_CHECKED;
void stw_map_rows_release_source(struct stw_map_rows_field *bound);

/* Reads the field, filled down, into field->cell; false: `reason`. The text stays until the next
 * call. */
bool stw_map_rows_read(struct stw_map_rows *rows, struct stw_map_rows_field *field,
                       const struct stw_text_record *record, struct stw_slice *text,
                       enum stw_reject *reason) __attribute__((warn_unused_result));

int stw_map_rows_reject(struct stw_map_rows *rows, const struct stw_text_record *record,
                        const struct stw_map_rows_field *field, enum stw_reject reason,
                        struct stw_slice text, struct stw_error *err) STW_CHECKED;

/* Any reject of these rows comes through here. */
int stw_map_rows_put_reject(struct stw_map_rows *rows, const struct stw_text_record *record,
                            enum stw_reject reason, int column, struct stw_slice header,
                            struct stw_slice text, struct stw_error *err) STW_CHECKED;

/* The id of a series by its joined key; a new one brings its facts. */
int stw_map_rows_find_key(struct stw_map_rows *rows, struct stw_slice key, uint32_t *id,
                          struct stw_error *err) STW_CHECKED;

/* Rows that stand in another batch, behind those that stand in this one. */
int stw_map_rows_put_batch(struct stw_map_rows *rows, const struct stw_batch *batch,
                           struct stw_error *err) STW_CHECKED;

/* The batch is another one. */
void stw_map_rows_forget_words(struct stw_map_rows *rows);

/* A row of the present cells goes into the batch, flushed where it is full. */
int stw_map_rows_flush_batch(struct stw_map_rows *rows, struct stw_error *err) STW_CHECKED;

/* The unit of rows->value's cell to that of the registry, for the row of this key; where it cannot
 * be, *converted is false and `reason` says why. */
int stw_map_rows_to_unit(struct stw_map_rows *rows, const struct stw_slice *parts,
                         enum stw_reject *reason, bool *converted,
                         struct stw_error *err) STW_CHECKED;

/* ---- Wide by day ----------------------------------------------------------------------------- */

/* The month of a record, where it has one; *rejected: it was dealt with. */
int stw_map_rows_read_month(struct stw_map_rows *rows, const struct stw_text_record *record,
                            bool *rejected, struct stw_error *err) STW_CHECKED;
/* The time of a column of a day, into rows->time; false: there is no such day. */
bool stw_map_rows_set_day(struct stw_map_rows *rows, const struct stw_map_rows_wide *wide,
                          enum stw_reject *reason) __attribute__((warn_unused_result));

/* ---- The reading before ---------------------------------------------------------------------- */

int stw_map_rows_previous_create(struct stw_map_rows *rows, struct stw_error *err) STW_CHECKED;
void stw_map_rows_previous_free(struct stw_map_rows_previous *previous); /* NULL is fine */
int stw_map_rows_previous_read(struct stw_map_rows *rows, const struct stw_text_record *record,
                               bool *rejected, struct stw_error *err) STW_CHECKED;
/* Keeps the row just added, of the series rows->series_last. */
int stw_map_rows_previous_note(struct stw_map_rows *rows, uint64_t line,
                               struct stw_error *err) STW_CHECKED;
/* Compares, lists, adds the readings nobody has. */
int stw_map_rows_previous_finish(struct stw_map_rows *rows, struct stw_error *err) STW_CHECKED;

/* ---- Sums ------------------------------------------------------------------------------------ */

int stw_map_rows_sums_create(struct stw_map_rows *rows, struct stw_error *err) STW_CHECKED;
void stw_map_rows_sums_free(struct stw_map_rows_sums *sums); /* NULL is fine */
int stw_map_rows_sums_note(struct stw_map_rows *rows, const struct stw_slice *parts, uint64_t line,
                           struct stw_error *err) STW_CHECKED;
int stw_map_rows_sums_finish(struct stw_map_rows *rows, struct stw_error *err) STW_CHECKED;

/* ---- Facts that columns tell ----------------------------------------------------------------- */

int stw_map_rows_said_create(struct stw_map_rows *rows, struct stw_error *err) STW_CHECKED;
void stw_map_rows_said_free(struct stw_map_rows_said *said); /* NULL is fine */
int stw_map_rows_said_read(struct stw_map_rows *rows, const struct stw_text_record *record,
                           bool *rejected, struct stw_error *err) STW_CHECKED;
/* See stw_map_rows_note_above. */
int stw_map_rows_said_above(struct stw_map_rows *rows, const struct stw_text_record *record,
                            struct stw_error *err) STW_CHECKED;
/* Whether the present record tells any; they go into a row of rows->facts. */
bool stw_map_rows_said_any(const struct stw_map_rows *rows);
int stw_map_rows_said_put(struct stw_map_rows *rows, uint32_t row,
                          struct stw_error *err) STW_CHECKED;
/* Compares with what the first row of the series rows->series_last said, or is that. */
int stw_map_rows_said_note(struct stw_map_rows *rows, uint64_t line,
                           struct stw_error *err) STW_CHECKED;

/* ---- Devices stated twice -------------------------------------------------------------------- */

int stw_map_rows_twice_create(struct stw_map_rows *rows, struct stw_error *err) STW_CHECKED;
void stw_map_rows_twice_free(struct stw_map_rows_twice *twice); /* NULL is fine */
/* The row just added, with its cells still in place. */
int stw_map_rows_twice_note(struct stw_map_rows *rows, uint32_t series,
                            const struct stw_slice *parts, uint64_t line,
                            struct stw_error *err) STW_CHECKED;

/* ---- Folds ----------------------------------------------------------------------------------- */

/* Binds the fold to the header, then appends the made columns to rows->headers. */
int stw_map_rows_fold_create(struct stw_map_rows *rows, struct stw_error *err) STW_CHECKED;
void stw_map_rows_fold_free(struct stw_map_rows_fold *fold); /* NULL is fine */
int stw_map_rows_fold_add(struct stw_map_rows *rows, const struct stw_text_record *record,
                          struct stw_error *err) STW_CHECKED;
/* What was folded becomes rows. `look_only`: of this file alone, and nothing is kept of the log. */
int stw_map_rows_fold_finish(struct stw_map_rows *rows, bool look_only,
                             struct stw_error *err) STW_CHECKED;

/* A row of the fields' cells as they are; `record` is the one to blame. */
int stw_map_rows_put(struct stw_map_rows *rows, const struct stw_text_record *record,
                     struct stw_error *err) STW_CHECKED;

/* Where a field is filled down: what is not blank in its column goes for the records below. */
int stw_map_rows_note_above(struct stw_map_rows *rows, struct stw_map_rows_field *field,
                            const struct stw_text_record *record,
                            struct stw_error *err) STW_CHECKED;

#endif
