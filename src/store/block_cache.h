/*
 * Decoded blocks of one merge: a block that many short series share is decoded once and not once a
 * series. So many blocks are kept as there are segments to merge, for each of them may have one
 * that is shared, within limits; only those in use at the same time can be more.
 *
 * That is enough while series come in the order of their ids. In order of keys, shared blocks are
 * come back to: each that is no longer there is given a place of its own, as long as a share of the
 * store's memory lasts that all its merges have in common. Where all blocks of the segments fit,
 * each is decoded twice at most; where they do not, about one look in (blocks / blocks kept) finds
 * its block there.
 */
#ifndef STW_STORE_BLOCK_CACHE_H
#define STW_STORE_BLOCK_CACHE_H

#include "segment/segment_index.h"
#include "store/state.h"

#include <stdatomic.h>

enum {
    STW_BLOCK_CACHE_SLOTS_MIN = 8,
    STW_BLOCK_CACHE_SLOTS_MAX = 512,  /* without that share */
    STW_BLOCK_CACHE_MEMORY_SHARE = 4, /* a quarter of the store's memory */
    STW_BLOCK_CACHE_BUCKETS = 1024
};

struct stw_block_slot {
    struct stw_block_slot *next; /* in its bucket */
    const struct stw_segment_ref *ref;
    uint32_t block;
    uint32_t pins;
    bool single; /* what it holds is of one series */
    uint64_t used_at;
    struct stw_block data;
};

struct stw_block_cache {
    struct stw_block_slot **slots;
    size_t slot_capacity;
    uint32_t slot_count;
    uint32_t slot_limit;
    struct stw_block_slot *buckets[STW_BLOCK_CACHE_BUCKETS]; /* by segment and block */
    atomic_size_t *left_bytes;                               /* of the store; */
    size_t taken_bytes;                                      /* out of it */
    bool comes_back;             /* some block did: series do not come in the order of their ids */
    struct stw_decoder *decoder; /* of all of them */
    uint64_t uses;
    uint64_t blocks_read;
    uint64_t bytes_read;
};

/* A block of a segment, and its columns to be decoded: the same ones each time. */
struct stw_block_source {
    const struct stw_segment_ref *ref;
    const struct stw_segment_place *place; /* of the block */
    const uint32_t *wanted;
    uint32_t wanted_count;
    bool comes_back; /* it was decoded before */
};

/* `left_bytes` is the store's, for all its merges. */
void stw_block_cache_init(struct stw_block_cache *cache, uint32_t segment_count,
                          atomic_size_t *left_bytes);
void stw_block_cache_release(struct stw_block_cache *cache);

/* The block of the source, decoded now or before. Pinned until put back; its data stays until the
 * next get. *slot goes in as the slot that was handed out last for this source, or NULL. */
int stw_block_cache_get(struct stw_block_cache *cache, const struct stw_block_source *source,
                        struct stw_block_slot **slot, struct stw_error *err) STW_CHECKED;
void stw_block_cache_put(struct stw_block_slot *slot);

#endif
