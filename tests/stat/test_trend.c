/* Trend tests and the power law: NIST's and MIL-HDBK-189's worked examples, published aircraft
 * data, and hand-counted pairs. */
#include "stat/power_law.h"
#include "stat/trend.h"

#include "../support/test.h"

#include <math.h>
#include <stdio.h>

/* NIST/SEMATECH e-Handbook 8.2.3.4: ten repairs, observation ended at 1500 hours. */
static const double nist[] = {5, 40, 43, 175, 389, 712, 747, 795, 1299, 1478};
static const struct stw_history nist_history = {nist, 10, 1500, false};

static void gives_nist_laplace(void)
{
    struct stw_trend trend;
    CU_ASSERT(stw_trend_laplace(&nist_history, &trend));
    STW_NEAR(trend.statistic, -1.326949, 5e-7);
    STW_NEAR(trend.p_two_sided, 0.184525, 5e-7);
    STW_NEAR(trend.p_improving, 0.184525 / 2, 5e-7);
    STW_NEAR(trend.p_worsening, 1 - 0.184525 / 2, 5e-7);
}

static void gives_nist_mil_hdbk(void)
{
    struct stw_trend trend;
    CU_ASSERT(stw_trend_mil_hdbk_189(&nist_history, &trend));
    STW_NEAR(trend.statistic, 37.228081, 5e-7);
    CU_ASSERT_EQUAL(trend.df, 20);
    STW_NEAR(trend.p_improving, 0.010986, 5e-7);
    STW_NEAR(trend.p_worsening, 1 - 0.010986, 5e-7);
    STW_NEAR(trend.p_two_sided, 2 * 0.010986, 1e-6);
}

/* 33 of 45; two gaps of 35 tie, so the p is normal: (33 - 11 - 1) / sqrt((10*9*25 - 2*1*9) / 18).
 */
static void gives_nist_reversals(void)
{
    struct stw_reverse_arrangements result;
    CU_ASSERT(stw_trend_reverse_arrangements(&nist_history, &result));
    CU_ASSERT_EQUAL(result.reversals, 33);
    CU_ASSERT_EQUAL(result.pairs, 45);
    CU_ASSERT_FALSE(result.exact);
    STW_NEAR(result.p_improving, 0.5 * erfc(21 / sqrt(124) / sqrt(2)), 1e-14);
}

/* All 720 orders of six gaps counted: 1 5 14 29 49 71 90 101 101 90 ... with 0, 1, 2 ... reversals.
 */
static void reversals_are_exact_without_ties(void)
{
    static const double times[] = {1, 4, 6, 12, 17, 21}; /* gaps 1 3 2 6 5 4: 11 reversals */
    struct stw_history history = {times, 6, 30, false};
    struct stw_reverse_arrangements result;
    CU_ASSERT(stw_trend_reverse_arrangements(&history, &result));
    CU_ASSERT(result.exact);
    CU_ASSERT_EQUAL(result.reversals, 11);
    STW_NEAR(result.p_improving, (1 + 5 + 14 + 29 + 49) / 720.0, 1e-14);
    STW_NEAR(result.p_worsening, 1 - (1 + 5 + 14 + 29) / 720.0, 1e-14);
}

/* Pairs of 5 3 7 7 9 by hand: 8 rise, 1 falls, 1 ties; var = (5*4*15 - 2*1*9) / 18; slopes sorted
 * -2 0 2/3 1 1 1 2 2 2 4. Sen's limits at ranks (10 -+ 1.959964 sqrt(282/18)) / 2, upper + 1. */
