/*
 * A view: the store as it was at one generation. What is committed later does not show in it.
 *
 * Ownership: a view keeps the store; close all views before the store. What it hands out stays
 * until stw_view_close.
 * Threads: several threads may read one view at once, after stw_view_registry was called once
 * where they need the registry.
 */
#ifndef STW_STORE_VIEW_H
#define STW_STORE_VIEW_H

#include "store/merge.h"
#include "store/registry.h"
#include "store/store.h"

struct stw_view;

/* `as_of` is a snapshot's name; NULL: the latest generation. A store opened to read looks for newer
 * commits of other processes first. STW_ERR_NOT_FOUND: no such snapshot. */
int stw_view_open(struct stw_store *store, const char *as_of, struct stw_view **out,
                  struct stw_error *err) STW_CHECKED;
void stw_view_close(struct stw_view *view); /* NULL is fine */

struct stw_store *stw_view_store(const struct stw_view *view);
const struct stw_schema *stw_view_schema(const struct stw_view *view);
struct stw_slice stw_view_zone(const struct stw_view *view);
uint64_t stw_view_generation(const struct stw_view *view);

/* When the youngest commit in it was made: the only clock of a report. 0 for an empty store. */
int64_t stw_view_committed_ns(const struct stw_view *view);

/* The generation of the last commit or erasure the view sees that changed the table; 0: none did.
 */
uint64_t stw_view_changed_at(const struct stw_view *view, const struct stw_table *table);

struct stw_series stw_view_series(const struct stw_view *view, const struct stw_table *table);

/* All ids of a table in key order, sorted at the first call. */
int stw_view_sorted(struct stw_view *view, const struct stw_table *table, const uint32_t **ids,
                    uint32_t *count, struct stw_error *err) STW_CHECKED;

/* The registry as of this view, read at the first call. */
int stw_view_registry(struct stw_view *view, const struct stw_registry **out,
                      struct stw_error *err) STW_CHECKED;

/* What the store holds of a table, for `info`; rows are counted as stored (history included). */
struct stw_table_info {
    uint32_t segments;
    uint32_t series;
    uint64_t rows;
    uint64_t bytes;
    int64_t time_min_ns; /* of all rows, both included; min > max when there are none */
    int64_t time_max_ns;
};
struct stw_table_info stw_view_table_info(const struct stw_view *view,
                                          const struct stw_table *table);

/* A merge over those rows of the view alone that were committed after `since`, the generation of a
 * named snapshot: what came late. */
int stw_view_merge_later(const struct stw_view *view, const struct stw_table *table,
                         const uint32_t *columns, uint32_t column_count, uint64_t since,
                         struct stw_merge **out, struct stw_error *err) STW_CHECKED;

/* Whether compaction has put commits after `since` together: which one of them brought a row is not
 * kept then, for a segment knows the range of its commits and no row its own. */
bool stw_view_merged_later(const struct stw_view *view, uint64_t since);

/* The erased ranges the view knows of, oldest first. */
const struct stw_erasure *stw_view_erasures(const struct stw_view *view, uint32_t *count);

/* A merge over a table's segments in this view; `history`: every row as it was stored. */
int stw_view_merge(const struct stw_view *view, const struct stw_table *table,
                   const uint32_t *columns, uint32_t column_count, bool history,
                   struct stw_merge **out, struct stw_error *err) STW_CHECKED;

#endif
