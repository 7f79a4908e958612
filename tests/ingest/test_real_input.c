/*
 * Real files through the shipped maps; counts and sums are those of the data's ORIGIN.md, or of
 * the unpacked text taken apart here with sscanf.
 */
#include "ingest_tools.h"

#include "time/civil.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool load_map(struct bench *bench, const char *name)
{
    char path[256];
    struct stw_buffer text;
    stw_buffer_init(&text);
    snprintf(path, sizeof(path), "rules/maps/%s.yml", name);
    bool loaded = STW_EXPECT(
        stw_file_load(stw_io_system(), path, 65536, &text, &bench->err) == STW_OK, "%s", path);
    stw_buffer_add_char(&text, '\0');
    loaded = loaded && bench_map(bench, text.data);
    stw_buffer_release(&text);
    return loaded;
}

static void ingest_shared(struct bench *bench, const char *relative_path, uint64_t rows)
{
    int status = bench_ingest(bench, stw_test_shared(relative_path));
    STW_EXPECT(status == STW_OK, "%s: %s: %s (%s)", relative_path, bench->err.where,
               bench->err.what, bench->err.hint);
    STW_EXPECT(bench->result.records == rows && bench->result.rejected == 0,
               "%s: %llu records, %llu rejected", relative_path,
               (unsigned long long)bench->result.records,
               (unsigned long long)bench->result.rejected);
}

/* The sum of `value` of one series in a year (UTC), in tenths, and how many rows and zeros. */
struct sum {
    int64_t tenths;
    uint32_t rows, zeros;
};

static struct sum sum_year(struct bench *bench, const char *key, size_t key_size, int year)
{
    const struct stw_table *table =
        stw_schema_find(stw_store_schema(bench->store), STW_SLICE("readings"));
    uint32_t value = (uint32_t)stw_table_column(table, STW_SLICE("value"));
    struct sum sum = {0, 0, 0};
    struct stw_view *view;
    struct stw_merge *merge;
    CU_ASSERT_EQUAL_FATAL(stw_view_open(bench->store, NULL, &view, &bench->err), STW_OK);
    CU_ASSERT_EQUAL_FATAL(stw_view_merge(view, table, &value, 1, false, &merge, &bench->err),
                          STW_OK);
    struct stw_series series = stw_view_series(view, table);
    uint32_t id = stw_series_find(&series, (struct stw_slice){key, key_size});
    CU_ASSERT_NOT_EQUAL_FATAL(id, STW_SERIES_NONE);
    int64_t from = year == 0 ? INT64_MIN : stw_civil_days(year, 1, 1) * STW_NS_PER_DAY;
    int64_t to = year == 0 ? INT64_MAX : stw_civil_days(year + 1, 1, 1) * STW_NS_PER_DAY;
    struct stw_run run;
    stw_merge_seek(merge, id, from, to);
    while (stw_merge_next(merge, &run, &bench->err) == STW_OK) {
        for (uint32_t i = 0; i < run.count; i++) {
            int64_t tenths;
            sum.rows++;
            sum.zeros += run.columns[0].ints[i] == 0;
            if (stw_decimal_rescale(stw_vector_decimal(&run.columns[0], i), 1, &tenths))
                sum.tenths += tenths;
            else
                CU_FAIL("more than one decimal");
        }
    }
    stw_merge_close(merge);
    stw_view_close(view);
    return sum;
}

#define KEY(text) text, sizeof(text) - 1

