/*
 * Characters of Taiwan and Hong Kong as those of the mainland, one by one, as far as headings of
 * sheets use them: 讀數 is 读数. For comparing words only, never for what is stored.
 */
#ifndef STW_TEXT_SCRIPT_H
#define STW_TEXT_SCRIPT_H

#include "base/slice.h"

enum { STW_SCRIPT_BYTES = 3 /* of such a character in UTF-8, both ways */ };

/* The simplified twin of the character at the front of a text; NULL where it has none here. */
const char *stw_script_simplify(struct stw_slice text);

#endif
