/*
 * The step core; meter_step.h has the rules.
 *
 * Flow: a reading becomes the candidate; the next one settles what the step from the last good
 * reading to it was.
 */
#include "meter/meter_step.h"

#include "time/civil.h"

#include <string.h>

#define MONTH_NS (31 * STW_NS_PER_DAY) /* the longest */

/* One call of take or finish. */
struct stepping {
    struct stw_meter_steps *steps;
    const struct stw_meter_config *config;
    const struct stw_meter_step_sink *sink;
    struct stw_error *err;
};

/* The scale that the step and the exchanges need, before values at a coarser one are taken. */
static int config_scale(const struct stw_meter_config *config)
{
    int scale = config->scale > config->step.scale ? config->scale : config->step.scale;
    for (uint32_t i = 0; i < config->exchange_count; i++) {
        const struct stw_exchange *exchange = &config->exchanges[i];
        if (exchange->final.known && exchange->final.value.scale > scale)
            scale = exchange->final.value.scale;
        if (exchange->initial.known && exchange->initial.value.scale > scale)
            scale = exchange->initial.value.scale;
    }
    return scale;
}

void stw_meter_steps_init(struct stw_meter_steps *steps, const struct stw_meter_config *config)
{
    memset(steps, 0, sizeof(*steps));
    steps->scale = (uint8_t)config_scale(config);
}

static bool grow(stw_int128 *value, int by)
{
    struct stw_wide wide = {*value, 0};
    return stw_wide_rescale(wide, by, value);
}

/* Brings the state to a finer scale. */
static int refine(struct stepping *stepping, int scale)
{
    struct stw_meter_steps *steps = stepping->steps;
    int by = scale - steps->scale;
    if (!grow(&steps->good.value, by) || !grow(&steps->candidate.value, by) ||
        !grow(&steps->left.value, by) || !grow(&steps->since_left, by))
        return stw_fail(stepping->err, STW_ERR_LIMIT,
                        "a use near %lld ns since 1970 does not fit 128 bits",
                        (long long)steps->good.time_ns);
    steps->fastest_per_ns *= (double)stw_pow10(by);
    steps->scale = (uint8_t)scale;
    return STW_OK;
}

/* What a fall may come to and still be noise: one step of the register. */
static stw_int128 noise(const struct stepping *stepping)
{
    const struct stw_decimal *step = &stepping->config->step;
    return step->value * (stw_int128)stw_pow10(stepping->steps->scale - step->scale);
}

static int put(struct stepping *stepping, struct stw_meter_step *step)
{
    step->scale = stepping->steps->scale;
    return stepping->sink->step(stepping->sink->context, step);
}

/* ---- Registers ------------------------------------------------------------------------------- */

static void tell(const struct stepping *stepping, enum stw_meter_flag what, int64_t at_ns,
                 stw_int128 before, stw_int128 after, stw_int128 counted)
{
    int scale = stepping->steps->scale;
    struct stw_meter_event event = {
        what, at_ns, {before, scale}, {after, scale}, {counted, scale},
    };
    if (stepping->sink->event != NULL)
        stepping->sink->event(stepping->sink->context, &event);
}

/* A register on record at the core's scale (config_scale() saw to it), else `fallback`. */
static stw_int128 on_record(const struct stepping *stepping, const struct stw_maybe_decimal *record,
                            stw_int128 fallback)
{
    if (!record->known)
        return fallback;
    return record->value.value *
           (stw_int128)stw_pow10(stepping->steps->scale - record->value.scale);
}

/* Whether an exchange makes sense of a step from one reading to another. */
static bool explains(const struct stepping *stepping, const struct stw_exchange *exchange,
                     stw_int128 from, stw_int128 to)
{
    return on_record(stepping, &exchange->final, from) >= from &&
           on_record(stepping, &exchange->initial, to) <= to;
}

/* Whether one of the coming exchanges does, within its slack. */
static bool is_explained(const struct stepping *stepping, const struct stw_meter_point *from,
                         const struct stw_meter_point *to)
{
    int64_t slack_ns = stepping->config->exchange_slack_ns;
    for (uint32_t i = stepping->steps->exchange; i < stepping->config->exchange_count; i++) {
        const struct stw_exchange *exchange = &stepping->config->exchanges[i];
        if (exchange->at_ns > to->time_ns + slack_ns)
            break;
        if (exchange->at_ns >= from->time_ns - slack_ns &&
            explains(stepping, exchange, from->value, to->value))
            return true;
    }
    return false;
}

enum exchange_answer { EXCHANGE_LATER, EXCHANGE_NOW, EXCHANGE_NEVER };

