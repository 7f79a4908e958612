/*
 * How failures travel: one model for the whole program (see steward/status.h).
 *
 * stw_fail() fills the caller's error and returns the status, so a failing branch is one line.
 * The first failure wins: layers above add a place or a hint where they know more, and do not
 * replace the words.
 */
#ifndef STW_BASE_ERROR_H
#define STW_BASE_ERROR_H

#include "steward/status.h"

#include <assert.h>
#include <stdarg.h>

#define STW_CHECKED __attribute__((warn_unused_result))
#define STW_PRINTF(format_index, first_argument)                                                   \
    __attribute__((format(printf, format_index, first_argument)))

/* Returns from the calling function when `call` failed. Only where nothing needs cleaning up. */
#define STW_TRY(call)                                                                              \
    do {                                                                                           \
        int stw_try_status = (call);                                                               \
        if (stw_try_status < 0)                                                                    \
            return stw_try_status;                                                                 \
    } while (0)

/* Writes `what` (printf style) into err (may be NULL), clears place and hint, returns status. */
STW_PRINTF(3, 4)
int stw_fail(struct stw_error *err, enum stw_status status, const char *format, ...);

/* Like stw_fail, with errno's text appended: "cannot open x: No such file". ENOSPC and EDQUOT
 * become STW_ERR_FULL, ENOMEM STW_ERR_MEMORY, ENOENT STW_ERR_NOT_FOUND, others STW_ERR_IO. */
STW_PRINTF(3, 4)
int stw_fail_errno(struct stw_error *err, int errno_value, const char *format, ...);

/* The one message for a failed allocation of `size_bytes`. */
int stw_fail_memory(struct stw_error *err, unsigned long size_bytes);

#ifdef __clang_analyzer__
/* It sees one file at a time and would follow paths on which a failure succeeds. */
#define stw_fail_memory(err, size_bytes) ((void)(err), (void)(size_bytes), (int)STW_ERR_MEMORY)
#define stw_fail(err, status, ...)       ((void)(err), (void)(__VA_ARGS__), (int)(status))
#endif

/* Adds a place or a hint to an error already filled; NULL err is fine. */
STW_PRINTF(2, 3) void stw_error_where(struct stw_error *err, const char *format, ...);
STW_PRINTF(2, 3) void stw_error_hint(struct stw_error *err, const char *format, ...);

/* Resets to "no error". */
void stw_error_clear(struct stw_error *err);

#endif
