/* Response times: worked by hand on a few orders, and against the facts of 13,165 real ones. */
#include "analysis/response.h"
#include "time/civil.h"

#include "boston.h"

#include "../support/test.h"

#include <math.h>

#define HOUR STW_NS_PER_HOUR

static struct stw_order order(const char *id, const char *priority, int64_t created,
                              int64_t resolved, int64_t due)
{
    struct stw_order out = {stw_slice_of(id), stw_slice_of(priority), {0}, due, 0};
    for (int s = 0; s < STW_STAMP_COUNT; s++)
        out.stamps_ns[s] = STW_INSTANT_NONE;
    out.stamps_ns[STW_STAMP_CREATED] = created;
    out.stamps_ns[STW_STAMP_RESOLVED] = resolved;
    return out;
}

static struct stw_response_spec spec_of(enum stw_target_kind kind)
{
    return (struct stw_response_spec){
        .from = STW_STAMP_CREATED,
        .to = STW_STAMP_RESOLVED,
        .from_ns = 0,
        .to_ns = 1000 * HOUR,
        .as_of_ns = 100 * HOUR,
        .target_kind = kind,
        .quantile_type = STW_QUANTILE_7,
        .confidence = 0.95,
        .minimum = 3,
    };
}

static void judges_each_order(void)
{
    const int64_t none = STW_INSTANT_NONE;
    const struct stw_order orders[] = {
        order("met", "", 0, 10 * HOUR, 10 * HOUR),         /* at the target is in time */
        order("late", "", 0, 12 * HOUR, 10 * HOUR),        /* 2 h late */
        order("pending", "", 80 * HOUR, none, 100 * HOUR), /* as-of is not past the target */
        order("open late", "", 50 * HOUR, none, 60 * HOUR),
        order("closes later", "", 90 * HOUR, 101 * HOUR, 95 * HOUR), /* still open as of 100 h */
        order("backward", "", 20 * HOUR, 19 * HOUR, 30 * HOUR),
        order("instant", "", 20 * HOUR, 20 * HOUR, none),
        order("future", "", 100 * HOUR + 1, none, none),
        order("never made", "", none, 5 * HOUR, none),
    };
    static const enum stw_case_outcome want[] = {
        STW_OUTCOME_MET,           STW_OUTCOME_BREACHED,      STW_OUTCOME_PENDING,
        STW_OUTCOME_BREACHED_OPEN, STW_OUTCOME_BREACHED_OPEN, STW_OUTCOME_NONE,
        STW_OUTCOME_NONE};
    struct stw_response_spec spec = spec_of(STW_TARGET_DUE);
    struct stw_arena arena;
    struct stw_response response;
    stw_arena_init(&arena);
    CU_ASSERT_EQUAL_FATAL(stw_response_judge(orders, 9, &spec, &arena, &response, NULL), STW_OK);
    CU_ASSERT_EQUAL(response.without_start, 1);
    CU_ASSERT_EQUAL(response.outside_period, 1);
    CU_ASSERT_EQUAL(response.out_of_order, 1);
    CU_ASSERT_EQUAL_FATAL(response.case_count, 7);
    for (uint32_t i = 0; i < 7; i++)
        STW_EXPECT(response.cases[i].outcome == want[i], "order %u: outcome %d, want %d", i,
                   response.cases[i].outcome, want[i]);
    CU_ASSERT_EQUAL(response.cases[1].overdue_ns, 2 * HOUR);
    CU_ASSERT_EQUAL(response.cases[3].overdue_ns, 40 * HOUR);
    CU_ASSERT_EQUAL(response.cases[4].elapsed_ns, 10 * HOUR);

    struct stw_response_lines lines;
    CU_ASSERT_EQUAL_FATAL(stw_response_group(&response, NULL, &arena, &lines, NULL), STW_OK);
    const struct stw_response_line *total = &lines.total;
    CU_ASSERT_EQUAL(total->cases, 7);
    CU_ASSERT_EQUAL(total->closed, 3);
    CU_ASSERT_EQUAL(total->open, 3);
    CU_ASSERT_EQUAL(total->backward, 1);
    CU_ASSERT_EQUAL(total->instant, 1);
    CU_ASSERT_EQUAL(total->with_target, 5);
    CU_ASSERT_EQUAL(total->pending, 1);
    STW_NEAR(total->attainment, 0.25, 0); /* met 1; breached 1; open and late 2 */
    CU_ASSERT_EQUAL(total->attainment_verdict, STW_VERDICT_JUDGED);
    CU_ASSERT_EQUAL(total->oldest_open_ns, 50 * HOUR);
    STW_NEAR(total->closed_p50_s, 10 * 3600, 0); /* of 0, 10, 12 h */
    /* Kaplan-Meier of 0, 10, 10+, 12, 20+, 50+ h: 5/6, 4/6, then 4/6 * 2/3 = .444 at 12. */
    STW_NEAR(total->median_s, 12 * 3600, 0);

    const struct stw_case *overdue;
    uint32_t count;
    CU_ASSERT_EQUAL(stw_response_overdue(&response, &arena, &overdue, &count, NULL), STW_OK);
    CU_ASSERT_EQUAL_FATAL(count, 2);
    CU_ASSERT_EQUAL(overdue[0].order, 3);
    CU_ASSERT_EQUAL(overdue[1].order, 4);
    uint32_t bins[STW_BACKLOG_BINS];
    stw_response_backlog(&response, bins);
    CU_ASSERT(bins[0] == 2 && bins[1] == 1 && bins[2] == 0 && bins[5] == 0);
    stw_arena_release(&arena);
}

