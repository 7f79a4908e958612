/* Contradictions in the registry; see registry_check.h. */
#include "store/registry_check.h"

#include "base/suggest.h"
#include "store/field.h"
#include "store/registry_inside.h"
#include "text/quantity.h"
#include "time/civil.h"
#include "time/duration.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { SUGGESTED_MAX = 100 }; /* findings with a near name */

struct check {
    const struct stw_registry *registry;
    const struct stw_zone *zone;
    stw_registry_found *found;
    void *context;
    uint32_t count;
    const struct stw_registry_node *node;   /* being looked at */
    const struct stw_registry_node *device; /* its device's own */
};

const char *stw_registry_problem_name(enum stw_registry_problem problem)
{
    static const char *const names[STW_REGISTRY_PROBLEMS] = {
        [STW_REGISTRY_PARENT_UNKNOWN] = "parent unknown",
        [STW_REGISTRY_PARENT_CIRCULAR] = "parents circular",
        [STW_REGISTRY_PARENT_KIND] = "parent of another kind",
        [STW_REGISTRY_DISAGREES] = "channel and device disagree",
        [STW_REGISTRY_KIND_CHANGES] = "kind changes",
        [STW_REGISTRY_UNIT_CHANGES] = "unit changes",
        [STW_REGISTRY_UNIT_KIND] = "unit of another kind",
        [STW_REGISTRY_WORD] = "word unknown",
        [STW_REGISTRY_MULTIPLIER] = "multiplier not above zero",
        [STW_REGISTRY_SERVICE] = "out of service before in service",
        [STW_REGISTRY_EXCHANGE] = "exchange incomplete",
    };
    assert((unsigned)problem < STW_REGISTRY_PROBLEMS);
    return names[problem];
}

STW_PRINTF(3, 4)
static void find(struct check *check, enum stw_registry_problem problem, const char *format, ...)
{
    char sentence[STW_REGISTRY_SENTENCE_MAX];
    const struct stw_registry_entry *entry = &check->node->as_seen;
    va_list arguments;
    size_t size =
        (size_t)snprintf(sentence, sizeof(sentence), "%.*s%s%.*s: ", STW_SLICE_ARG(entry->device),
                         entry->channel.size > 0 ? "/" : "", STW_SLICE_ARG(entry->channel));
    if (check->count++ >= STW_REGISTRY_FINDINGS_MAX)
        return;
    if (size < sizeof(sentence)) {
        va_start(arguments, format);
        vsnprintf(sentence + size, sizeof(sentence) - size, format, arguments);
        va_end(arguments);
    }
    check->found(check->context, problem, entry, stw_slice_of(sentence));
}

/* The text of an attribute in a row, or an empty one. */
static struct stw_slice text_of(const struct check *check, const struct stw_registry_row *row,
                                int attribute)
{
    uint32_t code = row == NULL ? (uint32_t)STW_REGISTRY_NO_CODE : row->text[attribute];
    return code == STW_REGISTRY_NO_CODE ? STW_SLICE("") : check->registry->values.words[code - 1];
}

/* The local day of an instant: rows rarely say more. */
static const char *day_of(const struct check *check, int64_t at_ns, char text[16])
{
    struct stw_civil civil;
    int64_t offset_ns = stw_zone_offset(check->zone, at_ns) * STW_NS_PER_SECOND;
    stw_civil_of_days(stw_floor_div(at_ns + offset_ns, STW_NS_PER_DAY), &civil);
    snprintf(text, 16, "%04d-%02d-%02d", civil.year % 10000, civil.month % 100, civil.day % 100);
    return text;
}

/* ---- Parents --------------------------------------------------------------------------------- */

static void check_unknown_parent(struct check *check, struct stw_slice parent)
{
    struct stw_suggest suggest;
    stw_suggest_init(&suggest, parent);
    /* Each look goes through all names. */
    for (uint32_t i = 0; i < check->registry->count && check->count < SUGGESTED_MAX; i++)
        if (check->registry->nodes[i].as_seen.channel.size == 0)
            stw_suggest_offer(&suggest, check->registry->nodes[i].as_seen.device);
    bool near = suggest.best.data != NULL;
    find(check, STW_REGISTRY_PARENT_UNKNOWN, "its parent '%.*s' is not known%s%.*s%s",
         STW_SLICE_ARG(parent), near ? "; did you mean '" : "",
         STW_SLICE_ARG(near ? suggest.best : STW_SLICE("")), near ? "'?" : "");
}

/* The circle once, at its first device; it is written out from there. */
static void check_circle(struct check *check, uint32_t place)
{
    const struct stw_registry *registry = check->registry;
    struct stw_buffer circle;
    uint32_t at = registry->parents[place];
    for (; at != place; at = registry->parents[at])
        if (at < place)
            return;
    stw_buffer_init(&circle);
    for (at = registry->parents[place]; circle.size < STW_REGISTRY_SENTENCE_MAX / 2;
         at = registry->parents[at]) {
        stw_buffer_printf(&circle, " under %.*s",
                          STW_SLICE_ARG(registry->nodes[at].as_seen.device));
        if (at == place)
            break;
    }
    if (!circle.failed)
        find(check, STW_REGISTRY_PARENT_CIRCULAR,
             "its parents go round%.*s; none of them counts as another's part",
             STW_SLICE_ARG(stw_buffer_slice(&circle)));
    stw_buffer_release(&circle);
}

