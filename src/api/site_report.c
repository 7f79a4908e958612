/* Gathering, analysing and modelling for one site; see site_report.h. */
#include "api/site_report.h"

#include "analysis/gather.h"
#include "api/duties.h"
#include "api/leg_targets.h"
#include "api/quality.h"
#include "api/report_definition.h"
#include "base/memory.h"
#include "report/monthly.h"
#include "text/escape.h"
#include "time/civil.h"
#include "time/period.h"
#include "time/stamp.h"

#include <stdio.h>
#include <stdlib.h>

enum { KINDS_MAX = 16, LEFT_OUT_MAX = 200, LEGS = 4, SPLITS = 4, FAILURE_MONTHS = 12 };

/* Everything the parts point at. */
struct building {
    const struct stw_site_report *site;
    struct stw_report *report;
    struct stw_arena arena;
    struct stw_buffer text;
    const struct stw_registry *registry;
    struct stw_slice site_value[1];
    struct stw_filter filters[2];
    uint32_t filter_count; /* the site's, or none */
    struct stw_monthly parts;
    struct stw_alerts_part alerts;
    struct stw_energy energy;
    struct stw_energy_history *history;
    struct stw_energy_suspect *suspects;
    struct stw_energy_part energy_part;
    struct stw_failures_part failures[KINDS_MAX];
    struct stw_response_leg legs[LEGS];
    struct stw_response_part response;
    struct stw_duties_part duties;
    struct stw_quality_part quality;
    struct stw_method_part method;
};

/* Up to the end of the period as options of query: local dates, and the zone where the store has
 * another. */
static void put_period(struct building *b, int64_t from_ns)
{
    const struct stw_zone *zone = b->site->config->zone;
    char from[STW_STAMP_TEXT_SIZE], to[STW_STAMP_TEXT_SIZE];
    stw_stamp_to_local(zone, from_ns, from);
    stw_stamp_to_local(zone, b->site->to_ns, to);
    stw_buffer_printf(&b->text, " --from %.10s --to %.10s", from, to);
    if (!stw_slice_is(stw_view_zone(b->site->view), stw_zone_name(zone)))
        stw_buffer_printf(&b->text, " --zone %s", stw_zone_name(zone));
}

/* "steward query STORE WHAT site=... --from ... --to ... HOW". */
static struct stw_slice command_from(struct building *b, const char *what, int64_t from_ns,
                                     const char *how)
{
    stw_buffer_clear(&b->text);
    stw_buffer_add_text(&b->text, "steward query ");
    stw_escape_shell(&b->text, stw_slice_of(b->site->store_path));
    if (what[0] != '\0')
        stw_buffer_printf(&b->text, " %s", what);
    if (b->site->site.size > 0) {
        stw_buffer_add_text(&b->text, " site=");
        stw_escape_shell(&b->text, b->site->site);
    }
    put_period(b, from_ns);
    if (how[0] != '\0')
        stw_buffer_printf(&b->text, " %s", how);
    return stw_arena_copy(&b->arena, stw_buffer_slice(&b->text));
}

/* Of the rows of the period itself. */
static struct stw_slice command(struct building *b, const char *what, const char *how)
{
    return command_from(b, what, b->site->from_ns, how);
}

/* a-z, 0-9 and hyphens, for anchors and file names; the rest becomes hyphens. */
static struct stw_slice id_of(struct building *b, struct stw_slice name)
{
    stw_buffer_clear(&b->text);
    for (size_t i = 0; i < name.size; i++) {
        char c = name.data[i];
        bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        stw_buffer_add(&b->text, kept ? &c : "-", 1);
    }
    return stw_arena_copy(&b->arena, stw_buffer_slice(&b->text));
}

/* "faults device.kind=...", a word of the shell each. */
static struct stw_slice faults_command(struct building *b, struct stw_slice kind, int64_t from_ns)
{
    char what[256];
    stw_buffer_clear(&b->text);
    stw_buffer_add_text(&b->text, "faults device.kind=");
    stw_escape_shell(&b->text, kind);
    struct stw_slice words = stw_buffer_slice(&b->text);
    snprintf(what, sizeof(what), "%.*s", STW_SLICE_ARG(words));
    return command_from(b, what, from_ns, "");
}

/* ---- Alerts ---------------------------------------------------------------------------------- */

