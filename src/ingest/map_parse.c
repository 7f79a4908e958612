/* From YAML to a checked column map; see map.h. */
#include "base/suggest.h"
#include "ingest/file_name.h"
#include "ingest/map.h"
#include "ingest/map_facts.h"
#include "ingest/map_parse_inside.h"
#include "text/quantity.h"
#include "time/stamp.h"

#include <stdio.h>
#include <string.h>

typedef stw_map_node node;

int stw_map_place(struct stw_map_reader *reader, node *at, int status)
{
    if (status >= 0)
        return status;
    stw_error_where(reader->err, "%s:%u:%u", reader->doc.file, at->line, at->column);
    reader->doc.fail_line = at->line;
    reader->doc.fail_column = at->column;
    return status;
}

int stw_map_read_text(struct stw_map_reader *reader, node *value, const char *what,
                      struct stw_slice *out)
{
    STW_TRY(stw_yaml_expect(&reader->doc, value, STW_YAML_SCALAR, what, reader->err));
    *out = value->text;
    return STW_OK;
}

static int read_yes_no(struct stw_map_reader *reader, node *value, const char *what, bool *out)
{
    struct stw_slice text;
    STW_TRY(stw_map_read_text(reader, value, what, &text));
    if (stw_slice_is(text, "none"))
        *out = false;
    else if (!stw_map_read_bool(text, out))
        return stw_yaml_fail(reader->err, &reader->doc, value, "%s must be yes or no", what);
    return STW_OK;
}

int stw_map_read_whole(struct stw_map_reader *reader, node *value, const char *what, int64_t least,
                       int64_t most, int64_t *out)
{
    struct stw_slice text;
    STW_TRY(stw_map_read_text(reader, value, what, &text));
    if (stw_number_parse_int(text, NULL, out) != STW_NUMBER_OK || *out < least || *out > most)
        return stw_yaml_fail(reader->err, &reader->doc, value,
                             "%s must be a whole number from %lld to %lld", what, (long long)least,
                             (long long)most);
    return STW_OK;
}

/* One ASCII character, as itself or by name; 0 for "none". */
static int read_character(struct stw_map_reader *reader, node *value, const char *what,
                          bool may_be_none, char *out)
{
    static const struct {
        const char *name;
        char character;
    } named[] = {{"comma", ','}, {"semicolon", ';'}, {"tab", '\t'},  {"\\t", '\t'}, {"pipe", '|'},
                 {"space", ' '}, {"point", '.'},     {"quote", '"'}, {"none", '\0'}};
    struct stw_slice text;
    STW_TRY(stw_map_read_text(reader, value, what, &text));
    *out = text.size == 1 ? text.data[0] : '\0';
    bool found = text.size == 1 && *out > 0 && *out != '\n' && *out != '\r';
    for (size_t i = 0; i < sizeof(named) / sizeof(named[0]) && !found; i++) {
        found = stw_slice_is(text, named[i].name) && (named[i].character != '\0' || may_be_none);
        *out = named[i].character;
    }
    if (found)
        return STW_OK;
    return stw_yaml_fail(reader->err, &reader->doc, value, "%s must be one character%s", what,
                         may_be_none ? " or none" : ", or comma, semicolon, tab, pipe, space");
}

static int read_list(struct stw_map_reader *reader, node *value, const char *what,
                     const struct stw_slice **out, uint32_t *count)
{
    STW_TRY(stw_yaml_expect(&reader->doc, value, STW_YAML_SEQUENCE, what, reader->err));
    struct stw_slice *list = STW_ARENA_ARRAY(&reader->map->arena, struct stw_slice, value->count);
    if (list == NULL)
        return stw_fail_memory(reader->err, value->count * sizeof(*list));
    *count = 0;
    STW_YAML_EACH(entry, value)
    STW_TRY(stw_map_read_text(reader, entry->value, "an element", &list[(*count)++]));
    *out = list;
    return STW_OK;
}

/* Where the minus of a negative number stands. */
static int read_minus(struct stw_map_reader *reader, node *value, bool *behind)
{
    *behind = stw_yaml_is(value, "behind");
    if (*behind || stw_yaml_is(value, "front"))
        return STW_OK;
    return stw_yaml_fail(reader->err, &reader->doc, value, "'minus' must be front or behind");
}

