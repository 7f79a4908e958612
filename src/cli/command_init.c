/* steward init: an empty store. Its one decision is the zone, so that is asked. On a store that is
 * there, --schema grows its tables and nothing else changes. */
#include "cli/command.h"

#include "store/store.h"
#include "time/zone.h"

#include <string.h>
#include <unistd.h>

static const struct stw_option options[] = {
    {"zone", "NAME", "the local time of the sites, as Asia/Shanghai; asked for on a terminal",
     false},
    {"tables", "FILE", "a schema of your own tables, beside the built-in ones", false},
    {"schema", "FILE", "all tables, as YAML; a store that is there grows by new tables and columns",
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

/* --schema on a store that is there: tables and columns come along, nothing is rewritten. */
static int grow(struct stw_cli *cli, const char *path, struct stw_slice schema,
                struct stw_error *err)
{
    struct stw_store *store;
    struct stw_store_options store_options = {.clock = &cli->clock};
    STW_TRY(stw_store_open(&store, path, STW_STORE_WRITE, &store_options, err));
    uint32_t tables = stw_schema_table_count(stw_store_schema(store));
    int status = stw_store_grow(store, schema, err);
    stw_store_close(store);
    STW_TRY(status);
    STW_TRY(stw_store_open(&store, path, STW_STORE_READ, NULL, err));
    uint32_t now = stw_schema_table_count(stw_store_schema(store));
    stw_store_close(store);
    fprintf(cli->words,
            "%s: the schema has %u tables now, %u of them new; rows from before have no value in "
            "new columns\n",
            path, now, now - tables);
    return STW_VERB_OK;
}

static int init(struct stw_cli *cli, const struct stw_arguments *arguments, struct stw_slice schema,
                struct stw_error *err)
{
    char answer[128];
    const char *path = arguments->positionals[0];
    const char *name = stw_arguments_value(arguments, "zone");
    if (schema.size > 0 && name == NULL && stw_store_is_there(path))
        return grow(cli, path, schema, err);
    if (name == NULL) {
        STW_TRY(ask_zone(cli, answer, sizeof(answer), err));
        name = answer;
    }
    struct stw_zone *zone;
    STW_TRY(stw_zone_load(name, &zone, err));
    stw_zone_free(zone);
    struct stw_store_settings settings = {.zone = stw_slice_of(name), .schema = schema};
    STW_TRY(stw_store_create(path, &settings, NULL, err));
    fprintf(cli->words,
            "made the store %s, zone %s\n"
            "next: steward ingest %s FILE...\n",
            path, name, path);
    return STW_VERB_OK;
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
               "  steward init estates --schema grown.yml   # more tables or columns, later\n",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .positionals_min = 1,
    .positionals_max = 1,
    .run = run,
};
