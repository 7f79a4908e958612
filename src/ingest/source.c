/* Plain and packed input; see source.h. */
#include "ingest/source.h"

#include "base/memory.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

enum { CHUNK_BYTES = 256 * 1024, TRANSCODE_BYTES = 64 * 1024, ZSTD_WINDOW_LOG_MAX = 27 };

enum packing { PACKING_NONE, PACKING_ZSTD, PACKING_GZIP };

struct stw_input {
    struct stw_file file;
    struct stw_file random; /* the content, where it was asked for at any place; else closed */
    uint64_t random_size;
    char *path; /* as given */
    uint64_t size;
    uint64_t position; /* of the next byte to read from the file */
    enum packing packing;
    ZSTD_DCtx *zstd;
    z_stream gzip;
    bool gzip_ready;
    bool frame_open;   /* inside a zstd frame or gzip member */
    uint64_t unpacked; /* bytes given since the last rewind */
    bool is_cut;
    char *chunk; /* packed bytes: chunk[chunk_at .. chunk_end) */
    size_t chunk_at, chunk_end;
    struct transcode *transcode; /* NULL: the content as it is */
    struct stw_encoding_guess encoding;
};

/* Content on its way to UTF-8: coded[coded_at .. coded_end) still to decode, then plain[plain_at ..
 * plain_end) still to give out. */
struct transcode {
    struct stw_transcoder *transcoder;
    size_t coded_at, coded_end;
    size_t plain_at, plain_end;
    bool last; /* all content is in `coded` */
    char coded[TRANSCODE_BYTES];
    char plain[TRANSCODE_BYTES];
};

static int fail_read(const struct stw_input *input, struct stw_error *err)
{
    return stw_fail_errno(err, errno, "cannot read %s", input->path);
}

/* /dev/zero and the like give bytes for ever; a terminal gives what is typed. */
static int check_pipe(const struct stw_input *input, int from, struct stw_error *err)
{
    struct stat info;
    if (fstat(from, &info) != 0)
        return fail_read(input, err);
    bool device = S_ISBLK(info.st_mode) || (S_ISCHR(info.st_mode) && isatty(from) == 0);
    if (!device || strcmp(input->path, "/dev/null") == 0)
        return STW_OK;
    stw_fail(err, STW_ERR_INPUT, "%s is a device, not a file",
             strcmp(input->path, "-") == 0 ? "standard input" : input->path);
    stw_error_hint(err, "name the file that holds the rows");
    return STW_ERR_INPUT;
}

/* A file without a name, in $TMPDIR. */
static int make_spool(struct stw_file *file, struct stw_error *err)
{
    const char *folder = getenv("TMPDIR");
    char path[sizeof(file->path)];
    snprintf(path, sizeof(path), "%s/steward-input-XXXXXX", folder == NULL ? "/tmp" : folder);
    int fd = mkostemp(path, 0);
    if (fd < 0)
        return stw_fail_errno(err, errno, "cannot make a temporary file %s", path);
    unlink(path);
    file->fd = fd;
    snprintf(file->path, sizeof(file->path), "%s", path);
    return STW_OK;
}

/* Copies what a pipe gives into a file without a name. */
static int spool(struct stw_input *input, int from, struct stw_error *err)
{
    STW_TRY(check_pipe(input, from, err));
    STW_TRY(make_spool(&input->file, err));
    for (uint64_t at = 0;;) {
        ssize_t got = read(from, input->chunk, CHUNK_BYTES);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail_read(input, err);
        if (got == 0)
            return STW_OK;
        STW_TRY(stw_file_write(&input->file, at, input->chunk, (size_t)got, err));
        at += (uint64_t)got;
        if (at > STW_INPUT_PIPE_BYTES_MAX) {
            stw_fail(err, STW_ERR_LIMIT, "a pipe gave more than %lld bytes",
                     STW_INPUT_PIPE_BYTES_MAX);
            stw_error_hint(err, "write them into files, and name those");
            return STW_ERR_LIMIT;
        }
    }
}

