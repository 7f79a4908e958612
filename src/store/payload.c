/* Payloads of manifest records, written; see payload.h. */
#include "store/payload.h"

#include "store/segment_list.h"

static void put_entry(struct stw_buffer *out, const struct stw_commit_entry *entry)
{
    stw_put_u64(out, (uint64_t)entry->committed_ns);
    stw_put_varint(out, entry->rows);
    stw_put_u8(out, (uint8_t)((entry->has_source ? STW_COMMIT_HAS_SOURCE : 0) |
                              (entry->erasure_count > 0 ? STW_COMMIT_ERASES : 0)));
    if (!entry->has_source)
        return;
    stw_put_u64(out, entry->source.hash.low);
    stw_put_u64(out, entry->source.hash.high);
    stw_put_varint(out, entry->source.size_bytes);
    struct stw_slice name = entry->source.name;
    if (name.size > STW_STORE_SOURCE_NAME_MAX)
        name.size = STW_STORE_SOURCE_NAME_MAX;
    stw_put_bytes(out, name);
    stw_put_varint(out, entry->reject_count);
    for (uint32_t i = 0; i < entry->reject_count; i++) {
        stw_put_bytes(out, entry->rejects[i].reason);
        stw_put_varint(out, entry->rejects[i].rows);
    }
}

void stw_payload_commit(struct stw_buffer *out, struct stw_state *state,
                        const struct stw_new_commit *commit)
{
    const struct stw_commit_entry *entry = commit->entry;
    put_entry(out, entry);
    stw_put_varint(out, commit->key_table_count);
    for (uint32_t i = 0; i < commit->key_table_count; i++) {
        const struct stw_new_keys *keys = &commit->keys[i];
        stw_put_bytes(out, keys->table->name);
        stw_put_varint(out, keys->first);
        stw_put_varint(out, keys->keys->count);
        stw_columns_put_words(&state->columns, keys->keys->words, keys->keys->count, out);
    }
    stw_segment_list_put(state, commit->added, commit->added_count, state->generation + 1,
                         STW_SEGMENT_WHOLE, out);
    if (entry->erasure_count > 0) {
        stw_put_varint(out, entry->erasure_count);
        for (uint32_t i = 0; i < entry->erasure_count; i++)
            stw_payload_erase(out, state->schema, &entry->erasures[i]);
    }
    if (entry->has_journal) {
        stw_put_varint(out, entry->journal.file);
        stw_put_varint(out, entry->journal.offset);
    }
    stw_columns_forget(&state->columns);
}

void stw_payload_replace(struct stw_buffer *out, struct stw_state *state,
                         const struct stw_replacement *replacement)
{
    uint64_t generation = state->generation + 1;
    stw_segment_list_put(state, replacement->removed, replacement->removed_count, generation,
                         STW_SEGMENT_NAME, out);
    stw_segment_list_put(state, replacement->added, replacement->added_count, generation,
                         STW_SEGMENT_WHOLE, out);
    stw_put_varint(out, replacement->dropped_count);
    for (uint32_t i = 0; i < replacement->dropped_count; i++)
        stw_put_bytes(out, replacement->dropped[i]);
    stw_columns_forget(&state->columns);
}

void stw_payload_erase(struct stw_buffer *out, const struct stw_schema *schema,
                       const struct stw_erasure *erasure)
{
    stw_put_bytes(out, stw_schema_table(schema, erasure->table)->name);
    stw_put_varint(out, erasure->series);
    stw_put_u64(out, (uint64_t)erasure->from_ns);
    stw_put_u64(out, (uint64_t)erasure->to_ns);
}

void stw_payload_snapshot(struct stw_buffer *out, const struct stw_snapshot *snapshot)
{
    stw_put_u64(out, (uint64_t)snapshot->created_ns);
    stw_put_varint(out, snapshot->generation);
    stw_put_bytes(out, snapshot->name);
    stw_put_bytes(out, snapshot->pins);
}
