/* The layouts of a column map: columns of days, the reading before, sums, folds; see map.h. */
#include "base/suggest.h"
#include "ingest/map_parse_inside.h"

#include <ctype.h>
#include <string.h>

typedef stw_map_node node;

/* A field that is no column of the table. `none` where the node is absent. */
static int read_own_field(struct stw_map_reader *reader, node *spec, const char *name,
                          enum stw_type type, struct stw_map_field *field)
{
    *field = (struct stw_map_field){.name = stw_slice_of(name), .type = type};
    if (type == STW_TYPE_TIME)
        field->role = STW_MAP_TIME;
    return stw_map_read_spec(reader, spec, field);
}

/* One of a few words; *out is its place among them. */
static int read_word(struct stw_map_reader *reader, node *value, const char *what,
                     const char *const *words, int *out)
{
    struct stw_slice text;
    struct stw_suggest suggest;
    STW_TRY(stw_map_read_text(reader, value, what, &text));
    stw_suggest_init(&suggest, text);
    for (*out = 0; words[*out] != NULL; ++*out) {
        if (stw_slice_is(text, words[*out]))
            return STW_OK;
        stw_suggest_offer(&suggest, stw_slice_of(words[*out]));
    }
    stw_yaml_fail(reader->err, &reader->doc, value, "%s must be %s%s%s", what, words[0],
                  words[1] == NULL ? "" : " or ", words[1] == NULL ? "" : words[1]);
    if (suggest.best.data != NULL)
        stw_error_hint(reader->err, "did you mean '%.*s'?", STW_SLICE_ARG(suggest.best));
    return STW_ERR_INPUT;
}

/* ---- Wide by day ----------------------------------------------------------------------------- */

int stw_map_read_days(struct stw_map_reader *reader, node *spec)
{
    static const char *const known[] = {"month", "hour", "first_day", NULL};
    struct stw_map *map = reader->map;
    struct stw_map_days *days = &map->days;
    STW_TRY(stw_yaml_expect(&reader->doc, spec, STW_YAML_MAPPING, "'days'", reader->err));
    STW_TRY(stw_yaml_check_keys(&reader->doc, spec, known, "'days'", reader->err));
    node *month = stw_yaml_find(spec, "month"), *hour = stw_yaml_find(spec, "hour");
    node *first = stw_yaml_find(spec, "first_day");
    *days = (struct stw_map_days){
        .used = true, .first_day = 1, .line = spec->line, .column = spec->column};
    if (!map->container.header)
        return stw_yaml_fail(reader->err, &reader->doc, spec,
                             "columns of days are known by their headers, and the file has none");
    node *title = stw_yaml_find(month, "title");
    if (title != NULL) {
        if (month->count != 1 || !stw_yaml_is(title, "yes"))
            return stw_yaml_fail(reader->err, &reader->doc, month,
                                 "a month in the title is written {title: yes}");
        days->month_in_title = true;
    } else if (month != NULL) {
        days->has_month = true;
        STW_TRY(read_own_field(reader, month, "month", STW_TYPE_TEXT, &days->month));
    }
    if (hour == NULL) {
        stw_yaml_fail(reader->err, &reader->doc, spec,
                      "'days' does not say at which hour of a day its value is taken");
        stw_error_hint(reader->err, "hour: 0 is the day's beginning, hour: 24 its end");
        return STW_ERR_INPUT;
    }
    int64_t value;
    STW_TRY(stw_map_read_whole(reader, hour, "'hour'", 0, 24, &value));
    days->hour = (int)value;
    if (first != NULL) {
        STW_TRY(stw_map_read_whole(reader, first, "'first_day'", 1, 28, &value));
        days->first_day = (int)value;
    }
    return STW_OK;
}

/* ---- The reading before ---------------------------------------------------------------------- */