/* Mon 9-17, Tue 9-16, Thu 8-17: 16 hours from Monday 11:00 end on Thursday 11:00. */
static void takes_targets_by_priority_and_calendar(void)
{
    static const struct stw_response_target targets[] = {
        {{"", 0}, 8 * HOUR}, {{"long", 4}, 16 * HOUR}, {{"long", 4}, 1 * HOUR}};
    struct stw_zone *zone;
    struct stw_calendar calendar;
    CU_ASSERT_EQUAL_FATAL(stw_zone_load("UTC", &zone, NULL), STW_OK);
    stw_calendar_init(&calendar, zone);
    CU_ASSERT_EQUAL(stw_calendar_add_segment(&calendar, 1, 9 * 60, 17 * 60, NULL), STW_OK);
    CU_ASSERT_EQUAL(stw_calendar_add_segment(&calendar, 2, 9 * 60, 16 * 60, NULL), STW_OK);
    CU_ASSERT_EQUAL(stw_calendar_add_segment(&calendar, 4, 8 * 60, 17 * 60, NULL), STW_OK);
    int64_t monday = stw_civil_days(2018, 11, 19) * STW_NS_PER_DAY;
    int64_t thursday = monday + 3 * STW_NS_PER_DAY;
    const struct stw_order orders[] = {
        order("a", "long", monday + 11 * HOUR, thursday + 11 * HOUR, STW_INSTANT_NONE),
        order("b", "long", monday + 11 * HOUR, thursday + 12 * HOUR, STW_INSTANT_NONE),
        order("c", "other", monday + 11 * HOUR, thursday + 11 * HOUR, STW_INSTANT_NONE)};
    struct stw_response_spec spec = spec_of(STW_TARGET_DURATION);
    spec.from_ns = monday;
    spec.to_ns = spec.as_of_ns = monday + 10 * STW_NS_PER_DAY;
    spec.targets = targets;
    spec.target_count = 3;
    spec.calendar = &calendar;
    struct stw_arena arena;
    struct stw_response response;
    stw_arena_init(&arena);
    CU_ASSERT_EQUAL(stw_response_judge(orders, 3, &spec, &arena, &response, NULL), STW_OK);
    CU_ASSERT_EQUAL(response.cases[0].target_ns, thursday + 11 * HOUR);
    CU_ASSERT_EQUAL(response.cases[0].elapsed_ns, 16 * HOUR);
    CU_ASSERT_EQUAL(response.cases[0].outcome, STW_OUTCOME_MET);
    CU_ASSERT_EQUAL(response.cases[1].outcome, STW_OUTCOME_BREACHED);
    CU_ASSERT_EQUAL(response.cases[2].target_ns, monday + STW_NS_PER_DAY + 11 * HOUR);
    CU_ASSERT_EQUAL(response.cases[2].outcome, STW_OUTCOME_BREACHED);
    spec.calendar = NULL; /* round the clock: 72 h */
    CU_ASSERT_EQUAL(stw_response_judge(orders, 3, &spec, &arena, &response, NULL), STW_OK);
    CU_ASSERT_EQUAL(response.cases[0].elapsed_ns, 72 * HOUR);
    CU_ASSERT_EQUAL(response.cases[0].outcome, STW_OUTCOME_BREACHED);
    spec.target_count = 0;
    struct stw_response_lines lines;
    CU_ASSERT_EQUAL(stw_response_judge(orders, 3, &spec, &arena, &response, NULL), STW_OK);
    CU_ASSERT_EQUAL(stw_response_group(&response, NULL, &arena, &lines, NULL), STW_OK);
    CU_ASSERT_EQUAL(lines.total.attainment_verdict, STW_VERDICT_NOT_PROVIDED);
    CU_ASSERT(isnan(lines.total.attainment));
    stw_calendar_init(&calendar, zone); /* never open: no target can be met, and that is an error */
    spec.calendar = &calendar;
    spec.target_count = 3;
    CU_ASSERT_EQUAL(stw_response_judge(orders, 3, &spec, &arena, &response, NULL), STW_ERR_INPUT);
    stw_arena_release(&arena);
    stw_zone_free(zone);
}

