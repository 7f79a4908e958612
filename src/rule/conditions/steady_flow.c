/*
 * flow_stays_above: 4 L/h, for: 24 h
 *
 * The leak of a single dwelling: water flows in every hour of a day. Flow is judged hour by hour,
 * from the first reading at or after a full hour to the first at or after the next (a meter that
 * counts in litres cannot show 4 L/h in a quarter of an hour). True in an hour whose mean lies
 * above, false at or below. An hour that holds a piece of unknown flow, or lasts longer than two,
 * is unknown: it breaks the row of hours that `for` asks for, and neither clears an alert.
 */
#include "rule/conditions/conditions.h"

#include "rule/alert.h"
#include "rule/flow.h"
#include "rule/load.h"
#include "time/civil.h"

struct steady_params {
    struct stw_quantity above;
};

struct steady_bound {
    struct stw_bound base;
    struct stw_flow_bound flow;
};

struct steady_state {
    stw_int128 flow_ns; /* of the hour so far */
    int64_t start_ns;   /* of the hour; STW_TIME_NONE: none begun */
    bool broken;        /* a piece of it is not known */
};

static void load(struct stw_loader *loader, const struct stw_yaml_node *value,
                 struct stw_rule *rule)
{
    struct steady_params *params = rule->params;
    stw_load_flow(loader, value, "'flow_stays_above'", &params->above);
}

static int bind(const struct stw_rule *rule, const struct stw_subject *subject,
                struct stw_bound *base, struct stw_error *err)
{
    const struct steady_params *params = rule->params;
    struct steady_bound *bound = (struct steady_bound *)base;
    base->limits.worse = -1; /* the least hour is the part that never stops */
    return stw_flow_bind(subject, &params->above, base, &bound->flow, err);
}

static int finish_hour(struct stw_track *track, int64_t end_ns, struct stw_output *out)
{
    const struct steady_bound *bound = (const struct steady_bound *)track->bound;
    const struct steady_state *state = stw_track_state(track);
    int64_t length_ns = end_ns - state->start_ns;
    bool known = !state->broken && length_ns <= 2 * STW_NS_PER_HOUR;
    bool above = state->flow_ns > bound->flow.threshold * length_ns;
    struct stw_signal signal = {
        .time_ns = end_ns,
        .truth = !known  ? STW_TRUTH_BETWEEN
                 : above ? STW_TRUTH_TRUE
                         : STW_TRUTH_FALSE,
        .since_ns = state->start_ns,
    };
    if (known)
        signal.value = stw_flow_shown(&bound->flow, state->flow_ns, length_ns);
    return stw_output_signal(out, track, &signal);
}

static int piece(struct stw_track *track, const struct stw_flow_piece *piece,
                 struct stw_output *out)
{
    struct steady_state *state = stw_track_state(track);
    if (state->start_ns == STW_TIME_NONE)
        state->start_ns = piece->start_ns;
    state->broken |= !piece->known;
    if (piece->known)
        state->flow_ns += piece->flow_ns;
    if (stw_floor_div(piece->end_ns, STW_NS_PER_HOUR) ==
        stw_floor_div(state->start_ns, STW_NS_PER_HOUR))
        return STW_OK;
    STW_TRY(finish_hour(track, piece->end_ns, out));
    state->start_ns = piece->end_ns;
    state->flow_ns = 0;
    state->broken = false;
    return STW_OK;
}

static void init(struct stw_track *track)
{
    struct steady_state *state = stw_track_state(track);
    state->start_ns = STW_TIME_NONE;
}

static void save(const struct stw_track *track, struct stw_buffer *out)
{
    const struct steady_state *state = stw_track_state(track);
    stw_put_i128(out, state->flow_ns);
    stw_put_u64(out, (uint64_t)state->start_ns);
    stw_put_u8(out, state->broken);
}

static void restore(struct stw_track *track, struct stw_reader *in)
{
    struct steady_state *state = stw_track_state(track);
    state->flow_ns = stw_get_i128(in);
    state->start_ns = (int64_t)stw_get_u64(in);
    state->broken = stw_get_u8(in) != 0;
}

static void describe(const struct stw_alert *alert, bool chinese, struct stw_buffer *out)
{
    stw_buffer_add_text(out, chinese ? "持续流量不低于 " : "flow never below ");
    stw_put_value(out, alert->value, alert->bound->unit);
    stw_buffer_add_text(out, chinese ? "，限值 " : ", above the limit of ");
    stw_put_value(out, alert->bound->threshold, alert->bound->unit);
    stw_buffer_add_text(out, chinese ? "，自 " : ", since ");
    stw_put_local_time(out, alert->bound->site, alert->start_ns);
}

const struct stw_condition stw_condition_flow_stays_above = {
    .word = "flow_stays_above",
    .table = STW_SUBJECT_READINGS,
    .priced = true,
    .params_size = sizeof(struct steady_params),
    .bound_size = sizeof(struct steady_bound),
    .state_size = sizeof(struct steady_state),
    .load = load,
    .bind = bind,
    .init = init,
    .piece = piece,
    .save = save,
    .restore = restore,
    .describe = describe,
};
