/* Bump allocation in chained blocks; see arena.h. */
#include "base/arena.h"

#include "base/memory.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { FIRST_BLOCK_BYTES = 64 * 1024, LARGEST_GROWTH_BYTES = 8 * 1024 * 1024, ALIGNMENT = 16 };

struct stw_arena_block {
    struct stw_arena_block *next;
    size_t size_bytes; /* of data[] */
    _Alignas(ALIGNMENT) unsigned char data[];
};

void stw_arena_init(struct stw_arena *arena)
{
    memset(arena, 0, sizeof(*arena));
}

static void free_chain(struct stw_arena_block *block)
{
    while (block != NULL) {
        struct stw_arena_block *next = block->next;
        stw_free(block);
        block = next;
    }
}

void stw_arena_release(struct stw_arena *arena)
{
    free_chain(arena->head);
    memset(arena, 0, sizeof(*arena));
}

void stw_arena_clear(struct stw_arena *arena)
{
    if (arena->head == NULL)
        return;
    /* Blocks only grow along the chain, save for one-off big ones; the head is a good one to keep.
     */
    free_chain(arena->head->next);
    arena->head->next = NULL;
    arena->total_bytes = arena->head->size_bytes;
    arena->used_bytes = 0;
}

static bool add_block(struct stw_arena *arena, size_t needed)
{
    size_t size = FIRST_BLOCK_BYTES;
    if (arena->head != NULL) {
        size = arena->head->size_bytes * 2;
        if (size > LARGEST_GROWTH_BYTES)
            size = LARGEST_GROWTH_BYTES;
    }
    if (size < needed)
        size = needed;
    if (size > SIZE_MAX - sizeof(struct stw_arena_block))
        return false;
    struct stw_arena_block *block = stw_alloc(1, sizeof(*block) + size);
    if (block == NULL)
        return false;
    block->next = arena->head;
    block->size_bytes = size;
    arena->head = block;
    arena->used_bytes = 0;
    arena->total_bytes += size;
    return true;
}

void *stw_arena_alloc(struct stw_arena *arena, size_t count, size_t size_bytes)
{
    size_t total;
    if (__builtin_mul_overflow(count, size_bytes, &total) || total > SIZE_MAX - ALIGNMENT)
        return NULL;
    total = (total + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (arena->head == NULL || arena->head->size_bytes - arena->used_bytes < total) {
        if (!add_block(arena, total))
            return NULL;
    }
    void *result = arena->head->data + arena->used_bytes;
    arena->used_bytes += total;
    return result;
}

void *stw_arena_zero(struct stw_arena *arena, size_t count, size_t size_bytes)
{
    void *block = stw_arena_alloc(arena, count, size_bytes);
    if (block != NULL)
        memset(block, 0, count * size_bytes);
    return block;
}

struct stw_slice stw_arena_copy(struct stw_arena *arena, struct stw_slice text)
{
    struct stw_slice copy = {NULL, 0};
    char *bytes = stw_arena_alloc(arena, text.size + 1, 1);
    if (bytes == NULL)
        return copy;
    if (text.size > 0)
        memcpy(bytes, text.data, text.size);
    bytes[text.size] = '\0';
    copy.data = bytes;
    copy.size = text.size;
    return copy;
}

char *stw_arena_string(struct stw_arena *arena, const char *text)
{
    return (char *)stw_arena_copy(arena, stw_slice_of(text)).data;
}

char *stw_arena_printf(struct stw_arena *arena, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int size = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = size < 0 ? NULL : stw_arena_alloc(arena, (size_t)size + 1, 1);
    if (text != NULL)
        vsnprintf(text, (size_t)size + 1, format, again);
    va_end(again);
    return text;
}
