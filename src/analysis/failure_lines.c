/*
 * Rates, repair times and availability of failures, by unit, key, cause and month; see failures.h.
 *
 * Every breakdown is the same: failures and exposure fall into lines, and a line is finished from
 * its sums. Only where the exposure comes from differs.
 */
#include "analysis/failures.h"
#include "analysis/groups.h"
#include "base/clock.h"
#include "stat/survival.h"

#include <math.h>

static int64_t later_of(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t earlier_of(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* What two stretches of time share; 0 when they do not meet. */
static int64_t shared_ns(int64_t a_from, int64_t a_to, int64_t b_from, int64_t b_to)
{
    int64_t from = later_of(a_from, b_from);
    int64_t to = earlier_of(a_to, b_to);
    return to > from ? to - from : 0;
}

/* Of the unit within one month, up to as-of. */
static int64_t month_exposure(const struct stw_failures *failures, uint32_t unit, uint32_t month)
{
    const struct stw_failure_spec *spec = &failures->spec;
    return shared_ns(failures->units[unit].in_service_ns, failures->units[unit].out_of_service_ns,
                     spec->months_ns[month],
                     earlier_of(spec->months_ns[month + 1], spec->as_of_ns));
}

static void add_exposure(const struct stw_failures *failures, uint32_t unit, uint32_t month,
                         struct stw_failure_line *line)
{
    const int64_t *months = failures->spec.months_ns;
    int64_t exposure = month_exposure(failures, unit, month);
    line->exposure_ns += exposure;
    line->unit_months += (double)exposure / (double)(months[month + 1] - months[month]);
}

/* All months of a unit; it counts as a unit of the line when it was in service at all. */
static void add_unit(const struct stw_failures *failures, uint32_t unit,
                     struct stw_failure_line *line)
{
    stw_int128 before = line->exposure_ns;
    for (uint32_t month = 0; month < failures->spec.month_count; month++)
        add_exposure(failures, unit, month, line);
    line->units += line->exposure_ns > before;
}

/* Downtime of a failure between two instants while its unit was in service. */
static int64_t downtime_ns(const struct stw_failures *failures, const struct stw_failure *failure,
                           int64_t from_ns, int64_t to_ns)
{
    const struct stw_failure_unit *unit = &failures->units[failure->unit];
    int64_t from = later_of(from_ns, unit->in_service_ns);
    int64_t to = earlier_of(earlier_of(to_ns, failures->spec.as_of_ns), unit->out_of_service_ns);
    int64_t sum = 0;
    for (uint32_t i = 0; i < failure->stop_count; i++) {
        const struct stw_stop *stop = &failures->stops[failure->first_stop + i];
        sum += shared_ns(stop->at_ns, stop->end_ns, from, to);
    }
    return sum;
}

static void add_failure(const struct stw_failure *failure, struct stw_failure_line *line)
{
    if (!failure->counted)
        return;
    line->failures++;
    line->calls += failure->calls;
    line->entrapments += failure->entrapment;
    line->ended += failure->end == STW_FAILURE_ENDED;
    line->open += failure->end == STW_FAILURE_OPEN;
    line->lost += failure->end == STW_FAILURE_LOST;
    line->end_unknown += failure->end == STW_FAILURE_END_UNKNOWN;
}

static void finish_rates(struct stw_failure_line *line, double confidence)
{
    double unit_years = (double)line->exposure_ns / (double)STW_NS_PER_UNIT_YEAR;
    double unit_days = (double)line->exposure_ns / (double)STW_NS_PER_DAY;
    line->rate_verdict = line->exposure_ns > 0 ? STW_VERDICT_JUDGED : STW_VERDICT_NO_EXPOSURE;
    line->rate_per_unit_year = stw_rate_of(line->failures, unit_years, confidence);
    line->rate_upper_bound = stw_rate_upper_bound(line->failures, unit_years, confidence);
    line->mtbf_days = stw_mtbf_of(line->failures, unit_days, confidence);
    line->entrapments_per_100_unit_months =
        stw_rate_of(line->entrapments, line->unit_months / 100, confidence);
    line->availability = NAN;
    line->availability_verdict = STW_VERDICT_NO_EXPOSURE;
    if (line->exposure_ns > 0) {
        line->availability = 1 - (double)line->downtime_ns / (double)line->exposure_ns;
        line->availability_verdict =
            line->end_unknown + line->lost > 0 ? STW_VERDICT_INCOMPLETE : STW_VERDICT_JUDGED;
    }
}

static double hours(int64_t ns)
{
    return (double)ns / (double)STW_NS_PER_HOUR;
}

static int finish_repairs(const struct stw_failures *failures, const uint32_t *members,
                          uint32_t count, struct stw_failure_line *line, struct stw_arena *arena,
                          struct stw_error *err)
{
    struct stw_lifetime *repairs = STW_ARENA_ARRAY(arena, struct stw_lifetime, count);
    if (repairs == NULL)
        return stw_fail_memory(err, count * sizeof(*repairs));
    size_t used = 0;
    double total_h = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct stw_failure *failure = &failures->failures[members[i]];
        if (!failure->counted || failure->end == STW_FAILURE_END_UNKNOWN)
            continue;
        double length = hours(failure->down_ns);
        repairs[used++] = (struct stw_lifetime){length, failure->end == STW_FAILURE_ENDED};
        total_h += length;
    }
    line->repair_verdict = line->ended == 0        ? STW_VERDICT_NO_DATA
                           : line->end_unknown > 0 ? STW_VERDICT_INCOMPLETE
                                                   : STW_VERDICT_JUDGED;
    line->repair_mean_h = line->ended == 0 ? NAN : total_h / line->ended;
    line->repair_median_h = NAN;
    line->repair_median_interval_h = (struct stw_interval){NAN, NAN};
    if (used == 0)
        return STW_OK;
    struct stw_survival curve;
    STW_TRY(stw_survival_fit(repairs, used, arena, &curve, err));
    line->repair_median_h = stw_survival_quantile(&curve, 0.5);
    line->repair_median_interval_h =
        stw_survival_quantile_interval(&curve, 0.5, failures->spec.confidence);
    return STW_OK;
}

/* Counts, downtime of the period, and everything that follows; exposure is there already. */
static int finish_line(const struct stw_failures *failures, const uint32_t *members, uint32_t count,
                       struct stw_failure_line *line, struct stw_arena *arena,
                       struct stw_error *err)
{
    const struct stw_failure_spec *spec = &failures->spec;
    for (uint32_t i = 0; i < count; i++) {
        const struct stw_failure *failure = &failures->failures[members[i]];
        add_failure(failure, line);
        line->downtime_ns +=
            downtime_ns(failures, failure, spec->months_ns[0], spec->months_ns[spec->month_count]);
    }
    finish_rates(line, spec->confidence);
    return finish_repairs(failures, members, count, line, arena, err);
}

static int finish_total(const struct stw_failures *failures, struct stw_arena *arena,
                        struct stw_failure_line *total, struct stw_error *err)
{
    struct stw_groups all;
    *total = (struct stw_failure_line){.name = STW_SLICE("")};
    for (uint32_t unit = 0; unit < failures->unit_count; unit++)
        add_unit(failures, unit, total);
    STW_TRY(stw_groups_build(NULL, failures->failure_count, arena, &all, err));
    return finish_line(failures, all.members, failures->failure_count, total, arena, err);
}

static struct stw_failure_line *new_lines(uint32_t count, struct stw_arena *arena,
                                          struct stw_failure_lines *out)
{
    struct stw_failure_line *lines = STW_ARENA_ARRAY(arena, struct stw_failure_line, count);
    out->lines = lines;
    out->count = count;
    return lines;
}

static int finish_groups(const struct stw_failures *failures, const struct stw_groups *groups,
                         struct stw_failure_line *lines, struct stw_arena *arena,
                         struct stw_error *err)
{
    for (uint32_t g = 0; g < groups->count; g++)
        STW_TRY(finish_line(failures, groups->members + groups->starts[g],
                            groups->starts[g + 1] - groups->starts[g], &lines[g], arena, err));
    return STW_OK;
}

/* Lines of units: unit i falls into line[i]. */
static int by_unit_line(const struct stw_failures *failures, const uint32_t *line_of,
                        const struct stw_slice *names, uint32_t line_count, struct stw_arena *arena,
                        struct stw_failure_lines *out, struct stw_error *err)
{
    STW_TRY(finish_total(failures, arena, &out->total, err));
    struct stw_failure_line *lines = new_lines(line_count, arena, out);
    uint32_t *of = STW_ARENA_ARRAY(arena, uint32_t, failures->failure_count);
    if (lines == NULL || of == NULL)
        return stw_fail_memory(err, line_count * sizeof(*lines));
    for (uint32_t g = 0; g < line_count; g++)
        lines[g].name = names[g];
    for (uint32_t unit = 0; unit < failures->unit_count; unit++)
        add_unit(failures, unit, &lines[line_of[unit]]);
    for (uint32_t i = 0; i < failures->failure_count; i++)
        of[i] = line_of[failures->failures[i].unit];
    struct stw_groups groups;
    STW_TRY(stw_groups_number(of, failures->failure_count, line_count, arena, &groups, err));
    return finish_groups(failures, &groups, lines, arena, err);
}

int stw_failures_by_key(const struct stw_failures *failures, const struct stw_slice *keys,
                        struct stw_arena *arena, struct stw_failure_lines *out,
                        struct stw_error *err)
{
    struct stw_groups groups;
    STW_TRY(stw_groups_build(keys, failures->unit_count, arena, &groups, err));
    return by_unit_line(failures, groups.of, groups.names, groups.count, arena, out, err);
}

int stw_failures_by_unit(const struct stw_failures *failures, struct stw_arena *arena,
                         struct stw_failure_lines *out, struct stw_error *err)
{
    struct stw_slice *keys = STW_ARENA_ARRAY(arena, struct stw_slice, failures->unit_count);
    if (keys == NULL)
        return stw_fail_memory(err, failures->unit_count * sizeof(*keys));
    for (uint32_t unit = 0; unit < failures->unit_count; unit++)
        keys[unit] = failures->units[unit].device;
    return stw_failures_by_key(failures, keys, arena, out, err);
}

int stw_failures_by_cause(const struct stw_failures *failures, struct stw_arena *arena,
                          struct stw_failure_lines *out, struct stw_error *err)
{
    struct stw_slice *keys = STW_ARENA_ARRAY(arena, struct stw_slice, failures->failure_count);
    if (keys == NULL)
        return stw_fail_memory(err, failures->failure_count * sizeof(*keys));
    for (uint32_t i = 0; i < failures->failure_count; i++)
        keys[i] = failures->failures[i].cause;
    struct stw_groups groups;
    STW_TRY(stw_groups_build(keys, failures->failure_count, arena, &groups, err));
    STW_TRY(finish_total(failures, arena, &out->total, err));
    struct stw_failure_line *lines = new_lines(groups.count, arena, out);
    if (lines == NULL)
        return stw_fail_memory(err, groups.count * sizeof(*lines));
    for (uint32_t g = 0; g < groups.count; g++) {
        lines[g].name = groups.names[g];
        lines[g].units = out->total.units;
        lines[g].exposure_ns = out->total.exposure_ns;
        lines[g].unit_months = out->total.unit_months;
    }
    STW_TRY(finish_groups(failures, &groups, lines, arena, err));
    out->count = 0; /* causes that only occur outside the period are no lines of it */
    for (uint32_t g = 0; g < groups.count; g++)
        if (lines[g].failures > 0 || lines[g].downtime_ns > 0)
            lines[out->count++] = lines[g];
    return STW_OK;
}

int stw_failures_by_month(const struct stw_failures *failures, struct stw_arena *arena,
                          struct stw_failure_lines *out, struct stw_error *err)
{
    const struct stw_failure_spec *spec = &failures->spec;
    STW_TRY(finish_total(failures, arena, &out->total, err));
    struct stw_failure_line *lines = new_lines(spec->month_count, arena, out);
    uint32_t *of = STW_ARENA_ARRAY(arena, uint32_t, failures->failure_count);
    if (lines == NULL || of == NULL)
        return stw_fail_memory(err, spec->month_count * sizeof(*lines));
    for (uint32_t month = 0; month < spec->month_count; month++) {
        for (uint32_t unit = 0; unit < failures->unit_count; unit++) {
            add_exposure(failures, unit, month, &lines[month]);
            lines[month].units += month_exposure(failures, unit, month) > 0;
        }
        for (uint32_t i = 0; i < failures->failure_count; i++)
            lines[month].downtime_ns +=
                downtime_ns(failures, &failures->failures[i], spec->months_ns[month],
                            spec->months_ns[month + 1]);
    }
    for (uint32_t i = 0; i < failures->failure_count; i++) {
        of[i] = failures->failures[i].month;
        if (failures->failures[i].counted)
            add_failure(&failures->failures[i], &lines[of[i]]);
    }
    struct stw_groups groups;
    STW_TRY(stw_groups_number(of, failures->failure_count, spec->month_count, arena, &groups, err));
    for (uint32_t month = 0; month < spec->month_count; month++) {
        finish_rates(&lines[month], spec->confidence);
        STW_TRY(finish_repairs(failures, groups.members + groups.starts[month],
                               groups.starts[month + 1] - groups.starts[month], &lines[month],
                               arena, err));
    }
    return STW_OK;
}
