/* What the evaluator's tests share: series made of plain arrays, and the ways to feed them. */
#ifndef STW_TEST_RULE_BENCH_H
#define STW_TEST_RULE_BENCH_H

#include "rule/evaluator.h"

enum { BENCH_ROWS_MAX = 20000, BENCH_ALERTS_MAX = 4000 };

#define BENCH_NAN INT64_MIN

struct bench_series {
    struct stw_subject subject;
    uint32_t count;
    int64_t time_ns[BENCH_ROWS_MAX];
    int64_t ints[STW_ORDER_COLUMNS][BENCH_ROWS_MAX];    /* by column; text is a code */
    uint8_t present[STW_ORDER_COLUMNS][BENCH_ROWS_MAX]; /* by column */
    int scale;                                          /* of the value */
    bool is_float; /* the value, divided by 10^scale; BENCH_NAN is no number */
};

/* How a series reaches the evaluator. */
struct bench_way {
    uint32_t run_rows;     /* 0: whole, UINT32_MAX: random lengths */
    uint32_t reload_every; /* a checkpoint into a fresh evaluator after so many runs; 0: never */
    bool ticks;            /* at random instants between rows */
    uint64_t seed;
};

struct bench_alert {
    int64_t start_ns, fired_ns, cleared_ns;
    uint32_t flaps;
};

/* All that was said, in a fixed order, one JSON line each; and the last word on each alert. */
struct bench_result {
    struct stw_buffer lines;
    struct bench_alert alerts[BENCH_ALERTS_MAX]; /* by start */
    uint64_t ids[BENCH_ALERTS_MAX];              /* in order of arrival */
    uint32_t alert_count;
};

extern const struct stw_slice bench_qualities[3]; /* ok, estimated, suspect */

struct bench_series *bench_series_new(enum stw_subject_table table, const char *key);
void bench_series_free(struct bench_series *series);

/* A row of readings: quality 0 .. 2, value at series->scale; absent: no value. */
void bench_reading(struct bench_series *series, int64_t time_ns, int64_t value, bool absent,
                   int quality);

/* Feeds series (their rows interleaved in order of time when runs are short), then says that time
 * is end_ns. */
void bench_run(const struct stw_pack *pack, struct bench_series *const *series, uint32_t count,
               int64_t end_ns, const struct bench_way *way, struct bench_result *result);
void bench_result_release(struct bench_result *result);

/* Runs every way and expects the same; leaves the result of the first (whole series, no tick). */
void bench_every_way(const struct stw_pack *pack, struct bench_series *const *series,
                     uint32_t count, int64_t end_ns, uint64_t seed, struct bench_result *result);

void bench_pack(struct stw_pack *pack, const char *text);

/* Fails the test unless the alerts are those. */
void bench_expect(const struct bench_result *result, const struct bench_alert *want,
                  uint32_t want_count, const char *what);

#endif
