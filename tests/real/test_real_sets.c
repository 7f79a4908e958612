/*
 * Public data sets through the maps that are shipped for them. Expected: the facts of their
 * ORIGIN.md ("Fact"); where a comment says Python, its csv and decimal modules over the same files.
 */
#include "real_tools.h"

#include "../analysis/zst.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- Registers and gauges -------------------------------------------------------------------- */

/* Fact: the differences sum to 5,309,100 L. That is of all rows as they came; of two rows of one
 * meter and instant the later one counts. By Python: 53 instants come twice, 38 of them with the
 * same difference (all 0), 15 with another (the earlier ones sum to 76), and 117 rows are in the
 * hour that Madrid's clock shows twice. */
static void takes_daiad_water(void)
{
    STW_SKIP_WITHOUT_SHARED("daiad_water");
    struct bench bench;
    real_load(&bench, "daiad_water", "daiad_water/swm_trialA_part.csv.zst", UINT64_C(2) * 457280);
    CU_ASSERT_EQUAL(bench.result.records, 457280);
    CU_ASSERT_EQUAL(bench.result.ambiguous, 2 * 117);
    CU_ASSERT_EQUAL(bench.result.commit.repeated + bench.result.commit.superseded, 2 * 53);
    struct real_column all = real_column(&bench, "readings", "value", "water_difference", true);
    struct real_column live = real_column(&bench, "readings", "value", "water_difference", false);
    CU_ASSERT(all.sum.value == 5309100 && all.sum.scale == 0);
    CU_ASSERT(live.sum.value == 5309100 - 76);
    CU_ASSERT_EQUAL(all.rows, 457280 - 38);
    CU_ASSERT_EQUAL(live.rows, 457280 - 53);
    CU_ASSERT_EQUAL(live.series, 61);
    bench_close(&bench);
}

/* Fact: 2,880 rows; voltage from 233.05 to 246.57 V. The sums by Python. */
static void takes_household_power(void)
{
    STW_SKIP_WITHOUT_SHARED("household_power");
    struct bench bench;
    real_load(&bench, "household_power", "household_power/household_power_2007-02-01_02.csv.zst",
              UINT64_C(7) * 2880);
    struct real_column voltage = real_column(&bench, "readings", "value", "voltage", false);
    CU_ASSERT_EQUAL(voltage.rows, 2880);
    CU_ASSERT_EQUAL(voltage.least, 233.05);
    CU_ASSERT_EQUAL(voltage.most, 246.57);
    real_sum_is(&bench, "readings", "value", "active_power", "3492.496");
    real_sum_is(&bench, "readings", "value", "reactive_power", "289.806");
    real_sum_is(&bench, "readings", "value", "heater_and_air", "24483");
    bench_close(&bench);
}

/* Fact: 26,256 rows, the register of energy from 5347.61445783133 to 56974.8571428571, none of the
 * counters ever falls; 3,127 meters in the other file. */
static void takes_danish_heat(void)
{
    STW_SKIP_WITHOUT_SHARED("danish_heat_meter");
    static const char *const counters[] = {"volume", "inlet_m3_degrees", "outlet_m3_degrees"};
    struct bench bench;
    real_load(&bench, "danish_heat_meter", "danish_heat_meter/processed_final_data_sample.csv.zst",
              UINT64_C(4) * 26256);
    struct real_column heat = real_column(&bench, "readings", "value", "heat", false);
    CU_ASSERT_EQUAL(heat.rows, 26256);
    CU_ASSERT_EQUAL(heat.first, 5347.61445783133);
    CU_ASSERT_EQUAL(heat.last, 56974.8571428571);
    CU_ASSERT_FALSE(heat.falls);
    for (unsigned i = 0; i < sizeof(counters) / sizeof(counters[0]); i++)
        CU_ASSERT_FALSE(real_column(&bench, "readings", "value", counters[i], false).falls);
    real_map(&bench, "danish_heat_buildings", NULL);
    real_take(&bench, "danish_heat_meter/contextual_data.csv.zst", 3127);
    bench_close(&bench);
}

/* Fact: sums of the toilet column 14,208.0, of the dishwasher column 530.4, of the washing-machine
 * column 1,691,973.0; rows 1,188, 52, 12,055 and 18,895. The dishwasher's is rounded: its values
 * are floats written out, 10.199999809265137, and sum to 530.399990081787124 exactly (Python). Of
 * the whole house Python finds 1,153 values over 1,000, the largest 360554368; ORIGIN.md says 1,154
 * and 141,535,792. Five of its values have 19 decimals. */
