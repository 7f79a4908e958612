/*
 * Folds: the records of a log, many to one row. What a fold makes of them is in map.h.
 *
 * A log goes on over many files, which come in any order, and each may hold any of its records. So
 * the store keeps the records themselves (fold_log.h), and a file that brings some of a subject has
 * all of that subject folded again: what is then in the table depends on the records alone, not on
 * how they were cut into files. This module is the part without a store: it collects the records of
 * one file by subject, and folds the ordered records of one subject.
 *
 * Memory is the log of one file, up to STW_FOLD_BYTES_MAX: the records of a subject may stand
 * anywhere in it.
 */
#ifndef STW_INGEST_LAYOUT_FOLD_H
#define STW_INGEST_LAYOUT_FOLD_H

#include "base/error.h"
#include "ingest/map.h"

#include <stdint.h>

enum { STW_FOLD_BYTES_MAX = 256 * 1024 * 1024 };

/* Words of the state of a fold into outages. */
enum stw_fold_state {
    STW_FOLD_AS_BEFORE,
    STW_FOLD_UP,
    STW_FOLD_DOWN,
    STW_FOLD_UNKNOWN,
    STW_FOLD_NO_STATE /* another word */
};
enum stw_fold_state stw_fold_state_of(struct stw_slice word);

/* A record of a log. */
struct stw_fold_event {
    uint32_t subject; /* in the fold */
    int64_t time_ns;
    int64_t place; /* among the records of that subject and time */
    struct stw_slice state;
    struct stw_slice cells; /* see fold_cells.h */
    bool stored;            /* the store had it before; the rest is of this file */
    uint64_t order;         /* in the file */
    uint64_t line;
    struct stw_slice sheet;
};

/* By time, place and state: those alike are one record, of which the later one counts. */
int stw_fold_compare(const struct stw_fold_event *a, const struct stw_fold_event *b);

/* ---- The records of a file ------------------------------------------------------------------- */

struct stw_fold;

/* `has_ties`: events come with their place; else it is their order in the file. */
int stw_fold_create(struct stw_fold **out, bool has_ties, struct stw_error *err) STW_CHECKED;
void stw_fold_free(struct stw_fold *fold); /* NULL is fine */

/* Texts are copied; `event` needs no subject, order and, without ties, place. */
int stw_fold_add(struct stw_fold *fold, struct stw_slice subject,
                 const struct stw_fold_event *event, struct stw_error *err) STW_CHECKED;

/* After the last add: subjects 0 .. count-1 in order of appearance, each with its events in order
 * of time and place, those alike as they came. */
uint32_t stw_fold_settle(struct stw_fold *fold);
struct stw_slice stw_fold_subject(const struct stw_fold *fold, uint32_t subject);
uint32_t stw_fold_find(const struct stw_fold *fold, struct stw_slice subject); /* or UINT32_MAX */
const struct stw_fold_event *stw_fold_events(const struct stw_fold *fold, uint32_t subject,
                                             uint32_t *count);
bool stw_fold_has_ties(const struct stw_fold *fold);

/* ---- Outages --------------------------------------------------------------------------------- */

struct stw_fold_outage {
    const struct stw_fold_event *event; /* that it has the cells of */
    int64_t start_ns;
    int64_t end_ns; /* where it has one */
    bool has_end;
    bool skipped;          /* by `before: skip` */
    const char *beginning; /* seen, before, unknown */
    const char *ending;    /* seen, open, unknown */
    const char *censored;  /* left, right, both; "": both ends were seen */
};

/* Over the events of one subject, in order. */
struct stw_fold_walk {
    const struct stw_map_fold *map;
    const struct stw_fold_event *events;
    uint32_t count;
    uint32_t at;
    enum stw_fold_state now;
};

/* The next outage; false when there is none left. */
bool stw_fold_next_outage(struct stw_fold_walk *walk, struct stw_fold_outage *outage);

/* Outages that came new, whose ends were not both seen, and what they did to earlier rows. */
struct stw_fold_counts {
    uint64_t before;    /* down already at the key's first state */
    uint64_t open;      /* down still at its last */
    uint64_t unknown;   /* lost sight of */
    uint64_t corrected; /* rows of earlier files that are no more */
};

#endif
