/* Encoder and decoder contexts, and zstd at arm's length; see context.h. */
#include "codec/context.h"

#include "base/memory.h"

#include <zstd.h>

struct stw_encoder *stw_encoder_create(int zstd_level, unsigned planes_gain_percent)
{
    struct stw_encoder *encoder = stw_alloc_zero(1, sizeof(*encoder));
    if (encoder == NULL)
        return NULL;
    encoder->zstd_level = zstd_level;
    encoder->planes_gain_percent = planes_gain_percent;
    encoder->zstd = ZSTD_createCCtx();
    if (encoder->zstd == NULL) {
        stw_free(encoder);
        return NULL;
    }
    stw_bins_encoder_init(&encoder->bins);
    /* The sizes are in our own headers already. */
    ZSTD_CCtx_setParameter(encoder->zstd, ZSTD_c_contentSizeFlag, 0);
    ZSTD_CCtx_setParameter(encoder->zstd, ZSTD_c_compressionLevel, zstd_level);
    return encoder;
}

void stw_encoder_free(struct stw_encoder *encoder)
{
    if (encoder == NULL)
        return;
    ZSTD_freeCCtx(encoder->zstd);
    for (unsigned i = 0; i < 3; i++) {
        stw_buffer_release(&encoder->trial[i]);
        stw_buffer_release(&encoder->child[i]);
    }
    stw_buffer_release(&encoder->compressed);
    stw_free(encoder);
}

struct stw_decoder *stw_decoder_create(void)
{
    struct stw_decoder *decoder = stw_alloc(1, sizeof(*decoder));
    if (decoder == NULL)
        return NULL;
    decoder->zstd = ZSTD_createDCtx();
    if (decoder->zstd == NULL) {
        stw_free(decoder);
        return NULL;
    }
    return decoder;
}

void stw_decoder_free(struct stw_decoder *decoder)
{
    if (decoder == NULL)
        return;
    ZSTD_freeDCtx(decoder->zstd);
    stw_free(decoder);
}

bool stw_zstd_compress(struct stw_encoder *encoder, struct stw_slice bytes, struct stw_buffer *out)
{
    size_t bound = ZSTD_compressBound(bytes.size);
    char *room = stw_buffer_room(out, bound);
    if (room == NULL)
        return false;
    size_t size = ZSTD_compress2(encoder->zstd, room, bound, bytes.data, bytes.size);
    if (ZSTD_isError(size) || size >= bytes.size)
        return false;
    out->size += size;
    return true;
}

bool stw_zstd_decompress(struct stw_decoder *decoder, struct stw_slice in, void *bytes, size_t size)
{
    return ZSTD_decompressDCtx(decoder->zstd, bytes, size, in.data, in.size) == size;
}

void stw_put_stream(struct stw_buffer *out, const struct stw_buffer *stream)
{
    stw_put_bytes(out, stw_buffer_slice(stream));
    out->failed |= stream->failed;
}

void stw_exceptions_encode(struct stw_encoder *encoder, struct stw_buffer *out)
{
    const struct stw_exceptions *exceptions = &encoder->exceptions;
    stw_put_varint(out, exceptions->count);
    if (exceptions->count == 0)
        return;
    struct stw_buffer *places = &encoder->child[STW_LEVEL_PLAIN];
    stw_buffer_clear(places);
    stw_integers_encode_level(encoder, exceptions->places, exceptions->count, STW_LEVEL_PLAIN,
                              places);
    stw_put_stream(out, places);
    stw_integers_encode_level(encoder, exceptions->values, exceptions->count, STW_LEVEL_PLAIN, out);
}

bool stw_exceptions_decode(struct stw_decoder *decoder, struct stw_slice in, uint32_t count_max)
{
    struct stw_exceptions *exceptions = &decoder->exceptions;
    struct stw_reader reader;
    stw_reader_init(&reader, in.data, in.size);
    uint64_t count = stw_get_varint(&reader);
    if (reader.failed || count > count_max || count > STW_CODEC_VALUES_MAX)
        return false;
    exceptions->count = (uint32_t)count;
    if (count == 0)
        return stw_reader_left(&reader) == 0;
    struct stw_slice places = stw_get_bytes(&reader);
    struct stw_slice values = stw_get_raw(&reader, stw_reader_left(&reader));
    if (!stw_integers_decode_level(decoder, places, exceptions->places, exceptions->count,
                                   STW_LEVEL_PLAIN) ||
        !stw_integers_decode_level(decoder, values, exceptions->values, exceptions->count,
                                   STW_LEVEL_PLAIN))
        return false;
    int64_t previous = -1;
    for (uint32_t i = 0; i < exceptions->count; i++) {
        if (exceptions->places[i] <= previous || exceptions->places[i] >= (int64_t)count_max)
            return false;
        previous = exceptions->places[i];
    }
    return true;
}
