/* Energy comparison: figures worked by hand, parts against totals, and ten real buildings. */
#include "analysis/energy.h"
#include "base/clock.h"
#include "time/civil.h"

#include "zst.h"

#include "../support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { MONTHS_MAX = 26 };

static struct stw_energy_month months[MONTHS_MAX];
static struct stw_arena arena;

/* Consecutive UTC months from January of `year`. */
static void fill_months(int year, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        int y = year + (int)i / 12;
        int m = (int)i % 12 + 1;
        int64_t first = stw_civil_days(y, m, 1);
        uint32_t days = (uint32_t)stw_month_days(y, m);
        months[i] = (struct stw_energy_month){y, m, first * STW_NS_PER_DAY,
                                              (first + days) * STW_NS_PER_DAY, days};
    }
}

static struct stw_energy_spec spec_of(uint32_t month_count)
{
    return (struct stw_energy_spec){.months = months,
                                    .month_count = month_count,
                                    .missing_share_max = 0.05,
                                    .base_minimum = {1, 0},
                                    .base_share_minimum = 0.01,
                                    .left_out_max = 100};
}

static struct stw_energy_meter meter(const char *site, const char *building, const char *device,
                                     const struct stw_energy_use *uses)
{
    return (struct stw_energy_meter){.kind = STW_SLICE("power"),
                                     .unit = STW_SLICE("kWh"),
                                     .role = STW_SLICE("building"),
                                     .site = stw_slice_of(site),
                                     .building = stw_slice_of(building),
                                     .device = stw_slice_of(device),
                                     .channel = STW_SLICE("total"),
                                     .in_service_ns = INT64_MIN,
                                     .out_of_service_ns = INT64_MAX,
                                     .uses = uses};
}

static struct stw_energy_use use_of(int64_t hundredths)
{
    return (struct stw_energy_use){
        .has_data = true, .edges_known = true, .use = {hundredths, 2}, .estimated = {0, 2}};
}

static bool is(struct stw_wide got, const char *want)
{
    char text[STW_DECIMAL_TEXT_SIZE];
    stw_wide_format(got, true, text);
    return STW_EXPECT(strcmp(text, want) == 0, "got %s, want %s", text, want);
}

static const struct stw_energy_line *find(const struct stw_energy *energy,
                                          enum stw_energy_level level, const char *name)
{
    for (uint32_t i = 0; i < energy->line_count; i++) {
        const struct stw_energy_line *line = energy->lines[i];
        struct stw_slice last = level == STW_LEVEL_TOTAL      ? line->kind
                                : level == STW_LEVEL_SITE     ? line->site
                                : level == STW_LEVEL_BUILDING ? line->building
                                                              : line->device;
        if (line->level == level && stw_slice_is(last, name))
            return line;
    }
    CU_FAIL_FATAL("no such line");
    return NULL;
}

/* January 2025 to February 2026; the report is of February 2026. */
enum { JAN_25 = 0, FEB_25 = 1, JAN_26 = 12, FEB_26 = 13 };

struct example {
    struct stw_energy_use old[14];
    struct stw_energy_use new[14];
    struct stw_energy_use far[14];
    struct stw_energy_meter meters[3];
};

static void fill_example(struct example *e)
{
    fill_months(2025, 14);
    *e = (struct example){.old = {{0}}};
    e->old[JAN_25] = use_of(30000);
    e->old[FEB_25] = use_of(28000);
    e->old[JAN_26] = use_of(31000);
    e->old[FEB_26] = use_of(29400);
    e->new[JAN_26] = use_of(10000);
    e->new[FEB_26] = use_of(11000);
    e->far[JAN_25] = use_of(4);
    e->far[FEB_25] = use_of(5);
    e->far[JAN_26] = use_of(6250);
    e->far[FEB_26] = use_of(7025);
    e->far[FEB_26].estimated.value = 1000;
    e->meters[0] = meter("A", "1", "old", e->old);
    e->meters[1] = meter("A", "2", "new", e->new);
    e->meters[1].in_service_ns = stw_civil_days(2025, 6, 1) * STW_NS_PER_DAY;
    e->meters[2] = meter("B", "1", "far", e->far);
}

