/*
 * Any bytes as a column map: a map that writes as a text which reads as the same map, or a message
 * with a place. What --set adds to it is written and read like the rest.
 */
#include "ingest/map_set.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Attributes laid over a map leave a map that reads again. */
static void set_and_write(struct stw_map *map, const struct stw_schema *schema)
{
    static const struct {
        struct stw_slice name, value;
    } sets[] = {{STW_SLICE("site"), STW_SLICE("a: \"b\"")},
                {STW_SLICE("quality"), STW_SLICE("ok")},
                {STW_SLICE("multiplier"), STW_SLICE("1.5")},
                {STW_SLICE("valid_from"), STW_SLICE("2026-01-01")}};
    struct stw_error err;
    struct stw_map again;
    struct stw_buffer text;
    for (unsigned i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
        int status = stw_map_set(map, sets[i].name, sets[i].value, &err);
        assert(status == STW_OK || status == STW_ERR_USAGE || status == STW_ERR_INPUT);
    }
    stw_buffer_init(&text);
    stw_map_write(map, &text);
    int status = stw_map_parse(&again, "set.yml", stw_buffer_slice(&text), schema, NULL, &err);
    assert(status == STW_OK);
    stw_map_release(&again);
    stw_buffer_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct stw_schema *schema; /* one for all inputs */
    struct stw_error err;
    struct stw_map map, again;
    struct stw_buffer first, second;
    if (schema == NULL && stw_schema_parse(&schema, "schema.yml", stw_schema_builtin(), &err) < 0)
        return 0;
    stw_buffer_init(&first);
    stw_buffer_init(&second);
    struct stw_slice text = {(const char *)data, size};
    int status = stw_map_parse(&map, "map.yml", text, schema, &first, &err);
    if (status == STW_OK) {
        stw_map_write(&map, &first);
        status = stw_map_parse(&again, "again.yml", stw_buffer_slice(&first), schema, NULL, &err);
        assert(status == STW_OK);
        stw_map_write(&again, &second);
        assert(stw_slice_equal(stw_buffer_slice(&first), stw_buffer_slice(&second)));
        stw_map_release(&again);
        set_and_write(&map, schema);
        stw_map_release(&map);
    } else {
        assert(err.what[0] != '\0');
    }
    stw_buffer_release(&first);
    stw_buffer_release(&second);
    return 0;
}