static int read_format(struct stw_map_reader *reader, node *format)
{
    static const char *const known[] = {STW_MAP_CONTAINER_KEYS,
                                        "separator",
                                        "quote",
                                        "decimal",
                                        "thousands",
                                        "minus",
                                        "encoding",
                                        "exact",
                                        NULL};
    struct stw_map *map = reader->map;
    STW_TRY(stw_yaml_expect(&reader->doc, format, STW_YAML_MAPPING, "'format'", reader->err));
    STW_TRY(stw_yaml_check_keys(&reader->doc, format, known, "'format'", reader->err));
    node *value;
    if ((value = stw_yaml_find(format, "separator")) != NULL)
        STW_TRY(read_character(reader, value, "the separator", false, &map->separator));
    if ((value = stw_yaml_find(format, "quote")) != NULL)
        STW_TRY(read_character(reader, value, "the quote", true, &map->quote));
    STW_TRY(
        stw_map_container_read(&map->container, &map->arena, &reader->doc, format, reader->err));
    if ((value = stw_yaml_find(format, "exact")) != NULL)
        STW_TRY(read_yes_no(reader, value, "'exact'", &map->exact));
    if ((value = stw_yaml_find(format, "decimal")) != NULL)
        STW_TRY(read_character(reader, value, "'decimal'", false, &map->style.point));
    if ((value = stw_yaml_find(format, "thousands")) != NULL)
        STW_TRY(read_character(reader, value, "'thousands'", true, &map->style.group));
    if ((value = stw_yaml_find(format, "minus")) != NULL)
        STW_TRY(read_minus(reader, value, &map->style.minus_behind));
    value = stw_yaml_find(format, "encoding");
    if (value != NULL) {
        struct stw_slice name;
        STW_TRY(stw_map_read_text(reader, value, "'encoding'", &name));
        STW_TRY(
            stw_map_place(reader, value, stw_encoding_parse(name, &map->encoding, reader->err)));
    }
    if ((map->style.point != '.' && map->style.point != ',') ||
        map->style.point == map->style.group)
        return stw_yaml_fail(reader->err, &reader->doc, format,
                             "'decimal' must be a point or comma and differ from 'thousands'");
    if (map->separator == map->quote)
        return stw_yaml_fail(reader->err, &reader->doc, format,
                             "separator and quote are the same character");
    return STW_OK;
}

/* A column by header; by number where the file has no header and the text is one. */
static int read_ref(struct stw_map_reader *reader, node *value, bool by_number,
                    struct stw_map_ref *out)
{
    struct stw_slice text;
    STW_TRY(stw_map_read_text(reader, value, "a column", &text));
    *out = (struct stw_map_ref){text, 0};
    if (!by_number && reader->map->container.header) {
        if (text.size == 0)
            return stw_yaml_fail(reader->err, &reader->doc, value, "a column's header is empty");
        return STW_OK;
    }
    int64_t number;
    STW_TRY(
        stw_map_read_whole(reader, value, "a column of a file without header", 1, 4096, &number));
    *out = (struct stw_map_ref){{NULL, 0}, (uint32_t)number};
    return STW_OK;
}

/* Every {name} of a constant must be one of the file name pattern, or {header} in a wide map. */
static int check_template(struct stw_map_reader *reader, node *value, bool header_too,
                          bool *templated)
{
    struct stw_file_names names = reader->names;
    struct stw_buffer out;
    if (header_too && names.count < STW_FILE_NAMES_MAX)
        names.name[names.count++] = STW_SLICE("header");
    for (uint32_t i = 0; i < names.count; i++)
        names.text[i] = (struct stw_slice){"x", 1};
    stw_buffer_init(&out);
    bool known = stw_file_names_expand(&names, value->text, &out);
    *templated = known && !stw_slice_equal(stw_buffer_slice(&out), value->text);
    stw_buffer_release(&out);
    if (known)
        return STW_OK;
    stw_yaml_fail(reader->err, &reader->doc, value,
                  "'%.*s' holds a {name} that 'file_name' does not give",
                  STW_SLICE_ARG(value->text));
    stw_error_hint(reader->err, "say where it is in the file's name: file_name: \"{site}_*.csv\"");
    return STW_ERR_INPUT;
}

