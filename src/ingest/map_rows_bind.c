/* Binding a column map to a file: columns found, zones loaded, constants filled in; see map_rows.h.
 */
#include "base/memory.h"
#include "base/suggest.h"
#include "ingest/day_name.h"
#include "ingest/map_facts.h"
#include "ingest/map_rows_inside.h"
#include "store/view.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static int fail_at(const struct stw_map *map, uint32_t line, uint32_t column, struct stw_error *err)
{
    stw_error_where(err, "%s:%u:%u", map->file, line, column);
    return STW_ERR_INPUT;
}

/* The place of a column in the file. A header that stands twice cannot be meant by name. */
static int find_column(const struct stw_map_rows *rows, const struct stw_map_ref *ref,
                       uint32_t line, uint32_t column, uint32_t *out, struct stw_error *err)
{
    if (ref->name.data == NULL) {
        *out = ref->number - 1;
        if (ref->number <= rows->column_count)
            return STW_OK;
        stw_fail(err, STW_ERR_INPUT, "there is no column %u; the file has %u", ref->number,
                 rows->column_count);
        return fail_at(rows->map, line, column, err);
    }
    struct stw_suggest suggest;
    stw_suggest_init(&suggest, ref->name);
    unsigned found = 0;
    for (uint32_t i = 0; i < rows->column_count; i++) {
        if (stw_slice_equal(rows->headers[i], ref->name)) {
            found++;
            *out = i;
        }
        stw_suggest_offer(&suggest, rows->headers[i]);
    }
    if (found == 1)
        return STW_OK;
    if (found > 1) {
        stw_fail(err, STW_ERR_INPUT, "the file has %u columns '%.*s'", found,
                 STW_SLICE_ARG(ref->name));
        stw_error_hint(err, "name it by its place: {number: %u}", *out + 1);
    } else {
        stw_fail(err, STW_ERR_INPUT, "the file has no column '%.*s'", STW_SLICE_ARG(ref->name));
        if (suggest.best.size > 0)
            stw_error_hint(err, "did you mean '%.*s'?", STW_SLICE_ARG(suggest.best));
    }
    return fail_at(rows->map, line, column, err);
}

/* A constant with its {names} filled in, in the arena. */
static int expand(struct stw_map_rows *rows, struct stw_slice text, const struct stw_slice *header,
                  struct stw_slice *out, struct stw_error *err)
{
    struct stw_file_names names = *rows->names;
    if (header != NULL && names.count < STW_FILE_NAMES_MAX) {
        names.name[names.count] = STW_SLICE("header");
        names.text[names.count++] = *header;
    }
    struct stw_buffer filled;
    stw_buffer_init(&filled);
    bool known = stw_file_names_expand(&names, text, &filled);
    assert(known); /* the map's parser saw to it */
    *out = stw_arena_copy(&rows->arena, stw_buffer_slice(&filled));
    int status = stw_buffer_status(&filled, err);
    stw_buffer_release(&filled);
    STW_TRY(status);
    if (out->data == NULL)
        return stw_fail_memory(err, text.size);
    if (!stw_cell_is_text(*out))
        return stw_fail(err, STW_ERR_INPUT, "the name of the file is not UTF-8");
    return STW_OK;
}

static int bind_time(struct stw_map_rows *rows, struct stw_map_rows_field *bound,
                     struct stw_error *err)
{
    const struct stw_map_field *field = bound->field;
    if (field->zone.size > 0)
        STW_TRY(stw_zone_load(field->zone.data, &bound->zone, err));
    STW_TRY(stw_stamp_format_init(&bound->rule.stamp, field->format.data,
                                  bound->zone != NULL ? bound->zone : rows->zone, err));
    if (field->hour >= 0)
        bound->rule.stamp.date_only_hour = field->hour;
    bound->rule.daily = field->frozen >= 0;
    bound->rule.daily_hour = field->frozen;
    return STW_OK;
}

