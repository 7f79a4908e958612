/*
 * Sites and tariffs.
 *
 *     sites:
 *       defaults: {timezone: Asia/Shanghai, language: zh-CN, accounting_month: {starts_on: 1}}
 *       cuihu: {name: 翠湖花园, accounting_month: {starts_on: 26}}
 *     tariffs:
 *     - {for: water, site: cuihu, from: 2026-01-01, price: 4.10 CNY/m3}
 */
#include "rule/load_sections.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static const struct stw_zone *load_zone(struct stw_loader *loader, const struct stw_yaml_node *node,
                                        const char *name)
{
    struct stw_pack *pack = loader->pack;
    for (uint32_t i = 0; i < pack->zone_count; i++) {
        if (strcmp(stw_zone_name(pack->zones[i]), name) == 0)
            return pack->zones[i];
    }
    struct stw_error err;
    struct stw_zone *zone;
    stw_error_clear(&err);
    if (stw_zone_load(name, &zone, &err) != STW_OK) {
        stw_load_problem(loader, STW_PROBLEM_REFERENCE, node, "%s", err.what);
        stw_load_hint(loader, "%s", err.hint);
        return NULL;
    }
    size_t capacity = pack->zone_count;
    if (!stw_reserve((void **)&pack->zones, &capacity, pack->zone_count + 1u,
                     sizeof(struct stw_zone *))) {
        pack->findings.out_of_memory = true;
        stw_zone_free(zone);
        return NULL;
    }
    pack->zones[pack->zone_count++] = zone;
    return zone;
}

static void load_month(struct stw_loader *loader, const struct stw_yaml_node *node,
                       struct stw_site *site)
{
    static const char *const known[] = {"starts_on", NULL};
    int64_t day;
    if (node == NULL || !stw_load_mapping(loader, node, "'accounting_month'"))
        return;
    stw_load_keys(loader, node, known, "'accounting_month'");
    const struct stw_yaml_node *starts_on =
        stw_load_need(loader, node, "starts_on", "'accounting_month'");
    if (starts_on != NULL && stw_load_int(loader, starts_on, "'starts_on'", 1, 28, &day))
        site->month_starts_on = (int)day;
}

static void load_site(struct stw_loader *loader, const struct stw_yaml_node *node,
                      struct stw_site *site)
{
    static const char *const known[] = {"name",     "timezone", "language", "accounting_month",
                                        "calendar", NULL};
    static const char *const languages[] = {"zh-CN", "zh-TW", "en", NULL};
    struct stw_slice text;
    int language;
    if (!stw_load_mapping(loader, node, "a site"))
        return;
    stw_load_keys(loader, node, known, "a site");
    const struct stw_yaml_node *name = stw_yaml_find(node, "name");
    if (name != NULL)
        stw_load_text(loader, name, "'name'", &site->name);
    const struct stw_yaml_node *zone = stw_yaml_find(node, "timezone");
    if (zone != NULL && stw_load_text(loader, zone, "'timezone'", &text)) {
        const struct stw_zone *loaded = load_zone(loader, zone, text.data);
        site->zone = loaded == NULL ? site->zone : loaded;
    }
    const struct stw_yaml_node *words = stw_yaml_find(node, "language");
    if (words != NULL && stw_load_word(loader, words, languages, "a language", &language))
        site->language = stw_slice_of(languages[language]);
    load_month(loader, stw_yaml_find(node, "accounting_month"), site);
    const struct stw_yaml_node *calendar = stw_yaml_find(node, "calendar");
    if (calendar != NULL)
        stw_load_text(loader, calendar, "'calendar'", &site->calendar);
}

static int by_id(const void *a, const void *b)
{
    return stw_slice_compare(((const struct stw_site *)a)->id, ((const struct stw_site *)b)->id);
}

static bool is_defaults(const struct stw_yaml_entry *entry)
{
    return stw_slice_is(entry->key->text, "defaults");
}

void stw_load_sites(struct stw_loader *loader, const struct stw_pack_draft *draft, const char *zone)
{
    struct stw_pack *pack = loader->pack;
    uint32_t count =
        stw_load_section_size(loader, draft, "sites", STW_YAML_MAPPING, STW_PACK_SITES_MAX);
    struct stw_site *sites = stw_load_memory(loader, count, sizeof(*sites));
    pack->defaults = (struct stw_site){
        .language = STW_SLICE("en"), .zone = load_zone(loader, NULL, zone), .month_starts_on = 1};
    if (pack->defaults.zone == NULL)
        pack->defaults.zone = load_zone(loader, NULL, "UTC");
    for (uint32_t i = 0; i < draft->file_count; i++) {
        const struct stw_yaml_node *section =
            stw_load_section(loader, draft, i, "sites", STW_YAML_MAPPING);
        if (section != NULL && stw_yaml_find(section, "defaults") != NULL)
            load_site(loader, stw_yaml_find(section, "defaults"), &pack->defaults);
    }
    for (uint32_t i = 0; sites != NULL && count > 0 && i < draft->file_count; i++) {
        const struct stw_yaml_node *section =
            stw_load_section(loader, draft, i, "sites", STW_YAML_MAPPING);
        if (section == NULL)
            continue;
        STW_YAML_EACH(entry, section)
        {
            if (is_defaults(entry))
                continue;
            struct stw_site *site = &sites[pack->site_count++];
            *site = pack->defaults;
            site->id = entry->key->text;
            site->name = entry->key->text;
            load_site(loader, entry->value, site);
            for (uint32_t j = 0; j + 1 < pack->site_count; j++) {
                if (stw_slice_equal(sites[j].id, site->id))
                    stw_load_problem(loader, STW_PROBLEM_DUPLICATE, entry->key,
                                     "site '%.*s' is described twice", STW_SLICE_ARG(site->id));
            }
        }
    }
    if (sites != NULL && pack->site_count > 0)
        qsort(sites, pack->site_count, sizeof(*sites), by_id);
    pack->sites = sites;
}

