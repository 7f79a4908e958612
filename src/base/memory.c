/* Heap wrappers; see memory.h. */
#include "base/memory.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static _Atomic uint64_t countdown;
static _Atomic bool fired;

static bool must_fail(void)
{
    /* The plain load keeps the common path free of a locked instruction. */
    if (atomic_load_explicit(&countdown, memory_order_relaxed) == 0)
        return false;
    if (atomic_fetch_sub(&countdown, 1) != 1)
        return false;
    atomic_store(&fired, true);
    return true;
}

void *stw_alloc(size_t count, size_t size_bytes)
{
    size_t total;
    if (__builtin_mul_overflow(count, size_bytes, &total) || must_fail())
        return NULL;
    return malloc(total == 0 ? 1 : total);
}

void *stw_alloc_zero(size_t count, size_t size_bytes)
{
    if (must_fail())
        return NULL;
    return calloc(count == 0 ? 1 : count, size_bytes == 0 ? 1 : size_bytes);
}

void *stw_realloc(void *block, size_t count, size_t size_bytes)
{
    size_t total;
    if (__builtin_mul_overflow(count, size_bytes, &total) || must_fail())
        return NULL;
    return realloc(block, total == 0 ? 1 : total);
}

void stw_free(void *block)
{
    free(block);
}

bool stw_reserve(void **block, size_t *capacity, size_t needed, size_t size_bytes)
{
    if (needed <= *capacity)
        return true;
    size_t wanted = *capacity + *capacity / 2;
    if (wanted < needed)
        wanted = needed;
    if (wanted < 16)
        wanted = 16;
    void *grown = stw_realloc(*block, wanted, size_bytes);
    if (grown == NULL)
        return false;
    *block = grown;
    *capacity = wanted;
    return true;
}

void stw_memory_fail_at(uint64_t nth)
{
    atomic_store(&fired, false);
    atomic_store(&countdown, nth);
}

bool stw_memory_failed(void)
{
    return atomic_load(&fired);
}
