/*
 * Any bytes as a column map: a map that writes as a text which reads as the same map, or a message
 * with a place.
 */
#include "ingest/map.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
        stw_map_release(&map);
    } else {
        assert(err.what[0] != '\0');
    }
    stw_buffer_release(&first);
    stw_buffer_release(&second);
    return 0;
}
