/*
 * The rows a writer has not yet made a block of: at most 8,192, with decimals at one scale a column
 * and texts interned. Private to segment/.
 */
#ifndef STW_SEGMENT_ROW_BUFFER_H
#define STW_SEGMENT_ROW_BUFFER_H

#include "base/hash.h"
#include "segment/block_body.h"

struct stw_row_column {
    enum stw_type type;
    int scale;       /* of the decimals held; any while there are no rows */
    int64_t *values; /* ints, or the bits of floats */
    uint32_t *codes; /* text, into words */
    uint8_t *present;
    struct stw_intern words;
};

struct stw_row_buffer {
    uint32_t rows;
    uint32_t tail_from; /* where the rows of the last series start */
    size_t text_bytes;  /* of the words held, at most: repeated ones may count again */
    uint32_t *series;
    int64_t *time_ns;
    struct stw_row_column *columns;
    struct stw_vector *vectors; /* views of the columns */
    uint32_t column_count;
};

int stw_row_buffer_init(struct stw_row_buffer *buffer, const struct stw_segment_spec *spec,
                        struct stw_error *err) STW_CHECKED;
void stw_row_buffer_release(struct stw_row_buffer *buffer);

/*
 * How many rows of the run, from `from` on, can be appended to what is held: limited by the block's
 * rows, by its text and by decimals that cannot be brought to one scale. 0 means: empty the buffer
 * first; an empty buffer takes at least one row. May raise the scale of the rows held.
 */
uint32_t stw_row_buffer_fits(struct stw_row_buffer *buffer, const struct stw_run *run,
                             uint32_t from);

/* Appends rows that fit. */
int stw_row_buffer_append(struct stw_row_buffer *buffer, const struct stw_run *run, uint32_t from,
                          uint32_t count, struct stw_error *err) STW_CHECKED;

/* The first `rows` rows, for encoding; valid until the buffer changes. */
struct stw_block_rows stw_row_buffer_view(struct stw_row_buffer *buffer, uint32_t rows);

/* Moves the first `rows` rows to `to`, which is empty and of the same columns. */
int stw_row_buffer_cut(struct stw_row_buffer *buffer, uint32_t rows, struct stw_row_buffer *to,
                       struct stw_error *err) STW_CHECKED;

void stw_row_buffer_clear(struct stw_row_buffer *buffer);

#endif
