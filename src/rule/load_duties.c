/*
 * Recurring duties: what has to be done to which devices, and how often (time/duty.h says what on
 * time, late and missed mean).
 *
 *     duties:
 *     - {duty: lift maintenance, title_zh: 电梯半月保, devices: {kind: elevator}, max_gap: 15 days}
 *     - {duty: smoke detector test, devices: {kind: smoke detector}, each: calendar month, grace: 2
 * days}
 *
 * `duty` is the word in the column of that name of the inspections table, and that of rules.
 */
#include "rule/load_sections.h"

static const char *const duty_keys[] = {"duty", "title",   "title_zh", "devices",
                                        "each", "max_gap", "grace",    NULL};

static const char *const device_keys[] = {"site",    "building", "device", "kind",   "role",
                                          "end_use", "model",    "maker",  "vendor", NULL};

static void load_each(struct stw_loader *loader, const struct stw_yaml_node *node,
                      struct stw_duty_plan *plan)
{
    static const char *const each_words[] = {"day",     "week", "month", "calendar month",
                                             "quarter", "year", NULL};
    static const struct stw_period_rule each_rules[] = {
        {STW_PERIOD_STEP, STW_NS_PER_DAY, 0},
        {STW_PERIOD_WEEK, 0, 0},
        {STW_PERIOD_MONTH, 0, 1},
        {STW_PERIOD_MONTH, 0, 1},
        {STW_PERIOD_QUARTER, 0, 1},
        {STW_PERIOD_YEAR, 0, 1},
    };
    int place;
    if (!stw_load_word(loader, node, each_words, "'each'", &place))
        return;
    plan->each = true;
    plan->rule = each_rules[place];
}

static void load_gap(struct stw_loader *loader, const struct stw_yaml_node *node,
                     struct stw_duty_plan *plan)
{
    int64_t gap_ns;
    if (!stw_load_duration(loader, node, "'max_gap'", &gap_ns))
        return;
    if (gap_ns < STW_NS_PER_DAY || gap_ns % STW_NS_PER_DAY != 0 ||
        gap_ns > STW_DUTY_GAP_DAYS_MAX * STW_NS_PER_DAY)
        stw_load_problem(loader, STW_PROBLEM_FORM, node,
                         "'max_gap' is a number of whole days, 1 to %d", STW_DUTY_GAP_DAYS_MAX);
    else
        plan->gap_days = (int)(gap_ns / STW_NS_PER_DAY);
}

/* How often, one way or the other. */
static void load_plan(struct stw_loader *loader, const struct stw_yaml_node *node,
                      struct stw_duty_plan *plan)
{
    const struct stw_yaml_node *each = stw_yaml_find(node, "each");
    const struct stw_yaml_node *gap = stw_yaml_find(node, "max_gap");
    const struct stw_yaml_node *grace = stw_yaml_find(node, "grace");
    plan->gap_days = 1;
    if ((each == NULL) == (gap == NULL)) {
        stw_load_problem(loader, STW_PROBLEM_CONTRADICTION, gap == NULL ? node : gap,
                         "a duty has either 'each' or 'max_gap'");
        stw_load_hint(loader, "each: month, or max_gap: 15 days");
        return;
    }
    if (each != NULL)
        load_each(loader, each, plan);
    else
        load_gap(loader, gap, plan);
    if (grace != NULL)
        stw_load_duration(loader, grace, "'grace'", &plan->grace_ns);
}

static void load_duty(struct stw_loader *loader, const struct stw_yaml_node *node,
                      struct stw_duty *duty)
{
    if (!stw_load_mapping(loader, node, "a duty"))
        return;
    stw_load_keys(loader, node, duty_keys, "a duty");
    const struct stw_yaml_node *name = stw_load_need(loader, node, "duty", "a duty");
    const struct stw_yaml_node *devices = stw_load_need(loader, node, "devices", "a duty");
    const struct stw_yaml_node *value;
    if (name != NULL && stw_load_text(loader, name, "'duty'", &duty->name)) {
        if (stw_pack_duty(loader->pack, duty->name) != NULL)
            stw_load_problem(loader, STW_PROBLEM_DUPLICATE, name, "duty '%.*s' is described twice",
                             STW_SLICE_ARG(duty->name));
        duty->title_en = duty->title_zh = duty->name;
    }
    if ((value = stw_yaml_find(node, "title")) != NULL &&
        stw_load_text(loader, value, "'title'", &duty->title_en))
        duty->title_zh = duty->title_en;
    if ((value = stw_yaml_find(node, "title_zh")) != NULL)
        stw_load_text(loader, value, "'title_zh'", &duty->title_zh);
    if (devices != NULL && stw_load_mapping(loader, devices, "'devices'")) {
        stw_load_keys(loader, devices, device_keys, "'devices'");
        if (devices->count == 0)
            stw_load_problem(loader, STW_PROBLEM_FORM, devices, "'devices' names none");
        stw_load_selectors(loader, devices, &duty->selectors, &duty->selector_count);
    }
    load_plan(loader, node, &duty->plan);
}

void stw_load_duties(struct stw_loader *loader, const struct stw_pack_draft *draft)
{
    struct stw_pack *pack = loader->pack;
    uint32_t count =
        stw_load_section_size(loader, draft, "duties", STW_YAML_SEQUENCE, STW_PACK_DUTIES_MAX);
    struct stw_duty *duties = stw_load_memory(loader, count, sizeof(*duties));
    pack->duties = duties;
    for (uint32_t i = 0; duties != NULL && count > 0 && i < draft->file_count; i++) {
        const struct stw_yaml_node *section =
            stw_load_section(loader, draft, i, "duties", STW_YAML_SEQUENCE);
        if (section == NULL)
            continue;
        STW_YAML_EACH(entry, section)
        {
            load_duty(loader, entry->value, &duties[pack->duty_count]);
            pack->duty_count++;
        }
    }
}
