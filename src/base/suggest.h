/*
 * "Did you mean": the nearest of the words offered, for unknown verbs, keys, channels and zones.
 * Nearness is the number of letters inserted, left out, replaced or swapped with their neighbour,
 * upper and lower case taken as equal. A word more than one and a third of its length away is no
 * suggestion. The slices belong to the caller and must outlive the struct.
 */
#ifndef STW_BASE_SUGGEST_H
#define STW_BASE_SUGGEST_H

#include "base/slice.h"

enum { STW_SUGGEST_WORD_MAX = 64 }; /* bytes; longer words are never suggested */

struct stw_suggest {
    struct stw_slice wanted;
    struct stw_slice best; /* data == NULL: nothing near was offered */
    unsigned distance;     /* of best; the first offered wins a tie */
};

void stw_suggest_init(struct stw_suggest *suggest, struct stw_slice wanted);
void stw_suggest_offer(struct stw_suggest *suggest, struct stw_slice word);

/* Edit distance of two words of at most STW_SUGGEST_WORD_MAX bytes. */
unsigned stw_edit_distance(struct stw_slice a, struct stw_slice b);

#endif
