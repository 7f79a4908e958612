/* Series stage, group stage, alerts; see evaluator.h. */
#include "rule/evaluator.h"

#include "base/memory.h"
#include "rule/compile.h"
#include "rule/evaluator_internal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { SLOT_KEY_SIZE = 5 };

struct stw_output {
    struct stw_evaluator *evaluator;
    struct stw_error *err;
};

int stw_evaluator_create(struct stw_evaluator **out, const struct stw_pack *pack,
                         struct stw_alert_sink sink, struct stw_error *err)
{
    struct stw_evaluator *evaluator = stw_alloc_zero(1, sizeof(*evaluator));
    if (evaluator == NULL)
        return stw_fail_memory(err, sizeof(*evaluator));
    evaluator->pack = pack;
    evaluator->sink = sink;
    stw_arena_init(&evaluator->arena);
    stw_intern_init(&evaluator->slot_ids);
    stw_intern_init(&evaluator->group_ids);
    evaluator->bounds = stw_alloc_zero(pack->rule_count, sizeof(*evaluator->bounds));
    evaluator->watched = stw_alloc_zero(pack->rule_count, sizeof(*evaluator->watched));
    if (evaluator->bounds == NULL || evaluator->watched == NULL) {
        stw_evaluator_free(evaluator);
        return stw_fail_memory(err, pack->rule_count * sizeof(*evaluator->bounds));
    }
    *out = evaluator;
    return STW_OK;
}

void stw_evaluator_free(struct stw_evaluator *evaluator)
{
    if (evaluator == NULL)
        return;
    stw_arena_release(&evaluator->arena);
    stw_intern_release(&evaluator->slot_ids);
    stw_intern_release(&evaluator->group_ids);
    stw_free(evaluator->bounds);
    stw_free(evaluator->watched);
    stw_free(evaluator->slots);
    stw_free(evaluator->groups);
    stw_free(evaluator->marks);
    stw_free(evaluator);
}

void stw_evaluator_clear(struct stw_evaluator *evaluator)
{
    stw_arena_clear(&evaluator->arena);
    stw_intern_clear(&evaluator->slot_ids);
    stw_intern_clear(&evaluator->group_ids);
    memset(evaluator->bounds, 0, evaluator->pack->rule_count * sizeof(*evaluator->bounds));
    memset(evaluator->watched, 0, evaluator->pack->rule_count * sizeof(*evaluator->watched));
    evaluator->mark_count = 0;
    evaluator->arrivals = 0;
    evaluator->counts = (struct stw_evaluator_counts){0};
}

void stw_evaluator_tell_unjudged(struct stw_evaluator *evaluator, struct stw_unjudged_sink sink)
{
    evaluator->unjudged = sink;
}

struct stw_evaluator_counts stw_evaluator_count(const struct stw_evaluator *evaluator)
{
    struct stw_evaluator_counts counts = evaluator->counts;
    counts.groups = evaluator->group_ids.count;
    counts.bytes = evaluator->arena.total_bytes;
    return counts;
}

uint64_t stw_evaluator_watched(const struct stw_evaluator *evaluator, uint32_t rule)
{
    return evaluator->watched[rule];
}

/* ---- Setting up ------------------------------------------------------------------------------ */

static struct stw_slice slot_key(enum stw_subject_table table, uint32_t series,
                                 unsigned char key[SLOT_KEY_SIZE])
{
    key[0] = (unsigned char)table;
    stw_store_le32(key + 1, series);
    return (struct stw_slice){(const char *)key, SLOT_KEY_SIZE};
}

struct stw_series_slot *stw_evaluator_slot(const struct stw_evaluator *evaluator,
                                           enum stw_subject_table table, uint32_t series)
{
    unsigned char key[SLOT_KEY_SIZE];
    uint32_t place = stw_intern_find(&evaluator->slot_ids, slot_key(table, series, key));
    return place == STW_INTERN_NONE ? NULL : evaluator->slots[place];
}

struct stw_track *stw_evaluator_track(struct stw_evaluator *evaluator,
                                      const struct stw_bound *bound,
                                      const struct stw_subject *subject,
                                      const struct stw_slice *key)
{
    const struct stw_condition *condition = bound->rule->condition;
    struct stw_track *track =
        stw_arena_zero(&evaluator->arena, 1, stw_track_bytes(condition, bound));
    if (track == NULL)
        return NULL;
    *track = (struct stw_track){.bound = bound, .subject = subject, .key = key};
    stw_alarm_init(&track->alarm);
    if (condition->init != NULL)
        condition->init(track);
    evaluator->counts.tracks++;
    return track;
}

