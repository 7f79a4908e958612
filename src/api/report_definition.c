/* Reading `reports:` of a pack; see report_definition.h. */
#include "api/report_definition.h"

#include "base/suggest.h"

#include <stdio.h>

static const char *const section_names[] = {"alerts",   "energy", "failures",
                                            "response", "duties", "quality"};

enum { SECTION_COUNT = sizeof(section_names) / sizeof(section_names[0]) };

static const unsigned own_sections[] = {
    [STW_REPORT_NONE] = 0,
    [STW_REPORT_MONTHLY] = STW_SECTION_ALERTS | STW_SECTION_ENERGY | STW_SECTION_FAILURES |
                           STW_SECTION_RESPONSE | STW_SECTION_DUTIES | STW_SECTION_QUALITY,
    [STW_REPORT_COMPARISON] = STW_SECTION_ENERGY | STW_SECTION_QUALITY,
    [STW_REPORT_RESPONSE] = STW_SECTION_RESPONSE | STW_SECTION_QUALITY,
};

STW_PRINTF(4, 5)
static int wrong(struct stw_error *err, const struct stw_yaml *doc,
                 const struct stw_yaml_node *node, const char *format, ...)
{
    char what[STW_ERROR_WHAT_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof(what), format, args);
    va_end(args);
    int status = stw_fail(err, STW_ERR_INPUT, "%s", what);
    stw_error_where(err, "%s:%u:%u", doc->file, node->line, node->column);
    return status;
}

static int read_section(const struct stw_yaml *doc, const struct stw_yaml_node *node,
                        unsigned *sections, struct stw_error *err)
{
    struct stw_suggest suggest;
    stw_suggest_init(&suggest, node->text);
    for (int i = 0; i < SECTION_COUNT; i++) {
        if (stw_yaml_is(node, section_names[i])) {
            *sections |= 1u << i;
            return STW_OK;
        }
        stw_suggest_offer(&suggest, stw_slice_of(section_names[i]));
    }
    int status =
        wrong(err, doc, node, "'%.*s' is not a section of a report", STW_SLICE_ARG(node->text));
    if (suggest.best.data != NULL)
        stw_error_hint(err, "did you mean %.*s?", STW_SLICE_ARG(suggest.best));
    else
        stw_error_hint(err, "sections are alerts, energy, failures, response, duties, quality");
    return status;
}

static int read_definition(const struct stw_yaml *doc, const struct stw_yaml_node *node,
                           enum stw_month_report *report, unsigned *sections, struct stw_error *err)
{
    if (node->kind != STW_YAML_MAPPING)
        return wrong(err, doc, node, "a report is a mapping: {id: ..., sections: [...]}");
    STW_YAML_EACH(entry, node)
    {
        if (!stw_yaml_is(entry->key, "id") && !stw_yaml_is(entry->key, "sections"))
            return wrong(err, doc, entry->key, "a report has no '%.*s': id and sections",
                         STW_SLICE_ARG(entry->key->text));
    }
    const struct stw_yaml_node *id = stw_yaml_find(node, "id");
    const struct stw_yaml_node *list = stw_yaml_find(node, "sections");
    if (id == NULL || id->kind != STW_YAML_SCALAR || !stw_month_report_parse(id->text.data, report))
        return wrong(err, doc, id == NULL ? node : id,
                     "the id of a report is monthly, comparison or response");
    if (list == NULL || list->kind != STW_YAML_SEQUENCE)
        return wrong(err, doc, list == NULL ? node : list, "a report needs a list of 'sections'");
    *sections = 0;
    STW_YAML_EACH(entry, list)
    {
        STW_TRY(read_section(doc, entry->value, sections, err));
    }
    return STW_OK;
}

int stw_report_sections(const struct stw_pack *pack, enum stw_month_report report,
                        unsigned *sections, struct stw_error *err)
{
    *sections = own_sections[report];
    for (uint32_t i = 0; i < pack->report_count; i++) {
        const struct stw_pack_section *part = &pack->reports[i];
        if (part->node->kind != STW_YAML_SEQUENCE)
            return wrong(err, part->doc, part->node, "'reports' is a list");
        STW_YAML_EACH(entry, part->node)
        {
            enum stw_month_report defined = STW_REPORT_NONE;
            unsigned own = 0;
            STW_TRY(read_definition(part->doc, entry->value, &defined, &own, err));
            if (defined == report)
                *sections = own;
        }
    }
    return STW_OK;
}
