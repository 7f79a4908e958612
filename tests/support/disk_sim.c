/* See disk_sim.h. */
#include "disk_sim.h"

#include "test.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES_MAX = 4096, FDS_MAX = 1024, PATH_MAX_BYTES = 512, SECTOR = 512, PAGE = 4096 };

enum call_kind { WRITE, TRUNCATE, SYNC, CREATE, UNLINK, RENAME, MKDIR, SYNC_FOLDER };

struct call {
    enum call_kind kind;
    uint32_t file;
    char *name; /* below the root; RENAME: the new one */
    char *old_name;
    unsigned char *bytes;
    size_t size; /* TRUNCATE: the new one */
    size_t offset;
};

struct name {
    char *path;
    uint32_t file; /* no_file: a folder */
};
static const uint32_t no_file = UINT32_MAX;

struct content {
    unsigned char *bytes;
    size_t size;
};

struct names {
    struct name *at;
    size_t count;
};

struct disk_sim {
    struct stw_io io;
    char root[PATH_MAX_BYTES];
    struct content files[FILES_MAX]; /* as they were when recording began */
    uint32_t file_count;
    struct names first; /* when recording began */
    struct names now;
    struct call *calls;
    size_t call_count;
    size_t call_room;
    size_t calls_most; /* then the process is dead */
    uint32_t fd_file[FDS_MAX];
    char *fd_folder[FDS_MAX];
};

static void *must(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

/* ---- Names ----------------------------------------------------------------------------------- */

static size_t name_find(const struct names *names, const char *path)
{
    size_t i = 0;
    while (i < names->count && strcmp(names->at[i].path, path) != 0)
        i++;
    return i;
}

static void name_remove(struct names *names, const char *path)
{
    size_t i = name_find(names, path);
    if (i == names->count)
        return;
    free(names->at[i].path);
    names->at[i] = names->at[--names->count];
}

static void name_set(struct names *names, const char *path, uint32_t file)
{
    name_remove(names, path);
    names->at = must(realloc(names->at, (names->count + 1) * sizeof(*names->at)));
    names->at[names->count++] = (struct name){must(strdup(path)), file};
}

static struct names names_copy(const struct names *names)
{
    struct names copy = {NULL, 0};
    for (size_t i = 0; i < names->count; i++)
        name_set(&copy, names->at[i].path, names->at[i].file);
    return copy;
}

static void names_release(struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->at[i].path);
    free(names->at);
}

/* The path below the root, "x/.." left out; "" is the root. NULL: it is elsewhere. */
static char *below_root(const struct disk_sim *disk, const char *path)
{
    size_t root = strlen(disk->root);
    if (strncmp(path, disk->root, root) != 0 || (path[root] != '/' && path[root] != '\0'))
        return NULL;
    char *out = must(strdup(path[root] == '/' ? path + root + 1 : ""));
    size_t size = strlen(out);
    if (size >= 3 && strcmp(out + size - 3, "/..") == 0) {
        out[size - 3] = '\0';
        char *slash = strrchr(out, '/');
        *(slash == NULL ? out : slash) = '\0';
    }
    return out;
}

static bool in_folder(const char *path, const char *folder)
{
    size_t size = strlen(folder);
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        return size == 0;
    return (size_t)(slash - path) == size && memcmp(path, folder, size) == 0;
}

/* ---- Recording ------------------------------------------------------------------------------- */

static struct call *record(struct disk_sim *disk, enum call_kind kind, uint32_t file)
{
    if (disk->call_count == disk->call_room) {
        disk->call_room = disk->call_room * 2 + 64;
        disk->calls = must(realloc(disk->calls, disk->call_room * sizeof(*disk->calls)));
    }
    struct call *call = &disk->calls[disk->call_count++];
    *call = (struct call){.kind = kind, .file = file};
    return call;
}

