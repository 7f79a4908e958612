/*
 * Appending to the journal with group commit; see journal.h and journal_inside.h.
 *
 * One write or sync serves everybody who waits: while the leader is in the system, records of
 * others gather in `pending`, and the next leader writes them all at once. So with many threads the
 * rate of acknowledged appends is a multiple of the disk's rate of syncs.
 */
#include "base/memory.h"
#include "journal/journal_inside.h"

#include <stdio.h>
#include <time.h>

enum {
    GROUP_WAIT_NS = 2000000,
    ZEROS_SIZE = 64 << 10,
    SEAL_SIZE = STW_JOURNAL_HEAD_SIZE /* kept free at the end of every file */
};

/* ---- Files ----------------------------------------------------------------------------------- */

/* Written, not only reserved: a sync of records is then a sync of data, without the file system's
 * own journal. */
static int fill_with_zeros(struct stw_file *file, uint64_t from, uint64_t to, struct stw_error *err)
{
    static const char zeros[ZEROS_SIZE];
    while (from < to) {
        size_t size = to - from < ZEROS_SIZE ? (size_t)(to - from) : ZEROS_SIZE;
        STW_TRY(stw_file_write(file, from, zeros, size, err));
        from += size;
    }
    return STW_OK;
}

/* Opens a spare file of the right size; STW_END: there is none. */
static int open_spare(const struct stw_journal *journal, struct stw_file *file,
                      struct stw_error *err)
{
    char path[STW_JOURNAL_PATH_SIZE];
    unsigned count;
    uint64_t number, size;
    STW_TRY(stw_journal_spares(journal->folder, &count, &number, err));
    if (count == 0)
        return STW_END;
    STW_TRY(stw_journal_path(path, journal->folder, STW_JOURNAL_SPARE, number, err));
    STW_TRY(stw_file_open(file, journal->options.io, path, STW_FILE_WRITE, err));
    int status = stw_file_size(file, &size, err);
    if (status == STW_OK && size == journal->options.file_bytes)
        return STW_OK;
    stw_file_close(file);
    if (status == STW_OK) /* of a writer with other settings */
        status = stw_io_remove(journal->options.io, path, err);
    return status == STW_OK ? STW_END : status;
}

static int open_empty(const struct stw_journal *journal, struct stw_file *file,
                      struct stw_error *err)
{
    char path[STW_JOURNAL_PATH_SIZE];
    STW_TRY(stw_path_join(path, sizeof(path), journal->folder, "next.tmp", err));
    STW_TRY(stw_file_open(file, journal->options.io, path, STW_FILE_WRITE, err));
    int status = stw_file_truncate(file, 0, err);
    if (status == STW_OK)
        status = fill_with_zeros(file, 0, journal->options.file_bytes, err);
    if (status != STW_OK) {
        struct stw_error ignored;
        stw_file_close(file);
        (void)!stw_io_remove(journal->options.io, path, &ignored); /* a full disk needs the room */
    }
    return status;
}

static int name_file(const struct stw_journal *journal, struct stw_file *file, uint64_t number,
                     bool recycled, struct stw_error *err)
{
    char path[STW_JOURNAL_PATH_SIZE], bytes[STW_JOURNAL_HEADER_SIZE];
    struct stw_journal_header header = {.number = number,
                                        .created_ns = stw_clock_now(journal->options.clock),
                                        .file_bytes = journal->options.file_bytes,
                                        .reused = recycled};
    memcpy(header.id, journal->options.id, sizeof(header.id));
    stw_journal_header_encode(&header, bytes);
    STW_TRY(stw_journal_path(path, journal->folder, STW_JOURNAL_LIVE, number, err));
    STW_TRY(stw_file_write(file, 0, bytes, sizeof(bytes), err));
    STW_TRY(stw_file_sync(file, err));
    STW_TRY(stw_io_rename(journal->options.io, file->path, path, err));
    STW_TRY(stw_io_sync_folder(journal->options.io, journal->folder, err));
    snprintf(file->path, sizeof(file->path), "%s", path);
    return STW_OK;
}

