/* Header, frames, footer and trailer of a segment file; see format.h and FORMAT.md. */
#include "segment/format.h"

#include "base/hash.h"
#include "base/memory.h"

static const char header_magic[8] = {'\x89', 'S', 'T', 'W', 'S', 'E', 'G', '\n'};
static const char trailer_magic[8] = {'S', 'T', 'W', 'S', 'E', 'G', 'E', '\n'};

const char *stw_frame_name(enum stw_frame_kind kind)
{
    static const char *const names[] = {"frame", "block", "keys", "index", "footer"};
    return kind <= STW_FRAME_FOOTER ? names[kind] : names[0];
}

static bool name_fits(struct stw_slice name)
{
    return name.size > 0 && name.size <= STW_SEGMENT_NAME_SIZE_MAX;
}

int stw_spec_check(const struct stw_segment_spec *spec, struct stw_error *err)
{
    if (!name_fits(spec->table))
        return stw_fail(err, STW_ERR_USAGE, "a table's name has 1 to %d bytes, not %zu",
                        STW_SEGMENT_NAME_SIZE_MAX, spec->table.size);
    if (spec->column_count > STW_SEGMENT_COLUMNS_MAX)
        return stw_fail(err, STW_ERR_USAGE, "a segment has at most %d columns, not %u",
                        STW_SEGMENT_COLUMNS_MAX, spec->column_count);
    for (uint32_t i = 0; i < spec->column_count; i++) {
        const struct stw_segment_column *column = &spec->columns[i];
        if (!name_fits(column->name))
            return stw_fail(err, STW_ERR_USAGE, "a column's name has 1 to %d bytes, not %zu",
                            STW_SEGMENT_NAME_SIZE_MAX, column->name.size);
        if (column->type < STW_TYPE_DECIMAL || column->type > STW_TYPE_TEXT)
            return stw_fail(err, STW_ERR_USAGE, "column '%.*s' has the unknown type %d",
                            STW_SLICE_ARG(column->name), (int)column->type);
    }
    if (spec->partition_from_ns >= spec->partition_to_ns)
        return stw_fail(err, STW_ERR_USAGE, "a partition must end after it starts");
    if (spec->commit_first > spec->commit_last)
        return stw_fail(err, STW_ERR_USAGE, "a segment's commits must be in order");
    return STW_OK;
}

void stw_header_encode(const struct stw_segment_spec *spec, struct stw_buffer *out)
{
    size_t start = out->size;
    stw_buffer_add(out, header_magic, sizeof(header_magic));
    stw_put_u32(out, STW_SEGMENT_VERSION);
    stw_put_u32(out, 0);
    stw_buffer_add(out, spec->file_id, STW_SEGMENT_ID_SIZE);
    stw_put_bytes(out, spec->table);
    stw_put_svarint(out, spec->partition_from_ns);
    stw_put_svarint(out, spec->partition_to_ns);
    stw_put_varint(out, spec->commit_first);
    stw_put_varint(out, spec->commit_last);
    stw_put_varint(out, spec->column_count);
    for (uint32_t i = 0; i < spec->column_count; i++) {
        stw_put_u8(out, (uint8_t)spec->columns[i].type);
        stw_put_bytes(out, spec->columns[i].name);
    }
    if (out->failed)
        return;
    size_t size = out->size - start;
    stw_store_le32(out->data + start + 12, (uint32_t)(size - STW_HEADER_HEAD_SIZE));
    stw_put_u64(out, stw_hash64(out->data + start, size, 0));
}

int stw_header_size(struct stw_slice head, size_t *size, struct stw_error *err)
{
    struct stw_reader reader;
    stw_reader_init(&reader, head.data, head.size);
    struct stw_slice magic = stw_get_raw(&reader, sizeof(header_magic));
    uint32_t version = stw_get_u32(&reader);
    uint32_t body_size = stw_get_u32(&reader);
    if (reader.failed || memcmp(magic.data, header_magic, sizeof(header_magic)) != 0)
        return stw_fail(err, STW_ERR_DAMAGED,
                        "the file does not start as a segment: it is none, or damaged");
    if (version != STW_SEGMENT_VERSION) {
        int status = stw_fail(err, STW_ERR_DAMAGED,
                              "the segment has format version %u and this program reads version "
                              "%d: it is %s, or damaged",
                              version, STW_SEGMENT_VERSION, version == 0 ? "older" : "newer");
        stw_error_hint(
            err, version == 0 ? "version 0 was a draft: make a new store and ingest the files again"
                              : "read it with the program that wrote it");
        return status;
    }
    if (body_size > STW_HEADER_BODY_MAX)
        return stw_fail(err, STW_ERR_DAMAGED, "the header claims a size of %u bytes", body_size);
    *size = STW_HEADER_HEAD_SIZE + (size_t)body_size + 8;
    return STW_OK;
}