static void run(const struct stw_energy_meter *meters, uint32_t count,
                const struct stw_energy_spec *spec, struct stw_energy *energy)
{
    stw_arena_init(&arena);
    CU_ASSERT_EQUAL_FATAL(stw_energy_init(energy, spec, &arena, NULL), STW_OK);
    for (uint32_t i = 0; i < count; i++)
        CU_ASSERT_EQUAL_FATAL(stw_energy_add(energy, &meters[i], true, NULL), STW_OK);
    CU_ASSERT_EQUAL_FATAL(stw_energy_finish(energy, NULL), STW_OK);
}

static void finish(struct stw_energy *energy)
{
    stw_energy_release(energy);
    stw_arena_release(&arena);
}

static void compares_three_ways(void)
{
    static struct example e;
    fill_example(&e);
    struct stw_energy energy;
    struct stw_energy_spec spec = spec_of(14);
    run(e.meters, 3, &spec, &energy);
    const struct stw_energy_line *total = find(&energy, STW_LEVEL_TOTAL, "power");

    const struct stw_energy_comparison *previous = &total->against[STW_AGAINST_PREVIOUS];
    is(previous->current.use, "474.25");
    is(previous->base.use, "472.5");
    is(previous->current.estimated, "10");
    is(previous->raw.difference, "1.75");
    CU_ASSERT_EQUAL(previous->raw.verdict, STW_VERDICT_JUDGED);
    STW_NEAR(previous->raw.share, 1.75 / 472.5, 1e-15);
    STW_NEAR(previous->raw.share_per_day, (474.25 / 28) / (472.5 / 31) - 1, 1e-15);
    CU_ASSERT_EQUAL(previous->like_meters, 3);

    const struct stw_energy_comparison *year = &total->against[STW_AGAINST_LAST_YEAR];
    is(year->base.use, "280.05");
    CU_ASSERT_EQUAL(year->base.meters, 2);
    CU_ASSERT_EQUAL(year->base.incomplete, 1);
    is(year->like_current.use, "364.25"); /* without the new meter */
    is(year->like_base.use, "280.05");
    CU_ASSERT_EQUAL(year->left_out, 1);
    STW_NEAR(year->like.share, 84.2 / 280.05, 1e-15);

    const struct stw_energy_comparison *so_far = &total->against[STW_AGAINST_YEAR_TO_DATE];
    is(so_far->current.use, "946.75");
    is(so_far->base.use, "580.09");
    CU_ASSERT_EQUAL(so_far->current.days, 59);

    /* .05 kWh last year: 1405 times as much says nothing. */
    const struct stw_energy_comparison *far =
        &find(&energy, STW_LEVEL_METER, "far")->against[STW_AGAINST_LAST_YEAR];
    CU_ASSERT_EQUAL(far->raw.verdict, STW_VERDICT_NEAR_ZERO);
    CU_ASSERT(isnan(far->raw.share));
    is(far->raw.difference, "70.2");
    const struct stw_energy_comparison *new =
        &find(&energy, STW_LEVEL_METER, "new")->against[STW_AGAINST_LAST_YEAR];
    CU_ASSERT_EQUAL(new->raw.verdict, STW_VERDICT_NO_DATA);

    CU_ASSERT_EQUAL(energy.left_out_total, 2); /* against last year and year to date */
    CU_ASSERT_EQUAL(energy.left_out[0].against, STW_AGAINST_LAST_YEAR);
    CU_ASSERT(stw_slice_is(energy.left_out[0].device, "new"));
    CU_ASSERT_EQUAL(energy.left_out[0].current, STW_GAP_NONE);
    CU_ASSERT_EQUAL(energy.left_out[0].base, STW_GAP_NOT_IN_SERVICE);
    finish(&energy);
}

