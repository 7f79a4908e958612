/* The working memory of codecs, private to codec/: scratch arrays and zstd contexts. */
#ifndef STW_CODEC_CONTEXT_H
#define STW_CODEC_CONTEXT_H

#include "base/bits.h"
#include "codec/bins.h"
#include "codec/codec.h"
#include "codec/prediction.h"

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

/*
 * How deep streams nest. An integer stream of one level may hold streams of higher levels only, so
 * decoding recurses at most three deep and every level has its own scratch.
 */
enum stw_stream_level {
    STW_LEVEL_OUTLIERS, /* every method */
    STW_LEVEL_RUNS,     /* not outliers */
    STW_LEVEL_PLAIN     /* neither outliers nor runs nor grid */
};

/* A few values kept apart from a stream: where they are and what they are. */
struct stw_exceptions {
    uint32_t count;
    int64_t places[STW_CODEC_VALUES_MAX];
    int64_t values[STW_CODEC_VALUES_MAX];
};

struct stw_encoder {
    int zstd_level;
    unsigned planes_gain_percent;
    struct ZSTD_CCtx_s *zstd;
    int64_t residuals[STW_CODEC_VALUES_MAX];
    int64_t left[STW_CODEC_VALUES_MAX];        /* of the residuals by a prediction */
    int64_t run_values[STW_CODEC_VALUES_MAX];  /* of a grid: numbers of steps */
    int64_t run_lengths[STW_CODEC_VALUES_MAX]; /* of a grid: remainders */
    int64_t scaled[STW_CODEC_VALUES_MAX];      /* values without their outliers */
    struct stw_exceptions exceptions;
    unsigned char planes[8 * STW_CODEC_VALUES_MAX];
    struct stw_buffer trial[3]; /* one a level: a candidate under construction */
    struct stw_buffer child[3]; /* one a level: a stream whose size goes before it */
    struct stw_buffer compressed;
    struct stw_bins_encoder bins;
};

struct stw_decoder {
    struct ZSTD_DCtx_s *zstd;
    int64_t run_values[STW_CODEC_VALUES_MAX];  /* of a grid: numbers of steps */
    int64_t run_lengths[STW_CODEC_VALUES_MAX]; /* of a grid: remainders */
    struct stw_exceptions exceptions;
    unsigned char planes[8 * STW_CODEC_VALUES_MAX];
    struct stw_bins_decoder bins;
};

void stw_integers_encode_level(struct stw_encoder *encoder, const int64_t *values, uint32_t count,
                               enum stw_stream_level level, struct stw_buffer *out);
bool stw_integers_decode_level(struct stw_decoder *decoder, struct stw_slice in, int64_t *values,
                               uint32_t count, enum stw_stream_level level)
    __attribute__((warn_unused_result));

/* Appends a stream with its size before it; a failure of the one is a failure of the other. */
void stw_put_stream(struct stw_buffer *out, const struct stw_buffer *stream);

/* Exceptions: varint count, then (count > 0) places and values as plain integer streams, the places
 * with their size before them. Values take the rest of the input. */
void stw_exceptions_encode(struct stw_encoder *encoder, struct stw_buffer *out);
bool stw_exceptions_decode(struct stw_decoder *decoder, struct stw_slice in, uint32_t count_max)
    __attribute__((warn_unused_result));

/* Appends `bytes` as one zstd frame to `out`; false when that is impossible (memory: out->failed)
 * or not smaller. */
bool stw_zstd_compress(struct stw_encoder *encoder, struct stw_slice bytes, struct stw_buffer *out);

/* Exactly `size` bytes, or false. */
bool stw_zstd_decompress(struct stw_decoder *decoder, struct stw_slice in, void *bytes, size_t size)
    __attribute__((warn_unused_result));

#endif
