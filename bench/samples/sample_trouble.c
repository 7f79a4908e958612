/* What is planted where; see sample_trouble.h. */
#include "sample_trouble.h"

#include "sample_chance.h"
#include "sample_csv.h"

#include <stdio.h>
#include <string.h>

enum { STEPS_PER_DAY = 96, APART_DAYS = 3, TRIES = 400 };

/* What plant_* functions work on. */
struct planter {
    struct sample_plan *plan;
    struct sample_property *property;
    struct chance chance;
};

/* Which devices may have a trouble; zero and NULL fields match all, site is -1 for all. */
struct choice {
    int site;
    enum sample_kind kind;
    const char *role;
    const char *end_use;
    const char *id;
    double least_size;
};

int sample_plan_number(struct sample_plan *plan)
{
    return ++plan->numbers;
}

struct sample_truth *sample_truth_add(struct sample_plan *plan, int trouble, const char *what,
                                      int site, const char *subject, int64_t from_ns, int64_t to_ns,
                                      const char *rule, bool must)
{
    if (plan->truth_count == SAMPLE_TRUTHS_MAX)
        sample_die("more than %d lines of truth", SAMPLE_TRUTHS_MAX);
    struct sample_truth *truth = &plan->truths[plan->truth_count++];
    memset(truth, 0, sizeof(*truth));
    truth->trouble = trouble;
    snprintf(truth->what, sizeof(truth->what), "%s", what);
    truth->site = site;
    snprintf(truth->subject, sizeof(truth->subject), "%s", subject);
    truth->channel = "";
    truth->from_ns = from_ns;
    truth->to_ns = to_ns;
    snprintf(truth->rule, sizeof(truth->rule), "%s", rule);
    truth->must = must;
    return truth;
}

const struct sample_trouble *sample_trouble_at(const struct sample_plan *plan, int device,
                                               enum sample_effect effect, int step)
{
    if (!plan->troubled[device])
        return NULL;
    for (int i = 0; i < plan->trouble_count; i++) {
        const struct sample_trouble *trouble = &plan->troubles[i];
        if (trouble->device == device && trouble->effect == effect && step >= trouble->from &&
            step < trouble->to)
            return trouble;
    }
    return NULL;
}

static struct sample_trouble *add_trouble(struct planter *planter, int device,
                                          enum sample_effect effect, int from, int to,
                                          int64_t amount)
{
    struct sample_plan *plan = planter->plan;
    if (plan->trouble_count == SAMPLE_TROUBLES_MAX)
        sample_die("more than %d troubles", SAMPLE_TROUBLES_MAX);
    struct sample_trouble *trouble = &plan->troubles[plan->trouble_count++];
    *trouble = (struct sample_trouble){device, effect, from, to, amount};
    plan->troubled[device] = true;
    return trouble;
}

/* A line of truth about a device of the plan, over the steps of a trouble. */
static struct sample_truth *tell(struct planter *planter, int number, const char *what, int device,
                                 int from, int to, const char *rule, bool must)
{
    const struct sample_device *subject = &planter->property->devices[device];
    const struct sample_grid *grid = &planter->property->grids[subject->site];
    struct sample_truth *truth =
        sample_truth_add(planter->plan, number, what, subject->site, subject->id,
                         sample_grid_ns(grid, from), sample_grid_ns(grid, to), rule, must);
    truth->channel = subject->channel;
    return truth;
}

static bool matches(const struct sample_device *device, const struct choice *choice)
{
    return (choice->site < 0 || device->site == choice->site) && device->kind == choice->kind &&
           (choice->role == NULL || strcmp(device->role, choice->role) == 0) &&
           (choice->end_use == NULL || strcmp(device->end_use, choice->end_use) == 0) &&
           (choice->id == NULL || strcmp(device->id, choice->id) == 0) &&
           device->size >= choice->least_size;
}

