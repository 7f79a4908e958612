/* Kaplan-Meier and log-rank on Gehan's 6-MP data and hand-worked cases. */
#include "stat/survival.h"

#include "stat/quantile.h"

#include "../support/test.h"

#include <math.h>

/* Gehan 1965: weeks of remission under 6-MP, and under placebo. */
static const struct stw_lifetime gehan[] = {
    {6, true},   {6, true},   {6, true},   {7, true},   {10, true},  {13, true},  {16, true},
    {22, true},  {23, true},  {6, false},  {9, false},  {10, false}, {11, false}, {17, false},
    {19, false}, {20, false}, {25, false}, {32, false}, {32, false}, {34, false}, {35, false},
    {1, true},   {1, true},   {2, true},   {2, true},   {3, true},   {4, true},   {4, true},
    {5, true},   {5, true},   {8, true},   {8, true},   {8, true},   {8, true},   {11, true},
    {11, true},  {12, true},  {12, true},  {15, true},  {17, true},  {22, true},  {23, true}};
enum { TREATED = 21, BOTH = 42 };

static struct stw_arena arena;

static void fit(const struct stw_lifetime *lifetimes, size_t count, struct stw_survival *curve)
{
    CU_ASSERT_EQUAL_FATAL(stw_survival_fit(lifetimes, count, &arena, curve, NULL), STW_OK);
}

static void follows_6_mp(void)
{
    stw_arena_init(&arena);
    struct stw_survival curve;
    fit(gehan, TREATED, &curve);
    CU_ASSERT_EQUAL(curve.count, 21);
    CU_ASSERT_EQUAL(curve.events, 9);
    CU_ASSERT_EQUAL(curve.censored, 12);
    CU_ASSERT_EQUAL(curve.step_count, 7);
    /* The published table: time, at risk, events, S. */
    static const double table[][4] = {{6, 21, 3, 0.8571},  {7, 17, 1, 0.8067},  {10, 15, 1, 0.7529},
                                      {13, 12, 1, 0.6902}, {16, 11, 1, 0.6275}, {22, 7, 1, 0.5378},
                                      {23, 6, 1, 0.4482}};
    for (size_t i = 0; i < curve.step_count && i < 7; i++) {
        CU_ASSERT_EQUAL(curve.steps[i].time, table[i][0]);
        CU_ASSERT_EQUAL((double)curve.steps[i].at_risk, table[i][1]);
        CU_ASSERT_EQUAL((double)curve.steps[i].events, table[i][2]);
        STW_NEAR(curve.steps[i].survival, table[i][3], 5e-5);
    }
    CU_ASSERT_EQUAL(stw_survival_quantile(&curve, 0.5), 23);
    struct stw_interval limits = stw_survival_quantile_interval(&curve, 0.5, 0.95);
    CU_ASSERT_EQUAL(limits.low, 13);
    CU_ASSERT_EQUAL(limits.high, INFINITY);
    CU_ASSERT_EQUAL(stw_survival_quantile(&curve, 0.9), INFINITY);
    CU_ASSERT_EQUAL(stw_survival_at(&curve, 5.9), 1);
    STW_NEAR(stw_survival_at(&curve, 6), 18.0 / 21, 1e-15);
    STW_NEAR(stw_survival_at(&curve, 100), 0.4482, 5e-5);
    stw_arena_release(&arena);
}

/* S = 18/21, se of ln(-ln S) = sqrt(3 / (21 * 18)) / -ln S; R's survfit, conf.type "log-log",
 * prints .620 and .952 at time 6. */
static void limits_are_log_log(void)
{
    stw_arena_init(&arena);
    struct stw_survival curve;
    fit(gehan, TREATED, &curve);
    struct stw_interval at_6 = stw_survival_interval(&curve, 6, 0.95);
    STW_NEAR(at_6.low, 0.620, 5e-4);
    STW_NEAR(at_6.high, 0.952, 5e-4);
    struct stw_interval before = stw_survival_interval(&curve, 1, 0.95);
    CU_ASSERT(before.low == 1 && before.high == 1);
    stw_arena_release(&arena);
}

/* Without censoring the median is the ordinary one, for even and odd counts. */
static void uncensored_median_is_ordinary(void)
{
    uint64_t state = 11;
    for (size_t count = 1; count <= 90; count++) {
        struct stw_lifetime lifetimes[90];
        double values[90];
        for (size_t i = 0; i < count; i++) {
            values[i] = (double)(stw_test_random(&state) % 40);
            lifetimes[i] = (struct stw_lifetime){values[i], true};
        }
        stw_arena_init(&arena);
        struct stw_survival curve;
        fit(lifetimes, count, &curve);
        STW_NEAR(stw_survival_quantile(&curve, 0.5), stw_median(values, count), 1e-12);
        CU_ASSERT_EQUAL(curve.steps[curve.step_count - 1].survival, 0);
        stw_arena_release(&arena);
    }
}

