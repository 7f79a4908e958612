/*
 * The rows of one table that a commit holds in memory, on their way into segments: copied in as
 * they arrive, sorted by (series, time, arrival), compared with what the store has, and written as
 * one sorted run a partition.
 *
 * Memory: stw_stage_bytes() counts what is held; sorting takes 4 bytes a row and a few bytes a
 * series more.
 */
#ifndef STW_STORE_STAGE_H
#define STW_STORE_STAGE_H

#include "store/merge.h"
#include "store/store_inside.h"

struct stw_stage {
    const struct stw_table *table;
    struct stw_batch rows; /* its capacity grows */
    uint32_t *codes;       /* scratch: words of an incoming batch -> words of rows */
    size_t code_capacity;
};

int stw_stage_init(struct stw_stage *stage, const struct stw_table *table,
                   struct stw_error *err) STW_CHECKED;
void stw_stage_release(struct stw_stage *stage);

/* STW_ERR_INPUT for a row whose time no calendar here reaches. `series_count`: ids are below it. */
int stw_stage_check(const struct stw_batch *batch, uint32_t series_count,
                    struct stw_error *err) STW_CHECKED;
/* After the same check. */
int stw_stage_add(struct stw_stage *stage, const struct stw_batch *batch, uint32_t series_count,
                  struct stw_error *err) STW_CHECKED;

size_t stw_stage_bytes(const struct stw_stage *stage);

/* The rows of one series: places [from, from + count) of the order. */
struct stw_stretch {
    uint32_t series;
    uint32_t from;
    uint32_t count;
};

struct stw_stage_order {
    uint32_t *rows; /* row numbers: by series, then time, then arrival */
    struct stw_stretch *stretches;
    uint32_t stretch_count;
    uint32_t row_count; /* kept */
    uint64_t superseded;
};

/*
 * Sorts the rows and drops those that repeat a row of the store or of this commit. `merge` is over
 * what is there already (NULL: nothing), all columns, with the table's row identity.
 */
int stw_stage_sort(const struct stw_stage *stage, uint32_t series_count, struct stw_merge *merge,
                   struct stw_stage_order *order, struct stw_error *err) STW_CHECKED;
void stw_stage_order_release(struct stw_stage_order *order);

/* ---- Gathering, stage_gather.c --------------------------------------------------------------- */

/* Rows of a stage, in some order, as runs. */
struct stw_gather {
    const struct stw_stage *stage;
    int64_t first_sequence; /* of row 0; -1: no sequence column */
    struct stw_run_buffer *buffer;
    struct stw_slice **words; /* by column: words of the run */
    uint32_t **local;         /* by column: word of the stage -> word of the run */
    uint32_t **stamp;         /* by column: the run in which local[] was set */
    uint32_t run_number;
    struct stw_vector *vectors;
    uint32_t column_count;
};

int stw_gather_init(struct stw_gather *gather, const struct stw_stage *stage,
                    int64_t first_sequence, struct stw_error *err) STW_CHECKED;
void stw_gather_release(struct stw_gather *gather);

/* The rows rows[0..count), or the first of them that go into one run, as a run; valid until the
 * next call. */
void stw_gather_run(struct stw_gather *gather, uint32_t series, const uint32_t *rows,
                    uint32_t count, struct stw_run *run);

#endif
