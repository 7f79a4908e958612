/* Little-endian record helpers; see bits.h. */
#include "base/bits.h"

void stw_put_u8(struct stw_buffer *out, uint8_t value)
{
    stw_buffer_add(out, &value, 1);
}

void stw_put_u32(struct stw_buffer *out, uint32_t value)
{
    unsigned char bytes[4];
    stw_store_le32(bytes, value);
    stw_buffer_add(out, bytes, sizeof(bytes));
}

void stw_put_u64(struct stw_buffer *out, uint64_t value)
{
    unsigned char bytes[8];
    stw_store_le64(bytes, value);
    stw_buffer_add(out, bytes, sizeof(bytes));
}

void stw_put_i128(struct stw_buffer *out, stw_int128 value)
{
    stw_put_u64(out, (uint64_t)(stw_uint128)value);
    stw_put_u64(out, (uint64_t)((stw_uint128)value >> 64));
}

void stw_put_varint(struct stw_buffer *out, uint64_t value)
{
    unsigned char bytes[10];
    size_t size = 0;
    while (value >= 0x80) {
        bytes[size++] = (unsigned char)(value | 0x80);
        value >>= 7;
    }
    bytes[size++] = (unsigned char)value;
    stw_buffer_add(out, bytes, size);
}

void stw_put_svarint(struct stw_buffer *out, int64_t value)
{
    stw_put_varint(out, stw_zigzag(value));
}

void stw_put_bytes(struct stw_buffer *out, struct stw_slice bytes)
{
    stw_put_varint(out, bytes.size);
    stw_buffer_add_slice(out, bytes);
}

void stw_reader_init(struct stw_reader *reader, const void *bytes, size_t size)
{
    static const unsigned char nothing[1];
    reader->at = bytes == NULL ? nothing : bytes;
    reader->end = reader->at + (bytes == NULL ? 0 : size);
    reader->failed = false;
}

struct stw_slice stw_get_raw(struct stw_reader *reader, size_t size)
{
    struct stw_slice bytes = {"", 0};
    if (size > stw_reader_left(reader)) {
        reader->failed = true;
        reader->at = reader->end;
        return bytes;
    }
    bytes.data = (const char *)reader->at;
    bytes.size = size;
    reader->at += size;
    return bytes;
}

uint8_t stw_get_u8(struct stw_reader *reader)
{
    struct stw_slice bytes = stw_get_raw(reader, 1);
    return bytes.size == 1 ? (uint8_t)bytes.data[0] : 0;
}

uint32_t stw_get_u32(struct stw_reader *reader)
{
    struct stw_slice bytes = stw_get_raw(reader, 4);
    return bytes.size == 4 ? stw_load_le32(bytes.data) : 0;
}

uint64_t stw_get_u64(struct stw_reader *reader)
{
    struct stw_slice bytes = stw_get_raw(reader, 8);
    return bytes.size == 8 ? stw_load_le64(bytes.data) : 0;
}

stw_int128 stw_get_i128(struct stw_reader *reader)
{
    uint64_t low = stw_get_u64(reader);
    uint64_t high = stw_get_u64(reader);
    return (stw_int128)(((stw_uint128)high << 64) | low);
}

uint64_t stw_get_varint(struct stw_reader *reader)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
        if (reader->at == reader->end)
            break;
        unsigned char byte = *reader->at++;
        /* The tenth byte may carry only the top bit. */
        if (shift == 63 && byte > 1)
            break;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return value;
    }
    reader->failed = true;
    reader->at = reader->end;
    return 0;
}

int64_t stw_get_svarint(struct stw_reader *reader)
{
    return stw_unzigzag(stw_get_varint(reader));
}

struct stw_slice stw_get_bytes(struct stw_reader *reader)
{
    uint64_t size = stw_get_varint(reader);
    if (size > stw_reader_left(reader)) {
        struct stw_slice nothing = {"", 0};
        reader->failed = true;
        reader->at = reader->end;
        return nothing;
    }
    return stw_get_raw(reader, (size_t)size);
}
