/* Alerts in the report; see section_alerts.h. */
#include "report/section_alerts.h"

#include "report/model_list.h"

#include <stdlib.h>

enum { ALERTS_SHOWN = 40, CONCLUSIONS_MAX = 3 };

/* Dearest first, then the more severe, the earlier, and by rule and series. */
static int compare_alerts(const void *left, const void *right)
{
    const struct stw_report_alert *a = *(const struct stw_report_alert *const *)left;
    const struct stw_report_alert *b = *(const struct stw_report_alert *const *)right;
    struct stw_decimal none = {0, 0};
    int order = stw_decimal_compare(b->has_money ? b->money_per_day : none,
                                    a->has_money ? a->money_per_day : none);
    if (order == 0)
        order = (int)b->severity - (int)a->severity;
    if (order == 0 && a->start_ns != b->start_ns)
        order = a->start_ns < b->start_ns ? -1 : 1;
    if (order == 0)
        order = stw_slice_compare(a->rule, b->rule);
    return order != 0 ? order : stw_slice_compare(a->series, b->series);
}

static int compare_rules(const void *left, const void *right)
{
    const struct stw_report_alert *a = *(const struct stw_report_alert *const *)left;
    const struct stw_report_alert *b = *(const struct stw_report_alert *const *)right;
    int order = stw_slice_compare(a->rule, b->rule);
    return order != 0 ? order : compare_alerts(left, right);
}

/* Time the alert lasted within what is known. */
static int64_t alert_duration(const struct stw_report_alert *alert,
                              const struct stw_report_scope *scope)
{
    int64_t end_ns = alert->end_ns < scope->as_of_ns ? alert->end_ns : scope->as_of_ns;
    return end_ns > alert->start_ns ? end_ns - alert->start_ns : 0;
}

/* Sums of one rule, or of all. Money in different currencies is not added. */
struct alert_sum {
    uint32_t alerts;
    uint32_t lasting;
    uint32_t judged;
    uint32_t judged_false;
    bool has_money;
    bool mixed;
    struct stw_wide money;
    struct stw_slice currency;
    enum stw_mark severity;
};

static void add_to_sum(struct alert_sum *sum, const struct stw_report_alert *alert)
{
    sum->alerts++;
    sum->lasting += alert->end_ns == STW_ALERT_LASTS;
    sum->judged += alert->verdict != STW_ALERT_UNJUDGED;
    sum->judged_false += alert->verdict == STW_ALERT_FALSE;
    if (alert->severity > sum->severity)
        sum->severity = alert->severity;
    if (!alert->has_money)
        return;
    if (sum->has_money && !stw_slice_equal(sum->currency, alert->currency))
        sum->mixed = true;
    sum->has_money = true;
    sum->currency = alert->currency;
    if (!stw_wide_add(sum->money, stw_wide_of(alert->money_per_day), &sum->money))
        sum->mixed = true;
}

static struct stw_datum sum_money(const struct alert_sum *sum)
{
    return sum->has_money && !sum->mixed ? stw_datum_wide(sum->money, 2) : stw_datum_none();
}

static enum stw_word severity_word(enum stw_mark severity)
{
    static const enum stw_word words[] = {STW_WORD_MARK_NONE, STW_WORD_MARK_GOOD,
                                          STW_WORD_MARK_NOTICE, STW_WORD_MARK_BAD};
    return words[severity];
}

/* Empty as long as nobody has reviewed any alert: the column is not printed then. */
static struct stw_datum false_share(const struct stw_report *report, const struct alert_sum *sum,
                                    bool any_judged)
{
    if (!any_judged)
        return stw_datum_none();
    return sum->judged > 0 ? stw_datum_share((double)sum->judged_false / sum->judged, 0)
                           : stw_datum_absent(stw_report_word(report, STW_WORD_NO_VERDICTS));
}

static void add_rule_row(struct stw_report *report, struct stw_report_table *table,
                         struct stw_slice name, const struct alert_sum *sum, bool any_judged,
                         bool total)
{
    const struct stw_report_cell cells[] = {
        stw_cell(stw_datum_text(name)),
        total
            ? stw_cell(stw_datum_none())
            : stw_cell_marked(stw_datum_text(stw_report_word(report, severity_word(sum->severity))),
                              sum->severity),
        stw_cell(stw_datum_count(sum->alerts)),
        stw_cell(stw_datum_count(sum->lasting)),
        stw_cell(false_share(report, sum, any_judged)),
        stw_cell(sum_money(sum)),
    };
    struct stw_report_row *row = stw_table_add(report, table, cells);
    if (row != NULL)
        row->is_total = total;
}

