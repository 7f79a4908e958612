/* The container's part of a map's format; see map_container.h. */
#include "ingest/map_container.h"

#include "base/suggest.h"
#include "ingest/map_facts.h"
#include "text/number.h"
#include "text/yaml_tree.h"

static const char *const names[] = {
    [STW_CONTAINER_CSV] = "csv",
    [STW_CONTAINER_XLSX] = "xlsx",
    [STW_CONTAINER_JSON_LINES] = "jsonl",
    [STW_CONTAINER_JSON] = "json",
    [STW_CONTAINER_LINE_PROTOCOL] = "line_protocol",
};
enum { NAME_COUNT = sizeof(names) / sizeof(names[0]) };

typedef const struct stw_yaml_node node;

/* What the functions below share. */
struct reading {
    struct stw_map_container *container;
    struct stw_arena *arena;
    struct stw_yaml *doc;
    struct stw_error *err;
};

const char *stw_container_name(enum stw_container container)
{
    return container == STW_CONTAINER_BY_CONTENT ? "by content" : names[container];
}

void stw_map_container_init(struct stw_map_container *container)
{
    *container = (struct stw_map_container){.header = true, .header_rows = 1};
}

static int read_kind(struct reading *reading, node *value)
{
    struct stw_suggest suggest;
    STW_TRY(stw_yaml_expect(reading->doc, value, STW_YAML_SCALAR, "'container'", reading->err));
    stw_suggest_init(&suggest, value->text);
    for (int i = STW_CONTAINER_CSV; i < NAME_COUNT; i++) {
        if (stw_slice_is(value->text, names[i])) {
            reading->container->kind = (enum stw_container)i;
            return STW_OK;
        }
        stw_suggest_offer(&suggest, stw_slice_of(names[i]));
    }
    stw_yaml_fail(reading->err, reading->doc, value,
                  "'container' must be csv, xlsx, jsonl, json or line_protocol");
    if (suggest.best.data != NULL)
        stw_error_hint(reading->err, "did you mean %.*s?", STW_SLICE_ARG(suggest.best));
    return STW_ERR_INPUT;
}

static int read_header(struct reading *reading, node *value)
{
    struct stw_map_container *container = reading->container;
    int64_t rows;
    STW_TRY(stw_yaml_expect(reading->doc, value, STW_YAML_SCALAR, "'header'", reading->err));
    if (stw_slice_is(value->text, "none")) {
        container->header = false;
        return STW_OK;
    }
    if (stw_map_read_bool(value->text, &container->header))
        return STW_OK;
    if (stw_number_parse_int(value->text, NULL, &rows) != STW_NUMBER_OK || rows < 1 ||
        rows > STW_MAP_HEADER_ROWS_MAX)
        return stw_yaml_fail(reading->err, reading->doc, value,
                             "'header' must be yes, no or a number of rows up to %d",
                             STW_MAP_HEADER_ROWS_MAX);
    container->header = true;
    container->header_rows = (uint32_t)rows;
    return STW_OK;
}

static int read_skip(struct reading *reading, node *value)
{
    struct stw_map_container *container = reading->container;
    int64_t lines;
    STW_TRY(stw_yaml_expect(reading->doc, value, STW_YAML_SCALAR, "'skip'", reading->err));
    container->skip_find = stw_slice_is(value->text, "find");
    if (container->skip_find)
        return STW_OK;
    if (stw_number_parse_int(value->text, NULL, &lines) != STW_NUMBER_OK || lines < 0 ||
        lines > STW_MAP_SKIP_MAX)
        return stw_yaml_fail(reading->err, reading->doc, value,
                             "'skip' must be a whole number from 0 to %d, or find",
                             STW_MAP_SKIP_MAX);
    container->skip = (uint32_t)lines;
    container->skip_given = true;
    return STW_OK;
}

static int read_sheet(struct reading *reading, node *value, struct stw_map_sheet *sheet)
{
    int64_t number;
    STW_TRY(stw_yaml_expect(reading->doc, value, STW_YAML_SCALAR, "a sheet", reading->err));
    *sheet = (struct stw_map_sheet){value->text, 0};
    if (value->text.size == 0)
        return stw_yaml_fail(reading->err, reading->doc, value, "the name of a sheet is empty");
    /* A bare number is a place, one in quotes a name. */
    if (!value->quoted && stw_number_parse_int(value->text, NULL, &number) == STW_NUMBER_OK &&
        number >= 1 && number <= STW_MAP_SKIP_MAX)
        *sheet = (struct stw_map_sheet){{NULL, 0}, (uint32_t)number};
    return STW_OK;
}

