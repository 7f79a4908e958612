/* From the store to use per period; see use.h. */
#include "meter/use.h"

#include <string.h>

enum { WIDEN = 4 }; /* how much farther back to look where readings are rare */

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

/* One reading of a series from some instant on; use.h says when it has to begin earlier. */
struct reading_on {
    const struct stw_use_spec *spec;
    const struct stw_table *table;
    const struct stw_meter_config *config;
    struct stw_use_period *uses;
    uint32_t count;
    int64_t first_ns; /* where the first period begins */
    uint32_t next;    /* the first period not filled yet */
    /* Of one that does not begin with the first reading of all: */
    bool is_late, is_unsure;   /* unsure: what lies before may matter */
    uint32_t before;           /* readings before the first period */
    int64_t start_ns, last_ns; /* of the first and the latest reading */
    stw_int128 start, last;    /* their registers, at STW_SCALE_MAX: an int64 fits at any scale */
    double fastest_per_ns;     /* rise before the first period */
};

static int take_period(void *context, const struct stw_meter_period *period)
{
    struct reading_on *on = context;
    while (on->next < on->count && on->uses[on->next].period.start_ns < period->period.start_ns)
        on->next++;
    if (on->next == on->count || on->uses[on->next].period.start_ns != period->period.start_ns)
        return STW_OK; /* before or after what was asked for */
    struct stw_use_period *use = &on->uses[on->next++];
    /* One register reading alone says nothing; an interval value of unknown length does. */
    bool is_use_already = on->config->kind == STW_METER_INTERVAL;
    use->known = period->covered_ns > 0 || (is_use_already && period->readings > 0);
    use->use = period->use;
    use->estimated = period->estimated;
    use->unplaced = period->unplaced;
    use->readings = period->readings;
    use->flag_bits = period->flags;
    use->covered_ns = period->covered_ns;
    stw_meter_flags_text(period->flags, use->flags);
    return STW_OK;
}

/* ---- What the past could decide otherwise ---------------------------------------------------- */

/* The meter takes a rise above ten times its fastest for a jump; nine leave room for rounding. */
static const double jump = 9;

static void watch_rise(struct reading_on *on, int64_t time_ns, stw_int128 rise)
{
    double pace_per_ns = (double)rise / (double)(time_ns - on->last_ns);
    if (time_ns < on->first_ns) {
        if (pace_per_ns > on->fastest_per_ns)
            on->fastest_per_ns = pace_per_ns;
        return;
    }
    const struct stw_decimal *step = &on->config->step;
    stw_int128 noise = step->value * (stw_int128)stw_pow10(STW_SCALE_MAX - step->scale);
    if (pace_per_ns > jump * on->fastest_per_ns || on->last - on->start < noise)
        on->is_unsure = true;
}

static void watch_run(struct reading_on *on, const struct stw_run *run)
{
    const struct stw_vector *value = &run->columns[0], *quality = &run->columns[1];
    stw_int128 factor = stw_pow10(STW_SCALE_MAX - value->scale);
    for (uint32_t row = 0; row < run->count && !on->is_unsure; row++) {
        if (!stw_vector_has(value, row))
            continue;
        struct stw_slice word = {"", 0};
        if (stw_vector_has(quality, row))
            word = stw_vector_text(quality, row);
        if (stw_slice_is(word, "suspect") || stw_slice_is(word, "bad"))
            on->is_unsure = true;
        int64_t time_ns = run->time_ns[row];
        stw_int128 now = value->ints[row] * factor;
        if (on->start_ns == INT64_MIN) {
            on->start_ns = time_ns;
            on->start = now;
        } else if (on->config->kind == STW_METER_REGISTER && now < on->last) {
            on->is_unsure = true;
        } else if (on->config->kind == STW_METER_REGISTER && now > on->last) {
            watch_rise(on, time_ns, now - on->last);
        }
        on->before += time_ns < on->first_ns;
        on->last = now;
        on->last_ns = time_ns;
    }
}

