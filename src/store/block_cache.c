/* Decoded blocks, the least recently used one replaced; see block_cache.h. */
#include "store/block_cache.h"

#include "base/memory.h"
#include "codec/codec.h"

void stw_block_cache_init(struct stw_block_cache *cache, uint32_t segment_count,
                          atomic_size_t *left_bytes)
{
    memset(cache, 0, sizeof(*cache));
    cache->left_bytes = left_bytes;
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
    atomic_fetch_add(cache->left_bytes, cache->taken_bytes);
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

/* Times, ids and columns of a block, roughly. */
static size_t bytes_of(const struct stw_block_source *source)
{
    return (size_t)STW_RUN_ROWS_MAX * (12 + 9 * source->wanted_count);
}

/* Whether the store has memory for one more. */
static bool take_share(struct stw_block_cache *cache, size_t bytes)
{
    size_t left = atomic_load(cache->left_bytes);
    do {
        if (left < bytes)
            return false;
    } while (!atomic_compare_exchange_weak(cache->left_bytes, &left, left - bytes));
    cache->taken_bytes += bytes;
    return true;
}

static struct stw_block_slot **bucket_of(struct stw_block_cache *cache,
                                         const struct stw_segment_ref *ref, uint32_t block)
{
    uint64_t mixed = ((uint64_t)(uintptr_t)ref + block) * UINT64_C(0x9E3779B97F4A7C15);
    return &cache->buckets[(mixed >> 32) % STW_BLOCK_CACHE_BUCKETS];
}

static struct stw_block_slot *find_slot(struct stw_block_cache *cache,
                                        const struct stw_segment_ref *ref, uint32_t block)
{
    struct stw_block_slot *slot = *bucket_of(cache, ref, block);
    while (slot != NULL && (slot->ref != ref || slot->block != block))
        slot = slot->next;
    return slot;
}

/* Takes what the slot holds out of the look-up. */
static void forget(struct stw_block_cache *cache, struct stw_block_slot *slot)
{
    if (slot->ref == NULL)
        return;
    struct stw_block_slot **link = bucket_of(cache, slot->ref, slot->block);
    while (*link != slot)
        link = &(*link)->next;
    *link = slot->next;
    slot->ref = NULL;
}

/* The slot used last among those that nobody uses and that hold a block of one series. */
static struct stw_block_slot *spent_slot(const struct stw_block_cache *cache)
{
    struct stw_block_slot *latest = NULL;
    for (uint32_t i = 0; i < cache->slot_count; i++) {
        struct stw_block_slot *slot = cache->slots[i];
        if (slot->pins == 0 && slot->single && (latest == NULL || slot->used_at > latest->used_at))
            latest = slot;
    }
    return latest;
}

/* A slot to decode a block into; NULL: memory. While series come in the order of their ids a block
 * of one series is not come back to: the next one takes its place, still in the processor's cache.
 */
static struct stw_block_slot *choose_slot(struct stw_block_cache *cache,
                                          const struct stw_block_source *source)
{
    struct stw_block_slot *oldest = NULL;
    struct stw_block_slot *spent = cache->comes_back ? NULL : spent_slot(cache);
    if (spent != NULL)
        return spent;
    if (cache->slot_count < cache->slot_limit)
        return new_slot(cache);
    for (uint32_t i = 0; i < cache->slot_count; i++) {
        struct stw_block_slot *slot = cache->slots[i];
        if (slot->pins == 0 && (oldest == NULL || slot->used_at < oldest->used_at))
            oldest = slot;
    }
    if (oldest == NULL || (source->comes_back && !source->place->block->single &&
                           take_share(cache, bytes_of(source))))
        return new_slot(cache);
    return oldest;
}

static int fill(struct stw_block_cache *cache, const struct stw_block_source *source,
                struct stw_block_slot *slot, struct stw_error *err)
{
    const struct stw_segment_place *place = source->place;
    forget(cache, slot);
    STW_TRY(stw_segment_place_read(place, source->wanted, source->wanted_count, &slot->data, err));
    slot->ref = source->ref;
    slot->block = place->number;
    slot->single = place->block->single;
    struct stw_block_slot **bucket = bucket_of(cache, slot->ref, slot->block);
    slot->next = *bucket;
    *bucket = slot;
    cache->blocks_read++;
    cache->bytes_read += place->block->size_bytes;
    return STW_OK;
}

int stw_block_cache_get(struct stw_block_cache *cache, const struct stw_block_source *source,
                        struct stw_block_slot **slot, struct stw_error *err)
{
    uint32_t block = source->place->number;
    struct stw_block_slot *chosen = *slot; /* slots stay where they are until the end */
    if (chosen == NULL || chosen->ref != source->ref || chosen->block != block)
        chosen = find_slot(cache, source->ref, block);
    if (chosen == NULL) {
        cache->comes_back = cache->comes_back || source->comes_back;
        chosen = choose_slot(cache, source);
        if (chosen == NULL)
            return stw_fail_memory(err, sizeof(*chosen));
        STW_TRY(fill(cache, source, chosen, err));
    }
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
