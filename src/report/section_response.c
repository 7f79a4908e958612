/* Response times in the report; see section_response.h. */
#include "report/section_response.h"

#include <math.h>

/* Groups are said to differ below this p of the log-rank test. */
#define GROUPS_DIFFER_ALPHA .01

/* A group is named in a conclusion when it is stated and has this many orders. */
enum { NAMED_ORDERS_MIN = 20 };

enum { OVERDUE_SHOWN = 30, GROUPS_SHOWN = 40, CHART_GROUPS_MAX = 20 };

static const enum stw_word stamp_words[STW_STAMP_COUNT] = {
    [STW_STAMP_CREATED] = STW_WORD_STAMP_CREATED,
    [STW_STAMP_ACCEPTED] = STW_WORD_STAMP_ACCEPTED,
    [STW_STAMP_CONTACTED] = STW_WORD_STAMP_CONTACTED,
    [STW_STAMP_DISPATCHED] = STW_WORD_STAMP_DISPATCHED,
    [STW_STAMP_ARRIVED] = STW_WORD_STAMP_ARRIVED,
    [STW_STAMP_INVESTIGATED] = STW_WORD_STAMP_INVESTIGATED,
    [STW_STAMP_RESOLVED] = STW_WORD_STAMP_RESOLVED,
    [STW_STAMP_VERIFIED] = STW_WORD_STAMP_VERIFIED,
    [STW_STAMP_REVISITED] = STW_WORD_STAMP_REVISITED,
    [STW_STAMP_CLOSED] = STW_WORD_STAMP_CLOSED,
};

struct stw_slice stw_leg_name(struct stw_report *report, const struct stw_response_spec *spec)
{
    struct stw_slice from = stw_report_word(report, stamp_words[spec->from]);
    struct stw_slice to = stw_report_word(report, stamp_words[spec->to]);
    return STW_SAY(report, STW_WORD_LEG, stw_datum_text(from), stw_datum_text(to));
}

/* Orders whose attainment is decided. */
static uint32_t judged_count(const struct stw_response_line *line)
{
    return line->met + line->breached + line->breached_open;
}

static struct stw_datum attainment(const struct stw_report *report,
                                   const struct stw_response_line *line)
{
    if (line->attainment_verdict != STW_VERDICT_JUDGED)
        return stw_datum_unjudged(report, line->attainment_verdict);
    return stw_datum_interval(line->attainment * 100, line->attainment_interval.low * 100,
                              line->attainment_interval.high * 100, 1);
}

/* Bad when the whole interval lies below the target, notice when only the figure does. */
static enum stw_mark attainment_mark(const struct stw_response_line *line, double target)
{
    if (line->attainment_verdict != STW_VERDICT_JUDGED || target <= 0)
        return STW_MARK_NONE;
    if (line->attainment_interval.high < target)
        return STW_MARK_BAD;
    return line->attainment < target ? STW_MARK_NOTICE : STW_MARK_NONE;
}

static struct stw_datum judged_seconds(const struct stw_report *report, enum stw_verdict verdict,
                                       double seconds)
{
    return verdict == STW_VERDICT_JUDGED ? stw_datum_seconds(report, seconds)
                                         : stw_datum_unjudged(report, verdict);
}

enum { LINE_COLUMNS = 9 };

static struct stw_report_table *line_table(struct stw_report *report,
                                           struct stw_report_section *section, const char *id,
                                           enum stw_word first, struct stw_slice caption,
                                           struct stw_slice command)
{
    const struct stw_report_column columns[LINE_COLUMNS] = {
        stw_column(report, first, "", STW_DATUM_TEXT),
        stw_column(report, STW_WORD_ORDERS, "", STW_DATUM_COUNT),
        stw_column(report, STW_WORD_OPEN, "", STW_DATUM_COUNT),
        stw_column(report, STW_WORD_ATTAINMENT, "%", STW_DATUM_INTERVAL),
        stw_column(report, STW_WORD_JUDGED, "", STW_DATUM_COUNT),
        stw_column(report, STW_WORD_BREACHED, "", STW_DATUM_COUNT),
        stw_column(report, STW_WORD_BREACHED_OPEN, "", STW_DATUM_COUNT),
        stw_column(report, STW_WORD_MEDIAN_KM, "", STW_DATUM_DURATION),
        stw_column(report, STW_WORD_P90_CLOSED, "", STW_DATUM_DURATION),
    };
    return stw_section_table(report, section, id, caption, command, columns, LINE_COLUMNS);
}

