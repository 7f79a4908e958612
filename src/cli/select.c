/* Filters and time ranges of commands; see select.h. */
#include "cli/select.h"

#include "api/month.h"
#include "base/memory.h"
#include "base/suggest.h"
#include "cli/command.h"

#include <stdio.h>

bool stw_select_is_filter(const char *word)
{
    return strchr(word, '=') != NULL;
}

int stw_select_table(struct stw_view *view, const char *name, const struct stw_table **table,
                     struct stw_error *err)
{
    const struct stw_schema *schema = stw_view_schema(view);
    int status = stw_schema_want(schema, stw_slice_of(name), table, err);
    const struct stw_table *readings = stw_schema_find(schema, STW_SLICE("readings"));
    if (status == STW_OK || readings == NULL)
        return status;
    struct stw_series series = stw_view_series(view, readings);
    for (uint32_t id = 0; id < series.count; id++)
        for (uint32_t k = 0; k < readings->key_count; k++)
            if (stw_slice_is(stw_key_part(stw_series_key(&series, id), k), name)) {
                stw_error_hint(err, "write %.*s=%s", STW_SLICE_ARG(readings->keys[k]), name);
                return status;
            }
    return status;
}

/* "a,b,c" into slices of the arena. */
static int split_values(struct stw_arena *arena, struct stw_slice text,
                        const struct stw_slice **values, uint32_t *count, struct stw_error *err)
{
    uint32_t parts = 1;
    for (size_t i = 0; i < text.size; i++)
        parts += text.data[i] == ',';
    struct stw_slice *list = STW_ARENA_ARRAY(arena, struct stw_slice, parts);
    struct stw_slice copy = stw_arena_copy(arena, text);
    if (list == NULL || copy.data == NULL)
        return stw_fail_memory(err, text.size);
    uint32_t at = 0;
    size_t start = 0;
    for (size_t i = 0; i <= copy.size; i++)
        if (i == copy.size || copy.data[i] == ',') {
            list[at++] = (struct stw_slice){copy.data + start, i - start};
            start = i + 1;
        }
    *values = list;
    *count = parts;
    return STW_OK;
}

static int unknown_name(const struct stw_table *table, struct stw_slice name, struct stw_error *err)
{
    struct stw_suggest suggest;
    stw_suggest_init(&suggest, name);
    for (uint32_t i = 0; i < table->key_count; i++)
        stw_suggest_offer(&suggest, table->keys[i]);
    for (uint32_t i = 0; i < table->column_count; i++)
        if (table->columns[i].type == STW_TYPE_TEXT)
            stw_suggest_offer(&suggest, table->columns[i].name);
    for (int i = 0; i < STW_ATTRIBUTE_COUNT; i++)
        stw_suggest_offer(&suggest, stw_slice_of(stw_attribute_name((enum stw_attribute)i)));
    int status = stw_fail(err, STW_ERR_USAGE,
                          "'%.*s' is no key or text column of %.*s and no attribute of devices",
                          STW_SLICE_ARG(name), STW_SLICE_ARG(table->name));
    if (suggest.best.data != NULL)
        stw_error_hint(err, "did you mean %.*s=?", STW_SLICE_ARG(suggest.best));
    return status;
}

static int take_filter(struct stw_select *select, const char *word, struct stw_error *err)
{
    const char *equals = strchr(word, '=');
    if (equals == NULL || equals == word)
        return stw_fail(err, STW_ERR_USAGE, "'%s' is not a filter: NAME=VALUE", word);
    struct stw_slice name = {word, (size_t)(equals - word)};
    const struct stw_slice *values = NULL;
    uint32_t value_count = 0;
    STW_TRY(split_values(&select->arena, stw_slice_of(equals + 1), &values, &value_count, err));
    if (select->match_count + select->filter_count >= STW_SELECT_FILTERS_MAX)
        return stw_fail(err, STW_ERR_LIMIT, "more than %d filters", STW_SELECT_FILTERS_MAX);
    /* device.kind is the device's kind also where the table has a kind of its own. */
    struct stw_slice prefix = STW_SLICE("device.");
    bool of_device = stw_slice_starts(name, prefix);
    if (of_device)
        name = (struct stw_slice){name.data + prefix.size, name.size - prefix.size};
    int key = of_device ? -1 : stw_table_key(select->table, name);
    int column = of_device ? -1 : stw_table_column(select->table, name);
    bool is_text = column >= 0 && select->table->columns[column].type == STW_TYPE_TEXT;
    if (key >= 0 || is_text) {
        select->matches[select->match_count++] = (struct stw_select_match){
            .is_key = key >= 0,
            .place = (uint32_t)(key >= 0 ? key : column),
            .values = values,
            .value_count = value_count,
        };
        return STW_OK;
    }
    int attribute = stw_attribute_find(name);
    if (attribute < 0)
        return unknown_name(select->table, name, err);
    if (stw_table_key(select->table, STW_SLICE("device")) < 0)
        return stw_fail(err, STW_ERR_USAGE,
                        "%.*s is an attribute of devices, and the table %.*s is not kept by device",
                        STW_SLICE_ARG(name), STW_SLICE_ARG(select->table->name));
    select->filters[select->filter_count++] = (struct stw_filter){
        .attribute = (enum stw_attribute)attribute,
        .values = values,
        .value_count = value_count,
    };
    return STW_OK;
}

static int parse_time(const struct stw_select *select, const char *option, const char *text,
                      int64_t *out, struct stw_error *err)
{
    if (stw_cli_instant(text, select->zone, out))
        return STW_OK;
    int status = stw_fail(err, STW_ERR_USAGE, "--%s '%s' is not a time", option, text);
    stw_error_hint(err, "write 2026-10-01, 2026-10-01T06:00 or 2026-10-01T06:00+08:00");
    return status;
}

