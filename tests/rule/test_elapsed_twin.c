/*
 * elapsed against a twin that walks minute by minute, over random promises and random orders: round
 * the clock and in working hours, with pauses, warnings, orders that are open, closed without the
 * stamp asked for, backwards or without a beginning; across both clock changes of a year. The
 * target a report asks for (rule/order_target.h) must be the instant the alert fires at.
 */
#include "rule_bench.h"

#include "../support/test.h"
#include "rule/order_target.h"
#include "time/civil.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CASES = 250, ORDERS = 12, NEVER = -1 };

#define MINUTE STW_NS_PER_MINUTE
#define HOUR   STW_NS_PER_HOUR

/* In minutes since 1970: the clocks of Berlin go forward and back on 2025-03-30 and 2025-10-26, at
 * 01:00Z; orders come in the four days before. */
static const int64_t forward_min = INT64_C(1743296400) / 60;
static const int64_t back_min = INT64_C(1761440400) / 60;

static int64_t below(uint64_t *random, int64_t limit)
{
    return (int64_t)(stw_test_random(random) % (uint64_t)limit);
}

struct promise {
    bool from_accepted;   /* else from created */
    bool to_investigated; /* else to arrived */
    int64_t allowed_min;
    int64_t warn_percent; /* 0: no warning */
    bool working_hours;   /* weekdays 08:00-17:30, Sundays 00:00-06:00, in Berlin */
};

/* In minutes since 1970; NEVER: not there. */
struct plain_order {
    int64_t created, accepted, investigated, arrived, closed;
    int64_t paused;
};

static struct promise draw_promise(uint64_t *random)
{
    struct promise promise = {.from_accepted = below(random, 2) == 0,
                              .to_investigated = below(random, 2) == 0,
                              .allowed_min = 20 * (1 + below(random, 40)),
                              .warn_percent = below(random, 2) == 0 ? 0 : 50,
                              .working_hours = below(random, 2) == 0};
    return promise;
}

static void write_rule(const struct promise *promise, char *text, size_t size)
{
    char warning[32] = "";
    if (promise->warn_percent > 0)
        snprintf(warning, sizeof(warning), ", warn_at: %lld%%", (long long)promise->warn_percent);
    snprintf(text, size,
             "sites: {defaults: {timezone: Asia/Shanghai}, house: {timezone: Europe/Berlin}}\n"
             "calendars: {shop: {week: {mon: \"08:00-17:30\", tue: \"08:00-17:30\", "
             "wed: \"08:00-17:30\",\n  thu: \"08:00-17:30\", fri: \"08:00-17:30\", "
             "sun: \"00:00-06:00\"}}}\n"
             "rules:\n- id: e\n  watch: {work_orders: all}\n"
             "  when: {elapsed: {from: %s, to: %s, more_than: %lld min, clock: %s%s}}\n",
             promise->from_accepted ? "accepted" : "created",
             promise->to_investigated ? "investigated" : "arrived", (long long)promise->allowed_min,
             promise->working_hours ? "shop" : "24x7", warning);
}

/* Mostly within twice the time allowed; a few backwards, a few not there. */
static int64_t draw_stamp(uint64_t *random, int64_t from, int64_t allowed_min)
{
    if (below(random, 4) == 0)
        return NEVER;
    if (below(random, 12) == 0)
        return from - 1 - below(random, 60);
    return from + below(random, 2 * allowed_min + 2) + (below(random, 4) == 0 ? 3 * 24 * 60 : 0);
}

static struct plain_order draw_order(const struct promise *promise, uint64_t *random, int64_t base)
{
    struct plain_order order = {.created = base + below(random, 4 * 24 * 60)};
    order.accepted = below(random, 8) == 0 ? NEVER : order.created + below(random, 120);
    int64_t from = order.accepted == NEVER ? order.created : order.accepted;
    order.investigated = draw_stamp(random, from, promise->allowed_min);
    order.arrived = draw_stamp(random, from, promise->allowed_min);
    order.closed = below(random, 2) == 0 ? NEVER : draw_stamp(random, from, 3000);
    order.paused = below(random, 3) == 0 ? 5 * below(random, 30) : 0;
    return order;
}

/* ---- The twin -------------------------------------------------------------------------------- */

static bool is_working(int64_t utc_min)
{
    int64_t local = utc_min + (utc_min >= forward_min && utc_min < back_min ? 120 : 60);
    int64_t day = stw_floor_div(local, 24 * 60), minute = local - day * 24 * 60;
    int64_t weekday = (day + 3) % 7; /* 1970-01-01 was a Thursday; 0: Monday */
    if (weekday == 6)
        return minute < 6 * 60;
    return weekday < 5 && minute >= 8 * 60 && minute < 17 * 60 + 30;
}

