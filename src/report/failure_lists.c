/* Units that get worse, and faults that come again; see failure_lists.h. */
#include "report/failure_lists.h"

#include <math.h>

enum { LIST_SHOWN = 30 };

struct stw_slice stw_failure_window(struct stw_report *report, const struct stw_report_scope *scope,
                                    const struct stw_failures_part *part)
{
    const struct stw_failure_spec *spec = &part->failures->spec;
    const int64_t *last_ns = &spec->months_ns[spec->month_count - 1];
    /* the middle of the month names it, wherever the accounting month starts */
    return STW_SAY(
        report, STW_WORD_WINDOW, stw_datum_count(spec->month_count),
        stw_datum_at(scope, last_ns[0] + (last_ns[1] - last_ns[0]) / 2, STW_PRECISION_MONTH));
}

struct stw_slice stw_unit_name(const struct stw_failures_part *part, uint32_t unit)
{
    return part->unit_names != NULL ? part->unit_names[unit] : part->failures->units[unit].device;
}

static uint32_t judged_trends(const struct stw_failures_part *part)
{
    uint32_t judged = 0;
    for (uint32_t i = 0; i < part->trend_count; i++)
        judged += part->trends[i].verdict == STW_VERDICT_JUDGED;
    return judged;
}

/* Where both tests must speak, the larger p is the p of both (an intersection-union test). */
static enum stw_word trend_word(const struct stw_failure_trend *trend, uint32_t judged)
{
    double worse = fmax(trend->laplace.p_worsening, trend->mil_hdbk_189.p_worsening) * judged;
    double better = fmax(trend->laplace.p_improving, trend->mil_hdbk_189.p_improving) * judged;
    if (worse < STW_TREND_ALPHA)
        return STW_WORD_WORSENING;
    if (better < STW_TREND_ALPHA)
        return STW_WORD_IMPROVING;
    return STW_WORD_NO_TREND;
}

void stw_add_trends(struct stw_report *report, struct stw_report_section *section,
                    const struct stw_failures_part *part)
{
    enum { COLUMNS = 8 };
    uint32_t judged = judged_trends(part);
    if (part->trend_count == 0)
        return;
    struct stw_slice note = STW_SAY(report, STW_WORD_TREND_NOTE, stw_datum_count(judged),
                                    stw_datum_count(part->trend_count - judged),
                                    stw_datum_count(part->failures->spec.trend_failures),
                                    stw_datum_real(STW_TREND_ALPHA, 2));
    if (judged == 0) {
        stw_section_paragraph(report, section, note); /* a table without rows says less */
        return;
    }
    const struct stw_report_column columns[COLUMNS] = {
        stw_column(report, STW_WORD_UNIT, "", STW_DATUM_TEXT),
        stw_column(report, STW_WORD_TREND, "", STW_DATUM_TEXT),
        stw_column(report, STW_WORD_FAILURES, "", STW_DATUM_COUNT),
        stw_column(report, STW_WORD_LAPLACE_U, "", STW_DATUM_REAL),
        stw_column(report, STW_WORD_LAPLACE_P, "", STW_DATUM_PROBABILITY),
        stw_column(report, STW_WORD_MIL_HDBK_P, "", STW_DATUM_PROBABILITY),
        stw_column(report, STW_WORD_REVERSE_P, "", STW_DATUM_PROBABILITY),
        stw_column(report, STW_WORD_MANN_KENDALL_P, "", STW_DATUM_PROBABILITY),
    };
    struct stw_slice id = stw_report_printf(report, "%.*s-trends", STW_SLICE_ARG(part->id));
    struct stw_report_table *table =
        stw_section_table(report, section, id.data, stw_report_word(report, STW_WORD_TRENDS),
                          part->command, columns, COLUMNS);
    for (uint32_t i = 0; i < part->trend_count; i++) {
        const struct stw_failure_trend *trend = &part->trends[i];
        if (trend->verdict != STW_VERDICT_JUDGED)
            continue;
        enum stw_word word = trend_word(trend, judged);
        bool monthly = trend->monthly_verdict == STW_VERDICT_JUDGED;
        const struct stw_report_cell cells[COLUMNS] = {
            stw_cell(stw_datum_text(stw_unit_name(part, trend->unit))),
            stw_cell_marked(stw_datum_text(stw_report_word(report, word)),
                            word == STW_WORD_WORSENING ? STW_MARK_BAD : STW_MARK_NONE),
            stw_cell(stw_datum_count((int64_t)trend->laplace.count)),
            stw_cell(stw_datum_real(trend->laplace.statistic, 2)),
            stw_cell(stw_datum_probability(trend->laplace.p_worsening)),
            stw_cell(stw_datum_probability(trend->mil_hdbk_189.p_worsening)),
            stw_cell(stw_datum_probability(trend->reverse_arrangements.p_worsening)),
            stw_cell(monthly ? stw_datum_probability(trend->monthly.p_rising)
                             : stw_datum_unjudged(report, trend->monthly_verdict)),
        };
        stw_table_add(report, table, cells);
    }
    if (table != NULL)
        stw_notes_add(report, &table->notes, note);
}

