/*
 * The energy section on a property of a few meters whose numbers are chosen: which are to be
 * checked, what is concluded, in which order.
 */
#include "report/monthly.h"

#include "base/clock.h"

#include "../support/test.h"

#include <string.h>

enum { MONTHS = 24, JANUARY = 12, LAST = 23 }; /* January 2025 to December 2026 */

struct bench {
    struct stw_arena arena;
    struct stw_zone *zone;
    struct stw_energy_month months[MONTHS];
    struct stw_energy energy;
    struct stw_energy_history *history;
    struct stw_energy_suspect *suspects;
    struct stw_report report;
};

static void set_up(struct bench *b)
{
    memset(b, 0, sizeof(*b));
    stw_arena_init(&b->arena);
    CU_ASSERT_EQUAL_FATAL(stw_zone_load("UTC", &b->zone, NULL), STW_OK);
    for (int i = 0; i < MONTHS; i++)
        b->months[i] = (struct stw_energy_month){.year = 2025 + i / 12,
                                                 .month = i % 12 + 1,
                                                 .from_ns = i * 30 * STW_NS_PER_DAY,
                                                 .to_ns = (i + 1) * 30 * STW_NS_PER_DAY,
                                                 .days = 30};
    const struct stw_energy_spec spec = {.months = b->months,
                                         .month_count = MONTHS,
                                         .missing_share_max = .05,
                                         .base_minimum = {1, 0},
                                         .base_share_minimum = .01,
                                         .left_out_max = 10};
    CU_ASSERT_EQUAL_FATAL(stw_energy_init(&b->energy, &spec, &b->arena, NULL), STW_OK);
}

/* A meter that used `before` a month up to month `until`, then `after`. */
static void add(struct bench *b, const char *kind, const char *role, const char *device,
                int64_t before, int64_t after, int until, bool with_gap)
{
    struct stw_energy_use uses[MONTHS];
    for (int i = 0; i < MONTHS; i++)
        uses[i] = (struct stw_energy_use){.has_data = !(with_gap && i == until - 1),
                                          .edges_known = true,
                                          .use = {i < until ? before : after, 0}};
    const struct stw_energy_meter meter = {.kind = stw_slice_of(kind),
                                           .unit = STW_SLICE("kWh"),
                                           .role = stw_slice_of(role),
                                           .site = STW_SLICE("s"),
                                           .building = stw_slice_of(device),
                                           .device = stw_slice_of(device),
                                           .channel = STW_SLICE("c"),
                                           .in_service_ns = INT64_MIN,
                                           .out_of_service_ns = INT64_MAX,
                                           .uses = uses};
    CU_ASSERT_EQUAL(stw_energy_add(&b->energy, &meter, false, NULL), STW_OK);
    CU_ASSERT_EQUAL(stw_energy_history_add(&b->history, &meter, MONTHS, &b->arena, NULL), STW_OK);
    CU_ASSERT_EQUAL(stw_energy_suspect_add(&b->suspects, &b->energy, &meter, &b->arena, NULL),
                    STW_OK);
}

static void report(struct bench *b)
{
    CU_ASSERT_EQUAL_FATAL(stw_energy_finish(&b->energy, NULL), STW_OK);
    const struct stw_energy_part part = {.energy = &b->energy,
                                         .history = b->history,
                                         .suspects = b->suspects,
                                         .command = STW_SLICE("steward query S")};
    const struct stw_monthly parts = {
        .scope = {b->zone, b->months[LAST].from_ns, b->months[LAST].to_ns, b->months[LAST].to_ns},
        .energy = &part};
    stw_report_init(&b->report, STW_LANGUAGE_EN);
    stw_report_comparison(&b->report, &parts);
    CU_ASSERT_EQUAL_FATAL(stw_report_status(&b->report, NULL), STW_OK);
}

static void tear_down(struct bench *b)
{
    stw_report_release(&b->report);
    stw_energy_release(&b->energy);
    stw_zone_free(b->zone);
    stw_arena_release(&b->arena);
}

static bool concludes(const struct bench *b, const char *text)
{
    for (const struct stw_report_conclusion *each = b->report.conclusions; each != NULL;
         each = each->next)
        if (memmem(each->text.data, each->text.size, text, strlen(text)) != NULL)
            return true;
    return false;
}

static const struct stw_report_row *find_row(const struct bench *b, const char *table,
                                             const char *name)
{
    for (const struct stw_report_section *section = b->report.first; section != NULL;
         section = section->next)
        for (const struct stw_report_block *block = section->first; block != NULL;
             block = block->next) {
            if (block->kind != STW_BLOCK_TABLE || !stw_slice_is(block->table->id, table))
                continue;
            for (const struct stw_report_row *row = block->table->first; row != NULL;
                 row = row->next)
                if (stw_slice_is(row->cells[0].value.text, name))
                    return row;
        }
    CU_FAIL_FATAL("no such row");
    return NULL;
}

