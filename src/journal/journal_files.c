/* Names, numbers and contents of journal files; see journal_files.h. */
#include "journal/journal_files.h"

#include "journal/journal_format.h"
#include "journal/journal_pack.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { NAME_DIGITS = 16 };
/* What cannot be made smaller grows a little. */
static const size_t packed_limit_bytes =
    (size_t)STW_JOURNAL_FILE_BYTES_MAX + STW_JOURNAL_FILE_BYTES_MAX / 64;

static const struct {
    const char *folder, *before, *after;
} places[] = {
    [STW_JOURNAL_LIVE] = {"", "", ".jnl"},
    [STW_JOURNAL_ARCHIVED] = {"archive/", "", ".jnl.zst"},
    [STW_JOURNAL_SPARE] = {"", "spare-", ".jnl"},
};

int stw_journal_path(char path[STW_JOURNAL_PATH_SIZE], const char *folder,
                     enum stw_journal_place place, uint64_t number, struct stw_error *err)
{
    if (snprintf(path, STW_JOURNAL_PATH_SIZE, "%s/%s%s%0*llu%s", folder, places[place].folder,
                 places[place].before, NAME_DIGITS, (unsigned long long)number,
                 places[place].after) >= STW_JOURNAL_PATH_SIZE)
        return stw_fail(err, STW_ERR_LIMIT, "the path of the journal %s is too long", folder);
    return STW_OK;
}

/* The number in a file's name, or 0 for a file of another kind. */
static uint64_t number_of(const char *name, enum stw_journal_place place)
{
    size_t before = strlen(places[place].before);
    if (strncmp(name, places[place].before, before) != 0)
        return 0;
    uint64_t number = 0;
    for (int i = 0; i < NAME_DIGITS; i++) {
        char digit = name[before + (size_t)i];
        if (digit < '0' || digit > '9')
            return 0;
        number = number * 10 + (uint64_t)(digit - '0');
    }
    return strcmp(name + before + NAME_DIGITS, places[place].after) == 0 ? number : 0;
}

/* What a look into a folder is after. */
struct look {
    enum stw_journal_place place;
    uint64_t from;
    uint64_t first, last; /* 0: none */
    uint64_t count, bytes;
};

static void look_at(const char *path, const char *name, struct look *look)
{
    uint64_t number = number_of(name, look->place);
    char file[STW_JOURNAL_PATH_SIZE + 300];
    struct stat info;
    if (number == 0 || number < look->from)
        return;
    look->first = look->first == 0 || number < look->first ? number : look->first;
    look->last = number > look->last ? number : look->last;
    look->count++;
    snprintf(file, sizeof(file), "%s/%s", path, name);
    if (stat(file, &info) == 0)
        look->bytes += (uint64_t)info.st_size;
}

static int look_into(const char *folder, struct look *look, struct stw_error *err)
{
    char path[STW_JOURNAL_PATH_SIZE];
    if (snprintf(path, sizeof(path), "%s/%s", folder, places[look->place].folder) >=
        (int)sizeof(path))
        return stw_fail(err, STW_ERR_LIMIT, "the path of the journal %s is too long", folder);
    DIR *opened = opendir(path);
    if (opened == NULL)
        return errno == ENOENT ? STW_OK : stw_fail_errno(err, errno, "cannot read %s", path);
    for (struct dirent *entry = readdir(opened); entry != NULL; entry = readdir(opened))
        look_at(path, entry->d_name, look);
    closedir(opened);
    return STW_OK;
}

static int look_both(const char *folder, bool live_only, uint64_t from, uint64_t *first,
                     uint64_t *last, struct stw_error *err)
{
    struct look live = {.place = STW_JOURNAL_LIVE, .from = from};
    struct look archived = {.place = STW_JOURNAL_ARCHIVED, .from = from};
    /* Live first: a file that is archived in between is seen twice rather than never. */
    STW_TRY(look_into(folder, &live, err));
    if (!live_only)
        STW_TRY(look_into(folder, &archived, err));
    *first = live.first == 0 || (archived.first != 0 && archived.first < live.first)
                 ? archived.first
                 : live.first;
    *last = live.last > archived.last ? live.last : archived.last;
    return STW_OK;
}

int stw_journal_first(const char *folder, bool live_only, uint64_t from, uint64_t *number,
                      struct stw_error *err)
{
    uint64_t last;
    return look_both(folder, live_only, from, number, &last, err);
}

int stw_journal_last(const char *folder, bool live_only, uint64_t *number, struct stw_error *err)
{
    uint64_t first;
    return look_both(folder, live_only, 0, &first, number, err);
}

int stw_journal_spares(const char *folder, unsigned *count, uint64_t *number, struct stw_error *err)
{
    struct look spare = {.place = STW_JOURNAL_SPARE};
    STW_TRY(look_into(folder, &spare, err));
    *count = (unsigned)spare.count;
    *number = spare.first;
    return STW_OK;
}

int stw_journal_measure(const char *folder, struct stw_journal_size *size, struct stw_error *err)
{
    struct look live = {.place = STW_JOURNAL_LIVE}, archived = {.place = STW_JOURNAL_ARCHIVED};
    struct look spare = {.place = STW_JOURNAL_SPARE};
    memset(size, 0, sizeof(*size));
    STW_TRY(look_into(folder, &live, err));
    STW_TRY(look_into(folder, &archived, err));
    STW_TRY(look_into(folder, &spare, err));
    size->live_files = live.count + spare.count;
    size->live_bytes = live.bytes + spare.bytes;
    size->archived_files = archived.count;
    size->archived_bytes = archived.bytes;
    size->first_file = archived.first != 0 ? archived.first : live.first;
    size->last_file = live.last > archived.last ? live.last : archived.last;
    return STW_OK;
}

/* ---- Contents -------------------------------------------------------------------------------- */

int stw_journal_load(const struct stw_io *io, const char *folder, uint64_t number,
                     bool archive_only, struct stw_buffer *out, bool *archived,
                     struct stw_error *err)
{
    char path[STW_JOURNAL_PATH_SIZE];
    struct stw_error missing;
    stw_buffer_clear(out);
    *archived = false;
    if (!archive_only) {
        STW_TRY(stw_journal_path(path, folder, STW_JOURNAL_LIVE, number, err));
        int status = stw_file_load(io, path, STW_JOURNAL_FILE_BYTES_MAX, out, &missing);
        if (status != STW_ERR_NOT_FOUND) {
            if (status != STW_OK && err != NULL)
                *err = missing;
            return status;
        }
    }
    *archived = true;
    STW_TRY(stw_journal_path(path, folder, STW_JOURNAL_ARCHIVED, number, err));
    struct stw_buffer packed;
    stw_buffer_init(&packed);
    stw_buffer_clear(out);
    int status = stw_file_load(io, path, packed_limit_bytes, &packed, err);
    if (status == STW_OK)
        status = stw_journal_unpack(number, stw_buffer_slice(&packed), STW_JOURNAL_FILE_BYTES_MAX,
                                    path, out, err);
    stw_buffer_release(&packed);
    return status;
}
