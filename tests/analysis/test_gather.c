/* What the analyses get from a store, on stores small enough to know by heart. */
#include "analysis/gather.h"
#include "base/clock.h"

#include "store_rows.h"

#include "../support/test.h"

#include <stdio.h>

static int64_t at(const char *text)
{
    return store_rows_time(text);
}

static bool is(struct stw_wide got, const char *want)
{
    char text[STW_DECIMAL_TEXT_SIZE];
    stw_wide_format(got, true, text);
    return STW_EXPECT(strcmp(text, want) == 0, "got %s, want %s", text, want);
}

static void gathers_orders(void)
{
    struct store_rows rows;
    struct stw_arena arena;
    struct stw_order_set set;
    store_rows_open(&rows);
    store_rows_add(&rows, "work_orders", "W2", at("2026-02-03T10:00"),
                   "site=A priority=urgent channel=app vendor=Otis arrived=2026-02-03T10:20 "
                   "resolved=2026-02-03T12:00 target=2026-02-03T11:00 paused=60 verdict=OVERDUE");
    store_rows_add(&rows, "work_orders", "W1", at("2026-02-05T10:00"), "site=A verdict=ontime");
    store_rows_add(&rows, "work_orders", "W3", at("2026-02-05T10:00"), "site=B");
    store_rows_add(&rows, "work_orders", "W0", at("2026-01-31T23:59"), "site=A");
    struct stw_view *view = store_rows_view(&rows);
    stw_arena_init(&arena);
    CU_ASSERT_EQUAL_FATAL(stw_response_gather(view, STW_SLICE("A"), at("2026-02-01"),
                                              at("2026-03-01"), &arena, &set, NULL),
                          STW_OK);
    CU_ASSERT_EQUAL_FATAL(set.count, 2);
    CU_ASSERT(stw_slice_is(set.orders[0].id, "W1"));
    CU_ASSERT_EQUAL(set.orders[0].due_ns, STW_INSTANT_NONE);
    CU_ASSERT_EQUAL(set.orders[0].stamps_ns[STW_STAMP_RESOLVED], STW_INSTANT_NONE);
    CU_ASSERT_EQUAL(set.stated[0], STW_STATED_ON_TIME);
    const struct stw_order *order = &set.orders[1];
    CU_ASSERT(stw_slice_is(order->id, "W2"));
    CU_ASSERT(stw_slice_is(order->priority, "urgent"));
    CU_ASSERT_EQUAL(order->stamps_ns[STW_STAMP_CREATED], at("2026-02-03T10:00"));
    CU_ASSERT_EQUAL(order->stamps_ns[STW_STAMP_ARRIVED], at("2026-02-03T10:20"));
    CU_ASSERT_EQUAL(order->stamps_ns[STW_STAMP_RESOLVED], at("2026-02-03T12:00"));
    CU_ASSERT_EQUAL(order->stamps_ns[STW_STAMP_CLOSED], STW_INSTANT_NONE);
    CU_ASSERT_EQUAL(order->due_ns, at("2026-02-03T11:00"));
    CU_ASSERT_EQUAL(order->paused_ns, 60);
    CU_ASSERT_EQUAL(set.stated[1], STW_STATED_OVERDUE);
    CU_ASSERT(stw_slice_is(set.texts[STW_ORDER_CHANNEL][1], "app"));
    CU_ASSERT(stw_slice_is(set.texts[STW_ORDER_VENDOR][1], "Otis"));
    CU_ASSERT(stw_slice_is(set.texts[STW_ORDER_VENDOR][0], ""));
    CU_ASSERT_EQUAL(
        stw_response_gather(view, STW_SLICE(""), INT64_MIN, INT64_MAX, &arena, &set, NULL), STW_OK);
    CU_ASSERT_EQUAL(set.count, 4);
    stw_arena_release(&arena);
    store_rows_close(&rows, view);
}

