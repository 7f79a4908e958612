/*
 * night_minimum: {between: "02:00-05:00", more_than: 20 L/h, per: household, repeat: 3 of 4 nights}
 *
 * The least mean flow of any hour of the night, the classic sign of a leak: a house that sleeps
 * still draws it. The hour slides in steps of 15 minutes from the window's start; readings that
 * fall between steps are shared out linearly. A night is
 *   - quiet when some hour that is known lies at or below the threshold: one such hour proves it;
 *   - drawing when more than half of the hours are known and all of them lie above;
 *   - unknown otherwise, and then it counts for neither side.
 * The condition is true with `k of n` drawing nights among the last n, false with so many quiet
 * ones that k cannot be reached, and between else. It is judged at the window's end in local time;
 * where the clock changes inside the window, the window is an hour shorter or longer.
 *
 * A piece of flow longer than 90 minutes says nothing about an hour and is unknown.
 */
#include "rule/conditions/conditions.h"

#include "rule/alert.h"
#include "rule/flow.h"
#include "rule/load.h"
#include "time/civil.h"

#include <stddef.h>
#include <string.h>

enum { NIGHTS_MAX = 7, SLOTS_AN_HOUR = 4 };

#define SLOT_NS      (STW_NS_PER_HOUR / SLOTS_AN_HOUR)
#define PIECE_MAX_NS (90 * STW_NS_PER_MINUTE)

struct night_params {
    int64_t start_ns; /* of the window, past local midnight */
    int64_t end_ns;   /* past that same midnight; above 24 h when the window crosses the next */
    struct stw_quantity more_than;
    bool per_household;
    uint32_t repeat;
    uint32_t of_nights;
};

struct night_bound {
    struct stw_bound base;
    int64_t start_ns;
    int64_t end_ns;
    struct stw_flow_bound flow;
    uint32_t repeat;
    uint32_t of_nights;
};

enum outcome { UNKNOWN, QUIET, DRAWING };

struct night_state {
    stw_int128 slot_flow_ns[SLOTS_AN_HOUR]; /* ring; of slot s at s % SLOTS_AN_HOUR */
    stw_int128 least_flow_ns;               /* of the hours known so far */
    int64_t slot_known_ns[SLOTS_AN_HOUR];   /* how much of the slot has a known flow */
    struct stw_flow_state flow;
    int64_t window_start_ns; /* STW_TIME_NONE: no reading yet */
    int64_t window_end_ns;
    int64_t minima[NIGHTS_MAX];   /* the newest night first; at STW_FLOW_SHOWN_SCALE */
    uint8_t outcomes[NIGHTS_MAX]; /* the same */
    int32_t day;                  /* local date of the window's start */
    uint16_t slot;                /* the one being filled */
    uint16_t hours_known;         /* of the window */
};
_Static_assert(sizeof(struct night_state) <= STW_STATE_BYTES_MAX, "the state has a limit");

/* ---- Loading --------------------------------------------------------------------------------- */

static void load(struct stw_loader *loader, const struct stw_yaml_node *value,
                 struct stw_rule *rule)
{
    static const char *const known[] = {"between", "more_than", "per", "repeat", NULL};
    static const char *const per[] = {"household", NULL};
    struct night_params *params = rule->params;
    int place;
    params->repeat = params->of_nights = 1;
    if (!stw_load_mapping(loader, value, "'night_minimum'"))
        return;
    stw_load_keys(loader, value, known, "'night_minimum'");
    const struct stw_yaml_node *between =
        stw_load_need(loader, value, "between", "'night_minimum'");
    if (between != NULL &&
        stw_load_window(loader, between, "'between'", &params->start_ns, &params->end_ns) &&
        params->end_ns - params->start_ns < STW_NS_PER_HOUR)
        stw_load_problem(loader, STW_PROBLEM_NEVER, between,
                         "a night shorter than an hour has no least hour");
    const struct stw_yaml_node *more = stw_load_need(loader, value, "more_than", "'night_minimum'");
    if (more != NULL)
        stw_load_flow(loader, more, "'more_than'", &params->more_than);
    const struct stw_yaml_node *each = stw_yaml_find(value, "per");
    params->per_household = each != NULL && stw_load_word(loader, each, per, "'per'", &place);
    const struct stw_yaml_node *repeat = stw_yaml_find(value, "repeat");
    if (repeat != NULL)
        stw_load_repeat(loader, repeat, "nights", NIGHTS_MAX, &params->repeat, &params->of_nights);
}

