/*
 * Writing the sample files: CSV built in memory, written plain or as one zstd frame. This is a
 * tool for developers, so a failure ends it with a sentence.
 */
#ifndef BENCH_SAMPLE_CSV_H
#define BENCH_SAMPLE_CSV_H

#include "base/buffer.h"

#include <stddef.h>
#include <stdint.h>

_Noreturn void sample_die(const char *format, ...) __attribute__((format(printf, 1, 2)));
void *sample_alloc(size_t count, size_t size_bytes); /* zeroed; never NULL */
void sample_free(void *block);

/* A text cell, quoted where CSV needs it; then `end` (',' or '\n'). NULL is an empty cell. */
void sample_csv_text(struct stw_buffer *out, const char *text, char end);
void sample_csv_int(struct stw_buffer *out, int64_t value, char end);

/* value * 10^-scale with all its decimals. */
void sample_csv_decimal(struct stw_buffer *out, int64_t value, int scale, char end);

/* Writes the buffer to folder/name; as folder/name.zst when level is above 0. Clears it. */
void sample_csv_write(struct stw_buffer *out, const char *folder, const char *name, int level);

void sample_make_folder(const char *folder, const char *name); /* name "" = folder itself */

#endif