static void takes_weusedto_water(void)
{
    STW_SKIP_WITHOUT_SHARED("weusedto_water");
    struct bench bench;
    real_load(&bench, "weusedto_uses", "weusedto_water/feed.Toilet.csv.zst", 1188);
    real_sum_is(&bench, "water_uses", "volume_l", NULL, "14208");
    char path[512];
    struct stw_ingest_options options = {.name = "feed.Dishwasher30.csv"};
    snprintf(path, sizeof(path), "%s", stw_test_shared("weusedto_water/feed_Dishwasher30.MYD.csv"));
    OK(stw_ingest_file(bench.store, &bench.map, path, &options, &bench.result, &bench.err));
    CU_ASSERT(bench.result.rows == 52 && bench.result.rejected == 0);
    real_sum_is(&bench, "water_uses", "volume_l", "Dishwasher30", "530.399990081787124");
    real_map(&bench, "weusedto_washing_machine", NULL);
    real_take(&bench, "weusedto_water/feed_Washingmachine.MYD.csv.zst", 12055);
    real_sum_is(&bench, "readings", "value", "flow", "1691973");
    real_map(&bench, "weusedto_whole_house", NULL);
    real_take(&bench, "weusedto_water/feed_WholeHouse.MYD.csv.zst", 18895);
    struct real_column house = real_column(&bench, "measurements", "value", "flow", false);
    CU_ASSERT(house.values == 18895 && house.most == 360554368);
    bench_close(&bench);
}

/* Fact of il-electricity-cdd-hdd-daily: the 365 baseline days before 2016-12-26 have a mean of
 * 28.5152 (Python: their sum is 10408.05); the four baselines are in test_real_baselines.c. All
 * sums by Python; in two of the uk files 15 and 24 instants come twice, and the later value counts.
 */
static void takes_eemeter_samples(void)
{
    STW_SKIP_WITHOUT_SHARED("eemeter_samples");
    static const struct {
        const char *name;
        uint64_t rows;
        const char *sum;
    } meters[] = {{"il-electricity-cdd-hdd-billing_bimonthly", 13, "21563.69"},
                  {"il-electricity-cdd-hdd-billing_monthly", 26, "21290.17"},
                  {"il-electricity-cdd-hdd-daily", 809, "21925.83"},
                  {"il-electricity-cdd-hdd-hourly", 19417, "21927.13"},
                  {"il-electricity-cdd-only-billing_bimonthly", 13, "19474.99"},
                  {"il-electricity-cdd-only-billing_monthly", 26, "19525.53"},
                  {"il-electricity-cdd-only-daily", 809, "19565.65"},
                  {"il-electricity-cdd-only-hourly", 19417, "19565.06"},
                  {"il-gas-hdd-only-billing_bimonthly", 13, "2290.42"},
                  {"il-gas-hdd-only-billing_monthly", 26, "2345.22"},
                  {"il-gas-hdd-only-daily", 809, "2427.85"},
                  {"il-gas-hdd-only-hourly", 19417, "2426.82"},
                  {"il-gas-intercept-only-billing_bimonthly", 13, "2059.01"},
                  {"il-gas-intercept-only-billing_monthly", 26, "2056.52"},
                  {"il-gas-intercept-only-daily", 809, "2091.66"},
                  {"il-gas-intercept-only-hourly", 19417, "2091.64"},
                  {"uk-electricity-hdd-only-hourly-sample-0", 23508, "3789.626000000000010121"},
                  {"uk-electricity-hdd-only-hourly-sample-1", 22536, "5554.8740002"},
                  {"uk-electricity-hdd-only-hourly-sample-2", 35468, "14080.8620026"},
                  {"uk-gas-hdd-only-hourly-sample-0", 23508, "16878.262199999999975876"}};
    for (unsigned i = 0; i < sizeof(meters) / sizeof(meters[0]); i++) {
        char path[128];
        struct bench bench;
        real_open(&bench, "eemeter_meter");
        snprintf(path, sizeof(path), "eemeter_samples/%s.csv.gz", meters[i].name);
        real_take(&bench, path, meters[i].rows);
        real_sum_is(&bench, "readings", "value", "use", meters[i].sum);
        bench_close(&bench);
    }
    struct bench bench;
    real_load(&bench, "eemeter_temperature", "eemeter_samples/il-tempF.csv.gz", 19417);
    real_sum_is(&bench, "readings", "value", "temperature", "1059689.06");
    bench_close(&bench);
}

