/* Failures in the report; see section_failures.h. Tables of trends and repeats: failure_lists.c. */
#include "report/section_failures.h"

#include "base/clock.h"
#include "report/failure_lists.h"

#include <math.h>

enum { LINE_COLUMNS = 9, LINES_SHOWN = 50, CHART_ROWS_MAX = 20, MONTHS_MAX = 60 };

static struct stw_datum rate(const struct stw_report *report, const struct stw_failure_line *line)
{
    if (line->rate_verdict != STW_VERDICT_JUDGED)
        return stw_datum_unjudged(report, line->rate_verdict);
    if (line->failures == 0) /* what is known is an upper bound */
        return stw_datum_interval(NAN, 0, line->rate_upper_bound, 2);
    return stw_datum_interval(line->rate_per_unit_year.value, line->rate_per_unit_year.interval.low,
                              line->rate_per_unit_year.interval.high, 2);
}

static struct stw_datum mtbf(struct stw_report *report, const struct stw_failure_line *line)
{
    if (line->rate_verdict != STW_VERDICT_JUDGED)
        return stw_datum_unjudged(report, line->rate_verdict);
    if (line->failures == 0)
        return stw_datum_text(
            STW_SAY(report, STW_WORD_AT_LEAST, stw_datum_real(line->mtbf_days.interval.low, 0)));
    return stw_datum_interval(line->mtbf_days.value, line->mtbf_days.interval.low,
                              line->mtbf_days.interval.high, 0);
}

static struct stw_datum repair(const struct stw_report *report, const struct stw_failure_line *line)
{
    if (line->repair_verdict != STW_VERDICT_JUDGED &&
        line->repair_verdict != STW_VERDICT_INCOMPLETE)
        return stw_datum_unjudged(report, line->repair_verdict);
    return stw_datum_seconds(report, line->repair_median_h * 3600);
}

static struct stw_datum availability(const struct stw_report *report,
                                     const struct stw_failure_line *line)
{
    if (line->availability_verdict != STW_VERDICT_JUDGED)
        return stw_datum_unjudged(report, line->availability_verdict);
    return stw_datum_share(line->availability, 2);
}

static struct stw_report_table *line_table(struct stw_report *report,
                                           struct stw_report_section *section,
                                           const struct stw_failures_part *part, const char *id,
                                           enum stw_word first)
{
    const struct stw_report_column columns[LINE_COLUMNS] = {
        stw_column(report, first, "", STW_DATUM_TEXT),
        stw_column(report, STW_WORD_UNITS, "", STW_DATUM_COUNT),
        stw_column(report, STW_WORD_EXPOSURE, stw_word(report->language, STW_WORD_UNIT_YEARS),
                   STW_DATUM_REAL),
        stw_column(report, STW_WORD_FAILURES, "", STW_DATUM_COUNT),
        stw_column(report, STW_WORD_ENTRAPMENTS, "", STW_DATUM_COUNT),
        stw_column(report, STW_WORD_FAILURE_RATE,
                   stw_word(report->language, STW_WORD_PER_UNIT_YEAR), STW_DATUM_INTERVAL),
        stw_column(report, STW_WORD_MTBF, stw_word(report->language, STW_WORD_DAYS),
                   STW_DATUM_INTERVAL),
        stw_column(report, STW_WORD_REPAIR_MEDIAN, "", STW_DATUM_DURATION),
        stw_column(report, STW_WORD_AVAILABILITY, "", STW_DATUM_SHARE),
    };
    struct stw_slice full = stw_report_printf(report, "%.*s-%s", STW_SLICE_ARG(part->id), id);
    struct stw_slice caption =
        STW_SAY(report, STW_WORD_FAILURES_BY, stw_datum_text(stw_report_word(report, first)));
    return stw_section_table(report, section, full.data, caption, part->command, columns,
                             LINE_COLUMNS);
}

