/* The special functions against GSL on grids, 40-digit values from mpmath, and each other. */
#include "stat/special.h"

#include "../support/test.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const double shapes[] = {0.5, 1, 1.5, 2, 5, 9.5, 15.9, 16.1, 30, 100.5, 1000, 25000};
static const double probabilities[] = {1e-200, 1e-30, 1e-10, 1e-4, 0.01,  0.025, 0.05,
                                       0.3,    0.5,   0.7,   0.95, 0.975, 0.99,  0.9999};

/* |got - want| <= tolerance |want|; values under 1e-280 are outside the stated range. */
static void same(double got, double want, double tolerance, const char *what, double x, double y)
{
    bool close = got == want || fabs(want) < 1e-280 || fabs(got - want) <= tolerance * fabs(want);
    STW_EXPECT(close, "%s(%.17g, %.17g): got %.17g, want %.17g, off by %.2e", what, x, y, got, want,
               (got - want) / want);
}

static void matches_gsl_gamma(void)
{
    gsl_set_error_handler_off();
    for (unsigned i = 0; i < COUNT(shapes); i++) {
        double a = shapes[i];
        for (double z = -12; z <= 30; z += 0.25) {
            double x = a + z * sqrt(a);
            if (x <= 0)
                x = a * exp(z);
            /* GSL itself is good to 1e-12 only below shapes of some hundred; see the 40 digits. */
            double tolerance = a <= 31 ? 1e-12 : 1e-10;
            same(stw_gamma_p(a, x), gsl_sf_gamma_inc_P(a, x), tolerance, "P", a, x);
            same(stw_gamma_q(a, x), gsl_sf_gamma_inc_Q(a, x), tolerance, "Q", a, x);
        }
        same(stw_log_gamma(a), gsl_sf_lngamma(a), 1e-14, "lgamma", a, 0);
    }
}

static void matches_gsl_gamma_inverse(void)
{
    for (unsigned i = 0; i < COUNT(shapes); i++) {
        for (unsigned j = 0; j < COUNT(probabilities); j++) {
            double a = shapes[i];
            double p = probabilities[j];
            double x = stw_gamma_p_inverse(a, p);
            double y = stw_gamma_q_inverse(a, p);
            /* The way back is the sharp test; GSL's own inverses stop at about 1e-10. */
            double slack = 4e-16 * (a + 30);
            if (x > 1e-300) /* P = 1e-200 at a = .5 is at 1e-400: there is no such double */
                same(stw_gamma_p(a, x), p, 1e-12 + slack, "P(P inverse)", a, p);
            same(stw_gamma_q(a, y), p, 1e-12 + slack * fmax(1, y / a), "Q(Q inverse)", a, p);
            double peer = gsl_cdf_gamma_Pinv(p, a, 1); /* NaN where GSL gave up */
            if (p > 1e-12 && !isnan(peer))
                same(x, peer, 1e-8, "P inverse", a, p);
        }
    }
}

static void matches_gsl_beta(void)
{
    for (unsigned i = 0; i < COUNT(shapes); i++) {
        for (unsigned j = 0; j < COUNT(shapes); j++) {
            double a = shapes[i];
            double b = shapes[j];
            double mean = a / (a + b);
            for (double z = -8; z <= 8; z += 0.5) {
                double x = mean + z * sqrt(mean * (1 - mean) / (a + b + 1));
                if (x <= 0 || x >= 1)
                    continue;
                /* Rounding of 1 - x alone moves the result by this much. */
                double tolerance = 1e-12 + 2.3e-16 * (a + b) * (1 + fabs(z));
                double want = gsl_cdf_beta_P(x, a, b);
                if (a + b < 130) /* GSL's prefactor loses digits above */
                    same(stw_beta_i(a, b, x), want, tolerance, "I", a, x);
                else
                    same(stw_beta_i(a, b, x), want, 1e-9, "I", a, x);
            }
            for (unsigned k = 1; k < COUNT(probabilities); k++) {
                double x = stw_beta_i_inverse(a, b, probabilities[k]);
                if (x > 1e-280 && x < 0.999) /* nearer to 1 the double grid is too coarse */
                    same(stw_beta_i(a, b, x), probabilities[k], 1e-12 + 1e-15 * (a + b),
                         "I(I inverse)", a, probabilities[k]);
            }
        }
    }
}

