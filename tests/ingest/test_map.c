/* Column maps: every kind of mistake with its place, and maps that survive being written. */
#include "ingest/file_name.h"
#include "ingest/map.h"

#include "../support/test.h"

#include "base/io.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

static struct stw_schema *schema;
static struct stw_error err;

/* The built-in tables, and those that shipped maps need beside them. */
static bool load_schema(void)
{
    struct stw_buffer own, text;
    stw_buffer_init(&own);
    stw_buffer_init(&text);
    const char *path = "rules/tables/public_sets.yml";
    bool loaded = stw_file_load(stw_io_system(), path, 1 << 20, &own, &err) == STW_OK &&
                  stw_schema_extend(path, stw_buffer_slice(&own), &text, &err) == STW_OK &&
                  stw_schema_parse(&schema, "schema.yml", stw_buffer_slice(&text), &err) == STW_OK;
    stw_buffer_release(&own);
    stw_buffer_release(&text);
    return STW_EXPECT(loaded, "%s", err.what);
}

static int parse(struct stw_map *map, const char *text)
{
    stw_error_clear(&err);
    return stw_map_parse(map, "m.yml", stw_slice_of(text), schema, NULL, &err);
}

static void reads_every_setting(void)
{
    struct stw_map map;
    if (!load_schema())
        return;
    STW_EXPECT(parse(&map, "about: words\n"
                           "table: work_orders\n"
                           "format: {separator: tab, quote: none, header: no, skip: 3, "
                           "decimal: \",\", thousands: \".\", encoding: UTF-8}\n"
                           "zone: Asia/Shanghai\n"
                           "missing: [\"\", \"-\"]\n"
                           "empty_rows: skip\n"
                           "file_name: \"{site}_*.csv\"\n"
                           "fields:\n"
                           "  order: 1\n"
                           "  created: {columns: [2, 3], format: \"%Y/%m/%d %H:%M\", zone: UTC, "
                           "hour: 24}\n"
                           "  verdict: {number: 4, values: {Y: met, N: missed}, required: yes}\n"
                           "  cost: {number: 5, missing: [x]}\n"
                           "  site: {constant: \"s-{site}\"}\n") == STW_OK,
               "%s: %s", err.where, err.what);
    CU_ASSERT(stw_slice_is(map.table->name, "work_orders"));
    CU_ASSERT(map.separator == '\t' && map.quote == '\0' && !map.container.header &&
              map.container.skip == 3);
    CU_ASSERT(map.style.point == ',' && map.style.group == '.');
    CU_ASSERT_EQUAL(map.encoding, STW_ENCODING_UTF8);
    CU_ASSERT(stw_slice_is(map.zone, "Asia/Shanghai") && !map.keep_empty);
    CU_ASSERT(map.missing_count == 2 && stw_slice_is(map.missing[1], "-"));
    const struct stw_map_field *order = stw_map_find(&map, STW_SLICE("order"));
    CU_ASSERT(order->role == STW_MAP_KEY && order->columns[0].number == 1);
    const struct stw_map_field *created = stw_map_find(&map, STW_SLICE("created"));
    CU_ASSERT(created->role == STW_MAP_TIME && created->column_count == 2 && created->hour == 24);
    CU_ASSERT(stw_slice_is(created->zone, "UTC"));
    const struct stw_map_field *verdict = stw_map_find(&map, STW_SLICE("verdict"));
    CU_ASSERT(verdict->required && verdict->word_count == 2);
    CU_ASSERT(stw_slice_is(verdict->words[1].to, "missed"));
    CU_ASSERT(stw_slice_is(stw_map_find(&map, STW_SLICE("cost"))->missing[0], "x"));
    CU_ASSERT_PTR_NULL(stw_map_find(&map, STW_SLICE("title")));
    stw_map_release(&map);
    stw_schema_free(schema);
}

/* `f` stands for the fields every map of readings needs. */
#define F "fields: {time: t, device: d, channel: c, value: v"

