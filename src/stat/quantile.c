/* Hyndman and Fan's quantiles; see quantile.h. */
#include "stat/quantile.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* Where count * p is whole but for rounding it counts as whole, as in R: .9 * 10 is the 9th. */
static const double fuzz = 4 * DBL_EPSILON;

/* The kth smallest, k from 1; outside the sample its nearest end. */
static double order_statistic(const double *sorted, size_t count, double k)
{
    if (k < 1)
        return sorted[0];
    if (k >= (double)count)
        return sorted[count - 1];
    return sorted[(size_t)k - 1];
}

/* Types 1 to 3: no interpolation. */
static double step_quantile(const double *sorted, size_t count, double p,
                            enum stw_quantile_type type)
{
    double position = (double)count * p - (type == STW_QUANTILE_3 ? 0.5 : 0);
    double whole = floor(position + fuzz * position);
    bool on_step = position - whole <= fuzz * fabs(position);
    double lower = order_statistic(sorted, count, whole);
    double upper = order_statistic(sorted, count, whole + 1);
    if (!on_step)
        return upper;
    if (type == STW_QUANTILE_2)
        return (lower + upper) / 2;
    if (type == STW_QUANTILE_3)
        return fmod(whole, 2) == 0 ? lower : upper;
    return lower;
}

double stw_quantile(const double *sorted, size_t count, double p, enum stw_quantile_type type)
{
    /* Plotting positions p(k) = (k - a) / (n + 1 - a - b) of types 4 to 9, Hyndman and Fan's
     * table 2. */
    static const struct {
        double a;
        double b;
    } plotting[] = {{0, 1}, {0.5, 0.5}, {0, 0}, {1, 1}, {1.0 / 3, 1.0 / 3}, {3.0 / 8, 3.0 / 8}};

    assert(type >= STW_QUANTILE_1 && type <= STW_QUANTILE_9);
    if (count == 0 || !(p >= 0 && p <= 1))
        return NAN;
    if (type <= STW_QUANTILE_3)
        return step_quantile(sorted, count, p, type);
    double a = plotting[type - 4].a;
    double b = plotting[type - 4].b;
    double position = a + p * ((double)count + 1 - a - b);
    double whole = floor(position + fuzz);
    double share = position - whole;
    double lower = order_statistic(sorted, count, whole);
    if (fabs(share) <= fuzz)
        return lower;
    double upper = order_statistic(sorted, count, whole + 1);
    return lower + share * (upper - lower);
}

static int compare_doubles(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

void stw_sort_doubles(double *values, size_t count)
{
    if (count > 1)
        qsort(values, count, sizeof(values[0]), compare_doubles);
}

double stw_median(double *values, size_t count)
{
    stw_sort_doubles(values, count);
    return stw_quantile(values, count, 0.5, STW_QUANTILE_7);
}
