/* Typed reading of YAML values with findings; see load.h. */
#include "rule/load.h"

#include "base/suggest.h"
#include "text/number.h"
#include "time/civil.h"
#include "time/duration.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

__attribute__((format(printf, 4, 0))) static void add_finding(struct stw_loader *loader,
                                                              struct stw_finding finding,
                                                              const struct stw_yaml_node *node,
                                                              const char *format, va_list args)
{
    char what[STW_ERROR_WHAT_SIZE];
    struct stw_buffer excerpt;
    vsnprintf(what, sizeof(what), format, args);
    stw_buffer_init(&excerpt);
    finding.file = loader->doc->file;
    finding.what = what;
    if (node != NULL) {
        finding.line = node->line;
        finding.column = node->column;
        stw_yaml_excerpt(loader->doc, node->line, node->column, &excerpt);
        stw_buffer_add_char(&excerpt, '\0');
        finding.excerpt = excerpt.failed ? NULL : excerpt.data;
        loader->findings->out_of_memory |= excerpt.failed;
    }
    stw_findings_add(loader->findings, &finding);
    stw_buffer_release(&excerpt);
}

void stw_load_problem(struct stw_loader *loader, enum stw_problem problem,
                      const struct stw_yaml_node *node, const char *format, ...)
{
    struct stw_finding finding = {.problem = problem};
    va_list args;
    va_start(args, format);
    add_finding(loader, finding, node, format, args);
    va_end(args);
}

void stw_load_warning(struct stw_loader *loader, enum stw_problem problem,
                      const struct stw_yaml_node *node, const char *format, ...)
{
    struct stw_finding finding = {.problem = problem, .warning = true};
    va_list args;
    va_start(args, format);
    add_finding(loader, finding, node, format, args);
    va_end(args);
}

