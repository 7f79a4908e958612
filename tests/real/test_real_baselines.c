/*
 * The figures that ORIGIN.md of eemeter_samples gives for four baselines, from the rows of a store:
 * how many periods, their mean, what was observed in the reporting year; degree days of the hourly
 * temperatures; and with the balance points it names, the coefficients, fit and counterfactual by
 * least squares. The search for the balance points, the choice of the model and the band of the
 * savings belong to the weather baseline, which is not built yet.
 */
#include "real_tools.h"

#include "stat/regress.h"
#include "time/civil.h"

#include <math.h>
#include <stdio.h>

enum { ROOM = 20000, DAYS = 1000, PERIODS = 900 };

static const struct baseline {
    const char *meter;
    int day_offset_h;        /* of a day's beginning from midnight UTC */
    double heating, cooling; /* balance points in degF; NAN: none */
    int first[3], last[3];   /* baseline [first, last) */
    int from[3], until[3];   /* reporting year */
    uint32_t periods;
    double mean, observed;
    double intercept, heating_slope, cooling_slope, adjusted_r2;
    double counterfactual, savings;
} baselines[] = {
    {"il-electricity-cdd-hdd-daily",
     0,
     53,
     68,
     {2015, 12, 27},
     {2016, 12, 26},
     {2017, 1, 4},
     {2018, 1, 4},
     365,
     28.5152,
     9082.240,
     13.472386,
     1.112295,
     2.516255,
     .768473,
     9876.148,
     793.908},
    {"il-electricity-cdd-only-billing_monthly",
     6,
     NAN,
     59,
     {2016, 1, 19},
     {2016, 12, 2},
     {2017, 1, 4},
     {2018, 1, 1},
     10,
     976.1920,
     8955.660,
     6.454540,
     0,
     3.022558,
     .997078,
     9470.508,
     514.848},
    {"il-gas-hdd-only-daily",
     0,
     60,
     NAN,
     {2015, 12, 27},
     {2016, 12, 26},
     {2017, 1, 4},
     {2018, 1, 4},
     365,
     2.9027,
     960.220,
     .772121,
     .218483,
     0,
     .914533,
     1043.866,
     83.646},
    {"il-gas-intercept-only-billing_monthly",
     6,
     60,
     79,
     {2016, 1, 21},
     {2016, 12, 16},
     {2017, 1, 18},
     {2017, 12, 24},
     11,
     81.8718,
     831.900,
     2.653928,
     .006520,
     .088665,
     .186594,
     925.864,
     93.964},
};

/* Daily means from the hours; day 0 is 2015-11-01. */
static double day_mean[DAYS];

static int64_t first_day(void)
{
    return stw_civil_days(2015, 11, 1);
}

static int day_of(int64_t time_ns, int offset_h)
{
    int64_t day = (time_ns - offset_h * STW_NS_PER_HOUR) / STW_NS_PER_DAY - first_day();
    CU_ASSERT_FATAL(day >= 0 && day < DAYS);
    return (int)day;
}

static void take_temperatures(int offset_h)
{
    static int64_t time_ns[ROOM];
    static double value[ROOM];
    static int hours[DAYS];
    struct bench bench;
    real_load(&bench, "eemeter_temperature", "eemeter_samples/il-tempF.csv.gz", 19417);
    uint32_t count = real_values(&bench, "readings", "value", "temperature", time_ns, value, ROOM);
    bench_close(&bench);
    CU_ASSERT_EQUAL(count, 19417);
    for (int day = 0; day < DAYS; day++)
        day_mean[day] = hours[day] = 0;
    for (uint32_t i = 0; i < count; i++) {
        int day = day_of(time_ns[i], offset_h);
        day_mean[day] += value[i];
        hours[day]++;
    }
    for (int day = 0; day < DAYS; day++)
        day_mean[day] /= hours[day] > 0 ? hours[day] : 1;
}

/* Periods of a meter from one stamp to the next. */
struct periods {
    uint32_t count;
    int64_t start_ns[PERIODS];
    double use[PERIODS];
    int days[PERIODS];
    double heating[PERIODS], cooling[PERIODS]; /* degree days a day */
};

