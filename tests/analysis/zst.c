/* Decompresses a whole file in one call; see zst.h. */
#include "zst.h"

#include <stdio.h>
#include <string.h>
#include <zstd.h>

enum { FILE_MAX = 4 << 20, TEXT_MAX = 32 << 20 };

char *zst_load(const char *path, struct stw_arena *arena, size_t *size)
{
    FILE *file = fopen(path, "rb");
    char *packed = stw_arena_alloc(arena, FILE_MAX, 1);
    char *text = stw_arena_alloc(arena, TEXT_MAX + 64, 1);
    if (file == NULL || packed == NULL || text == NULL)
        return NULL;
    size_t packed_size = fread(packed, 1, FILE_MAX, file);
    fclose(file);
    *size = ZSTD_decompress(text, TEXT_MAX, packed, packed_size);
    if (ZSTD_isError(*size))
        return NULL;
    memset(text + *size, 0, 64);
    return text;
}