static const struct {
    const char *text, *where, *what, *hint;
} mistakes[] = {
    {"", "1:1", "the file is empty; a column map belongs here", ""},
    {"tabel: readings\n" F "}\n", "1:1", "'tabel' is no key of a column map", "'table'"},
    {"table: reading\n" F "}\n", "1:8", "", "readings"},
    {F ", vlaue: x}\n", "1:52", "table 'readings' has no 'vlaue'", "'value'"},
    {"fields: {device: d, channel: c, value: v}\n", "1:9", "'time', the time of 'readings', is",
     ""},
    {"fields: {time: t, channel: c, value: v}\n", "1:9", "'device', a key of 'readings', is", ""},
    {"zone: Asia/Shanghia\n" F "}\n", "1:7", "", "Asia/Shanghai"},
    {"fields: {time: {column: t, format: \"%Q\"}, device: d, channel: c}\n", "1:36", "", ""},
    {"fields: {time: t, device: {column: d, format: iso}, channel: c}\n", "1:47",
     "'device' is no time", ""},
    {"fields: {time: t, device: {column: d, constant: x}, channel: c}\n", "1:27",
     "needs one of column, number, columns or constant", ""},
    {"fields: {time: t, device: {constant: \"{x}\"}, channel: c}\n", "1:38", "holds a {name}",
     "file_name"},
    {"fields: {time: t, device: {column: d, default: \"{x}\"}, channel: c}\n", "1:48",
     "holds a {name}", "file_name"},
    {"fields: {time: t, device: {constant: d, default: e}, channel: c}\n", "1:50",
     "'default' is a text for the empty cells of a column", ""},
    {"file_name: \"{a}{a}.csv\"\n" F "}\n", "1:12", "{a} stands twice", ""},
    {"file_name: \"{a.csv\"\n" F "}\n", "1:12", "a brace in the pattern", ""},
    {"format: {separator: comma, quote: comma}\n" F "}\n", "1:9", "the same character", ""},
    {"format: {separator: none}\n" F "}\n", "1:21", "the separator must be one character", ""},
    {"format: {decimal: \";\"}\n" F "}\n", "1:9", "'decimal' must be a point or comma", ""},
    {"format: {container: xslx}\n" F "}\n", "1:21", "'container' must be csv, xlsx, jsonl", "xlsx"},
    {"format: {header: 4}\n" F "}\n", "1:18", "a number of rows up to 3", ""},
    {"format: {header: 2}\n" F "}\n", "1:18", "only a workbook", ""},
    {"format: {container: jsonl, header: no}\n" F "}\n", "1:36", "always names its columns", ""},
    {"format: {container: json, skip: 2}\n" F "}\n", "1:33", "no lines before a header", ""},
    {"format: {sheet: a, sheets: [b]}\n" F "}\n", "1:28", "the same thing twice", ""},
    {"format: {sheets: []}\n" F "}\n", "1:18", "one to 64 sheets", ""},
    {"format: {totals: drop}\n" F "}\n", "1:18", "must be skip or keep", ""},
    {"format: {each: line}\n" F "}\n", "1:16", "must be field or point", ""},
    {"format: {skip: 5000}\n" F "}\n", "1:16", "whole number from 0 to 1000", ""},
    {F ", quality: {column: q, unit: m3}}\n", "1:79", "is no number and has no unit", ""},
    {F ", origin: o}\nformat: {encoding: [x]}\n", "2:20", "'encoding' must be", ""},
    {"format: {encoding: klingon}\n" F "}\n", "1:20", "is no encoding", "GB18030"},
    {"format: {header: no}\n" F "}\n", "2:16", "a column of a file without header", ""},
    {F "}\nregistry: {unit: kWhh}\n", "2:18", "'kWhh' is not a unit", "kWh"},
    {"fields: {time: t, device: d, channel: c, value: {column: v, unit: L}}\n"
     "registry: {unit: m³}\n",
     "2:18", "the values are in L and the registry would call them m3", ""},
    {F "}\nregistry: {untis: kWh}\n", "2:12", "the registry has no 'untis'", "'unit'"},
    {F "}\nregistry: {value_kind: registers}\n", "2:24", "'registers' is no value_kind",
     "'register'"},
    {F "}\nregistry: {interval: soon}\n", "2:22", "", ""},
    {F "}\nregistry: {digits: 5.5}\n", "2:20", "'5.5' is not a whole number", ""},
    {F "}\nregistry: {in_service: soon}\n", "2:24", "'soon' is no time", ""},
    {"table: work_orders\nfields: {created: t, order: d}\nregistry: {unit: kWh}\n", "3:11",
     "tables keyed by device", ""},
    {"fields: {time: t, device: d}\nwide: {columns: [{channel: c}]}\n", "2:18",
     "needs either 'column' or 'number'", ""},
    {"fields: {time: t, device: d}\nwide: {columns: [{column: x}]}\n", "1:9",
     "'channel', a key of 'readings', is missing", ""},
    {"fields: {time: t, device: d}\nwide: {into: vale, columns: [{column: x, channel: c}]}\n",
     "2:14", "table 'readings' has no 'vale'", ""},
    {"fields: {time: t, device: d, channel: c}\nwide: {into: value}\n", "2:7",
     "'wide' names no column", ""},
    {"table: devices\nfields: {valid_from: t, device: d, unit: {constant: kWhh}}\n", "2:53",
     "'kWhh' is not a unit", "kWh"},
    {"fields: {time: {column: t, frozen: \"23:00\"}, device: d, channel: c}\n", "1:36",
     "'frozen' must be 00:00 or 24:00", ""},
    {"fields: {time: {column: t, frozen: \"24:00\", hour: 1}, device: d, channel: c}\n", "1:51",
     "'hour' does not go with it", ""},
    {"fields: {time: t, device: {constant: d, fill_down: yes}, channel: c}\n", "1:27",
     "never filled down", ""},
    {"fields: {device: d, channel: c}\nwide: {days: {month: {title: no}, hour: 0}}\n", "2:22",
     "a month in the title is written {title: yes}", ""},
    {"fields: {device: d, channel: c}\nwide: {days: {month: m}}\n", "2:14",
     "at which hour of a day", "hour: 24"},
    {"fields: {time: t, device: d, channel: c}\nwide: {days: {month: m, hour: 0}}\n", "1:9",
     "the columns of days give 'time'", ""},
    {"fields: {device: d}\nwide: {days: {month: m, hour: 0}}\n", "1:9",
     "'channel', a key of 'readings', is missing", ""},
    {"fields: {device: d, channel: c}\nwide: {days: {month: m, hour: 0}, rest: {channel: x}}\n",
     "2:14", "'columns' and 'rest' do not go with it", ""},
    {"format: {header: no}\nfields: {device: 1, channel: 2}\nwide: {days: {hour: 0}}\n", "3:14",
     "known by their headers", ""},
    {F "}\nprevious: {time: p}\n", "2:11", "which column its 'value' is in", ""},
    {"table: faults\nfields: {time: t, device: d}\nprevious: {value: p}\n", "3:11",
     "'previous' goes with a field 'value'", ""},
    {F "}\nsums: [{total: a, parts: [b, a], tolerance: 0}]\n", "2:30",
     "the channel 'a' stands twice in the sum", ""},
    {F "}\nsums: [{total: a, parts: [b], tolerance: -1}]\n", "2:42",
     "'tolerance' must be a number of 0 or more", ""},
    {F "}\nsums: [{total: a, parts: []}]\n", "2:8", "a sum needs", ""},
    {F "}\nfold: {into: order, key: k, time: t}\n", "2:14", "'into' must be orders or outages",
     "'orders'"},
    {F "}\nfold: {into: outages, key: k, time: t}\n", "2:7", "outages need the 'state'", ""},
    {F "}\nfold: {into: outages, key: k, time: t, state: {column: s, values: {a: broken}}}\n",
     "2:7", "a state is up, down or unknown, not 'broken'", ""},
    {F "}\nfold: {into: outages, key: k, time: t, state: {column: s, values: {a: unknown}}}\n",
     "2:7", "what an unknown state does", "unknown: same"},
    {F "}\nfold: {into: orders, key: k, time: t, before: keep}\n", "2:47",
     "'unknown', 'before' and 'records' go with a fold into outages", ""},
    {F "}\nfold: {into: orders, key: k, time: t, records: changes}\n", "2:48",
     "'unknown', 'before' and 'records' go with a fold into outages", ""},
    {F "}\nfold: {into: orders, key: k, time: t, log: a b}\n", "2:44", "'log' must be a name", ""},
    {F "}\nfold: {into: orders, key: k, time: t, ties: {constant: 1}}\n", "2:7",
     "key, time, state and ties of a fold are columns", ""},
    {F "}\nfold: {into: orders, key: k, time: t}\n", "2:7", "'readings' has no column 'log'",
     "log: text"},
    {F ", origin: \"{first}\"}\nfold: {into: orders, key: k, time: t}\n", "1:60",
     "'{first}' is a time, and 'origin' a text", ""},
    {"table: faults\nfields: {device: k, time: \"{start}\", log: c}\n"
     "fold: {into: outages, key: k, time: t, state: s}\n",
     "1:1", "the column 'log' is the fold's own", ""},
    {"table: faults\nfields: {device: k, time: {columns: [d, \"{start}\"]}}\n"
     "fold: {into: outages, key: k, time: t, state: s}\n",
     "2:27", "'{start}' is joined with no other column", ""},
    {F ", quality: \"{first x}\"}\nfold: {into: orders, key: k, time: t}\n", "1:61",
     "'{first x}' needs the fold's 'state'", ""},
    {F ", quality: \"{begin}\"}\nfold: {into: orders, key: k, time: t}\n", "1:61",
     "'{begin}' is no column that this fold makes", ""},
    {F "}\nfold: {into: orders, key: k, time: t}\nwide: {rest: {channel: x}}\n", "2:7",
     "'fold' and 'wide' exclude each other", ""},
};

