/* The sample: separator, width, lines to skip, header; see sniff_inside.h. */
#include "ingest/sniff_inside.h"

#include "base/memory.h"
#include "base/plural.h"
#include "ingest/day_name.h"
#include "ingest/map_facts.h"
#include "ingest/records.h"

#include <string.h>
#include <strings.h>

/* A blank only where nothing else cuts the lines. */
static const char separators[] = {',', ';', '\t', '|', ' '};

static const char *separator_name(char separator)
{
    if (separator == ' ')
        return "space";
    return separator == ','   ? "comma"
           : separator == ';' ? "semicolon"
           : separator == '|' ? "pipe"
                              : "tab";
}

/* Why a text has no lines at its beginning. */
static int fail_no_lines(const struct stw_input *input, const char *bytes, size_t size,
                         struct stw_error *err)
{
    size_t blank = 0, nul = 0;
    for (size_t i = 0; i < size; i++) {
        nul += bytes[i] == '\0';
        blank += strchr(" \t\r\n", bytes[i]) != NULL && bytes[i] != '\0';
    }
    if (blank == size)
        return stw_fail(err, STW_ERR_INPUT, "%s is empty", stw_input_path(input));
    if (nul == size) {
        stw_fail(err, STW_ERR_INPUT, "%s begins with %zu NUL bytes: nothing was written there",
                 stw_input_path(input), size);
        stw_error_hint(err, "copy it again from where it came");
        return STW_ERR_INPUT;
    }
    stw_fail(err, STW_ERR_INPUT, "the first line of %s is longer than %d bytes",
             stw_input_path(input), STW_SNIFF_BYTES);
    stw_error_hint(err, "is it a table of rows? A column map takes lines of up to %d bytes",
                   STW_RECORD_BYTES_MAX);
    return STW_ERR_INPUT;
}

/* What people have beside their tables; each has text in it somewhere. */
static int check_is_table(const struct stw_input *input, const char *bytes, size_t size,
                          struct stw_error *err)
{
    static const struct {
        struct stw_slice first;
        const char *what, *todo;
    } others[] = {
        {STW_SLICE("%PDF-"), "a PDF", "ask for the table behind it, as a workbook or CSV"},
        {STW_SLICE("{\\rtf"), "a text document", "save its table as a workbook or CSV"},
        {STW_SLICE("<!DOCTYPE html"), "a web page", "save its table as a workbook or CSV"},
        {STW_SLICE("<html"), "a web page", "open it in Excel and save it as .xlsx"},
    };
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        struct stw_slice first = others[i].first;
        if (size < first.size || strncasecmp(bytes, first.data, first.size) != 0)
            continue;
        stw_fail(err, STW_ERR_INPUT, "%s is %s, not a table", stw_input_path(input),
                 others[i].what);
        stw_error_hint(err, "%s", others[i].todo);
        return STW_ERR_INPUT;
    }
    return STW_OK;
}

/* Whole lines of the beginning of the content. */
static int read_bytes(struct stw_sniff_sample *sample, struct stw_input *input,
                      struct stw_error *err)
{
    char *bytes = stw_arena_alloc(&sample->arena, STW_SNIFF_BYTES, 1);
    if (bytes == NULL)
        return stw_fail_memory(err, STW_SNIFF_BYTES);
    size_t size = 0, got;
    bool at_end = false;
    STW_TRY(stw_input_rewind(input, err));
    while (!at_end && size < STW_SNIFF_BYTES) {
        STW_TRY(stw_input_read(input, bytes + size, STW_SNIFF_BYTES - size, &got, &at_end, err));
        size += got;
    }
    STW_TRY(stw_input_rewind(input, err));
    STW_TRY(check_is_table(input, bytes, size, err));
    size_t read = size;
    bool by_lines =
        sample->container != STW_CONTAINER_JSON; /* that is looked at as far as it goes */
    while (by_lines && !at_end && size > 0 && bytes[size - 1] != '\n' && bytes[size - 1] != '\r')
        size--;
    sample->bytes = (struct stw_slice){bytes, size};
    bool blank = true;
    for (size_t i = 0; i < size && blank; i++)
        blank = bytes[i] == '\0' || strchr(" \t\r\n", bytes[i]) != NULL;
    if (blank)
        return fail_no_lines(input, bytes, read, err);
    return STW_OK;
}

