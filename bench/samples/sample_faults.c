/* Faults, tests and maintenance of elevators and access control; see sample_events.h. */
#include "sample_chance.h"
#include "sample_csv.h"
#include "sample_events.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FAULTS_MAX = 2048, REPEAT_COUNT = 3 };
#define REPEAT_WITHIN_NS (30 * STW_NS_PER_DAY)

struct fault {
    int device;
    int64_t at_ns;
    const char *code, *category, *kind, *severity, *cause, *note;
    int64_t restored_ns, called_ns, answered_ns, arrived_ns, released_ns; /* 0: no such stamp */
    int trapped;
};

struct faults {
    struct fault rows[FAULTS_MAX];
    int count;
};

struct fault_code {
    const char *code, *cause, *zh, *de;
    int weight;
};
static const struct fault_code lift_codes[] = {
    {"D01", "door system", "门锁触点接触不良", "Türkontakt", 18},
    {"D02", "door system", "光幕误动作", "Lichtvorhang", 20},
    {"D03", "door system", "门机皮带打滑", "Riemen des Türantriebs", 14},
    {"P01", "power", "供电电压波动停梯", "Spannungseinbruch", 10},
    {"C01", "control", "主板通信故障", "Steuerung meldet sich nicht", 12},
    {"S01", "safety circuit", "安全回路断开", "Sicherheitskreis offen", 9},
    {"L01", "levelling", "平层误差超限", "Hält nicht bündig", 9},
    {"H01", "human", "装修运料挡门", "Tür beim Umzug blockiert", 8},
};
static const struct fault_code access_codes[] = {
    {"A01", "network", "设备离线", "offline", 40},
    {"A02", "reader", "读卡器无响应", "Leser reagiert nicht", 25},
    {"A03", "lock", "电磁锁不释放", "Schloss öffnet nicht", 20},
    {"A04", "power", "电源模块故障", "Netzteil defekt", 15},
};
enum {
    LIFT_CODES = sizeof(lift_codes) / sizeof(lift_codes[0]),
    ACCESS_CODES = sizeof(access_codes) / sizeof(access_codes[0])
};

static int64_t end_of(const struct sample_property *property, int device)
{
    const struct sample_grid *grid = &property->grids[property->devices[device].site];
    return sample_grid_ns(grid, grid->steps);
}

static struct fault *add_fault(struct faults *faults, const struct fault *fault)
{
    if (faults->count == FAULTS_MAX)
        sample_die("more than %d faults", FAULTS_MAX);
    faults->rows[faults->count] = *fault;
    return &faults->rows[faults->count++];
}

/* Whether one more would make a repeated fault, which only planted ones may be. */
static bool would_repeat(const struct faults *faults, int device, const char *code, int64_t at_ns)
{
    int near = 0;
    for (int i = 0; i < faults->count; i++) {
        const struct fault *other = &faults->rows[i];
        if (other->device == device && strcmp(other->code, code) == 0 &&
            llabs(other->at_ns - at_ns) <= REPEAT_WITHIN_NS)
            near++;
    }
    return near >= REPEAT_COUNT - 1;
}

static int64_t minutes(double count)
{
    return (int64_t)(count * 60) * STW_NS_PER_SECOND;
}

/* Somebody is stuck in the cabin: alarm call, answer, technician, release. */
static void trap_people(struct fault *fault, struct chance *chance)
{
    fault->category = "entrapment";
    fault->severity = "critical";
    fault->trapped = chance_range(chance, 1, 4);
    fault->called_ns = fault->at_ns + minutes(chance_between(chance, 0.5, 4));
    fault->answered_ns = fault->called_ns + minutes(chance_between(chance, 0.2, 1.8));
    fault->arrived_ns = fault->answered_ns + minutes(chance_between(chance, 9, 33));
    fault->released_ns = fault->arrived_ns + minutes(chance_between(chance, 3, 16));
    fault->restored_ns += fault->released_ns - fault->at_ns;
}

