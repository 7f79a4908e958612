/*
 * The life of an alert: OK -> PENDING -> FIRING -> CLEARING -> OK, the same for every condition.
 *
 * A condition turns readings into signals (time, true / between / false, a value); an alarm turns
 * signals into the raising and clearing of alerts, by `for`, `clear: for` and damping. It knows
 * nothing of readings, and time for it is the time of the signals: nothing here depends on when a
 * signal is delivered.
 *
 * Flapping is damped: what is raised within the damping time after it cleared, or rests on evidence
 * from before it cleared or begins at the same instant, is the same alert raised again, and
 * counted.
 */
#ifndef STW_RULE_ALARM_H
#define STW_RULE_ALARM_H

#include "base/bits.h"
#include "base/decimal.h"

#include <stdbool.h>
#include <stdint.h>

#define STW_TIME_NONE INT64_MIN

enum stw_truth {
    STW_TRUTH_FALSE,   /* it would clear */
    STW_TRUTH_BETWEEN, /* neither raises nor clears: in the hysteresis band, or undecided */
    STW_TRUTH_TRUE
};

/* A row an alert rests on. */
struct stw_evidence {
    int64_t time_ns;
    struct stw_decimal value;
};

enum { STW_EVIDENCE_MAX = 8 };

struct stw_signal {
    int64_t time_ns; /* never before the signal before it */
    enum stw_truth truth;
    bool warning;     /* of a deadline that comes near: the alert is a warning so far */
    int64_t since_ns; /* where true: when it began (<= time_ns) */
    struct stw_decimal value;
    const struct stw_evidence
        *evidence; /* the rows behind it; NULL: first and worst of the alarm */
    uint32_t evidence_count;
};

enum stw_alarm_phase { STW_ALARM_OK, STW_ALARM_PENDING, STW_ALARM_FIRING, STW_ALARM_CLEARING };

/* How long a signal must last; from the rule and the series. */
struct stw_alarm_limits {
    int64_t for_ns;
    int64_t clear_for_ns;
    int64_t gap_ns;  /* a longer time without a signal proves nothing about what lies in it */
    int64_t damp_ns; /* raised again sooner than this after clearing: the same alert */
    int worse;       /* 1: larger values are worse, -1: smaller ones, 0: the latest counts */
};

struct stw_alarm {
    int64_t since_ns; /* PENDING: true without a break; CLEARING: false without one */
    int64_t start_ns; /* of the alert; its identity */
    int64_t fired_ns;
    int64_t cleared_ns; /* STW_TIME_NONE: never */
    int64_t last_ns;    /* of the last signal */
    int64_t value;      /* the worst one so far, at value_scale */
    uint32_t flaps;     /* times this alert was raised again */
    uint8_t value_scale;
    uint8_t phase;
    bool warning;
};

/* The rows an alert rests on, for signals that do not bring their own. */
struct stw_alarm_rows {
    int64_t first_ns;
    int64_t first;    /* at first_scale */
    int64_t worst_ns; /* of the alarm's value */
    uint8_t first_scale;
};

static inline struct stw_decimal stw_alarm_value(const struct stw_alarm *alarm)
{
    return (struct stw_decimal){alarm->value, alarm->value_scale};
}

enum stw_alarm_event {
    STW_ALARM_NOTHING,
    STW_ALARM_RAISED,
    STW_ALARM_RAISED_AGAIN,
    STW_ALARM_WORSENED, /* a warning became an alert */
    STW_ALARM_CLEARED
};

void stw_alarm_init(struct stw_alarm *alarm);

/* `rows` may be NULL. */
enum stw_alarm_event stw_alarm_step(struct stw_alarm *alarm, struct stw_alarm_rows *rows,
                                    const struct stw_alarm_limits *limits,
                                    const struct stw_signal *signal);

void stw_alarm_save(const struct stw_alarm *alarm, const struct stw_alarm_rows *rows,
                    struct stw_buffer *out);
void stw_alarm_restore(struct stw_alarm *alarm, struct stw_alarm_rows *rows,
                       struct stw_reader *in); /* asks in->failed */

void stw_put_decimal(struct stw_buffer *out, struct stw_decimal value);
struct stw_decimal stw_get_decimal(struct stw_reader *in);

#endif