/* Time, key component or column of the table by its name. */
static int resolve_field(struct stw_map_reader *reader, node *key, struct stw_map_field *field)
{
    const struct stw_table *table = reader->map->table;
    field->name = key->text;
    int index;
    if (stw_slice_equal(key->text, table->time_name)) {
        field->role = STW_MAP_TIME;
        field->type = STW_TYPE_TIME;
    } else if ((index = stw_table_key(table, key->text)) >= 0) {
        field->role = STW_MAP_KEY;
        field->type = STW_TYPE_TEXT;
        field->index = (uint32_t)index;
    } else if ((index = stw_table_column(table, key->text)) >= 0) {
        field->role = STW_MAP_VALUE;
        field->type = table->columns[index].type;
        field->index = (uint32_t)index;
    } else {
        struct stw_suggest suggest;
        stw_suggest_init(&suggest, key->text);
        stw_suggest_offer(&suggest, table->time_name);
        for (uint32_t i = 0; i < table->key_count; i++)
            stw_suggest_offer(&suggest, table->keys[i]);
        for (uint32_t i = 0; i < table->column_count; i++)
            stw_suggest_offer(&suggest, table->columns[i].name);
        stw_yaml_fail(reader->err, &reader->doc, key, "table '%.*s' has no '%.*s'",
                      STW_SLICE_ARG(table->name), STW_SLICE_ARG(key->text));
        if (suggest.best.data != NULL)
            stw_error_hint(reader->err, "did you mean '%.*s'?", STW_SLICE_ARG(suggest.best));
        return STW_ERR_INPUT;
    }
    return STW_OK;
}

static int read_words(struct stw_map_reader *reader, node *value, struct stw_map_field *field)
{
    STW_TRY(stw_yaml_expect(&reader->doc, value, STW_YAML_MAPPING, "'values'", reader->err));
    struct stw_map_word *words =
        STW_ARENA_ARRAY(&reader->map->arena, struct stw_map_word, value->count);
    if (words == NULL)
        return stw_fail_memory(reader->err, value->count * sizeof(*words));
    STW_YAML_EACH(entry, value)
    {
        struct stw_map_word *word = &words[field->word_count++];
        word->from = entry->key->text;
        STW_TRY(stw_map_read_text(reader, entry->value, "the text to write instead", &word->to));
    }
    field->words = words;
    return STW_OK;
}

static int check_zone(struct stw_map_reader *reader, node *value)
{
    struct stw_zone *zone = NULL;
    int status = stw_zone_load(value->text.data, &zone, reader->err);
    stw_zone_free(zone);
    return stw_map_place(reader, value, status);
}

/* Format, zone and hour of a time; tried out here, so that their faults are shown in the map. */
static int read_time_keys(struct stw_map_reader *reader, node *spec, struct stw_map_field *field)
{
    node *format = stw_yaml_find(spec, "format"), *zone = stw_yaml_find(spec, "zone");
    node *hour = stw_yaml_find(spec, "hour");
    node *frozen = stw_yaml_find(spec, "frozen");
    if (field->type != STW_TYPE_TIME) {
        node *odd = format != NULL ? format : zone != NULL ? zone : hour != NULL ? hour : frozen;
        if (odd == NULL)
            return STW_OK;
        return stw_yaml_fail(reader->err, &reader->doc, odd,
                             "'%.*s' is no time: format, zone, hour and frozen do not belong here",
                             STW_SLICE_ARG(field->name));
    }
    if (format != NULL) {
        STW_TRY(stw_map_read_text(reader, format, "'format'", &field->format));
        struct stw_stamp_format ignored;
        struct stw_zone *utc = NULL;
        STW_TRY(stw_zone_load("UTC", &utc, reader->err));
        int status = stw_stamp_format_init(&ignored, format->text.data, utc, reader->err);
        stw_zone_free(utc);
        STW_TRY(stw_map_place(reader, format, status < 0 ? STW_ERR_INPUT : STW_OK));
    }
    if (zone != NULL) {
        STW_TRY(stw_map_read_text(reader, zone, "'zone'", &field->zone));
        STW_TRY(check_zone(reader, zone));
    }
    if (hour != NULL) {
        int64_t value;
        STW_TRY(stw_map_read_whole(reader, hour, "'hour'", 0, 24, &value));
        field->hour = (int)value;
    }
    if (frozen == NULL)
        return STW_OK;
    field->frozen = stw_yaml_is(frozen, "24:00") ? 24 : 0;
    if (field->frozen == 0 && !stw_yaml_is(frozen, "00:00"))
        return stw_yaml_fail(reader->err, &reader->doc, frozen,
                             "'frozen' must be 00:00 or 24:00, the end of the day it is taken at");
    if (hour != NULL)
        return stw_yaml_fail(reader->err, &reader->doc, hour,
                             "'frozen' says the hour of every day; 'hour' does not go with it");
    return STW_OK;
}