static void drop_later_stamps(struct fault *fault, int64_t end_ns)
{
    int64_t *stamps[] = {&fault->restored_ns, &fault->called_ns, &fault->answered_ns,
                         &fault->arrived_ns, &fault->released_ns};
    for (size_t i = 0; i < sizeof(stamps) / sizeof(stamps[0]); i++)
        if (*stamps[i] >= end_ns)
            *stamps[i] = 0;
}

/* A corrective event. Faults that are not planted never pile up to a repeated fault. */
static void add_corrective(const struct sample_property *property, struct faults *faults,
                           int device, int64_t at_ns, const struct fault_code *code, bool planted,
                           struct chance *chance)
{
    int64_t end_ns = end_of(property, device);
    bool is_lift = property->devices[device].kind == SAMPLE_ELEVATOR;
    struct fault fault = {.device = device,
                          .at_ns = at_ns,
                          .code = code->code,
                          .category = "fault",
                          .kind = "corrective",
                          .cause = code->cause,
                          .note = property->devices[device].site == 2 ? code->de : code->zh};
    fault.severity = chance_odds(chance, 0.3) ? "warning" : "info";
    double repair_min = chance_lognormal(chance, is_lift ? 75 : 130, 0.8);
    fault.restored_ns = at_ns + minutes(repair_min < 2900 ? repair_min : 2900);
    if (is_lift && chance_odds(chance, 0.12))
        trap_people(&fault, chance);
    if (at_ns >= end_ns || (!planted && would_repeat(faults, device, code->code, at_ns)))
        return;
    drop_later_stamps(&fault, end_ns);
    add_fault(faults, &fault);
    /* Now and then it stops again within hours: one failure, two calls. */
    struct fault again = fault;
    again.at_ns = fault.restored_ns + minutes(chance_between(chance, 20, 240));
    if (!planted && chance_odds(chance, 0.08) && fault.restored_ns != 0 && again.at_ns < end_ns &&
        fault.trapped == 0 && !would_repeat(faults, device, code->code, again.at_ns)) {
        again.restored_ns = again.at_ns + minutes(chance_between(chance, 30, 150));
        drop_later_stamps(&again, end_ns);
        add_fault(faults, &again);
    }
}

static int64_t daytime(const struct sample_grid *grid, int day, struct chance *chance)
{
    return sample_grid_instant(grid, day, chance_range(chance, 6 * 3600, 22 * 3600));
}

/* Ordinary faults: some a year, each day alike. */
static void add_ordinary(const struct sample_property *property, struct faults *faults, int device,
                         double per_year)
{
    const struct sample_device *unit = &property->devices[device];
    const struct sample_grid *grid = &property->grids[unit->site];
    const struct fault_code *codes = unit->kind == SAMPLE_ELEVATOR ? lift_codes : access_codes;
    int weights[LIFT_CODES], count = unit->kind == SAMPLE_ELEVATOR ? LIFT_CODES : ACCESS_CODES;
    for (int i = 0; i < count; i++)
        weights[i] = codes[i].weight;
    struct chance chance = chance_of(property->seed, "faults", unit->id);
    for (int day = 0; day < grid->days; day++) {
        if (!chance_odds(&chance, per_year / 365))
            continue;
        int64_t at_ns = daytime(grid, day, &chance);
        const struct fault_code *code = &codes[chance_weighted(&chance, weights, count)];
        add_corrective(property, faults, device, at_ns, code, false, &chance);
    }
}

static void add_stop(const struct sample_property *property, struct faults *faults, int device,
                     int64_t at_ns, bool test, struct chance *chance)
{
    bool german = property->devices[device].site == 2;
    struct fault stop = {.device = device,
                         .at_ns = at_ns,
                         .code = test ? "T01" : "M01",
                         .category = test ? "test" : "maintenance",
                         .kind = test ? "test" : "maintenance",
                         .severity = "info",
                         .cause = "",
                         .note = german ? ""
                                 : test ? "消防联动测试"
                                        : "半月维保停梯"};
    stop.restored_ns = at_ns + minutes(chance_between(chance, 20, 100));
    drop_later_stamps(&stop, end_of(property, device));
    add_fault(faults, &stop);
}

