/*
 * score_truth: how well alerts match the planted troubles of generate_samples.
 *
 *     score_truth TRUTH.csv ALERTS.csv [--zone NAME] [--slack-hours N]
 *
 * ALERTS.csv is what `steward query STORE alerts --format csv` prints; the columns rule, subject,
 * start, fired and cleared are found by their names, others do not matter. Times without an offset
 * are in --zone (UTC).
 *
 * An alert [start, cleared) belongs to a line of truth when the rule is the same, the subject is
 * the line's or a part of it ("CH-W-1/register" of "CH-W-1"), and the two overlap or lie within the
 * slack (24 h) of each other. Per rule:
 *
 *     planted   lines that must be found
 *     found     of them, those to which an alert belongs
 *     missed    the others; listed, unless the rule raised no alert at all (it may not be in the
 * pack) alerts    raised by the rule allowed   alerts that belong only to lines which may be found
 * (a flat with nobody at home looks like a stuck meter): neither a success nor an error false
 * alerts that belong to no line; all are listed delay     from the line's beginning to its first
 * alert's `fired`: median and longest, in hours
 *
 * Exit code 0, or 1 when something is listed, 2 when a file cannot be read.
 */
#include "base/clock.h"
#include "base/hash.h"
#include "base/io.h"
#include "base/memory.h"
#include "text/csv.h"
#include "time/stamp.h"

#include <stdio.h>
#include <stdlib.h>

enum { FIELDS_MAX = 8, FILE_SIZE_MAX = 256 * 1024 * 1024 };

/* A line of truth or an alert. */
struct event {
    struct stw_slice rule, subject, what;
    int64_t start_ns, end_ns; /* INT64_MAX: still open */
    int64_t fired_ns;
    bool must;  /* truth */
    bool found; /* truth: by an alert; alert: belongs to a line that must be found */
    bool allowed;
    int64_t first_fired_ns; /* truth: of the alerts that belong to it */
};

struct events {
    struct event *rows;
    size_t count, capacity;
    struct stw_arena arena;
};

struct score {
    struct stw_slice rule;
    int planted, found, alerts, allowed, wrong;
    double median_delay_h, longest_delay_h;
};

_Noreturn static void fail(const struct stw_error *err)
{
    fprintf(stderr, "score_truth: %s %s\n", err->where, err->what);
    exit(2);
}

/* What add_row makes of the fields of one record, in the order of the wanted columns. */
typedef void add_row_fn(struct events *events, const struct stw_slice *fields,
                        struct stw_stamp_format *format);

static int64_t time_of(struct stw_slice text, struct stw_stamp_format *format)
{
    int64_t at_ns;
    struct stw_error err;
    if (text.size == 0)
        return INT64_MAX;
    if (!stw_stamp_is_read(stw_stamp_parse(format, text, &at_ns))) {
        stw_fail(&err, STW_ERR_INPUT, "'%.*s' is not a time", STW_SLICE_ARG(text));
        fail(&err);
    }
    return at_ns;
}

static struct event *add_event(struct events *events)
{
    struct stw_error err;
    if (!stw_reserve((void **)&events->rows, &events->capacity, events->count + 1,
                     sizeof(*events->rows))) {
        stw_fail_memory(&err, sizeof(*events->rows));
        fail(&err);
    }
    struct event *event = &events->rows[events->count++];
    memset(event, 0, sizeof(*event));
    event->first_fired_ns = INT64_MAX;
    return event;
}

static const char *const truth_columns[] = {"rule",   "subject", "from", "to",
                                            "expect", "what",    NULL};

static void add_truth(struct events *events, const struct stw_slice *fields,
                      struct stw_stamp_format *format)
{
    if (fields[0].size == 0)
        return; /* shows in a report or a quality flag, not as an alert */
    struct event *truth = add_event(events);
    truth->rule = stw_arena_copy(&events->arena, fields[0]);
    truth->subject = stw_arena_copy(&events->arena, fields[1]);
    truth->start_ns = time_of(fields[2], format);
    truth->end_ns = time_of(fields[3], format);
    truth->must = stw_slice_is(fields[4], "must");
    truth->what = stw_arena_copy(&events->arena, fields[5]);
}

static const char *const alert_columns[] = {"rule", "subject", "start", "cleared", "fired", NULL};

static void add_alert(struct events *events, const struct stw_slice *fields,
                      struct stw_stamp_format *format)
{
    struct event *alert = add_event(events);
    alert->rule = stw_arena_copy(&events->arena, fields[0]);
    alert->subject = stw_arena_copy(&events->arena, fields[1]);
    alert->start_ns = time_of(fields[2], format);
    alert->end_ns = time_of(fields[3], format);
    alert->fired_ns = time_of(fields[4], format);
}

