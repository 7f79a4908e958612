/* File I/O over the replaceable table; see io.h. */
#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int system_open(void *context, const char *path, int flags, mode_t mode)
{
    (void)context;
    return open(path, flags, mode);
}

static int system_close(void *context, int fd)
{
    (void)context;
    return close(fd);
}

static ssize_t system_pread(void *context, int fd, void *bytes, size_t size, off_t offset)
{
    (void)context;
    return pread(fd, bytes, size, offset);
}

static ssize_t system_pwrite(void *context, int fd, const void *bytes, size_t size, off_t offset)
{
    (void)context;
    return pwrite(fd, bytes, size, offset);
}

static int system_fdatasync(void *context, int fd)
{
    (void)context;
    return fdatasync(fd);
}

static int system_ftruncate(void *context, int fd, off_t size)
{
    (void)context;
    return ftruncate(fd, size);
}

static int system_rename(void *context, const char *from, const char *to)
{
    (void)context;
    return rename(from, to);
}

static int system_unlink(void *context, const char *path)
{
    (void)context;
    return unlink(path);
}

static int system_mkdir(void *context, const char *path, mode_t mode)
{
    (void)context;
    return mkdir(path, mode);
}

static const struct stw_io system_table = {
    .open = system_open,
    .close = system_close,
    .pread = system_pread,
    .pwrite = system_pwrite,
    .fdatasync = system_fdatasync,
    .ftruncate = system_ftruncate,
    .rename = system_rename,
    .unlink = system_unlink,
    .mkdir = system_mkdir,
};

const struct stw_io *stw_io_system(void)
{
    return &system_table;
}

int stw_file_open(struct stw_file *file, const struct stw_io *io, const char *path,
                  enum stw_file_mode mode, struct stw_error *err)
{
    static const int flags[] = {
        [STW_FILE_READ] = O_RDONLY,
        [STW_FILE_CREATE] = O_RDWR | O_CREAT | O_EXCL,
        [STW_FILE_WRITE] = O_RDWR | O_CREAT,
    };
    file->io = io;
    file->fd = -1;
    if (snprintf(file->path, sizeof(file->path), "%s", path) >= (int)sizeof(file->path))
        return stw_fail(err, STW_ERR_LIMIT, "the path is longer than %zu bytes: %s",
                        sizeof(file->path) - 1, path);
    file->fd = io->open(io->context, path, flags[mode] | O_CLOEXEC, 0644);
    if (file->fd < 0)
        return stw_fail_errno(err, errno, "cannot open %s", path);
    return STW_OK;
}

void stw_file_close(struct stw_file *file)
{
    if (file->fd >= 0)
        file->io->close(file->io->context, file->fd);
    file->fd = -1;
}

int stw_file_size(struct stw_file *file, uint64_t *size, struct stw_error *err)
{
    struct stat info;
    if (fstat(file->fd, &info) != 0)
        return stw_fail_errno(err, errno, "cannot stat %s", file->path);
    *size = (uint64_t)info.st_size;
    return STW_OK;
}

int stw_file_read(struct stw_file *file, uint64_t offset, void *bytes, size_t size,
                  struct stw_error *err)
{
    unsigned char *at = bytes;
    while (size > 0) {
        ssize_t got = file->io->pread(file->io->context, file->fd, at, size, (off_t)offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return stw_fail_errno(err, errno, "cannot read %s", file->path);
        if (got == 0)
            return stw_fail(err, STW_ERR_DAMAGED, "%s ends at byte %llu, %zu bytes too early",
                            file->path, (unsigned long long)offset, size);
        at += got;
        offset += (uint64_t)got;
        size -= (size_t)got;
    }
    return STW_OK;
}

int stw_file_write(struct stw_file *file, uint64_t offset, const void *bytes, size_t size,
                   struct stw_error *err)
{
    const unsigned char *at = bytes;
    while (size > 0) {
        ssize_t put = file->io->pwrite(file->io->context, file->fd, at, size, (off_t)offset);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return stw_fail_errno(err, errno, "cannot write %s", file->path);
        at += put;
        offset += (uint64_t)put;
        size -= (size_t)put;
    }
    return STW_OK;
}

int stw_file_sync(struct stw_file *file, struct stw_error *err)
{
    /* Never retried: after a failed sync the kernel may have dropped the dirty pages. */
    if (file->io->fdatasync(file->io->context, file->fd) != 0)
        return stw_fail_errno(err, errno, "cannot sync %s", file->path);
    return STW_OK;
}

int stw_file_truncate(struct stw_file *file, uint64_t size, struct stw_error *err)
{
    if (file->io->ftruncate(file->io->context, file->fd, (off_t)size) != 0)
        return stw_fail_errno(err, errno, "cannot cut %s to %llu bytes", file->path,
                              (unsigned long long)size);
    return STW_OK;
}

static int load_open_file(struct stw_file *file, size_t limit, struct stw_buffer *out,
                          struct stw_error *err)
{
    uint64_t size = 0;
    STW_TRY(stw_file_size(file, &size, err));
    if (size > limit)
        return stw_fail(err, STW_ERR_LIMIT, "%s has %llu bytes, more than the limit of %zu",
                        file->path, (unsigned long long)size, limit);
    char *room = stw_buffer_room(out, (size_t)size);
    if (room == NULL)
        return stw_fail_memory(err, size);
    STW_TRY(stw_file_read(file, 0, room, (size_t)size, err));
    out->size += (size_t)size;
    return STW_OK;
}

int stw_file_load(const struct stw_io *io, const char *path, size_t limit, struct stw_buffer *out,
                  struct stw_error *err)
{
    struct stw_file file;
    STW_TRY(stw_file_open(&file, io, path, STW_FILE_READ, err));
    int status = load_open_file(&file, limit, out, err);
    stw_file_close(&file);
    return status;
}

/* The folder part of `path`, or "." */
static void folder_of(const char *path, char *out, size_t size)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        snprintf(out, size, ".");
    else
        snprintf(out, size, "%.*s", slash == path ? 1 : (int)(slash - path), path);
}

