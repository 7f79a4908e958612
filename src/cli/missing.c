/* See missing.h. */
#include "cli/missing.h"

#include "base/memory.h"
#include "base/plural.h"
#include "rule/pack.h"
#include "store/registry_check.h"
#include "store/registry_gaps.h"
#include "text/json_write.h"
#include "text/width.h"
#include "time/civil.h"

#include <stdio.h>

enum { FINDINGS_SHOWN = 5, NAME_COLUMNS = 24, PACKS_MAX = 64 };

/* The tariffs of a pack on the day of the last reading. */
struct tariffs {
    struct stw_pack pack;
    int64_t days;
};

static bool has_tariff(const void *context, const struct stw_attributes *of)
{
    const struct tariffs *tariffs = context;
    return stw_pack_tariff(&tariffs->pack, of->text[STW_ATTRIBUTE_KIND],
                           of->text[STW_ATTRIBUTE_SITE], tariffs->days) != NULL;
}

/* A name as it may stand on a line of a terminal. */
static void put_name(struct stw_buffer *out, struct stw_slice name)
{
    struct stw_slice fit = stw_text_fit(name, NAME_COLUMNS);
    stw_text_put_visible(out, fit);
    if (fit.size < name.size)
        stw_buffer_add_text(out, "…");
}

static void put_gap(struct stw_buffer *out, enum stw_gap gap, const struct stw_gap_devices *of)
{
    stw_buffer_printf(out, "still missing: %s of %u meter%s: ", stw_gap_text(gap), of->count,
                      stw_plural(of->count));
    uint32_t named = of->count < STW_GAP_NAMES_MAX ? of->count : STW_GAP_NAMES_MAX;
    for (uint32_t i = 0; i < named; i++) {
        stw_buffer_add_text(out, i > 0 ? ", " : "");
        put_name(out, of->first[i]);
    }
    stw_buffer_add_text(out, of->count > named ? " ...\n" : "\n");
}

struct findings {
    struct stw_buffer *out;
    uint32_t shown;
    uint32_t most;
};

static void put_finding(void *context, enum stw_registry_problem problem,
                        const struct stw_registry_entry *entry, struct stw_slice sentence)
{
    struct findings *findings = context;
    (void)problem;
    (void)entry;
    if (findings->shown >= findings->most)
        return;
    findings->shown++;
    stw_buffer_add_text(findings->out, "registry: ");
    stw_text_put_visible(findings->out, sentence);
    stw_buffer_add_char(findings->out, '\n');
}

static void put_next(struct stw_view *view, const struct stw_gaps *gaps, bool findings,
                     struct stw_buffer *out)
{
    const char *path = stw_store_path(stw_view_store(view));
    bool registry = findings;
    for (int i = 0; i < STW_GAP_TARIFF; i++)
        registry = registry || gaps->of[i].count > 0;
    if (registry)
        stw_buffer_printf(out,
                          "next: steward template %s --out forms; complete devices.xlsx; then "
                          "steward ingest %s forms/devices.xlsx\n",
                          path, path);
    else if (gaps->of[STW_GAP_TARIFF].count > 0)
        stw_buffer_add_text(out, "next: write a tariff into the rule pack, as tariffs: [{for: "
                                 "water, from: 2026-01-01, price: 4.10 CNY/m3}]\n");
}

static void print_text(struct stw_view *view, const struct stw_zone *zone,
                       const struct stw_registry *registry, const struct stw_gaps *gaps,
                       enum stw_missing_form form, struct stw_buffer *out)
{
    struct findings findings = {
        out, 0, form == STW_MISSING_BRIEF ? FINDINGS_SHOWN : STW_REGISTRY_FINDINGS_MAX};
    for (int i = 0; i < STW_GAP_COUNT; i++)
        if (gaps->of[i].count > 0)
            put_gap(out, (enum stw_gap)i, &gaps->of[i]);
    uint32_t count = stw_registry_check(registry, zone, put_finding, &findings);
    if (count > findings.shown)
        stw_buffer_printf(out, "registry: %u more; steward info %s --missing lists them\n",
                          count - findings.shown, stw_store_path(stw_view_store(view)));
    put_next(view, gaps, count > 0, out);
}

static void put_finding_json(void *context, enum stw_registry_problem problem,
                             const struct stw_registry_entry *entry, struct stw_slice sentence)
{
    struct stw_json *json = context;
    stw_json_object(json);
    stw_json_key(json, "device");
    stw_json_text(json, entry->device);
    stw_json_key(json, "channel");
    stw_json_text(json, entry->channel);
    stw_json_key(json, "problem");
    stw_json_string(json, stw_registry_problem_name(problem));
    stw_json_key(json, "sentence");
    stw_json_text(json, sentence);
    stw_json_end(json);
}

