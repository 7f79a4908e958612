/*
 * Column maps: how the records of a file become rows of a table. Written by a person or by the
 * sniffer, kept as YAML:
 *
 *     about: hourly electricity of a building, one file each
 *     table: readings
 *     format: {separator: ",", quote: "\"", header: yes, skip: 0, decimal: ".", thousands: none,
 *              minus: behind,                   # 4.25- is -4.25, as SAP writes it
 *              encoding: GB18030,               # absent: told from the bytes of each file
 *              exact: no}                       # yes: written by a program, see ingest/cell.h; of
 *                                               # separators " " is a run of blanks;
 *                                               # containers, sheets: see map_container.h
 *     zone: Europe/London                       # of local times; absent: the store's
 *     missing: ["", NA]                         # texts that stand for no value; absent,
 *                                               # "standard": those of ingest/cell.h
 *     file_name: "{building}_electricity.csv"   # without .zst and .gz; gives names for constants
 *     fields:
 *       time: {column: datetime, format: iso}
 *       device: {constant: "{building}"}
 *       channel: {constant: electricity}
 *       value: "equipment load [kWh]"           # short for {column: ...}
 *     registry: {kind: power, unit: kWh, value_kind: interval, interval: 1 h, stamp: start}
 *
 * A field comes from a column (by its header, or {number: 3}; several are joined by a blank, as
 * {columns: [Date, Time]}) or is constant. More keys of a field:
 *     format, zone, hour      times: the format (time/stamp.h), its zone, the hour of bare dates
 *     values: {Y: true}       other texts for some texts, before the type is looked at
 *     frozen: "24:00"         times: a daily value of the stamp's date, taken at 00:00 or 24:00 of
 *                             it, whatever the clock in the cell says
 *     fill_down: yes          a blank cell means what stands above it
 *     missing: [...]          instead of the file's
 *     unit: m3                numbers: what cells with a unit of their own are converted to; of the
 *                             value of readings, the registry's unit below where it is absent
 *     default: "1970-01-01"   the value of a cell without one; times as ISO, may hold {names}
 *     required: yes           a row without it is rejected
 *
 * Without more, a file is *long*: a record is a row. The other layouts are stages between records
 * and rows. One record, several rows: `wide` and `previous`. Several records, one row: `fold`.
 *
 * A wide file has a column for each of several channels or devices; `fields` then holds what all
 * of them share, and
 *     wide:
 *       into: value
 *       columns:
 *       - {column: "air_temperature [degC]", channel: temperature, unit: °C}
 *       rest: {device: "{header}", channel: energy}    # every other column with a header
 *
 * Wide by day, a column for each day of a month, says in place of the field of the time
 *     wide:
 *       into: value
 *       days: {month: {column: 月份}, hour: 24}
 * Headers are days (1, 01, 1日, 1号), days of a month (10-01, 10月1日) or dates (2026-10-01).
 * `month` is a column, a constant, in the file's name, as {constant: "{month}"}, or above the
 * header, as {title: yes}: 2026-10, 2026年10月, 202610; not needed where the headers are dates.
 * `hour` is the local hour, 0 to 24, at which the value of a day is taken. `first_day: 26`: days
 * from the 26th on are of the month before.
 *
 * A sheet with the reading before beside the present one:
 *     previous: {value: 上期读数, time: {column: 上期日期, format: "%Y/%m/%d"}}
 * The reading before must be the one the store or the file has last before the present one (at
 * `time`, where that is told); each that is not is a finding, and the row is kept. With `time`, a
 * previous reading that nobody has is a reading of its own.
 *
 * Time-of-use registers (总 尖 峰 平 谷) are channels; that they add up is checked:
 *     sums:
 *     - {total: T0, parts: [T1, T2, T3, T4], tolerance: 0.02}
 * where the rows of one device and time follow each other, as those of a wide record do.
 *
 * A log of changes is folded into one row a key, in the order of `time`:
 *     fold: {into: orders, key: number, state: incident_state,
 *            time: {column: sys_updated_at, format: "%d-%m-%Y %H:%M"}, ties: sys_mod_count,
 *            blank: empty}
 * The columns are those of the last record of the key (`blank: as before`: the last one that has a
 * value), and there are made columns: "{first}" and "{last}", the first and last time of the key,
 * "{first Active}" and "{last Active}", of its records in that state.
 *
 * States of up and down are folded into outages, one row each:
 *     fold: {into: outages, key: equipment, time: {column: polled_at, format: iso, zone: UTC},
 *            state: {column: state, values: {ACTIVE: up, INACTIVE: down, UNKNOWN: unknown}},
 *            unknown: ends, before: keep, records: states}
 * A blank state is as before; one that is none of the three is rejected. The columns are those of
 * the record that began the outage, and there are made columns: "{start}"; "{end}", blank where the
 * outage is not seen to end; "{beginning}", seen, or before (the key's first state is down: it
 * began earlier, the start is when it was first seen; `before: skip` leaves these out), or unknown;
 * "{ending}", seen, open (the log ends first) or unknown. `unknown: same` takes the state before to
 * go on; `ends`: the outage is followed no further, "{end}" is when it was lost sight of,
 * "{ending}" unknown. "{censored}": left, right or both where the beginning, the end or neither was
 * seen; blank where both were. `records: changes`: a record is a change of state, so that an up
 * with no down before it ends an outage whose beginning was not seen: its start is that up.
 *
 * Times that are made are instants; they go into columns of times.
 *
 * A log goes on from file to file, in whatever order these come: its records are kept in the table
 * `changes` under the name of the `log` (absent: that of the table), and a key is folded again,
 * with all its records, by each file that has some of it. Rows of before that are no more are taken
 * out in the same commit; a column `log` of the table tells them, "LOG KEY", and a column
 * `censored` is filled, both without being mentioned. Records of one time go by `ties`, a column of
 * numbers; without it by their order in the file. A record of the same time, place and state as one
 * before corrects it. See layout_fold.h.
 *
 * `registry` (and the keys of wide columns that are no key of the table) are facts about each
 * (device, channel) of the file; they become rows of the devices table, valid from 1970. A text
 * among them may come from a column, read like a field: site: {column: 项目, fill_down: yes}. The
 * first row of a series counts; one that says something else later is a finding.
 *
 * Ownership: everything lives in the map's arena, but for the tables, which are the schema's: a map
 * goes before the store it was read for. Read-only after parsing.
 */
