/* Cutting and adding up; see meter_spread.h. */
#include "meter/meter_spread.h"

#include <string.h>

int stw_meter_too_large(struct stw_meter_feeding *feeding, int64_t at_ns)
{
    return stw_fail(feeding->err, STW_ERR_LIMIT,
                    "a use near %lld ns since 1970 does not fit 128 bits", (long long)at_ns);
}

/* ---- Periods --------------------------------------------------------------------------------- */

/* Adds raw * multiplier in force to a wide sum. */
static bool add_scaled(const struct stw_meter *meter, stw_int128 raw, struct stw_wide *sum)
{
    struct stw_wide piece = {raw, meter->raw_scale};
    if (raw == 0)
        return true;
    if (meter->config.multiplier_count > 0 &&
        !stw_wide_multiply(piece, meter->config.multipliers[meter->multiplier].value, &piece))
        return false;
    return stw_wide_add(*sum, piece, sum);
}

static int flush_raw(struct stw_meter_feeding *feeding)
{
    struct stw_meter *meter = feeding->meter;
    if (!add_scaled(meter, meter->raw, &meter->result.use) ||
        !add_scaled(meter, meter->raw_estimated, &meter->result.estimated))
        return stw_meter_too_large(feeding, meter->period.start_ns);
    meter->raw = meter->raw_estimated = 0;
    return STW_OK;
}

static void begin_period(struct stw_meter *meter, const struct stw_period *period)
{
    meter->period = *period;
    meter->period_open = true;
    memset(&meter->result, 0, sizeof(meter->result));
    meter->result.period = *period;
}

int stw_meter_close_period(struct stw_meter_feeding *feeding)
{
    struct stw_meter *meter = feeding->meter;
    STW_TRY(flush_raw(feeding));
    return feeding->sink->period(feeding->sink->context, &meter->result);
}

static bool marked(const struct stw_meter_marks *marks, const struct stw_period *period)
{
    return marks->first_ns < period->end_ns && marks->last_ns >= period->start_ns;
}

int stw_meter_move_to(struct stw_meter_feeding *feeding, int64_t at_ns)
{
    struct stw_meter *meter = feeding->meter;
    struct stw_period period;
    if (!meter->period_open) {
        stw_period_at(&meter->config.periods, at_ns, &period);
        begin_period(meter, &period);
    }
    while (at_ns >= meter->period.end_ns) {
        STW_TRY(stw_meter_close_period(feeding));
        stw_period_next(&meter->config.periods, &meter->period, &period);
        begin_period(meter, &period);
    }
    return STW_OK;
}

/* Moves on to the multiplier in force at an instant. */
static int move_multiplier(struct stw_meter_feeding *feeding, int64_t at_ns)
{
    struct stw_meter *meter = feeding->meter;
    uint32_t next = stw_meter_multiplier_at(&meter->config, meter->multiplier, at_ns);
    if (next != meter->multiplier)
        STW_TRY(flush_raw(feeding));
    meter->multiplier = next;
    return STW_OK;
}

/* ---- Cutting -------------------------------------------------------------------------------- */

/* The next instant after `at_ns` at which a step has to be cut. */
static int64_t next_cut(const struct stw_meter *meter, int64_t at_ns, int64_t end_ns)
{
    const struct stw_meter_config *config = &meter->config;
    int64_t cut = end_ns < meter->period.end_ns ? end_ns : meter->period.end_ns;
    if (meter->multiplier + 1 < config->multiplier_count) {
        int64_t change = config->multipliers[meter->multiplier + 1].from_ns;
        if (change > at_ns && change < cut)
            cut = change;
    }
    return cut;
}

/* Steps of which the use is not known, and counted as none. */
enum { NOT_KNOWN = STW_METER_FALL | STW_METER_TOP_UP };

static bool is_too_long(const struct stw_meter *meter, const struct stw_meter_step *step)
{
    return meter->config.max_gap_ns > 0 && step->to_ns - step->from_ns > meter->config.max_gap_ns;
}

static void add_piece(struct stw_meter *meter, const struct stw_meter_step *step, int64_t from_ns,
                      int64_t to_ns, stw_int128 rise)
{
    bool whole = from_ns == step->from_ns && to_ns == step->to_ns;
    meter->raw += rise;
    if (step->estimated || !whole)
        meter->raw_estimated += rise;
    if (!is_too_long(meter, step) && (step->flags & NOT_KNOWN) == 0)
        meter->result.covered_ns += to_ns - from_ns;
    meter->result.flags |= step->flags;
    if (marked(&meter->bad, &meter->period))
        meter->result.flags |= STW_METER_BAD_READ;
    if (marked(&meter->left_out, &meter->period))
        meter->result.flags |= STW_METER_LEFT_OUT;
}

/* The use of a gap too long to divide among periods: all of it where the gap ends. */
static int spread_gap(struct stw_meter_feeding *feeding, const struct stw_meter_step *step)
{
    struct stw_meter *meter = feeding->meter;
    const struct stw_meter_config *config = &meter->config;
    struct stw_wide use = {0, 0};
    stw_int128 at = step->from;
    while (meter->multiplier + 1 < config->multiplier_count &&
           config->multipliers[meter->multiplier + 1].from_ns < step->to_ns) {
        int64_t change_ns = config->multipliers[meter->multiplier + 1].from_ns;
        stw_int128 cut = stw_meter_step_at(step, config->scale, change_ns);
        if (!add_scaled(meter, cut - at, &use))
            return stw_meter_too_large(feeding, change_ns);
        STW_TRY(move_multiplier(feeding, change_ns));
        at = cut;
    }
    if (!add_scaled(meter, step->to - at, &use))
        return stw_meter_too_large(feeding, step->to_ns);
    for (;;) {
        meter->result.flags |= step->flags | (uint32_t)STW_METER_GAP;
        if (meter->period.end_ns >= step->to_ns)
            break;
        STW_TRY(stw_meter_move_to(feeding, meter->period.end_ns));
    }
    if (!stw_wide_add(meter->result.unplaced, use, &meter->result.unplaced))
        return stw_meter_too_large(feeding, step->to_ns);
    STW_TRY(stw_meter_move_to(feeding, step->to_ns));
    return move_multiplier(feeding, step->to_ns);
}

int stw_meter_spread(struct stw_meter_feeding *feeding, const struct stw_meter_step *step)
{
    struct stw_meter *meter = feeding->meter;
    int64_t at_ns = step->from_ns;
    stw_int128 at = step->from;
    STW_TRY(stw_meter_move_to(feeding, at_ns));
    STW_TRY(move_multiplier(feeding, at_ns));
    if (is_too_long(meter, step) && step->to_ns > meter->period.end_ns)
        return spread_gap(feeding, step);
    if (step->from_ns == step->to_ns)
        add_piece(meter, step, at_ns, at_ns, step->to - step->from);
    while (at_ns < step->to_ns) {
        int64_t cut_ns = next_cut(meter, at_ns, step->to_ns);
        stw_int128 cut =
            cut_ns < step->to_ns ? stw_meter_step_at(step, meter->config.scale, cut_ns) : step->to;
        add_piece(meter, step, at_ns, cut_ns, cut - at);
        at_ns = cut_ns;
        at = cut;
        STW_TRY(stw_meter_move_to(feeding, at_ns));
        STW_TRY(move_multiplier(feeding, at_ns));
    }
    return STW_OK;
}