static void places_every_mistake(void)
{
    if (!load_schema())
        return;
    for (unsigned i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
        struct stw_map map;
        char where[64];
        snprintf(where, sizeof(where), "m.yml:%s", mistakes[i].where);
        int status = parse(&map, mistakes[i].text);
        STW_EXPECT(status < 0 && strcmp(err.where, where) == 0 &&
                       strstr(err.what, mistakes[i].what) != NULL &&
                       strstr(err.hint, mistakes[i].hint) != NULL,
                   "case %u: %d %s: %s (%s)", i, status, err.where, err.what, err.hint);
        if (status == STW_OK)
            stw_map_release(&map);
    }
    stw_schema_free(schema);
}

static void shows_the_line(void)
{
    struct stw_map map;
    struct stw_buffer excerpt;
    if (!load_schema())
        return;
    stw_buffer_init(&excerpt);
    CU_ASSERT(stw_map_parse(&map, "m.yml", STW_SLICE("table: readings\n水: 1\n"), schema, &excerpt,
                            &err) < 0);
    CU_ASSERT(stw_slice_is(stw_buffer_slice(&excerpt), "     2 | 水: 1\n       | ^\n"));
    stw_buffer_release(&excerpt);
    stw_schema_free(schema);
}

/* What is not at its default must be in the text: a round trip alone would not miss it. */
static void writes_every_layout(void)
{
    static const struct {
        const char *map, *text;
    } cases[] = {
        {"fields: {device: {column: d, fill_down: yes}, channel: c}\n"
         "wide: {days: {month: m, hour: 24, first_day: 26}}\n",
         "  device: {column: d, fill_down: yes}\n"},
        {"fields: {device: d, channel: c}\nwide: {days: {month: m, hour: 24, first_day: 26}}\n",
         "  days: {month: {column: m}, hour: 24, first_day: 26}\n"},
        {"fields: {device: d, channel: c}\nwide: {days: {month: {title: yes}, hour: 7}}\n",
         "  days: {month: {title: yes}, hour: 7, first_day: 1}\n"},
        {F "}\nprevious: {value: p, time: {column: q, hour: 8}}\n",
         "previous:\n  value: {column: p}\n  time: {column: q, format: iso, hour: 8}\n"},
        {F "}\nsums: [{total: a, parts: [b, e], tolerance: 0.5}]\n",
         "sums:\n- {total: a, parts: [b, e], tolerance: 0.5}\n"},
        {"fields: {time: {column: t, frozen: \"24:00\"}, device: d, channel: c, value: v}\n",
         "  time: {column: t, format: iso, frozen: \"24:00\"}\n"},
        {"table: work_orders\nfields: {order: k, created: \"{first}\"}\n"
         "fold: {into: orders, key: k, time: t, ties: n, log: desk-2, blank: as before}\n",
         "fold:\n  into: orders\n  key: {column: k}\n  time: {column: t, format: iso}\n"
         "  ties: {column: n}\n  log: desk-2\n  blank: as before\n"},
        {"table: faults\nfields: {device: k, time: \"{start}\"}\n"
         "fold: {into: outages, key: k, time: t, state: s, unknown: ends, before: skip}\n",
         "  state: {column: s}\n  log: faults\n  unknown: ends\n  before: skip\n"
         "  records: states\n"},
        {"table: faults\nfields: {device: k, time: \"{start}\", code: c}\n"
         "fold: {into: outages, key: k, time: t, state: s, records: changes}\n",
         "  records: changes\nfields:\n  device: {column: k}\n"
         "  time: {column: \"{start}\", format: iso}\n  code: {column: c}\n"
         "  log: {column: \"{log}\"}\n  censored: {column: \"{censored}\"}\n"},
    };
    if (!load_schema())
        return;
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct stw_map map;
        struct stw_buffer text;
        stw_buffer_init(&text);
        if (STW_EXPECT(parse(&map, cases[i].map) == STW_OK, "%s: %s", err.where, err.what)) {
            stw_map_write(&map, &text);
            stw_map_release(&map);
        }
        stw_buffer_add_char(&text, '\0');
        STW_EXPECT(strstr(text.data, cases[i].text) != NULL, "case %u: got\n%s", i, text.data);
        stw_buffer_release(&text);
    }
    stw_schema_free(schema);
}

