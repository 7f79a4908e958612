/* The alert's state machine; see alarm.h. */
#include "rule/alarm.h"

#include <string.h>

void stw_alarm_init(struct stw_alarm *alarm)
{
    memset(alarm, 0, sizeof(*alarm));
    alarm->cleared_ns = STW_TIME_NONE;
    alarm->last_ns = STW_TIME_NONE;
}

static void set_value(struct stw_alarm *alarm, struct stw_alarm_rows *rows,
                      const struct stw_signal *signal)
{
    alarm->value = signal->value.value;
    alarm->value_scale = (uint8_t)signal->value.scale;
    if (rows != NULL)
        rows->worst_ns = signal->time_ns;
}

static void set_first(struct stw_alarm *alarm, struct stw_alarm_rows *rows,
                      const struct stw_signal *signal)
{
    set_value(alarm, rows, signal);
    if (rows == NULL)
        return;
    rows->first_ns = signal->time_ns;
    rows->first = signal->value.value;
    rows->first_scale = (uint8_t)signal->value.scale;
}

static void note_worst(struct stw_alarm *alarm, struct stw_alarm_rows *rows,
                       const struct stw_alarm_limits *limits, const struct stw_signal *signal)
{
    int order = stw_decimal_compare(signal->value, stw_alarm_value(alarm)) * limits->worse;
    if (limits->worse == 0 || order > 0)
        set_value(alarm, rows, signal);
}

static enum stw_alarm_event raise(struct stw_alarm *alarm, const struct stw_alarm_limits *limits,
                                  const struct stw_signal *signal)
{
    bool cleared = alarm->cleared_ns != STW_TIME_NONE;
    /* An alert is known by its start, so one that starts at the same instant is no other. */
    bool again = cleared && (alarm->since_ns - alarm->cleared_ns < limits->damp_ns ||
                             alarm->since_ns == alarm->start_ns);
    alarm->phase = STW_ALARM_FIRING;
    alarm->fired_ns = signal->time_ns;
    alarm->warning = signal->warning;
    if (again) {
        alarm->flaps++;
        return STW_ALARM_RAISED_AGAIN;
    }
    alarm->start_ns = alarm->since_ns;
    alarm->flaps = 0;
    return STW_ALARM_RAISED;
}

static enum stw_alarm_event while_quiet(struct stw_alarm *alarm, struct stw_alarm_rows *rows,
                                        const struct stw_alarm_limits *limits,
                                        const struct stw_signal *signal, bool gap)
{
    if (signal->truth != STW_TRUTH_TRUE) {
        alarm->phase = STW_ALARM_OK;
        return STW_ALARM_NOTHING;
    }
    if (alarm->phase == STW_ALARM_OK || gap) {
        alarm->phase = STW_ALARM_PENDING;
        alarm->since_ns = signal->since_ns;
        set_first(alarm, rows, signal);
    } else {
        note_worst(alarm, rows, limits, signal);
    }
    if (signal->time_ns - alarm->since_ns < limits->for_ns)
        return STW_ALARM_NOTHING;
    return raise(alarm, limits, signal);
}

static enum stw_alarm_event while_raised(struct stw_alarm *alarm, struct stw_alarm_rows *rows,
                                         const struct stw_alarm_limits *limits,
                                         const struct stw_signal *signal, bool gap)
{
    if (signal->truth != STW_TRUTH_FALSE) {
        alarm->phase = STW_ALARM_FIRING;
        if (signal->truth == STW_TRUTH_TRUE)
            note_worst(alarm, rows, limits, signal);
        if (signal->truth == STW_TRUTH_TRUE && alarm->warning && !signal->warning) {
            alarm->warning = false;
            alarm->fired_ns = signal->time_ns;
            return STW_ALARM_WORSENED;
        }
        return STW_ALARM_NOTHING;
    }
    if (alarm->phase == STW_ALARM_FIRING || gap) {
        alarm->phase = STW_ALARM_CLEARING;
        alarm->since_ns = signal->time_ns;
    }
    if (signal->time_ns - alarm->since_ns < limits->clear_for_ns)
        return STW_ALARM_NOTHING;
    alarm->phase = STW_ALARM_OK;
    alarm->cleared_ns = signal->time_ns;
    return STW_ALARM_CLEARED;
}