/* Troubles of one kind at one site stay days apart, so that each shows by itself. */
static bool is_free(const struct planter *planter, int device, int from, int to)
{
    const struct sample_device *wanted = &planter->property->devices[device];
    for (int i = 0; i < planter->plan->trouble_count; i++) {
        const struct sample_trouble *other = &planter->plan->troubles[i];
        const struct sample_device *troubled = &planter->property->devices[other->device];
        if (other->device == device)
            return false;
        if (other->effect != SAMPLE_VACANT && troubled->site == wanted->site &&
            troubled->kind == wanted->kind && from < other->to + APART_DAYS * STEPS_PER_DAY &&
            to > other->from - APART_DAYS * STEPS_PER_DAY)
            return false;
    }
    return true;
}

/*
 * Draws a device and a place for `steps` steps that begin between two days (negative: counted from
 * the end of the sample) on a full hour. False: a short sample has no room for this trouble.
 */
static bool draw_place(struct planter *planter, const struct choice *choice, int first_day,
                       int last_day, int steps, int *device, int *from)
{
    struct sample_property *property = planter->property;
    int days = property->grids[0].days, fitting[SAMPLE_DEVICES_MAX], count = 0;
    for (int i = 0; i < property->count; i++)
        if (matches(&property->devices[i], choice))
            fitting[count++] = i;
    first_day += first_day < 0 ? days : 0;
    last_day += last_day < 0 ? days : 0;
    if (count == 0 || first_day < 0 || last_day < first_day)
        return false;
    for (int try = 0; try < TRIES; try++) {
        int drawn = fitting[chance_range(&planter->chance, 0, count - 1)];
        int day = chance_range(&planter->chance, first_day, last_day);
        int minute = chance_range(&planter->chance, 8, 20) * 60;
        const struct sample_grid *grid = &property->grids[property->devices[drawn].site];
        int start = sample_grid_step(grid, day, minute);
        if (start + steps < grid->steps && is_free(planter, drawn, start, start + steps)) {
            *device = drawn;
            *from = start;
            return true;
        }
    }
    return false;
}

/* A pipe leaks behind a building's meter: 7 to 44 L/h for each household, day and night. */
static void plant_building_leak(struct planter *planter, const char *id, int first_day,
                                int last_day, int nights_low, int nights_high)
{
    int steps = chance_range(&planter->chance, nights_low, nights_high) * STEPS_PER_DAY;
    int device, from;
    const struct choice choice = {.site = -1, .kind = SAMPLE_WATER, .id = id};
    if (!draw_place(planter, &choice, first_day, last_day, steps, &device, &from))
        return;
    int households = planter->property->devices[device].households;
    int flow = households * chance_range(&planter->chance, 7, 44);
    add_trouble(planter, device, SAMPLE_EXTRA_USE, from, from + steps, flow);
    int number = sample_plan_number(planter->plan);
    struct sample_truth *truth =
        tell(planter, number, "building leak", device, from, from + steps, "night-leak", true);
    snprintf(truth->note, sizeof(truth->note), "%d L/h more", flow);
}

/* A cistern or tap runs in a flat. The building's meter sees it too. */
static void plant_running_tap(struct planter *planter, int site, int first_day, int last_day)
{
    int device, from, steps = chance_range(&planter->chance, 4, 11) * STEPS_PER_DAY;
    const struct choice choice = {.site = site, .kind = SAMPLE_WATER, .end_use = "flat"};
    if (!draw_place(planter, &choice, first_day, last_day, steps, &device, &from))
        return;
    int flow = chance_range(&planter->chance, 5, 60);
    add_trouble(planter, device, SAMPLE_EXTRA_USE, from, from + steps, flow);
    int number = sample_plan_number(planter->plan),
        parent = planter->property->devices[device].parent;
    struct sample_truth *truth =
        tell(planter, number, "running tap", device, from, from + steps, "steady-flow", true);
    snprintf(truth->note, sizeof(truth->note), "%d L/h more", flow);
    tell(planter, number, "running tap", device, from, from + steps, "night-leak", false);
    tell(planter, number, "running tap", parent, from, from + steps, "night-leak", false);
}

