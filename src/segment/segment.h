/*
 * Segment files: rows of one table, sorted by (series, time, order of arrival), within one UTC
 * partition and one range of commits; immutable once finished. FORMAT.md describes the bytes.
 *
 * A segment is a header, then blocks of up to 8,192 rows, the keys of its series and an index with
 * statistics of every block, then a footer. A long run of one series has its own blocks; short
 * runs share one. A block may take its times, and values that follow, from an earlier block of the
 * file, as for the channels of one device; damage to that one is damage to both. Every byte is
 * under a checksum (XXH3-64 seeded with the file's id and place), checked on every read: damage is
 * STW_ERR_DAMAGED and names file, block, series and time range; wrong numbers never come out.
 *
 * Series ids are the store's (dense, global); a series key is the store's encoding of the key
 * tuple, bytes without meaning here, repeated in the segment so that the file explains itself.
 *
 * Ownership: paths, specs, runs and keys are copied or written before a call returns. What a
 * reader or block hands out is its own; see there.
 *
 * Threads: a writer and a block belong to one thread; a writer may start some of its own. One
 * reader may serve several threads at once, each with its own struct stw_block.
 */
#ifndef STW_SEGMENT_SEGMENT_H
#define STW_SEGMENT_SEGMENT_H

#include "base/arena.h"
#include "base/bits.h"
#include "base/error.h"
#include "base/io.h"
#include "segment/run.h"

enum {
    STW_SEGMENT_VERSION = 1,
    STW_SEGMENT_ID_SIZE = 16,
    STW_SEGMENT_COLUMNS_MAX = 256,
    STW_SEGMENT_NAME_SIZE_MAX = 255,      /* bytes of a table's or column's name */
    STW_SEGMENT_KEY_SIZE_MAX = 65535,     /* bytes of a series key */
    STW_SEGMENT_WORD_SIZE_MAX = 1 << 20,  /* bytes of one text value */
    STW_SEGMENT_BLOCK_TEXT_MAX = 4 << 20, /* distinct words of one block, all columns together */
    STW_SEGMENT_LONG_RUN_ROWS = 512,      /* from here on a series has blocks of its own */
    STW_SEGMENT_LENDERS_MAX = 1024        /* the last blocks, which the next one may borrow from */
};

struct stw_segment_column {
    struct stw_slice name;
    enum stw_type type;
};

/* What a segment is; written into its header, read back from it. */
struct stw_segment_spec {
    unsigned char file_id[STW_SEGMENT_ID_SIZE]; /* unique in the store; random or counted */
    struct stw_slice table;
    const struct stw_segment_column *columns; /* without series and time, which always exist */
    uint32_t column_count;
    int64_t partition_from_ns; /* rows have partition_from_ns <= time < partition_to_ns */
    int64_t partition_to_ns;
    uint64_t commit_first; /* the commits whose rows are inside, both included */
    uint64_t commit_last;
};

/* How the writer works. Zero-initialised = the defaults of a fresh segment. */
struct stw_segment_effort {
    /* zstd level for byte planes; 0: 3. Dictionaries and the index are compressed with it too. */
    int zstd_level;
    /* Byte planes under zstd decode several times slower than the other methods, so they are taken
     * only where smaller by more than this share; 0: 15 %. The cold tier sets less, 1 at least; a
     * file that is soon merged away sets 100: no trials, packed integers throughout, half as large
     * again and quicker to write. */
    unsigned planes_gain_percent;
    /* Threads that encode blocks, beside the caller's; 0 and 1: none. The bytes are the same. */
    unsigned threads;
};

/* What the manifest wants to know of a segment; the same from writer and reader. */
struct stw_segment_info {
    uint64_t file_size_bytes;
    uint64_t rows;
    uint32_t block_count;
    uint32_t series_count; /* distinct */
    uint32_t series_first; /* smallest id */
    uint32_t series_last;  /* largest id */
    int64_t time_min_ns;
    int64_t time_max_ns;
};

/* ---- Writer ---------------------------------------------------------------------------------- */

struct stw_segment_writer;
struct stw_segment_reader;

/*
 * Creates the file (it must not exist) and writes the header. Memory stays bounded whatever the
 * number of rows: one block, two more a thread, a page of keys, a page of the index and a note of
 * each of the last STW_SEGMENT_LENDERS_MAX blocks. `effort` may be NULL.
 * STW_ERR_USAGE for a spec beyond the limits above.
 */
int stw_segment_writer_open(struct stw_segment_writer **out, const struct stw_io *io,
                            const char *path, const struct stw_segment_spec *spec,
                            const struct stw_segment_effort *effort,
                            struct stw_error *err) STW_CHECKED;