/* Did the next exchange on record happen between good and candidate? `next` may be NULL. */
static enum exchange_answer ask_exchange(const struct stepping *stepping,
                                         const struct stw_meter_point *next)
{
    const struct stw_meter_steps *steps = stepping->steps;
    const struct stw_exchange *exchange = &stepping->config->exchanges[steps->exchange];
    const struct stw_meter_point *from = &steps->good, *to = &steps->candidate;
    int64_t slack_ns = stepping->config->exchange_slack_ns;
    bool shows = to->value < from->value && explains(stepping, exchange, from->value, to->value);
    if (to->time_ns < exchange->at_ns - slack_ns)
        return EXCHANGE_LATER;
    if (to->time_ns < exchange->at_ns) /* ahead of its record: only a fall that lasts */
        return shows && (next == NULL || next->value < from->value) ? EXCHANGE_NOW : EXCHANGE_LATER;
    if (to->time_ns > exchange->at_ns + slack_ns)
        return shows || from->time_ns <= exchange->at_ns ? EXCHANGE_NOW : EXCHANGE_NEVER;
    /* Within the slack: where the new register starts below the old one's end, it must show. */
    stw_int128 final = on_record(stepping, &exchange->final, from->value);
    if (on_record(stepping, &exchange->initial, 0) < final)
        return shows ? EXCHANGE_NOW : EXCHANGE_LATER;
    return explains(stepping, exchange, from->value, to->value) ? EXCHANGE_NOW : EXCHANGE_LATER;
}

/* Counts up to the old final register; the new initial one becomes the good reading. What is not
 * on record counts no use. */
static int apply_exchange(struct stepping *stepping, const struct stw_exchange *exchange)
{
    struct stw_meter_steps *steps = stepping->steps;
    struct stw_meter_point *good = &steps->good;
    bool inside = exchange->at_ns > good->time_ns && exchange->at_ns < steps->candidate.time_ns;
    stw_int128 before = good->value, final = on_record(stepping, &exchange->final, before);
    bool falls = final < before;
    struct stw_meter_step step = {
        .from_ns = good->time_ns,
        .to_ns = inside ? exchange->at_ns : good->time_ns,
        .from = before,
        .to = falls ? before : final,
        .estimated = good->estimated || !inside,
        .complete = inside && exchange->final.known && !falls && !good->incomplete,
        .flags = STW_METER_EXCHANGE | (falls ? STW_METER_FALL : 0),
    };
    STW_TRY(put(stepping, &step));
    good->time_ns = step.to_ns;
    good->value = on_record(stepping, &exchange->initial, steps->candidate.value);
    good->incomplete = !inside || !exchange->initial.known;
    steps->has_left = false;
    tell(stepping, STW_METER_EXCHANGE, exchange->at_ns, before, good->value, step.to - before);
    return STW_OK;
}

static int apply_exchanges(struct stepping *stepping, const struct stw_meter_point *next)
{
    struct stw_meter_steps *steps = stepping->steps;
    while (steps->exchange < stepping->config->exchange_count) {
        enum exchange_answer answer = ask_exchange(stepping, next);
        if (answer == EXCHANGE_LATER)
            break;
        const struct stw_exchange *exchange = &stepping->config->exchanges[steps->exchange++];
        if (answer == EXCHANGE_NOW) {
            STW_TRY(apply_exchange(stepping, exchange));
            continue;
        }
        tell(stepping, STW_METER_UNSEEN, exchange->at_ns, steps->good.value, steps->candidate.value,
             0);
    }
    return STW_OK;
}

/* Exchanges before the first reading are past, and so is one at that time when the reading is
 * nearer to the new register. */
static void skip_past_exchanges(struct stepping *stepping)
{
    struct stw_meter_steps *steps = stepping->steps;
    const struct stw_meter_config *config = stepping->config;
    for (; steps->exchange < config->exchange_count; steps->exchange++) {
        const struct stw_exchange *exchange = &config->exchanges[steps->exchange];
        stw_int128 value = steps->good.value;
        stw_int128 below_final = on_record(stepping, &exchange->final, value) - value;
        stw_int128 above_initial = value - on_record(stepping, &exchange->initial, 0);
        bool on_old = exchange->final.known && below_final >= 0 &&
                      (above_initial < 0 || below_final < above_initial);
        if (exchange->at_ns > steps->good.time_ns ||
            (exchange->at_ns + config->exchange_slack_ns >= steps->good.time_ns && on_old))
            break;
    }
}