static void plant_silence(struct planter *planter, const struct choice *choice, int first_day,
                          int last_day, int days_low, int days_high)
{
    int steps = chance_range(&planter->chance, days_low, days_high) * STEPS_PER_DAY;
    int device, from;
    if (!draw_place(planter, choice, first_day, last_day, steps, &device, &from))
        return;
    add_trouble(planter, device, SAMPLE_SILENT, from, from + steps, 0);
    tell(planter, sample_plan_number(planter->plan), "silent meter", device, from, from + steps,
         "meter-silent", true);
}

/* Still silent when the sample ends. */
static void plant_last_silence(struct planter *planter, const struct choice *choice, int first_day,
                               int last_day)
{
    int device, from;
    if (!draw_place(planter, choice, first_day, last_day, 0, &device, &from))
        return;
    const struct sample_device *meter = &planter->property->devices[device];
    int end = planter->property->grids[meter->site].steps + 1;
    add_trouble(planter, device, SAMPLE_SILENT, from, end, 0);
    tell(planter, sample_plan_number(planter->plan), "silent meter", device, from, end,
         "meter-silent", true);
}

/* All flats behind one radio gateway stop for hours. */
static void plant_gateway_outage(struct planter *planter)
{
    int device, from, steps = chance_range(&planter->chance, 12, 40) * 4;
    const struct choice choice = {.site = 0, .kind = SAMPLE_WATER, .end_use = "flat"};
    if (!draw_place(planter, &choice, 20, -40, steps, &device, &from))
        return;
    int number = sample_plan_number(planter->plan);
    const struct sample_device *drawn = &planter->property->devices[device];
    for (int i = 0; i < planter->property->count; i++) {
        const struct sample_device *flat = &planter->property->devices[i];
        if (flat->parent != drawn->parent || flat->gateway != drawn->gateway)
            continue;
        add_trouble(planter, i, SAMPLE_SILENT, from, from + steps, 0);
        struct sample_truth *truth =
            tell(planter, number, "gateway outage", i, from, from + steps, "meter-silent", true);
        snprintf(truth->note, sizeof(truth->note), "gateway of %s, half %d", drawn->building,
                 drawn->gateway);
    }
}

/* Troubles of the registers themselves: quality flags and corrected use, not alerts. */
static void plant_register_trouble(struct planter *planter, const struct choice *choice,
                                   enum sample_effect effect, const char *what, int64_t amount)
{
    int device, from;
    if (!draw_place(planter, choice, 25, -25, 4, &device, &from))
        return;
    int to = effect == SAMPLE_BAD_READ ? from + 1 : from + 4;
    add_trouble(planter, device, effect, from, to, amount);
    tell(planter, sample_plan_number(planter->plan), what, device, from, to, "", false);
}

static void plant_register_troubles(struct planter *planter)
{
    struct chance *chance = &planter->chance;
    const struct choice flat = {.site = -1, .kind = SAMPLE_WATER, .end_use = "flat"};
    const struct choice tenant = {.site = 1, .kind = SAMPLE_POWER, .end_use = "tenant"};
    const struct choice public_power = {.site = -1, .kind = SAMPLE_POWER, .role = "public"};
    plant_register_trouble(planter, &flat, SAMPLE_EXCHANGE, "meter exchange",
                           chance_range(chance, 0, 500));
    plant_register_trouble(planter, &tenant, SAMPLE_EXCHANGE, "meter exchange",
                           chance_range(chance, 0, 500));
    plant_register_trouble(planter, &public_power, SAMPLE_ROLLOVER, "register rollover", 0);
    plant_register_trouble(planter, &flat, SAMPLE_ROLLOVER, "register rollover", 0);
    plant_register_trouble(planter, &public_power, SAMPLE_RESET, "register reset", 0);
    plant_register_trouble(planter, &flat, SAMPLE_BAD_READ, "bad read",
                           chance_range(chance, 2, 9) * 100000);
    plant_register_trouble(planter, &tenant, SAMPLE_BAD_READ, "bad read",
                           chance_range(chance, 2, 9) * -10000);
}

