/* Reading files and the device registry; see sample_readings.h. */
#include "sample_readings.h"

#include "base/decimal.h"
#include "sample_chance.h"
#include "sample_csv.h"

#include <stdio.h>

#define NO_READING INT64_MIN

/* The meter exchange of a device, if it had one. */
struct exchange {
    bool happened;
    int64_t at_ns;
    int64_t final, initial; /* in steps of the register */
};

struct meter {
    int64_t start, used; /* the register's first value, and what has passed since */
    int64_t step_value, capacity;
};

static int64_t use_before(const struct sample_device *device, int step)
{
    int64_t use = 0;
    for (int i = 0; i < step; i++)
        use += device->values[i];
    return use;
}

static void install_meter(struct meter *meter, const struct sample_device *device,
                          const struct sample_plan *plan, int index)
{
    meter->step_value = sample_register_step(device);
    meter->capacity = stw_pow10(device->digits + device->scale);
    meter->start = device->start_register;
    meter->used = 0;
    for (int i = 0; i < plan->trouble_count; i++)
        if (plan->troubles[i].device == index && plan->troubles[i].effect == SAMPLE_ROLLOVER)
            meter->start =
                meter->capacity - use_before(device, plan->troubles[i].from) / meter->step_value;
}

/* What happens to the meter during a step, after its reading was taken. */
static void run_meter(struct meter *meter, const struct sample_device *device,
                      const struct sample_plan *plan, int index, int step, int64_t at_ns,
                      int64_t reading, struct exchange *exchange)
{
    const struct sample_trouble *trouble = sample_trouble_at(plan, index, SAMPLE_EXCHANGE, step);
    if (trouble != NULL && trouble->from == step) {
        *exchange =
            (struct exchange){true, at_ns + 10 * STW_NS_PER_MINUTE, reading, trouble->amount};
        meter->start = trouble->amount;
        meter->used = 0;
    }
    trouble = sample_trouble_at(plan, index, SAMPLE_RESET, step);
    if (trouble != NULL && trouble->from == step)
        meter->start = meter->used = 0;
    if (sample_trouble_at(plan, index, SAMPLE_STUCK, step) == NULL)
        meter->used += device->values[step];
}

/* The reading of every step, NO_READING where there is none. */
static int64_t *take_readings(const struct sample_property *property,
                              const struct sample_plan *plan, int index, struct exchange *exchange)
{
    const struct sample_device *device = &property->devices[index];
    const struct sample_grid *grid = &property->grids[device->site];
    int64_t *readings = sample_alloc((size_t)grid->steps + 1, sizeof(*readings));
    struct chance chance = chance_of(property->seed, "gaps", device->id);
    struct meter meter = {0};
    if (sample_device_is_register(device))
        install_meter(&meter, device, plan, index);
    int every = device->interval_min / 15;
    bool lost = true; /* never two in a row, nor the first */
    for (int i = 0; i <= grid->steps; i++) {
        int day = grid->moments[i].day;
        int64_t reading = device->values[i];
        if (sample_device_is_register(device)) {
            reading = (meter.start + meter.used / meter.step_value) % meter.capacity;
            if (i < grid->steps)
                run_meter(&meter, device, plan, index, i, sample_grid_ns(grid, i), reading,
                          exchange);
        }
        readings[i] = NO_READING;
        if (i % every != 0 || day < device->in_service ||
            (device->out_of_service != SAMPLE_NO_DAY && day >= device->out_of_service))
            continue;
        lost = chance_odds(&chance, 0.0006) && !lost;
        const struct sample_trouble *bad = sample_trouble_at(plan, index, SAMPLE_BAD_READ, i);
        if (bad != NULL)
            reading += reading + bad->amount < 0 ? -bad->amount : bad->amount;
        if (bad != NULL || (!lost && sample_trouble_at(plan, index, SAMPLE_SILENT, i) == NULL))
            readings[i] = reading;
    }
    return readings;
}

static long add_month(struct stw_buffer *out, const struct sample_device *device,
                      const struct sample_grid *grid, const int64_t *readings, int from, int to)
{
    long count = 0;
    char time[STW_STAMP_TEXT_SIZE];
    for (int i = from; i < to; i++) {
        if (readings[i] == NO_READING)
            continue;
        stw_stamp_to_iso(grid->zone, sample_grid_ns(grid, i), time);
        sample_csv_text(out, time, ',');
        sample_csv_text(out, device->id, ',');
        sample_csv_text(out, device->channel, ',');
        sample_csv_decimal(out, readings[i], device->scale, '\n');
        count++;
    }
    return count;
}

/* One file a month: device after device, as meter-reading systems export them. The last month has
 * the reading that closes it as well. */
static long write_site(const struct sample_property *property, int site,
                       int64_t *const readings[SAMPLE_DEVICES_MAX], const char *folder, int level)
{
    const struct sample_grid *grid = &property->grids[site];
    struct stw_buffer out;
    stw_buffer_init(&out);
    long count = 0;
    for (int month = 0, from = 0, to; month < grid->months; month++, from = to) {
        for (to = from; to < grid->steps && grid->moments[to].month == month; to++)
            continue;
        to += to == grid->steps;
        stw_buffer_add_text(&out, "time,device,channel,value\n");
        for (int i = 0; i < property->count; i++)
            if (property->devices[i].site == site && readings[i] != NULL)
                count += add_month(&out, &property->devices[i], grid, readings[i], from, to);
        int year, of_year;
        char name[64];
        sample_grid_month(grid, month, &year, &of_year);
        snprintf(name, sizeof(name), "%s-%04d-%02d.csv", sample_sites[site].key, year, of_year);
        sample_csv_write(&out, folder, name, level);
    }
    stw_buffer_release(&out);
    return count;
}