static void watch_exchanges(struct reading_on *on)
{
    int64_t slack_ns = on->config->exchange_slack_ns;
    for (uint32_t i = 0; i < on->config->exchange_count; i++) {
        int64_t at_ns = on->config->exchanges[i].at_ns;
        if (at_ns >= on->start_ns - slack_ns && at_ns <= on->last_ns + slack_ns)
            on->is_unsure = true;
    }
}

/* Whether to begin earlier, as far as is known by now. */
static bool is_too_late(const struct reading_on *on)
{
    return on->is_late &&
           (on->is_unsure || (on->last_ns >= on->first_ns && on->before < STW_USE_READINGS_BEFORE));
}

/* ---- Feeding --------------------------------------------------------------------------------- */

static int feed(struct reading_on *on, int64_t from_ns, struct stw_meter *meter,
                const struct stw_meter_sink *sink, struct stw_error *err)
{
    uint32_t columns[2] = {
        (uint32_t)stw_table_column(on->table, STW_SLICE("value")),
        (uint32_t)stw_table_column(on->table, STW_SLICE("quality")),
    };
    struct stw_scan_spec scan_spec = {
        .table = on->table,
        .columns = columns,
        .column_count = 2,
        .series = &on->spec->series,
        .series_count = 1,
        .from_ns = from_ns,
        .to_ns = INT64_MAX,
    };
    struct stw_scan *scan;
    STW_TRY(stw_scan_open(&scan, on->spec->view, &scan_spec, err));
    struct stw_run run;
    int status;
    while ((status = stw_scan_next(scan, &run, err)) == STW_OK) {
        if (on->is_late)
            watch_run(on, &run);
        if (is_too_late(on))
            break;
        status = stw_meter_feed(meter, run.time_ns, run.count, &run.columns[0], &run.columns[1],
                                sink, err);
        /* Far enough: the period after the last one asked for has begun. */
        if (status < 0 || (meter->period_open && meter->period.start_ns >= on->spec->to_ns))
            break;
    }
    stw_scan_close(scan);
    return status < 0 ? status : stw_meter_finish(meter, sink, err);
}

/* Fills the uses from the readings at from_ns and later; INT64_MIN: all. */
static int read_from(struct reading_on *on, int64_t from_ns, struct stw_error *err)
{
    for (uint32_t i = 0; i < on->count; i++)
        on->uses[i] = (struct stw_use_period){.period = on->uses[i].period};
    on->is_late = from_ns != INT64_MIN;
    on->is_unsure = false;
    on->next = on->before = 0;
    on->start_ns = on->last_ns = INT64_MIN;
    on->fastest_per_ns = 0;
    struct stw_meter_sink sink = {.context = on, .period = take_period};
    struct stw_meter meter;
    stw_meter_init(&meter, on->config);
    STW_TRY(feed(on, from_ns, &meter, &sink, err));
    if (on->is_late && on->start_ns != INT64_MIN)
        watch_exchanges(on);
    return STW_OK;
}

static int read_enough(struct reading_on *on, struct stw_error *err)
{
    int64_t oldest_ns = stw_view_table_info(on->spec->view, on->table).time_min_ns;
    int64_t back_ns = STW_USE_WARM_UP_NS;
    while (on->first_ns - oldest_ns > back_ns) {
        STW_TRY(read_from(on, on->first_ns - back_ns, err));
        if (on->is_unsure)
            break;
        if (on->before >= STW_USE_READINGS_BEFORE)
            return STW_OK;
        back_ns *= WIDEN;
    }
    return read_from(on, INT64_MIN, err);
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
    int64_t first_ns = period.start_ns;
    for (uint32_t i = 0; i < count; i++) {
        uses[i].period = period;
        stw_period_next(&periods, &period, &period);
    }
    struct stw_meter_config config;
    int status = stw_meter_configure(spec->registry, stw_key_part(key, 0), stw_key_part(key, 1),
                                     spec->to_ns - 1, &periods, &config, err);
    if (status != STW_OK)
        return status < 0 ? status : STW_OK;
    struct reading_on on = {
        .spec = spec,
        .table = table,
        .config = &config,
        .uses = uses,
        .count = count,
        .first_ns = first_ns,
    };
    return read_enough(&on, err);
}
