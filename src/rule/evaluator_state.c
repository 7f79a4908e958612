/*
 * Checkpoints: everything an evaluator remembers, field by field.
 *
 *     "STWC"  u32 version  u64 fingerprint of the pack
 *     counts: rows, late
 *     series: table, id, key, time of the latest row, flow, tracks (rule, alarm, state)
 *     groups: rule, key, series, alarm, state
 *     marks that wait: group, series, time
 *     u64 checksum of all before it
 */
#include "rule/evaluator_internal.h"

#include <string.h>

enum { CHECKSUM_SIZE = 8 };

static void put_subject(struct stw_buffer *out, const struct stw_subject *subject)
{
    stw_put_u8(out, (uint8_t)subject->table);
    stw_put_u32(out, subject->series);
}

static void put_track(struct stw_buffer *out, const struct stw_track *track)
{
    stw_alarm_save(&track->alarm, stw_track_rows(track), out);
    if (track->bound->rule->condition->save != NULL)
        track->bound->rule->condition->save(track, out);
}

static void put_series(struct stw_buffer *out, const struct stw_series_slot *slot)
{
    put_subject(out, &slot->subject);
    stw_put_bytes(out, slot->subject.key);
    stw_put_u64(out, (uint64_t)slot->last_ns);
    if (slot->flow != NULL)
        stw_flow_save(slot->flow, out);
    stw_put_varint(out, slot->track_count);
    for (uint32_t i = 0; i < slot->track_count; i++) {
        stw_put_varint(out, slot->tracks[i]->bound->rule->number);
        put_track(out, slot->tracks[i]);
    }
}

void stw_evaluator_save(const struct stw_evaluator *evaluator, struct stw_buffer *out)
{
    size_t start = out->size;
    stw_buffer_add_text(out, "STWC");
    stw_put_u32(out, STW_CHECKPOINT_VERSION);
    stw_put_u64(out, evaluator->pack->fingerprint);
    stw_put_varint(out, evaluator->counts.rows);
    stw_put_varint(out, evaluator->counts.late);
    stw_put_varint(out, evaluator->slot_ids.count);
    for (uint32_t i = 0; i < evaluator->slot_ids.count; i++)
        put_series(out, evaluator->slots[i]);
    stw_put_varint(out, evaluator->group_ids.count);
    for (uint32_t i = 0; i < evaluator->group_ids.count; i++) {
        const struct stw_track *group = evaluator->groups[i];
        stw_put_varint(out, group->bound->rule->number);
        stw_put_bytes(out, *group->key);
        put_subject(out, group->subject);
        put_track(out, group);
    }
    stw_put_varint(out, evaluator->mark_count);
    for (size_t i = 0; i < evaluator->mark_count; i++) {
        const struct stw_waiting_mark *mark = &evaluator->marks[i];
        stw_put_varint(out, mark->group->bound->rule->number);
        stw_put_bytes(out, *mark->group->key);
        put_subject(out, mark->subject);
        stw_put_u64(out, (uint64_t)mark->time_ns);
    }
    if (!out->failed)
        stw_put_u64(out, stw_hash64(out->data + start, out->size - start, STW_CHECKPOINT_VERSION));
}

static int damaged(struct stw_error *err, const char *what)
{
    int status = stw_fail(err, STW_ERR_DAMAGED, "the checkpoint does not fit: %s", what);
    stw_error_hint(err, "remove it; rules then start anew from the readings in the store");
    return status;
}

static struct stw_series_slot *get_slot(const struct stw_evaluator *evaluator,
                                        struct stw_reader *in)
{
    uint8_t table = stw_get_u8(in);
    uint32_t series = stw_get_u32(in);
    if (in->failed || table >= STW_SUBJECT_TABLES)
        return NULL;
    return stw_evaluator_slot(evaluator, (enum stw_subject_table)table, series);
}

static void get_track(struct stw_track *track, struct stw_reader *in)
{
    stw_alarm_restore(&track->alarm, stw_track_rows(track), in);
    if (track->bound->rule->condition->restore != NULL)
        track->bound->rule->condition->restore(track, in);
}

