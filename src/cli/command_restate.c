/* steward restate: what changed between two snapshots, and by which late rows. */
#include "cli/command.h"

#include "api/restate.h"
#include "base/plural.h"
#include "cli/sheet.h"
#include "text/escape.h"
#include "text/json_write.h"
#include "text/width.h"
#include "time/stamp.h"

static const struct stw_option options[] = {
    {"zone", "NAME", "whose months: that of the site (default: the store's)", false},
    {"json", NULL, "all of it as JSON", false},
};

struct output {
    struct stw_cli *cli;
    const struct stw_restatement *restated;
    const char *store_path;
    const char *old;
    const char *new; /* NULL: what is there now */
    struct stw_zone *zone;
};

/* The command that lists the late rows of a line, or of a table where `line` has no key. */
static void put_command(const struct output *output, const struct stw_restated *line, bool whole,
                        struct stw_buffer *out)
{
    struct stw_slice parts[STW_SCHEMA_KEYS_MAX];
    stw_buffer_add_text(out, "steward query ");
    stw_escape_shell(out, stw_slice_of(output->store_path));
    stw_buffer_printf(out, " %.*s", STW_SLICE_ARG(line->table->name));
    uint32_t count = whole ? 0 : stw_key_split(line->key, parts, STW_SCHEMA_KEYS_MAX);
    for (uint32_t i = 0; i < count && i < line->table->key_count; i++) {
        struct stw_buffer filter;
        stw_buffer_init(&filter);
        stw_buffer_printf(&filter, "%.*s=%.*s", STW_SLICE_ARG(line->table->keys[i]),
                          STW_SLICE_ARG(parts[i]));
        stw_buffer_add_char(out, ' ');
        stw_escape_shell(out, stw_buffer_slice(&filter));
        stw_buffer_release(&filter);
    }
    stw_buffer_add_text(out, " --since ");
    stw_escape_shell(out, stw_slice_of(output->old));
    if (output->new != NULL) {
        stw_buffer_add_text(out, " --as-of ");
        stw_escape_shell(out, stw_slice_of(output->new));
    }
}

static void month_text(const struct output *output, const struct stw_restated *line, char *text)
{
    char iso[STW_STAMP_TEXT_SIZE];
    stw_stamp_to_iso(output->zone, line->month.start_ns, iso);
    snprintf(text, 8, "%.7s", iso);
}

/* ---- Words ----------------------------------------------------------------------------------- */

static void put_commits(const struct output *output, struct stw_buffer *out)
{
    const struct stw_restatement *restated = output->restated;
    for (uint32_t i = 0; i < restated->commit_count; i++) {
        const struct stw_late_commit *commit = &restated->commits[i];
        char at[STW_STAMP_TEXT_SIZE];
        stw_stamp_to_iso(output->zone, commit->committed_ns, at);
        stw_buffer_printf(
            out, "commit %6llu  %s  %9llu %-4s  ", (unsigned long long)commit->generation, at,
            (unsigned long long)commit->rows, stw_plural_of(commit->rows, "row", "rows"));
        stw_text_put_visible(out,
                             commit->source.size == 0 ? STW_SLICE("(no file)") : commit->source);
        stw_buffer_add_char(out, '\n');
    }
    if (restated->merged)
        stw_buffer_add_text(out, "compaction has put rows of these commits together; which commit "
                                 "brought a row is not kept\n");
    if (restated->commit_count > 0)
        stw_buffer_add_char(out, '\n');
}

static int put_line(const struct output *output, struct stw_sheet *sheet,
                    const struct stw_restated *line, struct stw_error *err)
{
    char month[8], added[24], corrected[24], gone[24];
    struct stw_buffer key;
    stw_buffer_init(&key);
    stw_cli_put_key(&key, line->key);
    month_text(output, line, month);
    snprintf(added, sizeof(added), "%llu", (unsigned long long)line->added);
    snprintf(corrected, sizeof(corrected), "%llu", (unsigned long long)line->corrected);
    snprintf(gone, sizeof(gone), "%llu", (unsigned long long)line->gone);
    const struct stw_cell cells[] = {
        stw_cell_text(line->table->name),
        stw_cell_text(stw_buffer_slice(&key)),
        stw_cell_text(stw_slice_of(month)),
        stw_cell_text(stw_slice_of(line->figure == NULL ? "" : line->figure)),
        stw_cell_text(line->figure == NULL ? STW_SLICE("") : line->old),
        stw_cell_text(line->figure == NULL ? STW_SLICE("") : line->new),
        stw_cell_number(stw_slice_of(added)),
        stw_cell_number(stw_slice_of(corrected)),
        stw_cell_number(stw_slice_of(gone)),
        stw_cell_text(line->what),
    };
    int status = stw_buffer_status(&key, err);
    if (status == STW_OK)
        status = stw_sheet_row(sheet, cells, err);
    stw_buffer_release(&key);
    return status;
}

