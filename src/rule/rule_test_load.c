/* Reading one test; see rule_test.h for the language. */
#include "rule/rule_test_load.h"

#include "rule/condition.h"
#include "text/number.h"
#include "time/stamp.h"

#include <stdio.h>
#include <string.h>

#define TEST_SPAN_MAX_NS (INT64_C(36525) * STW_NS_PER_DAY)

/* ---- Times ----------------------------------------------------------------------------------- */

static bool parse_time(struct stw_loader *loader, const struct stw_yaml_node *node,
                       struct stw_slice text, const struct stw_zone *zone, int64_t *out_ns)
{
    struct stw_stamp_format format;
    if (stw_stamp_format_init(&format, "iso", zone, NULL) == STW_OK &&
        stw_stamp_is_read(stw_stamp_parse(&format, text, out_ns)))
        return true;
    stw_load_problem(loader, STW_PROBLEM_FORM, node,
                     "'%.*s' is not a local time such as 2025-03-28T00:00", STW_SLICE_ARG(text));
    return false;
}

static bool load_time(struct stw_loader *loader, const struct stw_yaml_node *node,
                      const struct stw_zone *zone, int64_t *out_ns)
{
    struct stw_slice text;
    return stw_load_text(loader, node, "a time", &text) &&
           parse_time(loader, node, text, zone, out_ns);
}

/* never, a time, or a list of times. */
static bool load_times(struct stw_loader *loader, const struct stw_yaml_node *node,
                       const struct stw_zone *zone, int64_t *times, uint32_t *count)
{
    *count = 0;
    if (stw_yaml_is(node, "never"))
        return true;
    if (node->kind != STW_YAML_SEQUENCE)
        return load_time(loader, node, zone, &times[(*count)++]);
    if (node->count > STW_TEST_ALERTS_MAX) {
        stw_load_problem(loader, STW_PROBLEM_LIMIT, node, "at most %d times are named at once",
                         STW_TEST_ALERTS_MAX);
        return false;
    }
    STW_YAML_EACH(entry, node)
    {
        if (!load_time(loader, entry->value, zone, &times[(*count)++]))
            return false;
    }
    return true;
}

/* ---- Series ---------------------------------------------------------------------------------- */

static bool add_row(struct stw_loader *loader, struct stw_test_case *test,
                    struct stw_test_series *series, const struct stw_yaml_node *node,
                    struct stw_test_row row)
{
    if (test->row_count == STW_TEST_ROWS_MAX) {
        stw_load_problem(loader, STW_PROBLEM_LIMIT, node, "a test has at most %d rows",
                         STW_TEST_ROWS_MAX);
        return false;
    }
    if (series->count == series->capacity) {
        uint32_t capacity = series->capacity == 0 ? 64 : series->capacity * 2;
        struct stw_test_row *rows = stw_load_memory(loader, capacity, sizeof(*rows));
        if (rows == NULL)
            return false;
        if (series->count > 0)
            memcpy(rows, series->rows, series->count * sizeof(*rows));
        series->rows = rows;
        series->capacity = capacity;
    }
    series->rows[series->count++] = row;
    test->row_count++;
    return true;
}

enum piece_kind { CONSTANT, MISSING, ESTIMATED, RISING };

/* Takes the first word off. */
static struct stw_slice next_word(struct stw_slice *text)
{
    *text = stw_slice_trim(*text);
    struct stw_slice word = {text->data, 0};
    while (word.size < text->size && text->data[word.size] != ' ')
        word.size++;
    text->data += word.size;
    text->size -= word.size;
    return word;
}

/* "192 of 0", "12 missing", "4 estimated of 7", "96 rising 0.005" */
static bool read_piece(struct stw_slice text, enum piece_kind *kind, int64_t *count,
                       struct stw_decimal *value)
{
    struct stw_slice number = next_word(&text), word = next_word(&text);
    if (stw_number_parse_int(number, NULL, count) != STW_NUMBER_OK || *count < 1 ||
        *count > STW_TEST_ROWS_MAX)
        return false;
    *kind = stw_slice_is(word, "missing")     ? MISSING
            : stw_slice_is(word, "estimated") ? ESTIMATED
            : stw_slice_is(word, "rising")    ? RISING
                                              : CONSTANT;
    if (*kind == ESTIMATED)
        word = next_word(&text);
    if ((*kind == CONSTANT || *kind == ESTIMATED) && !stw_slice_is(word, "of"))
        return false;
    text = stw_slice_trim(text);
    if (*kind == MISSING)
        return text.size == 0;
    return stw_number_parse(text, NULL, value) == STW_NUMBER_OK;
}