enum stw_alarm_event stw_alarm_step(struct stw_alarm *alarm, struct stw_alarm_rows *rows,
                                    const struct stw_alarm_limits *limits,
                                    const struct stw_signal *signal)
{
    bool gap = alarm->last_ns != STW_TIME_NONE && signal->time_ns - alarm->last_ns > limits->gap_ns;
    alarm->last_ns = signal->time_ns;
    if (alarm->phase == STW_ALARM_OK && signal->truth != STW_TRUTH_TRUE)
        return STW_ALARM_NOTHING; /* nearly every reading */
    if (alarm->phase == STW_ALARM_OK || alarm->phase == STW_ALARM_PENDING)
        return while_quiet(alarm, rows, limits, signal, gap);
    return while_raised(alarm, rows, limits, signal, gap);
}

void stw_put_decimal(struct stw_buffer *out, struct stw_decimal value)
{
    stw_put_svarint(out, value.value);
    stw_put_u8(out, (uint8_t)value.scale);
}

struct stw_decimal stw_get_decimal(struct stw_reader *in)
{
    struct stw_decimal value;
    value.value = stw_get_svarint(in);
    value.scale = stw_get_u8(in);
    if (value.scale > STW_SCALE_MAX) {
        in->failed = true;
        value.scale = 0;
    }
    return value;
}

void stw_alarm_save(const struct stw_alarm *alarm, const struct stw_alarm_rows *rows,
                    struct stw_buffer *out)
{
    stw_put_u8(out, alarm->phase);
    stw_put_u8(out, alarm->warning);
    stw_put_varint(out, alarm->flaps);
    stw_put_u64(out, (uint64_t)alarm->since_ns);
    stw_put_u64(out, (uint64_t)alarm->start_ns);
    stw_put_u64(out, (uint64_t)alarm->fired_ns);
    stw_put_u64(out, (uint64_t)alarm->cleared_ns);
    stw_put_u64(out, (uint64_t)alarm->last_ns);
    stw_put_decimal(out, stw_alarm_value(alarm));
    if (rows == NULL)
        return;
    stw_put_u64(out, (uint64_t)rows->first_ns);
    stw_put_u64(out, (uint64_t)rows->worst_ns);
    stw_put_decimal(out, (struct stw_decimal){rows->first, rows->first_scale});
}

void stw_alarm_restore(struct stw_alarm *alarm, struct stw_alarm_rows *rows, struct stw_reader *in)
{
    stw_alarm_init(alarm);
    alarm->phase = stw_get_u8(in);
    alarm->warning = stw_get_u8(in) != 0;
    alarm->flaps = (uint32_t)stw_get_varint(in);
    alarm->since_ns = (int64_t)stw_get_u64(in);
    alarm->start_ns = (int64_t)stw_get_u64(in);
    alarm->fired_ns = (int64_t)stw_get_u64(in);
    alarm->cleared_ns = (int64_t)stw_get_u64(in);
    alarm->last_ns = (int64_t)stw_get_u64(in);
    struct stw_decimal value = stw_get_decimal(in);
    alarm->value = value.value;
    alarm->value_scale = (uint8_t)value.scale;
    if (alarm->phase > STW_ALARM_CLEARING)
        in->failed = true;
    if (rows == NULL)
        return;
    rows->first_ns = (int64_t)stw_get_u64(in);
    rows->worst_ns = (int64_t)stw_get_u64(in);
    struct stw_decimal first = stw_get_decimal(in);
    rows->first = first.value;
    rows->first_scale = (uint8_t)first.scale;
}