/* Fact: 1,461 daily rows. Sums and words by Python. */
static void takes_seattle_weather(void)
{
    STW_SKIP_WITHOUT_SHARED("seattle_weather");
    struct bench bench;
    real_load(&bench, "seattle_weather", "seattle_weather/seattle-weather.csv.zst",
              UINT64_C(4) * 1461);
    real_sum_is(&bench, "readings", "value", "precipitation", "4426");
    real_sum_is(&bench, "readings", "value", "temperature_max", "24017.5");
    real_map(&bench, "seattle_weather_days", NULL);
    real_take(&bench, "seattle_weather/seattle-weather.csv.zst", 1461);
    real_sum_is(&bench, "weather", "wind_m_per_s", NULL, "4735.3");
    CU_ASSERT_EQUAL(real_count(&bench, "weather", "word", "snow"), 26);
    bench_close(&bench);
}

/* Fact: 507 buildings, lines ended by a lone CR. Areas and temperatures by Python. */
static void takes_bdg1(void)
{
    STW_SKIP_WITHOUT_SHARED("bdg1");
    struct bench bench;
    real_load(&bench, "bdg1_buildings", "bdg1/meta_open.csv.zst", 507);
    real_sum_is(&bench, "devices", "area_m2", NULL, "4463215.046208");
    real_map(&bench, "bdg1_weather", NULL);
    /* 7 columns of 7,510 rows; 7,490 have no gust and 724 are calm. */
    real_take(&bench, "bdg1/weather10.csv.zst", UINT64_C(7) * 7510 - 7490 - 724);
    real_sum_is(&bench, "readings", "value", "temperature", "214687");
    bench_close(&bench);
}

/* ---- Lifts ----------------------------------------------------------------------------------- */

/* The plainest count over the text: units, changes to INACTIVE, and the units that had one. */
struct twin {
    char units[3000][9];
    bool had_one[3000];
    uint32_t unit_count, changes, changed_units, of_10095335;
};

static void count_lines(struct twin *twin, const char *text)
{
    while ((text = strchr(text, '\n')) != NULL && text[1] != '\0') {
        char unit[9] = "", event[24] = "", state[24] = "";
        sscanf(++text, "%8[^,],%*[^,],%23[^,],%23[^,]", unit, event, state);
        uint32_t at = 0;
        while (at < twin->unit_count && strcmp(twin->units[at], unit) != 0)
            at++;
        CU_ASSERT_FATAL(at < 3000);
        if (at == twin->unit_count)
            memcpy(twin->units[twin->unit_count++], unit, sizeof(unit));
        if (strcmp(event, "change") != 0 || strcmp(state, "INACTIVE") != 0)
            continue;
        twin->changes++;
        twin->of_10095335 += strcmp(unit, "10095335") == 0;
        twin->changed_units += !twin->had_one[at];
        twin->had_one[at] = true;
    }
}

/* Outages seen to begin: those whose state before was another. */
struct seen {
    struct stw_buffer dump;
    uint32_t rows, units, of_10095335;
};

static void count_outages(struct bench *bench, struct seen *seen)
{
    char last[32] = "";
    stw_buffer_init(&seen->dump);
    bench_dump(bench, "faults", &seen->dump);
    stw_buffer_add_char(&seen->dump, '\0');
    for (char *line = seen->dump.data; *line != '\0'; line += strcspn(line, "\n") + 1) {
        char text[512];
        snprintf(text, sizeof(text), "%.*s", (int)strcspn(line, "\n"), line);
        if (strstr(text, "note=before") != NULL)
            continue;
        size_t size = strcspn(text, "|");
        seen->rows++;
        seen->units += strlen(last) != size || memcmp(last, text, size) != 0;
        seen->of_10095335 += size == 8 && memcmp(text, "10095335", 8) == 0;
        snprintf(last, sizeof(last), "%.*s", (int)size, text);
    }
    stw_buffer_release(&seen->dump);
}

/* Fact: 15,148 rows, 2,549 units, 5,754 changes to INACTIVE on 1,485 units, 36 of them of unit
 * 10095335. By Python 114 units are down where the log begins, 119 where it ends. Each change is a
 * fault, also those at one time. */
