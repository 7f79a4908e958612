/* Opening a segment file: header, trailer, footer; see segment_load.h. */
#include "segment/segment_load.h"

#include "base/memory.h"

int stw_segment_load_init(struct stw_segment_reader *reader, const struct stw_io *io,
                          const char *path, struct stw_index_cache *cache, struct stw_error *err)
{
    memset(reader, 0, sizeof(*reader));
    stw_arena_init(&reader->arena);
    stw_index_cache_init(&reader->own_cache, SIZE_MAX);
    reader->own_cache.limit_bytes = SIZE_MAX;
    reader->cache = cache == NULL ? &reader->own_cache : cache;
    STW_TRY(stw_file_open(&reader->file, io, path, STW_FILE_READ, err));
    return stw_file_size(&reader->file, &reader->file_size_bytes, err);
}

void stw_segment_load_release(struct stw_segment_reader *reader)
{
    stw_segment_release_index(reader);
    stw_index_cache_release(&reader->own_cache);
    stw_file_close(&reader->file);
    stw_footer_release(&reader->footer);
    stw_arena_release(&reader->arena);
}

/* `size` bytes from `offset`; bytes outside the file are damage, said before memory is asked for.
 */
static int read_bytes(struct stw_segment_reader *reader, uint64_t offset, uint64_t size,
                      struct stw_buffer *bytes, struct stw_error *err)
{
    if (offset > reader->file_size_bytes || size > reader->file_size_bytes - offset)
        return stw_fail(err, STW_ERR_DAMAGED, "%s has %llu bytes and should have more",
                        reader->file.path, (unsigned long long)reader->file_size_bytes);
    stw_buffer_clear(bytes);
    char *room = stw_buffer_room(bytes, (size_t)size);
    if (room == NULL)
        return stw_fail_memory(err, (unsigned long)size);
    STW_TRY(stw_file_read(&reader->file, offset, room, (size_t)size, err));
    bytes->size = (size_t)size;
    return STW_OK;
}

static int load_header(struct stw_segment_reader *reader, struct stw_buffer *bytes,
                       struct stw_error *err)
{
    STW_TRY(read_bytes(reader, 0, STW_HEADER_HEAD_SIZE, bytes, err));
    STW_TRY(stw_header_size(stw_buffer_slice(bytes), &reader->header_size_bytes, err));
    STW_TRY(read_bytes(reader, 0, reader->header_size_bytes, bytes, err));
    STW_TRY(stw_header_decode(stw_buffer_slice(bytes), &reader->arena, &reader->spec, err));
    reader->seed = stw_segment_seed(reader->spec.file_id);
    return STW_OK;
}

int stw_segment_load_header(struct stw_segment_reader *reader, struct stw_error *err)
{
    struct stw_buffer bytes;
    stw_buffer_init(&bytes);
    int status = load_header(reader, &bytes, err);
    stw_buffer_release(&bytes);
    return status;
}

int stw_segment_load_trailer(struct stw_segment_reader *reader, struct stw_error *err)
{
    unsigned char bytes[STW_TRAILER_SIZE];
    if (reader->file_size_bytes < sizeof(bytes))
        return stw_fail(err, STW_ERR_DAMAGED, "%s has only %llu bytes", reader->file.path,
                        (unsigned long long)reader->file_size_bytes);
    STW_TRY(stw_file_read(&reader->file, reader->file_size_bytes - sizeof(bytes), bytes,
                          sizeof(bytes), err));
    struct stw_slice slice = {(const char *)bytes, sizeof(bytes)};
    STW_TRY(stw_trailer_decode(slice, &reader->trailer, err));
    if (reader->trailer.file_size_bytes != reader->file_size_bytes)
        return stw_fail(err, STW_ERR_DAMAGED, "%s has %llu bytes and was written with %llu",
                        reader->file.path, (unsigned long long)reader->file_size_bytes,
                        (unsigned long long)reader->trailer.file_size_bytes);
    return STW_OK;
}