/* The exposure in unit-years. */
static double unit_years(const struct stw_failure_line *line)
{
    return (double)line->exposure_ns / (double)STW_NS_PER_UNIT_YEAR;
}

/* Only lifts trap people: elsewhere the column stays empty and is not printed. */
static struct stw_report_cell entrapments(const struct stw_failures_part *part,
                                          const struct stw_failure_line *line)
{
    if (!part->has_entrapments)
        return stw_cell(stw_datum_none());
    return stw_cell_marked(stw_datum_count(line->entrapments),
                           line->entrapments > 0 ? STW_MARK_BAD : STW_MARK_NONE);
}

static struct stw_report_row *add_line(struct stw_report *report, struct stw_report_table *table,
                                       const struct stw_failures_part *part, struct stw_slice name,
                                       const struct stw_failure_line *line)
{
    const struct stw_report_cell cells[LINE_COLUMNS] = {
        stw_cell(stw_datum_text(name)),
        stw_cell(stw_datum_count(line->units)),
        stw_cell(stw_datum_real(unit_years(line), 2)),
        stw_cell(stw_datum_count(line->failures)),
        entrapments(part, line),
        stw_cell(rate(report, line)),
        stw_cell(mtbf(report, line)),
        stw_cell(repair(report, line)),
        stw_cell(availability(report, line)),
    };
    return stw_table_add(report, table, cells);
}

static void add_total(struct stw_report *report, struct stw_report_table *table,
                      const struct stw_failures_part *part, const struct stw_failure_line *total)
{
    struct stw_report_row *row =
        add_line(report, table, part, stw_report_word(report, STW_WORD_TOTAL), total);
    if (row != NULL)
        row->is_total = true;
}

enum line_order { BY_FAILURES, BY_RATE };

/* Lines with the most failures, or the highest rate, first; by rate those without a failure are
 * left out. */
static uint32_t rank_lines(struct stw_report *report, const struct stw_failure_lines *lines,
                           enum line_order order, uint32_t limit, const uint32_t **places)
{
    double *weights = stw_rank_weights(report, lines->count);
    for (uint32_t i = 0; weights != NULL && i < lines->count; i++) {
        const struct stw_failure_line *line = &lines->lines[i];
        bool has_rate = line->rate_verdict == STW_VERDICT_JUDGED && line->failures > 0;
        if (order == BY_FAILURES)
            weights[i] = line->failures;
        else
            weights[i] = has_rate ? line->rate_per_unit_year.value : NAN;
    }
    return stw_rank_places(report, weights, lines->count, limit, places);
}

static void add_lines(struct stw_report *report, struct stw_report_section *section,
                      const struct stw_failures_part *part, const struct stw_failure_lines *lines,
                      const char *id, enum stw_word title, bool units)
{
    struct stw_report_table *table = line_table(report, section, part, id, title);
    const uint32_t *places;
    uint32_t count = rank_lines(report, lines, BY_FAILURES, 0, &places);
    for (uint32_t i = 0; i < count; i++) {
        const struct stw_failure_line *line = &lines->lines[places[i]];
        struct stw_slice name = units ? stw_unit_name(part, places[i]) : line->name;
        add_line(report, table, part, stw_name_or_unstated(report, name), line);
    }
    add_total(report, table, part, &lines->total);
    if (table != NULL)
        table->shown_rows = LINES_SHOWN;
}

/* The line of the report's own month; NULL where the months do not end with it. */
static const struct stw_failure_line *own_month(const struct stw_report_scope *scope,
                                                const struct stw_failures_part *part)
{
    const struct stw_failure_spec *spec = &part->failures->spec;
    if (part->by_month == NULL || part->by_month->count == 0 ||
        spec->months_ns[spec->month_count - 1] != scope->from_ns)
        return NULL;
    return &part->by_month->lines[part->by_month->count - 1];
}