/* A new last file, whole and under its name before a record goes into it. */
static int begin_file(struct stw_journal *journal, uint64_t number, struct stw_file *file,
                      bool *recycled, struct stw_error *err)
{
    int status = open_spare(journal, file, err);
    *recycled = status == STW_OK;
    if (status == STW_END)
        status = open_empty(journal, file, err);
    STW_TRY(status);
    status = name_file(journal, file, number, *recycled, err);
    if (status != STW_OK)
        stw_file_close(file);
    return status;
}

static void use_file(struct stw_journal *journal, const struct stw_file *file, uint64_t number,
                     bool recycled)
{
    stw_file_close(&journal->file);
    journal->file = *file;
    journal->number = number;
    journal->capacity = journal->options.file_bytes;
    journal->tail = journal->written = journal->synced = STW_JOURNAL_HEADER_SIZE;
    journal->counts.files++;
    journal->counts.recycled += recycled;
}

/* ---- Opening --------------------------------------------------------------------------------- */

static bool any_set(struct stw_slice bytes, size_t from)
{
    while (from < bytes.size && bytes.data[from] == 0)
        from++;
    return from < bytes.size;
}

/* What a file's size is to be: a cut one gets its room back. */
static uint64_t full_size(const struct stw_journal *journal, uint64_t number,
                          struct stw_slice bytes, size_t tail)
{
    struct stw_journal_header header;
    uint64_t size = bytes.size < tail + SEAL_SIZE ? tail + SEAL_SIZE : bytes.size;
    if (stw_journal_header_decode(bytes, journal->options.id, number, &header) &&
        header.file_bytes > size && header.file_bytes <= STW_JOURNAL_FILE_BYTES_MAX)
        return header.file_bytes;
    return size;
}

/* Opens the last file at its tail and puts zeros over what lies behind: an append that was never
 * finished, or what an older file left. */
static int resume_file(struct stw_journal *journal, uint64_t number, struct stw_slice bytes,
                       size_t tail, struct stw_error *err)
{
    char path[STW_JOURNAL_PATH_SIZE];
    STW_TRY(stw_journal_path(path, journal->folder, STW_JOURNAL_LIVE, number, err));
    STW_TRY(stw_file_open(&journal->file, journal->options.io, path, STW_FILE_WRITE, err));
    journal->number = number;
    journal->tail = journal->written = journal->synced = tail;
    journal->capacity = full_size(journal, number, bytes, tail);
    if (journal->capacity == bytes.size && !any_set(bytes, tail))
        return stw_file_sync(&journal->file, err);
    STW_TRY(fill_with_zeros(&journal->file, tail, journal->capacity, err));
    return stw_file_sync(&journal->file, err);
}

static int start_file(struct stw_journal *journal, uint64_t number, struct stw_error *err)
{
    struct stw_file file;
    bool recycled;
    STW_TRY(begin_file(journal, number, &file, &recycled, err));
    use_file(journal, &file, number, recycled);
    return STW_OK;
}

static int open_last(struct stw_journal *journal, struct stw_error *err)
{
    const struct stw_journal_position floor = journal->options.not_before;
    struct stw_buffer bytes;
    uint64_t number;
    bool archived, sealed;
    STW_TRY(stw_journal_last(journal->folder, false, &number, err));
    uint64_t after = (number > floor.file ? number : floor.file) + 1;
    if (number == 0)
        return start_file(journal, after, err);
    stw_buffer_init(&bytes);
    int status = stw_journal_load(journal->options.io, journal->folder, number, false, &bytes,
                                  &archived, err);
    if (status == STW_OK && !archived) {
        size_t tail =
            stw_journal_tail(journal->options.id, number, stw_buffer_slice(&bytes), &sealed);
        struct stw_journal_position end = {number, tail};
        if (bytes.size < STW_JOURNAL_HEADER_SIZE)
            sealed = true;
        /* Records that are on disk elsewhere may be missing here after a power cut or damage. What
         * is appended now must not stand where they stood. */
        status = sealed || stw_journal_compare(end, floor) < 0
                     ? start_file(journal, after, err)
                     : resume_file(journal, number, stw_buffer_slice(&bytes), tail, err);
    } else if (status == STW_OK || status == STW_ERR_DAMAGED) {
        status = start_file(journal, after, err);
    }
    stw_buffer_release(&bytes);
    return status;
}

