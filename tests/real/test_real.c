/*
 * Two public data sets from their files to the answers of the analyses, through the library alone:
 * ten buildings of Cambridge (hourly electricity and gas, floor areas) and 13,165 service requests
 * of Boston.
 *
 * Expected: the facts of their ORIGIN.md; sums over the unpacked text, taken apart here by its
 * digits; and, where said so, Python's csv, statistics and zoneinfo over the same files.
 */
#include "analysis/gather.h"
#include "meter/use.h"
#include "scan/aggregate.h"
#include "time/civil.h"

#include "../analysis/zst.h"
#include "real_tools.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void changes_nothing(struct bench *bench, const char *relative_path)
{
    uint64_t generation = stw_store_generation(bench->store);
    CU_ASSERT_EQUAL(bench_ingest(bench, stw_test_shared(relative_path)), STW_OK);
    CU_ASSERT(bench->result.known);
    CU_ASSERT_EQUAL(stw_store_generation(bench->store), generation);
}

/* ---- Cambridge ------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    uint32_t electricity_rows, gas_rows; /* ORIGIN.md: 96,432 to 175,320; here by wc -l */
    double area_m2;                      /* of building_floor_roof_areas.csv */
} buildings[] = {
    {"b0", 140256, 105192, 3296.5},  {"b118", 122712, 105192, 947.8},
    {"b19", 157776, 105192, 7029},   {"b2", 175296, 96432, 25319.8},
    {"b24", 175296, 105192, 5462.8}, {"b4", 175296, 96432, 2744.5},
    {"b40", 140256, 105192, 5842.5}, {"b5", 175296, 96432, 42287.1},
    {"b64", 175320, 105192, 3258.6}, {"b8", 140256, 96432, 2315},
};
enum { BUILDINGS = sizeof(buildings) / sizeof(buildings[0]) };

static const char *file_of(unsigned building, bool gas)
{
    static char path[128];
    snprintf(path, sizeof(path), "cambridge_estates/%s_%s.csv.zst", buildings[building].name,
             gas ? "gas" : "electricity");
    return path;
}

static void open_cambridge(struct bench *bench)
{
    bench_open(bench, "UTC");
    real_map(bench, "cambridge_electricity", NULL);
    for (unsigned i = 0; i < BUILDINGS; i++)
        real_take(bench, file_of(i, false), buildings[i].electricity_rows);
    real_map(bench, "cambridge_gas", NULL);
    for (unsigned i = 0; i < BUILDINGS; i++)
        real_take(bench, file_of(i, true), buildings[i].gas_rows);
    changes_nothing(bench, file_of(BUILDINGS - 1, true));
    real_map(bench, "cambridge_areas", NULL);
    real_take(bench, "cambridge_estates/building_floor_roof_areas.csv", 121);
}

/* The series of readings of a building. */
static uint32_t series_of(const struct bench *bench, const char *building, const char *channel)
{
    char key[64];
    const struct stw_table *readings =
        stw_schema_find(stw_store_schema(bench->store), STW_SLICE("readings"));
    struct stw_series series = stw_store_series(bench->store, readings);
    int size = snprintf(key, sizeof(key), "%s%c%s", building, 0, channel);
    uint32_t id = stw_series_find(&series, (struct stw_slice){key, (size_t)size});
    CU_ASSERT_NOT_EQUAL_FATAL(id, STW_SERIES_NONE);
    return id;
}

static bool is(struct stw_wide got, const char *want, const char *what)
{
    char text[STW_DECIMAL_TEXT_SIZE];
    stw_wide_format(got, true, text);
    return STW_EXPECT(strcmp(text, want) == 0, "%s: got %s, want %s", what, text, want);
}

static int64_t year_start(int year)
{
    return stw_civil_days(year, 1, 1) * STW_NS_PER_DAY;
}

/* ORIGIN.md: "Facts". */
static const struct {
    const char *building, *channel, *y2015, *y2019;
} facts[] = {{"b0", "electricity", "259634.8", "226971.7"},
             {"b0", "gas", "1024070", "30921.8"},
             {"b8", "electricity", "106573.6", "110195.1"},
             {"b5", "gas", "27841.9", "25250.1"}};

struct sums {
    struct stw_aggregate years[5]; /* 2015 .. 2019 */
    uint32_t calls;
};

static int keep_sums(void *context, uint32_t series, const struct stw_aggregate *aggregates,
                     uint32_t count)
{
    struct sums *sums = context;
    (void)series;
    CU_ASSERT_EQUAL_FATAL(count, 5);
    memcpy(sums->years, aggregates, sizeof(sums->years));
    sums->calls++;
    return STW_OK;
}

