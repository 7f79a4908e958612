/*
 * Rules: what they watch, when they speak, how they clear.
 *
 *     - id: pump-room-pressure
 *       watch: {channel: pressure, role: plant}
 *       when:  {outside: [0.25 MPa, 0.60 MPa], for: 10 min}
 *       clear: {inside: [0.28 MPa, 0.55 MPa], for: 10 min}
 *       severity: critical
 */
#include "rule/load_sections.h"

#include "base/suggest.h"
#include "rule/condition.h"

#include <string.h>

static const char *const rule_keys[] = {"id",    "title",    "title_zh", "watch",   "when", "clear",
                                        "price", "severity", "damp",     "enabled", NULL};

static const char *const watch_keys[] = {
    "site",  "building", "device",   "channel", "kind", "role",        "end_use",    "model",
    "maker", "vendor",   "expected", "events",  "same", "work_orders", "event_kind", NULL};

/* ---- watch ----------------------------------------------------------------------------------- */

static int find_trait(struct stw_slice word)
{
    for (int i = 0; i < STW_TRAIT_COUNT; i++) {
        if (stw_slice_is(word, stw_trait_words[i]))
            return i;
    }
    return -1;
}

void stw_load_selectors(struct stw_loader *loader, const struct stw_yaml_node *node,
                        const struct stw_selector **out, uint32_t *count)
{
    struct stw_selector *selectors =
        stw_load_memory(loader, *count + node->count, sizeof(struct stw_selector));
    if (selectors == NULL)
        return;
    if (*count > 0)
        memcpy(selectors, *out, *count * sizeof(*selectors));
    *out = selectors;
    STW_YAML_EACH(entry, node)
    {
        int trait = find_trait(entry->key->text);
        if (trait < 0)
            continue;
        struct stw_selector *selector = &selectors[*count];
        selector->trait = (enum stw_trait)trait;
        if (stw_load_texts(loader, entry->value, stw_trait_words[trait], &selector->values,
                           &selector->value_count))
            (*count)++;
    }
}

static void load_same(struct stw_loader *loader, const struct stw_yaml_node *node,
                      struct stw_watch *watch)
{
    const char *words[STW_TRAIT_COUNT + 2] = {NULL};
    const struct stw_slice *texts;
    uint32_t count;
    for (int i = 0; i < STW_TRAIT_COUNT; i++)
        words[i] = stw_trait_words[i];
    words[STW_SAME_CODE] = "code";
    if (!stw_load_texts(loader, node, "'same'", &texts, &count))
        return;
    if (count > STW_SAME_MAX) {
        stw_load_problem(loader, STW_PROBLEM_LIMIT, node, "'same' takes at most %d words",
                         STW_SAME_MAX);
        return;
    }
    const struct stw_yaml_entry *entry = node->first;
    for (uint32_t i = 0; i < count; i++) {
        const struct stw_yaml_node *at = entry == NULL ? node : entry->value;
        int place;
        if (stw_load_word(loader, at, words, "'same'", &place))
            watch->same[watch->same_count++] = place;
        entry = entry == NULL ? NULL : entry->next;
    }
}

static void load_orders(struct stw_loader *loader, const struct stw_yaml_node *node,
                        struct stw_watch *watch)
{
    static const char *const known[] = {"site",     "building", "device", "vendor", "priority",
                                        "category", "type",     "team",   NULL};
    watch->table = STW_SUBJECT_ORDERS;
    if (stw_yaml_is(node, "all") || !stw_load_mapping(loader, node, "'work_orders'"))
        return;
    stw_load_keys(loader, node, known, "'work_orders'");
    stw_load_selectors(loader, node, &watch->selectors, &watch->selector_count);
}

static void load_watch(struct stw_loader *loader, const struct stw_yaml_node *node,
                       struct stw_watch *watch)
{
    static const char *const event_tables[] = {"faults", NULL};
    static const char *const expected[] = {"registry", NULL};
    int place;
    if (!stw_load_mapping(loader, node, "'watch'"))
        return;
    stw_load_keys(loader, node, watch_keys, "'watch'");
    stw_load_selectors(loader, node, &watch->selectors, &watch->selector_count);
    const struct stw_yaml_node *events = stw_yaml_find(node, "events");
    const struct stw_yaml_node *orders = stw_yaml_find(node, "work_orders");
    const struct stw_yaml_node *kinds = stw_yaml_find(node, "event_kind");
    const struct stw_yaml_node *same = stw_yaml_find(node, "same");
    const struct stw_yaml_node *registry = stw_yaml_find(node, "expected");
    if (events != NULL && orders != NULL)
        stw_load_problem(loader, STW_PROBLEM_CONTRADICTION, orders,
                         "a rule watches events or work orders, not both");
    if (events != NULL && stw_load_word(loader, events, event_tables, "'events'", &place))
        watch->table = STW_SUBJECT_EVENTS;
    if (orders != NULL)
        load_orders(loader, orders, watch);
    if (kinds != NULL)
        stw_load_texts(loader, kinds, "'event_kind'", &watch->event_kinds,
                       &watch->event_kind_count);
    if (same != NULL)
        load_same(loader, same, watch);
    watch->expected =
        registry != NULL && stw_load_word(loader, registry, expected, "'expected'", &place);
}

