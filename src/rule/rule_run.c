/* The batch driver; see rule_run.h. */
#include "rule/rule_run.h"

#include "base/memory.h"
#include "base/pool.h"
#include "meter/use.h"
#include "scan/scan.h"

#include <string.h>

enum { SERIES_A_JOB = 64, ORDER_TRAITS = 8 };

/* Columns of work_orders beside the stamps, and the traits they become. */
static const struct {
    const char *column;
    enum stw_trait trait;
} order_traits[ORDER_TRAITS] = {
    {"site", STW_TRAIT_SITE},         {"building", STW_TRAIT_BUILDING},
    {"device", STW_TRAIT_DEVICE},     {"vendor", STW_TRAIT_VENDOR},
    {"priority", STW_TRAIT_PRIORITY}, {"category", STW_TRAIT_CATEGORY},
    {"type", STW_TRAIT_TYPE},         {"team", STW_TRAIT_TEAM},
};

/* One table that rules of the pack watch. */
struct source {
    enum stw_subject_table kind;
    const struct stw_table *table;
    uint32_t columns[STW_ORDER_COLUMNS + ORDER_TRAITS];
    uint32_t column_count;
    const uint32_t *ids; /* in key order */
    uint32_t id_count;
};

struct note {
    const struct stw_rule *rule;
    const char *reason;
    const char *example;
};

/* Some series of one source. Owned by one thread while it is worked on. */
struct job {
    const struct source *source;
    uint32_t first; /* into source->ids */
    uint32_t count;
    struct stw_arena arena; /* keys of subjects, words of orders */
    struct stw_evaluator *evaluator;
    struct stw_alert_list alerts;
    struct note *notes;
    size_t notes_capacity;
    uint32_t note_count;
    bool out_of_memory;
    struct stw_error *err; /* while working */
};

struct runner {
    const struct stw_rule_run *run;
    struct stw_rule_outcome *outcome;
    const struct stw_registry *registry;
    struct source sources[STW_SUBJECT_TABLES];
    uint32_t source_count;
    uint32_t next_source;
    uint32_t next_series;
    struct stw_evaluator *groups; /* the one group stage */
    struct stw_error *err;
    struct job *jobs;
    unsigned job_count;
};

/* ---- Sources --------------------------------------------------------------------------------- */

static int add_column(struct source *source, const char *name, struct stw_error *err)
{
    int place = stw_table_column(source->table, stw_slice_of(name));
    if (place < 0)
        return stw_fail(err, STW_ERR_INPUT, "table %.*s has no column %s, which rules need",
                        STW_SLICE_ARG(source->table->name), name);
    source->columns[source->column_count++] = (uint32_t)place;
    return STW_OK;
}

static int open_source(struct runner *runner, enum stw_subject_table kind, struct stw_error *err)
{
    static const struct stw_slice names[] = {{"readings", 8}, {"faults", 6}, {"work_orders", 11}};
    struct stw_view *view = runner->run->view;
    struct source *source = &runner->sources[runner->source_count++];
    source->kind = kind;
    STW_TRY(stw_schema_want(stw_view_schema(view), names[kind], &source->table, err));
    for (const char *const *name = stw_subject_columns[kind]; *name != NULL; name++)
        STW_TRY(add_column(source, *name, err));
    for (unsigned i = 0; kind == STW_SUBJECT_ORDERS && i < ORDER_TRAITS; i++)
        STW_TRY(add_column(source, order_traits[i].column, err));
    return stw_view_sorted(view, source->table, &source->ids, &source->id_count, err);
}

static int open_sources(struct runner *runner, struct stw_error *err)
{
    const struct stw_pack *pack = runner->run->pack;
    bool wanted[STW_SUBJECT_TABLES] = {false};
    for (uint32_t i = 0; i < pack->rule_count; i++)
        wanted[pack->rules[i].watch.table] |= pack->rules[i].enabled;
    for (int kind = 0; kind < STW_SUBJECT_TABLES; kind++) {
        if (wanted[kind])
            STW_TRY(open_source(runner, (enum stw_subject_table)kind, err));
    }
    return stw_view_registry(runner->run->view, &runner->registry, err);
}

