/* The monthly run; see month.h. */
#include "api/month.h"

#include "api/report_definition.h"
#include "api/report_files.h"
#include "api/site_report.h"
#include "api/snapshot_pins.h"
#include "base/memory.h"
#include "base/plural.h"
#include "time/stamp.h"

#include <stdio.h>

enum { SITES_MAX = 10000, PATH_SIZE = 512 };

struct month {
    struct stw_store *store;
    const struct stw_month_spec *spec;
    struct stw_month_result *result;
    struct stw_view *view;
    struct stw_pack pack;
    bool has_outcome;
    struct stw_rule_outcome outcome;
    struct stw_arena arena;
    struct stw_slice *sites; /* ids in order; one empty id: the whole store */
    uint32_t site_count;
};

bool stw_month_report_parse(const char *name, enum stw_month_report *report)
{
    static const char *const names[] = {"", "monthly", "comparison", "response"};
    for (int i = 1; i < 4; i++)
        if (strcmp(name, names[i]) == 0) {
            *report = (enum stw_month_report)i;
            return true;
        }
    return false;
}

static int not_a_month(const char *text, const char *shape, struct stw_error *err)
{
    int status = stw_fail(err, STW_ERR_USAGE, "'%s' is not a month", text);
    stw_error_hint(err, "write it as %s", shape);
    return status;
}

static bool is_shaped(const char *text, const char *shape)
{
    for (; *shape != '\0'; text++, shape++)
        if (*shape == '-' ? *text != '-' : *text < '0' || *text > '9')
            return false;
    return *text == '\0';
}

int stw_month_parse(const char *text, const struct stw_zone *zone, int starts_on, int64_t *from_ns,
                    int64_t *to_ns, struct stw_error *err)
{
    struct stw_periods periods;
    struct stw_period_rule rule = {STW_PERIOD_MONTH, 0, starts_on};
    struct stw_period month;
    struct stw_stamp_format iso;
    char first_day[16];
    int64_t at_ns;
    STW_TRY(stw_periods_init(&periods, zone, rule, err));
    STW_TRY(stw_stamp_format_init(&iso, "iso", zone, err));
    /* The 1st of a calendar month lies in the accounting month of that name, whatever its start. */
    snprintf(first_day, sizeof(first_day), "%.7s-01", text);
    if (!is_shaped(text, "0000-00") ||
        !stw_stamp_is_read(stw_stamp_parse(&iso, stw_slice_of(first_day), &at_ns)))
        return not_a_month(text, "2026-10", err);
    stw_period_at(&periods, at_ns, &month);
    *from_ns = month.start_ns;
    *to_ns = month.end_ns;
    return STW_OK;
}

/* The period a report is about: a month, or for response times also a year. */
static int period_of(const struct stw_month_spec *spec, const struct stw_site *site,
                     int64_t *from_ns, int64_t *to_ns, struct stw_error *err)
{
    char first[16], last[16];
    int64_t unused_ns;
    if (spec->month == NULL)
        return not_a_month("", "2026-10", err);
    if (!is_shaped(spec->month, "0000") || spec->report != STW_REPORT_RESPONSE)
        return stw_month_parse(spec->month, site->zone, site->month_starts_on, from_ns, to_ns, err);
    snprintf(first, sizeof(first), "%.4s-01", spec->month);
    snprintf(last, sizeof(last), "%.4s-12", spec->month);
    STW_TRY(stw_month_parse(first, site->zone, site->month_starts_on, from_ns, &unused_ns, err));
    return stw_month_parse(last, site->zone, site->month_starts_on, &unused_ns, to_ns, err);
}

STW_PRINTF(2, 3) static void say(const struct month *month, const char *format, ...)
{
    char text[512];
    if (month->spec->say == NULL)
        return;
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    month->spec->say(month->spec->say_context, text);
}

/* ---- Pack and sites -------------------------------------------------------------------------- */

static int load_pack(struct month *month, struct stw_error *err)
{
    char zone[STW_STORE_ZONE_SIZE_MAX + 1];
    snprintf(zone, sizeof(zone), "%.*s", STW_SLICE_ARG(stw_view_zone(month->view)));
    /* Without a pack its defaults hold: the store's zone, calendar months, no tariffs. */
    if (month->spec->rule_path_count == 0)
        return stw_pack_parse(&month->pack, "(no rules)", STW_SLICE("rules: []\n"), zone, err);
    STW_TRY(
        stw_pack_load(&month->pack, month->spec->rules, month->spec->rule_path_count, zone, err));
    return stw_pack_usable(&month->pack, err);
}

