/* Records by name; see record_columns.h. */
#include "ingest/record_columns.h"

#include "base/memory.h"

#include <assert.h>

void stw_record_columns_init(struct stw_record_columns *columns)
{
    *columns = (struct stw_record_columns){.fields = NULL};
    stw_intern_init(&columns->names);
}

void stw_record_columns_release(struct stw_record_columns *columns)
{
    stw_intern_release(&columns->names);
    stw_free(columns->fields);
    stw_free(columns->seen);
}

int stw_record_columns_add(struct stw_record_columns *columns, struct stw_slice name,
                           struct stw_error *err)
{
    /* Records name their cells in the same order again and again. */
    if (columns->next < columns->names.count &&
        stw_slice_equal(columns->names.words[columns->next], name)) {
        columns->next++;
        return STW_OK;
    }
    uint32_t number;
    if (!stw_intern_add(&columns->names, name, &number, NULL))
        return stw_fail_memory(err, name.size);
    columns->next = number + 1;
    if (columns->names.count <= STW_RECORD_COLUMNS_MAX)
        return STW_OK;
    stw_fail(err, STW_ERR_LIMIT, "the file names more than %d columns, the last of them '%.*s'",
             STW_RECORD_COLUMNS_MAX, STW_SLICE_ARG(name));
    stw_error_hint(err, "are values used as names? then the file must be turned round first");
    return STW_ERR_LIMIT;
}

int stw_record_columns_header(struct stw_record_columns *columns, struct stw_text_record *header,
                              struct stw_error *err)
{
    uint32_t count = columns->names.count;
    columns->fields = stw_alloc_zero(count, sizeof(*columns->fields));
    columns->seen = stw_alloc_zero(count, sizeof(*columns->seen));
    if (columns->fields == NULL || columns->seen == NULL)
        return stw_fail_memory(err, count * sizeof(*columns->fields));
    for (uint32_t i = 0; i < count; i++)
        columns->fields[i].text = columns->names.words[i];
    *header =
        (struct stw_text_record){.fields = columns->fields, .count = count, .is_header = true};
    return STW_OK;
}

void stw_record_columns_begin(struct stw_record_columns *columns, struct stw_text_record *record)
{
    for (uint32_t i = 0; i < columns->names.count; i++) {
        columns->fields[i] = (struct stw_text_field){.text = {"", 0}, .kind = STW_RECORD_ABSENT};
        columns->seen[i] = false;
    }
    columns->next = 0;
    record->fields = columns->fields;
    record->count = columns->names.count;
}

bool stw_record_columns_set(struct stw_record_columns *columns, struct stw_slice name,
                            struct stw_text_field field)
{
    uint32_t number = columns->next;
    if (number >= columns->names.count || !stw_slice_equal(columns->names.words[number], name))
        number = stw_intern_find(&columns->names, name);
    assert(number != STW_INTERN_NONE);
    columns->next = number + 1;
    if (columns->seen[number])
        return false;
    columns->seen[number] = true;
    columns->fields[number] = field;
    return true;
}