static void find_columns(const struct stw_text_record *header, const char *const *wanted,
                         uint32_t *places, const char *path)
{
    for (uint32_t i = 0; wanted[i] != NULL; i++) {
        places[i] = UINT32_MAX;
        for (uint32_t c = 0; c < header->count; c++)
            if (stw_slice_is(header->fields[c].text, wanted[i]))
                places[i] = c;
        if (places[i] == UINT32_MAX) {
            struct stw_error err;
            stw_fail(&err, STW_ERR_INPUT, "%s has no column '%s'", path, wanted[i]);
            fail(&err);
        }
    }
}

static void read_events(struct events *events, const char *path, const char *const *wanted,
                        add_row_fn *add_row, struct stw_stamp_format *format)
{
    struct stw_buffer text;
    struct stw_csv csv;
    struct stw_text_record record;
    struct stw_error err;
    stw_buffer_init(&text);
    if (stw_file_load(stw_io_system(), path, FILE_SIZE_MAX, &text, &err) != STW_OK)
        fail(&err);
    stw_csv_init(&csv, NULL);
    uint32_t places[FIELDS_MAX];
    bool header = true;
    for (size_t at = 0; at < text.size || header;) {
        size_t size;
        char *room = stw_csv_room(&csv, &size);
        size = size < text.size - at ? size : text.size - at;
        if (room == NULL || size == 0)
            break;
        memcpy(room, text.data + at, size);
        at += size;
        stw_csv_filled(&csv, size, at == text.size);
        int status;
        while ((status = stw_csv_next(&csv, &record, &err)) == STW_OK) {
            struct stw_slice fields[FIELDS_MAX];
            if (header)
                find_columns(&record, wanted, places, path);
            for (uint32_t i = 0; !header && wanted[i] != NULL; i++)
                fields[i] =
                    places[i] < record.count ? record.fields[places[i]].text : STW_SLICE("");
            if (!header && record.raw.size > 0)
                add_row(events, fields, format);
            header = false;
        }
        if (status < 0)
            fail(&err);
    }
    stw_csv_release(&csv);
    stw_buffer_release(&text);
}

static bool is_part_of(struct stw_slice subject, struct stw_slice whole)
{
    if (!stw_slice_starts(subject, whole))
        return false;
    if (subject.size == whole.size)
        return true;
    char next = subject.data[whole.size];
    return next == '/' || next == ' ' || next == ',' || next == '|';
}

static void match(struct events *truth, struct events *alerts, int64_t slack_ns)
{
    for (size_t a = 0; a < alerts->count; a++) {
        struct event *alert = &alerts->rows[a];
        for (size_t t = 0; t < truth->count; t++) {
            struct event *line = &truth->rows[t];
            if (!stw_slice_equal(alert->rule, line->rule) ||
                !is_part_of(alert->subject, line->subject) ||
                alert->start_ns > line->end_ns + slack_ns ||
                (alert->end_ns != INT64_MAX && alert->end_ns < line->start_ns - slack_ns))
                continue;
            line->found = true;
            alert->found = alert->found || line->must;
            alert->allowed = alert->allowed || !line->must;
            if (alert->fired_ns < line->first_fired_ns)
                line->first_fired_ns = alert->fired_ns;
        }
    }
}

static int compare_doubles(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return left < right ? -1 : left > right;
}

static void score_rule(struct score *score, const struct events *truth, const struct events *alerts)
{
    double *delays = stw_alloc(truth->count, sizeof(*delays));
    struct stw_error err;
    if (delays == NULL) {
        stw_fail_memory(&err, truth->count * sizeof(*delays));
        fail(&err);
    }
    for (size_t i = 0; i < truth->count; i++) {
        const struct event *line = &truth->rows[i];
        if (!stw_slice_equal(line->rule, score->rule) || !line->must)
            continue;
        score->planted++;
        if (line->found)
            delays[score->found++] =
                (double)(line->first_fired_ns - line->start_ns) / (double)STW_NS_PER_HOUR;
    }
    for (size_t i = 0; i < alerts->count; i++) {
        const struct event *alert = &alerts->rows[i];
        if (!stw_slice_equal(alert->rule, score->rule))
            continue;
        score->alerts++;
        score->allowed += !alert->found && alert->allowed;
        score->wrong += !alert->found && !alert->allowed;
    }
    if (score->found > 0) {
        qsort(delays, (size_t)score->found, sizeof(*delays), compare_doubles);
        int half = score->found / 2;
        score->median_delay_h =
            score->found % 2 == 1 ? delays[half] : (delays[half - 1] + delays[half]) / 2;
        score->longest_delay_h = delays[score->found - 1];
    }
    stw_free(delays);
}

