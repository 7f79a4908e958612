/* One file into one commit; see ingest.h. */
#include "ingest/ingest.h"

#include "base/clock.h"
#include "base/memory.h"
#include "ingest/map_rows.h"
#include "ingest/source.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { PROGRESS_EVERY_NS = 200 * 1000 * 1000 };

/* A file on its way. */
struct load {
    struct stw_store *store;
    const struct stw_map *map;
    const struct stw_ingest_options *options;
    struct stw_ingest_result *result;
    struct stw_error *err;
    struct stw_input *input;
    struct stw_slice name; /* without folder and packing */
    struct stw_file_names names;
    struct stw_source source;
    struct stw_commit *commit;
    struct stw_rejects rejects;
    struct stw_csv csv;
    struct stw_map_rows rows;
    bool bound; /* rows is ready: the header was seen */
    uint32_t lines_to_skip;
    bool skipped_cr; /* the last byte skipped was a CR */
    int64_t started_ns;
    int64_t reported_ns;
};

int64_t stw_ingest_remaining_ns(const struct stw_ingest_progress *progress)
{
    if (progress->bytes_done == 0 || progress->bytes_done > progress->bytes_total)
        return -1;
    return (int64_t)((double)progress->elapsed_ns *
                     (double)(progress->bytes_total - progress->bytes_done) /
                     (double)progress->bytes_done);
}

static void report_progress(struct load *load)
{
    int64_t now_ns = stw_clock_monotonic_ns();
    if (load->options->progress == NULL || now_ns - load->reported_ns < PROGRESS_EVERY_NS)
        return;
    load->reported_ns = now_ns;
    struct stw_ingest_progress progress = {
        .bytes_done = stw_input_position(load->input),
        .bytes_total = stw_input_size(load->input),
        .records = load->bound ? load->rows.records : 0,
        .elapsed_ns = now_ns - load->started_ns,
    };
    load->options->progress(load->options->progress_context, &progress);
}

static int match_name(struct load *load)
{
    const struct stw_map *map = load->map;
    if (map->file_name.size == 0 ||
        stw_file_pattern_match(map->file_name, load->name, &load->names))
        return STW_OK;
    stw_fail(load->err, STW_ERR_INPUT, "the name '%.*s' does not fit the map's file_name '%.*s'",
             STW_SLICE_ARG(load->name), STW_SLICE_ARG(map->file_name));
    stw_error_where(load->err, "%s", map->file);
    if (strcmp(stw_input_path(load->input), "-") == 0)
        stw_error_hint(load->err, "give standard input a name with --name");
    return STW_ERR_INPUT;
}

/* The bytes, the map (but for its remarks), the zone, and what the file's name says. */
static int identify(struct load *load)
{
    struct stw_buffer settings;
    struct stw_map map = *load->map;
    map.about = (struct stw_slice){NULL, 0};
    stw_buffer_init(&settings);
    stw_map_write(&map, &settings);
    stw_buffer_add_slice(&settings, stw_store_zone(load->store));
    for (uint32_t i = 0; i < load->names.count; i++) {
        stw_buffer_add_char(&settings, '\0');
        stw_buffer_add_slice(&settings, load->names.text[i]);
    }
    struct stw_hash_stream *stream = stw_hash_stream_create();
    int status = stw_buffer_status(&settings, load->err);
    if (stream == NULL)
        status = stw_fail_memory(load->err, settings.size);
    if (status == STW_OK)
        status = stw_input_hash(load->input, stream, load->err);
    if (status == STW_OK) {
        stw_hash_stream_add(stream, settings.data, settings.size);
        load->source.hash = stw_hash_stream_digest(stream);
        load->source.size_bytes = stw_input_size(load->input);
        load->source.name = load->name;
    }
    if (stream != NULL)
        stw_hash_stream_free(stream);
    stw_buffer_release(&settings);
    return status;
}

static int fail_encoding(struct load *load, const char *what, const char *from)
{
    stw_fail(load->err, STW_ERR_INPUT, "%s is %s, not UTF-8", stw_input_path(load->input), what);
    stw_error_hint(load->err, "convert it first: iconv -f %s -t UTF-8 IN > OUT", from);
    return STW_ERR_INPUT;
}

static int check_first_bytes(struct load *load, const char *bytes, size_t size)
{
    if (size >= 2 && (memcmp(bytes, "\xFF\xFE", 2) == 0 || memcmp(bytes, "\xFE\xFF", 2) == 0))
        return fail_encoding(load, "UTF-16", "UTF-16");
    if (size >= 4 && memcmp(bytes, "PK\x03\x04", 4) == 0) {
        stw_fail(load->err, STW_ERR_INPUT, "%s is a workbook or zip file, not CSV",
                 stw_input_path(load->input));
        stw_error_hint(load->err, "save the sheet as CSV UTF-8");
        return STW_ERR_INPUT;
    }
    return STW_OK;
}

/* Drops the lines in front of the header from a piece just read; returns what is left of it. */
static size_t skip_lines(struct load *load, char *bytes, size_t size)
{
    size_t at = 0;
    if (load->lines_to_skip == 0 && !load->skipped_cr)
        return size;
    while (at < size) {
        if (load->skipped_cr) {
            load->skipped_cr = false;
            at += bytes[at] == '\n';
            continue;
        }
        if (load->lines_to_skip == 0)
            break;
        char c = bytes[at++];
        load->skipped_cr = c == '\r';
        if (c == '\n' || c == '\r')
            load->lines_to_skip--;
    }
    memmove(bytes, bytes + at, size - at);
    load->csv.offset += at;
    return size - at;
}

