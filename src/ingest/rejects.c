/* The file of rejected rows; see rejects.h. */
#include "ingest/rejects.h"

#include "text/escape.h"
#include "text/width.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { PENDING_BYTES = 64 * 1024, NAME_BYTES_MAX = 160 };

static const struct {
    const char *word, *text;
} reasons[STW_REJECT_REASONS] = {
    [STW_REJECT_COLUMNS] = {"columns", "has not as many columns as the header"},
    [STW_REJECT_QUOTES] = {"quotes", "has text after a closing quote"},
    [STW_REJECT_CUT] = {"cut", "is cut short: the file ends in it"},
    [STW_REJECT_SYNTAX] = {"syntax", "cannot be read as what the file is said to be"},
    [STW_REJECT_FORMULA] = {"formula",
                            "is a formula without a stored result: open and save it in Excel"},
    [STW_REJECT_TIME_EMPTY] = {"time-empty", "has no time"},
    [STW_REJECT_TIME_SYNTAX] = {"time-syntax", "is not in the time format"},
    [STW_REJECT_TIME_FIELD] = {"time-field", "is no date or time of the calendar"},
    [STW_REJECT_TIME_NONEXISTENT] = {"time-nonexistent",
                                     "does not exist: the local clock jumped over it"},
    [STW_REJECT_TIME_RANGE] = {"time-range", "is outside the years that can be kept"},
    [STW_REJECT_KEY_EMPTY] = {"key-empty", "is a key and empty"},
    [STW_REJECT_KEY_SIZE] = {"key-size", "is a key and too long"},
    [STW_REJECT_KEY_EXCEL] = {"key-excel",
                              "was a number until Excel rounded it: Excel destroyed this name"},
    [STW_REJECT_KEY_DECIMAL] = {"key-decimal", "is a number with decimals, not a name"},
    [STW_REJECT_NUMBER_MALFORMED] = {"number-malformed", "is not a number"},
    [STW_REJECT_NUMBER_GROUPING] = {"number-grouping", "has thousands separators in odd places"},
    [STW_REJECT_NUMBER_LARGE] = {"number-large", "is too large"},
    [STW_REJECT_NUMBER_PRECISE] = {"number-precise", "has more digits than can be kept exactly"},
    [STW_REJECT_NUMBER_WHOLE] = {"number-whole", "is not a whole number"},
    [STW_REJECT_UNIT_NONE] = {"unit-none",
                              "has a unit, and neither map nor registry gives one for the value"},
    [STW_REJECT_UNIT_KIND] = {"unit-kind", "is in a unit of another kind than the value's"},
    [STW_REJECT_UNIT_INEXACT] = {"unit-inexact", "cannot be turned exactly into the value's unit"},
    [STW_REJECT_EXCHANGE] = {"exchange",
                             "is a meter exchange: give old final and new initial register"},
    [STW_REJECT_BOOL] = {"bool", "is neither yes nor no"},
    [STW_REJECT_ENCODING] = {"encoding", "holds bytes that are no text in the file's encoding"},
    [STW_REJECT_REQUIRED] = {"required", "is required and missing"},
    [STW_REJECT_STATE] = {"state", "is no state that the map knows"},
    [STW_REJECT_MONTH] = {"month", "is no year and month"},
};

const char *stw_reject_text(enum stw_reject reason)
{
    return reasons[reason].text;
}

const char *stw_reject_word(enum stw_reject reason)
{
    return reasons[reason].word;
}

bool stw_reject_parse(struct stw_slice word, enum stw_reject *reason)
{
    for (int i = 0; i < STW_REJECT_REASONS; i++) {
        *reason = (enum stw_reject)i;
        if (stw_slice_is(word, stw_reject_word(*reason)))
            return true;
    }
    return false;
}

void stw_rejects_name(struct stw_slice name, struct stw_hash128 identity,
                      char file[STW_REJECTS_NAME_SIZE])
{
    if (name.size > NAME_BYTES_MAX)
        name.size = NAME_BYTES_MAX;
    snprintf(file, STW_REJECTS_NAME_SIZE, "%.*s.%08" PRIx32 ".csv", STW_SLICE_ARG(name),
             (uint32_t)identity.low);
}

const char *stw_reject_advice(enum stw_reject reason, bool workbook)
{
    switch (reason) {
    case STW_REJECT_KEY_EXCEL:
        return workbook ? "Excel keeps 15 digits of a number: format the column as text, type the "
                          "whole number in again, save"
                        : "its last digits are not in this file: in the workbook it came from, "
                          "format the column as text and export again; or export again from the "
                          "meter system, and do not save it with Excel";
    case STW_REJECT_KEY_DECIMAL:
        return "format the column as text and export again, so that 123 stays 123";
    case STW_REJECT_UNIT_NONE:
        return "say the unit in the map, as registry: {unit: m3}, or register the devices with it";
    case STW_REJECT_UNIT_INEXACT:
        return "where all cells name a unit, let the map name one they turn into exactly, as MPa "
               "for kgf/cm2; else correct these cells, or keep the value in a table of floats";
    case STW_REJECT_EXCHANGE:
        return "add a row to the registry: device, channel, valid_from, exchange_final, "
               "exchange_initial";
    default:
        return NULL;
    }
}

