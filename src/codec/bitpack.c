/*
 * Bit packing, scalar reference. Eight values of width w fill w bytes exactly, so the unpack
 * kernel works on groups of eight with every offset and shift a constant: one load, one shift and
 * one mask a value.
 */
#include "codec/bitpack.h"

#include "base/bits.h"

void stw_pack(const uint64_t *values, uint32_t count, unsigned width, unsigned char *out)
{
    uint64_t mask = width == 64 ? ~UINT64_C(0) : (UINT64_C(1) << width) - 1;
    uint64_t pending = 0; /* bits not yet written, the lowest first */
    unsigned pending_bits = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t value = values[i] & mask;
        pending |= value << pending_bits;
        if (pending_bits + width < 64) {
            pending_bits += width;
            continue;
        }
        stw_store_le64(out, pending);
        out += 8;
        unsigned taken = 64 - pending_bits;
        pending = taken >= 64 ? 0 : value >> taken;
        pending_bits = width - taken;
    }
    for (; pending_bits > 0; pending_bits -= pending_bits < 8 ? pending_bits : 8) {
        *out++ = (unsigned char)pending;
        pending >>= 8;
    }
}

/* Eight values; reads up to 8 bytes past their `width` bytes. */
static inline __attribute__((always_inline)) void unpack_group(const unsigned char *in,
                                                               unsigned width, uint64_t *values)
{
    uint64_t mask = width == 64 ? ~UINT64_C(0) : (UINT64_C(1) << width) - 1;
#pragma GCC unroll 8
    for (unsigned i = 0; i < 8; i++) {
        unsigned shift = (i * width) % 8;
        const unsigned char *at = in + i * width / 8;
        uint64_t value = stw_load_le64(at) >> shift;
        if (shift + width > 64)
            value |= (uint64_t)at[8] << (64 - shift);
        values[i] = value & mask;
    }
}

static inline __attribute__((always_inline)) void
unpack_width(const unsigned char *in, uint32_t count, unsigned width, uint64_t *values)
{
    size_t left = stw_pack_size(count, width);
    /* The margin keeps every load inside the input. */
    while (count >= 8 && left >= width + 8) {
        unpack_group(in, width, values);
        in += width;
        left -= width;
        values += 8;
        count -= 8;
    }
    while (count > 0) {
        unsigned char padded[64 + 16] = {0};
        uint64_t group[8];
        uint32_t group_count = count < 8 ? count : 8;
        size_t size = stw_pack_size(group_count, width);
        memcpy(padded, in, size);
        unpack_group(padded, width, group);
        memcpy(values, group, group_count * sizeof(*values));
        in += size;
        values += group_count;
        count -= group_count;
    }
}

#define WIDTH(w)                                                                                   \
    case w:                                                                                        \
        unpack_width(in, count, w, values);                                                        \
        break;
#define WIDTHS_8(w)                                                                                \
    WIDTH(w)                                                                                       \
    WIDTH((w) + 1)                                                                                 \
    WIDTH((w) + 2) WIDTH((w) + 3) WIDTH((w) + 4) WIDTH((w) + 5) WIDTH((w) + 6) WIDTH((w) + 7)

void stw_unpack(const unsigned char *in, uint32_t count, unsigned width, uint64_t *values)
{
    switch (width) {
    case 0:
        memset(values, 0, count * sizeof(*values));
        break;
        WIDTHS_8(1)
        WIDTHS_8(9)
        WIDTHS_8(17)
        WIDTHS_8(25)
        WIDTHS_8(33)
        WIDTHS_8(41)
        WIDTHS_8(49)
        WIDTHS_8(57)
    default:
        assert(!"width is at most 64");
    }
}