/*
 * Appends a run: series >= the last one's, times >= the last one's within a series (equal times are
 * kept in this order and flagged), all in the partition; the run's columns are the spec's, in its
 * order and types. `series_key` must be the same bytes for every run of one series.
 * STW_ERR_USAGE for disorder, a time outside the partition, or a mismatch, with nothing of the
 * run added; STW_ERR_LIMIT for a text beyond its limit. After any failure only abort is allowed.
 */
int stw_segment_writer_add(struct stw_segment_writer *writer, const struct stw_run *run,
                           struct stw_slice series_key, struct stw_error *err) STW_CHECKED;

/* Whether blocks of this reader's file can be copied into the writer's: the same columns. A block
 * of an older segment that lacks a newer column has to be decoded. */
bool stw_segment_writer_takes(const struct stw_segment_writer *writer,
                              const struct stw_segment_reader *reader);

/*
 * Appends a block of another segment as it lies there, without decoding it: its checksum is checked
 * and made anew for the new place, its statistics go along. One that borrows from a block that was
 * not copied before it is decoded and written anew, and *copied is false. Rows added before become
 * a block of their own. `series` are all ids of the block, ascending, `keys` those of each: order,
 * partition and failures as for stw_segment_writer_add.
 */
int stw_segment_writer_copy(struct stw_segment_writer *writer, struct stw_segment_reader *reader,
                            uint32_t block, const uint32_t *series, const struct stw_slice *keys,
                            uint32_t series_count, bool *copied, struct stw_error *err) STW_CHECKED;

/*
 * Writes the last block, keys, index and footer, syncs the file, closes it and frees the writer,
 * on failure too (the file then stays, unfinished, for the caller to remove). The caller renames it
 * and syncs the folder. A segment without rows is STW_ERR_USAGE.
 */
int stw_segment_writer_finish(struct stw_segment_writer *writer, struct stw_segment_info *info,
                              struct stw_error *err) STW_CHECKED;

/* Closes and removes the file, frees the writer; NULL is fine. */
void stw_segment_writer_abort(struct stw_segment_writer *writer);

/* Bytes written so far; with threads, how far depends on them. */
uint64_t stw_segment_writer_size(const struct stw_segment_writer *writer);

/* ---- Reader ---------------------------------------------------------------------------------- */

/* A number of a column, by its type: decimals (at the statistics' scale), int, bool and time use
 * `integer`, floats `real`. */
union stw_number {
    int64_t integer;
    double real;
};

/*
 * One column within one block. Judged over rows that have a value.
 *
 * first, last, falls and largest_rise mean something only in a block of one series (`single`).
 * With nulls > 0 the first value need not be at the block's first time. Text has only `nulls`.
 */
struct stw_column_statistics {
    uint32_t nulls;
    uint32_t nans;          /* floats; NaN takes no part in min and max */
    int scale;              /* of a decimal column in this block */
    union stw_number first; /* floats: may be NaN */
    union stw_number last;
    union stw_number min;  /* no value at all (or only NaN): min > max */
    union stw_number max;  /* floats: -0 < +0 */
    stw_int128 sum;        /* exact, at `scale`; not for floats: their order of addition matters */
    uint32_t falls;        /* integers: how often a value is below the one before */
    uint64_t largest_rise; /* integers: largest value[i] - value[i-1], 0 when it never rises */
};

struct stw_segment_block {
    uint64_t offset;     /* of its frame in the file */
    uint32_t size_bytes; /* of its frame */
    uint32_t rows;
    uint32_t series_first;
    uint32_t series_last;
    bool single; /* series_first == series_last */
    /* Two rows of one series at the same time. Such rows are not spread over blocks, unless there
     * are more than 8,192 at one time or their decimals have no common scale: then the next block
     * begins with this one's time_last_ns. */
    bool has_repeats;
    int64_t time_first_ns; /* of the first row, in the order of the file */
    int64_t time_last_ns;  /* of the last row */
    int64_t time_min_ns;   /* equal to first and last in a single block */
    int64_t time_max_ns;
    int64_t time_step_ns; /* single and every difference equal: that difference; else 0 */
    const struct stw_column_statistics *columns; /* one per column of the spec */
};

/* Reads and checks header, footer and index, which stays in memory; blocks are read when asked for.
 * What goes through many segments opens them with a cache: segment_index.h. */
int stw_segment_reader_open(struct stw_segment_reader **out, const struct stw_io *io,
                            const char *path, struct stw_error *err) STW_CHECKED;
void stw_segment_reader_close(struct stw_segment_reader *reader); /* NULL is fine */

/* All of these belong to the reader and stay until it is closed. Blocks, and find below, are for
 * readers without a cache; with one, places tell of them (segment_index.h). */