static int bind_constant(struct stw_map_rows *rows, struct stw_map_rows_field *bound,
                         struct stw_error *err)
{
    const struct stw_map_field *field = bound->field;
    struct stw_slice text;
    enum stw_reject reason;
    bound->rule.style = (struct stw_number_style){.point = '.'};
    STW_TRY(expand(rows, field->constant, NULL, &text, err));
    if (stw_cell_read(&bound->rule, text, &bound->cell, &reason))
        return STW_OK;
    stw_fail(err, STW_ERR_INPUT, "'%.*s' %s", STW_SLICE_ARG(text), stw_reject_text(reason));
    return fail_at(rows->map, field->line, field->column, err);
}

/* The default of a field, read by a rule of its own: a plain number, an ISO time. */
static int bind_fallback(struct stw_map_rows *rows, struct stw_map_rows_field *bound,
                         struct stw_error *err)
{
    const struct stw_map_field *field = bound->field;
    static const struct stw_slice nothing = {"", 0};
    struct stw_cell_rule rule = {
        .type = field->type, .style = {.point = '.'}, .missing = &nothing, .missing_count = 1};
    struct stw_slice text;
    enum stw_reject reason;
    STW_TRY(expand(rows, field->fallback, NULL, &text, err));
    if (field->type == STW_TYPE_TIME)
        STW_TRY(stw_stamp_format_init(&rule.stamp, "iso",
                                      bound->zone != NULL ? bound->zone : rows->zone, err));
    if (stw_cell_read(&rule, text, &bound->fallback, &reason))
        return STW_OK;
    stw_fail(err, STW_ERR_INPUT, "'%.*s' %s", STW_SLICE_ARG(text), stw_reject_text(reason));
    return fail_at(rows->map, field->line, field->column, err);
}

static int bind_unit(struct stw_map_rows *rows, struct stw_slice text, const struct stw_unit **out,
                     struct stw_error *err)
{
    struct stw_unit *unit = STW_ARENA_NEW(&rows->arena, struct stw_unit);
    if (unit == NULL)
        return stw_fail_memory(err, sizeof(*unit));
    *out = unit;
    return stw_unit_parse(text, unit, err);
}

/* The unit of a field's numbers: of the map, or what the name of the column says. (That of a
 * reading's value is a fact of its series: bind_facts.) */
static int bind_field_unit(struct stw_map_rows *rows, struct stw_map_rows_field *bound,
                           struct stw_error *err)
{
    static const struct {
        const char *column, *unit;
    } named[] = {{"area_m2", "m2"}, {"households", "household"}, {"trapped", "person"}};
    const struct stw_map_field *field = bound->field;
    if (field->unit.size > 0)
        return bind_unit(rows, field->unit, &bound->rule.unit, err);
    for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++)
        if (stw_slice_is(field->name, named[i].column))
            return bind_unit(rows, stw_slice_of(named[i].unit), &bound->rule.unit, err);
    return STW_OK;
}

/* How the cells of a field are read, as far as the map alone says. */
static struct stw_cell_rule rule_of(const struct stw_map *map, const struct stw_map_field *field)
{
    bool quality = field->role == STW_MAP_VALUE && field->type == STW_TYPE_TEXT &&
                   stw_slice_is(field->name, "quality");
    return (struct stw_cell_rule){
        .type = field->type,
        .exact = map->exact,
        .style = map->style,
        .use = field->role == STW_MAP_KEY ? STW_CELL_KEY
               : quality                  ? STW_CELL_QUALITY
                                          : STW_CELL_PLAIN,
        .marks = stw_table_column(map->table, STW_SLICE("quality")) >= 0,
        .missing = field->missing != NULL ? field->missing : map->missing,
        .missing_count = field->missing != NULL ? field->missing_count : map->missing_count,
        .words = field->words,
        .word_count = field->word_count,
    };
}

int stw_map_rows_bind_source(struct stw_map_rows *rows, const struct stw_map_field *field,
                             struct stw_map_rows_field *bound, struct stw_error *err)
{
    const struct stw_map *map = rows->map;
    bound->field = field;
    bound->code = STW_INTERN_NONE;
    bound->rule = rule_of(map, field);
    STW_TRY(bind_field_unit(rows, bound, err));
    stw_buffer_init(&bound->above);
    rows->fills = rows->fills || field->fill_down;
    if (field->type == STW_TYPE_TIME)
        STW_TRY(bind_time(rows, bound, err));
    if (field->from == STW_MAP_CONSTANT)
        return bind_constant(rows, bound, err);
    if (field->fallback.data != NULL)
        STW_TRY(bind_fallback(rows, bound, err));
    for (uint32_t i = 0; i < field->column_count; i++)
        STW_TRY(find_column(rows, &field->columns[i], field->line, field->column,
                            &bound->columns[i], err));
    return STW_OK;
}

