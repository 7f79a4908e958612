/* Recurring duties and whether they were done; see sample_events.h. */
#include "sample_chance.h"
#include "sample_csv.h"
#include "sample_events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INSPECTIONS_MAX = 8192 };

struct inspection {
    int device;
    int64_t at_ns;
    int due_day; /* due at its end */
    const char *duty, *done_by, *result, *unit, *note;
    int64_t value;
    int scale; /* -1: no value */
};

struct inspections {
    struct inspection rows[INSPECTIONS_MAX];
    int count;
};

static const char *const inspectors[SAMPLE_SITES] = {"周涛", "陈静", "Jonas Vogt"};

static void add_inspection(struct inspections *inspections, const struct inspection *inspection)
{
    if (inspections->count == INSPECTIONS_MAX)
        sample_die("more than %d inspections", INSPECTIONS_MAX);
    inspections->rows[inspections->count++] = *inspection;
}

/* The pump room is walked through every morning and its pressure written down. */
static void add_pump_log(const struct sample_property *property, struct sample_plan *plan,
                         struct inspections *inspections, const char *id)
{
    int device = sample_device_find(property, id);
    const struct sample_device *gauge = &property->devices[device];
    const struct sample_grid *grid = &property->grids[gauge->site];
    struct chance chance = chance_of(property->seed, "pump log", id);
    int missed = chance_range(&chance, 10, grid->days - 5), missed_days = 3;
    for (int day = 0; day < grid->days; day++) {
        int second = chance_range(&chance, 8 * 3600 + 900, 9 * 3600 + 2700);
        if (day >= missed && day < missed + missed_days)
            continue;
        int32_t pressure = gauge->values[sample_grid_step(grid, day, second / 60)];
        bool normal = pressure >= 250 && pressure <= 600;
        struct inspection log = {device,
                                 sample_grid_instant(grid, day, second),
                                 day,
                                 "pump room log",
                                 inspectors[gauge->site],
                                 normal ? "normal" : "abnormal",
                                 "MPa",
                                 normal             ? ""
                                 : gauge->site == 2 ? "Druck prüfen"
                                                    : "压力异常，已报修",
                                 pressure / 10,
                                 2};
        add_inspection(inspections, &log);
    }
    sample_truth_add(plan, sample_plan_number(plan), "log not kept", gauge->site, id,
                     sample_grid_instant(grid, missed, 0),
                     sample_grid_instant(grid, missed + missed_days, 0), "pump-room-log", true);
}

/* The lift whose care comes late once: drawn among all lifts. */
static bool is_late_lift(const struct sample_property *property, int device)
{
    struct chance chance = chance_of(property->seed, "plan", "late lift");
    int lifts = 0, place = 0;
    for (int i = 0; i < property->count; i++)
        if (property->devices[i].kind == SAMPLE_ELEVATOR) {
            place = i == device ? lifts : place;
            lifts++;
        }
    return chance_range(&chance, 0, lifts - 1) == place;
}

int sample_lift_visits(const struct sample_property *property, int device,
                       struct sample_visit visits[SAMPLE_VISITS_MAX], int *late)
{
    const struct sample_device *lift = &property->devices[device];
    const struct sample_grid *grid = &property->grids[lift->site];
    struct chance chance = chance_of(property->seed, "lift care", lift->id);
    int due = chance_range(&chance, 2, 12), count = 0;
    int late_from = chance_range(&chance, grid->days / 4, grid->days * 3 / 4);
    if (!is_late_lift(property, device))
        late_from = grid->days;
    *late = -1;
    while (due < grid->days && count < SAMPLE_VISITS_MAX) {
        int done = due - (chance_odds(&chance, 0.4) ? chance_range(&chance, 1, 2) : 0);
        if (due >= late_from) {
            done = due + chance_range(&chance, 5, 9);
            late_from = grid->days;
            *late = count;
        }
        int second = chance_range(&chance, 9 * 3600, 16 * 3600);
        visits[count++] = (struct sample_visit){sample_grid_instant(grid, done, second), done, due};
        due = done + 15;
    }
    if (count > 0 && visits[count - 1].day >= grid->days)
        count--; /* after the end of the sample */
    return count;
}

static void add_lift_care(const struct sample_property *property, struct sample_plan *plan,
                          struct inspections *inspections, int device)
{
    const struct sample_device *lift = &property->devices[device];
    const struct sample_grid *grid = &property->grids[lift->site];
    struct sample_visit visits[SAMPLE_VISITS_MAX];
    int late, count = sample_lift_visits(property, device, visits, &late);
    for (int i = 0; i < count; i++) {
        struct inspection visit = {.device = device,
                                   .at_ns = visits[i].at_ns,
                                   .due_day = visits[i].due_day,
                                   .duty = "lift maintenance",
                                   .done_by = lift->vendor,
                                   .result = "done",
                                   .unit = "",
                                   .note = "",
                                   .scale = -1};
        add_inspection(inspections, &visit);
    }
    if (late >= 0)
        sample_truth_add(plan, sample_plan_number(plan), "late lift care", lift->site, lift->id,
                         sample_grid_instant(grid, visits[late].due_day - 15, 0),
                         sample_grid_instant(grid, visits[late].day + 1, 0), "lift-half-monthly",
                         true);
}

