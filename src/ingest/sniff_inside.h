/* What the parts of the sniffer share: a sample of a file, and what was found out about it. */
#ifndef STW_INGEST_SNIFF_INSIDE_H
#define STW_INGEST_SNIFF_INSIDE_H

#include "base/arena.h"
#include "ingest/map_container.h"
#include "ingest/sniff.h"
#include "text/csv.h"
#include "text/number.h"
#include "time/zone.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    STW_SNIFF_ROWS_MAX = 400,
    STW_SNIFF_COLUMNS_MAX = 1000,
    STW_SNIFF_FORMATS_MAX = 4 /* that fit one column */
};

struct stw_sniff_row {
    const struct stw_slice *cells;
    uint32_t count;
    uint64_t line;
};

enum stw_sniff_kind {
    STW_SNIFF_EMPTY,
    STW_SNIFF_NUMBER,
    STW_SNIFF_TIME,
    STW_SNIFF_CLOCK, /* a time of day that belongs to the date in the column before */
    STW_SNIFF_TEXT
};

struct stw_sniff_column {
    struct stw_slice header; /* "" in a file without one */
    enum stw_sniff_kind kind;
    const char *formats[STW_SNIFF_FORMATS_MAX]; /* times: all that fit equally well */
    uint32_t format_count;
    uint32_t format_fits;       /* cells */
    bool joined;                /* the time continues in the next column */
    struct stw_slice unit;      /* numbers: behind them in the cells, or empty */
    struct stw_slice unit_cell; /* the cell that says so */
    bool marks;                 /* texts: all are words of a quality, one at least 估 or 换表 */
    struct stw_slice example;   /* a cell with a value */
    bool merged;                /* of a sheet: its blank cells are parts of merged ones */
    bool used;                  /* has a place in the map */
    bool folds;                 /* orders what is folded; a field may have it too */
};

struct stw_sniff_sample {
    struct stw_arena arena;
    enum stw_container container;
    struct stw_slice bytes; /* whole lines; of CSV */
    char separator;
    uint32_t skip; /* lines before the header or first row; of CSV */
    bool header;
    struct stw_slice records;   /* JSON: the path to the list of them, or empty */
    struct stw_slice title;     /* what stands above it */
    struct stw_slice sheet;     /* of a workbook; empty: all that are not hidden */
    struct stw_slice other;     /* of a workbook: the first sheet that was left out, or empty */
    uint32_t header_rows;       /* of a workbook */
    struct stw_sniff_row *rows; /* all of the same width, the header left out */
    uint32_t row_count;
    uint32_t odd_rows; /* of another width */
    struct stw_sniff_column *columns;
    uint32_t column_count;
    struct stw_number_style style;
    const char *missing[32]; /* texts for "no value" that occur, besides the empty one */
    uint32_t missing_count;
};

/* What a place in the file is counted in. */
static inline const char *stw_sniff_line_word(const struct stw_sniff_sample *sample)
{
    return sample->container == STW_CONTAINER_XLSX ? "row" : "line";
}

/* sniff_sample.c: the container, and rows from it; of CSV separator, width, header. */
int stw_sniff_read(struct stw_sniff_sample *sample, struct stw_input *input,
                   const struct stw_sniff_answers *answers, struct stw_buffer *reasons,
                   struct stw_error *err) STW_CHECKED;
void stw_sniff_release(struct stw_sniff_sample *sample);
/* "container: xlsx, sheet: 抄表, header: yes", or "separator: comma, header: yes, skip: 0". */
void stw_sniff_put_format(const struct stw_sniff_sample *sample, struct stw_buffer *out);
/* Room for STW_SNIFF_ROWS_MAX rows, and a row of copied cells; for the two below. */
int stw_sniff_make_rows(struct stw_sniff_sample *sample, struct stw_error *err) STW_CHECKED;
int stw_sniff_keep_row(struct stw_sniff_sample *sample, const struct stw_text_record *record,
                       struct stw_error *err) STW_CHECKED;
int stw_sniff_name_columns(struct stw_sniff_sample *sample, const struct stw_slice *names,
                           uint32_t count, struct stw_error *err) STW_CHECKED;
