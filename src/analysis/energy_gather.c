/*
 * Monthly use of the meters in a store; see gather.h.
 *
 * A month whose tariff changes within is cut into days first, which add up to the month, so that
 * each piece has one price.
 */
#include "analysis/gather.h"
#include "base/memory.h"
#include "meter/use.h"
#include "time/civil.h"
#include "time/duration.h"

#include <string.h>

enum { MONTHS_MAX = 24, DAYS_MAX = 40 };

int stw_energy_months(const struct stw_zone *zone, int starts_on, int year, int month,
                      struct stw_arena *arena, struct stw_energy_spec *spec, struct stw_error *err)
{
    if (month < 1 || month > 12 || year <= STW_YEAR_MIN + 1 || year >= STW_YEAR_MAX)
        return stw_fail(err, STW_ERR_USAGE, "there is no month %d-%02d", year, month);
    struct stw_periods periods;
    STW_TRY(stw_periods_init(
        &periods, zone, (struct stw_period_rule){.kind = STW_PERIOD_MONTH, .starts_on = starts_on},
        err));
    struct stw_energy_month *months = STW_ARENA_ARRAY(arena, struct stw_energy_month, MONTHS_MAX);
    if (months == NULL)
        return stw_fail_memory(err, MONTHS_MAX * sizeof(*months));
    spec->months = months;
    spec->month_count = 12 + (uint32_t)month;
    struct stw_period period;
    int64_t first = (int64_t)(year - 1) * 12;
    stw_period_at(&periods, stw_civil_days(year - 1, 1, 1) * STW_NS_PER_DAY, &period);
    while (period.index > first)
        stw_period_previous(&periods, &period, &period);
    while (period.index < first)
        stw_period_next(&periods, &period, &period);
    for (uint32_t i = 0; i < spec->month_count; i++) {
        int64_t local_from = stw_zone_to_local(zone, period.start_ns);
        int64_t local_to = stw_zone_to_local(zone, period.end_ns);
        months[i] = (struct stw_energy_month){
            .year = (int)stw_floor_div(period.index, 12),
            .month = (int)(period.index - stw_floor_div(period.index, 12) * 12) + 1,
            .from_ns = period.start_ns,
            .to_ns = period.end_ns,
            .days = (uint32_t)(stw_floor_div(local_to, STW_NS_PER_DAY) -
                               stw_floor_div(local_from, STW_NS_PER_DAY)),
        };
        stw_period_next(&periods, &period, &period);
    }
    return STW_OK;
}

/* Everything about the meter at hand; its uses and pieces are overwritten by the next one. */
struct gathering {
    struct stw_energy *energy;
    const struct stw_energy_source *source;
    const struct stw_registry *registry;
    const struct stw_table *readings;
    struct stw_series series;
    struct stw_energy_meter meter;
    struct stw_energy_use uses[MONTHS_MAX];
    struct stw_energy_piece pieces[MONTHS_MAX][DAYS_MAX];
    int64_t interval_ns; /* of interval values; 0: a register, or not declared */
    bool is_interval;
};

static struct stw_use_spec use_spec(const struct gathering *g, uint32_t series,
                                    struct stw_period_rule rule, int64_t from_ns, int64_t to_ns)
{
    return (struct stw_use_spec){.view = g->source->view,
                                 .registry = g->registry,
                                 .series = series,
                                 .zone = g->source->zone,
                                 .rule = rule,
                                 .from_ns = from_ns,
                                 .to_ns = to_ns};
}

static bool price_changes_within(const struct gathering *g, const struct stw_energy_month *month)
{
    const struct stw_energy_spec *spec = &g->energy->spec;
    for (uint32_t i = 0; i < spec->tariff_count; i++)
        if (spec->tariffs[i].from_ns > month->from_ns && spec->tariffs[i].from_ns < month->to_ns &&
            stw_slice_equal(spec->tariffs[i].kind, g->meter.kind))
            return true;
    return false;
}

