/*
 * The CSV reader; see csv.h.
 *
 * Unquoted fields are found by the bits of csv_marks.c without looking at their bytes. A field that
 * begins with a quote takes a path of its own, from quote to quote with memchr; the marks inside it
 * are never asked for. An incomplete record at the end of the buffer is simply read again, from
 * its beginning, once more input is there.
 */
#include "text/csv.h"

#include "base/memory.h"

#include <assert.h>
#include <string.h>

enum { ROOM_MIN_BYTES = 64 * 1024, FIRST_BYTES = 256 * 1024, BLOCK = 64, FIRST_FIELDS = 64 };

void stw_csv_init(struct stw_csv *csv, const struct stw_csv_options *options)
{
    memset(csv, 0, sizeof(*csv));
    csv->separator = options == NULL || options->separator == 0 ? ',' : options->separator;
    csv->quote = options == NULL || options->quote == 0 ? '"' : options->quote;
    csv->no_quotes = options != NULL && options->no_quotes;
    csv->line = 1;
    csv->find_marks = stw_csv_marks_pick();
    stw_arena_init(&csv->unquoted);
}

void stw_csv_release(struct stw_csv *csv)
{
    stw_free(csv->data);
    stw_free(csv->marks);
    stw_free(csv->fields);
    stw_arena_release(&csv->unquoted);
    memset(csv, 0, sizeof(*csv));
}

static bool grow(struct stw_csv *csv, size_t capacity)
{
    char *data = stw_realloc(csv->data, capacity + BLOCK, 1);
    if (data == NULL)
        return false;
    csv->data = data;
    uint64_t *marks = stw_realloc(csv->marks, capacity / BLOCK + 1, sizeof(*marks));
    if (marks == NULL)
        return false;
    csv->marks = marks;
    csv->capacity = capacity;
    return true;
}

char *stw_csv_room(struct stw_csv *csv, size_t *size)
{
    size_t kept = csv->end - csv->at;
    if (csv->capacity - csv->end < ROOM_MIN_BYTES) {
        if (csv->at > 0)
            memmove(csv->data, csv->data + csv->at, kept);
        csv->offset += csv->at;
        csv->at = 0;
        csv->end = kept;
        csv->marked = 0;
    }
    if (csv->capacity - csv->end < ROOM_MIN_BYTES &&
        !grow(csv, csv->capacity == 0 ? FIRST_BYTES : csv->capacity * 2))
        return NULL;
    *size = csv->capacity - csv->end;
    return csv->data + csv->end;
}

void stw_csv_filled(struct stw_csv *csv, size_t size, bool last)
{
    assert(size <= csv->capacity - csv->end && !csv->last);
    csv->end += size;
    csv->last = last;
    if (csv->data == NULL)
        return;
    memset(csv->data + csv->end, 0, BLOCK);
    size_t first = csv->marked / BLOCK, blocks = (csv->end + BLOCK - 1) / BLOCK;
    csv->find_marks(csv->data + first * BLOCK, blocks - first, csv->separator, csv->marks + first);
    csv->marked = csv->end / BLOCK * BLOCK;
}

bool stw_csv_take_lines(struct stw_csv *csv, struct stw_slice *lines)
{
    const char *first = csv->data + csv->at;
    size_t size = csv->end - csv->at;
    if (size == 0 || csv->skip_newline || csv->offset + csv->at == 0)
        return false;
    const char *last = memrchr(first, '\n', size);
    if (last == NULL)
        return false;
    *lines = (struct stw_slice){first, (size_t)(last - first) + 1};
    if (!csv->no_quotes && memchr(first, csv->quote, lines->size) != NULL)
        return false;
    csv->at += lines->size;
    return true;
}

char *stw_csv_restart(struct stw_csv *csv, size_t size, uint64_t line, uint64_t offset)
{
    if (size > csv->capacity && !grow(csv, size))
        return NULL;
    csv->end = csv->marked = 0;
    csv->offset = offset;
    csv->last = false;
    stw_csv_again(csv, line);
    return csv->data;
}

void stw_csv_again(struct stw_csv *csv, uint64_t line)
{
    csv->at = 0;
    csv->line = line;
    csv->skip_newline = false;
}

/* The first separator or line end at or after `at`, or the end of the buffer. */
static inline size_t next_mark(const struct stw_csv *csv, size_t at)
{
    if (at >= csv->end)
        return csv->end;
    size_t block = at / BLOCK;
    uint64_t bits = csv->marks[block] & (~UINT64_C(0) << (at % BLOCK));
    while (bits == 0) {
        block++;
        if (block * BLOCK >= csv->end)
            return csv->end;
        bits = csv->marks[block];
    }
    return block * BLOCK + (size_t)__builtin_ctzll(bits);
}

static inline bool ends_line(char c)
{
    return c == '\n' || c == '\r';
}

/* A record on its way. */
struct scan {
    size_t at;      /* of the next field; behind the record's line end when done */
    size_t stop;    /* of the record's last byte + 1 */
    uint64_t lines; /* ends of lines inside quotes */
    uint32_t count;
    enum stw_text_record_problem problem;
    bool unended; /* the input ends before the line does */
};