/* Calls `take` for every record that is not blank, at most STW_SNIFF_ROWS_MAX. */
typedef int take_fn(void *context, const struct stw_text_record *record, struct stw_error *err);

static int each_record(const struct stw_sniff_sample *sample, char separator, take_fn *take,
                       void *context, struct stw_error *err)
{
    struct stw_csv_options options = {.separator = separator};
    struct stw_csv csv;
    struct stw_text_record record;
    struct stw_slice left = sample->bytes;
    int status = STW_OK;
    uint32_t taken = 0;
    stw_csv_init(&csv, &options);
    while (status >= 0 && taken < STW_SNIFF_ROWS_MAX) {
        status = stw_csv_next(&csv, &record, err);
        if (status == STW_OK && (record.count > 1 || record.fields[0].text.size > 0)) {
            status = take(context, &record, err);
            taken++;
        } else if (status == STW_END) {
            size_t room;
            char *to = csv.last ? NULL : stw_csv_room(&csv, &room);
            if (csv.last)
                break;
            if (to == NULL) {
                status = stw_fail_memory(err, STW_SNIFF_BYTES);
                break;
            }
            size_t size = left.size < room ? left.size : room;
            memcpy(to, left.data, size);
            left.data += size;
            left.size -= size;
            stw_csv_filled(&csv, size, left.size == 0);
            status = STW_OK;
        }
    }
    /* The sample may end inside a quoted field; what came before is enough. */
    bool cut = csv.last && taken > 1;
    stw_csv_release(&csv);
    return status < 0 && !(status == STW_ERR_INPUT && cut) ? status : STW_OK;
}

struct widths {
    uint32_t count[STW_SNIFF_COLUMNS_MAX + 1]; /* records of each width */
    uint32_t records;
};

static int count_width(void *context, const struct stw_text_record *record, struct stw_error *err)
{
    struct widths *widths = context;
    (void)err;
    widths->count[record->count < STW_SNIFF_COLUMNS_MAX ? record->count : STW_SNIFF_COLUMNS_MAX]++;
    widths->records++;
    return STW_OK;
}

/* The separator that cuts most lines into the same number of columns; of two, the one that gives
 * more columns. */
static int find_separator(struct stw_sniff_sample *sample, struct stw_buffer *reasons,
                          struct stw_error *err)
{
    uint32_t best_lines = 0, best_records = 0;
    sample->separator = ',';
    sample->column_count = 1;
    struct widths *widths = STW_ARENA_NEW(&sample->arena, struct widths);
    if (widths == NULL)
        return stw_fail_memory(err, sizeof(*widths));
    for (size_t s = 0; s < sizeof(separators); s++) {
        if (separators[s] == ' ' && best_lines > 0)
            break;
        memset(widths, 0, sizeof(*widths));
        int status = each_record(sample, separators[s], count_width, widths, err);
        if (status == STW_ERR_MEMORY)
            return status;
        uint32_t width = 2;
        for (uint32_t i = 2; i <= STW_SNIFF_COLUMNS_MAX; i++)
            if (widths->count[i] > widths->count[width])
                width = i;
        uint32_t lines = widths->count[width];
        bool enough = lines * 2 > widths->records;
        bool better = lines > best_lines || (lines == best_lines && width > sample->column_count);
        if (status == STW_OK && enough && better) {
            best_lines = lines;
            best_records = widths->records;
            sample->separator = separators[s];
            sample->column_count = width;
        }
    }
    if (best_lines == 0) {
        stw_fail(err, STW_ERR_INPUT, "no separator cuts the lines into columns");
        stw_error_hint(err, "write a column map with format: {separator: ...}");
        return STW_ERR_INPUT;
    }
    stw_buffer_printf(reasons, "separator: %s, as %u of the first %u line%s %s %u column%s\n",
                      separator_name(sample->separator), best_lines, best_records,
                      stw_plural(best_records), stw_plural_of(best_lines, "has", "have"),
                      sample->column_count, stw_plural(sample->column_count));
    return STW_OK;
}

