/* Items put into groups; see groups.h. Sorting item numbers by key needs no hash table and gives
 * the order of output at once. */
#include "analysis/groups.h"

#include <assert.h>
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
    uint32_t *members = STW_ARENA_ARRAY(arena, uint32_t, count);
    uint32_t *starts = STW_ARENA_ARRAY(arena, uint32_t, (size_t)count + 2);
    struct stw_slice *names = STW_ARENA_ARRAY(arena, struct stw_slice, (size_t)count + 1);
    if (of == NULL || members == NULL || starts == NULL || names == NULL)
        return stw_fail_memory(err, (count + 1ul) * sizeof(*names));
    for (uint32_t i = 0; i < count; i++)
        members[i] = i;
    *groups = (struct stw_groups){names, 0, of, members, starts};
    if (keys == NULL) {
        names[0] = STW_SLICE("");
        groups->count = 1;
    } else {
        qsort_r(members, count, sizeof(*members), compare_keys, (void *)keys);
        for (uint32_t i = 0; i < count; i++) {
            struct stw_slice key = keys[members[i]];
            if (groups->count == 0 || !stw_slice_equal(names[groups->count - 1], key)) {
                starts[groups->count] = i;
                names[groups->count++] = key;
            }
            of[members[i]] = groups->count - 1;
        }
    }
    starts[groups->count] = count;
    return STW_OK;
}

int stw_groups_number(const uint32_t *of, uint32_t count, uint32_t group_count,
                      struct stw_arena *arena, struct stw_groups *groups, struct stw_error *err)
{
    uint32_t *members = STW_ARENA_ARRAY(arena, uint32_t, count);
    uint32_t *starts = STW_ARENA_ARRAY(arena, uint32_t, (size_t)group_count + 2);
    struct stw_slice *names = STW_ARENA_ARRAY(arena, struct stw_slice, group_count);
    if (members == NULL || starts == NULL || names == NULL)
        return stw_fail_memory(err, (group_count + 1ul) * sizeof(*names));
    for (uint32_t i = 0; i < count; i++) {
        assert(of[i] < group_count);
        starts[of[i] + 2]++;
    }
    for (uint32_t g = 2; g <= group_count; g++)
        starts[g] += starts[g - 1];
    for (uint32_t i = 0; i < count; i++) /* starts[g + 1] runs from the start of g to its end */
        members[starts[of[i] + 1]++] = i;
    *groups = (struct stw_groups){names, group_count, of, members, starts};
    return STW_OK;
}
