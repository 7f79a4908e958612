/* One file into one commit; see ingest.h. */
#include "ingest/ingest.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/plural.h"
#include "ingest/map_rows.h"
#include "ingest/parts.h"
#include "ingest/records.h"
#include "ingest/source.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { PROGRESS_EVERY_NS = 200 * 1000 * 1000, PROGRESS_EVERY_RECORDS = 4096 };

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
    const struct stw_ingest_piece *piece; /* NULL: a file */
    struct stw_rejects rejects;
    struct stw_ingest_findings findings;
    struct stw_records *records;
    struct stw_fold *log; /* where the map folds: over all sheets */
    struct stw_map_rows rows;
    bool bound;              /* rows is ready: the header was seen */
    struct stw_parts *parts; /* NULL: none, or done with */
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
        .records = load->result->records + (load->bound ? load->rows.records : 0),
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

static int bind_rows(struct load *load, const struct stw_text_record *first)
{
    struct stw_map_rows_sink sink = {
        .store = load->store,
        .commit = load->commit,
        .durability = load->piece == NULL ? STW_DURABILITY_NONE : load->piece->durability,
        .rejects = &load->rejects,
        .findings = &load->findings,
        .log = load->log,
    };
    STW_TRY(stw_map_rows_init(&load->rows, load->map, stw_store_zone(load->store), &load->names,
                              first->is_header ? first : NULL, first->count, &sink, load->err));
    load->bound = true;
    return STW_OK;
}

/* Adds what the rows bound to one header counted; a workbook has a header on every sheet. */
static void count_rows(struct load *load)
{
    struct stw_ingest_result *result = load->result;
    result->records += load->rows.records;
    result->rows += load->rows.rows;
    result->empty += load->rows.empty;
    result->ambiguous += load->rows.ambiguous;
    result->outages.before += load->rows.outages.before;
    result->outages.open += load->rows.outages.open;
    result->outages.unknown += load->rows.outages.unknown;
    result->outages.corrected += load->rows.outages.corrected;
}

static int unbind_rows(struct load *load, bool more)
{
    if (!load->bound)
        return STW_OK;
    STW_TRY(stw_map_rows_finish(&load->rows, more, load->err));
    count_rows(load);
    load->bound = false;
    stw_map_rows_release(&load->rows);
    return STW_OK;
}

static int read_again(void *context, struct stw_text_record *record, struct stw_error *err)
{
    struct load *load = context;
    load->result->last_line = record->line;
    return stw_map_rows_add(&load->rows, record, err);
}

static void note_part(void *context, uint64_t last_line)
{
    struct load *load = context;
    if (last_line > 0)
        load->result->last_line = last_line;
    report_progress(load);
}

/* A large file of plain lines is read in parts. Its size decides, not the number of threads. */
static int make_parts(struct load *load, const struct stw_text_record *first)
{
    if (load->piece != NULL || load->options->preview != NULL ||
        load->result->container != STW_CONTAINER_CSV ||
        stw_input_size(load->input) < STW_PARTS_BYTES_MIN || !stw_map_rows_has_parts(&load->rows))
        return STW_OK;
    struct stw_parts_spec spec = {
        .records = load->records,
        .rows = &load->rows,
        .store_zone = stw_store_zone(load->store),
        .names = &load->names,
        .header = first->is_header ? first : NULL,
        .column_count = first->count,
        .threads = stw_store_threads(load->store),
        .path = stw_slice_of(stw_input_path(load->input)),
        .context = load,
        .take = read_again,
        .taken = note_part,
    };
    return stw_parts_create(&load->parts, &spec, load->err);
}

static int run_parts(struct load *load)
{
    int status = stw_parts_run(load->parts, load->err);
    stw_parts_free(load->parts);
    load->parts = NULL;
    return status;
}

static int take_record(struct load *load, const struct stw_text_record *record)
{
    if (record->is_header)
        STW_TRY(unbind_rows(load, true));
    if (!load->bound) {
        STW_TRY(bind_rows(load, record));
        STW_TRY(make_parts(load, record));
    }
    return record->is_header ? STW_OK : stw_map_rows_add(&load->rows, record, load->err);
}

/* The last record of a packed file whose end is missing is none. */
static int note_cut(struct load *load, struct stw_text_record *record)
{
    record->problem = STW_RECORD_CUT;
    if (!record->is_header)
        return STW_OK;
    stw_fail(load->err, STW_ERR_INPUT, "%s ends too early, in its header",
             stw_input_path(load->input));
    stw_error_hint(load->err, "copy it again from where it came");
    return STW_ERR_INPUT;
}