static bool concerns(const struct building *b, const struct stw_alert *alert)
{
    bool here = b->site->site.size == 0 ||
                stw_slice_equal(alert->subject->traits[STW_TRAIT_SITE], b->site->site);
    bool lasts = alert->cleared_ns == STW_TIME_NONE || alert->cleared_ns > b->site->from_ns;
    return here && alert->start_ns < b->site->to_ns && lasts;
}

static enum stw_topic topic_of(const struct stw_alert *alert)
{
    struct stw_slice kind = alert->subject->traits[STW_TRAIT_KIND];
    if (alert->has_money)
        return STW_TOPIC_MONEY;
    if (stw_slice_is(kind, "elevator") || stw_slice_is(kind, "fire") ||
        stw_slice_is(kind, "smoke detector"))
        return STW_TOPIC_SAFETY;
    return alert->subject->table == STW_SUBJECT_ORDERS ? STW_TOPIC_SERVICE : STW_TOPIC_OTHER;
}

static enum stw_mark mark_of(enum stw_severity severity)
{
    static const enum stw_mark marks[] = {STW_MARK_NONE, STW_MARK_NOTICE, STW_MARK_BAD};
    return marks[severity];
}

/* The command of an alert names STORE; here it is known. */
static struct stw_slice alert_command(struct building *b, const struct stw_alert *alert)
{
    static const char word[] = "STORE";
    stw_buffer_clear(&b->text);
    stw_alert_query(alert, &b->text);
    struct stw_slice line = stw_arena_copy(&b->arena, stw_buffer_slice(&b->text));
    const char *at = line.data == NULL ? NULL : strstr(line.data, word);
    if (at == NULL)
        return line;
    stw_buffer_clear(&b->text);
    stw_buffer_add(&b->text, line.data, (size_t)(at - line.data));
    stw_escape_shell(&b->text, stw_slice_of(b->site->store_path));
    stw_buffer_add_text(&b->text, at + sizeof(word) - 1);
    return stw_arena_copy(&b->arena, stw_buffer_slice(&b->text));
}

static struct stw_report_alert describe_alert(struct building *b, const struct stw_alert *alert)
{
    bool chinese = b->report->language != STW_LANGUAGE_EN;
    struct stw_slice title = chinese ? alert->rule->title_zh : alert->rule->title_en;
    stw_buffer_clear(&b->text);
    alert->rule->condition->describe(alert, chinese, &b->text);
    if (alert->warning)
        stw_buffer_add_slice(&b->text, stw_report_word(b->report, STW_WORD_DEADLINE_NEAR));
    return (struct stw_report_alert){
        .rule = title.size > 0 ? title : alert->rule->id,
        .series = alert->key,
        .place = alert->subject->traits[STW_TRAIT_BUILDING],
        .severity = mark_of(alert->rule->severity),
        .topic = topic_of(alert),
        .start_ns = alert->start_ns,
        .end_ns = alert->cleared_ns == STW_TIME_NONE ? STW_ALERT_LASTS : alert->cleared_ns,
        .has_money = alert->has_money,
        .money_per_day = alert->money,
        .currency = alert->currency,
        .evidence = stw_arena_copy(&b->arena, stw_buffer_slice(&b->text)),
        .command = alert_command(b, alert),
    };
}

static int add_alerts(struct building *b, struct stw_error *err)
{
    if (b->site->outcome == NULL)
        return STW_OK;
    const struct stw_alert_list *list = &b->site->outcome->list;
    struct stw_report_alert *alerts =
        STW_ARENA_ARRAY(&b->arena, struct stw_report_alert, list->count);
    if (alerts == NULL)
        return stw_fail_memory(err, list->count * sizeof(*alerts));
    for (uint32_t i = 0; i < list->count; i++)
        if (concerns(b, &list->alerts[i]))
            alerts[b->alerts.count++] = describe_alert(b, &list->alerts[i]);
    b->alerts.alerts = alerts;
    b->alerts.command = command(b, "alerts", "--lasting cleared");
    b->parts.alerts = &b->alerts;
    return STW_OK;
}

/* ---- Energy ---------------------------------------------------------------------------------- */

