/* Decoded blocks, the least recently used one replaced; see block_cache.h. */
#include "store/block_cache.h"

#include "base/memory.h"
#include "codec/codec.h"

void stw_block_cache_init(struct stw_block_cache *cache, uint32_t segment_count)
{
    memset(cache, 0, sizeof(*cache));
    cache->slot_limit = segment_count + 1;
    if (cache->slot_limit < STW_BLOCK_CACHE_SLOTS_MIN)
        cache->slot_limit = STW_BLOCK_CACHE_SLOTS_MIN;
    if (cache->slot_limit > STW_BLOCK_CACHE_SLOTS_MAX)
        cache->slot_limit = STW_BLOCK_CACHE_SLOTS_MAX;
}

void stw_block_cache_release(struct stw_block_cache *cache)
{
    for (uint32_t i = 0; i < cache->slot_count; i++) {
        stw_block_release(&cache->slots[i]->data);
        stw_free(cache->slots[i]);
    }
    stw_free(cache->slots);
    stw_decoder_free(cache->decoder);
    memset(cache, 0, sizeof(*cache));
}

static struct stw_block_slot *new_slot(struct stw_block_cache *cache)
{
    if (!stw_reserve((void **)&cache->slots, &cache->slot_capacity, cache->slot_count + 1u,
                     sizeof(struct stw_block_slot *)))
        return NULL;
    if (cache->decoder == NULL && (cache->decoder = stw_decoder_create()) == NULL)
        return NULL;
    struct stw_block_slot *slot = stw_alloc_zero(1, sizeof(*slot));
    if (slot == NULL)
        return NULL;
    stw_block_init(&slot->data);
    if (!stw_block_share(&slot->data, cache->decoder)) {
        stw_free(slot);
        return NULL;
    }
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
    if (oldest == NULL || cache->slot_count < cache->slot_limit)
        return new_slot(cache);
    return oldest;
}

static int fill(struct stw_block_cache *cache, const struct stw_block_source *source,
                uint32_t block, struct stw_block_slot *slot, struct stw_error *err)
{
    slot->ref = NULL;
    STW_TRY(stw_segment_reader_read(source->reader, block, source->wanted, source->wanted_count,
                                    &slot->data, err));
    slot->ref = source->ref;
    slot->block = block;
    cache->blocks_read++;
    cache->bytes_read += stw_segment_reader_block(source->reader, block)->size_bytes;
    return STW_OK;
}

int stw_block_cache_get(struct stw_block_cache *cache, const struct stw_block_source *source,
                        uint32_t block, struct stw_block_slot **slot, struct stw_error *err)
{
    struct stw_block_slot *chosen = *slot; /* slots stay where they are until the end */
    if (chosen == NULL || chosen->ref != source->ref || chosen->block != block)
        chosen = choose_slot(cache, source->ref, block);
    if (chosen == NULL)
        return stw_fail_memory(err, sizeof(*chosen));
    if (chosen->ref != source->ref || chosen->block != block)
        STW_TRY(fill(cache, source, block, chosen, err));
    chosen->pins++;
    chosen->used_at = ++cache->uses;
    *slot = chosen;
    return STW_OK;
}

void stw_block_cache_put(struct stw_block_slot *slot)
{
    assert(slot->pins > 0);
    slot->pins--;
}
