/*
 * The step function from readings to use; meter.h has the rules.
 *
 * Flow: a reading becomes the candidate; the next one settles what the step from the last good
 * reading to it was; a settled step is a piece of register (from, to) over a piece of time, which
 * distribute() cuts at period ends and multiplier dates and adds up.
 */
#include "meter/meter.h"

#include <stdio.h>
#include <string.h>

/* A stretch of time over which a register went from one value to another. */
struct step {
    int64_t from_ns, to_ns;
    stw_int128 from, to;
    bool estimated;
    uint32_t flags;
};

struct feeding {
    struct stw_meter *meter;
    const struct stw_meter_sink *sink;
    struct stw_error *err;
};

static const char *const flag_names[STW_METER_FLAG_COUNT] = {
    "rollover", "reset", "exchange", "bad-read", "fall", "gap", "estimated", "negative", "left-out",
};

void stw_meter_flags_text(uint32_t flags, char text[STW_METER_FLAGS_TEXT_SIZE])
{
    size_t size = 0;
    text[0] = '\0';
    for (int i = 0; i < STW_METER_FLAG_COUNT; i++)
        if (flags & (1u << i))
            size += (size_t)snprintf(text + size, STW_METER_FLAGS_TEXT_SIZE - size, "%s%s",
                                     size == 0 ? "" : " ", flag_names[i]);
}

void stw_meter_init(struct stw_meter *meter, const struct stw_meter_config *config)
{
    memset(meter, 0, sizeof(*meter));
    meter->config = *config;
    meter->scale = config->scale;
    meter->bad.first_ns = meter->left_out.first_ns = INT64_MAX;
    meter->bad.last_ns = meter->left_out.last_ns = INT64_MIN;
}

static int too_large(struct feeding *feeding, int64_t at_ns)
{
    return stw_fail(feeding->err, STW_ERR_LIMIT,
                    "a use near %lld ns since 1970 does not fit 128 bits", (long long)at_ns);
}

static bool grow(stw_int128 *value, int by)
{
    struct stw_wide wide = {*value, 0};
    return stw_wide_rescale(wide, by, value);
}

/* Brings the state to a finer scale. */
static int refine(struct feeding *feeding, int scale)
{
    struct stw_meter *meter = feeding->meter;
    int by = scale - meter->scale;
    if (!grow(&meter->good.value, by) || !grow(&meter->candidate.value, by) ||
        !grow(&meter->raw, by) || !grow(&meter->raw_estimated, by))
        return too_large(feeding, meter->good.time_ns);
    meter->fastest_per_ns *= (double)stw_pow10(by);
    meter->scale = scale;
    return STW_OK;
}

/* ---- Periods --------------------------------------------------------------------------------- */

/* Adds raw * multiplier in force to a wide sum. */
static bool add_scaled(const struct stw_meter *meter, stw_int128 raw, struct stw_wide *sum)
{
    struct stw_wide piece = {raw, meter->scale};
    if (raw == 0)
        return true;
    if (meter->config.multiplier_count > 0 &&
        !stw_wide_multiply(piece, meter->config.multipliers[meter->multiplier].value, &piece))
        return false;
    return stw_wide_add(*sum, piece, sum);
}