/* An entrapment of the month calls for action, one of the months before for attention. */
static enum stw_mark entrapment_mark(const struct stw_failure_line *month)
{
    return month == NULL || month->entrapments > 0 ? STW_MARK_BAD : STW_MARK_NOTICE;
}

/* "in 30 calls, 2 this month"; the month's own count is left out where it is not known. */
static struct stw_slice with_month(struct stw_report *report, struct stw_slice text, bool known,
                                   uint32_t count)
{
    if (!known)
        return text;
    return STW_SAY(report, STW_WORD_THIS_MONTH_IS, stw_datum_text(text), stw_datum_count(count));
}

static void add_keys(struct stw_report *report, struct stw_report_section *section,
                     const struct stw_failures_part *part, const struct stw_failure_line *total,
                     const struct stw_failure_line *month)
{
    struct stw_report_keys *keys = stw_section_keys(report, section, part->command);
    const struct stw_rate *trapped = &total->entrapments_per_100_unit_months;
    struct stw_slice interval = {"", 0};
    if (total->rate_verdict == STW_VERDICT_JUDGED && total->failures > 0)
        interval = STW_SAY(report, STW_WORD_INTERVAL_IS,
                           stw_datum_real(total->rate_per_unit_year.interval.low, 2),
                           stw_datum_real(total->rate_per_unit_year.interval.high, 2));
    struct stw_datum value = rate(report, total);
    if (value.kind == STW_DATUM_INTERVAL && total->failures > 0)
        value = stw_datum_real(total->rate_per_unit_year.value, 2);
    const struct stw_report_key figures[] = {
        {.label = stw_report_word(report, STW_WORD_FAILURES),
         .value = stw_datum_count(total->failures),
         .delta_label =
             with_month(report, STW_SAY(report, STW_WORD_IN_CALLS, stw_datum_count(total->calls)),
                        month != NULL, month == NULL ? 0 : month->failures)},
        {.label = stw_report_word(report, STW_WORD_FAILURE_RATE),
         .value = value,
         .unit = stw_report_word(report, STW_WORD_PER_UNIT_YEAR),
         .delta_label = interval},
        {.label = stw_report_word(report, STW_WORD_ENTRAPMENTS),
         .value = stw_datum_count(total->entrapments),
         .delta_label = with_month(report,
                                   STW_SAY(report, STW_WORD_PER_100_UNIT_MONTHS,
                                           stw_datum_real(trapped->value, 2),
                                           stw_datum_real(trapped->interval.low, 2),
                                           stw_datum_real(trapped->interval.high, 2)),
                                   month != NULL, month == NULL ? 0 : month->entrapments),
         .mark = total->entrapments > 0 ? entrapment_mark(month) : STW_MARK_NONE},
        {.label = stw_report_word(report, STW_WORD_AVAILABILITY),
         .value = availability(report, total)},
    };
    for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++) {
        if (i != 2 || part->has_entrapments)
            stw_keys_add(report, keys, &figures[i]);
    }
}

static void add_rate_chart(struct stw_report *report, struct stw_report_section *section,
                           const struct stw_failures_part *part)
{
    const uint32_t *places;
    uint32_t count = rank_lines(report, part->by_unit, BY_RATE, CHART_ROWS_MAX, &places);
    if (count < 2)
        return;
    double mean = part->by_unit->total.rate_per_unit_year.value;
    struct stw_report_category names[CHART_ROWS_MAX] = {{{NULL, 0}, {NULL, 0}}};
    struct stw_datum points[CHART_ROWS_MAX];
    enum stw_mark marks[CHART_ROWS_MAX];
    for (uint32_t i = 0; i < count; i++) {
        const struct stw_failure_line *line = &part->by_unit->lines[places[i]];
        names[i].label = stw_unit_name(part, places[i]);
        points[i] = rate(report, line);
        marks[i] = line->rate_per_unit_year.interval.low > mean ? STW_MARK_BAD : STW_MARK_NONE;
    }
    struct stw_slice id = stw_report_printf(report, "%.*s-rates", STW_SLICE_ARG(part->id));
    struct stw_report_chart *chart = stw_section_chart(
        report, section, STW_CHART_INTERVALS, id.data, stw_report_word(report, STW_WORD_RATE_CHART),
        stw_report_word(report, STW_WORD_PER_UNIT_YEAR), part->command);
    stw_chart_categories(report, chart, names, count);
    stw_chart_series(report, chart, stw_report_word(report, STW_WORD_FAILURE_RATE), STW_SERIES_MAIN,
                     points, marks, count);
    stw_chart_guide(report, chart, STW_SAY(report, STW_WORD_MEAN_IS, stw_datum_real(mean, 2)), mean,
                    mean);
    if (chart != NULL)
        stw_notes_add(report, &chart->notes, stw_report_word(report, STW_WORD_RATE_CHART_NOTE));
}

