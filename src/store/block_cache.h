/*
 * Decoded blocks of one merge: a block that many short series share is decoded once and not once a
 * series. A fixed number of blocks is kept; only those in use at the same time can be more.
 */
#ifndef STW_STORE_BLOCK_CACHE_H
#define STW_STORE_BLOCK_CACHE_H

#include "store/state.h"

enum { STW_BLOCK_CACHE_SLOTS = 32 };

struct stw_block_slot {
    const struct stw_segment_ref *ref;
    uint32_t block;
    uint32_t pins;
    uint64_t used_at;
    struct stw_block data;
};

struct stw_block_cache {
    struct stw_block_slot **slots;
    size_t slot_capacity;
    uint32_t slot_count;
    uint64_t uses;
    uint64_t blocks_read;
    uint64_t bytes_read;
};

void stw_block_cache_init(struct stw_block_cache *cache);
void stw_block_cache_release(struct stw_block_cache *cache);

/* A block with the columns wanted[0..wanted_count), decoded now or before; the same columns must
 * be asked for each time. Pinned until put back; its data stays until the next get. */
int stw_block_cache_get(struct stw_block_cache *cache, const struct stw_segment_ref *ref,
                        struct stw_segment_reader *reader, uint32_t block, const uint32_t *wanted,
                        uint32_t wanted_count, struct stw_block_slot **out,
                        struct stw_error *err) STW_CHECKED;
void stw_block_cache_put(struct stw_block_slot *slot);

#endif