/* Every loop of detectors is tested once a month; the seconds until the alarm are written down. */
static void add_detector_tests(const struct sample_property *property, struct sample_plan *plan,
                               struct inspections *inspections, int device, bool misses)
{
    const struct sample_device *loop = &property->devices[device];
    const struct sample_grid *grid = &property->grids[loop->site];
    struct chance chance = chance_of(property->seed, "detector", loop->id);
    int missed = misses ? chance_range(&chance, 0, grid->months - 1) : -1;
    for (int month = 0, first = 0; month < grid->months; month++) {
        int next = first;
        while (next < grid->days && grid->moments[sample_grid_step(grid, next, 720)].month == month)
            next++;
        int day = chance_range(&chance, first + 2, next - 3);
        int second = chance_range(&chance, 9 * 3600, 17 * 3600);
        bool passed = chance_odds(&chance, 0.97);
        int tenths = chance_range(&chance, passed ? 40 : 310, passed ? 260 : 480);
        struct inspection test = {device,
                                  sample_grid_instant(grid, day, second),
                                  next - 1,
                                  "smoke detector test",
                                  inspectors[loop->site],
                                  passed ? "pass" : "fail",
                                  "s",
                                  passed            ? ""
                                  : loop->site == 2 ? "Melder getauscht"
                                                    : "报警延迟超限，更换探测器",
                                  tenths,
                                  1};
        if (month != missed)
            add_inspection(inspections, &test);
        else
            sample_truth_add(plan, sample_plan_number(plan), "test not made", loop->site, loop->id,
                             sample_grid_instant(grid, first, 0),
                             sample_grid_instant(grid, next, 0), "detector-tested", true);
        first = next;
    }
}

static int compare_inspections(const void *a, const void *b)
{
    const struct inspection *left = a, *right = b;
    if (left->at_ns != right->at_ns)
        return left->at_ns < right->at_ns ? -1 : 1;
    return left->device - right->device;
}

static void write_inspections(const struct sample_property *property,
                              const struct inspections *inspections, const char *folder)
{
    struct stw_buffer out;
    stw_buffer_init(&out);
    stw_buffer_add_text(&out, "device,time,duty,due,done_by,result,value,unit,note\n");
    for (int i = 0; i < inspections->count; i++) {
        const struct inspection *row = &inspections->rows[i];
        const struct sample_device *device = &property->devices[row->device];
        const struct sample_grid *grid = &property->grids[device->site];
        char time[STW_STAMP_TEXT_SIZE], due[STW_STAMP_TEXT_SIZE];
        stw_stamp_to_iso(grid->zone, row->at_ns, time);
        stw_stamp_to_iso(grid->zone, sample_grid_instant(grid, row->due_day + 1, 0), due);
        sample_csv_text(&out, device->id, ',');
        sample_csv_text(&out, time, ',');
        sample_csv_text(&out, row->duty, ',');
        sample_csv_text(&out, due, ',');
        sample_csv_text(&out, row->done_by, ',');
        sample_csv_text(&out, row->result, ',');
        if (row->scale >= 0)
            sample_csv_decimal(&out, row->value, row->scale, ',');
        else
            stw_buffer_add_char(&out, ',');
        sample_csv_text(&out, row->unit, ',');
        sample_csv_text(&out, row->note, '\n');
    }
    sample_csv_write(&out, folder, "inspections.csv", 0);
    stw_buffer_release(&out);
}

long sample_inspections_write(const struct sample_property *property, struct sample_plan *plan,
                              const char *folder)
{
    static struct inspections inspections;
    inspections.count = 0;
    struct chance chance = chance_of(property->seed, "plan", "duties");
    int missing = chance_range(&chance, 0, 5); /* of six loops */
    add_pump_log(property, plan, &inspections, "CH-P-HIGH");
    add_pump_log(property, plan, &inspections, "BJ-P-HIGH");
    add_pump_log(property, plan, &inspections, "LH-P-1");
    for (int i = 0, loop = 0; i < property->count; i++) {
        if (property->devices[i].kind == SAMPLE_ELEVATOR)
            add_lift_care(property, plan, &inspections, i);
        if (property->devices[i].kind == SAMPLE_DETECTOR)
            add_detector_tests(property, plan, &inspections, i, loop++ == missing);
    }
    qsort(inspections.rows, (size_t)inspections.count, sizeof(inspections.rows[0]),
          compare_inspections);
    write_inspections(property, &inspections, folder);
    return inspections.count;
}