/* Local midnight of a day of the grid. */
static void add_date(struct stw_buffer *out, const struct sample_grid *grid, int day, char end)
{
    char time[STW_STAMP_TEXT_SIZE] = "";
    if (day != SAMPLE_NO_DAY)
        stw_stamp_to_iso(grid->zone, sample_grid_instant(grid, day, 0), time);
    sample_csv_text(out, time, end);
}

static void add_some(struct stw_buffer *out, int64_t value, char end)
{
    if (value != 0)
        sample_csv_int(out, value, end);
    else
        stw_buffer_add_char(out, end);
}

/* "15 min", "1 h", "24 h" */
static void add_duration(struct stw_buffer *out, int minutes)
{
    if (minutes % 60 == 0)
        stw_buffer_printf(out, "%d h,", minutes / 60);
    else
        stw_buffer_printf(out, "%d min,", minutes);
}

static void add_registry_row(struct stw_buffer *out, const struct sample_property *property,
                             const struct sample_device *device)
{
    const struct sample_site *site = &sample_sites[device->site];
    const struct sample_grid *grid = &property->grids[device->site];
    bool is_register = sample_device_is_register(device);
    bool has_readings = sample_device_has_readings(device);
    sample_csv_text(out, device->id, ',');
    sample_csv_text(out, device->channel, ',');
    add_date(out, grid, device->in_service, ',');
    sample_csv_text(out, site->key, ',');
    sample_csv_text(out, device->building, ',');
    sample_csv_text(out, device->dwelling, ',');
    sample_csv_text(out, sample_kind_name(device->kind), ',');
    sample_csv_text(out, device->role, ',');
    sample_csv_text(out, device->end_use, ',');
    sample_csv_text(out, device->model, ',');
    sample_csv_text(out, device->maker, ',');
    sample_csv_text(out, device->vendor, ',');
    sample_csv_text(out, site->steward, ',');
    sample_csv_text(out, device->unit, ',');
    sample_csv_text(out, is_register ? "register" : has_readings ? "gauge" : "", ',');
    add_some(out, is_register ? device->digits : 0, ',');
    if (has_readings)
        sample_csv_decimal(out, 1, device->scale, ',');
    else
        stw_buffer_add_char(out, ',');
    add_some(out, is_register ? device->multiplier : 0, ',');
    if (has_readings) {
        add_duration(out, device->interval_min);
        add_duration(out, device->reports_every_min);
    } else {
        stw_buffer_add_text(out, ",,");
    }
    sample_csv_text(out, "", ','); /* stamp: for interval values only */
    sample_csv_text(out, device->parent < 0 ? "" : property->devices[device->parent].id, ',');
    add_some(out, device->area_m2, ',');
    add_some(out, device->households, ',');
    add_date(out, grid, device->in_service, ',');
    add_date(out, grid, device->out_of_service, ',');
    add_date(out, grid, device->certificate_expires, ',');
    stw_buffer_add_text(out, ",\n");
}

/* A second row, valid from the exchange on: only what it adds. */
static void add_exchange_row(struct stw_buffer *out, const struct sample_grid *grid,
                             const struct sample_device *device, const struct exchange *exchange)
{
    char time[STW_STAMP_TEXT_SIZE];
    stw_stamp_to_iso(grid->zone, exchange->at_ns, time);
    sample_csv_text(out, device->id, ',');
    sample_csv_text(out, device->channel, ',');
    sample_csv_text(out, time, ',');
    for (int empty = 0; empty < 24; empty++)
        stw_buffer_add_char(out, ',');
    sample_csv_decimal(out, exchange->final, device->scale, ',');
    sample_csv_decimal(out, exchange->initial, device->scale, '\n');
}

static void write_registry(const struct sample_property *property,
                           const struct exchange exchanges[SAMPLE_DEVICES_MAX], const char *folder)
{
    struct stw_buffer out;
    stw_buffer_init(&out);
    stw_buffer_add_text(&out,
                        "device,channel,valid_from,site,building,dwelling,kind,role,end_use,model,"
                        "maker,vendor,steward,unit,value_kind,digits,step,multiplier,interval,"
                        "reports_every,stamp,parent,area_m2,households,in_service,out_of_service,"
                        "certificate_expires,exchange_final,exchange_initial\n");
    for (int i = 0; i < property->count; i++)
        add_registry_row(&out, property, &property->devices[i]);
    for (int i = 0; i < property->count; i++)
        if (exchanges[i].happened)
            add_exchange_row(&out, &property->grids[property->devices[i].site],
                             &property->devices[i], &exchanges[i]);
    sample_csv_write(&out, folder, "devices.csv", 0);
    stw_buffer_release(&out);
}

long sample_readings_write(const struct sample_property *property, const struct sample_plan *plan,
                           const char *folder, int level)
{
    static struct exchange exchanges[SAMPLE_DEVICES_MAX];
    int64_t *readings[SAMPLE_DEVICES_MAX] = {NULL};
    char readings_folder[400];
    snprintf(readings_folder, sizeof(readings_folder), "%s/readings", folder);
    for (int i = 0; i < property->count; i++)
        if (sample_device_has_readings(&property->devices[i]))
            readings[i] = take_readings(property, plan, i, &exchanges[i]);
    long count = 0;
    for (int site = 0; site < SAMPLE_SITES; site++)
        count += write_site(property, site, readings, readings_folder, level);
    for (int i = 0; i < property->count; i++)
        sample_free(readings[i]);
    write_registry(property, exchanges, folder);
    return count;
}
