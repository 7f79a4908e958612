/* steward template: workbooks to fill in. Needs no store. */
#include "cli/command.h"

#include "base/io.h"
#include "report/template.h"
#include "report/words.h"

#include <stdio.h>

enum { PATH_SIZE = 1024 };

static const struct stw_option options[] = {
    {"language", "TAG", "of headings, notes and words: zh-CN or en (default: en)", false},
    {"out", "FOLDER", "where to write them (default: here); made if it is not there", false},
    {"filled", NULL, "with the examples as rows, to try it out", false},
    {"force", NULL, "write over files that are there", false},
};

static int choose_language(const struct stw_arguments *arguments, enum stw_field_language *out,
                           struct stw_error *err)
{
    const char *tag = stw_arguments_value(arguments, "language");
    enum stw_language language = STW_LANGUAGE_EN;
    if (tag != NULL &&
        (!stw_language_parse(stw_slice_of(tag), &language) || language == STW_LANGUAGE_ZH_TW)) {
        int status = stw_fail(err, STW_ERR_USAGE, "there are no templates in '%s'", tag);
        stw_error_hint(err, "--language zh-CN or --language en");
        return status;
    }
    *out = language == STW_LANGUAGE_EN ? STW_FIELD_EN : STW_FIELD_ZH;
    return STW_OK;
}

/* The path of each workbook. A filled template is somebody's work: it is not written over. */
static int choose_path(const struct stw_arguments *arguments, uint32_t index,
                       enum stw_field_language language, char *path, struct stw_error *err)
{
    const char *folder = stw_arguments_value(arguments, "out");
    char name[STW_TEMPLATE_NAME_SIZE];
    stw_template_file(index, language, name);
    if (folder == NULL)
        snprintf(path, PATH_SIZE, "%s", name);
    else
        STW_TRY(stw_path_join(path, PATH_SIZE, folder, name, err));
    if (!stw_io_exists(path) || stw_arguments_has(arguments, "force"))
        return STW_OK;
    int status = stw_fail(err, STW_ERR_USAGE, "%s is there already; nothing was written", path);
    stw_error_hint(err, "choose another folder with --out, or write over it with --force");
    return status;
}

static int write_one(const struct stw_cli *cli, const struct stw_arguments *arguments,
                     uint32_t index, const struct stw_schema *schema,
                     const struct stw_template_options *settings, struct stw_error *err)
{
    char path[PATH_SIZE];
    STW_TRY(choose_path(arguments, index, settings->language, path, err));
    STW_TRY(stw_template_write(index, schema, settings, path, err));
    fprintf(cli->words, "wrote %s\n", path);
    return STW_OK;
}

static int write_all(const struct stw_cli *cli, const struct stw_arguments *arguments,
                     const struct stw_template_options *settings, struct stw_error *err)
{
    char path[PATH_SIZE];
    struct stw_schema *schema;
    STW_TRY(stw_schema_parse(&schema, "built-in schema", stw_schema_builtin(), err));
    int status = STW_OK;
    for (uint32_t i = 0; i < STW_TEMPLATE_COUNT && status == STW_OK; i++)
        status = choose_path(arguments, i, settings->language, path, err);
    for (uint32_t i = 0; i < STW_TEMPLATE_COUNT && status == STW_OK; i++)
        status = write_one(cli, arguments, i, schema, settings, err);
    stw_schema_free(schema);
    if (status == STW_OK)
        fprintf(cli->words,
                "next: fill in the first sheet of each, then: steward ingest STORE FILE\n");
    return status;
}

/* The device list of a store, to complete. */
static int write_devices(const struct stw_cli *cli, const struct stw_arguments *arguments,
                         struct stw_template_options *settings, struct stw_error *err)
{
    struct stw_store *store;
    STW_TRY(stw_cli_open(cli, arguments->positionals[0], STW_STORE_READ, NULL, &store, err));
    int status = stw_view_open(store, NULL, &settings->view, err);
    if (status == STW_OK)
        status = write_one(cli, arguments, 0, stw_view_schema(settings->view), settings, err);
    stw_view_close(settings->view);
    stw_store_close(store);
    if (status == STW_OK)
        fprintf(cli->words, "next: complete its first sheet, then: steward ingest %s FILE\n",
                arguments->positionals[0]);
    return status;
}

static int run(struct stw_cli *cli, const struct stw_arguments *arguments, struct stw_error *err)
{
    struct stw_template_options settings = {
        .created_ns = stw_clock_now(cli->clock),
        .filled = stw_arguments_has(arguments, "filled"),
    };
    const char *folder = stw_arguments_value(arguments, "out");
    STW_TRY(choose_language(arguments, &settings.language, err));
    if (arguments->positional_count > 0 && settings.filled)
        return stw_fail(err, STW_ERR_USAGE, "--filled goes with empty templates, not with a store");
    if (folder != NULL)
        STW_TRY(stw_io_make_folder(stw_io_system(), folder, err));
    return arguments->positional_count > 0 ? write_devices(cli, arguments, &settings, err)
                                           : write_all(cli, arguments, &settings, err);
}

const struct stw_verb stw_verb_template = {
    .name = "template",
    .usage = "[STORE]",
    .summary = "write workbooks to fill in: devices, readings, work orders, faults, inspections",
    .details =
        "The first sheet of each is to be filled in, the others explain it and show examples. A\n"
        "filled template goes in without a column map. Columns may be deleted or moved, and the\n"
        "sheet may be saved as CSV.\n\n"
        "With a STORE only the device list is written, with what the store knows: the devices "
        "that\n"
        "have readings and are not in the registry come first. What is left as it is changes\n"
        "nothing.\n\n"
        "  steward template --language zh-CN --out forms\n"
        "  steward template estates --out forms\n"
        "  steward ingest estates forms/设备台账.xlsx\n",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .positionals_min = 0,
    .positionals_max = 1,
    .run = run,
};