/* Maintenance and tests stop a unit too; they are no failures. */
static void add_planned(const struct sample_property *property, struct faults *faults, int device)
{
    const struct sample_device *unit = &property->devices[device];
    const struct sample_grid *grid = &property->grids[unit->site];
    struct chance chance = chance_of(property->seed, "planned", unit->id);
    struct sample_visit visits[SAMPLE_VISITS_MAX];
    int late, count = 0;
    if (unit->kind == SAMPLE_ELEVATOR)
        count = sample_lift_visits(property, device, visits, &late);
    for (int i = 0; i < count; i++)
        add_stop(property, faults, device, visits[i].at_ns, false, &chance);
    for (int day = chance_range(&chance, 1, 90); day < grid->days; day += 91) {
        int second = chance_range(&chance, 9 * 3600, 15 * 3600);
        add_stop(property, faults, device, sample_grid_instant(grid, day, second), true, &chance);
    }
}

/* Power law: n failures in (0, T] at T * u^(1/beta). The exponents are sums of binary fractions,
 * so that square roots are all it takes: beta 2, 2.29 or 2.67. */
static double power_law_time(int shape, double u)
{
    double half = sqrt(u), quarter = sqrt(half), eighth = sqrt(quarter);
    return shape == 0 ? half : shape == 1 ? quarter * eighth * sqrt(eighth) : quarter * eighth;
}

static void plant_worsening(const struct sample_property *property, struct sample_plan *plan,
                            struct faults *faults, int device)
{
    static const char *const betas[] = {"2.00", "2.29", "2.67"};
    const struct sample_device *lift = &property->devices[device];
    const struct sample_grid *grid = &property->grids[lift->site];
    struct chance chance = chance_of(property->seed, "worsening", "lift");
    int shape = chance_range(&chance, 0, 2), count = chance_range(&chance, 19, 27);
    count = count * grid->days / 426;
    for (int i = 0; i < count; i++) {
        double at = power_law_time(shape, chance_unit(&chance)) * grid->days;
        const struct fault_code *code = &lift_codes[chance_range(&chance, 0, 4)];
        add_corrective(property, faults, device, daytime(grid, (int)at, &chance), code, true,
                       &chance);
    }
    int number = sample_plan_number(plan);
    int64_t from_ns = sample_grid_ns(grid, 0), to_ns = sample_grid_ns(grid, grid->steps);
    struct sample_truth *truth =
        sample_truth_add(plan, number, "worsening elevator", lift->site, lift->id, from_ns, to_ns,
                         "lift-getting-worse", true);
    snprintf(truth->note, sizeof(truth->note), "power law, beta %s, %d failures", betas[shape],
             count);
    sample_truth_add(plan, number, "worsening elevator", lift->site, lift->id, from_ns, to_ns,
                     "lift-repeat-fault", false);
    sample_truth_add(plan, number, "worsening elevator", lift->site, lift->id, from_ns, to_ns,
                     "lift-vs-peers", false);
}

static void plant_repeated(const struct sample_property *property, struct sample_plan *plan,
                           struct faults *faults, int device)
{
    const struct sample_device *lift = &property->devices[device];
    const struct sample_grid *grid = &property->grids[lift->site];
    struct chance chance = chance_of(property->seed, "repeated", "fault");
    if (grid->days < 60)
        return;
    const struct fault_code *code = &lift_codes[chance_range(&chance, 0, 2)];
    int day = chance_range(&chance, 10, grid->days - 40), first = day, last = day;
    int count = chance_range(&chance, 4, 6);
    for (int i = 0; i < count; i++) {
        last = day;
        add_corrective(property, faults, device, daytime(grid, day, &chance), code, true, &chance);
        day += chance_range(&chance, 2, 5);
    }
    int64_t from_ns = sample_grid_instant(grid, first, 0);
    int64_t to_ns = sample_grid_instant(grid, last + 1, 0);
    int number = sample_plan_number(plan);
    struct sample_truth *truth =
        sample_truth_add(plan, number, "repeated fault", lift->site, lift->id, from_ns, to_ns,
                         "lift-repeat-fault", true);
    snprintf(truth->note, sizeof(truth->note), "%d times %s", count, code->code);
    sample_truth_add(plan, number, "repeated fault", lift->site, lift->id, from_ns,
                     sample_grid_ns(grid, grid->steps), "lift-vs-peers", false);
}

