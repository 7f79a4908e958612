/*
 * Manifests: the first byte says how the rest is read. 0: as a whole file, framing and all. Else it
 * is the type of a record whose payload is the rest, applied three times over a fresh state, so
 * that the fuzzer need not guess checksums; whatever is accepted is undone again. Replacements find
 * a segment and a snapshot "s" that they can take away. Then all is applied once more and settled,
 * and a checkpoint of that is read back.
 */
#include "store/checkpoint.h"
#include "store/payload.h"
#include "time/civil.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_file(struct stw_state *state, struct stw_slice bytes)
{
    struct stw_manifest_header header;
    unsigned damaged;
    if (stw_manifest_header_decode(bytes, &header, &damaged, NULL) != STW_OK)
        return;
    struct stw_record_scan scan = {
        .bytes = {bytes.data + STW_MANIFEST_HEADER_SIZE, bytes.size - STW_MANIFEST_HEADER_SIZE},
        .base = STW_MANIFEST_HEADER_SIZE,
        .seed = stw_manifest_seed(&header)};
    struct stw_record record;
    uint64_t from, to;
    for (;;) {
        enum stw_record_found found = stw_record_next(&scan, &record, &from, &to);
        if (found == STW_FOUND_END || found == STW_FOUND_TORN || found == STW_FOUND_MARK)
            return;
        if (found == STW_FOUND_RECORD)
            (void)!stw_state_apply(state, &record, NULL);
    }
}

/* A state with a series, a segment and a snapshot. */
static bool seed(struct stw_state *state, const struct stw_schema *schema)
{
    struct stw_segment_ref ref = {.partition_from_ns = STW_TIME_MIN_NS,
                                  .partition_to_ns = STW_TIME_MAX_NS,
                                  .added = 1,
                                  .commit_first = 1,
                                  .commit_last = 1,
                                  .info = {.rows = 1, .block_count = 1, .series_count = 1}};
    struct stw_segment_ref *added = &ref;
    struct stw_commit_entry entry = {.rows = 1};
    struct stw_snapshot snapshot = {
        .name = STW_SLICE("s"), .pins = STW_SLICE("p"), .generation = 1};
    struct stw_intern keys;
    struct stw_buffer bytes;
    stw_intern_init(&keys);
    stw_buffer_init(&bytes);
    bool good = stw_intern_add(&keys, STW_SLICE("k"), &(uint32_t){0}, NULL);
    struct stw_new_keys new_keys = {.keys = &keys};
    struct stw_new_commit commit = {.entry = &entry,
                                    .keys = &new_keys,
                                    .key_table_count = 1,
                                    .added = &added,
                                    .added_count = 1};
    ref.table = stw_schema_find(schema, STW_SLICE("devices"))->number;
    new_keys.table = stw_schema_table(schema, ref.table);
    stw_payload_commit(&bytes, state, &commit);
    struct stw_record record = {
        .type = STW_RECORD_COMMIT, .generation = 1, .payload = stw_buffer_slice(&bytes)};
    good = good && !bytes.failed && stw_state_apply(state, &record, NULL) == STW_OK;
    stw_buffer_clear(&bytes);
    stw_payload_snapshot(&bytes, &snapshot);
    record = (struct stw_record){
        .type = STW_RECORD_SNAPSHOT, .generation = 2, .payload = stw_buffer_slice(&bytes)};
    good = good && !bytes.failed && stw_state_apply(state, &record, NULL) == STW_OK;
    stw_buffer_release(&bytes);
    stw_intern_release(&keys);
    return good;
}

static void apply_thrice(struct stw_state *state, uint8_t type, struct stw_slice payload,
                         bool settle)
{
    for (uint64_t generation = 3; generation < 6; generation++) {
        struct stw_record record = {.type = type, .generation = generation, .payload = payload};
        bool applied = stw_state_apply(state, &record, NULL) == STW_OK;
        if (applied && settle)
            stw_state_settle(state);
    }
}

/* A checkpoint of the state gives the same state again. */
static void read_back(struct stw_state *state, const struct stw_schema *schema)
{
    struct stw_state again;
    struct stw_buffer bytes;
    stw_buffer_init(&bytes);
    if (stw_state_init(&again, schema, NULL) != STW_OK)
        return;
    stw_checkpoint_put(state, &bytes);
    struct stw_record record = {.type = STW_RECORD_CHECKPOINT,
                                .generation = state->generation,
                                .payload = stw_buffer_slice(&bytes)};
    if (bytes.failed || stw_state_apply(&again, &record, NULL) != STW_OK ||
        again.segment_count != state->segment_count || again.commit_count != state->commit_count ||
        again.erasure_count != state->erasure_count ||
        again.snapshot_count != state->snapshot_count ||
        again.source_keys.count != state->source_keys.count)
        abort();
    stw_buffer_release(&bytes);
    stw_state_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct stw_schema *schema; /* parsed once: it takes longer than all the rest */
    struct stw_state state;
    if (schema == NULL &&
        stw_schema_parse(&schema, "builtin", stw_schema_builtin(), NULL) != STW_OK)
        abort();
    if (size == 0)
        return 0;
    if (stw_state_init(&state, schema, NULL) != STW_OK)
        return 0;
    struct stw_slice rest = {(const char *)data + 1, size - 1};
    if (data[0] == 0) {
        read_file(&state, rest);
    } else if (seed(&state, schema)) {
        struct stw_state_mark mark = stw_state_mark(&state);
        state.keep_removed = true;
        apply_thrice(&state, data[0], rest, false);
        stw_state_undo(&state, &mark);
        if (state.segment_count != 1 || state.segments[0]->removed != 0 ||
            state.commit_count != 1 || state.source_keys.count != 0 || state.snapshot_count != 1 ||
            state.snapshots[0].dropped != 0)
            abort();
        apply_thrice(&state, data[0], rest, true);
        for (uint32_t i = 0; i < state.segment_count; i++) {
            if (state.segments[i]->removed != 0)
                abort();
        }
        read_back(&state, schema);
    }
    stw_state_release(&state);
    return 0;
}
