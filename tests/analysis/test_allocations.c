/* Every allocation of the analyses fails once: the answer is STW_ERR_MEMORY, and nothing leaks. */
#include "analysis/energy.h"
#include "analysis/failures.h"
#include "analysis/response.h"
#include "base/clock.h"
#include "base/memory.h"

#include "../support/test.h"

enum { ITEMS = 1500 }; /* enough for an arena of several blocks */

static struct stw_slice name_of(int i, struct stw_arena *arena)
{
    char *name = stw_arena_printf(arena, "item-%04d", i);
    CU_ASSERT_PTR_NOT_NULL_FATAL(name);
    return stw_slice_of(name);
}

static int analyse_energy(struct stw_arena *names, struct stw_arena *arena)
{
    static const struct stw_energy_month month = {2026, 1, 0, 31 * STW_NS_PER_DAY, 31};
    const struct stw_energy_use use = {
        .has_data = true, .edges_known = false, .use = {5, 0}, .estimated = {0, 0}};
    struct stw_energy_spec spec = {.months = &month, .month_count = 1, .left_out_max = 10};
    struct stw_energy energy;
    int status = stw_energy_init(&energy, &spec, arena, NULL);
    for (int i = 0; i < ITEMS / 10 && status == STW_OK; i++) {
        struct stw_energy_meter meter = {.kind = STW_SLICE("power"),
                                         .device = name_of(i, names),
                                         .out_of_service_ns = INT64_MAX,
                                         .uses = &use};
        status = stw_energy_add(&energy, &meter, true, NULL);
    }
    if (status == STW_OK)
        status = stw_energy_finish(&energy, NULL);
    stw_energy_release(&energy);
    return status;
}

static int analyse_response(struct stw_arena *names, struct stw_arena *arena)
{
    static struct stw_order orders[ITEMS];
    static struct stw_slice keys[ITEMS];
    for (int i = 0; i < ITEMS; i++) {
        for (int stamp = 0; stamp < STW_STAMP_COUNT; stamp++)
            orders[i].stamps_ns[stamp] = stamp == 0 ? i : STW_INSTANT_NONE;
        orders[i].due_ns = i + 1;
        keys[i] = name_of(i % 7, names);
    }
    struct stw_response_spec spec = {.to = STW_STAMP_RESOLVED,
                                     .to_ns = INT64_MAX,
                                     .as_of_ns = 2 * ITEMS,
                                     .target_kind = STW_TARGET_DUE,
                                     .quantile_type = STW_QUANTILE_7,
                                     .confidence = 0.95};
    struct stw_response response;
    struct stw_response_lines lines;
    struct stw_log_rank test;
    enum stw_verdict verdict;
    const struct stw_case *overdue;
    uint32_t count;
    STW_TRY(stw_response_judge(orders, ITEMS, &spec, arena, &response, NULL));
    STW_TRY(stw_response_group(&response, keys, arena, &lines, NULL));
    STW_TRY(stw_response_compare(&response, keys, arena, &verdict, &test, NULL));
    return stw_response_overdue(&response, arena, &overdue, &count, NULL);
}

static int analyse_failures(struct stw_arena *names, struct stw_arena *arena)
{
    static struct stw_fault_event events[ITEMS];
    static const int64_t months[] = {0, 30 * STW_NS_PER_DAY, 60 * STW_NS_PER_DAY};
    struct stw_failure_unit units[] = {{name_of(0, names), 0, INT64_MAX},
                                       {name_of(1, names), 0, INT64_MAX}};
    for (int i = 0; i < ITEMS; i++)
        events[i] = (struct stw_fault_event){.device = units[i % 2].device,
                                             .cause = name_of(i % 11, names),
                                             .at_ns = i * STW_NS_PER_HOUR,
                                             .end_ns = i * STW_NS_PER_HOUR + 1};
    struct stw_failure_spec spec = {.months_ns = months,
                                    .month_count = 2,
                                    .as_of_ns = INT64_MAX,
                                    .repeat_window_ns = 1,
                                    .ends_recorded = true,
                                    .confidence = 0.95,
                                    .repeat_count = 2,
                                    .repeat_within_ns = STW_NS_PER_DAY};
    struct stw_failures failures;
    struct stw_failure_lines lines;
    const struct stw_failure_trend *trends;
    const struct stw_repeat_fault *repeats;
    uint32_t count;
    STW_TRY(stw_failures_find(events, ITEMS, units, 2, &spec, arena, &failures, NULL));
    STW_TRY(stw_failures_by_unit(&failures, arena, &lines, NULL));
    STW_TRY(stw_failures_by_cause(&failures, arena, &lines, NULL));
    STW_TRY(stw_failures_by_month(&failures, arena, &lines, NULL));
    STW_TRY(stw_failures_trends(&failures, arena, &trends, &count, NULL));
    return stw_failures_repeats(&failures, arena, &repeats, &count, NULL);
}

static void fail_each(int (*analyse)(struct stw_arena *names, struct stw_arena *arena))
{
    struct stw_arena names;
    stw_arena_init(&names);
    CU_ASSERT_PTR_NOT_NULL_FATAL(stw_arena_alloc(&names, 1 << 20, 1)); /* head of the next block */
    for (uint64_t nth = 1;; nth++) {
        struct stw_arena arena;
        stw_arena_clear(&names); /* its one block is large enough for all names */
        stw_arena_init(&arena);
        stw_memory_fail_at(nth);
        int status = analyse(&names, &arena);
        bool failed = stw_memory_failed();
        stw_memory_fail_at(0);
        stw_arena_release(&arena);
        STW_EXPECT(status == (failed ? STW_ERR_MEMORY : STW_OK), "allocation %llu: status %d",
                   (unsigned long long)nth, status);
        if (!failed) {
            STW_EXPECT(nth > 3, "only %llu allocations", (unsigned long long)nth - 1);
            break;
        }
    }
    stw_arena_release(&names);
}

static void energy_survives(void)
{
    fail_each(analyse_energy);
}

static void response_survives(void)
{
    fail_each(analyse_response);
}

static void failures_survive(void)
{
    fail_each(analyse_failures);
}

STW_SUITE(analysis_allocations, {"energy survives every failed allocation", energy_survives},
          {"response survives every failed allocation", response_survives},
          {"failures survive every failed allocation", failures_survive});
