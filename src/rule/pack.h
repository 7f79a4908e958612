/*
 * A rule pack: the YAML files of a folder, or single files, read as one, checked and typed.
 *
 * Everything wrong is collected as findings (finding.h), so one run of `check` shows all of it. A
 * pack with errors is never evaluated. Sites, tariffs and calendars given here are also what
 * reports use.
 *
 * Limits: STW_PACK_* below and those of text/yaml_tree.h per file.
 */
#ifndef STW_RULE_PACK_H
#define STW_RULE_PACK_H

#include "base/arena.h"
#include "base/error.h"
#include "base/io.h"
#include "rule/finding.h"
#include "rule/rule.h"
#include "text/yaml_tree.h"

enum {
    STW_PACK_FILES_MAX = 200,
    STW_PACK_PATH_MAX = 4096,
    STW_PACK_RULES_MAX = 1000,
    STW_PACK_SITES_MAX = 10000,
    STW_PACK_TARIFFS_MAX = 10000,
    STW_PACK_CALENDARS_MAX = 200,
    STW_PACK_DUTIES_MAX = 1000,
    STW_DUTY_GAP_DAYS_MAX = 10000,
    STW_PACK_TESTS_MAX = 2000
};

/* A section of a file kept as it was read: reports and tests have readers of their own. */
struct stw_pack_section {
    const struct stw_yaml *doc;
    const struct stw_yaml_node *node; /* the list under `tests:` or `reports:` */
};

struct stw_pack {
    struct stw_arena arena;
    struct stw_findings findings;
    struct stw_site defaults;
    const struct stw_site *sites; /* sorted by id */
    uint32_t site_count;
    const struct stw_tariff *tariffs; /* by (kind, site, from) */
    uint32_t tariff_count;
    const struct stw_named_calendar *calendars;
    uint32_t calendar_count;
    const struct stw_duty *duties; /* as written */
    uint32_t duty_count;
    const struct stw_rule *rules; /* in order of the files' names, then as written */
    uint32_t rule_count;
    const struct stw_pack_section *tests;
    uint32_t test_count;
    const struct stw_pack_section *reports;
    uint32_t report_count;
    uint64_t fingerprint;    /* of the files' bytes: checkpoints and snapshots name it */
    struct stw_zone **zones; /* what the sites point at */
    uint32_t zone_count;
};

/*
 * Loads paths: a folder stands for its *.yml and *.yaml files, sorted by name, without those in
 * folders below. `zone` is the zone of sites that state none (NULL: UTC). A pack with errors is
 * returned all the same, with pack->findings.errors > 0; negative only for failures of the
 * machine (memory). Release in every case.
 */
int stw_pack_load(struct stw_pack *pack, const char *const *paths, uint32_t path_count,
                  const char *zone, struct stw_error *err) STW_CHECKED;

/* The same from one text. */
int stw_pack_parse(struct stw_pack *pack, const char *name, struct stw_slice text, const char *zone,
                   struct stw_error *err) STW_CHECKED;

void stw_pack_release(struct stw_pack *pack);

/* STW_OK, or STW_ERR_INPUT with the first error's words and place where there are any. */
int stw_pack_usable(const struct stw_pack *pack, struct stw_error *err) STW_CHECKED;

/* The site of that id, or the defaults. */
const struct stw_site *stw_pack_site(const struct stw_pack *pack, struct stw_slice id);

/* NULL: there is none of that name. */
const struct stw_calendar *stw_pack_calendar(const struct stw_pack *pack, struct stw_slice name);

/* The price in force for a kind at a site on a local date; NULL: none. */
const struct stw_tariff *stw_pack_tariff(const struct stw_pack *pack, struct stw_slice kind,
                                         struct stw_slice site, int64_t local_days);

/* NULL: there is none of that name. */
const struct stw_duty *stw_pack_duty(const struct stw_pack *pack, struct stw_slice name);

/* NULL: there is none of that id. */
const struct stw_rule *stw_pack_rule(const struct stw_pack *pack, struct stw_slice id);

#endif