static void plant_stuck(struct planter *planter)
{
    int device, from, steps = chance_range(&planter->chance, 10, 24) * STEPS_PER_DAY;
    const struct choice choice = {
        .site = -1, .kind = SAMPLE_WATER, .end_use = "flat", .least_size = 2};
    if (!draw_place(planter, &choice, 25, -30, steps, &device, &from))
        return;
    add_trouble(planter, device, SAMPLE_STUCK, from, from + steps, 0);
    tell(planter, sample_plan_number(planter->plan), "stuck meter", device, from, from + steps,
         "meter-stuck", true);
}

/* A gauge out of its band. */
struct gauge_trouble {
    const char *what;
    struct choice choice;
    enum sample_effect effect;
    int amount_low, amount_high; /* in steps of the reading */
    int hours_low, hours_high;
    int first_day, last_day;
    const char *rule; /* must fire */
    const char *also; /* may */
};

/* clang-format off */
static const struct gauge_trouble gauge_troubles[] = {
    {"low pressure", {.site = -1, .kind = SAMPLE_PRESSURE}, SAMPLE_NEAR, 140, 228, 3, 6, 20, -40,
     "pump-room-pressure", "pressure-drop"},
    {"low pressure", {.site = -1, .kind = SAMPLE_PRESSURE}, SAMPLE_NEAR, 140, 228, 3, 6, -24, -4,
     "pump-room-pressure", "pressure-drop"},
    {"high pressure", {.site = -1, .kind = SAMPLE_PRESSURE}, SAMPLE_NEAR, 625, 700, 2, 4, 20, -40,
     "pump-room-pressure", "pressure-drop"},
    {"undervoltage", {.site = -1, .kind = SAMPLE_VOLTAGE}, SAMPLE_OFFSET, -430, -360, 4, 9, 20, -5,
     "voltage-out-of-band", "voltage-gb12325"},
    {"hot machine room", {.site = -1, .kind = SAMPLE_TEMPERATURE, .end_use = "lift machine room"},
     SAMPLE_NEAR, 430, 460, 40, 120, 20, -10, "machine-room-temperature", ""},
    {"cold outlet", {.site = 1, .kind = SAMPLE_TEMPERATURE, .end_use = "hot water outlet"},
     SAMPLE_OFFSET, -90, -60, 40, 100, 20, -10, "outlet-spread", ""},
};
/* clang-format on */

static void plant_gauge(struct planter *planter, const struct gauge_trouble *trouble)
{
    int device, from;
    int hours = chance_range(&planter->chance, trouble->hours_low, trouble->hours_high);
    int amount = chance_range(&planter->chance, trouble->amount_low, trouble->amount_high);
    if (!draw_place(planter, &trouble->choice, trouble->first_day, trouble->last_day, hours * 4,
                    &device, &from))
        return;
    int number = sample_plan_number(planter->plan), to = from + hours * 4;
    add_trouble(planter, device, trouble->effect, from, to, amount);
    tell(planter, number, trouble->what, device, from, to, trouble->rule, true);
    if (trouble->also[0] != '\0')
        tell(planter, number, trouble->what, device, from, to, trouble->also, false);
}

/* A wrong transformer tap: all three phases too high for days. */
static void plant_overvoltage(struct planter *planter)
{
    int device, from, steps = chance_range(&planter->chance, 5, 9) * STEPS_PER_DAY;
    int site = chance_range(&planter->chance, 0, 1);
    const struct choice choice = {
        .site = site, .kind = SAMPLE_VOLTAGE, .end_use = site == 0 ? "supply" : "transformer 1"};
    if (!draw_place(planter, &choice, 20, -20, steps, &device, &from))
        return;
    int number = sample_plan_number(planter->plan);
    int amount = chance_range(&planter->chance, 175, 205);
    for (int phase = 1; phase <= 3; phase++) {
        char id[24];
        snprintf(id, sizeof(id), "%s-V-L%d", sample_sites[site].prefix, phase);
        device = sample_device_find(planter->property, id);
        add_trouble(planter, device, SAMPLE_OFFSET, from, from + steps, amount);
        tell(planter, number, "overvoltage", device, from, from + steps, "voltage-out-of-band",
             true);
        tell(planter, number, "overvoltage", device, from, from + steps, "voltage-gb12325", true);
    }
}

