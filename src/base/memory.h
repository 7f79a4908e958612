/*
 * The heap, in one place: overflow-checked sizes and a switch with which a test makes the Nth
 * allocation fail. Everything that outlives an arena comes from here; nothing in the program
 * calls malloc by itself.
 *
 * Threads: all functions may be called from any thread; the failure switch is a test's only.
 */
#ifndef STW_BASE_MEMORY_H
#define STW_BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* NULL when memory is out or count * size overflows. A size of 0 gives a valid pointer. */
void *stw_alloc(size_t count, size_t size_bytes) __attribute__((malloc, warn_unused_result));
void *stw_alloc_zero(size_t count, size_t size_bytes) __attribute__((malloc, warn_unused_result));

/* As realloc: on failure returns NULL and the old block stays valid. */
void *stw_realloc(void *block, size_t count, size_t size_bytes) __attribute__((warn_unused_result));

/* NULL is fine. */
void stw_free(void *block);

/*
 * Makes *block hold at least `needed` elements, growing by half; *capacity is updated. Returns
 * false, with nothing changed, when memory is out.
 */
bool stw_reserve(void **block, size_t *capacity, size_t needed, size_t size_bytes)
    __attribute__((warn_unused_result));

/* Tests: the allocation `nth` from now (1 = the next) fails, once; 0 switches it off.
 * stw_memory_failed() tells whether it has fired since. */
void stw_memory_fail_at(uint64_t nth);
bool stw_memory_failed(void);

#endif