/* Series for which a rule means the same share one bound. */
static const struct stw_bound *share_bound(struct stw_evaluator *evaluator,
                                           const struct stw_rule *rule,
                                           const struct stw_bound *bound)
{
    size_t size = rule->condition->bound_size;
    struct stw_bound_entry **list = &evaluator->bounds[rule->number];
    for (struct stw_bound_entry *entry = *list; entry != NULL; entry = entry->next) {
        if (memcmp(entry->bound, bound, size) == 0)
            return entry->bound;
    }
    struct stw_bound_entry *added = STW_ARENA_NEW(&evaluator->arena, struct stw_bound_entry);
    if (added == NULL || (added->bound = stw_arena_alloc(&evaluator->arena, 1, size)) == NULL)
        return NULL;
    memcpy(added->bound, bound, size);
    added->next = *list;
    *list = added;
    return added->bound;
}

static int bind_rule(struct stw_evaluator *evaluator, const struct stw_rule *rule,
                     const struct stw_subject *subject, const struct stw_bound **out,
                     struct stw_error *err)
{
    _Alignas(16) unsigned char scratch[STW_BOUND_BYTES_MAX];
    struct stw_bound *bound = (struct stw_bound *)scratch;
    assert(rule->condition->bound_size <= sizeof(scratch));
    struct stw_error reason;
    stw_error_clear(&reason);
    int status = stw_rule_bind(evaluator->pack, rule, subject, bound, &reason);
    if (status == STW_END && evaluator->unjudged.put != NULL)
        evaluator->unjudged.put(evaluator->unjudged.context, rule, subject, reason.what);
    if (status < 0 && err != NULL)
        *err = reason;
    if (status != STW_OK)
        return status;
    *out = share_bound(evaluator, rule, bound);
    return *out == NULL ? stw_fail_memory(err, rule->condition->bound_size) : STW_OK;
}

/* One flow for all rules that judge it; false: memory. */
static bool want_flow(struct stw_evaluator *evaluator, struct stw_series_slot *slot)
{
    if (slot->flow == NULL) {
        slot->flow = STW_ARENA_NEW(&evaluator->arena, struct stw_flow_state);
        if (slot->flow != NULL)
            stw_flow_init(slot->flow, &slot->subject);
    }
    return slot->flow != NULL;
}

static int add_tracks(struct stw_evaluator *evaluator, struct stw_series_slot *slot,
                      struct stw_error *err)
{
    const struct stw_pack *pack = evaluator->pack;
    struct stw_track *found[STW_PACK_RULES_MAX];
    for (uint32_t i = 0; i < pack->rule_count; i++) {
        const struct stw_rule *rule = &pack->rules[i];
        const struct stw_bound *bound = NULL;
        if (!stw_rule_watches(rule, &slot->subject))
            continue;
        int status = bind_rule(evaluator, rule, &slot->subject, &bound, err);
        if (status < 0)
            return status;
        if (status == STW_END)
            continue;
        assert(bound != NULL);
        struct stw_track *track =
            stw_evaluator_track(evaluator, bound, &slot->subject, &slot->subject.key);
        if (track == NULL || (rule->condition->piece != NULL && !want_flow(evaluator, slot)))
            return stw_fail_memory(err, sizeof(*track));
        found[slot->track_count++] = track;
        evaluator->watched[i]++;
    }
    slot->tracks = stw_arena_alloc(&evaluator->arena, slot->track_count, sizeof(*slot->tracks));
    if (slot->tracks == NULL)
        return stw_fail_memory(err, slot->track_count * sizeof(*slot->tracks));
    memcpy(slot->tracks, found, slot->track_count * sizeof(*slot->tracks));
    return STW_OK;
}

int stw_evaluator_add(struct stw_evaluator *evaluator, const struct stw_subject *subject,
                      uint32_t *tracks, struct stw_error *err)
{
    unsigned char key[SLOT_KEY_SIZE];
    uint32_t place;
    bool added;
    struct stw_series_slot *slot = STW_ARENA_NEW(&evaluator->arena, struct stw_series_slot);
    if (slot == NULL ||
        !stw_intern_add(&evaluator->slot_ids, slot_key(subject->table, subject->series, key),
                        &place, &added) ||
        !stw_reserve((void **)&evaluator->slots, &evaluator->slots_capacity,
                     evaluator->slot_ids.count, sizeof(struct stw_series_slot *)))
        return stw_fail_memory(err, sizeof(*slot));
    if (!added)
        return stw_fail(err, STW_ERR_USAGE, "series %.*s was added to the evaluator already",
                        STW_SLICE_ARG(subject->key));
    evaluator->slots[place] = slot;
    slot->subject = *subject;
    slot->subject.key = stw_arena_copy(&evaluator->arena, subject->key);
    slot->last_ns = STW_TIME_NONE;
    if (slot->subject.key.data == NULL)
        return stw_fail_memory(err, subject->key.size);
    STW_TRY(add_tracks(evaluator, slot, err));
    if (tracks != NULL)
        *tracks = slot->track_count;
    return STW_OK;
}