static void check_parent(struct check *check, const struct stw_registry_row *latest)
{
    struct stw_slice parent = text_of(check, latest, STW_ATTRIBUTE_PARENT);
    if (parent.size == 0)
        return;
    const struct stw_registry_node *of =
        stw_registry_node_of(check->registry, parent, STW_SLICE(""));
    if (of == NULL) {
        check_unknown_parent(check, parent);
        return;
    }
    struct stw_slice own = text_of(check, latest, STW_ATTRIBUTE_KIND);
    struct stw_slice its = text_of(check, stw_registry_row_at(of, INT64_MAX), STW_ATTRIBUTE_KIND);
    if (own.size > 0 && its.size > 0 && !stw_slice_equal(own, its))
        find(check, STW_REGISTRY_PARENT_KIND, "measures %.*s, its parent '%.*s' %.*s",
             STW_SLICE_ARG(own), STW_SLICE_ARG(parent), STW_SLICE_ARG(its));
}

/* ---- Units ----------------------------------------------------------------------------------- */

/* What the registers of a kind can count. Gauges measure what they like: a water meter has a
 * temperature too. */
static void check_unit_kind(struct check *check)
{
    static const struct {
        const char *kind, *units[3];
    } counts[] = {
        {"water", {"m3"}}, {"power", {"kWh", "kvarh"}}, {"gas", {"m3", "kWh"}}, {"heat", {"kWh"}}};
    const struct stw_registry_entry *entry = &check->node->as_seen;
    struct stw_attributes known;
    struct stw_unit unit, wanted;
    stw_registry_at(check->registry, entry->device, entry->channel, INT64_MAX, &known);
    struct stw_slice kind = known.text[STW_ATTRIBUTE_KIND], text = known.text[STW_ATTRIBUTE_UNIT];
    if (known.value_kind != STW_VALUE_REGISTER || text.size == 0 ||
        stw_unit_parse(text, &unit, NULL) != STW_OK)
        return;
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        bool fits = !stw_slice_is(kind, counts[i].kind);
        for (int u = 0; u < 3 && !fits && counts[i].units[u] != NULL; u++)
            fits = stw_unit_parse(stw_slice_of(counts[i].units[u]), &wanted, NULL) == STW_OK &&
                   stw_unit_compatible(&unit, &wanted);
        if (!fits)
            find(check, STW_REGISTRY_UNIT_KIND, "a register of %s cannot count %.*s",
                 counts[i].kind, STW_SLICE_ARG(text));
    }
}

/* ---- One row against another ----------------------------------------------------------------- */

/* What a channel and its device can only share. */
static const int shared[] = {STW_ATTRIBUTE_SITE, STW_ATTRIBUTE_BUILDING, STW_ATTRIBUTE_DWELLING};

static void check_agreement(struct check *check, const struct stw_registry_row *latest)
{
    const struct stw_registry_row *device = stw_registry_row_at(check->device, INT64_MAX);
    if (check->node == check->device)
        return;
    for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++) {
        struct stw_slice own = text_of(check, latest, shared[i]);
        struct stw_slice its = text_of(check, device, shared[i]);
        if (own.size > 0 && its.size > 0 && !stw_slice_equal(own, its))
            find(check, STW_REGISTRY_DISAGREES,
                 "%s is '%.*s', but '%.*s' for the device as a whole; the channel's counts",
                 stw_attribute_name((enum stw_attribute)shared[i]), STW_SLICE_ARG(own),
                 STW_SLICE_ARG(its));
    }
}

static bool has_exchange(const struct stw_registry_row *row)
{
    return row->number[STW_NUMBER_EXCHANGE_FINAL].known ||
           row->number[STW_NUMBER_EXCHANGE_INITIAL].known;
}

static void check_changes(struct check *check, const struct stw_registry_row *before,
                          const struct stw_registry_row *row)
{
    static const struct {
        int attribute;
        enum stw_registry_problem problem;
    } steady[] = {{STW_ATTRIBUTE_KIND, STW_REGISTRY_KIND_CHANGES},
                  {STW_ATTRIBUTE_UNIT, STW_REGISTRY_UNIT_CHANGES}};
    char day[16];
    for (size_t i = 0; i < sizeof(steady) / sizeof(steady[0]); i++) {
        struct stw_slice old = text_of(check, before, steady[i].attribute);
        struct stw_slice new = text_of(check, row, steady[i].attribute);
        if (old.size > 0 && !stw_slice_equal(old, new) && !has_exchange(row))
            find(check, steady[i].problem,
                 "%s changes from '%.*s' to '%.*s' on %s without an "
                 "exchange",
                 stw_attribute_name((enum stw_attribute)steady[i].attribute), STW_SLICE_ARG(old),
                 STW_SLICE_ARG(new), day_of(check, row->from_ns, day));
    }
}