int stw_sniff_make_rows(struct stw_sniff_sample *sample, struct stw_error *err)
{
    sample->rows = STW_ARENA_ARRAY(&sample->arena, struct stw_sniff_row, STW_SNIFF_ROWS_MAX);
    return sample->rows != NULL ? STW_OK
                                : stw_fail_memory(err, STW_SNIFF_ROWS_MAX * sizeof(*sample->rows));
}

int stw_sniff_keep_row(struct stw_sniff_sample *sample, const struct stw_text_record *record,
                       struct stw_error *err)
{
    struct stw_slice *cells = STW_ARENA_ARRAY(&sample->arena, struct stw_slice, record->count);
    if (cells == NULL)
        return stw_fail_memory(err, record->count * sizeof(*cells));
    for (uint32_t i = 0; i < record->count; i++) {
        cells[i] = stw_arena_copy(&sample->arena, stw_slice_trim(record->fields[i].text));
        if (cells[i].data == NULL)
            return stw_fail_memory(err, record->fields[i].text.size);
    }
    sample->rows[sample->row_count++] = (struct stw_sniff_row){cells, record->count, record->line};
    return STW_OK;
}

int stw_sniff_name_columns(struct stw_sniff_sample *sample, const struct stw_slice *names,
                           uint32_t count, struct stw_error *err)
{
    sample->column_count = count;
    sample->columns = STW_ARENA_ARRAY(&sample->arena, struct stw_sniff_column, count);
    if (sample->columns == NULL)
        return stw_fail_memory(err, count * sizeof(*sample->columns));
    for (uint32_t i = 0; i < count; i++) {
        sample->columns[i].header = stw_arena_copy(&sample->arena, names[i]);
        if (sample->columns[i].header.data == NULL)
            return stw_fail_memory(err, names[i].size);
    }
    return STW_OK;
}

/* The names of a record that is a header. */
static int take_header(struct stw_sniff_sample *sample, const struct stw_text_record *header,
                       struct stw_error *err)
{
    uint32_t count = header->count < STW_SNIFF_COLUMNS_MAX ? header->count : STW_SNIFF_COLUMNS_MAX;
    struct stw_slice *names = STW_ARENA_ARRAY(&sample->arena, struct stw_slice, count);
    if (names == NULL)
        return stw_fail_memory(err, count * sizeof(*names));
    for (uint32_t i = 0; i < count; i++)
        names[i] = header->fields[i].text;
    sample->header = true;
    return stw_sniff_name_columns(sample, names, count, err);
}

static int keep_row(void *context, const struct stw_text_record *record, struct stw_error *err)
{
    struct stw_sniff_sample *sample = context;
    if (record->count != sample->column_count) {
        sample->odd_rows += sample->row_count > 0;
        return STW_OK;
    }
    return stw_sniff_keep_row(sample, record, err);
}

static bool has_digit_first(struct stw_slice cell)
{
    return cell.size > 0 && ((cell.data[0] >= '0' && cell.data[0] <= '9') ||
                             (cell.size > 1 && strchr("+-.", cell.data[0]) != NULL &&
                              cell.data[1] >= '0' && cell.data[1] <= '9'));
}