/* Synced each time: a crash may have come between making a folder and its sync. */
static int make_folders(struct stw_journal *journal, struct stw_error *err)
{
    char path[STW_JOURNAL_PATH_SIZE];
    const struct stw_io *io = journal->options.io;
    STW_TRY(stw_io_make_folder(io, journal->folder, err));
    STW_TRY(stw_path_join(path, sizeof(path), journal->folder, "archive", err));
    STW_TRY(stw_io_make_folder(io, path, err));
    STW_TRY(stw_path_join(path, sizeof(path), journal->folder, "..", err));
    STW_TRY(stw_io_sync_folder(io, path, err));
    return stw_io_sync_folder(io, journal->folder, err);
}

static int check_options(struct stw_journal_options *options, struct stw_error *err)
{
    if (options->io == NULL)
        options->io = stw_io_system();
    if (options->file_bytes == 0)
        options->file_bytes = STW_JOURNAL_FILE_BYTES_DEFAULT;
    if (options->group_wait_ns == 0)
        options->group_wait_ns = GROUP_WAIT_NS;
    if (options->file_bytes < STW_JOURNAL_FILE_BYTES_MIN ||
        options->file_bytes > STW_JOURNAL_FILE_BYTES_MAX)
        return stw_fail(err, STW_ERR_USAGE, "a journal file has %d to %d bytes, not %zu",
                        STW_JOURNAL_FILE_BYTES_MIN, STW_JOURNAL_FILE_BYTES_MAX,
                        options->file_bytes);
    return STW_OK;
}

int stw_journal_open(struct stw_journal **out, const char *folder,
                     const struct stw_journal_options *options, struct stw_error *err)
{
    struct stw_journal *journal = stw_alloc_zero(1, sizeof(*journal));
    if (journal == NULL)
        return stw_fail_memory(err, sizeof(*journal));
    pthread_mutex_init(&journal->mutex, NULL);
    pthread_cond_init(&journal->changed, NULL);
    pthread_cond_init(&journal->hurry, NULL);
    journal->options = *options;
    journal->file.io = stw_io_system();
    journal->file.fd = -1;
    size_t queue = STW_JOURNAL_QUEUE_BYTES + STW_JOURNAL_HEAD_SIZE + STW_JOURNAL_ALIGNMENT;
    journal->pending = stw_alloc(queue, 1);
    journal->writing = stw_alloc(queue, 1);
    int status = STW_OK;
    if (journal->pending == NULL || journal->writing == NULL)
        status = stw_fail_memory(err, queue);
    else if (snprintf(journal->folder, sizeof(journal->folder), "%s", folder) >=
             (int)sizeof(journal->folder))
        status = stw_fail(err, STW_ERR_LIMIT, "the path of the journal %s is too long", folder);
    if (status == STW_OK)
        status = check_options(&journal->options, err);
    if (status == STW_OK)
        status = make_folders(journal, err);
    if (status == STW_OK)
        status = open_last(journal, err);
    if (status != STW_OK) {
        stw_journal_close(journal);
        return status;
    }
    *out = journal;
    return STW_OK;
}

void stw_journal_close(struct stw_journal *journal)
{
    if (journal == NULL)
        return;
    assert(!journal->busy);
    stw_file_close(&journal->file);
    stw_free(journal->pending);
    stw_free(journal->writing);
    pthread_cond_destroy(&journal->hurry);
    pthread_cond_destroy(&journal->changed);
    pthread_mutex_destroy(&journal->mutex);
    stw_free(journal);
}

