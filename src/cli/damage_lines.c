/* See damage_lines.h. */
#include "cli/damage_lines.h"

#include "base/plural.h"
#include "cli/command.h"
#include "time/stamp.h"

void stw_cli_put_finding(void *context, const struct stw_store_finding *finding)
{
    struct stw_cli_findings *findings = context;
    struct stw_buffer *out = &findings->out;
    stw_buffer_add_text(out, finding->file);
    if (strcmp(finding->part, "file") != 0) /* a part of it */
        stw_buffer_printf(out, ", %s at byte %llu", finding->part,
                          (unsigned long long)finding->offset);
    if (finding->block >= 0)
        stw_buffer_printf(out, ", block %lld", (long long)finding->block);
    stw_buffer_printf(out, ": %s\n", finding->what);
    if (finding->rows == 0)
        return;
    if (finding->block < 0) {
        stw_buffer_printf(out, "  it had %llu row%s of %.*s\n", (unsigned long long)finding->rows,
                          stw_plural(finding->rows), STW_SLICE_ARG(finding->table));
        return;
    }
    char from[STW_STAMP_TEXT_SIZE], to[STW_STAMP_TEXT_SIZE];
    stw_stamp_to_iso(findings->zone, finding->time_min_ns, from);
    stw_stamp_to_iso(findings->zone, finding->time_max_ns, to);
    stw_buffer_printf(out,
                      "  %llu row%s of %.*s cannot be read: ", (unsigned long long)finding->rows,
                      stw_plural(finding->rows), STW_SLICE_ARG(finding->table));
    stw_cli_put_key(out, finding->series_first);
    if (!stw_slice_equal(finding->series_first, finding->series_last)) {
        stw_buffer_add_text(out, " to ");
        stw_cli_put_key(out, finding->series_last);
    }
    stw_buffer_printf(out, ", %s to %s\n", from, to);
}
