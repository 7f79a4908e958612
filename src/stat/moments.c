/* Sums and moments in one pass; see moments.h. */
#include "stat/moments.h"

#include <math.h>

void stw_sum_add(struct stw_sum *sum, double value)
{
    double total = sum->high + value;
    if (isfinite(total)) {
        if (fabs(sum->high) >= fabs(value))
            sum->low += (sum->high - total) + value;
        else
            sum->low += (value - total) + sum->high;
    }
    sum->high = total;
}

void stw_sum_merge(struct stw_sum *into, const struct stw_sum *from)
{
    stw_sum_add(into, from->high);
    into->low += from->low;
}

void stw_moments_add(struct stw_moments *moments, double value)
{
    if (moments->count == 0)
        moments->minimum = moments->maximum = value;
    moments->count++;
    double delta = value - moments->mean;
    moments->mean += delta / (double)moments->count;
    moments->squares += delta * (value - moments->mean);
    moments->minimum = fmin(moments->minimum, value);
    moments->maximum = fmax(moments->maximum, value);
}

void stw_moments_merge(struct stw_moments *into, const struct stw_moments *from)
{
    if (from->count == 0)
        return;
    if (into->count == 0) {
        *into = *from;
        return;
    }
    double delta = from->mean - into->mean;
    double total = (double)into->count + (double)from->count;
    into->squares +=
        from->squares + delta * delta * ((double)into->count * (double)from->count / total);
    into->mean += delta * ((double)from->count / total);
    into->count += from->count;
    into->minimum = fmin(into->minimum, from->minimum);
    into->maximum = fmax(into->maximum, from->maximum);
}

double stw_moments_variance(const struct stw_moments *moments)
{
    return moments->count < 2 ? NAN : moments->squares / (double)(moments->count - 1);
}

double stw_moments_deviation(const struct stw_moments *moments)
{
    return sqrt(stw_moments_variance(moments));
}
