/*
 * Special functions; see special.h.
 *
 * Every density is taken from Loader's saddle-point form ("Fast and accurate computation of
 * binomial probabilities", 2000): the deviance is computed without cancellation, where
 * exp(a ln x - x - ln Gamma(a)) would lose three digits at a = 1000. Tails are then a power series
 * or a continued fraction times that density (DLMF 8.11.4, 8.9.2, 8.17.22), and inverses are
 * bracketed Newton steps on the logarithm of the smaller tail, where the functions are concave.
 */
#include "stat/special.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

static const double log_root_two_pi = 0.918938533204672741780329736405617640;
static const double two_pi = 6.283185307179586476925286766559;

/* Continued fractions and series near the mean need about 8 sqrt(shape) terms. */
enum { TERMS_MAX = 10000000, NEWTON_MAX = 400 };

double stw_log_gamma(double x)
{
    if (!(x > 0))
        return NAN;
    int sign;
    return lgamma_r(x, &sign);
}

/* ln x! - ln(sqrt(2 pi x) (x/e)^x), for x > 0. */
static double stirling_error(double x)
{
    if (x < 16)
        return stw_log_gamma(x + 1) - (x + 0.5) * log(x) + x - log_root_two_pi;
    double xx = x * x;
    double tail = 1.0 / 1188 - 691.0 / 360360 / xx;
    return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - tail / xx) / xx) / xx) / xx) / x;
}

/* x ln(x/mean) + mean - x without cancellation where x is near the mean. */
static double deviance(double x, double mean)
{
    if (fabs(x - mean) >= 0.1 * (x + mean))
        return x * log(x / mean) + mean - x;
    double v = (x - mean) / (x + mean);
    double sum = (x - mean) * v;
    double term = 2 * x * v;
    for (int j = 1; j < 1000; j++) {
        term *= v * v;
        double next = sum + term / (2 * j + 1);
        if (next == sum)
            break;
        sum = next;
    }
    return sum;
}

/* mean^x e^-mean / Gamma(x + 1), x not necessarily whole. */
static double poisson_density(double x, double mean)
{
    if (mean == 0)
        return x == 0 ? 1 : 0;
    if (x == 0)
        return exp(-mean);
    if (x < DBL_MIN / DBL_EPSILON)
        return exp(-mean + x * log(mean) - stw_log_gamma(x + 1));
    return exp(-stirling_error(x) - deviance(x, mean)) / sqrt(two_pi * x);
}

/* Gamma(a+b+1) / (Gamma(a+1) Gamma(b+1)) x^a y^b, with y = 1 - x and a, b > 0. */
static double binomial_density(double a, double b, double x, double y)
{
    double n = a + b;
    double exponent = stirling_error(n) - stirling_error(a) - stirling_error(b) -
                      deviance(a, n * x) - deviance(b, n * y);
    return exp(exponent) * sqrt(n / (two_pi * a * b));
}

static double gamma_series(double a, double x)
{
    double term = 1;
    double sum = 1;
    for (int k = 1; k < TERMS_MAX && term > sum * (DBL_EPSILON / 8); k++) {
        term *= x / (a + k);
        sum += term;
    }
    return sum * poisson_density(a, x);
}

/* Lentz's method from the bottom of DLMF 8.9.2. */
static double gamma_fraction(double a, double x)
{
    double b = x + 1 - a;
    double c = 1 / DBL_MIN;
    double d = 1 / b;
    double h = d;
    for (int k = 1; k < TERMS_MAX; k++) {
        double numerator = -k * (k - a);
        b += 2;
        d = 1 / (numerator * d + b);
        c = b + numerator / c;
        double factor = c * d;
        h *= factor;
        if (fabs(factor - 1) < DBL_EPSILON)
            break;
    }
    return h * a * poisson_density(a, x);
}

