/* What the energy section concludes; see energy_conclusions.h. */
#include "report/energy_conclusions.h"

#include <math.h>

enum { SUSPECTS_NAMED = 5 };

uint32_t stw_suspects_in(const struct stw_energy_part *part, const struct stw_energy_line *line,
                         enum stw_energy_against against)
{
    uint32_t count = 0;
    for (const struct stw_energy_suspect *each = part->suspects; each != NULL; each = each->next)
        count += (line == NULL || stw_energy_suspect_in(each, line)) &&
                 (against == STW_AGAINST_COUNT || each->changed[against]);
    return count;
}

/* "b40, Gas (YTD -94.3%)" */
static struct stw_slice suspect_text(struct stw_report *report,
                                     const struct stw_energy_suspect *suspect)
{
    enum stw_energy_against against =
        suspect->changed[STW_AGAINST_LAST_YEAR] ? STW_AGAINST_LAST_YEAR : STW_AGAINST_YEAR_TO_DATE;
    enum stw_word word =
        against == STW_AGAINST_LAST_YEAR ? STW_WORD_YEAR_ON_YEAR : STW_WORD_YEAR_TO_DATE;
    return STW_SAY(report, STW_WORD_SUSPECT_ITEM, stw_datum_text(suspect->device),
                   stw_datum_text(stw_kind_name(report, suspect->kind)),
                   stw_datum_text(stw_report_word(report, word)),
                   stw_datum_signed(stw_datum_share(suspect->share[against], 1)));
}

static struct stw_slice join(struct stw_report *report, struct stw_slice list,
                             struct stw_slice item)
{
    return list.size == 0
               ? item
               : STW_SAY(report, STW_WORD_AND, stw_datum_text(list), stw_datum_text(item));
}

struct stw_slice stw_suspects_text(struct stw_report *report, const struct stw_energy_part *part,
                                   const struct stw_energy_line *line)
{
    struct stw_slice list = {"", 0};
    uint32_t count = stw_suspects_in(part, line, STW_AGAINST_COUNT), named = 0;
    for (const struct stw_energy_suspect *each = part->suspects;
         each != NULL && named < SUSPECTS_NAMED; each = each->next) {
        if (line != NULL && !stw_energy_suspect_in(each, line))
            continue;
        list = join(report, list, suspect_text(report, each));
        named++;
    }
    if (count > named)
        list = STW_SAY(report, STW_WORD_SUSPECT_MORE, stw_datum_text(list),
                       stw_datum_count(count - named));
    return STW_SAY(report, STW_WORD_SUSPECTS, stw_datum_text(list));
}

/* What the change costs, where both sides are priced; 0 else. */
static double cost_of_change(const struct stw_energy_comparison *comparison)
{
    const struct stw_energy_cost *now = &comparison->like_current.cost;
    const struct stw_energy_cost *before = &comparison->like_base.cost;
    if (now->verdict != STW_VERDICT_JUDGED || before->verdict != STW_VERDICT_JUDGED)
        return 0;
    return fabs(stw_wide_double(now->amount) - stw_wide_double(before->amount));
}

static enum stw_mark change_mark(double share)
{
    if (share > STW_ENERGY_CHANGE_BAD)
        return STW_MARK_BAD;
    if (share > STW_ENERGY_CHANGE_NOTICE)
        return STW_MARK_NOTICE;
    return share < -STW_ENERGY_CHANGE_NOTICE ? STW_MARK_GOOD : STW_MARK_NONE;
}

static bool is_judged(const struct stw_energy_line *line)
{
    const struct stw_energy_comparison *last_year = &line->against[STW_AGAINST_LAST_YEAR];
    return last_year->verdict != STW_VERDICT_NO_DATA &&
           last_year->like.verdict == STW_VERDICT_JUDGED;
}