static int take_times(struct stw_select *select, struct stw_view *view,
                      const struct stw_arguments *arguments, struct stw_error *err)
{
    const char *from = stw_arguments_value(arguments, "from");
    const char *to = stw_arguments_value(arguments, "to");
    const char *month = stw_arguments_value(arguments, "month");
    struct stw_table_info info = stw_view_table_info(view, select->table);
    select->from_ns = info.time_min_ns;
    select->to_ns = info.time_max_ns < INT64_MAX ? info.time_max_ns + 1 : INT64_MAX;
    if (month != NULL && (from != NULL || to != NULL))
        return stw_fail(err, STW_ERR_USAGE, "give --month, or --from and --to");
    if (month != NULL)
        return stw_month_parse(month, select->zone, 1, &select->from_ns, &select->to_ns, err);
    if (from != NULL)
        STW_TRY(parse_time(select, "from", from, &select->from_ns, err));
    if (to != NULL)
        STW_TRY(parse_time(select, "to", to, &select->to_ns, err));
    if (from != NULL && to != NULL && select->from_ns >= select->to_ns)
        return stw_fail(err, STW_ERR_USAGE, "--from %s is not before --to %s", from, to);
    return STW_OK;
}

int stw_select_parse(struct stw_select *select, struct stw_view *view,
                     const struct stw_arguments *arguments, const struct stw_table *table,
                     int first, struct stw_error *err)
{
    memset(select, 0, sizeof(*select));
    stw_arena_init(&select->arena);
    select->table = table;
    select->lasting = -1;
    STW_TRY(stw_cli_zone(stw_arguments_value(arguments, "zone"), view, &select->zone, err));
    for (int i = first; i < arguments->positional_count; i++)
        STW_TRY(take_filter(select, arguments->positionals[i], err));
    return take_times(select, view, arguments, err);
}

int stw_select_lasting(struct stw_select *select, struct stw_view *view, const char *column,
                       struct stw_error *err)
{
    const struct stw_table *table = select->table;
    int place = stw_table_column(table, stw_slice_of(column));
    if (place < 0 || table->columns[place].type != STW_TYPE_TIME) {
        struct stw_suggest suggest;
        stw_suggest_init(&suggest, stw_slice_of(column));
        for (uint32_t i = 0; i < table->column_count; i++)
            if (table->columns[i].type == STW_TYPE_TIME)
                stw_suggest_offer(&suggest, table->columns[i].name);
        int status = stw_fail(err, STW_ERR_USAGE, "--lasting '%s' is no time column of %.*s",
                              column, STW_SLICE_ARG(table->name));
        if (suggest.best.data != NULL)
            stw_error_hint(err, "did you mean %.*s?", STW_SLICE_ARG(suggest.best));
        return status;
    }
    select->lasting = place;
    select->lasts_from_ns = select->from_ns;
    select->from_ns = stw_view_table_info(view, table).time_min_ns;
    if (select->from_ns > select->lasts_from_ns)
        select->from_ns = select->lasts_from_ns;
    return STW_OK;
}

bool stw_select_has_row_filter(const struct stw_select *select)
{
    for (uint32_t i = 0; i < select->match_count; i++)
        if (!select->matches[i].is_key)
            return true;
    return select->lasting >= 0;
}

void stw_select_release(struct stw_select *select)
{
    stw_zone_free(select->zone);
    stw_arena_release(&select->arena);
    memset(select, 0, sizeof(*select));
}

static bool is_one_of(const struct stw_select_match *match, struct stw_slice value)
{
    for (uint32_t i = 0; i < match->value_count; i++)
        if (stw_slice_equal(match->values[i], value))
            return true;
    return false;
}

int stw_select_series(const struct stw_select *select, struct stw_view *view, uint32_t **series,
                      uint32_t *count, struct stw_error *err)
{
    struct stw_scan_spec spec = {
        .table = select->table,
        .filters = select->filters,
        .filter_count = select->filter_count,
        .attributes_at_ns = select->to_ns == INT64_MIN ? INT64_MIN : select->to_ns - 1,
        .from_ns = select->from_ns,
        .to_ns = select->to_ns,
    };
    STW_TRY(stw_scan_series(view, &spec, series, count, err));
    struct stw_series all = stw_view_series(view, select->table);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < *count; i++) {
        struct stw_slice key = stw_series_key(&all, (*series)[i]);
        bool wanted = true;
        for (uint32_t m = 0; m < select->match_count && wanted; m++)
            if (select->matches[m].is_key)
                wanted =
                    is_one_of(&select->matches[m], stw_key_part(key, select->matches[m].place));
        if (wanted)
            (*series)[kept++] = (*series)[i];
    }
    *count = kept;
    return STW_OK;
}

/* Begun in the range, or before it and not known to have ended by then. */
static bool lasts(const struct stw_select *select, const struct stw_run *run, uint32_t row)
{
    const struct stw_vector *end = &run->columns[select->lasting];
    return run->time_ns[row] >= select->lasts_from_ns || !stw_vector_has(end, row) ||
           end->ints[row] > select->lasts_from_ns;
}

bool stw_select_row(const struct stw_select *select, const struct stw_run *run, uint32_t row)
{
    if (select->lasting >= 0 && !lasts(select, run, row))
        return false;
    for (uint32_t m = 0; m < select->match_count; m++) {
        const struct stw_select_match *match = &select->matches[m];
        if (match->is_key)
            continue;
        const struct stw_vector *vector = &run->columns[match->place];
        struct stw_slice value =
            stw_vector_has(vector, row) ? stw_vector_text(vector, row) : STW_SLICE("");
        if (!is_one_of(match, value))
            return false;
    }
    return true;
}
