/* Flow from readings; see flow.h. */
#include "rule/flow.h"

#include "base/clock.h"
#include "rule/condition.h"

#include <stdio.h>
#include <string.h>

/* "m3/h" of "m3" for what counts an amount, the unit itself for a gauge of flow. */
static int flow_unit(const struct stw_subject *subject, struct stw_unit *unit,
                     struct stw_error *err)
{
    char text[STW_UNIT_SYMBOL_SIZE * 2];
    bool gauge = subject->value_kind == STW_VALUE_GAUGE;
    if (subject->unit.size == 0 || subject->unit.size > STW_UNIT_SYMBOL_SIZE)
        return stw_fail(err, STW_ERR_INPUT, "its unit is not known");
    snprintf(text, sizeof(text), "%.*s%s", STW_SLICE_ARG(subject->unit), gauge ? "" : "/h");
    return stw_unit_parse(stw_slice_of(text), unit, err);
}

static int64_t common_divisor(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* from/to as a fraction; false where it does not fit. */
static bool unit_ratio(const struct stw_unit *from, const struct stw_unit *to, int64_t *numerator,
                       int64_t *denominator)
{
    int64_t up = common_divisor(from->numerator, to->numerator);
    int64_t down = common_divisor(from->denominator, to->denominator);
    return !__builtin_mul_overflow(from->numerator / up, to->denominator / down, numerator) &&
           !__builtin_mul_overflow(from->denominator / down, to->numerator / up, denominator);
}

int stw_flow_bind(const struct stw_subject *subject, const struct stw_quantity *threshold,
                  struct stw_bound *base, struct stw_flow_bound *bound, struct stw_error *err)
{
    struct stw_unit unit;
    struct stw_decimal converted;
    if (subject->value_kind == STW_VALUE_UNKNOWN || subject->value_kind == STW_VALUE_STATE) {
        (void)stw_fail(err, STW_ERR_INPUT,
                       "it is not declared a register, an interval value, a remaining amount or a "
                       "gauge");
        return STW_END;
    }
    if (subject->value_kind == STW_VALUE_INTERVAL && subject->interval_ns <= 0) {
        (void)stw_fail(err, STW_ERR_INPUT, "its interval is not declared");
        return STW_END;
    }
    if (subject->value_kind != STW_VALUE_GAUGE && subject->meter == NULL) {
        (void)stw_fail(err, STW_ERR_INPUT, "what the registry says of its meter cannot be used");
        return STW_END;
    }
    if (flow_unit(subject, &unit, err) != STW_OK ||
        stw_unit_check(&threshold->unit, &unit, err) != STW_OK)
        return STW_END;
    stw_int128 fixed;
    if (stw_unit_convert(threshold->value, &threshold->unit, &unit, &converted) != STW_CONVERTED ||
        !stw_wide_rescale(stw_wide_of(converted), STW_FLOW_SCALE, &fixed) ||
        !unit_ratio(&unit, &threshold->unit, &bound->shown_numerator, &bound->shown_denominator)) {
        (void)stw_fail(err, STW_ERR_INPUT, "the threshold is not exact in its unit, %s",
                       unit.symbol);
        return STW_END;
    }
    bound->threshold = fixed;
    base->unit = stw_slice_of(threshold->unit.symbol);
    base->threshold = threshold->value;
    base->has_threshold = true;
    return STW_OK;
}

struct stw_decimal stw_flow_shown(const struct stw_flow_bound *bound, stw_int128 flow_ns,
                                  int64_t length_ns)
{
    stw_int128 numerator, denominator = (stw_int128)length_ns * bound->shown_denominator *
                                        stw_pow10(STW_FLOW_SCALE - STW_FLOW_SHOWN_SCALE);
    struct stw_decimal shown = {INT64_MAX, STW_FLOW_SHOWN_SCALE};
    if (__builtin_mul_overflow(flow_ns, (stw_int128)bound->shown_numerator, &numerator))
        return shown;
    stw_int128 value = stw_div_round(numerator, denominator);
    if (value <= INT64_MAX && value >= INT64_MIN)
        shown.value = (int64_t)value;
    return shown;
}

void stw_flow_init(struct stw_flow_state *state, const struct stw_subject *subject)
{
    memset(state, 0, sizeof(*state));
    state->until_ns = STW_TIME_NONE;
    if (subject->meter != NULL)
        stw_meter_steps_init(&state->steps, subject->meter);
}

/* One call of feed. */
struct feeding {
    struct stw_flow_state *state;
    const struct stw_subject *subject;
    const struct stw_flow_sink *sink;
};

/* Hands a piece on; what lies between it and the one before is not known. */
static int put(struct feeding *feeding, const struct stw_flow_piece *piece)
{
    struct stw_flow_state *state = feeding->state;
    struct stw_flow_piece gap = {state->until_ns, piece->start_ns, false, 0};
    bool is_gap = state->until_ns != STW_TIME_NONE && state->until_ns < piece->start_ns;
    state->until_ns = piece->end_ns;
    if (is_gap)
        STW_TRY(feeding->sink->piece(feeding->sink->context, &gap));
    return feeding->sink->piece(feeding->sink->context, piece);
}

/* ---- Registers and interval values ----------------------------------------------------------- */

/* use x an hour x multiplier; false where that does not fit. */
static bool flow_of(stw_int128 use, const struct stw_meter_config *config, uint32_t multiplier,
                    stw_int128 *flow_ns)
{
    if (__builtin_mul_overflow(use, (stw_int128)STW_NS_PER_HOUR, flow_ns))
        return false;
    if (config->multiplier_count == 0)
        return true;
    struct stw_decimal by = config->multipliers[multiplier].value;
    if (__builtin_mul_overflow(*flow_ns, (stw_int128)by.value, flow_ns))
        return false;
    *flow_ns = stw_div_round(*flow_ns, stw_pow10(by.scale));
    return true;
}

/* A step of the core, cut where its multiplier changes. */
static int take_step(void *context, const struct stw_meter_step *step)
{
    struct feeding *feeding = context;
    const struct stw_meter_config *config = feeding->subject->meter;
    struct stw_meter_step fixed = *step;
    fixed.scale = STW_FLOW_SCALE; /* exact for up to nine decimals */
    bool fits =
        stw_wide_round((struct stw_wide){step->from, step->scale}, fixed.scale, &fixed.from) &&
        stw_wide_round((struct stw_wide){step->to, step->scale}, fixed.scale, &fixed.to);
    if (feeding->state->until_ns == STW_TIME_NONE)
        feeding->state->until_ns = step->from_ns;
    stw_int128 at = fixed.from;
    uint32_t multiplier = stw_meter_multiplier_at(config, 0, step->from_ns);
    for (int64_t at_ns = step->from_ns; at_ns < step->to_ns; multiplier++) {
        bool changes = multiplier + 1 < config->multiplier_count &&
                       config->multipliers[multiplier + 1].from_ns < step->to_ns;
        int64_t cut_ns = changes ? config->multipliers[multiplier + 1].from_ns : step->to_ns;
        struct stw_flow_piece piece = {at_ns, cut_ns, false, 0};
        stw_int128 cut = fixed.to;
        if (fits && changes)
            cut = stw_meter_step_at(&fixed, fixed.scale, cut_ns);
        piece.known =
            fits && step->complete && flow_of(cut - at, config, multiplier, &piece.flow_ns);
        STW_TRY(put(feeding, &piece));
        at_ns = cut_ns;
        at = cut;
    }
    return STW_OK;
}

/* ---- Gauges ---------------------------------------------------------------------------------- */

static int take_gauge(struct feeding *feeding, int64_t time_ns, const struct stw_decimal *value)
{
    struct stw_flow_state *state = feeding->state;
    if (state->until_ns == STW_TIME_NONE && value != NULL)
        state->until_ns = time_ns;
    if (state->until_ns != STW_TIME_NONE && time_ns > state->until_ns) {
        struct stw_flow_piece piece = {state->until_ns, time_ns, false, 0};
        stw_int128 rate;
        piece.known =
            state->holds && stw_wide_round(stw_wide_of(state->held), STW_FLOW_SCALE, &rate) &&
            !__builtin_mul_overflow(rate, (stw_int128)(time_ns - state->until_ns), &piece.flow_ns);
        STW_TRY(put(feeding, &piece));
    }
    state->holds = value != NULL;
    if (state->holds)
        state->held = *value;
    return STW_OK;
}

int stw_flow_feed(struct stw_flow_state *state, const struct stw_subject *subject,
                  const struct stw_run *run, const struct stw_flow_sink *sink,
                  struct stw_error *err)
{
    struct feeding feeding = {state, subject, sink};
    struct stw_meter_step_sink steps = {&feeding, take_step, NULL};
    bool is_gauge = subject->value_kind == STW_VALUE_GAUGE;
    for (uint32_t row = 0; row < run->count; row++) {
        struct stw_meter_reading reading = {run->time_ns[row], {0, 0}, false};
        bool counts = stw_reading_counts(run, row);
        if (counts)
            reading.value = stw_reading_shown(&run->columns[STW_READING_VALUE], row);
        if (is_gauge)
            STW_TRY(take_gauge(&feeding, reading.time_ns, counts ? &reading.value : NULL));
        else if (counts)
            STW_TRY(stw_meter_steps_take(&state->steps, subject->meter, &reading, &steps, err));
    }
    return STW_OK;
}

stw_int128 stw_flow_part(const struct stw_flow_piece *piece, int64_t from_ns, int64_t until_ns)
{
    int64_t start = from_ns > piece->start_ns ? from_ns : piece->start_ns;
    int64_t end = until_ns < piece->end_ns ? until_ns : piece->end_ns;
    if (end <= start)
        return 0;
    int64_t length = piece->end_ns - piece->start_ns;
    if (end - start == length)
        return piece->flow_ns;
    /* Whole and rest apart: flow_ns times a length in ns may not fit 128 bits. */
    stw_int128 rate = piece->flow_ns / length;
    stw_int128 rest = piece->flow_ns % length;
    return rate * (end - start) + stw_div_round(rest * (end - start), length);
}

void stw_flow_save(const struct stw_flow_state *state, struct stw_buffer *out)
{
    stw_meter_steps_save(&state->steps, out);
    stw_put_u8(out, state->holds);
    stw_put_decimal(out, state->held);
    stw_put_u64(out, (uint64_t)state->until_ns);
}

void stw_flow_restore(struct stw_flow_state *state, const struct stw_subject *subject,
                      struct stw_reader *in)
{
    static const struct stw_meter_config none;
    stw_meter_steps_restore(&state->steps, subject->meter == NULL ? &none : subject->meter, in);
    state->holds = stw_get_u8(in) != 0;
    state->held = stw_get_decimal(in);
    state->until_ns = (int64_t)stw_get_u64(in);
}