static int read_sheets(struct reading *reading, node *one, node *several)
{
    struct stw_map_container *container = reading->container;
    if (one != NULL && several != NULL)
        return stw_yaml_fail(reading->err, reading->doc, several,
                             "'sheet' and 'sheets' say the same thing twice");
    if (one != NULL && stw_yaml_is(one, "all") && !one->quoted) {
        container->all_sheets = true;
        return STW_OK;
    }
    uint32_t count = one != NULL ? 1 : 0;
    if (several != NULL) {
        STW_TRY(
            stw_yaml_expect(reading->doc, several, STW_YAML_SEQUENCE, "'sheets'", reading->err));
        count = several->count;
        if (count == 0 || count > STW_MAP_SHEETS_MAX)
            return stw_yaml_fail(reading->err, reading->doc, several,
                                 "'sheets' must name one to %d sheets", STW_MAP_SHEETS_MAX);
    }
    struct stw_map_sheet *sheets = STW_ARENA_ARRAY(reading->arena, struct stw_map_sheet, count);
    if (sheets == NULL)
        return stw_fail_memory(reading->err, count * sizeof(*sheets));
    container->sheets = sheets;
    if (one != NULL)
        STW_TRY(read_sheet(reading, one, &sheets[container->sheet_count++]));
    else
        STW_YAML_EACH(entry, several)
    STW_TRY(read_sheet(reading, entry->value, &sheets[container->sheet_count++]));
    return STW_OK;
}

/* One of two words. */
static int read_choice(struct reading *reading, node *value, const char *what, const char *first,
                       const char *second, bool *is_first)
{
    *is_first = stw_yaml_is(value, first);
    if (*is_first || stw_yaml_is(value, second))
        return STW_OK;
    return stw_yaml_fail(reading->err, reading->doc, value, "%s must be %s or %s", what, first,
                         second);
}

uint32_t stw_map_path_steps(struct stw_slice path, struct stw_slice steps[STW_MAP_STEPS_MAX])
{
    uint32_t count = 0;
    size_t start = 0;
    for (size_t i = 0; i <= path.size; i++) {
        if (i < path.size && path.data[i] == '\\') {
            i++;
            continue;
        }
        if (i < path.size && path.data[i] != '.')
            continue;
        if (i == start || count == STW_MAP_STEPS_MAX)
            return 0;
        steps[count++] = (struct stw_slice){path.data + start, i - start};
        start = i + 1;
    }
    return count;
}

/* The path to the list of records. */
static int read_records(struct reading *reading, node *value)
{
    struct stw_map_container *container = reading->container;
    struct stw_slice steps[STW_MAP_STEPS_MAX];
    STW_TRY(stw_yaml_expect(reading->doc, value, STW_YAML_SCALAR, "'records'", reading->err));
    container->records = value->text;
    if (stw_map_path_steps(value->text, steps) == 0) {
        stw_yaml_fail(reading->err, reading->doc, value,
                      "'records' must be the path to a list, of at most %d names",
                      STW_MAP_STEPS_MAX);
        stw_error_hint(reading->err, "for example records: data.values");
        return STW_ERR_INPUT;
    }
    bool json = container->kind == STW_CONTAINER_JSON ||
                container->kind == STW_CONTAINER_JSON_LINES ||
                container->kind == STW_CONTAINER_BY_CONTENT;
    return json ? STW_OK
                : stw_yaml_fail(reading->err, reading->doc, value, "only JSON has 'records'");
}