static void counts_mann_kendall_pairs(void)
{
    static const double values[] = {5, 3, 7, 7, 9};
    struct stw_arena arena;
    stw_arena_init(&arena);
    struct stw_mann_kendall result;
    CU_ASSERT_EQUAL(stw_trend_mann_kendall(values, 5, 0.95, &arena, &result, NULL), STW_OK);
    CU_ASSERT_EQUAL(result.s, 7);
    STW_NEAR(result.variance, 282.0 / 18, 1e-14);
    STW_NEAR(result.z, 1.51587345791973, 1e-13);
    STW_NEAR(result.p_two_sided, 0.129551352904409, 1e-13);
    STW_NEAR(result.p_rising, 0.129551352904409 / 2, 1e-13);
    CU_ASSERT_EQUAL(result.slope, 1);
    double reach = 1.959963984540054 * sqrt(282.0 / 18) / 2;
    STW_NEAR(result.slope_interval.low, -2 + 2 * (5 - reach - 1), 1e-12);
    STW_NEAR(result.slope_interval.high, 2 + 2 * (6 + reach - 9), 1e-12);

    static const double flat[] = {2, 2, 2, 2};
    CU_ASSERT_EQUAL(stw_trend_mann_kendall(flat, 4, 0.95, &arena, &result, NULL), STW_OK);
    CU_ASSERT_EQUAL(result.s, 0);
    CU_ASSERT_EQUAL(result.p_two_sided, 1);
    CU_ASSERT_EQUAL(stw_trend_mann_kendall(flat, 2, 0.95, &arena, &result, NULL), STW_ERR_USAGE);
    CU_ASSERT_EQUAL(
        stw_trend_mann_kendall(flat, STW_TREND_POINTS_MAX + 1, 0.95, &arena, &result, NULL),
        STW_ERR_LIMIT);
    stw_arena_release(&arena);
}

/* Proschan's aircraft as published beside the data: U, beta, chi-square and its df, ended at the
 * last failure. */
static void matches_proschan(void)
{
    static const struct {
        int unit;
        double u, beta, chi2, df;
    } facts[] = {{7907, 0.03614, 1.71591, 6.99336, 10},   {7909, -1.48040, 0.90073, 64.39231, 56},
                 {7911, 0.96549, 1.30782, 21.40960, 26},  {7913, -0.54474, 0.98775, 54.66947, 52},
                 {7915, -0.14425, 1.27572, 14.10971, 16}, {7917, -1.00920, 1.27631, 3.13402, 2},
                 {8045, 0.26928, 1.29147, 24.77789, 30}};
    STW_SKIP_WITHOUT_SHARED("repairable_systems/proschan_acfail.csv");
    for (unsigned i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
        FILE *file = fopen(stw_test_shared("repairable_systems/proschan_acfail.csv"), "r");
        CU_ASSERT_PTR_NOT_NULL_FATAL(file);
        double times[64];
        size_t count = 0;
        int unit;
        double gap;
        char line[128];
        while (fgets(line, sizeof(line), file) != NULL)
            if (sscanf(line, "%d,%lf", &unit, &gap) == 2 && unit == facts[i].unit && count < 64) {
                times[count] = gap + (count > 0 ? times[count - 1] : 0); /* gaps to ages */
                count++;
            }
        fclose(file);
        struct stw_history history = {times, count, 0, true};
        struct stw_trend trend;
        struct stw_power_law law = {0};
        CU_ASSERT(stw_trend_laplace(&history, &trend));
        STW_NEAR(trend.statistic, facts[i].u, 5e-6);
        CU_ASSERT(stw_trend_mil_hdbk_189(&history, &trend));
        STW_NEAR(trend.statistic, facts[i].chi2, 5e-6);
        CU_ASSERT_EQUAL(trend.df, facts[i].df);
        if (stw_power_law_fit(&history, 0.95, &law))
            STW_NEAR(law.beta, facts[i].beta, 5e-6);
        CU_ASSERT_EQUAL(law.count, count >= 3 ? count : 0);
    }
}

/* MIL-HDBK-189's worked example. */
static const double growth[] = {2.6,   16.5, 16.5,  17,    21.4, 29.1,  33.3,  56.5,  63.1,
                                70.6,  73,   77.7,  93.9,  95.5, 98.1,  101.1, 132,   142.2,
                                147.7, 149,  167.2, 190.7, 193,  198.7, 251.9, 282.5, 286.1};

