/* The alert's state machine; see alarm.h. */
#include "rule/alarm.h"

#include <string.h>

void stw_alarm_init(struct stw_alarm *alarm)
{
    memset(alarm, 0, sizeof(*alarm));
    alarm->cleared_ns = STW_TIME_NONE;
    alarm->last_ns = STW_TIME_NONE;
}

static void note_worst(struct stw_alarm *alarm, const struct stw_alarm_limits *limits,
                       const struct stw_signal *signal)
{
    int order = stw_decimal_compare(signal->value, alarm->worst.value) * limits->worse;
    if (limits->worse == 0 || order > 0)
        alarm->worst = (struct stw_evidence){signal->time_ns, signal->value};
}

static enum stw_alarm_event raise(struct stw_alarm *alarm, const struct stw_alarm_limits *limits,
                                  const struct stw_signal *signal)
{
    bool again = alarm->cleared_ns != STW_TIME_NONE &&
                 alarm->pending_ns - alarm->cleared_ns < limits->damp_ns;
    alarm->phase = STW_ALARM_FIRING;
    alarm->fired_ns = signal->time_ns;
    alarm->warning = signal->warning;
    if (again) {
        alarm->flaps++;
        return STW_ALARM_RAISED_AGAIN;
    }
    alarm->start_ns = alarm->pending_ns;
    alarm->flaps = 0;
    return STW_ALARM_RAISED;
}

static enum stw_alarm_event while_quiet(struct stw_alarm *alarm,
                                        const struct stw_alarm_limits *limits,
                                        const struct stw_signal *signal, bool gap)
{
    if (signal->truth != STW_TRUTH_TRUE) {
        alarm->phase = STW_ALARM_OK;
        return STW_ALARM_NOTHING;
    }
    if (alarm->phase == STW_ALARM_OK || gap) {
        alarm->phase = STW_ALARM_PENDING;
        alarm->pending_ns = signal->since_ns;
        alarm->first = (struct stw_evidence){signal->time_ns, signal->value};
        alarm->worst = alarm->first;
    } else {
        note_worst(alarm, limits, signal);
    }
    if (signal->time_ns - alarm->pending_ns < limits->for_ns)
        return STW_ALARM_NOTHING;
    return raise(alarm, limits, signal);
}

static enum stw_alarm_event while_raised(struct stw_alarm *alarm,
                                         const struct stw_alarm_limits *limits,
                                         const struct stw_signal *signal, bool gap)
{
    if (signal->truth != STW_TRUTH_FALSE) {
        alarm->phase = STW_ALARM_FIRING;
        if (signal->truth == STW_TRUTH_TRUE)
            note_worst(alarm, limits, signal);
        if (signal->truth == STW_TRUTH_TRUE && alarm->warning && !signal->warning) {
            alarm->warning = false;
            alarm->fired_ns = signal->time_ns;
            return STW_ALARM_WORSENED;
        }
        return STW_ALARM_NOTHING;
    }
    if (alarm->phase == STW_ALARM_FIRING || gap) {
        alarm->phase = STW_ALARM_CLEARING;
        alarm->clearing_ns = signal->time_ns;
    }
    if (signal->time_ns - alarm->clearing_ns < limits->clear_for_ns)
        return STW_ALARM_NOTHING;
    alarm->phase = STW_ALARM_OK;
    alarm->cleared_ns = signal->time_ns;
    return STW_ALARM_CLEARED;
}

enum stw_alarm_event stw_alarm_step(struct stw_alarm *alarm, const struct stw_alarm_limits *limits,
                                    const struct stw_signal *signal)
{
    bool gap = alarm->last_ns != STW_TIME_NONE && signal->time_ns - alarm->last_ns > limits->gap_ns;
    alarm->last_ns = signal->time_ns;
    if (alarm->phase == STW_ALARM_OK && signal->truth != STW_TRUTH_TRUE)
        return STW_ALARM_NOTHING; /* nearly every reading */
    if (alarm->phase == STW_ALARM_OK || alarm->phase == STW_ALARM_PENDING)
        return while_quiet(alarm, limits, signal, gap);
    return while_raised(alarm, limits, signal, gap);
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

void stw_put_evidence(struct stw_buffer *out, struct stw_evidence evidence)
{
    stw_put_u64(out, (uint64_t)evidence.time_ns);
    stw_put_decimal(out, evidence.value);
}

struct stw_evidence stw_get_evidence(struct stw_reader *in)
{
    struct stw_evidence evidence;
    evidence.time_ns = (int64_t)stw_get_u64(in);
    evidence.value = stw_get_decimal(in);
    return evidence;
}

void stw_alarm_save(const struct stw_alarm *alarm, struct stw_buffer *out)
{
    stw_put_u8(out, alarm->phase);
    stw_put_u8(out, alarm->warning);
    stw_put_varint(out, alarm->flaps);
    stw_put_u64(out, (uint64_t)alarm->pending_ns);
    stw_put_u64(out, (uint64_t)alarm->start_ns);
    stw_put_u64(out, (uint64_t)alarm->fired_ns);
    stw_put_u64(out, (uint64_t)alarm->clearing_ns);
    stw_put_u64(out, (uint64_t)alarm->cleared_ns);
    stw_put_u64(out, (uint64_t)alarm->last_ns);
    stw_put_evidence(out, alarm->first);
    stw_put_evidence(out, alarm->worst);
}

void stw_alarm_restore(struct stw_alarm *alarm, struct stw_reader *in)
{
    stw_alarm_init(alarm);
    alarm->phase = stw_get_u8(in);
    alarm->warning = stw_get_u8(in) != 0;
    alarm->flaps = (uint32_t)stw_get_varint(in);
    alarm->pending_ns = (int64_t)stw_get_u64(in);
    alarm->start_ns = (int64_t)stw_get_u64(in);
    alarm->fired_ns = (int64_t)stw_get_u64(in);
    alarm->clearing_ns = (int64_t)stw_get_u64(in);
    alarm->cleared_ns = (int64_t)stw_get_u64(in);
    alarm->last_ns = (int64_t)stw_get_u64(in);
    alarm->first = stw_get_evidence(in);
    alarm->worst = stw_get_evidence(in);
    if (alarm->phase > STW_ALARM_CLEARING)
        in->failed = true;
}