/* New servers: the base load rises for good. */
static void plant_base_load(struct planter *planter)
{
    int days = planter->property->grids[1].days;
    int device = sample_device_find(planter->property, "BJ-E-SRV");
    int main_meter = planter->property->devices[device].parent;
    if (days < 120)
        return;
    int from = sample_grid_step(&planter->property->grids[1],
                                chance_range(&planter->chance, days / 3, days - 60), 600);
    int to = planter->property->grids[1].steps;
    int watts = chance_range(&planter->chance, 4600, 8200);
    add_trouble(planter, device, SAMPLE_EXTRA_USE, from, to, watts);
    int number = sample_plan_number(planter->plan);
    struct sample_truth *truth =
        tell(planter, number, "base load step", device, from, to, "base-load-step", true);
    snprintf(truth->note, sizeof(truth->note), "%d W more", watts);
    tell(planter, number, "base load step", main_meter, from, to, "base-load-step", false);
    tell(planter, number, "base load step", device, from, to, "power-unusual", false);
}

/* Cooling and ventilation run through a summer week-end. */
static void plant_left_on(struct planter *planter)
{
    static const char *const ids[] = {"BJ-E-CH", "BJ-E-AHU", "BJ-E-CT", "BJ-W-CT"};
    const struct sample_grid *grid = &planter->property->grids[1];
    int saturdays[32], count = 0;
    for (int i = 0; i < grid->steps && count < 32; i += 1) {
        const struct sample_moment *moment = &grid->moments[i];
        if (moment->weekday == 6 && moment->minute == 0 && moment->day > 60 &&
            moment->year_day > 175 && moment->year_day < 245)
            saturdays[count++] = i;
    }
    if (count == 0)
        return;
    int from = saturdays[chance_range(&planter->chance, 0, count - 1)];
    int number = sample_plan_number(planter->plan), to = from + 2 * STEPS_PER_DAY;
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        int device = sample_device_find(planter->property, ids[i]);
        add_trouble(planter, device, SAMPLE_LEFT_ON, from, to, 0);
        tell(planter, number, "cooling left on", device, from, to, "power-unusual", i < 2);
    }
    tell(planter, number, "cooling left on", sample_device_find(planter->property, "BJ-E-M1"), from,
         to, "power-unusual", false);
}

/* Empty flats over the long holidays: no trouble at all, though a meter stands still. */
static void plant_vacancies(struct planter *planter)
{
    struct sample_property *property = planter->property;
    for (int i = 0; i < property->count; i++) {
        const struct sample_device *flat = &property->devices[i];
        const struct sample_grid *grid = &property->grids[flat->site];
        if (flat->profile != SAMPLE_FLAT_WATER || planter->plan->troubled[i] ||
            !chance_odds(&planter->chance, 0.35))
            continue;
        int wanted = flat->site == 2 ? chance_range(&planter->chance, 185, 225)
                                     : chance_range(&planter->chance, 43, 47);
        for (int step = 0; step < grid->steps; step += STEPS_PER_DAY) {
            if (grid->moments[step].year_day != wanted)
                continue;
            int to = step + chance_range(&planter->chance, 5, 12) * STEPS_PER_DAY;
            to = to < grid->steps ? to : grid->steps;
            add_trouble(planter, i, SAMPLE_VACANT, step, to, 0);
            tell(planter, sample_plan_number(planter->plan), "nobody at home", i, step, to,
                 "meter-stuck", false);
            break;
        }
    }
}