static int get_columns(struct stw_reader *reader, struct stw_arena *arena,
                       struct stw_segment_spec *spec, struct stw_error *err)
{
    uint64_t count = stw_get_varint(reader);
    if (reader->failed || count > STW_SEGMENT_COLUMNS_MAX)
        return stw_fail(err, STW_ERR_DAMAGED, "the header's list of columns is damaged");
    struct stw_segment_column *columns =
        STW_ARENA_ARRAY(arena, struct stw_segment_column, count == 0 ? 1 : (size_t)count);
    if (columns == NULL)
        return stw_fail_memory(err, (unsigned long)(count * sizeof(*columns)));
    for (uint64_t i = 0; i < count; i++) {
        columns[i].type = (enum stw_type)stw_get_u8(reader);
        columns[i].name = stw_arena_copy(arena, stw_get_bytes(reader));
        if (columns[i].name.data == NULL)
            return stw_fail_memory(err, STW_SEGMENT_NAME_SIZE_MAX);
    }
    spec->columns = columns;
    spec->column_count = (uint32_t)count;
    return STW_OK;
}

int stw_header_decode(struct stw_slice bytes, struct stw_arena *arena,
                      struct stw_segment_spec *spec, struct stw_error *err)
{
    memset(spec, 0, sizeof(*spec));
    size_t size = 0;
    STW_TRY(stw_header_size(bytes, &size, err));
    if (size != bytes.size ||
        stw_load_le64(bytes.data + size - 8) != stw_hash64(bytes.data, size - 8, 0))
        return stw_fail(err, STW_ERR_DAMAGED, "the header's checksum does not match");
    struct stw_reader reader;
    stw_reader_init(&reader, bytes.data + STW_HEADER_HEAD_SIZE, size - STW_HEADER_HEAD_SIZE - 8);
    struct stw_slice id = stw_get_raw(&reader, STW_SEGMENT_ID_SIZE);
    memcpy(spec->file_id, id.data, id.size);
    spec->table = stw_arena_copy(arena, stw_get_bytes(&reader));
    if (spec->table.data == NULL)
        return stw_fail_memory(err, STW_SEGMENT_NAME_SIZE_MAX);
    spec->partition_from_ns = stw_get_svarint(&reader);
    spec->partition_to_ns = stw_get_svarint(&reader);
    spec->commit_first = stw_get_varint(&reader);
    spec->commit_last = stw_get_varint(&reader);
    STW_TRY(get_columns(&reader, arena, spec, err));
    if (reader.failed || stw_reader_left(&reader) != 0 || stw_spec_check(spec, NULL) != STW_OK)
        return stw_fail(err, STW_ERR_DAMAGED, "the header's fields are damaged");
    return STW_OK;
}

uint64_t stw_segment_seed(const unsigned char *file_id)
{
    return stw_hash64(file_id, STW_SEGMENT_ID_SIZE, 0);
}

void stw_frame_begin(struct stw_buffer *frame)
{
    static const unsigned char head[STW_FRAME_HEAD_SIZE];
    stw_buffer_clear(frame);
    stw_buffer_add(frame, head, sizeof(head));
}

void stw_frame_end(struct stw_buffer *frame, enum stw_frame_kind kind, uint64_t seed,
                   uint64_t offset)
{
    if (frame->failed)
        return;
    stw_store_le32(frame->data + 8, (uint32_t)(frame->size - STW_FRAME_HEAD_SIZE));
    frame->data[12] = (char)kind;
    stw_store_le64(frame->data, stw_hash64(frame->data + 8, frame->size - 8, seed + offset));
}

int stw_frame_open(struct stw_slice frame, enum stw_frame_kind kind, uint64_t seed, uint64_t offset,
                   struct stw_slice *body, struct stw_error *err)
{
    if (frame.size < STW_FRAME_HEAD_SIZE ||
        stw_load_le64(frame.data) != stw_hash64(frame.data + 8, frame.size - 8, seed + offset))
        return stw_fail(err, STW_ERR_DAMAGED, "the checksum of the %s does not match",
                        stw_frame_name(kind));
    body->data = frame.data + STW_FRAME_HEAD_SIZE;
    body->size = frame.size - STW_FRAME_HEAD_SIZE;
    if (stw_load_le32(frame.data + 8) != body->size || frame.data[12] != (char)kind)
        return stw_fail(err, STW_ERR_DAMAGED, "there is something else where the %s should be",
                        stw_frame_name(kind));
    return STW_OK;
}

