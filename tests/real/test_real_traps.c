/*
 * What ORIGIN.md of the public data sets warns of, or states beside the totals of
 * test_real_sets.c: gaps written as zeros, a change of unit in the middle of a meter, negative
 * differences, logger faults, units that appear late, leap days, lists that join. Expected: the
 * facts ("Fact"); where a comment says Python, its csv and decimal modules over the same files.
 */
#include "real_tools.h"

#include "time/civil.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int64_t day_ns(int year, int month, int day)
{
    return stw_civil_days(year, month, day) * STW_NS_PER_DAY;
}

/* ---- Cambridge ------------------------------------------------------------------------------- */

/* Fact: 201,624 and 122,712 rows. The sums by Python. */
static void takes_cambridge_weather(void)
{
    STW_SKIP_WITHOUT_SHARED("cambridge_estates");
    struct bench bench;
    real_load(&bench, "cambridge_weather", "cambridge_estates/weather_bedford_2000_2022.csv.zst",
              UINT64_C(3) * 201624);
    real_sum_is(&bench, "readings", "value", "temperature", "2089138.6");
    real_sum_is(&bench, "readings", "value", "humidity", "16376294.6");
    real_sum_is(&bench, "readings", "value", "irradiation", "24684973");
    struct real_column air = real_column(&bench, "readings", "value", "temperature", false);
    CU_ASSERT(air.least == -13.9 && air.most == 39);
    real_map(&bench, "cambridge_carbon", NULL);
    real_take(&bench, "cambridge_estates/grid_carbon_intensity_2009_2022.csv.zst", 122712);
    real_sum_is(&bench, "readings", "value", "carbon_intensity", "40035.563");
    bench_close(&bench);
}

static double sum_of_year(const int64_t *time_ns, const double *value, uint32_t count, int year)
{
    double sum = 0;
    for (uint32_t i = 0; i < count; i++)
        if (time_ns[i] >= day_ns(year, 1, 1) && time_ns[i] < day_ns(year + 1, 1, 1))
            sum += value[i];
    return sum;
}

/* Fact: 65 zeros in the electricity of b0; the gas of b0, b2, b19, b40, b64 and b118 falls to about
 * a thirtieth in 2017 or 2018 and stays there. By Python 2019 is .026 to .034 of 2015 in these, and
 * .79 to 1.04 in the other four. */
static void keeps_cambridge_zeros_and_steps(void)
{
    STW_SKIP_WITHOUT_SHARED("cambridge_estates");
    static const char *const falling[] = {"b0", "b2", "b19", "b40", "b64", "b118"};
    static const char *const steady[] = {"b4", "b5", "b8", "b24"};
    enum { ROOM = 200000 };
    static int64_t time_ns[ROOM];
    static double value[ROOM];
    for (int i = 0; i < 10; i++) {
        const char *name = i < 6 ? falling[i] : steady[i - 6];
        char path[64];
        struct bench bench;
        real_open(&bench, "cambridge_gas");
        snprintf(path, sizeof(path), "cambridge_estates/%s_gas.csv.zst", name);
        OK(bench_ingest(&bench, stw_test_shared(path)));
        uint32_t count = real_values(&bench, "readings", "value", NULL, time_ns, value, ROOM);
        double share =
            sum_of_year(time_ns, value, count, 2019) / sum_of_year(time_ns, value, count, 2015);
        STW_EXPECT(i < 6 ? share > .025 && share < .035 : share > .78 && share < 1.05,
                   "%s: 2019 is %.3f of 2015", name, share);
        bench_close(&bench);
    }
    struct bench bench;
    real_load(&bench, "cambridge_electricity", "cambridge_estates/b0_electricity.csv.zst", 140256);
    CU_ASSERT_EQUAL(real_count_between(&bench, "readings", "value", NULL, 0, 0), 65);
    bench_close(&bench);
}

/* ---- Water, heat, power ---------------------------------------------------------------------- */

/* Fact: 192 negative differences, 31 over 2,000 L; by Python none of them is among the rows that a
 * later one corrects. */
