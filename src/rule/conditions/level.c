/*
 * above: 9 bar      below: 0.25 MPa      outside: [0.25 MPa, 0.60 MPa]        for gauges
 * clear: {below: 8 bar, for: 10 min}     {above: ...}     {inside: [0.28 MPa, 0.55 MPa]}
 *
 * Each reading is judged by itself: true beyond a bound (the bound itself is not beyond), false in
 * the clearing band, between else. Without `clear` whatever is not true is false. How long it must
 * last is the alarm's business, and it is proven by readings only: it fires at the first reading
 * that is `for` or more after the first true one, with no pause in between that is longer than the
 * gap limit. Readings that are missing, NaN, estimated or suspect are passed over.
 */
#include "rule/conditions/conditions.h"

#include "rule/alert.h"
#include "rule/load.h"

enum edge { LOW, HIGH, EDGES };

struct band {
    bool has[EDGES];
    bool strict; /* the edges themselves are outside the band */
    struct stw_quantity edge[EDGES];
};

struct level_params {
    struct band normal; /* outside of it: true */
    struct band clear;  /* inside of it: false; without edges: wherever it is not true */
};

/* A value v is inside where low <= v <= high, strict ones already moved to the next integer. */
struct bound_band {
    bool has[EDGES];
    bool strict;
    struct stw_decimal edge[EDGES];
};

struct level_bound {
    struct stw_bound base;
    struct bound_band normal;
    struct bound_band clear;
};

/* ---- Loading --------------------------------------------------------------------------------- */

static bool load_pair(struct stw_loader *loader, const struct stw_yaml_node *value,
                      const char *what, struct band *band)
{
    if (!stw_load_sequence(loader, value, what))
        return false;
    if (value->count != EDGES) {
        stw_load_problem(loader, STW_PROBLEM_FORM, value, "%s takes two values: [low, high]", what);
        return false;
    }
    band->has[LOW] = stw_load_quantity(loader, value->first->value, what, &band->edge[LOW]);
    band->has[HIGH] = stw_load_quantity(loader, value->first->next->value, what, &band->edge[HIGH]);
    if (!band->has[LOW] || !band->has[HIGH])
        return false;
    int order;
    if (!stw_load_compare(loader, value, &band->edge[LOW], &band->edge[HIGH], &order))
        return false;
    if (order < 0)
        return true;
    stw_load_problem(loader, STW_PROBLEM_CONTRADICTION, value,
                     "%s: the first value must be the smaller one", what);
    return false;
}

/* The clearing band must not reach into where the rule is true. */
static void check_hysteresis(struct stw_loader *loader, const struct stw_yaml_node *clear,
                             const struct level_params *params)
{
    for (enum edge edge = LOW; edge < EDGES; edge++) {
        int order;
        if (!params->normal.has[edge] || !params->clear.has[edge] ||
            !stw_load_compare(loader, clear, &params->clear.edge[edge], &params->normal.edge[edge],
                              &order))
            continue;
        if (edge == HIGH ? order > 0 : order < 0) {
            stw_load_problem(loader, STW_PROBLEM_CONTRADICTION, clear,
                             "it would clear where it is still raised");
            stw_load_hint(loader, "clear must lie on the good side of the value that raises it");
        }
    }
}

static void load_clear(struct stw_loader *loader, const struct stw_rule *rule)
{
    struct level_params *params = rule->params;
    const char *key = rule->condition->clear_key;
    const struct stw_yaml_node *value = stw_yaml_find(rule->clear, key);
    if (value == NULL)
        return;
    struct band *band = &params->clear;
    if (rule->condition == &stw_condition_outside) {
        if (!load_pair(loader, value, "'inside'", band))
            return;
    } else {
        enum edge edge = rule->condition == &stw_condition_above ? HIGH : LOW;
        band->strict = true;
        band->has[edge] = stw_load_quantity(loader, value, "'clear'", &band->edge[edge]);
        if (!band->has[edge])
            return;
    }
    check_hysteresis(loader, value, params);
}

