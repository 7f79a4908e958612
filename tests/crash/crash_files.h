/* The files of a store whose bytes a test changes one after the other, and puts back. */
#ifndef STW_TESTS_CRASH_FILES_H
#define STW_TESTS_CRASH_FILES_H

#include <stddef.h>

enum { CRASH_FILES_MAX = 16, CRASH_FILE_BYTES_MAX = 64 << 10 };

struct crash_files {
    char names[CRASH_FILES_MAX][120]; /* below the store's folder */
    unsigned count;
};

/* Adds the files of a folder of the store ("", "segments/") whose names have `part`, but for the
 * journal's spare ones; how many. */
unsigned crash_files_add(struct crash_files *files, const char *store, const char *inner,
                         const char *part);

struct crash_file {
    unsigned char bytes[CRASH_FILE_BYTES_MAX];
    size_t size;
};
void crash_file_load(struct crash_file *file, const char *store, const char *name);

/* Its first `size` bytes, and no more; makes the file where there is none. */
void crash_file_put(const struct crash_file *file, const char *store, const char *name,
                    size_t size);

#endif