/* The pack's tariffs as the analysis takes them: dates at local midnight. */
static int convert_tariffs(struct building *b, struct stw_energy_spec *spec, struct stw_error *err)
{
    const struct stw_pack *pack = b->site->pack;
    struct stw_energy_tariff *tariffs =
        STW_ARENA_ARRAY(&b->arena, struct stw_energy_tariff, pack->tariff_count);
    if (tariffs == NULL)
        return stw_fail_memory(err, pack->tariff_count * sizeof(*tariffs));
    for (uint32_t i = 0; i < pack->tariff_count; i++) {
        const struct stw_tariff *from = &pack->tariffs[i];
        struct stw_local midnight;
        stw_zone_local(b->site->config->zone, from->from_days * STW_NS_PER_DAY, &midnight);
        tariffs[i] = (struct stw_energy_tariff){
            .kind = from->kind,
            .site = from->site,
            .currency = from->currency,
            .from_ns = midnight.ns,
            .price = from->price,
        };
    }
    spec->tariffs = tariffs;
    spec->tariff_count = pack->tariff_count;
    return STW_OK;
}

static int remember_meter(void *context, const struct stw_energy_meter *meter,
                          struct stw_error *err)
{
    struct building *b = context;
    STW_TRY(stw_energy_suspect_add(&b->suspects, &b->energy, meter, &b->arena, err));
    return stw_energy_history_add(&b->history, meter, b->energy.spec.month_count, &b->arena, err);
}

static int add_energy(struct building *b, struct stw_error *err)
{
    const struct stw_site *config = b->site->config;
    struct stw_energy_spec spec = {
        .missing_share_max = .05,
        .base_minimum = {1, 0},
        .base_share_minimum = .01,
        .left_out_max = LEFT_OUT_MAX,
    };
    int year = (int)strtol(b->site->month, NULL, 10);
    int month = (int)strtol(b->site->month + 5, NULL, 10);
    STW_TRY(stw_energy_months(config->zone, config->month_starts_on, year, month, &b->arena, &spec,
                              err));
    STW_TRY(convert_tariffs(b, &spec, err));
    STW_TRY(stw_energy_init(&b->energy, &spec, &b->arena, err));
    struct stw_energy_source source = {
        .view = b->site->view,
        .zone = config->zone,
        .starts_on = config->month_starts_on,
        .filters = b->filters,
        .filter_count = b->filter_count,
        .each = remember_meter,
        .each_context = b,
    };
    STW_TRY(stw_energy_gather(&b->energy, &source, err));
    STW_TRY(stw_energy_finish(&b->energy, err));
    b->energy_part = (struct stw_energy_part){
        .energy = &b->energy,
        .history = b->history,
        .suspects = b->suspects,
        .command = command_from(b, "", spec.months[0].from_ns, "--every month --show use"),
    };
    b->parts.energy = b->energy.line_count > 0 ? &b->energy_part : NULL;
    return STW_OK;
}

/* ---- Failures -------------------------------------------------------------------------------- */

/* The kinds of registered devices that have rows in the faults table, in order of name. */
static int list_kinds(struct building *b, struct stw_slice kinds[KINDS_MAX], uint32_t *count,
                      struct stw_error *err)
{
    const struct stw_table *faults;
    const uint32_t *ids;
    uint32_t id_count;
    STW_TRY(stw_schema_want(stw_view_schema(b->site->view), STW_SLICE("faults"), &faults, err));
    STW_TRY(stw_view_sorted(b->site->view, faults, &ids, &id_count, err));
    struct stw_series series = stw_view_series(b->site->view, faults);
    *count = 0;
    for (uint32_t i = 0; i < id_count; i++) {
        struct stw_attributes attributes;
        struct stw_slice device = stw_key_part(stw_series_key(&series, ids[i]), 0);
        if (!stw_registry_matches(b->registry, device, STW_SLICE(""), b->site->to_ns - 1,
                                  b->filters, b->filter_count))
            continue;
        stw_registry_at(b->registry, device, STW_SLICE(""), b->site->to_ns - 1, &attributes);
        struct stw_slice kind = attributes.text[STW_ATTRIBUTE_KIND];
        uint32_t at = 0;
        while (at < *count && stw_slice_compare(kinds[at], kind) < 0)
            at++;
        if (kind.size == 0 || *count == KINDS_MAX ||
            (at < *count && stw_slice_equal(kinds[at], kind)))
            continue;
        memmove(&kinds[at + 1], &kinds[at], (*count - at) * sizeof(*kinds));
        kinds[at] = kind;
        (*count)++;
    }
    return STW_OK;
}

