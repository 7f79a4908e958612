/* Any bytes as line protocol, whole and in pieces: the same points either way. The first byte picks
 * the size of the pieces. */
#include "../support/pieces.h"

#include "base/hash.h"
#include "text/line_protocol.h"
#include "text/width.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t hash_point(const struct stw_line_point *point, uint64_t hash)
{
    hash += point->line + point->offset * 7 + point->problem_at;
    if (point->problem == NULL) {
        assert(point->measurement.size > 0 && point->field_count > 0);
        for (uint32_t i = 0; i < point->tag_count + point->field_count; i++) {
            const struct stw_line_pair *pair = &point->pairs[i];
            assert((pair->type == STW_LINE_TAG) == (i < point->tag_count));
            assert(stw_utf8_valid_size(pair->key) == pair->key.size);
            hash = stw_hash64(pair->key.data, pair->key.size, hash + pair->type);
            hash = stw_hash64(pair->value.data, pair->value.size, hash);
        }
        hash = stw_hash64(point->time.data, point->time.size, hash);
    }
    return stw_hash64(point->raw.data, point->raw.size, hash);
}

static uint64_t read_all(struct stw_slice input, size_t piece, int *status)
{
    struct stw_line_protocol reader;
    struct stw_line_point point;
    struct stw_error err;
    uint64_t hash = 0;
    stw_line_protocol_init(&reader);
    for (;;) {
        while ((*status = stw_line_protocol_next(&reader, &point, &err)) == STW_OK)
            hash = hash_point(&point, hash);
        if (*status < 0 || reader.feed.last)
            break;
        size_t room;
        char *to = stw_feed_room(&reader.feed, &room);
        if (to == NULL)
            break;
        size_t taken = stw_test_feed(&input, piece, to, room);
        stw_feed_filled(&reader.feed, taken, input.size == 0);
    }
    stw_line_protocol_release(&reader);
    return hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    struct stw_slice input = {(const char *)data + 1, size - 1};
    int whole_status, pieces_status;
    uint64_t whole = read_all(input, SIZE_MAX, &whole_status);
    uint64_t pieces = read_all(input, data[0] + 1u, &pieces_status);
    assert(whole == pieces && whole_status == pieces_status);
    return 0;
}
