/* Duties, data quality and method; see section_checks.h. */
#include "report/section_checks.h"

#include <math.h>

enum { MISSED_SHOWN = 30, METERS_SHOWN = 40, REJECTS_SHOWN = 20 };

static void add_duty(struct stw_report *report, struct stw_report_table *table,
                     const struct stw_report_duty *duty)
{
    const struct stw_report_cell cells[] = {
        stw_cell(stw_datum_text(duty->name)),
        stw_cell(stw_datum_count(duty->devices)),
        stw_cell(stw_datum_count(duty->due)),
        stw_cell(stw_datum_count(duty->on_time)),
        stw_cell_marked(stw_datum_count(duty->late),
                        duty->late > 0 ? STW_MARK_NOTICE : STW_MARK_NONE),
        stw_cell_marked(stw_datum_count(duty->missed),
                        duty->missed > 0 ? STW_MARK_BAD : STW_MARK_NONE),
        stw_cell(duty->due == 0 ? stw_datum_unjudged(report, STW_VERDICT_NO_DATA)
                                : stw_datum_share((double)duty->on_time / duty->due, 1)),
    };
    stw_table_add(report, table, cells);
}

static void add_missed(struct stw_report *report, struct stw_report_section *section,
                       const struct stw_report_scope *scope, const struct stw_duties_part *part)
{
    if (part->missed_count == 0)
        return;
    const struct stw_report_column columns[] = {
        stw_column(report, STW_WORD_DUTY, "", STW_DATUM_TEXT),
        stw_column(report, STW_WORD_UNIT, "", STW_DATUM_TEXT),
        stw_column(report, STW_WORD_DUE_AT, "", STW_DATUM_TIME),
        stw_column(report, STW_WORD_DONE_AT, "", STW_DATUM_TIME),
    };
    struct stw_report_table *table = stw_section_table(
        report, section, "duties-missed", stw_report_word(report, STW_WORD_MISSED_LIST),
        part->command, columns, sizeof(columns) / sizeof(columns[0]));
    for (uint32_t i = 0; i < part->missed_count; i++) {
        const struct stw_report_missed *missed = &part->missed[i];
        const struct stw_report_cell cells[] = {
            stw_cell(stw_datum_text(missed->duty)),
            stw_cell(stw_datum_text(missed->device)),
            stw_cell(stw_datum_at(scope, missed->due_ns - 1, STW_PRECISION_DAY)),
            missed->done_ns == INT64_MIN
                ? stw_cell_marked(stw_datum_text(stw_report_word(report, STW_WORD_NOT_DONE)),
                                  STW_MARK_BAD)
                : stw_cell_marked(stw_datum_at(scope, missed->done_ns, STW_PRECISION_DAY),
                                  STW_MARK_NOTICE),
        };
        stw_table_add(report, table, cells);
    }
    if (table != NULL)
        table->shown_rows = MISSED_SHOWN;
}

void stw_report_add_duties(struct stw_report *report, const struct stw_report_scope *scope,
                           const struct stw_duties_part *part)
{
    if (part->duty_count == 0)
        return;
    struct stw_report_section *section =
        stw_report_add_section(report, stw_report_word(report, STW_WORD_SECTION_DUTIES));
    const struct stw_report_column columns[] = {
        stw_column(report, STW_WORD_DUTY, "", STW_DATUM_TEXT),
        stw_column(report, STW_WORD_UNITS, "", STW_DATUM_COUNT),
        stw_column(report, STW_WORD_DUE, "", STW_DATUM_COUNT),
        stw_column(report, STW_WORD_ON_TIME, "", STW_DATUM_COUNT),
        stw_column(report, STW_WORD_LATE, "", STW_DATUM_COUNT),
        stw_column(report, STW_WORD_MISSED, "", STW_DATUM_COUNT),
        stw_column(report, STW_WORD_ON_TIME_SHARE, "", STW_DATUM_SHARE),
    };
    struct stw_report_table *table =
        stw_section_table(report, section, "duties", stw_report_word(report, STW_WORD_DUTY_TABLE),
                          part->command, columns, sizeof(columns) / sizeof(columns[0]));
    uint64_t missed = 0, late = 0, due = 0;
    for (uint32_t i = 0; i < part->duty_count; i++) {
        add_duty(report, table, &part->duties[i]);
        missed += part->duties[i].missed;
        late += part->duties[i].late;
        due += part->duties[i].due;
    }
    add_missed(report, section, scope, part);
    if (due == 0)
        return;
    enum stw_mark mark = missed > 0 ? STW_MARK_BAD : late > 0 ? STW_MARK_NOTICE : STW_MARK_GOOD;
    stw_report_conclude(
        report, mark, stw_conclusion_rank(mark, STW_TOPIC_SAFETY, (double)(missed + late)), section,
        STW_SAY(report, STW_WORD_DUTIES_ARE, stw_datum_count((int64_t)due),
                stw_datum_count((int64_t)(due - late - missed)), stw_datum_count((int64_t)late),
                stw_datum_count((int64_t)missed)));
}