/* "4.10 CNY/m3": an amount of money for one of a unit. */
static bool load_price(struct stw_loader *loader, const struct stw_yaml_node *node,
                       struct stw_tariff *tariff)
{
    struct stw_quantity price;
    if (!stw_load_quantity(loader, node, "'price'", &price))
        return false;
    const char *slash = strchr(price.unit.symbol, '/');
    if (price.unit.powers[STW_MONEY] != 1 || slash == NULL) {
        stw_load_problem(loader, STW_PROBLEM_DIMENSION, node,
                         "'price' must be money for a unit, not %s", price.unit.symbol);
        stw_load_hint(loader, "such as 4.10 CNY/m3");
        return false;
    }
    tariff->price = price.value;
    tariff->currency.data = stw_arena_string(&loader->pack->arena, price.unit.currency);
    tariff->unit.data = stw_arena_string(&loader->pack->arena, slash + 1);
    if (tariff->currency.data == NULL || tariff->unit.data == NULL) {
        loader->findings->out_of_memory = true;
        return false;
    }
    tariff->currency.size = strlen(tariff->currency.data);
    tariff->unit.size = strlen(tariff->unit.data);
    return true;
}

static bool load_tariff(struct stw_loader *loader, const struct stw_yaml_node *node,
                        struct stw_tariff *tariff)
{
    static const char *const known[] = {"for", "site", "from", "price", NULL};
    if (!stw_load_mapping(loader, node, "a tariff"))
        return false;
    stw_load_keys(loader, node, known, "a tariff");
    const struct stw_yaml_node *kind = stw_load_need(loader, node, "for", "a tariff");
    const struct stw_yaml_node *price = stw_load_need(loader, node, "price", "a tariff");
    const struct stw_yaml_node *from = stw_load_need(loader, node, "from", "a tariff");
    const struct stw_yaml_node *site = stw_yaml_find(node, "site");
    bool good = kind != NULL && stw_load_text(loader, kind, "'for'", &tariff->kind);
    good &= price != NULL && load_price(loader, price, tariff);
    good &= from != NULL && stw_load_date(loader, from, "'from'", &tariff->from_days);
    if (site != NULL)
        good &= stw_load_text(loader, site, "'site'", &tariff->site);
    return good;
}

static int by_kind_site_from(const void *a, const void *b)
{
    const struct stw_tariff *left = a, *right = b;
    int order = stw_slice_compare(left->kind, right->kind);
    if (order == 0)
        order = stw_slice_compare(left->site, right->site);
    if (order != 0)
        return order;
    return left->from_days < right->from_days ? -1 : left->from_days > right->from_days;
}

void stw_load_tariffs(struct stw_loader *loader, const struct stw_pack_draft *draft)
{
    struct stw_pack *pack = loader->pack;
    uint32_t count =
        stw_load_section_size(loader, draft, "tariffs", STW_YAML_SEQUENCE, STW_PACK_TARIFFS_MAX);
    struct stw_tariff *tariffs = stw_load_memory(loader, count, sizeof(*tariffs));
    for (uint32_t i = 0; tariffs != NULL && count > 0 && i < draft->file_count; i++) {
        const struct stw_yaml_node *section =
            stw_load_section(loader, draft, i, "tariffs", STW_YAML_SEQUENCE);
        if (section == NULL)
            continue;
        STW_YAML_EACH(entry, section)
        {
            struct stw_tariff *tariff = &tariffs[pack->tariff_count];
            *tariff = (struct stw_tariff){0};
            if (!load_tariff(loader, entry->value, tariff))
                continue;
            for (uint32_t j = 0; j < pack->tariff_count; j++) {
                if (by_kind_site_from(&tariffs[j], tariff) == 0)
                    stw_load_problem(loader, STW_PROBLEM_DUPLICATE, entry->value,
                                     "two prices for '%.*s' begin on the same day",
                                     STW_SLICE_ARG(tariff->kind));
            }
            pack->tariff_count++;
        }
    }
    if (tariffs != NULL && pack->tariff_count > 0)
        qsort(tariffs, pack->tariff_count, sizeof(*tariffs), by_kind_site_from);
    pack->tariffs = tariffs;
}