void stw_load_hint(struct stw_loader *loader, const char *format, ...)
{
    char hint[STW_ERROR_HINT_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(hint, sizeof(hint), format, args);
    va_end(args);
    stw_findings_hint(loader->findings, hint);
}

void *stw_load_memory(struct stw_loader *loader, size_t count, size_t size_bytes)
{
    void *block = stw_arena_zero(&loader->pack->arena, count, size_bytes);
    loader->findings->out_of_memory |= block == NULL;
    return block;
}

static const char *kind_name(enum stw_yaml_kind kind)
{
    static const char *const names[] = {"a plain value", "a list", "a mapping (key: value)"};
    return names[kind];
}

static bool is_kind(struct stw_loader *loader, const struct stw_yaml_node *node,
                    enum stw_yaml_kind kind, const char *what)
{
    if (node != NULL && node->kind == kind)
        return true;
    struct stw_error err;
    stw_error_clear(&err);
    if (stw_yaml_expect(loader->doc, node, kind, what, &err) == STW_OK)
        stw_fail(&err, STW_ERR_INPUT, "%s must be %s", what, kind_name(kind));
    stw_load_problem(loader, STW_PROBLEM_FORM, node, "%s", err.what);
    stw_load_hint(loader, "%s", err.hint);
    return false;
}

bool stw_load_mapping(struct stw_loader *loader, const struct stw_yaml_node *node, const char *what)
{
    return is_kind(loader, node, STW_YAML_MAPPING, what);
}

bool stw_load_sequence(struct stw_loader *loader, const struct stw_yaml_node *node,
                       const char *what)
{
    return is_kind(loader, node, STW_YAML_SEQUENCE, what);
}

/* The hint for an unknown word: the nearest of `words`, else all of them. */
static void suggest(struct stw_loader *loader, struct stw_slice wanted, const char *const *words)
{
    struct stw_suggest nearest;
    stw_suggest_init(&nearest, wanted);
    char all[STW_ERROR_HINT_SIZE] = "";
    size_t used = 0;
    for (unsigned i = 0; words[i] != NULL; i++) {
        stw_suggest_offer(&nearest, stw_slice_of(words[i]));
        int written =
            snprintf(all + used, sizeof(all) - used, "%s%s", i == 0 ? "" : ", ", words[i]);
        if (written > 0 && used + (size_t)written < sizeof(all))
            used += (size_t)written;
        else
            all[used] = '\0';
    }
    if (nearest.best.data != NULL)
        stw_load_hint(loader, "did you mean '%.*s'?", STW_SLICE_ARG(nearest.best));
    else
        stw_load_hint(loader, "known: %s", all);
}

void stw_load_keys(struct stw_loader *loader, const struct stw_yaml_node *node,
                   const char *const *known, const char *what)
{
    STW_YAML_EACH(entry, node)
    {
        unsigned i = 0;
        while (known[i] != NULL && !stw_slice_is(entry->key->text, known[i]))
            i++;
        if (known[i] != NULL)
            continue;
        stw_load_problem(loader, STW_PROBLEM_UNKNOWN, entry->key, "'%.*s' is not a key of %s",
                         STW_SLICE_ARG(entry->key->text), what);
        suggest(loader, entry->key->text, known);
    }
}

const struct stw_yaml_node *stw_load_need(struct stw_loader *loader,
                                          const struct stw_yaml_node *node, const char *key,
                                          const char *what)
{
    const struct stw_yaml_node *value = stw_yaml_find(node, key);
    if (value == NULL)
        stw_load_problem(loader, STW_PROBLEM_MISSING, node, "%s needs '%s:'", what, key);
    return value;
}

bool stw_load_text(struct stw_loader *loader, const struct stw_yaml_node *node, const char *what,
                   struct stw_slice *out)
{
    if (!is_kind(loader, node, STW_YAML_SCALAR, what))
        return false;
    if (node->text.size == 0) {
        stw_load_problem(loader, STW_PROBLEM_FORM, node, "%s is empty", what);
        return false;
    }
    *out = node->text;
    return true;
}

bool stw_load_texts(struct stw_loader *loader, const struct stw_yaml_node *node, const char *what,
                    const struct stw_slice **out, uint32_t *count)
{
    bool list = node != NULL && node->kind == STW_YAML_SEQUENCE;
    struct stw_slice *texts = stw_load_memory(loader, list ? node->count : 1, sizeof(*texts));
    if (texts == NULL)
        return false;
    *out = texts;
    *count = 0;
    if (!list)
        return stw_load_text(loader, node, what, &texts[(*count)++]);
    if (node->count == 0) {
        stw_load_problem(loader, STW_PROBLEM_FORM, node, "%s is an empty list", what);
        return false;
    }
    STW_YAML_EACH(entry, node)
    {
        if (!stw_load_text(loader, entry->value, what, &texts[(*count)++]))
            return false;
    }
    return true;
}

bool stw_load_word(struct stw_loader *loader, const struct stw_yaml_node *node,
                   const char *const *words, const char *what, int *out)
{
    struct stw_slice text;
    if (!stw_load_text(loader, node, what, &text))
        return false;
    for (int i = 0; words[i] != NULL; i++) {
        if (stw_slice_is(text, words[i])) {
            *out = i;
            return true;
        }
    }
    stw_load_problem(loader, STW_PROBLEM_UNKNOWN, node, "'%.*s' is not one for %s",
                     STW_SLICE_ARG(text), what);
    suggest(loader, text, words);
    return false;
}

bool stw_load_int(struct stw_loader *loader, const struct stw_yaml_node *node, const char *what,
                  int64_t least, int64_t most, int64_t *out)
{
    struct stw_slice text;
    if (!stw_load_text(loader, node, what, &text))
        return false;
    if (stw_number_parse_int(text, NULL, out) == STW_NUMBER_OK && *out >= least && *out <= most)
        return true;
    stw_load_problem(loader, STW_PROBLEM_FORM, node, "%s must be a whole number from %lld to %lld",
                     what, (long long)least, (long long)most);
    return false;
}

bool stw_load_bool(struct stw_loader *loader, const struct stw_yaml_node *node, const char *what,
                   bool *out)
{
    static const char *const words[] = {"false", "true", "no", "yes", "off", "on", NULL};
    int index;
    if (!stw_load_word(loader, node, words, what, &index))
        return false;
    *out = index % 2 == 1;
    return true;
}

bool stw_load_duration(struct stw_loader *loader, const struct stw_yaml_node *node,
                       const char *what, int64_t *out_ns)
{
    struct stw_slice text;
    if (!stw_load_text(loader, node, what, &text))
        return false;
    struct stw_error err;
    struct stw_duration duration;
    stw_error_clear(&err);
    if (stw_duration_parse(text, &duration, &err) != STW_OK) {
        stw_load_problem(loader, STW_PROBLEM_FORM, node, "%s: %s", what, err.what);
        stw_load_hint(loader, "%s", err.hint);
        return false;
    }
    if (duration.months != 0) {
        stw_load_problem(loader, STW_PROBLEM_FORM, node,
                         "%s must be a fixed time; a month has no fixed length", what);
        stw_load_hint(loader, "write it in days: 30 days");
        return false;
    }
    *out_ns = duration.ns;
    return true;
}

bool stw_load_quantity(struct stw_loader *loader, const struct stw_yaml_node *node,
                       const char *what, struct stw_quantity *out)
{
    struct stw_slice text;
    if (!stw_load_text(loader, node, what, &text))
        return false;
    struct stw_error err;
    stw_error_clear(&err);
    if (stw_quantity_parse(text, out, &err) == STW_OK)
        return true;
    stw_load_problem(loader, STW_PROBLEM_UNIT, node, "%s: %s", what, err.what);
    stw_load_hint(loader, "%s", err.hint);
    return false;
}

bool stw_load_flow(struct stw_loader *loader, const struct stw_yaml_node *node, const char *what,
                   struct stw_quantity *out)
{
    static const char *const flows[] = {"L/h", "kW", NULL};
    struct stw_error err;
    if (!stw_load_quantity(loader, node, what, out))
        return false;
    for (unsigned i = 0; flows[i] != NULL; i++) {
        struct stw_unit unit;
        stw_error_clear(&err);
        if (stw_unit_parse(stw_slice_of(flows[i]), &unit, &err) == STW_OK &&
            stw_unit_check(&out->unit, &unit, &err) == STW_OK)
            return true;
    }
    stw_load_problem(loader, STW_PROBLEM_DIMENSION, node, "%s: %s is not a flow", what,
                     out->unit.symbol);
    stw_load_hint(loader, "an amount per time is wanted here, such as 20 L/h or 3 kW");
    return false;
}

bool stw_load_compare(struct stw_loader *loader, const struct stw_yaml_node *node,
                      const struct stw_quantity *a, const struct stw_quantity *b, int *order)
{
    struct stw_error err;
    struct stw_decimal same;
    stw_error_clear(&err);
    if (stw_unit_check(&b->unit, &a->unit, &err) != STW_OK) {
        stw_load_problem(loader, STW_PROBLEM_DIMENSION, node, "%s", err.what);
        return false;
    }
    if (stw_unit_convert(b->value, &b->unit, &a->unit, &same) != STW_CONVERTED &&
        !stw_unit_convert_round(b->value, &b->unit, &a->unit, 9, &same)) {
        stw_load_problem(loader, STW_PROBLEM_FORM, node, "%s and %s cannot be compared",
                         a->unit.symbol, b->unit.symbol);
        return false;
    }
    *order = stw_decimal_compare(a->value, same);
    return true;
}

/* What the usual channels measure. Others may carry anything. */
static const struct {
    const char *channel;
    const char *unit;
} channel_units[] = {
    {"pressure", "MPa"}, {"voltage", "V"},      {"voltage-a", "V"},
    {"voltage-b", "V"},  {"voltage-c", "V"},    {"current", "A"},
    {"power", "kW"},     {"temperature", "°C"}, {"outlet-temperature", "°C"},
    {"frequency", "Hz"}, {"level", "m"},        {"flow", "L/h"},
    {"humidity", "%"},
};

void stw_load_check_channels(struct stw_loader *loader, const struct stw_yaml_node *node,
                             const struct stw_rule *rule, const struct stw_quantity *quantity)
{
    for (uint32_t i = 0; i < rule->watch.selector_count; i++) {
        const struct stw_selector *selector = &rule->watch.selectors[i];
        for (uint32_t j = 0; selector->trait == STW_TRAIT_CHANNEL && j < selector->value_count;
             j++) {
            for (size_t k = 0; k < sizeof(channel_units) / sizeof(channel_units[0]); k++) {
                struct stw_unit unit;
                struct stw_error err;
                stw_error_clear(&err);
                if (!stw_slice_is(selector->values[j], channel_units[k].channel) ||
                    stw_unit_parse(stw_slice_of(channel_units[k].unit), &unit, &err) != STW_OK ||
                    stw_unit_check(&quantity->unit, &unit, &err) == STW_OK)
                    continue;
                stw_load_problem(loader, STW_PROBLEM_DIMENSION, node, "%s", err.what);
                return;
            }
        }
    }
}

bool stw_load_share(struct stw_loader *loader, const struct stw_yaml_node *node, const char *what,
                    struct stw_decimal *out)
{
    struct stw_slice text;
    if (!stw_load_text(loader, node, what, &text))
        return false;
    struct stw_slice digits = text;
    if (digits.size > 0 && digits.data[digits.size - 1] == '%') {
        digits.size--;
        digits = stw_slice_trim(digits);
        if (stw_number_parse(digits, NULL, out) == STW_NUMBER_OK && out->value >= 0 &&
            out->scale <= STW_SCALE_MAX - 2) {
            out->scale += 2;
            return true;
        }
    }
    stw_load_problem(loader, STW_PROBLEM_FORM, node, "%s must be a share such as 80%%, not '%.*s'",
                     what, STW_SLICE_ARG(text));
    return false;
}

bool stw_load_count_of(struct stw_loader *loader, const struct stw_yaml_node *node,
                       const char *noun, int64_t *out)
{
    (void)loader;
    struct stw_slice suffix = stw_slice_of(noun);
    if (node == NULL || node->kind != STW_YAML_SCALAR)
        return false;
    struct stw_slice text = stw_slice_trim(node->text);
    if (text.size <= suffix.size ||
        memcmp(text.data + text.size - suffix.size, suffix.data, suffix.size) != 0)
        return false;
    text.size -= suffix.size;
    int64_t value;
    if (stw_number_parse_int(stw_slice_trim(text), NULL, &value) != STW_NUMBER_OK || value < 0)
        return false;
    *out = value;
    return true;
}

bool stw_load_repeat(struct stw_loader *loader, const struct stw_yaml_node *node, const char *noun,
                     uint32_t most, uint32_t *repeat, uint32_t *of)
{
    struct stw_slice text;
    if (!stw_load_text(loader, node, "'repeat'", &text))
        return false;
    unsigned wanted, total;
    char word[32];
    int end = 0;
    char line[64];
    snprintf(line, sizeof(line), "%.*s", STW_SLICE_ARG(text));
    if (sscanf(line, "%4u of %4u %31s %n", &wanted, &total, word, &end) < 3 || line[end] != '\0' ||
        strcmp(word, noun) != 0) {
        stw_load_problem(loader, STW_PROBLEM_FORM, node,
                         "'repeat' is written as '3 of 4 %s', not '%.*s'", noun,
                         STW_SLICE_ARG(text));
        return false;
    }
    if (total > most) {
        stw_load_problem(loader, STW_PROBLEM_LIMIT, node, "'repeat' looks back at most %u %s", most,
                         noun);
        return false;
    }
    if (wanted == 0 || wanted > total) {
        stw_load_problem(loader, wanted == 0 ? STW_PROBLEM_ALWAYS : STW_PROBLEM_NEVER, node,
                         "%u of %u %s is %s", wanted, total, noun,
                         wanted == 0 ? "always so" : "never reached");
        return false;
    }
    *repeat = wanted;
    *of = total;
    return true;
}

bool stw_load_date(struct stw_loader *loader, const struct stw_yaml_node *node, const char *what,
                   int64_t *out_days)
{
    struct stw_slice text;
    if (!stw_load_text(loader, node, what, &text))
        return false;
    struct stw_civil civil = {0};
    int64_t local_ns;
    int end = 0;
    char line[16];
    snprintf(line, sizeof(line), "%.*s", STW_SLICE_ARG(text));
    if (text.size == 10 &&
        sscanf(line, "%4d-%2d-%2d%n", &civil.year, &civil.month, &civil.day, &end) == 3 &&
        end == 10 && stw_civil_to_local(&civil, &local_ns)) {
        *out_days = stw_civil_days(civil.year, civil.month, civil.day);
        return true;
    }
    stw_load_problem(loader, STW_PROBLEM_FORM, node,
                     "%s must be a date such as 2026-01-31, not '%.*s'", what, STW_SLICE_ARG(text));
    return false;
}

bool stw_load_window(struct stw_loader *loader, const struct stw_yaml_node *node, const char *what,
                     int64_t *start_ns, int64_t *end_ns)
{
    struct stw_slice text;
    if (!stw_load_text(loader, node, what, &text))
        return false;
    unsigned hour, minute, end_hour, end_minute;
    int end = 0;
    char line[16];
    snprintf(line, sizeof(line), "%.*s", STW_SLICE_ARG(text));
    if (sscanf(line, "%2u:%2u-%2u:%2u%n", &hour, &minute, &end_hour, &end_minute, &end) != 4 ||
        (size_t)end != text.size || hour > 23 || minute > 59 || end_minute > 59 ||
        end_hour * 60 + end_minute > 24 * 60) {
        stw_load_problem(loader, STW_PROBLEM_FORM, node,
                         "%s must be two local times such as \"02:00-05:00\", not '%.*s'", what,
                         STW_SLICE_ARG(text));
        return false;
    }
    *start_ns = (hour * 60 + minute) * STW_NS_PER_MINUTE;
    *end_ns = (end_hour * 60 + end_minute) * STW_NS_PER_MINUTE;
    if (*end_ns <= *start_ns)
        *end_ns += STW_NS_PER_DAY;
    return true;
}
