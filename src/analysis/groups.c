/* Items put into groups; see groups.h. Sorting item numbers by key needs no hash table and gives
 * the order of output at once. */
#include "analysis/groups.h"

#include <stdlib.h>

static int compare_keys(const void *left, const void *right, void *context)
{
    const struct stw_slice *keys = context;
    uint32_t a = *(const uint32_t *)left;
    uint32_t b = *(const uint32_t *)right;
    int order = stw_slice_compare(keys[a], keys[b]);
    if (order != 0)
        return order;
    return a < b ? -1 : a > b;
}

int stw_groups_build(const struct stw_slice *keys, uint32_t count, struct stw_arena *arena,
                     struct stw_groups *groups, struct stw_error *err)
{
    uint32_t *of = STW_ARENA_ARRAY(arena, uint32_t, count);
    uint32_t *sorted = STW_ARENA_ARRAY(arena, uint32_t, count);
    struct stw_slice *names = STW_ARENA_ARRAY(arena, struct stw_slice, (size_t)count + 1);
    if (of == NULL || sorted == NULL || names == NULL)
        return stw_fail_memory(err, (count + 1ul) * sizeof(*names));
    *groups = (struct stw_groups){names, 1, of};
    names[0] = STW_SLICE("");
    if (keys == NULL)
        return STW_OK;
    for (uint32_t i = 0; i < count; i++)
        sorted[i] = i;
    qsort_r(sorted, count, sizeof(*sorted), compare_keys, (void *)keys);
    groups->count = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct stw_slice key = keys[sorted[i]];
        if (groups->count == 0 || !stw_slice_equal(names[groups->count - 1], key))
            names[groups->count++] = key;
        of[sorted[i]] = groups->count - 1;
    }
    return STW_OK;
}