/* ---- Alerts ---------------------------------------------------------------------------------- */

static void add_evidence(struct stw_alert *alert, const struct stw_track *track,
                         const struct stw_signal *signal)
{
    const struct stw_alarm_rows *rows = stw_track_rows(track);
    if (rows == NULL) {
        if (alert->event == STW_ALARM_CLEARED)
            return; /* what raised it was told then */
        uint32_t count = signal->evidence_count;
        alert->evidence_count = count < STW_EVIDENCE_MAX ? count : STW_EVIDENCE_MAX;
        if (alert->evidence_count > 0)
            memcpy(alert->evidence, signal->evidence,
                   alert->evidence_count * sizeof(*signal->evidence));
        return;
    }
    alert->evidence[alert->evidence_count++] =
        (struct stw_evidence){rows->first_ns, {rows->first, rows->first_scale}};
    if (rows->worst_ns != rows->first_ns)
        alert->evidence[alert->evidence_count++] =
            (struct stw_evidence){rows->worst_ns, stw_alarm_value(&track->alarm)};
    if (signal->truth == STW_TRUTH_TRUE && signal->time_ns > rows->worst_ns)
        alert->evidence[alert->evidence_count++] =
            (struct stw_evidence){signal->time_ns, signal->value};
}

int stw_output_signal(struct stw_output *out, struct stw_track *track,
                      const struct stw_signal *signal)
{
    enum stw_alarm_event event =
        stw_alarm_step(&track->alarm, stw_track_rows(track), &track->bound->limits, signal);
    if (event == STW_ALARM_NOTHING)
        return STW_OK;
    const struct stw_alarm *alarm = &track->alarm;
    struct stw_alert alert = {
        .id = stw_alert_identify(track->bound->rule->id, *track->key, alarm->start_ns),
        .event = event,
        .rule = track->bound->rule,
        .bound = track->bound,
        .subject = track->subject,
        .key = *track->key,
        .start_ns = alarm->start_ns,
        .fired_ns = alarm->fired_ns,
        .cleared_ns = event == STW_ALARM_CLEARED ? alarm->cleared_ns : STW_TIME_NONE,
        .flaps = alarm->flaps,
        .warning = alarm->warning,
        .value = stw_alarm_value(alarm),
        .evidence_has_values = track->bound->unit.size > 0,
    };
    add_evidence(&alert, track, signal);
    alert.has_money =
        stw_rule_money(out->evaluator->pack, track->bound->rule, track->subject, track->bound,
                       alert.value, alarm->fired_ns, &alert.money, &alert.currency);
    return out->evaluator->sink.put(out->evaluator->sink.context, &alert);
}

/* ---- Series stage ---------------------------------------------------------------------------- */

enum { COLUMNS_MAX = STW_ORDER_COLUMNS };

/* The rows from `first` on, as a run of its own. */
static void cut_run(const struct stw_run *run, uint32_t first, struct stw_vector *columns,
                    struct stw_run *out)
{
    assert(run->column_count <= COLUMNS_MAX);
    *out = *run;
    out->count -= first;
    out->time_ns += first;
    out->columns = columns;
    for (uint32_t i = 0; i < run->column_count; i++) {
        columns[i] = run->columns[i];
        if (columns[i].ints != NULL)
            columns[i].ints += first;
        if (columns[i].floats != NULL)
            columns[i].floats += first;
        if (columns[i].codes != NULL)
            columns[i].codes += first;
        if (columns[i].present != NULL)
            columns[i].present += first;
    }
}

/* A piece of a series' flow on its way to the rules that judge it. */
struct flow_output {
    struct stw_series_slot *slot;
    struct stw_output *out;
};

static int give_piece(void *context, const struct stw_flow_piece *piece)
{
    struct flow_output *to = context;
    for (uint32_t i = 0; i < to->slot->track_count; i++) {
        struct stw_track *track = to->slot->tracks[i];
        if (track->bound->rule->condition->piece != NULL)
            STW_TRY(track->bound->rule->condition->piece(track, piece, to->out));
    }
    return STW_OK;
}