static bool add_values(struct stw_loader *loader, struct stw_test_case *test,
                       struct stw_test_series *series, const struct stw_yaml_node *node,
                       struct stw_slice text, int64_t *step)
{
    enum piece_kind kind;
    int64_t count;
    struct stw_decimal value = {0, 0};
    if (!read_piece(stw_slice_trim(text), &kind, &count, &value)) {
        stw_load_problem(loader, STW_PROBLEM_FORM, node, "'%.*s' is not a part of 'values'",
                         STW_SLICE_ARG(text));
        stw_load_hint(loader, "192 of 0, 12 missing, 4 estimated of 7, 96 rising 0.005");
        return false;
    }
    if (*step + count > STW_TEST_ROWS_MAX || *step + count > TEST_SPAN_MAX_NS / test->every_ns) {
        stw_load_problem(loader, STW_PROBLEM_LIMIT, node,
                         "a series has at most %d steps and lasts at most 100 years",
                         STW_TEST_ROWS_MAX);
        return false;
    }
    struct stw_wide last = {0, 0};
    if (series->count > 0)
        last = stw_wide_of(series->rows[series->count - 1].value);
    for (int64_t i = 0; i < count; i++) {
        struct stw_test_row row = {.time_ns = test->start_ns + (*step + i) * test->every_ns,
                                   .value = value,
                                   .estimated = kind == ESTIMATED};
        if (kind == RISING) {
            if (!stw_wide_add(last, stw_wide_of(value), &last) || last.value > INT64_MAX ||
                last.value < INT64_MIN)
                return false;
            row.value = (struct stw_decimal){(int64_t)last.value, last.scale};
        }
        if (kind != MISSING && !add_row(loader, test, series, node, row))
            return false;
    }
    *step += count;
    return true;
}

static bool load_values(struct stw_loader *loader, struct stw_test_case *test,
                        struct stw_test_series *series, const struct stw_yaml_node *node)
{
    struct stw_slice text;
    int64_t step = 0;
    if (!stw_load_text(loader, node, "'values'", &text))
        return false;
    while (text.size > 0) {
        const char *comma = memchr(text.data, ',', text.size);
        size_t size = comma == NULL ? text.size : (size_t)(comma - text.data);
        if (!add_values(loader, test, series, node, (struct stw_slice){text.data, size}, &step))
            return false;
        size += comma != NULL;
        text.data += size;
        text.size -= size;
    }
    int64_t end_ns = test->start_ns + step * test->every_ns;
    if (end_ns > test->until_ns)
        test->until_ns = end_ns;
    return true;
}

/* Traits and whatever else the registry would know. */
static void load_traits(struct stw_loader *loader, const struct stw_yaml_node *node,
                        struct stw_subject *subject)
{
    for (int i = 0; i < STW_TRAIT_COUNT; i++) {
        const struct stw_yaml_node *value = stw_yaml_find(node, stw_trait_words[i]);
        if (value != NULL)
            stw_load_text(loader, value, stw_trait_words[i], &subject->traits[i]);
    }
}

/* As the registry would describe it. */
static bool load_meter(struct stw_loader *loader, const struct stw_test_case *test,
                       const struct stw_yaml_node *node, bool stamp_is_start,
                       struct stw_subject *subject)
{
    const struct stw_yaml_node *digits = stw_yaml_find(node, "digits");
    struct stw_meter_config *meter = STW_ARENA_NEW(&loader->pack->arena, struct stw_meter_config);
    int64_t places = 0;
    if (meter == NULL) {
        loader->findings->out_of_memory = true;
        return false;
    }
    if (digits != NULL)
        stw_load_int(loader, digits, "'digits'", 1, STW_SCALE_MAX, &places);
    *meter = (struct stw_meter_config){
        .kind = subject->value_kind == STW_VALUE_INTERVAL ? STW_METER_INTERVAL : STW_METER_REGISTER,
        .scale = STW_METER_SCALE_DEFAULT,
        .digits = (int)places,
        .interval = {.ns = subject->interval_ns},
        .stamp_is_start = stamp_is_start,
        .exchange_slack_ns = STW_METER_EXCHANGE_SLACK_NS,
    };
    subject->meter = meter;
    return stw_periods_init(&meter->periods, test->site.zone, STW_PERIOD_DAY, NULL) == STW_OK;
}