static int read_records(struct load *load)
{
    struct stw_text_record record;
    int status;
    while ((status = stw_records_next(load->records, &record, load->err)) == STW_OK) {
        if (load->piece != NULL)
            record.line += load->piece->lines_before;
        if (record.is_unended && stw_input_is_cut(load->input))
            STW_TRY(note_cut(load, &record));
        STW_TRY(take_record(load, &record));
        load->result->last_line = record.line;
        if (record.is_unended && !record.is_header)
            load->result->unended_line = record.line;
        if (load->rows.records % PROGRESS_EVERY_RECORDS == 0)
            report_progress(load);
        if (load->options->preview != NULL && load->rows.records >= load->options->preview_records)
            break;
        if (load->parts != NULL)
            STW_TRY(run_parts(load));
    }
    STW_TRY(status);
    load->result->totals = stw_records_totals(load->records);
    load->result->is_cut = stw_input_is_cut(load->input);
    if (!load->bound && load->piece != NULL)
        return STW_OK;
    if (!load->bound)
        return stw_fail(load->err, STW_ERR_INPUT, "%s holds no rows", stw_input_path(load->input));
    if (load->options->preview == NULL)
        return unbind_rows(load, false);
    STW_TRY(stw_map_rows_settle(&load->rows, load->err));
    load->options->preview(load->options->preview_context, &load->rows);
    count_rows(load);
    return STW_OK;
}

static int put_rejects_on_record(struct load *load)
{
    for (int i = 0; i < STW_REJECT_REASONS; i++) {
        struct stw_slice word = stw_slice_of(stw_reject_word((enum stw_reject)i));
        if (load->result->reasons[i] > 0)
            STW_TRY(stw_commit_reject(load->commit, word, load->result->reasons[i], load->err));
    }
    return STW_OK;
}

static int finish(struct load *load)
{
    struct stw_ingest_result *result = load->result;
    STW_TRY(stw_rejects_finish(&load->rejects, load->err));
    if (result->rejected > 0)
        memcpy(result->rejects_path, load->rejects.path, sizeof(result->rejects_path));
    if (load->options->strict && result->rejected > 0) {
        stw_fail(load->err, STW_ERR_INPUT,
                 "%" PRIu64 " of %" PRIu64 " record%s of %s %s not fit; nothing was stored",
                 result->rejected, result->records, stw_plural(result->records),
                 stw_input_path(load->input), stw_plural_of(result->rejected, "does", "do"));
        stw_error_hint(load->err, "see %s, or leave out --strict", result->rejects_path);
        return STW_ERR_INPUT;
    }
    if (load->options->strict && result->is_cut) {
        stw_fail(load->err, STW_ERR_INPUT,
                 "%s ends too early, in line %" PRIu64 " or after it; nothing was stored",
                 stw_input_path(load->input), result->last_line);
        stw_error_hint(load->err, "copy it again from where it came");
        return STW_ERR_INPUT;
    }
    STW_TRY(put_rejects_on_record(load));
    STW_TRY(stw_ingest_findings_finish(&load->findings, load->rejects.io,
                                       stw_store_path(load->store), load->name, load->source.hash,
                                       load->err));
    result->findings = load->findings.summary;
    struct stw_commit *commit = load->commit;
    load->commit = NULL; /* finish frees it in every case */
    return stw_commit_finish(commit, &result->commit, load->err);
}

static int load_file(struct load *load, const char *path, const struct stw_io *io)
{
    load->input = load->options->input;
    STW_TRY(load->input != NULL ? stw_input_as_bytes(load->input, load->err)
                                : stw_input_open(&load->input, io, path, load->err));
    load->result->bytes = stw_input_size(load->input);
    load->name = stw_file_base(load->options->name != NULL ? load->options->name : path);
    STW_TRY(match_name(load));
    STW_TRY(identify(load));
    load->result->known = stw_store_source(load->store, &load->source, &load->result->before);
    if (load->result->known && load->options->preview == NULL)
        return STW_OK;
    STW_TRY(stw_rejects_init(&load->rejects, io, stw_store_path(load->store), load->name,
                             load->source.hash, load->err));
    STW_TRY(stw_commit_begin(load->store, &load->source, &load->commit, load->err));
    if (load->map->fold.into != STW_MAP_FOLD_NONE)
        STW_TRY(stw_fold_create(&load->log, load->map->fold.ties.column_count > 0, load->err));
    STW_TRY(stw_records_open(&load->records, load->input, load->map, load->err));
    load->result->container = stw_records_container(load->records);
    load->result->encoding = *stw_input_encoding(load->input);
    STW_TRY(read_records(load));
    load->result->rejected = load->rejects.rows;
    memcpy(load->result->reasons, load->rejects.count, sizeof(load->result->reasons));
    return load->options->preview == NULL ? finish(load) : STW_OK;
}

