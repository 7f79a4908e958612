/*
 * Manifests: the first byte says how the rest is read. 0: as a whole file, framing and all. Else it
 * is the type of a record whose payload is the rest, applied three times over a fresh state, so
 * that the fuzzer need not guess checksums; whatever is accepted is undone again.
 */
#include "store/state.h"

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
        if (found == STW_FOUND_END || found == STW_FOUND_TORN)
            return;
        if (found == STW_FOUND_RECORD)
            (void)!stw_state_apply(state, &record, NULL);
    }
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
    if (stw_state_init(&state, schema, NULL) == STW_OK) {
        struct stw_slice rest = {(const char *)data + 1, size - 1};
        struct stw_state_mark mark = stw_state_mark(&state);
        if (data[0] == 0)
            read_file(&state, rest);
        for (uint64_t generation = 1; data[0] != 0 && generation < 4; generation++) {
            struct stw_record record = {.type = data[0], .generation = generation, .payload = rest};
            (void)!stw_state_apply(&state, &record, NULL);
        }
        stw_state_undo(&state, &mark);
        if (state.segment_count != 0 || state.commit_count != 0 || state.source_keys.count != 0)
            abort();
        stw_state_release(&state);
    }
    return 0;
}
