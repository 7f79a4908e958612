/*
 * Word streams: a list of byte strings, plain or under zstd, whichever is smaller.
 *
 * Bytes: varint number of words, u8 kind (0 plain, 1 zstd), with zstd the varint size it unfolds
 * to, then for every word its varint size and its bytes.
 */
#include "codec/context.h"

enum { KIND_PLAIN = 0, KIND_ZSTD = 1 };

void stw_words_encode(struct stw_encoder *encoder, const struct stw_slice *words, uint32_t count,
                      struct stw_buffer *out)
{
    struct stw_buffer *plain = &encoder->trial[STW_LEVEL_OUTLIERS];
    struct stw_buffer *compressed = &encoder->compressed;
    stw_buffer_clear(plain);
    stw_buffer_clear(compressed);
    for (uint32_t i = 0; i < count; i++)
        stw_put_bytes(plain, words[i]);
    assert(plain->size <= STW_CODEC_WORDS_SIZE_MAX);
    stw_put_varint(out, count);
    stw_put_varint(compressed, plain->size);
    bool smaller = stw_zstd_compress(encoder, stw_buffer_slice(plain), compressed) &&
                   compressed->size < plain->size;
    stw_put_u8(out, smaller ? KIND_ZSTD : KIND_PLAIN);
    stw_buffer_add_slice(out, stw_buffer_slice(smaller ? compressed : plain));
    out->failed |= plain->failed || compressed->failed;
}

bool stw_words_count(struct stw_slice in, uint32_t *count)
{
    struct stw_reader reader;
    stw_reader_init(&reader, in.data, in.size);
    uint64_t claimed = stw_get_varint(&reader);
    *count = (uint32_t)claimed;
    return !reader.failed && claimed <= STW_CODEC_WORDS_SIZE_MAX;
}

bool stw_words_decode(struct stw_decoder *decoder, struct stw_slice in, size_t size_max,
                      struct stw_buffer *text, struct stw_slice *words, uint32_t count)
{
    struct stw_reader reader;
    stw_reader_init(&reader, in.data, in.size);
    bool count_fits = stw_get_varint(&reader) == count;
    uint8_t kind = stw_get_u8(&reader);
    if (reader.failed || !count_fits || kind > KIND_ZSTD)
        return false;
    if (kind == KIND_ZSTD) {
        uint64_t size = stw_get_varint(&reader);
        if (reader.failed || size > size_max)
            return false;
        stw_buffer_clear(text);
        char *room = stw_buffer_room(text, (size_t)size + 1);
        if (room == NULL ||
            !stw_zstd_decompress(decoder, stw_get_raw(&reader, stw_reader_left(&reader)), room,
                                 (size_t)size))
            return false;
        stw_reader_init(&reader, room, (size_t)size);
    }
    for (uint32_t i = 0; i < count; i++)
        words[i] = stw_get_bytes(&reader);
    return !reader.failed && stw_reader_left(&reader) == 0;
}