static int read_columns(struct stw_map_reader *reader, node *spec, struct stw_map_field *field)
{
    node *column = stw_yaml_find(spec, "column"), *number = stw_yaml_find(spec, "number");
    node *columns = stw_yaml_find(spec, "columns"), *constant = stw_yaml_find(spec, "constant");
    int given = (column != NULL) + (number != NULL) + (columns != NULL) + (constant != NULL);
    if (given != 1)
        return stw_yaml_fail(reader->err, &reader->doc, spec,
                             "'%.*s' needs one of column, number, columns or constant",
                             STW_SLICE_ARG(field->name));
    if (constant != NULL) {
        bool templated;
        field->from = STW_MAP_CONSTANT;
        STW_TRY(stw_map_read_text(reader, constant, "'constant'", &field->constant));
        STW_TRY(check_template(reader, constant, false, &templated));
        bool registry = reader->map->table == reader->map->devices && !templated;
        if (registry && field->role == STW_MAP_VALUE)
            STW_TRY(
                stw_map_place(reader, constant,
                              stw_map_check_attribute(field->name, field->constant, reader->err)));
        return STW_OK;
    }
    field->from = STW_MAP_COLUMN;
    if (columns == NULL) {
        field->column_count = 1;
        return read_ref(reader, column != NULL ? column : number, number != NULL,
                        &field->columns[0]);
    }
    STW_TRY(stw_yaml_expect(&reader->doc, columns, STW_YAML_SEQUENCE, "'columns'", reader->err));
    if (columns->count == 0 || columns->count > STW_MAP_JOINED_MAX)
        return stw_yaml_fail(reader->err, &reader->doc, columns,
                             "'columns' must name one to %d columns", STW_MAP_JOINED_MAX);
    STW_YAML_EACH(entry, columns)
    STW_TRY(read_ref(reader, entry->value, false, &field->columns[field->column_count++]));
    return STW_OK;
}

static int read_default(struct stw_map_reader *reader, node *value, struct stw_map_field *field)
{
    bool templated;
    STW_TRY(stw_map_read_text(reader, value, "'default'", &field->fallback));
    if (field->fallback.size == 0 || field->from == STW_MAP_CONSTANT || field->required)
        return stw_yaml_fail(reader->err, &reader->doc, value,
                             "'default' is a text for the empty cells of a column that may have "
                             "some");
    return check_template(reader, value, false, &templated);
}

static int read_unit(struct stw_map_reader *reader, node *value, struct stw_map_field *field)
{
    struct stw_unit ignored;
    STW_TRY(stw_map_read_text(reader, value, "'unit'", &field->unit));
    if (field->type != STW_TYPE_DECIMAL && field->type != STW_TYPE_INT &&
        field->type != STW_TYPE_FLOAT)
        return stw_yaml_fail(reader->err, &reader->doc, value,
                             "'%.*s' is no number and has no unit", STW_SLICE_ARG(field->name));
    return stw_map_place(reader, value, stw_unit_parse(field->unit, &ignored, reader->err));
}

int stw_map_read_spec(struct stw_map_reader *reader, node *spec, struct stw_map_field *field)
{
    static const char *const known[] = {"column",    "number",  "columns", "constant", "format",
                                        "zone",      "hour",    "frozen",  "values",   "missing",
                                        "fill_down", "default", "unit",    "required", NULL};
    field->format = STW_SLICE("iso");
    field->hour = -1;
    field->frozen = -1;
    field->line = spec->line;
    field->column = spec->column;
    if (spec->kind == STW_YAML_SCALAR) {
        field->column_count = 1;
        STW_TRY(read_ref(reader, spec, false, &field->columns[0]));
        return stw_map_note_made(reader, spec, field);
    }
    STW_TRY(stw_yaml_expect(&reader->doc, spec, STW_YAML_MAPPING, "a field", reader->err));
    STW_TRY(stw_yaml_check_keys(&reader->doc, spec, known, "a field", reader->err));
    STW_TRY(read_columns(reader, spec, field));
    STW_TRY(stw_map_note_made(reader, spec, field));
    STW_TRY(read_time_keys(reader, spec, field));
    node *value;
    if ((value = stw_yaml_find(spec, "values")) != NULL)
        STW_TRY(read_words(reader, value, field));
    if ((value = stw_yaml_find(spec, "missing")) != NULL)
        STW_TRY(read_list(reader, value, "'missing'", &field->missing, &field->missing_count));
    if ((value = stw_yaml_find(spec, "fill_down")) != NULL)
        STW_TRY(read_yes_no(reader, value, "'fill_down'", &field->fill_down));
    if ((value = stw_yaml_find(spec, "unit")) != NULL)
        STW_TRY(read_unit(reader, value, field));
    if ((value = stw_yaml_find(spec, "required")) != NULL)
        STW_TRY(read_yes_no(reader, value, "'required'", &field->required));
    if ((value = stw_yaml_find(spec, "default")) != NULL)
        STW_TRY(read_default(reader, value, field));
    if (field->fill_down && field->from == STW_MAP_CONSTANT)
        return stw_yaml_fail(reader->err, &reader->doc, spec, "a constant is never filled down");
    return STW_OK;
}