static int feed_tracks(struct stw_series_slot *slot, const struct stw_run *run,
                       struct stw_output *out)
{
    for (uint32_t i = 0; i < slot->track_count; i++) {
        const struct stw_condition *condition = slot->tracks[i]->bound->rule->condition;
        if (condition->feed != NULL)
            STW_TRY(condition->feed(slot->tracks[i], run, out));
    }
    if (slot->flow == NULL)
        return STW_OK;
    struct flow_output to = {slot, out};
    struct stw_flow_sink sink = {&to, give_piece};
    return stw_flow_feed(slot->flow, &slot->subject, run, &sink, out->err);
}

int stw_evaluator_feed(struct stw_evaluator *evaluator, enum stw_subject_table table,
                       const struct stw_run *run, struct stw_error *err)
{
    struct stw_series_slot *slot = stw_evaluator_slot(evaluator, table, run->series);
    if (slot == NULL)
        return stw_fail(err, STW_ERR_USAGE, "series %u was not added to the evaluator",
                        run->series);
    struct stw_vector columns[COLUMNS_MAX];
    struct stw_run rest;
    uint32_t late = 0;
    /* A later word on an order has the order's own time. */
    while (table != STW_SUBJECT_ORDERS && late < run->count && run->time_ns[late] < slot->last_ns)
        late++;
    evaluator->counts.rows += run->count - late;
    evaluator->counts.late += late;
    if (late == run->count)
        return STW_OK;
    if (late > 0) {
        cut_run(run, late, columns, &rest);
        run = &rest;
    }
    slot->last_ns = run->time_ns[run->count - 1];
    struct stw_output out = {evaluator, err};
    return feed_tracks(slot, run, &out);
}

int stw_evaluator_tick(struct stw_evaluator *evaluator, int64_t now_ns, struct stw_error *err)
{
    struct stw_output out = {evaluator, err};
    for (uint32_t i = 0; i < evaluator->slot_ids.count; i++) {
        struct stw_series_slot *slot = evaluator->slots[i];
        for (uint32_t j = 0; j < slot->track_count; j++) {
            const struct stw_condition *condition = slot->tracks[j]->bound->rule->condition;
            if (condition->advance != NULL && condition->mark == NULL)
                STW_TRY(condition->advance(slot->tracks[j], now_ns, &out));
        }
    }
    return STW_OK;
}

/* ---- Group stage ----------------------------------------------------------------------------- */

static struct stw_slice mark_part(const struct stw_track *track, int part, struct stw_slice code)
{
    return part == STW_SAME_CODE ? code : track->subject->traits[part];
}

int stw_evaluator_wait(struct stw_evaluator *evaluator, struct stw_track *group,
                       const struct stw_subject *subject, int64_t time_ns, struct stw_error *err)
{
    if (evaluator->mark_count == STW_GROUP_MARKS_MAX)
        return stw_fail(err, STW_ERR_LIMIT, "more than %d events wait to be grouped by rule %.*s",
                        STW_GROUP_MARKS_MAX, STW_SLICE_ARG(group->bound->rule->id));
    if (!stw_reserve((void **)&evaluator->marks, &evaluator->marks_capacity,
                     evaluator->mark_count + 1, sizeof(*evaluator->marks)))
        return stw_fail_memory(err, sizeof(*evaluator->marks));
    evaluator->marks[evaluator->mark_count++] =
        (struct stw_waiting_mark){time_ns, group, subject, evaluator->arrivals++};
    return STW_OK;
}

int stw_evaluator_group(struct stw_evaluator *evaluator, const struct stw_rule *rule,
                        const struct stw_subject *subject, struct stw_slice key,
                        struct stw_track **out, struct stw_error *err)
{
    char id[STW_GROUP_KEY_MAX + 4];
    assert(key.size <= STW_GROUP_KEY_MAX);
    stw_store_le32(id, rule->number);
    memcpy(id + 4, key.data, key.size);
    struct stw_slice name = {id, key.size + 4};
    uint32_t place = stw_intern_find(&evaluator->group_ids, name);
    if (place != STW_INTERN_NONE) {
        *out = evaluator->groups[place];
        return STW_OK;
    }
    if (evaluator->group_ids.count == STW_GROUP_KEYS_MAX)
        return stw_fail(err, STW_ERR_LIMIT, "rule %.*s makes more than %d groups",
                        STW_SLICE_ARG(rule->id), STW_GROUP_KEYS_MAX);
    const struct stw_bound *bound = NULL;
    STW_TRY(bind_rule(evaluator, rule, subject, &bound, err));
    assert(bound != NULL); /* what counts over a group asks nothing of its series: never STW_END */
    struct stw_slice *kept = STW_ARENA_NEW(&evaluator->arena, struct stw_slice);
    if (kept == NULL || (*kept = stw_arena_copy(&evaluator->arena, key)).data == NULL)
        return stw_fail_memory(err, key.size);
    *out = stw_evaluator_track(evaluator, bound, subject, kept);
    if (*out == NULL ||
        !stw_reserve((void **)&evaluator->groups, &evaluator->groups_capacity,
                     evaluator->group_ids.count + 1u, sizeof(struct stw_track *)) ||
        !stw_intern_add(&evaluator->group_ids, name, &place, NULL))
        return stw_fail_memory(err, sizeof(**out));
    evaluator->groups[place] = *out;
    return STW_OK;
}

