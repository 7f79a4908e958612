/* Charts of the energy section; see energy_charts.h. */
#include "report/energy_charts.h"

#include <math.h>

enum { MONTHS_SHOWN = 13, RANKED_MAX = 20 };

static bool same_group(const struct stw_energy_history *history, struct stw_slice kind,
                       struct stw_slice unit, struct stw_slice role)
{
    return stw_slice_equal(history->kind, kind) && stw_slice_equal(history->unit, unit) &&
           stw_slice_equal(history->role, role);
}

int stw_energy_history_add(struct stw_energy_history **list, const struct stw_energy_meter *meter,
                           uint32_t month_count, struct stw_arena *arena, struct stw_error *err)
{
    while (*list != NULL && !same_group(*list, meter->kind, meter->unit, meter->role))
        list = &(*list)->next;
    if (*list == NULL) {
        struct stw_energy_history *history = STW_ARENA_NEW(arena, struct stw_energy_history);
        struct stw_wide *uses = STW_ARENA_ARRAY(arena, struct stw_wide, month_count);
        uint32_t *meters = STW_ARENA_ARRAY(arena, uint32_t, month_count);
        if (history == NULL || uses == NULL || meters == NULL)
            return stw_fail_memory(err, month_count * sizeof(*uses));
        *history = (struct stw_energy_history){.kind = stw_arena_copy(arena, meter->kind),
                                               .unit = stw_arena_copy(arena, meter->unit),
                                               .role = stw_arena_copy(arena, meter->role),
                                               .uses = uses,
                                               .meters = meters};
        if (history->kind.data == NULL || history->unit.data == NULL || history->role.data == NULL)
            return stw_fail_memory(err, meter->kind.size + meter->unit.size + meter->role.size);
        *list = history;
    }
    struct stw_energy_history *history = *list;
    for (uint32_t i = 0; i < month_count; i++) {
        if (!meter->uses[i].has_data)
            continue;
        if (!stw_wide_add(history->uses[i], meter->uses[i].use, &history->uses[i]))
            return stw_fail(err, STW_ERR_LIMIT,
                            "the use of all %.*s meters in month %u is too large",
                            STW_SLICE_ARG(meter->kind), i + 1);
        history->meters[i]++;
    }
    return STW_OK;
}

static struct stw_datum month_use(const struct stw_energy_history *history, uint32_t month)
{
    return history->meters[month] == 0 ? stw_datum_none() : stw_datum_wide(history->uses[month], 0);
}

/* The place of that month among the spec's, or month_count. */
static uint32_t find_month(const struct stw_energy_spec *spec, int year, int month)
{
    for (uint32_t i = 0; i < spec->month_count; i++) {
        if (spec->months[i].year == year && spec->months[i].month == month)
            return i;
    }
    return spec->month_count;
}

void stw_add_energy_months(struct stw_report *report, struct stw_report_section *section,
                           const struct stw_energy_part *part, const struct stw_energy_group *group)
{
    const struct stw_energy_spec *spec = &part->energy->spec;
    const struct stw_energy_line *total = group->total;
    const struct stw_energy_history *history = part->history;
    while (history != NULL && !same_group(history, total->kind, total->unit, total->role))
        history = history->next;
    uint32_t count = spec->month_count < MONTHS_SHOWN ? spec->month_count : MONTHS_SHOWN;
    if (history == NULL || count < 2)
        return;
    struct stw_report_category months[MONTHS_SHOWN];
    struct stw_datum now[MONTHS_SHOWN], before[MONTHS_SHOWN];
    uint32_t with_before = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t place = spec->month_count - count + i;
        const struct stw_energy_month *month = &spec->months[place];
        months[i].label =
            stw_report_word(report, (enum stw_word)(STW_WORD_MONTH_1 + month->month - 1));
        months[i].group = stw_report_printf(report, "%04d", month->year);
        now[i] = month_use(history, place);
        uint32_t year_before = find_month(spec, month->year - 1, month->month);
        before[i] =
            year_before < spec->month_count ? month_use(history, year_before) : stw_datum_none();
        with_before += before[i].kind != STW_DATUM_NONE;
    }
    struct stw_slice id = stw_report_printf(report, "energy-months-%u", group->number);
    struct stw_report_chart *chart =
        stw_section_chart(report, section, STW_CHART_BARS, id.data,
                          STW_SAY(report, STW_WORD_USE_BY_MONTH, stw_datum_text(group->name)),
                          group->unit, group->command);
    stw_chart_categories(report, chart, months, count);
    if (with_before > 0)
        stw_chart_series(report, chart, stw_report_word(report, STW_WORD_YEAR_BEFORE),
                         STW_SERIES_PREVIOUS, before, NULL, count);
    stw_chart_series(report, chart, stw_report_word(report, STW_WORD_THIS_YEAR), STW_SERIES_MAIN,
                     now, NULL, count);
    if (chart != NULL && group->number == 1) /* it holds for those that follow */
        stw_notes_add(report, &chart->notes, stw_report_word(report, STW_WORD_USE_CHART_NOTE));
}

static const struct stw_intensity *year_intensity(const struct stw_energy_line *line)
{
    return &line->against[STW_AGAINST_YEAR_TO_DATE].current.per_area;
}

/* Buildings with an area, highest use per area first: places among the group's lines. */
static uint32_t rank_buildings(struct stw_report *report, const struct stw_energy *energy,
                               const struct stw_energy_group *group, const uint32_t **places)
{
    uint32_t count = group->end - group->first;
    double *weights = stw_rank_weights(report, count);
    for (uint32_t i = 0; weights != NULL && i < count; i++) {
        const struct stw_energy_line *line = energy->lines[group->first + i];
        bool known = line->level == STW_LEVEL_BUILDING &&
                     line->against[STW_AGAINST_YEAR_TO_DATE].verdict != STW_VERDICT_NO_DATA &&
                     year_intensity(line)->verdict == STW_VERDICT_JUDGED;
        weights[i] = known ? year_intensity(line)->value : NAN;
    }
    return stw_rank_places(report, weights, count, RANKED_MAX, places);
}

void stw_add_energy_intensity(struct stw_report *report, struct stw_report_section *section,
                              const struct stw_energy_part *part,
                              const struct stw_energy_group *group)
{
    const uint32_t *places;
    uint32_t count = rank_buildings(report, part->energy, group, &places);
    if (count < 2)
        return;
    struct stw_report_category names[RANKED_MAX] = {{{NULL, 0}, {NULL, 0}}};
    struct stw_datum points[RANKED_MAX];
    for (uint32_t i = 0; i < count; i++) {
        const struct stw_energy_line *line = part->energy->lines[group->first + places[i]];
        names[i].label = stw_name_or_unstated(report, line->building);
        points[i] = stw_datum_real(year_intensity(line)->value, 2);
    }
    struct stw_slice id = stw_report_printf(report, "energy-intensity-%u", group->number);
    struct stw_report_chart *chart = stw_section_chart(
        report, section, STW_CHART_RANKED, id.data,
        STW_SAY(report, STW_WORD_INTENSITY_BY_BUILDING, stw_datum_text(group->name)),
        stw_report_printf(report, "%.*s/m\u00b2", STW_SLICE_ARG(group->unit)), group->command);
    stw_chart_categories(report, chart, names, count);
    stw_chart_series(report, chart, stw_report_word(report, STW_WORD_PER_AREA), STW_SERIES_MAIN,
                     points, NULL, count);
}
