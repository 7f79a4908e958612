/*
 * The parts of a segment file as bytes, private to segment/: header, frames, pages of keys and of
 * the index, footer and trailer. FORMAT.md describes them; nothing else in the program knows them.
 *
 * Encoders append to a buffer. Decoders get bytes whose checksum was right and still trust nothing:
 * they return STW_ERR_DAMAGED with a sentence, and the caller adds the place.
 */
#ifndef STW_SEGMENT_FORMAT_H
#define STW_SEGMENT_FORMAT_H

#include "codec/codec.h"
#include "segment/segment.h"

enum {
    STW_HEADER_HEAD_SIZE = 16, /* magic, version, body size */
    STW_HEADER_BODY_MAX = 128 << 10,
    STW_FRAME_HEAD_SIZE = 13, /* checksum, body size, kind */
    STW_TRAILER_SIZE = 52,
    STW_INDEX_PAGE_BLOCKS = 1024,
    STW_KEY_PAGE_KEYS = STW_CODEC_VALUES_MAX,
    STW_KEY_PAGE_BYTES = 256 << 10 /* a page is written when its keys reach this */
};

enum stw_frame_kind {
    STW_FRAME_BLOCK = 1,
    STW_FRAME_KEYS = 2,
    STW_FRAME_INDEX = 3,
    STW_FRAME_FOOTER = 4
};

const char *stw_frame_name(enum stw_frame_kind kind);

/* ---- Header ---------------------------------------------------------------------------------- */

void stw_header_encode(const struct stw_segment_spec *spec, struct stw_buffer *out);

/* Reads the size of the whole header from its first STW_HEADER_HEAD_SIZE bytes. */
int stw_header_size(struct stw_slice head, size_t *size, struct stw_error *err) STW_CHECKED;

/* `bytes` is the whole header. Columns and names are copied into the arena. */
int stw_header_decode(struct stw_slice bytes, struct stw_arena *arena,
                      struct stw_segment_spec *spec, struct stw_error *err) STW_CHECKED;

/* STW_ERR_USAGE when a spec is beyond the limits of segment.h. */
int stw_spec_check(const struct stw_segment_spec *spec, struct stw_error *err) STW_CHECKED;

/* ---- Frames ---------------------------------------------------------------------------------- */

/* What the checksums of a file's frames start from. */
uint64_t stw_segment_seed(const unsigned char *file_id);

/* Starts a frame in an empty buffer: room for its head. The body is appended after it. */
void stw_frame_begin(struct stw_buffer *frame);

/* Fills in the head of a frame that will stand at `offset`. */
void stw_frame_end(struct stw_buffer *frame, enum stw_frame_kind kind, uint64_t seed,
                   uint64_t offset);

/* Checks a whole frame read from `offset`; *body is inside `frame`. */
int stw_frame_open(struct stw_slice frame, enum stw_frame_kind kind, uint64_t seed, uint64_t offset,
                   struct stw_slice *body, struct stw_error *err) STW_CHECKED;

/* ---- Trailer and footer ---------------------------------------------------------------------- */

struct stw_trailer {
    unsigned char file_id[STW_SEGMENT_ID_SIZE];
    uint64_t footer_offset;
    uint64_t file_size_bytes;
};

void stw_trailer_encode(const struct stw_trailer *trailer, struct stw_buffer *out);
int stw_trailer_decode(struct stw_slice bytes, struct stw_trailer *trailer,
                       struct stw_error *err) STW_CHECKED;

/* Where a frame is: its head's offset, its size with the head. */
struct stw_extent {
    uint64_t offset;
    uint32_t size_bytes;
};

struct stw_extents {
    struct stw_extent *items;
    size_t count;
    size_t capacity;
};

bool stw_extents_add(struct stw_extents *list, uint64_t offset, uint32_t size_bytes)
    __attribute__((warn_unused_result));
void stw_extents_release(struct stw_extents *list);

struct stw_footer {
    struct stw_segment_info info; /* file_size_bytes comes from the trailer */
    struct stw_extents index_pages;
    struct stw_extents key_pages;
};

void stw_footer_encode(const struct stw_footer *footer, struct stw_buffer *out);
int stw_footer_decode(struct stw_slice body, struct stw_footer *footer,
                      struct stw_error *err) STW_CHECKED;
void stw_footer_release(struct stw_footer *footer);

/* ---- Index pages ----------------------------------------------------------------------------- */

/* 1 .. STW_INDEX_PAGE_BLOCKS blocks with their statistics. */
void stw_index_page_encode(struct stw_encoder *encoder, const struct stw_segment_spec *spec,
                           const struct stw_segment_block *blocks, uint32_t count,
                           struct stw_buffer *out);

/* The number of blocks of a page. */
int stw_index_page_count(struct stw_slice body, uint32_t *count, struct stw_error *err) STW_CHECKED;

/* blocks[0..count) and statistics[0..count * column_count) are filled; count from above. */
int stw_index_page_decode(struct stw_decoder *decoder, struct stw_slice body,
                          const struct stw_segment_spec *spec, struct stw_segment_block *blocks,
                          struct stw_column_statistics *statistics, uint32_t count,
                          struct stw_error *err) STW_CHECKED;

/* ---- Key pages ------------------------------------------------------------------------------- */

void stw_key_page_encode(struct stw_encoder *encoder, const int64_t *series,
                         const struct stw_slice *keys, uint32_t count, struct stw_buffer *out);

/* Calls `each` in order; ids must ascend from above *last_series (-1 at first), which is updated.
 */
int stw_key_page_decode(struct stw_decoder *decoder, struct stw_slice body, int64_t *last_series,
                        stw_segment_key_fn *each, void *context, struct stw_error *err) STW_CHECKED;

#endif