/* The problems of a meter as one text. */
static struct stw_slice problem_text(struct stw_report *report, unsigned problems)
{
    static const enum stw_word words[] = {STW_WORD_METER_SILENT,  STW_WORD_METER_GAPS,
                                          STW_WORD_NO_TARIFF,     STW_WORD_NO_AREA,
                                          STW_WORD_NO_MULTIPLIER, STW_WORD_UNREGISTERED};
    struct stw_slice text = {"", 0};
    for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if ((problems & 1u << i) == 0)
            continue;
        const struct stw_datum next = stw_datum_text(stw_report_word(report, words[i]));
        text =
            text.size == 0 ? next.text : STW_SAY(report, STW_WORD_AND, stw_datum_text(text), next);
    }
    return text;
}

static void add_meters(struct stw_report *report, struct stw_report_section *section,
                       const struct stw_report_scope *scope, const struct stw_quality_part *part)
{
    if (part->meter_count == 0)
        return;
    const struct stw_report_column columns[] = {
        stw_column(report, STW_WORD_METER, "", STW_DATUM_TEXT),
        stw_column(report, STW_WORD_METER_CHANNEL, "", STW_DATUM_TEXT),
        stw_column(report, STW_WORD_PLACE, "", STW_DATUM_TEXT),
        stw_column(report, STW_WORD_PROBLEM, "", STW_DATUM_TEXT),
        stw_column(report, STW_WORD_LAST_READING, "", STW_DATUM_TIME),
        stw_column(report, STW_WORD_MISSING, "", STW_DATUM_SHARE),
    };
    struct stw_report_table *table = stw_section_table(
        report, section, "quality-meters", stw_report_word(report, STW_WORD_METER_PROBLEMS),
        part->command, columns, sizeof(columns) / sizeof(columns[0]));
    for (uint32_t i = 0; i < part->meter_count; i++) {
        const struct stw_report_meter *meter = &part->meters[i];
        const struct stw_report_cell cells[] = {
            stw_cell(stw_datum_text(meter->device)),
            stw_cell(stw_datum_optional(meter->channel)),
            stw_cell(stw_datum_optional(meter->place)),
            stw_cell(stw_datum_text(problem_text(report, meter->problems))),
            stw_cell(meter->last_ns == INT64_MIN
                         ? stw_datum_unjudged(report, STW_VERDICT_NO_DATA)
                         : stw_datum_at(scope, meter->last_ns, STW_PRECISION_MINUTE)),
            stw_cell(isnan(meter->missing_share) ? stw_datum_none()
                                                 : stw_datum_share(meter->missing_share, 1)),
        };
        stw_table_add(report, table, cells);
    }
    if (table != NULL)
        table->shown_rows = METERS_SHOWN;
}

static void add_rejects(struct stw_report *report, struct stw_report_section *section,
                        const struct stw_quality_part *part)
{
    if (part->reject_count == 0)
        return;
    const struct stw_report_column columns[] = {
        stw_column(report, STW_WORD_SOURCE, "", STW_DATUM_TEXT),
        stw_column(report, STW_WORD_REASON, "", STW_DATUM_TEXT),
        stw_column(report, STW_WORD_REJECTED_ROWS, "", STW_DATUM_COUNT),
        stw_column(report, STW_WORD_ROWS_ACCEPTED, "", STW_DATUM_COUNT),
        stw_column(report, STW_WORD_KEPT_IN, "", STW_DATUM_TEXT),
    };
    struct stw_report_table *table = stw_section_table(
        report, section, "quality-rejects", stw_report_word(report, STW_WORD_REJECTS_TABLE),
        part->rejects_command, columns, sizeof(columns) / sizeof(columns[0]));
    for (uint32_t i = 0; i < part->reject_count; i++) {
        const struct stw_report_cell cells[] = {
            stw_cell(stw_datum_text(part->rejects[i].source)),
            stw_cell(stw_datum_text(part->rejects[i].reason)),
            stw_cell(stw_datum_count((int64_t)part->rejects[i].rows)),
            stw_cell(stw_datum_count((int64_t)part->rejects[i].rows_stored)),
            stw_cell(stw_datum_text(part->rejects[i].kept)),
        };
        stw_table_add(report, table, cells);
    }
    if (table != NULL)
        table->shown_rows = REJECTS_SHOWN;
}

