/* The plain twin; see twin.h. */
#include "twin.h"

#include "../support/test.h"
#include "base/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

const char *twin_schema(enum stw_identity identity, const char *partition)
{
    static char text[512];
    static const char *const names[] = {"", "time", "series", "all"};
    snprintf(text, sizeof(text),
             "tables:\n  r:\n    keys: [device, channel]\n    identity: %s\n    partition: %s\n"
             "    columns: {v: decimal, f: float, n: int, b: bool, s: time, t: text}\n",
             names[identity], partition);
    return text;
}

size_t twin_key(uint32_t series, char *key)
{
    int size = snprintf(key, 16, "dev-%02u", (series * 7) % 100);
    key[size] = '\0';
    key[size + 1] = 'c';
    return (size_t)size + 2;
}

const char *twin_word(unsigned word)
{
    static const char *const words[TWIN_WORDS] = {"ok", "", "估计", "a longer text, \"quoted\"",
                                                  "x"};
    return words[word];
}

static unsigned dice(struct twin *twin, unsigned sides)
{
    return (unsigned)(stw_test_random(&twin->random) % sides);
}

struct twin_row twin_random_row(struct twin *twin, int64_t spread_ns)
{
    static const struct stw_decimal values[] = {{10, 1},  {1, 0},   {100, 2},       {25, 1},
                                                {250, 2}, {-7, 3},  {INT64_MAX, 0}, {INT64_MIN, 18},
                                                {12, 0},  {1200, 2}};
    static const double reals[] = {0.0, -0.0, 1.5, -1e300};
    struct twin_row row = {.series = dice(twin, twin->series_count)};
    int64_t hours = spread_ns / STW_NS_PER_HOUR;
    row.time_ns = (int64_t)dice(twin, (unsigned)hours + 1) * STW_NS_PER_HOUR;
    for (int i = 0; i < TWIN_COLUMNS; i++)
        row.present[i] = dice(twin, 8) != 0;
    row.value = values[dice(twin, dice(twin, 4) == 0 ? 10 : 5)];
    row.real = reals[dice(twin, 4)];
    row.ints[0] = dice(twin, 2) == 0 ? 0 : INT64_MIN + dice(twin, 2);
    row.ints[1] = dice(twin, 2);
    row.ints[2] = dice(twin, 2) * STW_NS_PER_DAY;
    row.word = dice(twin, TWIN_WORDS);
    return row;
}

static bool same_cells(const struct twin_row *a, const struct twin_row *b)
{
    if (memcmp(a->present, b->present, sizeof(a->present)) != 0)
        return false;
    if (a->present[0] && stw_decimal_compare(a->value, b->value) != 0)
        return false;
    if (a->present[1] && memcmp(&a->real, &b->real, sizeof(a->real)) != 0)
        return false;
    for (int i = 0; i < 3; i++) {
        if (a->present[2 + i] && a->ints[i] != b->ints[i])
            return false;
    }
    return !a->present[5] || a->word == b->word;
}

enum twin_fate twin_add(struct twin *twin, const struct twin_row *row)
{
    const struct twin_row *current = NULL;
    for (size_t i = 0; i < twin->count; i++) {
        const struct twin_row *other = &twin->rows[i];
        if (other->erased || other->series != row->series)
            continue;
        bool same_time = other->time_ns == row->time_ns;
        if (twin->identity == STW_IDENTITY_SERIES ||
            (twin->identity == STW_IDENTITY_TIME && same_time))
            current = other;
        if (twin->identity == STW_IDENTITY_ALL && same_time && same_cells(other, row))
            return TWIN_REPEATED;
    }
    if (current != NULL && current->time_ns == row->time_ns && same_cells(current, row))
        return TWIN_REPEATED;
    CU_ASSERT_FATAL(
        stw_reserve((void **)&twin->rows, &twin->capacity, twin->count + 1, sizeof(*twin->rows)));
    bool corrects = current != NULL;
    twin->rows[twin->count] = *row;
    twin->rows[twin->count++].sequence = ++twin->sequence;
    return corrects ? TWIN_CORRECTS : TWIN_ADDED;
}

void twin_erase(struct twin *twin, uint32_t series, int64_t from_ns, int64_t to_ns)
{
    for (size_t i = 0; i < twin->count; i++) {
        struct twin_row *row = &twin->rows[i];
        if (row->series == series && row->time_ns >= from_ns && row->time_ns < to_ns)
            row->erased = true;
    }
}

static int compare_rows(const void *a, const void *b)
{
    const struct twin_row *left = a, *right = b;
    char left_key[16], right_key[16];
    size_t left_size = twin_key(left->series, left_key);
    size_t right_size = twin_key(right->series, right_key);
    int order = stw_slice_compare((struct stw_slice){left_key, left_size},
                                  (struct stw_slice){right_key, right_size});
    if (order == 0)
        order = (left->time_ns > right->time_ns) - (left->time_ns < right->time_ns);
    if (order == 0)
        order = (left->sequence > right->sequence) - (left->sequence < right->sequence);
    return order;
}

static void print_row(const struct twin_row *row, struct stw_slice device, struct stw_buffer *out)
{
    char number[STW_DECIMAL_TEXT_SIZE];
    stw_buffer_printf(out, "%.*s|%" PRId64, STW_SLICE_ARG(device), row->time_ns / STW_NS_PER_HOUR);
    stw_decimal_format(row->value, true, number);
    stw_buffer_printf(out, "|%s", row->present[0] ? number : "-");
    if (row->present[1])
        stw_buffer_printf(out, "|%a", row->real);
    else
        stw_buffer_add_text(out, "|-");
    for (int i = 0; i < 3; i++) {
        if (row->present[2 + i])
            stw_buffer_printf(out, "|%" PRId64, row->ints[i]);
        else
            stw_buffer_add_text(out, "|-");
    }
    stw_buffer_printf(out, "|%s\n", row->present[5] ? twin_word(row->word) : "-");
}

