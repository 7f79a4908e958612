/* steward info: what a store holds, where it came from, and what was found damaged on opening. */
#include "cli/command.h"

#include "base/buffer.h"
#include "base/plural.h"
#include "cli/limits.h"
#include "cli/missing.h"
#include "store/memtable.h"
#include "store/view.h"
#include "text/escape.h"
#include "text/json_write.h"
#include "text/width.h"
#include "time/duration.h"
#include "time/stamp.h"
#include "time/zone.h"

static const struct stw_option options[] = {
    {"as-of", "SNAPSHOT", "the store as it was when the snapshot was made", false},
    {"json", NULL, "as JSON", false},
    {"limits", NULL, "the limits of files, stores, packs and reports; needs no STORE", false},
    {"sources", NULL, "list every file that was taken in", false},
    {"missing", NULL, "what the store lacks before it can be used, and what contradicts itself",
     false},
    STW_MISSING_OPTIONS,
};

struct facts {
    struct stw_store *store;
    struct stw_stream_info stream;
    struct stw_view *view;
    struct stw_zone *zone;
};

static void format_time(const struct facts *facts, int64_t time_ns, char *text)
{
    stw_stamp_to_iso(facts->zone, time_ns, text);
}

static void print_tables(const struct facts *facts, struct stw_buffer *out)
{
    const struct stw_schema *schema = stw_view_schema(facts->view);
    stw_buffer_printf(out, "%-12s %9s %12s %9s %14s %9s  %s\n", "table", "series", "rows",
                      "segments", "bytes", "bytes/row", "from .. to");
    for (uint32_t i = 0; i < stw_schema_table_count(schema); i++) {
        const struct stw_table *table = stw_schema_table(schema, i);
        struct stw_table_info info = stw_view_table_info(facts->view, table);
        if (info.rows == 0)
            continue;
        char from[STW_STAMP_TEXT_SIZE], to[STW_STAMP_TEXT_SIZE];
        format_time(facts, info.time_min_ns, from);
        format_time(facts, info.time_max_ns, to);
        stw_text_pad(out, table->name, 12, STW_ALIGN_LEFT);
        stw_buffer_printf(out, " %9u %12llu %9u %14llu %9.2f  %s .. %s\n", info.series,
                          (unsigned long long)info.rows, info.segments,
                          (unsigned long long)info.bytes, (double)info.bytes / (double)info.rows,
                          from, to);
    }
}

static void print_sources(const struct facts *facts, struct stw_buffer *out)
{
    for (uint32_t i = 0; i < stw_store_source_count(facts->store); i++) {
        struct stw_source_record record = stw_store_source_at(facts->store, i);
        char at[STW_STAMP_TEXT_SIZE];
        format_time(facts, record.committed_ns, at);
        stw_buffer_printf(out, "%6llu  %s  %12llu %-4s  ", (unsigned long long)record.generation,
                          at, (unsigned long long)record.rows,
                          stw_plural_of(record.rows, "row", "rows"));
        stw_text_put_visible(out, record.source.name);
        stw_buffer_add_char(out, '\n');
    }
}

/* A store that nothing was ever streamed into has no journal. */
static void print_stream(const struct facts *facts, struct stw_buffer *out)
{
    const struct stw_stream_info *stream = &facts->stream;
    char window[STW_DURATION_FORMAT_SIZE];
    if (stream->size.last_file == 0)
        return;
    stw_duration_format(stream->replay_window_ns, 2, window);
    stw_buffer_printf(
        out,
        "\njournal     %llu file%s, %llu bytes; archived %llu file%s, %llu bytes, kept for %s\n"
        "            in segments up to %llu:%llu, ends at %llu:%llu; %llu row%s "
        "for a flush\n",
        (unsigned long long)stream->size.live_files, stw_plural(stream->size.live_files),
        (unsigned long long)stream->size.live_bytes,
        (unsigned long long)stream->size.archived_files, stw_plural(stream->size.archived_files),
        (unsigned long long)stream->size.archived_bytes, window,
        (unsigned long long)stream->flushed.file, (unsigned long long)stream->flushed.offset,
        (unsigned long long)stream->end.file, (unsigned long long)stream->end.offset,
        (unsigned long long)stream->waiting_rows,
        stw_plural_of(stream->waiting_rows, " waits", "s wait"));
}

