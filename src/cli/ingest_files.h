/*
 * The files of a command: names as they were given, and what lies in the folders among them, sorted
 * by name. Hidden files, Excel's lock files (~$...) and folders inside are left out.
 */
#ifndef STW_CLI_INGEST_FILES_H
#define STW_CLI_INGEST_FILES_H

#include "base/arena.h"
#include "base/error.h"

#include <stdint.h>

enum { STW_FILE_LIST_MAX = 100000 };

struct stw_file_list {
    struct stw_arena arena;
    const char **paths;
    uint32_t count;
    size_t capacity;
};

void stw_file_list_init(struct stw_file_list *list);
void stw_file_list_release(struct stw_file_list *list);

/* Adds a file as it is named, or all files of a folder. A folder without any is STW_ERR_INPUT, as
 * is a store; one that cannot be read STW_ERR_IO. */
int stw_file_list_add(struct stw_file_list *list, const char *path,
                      struct stw_error *err) STW_CHECKED;

/* Whether it can be read at all, with a sentence why not. "-" always can. */
int stw_file_readable(const char *path, struct stw_error *err) STW_CHECKED;

#endif