void stw_trailer_encode(const struct stw_trailer *trailer, struct stw_buffer *out)
{
    size_t start = out->size;
    stw_buffer_add(out, trailer->file_id, STW_SEGMENT_ID_SIZE);
    stw_put_u64(out, trailer->footer_offset);
    stw_put_u64(out, trailer->file_size_bytes);
    stw_put_u32(out, STW_SEGMENT_VERSION);
    stw_buffer_add(out, trailer_magic, sizeof(trailer_magic));
    if (!out->failed)
        stw_put_u64(out, stw_hash64(out->data + start, out->size - start, 0));
}

int stw_trailer_decode(struct stw_slice bytes, struct stw_trailer *trailer, struct stw_error *err)
{
    struct stw_reader reader;
    stw_reader_init(&reader, bytes.data, bytes.size);
    struct stw_slice id = stw_get_raw(&reader, STW_SEGMENT_ID_SIZE);
    memcpy(trailer->file_id, id.data, id.size);
    trailer->footer_offset = stw_get_u64(&reader);
    trailer->file_size_bytes = stw_get_u64(&reader);
    uint32_t version = stw_get_u32(&reader);
    struct stw_slice magic = stw_get_raw(&reader, sizeof(trailer_magic));
    uint64_t checksum = stw_get_u64(&reader);
    if (reader.failed || stw_reader_left(&reader) != 0 || version != STW_SEGMENT_VERSION ||
        memcmp(magic.data, trailer_magic, sizeof(trailer_magic)) != 0 ||
        checksum != stw_hash64(bytes.data, STW_TRAILER_SIZE - 8, 0))
        return stw_fail(err, STW_ERR_DAMAGED,
                        "the file does not end as a segment: it was cut, or its end is damaged");
    return STW_OK;
}

bool stw_extents_add(struct stw_extents *list, uint64_t offset, uint32_t size_bytes)
{
    if (!stw_reserve((void **)&list->items, &list->capacity, list->count + 1, sizeof(*list->items)))
        return false;
    list->items[list->count++] = (struct stw_extent){offset, size_bytes};
    return true;
}

void stw_extents_release(struct stw_extents *list)
{
    stw_free(list->items);
    *list = (struct stw_extents){0};
}

static void put_extents(const struct stw_extents *list, struct stw_buffer *out)
{
    stw_put_varint(out, list->count);
    for (size_t i = 0; i < list->count; i++) {
        stw_put_varint(out, list->items[i].offset);
        stw_put_varint(out, list->items[i].size_bytes);
    }
}

static bool get_extents(struct stw_reader *reader, struct stw_extents *list)
{
    uint64_t count = stw_get_varint(reader);
    for (uint64_t i = 0; i < count && !reader->failed; i++) {
        uint64_t offset = stw_get_varint(reader);
        uint64_t size_bytes = stw_get_varint(reader);
        if (size_bytes > UINT32_MAX)
            reader->failed = true;
        if (!reader->failed && !stw_extents_add(list, offset, (uint32_t)size_bytes))
            return false;
    }
    return true;
}

void stw_footer_encode(const struct stw_footer *footer, struct stw_buffer *out)
{
    const struct stw_segment_info *info = &footer->info;
    stw_put_varint(out, info->rows);
    stw_put_varint(out, info->block_count);
    stw_put_varint(out, info->series_count);
    stw_put_u32(out, info->series_first);
    stw_put_u32(out, info->series_last);
    stw_put_svarint(out, info->time_min_ns);
    stw_put_svarint(out, info->time_max_ns);
    put_extents(&footer->index_pages, out);
    put_extents(&footer->key_pages, out);
}

int stw_footer_decode(struct stw_slice body, struct stw_footer *footer, struct stw_error *err)
{
    struct stw_segment_info *info = &footer->info;
    struct stw_reader reader;
    stw_reader_init(&reader, body.data, body.size);
    info->rows = stw_get_varint(&reader);
    uint64_t block_count = stw_get_varint(&reader);
    uint64_t series_count = stw_get_varint(&reader);
    info->block_count = (uint32_t)block_count;
    info->series_count = (uint32_t)series_count;
    info->series_first = stw_get_u32(&reader);
    info->series_last = stw_get_u32(&reader);
    info->time_min_ns = stw_get_svarint(&reader);
    info->time_max_ns = stw_get_svarint(&reader);
    if (!get_extents(&reader, &footer->index_pages) || !get_extents(&reader, &footer->key_pages))
        return stw_fail_memory(err, sizeof(struct stw_extent));
    if (reader.failed || stw_reader_left(&reader) != 0 || block_count == 0 ||
        block_count > UINT32_MAX || series_count == 0 || series_count > UINT32_MAX)
        return stw_fail(err, STW_ERR_DAMAGED, "the footer's fields are damaged");
    return STW_OK;
}

void stw_footer_release(struct stw_footer *footer)
{
    stw_extents_release(&footer->index_pages);
    stw_extents_release(&footer->key_pages);
}
