/* The time grid of a site; see sample_grid.h. */
#include "sample_grid.h"

#include "sample_csv.h"
#include "time/civil.h"

/* Public holidays as yyyymmdd, first and last day. */
static const struct {
    enum sample_country country;
    int first, last;
} holidays[] = {
    {SAMPLE_CHINA, 20251001, 20251008},   {SAMPLE_CHINA, 20260101, 20260103},
    {SAMPLE_CHINA, 20260215, 20260223},   {SAMPLE_CHINA, 20260404, 20260406},
    {SAMPLE_CHINA, 20260501, 20260505},   {SAMPLE_CHINA, 20260619, 20260621},
    {SAMPLE_CHINA, 20260925, 20260927},   {SAMPLE_CHINA, 20261001, 20261007},
    {SAMPLE_GERMANY, 20251003, 20251003}, {SAMPLE_GERMANY, 20251225, 20251226},
    {SAMPLE_GERMANY, 20260101, 20260101}, {SAMPLE_GERMANY, 20260403, 20260403},
    {SAMPLE_GERMANY, 20260406, 20260406}, {SAMPLE_GERMANY, 20260501, 20260501},
    {SAMPLE_GERMANY, 20260514, 20260514}, {SAMPLE_GERMANY, 20260525, 20260525},
    {SAMPLE_GERMANY, 20261003, 20261003},
};

static bool is_holiday(enum sample_country country, const struct stw_civil *date)
{
    int number = date->year * 10000 + date->month * 100 + date->day;
    for (size_t i = 0; i < sizeof(holidays) / sizeof(holidays[0]); i++)
        if (holidays[i].country == country && number >= holidays[i].first &&
            number <= holidays[i].last)
            return true;
    return false;
}

static int64_t local_midnight(const struct stw_zone *zone, int64_t days)
{
    struct stw_local local;
    stw_zone_local(zone, days * STW_NS_PER_DAY, &local);
    return local.ns;
}

void sample_grid_month(const struct sample_grid *grid, int month, int *year, int *of_year)
{
    int count = grid->first_year * 12 + grid->first_month - 1 + month;
    *year = count / 12;
    *of_year = count % 12 + 1;
}

static void fill_moments(struct sample_grid *grid, enum sample_country country)
{
    int64_t previous_day = -1;
    struct stw_civil date = {0};
    struct sample_moment moment = {0};
    for (int i = 0; i <= grid->steps; i++) {
        int64_t at = sample_grid_ns(grid, i), local = stw_zone_to_local(grid->zone, at);
        int64_t day = stw_floor_div(local, STW_NS_PER_DAY);
        moment.offset_s = (int32_t)((local - at) / STW_NS_PER_SECOND);
        moment.minute = (uint16_t)((local - day * STW_NS_PER_DAY) / STW_NS_PER_MINUTE);
        if (day != previous_day) {
            previous_day = day;
            stw_civil_of_days(day, &date);
            moment.day = (uint16_t)(day - grid->first_day);
            moment.year_day = (uint16_t)(day - stw_civil_days(date.year, 1, 1));
            moment.month =
                (uint8_t)((date.year - grid->first_year) * 12 + date.month - grid->first_month);
            moment.weekday = (uint8_t)stw_days_weekday(day);
            moment.holiday = is_holiday(country, &date);
            moment.workday = moment.weekday <= 5 && !moment.holiday;
        }
        grid->moments[i] = moment;
    }
}

void sample_grid_init(struct sample_grid *grid, const char *zone, enum sample_country country,
                      int year, int month, int months)
{
    struct stw_error err;
    if (stw_zone_load(zone, &grid->zone, &err) != STW_OK)
        sample_die("%s", err.what);
    grid->first_year = year;
    grid->first_month = month;
    grid->months = months;
    int end_year, end_month;
    sample_grid_month(grid, months, &end_year, &end_month);
    grid->first_day = stw_civil_days(year, month, 1);
    int64_t end_day = stw_civil_days(end_year, end_month, 1);
    grid->days = (int)(end_day - grid->first_day);
    grid->start_ns = local_midnight(grid->zone, grid->first_day);
    grid->steps = (int)((local_midnight(grid->zone, end_day) - grid->start_ns) / SAMPLE_STEP_NS);
    grid->moments = sample_alloc((size_t)grid->steps + 1, sizeof(*grid->moments));
    fill_moments(grid, country);
}

void sample_grid_release(struct sample_grid *grid)
{
    stw_zone_free(grid->zone);
    sample_free(grid->moments);
}

int64_t sample_grid_instant(const struct sample_grid *grid, int day, int second)
{
    struct stw_local local;
    stw_zone_local(grid->zone,
                   (grid->first_day + day) * STW_NS_PER_DAY + second * STW_NS_PER_SECOND, &local);
    return local.ns;
}

int sample_grid_step(const struct sample_grid *grid, int day, int minute)
{
    return (int)((sample_grid_instant(grid, day, minute * 60) - grid->start_ns) / SAMPLE_STEP_NS);
}
