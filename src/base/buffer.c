/* Growing byte buffer; see buffer.h. */
#include "base/buffer.h"

#include "base/memory.h"

#include <stdio.h>

void stw_buffer_init(struct stw_buffer *buffer)
{
    memset(buffer, 0, sizeof(*buffer));
}

void stw_buffer_release(struct stw_buffer *buffer)
{
    stw_free(buffer->data);
    memset(buffer, 0, sizeof(*buffer));
}

void stw_buffer_clear(struct stw_buffer *buffer)
{
    buffer->size = 0;
}

char *stw_buffer_room(struct stw_buffer *buffer, size_t size)
{
    size_t needed;
    if (buffer->failed)
        return NULL;
    /* One byte more: an empty buffer asked for nothing still has an address. */
    if (__builtin_add_overflow(buffer->size + 1, size, &needed) ||
        !stw_reserve((void **)&buffer->data, &buffer->capacity, needed, 1)) {
        buffer->failed = true;
        return NULL;
    }
    return buffer->data + buffer->size;
}

void stw_buffer_add(struct stw_buffer *buffer, const void *bytes, size_t size)
{
    if (size == 0)
        return;
    char *room = stw_buffer_room(buffer, size);
    if (room == NULL)
        return;
    memcpy(room, bytes, size);
    buffer->size += size;
}

void stw_buffer_add_slice(struct stw_buffer *buffer, struct stw_slice text)
{
    stw_buffer_add(buffer, text.data, text.size);
}

void stw_buffer_add_text(struct stw_buffer *buffer, const char *text)
{
    stw_buffer_add(buffer, text, strlen(text));
}

void stw_buffer_add_char(struct stw_buffer *buffer, char c)
{
    stw_buffer_add(buffer, &c, 1);
}

void stw_buffer_printf(struct stw_buffer *buffer, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int size = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *room = size < 0 ? NULL : stw_buffer_room(buffer, (size_t)size + 1);
    if (room != NULL) {
        vsnprintf(room, (size_t)size + 1, format, again);
        buffer->size += (size_t)size;
    }
    va_end(again);
}

int stw_buffer_status(const struct stw_buffer *buffer, struct stw_error *err)
{
    return buffer->failed ? stw_fail_memory(err, buffer->capacity * 2) : STW_OK;
}