/* A piece a day: prices change at local midnight. */
static int cut_month(struct gathering *g, uint32_t series, uint32_t month, struct stw_error *err)
{
    const struct stw_energy_month *span = &g->energy->spec.months[month];
    struct stw_use_period days[DAYS_MAX];
    struct stw_use_spec spec = use_spec(g, series, STW_PERIOD_DAY, span->from_ns, span->to_ns);
    STW_TRY(stw_use_of_series(&spec, days, span->days, err));
    for (uint32_t day = 0; day < span->days; day++)
        g->pieces[month][day] = (struct stw_energy_piece){days[day].period.start_ns, days[day].use};
    g->uses[month].piece_count = span->days;
    return STW_OK;
}

static void take_month(struct gathering *g, uint32_t month, const struct stw_use_period *period)
{
    struct stw_energy_use *use = &g->uses[month];
    int64_t length_ns = period->period.end_ns - period->period.start_ns;
    *use = (struct stw_energy_use){.has_data = period->known,
                                   .edges_known = g->is_interval || period->covered_ns >= length_ns,
                                   .use = period->use,
                                   .estimated = period->estimated,
                                   .pieces = g->pieces[month],
                                   .piece_count = period->known ? 1 : 0};
    if (g->is_interval && g->interval_ns > 0) {
        use->expected = (uint64_t)(length_ns / g->interval_ns);
        use->present = (uint64_t)(period->covered_ns / g->interval_ns);
    }
    g->pieces[month][0] = (struct stw_energy_piece){period->period.start_ns, period->use};
}

/* Zeros among the interval values of each month. */
static int count_zeros(struct gathering *g, uint32_t series, struct stw_error *err)
{
    const struct stw_energy_spec *months = &g->energy->spec;
    uint32_t column = (uint32_t)stw_table_column(g->readings, STW_SLICE("value"));
    struct stw_scan_spec spec = {.table = g->readings,
                                 .columns = &column,
                                 .column_count = 1,
                                 .series = &series,
                                 .series_count = 1,
                                 .from_ns = months->months[0].from_ns,
                                 .to_ns = months->months[months->month_count - 1].to_ns};
    struct stw_scan *scan;
    struct stw_run run;
    STW_TRY(stw_scan_open(&scan, g->source->view, &spec, err));
    int status;
    uint32_t month = 0;
    while ((status = stw_scan_next(scan, &run, err)) == STW_OK) {
        for (uint32_t i = 0; i < run.count; i++) {
            while (run.time_ns[i] >= months->months[month].to_ns)
                month++;
            g->uses[month].zeros +=
                stw_vector_has(&run.columns[0], i) && run.columns[0].ints[i] == 0;
        }
    }
    stw_scan_close(scan);
    return status < 0 ? status : STW_OK;
}

static int measure_uses(struct gathering *g, uint32_t series, struct stw_error *err)
{
    const struct stw_energy_spec *months = &g->energy->spec;
    struct stw_use_period periods[MONTHS_MAX];
    struct stw_period_rule rule = {.kind = STW_PERIOD_MONTH, .starts_on = g->source->starts_on};
    struct stw_use_spec spec = use_spec(g, series, rule, months->months[0].from_ns,
                                        months->months[months->month_count - 1].to_ns);
    STW_TRY(stw_use_of_series(&spec, periods, months->month_count, err));
    for (uint32_t month = 0; month < months->month_count; month++) {
        take_month(g, month, &periods[month]);
        if (periods[month].known && price_changes_within(g, &months->months[month]))
            STW_TRY(cut_month(g, series, month, err));
    }
    return g->meter.zero_is_missing ? count_zeros(g, series, err) : STW_OK;
}