static void folds_lift_states(void)
{
    STW_SKIP_WITHOUT_SHARED("db_elevator_status");
    static struct twin twin;
    struct bench bench;
    struct seen seen = {.rows = 0};
    struct stw_arena arena;
    size_t size;
    stw_arena_init(&arena);
    char *text = zst_load(stw_test_shared("db_elevator_status/status_changes_2022-01.csv.zst"),
                          &arena, &size);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    text[size] = '\0';
    memset(&twin, 0, sizeof(twin));
    count_lines(&twin, text);
    stw_arena_release(&arena);
    CU_ASSERT(twin.unit_count == 2549 && twin.changes == 5754 && twin.changed_units == 1485);
    real_load(&bench, "db_status", "db_elevator_status/status_changes_2022-01.csv.zst", 5754 + 114);
    CU_ASSERT_EQUAL(bench.result.records, 15148);
    CU_ASSERT_EQUAL(bench.result.outages.before, 114);
    CU_ASSERT_EQUAL(bench.result.outages.open, 119);
    CU_ASSERT_EQUAL(bench.result.commit.added, 5754 + 114 + 15148); /* with the log's records */
    count_outages(&bench, &seen);
    CU_ASSERT_EQUAL(seen.rows, 5754);
    CU_ASSERT_EQUAL(seen.units, 1485);
    CU_ASSERT_EQUAL(seen.of_10095335, 36);
    CU_ASSERT_EQUAL(twin.of_10095335, 36);
    bench_close(&bench);
}

/* Fact: 1,659 lifts and 684 escalators; 2,630 lifts in ISO-8859-1 with blank cells as above: by
 * Python 1,426 have no station of their own, 51 are of region 01 and none is of no region. */
static void fills_the_lift_register(void)
{
    STW_SKIP_WITHOUT_SHARED("db_elevator_status");
    struct bench bench;
    real_load(&bench, "db_facilities", "db_elevator_status/facilities.csv.zst", 1659 + 684);
    CU_ASSERT_EQUAL(real_count(&bench, "devices", "kind", "elevator"), 1659);
    CU_ASSERT_EQUAL(real_count(&bench, "devices", "kind", "escalator"), 684);
    real_map(&bench, "db_lifts", NULL);
    real_take(&bench, "db_elevator_status/DBSuS-Uebersicht_Aufzuege-Stand2018-11_V2.csv.zst", 2630);
    CU_ASSERT_EQUAL(real_count(&bench, "lifts", "region", "01"), 51);
    CU_ASSERT_EQUAL(real_count(&bench, "lifts", "region", ""), 0);
    CU_ASSERT_EQUAL(real_count(&bench, "lifts", "station", ""), 0);
    CU_ASSERT_EQUAL(real_count(&bench, "lifts", "station", "Aumühle"), 1);
    CU_ASSERT_EQUAL(real_count(&bench, "lifts", "maker", "Thyssen Krupp"), 769);
    real_sum_is(&bench, "lifts", "load_kg", NULL, "2148693.25");
    bench_close(&bench);
}

/* Fact: unscheduled 5,075, 5,881, 5,773 and entrapments 1,001, 1,090, 1,138 in 2021 to 2023; total
 * = scheduled + unscheduled; availability, hours over hours, 0.959476; 2,058 rows without the
 * months since the last improvement. Python: all outages of the four years are 44,660. */
static void takes_mta_availability(void)
{
    STW_SKIP_WITHOUT_SHARED("mta_elevator_availability");
    struct bench bench;
    real_load(&bench, "mta_elevator_availability",
              "mta_elevator_availability/elevator_availability_2021-01_2024-06.csv.zst", 14582);
    struct real_column total = real_column(&bench, "availability", "outages", NULL, false);
    struct real_column planned = real_column(&bench, "availability", "scheduled", NULL, false);
    struct real_column other = real_column(&bench, "availability", "unscheduled", NULL, false);
    CU_ASSERT_EQUAL(total.series, 370);
    CU_ASSERT(total.sum.value == planned.sum.value + other.sum.value && total.sum.value == 44660);
    struct real_column since =
        real_column(&bench, "availability", "months_since_improvement", NULL, false);
    CU_ASSERT_EQUAL(since.rows - since.values, 2058);
    double share =
        stw_wide_double(real_column(&bench, "availability", "hours_available", NULL, false).sum) /
        stw_wide_double(real_column(&bench, "availability", "hours_total", NULL, false).sum);
    STW_NEAR(share, 0.959476, 5e-7);
    static const struct {
        const char *year;
        int unscheduled, entrapments;
    } years[] = {{"2021", 5075, 1001}, {"2022", 5881, 1090}, {"2023", 5773, 1138}};
    struct stw_buffer dump;
    stw_buffer_init(&dump);
    bench_dump(&bench, "availability", &dump);
    stw_buffer_add_char(&dump, '\0');
    for (unsigned i = 0; i < 3; i++) {
        int unscheduled = 0, entrapments = 0;
        for (char *line = dump.data; *line != '\0'; line += strcspn(line, "\n") + 1) {
            int count = 0;
            if (strncmp(strchr(line, '|') + 1, years[i].year, 4) != 0)
                continue; /* midnight in New York is the same day in UTC */
            sscanf(strstr(line, "unscheduled="), "unscheduled=%d", &count);
            unscheduled += count;
            sscanf(strstr(line, "entrapments="), "entrapments=%d", &count);
            entrapments += count;
        }
        CU_ASSERT_EQUAL(unscheduled, years[i].unscheduled);
        CU_ASSERT_EQUAL(entrapments, years[i].entrapments);
    }
    stw_buffer_release(&dump);
    bench_close(&bench);
}

