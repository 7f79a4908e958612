/* Energy comparison in the report; see section_energy.h. */
#include "report/section_energy.h"

#include "report/energy_charts.h"
#include "report/energy_conclusions.h"
#include "report/model_list.h"
#include "text/escape.h"

enum { USE_COLUMNS = 10, COST_COLUMNS = 7, BUILDINGS_SHOWN = 60, LEFT_OUT_SHOWN = 30 };

static struct stw_slice group_name(struct stw_report *report, const struct stw_energy_line *total)
{
    struct stw_slice kind = stw_kind_name(report, total->kind);
    if (total->role.size == 0)
        return kind;
    return STW_SAY(report, STW_WORD_KIND_AND_ROLE, stw_datum_text(kind),
                   stw_datum_text(stw_role_name(report, total->role)));
}

/* A change as a share, or why there is none. Like-for-like ones are marked where use rose by more
 * than is normal against last year, or where a meter in it is to be checked first; raw ones are
 * not: they may only show that the meters or the days differ, and those against the month before
 * the season. */
static struct stw_report_cell change(const struct stw_report *report,
                                     const struct stw_energy_part *part,
                                     const struct stw_energy_line *line,
                                     enum stw_energy_against against, bool like, bool per_day)
{
    const struct stw_energy_comparison *comparison = &line->against[against];
    const struct stw_energy_change *each = like ? &comparison->like : &comparison->raw;
    if (comparison->verdict == STW_VERDICT_NO_DATA)
        return stw_cell(stw_datum_none());
    if (like && comparison->like_meters == 0 && comparison->left_out > 0)
        return stw_cell(stw_datum_unjudged(report, STW_VERDICT_INCOMPLETE));
    if (each->verdict != STW_VERDICT_JUDGED)
        return stw_cell(stw_datum_unjudged(report, each->verdict));
    double share = per_day ? each->share_per_day : each->share;
    enum stw_mark mark = STW_MARK_NONE;
    if (like && stw_suspects_in(part, line, against) > 0)
        mark = STW_MARK_NOTICE;
    else if (like && against != STW_AGAINST_PREVIOUS && share > STW_ENERGY_CHANGE_BAD)
        mark = STW_MARK_BAD;
    return stw_cell_marked(stw_datum_signed(stw_datum_share(share, 1)), mark);
}

/* The name of a line within its group: building, site or "total". */
static struct stw_slice line_name(const struct stw_report *report,
                                  const struct stw_energy_line *line)
{
    if (line->level == STW_LEVEL_TOTAL)
        return stw_report_word(report, STW_WORD_TOTAL);
    return stw_name_or_unstated(report,
                                line->level == STW_LEVEL_SITE ? line->site : line->building);
}

static struct stw_datum estimated_share(const struct stw_energy_side *side)
{
    double use = stw_wide_double(side->use);
    return use > 0 ? stw_datum_share(stw_wide_double(side->estimated) / use, 1) : stw_datum_none();
}

static struct stw_datum per_day(const struct stw_energy_side *side)
{
    if (side->days == 0)
        return stw_datum_none();
    return stw_datum_real(stw_wide_double(side->use) / side->days, 1);
}

static void add_use_row(struct stw_report *report, struct stw_report_table *table,
                        const struct stw_energy_part *part, const struct stw_energy_line *line)
{
    const struct stw_energy_side *current = &line->against[STW_AGAINST_PREVIOUS].current;
    struct stw_datum use =
        current->meters == 0 ? stw_datum_absent(STW_SLICE("")) : stw_datum_wide(current->use, 1);
    const struct stw_report_cell cells[USE_COLUMNS] = {
        stw_cell(stw_datum_text(line_name(report, line))),
        stw_cell(use),
        stw_cell(per_day(current)),
        change(report, part, line, STW_AGAINST_PREVIOUS, false, false),
        change(report, part, line, STW_AGAINST_PREVIOUS, true, true),
        change(report, part, line, STW_AGAINST_LAST_YEAR, false, false),
        change(report, part, line, STW_AGAINST_LAST_YEAR, true, false),
        change(report, part, line, STW_AGAINST_YEAR_TO_DATE, true, false),
        stw_cell(stw_datum_count(line->meters)),
        stw_cell(estimated_share(current)),
    };
    struct stw_report_row *row = stw_table_add(report, table, cells);
    if (row != NULL)
        row->is_total = line->level == STW_LEVEL_TOTAL;
    if (line->level == STW_LEVEL_BUILDING && stw_suspects_in(part, line, STW_AGAINST_COUNT) > 0)
        stw_row_note(report, row, stw_suspects_text(report, part, line));
}

