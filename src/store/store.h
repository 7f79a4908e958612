/*
 * A store: a folder with a manifest, a schema and segment files.
 *
 *     STORE/LOCK          byte ranges: the one writer, and what readers have in view
 *     STORE/MANIFEST      append-only records; what is in it exists, what is not does not. Written
 *                         anew when it has grown, and put in its own place (manifest_file.h)
 *     STORE/schema.yml    the tables
 *     STORE/segments/     TABLE-PARTITION-GENERATION.seg, immutable; removed when replaced and
 *                         no reader has it in view any more
 *     STORE/journal/      rows of streams, until they are in segments and for replay (memtable.h)
 *     STORE/tmp/          what the writer is busy with; emptied when a writer opens
 *
 * One writer and any number of readers, also in different processes. A commit is all or nothing:
 * segments are written, synced and renamed, their folder is synced, then one manifest record is
 * appended and synced. Every manifest record has a generation, 1, 2, 3 ...; the generation of a
 * commit is its commit number. A row's sequence is (commit number, place in the commit). Compaction
 * (compact.h) puts segments in the place of others, also by one record; state.h says what holds.
 *
 * Opening succeeds whatever a crash left behind: a record that was never finished is cut (by a
 * writer) or overlooked (by a reader). Damage is skipped and named: see stw_store_finding_at. How
 * the two are told apart is in manifest.h. What a writer cuts off because of damage it puts aside,
 * and that stays a finding until somebody deals with it: see stw_store_kept_count.
 *
 * Ownership: what a store hands out stays until stw_store_close, unless said otherwise.
 * Threads: a store, its commits and its views belong to one thread at a time. While no commit is
 * being finished on the same store, its views may be read by several threads (scan/ does).
 */
#ifndef STW_STORE_STORE_H
#define STW_STORE_STORE_H

#include "base/clock.h"
#include "base/hash.h"
#include "base/io.h"
#include "store/batch.h"
#include "store/schema.h"
#include "store/series.h"

struct stw_store;
struct stw_commit;

enum {
    STW_STORE_PATH_SIZE_MAX = 384,
    STW_STORE_ZONE_SIZE_MAX = 63,
    STW_STORE_SOURCE_NAME_MAX = 1024, /* longer source names are cut */
    STW_STORE_REJECTS_MAX = 64,       /* reasons for which rows of a source were not taken */
    STW_STORE_SNAPSHOT_NAME_MAX = 120,
    STW_STORE_OPEN_SEGMENTS_MAX = 256
};

/* How rows of streams are taken; see memtable.h. Zeros are the defaults. */
struct stw_stream_settings {
    int64_t flush_every_ns;    /* 5 minutes */
    int64_t replay_window_ns;  /* how long the journal's archive is kept: as the schema says */
    size_t journal_file_bytes; /* of new files: STW_JOURNAL_FILE_BYTES_DEFAULT */
};

/* Zero-initialised = the defaults. */
struct stw_store_options {
    const struct stw_io *io;       /* NULL: the system's */
    const struct stw_clock *clock; /* NULL: the system's; stamps commits, decides nothing */
    size_t memory_bytes;           /* for the rows of one commit; 0: 256 MiB */
    /* To read and write with; 0: one a processor, fewer where memory_bytes is small. The bytes are
     * the same. */
    unsigned threads;
    struct stw_stream_settings stream;
};

/* Fixed when a store is made. */
struct stw_store_settings {
    struct stw_slice zone; /* IANA name; the zone of input that names none. Checked by the caller */
    struct stw_slice schema; /* YAML; empty: the built-in tables */
};

enum stw_store_mode { STW_STORE_READ, STW_STORE_WRITE };

/* Makes the folder (its parent must exist) and an empty store in it. STW_ERR_USAGE when there is a
 * store already, or files that are not ours. */
int stw_store_create(const char *path, const struct stw_store_settings *settings,
                     const struct stw_store_options *options, struct stw_error *err) STW_CHECKED;