static void take_periods(const struct baseline *baseline, struct periods *periods)
{
    char path[128];
    struct bench bench;
    real_open(&bench, "eemeter_meter");
    snprintf(path, sizeof(path), "eemeter_samples/%s.csv.gz", baseline->meter);
    OK(bench_ingest(&bench, stw_test_shared(path)));
    periods->count =
        real_values(&bench, "readings", "value", "use", periods->start_ns, periods->use, PERIODS);
    bench_close(&bench);
    for (uint32_t i = 0; i + 1 < periods->count; i++) {
        double days = (double)(periods->start_ns[i + 1] - periods->start_ns[i]) / STW_NS_PER_DAY;
        periods->days[i] = (int)lround(days);
        int from = day_of(periods->start_ns[i], baseline->day_offset_h);
        double heating = 0, cooling = 0;
        for (int day = from; day < from + periods->days[i]; day++) {
            if (!isnan(baseline->heating))
                heating += fmax(baseline->heating - day_mean[day], 0);
            if (!isnan(baseline->cooling))
                cooling += fmax(day_mean[day] - baseline->cooling, 0);
        }
        periods->heating[i] = heating / periods->days[i];
        periods->cooling[i] = cooling / periods->days[i];
    }
}

/* The periods that start on days of [first, last), by number. */
static uint32_t choose(const struct periods *periods, const int first[3], const int last[3],
                       uint32_t *chosen)
{
    int64_t from_ns = stw_civil_days(first[0], first[1], first[2]) * STW_NS_PER_DAY;
    int64_t to_ns = stw_civil_days(last[0], last[1], last[2]) * STW_NS_PER_DAY;
    uint32_t count = 0;
    for (uint32_t i = 0; i < periods->count; i++)
        if (periods->start_ns[i] >= from_ns && periods->start_ns[i] < to_ns)
            chosen[count++] = i;
    return count;
}

static void fit(const struct baseline *baseline, const struct periods *periods,
                const uint32_t *chosen, uint32_t count, struct stw_regression *regression)
{
    static double x[3 * PERIODS], y[PERIODS], weights[PERIODS];
    struct stw_arena arena;
    size_t columns = 1;
    stw_arena_init(&arena);
    for (uint32_t i = 0; i < count; i++) {
        x[i] = 1;
        y[i] = periods->use[chosen[i]] / periods->days[chosen[i]];
        weights[i] = periods->days[chosen[i]];
    }
    for (int heating = 1; heating >= 0; heating--) {
        if (isnan(heating == 1 ? baseline->heating : baseline->cooling))
            continue;
        for (uint32_t i = 0; i < count; i++)
            x[columns * count + i] =
                heating == 1 ? periods->heating[chosen[i]] : periods->cooling[chosen[i]];
        columns++;
    }
    OK(stw_regress_fit(x, y, weights, count, columns, &arena, regression, NULL));
    stw_arena_release(&arena);
}

static void check(const struct baseline *baseline)
{
    static struct periods periods;
    uint32_t chosen[PERIODS];
    struct stw_regression regression;
    take_temperatures(baseline->day_offset_h);
    take_periods(baseline, &periods);
    uint32_t count = choose(&periods, baseline->first, baseline->last, chosen);
    CU_ASSERT_EQUAL(count, baseline->periods);
    double sum = 0;
    for (uint32_t i = 0; i < count; i++)
        sum += periods.use[chosen[i]];
    STW_NEAR(sum / count, baseline->mean, 5e-5);
    fit(baseline, &periods, chosen, count, &regression);
    const double *c = regression.coefficients;
    double heating = isnan(baseline->heating) ? 0 : c[1];
    double cooling = isnan(baseline->cooling) ? 0 : c[regression.columns - 1];
    STW_NEAR(c[0], baseline->intercept, 5.1e-7);
    STW_NEAR(heating, baseline->heating_slope, 5.1e-7);
    STW_NEAR(cooling, baseline->cooling_slope, 5.1e-7);
    STW_NEAR(regression.r_squared_adjusted, baseline->adjusted_r2, 5.1e-7);

    count = choose(&periods, baseline->from, baseline->until, chosen);
    double observed = 0, expected = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = chosen[i];
        observed += periods.use[at];
        expected += periods.days[at] *
                    (c[0] + heating * periods.heating[at] + cooling * periods.cooling[at]);
    }
    STW_NEAR(observed, baseline->observed, 5e-4);
    STW_NEAR(expected, baseline->counterfactual, 5.1e-4);
    STW_NEAR(expected - observed, baseline->savings, 5.1e-4);
}

static void electricity_by_day(void)
{
    STW_SKIP_WITHOUT_SHARED("eemeter_samples");
    check(&baselines[0]);
}

static void electricity_by_bill(void)
{
    STW_SKIP_WITHOUT_SHARED("eemeter_samples");
    check(&baselines[1]);
}

static void gas_by_day(void)
{
    STW_SKIP_WITHOUT_SHARED("eemeter_samples");
    check(&baselines[2]);
}

static void gas_by_bill(void)
{
    STW_SKIP_WITHOUT_SHARED("eemeter_samples");
    check(&baselines[3]);
}

STW_SUITE(real_baselines, {"electricity by day", electricity_by_day},
          {"electricity by bill", electricity_by_bill}, {"gas by day", gas_by_day},
          {"gas by bill", gas_by_bill});