/* The first minute at which so many minutes of the clock have passed. */
static int64_t passes_at(const struct promise *promise, int64_t from, int64_t minutes)
{
    int64_t at = from;
    for (int64_t passed = 0; passed < minutes; at++)
        passed += !promise->working_hours || is_working(at);
    return at;
}

static int64_t from_of(const struct promise *promise, const struct plain_order *order)
{
    return promise->from_accepted ? order->accepted : order->created;
}

/* False: no word on this order. `end` is when the evaluation ends. */
static bool expected(const struct promise *promise, const struct plain_order *order, int64_t end,
                     struct bench_alert *alert)
{
    int64_t from = from_of(promise, order);
    int64_t to = promise->to_investigated ? order->investigated : order->arrived;
    if (to == NEVER)
        to = order->closed;
    if (from == NEVER || (to != NEVER && to < from))
        return false;
    int64_t until = to == NEVER ? end : to; /* a target must have passed by then */
    int64_t missed = passes_at(promise, from, promise->allowed_min + order->paused);
    int64_t warned = NEVER;
    if (promise->warn_percent > 0)
        warned = passes_at(promise, from,
                           promise->allowed_min * promise->warn_percent / 100 + order->paused);
    int64_t fired = missed < until ? missed : warned != NEVER && warned < until ? warned : NEVER;
    if (fired == NEVER)
        return false;
    *alert = (struct bench_alert){from * MINUTE, fired * MINUTE,
                                  to == NEVER ? STW_TIME_NONE : to * MINUTE, 0};
    return true;
}

/* ---- The evaluator --------------------------------------------------------------------------- */

static void put_stamp(struct bench_series *series, uint32_t row, int column, int64_t minutes)
{
    series->present[column][row] = minutes != NEVER;
    series->ints[column][row] = minutes * MINUTE;
}

/* Three words on each order: as it was created, with what came first, and all of it. */
static struct bench_series *series_of(const struct plain_order *order, const char *key)
{
    struct bench_series *series = bench_series_new(STW_SUBJECT_ORDERS, key);
    series->count = 3;
    series->subject.traits[STW_TRAIT_SITE] = STW_SLICE("house");
    for (uint32_t row = 0; row < 3; row++) {
        series->time_ns[row] = order->created * MINUTE;
        put_stamp(series, row, STW_ORDER_ACCEPTED, row == 0 ? NEVER : order->accepted);
        put_stamp(series, row, STW_ORDER_INVESTIGATED, row < 2 ? NEVER : order->investigated);
        put_stamp(series, row, STW_ORDER_ARRIVED, row < 2 ? NEVER : order->arrived);
        put_stamp(series, row, STW_ORDER_CLOSED, row < 2 ? NEVER : order->closed);
        series->ints[STW_ORDER_PAUSED][row] = order->paused * MINUTE;
        series->present[STW_ORDER_PAUSED][row] = row == 2 && order->paused > 0;
    }
    return series;
}

static bool is_same(const struct bench_alert *a, const struct bench_alert *b)
{
    return a->start_ns == b->start_ns && a->fired_ns == b->fired_ns &&
           a->cleared_ns == b->cleared_ns && a->flaps == b->flaps;
}

/* As sets: orders may begin at the same minute. */
static void compare(const struct bench_result *result, const struct bench_alert *want,
                    uint32_t count, uint64_t seed, const char *text)
{
    STW_EXPECT(result->alert_count == count, "seed %llu: %u alerts, not %u\n%s",
               (unsigned long long)seed, result->alert_count, count, text);
    for (uint32_t i = 0; i < count; i++) {
        bool found = false;
        for (uint32_t j = 0; j < result->alert_count; j++)
            found |= is_same(&want[i], &result->alerts[j]);
        STW_EXPECT(found, "seed %llu: no alert from minute %lld, fired %lld\n%s",
                   (unsigned long long)seed, (long long)(want[i].start_ns / MINUTE),
                   (long long)(want[i].fired_ns / MINUTE), text);
    }
}