#ifndef STW_INGEST_MAP_H
#define STW_INGEST_MAP_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "ingest/map_container.h"
#include "store/schema.h"
#include "text/encoding.h"
#include "text/number.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    STW_MAP_BYTES_MAX = 256 * 1024,
    STW_MAP_JOINED_MAX = 3,          /* columns of one field */
    STW_MAP_MADE_MAX = 64,           /* columns a fold makes */
    STW_MAP_TWICE_ROWS_MAX = 500000, /* of a device list, compared with each other */
    STW_MAP_PARTS_MAX = 12           /* channels that add up to a total */
};

/* A column of the file. */
struct stw_map_ref {
    struct stw_slice name; /* header text; data NULL: by number */
    uint32_t number;       /* 1 = first */
};

enum stw_map_from { STW_MAP_COLUMN, STW_MAP_CONSTANT };

/* What a field of the table is. */
enum stw_map_role { STW_MAP_TIME, STW_MAP_KEY, STW_MAP_VALUE };

struct stw_map_word {
    struct stw_slice from;
    struct stw_slice to;
};

struct stw_map_field {
    struct stw_slice name; /* in the table */
    enum stw_map_role role;
    uint32_t index;     /* of the key component or column of the table */
    enum stw_type type; /* text for keys, time for the time */
    enum stw_map_from from;
    struct stw_map_ref columns[STW_MAP_JOINED_MAX];
    uint32_t column_count;
    struct stw_slice constant; /* may hold {names} of file_name */
    struct stw_slice format;   /* times; never empty there */
    struct stw_slice zone;     /* times; empty: the map's */
    int hour;                  /* times: of a date without time; -1: midnight */
    int frozen;                /* times: 0 or 24, a daily value; -1: the clock in the cell counts */
    bool fill_down;
    const struct stw_map_word *words;
    uint32_t word_count;
    const struct stw_slice *missing; /* NULL: the map's */
    uint32_t missing_count;
    struct stw_slice fallback; /* of cells without a value; data NULL: they have none */
    struct stw_slice unit;     /* of a number's cells; empty: none, or the fact of the registry */
    bool required;
    uint32_t line, column; /* in the map's file */
};

/* A fact for the registry: a column of the devices table. */
struct stw_map_fact {
    uint32_t index; /* of the column of the devices table */
    enum stw_type type;
    struct stw_slice value; /* may hold {names} */
    int64_t number;         /* int, bool and time */
    struct stw_decimal decimal;
};

/* One value column of a wide file, or the rule for the rest of them. */
struct stw_map_wide {
    struct stw_map_ref column;
    const struct stw_slice *keys; /* by key component; data NULL: from `fields` */
    const struct stw_map_fact *facts;
    uint32_t fact_count;
    uint32_t line, column_number; /* in the map's file */
};

