/* Trend tests; see trend.h. */
#include "stat/trend.h"

#include "stat/quantile.h"
#include "stat/special.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* Failures that count, and the end they are measured against: with the last failure as the end it
 * carries no information itself. */
static bool truncate_history(const struct stw_history *history, size_t *count, double *end)
{
    *count = history->count;
    *end = history->end;
    if (history->ends_at_failure && history->count > 0) {
        *count = history->count - 1;
        *end = history->times[history->count - 1];
    }
    return *count > 0 && *end > 0;
}

bool stw_trend_laplace(const struct stw_history *history, struct stw_trend *trend)
{
    size_t count;
    double end;
    if (!truncate_history(history, &count, &end))
        return false;
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += history->times[i];
    double n = (double)count;
    trend->count = count;
    trend->statistic = sqrt(12 * n) * (sum / n / end - 0.5);
    trend->df = 0;
    trend->p_worsening = stw_normal_upper(trend->statistic);
    trend->p_improving = stw_normal_lower(trend->statistic);
    trend->p_two_sided = stw_normal_two_sided(trend->statistic);
    return true;
}

bool stw_trend_mil_hdbk_189(const struct stw_history *history, struct stw_trend *trend)
{
    size_t count;
    double end;
    if (!truncate_history(history, &count, &end))
        return false;
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += log(end / history->times[i]);
    trend->count = count;
    trend->statistic = 2 * sum;
    trend->df = 2 * (double)count;
    trend->p_worsening = stw_chi2_lower(trend->statistic, trend->df);
    trend->p_improving = stw_chi2_upper(trend->statistic, trend->df);
    trend->p_two_sided = fmin(1, 2 * fmin(trend->p_worsening, trend->p_improving));
    return true;
}

/* Pairs in order, out of order, and the variance of S with its tie correction (Kendall 1975). */
struct pair_counts {
    uint64_t rising;
    uint64_t falling;
    bool ties;
    double variance;
};

static struct pair_counts count_pairs(const double *values, size_t count)
{
    struct pair_counts pairs = {0};
    double n = (double)count;
    double variance = n * (n - 1) * (2 * n + 5);
    for (size_t i = 0; i < count; i++) {
        bool first_of_ties = true;
        for (size_t j = 0; j < i; j++)
            first_of_ties &= values[j] != values[i];
        double ties = 1;
        for (size_t j = i + 1; j < count; j++) {
            pairs.rising += values[j] > values[i];
            pairs.falling += values[j] < values[i];
            ties += values[j] == values[i];
        }
        if (ties > 1)
            pairs.ties = true;
        if (first_of_ties)
            variance -= ties * (ties - 1) * (2 * ties + 5);
    }
    pairs.variance = variance / 18;
    return pairs;
}

/* Z of S with continuity correction; 0 where all values are equal. */
static double standardised(double s, double variance)
{
    if (s == 0 || variance <= 0)
        return 0;
    return (s > 0 ? s - 1 : s + 1) / sqrt(variance);
}

/* Order statistic at a rank that need not be whole, from 1. */
static double at_rank(const double *sorted, size_t count, double rank)
{
    if (rank <= 1)
        return sorted[0];
    if (rank >= (double)count)
        return sorted[count - 1];
    size_t below = (size_t)rank;
    double share = rank - (double)below;
    return sorted[below - 1] + share * (sorted[below] - sorted[below - 1]);
}

int stw_trend_mann_kendall(const double *values, size_t count, double confidence,
                           struct stw_arena *work, struct stw_mann_kendall *result,
                           struct stw_error *err)
{
    if (count < 3)
        return stw_fail(err, STW_ERR_USAGE, "a Mann-Kendall test needs 3 values, not %zu", count);
    if (count > STW_TREND_POINTS_MAX)
        return stw_fail(err, STW_ERR_LIMIT, "a Mann-Kendall test takes %d values, not %zu",
                        STW_TREND_POINTS_MAX, count);
    size_t pair_count = count * (count - 1) / 2;
    double *slopes = stw_arena_alloc(work, pair_count, sizeof(*slopes));
    if (slopes == NULL)
        return stw_fail_memory(err, pair_count * sizeof(*slopes));
    size_t at = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count; j++)
            slopes[at++] = (values[j] - values[i]) / (double)(j - i);

    struct pair_counts pairs = count_pairs(values, count);
    result->count = count;
    result->s = (int64_t)pairs.rising - (int64_t)pairs.falling;
    result->variance = pairs.variance;
    result->z = standardised((double)result->s, pairs.variance);
    result->p_rising = stw_normal_upper(result->z);
    result->p_falling = stw_normal_lower(result->z);
    result->p_two_sided = stw_normal_two_sided(result->z);
    result->slope = stw_median(slopes, pair_count);
    /* Gilbert 1987, 16.4.2: the ranks (N -+ C) / 2, the upper one plus 1. */
    double reach = -stw_normal_quantile((1 - confidence) / 2) * sqrt(pairs.variance);
    result->slope_interval.low = at_rank(slopes, pair_count, ((double)pair_count - reach) / 2);
    result->slope_interval.high = at_rank(slopes, pair_count, ((double)pair_count + reach) / 2 + 1);
    return STW_OK;
}

/* P(reversals <= limit) for a random order of n distinct gaps: the inversions of n + 1 are those of
 * n plus 0 .. n with equal chance. */
static double inversions_lower(size_t n, uint64_t limit)
{
    enum { SIZE = STW_REVERSE_EXACT_MAX * (STW_REVERSE_EXACT_MAX - 1) / 2 + 1 };
    double chance[SIZE] = {1};
    double next[SIZE];
    for (size_t items = 2; items <= n; items++) {
        size_t last = items * (items - 1) / 2;
        double window = 0;
        for (size_t k = 0; k <= last; k++) {
            window += chance[k];
            if (k >= items)
                window -= chance[k - items];
            next[k] = window / (double)items;
        }
        memcpy(chance, next, (last + 1) * sizeof(chance[0]));
    }
    double sum = 0;
    for (uint64_t k = 0; k <= limit; k++)
        sum += chance[k];
    return fmin(sum, 1);
}

bool stw_trend_reverse_arrangements(const struct stw_history *history,
                                    struct stw_reverse_arrangements *result)
{
    double gaps[STW_TREND_POINTS_MAX];
    size_t count = history->count;
    if (count < 3 || count > STW_TREND_POINTS_MAX)
        return false;
    for (size_t i = 0; i < count; i++)
        gaps[i] = history->times[i] - (i == 0 ? 0 : history->times[i - 1]);
    struct pair_counts pairs = count_pairs(gaps, count);
    result->gaps = count;
    result->reversals = pairs.rising;
    result->pairs = count * (count - 1) / 2;
    result->exact = !pairs.ties && count <= STW_REVERSE_EXACT_MAX;
    if (result->exact) {
        /* The distribution is symmetric, so both tails are sums from the small end. */
        result->p_worsening = inversions_lower(count, pairs.rising);
        result->p_improving = inversions_lower(count, pairs.falling);
    } else {
        double z = standardised((double)pairs.rising - (double)pairs.falling, pairs.variance);
        result->p_worsening = stw_normal_lower(z);
        result->p_improving = stw_normal_upper(z);
    }
    return true;
}
