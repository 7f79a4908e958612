/* Records into rows; see map_rows.h. */
#include "base/memory.h"
#include "ingest/map_rows_inside.h"

#include <string.h>

static int add_batch(struct stw_map_rows *rows, const struct stw_batch *batch,
                     struct stw_error *err)
{
    return rows->commit != NULL ? stw_commit_add(rows->commit, batch, err)
                                : stw_memtable_append(rows->store, batch, rows->durability, err);
}

static int get_series(struct stw_map_rows *rows, const struct stw_table *table,
                      struct stw_slice key, uint32_t *id, struct stw_error *err)
{
    return rows->commit != NULL ? stw_commit_series(rows->commit, table, key, id, err)
                                : stw_memtable_series(rows->store, table, key, id, err);
}

int stw_map_rows_put_reject(struct stw_map_rows *rows, const struct stw_text_record *record,
                            enum stw_reject reason, int column, struct stw_slice header,
                            struct stw_slice text, struct stw_error *err)
{
    rows->odd = true;
    return rows->apart ? STW_OK
                       : stw_rejects_add(rows->rejects, record, reason, column, header, text, err);
}

int stw_map_rows_flush_batch(struct stw_map_rows *rows, struct stw_error *err)
{
    if (rows->batch.count == 0)
        return STW_OK;
    if (rows->apart) { /* the whole of it goes to the file's own rows, or nothing */
        rows->odd = true;
        stw_batch_clear(&rows->batch);
        stw_map_rows_forget_words(rows);
        return STW_OK;
    }
    STW_TRY(add_batch(rows, &rows->batch, err));
    stw_batch_clear(&rows->batch);
    stw_map_rows_forget_words(rows);
    return STW_OK;
}

void stw_map_rows_forget_words(struct stw_map_rows *rows)
{
    for (uint32_t i = 0; i < rows->map->field_count; i++)
        rows->fields[i].code = STW_INTERN_NONE;
    if (rows->into != NULL)
        rows->into->code = STW_INTERN_NONE;
}

int stw_map_rows_put_batch(struct stw_map_rows *rows, const struct stw_batch *batch,
                           struct stw_error *err)
{
    STW_TRY(stw_map_rows_flush_batch(rows, err));
    return add_batch(rows, batch, err);
}

static int flush_facts(struct stw_map_rows *rows, struct stw_error *err)
{
    if (rows->facts.table == NULL || rows->facts.count == 0)
        return STW_OK;
    STW_TRY(add_batch(rows, &rows->facts, err));
    stw_batch_clear(&rows->facts);
    return STW_OK;
}

/* What the map knows about a series goes into the registry, valid from 1970, so that the same facts
 * from the next file are the same row. */
static int add_facts(struct stw_map_rows *rows, const struct stw_map_rows_wide *wide,
                     const struct stw_slice *parts, struct stw_error *err)
{
    const struct stw_table *table = rows->map->table;
    if (wide->fact_count == 0 && !stw_map_rows_said_any(rows))
        return STW_OK;
    if (stw_batch_full(&rows->facts))
        STW_TRY(flush_facts(rows, err));
    /* Events have no channel: what is known is about the device as a whole. */
    int channel = stw_table_key(table, STW_SLICE("channel"));
    struct stw_slice key[2] = {parts[stw_table_key(table, STW_SLICE("device"))],
                               channel < 0 ? STW_SLICE("") : parts[channel]};
    uint32_t series;
    STW_TRY(stw_key_join(&rows->joined, key, 2, err));
    STW_TRY(get_series(rows, rows->map->devices, stw_buffer_slice(&rows->joined), &series, err));
    uint32_t row = stw_batch_row(&rows->facts, series, 0);
    for (uint32_t i = 0; i < wide->fact_count; i++) {
        const struct stw_map_fact *fact = &wide->facts[i];
        if (fact->type == STW_TYPE_DECIMAL)
            stw_batch_set_decimal(&rows->facts, row, fact->index, fact->decimal);
        else if (fact->type != STW_TYPE_TEXT)
            stw_batch_set_int(&rows->facts, row, fact->index, fact->number);
        else if (!stw_batch_set_text(&rows->facts, row, fact->index, fact->value))
            return stw_fail_memory(err, fact->value.size);
    }
    return stw_map_rows_said_put(rows, row, err);
}