/* The columns of days of a month: 1, 2, 3 ..., from any day on, also around its end. */
static bool is_of_days(const struct stw_sniff_row *row)
{
    enum { DAYS_MIN = 5 };
    int count = 0, before = 0;
    for (uint32_t i = 0; i < row->count; i++) {
        int year, month, day;
        if (!has_digit_first(row->cells[i]))
            continue;
        if (!stw_day_name(row->cells[i], &year, &month, &day) ||
            (count > 0 && day != before + 1 && day != 1))
            return false;
        before = day;
        count++;
    }
    return count >= DAYS_MIN;
}

/* "24-Hour Availability": words, though it begins with a digit. */
static bool has_word(struct stw_slice cell)
{
    enum { LETTERS_MIN = 4 };
    int letters = 0;
    for (size_t i = 0; i < cell.size && letters < LETTERS_MIN; i++) {
        char low = (char)(cell.data[i] | 0x20);
        letters = low >= 'a' && low <= 'z' ? letters + 1 : 0;
    }
    return letters == LETTERS_MIN;
}

/* `twice`: a name that stands there more than once, or empty. */
static bool is_header(const struct stw_sniff_row *row, struct stw_slice *twice)
{
    *twice = STW_SLICE("");
    /* Beside "time", numbers are names: of rooms, of meters. */
    bool of_days = is_of_days(row) || stw_sniff_means(row->cells[0], STW_SLICE("time"));
    uint32_t words = 0, digits = 0;
    for (uint32_t i = 0; i < row->count; i++) {
        if (has_digit_first(row->cells[i]) && !of_days) {
            digits++;
            if (!has_word(row->cells[i]))
                return false;
        }
        words += row->cells[i].size > 0;
        for (uint32_t j = 0; j < i; j++)
            if (row->cells[i].size > 0 && stw_slice_equal(row->cells[i], row->cells[j]))
                *twice = row->cells[i];
    }
    return words * 2 >= row->count && digits * 4 <= row->count;
}

static struct stw_slice lines_of(struct stw_slice text, uint32_t count)
{
    const char *at = text.data, *end = text.data + text.size;
    for (uint32_t line = 0; line < count && at < end; line++) {
        const char *next = memchr(at, '\n', (size_t)(end - at));
        at = next == NULL ? end : next + 1;
    }
    return (struct stw_slice){text.data, (size_t)(at - text.data)};
}

/* A first row of words with one of them twice is a header gone wrong, where that word stands
 * nowhere below; else the file has no header. */
static int refuse_twice(const struct stw_sniff_sample *sample, struct stw_slice name,
                        struct stw_error *err)
{
    for (uint32_t row = 1; row < sample->row_count; row++)
        for (uint32_t i = 0; i < sample->column_count; i++)
            if (stw_slice_equal(sample->rows[row].cells[i], name))
                return STW_OK;
    stw_fail(err, STW_ERR_INPUT, "line %llu names two columns '%.*s'",
             (unsigned long long)sample->rows[0].line, STW_SLICE_ARG(name));
    stw_error_hint(err,
                   "give each a name of its own, or write a column map that counts columns, as "
                   "{number: 4}");
    return STW_ERR_INPUT;
}

static int find_header(struct stw_sniff_sample *sample, struct stw_buffer *reasons,
                       struct stw_error *err)
{
    struct stw_slice twice;
    if (sample->row_count == 0)
        return stw_fail(err, STW_ERR_INPUT, "no line has %u columns", sample->column_count);
    sample->skip = (uint32_t)(sample->rows[0].line - 1);
    if (sample->skip > 0)
        stw_buffer_printf(reasons, "skip: %u line%s before the table\n", sample->skip,
                          stw_plural(sample->skip));
    sample->columns =
        STW_ARENA_ARRAY(&sample->arena, struct stw_sniff_column, sample->column_count);
    if (sample->columns == NULL)
        return stw_fail_memory(err, sample->column_count * sizeof(*sample->columns));
    sample->title = lines_of(sample->bytes, sample->skip);
    sample->header = is_header(&sample->rows[0], &twice);
    if (sample->header && twice.size > 0) {
        STW_TRY(refuse_twice(sample, twice, err));
        sample->header = false;
    }
    for (uint32_t i = 0; i < sample->column_count; i++)
        sample->columns[i].header =
            sample->header ? sample->rows[0].cells[i] : (struct stw_slice){"", 0};
    if (sample->header) {
        sample->rows++;
        sample->row_count--;
    }
    stw_buffer_add_text(reasons, sample->header
                                     ? "header: yes, as its cells are words or days\n"
                                     : "header: none, as the first line is like the others\n");
    if (sample->row_count == 0)
        return stw_fail(err, STW_ERR_INPUT, "there is a header and nothing below it");
    return STW_OK;
}