/* Buildings first, sites after them where there are several, the total last. */
static void add_rows(struct stw_report *report, struct stw_report_table *table,
                     const struct stw_energy_part *part, const struct stw_energy_group *group,
                     void (*add)(struct stw_report *report, struct stw_report_table *table,
                                 const struct stw_energy_part *part,
                                 const struct stw_energy_line *line))
{
    struct stw_energy_line *const *lines = part->energy->lines;
    uint32_t sites = 0;
    for (uint32_t i = group->first; i < group->end; i++)
        sites += lines[i]->level == STW_LEVEL_SITE;
    for (uint32_t i = group->first; i < group->end; i++) {
        if (lines[i]->level == STW_LEVEL_BUILDING)
            add(report, table, part, lines[i]);
    }
    for (uint32_t i = group->first; sites > 1 && i < group->end; i++) {
        if (lines[i]->level == STW_LEVEL_SITE)
            add(report, table, part, lines[i]);
    }
    add(report, table, part, group->total);
    if (table != NULL)
        table->shown_rows = BUILDINGS_SHOWN;
}

static void add_use_table(struct stw_report *report, struct stw_report_section *section,
                          const struct stw_energy_part *part, const struct stw_energy_group *group)
{
    struct stw_report_column columns[USE_COLUMNS] = {
        stw_column(report, STW_WORD_BUILDING, "", STW_DATUM_TEXT),
        stw_column(report, STW_WORD_USE, "", STW_DATUM_DECIMAL),
        stw_column(report, STW_WORD_USE_PER_DAY, "", STW_DATUM_REAL),
        stw_column(report, STW_WORD_MONTH_ON_MONTH, "", STW_DATUM_SHARE),
        stw_column(report, STW_WORD_MONTH_LIKE_PER_DAY, "", STW_DATUM_SHARE),
        stw_column(report, STW_WORD_YEAR_ON_YEAR, "", STW_DATUM_SHARE),
        stw_column(report, STW_WORD_YEAR_LIKE, "", STW_DATUM_SHARE),
        stw_column(report, STW_WORD_YEAR_TO_DATE_LIKE, "", STW_DATUM_SHARE),
        stw_column(report, STW_WORD_METERS, "", STW_DATUM_COUNT),
        stw_column(report, STW_WORD_ESTIMATED, "", STW_DATUM_SHARE),
    };
    columns[1].unit = columns[2].unit = group->unit;
    struct stw_slice id = stw_report_printf(report, "energy-use-%u", group->number);
    struct stw_report_table *table = stw_section_table(
        report, section, id.data, STW_SAY(report, STW_WORD_USE_TABLE, stw_datum_text(group->name)),
        group->command, columns, USE_COLUMNS);
    add_rows(report, table, part, group, add_use_row);
    if (table != NULL && group->number == 1) /* it holds for those that follow */
        stw_notes_add(report, &table->notes, stw_report_word(report, STW_WORD_LIKE_NOTE));
}

static struct stw_datum intensity(const struct stw_report *report, const struct stw_intensity *each,
                                  int digits)
{
    return each->verdict == STW_VERDICT_JUDGED ? stw_datum_real(each->value, digits)
                                               : stw_datum_unjudged(report, each->verdict);
}

static struct stw_datum cost(const struct stw_report *report, const struct stw_energy_cost *each)
{
    if (each->verdict == STW_VERDICT_JUDGED)
        return stw_datum_wide(each->amount, 2);
    return stw_datum_unjudged(report, each->verdict);
}