static bool load_readings(struct stw_loader *loader, struct stw_test_case *test,
                          const struct stw_yaml_node *node, struct stw_test_series *series)
{
    static const char *const known[] = {
        "site",  "building",   "device",        "channel", "kind",   "role",       "end_use",
        "model", "maker",      "vendor",        "unit",    "values", "value_kind", "interval",
        "stamp", "households", "reports_every", "digits",  NULL};
    static const char *const kinds[] = {"gauge", "register", "interval", NULL};
    static const enum stw_value_kind value_kinds[] = {STW_VALUE_GAUGE, STW_VALUE_REGISTER,
                                                      STW_VALUE_INTERVAL};
    static const char *const stamps[] = {"end", "start", NULL};
    struct stw_subject *subject = &series->subject;
    int place = 0, stamp = 0;
    stw_load_keys(loader, node, known, "a test's series");
    const struct stw_yaml_node *values = stw_load_need(loader, node, "values", "a test's series");
    const struct stw_yaml_node *value;
    if ((value = stw_yaml_find(node, "unit")) != NULL)
        stw_load_text(loader, value, "'unit'", &subject->unit);
    if ((value = stw_yaml_find(node, "value_kind")) != NULL)
        stw_load_word(loader, value, kinds, "'value_kind'", &place);
    if ((value = stw_yaml_find(node, "stamp")) != NULL)
        stw_load_word(loader, value, stamps, "'stamp'", &stamp);
    if ((value = stw_yaml_find(node, "households")) != NULL)
        stw_load_int(loader, value, "'households'", 1, 100000, &subject->households);
    subject->value_kind = value_kinds[place];
    subject->interval_ns = test->every_ns;
    if ((value = stw_yaml_find(node, "interval")) != NULL)
        stw_load_duration(loader, value, "'interval'", &subject->interval_ns);
    if ((value = stw_yaml_find(node, "reports_every")) != NULL)
        stw_load_duration(loader, value, "'reports_every'", &subject->reports_every_ns);
    if (subject->value_kind != STW_VALUE_GAUGE &&
        !load_meter(loader, test, node, stamp == 1, subject))
        return false;
    return values != NULL && load_values(loader, test, series, values);
}

/* ["2025-03-28T08:00 E12", ...] */
static bool load_events(struct stw_loader *loader, struct stw_test_case *test,
                        const struct stw_yaml_node *node, struct stw_test_series *series)
{
    static const char *const known[] = {"site",  "building", "device", "kind", "role",
                                        "model", "maker",    "vendor", "at",   NULL};
    stw_load_keys(loader, node, known, "a test's events");
    const struct stw_yaml_node *at = stw_load_need(loader, node, "at", "a test's events");
    if (at == NULL || !stw_load_sequence(loader, at, "'at'"))
        return false;
    STW_YAML_EACH(entry, at)
    {
        struct stw_test_row row = {0};
        struct stw_slice text, time;
        if (!stw_load_text(loader, entry->value, "an event", &text))
            return false;
        const char *blank = memchr(text.data, ' ', text.size);
        time =
            (struct stw_slice){text.data, blank == NULL ? text.size : (size_t)(blank - text.data)};
        if (blank != NULL)
            row.code = (struct stw_slice){blank + 1, text.size - time.size - 1};
        if (!parse_time(loader, entry->value, time, test->site.zone, &row.time_ns) ||
            !add_row(loader, test, series, entry->value, row))
            return false;
        if (series->count > 1 && row.time_ns < series->rows[series->count - 2].time_ns) {
            stw_load_problem(loader, STW_PROBLEM_FORM, entry->value,
                             "events are listed in order of time");
            return false;
        }
        if (row.time_ns >= test->until_ns)
            test->until_ns = row.time_ns + 1;
    }
    return true;
}

static bool load_order(struct stw_loader *loader, struct stw_test_case *test,
                       const struct stw_yaml_node *node, struct stw_test_series *series)
{
    static const char *const known[] = {
        "site",         "building", "device",    "vendor",    "priority",   "category", "type",
        "team",         "created",  "accepted",  "contacted", "dispatched", "arrived",  "resolved",
        "investigated", "verified", "revisited", "closed",    NULL};
    struct stw_test_row row = {0};
    stw_load_keys(loader, node, known, "a test's order");
    const struct stw_yaml_node *created = stw_load_need(loader, node, "created", "a test's order");
    if (created == NULL || !load_time(loader, created, test->site.zone, &row.time_ns) ||
        !add_row(loader, test, series, node, row))
        return false;
    const char *const *names = stw_subject_columns[STW_SUBJECT_ORDERS];
    for (int i = 0; i < STW_ORDER_COLUMNS; i++) {
        const struct stw_yaml_node *stamp = stw_yaml_find(node, names[i]);
        series->stamps[i] = STW_TIME_NONE;
        if (stamp != NULL && !load_time(loader, stamp, test->site.zone, &series->stamps[i]))
            return false;
    }
    if (row.time_ns >= test->until_ns)
        test->until_ns = row.time_ns + 1;
    return true;
}