static int open_file(struct stw_input *input, const struct stw_io *io, struct stw_error *err)
{
    struct stat info;
    if (strcmp(input->path, "-") == 0)
        return spool(input, STDIN_FILENO, err);
    STW_TRY(stw_file_open(&input->file, io, input->path, STW_FILE_READ, err));
    if (fstat(input->file.fd, &info) != 0)
        return fail_read(input, err);
    if (S_ISDIR(info.st_mode))
        return stw_fail(err, STW_ERR_INPUT, "%s is a folder", input->path);
    if (S_ISREG(info.st_mode))
        return STW_OK;
    struct stw_file pipe = input->file;
    input->file.fd = -1;
    int status = spool(input, pipe.fd, err);
    stw_file_close(&pipe);
    return status;
}

static enum packing tell_packing(const char *bytes, size_t size)
{
    if (size >= 4 && memcmp(bytes, "\x28\xB5\x2F\xFD", 4) == 0)
        return PACKING_ZSTD;
    if (size >= 2 && memcmp(bytes, "\x1F\x8B", 2) == 0)
        return PACKING_GZIP;
    return PACKING_NONE;
}

static int prepare(struct stw_input *input, struct stw_error *err)
{
    char first[4];
    size_t known = input->size < sizeof(first) ? (size_t)input->size : sizeof(first);
    STW_TRY(stw_file_read(&input->file, 0, first, known, err));
    input->packing = tell_packing(first, known);
    if (input->packing == PACKING_ZSTD) {
        input->zstd = ZSTD_createDCtx();
        if (input->zstd == NULL)
            return stw_fail_memory(err, CHUNK_BYTES);
        ZSTD_DCtx_setParameter(input->zstd, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG_MAX);
    }
    if (input->packing == PACKING_GZIP) {
        if (inflateInit2(&input->gzip, 15 + 16) != Z_OK)
            return stw_fail_memory(err, CHUNK_BYTES);
        input->gzip_ready = true;
    }
    return STW_OK;
}

static int create_input(struct stw_input **out, const struct stw_io *io, const char *path,
                        struct stw_error *err)
{
    struct stw_input *input = stw_alloc_zero(1, sizeof(*input));
    if (input == NULL)
        return stw_fail_memory(err, sizeof(*input));
    input->file = input->random = (struct stw_file){.io = io, .fd = -1};
    input->chunk = stw_alloc(CHUNK_BYTES, 1);
    input->path = stw_alloc(strlen(path) + 1, 1);
    if (input->chunk == NULL || input->path == NULL) {
        stw_input_close(input);
        return stw_fail_memory(err, CHUNK_BYTES);
    }
    memcpy(input->path, path, strlen(path) + 1);
    *out = input;
    return STW_OK;
}

/* Gives out the input that was opened with `status`, or closes it. */
static int give_out(struct stw_input *input, int status, struct stw_input **out,
                    struct stw_error *err)
{
    if (status == STW_OK)
        status = stw_file_size(&input->file, &input->size, err);
    if (status == STW_OK)
        status = prepare(input, err);
    if (status < 0)
        stw_input_close(input);
    else
        *out = input;
    return status;
}

int stw_input_open(struct stw_input **out, const struct stw_io *io, const char *path,
                   struct stw_error *err)
{
    struct stw_input *input;
    STW_TRY(create_input(&input, io, path, err));
    return give_out(input, open_file(input, io, err), out, err);
}

int stw_input_open_bytes(struct stw_input **out, const char *path, struct stw_slice bytes,
                         struct stw_error *err)
{
    struct stw_input *input;
    STW_TRY(create_input(&input, stw_io_system(), path, err));
    int status = STW_OK;
    snprintf(input->file.path, sizeof(input->file.path), "%s", path);
    input->file.fd = memfd_create("steward-input", MFD_CLOEXEC); /* a file that is only memory */
    if (input->file.fd < 0)
        status = stw_fail_errno(err, errno, "cannot make a file in memory");
    else
        status = stw_file_write(&input->file, 0, bytes.data, bytes.size, err);
    return give_out(input, status, out, err);
}

static void stop_transcoding(struct stw_input *input)
{
    if (input->transcode != NULL)
        stw_transcoder_free(input->transcode->transcoder);
    stw_free(input->transcode);
    input->transcode = NULL;
}