static int compare_faults(const void *a, const void *b)
{
    const struct fault *left = a, *right = b;
    if (left->at_ns != right->at_ns)
        return left->at_ns < right->at_ns ? -1 : 1;
    return left->device - right->device;
}

static void add_stamp(struct stw_buffer *out, const struct sample_grid *grid, int64_t at_ns,
                      char end)
{
    char time[STW_STAMP_TEXT_SIZE] = "";
    if (at_ns != 0)
        stw_stamp_to_iso(grid->zone, at_ns, time);
    sample_csv_text(out, time, end);
}

static void write_faults(const struct sample_property *property, const struct faults *faults,
                         const char *folder)
{
    struct stw_buffer out;
    stw_buffer_init(&out);
    stw_buffer_add_text(&out, "device,time,code,category,kind,severity,restored,trapped,called,"
                              "answered,arrived,released,cause,note\n");
    for (int i = 0; i < faults->count; i++) {
        const struct fault *fault = &faults->rows[i];
        const struct sample_device *unit = &property->devices[fault->device];
        const struct sample_grid *grid = &property->grids[unit->site];
        sample_csv_text(&out, unit->id, ',');
        add_stamp(&out, grid, fault->at_ns, ',');
        sample_csv_text(&out, fault->code, ',');
        sample_csv_text(&out, fault->category, ',');
        sample_csv_text(&out, fault->kind, ',');
        sample_csv_text(&out, fault->severity, ',');
        add_stamp(&out, grid, fault->restored_ns, ',');
        if (fault->trapped > 0)
            sample_csv_int(&out, fault->trapped, ',');
        else
            stw_buffer_add_char(&out, ',');
        add_stamp(&out, grid, fault->called_ns, ',');
        add_stamp(&out, grid, fault->answered_ns, ',');
        add_stamp(&out, grid, fault->arrived_ns, ',');
        add_stamp(&out, grid, fault->released_ns, ',');
        sample_csv_text(&out, fault->cause, ',');
        sample_csv_text(&out, fault->note, '\n');
    }
    sample_csv_write(&out, folder, "faults.csv", 0);
    stw_buffer_release(&out);
}

long sample_faults_write(const struct sample_property *property, struct sample_plan *plan,
                         const char *folder)
{
    static struct faults faults;
    faults.count = 0;
    int lifts[SAMPLE_DEVICES_MAX], lift_count = 0;
    for (int i = 0; i < property->count; i++)
        if (property->devices[i].kind == SAMPLE_ELEVATOR)
            lifts[lift_count++] = i;
    struct chance chance = chance_of(property->seed, "plan", "lifts");
    int worsening = chance_range(&chance, 0, lift_count - 1);
    int repeated = (worsening + chance_range(&chance, 1, lift_count - 1)) % lift_count;
    plant_worsening(property, plan, &faults, lifts[worsening]);
    plant_repeated(property, plan, &faults, lifts[repeated]);
    for (int i = 0; i < property->count; i++) {
        const struct sample_device *unit = &property->devices[i];
        if (unit->kind != SAMPLE_ELEVATOR && unit->kind != SAMPLE_ACCESS)
            continue;
        if (i != lifts[worsening])
            add_ordinary(property, &faults, i, unit->kind == SAMPLE_ACCESS ? 3 : 4.2);
        add_planned(property, &faults, i);
    }
    qsort(faults.rows, (size_t)faults.count, sizeof(faults.rows[0]), compare_faults);
    write_faults(property, &faults, folder);
    return faults.count;
}
