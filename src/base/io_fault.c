/* The I/O table that fails on purpose; see struct stw_io_fault in io.h. */
#include "base/io.h"

#include <errno.h>
#include <fcntl.h>

/* True when this mutating call must fail; errno is set. */
static bool must_fail(struct stw_io_fault *fault)
{
    fault->calls++;
    bool fails = fault->fail_at != 0 && (fault->calls == fault->fail_at ||
                                         (fault->sticky && fault->calls > fault->fail_at));
    if (fails) {
        fault->fired = true;
        errno = fault->errno_value;
    }
    return fails;
}

static int fault_open(void *context, const char *path, int flags, mode_t mode)
{
    if ((flags & O_ACCMODE) != O_RDONLY && must_fail(context))
        return -1;
    return stw_io_system()->open(NULL, path, flags, mode);
}

static int fault_close(void *context, int fd)
{
    (void)context;
    return stw_io_system()->close(NULL, fd);
}

static ssize_t fault_pread(void *context, int fd, void *bytes, size_t size, off_t offset)
{
    (void)context;
    return stw_io_system()->pread(NULL, fd, bytes, size, offset);
}

static ssize_t fault_pwrite(void *context, int fd, const void *bytes, size_t size, off_t offset)
{
    struct stw_io_fault *fault = context;
    if (must_fail(fault)) {
        /* Only the first failing write is torn; after a crash nothing more reaches the disk. */
        if (fault->tear && fault->calls == fault->fail_at && size > 1 &&
            stw_io_system()->pwrite(NULL, fd, bytes, size / 2, offset) < 0)
            return -1;
        errno = fault->errno_value;
        return -1;
    }
    return stw_io_system()->pwrite(NULL, fd, bytes, size, offset);
}

static int fault_fdatasync(void *context, int fd)
{
    return must_fail(context) ? -1 : stw_io_system()->fdatasync(NULL, fd);
}

static int fault_ftruncate(void *context, int fd, off_t size)
{
    return must_fail(context) ? -1 : stw_io_system()->ftruncate(NULL, fd, size);
}

static int fault_rename(void *context, const char *from, const char *to)
{
    return must_fail(context) ? -1 : stw_io_system()->rename(NULL, from, to);
}

static int fault_unlink(void *context, const char *path)
{
    return must_fail(context) ? -1 : stw_io_system()->unlink(NULL, path);
}

static int fault_mkdir(void *context, const char *path, mode_t mode)
{
    return must_fail(context) ? -1 : stw_io_system()->mkdir(NULL, path, mode);
}

void stw_io_fault_init(struct stw_io_fault *fault)
{
    *fault = (struct stw_io_fault){
        .io =
            {
                .context = fault,
                .open = fault_open,
                .close = fault_close,
                .pread = fault_pread,
                .pwrite = fault_pwrite,
                .fdatasync = fault_fdatasync,
                .ftruncate = fault_ftruncate,
                .rename = fault_rename,
                .unlink = fault_unlink,
                .mkdir = fault_mkdir,
            },
        .errno_value = EIO,
    };
}
