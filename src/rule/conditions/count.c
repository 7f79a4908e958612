/*
 * count: {at_least: 3, within: 30 days}        with watch: {events: faults, same: [device, code]}
 *
 * True while the window (t - within, t] holds that many events of one group. The series stage
 * leaves out the kinds of event that are not asked for, and those censored at the left, and hands
 * the others on; the group stage keeps the times of the last `at_least` events, which is all it
 * takes to know when there are enough and when the oldest of them leaves the window. Events of the
 * same second all count.
 *
 * The times are kept as gaps of seven bytes. A longer gap is cut to the longest there is, which is
 * longer than any window: what lies before it is out of the window either way.
 */
#include "rule/conditions/conditions.h"

#include "base/plural.h"
#include "rule/alert.h"
#include "rule/load.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

enum { EVENTS_MAX = STW_COUNT_EVENTS_MAX, GAP_BYTES = 7 };

#define GAP_MAX_NS    ((INT64_C(1) << 8 * GAP_BYTES) - 1)
#define WITHIN_MAX_NS (STW_COUNT_DAYS_MAX * STW_NS_PER_DAY)
_Static_assert(WITHIN_MAX_NS < GAP_MAX_NS, "the longest gap is outside of any window");

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
    int64_t newest_ns;
    uint8_t count; /* of events known, up to at_least */
    bool reached;  /* said so */
    /* From an event to the one before it, newest first, little-endian; of at_least - 1 events. */
    uint8_t gaps[(EVENTS_MAX - 1) * GAP_BYTES];
};

static size_t state_bytes(const struct stw_bound *base)
{
    const struct count_bound *bound = (const struct count_bound *)base;
    return offsetof(struct count_state, gaps) + (size_t)(bound->at_least - 1) * GAP_BYTES;
}

static int64_t get_gap(const struct count_state *state, uint32_t i)
{
    int64_t gap_ns = 0;
    for (int byte = GAP_BYTES; byte-- > 0;)
        gap_ns = gap_ns << 8 | state->gaps[i * GAP_BYTES + (unsigned)byte];
    return gap_ns;
}

static void set_gap(struct count_state *state, uint32_t i, int64_t gap_ns)
{
    uint64_t left = (uint64_t)(gap_ns < GAP_MAX_NS ? gap_ns : GAP_MAX_NS);
    for (unsigned byte = 0; byte < GAP_BYTES; byte++, left >>= 8)
        state->gaps[i * GAP_BYTES + byte] = (uint8_t)left;
}

/* The times known, the newest first; returns that of the oldest. */
static int64_t get_times(const struct count_state *state, int64_t times_ns[EVENTS_MAX])
{
    assert(state->count > 0 && state->count <= EVENTS_MAX);
    times_ns[0] = state->newest_ns;
    for (uint32_t i = 1; i < state->count; i++)
        times_ns[i] = times_ns[i - 1] - get_gap(state, i - 1);
    return times_ns[state->count - 1];
}

static void add_time(struct count_state *state, int64_t time_ns, uint32_t at_least)
{
    if (state->count > 0 && at_least > 1) {
        memmove(state->gaps + GAP_BYTES, state->gaps, (size_t)(at_least - 2) * GAP_BYTES);
        set_gap(state, 0, time_ns - state->newest_ns);
    }
    state->newest_ns = time_ns;
    if (state->count < at_least)
        state->count++;
}

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
    if (within != NULL && stw_load_duration(loader, within, "'within'", &params->within_ns)) {
        if (params->within_ns == 0)
            stw_load_problem(loader, STW_PROBLEM_NEVER, within,
                             "no event lies within no time at all");
        if (params->within_ns > WITHIN_MAX_NS)
            stw_load_problem(loader, STW_PROBLEM_LIMIT, within, "'within' is at most %d days",
                             STW_COUNT_DAYS_MAX);
    }
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