static uint64_t count_lines(struct stw_slice text)
{
    uint64_t lines = 0;
    for (size_t i = 0; i < text.size; i++)
        lines += text.data[i] == '\n' ||
                 (text.data[i] == '\r' && (i + 1 == text.size || text.data[i + 1] != '\n'));
    return lines;
}

static bool make_single(struct stw_csv *csv, struct stw_slice *text)
{
    char *copy = stw_arena_alloc(&csv->unquoted, text->size, 1);
    if (copy == NULL)
        return false;
    size_t size = 0;
    for (size_t i = 0; i < text->size; i++) {
        copy[size++] = text->data[i];
        i += text->data[i] == csv->quote;
    }
    *text = (struct stw_slice){copy, size};
    return true;
}

static int fail_open_quote(struct stw_csv *csv, uint64_t line, struct stw_error *err)
{
    csv->fail_line = line;
    stw_fail(err, STW_ERR_INPUT, "the quote opened on line %llu is never closed",
             (unsigned long long)line);
    stw_error_hint(err, "close it, or say in the column map that the file has no quotes");
    return STW_ERR_INPUT;
}

/* A quote that the end of the input leaves open: within one line the file was cut there; over lines
 * it is a quote too many, and what stands behind it cannot be told apart. */
static int take_open_quote(struct stw_csv *csv, struct scan *scan, struct stw_text_field *field,
                           size_t *stop, struct stw_error *err)
{
    struct stw_slice rest = {csv->data + scan->at, csv->end - scan->at};
    if (memchr(rest.data, '\n', rest.size) != NULL || memchr(rest.data, '\r', rest.size) != NULL)
        return fail_open_quote(csv, csv->line + scan->lines, err);
    scan->problem = STW_RECORD_CUT;
    field->text = rest;
    *stop = csv->end;
    return STW_OK;
}

/* The field whose opening quote is at scan->at; *stop gets the place of the mark behind it. */
static int take_quoted(struct stw_csv *csv, struct scan *scan, struct stw_text_field *field,
                       size_t *stop, struct stw_error *err)
{
    size_t first = scan->at + 1, at = first;
    bool doubled = false;
    for (;;) {
        const char *quote = memchr(csv->data + at, csv->quote, csv->end - at);
        if (quote == NULL && !csv->last)
            return STW_END;
        if (quote == NULL)
            return take_open_quote(csv, scan, field, stop, err);
        at = (size_t)(quote - csv->data) + 1;
        if (at == csv->end && !csv->last)
            return STW_END;
        if (at == csv->end || csv->data[at] != csv->quote)
            break;
        doubled = true;
        at++;
    }
    field->quoted = true;
    field->text = (struct stw_slice){csv->data + first, at - 1 - first};
    *stop = next_mark(csv, at);
    if (*stop != at) { /* at the buffer's end there may be more: the caller asks */
        scan->problem = STW_RECORD_TEXT_AFTER_QUOTE;
        field->text = (struct stw_slice){csv->data + scan->at, *stop - scan->at};
    } else if (doubled && !make_single(csv, &field->text)) {
        return stw_fail_memory(err, field->text.size);
    }
    scan->lines += count_lines((struct stw_slice){csv->data + first, at - 1 - first});
    return STW_OK;
}

static bool keep_field(struct stw_csv *csv, struct scan *scan, const struct stw_text_field *field)
{
    if (scan->count == csv->field_capacity) {
        if (scan->count == STW_RECORD_COLUMNS_MAX) {
            scan->problem = STW_RECORD_TOO_MANY_COLUMNS;
            return true;
        }
        size_t wanted = scan->count == 0 ? FIRST_FIELDS : scan->count * 2u;
        struct stw_text_field *fields = stw_realloc(csv->fields, wanted, sizeof(*fields));
        if (fields == NULL)
            return false;
        csv->fields = fields;
        csv->field_capacity = wanted;
    }
    csv->fields[scan->count++] = *field;
    return true;
}

/* The field that ends at `stop` was the last: steps over the end of the line. */
static int end_line(struct stw_csv *csv, struct scan *scan, size_t stop)
{
    scan->stop = stop;
    scan->at = stop;
    scan->unended = stop == csv->end;
    if (scan->unended)
        return STW_OK;
    scan->at++;
    if (csv->data[stop] == '\r' && scan->at < csv->end)
        scan->at += csv->data[scan->at] == '\n';
    else
        csv->skip_newline = csv->data[stop] == '\r';
    return STW_OK;
}

/* Where blanks separate: passes over those in front of a field. True when there is none behind
 * them: the line or the buffer ends. */
static bool skip_blanks(const struct stw_csv *csv, struct scan *scan)
{
    while (scan->at < csv->end && csv->data[scan->at] == ' ')
        scan->at++;
    return scan->at == csv->end || ends_line(csv->data[scan->at]);
}

/*
 * Fields without quotes, as long as there are such and room for them: almost every record is all of
 * these, and goes from mark to mark. True: its end was one of them, at *stop.
 */
