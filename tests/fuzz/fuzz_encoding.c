/*
 * Any bytes in any encoding: the first byte picks it, the second the size of the pieces. Whatever
 * the pieces, the same comes out; it is UTF-8 but for the mark of what is invalid. Telling the
 * encoding gives one, or a question.
 */
#include "text/encoding.h"

#include "base/buffer.h"
#include "text/width.h"

#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct stw_transcoder *decoders[STW_ENCODING_COUNT];

static void decode(struct stw_transcoder *decoder, struct stw_slice bytes, size_t piece,
                   struct stw_buffer *out)
{
    size_t at = 0, end = 0;
    char room[STW_TRANSCODER_ROOM_MIN + 5];
    stw_transcoder_reset(decoder);
    do {
        size_t used, got;
        end = bytes.size - end < piece ? bytes.size : end + piece;
        do {
            stw_transcoder_run(decoder, (struct stw_slice){bytes.data + at, end - at},
                               end == bytes.size, &used, room, sizeof(room), &got);
            at += used;
            stw_buffer_add(out, room, got);
        } while (got > 0);
        assert(end - at < 4);
    } while (end < bytes.size);
    assert(at == bytes.size);
}

static void check_text(struct stw_slice text)
{
    while (text.size > 0) {
        size_t valid = stw_utf8_valid_size(text);
        assert(valid == text.size || text.data[valid] == '\xFF');
        size_t step = valid < text.size ? valid + 1 : valid;
        text.data += step;
        text.size -= step;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct stw_encoding_guess guess = {STW_ENCODING_UNKNOWN, ""};
    struct stw_error err;
    if (size < 2)
        return 0;
    struct stw_slice bytes = {(const char *)data + 2, size - 2};
    int status = stw_encoding_detect(bytes, data[1] % 2 == 0, &guess, &err);
    assert(status == STW_OK ? guess.why[0] != '\0' : err.hint[0] != '\0');
    unsigned from = STW_ENCODING_UTF16LE + data[0] % (STW_ENCODING_COUNT - STW_ENCODING_UTF16LE);
    if (decoders[from] == NULL &&
        stw_transcoder_create(&decoders[from], (enum stw_encoding)from, &err) < 0)
        return 0;
    struct stw_buffer whole, pieces;
    stw_buffer_init(&whole);
    stw_buffer_init(&pieces);
    decode(decoders[from], bytes, bytes.size + 1, &whole);
    decode(decoders[from], bytes, 1 + data[1] % 9, &pieces);
    assert(stw_slice_equal(stw_buffer_slice(&whole), stw_buffer_slice(&pieces)));
    check_text(stw_buffer_slice(&whole));
    stw_buffer_release(&whole);
    stw_buffer_release(&pieces);
    return 0;
}
