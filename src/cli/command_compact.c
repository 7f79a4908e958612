/* steward compact: merges segments, encodes old partitions for size, drops what is past keeping. */
#include "cli/command.h"

#include "base/plural.h"
#include "store/compact.h"
#include "text/json_write.h"

static const struct stw_option options[] = {
    {"table", "NAME", "this table only (default: all; --drop-before: readings)", false},
    {"cold-after", "DAYS", "encode partitions for size so long after their end (default: 45)",
     false},
    {"drop-before", "DATE", "first drop whole partitions that end by this local date", false},
    {"drop-snapshots", NULL, "with --drop-before: give up snapshots that need what is dropped",
     false},
    {"json", NULL, "counts as JSON", false},
    STW_OPTION_THREADS,
};

struct work {
    struct stw_store *store;
    struct stw_clock clock;
    const struct stw_table *table; /* NULL: all */
    bool drops;
    struct stw_retention_result dropped;
    struct stw_compact_result compacted;
};

static int drop_before(struct work *work, const char *date, bool drop_snapshots,
                       struct stw_error *err)
{
    char name[STW_STORE_ZONE_SIZE_MAX + 1];
    struct stw_zone *zone;
    struct stw_retention retention = {.table = work->table, .drop_snapshots = drop_snapshots};
    if (retention.table == NULL)
        STW_TRY(stw_schema_want(stw_store_schema(work->store), STW_SLICE("readings"),
                                &retention.table, err));
    snprintf(name, sizeof(name), "%.*s", STW_SLICE_ARG(stw_store_zone(work->store)));
    STW_TRY(stw_zone_load(name, &zone, err));
    bool is_date = stw_cli_instant(date, zone, &retention.before_ns);
    stw_zone_free(zone);
    if (!is_date) {
        int status = stw_fail(err, STW_ERR_USAGE, "--drop-before '%s' is not a date", date);
        stw_error_hint(err, "write it as 2024-01-01");
        return status;
    }
    if (retention.before_ns > stw_clock_now(work->clock))
        return stw_fail(err, STW_ERR_USAGE, "--drop-before %s is not over yet", date);
    return stw_store_drop_before(work->store, &retention, &work->dropped, err);
}

static int run_all(struct work *work, const struct stw_arguments *arguments, struct stw_error *err)
{
    uint64_t days = STW_COMPACT_COLD_DAYS;
    const char *table = stw_arguments_value(arguments, "table");
    const char *date = stw_arguments_value(arguments, "drop-before");
    bool drop_snapshots = stw_arguments_has(arguments, "drop-snapshots");
    STW_TRY(stw_arguments_count(arguments, "cold-after", &days, err));
    if (days > 36500)
        return stw_fail(err, STW_ERR_USAGE, "--cold-after is at most 36500 days");
    if (drop_snapshots && date == NULL)
        return stw_fail(err, STW_ERR_USAGE, "--drop-snapshots needs --drop-before");
    if (table != NULL)
        STW_TRY(
            stw_schema_want(stw_store_schema(work->store), stw_slice_of(table), &work->table, err));
    work->drops = date != NULL;
    if (date != NULL)
        STW_TRY(drop_before(work, date, drop_snapshots, err));
    struct stw_compact_spec spec = {.table = work->table,
                                    .cold_after_ns = (int64_t)days * STW_NS_PER_DAY};
    return stw_compact_run(work->store, &spec, &work->compacted, err);
}

