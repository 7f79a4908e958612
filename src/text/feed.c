/* Bytes in pieces; see feed.h. */
#include "text/feed.h"

#include "base/memory.h"

#include <assert.h>
#include <string.h>

enum { ROOM_MIN_BYTES = 64 * 1024, FIRST_BYTES = 256 * 1024 };

void stw_feed_init(struct stw_feed *feed)
{
    *feed = (struct stw_feed){.line = 1, .column = 1};
}

void stw_feed_release(struct stw_feed *feed)
{
    stw_free(feed->data);
    stw_feed_init(feed);
}

char *stw_feed_room(struct stw_feed *feed, size_t *size)
{
    if (feed->capacity - feed->end < ROOM_MIN_BYTES && feed->at > 0) {
        memmove(feed->data, feed->data + feed->at, feed->end - feed->at);
        feed->offset += feed->at;
        feed->end -= feed->at;
        feed->at = 0;
    }
    if (feed->capacity - feed->end < ROOM_MIN_BYTES) {
        size_t capacity = feed->capacity == 0 ? FIRST_BYTES : feed->capacity * 2;
        char *data = stw_realloc(feed->data, capacity, 1);
        if (data == NULL)
            return NULL;
        feed->data = data;
        feed->capacity = capacity;
    }
    *size = feed->capacity - feed->end;
    return feed->data + feed->end;
}

void stw_feed_filled(struct stw_feed *feed, size_t size, bool last)
{
    assert(size <= feed->capacity - feed->end && !feed->last);
    feed->end += size;
    feed->last = last;
}

void stw_feed_skip(struct stw_feed *feed, size_t size)
{
    assert(size <= feed->end - feed->at);
    if (size == 0)
        return;
    const char *at = feed->data + feed->at, *end = at + size;
    for (const char *line; at < end && (line = memchr(at, '\n', (size_t)(end - at))) != NULL;) {
        feed->line++;
        feed->column = 1;
        at = line + 1;
    }
    feed->column += (uint64_t)(end - at);
    feed->at += size;
}
