/* steward init: an empty store. Its one decision is the zone, so that is asked. */
#include "cli/command.h"

#include "store/store.h"
#include "time/zone.h"

#include <string.h>
#include <unistd.h>

static const struct stw_option options[] = {
    {"zone", "NAME", "the local time of the sites, as Asia/Shanghai; asked for on a terminal",
     false},
    {"tables", "FILE", "a schema of your own tables, beside the built-in ones", false},
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

static int run(struct stw_cli *cli, const struct stw_arguments *arguments, struct stw_error *err)
{
    char answer[128];
    const char *name = stw_arguments_value(arguments, "zone");
    if (name == NULL) {
        STW_TRY(ask_zone(cli, answer, sizeof(answer), err));
        name = answer;
    }
    struct stw_zone *zone;
    STW_TRY(stw_zone_load(name, &zone, err));
    stw_zone_free(zone);
    const char *tables = stw_arguments_value(arguments, "tables");
    struct stw_buffer schema;
    stw_buffer_init(&schema);
    int status = tables == NULL ? STW_OK : load_tables(tables, &schema, err);
    struct stw_store_settings settings = {.zone = stw_slice_of(name),
                                          .schema = stw_buffer_slice(&schema)};
    if (status == STW_OK)
        status = stw_store_create(arguments->positionals[0], &settings, NULL, err);
    stw_buffer_release(&schema);
    STW_TRY(status);
    fprintf(cli->words,
            "made the store %s, zone %s\n"
            "next: steward ingest %s FILE...\n",
            arguments->positionals[0], name, arguments->positionals[0]);
    return STW_VERB_OK;
}

const struct stw_verb stw_verb_init = {
    .name = "init",
    .usage = "STORE",
    .summary = "make an empty store in the folder STORE",
    .details = "  steward init estates --zone Asia/Shanghai\n",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .positionals_min = 1,
    .positionals_max = 1,
    .run = run,
};