double stw_gamma_p(double a, double x)
{
    if (!(a > 0) || !(x >= 0))
        return NAN;
    if (x == 0 || isinf(x))
        return x == 0 ? 0 : 1;
    return x < a + 1 ? gamma_series(a, x) : 1 - gamma_fraction(a, x);
}

double stw_gamma_q(double a, double x)
{
    if (!(a > 0) || !(x >= 0))
        return NAN;
    if (x == 0 || isinf(x))
        return x == 0 ? 1 : 0;
    return x < a + 1 ? 1 - gamma_series(a, x) : gamma_fraction(a, x);
}

/* One step of a bracketed search: Newton's where it stays inside, else halving the bracket (by
 * ratio, since roots may be many powers of ten below 1). */
static double bracketed_step(double x, double newton, double low, double high)
{
    if (newton > low && newton < high)
        return newton;
    if (isinf(high))
        return x * 2;
    if (low == 0)
        return high / 16;
    return high / low > 2 ? sqrt(low) * sqrt(high) : (low + high) / 2;
}

struct tail {
    double (*probability)(double a, double b, double x);
    double (*density)(double a, double b, double x);
    double a;
    double b;
    bool rises; /* with x */
    double high;
};

/* The x at which the tail has `probability`, started at `x`. */
static double invert(const struct tail *tail, double probability, double x)
{
    double low = 0;
    double high = tail->high;
    double log_target = log(probability);
    for (int i = 0; i < NEWTON_MAX; i++) {
        double value = tail->probability(tail->a, tail->b, x);
        if ((value < probability) == tail->rises)
            low = x;
        else
            high = x;
        double slope = tail->density(tail->a, tail->b, x);
        double step = (log(value) - log_target) * value / (tail->rises ? slope : -slope);
        double next = bracketed_step(x, x - step, low, high);
        if (next == 0 || fabs(next - x) <= 2 * DBL_EPSILON * next)
            return next;
        x = next;
    }
    return x;
}

static double gamma_lower_tail(double a, double unused, double x)
{
    (void)unused;
    return stw_gamma_p(a, x);
}

static double gamma_upper_tail(double a, double unused, double x)
{
    (void)unused;
    return stw_gamma_q(a, x);
}

static double gamma_density(double a, double unused, double x)
{
    (void)unused;
    return poisson_density(a, x) * a / x;
}

/* Wilson and Hilferty's cube, or the first term of the series where that fails. */
static double gamma_start(double a, double p, double z)
{
    double cube = 1 - 1 / (9 * a) + z / (3 * sqrt(a));
    if (cube > 0.1)
        return a * cube * cube * cube;
    return fmax(exp((log(p) + stw_log_gamma(a + 1)) / a), DBL_MIN);
}

static double gamma_from_lower(double a, double p)
{
    struct tail tail = {gamma_lower_tail, gamma_density, a, 0, true, INFINITY};
    return invert(&tail, p, gamma_start(a, p, stw_normal_quantile(p)));
}

static double gamma_from_upper(double a, double q)
{
    struct tail tail = {gamma_upper_tail, gamma_density, a, 0, false, INFINITY};
    return invert(&tail, q, gamma_start(a, 1 - q, -stw_normal_quantile(q)));
}

double stw_gamma_p_inverse(double a, double p)
{
    if (!(a > 0) || !(p >= 0 && p <= 1))
        return NAN;
    if (p == 0 || p == 1)
        return p == 0 ? 0 : INFINITY;
    return p <= 0.5 ? gamma_from_lower(a, p) : gamma_from_upper(a, 1 - p);
}

double stw_gamma_q_inverse(double a, double q)
{
    if (!(a > 0) || !(q >= 0 && q <= 1))
        return NAN;
    if (q == 0 || q == 1)
        return q == 1 ? 0 : INFINITY;
    return q <= 0.5 ? gamma_from_upper(a, q) : gamma_from_lower(a, 1 - q);
}

