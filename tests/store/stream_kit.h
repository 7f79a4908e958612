/*
 * Numbered batches for tests of streams: which rows batch n has follows from n, and what a store
 * holds is read back as a list of batches. Two of three batches are readings, the third is faults,
 * whose identity is all columns.
 */
#ifndef STW_TESTS_STREAM_KIT_H
#define STW_TESTS_STREAM_KIT_H

#include "store/memtable.h"
#include "store/view.h"

enum { SKIT_ROWS_MAX = 4, SKIT_BATCHES_MAX = 4096 };

/* Small journal files, flushes only when asked for. */
struct stw_store_options skit_options(const struct stw_io *io);

int skit_append(struct stw_store *store, uint32_t number, enum stw_durability durability,
                struct stw_error *err) STW_CHECKED;

/* A new store, its path into path[300], with the batches 0 .. count-1 streamed into it; flushed
 * after so many of them, rising. */
void skit_build(char *path, uint32_t count, const uint32_t *flushes, unsigned flush_count);

/* Which batches are visible: each whole or not there at all, each row once; else the test fails. */
void skit_visible(struct stw_store *store, bool there[SKIT_BATCHES_MAX]);

/* Whether a finding is more than that an append was interrupted. */
bool skit_is_damage(const char *finding);

/* Opens to write, flushes, and reads: the batches must be 0 .. n-1 without a gap; n. */
uint32_t skit_recover(const char *path);

#endif