static void orders_lines(void)
{
    static struct example e;
    fill_example(&e);
    struct stw_energy_meter meters[4] = {e.meters[2], e.meters[1], e.meters[0], e.meters[0]};
    meters[3].role = STW_SLICE("main");
    struct stw_energy energy;
    struct stw_energy_spec spec = spec_of(14);
    run(meters, 4, &spec, &energy);
    static const struct {
        enum stw_energy_level level;
        const char *role, *site, *building, *device;
    } want[] = {{STW_LEVEL_TOTAL, "building", "", "", ""},
                {STW_LEVEL_SITE, "building", "A", "", ""},
                {STW_LEVEL_BUILDING, "building", "A", "1", ""},
                {STW_LEVEL_METER, "building", "A", "1", "old"},
                {STW_LEVEL_BUILDING, "building", "A", "2", ""},
                {STW_LEVEL_METER, "building", "A", "2", "new"},
                {STW_LEVEL_SITE, "building", "B", "", ""},
                {STW_LEVEL_BUILDING, "building", "B", "1", ""},
                {STW_LEVEL_METER, "building", "B", "1", "far"},
                {STW_LEVEL_TOTAL, "main", "", "", ""},
                {STW_LEVEL_SITE, "main", "A", "", ""},
                {STW_LEVEL_BUILDING, "main", "A", "1", ""},
                {STW_LEVEL_METER, "main", "A", "1", "old"}};
    CU_ASSERT_EQUAL_FATAL(energy.line_count, 13);
    for (uint32_t i = 0; i < 13; i++) {
        CU_ASSERT_EQUAL(energy.lines[i]->level, want[i].level);
        CU_ASSERT(stw_slice_is(energy.lines[i]->role, want[i].role));
        CU_ASSERT(stw_slice_is(energy.lines[i]->site, want[i].site));
        CU_ASSERT(stw_slice_is(energy.lines[i]->building, want[i].building));
        CU_ASSERT(stw_slice_is(energy.lines[i]->device, want[i].device));
    }
    finish(&energy);
}

/* 140 kWh at .80 and 154 at .90 after a change within the month: 112 + 138.60. */
static void costs_by_dated_tariff(void)
{
    static struct example e;
    fill_example(&e);
    int64_t change = stw_civil_days(2026, 2, 15) * STW_NS_PER_DAY;
    const struct stw_energy_piece pieces[] = {{months[FEB_26].from_ns, {14000, 2}},
                                              {change, {15400, 2}}};
    const struct stw_energy_piece whole[] = {{months[FEB_26].from_ns, {11000, 2}}};
    const struct stw_energy_piece far[] = {{months[FEB_26].from_ns, {7025, 2}}};
    e.old[FEB_26].pieces = pieces;
    e.old[FEB_26].piece_count = 2;
    e.new[FEB_26].pieces = whole;
    e.new[FEB_26].piece_count = 1;
    e.far[FEB_26].pieces = far;
    e.far[FEB_26].piece_count = 1;
    struct stw_energy_tariff tariffs[] = {
        {STW_SLICE("power"), STW_SLICE("A"), STW_SLICE("CNY"), change, {90, 2}},
        {STW_SLICE("power"), STW_SLICE("A"), STW_SLICE("CNY"), 0, {8, 1}},
        {STW_SLICE("power"), STW_SLICE(""), STW_SLICE("CNY"), change, {100, 0}},
        {STW_SLICE("water"), STW_SLICE(""), STW_SLICE("CNY"), 0, {100, 0}},
    };
    struct stw_energy energy;
    struct stw_energy_spec spec = spec_of(14);
    spec.tariffs = tariffs;
    spec.tariff_count = 4;
    run(e.meters, 3, &spec, &energy);
    const struct stw_energy_side *old =
        &find(&energy, STW_LEVEL_METER, "old")->against[STW_AGAINST_PREVIOUS].current;
    CU_ASSERT_EQUAL(old->cost.verdict, STW_VERDICT_JUDGED);
    is(old->cost.amount, "250.6");
    const struct stw_energy_side *site =
        &find(&energy, STW_LEVEL_SITE, "A")->against[STW_AGAINST_PREVIOUS].current;
    is(site->cost.amount, "338.6"); /* + 110 at .80 */
    const struct stw_energy_side *total =
        &find(&energy, STW_LEVEL_TOTAL, "power")->against[STW_AGAINST_PREVIOUS].current;
    CU_ASSERT_EQUAL(total->cost.verdict, STW_VERDICT_INCOMPLETE); /* B has no price on the 1st */
    is(total->cost.uncosted, "70.25");
    finish(&energy);

    tariffs[2].from_ns = 0;
    tariffs[2].currency = STW_SLICE("HKD");
    run(e.meters, 3, &spec, &energy);
    total = &find(&energy, STW_LEVEL_TOTAL, "power")->against[STW_AGAINST_PREVIOUS].current;
    is(total->cost.amount, "338.6"); /* Hong Kong dollars are not added to yuan */
    is(total->cost.uncosted, "70.25");
    finish(&energy);
}