/* The key in rows->key as a series never seen in this file. */
static int add_series(struct stw_map_rows *rows, const struct stw_map_rows_wide *wide,
                      const struct stw_slice *parts, uint32_t number, struct stw_error *err)
{
    if (!stw_reserve((void **)&rows->series_id, &rows->series_id_capacity, number + 1,
                     sizeof(uint32_t)) ||
        !stw_reserve((void **)&rows->series_next, &rows->series_next_capacity, number + 1,
                     sizeof(uint32_t)))
        return stw_fail_memory(err, (number + 1) * sizeof(uint32_t));
    rows->series_next[number] = number;
    rows->series_id[number] = number;
    if (rows->apart)
        return STW_OK;
    STW_TRY(get_series(rows, rows->map->table, stw_buffer_slice(&rows->key),
                       &rows->series_id[number], err));
    return add_facts(rows, wide, parts, err);
}

/*
 * Gateways send their series in the same order again and again: the series that followed the last
 * one before is tried first. Here by the cells of a record as they stand, which then need not be
 * read: a cell that is the key's part to the byte is read as that, unless it begins like a formula
 * or blanks are trimmed off.
 */
static uint32_t expected_series(const struct stw_map_rows *rows,
                                const struct stw_text_record *record)
{
    if (!rows->keys_stand || rows->series_last == STW_INTERN_NONE)
        return STW_INTERN_NONE;
    uint32_t guess = rows->series_next[rows->series_last];
    struct stw_slice key = rows->series.words[guess];
    const char *at = key.data, *end = key.data + key.size;
    for (uint32_t i = 0; i < rows->map->table->key_count; i++) {
        const struct stw_text_field *cell = &record->fields[rows->keys[i]->columns[0]];
        struct stw_slice text = cell->text;
        if (i > 0 && (at == end || *at++ != '\0'))
            return STW_INTERN_NONE;
        if (cell->kind != STW_RECORD_TEXT || text.size == 0 || text.size > (size_t)(end - at) ||
            memcmp(text.data, at, text.size) != 0 || text.data[0] == '=' ||
            stw_slice_trim(text).size != text.size)
            return STW_INTERN_NONE;
        at += text.size;
    }
    return at == end ? guess : STW_INTERN_NONE;
}

/* The series of rows->key; see expected_series. */
static int find_series(struct stw_map_rows *rows, const struct stw_map_rows_wide *wide,
                       const struct stw_slice *parts, uint32_t *id, struct stw_error *err)
{
    struct stw_slice key = stw_buffer_slice(&rows->key);
    uint32_t last = rows->series_last, number;
    if (last != STW_INTERN_NONE) {
        uint32_t guess = rows->series_next[last];
        if (stw_slice_equal(rows->series.words[guess], key)) {
            rows->series_last = guess;
            *id = rows->series_id[guess];
            return STW_OK;
        }
    }
    bool added;
    if (!stw_intern_add(&rows->series, key, &number, &added))
        return stw_fail_memory(err, key.size);
    if (added)
        STW_TRY(add_series(rows, wide, parts, number, err));
    if (last != STW_INTERN_NONE)
        rows->series_next[last] = number;
    rows->series_last = number;
    *id = rows->series_id[number];
    return STW_OK;
}

int stw_map_rows_find_key(struct stw_map_rows *rows, struct stw_slice key, uint32_t *id,
                          struct stw_error *err)
{
    struct stw_slice parts[STW_SCHEMA_KEYS_MAX];
    stw_buffer_clear(&rows->key);
    stw_buffer_add_slice(&rows->key, key);
    STW_TRY(stw_buffer_status(&rows->key, err));
    stw_key_split(stw_buffer_slice(&rows->key), parts, STW_SCHEMA_KEYS_MAX);
    return find_series(rows, rows->wide, parts, id, err);
}

static bool may_be_empty(const struct stw_map_rows *rows, uint32_t key)
{
    /* A registry row without a channel is about the device as a whole. */
    return rows->map->table == rows->map->devices &&
           stw_slice_is(rows->map->table->keys[key], "channel");
}