/* sniff_sheet.c: a sheet of a workbook, its header and rows. */
int stw_sniff_read_sheet(struct stw_sniff_sample *sample, struct stw_input *input,
                         const struct stw_sniff_answers *answers, struct stw_buffer *reasons,
                         struct stw_error *err) STW_CHECKED;

/* sniff_json.c: the path to the list of records in the beginning of a JSON text, or empty. */
int stw_sniff_find_records(struct stw_slice text, const struct stw_sniff_answers *answers,
                           struct stw_arena *arena, struct stw_slice *path,
                           struct stw_buffer *reasons, struct stw_error *err) STW_CHECKED;

/* sniff_columns.c: kinds, number style, time formats. */
int stw_sniff_columns(struct stw_sniff_sample *sample, const struct stw_sniff_answers *answers,
                      const struct stw_zone *utc, struct stw_buffer *reasons,
                      struct stw_error *err) STW_CHECKED;
bool stw_sniff_too_many_odd(uint32_t odd, uint32_t row_count);
/* As people write them: 12, 12吨, 1.2万, 123估, (4.25). */
bool stw_sniff_is_number(struct stw_slice cell, const struct stw_number_style *style);

/* sniff_times.c: all formats that fit a column (joined with the next where wanted) equally well. */
int stw_sniff_formats(struct stw_sniff_sample *sample, uint32_t column, bool joined,
                      const struct stw_zone *utc, struct stw_error *err) STW_CHECKED;
/* How many cells are times of the format; 0 where more than one in five are not. */
uint32_t stw_sniff_format_count(const struct stw_sniff_sample *sample, uint32_t column, bool joined,
                                const char *pattern, const struct stw_zone *utc);
/* Whether a cell looks like a time of day: 8:05, 8时5分, 下午2:05. */
bool stw_sniff_is_clock(struct stw_slice cell);

/* sniff_words.c: whether a header means a field of a table; the unit in its brackets, or "". */
bool stw_sniff_means(struct stw_slice header, struct stw_slice field);
/* Whether a header names somebody or something: "customer_id", "表号". */
bool stw_sniff_is_identity(struct stw_slice header);
struct stw_slice stw_sniff_unit(struct stw_slice header);
/* The table whose headings most columns have, by far: "devices". NULL: none stands out. */
const char *stw_sniff_table(const struct stw_sniff_sample *sample);

/* ---- A map in the making --------------------------------------------------------------------- */

enum { STW_SNIFF_NONE = -1 }; /* no column */

struct stw_sniff_plan {
    struct stw_sniff_sample sample;
    const struct stw_encoding_guess *encoding; /* of the input */
    const struct stw_table *table;
    const struct stw_sniff_answers *answers;
    struct stw_zone *utc;
    struct stw_slice name; /* of the file */
    int device;            /* the column that names it, STW_SNIFF_NONE before it is found */
    struct stw_buffer *map;
    struct stw_buffer *reasons;
    struct stw_error *err;
};

static inline struct stw_sniff_column *stw_sniff_column(struct stw_sniff_plan *plan, int at)
{
    return &plan->sample.columns[at];
}

/* sniff_fields.c: the first free column whose header means the field and whose cells are of one of
 * the kinds. */
int stw_sniff_find_by_word(struct stw_sniff_plan *plan, struct stw_slice field, bool number,
                           bool time, bool text);
int stw_sniff_find_by_kind(struct stw_sniff_plan *plan, enum stw_sniff_kind kind, int after);
int stw_sniff_find_time(struct stw_sniff_plan *plan, struct stw_slice field);
/* A column's header, or its place; "column: header" or "number: 3". */
void stw_sniff_put_name(struct stw_buffer *out, const struct stw_sniff_plan *plan, int at);
void stw_sniff_put_ref(struct stw_sniff_plan *plan, int at);
/* A line of `fields`, and why; the column is used then. */
void stw_sniff_put_field(struct stw_sniff_plan *plan, struct stw_slice field, int at,
                         const char *why);
int stw_sniff_put_time(struct stw_sniff_plan *plan, struct stw_slice field, int at) STW_CHECKED;
void stw_sniff_put_unit(struct stw_sniff_plan *plan, int at, const char *before, const char *after);
void stw_sniff_tell_precision(struct stw_sniff_plan *plan, int at);
/* The channel that a column of values is about. */
struct stw_slice stw_sniff_channel(const struct stw_sniff_plan *plan,
                                   const struct stw_sniff_column *column);