static void add_rules(struct stw_report *report, struct stw_report_section *section,
                      const struct stw_report_alert **alerts, const struct stw_alerts_part *part,
                      const struct alert_sum *total)
{
    const struct stw_report_column columns[] = {
        stw_column(report, STW_WORD_RULE, "", STW_DATUM_TEXT),
        stw_column(report, STW_WORD_SEVERITY, "", STW_DATUM_TEXT),
        stw_column(report, STW_WORD_ALERTS, "", STW_DATUM_COUNT),
        stw_column(report, STW_WORD_LASTING, "", STW_DATUM_COUNT),
        stw_column(report, STW_WORD_FALSE_SHARE, "", STW_DATUM_SHARE),
        {stw_report_word(report, STW_WORD_MONEY_PER_DAY),
         total->mixed ? STW_SLICE("") : total->currency, STW_DATUM_DECIMAL},
    };
    struct stw_report_table *table = stw_section_table(
        report, section, "alert-rules", stw_report_word(report, STW_WORD_ALERTS_BY_RULE),
        part->command, columns, sizeof(columns) / sizeof(columns[0]));
    qsort(alerts, part->count, sizeof(const struct stw_report_alert *), compare_rules);
    struct alert_sum sum = {.alerts = 0};
    for (uint32_t i = 0; i < part->count; i++) {
        add_to_sum(&sum, alerts[i]);
        if (i + 1 < part->count && stw_slice_equal(alerts[i]->rule, alerts[i + 1]->rule))
            continue;
        add_rule_row(report, table, alerts[i]->rule, &sum, total->judged > 0, false);
        sum = (struct alert_sum){.alerts = 0};
    }
    add_rule_row(report, table, stw_report_word(report, STW_WORD_TOTAL), total, total->judged > 0,
                 true);
    if (table != NULL && total->judged == 0)
        stw_notes_add(report, &table->notes, stw_report_word(report, STW_WORD_NONE_REVIEWED));
}

static void add_alert(struct stw_report *report, struct stw_report_table *table,
                      const struct stw_report_scope *scope, const struct stw_report_alert *alert,
                      bool any_judged)
{
    static const enum stw_word verdicts[] = {STW_WORD_VERDICT_NONE, STW_WORD_VERDICT_TRUE,
                                             STW_WORD_VERDICT_FALSE};
    const struct stw_report_cell cells[] = {
        stw_cell(stw_datum_text(alert->rule)),
        stw_cell(stw_datum_text(alert->series)),
        stw_cell(stw_datum_optional(alert->place)),
        stw_cell_marked(stw_datum_text(stw_report_word(report, severity_word(alert->severity))),
                        alert->severity),
        stw_cell(stw_datum_at(scope, alert->start_ns, STW_PRECISION_MINUTE)),
        stw_cell(stw_datum_duration(alert_duration(alert, scope))),
        stw_cell(stw_datum_text(stw_report_word(report, alert->end_ns == STW_ALERT_LASTS
                                                            ? STW_WORD_STATE_LASTS
                                                            : STW_WORD_STATE_ENDED))),
        stw_cell(any_judged ? stw_datum_text(stw_report_word(report, verdicts[alert->verdict]))
                            : stw_datum_none()),
        stw_cell(alert->has_money ? stw_datum_decimal(alert->money_per_day, 2) : stw_datum_none()),
    };
    struct stw_report_row *row = stw_table_add(report, table, cells);
    stw_row_note(report, row, alert->evidence);
    stw_row_command(report, row, alert->command);
}

