/* Rates of rare events; see rate.h. */
#include "stat/rate.h"

#include "stat/special.h"

#include <math.h>
#include <stdbool.h>

static bool valid(double exposure, double confidence)
{
    return exposure > 0 && !isinf(exposure) && confidence > 0 && confidence < 1;
}

/* Of the expected number of events behind a count. */
static struct stw_interval count_interval(uint64_t count, double confidence)
{
    double tail = (1 - confidence) / 2;
    struct stw_interval interval = {0, stw_gamma_q_inverse((double)count + 1, tail)};
    if (count > 0)
        interval.low = stw_gamma_p_inverse((double)count, tail);
    return interval;
}

struct stw_rate stw_rate_of(uint64_t count, double exposure, double confidence)
{
    struct stw_rate rate = {count, exposure, confidence, NAN, {NAN, NAN}};
    if (!valid(exposure, confidence))
        return rate;
    struct stw_interval events = count_interval(count, confidence);
    rate.value = (double)count / exposure;
    rate.interval = (struct stw_interval){events.low / exposure, events.high / exposure};
    return rate;
}

double stw_rate_upper_bound(uint64_t count, double exposure, double confidence)
{
    if (!valid(exposure, confidence))
        return NAN;
    return stw_gamma_q_inverse((double)count + 1, 1 - confidence) / exposure;
}

struct stw_mtbf stw_mtbf_of(uint64_t count, double exposure, double confidence)
{
    struct stw_mtbf mtbf = {count, exposure, confidence, NAN, {NAN, NAN}};
    if (!valid(exposure, confidence))
        return mtbf;
    if (count == 0) {
        mtbf.value = INFINITY;
        mtbf.interval.low = 1 / stw_rate_upper_bound(0, exposure, confidence);
        mtbf.interval.high = INFINITY;
        return mtbf;
    }
    struct stw_interval events = count_interval(count, confidence);
    mtbf.value = exposure / (double)count;
    mtbf.interval = (struct stw_interval){exposure / events.high, exposure / events.low};
    return mtbf;
}

struct stw_interval stw_proportion_interval(uint64_t successes, uint64_t trials, double confidence)
{
    struct stw_interval interval = {NAN, NAN};
    if (trials == 0 || successes > trials || !(confidence > 0 && confidence < 1))
        return interval;
    double tail = (1 - confidence) / 2;
    double hits = (double)successes;
    double misses = (double)(trials - successes);
    interval.low = successes == 0 ? 0 : stw_beta_i_inverse(hits, misses + 1, tail);
    interval.high = misses == 0 ? 1 : 1 - stw_beta_i_inverse(misses, hits + 1, tail);
    return interval;
}

/*
 * The tail beyond the mean whose outcomes are no more likely than k, for a k below the mean. The
 * mass falls from ceil(mean) on, so its border is found by halving; the factor keeps outcomes that
 * are equally likely but for rounding.
 */
static double opposite_tail(double k, double n, double p)
{
    double limit = stw_binomial_mass(k, n, p) * (1 + 1e-7);
    double low = ceil(n * p);
    double high = n + 1; /* the border is in low..high */
    while (low < high) {
        double middle = floor((low + high) / 2);
        if (stw_binomial_mass(middle, n, p) <= limit)
            high = middle;
        else
            low = middle + 1;
    }
    return stw_binomial_upper(low, n, p);
}

static double binomial_two_sided(double k, double n, double p)
{
    if (k == n * p)
        return 1;
    if (k > n * p) { /* count failures instead */
        k = n - k;
        p = 1 - p;
    }
    return fmin(1, stw_binomial_lower(k, n, p) + opposite_tail(k, n, p));
}

struct stw_rate_ratio stw_rate_ratio_of(uint64_t count_a, double exposure_a, uint64_t count_b,
                                        double exposure_b, double confidence)
{
    struct stw_rate_ratio ratio = {NAN, {NAN, NAN}, NAN};
    if (!valid(exposure_a, confidence) || !valid(exposure_b, confidence))
        return ratio;
    uint64_t total = count_a + count_b;
    double scale = exposure_b / exposure_a;
    if (total == 0) {
        ratio.interval = (struct stw_interval){0, INFINITY};
        ratio.p_two_sided = 1;
        return ratio;
    }
    struct stw_interval share = stw_proportion_interval(count_a, total, confidence);
    ratio.value = count_b == 0 ? INFINITY : (double)count_a / (double)count_b * scale;
    ratio.interval.low = share.low / (1 - share.low) * scale;
    ratio.interval.high = share.high == 1 ? INFINITY : share.high / (1 - share.high) * scale;
    ratio.p_two_sided =
        binomial_two_sided((double)count_a, (double)total, exposure_a / (exposure_a + exposure_b));
    return ratio;
}