/* ---- when, clear ----------------------------------------------------------------------------- */

static const struct stw_condition *find_condition(struct stw_slice word)
{
    for (unsigned i = 0; stw_conditions[i] != NULL; i++) {
        if (stw_slice_is(word, stw_conditions[i]->word))
            return stw_conditions[i];
    }
    return NULL;
}

static void unknown_condition(struct stw_loader *loader, const struct stw_yaml_node *key)
{
    struct stw_suggest nearest;
    stw_suggest_init(&nearest, key->text);
    stw_load_problem(loader, STW_PROBLEM_UNKNOWN, key, "'%.*s' is not a condition",
                     STW_SLICE_ARG(key->text));
    for (unsigned i = 0; stw_conditions[i] != NULL; i++)
        stw_suggest_offer(&nearest, stw_slice_of(stw_conditions[i]->word));
    if (nearest.best.data != NULL)
        stw_load_hint(loader, "did you mean '%.*s'?", STW_SLICE_ARG(nearest.best));
    else
        stw_load_hint(loader, "conditions: above, below, outside, silent_for, night_minimum, "
                              "flow_stays_above, unchanged_for, count, elapsed");
}

static void load_for(struct stw_loader *loader, const struct stw_yaml_node *when,
                     struct stw_rule *rule)
{
    const struct stw_yaml_node *node = stw_yaml_find(when, "for");
    if (node == NULL)
        return;
    if (rule->condition->no_for)
        stw_load_problem(loader, STW_PROBLEM_CONTRADICTION, node,
                         "'%s' says by itself how long; 'for' means nothing to it",
                         rule->condition->word);
    else
        stw_load_duration(loader, node, "'for'", &rule->for_ns);
}

static void load_clear(struct stw_loader *loader, const struct stw_yaml_node *node,
                       struct stw_rule *rule)
{
    const char *known[] = {"for", rule->condition->clear_key, NULL};
    rule->clear_for_ns = rule->for_ns;
    if (node == NULL || !stw_load_mapping(loader, node, "'clear'"))
        return;
    stw_load_keys(loader, node, known, "'clear' of this rule");
    rule->clear = node;
    const struct stw_yaml_node *lasting = stw_yaml_find(node, "for");
    if (lasting != NULL && rule->condition->no_for)
        stw_load_problem(loader, STW_PROBLEM_CONTRADICTION, lasting,
                         "'%s' clears by itself; 'for' means nothing to it", rule->condition->word);
    else if (lasting != NULL)
        stw_load_duration(loader, lasting, "'for'", &rule->clear_for_ns);
}

static void check_table(struct stw_loader *loader, const struct stw_yaml_node *word,
                        const struct stw_rule *rule)
{
    static const char *const wants[] = {"readings", "'events: faults' under watch",
                                        "'work_orders:' under watch"};
    if (rule->watch.table != rule->condition->table)
        stw_load_problem(loader, STW_PROBLEM_CONTRADICTION, word, "'%s' needs %s",
                         rule->condition->word, wants[rule->condition->table]);
    else if (rule->watch.same_count > 0 && rule->condition->mark == NULL)
        stw_load_problem(loader, STW_PROBLEM_CONTRADICTION, word,
                         "'same' means nothing to '%s', which makes no groups",
                         rule->condition->word);
}

static void load_when(struct stw_loader *loader, const struct stw_yaml_node *when,
                      const struct stw_yaml_node *clear, struct stw_rule *rule)
{
    const struct stw_yaml_entry *found = NULL;
    if (!stw_load_mapping(loader, when, "'when'"))
        return;
    STW_YAML_EACH(entry, when)
    {
        if (stw_slice_is(entry->key->text, "for"))
            continue;
        const struct stw_condition *condition = find_condition(entry->key->text);
        if (condition == NULL) {
            unknown_condition(loader, entry->key);
        } else if (found != NULL) {
            stw_load_problem(loader, STW_PROBLEM_CONTRADICTION, entry->key,
                             "a rule has one condition; '%s' came before", rule->condition->word);
        } else {
            found = entry;
            rule->condition = condition;
        }
    }
    if (found == NULL) {
        if (when->count == 0 || (when->count == 1 && stw_yaml_find(when, "for") != NULL))
            stw_load_problem(loader, STW_PROBLEM_MISSING, when, "'when' names no condition");
        return;
    }
    check_table(loader, found->key, rule);
    rule->params = stw_load_memory(loader, 1, rule->condition->params_size);
    if (rule->params == NULL)
        return;
    load_for(loader, when, rule);
    load_clear(loader, clear, rule);
    rule->condition->load(loader, found->value, rule);
    rule->clear = NULL;
}

/* ---- the rest -------------------------------------------------------------------------------- */