static int read_csv(struct stw_sniff_sample *sample, struct stw_input *input,
                    const struct stw_sniff_answers *answers, struct stw_buffer *reasons,
                    struct stw_error *err)
{
    STW_TRY(stw_input_as_text(input, answers->encoding, err));
    const struct stw_encoding_guess *encoding = stw_input_encoding(input);
    if (encoding->encoding != STW_ENCODING_UTF8)
        stw_buffer_printf(reasons, "encoding: %s, %s\n", stw_encoding_name(encoding->encoding),
                          encoding->why);
    STW_TRY(read_bytes(sample, input, err));
    STW_TRY(find_separator(sample, reasons, err));
    STW_TRY(stw_sniff_make_rows(sample, err));
    STW_TRY(each_record(sample, sample->separator, keep_row, sample, err));
    return find_header(sample, reasons, err);
}

static bool is_constant(const struct stw_sniff_sample *sample, uint32_t column)
{
    for (uint32_t i = 1; i < sample->row_count; i++)
        if (!stw_slice_equal(sample->rows[i].cells[column], sample->rows[0].cells[column]))
            return false;
    return true;
}

/* Of a point's measurement and field, the one that does not change says nothing about its channel:
 * it is left without a name. */
static void hide_constant(struct stw_sniff_sample *sample)
{
    static const char *const names[] = {"measurement", "field"};
    for (int n = 0; n < 2; n++) {
        for (uint32_t i = 0; i < sample->column_count; i++) {
            struct stw_slice *header = &sample->columns[i].header;
            if (stw_slice_is(*header, names[n]) && is_constant(sample, i)) {
                *header = STW_SLICE("");
                return;
            }
        }
    }
}

/* The sample of a container that names its own columns. */
static int read_named(struct stw_sniff_sample *sample, struct stw_input *input,
                      struct stw_error *err)
{
    struct stw_map map = {.separator = ','};
    struct stw_records *records;
    struct stw_text_record record;
    stw_map_container_init(&map.container);
    map.container.kind = sample->container;
    map.container.records = sample->records;
    STW_TRY(stw_sniff_make_rows(sample, err));
    STW_TRY(stw_records_open(&records, input, &map, err));
    struct stw_buffer problem;
    stw_buffer_init(&problem);
    int status = STW_OK;
    while (status == STW_OK && sample->row_count < STW_SNIFF_ROWS_MAX) {
        status = stw_records_next(records, &record, err);
        if (status != STW_OK)
            break;
        if (record.is_header)
            status = take_header(sample, &record, err);
        else if (record.problem == STW_RECORD_FINE)
            status = stw_sniff_keep_row(sample, &record, err);
        else if (problem.size == 0)
            stw_buffer_printf(&problem, ": line %llu %s%s%.*s", (unsigned long long)record.line,
                              stw_text_record_problem_text(record.problem),
                              record.remark.size > 0 ? ": " : "", STW_SLICE_ARG(record.remark));
    }
    stw_records_close(records);
    if (status >= 0 && sample->row_count == 0)
        status = stw_fail(err, STW_ERR_INPUT, "%s holds no records%.*s", stw_input_path(input),
                          STW_SLICE_ARG(stw_buffer_slice(&problem)));
    stw_buffer_release(&problem);
    STW_TRY(status);
    if (sample->container == STW_CONTAINER_LINE_PROTOCOL)
        hide_constant(sample);
    return stw_input_rewind(input, err);
}

