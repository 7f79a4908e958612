/* --set on a map that was read; see map_set.h. */
#include "ingest/map_set.h"

#include "base/suggest.h"
#include "ingest/map_facts.h"
#include "store/field.h"

#include <string.h>

static int fail_unknown(const struct stw_map *map, struct stw_slice name, struct stw_error *err)
{
    struct stw_suggest suggest;
    stw_suggest_init(&suggest, name);
    for (uint32_t i = 0; i < map->table->column_count; i++)
        stw_suggest_offer(&suggest, map->table->columns[i].name);
    for (uint32_t i = 0; map->devices != NULL && i < map->devices->column_count; i++)
        stw_suggest_offer(&suggest, map->devices->columns[i].name);
    stw_fail(err, STW_ERR_USAGE, "'%.*s' is no column of %.*s and no attribute of devices",
             STW_SLICE_ARG(name), STW_SLICE_ARG(map->table->name));
    if (suggest.best.data != NULL)
        stw_error_hint(err, "did you mean --set %.*s=...?", STW_SLICE_ARG(suggest.best));
    return STW_ERR_USAGE;
}

/* The word the registry has for it: 水 is water. */
static struct stw_slice in_registry_words(const struct stw_map *map, struct stw_slice name,
                                          struct stw_slice value)
{
    const struct stw_field *field = stw_field_find(map->table->name, name);
    if (field == NULL)
        field = stw_field_find(STW_SLICE("devices"), name);
    const char *means = field == NULL ? NULL : stw_field_meaning(field, value);
    return means == NULL ? value : stw_slice_of(means);
}

/* A copy of the fields with room for one more. */
static struct stw_map_field *copy_fields(struct stw_map *map, struct stw_error *err)
{
    struct stw_map_field *list =
        STW_ARENA_ARRAY(&map->arena, struct stw_map_field, map->field_count + 1);
    if (list == NULL)
        (void)stw_fail_memory(err, (map->field_count + 1) * sizeof(*list));
    else
        memcpy(list, map->fields, map->field_count * sizeof(*list));
    return list;
}

/* What the file or the map says itself is not overruled; only empty texts are filled in. */
static int check_stated(const struct stw_map *map, const struct stw_map_field *stated,
                        struct stw_slice value, struct stw_error *err)
{
    if (stated->from == STW_MAP_CONSTANT) {
        if (stw_slice_equal(stated->constant, value))
            return STW_OK;
        return stw_fail(err, STW_ERR_USAGE, "the map says '%.*s'", STW_SLICE_ARG(stated->constant));
    }
    if (stated->type == STW_TYPE_TEXT && !stated->required && !stated->fill_down)
        return STW_OK;
    return stw_fail(err, STW_ERR_USAGE, "the files of %.*s have a column for '%.*s'",
                    STW_SLICE_ARG(map->table->name), STW_SLICE_ARG(stated->name));
}

static int set_column(struct stw_map *map, uint32_t column, struct stw_slice name,
                      struct stw_slice value, struct stw_error *err)
{
    const struct stw_map_field *stated = stw_map_find(map, name);
    if (map->is_wide && column == map->wide_into)
        return stw_fail(err, STW_ERR_USAGE, "'%.*s' is what the columns of the file hold",
                        STW_SLICE_ARG(name));
    if (stated != NULL)
        STW_TRY(check_stated(map, stated, value, err));
    struct stw_map_field *list = copy_fields(map, err);
    if (list == NULL)
        return STW_ERR_MEMORY;
    if (stated != NULL) {
        struct stw_map_field *field = &list[stated - map->fields];
        if (field->from == STW_MAP_COLUMN)
            field->fallback = value;
    } else {
        list[map->field_count++] = (struct stw_map_field){
            .name = map->table->columns[column].name,
            .role = STW_MAP_VALUE,
            .index = column,
            .type = map->table->columns[column].type,
            .from = STW_MAP_CONSTANT,
            .constant = value,
            .format = STW_SLICE("iso"),
            .hour = -1,
            .frozen = -1,
        };
    }
    map->fields = list;
    return STW_OK;
}

/* What is said on the command line goes before what a column tells. */
static int drop_said(struct stw_map *map, uint32_t column, struct stw_error *err)
{
    struct stw_map_field *list =
        STW_ARENA_ARRAY(&map->arena, struct stw_map_field, map->said_count);
    uint32_t count = 0;
    if (list == NULL)
        return stw_fail_memory(err, map->said_count * sizeof(*list));
    for (uint32_t i = 0; i < map->said_count; i++)
        if (map->said[i].index != column)
            list[count++] = map->said[i];
    map->said = list;
    map->said_count = count;
    return STW_OK;
}

static int set_fact(struct stw_map *map, uint32_t column, struct stw_slice value,
                    struct stw_error *err)
{
    struct stw_map_fact *list =
        STW_ARENA_ARRAY(&map->arena, struct stw_map_fact, map->fact_count + 1);
    if (list == NULL)
        return stw_fail_memory(err, (map->fact_count + 1) * sizeof(*list));
    if (map->fact_count > 0)
        memcpy(list, map->facts, map->fact_count * sizeof(*list));
    uint32_t at = 0;
    while (at < map->fact_count && list[at].index != column)
        at++;
    STW_TRY(stw_map_fact_read(&list[at], map->devices, column, value, false, err));
    STW_TRY(drop_said(map, column, err));
    map->facts = list;
    map->fact_count += at == map->fact_count;
    return STW_OK;
}

int stw_map_set(struct stw_map *map, struct stw_slice name, struct stw_slice value,
                struct stw_error *err)
{
    int column = stw_table_column(map->table, name);
    int attribute = map->devices == NULL ? -1 : stw_table_column(map->devices, name);
    bool of_device = stw_table_key(map->table, STW_SLICE("device")) >= 0;
    if (value.size == 0 || memchr(value.data, '{', value.size) != NULL)
        return stw_fail(err, STW_ERR_USAGE, "%.*s needs a value, without braces",
                        STW_SLICE_ARG(name));
    if (column < 0 && (attribute < 0 || !of_device))
        return fail_unknown(map, name, err);
    value = stw_arena_copy(&map->arena, in_registry_words(map, name, value));
    if (value.data == NULL)
        return stw_fail_memory(err, value.size);
    if (column < 0)
        return set_fact(map, (uint32_t)attribute, value, err);
    if (map->table == map->devices)
        STW_TRY(stw_map_check_attribute(name, value, err));
    return set_column(map, (uint32_t)column, name, value, err);
}
