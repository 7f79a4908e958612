/* Device lists that state a device twice for one date, differently: the later row counts, and both
 * are named. Of the first STW_MAP_TWICE_ROWS_MAX rows of a file the texts are kept to compare. */
#include "base/memory.h"
#include "ingest/map_rows_inside.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A row that was seen: the texts of its columns, each ended by a NUL. */
struct seen {
    struct stw_slice texts;
    uint64_t line;
};

struct stw_map_rows_twice {
    struct stw_intern rows; /* series id and time; numbers the list */
    struct seen *seen;
    size_t capacity;
    struct stw_buffer texts; /* of the present row */
};

int stw_map_rows_twice_create(struct stw_map_rows *rows, struct stw_error *err)
{
    rows->twice = stw_alloc_zero(1, sizeof(*rows->twice));
    if (rows->twice == NULL)
        return stw_fail_memory(err, sizeof(*rows->twice));
    stw_intern_init(&rows->twice->rows);
    stw_buffer_init(&rows->twice->texts);
    return STW_OK;
}

void stw_map_rows_twice_free(struct stw_map_rows_twice *twice)
{
    if (twice == NULL)
        return;
    stw_intern_release(&twice->rows);
    stw_buffer_release(&twice->texts);
    stw_free(twice->seen);
    stw_free(twice);
}

static void gather_texts(const struct stw_map_rows *rows, struct stw_buffer *texts)
{
    stw_buffer_clear(texts);
    for (uint32_t i = 0; i < rows->map->field_count; i++) {
        const struct stw_map_rows_field *field = &rows->fields[i];
        if (field->field->role == STW_MAP_VALUE && field->cell.present)
            stw_buffer_add_slice(texts, field->cell.text);
        stw_buffer_add_char(texts, '\0');
    }
}

/* The first column of which two rows say different things. */
static int tell(struct stw_map_rows *rows, const struct seen *before, const struct stw_slice *parts,
                uint64_t line, struct stw_error *err)
{
    enum { TEXT_SIZE = 120 };
    char found[TEXT_SIZE], expected[TEXT_SIZE], note[64], subject[TEXT_SIZE];
    const char *old = before->texts.data, *new = rows->twice->texts.data;
    uint32_t i = 0;
    for (; i < rows->map->field_count && strcmp(old, new) == 0; i++) {
        old += strlen(old) + 1;
        new += strlen(new) + 1;
    }
    if (i == rows->map->field_count)
        return STW_OK;
    bool channel = rows->map->table->key_count > 1 && parts[1].size > 0;
    snprintf(subject, sizeof(subject), "%.*s%s%.*s", STW_SLICE_ARG(parts[0]), channel ? " " : "",
             STW_SLICE_ARG(channel ? parts[1] : STW_SLICE("")));
    snprintf(found, sizeof(found), "%.*s '%s'", STW_SLICE_ARG(rows->map->fields[i].name), new);
    snprintf(expected, sizeof(expected), "'%s'", old);
    snprintf(note, sizeof(note), "in line %" PRIu64 "; the later row counts", before->line);
    return stw_ingest_findings_add(rows->findings, STW_INGEST_FINDING_TWICE, line,
                                   stw_slice_of(subject), found, expected, note, err);
}

int stw_map_rows_twice_note(struct stw_map_rows *rows, uint32_t series,
                            const struct stw_slice *parts, uint64_t line, struct stw_error *err)
{
    struct stw_map_rows_twice *twice = rows->twice;
    struct {
        int64_t time_ns;
        uint64_t series;
    } key = {rows->time->cell.whole, series};
    struct stw_slice bytes = {(const char *)&key, sizeof(key)};
    uint32_t number = stw_intern_find(&twice->rows, bytes);
    bool is_new = number == STW_INTERN_NONE;
    if (is_new && twice->rows.count >= STW_MAP_TWICE_ROWS_MAX)
        return STW_OK;
    gather_texts(rows, &twice->texts);
    STW_TRY(stw_buffer_status(&twice->texts, err));
    if (!is_new)
        STW_TRY(tell(rows, &twice->seen[number], parts, line, err));
    if ((is_new && !stw_intern_add(&twice->rows, bytes, &number, NULL)) ||
        !stw_reserve((void **)&twice->seen, &twice->capacity, twice->rows.count,
                     sizeof(*twice->seen)))
        return stw_fail_memory(err, sizeof(*twice->seen));
    twice->seen[number] = (struct seen){
        .texts = stw_arena_copy(&rows->arena, stw_buffer_slice(&twice->texts)),
        .line = line,
    };
    return twice->seen[number].texts.data == NULL ? stw_fail_memory(err, twice->texts.size)
                                                  : STW_OK;
}