int stw_map_read_previous(struct stw_map_reader *reader, node *spec)
{
    static const char *const known[] = {"value", "time", NULL};
    struct stw_map *map = reader->map;
    struct stw_map_previous *previous = &map->previous;
    STW_TRY(stw_yaml_expect(&reader->doc, spec, STW_YAML_MAPPING, "'previous'", reader->err));
    STW_TRY(stw_yaml_check_keys(&reader->doc, spec, known, "'previous'", reader->err));
    node *value = stw_yaml_find(spec, "value"), *time = stw_yaml_find(spec, "time");
    int column = stw_table_column(map->table, STW_SLICE("value"));
    const struct stw_map_field *present = stw_map_find(map, STW_SLICE("value"));
    bool decimal = column >= 0 && map->table->columns[column].type == STW_TYPE_DECIMAL &&
                   map->table->identity == STW_IDENTITY_TIME;
    if (!decimal || present == NULL || map->is_wide || map->fold.into != STW_MAP_FOLD_NONE)
        return stw_yaml_fail(reader->err, &reader->doc, spec,
                             "'previous' goes with a field 'value', a decimal, of a file with a "
                             "row a reading");
    if (value == NULL)
        return stw_yaml_fail(reader->err, &reader->doc, spec,
                             "'previous' does not say which column its 'value' is in");
    previous->used = true;
    STW_TRY(read_own_field(reader, value, "previous value", STW_TYPE_DECIMAL, &previous->value));
    previous->value.role = STW_MAP_VALUE;
    previous->value.index = (uint32_t)column;
    if (time == NULL)
        return STW_OK;
    previous->has_time = true;
    return read_own_field(reader, time, "previous time", STW_TYPE_TIME, &previous->time);
}

/* ---- Sums ------------------------------------------------------------------------------------ */

static int read_sum(struct stw_map_reader *reader, node *spec, struct stw_map_sum *sum)
{
    static const char *const known[] = {"total", "parts", "tolerance", NULL};
    STW_TRY(stw_yaml_expect(&reader->doc, spec, STW_YAML_MAPPING, "a sum", reader->err));
    STW_TRY(stw_yaml_check_keys(&reader->doc, spec, known, "a sum", reader->err));
    node *total = stw_yaml_find(spec, "total"), *parts = stw_yaml_find(spec, "parts");
    node *tolerance = stw_yaml_find(spec, "tolerance");
    if (total == NULL || parts == NULL || tolerance == NULL)
        return stw_yaml_fail(reader->err, &reader->doc, spec,
                             "a sum needs 'total', 'parts' and 'tolerance'");
    STW_TRY(stw_map_read_text(reader, total, "'total'", &sum->total));
    STW_TRY(stw_yaml_expect(&reader->doc, parts, STW_YAML_SEQUENCE, "'parts'", reader->err));
    if (parts->count == 0 || parts->count > STW_MAP_PARTS_MAX)
        return stw_yaml_fail(reader->err, &reader->doc, parts, "'parts' must name 1 to %d channels",
                             STW_MAP_PARTS_MAX);
    STW_YAML_EACH(entry, parts)
    {
        struct stw_slice *part = &sum->parts[sum->part_count];
        STW_TRY(stw_map_read_text(reader, entry->value, "a channel", part));
        bool twice = stw_slice_equal(*part, sum->total);
        for (uint32_t i = 0; i < sum->part_count; i++)
            twice = twice || stw_slice_equal(*part, sum->parts[i]);
        if (twice)
            return stw_yaml_fail(reader->err, &reader->doc, entry->value,
                                 "the channel '%.*s' stands twice in the sum",
                                 STW_SLICE_ARG(*part));
        sum->part_count++;
    }
    struct stw_slice text;
    STW_TRY(stw_map_read_text(reader, tolerance, "'tolerance'", &text));
    if (stw_number_parse(text, NULL, &sum->tolerance) != STW_NUMBER_OK || sum->tolerance.value < 0)
        return stw_yaml_fail(
            reader->err, &reader->doc, tolerance,
            "'tolerance' must be a number of 0 or more, in the unit of the values");
    return STW_OK;
}