/* DLMF 8.17.22 by Lentz's method; converges fast for x < (a + 1) / (a + b + 2). */
static double beta_fraction(double a, double b, double x)
{
    double c = 1;
    double d = 1 / (1 - (a + b) * x / (a + 1));
    double h = d;
    for (int m = 1; m < TERMS_MAX; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        d = 1 / (1 + even * d);
        c = 1 + even / c;
        h *= d * c;
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 / (1 + odd * d);
        c = 1 + odd / c;
        double factor = d * c;
        h *= factor;
        if (fabs(factor - 1) < DBL_EPSILON)
            break;
    }
    return h;
}

/* I_x(a, b) with y = 1 - x known by itself. */
static double beta_tail(double a, double b, double x, double y)
{
    if (x == 0 || y == 0)
        return x == 0 ? 0 : 1;
    double density = binomial_density(a, b, x, y) / (a + b);
    if (x < (a + 1) / (a + b + 2))
        return density * b * beta_fraction(a, b, x);
    return 1 - density * a * beta_fraction(b, a, y);
}

double stw_beta_i(double a, double b, double x)
{
    if (!(a > 0) || !(b > 0) || !(x >= 0 && x <= 1))
        return NAN;
    return beta_tail(a, b, x, 1 - x);
}

static double beta_density(double a, double b, double x)
{
    return binomial_density(a, b, x, 1 - x) * a * b / ((a + b) * x * (1 - x));
}

double stw_beta_i_inverse(double a, double b, double p)
{
    if (!(a > 0) || !(b > 0) || !(p >= 0 && p <= 1))
        return NAN;
    if (p == 0 || p == 1)
        return p;
    if (p > 0.5)
        return 1 - stw_beta_i_inverse(b, a, 1 - p);
    struct tail tail = {stw_beta_i, beta_density, a, b, true, 1};
    return invert(&tail, p, a / (a + b));
}

double stw_normal_lower(double z)
{
    return 0.5 * erfc(-z * M_SQRT1_2);
}

double stw_normal_upper(double z)
{
    return 0.5 * erfc(z * M_SQRT1_2);
}

double stw_normal_two_sided(double z)
{
    return erfc(fabs(z) * M_SQRT1_2);
}

/* numerator[0..7] over denominator[0..7], highest power first. */
static double ratio_of_polynomials(const double numerator[8], const double denominator[8], double x)
{
    double top = numerator[0];
    double bottom = denominator[0];
    for (int i = 1; i < 8; i++) {
        top = top * x + numerator[i];
        bottom = bottom * x + denominator[i];
    }
    return top / bottom;
}

double stw_normal_quantile(double p)
{
    static const double centre_top[8] = {
        2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
        13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608};
    static const double centre_bottom[8] = {
        5226.495278852545925,  28729.085735721942674, 39307.89580009271061,  21213.794301586595867,
        5394.1960214247511077, 687.1870074920579083,  42.313330701600911252, 1.0};
    static const double middle_top[8] = {7.7454501427834140764e-4, .0227238449892691845833,
                                         .24178072517745061177,    1.27045825245236838258,
                                         3.64784832476320460504,   5.7694972214606914055,
                                         4.6303378461565452959,    1.42343711074968357734};
    static const double middle_bottom[8] = {1.05075007164441684324e-9, 5.475938084995344946e-4,
                                            .0151986665636164571966,   .14810397642748007459,
                                            .68976733498510000455,     1.6763848301838038494,
                                            2.05319162663775882187,    1.0};
    static const double far_top[8] = {2.01033439929228813265e-7, 2.71155556874348757815e-5,
                                      .0012426609473880784386,   .026532189526576123093,
                                      .29656057182850489123,     1.7848265399172913358,
                                      5.4637849111641143699,     6.6579046435011037772};
    static const double far_bottom[8] = {2.04426310338993978564e-15, 1.4215117583164458887e-7,
                                         1.8463183175100546818e-5,   7.868691311456132591e-4,
                                         .0148753612908506148525,    .13692988092273580531,
                                         .59983220655588793769,      1.0};
    if (!(p >= 0 && p <= 1))
        return NAN;
    if (p == 0 || p == 1)
        return p == 0 ? -INFINITY : INFINITY;
    double q = p - 0.5;
    if (fabs(q) <= 0.425)
        return q * ratio_of_polynomials(centre_top, centre_bottom, 0.180625 - q * q);
    double r = sqrt(-log(q < 0 ? p : 1 - p));
    double z = r <= 5 ? ratio_of_polynomials(middle_top, middle_bottom, r - 1.6)
                      : ratio_of_polynomials(far_top, far_bottom, r - 5);
    return q < 0 ? -z : z;
}