static void put_position_json(struct stw_json *json, const char *key,
                              struct stw_journal_position position)
{
    stw_json_key(json, key);
    stw_json_array(json);
    stw_json_uint(json, position.file);
    stw_json_uint(json, position.offset);
    stw_json_end(json);
}

static void put_stream_json(const struct facts *facts, struct stw_json *json)
{
    const struct stw_stream_info *stream = &facts->stream;
    if (stream->size.last_file == 0)
        return;
    stw_json_key(json, "journal");
    stw_json_object(json);
    stw_json_key(json, "files");
    stw_json_uint(json, stream->size.live_files);
    stw_json_key(json, "bytes");
    stw_json_uint(json, stream->size.live_bytes);
    stw_json_key(json, "archived_files");
    stw_json_uint(json, stream->size.archived_files);
    stw_json_key(json, "archived_bytes");
    stw_json_uint(json, stream->size.archived_bytes);
    stw_json_key(json, "replay_window_ns");
    stw_json_int(json, stream->replay_window_ns);
    put_position_json(json, "flushed", stream->flushed);
    put_position_json(json, "end", stream->end);
    stw_json_key(json, "waiting_rows");
    stw_json_uint(json, stream->waiting_rows);
    stw_json_end(json);
}

static void print_text(const struct facts *facts, bool sources, struct stw_buffer *out)
{
    stw_buffer_printf(out, "store       %s\nzone        %.*s\ngeneration  %llu\nsources     %u\n\n",
                      stw_store_path(facts->store), STW_SLICE_ARG(stw_store_zone(facts->store)),
                      (unsigned long long)stw_view_generation(facts->view),
                      stw_store_source_count(facts->store));
    print_tables(facts, out);
    print_stream(facts, out);
    if (sources) {
        stw_buffer_add_char(out, '\n');
        print_sources(facts, out);
    }
    for (uint32_t i = 0; i < stw_store_finding_count(facts->store); i++)
        stw_buffer_printf(out, "\ndamage: %s\n", stw_store_finding_at(facts->store, i));
    if (!stw_store_may_miss_rows(facts->store))
        return;
    stw_buffer_add_text(out, "\nfigures may miss rows until somebody deals with it; how: steward "
                             "verify ");
    stw_escape_shell(out, stw_slice_of(stw_store_path(facts->store)));
    stw_buffer_add_char(out, '\n');
}

static void put_table_json(const struct facts *facts, const struct stw_table *table,
                           struct stw_json *json)
{
    struct stw_table_info info = stw_view_table_info(facts->view, table);
    stw_json_object(json);
    stw_json_key(json, "table");
    stw_json_text(json, table->name);
    stw_json_key(json, "series");
    stw_json_uint(json, info.series);
    stw_json_key(json, "rows");
    stw_json_uint(json, info.rows);
    stw_json_key(json, "segments");
    stw_json_uint(json, info.segments);
    stw_json_key(json, "bytes");
    stw_json_uint(json, info.bytes);
    if (info.rows > 0) {
        char text[STW_STAMP_TEXT_SIZE];
        stw_json_key(json, "from");
        format_time(facts, info.time_min_ns, text);
        stw_json_string(json, text);
        stw_json_key(json, "to");
        format_time(facts, info.time_max_ns, text);
        stw_json_string(json, text);
    }
    stw_json_end(json);
}

static void put_source_json(const struct facts *facts, uint32_t index, struct stw_json *json)
{
    struct stw_source_record record = stw_store_source_at(facts->store, index);
    char at[STW_STAMP_TEXT_SIZE];
    format_time(facts, record.committed_ns, at);
    stw_json_object(json);
    stw_json_key(json, "name");
    stw_json_text(json, record.source.name);
    stw_json_key(json, "generation");
    stw_json_uint(json, record.generation);
    stw_json_key(json, "committed");
    stw_json_string(json, at);
    stw_json_key(json, "rows");
    stw_json_uint(json, record.rows);
    stw_json_end(json);
}