/* `options` may be NULL. STW_ERR_NOT_FOUND: no store there; STW_ERR_LOCKED: another writer. */
int stw_store_open(struct stw_store **out, const char *path, enum stw_store_mode mode,
                   const struct stw_store_options *options, struct stw_error *err) STW_CHECKED;
void stw_store_close(struct stw_store *store); /* NULL is fine; no view or commit may be open */

/* Whether a folder has a store in it. */
bool stw_store_is_there(const char *path);

/*
 * Takes `schema` (YAML) as the store's tables, from the next opening on. Tables and columns may be
 * added; what is there is not rewritten: earlier rows have no value in new columns. STW_ERR_INPUT
 * for a change of what stored rows mean. The scale of decimals is every block's own: values with
 * more digits need no change of the schema.
 */
int stw_store_grow(struct stw_store *store, struct stw_slice schema,
                   struct stw_error *err) STW_CHECKED;

const char *stw_store_path(const struct stw_store *store);
unsigned stw_store_threads(const struct stw_store *store);
struct stw_slice stw_store_zone(const struct stw_store *store);
const struct stw_schema *stw_store_schema(const struct stw_store *store);
uint64_t stw_store_generation(const struct stw_store *store);

/* All series of a table, those of commits not yet finished left out. */
struct stw_series stw_store_series(const struct stw_store *store, const struct stw_table *table);

/* Sentences about damage met while opening, 0 .. count-1. */
uint32_t stw_store_finding_count(const struct stw_store *store);
const char *stw_store_finding_at(const struct stw_store *store, uint32_t index);

/* Whether rows may be missing because of them: not where what was damaged is kept twice. */
bool stw_store_may_miss_rows(const struct stw_store *store);

/* Pieces of a damaged manifest that an earlier writer has put aside (MANIFEST.damaged-OFFSET); each
 * is a finding, too, until somebody salvages the store or removes them. */
uint32_t stw_store_kept_count(const struct stw_store *store);

/* ---- Commits --------------------------------------------------------------------------------- */

/* Where rows come from. A source that was committed once is known by hash and size. */
struct stw_source {
    struct stw_hash128 hash; /* of the bytes, the map and the settings */
    uint64_t size_bytes;
    struct stw_slice name; /* for people */
};

/* Rows of a source that could not be taken, by reason: a word of whoever read the source. */
struct stw_source_reject {
    struct stw_slice reason;
    uint64_t rows;
};

struct stw_source_record {
    struct stw_source source;
    uint64_t generation;
    int64_t committed_ns;
    uint64_t rows; /* handed in then */
    const struct stw_source_reject *rejects;
    uint32_t reject_count;
};

/* False when no such source was committed. */
bool stw_store_source(const struct stw_store *store, const struct stw_source *source,
                      struct stw_source_record *record);

/* All sources in order of commit, 0 .. count-1. */
uint32_t stw_store_source_count(const struct stw_store *store);
struct stw_source_record stw_store_source_at(const struct stw_store *store, uint32_t index);

/* All commits in order, 0 .. count-1; the name of one that came without a source is empty. */
uint32_t stw_store_commit_count(const struct stw_store *store);
struct stw_source_record stw_store_commit_at(const struct stw_store *store, uint32_t index);

struct stw_commit_result {
    uint64_t generation;                         /* 0 when nothing had to be written */
    uint64_t rows;                               /* handed in = added + repeated */
    uint64_t added;                              /* rows written */
    uint64_t repeated;                           /* identical to a row that is there: dropped */
    uint64_t repeated_of[STW_SCHEMA_TABLES_MAX]; /* of them, by the number of the table */
    uint64_t
        superseded; /* of the added ones: those that correct another row, here or in the store */
    uint64_t series_new; /* keys never seen before */
    uint64_t erased;     /* ranges hidden by stw_commit_erase */
    uint64_t segments;
    uint64_t bytes; /* of the new segments */
};

/* One commit at a time; it may fill several tables. `source` may be NULL (nothing to recognise).
 * STW_ERR_USAGE for a store opened to read, or one that a failed commit has closed for writing. */
int stw_commit_begin(struct stw_store *store, const struct stw_source *source,
                     struct stw_commit **out, struct stw_error *err) STW_CHECKED;

