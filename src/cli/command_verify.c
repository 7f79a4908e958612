/* steward verify: reads every byte of a store and names what is damaged. */
#include "cli/command.h"

#include "base/plural.h"
#include "cli/damage_lines.h"
#include "store/verify.h"
#include "store/view.h"
#include "text/escape.h"

/* What to do about it. */
static int say_what_helps(const struct stw_cli *cli, const struct stw_store *store,
                          const struct stw_verify_result *result, struct stw_error *err)
{
    struct stw_slice path = stw_slice_of(stw_store_path(store));
    struct stw_buffer text;
    if (result->missing == 0 && result->put_aside == 0)
        return STW_OK;
    stw_buffer_init(&text);
    stw_buffer_add_text(&text, "  hint: steward salvage ");
    stw_escape_shell(&text, path);
    stw_buffer_add_text(&text, " NEW copies what can be read into a new store");
    if (result->put_aside > 0)
        stw_buffer_add_text(&text, ", with what was put aside;\n        to do without that: rm");
    if (stw_store_kept_count(store) > 0) {
        stw_buffer_add_char(&text, ' ');
        stw_escape_shell(&text, path);
        stw_buffer_add_text(&text, "/MANIFEST.damaged-*");
    }
    if (result->put_aside > stw_store_kept_count(store)) {
        stw_buffer_add_char(&text, ' ');
        stw_escape_shell(&text, path);
        stw_buffer_add_text(&text, "/segments/*.lost");
    }
    stw_buffer_add_char(&text, '\n');
    int status = stw_buffer_status(&text, err);
    if (status == STW_OK)
        stw_cli_say(cli, &text);
    stw_buffer_release(&text);
    return status;
}

static int verify(struct stw_cli *cli, struct stw_store *store, struct stw_cli_findings *listing,
                  struct stw_error *err)
{
    struct stw_verify_result result;
    char zone[STW_STORE_ZONE_SIZE_MAX + 1];
    snprintf(zone, sizeof(zone), "%.*s", STW_SLICE_ARG(stw_store_zone(store)));
    STW_TRY(stw_zone_load(zone, &listing->zone, err));
    STW_TRY(stw_store_verify(store, stw_cli_put_finding, listing, &result, err));
    STW_TRY(stw_buffer_status(&listing->out, err));
    stw_cli_print(cli, &listing->out);
    fprintf(cli->words, "%s: %llu segment%s, %llu row%s, %llu byte%s read; %llu finding%s\n",
            stw_store_path(store), (unsigned long long)result.segments, stw_plural(result.segments),
            (unsigned long long)result.rows, stw_plural(result.rows),
            (unsigned long long)result.bytes, stw_plural(result.bytes),
            (unsigned long long)result.findings, stw_plural(result.findings));
    STW_TRY(say_what_helps(cli, store, &result, err));
    return result.findings == 0 ? STW_VERB_OK : STW_VERB_FINDINGS;
}

static int run(struct stw_cli *cli, const struct stw_arguments *arguments, struct stw_error *err)
{
    struct stw_cli_findings listing = {0};
    struct stw_store *store;
    STW_TRY(stw_store_open(&store, arguments->positionals[0], STW_STORE_READ, NULL, err));
    stw_buffer_init(&listing.out);
    int status = verify(cli, store, &listing, err);
    stw_buffer_release(&listing.out);
    stw_zone_free(listing.zone);
    stw_store_close(store);
    return status;
}

const struct stw_verb stw_verb_verify = {
    .name = "verify",
    .usage = "STORE",
    .summary = "read every byte of a store and name what is damaged",
    .details =
        "Exits with 1 when something was found. Undamaged data stays readable; rows behind a\n"
        "damaged block are refused with an error, never guessed. What a writer once had to cut\n"
        "off a damaged manifest lies beside it as MANIFEST.damaged-OFFSET, and is a finding until\n"
        "STORE is salvaged into a new store, or the file is removed.\n",
    .positionals_min = 1,
    .positionals_max = 1,
    .run = run,
};
