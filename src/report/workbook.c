/* Workbooks over libxlsxwriter; see workbook.h. The library keeps a sheet in memory until the file
 * is written, and stamps it with the time it is told. */
#include "report/workbook.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/memory.h"
#include "text/width.h"
#include "time/civil.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

enum { PATH_SIZE = 1024, WORDS_MAX = 64, NOTE_CHARACTERS_MAX = 255 };

enum format {
    FORMAT_HEAD,
    FORMAT_STRONG_HEAD,
    FORMAT_PROSE,
    FORMAT_KIND,
    FORMATS = FORMAT_KIND + STW_WORKBOOK_TIME + 1
};

struct stw_workbook {
    lxw_workbook *book;
    lxw_worksheet *sheet; /* being filled */
    lxw_format *formats[FORMATS];
    char path[PATH_SIZE];
    char temporary[PATH_SIZE]; /* what the library writes */
    char *text;                /* the last text, NUL-terminated */
    size_t text_capacity;
    lxw_error problem; /* the first */
};

static void note(struct stw_workbook *workbook, lxw_error problem)
{
    if (workbook->problem == LXW_NO_ERROR)
        workbook->problem = problem;
}

/* The text with its end marked, until the next call; NULL: out of memory, which is noted. */
static const char *terminated(struct stw_workbook *workbook, struct stw_slice text)
{
    if (!stw_reserve((void **)&workbook->text, &workbook->text_capacity, text.size + 1, 1)) {
        note(workbook, LXW_ERROR_MEMORY_MALLOC_FAILED);
        return NULL;
    }
    if (text.size > 0)
        memcpy(workbook->text, text.data, text.size);
    workbook->text[text.size] = '\0';
    return workbook->text;
}

static lxw_format *make_format(struct stw_workbook *workbook, enum format which)
{
    static const char *const numbers[] = {
        [STW_WORKBOOK_TEXT] = "@",          [STW_WORKBOOK_NUMBER] = "General",
        [STW_WORKBOOK_SIGNED] = "General",  [STW_WORKBOOK_WHOLE] = "0",
        [STW_WORKBOOK_DATE] = "yyyy-mm-dd", [STW_WORKBOOK_TIME] = "yyyy-mm-dd hh:mm",
    };
    enum { PALE_BLUE = 0xDCE6F1, PALE_AMBER = 0xFDE9D9 };
    lxw_format *format = workbook_add_format(workbook->book);
    if (format == NULL)
        return NULL;
    if (which >= FORMAT_KIND) {
        format_set_num_format(format, numbers[which - FORMAT_KIND]);
        return format;
    }
    format_set_text_wrap(format);
    format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
    if (which == FORMAT_PROSE)
        return format;
    format_set_bold(format);
    format_set_border(format, LXW_BORDER_THIN);
    format_set_bg_color(format, which == FORMAT_HEAD ? PALE_BLUE : PALE_AMBER);
    return format;
}

/* The library would print its own line where the file cannot be made. */
static int try_path(const char *path, struct stw_error *err)
{
    struct stw_file file;
    STW_TRY(stw_file_open(&file, stw_io_system(), path, STW_FILE_WRITE, err));
    stw_file_close(&file);
    return STW_OK;
}

int stw_workbook_create(struct stw_workbook **out, const char *path, int64_t created_ns,
                        struct stw_error *err)
{
    struct stw_workbook *workbook = stw_alloc_zero(1, sizeof(*workbook));
    if (workbook == NULL)
        return stw_fail_memory(err, sizeof(*workbook));
    int size = snprintf(workbook->path, PATH_SIZE, "%s", path);
    if (size < PATH_SIZE)
        size = snprintf(workbook->temporary, PATH_SIZE, "%s.tmp", path);
    if (size >= PATH_SIZE) {
        stw_free(workbook);
        return stw_fail(err, STW_ERR_LIMIT, "a path longer than %d bytes", PATH_SIZE - 1);
    }
    int status = try_path(workbook->temporary, err);
    if (status != STW_OK) {
        stw_free(workbook);
        return status;
    }
    workbook->book = workbook_new(workbook->temporary);
    bool made = workbook->book != NULL;
    for (int i = 0; i < FORMATS && made; i++) {
        workbook->formats[i] = make_format(workbook, (enum format)i);
        made = workbook->formats[i] != NULL;
    }
    if (!made) {
        stw_workbook_abort(workbook);
        return stw_fail_memory(err, sizeof(*workbook));
    }
    time_t created = (time_t)(created_ns / STW_NS_PER_SECOND);
    /* The library takes 0 for "now". */
    lxw_doc_properties properties = {.created = created != 0 ? created : 1};
    note(workbook, workbook_set_properties(workbook->book, &properties));
    *out = workbook;
    return STW_OK;
}