static void keeps_odd_differences_of_daiad(void)
{
    STW_SKIP_WITHOUT_SHARED("daiad_water");
    static const char *const last = "water_difference";
    struct bench bench;
    real_load(&bench, "daiad_water", "daiad_water/swm_trialA_part.csv.zst", UINT64_C(2) * 457280);
    CU_ASSERT_EQUAL(real_count_between(&bench, "readings", "value", last, -INFINITY, -1), 192);
    CU_ASSERT_EQUAL(real_count_between(&bench, "readings", "value", last, 2001, INFINITY), 31);
    CU_ASSERT(real_column(&bench, "readings", "value", "water", false).falls);
    bench_close(&bench);
}

/* Fact: 1,154 whole-house rows over 1,000; Python counts 1,153, as here. From 2020-08-04 to
 * 2020-08-30; the washing machine from 2019-09 to 2020-10. */
static void keeps_logger_faults_of_weusedto(void)
{
    STW_SKIP_WITHOUT_SHARED("weusedto_water");
    enum { ROOM = 20000 };
    static int64_t time_ns[ROOM];
    static double value[ROOM];
    struct bench bench;
    real_load(&bench, "weusedto_whole_house", "weusedto_water/feed_WholeHouse.MYD.csv.zst", 18895);
    CU_ASSERT_EQUAL(real_count_between(&bench, "measurements", "value", "flow",
                                       nextafter(1000, 1001), INFINITY),
                    1153);
    uint32_t count = real_values(&bench, "measurements", "value", NULL, time_ns, value, ROOM);
    CU_ASSERT(time_ns[0] >= day_ns(2020, 8, 4) && time_ns[0] < day_ns(2020, 8, 5));
    CU_ASSERT(time_ns[count - 1] >= day_ns(2020, 8, 30) &&
              time_ns[count - 1] < day_ns(2020, 8, 31));
    real_map(&bench, "weusedto_washing_machine", NULL);
    real_take(&bench, "weusedto_water/feed_Washingmachine.MYD.csv.zst", 12055);
    count = real_values(&bench, "readings", "value", "flow", time_ns, value, ROOM);
    CU_ASSERT(time_ns[0] >= day_ns(2019, 9, 1) && time_ns[0] < day_ns(2019, 10, 1));
    CU_ASSERT(time_ns[count - 1] >= day_ns(2020, 10, 1) &&
              time_ns[count - 1] < day_ns(2020, 11, 1));
    bench_close(&bench);
}

/* Fact: quoted numbers, 2007-02-01 00:00 to 2007-02-02 23:59. The sums by Python. */
static void unquotes_household_power(void)
{
    STW_SKIP_WITHOUT_SHARED("household_power");
    static const struct {
        const char *channel, *sum;
    } sums[] = {{"voltage", "692246.2"},
                {"current", "14692.8"},
                {"kitchen", "1170"},
                {"laundry", "742"},
                {"heater_and_air", "24483"}};
    struct bench bench;
    real_load(&bench, "household_power", "household_power/household_power_2007-02-01_02.csv.zst",
              UINT64_C(7) * 2880);
    for (unsigned i = 0; i < sizeof(sums) / sizeof(sums[0]); i++)
        real_sum_is(&bench, "readings", "value", sums[i].channel, sums[i].sum);
    bench_close(&bench);
}

/* ---- Weather --------------------------------------------------------------------------------- */

/* Fact: leap-day handling. Python: 5.0 degC at most on 2012-02-29; the words of all days. */
static void has_the_leap_day_of_seattle(void)
{
    STW_SKIP_WITHOUT_SHARED("seattle_weather");
    static const struct {
        const char *word;
        uint64_t days;
    } words[] = {{"rain", 641}, {"sun", 640}, {"fog", 101}, {"drizzle", 53}, {"snow", 26}};
    enum { ROOM = 2000 };
    static int64_t time_ns[ROOM];
    static double value[ROOM];
    struct bench bench;
    real_load(&bench, "seattle_weather", "seattle_weather/seattle-weather.csv.zst",
              UINT64_C(4) * 1461);
    uint32_t count =
        real_values(&bench, "readings", "value", "temperature_max", time_ns, value, ROOM);
    CU_ASSERT_EQUAL_FATAL(count, 1461); /* 366 + 365 + 365 + 365 */
    uint32_t leap = 31 + 28;
    CU_ASSERT_EQUAL(time_ns[leap], day_ns(2012, 2, 29) + 8 * STW_NS_PER_HOUR); /* PST */
    CU_ASSERT_EQUAL(value[leap], 5);
    CU_ASSERT_EQUAL(time_ns[count - 1], day_ns(2015, 12, 31) + 8 * STW_NS_PER_HOUR);
    real_sum_is(&bench, "readings", "value", "temperature_min", "12031");
    real_map(&bench, "seattle_weather_days", NULL);
    real_take(&bench, "seattle_weather/seattle-weather.csv.zst", 1461);
    for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        CU_ASSERT_EQUAL(real_count(&bench, "weather", "word", words[i].word), words[i].days);
    bench_close(&bench);
}