static int read_field(struct stw_map_reader *reader, node *key, node *spec,
                      struct stw_map_field *field)
{
    STW_TRY(resolve_field(reader, key, field));
    STW_TRY(stw_map_read_spec(reader, spec, field));
    field->line = key->line;
    field->column = key->column;
    return STW_OK;
}

static int read_fields(struct stw_map_reader *reader, node *fields)
{
    struct stw_map *map = reader->map;
    STW_TRY(stw_yaml_expect(&reader->doc, fields, STW_YAML_MAPPING, "'fields'", reader->err));
    struct stw_map_field *list =
        STW_ARENA_ARRAY(&map->arena, struct stw_map_field, fields->count + STW_MAP_MADE_OWN);
    if (list == NULL)
        return stw_fail_memory(reader->err, fields->count * sizeof(*list));
    map->fields = list;
    STW_YAML_EACH(entry, fields)
    {
        STW_TRY(read_field(reader, entry->key, entry->value, &list[map->field_count]));
        map->field_count++;
    }
    return stw_map_add_made(reader, list);
}

/* The column of the devices table that a fact is for. */
static int find_attribute(struct stw_map_reader *reader, node *key, int *index)
{
    const struct stw_table *devices = reader->map->devices;
    *index = stw_table_column(devices, key->text);
    if (*index >= 0)
        return STW_OK;
    struct stw_suggest suggest;
    stw_suggest_init(&suggest, key->text);
    for (uint32_t i = 0; i < devices->column_count; i++)
        stw_suggest_offer(&suggest, devices->columns[i].name);
    stw_yaml_fail(reader->err, &reader->doc, key, "the registry has no '%.*s'",
                  STW_SLICE_ARG(key->text));
    if (suggest.best.data != NULL)
        stw_error_hint(reader->err, "did you mean '%.*s'?", STW_SLICE_ARG(suggest.best));
    return STW_ERR_INPUT;
}

/* A fact that a column tells: a text that may be any. */
static int read_said(struct stw_map_reader *reader, const struct stw_yaml_entry *entry,
                     struct stw_map_field *field)
{
    static const char *const understood[] = {"unit", "value_kind", "stamp", "interval",
                                             "reports_every"};
    int index;
    STW_TRY(find_attribute(reader, entry->key, &index));
    bool any = reader->map->devices->columns[index].type == STW_TYPE_TEXT;
    for (size_t i = 0; i < sizeof(understood) / sizeof(understood[0]); i++)
        any = any && !stw_yaml_is(entry->key, understood[i]);
    if (!any)
        return stw_yaml_fail(reader->err, &reader->doc, entry->key,
                             "'%.*s' cannot come from a column, only a name such as site, "
                             "building or kind",
                             STW_SLICE_ARG(entry->key->text));
    *field = (struct stw_map_field){.name = entry->key->text,
                                    .role = STW_MAP_VALUE,
                                    .index = (uint32_t)index,
                                    .type = STW_TYPE_TEXT};
    STW_TRY(stw_map_read_spec(reader, entry->value, field));
    if (field->from == STW_MAP_COLUMN)
        return STW_OK;
    stw_yaml_fail(reader->err, &reader->doc, entry->value,
                  "a fact that is the same for all needs no 'constant'");
    stw_error_hint(reader->err, "write %.*s: %.*s", STW_SLICE_ARG(field->name),
                   STW_SLICE_ARG(field->constant));
    return STW_ERR_INPUT;
}

static int read_fact(struct stw_map_reader *reader, const struct stw_yaml_entry *entry,
                     bool header_too, struct stw_map_fact *fact)
{
    const struct stw_table *devices = reader->map->devices;
    int index;
    STW_TRY(find_attribute(reader, entry->key, &index));
    struct stw_slice text;
    bool templated;
    STW_TRY(stw_map_read_text(reader, entry->value, "a fact", &text));
    STW_TRY(check_template(reader, entry->value, header_too, &templated));
    return stw_map_place(
        reader, entry->value,
        stw_map_fact_read(fact, devices, (uint32_t)index, text, templated, reader->err));
}