static int fill(struct load *load)
{
    size_t room, got;
    bool at_end;
    char *to = stw_csv_room(&load->csv, &room);
    if (to == NULL)
        return stw_fail_memory(load->err, STW_CSV_RECORD_BYTES_MAX);
    bool first = stw_input_position(load->input) == 0;
    STW_TRY(stw_input_read(load->input, to, room, &got, &at_end, load->err));
    if (first)
        STW_TRY(check_first_bytes(load, to, got));
    stw_csv_filled(&load->csv, skip_lines(load, to, got), at_end);
    report_progress(load);
    return STW_OK;
}

static int fail_csv(struct load *load, int status)
{
    stw_error_where(load->err, "%s:%" PRIu64, stw_input_path(load->input), load->csv.fail_line);
    return status;
}

static bool is_blank(const struct stw_csv_record *record)
{
    return record->count == 1 && record->fields[0].text.size == 0 && !record->fields[0].quoted;
}

static int take_record(struct load *load, const struct stw_csv_record *record)
{
    if (is_blank(record))
        return STW_OK;
    if (load->bound)
        return stw_map_rows_add(&load->rows, record, load->err);
    bool header = load->map->header;
    STW_TRY(stw_map_rows_init(&load->rows, load->map, stw_store_zone(load->store), &load->names,
                              header ? record : NULL, record->count, load->commit, &load->rejects,
                              load->err));
    load->bound = true;
    return header ? STW_OK : stw_map_rows_add(&load->rows, record, load->err);
}

static int read_records(struct load *load)
{
    struct stw_csv_record record;
    for (;;) {
        int status = stw_csv_next(&load->csv, &record, load->err);
        if (status < 0)
            return fail_csv(load, status);
        if (status == STW_OK)
            STW_TRY(take_record(load, &record));
        else if (load->csv.last)
            break;
        else
            STW_TRY(fill(load));
    }
    if (!load->bound)
        return stw_fail(load->err, STW_ERR_INPUT, "%s holds no rows", stw_input_path(load->input));
    return stw_map_rows_flush(&load->rows, load->err);
}

static void count(struct load *load)
{
    struct stw_ingest_result *result = load->result;
    result->records = load->rows.records;
    result->rows = load->rows.rows;
    result->empty = load->rows.empty;
    result->ambiguous = load->rows.ambiguous;
    result->rejected = load->rejects.rows;
    memcpy(result->reasons, load->rejects.count, sizeof(result->reasons));
}

static int finish(struct load *load)
{
    struct stw_ingest_result *result = load->result;
    STW_TRY(stw_rejects_finish(&load->rejects, load->err));
    if (result->rejected > 0)
        memcpy(result->rejects_path, load->rejects.path, sizeof(result->rejects_path));
    if (load->options->strict && result->rejected > 0) {
        stw_fail(load->err, STW_ERR_INPUT,
                 "%" PRIu64 " of %" PRIu64 " records of %s do not fit; nothing was stored",
                 result->rejected, result->records, stw_input_path(load->input));
        stw_error_hint(load->err, "see %s, or leave out --strict", result->rejects_path);
        return STW_ERR_INPUT;
    }
    struct stw_commit *commit = load->commit;
    load->commit = NULL; /* finish frees it in every case */
    return stw_commit_finish(commit, &result->commit, load->err);
}

static int load_file(struct load *load, const char *path, const struct stw_io *io)
{
    struct stw_csv_options csv = {load->map->separator, load->map->quote, load->map->quote == '\0'};
    STW_TRY(stw_input_open(&load->input, io, path, load->err));
    load->result->bytes = stw_input_size(load->input);
    load->name = stw_file_base(load->options->name != NULL ? load->options->name : path);
    STW_TRY(match_name(load));
    STW_TRY(identify(load));
    load->result->known = stw_store_source(load->store, &load->source, &load->result->before);
    if (load->result->known)
        return STW_OK;
    STW_TRY(stw_rejects_init(&load->rejects, io, stw_store_path(load->store), load->name,
                             load->source.hash, load->err));
    STW_TRY(stw_commit_begin(load->store, &load->source, &load->commit, load->err));
    stw_csv_init(&load->csv, &csv);
    load->csv.line += load->map->skip;
    load->lines_to_skip = load->map->skip;
    STW_TRY(read_records(load));
    count(load);
    return finish(load);
}

int stw_ingest_file(struct stw_store *store, const struct stw_map *map, const char *path,
                    const struct stw_ingest_options *options, struct stw_ingest_result *result,
                    struct stw_error *err)
{
    static const struct stw_ingest_options defaults;
    memset(result, 0, sizeof(*result));
    struct load load = {
        .store = store,
        .map = map,
        .options = options == NULL ? &defaults : options,
        .result = result,
        .err = err,
        .rejects.file.fd = -1,
        .started_ns = stw_clock_monotonic_ns(),
    };
    load.rejects.io = load.options->io == NULL ? stw_io_system() : load.options->io;
    int status = load_file(&load, path, load.rejects.io);
    stw_commit_abort(load.commit);
    if (load.bound)
        stw_map_rows_release(&load.rows);
    stw_csv_release(&load.csv);
    stw_rejects_release(&load.rejects);
    stw_input_close(load.input);
    result->elapsed_ns = stw_clock_monotonic_ns() - load.started_ns;
    return status;
}