/* Joins the key of a row; *bad is the component that is wrong where false is returned. */
static bool join_key(struct stw_map_rows *rows, const struct stw_map_rows_wide *wide,
                     struct stw_slice *parts, enum stw_reject *reason, uint32_t *bad)
{
    stw_buffer_clear(&rows->key);
    for (uint32_t i = 0; i < rows->map->table->key_count; i++) {
        const struct stw_map_rows_field *field = rows->keys[i];
        struct stw_slice none = {"", 0};
        parts[i] = wide->keys[i].data != NULL             ? wide->keys[i]
                   : field != NULL && field->cell.present ? field->cell.text
                                                          : none;
        *bad = i;
        *reason = STW_REJECT_KEY_EMPTY;
        if (parts[i].size == 0 && !may_be_empty(rows, i))
            return false;
        *reason = STW_REJECT_KEY_SIZE;
        if (rows->key.size + parts[i].size + 1 > STW_KEY_SIZE_MAX)
            return false;
        if (i > 0)
            stw_buffer_add_char(&rows->key, '\0');
        stw_buffer_add_slice(&rows->key, parts[i]);
    }
    return true;
}

static bool set_text(struct stw_batch *batch, struct stw_map_rows_field *field, uint32_t row,
                     uint32_t column, struct stw_slice text)
{
    struct stw_batch_column *to = &batch->columns[column];
    /* The same word as in the row before costs a comparison instead of a look-up. */
    if (field->code == STW_INTERN_NONE || !stw_slice_equal(to->words.words[field->code], text)) {
        if (!stw_intern_add(&to->words, text, &field->code, NULL))
            return false;
    }
    to->codes[row] = field->code;
    to->present[row] = 1;
    return true;
}

static bool set_value(struct stw_batch *batch, struct stw_map_rows_field *field, uint32_t row)
{
    const struct stw_cell_value *cell = &field->cell;
    uint32_t column = field->field->index;
    if (!cell->present)
        return true;
    switch (field->field->type) {
    case STW_TYPE_DECIMAL:
        stw_batch_set_decimal(batch, row, column, cell->decimal);
        return true;
    case STW_TYPE_FLOAT:
        stw_batch_set_float(batch, row, column, cell->real);
        return true;
    case STW_TYPE_TEXT:
        return set_text(batch, field, row, column, cell->text);
    default:
        stw_batch_set_int(batch, row, column, cell->whole);
        return true;
    }
}

/* What the cells of a row say about its quality: an estimate, a time the clock shows twice. A
 * quality of the file's own goes before, unless it is empty or says no more than ok. */
static bool flag_quality(struct stw_map_rows *rows, uint32_t row, bool estimated)
{
    struct stw_slice word = estimated ? STW_SLICE("estimated") : STW_SLICE("ambiguous");
    const struct stw_map_rows_field *own = rows->own_quality;
    if (rows->quality < 0 || (own != NULL && !estimated) ||
        (own != NULL && own->cell.present && !stw_slice_is(own->cell.text, "ok")))
        return true;
    struct stw_batch_column *to = &rows->batch.columns[rows->quality];
    uint32_t code;
    if (!stw_intern_add(&to->words, word, &code, NULL))
        return false;
    to->codes[row] = code;
    to->present[row] = 1;
    return true;
}

/* The cell a key comes from: its column's, or that of the wide value it is made for. */
static int key_column(const struct stw_map_rows *rows, const struct stw_map_rows_wide *wide,
                      uint32_t key)
{
    const struct stw_map_rows_field *field = rows->keys[key];
    if (rows->map->is_wide && wide->keys[key].data != NULL)
        return (int)wide->column;
    bool from_column = field != NULL && field->field->from == STW_MAP_COLUMN;
    return from_column ? (int)field->columns[0] : STW_RECORD_WHOLE;
}

/* Of the value of readings, as it stands in the file. */
static int reject_value(struct stw_map_rows *rows, const struct stw_map_rows_wide *wide,
                        const struct stw_text_record *record, enum stw_reject reason,
                        struct stw_error *err)
{
    uint32_t column = rows->value == rows->into ? wide->column : rows->value->columns[0];
    return stw_map_rows_put_reject(rows, record, reason, (int)column, rows->headers[column],
                                   record->fields[column].text, err);
}

