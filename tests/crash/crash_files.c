/* See crash_files.h. */
#include "crash_files.h"

#include "../support/test.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

enum { PATH_ROOM = 600 };

static FILE *open_file(const char *store, const char *name, const char *mode)
{
    char path[PATH_ROOM];
    snprintf(path, sizeof(path), "%s/%s", store, name);
    FILE *file = fopen(path, mode);
    CU_ASSERT_FATAL(file != NULL);
    return file;
}

unsigned crash_files_add(struct crash_files *files, const char *store, const char *inner,
                         const char *part)
{
    char path[PATH_ROOM];
    unsigned before = files->count;
    snprintf(path, sizeof(path), "%s/%s", store, inner);
    DIR *folder = opendir(path);
    CU_ASSERT_FATAL(folder != NULL);
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (entry->d_type != DT_REG || strstr(entry->d_name, part) == NULL ||
            strncmp(entry->d_name, "spare", 5) == 0)
            continue;
        CU_ASSERT_FATAL(files->count < CRASH_FILES_MAX);
        snprintf(files->names[files->count++], sizeof(files->names[0]), "%s%.90s", inner,
                 entry->d_name);
    }
    closedir(folder);
    return files->count - before;
}

void crash_file_load(struct crash_file *file, const char *store, const char *name)
{
    FILE *from = open_file(store, name, "rb");
    file->size = fread(file->bytes, 1, sizeof(file->bytes), from);
    CU_ASSERT_FATAL(file->size < sizeof(file->bytes));
    fclose(from);
}

void crash_file_put(const struct crash_file *file, const char *store, const char *name, size_t size)
{
    FILE *into = open_file(store, name, "wb");
    CU_ASSERT_EQUAL(fwrite(file->bytes, 1, size, into), size);
    CU_ASSERT_EQUAL(fclose(into), 0);
}
