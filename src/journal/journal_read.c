/* Reading the journal from a position on; see journal.h. */
#include "base/memory.h"
#include "journal/journal_inside.h"

#include <stdio.h>

struct stw_journal_reader {
    char folder[STW_JOURNAL_PATH_SIZE];
    struct stw_journal_options options;
    struct stw_buffer bytes; /* of the present file */
    struct stw_journal_scan scan;
    bool loaded;
    bool archived;       /* bytes are from the archive */
    bool fresh;          /* loaded since the caller's last call */
    bool continues;      /* the file before the present one has been read: none may be missing */
    bool header_told;    /* that the header of the present file is damaged */
    bool reused;         /* the present file may have bytes of an older one */
    uint64_t file_bytes; /* what the present file was made with; 0: not known */
};

STW_PRINTF(2, 3) static int note(struct stw_journal_reader *reader, const char *format, ...)
{
    char text[STW_JOURNAL_PATH_SIZE + 256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    return reader->options.note == NULL ? STW_OK
                                        : reader->options.note(reader->options.note_context, text);
}

int stw_journal_reader_open(struct stw_journal_reader **out, const char *folder,
                            const struct stw_journal_options *options,
                            struct stw_journal_position from, struct stw_error *err)
{
    struct stw_journal_reader *reader = stw_alloc_zero(1, sizeof(*reader));
    if (reader == NULL)
        return stw_fail_memory(err, sizeof(*reader));
    reader->options = *options;
    if (reader->options.io == NULL)
        reader->options.io = stw_io_system();
    stw_buffer_init(&reader->bytes);
    reader->scan.id = reader->options.id;
    reader->scan.number = from.file == 0 ? 1 : from.file;
    reader->scan.at =
        from.offset < STW_JOURNAL_HEADER_SIZE ? STW_JOURNAL_HEADER_SIZE : (size_t)from.offset;
    reader->continues = from.file != 0;
    if (snprintf(reader->folder, sizeof(reader->folder), "%s", folder) >=
        (int)sizeof(reader->folder)) {
        stw_journal_reader_close(reader);
        return stw_fail(err, STW_ERR_LIMIT, "the path of the journal %s is too long", folder);
    }
    *out = reader;
    return STW_OK;
}

void stw_journal_reader_close(struct stw_journal_reader *reader)
{
    if (reader == NULL)
        return;
    stw_buffer_release(&reader->bytes);
    stw_free(reader);
}

static unsigned long long present(const struct stw_journal_reader *reader)
{
    return (unsigned long long)reader->scan.number;
}

/* The bytes of the present file, looked at from the present place on. */
static int load_present(struct stw_journal_reader *reader, bool archive_only, struct stw_error *err)
{
    struct stw_error trouble = {0};
    struct stw_journal_header header;
    int status = stw_journal_load(reader->options.io, reader->folder, reader->scan.number,
                                  archive_only, &reader->bytes, &reader->archived, &trouble);
    if (status == STW_ERR_DAMAGED)
        status = note(reader, "%s", trouble.what);
    if (status != STW_OK) {
        if (err != NULL)
            *err = trouble;
        return status;
    }
    reader->scan.bytes = stw_buffer_slice(&reader->bytes);
    reader->loaded = true;
    reader->fresh = true;
    bool sound = stw_journal_header_decode(reader->scan.bytes, reader->options.id,
                                           reader->scan.number, &header);
    reader->reused = !sound || header.reused;
    reader->file_bytes = sound ? header.file_bytes : 0;
    if (sound || reader->header_told)
        return STW_OK;
    reader->header_told = true;
    return note(reader, "the header of journal file %llu is damaged; its records are read",
                present(reader));
}

/* Finds the file to go on with; STW_END: it is not there yet. */
static int load_next(struct stw_journal_reader *reader, struct stw_error *err)
{
    for (;;) {
        uint64_t number;
        STW_TRY(stw_journal_first(reader->folder, false, reader->scan.number, &number, err));
        if (number == 0)
            return STW_END;
        if (number != reader->scan.number) {
            uint64_t missing = reader->scan.number;
            reader->scan.number = number;
            reader->scan.at = STW_JOURNAL_HEADER_SIZE;
            if (reader->continues)
                STW_TRY(note(reader, "journal files %llu to %llu are missing",
                             (unsigned long long)missing, (unsigned long long)number - 1));
        }
        reader->continues = true;
        int status = load_present(reader, false, err);
        if (status != STW_ERR_NOT_FOUND) /* else it was dropped since: look again */
            return status;
    }
}

static void leave_file(struct stw_journal_reader *reader)
{
    reader->scan.number++;
    reader->scan.at = STW_JOURNAL_HEADER_SIZE;
    reader->loaded = false;
    reader->header_told = false;
}

/* What is damaged in a live file may have been archived while it was read, and its room used for
 * another file. */
static int skip_damage(struct stw_journal_reader *reader, size_t from, struct stw_error *err)
{
    if (!reader->archived) {
        size_t to = reader->scan.at;
        reader->scan.at = from;
        int status = load_present(reader, true, err);
        if (status != STW_ERR_NOT_FOUND)
            return status;
        STW_TRY(load_present(reader, false, err));
        reader->scan.at = to;
    }
    return note(reader, "journal file %llu is damaged from byte %zu to byte %zu", present(reader),
                from, reader->scan.at);
}

/* No record follows in the bytes at hand: STW_OK when reading can go on, STW_END when this is the
 * journal's end. */
static int end_of_bytes(struct stw_journal_reader *reader, bool *looked, struct stw_error *err)
{
    uint64_t later;
    if (!reader->fresh)
        return load_next(reader, err);
    STW_TRY(stw_journal_first(reader->folder, false, reader->scan.number + 1, &later, err));
    if (later == 0)
        return STW_END;
    if (!*looked) { /* the writer may have sealed this file just now */
        *looked = true;
        return load_next(reader, err);
    }
    size_t from = reader->scan.at;
    unsigned long long number = present(reader);
    leave_file(reader);
    return note(reader, "journal file %llu cannot be read from byte %zu to its end", number, from);
}

int stw_journal_reader_next(struct stw_journal_reader *reader, struct stw_journal_record *record,
                            struct stw_error *err)
{
    bool looked = false;
    reader->fresh = false;
    for (;;) {
        int status = STW_OK;
        size_t from = 0;
        uint64_t number = reader->scan.number;
        if (!reader->loaded) {
            status = load_next(reader, err);
            if (status != STW_OK)
                return status;
        }
        switch (stw_journal_scan_next(&reader->scan, record, &from)) {
        case STW_JOURNAL_FOUND_RECORD:
            if (record->kind != STW_JOURNAL_SEAL)
                return STW_OK;
            leave_file(reader);
            break;
        case STW_JOURNAL_FOUND_DAMAGE:
            status = skip_damage(reader, from, err);
            break;
        case STW_JOURNAL_FOUND_NOTHING:
            status = end_of_bytes(reader, &looked, err);
            break;
        }
        if (status != STW_OK)
            return status;
        looked = looked && reader->scan.number == number;
    }
}

int stw_journal_reader_check_end(struct stw_journal_reader *reader)
{
    const struct stw_journal_scan *scan = &reader->scan;
    size_t at = scan->at;
    if (!reader->loaded)
        return STW_OK;
    if (scan->bytes.size < reader->file_bytes)
        return note(reader, "journal file %llu has %zu bytes of %llu: its end is missing",
                    present(reader), scan->bytes.size, (unsigned long long)reader->file_bytes);
    while (!reader->reused && at < scan->bytes.size && scan->bytes.data[at] == 0)
        at++;
    if (reader->reused ? !stw_journal_scan_begun(scan) : at >= scan->bytes.size)
        return STW_OK;
    return note(reader,
                "journal file %llu: what follows byte %zu is no whole record: an append that was "
                "not finished, or damage",
                present(reader), scan->at);
}

int stw_journal_identify(const struct stw_io *io, const char *folder,
                         unsigned char id[STW_JOURNAL_ID_SIZE], struct stw_error *err)
{
    struct stw_buffer bytes;
    struct stw_journal_header header;
    uint64_t number = 0;
    int status = STW_OK;
    bool found = false;
    stw_buffer_init(&bytes);
    while (status == STW_OK && !found) {
        bool archived;
        status = stw_journal_first(folder, false, number + 1, &number, err);
        if (status != STW_OK || number == 0)
            break;
        status = stw_journal_load(io, folder, number, false, &bytes, &archived, err);
        if (status == STW_ERR_DAMAGED || status == STW_ERR_NOT_FOUND)
            status = STW_OK;
        if (status != STW_OK || bytes.size < STW_JOURNAL_HEADER_SIZE)
            continue;
        memcpy(id, bytes.data + 16, STW_JOURNAL_ID_SIZE);
        found = stw_journal_header_decode(stw_buffer_slice(&bytes), id, number, &header);
    }
    stw_buffer_release(&bytes);
    STW_TRY(status);
    return found ? STW_OK
                 : stw_fail(err, STW_ERR_NOT_FOUND, "no file in %s has a header that can be read",
                            folder);
}
