/*
 * Any bytes as a file that may be packed with zstd or gzip: read in pieces of two sizes, and at
 * places of one's own, it gives the same content, or fails in the same way. The first byte is the
 * smaller size.
 */
#include "base/hash.h"
#include "ingest/source.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { READ_MAX = 4 * 1024 * 1024 /* of content; a bomb has more */ };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* XXH128 of the content, as far as it is read; returns how the reading ended. */
static int read_all(struct stw_input *input, size_t piece, size_t *total, struct stw_hash128 *hash)
{
    static char bytes[65536];
    struct stw_error err;
    struct stw_hash_stream *stream = stw_hash_stream_create();
    bool at_end = false;
    assert(stream != NULL);
    int status = stw_input_rewind(input, &err);
    *total = 0;
    while (status == STW_OK && !at_end && *total < READ_MAX) {
        size_t got, room = READ_MAX - *total < piece ? READ_MAX - *total : piece;
        status = stw_input_read(input, bytes, room, &got, &at_end, &err);
        if (status != STW_OK)
            break;
        assert(got <= room && (got > 0 || at_end));
        stw_hash_stream_add(stream, bytes, got);
        *total += got;
    }
    *hash = stw_hash_stream_digest(stream);
    stw_hash_stream_free(stream);
    assert(status == STW_OK || err.what[0] != '\0');
    return status;
}

/* The content at places of one's own, from its end to its beginning, against that in order. */
static void read_backwards(struct stw_input *input, size_t total)
{
    static char in_order[READ_MAX], piece[4096];
    struct stw_error err;
    uint64_t size_bytes;
    size_t size = 0, got;
    bool at_end = false;
    int status = stw_input_random(input, &size_bytes, &err);
    assert(status == STW_OK || err.what[0] != '\0');
    if (status != STW_OK)
        return;
    assert(size_bytes == total);
    while (status == STW_OK && !at_end && size < sizeof(in_order)) {
        status =
            stw_input_read(input, in_order + size, sizeof(in_order) - size, &got, &at_end, &err);
        size += got;
    }
    assert(status == STW_OK && size == total);
    for (size_t left = total; left > 0;) {
        size_t take = left < sizeof(piece) ? left : sizeof(piece);
        left -= take;
        status = stw_input_read_at(input, left, piece, take, &err);
        assert(status == STW_OK && memcmp(piece, in_order + left, take) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct stw_error err;
    struct stw_input *input;
    char path[64];
    if (size == 0)
        return 0;
    int fd = memfd_create("source", MFD_CLOEXEC);
    if (fd < 0)
        return 0;
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    if (write(fd, data + 1, size - 1) == (ssize_t)(size - 1) &&
        stw_input_open(&input, stw_io_system(), path, &err) == STW_OK) {
        struct stw_hash128 large_hash, small_hash;
        size_t large, small;
        int whole = read_all(input, 65536, &large, &large_hash);
        int pieces = read_all(input, 16 + data[0], &small, &small_hash);
        assert(whole == pieces || large == READ_MAX || small == READ_MAX);
        assert(whole != STW_OK || pieces != STW_OK ||
               (large == small && large_hash.low == small_hash.low &&
                large_hash.high == small_hash.high));
        if (whole == STW_OK && large < READ_MAX && !stw_input_is_cut(input))
            read_backwards(input, large);
        stw_input_close(input);
    }
    close(fd);
    return 0;
}