/* Whether row `at` of the sorted ones counts: it is not erased, and the last of those that are the
 * same row by the table's identity. */
static bool is_live(const struct twin *twin, const struct twin_row *sorted, size_t at)
{
    if (sorted[at].erased)
        return false;
    for (size_t i = at + 1; i < twin->count && twin->identity == STW_IDENTITY_TIME; i++) {
        if (sorted[i].series != sorted[at].series || sorted[i].time_ns != sorted[at].time_ns)
            break;
        if (!sorted[i].erased)
            return false;
    }
    for (size_t i = 0; i < twin->count && twin->identity == STW_IDENTITY_SERIES; i++) {
        if (sorted[i].series == sorted[at].series && !sorted[i].erased &&
            sorted[i].sequence > sorted[at].sequence)
            return false;
    }
    return true;
}

void twin_print(const struct twin *twin, int64_t from_ns, int64_t to_ns, bool history,
                struct stw_buffer *out)
{
    struct twin_row *sorted = stw_alloc(twin->count, sizeof(*sorted));
    CU_ASSERT_FATAL(sorted != NULL);
    memcpy(sorted, twin->rows, twin->count * sizeof(*sorted));
    qsort(sorted, twin->count, sizeof(*sorted), compare_rows);
    for (size_t i = 0; i < twin->count; i++) {
        char key[16];
        bool inside = sorted[i].time_ns >= from_ns && sorted[i].time_ns < to_ns;
        twin_key(sorted[i].series, key);
        if (inside && (history || is_live(twin, sorted, i)))
            print_row(&sorted[i], stw_slice_of(key), out);
    }
    stw_free(sorted);
}

void twin_release(struct twin *twin)
{
    stw_free(twin->rows);
}

static struct twin_row row_of(const struct stw_run *run, uint32_t at)
{
    struct twin_row row = {.time_ns = run->time_ns[at]};
    for (int i = 0; i < TWIN_COLUMNS; i++)
        row.present[i] = stw_vector_has(&run->columns[i], at);
    row.value = stw_vector_decimal(&run->columns[0], at);
    row.real = run->columns[1].floats[at];
    for (int i = 0; i < 3; i++)
        row.ints[i] = run->columns[2 + i].ints[at];
    for (unsigned word = 0; row.present[5] && word < TWIN_WORDS; word++) {
        if (stw_slice_is(stw_vector_text(&run->columns[5], at), twin_word(word)))
            row.word = word;
    }
    return row;
}

int twin_print_view(struct stw_view *view, int64_t from_ns, int64_t to_ns, bool history,
                    struct stw_buffer *out, struct stw_error *err)
{
    static const uint32_t columns[TWIN_COLUMNS] = {0, 1, 2, 3, 4, 5};
    const struct stw_table *table = stw_schema_find(stw_view_schema(view), STW_SLICE("r"));
    struct stw_series series = stw_view_series(view, table);
    struct stw_merge *merge;
    struct stw_run run;
    const uint32_t *ids;
    uint32_t count;
    STW_TRY(stw_view_sorted(view, table, &ids, &count, err));
    STW_TRY(stw_view_merge(view, table, columns, TWIN_COLUMNS, history, &merge, err));
    int status = STW_OK;
    for (uint32_t i = 0; status >= 0 && i < count; i++) {
        stw_merge_seek(merge, ids[i], from_ns, to_ns);
        while ((status = stw_merge_next(merge, &run, err)) == STW_OK) {
            for (uint32_t row = 0; row < run.count; row++) {
                struct twin_row cells = row_of(&run, row);
                print_row(&cells, stw_key_part(stw_series_key(&series, ids[i]), 0), out);
            }
        }
    }
    stw_merge_close(merge);
    return status < 0 ? status : STW_OK;
}

void twin_batch_row(struct stw_batch *batch, uint32_t id, const struct twin_row *row)
{
    uint32_t at = stw_batch_row(batch, id, row->time_ns);
    if (row->present[0])
        stw_batch_set_decimal(batch, at, 0, row->value);
    if (row->present[1])
        stw_batch_set_float(batch, at, 1, row->real);
    for (uint32_t i = 0; i < 3; i++) {
        if (row->present[2 + i])
            stw_batch_set_int(batch, at, 2 + i, row->ints[i]);
    }
    if (row->present[5])
        CU_ASSERT_FATAL(stw_batch_set_text(batch, at, 5, stw_slice_of(twin_word(row->word))));
}

bool twin_same(const struct stw_buffer *got, const struct stw_buffer *want, const char *what)
{
    struct stw_slice a = stw_buffer_slice(got), b = stw_buffer_slice(want);
    if (stw_slice_equal(a, b))
        return true;
    size_t at = 0, line = 0;
    while (at < a.size && at < b.size && a.data[at] == b.data[at]) {
        at++;
        if (a.data[at - 1] == '\n')
            line = at;
    }
    int got_size = (int)strcspn(got->size > line ? a.data + line : "", "\n");
    int want_size = (int)strcspn(want->size > line ? b.data + line : "", "\n");
    STW_EXPECT(false, "%s: got '%.*s', want '%.*s'", what, got_size, a.data + line, want_size,
               b.data + line);
    return false;
}
