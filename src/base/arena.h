/*
 * An arena: memory for one load, query or batch, released all at once.
 *
 * Blocks of at least 64 KiB are chained; an allocation is a pointer bump. Nothing inside is freed
 * by itself. Memory is 16-byte aligned. Not safe for use by two threads at once.
 */
#ifndef STW_BASE_ARENA_H
#define STW_BASE_ARENA_H

#include "base/slice.h"

#include <stddef.h>

struct stw_arena_block;

struct stw_arena {
    struct stw_arena_block *head; /* the block allocations come from */
    size_t used_bytes;            /* in the head block */
    size_t total_bytes;           /* of all blocks, for limits and `info` */
};

void stw_arena_init(struct stw_arena *arena);
void stw_arena_release(struct stw_arena *arena);

/* Forgets every allocation and keeps the largest block for reuse. */
void stw_arena_clear(struct stw_arena *arena);

/* NULL when memory is out or count * size overflows; contents are not set. */
void *stw_arena_alloc(struct stw_arena *arena, size_t count, size_t size_bytes)
    __attribute__((warn_unused_result));
void *stw_arena_zero(struct stw_arena *arena, size_t count, size_t size_bytes)
    __attribute__((warn_unused_result));

/* Copies; the copy of a slice is also NUL-terminated. data == NULL on failure. */
struct stw_slice stw_arena_copy(struct stw_arena *arena, struct stw_slice text);
char *stw_arena_string(struct stw_arena *arena, const char *text)
    __attribute__((warn_unused_result));
char *stw_arena_printf(struct stw_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3), warn_unused_result));

#define STW_ARENA_NEW(arena, type)          ((type *)stw_arena_zero((arena), 1, sizeof(type)))
#define STW_ARENA_ARRAY(arena, type, count) ((type *)stw_arena_zero((arena), (count), sizeof(type)))

#endif