void stw_input_close(struct stw_input *input)
{
    if (input == NULL)
        return;
    if (input->file.fd >= 0)
        stw_file_close(&input->file);
    if (input->random.fd >= 0)
        stw_file_close(&input->random);
    ZSTD_freeDCtx(input->zstd);
    if (input->gzip_ready)
        inflateEnd(&input->gzip);
    stop_transcoding(input);
    stw_free(input->chunk);
    stw_free(input->path);
    stw_free(input);
}

const char *stw_input_path(const struct stw_input *input)
{
    return input->path;
}

uint64_t stw_input_size(const struct stw_input *input)
{
    return input->size;
}

int stw_input_read_at(struct stw_input *input, uint64_t offset, void *bytes, size_t size,
                      struct stw_error *err)
{
    return stw_file_read(input->random.fd >= 0 ? &input->random : &input->file, offset, bytes, size,
                         err);
}

uint64_t stw_input_position(const struct stw_input *input)
{
    return input->position;
}

/* At most `size` bytes as they lie in the file; 0 at its end. */
static int read_raw(struct stw_input *input, char *bytes, size_t size, size_t *got,
                    struct stw_error *err)
{
    uint64_t left = input->size - input->position;
    *got = left < size ? (size_t)left : size;
    STW_TRY(stw_file_read(&input->file, input->position, bytes, *got, err));
    input->position += *got;
    return STW_OK;
}

int stw_input_hash(struct stw_input *input, struct stw_hash_stream *stream, struct stw_error *err)
{
    size_t got;
    input->position = 0;
    do {
        STW_TRY(read_raw(input, input->chunk, CHUNK_BYTES, &got, err));
        stw_hash_stream_add(stream, input->chunk, got);
    } while (got > 0);
    return stw_input_rewind(input, err);
}

int stw_input_rewind(struct stw_input *input, struct stw_error *err)
{
    input->position = 0;
    input->chunk_at = input->chunk_end = 0;
    input->frame_open = input->is_cut = false;
    input->unpacked = 0;
    if (input->zstd != NULL)
        ZSTD_DCtx_reset(input->zstd, ZSTD_reset_session_only);
    if (input->gzip_ready && inflateReset(&input->gzip) != Z_OK)
        return stw_fail(err, STW_ERR_INTERNAL, "zlib cannot be reset");
    if (input->transcode != NULL) {
        struct transcode *code = input->transcode;
        stw_transcoder_reset(code->transcoder);
        code->coded_at = code->coded_end = code->plain_at = code->plain_end = 0;
        code->last = false;
    }
    return STW_OK;
}

static int fail_packed(const struct stw_input *input, const char *reason, struct stw_error *err)
{
    stw_fail(err, STW_ERR_INPUT, "%s cannot be unpacked: %s", input->path, reason);
    stw_error_hint(err, "copy it again from where it came");
    return STW_ERR_INPUT;
}

/* One step of the decoder from the chunk into bytes[*got ..]. */
static int unpack_zstd(struct stw_input *input, char *bytes, size_t size, size_t *got,
                       struct stw_error *err)
{
    ZSTD_inBuffer in = {input->chunk, input->chunk_end, input->chunk_at};
    ZSTD_outBuffer out = {bytes, size, *got};
    size_t left = ZSTD_decompressStream(input->zstd, &out, &in);
    if (ZSTD_isError(left))
        return fail_packed(input, ZSTD_getErrorName(left), err);
    input->frame_open = left != 0;
    input->chunk_at = in.pos;
    *got = out.pos;
    return STW_OK;
}

static int unpack_gzip(struct stw_input *input, char *bytes, size_t size, size_t *got,
                       struct stw_error *err)
{
    z_stream *gzip = &input->gzip;
    assert(size - *got <= UINT32_MAX);
    gzip->next_in = (unsigned char *)input->chunk + input->chunk_at;
    gzip->avail_in = (unsigned)(input->chunk_end - input->chunk_at);
    gzip->next_out = (unsigned char *)bytes + *got;
    gzip->avail_out = (unsigned)(size - *got);
    int result = inflate(gzip, Z_NO_FLUSH);
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
        return fail_packed(input, gzip->msg == NULL ? "damaged" : gzip->msg, err);
    input->chunk_at = input->chunk_end - gzip->avail_in;
    *got = size - gzip->avail_out;
    input->frame_open = result != Z_STREAM_END;
    /* A gzip file may be several members behind each other. */
    if (result == Z_STREAM_END && inflateReset(gzip) != Z_OK)
        return fail_packed(input, "zlib cannot be reset", err);
    return STW_OK;
}

