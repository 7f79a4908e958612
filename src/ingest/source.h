/*
 * Where bytes come from: a file, plain or packed with zstd or gzip (told by its first bytes, not by
 * its name), or standard input. Read once for its hash, then once or twice for its content; memory
 * is bounded by the decoders' windows (at most 128 MiB for zstd, 32 KiB for gzip). Text in another
 * encoding than UTF-8 is given as UTF-8 (text/encoding.h); UTF-8 itself is passed through unlooked
 * at.
 *
 * Standard input is spooled to an unnamed temporary file first: a file that is recognised as known
 * must be known before its first row is taken. So is a named pipe. Devices are refused.
 */
#ifndef STW_INGEST_SOURCE_H
#define STW_INGEST_SOURCE_H

#include "base/error.h"
#include "base/hash.h"
#include "base/io.h"
#include "text/encoding.h"

#include <stdbool.h>
#include <stdint.h>

/* Of standard input, or of a named pipe, as they are spooled; of a packed workbook, unpacked. */
#define STW_INPUT_PIPE_BYTES_MAX     (16LL << 30)
#define STW_INPUT_UNPACKED_BYTES_MAX (512LL << 20)

struct stw_input;

/* "-" is standard input. */
int stw_input_open(struct stw_input **out, const struct stw_io *io, const char *path,
                   struct stw_error *err) STW_CHECKED;
void stw_input_close(struct stw_input *input); /* NULL is fine */

/* The content as it is again, from the beginning, whatever it was read as before. */
int stw_input_as_bytes(struct stw_input *input, struct stw_error *err) STW_CHECKED;

/* Bytes that were read already, of an input called `path`; copied. */
int stw_input_open_bytes(struct stw_input **out, const char *path, struct stw_slice bytes,
                         struct stw_error *err) STW_CHECKED;

const char *stw_input_path(const struct stw_input *input);

/* Of the file as it lies there, packed or not. */
uint64_t stw_input_size(const struct stw_input *input);
/* The content can be read at any place from now on, and how large it is: a packed file is unpacked
 * into an unnamed temporary file. STW_ERR_LIMIT beyond STW_INPUT_UNPACKED_BYTES_MAX. Rewinds. */
int stw_input_random(struct stw_input *input, uint64_t *size_bytes,
                     struct stw_error *err) STW_CHECKED;
/* Bytes of it, after stw_input_random, at a place of one's own; the reading in order is not moved.
 */
int stw_input_read_at(struct stw_input *input, uint64_t offset, void *bytes, size_t size,
                      struct stw_error *err) STW_CHECKED;
/* How many of them have been read since the last rewind. */
uint64_t stw_input_position(const struct stw_input *input);

/* XXH128 of the file as it lies there, added to `stream`. Rewinds. */
int stw_input_hash(struct stw_input *input, struct stw_hash_stream *stream,
                   struct stw_error *err) STW_CHECKED;

/* Content from the beginning again. */
int stw_input_rewind(struct stw_input *input, struct stw_error *err) STW_CHECKED;

/*
 * The content is text: from now on it is given as UTF-8, from the beginning. `encoding` is what a
 * person said, or STW_ENCODING_UNKNOWN: then it is told from the first bytes. A byte order mark
 * wins over UTF-16LE and UTF-16BE as said.
 */
int stw_input_as_text(struct stw_input *input, enum stw_encoding encoding,
                      struct stw_error *err) STW_CHECKED;

/* What the text is read as, and why; unknown while nobody asked for text. */
const struct stw_encoding_guess *stw_input_encoding(const struct stw_input *input);

/* Up to `size` bytes of content, at least 1 unless *at_end. Of a packed file that ends too early
 * all that can be unpacked is given; STW_ERR_INPUT where that is nothing, or where it is damaged.
 */
int stw_input_read(struct stw_input *input, char *bytes, size_t size, size_t *got, bool *at_end,
                   struct stw_error *err) STW_CHECKED;

/* Packed, and its end is missing; known once the content was read to its end. */
bool stw_input_is_cut(const struct stw_input *input);

#endif