/* Fact: 35,042 devices, none twice; 31,990 passenger elevators, 1,210 escalators, 1,086 freight. */
static void takes_nyc_elevators(void)
{
    STW_SKIP_WITHOUT_SHARED("nyc_elevator_registry");
    struct bench bench;
    real_load(&bench, "nyc_elevator_registry", "nyc_elevator_registry/elevators.csv.zst", 35042);
    CU_ASSERT_EQUAL(bench.result.commit.series_new, 35042);
    CU_ASSERT_EQUAL(real_count(&bench, "devices", "end_use", "Passenger Elevator"), 31990);
    CU_ASSERT_EQUAL(real_count(&bench, "devices", "kind", "escalator"), 1210);
    CU_ASSERT_EQUAL(real_count(&bench, "devices", "end_use", "Freight"), 1086);
    bench_close(&bench);
}

/* ---- Orders ---------------------------------------------------------------------------------- */

/* Fact: 603 incidents of 4,040 rows; medians of the last rows, opened to closed 173.967 h, to
 * resolved 56.583 h of those that have it (21 have not); made_sla TRUE 334, FALSE 269. */
static void folds_incidents(void)
{
    STW_SKIP_WITHOUT_SHARED("itsm_incident_log");
    struct bench bench;
    uint32_t count;
    real_load(&bench, "itsm_incident_log", "itsm_incident_log/incident_event_log_part.csv.zst",
              603);
    CU_ASSERT_EQUAL(bench.result.records, 4040);
    STW_NEAR(real_median_hours(&bench, "work_orders", "closed", NULL, NULL, &count), 173.967, 5e-4);
    CU_ASSERT_EQUAL(count, 603);
    STW_NEAR(real_median_hours(&bench, "work_orders", "resolved", NULL, NULL, &count), 56.583,
             5e-4);
    CU_ASSERT_EQUAL(count, 603 - 21);
    CU_ASSERT_EQUAL(real_count(&bench, "work_orders", "verdict", "on time"), 334);
    CU_ASSERT_EQUAL(real_count(&bench, "work_orders", "verdict", "overdue"), 269);
    bench_close(&bench);
}

/* Fact: median hours to close of 109 HEAT/HOT WATER 44.742, of 314 Noise - Residential 1.977, of
 * 128 Blocked Driveway 3.102; two of 1,000 are open. */
static void takes_nyc_311(void)
{
    STW_SKIP_WITHOUT_SHARED("nyc_311_2019-12-31");
    static const struct {
        const char *category;
        uint32_t count;
        double hours;
    } medians[] = {{"HEAT/HOT WATER", 109, 44.742},
                   {"Noise - Residential", 314, 1.977},
                   {"Blocked Driveway", 128, 3.102}};
    struct bench bench;
    uint32_t count;
    real_load(&bench, "nyc_311", "nyc_311_2019-12-31/nyc311.csv.zst", 1000);
    for (unsigned i = 0; i < 3; i++) {
        double hours = real_median_hours(&bench, "work_orders", "closed", "category",
                                         medians[i].category, &count);
        CU_ASSERT_EQUAL(count, medians[i].count);
        STW_NEAR(hours, medians[i].hours, 5.01e-4); /* 44.7425 was cut */
    }
    real_median_hours(&bench, "work_orders", "closed", NULL, NULL, &count);
    CU_ASSERT_EQUAL(count, 998);
    bench_close(&bench);
}

STW_SUITE(real_sets, {"daiad water", takes_daiad_water}, {"household power", takes_household_power},
          {"Danish heat", takes_danish_heat}, {"WEUSEDTO water", takes_weusedto_water},
          {"eemeter samples", takes_eemeter_samples}, {"Seattle weather", takes_seattle_weather},
          {"building data genome", takes_bdg1}, {"lift states into outages", folds_lift_states},
          {"the lift register filled down", fills_the_lift_register},
          {"MTA availability", takes_mta_availability}, {"NYC elevators", takes_nyc_elevators},
          {"incidents folded", folds_incidents}, {"NYC 311", takes_nyc_311});
