/*
 * File I/O behind a table, so that a test can make the Nth open, write, sync or rename fail, tear a
 * write, or fill the disk. Everything that touches a store goes through a `struct stw_io`; paths
 * are plain C strings.
 *
 * All functions return 0 or a negative status and fill err with the path and errno's words. Reads
 * and writes are complete or fail: short counts and EINTR are dealt with here.
 *
 * Threads: a table is read-only after set-up; a file may be read by several threads (positioned
 * reads), and written by one.
 */
#ifndef STW_BASE_IO_H
#define STW_BASE_IO_H

#include "base/buffer.h"
#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* The system calls a test may replace. Each returns -1 with errno set, as the call it stands for.
 */
struct stw_io {
    void *context;
    int (*open)(void *context, const char *path, int flags, mode_t mode);
    int (*close)(void *context, int fd);
    ssize_t (*pread)(void *context, int fd, void *bytes, size_t size, off_t offset);
    ssize_t (*pwrite)(void *context, int fd, const void *bytes, size_t size, off_t offset);
    int (*fdatasync)(void *context, int fd);
    int (*ftruncate)(void *context, int fd, off_t size);
    int (*rename)(void *context, const char *from, const char *to);
    int (*unlink)(void *context, const char *path);
    int (*mkdir)(void *context, const char *path, mode_t mode);
};

/* The real system calls. */
const struct stw_io *stw_io_system(void);

/*
 * A table that forwards to the real calls and makes the `fail_at`th mutating call (open for
 * writing, pwrite, fdatasync, ftruncate, rename, unlink, mkdir; 1 = the first) fail with
 * `errno_value`; `calls` counts them. `tear` writes half of a failing pwrite first. After the
 * failure every later mutating call fails too when `sticky`: a crash at that point.
 */
struct stw_io_fault {
    struct stw_io io;
    uint64_t calls;
    uint64_t fail_at; /* 0 = never */
    int errno_value;
    bool tear;
    bool sticky;
    bool fired;
};
void stw_io_fault_init(struct stw_io_fault *fault);

struct stw_file {
    const struct stw_io *io;
    int fd; /* -1 when closed */
    char path[512];
};

enum stw_file_mode {
    STW_FILE_READ,
    STW_FILE_CREATE, /* new, exclusive, read-write */
    STW_FILE_WRITE   /* existing or new, read-write */
};

int stw_file_open(struct stw_file *file, const struct stw_io *io, const char *path,
                  enum stw_file_mode mode, struct stw_error *err) STW_CHECKED;
void stw_file_close(struct stw_file *file);
int stw_file_size(struct stw_file *file, uint64_t *size, struct stw_error *err) STW_CHECKED;
int stw_file_read(struct stw_file *file, uint64_t offset, void *bytes, size_t size,
                  struct stw_error *err) STW_CHECKED; /* all of it, or STW_ERR_DAMAGED at the end */
int stw_file_write(struct stw_file *file, uint64_t offset, const void *bytes, size_t size,
                   struct stw_error *err) STW_CHECKED;
int stw_file_sync(struct stw_file *file, struct stw_error *err) STW_CHECKED;
int stw_file_truncate(struct stw_file *file, uint64_t size, struct stw_error *err) STW_CHECKED;

/* A whole small file, at most `limit` bytes, appended to `out`. */
int stw_file_load(const struct stw_io *io, const char *path, size_t limit, struct stw_buffer *out,
                  struct stw_error *err) STW_CHECKED;

/* Writes path.tmp, syncs it, renames it to path, syncs the folder: all or nothing. */
int stw_file_replace(const struct stw_io *io, const char *path, struct stw_slice content,
                     struct stw_error *err) STW_CHECKED;

int stw_io_rename(const struct stw_io *io, const char *from, const char *to,
                  struct stw_error *err) STW_CHECKED;
int stw_io_remove(const struct stw_io *io, const char *path, struct stw_error *err) STW_CHECKED;
int stw_io_make_folder(const struct stw_io *io, const char *path,
                       struct stw_error *err) STW_CHECKED; /* exists: fine */
int stw_io_sync_folder(const struct stw_io *io, const char *path,
                       struct stw_error *err) STW_CHECKED;
bool stw_io_exists(const char *path);
bool stw_io_is_folder(const char *path);

/* Whether the path is still the name of this very file. */
bool stw_file_is_at(const struct stw_file *file, const char *path);

/* "folder/name" into a caller's buffer; STW_ERR_LIMIT when it does not fit. */
int stw_path_join(char *out, size_t size, const char *folder, const char *name,
                  struct stw_error *err) STW_CHECKED;

/* Locks byte `at` of the file (open-file-description lock). Shared for readers, exclusive for the
 * writer; never waits: STW_ERR_LOCKED when somebody else holds it. Released by unlock or close. */
int stw_file_lock(struct stw_file *file, uint64_t at, bool exclusive,
                  struct stw_error *err) STW_CHECKED;

/* The same for a lock that others hold for moments only: waits for it. */
int stw_file_lock_wait(struct stw_file *file, uint64_t at, bool exclusive,
                       struct stw_error *err) STW_CHECKED;

/* The lowest of the bytes [from, to) that another open file holds a lock on; `to` when none is. */
int stw_file_lock_lowest(struct stw_file *file, uint64_t from, uint64_t to, uint64_t *lowest,
                         struct stw_error *err) STW_CHECKED;
void stw_file_unlock(struct stw_file *file, uint64_t at);

#endif
