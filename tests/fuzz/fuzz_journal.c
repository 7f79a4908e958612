/*
 * Journal files: the first byte says how the rest is read. Even: as a file, header and records as
 * they come. Odd: as a recipe, so that the fuzzer need not guess checksums: pairs of bytes (kind
 * and size) make well-formed records until a zero; then triples (offset, xor) change bytes of them.
 * Whatever is found must be one of the records that were written, unchanged and in its place.
 */
#include "journal/journal_format.h"

#include <stdlib.h>

enum { FILE_SIZE = 4096, RECORDS_MAX = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const unsigned char id[STW_JOURNAL_ID_SIZE] = {3, 1, 4};

struct written {
    uint64_t offset[RECORDS_MAX];
    uint32_t kind[RECORDS_MAX];
    size_t size[RECORDS_MAX];
    unsigned count;
};

static char payload_byte(unsigned record, size_t at)
{
    return (char)(record * 31 + at * 7);
}

static void check_record(const struct written *written, const struct stw_journal_record *record)
{
    for (unsigned i = 0; i < written->count; i++) {
        if (written->offset[i] != record->at.offset)
            continue;
        if (record->kind != written->kind[i] || record->payload.size != written->size[i])
            abort();
        for (size_t at = 0; at < record->payload.size; at++) {
            if (record->payload.data[at] != payload_byte(i, at))
                abort();
        }
        return;
    }
    abort();
}

static void scan_file(struct stw_slice bytes, const struct written *written)
{
    struct stw_journal_scan scan = {
        .id = id, .number = 1, .bytes = bytes, .at = STW_JOURNAL_HEADER_SIZE};
    struct stw_journal_record record;
    for (;;) {
        size_t from = 0, before = scan.at;
        enum stw_journal_found found = stw_journal_scan_next(&scan, &record, &from);
        if (found == STW_JOURNAL_FOUND_NOTHING)
            return;
        if (scan.at <= before || (found == STW_JOURNAL_FOUND_DAMAGE && from != before))
            abort();
        if (found == STW_JOURNAL_FOUND_RECORD && written != NULL)
            check_record(written, &record);
    }
}

static size_t write_records(const uint8_t *data, size_t size, char *file, struct written *written)
{
    size_t at = 0, offset = STW_JOURNAL_HEADER_SIZE;
    while (at + 2 <= size && data[at] != 0 && written->count < RECORDS_MAX) {
        char payload[256];
        unsigned i = written->count;
        size_t length = data[at + 1];
        if (offset + stw_journal_record_size(length) > FILE_SIZE)
            break;
        for (size_t byte = 0; byte < length; byte++)
            payload[byte] = payload_byte(i, byte);
        written->kind[i] = 1 + data[at] % STW_JOURNAL_KIND_MAX;
        written->offset[i] = offset;
        written->size[i] = length;
        written->count++;
        struct stw_journal_position place = {1, offset};
        stw_journal_record_encode(id, place, written->kind[i], (struct stw_slice){payload, length},
                                  file + offset);
        offset += stw_journal_record_size(length);
        at += 2;
    }
    return at;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct stw_journal_header header;
    if (size == 0)
        return 0;
    if (data[0] % 2 == 0) {
        struct stw_slice bytes = {(const char *)data + 1, size - 1};
        (void)stw_journal_header_decode(bytes, id, 1, &header);
        scan_file(bytes, NULL);
        return 0;
    }
    char *file = calloc(1, FILE_SIZE);
    struct written written = {.count = 0};
    if (file == NULL)
        return 0;
    size_t at = 1 + write_records(data + 1, size - 1, file, &written);
    for (; at + 3 <= size; at += 3)
        file[(data[at] << 8 | data[at + 1]) % FILE_SIZE] ^= (char)data[at + 2];
    scan_file((struct stw_slice){file, FILE_SIZE}, &written);
    free(file);
    return 0;
}
