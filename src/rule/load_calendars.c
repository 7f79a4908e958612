/*
 * Business calendars, on the clock of the site that uses them.
 *
 *     calendars:
 *       office:
 *         week: {mon-fri: ["08:00-12:00", "13:30-17:30"], sat: "09:00-12:00"}
 *         holidays: [2026-01-01, 2026-10-01]
 *         makeup: {2026-02-14: fri}          # works like a Friday
 */
#include "rule/load_sections.h"

#include "rule/rule.h"

#include <stdlib.h>
#include <string.h>

static const char *const day_words[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL};

enum { DAYS_A_WEEK = 7 };

/* "mon" or "mon-fri" as a first and a last weekday, 0 = Monday. */
static bool load_days(struct stw_loader *loader, const struct stw_yaml_node *key, int *first,
                      int *last)
{
    for (int i = 0; i < DAYS_A_WEEK; i++) {
        for (int j = i; j < DAYS_A_WEEK; j++) {
            char text[8] = {0};
            memcpy(text, day_words[i], 3);
            if (j > i) {
                text[3] = '-';
                memcpy(text + 4, day_words[j], 3);
            }
            if (!stw_slice_is(key->text, text))
                continue;
            *first = i;
            *last = j;
            return true;
        }
    }
    stw_load_problem(loader, STW_PROBLEM_UNKNOWN, key, "'%.*s' is no day of the week",
                     STW_SLICE_ARG(key->text));
    stw_load_hint(loader, "mon tue wed thu fri sat sun, or a range such as mon-fri");
    return false;
}

static void load_segment(struct stw_loader *loader, const struct stw_yaml_node *node, int first,
                         int last, struct stw_calendar *calendar)
{
    int64_t start_ns, end_ns;
    if (!stw_load_window(loader, node, "working hours", &start_ns, &end_ns))
        return;
    for (int day = first; day <= last; day++) {
        struct stw_error err;
        stw_error_clear(&err);
        if (stw_calendar_add_segment(calendar, day + 1, (int)(start_ns / STW_NS_PER_MINUTE),
                                     (int)(end_ns / STW_NS_PER_MINUTE), &err) == STW_OK)
            continue;
        stw_load_problem(loader, STW_PROBLEM_CONTRADICTION, node, "%s", err.what);
        stw_load_hint(loader, "%s", err.hint);
        return;
    }
}

static void load_week(struct stw_loader *loader, const struct stw_yaml_node *node,
                      struct stw_calendar *calendar)
{
    if (!stw_load_mapping(loader, node, "'week'"))
        return;
    STW_YAML_EACH(entry, node)
    {
        int first, last;
        if (!load_days(loader, entry->key, &first, &last))
            continue;
        if (entry->value->kind != STW_YAML_SEQUENCE) {
            load_segment(loader, entry->value, first, last, calendar);
            continue;
        }
        STW_YAML_EACH(segment, entry->value)
        {
            load_segment(loader, segment->value, first, last, calendar);
        }
    }
}

static int by_days(const void *a, const void *b)
{
    const struct stw_calendar_exception *left = a, *right = b;
    return left->days < right->days ? -1 : left->days > right->days;
}

static void load_exceptions(struct stw_loader *loader, const struct stw_yaml_node *node,
                            struct stw_calendar *calendar)
{
    const struct stw_yaml_node *holidays = stw_yaml_find(node, "holidays");
    const struct stw_yaml_node *makeup = stw_yaml_find(node, "makeup");
    bool closed = holidays != NULL && stw_load_sequence(loader, holidays, "'holidays'");
    bool working = makeup != NULL && stw_load_mapping(loader, makeup, "'makeup'");
    size_t count = 0, most = (closed ? holidays->count : 0u) + (working ? makeup->count : 0u);
    struct stw_calendar_exception *list = stw_load_memory(loader, most, sizeof(*list));
    if (most == 0 || list == NULL)
        return;
    if (closed) {
        STW_YAML_EACH(entry, holidays)
        {
            list[count].as_weekday = 0;
            count += stw_load_date(loader, entry->value, "a holiday", &list[count].days);
        }
    }
    if (working) {
        STW_YAML_EACH(entry, makeup)
        {
            int weekday;
            if (!stw_load_date(loader, entry->key, "a make-up day", &list[count].days) ||
                !stw_load_word(loader, entry->value, day_words, "a weekday", &weekday))
                continue;
            list[count++].as_weekday = weekday + 1;
        }
    }
    qsort(list, count, sizeof(*list), by_days);
    struct stw_error err;
    stw_error_clear(&err);
    if (stw_calendar_set_exceptions(calendar, list, count, &err) != STW_OK)
        stw_load_problem(loader, STW_PROBLEM_CONTRADICTION, node, "%s", err.what);
}

static const struct stw_calendar *load_calendar(struct stw_loader *loader,
                                                const struct stw_yaml_node *node)
{
    static const char *const known[] = {"week", "holidays", "makeup", NULL};
    struct stw_calendar *calendar = stw_load_memory(loader, 1, sizeof(*calendar));
    if (calendar == NULL || !stw_load_mapping(loader, node, "a calendar"))
        return calendar;
    stw_load_keys(loader, node, known, "a calendar");
    stw_calendar_init(calendar, loader->pack->defaults.zone);
    const struct stw_yaml_node *week = stw_load_need(loader, node, "week", "a calendar");
    if (week != NULL)
        load_week(loader, week, calendar);
    load_exceptions(loader, node, calendar);
    return calendar;
}

void stw_load_calendars(struct stw_loader *loader, const struct stw_pack_draft *draft)
{
    struct stw_pack *pack = loader->pack;
    uint32_t count =
        stw_load_section_size(loader, draft, "calendars", STW_YAML_MAPPING, STW_PACK_CALENDARS_MAX);
    struct stw_named_calendar *calendars = stw_load_memory(loader, count, sizeof(*calendars));
    pack->calendars = calendars;
    for (uint32_t i = 0; calendars != NULL && count > 0 && i < draft->file_count; i++) {
        const struct stw_yaml_node *section =
            stw_load_section(loader, draft, i, "calendars", STW_YAML_MAPPING);
        if (section == NULL)
            continue;
        STW_YAML_EACH(entry, section)
        {
            if (stw_pack_calendar(pack, entry->key->text) != NULL)
                stw_load_problem(loader, STW_PROBLEM_DUPLICATE, entry->key,
                                 "calendar '%.*s' is described twice",
                                 STW_SLICE_ARG(entry->key->text));
            calendars[pack->calendar_count].calendar = load_calendar(loader, entry->value);
            calendars[pack->calendar_count++].name = entry->key->text;
        }
    }
}
