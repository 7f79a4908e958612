/* The layouts of a column map: columns of days, the reading before, sums, folds; see map.h. */
#include "base/suggest.h"
#include "ingest/map_parse_inside.h"

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
                 {"{ending}", STW_MAP_FOLD_OUTAGES, STW_MAP_MADE_ENDING, false}};
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
                                     : "{start}, {end}, {beginning} and {ending}");
        if (made.state.size > 0 && fold->state.column_count == 0)
            return stw_yaml_fail(reader->err, &reader->doc, at, "'%.*s' needs the fold's 'state'",
                                 STW_SLICE_ARG(name));
        if (field->type == STW_TYPE_TIME) {
            field->format = fold->time.format;
            field->zone = fold->time.zone;
            field->hour = fold->time.hour;
            field->frozen = fold->time.frozen;
        }
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
    node *blank = stw_yaml_find(spec, "blank"), *unknown = stw_yaml_find(spec, "unknown");
    node *before = stw_yaml_find(spec, "before");
    node *odd = into == STW_MAP_FOLD_OUTAGES ? blank : unknown != NULL ? unknown : before;
    int word;
    if (odd != NULL)
        return stw_yaml_fail(reader->err, &reader->doc, odd,
                             into == STW_MAP_FOLD_OUTAGES
                                 ? "'blank' goes with a fold into orders"
                                 : "'unknown' and 'before' go with a fold into outages");
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
    return into == STW_MAP_FOLD_OUTAGES ? check_states(reader, spec, fold, unknown != NULL)
                                        : STW_OK;
}

int stw_map_read_fold(struct stw_map_reader *reader, node *spec)
{
    static const char *const known[] = {"into",  "key",     "time",   "state",
                                        "blank", "unknown", "before", NULL};
    static const char *const intos[] = {"orders", "outages", NULL};
    struct stw_map *map = reader->map;
    struct stw_map_fold *fold = &map->fold;
    STW_TRY(stw_yaml_expect(&reader->doc, spec, STW_YAML_MAPPING, "'fold'", reader->err));
    STW_TRY(stw_yaml_check_keys(&reader->doc, spec, known, "'fold'", reader->err));
    node *into = stw_yaml_find(spec, "into"), *key = stw_yaml_find(spec, "key");
    node *time = stw_yaml_find(spec, "time"), *state = stw_yaml_find(spec, "state");
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
    STW_TRY(read_own_field(reader, key, "key", STW_TYPE_TEXT, &fold->key));
    STW_TRY(read_own_field(reader, time, "time", STW_TYPE_TIME, &fold->time));
    if (state != NULL)
        STW_TRY(read_own_field(reader, state, "state", STW_TYPE_TEXT, &fold->state));
    if (fold->key.from == STW_MAP_CONSTANT || fold->time.from == STW_MAP_CONSTANT ||
        fold->state.from == STW_MAP_CONSTANT)
        return stw_yaml_fail(reader->err, &reader->doc, spec,
                             "key, time and state of a fold are columns");
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