/* The report was made all the same: it must not look whole. */
static void add_damage(struct stw_report *report, struct stw_report_section *section,
                       const struct stw_quality_part *part)
{
    if (part->damage.size == 0)
        return;
    struct stw_datum what = stw_datum_text(part->damage);
    stw_section_paragraph(
        report, section,
        STW_SAY(report, STW_WORD_STORE_DAMAGED, what, stw_datum_text(part->damage_command)));
    stw_report_conclude(report, STW_MARK_BAD,
                        stw_conclusion_rank(STW_MARK_BAD, STW_TOPIC_SAFETY, HUGE_VAL), section,
                        stw_report_word(report, STW_WORD_ROWS_MAY_MISS));
}

void stw_report_add_quality(struct stw_report *report, const struct stw_report_scope *scope,
                            const struct stw_quality_part *part)
{
    if (part->series == 0 && part->rows_rejected == 0 && part->meter_count == 0 &&
        part->damage.size == 0)
        return; /* of work orders alone: there is nothing to say of readings */
    struct stw_report_section *section =
        stw_report_add_section(report, stw_report_word(report, STW_WORD_SECTION_QUALITY));
    uint32_t silent = 0;
    for (uint32_t i = 0; i < part->meter_count; i++)
        silent += (part->meters[i].problems & STW_METER_SILENT) != 0;
    struct stw_report_keys *keys = stw_section_keys(report, section, part->command);
    const struct stw_report_key figures[] = {
        {.label = stw_report_word(report, STW_WORD_SERIES_WITH_DATA),
         .value = stw_datum_count(part->series)},
        {.label = stw_report_word(report, STW_WORD_METER_SILENT),
         .value = stw_datum_count(silent),
         .mark = silent > 0 ? STW_MARK_NOTICE : STW_MARK_NONE},
        {.label = stw_report_word(report, STW_WORD_ROWS_ACCEPTED),
         .value = stw_datum_count((int64_t)part->rows_accepted)},
        {.label = stw_report_word(report, STW_WORD_REJECTED_ROWS),
         .value = stw_datum_count((int64_t)part->rows_rejected)},
    };
    for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++)
        stw_keys_add(report, keys, &figures[i]);
    add_damage(report, section, part);
    add_meters(report, section, scope, part);
    add_rejects(report, section, part);
    if (silent > 0)
        stw_report_conclude(report, STW_MARK_NOTICE,
                            stw_conclusion_rank(STW_MARK_NOTICE, STW_TOPIC_OTHER, silent), section,
                            STW_SAY(report, STW_WORD_SILENT_ARE, stw_datum_count(silent)));
}

void stw_report_add_method(struct stw_report *report, const struct stw_report_scope *scope,
                           const struct stw_method_part *part)
{
    struct stw_report_section *section =
        stw_report_add_section(report, stw_report_word(report, STW_WORD_SECTION_METHOD));
    static const enum stw_word paragraphs[] = {STW_WORD_METHOD_EXACT, STW_WORD_METHOD_TIME,
                                               STW_WORD_METHOD_AGAIN};
    for (size_t i = 0; i < sizeof(paragraphs) / sizeof(paragraphs[0]); i++)
        stw_section_paragraph(report, section, stw_report_word(report, paragraphs[i]));
    const struct stw_report_column columns[] = {
        stw_column(report, STW_WORD_ITEM, "", STW_DATUM_TEXT),
        stw_column(report, STW_WORD_VALUE, "", STW_DATUM_TEXT),
    };
    struct stw_report_table *table =
        stw_section_table(report, section, "method", stw_report_word(report, STW_WORD_MADE_FROM),
                          part->command, columns, sizeof(columns) / sizeof(columns[0]));
    const struct stw_datum from = stw_datum_at(scope, scope->from_ns, STW_PRECISION_MINUTE);
    const struct stw_datum to = stw_datum_at(scope, scope->to_ns, STW_PRECISION_MINUTE);
    const struct {
        enum stw_word item;
        struct stw_slice value;
    } rows[] = {
        {STW_WORD_PERIOD, STW_SAY(report, STW_WORD_HALF_OPEN, from, to)},
        {STW_WORD_TIME_ZONE, part->zone},
        {STW_WORD_AS_OF, report->head.as_of},
        {STW_WORD_SNAPSHOT, report->head.snapshot},
        {STW_WORD_RULE_PACK, part->rule_pack},
        {STW_WORD_TARIFFS, part->tariffs},
        {STW_WORD_PROGRAM, report->head.program},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct stw_report_cell cells[] = {
            stw_cell(stw_datum_text(stw_report_word(report, rows[i].item))),
            stw_cell(stw_datum_text(rows[i].value)),
        };
        if (rows[i].value.size > 0)
            stw_table_add(report, table, cells);
    }
}