static int read_packed(struct stw_input *input, char *bytes, size_t size, size_t *got, bool *at_end,
                       struct stw_error *err)
{
    *got = 0;
    while (*got < size) {
        size_t before = *got;
        bool fed = input->chunk_at < input->chunk_end;
        if (fed || input->frame_open)
            STW_TRY(input->packing == PACKING_ZSTD ? unpack_zstd(input, bytes, size, got, err)
                                                   : unpack_gzip(input, bytes, size, got, err));
        if (*got > before || input->chunk_at < input->chunk_end)
            continue;
        /* Nothing came out and nothing is left to put in. */
        input->chunk_at = 0;
        STW_TRY(read_raw(input, input->chunk, CHUNK_BYTES, &input->chunk_end, err));
        if (input->chunk_end > 0)
            continue;
        input->is_cut = input->frame_open;
        if (input->is_cut && input->unpacked + *got == 0)
            return fail_packed(input, "it ends too early", err);
        *at_end = true;
        break;
    }
    input->unpacked += *got;
    return STW_OK;
}

bool stw_input_is_cut(const struct stw_input *input)
{
    return input->is_cut;
}

int stw_input_random(struct stw_input *input, uint64_t *size_bytes, struct stw_error *err)
{
    *size_bytes = input->packing == PACKING_NONE ? input->size : input->random_size;
    if (input->packing == PACKING_NONE || input->random.fd >= 0)
        return stw_input_rewind(input, err);
    char *piece = stw_alloc(CHUNK_BYTES, 1);
    uint64_t at = 0;
    bool at_end = false;
    int status = piece == NULL ? stw_fail_memory(err, CHUNK_BYTES) : stw_input_as_bytes(input, err);
    if (status == STW_OK)
        status = make_spool(&input->random, err);
    while (status == STW_OK && !at_end) {
        size_t got;
        status = read_packed(input, piece, CHUNK_BYTES, &got, &at_end, err);
        if (status == STW_OK && at + got > STW_INPUT_UNPACKED_BYTES_MAX) {
            status = stw_fail(err, STW_ERR_LIMIT, "%s unpacks to more than %lld bytes", input->path,
                              STW_INPUT_UNPACKED_BYTES_MAX);
            stw_error_hint(err, "unpack it, and take in the workbook itself");
        } else if (status == STW_OK) {
            status = stw_file_write(&input->random, at, piece, got, err);
            at += got;
        }
    }
    stw_free(piece);
    if (status == STW_OK && input->is_cut)
        status = fail_packed(input, "it ends too early", err);
    if (status < 0 && input->random.fd >= 0) {
        stw_file_close(&input->random);
        input->random.fd = -1;
    }
    STW_TRY(status);
    *size_bytes = input->random_size = at;
    return stw_input_rewind(input, err);
}

/* As stw_input_read, in whatever encoding the content is. */
static int read_content(struct stw_input *input, char *bytes, size_t size, size_t *got,
                        bool *at_end, struct stw_error *err)
{
    *at_end = false;
    if (size > CHUNK_BYTES)
        size = CHUNK_BYTES;
    if (input->packing != PACKING_NONE)
        return read_packed(input, bytes, size, got, at_end, err);
    STW_TRY(read_raw(input, bytes, size, got, err));
    *at_end = input->position == input->size;
    return STW_OK;
}

/* Decodes the next piece into `plain`; what a cut leaves over moves to the front of `coded`. */
static int transcode_piece(struct stw_input *input, struct stw_error *err)
{
    struct transcode *code = input->transcode;
    size_t left = code->coded_end - code->coded_at, used, got;
    memmove(code->coded, code->coded + code->coded_at, left);
    code->coded_at = 0;
    code->coded_end = left;
    if (!code->last && left < TRANSCODE_BYTES / 2) {
        STW_TRY(read_content(input, code->coded + left, TRANSCODE_BYTES - left, &got, &code->last,
                             err));
        code->coded_end += got;
    }
    stw_transcoder_run(code->transcoder, (struct stw_slice){code->coded, code->coded_end},
                       code->last, &used, code->plain, TRANSCODE_BYTES, &got);
    code->coded_at = used;
    code->plain_at = 0;
    code->plain_end = got;
    return STW_OK;
}

