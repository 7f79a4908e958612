/*
 * Turns of recurring duties: written out by hand, and against twins that walk through time instead
 * of through the plan.
 */
#include "time/duty.h"

#include "time/civil.h"

#include "../support/test.h"

#include <string.h>

enum { TURNS_MAX = 2000, VISITS_MAX = 400 };

struct told {
    struct stw_duty_turn turns[TURNS_MAX];
    uint32_t count;
};

static void keep(void *context, const struct stw_duty_turn *turn)
{
    struct told *told = context;
    CU_ASSERT_FATAL(told->count < TURNS_MAX);
    told->turns[told->count++] = *turn;
}

static int64_t at(const struct stw_zone *zone, int month, int day, int hour)
{
    struct stw_local local;
    stw_zone_local(zone, stw_civil_days(2026, month, day) * STW_NS_PER_DAY + hour * STW_NS_PER_HOUR,
                   &local);
    return local.ns;
}

static void tell(const struct stw_duty_plan *plan, const struct stw_duty_asked *asked,
                 struct stw_visit *visits, uint32_t count, struct told *told)
{
    told->count = 0;
    CU_ASSERT_EQUAL_FATAL(stw_duty_turns(plan, asked, visits, count, keep, told, NULL), STW_OK);
}

/* Half-monthly care from 1 March on, a day of grace, over the change of the clock on the 29th. */
static void keeps_a_longest_gap(void)
{
    struct stw_zone *zone;
    static struct told told;
    CU_ASSERT_EQUAL_FATAL(stw_zone_load("Europe/Berlin", &zone, NULL), STW_OK);
    struct stw_duty_plan plan = {.gap_days = 15, .grace_ns = STW_NS_PER_DAY};
    struct stw_duty_asked asked = {zone, at(zone, 3, 1, 0), INT64_MAX, at(zone, 3, 1, 0),
                                   at(zone, 8, 1, 0)};
    struct stw_visit visits[] = {
        {at(zone, 3, 10, 9), STW_DUTY_NONE, false},  /* by 16 March: early */
        {at(zone, 3, 26, 23), STW_DUTY_NONE, false}, /* by the 25th, and a day of grace */
        {at(zone, 4, 20, 9), STW_DUTY_NONE, false},  /* by 10 April: late */
        /* by 5 May: not; by the 20th: not */
        {at(zone, 6, 6, 9), STW_DUTY_NONE, false}, /* by 4 June: late */
        /* by 21 June, 6 July and 21 July: not */
    };
    tell(&plan, &asked, visits, 4, &told);
    CU_ASSERT_EQUAL_FATAL(told.count, 9);
    static const int due[9][2] = {{3, 17}, {3, 26}, {4, 11}, {5, 6}, {5, 21},
                                  {6, 5},  {6, 22}, {7, 7},  {7, 22}};
    static const enum stw_duty_outcome outcomes[9] = {
        STW_DUTY_ON_TIME, STW_DUTY_ON_TIME, STW_DUTY_LATE,   STW_DUTY_MISSED, STW_DUTY_MISSED,
        STW_DUTY_LATE,    STW_DUTY_MISSED,  STW_DUTY_MISSED, STW_DUTY_MISSED};
    for (int i = 0; i < 9; i++) {
        CU_ASSERT_EQUAL(told.turns[i].due_ns, at(zone, due[i][0], due[i][1], 0));
        CU_ASSERT_EQUAL(told.turns[i].deadline_ns, at(zone, due[i][0], due[i][1] + 1, 0));
        CU_ASSERT_EQUAL(told.turns[i].outcome, outcomes[i]);
    }
    /* Of April: the deadline of 10 April alone; out of service on 1 July, nobody missed the rest.
     */
    asked.from_ns = at(zone, 4, 1, 0);
    asked.to_ns = at(zone, 5, 1, 0);
    tell(&plan, &asked, visits, 4, &told);
    CU_ASSERT_EQUAL(told.count, 1);
    asked = (struct stw_duty_asked){zone, at(zone, 3, 1, 0), at(zone, 7, 1, 0), INT64_MIN,
                                    at(zone, 8, 1, 0)};
    tell(&plan, &asked, visits, 4, &told);
    CU_ASSERT_EQUAL(told.count, 7);
    stw_zone_free(zone);
}

