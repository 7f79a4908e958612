/* Findings; see finding.h. */
#include "rule/finding.h"

#include "base/plural.h"

#include <string.h>

void stw_findings_init(struct stw_findings *findings, struct stw_arena *arena)
{
    memset(findings, 0, sizeof(*findings));
    findings->arena = arena;
}

static const char *keep(struct stw_findings *findings, const char *text)
{
    char *copy = text == NULL ? NULL : stw_arena_string(findings->arena, text);
    findings->out_of_memory |= text != NULL && copy == NULL;
    return copy == NULL ? "" : copy;
}

void stw_findings_add(struct stw_findings *findings, const struct stw_finding *finding)
{
    findings->errors += !finding->warning;
    if (findings->list == NULL)
        findings->list = STW_ARENA_ARRAY(findings->arena, struct stw_finding, STW_FINDINGS_MAX);
    if (findings->list == NULL) {
        findings->out_of_memory = true;
        return;
    }
    if (findings->count == STW_FINDINGS_MAX) {
        findings->left_out++;
        return;
    }
    struct stw_finding *added = &findings->list[findings->count++];
    *added = *finding;
    added->file = keep(findings, finding->file);
    added->what = keep(findings, finding->what);
    added->hint = keep(findings, finding->hint);
    added->excerpt = keep(findings, finding->excerpt);
}

void stw_findings_hint(struct stw_findings *findings, const char *hint)
{
    if (findings->count > 0 && findings->left_out == 0)
        findings->list[findings->count - 1].hint = keep(findings, hint);
}

void stw_findings_print(const struct stw_findings *findings, struct stw_buffer *out)
{
    for (uint32_t i = 0; i < findings->count; i++) {
        const struct stw_finding *finding = &findings->list[i];
        if (finding->file[0] != '\0')
            stw_buffer_printf(out, "%s:", finding->file);
        if (finding->line > 0)
            stw_buffer_printf(out, "%u:%u:", finding->line, finding->column);
        stw_buffer_printf(out, "%s%s STW%d: %s\n", finding->file[0] == '\0' ? "" : " ",
                          finding->warning ? "warning" : "error", (int)finding->problem,
                          finding->what);
        stw_buffer_add_text(out, finding->excerpt);
        if (finding->hint[0] != '\0')
            stw_buffer_printf(out, "  hint: %s\n", finding->hint);
    }
    if (findings->left_out > 0)
        stw_buffer_printf(out, "%u more %s left out\n", findings->left_out,
                          stw_plural_of(findings->left_out, "was", "were"));
}
