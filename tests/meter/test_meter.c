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

/* The same in two runs, the second with one more place. */
static void see_in_two(const struct stw_meter_config *config, const int64_t *hours,
                       const int64_t *values, unsigned count, unsigned cut, struct seen *seen)
{
    int64_t times[PERIODS_MAX], finer[PERIODS_MAX];
    for (unsigned i = 0; i < count; i++) {
        times[i] = hours[i] * STW_NS_PER_HOUR;
        finer[i] = values[i] * 10;
    }
    struct stw_vector first = {.type = STW_TYPE_DECIMAL, .scale = 1, .ints = values};
    struct stw_vector second = {.type = STW_TYPE_DECIMAL, .scale = 2, .ints = finer + cut};
    struct stw_meter_sink sink = {seen, see_period, see_event};
    struct stw_meter meter;
    memset(seen, 0, sizeof(*seen));
    stw_meter_init(&meter, config);
    CU_ASSERT_EQUAL(stw_meter_feed(&meter, times, cut, &first, NULL, &sink, NULL), STW_OK);
    CU_ASSERT_EQUAL(stw_meter_feed(&meter, times + cut, count - cut, &second, NULL, &sink, NULL),
                    STW_OK);
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

    /* Only the day of a bad read has the flag. */
    static const int64_t days[] = {1, 2, 3, 4, 24, 30, 48};
    static const int64_t later[] = {5000, 5010, 30, 5020, 5030, 5040, 5050};
    see(&config, days, later, 7, &seen);
    CU_ASSERT_EQUAL(seen.periods[0].flags, STW_METER_BAD_READ);
    CU_ASSERT_EQUAL(seen.periods[1].flags, 0);

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
    config.interval.ns = STW_NS_PER_HOUR;
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

/* A reading of 10.00 at 23:00 and one of 11.25 at 01:00: midnight is at 10.625, and the two places
 * that the readings have are kept though none is asked for: 10.63. */
static void rounds_no_coarser_than_the_readings(void)
{
    struct stw_zone *zone = zone_of("UTC");
    struct stw_meter_config config = config_of(zone, STW_PERIOD_DAY);
    config.scale = 0;
    static const int64_t times[] = {23 * STW_NS_PER_HOUR, 25 * STW_NS_PER_HOUR};
    static const int64_t values[] = {1000, 1125};
    struct stw_vector value = {.type = STW_TYPE_DECIMAL, .scale = 2, .ints = values};
    struct seen seen = {.period_count = 0};
    struct stw_meter_sink sink = {&seen, see_period, see_event};
    struct stw_meter meter;
    stw_meter_init(&meter, &config);
    CU_ASSERT_EQUAL(stw_meter_feed(&meter, times, 2, &value, NULL, &sink, NULL), STW_OK);
    CU_ASSERT_EQUAL(stw_meter_finish(&meter, &sink, NULL), STW_OK);
    expect_use(&seen.periods[0], "0.63", "0.63");
    expect_use(&seen.periods[1], "0.62", "0.62");
    stw_zone_free(zone);
}

/* A bill from 12 September to 14 October, end exclusive: 32 days, 19 of them in September. */
static void divides_a_bill_by_days(void)
{
    struct stw_zone *zone = zone_of("Asia/Shanghai");
    struct stw_meter_config config =
        config_of(zone, (struct stw_period_rule){STW_PERIOD_MONTH, 0, 0});
    /* 2025-09-12T00:00+08:00 is hour 488224: python3 -c "print((20343*24) - 8)" */
    static const int64_t hours[] = {488224, 488224 + 32 * 24};
    static const int64_t values[] = {0, 320};
    struct seen seen;
    see(&config, hours, values, 2, &seen);
    CU_ASSERT_EQUAL_FATAL(seen.period_count, 2);
    expect_use(&seen.periods[0], "19", "19");
    expect_use(&seen.periods[1], "13", "13");
    stw_zone_free(zone);
}

/* Zeros in a row look like a reset until the register is back on its line. */
static void comes_back_from_several_bad_reads(void)
{
    struct stw_zone *zone = zone_of("UTC");
    struct stw_meter_config config = config_of(zone, STW_PERIOD_DAY);
    static const int64_t hours[] = {1, 2, 3, 4, 5, 6};
    static const int64_t values[] = {5000, 5010, 0, 5, 5040, 5050};
    struct seen seen;
    see(&config, hours, values, 6, &seen);
    expect_use(&seen.periods[0], "5", "2.5");
    CU_ASSERT_EQUAL(seen.periods[0].flags, STW_METER_RESET | STW_METER_BAD_READ);
    CU_ASSERT_EQUAL_FATAL(seen.event_count, 2);
    CU_ASSERT_EQUAL(seen.events[1].what, STW_METER_BAD_READ);
    config.scale = 1;
    for (unsigned cut = 1; cut < 6; cut++) {
        see_in_two(&config, hours, values, 6, cut, &seen);
        expect_use(&seen.periods[0], "5", "2.5");
    }
    config.scale = 3;
    /* A meter that was reset and was then not read for two days goes on from 0: 0.5 + 47.5. */
    static const int64_t later[] = {1, 2, 3, 4, 52, 53};
    static const int64_t slow[] = {400, 410, 0, 5, 480, 490};
    see(&config, later, slow, 6, &seen);
    struct stw_wide total = seen.periods[0].use;
    for (unsigned i = 1; i < seen.period_count; i++)
        CU_ASSERT(stw_wide_add(total, seen.periods[i].use, &total));
    char text[STW_DECIMAL_TEXT_SIZE];
    stw_wide_format(total, true, text);
    CU_ASSERT_STRING_EQUAL(text, "50");
    stw_zone_free(zone);
}

static void takes_small_falls_for_noise(void)
{
    struct stw_zone *zone = zone_of("UTC");
    struct stw_meter_config config = config_of(zone, STW_PERIOD_DAY);
    config.step = (struct stw_decimal){1, 1};
    static const int64_t hours[] = {1, 2, 3, 4, 5};
    static const int64_t values[] = {5000, 5010, 5009, 5009, 5020};
    struct seen seen;
    see(&config, hours, values, 5, &seen);
    expect_use(&seen.periods[0], "2", "0");
    CU_ASSERT_EQUAL(seen.periods[0].flags, 0);
    CU_ASSERT_EQUAL(seen.event_count, 0);
    CU_ASSERT_EQUAL(seen.periods[0].readings, 5);
    static const int64_t fell[] = {5000, 5010, 5008, 5008, 5020}; /* two steps */
    see(&config, hours, fell, 5, &seen);
    CU_ASSERT_EQUAL(seen.periods[0].flags, STW_METER_BAD_READ); /* 501.0 is off the line */
    expect_use(&seen.periods[0], "2", "0");
    static const int64_t lasting[] = {5000, 5010, 4998, 4998, 5010};
    see(&config, hours, lasting, 5, &seen);
    CU_ASSERT_EQUAL(seen.periods[0].flags, STW_METER_FALL);
    expect_use(&seen.periods[0], "2.2", "0");
    CU_ASSERT_EQUAL(seen.periods[0].covered_ns, 3 * STW_NS_PER_HOUR);
    stw_zone_free(zone);
}

/* With three digits 950.0 -> 5.0 would be 55.0 more, which this meter of 0.1 an hour cannot do: a
 * reset. Its pace holds when a later run has finer readings. */
static void judges_a_rollover_by_the_meters_pace(void)
{
    struct stw_zone *zone = zone_of("UTC");
    struct stw_meter_config config = config_of(zone, STW_PERIOD_DAY);
    config.digits = 3;
    config.scale = 1;
    static const int64_t hours[] = {1, 2, 3, 4, 5};
    static const int64_t values[] = {9498, 9499, 9500, 50, 51};
    struct seen seen;
    for (unsigned cut = 1; cut < 5; cut++) {
        see_in_two(&config, hours, values, 5, cut, &seen);
        CU_ASSERT_EQUAL(seen.periods[0].flags, STW_METER_RESET);
        expect_use(&seen.periods[0], "5.3", "5");
    }
    stw_zone_free(zone);
}

static struct stw_exchange exchange_at(int64_t minutes, int64_t final, int64_t initial)
{
    return (struct stw_exchange){
        minutes * STW_NS_PER_MINUTE, {final >= 0, {final, 1}}, {initial >= 0, {initial, 1}}};
}

static void expect_exchange(struct stw_meter_config *config, struct stw_exchange exchange,
                            const int64_t *values, unsigned count, const char *use, uint32_t flags)
{
    static const int64_t hours[] = {1, 2, 3, 4, 5, 6};
    char text[STW_DECIMAL_TEXT_SIZE];
    struct seen seen;
    config->exchanges = &exchange;
    config->exchange_count = 1;
    see(config, hours, values, count, &seen);
    CU_ASSERT_EQUAL_FATAL(seen.period_count, 1);
    stw_wide_format(seen.periods[0].use, true, text);
    STW_EXPECT(strcmp(text, use) == 0, "use %s, want %s", text, use);
    STW_EXPECT(seen.periods[0].flags == flags, "flags %x, want %x", seen.periods[0].flags, flags);
}

static void matches_exchanges_with_falls(void)
{
    struct stw_zone *zone = zone_of("UTC");
    struct stw_meter_config config = config_of(zone, STW_PERIOD_DAY);
    /* A new register that starts above readings of the old: 101.0 is no bad read. */
    static const int64_t close[] = {1000, 1010, 1007, 1017};
    expect_exchange(&config, exchange_at(150, 1012, 1002), close, 4, "2.7", STW_METER_EXCHANGE);
    /* A new register that starts higher: 1.0 + 0.5 to the old end, 0.5 + 1.0 from the new start. */
    static const int64_t higher[] = {1000, 1010, 9005, 9015};
    expect_exchange(&config, exchange_at(150, 1015, 9000), higher, 4, "3", STW_METER_EXCHANGE);
    /* A record that says nothing about registers counts nothing over the exchange. */
    static const int64_t usual[] = {5000, 5010, 30, 40};
    expect_exchange(&config, exchange_at(150, -1, -1), usual, 4, "2", STW_METER_EXCHANGE);
    /* A reading at the very time of the record is of the register it fits. */
    expect_exchange(&config, exchange_at(120, 5014, 20), usual, 4, "3.4", STW_METER_EXCHANGE);
    expect_exchange(&config, exchange_at(180, 5014, 20), usual, 4, "3.4", STW_METER_EXCHANGE);
    /* An old end below what was read before: nothing is counted for it, and it is said. */
    expect_exchange(&config, exchange_at(150, 4000, 20), usual, 4, "3",
                    STW_METER_EXCHANGE | STW_METER_FALL);
    config.exchange_slack_ns = 3 * STW_NS_PER_HOUR;
    /* Told two hours late, with a bad read in between that falls but does not last: 1.0, 2.0, 1.0,
     * 1.0 to the old end, 1.0 from the new start. */
    static const int64_t late[] = {5000, 5010, 20, 5030, 5040, 10};
    expect_exchange(&config, exchange_at(300, 5050, 0), late, 6, "6",
                    STW_METER_EXCHANGE | STW_METER_BAD_READ);
    /* Told before the first reading, and after the fall. */
    expect_exchange(&config, exchange_at(0, 5014, 20), usual, 4, "3.4", STW_METER_EXCHANGE);
    expect_exchange(&config, exchange_at(290, 5014, 20), usual, 4, "3.4", STW_METER_EXCHANGE);
    /* Before the first reading of the new register: past. */
    static const int64_t begins[] = {20, 30, 40, 50};
    expect_exchange(&config, exchange_at(0, 5014, 20), begins, 4, "3", 0);
    /* Never seen: the readings go on as they did. */
    config.exchange_slack_ns = STW_NS_PER_HOUR;
    static const int64_t straight[] = {5000, 5010, 5020, 5030, 5040, 5050};
    expect_exchange(&config, exchange_at(150, 5014, 20), straight, 6, "5", STW_METER_UNSEEN);
    stw_zone_free(zone);
}

static void the_last_fall_is_not_decided(void)
{
    struct stw_zone *zone = zone_of("UTC");
    struct stw_meter_config config = config_of(zone, STW_PERIOD_DAY);
    static const int64_t hours[] = {1, 2, 3};
    static const int64_t values[] = {5000, 5010, 30};
    struct seen seen;
    see(&config, hours, values, 3, &seen);
    expect_use(&seen.periods[0], "1", "0");
    CU_ASSERT_EQUAL(seen.periods[0].flags, STW_METER_FALL);
    stw_zone_free(zone);
}

/* A gap of 20 hours that ends at midnight is of the day that ends there; one over midnight is not
 * divided but booked where it ends; one inside a day is that day's use. */
static void does_not_divide_a_long_gap(void)
{
    struct stw_zone *zone = zone_of("UTC");
    struct stw_meter_config config = config_of(zone, STW_PERIOD_DAY);
    config.max_gap_ns = 4 * STW_NS_PER_HOUR;
    static const int64_t hours[] = {0, 4, 24, 28, 76, 78, 94, 96};
    static const int64_t values[] = {0, 10, 20, 30, 50, 60, 70, 80};
    static const char *const use[] = {"2", "1", "0", "3", "0"};
    static const int64_t covered[] = {4, 4, 0, 4, 0};
    struct seen seen;
    see(&config, hours, values, 8, &seen);
    CU_ASSERT_EQUAL_FATAL(seen.period_count, 5);
    for (unsigned i = 0; i < 5; i++) {
        char text[STW_DECIMAL_TEXT_SIZE];
        expect_use(&seen.periods[i], use[i], "0");
        stw_wide_format(seen.periods[i].unplaced, true, text);
        CU_ASSERT_STRING_EQUAL(text, i == 3 ? "2" : "0");
        CU_ASSERT_EQUAL(seen.periods[i].covered_ns, covered[i] * STW_NS_PER_HOUR);
        CU_ASSERT_EQUAL(seen.periods[i].flags, i >= 1 && i <= 3 ? STW_METER_GAP : 0);
    }
    /* A gap from 14:00 to midnight ends on a boundary: all inside. From 22:00 it is not. */
    static const int64_t edges[] = {22, 48};
    see(&config, edges, values, 2, &seen);
    CU_ASSERT_EQUAL_FATAL(seen.period_count, 3);
    CU_ASSERT(seen.periods[0].unplaced.value == 0 && seen.periods[2].unplaced.value == 0 &&
              seen.periods[1].unplaced.value != 0);
    stw_zone_free(zone);
}

/* A daily value covers the local day: 23 hours on 2025-03-30 in Berlin; a monthly one its month. */
static void intervals_of_the_calendar(void)
{
    struct stw_zone *zone = zone_of("Europe/Berlin");
    struct stw_meter_config config = config_of(zone, STW_PERIOD_DAY);
    config.kind = STW_METER_INTERVAL;
    config.interval.ns = STW_NS_PER_DAY;
    config.stamp_is_start = true;
    /* Midnights of 29, 30, 31 March 2025: days 20176 to 20178 since 1970, less one hour,
     * and less two from the 31st on.
     */
    static const int64_t hours[] = {20176 * 24 - 1, 20177 * 24 - 1, 20178 * 24 - 2};
    static const int64_t values[] = {10, 20, 30};
    static const int64_t lengths[] = {24, 23, 24};
    struct seen seen;
    for (int end = 0; end < 2; end++) {
        int64_t stamps[3];
        for (int i = 0; i < 3; i++)
            stamps[i] = hours[i] + end * lengths[i];
        config.stamp_is_start = !end;
        see(&config, stamps, values, 3, &seen);
        unsigned extra = seen.period_count > 3; /* the period that the last end opens */
        CU_ASSERT_EQUAL_FATAL(seen.period_count, 3 + extra);
        for (unsigned i = 0; i < 3; i++) {
            static const char *const use[] = {"1", "2", "3"};
            expect_use(&seen.periods[i], use[i], "0");
            CU_ASSERT_EQUAL(seen.periods[i].covered_ns, lengths[i] * STW_NS_PER_HOUR);
        }
    }
    config = config_of(zone, (struct stw_period_rule){STW_PERIOD_MONTH, 0, 0});
    config.kind = STW_METER_INTERVAL;
    config.interval.months = 1;
    config.stamp_is_start = true;
    /* 1 February and 1 March 2025, 00:00 in Berlin: days 20120 and 20148, less an hour. */
    static const int64_t months[] = {20120 * 24 - 1, 20148 * 24 - 1};
    see(&config, months, values, 2, &seen);
    expect_use(&seen.periods[0], "1", "0");
    expect_use(&seen.periods[1], "2", "0");
    CU_ASSERT_EQUAL(seen.periods[0].covered_ns, 28 * STW_NS_PER_DAY);
    CU_ASSERT_EQUAL(seen.periods[1].covered_ns, 31 * STW_NS_PER_DAY - STW_NS_PER_HOUR);
    stw_zone_free(zone);
}

/* Stamps a little early: the second value begins where the first ended, and nothing is lost. */
static void intervals_do_not_overlap(void)
{
    struct stw_zone *zone = zone_of("UTC");
    struct stw_meter_config config = config_of(zone, STW_PERIOD_DAY);
    config.kind = STW_METER_INTERVAL;
    config.interval.ns = 4 * STW_NS_PER_HOUR;
    static const int64_t hours[] = {4, 7, 7, 11};
    static const int64_t values[] = {10, 20, 30, -5};
    struct seen seen;
    see(&config, hours, values, 4, &seen);
    expect_use(&seen.periods[0], "5.5", "0");
    CU_ASSERT_EQUAL(seen.periods[0].covered_ns, 11 * STW_NS_PER_HOUR);
    CU_ASSERT_EQUAL(seen.periods[0].flags, STW_METER_NEGATIVE);
    stw_zone_free(zone);
}

/* A prepaid meter: 50.0 used down to 47.0, topped up to 147.0, down to 145.0. */
static void counts_remaining_amounts_down(void)
{
    struct stw_zone *zone = zone_of("UTC");
    struct stw_meter_config config = config_of(zone, STW_PERIOD_DAY);
    config.kind = STW_METER_REMAINING;
    static const int64_t hours[] = {1, 2, 3, 4};
    static const int64_t values[] = {500, 470, 1470, 1450};
    struct seen seen;
    see(&config, hours, values, 4, &seen);
    expect_use(&seen.periods[0], "5", "0");
    CU_ASSERT_EQUAL(seen.periods[0].flags, STW_METER_TOP_UP);
    CU_ASSERT_EQUAL(seen.periods[0].covered_ns, 2 * STW_NS_PER_HOUR);
    CU_ASSERT_EQUAL_FATAL(seen.event_count, 1);
    CU_ASSERT(seen.events[0].before.value * 10 == 470 * stw_pow10(seen.events[0].before.scale));
    CU_ASSERT(seen.events[0].after.value * 10 == 1470 * stw_pow10(seen.events[0].after.scale));
    stw_zone_free(zone);
}

/* Estimated readings count, and what rests on them is said; suspect and bad ones are left out;
 * edited ones are as good as read. A missing value is no reading. */
static void heeds_quality(void)
{
    struct stw_zone *zone = zone_of("UTC");
    struct stw_meter_config config = config_of(zone, STW_PERIOD_DAY);
    static const int64_t times[] = {0,
                                    STW_NS_PER_HOUR,
                                    2 * STW_NS_PER_HOUR,
                                    3 * STW_NS_PER_HOUR,
                                    4 * STW_NS_PER_HOUR,
                                    5 * STW_NS_PER_HOUR,
                                    6 * STW_NS_PER_HOUR};
    static const int64_t values[] = {10, 20, 999, 30, 999, 0, 50};
    static const struct stw_slice words[] = {
        {"ok", 2}, {"estimated", 9}, {"suspect", 7}, {"bad", 3}, {"edited", 6}};
    static const uint32_t codes[] = {0, 0, 2, 1, 3, 0, 4};
    static const uint8_t present[] = {1, 1, 1, 1, 1, 0, 1};
    struct stw_vector value = {
        .type = STW_TYPE_DECIMAL, .scale = 1, .ints = values, .present = present};
    struct stw_vector quality = {
        .type = STW_TYPE_TEXT, .codes = codes, .words = words, .word_count = 5};
    struct seen seen = {.period_count = 0};
    struct stw_meter_sink sink = {&seen, see_period, see_event};
    struct stw_meter meter;
    stw_meter_init(&meter, &config);
    CU_ASSERT_EQUAL(stw_meter_feed(&meter, times, 7, &value, &quality, &sink, NULL), STW_OK);
    CU_ASSERT_EQUAL(stw_meter_finish(&meter, &sink, NULL), STW_OK);
    expect_use(&seen.periods[0], "4", "3");
    CU_ASSERT_EQUAL(seen.periods[0].readings, 4);
    CU_ASSERT_EQUAL(seen.periods[0].flags, STW_METER_ESTIMATED | STW_METER_LEFT_OUT);
    char text[STW_METER_FLAGS_TEXT_SIZE];
    stw_meter_flags_text(seen.periods[0].flags, text);
    CU_ASSERT_STRING_EQUAL(text, "estimated left-out");
    stw_meter_flags_text((1u << STW_METER_FLAG_COUNT) - 1, text);
    CU_ASSERT(strlen(text) < STW_METER_FLAGS_TEXT_SIZE - 1); /* all of them fit */
    stw_zone_free(zone);
}

static void refuses_what_it_cannot_count(void)
{
    struct stw_zone *zone = zone_of("UTC");
    struct stw_meter_config config = config_of(zone, STW_PERIOD_DAY);
    struct seen seen = {.period_count = 0};
    struct stw_meter_sink sink = {&seen, see_period, see_event};
    struct stw_meter meter;
    static const int64_t times[] = {0, 1, 2};
    static const int64_t values[] = {0, INT64_MAX, INT64_MAX};
    static const double floats[] = {0, 1, 2};
    struct stw_vector real = {.type = STW_TYPE_FLOAT, .floats = floats};
    stw_meter_init(&meter, &config);
    CU_ASSERT_EQUAL(stw_meter_feed(&meter, times, 3, &real, NULL, &sink, NULL), STW_ERR_USAGE);
    /* 9.2e18 with 18 more places from the registry's step, times 10^18: beyond 128 bits. */
    static const struct stw_dated_decimal huge[] = {{INT64_MIN, {INT64_MAX, 0}}};
    config.step = (struct stw_decimal){1, 18};
    config.multipliers = huge;
    config.multiplier_count = 1;
    struct stw_vector whole = {.type = STW_TYPE_DECIMAL, .ints = values};
    stw_meter_init(&meter, &config);
    CU_ASSERT_EQUAL(stw_meter_feed(&meter, times, 3, &whole, NULL, &sink, NULL), STW_OK);
    CU_ASSERT_EQUAL(stw_meter_finish(&meter, &sink, NULL), STW_ERR_LIMIT);
    stw_zone_free(zone);
}

STW_SUITE(meter, {"interpolates a boundary once", interpolates_a_boundary_once},
          {"tells four falls apart", tells_four_falls_apart},
          {"applies multipliers by date", applies_multipliers_by_date},
          {"puts intervals where they ran", puts_intervals_where_they_ran},
          {"rounds no coarser than the readings", rounds_no_coarser_than_the_readings},
          {"divides a bill by days", divides_a_bill_by_days},
          {"comes back from several bad reads", comes_back_from_several_bad_reads},
          {"takes small falls for noise", takes_small_falls_for_noise},
          {"judges a rollover by the meter's pace", judges_a_rollover_by_the_meters_pace},
          {"matches exchanges with falls", matches_exchanges_with_falls},
          {"the last fall is not decided", the_last_fall_is_not_decided},
          {"does not divide a long gap", does_not_divide_a_long_gap},
          {"intervals of the calendar", intervals_of_the_calendar},
          {"intervals do not overlap", intervals_do_not_overlap},
          {"counts remaining amounts down", counts_remaining_amounts_down},
          {"heeds quality", heeds_quality},
          {"refuses what it cannot count", refuses_what_it_cannot_count});