static void add_cost_row(struct stw_report *report, struct stw_report_table *table,
                         const struct stw_energy_part *part, const struct stw_energy_line *line)
{
    (void)part;
    const struct stw_energy_side *month = &line->against[STW_AGAINST_PREVIOUS].current;
    const struct stw_energy_comparison *last_year = &line->against[STW_AGAINST_LAST_YEAR];
    const struct stw_energy_side *year = &line->against[STW_AGAINST_YEAR_TO_DATE].current;
    const struct stw_report_cell cells[COST_COLUMNS] = {
        stw_cell(stw_datum_text(line_name(report, line))),
        stw_cell(intensity(report, &month->per_area, 3)),
        stw_cell(intensity(report, &year->per_area, 2)),
        stw_cell(intensity(report, &month->per_household, 2)),
        stw_cell(cost(report, &month->cost)),
        stw_cell(last_year->verdict == STW_VERDICT_NO_DATA ? stw_datum_none()
                                                           : cost(report, &last_year->base.cost)),
        stw_cell(cost(report, &year->cost)),
    };
    struct stw_report_row *row = stw_table_add(report, table, cells);
    if (row != NULL)
        row->is_total = line->level == STW_LEVEL_TOTAL;
}

/* Nothing where neither areas, households nor tariffs are known. */
static void add_cost_table(struct stw_report *report, struct stw_report_section *section,
                           const struct stw_energy_part *part, const struct stw_energy_group *group)
{
    const struct stw_energy_side *month = &group->total->against[STW_AGAINST_PREVIOUS].current;
    if (month->per_area.verdict == STW_VERDICT_NOT_PROVIDED &&
        month->per_household.verdict == STW_VERDICT_NOT_PROVIDED &&
        month->cost.verdict == STW_VERDICT_NOT_PROVIDED)
        return;
    struct stw_report_column columns[COST_COLUMNS] = {
        stw_column(report, STW_WORD_BUILDING, "", STW_DATUM_TEXT),
        stw_column(report, STW_WORD_PER_AREA_MONTH, "", STW_DATUM_REAL),
        stw_column(report, STW_WORD_PER_AREA_YEAR, "", STW_DATUM_REAL),
        stw_column(report, STW_WORD_PER_HOUSEHOLD, "", STW_DATUM_REAL),
        stw_column(report, STW_WORD_COST, "", STW_DATUM_DECIMAL),
        stw_column(report, STW_WORD_COST_LAST_YEAR, "", STW_DATUM_DECIMAL),
        stw_column(report, STW_WORD_COST_TO_DATE, "", STW_DATUM_DECIMAL),
    };
    columns[1].unit = columns[2].unit =
        stw_report_printf(report, "%.*s/m\u00b2", STW_SLICE_ARG(group->unit));
    columns[3].unit = group->unit;
    columns[4].unit = columns[5].unit = columns[6].unit = month->cost.currency;
    struct stw_slice id = stw_report_printf(report, "energy-cost-%u", group->number);
    struct stw_report_table *table = stw_section_table(
        report, section, id.data, STW_SAY(report, STW_WORD_COST_TABLE, stw_datum_text(group->name)),
        group->command, columns, COST_COLUMNS);
    add_rows(report, table, part, group, add_cost_row);
}

static void add_change_key(struct stw_report *report, struct stw_report_keys *keys,
                           const struct stw_energy_part *part, const struct stw_energy_line *line,
                           enum stw_word label, enum stw_energy_against against)
{
    const struct stw_energy_comparison *comparison = &line->against[against];
    struct stw_report_cell cell =
        change(report, part, line, against, true, against == STW_AGAINST_PREVIOUS);
    if (cell.value.kind == STW_DATUM_NONE)
        return;
    stw_keys_add(
        report, keys,
        &(struct stw_report_key){.label = stw_report_word(report, label),
                                 .value = cell.value,
                                 .mark = cell.mark,
                                 .delta_label = STW_SAY(report, STW_WORD_LIKE_METERS,
                                                        stw_datum_count(comparison->like_meters),
                                                        stw_datum_count(comparison->left_out))});
}

