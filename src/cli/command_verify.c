/* steward verify: reads every byte of a store and names what is damaged. */
#include "cli/command.h"

#include "base/buffer.h"
#include "store/verify.h"
#include "store/view.h"
#include "text/width.h"
#include "time/stamp.h"

struct listing {
    struct stw_zone *zone;
    struct stw_buffer out;
};

static void put_finding(void *context, const struct stw_store_finding *finding)
{
    struct listing *listing = context;
    struct stw_buffer *out = &listing->out;
    stw_buffer_printf(out, "%s, %s at byte %llu", finding->file, finding->part,
                      (unsigned long long)finding->offset);
    if (finding->block >= 0)
        stw_buffer_printf(out, ", block %lld", (long long)finding->block);
    stw_buffer_printf(out, ": %s\n", finding->what);
    if (finding->rows == 0)
        return;
    char from[STW_STAMP_TEXT_SIZE], to[STW_STAMP_TEXT_SIZE];
    stw_stamp_to_iso(listing->zone, finding->time_min_ns, from);
    stw_stamp_to_iso(listing->zone, finding->time_max_ns, to);
    stw_buffer_printf(out,
                      "  %llu rows of %.*s cannot be read: ", (unsigned long long)finding->rows,
                      STW_SLICE_ARG(finding->table));
    stw_cli_put_key(out, finding->series_first);
    if (!stw_slice_equal(finding->series_first, finding->series_last)) {
        stw_buffer_add_text(out, " to ");
        stw_cli_put_key(out, finding->series_last);
    }
    stw_buffer_printf(out, ", %s to %s\n", from, to);
}

static int verify(struct stw_cli *cli, struct stw_store *store, struct listing *listing,
                  struct stw_error *err)
{
    struct stw_verify_result result;
    char zone[STW_STORE_ZONE_SIZE_MAX + 1];
    snprintf(zone, sizeof(zone), "%.*s", STW_SLICE_ARG(stw_store_zone(store)));
    STW_TRY(stw_zone_load(zone, &listing->zone, err));
    STW_TRY(stw_store_verify(store, put_finding, listing, &result, err));
    STW_TRY(stw_buffer_status(&listing->out, err));
    stw_cli_print(cli, &listing->out);
    fprintf(cli->words, "%s: %llu segments, %llu rows, %llu bytes read; %llu finding%s\n",
            stw_store_path(store), (unsigned long long)result.segments,
            (unsigned long long)result.rows, (unsigned long long)result.bytes,
            (unsigned long long)result.findings, result.findings == 1 ? "" : "s");
    return result.findings == 0 ? STW_VERB_OK : STW_VERB_FINDINGS;
}

static int run(struct stw_cli *cli, const struct stw_arguments *arguments, struct stw_error *err)
{
    struct listing listing = {0};
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
        "damaged block are refused with an error, never guessed.\n",
    .positionals_min = 1,
    .positionals_max = 1,
    .run = run,
};