static void keeps_to_periods(void)
{
    struct stw_zone *zone;
    static struct told told;
    CU_ASSERT_EQUAL_FATAL(stw_zone_load("Asia/Shanghai", &zone, NULL), STW_OK);
    struct stw_duty_plan plan = {
        .each = true, .rule = {STW_PERIOD_MONTH, 0, 1}, .grace_ns = 2 * STW_NS_PER_DAY};
    struct stw_duty_asked asked = {zone, at(zone, 1, 15, 0), INT64_MAX, INT64_MIN,
                                   at(zone, 7, 1, 0)};
    struct stw_visit visits[] = {
        {at(zone, 1, 20, 9), STW_DUTY_NONE, false},     /* a part of a month: nothing was due */
        {at(zone, 3, 2, 9), STW_DUTY_NONE, false},      /* February's, within the grace */
        {at(zone, 3, 30, 9), STW_DUTY_NONE, false},     /* March's */
        {at(zone, 5, 20, 9), at(zone, 5, 1, 0), false}, /* April's, as it says: late */
        {at(zone, 5, 21, 9), STW_DUTY_NONE, false},     /* May's */
    };
    tell(&plan, &asked, visits, 5, &told);
    static const enum stw_duty_outcome outcomes[4] = {STW_DUTY_ON_TIME, STW_DUTY_ON_TIME,
                                                      STW_DUTY_LATE, STW_DUTY_ON_TIME};
    CU_ASSERT_EQUAL_FATAL(told.count, 4); /* June's deadline is 3 July */
    for (int i = 0; i < 4; i++)
        CU_ASSERT_EQUAL(told.turns[i].outcome, outcomes[i]);
    CU_ASSERT_EQUAL(told.turns[2].done_ns, at(zone, 5, 20, 9));
    /* Never inspected: all of them are missed. */
    tell(&plan, &asked, NULL, 0, &told);
    CU_ASSERT_EQUAL_FATAL(told.count, 4);
    CU_ASSERT_EQUAL(told.turns[3].outcome, STW_DUTY_MISSED);
    plan = (struct stw_duty_plan){.gap_days = 0};
    CU_ASSERT_EQUAL(stw_duty_turns(&plan, &asked, NULL, 0, keep, &told, NULL), STW_ERR_USAGE);
    stw_zone_free(zone);
}

/* ---- Twins ----------------------------------------------------------------------------------- */

/* Visit by visit in order of time: each does the earliest open turn it may do. */
static void twin_of_periods(const struct stw_duty_plan *plan, const struct stw_duty_asked *asked,
                            const struct stw_visit *visits, uint32_t count, struct told *turns)
{
    struct stw_periods periods;
    struct stw_period period;
    int64_t starts[TURNS_MAX];
    turns->count = 0;
    CU_ASSERT_EQUAL_FATAL(stw_periods_init(&periods, asked->zone, plan->rule, NULL), STW_OK);
    stw_period_at(&periods, asked->start_ns, &period);
    for (; period.start_ns < asked->to_ns; stw_period_next(&periods, &period, &period)) {
        if (period.start_ns < asked->start_ns)
            continue;
        starts[turns->count] = period.start_ns;
        turns->turns[turns->count++] = (struct stw_duty_turn){
            period.end_ns, period.end_ns + plan->grace_ns, STW_DUTY_NONE, STW_DUTY_MISSED};
    }
    for (int stated = 1; stated >= 0; stated--)
        for (uint32_t i = 0; i < count; i++)
            for (uint32_t turn = 0; turn < turns->count; turn++) {
                struct stw_duty_turn *open = &turns->turns[turn];
                bool is_stated = visits[i].due_ns != STW_DUTY_NONE;
                bool does =
                    is_stated
                        ? visits[i].due_ns > starts[turn] && visits[i].due_ns <= open->due_ns
                        : visits[i].at_ns >= starts[turn] && visits[i].at_ns < open->deadline_ns;
                if (is_stated != stated || !does || open->done_ns != STW_DUTY_NONE)
                    continue;
                open->done_ns = visits[i].at_ns;
                open->outcome =
                    open->done_ns < open->deadline_ns ? STW_DUTY_ON_TIME : STW_DUTY_LATE;
                break;
            }
}

/* Day by day in UTC: how long ago the last visit was. */
static void twin_of_gaps(const struct stw_duty_plan *plan, const struct stw_duty_asked *asked,
                         const struct stw_visit *visits, uint32_t count, struct told *turns)
{
    int64_t grace = plan->grace_ns / STW_NS_PER_DAY;
    int64_t due = asked->start_ns / STW_NS_PER_DAY + plan->gap_days + 1; /* the day after */
    int64_t open[2] = {0};
    uint32_t open_count = 0; /* a turn whose deadline passed, while a visit may still do it late */
    turns->count = 0;
    for (int64_t day = asked->start_ns / STW_NS_PER_DAY; day * STW_NS_PER_DAY < asked->to_ns;
         day++) {
        if (day == due + grace) {
            if (open_count == 1)
                turns->turns[turns->count++] = (struct stw_duty_turn){
                    open[0] * STW_NS_PER_DAY, 0, STW_DUTY_NONE, STW_DUTY_MISSED};
            open[0] = due;
            open_count = 1;
            due += plan->gap_days;
        }
        for (uint32_t i = 0; i < count; i++) {
            if (visits[i].at_ns < day * STW_NS_PER_DAY ||
                visits[i].at_ns >= (day + 1) * STW_NS_PER_DAY)
                continue;
            turns->turns[turns->count++] = (struct stw_duty_turn){
                (open_count == 1 ? open[0] : due) * STW_NS_PER_DAY, 0, visits[i].at_ns,
                open_count == 1 ? STW_DUTY_LATE : STW_DUTY_ON_TIME};
            open_count = 0;
            due = day + plan->gap_days + 1;
        }
    }
    if (open_count == 1)
        turns->turns[turns->count++] =
            (struct stw_duty_turn){open[0] * STW_NS_PER_DAY, 0, STW_DUTY_NONE, STW_DUTY_MISSED};
    if ((due + grace) * STW_NS_PER_DAY == asked->to_ns)
        turns->turns[turns->count++] =
            (struct stw_duty_turn){due * STW_NS_PER_DAY, 0, STW_DUTY_NONE, STW_DUTY_MISSED};
}