/* Facts need somewhere to go: a devices table, and a table whose rows name device and channel. */
static int check_facts_allowed(struct stw_map_reader *reader, node *at)
{
    const struct stw_table *table = reader->map->table, *devices = reader->map->devices;
    if (devices != NULL && devices != table && devices->key_count == 2 &&
        stw_table_key(devices, STW_SLICE("device")) == 0 &&
        stw_table_key(devices, STW_SLICE("channel")) == 1 &&
        stw_table_key(table, STW_SLICE("device")) >= 0)
        return STW_OK;
    return stw_yaml_fail(reader->err, &reader->doc, at,
                         "facts for the registry go with tables keyed by device");
}

/* What the registry says of readings is what they are stored in. */
static int check_unit(struct stw_map_reader *reader, node *registry)
{
    const struct stw_map_field *value = stw_map_find(reader->map, STW_SLICE("value"));
    node *said = stw_yaml_find(registry, "unit");
    struct stw_unit of_cells, of_registry;
    if (value == NULL || value->unit.size == 0 || said == NULL || said->kind != STW_YAML_SCALAR ||
        stw_unit_parse(value->unit, &of_cells, NULL) != STW_OK ||
        stw_unit_parse(said->text, &of_registry, NULL) != STW_OK ||
        strcmp(of_cells.symbol, of_registry.symbol) == 0)
        return STW_OK;
    return stw_yaml_fail(reader->err, &reader->doc, said,
                         "the values are in %s and the registry would call them %s",
                         of_cells.symbol, of_registry.symbol);
}

static int read_registry(struct stw_map_reader *reader, node *registry)
{
    struct stw_map *map = reader->map;
    STW_TRY(stw_yaml_expect(&reader->doc, registry, STW_YAML_MAPPING, "'registry'", reader->err));
    STW_TRY(check_facts_allowed(reader, registry));
    struct stw_map_fact *facts = STW_ARENA_ARRAY(&map->arena, struct stw_map_fact, registry->count);
    struct stw_map_field *said =
        STW_ARENA_ARRAY(&map->arena, struct stw_map_field, registry->count);
    if (facts == NULL || said == NULL)
        return stw_fail_memory(reader->err, registry->count * sizeof(*said));
    map->facts = facts;
    map->said = said;
    STW_YAML_EACH(entry, registry)
    {
        if (entry->value->kind == STW_YAML_MAPPING)
            STW_TRY(read_said(reader, entry, &said[map->said_count++]));
        else
            STW_TRY(read_fact(reader, entry, false, &facts[map->fact_count++]));
    }
    return check_unit(reader, registry);
}

static int read_wide_column(struct stw_map_reader *reader, node *spec, bool is_rest,
                            struct stw_map_wide *wide)
{
    struct stw_map *map = reader->map;
    STW_TRY(stw_yaml_expect(&reader->doc, spec, STW_YAML_MAPPING, "a wide column", reader->err));
    node *column = stw_yaml_find(spec, "column"), *number = stw_yaml_find(spec, "number");
    if (is_rest != (column == NULL && number == NULL) || (column != NULL && number != NULL))
        return stw_yaml_fail(reader->err, &reader->doc, spec,
                             is_rest ? "'rest' stands for all other columns and names none"
                                     : "a wide column needs either 'column' or 'number'");
    if (!is_rest)
        STW_TRY(read_ref(reader, column != NULL ? column : number, number != NULL, &wide->column));
    wide->line = spec->line;
    wide->column_number = spec->column;
    struct stw_slice *keys = STW_ARENA_ARRAY(&map->arena, struct stw_slice, map->table->key_count);
    struct stw_map_fact *facts = STW_ARENA_ARRAY(&map->arena, struct stw_map_fact, spec->count);
    if (keys == NULL || facts == NULL)
        return stw_fail_memory(reader->err, spec->count * sizeof(*facts));
    STW_YAML_EACH(entry, spec)
    {
        if (entry->value == column || entry->value == number)
            continue;
        int key = stw_table_key(map->table, entry->key->text);
        if (key < 0) {
            STW_TRY(check_facts_allowed(reader, entry->key));
            STW_TRY(read_fact(reader, entry, true, &facts[wide->fact_count++]));
            continue;
        }
        bool templated;
        STW_TRY(stw_map_read_text(reader, entry->value, "a key", &keys[key]));
        STW_TRY(check_template(reader, entry->value, true, &templated));
    }
    wide->keys = keys;
    wide->facts = facts;
    return STW_OK;
}