static int flush_raw(struct feeding *feeding)
{
    struct stw_meter *meter = feeding->meter;
    if (!add_scaled(meter, meter->raw, &meter->result.use) ||
        !add_scaled(meter, meter->raw_estimated, &meter->result.estimated))
        return too_large(feeding, meter->period.start_ns);
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

static int close_period(struct feeding *feeding)
{
    struct stw_meter *meter = feeding->meter;
    STW_TRY(flush_raw(feeding));
    return feeding->sink->period(feeding->sink->context, &meter->result);
}

static bool marked(const struct stw_meter_marks *marks, const struct stw_period *period)
{
    return marks->first_ns < period->end_ns && marks->last_ns >= period->start_ns;
}

/* Opens the period that holds an instant, closing those before it. */
static int move_to(struct feeding *feeding, int64_t at_ns)
{
    struct stw_meter *meter = feeding->meter;
    struct stw_period period;
    if (!meter->period_open) {
        stw_period_at(&meter->config.periods, at_ns, &period);
        begin_period(meter, &period);
    }
    while (at_ns >= meter->period.end_ns) {
        STW_TRY(close_period(feeding));
        stw_period_next(&meter->config.periods, &meter->period, &period);
        begin_period(meter, &period);
    }
    return STW_OK;
}

/* Moves on to the multiplier in force at an instant. */
static int move_multiplier(struct feeding *feeding, int64_t at_ns)
{
    struct stw_meter *meter = feeding->meter;
    const struct stw_meter_config *config = &meter->config;
    while (meter->multiplier + 1 < config->multiplier_count &&
           config->multipliers[meter->multiplier + 1].from_ns <= at_ns) {
        STW_TRY(flush_raw(feeding));
        meter->multiplier++;
    }
    return STW_OK;
}

/* ---- Distribution ---------------------------------------------------------------------------- */

/* Decimal places a value needs, at least the configured ones. */
static int places(const struct stw_meter *meter, stw_int128 value)
{
    int scale = meter->scale;
    while (scale > meter->config.scale && value % 10 == 0) {
        value /= 10;
        scale--;
    }
    return scale;
}

/* The register at an instant inside a step: linear, rounded half away from zero. */
static int interpolate(struct feeding *feeding, const struct step *step, int64_t at_ns,
                       stw_int128 *out)
{
    const struct stw_meter *meter = feeding->meter;
    int from_places = places(meter, step->from);
    int to_places = places(meter, step->to);
    int scale = from_places > to_places ? from_places : to_places;
    int64_t unit = stw_pow10(meter->scale - scale);
    stw_int128 rise;
    if (__builtin_mul_overflow(step->to - step->from, (stw_int128)(at_ns - step->from_ns), &rise))
        return too_large(feeding, at_ns);
    *out =
        step->from + stw_div_round(rise, (stw_int128)(step->to_ns - step->from_ns) * unit) * unit;
    return STW_OK;
}

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

static void add_piece(struct stw_meter *meter, const struct step *step, int64_t from_ns,
                      int64_t to_ns, stw_int128 rise)
{
    bool whole = from_ns == step->from_ns && to_ns == step->to_ns;
    meter->raw += rise;
    if (step->estimated || !whole)
        meter->raw_estimated += rise;
    meter->result.covered_ns += to_ns - from_ns;
    meter->result.flags |= step->flags;
    if (marked(&meter->bad, &meter->period))
        meter->result.flags |= STW_METER_BAD_READ;
    if (marked(&meter->left_out, &meter->period))
        meter->result.flags |= STW_METER_LEFT_OUT;
}

/* Adds a step to the periods it lies in; afterwards the period that holds its end is open. */
static int distribute(struct feeding *feeding, const struct step *step)
{
    struct stw_meter *meter = feeding->meter;
    int64_t at_ns = step->from_ns;
    stw_int128 at = step->from;
    STW_TRY(move_to(feeding, at_ns));
    STW_TRY(move_multiplier(feeding, at_ns));
    if (step->from_ns == step->to_ns)
        add_piece(meter, step, at_ns, at_ns, step->to - step->from);
    while (at_ns < step->to_ns) {
        int64_t cut_ns = next_cut(meter, at_ns, step->to_ns);
        stw_int128 cut = step->to;
        if (cut_ns < step->to_ns)
            STW_TRY(interpolate(feeding, step, cut_ns, &cut));
        add_piece(meter, step, at_ns, cut_ns, cut - at);
        at_ns = cut_ns;
        at = cut;
        STW_TRY(move_to(feeding, at_ns));
        STW_TRY(move_multiplier(feeding, at_ns));
    }
    return STW_OK;
}

/* ---- Registers ------------------------------------------------------------------------------- */

static void tell(struct feeding *feeding, enum stw_meter_flag what, int64_t at_ns,
                 stw_int128 before, stw_int128 after, stw_int128 counted)
{
    int scale = feeding->meter->scale;
    struct stw_meter_event event = {
        what, at_ns, {before, scale}, {after, scale}, {counted, scale},
    };
    if (feeding->sink->event != NULL)
        feeding->sink->event(feeding->sink->context, &event);
}

static bool exchanged_between(const struct stw_meter *meter, int64_t after_ns, int64_t until_ns)
{
    for (uint32_t i = meter->exchange; i < meter->config.exchange_count; i++) {
        int64_t at_ns = meter->config.exchanges[i].at_ns;
        if (at_ns > after_ns && at_ns <= until_ns)
            return true;
        if (at_ns > until_ns)
            break;
    }
    return false;
}

/* A register of the registry at the meter's scale; `fallback` where it is not known. */
static int known_register(struct feeding *feeding, const struct stw_maybe_decimal *known,
                          stw_int128 fallback, stw_int128 *out)
{
    struct stw_meter *meter = feeding->meter;
    *out = fallback;
    if (!known->known)
        return STW_OK;
    if (!stw_wide_rescale(stw_wide_of(known->value), meter->scale, out))
        return too_large(feeding, meter->good.time_ns);
    return STW_OK;
}

/* The scale that the exchanges need, before values at the old scale are taken. */
static int refine_for_exchanges(struct feeding *feeding)
{
    struct stw_meter *meter = feeding->meter;
    int scale = meter->scale;
    for (uint32_t i = 0; i < meter->config.exchange_count; i++) {
        const struct stw_exchange *exchange = &meter->config.exchanges[i];
        if (exchange->final.known && exchange->final.value.scale > scale)
            scale = exchange->final.value.scale;
        if (exchange->initial.known && exchange->initial.value.scale > scale)
            scale = exchange->initial.value.scale;
    }
    return scale > meter->scale ? refine(feeding, scale) : STW_OK;
}

/* From good to candidate over one exchange or more: up to the old final register, from the new
 * initial one on. What is not on record counts no use. */
static int settle_exchange(struct feeding *feeding, struct step step)
{
    struct stw_meter *meter = feeding->meter;
    stw_int128 end = step.to;
    int64_t end_ns = step.to_ns;
    step.flags |= STW_METER_EXCHANGE;
    while (meter->exchange < meter->config.exchange_count &&
           meter->config.exchanges[meter->exchange].at_ns <= end_ns) {
        const struct stw_exchange *exchange = &meter->config.exchanges[meter->exchange++];
        if (exchange->at_ns <= step.from_ns)
            continue;
        stw_int128 final, initial;
        STW_TRY(known_register(feeding, &exchange->final, step.from, &final));
        STW_TRY(known_register(feeding, &exchange->initial, end, &initial));
        bool fits = final >= step.from;
        step.to = fits ? final : step.from;
        step.to_ns = exchange->at_ns;
        STW_TRY(distribute(feeding, &step));
        meter->result.flags |= fits ? 0u : (uint32_t)STW_METER_FALL;
        tell(feeding, STW_METER_EXCHANGE, exchange->at_ns, step.to, initial, step.to - step.from);
        step.from = initial;
        step.from_ns = exchange->at_ns;
    }
    if (end < step.from) {
        step.flags |= STW_METER_FALL;
        step.from = end;
    }
    step.to = end;
    step.to_ns = end_ns;
    return distribute(feeding, &step);
}

static bool is_rollover(const struct stw_meter *meter, const struct step *step, stw_int128 *range)
{
    int digits = meter->config.digits;
    struct stw_wide one = {1, 0};
    if (digits <= 0 || digits > STW_SCALE_MAX ||
        !stw_wide_rescale(one, meter->scale + digits, range))
        return false;
    stw_int128 wrapped = step->to + *range - step->from;
    double most = 10 * meter->fastest_per_ns * (double)(step->to_ns - step->from_ns);
    bool known_pace = meter->fastest_per_ns > 0;
    return step->from < *range && wrapped <= *range / 10 &&
           (!known_pace || (double)wrapped <= most);
}

static int settle_fall(struct feeding *feeding, struct step step)
{
    struct stw_meter *meter = feeding->meter;
    stw_int128 before = step.from, after = step.to, range;
    enum stw_meter_flag what = STW_METER_FALL;
    if (is_rollover(meter, &step, &range)) {
        what = STW_METER_ROLLOVER;
        step.to += range;
    } else if (step.to >= 0 && step.to <= step.from / 100) {
        what = STW_METER_RESET;
        step.from = 0;
        step.estimated = true;
    } else {
        step.from = step.to;
    }
    step.flags |= (uint32_t)what;
    tell(feeding, what, step.to_ns, before, after, step.to - step.from);
    return distribute(feeding, &step);
}

/* What lies between good and candidate is decided: adds it, and the candidate becomes good. */
static int settle(struct feeding *feeding)
{
    struct stw_meter *meter = feeding->meter;
    const struct stw_meter_config *config = &meter->config;
    struct step step = {
        .from_ns = meter->good.time_ns,
        .to_ns = meter->candidate.time_ns,
        .from = meter->good.value,
        .to = meter->candidate.value,
        .estimated = meter->candidate.estimated || meter->good.estimated,
    };
    int64_t lasted_ns = step.to_ns - step.from_ns;
    if (step.estimated)
        step.flags |= STW_METER_ESTIMATED;
    if (config->interval_ns > 0 && lasted_ns > config->interval_ns + config->interval_ns / 2)
        step.flags |= STW_METER_GAP;
    int status;
    if (exchanged_between(meter, step.from_ns, step.to_ns)) {
        status = settle_exchange(feeding, step);
    } else if (step.to < step.from) {
        status = settle_fall(feeding, step);
    } else {
        double pace = (double)(step.to - step.from) / (double)lasted_ns;
        if (pace > meter->fastest_per_ns)
            meter->fastest_per_ns = pace;
        status = distribute(feeding, &step);
    }
    STW_TRY(status);
    meter->result.readings++;
    meter->good = meter->candidate;
    if (meter->bad.last_ns <= meter->good.time_ns)
        meter->bad = (struct stw_meter_marks){INT64_MAX, INT64_MIN};
    if (meter->left_out.last_ns <= meter->good.time_ns)
        meter->left_out = (struct stw_meter_marks){INT64_MAX, INT64_MIN};
    return STW_OK;
}

static void mark(struct stw_meter_marks *marks, int64_t at_ns)
{
    if (at_ns < marks->first_ns)
        marks->first_ns = at_ns;
    if (at_ns > marks->last_ns)
        marks->last_ns = at_ns;
}

/* Is the candidate a single reading off the line from good to `next`? */
static bool candidate_is_bad(const struct stw_meter *meter, const struct stw_meter_point *next)
{
    const struct stw_meter_point *good = &meter->good, *candidate = &meter->candidate;
    if (exchanged_between(meter, good->time_ns, next->time_ns) || next->value < good->value)
        return false;
    return candidate->value < good->value || candidate->value > next->value;
}

static int take_register(struct feeding *feeding, const struct stw_meter_point *next)
{
    struct stw_meter *meter = feeding->meter;
    if (meter->has_candidate && next->time_ns == meter->candidate.time_ns) {
        meter->candidate = *next;
        return STW_OK;
    }
    if (meter->has_good && candidate_is_bad(meter, next)) {
        mark(&meter->bad, meter->candidate.time_ns);
        tell(feeding, STW_METER_BAD_READ, meter->candidate.time_ns, meter->good.value,
             meter->candidate.value, 0);
    } else if (meter->has_good) {
        STW_TRY(settle(feeding));
    } else if (meter->has_candidate) {
        STW_TRY(move_to(feeding, meter->candidate.time_ns));
        meter->result.readings++;
        meter->good = meter->candidate;
        meter->has_good = true;
    }
    meter->candidate = *next;
    meter->has_candidate = true;
    return STW_OK;
}

/* ---- Interval values ------------------------------------------------------------------------- */

static int take_interval(struct feeding *feeding, const struct stw_meter_point *value)
{
    struct stw_meter *meter = feeding->meter;
    const struct stw_meter_config *config = &meter->config;
    struct step step = {.to = value->value, .estimated = value->estimated};
    step.from_ns = config->stamp_is_start ? value->time_ns : value->time_ns - config->interval_ns;
    step.to_ns = step.from_ns + config->interval_ns;
    if (config->interval_ns == 0 && !config->stamp_is_start)
        step.from_ns = --step.to_ns; /* the period that ends here, not the one that begins */
    if (step.estimated)
        step.flags |= STW_METER_ESTIMATED;
    if (step.to < 0)
        step.flags |= STW_METER_NEGATIVE;
    if (meter->has_good && step.from_ns > meter->good.time_ns && config->interval_ns > 0)
        step.flags |= STW_METER_GAP;
    STW_TRY(move_to(feeding, step.from_ns));
    meter->result.readings++;
    STW_TRY(distribute(feeding, &step));
    meter->has_good = true;
    meter->good.time_ns = step.to_ns;
    return STW_OK;
}

/* ---- Feeding --------------------------------------------------------------------------------- */

enum quality { QUALITY_GOOD, QUALITY_ESTIMATED, QUALITY_LEFT_OUT };

static enum quality quality_of(const struct stw_vector *quality, uint32_t row)
{
    if (quality == NULL || !stw_vector_has(quality, row))
        return QUALITY_GOOD;
    struct stw_slice word = stw_vector_text(quality, row);
    if (stw_slice_is(word, "estimated"))
        return QUALITY_ESTIMATED;
    if (stw_slice_is(word, "suspect") || stw_slice_is(word, "bad"))
        return QUALITY_LEFT_OUT;
    return QUALITY_GOOD;
}

int stw_meter_feed(struct stw_meter *meter, const int64_t *time_ns, uint32_t count,
                   const struct stw_vector *value, const struct stw_vector *quality,
                   const struct stw_meter_sink *sink, struct stw_error *err)
{
    struct feeding feeding = {meter, sink, err};
    STW_TRY(refine_for_exchanges(&feeding));
    if (value->scale > meter->scale)
        STW_TRY(refine(&feeding, value->scale));
    stw_int128 factor = stw_pow10(meter->scale - value->scale);
    for (uint32_t row = 0; row < count; row++) {
        enum quality mood = quality_of(quality, row);
        if (!stw_vector_has(value, row))
            continue;
        if (mood == QUALITY_LEFT_OUT) {
            mark(&meter->left_out, time_ns[row]);
            continue;
        }
        /* An int64 times 10^18 fits 128 bits. */
        struct stw_meter_point point = {time_ns[row], value->ints[row] * factor,
                                        mood == QUALITY_ESTIMATED};
        if (meter->config.kind == STW_METER_REGISTER)
            STW_TRY(take_register(&feeding, &point));
        else
            STW_TRY(take_interval(&feeding, &point));
    }
    return STW_OK;
}

int stw_meter_finish(struct stw_meter *meter, const struct stw_meter_sink *sink,
                     struct stw_error *err)
{
    struct feeding feeding = {meter, sink, err};
    if (meter->config.kind == STW_METER_REGISTER && meter->has_candidate) {
        if (meter->has_good) {
            STW_TRY(settle(&feeding));
        } else {
            STW_TRY(move_to(&feeding, meter->candidate.time_ns));
            meter->result.readings++;
        }
    }
    meter->has_candidate = meter->has_good = false;
    if (!meter->period_open)
        return STW_OK;
    meter->period_open = false;
    return close_period(&feeding);
}
