/* Checksums (libxxhash) and the interning set; see hash.h. */
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/hash.h"

#include "base/memory.h"

uint64_t stw_hash64(const void *bytes, size_t size, uint64_t seed)
{
    return XXH3_64bits_withSeed(bytes, size, seed);
}

static struct stw_hash128 halves(XXH128_hash_t hash)
{
    struct stw_hash128 result = {hash.low64, hash.high64};
    return result;
}

struct stw_hash128 stw_hash128(const void *bytes, size_t size)
{
    return halves(XXH3_128bits(bytes, size));
}

struct stw_hash_stream {
    XXH3_state_t *state;
};

struct stw_hash_stream *stw_hash_stream_create(void)
{
    struct stw_hash_stream *stream = stw_alloc(1, sizeof(*stream));
    if (stream == NULL)
        return NULL;
    stream->state = XXH3_createState();
    if (stream->state == NULL) {
        stw_free(stream);
        return NULL;
    }
    XXH3_128bits_reset(stream->state);
    return stream;
}

void stw_hash_stream_add(struct stw_hash_stream *stream, const void *bytes, size_t size)
{
    XXH3_128bits_update(stream->state, bytes, size);
}

struct stw_hash128 stw_hash_stream_digest(const struct stw_hash_stream *stream)
{
    return halves(XXH3_128bits_digest(stream->state));
}

void stw_hash_stream_free(struct stw_hash_stream *stream)
{
    if (stream == NULL)
        return;
    XXH3_freeState(stream->state);
    stw_free(stream);
}

void stw_intern_init(struct stw_intern *set)
{
    memset(set, 0, sizeof(*set));
    stw_arena_init(&set->arena);
}

void stw_intern_release(struct stw_intern *set)
{
    stw_arena_release(&set->arena);
    stw_free(set->words);
    stw_free(set->hashes);
    stw_free(set->slots);
    memset(set, 0, sizeof(*set));
}

void stw_intern_clear(struct stw_intern *set)
{
    stw_arena_clear(&set->arena);
    if (set->slots != NULL)
        memset(set->slots, 0, set->slot_count * sizeof(*set->slots));
    set->count = 0;
}

/* The slot holding `word`, or the empty slot where it belongs. The table is never full. */
static uint32_t slot_of(const struct stw_intern *set, struct stw_slice word, uint64_t hash)
{
    uint32_t mask = set->slot_count - 1;
    uint32_t slot = (uint32_t)hash & mask;
    while (set->slots[slot] != 0) {
        uint32_t number = set->slots[slot] - 1;
        if (set->hashes[number] == hash && stw_slice_equal(set->words[number], word))
            break;
        slot = (slot + 1) & mask;
    }
    return slot;
}

static bool grow_slots(struct stw_intern *set)
{
    uint32_t slot_count = set->slot_count == 0 ? 64 : set->slot_count * 2;
    uint32_t *slots = stw_alloc_zero(slot_count, sizeof(*slots));
    if (slots == NULL)
        return false;
    for (uint32_t number = 0; number < set->count; number++) {
        uint32_t slot = (uint32_t)set->hashes[number] & (slot_count - 1);
        while (slots[slot] != 0)
            slot = (slot + 1) & (slot_count - 1);
        slots[slot] = number + 1;
    }
    stw_free(set->slots);
    set->slots = slots;
    set->slot_count = slot_count;
    return true;
}

bool stw_intern_add(struct stw_intern *set, struct stw_slice word, uint32_t *number, bool *added)
{
    if (set->count + set->count / 2 >= set->slot_count && !grow_slots(set))
        return false;
    uint64_t hash = stw_hash64(word.data, word.size, 0);
    uint32_t slot = slot_of(set, word, hash);
    if (added != NULL)
        *added = set->slots[slot] == 0;
    if (set->slots[slot] == 0) {
        if (!stw_reserve((void **)&set->words, &set->words_capacity, set->count + 1u,
                         sizeof(*set->words)) ||
            !stw_reserve((void **)&set->hashes, &set->hashes_capacity, set->count + 1u,
                         sizeof(*set->hashes)))
            return false;
        struct stw_slice copy = stw_arena_copy(&set->arena, word);
        if (copy.data == NULL)
            return false;
        set->words[set->count] = copy;
        set->hashes[set->count] = hash;
        set->slots[slot] = ++set->count;
    }
    *number = set->slots[slot] - 1;
    return true;
}

uint32_t stw_intern_find(const struct stw_intern *set, struct stw_slice word)
{
    if (set->count == 0)
        return STW_INTERN_NONE;
    uint32_t slot = slot_of(set, word, stw_hash64(word.data, word.size, 0));
    return set->slots[slot] == 0 ? STW_INTERN_NONE : set->slots[slot] - 1;
}

void stw_intern_truncate(struct stw_intern *set, uint32_t count)
{
    /* Last in, first out: no word was placed after the one removed, so none has probed past its
     * slot (growing the table places words in the order of their numbers, too). */
    while (set->count > count) {
        uint32_t last = set->count - 1;
        uint32_t mask = set->slot_count - 1;
        uint32_t slot = (uint32_t)set->hashes[last] & mask;
        while (set->slots[slot] != last + 1)
            slot = (slot + 1) & mask;
        set->slots[slot] = 0;
        set->count = last;
    }
}