static int read_wide(struct stw_map_reader *reader, node *wide)
{
    static const char *const known[] = {"into", "columns", "rest", "days", NULL};
    struct stw_map *map = reader->map;
    STW_TRY(stw_yaml_expect(&reader->doc, wide, STW_YAML_MAPPING, "'wide'", reader->err));
    STW_TRY(stw_yaml_check_keys(&reader->doc, wide, known, "'wide'", reader->err));
    node *into = stw_yaml_find(wide, "into"), *columns = stw_yaml_find(wide, "columns");
    node *rest = stw_yaml_find(wide, "rest");
    struct stw_slice name = STW_SLICE("value");
    if (into != NULL)
        STW_TRY(stw_map_read_text(reader, into, "'into'", &name));
    int index = stw_table_column(map->table, name);
    if (index < 0)
        return stw_yaml_fail(reader->err, &reader->doc, into == NULL ? wide : into,
                             "table '%.*s' has no '%.*s'", STW_SLICE_ARG(map->table->name),
                             STW_SLICE_ARG(name));
    map->is_wide = true;
    map->wide_into = (uint32_t)index;
    if (columns != NULL) {
        STW_TRY(
            stw_yaml_expect(&reader->doc, columns, STW_YAML_SEQUENCE, "'columns'", reader->err));
        struct stw_map_wide *list =
            STW_ARENA_ARRAY(&map->arena, struct stw_map_wide, columns->count);
        if (list == NULL)
            return stw_fail_memory(reader->err, columns->count * sizeof(*list));
        STW_YAML_EACH(entry, columns)
        STW_TRY(read_wide_column(reader, entry->value, false, &list[map->wide_count++]));
        map->wide = list;
    }
    if (rest != NULL) {
        struct stw_map_wide *one = STW_ARENA_NEW(&map->arena, struct stw_map_wide);
        if (one == NULL)
            return stw_fail_memory(reader->err, sizeof(*one));
        STW_TRY(read_wide_column(reader, rest, true, one));
        map->rest = one;
    }
    node *days = stw_yaml_find(wide, "days");
    if (days != NULL)
        STW_TRY(stw_map_read_days(reader, days));
    if (map->days.used && (columns != NULL || rest != NULL))
        return stw_yaml_fail(reader->err, &reader->doc, days,
                             "'days' finds its columns by their headers: 'columns' and 'rest' do "
                             "not go with it");
    if (map->wide_count == 0 && map->rest == NULL && !map->days.used)
        return stw_yaml_fail(reader->err, &reader->doc, wide, "'wide' names no column");
    return STW_OK;
}

/* Time and every key component must come from somewhere. */
static int check_complete(struct stw_map_reader *reader, node *at)
{
    const struct stw_map *map = reader->map;
    bool has_time = stw_map_find(map, map->table->time_name) != NULL;
    if (has_time && map->days.used)
        return stw_yaml_fail(reader->err, &reader->doc, at,
                             "the columns of days give '%.*s'; leave it out of 'fields'",
                             STW_SLICE_ARG(map->table->time_name));
    if (!has_time && !map->days.used)
        return stw_yaml_fail(reader->err, &reader->doc, at,
                             "'%.*s', the time of '%.*s', is missing",
                             STW_SLICE_ARG(map->table->time_name), STW_SLICE_ARG(map->table->name));
    for (uint32_t i = 0; i < map->table->key_count; i++) {
        struct stw_slice key = map->table->keys[i];
        bool given = stw_map_find(map, key) != NULL;
        bool wide = map->is_wide && !map->days.used;
        for (uint32_t w = 0; w < map->wide_count; w++)
            wide = wide && map->wide[w].keys[i].data != NULL;
        if (map->rest != NULL)
            wide = wide && map->rest->keys[i].data != NULL;
        /* The registry's channel may be left out: the row is about the device as a whole. */
        bool whole = map->table == map->devices && stw_slice_is(key, "channel");
        if (!given && !wide && !whole)
            return stw_yaml_fail(reader->err, &reader->doc, at,
                                 "'%.*s', a key of '%.*s', is missing", STW_SLICE_ARG(key),
                                 STW_SLICE_ARG(map->table->name));
    }
    return STW_OK;
}