static bool is_rollover(const struct stepping *stepping, const struct stw_meter_step *step,
                        stw_int128 *range)
{
    const struct stw_meter_steps *steps = stepping->steps;
    int digits = stepping->config->digits;
    struct stw_wide one = {1, 0};
    if (digits <= 0 || digits > STW_SCALE_MAX ||
        !stw_wide_rescale(one, steps->scale + digits, range))
        return false;
    stw_int128 wrapped = step->to + *range - step->from;
    double most = 10 * steps->fastest_per_ns * (double)(step->to_ns - step->from_ns);
    bool known_pace = steps->fastest_per_ns > 0;
    return step->from < *range && wrapped <= *range / 10 &&
           (!known_pace || (double)wrapped <= most);
}

/* A fall that nothing explains: a reset where it is to the foot of the register, else no use. */
static enum stw_meter_flag leave_line(struct stw_meter_steps *steps, struct stw_meter_step *step,
                                      bool is_last)
{
    step->complete = false;
    /* The line worth going back to is the last one that was more than the foot of a reset. */
    if (!steps->has_left || steps->good.value > steps->left.value / 100) {
        steps->has_left = true;
        steps->left = steps->good;
        steps->since_left = 0;
    }
    if (!is_last && step->to >= 0 && step->to <= step->from / 100) {
        step->from = 0;
        step->estimated = true;
        return STW_METER_RESET;
    }
    step->from = step->to;
    return STW_METER_FALL;
}

static int settle_fall(struct stepping *stepping, struct stw_meter_step step, bool is_last)
{
    struct stw_meter_steps *steps = stepping->steps;
    stw_int128 before = step.from, after = step.to, range;
    enum stw_meter_flag what;
    if (stepping->config->kind == STW_METER_REMAINING) {
        what = STW_METER_TOP_UP;
        step.from = step.to;
        step.complete = false;
    } else if (is_rollover(stepping, &step, &range)) {
        what = STW_METER_ROLLOVER;
        step.to += range;
        steps->has_left = false;
    } else {
        what = leave_line(steps, &step, is_last);
    }
    step.flags |= (uint32_t)what;
    steps->since_left += step.to - step.from;
    if (what == STW_METER_TOP_UP)
        tell(stepping, what, step.to_ns, -before, -after, 0);
    else
        tell(stepping, what, step.to_ns, before, after, step.to - step.from);
    return put(stepping, &step);
}

/* Back on the line that a supposed reset left: with a jump this meter could not have made, to where
 * the old line could be by now. So those readings were bad, and the old line counts. */
static bool is_return(const struct stw_meter_steps *steps, const struct stw_meter_step *step)
{
    double most_per_ns = 10 * steps->fastest_per_ns;
    stw_int128 beyond = step->to - steps->left.value;
    return steps->has_left && beyond >= 0 && step->from < steps->left.value &&
           (double)(step->to - step->from) > most_per_ns * (double)(step->to_ns - step->from_ns) &&
           (double)beyond <= most_per_ns * (double)(step->to_ns - steps->left.time_ns);
}

static int settle_rise(struct stepping *stepping, struct stw_meter_step step)
{
    struct stw_meter_steps *steps = stepping->steps;
    if (is_return(steps, &step)) {
        stw_int128 before = step.from;
        stw_int128 counted = step.to - steps->left.value - steps->since_left;
        step.from = counted > 0 ? step.to - counted : step.to;
        step.flags |= STW_METER_BAD_READ;
        step.estimated = true;
        step.complete = false;
        steps->has_left = false;
        tell(stepping, STW_METER_BAD_READ, step.to_ns, before, step.to, step.to - step.from);
        return put(stepping, &step);
    }
    double pace = (double)(step.to - step.from) / (double)(step.to_ns - step.from_ns);
    if (pace > steps->fastest_per_ns)
        steps->fastest_per_ns = pace;
    steps->since_left += step.to - step.from;
    return put(stepping, &step);
}

/* What lies between good and candidate is decided: hands it on, and the candidate becomes good.
 * `next` is NULL at the end. */
static int settle(struct stepping *stepping, const struct stw_meter_point *next)
{
    struct stw_meter_steps *steps = stepping->steps;
    const struct stw_duration *interval = &stepping->config->interval;
    struct stw_meter_step step = {
        .from_ns = steps->good.time_ns,
        .to_ns = steps->candidate.time_ns,
        .from = steps->good.value,
        .to = steps->candidate.value,
        .reading = true,
        .estimated = steps->candidate.estimated || steps->good.estimated,
        .complete = !steps->good.incomplete,
    };
    int64_t usual_ns = interval->ns + interval->months * MONTH_NS;
    if (step.estimated)
        step.flags |= STW_METER_ESTIMATED;
    if (usual_ns > 0 && step.to_ns - step.from_ns > usual_ns + usual_ns / 2)
        step.flags |= STW_METER_GAP;
    if (step.to < step.from && step.from - step.to <= noise(stepping))
        step.to = steps->candidate.value = step.from;
    STW_TRY(step.to < step.from ? settle_fall(stepping, step, next == NULL)
                                : settle_rise(stepping, step));
    steps->good = steps->candidate;
    return STW_OK;
}

