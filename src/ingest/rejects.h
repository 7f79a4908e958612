/*
 * Rows that could not be taken: counted by reason and kept, with line (or sheet and cell), column,
 * reason, value and the record as it stood, in STORE/rejects/NAME.HASH.csv. The file exists only
 * when there is something in it; the same input and map write the same file again.
 */
#ifndef STW_INGEST_REJECTS_H
#define STW_INGEST_REJECTS_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/io.h"
#include "text/record.h"

#include <stdint.h>

enum stw_reject {
    STW_REJECT_COLUMNS, /* fewer or more cells than the header */
    STW_REJECT_QUOTES,
    STW_REJECT_CUT,
    STW_REJECT_SYNTAX,
    STW_REJECT_FORMULA,
    STW_REJECT_TIME_EMPTY,
    STW_REJECT_TIME_SYNTAX,
    STW_REJECT_TIME_FIELD,
    STW_REJECT_TIME_NONEXISTENT,
    STW_REJECT_TIME_RANGE,
    STW_REJECT_KEY_EMPTY,
    STW_REJECT_KEY_SIZE,
    STW_REJECT_KEY_EXCEL,
    STW_REJECT_KEY_DECIMAL,
    STW_REJECT_NUMBER_MALFORMED,
    STW_REJECT_NUMBER_GROUPING,
    STW_REJECT_NUMBER_LARGE,
    STW_REJECT_NUMBER_PRECISE,
    STW_REJECT_NUMBER_WHOLE,
    STW_REJECT_UNIT_NONE,
    STW_REJECT_UNIT_KIND,
    STW_REJECT_UNIT_INEXACT,
    STW_REJECT_EXCHANGE,
    STW_REJECT_BOOL,
    STW_REJECT_ENCODING,
    STW_REJECT_REQUIRED,
    STW_REJECT_STATE,
    STW_REJECT_MONTH,
    STW_REJECT_REASONS
};

/* "is not in the time format", as it follows a value. */
const char *stw_reject_text(enum stw_reject reason);

/* What to do about it where that is not plain, or NULL; in a workbook, or in a text file. */
const char *stw_reject_advice(enum stw_reject reason, bool workbook);

/* "time-syntax": the word by which the store keeps it. False for a word there is not. */
const char *stw_reject_word(enum stw_reject reason);
bool stw_reject_parse(struct stw_slice word, enum stw_reject *reason);

enum { STW_REJECTS_PATH_SIZE = 512 };

struct stw_rejects {
    const struct stw_io *io;
    char folder[STW_REJECTS_PATH_SIZE];
    char path[STW_REJECTS_PATH_SIZE];      /* of the finished file */
    char temporary[STW_REJECTS_PATH_SIZE]; /* while it grows */
    struct stw_file file;                  /* fd -1: nothing rejected yet */
    uint64_t written;
    struct stw_buffer pending;
    struct stw_buffer words; /* one cell of the file on its way */
    uint64_t rows;           /* records or, in wide files, cells */
    uint64_t count[STW_REJECT_REASONS];
};

/* The file's name in STORE/rejects/, of an input's name and hash. */
enum { STW_REJECTS_NAME_SIZE = 224 };
void stw_rejects_name(struct stw_slice name, struct stw_hash128 identity,
                      char file[STW_REJECTS_NAME_SIZE]);

/* `name` is the input's; `identity` its hash, so that two files of one name do not meet. */
int stw_rejects_init(struct stw_rejects *rejects, const struct stw_io *io, const char *store_path,
                     struct stw_slice name, struct stw_hash128 identity,
                     struct stw_error *err) STW_CHECKED;

/* `at` is the number of the cell in the record, 0 = first, or STW_RECORD_WHOLE; `column` its
 * header, number or field, empty where the record as a whole is wrong. */
int stw_rejects_add(struct stw_rejects *rejects, const struct stw_text_record *record,
                    enum stw_reject reason, int at, struct stw_slice column, struct stw_slice value,
                    struct stw_error *err) STW_CHECKED;

/* Makes the file visible under its name, if there is one. */
int stw_rejects_finish(struct stw_rejects *rejects, struct stw_error *err) STW_CHECKED;

/* Frees; drops a file that was not finished. */
void stw_rejects_release(struct stw_rejects *rejects);

#endif
