/*
 * What a store of meter readings must hold: a plain table of cells (meter, hour), filled by the
 * steps that were taken, and a copy of it for each snapshot. And those steps, done to a store.
 */
#ifndef STW_TESTS_CRASH_MODEL_H
#define STW_TESTS_CRASH_MODEL_H

#include "../store/store_kit.h"
#include "base/buffer.h"

enum {
    CRASH_METERS = 5,
    CRASH_FIRST = 680,
    CRASH_HOURS = 120, /* two partitions: the month ends with hour 743 */
    CRASH_MONTH_END = 744,
    CRASH_SNAPSHOTS = 2,
    CRASH_MEMORY = 4000 /* for a commit's rows: some spill */
};

enum crash_action {
    CRASH_LOAD,
    CRASH_STREAM,
    CRASH_ERASE,
    CRASH_SNAPSHOT,
    CRASH_COMPACT,
    CRASH_DROP,
    CRASH_CHECKPOINT /* the manifest is written anew */
};

/* LOAD: `load`; STREAM: its rows through the journal, and a flush; ERASE: hours [from, to) of a
 * meter; SNAPSHOT: its name; DROP: the first month, and snapshots that see it. */
struct crash_step {
    enum crash_action action;
    struct kit_load load;
    unsigned meter;
    int from;
    int to;
    const char *name;
};

struct crash_cells {
    unsigned char cell[CRASH_METERS][CRASH_HOURS]; /* 0: no row; 1: a reading; 2: a good one */
};

struct crash_model {
    struct crash_cells live;
    struct crash_cells snapshots[CRASH_SNAPSHOTS];
    const char *names[CRASH_SNAPSHOTS];
    unsigned snapshot_count;
};

void crash_model_apply(struct crash_model *model, const struct crash_step *step);
void crash_model_print(const struct crash_model *model, struct stw_buffer *out);

/* The same text from a store. */
int crash_print_store(struct stw_store *store, struct stw_buffer *out,
                      struct stw_error *err) STW_CHECKED;

/* Little memory, small journal files, no flush that is not asked for. */
struct stw_store_options crash_options(const struct stw_io *io);

int crash_do(struct stw_store *store, const struct crash_step *step,
             struct stw_error *err) STW_CHECKED;

/* A number from the environment: how much of an enumeration to run. */
uint64_t crash_count(const char *name, uint64_t otherwise);

/* An operation: what the store has before, and its steps, each of which is all or nothing. */
enum { CRASH_STEPS_MAX = 8, CRASH_OPERATIONS = 7 };
struct crash_operation {
    const char *name;
    struct crash_step before[CRASH_STEPS_MAX];
    unsigned before_count;
    struct crash_step steps[CRASH_STEPS_MAX];
    unsigned step_count;
};
extern const struct crash_operation crash_operations[];
extern const struct crash_step crash_last_load; /* to show that a store goes on */

/* What an enumeration found, for the table. */
struct crash_tally {
    uint64_t tries;
    uint64_t losses; /* acknowledged rows that are not there, or a store that does not open */
    uint64_t wrong;  /* anything that no committed state has */
    uint64_t named;  /* a finding said what is damaged */
};
void crash_tally_print(const char *kind, const struct crash_tally *tally);

#endif
