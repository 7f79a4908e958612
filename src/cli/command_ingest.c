/*
 * steward ingest: files into a store, each whole or not at all. Prints what was decided about the
 * columns, a line per file, what was rejected and why, and what to do next.
 */
#include "cli/command.h"

#include "base/memory.h"
#include "ingest/ingest.h"
#include "ingest/sniff.h"
#include "store/field.h"
#include "text/width.h"

#include <inttypes.h>

static const struct stw_option options[] = {
    {"map", "FILE", "the column map; without it the columns are sniffed and printed", false},
    {"table", "NAME",
     "without a map: the table (default: the one the file is named after, or readings)", false},
    {"time-format", "FORMAT", "without a map: iso, epoch_s, or a pattern such as %d/%m/%Y %H:%M",
     false},
    {"device", "COLUMN",
     "without a map: the column that names the device; none: the file's name does", false},
    {"decimal", "CHAR", "without a map: the decimal sign, . or ,", false},
    {"encoding", "NAME",
     "of text files: UTF-8, UTF-16, GB18030, Big5, Windows-1252 ... (default: told from the bytes)",
     false},
    {"save-map", "FILE", "write the map that was sniffed, for next month", false},
    {"name", "NAME", "a name for standard input, as a file would have", false},
    {"strict", NULL, "a single rejected row fails the file", false},
};