/* Appends a row of the cells that were read. */
static int add_row(struct stw_map_rows *rows, const struct stw_map_rows_wide *wide,
                   const struct stw_text_record *record, struct stw_error *err)
{
    struct stw_slice parts[STW_SCHEMA_KEYS_MAX];
    enum stw_reject reason;
    uint32_t bad, expected = rows->series_expected, series = 0;
    for (uint32_t i = 0; expected != STW_INTERN_NONE && i < rows->map->table->key_count; i++)
        parts[i] = rows->keys[i]->cell.text;
    if (expected == STW_INTERN_NONE && !join_key(rows, wide, parts, &reason, &bad))
        return stw_map_rows_put_reject(rows, record, reason, key_column(rows, wide, bad),
                                       rows->map->table->keys[bad], parts[bad], err);
    STW_TRY(stw_buffer_status(&rows->key, err));
    if (rows->value != NULL && rows->value->cell.unit_size > 0) {
        bool converted;
        rows->odd = true; /* the registry is one thread's */
        if (rows->apart)
            return STW_OK;
        STW_TRY(stw_map_rows_to_unit(rows, parts, &reason, &converted, err));
        if (!converted)
            return reject_value(rows, wide, record, reason, err);
    }
    if (expected == STW_INTERN_NONE) {
        STW_TRY(find_series(rows, wide, parts, &series, err));
    } else {
        rows->series_last = expected;
        series = rows->series_id[expected];
    }
    if (stw_batch_full(&rows->batch))
        STW_TRY(stw_map_rows_flush_batch(rows, err));
    uint32_t row = stw_batch_row(&rows->batch, series, rows->time->cell.whole);
    bool kept = true, estimated = rows->into != NULL && rows->into->cell.estimated;
    for (uint32_t i = 0; i < rows->map->field_count; i++) {
        if (rows->fields[i].field->role != STW_MAP_VALUE)
            continue;
        kept = kept && set_value(&rows->batch, &rows->fields[i], row);
        estimated = estimated || rows->fields[i].cell.estimated;
    }
    if (rows->into != NULL)
        kept = kept && set_value(&rows->batch, rows->into, row);
    rows->ambiguous += rows->time->cell.ambiguous;
    if (estimated || rows->time->cell.ambiguous)
        kept = kept && flag_quality(rows, row, estimated);
    rows->rows++;
    if (!kept)
        return stw_fail_memory(err, sizeof(uint32_t));
    if (rows->said != NULL)
        STW_TRY(stw_map_rows_said_note(rows, record->line, err));
    if (rows->sums != NULL)
        STW_TRY(stw_map_rows_sums_note(rows, parts, record->line, err));
    if (rows->twice != NULL)
        STW_TRY(stw_map_rows_twice_note(rows, series, parts, record->line, err));
    return rows->previous == NULL ? STW_OK : stw_map_rows_previous_note(rows, record->line, err);
}

int stw_map_rows_put(struct stw_map_rows *rows, const struct stw_text_record *record,
                     struct stw_error *err)
{
    rows->series_expected = STW_INTERN_NONE; /* the cells were made, not read */
    return add_row(rows, rows->wide, record, err);
}

/* Several cells joined by a blank. */
static struct stw_slice join_text(struct stw_map_rows *rows, const struct stw_map_rows_field *field,
                                  const struct stw_text_record *record)
{
    stw_buffer_clear(&rows->joined);
    for (uint32_t i = 0; i < field->field->column_count; i++) {
        if (i > 0)
            stw_buffer_add_char(&rows->joined, ' ');
        stw_buffer_add_slice(&rows->joined, stw_slice_trim(record->fields[field->columns[i]].text));
    }
    return stw_slice_trim(stw_buffer_slice(&rows->joined));
}

static inline struct stw_slice field_text(struct stw_map_rows *rows,
                                          const struct stw_map_rows_field *field,
                                          const struct stw_text_record *record)
{
    return field->field->column_count == 1 ? record->fields[field->columns[0]].text
                                           : join_text(rows, field, record);
}

int stw_map_rows_reject(struct stw_map_rows *rows, const struct stw_text_record *record,
                        const struct stw_map_rows_field *field, enum stw_reject reason,
                        struct stw_slice text, struct stw_error *err)
{
    uint32_t column = field->columns[0];
    bool made = column >= rows->file_columns;
    return stw_map_rows_put_reject(rows, record, reason, made ? STW_RECORD_WHOLE : (int)column,
                                   rows->headers[column], text, err);
}