/* ---- Lifts ----------------------------------------------------------------------------------- */

/* Series of a table whose last key component is a device that another table has. */
static uint32_t joined(struct bench *bench, const char *table, unsigned part, const char *other)
{
    const struct stw_schema *schema = stw_store_schema(bench->store);
    struct stw_series from =
        stw_store_series(bench->store, stw_schema_find(schema, stw_slice_of(table)));
    const struct stw_table *to = stw_schema_find(schema, stw_slice_of(other));
    struct stw_series in = stw_store_series(bench->store, to);
    struct stw_buffer key;
    uint32_t count = 0;
    stw_buffer_init(&key);
    for (uint32_t i = 0; i < from.count; i++) {
        struct stw_slice parts[] = {stw_key_part(stw_series_key(&from, i), part), {"", 0}};
        OK(stw_key_join(&key, parts, to->key_count, &bench->err));
        count += stw_series_find(&in, stw_buffer_slice(&key)) != STW_SERIES_NONE;
    }
    stw_buffer_release(&key);
    return count;
}

/* Fact: censored outages, unknown intervals, lists that join by the number of the equipment. By
 * Python 5,481 outages have both ends, 131 lack the beginning, 151 the end, 105 both; those that
 * have an end, or were lost sight of, last 173,016,007 s together. 2,343 of the 2,549 units that
 * were polled are in the list of facilities, 1,431 of those in the register of 2018. */
static void joins_and_censors_lifts(void)
{
    STW_SKIP_WITHOUT_SHARED("db_elevator_status");
    enum { ROOM = 10000 };
    static int64_t time_ns[ROOM];
    static double end_ns[ROOM];
    struct bench bench;
    real_load(&bench, "db_status", "db_elevator_status/status_changes_2022-01.csv.zst", 5754 + 114);
    CU_ASSERT_EQUAL(real_count(&bench, "faults", "censored", ""), 5481);
    CU_ASSERT_EQUAL(real_count(&bench, "faults", "censored", "left"), 131);
    CU_ASSERT_EQUAL(real_count(&bench, "faults", "censored", "right"), 151);
    CU_ASSERT_EQUAL(real_count(&bench, "faults", "censored", "both"), 105);
    uint32_t count = real_values(&bench, "faults", "restored", NULL, time_ns, end_ns, ROOM);
    CU_ASSERT_EQUAL(count, 5754 + 114 - 119);
    double down_s = 0;
    for (uint32_t i = 0; i < count; i++)
        down_s += round(end_ns[i] / STW_NS_PER_SECOND) - (double)(time_ns[i] / STW_NS_PER_SECOND);
    CU_ASSERT_EQUAL(down_s, 173016007);
    real_map(&bench, "db_facilities", NULL);
    real_take(&bench, "db_elevator_status/facilities.csv.zst", 1659 + 684);
    real_map(&bench, "db_lifts", NULL);
    real_take(&bench, "db_elevator_status/DBSuS-Uebersicht_Aufzuege-Stand2018-11_V2.csv.zst", 2630);
    CU_ASSERT_EQUAL(joined(&bench, "changes", 1, "devices"), 2343);
    CU_ASSERT_EQUAL(joined(&bench, "devices", 0, "lifts"), 1431);
    bench_close(&bench);
}

/* Fact: total = scheduled + unscheduled in every row; units that appear late. By Python 35 of 370
 * have no row of January 2021. */
