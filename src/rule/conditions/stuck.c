/*
 * unchanged_for: 72 h
 *
 * A sensor that repeats the same value although it reports: true at a reading that equals the one
 * before, since the first of them; false at one that differs. A pause longer than the gap limit
 * starts anew, as nobody knows what the value did meanwhile. Readings that are missing, NaN,
 * estimated or suspect are passed over. Values are compared exactly, whatever scale they are
 * written with.
 */
#include "rule/conditions/conditions.h"

#include "rule/alert.h"
#include "rule/load.h"

struct stuck_params {
    int64_t for_ns;
};

struct stuck_state {
    int64_t since_ns; /* STW_TIME_NONE: no reading yet */
    int64_t last_ns;
    struct stw_decimal value;
};

static void load(struct stw_loader *loader, const struct stw_yaml_node *value,
                 struct stw_rule *rule)
{
    struct stuck_params *params = rule->params;
    if (!stw_load_duration(loader, value, "'unchanged_for'", &params->for_ns))
        return;
    if (params->for_ns == 0)
        stw_load_problem(loader, STW_PROBLEM_ALWAYS, value,
                         "every value is unchanged for no time at all");
    rule->for_ns = params->for_ns;
}

static int bind(const struct stw_rule *rule, const struct stw_subject *subject,
                struct stw_bound *base, struct stw_error *err)
{
    (void)err;
    (void)rule;
    base->unit = subject->unit;
    base->limits.gap_ns = stw_gap_limit(subject, 0);
    return STW_OK;
}

static int feed(struct stw_track *track, const struct stw_run *run, struct stw_output *out)
{
    struct stuck_state *state = stw_track_state(track);
    const struct stw_vector *values = &run->columns[STW_READING_VALUE];
    for (uint32_t row = 0; row < run->count; row++) {
        if (!stw_reading_counts(run, row))
            continue;
        int64_t time_ns = run->time_ns[row];
        struct stw_decimal value = stw_reading_shown(values, row);
        bool first = state->since_ns == STW_TIME_NONE ||
                     time_ns - state->last_ns > track->bound->limits.gap_ns;
        bool same = !first && stw_decimal_compare(value, state->value) == 0;
        if (!same)
            state->since_ns = time_ns;
        state->last_ns = time_ns;
        state->value = value;
        if (first)
            continue;
        struct stw_signal signal = {.time_ns = time_ns,
                                    .truth = same ? STW_TRUTH_TRUE : STW_TRUTH_FALSE,
                                    .since_ns = state->since_ns,
                                    .value = value};
        STW_TRY(stw_output_signal(out, track, &signal));
    }
    return STW_OK;
}

static void init(struct stw_track *track)
{
    struct stuck_state *state = stw_track_state(track);
    state->since_ns = STW_TIME_NONE;
}

static void save(const struct stw_track *track, struct stw_buffer *out)
{
    const struct stuck_state *state = stw_track_state(track);
    stw_put_u64(out, (uint64_t)state->since_ns);
    stw_put_u64(out, (uint64_t)state->last_ns);
    stw_put_decimal(out, state->value);
}

static void restore(struct stw_track *track, struct stw_reader *in)
{
    struct stuck_state *state = stw_track_state(track);
    state->since_ns = (int64_t)stw_get_u64(in);
    state->last_ns = (int64_t)stw_get_u64(in);
    state->value = stw_get_decimal(in);
}

static void describe(const struct stw_alert *alert, bool chinese, struct stw_buffer *out)
{
    const struct stuck_params *params = alert->rule->params;
    stw_put_value(out, alert->value, alert->bound->unit);
    stw_buffer_add_text(out, chinese ? " 未变，超过 " : " unchanged for ");
    stw_put_duration(out, params->for_ns, chinese);
    stw_buffer_add_text(out, chinese ? "，自 " : ", since ");
    stw_put_local_time(out, alert->bound->site, alert->start_ns);
}

const struct stw_condition stw_condition_unchanged_for = {
    .word = "unchanged_for",
    .table = STW_SUBJECT_READINGS,
    .no_for = true,
    .params_size = sizeof(struct stuck_params),
    .bound_size = sizeof(struct stw_bound),
    .state_size = sizeof(struct stuck_state),
    .load = load,
    .bind = bind,
    .init = init,
    .feed = feed,
    .save = save,
    .restore = restore,
    .describe = describe,
};
