/*
 * Decoded blocks of one merge: a block that many short series share is decoded once and not once a
 * series. So many blocks are kept as there are segments to merge, for each of them may have one
 * that is shared, within limits; only those in use at the same time can be more.
 */
#ifndef STW_STORE_BLOCK_CACHE_H
#define STW_STORE_BLOCK_CACHE_H

#include "store/state.h"

enum { STW_BLOCK_CACHE_SLOTS_MIN = 32, STW_BLOCK_CACHE_SLOTS_MAX = 512 };

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
    uint32_t slot_limit;
    struct stw_decoder *decoder; /* of all of them */
    uint64_t uses;
    uint64_t blocks_read;
    uint64_t bytes_read;
};

/* A segment, and its columns to be decoded: the same ones each time. */
struct stw_block_source {
    const struct stw_segment_ref *ref;
    struct stw_segment_reader *reader;
    const uint32_t *wanted;
    uint32_t wanted_count;
};

void stw_block_cache_init(struct stw_block_cache *cache, uint32_t segment_count);
void stw_block_cache_release(struct stw_block_cache *cache);

/* A block of the source, decoded now or before. Pinned until put back; its data stays until the
 * next get. *slot goes in as the slot that was handed out last for this source, or NULL. */
int stw_block_cache_get(struct stw_block_cache *cache, const struct stw_block_source *source,
                        uint32_t block, struct stw_block_slot **slot,
                        struct stw_error *err) STW_CHECKED;
void stw_block_cache_put(struct stw_block_slot *slot);

#endif
