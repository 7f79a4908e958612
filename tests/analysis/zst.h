/* Whole .zst files for tests of this folder. */
#ifndef STW_TEST_ZST_H
#define STW_TEST_ZST_H

#include "base/arena.h"

/* The text of a compressed file, with 64 spare bytes after it, in the arena; NULL when it cannot be
 * read. */
char *zst_load(const char *path, struct stw_arena *arena, size_t *size);

#endif
