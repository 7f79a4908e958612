/* The nearest word by edit distance (optimal string alignment); see suggest.h. */
#include "base/suggest.h"

#include <assert.h>

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

unsigned stw_edit_distance(struct stw_slice a, struct stw_slice b)
{
    assert(a.size <= STW_SUGGEST_WORD_MAX && b.size <= STW_SUGGEST_WORD_MAX);
    /* Three rows of the table: the row before the last is for swapped neighbours. */
    unsigned rows[3][STW_SUGGEST_WORD_MAX + 1];
    unsigned *before = rows[0], *last = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b.size; j++)
        last[j] = (unsigned)j;
    for (size_t i = 1; i <= a.size; i++) {
        char x = lower(a.data[i - 1]);
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b.size; j++) {
            char y = lower(b.data[j - 1]);
            row[j] = least(least(last[j], row[j - 1]) + 1, last[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == lower(b.data[j - 2]) && lower(a.data[i - 2]) == y)
                row[j] = least(row[j], before[j - 2] + 1);
        }
        unsigned *spare = before;
        before = last;
        last = row;
        row = spare;
    }
    return last[b.size];
}

void stw_suggest_init(struct stw_suggest *suggest, struct stw_slice wanted)
{
    suggest->wanted = wanted;
    suggest->best = (struct stw_slice){NULL, 0};
    suggest->distance = 1 + (unsigned)(wanted.size / 3);
}

void stw_suggest_offer(struct stw_suggest *suggest, struct stw_slice word)
{
    if (word.size > STW_SUGGEST_WORD_MAX || suggest->wanted.size > STW_SUGGEST_WORD_MAX)
        return;
    unsigned distance = stw_edit_distance(suggest->wanted, word);
    bool near =
        suggest->best.data == NULL ? distance <= suggest->distance : distance < suggest->distance;
    if (!near)
        return;
    suggest->best = word;
    suggest->distance = distance;
}