/* Paused for 3 of 10 hours with 8 allowed: in time, on a leg to resolved but not on one to arrived;
 * and stamps that run backwards are found whichever stamp they follow. */
static void counts_pauses_and_backward_stamps(void)
{
    static const struct stw_response_target targets[] = {{{"", 0}, 8 * HOUR}};
    struct stw_order paused = order("a", "", 0, 10 * HOUR, STW_INSTANT_NONE);
    paused.paused_ns = 3 * HOUR;
    paused.stamps_ns[STW_STAMP_ARRIVED] = 9 * HOUR;
    struct stw_response_spec spec = spec_of(STW_TARGET_DURATION);
    spec.targets = targets;
    spec.target_count = 1;
    struct stw_arena arena;
    struct stw_response response;
    stw_arena_init(&arena);
    CU_ASSERT_EQUAL(stw_response_judge(&paused, 1, &spec, &arena, &response, NULL), STW_OK);
    CU_ASSERT_EQUAL(response.cases[0].elapsed_ns, 7 * HOUR);
    CU_ASSERT_EQUAL(response.cases[0].target_ns, 11 * HOUR);
    CU_ASSERT_EQUAL(response.cases[0].outcome, STW_OUTCOME_MET);
    spec.to = STW_STAMP_ARRIVED;
    CU_ASSERT_EQUAL(stw_response_judge(&paused, 1, &spec, &arena, &response, NULL), STW_OK);
    CU_ASSERT_EQUAL(response.cases[0].elapsed_ns, 9 * HOUR);
    CU_ASSERT_EQUAL(response.cases[0].outcome, STW_OUTCOME_BREACHED);
    stw_arena_release(&arena);

    CU_ASSERT_EQUAL(stw_order_backward_stamps(&paused), 0);
    paused.stamps_ns[STW_STAMP_ACCEPTED] = 9 * HOUR + 1; /* arrived before it was accepted */
    CU_ASSERT_EQUAL(stw_order_backward_stamps(&paused), 1);
    paused.stamps_ns[STW_STAMP_CLOSED] = 5 * HOUR; /* somebody closes early: no order is fixed */
    CU_ASSERT_EQUAL(stw_order_backward_stamps(&paused), 1);
    paused.stamps_ns[STW_STAMP_CONTACTED] = -1;
    CU_ASSERT_EQUAL(stw_order_backward_stamps(&paused), 2);
}