/* Nothing is late, and nothing in time, where no order has a target. */
static struct stw_datum with_target(const struct stw_response_line *line, uint32_t count)
{
    return line->with_target > 0 ? stw_datum_count(count) : stw_datum_none();
}

static struct stw_report_row *add_line(struct stw_report *report, struct stw_report_table *table,
                                       struct stw_slice name, const struct stw_response_line *line,
                                       double target)
{
    const struct stw_report_cell cells[LINE_COLUMNS] = {
        stw_cell(stw_datum_text(name)),
        stw_cell(stw_datum_count(line->cases)),
        stw_cell(stw_datum_count(line->open)),
        stw_cell_marked(attainment(report, line), attainment_mark(line, target)),
        stw_cell(with_target(line, judged_count(line))),
        stw_cell(with_target(line, line->breached + line->breached_open)),
        stw_cell_marked(with_target(line, line->breached_open),
                        line->breached_open > 0 ? STW_MARK_NOTICE : STW_MARK_NONE),
        stw_cell(judged_seconds(report, line->median_verdict, line->median_s)),
        stw_cell(judged_seconds(report, line->closed_verdict, line->closed_p90_s)),
    };
    return stw_table_add(report, table, cells);
}

static void add_keys(struct stw_report *report, struct stw_report_section *section,
                     const struct stw_response_leg *leg, double target)
{
    const struct stw_response_line *total = leg->total;
    struct stw_report_keys *keys = stw_section_keys(report, section, leg->command);
    struct stw_datum share = total->attainment_verdict == STW_VERDICT_JUDGED
                                 ? stw_datum_share(total->attainment, 1)
                                 : stw_datum_unjudged(report, total->attainment_verdict);
    struct stw_slice of = STW_SAY(report, STW_WORD_N_OF, stw_datum_count(total->met),
                                  stw_datum_count(judged_count(total)));
    const struct stw_report_key figures[] = {
        {.label = stw_report_word(report, STW_WORD_ORDERS), .value = stw_datum_count(total->cases)},
        {.label = stw_report_word(report, STW_WORD_ATTAINMENT),
         .value = share,
         .delta_label = of,
         .mark = attainment_mark(total, target)},
        {.label = stw_report_word(report, STW_WORD_BREACHED_OPEN),
         .value = stw_datum_count(total->breached_open),
         .mark = total->breached_open > 0 ? STW_MARK_NOTICE : STW_MARK_NONE},
        {.label = stw_report_word(report, STW_WORD_MEDIAN_KM),
         .value = judged_seconds(report, total->median_verdict, total->median_s)},
        {.label = stw_report_word(report, STW_WORD_P90_CLOSED),
         .value = judged_seconds(report, total->closed_verdict, total->closed_p90_s)},
    };
    for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++)
        stw_keys_add(report, keys, &figures[i]);
}

static void add_overview(struct stw_report *report, struct stw_report_section *section,
                         const struct stw_response_part *part)
{
    if (part->leg_count < 2)
        return;
    struct stw_report_table *table =
        line_table(report, section, "response-legs", STW_WORD_LEG_TITLE,
                   stw_report_word(report, STW_WORD_LEGS), part->legs[0].command);
    for (uint32_t i = 0; i < part->leg_count; i++) {
        const struct stw_response_leg *leg = &part->legs[i];
        add_line(report, table, stw_leg_name(report, &leg->response->spec), leg->total,
                 part->attainment_target);
    }
}

enum group_order { BY_CASES, BY_ATTAINMENT };

/* Groups with the most orders first; or the lowest attainment first, those without one left out. */
static uint32_t rank_groups(struct stw_report *report, const struct stw_response_lines *lines,
                            enum group_order order, uint32_t limit, const uint32_t **places)
{
    double *weights = stw_rank_weights(report, lines->count);
    for (uint32_t i = 0; weights != NULL && i < lines->count; i++) {
        const struct stw_response_line *line = &lines->lines[i];
        if (order == BY_CASES)
            weights[i] = line->cases;
        else
            weights[i] = line->attainment_verdict == STW_VERDICT_JUDGED ? -line->attainment : NAN;
    }
    return stw_rank_places(report, weights, lines->count, limit, places);
}

