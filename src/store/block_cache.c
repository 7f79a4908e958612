/* Decoded blocks, the least recently used one replaced; see block_cache.h. */
#include "store/block_cache.h"

#include "base/memory.h"

void stw_block_cache_init(struct stw_block_cache *cache)
{
    memset(cache, 0, sizeof(*cache));
}

void stw_block_cache_release(struct stw_block_cache *cache)
{
    for (uint32_t i = 0; i < cache->slot_count; i++) {
        stw_block_release(&cache->slots[i]->data);
        stw_free(cache->slots[i]);
    }
    stw_free(cache->slots);
    memset(cache, 0, sizeof(*cache));
}

static struct stw_block_slot *new_slot(struct stw_block_cache *cache)
{
    if (!stw_reserve((void **)&cache->slots, &cache->slot_capacity, cache->slot_count + 1u,
                     sizeof(struct stw_block_slot *)))
        return NULL;
    struct stw_block_slot *slot = stw_alloc_zero(1, sizeof(*slot));
    if (slot == NULL)
        return NULL;
    stw_block_init(&slot->data);
    cache->slots[cache->slot_count++] = slot;
    return slot;
}

/* A slot that holds the block already, or else one to decode it into; NULL: memory. */
static struct stw_block_slot *choose_slot(struct stw_block_cache *cache,
                                          const struct stw_segment_ref *ref, uint32_t block)
{
    struct stw_block_slot *oldest = NULL;
    for (uint32_t i = 0; i < cache->slot_count; i++) {
        struct stw_block_slot *slot = cache->slots[i];
        if (slot->ref == ref && slot->block == block)
            return slot;
        if (slot->pins == 0 && (oldest == NULL || slot->used_at < oldest->used_at))
            oldest = slot;
    }
    if (oldest == NULL || cache->slot_count < STW_BLOCK_CACHE_SLOTS)
        return new_slot(cache);
    return oldest;
}

int stw_block_cache_get(struct stw_block_cache *cache, const struct stw_segment_ref *ref,
                        struct stw_segment_reader *reader, uint32_t block, const uint32_t *wanted,
                        uint32_t wanted_count, struct stw_block_slot **out, struct stw_error *err)
{
    struct stw_block_slot *slot = choose_slot(cache, ref, block);
    if (slot == NULL)
        return stw_fail_memory(err, sizeof(*slot));
    if (slot->ref != ref || slot->block != block) {
        slot->ref = NULL;
        STW_TRY(stw_segment_reader_read(reader, block, wanted, wanted_count, &slot->data, err));
        slot->ref = ref;
        slot->block = block;
        cache->blocks_read++;
        cache->bytes_read += stw_segment_reader_block(reader, block)->size_bytes;
    }
    slot->pins++;
    slot->used_at = ++cache->uses;
    *out = slot;
    return STW_OK;
}

void stw_block_cache_put(struct stw_block_slot *slot)
{
    assert(slot->pins > 0);
    slot->pins--;
}
