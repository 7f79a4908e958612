/*
 * Little-endian records, field by field, and small integer helpers. On-disk structures are written
 * and read only through these: no struct is ever copied as it lies in memory.
 *
 * A reader is bounded: reading past the end sets `failed` and yields zero, so that a decoder
 * checks once per record and never touches memory outside its input.
 */
#ifndef STW_BASE_BITS_H
#define STW_BASE_BITS_H

#include "base/buffer.h"
#include "base/slice.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

__extension__ typedef __int128 stw_int128;
__extension__ typedef unsigned __int128 stw_uint128;

static inline uint64_t stw_load_le64(const void *bytes)
{
    uint64_t value;
    memcpy(&value, bytes, sizeof(value));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    value = __builtin_bswap64(value);
#endif
    return value;
}

static inline uint32_t stw_load_le32(const void *bytes)
{
    uint32_t value;
    memcpy(&value, bytes, sizeof(value));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    value = __builtin_bswap32(value);
#endif
    return value;
}

static inline void stw_store_le64(void *bytes, uint64_t value)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    value = __builtin_bswap64(value);
#endif
    memcpy(bytes, &value, sizeof(value));
}

static inline void stw_store_le32(void *bytes, uint32_t value)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    value = __builtin_bswap32(value);
#endif
    memcpy(bytes, &value, sizeof(value));
}

/* Signed to unsigned so that small magnitudes stay small: 0 -1 1 -2 -> 0 1 2 3. */
static inline uint64_t stw_zigzag(int64_t value)
{
    return ((uint64_t)value << 1) ^ (uint64_t)(value >> 63);
}

static inline int64_t stw_unzigzag(uint64_t value)
{
    return (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
}

/* Bits needed for value: 0 for 0, 64 at most. */
static inline unsigned stw_bit_width(uint64_t value)
{
    return value == 0 ? 0 : 64u - (unsigned)__builtin_clzll(value);
}

/* The 64 bits of a double: equal for no other value, not even -0 and 0 or two NaN payloads. */
static inline uint64_t stw_double_bits(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof(bits));
    return bits;
}

/* Writers: append to a buffer. */
void stw_put_u8(struct stw_buffer *out, uint8_t value);
void stw_put_u32(struct stw_buffer *out, uint32_t value);
void stw_put_u64(struct stw_buffer *out, uint64_t value);
void stw_put_i128(struct stw_buffer *out, stw_int128 value);        /* 16 bytes */
void stw_put_varint(struct stw_buffer *out, uint64_t value);        /* LEB128, 1-10 bytes */
void stw_put_svarint(struct stw_buffer *out, int64_t value);        /* zigzag, then LEB128 */
void stw_put_bytes(struct stw_buffer *out, struct stw_slice bytes); /* varint size, bytes */

/* A bounded reader over bytes owned by somebody else. */
struct stw_reader {
    const unsigned char *at;
    const unsigned char *end;
    bool failed;
};

void stw_reader_init(struct stw_reader *reader, const void *bytes, size_t size);
uint8_t stw_get_u8(struct stw_reader *reader);
uint32_t stw_get_u32(struct stw_reader *reader);
uint64_t stw_get_u64(struct stw_reader *reader);
stw_int128 stw_get_i128(struct stw_reader *reader);
uint64_t stw_get_varint(struct stw_reader *reader);
int64_t stw_get_svarint(struct stw_reader *reader);
struct stw_slice stw_get_bytes(struct stw_reader *reader); /* points into the input */
struct stw_slice stw_get_raw(struct stw_reader *reader, size_t size);

static inline size_t stw_reader_left(const struct stw_reader *reader)
{
    return (size_t)(reader->end - reader->at);
}

#endif