static void print_event(const char *word, const struct event *event, const struct stw_zone *zone)
{
    char start[STW_STAMP_TEXT_SIZE];
    stw_stamp_to_iso(zone, event->start_ns, start);
    printf("  %-6s %.*s  %.*s  %s  %.*s\n", word, STW_SLICE_ARG(event->rule),
           STW_SLICE_ARG(event->subject), start, STW_SLICE_ARG(event->what));
}

static bool has_alerts(const struct events *alerts, struct stw_slice rule)
{
    for (size_t i = 0; i < alerts->count; i++)
        if (stw_slice_equal(alerts->rows[i].rule, rule))
            return true;
    return false;
}

static int print_lists(const struct events *truth, const struct events *alerts,
                       const struct stw_zone *zone)
{
    int errors = 0;
    for (size_t i = 0; i < truth->count; i++)
        if (truth->rows[i].must && !truth->rows[i].found &&
            has_alerts(alerts, truth->rows[i].rule)) {
            print_event("missed", &truth->rows[i], zone);
            errors++;
        }
    for (size_t i = 0; i < alerts->count; i++)
        if (!alerts->rows[i].found && !alerts->rows[i].allowed) {
            print_event("false", &alerts->rows[i], zone);
            errors++;
        }
    return errors;
}

static int compare_scores(const void *a, const void *b)
{
    return stw_slice_compare(((const struct score *)a)->rule, ((const struct score *)b)->rule);
}

static void print_scores(const struct events *truth, const struct events *alerts)
{
    struct stw_intern rules;
    struct stw_error err;
    stw_intern_init(&rules);
    uint32_t number;
    for (size_t i = 0; i < truth->count + alerts->count; i++) {
        const struct event *event =
            i < truth->count ? &truth->rows[i] : &alerts->rows[i - truth->count];
        if (!stw_intern_add(&rules, event->rule, &number, NULL)) {
            stw_fail_memory(&err, event->rule.size);
            fail(&err);
        }
    }
    struct score *scores = stw_alloc_zero(rules.count, sizeof(*scores));
    if (scores == NULL) {
        stw_fail_memory(&err, rules.count * sizeof(*scores));
        fail(&err);
    }
    for (uint32_t i = 0; i < rules.count; i++) {
        scores[i].rule = rules.words[i];
        score_rule(&scores[i], truth, alerts);
    }
    qsort(scores, rules.count, sizeof(*scores), compare_scores);
    printf("%-28s %7s %7s %7s %7s %7s %7s %9s %9s\n", "rule", "planted", "found", "missed",
           "alerts", "allowed", "false", "median h", "longest h");
    for (uint32_t i = 0; i < rules.count; i++) {
        const struct score *score = &scores[i];
        printf("%-28.*s %7d %7d %7d %7d %7d %7d", STW_SLICE_ARG(score->rule), score->planted,
               score->found, score->planted - score->found, score->alerts, score->allowed,
               score->wrong);
        if (score->found > 0)
            printf(" %9.1f %9.1f", score->median_delay_h, score->longest_delay_h);
        printf("\n");
    }
    stw_free(scores);
    stw_intern_release(&rules);
}

int main(int count, char **words)
{
    static struct events truth, alerts;
    struct stw_error err;
    struct stw_zone *zone;
    struct stw_stamp_format format;
    const char *zone_name = "UTC";
    long slack_hours = 24;
    for (int i = 3; i + 1 < count; i += 2) {
        if (strcmp(words[i], "--zone") == 0)
            zone_name = words[i + 1];
        else if (strcmp(words[i], "--slack-hours") == 0)
            slack_hours = strtol(words[i + 1], NULL, 10);
        else
            count = 0;
    }
    if (count < 3 || count % 2 == 0) {
        fputs("use: score_truth TRUTH.csv ALERTS.csv [--zone NAME] [--slack-hours N]\n", stderr);
        return 2;
    }
    if (stw_zone_load(zone_name, &zone, &err) != STW_OK ||
        stw_stamp_format_init(&format, "iso", zone, &err) != STW_OK)
        fail(&err);
    read_events(&truth, words[1], truth_columns, add_truth, &format);
    read_events(&alerts, words[2], alert_columns, add_alert, &format);
    match(&truth, &alerts, slack_hours * STW_NS_PER_HOUR);
    print_scores(&truth, &alerts);
    int errors = print_lists(&truth, &alerts, zone);
    stw_zone_free(zone);
    return errors > 0;
}
