/*
 * Bytes that arrive in pieces, for readers that take one whole entry at a time: an entry that is
 * not complete yet is simply read again, from its beginning, when more has come.
 *
 *     char *room = stw_feed_room(&feed, &size);        read into it ...
 *     stw_feed_filled(&feed, got, at_end);
 */
#ifndef STW_TEXT_FEED_H
#define STW_TEXT_FEED_H

#include "base/slice.h"

#include <stdbool.h>
#include <stdint.h>

struct stw_feed {
    char *data;
    size_t capacity;
    size_t at;       /* of the next entry in data */
    size_t end;      /* of what was filled in */
    bool last;       /* all input is in the buffer */
    uint64_t offset; /* of data[0] in the input */
    uint64_t line;   /* of the next entry, 1 = first */
    uint64_t column; /* of its first byte in that line, 1 = first */
};

void stw_feed_init(struct stw_feed *feed);
void stw_feed_release(struct stw_feed *feed);

/* Where the next bytes belong, and how many fit (64 KiB at least); NULL: memory. What was handed
 * out before `at` is gone. */
char *stw_feed_room(struct stw_feed *feed, size_t *size);
void stw_feed_filled(struct stw_feed *feed, size_t size, bool last);

/* Past `size` bytes, whose ends of lines (LF) are counted. */
void stw_feed_skip(struct stw_feed *feed, size_t size);

static inline struct stw_slice stw_feed_rest(const struct stw_feed *feed)
{
    return (struct stw_slice){feed->data == NULL ? "" : feed->data + feed->at,
                              feed->end - feed->at};
}

#endif
