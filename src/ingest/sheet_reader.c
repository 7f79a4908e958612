/* Rows of sheets as records; see sheet_reader.h. */
#include "ingest/sheet_reader.h"

#include "base/memory.h"
#include "ingest/serial_date.h"

#include <string.h>

struct stw_sheet_reader {
    struct stw_input *input;
    struct stw_zip_bytes bytes;
    struct stw_xlsx *book;
    uint32_t sheet;
    uint32_t width; /* least number of cells */
    struct stw_text_field *fields;
    size_t field_capacity;
    struct stw_buffer texts; /* numbers and dates of the present row */
};

static int read_input(void *context, uint64_t offset, void *bytes, size_t size,
                      struct stw_error *err)
{
    return stw_input_read_at(context, offset, bytes, size, err);
}

static int place(const struct stw_sheet_reader *book, int status, struct stw_error *err)
{
    if (status >= 0 || err == NULL)
        return status;
    char inside[STW_ERROR_WHERE_SIZE];
    memcpy(inside, err->where, sizeof(inside));
    if (inside[0] == '\0')
        stw_error_where(err, "%s", stw_input_path(book->input));
    else
        stw_error_where(err, "%s, %s", stw_input_path(book->input), inside);
    return status;
}

int stw_sheet_reader_open(struct stw_sheet_reader **out, struct stw_input *input,
                          struct stw_error *err)
{
    uint64_t size_bytes;
    STW_TRY(stw_input_random(input, &size_bytes, err));
    struct stw_sheet_reader *book = stw_alloc_zero(1, sizeof(*book));
    if (book == NULL)
        return stw_fail_memory(err, sizeof(*book));
    book->input = input;
    book->bytes = (struct stw_zip_bytes){input, size_bytes, read_input};
    stw_buffer_init(&book->texts);
    int status = place(book, stw_xlsx_open(&book->book, &book->bytes, err), err);
    if (status < 0) {
        stw_sheet_reader_close(book);
        return status;
    }
    *out = book;
    return STW_OK;
}

void stw_sheet_reader_close(struct stw_sheet_reader *book)
{
    if (book == NULL)
        return;
    stw_xlsx_close(book->book);
    stw_buffer_release(&book->texts);
    stw_free(book->fields);
    stw_free(book);
}

uint32_t stw_sheet_reader_sheet_count(const struct stw_sheet_reader *book)
{
    return stw_xlsx_sheet_count(book->book);
}

const struct stw_xlsx_sheet *stw_sheet_reader_sheet(const struct stw_sheet_reader *book,
                                                    uint32_t number)
{
    return stw_xlsx_sheet(book->book, number);
}

int stw_sheet_reader_begin(struct stw_sheet_reader *book, uint32_t sheet, struct stw_error *err)
{
    book->sheet = sheet;
    book->width = 0;
    return place(book, stw_xlsx_sheet_begin(book->book, sheet, err), err);
}

void stw_sheet_reader_set_width(struct stw_sheet_reader *book, uint32_t width)
{
    book->width = width;
}

int stw_sheet_reader_merges(struct stw_sheet_reader *book, uint32_t sheet, uint32_t rows,
                            const struct stw_xlsx_merge **merges, uint32_t *count,
                            struct stw_error *err)
{
    return place(book, stw_xlsx_merges(book->book, sheet, rows, merges, count, err), err);
}

/* The number behind `start` with the zeros in front that its format shows: meter 0123. */
static void put_zeros(struct stw_buffer *texts, size_t start, uint8_t zeros)
{
    size_t digits = texts->size - start;
    if (texts->failed || digits >= zeros)
        return;
    for (size_t i = start; i < texts->size; i++)
        if (texts->data[i] < '0' || texts->data[i] > '9')
            return;
    size_t missing = zeros - digits;
    if (stw_buffer_room(texts, missing) == NULL)
        return;
    memmove(texts->data + start + missing, texts->data + start, digits);
    memset(texts->data + start, '0', missing);
    texts->size += missing;
}

/* A number as it is shown, or as it stands where that cannot be told. */
static void put_number(struct stw_sheet_reader *book, const struct stw_xlsx_cell *cell)
{
    struct stw_buffer *texts = &book->texts;
    size_t start = texts->size;
    if (!stw_xlsx_put_number(cell->text, texts)) {
        stw_buffer_add_slice(texts, cell->text);
        return;
    }
    if (cell->zeros > 0)
        put_zeros(texts, start, cell->zeros);
    if (cell->format == STW_XLSX_PLAIN || texts->failed)
        return;
    /* The number is read before it is written over: it goes behind itself, then to its place. */
    struct stw_slice number = {texts->data + start, texts->size - start};
    char copy[64];
    if (number.size > sizeof(copy))
        return;
    memcpy(copy, number.data, number.size);
    number.data = copy;
    texts->size = start;
    if (!stw_serial_date_put(number, cell->format, stw_xlsx_is_1904(book->book), texts))
        stw_buffer_add_slice(texts, number);
}

static bool grow_fields(struct stw_sheet_reader *book, uint32_t count)
{
    if (!stw_reserve((void **)&book->fields, &book->field_capacity, count, sizeof(*book->fields)))
        return false;
    for (uint32_t i = 0; i < count; i++)
        book->fields[i] = (struct stw_text_field){.text = {"", 0}};
    return true;
}

static void set_field(struct stw_sheet_reader *book, const struct stw_xlsx_cell *cell)
{
    struct stw_text_field *field = &book->fields[cell->column];
    field->text = cell->text;
    if (cell->kind == STW_XLSX_NO_RESULT) {
        field->text = STW_SLICE("");
        field->kind = STW_RECORD_NO_RESULT;
    } else if (cell->kind == STW_XLSX_NUMBER) {
        /* Its end: the texts may still move. */
        put_number(book, cell);
        field->text = (struct stw_slice){NULL, book->texts.size};
    }
}

static void settle_texts(struct stw_sheet_reader *book, uint32_t count)
{
    size_t start = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct stw_text_field *field = &book->fields[i];
        if (field->text.data != NULL)
            continue;
        size_t stop = field->text.size;
        field->text = (struct stw_slice){book->texts.data + start, stop - start};
        start = stop;
    }
}

int stw_sheet_reader_next(struct stw_sheet_reader *book, struct stw_text_record *record,
                          struct stw_error *err)
{
    struct stw_xlsx_row row;
    do {
        int status = stw_xlsx_next(book->book, &row, err);
        if (status != STW_OK)
            return place(book, status, err);
    } while (row.count == 0);
    uint32_t used = row.cells[row.count - 1].column + 1;
    bool beyond = used > STW_RECORD_COLUMNS_MAX;
    uint32_t count = beyond ? STW_RECORD_COLUMNS_MAX : used;
    if (count < book->width)
        count = book->width;
    if (!grow_fields(book, count))
        return stw_fail_memory(err, count * sizeof(*book->fields));
    stw_buffer_clear(&book->texts);
    for (uint32_t i = 0; i < row.count && row.cells[i].column < count; i++)
        set_field(book, &row.cells[i]);
    STW_TRY(stw_buffer_status(&book->texts, err));
    settle_texts(book, count);
    *record = (struct stw_text_record){
        .fields = book->fields,
        .count = count,
        .problem = beyond ? STW_RECORD_TOO_MANY_COLUMNS : STW_RECORD_FINE,
        .line = row.number,
        .sheet = stw_xlsx_sheet(book->book, book->sheet)->name,
    };
    return STW_OK;
}
