/* Input that arrives in pieces, for tests and fuzzers of readers that are fed. */
#ifndef STW_TEST_PIECES_H
#define STW_TEST_PIECES_H

#include "base/slice.h"

#include <string.h>

/* Moves at most `piece` bytes from the front of `input` into a reader's room; returns how many. */
static inline size_t stw_test_feed(struct stw_slice *input, size_t piece, char *to, size_t room)
{
    size_t size = input->size < piece ? input->size : piece;
    size = size < room ? size : room;
    if (size > 0)
        memcpy(to, input->data, size);
    input->data += size;
    input->size -= size;
    return size;
}

#endif
