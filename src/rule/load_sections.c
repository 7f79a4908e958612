/* The top level of a pack's files; see load_sections.h. */
#include "rule/load_sections.h"

static const char *const section_keys[] = {"sites", "tariffs", "calendars", "duties",
                                           "rules", "reports", "tests",     NULL};

const struct stw_yaml_node *stw_load_section(struct stw_loader *loader,
                                             const struct stw_pack_draft *draft, uint32_t file,
                                             const char *key, enum stw_yaml_kind kind)
{
    loader->doc = draft->files[file];
    const struct stw_yaml_node *node = stw_yaml_find(loader->doc->root, key);
    return node != NULL && node->kind == kind ? node : NULL;
}

uint32_t stw_load_section_size(struct stw_loader *loader, const struct stw_pack_draft *draft,
                               const char *key, enum stw_yaml_kind kind, uint32_t most)
{
    uint32_t total = 0;
    for (uint32_t i = 0; i < draft->file_count; i++) {
        const struct stw_yaml_node *section = stw_load_section(loader, draft, i, key, kind);
        const struct stw_yaml_node *node = stw_yaml_find(loader->doc->root, key);
        if (section == NULL && node != NULL)
            stw_load_problem(loader, STW_PROBLEM_FORM, node, "'%s:' must be a %s", key,
                             kind == STW_YAML_SEQUENCE ? "list" : "mapping (name: {...})");
        if (section == NULL)
            continue;
        if (section->count > most - total) {
            stw_load_problem(loader, STW_PROBLEM_LIMIT, section, "a pack has at most %u %s", most,
                             key);
            return 0;
        }
        total += section->count;
    }
    return total;
}

static void check_top(struct stw_loader *loader, const struct stw_pack_draft *draft)
{
    for (uint32_t i = 0; i < draft->file_count; i++) {
        loader->doc = draft->files[i];
        const struct stw_yaml_node *root = loader->doc->root;
        if (root == NULL)
            continue;
        if (stw_load_mapping(loader, root, "a rule file"))
            stw_load_keys(loader, root, section_keys, "a rule file");
    }
}

/* Kept as they are: tests and reports have readers of their own. */
static uint32_t keep_section(struct stw_loader *loader, const struct stw_pack_draft *draft,
                             const char *key, uint32_t most, const struct stw_pack_section **out)
{
    if (stw_load_section_size(loader, draft, key, STW_YAML_SEQUENCE, most) == 0)
        return 0;
    struct stw_pack_section *sections =
        stw_load_memory(loader, draft->file_count, sizeof(*sections));
    uint32_t count = 0;
    for (uint32_t i = 0; sections != NULL && i < draft->file_count; i++) {
        const struct stw_yaml_node *node =
            stw_load_section(loader, draft, i, key, STW_YAML_SEQUENCE);
        if (node != NULL && node->count > 0)
            sections[count++] = (struct stw_pack_section){loader->doc, node};
    }
    *out = sections;
    return count;
}

void stw_load_sections(struct stw_pack *pack, const struct stw_pack_draft *draft, const char *zone)
{
    struct stw_loader loader = {.pack = pack, .findings = &pack->findings};
    static struct stw_yaml none = {.file = ""};
    loader.doc = &none;
    check_top(&loader, draft);
    stw_load_sites(&loader, draft, zone);
    stw_load_tariffs(&loader, draft);
    stw_load_calendars(&loader, draft);
    stw_load_duties(&loader, draft);
    stw_load_rules(&loader, draft);
    pack->test_count = keep_section(&loader, draft, "tests", STW_PACK_TESTS_MAX, &pack->tests);
    pack->report_count =
        keep_section(&loader, draft, "reports", STW_PACK_TESTS_MAX, &pack->reports);
}
