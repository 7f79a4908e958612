/*
 * Key pages: which series are in the file and the key of each. Pages stand between the blocks, so
 * the writer's memory is bounded and salvage finds them without a footer.
 */
#include "segment/format.h"

#include "base/memory.h"

void stw_key_page_encode(struct stw_encoder *encoder, const int64_t *series,
                         const struct stw_slice *keys, uint32_t count, struct stw_buffer *out)
{
    struct stw_buffer ids;
    stw_buffer_init(&ids);
    stw_integers_encode(encoder, series, count, &ids);
    stw_put_varint(out, count);
    stw_put_bytes(out, stw_buffer_slice(&ids));
    out->failed |= ids.failed;
    stw_words_encode(encoder, keys, count, out);
    stw_buffer_release(&ids);
}

struct key_page {
    int64_t *series;
    struct stw_slice *keys;
    struct stw_buffer text;
    uint32_t count;
};

static int decode(struct stw_decoder *decoder, struct stw_slice body, struct key_page *page,
                  struct stw_error *err)
{
    struct stw_reader reader;
    stw_reader_init(&reader, body.data, body.size);
    uint64_t count = stw_get_varint(&reader);
    struct stw_slice ids = stw_get_bytes(&reader);
    struct stw_slice words = stw_get_raw(&reader, stw_reader_left(&reader));
    if (reader.failed || count == 0 || count > STW_KEY_PAGE_KEYS)
        return stw_fail(err, STW_ERR_DAMAGED, "a page of series keys is damaged");
    page->count = (uint32_t)count;
    page->series = stw_alloc(page->count, sizeof(*page->series));
    page->keys = stw_alloc(page->count, sizeof(*page->keys));
    if (page->series == NULL || page->keys == NULL)
        return stw_fail_memory(err, page->count * sizeof(*page->keys));
    size_t size_max = STW_KEY_PAGE_BYTES + STW_SEGMENT_KEY_SIZE_MAX + 4 * STW_KEY_PAGE_KEYS;
    if (stw_integers_decode(decoder, ids, page->series, page->count) &&
        stw_words_decode(decoder, words, size_max, &page->text, page->keys, page->count))
        return STW_OK;
    if (page->text.failed)
        return stw_fail_memory(err, size_max);
    return stw_fail(err, STW_ERR_DAMAGED, "a page of series keys cannot be decoded");
}

int stw_key_page_decode(struct stw_decoder *decoder, struct stw_slice body, int64_t *last_series,
                        stw_segment_key_fn *each, void *context, struct stw_error *err)
{
    struct key_page page = {0};
    int status = decode(decoder, body, &page, err);
    for (uint32_t i = 0; i < page.count && status == STW_OK; i++) {
        if (page.series[i] <= *last_series || page.series[i] > UINT32_MAX) {
            status = stw_fail(err, STW_ERR_DAMAGED, "the series of a page of keys are in disorder");
            break;
        }
        *last_series = page.series[i];
        status = each(context, (uint32_t)page.series[i], page.keys[i]);
    }
    stw_free(page.series);
    stw_free(page.keys);
    stw_buffer_release(&page.text);
    return status < 0 ? status : STW_OK;
}
