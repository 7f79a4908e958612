/* Whose target counts for a leg: the order's own, or what the rules promise. */
#include "api/leg_targets.h"

#include "../support/test.h"

#define HOUR STW_NS_PER_HOUR

enum { ORDERS = 3 };

static void own_due_time_first(void)
{
    struct stw_pack pack;
    struct stw_arena arena;
    struct stw_slice texts[STW_ORDER_TEXTS][ORDERS] = {{{0}}};
    struct stw_order given[ORDERS] = {{.due_ns = 7 * HOUR},
                                      {.due_ns = STW_INSTANT_NONE},
                                      {.due_ns = STW_INSTANT_NONE, .paused_ns = HOUR}};
    struct stw_order_set set = {.orders = given, .count = ORDERS};
    const struct stw_order *orders;
    for (int text = 0; text < STW_ORDER_TEXTS; text++)
        set.texts[text] = texts[text];
    for (int i = 0; i < ORDERS; i++)
        texts[STW_ORDER_PRIORITY][i] = STW_SLICE("emergency");
    texts[STW_ORDER_PRIORITY][1] = STW_SLICE("low");
    stw_arena_init(&arena);
    CU_ASSERT_EQUAL_FATAL(
        stw_pack_parse(
            &pack, "p.yml",
            STW_SLICE("rules:\n"
                      "- id: done\n  watch: {work_orders: {priority: emergency}}\n"
                      "  when: {elapsed: {from: created, to: resolved, more_than: 2 h}}\n"
                      "- id: there\n  watch: {work_orders: {priority: emergency}}\n"
                      "  when: {elapsed: {from: created, to: arrived, more_than: 1 h}}\n"),
            "UTC", NULL),
        STW_OK);
    CU_ASSERT_EQUAL_FATAL(pack.findings.errors, 0);

    /* The main leg: 7 h of its own; none, as no rule watches it; 2 h and the pause. */
    CU_ASSERT_EQUAL(stw_leg_targets(&pack, &set, STW_STAMP_RESOLVED, true, &arena, &orders, NULL),
                    STW_OK);
    CU_ASSERT_EQUAL(orders[0].due_ns, 7 * HOUR);
    CU_ASSERT_EQUAL(orders[1].due_ns, STW_INSTANT_NONE);
    CU_ASSERT_EQUAL(orders[2].due_ns, 3 * HOUR);
    /* Another leg: the order's own time is not about it. */
    CU_ASSERT_EQUAL(stw_leg_targets(&pack, &set, STW_STAMP_ARRIVED, false, &arena, &orders, NULL),
                    STW_OK);
    CU_ASSERT_EQUAL(orders[0].due_ns, HOUR);
    CU_ASSERT_EQUAL(orders[1].due_ns, STW_INSTANT_NONE);
    CU_ASSERT_EQUAL(orders[2].due_ns, 2 * HOUR);
    /* Closed without having arrived: in time, it is not judged; late, it is. */
    for (int i = 0; i < ORDERS; i++)
        for (int stamp = 1; stamp < STW_STAMP_COUNT; stamp++)
            given[i].stamps_ns[stamp] = STW_INSTANT_NONE;
    given[0].stamps_ns[STW_STAMP_CLOSED] = HOUR;
    given[2].stamps_ns[STW_STAMP_CLOSED] = 2 * HOUR + 1;
    CU_ASSERT_EQUAL(stw_leg_targets(&pack, &set, STW_STAMP_ARRIVED, false, &arena, &orders, NULL),
                    STW_OK);
    CU_ASSERT_EQUAL(orders[0].due_ns, STW_INSTANT_NONE);
    CU_ASSERT_EQUAL(orders[2].due_ns, 2 * HOUR);
    /* One that no rule speaks of has no targets; the main one keeps what the orders say. */
    CU_ASSERT(!stw_leg_has_targets(&pack, STW_STAMP_ACCEPTED));
    CU_ASSERT_EQUAL(stw_leg_targets(&pack, &set, STW_STAMP_ACCEPTED, false, &arena, &orders, NULL),
                    STW_OK);
    CU_ASSERT_EQUAL(orders[0].due_ns, STW_INSTANT_NONE);
    CU_ASSERT_EQUAL(stw_leg_targets(&pack, &set, STW_STAMP_CLOSED, true, &arena, &orders, NULL),
                    STW_OK);
    CU_ASSERT_PTR_EQUAL(orders, given);
    CU_ASSERT_EQUAL(given[2].due_ns, STW_INSTANT_NONE);
    stw_arena_release(&arena);
    stw_pack_release(&pack);
}

STW_SUITE(leg_targets, {"own due time first", own_due_time_first});
