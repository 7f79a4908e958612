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

#include "base/plural.h"
#include "rule/alert.h"
#include "rule/flow.h"
#include "rule/load.h"
#include "time/civil.h"

#include <stddef.h>
#include <string.h>

enum { NIGHTS_MAX = STW_NIGHTS_MAX, SLOTS_AN_HOUR = 4, OUTCOME_BITS = 2 };

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
    int64_t window_start_ns;                /* STW_TIME_NONE: no piece yet */
    int64_t known_ns;                       /* how much of the slot being filled has a known flow */
    int32_t day;                            /* local date of the window's start */
    uint32_t window_s;                      /* how long it is */
    uint16_t slot;                          /* the one being filled */
    uint16_t hours_known;                   /* of the window */
    uint16_t outcomes;                      /* OUTCOME_BITS a night, the newest lowest */
    uint8_t slots_known;                    /* a bit for each of the ring */
    int64_t minima[]; /* of of_nights, the newest first; at STW_FLOW_SHOWN_SCALE */
};
_Static_assert(NIGHTS_MAX *OUTCOME_BITS <= 16, "outcomes hold that many nights");

static size_t state_bytes(const struct stw_bound *base)
{
    const struct night_bound *bound = (const struct night_bound *)base;
    return sizeof(struct night_state) + bound->of_nights * sizeof(int64_t);
}

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

struct window {
    int64_t start_ns;
    int64_t end_ns;
};

static struct window window_of(const struct night_bound *bound, int32_t day)
{
    int64_t midnight_ns = day * STW_NS_PER_DAY;
    struct stw_local start, end;
    stw_zone_local(bound->base.site->zone, midnight_ns + bound->start_ns, &start);
    stw_zone_local(bound->base.site->zone, midnight_ns + bound->end_ns, &end);
    return (struct window){start.ns, end.ns};
}

/* Opens the window of a day. Its length is whole seconds, as clocks change by whole seconds. */
static void set_window(struct night_state *state, const struct night_bound *bound, int32_t day)
{
    struct window window = window_of(bound, day);
    state->day = day;
    state->window_start_ns = window.start_ns;
    state->window_s = (uint32_t)((window.end_ns - window.start_ns) / STW_NS_PER_SECOND);
    state->slot = 0;
    state->hours_known = 0;
    state->slots_known = 0;
    state->slot_flow_ns[0] = 0;
    state->known_ns = 0;
}

static int64_t window_end_ns(const struct night_state *state)
{
    return state->window_start_ns + state->window_s * STW_NS_PER_SECOND;
}

static unsigned window_slots(const struct night_state *state)
{
    return (unsigned)(state->window_s * STW_NS_PER_SECOND / SLOT_NS);
}

static void finish_slot(struct night_state *state)
{
    enum { ALL = (1 << SLOTS_AN_HOUR) - 1 };
    unsigned bit = 1u << state->slot % SLOTS_AN_HOUR;
    state->slots_known =
        (uint8_t)((state->slots_known & ~bit) | (state->known_ns == SLOT_NS ? bit : 0));
    stw_int128 hour_flow_ns = 0;
    for (unsigned i = 0; i < SLOTS_AN_HOUR; i++)
        hour_flow_ns += state->slot_flow_ns[i];
    bool known = state->slot >= SLOTS_AN_HOUR - 1 && state->slots_known == ALL;
    if (known && (state->hours_known == 0 || hour_flow_ns < state->least_flow_ns))
        state->least_flow_ns = hour_flow_ns;
    state->hours_known = (uint16_t)(state->hours_known + known);
    state->slot++;
    state->slot_flow_ns[state->slot % SLOTS_AN_HOUR] = 0;
    state->known_ns = 0;
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
            state->slot_flow_ns[state->slot % SLOTS_AN_HOUR] +=
                stw_flow_part(piece, from_ns, until_ns);
            state->known_ns += until_ns - from_ns;
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
    if (state->least_flow_ns <= bound->flow.threshold * (stw_int128)STW_NS_PER_HOUR)
        return QUIET;
    return 2u * state->hours_known > hours ? DRAWING : UNKNOWN;
}

static enum outcome outcome_of(const struct night_state *state, unsigned nights_ago)
{
    enum { MASK = (1 << OUTCOME_BITS) - 1 };
    return (enum outcome)(state->outcomes >> nights_ago * OUTCOME_BITS & MASK);
}

static int signal_night(struct stw_track *track, struct stw_output *out)
{
    const struct night_bound *bound = (const struct night_bound *)track->bound;
    const struct night_state *state = stw_track_state(track);
    struct stw_evidence evidence[NIGHTS_MAX];
    unsigned drawing = 0, quiet = 0;
    for (unsigned i = bound->of_nights; i-- > 0;) {
        quiet += outcome_of(state, i) == QUIET;
        if (outcome_of(state, i) != DRAWING)
            continue;
        evidence[drawing++] =
            (struct stw_evidence){window_of(bound, state->day - (int32_t)i).start_ns,
                                  {state->minima[i], STW_FLOW_SHOWN_SCALE}};
    }
    enum outcome last = outcome_of(state, 0);
    struct stw_signal signal = {
        .time_ns = window_end_ns(state),
        .truth = drawing >= bound->repeat                   ? STW_TRUTH_TRUE
                 : quiet > bound->of_nights - bound->repeat ? STW_TRUTH_FALSE
                                                            : STW_TRUTH_BETWEEN,
        .since_ns = drawing > 0 ? evidence[0].time_ns : window_end_ns(state),
        .value = {last == UNKNOWN ? 0 : state->minima[0], STW_FLOW_SHOWN_SCALE},
        .evidence = evidence,
        .evidence_count = drawing,
    };
    if (last != DRAWING && drawing > 0)
        signal.value = evidence[drawing - 1].value;
    return stw_output_signal(out, track, &signal);
}