static void add_keys(struct stw_report *report, struct stw_report_section *section,
                     const struct stw_energy_part *part, const struct stw_energy_group *group)
{
    const struct stw_energy_line *total = group->total;
    const struct stw_energy_side *month = &total->against[STW_AGAINST_PREVIOUS].current;
    struct stw_report_keys *keys = stw_section_keys(report, section, group->command);
    stw_keys_add(report, keys,
                 &(struct stw_report_key){.label = group->name,
                                          .value = month->meters == 0
                                                       ? stw_datum_absent(STW_SLICE(""))
                                                       : stw_datum_wide(month->use, 0),
                                          .unit = group->unit});
    add_change_key(report, keys, part, total, STW_WORD_MONTH_LIKE_PER_DAY, STW_AGAINST_PREVIOUS);
    add_change_key(report, keys, part, total, STW_WORD_YEAR_LIKE, STW_AGAINST_LAST_YEAR);
    add_change_key(report, keys, part, total, STW_WORD_YEAR_TO_DATE_LIKE, STW_AGAINST_YEAR_TO_DATE);
    if (month->cost.verdict == STW_VERDICT_JUDGED)
        stw_keys_add(report, keys,
                     &(struct stw_report_key){.label = stw_report_word(report, STW_WORD_COST),
                                              .value = stw_datum_wide(month->cost.amount, 0),
                                              .unit = month->cost.currency});
}

static struct stw_slice gap_text(const struct stw_report *report, enum stw_energy_gap gap)
{
    static const enum stw_word words[STW_GAP_COUNT] = {
        [STW_GAP_NONE] = STW_WORD_GAP_COMPLETE,
        [STW_GAP_NOT_IN_SERVICE] = STW_WORD_GAP_NOT_IN_SERVICE,
        [STW_GAP_NO_DATA] = STW_WORD_GAP_NO_DATA,
        [STW_GAP_EDGES] = STW_WORD_GAP_EDGES,
        [STW_GAP_READINGS] = STW_WORD_GAP_READINGS,
        [STW_GAP_ZEROS] = STW_WORD_GAP_ZEROS,
    };
    return stw_report_word(report, words[gap]);
}

static void add_left_out(struct stw_report *report, struct stw_report_section *section,
                         const struct stw_energy_part *part)
{
    enum { COLUMNS = 6 };
    static const enum stw_word against[STW_AGAINST_COUNT] = {
        STW_WORD_MONTH_ON_MONTH, STW_WORD_YEAR_ON_YEAR, STW_WORD_YEAR_TO_DATE};
    if (part->energy->left_out_count == 0)
        return;
    const struct stw_report_column columns[COLUMNS] = {
        stw_column(report, STW_WORD_METER, "", STW_DATUM_TEXT),
        stw_column(report, STW_WORD_METER_CHANNEL, "", STW_DATUM_TEXT),
        stw_column(report, STW_WORD_BUILDING, "", STW_DATUM_TEXT),
        stw_column(report, STW_WORD_COMPARISON, "", STW_DATUM_TEXT),
        stw_column(report, STW_WORD_THIS_SIDE, "", STW_DATUM_TEXT),
        stw_column(report, STW_WORD_BASE_SIDE, "", STW_DATUM_TEXT),
    };
    struct stw_report_table *table = stw_section_table(
        report, section, "energy-left-out", stw_report_word(report, STW_WORD_LEFT_OUT_TABLE),
        part->command, columns, COLUMNS);
    for (uint32_t i = 0; i < part->energy->left_out_count; i++) {
        const struct stw_energy_left_out *left = &part->energy->left_out[i];
        const struct stw_report_cell cells[COLUMNS] = {
            stw_cell(stw_datum_text(left->device)),
            stw_cell(stw_datum_optional(left->channel)),
            stw_cell(stw_datum_optional(left->building)),
            stw_cell(stw_datum_text(stw_report_word(report, against[left->against]))),
            stw_cell(stw_datum_text(gap_text(report, left->current))),
            stw_cell(stw_datum_text(gap_text(report, left->base))),
        };
        stw_table_add(report, table, cells);
    }
    if (table == NULL)
        return;
    table->shown_rows = LEFT_OUT_SHOWN;
    uint64_t unlisted = part->energy->left_out_total - part->energy->left_out_count;
    if (unlisted > 0)
        stw_notes_add(report, &table->notes,
                      STW_SAY(report, STW_WORD_LEFT_OUT_MORE, stw_datum_count((int64_t)unlisted)));
}

