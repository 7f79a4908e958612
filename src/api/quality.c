/* Silent meters, gaps and missing attributes; see quality.h. */
#include "api/quality.h"

#include "base/memory.h"
#include "scan/aggregate.h"
#include "time/duration.h"

/* A meter is silent when its last reading is older than three of its reports, or a day where no
 * rhythm is declared; it has gaps when more than a twentieth of its readings are not there. */
enum { SILENT_REPORTS = 3 };
static const double gap_share = .05;

struct quality {
    const struct stw_site_report *site;
    const struct stw_registry *registry;
    struct stw_arena *arena;
    struct stw_quality_part *part;
    struct stw_series series;
    struct stw_report_meter *meters;
    size_t capacity;
    struct stw_error *err;
};

static int64_t duration_or(struct stw_slice text, int64_t otherwise_ns)
{
    struct stw_duration duration;
    if (text.size == 0 || stw_duration_parse(text, &duration, NULL) != STW_OK)
        return otherwise_ns;
    return duration.months > 0 ? (int64_t)duration.months * 31 * STW_NS_PER_DAY : duration.ns;
}

static bool has_tariff(const struct stw_pack *pack, const struct stw_attributes *attributes)
{
    for (uint32_t i = 0; i < pack->tariff_count; i++)
        if (stw_slice_equal(pack->tariffs[i].kind, attributes->text[STW_ATTRIBUTE_KIND]) &&
            (pack->tariffs[i].site.size == 0 ||
             stw_slice_equal(pack->tariffs[i].site, attributes->text[STW_ATTRIBUTE_SITE])))
            return true;
    return false;
}

static unsigned registry_problems(const struct quality *q, const struct stw_attributes *known,
                                  bool registered)
{
    unsigned problems = 0;
    struct stw_slice role = known->text[STW_ATTRIBUTE_ROLE];
    bool measures_use = known->value_kind == STW_VALUE_REGISTER ||
                        known->value_kind == STW_VALUE_INTERVAL ||
                        known->value_kind == STW_VALUE_REMAINING;
    bool of_building = stw_slice_is(role, "main") || stw_slice_is(role, "building");
    if (!registered)
        return STW_METER_UNREGISTERED;
    if (measures_use && q->site->pack->tariff_count > 0 && !has_tariff(q->site->pack, known))
        problems |= STW_METER_NO_TARIFF;
    if (measures_use && of_building && !known->area_m2.known)
        problems |= STW_METER_NO_AREA;
    return problems;
}

/* `period` is the report's, `before` all time up to its start. */
static int judge_series(void *context, uint32_t id, const struct stw_aggregate *aggregates,
                        uint32_t count)
{
    struct quality *q = context;
    const struct stw_aggregate *before = &aggregates[0], *period = &aggregates[count - 1];
    struct stw_slice key = stw_series_key(&q->series, id);
    struct stw_slice device = stw_key_part(key, 0), channel = stw_key_part(key, 1);
    struct stw_attributes known;
    stw_registry_at(q->registry, device, channel, q->site->to_ns - 1, &known);
    uint32_t entry = stw_registry_find(q->registry, device, STW_SLICE(""));
    bool registered = entry != UINT32_MAX && stw_registry_entry(q->registry, entry)->registered;
    struct stw_report_meter meter = {
        .device = device,
        .channel = channel,
        .place = known.text[STW_ATTRIBUTE_BUILDING],
        .problems = registry_problems(q, &known, registered),
        .missing_share = __builtin_nan(""),
    };
    meter.last_ns = period->count > 0 ? period->last_ns : before->last_ns;
    q->part->series++;
    q->part->rows_accepted += period->rows;
    bool in_service =
        !known.out_of_service_ns.known || known.out_of_service_ns.value >= q->site->to_ns;
    int64_t every_ns = duration_or(known.text[STW_ATTRIBUTE_REPORTS_EVERY],
                                   duration_or(known.text[STW_ATTRIBUTE_INTERVAL], STW_NS_PER_DAY));
    if (in_service && q->site->to_ns - meter.last_ns > SILENT_REPORTS * every_ns)
        meter.problems |= STW_METER_SILENT;
    int64_t interval_ns = duration_or(known.text[STW_ATTRIBUTE_INTERVAL], 0);
    if (interval_ns > 0 && in_service) {
        double expected = (double)(q->site->to_ns - q->site->from_ns) / (double)interval_ns;
        meter.missing_share = expected > 0 ? 1 - (double)period->rows / expected : 0;
        if (meter.missing_share < 0)
            meter.missing_share = 0;
        if (meter.missing_share > gap_share)
            meter.problems |= STW_METER_GAPS;
    }
    if (meter.problems == 0)
        return STW_OK;
    if (!stw_reserve((void **)&q->meters, &q->capacity, q->part->meter_count + 1u,
                     sizeof(*q->meters)))
        return stw_fail_memory(q->err, q->capacity * sizeof(*q->meters));
    q->meters[q->part->meter_count++] = meter;
    return STW_OK;
}

static int scan_all(struct quality *q, const struct stw_table *readings,
                    const struct stw_filter *filters, uint32_t filter_count, struct stw_error *err)
{
    uint32_t value = (uint32_t)stw_table_column(readings, STW_SLICE("value"));
    struct stw_table_info info = stw_view_table_info(q->site->view, readings);
    if (info.rows == 0)
        return STW_OK;
    int64_t first_ns =
        info.time_min_ns < q->site->from_ns ? info.time_min_ns : q->site->from_ns - 1;
    int64_t boundaries[3] = {first_ns, q->site->from_ns, q->site->to_ns};
    struct stw_aggregate_spec spec = {
        .scan =
            {
                .table = readings,
                .columns = &value,
                .column_count = 1,
                .filters = filters,
                .filter_count = filter_count,
                .attributes_at_ns = q->site->to_ns - 1,
            },
        .boundaries = boundaries,
        .boundary_count = 3,
    };
    q->series = stw_view_series(q->site->view, readings);
    return stw_aggregate_run(q->site->view, &spec, judge_series, q, NULL, err);
}

int stw_quality_gather(const struct stw_site_report *site, const struct stw_registry *registry,
                       const struct stw_filter *filters, uint32_t filter_count,
                       struct stw_arena *arena, struct stw_quality_part *part,
                       struct stw_error *err)
{
    struct quality q = {
        .site = site, .registry = registry, .arena = arena, .part = part, .err = err};
    const struct stw_table *readings;
    STW_TRY(stw_schema_want(stw_view_schema(site->view), STW_SLICE("readings"), &readings, err));
    int status = scan_all(&q, readings, filters, filter_count, err);
    if (status == STW_OK && part->meter_count > 0) {
        struct stw_report_meter *meters =
            STW_ARENA_ARRAY(arena, struct stw_report_meter, part->meter_count);
        if (meters == NULL)
            status = stw_fail_memory(err, part->meter_count * sizeof(*meters));
        else
            memcpy(meters, q.meters, part->meter_count * sizeof(*meters));
        part->meters = meters;
    }
    stw_free(q.meters);
    return status;
}