static int read_transcoded(struct stw_input *input, char *bytes, size_t size, size_t *got,
                           bool *at_end, struct stw_error *err)
{
    struct transcode *code = input->transcode;
    for (;;) {
        size_t ready = code->plain_end - code->plain_at;
        bool done = code->last && code->coded_at == code->coded_end;
        if (ready > 0 || done) {
            *got = ready < size ? ready : size;
            memcpy(bytes, code->plain + code->plain_at, *got);
            code->plain_at += *got;
            *at_end = done && code->plain_at == code->plain_end;
            return STW_OK;
        }
        STW_TRY(transcode_piece(input, err));
    }
}

int stw_input_read(struct stw_input *input, char *bytes, size_t size, size_t *got, bool *at_end,
                   struct stw_error *err)
{
    return input->transcode != NULL ? read_transcoded(input, bytes, size, got, at_end, err)
                                    : read_content(input, bytes, size, got, at_end, err);
}

static int detect(struct stw_input *input, struct stw_encoding_guess *guess, struct stw_error *err)
{
    char *sample = stw_alloc(STW_ENCODING_SAMPLE_BYTES, 1);
    size_t size = 0, got;
    bool at_end = false;
    int status = sample == NULL ? stw_fail_memory(err, STW_ENCODING_SAMPLE_BYTES) : STW_OK;
    while (status == STW_OK && !at_end && size < STW_ENCODING_SAMPLE_BYTES) {
        status = read_content(input, sample + size, STW_ENCODING_SAMPLE_BYTES - size, &got, &at_end,
                              err);
        size += status == STW_OK ? got : 0;
    }
    if (status == STW_OK) {
        status = stw_encoding_detect((struct stw_slice){sample, size}, at_end, guess, err);
        if (status < 0)
            stw_error_where(err, "%s", input->path);
    }
    stw_free(sample);
    return status;
}

const struct stw_encoding_guess *stw_input_encoding(const struct stw_input *input)
{
    return &input->encoding;
}

static int start_transcoding(struct stw_input *input, struct stw_error *err)
{
    struct transcode *code = stw_alloc_zero(1, sizeof(*code));
    if (code == NULL)
        return stw_fail_memory(err, sizeof(*code));
    int status = stw_transcoder_create(&code->transcoder, input->encoding.encoding, err);
    if (status < 0) {
        stw_free(code);
        return status;
    }
    input->transcode = code;
    return STW_OK;
}

/* What a person said, unless the first bytes say otherwise beyond doubt. */
static int confirm(struct stw_input *input, struct stw_encoding_guess *said, struct stw_error *err)
{
    struct stw_encoding_guess marked;
    char first[STW_ENCODING_MARK_BYTES];
    size_t size = 0, got;
    for (bool at_end = false; !at_end && size < sizeof(first); size += got)
        STW_TRY(read_content(input, first + size, sizeof(first) - size, &got, &at_end, err));
    if (stw_encoding_marked((struct stw_slice){first, size}, &marked))
        *said = marked;
    return STW_OK;
}

int stw_input_as_bytes(struct stw_input *input, struct stw_error *err)
{
    input->encoding = (struct stw_encoding_guess){.encoding = STW_ENCODING_UNKNOWN};
    stop_transcoding(input);
    return stw_input_rewind(input, err);
}

int stw_input_as_text(struct stw_input *input, enum stw_encoding encoding, struct stw_error *err)
{
    struct stw_encoding_guess *guess = &input->encoding;
    *guess = (struct stw_encoding_guess){encoding, "as you said"};
    stop_transcoding(input);
    STW_TRY(stw_input_rewind(input, err));
    STW_TRY(encoding == STW_ENCODING_UNKNOWN ? detect(input, guess, err)
                                             : confirm(input, guess, err));
    STW_TRY(stw_input_rewind(input, err));
    return guess->encoding == STW_ENCODING_UTF8 ? STW_OK : start_transcoding(input, err);
}
