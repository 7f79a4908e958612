/* Flow from readings; see flow.h. */
#include "rule/flow.h"

#include "base/clock.h"

#include <stdio.h>

/* By the multiplier of the meter (a current transformer's ratio, say). */
static bool multiply(const struct stw_subject *subject, struct stw_flow_piece *piece)
{
    struct stw_decimal multiplier = subject->multiplier;
    if (multiplier.value == 0 || (multiplier.value == 1 && multiplier.scale == 0))
        return true;
    if (__builtin_mul_overflow(piece->flow_ns, (stw_int128)multiplier.value, &piece->flow_ns))
        return false;
    piece->flow_ns = stw_div_round(piece->flow_ns, stw_pow10(multiplier.scale));
    return true;
}

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
                       "it is not declared a register, an interval value or a gauge");
        return STW_END;
    }
    if (subject->value_kind == STW_VALUE_INTERVAL && subject->interval_ns <= 0) {
        (void)stw_fail(err, STW_ERR_INPUT, "its interval is not declared");
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

void stw_flow_init(struct stw_flow_state *state)
{
    state->last_ns = STW_TIME_NONE;
    state->last = (struct stw_decimal){0, 0};
}

/* Value at STW_FLOW_SCALE: exact for up to nine decimals, rounded half away from zero beyond. */
static bool fixed_point(struct stw_decimal value, stw_int128 *out)
{
    return stw_wide_round(stw_wide_of(value), STW_FLOW_SCALE, out);
}

static void register_piece(const struct stw_subject *subject, const struct stw_flow_state *state,
                           struct stw_decimal value, struct stw_flow_piece *piece)
{
    stw_int128 before, after;
    piece->known =
        stw_decimal_compare(value, state->last) >= 0 && fixed_point(state->last, &before) &&
        fixed_point(value, &after) &&
        !__builtin_mul_overflow(after - before, (stw_int128)STW_NS_PER_HOUR, &piece->flow_ns) &&
        multiply(subject, piece);
}

static void gauge_piece(const struct stw_flow_state *state, struct stw_flow_piece *piece)
{
    stw_int128 rate;
    piece->known = fixed_point(state->last, &rate) &&
                   !__builtin_mul_overflow(rate, (stw_int128)(piece->end_ns - piece->start_ns),
                                           &piece->flow_ns);
}

/* [t - interval, t) or, where stamps name the start, [t, t + interval). */
static bool interval_piece(const struct stw_subject *subject, int64_t time_ns, bool counts,
                           struct stw_decimal value, struct stw_flow_piece *piece)
{
    if (subject->interval_ns <= 0)
        return false;
    piece->start_ns = subject->stamp_is_start ? time_ns : time_ns - subject->interval_ns;
    piece->end_ns = piece->start_ns + subject->interval_ns;
    stw_int128 amount;
    piece->known = counts && fixed_point(value, &amount) &&
                   !__builtin_mul_overflow(amount, (stw_int128)STW_NS_PER_HOUR, &piece->flow_ns) &&
                   multiply(subject, piece);
    return true;
}

bool stw_flow_step(struct stw_flow_state *state, const struct stw_subject *subject,
                   const struct stw_run *run, uint32_t row, struct stw_flow_piece *piece)
{
    int64_t time_ns = run->time_ns[row];
    bool counts = stw_reading_counts(run, row);
    struct stw_decimal value = {0, 0};
    if (counts)
        value = stw_reading_shown(&run->columns[STW_READING_VALUE], row);
    if (subject->value_kind == STW_VALUE_INTERVAL)
        return interval_piece(subject, time_ns, counts, value, piece);
    bool gauge = subject->value_kind == STW_VALUE_GAUGE;
    if (!counts && !gauge)
        return false;
    bool any = state->last_ns != STW_TIME_NONE && time_ns > state->last_ns;
    if (any) {
        *piece = (struct stw_flow_piece){state->last_ns, time_ns, false, 0};
        if (gauge)
            gauge_piece(state, piece);
        else
            register_piece(subject, state, value, piece);
    }
    state->last_ns = counts ? time_ns : STW_TIME_NONE;
    state->last = value;
    return any;
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
    stw_put_u64(out, (uint64_t)state->last_ns);
    stw_put_decimal(out, state->last);
}

void stw_flow_restore(struct stw_flow_state *state, struct stw_reader *in)
{
    state->last_ns = (int64_t)stw_get_u64(in);
    state->last = stw_get_decimal(in);
}