/* mpmath at 60 digits: gammainc(a, 0, x, True), gammainc(a, x, inf, True). */
static void matches_exact_gamma(void)
{
    static const double rows[][4] = {
        {100.5, 80.0, 0.015026293811978519348, 0.98497370618802148065},
        {100.5, 150.0, 0.99999266864563038952, 7.3313543696104787747e-6},
        {1000.0, 900.0, 0.00054990226571178292301, 0.99945009773428821708},
        {1000.0, 1010.5, 0.63360481075358833487, 0.36639518924641166513},
        {1000.0, 1200.0, 0.99999999871183939137, 1.2881606086281432952e-9},
        {25000.0, 24000.0, 7.3338810964613091057e-11, 0.99999999992666118904},
        {25000.0, 25700.0, 0.99999429674837521309, 5.7032516247869098574e-6},
        {0.5, 1.0e-8, 0.00011283791633342487067, 0.99988716208366657513},
        {2.0, 60.0, 1.0, 5.3414715652448774065e-25},
    };
    for (unsigned i = 0; i < COUNT(rows); i++) {
        same(stw_gamma_p(rows[i][0], rows[i][1]), rows[i][2], 1e-12, "P", rows[i][0], rows[i][1]);
        same(stw_gamma_q(rows[i][0], rows[i][1]), rows[i][3], 1e-12, "Q", rows[i][0], rows[i][1]);
    }
}

/* mpmath at 60 digits: betainc, or the binomial sum where the shapes are whole and large. */
static void matches_exact_beta(void)
{
    static const double rows[][4] = {
        {0.5, 0.5, 0.1, 0.20483276469913345754},
        {2.0, 30.0, 0.01, 0.038389514595235451897},
        {30.0, 2.0, 0.99, 0.96161048540476448783},
        {500.0, 700.0, 0.4, 0.12051628908943207603},
        {500.0, 700.0, 0.5, 0.99999999646036463269},
        {1000.5, 0.5, 0.9990234375, 0.16209546345671498332},
        {15000.0, 10000.0, 0.59375, 0.021972812664921658936},
        {100000.0, 100000.0, 0.49609375, 0.00023800504221834823895},
        {11.0, 22.0, 0.375, 0.70392047097758990697},
    };
    for (unsigned i = 0; i < COUNT(rows); i++)
        same(stw_beta_i(rows[i][0], rows[i][1], rows[i][2]), rows[i][3], 1e-12, "I", rows[i][0],
             rows[i][2]);
    static const double student[][3] = {{2.5, 3.0, 0.08770664700806554725},
                                        {1.96, 10.0, 0.078436240247699712932},
                                        {0.001, 7.0, 0.99923001724499884374},
                                        {12.0, 30.0, 5.580185415199256063e-13}};
    for (unsigned i = 0; i < COUNT(student); i++) {
        double t = student[i][0];
        double df = student[i][1];
        same(stw_student_two_sided(t, df), student[i][2], 1e-12, "t", t, df);
        /* A probability near 1 determines t only to its own last bit. */
        same(stw_student_two_sided_quantile(student[i][2], df), t, 1e-12, "t inverse", t, df);
    }
}