static void finish(struct stw_loader *loader, const struct stw_yaml_node *value,
                   const struct stw_rule *rule)
{
    const struct level_params *params = rule->params;
    for (enum edge edge = LOW; edge < EDGES; edge++) {
        if (params->normal.has[edge])
            stw_load_check_channels(loader, value, rule, &params->normal.edge[edge]);
    }
    load_clear(loader, rule);
}

static void load_above(struct stw_loader *loader, const struct stw_yaml_node *value,
                       struct stw_rule *rule)
{
    struct level_params *params = rule->params;
    params->normal.has[HIGH] =
        stw_load_quantity(loader, value, "'above'", &params->normal.edge[HIGH]);
    finish(loader, value, rule);
}

static void load_below(struct stw_loader *loader, const struct stw_yaml_node *value,
                       struct stw_rule *rule)
{
    struct level_params *params = rule->params;
    params->normal.has[LOW] =
        stw_load_quantity(loader, value, "'below'", &params->normal.edge[LOW]);
    finish(loader, value, rule);
}

static void load_outside(struct stw_loader *loader, const struct stw_yaml_node *value,
                         struct stw_rule *rule)
{
    struct level_params *params = rule->params;
    load_pair(loader, value, "'outside'", &params->normal);
    finish(loader, value, rule);
}

/* ---- Judging --------------------------------------------------------------------------------- */

static int bind_band(const struct band *band, const struct stw_unit *unit, struct bound_band *out,
                     struct stw_error *err)
{
    out->strict = band->strict;
    for (enum edge edge = LOW; edge < EDGES; edge++) {
        out->has[edge] = band->has[edge];
        if (!band->has[edge])
            continue;
        const struct stw_quantity *quantity = &band->edge[edge];
        if (stw_unit_check(&quantity->unit, unit, err) != STW_OK)
            return STW_END;
        if (stw_unit_convert(quantity->value, &quantity->unit, unit, &out->edge[edge]) !=
            STW_CONVERTED) {
            (void)stw_fail(err, STW_ERR_INPUT, "the threshold is not exact in its unit, %s",
                           unit->symbol);
            return STW_END;
        }
    }
    return STW_OK;
}

static int bind(const struct stw_rule *rule, const struct stw_subject *subject,
                struct stw_bound *base, struct stw_error *err)
{
    const struct level_params *params = rule->params;
    struct level_bound *bound = (struct level_bound *)base;
    if (subject->value_kind != STW_VALUE_GAUGE) {
        (void)stw_fail(err, STW_ERR_INPUT, "it is not declared a gauge");
        return STW_END;
    }
    struct stw_unit unit;
    if (stw_unit_parse(subject->unit, &unit, err) != STW_OK)
        return STW_END;
    int status = bind_band(&params->normal, &unit, &bound->normal, err);
    if (status == STW_OK)
        status = bind_band(&params->clear, &unit, &bound->clear, err);
    if (status != STW_OK)
        return status;
    bool only_low = !bound->normal.has[HIGH];
    base->unit = subject->unit;
    base->threshold = bound->normal.edge[only_low ? LOW : HIGH];
    base->has_threshold = only_low || !bound->normal.has[LOW];
    base->limits.worse = !base->has_threshold ? 0 : only_low ? -1 : 1;
    base->limits.gap_ns = stw_gap_limit(subject, rule->for_ns);
    return STW_OK;
}

/* A band in the integers of a run's scale. */
struct whole_band {
    int64_t low;
    int64_t high;
};

static struct whole_band whole_band(const struct bound_band *band, int scale)
{
    struct whole_band whole = {INT64_MIN, INT64_MAX};
    if (band->has[LOW])
        whole.low = band->strict ? stw_threshold_floor(band->edge[LOW], scale) + 1
                                 : stw_threshold_ceil(band->edge[LOW], scale);
    if (band->has[HIGH])
        whole.high = band->strict ? stw_threshold_ceil(band->edge[HIGH], scale) - 1
                                  : stw_threshold_floor(band->edge[HIGH], scale);
    return whole;
}

