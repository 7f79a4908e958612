/*
 * elapsed: {from: created, to: arrived, more_than: 5 min, warn_at: 80%, clock: 24x7}
 *
 * A deadline between two stamps of a work order. It is missed at the instant `from + more_than`
 * passes on the rule's clock (round the clock, or the working hours of a calendar), whether the
 * order is still open or was closed later; time the order stood paused is added. With warn_at the
 * alert begins as a warning at that share of the time. It clears at the `to` stamp, or where the
 * order was closed without one, at its closing.
 *
 * An order without its `from` stamp, or whose `to` lies before it, is not judged.
 */
#include "rule/conditions/conditions.h"

#include "rule/alert.h"
#include "rule/load.h"

struct elapsed_params {
    int from; /* STW_ORDER_... */
    int to;
    int64_t more_than_ns;
    int64_t warn_ns;           /* 0: no warning */
    struct stw_slice calendar; /* size 0: round the clock */
};

struct elapsed_bound {
    struct stw_bound base;
    const struct stw_calendar *calendar; /* NULL: round the clock */
};

enum stage { WAITING, WARNED, MISSED, DONE };

struct elapsed_state {
    int64_t from_ns; /* STW_TIME_NONE: not known yet */
    int64_t warn_ns;
    int64_t deadline_ns;
    uint8_t stage;
};

/* By stamp + 1. */
static const char *const stamps[] = {"created",      "accepted", "contacted", "dispatched",
                                     "investigated", "arrived",  "resolved",  "verified",
                                     "revisited",    "closed",   NULL};
static const char *const stamps_zh[] = {"报修", "接单", "联系", "派单", "调查",
                                        "到场", "解决", "验收", "回访", "关闭"};

static bool load_stamp(struct stw_loader *loader, const struct stw_yaml_node *value,
                       const char *key, int *out)
{
    const struct stw_yaml_node *node = stw_load_need(loader, value, key, "'elapsed'");
    int place;
    if (node == NULL || !stw_load_word(loader, node, stamps, "a stamp of a work order", &place))
        return false;
    *out = place - 1; /* created is not a column */
    return true;
}

static void load_warning(struct stw_loader *loader, const struct stw_yaml_node *node,
                         struct elapsed_params *params)
{
    struct stw_decimal share;
    if (node == NULL || !stw_load_share(loader, node, "'warn_at'", &share))
        return;
    struct stw_decimal one = {1, 0};
    if (share.value == 0 || stw_decimal_compare(share, one) >= 0) {
        stw_load_problem(loader, STW_PROBLEM_CONTRADICTION, node,
                         "'warn_at' must lie between 0%% and 100%% of 'more_than'");
        return;
    }
    params->warn_ns =
        (int64_t)((stw_int128)params->more_than_ns * share.value / stw_pow10(share.scale));
}

static void load(struct stw_loader *loader, const struct stw_yaml_node *value,
                 struct stw_rule *rule)
{
    static const char *const known[] = {"from", "to", "more_than", "warn_at", "clock", NULL};
    struct elapsed_params *params = rule->params;
    if (!stw_load_mapping(loader, value, "'elapsed'"))
        return;
    stw_load_keys(loader, value, known, "'elapsed'");
    bool from = load_stamp(loader, value, "from", &params->from);
    bool to = load_stamp(loader, value, "to", &params->to);
    if (from && to && params->from == params->to)
        stw_load_problem(loader, STW_PROBLEM_NEVER, value, "no time passes from a stamp to itself");
    const struct stw_yaml_node *more_than = stw_load_need(loader, value, "more_than", "'elapsed'");
    if (more_than != NULL &&
        stw_load_duration(loader, more_than, "'more_than'", &params->more_than_ns))
        load_warning(loader, stw_yaml_find(value, "warn_at"), params);
    const struct stw_yaml_node *clock = stw_yaml_find(value, "clock");
    if (clock != NULL && !stw_yaml_is(clock, "24x7") &&
        stw_load_text(loader, clock, "'clock'", &params->calendar) &&
        stw_pack_calendar(loader->pack, params->calendar) == NULL) {
        stw_load_problem(loader, STW_PROBLEM_REFERENCE, clock, "there is no calendar '%.*s'",
                         STW_SLICE_ARG(params->calendar));
        stw_load_hint(loader, "'24x7', or a name under 'calendars:'");
    }
}

