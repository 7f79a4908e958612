/* The methods of an integer stream, shared by its encoder and decoder. Numbers are on disk. */
#ifndef STW_CODEC_INTEGERS_H
#define STW_CODEC_INTEGERS_H

/* The first byte of a stream: method in bits 0-2, order of differences in bits 3-4, bit 5 tells
 * that a divisor was taken out, bits 6-7 by how many terms residuals were predicted (bins only). */
enum stw_integers_method {
    STW_INTEGERS_CONSTANT = 0, /* svarint value */
    STW_INTEGERS_LINEAR = 1,   /* svarint first, svarint step */
    STW_INTEGERS_PACKED = 2,   /* differences, divisor, packed vectors */
    STW_INTEGERS_PLANES = 3,   /* differences, divisor, byte planes under zstd */
    STW_INTEGERS_RUNS = 4,     /* differences, then values and lengths of runs */
    STW_INTEGERS_OUTLIERS = 5, /* divisor, exceptions, the rest as a stream */
    STW_INTEGERS_GRID = 6,     /* origin, step, then numbers of steps and remainders */
    STW_INTEGERS_BINS = 7      /* differences, divisor, binned entropy coding */
};

enum {
    STW_INTEGERS_METHOD_BITS = 0x07,
    STW_INTEGERS_ORDER_SHIFT = 3,
    STW_INTEGERS_ORDER_BITS = 0x18,
    STW_INTEGERS_DIVISOR_BIT = 0x20,
    STW_INTEGERS_TERMS_SHIFT = 6, /* of the prediction */
    STW_INTEGERS_ORDER_MAX = 2
};

#endif