static int bind(const struct stw_rule *rule, const struct stw_subject *subject,
                struct stw_bound *base, struct stw_error *err)
{
    const struct night_params *params = rule->params;
    struct night_bound *bound = (struct night_bound *)base;
    bound->start_ns = params->start_ns;
    bound->end_ns = params->end_ns;
    bound->repeat = params->repeat;
    bound->of_nights = params->of_nights;
    int status = stw_flow_bind(subject, &params->more_than, base, &bound->flow, err);
    if (status != STW_OK || !params->per_household)
        return status;
    if (subject->households <= 0) {
        (void)stw_fail(err, STW_ERR_INPUT, "nothing says how many households it serves");
        return STW_END;
    }
    if (__builtin_mul_overflow(base->threshold.value, subject->households,
                               &base->threshold.value)) {
        (void)stw_fail(err, STW_ERR_INPUT, "the threshold for all its households is too large");
        return STW_END;
    }
    bound->flow.threshold *= subject->households;
    return STW_OK;
}

/* ---- Judging --------------------------------------------------------------------------------- */

static void set_window(struct night_state *state, const struct night_bound *bound, int32_t day)
{
    int64_t midnight_ns = day * STW_NS_PER_DAY;
    struct stw_local start, end;
    stw_zone_local(bound->base.site->zone, midnight_ns + bound->start_ns, &start);
    stw_zone_local(bound->base.site->zone, midnight_ns + bound->end_ns, &end);
    state->day = day;
    state->window_start_ns = start.ns;
    state->window_end_ns = end.ns;
    state->slot = 0;
    state->hours_known = 0;
    state->slot_flow_ns[0] = 0;
    state->slot_known_ns[0] = 0;
}

static unsigned window_slots(const struct night_state *state)
{
    return (unsigned)((state->window_end_ns - state->window_start_ns) / SLOT_NS);
}

static void finish_slot(struct night_state *state)
{
    bool known = state->slot >= SLOTS_AN_HOUR - 1;
    stw_int128 hour_flow_ns = 0;
    for (unsigned i = 0; i < SLOTS_AN_HOUR; i++) {
        known = known && state->slot_known_ns[i] == SLOT_NS;
        hour_flow_ns += state->slot_flow_ns[i];
    }
    if (known && (state->hours_known == 0 || hour_flow_ns < state->least_flow_ns))
        state->least_flow_ns = hour_flow_ns;
    state->hours_known = (uint16_t)(state->hours_known + known);
    state->slot++;
    state->slot_flow_ns[state->slot % SLOTS_AN_HOUR] = 0;
    state->slot_known_ns[state->slot % SLOTS_AN_HOUR] = 0;
}

/* Shares the piece out to the slots it covers and finishes those that end by its end. */
static void fill_slots(struct night_state *state, const struct stw_flow_piece *piece)
{
    bool usable = piece->known && piece->end_ns - piece->start_ns <= PIECE_MAX_NS;
    for (unsigned slots = window_slots(state); state->slot < slots; finish_slot(state)) {
        int64_t start_ns = state->window_start_ns + state->slot * SLOT_NS;
        int64_t end_ns = start_ns + SLOT_NS;
        int64_t from_ns = piece->start_ns > start_ns ? piece->start_ns : start_ns;
        int64_t until_ns = piece->end_ns < end_ns ? piece->end_ns : end_ns;
        if (usable && until_ns > from_ns) {
            unsigned ring = state->slot % SLOTS_AN_HOUR;
            state->slot_flow_ns[ring] += stw_flow_part(piece, from_ns, until_ns);
            state->slot_known_ns[ring] += until_ns - from_ns;
        }
        if (end_ns > piece->end_ns)
            return;
    }
}

