/*
 * Who is measured by whom: parents by the latest rows, children as lists. Parents that lead back to
 * where they started (A under B under A) say nothing about what is part of what: such devices are
 * in no list of children, and stw_registry_check names them.
 */
#include "base/memory.h"
#include "store/registry_inside.h"

#include <stdlib.h>

/* The code of the latest parent of an entry, or STW_REGISTRY_NO_CODE. */
static uint32_t parent_code(const struct stw_registry_node *node)
{
    const struct stw_registry_row *row = stw_registry_row_at(node, INT64_MAX);
    return row == NULL ? (uint32_t)STW_REGISTRY_NO_CODE : row->text[STW_ATTRIBUTE_PARENT];
}

/* The parent of each device: of its own row, else of the first channel that has one. */
static int find_parents(struct stw_registry *registry, struct stw_error *err)
{
    registry->parents = STW_ARENA_ARRAY(&registry->arena, uint32_t, registry->count);
    registry->circular = STW_ARENA_ARRAY(&registry->arena, uint8_t, registry->count);
    if (registry->parents == NULL || registry->circular == NULL)
        return stw_fail_memory(err, registry->count * sizeof(uint32_t));
    uint32_t device = 0;
    for (uint32_t i = 0; i < registry->count; i++) {
        const struct stw_registry_node *node = &registry->nodes[i];
        uint32_t code = parent_code(node);
        registry->parents[i] = UINT32_MAX;
        if (node->as_seen.channel.size == 0)
            device = i;
        if (code != STW_REGISTRY_NO_CODE && registry->parents[device] == UINT32_MAX)
            registry->parents[device] =
                stw_registry_find(registry, registry->values.words[code - 1], STW_SLICE(""));
    }
    return STW_OK;
}

/* Follows parents once from every device. A walk that meets its own steps has found a circle. */
static int find_circles(struct stw_registry *registry, struct stw_error *err)
{
    uint32_t *walk = stw_alloc_zero(registry->count, sizeof(*walk)); /* that passed here; 0: none */
    if (walk == NULL)
        return stw_fail_memory(err, registry->count * sizeof(*walk));
    for (uint32_t start = 0; start < registry->count; start++) {
        uint32_t at = start;
        while (at != UINT32_MAX && walk[at] == 0) {
            walk[at] = start + 1;
            at = registry->parents[at];
        }
        if (at == UINT32_MAX || walk[at] != start + 1)
            continue;
        for (; !registry->circular[at]; at = registry->parents[at])
            registry->circular[at] = 1;
    }
    stw_free(walk);
    return STW_OK;
}

static int compare_children(const void *a, const void *b)
{
    const struct stw_registry_child *left = a, *right = b;
    if (left->parent != right->parent)
        return left->parent < right->parent ? -1 : 1;
    return (left->entry > right->entry) - (left->entry < right->entry);
}

static int list_children(struct stw_registry *registry, struct stw_error *err)
{
    registry->children =
        STW_ARENA_ARRAY(&registry->arena, struct stw_registry_child, registry->count);
    registry->child_entries = STW_ARENA_ARRAY(&registry->arena, uint32_t, registry->count);
    if (registry->children == NULL || registry->child_entries == NULL)
        return stw_fail_memory(err, registry->count * sizeof(*registry->children));
    uint32_t device = 0;
    for (uint32_t i = 0; i < registry->count; i++) {
        uint32_t code = parent_code(&registry->nodes[i]);
        if (registry->nodes[i].as_seen.channel.size == 0)
            device = i;
        if (code != STW_REGISTRY_NO_CODE && !registry->circular[device])
            registry->children[registry->child_count++] = (struct stw_registry_child){code, i};
    }
    qsort(registry->children, registry->child_count, sizeof(*registry->children), compare_children);
    for (uint32_t i = 0; i < registry->child_count; i++)
        registry->child_entries[i] = registry->children[i].entry;
    return STW_OK;
}

int stw_registry_make_tree(struct stw_registry *registry, struct stw_error *err)
{
    STW_TRY(find_parents(registry, err));
    STW_TRY(find_circles(registry, err));
    return list_children(registry, err);
}

uint32_t stw_registry_children(const struct stw_registry *registry, struct stw_slice device,
                               const uint32_t **out)
{
    uint32_t number = stw_intern_find(&registry->values, device);
    if (number == STW_INTERN_NONE)
        return 0;
    uint32_t first = 0, high = registry->child_count;
    while (first < high) {
        uint32_t middle = first + (high - first) / 2;
        if (registry->children[middle].parent < number + 1)
            first = middle + 1;
        else
            high = middle;
    }
    uint32_t end = first;
    while (end < registry->child_count && registry->children[end].parent == number + 1)
        end++;
    *out = registry->child_entries + first;
    return end - first;
}