static void print_json(const struct facts *facts, struct stw_buffer *out)
{
    struct stw_json json;
    stw_json_init(&json, out, STW_JSON_PRETTY);
    stw_json_object(&json);
    stw_json_key(&json, "store");
    stw_json_string(&json, stw_store_path(facts->store));
    stw_json_key(&json, "zone");
    stw_json_text(&json, stw_store_zone(facts->store));
    stw_json_key(&json, "generation");
    stw_json_uint(&json, stw_view_generation(facts->view));
    stw_json_key(&json, "tables");
    stw_json_array(&json);
    const struct stw_schema *schema = stw_view_schema(facts->view);
    for (uint32_t i = 0; i < stw_schema_table_count(schema); i++)
        put_table_json(facts, stw_schema_table(schema, i), &json);
    stw_json_end(&json);
    put_stream_json(facts, &json);
    stw_json_key(&json, "sources");
    stw_json_array(&json);
    for (uint32_t i = 0; i < stw_store_source_count(facts->store); i++)
        put_source_json(facts, i, &json);
    stw_json_end(&json);
    stw_json_key(&json, "damage");
    stw_json_array(&json);
    for (uint32_t i = 0; i < stw_store_finding_count(facts->store); i++)
        stw_json_string(&json, stw_store_finding_at(facts->store, i));
    stw_json_end(&json);
    stw_json_key(&json, "may_miss_rows");
    stw_json_bool(&json, stw_store_may_miss_rows(facts->store));
    stw_json_end(&json);
    stw_json_finish(&json);
    stw_buffer_add_char(out, '\n');
}

static int print_limits(const struct stw_cli *cli, struct stw_error *err)
{
    struct stw_buffer out;
    stw_buffer_init(&out);
    stw_limits_print(&out);
    int status = stw_buffer_status(&out, err);
    if (status == STW_OK)
        stw_cli_print(cli, &out);
    stw_buffer_release(&out);
    return status;
}

static int print_missing(const struct facts *facts, const struct stw_arguments *arguments,
                         struct stw_buffer *out, struct stw_error *err)
{
    enum stw_missing_form form =
        stw_arguments_has(arguments, "json") ? STW_MISSING_JSON : STW_MISSING_ALL;
    STW_TRY(stw_missing_print(facts->view, arguments, form, out, err));
    if (out->size == 0)
        stw_buffer_add_text(out, "nothing is missing\n");
    return STW_OK;
}

static int run(struct stw_cli *cli, const struct stw_arguments *arguments, struct stw_error *err)
{
    struct facts facts = {0};
    struct stw_buffer out;
    if (stw_arguments_has(arguments, "limits"))
        return print_limits(cli, err);
    if (arguments->positional_count == 0)
        return stw_fail(err, STW_ERR_USAGE, "usage: steward info STORE");
    stw_buffer_init(&out);
    int status = stw_store_open(&facts.store, arguments->positionals[0], STW_STORE_READ, NULL, err);
    if (status == STW_OK)
        status =
            stw_view_open(facts.store, stw_arguments_value(arguments, "as-of"), &facts.view, err);
    if (status == STW_OK)
        status = stw_cli_zone(NULL, facts.view, &facts.zone, err);
    if (status == STW_OK)
        status = stw_stream_info(facts.store, &facts.stream, err);
    if (status == STW_OK) {
        if (stw_arguments_has(arguments, "missing"))
            status = print_missing(&facts, arguments, &out, err);
        else if (stw_arguments_has(arguments, "json"))
            print_json(&facts, &out);
        else
            print_text(&facts, stw_arguments_has(arguments, "sources"), &out);
        if (status == STW_OK)
            status = stw_buffer_status(&out, err);
    }
    if (status == STW_OK)
        stw_cli_print(cli, &out);
    stw_buffer_release(&out);
    stw_zone_free(facts.zone);
    stw_view_close(facts.view);
    stw_store_close(facts.store);
    return status;
}

const struct stw_verb stw_verb_info = {
    .name = "info",
    .usage = "STORE",
    .summary = "what a store holds: tables, rows, bytes, sources, damage",
    .details = "  steward info estates\n"
               "  steward info estates --missing\n"
               "  steward info --limits\n",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .positionals_min = 0,
    .positionals_max = 1,
    .run = run,
};
