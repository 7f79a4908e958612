/*
 * The step function from readings to use; meter.h has the rules.
 *
 * Flow: a reading becomes the candidate; the next one settles what the step from the last good
 * reading to it was. A settled step goes on to meter_step.c, which divides it among the periods.
 */
#include "meter/meter_step.h"

#include "time/civil.h"

#include <stdio.h>
#include <string.h>

#define MONTH_NS (31 * STW_NS_PER_DAY) /* the longest */

static const char *const flag_names[STW_METER_FLAG_COUNT] = {
    "rollover",  "reset",    "exchange", "bad-read", "fall",   "gap",
    "estimated", "negative", "left-out", "top-up",   "unseen",
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
    meter->bad = meter->left_out = (struct stw_meter_marks){INT64_MAX, INT64_MIN};
}

static bool grow(stw_int128 *value, int by)
{
    struct stw_wide wide = {*value, 0};
    return stw_wide_rescale(wide, by, value);
}

/* Brings the state to a finer scale. */
static int refine(struct stw_meter_feeding *feeding, int scale)
{
    struct stw_meter *meter = feeding->meter;
    int by = scale - meter->scale;
    if (by <= 0)
        return STW_OK;
    if (!grow(&meter->good.value, by) || !grow(&meter->candidate.value, by) ||
        !grow(&meter->left.value, by) || !grow(&meter->since_left, by) ||
        !grow(&meter->noise, by) || !grow(&meter->raw, by) || !grow(&meter->raw_estimated, by))
        return stw_meter_too_large(feeding, meter->good.time_ns);
    meter->fastest_per_ns *= (double)stw_pow10(by);
    meter->scale = scale;
    return STW_OK;
}

/* ---- Registers ------------------------------------------------------------------------------- */

static void tell(struct stw_meter_feeding *feeding, enum stw_meter_flag what, int64_t at_ns,
                 stw_int128 before, stw_int128 after, stw_int128 counted)
{
    int scale = feeding->meter->scale;
    struct stw_meter_event event = {
        what, at_ns, {before, scale}, {after, scale}, {counted, scale},
    };
    if (feeding->sink->event != NULL)
        feeding->sink->event(feeding->sink->context, &event);
}

/* A register on record at the meter's scale (refine_for_config() saw to it), else `fallback`. */
static stw_int128 on_record(const struct stw_meter *meter, const struct stw_maybe_decimal *record,
                            stw_int128 fallback)
{
    if (!record->known)
        return fallback;
    return record->value.value * (stw_int128)stw_pow10(meter->scale - record->value.scale);
}

/* Whether an exchange makes sense of a step from one reading to another. */
static bool explains(const struct stw_meter *meter, const struct stw_exchange *exchange,
                     stw_int128 from, stw_int128 to)
{
    return on_record(meter, &exchange->final, from) >= from &&
           on_record(meter, &exchange->initial, to) <= to;
}

/* Whether one of the coming exchanges does, within its slack. */
static bool is_explained(const struct stw_meter *meter, const struct stw_meter_point *from,
                         const struct stw_meter_point *to)
{
    int64_t slack_ns = meter->config.exchange_slack_ns;
    for (uint32_t i = meter->exchange; i < meter->config.exchange_count; i++) {
        const struct stw_exchange *exchange = &meter->config.exchanges[i];
        if (exchange->at_ns > to->time_ns + slack_ns)
            break;
        if (exchange->at_ns >= from->time_ns - slack_ns &&
            explains(meter, exchange, from->value, to->value))
            return true;
    }
    return false;
}

enum exchange_answer { EXCHANGE_LATER, EXCHANGE_NOW, EXCHANGE_NEVER };

