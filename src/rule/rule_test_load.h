/* One test of a pack as data: its series row by row, and what is expected. For rule_test.c. */
#ifndef STW_RULE_RULE_TEST_LOAD_H
#define STW_RULE_RULE_TEST_LOAD_H

#include "rule/load.h"
#include "rule/rule_test.h"

/* A row of any table; what does not apply is 0. */
struct stw_test_row {
    int64_t time_ns;
    struct stw_decimal value;
    bool estimated;
    struct stw_slice code;
};

struct stw_test_series {
    struct stw_subject subject;
    struct stw_test_row *rows;
    uint32_t count;
    uint32_t capacity;
    int64_t stamps[STW_ORDER_COLUMNS]; /* of an order; STW_TIME_NONE */
};

struct stw_test_expectation {
    const struct stw_yaml_node *node;
    const struct stw_rule *rule;
    struct stw_slice key; /* "w1", or of a group "l1/E12" */
    bool has_fires, has_clears;
    int64_t fires_ns[STW_TEST_ALERTS_MAX];
    int64_t clears_ns[STW_TEST_ALERTS_MAX];
    uint32_t fires_count, clears_count;
};

struct stw_test_case {
    const char *name;
    struct stw_site site;
    int64_t start_ns;
    int64_t every_ns;
    int64_t until_ns;
    struct stw_test_series *series;
    uint32_t series_count;
    uint64_t row_count;
    struct stw_test_expectation *expectations;
    uint32_t expectation_count;
    int64_t restart_ns; /* 0: not asked for */
    int64_t shuffle_ns; /* 0: not asked for */
};

/* False after findings. *zone is set when the test brings its own, and is the caller's. */
bool stw_test_load(struct stw_loader *loader, const struct stw_yaml_node *node,
                   struct stw_test_case *test, struct stw_zone **zone);

#endif