void stw_map_rows_release_source(struct stw_map_rows_field *bound)
{
    stw_zone_free(bound->zone);
    stw_buffer_release(&bound->above);
}

static int bind_field(struct stw_map_rows *rows, const struct stw_map_field *field,
                      struct stw_map_rows_field *bound, struct stw_error *err)
{
    if (field->role == STW_MAP_TIME)
        rows->time = bound;
    else if (field->role == STW_MAP_KEY)
        rows->keys[field->index] = bound;
    else
        STW_TRY(stw_batch_use(&rows->batch, field->index, err));
    return stw_map_rows_bind_source(rows, field, bound, err);
}

/* The map's facts and the column's own, the latter winning, with names filled in and checked. */
static int bind_facts(struct stw_map_rows *rows, const struct stw_map_wide *from,
                      const struct stw_slice *header, struct stw_map_rows_wide *wide,
                      struct stw_error *err)
{
    const struct stw_map *map = rows->map;
    uint32_t own = from == NULL ? 0 : from->fact_count;
    struct stw_map_fact *facts =
        STW_ARENA_ARRAY(&rows->arena, struct stw_map_fact, map->fact_count + own);
    if (facts == NULL)
        return stw_fail_memory(err, sizeof(*facts));
    uint32_t count = 0;
    for (uint32_t i = 0; i < map->fact_count + own; i++) {
        struct stw_map_fact fact =
            i < map->fact_count ? map->facts[i] : from->facts[i - map->fact_count];
        if (fact.type == STW_TYPE_TEXT) {
            STW_TRY(expand(rows, fact.value, header, &fact.value, err));
            STW_TRY(
                stw_map_check_attribute(map->devices->columns[fact.index].name, fact.value, err));
        }
        uint32_t slot = 0;
        while (slot < count && facts[slot].index != fact.index)
            slot++;
        facts[slot] = fact;
        count += slot == count;
    }
    wide->facts = facts;
    wide->fact_count = count;
    for (uint32_t i = 0; i < count; i++)
        if (stw_slice_is(map->devices->columns[facts[i].index].name, "unit"))
            STW_TRY(bind_unit(rows, facts[i].value, &wide->unit, err));
    for (uint32_t i = 0; i < count; i++)
        STW_TRY(stw_batch_use(&rows->facts, facts[i].index, err));
    return STW_OK;
}

static int bind_wide(struct stw_map_rows *rows, const struct stw_map_wide *from, uint32_t column,
                     struct stw_map_rows_wide *wide, struct stw_error *err)
{
    uint32_t key_count = rows->map->table->key_count;
    const struct stw_slice *header = &rows->headers[column];
    struct stw_slice *keys = STW_ARENA_ARRAY(&rows->arena, struct stw_slice, key_count);
    if (keys == NULL)
        return stw_fail_memory(err, sizeof(*keys));
    for (uint32_t i = 0; from != NULL && i < key_count; i++)
        if (from->keys[i].data != NULL)
            STW_TRY(expand(rows, from->keys[i], header, &keys[i], err));
    *wide = (struct stw_map_rows_wide){.column = column, .keys = keys, .from = from};
    return bind_facts(rows, from, header, wide, err);
}

static bool is_used(const struct stw_map_rows *rows, uint32_t column)
{
    for (uint32_t i = 0; i < rows->map->field_count; i++)
        for (uint32_t c = 0; c < rows->map->fields[i].column_count; c++)
            if (rows->fields[i].columns[c] == column)
                return true;
    for (uint32_t i = 0; i < rows->wide_count; i++)
        if (rows->wide[i].column == column)
            return true;
    return false;
}

static int fail_no_days(struct stw_map_rows *rows, const char *what, struct stw_error *err)
{
    const struct stw_map_days *days = &rows->map->days;
    stw_fail(err, STW_ERR_INPUT, "%s", what);
    stw_error_hint(err, "headers of days are 1, 1日, 10-01, 10月1日 or 2026-10-01");
    return fail_at(rows->map, days->line, days->column, err);
}