/* Did the next exchange on record happen between good and candidate? `next` may be NULL. */
static enum exchange_answer ask_exchange(const struct stw_meter *meter,
                                         const struct stw_meter_point *next)
{
    const struct stw_exchange *exchange = &meter->config.exchanges[meter->exchange];
    const struct stw_meter_point *from = &meter->good, *to = &meter->candidate;
    int64_t slack_ns = meter->config.exchange_slack_ns;
    bool shows = to->value < from->value && explains(meter, exchange, from->value, to->value);
    if (to->time_ns < exchange->at_ns - slack_ns)
        return EXCHANGE_LATER;
    if (to->time_ns < exchange->at_ns) /* ahead of its record: only a fall that lasts */
        return shows && (next == NULL || next->value < from->value) ? EXCHANGE_NOW : EXCHANGE_LATER;
    if (to->time_ns > exchange->at_ns + slack_ns)
        return shows || from->time_ns <= exchange->at_ns ? EXCHANGE_NOW : EXCHANGE_NEVER;
    /* Within the slack: where the new register starts below the old one's end, it must show. */
    stw_int128 final = on_record(meter, &exchange->final, from->value);
    if (on_record(meter, &exchange->initial, 0) < final)
        return shows ? EXCHANGE_NOW : EXCHANGE_LATER;
    return explains(meter, exchange, from->value, to->value) ? EXCHANGE_NOW : EXCHANGE_LATER;
}

/* Counts up to the old final register; the new initial one becomes the good reading. What is not
 * on record counts no use. */
static int apply_exchange(struct stw_meter_feeding *feeding, const struct stw_exchange *exchange)
{
    struct stw_meter *meter = feeding->meter;
    struct stw_meter_point *good = &meter->good;
    bool inside = exchange->at_ns > good->time_ns && exchange->at_ns < meter->candidate.time_ns;
    stw_int128 before = good->value, final = on_record(meter, &exchange->final, before);
    struct stw_meter_step step = {
        .from_ns = good->time_ns,
        .to_ns = inside ? exchange->at_ns : good->time_ns,
        .from = before,
        .to = final < before ? before : final,
        .estimated = good->estimated || !inside,
        .flags = STW_METER_EXCHANGE | (final < before ? STW_METER_FALL : 0),
    };
    STW_TRY(stw_meter_distribute(feeding, &step));
    meter->result.flags |= STW_METER_EXCHANGE; /* also where it was on a boundary */
    good->time_ns = step.to_ns;
    good->value = on_record(meter, &exchange->initial, meter->candidate.value);
    meter->has_left = false;
    tell(feeding, STW_METER_EXCHANGE, exchange->at_ns, before, good->value, step.to - before);
    return STW_OK;
}

static int apply_exchanges(struct stw_meter_feeding *feeding, const struct stw_meter_point *next)
{
    struct stw_meter *meter = feeding->meter;
    while (meter->exchange < meter->config.exchange_count) {
        enum exchange_answer answer = ask_exchange(meter, next);
        if (answer == EXCHANGE_LATER)
            break;
        const struct stw_exchange *exchange = &meter->config.exchanges[meter->exchange++];
        if (answer == EXCHANGE_NOW) {
            STW_TRY(apply_exchange(feeding, exchange));
            continue;
        }
        meter->result.flags |= STW_METER_UNSEEN;
        tell(feeding, STW_METER_UNSEEN, exchange->at_ns, meter->good.value, meter->candidate.value,
             0);
    }
    return STW_OK;
}

/* Exchanges before the first reading are past, and so is one at that time when the reading is
 * nearer to the new register. */
static void skip_past_exchanges(struct stw_meter *meter)
{
    for (; meter->exchange < meter->config.exchange_count; meter->exchange++) {
        const struct stw_exchange *exchange = &meter->config.exchanges[meter->exchange];
        stw_int128 value = meter->good.value;
        stw_int128 below_final = on_record(meter, &exchange->final, value) - value;
        stw_int128 above_initial = value - on_record(meter, &exchange->initial, 0);
        bool on_old = exchange->final.known && below_final >= 0 &&
                      (above_initial < 0 || below_final < above_initial);
        if (exchange->at_ns > meter->good.time_ns ||
            (exchange->at_ns + meter->config.exchange_slack_ns >= meter->good.time_ns && on_old))
            break;
    }
}

