/*
 * The archive: sealed files, compressed and kept for the replay window; see journal.h.
 *
 * A file is archived in steps each of which leaves everything readable: the packed file is written,
 * synced and named; then the live one becomes spare, or goes. Its room is written to only when its
 * old name is gone from the disk, too.
 */
#include "journal/journal_inside.h"
#include "journal/journal_pack.h"

/* Reads the archived file back and compares: the live one goes only then. */
static int check_archived(const struct stw_journal *journal, uint64_t number,
                          struct stw_slice bytes, struct stw_buffer *room, struct stw_error *err)
{
    bool archived;
    STW_TRY(
        stw_journal_load(journal->options.io, journal->folder, number, true, room, &archived, err));
    if (!stw_slice_equal(stw_buffer_slice(room), bytes))
        return stw_fail(err, STW_ERR_DAMAGED,
                        "journal file %llu reads differently from the archive; it is kept",
                        (unsigned long long)number);
    return STW_OK;
}

static int give_up_live(const struct stw_journal *journal, uint64_t number, struct stw_error *err)
{
    char from[STW_JOURNAL_PATH_SIZE], to[STW_JOURNAL_PATH_SIZE];
    const struct stw_io *io = journal->options.io;
    unsigned spares;
    uint64_t any;
    STW_TRY(stw_journal_path(from, journal->folder, STW_JOURNAL_LIVE, number, err));
    STW_TRY(stw_journal_path(to, journal->folder, STW_JOURNAL_SPARE, number, err));
    STW_TRY(stw_journal_spares(journal->folder, &spares, &any, err));
    if (spares < STW_JOURNAL_SPARES_MAX)
        STW_TRY(stw_io_rename(io, from, to, err));
    else
        STW_TRY(stw_io_remove(io, from, err));
    return stw_io_sync_folder(io, journal->folder, err);
}

static int archive(const struct stw_journal *journal, uint64_t number, struct stw_error *err)
{
    char path[STW_JOURNAL_PATH_SIZE];
    struct stw_buffer bytes, packed, room;
    bool archived, sealed;
    STW_TRY(stw_journal_path(path, journal->folder, STW_JOURNAL_ARCHIVED, number, err));
    stw_buffer_init(&bytes);
    stw_buffer_init(&packed);
    stw_buffer_init(&room);
    int status = stw_journal_load(journal->options.io, journal->folder, number, false, &bytes,
                                  &archived, err);
    if (status == STW_OK && !archived) {
        struct stw_slice used = stw_buffer_slice(&bytes);
        /* Up to its seal, or all of it where that is damaged. */
        size_t tail = stw_journal_tail(journal->options.id, number, used, &sealed);
        used.size = sealed ? tail : used.size;
        status = stw_journal_pack(number, used, &packed, err);
        if (status == STW_OK)
            status = stw_file_replace(journal->options.io, path, stw_buffer_slice(&packed), err);
        if (status == STW_OK)
            status = check_archived(journal, number, used, &room, err);
        if (status == STW_OK)
            status = give_up_live(journal, number, err);
    }
    stw_buffer_release(&bytes);
    stw_buffer_release(&packed);
    stw_buffer_release(&room);
    return status;
}

/* When the file after `number` was begun: the last record of `number` is not younger. A header that
 * cannot be read is passed over; that keeps the file for longer. INT64_MAX: nobody knows. */
static int ended_at(const struct stw_journal *journal, uint64_t number, int64_t *ended_ns,
                    struct stw_error *err)
{
    struct stw_buffer bytes;
    int status = STW_OK;
    *ended_ns = INT64_MAX;
    stw_buffer_init(&bytes);
    while (status == STW_OK && *ended_ns == INT64_MAX) {
        struct stw_journal_header header;
        bool archived;
        status = stw_journal_first(journal->folder, false, number + 1, &number, err);
        if (status != STW_OK || number == 0)
            break;
        status = stw_journal_load(journal->options.io, journal->folder, number, false, &bytes,
                                  &archived, err);
        if (stw_journal_header_decode(stw_buffer_slice(&bytes), journal->options.id, number,
                                      &header))
            *ended_ns = header.created_ns;
        if (status == STW_ERR_DAMAGED)
            status = STW_OK;
    }
    stw_buffer_release(&bytes);
    return status;
}

static int drop_expired(const struct stw_journal *journal, uint64_t end, struct stw_error *err)
{
    int64_t now_ns = stw_clock_now(journal->options.clock);
    for (;;) {
        char path[STW_JOURNAL_PATH_SIZE];
        uint64_t number;
        int64_t ended_ns;
        STW_TRY(stw_journal_first(journal->folder, false, 1, &number, err));
        if (number == 0 || number >= end)
            return STW_OK;
        STW_TRY(ended_at(journal, number, &ended_ns, err));
        if (ended_ns > now_ns - journal->options.replay_window_ns)
            return STW_OK;
        STW_TRY(stw_journal_path(path, journal->folder, STW_JOURNAL_ARCHIVED, number, err));
        STW_TRY(stw_io_remove(journal->options.io, path, err));
    }
}

int stw_journal_maintain(struct stw_journal *journal, struct stw_journal_position keep_from,
                         struct stw_error *err)
{
    uint64_t last = stw_journal_position(journal).file, number = 0;
    for (;;) {
        STW_TRY(stw_journal_first(journal->folder, true, number + 1, &number, err));
        if (number == 0 || number >= last)
            break;
        STW_TRY(archive(journal, number, err));
    }
    return drop_expired(journal, keep_from.file < last ? keep_from.file : last, err);
}
