/*
 * steward ingest: files into a store, each whole or not at all. Prints what was decided about the
 * columns, a line per file, what was rejected and why, and what to do next.
 */
#include "cli/command.h"

#include "base/memory.h"
#include "base/plural.h"
#include "cli/ingest_files.h"
#include "cli/ingest_map.h"
#include "cli/ingest_preview.h"
#include "cli/ingest_stream.h"
#include "cli/missing.h"
#include "ingest/ingest.h"
#include "ingest/map_facts.h"
#include "store/compact.h"

#include <inttypes.h>

static const struct stw_option options[] = {
    STW_MAP_OPTIONS,
    {"save-map", "FILE", "write the map that was sniffed, for next month", false},
    {"preview", NULL, "print the map and the first ten rows; store nothing", false},
    {"name", "NAME", "a name for standard input, as a file would have", false},
    {"strict", NULL, "a single rejected row fails the file, and a file that fails ends the command",
     false},
    STW_STREAM_OPTIONS,
    STW_MISSING_OPTIONS,
    STW_OPTION_THREADS,
};

struct taking {
    struct stw_cli *cli;
    const struct stw_arguments *arguments;
    struct stw_store *store;
    const char *shown; /* the file progress is printed for */
    struct stw_map_choice choice;
    struct stw_buffer saved; /* the map that --save-map wrote */
    uint64_t files, known, rows, rejected, failed;
};

static void show_progress(void *context, const struct stw_ingest_progress *progress)
{
    struct taking *taking = context;
    double seconds = (double)progress->elapsed_ns / (double)STW_NS_PER_SECOND;
    int64_t left_ns = stw_ingest_remaining_ns(progress);
    fprintf(taking->cli->words, "\r%s: ", taking->shown);
    if (progress->bytes_total > 0)
        fprintf(taking->cli->words, "%3.0f %%, ",
                100.0 * (double)progress->bytes_done / (double)progress->bytes_total);
    fprintf(taking->cli->words, "%" PRIu64 " rows, %.1f M/s", progress->records,
            seconds > 0 ? (double)progress->records / seconds / 1e6 : 0.0);
    if (left_ns >= 0)
        fprintf(taking->cli->words, ", %.0f s to go", (double)left_ns / (double)STW_NS_PER_SECOND);
    fputs("   ", taking->cli->words);
    fflush(taking->cli->words);
}

/* The map in full, under the reasons as comments. */
static int write_map(const struct taking *taking, const char *path, struct stw_slice map,
                     struct stw_error *err)
{
    struct stw_buffer text;
    stw_buffer_init(&text);
    stw_map_put_comment(&text, stw_buffer_slice(&taking->choice.reasons));
    stw_buffer_add_slice(&text, map);
    int status = stw_buffer_status(&text, err);
    if (status == STW_OK)
        status = stw_file_replace(stw_io_system(), path, stw_buffer_slice(&text), err);
    stw_buffer_release(&text);
    return status;
}

/* One file of maps holds one map: a second one of another kind is an error, not its end. */
static int save_map(struct taking *taking, const struct stw_map *map, struct stw_error *err)
{
    const char *path = stw_arguments_value(taking->arguments, "save-map");
    struct stw_buffer text;
    if (path == NULL)
        return STW_OK;
    stw_buffer_init(&text);
    stw_map_write(map, &text);
    int status = stw_buffer_status(&text, err);
    if (status == STW_OK && taking->saved.size == 0) {
        status = write_map(taking, path, stw_buffer_slice(&text), err);
        stw_buffer_add_slice(&taking->saved, stw_buffer_slice(&text));
    } else if (status == STW_OK &&
               !stw_slice_equal(stw_buffer_slice(&text), stw_buffer_slice(&taking->saved))) {
        status = stw_fail(err, STW_ERR_INPUT, "%s needs another map than the one saved in %s",
                          taking->shown, path);
        stw_error_hint(err, "take it in by itself, with a --save-map of its own");
    }
    stw_buffer_release(&text);
    return status;
}

static void print_rejects(const struct stw_cli *cli, const struct stw_ingest_result *result)
{
    if (result->rejected == 0)
        return;
    fprintf(cli->words, "  rejected %" PRIu64 ":\n", result->rejected);
    for (int i = 0; i < STW_REJECT_REASONS; i++) {
        const char *advice =
            stw_reject_advice((enum stw_reject)i, result->container == STW_CONTAINER_XLSX);
        if (result->reasons[i] == 0)
            continue;
        fprintf(cli->words, "  %10" PRIu64 "  %s\n", result->reasons[i],
                stw_reject_text((enum stw_reject)i));
        if (advice != NULL)
            fprintf(cli->words, "              (%s)\n", advice);
    }
    fprintf(cli->words, "  %s in %s\n", stw_plural_of(result->rejected, "it is", "they are"),
            result->rejects_path);
}

