/*
 * Schemas: which tables a store has. Tables are data, a YAML text kept in the store; the built-in
 * ones are such a text too (schema_builtin.c) and go through the same loader:
 *
 *     tables:
 *       readings:
 *         keys: [device, channel]
 *         time: time
 *         identity: time         # or: series, all
 *         partition: month       # or: year, all (UTC)
 *         columns: {value: decimal, quality: text, origin: text}
 *     replay_window: 90 days     # how long the journal's archive is kept; may change
 *
 * Names are made of a-z, 0-9 and _, and start with a letter. A schema may grow (new tables, new
 * columns); a change of a key, a type or an identity would change what stored rows mean and is
 * refused.
 *
 * Ownership: everything inside belongs to the schema and stays until it is freed. Read-only after
 * parsing, so any number of threads may use it.
 */
#ifndef STW_STORE_SCHEMA_H
#define STW_STORE_SCHEMA_H

#include "base/buffer.h"
#include "base/error.h"
#include "segment/run.h"

enum {
    STW_SCHEMA_TABLES_MAX = 64,
    STW_SCHEMA_COLUMNS_MAX = 200, /* of one table */
    STW_SCHEMA_KEYS_MAX = 8,
    STW_SCHEMA_NAME_SIZE_MAX = 64,
    STW_SCHEMA_TEXT_SIZE_MAX = 1 << 20,
    STW_SCHEMA_REPLAY_WINDOW_DAYS = 90 /* where the text does not say */
};

/* What makes two rows the same row. The numbers are on disk. */
enum stw_identity {
    STW_IDENTITY_TIME = 1,   /* (series, time): the highest sequence wins; readings, devices */
    STW_IDENTITY_SERIES = 2, /* one live row a series: the highest sequence wins; work orders */
    STW_IDENTITY_ALL = 3     /* every distinct row is kept; faults, inspections */
};

/* How the rows of a table are cut into segments, by UTC calendar. */
enum stw_partition { STW_PARTITION_MONTH = 1, STW_PARTITION_YEAR = 2, STW_PARTITION_ALL = 3 };

struct stw_column {
    struct stw_slice name;
    enum stw_type type;
};

struct stw_table {
    uint32_t number; /* place in the schema; not on disk, where tables go by name */
    struct stw_slice name;
    const struct stw_slice *keys; /* names of the key components, in the order of the key */
    uint32_t key_count;
    struct stw_slice time_name;       /* what this table calls its time column */
    const struct stw_column *columns; /* without keys and time */
    uint32_t column_count;
    enum stw_identity identity;
    enum stw_partition partition;
};

struct stw_schema;

/* `name` is for messages ("schema.yml"). Errors carry file:line:column. */
int stw_schema_parse(struct stw_schema **out, const char *name, struct stw_slice text,
                     struct stw_error *err) STW_CHECKED;
void stw_schema_free(struct stw_schema *schema); /* NULL is fine */

/* The YAML text of the built-in tables. */
struct stw_slice stw_schema_builtin(void);

/*
 * The built-in tables and one's own as one text. `own` is a schema by itself; its tables are moved
 * in by two blanks at least, as the built-in ones are, below a line `tables:`. `name` is for
 * messages.
 */
int stw_schema_extend(const char *name, struct stw_slice own, struct stw_buffer *out,
                      struct stw_error *err) STW_CHECKED;

/* The text it was parsed from. */
struct stw_slice stw_schema_text(const struct stw_schema *schema);

/* How long journal files are kept after their rows are in segments. */
int64_t stw_schema_replay_window_ns(const struct stw_schema *schema);

/* A schema's text with another replay window ("180 days") in the place of what it says of one.
 * STW_ERR_USAGE: that is no length of time. */
int stw_schema_put_replay_window(struct stw_slice text, struct stw_slice window,
                                 struct stw_buffer *out, struct stw_error *err) STW_CHECKED;

uint32_t stw_schema_table_count(const struct stw_schema *schema);
const struct stw_table *stw_schema_table(const struct stw_schema *schema, uint32_t number);
const struct stw_table *stw_schema_find(const struct stw_schema *schema, struct stw_slice name);

/* As find, with a message that suggests a near name when there is no such table. */
int stw_schema_want(const struct stw_schema *schema, struct stw_slice name,
                    const struct stw_table **table, struct stw_error *err) STW_CHECKED;

/* The place of a column or key component in its list, or -1. */
int stw_table_column(const struct stw_table *table, struct stw_slice name);
int stw_table_key(const struct stw_table *table, struct stw_slice name);

/* Whether rows written under `old` mean the same under `grown`; if not, err says which part. */
int stw_schema_compatible(const struct stw_schema *old, const struct stw_schema *grown,
                          struct stw_error *err) STW_CHECKED;

/* "decimal" ... "text"; NULL for no such type. */
const char *stw_type_name(enum stw_type type);

/* The partition that holds an instant of [STW_TIME_MIN_NS, STW_TIME_MAX_NS): [*from_ns, *to_ns). */
void stw_partition_of(enum stw_partition partition, int64_t time_ns, int64_t *from_ns,
                      int64_t *to_ns);

/* "2026-01", "2026", "all" for the partition that starts at from_ns, into text[size >= 8]. */
void stw_partition_name(enum stw_partition partition, int64_t from_ns, char *text, size_t size);

#endif