/* Up to twelve months that end with the period, from the first one with events on. */
static int failure_months(struct building *b, struct stw_failure_spec *spec, struct stw_error *err)
{
    const struct stw_table *faults;
    struct stw_periods periods;
    struct stw_period month;
    struct stw_period_rule rule = {STW_PERIOD_MONTH, 0, b->site->config->month_starts_on};
    STW_TRY(stw_schema_want(stw_view_schema(b->site->view), STW_SLICE("faults"), &faults, err));
    int64_t first_ns = stw_view_table_info(b->site->view, faults).time_min_ns;
    STW_TRY(stw_periods_init(&periods, b->site->config->zone, rule, err));
    int64_t *months = STW_ARENA_ARRAY(&b->arena, int64_t, FAILURE_MONTHS + 1);
    if (months == NULL)
        return stw_fail_memory(err, (FAILURE_MONTHS + 1) * sizeof(*months));
    uint32_t count = 0;
    int64_t *end = months + FAILURE_MONTHS;
    end[0] = b->site->to_ns;
    stw_period_at(&periods, b->site->to_ns - 1, &month);
    for (; count < FAILURE_MONTHS && (count == 0 || month.end_ns > first_ns); count++) {
        end[-1 - (int)count] = month.start_ns;
        stw_period_previous(&periods, &month, &month);
    }
    spec->months_ns = end - count;
    spec->month_count = count;
    return STW_OK;
}

static int analyse_failures(struct building *b, const struct stw_fault_set *set,
                            const struct stw_failure_spec *spec, struct stw_failures_part *part,
                            struct stw_error *err)
{
    struct stw_failures *failures = STW_ARENA_NEW(&b->arena, struct stw_failures);
    struct stw_failure_lines *lines = STW_ARENA_ARRAY(&b->arena, struct stw_failure_lines, 4);
    if (failures == NULL || lines == NULL)
        return stw_fail_memory(err, sizeof(*failures));
    STW_TRY(stw_failures_find(set->events, set->event_count, set->units, set->unit_count, spec,
                              &b->arena, failures, err));
    STW_TRY(stw_failures_by_unit(failures, &b->arena, &lines[0], err));
    STW_TRY(
        stw_failures_by_key(failures, set->texts[STW_ATTRIBUTE_VENDOR], &b->arena, &lines[1], err));
    STW_TRY(stw_failures_by_cause(failures, &b->arena, &lines[2], err));
    STW_TRY(stw_failures_by_month(failures, &b->arena, &lines[3], err));
    STW_TRY(stw_failures_trends(failures, &b->arena, &part->trends, &part->trend_count, err));
    STW_TRY(stw_failures_repeats(failures, &b->arena, &part->repeats, &part->repeat_count, err));
    part->failures = failures;
    part->by_unit = &lines[0];
    part->by_group = lines[1].count > 1 ? &lines[1] : NULL;
    part->group_title = STW_WORD_VENDOR;
    part->by_cause = &lines[2];
    part->by_month = &lines[3];
    return STW_OK;
}

static int add_failures(struct building *b, struct stw_error *err)
{
    struct stw_slice kinds[KINDS_MAX];
    uint32_t count;
    struct stw_failure_spec spec = {
        .as_of_ns = b->site->as_of_ns,
        .repeat_window_ns = STW_NS_PER_DAY,
        .confidence = .95,
        .trend_failures = 6,
        .trend_months = 6,
        .repeat_count = 3,
        .repeat_within_ns = 30 * STW_NS_PER_DAY,
    };
    STW_TRY(list_kinds(b, kinds, &count, err));
    if (count == 0)
        return STW_OK;
    STW_TRY(failure_months(b, &spec, err));
    for (uint32_t i = 0; i < count; i++) {
        struct stw_failures_part *part = &b->failures[b->parts.failures_count];
        struct stw_fault_set set;
        struct stw_slice kind[1] = {kinds[i]};
        struct stw_filter filters[2] = {{STW_ATTRIBUTE_KIND, kind, 1}, b->filters[0]};
        STW_TRY(stw_failures_gather(b->site->view, filters, 1 + b->filter_count, b->site->to_ns,
                                    &b->arena, &set, err));
        spec.ends_recorded = set.ends_recorded;
        STW_TRY(analyse_failures(b, &set, &spec, part, err));
        bool lifts = stw_slice_is(kinds[i], "elevator");
        part->equipment = stw_kind_name(b->report, kinds[i]);
        part->id = id_of(b, kinds[i]);
        part->has_entrapments = lifts;
        part->command = faults_command(b, kinds[i], spec.months_ns[0]);
        b->parts.failures_count++;
    }
    b->parts.failures = b->failures;
    return STW_OK;
}

