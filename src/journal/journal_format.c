/*
 * Framing of the journal; see journal_format.h and FORMAT.md.
 *
 * A checksum is seeded with the store, the file's number and the record's offset. So a record is
 * one only at the place it was written to: what an older file left in a recycled one, a record
 * inside a payload, or bytes of another store are none, however well formed.
 */
#include "journal/journal_format.h"

#include "base/hash.h"

static const char magic[8] = {'S', 'T', 'W', 'J', 'O', 'U', 'R', 'N'};

static uint64_t seed_of(const unsigned char *id, uint64_t number, uint64_t offset)
{
    char bytes[STW_JOURNAL_ID_SIZE + 16];
    memcpy(bytes, id, STW_JOURNAL_ID_SIZE);
    stw_store_le64(bytes + STW_JOURNAL_ID_SIZE, number);
    stw_store_le64(bytes + STW_JOURNAL_ID_SIZE + 8, offset);
    return stw_hash64(bytes, sizeof(bytes), 0);
}

/* ---- Header ---------------------------------------------------------------------------------- */

void stw_journal_header_encode(const struct stw_journal_header *header,
                               char bytes[STW_JOURNAL_HEADER_SIZE])
{
    memset(bytes, 0, STW_JOURNAL_HEADER_SIZE);
    memcpy(bytes, magic, sizeof(magic));
    stw_store_le32(bytes + 8, STW_JOURNAL_VERSION);
    stw_store_le32(bytes + 12, header->reused);
    memcpy(bytes + 16, header->id, STW_JOURNAL_ID_SIZE);
    stw_store_le64(bytes + 32, header->number);
    stw_store_le64(bytes + 40, (uint64_t)header->created_ns);
    stw_store_le64(bytes + 48, header->file_bytes);
    stw_store_le64(bytes + 56, stw_hash64(bytes, 56, seed_of(header->id, header->number, 0)));
}

bool stw_journal_header_decode(struct stw_slice bytes, const unsigned char *id, uint64_t number,
                               struct stw_journal_header *header)
{
    if (bytes.size < STW_JOURNAL_HEADER_SIZE || memcmp(bytes.data, magic, sizeof(magic)) != 0 ||
        stw_load_le32(bytes.data + 8) != STW_JOURNAL_VERSION ||
        memcmp(bytes.data + 16, id, STW_JOURNAL_ID_SIZE) != 0 ||
        stw_load_le64(bytes.data + 32) != number ||
        stw_load_le64(bytes.data + 56) != stw_hash64(bytes.data, 56, seed_of(id, number, 0)))
        return false;
    memcpy(header->id, id, STW_JOURNAL_ID_SIZE);
    header->number = number;
    header->created_ns = (int64_t)stw_load_le64(bytes.data + 40);
    header->file_bytes = stw_load_le64(bytes.data + 48);
    header->reused = stw_load_le32(bytes.data + 12) != 0;
    return true;
}

/* ---- Records --------------------------------------------------------------------------------- */

void stw_journal_record_encode(const unsigned char *id, struct stw_journal_position at,
                               uint32_t kind, struct stw_slice payload, char *bytes)
{
    uint64_t seed = seed_of(id, at.file, at.offset);
    size_t end = STW_JOURNAL_HEAD_SIZE + payload.size;
    stw_store_le32(bytes, (uint32_t)payload.size);
    stw_store_le32(bytes + 4, kind);
    stw_store_le64(bytes + 8, stw_hash64(bytes, 8, seed));
    stw_store_le64(bytes + 16, stw_hash64(payload.data, payload.size, seed));
    if (payload.size > 0)
        memcpy(bytes + STW_JOURNAL_HEAD_SIZE, payload.data, payload.size);
    memset(bytes + end, 0, stw_journal_record_size(payload.size) - end);
}