static void print_json(const struct stw_zone *zone, const struct stw_registry *registry,
                       const struct stw_gaps *gaps, struct stw_buffer *out)
{
    struct stw_json json;
    stw_json_init(&json, out, STW_JSON_PRETTY);
    stw_json_object(&json);
    stw_json_key(&json, "devices");
    stw_json_uint(&json, gaps->devices);
    stw_json_key(&json, "missing");
    stw_json_array(&json);
    for (int i = 0; i < STW_GAP_COUNT; i++) {
        const struct stw_gap_devices *of = &gaps->of[i];
        if (of->count == 0)
            continue;
        stw_json_object(&json);
        stw_json_key(&json, "what");
        stw_json_string(&json, stw_gap_text((enum stw_gap)i));
        stw_json_key(&json, "devices");
        stw_json_uint(&json, of->count);
        stw_json_key(&json, "first");
        stw_json_array(&json);
        for (uint32_t name = 0; name < of->count && name < STW_GAP_NAMES_MAX; name++)
            stw_json_text(&json, of->first[name]);
        stw_json_end(&json);
        stw_json_end(&json);
    }
    stw_json_end(&json);
    stw_json_key(&json, "registry");
    stw_json_array(&json);
    (void)stw_registry_check(registry, zone, put_finding_json, &json);
    stw_json_end(&json);
    stw_json_end(&json);
    stw_json_finish(&json);
    stw_buffer_add_char(out, '\n');
}

static int print_all(struct stw_view *view, const struct stw_zone *zone,
                     const struct tariffs *tariffs, enum stw_missing_form form,
                     struct stw_buffer *out, struct stw_error *err)
{
    struct stw_gap_tariffs known = {has_tariff, tariffs};
    struct stw_gaps gaps;
    const struct stw_registry *registry;
    STW_TRY(stw_view_registry(view, &registry, err));
    STW_TRY(stw_gaps_find(view, tariffs == NULL ? NULL : &known, &gaps, err));
    if (form == STW_MISSING_JSON)
        print_json(zone, registry, &gaps, out);
    else
        print_text(view, zone, registry, &gaps, form, out);
    return stw_buffer_status(out, err);
}

/* The local day of the last reading, for which a tariff is looked up. */
static int64_t last_day(const struct stw_view *view, const struct stw_zone *zone)
{
    const struct stw_table *readings =
        stw_schema_find(stw_view_schema(view), STW_SLICE("readings"));
    if (readings == NULL || stw_view_table_info(view, readings).rows == 0)
        return 0;
    int64_t last_ns = stw_view_table_info(view, readings).time_max_ns;
    int64_t offset_ns = stw_zone_offset(zone, last_ns) * STW_NS_PER_SECOND;
    return stw_floor_div(last_ns + offset_ns, STW_NS_PER_DAY);
}

static int print_with_tariffs(struct stw_view *view, const struct stw_zone *zone,
                              const char *const *paths, uint32_t count, enum stw_missing_form form,
                              struct stw_buffer *out, struct stw_error *err)
{
    struct tariffs *tariffs = stw_alloc_zero(1, sizeof(*tariffs));
    if (tariffs == NULL)
        return stw_fail_memory(err, sizeof(*tariffs));
    tariffs->days = last_day(view, zone);
    int status = stw_pack_load(&tariffs->pack, paths, count, stw_zone_name(zone), err);
    if (status == STW_OK)
        status = stw_pack_usable(&tariffs->pack, err);
    if (status == STW_OK)
        status = print_all(view, zone, tariffs, form, out, err);
    stw_pack_release(&tariffs->pack);
    stw_free(tariffs);
    return status;
}

bool stw_missing_is_large(const struct stw_view *view)
{
    static const char *const tables[] = {"devices", "readings"};
    uint64_t series = 0;
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
        const struct stw_table *table =
            stw_schema_find(stw_view_schema(view), stw_slice_of(tables[i]));
        series += table == NULL ? 0 : stw_view_series(view, table).count;
    }
    return series > STW_MISSING_SERIES_MAX;
}

int stw_missing_print(struct stw_view *view, const struct stw_arguments *arguments,
                      enum stw_missing_form form, struct stw_buffer *out, struct stw_error *err)
{
    const char *paths[PACKS_MAX];
    uint32_t count = 0;
    struct stw_zone *zone;
    while (count < PACKS_MAX &&
           (paths[count] = stw_arguments_each(arguments, "rules", (int)count)) != NULL)
        count++;
    STW_TRY(stw_cli_zone(NULL, view, &zone, err));
    int status = count == 0 ? print_all(view, zone, NULL, form, out, err)
                            : print_with_tariffs(view, zone, paths, count, form, out, err);
    stw_zone_free(zone);
    return status;
}