static bool find_month(struct stw_map_rows *rows, struct stw_slice title)
{
    struct stw_slice month;
    return stw_month_find(title, &month) &&
           stw_month_name(month, &rows->year, &rows->month_of_year);
}

/* Every column whose header is a day; the time comes from header and month. */
static int bind_days(struct stw_map_rows *rows, struct stw_slice title, struct stw_error *err)
{
    const struct stw_map_days *days = &rows->map->days;
    struct stw_map_field *time = STW_ARENA_NEW(&rows->arena, struct stw_map_field);
    struct stw_map_rows_field *fields = STW_ARENA_ARRAY(&rows->arena, struct stw_map_rows_field, 2);
    if (time == NULL || fields == NULL)
        return stw_fail_memory(err, sizeof(*time));
    *time = (struct stw_map_field){.name = rows->map->table->time_name,
                                   .role = STW_MAP_TIME,
                                   .type = STW_TYPE_TIME,
                                   .format = STW_SLICE("iso"),
                                   .hour = days->hour,
                                   .frozen = -1};
    rows->time = &fields[0];
    STW_TRY(stw_map_rows_bind_source(rows, time, rows->time, err));
    if (days->has_month) {
        rows->month = &fields[1];
        STW_TRY(stw_map_rows_bind_source(rows, &days->month, rows->month, err));
    }
    if (days->month_in_title && !find_month(rows, title))
        return fail_no_days(rows, "what stands above the header holds no year and month", err);
    bool by_day = false;
    for (uint32_t i = 0; i < rows->column_count; i++) {
        struct stw_map_rows_wide *wide = &rows->wide[rows->wide_count];
        struct stw_map_rows_wide day = {.year = 0};
        bool month_column = rows->month != NULL && days->month.from == STW_MAP_COLUMN &&
                            rows->month->columns[0] == i;
        if (is_used(rows, i) || month_column ||
            !stw_day_name(rows->headers[i], &day.year, &day.month, &day.day))
            continue;
        by_day = by_day || day.year == 0;
        STW_TRY(bind_wide(rows, NULL, i, wide, err));
        wide->year = day.year;
        wide->month = day.month;
        wide->day = day.day;
        rows->wide_count++;
    }
    if (rows->wide_count == 0)
        return fail_no_days(rows, "no column of the file is a day", err);
    if (by_day && rows->month == NULL && !days->month_in_title)
        return fail_no_days(rows, "the headers do not tell the month, and the map names none", err);
    return STW_OK;
}

static int bind_wide_columns(struct stw_map_rows *rows, struct stw_slice title,
                             struct stw_error *err)
{
    const struct stw_map *map = rows->map;
    rows->wide = STW_ARENA_ARRAY(&rows->arena, struct stw_map_rows_wide,
                                 map->wide_count + rows->column_count);
    /* The value cells are read as a field of their own. */
    struct stw_map_field *value = STW_ARENA_NEW(&rows->arena, struct stw_map_field);
    rows->into = STW_ARENA_NEW(&rows->arena, struct stw_map_rows_field);
    if (rows->wide == NULL || value == NULL || rows->into == NULL)
        return stw_fail_memory(err, rows->column_count * sizeof(*rows->wide));
    const struct stw_column *column = &map->table->columns[map->wide_into];
    *value = (struct stw_map_field){.name = column->name,
                                    .role = STW_MAP_VALUE,
                                    .index = map->wide_into,
                                    .type = column->type,
                                    .format = STW_SLICE("iso"),
                                    .hour = -1};
    value->frozen = -1;
    STW_TRY(bind_field(rows, value, rows->into, err));
    for (uint32_t i = 0; i < map->wide_count; i++) {
        uint32_t at;
        STW_TRY(find_column(rows, &map->wide[i].column, map->wide[i].line,
                            map->wide[i].column_number, &at, err));
        STW_TRY(bind_wide(rows, &map->wide[i], at, &rows->wide[i], err));
        rows->wide_count++;
    }
    if (map->days.used)
        return bind_days(rows, title, err);
    for (uint32_t i = 0; map->rest != NULL && i < rows->column_count; i++) {
        if (is_used(rows, i) || (map->container.header && rows->headers[i].size == 0))
            continue;
        STW_TRY(bind_wide(rows, map->rest, i, &rows->wide[rows->wide_count], err));
        rows->wide_count++;
    }
    return STW_OK;
}

