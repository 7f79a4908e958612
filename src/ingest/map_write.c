/* A column map as YAML; see stw_map_write. Every setting is written, so that two maps that mean the
 * same give the same text: it is part of what makes a file "the same file". */
#include "ingest/map.h"
#include "ingest/map_facts.h"
#include "text/width.h"

#include <string.h>

/* Characters YAML refuses or an editor does not show; see text/yaml_advice.c. */
static bool is_invisible(uint32_t code)
{
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x2028 || code == 0x2029 ||
           code == 0xFEFF || code == 0xFFFE || code == 0xFFFF;
}

void stw_map_put_scalar(struct stw_buffer *out, struct stw_slice text)
{
    bool plain = text.size > 0;
    for (size_t i = 0; i < text.size && plain; i++) {
        char c = text.data[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        bool inner = (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '/' || c == '.';
        plain = letter || (i > 0 && inner);
    }
    if (plain) {
        stw_buffer_add_slice(out, text);
        return;
    }
    stw_buffer_add_char(out, '"');
    while (text.size > 0) {
        uint32_t code;
        size_t size = stw_utf8_decode(text, &code);
        if (code == '"' || code == '\\')
            stw_buffer_add_char(out, '\\');
        if (is_invisible(code))
            stw_buffer_printf(out, "\\u%04X", (unsigned)code);
        else
            stw_buffer_add(out, text.data, size);
        text.data += size;
        text.size -= size;
    }
    stw_buffer_add_char(out, '"');
}

void stw_map_put_comment(struct stw_buffer *out, struct stw_slice text)
{
    bool line_begins = true;
    while (text.size > 0) {
        uint32_t code;
        size_t size = stw_utf8_decode(text, &code);
        if (line_begins)
            stw_buffer_add_text(out, "# ");
        line_begins = code == '\n';
        if (line_begins)
            stw_buffer_add_char(out, '\n');
        else if (is_invisible(code) || code == STW_CODE_INVALID)
            stw_buffer_add_char(out, '?');
        else
            stw_buffer_add(out, text.data, size);
        text.data += size;
        text.size -= size;
    }
    if (!line_begins)
        stw_buffer_add_char(out, '\n');
}

static void put_character(struct stw_buffer *out, const char *key, char c, const char *end)
{
    stw_buffer_printf(out, "%s: ", key);
    if (c == '\0')
        stw_buffer_add_text(out, "none");
    else if (c == '\t')
        stw_buffer_add_text(out, "tab");
    else
        stw_map_put_scalar(out, (struct stw_slice){&c, 1});
    stw_buffer_add_text(out, end);
}

static void put_list(struct stw_buffer *out, const struct stw_slice *list, uint32_t count)
{
    stw_buffer_add_char(out, '[');
    for (uint32_t i = 0; i < count; i++) {
        stw_buffer_add_text(out, i > 0 ? ", " : "");
        stw_map_put_scalar(out, list[i]);
    }
    stw_buffer_add_char(out, ']');
}

static void put_ref(struct stw_buffer *out, const struct stw_map_ref *ref)
{
    if (ref->name.data != NULL)
        stw_map_put_scalar(out, ref->name);
    else
        stw_buffer_printf(out, "%u", ref->number);
}

static void put_pair(struct stw_buffer *out, const char *key, struct stw_slice value)
{
    stw_buffer_printf(out, ", %s: ", key);
    stw_map_put_scalar(out, value);
}

static void put_source(struct stw_buffer *out, const struct stw_map_field *field)
{
    if (field->from == STW_MAP_CONSTANT) {
        stw_buffer_add_text(out, "constant: ");
        stw_map_put_scalar(out, field->constant);
    } else if (field->column_count == 1) {
        stw_buffer_add_text(out, field->columns[0].name.data != NULL ? "column: " : "number: ");
        put_ref(out, &field->columns[0]);
    } else {
        stw_buffer_add_text(out, "columns: [");
        for (uint32_t i = 0; i < field->column_count; i++) {
            stw_buffer_add_text(out, i > 0 ? ", " : "");
            put_ref(out, &field->columns[i]);
        }
        stw_buffer_add_char(out, ']');
    }
}

/* {column: ..., ...}: where a value comes from and how it is read. */
static void put_spec(struct stw_buffer *out, const struct stw_map_field *field)
{
    stw_buffer_add_char(out, '{');
    put_source(out, field);
    if (field->type == STW_TYPE_TIME)
        put_pair(out, "format", field->format);
    if (field->zone.size > 0)
        put_pair(out, "zone", field->zone);
    if (field->type == STW_TYPE_TIME && field->hour >= 0)
        stw_buffer_printf(out, ", hour: %d", field->hour);
    if (field->type == STW_TYPE_TIME && field->frozen >= 0)
        stw_buffer_printf(out, ", frozen: \"%02d:00\"", field->frozen);
    if (field->word_count > 0)
        stw_buffer_add_text(out, ", values: {");
    for (uint32_t i = 0; i < field->word_count; i++) {
        stw_buffer_add_text(out, i > 0 ? ", " : "");
        stw_map_put_scalar(out, field->words[i].from);
        stw_buffer_add_text(out, ": ");
        stw_map_put_scalar(out, field->words[i].to);
    }
    if (field->word_count > 0)
        stw_buffer_add_char(out, '}');
    if (field->missing != NULL) {
        stw_buffer_add_text(out, ", missing: ");
        put_list(out, field->missing, field->missing_count);
    }
    if (field->fallback.data != NULL)
        put_pair(out, "default", field->fallback);
    if (field->fill_down)
        stw_buffer_add_text(out, ", fill_down: yes");
    if (field->unit.size > 0)
        put_pair(out, "unit", field->unit);
    if (field->required)
        stw_buffer_add_text(out, ", required: yes");
    stw_buffer_add_char(out, '}');
}

static void put_field(struct stw_buffer *out, const struct stw_map_field *field)
{
    stw_buffer_add_text(out, "  ");
    stw_map_put_scalar(out, field->name);
    stw_buffer_add_text(out, ": ");
    put_spec(out, field);
    stw_buffer_add_char(out, '\n');
}

static void put_fold(struct stw_buffer *out, const struct stw_map_fold *fold)
{
    bool orders = fold->into == STW_MAP_FOLD_ORDERS;
    if (fold->into == STW_MAP_FOLD_NONE)
        return;
    stw_buffer_printf(out, "fold:\n  into: %s\n  key: ", orders ? "orders" : "outages");
    put_spec(out, &fold->key);
    stw_buffer_add_text(out, "\n  time: ");
    put_spec(out, &fold->time);
    if (fold->state.column_count > 0) {
        stw_buffer_add_text(out, "\n  state: ");
        put_spec(out, &fold->state);
    }
    if (fold->ties.column_count > 0) {
        stw_buffer_add_text(out, "\n  ties: ");
        put_spec(out, &fold->ties);
    }
    stw_buffer_printf(out, "\n  log: %.*s", STW_SLICE_ARG(fold->log));
    if (orders)
        stw_buffer_printf(out, "\n  blank: %s\n", fold->blank_as_before ? "as before" : "empty");
    else
        stw_buffer_printf(out, "\n  unknown: %s\n  before: %s\n  records: %s\n",
                          fold->unknown_ends ? "ends" : "same", fold->skip_before ? "skip" : "keep",
                          fold->by_changes ? "changes" : "states");
}

static void put_days(struct stw_buffer *out, const struct stw_map_days *days)
{
    stw_buffer_add_text(out, "  days: {");
    if (days->has_month) {
        stw_buffer_add_text(out, "month: ");
        put_spec(out, &days->month);
        stw_buffer_add_text(out, ", ");
    }
    if (days->month_in_title)
        stw_buffer_add_text(out, "month: {title: yes}, ");
    stw_buffer_printf(out, "hour: %d, first_day: %d}\n", days->hour, days->first_day);
}

static void put_previous(struct stw_buffer *out, const struct stw_map_previous *previous)
{
    if (!previous->used)
        return;
    stw_buffer_add_text(out, "previous:\n  value: ");
    put_spec(out, &previous->value);
    if (previous->has_time) {
        stw_buffer_add_text(out, "\n  time: ");
        put_spec(out, &previous->time);
    }
    stw_buffer_add_char(out, '\n');
}

static void put_sums(struct stw_buffer *out, const struct stw_map *map)
{
    char tolerance[STW_DECIMAL_TEXT_SIZE];
    if (map->sum_count > 0)
        stw_buffer_add_text(out, "sums:\n");
    for (uint32_t i = 0; i < map->sum_count; i++) {
        const struct stw_map_sum *sum = &map->sums[i];
        stw_decimal_format(sum->tolerance, true, tolerance);
        stw_buffer_add_text(out, "- {total: ");
        stw_map_put_scalar(out, sum->total);
        stw_buffer_add_text(out, ", parts: ");
        put_list(out, sum->parts, sum->part_count);
        stw_buffer_printf(out, ", tolerance: %s}\n", tolerance);
    }
}

static void put_facts(struct stw_buffer *out, const struct stw_map *map,
                      const struct stw_map_fact *facts, uint32_t count, const char *between)
{
    for (uint32_t i = 0; i < count; i++) {
        stw_buffer_add_text(out, i > 0 ? ", " : between);
        stw_map_put_scalar(out, map->devices->columns[facts[i].index].name);
        stw_buffer_add_text(out, ": ");
        stw_map_put_scalar(out, facts[i].value);
    }
}

static void put_wide_column(struct stw_buffer *out, const struct stw_map *map,
                            const struct stw_map_wide *wide, bool is_rest)
{
    const char *between = "";
    stw_buffer_add_text(out, is_rest ? "  rest: {" : "  - {");
    if (!is_rest) {
        stw_buffer_add_text(out, wide->column.name.data != NULL ? "column: " : "number: ");
        put_ref(out, &wide->column);
        between = ", ";
    }
    for (uint32_t i = 0; i < map->table->key_count; i++) {
        if (wide->keys[i].data == NULL)
            continue;
        stw_buffer_add_text(out, between);
        stw_map_put_scalar(out, map->table->keys[i]);
        stw_buffer_add_text(out, ": ");
        stw_map_put_scalar(out, wide->keys[i]);
        between = ", ";
    }
    put_facts(out, map, wide->facts, wide->fact_count, between);
    stw_buffer_add_text(out, "}\n");
}

/* Facts of the map, and those that columns tell. */
static void put_registry(struct stw_buffer *out, const struct stw_map *map)
{
    if (map->fact_count + map->said_count == 0)
        return;
    stw_buffer_add_text(out, "registry: {");
    put_facts(out, map, map->facts, map->fact_count, "");
    for (uint32_t i = 0; i < map->said_count; i++) {
        stw_buffer_add_text(out, i + map->fact_count > 0 ? ", " : "");
        stw_map_put_scalar(out, map->said[i].name);
        stw_buffer_add_text(out, ": ");
        put_spec(out, &map->said[i]);
    }
    stw_buffer_add_text(out, "}\n");
}

void stw_map_write(const struct stw_map *map, struct stw_buffer *out)
{
    if (map->about.size > 0) {
        stw_buffer_add_text(out, "about: ");
        stw_map_put_scalar(out, map->about);
        stw_buffer_add_char(out, '\n');
    }
    stw_buffer_add_text(out, "table: ");
    stw_map_put_scalar(out, map->table->name);
    stw_buffer_add_text(out, "\nformat: {");
    enum stw_container kind = map->container.kind;
    if (kind <= STW_CONTAINER_CSV) {
        put_character(out, "separator", map->separator, ", ");
        put_character(out, "quote", map->quote, ", ");
    }
    stw_map_container_write(&map->container, out);
    stw_buffer_add_text(out, ", ");
    put_character(out, "decimal", map->style.point, ", ");
    put_character(out, "thousands", map->style.group, "");
    stw_buffer_add_text(out, map->style.minus_behind ? ", minus: behind" : "");
    if (kind != STW_CONTAINER_XLSX)
        stw_buffer_printf(out, ", encoding: %s", stw_encoding_name(map->encoding));
    stw_buffer_add_text(out, map->exact ? ", exact: yes}\n" : "}\n");
    if (map->zone.size > 0) {
        stw_buffer_add_text(out, "zone: ");
        stw_map_put_scalar(out, map->zone);
        stw_buffer_add_char(out, '\n');
    }
    stw_buffer_add_text(out, "missing: ");
    if (map->missing == NULL)
        stw_buffer_add_text(out, "standard");
    else
        put_list(out, map->missing, map->missing_count);
    stw_buffer_printf(out, "\nempty_rows: %s\n", map->keep_empty ? "keep" : "skip");
    if (map->file_name.size > 0) {
        stw_buffer_add_text(out, "file_name: ");
        stw_map_put_scalar(out, map->file_name);
        stw_buffer_add_char(out, '\n');
    }
    put_fold(out, &map->fold);
    stw_buffer_add_text(out, map->field_count > 0 ? "fields:\n" : "fields: {}\n");
    for (uint32_t i = 0; i < map->field_count; i++)
        put_field(out, &map->fields[i]);
    if (map->is_wide) {
        stw_buffer_add_text(out, "wide:\n  into: ");
        stw_map_put_scalar(out, map->table->columns[map->wide_into].name);
        stw_buffer_add_text(out, map->wide_count > 0 ? "\n  columns:\n" : "\n");
        for (uint32_t i = 0; i < map->wide_count; i++)
            put_wide_column(out, map, &map->wide[i], false);
        if (map->rest != NULL)
            put_wide_column(out, map, map->rest, true);
        if (map->days.used)
            put_days(out, &map->days);
    }
    put_previous(out, &map->previous);
    put_sums(out, map);
    put_registry(out, map);
}
