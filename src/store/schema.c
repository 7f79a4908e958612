/* The schema loader; see schema.h. */
#include "store/schema.h"

#include "base/arena.h"
#include "base/memory.h"
#include "base/suggest.h"
#include "text/yaml_tree.h"
#include "time/civil.h"
#include "time/duration.h"

#include <stdio.h>
#include <string.h>

struct stw_schema {
    struct stw_arena arena;
    struct stw_slice text;
    struct stw_table *tables;
    uint32_t table_count;
    int64_t replay_window_ns;
};

static const char *const type_names[] = {
    [STW_TYPE_DECIMAL] = "decimal", [STW_TYPE_FLOAT] = "float", [STW_TYPE_INT] = "int",
    [STW_TYPE_BOOL] = "bool",       [STW_TYPE_TIME] = "time",   [STW_TYPE_TEXT] = "text",
};
static const char *const identity_names[] = {
    [STW_IDENTITY_TIME] = "time",
    [STW_IDENTITY_SERIES] = "series",
    [STW_IDENTITY_ALL] = "all",
};
static const char *const partition_names[] = {
    [STW_PARTITION_MONTH] = "month",
    [STW_PARTITION_YEAR] = "year",
    [STW_PARTITION_ALL] = "all",
};

const char *stw_type_name(enum stw_type type)
{
    if ((int)type < STW_TYPE_DECIMAL || (int)type > STW_TYPE_TEXT)
        return NULL;
    return type_names[type];
}

/* ---- Loading --------------------------------------------------------------------------------- */