int stw_map_read_sums(struct stw_map_reader *reader, node *spec)
{
    struct stw_map *map = reader->map;
    STW_TRY(stw_yaml_expect(&reader->doc, spec, STW_YAML_SEQUENCE, "'sums'", reader->err));
    int value = stw_table_column(map->table, STW_SLICE("value"));
    if (stw_table_key(map->table, STW_SLICE("channel")) < 0 || value < 0 ||
        map->table->columns[value].type != STW_TYPE_DECIMAL)
        return stw_yaml_fail(reader->err, &reader->doc, spec,
                             "'sums' are over the channels of a table with a decimal 'value'");
    struct stw_map_sum *sums = STW_ARENA_ARRAY(&map->arena, struct stw_map_sum, spec->count);
    if (sums == NULL)
        return stw_fail_memory(reader->err, spec->count * sizeof(*sums));
    map->sums = sums;
    STW_YAML_EACH(entry, spec)
    {
        STW_TRY(read_sum(reader, entry->value, &sums[map->sum_count]));
        map->sum_count++;
    }
    return STW_OK;
}

/* ---- Folds ----------------------------------------------------------------------------------- */

/* "{first Active}" into what it makes; false: no such made column. */
static bool read_made(enum stw_map_fold_into into, struct stw_slice name, struct stw_map_made *made)
{
    static const struct {
        const char *name;
        enum stw_map_fold_into into;
        enum stw_map_making making;
        bool of_state;
    } forms[] = {{"{first}", STW_MAP_FOLD_ORDERS, STW_MAP_MADE_FIRST, false},
                 {"{last}", STW_MAP_FOLD_ORDERS, STW_MAP_MADE_LAST, false},
                 {"{first ", STW_MAP_FOLD_ORDERS, STW_MAP_MADE_FIRST, true},
                 {"{last ", STW_MAP_FOLD_ORDERS, STW_MAP_MADE_LAST, true},
                 {"{start}", STW_MAP_FOLD_OUTAGES, STW_MAP_MADE_START, false},
                 {"{end}", STW_MAP_FOLD_OUTAGES, STW_MAP_MADE_END, false},
                 {"{beginning}", STW_MAP_FOLD_OUTAGES, STW_MAP_MADE_BEGINNING, false},
                 {"{ending}", STW_MAP_FOLD_OUTAGES, STW_MAP_MADE_ENDING, false},
                 {"{censored}", STW_MAP_FOLD_OUTAGES, STW_MAP_MADE_CENSORED, false},
                 {"{log}", STW_MAP_FOLD_ORDERS, STW_MAP_MADE_LOG, false},
                 {"{log}", STW_MAP_FOLD_OUTAGES, STW_MAP_MADE_LOG, false}};
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        size_t size = strlen(forms[i].name);
        if (forms[i].into != into || !stw_slice_starts(name, stw_slice_of(forms[i].name)))
            continue;
        if (!forms[i].of_state && name.size != size)
            continue;
        *made = (struct stw_map_made){.name = name, .making = forms[i].making};
        if (forms[i].of_state)
            made->state =
                stw_slice_trim((struct stw_slice){name.data + size, name.size - size - 1});
        return !forms[i].of_state || made->state.size > 0;
    }
    return false;
}

static bool is_made_time(enum stw_map_making making)
{
    return making == STW_MAP_MADE_FIRST || making == STW_MAP_MADE_LAST ||
           making == STW_MAP_MADE_START || making == STW_MAP_MADE_END;
}

static int check_made(struct stw_map_reader *reader, node *at, const struct stw_map_field *field,
                      const struct stw_map_made *made)
{
    const struct stw_map_fold *fold = &reader->map->fold;
    enum stw_type type = is_made_time(made->making) ? STW_TYPE_TIME : STW_TYPE_TEXT;
    if (made->state.size > 0 && fold->state.column_count == 0)
        return stw_yaml_fail(reader->err, &reader->doc, at, "'%.*s' needs the fold's 'state'",
                             STW_SLICE_ARG(made->name));
    if (field->column_count > 1)
        return stw_yaml_fail(reader->err, &reader->doc, at, "'%.*s' is joined with no other column",
                             STW_SLICE_ARG(made->name));
    if (field->type != type)
        return stw_yaml_fail(reader->err, &reader->doc, at, "'%.*s' is a %s, and '%.*s' a %s",
                             STW_SLICE_ARG(made->name), stw_type_name(type),
                             STW_SLICE_ARG(field->name), stw_type_name(field->type));
    return STW_OK;
}

