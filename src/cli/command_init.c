/* steward init: an empty store. Its one decision is the zone, so that is asked. On a store that is
 * there, --schema grows its tables, --replay-window sets that, and nothing else changes. */
#include "cli/command.h"

#include "base/plural.h"
#include "store/store.h"
#include "time/duration.h"
#include "time/zone.h"

#include <string.h>
#include <unistd.h>

static const struct stw_option options[] = {
    {"zone", "NAME", "the local time of the sites, as Asia/Shanghai; asked for on a terminal",
     false},
    {"tables", "FILE", "a schema of your own tables, beside the built-in ones", false},
    {"schema", "FILE", "all tables, as YAML; a store that is there grows by new tables and columns",
     false},
    {"replay-window", "DURATION",
     "how long streamed rows are kept for replay after their flush (default 90 days); may be "
     "changed",
     false},
};

static int ask_zone(const struct stw_cli *cli, char *answer, size_t size, struct stw_error *err)
{
    if (!cli->terminal || isatty(STDIN_FILENO) != 1) {
        int status = stw_fail(err, STW_ERR_USAGE, "the store's time zone is not given");
        stw_error_hint(err, "add --zone, for example --zone Asia/Shanghai");
        return status;
    }
    fputs("In which time zone are the sites (as Asia/Shanghai, Europe/Berlin)? ", cli->words);
    fflush(cli->words);
    if (fgets(answer, (int)size, stdin) == NULL)
        return stw_fail(err, STW_ERR_USAGE, "no time zone was given");
    answer[strcspn(answer, "\r\n")] = '\0';
    return STW_OK;
}

/* The built-in tables and those of a file. */
static int load_tables(const char *path, struct stw_buffer *schema, struct stw_error *err)
{
    struct stw_buffer own;
    stw_buffer_init(&own);
    int status = stw_file_load(stw_io_system(), path, STW_SCHEMA_TEXT_SIZE_MAX, &own, err);
    if (status == STW_OK)
        status = stw_schema_extend(path, stw_buffer_slice(&own), schema, err);
    stw_buffer_release(&own);
    return status;
}

/* The schema that a store is to have: with the window that is asked for, or the one that it has. */
static int choose_text(const struct stw_schema *old, struct stw_slice schema, const char *window,
                       struct stw_buffer *text, struct stw_error *err)
{
    char kept[STW_DURATION_FORMAT_SIZE];
    int64_t kept_ns = stw_schema_replay_window_ns(old);
    struct stw_schema *grown;
    STW_TRY(stw_schema_parse(&grown, "the new schema", schema, err));
    bool same =
        stw_schema_replay_window_ns(grown) != STW_SCHEMA_REPLAY_WINDOW_DAYS * STW_NS_PER_DAY ||
        kept_ns == stw_schema_replay_window_ns(grown);
    stw_schema_free(grown);
    if (window == NULL && !same) {
        stw_duration_format(kept_ns, 7, kept);
        window = kept;
    }
    if (window != NULL)
        return stw_schema_put_replay_window(schema, stw_slice_of(window), text, err);
    stw_buffer_add_slice(text, schema);
    return stw_buffer_status(text, err);
}

static void say_grown(const struct stw_cli *cli, const struct stw_store *store, bool schema,
                      uint32_t before)
{
    char window[STW_DURATION_FORMAT_SIZE];
    uint32_t now = stw_schema_table_count(stw_store_schema(store));
    if (schema)
        fprintf(cli->words,
                "%s: the schema has %u table%s now, %u of them new; rows from before have no value "
                "in new columns\n",
                stw_store_path(store), now, stw_plural(now), now - before);
    stw_duration_format(stw_schema_replay_window_ns(stw_store_schema(store)), 2, window);
    if (!schema)
        fprintf(cli->words, "%s: streamed rows are kept for replay for %s after their flush\n",
                stw_store_path(store), window);
}

/* --schema or --replay-window on a store that is there: tables and columns come along, nothing is
 * rewritten. */
