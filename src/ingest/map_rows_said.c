/*
 * Facts for the registry that columns tell (registry: {site: {column: 项目}}): with the first row
 * of a series they go into the registry; a later row that says something else is a finding, and the
 * first one counts. See map_rows.h.
 */
#include "base/memory.h"
#include "ingest/map_facts.h"
#include "ingest/map_rows_inside.h"

#include <inttypes.h>
#include <stdio.h>

struct stw_map_rows_said {
    struct stw_map_rows_field *fields; /* as in the map */
    uint32_t count;
    struct stw_intern words;
    uint32_t *codes; /* by series and field: the word, STW_INTERN_NONE for none */
    uint64_t *lines; /* by series: of its first row */
    size_t code_capacity, line_capacity;
    uint32_t series; /* that have codes */
};

int stw_map_rows_said_create(struct stw_map_rows *rows, struct stw_error *err)
{
    struct stw_map_rows_said *said = stw_alloc_zero(1, sizeof(*said));
    if (said == NULL)
        return stw_fail_memory(err, sizeof(*said));
    rows->said = said;
    stw_intern_init(&said->words);
    said->fields = STW_ARENA_ARRAY(&rows->arena, struct stw_map_rows_field, rows->map->said_count);
    if (said->fields == NULL)
        return stw_fail_memory(err, rows->map->said_count * sizeof(*said->fields));
    for (; said->count < rows->map->said_count; said->count++) {
        const struct stw_map_field *field = &rows->map->said[said->count];
        STW_TRY(stw_map_rows_bind_source(rows, field, &said->fields[said->count], err));
        STW_TRY(stw_batch_use(&rows->facts, field->index, err));
        rows->fills = rows->fills || field->fill_down;
    }
    return STW_OK;
}

void stw_map_rows_said_free(struct stw_map_rows_said *said)
{
    if (said == NULL)
        return;
    for (uint32_t i = 0; i < said->count; i++)
        stw_map_rows_release_source(&said->fields[i]);
    stw_intern_release(&said->words);
    stw_free(said->codes);
    stw_free(said->lines);
    stw_free(said);
}

int stw_map_rows_said_above(struct stw_map_rows *rows, const struct stw_text_record *record,
                            struct stw_error *err)
{
    for (uint32_t i = 0; rows->said != NULL && i < rows->said->count; i++)
        STW_TRY(stw_map_rows_note_above(rows, &rows->said->fields[i], record, err));
    return STW_OK;
}

int stw_map_rows_said_read(struct stw_map_rows *rows, const struct stw_text_record *record,
                           bool *rejected, struct stw_error *err)
{
    struct stw_map_rows_said *said = rows->said;
    *rejected = false;
    for (uint32_t i = 0; i < said->count; i++) {
        struct stw_map_rows_field *field = &said->fields[i];
        struct stw_slice text;
        enum stw_reject reason;
        bool taken = stw_map_rows_read(rows, field, record, &text, &reason);
        STW_TRY(stw_buffer_status(&rows->joined, err));
        if (taken)
            continue;
        *rejected = true;
        return stw_map_rows_reject(rows, record, field, reason, text, err);
    }
    return STW_OK;
}

static bool is_told(const struct stw_map_rows_field *field)
{
    return field->cell.present && field->cell.text.size > 0;
}

bool stw_map_rows_said_any(const struct stw_map_rows *rows)
{
    for (uint32_t i = 0; rows->said != NULL && i < rows->said->count; i++)
        if (is_told(&rows->said->fields[i]))
            return true;
    return false;
}

int stw_map_rows_said_put(struct stw_map_rows *rows, uint32_t row, struct stw_error *err)
{
    for (uint32_t i = 0; rows->said != NULL && i < rows->said->count; i++) {
        const struct stw_map_rows_field *field = &rows->said->fields[i];
        if (is_told(field) &&
            !stw_batch_set_text(&rows->facts, row, field->field->index, field->cell.text))
            return stw_fail_memory(err, field->cell.text.size);
    }
    return STW_OK;
}

/* Remembers what the first row of a series said. */
static int note_first(struct stw_map_rows_said *said, uint32_t series, uint64_t line,
                      struct stw_error *err)
{
    size_t needed = ((size_t)series + 1) * said->count;
    if (!stw_reserve((void **)&said->codes, &said->code_capacity, needed, sizeof(*said->codes)) ||
        !stw_reserve((void **)&said->lines, &said->line_capacity, (size_t)series + 1,
                     sizeof(*said->lines)))
        return stw_fail_memory(err, needed * sizeof(*said->codes));
    said->lines[series] = line;
    said->series = series + 1;
    for (uint32_t i = 0; i < said->count; i++) {
        uint32_t *code = &said->codes[(size_t)series * said->count + i];
        *code = STW_INTERN_NONE;
        if (is_told(&said->fields[i]) &&
            !stw_intern_add(&said->words, said->fields[i].cell.text, code, NULL))
            return stw_fail_memory(err, said->fields[i].cell.text.size);
    }
    return STW_OK;
}

static int report(struct stw_map_rows *rows, const struct stw_map_rows_field *field,
                  struct stw_slice before, uint64_t first_line, uint64_t line,
                  struct stw_error *err)
{
    enum { TEXT_SIZE = 120 };
    char found[TEXT_SIZE], expected[TEXT_SIZE], note[64];
    struct stw_slice key = rows->series.words[rows->series_last];
    stw_buffer_clear(&rows->key);
    for (size_t i = 0; i < key.size; i++)
        stw_buffer_add_char(&rows->key, key.data[i] == '\0' ? ' ' : key.data[i]);
    STW_TRY(stw_buffer_status(&rows->key, err));
    snprintf(found, sizeof(found), "%.*s '%.*s'", STW_SLICE_ARG(field->field->name),
             STW_SLICE_ARG(field->cell.text));
    snprintf(expected, sizeof(expected), "'%.*s'", STW_SLICE_ARG(before));
    snprintf(note, sizeof(note), "in line %" PRIu64 "; the first counts", first_line);
    return stw_ingest_findings_add(rows->findings, STW_INGEST_FINDING_SAID, line,
                                   stw_buffer_slice(&rows->key), found, expected, note, err);
}

int stw_map_rows_said_note(struct stw_map_rows *rows, uint64_t line, struct stw_error *err)
{
    struct stw_map_rows_said *said = rows->said;
    uint32_t series = rows->series_last;
    if (series >= said->series)
        return note_first(said, series, line, err);
    for (uint32_t i = 0; i < said->count; i++) {
        uint32_t code = said->codes[(size_t)series * said->count + i];
        const struct stw_map_rows_field *field = &said->fields[i];
        struct stw_slice before = code == STW_INTERN_NONE ? STW_SLICE("") : said->words.words[code];
        if (is_told(field) && !stw_slice_equal(before, field->cell.text))
            STW_TRY(report(rows, field, before, said->lines[series], line, err));
    }
    return STW_OK;
}