int stw_map_note_made(struct stw_map_reader *reader, node *at, struct stw_map_field *field)
{
    struct stw_map_fold *fold = &reader->map->fold;
    for (uint32_t i = 0; i < field->column_count && fold->into != STW_MAP_FOLD_NONE; i++) {
        struct stw_slice name = field->columns[i].name;
        struct stw_map_made made;
        if (name.size < 2 || name.data[0] != '{' || name.data[name.size - 1] != '}')
            continue;
        if (!read_made(fold->into, name, &made))
            return stw_yaml_fail(reader->err, &reader->doc, at,
                                 "'%.*s' is no column that this fold makes; there are %s",
                                 STW_SLICE_ARG(name),
                                 fold->into == STW_MAP_FOLD_ORDERS
                                     ? "{first}, {last}, {first STATE} and {last STATE}"
                                     : "{start}, {end}, {beginning}, {ending} and {censored}");
        STW_TRY(check_made(reader, at, field, &made));
        uint32_t known = 0;
        while (known < fold->made_count && !stw_slice_equal(reader->made[known].name, name))
            known++;
        if (known == STW_MAP_MADE_MAX)
            return stw_yaml_fail(reader->err, &reader->doc, at,
                                 "a fold makes no more than %d columns", STW_MAP_MADE_MAX);
        reader->made[known] = made;
        fold->made_count += known == fold->made_count;
    }
    return STW_OK;
}

/* The words of a state are up, down and unknown; an unknown one must have a meaning. */
static int check_states(struct stw_map_reader *reader, node *spec, struct stw_map_fold *fold,
                        bool unknown_told)
{
    for (uint32_t i = 0; i < fold->state.word_count; i++) {
        struct stw_slice to = fold->state.words[i].to;
        bool unknown = stw_slice_is(to, "unknown");
        if (!unknown && !stw_slice_is(to, "up") && !stw_slice_is(to, "down"))
            return stw_yaml_fail(reader->err, &reader->doc, spec,
                                 "a state is up, down or unknown, not '%.*s'", STW_SLICE_ARG(to));
        if (!unknown || unknown_told)
            continue;
        stw_yaml_fail(reader->err, &reader->doc, spec,
                      "the fold does not say what an unknown state does to an outage");
        stw_error_hint(reader->err, "unknown: same goes on with the state before; unknown: ends "
                                    "follows the outage no further");
        return STW_ERR_INPUT;
    }
    return STW_OK;
}

static int read_fold_words(struct stw_map_reader *reader, node *spec, struct stw_map_fold *fold,
                           enum stw_map_fold_into into)
{
    static const char *const blanks[] = {"empty", "as before", NULL};
    static const char *const unknowns[] = {"same", "ends", NULL};
    static const char *const befores[] = {"keep", "skip", NULL};
    static const char *const holds[] = {"states", "changes", NULL};
    node *records = stw_yaml_find(spec, "records");
    node *blank = stw_yaml_find(spec, "blank"), *unknown = stw_yaml_find(spec, "unknown");
    node *before = stw_yaml_find(spec, "before");
    node *odd = into == STW_MAP_FOLD_OUTAGES ? blank
                : unknown != NULL            ? unknown
                : before != NULL             ? before
                                             : records;
    int word;
    if (odd != NULL)
        return stw_yaml_fail(reader->err, &reader->doc, odd,
                             into == STW_MAP_FOLD_OUTAGES
                                 ? "'blank' goes with a fold into orders"
                                 : "'unknown', 'before' and 'records' go with a fold into outages");
    if (blank != NULL) {
        STW_TRY(read_word(reader, blank, "'blank'", blanks, &word));
        fold->blank_as_before = word == 1;
    }
    if (unknown != NULL) {
        STW_TRY(read_word(reader, unknown, "'unknown'", unknowns, &word));
        fold->unknown_ends = word == 1;
    }
    if (before != NULL) {
        STW_TRY(read_word(reader, before, "'before'", befores, &word));
        fold->skip_before = word == 1;
    }
    if (records != NULL) {
        STW_TRY(read_word(reader, records, "'records'", holds, &word));
        fold->by_changes = word == 1;
    }
    return into == STW_MAP_FOLD_OUTAGES ? check_states(reader, spec, fold, unknown != NULL)
                                        : STW_OK;
}