/* Mains come first within a kind: what the others measure is part of it. */
static int role_order(struct stw_slice role)
{
    static const char *const roles[] = {"main", "building", "household", "public", "plant"};
    for (int i = 0; i < (int)(sizeof(roles) / sizeof(roles[0])); i++)
        if (stw_slice_is(role, roles[i]))
            return i;
    return (int)(sizeof(roles) / sizeof(roles[0]));
}

/* The commands of part and group list the same use, the group's without that of other meters. */
static struct stw_slice group_command(struct stw_report *report, const struct stw_energy_part *part,
                                      const struct stw_energy_line *total)
{
    if (part->command.size == 0)
        return part->command;
    struct stw_buffer text;
    stw_buffer_init(&text);
    stw_buffer_add_slice(&text, part->command);
    stw_buffer_add_text(&text, " kind=");
    stw_escape_shell(&text, total->kind);
    if (total->role.size > 0) {
        stw_buffer_add_text(&text, " role=");
        stw_escape_shell(&text, total->role);
    }
    struct stw_slice words = stw_buffer_slice(&text);
    struct stw_slice command = stw_report_printf(report, "%.*s", STW_SLICE_ARG(words));
    report->failed |= text.failed;
    stw_buffer_release(&text);
    return command;
}

/* The groups in the order they are printed: by kind, mains first. */
static uint32_t list_groups(struct stw_report *report, const struct stw_energy_part *part,
                            struct stw_energy_group **list)
{
    const struct stw_energy *energy = part->energy;
    uint32_t count = 0;
    for (uint32_t i = 0; i < energy->line_count; i++)
        count += energy->lines[i]->level == STW_LEVEL_TOTAL;
    struct stw_energy_group *groups = stw_report_array(report, count, sizeof(*groups));
    if (groups == NULL)
        return 0;
    uint32_t found = 0;
    for (uint32_t first = 0, end; first < energy->line_count; first = end) {
        const struct stw_energy_line *total = energy->lines[first];
        for (end = first + 1;
             end < energy->line_count && energy->lines[end]->level != STW_LEVEL_TOTAL;)
            end++;
        uint32_t at = found++;
        for (; at > 0 && stw_slice_equal(groups[at - 1].total->kind, total->kind) &&
               role_order(groups[at - 1].total->role) > role_order(total->role);
             at--)
            groups[at] = groups[at - 1];
        groups[at] = (struct stw_energy_group){.first = first,
                                               .end = end,
                                               .total = total,
                                               .unit = stw_unit_text(total->unit),
                                               .name = group_name(report, total),
                                               .command = group_command(report, part, total)};
    }
    for (uint32_t i = 0; i < found; i++) {
        groups[i].number = i + 1;
        groups[i].foremost =
            i == 0 || !stw_slice_equal(groups[i - 1].total->kind, groups[i].total->kind);
    }
    *list = groups;
    return found;
}

void stw_report_add_energy(struct stw_report *report, const struct stw_energy_part *part)
{
    struct stw_energy_group *groups;
    if (part->energy->line_count == 0)
        return;
    struct stw_report_section *section =
        stw_report_add_section(report, stw_report_word(report, STW_WORD_SECTION_ENERGY));
    uint32_t count = list_groups(report, part, &groups);
    if (count > 0)
        stw_conclude_energy(report, section, part, groups, count);
    for (uint32_t i = 0; i < count; i++) {
        add_keys(report, section, part, &groups[i]);
        stw_add_energy_months(report, section, part, &groups[i]);
        add_use_table(report, section, part, &groups[i]);
        add_cost_table(report, section, part, &groups[i]);
        stw_add_energy_intensity(report, section, part, &groups[i]);
    }
    add_left_out(report, section, part);
}
