/* The sections of a pack's files, each read over all files before the next, for pack.c. */
#ifndef STW_RULE_LOAD_SECTIONS_H
#define STW_RULE_LOAD_SECTIONS_H

#include "rule/load.h"

/* The files that are YAML at all. */
struct stw_pack_draft {
    struct stw_yaml *files[STW_PACK_FILES_MAX];
    uint32_t file_count;
};

/* Everything below, in the order in which sections refer to each other. */
void stw_load_sections(struct stw_pack *pack, const struct stw_pack_draft *draft, const char *zone);

void stw_load_sites(struct stw_loader *loader, const struct stw_pack_draft *draft,
                    const char *zone);
void stw_load_tariffs(struct stw_loader *loader, const struct stw_pack_draft *draft);
void stw_load_calendars(struct stw_loader *loader, const struct stw_pack_draft *draft);
void stw_load_duties(struct stw_loader *loader, const struct stw_pack_draft *draft);
void stw_load_rules(struct stw_loader *loader, const struct stw_pack_draft *draft);

/* Appends the traits among the keys of a mapping to a list of selectors. */
void stw_load_selectors(struct stw_loader *loader, const struct stw_yaml_node *node,
                        const struct stw_selector **selectors, uint32_t *count);

/* The entries under a section's key in all files, at most `most` (the rest is a finding). */
uint32_t stw_load_section_size(struct stw_loader *loader, const struct stw_pack_draft *draft,
                               const char *key, enum stw_yaml_kind kind, uint32_t most);

/* The section of one file, made loader->doc; NULL: it has none of the right kind. */
const struct stw_yaml_node *stw_load_section(struct stw_loader *loader,
                                             const struct stw_pack_draft *draft, uint32_t file,
                                             const char *key, enum stw_yaml_kind kind);

#endif
