/*
 * count: {at_least: 3, within: 30 days}        with watch: {events: faults, same: [device, code]}
 *
 * True while the window (t - within, t] holds that many events of one group. The series stage
 * leaves out the kinds of event that are not asked for and hands the others on; the group stage
 * keeps the times of the last `at_least` events, which is all it takes to know when there are
 * enough and when the oldest of them leaves the window. Events of the same second all count.
 */
#include "rule/conditions/conditions.h"

#include "rule/alert.h"
#include "rule/load.h"

#include <string.h>

enum { EVENTS_MAX = 24 };

struct count_params {
    int64_t at_least;
    int64_t within_ns;
};

struct count_bound {
    struct stw_bound base;
    uint32_t at_least;
    int64_t within_ns;
};

struct count_state {
    int64_t times_ns[EVENTS_MAX]; /* the newest first */
    uint32_t count;               /* of times_ns, up to at_least */
    bool reached;                 /* said so */
};
_Static_assert(sizeof(struct count_state) <= STW_STATE_BYTES_MAX, "the state has a limit");

static void load(struct stw_loader *loader, const struct stw_yaml_node *value,
                 struct stw_rule *rule)
{
    static const char *const known[] = {"at_least", "within", NULL};
    struct count_params *params = rule->params;
    if (!stw_load_mapping(loader, value, "'count'"))
        return;
    stw_load_keys(loader, value, known, "'count'");
    const struct stw_yaml_node *at_least = stw_load_need(loader, value, "at_least", "'count'");
    const struct stw_yaml_node *within = stw_load_need(loader, value, "within", "'count'");
    if (at_least != NULL)
        stw_load_int(loader, at_least, "'at_least'", 1, EVENTS_MAX, &params->at_least);
    if (within != NULL && stw_load_duration(loader, within, "'within'", &params->within_ns) &&
        params->within_ns == 0)
        stw_load_problem(loader, STW_PROBLEM_NEVER, within, "no event lies within no time at all");
    if (rule->watch.same_count == 0)
        rule->watch.same[rule->watch.same_count++] = STW_TRAIT_DEVICE;
}

static int bind(const struct stw_rule *rule, const struct stw_subject *subject,
                struct stw_bound *base, struct stw_error *err)
{
    (void)subject;
    (void)err;
    const struct count_params *params = rule->params;
    struct count_bound *bound = (struct count_bound *)base;
    bound->at_least = (uint32_t)params->at_least;
    bound->within_ns = params->within_ns;
    base->threshold = (struct stw_decimal){params->at_least, 0};
    base->has_threshold = true;
    return STW_OK;
}

static bool is_wanted(const struct stw_watch *watch, const struct stw_run *run, uint32_t row)
{
    const struct stw_vector *kinds = &run->columns[STW_EVENT_KIND];
    struct stw_slice kind = STW_SLICE("corrective");
    if (stw_vector_has(kinds, row))
        kind = stw_vector_text(kinds, row);
    for (uint32_t i = 0; i < watch->event_kind_count; i++) {
        if (stw_slice_equal(kind, watch->event_kinds[i]))
            return true;
    }
    return watch->event_kind_count == 0 && stw_slice_is(kind, "corrective");
}

static int feed(struct stw_track *track, const struct stw_run *run, struct stw_output *out)
{
    const struct stw_vector *codes = &run->columns[STW_EVENT_CODE];
    for (uint32_t row = 0; row < run->count; row++) {
        if (!is_wanted(&track->rule->watch, run, row))
            continue;
        struct stw_slice code = STW_SLICE("");
        if (stw_vector_has(codes, row))
            code = stw_vector_text(codes, row);
        STW_TRY(stw_output_mark(out, track, run->time_ns[row], code));
    }
    return STW_OK;
}

/* Says that the window ran empty, at the instant its oldest event left it. */
static int expire(struct stw_track *track, int64_t now_ns, struct stw_output *out)
{
    const struct count_bound *bound = (const struct count_bound *)track->bound;
    struct count_state *state = track->state;
    if (!state->reached || now_ns - state->times_ns[bound->at_least - 1] <= bound->within_ns)
        return STW_OK;
    state->reached = false;
    struct stw_signal signal = {.time_ns = state->times_ns[bound->at_least - 1] + bound->within_ns,
                                .truth = STW_TRUTH_FALSE};
    return stw_output_signal(out, track, &signal);
}

static int mark(struct stw_track *track, int64_t time_ns, struct stw_output *out)
{
    const struct count_bound *bound = (const struct count_bound *)track->bound;
    struct count_state *state = track->state;
    STW_TRY(expire(track, time_ns, out));
    memmove(state->times_ns + 1, state->times_ns, sizeof(state->times_ns[0]) * (EVENTS_MAX - 1));
    state->times_ns[0] = time_ns;
    if (state->count < bound->at_least)
        state->count++;
    uint32_t oldest = bound->at_least - 1;
    if (state->count < bound->at_least || time_ns - state->times_ns[oldest] >= bound->within_ns)
        return STW_OK;
    state->reached = true;
    struct stw_evidence evidence[EVENTS_MAX];
    for (uint32_t i = 0; i <= oldest; i++)
        evidence[i] = (struct stw_evidence){state->times_ns[oldest - i], {0, 0}};
    struct stw_signal signal = {.time_ns = time_ns,
                                .truth = STW_TRUTH_TRUE,
                                .since_ns = state->times_ns[oldest],
                                .value = {bound->at_least, 0},
                                .evidence = evidence,
                                .evidence_count = bound->at_least};
    return stw_output_signal(out, track, &signal);
}

static void save(const struct stw_track *track, struct stw_buffer *out)
{
    const struct count_state *state = track->state;
    stw_put_u8(out, state->reached);
    stw_put_varint(out, state->count);
    for (uint32_t i = 0; i < state->count; i++)
        stw_put_u64(out, (uint64_t)state->times_ns[i]);
}

static void restore(struct stw_track *track, struct stw_reader *in)
{
    struct count_state *state = track->state;
    state->reached = stw_get_u8(in) != 0;
    state->count = (uint32_t)stw_get_varint(in);
    if (state->count > EVENTS_MAX) {
        in->failed = true;
        state->count = 0;
    }
    for (uint32_t i = 0; i < state->count; i++)
        state->times_ns[i] = (int64_t)stw_get_u64(in);
}

static void describe(const struct stw_alert *alert, bool chinese, struct stw_buffer *out)
{
    const struct count_bound *bound = (const struct count_bound *)alert->bound;
    stw_buffer_printf(out, chinese ? "%u 次故障，时段 " : "%u events within ", bound->at_least);
    stw_put_duration(out, bound->within_ns, chinese);
    stw_buffer_add_text(out, chinese ? "，首次 " : ", the first at ");
    stw_put_local_time(out, alert->bound->site, alert->start_ns);
}

const struct stw_condition stw_condition_count = {
    .word = "count",
    .table = STW_SUBJECT_EVENTS,
    .no_for = true,
    .params_size = sizeof(struct count_params),
    .bound_size = sizeof(struct count_bound),
    .state_size = sizeof(struct count_state),
    .load = load,
    .bind = bind,
    .feed = feed,
    .mark = mark,
    .advance = expire,
    .save = save,
    .restore = restore,
    .describe = describe,
};