/* ---- Working on a job ------------------------------------------------------------------------ */

static int put_alert(void *context, const struct stw_alert *alert)
{
    struct job *job = context;
    return stw_alert_list_add(&job->alerts, alert, job->err);
}

static void note_unjudged(void *context, const struct stw_rule *rule,
                          const struct stw_subject *subject, const char *reason)
{
    struct job *job = context;
    char *words = stw_arena_string(&job->arena, reason);
    struct stw_slice example = stw_arena_copy(&job->arena, subject->key);
    if (words == NULL || example.data == NULL ||
        !stw_reserve((void **)&job->notes, &job->notes_capacity, job->note_count + 1u,
                     sizeof(*job->notes))) {
        job->out_of_memory = true;
        return;
    }
    job->notes[job->note_count++] = (struct note){rule, words, example.data};
}

/* "device/channel" of the store's joined key. */
static struct stw_slice shown_key(struct stw_arena *arena, struct stw_slice key)
{
    struct stw_slice copy = stw_arena_copy(arena, key);
    char *bytes = (char *)copy.data;
    for (size_t i = 0; bytes != NULL && i < copy.size; i++) {
        if (bytes[i] == '\0')
            bytes[i] = '/';
    }
    return copy;
}

/* What turns its readings into use; left out where the registry's words cannot be used. */
static int describe_meter(const struct runner *runner, struct job *job, struct stw_slice key,
                          struct stw_subject *subject, struct stw_error *err)
{
    const struct stw_rule_run *run = runner->run;
    const struct stw_site *site = stw_pack_site(run->pack, subject->traits[STW_TRAIT_SITE]);
    struct stw_periods days;
    struct stw_meter_config config;
    STW_TRY(stw_periods_init(&days, site->zone, STW_PERIOD_DAY, err));
    int status = stw_meter_configure(runner->registry, stw_key_part(key, 0), stw_key_part(key, 1),
                                     run->to_ns - 1, &days, &config, NULL);
    if (status != STW_OK)
        return status == STW_END || status == STW_ERR_INPUT ? STW_OK : status;
    struct stw_meter_config *kept = STW_ARENA_NEW(&job->arena, struct stw_meter_config);
    if (kept == NULL)
        return stw_fail_memory(err, sizeof(*kept));
    *kept = config;
    subject->meter = kept;
    return STW_OK;
}

static int describe_series(const struct runner *runner, struct job *job, uint32_t series,
                           struct stw_subject *subject, struct stw_error *err)
{
    const struct stw_rule_run *run = runner->run;
    struct stw_series all = stw_view_series(run->view, job->source->table);
    struct stw_slice key = stw_series_key(&all, series);
    *subject = (struct stw_subject){.table = job->source->kind, .series = series};
    subject->key = shown_key(&job->arena, key);
    if (subject->key.data == NULL)
        return stw_fail_memory(err, key.size);
    stw_subject_describe(subject, runner->registry, stw_key_part(key, 0), stw_key_part(key, 1),
                         run->to_ns - 1);
    if (job->source->kind == STW_SUBJECT_READINGS)
        STW_TRY(describe_meter(runner, job, key, subject, err));
    /* What it did before `from` is not looked at; its first reading there starts the clock. */
    if (subject->in_service_ns < run->from_ns)
        subject->in_service_ns = INT64_MIN;
    return STW_OK;
}

/* The series of a job that some rule judges, added to its evaluator. */
static int add_series(const struct runner *runner, struct job *job, uint32_t *judged,
                      uint32_t *judged_count, struct stw_error *err)
{
    *judged_count = 0;
    for (uint32_t i = 0; i < job->count; i++) {
        struct stw_subject subject;
        uint32_t series = job->source->ids[job->first + i], tracks;
        STW_TRY(describe_series(runner, job, series, &subject, err));
        STW_TRY(stw_evaluator_add(job->evaluator, &subject, &tracks, err));
        if (tracks > 0)
            judged[(*judged_count)++] = series;
    }
    return STW_OK;
}