static void groups_add_up_in_key_order(void)
{
    struct stw_order orders[40];
    struct stw_slice keys[40];
    static const char *const vendors[] = {"zeta", "alpha", "", "Mid"};
    for (int i = 0; i < 40; i++) {
        orders[i] = order("x", "", i * HOUR, i % 5 == 0 ? STW_INSTANT_NONE : (2 * i + 1) * HOUR,
                          (i + 9) * HOUR);
        keys[i] = stw_slice_of(vendors[i % 7 % 4]);
    }
    struct stw_response_spec spec = spec_of(STW_TARGET_DUE);
    struct stw_arena arena;
    struct stw_response response;
    struct stw_response_lines lines;
    stw_arena_init(&arena);
    CU_ASSERT_EQUAL(stw_response_judge(orders, 40, &spec, &arena, &response, NULL), STW_OK);
    CU_ASSERT_EQUAL(stw_response_group(&response, keys, &arena, &lines, NULL), STW_OK);
    CU_ASSERT_EQUAL_FATAL(lines.count, 4);
    CU_ASSERT(stw_slice_is(lines.lines[0].name, ""));
    CU_ASSERT(stw_slice_is(lines.lines[1].name, "Mid"));
    CU_ASSERT(stw_slice_is(lines.lines[2].name, "alpha"));
    CU_ASSERT(stw_slice_is(lines.lines[3].name, "zeta"));
    struct stw_response_line sum = {.cases = 0};
    for (uint32_t g = 0; g < 4; g++) {
        sum.cases += lines.lines[g].cases;
        sum.met += lines.lines[g].met;
        sum.breached += lines.lines[g].breached;
        sum.breached_open += lines.lines[g].breached_open;
        uint32_t brute = 0;
        for (uint32_t i = 0; i < 40; i++)
            brute += stw_slice_equal(keys[i], lines.lines[g].name);
        CU_ASSERT_EQUAL(lines.lines[g].cases, brute);
    }
    CU_ASSERT_EQUAL(sum.cases, lines.total.cases);
    CU_ASSERT_EQUAL(sum.met, lines.total.met);
    CU_ASSERT_EQUAL(sum.breached, lines.total.breached);
    CU_ASSERT_EQUAL(sum.breached_open, lines.total.breached_open);
    stw_arena_release(&arena);
}

/* The two arms of the 6-MP trial as two vendors: chi-square 16.79, as published. */
static void compares_vendors(void)
{
    static const int weeks[] = {6,   6,   6,   7,   10,  13,  16,  22, 23, -6, -9, -10, -11, -17,
                                -19, -20, -25, -32, -32, -34, -35, 1,  1,  2,  2,  3,   4,   4,
                                5,   5,   8,   8,   8,   8,   11,  11, 12, 12, 15, 17,  22,  23};
    struct stw_order orders[42];
    struct stw_slice keys[42];
    struct stw_response_spec spec = spec_of(STW_TARGET_NONE);
    for (int i = 0; i < 42; i++) {
        int64_t length = (weeks[i] < 0 ? -weeks[i] : weeks[i]) * HOUR;
        int64_t start = weeks[i] < 0 ? spec.as_of_ns - length : 0;
        orders[i] = order("x", "", start, weeks[i] < 0 ? STW_INSTANT_NONE : length, 0);
        keys[i] = i < 21 ? STW_SLICE("6-MP") : STW_SLICE("placebo");
    }
    struct stw_arena arena;
    struct stw_response response;
    struct stw_response_lines lines;
    struct stw_log_rank test;
    enum stw_verdict verdict;
    stw_arena_init(&arena);
    CU_ASSERT_EQUAL(stw_response_judge(orders, 42, &spec, &arena, &response, NULL), STW_OK);
    CU_ASSERT_EQUAL(stw_response_compare(&response, keys, &arena, &verdict, &test, NULL), STW_OK);
    CU_ASSERT_EQUAL(verdict, STW_VERDICT_JUDGED);
    STW_NEAR(test.chi2, 16.793, 5e-4);
    CU_ASSERT_EQUAL(stw_response_group(&response, keys, &arena, &lines, NULL), STW_OK);
    STW_NEAR(lines.lines[0].median_s, 23 * 3600, 0);
    STW_NEAR(lines.lines[0].median_interval_s.low, 13 * 3600, 0);
    CU_ASSERT_EQUAL(lines.lines[0].median_interval_s.high, INFINITY);
    response.spec.minimum = 22;
    CU_ASSERT_EQUAL(stw_response_compare(&response, keys, &arena, &verdict, &test, NULL), STW_OK);
    CU_ASSERT_EQUAL(verdict, STW_VERDICT_TOO_FEW);
    stw_arena_release(&arena);
}

