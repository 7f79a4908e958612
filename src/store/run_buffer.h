/*
 * A buffer in which a run is put together row by row: where segments overlap, and where arrived
 * rows are gathered into the order of a segment. Texts are copied; all decimals of a column are
 * brought to one scale, exactly.
 */
#ifndef STW_STORE_RUN_BUFFER_H
#define STW_STORE_RUN_BUFFER_H

#include "base/hash.h"
#include "segment/run.h"
#include "store/schema.h"

struct stw_run_column {
    enum stw_type type;
    int scale;
    bool has_missing;
    int64_t *ints;
    double *floats;
    uint32_t *codes;
    uint8_t *present;
    struct stw_intern words;
    /* The word copied last, by where it came from: neighbours mostly repeat it. */
    const struct stw_slice *last_words;
    uint32_t last_code;
    uint32_t last_copy;
};

struct stw_run_buffer {
    uint32_t count; /* rows, at most STW_RUN_ROWS_MAX */
    uint32_t column_count;
    int64_t *time_ns;
    struct stw_run_column *columns;
    struct stw_vector *vectors; /* what runs point at */
};

/* `types` of the columns; their arrays are made at once. */
int stw_run_buffer_init(struct stw_run_buffer *buffer, const enum stw_type *types,
                        uint32_t column_count, struct stw_error *err) STW_CHECKED;
void stw_run_buffer_release(struct stw_run_buffer *buffer);
void stw_run_buffer_clear(struct stw_run_buffer *buffer);

/*
 * Appends rows [from, from + count) of vectors of the same types; they must fit. STW_END, with
 * nothing added, when some decimals do not fit one scale with those in the buffer: hand those out
 * first. An empty buffer takes anything.
 */
int stw_run_buffer_add(struct stw_run_buffer *buffer, const struct stw_vector *columns,
                       const int64_t *time_ns, uint32_t from, uint32_t count) STW_CHECKED;

/* To be called when memory that vectors handed in earlier point at may hold other words now. */
void stw_run_buffer_forget_sources(struct stw_run_buffer *buffer);

/* Takes the last row off. */
void stw_run_buffer_pop(struct stw_run_buffer *buffer);

/* The content as a run; valid until the buffer changes. Must not be empty. */
void stw_run_buffer_run(struct stw_run_buffer *buffer, uint32_t series, struct stw_run *run);

#endif