static int restore_series(struct stw_evaluator *evaluator, struct stw_reader *in,
                          struct stw_error *err)
{
    struct stw_series_slot *slot = get_slot(evaluator, in);
    struct stw_slice key = stw_get_bytes(in);
    if (slot == NULL || !stw_slice_equal(slot->subject.key, key))
        return damaged(err, "it holds a series that is not there");
    slot->last_ns = (int64_t)stw_get_u64(in);
    if (slot->flow != NULL)
        stw_flow_restore(slot->flow, &slot->subject, in);
    if (stw_get_varint(in) != slot->track_count)
        return damaged(err, "another number of rules judges a series");
    for (uint32_t i = 0; i < slot->track_count; i++) {
        if (stw_get_varint(in) != slot->tracks[i]->bound->rule->number)
            return damaged(err, "other rules judge a series");
        get_track(slot->tracks[i], in);
    }
    return in->failed ? damaged(err, "it ends early") : STW_OK;
}

/* The group named next in the checkpoint, made if need be. */
static int get_group(struct stw_evaluator *evaluator, struct stw_reader *in,
                     struct stw_track **group, struct stw_series_slot **slot, struct stw_error *err)
{
    uint64_t number = stw_get_varint(in);
    struct stw_slice key = stw_get_bytes(in);
    *slot = get_slot(evaluator, in);
    if (*slot == NULL || number >= evaluator->pack->rule_count || key.size > STW_GROUP_KEY_MAX)
        return damaged(err, "it holds a group that cannot be");
    const struct stw_rule *rule = &evaluator->pack->rules[number];
    if (rule->condition->mark == NULL)
        return damaged(err, "it holds a group of a rule that makes none");
    return stw_evaluator_group(evaluator, rule, &(*slot)->subject, key, group, err);
}

static int restore_groups(struct stw_evaluator *evaluator, struct stw_reader *in,
                          struct stw_error *err)
{
    struct stw_track *group;
    struct stw_series_slot *slot;
    for (uint64_t left = stw_get_varint(in); left > 0 && !in->failed; left--) {
        STW_TRY(get_group(evaluator, in, &group, &slot, err));
        get_track(group, in);
    }
    for (uint64_t left = stw_get_varint(in); left > 0 && !in->failed; left--) {
        STW_TRY(get_group(evaluator, in, &group, &slot, err));
        STW_TRY(
            stw_evaluator_wait(evaluator, group, &slot->subject, (int64_t)stw_get_u64(in), err));
    }
    return in->failed || stw_reader_left(in) != 0 ? damaged(err, "it ends early") : STW_OK;
}

int stw_evaluator_restore(struct stw_evaluator *evaluator, struct stw_slice checkpoint,
                          struct stw_error *err)
{
    struct stw_reader in;
    if (checkpoint.size < CHECKSUM_SIZE)
        return damaged(err, "it ends early");
    size_t size = checkpoint.size - CHECKSUM_SIZE;
    if (stw_load_le64(checkpoint.data + size) !=
        stw_hash64(checkpoint.data, size, STW_CHECKPOINT_VERSION))
        return damaged(err, "its checksum is wrong");
    stw_reader_init(&in, checkpoint.data, size);
    if (!stw_slice_is(stw_get_raw(&in, 4), "STWC") || stw_get_u32(&in) != STW_CHECKPOINT_VERSION)
        return damaged(err, "it is of another version of the program");
    if (stw_get_u64(&in) != evaluator->pack->fingerprint)
        return damaged(err, "it was made with other rules");
    evaluator->counts.rows = stw_get_varint(&in);
    evaluator->counts.late = stw_get_varint(&in);
    if (stw_get_varint(&in) != evaluator->slot_ids.count)
        return damaged(err, "it holds another number of series");
    for (uint32_t i = 0; i < evaluator->slot_ids.count; i++)
        STW_TRY(restore_series(evaluator, &in, err));
    return restore_groups(evaluator, &in, err);
}