static void takes_cambridge_estates(void)
{
    STW_SKIP_WITHOUT_SHARED("cambridge_estates");
    struct bench bench;
    bench_open(&bench, "Europe/London");
    if (load_map(&bench, "cambridge_electricity")) {
        ingest_shared(&bench, "cambridge_estates/b0_electricity.csv.zst", 140256);
        ingest_shared(&bench, "cambridge_estates/b8_electricity.csv.zst", 140256);
    }
    if (load_map(&bench, "cambridge_gas")) {
        ingest_shared(&bench, "cambridge_estates/b0_gas.csv.zst", 105192);
        ingest_shared(&bench, "cambridge_estates/b5_gas.csv.zst", 96432);
    }
    /* ORIGIN.md: "Facts". */
    CU_ASSERT_EQUAL(sum_year(&bench, KEY("b0\0electricity"), 2015).tenths, 2596348);
    CU_ASSERT_EQUAL(sum_year(&bench, KEY("b0\0electricity"), 2019).tenths, 2269717);
    CU_ASSERT_EQUAL(sum_year(&bench, KEY("b0\0gas"), 2015).tenths, 10240700);
    CU_ASSERT_EQUAL(sum_year(&bench, KEY("b0\0gas"), 2019).tenths, 309218);
    CU_ASSERT_EQUAL(sum_year(&bench, KEY("b8\0electricity"), 2015).tenths, 1065736);
    CU_ASSERT_EQUAL(sum_year(&bench, KEY("b8\0electricity"), 2019).tenths, 1101951);
    CU_ASSERT_EQUAL(sum_year(&bench, KEY("b5\0gas"), 2015).tenths, 278419);
    CU_ASSERT_EQUAL(sum_year(&bench, KEY("b5\0gas"), 2019).tenths, 252501);
    struct sum all = sum_year(&bench, KEY("b0\0electricity"), 0);
    CU_ASSERT_EQUAL(all.rows, 140256);
    CU_ASSERT_EQUAL(all.zeros, 65);

    if (load_map(&bench, "cambridge_areas"))
        ingest_shared(&bench, "cambridge_estates/building_floor_roof_areas.csv", 121);
    if (load_map(&bench, "cambridge_weather")) {
        ingest_shared(&bench, "cambridge_estates/weather_bedford_2000_2022.csv.zst", 201624);
        CU_ASSERT_EQUAL(bench.result.rows + bench.result.empty, 3 * 201624);
    }
    if (load_map(&bench, "cambridge_carbon"))
        ingest_shared(&bench, "cambridge_estates/grid_carbon_intensity_2009_2022.csv.zst", 122712);

    struct stw_buffer devices;
    stw_buffer_init(&devices);
    bench_dump(&bench, "devices", &devices);
    stw_buffer_add_char(&devices, '\0');
    CU_ASSERT(strstr(devices.data, "b0/|1970-01-01T00:00:00Z| site=Cambridge building=b0 "
                                   "kind=building role=building area_m2=3296.5\n") != NULL);
    CU_ASSERT(strstr(devices.data, "b0/gas|1970-01-01T00:00:00Z| building=b0 kind=gas "
                                   "role=building unit=kWh value_kind=interval interval=1 h "
                                   "stamp=start\n") != NULL);
    CU_ASSERT(strstr(devices.data, "weather-bedford/temperature|1970-01-01T00:00:00Z| kind=weather "
                                   "unit=°C value_kind=gauge interval=1 h\n") != NULL);
    stw_buffer_release(&devices);
    bench_close(&bench);
}

static unsigned count_of(const struct stw_buffer *text, const char *wanted)
{
    unsigned found = 0;
    for (const char *at = text->data; (at = strstr(at, wanted)) != NULL; at++)
        found++;
    return found;
}

static void takes_boston_311(void)
{
    STW_SKIP_WITHOUT_SHARED("boston_311_2015");
    struct bench bench;
    bench_open(&bench, "UTC"); /* the map brings the zone */
    if (load_map(&bench, "boston_311_2015")) {
        struct stw_buffer orders;
        stw_buffer_init(&orders);
        ingest_shared(&bench, "boston_311_2015/building_requests_2015.csv.zst", 5209);
        bench_dump(&bench, "work_orders", &orders);
        stw_buffer_add_char(&orders, '\0');
        CU_ASSERT_EQUAL(count_of(&orders, "status=open"), 1729);
        CU_ASSERT_EQUAL(count_of(&orders, "type=Heat - Excessive  Insufficient"), 1324);
        CU_ASSERT_EQUAL(count_of(&orders, " channel=Constituent Call"),
                        count_of(&orders, "Constituent Call"));
        /* 07:27:13 AM on 1 January is EST, 5 h behind UTC. */
        CU_ASSERT(strstr(orders.data, "101001240754|2015-01-01T12:27:13Z| site=Boston "
                                      "place=South End category=Housing "
                                      "type=Heat - Excessive  Insufficient") != NULL);
        ingest_shared(&bench, "boston_311_2015/street_light_outages_2015.csv.zst", 7956);
        stw_buffer_clear(&orders);
        bench_dump(&bench, "work_orders", &orders);
        stw_buffer_add_char(&orders, '\0');
        CU_ASSERT_EQUAL(count_of(&orders, "\n"), 5209 + 7956);
        CU_ASSERT_EQUAL(count_of(&orders, "verdict=on time"), 8149);
        CU_ASSERT_EQUAL(count_of(&orders, "verdict=overdue"), 4923);
        stw_buffer_release(&orders);
    }
    bench_close(&bench);
}

STW_SUITE(real_input, {"takes Cambridge Estates", takes_cambridge_estates},
          {"takes Boston 311", takes_boston_311});