/* ---- Response -------------------------------------------------------------------------------- */

static bool any_stamp(const struct stw_order_set *set, enum stw_stamp stamp)
{
    for (uint32_t i = 0; i < set->count; i++)
        if (set->orders[i].stamps_ns[stamp] != STW_INSTANT_NONE)
            return true;
    return false;
}

static int add_splits(struct building *b, const struct stw_order_set *set,
                      const struct stw_response *response, struct stw_response_leg *leg,
                      struct stw_error *err)
{
    static const struct {
        enum stw_order_text text;
        enum stw_word title;
    } ways[SPLITS] = {
        {STW_ORDER_PRIORITY, STW_WORD_PRIORITY},
        {STW_ORDER_TYPE, STW_WORD_CATEGORY},
        {STW_ORDER_VENDOR, STW_WORD_VENDOR},
        {STW_ORDER_CHANNEL, STW_WORD_CHANNEL},
    };
    struct stw_response_split *splits =
        STW_ARENA_ARRAY(&b->arena, struct stw_response_split, SPLITS);
    struct stw_response_lines *lines =
        STW_ARENA_ARRAY(&b->arena, struct stw_response_lines, SPLITS);
    struct stw_log_rank *tests = STW_ARENA_ARRAY(&b->arena, struct stw_log_rank, SPLITS);
    if (splits == NULL || lines == NULL || tests == NULL)
        return stw_fail_memory(err, SPLITS * sizeof(*lines));
    for (uint32_t i = 0; i < SPLITS; i++) {
        const struct stw_slice *keys = set->texts[ways[i].text];
        struct stw_response_split *split = &splits[leg->split_count];
        STW_TRY(stw_response_group(response, keys, &b->arena, &lines[i], err));
        if (lines[i].count < 2)
            continue;
        STW_TRY(stw_response_compare(response, keys, &b->arena, &split->compared_verdict, &tests[i],
                                     err));
        split->title = ways[i].title;
        split->lines = &lines[i];
        split->compared = &tests[i];
        char how[64];
        snprintf(how, sizeof(how), "--columns %s,status,target,%s",
                 stw_order_text_name(ways[i].text),
                 response->spec.to == STW_STAMP_CLOSED ? "closed" : "resolved");
        split->command = command(b, "work_orders", how);
        leg->split_count++;
    }
    leg->splits = splits;
    return STW_OK;
}

static int add_leg(struct building *b, const struct stw_order_set *set, enum stw_stamp to,
                   bool main_leg, struct stw_error *err)
{
    const struct stw_order *orders;
    struct stw_response_leg *leg = &b->legs[b->response.leg_count];
    struct stw_response_spec spec = {
        .from = STW_STAMP_CREATED,
        .to = to,
        .from_ns = b->site->from_ns,
        .to_ns = b->site->to_ns,
        .as_of_ns = b->parts.scope.as_of_ns,
        .target_kind = STW_TARGET_DUE,
        .quantile_type = STW_QUANTILE_7,
        .confidence = .95,
        .minimum = 5,
    };
    struct stw_response *response = STW_ARENA_NEW(&b->arena, struct stw_response);
    struct stw_response_lines *total = STW_ARENA_NEW(&b->arena, struct stw_response_lines);
    if (response == NULL || total == NULL)
        return stw_fail_memory(err, sizeof(*response));
    STW_TRY(stw_leg_targets(b->site->pack, set, to, main_leg, &b->arena, &orders, err));
    STW_TRY(stw_response_judge(orders, set->count, &spec, &b->arena, response, err));
    STW_TRY(stw_response_group(response, NULL, &b->arena, total, err));
    leg->response = response;
    leg->total = &total->total;
    if (main_leg) {
        STW_TRY(add_splits(b, set, response, leg, err));
        STW_TRY(stw_response_overdue(response, &b->arena, &leg->overdue, &leg->overdue_count, err));
    }
    leg->command = command(b, "work_orders", "");
    b->response.leg_count++;
    return STW_OK;
}

