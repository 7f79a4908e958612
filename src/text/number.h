/*
 * Numbers from text, exactly: decimals become an integer and a scale without a double in between,
 * and what does not fit is refused with its reason, never rounded. Text is taken as it stands:
 * blanks around it are the caller's to trim.
 *
 *     [+-] digits [point digits] [e [+-] digits]      at least one digit; ".5" and "5." are numbers
 *     digits [point digits] -                         in files that have the minus behind (SAP)
 */
#ifndef STW_TEXT_NUMBER_H
#define STW_TEXT_NUMBER_H

#include "base/decimal.h"
#include "base/slice.h"

#include <stdbool.h>
#include <stdint.h>

enum { STW_NUMBER_TEXT_MAX = 512 }; /* bytes; a longer text is no number anybody wrote */

/* Stable: rejected rows are counted by these. */
enum stw_number_problem {
    STW_NUMBER_OK = 0,
    STW_NUMBER_EMPTY,
    STW_NUMBER_MALFORMED,   /* a character that belongs to no number */
    STW_NUMBER_GROUPING,    /* thousands separators not three digits apart */
    STW_NUMBER_TOO_LARGE,   /* beyond 64 bits, or beyond a double */
    STW_NUMBER_TOO_PRECISE, /* exact only with more than 18 decimals or 64 bits */
    STW_NUMBER_NOT_WHOLE    /* an integer was asked for */
};

/* How numbers are written in a file. NULL or zeroes mean the plain form: a point, no groups. */
struct stw_number_style {
    char point; /* '.' or ','; 0 = '.' */
    char group; /* between thousands, '\'' ',' '.' or ' '; 0 = none; groups may be left out */
    bool minus_behind; /* 4.25- is negative, as -4.25 is */
};

/*
 * The scale is the number of decimals as written, trailing zeros included ("1.50" is 150 at 2),
 * or the least exact one where that does not fit; an exponent moves it ("1.5e3" is 1500 at 0,
 * "2e-3" is 2 at 3). *out is set only on success.
 */
enum stw_number_problem stw_number_parse(struct stw_slice text,
                                         const struct stw_number_style *style,
                                         struct stw_decimal *out)
    __attribute__((warn_unused_result));

/* Bytes of the number at the front of a text, as it is written; what it is worth, parse tells. An
 * 'e' belongs to it only before digits (4 eV), a blank between thousands only between digits. */
size_t stw_number_size(struct stw_slice text, const struct stw_number_style *style);

/* Digits with a sign and a point at most, as almost all numbers are: what stw_number_parse makes of
 * them. False: something else, or in another style; nothing is decided. */
bool stw_number_parse_plain(struct stw_slice text, const struct stw_number_style *style,
                            struct stw_decimal *out) __attribute__((warn_unused_result));

/* Any text whose value is whole and fits: "12", "12.0", "1e3". */
enum stw_number_problem stw_number_parse_int(struct stw_slice text,
                                             const struct stw_number_style *style, int64_t *out)
    __attribute__((warn_unused_result));

/* The nearest double, of the same grammar: no hexadecimal, no "inf", no "nan". */
enum stw_number_problem stw_number_parse_double(struct stw_slice text,
                                                const struct stw_number_style *style, double *out)
    __attribute__((warn_unused_result));

enum { STW_NUMBER_DOUBLE_SIZE = 32 };

/* The shortest of 15 to 17 digits that reads as the same double; "nan", "inf", "-inf" as printf has
 * them. */
void stw_number_format_double(double value, char text[STW_NUMBER_DOUBLE_SIZE]);

/* "has more digits than can be kept exactly": follows the quoted text in a message. */
const char *stw_number_problem_text(enum stw_number_problem problem);

#endif