static void gathers_faults(void)
{
    struct store_rows rows;
    struct stw_arena arena;
    struct stw_fault_set set;
    store_rows_open(&rows);
    store_rows_add(&rows, "devices", "lift-2/", 0,
                   "kind=elevator model=M1 building=7 in_service=2025-06-01");
    store_rows_add(&rows, "devices", "lift-1/", 0, "kind=elevator model=M2");
    store_rows_add(&rows, "devices", "door-1/", 0, "kind=access");
    store_rows_add(&rows, "faults", "lift-1", at("2026-01-05T08:00"),
                   "kind=corrective code=E7 restored=2026-01-05T09:00 trapped=2");
    store_rows_add(&rows, "faults", "lift-1", at("2026-01-06"), "kind=maintenance censored=left");
    store_rows_add(&rows, "faults", "lift-2", at("2026-01-07"), "cause=door code=E9 censored=both");
    store_rows_add(&rows, "faults", "lift-2", at("2026-01-08"),
                   "kind=drill trapped=0 censored=right");
    store_rows_add(&rows, "faults", "lift-2", at("2026-02-01"), "");
    store_rows_add(&rows, "faults", "door-1", at("2026-01-09"), "");
    store_rows_add(&rows, "faults", "stranger", at("2026-01-09"), "kind=test");
    struct stw_view *view = store_rows_view(&rows);
    static const struct stw_slice kinds[] = {{"elevator", 8}};
    struct stw_filter filter = {STW_ATTRIBUTE_KIND, kinds, 1};
    stw_arena_init(&arena);
    CU_ASSERT_EQUAL_FATAL(
        stw_failures_gather(view, &filter, 1, at("2026-02-01"), &arena, &set, NULL), STW_OK);
    CU_ASSERT_EQUAL_FATAL(set.unit_count, 2);
    CU_ASSERT(stw_slice_is(set.units[0].device, "lift-1"));
    CU_ASSERT_EQUAL(set.units[0].in_service_ns, INT64_MIN);
    CU_ASSERT_EQUAL(set.units[1].in_service_ns, at("2025-06-01"));
    CU_ASSERT_EQUAL(set.units[1].out_of_service_ns, INT64_MAX);
    CU_ASSERT(stw_slice_is(set.texts[STW_ATTRIBUTE_MODEL][0], "M2"));
    CU_ASSERT(stw_slice_is(set.texts[STW_ATTRIBUTE_BUILDING][1], "7"));
    CU_ASSERT(set.ends_recorded);
    static const struct {
        const char *device, *cause;
        enum stw_event_class class;
        bool entrapment, ends, began_before, lost;
    } want[] = {{"lift-1", "E7", STW_EVENT_CORRECTIVE, true, true, false, false},
                {"lift-1", "", STW_EVENT_MAINTENANCE, false, false, true, false},
                {"lift-2", "door", STW_EVENT_CORRECTIVE, false, false, true, true},
                {"lift-2", "", STW_EVENT_OTHER, false, false, false, true},
                {"stranger", "", STW_EVENT_TEST, false, false, false, false}};
    CU_ASSERT_EQUAL_FATAL(set.event_count, 5);
    for (uint32_t i = 0; i < 5; i++) {
        CU_ASSERT(stw_slice_is(set.events[i].device, want[i].device));
        CU_ASSERT(stw_slice_is(set.events[i].cause, want[i].cause));
        CU_ASSERT_EQUAL(set.events[i].class, want[i].class);
        CU_ASSERT_EQUAL(set.events[i].entrapment, want[i].entrapment);
        CU_ASSERT_EQUAL(set.events[i].end_ns != STW_END_NONE, want[i].ends);
        CU_ASSERT_EQUAL(set.events[i].began_before, want[i].began_before);
        CU_ASSERT_EQUAL(set.events[i].lost, want[i].lost);
    }
    stw_arena_release(&arena);
    store_rows_close(&rows, view);
}