static int add_words(struct building *b, const struct stw_order_set *set, struct stw_error *err)
{
    struct stw_order_words *words = STW_ARENA_ARRAY(&b->arena, struct stw_order_words, set->count);
    if (words == NULL)
        return stw_fail_memory(err, set->count * sizeof(*words));
    for (uint32_t i = 0; i < set->count; i++)
        words[i] = (struct stw_order_words){
            .category = set->texts[STW_ORDER_CATEGORY][i],
            .place = set->texts[STW_ORDER_BUILDING][i],
            .vendor = set->texts[STW_ORDER_VENDOR][i],
        };
    b->response.words = words;
    return STW_OK;
}

/* The source's own verdicts, where it states any. */
static int add_check(struct building *b, const struct stw_order_set *set, struct stw_error *err)
{
    struct stw_stated_check *check = STW_ARENA_NEW(&b->arena, struct stw_stated_check);
    if (check == NULL)
        return stw_fail_memory(err, sizeof(*check));
    STW_TRY(stw_response_check_stated(b->legs[0].response, set->stated, &b->arena, check, err));
    if (check->closed_compared + check->open_compared > 0)
        b->response.check = check;
    return STW_OK;
}

/* The last instant any order of the set knows of: the source's own as-of, or close before it. */
static int64_t newest_stamp(const struct stw_order_set *set, int64_t newest_ns)
{
    for (uint32_t i = 0; i < set->count; i++)
        for (int stamp = 0; stamp < STW_STAMP_COUNT; stamp++)
            if (set->orders[i].stamps_ns[stamp] > newest_ns)
                newest_ns = set->orders[i].stamps_ns[stamp];
    return newest_ns;
}

static int add_response(struct building *b, struct stw_error *err)
{
    struct stw_order_set set;
    STW_TRY(stw_response_gather(b->site->view, b->site->site, b->site->from_ns, b->site->to_ns,
                                &b->arena, &set, err));
    if (set.count == 0)
        return STW_OK;
    /* A response report follows its orders past the period, to the end of what is known. */
    if (b->site->kind == STW_REPORT_RESPONSE)
        b->parts.scope.as_of_ns = newest_stamp(&set, b->parts.scope.as_of_ns);
    /* The target is about the work being done: resolved, or closed where only that is recorded. */
    enum stw_stamp done =
        any_stamp(&set, STW_STAMP_RESOLVED) ? STW_STAMP_RESOLVED : STW_STAMP_CLOSED;
    STW_TRY(add_leg(b, &set, done, true, err));
    if (any_stamp(&set, STW_STAMP_ACCEPTED))
        STW_TRY(add_leg(b, &set, STW_STAMP_ACCEPTED, false, err));
    if (any_stamp(&set, STW_STAMP_ARRIVED))
        STW_TRY(add_leg(b, &set, STW_STAMP_ARRIVED, false, err));
    if (any_stamp(&set, STW_STAMP_INVESTIGATED) &&
        stw_leg_has_targets(b->site->pack, STW_STAMP_INVESTIGATED))
        STW_TRY(add_leg(b, &set, STW_STAMP_INVESTIGATED, false, err));
    STW_TRY(add_words(b, &set, err));
    STW_TRY(add_check(b, &set, err));
    b->response.legs = b->legs;
    b->response.attainment_target = .95;
    b->response.overdue_command =
        command(b, "work_orders", "--columns status,target,building,vendor");
    b->parts.response = &b->response;
    return STW_OK;
}

/* ---- Foundations ----------------------------------------------------------------------------- */

static void add_method(struct building *b)
{
    const struct stw_site_report *site = b->site;
    if (site->rule_path_count > 0) {
        stw_buffer_clear(&b->text);
        for (uint32_t i = 0; i < site->rule_path_count; i++)
            stw_buffer_printf(&b->text, "%s%s", i == 0 ? "" : ", ", site->rules[i]);
        stw_buffer_printf(&b->text, " (%016llx)", (unsigned long long)site->pack->fingerprint);
        b->method.rule_pack = stw_arena_copy(&b->arena, stw_buffer_slice(&b->text));
    }
    b->method.zone = stw_slice_of(stw_zone_name(site->config->zone));
    stw_buffer_clear(&b->text);
    stw_buffer_add_text(&b->text, "steward report ");
    stw_escape_shell(&b->text, stw_slice_of(site->store_path));
    stw_buffer_printf(&b->text, " %s --month %s",
                      site->kind == STW_REPORT_MONTHLY      ? "monthly"
                      : site->kind == STW_REPORT_COMPARISON ? "comparison"
                                                            : "response",
                      site->month);
    for (uint32_t i = 0; i < site->rule_path_count; i++) {
        stw_buffer_add_text(&b->text, " --rules ");
        stw_escape_shell(&b->text, stw_slice_of(site->rules[i]));
    }
    if (site->site.size > 0) {
        stw_buffer_add_text(&b->text, " --site ");
        stw_escape_shell(&b->text, site->site);
    }
    stw_buffer_add_text(&b->text, " --out OUT");
    b->method.command = stw_arena_copy(&b->arena, stw_buffer_slice(&b->text));
    b->parts.method = &b->method;
}