static enum outcome judge_night(const struct night_state *state, const struct night_bound *bound)
{
    unsigned slots = window_slots(state);
    unsigned hours = slots < SLOTS_AN_HOUR ? 0 : slots - SLOTS_AN_HOUR + 1;
    if (state->hours_known == 0)
        return UNKNOWN;
    if (state->least_flow_ns <= bound->flow.threshold * STW_NS_PER_HOUR)
        return QUIET;
    return 2u * state->hours_known > hours ? DRAWING : UNKNOWN;
}

static int signal_night(struct stw_track *track, struct stw_output *out)
{
    const struct night_bound *bound = (const struct night_bound *)track->bound;
    struct night_state *state = track->state;
    struct night_state at = *state; /* its window is moved back, night by night */
    struct stw_evidence evidence[NIGHTS_MAX];
    unsigned drawing = 0, quiet = 0;
    for (unsigned i = bound->of_nights; i-- > 0;) {
        quiet += state->outcomes[i] == QUIET;
        if (state->outcomes[i] != DRAWING)
            continue;
        set_window(&at, bound, state->day - (int32_t)i);
        evidence[drawing++] =
            (struct stw_evidence){at.window_start_ns, {state->minima[i], STW_FLOW_SHOWN_SCALE}};
    }
    struct stw_signal signal = {
        .time_ns = state->window_end_ns,
        .truth = drawing >= bound->repeat                   ? STW_TRUTH_TRUE
                 : quiet > bound->of_nights - bound->repeat ? STW_TRUTH_FALSE
                                                            : STW_TRUTH_BETWEEN,
        .since_ns = drawing > 0 ? evidence[0].time_ns : state->window_end_ns,
        .value = {state->outcomes[0] == UNKNOWN ? 0 : state->minima[0], STW_FLOW_SHOWN_SCALE},
        .evidence = evidence,
        .evidence_count = drawing,
    };
    if (state->outcomes[0] != DRAWING && drawing > 0)
        signal.value = evidence[drawing - 1].value;
    return stw_output_signal(out, track, &signal);
}

static int close_night(struct stw_track *track, struct stw_output *out)
{
    const struct night_bound *bound = (const struct night_bound *)track->bound;
    struct night_state *state = track->state;
    memmove(state->outcomes + 1, state->outcomes, sizeof(state->outcomes[0]) * (NIGHTS_MAX - 1));
    memmove(state->minima + 1, state->minima, sizeof(state->minima[0]) * (NIGHTS_MAX - 1));
    state->outcomes[0] = (uint8_t)judge_night(state, bound);
    state->minima[0] = 0;
    if (state->hours_known > 0)
        state->minima[0] =
            stw_flow_shown(&bound->flow, state->least_flow_ns, STW_NS_PER_HOUR).value;
    STW_TRY(signal_night(track, out));
    set_window(state, bound, state->day + 1);
    return STW_OK;
}

/* The first window that ends after `at_ns`. */
static void open_first(struct night_state *state, const struct night_bound *bound, int64_t at_ns)
{
    int64_t local_ns = stw_zone_to_local(bound->base.site->zone, at_ns);
    set_window(state, bound, (int32_t)stw_floor_div(local_ns, STW_NS_PER_DAY) - 1);
    while (state->window_end_ns <= at_ns)
        set_window(state, bound, state->day + 1);
}