static void record_open(struct disk_sim *disk, const char *path, int flags, int fd)
{
    char *name = below_root(disk, path);
    if (fd >= FDS_MAX)
        abort();
    disk->fd_file[fd] = no_file;
    disk->fd_folder[fd] = NULL;
    if (name == NULL)
        return;
    if ((flags & O_DIRECTORY) != 0) {
        disk->fd_folder[fd] = name;
        return;
    }
    size_t at = name_find(&disk->now, name);
    if (at < disk->now.count) {
        disk->fd_file[fd] = disk->now.at[at].file;
        free(name);
        return;
    }
    if (disk->file_count == FILES_MAX)
        abort();
    disk->fd_file[fd] = disk->file_count++;
    name_set(&disk->now, name, disk->fd_file[fd]);
    record(disk, CREATE, disk->fd_file[fd])->name = name;
}

static bool is_dead(const struct disk_sim *disk)
{
    errno = EIO;
    return disk->call_count >= disk->calls_most;
}

static int sim_open(void *context, const char *path, int flags, mode_t mode)
{
    struct disk_sim *disk = context;
    if ((flags & O_ACCMODE) != O_RDONLY && is_dead(disk))
        return -1;
    int fd = open(path, flags, mode);
    if (fd >= 0)
        record_open(disk, path, flags, fd);
    return fd;
}

static int sim_close(void *context, int fd)
{
    struct disk_sim *disk = context;
    free(disk->fd_folder[fd]);
    disk->fd_folder[fd] = NULL;
    return close(fd);
}

static ssize_t sim_pread(void *context, int fd, void *bytes, size_t size, off_t offset)
{
    (void)context;
    return pread(fd, bytes, size, offset);
}

static ssize_t sim_pwrite(void *context, int fd, const void *bytes, size_t size, off_t offset)
{
    struct disk_sim *disk = context;
    if (is_dead(disk))
        return -1;
    ssize_t put = pwrite(fd, bytes, size, offset);
    if (put > 0 && disk->fd_file[fd] != no_file) {
        struct call *call = record(disk, WRITE, disk->fd_file[fd]);
        call->bytes = must(malloc((size_t)put));
        memcpy(call->bytes, bytes, (size_t)put);
        call->size = (size_t)put;
        call->offset = (size_t)offset;
    }
    return put;
}

static int sim_fdatasync(void *context, int fd)
{
    struct disk_sim *disk = context;
    if (is_dead(disk))
        return -1;
    if (disk->fd_folder[fd] != NULL)
        record(disk, SYNC_FOLDER, no_file)->name = must(strdup(disk->fd_folder[fd]));
    else if (disk->fd_file[fd] != no_file)
        record(disk, SYNC, disk->fd_file[fd]);
    return 0; /* the system's own sync would prove nothing here */
}

static int sim_ftruncate(void *context, int fd, off_t size)
{
    struct disk_sim *disk = context;
    if (is_dead(disk))
        return -1;
    int result = ftruncate(fd, size);
    if (result == 0 && disk->fd_file[fd] != no_file)
        record(disk, TRUNCATE, disk->fd_file[fd])->size = (size_t)size;
    return result;
}

static int sim_rename(void *context, const char *from, const char *to)
{
    struct disk_sim *disk = context;
    if (is_dead(disk))
        return -1;
    char *old_name = below_root(disk, from), *name = below_root(disk, to);
    size_t at = old_name == NULL ? 0 : name_find(&disk->now, old_name);
    if (old_name == NULL || name == NULL || at == disk->now.count)
        abort();
    uint32_t file = disk->now.at[at].file;
    int result = rename(from, to);
    if (result == 0) {
        name_remove(&disk->now, old_name);
        name_set(&disk->now, name, file);
        struct call *call = record(disk, RENAME, file);
        call->name = name;
        call->old_name = old_name;
        return 0;
    }
    free(old_name);
    free(name);
    return result;
}

static int sim_unlink(void *context, const char *path)
{
    struct disk_sim *disk = context;
    if (is_dead(disk))
        return -1;
    char *name = below_root(disk, path);
    int result = unlink(path);
    size_t at = name == NULL ? 0 : name_find(&disk->now, name);
    if (result == 0 && name != NULL && at < disk->now.count) {
        uint32_t file = disk->now.at[at].file;
        name_remove(&disk->now, name);
        record(disk, UNLINK, file)->name = name;
        return 0;
    }
    free(name);
    return result;
}