static bool read_record(const struct stw_journal_scan *scan, size_t at,
                        struct stw_journal_record *record)
{
    size_t left = scan->bytes.size - at;
    const char *bytes = scan->bytes.data + at;
    if (left < STW_JOURNAL_HEAD_SIZE)
        return false;
    size_t size = stw_load_le32(bytes);
    uint32_t kind = stw_load_le32(bytes + 4);
    /* Most bytes that are no record are told by these, without a hash. */
    if (kind == 0 || kind > STW_JOURNAL_KIND_MAX || size > STW_JOURNAL_RECORD_BYTES_MAX ||
        stw_journal_record_size(size) > left)
        return false;
    uint64_t seed = seed_of(scan->id, scan->number, at);
    if (stw_load_le64(bytes + 8) != stw_hash64(bytes, 8, seed) ||
        stw_load_le64(bytes + 16) != stw_hash64(bytes + STW_JOURNAL_HEAD_SIZE, size, seed))
        return false;
    record->kind = kind;
    record->payload = (struct stw_slice){bytes + STW_JOURNAL_HEAD_SIZE, size};
    record->at = (struct stw_journal_position){scan->number, at};
    record->next = (struct stw_journal_position){scan->number, at + stw_journal_record_size(size)};
    return true;
}

enum stw_journal_found stw_journal_scan_next(struct stw_journal_scan *scan,
                                             struct stw_journal_record *record, size_t *from)
{
    if (scan->at >= scan->bytes.size)
        return STW_JOURNAL_FOUND_NOTHING;
    if (read_record(scan, scan->at, record)) {
        scan->at = (size_t)record->next.offset;
        return STW_JOURNAL_FOUND_RECORD;
    }
    for (size_t at = scan->at + STW_JOURNAL_ALIGNMENT; at < scan->bytes.size;
         at += STW_JOURNAL_ALIGNMENT) {
        if (!read_record(scan, at, record))
            continue;
        *from = scan->at;
        scan->at = at;
        return STW_JOURNAL_FOUND_DAMAGE;
    }
    return STW_JOURNAL_FOUND_NOTHING;
}

/* Whether the head's checksum is right for these bytes with one byte of the size replaced: with a
 * wrong size the payload cannot be checked. */
static bool is_right_but_for_a_byte(const char *head, uint64_t seed)
{
    char tried[8];
    uint64_t checksum = stw_load_le64(head + 8);
    for (unsigned at = 0; at < 4; at++) {
        memcpy(tried, head, sizeof(tried));
        for (unsigned byte = 0; byte < 256; byte++) {
            tried[at] = (char)byte;
            if (stw_hash64(tried, sizeof(tried), seed) == checksum)
                return true;
        }
    }
    return false;
}

bool stw_journal_scan_begun(const struct stw_journal_scan *scan)
{
    if (scan->at >= scan->bytes.size || scan->bytes.size - scan->at < STW_JOURNAL_HEAD_SIZE)
        return false;
    const char *bytes = scan->bytes.data + scan->at;
    size_t size = stw_load_le32(bytes), left = scan->bytes.size - scan->at - STW_JOURNAL_HEAD_SIZE;
    uint64_t seed = seed_of(scan->id, scan->number, scan->at);
    return is_right_but_for_a_byte(bytes, seed) ||
           (size > 0 && size <= left &&
            stw_load_le64(bytes + 16) == stw_hash64(bytes + STW_JOURNAL_HEAD_SIZE, size, seed));
}

size_t stw_journal_tail(const unsigned char *id, uint64_t number, struct stw_slice bytes,
                        bool *sealed)
{
    struct stw_journal_scan scan = {
        .id = id, .number = number, .bytes = bytes, .at = STW_JOURNAL_HEADER_SIZE};
    struct stw_journal_record record = {0};
    size_t from;
    for (;;) {
        enum stw_journal_found found = stw_journal_scan_next(&scan, &record, &from);
        *sealed = found == STW_JOURNAL_FOUND_RECORD && record.kind == STW_JOURNAL_SEAL;
        if (*sealed || found == STW_JOURNAL_FOUND_NOTHING)
            return scan.at;
    }
}