/* An order's traits are in its row. */
static int add_order(struct job *job, const struct stw_view *view, const struct stw_run *run,
                     struct stw_error *err)
{
    struct stw_series all = stw_view_series(view, job->source->table);
    struct stw_subject subject = {.table = STW_SUBJECT_ORDERS,
                                  .series = run->series,
                                  .in_service_ns = INT64_MIN,
                                  .out_of_service_ns = INT64_MAX};
    subject.key = stw_series_key(&all, run->series);
    for (unsigned i = 0; i < ORDER_TRAITS; i++) {
        const struct stw_vector *column = &run->columns[STW_ORDER_COLUMNS + i];
        if (!stw_vector_has(column, run->count - 1))
            continue;
        struct stw_slice word =
            stw_arena_copy(&job->arena, stw_vector_text(column, run->count - 1));
        if (word.data == NULL)
            return stw_fail_memory(err, word.size);
        subject.traits[order_traits[i].trait] = word;
    }
    return stw_evaluator_add(job->evaluator, &subject, NULL, err);
}

static int feed_scan(const struct runner *runner, struct job *job, struct stw_scan *scan,
                     struct stw_error *err)
{
    struct stw_run run;
    int status;
    while ((status = stw_scan_next(scan, &run, err)) == STW_OK) {
        if (job->source->kind == STW_SUBJECT_ORDERS)
            STW_TRY(add_order(job, runner->run->view, &run, err));
        STW_TRY(stw_evaluator_feed(job->evaluator, job->source->kind, &run, err));
    }
    return status == STW_END ? STW_OK : status;
}

static int work(void *context, unsigned worker, void *slot, struct stw_error *err)
{
    const struct runner *runner = context;
    struct job *job = slot;
    uint32_t judged[SERIES_A_JOB], judged_count = 0;
    (void)worker;
    job->err = err;
    if (job->source->kind == STW_SUBJECT_ORDERS) {
        judged_count = job->count;
        memcpy(judged, job->source->ids + job->first, job->count * sizeof(judged[0]));
    } else {
        STW_TRY(add_series(runner, job, judged, &judged_count, err));
    }
    struct stw_scan_spec spec = {
        .table = job->source->table,
        .columns = job->source->columns,
        .column_count = job->source->column_count,
        .series = judged,
        .series_count = judged_count,
        .from_ns = runner->run->from_ns,
        .to_ns = runner->run->to_ns,
    };
    struct stw_scan *scan;
    if (judged_count > 0) {
        STW_TRY(stw_scan_open(&scan, runner->run->view, &spec, err));
        int status = feed_scan(runner, job, scan, err);
        stw_scan_close(scan);
        STW_TRY(status);
    }
    STW_TRY(stw_evaluator_tick(job->evaluator, runner->run->to_ns, err));
    return job->out_of_memory ? stw_fail_memory(err, job->arena.total_bytes) : STW_OK;
}

/* ---- Before and after ------------------------------------------------------------------------ */

static int produce(void *context, void *slot, struct stw_error *err)
{
    struct runner *runner = context;
    struct job *job = slot;
    (void)err;
    while (runner->next_source < runner->source_count &&
           runner->next_series == runner->sources[runner->next_source].id_count) {
        runner->next_source++;
        runner->next_series = 0;
    }
    if (runner->next_source == runner->source_count)
        return STW_END;
    job->source = &runner->sources[runner->next_source];
    uint32_t left = job->source->id_count - runner->next_series;
    job->first = runner->next_series;
    job->count = left < SERIES_A_JOB ? left : SERIES_A_JOB;
    runner->next_series += job->count;
    job->note_count = 0;
    stw_arena_clear(&job->arena);
    stw_alert_list_clear(&job->alerts);
    stw_evaluator_clear(job->evaluator);
    return STW_OK;
}