static void check_round_trip(struct stw_slice text, const char *name)
{
    struct stw_map map, again;
    struct stw_buffer first, second;
    stw_buffer_init(&first);
    stw_buffer_init(&second);
    int status = stw_map_parse(&map, name, text, schema, NULL, &err);
    if (STW_EXPECT(status == STW_OK, "%s: %s (%s)", err.where, err.what, err.hint)) {
        stw_map_write(&map, &first);
        status = stw_map_parse(&again, "again.yml", stw_buffer_slice(&first), schema, NULL, &err);
        if (STW_EXPECT(status == STW_OK, "%s: %s\n%.*s", err.where, err.what,
                       STW_SLICE_ARG(stw_buffer_slice(&first)))) {
            stw_map_write(&again, &second);
            STW_EXPECT(stw_slice_equal(stw_buffer_slice(&first), stw_buffer_slice(&second)),
                       "%s:\n%.*s", name, STW_SLICE_ARG(stw_buffer_slice(&second)));
            CU_ASSERT_EQUAL(map.field_count, again.field_count);
            CU_ASSERT_EQUAL(map.wide_count, again.wide_count);
            CU_ASSERT_EQUAL(map.fact_count, again.fact_count);
            stw_map_release(&again);
        }
        stw_map_release(&map);
    }
    stw_buffer_release(&first);
    stw_buffer_release(&second);
}

