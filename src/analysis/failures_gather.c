/* Units and fault events from the store; see gather.h. */
#include "analysis/gather.h"
#include "analysis/rows.h"

static const char *const columns[] = {"kind", "cause", "code", "restored", "trapped", "censored"};
enum { KIND, CAUSE, CODE, RESTORED, TRAPPED, CENSORED, COLUMN_COUNT };

static enum stw_event_class class_of(struct stw_slice kind)
{
    if (kind.size == 0 || stw_slice_is(kind, "corrective"))
        return STW_EVENT_CORRECTIVE;
    if (stw_slice_is(kind, "maintenance"))
        return STW_EVENT_MAINTENANCE;
    return stw_slice_is(kind, "test") ? STW_EVENT_TEST : STW_EVENT_OTHER;
}

static bool is_unit(const struct stw_registry *registry, uint32_t index,
                    const struct stw_filter *filters, uint32_t filter_count, int64_t at_ns)
{
    const struct stw_registry_entry *entry = stw_registry_entry(registry, index);
    return entry->channel.size == 0 && entry->registered &&
           stw_registry_matches(registry, entry->device, entry->channel, at_ns, filters,
                                filter_count);
}

static int gather_units(const struct stw_registry *registry, const struct stw_filter *filters,
                        uint32_t filter_count, int64_t at_ns, struct stw_arena *arena,
                        struct stw_fault_set *set, struct stw_error *err)
{
    uint32_t entries = stw_registry_count(registry);
    uint32_t count = 0;
    for (uint32_t i = 0; i < entries; i++)
        count += is_unit(registry, i, filters, filter_count, at_ns);
    set->units = STW_ARENA_ARRAY(arena, struct stw_failure_unit, count);
    bool failed = set->units == NULL;
    for (int text = 0; text < STW_ATTRIBUTE_COUNT; text++) {
        set->texts[text] = STW_ARENA_ARRAY(arena, struct stw_slice, count);
        failed |= set->texts[text] == NULL;
    }
    if (failed)
        return stw_fail_memory(err, count * sizeof(*set->units));
    for (uint32_t i = 0; i < entries; i++) {
        struct stw_attributes attributes;
        struct stw_slice device = stw_registry_entry(registry, i)->device;
        if (!is_unit(registry, i, filters, filter_count, at_ns))
            continue;
        stw_registry_at(registry, device, STW_SLICE(""), at_ns, &attributes);
        set->units[set->unit_count] = (struct stw_failure_unit){
            .device = device,
            .in_service_ns =
                attributes.in_service_ns.known ? attributes.in_service_ns.value : INT64_MIN,
            .out_of_service_ns =
                attributes.out_of_service_ns.known ? attributes.out_of_service_ns.value : INT64_MAX,
        };
        for (int text = 0; text < STW_ATTRIBUTE_COUNT; text++)
            set->texts[text][set->unit_count] = attributes.text[text];
        set->unit_count++;
    }
    return STW_OK;
}

/* Of a matching device, or of one nobody registered: of another kind of device they are none of
 * this analysis. */
static bool is_wanted(const struct stw_registry *registry, struct stw_slice device,
                      const struct stw_filter *filters, uint32_t filter_count, int64_t at_ns)
{
    uint32_t place = stw_registry_find(registry, device, STW_SLICE(""));
    return place == UINT32_MAX || !stw_registry_entry(registry, place)->registered ||
           is_unit(registry, place, filters, filter_count, at_ns);
}

static int take_event(const struct stw_rows *rows, struct stw_slice device, struct stw_arena *arena,
                      struct stw_fault_set *set, struct stw_error *err)
{
    struct stw_slice cause = stw_rows_text(rows, CAUSE);
    if (cause.size == 0)
        cause = stw_rows_text(rows, CODE);
    cause = stw_arena_copy(arena, cause);
    if (cause.data == NULL)
        return stw_fail_memory(err, cause.size);
    struct stw_slice censored = stw_rows_text(rows, CENSORED);
    bool both = stw_slice_is(censored, "both");
    struct stw_fault_event event = {.device = device,
                                    .cause = cause,
                                    .at_ns = stw_rows_time(rows),
                                    .end_ns = stw_rows_int(rows, RESTORED, STW_END_NONE),
                                    .class = class_of(stw_rows_text(rows, KIND)),
                                    .entrapment = stw_rows_int(rows, TRAPPED, 0) > 0,
                                    .began_before = both || stw_slice_is(censored, "left"),
                                    .lost = both || stw_slice_is(censored, "right")};
    set->ends_recorded |= event.class == STW_EVENT_CORRECTIVE && event.end_ns != STW_END_NONE;
    set->events[set->event_count++] = event;
    return STW_OK;
}

static int gather_events(struct stw_view *view, const struct stw_registry *registry,
                         const struct stw_filter *filters, uint32_t filter_count, int64_t to_ns,
                         struct stw_arena *arena, struct stw_fault_set *set, struct stw_error *err)
{
    struct stw_rows rows;
    STW_TRY(stw_rows_open(&rows, view, STW_SLICE("faults"), columns, COLUMN_COUNT, INT64_MIN, to_ns,
                          err));
    uint64_t capacity = stw_view_table_info(view, rows.table).rows;
    int status = STW_OK;
    if (capacity > STW_GATHER_FAULTS_MAX)
        status =
            stw_fail(err, STW_ERR_LIMIT, "%llu fault events are more than the %d of one report",
                     (unsigned long long)capacity, STW_GATHER_FAULTS_MAX);
    set->events = STW_ARENA_ARRAY(arena, struct stw_fault_event, status < 0 ? 0 : capacity);
    if (set->events == NULL)
        status = stw_fail_memory(err, capacity * sizeof(*set->events));
    while (status == STW_OK && (status = stw_rows_next(&rows, err)) == STW_OK) {
        struct stw_slice device = stw_key_part(stw_rows_key(&rows), 0);
        if (is_wanted(registry, device, filters, filter_count, to_ns - 1))
            status = take_event(&rows, device, arena, set, err);
    }
    stw_rows_close(&rows);
    return status < 0 ? status : STW_OK;
}

int stw_failures_gather(struct stw_view *view, const struct stw_filter *filters,
                        uint32_t filter_count, int64_t to_ns, struct stw_arena *arena,
                        struct stw_fault_set *set, struct stw_error *err)
{
    const struct stw_registry *registry;
    *set = (struct stw_fault_set){.event_count = 0};
    STW_TRY(stw_view_registry(view, &registry, err));
    STW_TRY(gather_units(registry, filters, filter_count, to_ns - 1, arena, set, err));
    return gather_events(view, registry, filters, filter_count, to_ns, arena, set, err);
}