/* Accounting months from the 26th; Berlin's March has an hour less and still 28 days. */
static void plans_accounting_months(void)
{
    struct stw_zone *zone;
    struct stw_arena arena;
    struct stw_energy_spec spec = {0};
    stw_arena_init(&arena);
    CU_ASSERT_EQUAL_FATAL(stw_zone_load("Europe/Berlin", &zone, NULL), STW_OK);
    CU_ASSERT_EQUAL(stw_energy_months(zone, 26, 2026, 4, &arena, &spec, NULL), STW_OK);
    CU_ASSERT_EQUAL_FATAL(spec.month_count, 16);
    CU_ASSERT(spec.months[0].year == 2025 && spec.months[0].month == 1);
    CU_ASSERT_EQUAL(spec.months[0].from_ns, at("2024-12-25T23:00"));
    CU_ASSERT_EQUAL(spec.months[0].days, 31);
    const struct stw_energy_month *april = &spec.months[15];
    CU_ASSERT(april->year == 2026 && april->month == 4);
    CU_ASSERT_EQUAL(april->from_ns, at("2026-03-25T23:00"));
    CU_ASSERT_EQUAL(april->to_ns, at("2026-04-25T22:00"));
    CU_ASSERT_EQUAL(april->days, 31);
    CU_ASSERT_EQUAL(spec.months[14].days, 28);
    CU_ASSERT_EQUAL(stw_energy_months(zone, 1, 2026, 13, &arena, &spec, NULL), STW_ERR_USAGE);
    stw_zone_free(zone);
    stw_arena_release(&arena);
}

/*
 * One register read on the first of each month (with a multiplier of 2), one hourly interval meter
 * with a day missing and a zero, one meter registered and never read, one household, one gauge.
 */
static void write_meters(struct store_rows *rows)
{
    char text[64];
    store_rows_add(rows, "devices", "main-1/energy", 0,
                   "site=A building=1 kind=power role=building unit=kWh value_kind=register "
                   "multiplier=2 area_m2=500");
    store_rows_add(rows, "devices", "hourly/energy", 0,
                   "site=A building=2 kind=power role=building unit=kWh value_kind=interval "
                   "interval=1h stamp=start");
    store_rows_add(rows, "devices", "silent/energy", 0,
                   "site=B building=1 kind=power role=building unit=kWh value_kind=register");
    store_rows_add(rows, "devices", "home/energy", 0,
                   "site=A building=1 kind=power role=household unit=kWh value_kind=register");
    store_rows_add(rows, "devices", "room/temperature", 0,
                   "site=A kind=power role=building unit=C value_kind=gauge");
    static const char *const firsts[] = {"2025-01-01", "2025-02-01", "2025-03-01",
                                         "2026-01-01", "2026-02-01", "2026-03-01"};
    static const int registers[] = {1000, 1150, 1290, 3000, 3160, 3315};
    for (int i = 0; i < 6; i++) {
        snprintf(text, sizeof(text), "value=%d.5", registers[i]);
        store_rows_add(rows, "readings", "main-1/energy", at(firsts[i]), text);
        snprintf(text, sizeof(text), "value=%d", registers[i] / 10);
        store_rows_add(rows, "readings", "home/energy", at(firsts[i]), text);
    }
    store_rows_add(rows, "readings", "room/temperature", at("2026-02-01"), "value=21.5");
    for (int hour = 0; hour < 28 * 24; hour++)
        if (hour / 24 != 9)
            store_rows_add(rows, "readings", "hourly/energy",
                           at("2026-02-01") + hour * STW_NS_PER_HOUR,
                           hour == 5 ? "value=0.0" : "value=1.5");
}

static const struct stw_energy_line *meter_line(const struct stw_energy *energy, const char *device)
{
    for (uint32_t i = 0; i < energy->line_count; i++)
        if (stw_slice_is(energy->lines[i]->device, device))
            return energy->lines[i];
    return NULL;
}

