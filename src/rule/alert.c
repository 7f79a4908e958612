/* Alerts: identity, words, JSON; see alert.h. */
#include "rule/alert.h"

#include "base/hash.h"
#include "text/json_write.h"
#include "time/duration.h"
#include "time/stamp.h"

#include <stdio.h>
#include <string.h>

uint64_t stw_alert_identify(struct stw_slice rule_id, struct stw_slice key, int64_t start_ns)
{
    unsigned char start[8];
    stw_store_le64(start, (uint64_t)start_ns);
    uint64_t hash = stw_hash64(rule_id.data, rule_id.size, 0);
    hash = stw_hash64(key.data, key.size, hash);
    return stw_hash64(start, sizeof(start), hash);
}

const char *stw_severity_name(enum stw_severity severity)
{
    static const char *const names[] = {"info", "warning", "critical"};
    return names[severity];
}

const char *stw_alert_state(const struct stw_alert *alert)
{
    if (alert->cleared_ns != STW_TIME_NONE)
        return "cleared";
    return alert->warning ? "warning" : "firing";
}

void stw_put_local_time(struct stw_buffer *out, const struct stw_site *site, int64_t at_ns)
{
    enum { TO_THE_MINUTE = 16 }; /* "2026-10-25 02:30" */
    char text[STW_STAMP_TEXT_SIZE];
    stw_stamp_to_local(site->zone, at_ns, text);
    stw_buffer_printf(out, "%.*s", TO_THE_MINUTE, text);
}

void stw_put_duration(struct stw_buffer *out, int64_t ns, bool chinese)
{
    static const struct {
        int64_t ns;
        const char *unit;
    } units[] = {{STW_NS_PER_DAY, " 天"}, {STW_NS_PER_HOUR, " 小时"}, {STW_NS_PER_MINUTE, " 分钟"}};
    for (unsigned i = 0; chinese && i < sizeof(units) / sizeof(units[0]); i++) {
        if (ns >= units[i].ns && ns % units[i].ns == 0) {
            stw_buffer_printf(out, "%lld%s", (long long)(ns / units[i].ns), units[i].unit);
            return;
        }
    }
    char text[STW_DURATION_FORMAT_SIZE];
    stw_duration_format(ns, 3, text);
    stw_buffer_add_text(out, text);
}

void stw_put_value(struct stw_buffer *out, struct stw_decimal value, struct stw_slice unit)
{
    char text[STW_DECIMAL_TEXT_SIZE];
    stw_decimal_format(value, true, text);
    stw_buffer_printf(out, "%s%s%.*s", text, unit.size == 0 ? "" : " ", STW_SLICE_ARG(unit));
}

void stw_alert_text(const struct stw_alert *alert, bool chinese, struct stw_buffer *out)
{
    struct stw_slice title = chinese ? alert->rule->title_zh : alert->rule->title_en;
    stw_buffer_printf(out, "%.*s%s%.*s%s", STW_SLICE_ARG(title), chinese ? "：" : ": ",
                      STW_SLICE_ARG(alert->key), chinese ? " " : ", ");
    alert->rule->condition->describe(alert, chinese, out);
    if (alert->warning)
        stw_buffer_add_text(out, chinese ? "（即将超时）" : " (the deadline comes near)");
    if (alert->has_money) {
        stw_buffer_add_text(out, chinese ? "，每天约 " : "; about ");
        stw_put_value(out, alert->money, alert->currency);
        stw_buffer_add_text(out, chinese ? "" : " a day");
    }
}

/* NAME=VALUE in single quotes for a shell, a quote inside as '\''. */
static void put_filter(struct stw_buffer *out, const char *name, struct stw_slice value)
{
    if (value.size == 0)
        return;
    stw_buffer_printf(out, " '%s=", name);
    for (size_t i = 0; i < value.size; i++) {
        if (value.data[i] == '\'')
            stw_buffer_add_text(out, "'\\''");
        else
            stw_buffer_add_char(out, value.data[i]);
    }
    stw_buffer_add_char(out, '\'');
}

void stw_alert_query(const struct stw_alert *alert, struct stw_buffer *out)
{
    static const char *const tables[] = {"readings", "faults", "work_orders"};
    char from[STW_STAMP_TEXT_SIZE], to[STW_STAMP_TEXT_SIZE];
    const struct stw_subject *subject = alert->subject;
    int64_t from_ns = alert->start_ns;
    int64_t to_ns = alert->cleared_ns == STW_TIME_NONE ? alert->fired_ns : alert->cleared_ns;
    stw_stamp_to_iso(alert->bound->site->zone, from_ns, from);
    stw_stamp_to_iso(alert->bound->site->zone, to_ns + 1, to);
    stw_buffer_printf(out, "steward query STORE %s", tables[subject->table]);
    if (subject->table == STW_SUBJECT_ORDERS) {
        put_filter(out, "order", subject->key);
        return;
    }
    put_filter(out, "device", subject->traits[STW_TRAIT_DEVICE]);
    put_filter(out, "channel", subject->traits[STW_TRAIT_CHANNEL]);
    stw_buffer_printf(out, " --from %s --to %s", from, to);
}

