/* The index of a segment, page by page; see segment_index.h. */
#include "segment/segment_index.h"

#include "segment/segment_load.h"

#include "base/memory.h"

/* ---- The cache ------------------------------------------------------------------------------- */

void stw_index_cache_init(struct stw_index_cache *cache, size_t most_bytes)
{
    memset(cache, 0, sizeof(*cache));
    pthread_mutex_init(&cache->mutex, NULL);
    stw_buffer_init(&cache->frame);
    cache->most_bytes = most_bytes;
    cache->limit_bytes = STW_INDEX_CACHE_BYTES < most_bytes ? STW_INDEX_CACHE_BYTES : most_bytes;
}

void stw_index_cache_release(struct stw_index_cache *cache)
{
    assert(cache->used_bytes == 0); /* the readers are closed */
    stw_decoder_free(cache->decoder);
    stw_buffer_release(&cache->frame);
    pthread_mutex_destroy(&cache->mutex);
    memset(cache, 0, sizeof(*cache));
}

/* Among those nobody uses, as the newest. */
static void enlist(struct stw_index_cache *cache, struct stw_index_page *page)
{
    page->older = cache->newest;
    page->newer = NULL;
    *(page->older == NULL ? &cache->oldest : &page->older->newer) = page;
    cache->newest = page;
}

static void unlist(struct stw_index_cache *cache, struct stw_index_page *page)
{
    *(page->older == NULL ? &cache->oldest : &page->older->newer) = page->newer;
    *(page->newer == NULL ? &cache->newest : &page->newer->older) = page->older;
}

static void drop_page(struct stw_index_cache *cache, struct stw_index_page *page)
{
    cache->used_bytes -= page->size_bytes;
    stw_free(page->memory);
    page->memory = NULL;
    page->blocks = NULL;
}

static void keep_limit(struct stw_index_cache *cache)
{
    while (cache->oldest != NULL && cache->used_bytes > cache->limit_bytes) {
        struct stw_index_page *oldest = cache->oldest;
        unlist(cache, oldest);
        drop_page(cache, oldest);
    }
}

/* ---- Pages ----------------------------------------------------------------------------------- */

/* For the blocks of a page and their statistics, which come first: they ask for more alignment.
 * NULL: memory. */
static struct stw_column_statistics *give_memory(struct stw_index_cache *cache,
                                                 struct stw_index_page *page, uint32_t column_count)
{
    size_t statistics_bytes =
        (size_t)page->count * column_count * sizeof(struct stw_column_statistics);
    page->size_bytes = statistics_bytes + page->count * sizeof(*page->blocks);
    page->memory = stw_alloc(page->size_bytes, 1);
    if (page->memory == NULL)
        return NULL;
    page->blocks = (struct stw_segment_block *)(void *)((char *)page->memory + statistics_bytes);
    cache->used_bytes += page->size_bytes;
    return page->memory;
}

/* Reads and decodes a page; one whose count is 0 is met for the first time and may have up to
 * `most` blocks. The mutex is held. */
static int load_page(struct stw_segment_reader *reader, struct stw_index_page *page, uint32_t most,
                     struct stw_error *err)
{
    struct stw_index_cache *cache = reader->cache;
    struct stw_slice body;
    uint32_t count;
    if (cache->decoder == NULL && (cache->decoder = stw_decoder_create()) == NULL)
        return stw_fail_memory(err, sizeof(*page));
    int status =
        stw_segment_load_frame(reader, STW_FRAME_INDEX, page->where, &cache->frame, &body, err);
    if (status == STW_ERR_MEMORY)
        stw_buffer_release(&cache->frame); /* it would remember */
    STW_TRY(status);
    STW_TRY(stw_index_page_count(body, &count, err));
    if (page->count == 0 && count > most)
        return stw_fail(err, STW_ERR_DAMAGED, "the index has more blocks than the footer");
    if (page->count != 0 && page->count != count)
        return stw_fail(err, STW_ERR_DAMAGED, "a page of the index has changed");
    if (page->count == 0) /* once: it is looked at without the mutex from then on */
        page->count = count;
    struct stw_column_statistics *statistics = give_memory(cache, page, reader->spec.column_count);
    if (statistics == NULL)
        return stw_fail_memory(err, page->size_bytes);
    status = stw_index_page_decode(cache->decoder, body, &reader->spec, page->blocks, statistics,
                                   count, err);
    if (status != STW_OK)
        drop_page(cache, page);
    return status;
}

/* For a page that was let go too early. */
static void grow(struct stw_index_cache *cache, size_t bytes)
{
    size_t left = cache->most_bytes - cache->limit_bytes;
    cache->limit_bytes += bytes < left ? bytes : left;
}