static int merge_note(struct stw_rule_outcome *outcome, const struct note *note)
{
    struct stw_arena *arena = &outcome->list.arena;
    for (uint32_t i = 0; i < outcome->unjudged_count; i++) {
        struct stw_unjudged *known = &outcome->unjudged[i];
        if (known->rule == note->rule && strcmp(known->reason, note->reason) == 0) {
            known->series++;
            return STW_OK;
        }
    }
    if (outcome->unjudged_count == STW_UNJUDGED_MAX)
        return STW_OK;
    struct stw_unjudged *added = &outcome->unjudged[outcome->unjudged_count];
    added->rule = note->rule;
    added->series = 1;
    added->reason = stw_arena_string(arena, note->reason);
    added->example = stw_arena_string(arena, note->example);
    if (added->reason == NULL || added->example == NULL)
        return stw_fail_memory(NULL, 0);
    outcome->unjudged_count++;
    return STW_OK;
}

static int consume(void *context, void *slot, struct stw_error *err)
{
    struct runner *runner = context;
    struct job *job = slot;
    struct stw_rule_outcome *outcome = runner->outcome;
    for (uint32_t i = 0; i < job->alerts.count; i++)
        STW_TRY(stw_alert_list_add(&outcome->list, &job->alerts.alerts[i], err));
    for (uint32_t i = 0; i < job->note_count; i++) {
        if (merge_note(outcome, &job->notes[i]) != STW_OK)
            return stw_fail_memory(err, outcome->list.arena.total_bytes);
    }
    for (uint32_t i = 0; i < runner->run->pack->rule_count; i++)
        outcome->watched[i] += stw_evaluator_watched(job->evaluator, i);
    outcome->series += job->count;
    outcome->rows += stw_evaluator_count(job->evaluator).rows;
    return stw_evaluator_pass_marks(job->evaluator, runner->groups, err);
}

static int put_group_alert(void *context, const struct stw_alert *alert)
{
    struct runner *runner = context;
    return stw_alert_list_add(&runner->outcome->list, alert, runner->err);
}

static int make_jobs(struct runner *runner, unsigned threads, struct stw_error *err)
{
    const struct stw_pack *pack = runner->run->pack;
    struct stw_alert_sink groups = {runner, put_group_alert};
    STW_TRY(stw_evaluator_create(&runner->groups, pack, groups, err));
    runner->job_count = 2 * threads;
    runner->jobs = stw_alloc_zero(runner->job_count, sizeof(*runner->jobs));
    if (runner->jobs == NULL)
        return stw_fail_memory(err, runner->job_count * sizeof(*runner->jobs));
    for (unsigned i = 0; i < runner->job_count; i++) {
        struct job *job = &runner->jobs[i];
        stw_arena_init(&job->arena);
        stw_alert_list_init(&job->alerts);
        STW_TRY(stw_evaluator_create(&job->evaluator, pack, (struct stw_alert_sink){job, put_alert},
                                     err));
        stw_evaluator_tell_unjudged(job->evaluator, (struct stw_unjudged_sink){job, note_unjudged});
    }
    return STW_OK;
}

static void release_jobs(struct runner *runner)
{
    for (unsigned i = 0; runner->jobs != NULL && i < runner->job_count; i++) {
        stw_evaluator_free(runner->jobs[i].evaluator);
        stw_alert_list_release(&runner->jobs[i].alerts);
        stw_arena_release(&runner->jobs[i].arena);
        stw_free(runner->jobs[i].notes);
    }
    stw_free(runner->jobs);
    stw_evaluator_free(runner->groups);
}

