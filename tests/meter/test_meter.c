/* The step function on small registers whose use is worked out by hand. */
#include "meter/meter.h"

#include "../support/test.h"

enum { PERIODS_MAX = 64, EVENTS_MAX = 16 };

struct seen {
    struct stw_meter_period periods[PERIODS_MAX];
    unsigned period_count;
    struct stw_meter_event events[EVENTS_MAX];
    unsigned event_count;
};

static int see_period(void *context, const struct stw_meter_period *period)
{
    struct seen *seen = context;
    if (seen->period_count < PERIODS_MAX)
        seen->periods[seen->period_count++] = *period;
    return STW_OK;
}

static void see_event(void *context, const struct stw_meter_event *event)
{
    struct seen *seen = context;
    if (seen->event_count < EVENTS_MAX)
        seen->events[seen->event_count++] = *event;
}

static struct stw_zone *zone_of(const char *name)
{
    struct stw_zone *zone = NULL;
    CU_ASSERT_EQUAL_FATAL(stw_zone_load(name, &zone, NULL), STW_OK);
    return zone;
}

static struct stw_meter_config config_of(const struct stw_zone *zone, struct stw_period_rule rule)
{
    struct stw_meter_config config = {.kind = STW_METER_REGISTER, .scale = 3};
    CU_ASSERT_EQUAL_FATAL(stw_periods_init(&config.periods, zone, rule, NULL), STW_OK);
    return config;
}

/* Feeds values (scale 1) at hours since 1970, in one run. */
static void see(const struct stw_meter_config *config, const int64_t *hours, const int64_t *values,
                unsigned count, struct seen *seen)
{
    int64_t times[PERIODS_MAX];
    for (unsigned i = 0; i < count; i++)
        times[i] = hours[i] * STW_NS_PER_HOUR;
    struct stw_vector value = {.type = STW_TYPE_DECIMAL, .scale = 1, .ints = values};
    struct stw_meter_sink sink = {seen, see_period, see_event};
    struct stw_meter meter;
    memset(seen, 0, sizeof(*seen));
    stw_meter_init(&meter, config);
    CU_ASSERT_EQUAL(stw_meter_feed(&meter, times, count, &value, NULL, &sink, NULL), STW_OK);
    CU_ASSERT_EQUAL(stw_meter_finish(&meter, &sink, NULL), STW_OK);
}

static void expect_use(const struct stw_meter_period *period, const char *use,
                       const char *estimated)
{
    char text[STW_DECIMAL_TEXT_SIZE];
    stw_wide_format(period->use, true, text);
    STW_EXPECT(strcmp(text, use) == 0, "use %s, want %s", text, use);
    stw_wide_format(period->estimated, true, text);
    STW_EXPECT(strcmp(text, estimated) == 0, "estimated %s, want %s", text, estimated);
}

/* 23:00 at 10.0 and 02:00 at 11.0: midnight is at 10 + 1/3 = 10.333, so the days get .333 and the
 * rest, together 1. */
static void interpolates_a_boundary_once(void)
{
    struct stw_zone *zone = zone_of("UTC");
    struct stw_meter_config config = config_of(zone, STW_PERIOD_DAY);
    static const int64_t hours[] = {12, 23, 26, 36};
    static const int64_t values[] = {90, 100, 110, 150};
    struct seen seen;
    see(&config, hours, values, 4, &seen);
    CU_ASSERT_EQUAL_FATAL(seen.period_count, 2);
    expect_use(&seen.periods[0], "1.333", "0.333");
    expect_use(&seen.periods[1], "4.667", "0.667");
    CU_ASSERT_EQUAL(seen.periods[0].readings, 2);
    CU_ASSERT_EQUAL(seen.periods[0].covered_ns, 12 * STW_NS_PER_HOUR);
    stw_zone_free(zone);
}