static bool add_site(struct month *month, struct stw_slice id)
{
    uint32_t at = 0;
    while (at < month->site_count && stw_slice_compare(month->sites[at], id) < 0)
        at++;
    if (at < month->site_count && stw_slice_equal(month->sites[at], id))
        return true;
    if (month->site_count == SITES_MAX)
        return false;
    memmove(&month->sites[at + 1], &month->sites[at],
            (month->site_count - at) * sizeof(*month->sites));
    month->sites[at] = id;
    month->site_count++;
    return true;
}

/* The sites that devices of the registry name, or the one that was asked for. */
static int list_sites(struct month *month, struct stw_error *err)
{
    const struct stw_registry *registry;
    month->sites = STW_ARENA_ARRAY(&month->arena, struct stw_slice, SITES_MAX);
    if (month->sites == NULL)
        return stw_fail_memory(err, SITES_MAX * sizeof(*month->sites));
    STW_TRY(stw_view_registry(month->view, &registry, err));
    for (uint32_t i = 0; i < stw_registry_count(registry); i++) {
        const struct stw_registry_entry *entry = stw_registry_entry(registry, i);
        struct stw_attributes known;
        stw_registry_at(registry, entry->device, entry->channel, INT64_MAX, &known);
        struct stw_slice site = known.text[STW_ATTRIBUTE_SITE];
        if (site.size > 0 && !add_site(month, site))
            return stw_fail(err, STW_ERR_LIMIT, "more than %d sites", SITES_MAX);
    }
    const char *wanted = month->spec->site;
    if (wanted != NULL) {
        for (uint32_t i = 0; i < month->site_count; i++)
            if (stw_slice_is(month->sites[i], wanted)) {
                month->sites[0] = month->sites[i];
                month->site_count = 1;
                return STW_OK;
            }
        int status = stw_fail(err, STW_ERR_USAGE, "no device is at a site '%s'", wanted);
        stw_error_hint(err, "steward series %s lists the sites", stw_store_path(month->store));
        return status;
    }
    if (month->site_count == 0)
        month->sites[month->site_count++] = STW_SLICE("");
    return STW_OK;
}

/* ---- Rules ----------------------------------------------------------------------------------- */

/* The first and the last row of any table that rules look at; first > last where there is none. */
static void span_of_rows(const struct month *month, int64_t *first_ns, int64_t *last_ns)
{
    static const char *const names[] = {"readings", "faults", "work_orders"};
    *first_ns = INT64_MAX;
    *last_ns = INT64_MIN;
    for (int i = 0; i < 3; i++) {
        const struct stw_table *table =
            stw_schema_find(stw_view_schema(month->view), stw_slice_of(names[i]));
        if (table == NULL)
            continue;
        struct stw_table_info info = stw_view_table_info(month->view, table);
        if (info.rows > 0 && info.time_min_ns < *first_ns)
            *first_ns = info.time_min_ns;
        if (info.rows > 0 && info.time_max_ns > *last_ns)
            *last_ns = info.time_max_ns;
    }
}

/* Months of sites in other zones end at other instants: what happened to a site after the end of
 * its own month is not known yet. */
static int cut_at_month_end(struct month *month, struct stw_error *err)
{
    struct stw_alert_list *list = &month->outcome.list;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        struct stw_alert *alert = &list->alerts[i];
        struct stw_slice site = alert->subject->traits[STW_TRAIT_SITE];
        int64_t from_ns = 0, to_ns = 0;
        STW_TRY(period_of(month->spec, stw_pack_site(&month->pack, site), &from_ns, &to_ns, err));
        if (alert->fired_ns >= to_ns)
            continue;
        if (alert->cleared_ns >= to_ns)
            alert->cleared_ns = STW_TIME_NONE;
        month->result->alerts_critical += alert->rule->severity == STW_SEVERITY_CRITICAL;
        list->alerts[kept++] = *alert;
    }
    list->count = kept;
    month->result->alerts = kept;
    return STW_OK;
}

/* From the first row on, so that what rules learn does not depend on the month asked for, up to
 * the latest end of the month over the sites. */