/* What was kept and is odd all the same. */
static void print_findings(const struct stw_cli *cli, const struct stw_ingest_result *result)
{
    const struct stw_ingest_findings_summary *findings = &result->findings;
    for (int i = 0; i < STW_INGEST_FINDING_KINDS; i++)
        if (findings->count[i] > 0)
            fprintf(cli->words, "  to look at: %" PRIu64 " %s\n", findings->count[i],
                    stw_ingest_finding_text((enum stw_ingest_finding_kind)i, findings->count[i]));
    for (uint32_t i = 0; i < findings->shown; i++)
        fprintf(cli->words, "    %s\n", findings->sentences[i]);
    if (findings->shown > 0)
        fprintf(cli->words, "  all of them are in %s\n", findings->path);
    const struct stw_fold_counts *outages = &result->outages;
    if (outages->before > 0)
        fprintf(cli->words, "  %" PRIu64 " down already where the log begins\n", outages->before);
    if (outages->unknown > 0)
        fprintf(cli->words, "  %" PRIu64 " lost sight of while down\n", outages->unknown);
    if (outages->open > 0)
        fprintf(cli->words, "  %" PRIu64 " down still where the log ends\n", outages->open);
    if (outages->corrected > 0)
        fprintf(cli->words, "  %" PRIu64 " %s now\n", outages->corrected,
                stw_plural_of(outages->corrected, "row of an earlier file is another",
                              "rows of earlier files are others"));
}

static void print_result(const struct taking *taking, const struct stw_map *map,
                         const struct stw_ingest_result *result)
{
    const struct stw_cli *cli = taking->cli;
    double seconds = (double)result->elapsed_ns / (double)STW_NS_PER_SECOND;
    if (result->known) {
        fprintf(cli->words, "%s: known since commit %" PRIu64 "; nothing changed\n", taking->shown,
                result->before.generation);
        return;
    }
    fprintf(cli->words, "%s: %" PRIu64 " row%s into %.*s", taking->shown, result->rows,
            stw_plural(result->rows), STW_SLICE_ARG(map->table->name));
    uint64_t repeated = result->commit.repeated_of[map->table->number];
    if (repeated > 0)
        fprintf(cli->words, ", %" PRIu64 " of them there already", repeated);
    if (result->commit.superseded > 0)
        fprintf(cli->words, ", %" PRIu64 " correct%s another row", result->commit.superseded,
                stw_plural_of(result->commit.superseded, "s", ""));
    if (result->empty > 0)
        fprintf(cli->words, ", %" PRIu64 " without a value", result->empty);
    if (result->totals > 0)
        fprintf(cli->words, ", %" PRIu64 " row%s of totals left out", result->totals,
                stw_plural(result->totals));
    uint64_t facts = result->commit.repeated - repeated;
    if (facts > 0)
        fprintf(cli->words, ", %" PRIu64 " fact%s of the registry known before", facts,
                stw_plural(facts));
    if (result->ambiguous > 0)
        fprintf(cli->words, ", %" PRIu64 " at a time the clock shows twice (the earlier was taken)",
                result->ambiguous);
    if (cli->terminal && seconds > 0)
        fprintf(cli->words, "; %.1f s, %.1f M rows/s", seconds,
                (double)result->rows / seconds / 1e6);
    fputc('\n', cli->words);
    if (map->encoding == STW_ENCODING_UNKNOWN && result->encoding.encoding > STW_ENCODING_UTF8)
        fprintf(cli->words, "  read as %s, %s\n", stw_encoding_name(result->encoding.encoding),
                result->encoding.why);
    if (map->container.kind == STW_CONTAINER_BY_CONTENT && result->container > STW_CONTAINER_CSV)
        fprintf(cli->words, "  read as %s, as its first bytes say\n",
                stw_container_name(result->container));
    if (result->unended_line > 0 && result->reasons[STW_REJECT_CUT] == 0)
        fprintf(cli->words,
                "  line %" PRIu64 ", the last, has no end: look at it if the file was cut\n",
                result->unended_line);
    if (result->is_cut)
        fprintf(cli->words,
                "  the packed file ends too early, in line %" PRIu64
                " or after it; copy it again from where it came, and take it in again\n",
                result->last_line);
    print_rejects(cli, result);
    print_findings(cli, result);
}

/* Many small files make many short segments, and readers slow down: those of a size are merged as
 * they come. The file is stored already, so a failure here is only told. */
