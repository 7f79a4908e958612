/*
 * The tests of a pack: small invented series, and when each rule must speak. They need no store
 * and run the same evaluator as everything else.
 *
 *     tests:
 *     - name: drip fires on the third night, across a clock change and a restart
 *       site: {timezone: Europe/Berlin}
 *       start: "2025-03-28T00:00"
 *       every: 15 min
 *       series:
 *         w1: {kind: water, role: building, channel: flow, unit: L/h, households: 1,
 *              values: "192 of 0, 400 of 35"}
 *       events:
 *         l1: {kind: elevator, at: ["2025-03-28T08:00 E12", "2025-03-29T09:30 E12"]}
 *       orders:
 *         o1: {priority: emergency, created: "2025-03-28T08:00", arrived: "2025-03-28T08:04"}
 *       until: "2025-04-03T00:00"        # exclusive; default: after the last row
 *       expect:
 *       - {rule: night-leak, series: w1, fires: "2025-04-01T05:00", clears: never}
 *       must_not_change_under: {restart: every hour, arrival_shuffle: 10 min}
 *
 * values: `N of V`; `N missing` (no reading comes); `N estimated of V`; `N rising V` (a register:
 * each reading V above the one before). value_kind is gauge unless given. `fires` and `clears` are
 * a local time, a list of them, or never; they name every alert of that rule on that series.
 *
 * A series is named as in `series:`; an alert of a group by its key: l1/E12.
 */
#ifndef STW_RULE_RULE_TEST_H
#define STW_RULE_RULE_TEST_H

#include "rule/pack.h"

enum {
    STW_TEST_ROWS_MAX = 1000000, /* of all series of a test */
    STW_TEST_SERIES_MAX = 100,
    STW_TEST_ALERTS_MAX = 100 /* that one expectation names */
};

struct stw_rule_test {
    const char *name;
    const char *file;
    uint32_t line;
    bool passed;
    const char *what; /* why not; "" when it passed */
};

struct stw_rule_tests {
    struct stw_arena arena;
    struct stw_rule_test *tests;
    uint32_t count;
    uint32_t failed;
    struct stw_findings findings; /* what cannot be read in the tests themselves */
};

/* Runs all tests of a usable pack. Release in every case. */
int stw_rule_tests_run(struct stw_pack *pack, struct stw_rule_tests *out,
                       struct stw_error *err) STW_CHECKED;
void stw_rule_tests_release(struct stw_rule_tests *tests);

#endif