/* ---- Leading: with the mutex held and `busy` clear ---------------------------------------------
 */

static void take_lead(struct stw_journal *journal)
{
    assert(!journal->busy);
    journal->busy = true;
    pthread_mutex_unlock(&journal->mutex);
}

static void give_lead(struct stw_journal *journal, int status, const struct stw_error *failure)
{
    pthread_mutex_lock(&journal->mutex);
    journal->busy = false;
    if (status != STW_OK && journal->failure.status == STW_OK) {
        journal->failure = *failure;
        stw_error_hint(&journal->failure,
                       "the journal takes no more; open the store again when the cause is gone: "
                       "nothing that was acknowledged is lost");
    }
    pthread_cond_broadcast(&journal->changed);
}

static void write_pending(struct stw_journal *journal)
{
    struct stw_error failure = {0};
    char *bytes = journal->pending;
    size_t size = journal->pending_size;
    journal->pending = journal->writing;
    journal->writing = bytes;
    journal->pending_size = 0;
    take_lead(journal);
    int status = stw_file_write(&journal->file, journal->written, bytes, size, &failure);
    give_lead(journal, status, &failure);
    journal->counts.writes++;
    if (status == STW_OK)
        journal->written += size;
}

static void sync_written(struct stw_journal *journal)
{
    struct stw_error failure = {0};
    uint64_t written = journal->written;
    take_lead(journal);
    int status = stw_file_sync(&journal->file, &failure);
    give_lead(journal, status, &failure);
    journal->counts.syncs++;
    if (status == STW_OK)
        journal->synced = written;
}

/* Lets others join; whoever does not want to wait ends it. */
static void wait_for_group(struct stw_journal *journal)
{
    if (journal->options.group_wait_ns < 0)
        return;
    int64_t until_ns = stw_clock_monotonic_ns() + journal->options.group_wait_ns;
    struct timespec until = {.tv_sec = until_ns / STW_NS_PER_SECOND,
                             .tv_nsec = until_ns % STW_NS_PER_SECOND};
    journal->busy = true;
    (void)pthread_cond_clockwait(&journal->hurry, &journal->mutex, CLOCK_MONOTONIC, &until);
    journal->busy = false;
}

static int seal_and_begin(struct stw_journal *journal, uint64_t tail, struct stw_file *next,
                          bool *recycled, struct stw_error *err)
{
    char seal[SEAL_SIZE];
    struct stw_journal_position at = {journal->number, tail};
    stw_journal_record_encode(journal->options.id, at, STW_JOURNAL_SEAL, (struct stw_slice){"", 0},
                              seal);
    STW_TRY(stw_file_write(&journal->file, tail, seal, sizeof(seal), err));
    STW_TRY(stw_file_sync(&journal->file, err));
    return begin_file(journal, journal->number + 1, next, recycled, err);
}

/* Ends the present file and begins the next. All that is appended is on disk afterwards. */
static void rotate(struct stw_journal *journal)
{
    struct stw_error failure = {0};
    struct stw_file next;
    bool recycled = false;
    uint64_t tail = journal->tail;
    assert(journal->pending_size == 0 && journal->written == tail);
    journal->tail = journal->capacity; /* nothing fits any more, not even a short record */
    take_lead(journal);
    int status = seal_and_begin(journal, tail, &next, &recycled, &failure);
    give_lead(journal, status, &failure);
    if (status == STW_OK)
        use_file(journal, &next, journal->number + 1, recycled);
    else
        journal->tail = tail;
}

/* ---- Appending ------------------------------------------------------------------------------- */

static int same_failure(const struct stw_journal *journal, struct stw_error *err)
{
    if (err != NULL)
        *err = journal->failure;
    return (int)journal->failure.status;
}