static void merge_short_segments(const struct taking *taking)
{
    enum { BUDGET_BYTES = 256 << 20 };
    struct stw_compact_spec spec = {.triggered_only = true, .budget_bytes = BUDGET_BYTES};
    struct stw_compact_result result;
    struct stw_error err = {0};
    if (stw_compact_run(taking->store, &spec, &result, &err) < 0)
        fprintf(taking->cli->words, "short segments were not merged: %s\n", err.what);
}

static int store_file(struct taking *taking, const struct stw_map *map, const char *path,
                      struct stw_input *input, struct stw_error *err)
{
    struct stw_ingest_result result = {0};
    struct stw_ingest_options settings = {
        .strict = stw_arguments_has(taking->arguments, "strict"),
        .name = stw_arguments_value(taking->arguments, "name"),
        .input = input,
        .progress = taking->cli->terminal ? show_progress : NULL,
        .progress_context = taking,
    };
    int status = stw_ingest_file(taking->store, map, path, &settings, &result, err);
    if (settings.progress != NULL)
        fputs("\r\033[K", taking->cli->words);
    if (status == STW_OK) {
        print_result(taking, map, &result);
        if (!result.known)
            merge_short_segments(taking);
        taking->known += result.known;
        taking->rows += result.rows;
        taking->rejected += result.rejected;
    } else {
        print_rejects(taking->cli, &result);
    }
    return status;
}

/* A file that is open: what standard input or a pipe gave is looked at and taken from one spool. */
static int take_input(struct taking *taking, const char *path, struct stw_input *input,
                      struct stw_error *err)
{
    struct stw_map map = {0};
    struct stw_ingest_options file = {.name = stw_arguments_value(taking->arguments, "name"),
                                      .input = input};
    int status = stw_map_choose(&taking->choice, path, input, &map, err);
    if (status == STW_OK)
        status = save_map(taking, &map, err);
    if (status == STW_OK && stw_arguments_has(taking->arguments, "preview"))
        status = stw_ingest_preview(taking->cli, taking->store, &map, taking->shown, &file, err);
    else if (status == STW_OK)
        status = store_file(taking, &map, path, input, err);
    stw_map_release(&map);
    return status;
}

static int take_file(struct taking *taking, const char *path, struct stw_error *err)
{
    struct stw_input *input;
    const char *name = stw_arguments_value(taking->arguments, "name");
    bool standard = strcmp(path, "-") == 0;
    taking->shown = !standard ? path : name != NULL ? name : "standard input";
    taking->files++;
    STW_TRY(stw_file_readable(path, err));
    STW_TRY(stw_input_open(&input, stw_io_system(), path, err));
    int status = take_input(taking, path, input, err);
    stw_input_close(input);
    return status;
}

/* A file that cannot be taken does not keep the others out; a store that cannot be written does. */
static bool is_about_the_file(const char *path, int status)
{
    return status == STW_ERR_INPUT || status == STW_ERR_LIMIT || status == STW_ERR_NOT_FOUND ||
           status == STW_ERR_USAGE ||
           (status == STW_ERR_IO && stw_file_readable(path, NULL) != STW_OK);
}

static int take_files(struct taking *taking, const struct stw_file_list *files,
                      struct stw_error *err)
{
    bool strict = stw_arguments_has(taking->arguments, "strict");
    for (uint32_t i = 0; i < files->count; i++) {
        struct stw_error why = {0};
        int status = take_file(taking, files->paths[i], files->count == 1 ? err : &why);
        if (status == STW_OK)
            continue;
        if (files->count == 1)
            return status;
        if (strict || !is_about_the_file(files->paths[i], status)) {
            if (err != NULL)
                *err = why;
            return status;
        }
        taking->failed++;
        fprintf(taking->cli->words, "%s: not taken in\n", files->paths[i]);
        stw_cli_print_error(taking->cli, &why);
    }
    return STW_OK;
}

static void print_total(const struct taking *taking)
{
    const struct stw_cli *cli = taking->cli;
    if (taking->files < 2 || stw_arguments_has(taking->arguments, "preview"))
        return;
    fprintf(cli->words,
            "%" PRIu64 " files, %" PRIu64 " of them known before: %" PRIu64 " row%s, %" PRIu64
            " rejected",
            taking->files, taking->known, taking->rows, stw_plural(taking->rows), taking->rejected);
    if (taking->failed > 0)
        fprintf(cli->words, "; %" PRIu64 " file%s not taken in", taking->failed,
                stw_plural(taking->failed));
    fputc('\n', cli->words);
}