static int bind(const struct stw_rule *rule, const struct stw_subject *subject,
                struct stw_bound *base, struct stw_error *err)
{
    (void)subject;
    (void)err;
    const struct elapsed_params *params = rule->params;
    struct elapsed_bound *bound = (struct elapsed_bound *)base;
    if (params->calendar.size > 0)
        bound->calendar = stw_pack_calendar(base->pack, params->calendar);
    return STW_OK;
}

static int signal_at(struct stw_track *track, int64_t time_ns, enum stw_truth truth, bool warning,
                     struct stw_output *out)
{
    const struct elapsed_state *state = stw_track_state(track);
    struct stw_evidence from = {state->from_ns, {0, 0}};
    struct stw_signal signal = {.time_ns = time_ns,
                                .truth = truth,
                                .warning = warning,
                                .since_ns = state->from_ns,
                                .evidence = &from,
                                .evidence_count = 1};
    return stw_output_signal(out, track, &signal);
}

static int advance(struct stw_track *track, int64_t now_ns, struct stw_output *out)
{
    struct elapsed_state *state = stw_track_state(track);
    if (state->from_ns == STW_TIME_NONE || state->stage == DONE)
        return STW_OK;
    if (state->stage == WAITING && state->warn_ns != STW_TIME_NONE && now_ns > state->warn_ns) {
        state->stage = WARNED;
        STW_TRY(signal_at(track, state->warn_ns, STW_TRUTH_TRUE, true, out));
    }
    if (state->stage != MISSED && now_ns > state->deadline_ns) {
        state->stage = MISSED;
        STW_TRY(signal_at(track, state->deadline_ns, STW_TRUTH_TRUE, false, out));
    }
    return STW_OK;
}

static int64_t stamp_of(const struct stw_run *run, uint32_t row, int stamp)
{
    if (stamp == STW_ORDER_CREATED)
        return run->time_ns[row];
    const struct stw_vector *column = &run->columns[stamp];
    return stw_vector_has(column, row) ? column->ints[row] : STW_TIME_NONE;
}

/* INT64_MAX where that never comes. */
static int64_t after(const struct stw_calendar *calendar, const struct stw_site *site,
                     int64_t from_ns, int64_t lasting_ns)
{
    int64_t at_ns;
    if (calendar == NULL)
        return __builtin_add_overflow(from_ns, lasting_ns, &at_ns) ? INT64_MAX : at_ns;
    struct stw_calendar local = *calendar;
    local.zone = site->zone;
    return stw_calendar_add(&local, from_ns, lasting_ns, &at_ns, NULL) == STW_OK ? at_ns
                                                                                 : INT64_MAX;
}

bool stw_elapsed_is_leg(const struct stw_rule *rule, int from, int to)
{
    const struct elapsed_params *params = rule->params;
    return rule->condition == &stw_condition_elapsed && params->from == from && params->to == to;
}

int64_t stw_elapsed_deadline(const struct stw_rule *rule, const struct stw_pack *pack,
                             const struct stw_site *site, int64_t from_ns, int64_t paused_ns)
{
    const struct elapsed_params *params = rule->params;
    const struct stw_calendar *calendar = NULL;
    if (params->calendar.size > 0)
        calendar = stw_pack_calendar(pack, params->calendar);
    return after(calendar, site, from_ns, params->more_than_ns + (paused_ns > 0 ? paused_ns : 0));
}