struct taking {
    struct stw_cli *cli;
    const struct stw_arguments *arguments;
    struct stw_store *store;
    const char *shown;          /* the file progress is printed for */
    enum stw_encoding encoding; /* as said, or unknown */
    struct stw_buffer sniffed;  /* the last map that was sniffed: files alike are told of once */
    uint64_t files, known, rows, rejected;
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

/* The table a file is for: as given, or the one it is named after, or readings. */
static int choose_table(const struct taking *taking, const char *path,
                        const struct stw_table **table, struct stw_error *err)
{
    const struct stw_schema *schema = stw_store_schema(taking->store);
    const char *given = stw_arguments_value(taking->arguments, "table");
    if (given != NULL)
        return stw_schema_want(schema, stw_slice_of(given), table, err);
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    struct stw_slice stem = {name, strcspn(name, ".")};
    *table = stw_schema_find(schema, stem);
    const char *named = *table != NULL ? NULL : stw_field_table_named(stem);
    if (named != NULL)
        *table = stw_schema_find(schema, stw_slice_of(named));
    return *table != NULL ? STW_OK : stw_schema_want(schema, STW_SLICE("readings"), table, err);
}

static int sniff(const struct taking *taking, const char *path, struct stw_buffer *text,
                 struct stw_buffer *reasons, struct stw_error *err)
{
    const char *decimal = stw_arguments_value(taking->arguments, "decimal");
    struct stw_sniff_answers answers = {
        .time_format = stw_slice_of(stw_arguments_value(taking->arguments, "time-format")),
        .device = stw_slice_of(stw_arguments_value(taking->arguments, "device")),
        .decimal = decimal == NULL ? '\0' : decimal[0],
        .encoding = taking->encoding,
    };
    const struct stw_table *table;
    if (strcmp(path, "-") == 0) {
        int status = stw_fail(err, STW_ERR_USAGE, "standard input cannot be looked at in advance");
        stw_error_hint(err, "say with --map what its columns are");
        return status;
    }
    STW_TRY(choose_table(taking, path, &table, err));
    struct stw_input *input;
    STW_TRY(stw_input_open(&input, stw_io_system(), path, err));
    int status = stw_sniff(input, path, table, &answers, text, reasons, err);
    stw_input_close(input);
    return status;
}

/* The map of one file: given, or sniffed from its beginning. */
static int load_map(struct taking *taking, const char *path, struct stw_map *map,
                    struct stw_error *err)
{
    const char *name = stw_arguments_value(taking->arguments, "map");
    struct stw_buffer text, notes;
    stw_buffer_init(&text);
    stw_buffer_init(&notes);
    int status;
    if (name != NULL) {
        status = stw_file_load(stw_io_system(), name, STW_MAP_BYTES_MAX, &text, err);
    } else {
        name = "(sniffed map)";
        status = sniff(taking, path, &text, &notes, err);
        if (!stw_slice_equal(stw_buffer_slice(&text), stw_buffer_slice(&taking->sniffed)) ||
            status < 0) {
            fprintf(taking->cli->words, "%s, as it looks:\n", path);
            fwrite(notes.data, 1, notes.size, taking->cli->words);
        }
        stw_buffer_clear(&notes);
        stw_buffer_clear(&taking->sniffed);
        stw_buffer_add_slice(&taking->sniffed, stw_buffer_slice(&text));
    }
    if (status == STW_OK)
        status = stw_map_parse(map, name, stw_buffer_slice(&text), stw_store_schema(taking->store),
                               &notes, err);
    fwrite(notes.data, 1, notes.size, taking->cli->words);
    stw_buffer_release(&text);
    stw_buffer_release(&notes);
    return status;
}

static int save_map(const char *path, const struct stw_map *map, struct stw_error *err)
{
    struct stw_buffer text;
    stw_buffer_init(&text);
    stw_map_write(map, &text);
    int status = stw_buffer_status(&text, err);
    if (status == STW_OK)
        status = stw_file_replace(stw_io_system(), path, stw_buffer_slice(&text), err);
    stw_buffer_release(&text);
    return status;
}

static void print_rejects(const struct stw_cli *cli, const struct stw_ingest_result *result)
{
    if (result->rejected == 0)
        return;
    fprintf(cli->words, "  rejected %" PRIu64 ":\n", result->rejected);
    for (int i = 0; i < STW_REJECT_REASONS; i++) {
        const char *advice = stw_reject_advice((enum stw_reject)i);
        if (result->reasons[i] == 0)
            continue;
        fprintf(cli->words, "  %10" PRIu64 "  %s\n", result->reasons[i],
                stw_reject_text((enum stw_reject)i));
        if (advice != NULL)
            fprintf(cli->words, "              (%s)\n", advice);
    }
    fprintf(cli->words, "  they are in %s\n", result->rejects_path);
}

/* What was kept and is odd all the same. */
static void print_findings(const struct stw_cli *cli, const struct stw_ingest_result *result)
{
    const struct stw_ingest_findings_summary *findings = &result->findings;
    for (int i = 0; i < STW_INGEST_FINDING_KINDS; i++)
        if (findings->count[i] > 0)
            fprintf(cli->words, "  to look at: %" PRIu64 " %s\n", findings->count[i],
                    stw_ingest_finding_text((enum stw_ingest_finding_kind)i));
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
    fprintf(cli->words, "%s: %" PRIu64 " rows into %.*s", taking->shown, result->rows,
            STW_SLICE_ARG(map->table->name));
    if (result->commit.repeated > 0)
        fprintf(cli->words, ", %" PRIu64 " of them there already", result->commit.repeated);
    if (result->commit.superseded > 0)
        fprintf(cli->words, ", %" PRIu64 " correct another row", result->commit.superseded);
    if (result->empty > 0)
        fprintf(cli->words, ", %" PRIu64 " without a value", result->empty);
    if (result->totals > 0)
        fprintf(cli->words, ", %" PRIu64 " rows of totals left out", result->totals);
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
    print_rejects(cli, result);
    print_findings(cli, result);
}

static int take_file(struct taking *taking, const char *path, struct stw_error *err)
{
    struct stw_map map = {0};
    struct stw_ingest_result result = {0};
    struct stw_ingest_options settings = {
        .strict = stw_arguments_has(taking->arguments, "strict"),
        .name = stw_arguments_value(taking->arguments, "name"),
        .progress = taking->cli->terminal ? show_progress : NULL,
        .progress_context = taking,
    };
    const char *save = stw_arguments_value(taking->arguments, "save-map");
    taking->shown = path;
    int status = load_map(taking, path, &map, err);
    if (status == STW_OK && taking->encoding != STW_ENCODING_UNKNOWN)
        map.encoding = taking->encoding;
    if (status == STW_OK && save != NULL)
        status = save_map(save, &map, err);
    if (status == STW_OK)
        status = stw_ingest_file(taking->store, &map, path, &settings, &result, err);
    if (settings.progress != NULL)
        fputs("\r\033[K", taking->cli->words);
    if (status == STW_OK) {
        print_result(taking, &map, &result);
        taking->files++;
        taking->known += result.known;
        taking->rows += result.rows;
        taking->rejected += result.rejected;
    } else {
        print_rejects(taking->cli, &result);
    }
    stw_map_release(&map);
    return status;
}

static int run(struct stw_cli *cli, const struct stw_arguments *arguments, struct stw_error *err)
{
    struct taking taking = {.cli = cli, .arguments = arguments};
    struct stw_store_options store_options = {.memory_bytes = cli->memory_bytes / 2,
                                              .clock = &cli->clock};
    const char *folder = arguments->positionals[0];
    const char *encoding = stw_arguments_value(arguments, "encoding");
    if (encoding != NULL &&
        stw_encoding_parse(stw_slice_of(encoding), &taking.encoding, err) != STW_OK)
        return STW_ERR_USAGE;
    STW_TRY(stw_store_open(&taking.store, folder, STW_STORE_WRITE, &store_options, err));
    int status = STW_OK;
    for (int i = 1; i < arguments->positional_count && status == STW_OK; i++)
        status = take_file(&taking, arguments->positionals[i], err);
    if (status == STW_OK && taking.files > 1)
        fprintf(cli->words,
                "%" PRIu64 " files, %" PRIu64 " of them known before: %" PRIu64 " rows, %" PRIu64
                " rejected\n",
                taking.files, taking.known, taking.rows, taking.rejected);
    stw_store_close(taking.store);
    stw_buffer_release(&taking.sniffed);
    return status;
}

const struct stw_verb stw_verb_ingest = {
    .name = "ingest",
    .usage = "STORE FILE...",
    .summary = "take in CSV files, plain, .zst or .gz, or standard input as -",
    .details = "A file goes in whole or not at all. The same file again changes nothing. Rows that "
               "cannot be\n"
               "taken are kept in STORE/rejects with line, column and reason.\n\n"
               "  steward ingest estates readings/*.csv.zst\n"
               "  steward ingest estates meters.csv --table devices\n"
               "  steward ingest estates october.csv --map rules/maps/gateway.yml\n",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .positionals_min = 2,
    .positionals_max = STW_POSITIONALS_MAX,
    .run = run,
};