int stw_map_container_read(struct stw_map_container *container, struct stw_arena *arena,
                           struct stw_yaml *doc, node *format, struct stw_error *err)
{
    struct reading reading = {container, arena, doc, err};
    node *value, *one = stw_yaml_find(format, "sheet"), *several = stw_yaml_find(format, "sheets");
    bool is_first;
    if ((value = stw_yaml_find(format, "container")) != NULL)
        STW_TRY(read_kind(&reading, value));
    if ((value = stw_yaml_find(format, "header")) != NULL)
        STW_TRY(read_header(&reading, value));
    if ((value = stw_yaml_find(format, "skip")) != NULL)
        STW_TRY(read_skip(&reading, value));
    if (one != NULL || several != NULL)
        STW_TRY(read_sheets(&reading, one, several));
    if ((value = stw_yaml_find(format, "totals")) != NULL) {
        STW_TRY(read_choice(&reading, value, "'totals'", "skip", "keep", &is_first));
        container->totals = is_first ? STW_MAP_TOTALS_SKIP : STW_MAP_TOTALS_KEEP;
    }
    if ((value = stw_yaml_find(format, "each")) != NULL) {
        STW_TRY(read_choice(&reading, value, "'each'", "field", "point", &is_first));
        container->each_point = !is_first;
    }
    if ((value = stw_yaml_find(format, "records")) != NULL)
        STW_TRY(read_records(&reading, value));
    bool names_itself = container->kind >= STW_CONTAINER_JSON_LINES;
    if ((value = stw_yaml_find(format, "header")) != NULL && names_itself && !container->header)
        return stw_yaml_fail(err, doc, value, "%s always names its columns",
                             names[container->kind]);
    if ((value = stw_yaml_find(format, "skip")) != NULL && names_itself &&
        (container->skip_find || container->skip > 0))
        return stw_yaml_fail(err, doc, value, "%s has no lines before a header",
                             names[container->kind]);
    if ((value = stw_yaml_find(format, "header")) != NULL && container->header_rows > 1 &&
        container->kind != STW_CONTAINER_XLSX)
        return stw_yaml_fail(err, doc, value,
                             "only a workbook (container: xlsx) has such a header");
    return STW_OK;
}

void stw_map_put_sheet(struct stw_buffer *out, struct stw_slice name)
{
    int64_t number;
    if (stw_slice_is(name, "all") || stw_number_parse_int(name, NULL, &number) == STW_NUMBER_OK)
        stw_buffer_printf(out, "\"%.*s\"", STW_SLICE_ARG(name));
    else
        stw_map_put_scalar(out, name);
}

void stw_map_container_write(const struct stw_map_container *container, struct stw_buffer *out)
{
    if (container->header_rows > 1 && container->header)
        stw_buffer_printf(out, "header: %u, ", container->header_rows);
    else
        stw_buffer_printf(out, "header: %s, ", container->header ? "yes" : "no");
    if (container->skip_find)
        stw_buffer_add_text(out, "skip: find");
    else if (container->skip_given || container->kind != STW_CONTAINER_XLSX)
        stw_buffer_printf(out, "skip: %u", container->skip);
    else
        stw_buffer_add_text(out, "skip: find");
    if (container->kind != STW_CONTAINER_BY_CONTENT)
        stw_buffer_printf(out, ", container: %s", names[container->kind]);
    if (container->all_sheets)
        stw_buffer_add_text(out, ", sheet: all");
    for (uint32_t i = 0; i < container->sheet_count; i++) {
        stw_buffer_add_text(out, i > 0 ? ", " : ", sheets: [");
        if (container->sheets[i].name.data == NULL)
            stw_buffer_printf(out, "%u", container->sheets[i].number);
        else
            stw_map_put_sheet(out, container->sheets[i].name);
    }
    stw_buffer_add_text(out, container->sheet_count > 0 ? "]" : "");
    if (container->totals != STW_MAP_TOTALS_BY_CONTAINER)
        stw_buffer_printf(out, ", totals: %s",
                          container->totals == STW_MAP_TOTALS_SKIP ? "skip" : "keep");
    if (container->each_point)
        stw_buffer_add_text(out, ", each: point");
    if (container->records.size > 0) {
        stw_buffer_add_text(out, ", records: ");
        stw_map_put_scalar(out, container->records);
    }
}

bool stw_map_container_finds(const struct stw_map_container *container, enum stw_container kind)
{
    return container->skip_find || (kind == STW_CONTAINER_XLSX && !container->skip_given);
}

bool stw_map_container_skips_totals(const struct stw_map_container *container,
                                    enum stw_container kind)
{
    return container->totals == STW_MAP_TOTALS_SKIP ||
           (container->totals == STW_MAP_TOTALS_BY_CONTAINER && kind == STW_CONTAINER_XLSX);
}
