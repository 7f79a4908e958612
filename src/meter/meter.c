/* The step core's steps, period by period; meter.h has the rules. */
#include "meter/meter_spread.h"

#include <stdio.h>
#include <string.h>

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

static struct stw_meter_marks no_marks(void)
{
    return (struct stw_meter_marks){INT64_MAX, INT64_MIN};
}

void stw_meter_init(struct stw_meter *meter, const struct stw_meter_config *config)
{
    memset(meter, 0, sizeof(*meter));
    meter->config = *config;
    stw_meter_steps_init(&meter->steps, config);
    meter->raw_scale = meter->steps.scale;
    meter->bad = meter->left_out = no_marks();
}

static void mark(struct stw_meter_marks *marks, int64_t at_ns)
{
    if (at_ns < marks->first_ns)
        marks->first_ns = at_ns;
    if (at_ns > marks->last_ns)
        marks->last_ns = at_ns;
}

/* ---- Steps ----------------------------------------------------------------------------------- */

static void see_event(void *context, const struct stw_meter_event *event)
{
    struct stw_meter_feeding *feeding = context;
    struct stw_meter *meter = feeding->meter;
    if (event->what == STW_METER_UNSEEN)
        meter->result.flags |= STW_METER_UNSEEN;
    if (event->what == STW_METER_BAD_READ)
        mark(&meter->bad, event->at_ns);
    if (feeding->sink->event != NULL)
        feeding->sink->event(feeding->sink->context, event);
}

/* The raw sums of the multiplier in force, at a step's finer scale. */
static int refine_raw(struct stw_meter_feeding *feeding, const struct stw_meter_step *step)
{
    struct stw_meter *meter = feeding->meter;
    struct stw_wide raw = {meter->raw, meter->raw_scale};
    struct stw_wide estimated = {meter->raw_estimated, meter->raw_scale};
    if (!stw_wide_rescale(raw, step->scale, &meter->raw) ||
        !stw_wide_rescale(estimated, step->scale, &meter->raw_estimated))
        return stw_meter_too_large(feeding, step->from_ns);
    meter->raw_scale = step->scale;
    return STW_OK;
}

static int add_step(void *context, const struct stw_meter_step *step)
{
    struct stw_meter_feeding *feeding = context;
    struct stw_meter *meter = feeding->meter;
    bool is_interval = meter->config.kind == STW_METER_INTERVAL;
    bool is_start = step->reading && step->from_ns == step->to_ns && !is_interval;
    if (step->scale > meter->raw_scale)
        STW_TRY(refine_raw(feeding, step));
    if (is_interval || is_start) {
        STW_TRY(stw_meter_move_to(feeding, step->from_ns));
        meter->result.readings++;
    }
    if (is_start)
        return STW_OK;
    STW_TRY(stw_meter_spread(feeding, step));
    meter->result.flags |= step->flags & STW_METER_EXCHANGE; /* also where it was on a boundary */
    if (is_interval || !step->reading)
        return STW_OK;
    meter->result.readings++;
    if (meter->bad.last_ns <= step->to_ns)
        meter->bad = no_marks();
    if (meter->left_out.last_ns <= step->to_ns)
        meter->left_out = no_marks();
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
    struct stw_meter_feeding feeding = {meter, sink, err};
    struct stw_meter_step_sink steps = {&feeding, add_step, see_event};
    if (value->type != STW_TYPE_DECIMAL && value->type != STW_TYPE_INT)
        return stw_fail(err, STW_ERR_USAGE, "use is computed from decimal or int readings only");
    for (uint32_t row = 0; row < count; row++) {
        if (!stw_vector_has(value, row))
            continue;
        enum quality mood = quality_of(quality, row);
        if (mood == QUALITY_LEFT_OUT) {
            mark(&meter->left_out, time_ns[row]);
            continue;
        }
        struct stw_meter_reading reading = {time_ns[row], stw_vector_decimal(value, row),
                                            mood == QUALITY_ESTIMATED};
        STW_TRY(stw_meter_steps_take(&meter->steps, &meter->config, &reading, &steps, err));
    }
    return STW_OK;
}

int stw_meter_finish(struct stw_meter *meter, const struct stw_meter_sink *sink,
                     struct stw_error *err)
{
    struct stw_meter_feeding feeding = {meter, sink, err};
    struct stw_meter_step_sink steps = {&feeding, add_step, see_event};
    STW_TRY(stw_meter_steps_finish(&meter->steps, &meter->config, &steps, err));
    if (!meter->period_open)
        return STW_OK;
    meter->period_open = false;
    return stw_meter_close_period(&feeding);
}
