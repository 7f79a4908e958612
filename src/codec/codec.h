/*
 * Codecs: columns of at most 8,192 values to bytes and back, bit for bit. Four kinds of stream:
 * integers, floats, presence (which rows have a value) and words (a dictionary). The bytes are
 * described in segment/FORMAT.md.
 *
 * Encoding picks the method by its exact size. It cannot fail but for memory, which the output
 * buffer remembers. Callers that write to disk decode what they got and compare.
 *
 * Decoding trusts nothing: it is given the stream's bytes and the number of values, and returns
 * false unless the bytes are exactly one valid stream of that many values. Then the output's
 * content is unspecified; nothing outside it was touched.
 *
 * An encoder or decoder is the working memory of one thread.
 */
#ifndef STW_CODEC_CODEC_H
#define STW_CODEC_CODEC_H

#include "base/buffer.h"
#include "base/slice.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    STW_CODEC_VALUES_MAX = 8192,
    STW_CODEC_WORDS_SIZE_MAX = 64 << 20 /* bytes of one stream of words, before compression */
};

struct stw_encoder;
struct stw_decoder;

/* Byte planes are compressed at `zstd_level` and taken only where smaller than the other forms by
 * more than `planes_gain_percent`; 100: neither they nor bins, which spares the trials; 5 or less:
 * other trials take longer too. NULL: memory. */
struct stw_encoder *stw_encoder_create(int zstd_level, unsigned planes_gain_percent)
    __attribute__((warn_unused_result));
void stw_encoder_free(struct stw_encoder *encoder);

struct stw_decoder *stw_decoder_create(void) __attribute__((warn_unused_result));
void stw_decoder_free(struct stw_decoder *decoder);

/* Integers; count 0 is an empty stream. */
void stw_integers_encode(struct stw_encoder *encoder, const int64_t *values, uint32_t count,
                         struct stw_buffer *out);
bool stw_integers_decode(struct stw_decoder *decoder, struct stw_slice in, int64_t *values,
                         uint32_t count) __attribute__((warn_unused_result));

/* Whether a stream of at least one value is coded as one value over and over; then *value is it. */
bool stw_integers_constant(struct stw_slice in, int64_t *value) __attribute__((warn_unused_result));

/* The values times `factor`, modulo 2^64. */
bool stw_integers_decode_scaled(struct stw_decoder *decoder, struct stw_slice in, int64_t factor,
                                int64_t *values, uint32_t count)
    __attribute__((warn_unused_result));

/* Floats, every bit pattern kept: NaN payloads, -0, denormals. */
void stw_floats_encode(struct stw_encoder *encoder, const double *values, uint32_t count,
                       struct stw_buffer *out);
bool stw_floats_decode(struct stw_decoder *decoder, struct stw_slice in, double *values,
                       uint32_t count) __attribute__((warn_unused_result));

/* Bytes of 0 and 1. */
void stw_presence_encode(struct stw_encoder *encoder, const uint8_t *present, uint32_t count,
                         struct stw_buffer *out);
bool stw_presence_decode(struct stw_decoder *decoder, struct stw_slice in, uint8_t *present,
                         uint32_t count) __attribute__((warn_unused_result));

/* Byte strings; any count. Their sizes together must be below STW_CODEC_WORDS_SIZE_MAX less five
 * bytes a word. */
void stw_words_encode(struct stw_encoder *encoder, const struct stw_slice *words, uint32_t count,
                      struct stw_buffer *out);

/* The number of words a stream claims to hold, for sizing `words`; false: not a stream. */
bool stw_words_count(struct stw_slice in, uint32_t *count) __attribute__((warn_unused_result));

/* The words point into `text`, which is cleared and filled, or into `in`. Refuses streams that
 * would unfold to more than `size_max` bytes. */
bool stw_words_decode(struct stw_decoder *decoder, struct stw_slice in, size_t size_max,
                      struct stw_buffer *text, struct stw_slice *words, uint32_t count)
    __attribute__((warn_unused_result));

/* What an integer stream was coded as ("constant", "packed deltas", ...), for benches and `info`.
 */
const char *stw_integers_method(struct stw_slice in);

#endif