static bool is_one_line(struct stw_slice text)
{
    const char *end = text.size == 0 ? NULL : memchr(text.data, '\n', text.size);
    size_t at = end == NULL ? text.size : (size_t)(end - text.data);
    while (at < text.size && strchr(" \t\r\n", text.data[at]) != NULL && text.data[at] != '\0')
        at++;
    return at == text.size;
}

/* The list that holds the records, in the beginning of JSON. One object on one line may be longer
 * the next time than a line of JSON lines can be. */
static int find_records(struct stw_sniff_sample *sample, struct stw_input *input,
                        const struct stw_sniff_answers *answers, struct stw_buffer *reasons,
                        struct stw_error *err)
{
    STW_TRY(stw_input_as_text(input, answers->encoding, err));
    STW_TRY(read_bytes(sample, input, err));
    STW_TRY(stw_sniff_find_records(sample->bytes, answers, &sample->arena, &sample->records,
                                   reasons, err));
    if (sample->records.size > 0 && is_one_line(sample->bytes))
        sample->container = STW_CONTAINER_JSON;
    return STW_OK;
}

int stw_sniff_read(struct stw_sniff_sample *sample, struct stw_input *input,
                   const struct stw_sniff_answers *answers, struct stw_buffer *reasons,
                   struct stw_error *err)
{
    memset(sample, 0, sizeof(*sample));
    stw_arena_init(&sample->arena);
    STW_TRY(stw_records_detect(input, &sample->container, err));
    if (sample->container == STW_CONTAINER_XLSX)
        return stw_sniff_read_sheet(sample, input, answers, reasons, err);
    bool points = false;
    if (sample->container == STW_CONTAINER_CSV)
        STW_TRY(stw_records_are_points(input, &points, err));
    if (points)
        sample->container = STW_CONTAINER_LINE_PROTOCOL;
    if (sample->container == STW_CONTAINER_CSV)
        return read_csv(sample, input, answers, reasons, err);
    if (sample->container != STW_CONTAINER_LINE_PROTOCOL)
        STW_TRY(find_records(sample, input, answers, reasons, err));
    stw_buffer_printf(reasons, "container: %s, by its first lines\n",
                      stw_container_name(sample->container));
    return read_named(sample, input, err);
}

void stw_sniff_put_format(const struct stw_sniff_sample *sample, struct stw_buffer *out)
{
    if (sample->container == STW_CONTAINER_CSV) {
        stw_buffer_add_text(out, "separator: ");
        stw_map_put_scalar(out, sample->separator == '\t'
                                    ? STW_SLICE("tab")
                                    : (struct stw_slice){&sample->separator, 1});
        stw_buffer_printf(out, ", header: %s, skip: %u", sample->header ? "yes" : "no",
                          sample->skip);
        return;
    }
    stw_buffer_printf(out, "container: %s", stw_container_name(sample->container));
    if (sample->records.size > 0) {
        stw_buffer_add_text(out, ", records: ");
        stw_map_put_scalar(out, sample->records);
    }
    if (sample->container != STW_CONTAINER_XLSX)
        return;
    if (sample->sheet.size == 0) {
        stw_buffer_add_text(out, ", sheet: all");
    } else {
        stw_buffer_add_text(out, ", sheets: [");
        stw_map_put_sheet(out, sample->sheet);
        stw_buffer_add_char(out, ']');
    }
    stw_buffer_printf(out, ", header: %u", sample->header_rows);
}

void stw_sniff_release(struct stw_sniff_sample *sample)
{
    stw_arena_release(&sample->arena);
}
