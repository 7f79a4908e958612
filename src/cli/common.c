/* Small things several verbs need; see command.h. */
#include "cli/command.h"

#include "base/plural.h"
#include "text/width.h"
#include "time/stamp.h"

void stw_cli_print(const struct stw_cli *cli, const struct stw_buffer *text)
{
    /* A failure shows in ferror() when the command ends. */
    struct stw_slice all = stw_buffer_slice(text);
    (void)fwrite(all.data, 1, all.size, cli->out);
    (void)fflush(cli->out);
}

void stw_cli_say(const struct stw_cli *cli, const struct stw_buffer *text)
{
    struct stw_slice all = stw_buffer_slice(text);
    (void)fwrite(all.data, 1, all.size, cli->words);
}

int stw_cli_open(const struct stw_cli *cli, const char *folder, enum stw_store_mode mode,
                 const struct stw_store_options *options, struct stw_store **store,
                 struct stw_error *err)
{
    STW_TRY(stw_store_open(store, folder, mode, options, err));
    uint32_t count = stw_store_finding_count(*store);
    if (count > 0)
        fprintf(cli->words,
                "%s is damaged (%u finding%s; the first: %s): %s from what follows\n"
                "  hint: steward verify %s names all of it\n",
                folder, count, stw_plural(count), stw_store_finding_at(*store, 0),
                stw_store_may_miss_rows(*store) ? "rows may be missing" : "no row is missing",
                folder);
    return STW_OK;
}

int stw_cli_zone(const char *name, const struct stw_view *view, struct stw_zone **zone,
                 struct stw_error *err)
{
    char text[STW_STORE_ZONE_SIZE_MAX + 1];
    if (name == NULL) {
        struct stw_slice of_store = stw_view_zone(view);
        snprintf(text, sizeof(text), "%.*s", STW_SLICE_ARG(of_store));
        name = text;
    }
    return stw_zone_load(name, zone, err);
}

bool stw_cli_instant(const char *text, const struct stw_zone *zone, int64_t *out_ns)
{
    struct stw_stamp_format iso;
    return stw_stamp_format_init(&iso, "iso", zone, NULL) == STW_OK &&
           stw_stamp_is_read(stw_stamp_parse(&iso, stw_slice_of(text), out_ns));
}

void stw_cli_put_key(struct stw_buffer *out, struct stw_slice key)
{
    struct stw_slice parts[STW_SCHEMA_KEYS_MAX];
    uint32_t count = stw_key_split(key, parts, STW_SCHEMA_KEYS_MAX);
    for (uint32_t i = 0; i < count && i < STW_SCHEMA_KEYS_MAX; i++) {
        if (i > 0)
            stw_buffer_add_char(out, '/');
        stw_text_put_visible(out, parts[i]);
    }
}