/* ---- One row --------------------------------------------------------------------------------- */

static bool is_word(int attribute, struct stw_slice text)
{
    const struct stw_field *field = stw_field_find(
        STW_SLICE("devices"), stw_slice_of(stw_attribute_name((enum stw_attribute)attribute)));
    const char *means = stw_field_meaning(field, text);
    return means != NULL && stw_slice_is(text, means);
}

/* The text of an attribute where a row says it first: rows carry on what earlier ones said. */
static struct stw_slice new_text(const struct check *check, const struct stw_registry_row *before,
                                 const struct stw_registry_row *row, int attribute)
{
    bool same = before != NULL && before->text[attribute] == row->text[attribute];
    return same ? STW_SLICE("") : text_of(check, row, attribute);
}

static void check_words(struct check *check, const struct stw_registry_row *before,
                        const struct stw_registry_row *row)
{
    static const int words[] = {STW_ATTRIBUTE_VALUE_KIND, STW_ATTRIBUTE_STAMP, STW_ATTRIBUTE_ROLE};
    static const int durations[] = {STW_ATTRIBUTE_INTERVAL, STW_ATTRIBUTE_REPORTS_EVERY};
    struct stw_unit unit;
    struct stw_duration duration;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        struct stw_slice text = new_text(check, before, row, words[i]);
        if (text.size > 0 && !is_word(words[i], text))
            find(check, STW_REGISTRY_WORD, "'%.*s' is no %s and is not understood",
                 STW_SLICE_ARG(text), stw_attribute_name((enum stw_attribute)words[i]));
    }
    for (size_t i = 0; i < sizeof(durations) / sizeof(durations[0]); i++) {
        struct stw_slice text = new_text(check, before, row, durations[i]);
        if (text.size > 0 && stw_duration_parse(text, &duration, NULL) != STW_OK)
            find(check, STW_REGISTRY_WORD, "%s '%.*s' is no duration such as 15 min",
                 stw_attribute_name((enum stw_attribute)durations[i]), STW_SLICE_ARG(text));
    }
    struct stw_slice text = new_text(check, before, row, STW_ATTRIBUTE_UNIT);
    if (text.size > 0 && stw_unit_parse(text, &unit, NULL) != STW_OK)
        find(check, STW_REGISTRY_WORD, "'%.*s' is no unit that is known", STW_SLICE_ARG(text));
}

static void check_numbers(struct check *check, const struct stw_registry_row *row)
{
    const struct stw_maybe_decimal *number = row->number;
    char day[16];
    if (number[STW_NUMBER_MULTIPLIER].known && number[STW_NUMBER_MULTIPLIER].value.value <= 0)
        find(check, STW_REGISTRY_MULTIPLIER, "the multiplier from %s on is not above zero",
             day_of(check, row->from_ns, day));
    if (number[STW_NUMBER_IN_SERVICE].known && number[STW_NUMBER_OUT_OF_SERVICE].known &&
        number[STW_NUMBER_OUT_OF_SERVICE].value.value < number[STW_NUMBER_IN_SERVICE].value.value)
        find(check, STW_REGISTRY_SERVICE, "goes out of service before it goes in");
    if (number[STW_NUMBER_EXCHANGE_FINAL].known && !number[STW_NUMBER_EXCHANGE_INITIAL].known)
        find(check, STW_REGISTRY_EXCHANGE,
             "the exchange on %s states the old final register and no new initial one",
             day_of(check, row->from_ns, day));
}

static bool counts_new(const struct stw_registry_row *before, const struct stw_registry_row *row)
{
    if (before == NULL || has_exchange(row))
        return true;
    for (int i = 0; i < STW_NUMBER_CARRIED; i++)
        if (before->number[i].known != row->number[i].known ||
            stw_decimal_compare(before->number[i].value, row->number[i].value) != 0)
            return true;
    return false;
}

static void check_node(struct check *check, uint32_t place)
{
    const struct stw_registry_node *node = &check->registry->nodes[place];
    const struct stw_registry_row *before = NULL;
    check->node = node;
    if (node->as_seen.channel.size == 0)
        check->device = node;
    for (uint32_t i = 0; i < node->row_count; i++) {
        const struct stw_registry_row *row = &node->rows[i];
        check_words(check, before, row);
        if (counts_new(before, row))
            check_numbers(check, row);
        if (before != NULL)
            check_changes(check, before, row);
        before = row;
    }
    if (before != NULL) {
        check_parent(check, before);
        check_agreement(check, before);
        check_unit_kind(check);
    }
    if (check->registry->circular[place])
        check_circle(check, place);
}

uint32_t stw_registry_check(const struct stw_registry *registry, const struct stw_zone *zone,
                            stw_registry_found *found, void *context)
{
    struct check check = {.registry = registry, .zone = zone, .found = found, .context = context};
    for (uint32_t i = 0; i < registry->count; i++)
        check_node(&check, i);
    return check.count;
}