void stw_workbook_sheet(struct stw_workbook *workbook, struct stw_slice name, bool frozen)
{
    const char *text = terminated(workbook, name);
    lxw_worksheet *sheet = text == NULL ? NULL : workbook_add_worksheet(workbook->book, text);
    if (sheet == NULL) {
        note(workbook, LXW_ERROR_SHEETNAME_ALREADY_USED);
        return;
    }
    workbook->sheet = sheet;
    if (frozen)
        worksheet_freeze_panes(sheet, 1, 0);
}

/* ---- Columns --------------------------------------------------------------------------------- */

/* Fills in the check that goes with a kind; false: none does. */
static bool check_of_kind(enum stw_workbook_kind kind, lxw_data_validation *check)
{
    check->criteria = LXW_VALIDATION_CRITERIA_GREATER_THAN_OR_EQUAL_TO;
    switch (kind) {
    case STW_WORKBOOK_NUMBER:
        check->validate = LXW_VALIDATION_TYPE_DECIMAL;
        check->value_number = 0;
        return true;
    case STW_WORKBOOK_SIGNED:
        check->validate = LXW_VALIDATION_TYPE_DECIMAL;
        check->criteria = LXW_VALIDATION_CRITERIA_BETWEEN;
        check->minimum_number = -1e15;
        check->maximum_number = 1e15;
        return true;
    case STW_WORKBOOK_WHOLE:
        check->validate = LXW_VALIDATION_TYPE_INTEGER;
        check->value_number = 0;
        return true;
    case STW_WORKBOOK_DATE:
    case STW_WORKBOOK_TIME:
        check->validate = LXW_VALIDATION_TYPE_DATE;
        check->value_datetime = (lxw_datetime){.year = 1900, .month = 1, .day = 1};
        return true;
    case STW_WORKBOOK_TEXT:
        break;
    }
    return false;
}

/* A list where its words fit, else what goes with the kind; a note alone where neither is. */
static void add_check(struct stw_workbook *workbook, lxw_col_t column,
                      const struct stw_workbook_column *as)
{
    char *words[WORDS_MAX + 1];
    char message[NOTE_CHARACTERS_MAX * 4];
    lxw_data_validation check = {.validate = LXW_VALIDATION_TYPE_ANY,
                                 .ignore_blank = LXW_VALIDATION_ON,
                                 .show_input = LXW_VALIDATION_ON,
                                 .show_error = LXW_VALIDATION_ON,
                                 .dropdown = LXW_VALIDATION_ON};
    size_t bytes = 0, count = 0;
    while (as->words != NULL && as->words[count] != NULL && count < WORDS_MAX) {
        words[count] = (char *)as->words[count];
        bytes += strlen(words[count++]) + 1;
    }
    words[count] = NULL;
    snprintf(message, sizeof(message), "%.*s", STW_SLICE_ARG(as->note));
    if (as->note.size > 0)
        check.input_message = message;
    if (count > 0 && bytes <= STW_WORKBOOK_LIST_BYTES_MAX) {
        check.validate = LXW_VALIDATION_TYPE_LIST;
        check.value_list = words;
        check.show_error = as->only_words ? LXW_VALIDATION_ON : LXW_VALIDATION_OFF;
    } else if (!check_of_kind(as->kind, &check) && as->note.size == 0) {
        return;
    }
    note(workbook, worksheet_data_validation_range(workbook->sheet, 1, column, as->checked_rows,
                                                   column, &check));
}

