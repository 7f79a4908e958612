/*
 * A stream: whatever whole lines standard input has at the moment are one piece, taken into the
 * journal, acknowledged together. So one sync serves all lines that came while the sync before it
 * was under way, and a lone line does not wait for others.
 */
#include "cli/ingest_stream.h"

#include "base/memory.h"
#include "base/plural.h"
#include "ingest/ingest.h"
#include "time/duration.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <unistd.h>

enum { IDLE_MS = 250 /* how often an idle stream looks whether a flush is due */ };

struct stream {
    struct stw_cli *cli;
    struct stw_store *store;
    const struct stw_map *map;
    bool acknowledge;
    struct stw_ingest_piece piece;
    struct stw_buffer header; /* lines that go before every piece */
    uint32_t header_lines;    /* wanted in it */
    char *room;               /* STW_STREAM_PIECE_BYTES */
    size_t size;              /* bytes in it */
    uint64_t lines;           /* taken, without the header */
    uint64_t rows, rejected;
};

/* ---- Options --------------------------------------------------------------------------------- */

static int read_durability(const struct stw_arguments *arguments, enum stw_durability *durability,
                           struct stw_error *err)
{
    static const char *const names[] = {"none", "batch", "always"};
    const char *name = stw_arguments_value(arguments, "durability");
    *durability = STW_DURABILITY_BATCH;
    for (int i = 0; name != NULL && i < 3; i++) {
        if (strcmp(name, names[i]) == 0) {
            *durability = (enum stw_durability)i;
            return STW_OK;
        }
    }
    return name == NULL ? STW_OK
                        : stw_fail(err, STW_ERR_USAGE,
                                   "--durability is none, batch or always, not '%s'", name);
}

int stw_stream_settings_read(const struct stw_arguments *arguments,
                             struct stw_stream_settings *settings, struct stw_error *err)
{
    struct stw_duration every;
    const char *text = stw_arguments_value(arguments, "flush-every");
    if (text == NULL)
        return STW_OK;
    STW_TRY(stw_duration_parse(stw_slice_of(text), &every, err));
    if (every.months != 0 || every.ns == 0)
        return stw_fail(err, STW_ERR_USAGE, "--flush-every is a time such as 5 min, not '%s'",
                        text);
    settings->flush_every_ns = every.ns;
    return STW_OK;
}

/* ---- Taking ---------------------------------------------------------------------------------- */

/* Moves the header's lines out of `lines`, as far as they have come. */
static void take_header(struct stream *stream, struct stw_slice *lines)
{
    const struct stw_map_container *container = &stream->map->container;
    if (lines->size > 0 && stream->header.size == 0 && container->header) {
        bool csv = container->kind == STW_CONTAINER_CSV ||
                   (container->kind == STW_CONTAINER_BY_CONTENT && lines->data[0] != '{');
        stream->header_lines = csv ? container->skip + 1 : 0;
    }
    while (stream->header_lines > 0 && lines->size > 0) {
        const char *end = memchr(lines->data, '\n', lines->size);
        size_t size = end == NULL ? lines->size : (size_t)(end - lines->data) + 1;
        stw_buffer_add(&stream->header, lines->data, size);
        lines->data += size;
        lines->size -= size;
        stream->header_lines--;
    }
}

static void print_rejects(const struct stream *stream, const struct stw_ingest_result *result)
{
    if (result->rejected > 0)
        fprintf(stream->cli->words, "%" PRIu64 " rejected up to line %" PRIu64 "; %s in %s\n",
                result->rejected, stream->lines,
                stw_plural_of(result->rejected, "it is", "they are"), result->rejects_path);
}

static uint64_t count_lines(struct stw_slice lines)
{
    uint64_t count = 0;
    for (size_t i = 0; i < lines.size; i++)
        count += lines.data[i] == '\n';
    return count + (lines.size > 0 && lines.data[lines.size - 1] != '\n');
}