/* Compares the turns that both have until `to`; the twins tell also what is not due yet. */
static bool agree(const struct stw_duty_plan *plan, const struct stw_duty_asked *asked,
                  const struct told *told, const struct told *twin)
{
    uint32_t next = 0;
    for (uint32_t i = 0; i < twin->count; i++) {
        const struct stw_duty_turn *want = &twin->turns[i];
        int64_t deadline_ns = want->due_ns + plan->grace_ns;
        if (deadline_ns <= asked->from_ns || deadline_ns > asked->to_ns)
            continue;
        if (next == told->count || told->turns[next].due_ns != want->due_ns ||
            told->turns[next].done_ns != want->done_ns ||
            told->turns[next].outcome != want->outcome)
            return false;
        next++;
    }
    return next == told->count;
}

static uint32_t make_visits(uint64_t *seed, const struct stw_duty_asked *asked, bool stated,
                            struct stw_visit *visits)
{
    uint32_t count = 0;
    int64_t every_ns = (int64_t)(1 + stw_test_random(seed) % 40) * STW_NS_PER_DAY;
    int64_t at_ns = asked->start_ns;
    while (count < VISITS_MAX) {
        at_ns += (int64_t)(stw_test_random(seed) % (uint64_t)every_ns);
        if (at_ns >= asked->to_ns)
            break;
        visits[count] = (struct stw_visit){at_ns, STW_DUTY_NONE, false};
        if (stated && stw_test_random(seed) % 4 == 0)
            visits[count].due_ns = at_ns + (int64_t)(stw_test_random(seed) % 60) * STW_NS_PER_DAY -
                                   40 * STW_NS_PER_DAY;
        count++;
    }
    return count;
}

static void agrees_with_twins(void)
{
    static const struct stw_period_rule rules[] = {
        {STW_PERIOD_STEP, STW_NS_PER_DAY, 0}, {STW_PERIOD_WEEK, 0, 0}, {STW_PERIOD_MONTH, 0, 1}};
    static struct told told, twin;
    uint64_t seed = 7;
    struct stw_zone *zone;
    CU_ASSERT_EQUAL_FATAL(stw_zone_load("UTC", &zone, NULL), STW_OK);
    for (int i = 0; i < 3000; i++) {
        struct stw_visit visits[VISITS_MAX], copy[VISITS_MAX];
        struct stw_duty_plan plan = {.each = i % 2 == 0, .rule = rules[stw_test_random(&seed) % 3]};
        plan.gap_days = 1 + (int)(stw_test_random(&seed) % 40);
        plan.grace_ns = (int64_t)(stw_test_random(&seed) % 3 * stw_test_random(&seed) % 9);
        plan.grace_ns *= STW_NS_PER_DAY;
        if (!plan.each && plan.grace_ns >= plan.gap_days * STW_NS_PER_DAY)
            plan.grace_ns = (plan.gap_days - 1) * STW_NS_PER_DAY;
        struct stw_duty_asked asked = {.zone = zone, .end_ns = INT64_MAX};
        asked.start_ns = (int64_t)(20000 + stw_test_random(&seed) % 400) * STW_NS_PER_DAY;
        asked.to_ns = asked.start_ns + (int64_t)(stw_test_random(&seed) % 300) * STW_NS_PER_DAY;
        asked.from_ns = i % 3 == 0 ? asked.to_ns - 30 * STW_NS_PER_DAY : INT64_MIN;
        uint32_t count = make_visits(&seed, &asked, plan.each, visits);
        memcpy(copy, visits, sizeof(copy));
        tell(&plan, &asked, visits, count, &told);
        if (plan.each)
            twin_of_periods(&plan, &asked, copy, count, &twin);
        else
            twin_of_gaps(&plan, &asked, copy, count, &twin);
        if (!STW_EXPECT(agree(&plan, &asked, &told, &twin), "case %d differs", i))
            break;
    }
    stw_zone_free(zone);
}

STW_SUITE(duty, {"keeps a longest gap", keeps_a_longest_gap},
          {"keeps to periods", keeps_to_periods}, {"agrees with twins", agrees_with_twins});