static int run_rules(struct month *month, struct stw_error *err)
{
    struct stw_rule_run run = {
        .view = month->view,
        .pack = &month->pack,
        .to_ns = INT64_MIN,
        .threads = month->spec->threads,
    };
    for (uint32_t i = 0; i < month->site_count; i++) {
        int64_t from_ns = 0, to_ns = 0;
        STW_TRY(period_of(month->spec, stw_pack_site(&month->pack, month->sites[i]), &from_ns,
                          &to_ns, err));
        run.to_ns = to_ns > run.to_ns ? to_ns : run.to_ns;
    }
    int64_t last_ns;
    span_of_rows(month, &run.from_ns, &last_ns);
    if (run.from_ns > run.to_ns)
        run.from_ns = run.to_ns;
    month->has_outcome = true;
    STW_TRY(stw_rule_run(&run, &month->outcome, err));
    STW_TRY(cut_at_month_end(month, err));
    month->result->readings = month->outcome.rows;
    say(month, "%u rule%s over %llu series, %llu row%s: %u alert%s", month->pack.rule_count,
        stw_plural(month->pack.rule_count), (unsigned long long)month->outcome.series,
        (unsigned long long)month->outcome.rows, stw_plural(month->outcome.rows),
        month->outcome.list.count, stw_plural(month->outcome.list.count));
    for (uint32_t i = 0; i < month->outcome.unjudged_count; i++) {
        const struct stw_unjudged *unjudged = &month->outcome.unjudged[i];
        say(month, "%.*s leaves out %llu series, as %s: %s", STW_SLICE_ARG(unjudged->rule->id),
            (unsigned long long)unjudged->series, unjudged->example, unjudged->reason);
    }
    return STW_OK;
}

static int record_alerts(struct month *month, struct stw_error *err)
{
    struct stw_commit_result committed = {0};
    if (month->spec->record) {
        STW_TRY(stw_alert_list_commit(&month->outcome.list, month->store, &committed, err));
        month->result->alerts_new = committed.added;
    }
    if (month->spec->out == NULL)
        return STW_OK;
    char path[PATH_SIZE];
    struct stw_buffer lines;
    STW_TRY(stw_make_folders(month->spec->out, err));
    STW_TRY(stw_path_join(path, sizeof(path), month->spec->out, "alerts.jsonl", err));
    stw_buffer_init(&lines);
    stw_alert_list_json(&month->outcome.list, &lines);
    int status = stw_buffer_status(&lines, err);
    if (status == STW_OK)
        status = stw_file_replace(stw_io_system(), path, stw_buffer_slice(&lines), err);
    stw_buffer_release(&lines);
    return status;
}

/* ---- Reports --------------------------------------------------------------------------------- */

/* A site's folder, named by its id; what no folder may be called becomes '_'. */
static int folder_of(const struct month *month, struct stw_slice site, char path[PATH_SIZE],
                     struct stw_error *err)
{
    char name[128];
    if (site.size == 0) {
        if (snprintf(path, PATH_SIZE, "%s", month->spec->out) >= PATH_SIZE)
            return stw_fail(err, STW_ERR_LIMIT, "the path is too long: %s", month->spec->out);
        return STW_OK;
    }
    snprintf(name, sizeof(name), "%.*s", STW_SLICE_ARG(site));
    for (char *at = name; *at != '\0'; at++)
        if (*at == '/' || *at == '\\' || (unsigned char)*at < ' ' || (*at == '.' && at == name))
            *at = '_';
    return stw_path_join(path, PATH_SIZE, month->spec->out, name, err);
}

static int choose_language(const struct month *month, const struct stw_site *site,
                           enum stw_language *language, struct stw_error *err)
{
    const char *asked = month->spec->language;
    *language = STW_LANGUAGE_EN;
    if (asked == NULL) {
        if (site->language.size > 0)
            (void)stw_language_parse(site->language, language);
        return STW_OK;
    }
    if (stw_language_parse(stw_slice_of(asked), language))
        return STW_OK;
    return stw_fail(err, STW_ERR_USAGE, "there are no words in '%s': zh-CN, zh-TW or en", asked);
}

static int write_report(struct month *month, struct stw_slice id, struct stw_error *err)
{
    const struct stw_site *config = stw_pack_site(&month->pack, id);
    enum stw_language language;
    char folder[PATH_SIZE];
    struct stw_site_report site = {
        .view = month->view,
        .pack = &month->pack,
        .outcome = month->has_outcome ? &month->outcome : NULL,
        .site = id,
        .config = config,
        .store_path = stw_store_path(month->store),
        .month = month->spec->month,
        .rules = month->spec->rules,
        .rule_path_count = month->spec->rule_path_count,
        .kind = month->spec->report,
        .snapshot = month->spec->as_of != NULL ? month->spec->as_of : month->result->snapshot,
    };
    STW_TRY(choose_language(month, config, &language, err));
    STW_TRY(stw_report_sections(&month->pack, site.kind, &site.sections, err));
    STW_TRY(period_of(month->spec, config, &site.from_ns, &site.to_ns, err));
    /* What is known at the end of the period, or of the data where they end before it: a report's
     * answers depend on the store, never on when it is made. */
    int64_t first_ns, last_ns;
    span_of_rows(month, &first_ns, &last_ns);
    site.as_of_ns = last_ns >= site.from_ns && last_ns < site.to_ns ? last_ns : site.to_ns;
    STW_TRY(folder_of(month, id, folder, err));
    struct stw_report report;
    stw_report_init(&report, language);
    int status = stw_site_report_build(&site, &report, err);
    if (status == STW_OK)
        status = stw_report_files(&report, folder, err);
    stw_report_release(&report);
    if (status == STW_OK) {
        month->result->reports++;
        say(month, "wrote %s/report.html", folder);
    }
    return status;
}