static void add_attainment_chart(struct stw_report *report, struct stw_report_section *section,
                                 const struct stw_response_split *split, const char *id,
                                 double target)
{
    const uint32_t *places;
    uint32_t count = rank_groups(report, split->lines, BY_ATTAINMENT, CHART_GROUPS_MAX, &places);
    if (count < 2)
        return;
    struct stw_report_category names[CHART_GROUPS_MAX] = {{{NULL, 0}, {NULL, 0}}};
    struct stw_datum points[CHART_GROUPS_MAX];
    enum stw_mark marks[CHART_GROUPS_MAX];
    for (uint32_t i = 0; i < count; i++) {
        const struct stw_response_line *line = &split->lines->lines[places[i]];
        names[i].label = stw_name_or_unstated(report, line->name);
        points[i] = attainment(report, line);
        marks[i] = attainment_mark(line, target);
    }
    struct stw_slice title = stw_report_word(report, split->title);
    struct stw_report_chart *chart =
        stw_section_chart(report, section, STW_CHART_INTERVALS, id,
                          STW_SAY(report, STW_WORD_ATTAINMENT_BY, stw_datum_text(title)),
                          STW_SLICE("%"), split->command);
    stw_chart_categories(report, chart, names, count);
    stw_chart_series(report, chart, stw_report_word(report, STW_WORD_ATTAINMENT), STW_SERIES_MAIN,
                     points, marks, count);
    if (target > 0)
        stw_chart_guide(report, chart,
                        STW_SAY(report, STW_WORD_TARGET_IS, stw_datum_share(target, 0)),
                        target * 100, target * 100);
}

/* The group with the longest median; where more than half of several are still open, the largest
 * of those. NULL: fewer than two can be named. */
static const struct stw_response_line *slowest_group(const struct stw_response_lines *lines)
{
    const struct stw_response_line *slowest = NULL;
    uint32_t named = 0;
    for (uint32_t i = 0; i < lines->count; i++) {
        const struct stw_response_line *line = &lines->lines[i];
        if (line->median_verdict != STW_VERDICT_JUDGED || line->name.size == 0 ||
            line->cases < NAMED_ORDERS_MIN)
            continue;
        named++;
        if (slowest == NULL || line->median_s > slowest->median_s ||
            (line->median_s == slowest->median_s && line->cases > slowest->cases))
            slowest = line;
    }
    return named < 2 ? NULL : slowest;
}

/* Whether the groups differ, said below their table and, where they do, as a conclusion. */
static void add_comparison(struct stw_report *report, struct stw_report_section *section,
                           struct stw_report_table *table, const struct stw_response_split *split)
{
    if (split->compared == NULL || split->compared_verdict != STW_VERDICT_JUDGED)
        return;
    const struct stw_log_rank *test = split->compared;
    const struct stw_datum title = stw_datum_text(stw_report_word(report, split->title));
    const struct stw_datum p = stw_datum_signed(stw_datum_probability(test->p_upper));
    if (table != NULL)
        stw_notes_add(report, &table->notes,
                      STW_SAY(report, STW_WORD_LOG_RANK_NOTE, title, stw_datum_real(test->chi2, 2),
                              stw_datum_count(test->df), p));
    const struct stw_response_line *slowest = slowest_group(split->lines);
    if (slowest == NULL || test->p_upper >= GROUPS_DIFFER_ALPHA)
        return;
    const struct stw_datum name = stw_datum_text(stw_name_or_unstated(report, slowest->name));
    const struct stw_datum cases = stw_datum_count(slowest->cases);
    struct stw_slice text = isfinite(slowest->median_s)
                                ? STW_SAY(report, STW_WORD_SLOWEST, title, name,
                                          stw_datum_seconds(report, slowest->median_s), cases, p)
                                : STW_SAY(report, STW_WORD_SLOWEST_OPEN, title, name,
                                          stw_datum_count(slowest->open), cases, p);
    stw_report_conclude(report, STW_MARK_NOTICE,
                        stw_conclusion_rank(STW_MARK_NOTICE, STW_TOPIC_SERVICE, slowest->cases),
                        section, text);
}

