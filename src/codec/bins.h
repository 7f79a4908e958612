/*
 * Binned entropy coding of integers: the range of the values is cut into bins of 2^width values;
 * which bin a value falls into is coded by tANS (Duda, arXiv:1311.2540) in as many bits as its
 * frequency deserves, its place inside the bin in `width` bits. Bins with ANS follow the idea of
 * Pcodec (Loncaric, Jeppesen, Zinberg, arXiv:2502.06112); here bins are cut by halving, so
 * that one pass finds the best of them and a few bits describe each. FORMAT.md "Bins".
 *
 * Private to codec/.
 */
#ifndef STW_CODEC_BINS_H
#define STW_CODEC_BINS_H

#include "base/bits.h"
#include "codec/codec.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    STW_BINS_MAX = 1024, /* bins of a stream */
    STW_BINS_COUNT_BITS = 10,
    STW_BINS_LOG_MIN = 4, /* log2 of the number of states */
    STW_BINS_LOG_BITS = 3,
    STW_BINS_LOG_MAX = 10, /* 16 KiB of table: half of a first-level cache */
    STW_BINS_STATES_MAX = 1 << STW_BINS_LOG_MAX,
    STW_BINS_LANES = 8,      /* interleaved states: value i belongs to state i mod 8 */
    STW_BINS_WIDTH_MAX = 45, /* with a state's 10 bits and 7 of misalignment within 64 */
    STW_BINS_CODE_MAX = 27,  /* of a weight; see stw_bins_weight() */
    STW_BINS_CODE_FIRST = 12 /* the code before the first bin's, which is a change like any other */
};

/* The bins of a stream, in ascending order. */
struct stw_bins {
    uint32_t count;
    unsigned log;                  /* 2^log states */
    uint8_t widths[STW_BINS_MAX];  /* a bin is 2^width values */
    uint8_t codes[STW_BINS_MAX];   /* of its weight, from 1 on */
    uint64_t lowers[STW_BINS_MAX]; /* its smallest value, less the base */
    uint16_t slots[STW_BINS_MAX];  /* how many of the states are its own */
};

/* The weight a code stands for: 1 2 3 4 6 8 12 16 24 ... from code 1 on, half an octave apart. */
static inline uint32_t stw_bins_weight(unsigned code)
{
    return code < 2 ? code : (2u + (code & 1)) << (code / 2 - 1);
}

/* Distributes the states among the bins by weight, at least one for each. False: more bins than
 * states, or none. */
bool stw_bins_share(struct stw_bins *bins) __attribute__((warn_unused_result));

/* owners[0 .. 2^log) = the bin of each state: each bin's slots are dealt in turn, by a step that is
 * odd, so that every state is met once and a bin's own lie far apart. */
void stw_bins_spread(const struct stw_bins *bins, uint16_t *owners);

/* ---- Encoding -------------------------------------------------------------------------------- */

struct stw_bins_encoder {
    uint64_t base; /* of the plan */
    size_t size;   /* bytes it will take, estimated */
    struct stw_bins bins;
    uint32_t counts[STW_BINS_MAX];
    uint16_t logs[STW_CODEC_VALUES_MAX + 1]; /* log2 in 1/2048; see stw_bins_encoder_init() */
    uint64_t sorted[2][STW_CODEC_VALUES_MAX];
    uint16_t bin_of[STW_CODEC_VALUES_MAX];
    uint16_t state_bits[STW_CODEC_VALUES_MAX];  /* what a value adds to the stream, ... */
    uint8_t state_widths[STW_CODEC_VALUES_MAX]; /* ... in so many bits */
};

void stw_bins_encoder_init(struct stw_bins_encoder *encoder);

/* Chooses base and bins for values; false: they do not suit. The plan is for these values only. */
bool stw_bins_plan(struct stw_bins_encoder *encoder, const int64_t *values, uint32_t count)
    __attribute__((warn_unused_result));

/* Writes the stream of the last plan. */
void stw_bins_encode(struct stw_bins_encoder *encoder, const int64_t *values, uint32_t count,
                     struct stw_buffer *out);

/* ---- Decoding -------------------------------------------------------------------------------- */

/* What a state says: the bin's smallest value, base included; where the next state is looked for.
 */
struct stw_bins_entry {
    uint64_t lower;
    uint16_t next;
    uint16_t state_mask;
    uint8_t state_bits;
    uint8_t offset_bits;
    uint8_t bits; /* both */
};

struct stw_bins_decoder {
    const unsigned char *at; /* the stream from the first values on */
    size_t size;
    uint64_t place;    /* the next bit of it */
    uint32_t left;     /* values */
    uint32_t lane;     /* of the next one */
    unsigned bits_max; /* that a value can take */
    uint32_t states[STW_BINS_LANES];
    struct stw_bins bins;
    uint16_t owners[STW_BINS_STATES_MAX];
    struct stw_bins_entry entries[STW_BINS_STATES_MAX];
};

/* Reads all that stands before the values; `in` is the whole stream of `count` >= 1 values. */
bool stw_bins_open(struct stw_bins_decoder *decoder, struct stw_slice in, uint32_t count)
    __attribute__((warn_unused_result));

/* The next `count` values; a multiple of STW_BINS_LANES but at the end. */
bool stw_bins_decode(struct stw_bins_decoder *decoder, uint64_t *values, uint32_t count)
    __attribute__((warn_unused_result));

/* True when all values were decoded and the stream has no bit more than they took. */
bool stw_bins_ended(const struct stw_bins_decoder *decoder) __attribute__((warn_unused_result));

#endif