static void add_cause_chart(struct stw_report *report, struct stw_report_section *section,
                            const struct stw_failures_part *part)
{
    const uint32_t *places;
    uint32_t count = rank_lines(report, part->by_cause, BY_RATE, CHART_ROWS_MAX, &places);
    if (count < 2)
        return;
    struct stw_report_category names[CHART_ROWS_MAX] = {{{NULL, 0}, {NULL, 0}}};
    struct stw_datum counts[CHART_ROWS_MAX], shares[CHART_ROWS_MAX];
    uint64_t sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct stw_failure_line *line = &part->by_cause->lines[places[i]];
        sum += line->failures;
        names[i].label = stw_name_or_unstated(report, line->name);
        counts[i] = stw_datum_count(line->failures);
        shares[i] = stw_datum_share((double)sum / part->by_cause->total.failures, 0);
    }
    struct stw_slice id = stw_report_printf(report, "%.*s-pareto", STW_SLICE_ARG(part->id));
    struct stw_report_chart *chart = stw_section_chart(
        report, section, STW_CHART_RANKED, id.data, stw_report_word(report, STW_WORD_CAUSES),
        stw_report_word(report, STW_WORD_FAILURES), part->command);
    stw_chart_categories(report, chart, names, count);
    stw_chart_series(report, chart, stw_report_word(report, STW_WORD_FAILURES), STW_SERIES_MAIN,
                     counts, NULL, count);
    stw_chart_series(report, chart, stw_report_word(report, STW_WORD_CUMULATIVE), STW_SERIES_OTHER,
                     shares, NULL, count);
}

static void add_month_chart(struct stw_report *report, struct stw_report_section *section,
                            const struct stw_report_scope *scope,
                            const struct stw_failures_part *part)
{
    uint32_t count = part->by_month->count;
    if (count < 3 || count > MONTHS_MAX)
        return;
    struct stw_report_category months[MONTHS_MAX];
    struct stw_datum points[MONTHS_MAX];
    for (uint32_t i = 0; i < count; i++) {
        /* the middle of the month names it, wherever the accounting month starts */
        int64_t from_ns = part->failures->spec.months_ns[i];
        int64_t to_ns = part->failures->spec.months_ns[i + 1];
        months[i] = stw_month_category(report, scope, from_ns + (to_ns - from_ns) / 2);
        points[i] = rate(report, &part->by_month->lines[i]);
        if (part->by_month->lines[i].failures == 0 && points[i].kind == STW_DATUM_INTERVAL)
            points[i].interval.estimate = 0;
        if (points[i].kind == STW_DATUM_ABSENT)
            points[i] = stw_datum_none();
    }
    struct stw_slice id = stw_report_printf(report, "%.*s-months", STW_SLICE_ARG(part->id));
    struct stw_report_chart *chart = stw_section_chart(
        report, section, STW_CHART_LINE, id.data, stw_report_word(report, STW_WORD_RATE_BY_MONTH),
        stw_report_word(report, STW_WORD_PER_UNIT_YEAR), part->command);
    stw_chart_categories(report, chart, months, count);
    stw_chart_series(report, chart, stw_report_word(report, STW_WORD_FAILURE_RATE), STW_SERIES_MAIN,
                     points, NULL, count);
}

