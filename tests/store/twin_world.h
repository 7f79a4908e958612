/* A store and its plain twin, filled with the same random rows. */
#ifndef STW_TESTS_TWIN_WORLD_H
#define STW_TESTS_TWIN_WORLD_H

#include "twin.h"

struct twin_world {
    struct stw_store *store;
    const struct stw_table *table;
    struct twin twin;
    struct stw_batch batch;
    bool erases; /* commits begin by erasing ranges, every other one */
};

/* Fails the test, and ends it, unless status is STW_OK. */
void twin_ok(int status, const struct stw_error *err, const char *what);

/* A new store in a fresh folder; its path goes into path[300]. */
void twin_world_open(struct twin_world *world, enum stw_identity identity, const char *partition,
                     uint32_t series_count, size_t memory_bytes, uint64_t seed, char *path);
void twin_world_close(struct twin_world *world);

uint32_t twin_world_id(struct stw_commit *commit, const struct twin_world *world, uint32_t series);

/* One commit of random rows to both, its counts compared; one random erasure. */
void twin_world_commit(struct twin_world *world, uint32_t rows, int64_t spread_ns);
void twin_world_erase(struct twin_world *world, int64_t spread_ns);

/* What a view of the store gives must be what the twin gives. */
void twin_world_compare(struct twin_world *world, const char *as_of, int64_t from_ns, int64_t to_ns,
                        bool history, const char *what);
void twin_world_compare_with(struct twin_world *world, const struct twin *twin, const char *as_of,
                             int64_t from_ns, int64_t to_ns, bool history, const char *what);

#endif