/* The name under which the store keeps the log: of letters, digits, '_' and '-'. */
static int read_log(struct stw_map_reader *reader, node *spec, struct stw_map_fold *fold)
{
    node *log = stw_yaml_find(spec, "log");
    fold->log = reader->map->table->name;
    if (log == NULL)
        return STW_OK;
    STW_TRY(stw_map_read_text(reader, log, "'log'", &fold->log));
    bool fits = fold->log.size > 0 && fold->log.size <= STW_MAP_LOG_SIZE_MAX;
    for (size_t i = 0; i < fold->log.size; i++)
        fits = fits && (isalnum((unsigned char)fold->log.data[i]) ||
                        strchr("_-", fold->log.data[i]) != NULL);
    if (fits)
        return STW_OK;
    return stw_yaml_fail(reader->err, &reader->doc, log,
                         "'log' must be a name of at most %d letters, digits, '_' and '-'",
                         STW_MAP_LOG_SIZE_MAX);
}

static bool has_column(const struct stw_table *table, struct stw_slice name, enum stw_type type)
{
    int column = stw_table_column(table, name);
    return column >= 0 && table->columns[column].type == type;
}

/* The store needs a place for the log, and a way to find the rows it was folded into. */
static int check_tables(struct stw_map_reader *reader, node *spec)
{
    const struct stw_table *table = reader->map->table;
    const struct stw_table *changes = stw_schema_find(reader->schema, STW_SLICE("changes"));
    if (changes == NULL || changes->key_count != 2 || changes->identity != STW_IDENTITY_ALL ||
        !has_column(changes, STW_SLICE("place"), STW_TYPE_INT) ||
        !has_column(changes, STW_SLICE("state"), STW_TYPE_TEXT) ||
        !has_column(changes, STW_SLICE("cells"), STW_TYPE_TEXT)) {
        stw_yaml_fail(reader->err, &reader->doc, spec,
                      "the store has no table 'changes', in which logs are kept");
        stw_error_hint(reader->err, "an older version made it: a new store's schema.yml has the "
                                    "table; steward init STORE --schema FILE adds it");
        return STW_ERR_INPUT;
    }
    if (table->identity == STW_IDENTITY_SERIES ||
        has_column(table, STW_SLICE("log"), STW_TYPE_TEXT))
        return STW_OK;
    stw_yaml_fail(reader->err, &reader->doc, spec,
                  "'%.*s' has no column 'log', by which the rows of a log are found again",
                  STW_SLICE_ARG(table->name));
    stw_error_hint(reader->err, "add `log: text` to its columns: steward init STORE --schema FILE");
    return STW_ERR_INPUT;
}