/* From block statistics, and from every value. */
static void sums_are_those_of_the_facts(struct stw_view *view, const struct bench *bench)
{
    int64_t boundaries[6];
    for (int i = 0; i < 6; i++)
        boundaries[i] = year_start(2015 + i);
    const struct stw_table *readings =
        stw_schema_find(stw_view_schema(view), STW_SLICE("readings"));
    uint32_t value = (uint32_t)stw_table_column(readings, STW_SLICE("value"));
    for (unsigned i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
        for (int decode = 0; decode < 2; decode++) {
            uint32_t series = series_of(bench, facts[i].building, facts[i].channel);
            struct stw_aggregate_spec spec = {.scan = {.table = readings,
                                                       .columns = &value,
                                                       .column_count = 1,
                                                       .series = &series,
                                                       .series_count = 1},
                                              .boundaries = boundaries,
                                              .boundary_count = 6,
                                              .thread_count = 1,
                                              .decode_always = decode == 1};
            struct sums sums = {.calls = 0};
            OK(stw_aggregate_run(view, &spec, keep_sums, &sums, NULL, NULL));
            CU_ASSERT_EQUAL(sums.calls, 1);
            is(sums.years[0].sum, facts[i].y2015, facts[i].building);
            is(sums.years[4].sum, facts[i].y2019, facts[i].building);
            CU_ASSERT_EQUAL(sums.years[4].rows, 8760);
        }
}

/* The meter says the same of a year, and its days add up to it. */
static void use_is_that_of_the_facts(struct stw_view *view, const struct bench *bench)
{
    static struct stw_use_period days[365], year;
    struct stw_zone *zone;
    const struct stw_registry *registry;
    OK(stw_zone_load("UTC", &zone, NULL));
    OK(stw_view_registry(view, &registry, NULL));
    for (unsigned i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
        struct stw_use_spec spec = {.view = view,
                                    .registry = registry,
                                    .series = series_of(bench, facts[i].building, facts[i].channel),
                                    .zone = zone,
                                    .rule = {STW_PERIOD_YEAR, 0, 1},
                                    .from_ns = year_start(2019),
                                    .to_ns = year_start(2020)};
        OK(stw_use_of_series(&spec, &year, 1, NULL));
        is(year.use, facts[i].y2019, facts[i].building);
        CU_ASSERT_EQUAL(year.readings, 8760);
        spec.rule = STW_PERIOD_DAY;
        OK(stw_use_of_series(&spec, days, 365, NULL));
        struct stw_wide sum = {0, 0};
        for (int day = 0; day < 365; day++)
            CU_ASSERT_FATAL(stw_wide_add(sum, days[day].use, &sum));
        is(sum, facts[i].y2019, "sum of the days");
    }
    stw_zone_free(zone);
}

/* "4806.0" to 4806000; the files have at most three decimals. */
static int64_t thousandths(const char *at)
{
    int64_t value = 0;
    int decimals = -1;
    for (; (*at >= '0' && *at <= '9') || *at == '.'; at++) {
        if (*at == '.')
            decimals = 0;
        else {
            value = value * 10 + (*at - '0');
            decimals += decimals >= 0;
        }
    }
    CU_ASSERT_FATAL(decimals <= 3 && (*at == '\n' || *at == '\r'));
    for (int i = decimals < 0 ? 0 : decimals; i < 3; i++)
        value *= 10;
    return value;
}

/* The sum of all lines of a file that begin with a prefix: "2019-12". */
static struct stw_wide sum_of_lines(const char *text, const char *prefix)
{
    struct stw_wide sum = {0, 3};
    for (const char *at = text; (at = strchr(at, '\n')) != NULL;)
        if (strncmp(++at, prefix, strlen(prefix)) == 0)
            sum.value += thousandths(strchr(at, ',') + 1);
    return sum;
}

static const struct stw_energy_line *find_line(const struct stw_energy *energy,
                                               enum stw_energy_level level, const char *kind,
                                               const char *building)
{
    for (uint32_t i = 0; i < energy->line_count; i++) {
        const struct stw_energy_line *line = energy->lines[i];
        if (line->level == level && stw_slice_is(line->kind, kind) &&
            stw_slice_is(line->building, building))
            return line;
    }
    CU_FAIL_FATAL("no such line");
    return NULL;
}

static bool equal(struct stw_wide a, struct stw_wide b)
{
    stw_int128 left, right;
    return stw_wide_rescale(a, 6, &left) && stw_wide_rescale(b, 6, &right) && left == right;
}

/* December 2019 beside December 2018, from the registry's areas to use per area, against the lines
 * of the files. */
static void compares_buildings(const struct stw_energy *energy, bool gas)
{
    const char *kind = gas ? "gas" : "power";
    struct stw_wide total = {0, 3}, total_before = {0, 3};
    for (unsigned i = 0; i < BUILDINGS; i++) {
        struct stw_arena arena;
        size_t size = 0;
        stw_arena_init(&arena);
        char *text = zst_load(stw_test_shared(file_of(i, gas)), &arena, &size);
        CU_ASSERT_PTR_NOT_NULL_FATAL(text);
        text[size] = '\0';
        const struct stw_energy_comparison *line =
            &find_line(energy, STW_LEVEL_BUILDING, kind, buildings[i].name)
                 ->against[STW_AGAINST_LAST_YEAR];
        struct stw_wide current = sum_of_lines(text, "2019-12");
        struct stw_wide base = sum_of_lines(text, "2018-12");
        STW_EXPECT(equal(line->current.use, current) && equal(line->base.use, base),
                   "%s %s: %.3f and %.3f, want %.3f and %.3f", buildings[i].name, kind,
                   stw_wide_double(line->current.use), stw_wide_double(line->base.use),
                   stw_wide_double(current), stw_wide_double(base));
        STW_NEAR(line->raw.share, stw_wide_double(current) / stw_wide_double(base) - 1, 1e-12);
        STW_NEAR(line->current.per_area.value, stw_wide_double(current) / buildings[i].area_m2,
                 1e-9);
        total.value += current.value;
        total_before.value += base.value;
        stw_arena_release(&arena);
    }
    const struct stw_energy_line *all = find_line(energy, STW_LEVEL_TOTAL, kind, "");
    CU_ASSERT_EQUAL(all->meters, BUILDINGS);
    CU_ASSERT(equal(all->against[STW_AGAINST_LAST_YEAR].current.use, total));
    CU_ASSERT(equal(all->against[STW_AGAINST_LAST_YEAR].base.use, total_before));
}

static void comparison_is_that_of_the_files(struct stw_view *view)
{
    struct stw_zone *zone;
    struct stw_arena arena;
    struct stw_energy energy;
    struct stw_energy_spec spec = {.missing_share_max = .05,
                                   .base_minimum = {1, 0},
                                   .base_share_minimum = .01,
                                   .left_out_max = 100};
    stw_arena_init(&arena);
    OK(stw_zone_load("UTC", &zone, NULL));
    OK(stw_energy_months(zone, 1, 2019, 12, &arena, &spec, NULL));
    struct stw_energy_source source = {.view = view, .zone = zone, .starts_on = 1};
    OK(stw_energy_init(&energy, &spec, &arena, NULL));
    OK(stw_energy_gather(&energy, &source, NULL));
    OK(stw_energy_finish(&energy, NULL));
    compares_buildings(&energy, false);
    compares_buildings(&energy, true);
    stw_energy_release(&energy);
    stw_zone_free(zone);
    stw_arena_release(&arena);
}

static void answers_for_cambridge(void)
{
    STW_SKIP_WITHOUT_SHARED("cambridge_estates");
    struct bench bench;
    struct stw_view *view;
    open_cambridge(&bench);
    OK(stw_view_open(bench.store, NULL, &view, &bench.err));
    sums_are_those_of_the_facts(view, &bench);
    use_is_that_of_the_facts(view, &bench);
    comparison_is_that_of_the_files(view);
    stw_view_close(view);
    bench_close(&bench);
}

/* ---- Boston ---------------------------------------------------------------------------------- */

static int64_t instant(int day, int hour, int minute, int second)
{
    int64_t local;
    struct stw_civil civil = {2016, 1, day, hour, minute, second, 0};
    CU_ASSERT_FATAL(stw_civil_to_local(&civil, &local));
    return local;
}

struct requests {
    struct bench bench;
    struct stw_view *view;
    struct stw_arena arena;
    struct stw_order_set set;
    struct stw_response response;
};

/* All requests, judged by what was known on 14 January 2016, after the file was written. */
static void open_boston(struct requests *requests, const char *zone)
{
    struct bench *bench = &requests->bench;
    struct stw_order_set *set = &requests->set;
    bench_open(bench, "UTC"); /* the map brings the zone */
    real_map(bench, "boston_311_2015", zone);
    real_take(bench, "boston_311_2015/building_requests_2015.csv.zst", 5209);
    real_take(bench, "boston_311_2015/street_light_outages_2015.csv.zst", 7956);
    changes_nothing(bench, "boston_311_2015/building_requests_2015.csv.zst");
    struct stw_response_spec spec = {.from = STW_STAMP_CREATED,
                                     .to = STW_STAMP_CLOSED,
                                     .from_ns = year_start(2015),
                                     .to_ns = year_start(2016) + STW_NS_PER_DAY,
                                     .as_of_ns = instant(14, 0, 0, 0),
                                     .target_kind = STW_TARGET_DUE,
                                     .quantile_type = STW_QUANTILE_7,
                                     .confidence = .95,
                                     .minimum = 5};
    stw_arena_init(&requests->arena);
    OK(stw_view_open(bench->store, NULL, &requests->view, &bench->err));
    OK(stw_response_gather(requests->view, STW_SLICE("Boston"), spec.from_ns, spec.to_ns,
                           &requests->arena, set, NULL));
    CU_ASSERT_EQUAL_FATAL(set->count, 13165);
    OK(stw_response_judge(set->orders, set->count, &spec, &requests->arena, &requests->response,
                          NULL));
}

static void close_boston(struct requests *requests)
{
    stw_arena_release(&requests->arena);
    stw_view_close(requests->view);
    bench_close(&requests->bench);
}

static void reproduces_the_verdicts(void)
{
    STW_SKIP_WITHOUT_SHARED("boston_311_2015");
    static struct requests boston;
    struct stw_stated_check check;
    struct stw_response_lines lines;
    open_boston(&boston, NULL);
    OK(stw_response_check_stated(&boston.response, boston.set.stated, &boston.arena, &check, NULL));
    CU_ASSERT_EQUAL(check.closed_compared, 10134); /* 3,396 and 6,738 */
    CU_ASSERT_EQUAL(check.closed_agreeing, 10134);
    /* By Python: the youngest target of an overdue one and the oldest of one on time; Boston's
     * clock is 5 h behind UTC. */
    CU_ASSERT_EQUAL(check.open_compared, 2685 + 166);
    CU_ASSERT_EQUAL(check.open_disagreeing, 0);
    CU_ASSERT_EQUAL(check.as_of_after_ns, instant(12, 14 + 5, 28, 46));
    CU_ASSERT_EQUAL(check.as_of_until_ns, instant(13, 8 + 5, 2, 23));

    OK(stw_response_group(&boston.response, NULL, &boston.arena, &lines, NULL));
    CU_ASSERT_EQUAL(lines.total.cases, 13165);
    CU_ASSERT_EQUAL(lines.total.open, 2917);
    CU_ASSERT_EQUAL(lines.total.met, 7896);
    CU_ASSERT_EQUAL(lines.total.breached, 2238 + 29); /* 29 state nothing: all of them late */
    CU_ASSERT_EQUAL(lines.total.backward, 0);
    close_boston(&boston);
}

/* Medians from open to close of the closed ones, in seconds, by Python: on wall clocks (these are
 * the hours of ORIGIN.md) and as time passed, an hour off where the clock changed in between. */
static const struct {
    const char *type;
    uint32_t requests, closed;
    double origin_h; /* 0: not named there */
    double wall_s, passed_s;
} medians[] = {
    {"Heat - Excessive  Insufficient", 1324, 398, 141.970, 511093, 511093},
    {"Electrical", 1357, 1211, 118.904, 428053, 428053},
    {"Plumbing", 473, 444, 119.860, 431497.5, 431497.5},
    {"No Utilities Residential - Water", 238, 67, 0, 129351, 129351},
    {"No Utilities Residential - Electricity", 110, 38, 0, 410607, 408807},
    {"Watermain Break", 86, 85, 51.307, 184705, 184705},
    {"Street Light Outages", 7956, 6768, 86.700, 312120.5, 311959},
};

static void check_medians(const char *zone)
{
    static struct requests boston;
    struct stw_response_lines lines;
    bool wall = zone != NULL;
    open_boston(&boston, zone);
    OK(stw_response_group(&boston.response, boston.set.texts[STW_ORDER_TYPE], &boston.arena, &lines,
                          NULL));
    CU_ASSERT_EQUAL(lines.count, 10);
    unsigned found = 0;
    for (uint32_t i = 0; i < lines.count; i++)
        for (unsigned m = 0; m < sizeof(medians) / sizeof(medians[0]); m++) {
            const struct stw_response_line *line = &lines.lines[i];
            if (!stw_slice_is(line->name, medians[m].type))
                continue;
            found++;
            CU_ASSERT_EQUAL(line->cases, medians[m].requests);
            CU_ASSERT_EQUAL(line->closed, medians[m].closed);
            STW_NEAR(line->closed_p50_s, wall ? medians[m].wall_s : medians[m].passed_s, 1e-6);
            if (wall && medians[m].origin_h > 0)
                STW_NEAR(line->closed_p50_s / 3600, medians[m].origin_h, 5e-4);
            if (wall && stw_slice_is(line->name, "Street Light Outages"))
                STW_NEAR(line->closed_p90_s / 3600, 986.761, 5e-4);
        }
    CU_ASSERT_EQUAL(found, sizeof(medians) / sizeof(medians[0]));
    close_boston(&boston);
}

static void reproduces_the_medians(void)
{
    STW_SKIP_WITHOUT_SHARED("boston_311_2015");
    check_medians("UTC");
    check_medians(NULL);
}

STW_SUITE(real, {"answers for Cambridge", answers_for_cambridge},
          {"reproduces Boston's verdicts", reproduces_the_verdicts},
          {"reproduces Boston's medians, on the wall and passed", reproduces_the_medians});
