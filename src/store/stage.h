/*
 * The rows of one table that a commit holds in memory, on their way into segments: copied in as
 * they arrive, sorted by (series, time, arrival), compared with what the store has, and written as
 * one sorted run a partition.
 *
 * Rows of one series lie together in pieces of places, so that reading them series by series walks
 * through memory, where picking every thousandth row of an order of arrival would miss the caches
 * at each of them. A row's number is its place; some places at the end of pieces are empty.
 *
 * Memory: stw_stage_bytes() counts what is held; sorting takes 4 bytes more for each row of the
 * series whose rows did not come in order of time or repeat others.
 */
#ifndef STW_STORE_STAGE_H
#define STW_STORE_STAGE_H

#include "store/merge.h"
#include "store/store_inside.h"

enum {
    STW_STAGE_PIECE_ROWS_MIN = 8, /* of the first piece of a series; then as many as it has, */
    STW_STAGE_PIECE_ROWS_MAX = 64 /* up to these */
};

/* Places [first, first + count) of rows of one series, in order of arrival. */
struct stw_stage_piece {
    uint32_t first;
    uint32_t count;
    uint32_t next; /* of the same series, plus 1; 0: the last */
};

/* A series that has rows. */
struct stw_stage_series {
    uint32_t id;
    uint32_t first_piece; /* plus 1 */
    uint32_t last_piece;  /* plus 1; 0: none yet */
    uint32_t room;        /* empty places at the end of the last piece */
    uint32_t count;       /* of rows */
};

struct stw_stage {
    const struct stw_table *table;
    struct stw_batch rows; /* by place; its `series` is not used and its capacity grows */
    uint32_t row_count;    /* below rows.count, the places given out */
    int64_t time_min_ns;   /* of all rows */
    int64_t time_max_ns;
    uint32_t series_first; /* smallest and largest id of a row */
    uint32_t series_last;
    uint32_t *arrival; /* by place, how many rows came before: with STW_IDENTITY_SERIES only */
    struct stw_stage_piece *pieces;
    size_t piece_capacity;
    uint32_t piece_count;
    struct stw_stage_series *series; /* in order of their first rows */
    size_t series_capacity;
    uint32_t series_count;
    uint32_t *series_at; /* by id: where in series[], plus 1; pages that nobody asks for are free */
    uint32_t id_count;   /* ids in series_at */
    uint32_t *codes;     /* scratch: words of an incoming batch -> words of rows */
    size_t code_capacity;
    uint32_t *places; /* scratch: of an incoming batch */
    size_t place_capacity;
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

void stw_stage_clear(struct stw_stage *stage);

size_t stw_stage_bytes(const struct stw_stage *stage);

#define STW_STRETCH_AS_ARRIVED SIZE_MAX

/* The rows of one series that are kept, and still to be taken. */
struct stw_stretch {
    size_t from; /* in order->rows; STW_STRETCH_AS_ARRIVED: all of its pieces, as they are */
    uint32_t series;
    uint32_t taken;
    uint32_t count;   /* with those taken */
    int64_t first_ns; /* of the first row not taken; unset when there is none */
};

struct stw_stage_order {
    const struct stw_stage *stage;
    struct stw_stretch *stretches; /* by series */
    uint32_t stretch_count;
    uint32_t row_count; /* kept */
    uint64_t superseded;
    uint32_t *rows; /* places: by series, then time, then arrival */
    size_t row_capacity;
    size_t rows_used;
    uint32_t *scratch; /* twice the longest series */
};

/*
 * Sorts the rows and drops those that repeat a row of the store or of this commit. `merge` is over
 * what is there already (NULL: nothing), all columns, with the table's row identity.
 */
int stw_stage_sort(const struct stw_stage *stage, struct stw_merge *merge,
                   struct stw_stage_order *order, struct stw_error *err) STW_CHECKED;
void stw_stage_order_release(struct stw_stage_order *order);

/* The places of the stretch's rows that are not taken; valid until the next call. */
const uint32_t *stw_stage_order_rows(struct stw_stage_order *order,
                                     const struct stw_stretch *stretch);
/* Takes the first `count` of them, of these places. */
void stw_stage_order_take(const struct stw_stage_order *order, struct stw_stretch *stretch,
                          const uint32_t *rows, uint32_t count);

/* ---- Gathering, stage_gather.c --------------------------------------------------------------- */

/* Rows of a stage, in some order, as runs. */
struct stw_gather {
    const struct stw_stage *stage;
    int64_t first_sequence; /* of the row that came first; -1: no sequence column */
    struct stw_run_buffer *buffer;
    struct stw_slice **words; /* by column: words of the run */
    uint32_t **local;         /* by column: word of the stage -> word of the run */
    uint32_t **stamp;         /* by column: the run in which local[] was set */
    uint32_t run_number;
    uint32_t *spans; /* of the run: how many rows lie one behind the other, and so on */
    uint8_t *scales; /* of a column of the run */
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