int stw_map_read_fold(struct stw_map_reader *reader, node *spec)
{
    static const char *const known[] = {"into",  "key",     "time",   "state",   "ties", "log",
                                        "blank", "unknown", "before", "records", NULL};
    static const char *const intos[] = {"orders", "outages", NULL};
    struct stw_map *map = reader->map;
    struct stw_map_fold *fold = &map->fold;
    STW_TRY(stw_yaml_expect(&reader->doc, spec, STW_YAML_MAPPING, "'fold'", reader->err));
    STW_TRY(stw_yaml_check_keys(&reader->doc, spec, known, "'fold'", reader->err));
    node *into = stw_yaml_find(spec, "into"), *key = stw_yaml_find(spec, "key");
    node *time = stw_yaml_find(spec, "time"), *state = stw_yaml_find(spec, "state");
    node *ties = stw_yaml_find(spec, "ties");
    int word;
    if (into == NULL || key == NULL || time == NULL)
        return stw_yaml_fail(reader->err, &reader->doc, spec,
                             "'fold' needs 'into', 'key' and 'time'");
    STW_TRY(read_word(reader, into, "'into'", intos, &word));
    if (word == 1 && state == NULL)
        return stw_yaml_fail(reader->err, &reader->doc, spec, "outages need the 'state'");
    if (!map->container.header)
        return stw_yaml_fail(reader->err, &reader->doc, spec, "a fold needs a file with a header");
    fold->line = spec->line;
    fold->column = spec->column;
    STW_TRY(read_log(reader, spec, fold));
    STW_TRY(read_own_field(reader, key, "key", STW_TYPE_TEXT, &fold->key));
    STW_TRY(read_own_field(reader, time, "time", STW_TYPE_TIME, &fold->time));
    if (state != NULL)
        STW_TRY(read_own_field(reader, state, "state", STW_TYPE_TEXT, &fold->state));
    if (ties != NULL)
        STW_TRY(read_own_field(reader, ties, "ties", STW_TYPE_INT, &fold->ties));
    if (fold->key.from == STW_MAP_CONSTANT || fold->time.from == STW_MAP_CONSTANT ||
        fold->state.from == STW_MAP_CONSTANT || fold->ties.from == STW_MAP_CONSTANT)
        return stw_yaml_fail(reader->err, &reader->doc, spec,
                             "key, time, state and ties of a fold are columns");
    enum stw_map_fold_into value = word == 0 ? STW_MAP_FOLD_ORDERS : STW_MAP_FOLD_OUTAGES;
    STW_TRY(read_fold_words(reader, spec, fold, value));
    reader->made = STW_ARENA_ARRAY(&map->arena, struct stw_map_made, STW_MAP_MADE_MAX);
    if (reader->made == NULL)
        return stw_fail_memory(reader->err, STW_MAP_MADE_MAX * sizeof(*reader->made));
    fold->made = reader->made;
    fold->into = value;
    if (stw_yaml_find(reader->doc.root, "wide") != NULL)
        return stw_yaml_fail(reader->err, &reader->doc, spec,
                             "'fold' and 'wide' exclude each other");
    return STW_OK;
}

/* A made column that goes into a column of the same name, unless the map puts something else there.
 */
static int add_made(struct stw_map_reader *reader, struct stw_slice name,
                    struct stw_map_field *field)
{
    const struct stw_map_fold *fold = &reader->map->fold;
    int column = stw_table_column(reader->map->table, name);
    struct stw_slice made =
        stw_slice_of(stw_arena_printf(&reader->map->arena, "{%.*s}", STW_SLICE_ARG(name)));
    if (made.data == NULL)
        return stw_fail_memory(reader->err, name.size);
    *field = (struct stw_map_field){.name = reader->map->table->columns[column].name,
                                    .role = STW_MAP_VALUE,
                                    .index = (uint32_t)column,
                                    .type = STW_TYPE_TEXT,
                                    .columns = {{made, 0}},
                                    .column_count = 1,
                                    .format = STW_SLICE("iso"),
                                    .hour = -1,
                                    .frozen = -1,
                                    .line = fold->line,
                                    .column = fold->column};
    return stw_map_note_made(reader, reader->doc.root, field);
}

int stw_map_add_made(struct stw_map_reader *reader, struct stw_map_field *fields)
{
    static const struct stw_slice names[] = {{"log", 3}, {"censored", 8}};
    struct stw_map *map = reader->map;
    bool outages = map->fold.into == STW_MAP_FOLD_OUTAGES;
    if (map->fold.into != STW_MAP_FOLD_NONE)
        STW_TRY(check_tables(reader, stw_yaml_find(reader->doc.root, "fold")));
    for (int i = 0; i < STW_MAP_MADE_OWN && map->fold.into != STW_MAP_FOLD_NONE; i++) {
        const struct stw_map_field *field = stw_map_find(map, names[i]);
        bool is_log = i == 0;
        if (is_log && field != NULL && !stw_slice_is(field->columns[0].name, "{log}"))
            return stw_yaml_fail(reader->err, &reader->doc, reader->doc.root,
                                 "the column 'log' is the fold's own: leave it out");
        if (field != NULL || !has_column(map->table, names[i], STW_TYPE_TEXT) ||
            (!is_log && !outages))
            continue;
        STW_TRY(add_made(reader, names[i], &fields[map->field_count]));
        map->field_count++;
    }
    return STW_OK;
}
