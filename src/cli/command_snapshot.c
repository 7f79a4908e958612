/* steward snapshot: names what a store holds now, lists the names, gives one up. */
#include "cli/command.h"

#include "api/snapshot_pins.h"
#include "text/json_write.h"
#include "text/width.h"
#include "time/stamp.h"

static const struct stw_option options[] = {
    {"list", NULL, "list the snapshots", false},
    {"drop", NULL, "give the snapshot NAME up", false},
    {"rules", "PATH", "note which rules, tariffs and calendars it goes with", true},
    {"json", NULL, "with --list: as JSON, with all that is pinned", false},
};

/* ---- Listing --------------------------------------------------------------------------------- */

static void put_pins_json(struct stw_slice pins, struct stw_json *json)
{
    struct stw_slice line;
    stw_json_array(json);
    for (size_t at = 0; stw_snapshot_pins_differ(pins, STW_SLICE(""), &at, &line);)
        stw_json_text(json, line);
    stw_json_end(json);
}

static void list_json(const struct stw_store *store, const struct stw_zone *zone,
                      struct stw_buffer *out)
{
    struct stw_json json;
    stw_json_init(&json, out, STW_JSON_PRETTY);
    stw_json_array(&json);
    for (uint32_t i = 0; i < stw_store_snapshot_count(store); i++) {
        struct stw_snapshot snapshot = stw_store_snapshot_at(store, i);
        char created[STW_STAMP_TEXT_SIZE];
        stw_stamp_to_iso(zone, snapshot.created_ns, created);
        stw_json_object(&json);
        stw_json_key(&json, "name");
        stw_json_text(&json, snapshot.name);
        stw_json_key(&json, "generation");
        stw_json_uint(&json, snapshot.generation);
        stw_json_key(&json, "created");
        stw_json_string(&json, created);
        stw_json_key(&json, "pins");
        put_pins_json(snapshot.pins, &json);
        stw_json_end(&json);
    }
    stw_json_end(&json);
    stw_json_finish(&json);
    stw_buffer_add_char(out, '\n');
}

static void list_text(const struct stw_store *store, const struct stw_zone *zone,
                      struct stw_buffer *out)
{
    for (uint32_t i = 0; i < stw_store_snapshot_count(store); i++) {
        struct stw_snapshot snapshot = stw_store_snapshot_at(store, i);
        char created[STW_STAMP_TEXT_SIZE];
        stw_stamp_to_iso(zone, snapshot.created_ns, created);
        stw_text_pad(out, snapshot.name, 24, STW_ALIGN_LEFT);
        stw_buffer_printf(out, "  generation %6llu  %s\n", (unsigned long long)snapshot.generation,
                          created);
    }
}

static int list(struct stw_cli *cli, const struct stw_arguments *arguments, struct stw_error *err)
{
    struct stw_store *store = NULL;
    struct stw_view *view = NULL;
    struct stw_zone *zone = NULL;
    struct stw_buffer out;
    stw_buffer_init(&out);
    int status = stw_cli_open(cli, arguments->positionals[0], STW_STORE_READ, NULL, &store, err);
    if (status == STW_OK)
        status = stw_view_open(store, NULL, &view, err);
    if (status == STW_OK)
        status = stw_cli_zone(NULL, view, &zone, err);
    if (status == STW_OK) {
        if (stw_arguments_has(arguments, "json"))
            list_json(store, zone, &out);
        else
            list_text(store, zone, &out);
        status = stw_buffer_status(&out, err);
    }
    if (status == STW_OK)
        stw_cli_print(cli, &out);
    stw_buffer_release(&out);
    stw_zone_free(zone);
    stw_view_close(view);
    stw_store_close(store);
    return status;
}

/* ---- Making and giving up -------------------------------------------------------------------- */

/* The text to be pinned, with the rules named on the command line. */
static int make_pins(struct stw_store *store, const struct stw_arguments *arguments,
                     struct stw_buffer *pins, struct stw_error *err)
{
    const char *rules[STW_OPTION_VALUES_MAX];
    uint32_t count = 0;
    char zone[STW_STORE_ZONE_SIZE_MAX + 1];
    struct stw_pack pack = {.rule_count = 0};
    struct stw_view *view;
    for (const char *path; (path = stw_arguments_each(arguments, "rules", (int)count)) != NULL;)
        rules[count++] = path;
    snprintf(zone, sizeof(zone), "%.*s", STW_SLICE_ARG(stw_store_zone(store)));
    STW_TRY(stw_view_open(store, NULL, &view, err));
    int status = count == 0 ? STW_OK : stw_pack_load(&pack, rules, count, zone, err);
    if (status == STW_OK && count > 0)
        status = stw_pack_usable(&pack, err);
    if (status == STW_OK)
        status = stw_snapshot_pins(view, count == 0 ? NULL : &pack, pins, err);
    if (count > 0)
        stw_pack_release(&pack);
    stw_view_close(view);
    return status;
}

static int make(struct stw_cli *cli, struct stw_store *store, const struct stw_arguments *arguments,
                struct stw_error *err)
{
    struct stw_slice name = stw_slice_of(arguments->positionals[1]);
    struct stw_snapshot made;
    struct stw_buffer pins;
    stw_buffer_init(&pins);
    int status = make_pins(store, arguments, &pins, err);
    if (status == STW_OK)
        status = stw_store_snapshot(store, name, stw_buffer_slice(&pins), err);
    stw_buffer_release(&pins);
    if (status == STW_OK && stw_store_snapshot_find(store, name, &made))
        fprintf(cli->words, "snapshot '%s' keeps generation %llu\n", arguments->positionals[1],
                (unsigned long long)made.generation);
    return status;
}

static int run(struct stw_cli *cli, const struct stw_arguments *arguments, struct stw_error *err)
{
    struct stw_store *store;
    struct stw_store_options store_options = {.clock = &cli->clock};
    bool drop = stw_arguments_has(arguments, "drop");
    if (stw_arguments_has(arguments, "list")) {
        if (drop || arguments->positional_count > 1)
            return stw_fail(err, STW_ERR_USAGE, "--list takes neither a NAME nor --drop");
        return list(cli, arguments, err);
    }
    if (arguments->positional_count < 2) {
        int status = stw_fail(err, STW_ERR_USAGE, "which snapshot? give a NAME");
        stw_error_hint(err, "steward snapshot %s --list lists those that are there",
                       arguments->positionals[0]);
        return status;
    }
    STW_TRY(
        stw_cli_open(cli, arguments->positionals[0], STW_STORE_WRITE, &store_options, &store, err));
    int status = drop ? stw_store_snapshot_drop(store, stw_slice_of(arguments->positionals[1]), err)
                      : make(cli, store, arguments, err);
    if (status == STW_OK && drop)
        fprintf(cli->words, "gave up the snapshot '%s'\n", arguments->positionals[1]);
    stw_store_close(store);
    return status;
}

const struct stw_verb stw_verb_snapshot = {
    .name = "snapshot",
    .usage = "STORE [NAME]",
    .summary = "name what the store holds now, for --as-of and restate",
    .details =
        "A snapshot keeps every answer as it is: later corrections do not show in it, and\n"
        "compaction leaves what it needs. It notes the state of the registry, rules, tariffs,\n"
        "calendars, zone files and program that it goes with.\n\n"
        "  steward snapshot estates audit-2026 --rules rules\n"
        "  steward query estates --as-of audit-2026 --month 2026-10 --every month --show use\n",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .positionals_min = 1,
    .positionals_max = 2,
    .run = run,
};
