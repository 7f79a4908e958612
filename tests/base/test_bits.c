/* Record helpers: golden bytes, round trips, and reads past the end. */
#include "base/bits.h"
#include "base/hash.h"

#include "../support/test.h"

#include <stdio.h>

static void has_golden_bytes(void)
{
    struct stw_buffer out;
    stw_buffer_init(&out);
    stw_put_u32(&out, 0x01020304u);
    stw_put_u64(&out, 0x0102030405060708u);
    stw_put_i128(&out, -2);
    stw_put_varint(&out, 300);
    stw_put_svarint(&out, -3);
    stw_put_bytes(&out, STW_SLICE("hi"));
    static const unsigned char want[] = {
        4,    3,    2,    1,                            /* u32 */
        8,    7,    6,    5,    4,    3,    2,    1,    /* u64 */
        0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, /* i128, low half */
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, /* high half */
        0xac, 0x02,                                     /* 300 = 2 * 128 + 44 */
        5,                                              /* zigzag(-3) */
        2,    'h',  'i'};
    CU_ASSERT_EQUAL_FATAL(out.size, sizeof(want));
    CU_ASSERT_EQUAL(memcmp(out.data, want, sizeof(want)), 0);
    stw_buffer_release(&out);
}

static void reads_back_what_was_written(void)
{
    static const uint64_t values[] = {0, 1, 127, 128, 16383, 16384, UINT64_MAX / 2, UINT64_MAX};
    enum { COUNT = sizeof(values) / sizeof(values[0]) };
    struct stw_buffer out;
    stw_buffer_init(&out);
    for (int i = 0; i < COUNT; i++) {
        stw_put_varint(&out, values[i]);
        stw_put_svarint(&out, (int64_t)values[i]);
        stw_put_i128(&out, (stw_int128)values[i] * -1000000007);
    }
    struct stw_reader in;
    stw_reader_init(&in, out.data, out.size);
    for (int i = 0; i < COUNT; i++) {
        CU_ASSERT_EQUAL(stw_get_varint(&in), values[i]);
        CU_ASSERT_EQUAL(stw_get_svarint(&in), (int64_t)values[i]);
        CU_ASSERT(stw_get_i128(&in) == (stw_int128)values[i] * -1000000007);
    }
    CU_ASSERT_FALSE(in.failed);
    CU_ASSERT_EQUAL(stw_reader_left(&in), 0);
    stw_buffer_release(&out);
}

static void stops_at_the_end(void)
{
    static const unsigned char endless[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                            0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    struct stw_reader in;
    stw_reader_init(&in, endless, sizeof(endless));
    CU_ASSERT_EQUAL(stw_get_varint(&in), 0);
    CU_ASSERT_TRUE(in.failed);
    stw_reader_init(&in, endless, 3);
    CU_ASSERT_EQUAL(stw_get_u32(&in), 0);
    CU_ASSERT_TRUE(in.failed);
    stw_reader_init(&in,
                    "\x05"
                    "abc",
                    4);
    CU_ASSERT_EQUAL(stw_get_bytes(&in).size, 0);
    CU_ASSERT_TRUE(in.failed);
    stw_reader_init(&in, NULL, 0);
    CU_ASSERT_EQUAL(stw_get_u8(&in), 0);
    CU_ASSERT_TRUE(in.failed);
}

static void interns_in_order_of_arrival(void)
{
    struct stw_intern set;
    stw_intern_init(&set);
    char word[32];
    bool added;
    uint32_t number;
    for (uint32_t round = 0; round < 2; round++)
        for (uint32_t i = 0; i < 5000; i++) {
            int size = snprintf(word, sizeof(word), "meter-%u", i);
            CU_ASSERT_TRUE_FATAL(
                stw_intern_add(&set, (struct stw_slice){word, (size_t)size}, &number, &added));
            if (number != i || added != (round == 0)) {
                STW_EXPECT(false, "word %u got number %u", i, number);
                return;
            }
        }
    CU_ASSERT_EQUAL(set.count, 5000);
    CU_ASSERT_EQUAL(stw_intern_find(&set, STW_SLICE("meter-4321")), 4321);
    CU_ASSERT_EQUAL(stw_intern_find(&set, STW_SLICE("meter-5000")), STW_INTERN_NONE);
    stw_intern_clear(&set);
    CU_ASSERT_EQUAL(stw_intern_find(&set, STW_SLICE("meter-1")), STW_INTERN_NONE);
    stw_intern_release(&set);
}

STW_SUITE(bits, {"has golden bytes", has_golden_bytes},
          {"reads back what was written", reads_back_what_was_written},
          {"stops at the end", stops_at_the_end},
          {"interns in order of arrival", interns_in_order_of_arrival});