static void divides_by_known_areas(void)
{
    static struct example e;
    fill_example(&e);
    e.meters[0].has_area = true;
    e.meters[0].area_m2 = (struct stw_decimal){2505, 1};
    e.meters[2].has_area = true;
    e.meters[2].area_m2 = (struct stw_decimal){100, 0};
    struct stw_energy energy;
    struct stw_energy_spec spec = spec_of(14);
    run(e.meters, 3, &spec, &energy);
    const struct stw_energy_side *side =
        &find(&energy, STW_LEVEL_TOTAL, "power")->against[STW_AGAINST_PREVIOUS].current;
    CU_ASSERT_EQUAL(side->per_area.meters, 2);
    is(side->per_area.use, "364.25");
    is(side->per_area.amount, "350.5");
    STW_NEAR(side->per_area.value, 364.25 / 350.5, 1e-15);
    CU_ASSERT_EQUAL(side->per_household.verdict, STW_VERDICT_NOT_PROVIDED);
    /* Over two months the area still counts once. */
    is(find(&energy, STW_LEVEL_TOTAL, "power")
           ->against[STW_AGAINST_YEAR_TO_DATE]
           .current.per_area.amount,
       "350.5");
    finish(&energy);
}

static void tells_why_a_month_is_incomplete(void)
{
    fill_months(2025, 1);
    struct stw_energy_use use = use_of(100);
    struct stw_energy_meter m = meter("s", "b", "d", &use);
    struct stw_energy_spec spec = spec_of(1);
    use.expected = 1000;
    use.present = 950;
    CU_ASSERT_EQUAL(stw_energy_gap_of(&m, &spec, 0), STW_GAP_NONE);
    use.zeros = 1;
    CU_ASSERT_EQUAL(stw_energy_gap_of(&m, &spec, 0), STW_GAP_NONE);
    m.zero_is_missing = true;
    CU_ASSERT_EQUAL(stw_energy_gap_of(&m, &spec, 0), STW_GAP_ZEROS);
    use.present = 949;
    CU_ASSERT_EQUAL(stw_energy_gap_of(&m, &spec, 0), STW_GAP_READINGS);
    use.edges_known = false;
    CU_ASSERT_EQUAL(stw_energy_gap_of(&m, &spec, 0), STW_GAP_EDGES);
    use.has_data = false;
    CU_ASSERT_EQUAL(stw_energy_gap_of(&m, &spec, 0), STW_GAP_NO_DATA);
    m.out_of_service_ns = months[0].to_ns - 1;
    CU_ASSERT_EQUAL(stw_energy_gap_of(&m, &spec, 0), STW_GAP_NOT_IN_SERVICE);
    CU_ASSERT_STRING_EQUAL(stw_energy_gap_name(STW_GAP_ZEROS), "zeros that mean gaps");
}

