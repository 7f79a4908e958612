/*
 * Patched frame of reference: vectors of 1,024 integers, a base each, four widths for its four
 * quarters of 256, and exceptions apart for the few values that a width would be too small for.
 * Natural order throughout.
 */
#ifndef STW_CODEC_PATCHED_H
#define STW_CODEC_PATCHED_H

#include "base/bits.h"

#include <stdbool.h>
#include <stdint.h>

enum { STW_PATCHED_VECTOR = 1024, STW_PATCHED_CHUNK = 256 };

/* Bytes that stw_put_varint() and stw_put_svarint() write. */
static inline size_t stw_varint_size(uint64_t value)
{
    return (stw_bit_width(value | 1) + 6) / 7;
}

static inline size_t stw_svarint_size(int64_t value)
{
    return stw_varint_size(stw_zigzag(value));
}

/* Exact bytes that stw_patched_encode() would write. */
size_t stw_patched_measure(const int64_t *values, uint32_t count);

void stw_patched_encode(const int64_t *values, uint32_t count, struct stw_buffer *out);

/*
 * Decodes the next vector of `count` <= 1,024 values. *base carries the base from vector to vector:
 * 0 before the first. False: not valid; reader->failed may be set.
 */
bool stw_patched_decode(struct stw_reader *reader, uint64_t *base, int64_t *values, uint32_t count)
    __attribute__((warn_unused_result));

/* A base near the bottom of the values that a few outliers do not drag down. count >= 1. */
int64_t stw_patched_base(const int64_t *values, uint32_t count);

#endif
