/* What was put aside of a damaged store; see kept.h. */
#include "store/kept.h"

#include "base/memory.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define MANIFEST_PIECE "MANIFEST.damaged-"
#define SEGMENT_PIECE  ".lost"

enum { PATH_ROOM = STW_STORE_PATH_SIZE_MAX + 300 };

/* ---- Listing --------------------------------------------------------------------------------- */

static bool is_piece(const char *name, bool segment)
{
    size_t size = strlen(name), tail = strlen(SEGMENT_PIECE);
    if (!segment)
        return strncmp(name, MANIFEST_PIECE, strlen(MANIFEST_PIECE)) == 0;
    return size > tail && strcmp(name + size - tail, SEGMENT_PIECE) == 0;
}

static int add_piece(const struct stw_store *store, const char *inner, const char *name,
                     struct stw_kept *kept, struct stw_error *err)
{
    char path[PATH_ROOM];
    struct stat info;
    struct stw_kept_piece piece = {.is_segment = inner[0] != '\0'};
    if (snprintf(path, sizeof(path), "%s/%s%s", store->path, inner, name) >= (int)sizeof(path))
        return stw_fail(err, STW_ERR_LIMIT, "the path of %s is too long", name);
    if (stat(path, &info) == 0)
        piece.size_bytes = (uint64_t)info.st_size;
    piece.name = stw_arena_string(&kept->arena, path + strlen(store->path) + 1);
    if (piece.name == NULL || !stw_reserve((void **)&kept->pieces, &kept->capacity,
                                           kept->count + 1u, sizeof(*kept->pieces)))
        return stw_fail_memory(err, sizeof(piece));
    kept->pieces[kept->count++] = piece;
    return STW_OK;
}

static int list_folder(const struct stw_store *store, const char *inner, struct stw_kept *kept,
                       struct stw_error *err)
{
    char path[PATH_ROOM];
    STW_TRY(stw_path_join(path, sizeof(path), store->path, inner, err));
    DIR *folder = opendir(path);
    if (folder == NULL) /* it may be lost: then nothing is in it */
        return STW_OK;
    int status = STW_OK;
    for (struct dirent *entry = readdir(folder); status == STW_OK && entry != NULL;
         entry = readdir(folder)) {
        if (is_piece(entry->d_name, inner[0] != '\0'))
            status = add_piece(store, inner, entry->d_name, kept, err);
    }
    closedir(folder);
    return status;
}

static int compare_pieces(const void *a, const void *b)
{
    const struct stw_kept_piece *x = a, *y = b;
    return x->is_segment != y->is_segment ? (int)x->is_segment - (int)y->is_segment
                                          : strcmp(x->name, y->name);
}

int stw_kept_list(const struct stw_store *store, bool with_segments, struct stw_kept *kept,
                  struct stw_error *err)
{
    *kept = (struct stw_kept){.pieces = NULL};
    stw_arena_init(&kept->arena);
    STW_TRY(list_folder(store, "", kept, err));
    if (with_segments)
        STW_TRY(list_folder(store, "segments/", kept, err));
    if (kept->count > 0)
        qsort(kept->pieces, kept->count, sizeof(*kept->pieces), compare_pieces);
    return STW_OK;
}

void stw_kept_release(struct stw_kept *kept)
{
    stw_free(kept->pieces);
    stw_arena_release(&kept->arena);
}

/* ---- What follows from them ------------------------------------------------------------------ */

static int note_pieces(struct stw_store *store, const struct stw_kept *kept, struct stw_error *err)
{
    store->kept_count = kept->count;
    for (uint32_t i = 0; i < kept->count; i++) {
        const struct stw_kept_piece *piece = &kept->pieces[i];
        if (stw_store_note(store,
                           "%s keeps %llu bytes that could not be read and were cut off MANIFEST; "
                           "what was committed in them is missing",
                           piece->name, (unsigned long long)piece->size_bytes) != STW_OK)
            return stw_fail_memory(err, sizeof(*piece));
    }
    return STW_OK;
}

int stw_kept_note(struct stw_store *store, struct stw_error *err)
{
    struct stw_kept kept;
    int status = stw_kept_list(store, false, &kept, err);
    if (status == STW_OK)
        status = note_pieces(store, &kept, err);
    stw_kept_release(&kept);
    return status;
}

/* TABLE-PARTITION-GENERATION.seg.lost; 0 where it is no such name. */
static uint64_t generation_of(const char *name)
{
    const char *dash = strrchr(name, '-');
    return dash == NULL ? 0 : strtoull(dash + 1, NULL, 10);
}

int stw_kept_raise_generation(struct stw_store *store, struct stw_error *err)
{
    struct stw_kept kept;
    uint64_t most = store->state.generation + STW_KEPT_GENERATIONS_MAX;
    if (store->kept_count == 0)
        return STW_OK;
    int status = stw_kept_list(store, true, &kept, err);
    for (uint32_t i = 0; status == STW_OK && i < kept.count; i++) {
        uint64_t generation = kept.pieces[i].is_segment ? generation_of(kept.pieces[i].name) : 0;
        if (generation > store->state.generation && generation <= most)
            store->state.generation = generation;
    }
    stw_kept_release(&kept);
    return status;
}

int stw_kept_path(const struct stw_store *store, uint64_t offset, char *path, size_t size,
                  struct stw_error *err)
{
    int length =
        snprintf(path, size, "%s/" MANIFEST_PIECE "%llu", store->path, (unsigned long long)offset);
    for (int number = 2; stw_io_exists(path) && number <= STW_KEPT_PIECES_MAX; number++)
        snprintf(path + length, size - (size_t)length, ".%d", number);
    if (stw_io_exists(path))
        return stw_fail(err, STW_ERR_LIMIT, "%s is there already, and so are %d before it", path,
                        STW_KEPT_PIECES_MAX - 1);
    return STW_OK;
}
