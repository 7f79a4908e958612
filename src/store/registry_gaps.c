/* What is missing in the registry; see registry_gaps.h. */
#include "store/registry_gaps.h"

#include <assert.h>
#include <string.h>

struct search {
    const struct stw_registry *registry;
    const struct stw_gap_tariffs *tariffs;
    struct stw_gaps *gaps;
    int64_t at_ns;
    bool sites; /* some device has a site */
};

const char *stw_gap_text(enum stw_gap gap)
{
    static const char *const texts[STW_GAP_COUNT] = {
        [STW_GAP_UNREGISTERED] = "row in the registry",
        [STW_GAP_SITE] = "site",
        [STW_GAP_KIND] = "kind (water, power ...)",
        [STW_GAP_VALUE_KIND] = "value kind (register, interval, gauge)",
        [STW_GAP_UNIT] = "unit",
        [STW_GAP_MULTIPLIER] = "multiplier (power registers)",
        [STW_GAP_AREA] = "area (main and building meters)",
        [STW_GAP_INTERVAL] = "interval (else silence cannot be told)",
        [STW_GAP_TARIFF] = "tariff",
    };
    assert((unsigned)gap < STW_GAP_COUNT);
    return texts[gap];
}

bool stw_gaps_any(const struct stw_gaps *gaps)
{
    for (int i = 0; i < STW_GAP_COUNT; i++)
        if (gaps->of[i].count > 0)
            return true;
    return false;
}

/* A row of the device itself; a row of the channel alone, only where somebody said its kind: the
 * facts a map states about a column (its unit) are no registration. */
static bool is_registered(const struct search *search, struct stw_slice device,
                          struct stw_slice channel)
{
    struct stw_attributes known;
    uint32_t own = stw_registry_find(search->registry, device, STW_SLICE(""));
    if (own != UINT32_MAX && stw_registry_entry(search->registry, own)->registered)
        return true;
    stw_registry_at(search->registry, device, channel, search->at_ns, &known);
    return known.text[STW_ATTRIBUTE_KIND].size > 0;
}

/* The gaps of one channel, as bits. */
static unsigned gaps_of(const struct search *search, struct stw_slice device,
                        struct stw_slice channel)
{
    struct stw_attributes known;
    if (!is_registered(search, device, channel))
        return 1u << STW_GAP_UNREGISTERED;
    stw_registry_at(search->registry, device, channel, search->at_ns, &known);
    struct stw_slice kind = known.text[STW_ATTRIBUTE_KIND], role = known.text[STW_ATTRIBUTE_ROLE];
    bool used = known.value_kind == STW_VALUE_REGISTER || known.value_kind == STW_VALUE_INTERVAL;
    bool of_building = stw_slice_is(role, "main") || stw_slice_is(role, "building");
    unsigned gaps = 0;
    if (search->sites && known.text[STW_ATTRIBUTE_SITE].size == 0)
        gaps |= 1u << STW_GAP_SITE;
    if (kind.size == 0)
        gaps |= 1u << STW_GAP_KIND;
    if (known.text[STW_ATTRIBUTE_VALUE_KIND].size == 0)
        gaps |= 1u << STW_GAP_VALUE_KIND;
    if (known.text[STW_ATTRIBUTE_UNIT].size == 0 && known.value_kind != STW_VALUE_STATE)
        gaps |= 1u << STW_GAP_UNIT;
    if (stw_slice_is(kind, "power") && known.value_kind == STW_VALUE_REGISTER &&
        !stw_slice_is(role, "household") && !known.multiplier.known)
        gaps |= 1u << STW_GAP_MULTIPLIER;
    if (used && of_building && !known.area_m2.known)
        gaps |= 1u << STW_GAP_AREA;
    if (known.text[STW_ATTRIBUTE_INTERVAL].size == 0 &&
        known.text[STW_ATTRIBUTE_REPORTS_EVERY].size == 0)
        gaps |= 1u << STW_GAP_INTERVAL;
    if (used && search->tariffs != NULL &&
        !search->tariffs->has_tariff(search->tariffs->context, &known))
        gaps |= 1u << STW_GAP_TARIFF;
    return gaps;
}

static void count_device(struct search *search, struct stw_slice device, unsigned gaps)
{
    for (int i = 0; i < STW_GAP_COUNT; i++) {
        struct stw_gap_devices *of = &search->gaps->of[i];
        if ((gaps & (1u << i)) == 0)
            continue;
        if (of->count < STW_GAP_NAMES_MAX)
            of->first[of->count] = device;
        of->count++;
    }
}

static bool any_site(const struct stw_registry *registry, int64_t at_ns)
{
    for (uint32_t i = 0; i < stw_registry_count(registry); i++) {
        const struct stw_registry_entry *entry = stw_registry_entry(registry, i);
        struct stw_attributes known;
        if (!entry->registered)
            continue;
        stw_registry_at(registry, entry->device, entry->channel, at_ns, &known);
        if (known.text[STW_ATTRIBUTE_SITE].size > 0)
            return true;
    }
    return false;
}

int stw_gaps_find(struct stw_view *view, const struct stw_gap_tariffs *tariffs,
                  struct stw_gaps *gaps, struct stw_error *err)
{
    const struct stw_table *readings =
        stw_schema_find(stw_view_schema(view), STW_SLICE("readings"));
    struct search search = {.tariffs = tariffs, .gaps = gaps};
    const uint32_t *ids;
    uint32_t count;
    memset(gaps, 0, sizeof(*gaps));
    if (readings == NULL || stw_table_key(readings, STW_SLICE("device")) != 0)
        return STW_OK;
    STW_TRY(stw_view_registry(view, &search.registry, err));
    STW_TRY(stw_view_sorted(view, readings, &ids, &count, err));
    struct stw_table_info info = stw_view_table_info(view, readings);
    if (info.rows == 0)
        return STW_OK;
    search.at_ns = info.time_max_ns;
    search.sites = any_site(search.registry, search.at_ns);
    struct stw_series series = stw_view_series(view, readings);
    struct stw_slice device = {NULL, 0};
    unsigned found = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct stw_slice key = stw_series_key(&series, ids[i]), next = stw_key_part(key, 0);
        if (gaps->devices == 0 || !stw_slice_equal(next, device)) {
            count_device(&search, device, found);
            gaps->devices++;
            device = next;
            found = 0;
        }
        found |= gaps_of(&search, device,
                         readings->key_count > 1 ? stw_key_part(key, 1) : STW_SLICE(""));
    }
    count_device(&search, device, found);
    return STW_OK;
}