static void print_words(const struct stw_cli *cli, const struct work *work)
{
    const struct stw_compact_result *done = &work->compacted;
    if (work->drops)
        fprintf(cli->words,
                "dropped %u segment%s with %llu row%s, %llu bytes; %u snapshot%s given up\n",
                work->dropped.segments, stw_plural(work->dropped.segments),
                (unsigned long long)work->dropped.rows, stw_plural(work->dropped.rows),
                (unsigned long long)work->dropped.bytes, work->dropped.snapshots,
                stw_plural(work->dropped.snapshots));
    if (done->jobs == 0) {
        fprintf(cli->words, "%s: nothing to compact\n", stw_store_path(work->store));
        return;
    }
    fprintf(cli->words,
            "%s: %llu segment%s became %llu; %llu row%s became %llu, %llu bytes %llu\n"
            "%llu block%s copied, %llu decoded\n",
            stw_store_path(work->store), (unsigned long long)done->segments_in,
            stw_plural(done->segments_in), (unsigned long long)done->segments_out,
            (unsigned long long)done->rows_in, stw_plural(done->rows_in),
            (unsigned long long)done->rows_out, (unsigned long long)done->bytes_in,
            (unsigned long long)done->bytes_out, (unsigned long long)done->blocks_copied,
            stw_plural_of(done->blocks_copied, " was", "s were"),
            (unsigned long long)done->blocks_decoded);
    if (done->files_waiting > 0)
        fprintf(cli->words, "%llu %s the next time\n", (unsigned long long)done->files_waiting,
                stw_plural_of(done->files_waiting, "file is still read by somebody; it goes",
                              "files are still read by somebody; they go"));
}

static void put_count(struct stw_json *json, const char *key, uint64_t count)
{
    stw_json_key(json, key);
    stw_json_uint(json, count);
}

static int print_json(const struct stw_cli *cli, const struct work *work, struct stw_error *err)
{
    const struct stw_compact_result *done = &work->compacted;
    struct stw_buffer out;
    struct stw_json json;
    stw_buffer_init(&out);
    stw_json_init(&json, &out, STW_JSON_PRETTY);
    stw_json_object(&json);
    put_count(&json, "dropped_segments", work->dropped.segments);
    put_count(&json, "dropped_rows", work->dropped.rows);
    put_count(&json, "dropped_bytes", work->dropped.bytes);
    put_count(&json, "dropped_snapshots", work->dropped.snapshots);
    put_count(&json, "jobs", done->jobs);
    put_count(&json, "segments_in", done->segments_in);
    put_count(&json, "segments_out", done->segments_out);
    put_count(&json, "rows_in", done->rows_in);
    put_count(&json, "rows_out", done->rows_out);
    put_count(&json, "bytes_in", done->bytes_in);
    put_count(&json, "bytes_out", done->bytes_out);
    put_count(&json, "blocks_copied", done->blocks_copied);
    put_count(&json, "blocks_decoded", done->blocks_decoded);
    put_count(&json, "bytes_copied", done->bytes_copied);
    put_count(&json, "bytes_decoded", done->bytes_decoded);
    put_count(&json, "files_waiting", done->files_waiting);
    stw_json_end(&json);
    stw_json_finish(&json);
    stw_buffer_add_char(&out, '\n');
    int status = stw_buffer_status(&out, err);
    if (status == STW_OK)
        stw_cli_print(cli, &out);
    stw_buffer_release(&out);
    return status;
}

static int run(struct stw_cli *cli, const struct stw_arguments *arguments, struct stw_error *err)
{
    struct work work = {.clock = cli->clock};
    struct stw_store_options store_options = {.clock = &cli->clock,
                                              .memory_bytes = cli->memory_bytes / 2};
    STW_TRY(stw_arguments_threads(arguments, &store_options.threads, err));
    STW_TRY(stw_cli_open(cli, arguments->positionals[0], STW_STORE_WRITE, &store_options,
                         &work.store, err));
    int status = run_all(&work, arguments, err);
    if (status == STW_OK && stw_arguments_has(arguments, "json"))
        status = print_json(cli, &work, err);
    else if (status == STW_OK)
        print_words(cli, &work);
    stw_store_close(work.store);
    return status;
}

const struct stw_verb stw_verb_compact = {
    .name = "compact",
    .usage = "STORE",
    .summary = "merge overlapping and short segments, pack old months, drop old ones",
    .details =
        "Answers do not change: corrected and erased rows go, unless a named snapshot needs them.\n"
        "Readers may go on meanwhile. Only --drop-before takes rows away, whole partitions (for\n"
        "readings: UTC months) at once.\n\n"
        "  steward compact estates\n"
        "  steward compact estates --table readings --drop-before 2021-01-01\n",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .positionals_min = 1,
    .positionals_max = 1,
    .run = run,
};
