/*
 * Bit packing: integers of one width (0-64 bits) in natural order, least significant bit first,
 * without gaps. The kernels below everything else in codec/.
 */
#ifndef STW_CODEC_BITPACK_H
#define STW_CODEC_BITPACK_H

#include <stddef.h>
#include <stdint.h>

/* Bytes that `count` values of `width` bits take. */
static inline size_t stw_pack_size(uint32_t count, unsigned width)
{
    return ((size_t)count * width + 7) / 8;
}

/* Writes stw_pack_size() bytes; bits above `width` are ignored, unused bits of the last byte 0. */
void stw_pack(const uint64_t *values, uint32_t count, unsigned width, unsigned char *out);

/* Reads exactly stw_pack_size() bytes, writes `count` values. */
void stw_unpack(const unsigned char *in, uint32_t count, unsigned width, uint64_t *values);

#endif