static int take_lines(struct stream *stream, struct stw_slice lines, struct stw_error *err)
{
    struct stw_ingest_result result = {0};
    struct stw_buffer bytes;
    take_header(stream, &lines);
    if (lines.size == 0)
        return STW_OK;
    stw_buffer_init(&bytes);
    stw_buffer_add_slice(&bytes, stw_buffer_slice(&stream->header));
    stw_buffer_add_slice(&bytes, lines);
    int status = stw_buffer_status(&bytes, err);
    if (status == STW_OK) {
        stream->piece.bytes = stw_buffer_slice(&bytes);
        stream->piece.lines_before = stream->lines;
        status = stw_ingest_piece(stream->store, stream->map, &stream->piece, &result, err);
    }
    stw_buffer_release(&bytes);
    STW_TRY(status);
    stream->lines += count_lines(lines);
    stream->rows += result.rows;
    stream->rejected += result.rejected;
    print_rejects(stream, &result);
    if (stream->acknowledge) {
        fprintf(stream->cli->out, "acked %" PRIu64 "\n", stream->lines);
        fflush(stream->cli->out);
    }
    return STW_OK;
}

/* ---- Reading --------------------------------------------------------------------------------- */

/* Takes the whole lines that have come; a line that has not ended stays, unless nothing follows. */
static int take_whole_lines(struct stream *stream, bool ended, struct stw_error *err)
{
    size_t whole = stream->size;
    while (!ended && whole > 0 && stream->room[whole - 1] != '\n')
        whole--;
    if (whole == 0 && stream->size == STW_STREAM_PIECE_BYTES)
        return stw_fail(err, STW_ERR_LIMIT,
                        "line %" PRIu64 " of the stream is longer than %d bytes", stream->lines + 1,
                        STW_STREAM_PIECE_BYTES);
    STW_TRY(take_lines(stream, (struct stw_slice){stream->room, whole}, err));
    memmove(stream->room, stream->room + whole, stream->size - whole);
    stream->size -= whole;
    return STW_OK;
}

/* Adds what standard input has; STW_END when there will be no more. */
static int read_some(struct stream *stream, struct stw_error *err)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    int ready = poll(&input, 1, IDLE_MS);
    if (ready == 0 || (ready < 0 && errno == EINTR))
        return STW_OK;
    ssize_t got =
        read(STDIN_FILENO, stream->room + stream->size, STW_STREAM_PIECE_BYTES - stream->size);
    if (got < 0 && errno == EINTR)
        return STW_OK;
    if (got < 0)
        return stw_fail_errno(err, errno, "cannot read standard input");
    stream->size += (size_t)got;
    return got == 0 ? STW_END : STW_OK;
}

static int run_stream(struct stream *stream, struct stw_error *err)
{
    for (;;) {
        int status = read_some(stream, err);
        if (status < 0)
            return status;
        STW_TRY(take_whole_lines(stream, status == STW_END, err));
        if (status == STW_END)
            return stw_memtable_flush(stream->store, NULL, err);
        if (stw_memtable_is_due(stream->store))
            STW_TRY(stw_memtable_flush(stream->store, NULL, err));
    }
}

int stw_ingest_stream(struct stw_cli *cli, const struct stw_arguments *arguments,
                      struct stw_store *store, const struct stw_map *map, struct stw_error *err)
{
    const char *name = stw_arguments_value(arguments, "name");
    struct stream stream = {.cli = cli,
                            .store = store,
                            .map = map,
                            .acknowledge = stw_arguments_has(arguments, "ack"),
                            .piece = {.name = name == NULL ? "stream" : name}};
    STW_TRY(stw_ingest_check_stream(map, err));
    STW_TRY(read_durability(arguments, &stream.piece.durability, err));
    stream.room = stw_alloc(STW_STREAM_PIECE_BYTES, 1);
    if (stream.room == NULL)
        return stw_fail_memory(err, STW_STREAM_PIECE_BYTES);
    stw_buffer_init(&stream.header);
    int status = run_stream(&stream, err);
    stw_buffer_release(&stream.header);
    stw_free(stream.room);
    fprintf(cli->words, "%" PRIu64 " line%s: %" PRIu64 " row%s into %.*s, %" PRIu64 " rejected\n",
            stream.lines, stw_plural(stream.lines), stream.rows, stw_plural(stream.rows),
            STW_SLICE_ARG(map->table->name), stream.rejected);
    return status;
}
