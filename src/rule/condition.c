/* The list of conditions and what several of them need; see condition.h. */
#include "rule/condition.h"

#include "rule/conditions/conditions.h"

#include <math.h>

const char *const stw_trait_words[STW_TRAIT_COUNT] = {
    "site",  "building", "device", "channel",  "kind",     "role", "end_use",
    "model", "maker",    "vendor", "priority", "category", "type", "team",
};

static const char *const reading_columns[] = {"value", "quality", NULL};
static const char *const event_columns[] = {"code", "kind", "censored", NULL};
static const char *const order_columns[] = {"accepted", "contacted", "dispatched", "investigated",
                                            "arrived",  "resolved",  "verified",   "revisited",
                                            "closed",   "paused",    NULL};
const char *const *const stw_subject_columns[STW_SUBJECT_TABLES] = {reading_columns, event_columns,
                                                                    order_columns};

const struct stw_condition *const stw_conditions[] = {
    &stw_condition_above,         &stw_condition_below,
    &stw_condition_outside,       &stw_condition_silent_for,
    &stw_condition_night_minimum, &stw_condition_flow_stays_above,
    &stw_condition_unchanged_for, &stw_condition_count,
    &stw_condition_elapsed,       NULL,
};

_Static_assert(sizeof(struct stw_track) % 16 == 0 && sizeof(struct stw_alarm_rows) % 16 == 0,
               "a state begins where any type may");

size_t stw_track_bytes(const struct stw_condition *condition, const struct stw_bound *bound)
{
    size_t state = condition->state_size;
    if (bound != NULL && condition->state_bytes != NULL)
        state = condition->state_bytes(bound);
    return sizeof(struct stw_track) + (condition->own_rows ? 0 : sizeof(struct stw_alarm_rows)) +
           state;
}

bool stw_reading_counts(const struct stw_run *run, uint32_t row)
{
    const struct stw_vector *values = &run->columns[STW_READING_VALUE];
    const struct stw_vector *qualities = &run->columns[STW_READING_QUALITY];
    if (!stw_vector_has(values, row))
        return false;
    if (values->type == STW_TYPE_FLOAT && !isfinite(values->floats[row]))
        return false;
    if (!stw_vector_has(qualities, row))
        return true;
    struct stw_slice quality = stw_vector_text(qualities, row);
    return !stw_slice_is(quality, "estimated") && !stw_slice_is(quality, "suspect") &&
           !stw_slice_is(quality, "bad");
}

struct stw_decimal stw_reading_shown(const struct stw_vector *values, uint32_t row)
{
    if (values->type != STW_TYPE_FLOAT)
        return stw_vector_decimal(values, row);
    double value = values->floats[row];
    if (fabs(value) < 9e12)
        return stw_decimal_trim((struct stw_decimal){llround(value * 1e6), 6});
    return (struct stw_decimal){value > 0 ? INT64_MAX : INT64_MIN, 0};
}

static int64_t clamp(stw_int128 value)
{
    return value > INT64_MAX ? INT64_MAX : value < INT64_MIN ? INT64_MIN : (int64_t)value;
}

int64_t stw_threshold_floor(struct stw_decimal threshold, int scale)
{
    if (scale >= threshold.scale) /* at most 2^63 * 10^18: it fits 128 bits */
        return clamp((stw_int128)threshold.value * stw_pow10(scale - threshold.scale));
    int64_t divisor = stw_pow10(threshold.scale - scale);
    return threshold.value / divisor - (threshold.value % divisor < 0);
}

int64_t stw_threshold_ceil(struct stw_decimal threshold, int scale)
{
    if (scale >= threshold.scale)
        return clamp((stw_int128)threshold.value * stw_pow10(scale - threshold.scale));
    int64_t divisor = stw_pow10(threshold.scale - scale);
    return threshold.value / divisor + (threshold.value % divisor > 0);
}

int64_t stw_gap_limit(const struct stw_subject *subject, int64_t for_ns)
{
    if (subject->interval_ns > 0)
        return 3 * subject->interval_ns;
    int64_t three = for_ns > INT64_MAX / 3 ? INT64_MAX : 3 * for_ns;
    return three > STW_NS_PER_HOUR ? three : STW_NS_PER_HOUR;
}
