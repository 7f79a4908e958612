/*
 * CSV and its relatives, record by record, from bytes that arrive in pieces of any size.
 *
 *     while (more input) {
 *         char *room = stw_csv_room(&csv, &size);          read into it ...
 *         stw_csv_filled(&csv, got, at_end);
 *         while ((status = stw_csv_next(&csv, &record, err)) == STW_OK)
 *             ... record.fields[0 .. count-1] ...
 *     }                                                    STW_END: fill again, or finished
 *
 * RFC 4180, and what files do beside it: any separator (a run of blanks is one, and none at the
 * ends of a line); lines end in LF, CR or both; a byte order mark is skipped; a quote inside an
 * unquoted field is an ordinary character (2" valve); a blank line is a record of one empty field.
 * Fields point into the reader's buffer (only those with doubled quotes are copied) and stay valid
 * until the next call of room or next.
 */
#ifndef STW_TEXT_CSV_H
#define STW_TEXT_CSV_H

#include "base/arena.h"
#include "base/error.h"
#include "base/slice.h"
#include "text/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stw_csv_options {
    char separator; /* 0 = ',' */
    char quote;     /* 0 = '"' */
    bool no_quotes; /* quotes are ordinary characters everywhere */
};

/* One bit a byte of a block of 64, set at separators and line ends. */
typedef void stw_csv_marks_fn(const char *bytes, size_t blocks, char separator, uint64_t *marks);

struct stw_csv {
    char separator;
    char quote;
    bool no_quotes;
    bool last;          /* all input is in the buffer */
    bool skip_newline;  /* the record before ended in a CR at the buffer's end */
    char *data;         /* end + 64 bytes at least, the ones past end are zero */
    size_t capacity;    /* of data, without the 64 */
    size_t at;          /* of the next record in data */
    size_t end;         /* of what was filled in */
    size_t marked;      /* whole blocks of marks that are right, in bytes */
    uint64_t *marks;    /* a word for every 64 bytes of capacity */
    uint64_t offset;    /* of data[0] in the input */
    uint64_t line;      /* of the next record */
    uint64_t fail_line; /* of the last error, for its place */
    struct stw_text_field *fields;
    size_t field_capacity;
    struct stw_arena unquoted; /* of one record */
    stw_csv_marks_fn *find_marks;
};

/* options NULL: comma and double quote. */
void stw_csv_init(struct stw_csv *csv, const struct stw_csv_options *options);
void stw_csv_release(struct stw_csv *csv);

/* Where the next bytes of input belong, and how many fit (64 KiB at least); NULL: memory. */
char *stw_csv_room(struct stw_csv *csv, size_t *size);
void stw_csv_filled(struct stw_csv *csv, size_t size, bool last);

/*
 * The next whole record; STW_END when there is none until more is filled in. What the end of the
 * input cuts inside a quoted field is a record with the problem STW_RECORD_CUT. A quote that is not
 * closed over several lines (STW_ERR_INPUT) and a record beyond the limit (STW_ERR_LIMIT) end the
 * reading: what follows cannot be told apart. csv->fail_line says where it began.
 */
int stw_csv_next(struct stw_csv *csv, struct stw_text_record *record,
                 struct stw_error *err) STW_CHECKED;

/*
 * What is buffered of whole lines without a quote among them, up to the last LF: lines that can be
 * read by themselves. The reader goes on behind; that its `line` counts them is the caller's
 * affair. Valid until the next call of room. False: no such lines are next.
 */
bool stw_csv_take_lines(struct stw_csv *csv, struct stw_slice *lines);

/* Empties the reader for `size` bytes that are all of its input, counted from `line` and `offset`.
 * They belong where it says, followed by stw_csv_filled(csv, size, true). NULL: memory. */
char *stw_csv_restart(struct stw_csv *csv, size_t size, uint64_t line, uint64_t offset);

/* Back to the first of the bytes filled in after a restart, as line `line`. */
void stw_csv_again(struct stw_csv *csv, uint64_t line);

/* The kernels: the portable one, and the one picked for this processor. */
stw_csv_marks_fn stw_csv_marks_scalar;
stw_csv_marks_fn stw_csv_marks_avx2; /* only where stw_cpu_has(STW_CPU_AVX2) */
stw_csv_marks_fn *stw_csv_marks_pick(void);

#endif