/* G-1 falls to a thirtieth from June 2025 on: 5 months of 3000 and 7 of 100 make 15700 in 2025,
 * 12 of 100 make 1200 in 2026, -92.4 %; the month itself is unchanged. G-3 lacks a month, so that
 * nothing can be said of it; G-4 falls by exactly 60 %, which is not beyond it. */
static void changes_of_a_meter_are_named(void)
{
    enum { TO_DATE = 7, YEAR = 6 };
    struct bench b;
    set_up(&b);
    add(&b, "gas", "building", "G-1", 3000, 100, 5, false);
    add(&b, "gas", "building", "G-2", 200, 210, JANUARY, false);
    add(&b, "gas", "building", "G-3", 3000, 100, 5, true);
    add(&b, "gas", "building", "G-4", 1000, 400, JANUARY, false);
    add(&b, "gas", "household", "G-5", 3000, 10, JANUARY, false);
    add(&b, "water", "main", "W-1", 4, 1, JANUARY, false);
    report(&b);
    CU_ASSERT(concludes(&b, "Check before comparing: G-1, Gas (YTD \u221292.4%). Such"));
    const struct stw_report_row *row = find_row(&b, "energy-use-1", "G-1");
    CU_ASSERT_EQUAL(row->cells[TO_DATE].mark, STW_MARK_NOTICE);
    CU_ASSERT_EQUAL(row->cells[YEAR].mark, STW_MARK_NONE);
    CU_ASSERT(stw_slice_starts(row->note, STW_SLICE("Check before comparing: G-1, Gas")));
    row = find_row(&b, "energy-use-1", "G-2");
    CU_ASSERT_EQUAL(row->cells[TO_DATE].mark, STW_MARK_NONE);
    CU_ASSERT_EQUAL(row->note.size, 0);
    row = find_row(&b, "energy-use-1", "Total");
    CU_ASSERT_EQUAL(row->cells[TO_DATE].mark, STW_MARK_NOTICE);
    tear_down(&b);
}

/* Seven meters whose use falls to a tenth: five are named. A sum with them in it is not praised. */
static void many_are_counted(void)
{
    static const char *const names[] = {"P-1", "P-2", "P-3", "P-4", "P-5", "P-6", "P-7"};
    struct bench b;
    set_up(&b);
    for (unsigned i = 0; i < 7; i++)
        add(&b, "power", "main", names[i], 1000, 100, JANUARY, false);
    report(&b);
    CU_ASSERT(concludes(&b, "P-5, Power (YoY \u221290.0%), and 2 more meters."));
    CU_ASSERT_FALSE(concludes(&b, "P-6"));
    CU_ASSERT_FALSE(concludes(&b, "this month"));
    tear_down(&b);
}

/* What rose is said of every role; what did not, of the mains alone and in one sentence. */
static void steady_use_is_one_sentence(void)
{
    struct bench b;
    set_up(&b);
    add(&b, "power", "household", "P-2", 1000, 1010, JANUARY, false);
    add(&b, "power", "main", "P-1", 2000, 2020, JANUARY, false);
    add(&b, "power", "plant", "P-3", 100, 150, JANUARY, false);
    add(&b, "water", "household", "W-1", 500, 490, JANUARY, false);
    report(&b);
    CU_ASSERT(concludes(&b, "Within 5% of last year, like for like: Power (mains) 2,020 kWh "
                            "(+1.0%), Water (household meters) 490 kWh (\u22122.0%)."));
    CU_ASSERT(concludes(&b, "Power (plant meters): 150 kWh this month, +50.0%"));
    CU_ASSERT_FALSE(concludes(&b, "Power (household meters)"));
    /* the mains come first, though "household" sorts before "main" */
    CU_ASSERT_EQUAL(find_row(&b, "energy-use-1", "P-1")->cells[1].value.kind, STW_DATUM_DECIMAL);
    find_row(&b, "energy-use-2", "P-2");
    find_row(&b, "energy-use-3", "P-3");
    find_row(&b, "energy-use-4", "W-1");
    tear_down(&b);
}

/* 150 and 30 kWh this month; a year ago 100, and no data: the table has 180, the change is of 100
 * to 150. */
static void says_what_is_alike(void)
{
    struct bench b;
    set_up(&b);
    add(&b, "power", "plant", "P-1", 100, 150, LAST - 11, false);
    add(&b, "power", "plant", "P-2", 30, 30, LAST - 11, true);
    report(&b);
    CU_ASSERT(concludes(&b, "Power (plant meters): 180 kWh this month over 2 meters; like for like "
                            "150 kWh over 1, +50.0% against last year (+50 kWh)."));
    CU_ASSERT_EQUAL(find_row(&b, "energy-use-1", "Total")->cells[1].value.decimal.value, 180);
    tear_down(&b);
}

STW_SUITE(report_energy, {"changes of a meter are named", changes_of_a_meter_are_named},
          {"many are counted", many_are_counted},
          {"steady use is one sentence", steady_use_is_one_sentence},
          {"says what is alike", says_what_is_alike});