/* A cell, or why it cannot be taken. What kind of cell it is goes before its text. */
static inline __attribute__((always_inline)) bool
read_cell(const struct stw_text_record *record, uint32_t column, struct stw_cell_rule *rule,
          struct stw_slice text, struct stw_cell_value *cell, enum stw_reject *reason)
{
    enum stw_text_record_cell kind = record->fields[column].kind;
    if (kind == STW_RECORD_TEXT && rule->exact)
        return stw_cell_read_exact(rule, text, record->fields[column].quoted, cell, reason);
    if (kind == STW_RECORD_TEXT)
        return stw_cell_read(rule, text, cell, reason);
    cell->present = cell->ambiguous = cell->estimated = false;
    cell->unit_size = 0;
    *reason = STW_REJECT_FORMULA;
    return kind == STW_RECORD_ABSENT;
}

/* Kept static so that the loop over the fields has it inline: a call each costs 4 % of an ingest.
 */
static inline __attribute__((always_inline)) bool
read_field(struct stw_map_rows *rows, struct stw_map_rows_field *field,
           const struct stw_text_record *record, struct stw_slice *text, enum stw_reject *reason)
{
    *text = field_text(rows, field, record);
    if (field->field->fill_down)
        *text = stw_buffer_slice(&field->above);
    if (!read_cell(record, field->columns[0], &field->rule, *text, &field->cell, reason))
        return false;
    field->stated = field->cell.present;
    if (!field->stated)
        field->cell = field->fallback;
    return true;
}

bool stw_map_rows_read(struct stw_map_rows *rows, struct stw_map_rows_field *field,
                       const struct stw_text_record *record, struct stw_slice *text,
                       enum stw_reject *reason)
{
    return read_field(rows, field, record, text, reason);
}

int stw_map_rows_note_above(struct stw_map_rows *rows, struct stw_map_rows_field *field,
                            const struct stw_text_record *record, struct stw_error *err)
{
    if (!field->field->fill_down)
        return STW_OK;
    struct stw_slice text = field_text(rows, field, record);
    if (stw_slice_trim(text).size == 0)
        return STW_OK;
    stw_buffer_clear(&field->above);
    stw_buffer_add_slice(&field->above, text);
    return stw_buffer_status(&field->above, err);
}

/* Also where the record is then rejected. */
static int note_all_above(struct stw_map_rows *rows, const struct stw_text_record *record,
                          struct stw_error *err)
{
    for (uint32_t i = 0; i < rows->map->field_count; i++)
        STW_TRY(stw_map_rows_note_above(rows, &rows->fields[i], record, err));
    STW_TRY(stw_map_rows_said_above(rows, record, err));
    return rows->month == NULL ? STW_OK : stw_map_rows_note_above(rows, rows->month, record, err);
}

/* Reads all fields of a record. *rejected: one of them was wrong, and the record is dealt with. */
static int read_fields(struct stw_map_rows *rows, const struct stw_text_record *record,
                       bool *rejected, bool *has_value, struct stw_error *err)
{
    bool from_columns = false;
    *has_value = false;
    *rejected = true;
    rows->series_expected = expected_series(rows, record);
    for (uint32_t i = 0; i < rows->map->field_count; i++) {
        struct stw_map_rows_field *field = &rows->fields[i];
        enum stw_reject reason;
        if (field->field->from == STW_MAP_CONSTANT)
            continue;
        if (field->field->role == STW_MAP_KEY && rows->series_expected != STW_INTERN_NONE) {
            field->cell.present = true;
            field->cell.text = record->fields[field->columns[0]].text;
            continue;
        }
        struct stw_slice text;
        bool taken = read_field(rows, field, record, &text, &reason);
        if (field->field->column_count > 1)
            STW_TRY(stw_buffer_status(&rows->joined, err));
        if (!taken)
            return stw_map_rows_reject(rows, record, field, reason, text, err);
        if (!field->cell.present && (field == rows->time || field->field->required)) {
            reason = field == rows->time ? STW_REJECT_TIME_EMPTY : STW_REJECT_REQUIRED;
            return stw_map_rows_reject(rows, record, field, reason, text, err);
        }
        from_columns = from_columns || field->field->role == STW_MAP_VALUE;
        *has_value = *has_value || (field->field->role == STW_MAP_VALUE && field->stated);
    }
    *has_value = *has_value || !from_columns;
    *rejected = false;
    return STW_OK;
}