static int hold_page(struct stw_segment_reader *reader, struct stw_index_page *page,
                     struct stw_error *err)
{
    struct stw_index_cache *cache = reader->cache;
    int status = STW_OK;
    pthread_mutex_lock(&cache->mutex);
    if (page->blocks == NULL) {
        status = load_page(reader, page, 0, err);
        if (status == STW_OK && page->was_held)
            grow(cache, page->size_bytes);
    } else if (page->holders == 0) {
        unlist(cache, page);
    }
    if (status == STW_OK) {
        page->was_held = true;
        page->holders++;
        keep_limit(cache);
    }
    pthread_mutex_unlock(&cache->mutex);
    if (status == STW_ERR_DAMAGED)
        stw_error_where(err, "%s", reader->file.path);
    return status;
}

static void let_go(struct stw_segment_reader *reader, struct stw_index_page *page)
{
    struct stw_index_cache *cache = reader->cache;
    pthread_mutex_lock(&cache->mutex);
    assert(page->holders > 0);
    if (--page->holders == 0) {
        enlist(cache, page);
        keep_limit(cache);
    }
    pthread_mutex_unlock(&cache->mutex);
}

/* ---- Opening --------------------------------------------------------------------------------- */

/* The blocks met so far lie in order, between header and footer, inside what the footer says. */
struct walk {
    uint64_t end; /* of the last one */
    uint64_t rows;
    uint32_t blocks;
    uint32_t series_last; /* of the last one */
    int64_t time_last_ns;
};

static bool follows(const struct stw_segment_reader *reader, const struct stw_segment_block *block,
                    struct walk *walk)
{
    const struct stw_segment_info *info = &reader->footer.info;
    bool first = walk->blocks == 0;
    if (block->offset < walk->end || block->offset > reader->trailer.footer_offset ||
        block->size_bytes > reader->trailer.footer_offset - block->offset ||
        (first && block->series_first != info->series_first) ||
        (!first && block->series_first < walk->series_last) ||
        (!first && block->series_first == walk->series_last &&
         block->time_first_ns < walk->time_last_ns) ||
        block->time_min_ns < info->time_min_ns || block->time_max_ns > info->time_max_ns)
        return false;
    *walk = (struct walk){.end = block->offset + block->size_bytes,
                          .rows = walk->rows + block->rows,
                          .blocks = walk->blocks + 1,
                          .series_last = block->series_last,
                          .time_last_ns = block->time_last_ns};
    return true;
}

/* Decodes a page for the first time and notes what finding blocks takes. */
static int meet_page(struct stw_segment_reader *reader, struct stw_index_page *page,
                     struct walk *walk, struct stw_error *err)
{
    struct stw_index_cache *cache = reader->cache;
    STW_TRY(load_page(reader, page, reader->footer.info.block_count - walk->blocks, err));
    page->first = walk->blocks;
    page->series_first = page->blocks[0].series_first;
    page->time_min_ns = page->blocks[0].time_min_ns;
    for (uint32_t i = 0; i < page->count; i++) {
        if (!follows(reader, &page->blocks[i], walk)) {
            drop_page(cache, page);
            return stw_fail(err, STW_ERR_DAMAGED, "the index contradicts itself or the footer");
        }
    }
    page->series_last = walk->series_last;
    page->time_last_ns = walk->time_last_ns;
    reader->page_count++;
    enlist(cache, page);
    if (cache->used_bytes > cache->limit_bytes) { /* the first pages are wanted first */
        unlist(cache, page);
        drop_page(cache, page);
    }
    return STW_OK;
}

static int meet_pages(struct stw_segment_reader *reader, struct stw_error *err)
{
    const struct stw_segment_info *info = &reader->footer.info;
    const struct stw_extents *extents = &reader->footer.index_pages;
    struct walk walk = {.end = reader->header_size_bytes};
    reader->pages = stw_alloc_zero(extents->count, sizeof(*reader->pages));
    if (reader->pages == NULL)
        return stw_fail_memory(err, extents->count * sizeof(*reader->pages));
    for (size_t i = 0; i < extents->count; i++) {
        reader->index_offset = extents->items[i].offset;
        reader->pages[i].where = extents->items[i];
        STW_TRY(meet_page(reader, &reader->pages[i], &walk, err));
    }
    if (walk.blocks != info->block_count || walk.rows != info->rows ||
        walk.series_last != info->series_last)
        return stw_fail(err, STW_ERR_DAMAGED, "the index contradicts itself or the footer");
    return STW_OK;
}

int stw_segment_load_index(struct stw_segment_reader *reader, struct stw_error *err)
{
    struct stw_index_cache *cache = reader->cache;
    pthread_mutex_lock(&cache->mutex);
    int status = meet_pages(reader, err);
    pthread_mutex_unlock(&cache->mutex);
    if (cache == &reader->own_cache) { /* nothing will be decoded again */
        stw_decoder_free(cache->decoder);
        cache->decoder = NULL;
        stw_buffer_release(&cache->frame);
    }
    return status;
}

