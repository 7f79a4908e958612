/*
 * Series: the key tuples of one table, numbered 0, 1, 2 ... in order of first arrival.
 *
 * A key is its components joined by a NUL byte; components contain no NUL, so that comparing keys
 * as bytes compares component by component. That byte order is the order of all output; ids are
 * dense so that arrays can be indexed by them, and mean nothing else.
 *
 * Ownership: keys handed out belong to the series and stay until the store is closed.
 * Threads: look-ups may run in parallel with each other, not with additions (see store.h).
 */
#ifndef STW_STORE_SERIES_H
#define STW_STORE_SERIES_H

#include "base/buffer.h"
#include "base/hash.h"
#include "store/schema.h"

enum { STW_KEY_SIZE_MAX = 4096 }; /* bytes of a joined key */

#define STW_SERIES_NONE STW_INTERN_NONE

/* The series of one table as a view sees them: the first `count` of the store's. */
struct stw_series {
    const struct stw_table *table;
    const struct stw_intern *keys;
    uint32_t count;
};

/* STW_SERIES_NONE when there is none (or none yet, in an older view). */
uint32_t stw_series_find(const struct stw_series *series, struct stw_slice key);

static inline struct stw_slice stw_series_key(const struct stw_series *series, uint32_t id)
{
    return series->keys->words[id];
}

/* All ids, or `ids` themselves, sorted by key bytes. `ids` has room for `count`. */
void stw_series_sort(const struct stw_series *series, uint32_t *ids, uint32_t count);

/* Replaces `out` by the joined key. STW_ERR_INPUT for a NUL inside, STW_ERR_LIMIT for the size. */
int stw_key_join(struct stw_buffer *out, const struct stw_slice *parts, uint32_t count,
                 struct stw_error *err) STW_CHECKED;

/* The components, pointing into `key`; returns how many there are, of which at most `room` are
 * stored. */
uint32_t stw_key_split(struct stw_slice key, struct stw_slice *parts, uint32_t room);

/* Component `index`, or an empty slice. */
struct stw_slice stw_key_part(struct stw_slice key, uint32_t index);

#endif