static bool load_section(struct stw_loader *loader, const struct stw_yaml_node *section,
                         const char *what, enum stw_subject_table table, struct stw_test_case *test)
{
    bool good = true;
    if (section == NULL)
        return true;
    if (!stw_load_mapping(loader, section, what))
        return false;
    STW_YAML_EACH(entry, section)
    {
        if (test->series_count == STW_TEST_SERIES_MAX) {
            stw_load_problem(loader, STW_PROBLEM_LIMIT, entry->key, "a test has at most %d series",
                             STW_TEST_SERIES_MAX);
            return false;
        }
        if (!stw_load_mapping(loader, entry->value, what))
            return false;
        struct stw_test_series *series = &test->series[test->series_count];
        series->subject = (struct stw_subject){.table = table,
                                               .series = test->series_count++,
                                               .key = entry->key->text,
                                               .in_service_ns = test->start_ns,
                                               .out_of_service_ns = INT64_MAX};
        series->subject.traits[STW_TRAIT_DEVICE] = entry->key->text;
        load_traits(loader, entry->value, &series->subject);
        good &= table == STW_SUBJECT_READINGS ? load_readings(loader, test, entry->value, series)
                : table == STW_SUBJECT_EVENTS ? load_events(loader, test, entry->value, series)
                                              : load_order(loader, test, entry->value, series);
    }
    return good;
}

/* ---- The rest -------------------------------------------------------------------------------- */

static bool load_expectation(struct stw_loader *loader, const struct stw_yaml_node *node,
                             const struct stw_zone *zone, struct stw_test_expectation *out)
{
    static const char *const known[] = {"rule", "series", "fires", "clears", NULL};
    struct stw_slice id;
    out->node = node;
    if (!stw_load_mapping(loader, node, "an expectation"))
        return false;
    stw_load_keys(loader, node, known, "an expectation");
    const struct stw_yaml_node *rule = stw_load_need(loader, node, "rule", "an expectation");
    const struct stw_yaml_node *series = stw_load_need(loader, node, "series", "an expectation");
    const struct stw_yaml_node *fires = stw_yaml_find(node, "fires");
    const struct stw_yaml_node *clears = stw_yaml_find(node, "clears");
    if (rule == NULL || series == NULL || !stw_load_text(loader, rule, "'rule'", &id) ||
        !stw_load_text(loader, series, "'series'", &out->key))
        return false;
    out->rule = stw_pack_rule(loader->pack, id);
    if (out->rule == NULL) {
        stw_load_problem(loader, STW_PROBLEM_REFERENCE, rule, "there is no rule '%.*s'",
                         STW_SLICE_ARG(id));
        return false;
    }
    if (fires == NULL && clears == NULL) {
        stw_load_problem(loader, STW_PROBLEM_MISSING, node,
                         "an expectation needs 'fires:' or 'clears:'");
        return false;
    }
    out->has_fires = fires != NULL;
    out->has_clears = clears != NULL;
    return (fires == NULL || load_times(loader, fires, zone, out->fires_ns, &out->fires_count)) &&
           (clears == NULL || load_times(loader, clears, zone, out->clears_ns, &out->clears_count));
}

static bool load_expectations(struct stw_loader *loader, const struct stw_yaml_node *node,
                              struct stw_test_case *test)
{
    const struct stw_yaml_node *expect = stw_load_need(loader, node, "expect", "a test");
    if (expect == NULL || !stw_load_sequence(loader, expect, "'expect'"))
        return false;
    if (expect->count == 0) {
        stw_load_problem(loader, STW_PROBLEM_EMPTY, expect, "a test that expects nothing");
        return false;
    }
    test->expectations = stw_load_memory(loader, expect->count, sizeof(*test->expectations));
    if (test->expectations == NULL)
        return false;
    STW_YAML_EACH(entry, expect)
    {
        if (!load_expectation(loader, entry->value, test->site.zone,
                              &test->expectations[test->expectation_count++]))
            return false;
    }
    return true;
}