void stw_segment_release_index(struct stw_segment_reader *reader)
{
    struct stw_index_cache *cache = reader->cache;
    pthread_mutex_lock(&cache->mutex);
    for (uint32_t i = 0; i < reader->page_count; i++) {
        struct stw_index_page *page = &reader->pages[i];
        assert(page->holders == 0);
        if (page->blocks == NULL)
            continue;
        unlist(cache, page);
        drop_page(cache, page);
    }
    pthread_mutex_unlock(&cache->mutex);
    stw_free(reader->pages);
    reader->pages = NULL;
    reader->page_count = 0;
}

/* ---- Finding --------------------------------------------------------------------------------- */

static bool ends_before(uint32_t series_last, int64_t time_last_ns, uint32_t series,
                        int64_t time_ns)
{
    return series_last < series || (series_last == series && time_last_ns < time_ns);
}

/* The first page whose last block does not end before; page_count when there is none. */
static uint32_t find_page(const struct stw_segment_reader *reader, uint32_t series, int64_t time_ns)
{
    uint32_t low = 0, high = reader->page_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct stw_index_page *page = &reader->pages[middle];
        if (ends_before(page->series_last, page->time_last_ns, series, time_ns))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* In a page that has such a block. */
static uint32_t find_block(const struct stw_index_page *page, uint32_t series, int64_t time_ns)
{
    uint32_t low = 0, high = page->count - 1;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct stw_segment_block *block = &page->blocks[middle];
        if (ends_before(block->series_last, block->time_last_ns, series, time_ns))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The page of a block that exists. */
static uint32_t page_of(const struct stw_segment_reader *reader, uint32_t number)
{
    uint32_t low = 0, high = reader->page_count - 1;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (reader->pages[middle].first + reader->pages[middle].count <= number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct stw_segment_block *stw_segment_reader_block(const struct stw_segment_reader *reader,
                                                         uint32_t block)
{
    assert(block < reader->footer.info.block_count && reader->cache == &reader->own_cache);
    const struct stw_index_page *page = &reader->pages[page_of(reader, block)];
    return &page->blocks[block - page->first];
}

uint32_t stw_segment_reader_find(const struct stw_segment_reader *reader, uint32_t series,
                                 int64_t time_ns)
{
    assert(reader->cache == &reader->own_cache);
    uint32_t number = find_page(reader, series, time_ns);
    if (number == reader->page_count)
        return reader->footer.info.block_count;
    const struct stw_index_page *page = &reader->pages[number];
    return page->first + find_block(page, series, time_ns);
}

/* ---- Places ---------------------------------------------------------------------------------- */

void stw_segment_place_leave(struct stw_segment_place *place)
{
    if (place->page != NULL)
        let_go(place->reader, place->page);
    *place = (struct stw_segment_place){.reader = NULL};
}

/* Holds the page with that number; page_count stands for the end. */
static int go_to_page(struct stw_segment_place *place, struct stw_segment_reader *reader,
                      uint32_t number, struct stw_error *err)
{
    struct stw_index_page *page = number < reader->page_count ? &reader->pages[number] : NULL;
    if (page != NULL && place->page == page)
        return STW_OK;
    stw_segment_place_leave(place);
    if (page != NULL)
        STW_TRY(hold_page(reader, page, err));
    *place = (struct stw_segment_place){
        .reader = reader, .page = page, .number = reader->footer.info.block_count};
    return STW_OK;
}

static void stand_at(struct stw_segment_place *place, uint32_t in_page)
{
    place->number = place->page->first + in_page;
    place->block = &place->page->blocks[in_page];
}

int stw_segment_place_find(struct stw_segment_place *place, struct stw_segment_reader *reader,
                           uint32_t series, int64_t time_ns, struct stw_error *err)
{
    STW_TRY(go_to_page(place, reader, find_page(reader, series, time_ns), err));
    if (place->page != NULL)
        stand_at(place, find_block(place->page, series, time_ns));
    return STW_OK;
}

int stw_segment_place_go(struct stw_segment_place *place, struct stw_segment_reader *reader,
                         uint32_t number, struct stw_error *err)
{
    const struct stw_index_page *page = place->page;
    bool is_end = number == reader->footer.info.block_count;
    assert(number <= reader->footer.info.block_count);
    if (page == NULL || place->reader != reader || number < page->first ||
        number - page->first >= page->count)
        STW_TRY(
            go_to_page(place, reader, is_end ? reader->page_count : page_of(reader, number), err));
    if (place->page != NULL)
        stand_at(place, number - place->page->first);
    return STW_OK;
}

bool stw_segment_place_next(const struct stw_segment_place *place, uint32_t *series_first,
                            int64_t *time_min_ns)
{
    if (place->block == NULL)
        return false;
    const struct stw_index_page *page = place->page;
    if (place->number + 1 < page->first + page->count) {
        *series_first = place->block[1].series_first;
        *time_min_ns = place->block[1].time_min_ns;
        return true;
    }
    if (place->number + 1 == place->reader->footer.info.block_count)
        return false;
    *series_first = page[1].series_first;
    *time_min_ns = page[1].time_min_ns;
    return true;
}