/* One month is all there is: nothing to compare with, and that is said. */
static void says_when_there_is_no_base(void)
{
    fill_months(2025, 1);
    struct stw_energy_use use = use_of(100);
    struct stw_energy_meter m = meter("s", "b", "d", &use);
    struct stw_energy_spec spec = spec_of(1);
    struct stw_energy energy;
    run(&m, 1, &spec, &energy);
    for (int against = 0; against < STW_AGAINST_COUNT; against++) {
        const struct stw_energy_comparison *comparison = &energy.lines[0]->against[against];
        CU_ASSERT_EQUAL(comparison->verdict, STW_VERDICT_NO_DATA);
        CU_ASSERT_EQUAL(comparison->raw.verdict, STW_VERDICT_NO_DATA);
        is(comparison->current.use, "1");
    }
    CU_ASSERT_EQUAL(energy.left_out_total, 0);
    finish(&energy);

    use.use.value = (stw_int128)(~(stw_uint128)0 >> 1);
    stw_arena_init(&arena);
    CU_ASSERT_EQUAL(stw_energy_init(&energy, &spec, &arena, NULL), STW_OK);
    CU_ASSERT_EQUAL(stw_energy_add(&energy, &m, false, NULL), STW_OK);
    CU_ASSERT_EQUAL(stw_energy_add(&energy, &m, false, NULL), STW_ERR_LIMIT);
    finish(&energy);
}

/* Random meters of mixed scales: every level sums to the one above, to the last digit. */
static void parts_add_up(void)
{
    enum { METERS = 60, MONTHS = 14 };
    static struct stw_energy_use uses[METERS][MONTHS];
    struct stw_energy_meter meters[METERS];
    static const char *const names[] = {"", "a", "b", "c"};
    uint64_t state = 5;
    fill_months(2025, MONTHS);
    for (int i = 0; i < METERS; i++) {
        const char *device = stw_test_random(&state) % 2 ? "x" : "y";
        for (int m = 0; m < MONTHS; m++) {
            uses[i][m] = use_of((int64_t)(stw_test_random(&state) % 1000000));
            uses[i][m].use.scale = (int)(stw_test_random(&state) % 5);
            uses[i][m].has_data = stw_test_random(&state) % 9 != 0;
        }
        meters[i] = meter(names[stw_test_random(&state) % 4], names[stw_test_random(&state) % 4],
                          device, uses[i]);
    }
    struct stw_energy energy;
    struct stw_energy_spec spec = spec_of(MONTHS);
    run(meters, METERS, &spec, &energy);
    for (int against = 0; against < STW_AGAINST_COUNT; against++) {
        struct stw_wide sums[4] = {{0, 0}};
        struct stw_wide like[4] = {{0, 0}};
        uint32_t left_out[4] = {0};
        for (uint32_t i = 0; i < energy.line_count; i++) {
            const struct stw_energy_line *line = energy.lines[i];
            const struct stw_energy_comparison *c = &line->against[against];
            CU_ASSERT(stw_wide_add(sums[line->level], c->current.use, &sums[line->level]));
            CU_ASSERT(stw_wide_add(like[line->level], c->like_base.use, &like[line->level]));
            left_out[line->level] += c->left_out;
            CU_ASSERT_EQUAL(c->like_meters + c->left_out, line->meters);
        }
        for (int level = 1; level < 4; level++) {
            stw_int128 a = 0, b = 1;
            CU_ASSERT(stw_wide_rescale(sums[level], 4, &a) && stw_wide_rescale(sums[0], 4, &b));
            CU_ASSERT(a == b && a > 0);
            CU_ASSERT(stw_wide_rescale(like[level], 4, &a) && stw_wide_rescale(like[0], 4, &b));
            CU_ASSERT(a == b);
            CU_ASSERT_EQUAL(left_out[level], left_out[0]);
        }
    }
    finish(&energy);
}

