/* Weibull lifetimes and age replacement; see weibull.h. */
#include "stat/weibull.h"

#include "stat/special.h"

#include <math.h>

enum { HALVINGS = 200 };

/* With times in units of the longest, so that powers stay in range. The score in the shape, after
 * the scale is taken out: sum t^k ln t / sum t^k - 1/k - mean of ln t over events; it rises in k.
 */
static double shape_score(const struct stw_lifetime *lifetimes, size_t count, double longest,
                          double mean_log, double shape)
{
    double sum = 0;
    double log_sum = 0;
    for (size_t i = 0; i < count; i++) {
        double log_time = log(lifetimes[i].time / longest);
        double power = exp(shape * log_time);
        sum += power;
        log_sum += power * log_time;
    }
    return log_sum / sum - 1 / shape - mean_log;
}

static bool bracket_and_halve(const struct stw_lifetime *lifetimes, size_t count, double longest,
                              double mean_log, double *shape)
{
    double low = 1e-4;
    double high = 1e4;
    if (shape_score(lifetimes, count, longest, mean_log, low) > 0 ||
        shape_score(lifetimes, count, longest, mean_log, high) < 0)
        return false;
    for (int i = 0; i < HALVINGS && low < high; i++) {
        double middle = sqrt(low * high);
        if (middle <= low || middle >= high)
            break;
        if (shape_score(lifetimes, count, longest, mean_log, middle) < 0)
            low = middle;
        else
            high = middle;
    }
    *shape = low;
    return true;
}

int stw_weibull_fit(const struct stw_lifetime *lifetimes, size_t count, struct stw_weibull *fit,
                    struct stw_error *err)
{
    double longest = 0;
    for (size_t i = 0; i < count; i++) {
        if (!(lifetimes[i].time > 0) || isinf(lifetimes[i].time))
            return stw_fail(err, STW_ERR_USAGE, "lifetime %zu is %g; lifetimes are above 0", i,
                            lifetimes[i].time);
        longest = fmax(longest, lifetimes[i].time);
    }
    *fit = (struct stw_weibull){.count = count};
    double log_sum = 0;
    for (size_t i = 0; i < count; i++) {
        if (!lifetimes[i].observed)
            continue;
        fit->events++;
        log_sum += log(lifetimes[i].time / longest);
    }
    double events = (double)fit->events;
    if (fit->events < 2 ||
        !bracket_and_halve(lifetimes, count, longest, log_sum / events, &fit->shape))
        return stw_fail(err, STW_ERR_USAGE, "the lifetimes do not determine a Weibull shape");
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += pow(lifetimes[i].time / longest, fit->shape);
    fit->scale = longest * pow(sum / events, 1 / fit->shape);
    /* At the maximum the sum of (t / scale)^shape is the number of events. */
    fit->log_likelihood = events * (log(fit->shape) - fit->shape * log(fit->scale)) +
                          (fit->shape - 1) * (log_sum + events * log(longest)) - events;
    return STW_OK;
}

double stw_weibull_survival(double shape, double scale, double time)
{
    return exp(-pow(time / scale, shape));
}

/* Mean time until failure or `age`: the integral of S, an incomplete gamma function. */
static double mean_until(double shape, double scale, double age)
{
    double a = 1 / shape;
    return scale * a * exp(stw_log_gamma(a)) * stw_gamma_p(a, pow(age / scale, shape));
}

double stw_replacement_cost(double shape, double scale, double planned, double failure, double age)
{
    double survival = stw_weibull_survival(shape, scale, age);
    return (planned * survival + failure * (1 - survival)) / mean_until(shape, scale, age);
}

/* hazard(t) * mean_until(t) - F(t); it rises from 0, and where it is planned / (failure - planned)
 * the cost is least. */
static double replacement_balance(double shape, double scale, double age)
{
    double hazard = shape / scale * pow(age / scale, shape - 1);
    return hazard * mean_until(shape, scale, age) + expm1(-pow(age / scale, shape));
}

double stw_replacement_age(double shape, double scale, double planned, double failure)
{
    if (!(shape > 1) || !(failure > planned) || !(planned > 0) || !(scale > 0))
        return INFINITY;
    double wanted = planned / (failure - planned);
    double low = 0;
    double high = scale;
    while (replacement_balance(shape, scale, high) < wanted) {
        high *= 2;
        if (isinf(high))
            return INFINITY;
    }
    for (int i = 0; i < HALVINGS; i++) {
        double age = (low + high) / 2;
        if (replacement_balance(shape, scale, age) < wanted)
            low = age;
        else
            high = age;
    }
    return low;
}
