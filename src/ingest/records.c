/* One way to ask for the next record; see records.h. */
#include "ingest/records.h"

#include "base/memory.h"
#include "ingest/records_inside.h"

struct stw_records {
    const struct stw_records_reader *reader;
    void *inside;
};

int stw_records_open(struct stw_records **out, struct stw_input *input, const struct stw_map *map,
                     struct stw_error *err)
{
    struct stw_records *records = stw_alloc_zero(1, sizeof(*records));
    if (records == NULL)
        return stw_fail_memory(err, sizeof(*records));
    records->reader = &stw_records_of_csv;
    int status = stw_input_rewind(input, err);
    if (status == STW_OK)
        status = records->reader->open(&records->inside, input, map, err);
    if (status < 0) {
        stw_free(records);
        return status;
    }
    *out = records;
    return STW_OK;
}

void stw_records_close(struct stw_records *records)
{
    if (records == NULL)
        return;
    records->reader->close(records->inside);
    stw_free(records);
}

int stw_records_next(struct stw_records *records, struct stw_text_record *record,
                     struct stw_error *err)
{
    return records->reader->next(records->inside, record, err);
}
