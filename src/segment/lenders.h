/*
 * What the blocks of a segment being written can lend to later ones: the last
 * STW_SEGMENT_LENDERS_MAX blocks of one series, with a hash of their times and a few values of each
 * column to tell what follows from what. Finding a lender is a guess; the writer decodes every
 * block before it is written. Private to segment/.
 */
#ifndef STW_SEGMENT_LENDERS_H
#define STW_SEGMENT_LENDERS_H

#include "segment/block_body.h"
#include "segment/block_parts.h"

enum {
    /* Of the blocks with the same times so many are asked whether values follow from theirs. */
    STW_LENDERS_ASKED_MAX = 32,
    STW_LENDERS_COLUMNS_MAX = 4, /* columns that can be lent: the first ones of integers */
    STW_LENDERS_SAMPLES = 8,
    /* Times of fewer bytes are not worth another read. */
    STW_LENDERS_TIMES_SIZE_MIN = 24
};

/* Values of two rows that follow each other. */
struct stw_lender_sample {
    int64_t before;
    int64_t at;
};

struct stw_lender_column {
    bool lends;
    uint8_t scale;
    struct stw_lender_sample samples[STW_LENDERS_SAMPLES];
};

struct stw_lender {
    uint64_t offset; /* of its frame */
    uint32_t rows;
    bool has_rows;       /* false: a copy that was not decoded */
    uint64_t times_hash; /* when it has rows */
    size_t times_size;   /* bytes of its own times; 0: they are borrowed */
    struct stw_lender_column columns[STW_LENDERS_COLUMNS_MAX];
    /* Of a copy: where it came from. */
    unsigned char origin_id[STW_SEGMENT_ID_SIZE];
    uint64_t origin_offset; /* 0: no copy */
};

struct stw_lenders {
    struct stw_lender *items; /* a ring */
    size_t capacity;
    uint64_t count; /* ever added; item i is at i mod STW_SEGMENT_LENDERS_MAX */
    /* The columns of the segment that can be lent. */
    uint32_t columns[STW_LENDERS_COLUMNS_MAX];
    uint32_t column_count;
};

/* What a block may borrow. */
struct stw_loan {
    uint64_t times_offset;  /* of the lender's frame; 0: nobody has these times */
    uint64_t values_offset; /* 0: nobody has such values */
    /* By column of the segment, an enum stw_relation, or -1. */
    int8_t relations[STW_SEGMENT_COLUMNS_MAX];
};

void stw_lenders_init(struct stw_lenders *lenders, const struct stw_segment_spec *spec);
void stw_lenders_release(struct stw_lenders *lenders);

/* For rows of one series. */
void stw_lenders_find(const struct stw_lenders *lenders, const struct stw_block_rows *rows,
                      struct stw_loan *loan);

/* Notes a block of one series that was written at `offset`; `parts` are of its body. */
bool stw_lenders_add(struct stw_lenders *lenders, const struct stw_block_rows *rows,
                     const struct stw_block_parts *parts, uint64_t offset)
    __attribute__((warn_unused_result));

/* Notes a block that was copied undecoded from `origin_offset` of the file with that id. */
bool stw_lenders_add_copy(struct stw_lenders *lenders, const unsigned char *origin_id,
                          uint64_t origin_offset, uint64_t offset)
    __attribute__((warn_unused_result));

/* Where such a copy stands; 0: it is not among the last ones. */
uint64_t stw_lenders_find_copy(const struct stw_lenders *lenders, const unsigned char *origin_id,
                               uint64_t origin_offset);

#endif
