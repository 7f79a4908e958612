/*
 * Packing for the archive; see journal_pack.h and FORMAT.md.
 *
 * A mark is a skippable frame of zstd's, so that `zstd -d` unpacks an archived file. It has a
 * checksum of its own, seeded with the file's number, and one of the frame behind it: where either
 * is wrong, the next sound pair is searched for byte by byte (what the mark says of its frame's
 * size is not trusted: bytes may be missing), and what is unpacked goes to the offset that the mark
 * names.
 */
#include "journal/journal_pack.h"

#include "base/bits.h"
#include "base/hash.h"

#include <zstd.h>

enum {
    LEVEL = 3, /* of zstd */
    MAGIC = 0x184D2A5E,
    CONTENT_SIZE = STW_JOURNAL_MARK_SIZE - 8 /* what a skippable frame says of itself */
};

/* What stands before a packed piece. */
struct mark {
    uint64_t offset;      /* of the piece in the file */
    uint32_t bytes;       /* of the piece */
    uint32_t packed_size; /* of the frame behind the mark */
    uint64_t file_size;
    uint64_t packed_hash;
};

/* ---- Packing --------------------------------------------------------------------------------- */

static void encode_mark(uint64_t number, const struct mark *mark, char *bytes)
{
    stw_store_le32(bytes, MAGIC);
    stw_store_le32(bytes + 4, CONTENT_SIZE);
    stw_store_le64(bytes + 8, mark->offset);
    stw_store_le32(bytes + 16, mark->bytes);
    stw_store_le32(bytes + 20, mark->packed_size);
    stw_store_le64(bytes + 24, mark->file_size);
    stw_store_le64(bytes + 32, mark->packed_hash);
    stw_store_le64(bytes + 40, stw_hash64(bytes, 40, number));
}

static int pack_piece(ZSTD_CCtx *context, uint64_t number, struct stw_slice bytes, size_t offset,
                      struct stw_buffer *out, struct stw_error *err)
{
    size_t size = bytes.size - offset;
    if (size > STW_JOURNAL_PIECE_BYTES)
        size = STW_JOURNAL_PIECE_BYTES;
    size_t bound = ZSTD_compressBound(size);
    char *room = stw_buffer_room(out, STW_JOURNAL_MARK_SIZE + bound);
    if (room == NULL)
        return stw_fail_memory(err, bound);
    char *frame = room + STW_JOURNAL_MARK_SIZE;
    size_t packed = ZSTD_compress2(context, frame, bound, bytes.data + offset, size);
    if (ZSTD_isError(packed))
        return stw_fail_memory(err, bound);
    struct mark mark = {.offset = offset,
                        .bytes = (uint32_t)size,
                        .packed_size = (uint32_t)packed,
                        .file_size = bytes.size,
                        .packed_hash = stw_hash64(frame, packed, number)};
    encode_mark(number, &mark, room);
    out->size += STW_JOURNAL_MARK_SIZE + packed;
    return STW_OK;
}

int stw_journal_pack(uint64_t number, struct stw_slice bytes, struct stw_buffer *out,
                     struct stw_error *err)
{
    ZSTD_CCtx *context = ZSTD_createCCtx();
    if (context == NULL)
        return stw_fail_memory(err, bytes.size);
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, LEVEL);
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    int status = STW_OK;
    for (size_t offset = 0; status == STW_OK && offset < bytes.size;
         offset += STW_JOURNAL_PIECE_BYTES)
        status = pack_piece(context, number, bytes, offset, out, err);
    ZSTD_freeCCtx(context);
    return status;
}

/* ---- Unpacking ------------------------------------------------------------------------------- */

struct unpacking {
    uint64_t number;
    struct stw_slice packed;
    size_t at;    /* in packed */
    size_t limit; /* of the file */
    size_t begin; /* of the file in `out` */
    struct stw_buffer *out;
    ZSTD_DCtx *context;
    uint64_t file_size; /* as the marks say; 0: none was read */
    unsigned gaps;      /* places that cannot be unpacked */
    size_t gap_at;      /* the first of them, in packed */
};

/* Whether a sound mark stands at `at`. Its frame may be damaged or cut short. */
static bool decode_mark(const struct unpacking *unpacking, size_t at, struct mark *mark)
{
    const char *bytes = unpacking->packed.data + at;
    if (unpacking->packed.size - at < STW_JOURNAL_MARK_SIZE || stw_load_le32(bytes) != MAGIC ||
        stw_load_le32(bytes + 4) != CONTENT_SIZE ||
        stw_load_le64(bytes + 40) != stw_hash64(bytes, 40, unpacking->number))
        return false;
    *mark = (struct mark){.offset = stw_load_le64(bytes + 8),
                          .bytes = stw_load_le32(bytes + 16),
                          .packed_size = stw_load_le32(bytes + 20),
                          .file_size = stw_load_le64(bytes + 24),
                          .packed_hash = stw_load_le64(bytes + 32)};
    return mark->bytes > 0 && mark->bytes <= STW_JOURNAL_PIECE_BYTES &&
           mark->file_size <= unpacking->limit && mark->offset < mark->file_size &&
           mark->bytes <= mark->file_size - mark->offset;
}