static int describe(struct gathering *g, const struct stw_registry_entry *entry,
                    const struct stw_attributes *attributes, struct stw_error *err)
{
    const struct stw_slice *text = attributes->text;
    g->is_interval = attributes->value_kind == STW_VALUE_INTERVAL;
    g->interval_ns = 0;
    if (g->is_interval && text[STW_ATTRIBUTE_INTERVAL].size > 0) {
        struct stw_duration interval;
        STW_TRY(stw_duration_parse(text[STW_ATTRIBUTE_INTERVAL], &interval, err));
        g->interval_ns = interval.ns;
    }
    g->meter = (struct stw_energy_meter){
        .kind = text[STW_ATTRIBUTE_KIND],
        .unit = text[STW_ATTRIBUTE_UNIT],
        .role = text[STW_ATTRIBUTE_ROLE],
        .site = text[STW_ATTRIBUTE_SITE],
        .building = text[STW_ATTRIBUTE_BUILDING],
        .device = entry->device,
        .channel = entry->channel,
        .in_service_ns =
            attributes->in_service_ns.known ? attributes->in_service_ns.value : INT64_MIN,
        .out_of_service_ns =
            attributes->out_of_service_ns.known ? attributes->out_of_service_ns.value : INT64_MAX,
        .zero_is_missing = g->is_interval && stw_slice_is(text[STW_ATTRIBUTE_KIND], "power"),
        .has_area = attributes->area_m2.known,
        .area_m2 = attributes->area_m2.value,
        .has_households = attributes->households.known,
        .households = {attributes->households.value, 0},
        .uses = g->uses,
    };
    return STW_OK;
}

static int add_entry(struct gathering *g, const struct stw_registry_entry *entry,
                     struct stw_buffer *key, struct stw_error *err)
{
    const struct stw_energy_spec *spec = &g->energy->spec;
    int64_t at_ns = spec->months[spec->month_count - 1].to_ns - 1;
    struct stw_attributes attributes;
    struct stw_slice parts[2] = {entry->device, entry->channel};
    if (!stw_registry_matches(g->registry, entry->device, entry->channel, at_ns, g->source->filters,
                              g->source->filter_count))
        return STW_OK;
    stw_registry_at(g->registry, entry->device, entry->channel, at_ns, &attributes);
    if (attributes.value_kind == STW_VALUE_GAUGE || attributes.value_kind == STW_VALUE_STATE)
        return STW_OK;
    STW_TRY(describe(g, entry, &attributes, err));
    STW_TRY(stw_key_join(key, parts, 2, err));
    uint32_t series = stw_series_find(&g->series, stw_buffer_slice(key));
    if (series != STW_SERIES_NONE)
        STW_TRY(measure_uses(g, series, err));
    else /* registered, and never heard of: listed as left out */
        memset(g->uses, 0, sizeof(g->uses));
    if (g->source->each != NULL)
        STW_TRY(g->source->each(g->source->each_context, &g->meter, err));
    bool own_line = !stw_slice_is(g->meter.role, "household");
    return stw_energy_add(g->energy, &g->meter, own_line, err);
}

int stw_energy_gather(struct stw_energy *energy, const struct stw_energy_source *source,
                      struct stw_error *err)
{
    struct gathering *g = stw_alloc_zero(1, sizeof(*g));
    struct stw_buffer key;
    stw_buffer_init(&key);
    if (g == NULL)
        return stw_fail_memory(err, sizeof(*g));
    g->energy = energy;
    g->source = source;
    int status = stw_view_registry(source->view, &g->registry, err);
    if (status == STW_OK)
        status = stw_schema_want(stw_view_schema(source->view), STW_SLICE("readings"), &g->readings,
                                 err);
    if (status == STW_OK) {
        g->series = stw_view_series(source->view, g->readings);
        uint32_t count = stw_registry_count(g->registry);
        for (uint32_t i = 0; i < count && status == STW_OK; i++) {
            const struct stw_registry_entry *entry = stw_registry_entry(g->registry, i);
            if (entry->channel.size > 0)
                status = add_entry(g, entry, &key, err);
        }
    }
    stw_buffer_release(&key);
    stw_free(g);
    return status;
}