static int judge_one_absent(struct runner *runner, struct job *job,
                            const struct stw_registry_entry *entry, uint32_t series,
                            struct stw_slice key, struct stw_error *err)
{
    struct stw_subject subject = {.table = STW_SUBJECT_READINGS, .series = series};
    job->note_count = 0;
    stw_arena_clear(&job->arena);
    stw_alert_list_clear(&job->alerts);
    stw_evaluator_clear(job->evaluator);
    subject.key = shown_key(&job->arena, key);
    if (subject.key.data == NULL)
        return stw_fail_memory(err, key.size);
    stw_subject_describe(&subject, runner->registry, entry->device, entry->channel,
                         runner->run->to_ns - 1);
    if (subject.in_service_ns != INT64_MIN && subject.in_service_ns < runner->run->from_ns)
        subject.in_service_ns = runner->run->from_ns;
    STW_TRY(stw_evaluator_add(job->evaluator, &subject, NULL, err));
    STW_TRY(stw_evaluator_tick(job->evaluator, runner->run->to_ns, err));
    job->count = 1;
    return consume(runner, job, err);
}

/* Channels that the registry lists and that never sent anything. */
static int judge_absent(struct runner *runner, struct stw_error *err)
{
    const struct stw_rule_run *run = runner->run;
    struct source *readings = &runner->sources[0];
    if (runner->source_count == 0 || readings->kind != STW_SUBJECT_READINGS)
        return STW_OK;
    struct job *job = &runner->jobs[0];
    struct stw_series all = stw_view_series(run->view, readings->table);
    struct stw_buffer key;
    int status = STW_OK;
    stw_buffer_init(&key);
    job->source = readings;
    job->err = err;
    for (uint32_t i = 0; status == STW_OK && i < stw_registry_count(runner->registry); i++) {
        const struct stw_registry_entry *entry = stw_registry_entry(runner->registry, i);
        struct stw_slice parts[] = {entry->device, entry->channel};
        if (!entry->registered || entry->channel.size == 0)
            continue;
        status = stw_key_join(&key, parts, 2, err);
        if (status != STW_OK || stw_series_find(&all, stw_buffer_slice(&key)) != STW_SERIES_NONE)
            continue;
        status = judge_one_absent(runner, job, entry, all.count + i, stw_buffer_slice(&key), err);
    }
    stw_buffer_release(&key);
    return status;
}

int stw_rule_run(const struct stw_rule_run *run, struct stw_rule_outcome *outcome,
                 struct stw_error *err)
{
    struct runner runner = {.run = run, .outcome = outcome, .err = err};
    unsigned threads = run->threads == 0 ? stw_pool_processors() : run->threads;
    memset(outcome, 0, sizeof(*outcome));
    stw_alert_list_init(&outcome->list);
    outcome->unjudged = stw_alloc_zero(STW_UNJUDGED_MAX, sizeof(*outcome->unjudged));
    outcome->watched = stw_alloc_zero(run->pack->rule_count, sizeof(*outcome->watched));
    if (outcome->unjudged == NULL || outcome->watched == NULL)
        return stw_fail_memory(err, STW_UNJUDGED_MAX * sizeof(*outcome->unjudged));
    STW_TRY(stw_pack_usable(run->pack, err));
    if (threads > STW_POOL_THREADS_MAX)
        threads = STW_POOL_THREADS_MAX;
    struct stw_pool_stages stages = {&runner, produce, work, consume};
    int status = open_sources(&runner, err);
    if (status == STW_OK)
        status = make_jobs(&runner, threads, err);
    if (status == STW_OK)
        status =
            stw_pool_run(threads, runner.jobs, runner.job_count, sizeof(struct job), &stages, err);
    if (status == STW_OK)
        status = judge_absent(&runner, err);
    if (status == STW_OK)
        status = stw_evaluator_watermark(runner.groups, run->to_ns, err);
    release_jobs(&runner);
    return status < 0 ? status : stw_alert_list_finish(&outcome->list, err);
}

void stw_rule_outcome_release(struct stw_rule_outcome *outcome)
{
    stw_alert_list_release(&outcome->list);
    stw_free(outcome->unjudged);
    stw_free(outcome->watched);
    memset(outcome, 0, sizeof(*outcome));
}