static int feed(struct stw_track *track, const struct stw_run *run, struct stw_output *out)
{
    const struct night_bound *bound = (const struct night_bound *)track->bound;
    struct night_state *state = track->state;
    for (uint32_t row = 0; row < run->count; row++) {
        struct stw_flow_piece piece;
        if (!stw_flow_step(&state->flow, track->subject, run, row, &piece))
            continue;
        if (state->window_start_ns == STW_TIME_NONE)
            open_first(state, bound, piece.start_ns);
        fill_slots(state, &piece);
        while (state->window_end_ns <= piece.end_ns) {
            STW_TRY(close_night(track, out));
            fill_slots(state, &piece);
        }
    }
    return STW_OK;
}

static void init(struct stw_track *track)
{
    struct night_state *state = track->state;
    stw_flow_init(&state->flow);
    state->window_start_ns = STW_TIME_NONE;
}

static void save(const struct stw_track *track, struct stw_buffer *out)
{
    const struct night_state *state = track->state;
    stw_flow_save(&state->flow, out);
    stw_put_u8(out, state->window_start_ns != STW_TIME_NONE);
    stw_put_svarint(out, state->day);
    stw_put_varint(out, state->slot);
    stw_put_varint(out, state->hours_known);
    stw_put_i128(out, state->least_flow_ns);
    for (unsigned i = 0; i < SLOTS_AN_HOUR; i++) {
        stw_put_i128(out, state->slot_flow_ns[i]);
        stw_put_svarint(out, state->slot_known_ns[i]);
    }
    for (unsigned i = 0; i < NIGHTS_MAX; i++) {
        stw_put_u8(out, state->outcomes[i]);
        stw_put_svarint(out, state->minima[i]);
    }
}

static void restore(struct stw_track *track, struct stw_reader *in)
{
    struct night_state *state = track->state;
    stw_flow_restore(&state->flow, in);
    bool open = stw_get_u8(in) != 0;
    int64_t day = stw_get_svarint(in);
    if (day < STW_TIME_MIN_NS / STW_NS_PER_DAY || day > STW_TIME_MAX_NS / STW_NS_PER_DAY)
        in->failed = true;
    if (in->failed)
        return;
    if (open)
        set_window(state, (const struct night_bound *)track->bound, (int32_t)day);
    state->slot = (uint16_t)stw_get_varint(in);
    state->hours_known = (uint16_t)stw_get_varint(in);
    state->least_flow_ns = stw_get_i128(in);
    for (unsigned i = 0; i < SLOTS_AN_HOUR; i++) {
        state->slot_flow_ns[i] = stw_get_i128(in);
        state->slot_known_ns[i] = stw_get_svarint(in);
    }
    for (unsigned i = 0; i < NIGHTS_MAX; i++) {
        state->outcomes[i] = stw_get_u8(in);
        state->minima[i] = stw_get_svarint(in);
    }
}

static void describe(const struct stw_alert *alert, bool chinese, struct stw_buffer *out)
{
    const struct night_bound *bound = (const struct night_bound *)alert->bound;
    stw_buffer_add_text(out, chinese ? "夜间最小流量 " : "the least night flow is ");
    stw_put_value(out, alert->value, bound->base.unit);
    stw_buffer_add_text(out, chinese ? "，超过 " : ", more than ");
    stw_put_value(out, bound->base.threshold, bound->base.unit);
    stw_buffer_printf(out, chinese ? "（%u 夜中 %u 夜），自 " : " in %u of %u nights, since ",
                      chinese ? bound->of_nights : bound->repeat,
                      chinese ? bound->repeat : bound->of_nights);
    stw_put_local_time(out, bound->base.site, alert->start_ns);
}

const struct stw_condition stw_condition_night_minimum = {
    .word = "night_minimum",
    .table = STW_SUBJECT_READINGS,
    .no_for = true,
    .priced = true,
    .params_size = sizeof(struct night_params),
    .bound_size = sizeof(struct night_bound),
    .state_size = sizeof(struct night_state),
    .load = load,
    .bind = bind,
    .init = init,
    .feed = feed,
    .save = save,
    .restore = restore,
    .describe = describe,
};