static void expect_target(const struct stw_pack *pack, const struct promise *promise,
                          const struct plain_order *order, uint64_t seed)
{
    struct stw_subject subject = {.table = STW_SUBJECT_ORDERS};
    int from = promise->from_accepted ? STW_ORDER_ACCEPTED : STW_ORDER_CREATED;
    int to = promise->to_investigated ? STW_ORDER_INVESTIGATED : STW_ORDER_ARRIVED;
    int64_t from_min = from_of(promise, order);
    subject.traits[STW_TRAIT_SITE] = STW_SLICE("house");
    if (from_min == NEVER)
        return;
    int64_t want = passes_at(promise, from_min, promise->allowed_min + order->paused) * MINUTE;
    int64_t got =
        stw_order_target(pack, &subject, from, to, from_min * MINUTE, order->paused * MINUTE, NULL);
    STW_EXPECT(got == want, "seed %llu: the target is minute %lld, not %lld",
               (unsigned long long)seed, (long long)(got / MINUTE), (long long)(want / MINUTE));
}

static void random_promises(void)
{
    unsigned total = 0, open = 0;
    for (uint64_t seed = 1; seed <= CASES; seed++) {
        uint64_t random = seed;
        struct promise promise = draw_promise(&random);
        struct bench_series *series[ORDERS];
        struct bench_alert want[ORDERS];
        struct bench_result result;
        struct stw_pack pack;
        char text[1024], keys[ORDERS][16];
        uint32_t count = 0;
        int64_t base = (seed % 2 ? forward_min : back_min) - 4 * 24 * 60;
        int64_t end = base + 4 * 24 * 60 + below(&random, 5 * 24 * 60);
        write_rule(&promise, text, sizeof(text));
        bench_pack(&pack, text);
        for (int i = 0; i < ORDERS; i++) {
            struct plain_order order = draw_order(&promise, &random, base);
            snprintf(keys[i], sizeof(keys[i]), "O-%d", i);
            series[i] = series_of(&order, keys[i]);
            expect_target(&pack, &promise, &order, seed);
            if (expected(&promise, &order, end, &want[count]))
                open += want[count++].cleared_ns == STW_TIME_NONE;
        }
        bench_every_way(&pack, series, ORDERS, end * MINUTE, seed, &result);
        compare(&result, want, count, seed, text);
        total += count;
        bench_result_release(&result);
        for (int i = 0; i < ORDERS; i++)
            bench_series_free(series[i]);
        stw_pack_release(&pack);
    }
    STW_EXPECT(total > 2 * CASES && open > CASES / 4, "%u alerts, %u open only", total, open);
}

/* What several rules say of one order: the earliest counts; none says anything of another leg. */
static void several_rules(void)
{
    struct stw_pack pack;
    const struct stw_rule *rule = NULL;
    struct stw_subject urgent = {.table = STW_SUBJECT_ORDERS};
    struct stw_subject plain = {.table = STW_SUBJECT_ORDERS};
    urgent.traits[STW_TRAIT_PRIORITY] = STW_SLICE("emergency");
    plain.traits[STW_TRAIT_CATEGORY] = STW_SLICE("complaint");
    bench_pack(&pack, "rules:\n"
                      "- id: all\n  watch: {work_orders: all}\n"
                      "  when: {elapsed: {from: created, to: arrived, more_than: 1 h}}\n"
                      "- id: urgent\n  watch: {work_orders: {priority: emergency}}\n"
                      "  when: {elapsed: {from: created, to: arrived, more_than: 5 min}}\n"
                      "- id: off\n  enabled: no\n  watch: {work_orders: {priority: emergency}}\n"
                      "  when: {elapsed: {from: created, to: arrived, more_than: 1 min}}\n"
                      "- id: heard\n  watch: {work_orders: {category: complaint}}\n"
                      "  when: {elapsed: {from: created, to: investigated, more_than: 48 h}}\n");
    int created = STW_ORDER_CREATED, arrived = STW_ORDER_ARRIVED;
    CU_ASSERT_EQUAL(stw_order_target(&pack, &urgent, created, arrived, 0, 0, &rule), 5 * MINUTE);
    CU_ASSERT(rule != NULL && stw_slice_is(rule->id, "urgent"));
    CU_ASSERT_EQUAL(stw_order_target(&pack, &plain, created, arrived, HOUR, MINUTE, NULL),
                    2 * HOUR + MINUTE);
    CU_ASSERT_EQUAL(stw_order_target(&pack, &plain, created, STW_ORDER_INVESTIGATED, 0, 0, NULL),
                    48 * HOUR);
    CU_ASSERT_EQUAL(stw_order_target(&pack, &urgent, created, STW_ORDER_INVESTIGATED, 0, 0, NULL),
                    STW_TIME_NONE);
    CU_ASSERT(stw_order_has_targets(&pack, created, arrived));
    CU_ASSERT(!stw_order_has_targets(&pack, created, STW_ORDER_RESOLVED));
    stw_pack_release(&pack);
}

STW_SUITE(rule_elapsed_twin, {"random promises", random_promises},
          {"several rules", several_rules});
