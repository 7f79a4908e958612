/* The inside of a view, for the files of this folder. */
#ifndef STW_STORE_VIEW_INSIDE_H
#define STW_STORE_VIEW_INSIDE_H

#include "store/store_inside.h"
#include "store/view.h"

struct stw_view_table {
    struct stw_segment_ref **segments; /* within the view's list */
    uint32_t segment_count;
    uint32_t series_count;
    uint32_t *sorted; /* all ids in key order; NULL until asked for */
};

struct stw_view {
    struct stw_store *store;
    struct stw_view *next; /* in the store's list */
    uint64_t generation;
    uint64_t seen; /* the manifest's generation when the view was opened: what it pins */
    int64_t committed_ns;
    struct stw_view_table *tables;
    struct stw_segment_ref **segments; /* of all tables, table by table */
    struct stw_erasure *erasures;
    uint32_t erasure_count;
    struct stw_registry *registry; /* NULL until asked for */
};

#endif