static void matches_normal(void)
{
    static const double rows[][2] = {{1.0e-300, -37.047096299361199237},
                                     {1e-20, -9.2623400897984075796},
                                     {0.0009765625, -3.0972690781987844624},
                                     {0.025, -1.9599639845400542118},
                                     {0.25, -0.6744897501960817432},
                                     {0.4375, -0.15731068461017069552},
                                     {0.5000002384185791015625, 5.9762675157335989778e-7},
                                     {0.75, 0.6744897501960817432},
                                     {0.9990234375, 3.0972690781987844624}};
    for (unsigned i = 0; i < COUNT(rows); i++)
        same(stw_normal_quantile(rows[i][0]), rows[i][1], 1e-14, "quantile", rows[i][0], 0);
    for (double z = -37; z <= 8; z += 0.125) {
        double tolerance = 1e-14 + 4.5e-16 * z * z; /* GSL's rounding of z^2 */
        same(stw_normal_lower(z), gsl_cdf_ugaussian_P(z), tolerance, "normal", z, 0);
        same(stw_normal_upper(-z), gsl_cdf_ugaussian_P(z), tolerance, "normal upper", z, 0);
    }
    STW_NEAR(stw_normal_two_sided(-1.9599639845400542), 0.05, 1e-16);
}

static void matches_counts(void)
{
    static const double means[] = {0.05, 1, 3.7, 20, 137};
    for (unsigned i = 0; i < COUNT(means); i++) {
        for (unsigned k = 0; k < 200; k += 1 + k / 8) {
            double mu = means[i];
            same(stw_poisson_mass(k, mu), gsl_ran_poisson_pdf(k, mu), 1e-12, "poisson", k, mu);
            same(stw_poisson_lower(k, mu), gsl_cdf_poisson_P(k, mu), 1e-12, "poisson <=", k, mu);
            same(stw_poisson_upper(k + 1, mu), gsl_cdf_poisson_Q(k, mu), 1e-12, "poisson >", k, mu);
        }
    }
    static const double chances[] = {0.001, 0.3, 0.5, 0.97};
    for (unsigned i = 0; i < COUNT(chances); i++) {
        double p = chances[i];
        for (unsigned n = 1; n < 120; n += 1 + n / 3) {
            for (unsigned k = 0; k <= n; k++) {
                same(stw_binomial_mass(k, n, p), gsl_ran_binomial_pdf(k, p, n), 1e-11, "b", k, n);
                same(stw_binomial_lower(k, n, p), gsl_cdf_binomial_P(k, p, n), 1e-11, "b<=", k, n);
                same(stw_binomial_upper(k + 1, n, p), gsl_cdf_binomial_Q(k, p, n), 1e-11, "b>", k,
                     n);
            }
        }
    }
    CU_ASSERT_EQUAL(stw_poisson_upper(0, 3), 1);
    CU_ASSERT_EQUAL(stw_poisson_lower(4, 0), 1);
    CU_ASSERT_EQUAL(stw_binomial_lower(5, 5, 0.2), 1);
    CU_ASSERT_EQUAL(stw_binomial_mass(0, 4, 0), 1);
}

static void keeps_its_domain(void)
{
    CU_ASSERT(isnan(stw_gamma_p(-1, 2)));
    CU_ASSERT(isnan(stw_gamma_q(1, NAN)));
    CU_ASSERT(isnan(stw_gamma_p_inverse(1, 1.5)));
    CU_ASSERT(isnan(stw_beta_i(1, 1, -0.1)));
    CU_ASSERT(isnan(stw_beta_i_inverse(0, 1, 0.5)));
    CU_ASSERT(isnan(stw_normal_quantile(-0.1)));
    CU_ASSERT(isnan(stw_poisson_lower(1, -1)));
    CU_ASSERT(isnan(stw_binomial_upper(1, 3, 1.1)));
    CU_ASSERT_EQUAL(stw_gamma_p(2, INFINITY), 1);
    CU_ASSERT_EQUAL(stw_chi2_quantile(0, 3), 0);
    CU_ASSERT_EQUAL(stw_normal_quantile(1), INFINITY);
}

STW_SUITE(special, {"matches GSL's incomplete gamma", matches_gsl_gamma},
          {"inverts the incomplete gamma", matches_gsl_gamma_inverse},
          {"matches GSL's incomplete beta and inverts", matches_gsl_beta},
          {"matches exact incomplete gammas", matches_exact_gamma},
          {"matches exact incomplete betas", matches_exact_beta},
          {"matches the normal distribution", matches_normal},
          {"matches Poisson and binomial tails", matches_counts},
          {"gives NaN outside the domain", keeps_its_domain});