static bool is_rollover(const struct stw_meter *meter, const struct stw_meter_step *step,
                        stw_int128 *range)
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

static int settle_fall(struct stw_meter_feeding *feeding, struct stw_meter_step step, bool is_last)
{
    struct stw_meter *meter = feeding->meter;
    stw_int128 before = step.from, after = step.to, range;
    enum stw_meter_flag what = STW_METER_FALL;
    if (meter->config.kind == STW_METER_REMAINING) {
        what = STW_METER_TOP_UP;
        step.from = step.to;
    } else if (is_rollover(meter, &step, &range)) {
        what = STW_METER_ROLLOVER;
        step.to += range;
        meter->has_left = false;
    } else {
        /* The line worth going back to is the last one that was more than the foot of a reset. */
        if (!meter->has_left || meter->good.value > meter->left.value / 100) {
            meter->has_left = true;
            meter->left = meter->good;
            meter->since_left = 0;
        }
        if (!is_last && step.to >= 0 && step.to <= step.from / 100) {
            what = STW_METER_RESET;
            step.from = 0;
            step.estimated = true;
        } else {
            step.from = step.to;
        }
    }
    step.flags |= (uint32_t)what;
    meter->since_left += step.to - step.from;
    if (what == STW_METER_TOP_UP)
        tell(feeding, what, step.to_ns, -before, -after, 0);
    else
        tell(feeding, what, step.to_ns, before, after, step.to - step.from);
    return stw_meter_distribute(feeding, &step);
}

/* Back on the line that a supposed reset left: with a jump this meter could not have made, to where
 * the old line could be by now. So those readings were bad, and the old line counts. */
static bool is_return(const struct stw_meter *meter, const struct stw_meter_step *step)
{
    double most_per_ns = 10 * meter->fastest_per_ns;
    stw_int128 beyond = step->to - meter->left.value;
    return meter->has_left && beyond >= 0 && step->from < meter->left.value &&
           (double)(step->to - step->from) > most_per_ns * (double)(step->to_ns - step->from_ns) &&
           (double)beyond <= most_per_ns * (double)(step->to_ns - meter->left.time_ns);
}

static int settle_rise(struct stw_meter_feeding *feeding, struct stw_meter_step step)
{
    struct stw_meter *meter = feeding->meter;
    if (is_return(meter, &step)) {
        stw_int128 before = step.from;
        stw_int128 counted = step.to - meter->left.value - meter->since_left;
        step.from = counted > 0 ? step.to - counted : step.to;
        step.flags |= STW_METER_BAD_READ;
        step.estimated = true;
        meter->has_left = false;
        tell(feeding, STW_METER_BAD_READ, step.to_ns, before, step.to, step.to - step.from);
        return stw_meter_distribute(feeding, &step);
    }
    double pace = (double)(step.to - step.from) / (double)(step.to_ns - step.from_ns);
    if (pace > meter->fastest_per_ns)
        meter->fastest_per_ns = pace;
    meter->since_left += step.to - step.from;
    return stw_meter_distribute(feeding, &step);
}

static struct stw_meter_marks no_marks(void)
{
    return (struct stw_meter_marks){INT64_MAX, INT64_MIN};
}

/* What lies between good and candidate is decided: adds it, and the candidate becomes good.
 * `next` is NULL at the end. */