/* "water tariff" */
static void load_price_kind(struct stw_loader *loader, const struct stw_yaml_node *node,
                            struct stw_rule *rule)
{
    static const struct stw_slice suffix = {" tariff", 7};
    const struct stw_pack *pack = loader->pack;
    struct stw_slice text;
    if (node == NULL || !stw_load_text(loader, node, "'price'", &text))
        return;
    if (text.size <= suffix.size ||
        memcmp(text.data + text.size - suffix.size, suffix.data, suffix.size) != 0) {
        stw_load_problem(loader, STW_PROBLEM_FORM, node,
                         "'price' is written as 'water tariff', not '%.*s'", STW_SLICE_ARG(text));
        return;
    }
    if (rule->condition != NULL && !rule->condition->priced)
        stw_load_problem(loader, STW_PROBLEM_CONTRADICTION, node,
                         "'%s' finds no flow that could be priced", rule->condition->word);
    rule->price_kind = (struct stw_slice){text.data, text.size - suffix.size};
    for (uint32_t i = 0; i < pack->tariff_count; i++) {
        if (stw_slice_equal(pack->tariffs[i].kind, rule->price_kind))
            return;
    }
    stw_load_warning(loader, STW_PROBLEM_REFERENCE, node,
                     "no tariff for '%.*s' is in this pack; its alerts name no money",
                     STW_SLICE_ARG(rule->price_kind));
    stw_load_hint(loader, "add one under 'tariffs:', or give the file that has them too");
}

static void load_id(struct stw_loader *loader, const struct stw_yaml_node *node,
                    struct stw_rule *rule)
{
    const struct stw_yaml_node *id = stw_load_need(loader, node, "id", "a rule");
    if (id == NULL || !stw_load_text(loader, id, "'id'", &rule->id))
        return;
    const struct stw_pack *pack = loader->pack;
    for (uint32_t i = 0; i < pack->rule_count; i++) {
        if (!stw_slice_equal(pack->rules[i].id, rule->id))
            continue;
        stw_load_problem(loader, STW_PROBLEM_DUPLICATE, id, "rule '%.*s' is there already",
                         STW_SLICE_ARG(rule->id));
        stw_load_hint(loader, "at %s:%u", pack->rules[i].file, pack->rules[i].line);
        return;
    }
}

static void load_rule(struct stw_loader *loader, const struct stw_yaml_node *node,
                      struct stw_rule *rule)
{
    static const char *const severities[] = {"info", "warning", "critical", NULL};
    int severity = STW_SEVERITY_WARNING;
    rule->enabled = true;
    rule->file = loader->doc->file;
    rule->line = node->line;
    if (!stw_load_mapping(loader, node, "a rule"))
        return;
    stw_load_keys(loader, node, rule_keys, "a rule");
    load_id(loader, node, rule);
    const struct stw_yaml_node *watch = stw_load_need(loader, node, "watch", "a rule");
    const struct stw_yaml_node *when = stw_load_need(loader, node, "when", "a rule");
    if (watch != NULL)
        load_watch(loader, watch, &rule->watch);
    if (when != NULL)
        load_when(loader, when, stw_yaml_find(node, "clear"), rule);
    load_price_kind(loader, stw_yaml_find(node, "price"), rule);
    const struct stw_yaml_node *value = stw_yaml_find(node, "severity");
    if (value != NULL)
        stw_load_word(loader, value, severities, "'severity'", &severity);
    rule->severity = (enum stw_severity)severity;
    rule->title_en = rule->title_zh = rule->id;
    if ((value = stw_yaml_find(node, "title")) != NULL &&
        stw_load_text(loader, value, "'title'", &rule->title_en))
        rule->title_zh = rule->title_en;
    if ((value = stw_yaml_find(node, "title_zh")) != NULL)
        stw_load_text(loader, value, "'title_zh'", &rule->title_zh);
    rule->damp_ns = rule->for_ns > rule->clear_for_ns ? rule->for_ns : rule->clear_for_ns;
    if ((value = stw_yaml_find(node, "damp")) != NULL)
        stw_load_duration(loader, value, "'damp'", &rule->damp_ns);
    if ((value = stw_yaml_find(node, "enabled")) != NULL)
        stw_load_bool(loader, value, "'enabled'", &rule->enabled);
}

void stw_load_rules(struct stw_loader *loader, const struct stw_pack_draft *draft)
{
    struct stw_pack *pack = loader->pack;
    uint32_t count =
        stw_load_section_size(loader, draft, "rules", STW_YAML_SEQUENCE, STW_PACK_RULES_MAX);
    struct stw_rule *rules = stw_load_memory(loader, count, sizeof(*rules));
    pack->rules = rules;
    for (uint32_t i = 0; rules != NULL && count > 0 && i < draft->file_count; i++) {
        const struct stw_yaml_node *section =
            stw_load_section(loader, draft, i, "rules", STW_YAML_SEQUENCE);
        if (section == NULL)
            continue;
        STW_YAML_EACH(entry, section)
        {
            struct stw_rule *rule = &rules[pack->rule_count];
            load_rule(loader, entry->value, rule);
            rule->number = pack->rule_count++;
        }
    }
}