int stw_rejects_init(struct stw_rejects *rejects, const struct stw_io *io, const char *store_path,
                     struct stw_slice name, struct stw_hash128 identity, struct stw_error *err)
{
    memset(rejects, 0, sizeof(*rejects));
    rejects->io = io;
    rejects->file.fd = -1;
    stw_buffer_init(&rejects->pending);
    stw_buffer_init(&rejects->words);
    char file[STW_REJECTS_NAME_SIZE], temporary[STW_REJECTS_NAME_SIZE + 4];
    stw_rejects_name(name, identity, file);
    snprintf(temporary, sizeof(temporary), "%s.tmp", file);
    STW_TRY(stw_path_join(rejects->folder, sizeof(rejects->folder), store_path, "rejects", err));
    STW_TRY(stw_path_join(rejects->path, sizeof(rejects->path), rejects->folder, file, err));
    return stw_path_join(rejects->temporary, sizeof(rejects->temporary), rejects->folder, temporary,
                         err);
}

static int begin_file(struct stw_rejects *rejects, struct stw_error *err)
{
    STW_TRY(stw_io_make_folder(rejects->io, rejects->folder, err));
    STW_TRY(stw_file_open(&rejects->file, rejects->io, rejects->temporary, STW_FILE_WRITE, err));
    STW_TRY(stw_file_truncate(&rejects->file, 0, err));
    stw_buffer_add_text(&rejects->pending, "\xEF\xBB\xBFline,column,reason,value,record\r\n");
    return STW_OK;
}

static int write_pending(struct stw_rejects *rejects, struct stw_error *err)
{
    STW_TRY(stw_buffer_status(&rejects->pending, err));
    STW_TRY(stw_file_write(&rejects->file, rejects->written, rejects->pending.data,
                           rejects->pending.size, err));
    rejects->written += rejects->pending.size;
    stw_buffer_clear(&rejects->pending);
    return STW_OK;
}

/* A cell of the file, which is UTF-8 whatever stood in the input. */
static void put_cell(struct stw_buffer *out, struct stw_slice text)
{
    size_t valid = stw_utf8_valid_size(text);
    if (valid == text.size) {
        stw_escape_csv_text(out, text, ',');
        return;
    }
    struct stw_buffer repaired;
    stw_buffer_init(&repaired);
    for (; text.size > 0; valid = stw_utf8_valid_size(text)) {
        stw_buffer_add(&repaired, text.data, valid);
        if (valid < text.size)
            stw_utf8_put(&repaired, STW_CODE_REPLACEMENT);
        valid += valid < text.size;
        text.data += valid;
        text.size -= valid;
    }
    stw_escape_csv_text(out, stw_buffer_slice(&repaired), ',');
    out->failed = out->failed || repaired.failed;
    stw_buffer_release(&repaired);
}

int stw_rejects_add(struct stw_rejects *rejects, const struct stw_text_record *record,
                    enum stw_reject reason, int at, struct stw_slice column, struct stw_slice value,
                    struct stw_error *err)
{
    rejects->rows++;
    rejects->count[reason]++;
    if (rejects->file.fd < 0)
        STW_TRY(begin_file(rejects, err));
    struct stw_buffer *out = &rejects->pending;
    struct stw_buffer *words = &rejects->words;
    stw_buffer_clear(words);
    stw_text_record_put_place(record, at, words);
    stw_escape_csv_text(out, stw_buffer_slice(words), ',');
    stw_buffer_add_char(out, ',');
    put_cell(out, column);
    stw_buffer_printf(out, ",%s,", stw_reject_text(reason));
    put_cell(out, value);
    stw_buffer_add_char(out, ',');
    stw_buffer_clear(words);
    stw_text_record_put_raw(record, words);
    put_cell(out, stw_buffer_slice(words));
    stw_buffer_add_text(out, "\r\n");
    STW_TRY(stw_buffer_status(words, err));
    return out->size < PENDING_BYTES ? STW_OK : write_pending(rejects, err);
}

int stw_rejects_finish(struct stw_rejects *rejects, struct stw_error *err)
{
    if (rejects->file.fd < 0)
        return STW_OK;
    STW_TRY(write_pending(rejects, err));
    STW_TRY(stw_file_sync(&rejects->file, err));
    stw_file_close(&rejects->file);
    rejects->file.fd = -1;
    STW_TRY(stw_io_rename(rejects->io, rejects->temporary, rejects->path, err));
    return stw_io_sync_folder(rejects->io, rejects->folder, err);
}

void stw_rejects_release(struct stw_rejects *rejects)
{
    if (rejects->file.fd >= 0) {
        stw_file_close(&rejects->file);
        rejects->io->unlink(rejects->io->context, rejects->temporary);
    }
    stw_buffer_release(&rejects->pending);
    stw_buffer_release(&rejects->words);
    rejects->file.fd = -1;
}