static int settle(struct stw_meter_feeding *feeding, const struct stw_meter_point *next)
{
    struct stw_meter *meter = feeding->meter;
    struct stw_meter_step step = {
        .from_ns = meter->good.time_ns,
        .to_ns = meter->candidate.time_ns,
        .from = meter->good.value,
        .to = meter->candidate.value,
        .estimated = meter->candidate.estimated || meter->good.estimated,
    };
    int64_t usual_ns = meter->config.interval.ns + meter->config.interval.months * MONTH_NS;
    if (step.estimated)
        step.flags |= STW_METER_ESTIMATED;
    if (usual_ns > 0 && step.to_ns - step.from_ns > usual_ns + usual_ns / 2)
        step.flags |= STW_METER_GAP;
    if (step.to < step.from && step.from - step.to <= meter->noise)
        step.to = meter->candidate.value = step.from;
    STW_TRY(step.to < step.from ? settle_fall(feeding, step, next == NULL)
                                : settle_rise(feeding, step));
    meter->result.readings++;
    meter->good = meter->candidate;
    if (meter->bad.last_ns <= meter->good.time_ns)
        meter->bad = no_marks();
    if (meter->left_out.last_ns <= meter->good.time_ns)
        meter->left_out = no_marks();
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
    if (meter->config.kind == STW_METER_REMAINING || next->value < good->value)
        return false; /* a remaining amount may be topped up and used again */
    if (candidate->value < good->value)
        return good->value - candidate->value > meter->noise;
    return candidate->value - next->value > meter->noise && !is_explained(meter, candidate, next);
}

static int take_first(struct stw_meter_feeding *feeding)
{
    struct stw_meter *meter = feeding->meter;
    STW_TRY(stw_meter_move_to(feeding, meter->candidate.time_ns));
    meter->result.readings++;
    meter->good = meter->candidate;
    meter->has_good = true;
    skip_past_exchanges(meter);
    return STW_OK;
}

static int take_register(struct stw_meter_feeding *feeding, const struct stw_meter_point *next)
{
    struct stw_meter *meter = feeding->meter;
    assert(!meter->has_candidate || next->time_ns >= meter->candidate.time_ns);
    if (meter->has_candidate && next->time_ns == meter->candidate.time_ns) {
        meter->candidate = *next;
        return STW_OK;
    }
    if (meter->has_good) {
        STW_TRY(apply_exchanges(feeding, next));
        if (candidate_is_bad(meter, next)) {
            mark(&meter->bad, meter->candidate.time_ns);
            tell(feeding, STW_METER_BAD_READ, meter->candidate.time_ns, meter->good.value,
                 meter->candidate.value, 0);
        } else {
            STW_TRY(settle(feeding, next));
        }
    } else if (meter->has_candidate) {
        STW_TRY(take_first(feeding));
    }
    meter->candidate = *next;
    meter->has_candidate = true;
    return STW_OK;
}

/* ---- Interval values ------------------------------------------------------------------------- */

/* One interval later or earlier: exact time, or whole days and months of the local calendar. */
static int64_t shift(const struct stw_meter_config *config, int64_t at_ns, int sign)
{
    const struct stw_zone *zone = config->periods.zone;
    const struct stw_duration *interval = &config->interval;
    if (interval->months == 0 && (interval->ns == 0 || interval->ns % STW_NS_PER_DAY != 0))
        return at_ns + sign * interval->ns;
    int64_t local_ns = stw_zone_to_local(zone, at_ns) + sign * interval->ns;
    if (interval->months > 0) {
        struct stw_civil civil;
        stw_civil_of_local(local_ns, &civil);
        int64_t month = civil.year * INT64_C(12) + civil.month - 1 + sign * interval->months;
        int64_t year = stw_floor_div(month, 12);
        int month_of_year = (int)(month - year * 12) + 1;
        int last = stw_month_days(year, month_of_year);
        int64_t days = stw_civil_days(year, month_of_year, civil.day < last ? civil.day : last);
        int64_t time_ns = local_ns - stw_floor_div(local_ns, STW_NS_PER_DAY) * STW_NS_PER_DAY;
        local_ns = days * STW_NS_PER_DAY + time_ns;
    }
    struct stw_local local;
    stw_zone_local(zone, local_ns, &local);
    return local.ns;
}

