/* From the store to use per period; see use.h. */
#include "meter/use.h"

#include <string.h>

int stw_meter_configure(const struct stw_registry *registry, struct stw_slice device,
                        struct stw_slice channel, int64_t at_ns, const struct stw_periods *periods,
                        struct stw_meter_config *config, struct stw_error *err)
{
    struct stw_attributes attributes;
    stw_registry_at(registry, device, channel, at_ns, &attributes);
    memset(config, 0, sizeof(*config));
    config->periods = *periods;
    if (attributes.value_kind == STW_VALUE_GAUGE || attributes.value_kind == STW_VALUE_STATE)
        return STW_END;
    config->kind = attributes.value_kind == STW_VALUE_INTERVAL    ? STW_METER_INTERVAL
                   : attributes.value_kind == STW_VALUE_REMAINING ? STW_METER_REMAINING
                                                                  : STW_METER_REGISTER;
    config->scale = STW_METER_SCALE_DEFAULT;
    if (attributes.step.known) {
        config->step = stw_decimal_trim(attributes.step.value);
        config->scale = config->step.scale;
    }
    if (attributes.digits.known && attributes.digits.value > 0 &&
        attributes.digits.value <= STW_SCALE_MAX)
        config->digits = (int)attributes.digits.value;
    config->stamp_is_start = stw_slice_is(attributes.text[STW_ATTRIBUTE_STAMP], "start");
    config->exchange_slack_ns = STW_METER_EXCHANGE_SLACK_NS;
    struct stw_slice interval = attributes.text[STW_ATTRIBUTE_INTERVAL];
    if (interval.size > 0 && stw_duration_parse(interval, &config->interval, err) < 0) {
        stw_error_where(err, "device %.*s, channel %.*s, attribute interval", STW_SLICE_ARG(device),
                        STW_SLICE_ARG(channel));
        return STW_ERR_INPUT;
    }
    config->multiplier_count =
        stw_registry_multipliers(registry, device, channel, &config->multipliers);
    config->exchange_count = stw_registry_exchanges(registry, device, channel, &config->exchanges);
    return STW_OK;
}

struct gathering {
    struct stw_use_period *uses;
    uint32_t count;
    uint32_t next;      /* the first period not filled yet */
    bool are_intervals; /* values are use already */
};

static int take_period(void *context, const struct stw_meter_period *period)
{
    struct gathering *gathering = context;
    while (gathering->next < gathering->count &&
           gathering->uses[gathering->next].period.start_ns < period->period.start_ns)
        gathering->next++;
    if (gathering->next == gathering->count ||
        gathering->uses[gathering->next].period.start_ns != period->period.start_ns)
        return STW_OK; /* before or after what was asked for */
    struct stw_use_period *use = &gathering->uses[gathering->next++];
    /* One register reading alone says nothing; an interval value of unknown length does. */
    use->known = period->covered_ns > 0 || (gathering->are_intervals && period->readings > 0);
    use->use = period->use;
    use->estimated = period->estimated;
    use->unplaced = period->unplaced;
    use->readings = period->readings;
    use->flag_bits = period->flags;
    use->covered_ns = period->covered_ns;
    stw_meter_flags_text(period->flags, use->flags);
    return STW_OK;
}

static int feed_all(const struct stw_use_spec *spec, const struct stw_table *table,
                    struct stw_meter *meter, const struct stw_meter_sink *sink,
                    struct stw_error *err)
{
    uint32_t columns[2] = {
        (uint32_t)stw_table_column(table, STW_SLICE("value")),
        (uint32_t)stw_table_column(table, STW_SLICE("quality")),
    };
    struct stw_scan_spec scan_spec = {
        .table = table,
        .columns = columns,
        .column_count = 2,
        .series = &spec->series,
        .series_count = 1,
        .from_ns = INT64_MIN,
        .to_ns = INT64_MAX,
    };
    struct stw_scan *scan;
    STW_TRY(stw_scan_open(&scan, spec->view, &scan_spec, err));
    struct stw_run run;
    int status;
    while ((status = stw_scan_next(scan, &run, err)) == STW_OK) {
        status = stw_meter_feed(meter, run.time_ns, run.count, &run.columns[0], &run.columns[1],
                                sink, err);
        /* Far enough: the period after the last one asked for has begun. */
        if (status < 0 || (meter->period_open && meter->period.start_ns >= spec->to_ns))
            break;
    }
    stw_scan_close(scan);
    return status < 0 ? status : stw_meter_finish(meter, sink, err);
}

int stw_use_of_series(const struct stw_use_spec *spec, struct stw_use_period *uses, uint32_t count,
                      struct stw_error *err)
{
    const struct stw_table *table;
    STW_TRY(stw_schema_want(stw_view_schema(spec->view), STW_SLICE("readings"), &table, err));
    struct stw_series series = stw_view_series(spec->view, table);
    struct stw_slice key = stw_series_key(&series, spec->series);
    struct stw_periods periods;
    STW_TRY(stw_periods_init(&periods, spec->zone, spec->rule, err));
    memset(uses, 0, count * sizeof(*uses));
    struct stw_period period;
    stw_period_at(&periods, spec->from_ns, &period);
    for (uint32_t i = 0; i < count; i++) {
        uses[i].period = period;
        stw_period_next(&periods, &period, &period);
    }
    struct stw_meter_config config;
    int status = stw_meter_configure(spec->registry, stw_key_part(key, 0), stw_key_part(key, 1),
                                     spec->to_ns - 1, &periods, &config, err);
    if (status != STW_OK)
        return status < 0 ? status : STW_OK;
    struct gathering gathering = {uses, count, 0, config.kind == STW_METER_INTERVAL};
    struct stw_meter_sink sink = {.context = &gathering, .period = take_period};
    struct stw_meter meter;
    stw_meter_init(&meter, &config);
    return feed_all(spec, table, &meter, &sink, err);
}