static int grow(struct stw_cli *cli, const char *path, struct stw_slice schema, const char *window,
                struct stw_error *err)
{
    struct stw_store *store;
    struct stw_store_options store_options = {.clock = &cli->clock};
    struct stw_buffer text;
    STW_TRY(stw_store_open(&store, path, STW_STORE_WRITE, &store_options, err));
    const struct stw_schema *old = stw_store_schema(store);
    uint32_t tables = stw_schema_table_count(old);
    stw_buffer_init(&text);
    int status =
        choose_text(old, schema.size > 0 ? schema : stw_schema_text(old), window, &text, err);
    if (status == STW_OK)
        status = stw_store_grow(store, stw_buffer_slice(&text), err);
    stw_buffer_release(&text);
    stw_store_close(store);
    STW_TRY(status);
    STW_TRY(stw_store_open(&store, path, STW_STORE_READ, NULL, err));
    say_grown(cli, store, schema.size > 0, tables);
    stw_store_close(store);
    return STW_VERB_OK;
}

static int create(const struct stw_cli *cli, const char *path, const char *zone,
                  struct stw_slice schema, const char *window, struct stw_error *err)
{
    struct stw_store_settings settings = {.zone = stw_slice_of(zone), .schema = schema};
    struct stw_buffer text;
    stw_buffer_init(&text);
    int status = STW_OK;
    if (window != NULL) {
        status = stw_schema_put_replay_window(schema.size > 0 ? schema : stw_schema_builtin(),
                                              stw_slice_of(window), &text, err);
        settings.schema = stw_buffer_slice(&text);
    }
    if (status == STW_OK)
        status = stw_store_create(path, &settings, NULL, err);
    stw_buffer_release(&text);
    STW_TRY(status);
    fprintf(cli->words,
            "made the store %s, zone %s\n"
            "next: steward ingest %s FILE...\n",
            path, zone, path);
    return STW_VERB_OK;
}

static int init(struct stw_cli *cli, const struct stw_arguments *arguments, struct stw_slice schema,
                struct stw_error *err)
{
    char answer[128];
    const char *path = arguments->positionals[0];
    const char *name = stw_arguments_value(arguments, "zone");
    const char *window = stw_arguments_value(arguments, "replay-window");
    if ((schema.size > 0 || window != NULL) && name == NULL && stw_store_is_there(path))
        return grow(cli, path, schema, window, err);
    if (name == NULL) {
        STW_TRY(ask_zone(cli, answer, sizeof(answer), err));
        name = answer;
    }
    struct stw_zone *zone;
    STW_TRY(stw_zone_load(name, &zone, err));
    stw_zone_free(zone);
    return create(cli, path, name, schema, window, err);
}

/* The text of --schema, or the built-in tables with those of --tables; empty for neither. */
static int load_schema(const struct stw_arguments *arguments, struct stw_buffer *schema,
                       struct stw_error *err)
{
    const char *file = stw_arguments_value(arguments, "schema");
    const char *tables = stw_arguments_value(arguments, "tables");
    if (file != NULL && tables != NULL)
        return stw_fail(err, STW_ERR_USAGE, "give --schema or --tables");
    if (tables != NULL)
        return load_tables(tables, schema, err);
    if (file == NULL)
        return STW_OK;
    STW_TRY(stw_file_load(stw_io_system(), file, STW_SCHEMA_TEXT_SIZE_MAX, schema, err));
    return schema->size == 0 ? stw_fail(err, STW_ERR_INPUT, "%s is empty", file) : STW_OK;
}

static int run(struct stw_cli *cli, const struct stw_arguments *arguments, struct stw_error *err)
{
    struct stw_buffer schema;
    stw_buffer_init(&schema);
    int status = load_schema(arguments, &schema, err);
    if (status == STW_OK)
        status = init(cli, arguments, stw_buffer_slice(&schema), err);
    stw_buffer_release(&schema);
    return status;
}

const struct stw_verb stw_verb_init = {
    .name = "init",
    .usage = "STORE",
    .summary = "make an empty store in the folder STORE",
    .details = "  steward init estates --zone Asia/Shanghai\n"
               "  steward init estates --schema grown.yml   # more tables or columns, later\n"
               "  steward init estates --replay-window '180 days'\n",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .positionals_min = 1,
    .positionals_max = 1,
    .run = run,
};