static int take_interval(struct stw_meter_feeding *feeding, const struct stw_meter_point *value)
{
    struct stw_meter *meter = feeding->meter;
    const struct stw_meter_config *config = &meter->config;
    bool has_length = config->interval.ns > 0 || config->interval.months > 0;
    struct stw_meter_step step = {.to = value->value, .estimated = value->estimated};
    step.from_ns = config->stamp_is_start ? value->time_ns : shift(config, value->time_ns, -1);
    step.to_ns = config->stamp_is_start ? shift(config, value->time_ns, 1) : value->time_ns;
    if (!has_length && !config->stamp_is_start)
        step.from_ns = --step.to_ns; /* the period that ends here, not the one that begins */
    if (step.estimated)
        step.flags |= STW_METER_ESTIMATED;
    if (step.to < 0)
        step.flags |= STW_METER_NEGATIVE;
    if (meter->has_good && step.from_ns > meter->good.time_ns && has_length)
        step.flags |= STW_METER_GAP;
    if (meter->has_good && step.from_ns < meter->good.time_ns)
        step.from_ns = meter->good.time_ns;
    if (step.to_ns < step.from_ns)
        step.to_ns = step.from_ns;
    STW_TRY(stw_meter_move_to(feeding, step.from_ns));
    meter->result.readings++;
    STW_TRY(stw_meter_distribute(feeding, &step));
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

/* The scale that the step and the exchanges need, before values at a coarser one are taken. */
static int refine_for_config(struct stw_meter_feeding *feeding)
{
    const struct stw_meter_config *config = &feeding->meter->config;
    int scale = config->step.scale;
    for (uint32_t i = 0; i < config->exchange_count; i++) {
        const struct stw_exchange *exchange = &config->exchanges[i];
        if (exchange->final.known && exchange->final.value.scale > scale)
            scale = exchange->final.value.scale;
        if (exchange->initial.known && exchange->initial.value.scale > scale)
            scale = exchange->initial.value.scale;
    }
    return refine(feeding, scale);
}

int stw_meter_feed(struct stw_meter *meter, const int64_t *time_ns, uint32_t count,
                   const struct stw_vector *value, const struct stw_vector *quality,
                   const struct stw_meter_sink *sink, struct stw_error *err)
{
    struct stw_meter_feeding feeding = {meter, sink, err};
    if (value->type != STW_TYPE_DECIMAL && value->type != STW_TYPE_INT)
        return stw_fail(err, STW_ERR_USAGE, "use is computed from decimal or int readings only");
    STW_TRY(refine_for_config(&feeding));
    STW_TRY(refine(&feeding, value->scale));
    meter->noise =
        meter->config.step.value * (stw_int128)stw_pow10(meter->scale - meter->config.step.scale);
    stw_int128 factor = stw_pow10(meter->scale - value->scale);
    if (meter->config.kind == STW_METER_REMAINING)
        factor = -factor; /* what is used up, from some start */
    for (uint32_t row = 0; row < count; row++) {
        if (!stw_vector_has(value, row))
            continue;
        enum quality mood = quality_of(quality, row);
        if (mood == QUALITY_LEFT_OUT) {
            mark(&meter->left_out, time_ns[row]);
            continue;
        }
        /* An int64 times 10^18 fits 128 bits. */
        struct stw_meter_point point = {time_ns[row], value->ints[row] * factor,
                                        mood == QUALITY_ESTIMATED};
        if (meter->config.kind == STW_METER_INTERVAL)
            STW_TRY(take_interval(&feeding, &point));
        else
            STW_TRY(take_register(&feeding, &point));
    }
    return STW_OK;
}

int stw_meter_finish(struct stw_meter *meter, const struct stw_meter_sink *sink,
                     struct stw_error *err)
{
    struct stw_meter_feeding feeding = {meter, sink, err};
    if (meter->has_candidate && meter->has_good) {
        STW_TRY(apply_exchanges(&feeding, NULL));
        STW_TRY(settle(&feeding, NULL));
    } else if (meter->has_candidate) {
        STW_TRY(take_first(&feeding));
    }
    meter->has_candidate = meter->has_good = false;
    if (!meter->period_open)
        return STW_OK;
    meter->period_open = false;
    return stw_meter_close_period(&feeding);
}