static void infers_as_of_from_open_orders(void)
{
    const struct stw_order orders[] = {
        order("a", "", 0, STW_INSTANT_NONE, 10), order("b", "", 0, STW_INSTANT_NONE, 20),
        order("c", "", 0, STW_INSTANT_NONE, 30), order("d", "", 0, STW_INSTANT_NONE, 40),
        order("e", "", 0, STW_INSTANT_NONE, 50), order("f", "", 0, 7, 6)};
    static const enum stw_stated stated[] = {STW_STATED_OVERDUE, STW_STATED_ON_TIME,
                                             STW_STATED_OVERDUE, STW_STATED_OVERDUE,
                                             STW_STATED_ON_TIME, STW_STATED_ON_TIME};
    struct stw_response_spec spec = spec_of(STW_TARGET_DUE);
    struct stw_arena arena;
    struct stw_response response;
    struct stw_stated_check check;
    stw_arena_init(&arena);
    CU_ASSERT_EQUAL(stw_response_judge(orders, 6, &spec, &arena, &response, NULL), STW_OK);
    CU_ASSERT_EQUAL(stw_response_check_stated(&response, stated, &arena, &check, NULL), STW_OK);
    CU_ASSERT_EQUAL(check.closed_compared, 1);
    CU_ASSERT_EQUAL(check.closed_agreeing, 0);
    CU_ASSERT_EQUAL(check.open_compared, 5);
    CU_ASSERT_EQUAL(check.open_disagreeing, 1); /* b alone */
    CU_ASSERT_EQUAL(check.as_of_after_ns, 40);
    CU_ASSERT_EQUAL(check.as_of_until_ns, 50);
    stw_arena_release(&arena);
}

static int64_t instant(int year, int month, int day, int hour, int minute, int second)
{
    int64_t local;
    struct stw_civil civil = {year, month, day, hour, minute, second, 0};
    CU_ASSERT_FATAL(stw_civil_to_local(&civil, &local));
    return local;
}

static void load_and_judge(const char *path, struct boston *data, struct stw_response *response)
{
    CU_ASSERT_FATAL(boston_load(path, data));
    struct stw_response_spec spec = spec_of(STW_TARGET_DUE);
    spec.from_ns = instant(2015, 1, 1, 0, 0, 0);
    spec.to_ns = instant(2016, 1, 1, 0, 0, 0);
    spec.as_of_ns = instant(2016, 1, 13, 0, 0, 0);
    CU_ASSERT_EQUAL_FATAL(
        stw_response_judge(data->orders, data->count, &spec, &data->arena, response, NULL), STW_OK);
}

static const struct stw_response_line *line_named(const struct stw_response_lines *lines,
                                                  const char *name)
{
    for (uint32_t i = 0; i < lines->count; i++)
        if (stw_slice_is(lines->lines[i].name, name))
            return &lines->lines[i];
    CU_FAIL_FATAL("no such line");
    return NULL;
}

