/* Schemas: whatever text is accepted is compatible with itself and has tables with columns. */
#include "store/schema.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct stw_schema *schema;
    struct stw_slice text = {(const char *)data, size};
    if (stw_schema_parse(&schema, "fuzz.yml", text, NULL) != STW_OK)
        return 0;
    if (stw_schema_compatible(schema, schema, NULL) != STW_OK)
        abort();
    for (uint32_t i = 0; i < stw_schema_table_count(schema); i++) {
        const struct stw_table *table = stw_schema_table(schema, i);
        if (table->column_count == 0 || table->key_count == 0)
            abort();
    }
    stw_schema_free(schema);
    return 0;
}
