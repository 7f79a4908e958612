/*
 * A growing byte buffer for building output. Appending never fails visibly: the first failed
 * allocation sets `failed`, later appends do nothing, and the owner asks once at the end. That
 * keeps writers of JSON, HTML and records free of a check per byte.
 */
#ifndef STW_BASE_BUFFER_H
#define STW_BASE_BUFFER_H

#include "base/error.h"
#include "base/slice.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stw_buffer {
    char *data;
    size_t size;
    size_t capacity;
    bool failed;
};

void stw_buffer_init(struct stw_buffer *buffer);
void stw_buffer_release(struct stw_buffer *buffer);
/* Empties it for reuse; a failure is kept, so that a loop may ask once at its end. */
void stw_buffer_clear(struct stw_buffer *buffer);

void stw_buffer_add(struct stw_buffer *buffer, const void *bytes, size_t size);
void stw_buffer_add_slice(struct stw_buffer *buffer, struct stw_slice text);
void stw_buffer_add_text(struct stw_buffer *buffer, const char *text);
void stw_buffer_add_char(struct stw_buffer *buffer, char c);
STW_PRINTF(2, 3) void stw_buffer_printf(struct stw_buffer *buffer, const char *format, ...);

/* Room for `size` bytes at the end, to be filled by the caller and then counted with `size +=`;
 * NULL when memory is out (and `failed` is set). */
char *stw_buffer_room(struct stw_buffer *buffer, size_t size);

static inline struct stw_slice stw_buffer_slice(const struct stw_buffer *buffer)
{
    struct stw_slice slice = {buffer->data == NULL ? "" : buffer->data, buffer->size};
    return slice;
}

/* STW_OK, or the memory error that an append ran into. */
int stw_buffer_status(const struct stw_buffer *buffer, struct stw_error *err) STW_CHECKED;

#endif