/* More cells than the header is fine where the surplus is empty: spreadsheets leave such tails. */
static bool columns_fit(const struct stw_map_rows *rows, const struct stw_text_record *record)
{
    if (record->count < rows->file_columns)
        return false;
    for (uint32_t i = rows->file_columns; i < record->count; i++)
        if (record->fields[i].text.size > 0)
            return false;
    return true;
}

static int add_wide(struct stw_map_rows *rows, const struct stw_text_record *record,
                    struct stw_error *err)
{
    for (uint32_t i = 0; i < rows->wide_count; i++) {
        const struct stw_map_rows_wide *wide = &rows->wide[i];
        struct stw_slice text = record->fields[wide->column].text;
        enum stw_reject reason;
        rows->into->rule.unit = wide->unit;
        if (!read_cell(record, wide->column, &rows->into->rule, text, &rows->into->cell, &reason))
            STW_TRY(stw_map_rows_put_reject(rows, record, reason, (int)wide->column,
                                            rows->headers[wide->column], text, err));
        else if (!rows->into->cell.present && (!rows->map->keep_empty || rows->map->days.used))
            rows->empty++; /* the 31st of a month of 30 days has a column and no cell */
        else if (rows->map->days.used && !stw_map_rows_set_day(rows, wide, &reason))
            STW_TRY(stw_map_rows_put_reject(rows, record, reason, (int)wide->column,
                                            rows->headers[wide->column], text, err));
        else
            STW_TRY(add_row(rows, wide, record, err));
    }
    return STW_OK;
}

static int take_record(struct stw_map_rows *rows, const struct stw_text_record *record,
                       struct stw_error *err)
{
    bool rejected = false, has_value;
    if (rows->fills)
        STW_TRY(note_all_above(rows, record, err));
    STW_TRY(read_fields(rows, record, &rejected, &has_value, err));
    if (rows->month != NULL && !rejected)
        STW_TRY(stw_map_rows_read_month(rows, record, &rejected, err));
    if (rows->previous != NULL && !rejected)
        STW_TRY(stw_map_rows_previous_read(rows, record, &rejected, err));
    if (rows->said != NULL && !rejected)
        STW_TRY(stw_map_rows_said_read(rows, record, &rejected, err));
    if (rejected)
        return STW_OK;
    if (rows->map->is_wide)
        return add_wide(rows, record, err);
    if (!has_value && !rows->map->keep_empty) {
        rows->empty++;
        return STW_OK;
    }
    return add_row(rows, rows->wide, record, err);
}

int stw_map_rows_add(struct stw_map_rows *rows, const struct stw_text_record *record,
                     struct stw_error *err)
{
    static const enum stw_reject reasons[] = {
        [STW_RECORD_FINE] = STW_REJECT_COLUMNS,
        [STW_RECORD_TEXT_AFTER_QUOTE] = STW_REJECT_QUOTES,
        [STW_RECORD_TOO_MANY_COLUMNS] = STW_REJECT_COLUMNS,
        [STW_RECORD_CUT] = STW_REJECT_CUT,
        [STW_RECORD_SYNTAX] = STW_REJECT_SYNTAX,
    };
    struct stw_slice nothing = {"", 0};
    rows->records++;
    if (record->problem != STW_RECORD_FINE || !columns_fit(rows, record))
        return stw_map_rows_put_reject(rows, record, reasons[record->problem], STW_RECORD_WHOLE,
                                       nothing, record->remark, err);
    return rows->fold != NULL ? stw_map_rows_fold_add(rows, record, err)
                              : take_record(rows, record, err);
}

static int finish_checks(struct stw_map_rows *rows, struct stw_error *err)
{
    if (rows->sums != NULL)
        STW_TRY(stw_map_rows_sums_finish(rows, err));
    return rows->previous == NULL ? STW_OK : stw_map_rows_previous_finish(rows, err);
}

int stw_map_rows_settle(struct stw_map_rows *rows, struct stw_error *err)
{
    if (rows->fold != NULL)
        STW_TRY(stw_map_rows_fold_finish(rows, true, err));
    return finish_checks(rows, err);
}

int stw_map_rows_finish(struct stw_map_rows *rows, bool more, struct stw_error *err)
{
    if (rows->fold != NULL && !more)
        STW_TRY(stw_map_rows_fold_finish(rows, false, err));
    STW_TRY(finish_checks(rows, err));
    STW_TRY(stw_map_rows_flush_batch(rows, err));
    return flush_facts(rows, err);
}
