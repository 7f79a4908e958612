/* Error text: filling, decorating and naming. See error.h for the model. */
#include "base/error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Macros of these names stand in for the functions where the analyzer looks. */
#undef stw_fail
#undef stw_fail_memory

STW_PRINTF(3, 0)
static void set_text(struct stw_error *err, enum stw_status status, const char *format,
                     va_list args)
{
    if (err == NULL)
        return;
    err->status = status;
    err->where[0] = '\0';
    err->hint[0] = '\0';
    vsnprintf(err->what, sizeof(err->what), format, args);
}

int stw_fail(struct stw_error *err, enum stw_status status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    set_text(err, status, format, args);
    va_end(args);
    return status;
}

static enum stw_status status_of_errno(int errno_value)
{
    switch (errno_value) {
    case ENOSPC:
    case EDQUOT:
        return STW_ERR_FULL;
    case ENOMEM:
        return STW_ERR_MEMORY;
    case ENOENT:
        return STW_ERR_NOT_FOUND;
    default:
        return STW_ERR_IO;
    }
}

int stw_fail_errno(struct stw_error *err, int errno_value, const char *format, ...)
{
    enum stw_status status = status_of_errno(errno_value);
    va_list args;
    va_start(args, format);
    set_text(err, status, format, args);
    va_end(args);
    if (err != NULL) {
        char reason[128];
        size_t used = strlen(err->what);
        /* The GNU form: returns the text, which need not be in the buffer. */
        const char *text = strerror_r(errno_value, reason, sizeof(reason));
        snprintf(err->what + used, sizeof(err->what) - used, ": %s", text);
        if (status == STW_ERR_FULL)
            stw_error_hint(err, "make room on this disk and do it again; what is stored is kept");
    }
    return status;
}

int stw_fail_memory(struct stw_error *err, unsigned long size_bytes)
{
    int status =
        stw_fail(err, STW_ERR_MEMORY, "out of memory: %lu bytes could not be had", size_bytes);
    stw_error_hint(err, "give the command less to hold at once with --memory, or free memory");
    return status;
}

void stw_error_where(struct stw_error *err, const char *format, ...)
{
    if (err == NULL)
        return;
    va_list args;
    va_start(args, format);
    vsnprintf(err->where, sizeof(err->where), format, args);
    va_end(args);
}

void stw_error_hint(struct stw_error *err, const char *format, ...)
{
    if (err == NULL)
        return;
    va_list args;
    va_start(args, format);
    vsnprintf(err->hint, sizeof(err->hint), format, args);
    va_end(args);
}

void stw_error_clear(struct stw_error *err)
{
    if (err != NULL)
        memset(err, 0, sizeof(*err));
}

const char *stw_status_name(int status)
{
    switch (status) {
    case STW_OK:
        return "ok";
    case STW_END:
        return "end";
    case STW_ERR_USAGE:
        return "usage";
    case STW_ERR_INPUT:
        return "bad input";
    case STW_ERR_LIMIT:
        return "limit";
    case STW_ERR_IO:
        return "i/o";
    case STW_ERR_FULL:
        return "disk full";
    case STW_ERR_LOCKED:
        return "locked";
    case STW_ERR_DAMAGED:
        return "damaged";
    case STW_ERR_MEMORY:
        return "memory";
    case STW_ERR_NOT_FOUND:
        return "not found";
    default:
        return "internal";
    }
}