static int read_top(struct stw_map_reader *reader, node *root)
{
    static const char *const known[] = {"about",   "table",    "format", "zone",     "file_name",
                                        "missing", "fields",   "wide",   "registry", "empty_rows",
                                        "fold",    "previous", "sums",   NULL};
    struct stw_map *map = reader->map;
    STW_TRY(stw_yaml_expect(&reader->doc, root, STW_YAML_MAPPING, "a column map", reader->err));
    STW_TRY(stw_yaml_check_keys(&reader->doc, root, known, "a column map", reader->err));
    struct stw_slice table = STW_SLICE("readings");
    node *value;
    if ((value = stw_yaml_find(root, "about")) != NULL)
        STW_TRY(stw_map_read_text(reader, value, "'about'", &map->about));
    if ((value = stw_yaml_find(root, "table")) != NULL)
        STW_TRY(stw_map_read_text(reader, value, "'table'", &table));
    STW_TRY(stw_map_place(reader, value == NULL ? root : value,
                          stw_schema_want(reader->schema, table, &map->table, reader->err)));
    map->devices = stw_schema_find(reader->schema, STW_SLICE("devices"));
    map->keep_empty = !stw_slice_is(map->table->name, "readings");
    if ((value = stw_yaml_find(root, "format")) != NULL)
        STW_TRY(read_format(reader, value));
    if ((value = stw_yaml_find(root, "zone")) != NULL) {
        STW_TRY(stw_map_read_text(reader, value, "'zone'", &map->zone));
        STW_TRY(check_zone(reader, value));
    }
    if ((value = stw_yaml_find(root, "missing")) != NULL && !stw_yaml_is(value, "standard"))
        STW_TRY(read_list(reader, value, "'missing'", &map->missing, &map->missing_count));
    if ((value = stw_yaml_find(root, "file_name")) != NULL) {
        STW_TRY(stw_map_read_text(reader, value, "'file_name'", &map->file_name));
        STW_TRY(stw_map_place(reader, value,
                              stw_file_pattern_check(map->file_name, &reader->names, reader->err)));
    }
    if ((value = stw_yaml_find(root, "empty_rows")) != NULL) {
        map->keep_empty = stw_yaml_is(value, "keep");
        if (!map->keep_empty && !stw_yaml_is(value, "skip"))
            return stw_yaml_fail(reader->err, &reader->doc, value,
                                 "'empty_rows' must be keep or skip");
    }
    return STW_OK;
}

/* The columns and what becomes of them. */
static int read_body(struct stw_map_reader *reader, node *root)
{
    node *fold = stw_yaml_find(root, "fold"), *wide = stw_yaml_find(root, "wide");
    node *previous = stw_yaml_find(root, "previous"), *sums = stw_yaml_find(root, "sums");
    node *registry = stw_yaml_find(root, "registry"), *fields = stw_yaml_find(root, "fields");
    if (fold != NULL)
        STW_TRY(stw_map_read_fold(reader, fold));
    if (fields == NULL)
        return stw_yaml_fail(reader->err, &reader->doc, root, "'fields' is missing");
    STW_TRY(read_fields(reader, fields));
    if (wide != NULL)
        STW_TRY(read_wide(reader, wide));
    if (previous != NULL)
        STW_TRY(stw_map_read_previous(reader, previous));
    if (sums != NULL)
        STW_TRY(stw_map_read_sums(reader, sums));
    if (registry != NULL)
        STW_TRY(read_registry(reader, registry));
    return check_complete(reader, fields);
}

int stw_map_parse(struct stw_map *map, const char *file, struct stw_slice text,
                  const struct stw_schema *schema, struct stw_buffer *excerpt,
                  struct stw_error *err)
{
    memset(map, 0, sizeof(*map));
    stw_arena_init(&map->arena);
    map->separator = ',';
    map->quote = '"';
    stw_map_container_init(&map->container);
    map->style.point = '.';
    struct stw_map_reader reader = {.map = map, .schema = schema, .err = err};
    if (text.size > STW_MAP_BYTES_MAX)
        return stw_fail(err, STW_ERR_LIMIT, "a column map of %zu bytes is too long", text.size);
    int status = stw_yaml_parse(&reader.doc, &map->arena, file, text, err);
    if (status == STW_OK)
        status = read_top(&reader, reader.doc.root);
    if (status == STW_OK)
        status = read_body(&reader, reader.doc.root);
    map->file = reader.doc.file;
    if (status < 0 && excerpt != NULL && reader.doc.fail_line > 0)
        stw_yaml_excerpt(&reader.doc, reader.doc.fail_line, reader.doc.fail_column, excerpt);
    if (status < 0)
        stw_map_release(map);
    return status;
}

void stw_map_release(struct stw_map *map)
{
    stw_arena_release(&map->arena);
    memset(map, 0, sizeof(*map));
}

const struct stw_map_field *stw_map_find(const struct stw_map *map, struct stw_slice name)
{
    for (uint32_t i = 0; i < map->field_count; i++)
        if (stw_slice_equal(map->fields[i].name, name))
            return &map->fields[i];
    return NULL;
}
