/*
 * What the manifest says, in memory: segments, series keys, commits and their sources, erased
 * ranges, snapshots. Every change is a manifest record first: a writer encodes it, applies it here,
 * then appends it to the file, and undoes it here if that fails; opening a store applies the
 * records of the file in turn. So there is one way from a record to the state. A checkpoint is a
 * record that holds all of it (checkpoint.h).
 *
 * Which rows a generation sees. A segment holds the rows of a contiguous range of commits,
 * [commit_first, commit_last]. Three facts hold of the live segments of one table and partition:
 *
 *   - their ranges are disjoint, so that they have an order in which later rows win;
 *   - no range begins at or before a named snapshot's generation and ends after it: compaction
 *     works between snapshots, never across one;
 *   - in a segment, rows that an erasure of the generation e hides are only those from commits
 *     before e when the segment ends before e: compaction that passes e leaves such rows out.
 *
 * So the view of a snapshot, or of the latest generation, is a filter over the live segments: those
 * with commit_last <= generation, with the erasures up to it. No file is kept twice for a
 * snapshot's sake, and what one needs is there as long as its name is.
 *
 * A segment that compaction or retention has replaced leaves the list at once. Its file goes when
 * no view that was opened before, here or in another process, can still read it: see pins.h.
 *
 * Private to store/, except for struct stw_segment_ref and struct stw_erasure, which the merge
 * reads.
 */
#ifndef STW_STORE_STATE_H
#define STW_STORE_STATE_H

#include "journal/journal.h"
#include "segment/segment.h"
#include "store/columns.h"
#include "store/manifest.h"
#include "store/store.h"

/* How much trouble was taken over a segment's encoding. The numbers are on disk. */
enum stw_tier {
    STW_TIER_FRESH = 0,  /* as a commit wrote it */
    STW_TIER_MERGED = 1, /* by compaction, with the settings of a commit */
    STW_TIER_COLD = 2    /* by compaction, for size */
};

/* A segment file the manifest knows, or a sorted run of a commit under way. */
struct stw_segment_ref {
    const char *name; /* of the file in segments/ or tmp/ */
    bool temporary;
    uint32_t table;   /* number in the schema */
    uint32_t run;     /* order among the sorted runs of one commit */
    uint64_t added;   /* generation */
    uint64_t removed; /* generation, 0 = live */
    int64_t partition_from_ns;
    int64_t partition_to_ns;
    uint64_t commit_first;
    uint64_t commit_last;
    enum stw_tier tier;
    struct stw_segment_info info;
    /* Of the reader cache (readers.h), guarded by its mutex. */
    struct stw_segment_reader *reader;
    uint32_t pins;
    uint64_t used_at;
};

/* Rows of a series in [from_ns, to_ns) from commits before `generation` are hidden. */
struct stw_erasure {
    uint32_t table;
    uint32_t series;
    int64_t from_ns;
    int64_t to_ns;
    uint64_t generation;
};

struct stw_commit_entry {
    uint64_t generation;
    int64_t committed_ns;
    bool has_source;
    struct stw_source source;
    uint64_t rows;
    bool has_journal; /* a flush: its rows are the journal's, up to */
    struct stw_journal_position journal;
    const struct stw_source_reject *rejects; /* of a source */
    uint32_t reject_count;
    const struct stw_erasure *erasures; /* that go with it; its own rows are not touched by them */
    uint32_t erasure_count;
};

struct stw_snapshot_entry {
    struct stw_snapshot snapshot;
    uint64_t dropped; /* generation, 0 = there */
};

/* From this generation on a table has `count` series. */
struct stw_series_step {
    uint64_t generation;
    uint32_t count;
};

struct stw_state_series {
    struct stw_intern keys;
    struct stw_series_step *steps;
    size_t step_capacity;
    uint32_t step_count;
    uint32_t lost; /* keys that were in a damaged record and have a made-up name */
};

struct stw_state {
    const struct stw_schema *schema;
    struct stw_arena arena;
    struct stw_columns columns; /* of records being written or read */
    uint64_t generation;
    struct stw_journal_position journal; /* up to here its rows are in segments */
    /* In order of `added`; between an apply and its settle or undo also those it removes. */
    struct stw_segment_ref **segments;
    size_t segment_capacity;
    uint32_t segment_count;
    bool keep_removed; /* set by a writer: files to be removed are its business */
    struct stw_segment_ref **removed;
    size_t removed_capacity;
    uint32_t removed_count;
    bool unsettled;
    struct stw_erasure *erasures;
    size_t erasure_capacity;
    uint32_t erasure_count;
    struct stw_commit_entry *commits;
    size_t commit_capacity;
    uint32_t commit_count;
    struct stw_intern source_keys; /* hash and size of a source */
    uint32_t *source_commits;      /* by number in source_keys: place in commits */
    size_t source_capacity;
    struct stw_snapshot_entry *snapshots;
    size_t snapshot_capacity;
    uint32_t snapshot_count;
    struct stw_state_series *series; /* by table */
    bool records_lost; /* set by the reader of the manifest: series ids may have gaps */
};

int stw_state_init(struct stw_state *state, const struct stw_schema *schema,
                   struct stw_error *err) STW_CHECKED;
void stw_state_release(struct stw_state *state);

/* All or nothing. STW_ERR_DAMAGED for a payload that makes no sense. Undo it, or settle it. */
int stw_state_apply(struct stw_state *state, const struct stw_record *record,
                    struct stw_error *err) STW_CHECKED;

/* After an apply that stays: segments it removed move from `segments` to `removed`. */
void stw_state_settle(struct stw_state *state);

/* How far the state had come, for undoing the last apply. */
struct stw_state_mark {
    uint64_t generation;
    struct stw_journal_position journal;
    uint32_t segment_count;
    uint32_t erasure_count;
    uint32_t commit_count;
    uint32_t source_count;
    uint32_t snapshot_count;
};
struct stw_state_mark stw_state_mark(const struct stw_state *state);
void stw_state_undo(struct stw_state *state, const struct stw_state_mark *mark);

/* The stand-in for a key that was in a damaged record. */
enum { STW_LOST_KEY_SIZE = 32 };
struct stw_slice stw_lost_key(uint32_t series, char text[STW_LOST_KEY_SIZE]);

/* The number of series of a table at a generation. */
uint32_t stw_state_series_count(const struct stw_state *state, uint32_t table, uint64_t generation);

/* The commit of a source, or NULL. */
const struct stw_commit_entry *stw_state_source(const struct stw_state *state,
                                                const struct stw_source *source);

/* The snapshot of that name, or NULL. */
const struct stw_snapshot *stw_state_snapshot(const struct stw_state *state, struct stw_slice name);

#endif