static bool inside_float(const struct bound_band *band, double value)
{
    if (band->has[LOW]) {
        double low = stw_decimal_double(band->edge[LOW]);
        if (band->strict ? value <= low : value < low)
            return false;
    }
    if (band->has[HIGH]) {
        double high = stw_decimal_double(band->edge[HIGH]);
        if (band->strict ? value >= high : value > high)
            return false;
    }
    return true;
}

static enum stw_truth truth_of(bool normal, bool clear)
{
    return !normal ? STW_TRUTH_TRUE : clear ? STW_TRUTH_FALSE : STW_TRUTH_BETWEEN;
}

static int feed(struct stw_track *track, const struct stw_run *run, struct stw_output *out)
{
    const struct level_bound *bound = (const struct level_bound *)track->bound;
    const struct stw_vector *values = &run->columns[STW_READING_VALUE];
    bool is_float = values->type == STW_TYPE_FLOAT;
    struct whole_band normal = whole_band(&bound->normal, values->scale);
    struct whole_band clear = whole_band(&bound->clear, values->scale);
    for (uint32_t row = 0; row < run->count; row++) {
        if (!stw_reading_counts(run, row))
            continue;
        enum stw_truth truth;
        if (is_float) {
            double value = values->floats[row];
            truth =
                truth_of(inside_float(&bound->normal, value), inside_float(&bound->clear, value));
        } else {
            int64_t value = values->ints[row];
            truth = truth_of(value >= normal.low && value <= normal.high,
                             value >= clear.low && value <= clear.high);
        }
        if (track->alarm.phase == STW_ALARM_OK && truth != STW_TRUTH_TRUE)
            continue;
        struct stw_signal signal = {.time_ns = run->time_ns[row],
                                    .truth = truth,
                                    .since_ns = run->time_ns[row],
                                    .value = stw_reading_shown(values, row)};
        STW_TRY(stw_output_signal(out, track, &signal));
    }
    return STW_OK;
}

static void describe(const struct stw_alert *alert, bool chinese, struct stw_buffer *out)
{
    const struct level_bound *bound = (const struct level_bound *)alert->bound;
    const struct stw_decimal *edge = bound->normal.edge;
    struct stw_slice unit = bound->base.unit;
    stw_put_value(out, alert->value, unit);
    if (bound->normal.has[LOW] && bound->normal.has[HIGH]) {
        stw_buffer_add_text(out, chinese ? "，超出 " : " is outside ");
        stw_put_value(out, edge[LOW], unit);
        stw_buffer_add_text(out, chinese ? " 至 " : " to ");
        stw_put_value(out, edge[HIGH], unit);
    } else if (bound->normal.has[HIGH]) {
        stw_buffer_add_text(out, chinese ? "，高于 " : " is above ");
        stw_put_value(out, edge[HIGH], unit);
    } else {
        stw_buffer_add_text(out, chinese ? "，低于 " : " is below ");
        stw_put_value(out, edge[LOW], unit);
    }
    stw_buffer_add_text(out, chinese ? "，自 " : ", since ");
    stw_put_local_time(out, bound->base.site, alert->start_ns);
}

#define LEVEL(name, loader, clear)                                                                 \
    const struct stw_condition stw_condition_##name = {                                            \
        .word = #name,                                                                             \
        .clear_key = (clear),                                                                      \
        .table = STW_SUBJECT_READINGS,                                                             \
        .params_size = sizeof(struct level_params),                                                \
        .bound_size = sizeof(struct level_bound),                                                  \
        .state_size = 0,                                                                           \
        .load = (loader),                                                                          \
        .bind = bind,                                                                              \
        .feed = feed,                                                                              \
        .describe = describe,                                                                      \
    }

LEVEL(above, load_above, "below");
LEVEL(below, load_below, "above");
LEVEL(outside, load_outside, "inside");