static int close_night(struct stw_track *track, struct stw_output *out)
{
    const struct night_bound *bound = (const struct night_bound *)track->bound;
    struct night_state *state = stw_track_state(track);
    memmove(state->minima + 1, state->minima, sizeof(state->minima[0]) * (bound->of_nights - 1));
    state->outcomes = (uint16_t)(state->outcomes << OUTCOME_BITS | judge_night(state, bound));
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
    while (window_end_ns(state) <= at_ns)
        set_window(state, bound, state->day + 1);
}

static int piece(struct stw_track *track, const struct stw_flow_piece *piece,
                 struct stw_output *out)
{
    const struct night_bound *bound = (const struct night_bound *)track->bound;
    struct night_state *state = stw_track_state(track);
    if (state->window_start_ns == STW_TIME_NONE)
        open_first(state, bound, piece->start_ns);
    fill_slots(state, piece);
    while (window_end_ns(state) <= piece->end_ns) {
        STW_TRY(close_night(track, out));
        fill_slots(state, piece);
    }
    return STW_OK;
}

static void init(struct stw_track *track)
{
    struct night_state *state = stw_track_state(track);
    state->window_start_ns = STW_TIME_NONE;
}

static void save(const struct stw_track *track, struct stw_buffer *out)
{
    const struct night_bound *bound = (const struct night_bound *)track->bound;
    const struct night_state *state = stw_track_state(track);
    stw_put_u8(out, state->window_start_ns != STW_TIME_NONE);
    stw_put_svarint(out, state->day);
    stw_put_varint(out, state->slot);
    stw_put_varint(out, state->hours_known);
    stw_put_varint(out, state->outcomes);
    stw_put_u8(out, state->slots_known);
    stw_put_svarint(out, state->known_ns);
    stw_put_i128(out, state->least_flow_ns);
    for (unsigned i = 0; i < SLOTS_AN_HOUR; i++)
        stw_put_i128(out, state->slot_flow_ns[i]);
    for (unsigned i = 0; i < bound->of_nights; i++)
        stw_put_svarint(out, state->minima[i]);
}

static void restore(struct stw_track *track, struct stw_reader *in)
{
    const struct night_bound *bound = (const struct night_bound *)track->bound;
    struct night_state *state = stw_track_state(track);
    bool open = stw_get_u8(in) != 0;
    int64_t day = stw_get_svarint(in);
    if (day < STW_TIME_MIN_NS / STW_NS_PER_DAY || day > STW_TIME_MAX_NS / STW_NS_PER_DAY)
        in->failed = true;
    if (in->failed)
        return;
    if (open)
        set_window(state, bound, (int32_t)day);
    state->slot = (uint16_t)stw_get_varint(in);
    state->hours_known = (uint16_t)stw_get_varint(in);
    state->outcomes = (uint16_t)stw_get_varint(in);
    state->slots_known = stw_get_u8(in);
    state->known_ns = stw_get_svarint(in);
    state->least_flow_ns = stw_get_i128(in);
    for (unsigned i = 0; i < SLOTS_AN_HOUR; i++)
        state->slot_flow_ns[i] = stw_get_i128(in);
    for (unsigned i = 0; i < bound->of_nights; i++)
        state->minima[i] = stw_get_svarint(in);
}

static void describe(const struct stw_alert *alert, bool chinese, struct stw_buffer *out)
{
    const struct night_bound *bound = (const struct night_bound *)alert->bound;
    stw_buffer_add_text(out, chinese ? "夜间最小流量 " : "the least night flow is ");
    stw_put_value(out, alert->value, bound->base.unit);
    stw_buffer_add_text(out, chinese ? "，超过 " : ", more than ");
    stw_put_value(out, bound->base.threshold, bound->base.unit);
    if (chinese)
        stw_buffer_printf(out, "（%u 夜中 %u 夜），自 ", bound->of_nights, bound->repeat);
    else
        stw_buffer_printf(out, " in %u of %u night%s, since ", bound->repeat, bound->of_nights,
                          stw_plural(bound->of_nights));
    stw_put_local_time(out, bound->base.site, alert->start_ns);
}

const struct stw_condition stw_condition_night_minimum = {
    .word = "night_minimum",
    .table = STW_SUBJECT_READINGS,
    .no_for = true,
    .priced = true,
    .params_size = sizeof(struct night_params),
    .bound_size = sizeof(struct night_bound),
    .state_size = sizeof(struct night_state) + NIGHTS_MAX * sizeof(int64_t),
    .own_rows = true,
    .state_bytes = state_bytes,
    .load = load,
    .bind = bind,
    .init = init,
    .piece = piece,
    .save = save,
    .restore = restore,
    .describe = describe,
};
