/*
 * silent_for: 3 reports        (times the series' declared reports_every, else its interval)
 * silent_for: 6 h
 *
 * True from `last report + limit` on, at exactly that instant, and false at the next report. A
 * report is a row with a value that was measured: an estimated reading was made up for a silent
 * meter and does not end its silence. A tick only proves that time passed, so its phase never
 * shows. A device taken out of service is not silent, it is gone.
 */
#include "rule/conditions/conditions.h"

#include "rule/alert.h"
#include "rule/load.h"

#include <math.h>

struct silent_params {
    int64_t limit_ns; /* 0: `reports` counts */
    int64_t reports;
};

struct silent_bound {
    struct stw_bound base;
    int64_t limit_ns;
};

struct silent_state {
    int64_t last_ns; /* report; STW_TIME_NONE */
    bool silent;     /* said so already */
};

static void load(struct stw_loader *loader, const struct stw_yaml_node *value,
                 struct stw_rule *rule)
{
    struct silent_params *params = rule->params;
    bool always;
    if (stw_load_count_of(loader, value, "reports", &params->reports))
        always = params->reports == 0;
    else if (stw_load_duration(loader, value, "'silent_for'", &params->limit_ns))
        always = params->limit_ns == 0;
    else
        return;
    if (always)
        stw_load_problem(loader, STW_PROBLEM_ALWAYS, value,
                         "every meter is silent for no time at all");
}

static int bind(const struct stw_rule *rule, const struct stw_subject *subject,
                struct stw_bound *base, struct stw_error *err)
{
    const struct silent_params *params = rule->params;
    struct silent_bound *bound = (struct silent_bound *)base;
    bound->limit_ns = params->limit_ns;
    if (params->limit_ns > 0)
        return STW_OK;
    int64_t every_ns =
        subject->reports_every_ns > 0 ? subject->reports_every_ns : subject->interval_ns;
    if (every_ns <= 0 || __builtin_mul_overflow(every_ns, params->reports, &bound->limit_ns)) {
        (void)stw_fail(err, STW_ERR_INPUT, "nothing says how often it reports");
        stw_error_hint(err, "fill in reports_every or interval in the registry, or give a time");
        return STW_END;
    }
    return STW_OK;
}

static int fall_silent(struct stw_track *track, struct stw_output *out)
{
    const struct silent_bound *bound = (const struct silent_bound *)track->bound;
    struct silent_state *state = stw_track_state(track);
    int64_t at_ns = state->last_ns + bound->limit_ns;
    state->silent = true;
    if (at_ns >= track->subject->out_of_service_ns)
        return STW_OK;
    struct stw_evidence last = {state->last_ns, {0, 0}};
    struct stw_signal signal = {.time_ns = at_ns,
                                .truth = STW_TRUTH_TRUE,
                                .since_ns = state->last_ns,
                                .evidence = &last,
                                .evidence_count = 1};
    return stw_output_signal(out, track, &signal);
}

static int advance(struct stw_track *track, int64_t now_ns, struct stw_output *out)
{
    const struct silent_bound *bound = (const struct silent_bound *)track->bound;
    const struct silent_state *state = stw_track_state(track);
    if (state->last_ns == STW_TIME_NONE || state->silent ||
        now_ns - state->last_ns <= bound->limit_ns)
        return STW_OK;
    return fall_silent(track, out);
}

static bool is_report(const struct stw_run *run, uint32_t row)
{
    const struct stw_vector *values = &run->columns[STW_READING_VALUE];
    const struct stw_vector *qualities = &run->columns[STW_READING_QUALITY];
    if (!stw_vector_has(values, row) ||
        (values->type == STW_TYPE_FLOAT && isnan(values->floats[row])))
        return false;
    return !stw_vector_has(qualities, row) ||
           !stw_slice_is(stw_vector_text(qualities, row), "estimated");
}

static int feed(struct stw_track *track, const struct stw_run *run, struct stw_output *out)
{
    struct silent_state *state = stw_track_state(track);
    for (uint32_t row = 0; row < run->count; row++) {
        if (!is_report(run, row))
            continue;
        int64_t time_ns = run->time_ns[row];
        STW_TRY(advance(track, time_ns, out));
        state->last_ns = time_ns;
        if (!state->silent)
            continue;
        state->silent = false;
        struct stw_signal signal = {.time_ns = time_ns, .truth = STW_TRUTH_FALSE};
        STW_TRY(stw_output_signal(out, track, &signal));
    }
    return STW_OK;
}

static void init(struct stw_track *track)
{
    struct silent_state *state = stw_track_state(track);
    state->last_ns =
        track->bound->rule->watch.expected && track->subject->in_service_ns != STW_TIME_NONE
            ? track->subject->in_service_ns
            : STW_TIME_NONE;
}

static void save(const struct stw_track *track, struct stw_buffer *out)
{
    const struct silent_state *state = stw_track_state(track);
    stw_put_u64(out, (uint64_t)state->last_ns);
    stw_put_u8(out, state->silent);
}

static void restore(struct stw_track *track, struct stw_reader *in)
{
    struct silent_state *state = stw_track_state(track);
    state->last_ns = (int64_t)stw_get_u64(in);
    state->silent = stw_get_u8(in) != 0;
}

static void describe(const struct stw_alert *alert, bool chinese, struct stw_buffer *out)
{
    const struct silent_bound *bound = (const struct silent_bound *)alert->bound;
    stw_buffer_add_text(out, chinese ? "自 " : "no report since ");
    stw_put_local_time(out, alert->bound->site, alert->start_ns);
    stw_buffer_add_text(out, chinese ? " 起无上报，超过 " : ", longer than ");
    stw_put_duration(out, bound->limit_ns, chinese);
}

const struct stw_condition stw_condition_silent_for = {
    .word = "silent_for",
    .table = STW_SUBJECT_READINGS,
    .no_for = true,
    .params_size = sizeof(struct silent_params),
    .bound_size = sizeof(struct silent_bound),
    .state_size = sizeof(struct silent_state),
    .own_rows = true,
    .load = load,
    .bind = bind,
    .init = init,
    .feed = feed,
    .advance = advance,
    .save = save,
    .restore = restore,
    .describe = describe,
};