static void conclude_line(struct stw_report *report, const struct stw_report_section *section,
                          const struct stw_energy_line *line, struct stw_slice name)
{
    const struct stw_energy_comparison *last_year = &line->against[STW_AGAINST_LAST_YEAR];
    enum stw_mark mark = change_mark(last_year->like.share);
    double money = cost_of_change(last_year);
    /* The use of all meters, as in the table; where not all can be compared, both uses. */
    bool all_alike = last_year->like_meters == line->meters;
    stw_report_conclude(
        report, mark, stw_conclusion_rank(mark, STW_TOPIC_MONEY, money), section,
        STW_SAY(report, all_alike ? STW_WORD_USE_CHANGED : STW_WORD_USE_CHANGED_ALIKE,
                stw_datum_text(name), stw_datum_wide(last_year->current.use, 0),
                stw_datum_text(stw_unit_text(line->unit)),
                stw_datum_signed(stw_datum_share(last_year->like.share, 1)),
                stw_datum_signed(stw_datum_wide(last_year->like.difference, 0)),
                stw_datum_count(line->meters), stw_datum_count(last_year->like_meters),
                stw_datum_wide(last_year->like_current.use, 0)));
}

/* The building whose use rose most, where there are several. */
static void conclude_worst(struct stw_report *report, const struct stw_report_section *section,
                           const struct stw_energy_part *part, const struct stw_energy_group *group)
{
    const struct stw_energy_line *worst = NULL;
    double most = 0;
    uint32_t buildings = 0;
    for (uint32_t i = group->first; i < group->end; i++) {
        const struct stw_energy_line *line = part->energy->lines[i];
        if (line->level != STW_LEVEL_BUILDING)
            continue;
        buildings++;
        const struct stw_energy_change *like = &line->against[STW_AGAINST_LAST_YEAR].like;
        if (!is_judged(line) || like->share <= STW_ENERGY_CHANGE_BAD)
            continue;
        double difference = stw_wide_double(like->difference);
        if (difference > most) {
            most = difference;
            worst = line;
        }
    }
    if (worst != NULL && buildings > 1)
        conclude_line(report, section, worst,
                      STW_SAY(report, STW_WORD_BUILDING_AND_KIND,
                              stw_datum_text(stw_name_or_unstated(report, worst->building)),
                              stw_datum_text(group->name)));
}

/* "Power (mains) 108,082 kWh (+2.8%)" */
static struct stw_slice steady_text(struct stw_report *report, const struct stw_energy_group *group)
{
    const struct stw_energy_comparison *last_year = &group->total->against[STW_AGAINST_LAST_YEAR];
    return STW_SAY(report, STW_WORD_STEADY_ITEM, stw_datum_text(group->name),
                   stw_datum_wide(last_year->current.use, 0), stw_datum_text(group->unit),
                   stw_datum_signed(stw_datum_share(last_year->like.share, 1)));
}

static void conclude_suspects(struct stw_report *report, const struct stw_report_section *section,
                              const struct stw_energy_part *part)
{
    uint32_t count = stw_suspects_in(part, NULL, STW_AGAINST_COUNT);
    if (count > 0)
        stw_report_conclude(report, STW_MARK_NOTICE,
                            stw_conclusion_rank(STW_MARK_NOTICE, STW_TOPIC_SAFETY, count), section,
                            stw_suspects_text(report, part, NULL));
}

void stw_conclude_energy(struct stw_report *report, const struct stw_report_section *section,
                         const struct stw_energy_part *part, const struct stw_energy_group *groups,
                         uint32_t count)
{
    struct stw_slice steady = {"", 0};
    conclude_suspects(report, section, part);
    for (uint32_t i = 0; i < count; i++) {
        const struct stw_energy_line *total = groups[i].total;
        conclude_worst(report, section, part, &groups[i]);
        if (!is_judged(total))
            continue;
        enum stw_mark mark = change_mark(total->against[STW_AGAINST_LAST_YEAR].like.share);
        bool rose = mark == STW_MARK_BAD || mark == STW_MARK_NOTICE;
        if (rose)
            conclude_line(report, section, total, groups[i].name);
        else if (!groups[i].foremost || stw_suspects_in(part, total, STW_AGAINST_LAST_YEAR) > 0)
            continue; /* part of what the mains say, or not to be said before it is checked */
        else if (mark == STW_MARK_GOOD)
            conclude_line(report, section, total, groups[i].name);
        else
            steady = join(report, steady, steady_text(report, &groups[i]));
    }
    if (steady.size > 0)
        stw_report_conclude(report, STW_MARK_NONE,
                            stw_conclusion_rank(STW_MARK_NONE, STW_TOPIC_MONEY, 0), section,
                            STW_SAY(report, STW_WORD_STEADY, stw_datum_text(steady),
                                    stw_datum_share(STW_ENERGY_CHANGE_NOTICE, 0)));
}
