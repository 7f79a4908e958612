/* Names and folders to a list of files; see ingest_files.h. */
#include "cli/ingest_files.h"

#include "base/io.h"
#include "base/memory.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_SIZE = 4096 };

void stw_file_list_init(struct stw_file_list *list)
{
    memset(list, 0, sizeof(*list));
    stw_arena_init(&list->arena);
}

void stw_file_list_release(struct stw_file_list *list)
{
    stw_free(list->paths);
    stw_arena_release(&list->arena);
}

static int add_path(struct stw_file_list *list, const char *path, struct stw_error *err)
{
    if (list->count == STW_FILE_LIST_MAX)
        return stw_fail(err, STW_ERR_LIMIT, "more than %d files at once", STW_FILE_LIST_MAX);
    char *copy = stw_arena_string(&list->arena, path);
    if (copy == NULL || !stw_reserve((void **)&list->paths, &list->capacity, list->count + 1u,
                                     sizeof(*list->paths)))
        return stw_fail_memory(err, strlen(path) + 1);
    list->paths[list->count++] = copy;
    return STW_OK;
}

static int fail_errno(const char *path, struct stw_error *err)
{
    int number = errno;
    stw_fail(err, number == ENOENT ? STW_ERR_NOT_FOUND : STW_ERR_IO, "cannot read %s: %s", path,
             strerror(number));
    if (number == ENOENT)
        stw_error_hint(err, "look for it with ls; names with blanks belong in quotes");
    else if (number == EACCES)
        stw_error_hint(err, "ls -l shows whose it is; you need the right to read it");
    return number == ENOENT ? STW_ERR_NOT_FOUND : STW_ERR_IO;
}

static bool is_wanted(const char *name)
{
    return name[0] != '.' && strncmp(name, "~$", 2) != 0;
}

static int compare_paths(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Adds what lies in an open folder; *folders counts what is a folder itself. */
static int add_entries(struct stw_file_list *list, const char *folder, DIR *listing,
                       uint32_t *folders, struct stw_error *err)
{
    char path[PATH_SIZE];
    for (const struct dirent *entry; (entry = readdir(listing)) != NULL;) {
        if (!is_wanted(entry->d_name))
            continue;
        size_t size = strlen(folder);
        const char *slash = size > 0 && folder[size - 1] == '/' ? "" : "/";
        if (snprintf(path, sizeof(path), "%s%s%s", folder, slash, entry->d_name) >= PATH_SIZE)
            return stw_fail(err, STW_ERR_LIMIT, "a path longer than %d bytes in %s", PATH_SIZE - 1,
                            folder);
        if (stw_io_is_folder(path))
            ++*folders;
        else
            STW_TRY(add_path(list, path, err));
    }
    return STW_OK;
}

static int add_folder(struct stw_file_list *list, const char *folder, struct stw_error *err)
{
    uint32_t folders = 0, before = list->count;
    DIR *listing = opendir(folder);
    if (listing == NULL)
        return fail_errno(folder, err);
    int status = add_entries(list, folder, listing, &folders, err);
    closedir(listing);
    STW_TRY(status);
    if (list->count > before) {
        qsort(list->paths + before, list->count - before, sizeof(*list->paths), compare_paths);
        return STW_OK;
    }
    stw_fail(err, STW_ERR_INPUT, "the folder %s holds no files%s", folder,
             folders > 0 ? ", only other folders" : "");
    if (folders > 0)
        stw_error_hint(err, "name the folders with the files: %s/*", folder);
    return STW_ERR_INPUT;
}

int stw_file_list_add(struct stw_file_list *list, const char *path, struct stw_error *err)
{
    char manifest[PATH_SIZE];
    if (strcmp(path, "-") == 0 || !stw_io_is_folder(path))
        return add_path(list, path, err);
    snprintf(manifest, sizeof(manifest), "%s/MANIFEST", path);
    if (stw_io_exists(manifest)) {
        stw_fail(err, STW_ERR_USAGE, "%s is a store, not a folder of files to take in", path);
        stw_error_hint(err, "the store comes first, then the files: steward ingest STORE FILE...");
        return STW_ERR_USAGE;
    }
    return add_folder(list, path, err);
}

int stw_file_readable(const char *path, struct stw_error *err)
{
    if (strcmp(path, "-") == 0 || access(path, R_OK) == 0)
        return STW_OK;
    return fail_errno(path, err);
}