static int copy_headers(struct stw_map_rows *rows, const struct stw_text_record *header,
                        struct stw_error *err)
{
    rows->headers = STW_ARENA_ARRAY(&rows->arena, struct stw_slice,
                                    rows->column_count + rows->map->fold.made_count);
    if (rows->headers == NULL)
        return stw_fail_memory(err, rows->column_count * sizeof(*rows->headers));
    for (uint32_t i = 0; i < rows->column_count; i++) {
        char number[16];
        snprintf(number, sizeof(number), "%" PRIu32, i + 1);
        struct stw_slice text =
            header == NULL ? stw_slice_of(number) : stw_slice_trim(header->fields[i].text);
        if (!stw_cell_is_text(text)) {
            stw_fail(err, STW_ERR_INPUT,
                     "the header holds bytes that are no text in the file's encoding");
            stw_error_hint(err, "say the encoding, such as --encoding GB18030");
            return STW_ERR_INPUT;
        }
        rows->headers[i] = stw_arena_copy(&rows->arena, text);
        if (rows->headers[i].data == NULL)
            return stw_fail_memory(err, text.size);
    }
    return STW_OK;
}

/* Where estimates and ambiguous times are flagged. */
static int bind_quality(struct stw_map_rows *rows, struct stw_error *err)
{
    const struct stw_table *table = rows->map->table;
    rows->quality = stw_table_column(table, STW_SLICE("quality"));
    if (rows->quality >= 0 && table->columns[rows->quality].type != STW_TYPE_TEXT)
        rows->quality = -1;
    for (uint32_t i = 0; i < rows->map->field_count && rows->quality >= 0; i++)
        if (rows->fields[i].rule.use == STW_CELL_QUALITY)
            rows->own_quality = &rows->fields[i];
    return rows->quality < 0 ? STW_OK : stw_batch_use(&rows->batch, (uint32_t)rows->quality, err);
}

static int bind(struct stw_map_rows *rows, struct stw_slice store_zone,
                const struct stw_text_record *header, struct stw_error *err)
{
    const struct stw_map *map = rows->map;
    char zone[STW_ZONE_NAME_MAX + 1];
    snprintf(zone, sizeof(zone), "%.*s",
             STW_SLICE_ARG(map->zone.size > 0 ? map->zone : store_zone));
    STW_TRY(stw_zone_load(zone, &rows->zone, err));
    STW_TRY(stw_batch_init(&rows->batch, map->table, 0, err));
    if (map->devices != NULL)
        STW_TRY(stw_batch_init(&rows->facts, map->devices, 1024, err));
    STW_TRY(copy_headers(rows, header, err));
    if (map->fold.into != STW_MAP_FOLD_NONE)
        STW_TRY(stw_map_rows_fold_create(rows, err));
    rows->fields = STW_ARENA_ARRAY(&rows->arena, struct stw_map_rows_field, map->field_count);
    if (rows->fields == NULL)
        return stw_fail_memory(err, map->field_count * sizeof(*rows->fields));
    for (uint32_t i = 0; i < map->field_count; i++)
        STW_TRY(bind_field(rows, &map->fields[i], &rows->fields[i], err));
    if (map->is_wide)
        return bind_wide_columns(rows, header == NULL ? (struct stw_slice){"", 0} : header->title,
                                 err);
    /* A long file is one "column" that takes all keys from the fields. */
    rows->wide = STW_ARENA_NEW(&rows->arena, struct stw_map_rows_wide);
    struct stw_slice *no_keys =
        STW_ARENA_ARRAY(&rows->arena, struct stw_slice, map->table->key_count);
    if (rows->wide == NULL || no_keys == NULL)
        return stw_fail_memory(err, sizeof(*rows->wide));
    rows->wide->keys = no_keys;
    STW_TRY(bind_facts(rows, NULL, NULL, rows->wide, err));
    for (uint32_t i = 0; i < map->field_count; i++)
        if (stw_slice_is(map->fields[i].name, "value") && rows->fields[i].rule.unit == NULL)
            rows->fields[i].rule.unit = rows->wide->unit;
    return STW_OK;
}

