/*
 * What a report was made from, besides the rows: a text of one line each, which a named snapshot
 * keeps. Made again now, it says what is different from then.
 *
 *     program 0.1.0
 *     registry generation 7
 *     rules 5c1f0c6b9a3e77d2
 *     tariffs 91d3ab51c80e2f44
 *     calendars 0000000000000000
 *     zone Asia/Shanghai 3f6e1a0b5d2c4e88a1b2c3d4e5f60718
 *
 * Hashes are XXH3: of the files of the pack, of its tariffs and calendars as they were understood,
 * and of the zone files of the system. All zeros: there are none.
 */
#ifndef STW_API_SNAPSHOT_PINS_H
#define STW_API_SNAPSHOT_PINS_H

#include "rule/pack.h"
#include "store/view.h"

/* Appends the lines. `pack` may be NULL: then there are neither rules, tariffs nor calendars, and
 * the zone is the store's. */
int stw_snapshot_pins(const struct stw_view *view, const struct stw_pack *pack,
                      struct stw_buffer *out, struct stw_error *err) STW_CHECKED;

/* The lines of `old` that are not among those of `now`, one at a time: *at starts at 0. False when
 * there are no more. */
bool stw_snapshot_pins_differ(struct stw_slice old, struct stw_slice now, size_t *at,
                              struct stw_slice *line);

/*
 * Names what the view sees, for a report made from it. A snapshot of that name from the same rows
 * (those of the table alerts, which a run adds itself, left aside) and the same pins is used again;
 * where the name stands for something else, the name gets a number: 2026-10.2. The store must be
 * open to write and the view its latest. `name` has room for STW_STORE_SNAPSHOT_NAME_MAX + 1.
 */
int stw_snapshot_publish(struct stw_store *store, const struct stw_view *view,
                         const struct stw_pack *pack, const char *wanted, char *name,
                         struct stw_error *err) STW_CHECKED;

#endif