const struct stw_segment_spec *stw_segment_reader_spec(const struct stw_segment_reader *reader);
const struct stw_segment_info *stw_segment_reader_info(const struct stw_segment_reader *reader);
const struct stw_segment_block *stw_segment_reader_block(const struct stw_segment_reader *reader,
                                                         uint32_t block);

/* The place of a column in the spec, or -1: an older segment may lack a newer column. */
int stw_segment_reader_column(const struct stw_segment_reader *reader, struct stw_slice name);

/*
 * The first block that can hold a row with (series, time) >= the given pair; block_count when there
 * is none. Blocks of a series are consecutive: go on while series_first <= series.
 */
uint32_t stw_segment_reader_find(const struct stw_segment_reader *reader, uint32_t series,
                                 int64_t time_ns);

/*
 * Calls `each` for every series of the segment, ids ascending; `key` is valid during the call only.
 * A negative return stops and is handed back.
 */
typedef int stw_segment_key_fn(void *context, uint32_t series, struct stw_slice key);
int stw_segment_reader_keys(struct stw_segment_reader *reader, stw_segment_key_fn *each,
                            void *context, struct stw_error *err) STW_CHECKED;

/*
 * A decoded block: buffers that are reused from read to read. Everything inside stays valid until
 * the next read into it. Where a value is missing the slot holds 0 (text: code 0, and `words` may
 * be empty).
 */
struct stw_block {
    uint32_t rows;
    uint32_t series_first;
    const uint32_t *series; /* a series id a row, ascending; NULL: all rows are series_first */
    const int64_t *time_ns;
    const struct stw_vector *columns; /* in the order that was asked for */
    uint32_t column_count;
    struct stw_block_buffers *buffers; /* private */
};

void stw_block_init(struct stw_block *block);

/*
 * For callers with many blocks, such as a cache: they may decode with one decoder (half a megabyte)
 * instead of each with its own. Called after init; the decoder stays the caller's, outlives the
 * block's reads, and belongs to the same thread. False: memory.
 */
struct stw_decoder;
bool stw_block_share(struct stw_block *block, struct stw_decoder *decoder)
    __attribute__((warn_unused_result));
void stw_block_release(struct stw_block *block);

/*
 * Reads, checks and decodes one block: times, series, and the columns `wanted[0..wanted_count)`
 * (places in the spec). STW_ERR_DAMAGED names file, block, series and time range, and leaves
 * block->rows == 0.
 */
int stw_segment_reader_read(struct stw_segment_reader *reader, uint32_t block,
                            const uint32_t *wanted, uint32_t wanted_count, struct stw_block *out,
                            struct stw_error *err) STW_CHECKED;

/*
 * The rows of one series that start at row `from` < block->rows, as a run over the block's memory;
 * the next run starts at from + run->count. The run's columns are valid until the next call for
 * this block.
 */
void stw_block_run(struct stw_block *block, uint32_t from, struct stw_run *run);

/* ---- Verify ---------------------------------------------------------------------------------- */

/* Something wrong in a segment file. */
struct stw_segment_finding {
    const char *path;
    const char *part; /* "header", "block", "keys", "index", "footer" */
    uint64_t offset;  /* where the part starts in the file */
    int64_t block;    /* number of the block, -1 for other parts */
    /* Of a block, from the index; meaningless (0) when the index itself could not be read. */
    uint32_t series_first;
    uint32_t series_last;
    int64_t time_min_ns;
    int64_t time_max_ns;
    uint32_t rows;
    const char *what; /* a sentence */
};

typedef void stw_segment_finding_fn(void *context, const struct stw_segment_finding *finding);

/*
 * Checks a whole file: every checksum, every block decoded in full, its order, its partition and
 * every statistic recomputed and compared. Each trouble is reported to `each` (may be NULL) and the
 * check goes on where it can: blocks are also looked at when footer or index are gone.
 * *findings counts them. Negative only when the file cannot be opened or read, or memory is out.
 */
int stw_segment_verify(const struct stw_io *io, const char *path, stw_segment_finding_fn *each,
                       void *context, uint64_t *findings, struct stw_error *err) STW_CHECKED;

/*
 * The same, handing out what is sound: blocks in the order of the file, with all columns of the
 * spec, and keys; also where footer or index are gone. What is handed out is valid during the call
 * only; a negative return ends the walk and is handed back. NULL members are not called.
 */
struct stw_segment_taker {
    stw_segment_finding_fn *finding;
    int (*block)(void *context, const struct stw_segment_spec *spec, const struct stw_block *block);
    stw_segment_key_fn *key;
    void *context;
};
int stw_segment_take(const struct stw_io *io, const char *path,
                     const struct stw_segment_taker *taker, uint64_t *findings,
                     struct stw_error *err) STW_CHECKED;

#endif