static int put_lines(const struct output *output, struct stw_error *err)
{
    static const struct stw_sheet_column columns[] = {
        {STW_SLICE("table"), false},   {STW_SLICE("key"), false},      {STW_SLICE("month"), false},
        {STW_SLICE("figure"), false},  {STW_SLICE("old"), true},       {STW_SLICE("new"), true},
        {STW_SLICE("added"), true},    {STW_SLICE("corrected"), true}, {STW_SLICE("gone"), true},
        {STW_SLICE("columns"), false},
    };
    struct stw_sheet *sheet;
    STW_TRY(stw_sheet_open(&sheet, output->cli->out, STW_SHEET_TABLE, false, columns,
                           sizeof(columns) / sizeof(columns[0]), err));
    int status = STW_OK;
    for (uint32_t i = 0; status == STW_OK && i < output->restated->line_count; i++)
        status = put_line(output, sheet, &output->restated->lines[i], err);
    int closed = stw_sheet_close(sheet, err);
    return status == STW_OK ? closed : status;
}

/* One a table: all its late rows. */
static void put_commands(const struct output *output, struct stw_buffer *out)
{
    const struct stw_restatement *restated = output->restated;
    stw_buffer_add_text(out, "\nthe rows that came later:\n");
    for (uint32_t i = 0; i < restated->line_count; i++) {
        const struct stw_restated *line = &restated->lines[i];
        if (i > 0 && line[-1].table == line->table)
            continue;
        stw_buffer_add_text(out, "  ");
        put_command(output, line, true, out);
        stw_buffer_add_char(out, '\n');
    }
}

