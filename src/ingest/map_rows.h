/*
 * From records to rows: a column map bound to one file. Cells are found by the header, given their
 * types, and appended to a batch that goes to a commit whenever it is full. A record that does not
 * fit is handed to the rejects; in a wide file each value cell stands for itself.
 *
 * Nothing is allocated per row but for series and words never seen before.
 */
#ifndef STW_INGEST_MAP_ROWS_H
#define STW_INGEST_MAP_ROWS_H

#include "ingest/file_name.h"
#include "ingest/ingest_findings.h"
#include "ingest/layout_fold.h"
#include "ingest/map.h"
#include "ingest/rejects.h"
#include "store/batch.h"
#include "store/memtable.h"
#include "store/store.h"
#include "text/record.h"
#include "time/stamp.h"

enum { STW_PREVIOUS_ROWS_MAX = 2000000 }; /* of one file with previous readings: 160 MB */

struct stw_map_rows_field;
struct stw_map_rows_wide;
struct stw_map_rows_previous;
struct stw_map_rows_sums;
struct stw_map_rows_twice;
struct stw_map_rows_said;
struct stw_map_rows_fold;

/* Where rows and what is said about them go. */
struct stw_map_rows_sink {
    struct stw_store *store;        /* looked into for readings before */
    struct stw_commit *commit;      /* NULL: rows are streamed into the store (memtable.h) */
    enum stw_durability durability; /* of a stream */
    struct stw_rejects *rejects;    /* NULL: rows of a part, see below */
    struct stw_ingest_findings *findings;
    struct stw_fold *log; /* of the whole file, where the map folds; else NULL */
};

struct stw_map_rows {
    const struct stw_map *map;
    struct stw_store *store;
    struct stw_commit *commit;
    enum stw_durability durability;
    struct stw_rejects *rejects;
    struct stw_ingest_findings *findings;
    struct stw_fold *log;
    const struct stw_file_names *names;
    struct stw_arena arena;
    struct stw_view *units; /* whose registry knows units; NULL: not asked yet */
    struct stw_zone *zone;  /* of the map, or the store's */
    struct stw_batch batch;
    struct stw_batch facts;                               /* rows for the registry */
    struct stw_map_rows_field *fields;                    /* as in the map */
    struct stw_map_rows_field *keys[STW_SCHEMA_KEYS_MAX]; /* NULL: wide, or left empty */
    struct stw_map_rows_field *time;
    struct stw_map_rows_field *into; /* wide: types the value cells */
    struct stw_map_rows_wide *wide;
    uint32_t wide_count;
    struct stw_slice *headers; /* by column; empty text without a header */
    uint32_t file_columns;     /* cells a record of the file must have */
    uint32_t column_count;     /* with those that a fold makes */
    bool fills;                /* some field is filled down */
    int quality;               /* column that flags an estimate or an ambiguous time, or -1 */
    struct stw_map_rows_field *own_quality; /* the map's field for it, or NULL */

    /* Series of this file: key, id in the store, and the one that came after it last time. */
    struct stw_intern series;
    uint32_t *series_id;
    uint32_t *series_next;
    size_t series_id_capacity, series_next_capacity;
    uint32_t series_last;
    bool keys_stand;          /* each key is a cell that is taken as it stands */
    uint32_t series_expected; /* of the present record, by its cells; or STW_INTERN_NONE */
    struct stw_buffer key;
    struct stw_buffer joined; /* a time in several columns */

    /* Layouts; NULL where the map has none. */
    struct stw_map_rows_field *value; /* what sums and previous readings are about */
    struct stw_map_rows_field *month;
    int year, month_of_year; /* of the present record */
    struct stw_map_rows_previous *previous;
    struct stw_map_rows_sums *sums;
    struct stw_map_rows_twice *twice; /* device lists */
    struct stw_map_rows_said *said;   /* facts that columns tell */
    struct stw_map_rows_fold *fold;