static void fits_power_law(void)
{
    struct stw_history history = {growth, 27, 300, false};
    struct stw_power_law law;
    CU_ASSERT(stw_power_law_fit(&history, 0.9, &law));
    STW_NEAR(law.beta, 0.7163393, 5e-8);
    STW_NEAR(law.lambda, 0.4538419, 5e-8);
    STW_NEAR(law.intensity, 0.06447053, 5e-9);
    STW_NEAR(law.mtbf, 1 / 0.06447053, 2e-6);
    STW_NEAR(law.beta_unbiased, 0.7163393 * 26 / 27, 5e-8);
    /* Exact limits: chi-square .05 and .95 on 54 df are 38.1162 and 72.1532 (tables). */
    STW_NEAR(law.beta_interval.low, 0.7163393 * 38.1162 / 54, 5e-6);
    STW_NEAR(law.beta_interval.high, 0.7163393 * 72.1532 / 54, 5e-6);
    CU_ASSERT_EQUAL(law.cramer_von_mises_count, 27);
    STW_NEAR(law.cramer_von_mises, 0.091, 5e-4);
    CU_ASSERT(law.intensity_interval.low < law.intensity &&
              law.intensity < law.intensity_interval.high);
}

/* MIL-HDBK-189's grouped example: five intervals of 20 hours. */
static void fits_grouped_counts(void)
{
    static const double ends[] = {20, 40, 60, 80, 100};
    static const uint64_t counts[] = {13, 16, 5, 8, 7};
    struct stw_power_law_grouped law;
    CU_ASSERT(stw_power_law_fit_grouped(ends, counts, 5, &law));
    CU_ASSERT_EQUAL(law.count, 49);
    STW_NEAR(law.beta, 0.753, 5e-4);
    STW_NEAR(law.lambda, 1.53, 5e-3);

    /* Two equal groups have a closed form: share of the first is (1/2)^beta. */
    static const double halves[] = {50, 100};
    static const uint64_t quarter[] = {10, 30};
    CU_ASSERT(stw_power_law_fit_grouped(halves, quarter, 2, &law));
    STW_NEAR(law.beta, 2, 1e-12);
    static const uint64_t first_only[] = {9, 0};
    static const uint64_t last_only[] = {0, 9};
    CU_ASSERT_FALSE(stw_power_law_fit_grouped(halves, first_only, 2, &law));
    CU_ASSERT_FALSE(stw_power_law_fit_grouped(halves, last_only, 2, &law));
}

static void refuses_too_few(void)
{
    struct stw_trend trend;
    struct stw_power_law law;
    struct stw_reverse_arrangements result;
    struct stw_history none = {nist, 0, 1500, false};
    struct stw_history one = {nist, 1, 0, true};
    struct stw_history two = {nist, 2, 0, true};
    CU_ASSERT_FALSE(stw_trend_laplace(&none, &trend));
    CU_ASSERT_FALSE(stw_trend_laplace(&one, &trend));
    CU_ASSERT_FALSE(stw_trend_mil_hdbk_189(&one, &trend));
    CU_ASSERT_FALSE(stw_power_law_fit(&two, 0.9, &law));
    CU_ASSERT_FALSE(stw_trend_reverse_arrangements(&two, &result));
}

STW_SUITE(trend, {"gives NIST's Laplace statistic", gives_nist_laplace},
          {"gives NIST's MIL-HDBK-189 statistic", gives_nist_mil_hdbk},
          {"gives NIST's reverse arrangements", gives_nist_reversals},
          {"reverse arrangements are exact without ties", reversals_are_exact_without_ties},
          {"counts Mann-Kendall pairs", counts_mann_kendall_pairs},
          {"matches Proschan's aircraft", matches_proschan}, {"fits the power law", fits_power_law},
          {"fits grouped counts", fits_grouped_counts},
          {"refuses too few failures", refuses_too_few});