static void gathers_use(void)
{
    struct store_rows rows;
    struct stw_zone *zone;
    struct stw_arena arena;
    struct stw_energy energy;
    struct stw_energy_spec spec = {.missing_share_max = 0.05,
                                   .base_minimum = {1, 0},
                                   .base_share_minimum = 0.01,
                                   .left_out_max = 100};
    static const struct stw_energy_tariff tariffs[] = {
        {{"power", 5}, {"", 0}, {"CNY", 3}, 0, {50, 2}},
        {{"power", 5}, {"", 0}, {"CNY", 3}, 1771113600 * STW_NS_PER_SECOND, {60, 2}}};
    CU_ASSERT_EQUAL(tariffs[1].from_ns, at("2026-02-15"));
    store_rows_open(&rows);
    write_meters(&rows);
    struct stw_view *view = store_rows_view(&rows);
    stw_arena_init(&arena);
    CU_ASSERT_EQUAL_FATAL(stw_zone_load("UTC", &zone, NULL), STW_OK);
    CU_ASSERT_EQUAL_FATAL(stw_energy_months(zone, 1, 2026, 2, &arena, &spec, NULL), STW_OK);
    spec.tariffs = tariffs;
    spec.tariff_count = 2;
    struct stw_energy_source source = {.view = view, .zone = zone, .starts_on = 1};
    CU_ASSERT_EQUAL_FATAL(stw_energy_init(&energy, &spec, &arena, NULL), STW_OK);
    CU_ASSERT_EQUAL_FATAL(stw_energy_gather(&energy, &source, NULL), STW_OK);
    CU_ASSERT_EQUAL_FATAL(stw_energy_finish(&energy, NULL), STW_OK);

    CU_ASSERT_PTR_NULL(meter_line(&energy, "home")); /* households have no line of their own */
    CU_ASSERT_PTR_NULL(meter_line(&energy, "room"));
    const struct stw_energy_line *main = meter_line(&energy, "main-1");
    const struct stw_energy_line *hourly = meter_line(&energy, "hourly");
    CU_ASSERT_PTR_NOT_NULL_FATAL(main);
    CU_ASSERT_PTR_NOT_NULL_FATAL(hourly);
    const struct stw_energy_comparison *year = &main->against[STW_AGAINST_LAST_YEAR];
    is(year->current.use, "310"); /* 2 * (3315.5 - 3160.5) */
    is(year->base.use, "280");
    CU_ASSERT_EQUAL(year->like_meters, 1);
    is(main->against[STW_AGAINST_PREVIOUS].base.use, "320");
    is(main->against[STW_AGAINST_YEAR_TO_DATE].base.use, "580");
    STW_NEAR(year->current.per_area.value, 0.62, 1e-15);
    /* 28 days of even use, 14 at .50 and 14 at .60: 155 * 1.10. */
    is(year->current.cost.amount, "170.5");
    CU_ASSERT_EQUAL(year->current.cost.verdict, STW_VERDICT_JUDGED);

    const struct stw_energy_side *side = &hourly->against[STW_AGAINST_PREVIOUS].current;
    is(side->use, "970.5"); /* (27 * 24 - 1) * 1.5 */
    CU_ASSERT_EQUAL(side->zeros_as_gaps, 1);
    CU_ASSERT_EQUAL(side->incomplete, 0); /* 25 of 672 missing is below 5 % */
    CU_ASSERT_EQUAL(hourly->against[STW_AGAINST_PREVIOUS].raw.verdict, STW_VERDICT_NO_DATA);
    CU_ASSERT_EQUAL(energy.left_out_total, 6); /* hourly and silent, against all three */
    CU_ASSERT(stw_slice_is(energy.left_out[3].device, "silent"));
    CU_ASSERT_EQUAL(energy.left_out[3].current, STW_GAP_NO_DATA);
    const struct stw_energy_line *household = energy.lines[energy.line_count - 1];
    CU_ASSERT(stw_slice_is(household->role, "household"));
    is(household->against[STW_AGAINST_LAST_YEAR].current.use, "15");

    stw_energy_release(&energy);
    stw_zone_free(zone);
    stw_arena_release(&arena);
    store_rows_close(&rows, view);
}

STW_SUITE(gather, {"gathers work orders", gathers_orders}, {"gathers faults", gathers_faults},
          {"plans accounting months", plans_accounting_months}, {"gathers use", gathers_use});
