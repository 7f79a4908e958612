/*
 * Status codes and error text, shared by every function of the library.
 *
 * A function that can fail returns int: 0 on success, a negative `enum stw_status` on failure,
 * STW_END (positive) when a sequence has no more elements. Results come back through
 * out-parameters. Functions that face input or the system take a `struct stw_error *`, owned by
 * the caller and safe to pass as NULL; it is written only on failure.
 */
#ifndef STEWARD_STATUS_H
#define STEWARD_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

enum stw_status {
    STW_OK = 0,
    STW_END = 1,            /* no more data: not an error */
    STW_ERR_USAGE = -1,     /* the caller asked for something that does not exist or fit */
    STW_ERR_INPUT = -2,     /* a file, rule pack or option value is wrong */
    STW_ERR_LIMIT = -3,     /* input is beyond a stated limit */
    STW_ERR_IO = -4,        /* the operating system refused a read, write, sync or rename */
    STW_ERR_FULL = -5,      /* the disk is full; nothing was deleted, the store is read-only */
    STW_ERR_LOCKED = -6,    /* another process holds the store for writing */
    STW_ERR_DAMAGED = -7,   /* a checksum or structure of a stored file is wrong */
    STW_ERR_MEMORY = -8,    /* an allocation failed */
    STW_ERR_NOT_FOUND = -9, /* no such file, table, series or name */
    STW_ERR_INTERNAL = -10  /* a defect in this program */
};

enum { STW_ERROR_WHAT_SIZE = 512, STW_ERROR_WHERE_SIZE = 320, STW_ERROR_HINT_SIZE = 320 };

/* What is wrong, where, and what to do: three sentences for the person in front of it. */
struct stw_error {
    enum stw_status status;
    char what[STW_ERROR_WHAT_SIZE];
    char where[STW_ERROR_WHERE_SIZE]; /* "file:line:column", "segment 12, block 3", or "" */
    char hint[STW_ERROR_HINT_SIZE];   /* what to do next, or "" */
};

/* A short English name of a status ("damaged"), for logs and JSON; never NULL. */
const char *stw_status_name(int status);

#ifdef __cplusplus
}
#endif
#endif