/* The facts of ORIGIN.md; the counts of open ones were taken from the file with Python's csv. */
static void reproduces_boston_buildings(void)
{
    STW_SKIP_WITHOUT_SHARED("boston_311_2015/building_requests_2015.csv.zst");
    struct boston data;
    struct stw_response response;
    struct stw_response_lines lines;
    struct stw_stated_check check;
    load_and_judge("boston_311_2015/building_requests_2015.csv.zst", &data, &response);
    CU_ASSERT_EQUAL(data.count, 5209);
    CU_ASSERT_EQUAL(response.case_count, 5209);
    CU_ASSERT_EQUAL(stw_response_check_stated(&response, data.stated, &data.arena, &check, NULL),
                    STW_OK);
    CU_ASSERT_EQUAL(check.closed_compared, 3396);
    CU_ASSERT_EQUAL(check.closed_agreeing, 3396);
    CU_ASSERT_EQUAL(check.open_compared, 114 + 1606);
    CU_ASSERT_EQUAL(check.open_disagreeing, 0);
    CU_ASSERT_EQUAL(check.as_of_after_ns, instant(2016, 1, 10, 16, 22, 34));
    CU_ASSERT_EQUAL(check.as_of_until_ns, instant(2016, 1, 13, 8, 2, 23));

    CU_ASSERT_EQUAL(stw_response_group(&response, data.types, &data.arena, &lines, NULL), STW_OK);
    CU_ASSERT_EQUAL(lines.count, 9);
    CU_ASSERT_EQUAL(lines.total.open, 1729);
    CU_ASSERT_EQUAL(lines.total.met, 2738);
    CU_ASSERT_EQUAL(lines.total.breached, 658);
    /* 1,606 are stated overdue; of the 8 without a statement those due by then join them. */
    CU_ASSERT_EQUAL(lines.total.breached_open + lines.total.pending, 1728);
    CU_ASSERT(lines.total.breached_open >= 1606 && lines.total.breached_open <= 1614);
    static const struct {
        const char *type;
        uint32_t orders;
        double median_h;
    } facts[] = {{"Heat - Excessive  Insufficient", 1324, 141.970},
                 {"Plumbing", 473, 119.860},
                 {"Electrical", 1357, 118.904},
                 {"Watermain Break", 86, 51.307}};
    for (unsigned i = 0; i < 4; i++) {
        const struct stw_response_line *line = line_named(&lines, facts[i].type);
        CU_ASSERT_EQUAL(line->cases, facts[i].orders);
        STW_NEAR(line->closed_p50_s / 3600, facts[i].median_h, 5e-4);
        /* With the open ones counted the median can only be longer. */
        CU_ASSERT(line->median_s >= line->closed_p50_s);
    }
    boston_release(&data);
}

static void reproduces_boston_street_lights(void)
{
    STW_SKIP_WITHOUT_SHARED("boston_311_2015/street_light_outages_2015.csv.zst");
    struct boston data;
    struct stw_response response;
    struct stw_response_lines lines;
    struct stw_stated_check check;
    load_and_judge("boston_311_2015/street_light_outages_2015.csv.zst", &data, &response);
    CU_ASSERT_EQUAL(data.count, 7956);
    CU_ASSERT_EQUAL(stw_response_check_stated(&response, data.stated, &data.arena, &check, NULL),
                    STW_OK);
    CU_ASSERT_EQUAL(check.closed_compared, 6738); /* 29 of 6,767 state nothing */
    CU_ASSERT_EQUAL(check.closed_agreeing, 6738);
    CU_ASSERT_EQUAL(check.open_compared, 52 + 1079);
    CU_ASSERT_EQUAL(check.open_disagreeing, 0);
    CU_ASSERT_EQUAL(check.as_of_after_ns, instant(2016, 1, 12, 14, 28, 46));
    CU_ASSERT_EQUAL(check.as_of_until_ns, instant(2016, 1, 13, 8, 30, 0));
    CU_ASSERT_EQUAL(stw_response_group(&response, data.sources, &data.arena, &lines, NULL), STW_OK);
    STW_NEAR(lines.total.closed_p50_s / 3600, 86.700, 5e-4);
    STW_NEAR(lines.total.closed_p90_s / 3600, 986.761, 5e-4);
    CU_ASSERT_EQUAL(lines.total.closed, 1 + 29 + 5158 + 1580);
    CU_ASSERT_EQUAL(line_named(&lines, "Citizens Connect App")->cases, 3477);
    CU_ASSERT_EQUAL(line_named(&lines, "Twitter")->cases, 9);
    boston_release(&data);
}

STW_SUITE(response, {"judges each order", judges_each_order},
          {"takes targets by priority and calendar", takes_targets_by_priority_and_calendar},
          {"counts pauses and backward stamps", counts_pauses_and_backward_stamps},
          {"groups add up, in key order", groups_add_up_in_key_order},
          {"compares vendors by log-rank", compares_vendors},
          {"infers the as-of instant from open orders", infers_as_of_from_open_orders},
          {"reproduces Boston's building requests", reproduces_boston_buildings},
          {"reproduces Boston's street lights", reproduces_boston_street_lights});
