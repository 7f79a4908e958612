/* See folders.h. */
#include "folders.h"

#include "test.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* The folders of all tests together hold half a GiB when they end. */
#define MEMORY_DISK_BYTES_MIN (UINT64_C(4) << 30)
#define RUN_PREFIX            "steward-run-"
#define KEPT_PREFIX           "steward-kept-"

enum { PATH_ROOM = 4096, FOLDERS_OPEN = 16 };

static char run_path[PATH_ROOM]; /* "": no test has asked for a folder */
static int run_fd = -1;          /* holds the lock */
static unsigned folder_count;

/* The tests sync some 100,000 times: minutes on a busy disk, nothing on a memory disk. */
static const char *find_root(void)
{
    const char *root = getenv("TMPDIR");
    struct statvfs memory;
    if (root != NULL)
        return root;
    bool roomy = statvfs("/dev/shm", &memory) == 0 &&
                 (uint64_t)memory.f_bavail * memory.f_frsize >= MEMORY_DISK_BYTES_MIN;
    return roomy && access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
}

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *at)
{
    (void)info;
    (void)kind;
    (void)at;
    return remove(path);
}

static void remove_tree(const char *path)
{
    nftw(path, remove_entry, FOLDERS_OPEN, FTW_DEPTH | FTW_PHYS);
}

/* Makes the run's folder and locks it. Another run that begins may take it for one that was left
 * behind before it is locked: then it is gone, and the next one is made. */
static bool make_run_folder(void)
{
    const char *prefix = getenv("STEWARD_KEEP") == NULL ? RUN_PREFIX : KEPT_PREFIX;
    for (int tries = 0; tries < 100; tries++) {
        snprintf(run_path, sizeof(run_path), "%s/%sXXXXXX", find_root(), prefix);
        if (mkdtemp(run_path) == NULL)
            return false;
        run_fd = open(run_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (run_fd >= 0 && flock(run_fd, LOCK_EX) == 0 && access(run_path, F_OK) == 0)
            return true;
        if (run_fd >= 0)
            close(run_fd);
    }
    return false;
}

const char *stw_test_folder(void)
{
    static char path[PATH_ROOM + 16];
    if (run_path[0] == '\0' && !make_run_folder()) {
        fprintf(stderr, "no folder for tests: %s\n", run_path);
        exit(1);
    }
    snprintf(path, sizeof(path), "%s/%u", run_path, ++folder_count);
    if (mkdir(path, 0700) != 0) {
        fprintf(stderr, "no test folder: %s\n", path);
        exit(1);
    }
    return path;
}

static void remove_if_left(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        remove_tree(path);
    close(fd);
}

void stw_test_folders_begin(void)
{
    const char *root = find_root();
    DIR *folder = opendir(root);
    if (folder == NULL)
        return;
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        char path[PATH_ROOM];
        bool ours = strncmp(entry->d_name, RUN_PREFIX, strlen(RUN_PREFIX)) == 0;
        if (ours && snprintf(path, sizeof(path), "%s/%s", root, entry->d_name) < (int)sizeof(path))
            remove_if_left(path);
    }
    closedir(folder);
}

void stw_test_folders_end(void)
{
    if (run_path[0] != '\0' && getenv("STEWARD_KEEP") == NULL)
        remove_tree(run_path);
    if (run_fd >= 0)
        close(run_fd);
}