static void survives_being_written(void)
{
    static const char *const maps[] = {
        "fields: {device: {column: d, fill_down: yes}, channel: c}\n"
        "wide: {days: {month: {constant: 2026-10}, hour: 24, first_day: 26}}\n",
        "fields: {time: {column: t, frozen: \"24:00\"}, device: d, channel: c, value: v}\n"
        "previous: {value: p, time: {column: q, format: \"%Y/%m/%d\", zone: UTC, hour: 8}}\n"
        "sums: [{total: T0, parts: [T1, \"T 2\"], tolerance: 0.020}]\n",
        "fields: {device: d, channel: c}\nwide: {days: {hour: 0}}\n",
        "fields: {device: d, channel: c}\nwide: {days: {month: {title: yes}, hour: 0}}\n",
        "format: {encoding: gbk, separator: space}\nmissing: standard\n"
        "fields: {time: t, device: d, channel: c, value: {column: v, unit: m3}}\n",
        "format: {encoding: auto}\nmissing: []\n" F "}\n",
        "table: work_orders\nfold: {into: orders, key: {columns: [a, b]}, time: t, state: s, "
        "blank: as before}\n"
        "fields: {order: a, created: \"{first}\", accepted: {column: \"{first In Work}\", zone: "
        "UTC}}\n",
        "table: faults\nfold: {into: outages, key: d, time: {column: t, format: epoch_s}, state: "
        "{column: s, values: {x: unknown}}, unknown: ends, before: skip}\n"
        "fields: {device: d, time: \"{start}\", restored: \"{end}\", note: \"{ending}\"}\n",
        F "}\n",
        "format: {container: xlsx, header: 2, sheets: [抄表, 2, \"3\", \"all\", \"a, b\"], totals: "
        "keep}\n" F "}\n",
        "format: {container: xlsx, sheet: all, skip: 3}\n" F "}\n",
        "format: {container: line_protocol, each: point}\n" F "}\n",
        "format: {container: jsonl, encoding: GB18030}\n" F "}\n",
        "format: {container: csv, skip: find, totals: skip}\n" F "}\n",
        "about: \"a \\\"b\\\" \\\\ \\u2028：\"\nformat: {separator: \";\", quote: \"'\", skip: 2, "
        "decimal: \",\", thousands: \" \"}\nmissing: [\"\", \"n/a\", \"-\"]\nzone: +08:00\n"
        "file_name: \"{a}-{b}*.csv\"\nempty_rows: keep\n"
        "fields:\n  time: {columns: [\"日期\", Time], format: \"%Y-%m-%d %H:%M\", zone: UTC, "
        "hour: 0}\n"
        "  device: {constant: \"{a}\"}\n  quality: {column: \"a: b\", values: {\"：\": ok, yes: "
        "no}, "
        "missing: [], required: yes}\n  channel: {column: c, default: \"{b}\"}\n"
        "wide:\n  into: value\n  columns:\n  - {number: 3, channel: x, unit: °C, digits: 5}\n"
        "  - {column: \"y \\u3000\", channel: \"{header}\"}\n  rest: {channel: \"{b}\"}\n"
        "registry: {kind: water, step: 0.001, in_service: 2020-01-01T00:00Z}\n",
    };
    if (!load_schema())
        return;
    for (unsigned i = 0; i < sizeof(maps) / sizeof(maps[0]); i++)
        check_round_trip(stw_slice_of(maps[i]), "map");
    DIR *folder = opendir("rules/maps");
    unsigned shipped = 0;
    for (struct dirent *entry = folder == NULL ? NULL : readdir(folder); entry != NULL;
         entry = readdir(folder)) {
        char path[512];
        struct stw_buffer text;
        if (strstr(entry->d_name, ".yml") == NULL)
            continue;
        stw_buffer_init(&text);
        snprintf(path, sizeof(path), "rules/maps/%s", entry->d_name);
        CU_ASSERT_EQUAL(stw_file_load(stw_io_system(), path, 65536, &text, &err), STW_OK);
        check_round_trip(stw_buffer_slice(&text), path);
        stw_buffer_release(&text);
        shipped++;
    }
    if (folder != NULL)
        closedir(folder);
    CU_ASSERT(shipped >= 6);
    stw_schema_free(schema);
}