void stw_conclude_worsening(struct stw_report *report, const struct stw_report_section *section,
                            const struct stw_failures_part *part, struct stw_slice window)
{
    uint32_t judged = judged_trends(part);
    for (uint32_t i = 0; i < part->trend_count; i++) {
        const struct stw_failure_trend *trend = &part->trends[i];
        if (trend->verdict != STW_VERDICT_JUDGED || trend_word(trend, judged) != STW_WORD_WORSENING)
            continue;
        enum stw_topic topic = part->has_entrapments ? STW_TOPIC_SAFETY : STW_TOPIC_OTHER;
        stw_report_conclude(
            report, STW_MARK_BAD,
            stw_conclusion_rank(STW_MARK_BAD, topic, (double)trend->laplace.count), section,
            STW_SAY(report, STW_WORD_UNIT_WORSENS, stw_datum_text(stw_unit_name(part, trend->unit)),
                    stw_datum_count((int64_t)trend->laplace.count),
                    stw_datum_probability(trend->laplace.p_worsening),
                    stw_datum_probability(trend->mil_hdbk_189.p_worsening),
                    stw_datum_text(window)));
    }
}

void stw_add_repeats(struct stw_report *report, struct stw_report_section *section,
                     const struct stw_report_scope *scope, const struct stw_failures_part *part)
{
    enum { COLUMNS = 6 };
    if (part->repeat_count == 0)
        return;
    const struct stw_report_column columns[COLUMNS] = {
        stw_column(report, STW_WORD_UNIT, "", STW_DATUM_TEXT),
        stw_column(report, STW_WORD_CAUSE, "", STW_DATUM_TEXT),
        stw_column(report, STW_WORD_REPEATS_MOST, "", STW_DATUM_COUNT),
        stw_column(report, STW_WORD_FROM, "", STW_DATUM_TIME),
        stw_column(report, STW_WORD_UNTIL, "", STW_DATUM_TIME),
        stw_column(report, STW_WORD_IN_PERIOD, "", STW_DATUM_COUNT),
    };
    const struct stw_failure_spec *spec = &part->failures->spec;
    struct stw_slice id = stw_report_printf(report, "%.*s-repeats", STW_SLICE_ARG(part->id));
    struct stw_report_table *table = stw_section_table(
        report, section, id.data,
        STW_SAY(report, STW_WORD_REPEATS, stw_datum_duration(spec->repeat_within_ns),
                stw_datum_count(spec->repeat_count)),
        part->command, columns, COLUMNS);
    for (uint32_t i = 0; i < part->repeat_count; i++) {
        const struct stw_repeat_fault *repeat = &part->repeats[i];
        const struct stw_report_cell cells[COLUMNS] = {
            stw_cell(stw_datum_text(stw_unit_name(part, repeat->unit))),
            stw_cell(stw_datum_text(repeat->cause)),
            stw_cell(stw_datum_count(repeat->most)),
            stw_cell(stw_datum_at(scope, repeat->first_ns, STW_PRECISION_DAY)),
            stw_cell(stw_datum_at(scope, repeat->last_ns, STW_PRECISION_DAY)),
            stw_cell(stw_datum_count(repeat->total)),
        };
        stw_table_add(report, table, cells);
    }
    if (table != NULL)
        table->shown_rows = LIST_SHOWN;
}

void stw_conclude_repeats(struct stw_report *report, const struct stw_report_section *section,
                          const struct stw_failures_part *part, struct stw_slice window)
{
    if (part->repeat_count == 0)
        return;
    const struct stw_repeat_fault *worst = &part->repeats[0];
    stw_report_conclude(
        report, STW_MARK_NOTICE,
        stw_conclusion_rank(STW_MARK_NOTICE, STW_TOPIC_OTHER, part->repeat_count), section,
        STW_SAY(report, STW_WORD_REPEATS_ARE, stw_datum_count(part->repeat_count),
                stw_datum_text(stw_unit_name(part, worst->unit)), stw_datum_text(worst->cause),
                stw_datum_count(worst->most),
                stw_datum_duration(part->failures->spec.repeat_within_ns), stw_datum_text(window)));
}