static void begin_load(struct load *load)
{
    static const struct stw_ingest_options defaults;
    memset(load->result, 0, sizeof(*load->result));
    if (load->options == NULL)
        load->options = &defaults;
    load->rejects.file.fd = -1;
    load->started_ns = stw_clock_monotonic_ns();
    stw_ingest_findings_init(&load->findings);
    load->rejects.io = load->options->io == NULL ? stw_io_system() : load->options->io;
}

static void end_load(struct load *load)
{
    stw_commit_abort(load->commit);
    stw_parts_free(load->parts);
    if (load->bound)
        stw_map_rows_release(&load->rows);
    stw_fold_free(load->log);
    stw_records_close(load->records);
    stw_rejects_release(&load->rejects);
    stw_ingest_findings_release(&load->findings);
    if (load->options->input == NULL)
        stw_input_close(load->input);
    load->result->elapsed_ns = stw_clock_monotonic_ns() - load->started_ns;
}

int stw_ingest_file(struct stw_store *store, const struct stw_map *map, const char *path,
                    const struct stw_ingest_options *options, struct stw_ingest_result *result,
                    struct stw_error *err)
{
    struct load load = {
        .store = store, .map = map, .options = options, .result = result, .err = err};
    begin_load(&load);
    int status = load_file(&load, path, load.rejects.io);
    end_load(&load);
    return status;
}

/* ---- Streams --------------------------------------------------------------------------------- */

int stw_ingest_check_stream(const struct stw_map *map, struct stw_error *err)
{
    enum stw_container kind = map->container.kind;
    if (kind != STW_CONTAINER_XLSX && kind != STW_CONTAINER_JSON && !map->container.skip_find &&
        !map->days.used && !map->previous.used && map->sum_count == 0 &&
        map->fold.into == STW_MAP_FOLD_NONE)
        return STW_OK;
    int status = stw_fail(err, STW_ERR_USAGE, "the layout of this map needs a whole file");
    stw_error_where(err, "%s", map->file);
    stw_error_hint(err, "a stream has one record a line: CSV, JSON lines or line protocol");
    return status;
}

static int load_piece(struct load *load)
{
    const struct stw_ingest_piece *piece = load->piece;
    load->name = stw_slice_of(piece->name);
    STW_TRY(stw_input_open_bytes(&load->input, piece->name, piece->bytes, load->err));
    load->result->bytes = piece->bytes.size;
    STW_TRY(match_name(load));
    STW_TRY(identify(load));
    STW_TRY(stw_rejects_init(&load->rejects, load->rejects.io, stw_store_path(load->store),
                             load->name, load->source.hash, load->err));
    STW_TRY(stw_records_open(&load->records, load->input, load->map, load->err));
    STW_TRY(read_records(load));
    load->result->rejected = load->rejects.rows;
    memcpy(load->result->reasons, load->rejects.count, sizeof(load->result->reasons));
    STW_TRY(stw_rejects_finish(&load->rejects, load->err));
    if (load->result->rejected > 0)
        memcpy(load->result->rejects_path, load->rejects.path, sizeof(load->result->rejects_path));
    STW_TRY(stw_ingest_findings_finish(&load->findings, load->rejects.io,
                                       stw_store_path(load->store), load->name, load->source.hash,
                                       load->err));
    load->result->findings = load->findings.summary;
    return STW_OK;
}

int stw_ingest_piece(struct stw_store *store, const struct stw_map *map,
                     const struct stw_ingest_piece *piece, struct stw_ingest_result *result,
                     struct stw_error *err)
{
    struct load load = {.store = store, .map = map, .result = result, .err = err, .piece = piece};
    begin_load(&load);
    int status = load_piece(&load);
    end_load(&load);
    return status;
}