/* sniff_readings.c: the body of a map for readings. */
int stw_sniff_plan_readings(struct stw_sniff_plan *plan) STW_CHECKED;
int stw_sniff_find_device(struct stw_sniff_plan *plan, int *device) STW_CHECKED;
void stw_sniff_put_device_from_name(struct stw_sniff_plan *plan);
void stw_sniff_leave_out_identities(struct stw_sniff_plan *plan);

/* sniff_registry.c: whether a header names an estate, a building or a flat. */
bool stw_sniff_is_place(struct stw_slice header);
/* registry: {...}, with `first`, the unit of a column (STW_SNIFF_NONE: of none), and what columns
 * of names say of the devices. Nothing where there is none of these. */
void stw_sniff_put_registry(struct stw_sniff_plan *plan, const char *first, int unit_of);

/* sniff_near.c: failures that name what is nearly the column that is wanted. The hint is another
 * table, another sheet, or what is given. */
int stw_sniff_fail_no_time(struct stw_sniff_plan *plan) STW_CHECKED;
int stw_sniff_fail_no_values(struct stw_sniff_plan *plan) STW_CHECKED;
int stw_sniff_hint_table(struct stw_sniff_plan *plan, const char *otherwise) STW_CHECKED;
/* Why a column is left out, behind its name. */
void stw_sniff_tell_left_out(struct stw_sniff_plan *plan, int at);
/* Where a column that is left out says 换表 or 估: how often, and what to do. */
void stw_sniff_tell_marks(struct stw_sniff_plan *plan, int at);

/* ---- Layouts, sniff_layout.c ----------------------------------------------------------------- */

/* STW_ERR_INPUT with the question, unless it was answered: "at which hour of its day was ...". */
int stw_sniff_want_hour(struct stw_sniff_plan *plan, const char *what) STW_CHECKED;

/* Wide, a device in each column: the fields of the map have no device then. */
bool stw_sniff_is_wide_by_device(struct stw_sniff_plan *plan);
void stw_sniff_put_wide_devices(struct stw_sniff_plan *plan);

/* Whether a column, or none, holds daily frozen readings (日冻结), or what is left of a prepaid
 * amount (剩余电量), by its header. */
bool stw_sniff_is_frozen(const struct stw_sniff_plan *plan, int value);
bool stw_sniff_is_remaining(const struct stw_sniff_plan *plan, int value);

/* Whether the times of a column are dates without a clock. */
bool stw_sniff_is_date(const struct stw_sniff_column *column);

/* Each says whether the file has that layout, and writes the map's body if so. */
int stw_sniff_days(struct stw_sniff_plan *plan, bool *taken) STW_CHECKED;
int stw_sniff_previous(struct stw_sniff_plan *plan, bool *taken) STW_CHECKED;
int stw_sniff_fold(struct stw_sniff_plan *plan, bool *taken) STW_CHECKED;
/* Time-of-use registers among the columns of a wide file: their channels T0 to T4, by column, and
 * the sum to check. */
const char *stw_sniff_register(struct stw_sniff_plan *plan, int at);
void stw_sniff_put_sums(struct stw_sniff_plan *plan);
/* Whether blank cells of a column stand for the one above, and how that is known. */
enum stw_sniff_fill {
    STW_SNIFF_FILL_NONE,
    STW_SNIFF_FILL_MAYBE,
    STW_SNIFF_FILL_NAMES, /* each name stands once, above blank cells, beside a full column */
    STW_SNIFF_FILL_MERGED
};
/* Whether some text stands twice in a column. */
bool stw_sniff_repeats(const struct stw_sniff_sample *sample, int at);
enum stw_sniff_fill stw_sniff_fill_of(const struct stw_sniff_plan *plan, int at);
/* Whether the field is filled down: site and building where that is sure, the device also where it
 * may be, as a row is about some device. */
bool stw_sniff_is_filled(enum stw_sniff_fill fill, struct stw_slice field);
/* What is said of it behind the field's reason; may be empty. */
const char *stw_sniff_fill_words(enum stw_sniff_fill fill, struct stw_slice field);

#endif
