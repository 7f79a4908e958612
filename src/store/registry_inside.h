/* What the files of the registry share: rows as they were read, and what was made of them. */
#ifndef STW_STORE_REGISTRY_INSIDE_H
#define STW_STORE_REGISTRY_INSIDE_H

#include "base/arena.h"
#include "store/registry.h"
#include "store/series.h"

/* Attributes that are numbers or times. */
enum stw_registry_number {
    STW_NUMBER_DIGITS,
    STW_NUMBER_STEP,
    STW_NUMBER_MULTIPLIER,
    STW_NUMBER_AREA,
    STW_NUMBER_HOUSEHOLDS,
    STW_NUMBER_IN_SERVICE,
    STW_NUMBER_OUT_OF_SERVICE,
    STW_NUMBER_CERTIFICATE,
    STW_NUMBER_CARRIED, /* those above keep their value; those below belong to one row */
    STW_NUMBER_EXCHANGE_FINAL = STW_NUMBER_CARRIED,
    STW_NUMBER_EXCHANGE_INITIAL,
    STW_NUMBER_COUNT
};

enum { STW_REGISTRY_NO_CODE = 0 };

/* A row of the devices table with what earlier rows said carried on. */
struct stw_registry_row {
    int64_t from_ns;
    uint32_t text[STW_ATTRIBUTE_COUNT]; /* 0 = not known, else number in `values` + 1 */
    struct stw_maybe_decimal number[STW_NUMBER_COUNT];
};

struct stw_registry_node {
    struct stw_registry_entry as_seen;
    struct stw_registry_row *rows; /* in order of from_ns */
    uint32_t row_count;
    const struct stw_dated_decimal *multipliers;
    uint32_t multiplier_count;
    const struct stw_exchange *exchanges;
    uint32_t exchange_count;
};

struct stw_registry_child {
    uint32_t parent; /* code of its name */
    uint32_t entry;
};

struct stw_registry {
    struct stw_arena arena;
    struct stw_intern keys;          /* device NUL channel */
    struct stw_intern values;        /* attribute texts */
    struct stw_registry_node *nodes; /* sorted by key */
    uint32_t count;
    uint32_t *places; /* by number in keys: place in nodes */
    struct stw_registry_child *children;
    uint32_t *child_entries; /* children's entries alone, in the same order */
    uint32_t child_count;
    uint32_t *parents; /* by place of a device's own entry: that of its parent, or UINT32_MAX */
    uint8_t *circular; /* by the same: its parents lead back to it */
};

/* The row in force; the first one before its time; NULL when there are none. */
const struct stw_registry_row *stw_registry_row_at(const struct stw_registry_node *node,
                                                   int64_t at_ns);

/* The node, or NULL. */
const struct stw_registry_node *stw_registry_node_of(const struct stw_registry *registry,
                                                     struct stw_slice device,
                                                     struct stw_slice channel);

/* registry_tree.c: parents, children, and the circles among them. */
int stw_registry_make_tree(struct stw_registry *registry, struct stw_error *err) STW_CHECKED;

#endif