/* What the store still lacks, once for all files. */
static int print_missing(const struct taking *taking, struct stw_error *err)
{
    struct stw_view *view;
    struct stw_buffer out;
    if (taking->files == taking->failed || stw_arguments_has(taking->arguments, "preview"))
        return STW_OK;
    STW_TRY(stw_view_open(taking->store, NULL, &view, err));
    stw_buffer_init(&out);
    int status = STW_OK;
    if (stw_missing_is_large(view))
        stw_buffer_printf(&out, "next: steward info %s --missing says what the store lacks\n",
                          stw_store_path(taking->store));
    else
        status = stw_missing_print(view, taking->arguments, STW_MISSING_BRIEF, &out, err);
    if (status == STW_OK)
        stw_cli_say(taking->cli, &out);
    stw_buffer_release(&out);
    stw_view_close(view);
    return status;
}

static int take_all(struct taking *taking, const struct stw_file_list *files, struct stw_error *err)
{
    STW_TRY(stw_map_choice_init(&taking->choice, taking->cli, taking->arguments,
                                stw_store_schema(taking->store), err));
    STW_TRY(take_files(taking, files, err));
    print_total(taking);
    STW_TRY(print_missing(taking, err));
    if (taking->failed == 0)
        return STW_OK;
    return stw_fail(err, STW_ERR_INPUT, "%" PRIu64 " of %" PRIu64 " files were not taken in",
                    taking->failed, taking->files);
}

/* A map that is sniffed needs the beginning of a file; a stream must be given one. */
static int take_stream(struct taking *taking, struct stw_error *err)
{
    const struct stw_arguments *arguments = taking->arguments;
    struct stw_map map = {0};
    if (arguments->positional_count != 2 || strcmp(arguments->positionals[1], "-") != 0 ||
        !stw_arguments_has(arguments, "map"))
        return stw_fail(
            err, STW_ERR_USAGE,
            "a stream is standard input with a map: ingest STORE - --stream --map FILE");
    STW_TRY(stw_map_choice_init(&taking->choice, taking->cli, arguments,
                                stw_store_schema(taking->store), err));
    int status = stw_map_choose(&taking->choice, "-", NULL, &map, err);
    if (status == STW_OK)
        status = stw_ingest_stream(taking->cli, arguments, taking->store, &map, err);
    stw_map_release(&map);
    return status;
}

static int run(struct stw_cli *cli, const struct stw_arguments *arguments, struct stw_error *err)
{
    struct taking taking = {.cli = cli, .arguments = arguments};
    struct stw_store_options store_options = {.memory_bytes = cli->memory_bytes / 2,
                                              .clock = &cli->clock};
    struct stw_file_list files;
    bool stream = stw_arguments_has(arguments, "stream");
    int status = stw_stream_settings_read(arguments, &store_options.stream, err);
    if (status == STW_OK)
        status = stw_arguments_threads(arguments, &store_options.threads, err);
    stw_file_list_init(&files);
    for (int i = 1; i < arguments->positional_count && status == STW_OK; i++)
        status = stw_file_list_add(&files, arguments->positionals[i], err);
    if (status == STW_OK)
        status = stw_cli_open(cli, arguments->positionals[0], STW_STORE_WRITE, &store_options,
                              &taking.store, err);
    if (status == STW_OK) {
        status = stream ? take_stream(&taking, err) : take_all(&taking, &files, err);
        stw_map_choice_release(&taking.choice);
        stw_buffer_release(&taking.saved);
    }
    stw_store_close(taking.store);
    stw_file_list_release(&files);
    return status;
}

const struct stw_verb stw_verb_ingest = {
    .name = "ingest",
    .usage = "STORE FILE|FOLDER...",
    .summary = "take in files and folders of them, plain, .zst or .gz, or standard input as -",
    .details =
        "A file goes in whole or not at all. The same file again changes nothing. Rows that cannot "
        "be\n"
        "taken are kept in STORE/rejects with line, column and reason. A folder stands for its "
        "files,\n"
        "sorted by name; one that cannot be taken is named and does not keep the others out.\n\n"
        "  steward ingest estates devices.xlsx                     a template that was filled in\n"
        "  steward ingest estates october.csv --preview            look first, store nothing\n"
        "  steward ingest estates october.csv --save-map gateway.yml\n"
        "  steward ingest estates november.csv --map gateway.yml   next month\n"
        "  steward ingest estates 2026-10/ --map maps/             a map for each by file_name\n"
        "  steward ingest estates cuihu/*.csv --set site=cuihu     one estate of several\n"
        "  unzip -p export.zip | steward ingest estates - --name readings.csv\n"
        "  gateway | steward ingest estates - --stream --map gateway.yml --ack\n\n"
        "A stream is CSV, JSON lines or line protocol, a record a line. `acked N` says that its "
        "first N lines\n"
        "(the header not counted) are in the journal, or in STORE/rejects. Rows are visible after "
        "--flush-every.\n",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .positionals_min = 2,
    .positionals_max = STW_POSITIONALS_MAX,
    .run = run,
};