static void handles_nothing(void)
{
    stw_arena_init(&arena);
    struct stw_survival curve;
    fit(NULL, 0, &curve);
    CU_ASSERT_EQUAL(curve.count, 0);
    CU_ASSERT_EQUAL(stw_survival_quantile(&curve, 0.5), INFINITY);
    static const struct stw_lifetime open[] = {{4, false}, {2, false}};
    fit(open, 2, &curve);
    CU_ASSERT_EQUAL(curve.censored, 2);
    CU_ASSERT_EQUAL(curve.longest, 4);
    CU_ASSERT_EQUAL(stw_survival_quantile(&curve, 0.5), INFINITY);
    static const struct stw_lifetime bad[] = {{1, true}, {-1, true}};
    CU_ASSERT_EQUAL(stw_survival_fit(bad, 2, &arena, &curve, NULL), STW_ERR_INPUT);
    static const struct stw_lifetime nan[] = {{NAN, true}};
    CU_ASSERT_EQUAL(stw_survival_fit(nan, 1, &arena, &curve, NULL), STW_ERR_INPUT);
    stw_arena_release(&arena);
}

/* Published for the two arms: expected 19.3 and 10.7, chi-square 16.79 on 1 df. */
static void log_rank_compares_two(void)
{
    uint32_t group[BOTH];
    for (unsigned i = 0; i < BOTH; i++)
        group[i] = i >= TREATED;
    stw_arena_init(&arena);
    struct stw_log_rank test;
    CU_ASSERT_EQUAL(stw_log_rank_test(gehan, group, BOTH, 2, &arena, &test, NULL), STW_OK);
    CU_ASSERT_EQUAL(test.observed[0], 9);
    CU_ASSERT_EQUAL(test.observed[1], 21);
    STW_NEAR(test.expected[0], 19.25, 5e-3);
    STW_NEAR(test.expected[1], 10.75, 5e-3);
    CU_ASSERT_EQUAL(test.df, 1);
    STW_NEAR(test.chi2, 16.793, 5e-4);
    STW_NEAR(test.p_upper, 4.17e-5, 5e-8);
    /* A third group that nobody is in changes nothing. */
    struct stw_log_rank wider;
    CU_ASSERT_EQUAL(stw_log_rank_test(gehan, group, BOTH, 3, &arena, &wider, NULL), STW_OK);
    CU_ASSERT_EQUAL(wider.df, 1);
    STW_NEAR(wider.chi2, test.chi2, 1e-12);
    CU_ASSERT_EQUAL(stw_log_rank_test(gehan, group, BOTH, 1, &arena, &wider, NULL), STW_ERR_LIMIT);
    stw_arena_release(&arena);
}

/* Worked with Python fractions: O - E of two groups against the inverse of their 2 x 2 covariance.
 */
static void log_rank_compares_three(void)
{
    static const struct stw_lifetime lifetimes[] = {{1, true}, {3, true},  {4, false}, {6, true},
                                                    {2, true}, {2, true},  {5, true},  {7, false},
                                                    {3, true}, {5, false}, {8, true},  {9, true}};
    static const uint32_t group[] = {0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2};
    stw_arena_init(&arena);
    struct stw_log_rank test;
    CU_ASSERT_EQUAL(stw_log_rank_test(lifetimes, group, 12, 3, &arena, &test, NULL), STW_OK);
    STW_NEAR(test.expected[0], 1.9621212121212122, 1e-14);
    STW_NEAR(test.expected[2], 4.94949494949495, 1e-14);
    CU_ASSERT_EQUAL(test.df, 2);
    STW_NEAR(test.chi2, 2.429772129081842, 1e-13);
    STW_NEAR(test.p_upper, 0.29674382201165, 1e-13);
    static const uint32_t alone[12] = {0};
    CU_ASSERT_EQUAL(stw_log_rank_test(lifetimes, alone, 12, 2, &arena, &test, NULL), STW_OK);
    CU_ASSERT_EQUAL(test.df, 0);
    CU_ASSERT(isnan(test.p_upper));
    stw_arena_release(&arena);
}

STW_SUITE(survival, {"follows the 6-MP table", follows_6_mp},
          {"limits are log-log", limits_are_log_log},
          {"the uncensored median is the ordinary one", uncensored_median_is_ordinary},
          {"handles no events", handles_nothing},
          {"log-rank compares two groups", log_rank_compares_two},
          {"log-rank compares three groups", log_rank_compares_three});
