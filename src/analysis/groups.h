/*
 * Items put into groups by a key text: orders by vendor, meters by building. Groups are numbered in
 * byte order of their names, which is the order of all output.
 */
#ifndef STW_ANALYSIS_GROUPS_H
#define STW_ANALYSIS_GROUPS_H

#include "base/arena.h"
#include "base/error.h"
#include "base/slice.h"

#include <stdint.h>

struct stw_groups {
    const struct stw_slice *names; /* ascending; the bytes are those of the keys handed in */
    uint32_t count;
    const uint32_t *of;      /* the group of item i */
    const uint32_t *members; /* items by group, ascending within one ... */
    const uint32_t *starts;  /* ... group g: members[starts[g] .. starts[g + 1]) */
};

/* keys == NULL puts everything into one group named "". */
int stw_groups_build(const struct stw_slice *keys, uint32_t count, struct stw_arena *arena,
                     struct stw_groups *groups, struct stw_error *err) STW_CHECKED;

/* The same from group numbers below group_count; groups without items stay. Names are empty. */
int stw_groups_number(const uint32_t *of, uint32_t count, uint32_t group_count,
                      struct stw_arena *arena, struct stw_groups *groups,
                      struct stw_error *err) STW_CHECKED;

#endif
