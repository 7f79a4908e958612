/*
 * Encodings of text files: their names, telling one from the other, and a stream into UTF-8.
 *
 * Telling is a guess with its reason: a byte order mark and valid UTF-8 decide by themselves; among
 * GB18030, Big5 and Windows-1252 the one wins in which most of what lies beyond ASCII is frequent
 * in such texts (characters of everyday Chinese, letters beside letters), with libuchardet's
 * opinion as one voice. Where two are about as likely it is a question, not a guess.
 *
 * The stream is glibc's iconv. A sequence that may be cut between two pieces waits for the next;
 * one that the encoding does not have comes out as the byte 0xFF, which is in no UTF-8 text:
 * whoever reads the cell sees it, and lines and cells around it stay whole.
 */
#ifndef STW_TEXT_ENCODING_H
#define STW_TEXT_ENCODING_H

#include "base/error.h"
#include "base/slice.h"

#include <stdbool.h>
#include <stddef.h>

enum stw_encoding {
    STW_ENCODING_UNKNOWN, /* to be told by stw_encoding_detect */
    STW_ENCODING_UTF8,
    STW_ENCODING_UTF16LE,
    STW_ENCODING_UTF16BE,
    STW_ENCODING_GB18030,
    STW_ENCODING_BIG5, /* with the Hong Kong characters */
    STW_ENCODING_WINDOWS1252,
    STW_ENCODING_LATIN1, /* from here on: only where it is said, never told by itself */
    STW_ENCODING_LATIN9,
    STW_ENCODING_WINDOWS1250,
    STW_ENCODING_WINDOWS1251,
    STW_ENCODING_SHIFT_JIS,
    STW_ENCODING_EUC_KR,
    STW_ENCODING_COUNT
};

enum {
    STW_ENCODING_SAMPLE_BYTES = 256 * 1024, /* looked at to tell an encoding */
    STW_ENCODING_WHY_SIZE = 192,
    STW_ENCODING_MARK_BYTES = 3, /* of the longest byte order mark */
    STW_TRANSCODER_ROOM_MIN = 16 /* bytes of output that always let it make a step */
};

/* "GB18030"; "detected" for the unknown one. */
const char *stw_encoding_name(enum stw_encoding encoding);

/* By name in any case, with or without dashes: "gbk", "UTF-16", "latin-1", "auto". An unknown name
 * is an error that lists the known ones. "UTF-16" is little-endian. */
int stw_encoding_parse(struct stw_slice name, enum stw_encoding *out,
                       struct stw_error *err) STW_CHECKED;

struct stw_encoding_guess {
    enum stw_encoding encoding;
    char why[STW_ENCODING_WHY_SIZE]; /* "as it begins with a byte order mark" */
};

/* Whether the bytes begin with a byte order mark, and whose it is. */
bool stw_encoding_marked(struct stw_slice bytes, struct stw_encoding_guess *guess);

/* From the first bytes of a file; `complete`: these are all. STW_ERR_INPUT with a question where
 * the bytes leave it open. */
int stw_encoding_detect(struct stw_slice bytes, bool complete, struct stw_encoding_guess *guess,
                        struct stw_error *err) STW_CHECKED;

struct stw_transcoder;

/* Not for UTF-8, which needs none. STW_ERR_USAGE where the system cannot read the encoding. */
int stw_transcoder_create(struct stw_transcoder **out, enum stw_encoding from,
                          struct stw_error *err) STW_CHECKED;
void stw_transcoder_free(struct stw_transcoder *transcoder); /* NULL is fine */
void stw_transcoder_reset(struct stw_transcoder *transcoder);

/*
 * Takes bytes from the front of `in` and puts UTF-8 into `out`, until one of them is used up. Fewer
 * than all are used where `room` is full, or where a sequence is cut at the end (at most 3 bytes):
 * give those again, with more behind them. `last`: nothing comes behind, a cut sequence is invalid.
 */
void stw_transcoder_run(struct stw_transcoder *transcoder, struct stw_slice in, bool last,
                        size_t *used, char *out, size_t room, size_t *got);

/* Characters frequent in Chinese texts and in tables of this trade, both scripts, as UTF-8. */
extern const char stw_encoding_frequent[];

#endif