static void adds_up_every_row_of_mta(void)
{
    STW_SKIP_WITHOUT_SHARED("mta_elevator_availability");
    struct bench bench;
    struct stw_buffer dump;
    char last[64] = "";
    unsigned rows = 0, wrong = 0, late = 0;
    real_load(&bench, "mta_elevator_availability",
              "mta_elevator_availability/elevator_availability_2021-01_2024-06.csv.zst", 14582);
    stw_buffer_init(&dump);
    bench_dump(&bench, "availability", &dump);
    stw_buffer_add_char(&dump, '\0');
    for (char *line = strtok(dump.data, "\n"); line != NULL; line = strtok(NULL, "\n"), rows++) {
        int total = 0, planned = 0, other = 0;
        sscanf(strstr(line, " outages="), " outages=%d", &total);
        sscanf(strstr(line, " scheduled="), " scheduled=%d", &planned);
        sscanf(strstr(line, " unscheduled="), " unscheduled=%d", &other);
        wrong += total != planned + other;
        size_t size = strcspn(line, "|");
        bool first = strlen(last) != size || memcmp(last, line, size) != 0;
        late += first && strncmp(line + size, "|2021-01", 8) != 0;
        snprintf(last, sizeof(last), "%.*s", (int)size, line);
    }
    CU_ASSERT(rows == 14582 && wrong == 0);
    CU_ASSERT_EQUAL(late, 35);
    stw_buffer_release(&dump);
    bench_close(&bench);
}

/* Fact: approval dates from 1925 to 2015. By Python 13,369 have none; the boroughs. */
static void dates_nyc_elevators(void)
{
    STW_SKIP_WITHOUT_SHARED("nyc_elevator_registry");
    static const struct {
        const char *borough;
        uint64_t devices;
    } boroughs[] = {{"Manhattan", 16574},
                    {"Brooklyn", 8209},
                    {"Bronx", 5102},
                    {"Queens", 4722},
                    {"Staten Island", 435}};
    struct bench bench;
    real_load(&bench, "nyc_elevator_registry", "nyc_elevator_registry/elevators.csv.zst", 35042);
    struct real_column since = real_column(&bench, "devices", "in_service", NULL, false);
    CU_ASSERT_EQUAL(since.rows - since.values, 13369);
    CU_ASSERT(since.least >= (double)day_ns(1925, 2, 24) &&
              since.least < (double)day_ns(1925, 2, 25));
    CU_ASSERT(since.most >= (double)day_ns(2015, 10, 16) &&
              since.most < (double)day_ns(2015, 10, 17));
    for (unsigned i = 0; i < sizeof(boroughs) / sizeof(boroughs[0]); i++)
        CU_ASSERT_EQUAL(real_count(&bench, "devices", "site", boroughs[i].borough),
                        boroughs[i].devices);
    bench_close(&bench);
}

/* ---- Requests -------------------------------------------------------------------------------- */

/* Fact: 5,209 rows of nine types, 1,729 of them open. The types by Python. */
static void counts_the_types_of_boston(void)
{
    STW_SKIP_WITHOUT_SHARED("boston_311_2015");
    static const struct {
        const char *type;
        uint64_t requests;
    } types[] = {{"General Lighting Request", 1429},
                 {"Electrical", 1357},
                 {"Heat - Excessive  Insufficient", 1324},
                 {"Plumbing", 473},
                 {"No Utilities Residential - Water", 238},
                 {"Unsatisfactory Utilities - Electrical  Plumbing", 180},
                 {"No Utilities Residential - Electricity", 110},
                 {"Watermain Break", 86},
                 {"Carbon Monoxide", 12}};
    struct bench bench;
    uint32_t closed;
    real_load(&bench, "boston_311_2015", "boston_311_2015/building_requests_2015.csv.zst", 5209);
    for (unsigned i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        CU_ASSERT_EQUAL(real_count(&bench, "work_orders", "type", types[i].type),
                        types[i].requests);
    real_median_hours(&bench, "work_orders", "closed", NULL, NULL, &closed);
    CU_ASSERT_EQUAL(closed, 5209 - 1729);
    bench_close(&bench);
}

STW_SUITE(real_traps, {"Cambridge's weather and grid", takes_cambridge_weather},
          {"Cambridge's zeros and steps", keeps_cambridge_zeros_and_steps},
          {"DAIAD's odd differences", keeps_odd_differences_of_daiad},
          {"WEUSEDTO's logger faults", keeps_logger_faults_of_weusedto},
          {"quoted numbers", unquotes_household_power},
          {"Seattle's leap day", has_the_leap_day_of_seattle},
          {"lifts joined and censored", joins_and_censors_lifts},
          {"every row of MTA", adds_up_every_row_of_mta},
          {"dates of New York's elevators", dates_nyc_elevators},
          {"Boston's types", counts_the_types_of_boston});
