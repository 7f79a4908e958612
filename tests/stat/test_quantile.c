/* Quantiles against Hyndman and Fan's definitions in exact fractions, moments against GSL. */
#include "stat/moments.h"
#include "stat/quantile.h"

#include "../support/test.h"

#include <gsl/gsl_statistics_double.h>
#include <math.h>

static const double ten[] = {3, 5, 7, 8, 12, 13, 14, 18, 21, 480};

/* The definition Q = (1 - g) X(j) + g X(j + 1), j = floor(np + m), evaluated with Python fractions;
 * the .9 row of types 7 and 8 is the published one. */
static void gives_all_nine_types(void)
{
    static const struct {
        double p;
        double want[9];
    } rows[] = {
        {0, {3, 3, 3, 3, 3, 3, 3, 3, 3}},
        {0.05, {3, 3, 3, 3, 3, 3, 3.9, 3, 3}},
        {0.25, {7, 7, 5, 6, 7, 6.5, 7.25, 6.0 + 5.0 / 6, 6.875}},
        {0.33, {8, 8, 7, 7.3, 7.8, 7.63, 7.97, 7.74 + 0.01 / 3, 7.7575}},
        {0.5, {12, 12.5, 12, 12, 12.5, 12.5, 12.5, 12.5, 12.5}},
        {0.9, {21, 250.5, 21, 21, 250.5, 434.1, 66.9, 311.7, 296.4}},
        {0.99, {480, 480, 480, 434.1, 480, 480, 438.69, 480, 480}},
        {1, {480, 480, 480, 480, 480, 480, 480, 480, 480}},
    };
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        for (int type = 1; type <= 9; type++)
            STW_NEAR(stw_quantile(ten, 10, rows[i].p, (enum stw_quantile_type)type),
                     rows[i].want[type - 1], 1e-9);
}

static void interpolates_as_gsl(void)
{
    for (double p = 0; p <= 1; p += 1.0 / 64)
        STW_NEAR(stw_quantile(ten, 10, p, STW_QUANTILE_7),
                 gsl_stats_quantile_from_sorted_data(ten, 1, 10, p), 1e-9);
}

static void needs_values_and_a_share(void)
{
    CU_ASSERT(isnan(stw_quantile(ten, 0, 0.5, STW_QUANTILE_7)));
    CU_ASSERT(isnan(stw_quantile(ten, 10, 1.1, STW_QUANTILE_7)));
    CU_ASSERT(isnan(stw_quantile(ten, 10, NAN, STW_QUANTILE_1)));
    CU_ASSERT_EQUAL(stw_quantile(ten, 1, 0.9, STW_QUANTILE_6), 3);
    double unsorted[] = {9, -1, 4};
    CU_ASSERT_EQUAL(stw_median(unsorted, 3), 4);
}

static void moments_match_gsl_and_merge(void)
{
    double values[500];
    uint64_t state = 7;
    for (int i = 0; i < 500; i++)
        values[i] = 1e6 + (double)(stw_test_random(&state) % 100000) / 1000;
    struct stw_moments whole = {0};
    struct stw_moments parts[3] = {{0}};
    for (int i = 0; i < 500; i++) {
        stw_moments_add(&whole, values[i]);
        stw_moments_add(&parts[i < 13 ? 0 : 2], values[i]); /* the middle one stays empty */
    }
    stw_moments_merge(&parts[0], &parts[1]);
    stw_moments_merge(&parts[0], &parts[2]);
    double variance = gsl_stats_variance(values, 1, 500);
    STW_NEAR(whole.mean, gsl_stats_mean(values, 1, 500), 1e-8);
    STW_NEAR(stw_moments_variance(&whole), variance, 1e-9 * variance);
    CU_ASSERT_EQUAL(parts[0].count, 500);
    STW_NEAR(parts[0].mean, whole.mean, 1e-8);
    STW_NEAR(stw_moments_deviation(&parts[0]), sqrt(variance), 1e-9);
    CU_ASSERT_EQUAL(parts[0].minimum, gsl_stats_min(values, 1, 500));
    CU_ASSERT_EQUAL(parts[0].maximum, gsl_stats_max(values, 1, 500));
    CU_ASSERT(isnan(stw_moments_variance(&parts[1])));
}

/* Plain addition of these gives 0 (Neumaier's own example); the sum is 2. */
static void sums_keep_small_terms(void)
{
    static const double terms[] = {1, 1e100, 1, -1e100};
    struct stw_sum sum = {0};
    for (int i = 0; i < 4; i++)
        stw_sum_add(&sum, terms[i]);
    CU_ASSERT_EQUAL(stw_sum_value(&sum), 2);
    struct stw_sum left = {0};
    struct stw_sum right = {0};
    for (int i = 0; i < 4; i++)
        stw_sum_add(i < 2 ? &left : &right, terms[i]);
    stw_sum_merge(&left, &right);
    CU_ASSERT_EQUAL(stw_sum_value(&left), 2);
    stw_sum_add(&left, INFINITY);
    CU_ASSERT_EQUAL(stw_sum_value(&left), INFINITY);
}

STW_SUITE(quantile, {"gives all nine types", gives_all_nine_types},
          {"interpolates as GSL does", interpolates_as_gsl},
          {"needs values and a share", needs_values_and_a_share},
          {"moments match GSL and merge", moments_match_gsl_and_merge},
          {"sums keep small terms", sums_keep_small_terms});