/* Deadlines can move while an order is open: a pause puts them off. */
static void set_deadlines(struct stw_track *track, const struct stw_run *run, uint32_t row,
                          int64_t from_ns)
{
    const struct elapsed_params *params = track->bound->rule->params;
    const struct stw_bound *base = track->bound;
    const struct elapsed_bound *bound = (const struct elapsed_bound *)base;
    struct elapsed_state *state = stw_track_state(track);
    int64_t paused_ns = stamp_of(run, row, STW_ORDER_PAUSED);
    if (paused_ns < 0)
        paused_ns = 0; /* none stated */
    state->from_ns = from_ns;
    state->deadline_ns =
        stw_elapsed_deadline(base->rule, base->pack, base->site, from_ns, paused_ns);
    state->warn_ns = STW_TIME_NONE;
    if (params->warn_ns > 0)
        state->warn_ns = after(bound->calendar, base->site, from_ns, params->warn_ns + paused_ns);
}

static int feed(struct stw_track *track, const struct stw_run *run, struct stw_output *out)
{
    const struct elapsed_params *params = track->bound->rule->params;
    struct elapsed_state *state = stw_track_state(track);
    for (uint32_t row = 0; row < run->count; row++) {
        int64_t from_ns = stamp_of(run, row, params->from);
        if (from_ns == STW_TIME_NONE || state->stage == DONE)
            continue;
        set_deadlines(track, run, row, from_ns);
        int64_t to_ns = stamp_of(run, row, params->to);
        if (to_ns == STW_TIME_NONE)
            to_ns = stamp_of(run, row, STW_ORDER_CLOSED);
        if (to_ns == STW_TIME_NONE)
            continue;
        if (to_ns >= from_ns) {
            STW_TRY(advance(track, to_ns, out));
            if (state->stage != WAITING)
                STW_TRY(signal_at(track, to_ns, STW_TRUTH_FALSE, false, out));
        }
        state->stage = DONE;
    }
    return STW_OK;
}

static void init(struct stw_track *track)
{
    struct elapsed_state *state = stw_track_state(track);
    state->from_ns = STW_TIME_NONE;
}

static void save(const struct stw_track *track, struct stw_buffer *out)
{
    const struct elapsed_state *state = stw_track_state(track);
    stw_put_u64(out, (uint64_t)state->from_ns);
    stw_put_u64(out, (uint64_t)state->warn_ns);
    stw_put_u64(out, (uint64_t)state->deadline_ns);
    stw_put_u8(out, state->stage);
}

static void restore(struct stw_track *track, struct stw_reader *in)
{
    struct elapsed_state *state = stw_track_state(track);
    state->from_ns = (int64_t)stw_get_u64(in);
    state->warn_ns = (int64_t)stw_get_u64(in);
    state->deadline_ns = (int64_t)stw_get_u64(in);
    state->stage = stw_get_u8(in);
}

static void describe(const struct stw_alert *alert, bool chinese, struct stw_buffer *out)
{
    const struct elapsed_params *params = alert->rule->params;
    if (chinese)
        stw_buffer_printf(out, "从%s到%s超过 ", stamps_zh[params->from + 1],
                          stamps_zh[params->to + 1]);
    else
        stw_buffer_printf(out, "from %s to %s longer than ", stamps[params->from + 1],
                          stamps[params->to + 1]);
    stw_put_duration(out, params->more_than_ns, chinese);
    stw_buffer_add_text(out, chinese ? "，起始 " : ", since ");
    stw_put_local_time(out, alert->bound->site, alert->start_ns);
}

const struct stw_condition stw_condition_elapsed = {
    .word = "elapsed",
    .table = STW_SUBJECT_ORDERS,
    .no_for = true,
    .params_size = sizeof(struct elapsed_params),
    .bound_size = sizeof(struct elapsed_bound),
    .state_size = sizeof(struct elapsed_state),
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