/* A report made again from a snapshot may come out differently for other reasons than rows. */
static int say_what_differs(struct month *month, struct stw_error *err)
{
    struct stw_snapshot snapshot;
    struct stw_buffer now;
    struct stw_slice line;
    if (!stw_store_snapshot_find(month->store, stw_slice_of(month->spec->as_of), &snapshot))
        return STW_OK;
    stw_buffer_init(&now);
    int status = stw_snapshot_pins(month->view, &month->pack, &now, err);
    for (size_t at = 0; status == STW_OK && stw_snapshot_pins_differ(
                                                snapshot.pins, stw_buffer_slice(&now), &at, &line);)
        say(month, "'%s' was made with %.*s, which is different now", month->spec->as_of,
            STW_SLICE_ARG(line));
    stw_buffer_release(&now);
    return status;
}

/* Goes on with what the snapshot sees, which is what --as-of will see. */
static int publish(struct month *month, struct stw_error *err)
{
    char *name = month->result->snapshot;
    STW_TRY(stw_snapshot_publish(month->store, month->view, &month->pack, month->spec->publish,
                                 name, err));
    stw_view_close(month->view);
    month->view = NULL;
    STW_TRY(stw_view_open(month->store, name, &month->view, err));
    say(month, "the snapshot '%s' keeps what the reports are made from", name);
    return STW_OK;
}

/* A month of which nothing is known makes a report of nothing: it is said why. */
static int say_where_rows_are(struct month *month, struct stw_error *err)
{
    const struct stw_site *site = stw_pack_site(&month->pack, month->sites[0]);
    int64_t first_ns, last_ns, from_ns, to_ns;
    span_of_rows(month, &first_ns, &last_ns);
    STW_TRY(period_of(month->spec, site, &from_ns, &to_ns, err));
    if (last_ns < first_ns) {
        say(month, "the store has no readings, faults or work orders yet");
    } else if (last_ns < from_ns || first_ns >= to_ns) {
        char first[STW_STAMP_TEXT_SIZE], last[STW_STAMP_TEXT_SIZE];
        stw_stamp_to_iso(site->zone, first_ns, first);
        stw_stamp_to_iso(site->zone, last_ns, last);
        say(month, "nothing lies in %s: readings, faults and work orders are from %s to %s",
            month->spec->month, first, last);
    }
    return STW_OK;
}

static int run_month(struct month *month, struct stw_error *err)
{
    STW_TRY(stw_view_open(month->store, month->spec->as_of, &month->view, err));
    STW_TRY(load_pack(month, err));
    if (month->spec->as_of != NULL)
        STW_TRY(say_what_differs(month, err));
    if (month->spec->publish != NULL)
        STW_TRY(publish(month, err));
    STW_TRY(list_sites(month, err));
    STW_TRY(say_where_rows_are(month, err));
    if (month->spec->rule_path_count > 0 && month->spec->report != STW_REPORT_COMPARISON &&
        month->spec->report != STW_REPORT_RESPONSE) {
        STW_TRY(run_rules(month, err));
        STW_TRY(record_alerts(month, err));
    }
    if (month->spec->report == STW_REPORT_NONE)
        return STW_OK;
    if (month->spec->out == NULL)
        return stw_fail(err, STW_ERR_USAGE, "a report needs a folder to go to");
    for (uint32_t i = 0; i < month->site_count; i++)
        STW_TRY(write_report(month, month->sites[i], err));
    return STW_OK;
}

int stw_month_run(struct stw_store *store, const struct stw_month_spec *spec,
                  struct stw_month_result *result, struct stw_error *err)
{
    struct month *month = stw_alloc_zero(1, sizeof(*month));
    if (month == NULL)
        return stw_fail_memory(err, sizeof(*month));
    memset(result, 0, sizeof(*result));
    month->store = store;
    month->spec = spec;
    month->result = result;
    stw_arena_init(&month->arena);
    int status = run_month(month, err);
    if (month->has_outcome)
        stw_rule_outcome_release(&month->outcome);
    stw_pack_release(&month->pack);
    stw_arena_release(&month->arena);
    stw_view_close(month->view);
    stw_free(month);
    return status;
}
