/* Framing of the manifest; see manifest.h. */
#include "store/manifest.h"

#include "base/hash.h"

static const char header_magic[8] = {'S', 'T', 'W', 'M', 'A', 'N', 'I', 'F'};
enum { RECORD_MAGIC = 0x52575453 /* "STWR" */, MARK_MAGIC = 0x45575453 /* "STWE" */ };

/* ---- Header ---------------------------------------------------------------------------------- */

void stw_manifest_header_encode(const struct stw_manifest_header *header, struct stw_buffer *out)
{
    static const unsigned char zeros[16] = {0};
    for (int copy = 0; copy < 2; copy++) {
        size_t start = out->size;
        char zone[STW_MANIFEST_ZONE_SIZE] = {0};
        size_t zone_size = strlen(header->zone);
        assert(zone_size <= sizeof(zone));
        memcpy(zone, header->zone, zone_size);
        stw_buffer_add(out, header_magic, sizeof(header_magic));
        stw_put_u32(out, header->version);
        stw_put_u32(out, 0);
        stw_buffer_add(out, header->id, sizeof(header->id));
        stw_put_u64(out, (uint64_t)header->created_ns);
        stw_put_u8(out, (uint8_t)zone_size);
        stw_buffer_add(out, zone, sizeof(zone));
        stw_buffer_add(out, zeros, sizeof(zeros));
        if (!out->failed)
            stw_put_u64(out, stw_hash64(out->data + start, out->size - start, 0));
        assert(out->failed || out->size - start == STW_MANIFEST_COPY_SIZE);
    }
}

static bool decode_copy(const char *bytes, struct stw_manifest_header *header)
{
    struct stw_reader reader;
    stw_reader_init(&reader, bytes, STW_MANIFEST_COPY_SIZE);
    struct stw_slice magic = stw_get_raw(&reader, sizeof(header_magic));
    header->version = stw_get_u32(&reader);
    (void)stw_get_u32(&reader);
    struct stw_slice id = stw_get_raw(&reader, STW_STORE_ID_SIZE);
    header->created_ns = (int64_t)stw_get_u64(&reader);
    size_t zone_size = stw_get_u8(&reader);
    struct stw_slice zone = stw_get_raw(&reader, STW_MANIFEST_ZONE_SIZE);
    (void)stw_get_raw(&reader, 16);
    uint64_t checksum = stw_get_u64(&reader);
    if (memcmp(magic.data, header_magic, sizeof(header_magic)) != 0 ||
        checksum != stw_hash64(bytes, STW_MANIFEST_COPY_SIZE - 8, 0) ||
        zone_size > STW_MANIFEST_ZONE_SIZE)
        return false;
    memcpy(header->id, id.data, STW_STORE_ID_SIZE);
    memcpy(header->zone, zone.data, zone_size);
    header->zone[zone_size] = '\0';
    return true;
}

int stw_manifest_header_decode(struct stw_slice bytes, struct stw_manifest_header *header,
                               unsigned *damaged, struct stw_error *err)
{
    *damaged = 0;
    if (bytes.size < STW_MANIFEST_HEADER_SIZE)
        return stw_fail(err, STW_ERR_DAMAGED, "the manifest ends inside its header");
    struct stw_manifest_header second;
    bool first_good = decode_copy(bytes.data, header);
    bool second_good = decode_copy(bytes.data + STW_MANIFEST_COPY_SIZE, &second);
    if (!first_good && !second_good)
        return stw_fail(err, STW_ERR_DAMAGED, "both copies of the manifest's header are damaged");
    if (!first_good)
        *header = second;
    *damaged = !first_good || !second_good;
    if (header->version == STW_MANIFEST_VERSION)
        return STW_OK;
    stw_fail(err, STW_ERR_USAGE, "the store has format version %u, this program reads version %d",
             header->version, STW_MANIFEST_VERSION);
    stw_error_hint(err, header->version < STW_MANIFEST_VERSION
                            ? "make a new store and ingest its sources again"
                            : "a newer version of this program reads it");
    return STW_ERR_USAGE;
}

uint64_t stw_manifest_seed(const struct stw_manifest_header *header)
{
    return stw_load_le64(header->id);
}

/* ---- Records --------------------------------------------------------------------------------- */

void stw_record_encode(struct stw_buffer *out, uint64_t seed, enum stw_record_type type,
                       uint64_t generation, struct stw_slice payload)
{
    size_t start = out->size;
    stw_put_u32(out, RECORD_MAGIC);
    stw_put_u32(out, type);
    stw_put_u64(out, generation);
    stw_put_u64(out, payload.size);
    if (!out->failed)
        stw_put_u64(out, stw_hash64(out->data + start, out->size - start, seed));
    stw_buffer_add_slice(out, payload);
    stw_put_u64(out, stw_hash64(payload.data, payload.size, seed));
}

