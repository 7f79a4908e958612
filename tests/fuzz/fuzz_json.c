/*
 * Any bytes as JSON, by lines and by values, whole and in pieces: the same leaves either way. The
 * first byte picks the layout and a path to follow, the second the size of the pieces.
 */
#include "../support/pieces.h"

#include "base/hash.h"
#include "text/json_read.h"
#include "text/record.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t hash_value(const struct stw_json_value *value, uint64_t hash)
{
    assert(value->problem == NULL || value->count == 0);
    for (uint32_t i = 0; i < value->count; i++) {
        const struct stw_json_leaf *leaf = &value->leaves[i];
        hash = stw_hash64(leaf->path.data, leaf->path.size, hash + leaf->kind);
        hash = stw_hash64(leaf->text.data, leaf->text.size, hash);
    }
    return stw_hash64(value->raw.data, value->raw.size,
                      hash + value->outside + value->line + value->offset * 7 + value->problem_at);
}

static uint64_t read_all(struct stw_slice input, uint8_t pick, size_t piece, int *status)
{
    static const struct stw_slice path[] = {STW_SLICE("a"), STW_SLICE("b"), STW_SLICE("c")};
    struct stw_json_reader reader;
    struct stw_json_value value;
    struct stw_error err;
    uint64_t hash = 0;
    stw_json_reader_init(&reader, pick % 2 == 0);
    stw_json_reader_follow(&reader, path, pick / 2 % 4);
    for (;;) {
        while ((*status = stw_json_next(&reader, &value, &err)) == STW_OK)
            hash = hash_value(&value, hash);
        assert(*status > 0 || err.what[0] != '\0');
        if (*status < 0 || reader.feed.last)
            break;
        size_t room;
        char *to = stw_feed_room(&reader.feed, &room);
        if (to == NULL)
            break;
        size_t taken = stw_test_feed(&input, piece, to, room);
        stw_feed_filled(&reader.feed, taken, input.size == 0);
    }
    stw_json_reader_release(&reader);
    return hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    struct stw_slice input = {(const char *)data + 2, size - 2};
    int whole_status, pieces_status;
    uint64_t whole = read_all(input, data[0], SIZE_MAX, &whole_status);
    uint64_t pieces = read_all(input, data[0], data[1] + 1u, &pieces_status);
    assert(whole == pieces && whole_status == pieces_status);
    return 0;
}