static void tells_four_falls_apart(void)
{
    struct stw_zone *zone = zone_of("UTC");
    struct stw_meter_config config = config_of(zone, STW_PERIOD_DAY);
    config.digits = 3;
    struct seen seen;

    /* 998.0 999.0 0.5 1.5 with three digits: 999.0 -> 1000.5 is 1.5. */
    static const int64_t hours[] = {1, 2, 3, 4};
    static const int64_t rolled[] = {9980, 9990, 5, 15};
    see(&config, hours, rolled, 4, &seen);
    expect_use(&seen.periods[0], "3.5", "0");
    CU_ASSERT_EQUAL(seen.periods[0].flags, STW_METER_ROLLOVER);

    /* 500.0 501.0 0.5 1.5: far from the end of the register, so it was reset; 0.5 since then. */
    static const int64_t reset[] = {5000, 5010, 5, 15};
    see(&config, hours, reset, 4, &seen);
    expect_use(&seen.periods[0], "2.5", "0.5");
    CU_ASSERT_EQUAL(seen.periods[0].flags, STW_METER_RESET);

    /* 500.0 501.0 3.0 502.0: the next reading is back on the line. */
    static const int64_t bad[] = {5000, 5010, 30, 5020};
    see(&config, hours, bad, 4, &seen);
    expect_use(&seen.periods[0], "2", "0");
    CU_ASSERT_EQUAL(seen.periods[0].flags, STW_METER_BAD_READ);
    CU_ASSERT_EQUAL(seen.periods[0].readings, 3);

    /* The same the other way: 900.0 is off the line. */
    static const int64_t spike[] = {5000, 9000, 5010, 5020};
    see(&config, hours, spike, 4, &seen);
    expect_use(&seen.periods[0], "2", "0");
    CU_ASSERT_EQUAL(seen.event_count, 1);
    CU_ASSERT_EQUAL(seen.events[0].what, STW_METER_BAD_READ);

    /* Exchanged at 02:30: old final 501.4, new initial 2.0; 1.0 + 0.4 + 1.0 + 1.0. */
    struct stw_exchange exchange = {
        2 * STW_NS_PER_HOUR + STW_NS_PER_HOUR / 2, {true, {5014, 1}}, {true, {20, 1}}};
    config.exchanges = &exchange;
    config.exchange_count = 1;
    static const int64_t exchanged[] = {5000, 5010, 30, 40};
    see(&config, hours, exchanged, 4, &seen);
    expect_use(&seen.periods[0], "3.4", "0");
    CU_ASSERT_EQUAL(seen.periods[0].flags, STW_METER_EXCHANGE);
    stw_zone_free(zone);
}

/* 40 until 03:00, then 60: hours of 1.0 give 40, 40, 60. */
static void applies_multipliers_by_date(void)
{
    struct stw_zone *zone = zone_of("UTC");
    struct stw_meter_config config = config_of(zone, STW_PERIOD_DAY);
    static const struct stw_dated_decimal multipliers[] = {{INT64_MIN, {40, 0}},
                                                           {3 * STW_NS_PER_HOUR, {60, 0}}};
    config.multipliers = multipliers;
    config.multiplier_count = 2;
    static const int64_t hours[] = {1, 2, 3, 4};
    static const int64_t values[] = {10, 20, 30, 40};
    struct seen seen;
    see(&config, hours, values, 4, &seen);
    expect_use(&seen.periods[0], "140", "0");
    stw_zone_free(zone);
}

/* Interval values stamped at their end: the one at 00:00 belongs to the day before. */
static void puts_intervals_where_they_ran(void)
{
    struct stw_zone *zone = zone_of("UTC");
    struct stw_meter_config config = config_of(zone, STW_PERIOD_DAY);
    config.kind = STW_METER_INTERVAL;
    config.interval_ns = STW_NS_PER_HOUR;
    static const int64_t hours[] = {23, 24, 25, 28};
    static const int64_t values[] = {10, 20, 30, 40};
    struct seen seen;
    see(&config, hours, values, 4, &seen);
    CU_ASSERT_EQUAL_FATAL(seen.period_count, 2);
    expect_use(&seen.periods[0], "3", "0");
    expect_use(&seen.periods[1], "7", "0");
    CU_ASSERT_EQUAL(seen.periods[1].covered_ns, 2 * STW_NS_PER_HOUR);
    CU_ASSERT_EQUAL(seen.periods[1].flags, STW_METER_GAP);
    config.stamp_is_start = true;
    see(&config, hours, values, 4, &seen);
    expect_use(&seen.periods[0], "1", "0");
    expect_use(&seen.periods[1], "9", "0");
    stw_zone_free(zone);
}

STW_SUITE(meter, {"interpolates a boundary once", interpolates_a_boundary_once},
          {"tells four falls apart", tells_four_falls_apart},
          {"applies multipliers by date", applies_multipliers_by_date},
          {"puts intervals where they ran", puts_intervals_where_they_ran});
