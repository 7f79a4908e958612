/* Exact intervals of rates: published values and GSL quantiles. */
#include "stat/rate.h"

#include "../support/test.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>

/* R, poisson.test(137, 24.19893). */
static void gives_garwood_interval(void)
{
    struct stw_rate rate = stw_rate_of(137, 24.19893, 0.95);
    STW_NEAR(rate.value, 5.661407, 5e-7);
    STW_NEAR(rate.interval.low, 4.753125, 5e-7);
    STW_NEAR(rate.interval.high, 6.692709, 5e-7);
    for (unsigned n = 1; n < 400; n += 7) {
        rate = stw_rate_of(n, 2, 0.9);
        double low = gsl_cdf_chisq_Pinv(0.05, 2.0 * n) / 4;
        double high = gsl_cdf_chisq_Qinv(0.05, 2.0 * n + 2) / 4;
        STW_NEAR(rate.interval.low, low, 1e-9 * low);
        STW_NEAR(rate.interval.high, high, 1e-9 * high);
    }
}

/* No failure: 1 - e^(-rT) = .95 gives r = ln 20 / T, the rule of three. */
static void bounds_what_never_failed(void)
{
    STW_NEAR(stw_rate_upper_bound(0, 10, 0.95), log(20) / 10, 1e-13);
    struct stw_rate rate = stw_rate_of(0, 10, 0.95);
    CU_ASSERT_EQUAL(rate.interval.low, 0);
    STW_NEAR(rate.interval.high, log(40) / 10, 1e-13);
    struct stw_mtbf mtbf = stw_mtbf_of(0, 10, 0.95);
    CU_ASSERT_EQUAL(mtbf.value, INFINITY);
    STW_NEAR(mtbf.interval.low, 10 / log(20), 1e-12);
    CU_ASSERT_EQUAL(mtbf.interval.high, INFINITY);
}

static void gives_mtbf_interval(void)
{
    struct stw_mtbf mtbf = stw_mtbf_of(2, 1600, 0.9);
    STW_NEAR(mtbf.value, 800, 0);
    STW_NEAR(mtbf.interval.low, 254.1379, 5e-5);
    STW_NEAR(mtbf.interval.high, 4502.457, 5e-4);
}

/* R, poisson.test(c(11, 21), c(800, 3011)). */
static void compares_two_rates(void)
{
    struct stw_rate_ratio ratio = stw_rate_ratio_of(11, 800, 21, 3011, 0.95);
    STW_NEAR(ratio.value, 1.971488, 5e-7);
    STW_NEAR(ratio.interval.low, 0.8584264, 5e-8);
    STW_NEAR(ratio.interval.high, 4.2772659, 5e-8);
    STW_NEAR(ratio.p_two_sided, 0.0796686, 5e-8);
    struct stw_rate_ratio swapped = stw_rate_ratio_of(21, 3011, 11, 800, 0.95);
    STW_NEAR(swapped.interval.low, 1 / ratio.interval.high, 1e-12);
    STW_NEAR(swapped.p_two_sided, ratio.p_two_sided, 1e-12);
}

/* The definition in its plainest form: add every outcome at most as likely. */
static void adds_all_outcomes_as_unlikely(void)
{
    for (unsigned total = 1; total < 45; total += 3) {
        for (unsigned a = 0; a <= total; a++) {
            double exposure = 0.3 + total % 5;
            double p = exposure / (exposure + 1.7);
            double limit = gsl_ran_binomial_pdf(a, p, total) * (1 + 1e-7);
            double want = 0;
            for (unsigned k = 0; k <= total; k++)
                if (gsl_ran_binomial_pdf(k, p, total) <= limit)
                    want += gsl_ran_binomial_pdf(k, p, total);
            struct stw_rate_ratio ratio = stw_rate_ratio_of(a, exposure, total - a, 1.7, 0.95);
            STW_NEAR(ratio.p_two_sided, fmin(want, 1), 1e-11);
        }
    }
}

static void handles_empty_sides(void)
{
    struct stw_rate_ratio none = stw_rate_ratio_of(0, 10, 0, 20, 0.95);
    CU_ASSERT(isnan(none.value));
    CU_ASSERT_EQUAL(none.interval.low, 0);
    CU_ASSERT_EQUAL(none.interval.high, INFINITY);
    CU_ASSERT_EQUAL(none.p_two_sided, 1);
    struct stw_rate_ratio only = stw_rate_ratio_of(4, 10, 0, 10, 0.95);
    CU_ASSERT_EQUAL(only.value, INFINITY);
    CU_ASSERT_EQUAL(only.interval.high, INFINITY);
    /* Lower limit: p^4 = .025 for the share, odds at equal exposure. */
    double share = pow(0.025, 0.25);
    STW_NEAR(only.interval.low, share / (1 - share), 1e-12);
    STW_NEAR(only.p_two_sided, 0.125, 1e-12); /* 2 / 2^4 */
    CU_ASSERT(isnan(stw_rate_of(3, 0, 0.95).value));
    CU_ASSERT(isnan(stw_rate_of(3, 1, 1).interval.low));
    CU_ASSERT(isnan(stw_mtbf_of(3, -1, 0.9).value));
}

/* R, binom.test(7, 10): .3475471 .. .9332605. */
static void gives_clopper_pearson(void)
{
    struct stw_interval interval = stw_proportion_interval(7, 10, 0.95);
    STW_NEAR(interval.low, 0.3475471, 5e-8);
    STW_NEAR(interval.high, 0.9332605, 5e-8);
    CU_ASSERT_EQUAL(stw_proportion_interval(0, 10, 0.95).low, 0);
    CU_ASSERT_EQUAL(stw_proportion_interval(10, 10, 0.95).high, 1);
    CU_ASSERT(isnan(stw_proportion_interval(3, 2, 0.95).low));
}

STW_SUITE(rate, {"gives Garwood's interval", gives_garwood_interval},
          {"bounds what never failed", bounds_what_never_failed},
          {"gives the interval of an MTBF", gives_mtbf_interval},
          {"compares two rates", compares_two_rates},
          {"adds all outcomes as unlikely", adds_all_outcomes_as_unlikely},
          {"handles empty sides", handles_empty_sides},
          {"gives Clopper and Pearson's interval", gives_clopper_pearson});