static void add_list(struct stw_report *report, struct stw_report_section *section,
                     const struct stw_report_scope *scope, const struct stw_report_alert **alerts,
                     const struct stw_alerts_part *part, const struct alert_sum *total)
{
    const struct stw_report_column columns[] = {
        stw_column(report, STW_WORD_RULE, "", STW_DATUM_TEXT),
        stw_column(report, STW_WORD_SERIES, "", STW_DATUM_TEXT),
        stw_column(report, STW_WORD_PLACE, "", STW_DATUM_TEXT),
        stw_column(report, STW_WORD_SEVERITY, "", STW_DATUM_TEXT),
        stw_column(report, STW_WORD_BEGAN, "", STW_DATUM_TIME),
        stw_column(report, STW_WORD_LASTED, "", STW_DATUM_DURATION),
        stw_column(report, STW_WORD_STATE, "", STW_DATUM_TEXT),
        stw_column(report, STW_WORD_VERDICT, "", STW_DATUM_TEXT),
        {stw_report_word(report, STW_WORD_MONEY_PER_DAY),
         total->mixed ? STW_SLICE("") : total->currency, STW_DATUM_DECIMAL},
    };
    struct stw_report_table *table =
        stw_section_table(report, section, "alerts", stw_report_word(report, STW_WORD_ALERT_LIST),
                          part->command, columns, sizeof(columns) / sizeof(columns[0]));
    qsort(alerts, part->count, sizeof(const struct stw_report_alert *), compare_alerts);
    for (uint32_t i = 0; i < part->count; i++)
        add_alert(report, table, scope, alerts[i], total->judged > 0);
    if (table != NULL)
        table->shown_rows = ALERTS_SHOWN;
}

/* The dearest and most severe ones by name, then how many there were. */
static void conclude(struct stw_report *report, const struct stw_report_section *section,
                     const struct stw_report_alert *const *alerts, uint32_t count,
                     const struct alert_sum *total)
{
    uint32_t named = 0;
    for (uint32_t i = 0; i < count && named < CONCLUSIONS_MAX; i++) {
        const struct stw_report_alert *alert = alerts[i];
        if (alert->severity != STW_MARK_BAD || alert->verdict == STW_ALERT_FALSE)
            continue;
        named++;
        double money = alert->has_money ? stw_decimal_double(alert->money_per_day) : 0;
        enum stw_topic topic =
            alert->has_money && alert->topic != STW_TOPIC_SAFETY ? STW_TOPIC_MONEY : alert->topic;
        struct stw_slice cost = {"", 0};
        if (alert->has_money)
            cost =
                STW_SAY(report, STW_WORD_COSTS_PER_DAY, stw_datum_decimal(alert->money_per_day, 0),
                        stw_datum_text(alert->currency));
        stw_report_conclude(report, STW_MARK_BAD,
                            stw_conclusion_rank(STW_MARK_BAD, topic, money > 0 ? money : 0),
                            section,
                            STW_SAY(report, STW_WORD_ALERT_IS, stw_datum_text(alert->series),
                                    stw_datum_text(alert->evidence), stw_datum_text(cost),
                                    stw_datum_text(alert->rule)));
    }
    stw_report_conclude(report, total->lasting > 0 ? STW_MARK_NOTICE : STW_MARK_NONE,
                        stw_conclusion_rank(total->lasting > 0 ? STW_MARK_NOTICE : STW_MARK_NONE,
                                            STW_TOPIC_OTHER, total->alerts),
                        section,
                        STW_SAY(report, STW_WORD_ALERTS_ARE, stw_datum_count(total->alerts),
                                stw_datum_count(total->lasting)));
}

void stw_report_add_alerts(struct stw_report *report, const struct stw_report_scope *scope,
                           const struct stw_alerts_part *part)
{
    struct stw_report_section *section =
        stw_report_add_section(report, stw_report_word(report, STW_WORD_SECTION_ALERTS));
    if (part->count == 0) {
        stw_section_paragraph(report, section, stw_report_word(report, STW_WORD_NO_ALERTS));
        return;
    }
    const struct stw_report_alert **alerts =
        stw_report_array(report, part->count, sizeof(const struct stw_report_alert *));
    if (alerts == NULL)
        return;
    struct alert_sum total = {.alerts = 0};
    for (uint32_t i = 0; i < part->count; i++) {
        alerts[i] = &part->alerts[i];
        add_to_sum(&total, alerts[i]);
    }
    add_rules(report, section, alerts, part, &total);
    add_list(report, section, scope, alerts, part, &total);
    conclude(report, section, alerts, part->count, &total);
}