static void add_split(struct stw_report *report, struct stw_report_section *section,
                      const struct stw_response_leg *leg, uint32_t number, double target)
{
    const struct stw_response_split *split = &leg->splits[number];
    struct stw_slice title = stw_report_word(report, split->title);
    struct stw_slice id = stw_report_printf(report, "response-split-%u", number + 1);
    struct stw_slice caption =
        STW_SAY(report, STW_WORD_RESPONSE_BY,
                stw_datum_text(stw_leg_name(report, &leg->response->spec)), stw_datum_text(title));
    struct stw_report_table *table =
        line_table(report, section, id.data, split->title, caption, split->command);
    const uint32_t *places;
    uint32_t count = rank_groups(report, split->lines, BY_CASES, 0, &places);
    for (uint32_t i = 0; i < count; i++) {
        const struct stw_response_line *line = &split->lines->lines[places[i]];
        add_line(report, table, stw_name_or_unstated(report, line->name), line, target);
    }
    struct stw_report_row *row = add_line(report, table, stw_report_word(report, STW_WORD_TOTAL),
                                          &split->lines->total, target);
    if (row != NULL)
        row->is_total = true;
    if (table != NULL)
        table->shown_rows = GROUPS_SHOWN;
    add_comparison(report, section, table, split);
    struct stw_slice chart_id = stw_report_printf(report, "attainment-%u", number + 1);
    add_attainment_chart(report, section, split, chart_id.data, target);
}

static void add_backlog(struct stw_report *report, struct stw_report_section *section,
                        const struct stw_response_leg *leg)
{
    static const enum stw_word ages[STW_BACKLOG_BINS] = {STW_WORD_AGE_1,  STW_WORD_AGE_3,
                                                         STW_WORD_AGE_7,  STW_WORD_AGE_30,
                                                         STW_WORD_AGE_90, STW_WORD_AGE_OLDER};
    if (leg->total->open == 0)
        return;
    uint32_t bins[STW_BACKLOG_BINS];
    stw_response_backlog(leg->response, bins);
    struct stw_report_category names[STW_BACKLOG_BINS];
    struct stw_datum points[STW_BACKLOG_BINS];
    for (int i = 0; i < STW_BACKLOG_BINS; i++) {
        names[i] = (struct stw_report_category){stw_report_word(report, ages[i]), {"", 0}};
        points[i] = stw_datum_count(bins[i]);
    }
    struct stw_report_chart *chart = stw_section_chart(
        report, section, STW_CHART_RANKED, "backlog", stw_report_word(report, STW_WORD_BACKLOG),
        stw_report_word(report, STW_WORD_ORDERS), leg->command);
    stw_chart_categories(report, chart, names, STW_BACKLOG_BINS);
    stw_chart_series(report, chart, stw_report_word(report, STW_WORD_OPEN), STW_SERIES_MAIN, points,
                     NULL, STW_BACKLOG_BINS);
}

static void add_overdue(struct stw_report *report, struct stw_report_section *section,
                        const struct stw_report_scope *scope, const struct stw_response_part *part)
{
    enum { COLUMNS = 7 };
    const struct stw_response_leg *leg = &part->legs[0];
    if (leg->overdue_count == 0)
        return;
    const struct stw_report_column columns[COLUMNS] = {
        stw_column(report, STW_WORD_ORDER, "", STW_DATUM_TEXT),
        stw_column(report, STW_WORD_PRIORITY, "", STW_DATUM_TEXT),
        stw_column(report, STW_WORD_CATEGORY, "", STW_DATUM_TEXT),
        stw_column(report, STW_WORD_PLACE, "", STW_DATUM_TEXT),
        stw_column(report, STW_WORD_VENDOR, "", STW_DATUM_TEXT),
        stw_column(report, STW_WORD_TARGET, "", STW_DATUM_TIME),
        stw_column(report, STW_WORD_OVERDUE_BY, "", STW_DATUM_DURATION),
    };
    struct stw_report_table *table = stw_section_table(
        report, section, "overdue", stw_report_word(report, STW_WORD_OVERDUE_LIST),
        part->overdue_command, columns, COLUMNS);
    for (uint32_t i = 0; i < leg->overdue_count; i++) {
        const struct stw_case *item = &leg->overdue[i];
        const struct stw_order *order = &leg->response->orders[item->order];
        static const struct stw_order_words none = {{"", 0}, {"", 0}, {"", 0}};
        const struct stw_order_words *words =
            part->words == NULL ? &none : &part->words[item->order];
        const struct stw_report_cell cells[COLUMNS] = {
            stw_cell(stw_datum_text(order->id)),
            stw_cell(stw_datum_optional(order->priority)),
            stw_cell(stw_datum_optional(words->category)),
            stw_cell(stw_datum_optional(words->place)),
            stw_cell(stw_datum_optional(words->vendor)),
            stw_cell(stw_datum_at(scope, item->target_ns, STW_PRECISION_MINUTE)),
            stw_cell(stw_datum_duration(item->overdue_ns)),
        };
        stw_table_add(report, table, cells);
    }
    if (table != NULL)
        table->shown_rows = OVERDUE_SHOWN;
}

