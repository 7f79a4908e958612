/*
 * The body of a block as bytes, private to segment/; FORMAT.md "Block body". Encoding takes columns
 * as a run holds them, decoding fills the buffers of a struct stw_block.
 */
#ifndef STW_SEGMENT_BLOCK_BODY_H
#define STW_SEGMENT_BLOCK_BODY_H

#include "codec/codec.h"
#include "segment/segment.h"

/* The first byte of a column: how many of its rows have no value. */
enum stw_missing { STW_MISSING_NONE = 0, STW_MISSING_SOME = 1, STW_MISSING_ALL = 2 };

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
};

void stw_block_scratch_release(struct stw_block_scratch *scratch);

/* Appends the body; memory troubles are the buffer's. */
void stw_block_body_encode(struct stw_encoder *encoder, struct stw_block_scratch *scratch,
                           const struct stw_block_rows *rows, struct stw_buffer *out);

/* The buffer into which a frame of `size` bytes is to be read, owned by the block; NULL: memory. */
char *stw_block_frame(struct stw_block *block, size_t size);

/* Decodes the wanted columns of a body whose checksum was right. */
int stw_block_body_decode(struct stw_slice body, const struct stw_segment_spec *spec,
                          const uint32_t *wanted, uint32_t wanted_count, struct stw_block *out,
                          struct stw_error *err) STW_CHECKED;

#endif
