/*
 * The body of a block as bytes, private to segment/; FORMAT.md "Block body". Encoding takes columns
 * as a run holds them, decoding fills the buffers of a struct stw_block.
 */
#ifndef STW_SEGMENT_BLOCK_BODY_H
#define STW_SEGMENT_BLOCK_BODY_H

#include "codec/codec.h"
#include "segment/block_parts.h"
#include "segment/segment.h"

/* What a body is made of: `rows` rows in order. */
struct stw_block_rows {
    uint32_t rows;
    const uint32_t *series;
    const int64_t *time_ns;
    const struct stw_vector
        *columns; /* one per column of the segment; any words, unused ones too */
    uint32_t column_count;
};

/* Scratch of the encoder's caller, reused from block to block. */
struct stw_block_scratch {
    int64_t dense[STW_RUN_ROWS_MAX];
    struct stw_slice words[STW_RUN_ROWS_MAX];
    uint32_t *word_codes; /* by the vector's code: code in the block + 1, or 0 */
    size_t word_codes_capacity;
    struct stw_buffer stream;
    struct stw_buffer column;
    struct stw_buffer borrowed; /* the column in its other form */
};

/* What a block of one series takes from earlier blocks of its file. */
struct stw_borrowing {
    uint64_t times_back;           /* from the block's frame back to the lender's; 0: nothing */
    uint64_t values_back;          /* 0: nothing */
    const int8_t *relations;       /* by column: an enum stw_relation, or -1 */
    const struct stw_vector *lent; /* the lender's columns */
};

void stw_block_scratch_release(struct stw_block_scratch *scratch);

/* Appends the body; memory troubles are the buffer's. Times are borrowed where `borrowing` (may be
 * NULL) offers them, columns where that halves them. */
void stw_block_body_encode(struct stw_encoder *encoder, struct stw_block_scratch *scratch,
                           const struct stw_block_rows *rows, const struct stw_borrowing *borrowing,
                           struct stw_buffer *out);

/* The buffer into which a frame of `size` bytes is to be read, owned by the block; NULL: memory. */
char *stw_block_frame(struct stw_block *block, size_t size);

/*
 * How a decoder finds the body of the block whose frame starts `back` bytes before that of the
 * block being decoded; its checksum is to be right. `bytes` is room that may be filled; *body stays
 * valid until it is filled again. STW_ERR_DAMAGED: there is no sound block.
 */
struct stw_block_finder {
    int (*find)(const struct stw_block_finder *finder, uint64_t back, struct stw_buffer *bytes,
                struct stw_slice *body, struct stw_error *err);
};

/* Decodes the wanted columns of a body whose checksum was right. NULL for `finder`: a block that
 * borrows is damaged. */
int stw_block_body_decode(struct stw_slice body, const struct stw_segment_spec *spec,
                          const uint32_t *wanted, uint32_t wanted_count,
                          const struct stw_block_finder *finder, struct stw_block *out,
                          struct stw_error *err) STW_CHECKED;

#endif
