/* Heap, arena and buffer: alignment, reuse, overflow, and failure on request. */
#include "base/arena.h"
#include "base/buffer.h"
#include "base/memory.h"

#include "../support/test.h"

static void refuses_overflowing_sizes(void)
{
    CU_ASSERT_PTR_NULL(stw_alloc(SIZE_MAX / 2, 3));
    struct stw_arena arena;
    stw_arena_init(&arena);
    CU_ASSERT_PTR_NULL(stw_arena_alloc(&arena, SIZE_MAX / 2, 3));
    CU_ASSERT_PTR_NULL(stw_arena_alloc(&arena, SIZE_MAX, 1));
    stw_arena_release(&arena);
}

static void fails_the_nth_allocation_once(void)
{
    stw_memory_fail_at(2);
    void *first = stw_alloc(1, 8);
    void *second = stw_alloc(1, 8);
    void *third = stw_alloc(1, 8);
    CU_ASSERT_PTR_NOT_NULL(first);
    CU_ASSERT_PTR_NULL(second);
    CU_ASSERT_PTR_NOT_NULL(third);
    CU_ASSERT_TRUE(stw_memory_failed());
    stw_memory_fail_at(0);
    stw_free(first);
    stw_free(third);
}

static void arena_keeps_what_it_gave(void)
{
    struct stw_arena arena;
    stw_arena_init(&arena);
    uint64_t state = 1;
    enum { COUNT = 3000 };
    static unsigned char *blocks[COUNT];
    static size_t sizes[COUNT];
    for (int i = 0; i < COUNT; i++) {
        sizes[i] = stw_test_random(&state) % (i % 500 == 0 ? 200000 : 300);
        blocks[i] = stw_arena_alloc(&arena, sizes[i], 1);
        CU_ASSERT_PTR_NOT_NULL_FATAL(blocks[i]);
        CU_ASSERT_EQUAL((uintptr_t)blocks[i] % 16, 0);
        memset(blocks[i], i & 0xff, sizes[i]);
    }
    for (int i = 0; i < COUNT; i++)
        for (size_t at = 0; at < sizes[i]; at++)
            if (blocks[i][at] != (i & 0xff)) {
                STW_EXPECT(false, "block %d was overwritten at %zu", i, at);
                return;
            }
    stw_arena_clear(&arena);
    char *text = stw_arena_printf(&arena, "%s %d", "after clear", 7);
    CU_ASSERT_STRING_EQUAL(text, "after clear 7");
    stw_arena_release(&arena);
}

static void buffer_fails_once_and_says_so(void)
{
    struct stw_buffer buffer;
    struct stw_error err = {0};
    stw_buffer_init(&buffer);
    stw_buffer_add_text(&buffer, "abc");
    stw_buffer_printf(&buffer, "-%05d", 42);
    CU_ASSERT_TRUE(stw_slice_is(stw_buffer_slice(&buffer), "abc-00042"));
    CU_ASSERT_EQUAL(stw_buffer_status(&buffer, &err), STW_OK);
    stw_memory_fail_at(1);
    char large[4096] = {0};
    stw_buffer_add(&buffer, large, sizeof(large));
    stw_memory_fail_at(0);
    stw_buffer_add_text(&buffer, "x");
    CU_ASSERT_EQUAL(buffer.size, 9);
    CU_ASSERT_EQUAL(stw_buffer_status(&buffer, &err), STW_ERR_MEMORY);
    stw_buffer_release(&buffer);
}

STW_SUITE(memory, {"refuses overflowing sizes", refuses_overflowing_sizes},
          {"fails the nth allocation once", fails_the_nth_allocation_once},
          {"arena keeps what it gave", arena_keeps_what_it_gave},
          {"buffer fails once and says so", buffer_fails_once_and_says_so});