/* Is the candidate a single reading off the line from good to `next`? */
static bool candidate_is_bad(const struct stepping *stepping, const struct stw_meter_point *next)
{
    const struct stw_meter_point *good = &stepping->steps->good;
    const struct stw_meter_point *candidate = &stepping->steps->candidate;
    if (stepping->config->kind == STW_METER_REMAINING || next->value < good->value)
        return false; /* a remaining amount may be topped up and used again */
    if (candidate->value < good->value)
        return good->value - candidate->value > noise(stepping);
    return candidate->value > next->value && candidate->value - next->value > noise(stepping) &&
           !is_explained(stepping, candidate, next);
}

static int take_first(struct stepping *stepping)
{
    struct stw_meter_steps *steps = stepping->steps;
    steps->good = steps->candidate;
    steps->has_good = true;
    skip_past_exchanges(stepping);
    struct stw_meter_step start = {
        .from_ns = steps->good.time_ns,
        .to_ns = steps->good.time_ns,
        .from = steps->good.value,
        .to = steps->good.value,
        .reading = true,
        .complete = true,
    };
    return put(stepping, &start);
}

static int take_register(struct stepping *stepping, const struct stw_meter_point *next)
{
    struct stw_meter_steps *steps = stepping->steps;
    assert(!steps->has_candidate || next->time_ns >= steps->candidate.time_ns);
    if (steps->has_candidate && next->time_ns == steps->candidate.time_ns) {
        steps->candidate = *next;
        return STW_OK;
    }
    if (steps->has_good) {
        STW_TRY(apply_exchanges(stepping, next));
        if (candidate_is_bad(stepping, next))
            tell(stepping, STW_METER_BAD_READ, steps->candidate.time_ns, steps->good.value,
                 steps->candidate.value, 0);
        else
            STW_TRY(settle(stepping, next));
    } else if (steps->has_candidate) {
        STW_TRY(take_first(stepping));
    }
    steps->candidate = *next;
    steps->has_candidate = true;
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
        int64_t month =
            civil.year * INT64_C(12) + civil.month - 1 + sign * (int64_t)interval->months;
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

static int take_interval(struct stepping *stepping, const struct stw_meter_point *value)
{
    struct stw_meter_steps *steps = stepping->steps;
    const struct stw_meter_config *config = stepping->config;
    bool has_length = config->interval.ns > 0 || config->interval.months > 0;
    struct stw_meter_step step = {
        .to = value->value, .reading = true, .estimated = value->estimated, .complete = true};
    step.from_ns = config->stamp_is_start ? value->time_ns : shift(config, value->time_ns, -1);
    step.to_ns = config->stamp_is_start ? shift(config, value->time_ns, 1) : value->time_ns;
    if (!has_length && !config->stamp_is_start)
        step.from_ns = --step.to_ns; /* the period that ends here, not the one that begins */
    if (step.estimated)
        step.flags |= STW_METER_ESTIMATED;
    if (step.to < 0)
        step.flags |= STW_METER_NEGATIVE;
    if (steps->has_good && step.from_ns > steps->good.time_ns && has_length)
        step.flags |= STW_METER_GAP;
    if (steps->has_good && step.from_ns < steps->good.time_ns)
        step.from_ns = steps->good.time_ns;
    if (step.to_ns < step.from_ns)
        step.to_ns = step.from_ns;
    STW_TRY(put(stepping, &step));
    steps->has_good = true;
    steps->good.time_ns = step.to_ns;
    return STW_OK;
}

/* ---- Taking ---------------------------------------------------------------------------------- */

int stw_meter_steps_take(struct stw_meter_steps *steps, const struct stw_meter_config *config,
                         const struct stw_meter_reading *reading,
                         const struct stw_meter_step_sink *sink, struct stw_error *err)
{
    struct stepping stepping = {steps, config, sink, err};
    if (reading->value.scale > steps->scale)
        STW_TRY(refine(&stepping, reading->value.scale));
    /* An int64 times 10^18 fits 128 bits. */
    stw_int128 value =
        reading->value.value * (stw_int128)stw_pow10(steps->scale - reading->value.scale);
    if (config->kind == STW_METER_REMAINING)
        value = -value; /* what is used up, from some start */
    struct stw_meter_point point = {value, reading->time_ns, reading->estimated, false};
    return config->kind == STW_METER_INTERVAL ? take_interval(&stepping, &point)
                                              : take_register(&stepping, &point);
}

int stw_meter_steps_finish(struct stw_meter_steps *steps, const struct stw_meter_config *config,
                           const struct stw_meter_step_sink *sink, struct stw_error *err)
{
    struct stepping stepping = {steps, config, sink, err};
    if (steps->has_candidate && steps->has_good) {
        STW_TRY(apply_exchanges(&stepping, NULL));
        STW_TRY(settle(&stepping, NULL));
    } else if (steps->has_candidate) {
        STW_TRY(take_first(&stepping));
    }
    steps->has_candidate = steps->has_good = false;
    return STW_OK;
}

/* ---- Saving ---------------------------------------------------------------------------------- */

static void save_point(const struct stw_meter_point *point, struct stw_buffer *out)
{
    stw_put_u64(out, (uint64_t)point->time_ns);
    stw_put_i128(out, point->value);
    stw_put_u8(out, (uint8_t)(point->estimated | point->incomplete << 1));
}

static void restore_point(struct stw_meter_point *point, struct stw_reader *in)
{
    const stw_int128 most = (stw_int128)1 << 124; /* above any int64 at 18 decimals */
    point->time_ns = (int64_t)stw_get_u64(in);
    point->value = stw_get_i128(in);
    uint8_t bits = stw_get_u8(in);
    point->estimated = bits & 1;
    point->incomplete = bits & 2;
    if (point->value > most || point->value < -most)
        in->failed = true;
}

void stw_meter_steps_save(const struct stw_meter_steps *steps, struct stw_buffer *out)
{
    uint64_t fastest;
    memcpy(&fastest, &steps->fastest_per_ns, sizeof(fastest));
    stw_put_u8(out, (uint8_t)(steps->has_good | steps->has_candidate << 1 | steps->has_left << 2));
    stw_put_u8(out, steps->scale);
    stw_put_varint(out, steps->exchange);
    save_point(&steps->good, out);
    save_point(&steps->candidate, out);
    save_point(&steps->left, out);
    stw_put_i128(out, steps->since_left);
    stw_put_u64(out, fastest);
}

void stw_meter_steps_restore(struct stw_meter_steps *steps, const struct stw_meter_config *config,
                             struct stw_reader *in)
{
    stw_meter_steps_init(steps, config);
    uint8_t bits = stw_get_u8(in), scale = stw_get_u8(in);
    uint64_t exchange = stw_get_varint(in);
    restore_point(&steps->good, in);
    restore_point(&steps->candidate, in);
    restore_point(&steps->left, in);
    steps->since_left = stw_get_i128(in);
    uint64_t fastest = stw_get_u64(in);
    memcpy(&steps->fastest_per_ns, &fastest, sizeof(fastest));
    steps->has_good = bits & 1;
    steps->has_candidate = bits & 2;
    steps->has_left = bits & 4;
    if (scale < steps->scale || scale > STW_SCALE_MAX || exchange > config->exchange_count)
        in->failed = true;
    if (in->failed)
        return;
    steps->scale = scale;
    steps->exchange = (uint32_t)exchange;
}

/* ---- For those who cut steps ----------------------------------------------------------------- */

/* Decimal places a value needs, at least `scale`. */
static int places(stw_int128 value, int value_scale, int scale)
{
    while (value_scale > scale && value % 10 == 0) {
        value /= 10;
        value_scale--;
    }
    return value_scale;
}

stw_int128 stw_meter_step_at(const struct stw_meter_step *step, int scale, int64_t at_ns)
{
    int from_places = places(step->from, step->scale, scale);
    int to_places = places(step->to, step->scale, scale);
    int finer = from_places > to_places ? from_places : to_places;
    int64_t unit = stw_pow10(step->scale - finer);
    /* In two parts, so that no product of a register and a time has to fit: the quotient's share is
     * exact, and the rest is below 2^63, as is the time. */
    stw_int128 lasted = step->to_ns - step->from_ns, passed = at_ns - step->from_ns;
    stw_int128 rise = (step->to - step->from) / unit; /* exact: both are whole units */
    stw_int128 part = rise / lasted * passed + stw_div_round(rise % lasted * passed, lasted);
    return step->from + part * unit;
}

uint32_t stw_meter_multiplier_at(const struct stw_meter_config *config, uint32_t from,
                                 int64_t at_ns)
{
    while (from + 1 < config->multiplier_count && config->multipliers[from + 1].from_ns <= at_ns)
        from++;
    return from;
}