/* An elevator's certificate runs out at the end of the sample; the rule warns a month before. */
static void plant_certificate(struct planter *planter)
{
    const struct sample_property *property = planter->property;
    int device = sample_device_find(property, "BJ-L-3");
    const struct sample_grid *grid = &property->grids[1];
    int expires = property->devices[device].certificate_expires;
    int from = sample_grid_step(grid, expires - 31, 0);
    if (from > 0)
        tell(planter, sample_plan_number(planter->plan), "certificate expires", device, from,
             grid->steps, "certificate", true);
}

void sample_plan_make(struct sample_plan *plan, struct sample_property *property)
{
    memset(plan, 0, sizeof(*plan));
    struct planter planter = {plan, property, chance_of(property->seed, "plan", "troubles")};
    const struct choice quiet_flat = {.site = 0, .kind = SAMPLE_WATER, .end_use = "flat"};
    const struct choice berlin_flat = {.site = 2, .kind = SAMPLE_WATER, .end_use = "flat"};
    const struct choice tenant = {.site = 1, .kind = SAMPLE_POWER, .end_use = "tenant"};

    /* The German leak lies across the autumn clock change where the sample reaches it. */
    plant_building_leak(&planter, "LH-W-1", -19, -15, 9, 13);
    const char *house = chance_odds(&planter.chance, 0.5) ? "CH-W-1" : "CH-W-2";
    plant_building_leak(&planter, house, 30, -70, 12, 28);
    plant_building_leak(&planter, "BJ-W-1", 30, -50, 6, 15);
    plant_running_tap(&planter, 0, -25, -13);
    plant_running_tap(&planter, 0, 25, -50);
    plant_running_tap(&planter, 2, 25, -50);
    plant_silence(&planter, &quiet_flat, 25, -30, 2, 9);
    plant_silence(&planter, &berlin_flat, 25, -40, 5, 9);
    plant_last_silence(&planter, &tenant, -14, -6);
    plant_gateway_outage(&planter);
    plant_register_troubles(&planter);
    plant_stuck(&planter);
    plant_stuck(&planter);
    for (size_t i = 0; i < sizeof(gauge_troubles) / sizeof(gauge_troubles[0]); i++)
        plant_gauge(&planter, &gauge_troubles[i]);
    plant_overvoltage(&planter);
    plant_base_load(&planter);
    plant_left_on(&planter);
    plant_vacancies(&planter);
    plant_certificate(&planter);
}

void sample_truth_write(const struct sample_plan *plan, const struct sample_property *property,
                        const char *folder)
{
    struct stw_buffer out;
    stw_buffer_init(&out);
    stw_buffer_add_text(&out, "trouble,what,site,subject,channel,from,to,rule,expect,note\n");
    for (int i = 0; i < plan->truth_count; i++) {
        const struct sample_truth *truth = &plan->truths[i];
        char from[STW_STAMP_TEXT_SIZE], to[STW_STAMP_TEXT_SIZE];
        stw_stamp_to_iso(property->grids[truth->site].zone, truth->from_ns, from);
        stw_stamp_to_iso(property->grids[truth->site].zone, truth->to_ns, to);
        sample_csv_int(&out, truth->trouble, ',');
        sample_csv_text(&out, truth->what, ',');
        sample_csv_text(&out, sample_sites[truth->site].key, ',');
        sample_csv_text(&out, truth->subject, ',');
        sample_csv_text(&out, truth->channel, ',');
        sample_csv_text(&out, from, ',');
        sample_csv_text(&out, to, ',');
        sample_csv_text(&out, truth->rule, ',');
        sample_csv_text(&out, truth->rule[0] == '\0' ? "" : truth->must ? "must" : "may", ',');
        sample_csv_text(&out, truth->note, '\n');
    }
    sample_csv_write(&out, folder, "truth.csv", 0);
    stw_buffer_release(&out);
}