double stw_chi2_lower(double x, double df)
{
    return stw_gamma_p(df / 2, x / 2);
}

double stw_chi2_upper(double x, double df)
{
    return stw_gamma_q(df / 2, x / 2);
}

double stw_chi2_quantile(double p, double df)
{
    return 2 * stw_gamma_p_inverse(df / 2, p);
}

double stw_chi2_upper_quantile(double q, double df)
{
    return 2 * stw_gamma_q_inverse(df / 2, q);
}

double stw_student_two_sided(double t, double df)
{
    if (!(df > 0) || isnan(t))
        return NAN;
    if (isinf(t))
        return 0;
    return beta_tail(df / 2, 0.5, df / (df + t * t), t * t / (df + t * t));
}

double stw_student_two_sided_quantile(double p, double df)
{
    if (!(df > 0) || !(p >= 0 && p <= 1))
        return NAN;
    if (p == 0 || p == 1)
        return p == 0 ? INFINITY : 0;
    /* The smaller of x and 1 - x is solved for, so that neither end loses digits. */
    double x = stw_beta_i_inverse(df / 2, 0.5, p);
    if (x < 0.5)
        return sqrt(df * (1 - x) / x);
    double y = stw_beta_i_inverse(0.5, df / 2, 1 - p);
    return sqrt(df * y / (1 - y));
}

double stw_poisson_mass(double k, double mu)
{
    if (!(k >= 0) || !(mu >= 0))
        return NAN;
    return poisson_density(k, mu);
}

double stw_poisson_lower(double k, double mu)
{
    if (isnan(k) || !(mu >= 0))
        return NAN;
    return k < 0 ? 0 : stw_gamma_q(floor(k) + 1, mu);
}

double stw_poisson_upper(double k, double mu)
{
    if (isnan(k) || !(mu >= 0))
        return NAN;
    return k <= 0 ? 1 : stw_gamma_p(ceil(k), mu);
}

static bool binomial_domain(double k, double n, double p)
{
    return !isnan(k) && n >= 0 && p >= 0 && p <= 1;
}

double stw_binomial_mass(double k, double n, double p)
{
    if (!binomial_domain(k, n, p) || k < 0 || k > n)
        return NAN;
    if (p == 0 || p == 1)
        return k == (p == 0 ? 0 : n) ? 1 : 0;
    if (k == 0)
        return exp(n * log1p(-p));
    if (k == n)
        return exp(n * log(p));
    return binomial_density(k, n - k, p, 1 - p);
}

double stw_binomial_lower(double k, double n, double p)
{
    if (!binomial_domain(k, n, p))
        return NAN;
    k = floor(k);
    if (k < 0 || k >= n)
        return k < 0 ? 0 : 1;
    return beta_tail(n - k, k + 1, 1 - p, p);
}

double stw_binomial_upper(double k, double n, double p)
{
    if (!binomial_domain(k, n, p))
        return NAN;
    k = ceil(k);
    if (k <= 0 || k > n)
        return k <= 0 ? 1 : 0;
    return beta_tail(k, n - k + 1, p, 1 - p);
}
