/* The power law process; see power_law.h. */
#include "stat/power_law.h"

#include "stat/special.h"

#include <math.h>

/* ln 1e12 / 2^60 is below a double's last bit. */
enum { INTENSITY_INTERVAL_MIN = 5, HALVINGS = 60 };

/* sum (t_i / T)^beta against its expected order statistics. */
static double cramer_von_mises(const double *times, size_t count, double end, double beta)
{
    double sum = 1.0 / (12 * (double)count);
    for (size_t i = 0; i < count; i++) {
        double gap = pow(times[i] / end, beta) - (2 * (double)i + 1) / (2 * (double)count);
        sum += gap * gap;
    }
    return sum;
}

bool stw_power_law_fit(const struct stw_history *history, double confidence,
                       struct stw_power_law *fit)
{
    bool at_failure = history->ends_at_failure;
    if (history->count < (at_failure ? 3 : 2))
        return false;
    double n = (double)history->count;
    double end = at_failure ? history->times[history->count - 1] : history->end;
    double log_sum = 0;
    for (size_t i = 0; i < history->count; i++)
        log_sum += log(end / history->times[i]);
    if (!(log_sum > 0))
        return false;

    double df = 2 * (at_failure ? n - 1 : n);
    double tail = (1 - confidence) / 2;
    fit->count = history->count;
    fit->beta = n / log_sum;
    fit->beta_unbiased = fit->beta * (at_failure ? n - 2 : n - 1) / n;
    fit->lambda = n / pow(end, fit->beta);
    fit->intensity = n * fit->beta / end;
    fit->mtbf = 1 / fit->intensity;
    fit->beta_interval.low = fit->beta * stw_chi2_quantile(tail, df) / (2 * n);
    fit->beta_interval.high = fit->beta * stw_chi2_upper_quantile(tail, df) / (2 * n);
    fit->intensity_interval = (struct stw_interval){NAN, NAN};
    if (history->count >= INTENSITY_INTERVAL_MIN) {
        double spread = exp(-stw_normal_quantile(tail) * sqrt(2 / n));
        fit->intensity_interval.low = fit->intensity / spread;
        fit->intensity_interval.high = fit->intensity * spread;
    }
    fit->cramer_von_mises_count = history->count - (at_failure ? 1 : 0);
    fit->cramer_von_mises =
        cramer_von_mises(history->times, fit->cramer_von_mises_count, end, fit->beta_unbiased);
    return true;
}

/*
 * The derivative of the log-likelihood in beta (MIL-HDBK-189A, grouped data), with times in units
 * of the last end. (x^b ln x - y^b ln y) / (x^b - y^b) is written ln x + L / (e^(bL) - 1) with
 * L = ln(x/y); it falls from infinity to ln x, so the sum has one root.
 */
static double grouped_score(const double *ends, const uint64_t *counts, size_t groups, double beta)
{
    double last = ends[groups - 1];
    double sum = (double)counts[0] * log(ends[0] / last);
    for (size_t i = 1; i < groups; i++) {
        double span = log(ends[i] / ends[i - 1]);
        sum += (double)counts[i] * (log(ends[i] / last) + span / expm1(beta * span));
    }
    return sum;
}

bool stw_power_law_fit_grouped(const double *ends, const uint64_t *counts, size_t groups,
                               struct stw_power_law_grouped *fit)
{
    uint64_t total = 0;
    for (size_t i = 0; i < groups; i++)
        total += counts[i];
    if (groups < 2 || total < 2 || counts[0] == total || counts[groups - 1] == total)
        return false;
    double low = 1e-6;
    double high = 1e6;
    if (grouped_score(ends, counts, groups, low) < 0 ||
        grouped_score(ends, counts, groups, high) > 0)
        return false;
    for (int i = 0; i < HALVINGS; i++) {
        double middle = sqrt(low * high);
        if (grouped_score(ends, counts, groups, middle) > 0)
            low = middle;
        else
            high = middle;
    }
    double last = ends[groups - 1];
    fit->count = total;
    fit->beta = low;
    fit->lambda = (double)total / pow(last, fit->beta);
    fit->intensity = (double)total * fit->beta / last;
    fit->mtbf = 1 / fit->intensity;
    return true;
}