int stw_file_replace(const struct stw_io *io, const char *path, struct stw_slice content,
                     struct stw_error *err)
{
    char temporary[512], folder[512];
    if (snprintf(temporary, sizeof(temporary), "%s.tmp", path) >= (int)sizeof(temporary))
        return stw_fail(err, STW_ERR_LIMIT, "the path is too long: %s", path);
    struct stw_file file;
    STW_TRY(stw_file_open(&file, io, temporary, STW_FILE_WRITE, err));
    int status = stw_file_truncate(&file, 0, err);
    if (status == STW_OK)
        status = stw_file_write(&file, 0, content.data, content.size, err);
    if (status == STW_OK)
        status = stw_file_sync(&file, err);
    stw_file_close(&file);
    STW_TRY(status);
    STW_TRY(stw_io_rename(io, temporary, path, err));
    folder_of(path, folder, sizeof(folder));
    return stw_io_sync_folder(io, folder, err);
}

int stw_io_rename(const struct stw_io *io, const char *from, const char *to, struct stw_error *err)
{
    if (io->rename(io->context, from, to) != 0)
        return stw_fail_errno(err, errno, "cannot rename %s to %s", from, to);
    return STW_OK;
}

int stw_io_remove(const struct stw_io *io, const char *path, struct stw_error *err)
{
    if (io->unlink(io->context, path) != 0 && errno != ENOENT)
        return stw_fail_errno(err, errno, "cannot remove %s", path);
    return STW_OK;
}

int stw_io_make_folder(const struct stw_io *io, const char *path, struct stw_error *err)
{
    if (io->mkdir(io->context, path, 0755) == 0 || errno == EEXIST)
        return STW_OK;
    bool no_parent = errno == ENOENT;
    int status = stw_fail_errno(err, errno, "cannot make the folder %s", path);
    if (no_parent)
        stw_error_hint(err, "make the one it lies in first, with mkdir -p");
    return status;
}

int stw_io_sync_folder(const struct stw_io *io, const char *path, struct stw_error *err)
{
    int fd = io->open(io->context, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
    if (fd < 0)
        return stw_fail_errno(err, errno, "cannot open the folder %s", path);
    int failed = io->fdatasync(io->context, fd);
    int reason = errno;
    io->close(io->context, fd);
    if (failed != 0)
        return stw_fail_errno(err, reason, "cannot sync the folder %s", path);
    return STW_OK;
}

bool stw_io_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

bool stw_io_is_folder(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

bool stw_file_is_at(const struct stw_file *file, const char *path)
{
    struct stat here, there;
    return fstat(file->fd, &here) == 0 && stat(path, &there) == 0 && here.st_dev == there.st_dev &&
           here.st_ino == there.st_ino;
}

int stw_path_join(char *out, size_t size, const char *folder, const char *name,
                  struct stw_error *err)
{
    if (snprintf(out, size, "%s/%s", folder, name) >= (int)size)
        return stw_fail(err, STW_ERR_LIMIT, "the path %s/%s is longer than %zu bytes", folder, name,
                        size - 1);
    return STW_OK;
}

static int set_lock(struct stw_file *file, uint64_t at, short kind, int command)
{
    struct flock range = {
        .l_type = kind, .l_whence = SEEK_SET, .l_start = (off_t)at, .l_len = 1, .l_pid = 0};
    int result;
    do
        result = fcntl(file->fd, command, &range);
    while (result != 0 && errno == EINTR);
    return result;
}

int stw_file_lock(struct stw_file *file, uint64_t at, bool exclusive, struct stw_error *err)
{
    if (set_lock(file, at, exclusive ? F_WRLCK : F_RDLCK, F_OFD_SETLK) == 0)
        return STW_OK;
    if (errno == EAGAIN || errno == EACCES)
        return stw_fail(err, STW_ERR_LOCKED, "%s is locked by another process", file->path);
    return stw_fail_errno(err, errno, "cannot lock %s", file->path);
}

int stw_file_lock_wait(struct stw_file *file, uint64_t at, bool exclusive, struct stw_error *err)
{
    if (set_lock(file, at, exclusive ? F_WRLCK : F_RDLCK, F_OFD_SETLKW) == 0)
        return STW_OK;
    return stw_fail_errno(err, errno, "cannot lock %s", file->path);
}

int stw_file_lock_lowest(struct stw_file *file, uint64_t from, uint64_t to, uint64_t *lowest,
                         struct stw_error *err)
{
    *lowest = to;
    /* The system names one lock of a range, any one: ask again below it until there is none. */
    while (from < *lowest) {
        struct flock range = {.l_type = F_WRLCK,
                              .l_whence = SEEK_SET,
                              .l_start = (off_t)from,
                              .l_len = (off_t)(*lowest - from),
                              .l_pid = 0};
        if (fcntl(file->fd, F_OFD_GETLK, &range) != 0)
            return stw_fail_errno(err, errno, "cannot ask for locks of %s", file->path);
        if (range.l_type == F_UNLCK)
            return STW_OK;
        *lowest = (uint64_t)range.l_start > from ? (uint64_t)range.l_start : from;
    }
    return STW_OK;
}

void stw_file_unlock(struct stw_file *file, uint64_t at)
{
    /* Nothing to do about a failure: closing the file releases the lock as well. */
    (void)set_lock(file, at, F_UNLCK, F_OFD_SETLK);
}
