/*
 * Numbers as people type them into cells: "１２３．４", "12吨", "1.2万度", "5 m³", "123估",
 * "（估）98", "(4.25)" for -4.25. Full-width signs become ASCII; what stands around the number is
 * taken apart and named, and nothing of it is thrown away in silence. Plain numbers need none of
 * this: try text/number.h first.
 */
#ifndef STW_TEXT_WRITTEN_H
#define STW_TEXT_WRITTEN_H

#include "text/number.h"
#include "text/quantity.h"

#include <stdbool.h>

struct stw_written {
    char plain[STW_NUMBER_TEXT_MAX]; /* the text in ASCII where it has an ASCII twin */
    struct stw_slice text;           /* of it, trimmed */
    struct stw_slice number;         /* in the style of the file; empty: none leads the text */
    struct stw_slice unit;           /* what stands behind the number */
    int power;                       /* of ten: 4 for 万, 8 for 亿 */
    bool negative;                   /* in brackets, as accountants write it: (4.25) */
    bool estimated;                  /* marked 估, E or est */
    bool exchange;                   /* 换表: another meter, not a reading */
};

/* Blanks, digits, letters and signs of full width, and the blanks and minus signs of typesetting,
 * as ASCII, into `out`; false where it has no room. Invalid bytes stay. */
bool stw_written_to_ascii(struct stw_slice text, char *out, size_t room, size_t *size);

/* Whether the text says that the meter was exchanged. */
bool stw_written_is_exchange(struct stw_slice text);

/* Takes a text apart; slices point into out->plain. False: too long, or not UTF-8. */
bool stw_written_split(struct stw_slice text, const struct stw_number_style *style,
                       struct stw_written *out);

/* The number with its sign and power of ten, without its unit. */
enum stw_number_problem stw_written_decimal(const struct stw_written *written,
                                            const struct stw_number_style *style,
                                            struct stw_decimal *out)
    __attribute__((warn_unused_result));

#endif