/* The field that sums and previous readings are about. */
static int bind_checks(struct stw_map_rows *rows, struct stw_error *err)
{
    const struct stw_map *map = rows->map;
    int column = stw_table_column(map->table, STW_SLICE("value"));
    for (uint32_t i = 0; i < map->field_count; i++)
        if (map->fields[i].role == STW_MAP_VALUE && (int)map->fields[i].index == column)
            rows->value = &rows->fields[i];
    if (map->is_wide && (int)map->wide_into == column)
        rows->value = rows->into;
    if (rows->value != NULL)
        rows->value->rule.unit_later = rows->value->field->from == STW_MAP_COLUMN;
    if (map->sum_count > 0 && rows->value != NULL)
        STW_TRY(stw_map_rows_sums_create(rows, err));
    if (rows->map->table == rows->map->devices)
        STW_TRY(stw_map_rows_twice_create(rows, err));
    if (map->said_count > 0)
        STW_TRY(stw_map_rows_said_create(rows, err));
    return map->previous.used ? stw_map_rows_previous_create(rows, err) : STW_OK;
}

/* Whether every key is a cell of its own that nothing but trimming and a formula changes. */
static bool keys_stand(const struct stw_map_rows *rows)
{
    for (uint32_t i = 0; i < rows->map->table->key_count; i++) {
        const struct stw_map_rows_field *key = rows->keys[i];
        if (key == NULL || key->field->from != STW_MAP_COLUMN || key->field->column_count != 1 ||
            key->field->fill_down || key->rule.exact || key->rule.word_count > 0)
            return false;
    }
    return !rows->map->is_wide;
}

int stw_map_rows_init(struct stw_map_rows *rows, const struct stw_map *map,
                      struct stw_slice store_zone, const struct stw_file_names *names,
                      const struct stw_text_record *header, uint32_t column_count,
                      const struct stw_map_rows_sink *sink, struct stw_error *err)
{
    memset(rows, 0, sizeof(*rows));
    rows->map = map;
    rows->store = sink->store;
    rows->commit = sink->commit;
    rows->durability = sink->durability;
    rows->rejects = sink->rejects;
    rows->apart = sink->rejects == NULL;
    rows->findings = sink->findings;
    rows->log = sink->log;
    rows->names = names;
    rows->column_count = column_count;
    rows->file_columns = column_count;
    rows->series_last = rows->series_expected = STW_INTERN_NONE;
    stw_arena_init(&rows->arena);
    stw_intern_init(&rows->series);
    stw_buffer_init(&rows->key);
    stw_buffer_init(&rows->joined);
    int status = bind(rows, store_zone, header, err);
    if (status == STW_OK)
        status = bind_quality(rows, err);
    if (status == STW_OK)
        status = bind_checks(rows, err);
    if (status == STW_OK)
        rows->keys_stand = keys_stand(rows);
    if (status < 0)
        stw_map_rows_release(rows);
    return status;
}

void stw_map_rows_release(struct stw_map_rows *rows)
{
    for (uint32_t i = 0; rows->fields != NULL && i < rows->map->field_count; i++)
        stw_map_rows_release_source(&rows->fields[i]);
    if (rows->into != NULL)
        stw_map_rows_release_source(rows->into);
    if (rows->month != NULL)
        stw_map_rows_release_source(rows->month);
    stw_map_rows_previous_free(rows->previous);
    stw_map_rows_sums_free(rows->sums);
    stw_map_rows_twice_free(rows->twice);
    stw_map_rows_said_free(rows->said);
    stw_map_rows_fold_free(rows->fold);
    if (rows->batch.table != NULL)
        stw_batch_release(&rows->batch);
    if (rows->facts.table != NULL)
        stw_batch_release(&rows->facts);
    stw_zone_free(rows->zone);
    stw_view_close(rows->units);
    stw_intern_release(&rows->series);
    stw_free(rows->series_id);
    stw_free(rows->series_next);
    stw_buffer_release(&rows->key);
    stw_buffer_release(&rows->joined);
    stw_arena_release(&rows->arena);
    memset(rows, 0, sizeof(*rows));
}