static bool scan_plain(struct stw_csv *csv, struct scan *scan, size_t *stop)
{
    const char *data = csv->data;
    size_t at = scan->at, end = csv->end;
    if (at >= end)
        return false;
    char quote = csv->no_quotes ? '\n' : csv->quote; /* no field begins with a line end */
    size_t block = at / BLOCK;
    uint64_t bits = csv->marks[block] & (~UINT64_C(0) << (at % BLOCK));
    bool ended = false;
    while (!ended && scan->count < csv->field_capacity && data[at] != quote) {
        while (bits == 0) {
            if (++block * BLOCK >= end)
                return false;
            bits = csv->marks[block];
        }
        *stop = block * BLOCK + (size_t)__builtin_ctzll(bits);
        bits &= bits - 1;
        csv->fields[scan->count++] = (struct stw_text_field){.text = {data + at, *stop - at}};
        ended = ends_line(data[*stop]);
        scan->at = at = *stop + 1;
    }
    return ended;
}

/* Fields up to the end of the line; STW_END when the buffer ends first and more may come. */
static int scan_record(struct stw_csv *csv, struct scan *scan, struct stw_error *err)
{
    bool blanks = csv->separator == ' ';
    size_t stop;
    if (!blanks && scan_plain(csv, scan, &stop))
        return end_line(csv, scan, stop);
    for (;;) {
        struct stw_text_field field = {.text = {NULL, 0}};
        if (blanks && skip_blanks(csv, scan)) {
            if (scan->at == csv->end && !csv->last)
                return STW_END;
            if (scan->count > 0)
                return end_line(csv, scan, scan->at);
        }
        if (scan->at < csv->end && csv->data[scan->at] == csv->quote && !csv->no_quotes) {
            int status = take_quoted(csv, scan, &field, &stop, err);
            if (status != STW_OK)
                return status;
        } else {
            stop = next_mark(csv, scan->at);
            field.text = (struct stw_slice){csv->data + scan->at, stop - scan->at};
        }
        if (stop == csv->end && !csv->last)
            return STW_END;
        if (!keep_field(csv, scan, &field))
            return stw_fail_memory(err, csv->field_capacity * 2 * sizeof(field));
        if (stop == csv->end || ends_line(csv->data[stop]))
            return end_line(csv, scan, stop);
        scan->at = stop + 1;
    }
}

static int fail_long_record(struct stw_csv *csv, struct stw_error *err)
{
    csv->fail_line = csv->line;
    stw_fail(err, STW_ERR_LIMIT, "the record that begins on line %llu is longer than %d bytes",
             (unsigned long long)csv->line, STW_RECORD_BYTES_MAX);
    if (memchr(csv->data + csv->at, '\0', csv->end - csv->at) != NULL)
        stw_error_hint(err,
                       "it holds NUL bytes: the file is no text, or was not written to its end");
    else
        stw_error_hint(err, "perhaps a quote in it is never closed");
    return STW_ERR_LIMIT;
}

/* What may stand in front of a record: the byte order mark, the rest of a CR LF cut in two. False:
 * the buffer ends before that is clear. */
static bool skip_front(struct stw_csv *csv)
{
    static const struct stw_slice mark = {"\xEF\xBB\xBF", 3};
    struct stw_slice rest = {csv->data + csv->at, csv->end - csv->at};
    if (csv->skip_newline && rest.size > 0) {
        csv->at += rest.data[0] == '\n';
        csv->skip_newline = false;
    } else if (csv->offset + csv->at == 0 && csv->line == 1) {
        if (rest.size < mark.size && !csv->last)
            return false;
        csv->at += stw_slice_starts(rest, mark) ? mark.size : 0;
    }
    return true;
}

/* Member by member: clearing the whole first costs as much as finding the fields. */
static void put_record(const struct stw_csv *csv, const struct scan *scan, size_t size,
                       struct stw_text_record *record)
{
    static const struct stw_slice none;
    record->fields = csv->fields;
    record->count = scan->count;
    record->problem = scan->problem;
    record->remark = none;
    record->is_unended = scan->unended;
    record->is_header = false;
    record->line = csv->line;
    record->offset = csv->offset + csv->at;
    record->sheet = none;
    record->title = none;
    record->raw = (struct stw_slice){csv->data + csv->at, size};
}

int stw_csv_next(struct stw_csv *csv, struct stw_text_record *record, struct stw_error *err)
{
    if (csv->at == csv->end || !skip_front(csv) || csv->at == csv->end)
        return STW_END;
    if (csv->unquoted.used_bytes > 0)
        stw_arena_clear(&csv->unquoted);
    struct scan scan = {.at = csv->at};
    int status = scan_record(csv, &scan, err);
    size_t size = (status == STW_OK ? scan.stop : csv->end) - csv->at;
    if (status >= 0 && size > STW_RECORD_BYTES_MAX)
        return fail_long_record(csv, err);
    if (status != STW_OK)
        return status;
    put_record(csv, &scan, size, record);
    csv->line += 1 + scan.lines;
    csv->at = scan.at;
    return STW_OK;
}