void stw_mark_encode(char mark[STW_MARK_SIZE], uint64_t seed, uint64_t offset, uint64_t generation)
{
    stw_store_le32(mark, MARK_MAGIC);
    stw_store_le32(mark + 4, 0);
    stw_store_le64(mark + 8, generation);
    stw_store_le64(mark + 16, stw_hash64(mark, STW_MARK_SIZE - 8, seed + offset));
}

static bool read_mark(const struct stw_record_scan *scan, size_t at, uint64_t *generation)
{
    const char *bytes = scan->bytes.data + at;
    if (scan->bytes.size - at < STW_MARK_SIZE || stw_load_le32(bytes) != MARK_MAGIC)
        return false;
    *generation = stw_load_le64(bytes + 8);
    return stw_load_le64(bytes + STW_MARK_SIZE - 8) ==
           stw_hash64(bytes, STW_MARK_SIZE - 8, scan->seed + scan->base + at);
}

/* CUT: by the end of the bytes. SPOILT: its size can be trusted, its payload not. */
enum frame { FRAME_GOOD, FRAME_BAD, FRAME_CUT, FRAME_SPOILT };

/* The record at scan->at. */
static enum frame read_frame(const struct stw_record_scan *scan, size_t at,
                             struct stw_record *record)
{
    const char *bytes = scan->bytes.data + at;
    size_t left = scan->bytes.size - at;
    if (left < STW_RECORD_HEAD_SIZE)
        return FRAME_CUT;
    struct stw_reader reader;
    stw_reader_init(&reader, bytes, left);
    uint32_t magic = stw_get_u32(&reader);
    record->type = stw_get_u32(&reader);
    record->generation = stw_get_u64(&reader);
    uint64_t size = stw_get_u64(&reader);
    uint64_t checksum = stw_get_u64(&reader);
    if (magic != RECORD_MAGIC ||
        checksum != stw_hash64(bytes, STW_RECORD_HEAD_SIZE - 8, scan->seed))
        return FRAME_BAD;
    if (size > left - STW_RECORD_HEAD_SIZE || left - STW_RECORD_HEAD_SIZE - size < 8)
        return FRAME_CUT;
    record->payload = stw_get_raw(&reader, (size_t)size);
    record->offset = scan->base + at;
    if (stw_get_u64(&reader) != stw_hash64(record->payload.data, record->payload.size, scan->seed))
        return FRAME_SPOILT;
    return FRAME_GOOD;
}

/* The next offset at or after `at` where a good record or a mark starts, or the end of the bytes.
 */
static size_t resynchronise(const struct stw_record_scan *scan, size_t at)
{
    struct stw_record record;
    uint64_t generation;
    for (; scan->bytes.size - at >= STW_MARK_SIZE; at++) {
        if (read_mark(scan, at, &generation) && generation >= scan->generation)
            return at;
        if (stw_load_le32(scan->bytes.data + at) == RECORD_MAGIC &&
            read_frame(scan, at, &record) == FRAME_GOOD)
            return at;
    }
    return scan->bytes.size;
}

enum stw_record_found stw_record_next(struct stw_record_scan *scan, struct stw_record *record,
                                      uint64_t *from, uint64_t *to)
{
    size_t at = scan->at, size = scan->bytes.size;
    if (at >= size)
        return STW_FOUND_END;
    enum frame frame = FRAME_BAD;
    size_t end = size; /* of the record, where that is known */
    bool mark = read_mark(scan, at, &record->generation);
    if (!mark)
        frame = read_frame(scan, at, record);
    if (frame == FRAME_GOOD || frame == FRAME_SPOILT)
        end = at + STW_RECORD_EXTRA_SIZE + record->payload.size;
    if (frame == FRAME_GOOD) {
        scan->at = end;
        scan->generation = record->generation;
        return STW_FOUND_RECORD;
    }
    *from = scan->base + at;
    scan->at = mark && size - at == STW_MARK_SIZE ? size : resynchronise(scan, at + 1);
    *to = scan->base + scan->at;
    if (mark && size - at == STW_MARK_SIZE)
        return STW_FOUND_MARK;
    /* A record is written once the one before it is synced: what is behind it shows that it was. */
    return scan->at < size || end < size ? STW_FOUND_DAMAGE : STW_FOUND_TORN;
}
