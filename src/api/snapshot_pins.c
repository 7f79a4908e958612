/* What snapshots pin; see snapshot_pins.h. */
#include "api/snapshot_pins.h"

#include <stdio.h>
#include <string.h>

enum { NAMES_TRIED_MAX = 10000 };

static void put_hash(struct stw_buffer *out, const char *what, bool any, struct stw_buffer *text)
{
    struct stw_slice bytes = stw_buffer_slice(text);
    uint64_t hash = any ? stw_hash64(bytes.data, bytes.size, 0) : 0;
    stw_buffer_printf(out, "%s %016llx\n", what, (unsigned long long)hash);
    stw_buffer_clear(text);
}

static void put_tariffs(const struct stw_pack *pack, struct stw_buffer *text)
{
    for (uint32_t i = 0; i < pack->tariff_count; i++) {
        const struct stw_tariff *tariff = &pack->tariffs[i];
        stw_put_bytes(text, tariff->kind);
        stw_put_bytes(text, tariff->site);
        stw_put_svarint(text, tariff->from_days);
        stw_put_svarint(text, tariff->price.value);
        stw_put_svarint(text, tariff->price.scale);
        stw_put_bytes(text, tariff->currency);
        stw_put_bytes(text, tariff->unit);
    }
}

static void put_calendars(const struct stw_pack *pack, struct stw_buffer *text)
{
    for (uint32_t i = 0; i < pack->calendar_count; i++) {
        const struct stw_calendar *calendar = pack->calendars[i].calendar;
        stw_put_bytes(text, pack->calendars[i].name);
        stw_put_u8(text, calendar->always);
        for (int day = 0; day < 7; day++) {
            stw_put_svarint(text, calendar->segment_count[day]);
            for (int at = 0; at < calendar->segment_count[day]; at++) {
                stw_put_svarint(text, calendar->segments[day][at].start_min);
                stw_put_svarint(text, calendar->segments[day][at].end_min);
            }
        }
        for (size_t at = 0; at < calendar->exception_count; at++) {
            stw_put_svarint(text, calendar->exceptions[at].days);
            stw_put_svarint(text, calendar->exceptions[at].as_weekday);
        }
    }
}

static void put_zone(struct stw_buffer *out, const struct stw_zone *zone)
{
    struct stw_hash128 hash = stw_zone_hash(zone);
    stw_buffer_printf(out, "zone %s %016llx%016llx\n", stw_zone_name(zone),
                      (unsigned long long)hash.high, (unsigned long long)hash.low);
}

static int put_zones(const struct stw_view *view, const struct stw_pack *pack,
                     struct stw_buffer *out, struct stw_error *err)
{
    for (uint32_t i = 0; pack != NULL && i < pack->zone_count; i++)
        put_zone(out, pack->zones[i]);
    if (pack != NULL && pack->zone_count > 0)
        return STW_OK;
    char name[STW_STORE_ZONE_SIZE_MAX + 1];
    struct stw_zone *zone;
    snprintf(name, sizeof(name), "%.*s", STW_SLICE_ARG(stw_view_zone(view)));
    STW_TRY(stw_zone_load(name, &zone, err));
    put_zone(out, zone);
    stw_zone_free(zone);
    return STW_OK;
}

int stw_snapshot_pins(const struct stw_view *view, const struct stw_pack *pack,
                      struct stw_buffer *out, struct stw_error *err)
{
    const struct stw_table *devices = stw_schema_find(stw_view_schema(view), STW_SLICE("devices"));
    bool has_rules = pack != NULL && pack->rule_count > 0;
    struct stw_buffer text;
    stw_buffer_init(&text);
    stw_buffer_printf(
        out, "program %s\nregistry generation %llu\nrules %016llx\n", STW_VERSION,
        (unsigned long long)(devices == NULL ? 0 : stw_view_changed_at(view, devices)),
        (unsigned long long)(has_rules ? pack->fingerprint : 0));
    if (pack != NULL)
        put_tariffs(pack, &text);
    put_hash(out, "tariffs", pack != NULL && pack->tariff_count > 0, &text);
    if (pack != NULL)
        put_calendars(pack, &text);
    put_hash(out, "calendars", pack != NULL && pack->calendar_count > 0, &text);
    int status = stw_buffer_status(&text, err);
    stw_buffer_release(&text);
    STW_TRY(status);
    STW_TRY(put_zones(view, pack, out, err));
    return stw_buffer_status(out, err);
}

/* The line that starts at *at; false at the end. */
static bool next_line(struct stw_slice text, size_t *at, struct stw_slice *line)
{
    if (*at >= text.size)
        return false;
    const char *from = text.data + *at;
    const char *end = memchr(from, '\n', text.size - *at);
    size_t size = end == NULL ? text.size - *at : (size_t)(end - from);
    *line = (struct stw_slice){from, size};
    *at += size + 1;
    return true;
}

bool stw_snapshot_pins_differ(struct stw_slice old, struct stw_slice now, size_t *at,
                              struct stw_slice *line)
{
    while (next_line(old, at, line)) {
        struct stw_slice other;
        size_t place = 0;
        bool same = false;
        while (!same && next_line(now, &place, &other))
            same = stw_slice_equal(*line, other);
        if (!same)
            return true;
    }
    return false;
}

/* ---- Publishing ------------------------------------------------------------------------------ */

static bool sees_the_same(const struct stw_view *view, const struct stw_snapshot *snapshot)
{
    const struct stw_schema *schema = stw_view_schema(view);
    bool same = true;
    for (uint32_t i = 0; same && i < stw_schema_table_count(schema); i++) {
        const struct stw_table *table = stw_schema_table(schema, i);
        same = stw_slice_is(table->name, "alerts") ||
               stw_view_changed_at(view, table) <= snapshot->generation;
    }
    return same;
}

int stw_snapshot_publish(struct stw_store *store, const struct stw_view *view,
                         const struct stw_pack *pack, const char *wanted, char *name,
                         struct stw_error *err)
{
    struct stw_buffer pins;
    stw_buffer_init(&pins);
    int status = stw_snapshot_pins(view, pack, &pins, err);
    for (int number = 1; status == STW_OK; number++) {
        struct stw_snapshot snapshot;
        size_t room = STW_STORE_SNAPSHOT_NAME_MAX + 1;
        int size = number == 1 ? snprintf(name, room, "%s", wanted)
                               : snprintf(name, room, "%s.%d", wanted, number);
        if (size >= (int)room || number > NAMES_TRIED_MAX) {
            status = stw_fail(err, STW_ERR_LIMIT, "there are too many snapshots '%s'", wanted);
        } else if (!stw_store_snapshot_find(store, stw_slice_of(name), &snapshot)) {
            status = stw_store_snapshot(store, stw_slice_of(name), stw_buffer_slice(&pins), err);
            break;
        } else if (sees_the_same(view, &snapshot) &&
                   stw_slice_equal(snapshot.pins, stw_buffer_slice(&pins))) {
            break;
        }
    }
    stw_buffer_release(&pins);
    return status;
}
