/*
 * Any bytes as a codec stream, and any bytes as values. The first byte picks what, the next two how
 * many values. A decoder must stay inside its input and output (both are exact heap blocks), and
 * what is encoded must come back bit for bit.
 */
#include "codec/codec.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Made once: half a megabyte each, and nothing of an input stays in them. */
static struct stw_encoder *encoder;
static struct stw_decoder *decoder;

static void decode(uint8_t kind, uint32_t count, struct stw_slice in)
{
    void *out = malloc((size_t)count * sizeof(struct stw_slice) + 1);
    struct stw_buffer text;
    stw_buffer_init(&text);
    if (kind == 0)
        (void)!stw_integers_decode(decoder, in, out, count);
    else if (kind == 1)
        (void)!stw_floats_decode(decoder, in, out, count);
    else if (kind == 2 && stw_presence_decode(decoder, in, out, count))
        assert(count == 0 || ((uint8_t *)out)[count - 1] <= 1);
    else if (kind == 3 && stw_words_count(in, &count) && count <= STW_CODEC_VALUES_MAX) {
        struct stw_slice *words = malloc(count * sizeof(*words) + 1);
        uint64_t total = 0;
        if (stw_words_decode(decoder, in, 1 << 16, &text, words, count))
            for (uint32_t i = 0; i < count; i++)
                for (size_t at = 0; at < words[i].size; at++)
                    total += (unsigned char)words[i].data[at];
        assert(total <= UINT64_C(255) * (in.size + (1 << 16)));
        free(words);
    }
    stw_buffer_release(&text);
    free(out);
}

/* The same bytes as integers and as floats. */
static void encode(struct stw_slice in)
{
    size_t count = in.size / 8 < STW_CODEC_VALUES_MAX ? in.size / 8 : STW_CODEC_VALUES_MAX;
    int64_t *values = malloc(count * 8 + 1);
    int64_t *back = malloc(count * 8 + 1);
    struct stw_buffer out;
    stw_buffer_init(&out);
    memcpy(values, in.data, count * 8);
    stw_integers_encode(encoder, values, (uint32_t)count, &out);
    assert(stw_integers_decode(decoder, stw_buffer_slice(&out), back, (uint32_t)count));
    assert(memcmp(values, back, count * 8) == 0);
    stw_buffer_clear(&out);
    stw_floats_encode(encoder, (double *)(void *)values, (uint32_t)count, &out);
    assert(stw_floats_decode(decoder, stw_buffer_slice(&out), (double *)(void *)back,
                             (uint32_t)count));
    assert(memcmp(values, back, count * 8) == 0);
    stw_buffer_release(&out);
    free(values);
    free(back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (encoder == NULL)
        encoder = stw_encoder_create(1, 1);
    if (decoder == NULL)
        decoder = stw_decoder_create();
    if (size < 3 || encoder == NULL || decoder == NULL)
        return 0;
    uint32_t count = (data[1] | (uint32_t)data[2] << 8) % (STW_CODEC_VALUES_MAX + 1);
    char *exact = malloc(size - 3 + 1);
    memcpy(exact, data + 3, size - 3);
    struct stw_slice in = {exact, size - 3};
    if (data[0] % 5 == 4)
        encode(in);
    else
        decode(data[0] % 5, count, in);
    free(exact);
    return 0;
}