/* Wide by day. */
struct stw_map_days {
    bool used;
    bool has_month;
    bool month_in_title;        /* in what stands above the header */
    struct stw_map_field month; /* a text */
    int hour;                   /* of the local day, 0 .. 24 */
    int first_day;              /* 1, or the day from which on the month before is meant */
    uint32_t line, column;      /* in the map's file */
};

/* The reading before, in the record of the present one. */
struct stw_map_previous {
    bool used;
    bool has_time;
    struct stw_map_field value; /* of the table's `value` */
    struct stw_map_field time;
};

/* Channels that add up. */
struct stw_map_sum {
    struct stw_slice total;
    struct stw_slice parts[STW_MAP_PARTS_MAX];
    uint32_t part_count;
    struct stw_decimal tolerance;
};

/* Who else's records a log is to be read with. */
enum { STW_MAP_LOG_SIZE_MAX = 64 };

enum stw_map_fold_into { STW_MAP_FOLD_NONE, STW_MAP_FOLD_ORDERS, STW_MAP_FOLD_OUTAGES };

/* What a made column holds. */
enum stw_map_making {
    STW_MAP_MADE_FIRST, /* orders: times */
    STW_MAP_MADE_LAST,
    STW_MAP_MADE_START, /* outages: times */
    STW_MAP_MADE_END,
    STW_MAP_MADE_BEGINNING, /* outages: words */
    STW_MAP_MADE_ENDING,
    STW_MAP_MADE_CENSORED,
    STW_MAP_MADE_LOG /* the log and the key */
};

struct stw_map_made {
    struct stw_slice name; /* as a header: "{first Active}" */
    enum stw_map_making making;
    struct stw_slice state; /* orders: of the records in this state; empty: of all */
};

struct stw_map_fold {
    enum stw_map_fold_into into;
    struct stw_map_field key;
    struct stw_map_field time;
    struct stw_map_field state; /* column_count 0: none, for orders */
    struct stw_map_field ties;  /* an int; column_count 0: none */
    struct stw_slice log;       /* its name */
    bool by_changes;            /* outages: a record is a change of state */
    bool blank_as_before;       /* orders */
    bool unknown_ends;          /* outages */
    bool skip_before;           /* outages */
    const struct stw_map_made *made;
    uint32_t made_count;
    uint32_t line, column; /* in the map's file */
};

struct stw_map {
    struct stw_arena arena;
    const char *file; /* the map's name in messages */
    const struct stw_table *table;
    const struct stw_table *devices; /* NULL: the schema has none */
    struct stw_slice about;
    enum stw_encoding encoding; /* unknown: told from the bytes of each file */
    char separator;
    char quote;                         /* 0: none */
    struct stw_map_container container; /* what holds the records, its header */
    bool exact;                         /* cells stand for themselves */
    struct stw_number_style style;
    struct stw_slice zone;           /* empty: the store's */
    struct stw_slice file_name;      /* empty: any */
    const struct stw_slice *missing; /* NULL: the standard ones */
    uint32_t missing_count;
    bool keep_empty; /* rows without a value from any column: stored, not skipped */
    const struct stw_map_field *fields;
    uint32_t field_count;
    bool is_wide;
    uint32_t wide_into; /* column of the table */
    const struct stw_map_wide *wide;
    uint32_t wide_count;
    const struct stw_map_wide *rest; /* NULL: other columns are ignored */
    struct stw_map_days days;        /* of a wide map */
    struct stw_map_previous previous;
    const struct stw_map_sum *sums;
    uint32_t sum_count;
    struct stw_map_fold fold;
    const struct stw_map_fact *facts;
    uint32_t fact_count;
    const struct stw_map_field *said; /* facts that columns tell; index: of the devices table */
    uint32_t said_count;
};

/*
 * Reads and checks a map against the schema of a store: tables, fields, types, zones, formats,
 * units. Messages carry file:line:column. `excerpt` (may be NULL) gets the line and a caret.
 */
int stw_map_parse(struct stw_map *map, const char *file, struct stw_slice text,
                  const struct stw_schema *schema, struct stw_buffer *excerpt,
                  struct stw_error *err) STW_CHECKED;
void stw_map_release(struct stw_map *map);

/* The map as YAML that parses to the same map: for --save-map, and for the identity of a file. */
void stw_map_write(const struct stw_map *map, struct stw_buffer *out);

/* A field of the map by its name in the table, or NULL. */
const struct stw_map_field *stw_map_find(const struct stw_map *map, struct stw_slice name);

#endif