static bool name_is_good(struct stw_slice name)
{
    if (name.size == 0 || name.size > STW_SCHEMA_NAME_SIZE_MAX || name.data[0] < 'a' ||
        name.data[0] > 'z')
        return false;
    for (size_t i = 0; i < name.size; i++) {
        char c = name.data[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_')
            return false;
    }
    return true;
}

static int want_name(struct stw_yaml *doc, const struct stw_yaml_node *node, const char *what,
                     struct stw_slice *out, struct stw_error *err)
{
    STW_TRY(stw_yaml_expect(doc, node, STW_YAML_SCALAR, what, err));
    if (!name_is_good(node->text))
        return stw_yaml_fail(err, doc, node,
                             "'%.*s' is no name for %s; use a-z, 0-9 and _, a letter first, at "
                             "most %d of them",
                             STW_SLICE_ARG(node->text), what, STW_SCHEMA_NAME_SIZE_MAX);
    *out = node->text;
    return STW_OK;
}

/* The place (1 or more) of a word in a list of names; `otherwise` where node is NULL. */
static int want_word(struct stw_yaml *doc, const struct stw_yaml_node *node, const char *what,
                     const char *const *names, int count, int otherwise, int *out,
                     struct stw_error *err)
{
    *out = otherwise;
    if (node == NULL && otherwise != 0)
        return STW_OK;
    STW_TRY(stw_yaml_expect(doc, node, STW_YAML_SCALAR, what, err));
    struct stw_suggest suggest;
    stw_suggest_init(&suggest, node->text);
    for (int i = 1; i < count; i++) {
        if (stw_slice_is(node->text, names[i])) {
            *out = i;
            return STW_OK;
        }
        stw_suggest_offer(&suggest, stw_slice_of(names[i]));
    }
    int status = stw_yaml_fail(err, doc, node, "'%.*s' is not %s", STW_SLICE_ARG(node->text), what);
    if (suggest.best.data != NULL)
        stw_error_hint(err, "did you mean '%.*s'?", STW_SLICE_ARG(suggest.best));
    return status;
}

static int load_keys(struct stw_yaml *doc, const struct stw_yaml_node *node,
                     struct stw_table *table, struct stw_error *err)
{
    STW_TRY(stw_yaml_expect(doc, node, STW_YAML_SEQUENCE, "'keys'", err));
    if (node->count == 0 || node->count > STW_SCHEMA_KEYS_MAX)
        return stw_yaml_fail(err, doc, node, "a table has 1 to %d keys", STW_SCHEMA_KEYS_MAX);
    struct stw_slice *keys = STW_ARENA_ARRAY(doc->arena, struct stw_slice, node->count);
    if (keys == NULL)
        return stw_fail_memory(err, node->count * sizeof(*keys));
    table->keys = keys;
    STW_YAML_EACH(entry, node)
    {
        struct stw_slice name;
        STW_TRY(want_name(doc, entry->value, "a key", &name, err));
        if (stw_table_key(table, name) >= 0)
            return stw_yaml_fail(err, doc, entry->value, "the key '%.*s' is there twice",
                                 STW_SLICE_ARG(name));
        keys[table->key_count++] = name;
    }
    return STW_OK;
}

static int load_columns(struct stw_yaml *doc, const struct stw_yaml_node *node,
                        struct stw_table *table, struct stw_error *err)
{
    STW_TRY(stw_yaml_expect(doc, node, STW_YAML_MAPPING, "'columns'", err));
    if (node->count == 0 || node->count > STW_SCHEMA_COLUMNS_MAX)
        return stw_yaml_fail(err, doc, node, "a table has 1 to %d columns", STW_SCHEMA_COLUMNS_MAX);
    struct stw_column *columns = STW_ARENA_ARRAY(doc->arena, struct stw_column, node->count);
    if (columns == NULL)
        return stw_fail_memory(err, node->count * sizeof(*columns));
    table->columns = columns;
    STW_YAML_EACH(entry, node)
    {
        struct stw_column *column = &columns[table->column_count];
        int type = 0;
        STW_TRY(want_name(doc, entry->key, "a column", &column->name, err));
        STW_TRY(
            want_word(doc, entry->value, "a type", type_names, STW_TYPE_TEXT + 1, 0, &type, err));
        if (stw_table_key(table, column->name) >= 0 ||
            stw_slice_equal(column->name, table->time_name))
            return stw_yaml_fail(err, doc, entry->key, "'%.*s' is a key or the time already",
                                 STW_SLICE_ARG(column->name));
        column->type = (enum stw_type)type;
        table->column_count++;
    }
    return STW_OK;
}

static int load_table(struct stw_yaml *doc, const struct stw_yaml_entry *entry,
                      struct stw_table *table, struct stw_error *err)
{
    static const char *const known[] = {"keys", "time", "identity", "partition", "columns", NULL};
    int identity = 0, partition = 0;
    const struct stw_yaml_node *node = entry->value;
    STW_TRY(want_name(doc, entry->key, "a table", &table->name, err));
    STW_TRY(stw_yaml_expect(doc, node, STW_YAML_MAPPING, "a table", err));
    STW_TRY(stw_yaml_check_keys(doc, node, known, "a table", err));
    const struct stw_yaml_node *time = stw_yaml_find(node, "time");
    table->time_name = STW_SLICE("time");
    if (time != NULL)
        STW_TRY(want_name(doc, time, "the time", &table->time_name, err));
    STW_TRY(want_word(doc, stw_yaml_find(node, "identity"), "an identity (time, series, all)",
                      identity_names, STW_IDENTITY_ALL + 1, STW_IDENTITY_TIME, &identity, err));
    STW_TRY(want_word(doc, stw_yaml_find(node, "partition"), "a partition (month, year, all)",
                      partition_names, STW_PARTITION_ALL + 1, STW_PARTITION_MONTH, &partition,
                      err));
    table->identity = (enum stw_identity)identity;
    table->partition = (enum stw_partition)partition;
    const struct stw_yaml_node *keys = stw_yaml_find(node, "keys");
    const struct stw_yaml_node *columns = stw_yaml_find(node, "columns");
    if (keys == NULL || columns == NULL)
        return stw_yaml_fail(err, doc, entry->key, "the table '%.*s' needs 'keys' and 'columns'",
                             STW_SLICE_ARG(table->name));
    STW_TRY(load_keys(doc, keys, table, err));
    if (stw_table_key(table, table->time_name) >= 0)
        return stw_yaml_fail(err, doc, time, "'%.*s' is a key already",
                             STW_SLICE_ARG(table->time_name));
    return load_columns(doc, columns, table, err);
}

static int load_replay_window(struct stw_yaml *doc, const struct stw_yaml_node *node,
                              int64_t *window_ns, struct stw_error *err)
{
    struct stw_duration window;
    struct stw_error trouble = {0};
    *window_ns = STW_SCHEMA_REPLAY_WINDOW_DAYS * STW_NS_PER_DAY;
    if (node == NULL)
        return STW_OK;
    STW_TRY(stw_yaml_expect(doc, node, STW_YAML_SCALAR, "the replay window", err));
    int status = stw_duration_parse(node->text, &window, &trouble);
    if (status == STW_OK && window.months == 0) {
        *window_ns = window.ns;
        return STW_OK;
    }
    return stw_yaml_fail(err, doc, node, "a replay window is a time such as 90 days, not '%.*s'",
                         STW_SLICE_ARG(node->text));
}

static int load(struct stw_schema *schema, const char *name, struct stw_slice text,
                struct stw_error *err)
{
    static const char *const known[] = {"tables", "replay_window", NULL};
    struct stw_yaml doc;
    if (text.size > STW_SCHEMA_TEXT_SIZE_MAX)
        return stw_fail(err, STW_ERR_LIMIT, "%s has %zu bytes, more than %d", name, text.size,
                        STW_SCHEMA_TEXT_SIZE_MAX);
    STW_TRY(stw_yaml_parse(&doc, &schema->arena, name, text, err));
    schema->text = doc.source;
    STW_TRY(stw_yaml_expect(&doc, doc.root, STW_YAML_MAPPING, "a schema", err));
    STW_TRY(stw_yaml_check_keys(&doc, doc.root, known, "a schema", err));
    STW_TRY(load_replay_window(&doc, stw_yaml_find(doc.root, "replay_window"),
                               &schema->replay_window_ns, err));
    const struct stw_yaml_node *tables = stw_yaml_find(doc.root, "tables");
    STW_TRY(stw_yaml_expect(&doc, tables, STW_YAML_MAPPING, "'tables'", err));
    if (tables->count == 0 || tables->count > STW_SCHEMA_TABLES_MAX)
        return stw_yaml_fail(err, &doc, tables, "a schema has 1 to %d tables",
                             STW_SCHEMA_TABLES_MAX);
    schema->tables = STW_ARENA_ARRAY(&schema->arena, struct stw_table, tables->count);
    if (schema->tables == NULL)
        return stw_fail_memory(err, tables->count * sizeof(*schema->tables));
    STW_YAML_EACH(entry, tables)
    {
        struct stw_table *table = &schema->tables[schema->table_count];
        table->number = schema->table_count;
        STW_TRY(load_table(&doc, entry, table, err));
        schema->table_count++;
    }
    return STW_OK;
}

int stw_schema_parse(struct stw_schema **out, const char *name, struct stw_slice text,
                     struct stw_error *err)
{
    struct stw_schema *schema = stw_alloc_zero(1, sizeof(*schema));
    if (schema == NULL)
        return stw_fail_memory(err, sizeof(*schema));
    stw_arena_init(&schema->arena);
    int status = load(schema, name, text, err);
    if (status != STW_OK) {
        stw_schema_free(schema);
        return status;
    }
    *out = schema;
    return STW_OK;
}

int stw_schema_extend(const char *name, struct stw_slice own, struct stw_buffer *out,
                      struct stw_error *err)
{
    struct stw_schema *alone = NULL, *both;
    struct stw_slice builtin = stw_schema_builtin();
    STW_TRY(stw_schema_parse(&alone, name, own, err));
    stw_schema_free(alone);
    const char *end = own.data + own.size, *line = own.data;
    bool found = false;
    while (line < end && !found) {
        const char *next = memchr(line, '\n', (size_t)(end - line));
        next = next == NULL ? end : next + 1;
        struct stw_slice text = stw_slice_trim((struct stw_slice){line, (size_t)(next - line)});
        found = stw_slice_starts(text, STW_SLICE("tables:")) && *line == 't';
        line = next;
    }
    stw_buffer_add_slice(out, builtin);
    stw_buffer_add(out, line, (size_t)(end - line));
    STW_TRY(stw_buffer_status(out, err));
    int status = stw_schema_parse(&both, name, stw_buffer_slice(out), NULL);
    if (status == STW_OK) {
        stw_schema_free(both);
        return STW_OK;
    }
    stw_fail(err, STW_ERR_INPUT, "the tables of %s cannot be set beside the built-in ones", name);
    stw_error_hint(err, "begin with a line 'tables:', move each table in by two blanks, and use no "
                        "name of a built-in table");
    return STW_ERR_INPUT;
}

void stw_schema_free(struct stw_schema *schema)
{
    if (schema == NULL)
        return;
    stw_arena_release(&schema->arena);
    stw_free(schema);
}

/* ---- Looking up ------------------------------------------------------------------------------ */

struct stw_slice stw_schema_text(const struct stw_schema *schema)
{
    return schema->text;
}

int64_t stw_schema_replay_window_ns(const struct stw_schema *schema)
{
    return schema->replay_window_ns;
}

int stw_schema_put_replay_window(struct stw_slice text, struct stw_slice window,
                                 struct stw_buffer *out, struct stw_error *err)
{
    static const struct stw_slice word = {"replay_window:", 14};
    struct stw_duration duration;
    STW_TRY(stw_duration_parse(window, &duration, err));
    if (duration.months != 0)
        return stw_fail(err, STW_ERR_USAGE,
                        "a replay window is a time such as 90 days, not '%.*s': months differ",
                        STW_SLICE_ARG(window));
    for (const char *line = text.data, *end = text.data + text.size; line < end;) {
        const char *next = memchr(line, '\n', (size_t)(end - line));
        next = next == NULL ? end : next + 1;
        struct stw_slice whole = {line, (size_t)(next - line)};
        if (!stw_slice_starts(whole, word))
            stw_buffer_add_slice(out, whole);
        line = next;
    }
    if (out->size > 0 && out->data[out->size - 1] != '\n')
        stw_buffer_add_char(out, '\n');
    stw_buffer_printf(out, "replay_window: %.*s\n", STW_SLICE_ARG(window));
    return stw_buffer_status(out, err);
}

uint32_t stw_schema_table_count(const struct stw_schema *schema)
{
    return schema->table_count;
}

const struct stw_table *stw_schema_table(const struct stw_schema *schema, uint32_t number)
{
    assert(number < schema->table_count);
    return &schema->tables[number];
}

const struct stw_table *stw_schema_find(const struct stw_schema *schema, struct stw_slice name)
{
    for (uint32_t i = 0; i < schema->table_count; i++) {
        if (stw_slice_equal(schema->tables[i].name, name))
            return &schema->tables[i];
    }
    return NULL;
}

int stw_schema_want(const struct stw_schema *schema, struct stw_slice name,
                    const struct stw_table **table, struct stw_error *err)
{
    *table = stw_schema_find(schema, name);
    if (*table != NULL)
        return STW_OK;
    struct stw_suggest suggest;
    stw_suggest_init(&suggest, name);
    for (uint32_t i = 0; i < schema->table_count; i++)
        stw_suggest_offer(&suggest, schema->tables[i].name);
    int status = stw_fail(err, STW_ERR_NOT_FOUND, "there is no table '%.*s'", STW_SLICE_ARG(name));
    if (suggest.best.data != NULL)
        stw_error_hint(err, "did you mean '%.*s'?", STW_SLICE_ARG(suggest.best));
    else
        stw_error_hint(err, "steward info STORE lists its tables");
    return status;
}

int stw_table_column(const struct stw_table *table, struct stw_slice name)
{
    for (uint32_t i = 0; i < table->column_count; i++) {
        if (stw_slice_equal(table->columns[i].name, name))
            return (int)i;
    }
    return -1;
}

int stw_table_key(const struct stw_table *table, struct stw_slice name)
{
    for (uint32_t i = 0; i < table->key_count; i++) {
        if (stw_slice_equal(table->keys[i], name))
            return (int)i;
    }
    return -1;
}

/* ---- Growing --------------------------------------------------------------------------------- */

static int table_compatible(const struct stw_table *old, const struct stw_table *grown,
                            struct stw_error *err)
{
    const char *changed = NULL;
    if (old->identity != grown->identity)
        changed = "identity";
    else if (old->partition != grown->partition)
        changed = "partition";
    else if (old->key_count != grown->key_count)
        changed = "keys";
    for (uint32_t i = 0; changed == NULL && i < old->key_count; i++) {
        if (!stw_slice_equal(old->keys[i], grown->keys[i]))
            changed = "keys";
    }
    if (changed != NULL)
        return stw_fail(err, STW_ERR_INPUT, "the table '%.*s' cannot change its %s: it has rows",
                        STW_SLICE_ARG(old->name), changed);
    for (uint32_t i = 0; i < old->column_count; i++) {
        const struct stw_column *column = &old->columns[i];
        int place = stw_table_column(grown, column->name);
        if (place < 0)
            return stw_fail(err, STW_ERR_INPUT, "the table '%.*s' has lost its column '%.*s'",
                            STW_SLICE_ARG(old->name), STW_SLICE_ARG(column->name));
        if (grown->columns[place].type != column->type)
            return stw_fail(err, STW_ERR_INPUT, "'%.*s' of '%.*s' cannot change from %s to %s",
                            STW_SLICE_ARG(column->name), STW_SLICE_ARG(old->name),
                            stw_type_name(column->type), stw_type_name(grown->columns[place].type));
    }
    return STW_OK;
}

int stw_schema_compatible(const struct stw_schema *old, const struct stw_schema *grown,
                          struct stw_error *err)
{
    for (uint32_t i = 0; i < old->table_count; i++) {
        const struct stw_table *table = stw_schema_find(grown, old->tables[i].name);
        if (table == NULL)
            return stw_fail(err, STW_ERR_INPUT, "the schema has lost its table '%.*s'",
                            STW_SLICE_ARG(old->tables[i].name));
        STW_TRY(table_compatible(&old->tables[i], table, err));
    }
    return STW_OK;
}

/* ---- Partitions ------------------------------------------------------------------------------ */

void stw_partition_of(enum stw_partition partition, int64_t time_ns, int64_t *from_ns,
                      int64_t *to_ns)
{
    assert(time_ns >= STW_TIME_MIN_NS && time_ns < STW_TIME_MAX_NS);
    *from_ns = STW_TIME_MIN_NS;
    *to_ns = STW_TIME_MAX_NS;
    if (partition == STW_PARTITION_ALL)
        return;
    struct stw_civil civil;
    stw_civil_of_local(time_ns, &civil);
    int month = partition == STW_PARTITION_MONTH ? civil.month : 1;
    int months = partition == STW_PARTITION_MONTH ? 1 : 12;
    bool turns = month + months > 12;
    *from_ns = stw_civil_days(civil.year, month, 1) * STW_NS_PER_DAY;
    *to_ns = stw_civil_days(civil.year + turns, turns ? 1 : month + months, 1) * STW_NS_PER_DAY;
}

void stw_partition_name(enum stw_partition partition, int64_t from_ns, char *text, size_t size)
{
    struct stw_civil civil;
    stw_civil_of_local(from_ns, &civil);
    if (partition == STW_PARTITION_ALL)
        snprintf(text, size, "all");
    else if (partition == STW_PARTITION_YEAR)
        snprintf(text, size, "%04d", civil.year);
    else
        snprintf(text, size, "%04d-%02d", civil.year, civil.month);
}