/* Puts on record what of its source a commit leaves out; at most STW_STORE_REJECTS_MAX reasons. */
int stw_commit_reject(struct stw_commit *commit, struct stw_slice reason, uint64_t rows,
                      struct stw_error *err) STW_CHECKED;

/* The id of a key, given out now when it is new. Ids of an aborted commit are forgotten. */
int stw_commit_series(struct stw_commit *commit, const struct stw_table *table,
                      struct stw_slice key, uint32_t *id, struct stw_error *err) STW_CHECKED;

/*
 * Hides, together with the commit, the rows of one series in [from_ns, to_ns) that were in the
 * store before it; rows of the commit itself are not touched, also those that are the same as a
 * hidden one. Before the rows of that range are added. STW_ERR_USAGE for a new series or an empty
 * range.
 */
int stw_commit_erase(struct stw_commit *commit, const struct stw_table *table, uint32_t series,
                     int64_t from_ns, int64_t to_ns, struct stw_error *err) STW_CHECKED;

/* Copies the rows. What does not fit into memory is sorted and spilled. After a failure only abort
 * is allowed. */
int stw_commit_add(struct stw_commit *commit, const struct stw_batch *batch,
                   struct stw_error *err) STW_CHECKED;

/*
 * Sorts, drops rows that are already there, writes, and makes all of it visible at once; frees the
 * commit in every case. On failure nothing of it is visible. A failed write or sync closes the
 * store for writing (a failed fsync is never retried); reading goes on, and opening again helps.
 */
int stw_commit_finish(struct stw_commit *commit, struct stw_commit_result *result,
                      struct stw_error *err) STW_CHECKED;
void stw_commit_abort(struct stw_commit *commit); /* NULL is fine */

/* ---- Other records --------------------------------------------------------------------------- */

/* Hides the rows of one series in [from_ns, to_ns) that are in the store now; later commits may
 * fill the range again. History shows them still. */
int stw_store_erase(struct stw_store *store, const struct stw_table *table, uint32_t series,
                    int64_t from_ns, int64_t to_ns, struct stw_error *err) STW_CHECKED;

/* Names the present generation. `pins` is what else a report depends on (hashes of rules, tariffs,
 * zones; program version), a text kept as it is. STW_ERR_USAGE when the name is taken. */
int stw_store_snapshot(struct stw_store *store, struct stw_slice name, struct stw_slice pins,
                       struct stw_error *err) STW_CHECKED;

struct stw_snapshot {
    struct stw_slice name;
    struct stw_slice pins;
    uint64_t generation; /* what it pins */
    int64_t created_ns;
};
/* Those that are there, 0 .. count-1, in the order they were made. */
uint32_t stw_store_snapshot_count(const struct stw_store *store);
struct stw_snapshot stw_store_snapshot_at(const struct stw_store *store, uint32_t index);
bool stw_store_snapshot_find(const struct stw_store *store, struct stw_slice name,
                             struct stw_snapshot *snapshot);

/* Gives a snapshot up: compaction may then drop what only it could see. */
int stw_store_snapshot_drop(struct stw_store *store, struct stw_slice name,
                            struct stw_error *err) STW_CHECKED;

/* ---- Retention ------------------------------------------------------------------------------- */

struct stw_retention {
    const struct stw_table *table;
    int64_t before_ns;   /* partitions that end by then go, as a whole */
    bool drop_snapshots; /* also give up the snapshots that see rows of them */
    bool dry_run;        /* only count */
};

struct stw_retention_result {
    uint32_t segments;
    uint64_t rows;
    uint64_t bytes;
    uint32_t snapshots; /* given up */
};

/* Drops whole partitions, in one record. STW_ERR_USAGE, with nothing dropped, while a named
 * snapshot needs one of them and may not be given up. Sources stay known: taking the same file in
 * again changes nothing. */
int stw_store_drop_before(struct stw_store *store, const struct stw_retention *retention,
                          struct stw_retention_result *result, struct stw_error *err) STW_CHECKED;

#endif