/* What was left out or looks odd, and how the figures are to be read. */
static void add_notes(struct stw_report *report, struct stw_report_section *section,
                      const struct stw_response_part *part)
{
    const struct stw_response_leg *leg = &part->legs[0];
    const struct stw_response *response = leg->response;
    stw_section_paragraph(report, section,
                          STW_SAY(report, STW_WORD_RESPONSE_METHOD,
                                  stw_datum_count(response->spec.quantile_type),
                                  stw_datum_share(response->spec.confidence, 0),
                                  stw_datum_count(response->spec.minimum)));
    if (response->without_start + response->out_of_order + leg->total->backward +
            leg->total->instant >
        0)
        stw_section_paragraph(
            report, section,
            STW_SAY(report, STW_WORD_RESPONSE_ODD, stw_datum_count(response->without_start),
                    stw_datum_count(response->out_of_order), stw_datum_count(leg->total->backward),
                    stw_datum_count(leg->total->instant)));
}

static void add_check(struct stw_report *report, struct stw_report_section *section,
                      const struct stw_report_scope *scope, const struct stw_stated_check *check)
{
    if (check == NULL || check->closed_compared + check->open_compared == 0)
        return;
    stw_section_paragraph(report, section,
                          STW_SAY(report, STW_WORD_STATED_CLOSED,
                                  stw_datum_count(check->closed_agreeing),
                                  stw_datum_count(check->closed_compared)));
    if (check->open_compared == 0 || check->as_of_after_ns == INT64_MIN ||
        check->as_of_until_ns == INT64_MAX)
        return;
    stw_section_paragraph(report, section,
                          STW_SAY(report, STW_WORD_STATED_OPEN,
                                  stw_datum_count(check->open_compared),
                                  stw_datum_at(scope, check->as_of_after_ns, STW_PRECISION_SECOND),
                                  stw_datum_at(scope, check->as_of_until_ns, STW_PRECISION_SECOND),
                                  stw_datum_count(check->open_disagreeing)));
}

static void conclude(struct stw_report *report, const struct stw_report_section *section,
                     const struct stw_response_part *part)
{
    const struct stw_response_leg *leg = &part->legs[0];
    const struct stw_response_line *total = leg->total;
    struct stw_datum name = stw_datum_text(stw_leg_name(report, &leg->response->spec));
    if (total->attainment_verdict == STW_VERDICT_JUDGED) {
        enum stw_mark mark = attainment_mark(total, part->attainment_target);
        if (mark == STW_MARK_NONE && part->attainment_target > 0)
            mark = STW_MARK_GOOD;
        stw_report_conclude(
            report, mark, stw_conclusion_rank(mark, STW_TOPIC_SERVICE, total->cases), section,
            STW_SAY(report, STW_WORD_ATTAINMENT_IS, name, stw_datum_share(total->attainment, 1),
                    stw_datum_share(total->attainment_interval.low, 1),
                    stw_datum_share(total->attainment_interval.high, 1),
                    stw_datum_count(judged_count(total))));
    }
    if (leg->overdue_count > 0)
        stw_report_conclude(
            report, STW_MARK_BAD,
            stw_conclusion_rank(STW_MARK_BAD, STW_TOPIC_SERVICE, leg->overdue_count), section,
            STW_SAY(report, STW_WORD_OVERDUE_ARE, stw_datum_count(leg->overdue_count),
                    stw_datum_duration(leg->overdue[0].overdue_ns),
                    stw_datum_text(leg->response->orders[leg->overdue[0].order].id)));
}

void stw_report_add_response(struct stw_report *report, const struct stw_report_scope *scope,
                             const struct stw_response_part *part)
{
    if (part->leg_count == 0)
        return;
    const struct stw_response_leg *leg = &part->legs[0];
    struct stw_report_section *section =
        stw_report_add_section(report, stw_report_word(report, STW_WORD_SECTION_RESPONSE));
    conclude(report, section, part);
    add_keys(report, section, leg, part->attainment_target);
    add_overview(report, section, part);
    for (uint32_t i = 0; i < leg->split_count; i++)
        add_split(report, section, leg, i, part->attainment_target);
    add_backlog(report, section, leg);
    add_overdue(report, section, scope, part);
    add_check(report, section, scope, part->check);
    add_notes(report, section, part);
}