static int sim_mkdir(void *context, const char *path, mode_t mode)
{
    struct disk_sim *disk = context;
    if (is_dead(disk))
        return -1;
    int result = mkdir(path, mode);
    char *name = below_root(disk, path);
    if (result == 0 && name != NULL) {
        name_set(&disk->now, name, no_file);
        record(disk, MKDIR, no_file)->name = name;
        return 0;
    }
    free(name);
    return result;
}

static struct content content_of(const char *path)
{
    struct content content = {NULL, 0};
    struct stat info;
    FILE *file = must(fopen(path, "rb"));
    if (fstat(fileno(file), &info) != 0)
        abort();
    content.size = (size_t)info.st_size;
    content.bytes = must(malloc(content.size + 1));
    if (fread(content.bytes, 1, content.size, file) != content.size)
        abort();
    fclose(file);
    return content;
}

static void load_folder(struct disk_sim *disk, const char *inner)
{
    char path[PATH_MAX_BYTES * 2], name[PATH_MAX_BYTES * 2];
    snprintf(path, sizeof(path), "%s/%s", disk->root, inner);
    DIR *folder = must(opendir(path));
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        struct stat info;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        snprintf(name, sizeof(name), "%s%s%s", inner, *inner == '\0' ? "" : "/", entry->d_name);
        snprintf(path, sizeof(path), "%s/%.500s", disk->root, name);
        if (stat(path, &info) != 0)
            abort();
        if (S_ISDIR(info.st_mode)) {
            name_set(&disk->first, name, no_file);
            load_folder(disk, name);
        } else {
            disk->files[disk->file_count] = content_of(path);
            name_set(&disk->first, name, disk->file_count++);
        }
    }
    closedir(folder);
}

struct disk_sim *disk_sim_create(const char *root)
{
    struct disk_sim *disk = must(calloc(1, sizeof(*disk)));
    snprintf(disk->root, sizeof(disk->root), "%s", root);
    load_folder(disk, "");
    disk->now = names_copy(&disk->first);
    disk->calls_most = SIZE_MAX;
    disk->io = (struct stw_io){disk,          sim_open,      sim_close,  sim_pread,  sim_pwrite,
                               sim_fdatasync, sim_ftruncate, sim_rename, sim_unlink, sim_mkdir};
    return disk;
}

void disk_sim_kill(struct disk_sim *disk, size_t calls)
{
    disk->calls_most = calls;
}

void disk_sim_free(struct disk_sim *disk)
{
    for (size_t i = 0; i < disk->call_count; i++) {
        free(disk->calls[i].name);
        free(disk->calls[i].old_name);
        free(disk->calls[i].bytes);
    }
    for (uint32_t i = 0; i < disk->file_count; i++)
        free(disk->files[i].bytes);
    names_release(&disk->first);
    names_release(&disk->now);
    free(disk->calls);
    free(disk);
}

const struct stw_io *disk_sim_io(struct disk_sim *disk)
{
    return &disk->io;
}

size_t disk_sim_calls(const struct disk_sim *disk)
{
    return disk->call_count;
}

/* ---- Cutting --------------------------------------------------------------------------------- */

struct cut {
    const struct disk_sim *disk;
    size_t calls;
    uint64_t seed;
    uint64_t random;
    bool in_order;    /* of names: those before a moment happened, those after it did not */
    size_t order_end; /* that moment */
};

static bool coin(struct cut *cut)
{
    return ((stw_test_random(&cut->random) >> 13) & 1) != 0;
}

static bool synced_later(const struct cut *cut, size_t at, const char *name)
{
    const struct call *calls = cut->disk->calls;
    for (size_t i = at + 1; i < cut->calls; i++) {
        if (name == NULL ? calls[i].kind == SYNC && calls[i].file == calls[at].file
                         : calls[i].kind == SYNC_FOLDER && in_folder(name, calls[i].name))
            return true;
    }
    return false;
}

static bool bytes_survive(struct cut *cut)
{
    return cut->seed < DISK_SIM_EXTREMES ? cut->seed == 1 || cut->seed == 2 : coin(cut);
}

static bool name_survives(struct cut *cut, size_t at)
{
    if (cut->seed < DISK_SIM_EXTREMES)
        return cut->seed == 1 || cut->seed == 3;
    return cut->in_order ? at < cut->order_end : coin(cut);
}