static bool load_stability(struct stw_loader *loader, const struct stw_yaml_node *node,
                           struct stw_test_case *test)
{
    static const char *const known[] = {"restart", "arrival_shuffle", NULL};
    if (node == NULL)
        return true;
    if (!stw_load_mapping(loader, node, "'must_not_change_under'"))
        return false;
    stw_load_keys(loader, node, known, "'must_not_change_under'");
    const struct stw_yaml_node *restart = stw_yaml_find(node, "restart");
    const struct stw_yaml_node *shuffle = stw_yaml_find(node, "arrival_shuffle");
    if (stw_yaml_is(restart, "every hour"))
        test->restart_ns = STW_NS_PER_HOUR;
    else if (restart != NULL && !stw_load_duration(loader, restart, "'restart'", &test->restart_ns))
        return false;
    if (restart != NULL && test->restart_ns < STW_NS_PER_MINUTE) {
        stw_load_problem(loader, STW_PROBLEM_FORM, restart, "'restart' is a minute at least");
        return false;
    }
    return shuffle == NULL ||
           stw_load_duration(loader, shuffle, "'arrival_shuffle'", &test->shuffle_ns);
}

static bool load_site(struct stw_loader *loader, const struct stw_yaml_node *node,
                      struct stw_test_case *test, struct stw_zone **zone)
{
    static const char *const known[] = {"timezone", NULL};
    struct stw_slice name;
    struct stw_error err;
    if (node == NULL)
        return true;
    if (!stw_load_mapping(loader, node, "'site'"))
        return false;
    stw_load_keys(loader, node, known, "'site' of a test");
    const struct stw_yaml_node *timezone = stw_load_need(loader, node, "timezone", "'site'");
    if (timezone == NULL || !stw_load_text(loader, timezone, "'timezone'", &name))
        return false;
    stw_error_clear(&err);
    if (stw_zone_load(name.data, zone, &err) != STW_OK) {
        stw_load_problem(loader, STW_PROBLEM_REFERENCE, timezone, "%s", err.what);
        stw_load_hint(loader, "%s", err.hint);
        return false;
    }
    test->site.zone = *zone;
    return true;
}

bool stw_test_load(struct stw_loader *loader, const struct stw_yaml_node *node,
                   struct stw_test_case *test, struct stw_zone **zone)
{
    static const char *const known[] = {
        "name",   "site",   "start", "every",  "series",
        "events", "orders", "until", "expect", "must_not_change_under",
        NULL};
    struct stw_slice name = STW_SLICE("unnamed");
    *zone = NULL;
    test->name = name.data;
    test->site = loader->pack->defaults;
    test->every_ns = STW_NS_PER_HOUR;
    if (!stw_load_mapping(loader, node, "a test"))
        return false;
    stw_load_keys(loader, node, known, "a test");
    const struct stw_yaml_node *title = stw_load_need(loader, node, "name", "a test");
    const struct stw_yaml_node *start = stw_load_need(loader, node, "start", "a test");
    const struct stw_yaml_node *every = stw_yaml_find(node, "every");
    const struct stw_yaml_node *until = stw_yaml_find(node, "until");
    if (title != NULL && stw_load_text(loader, title, "'name'", &name))
        test->name = name.data;
    if (!load_site(loader, stw_yaml_find(node, "site"), test, zone) || start == NULL ||
        !load_time(loader, start, test->site.zone, &test->start_ns) ||
        (every != NULL && !stw_load_duration(loader, every, "'every'", &test->every_ns)))
        return false;
    if (test->every_ns < STW_NS_PER_SECOND || test->every_ns > 31 * STW_NS_PER_DAY) {
        stw_load_problem(loader, STW_PROBLEM_FORM, every, "'every' lies between 1 s and 31 days");
        return false;
    }
    test->until_ns = test->start_ns;
    test->series = stw_load_memory(loader, STW_TEST_SERIES_MAX, sizeof(*test->series));
    if (test->series == NULL ||
        !load_section(loader, stw_yaml_find(node, "series"), "'series'", STW_SUBJECT_READINGS,
                      test) ||
        !load_section(loader, stw_yaml_find(node, "events"), "'events'", STW_SUBJECT_EVENTS,
                      test) ||
        !load_section(loader, stw_yaml_find(node, "orders"), "'orders'", STW_SUBJECT_ORDERS, test))
        return false;
    if (until != NULL && !load_time(loader, until, test->site.zone, &test->until_ns))
        return false;
    return load_expectations(loader, node, test) &&
           load_stability(loader, stw_yaml_find(node, "must_not_change_under"), test);
}