/* Monthly use of one hourly file in tenths of kWh (the files have one decimal). */
static bool load_building(const char *path, int first_year, struct stw_energy_use *uses,
                          uint32_t month_count)
{
    size_t size;
    char *text = zst_load(stw_test_shared(path), &arena, &size);
    if (text == NULL)
        return false;
    for (uint32_t m = 0; m < month_count; m++)
        uses[m] = (struct stw_energy_use){.edges_known = true,
                                          .use = {0, 1},
                                          .estimated = {0, 1},
                                          .expected = months[m].days * 24ull};
    const char *end = text + size;
    for (const char *line = text; line != NULL && line < end;) {
        const char *next = memchr(line, '\n', (size_t)(end - line));
        char copy[64] = "";
        memcpy(copy, line, 40); /* the loader's block is longer than its text */
        line = next == NULL ? NULL : next + 1;
        int year, month;
        long whole, tenth = 0;
        if (sscanf(copy, "%d-%d-%*d %*d:00:00,%ld.%1ld", &year, &month, &whole, &tenth) < 3)
            continue;
        int at = (year - first_year) * 12 + month - 1;
        if (at < 0 || at >= (int)month_count)
            continue;
        uses[at].has_data = true;
        uses[at].present++;
        uses[at].zeros += whole == 0 && tenth == 0;
        uses[at].use.value += whole * 10 + tenth;
    }
    return true;
}

/* Year totals of ORIGIN.md, as the year to date of December against the year before. */
static void reproduces_cambridge_totals(void)
{
    static const struct {
        const char *path;
        int year;
        const char *want;
        double tolerance;
    } facts[] = {{"cambridge_estates/b0_electricity.csv.zst", 2015, "259634.8", 0.05},
                 {"cambridge_estates/b0_electricity.csv.zst", 2019, "226971.7", 0.05},
                 {"cambridge_estates/b8_electricity.csv.zst", 2015, "106573.6", 0.05},
                 {"cambridge_estates/b8_electricity.csv.zst", 2019, "110195.1", 0.05},
                 {"cambridge_estates/b0_gas.csv.zst", 2015, "1024070", 0.5},
                 {"cambridge_estates/b5_gas.csv.zst", 2019, "25250.1", 0.05}};
    STW_SKIP_WITHOUT_SHARED("cambridge_estates/b0_electricity.csv.zst");
    for (unsigned i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
        struct stw_energy_use uses[24];
        struct stw_energy energy;
        struct stw_energy_spec spec = spec_of(24);
        fill_months(facts[i].year - 1, 24);
        stw_arena_init(&arena);
        CU_ASSERT_FATAL(load_building(facts[i].path, facts[i].year - 1, uses, 24));
        stw_arena_release(&arena);
        struct stw_energy_meter m = meter("cambridge", "b", "b", uses);
        run(&m, 1, &spec, &energy);
        const struct stw_energy_comparison *year =
            &energy.lines[0]->against[STW_AGAINST_YEAR_TO_DATE];
        STW_NEAR(stw_wide_double(year->current.use), strtod(facts[i].want, NULL),
                 facts[i].tolerance);
        CU_ASSERT_EQUAL(year->current.days, 365);
        finish(&energy);
    }
}

STW_SUITE(energy, {"compares three ways", compares_three_ways},
          {"orders lines by key", orders_lines}, {"costs by dated tariff", costs_by_dated_tariff},
          {"divides by known areas", divides_by_known_areas},
          {"tells why a month is incomplete", tells_why_a_month_is_incomplete},
          {"says when there is no base", says_when_there_is_no_base},
          {"parts add up", parts_add_up},
          {"reproduces Cambridge's totals", reproduces_cambridge_totals});