static int add_duties(struct building *b, struct stw_error *err)
{
    STW_TRY(stw_duties_gather(b->site, b->registry, b->filters, b->filter_count,
                              b->report->language, &b->arena, &b->duties, err));
    b->duties.command = command(b, "inspections", "");
    b->parts.duties = &b->duties;
    return STW_OK;
}

static int add_quality(struct building *b, struct stw_error *err)
{
    STW_TRY(stw_quality_gather(b->site, b->registry, b->filters, b->filter_count,
                               b->report->language, &b->arena, &b->quality, err));
    b->quality.command = command(b, "", "--every day --show count");
    stw_buffer_clear(&b->text);
    stw_buffer_add_text(&b->text, "head ");
    stw_escape_shell(&b->text, stw_slice_of(b->site->store_path));
    stw_buffer_add_text(&b->text, "/rejects/*.csv");
    b->quality.rejects_command = stw_arena_copy(&b->arena, stw_buffer_slice(&b->text));
    b->parts.quality = &b->quality;
    return STW_OK;
}

static int build(struct building *b, struct stw_error *err)
{
    const struct stw_site_report *site = b->site;
    STW_TRY(stw_view_registry(site->view, &b->registry, err));
    if (site->site.size > 0) {
        b->site_value[0] = site->site;
        b->filters[0] = (struct stw_filter){STW_ATTRIBUTE_SITE, b->site_value, 1};
        b->filter_count = 1;
    }
    if (site->snapshot[0] != '\0')
        stw_buffer_printf(&b->text, "%s / ", site->snapshot);
    stw_buffer_printf(&b->text, "%llu", (unsigned long long)stw_view_generation(site->view));
    b->parts.snapshot = stw_arena_copy(&b->arena, stw_buffer_slice(&b->text));
    b->parts.site = site->config->name.size > 0 ? site->config->name : site->site;
    b->parts.scope =
        (struct stw_report_scope){site->config->zone, site->from_ns, site->to_ns, site->as_of_ns};
    if (strlen(site->month) == 4)
        b->parts.period = stw_slice_of(site->month);
    if (site->sections & STW_SECTION_ALERTS)
        STW_TRY(add_alerts(b, err));
    if (site->sections & STW_SECTION_ENERGY)
        STW_TRY(add_energy(b, err));
    if (site->sections & STW_SECTION_FAILURES)
        STW_TRY(add_failures(b, err));
    if (site->sections & STW_SECTION_RESPONSE)
        STW_TRY(add_response(b, err));
    if (site->sections & STW_SECTION_DUTIES)
        STW_TRY(add_duties(b, err));
    if (site->sections & STW_SECTION_QUALITY)
        STW_TRY(add_quality(b, err));
    add_method(b);
    STW_TRY(stw_buffer_status(&b->text, err));
    if (site->kind == STW_REPORT_MONTHLY)
        stw_report_monthly(b->report, &b->parts);
    else if (site->kind == STW_REPORT_COMPARISON)
        stw_report_comparison(b->report, &b->parts);
    else
        stw_report_response_times(b->report, &b->parts);
    return stw_report_status(b->report, err);
}

int stw_site_report_build(const struct stw_site_report *site, struct stw_report *report,
                          struct stw_error *err)
{
    struct building *b = stw_alloc_zero(1, sizeof(*b));
    if (b == NULL)
        return stw_fail_memory(err, sizeof(*b));
    b->site = site;
    b->report = report;
    stw_arena_init(&b->arena);
    stw_buffer_init(&b->text);
    int status = build(b, err);
    stw_energy_release(&b->energy);
    stw_buffer_release(&b->text);
    stw_arena_release(&b->arena);
    stw_free(b);
    return status;
}