/* Whether the frame behind a mark at `at` is whole, and its piece has not come yet: pieces come in
 * the order of the file. */
static bool frame_is_sound(const struct unpacking *unpacking, size_t at, const struct mark *mark)
{
    size_t from = at + STW_JOURNAL_MARK_SIZE, left = unpacking->packed.size - from;
    return mark->offset >= unpacking->out->size - unpacking->begin && mark->packed_size <= left &&
           stw_hash64(unpacking->packed.data + from, mark->packed_size, unpacking->number) ==
               mark->packed_hash;
}

static void note_gap(struct unpacking *unpacking, size_t at)
{
    if (unpacking->gaps == 0)
        unpacking->gap_at = at;
    unpacking->gaps++;
}

/* Zeros up to an offset of the file: no record of the journal looks like them. */
static int fill_to(const struct unpacking *unpacking, uint64_t offset, struct stw_error *err)
{
    size_t have = unpacking->out->size - unpacking->begin;
    if (offset <= have)
        return STW_OK;
    char *room = stw_buffer_room(unpacking->out, (size_t)offset - have);
    if (room == NULL)
        return stw_fail_memory(err, offset);
    memset(room, 0, (size_t)offset - have);
    unpacking->out->size += (size_t)offset - have;
    return STW_OK;
}

static int unpack_piece(struct unpacking *unpacking, const struct mark *mark, struct stw_error *err)
{
    const char *frame = unpacking->packed.data + unpacking->at + STW_JOURNAL_MARK_SIZE;
    if (mark->offset > unpacking->out->size - unpacking->begin && unpacking->gaps == 0)
        note_gap(unpacking, unpacking->at); /* cut out without a trace */
    STW_TRY(fill_to(unpacking, mark->offset, err));
    char *room = stw_buffer_room(unpacking->out, mark->bytes);
    if (room == NULL)
        return stw_fail_memory(err, mark->bytes);
    size_t size =
        ZSTD_decompressDCtx(unpacking->context, room, mark->bytes, frame, mark->packed_size);
    if (size == mark->bytes)
        unpacking->out->size += size;
    else
        note_gap(unpacking, unpacking->at);
    return STW_OK;
}

static int unpack_all(struct unpacking *unpacking, struct stw_error *err)
{
    bool searching = false;
    while (unpacking->at < unpacking->packed.size) {
        struct mark mark;
        bool marked = decode_mark(unpacking, unpacking->at, &mark);
        if (marked)
            unpacking->file_size = mark.file_size;
        if (marked && frame_is_sound(unpacking, unpacking->at, &mark)) {
            searching = false;
            STW_TRY(unpack_piece(unpacking, &mark, err));
            unpacking->at += STW_JOURNAL_MARK_SIZE + mark.packed_size;
            continue;
        }
        if (!searching)
            note_gap(unpacking, unpacking->at);
        searching = true;
        unpacking->at++;
    }
    if (unpacking->out->size - unpacking->begin < unpacking->file_size && unpacking->gaps == 0)
        note_gap(unpacking, unpacking->at);
    return fill_to(unpacking, unpacking->file_size, err);
}

int stw_journal_unpack(uint64_t number, struct stw_slice packed, size_t limit, const char *path,
                       struct stw_buffer *out, struct stw_error *err)
{
    struct unpacking unpacking = {
        .number = number, .packed = packed, .limit = limit, .begin = out->size, .out = out};
    unpacking.context = ZSTD_createDCtx();
    if (unpacking.context == NULL)
        return stw_fail_memory(err, packed.size);
    int status = unpack_all(&unpacking, err);
    ZSTD_freeDCtx(unpacking.context);
    STW_TRY(status);
    if (unpacking.file_size == 0 && packed.size > 0)
        return stw_fail(err, STW_ERR_DAMAGED, "%s is damaged: no piece of it can be unpacked",
                        path);
    if (unpacking.gaps == 0)
        return STW_OK;
    return stw_fail(err, STW_ERR_DAMAGED, "%s is damaged at byte %zu%s", path, unpacking.gap_at,
                    unpacking.gaps > 1 ? " and further on" : "");
}
