/*
 * The MANIFEST file: a header, kept twice, and records appended one after the other. This module
 * knows framing, checksums and recovery; what records mean is state.h's. FORMAT.md has all of it on
 * one page.
 *
 * Header, 128 bytes, at offsets 0 and 128: magic "STWMANIF", version u32, 0 u32, store id [16],
 * created i64 (ns), zone size u8, zone [63], 0 [16], checksum u64 of the 120 bytes before it.
 *
 * Record: magic u32, type u32, generation u64, size u64 of the payload, checksum u64 of these 24
 * bytes; payload; checksum u64 of the payload. Checksums of records are XXH3-64 seeded with the
 * store's id, so that bytes of another store never pass for ours. Two checksums, because a size
 * that is wrong must not be taken for a record that was cut off. Each record's generation is one
 * above that of the one before, so that it shows how many are missing.
 *
 * Mark, 24 bytes, after the last record: magic u32, 0 u32, generation u64 of that record, checksum
 * u64 of these 16 bytes (the seed plus the mark's offset). It is written once the record is synced,
 * is not synced itself, and the next record overwrites it. So it tells two things apart that look
 * alike, a last record that cannot be read:
 *
 *   - with a mark, or any byte, behind it: it was acknowledged, and its bytes are damaged;
 *   - with nothing behind it: the power went while it was written, and nobody was told of it.
 *
 * Both at once, the power cut before the mark was on disk and a synced record damaged later, looks
 * like the second. What a file begins with is synced before the file has its name (a schema record,
 * or the two copies of a checkpoint, and a mark): it is never torn.
 */
#ifndef STW_STORE_MANIFEST_H
#define STW_STORE_MANIFEST_H

#include "base/bits.h"
#include "base/io.h"

enum {
    STW_MANIFEST_VERSION = 1, /* of the manifest and of what it lists */
    STW_STORE_ID_SIZE = 16,
    STW_MANIFEST_COPY_SIZE = 128,
    STW_MANIFEST_HEADER_SIZE = 2 * STW_MANIFEST_COPY_SIZE,
    STW_MANIFEST_ZONE_SIZE = 63,
    STW_RECORD_HEAD_SIZE = 32,
    STW_RECORD_EXTRA_SIZE = STW_RECORD_HEAD_SIZE + 8, /* a record without its payload */
    STW_MARK_SIZE = 24
};

struct stw_manifest_header {
    uint32_t version;
    unsigned char id[STW_STORE_ID_SIZE];
    int64_t created_ns;
    char zone[STW_MANIFEST_ZONE_SIZE + 1]; /* NUL-terminated */
};

/* The numbers are on disk. */
enum stw_record_type {
    STW_RECORD_SCHEMA = 1,
    STW_RECORD_COMMIT = 2,
    STW_RECORD_ERASE = 3,
    STW_RECORD_SNAPSHOT = 4,
    STW_RECORD_REPLACE = 5,   /* segments for others, or for none; snapshots given up */
    STW_RECORD_CHECKPOINT = 6 /* all there is, in the place of the records before */
};

struct stw_record {
    uint32_t type;
    uint64_t generation;
    struct stw_slice payload;
    uint64_t offset; /* where it starts in the file */
};

void stw_manifest_header_encode(const struct stw_manifest_header *header, struct stw_buffer *out);

/* From the first STW_MANIFEST_HEADER_SIZE bytes. *damaged counts bad copies (0 or 1);
 * STW_ERR_DAMAGED when both are bad, STW_ERR_USAGE for another version. */
int stw_manifest_header_decode(struct stw_slice bytes, struct stw_manifest_header *header,
                               unsigned *damaged, struct stw_error *err) STW_CHECKED;

/* The seed of record checksums. */
uint64_t stw_manifest_seed(const struct stw_manifest_header *header);

void stw_record_encode(struct stw_buffer *out, uint64_t seed, enum stw_record_type type,
                       uint64_t generation, struct stw_slice payload);

/* For the end of a manifest: the mark stands at `offset`. */
void stw_mark_encode(char mark[STW_MARK_SIZE], uint64_t seed, uint64_t offset, uint64_t generation);

/* Walks over records in memory. */
struct stw_record_scan {
    struct stw_slice bytes;
    uint64_t base; /* offset of bytes.data[0] in the file */
    uint64_t seed;
    size_t at;
    uint64_t generation; /* of the last record that was found */
};

enum stw_record_found {
    STW_FOUND_RECORD,
    STW_FOUND_MARK,   /* the end: the records up to record->generation were acknowledged */
    STW_FOUND_DAMAGE, /* [from, to) is no record; what follows `to` is one, a mark, or the end */
    STW_FOUND_TORN,   /* [from, to) is what is left of a record that was never finished */
    STW_FOUND_END
};

/* What comes next; *from and *to are offsets in the file for all but records and the end. */
enum stw_record_found stw_record_next(struct stw_record_scan *scan, struct stw_record *record,
                                      uint64_t *from, uint64_t *to);

#endif