static void add_account(struct stw_report *report, struct stw_report_section *section,
                        const struct stw_failures *failures, uint32_t lost)
{
    stw_section_paragraph(
        report, section,
        STW_SAY(report, STW_WORD_FAILURE_ACCOUNT,
                stw_datum_count(failures->by_class[STW_EVENT_CORRECTIVE]),
                stw_datum_count(failures->repeats),
                stw_datum_count((int64_t)failures->by_class[STW_EVENT_MAINTENANCE] +
                                failures->by_class[STW_EVENT_TEST] +
                                failures->by_class[STW_EVENT_OTHER]),
                stw_datum_count(failures->unregistered), stw_datum_count(failures->not_in_service),
                stw_datum_count(failures->service_unknown)));
    if (failures->began_unseen + lost > 0)
        stw_section_paragraph(report, section,
                              STW_SAY(report, STW_WORD_FAILURE_CENSORED,
                                      stw_datum_count(failures->began_unseen),
                                      stw_datum_count(lost)));
    stw_section_paragraph(report, section,
                          STW_SAY(report, STW_WORD_FAILURE_METHOD,
                                  stw_datum_duration(failures->spec.repeat_window_ns),
                                  stw_datum_share(failures->spec.confidence, 0)));
}

static void conclude_entrapments(struct stw_report *report,
                                 const struct stw_report_section *section,
                                 const struct stw_failure_line *total,
                                 const struct stw_failure_line *month, struct stw_slice window)
{
    enum stw_mark mark = entrapment_mark(month);
    struct stw_slice of_them = {"", 0};
    if (month != NULL)
        of_them = STW_SAY(report, STW_WORD_OF_THEM_THIS_MONTH, stw_datum_count(month->entrapments));
    stw_report_conclude(
        report, mark, stw_conclusion_rank(mark, STW_TOPIC_SAFETY, total->entrapments), section,
        STW_SAY(report, STW_WORD_ENTRAPMENTS_ARE, stw_datum_count(total->entrapments),
                stw_datum_real(total->entrapments_per_100_unit_months.value, 2),
                stw_datum_count(total->units), stw_datum_text(window), stw_datum_text(of_them)));
}

void stw_report_add_failures(struct stw_report *report, const struct stw_report_scope *scope,
                             const struct stw_failures_part *part)
{
    if (part->failures->unit_count == 0)
        return;
    const struct stw_failure_line *total = &part->by_unit->total;
    const struct stw_failure_line *month = own_month(scope, part);
    struct stw_slice window = stw_failure_window(report, scope, part);
    struct stw_report_section *section = stw_report_add_section(
        report, STW_SAY(report, STW_WORD_SECTION_FAILURES, stw_datum_text(part->equipment),
                        stw_datum_text(window)));
    if (part->has_entrapments && total->entrapments > 0)
        conclude_entrapments(report, section, total, month, window);
    stw_conclude_worsening(report, section, part, window);
    stw_conclude_repeats(report, section, part, window);
    add_keys(report, section, part, total, month);
    add_rate_chart(report, section, part);
    add_lines(report, section, part, part->by_unit, "units", STW_WORD_UNIT, true);
    if (part->by_group != NULL)
        add_lines(report, section, part, part->by_group, "groups", part->group_title, false);
    if (part->by_cause != NULL) {
        add_cause_chart(report, section, part);
        add_lines(report, section, part, part->by_cause, "causes", STW_WORD_CAUSE, false);
    }
    if (part->by_month != NULL)
        add_month_chart(report, section, scope, part);
    stw_add_trends(report, section, part);
    stw_add_repeats(report, section, scope, part);
    add_account(report, section, part->failures, part->by_unit->total.lost);
}