int stw_segment_load_frame(struct stw_segment_reader *reader, enum stw_frame_kind kind,
                           struct stw_extent where, struct stw_buffer *bytes,
                           struct stw_slice *body, struct stw_error *err)
{
    if (where.size_bytes < STW_FRAME_HEAD_SIZE)
        return stw_fail(err, STW_ERR_DAMAGED, "a %s is said to have %u bytes", stw_frame_name(kind),
                        where.size_bytes);
    STW_TRY(read_bytes(reader, where.offset, where.size_bytes, bytes, err));
    return stw_frame_open(stw_buffer_slice(bytes), kind, reader->seed, where.offset, body, err);
}

/* The lender's frame ends where the borrower's starts, or before. */
static int find_frame(const struct stw_block_finder *base, uint64_t back, struct stw_buffer *bytes,
                      struct stw_slice *body, struct stw_error *err)
{
    const struct stw_frame_finder *finder = (const struct stw_frame_finder *)(const void *)base;
    unsigned char head[STW_FRAME_HEAD_SIZE];
    if (back > finder->offset || back < sizeof(head))
        return stw_fail(err, STW_ERR_DAMAGED, "there is no block %llu bytes before, which lends",
                        (unsigned long long)back);
    uint64_t at = finder->offset - back;
    STW_TRY(stw_file_read(finder->file, at, head, sizeof(head), err));
    uint64_t size = stw_load_le32(head + 8) + (uint64_t)sizeof(head);
    stw_buffer_clear(bytes);
    char *room = size > back ? NULL : stw_buffer_room(bytes, size);
    if (size > back)
        return stw_fail(err, STW_ERR_DAMAGED, "the block at byte %llu, which lends, is damaged",
                        (unsigned long long)at);
    if (room == NULL)
        return stw_fail_memory(err, size);
    STW_TRY(stw_file_read(finder->file, at, room, size, err));
    int status = stw_frame_open((struct stw_slice){room, size}, STW_FRAME_BLOCK, finder->seed, at,
                                body, NULL);
    if (status < 0)
        return stw_fail(err, status, "the block at byte %llu, which lends, is damaged",
                        (unsigned long long)at);
    return STW_OK;
}

struct stw_frame_finder stw_frame_finder_make(struct stw_file *file, uint64_t seed, uint64_t offset)
{
    return (struct stw_frame_finder){{find_frame}, file, seed, offset};
}

static int load_footer(struct stw_segment_reader *reader, struct stw_buffer *bytes,
                       struct stw_error *err)
{
    uint64_t end = reader->file_size_bytes - STW_TRAILER_SIZE;
    uint64_t offset = reader->trailer.footer_offset;
    struct stw_slice body;
    if (offset >= end || end - offset > UINT32_MAX)
        return stw_fail(err, STW_ERR_DAMAGED, "the footer is said to be outside the file");
    struct stw_extent where = {offset, (uint32_t)(end - offset)};
    STW_TRY(stw_segment_load_frame(reader, STW_FRAME_FOOTER, where, bytes, &body, err));
    STW_TRY(stw_footer_decode(body, &reader->footer, err));
    struct stw_segment_info *info = &reader->footer.info;
    info->file_size_bytes = reader->file_size_bytes;
    /* Every block has a frame in the file: a bound for the memory that they may claim. */
    if (info->block_count > reader->file_size_bytes / STW_FRAME_HEAD_SIZE)
        return stw_fail(err, STW_ERR_DAMAGED, "the footer claims %u blocks", info->block_count);
    return STW_OK;
}

int stw_segment_load_footer(struct stw_segment_reader *reader, struct stw_error *err)
{
    struct stw_buffer bytes;
    stw_buffer_init(&bytes);
    int status = load_footer(reader, &bytes, err);
    stw_buffer_release(&bytes);
    return status;
}