static int print_words(const struct output *output, struct stw_error *err)
{
    const struct stw_restatement *restated = output->restated;
    struct stw_buffer out;
    stw_buffer_init(&out);
    stw_buffer_printf(&out, "from '%s' (generation %llu) to ", output->old,
                      (unsigned long long)restated->old_generation);
    if (output->new != NULL)
        stw_buffer_printf(&out, "'%s'", output->new);
    else
        stw_buffer_add_text(&out, "now");
    stw_buffer_printf(&out, " (generation %llu)%s\n\n",
                      (unsigned long long)restated->new_generation,
                      restated->line_count == 0 ? ": nothing is different" : "");
    put_commits(output, &out);
    int status = stw_buffer_status(&out, err);
    stw_cli_print(output->cli, &out);
    stw_buffer_clear(&out);
    if (status == STW_OK && restated->line_count > 0) {
        status = put_lines(output, err);
        put_commands(output, &out);
        if (status == STW_OK)
            status = stw_buffer_status(&out, err);
        stw_cli_print(output->cli, &out);
    }
    stw_buffer_release(&out);
    return status;
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void commits_json(const struct output *output, struct stw_json *json)
{
    const struct stw_restatement *restated = output->restated;
    stw_json_key(json, "commits");
    stw_json_array(json);
    for (uint32_t i = 0; i < restated->commit_count; i++) {
        const struct stw_late_commit *commit = &restated->commits[i];
        char at[STW_STAMP_TEXT_SIZE];
        stw_stamp_to_iso(output->zone, commit->committed_ns, at);
        stw_json_object(json);
        stw_json_key(json, "generation");
        stw_json_uint(json, commit->generation);
        stw_json_key(json, "committed");
        stw_json_string(json, at);
        stw_json_key(json, "source");
        stw_json_text(json, commit->source);
        stw_json_key(json, "rows");
        stw_json_uint(json, commit->rows);
        stw_json_end(json);
    }
    stw_json_end(json);
}

static void figure_json(struct stw_json *json, const char *key, struct stw_slice text)
{
    stw_json_key(json, key);
    if (text.size == 0)
        stw_json_null(json);
    else
        stw_json_text(json, text);
}

static void line_json(const struct output *output, const struct stw_restated *line,
                      struct stw_json *json)
{
    char month[8];
    struct stw_buffer text;
    stw_buffer_init(&text);
    month_text(output, line, month);
    stw_json_object(json);
    stw_json_key(json, "table");
    stw_json_text(json, line->table->name);
    stw_cli_put_key(&text, line->key);
    stw_json_key(json, "key");
    stw_json_text(json, stw_buffer_slice(&text));
    stw_json_key(json, "month");
    stw_json_string(json, month);
    stw_json_key(json, "figure");
    stw_json_string(json, line->figure);
    figure_json(json, "old", line->figure == NULL ? STW_SLICE("") : line->old);
    figure_json(json, "new", line->figure == NULL ? STW_SLICE("") : line->new);
    stw_json_key(json, "added");
    stw_json_uint(json, line->added);
    stw_json_key(json, "corrected");
    stw_json_uint(json, line->corrected);
    stw_json_key(json, "gone");
    stw_json_uint(json, line->gone);
    stw_json_key(json, "columns");
    stw_json_text(json, line->what);
    stw_buffer_clear(&text);
    put_command(output, line, false, &text);
    stw_json_key(json, "command");
    stw_json_text(json, stw_buffer_slice(&text));
    stw_json_end(json);
    stw_buffer_release(&text);
}

static int print_json(const struct output *output, struct stw_error *err)
{
    const struct stw_restatement *restated = output->restated;
    struct stw_buffer out;
    struct stw_json json;
    stw_buffer_init(&out);
    stw_json_init(&json, &out, STW_JSON_PRETTY);
    stw_json_object(&json);
    stw_json_key(&json, "old");
    stw_json_string(&json, output->old);
    stw_json_key(&json, "old_generation");
    stw_json_uint(&json, restated->old_generation);
    stw_json_key(&json, "new");
    stw_json_string(&json, output->new);
    stw_json_key(&json, "new_generation");
    stw_json_uint(&json, restated->new_generation);
    commits_json(output, &json);
    stw_json_key(&json, "merged");
    stw_json_bool(&json, restated->merged);
    stw_json_key(&json, "changed");
    stw_json_array(&json);
    for (uint32_t i = 0; i < restated->line_count; i++)
        line_json(output, &restated->lines[i], &json);
    stw_json_end(&json);
    stw_json_end(&json);
    stw_json_finish(&json);
    stw_buffer_add_char(&out, '\n');
    int status = stw_buffer_status(&out, err);
    if (status == STW_OK)
        stw_cli_print(output->cli, &out);
    stw_buffer_release(&out);
    return status;
}

static int open_zone(const struct stw_arguments *arguments, const struct stw_store *store,
                     struct stw_zone **zone, struct stw_error *err)
{
    char of_store[STW_STORE_ZONE_SIZE_MAX + 1];
    const char *named = stw_arguments_value(arguments, "zone");
    snprintf(of_store, sizeof(of_store), "%.*s", STW_SLICE_ARG(stw_store_zone(store)));
    return stw_zone_load(named == NULL ? of_store : named, zone, err);
}

static int run(struct stw_cli *cli, const struct stw_arguments *arguments, struct stw_error *err)
{
    struct stw_restatement restated;
    struct stw_store *store;
    struct output output = {.cli = cli,
                            .restated = &restated,
                            .store_path = arguments->positionals[0],
                            .old = arguments->positionals[1],
                            .new =
                                arguments->positional_count > 2 ? arguments->positionals[2] : NULL};
    STW_TRY(stw_cli_open(cli, output.store_path, STW_STORE_READ, NULL, &store, err));
    memset(&restated, 0, sizeof(restated));
    int status = open_zone(arguments, store, &output.zone, err);
    if (status == STW_OK)
        status = stw_restate(store, output.old, output.new, output.zone, &restated, err);
    if (status == STW_OK)
        status = stw_arguments_has(arguments, "json") ? print_json(&output, err)
                                                      : print_words(&output, err);
    stw_zone_free(output.zone);
    stw_restatement_release(&restated);
    stw_store_close(store);
    return status;
}

const struct stw_verb stw_verb_restate = {
    .name = "restate",
    .usage = "STORE OLD [NEW]",
    .summary = "what changed from snapshot OLD to NEW (or now), by which late rows",
    .details =
        "One line a meter, device or order and month in which rows were added, corrected or\n"
        "erased, or a figure is different: the use of a meter (also where the registry changed),\n"
        "the number of events, the verdict of a work order. Months are those of the store's zone:\n"
        "name another site's with --zone.\n\n"
        "  steward restate estates 2026-10\n"
        "  steward restate estates 2026-10 --zone Europe/Berlin\n"
        "  steward restate estates 2026-10 2026-11 --json\n",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .positionals_min = 2,
    .positionals_max = 3,
    .run = run,
};