    /* Rows of parts; see stw_map_rows_cut. */
    bool apart;
    bool odd;            /* something came up that the file's own rows must see to */
    uint32_t series_cut; /* series before the part */

    uint64_t records;
    uint64_t rows;      /* added to batches */
    uint64_t empty;     /* cells or records without a value, skipped */
    uint64_t ambiguous; /* rows whose time the local clock shows twice */
    struct stw_fold_counts outages;
};

/*
 * `header` is the first record, or NULL where the file has none; `column_count` then counts the
 * first record's cells. Columns that the map names and the file lacks are an error with the map's
 * line and the nearest header. On failure nothing needs to be released.
 */
int stw_map_rows_init(struct stw_map_rows *rows, const struct stw_map *map,
                      struct stw_slice store_zone, const struct stw_file_names *names,
                      const struct stw_text_record *header, uint32_t column_count,
                      const struct stw_map_rows_sink *sink, struct stw_error *err) STW_CHECKED;
void stw_map_rows_release(struct stw_map_rows *rows);

int stw_map_rows_add(struct stw_map_rows *rows, const struct stw_text_record *record,
                     struct stw_error *err) STW_CHECKED;

/* To look and store nothing: what layouts kept back becomes rows; nothing may be added afterwards.
 */
int stw_map_rows_settle(struct stw_map_rows *rows, struct stw_error *err) STW_CHECKED;

/* To look at the rows of the batch: the key of a row, and the text the map states about a key as a
 * fact for the registry ("unit"), empty where it states none. */
struct stw_slice stw_map_rows_key(const struct stw_map_rows *rows, uint32_t row);
struct stw_slice stw_map_rows_fact(const struct stw_map_rows *rows, struct stw_slice key,
                                   struct stw_slice attribute);

/* ---- Parts of a file, map_rows_part.c -----------------------------------------------------------
 *
 * The records of a file can be read in parts by several threads: rows of parts, one a thread, are
 * bound to the same header with a sink that has no rejects. What a part of the file gave is cut off
 * them and handed to the file's own rows, in the order of the file. Where anything but plain rows
 * comes up (`odd`: a record to reject, a unit to look up, too many rows) the part is dropped, and
 * the file's own rows read it again: so there is one way to say what is wrong with a record.
 */
struct stw_map_rows_part {
    struct stw_batch batch; /* its series are numbers of the rows of parts */
    struct stw_buffer keys; /* of series new to those, each its size (4 bytes) and itself */
    uint32_t series_first;  /* number of the first new one */
    uint64_t records, rows, empty, ambiguous;
};

/* The ids of the series of some rows of parts, by their numbers; zero is empty. */
struct stw_map_rows_ids {
    uint32_t *ids;
    size_t capacity;
    uint32_t count;
};

/* Whether the layout lets each record stand for itself. */
bool stw_map_rows_has_parts(const struct stw_map_rows *rows);

/* A part of these rows of parts, empty; released with them or before. */
int stw_map_rows_part_init(struct stw_map_rows_part *part, const struct stw_map_rows *rows,
                           struct stw_error *err) STW_CHECKED;
void stw_map_rows_part_release(struct stw_map_rows_part *part);

/* Moves what was added since the last cut to a part taken or new. */
int stw_map_rows_cut(struct stw_map_rows *rows, struct stw_map_rows_part *part,
                     struct stw_error *err) STW_CHECKED;
/* Forgets what was added since the last cut. */
void stw_map_rows_drop(struct stw_map_rows *rows);

/* Adds a part to the file's own rows; `ids` are of the rows of parts it was cut from. */
int stw_map_rows_take(struct stw_map_rows *rows, struct stw_map_rows_part *part,
                      struct stw_map_rows_ids *ids, struct stw_error *err) STW_CHECKED;

/* After the last record below this header: what layouts kept back, and the last rows, go to the
 * commit. `more`: another header of the file follows, and a log that is folded goes on. */
int stw_map_rows_finish(struct stw_map_rows *rows, bool more, struct stw_error *err) STW_CHECKED;

#endif