static void resize(struct content *content, size_t size)
{
    content->bytes = must(realloc(content->bytes, size + 1));
    if (size > content->size)
        memset(content->bytes + content->size, 0, size - content->size);
    content->size = size;
}

static void put(struct content *content, const struct call *call, size_t from, size_t to)
{
    if (content->size < call->offset + to)
        resize(content, call->offset + to);
    memcpy(content->bytes + call->offset + from, call->bytes + from, to - from);
}

/* Whole sectors or pages of the file, each of them kept or lost. */
static void put_torn(struct cut *cut, struct content *content, const struct call *call)
{
    size_t unit = coin(cut) ? SECTOR : PAGE;
    for (size_t from = 0; from < call->size;) {
        size_t to = (call->offset + from) / unit * unit + unit - call->offset;
        to = to < call->size ? to : call->size;
        if (coin(cut))
            put(content, call, from, to);
        from = to;
    }
}

static struct content surviving_bytes(struct cut *cut, uint32_t file)
{
    const struct content *base = &cut->disk->files[file];
    struct content content = {NULL, 0};
    resize(&content, base->size);
    if (base->size > 0)
        memcpy(content.bytes, base->bytes, base->size);
    for (size_t i = 0; i < cut->calls; i++) {
        const struct call *call = &cut->disk->calls[i];
        if (call->file != file || (call->kind != WRITE && call->kind != TRUNCATE))
            continue;
        bool synced = synced_later(cut, i, NULL);
        if (synced || bytes_survive(cut)) {
            if (call->kind == TRUNCATE)
                resize(&content, call->size);
            else
                put(&content, call, 0, call->size);
        } else if (call->kind == WRITE && cut->seed >= DISK_SIM_EXTREMES) {
            put_torn(cut, &content, call);
        }
    }
    return content;
}

static void remove_if(struct names *names, const char *path, uint32_t file)
{
    size_t at = name_find(names, path);
    if (at < names->count && names->at[at].file == file)
        name_remove(names, path);
}

static struct names surviving_names(struct cut *cut)
{
    struct names names = names_copy(&cut->disk->first);
    for (size_t i = 0; i < cut->calls; i++) {
        const struct call *call = &cut->disk->calls[i];
        if (call->kind < CREATE || call->kind > MKDIR)
            continue;
        bool synced = synced_later(cut, i, call->name);
        bool happened = synced || name_survives(cut, i);
        if (!happened)
            continue;
        if (call->kind == UNLINK)
            remove_if(&names, call->name, call->file);
        else
            name_set(&names, call->name, call->file);
        /* The old name of a file moved to a folder that was synced goes with the old folder. */
        if (call->kind == RENAME &&
            (!synced || synced_later(cut, i, call->old_name) || name_survives(cut, i)))
            remove_if(&names, call->old_name, call->file);
    }
    return names;
}

static void write_out(const char *into, const char *name, const struct content *content)
{
    char path[PATH_MAX_BYTES * 2];
    snprintf(path, sizeof(path), "%s/%s", into, name);
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        if (errno == ENOENT) /* its folder did not survive */
            return;
        abort();
    }
    if (fwrite(content->bytes, 1, content->size, file) != content->size || fclose(file) != 0)
        abort();
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct name *)a)->path, ((const struct name *)b)->path);
}

void disk_sim_cut(const struct disk_sim *disk, size_t calls, uint64_t seed, const char *into)
{
    struct cut cut = {.disk = disk, .calls = calls, .seed = seed};
    cut.random = seed * 0x9e3779b97f4a7c15u + calls;
    cut.in_order = coin(&cut);
    cut.order_end = (size_t)(stw_test_random(&cut.random) % (calls + 1));
    struct names names = surviving_names(&cut);
    qsort(names.at, names.count, sizeof(*names.at), by_path); /* folders before what is in them */
    for (size_t i = 0; i < names.count; i++) {
        if (names.at[i].file == no_file) {
            char path[PATH_MAX_BYTES * 2];
            snprintf(path, sizeof(path), "%s/%s", into, names.at[i].path);
            if (mkdir(path, 0755) != 0 && errno != ENOENT)
                abort();
            continue;
        }
        struct content content = surviving_bytes(&cut, names.at[i].file);
        write_out(into, names.at[i].path, &content);
        free(content.bytes);
    }
    names_release(&names);
}