static void json_time(struct stw_json *json, const char *key, const struct stw_zone *zone,
                      int64_t at_ns)
{
    char text[STW_STAMP_TEXT_SIZE];
    stw_json_key(json, key);
    if (at_ns == STW_TIME_NONE) {
        stw_json_null(json);
        return;
    }
    stw_stamp_to_iso(zone, at_ns, text);
    stw_json_string(json, text);
}

static void json_text(struct stw_json *json, const char *key, struct stw_slice text)
{
    stw_json_key(json, key);
    if (text.size == 0)
        stw_json_null(json);
    else
        stw_json_text(json, text);
}

static void json_value(struct stw_json *json, const char *key, bool known, struct stw_decimal value)
{
    stw_json_key(json, key);
    if (known)
        stw_json_decimal(json, stw_decimal_trim(value));
    else
        stw_json_null(json);
}

static void json_evidence(struct stw_json *json, const struct stw_alert *alert)
{
    stw_json_key(json, "evidence");
    stw_json_array(json);
    for (uint32_t i = 0; i < alert->evidence_count; i++) {
        stw_json_object(json);
        json_text(json, "series", alert->subject->key);
        json_time(json, "time", alert->bound->site->zone, alert->evidence[i].time_ns);
        if (alert->evidence_has_values)
            json_value(json, "value", true, alert->evidence[i].value);
        stw_json_end(json);
    }
    stw_json_end(json);
}

void stw_alert_json(const struct stw_alert *alert, struct stw_buffer *out)
{
    const struct stw_zone *zone = alert->bound->site->zone;
    struct stw_json json;
    struct stw_buffer text;
    char id[17];
    stw_buffer_init(&text);
    snprintf(id, sizeof(id), "%016llx", (unsigned long long)alert->id);
    stw_json_init(&json, out, STW_JSON_COMPACT);
    stw_json_object(&json);
    stw_json_key(&json, "id");
    stw_json_string(&json, id);
    json_text(&json, "rule", alert->rule->id);
    stw_json_key(&json, "severity");
    stw_json_string(&json, stw_severity_name(alert->rule->severity));
    stw_json_key(&json, "state");
    stw_json_string(&json, stw_alert_state(alert));
    json_text(&json, "subject", alert->key);
    json_text(&json, "site", alert->subject->traits[STW_TRAIT_SITE]);
    json_text(&json, "building", alert->subject->traits[STW_TRAIT_BUILDING]);
    json_time(&json, "start", zone, alert->start_ns);
    json_time(&json, "fired", zone, alert->fired_ns);
    json_time(&json, "cleared", zone, alert->cleared_ns);
    stw_json_key(&json, "flaps");
    stw_json_uint(&json, alert->flaps);
    json_value(&json, "value", alert->evidence_has_values, alert->value);
    json_value(&json, "threshold", alert->bound->has_threshold, alert->bound->threshold);
    json_text(&json, "unit", alert->bound->unit);
    json_value(&json, "money_a_day", alert->has_money, alert->money);
    json_text(&json, "currency", alert->currency);
    json_evidence(&json, alert);
    stw_alert_query(alert, &text);
    json_text(&json, "query", stw_buffer_slice(&text));
    stw_buffer_clear(&text);
    stw_alert_text(alert, false, &text);
    json_text(&json, "text", stw_buffer_slice(&text));
    stw_buffer_clear(&text);
    stw_alert_text(alert, true, &text);
    json_text(&json, "text_zh", stw_buffer_slice(&text));
    stw_json_end(&json);
    stw_json_finish(&json);
    stw_buffer_add_char(out, '\n');
    out->failed |= text.failed;
    stw_buffer_release(&text);
}

int stw_alert_compare(const struct stw_alert *a, const struct stw_alert *b)
{
    if (a->start_ns != b->start_ns)
        return a->start_ns < b->start_ns ? -1 : 1;
    if (a->rule->number != b->rule->number)
        return a->rule->number < b->rule->number ? -1 : 1;
    return stw_slice_compare(a->key, b->key);
}

bool stw_alert_copy(struct stw_arena *arena, const struct stw_alert *alert, struct stw_alert *out)
{
    size_t bound_size = alert->rule->condition->bound_size;
    struct stw_bound *bound = stw_arena_alloc(arena, 1, bound_size);
    struct stw_subject *subject = stw_arena_alloc(arena, 1, sizeof(*subject));
    struct stw_slice key = stw_arena_copy(arena, alert->key);
    if (bound == NULL || subject == NULL || key.data == NULL)
        return false;
    memcpy(bound, alert->bound, bound_size);
    *subject = *alert->subject;
    subject->key = stw_arena_copy(arena, alert->subject->key);
    for (unsigned i = 0; i < STW_TRAIT_COUNT; i++)
        subject->traits[i] = stw_arena_copy(arena, alert->subject->traits[i]);
    for (unsigned i = 0; i < STW_TRAIT_COUNT; i++) {
        if (subject->traits[i].data == NULL)
            return false;
    }
    *out = *alert;
    out->bound = bound;
    out->subject = subject;
    out->key = key;
    return true;
}
