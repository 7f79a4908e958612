/*
 * Hashing: checksums and look-up tables. A hash only finds a candidate; keys are always compared
 * in full, so a collision costs time and never an answer.
 */
#ifndef STW_BASE_HASH_H
#define STW_BASE_HASH_H

#include "base/arena.h"
#include "base/slice.h"

#include <stdbool.h>
#include <stdint.h>

/* XXH3-64 with a seed: the checksum of blocks and records. */
uint64_t stw_hash64(const void *bytes, size_t size, uint64_t seed);

/* XXH3-128, as two halves: file identity. Streaming form below. */
struct stw_hash128 {
    uint64_t low;
    uint64_t high;
};
struct stw_hash128 stw_hash128(const void *bytes, size_t size);

struct stw_hash_stream;
struct stw_hash_stream *stw_hash_stream_create(void); /* NULL: memory */
void stw_hash_stream_add(struct stw_hash_stream *stream, const void *bytes, size_t size);
struct stw_hash128 stw_hash_stream_digest(const struct stw_hash_stream *stream);
void stw_hash_stream_free(struct stw_hash_stream *stream);

/*
 * A set of byte strings numbered 0, 1, 2 ... in order of first arrival: series keys, dictionary
 * words, attribute values. The bytes are copied into the set's own arena and stay put until
 * release. Not for two threads at once; look-ups alone may run in parallel.
 */
struct stw_intern {
    struct stw_arena arena;
    struct stw_slice *words; /* by number */
    uint64_t *hashes;        /* by number */
    uint32_t *slots;         /* number + 1, or 0; open addressing */
    uint32_t count;
    uint32_t slot_count; /* a power of two, or 0 */
    size_t words_capacity;
    size_t hashes_capacity;
};

#define STW_INTERN_NONE UINT32_MAX

void stw_intern_init(struct stw_intern *set);
void stw_intern_release(struct stw_intern *set);
void stw_intern_clear(struct stw_intern *set);

/* The number of `word`, adding it when new (*added tells, may be NULL). False: memory. */
bool stw_intern_add(struct stw_intern *set, struct stw_slice word, uint32_t *number, bool *added)
    __attribute__((warn_unused_result));

/* Forgets the words numbered `count` and above, the latest additions: how a failed change is
 * undone. Their bytes stay in the arena until clear or release. */
void stw_intern_truncate(struct stw_intern *set, uint32_t count);

/* The number of `word`, or STW_INTERN_NONE. */
uint32_t stw_intern_find(const struct stw_intern *set, struct stw_slice word);

#endif