/* Waits until a record of `size` bytes has room in the file and in the queue. */
static int wait_for_room(struct stw_journal *journal, size_t size, struct stw_error *err)
{
    for (;;) {
        bool fits = journal->tail + size + SEAL_SIZE <= journal->capacity;
        if (journal->failure.status != STW_OK)
            return same_failure(journal, err);
        if (fits &&
            (journal->pending_size == 0 || journal->pending_size + size <= STW_JOURNAL_QUEUE_BYTES))
            return STW_OK;
        pthread_cond_signal(&journal->hurry);
        if (journal->busy)
            pthread_cond_wait(&journal->changed, &journal->mutex);
        else if (journal->pending_size > 0)
            write_pending(journal);
        else
            rotate(journal);
    }
}

static bool reached(const struct stw_journal *journal, struct stw_journal_position end,
                    enum stw_durability durability)
{
    if (journal->number != end.file) /* a file is synced before the next one begins */
        return true;
    return (durability == STW_DURABILITY_NONE ? journal->written : journal->synced) >= end.offset;
}

static int wait_until(struct stw_journal *journal, struct stw_journal_position end,
                      enum stw_durability durability, struct stw_error *err)
{
    bool grouped = durability != STW_DURABILITY_BATCH;
    if (grouped)
        pthread_cond_signal(&journal->hurry);
    while (!reached(journal, end, durability)) {
        if (journal->failure.status != STW_OK)
            return same_failure(journal, err);
        if (journal->busy) {
            pthread_cond_wait(&journal->changed, &journal->mutex);
        } else if (!grouped) {
            wait_for_group(journal);
            grouped = true;
        } else if (journal->written < end.offset) {
            write_pending(journal);
        } else {
            sync_written(journal);
        }
    }
    return STW_OK;
}

int stw_journal_append(struct stw_journal *journal, enum stw_journal_kind kind,
                       struct stw_slice payload, enum stw_durability durability,
                       struct stw_journal_position *next, struct stw_error *err)
{
    assert(kind > STW_JOURNAL_SEAL && kind <= STW_JOURNAL_KIND_MAX);
    size_t size = stw_journal_record_size(payload.size);
    size_t room = journal->options.file_bytes - STW_JOURNAL_HEADER_SIZE - SEAL_SIZE;
    if (payload.size > STW_JOURNAL_RECORD_BYTES_MAX || size > room) {
        int status = stw_fail(err, STW_ERR_LIMIT,
                              "a record of %zu bytes is too long for the journal", payload.size);
        stw_error_hint(err, "append fewer rows at a time");
        return status;
    }
    pthread_mutex_lock(&journal->mutex);
    int status = wait_for_room(journal, size, err);
    if (status == STW_OK) {
        struct stw_journal_position at = {journal->number, journal->tail};
        struct stw_journal_position end = {journal->number, journal->tail + size};
        stw_journal_record_encode(journal->options.id, at, kind, payload,
                                  journal->pending + journal->pending_size);
        journal->pending_size += size;
        journal->tail += size;
        journal->counts.appends++;
        if (next != NULL)
            *next = end;
        status = wait_until(journal, end, durability, err);
    }
    pthread_mutex_unlock(&journal->mutex);
    return status;
}

int stw_journal_sync(struct stw_journal *journal, struct stw_error *err)
{
    pthread_mutex_lock(&journal->mutex);
    struct stw_journal_position end = {journal->number, journal->tail};
    int status = journal->failure.status != STW_OK
                     ? same_failure(journal, err)
                     : wait_until(journal, end, STW_DURABILITY_ALWAYS, err);
    pthread_mutex_unlock(&journal->mutex);
    return status;
}

struct stw_journal_position stw_journal_position(struct stw_journal *journal)
{
    pthread_mutex_lock(&journal->mutex);
    struct stw_journal_position position = {journal->number, journal->tail};
    pthread_mutex_unlock(&journal->mutex);
    return position;
}

struct stw_journal_counts stw_journal_counts(struct stw_journal *journal)
{
    pthread_mutex_lock(&journal->mutex);
    struct stw_journal_counts counts = journal->counts;
    pthread_mutex_unlock(&journal->mutex);
    return counts;
}