/* Down already when somebody looked: no event of that time. */
static bool began_before(const struct stw_run *run, uint32_t row)
{
    const struct stw_vector *censored = &run->columns[STW_EVENT_CENSORED];
    if (!stw_vector_has(censored, row))
        return false;
    struct stw_slice word = stw_vector_text(censored, row);
    return stw_slice_is(word, "left") || stw_slice_is(word, "both");
}

static int feed(struct stw_track *track, const struct stw_run *run, struct stw_output *out)
{
    const struct stw_vector *codes = &run->columns[STW_EVENT_CODE];
    for (uint32_t row = 0; row < run->count; row++) {
        if (!is_wanted(&track->bound->rule->watch, run, row) || began_before(run, row))
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
    struct count_state *state = stw_track_state(track);
    int64_t times_ns[EVENTS_MAX];
    if (!state->reached)
        return STW_OK;
    int64_t oldest_ns = get_times(state, times_ns);
    if (now_ns - oldest_ns <= bound->within_ns)
        return STW_OK;
    state->reached = false;
    struct stw_signal signal = {.time_ns = oldest_ns + bound->within_ns, .truth = STW_TRUTH_FALSE};
    return stw_output_signal(out, track, &signal);
}

static int mark(struct stw_track *track, int64_t time_ns, struct stw_output *out)
{
    const struct count_bound *bound = (const struct count_bound *)track->bound;
    struct count_state *state = stw_track_state(track);
    int64_t times_ns[EVENTS_MAX];
    STW_TRY(expire(track, time_ns, out));
    add_time(state, time_ns, bound->at_least);
    if (state->count < bound->at_least)
        return STW_OK;
    int64_t oldest_ns = get_times(state, times_ns);
    if (time_ns - oldest_ns >= bound->within_ns)
        return STW_OK;
    state->reached = true;
    struct stw_evidence evidence[EVENTS_MAX];
    for (uint32_t i = 0; i < state->count; i++)
        evidence[i] = (struct stw_evidence){times_ns[state->count - 1 - i], {0, 0}};
    struct stw_signal signal = {.time_ns = time_ns,
                                .truth = STW_TRUTH_TRUE,
                                .since_ns = oldest_ns,
                                .value = {bound->at_least, 0},
                                .evidence = evidence,
                                .evidence_count = bound->at_least};
    return stw_output_signal(out, track, &signal);
}

static void save(const struct stw_track *track, struct stw_buffer *out)
{
    const struct count_state *state = stw_track_state(track);
    stw_put_u8(out, state->reached);
    stw_put_u8(out, state->count);
    stw_put_u64(out, (uint64_t)state->newest_ns);
    for (uint32_t i = 1; i < state->count; i++)
        stw_put_varint(out, (uint64_t)get_gap(state, i - 1));
}

static void restore(struct stw_track *track, struct stw_reader *in)
{
    const struct count_bound *bound = (const struct count_bound *)track->bound;
    struct count_state *state = stw_track_state(track);
    state->reached = stw_get_u8(in) != 0;
    state->count = stw_get_u8(in);
    state->newest_ns = (int64_t)stw_get_u64(in);
    if (state->count > bound->at_least || (state->reached && state->count < bound->at_least)) {
        in->failed = true;
        state->count = 0;
        state->reached = false;
    }
    for (uint32_t i = 1; i < state->count; i++) {
        uint64_t gap_ns = stw_get_varint(in);
        set_gap(state, i - 1, gap_ns < (uint64_t)GAP_MAX_NS ? (int64_t)gap_ns : GAP_MAX_NS);
    }
}

static void describe(const struct stw_alert *alert, bool chinese, struct stw_buffer *out)
{
    const struct count_bound *bound = (const struct count_bound *)alert->bound;
    if (chinese)
        stw_buffer_printf(out, "%u 次故障，时段 ", bound->at_least);
    else
        stw_buffer_printf(out, "%u event%s within ", bound->at_least, stw_plural(bound->at_least));
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
    .own_rows = true,
    .state_bytes = state_bytes,
    .load = load,
    .bind = bind,
    .feed = feed,
    .mark = mark,
    .advance = expire,
    .save = save,
    .restore = restore,
    .describe = describe,
};