int stw_output_mark(struct stw_output *out, const struct stw_track *track, int64_t time_ns,
                    struct stw_slice code)
{
    char key[STW_GROUP_KEY_MAX];
    size_t size = 0;
    const struct stw_watch *watch = &track->bound->rule->watch;
    for (uint32_t i = 0; i < watch->same_count; i++) {
        struct stw_slice part = mark_part(track, watch->same[i], code);
        if (size + part.size + 1 > sizeof(key))
            return stw_fail(out->err, STW_ERR_LIMIT, "the key of a group of rule %.*s is too long",
                            STW_SLICE_ARG(track->bound->rule->id));
        if (i > 0)
            key[size++] = '/';
        memcpy(key + size, part.data == NULL ? "" : part.data, part.size);
        size += part.size;
    }
    struct stw_track *group;
    STW_TRY(stw_evaluator_group(out->evaluator, track->bound->rule, track->subject,
                                (struct stw_slice){key, size}, &group, out->err));
    return stw_evaluator_wait(out->evaluator, group, track->subject, time_ns, out->err);
}

static int by_time(const void *a, const void *b)
{
    const struct stw_waiting_mark *left = a, *right = b;
    if (left->time_ns != right->time_ns)
        return left->time_ns < right->time_ns ? -1 : 1;
    if (left->group->bound->rule != right->group->bound->rule)
        return left->group->bound->rule->number < right->group->bound->rule->number ? -1 : 1;
    int order = stw_slice_compare(*left->group->key, *right->group->key);
    if (order == 0)
        order = stw_slice_compare(left->subject->key, right->subject->key);
    if (order != 0)
        return order;
    return left->arrival < right->arrival ? -1 : left->arrival > right->arrival;
}

int stw_evaluator_watermark(struct stw_evaluator *evaluator, int64_t time_ns, struct stw_error *err)
{
    struct stw_output out = {evaluator, err};
    size_t count = evaluator->mark_count, done = 0;
    if (count > 0)
        qsort(evaluator->marks, count, sizeof(*evaluator->marks), by_time);
    for (; done < count && evaluator->marks[done].time_ns < time_ns; done++) {
        const struct stw_waiting_mark *mark = &evaluator->marks[done];
        mark->group->subject = mark->subject;
        STW_TRY(mark->group->bound->rule->condition->mark(mark->group, mark->time_ns, &out));
    }
    evaluator->mark_count -= done;
    if (done > 0)
        memmove(evaluator->marks, evaluator->marks + done,
                evaluator->mark_count * sizeof(*evaluator->marks));
    for (uint32_t i = 0; i < evaluator->group_ids.count; i++) {
        struct stw_track *track = evaluator->groups[i];
        if (track->bound->rule->condition->advance != NULL)
            STW_TRY(track->bound->rule->condition->advance(track, time_ns, &out));
    }
    return STW_OK;
}

int stw_evaluator_pass_marks(struct stw_evaluator *from, struct stw_evaluator *to,
                             struct stw_error *err)
{
    for (size_t i = 0; i < from->mark_count; i++) {
        const struct stw_waiting_mark *mark = &from->marks[i];
        const struct stw_subject *subject = mark->subject;
        struct stw_series_slot *slot = stw_evaluator_slot(to, subject->table, subject->series);
        if (slot == NULL) {
            STW_TRY(stw_evaluator_add(to, subject, NULL, err));
            slot = stw_evaluator_slot(to, subject->table, subject->series);
        }
        struct stw_track *group;
        STW_TRY(stw_evaluator_group(to, mark->group->bound->rule, &slot->subject, *mark->group->key,
                                    &group, err));
        STW_TRY(stw_evaluator_wait(to, group, &slot->subject, mark->time_ns, err));
    }
    from->mark_count = 0;
    return STW_OK;
}