void stw_workbook_column(struct stw_workbook *workbook, uint32_t column,
                         const struct stw_workbook_column *as)
{
    if (workbook->sheet == NULL)
        return;
    lxw_col_t at = (lxw_col_t)column;
    double width = as->width > 0 ? as->width : (double)stw_text_width(as->heading) + 3;
    note(workbook, worksheet_set_column(workbook->sheet, at, at, width,
                                        workbook->formats[FORMAT_KIND + as->kind]));
    const char *heading = terminated(workbook, as->heading);
    if (heading != NULL && as->heading.size > 0)
        note(workbook, worksheet_write_string(
                           workbook->sheet, 0, at, heading,
                           workbook->formats[as->strong ? FORMAT_STRONG_HEAD : FORMAT_HEAD]));
    if (as->checked_rows > 0)
        add_check(workbook, at, as);
}

/* ---- Cells ----------------------------------------------------------------------------------- */

static void put_text(struct stw_workbook *workbook, uint32_t row, uint32_t column,
                     struct stw_slice text, enum format format)
{
    const char *copy = terminated(workbook, text);
    if (copy != NULL && workbook->sheet != NULL)
        note(workbook, worksheet_write_string(workbook->sheet, row, (lxw_col_t)column, copy,
                                              workbook->formats[format]));
}

void stw_workbook_text(struct stw_workbook *workbook, uint32_t row, uint32_t column,
                       struct stw_slice text)
{
    put_text(workbook, row, column, text, FORMAT_KIND + STW_WORKBOOK_TEXT);
}

void stw_workbook_prose(struct stw_workbook *workbook, uint32_t row, uint32_t column,
                        struct stw_slice text)
{
    put_text(workbook, row, column, text, FORMAT_PROSE);
}

void stw_workbook_number(struct stw_workbook *workbook, uint32_t row, uint32_t column, double value)
{
    if (workbook->sheet != NULL)
        note(workbook,
             worksheet_write_number(workbook->sheet, row, (lxw_col_t)column, value,
                                    workbook->formats[FORMAT_KIND + STW_WORKBOOK_NUMBER]));
}

void stw_workbook_time(struct stw_workbook *workbook, uint32_t row, uint32_t column,
                       int64_t civil_ns, bool date_only)
{
    struct stw_civil civil;
    stw_civil_of_local(civil_ns, &civil);
    lxw_datetime time = {.year = civil.year,
                         .month = civil.month,
                         .day = civil.day,
                         .hour = civil.hour,
                         .min = civil.minute,
                         .sec = civil.second};
    enum stw_workbook_kind kind = date_only ? STW_WORKBOOK_DATE : STW_WORKBOOK_TIME;
    if (workbook->sheet != NULL)
        note(workbook, worksheet_write_datetime(workbook->sheet, row, (lxw_col_t)column, &time,
                                                workbook->formats[FORMAT_KIND + kind]));
}

/* ---- The end --------------------------------------------------------------------------------- */

static void free_rest(struct stw_workbook *workbook)
{
    stw_free(workbook->text);
    stw_free(workbook);
}

void stw_workbook_abort(struct stw_workbook *workbook)
{
    if (workbook == NULL)
        return;
    lxw_workbook_free(workbook->book);
    (void)unlink(workbook->temporary);
    free_rest(workbook);
}

int stw_workbook_close(struct stw_workbook *workbook, struct stw_error *err)
{
    int status = STW_OK;
    lxw_error written = workbook_close(workbook->book); /* frees it in every case */
    note(workbook, written);
    if (workbook->problem != LXW_NO_ERROR) {
        status = stw_fail(err, written == LXW_NO_ERROR ? STW_ERR_LIMIT : STW_ERR_IO,
                          "cannot write the workbook: %s", lxw_strerror(workbook->problem));
        stw_error_where(err, "%s", workbook->path);
        (void)unlink(workbook->temporary);
    } else {
        status = stw_io_rename(stw_io_system(), workbook->temporary, workbook->path, err);
    }
    free_rest(workbook);
    return status;
}