static void matches_file_names(void)
{
    static const struct {
        const char *pattern, *file, *want; /* names as a=b,c=d; NULL: no match */
    } cases[] = {
        {"{b}_gas.csv", "b0_gas.csv", "b=b0"},
        {"{b}_gas.csv", "_gas.csv", NULL},
        {"{b}_gas.csv", "b0_gas.csv2", NULL},
        {"{a}_{b}.csv", "x_y_z.csv", "a=x,b=y_z"},
        {"{a}-{b}-{c}", "1-2-3", "a=1,b=2,c=3"},
        {"*{y}.csv", "abc.csv", "y=abc"},
        {"*", "", ""},
        {"{a}", "", NULL},
        {"a*c", "abcbc", ""},
        {"{a}.{a2}", "x.y.z", "a=x,a2=y.z"},
        {"水表{n}.csv", "水表7.csv", "n=7"},
        {"*a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL},
    };
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct stw_file_names names;
        struct stw_buffer got;
        stw_buffer_init(&got);
        struct stw_slice pattern = stw_slice_of(cases[i].pattern);
        CU_ASSERT_EQUAL(stw_file_pattern_check(pattern, &names, &err), STW_OK);
        bool matched = stw_file_pattern_match(pattern, stw_slice_of(cases[i].file), &names);
        for (uint32_t n = 0; matched && n < names.count; n++)
            stw_buffer_printf(&got, "%s%.*s=%.*s", n > 0 ? "," : "", STW_SLICE_ARG(names.name[n]),
                              STW_SLICE_ARG(names.text[n]));
        STW_EXPECT(matched == (cases[i].want != NULL) &&
                       (!matched || stw_slice_is(stw_buffer_slice(&got), cases[i].want)),
                   "'%s' over '%s': %d %.*s", cases[i].pattern, cases[i].file, matched,
                   STW_SLICE_ARG(stw_buffer_slice(&got)));
        stw_buffer_release(&got);
    }
    CU_ASSERT(stw_slice_is(stw_file_base("/a.b/c.csv.zst"), "c.csv"));
    CU_ASSERT(stw_slice_is(stw_file_base("c.gz"), "c"));
    CU_ASSERT(stw_slice_is(stw_file_base(".gz"), ".gz"));
    CU_ASSERT(stw_slice_is(stw_file_base("-"), "-"));
}

STW_SUITE(map, {"reads every setting", reads_every_setting},
          {"places every mistake", places_every_mistake}, {"shows the line", shows_the_line},
          {"survives being written", survives_being_written},
          {"writes every layout", writes_every_layout}, {"matches file names", matches_file_names});
