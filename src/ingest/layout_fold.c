/* Logs into rows; see layout_fold.h. */
#include "ingest/layout_fold.h"

#include "base/hash.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* The cells of a record, in one block: their ends, their kinds (a byte each), their bytes. */
struct kept {
    uint64_t line;
    struct stw_slice sheet; /* in words of the fold */
    uint32_t ends[];
};

struct event {
    uint32_t key;   /* in keys */
    uint32_t state; /* orders: in words; outages: enum stw_fold_state */
    uint32_t time;  /* its text, in words */
    int64_t time_ns;
    uint64_t order;    /* in the file */
    struct kept *kept; /* NULL: outages need no cells of it */
};

struct stw_fold {
    const struct stw_map_fold *map;
    uint32_t columns;
    struct stw_intern keys;
    struct stw_intern words; /* texts of times, states */
    struct event *events;
    size_t event_count, event_capacity;
    size_t bytes;          /* of the kept cells and texts */
    uint32_t *made_states; /* orders: the state of each made column, STW_INTERN_NONE: any */

    /* Giving out. */
    bool sorted;
    size_t at; /* the next event */
    enum stw_fold_state now;
    struct stw_text_field *fields;
    struct stw_fold_counts counts;
};

enum stw_fold_state stw_fold_state_of(struct stw_slice word)
{
    return word.size == 0                  ? STW_FOLD_AS_BEFORE
           : stw_slice_is(word, "up")      ? STW_FOLD_UP
           : stw_slice_is(word, "down")    ? STW_FOLD_DOWN
           : stw_slice_is(word, "unknown") ? STW_FOLD_UNKNOWN
                                           : STW_FOLD_NO_STATE;
}

int stw_fold_create(struct stw_fold **out, const struct stw_map_fold *map, uint32_t columns,
                    struct stw_error *err)
{
    struct stw_fold *fold = stw_alloc_zero(1, sizeof(*fold));
    if (fold == NULL)
        return stw_fail_memory(err, sizeof(*fold));
    fold->map = map;
    fold->columns = columns;
    stw_intern_init(&fold->keys);
    stw_intern_init(&fold->words);
    fold->fields = stw_alloc_zero(columns + map->made_count, sizeof(*fold->fields));
    fold->made_states = stw_alloc_zero(map->made_count, sizeof(uint32_t));
    bool kept = fold->fields != NULL && fold->made_states != NULL;
    for (uint32_t i = 0; i < map->made_count && kept; i++) {
        fold->made_states[i] = STW_INTERN_NONE;
        if (map->made[i].state.size > 0)
            kept = stw_intern_add(&fold->words, map->made[i].state, &fold->made_states[i], NULL);
    }
    if (!kept) {
        stw_fold_free(fold);
        return stw_fail_memory(err, columns * sizeof(*fold->fields));
    }
    *out = fold;
    return STW_OK;
}

void stw_fold_free(struct stw_fold *fold)
{
    if (fold == NULL)
        return;
    for (size_t i = 0; i < fold->event_count; i++)
        stw_free(fold->events[i].kept);
    stw_free(fold->events);
    stw_intern_release(&fold->keys);
    stw_intern_release(&fold->words);
    stw_free(fold->fields);
    stw_free(fold->made_states);
    stw_free(fold);
}

/* ---- Taking in ------------------------------------------------------------------------------- */

static struct stw_text_field kept_cell(const struct stw_fold *fold, const struct kept *kept,
                                       uint32_t column)
{
    uint32_t from = column == 0 ? 0 : kept->ends[column - 1];
    const char *kinds = (const char *)(kept->ends + fold->columns);
    struct stw_slice text = {kinds + fold->columns + from, kept->ends[column] - from};
    return (struct stw_text_field){text, false, (enum stw_text_record_cell)kinds[column]};
}

static bool intern(struct stw_fold *fold, struct stw_intern *set, struct stw_slice word,
                   uint32_t *number)
{
    bool added;
    if (!stw_intern_add(set, word, number, &added))
        return false;
    fold->bytes += added ? word.size + sizeof(struct stw_slice) + 2 * sizeof(uint64_t) : 0;
    return true;
}

static struct kept *keep(struct stw_fold *fold, const struct stw_text_record *record)
{
    size_t head = sizeof(struct kept) + fold->columns * (sizeof(uint32_t) + 1), bytes = 0;
    uint32_t sheet = 0, end = 0;
    for (uint32_t i = 0; i < fold->columns; i++)
        bytes += record->fields[i].text.size;
    struct kept *kept = bytes > UINT32_MAX ? NULL : stw_alloc(1, head + bytes);
    if (kept == NULL || !intern(fold, &fold->words, record->sheet, &sheet)) {
        stw_free(kept);
        return NULL;
    }
    kept->line = record->line;
    kept->sheet = fold->words.words[sheet];
    char *kinds = (char *)(kept->ends + fold->columns), *to = kinds + fold->columns;
    for (uint32_t i = 0; i < fold->columns; i++) {
        struct stw_slice text = record->fields[i].text;
        if (text.size > 0)
            memcpy(to + end, text.data, text.size);
        end += (uint32_t)text.size;
        kept->ends[i] = end;
        kinds[i] = (char)record->fields[i].kind;
    }
    fold->bytes += head + bytes;
    return kept;
}

int stw_fold_add(struct stw_fold *fold, const struct stw_text_record *record,
                 const struct stw_fold_entry *entry, struct stw_error *err)
{
    bool outages = fold->map->into == STW_MAP_FOLD_OUTAGES;
    struct event event = {.time_ns = entry->time_ns, .order = fold->event_count};
    bool kept = stw_reserve((void **)&fold->events, &fold->event_capacity, fold->event_count + 1,
                            sizeof(*fold->events)) &&
                intern(fold, &fold->keys, entry->key, &event.key) &&
                intern(fold, &fold->words, entry->time, &event.time);
    if (outages)
        event.state = stw_fold_state_of(entry->state);
    else
        kept = kept && intern(fold, &fold->words, entry->state, &event.state);
    if (kept && (!outages || event.state == STW_FOLD_DOWN)) {
        event.kept = keep(fold, record);
        kept = event.kept != NULL;
    }
    if (!kept)
        return stw_fail_memory(err, sizeof(event));
    fold->events[fold->event_count++] = event;
    if (fold->bytes + fold->event_capacity * sizeof(event) <= STW_FOLD_BYTES_MAX)
        return STW_OK;
    stw_fail(err, STW_ERR_LIMIT, "the log takes more than %d MiB to fold",
             STW_FOLD_BYTES_MAX / (1024 * 1024));
    stw_error_hint(err, "cut it into several files, each with whole orders or devices");
    return STW_ERR_LIMIT;
}

/* ---- Giving out ------------------------------------------------------------------------------ */

static int compare_events(const void *a, const void *b)
{
    const struct event *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    if (x->time_ns != y->time_ns)
        return x->time_ns < y->time_ns ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

/* The text of a made column. */
static void set_made(struct stw_fold *fold, uint32_t made, struct stw_slice text)
{
    fold->fields[fold->columns + made] = (struct stw_text_field){text, false, STW_RECORD_TEXT};
}

static void give(struct stw_fold *fold, const struct kept *kept, struct stw_text_record *record)
{
    *record = (struct stw_text_record){.fields = fold->fields,
                                       .count = fold->columns + fold->map->made_count,
                                       .line = kept->line,
                                       .sheet = kept->sheet};
}

/* The next record of a key, in time order, over those before it. */
static void lay_over(struct stw_fold *fold, const struct event *event, bool first)
{
    const struct stw_map_fold *map = fold->map;
    for (uint32_t i = 0; i < fold->columns; i++) {
        struct stw_text_field cell = kept_cell(fold, event->kept, i);
        if (first || !map->blank_as_before || stw_slice_trim(cell.text).size > 0)
            fold->fields[i] = cell;
    }
    for (uint32_t i = 0; i < map->made_count; i++) {
        bool early = map->made[i].making == STW_MAP_MADE_FIRST;
        bool is_set = fold->fields[fold->columns + i].text.size > 0;
        bool matches =
            fold->made_states[i] == STW_INTERN_NONE || fold->made_states[i] == event->state;
        if (matches && !(early && is_set))
            set_made(fold, i, fold->words.words[event->time]);
    }
}

/* All records of one key. */
static int next_order(struct stw_fold *fold, struct stw_text_record *record)
{
    if (fold->at == fold->event_count)
        return STW_END;
    size_t from = fold->at;
    for (uint32_t i = 0; i < fold->map->made_count; i++)
        set_made(fold, i, (struct stw_slice){"", 0});
    while (fold->at < fold->event_count && fold->events[fold->at].key == fold->events[from].key) {
        lay_over(fold, &fold->events[fold->at], fold->at == from);
        fold->at++;
    }
    give(fold, fold->events[fold->at - 1].kept, record);
    return STW_OK;
}

/* An outage: its beginning in `down`, and `end`, the event after it, or NULL. */
static void make_outage(struct stw_fold *fold, const struct event *down, const char *beginning,
                        const struct event *end)
{
    const char *ending = end == NULL ? "open" : end->state == STW_FOLD_UNKNOWN ? "unknown" : "seen";
    for (uint32_t i = 0; i < fold->columns; i++)
        fold->fields[i] = kept_cell(fold, down->kept, i);
    fold->counts.open += end == NULL;
    fold->counts.unknown += end != NULL && end->state == STW_FOLD_UNKNOWN;
    for (uint32_t i = 0; i < fold->map->made_count; i++) {
        struct stw_slice text = {"", 0};
        switch (fold->map->made[i].making) {
        case STW_MAP_MADE_START:
            text = fold->words.words[down->time];
            break;
        case STW_MAP_MADE_END:
            if (end != NULL)
                text = fold->words.words[end->time];
            break;
        case STW_MAP_MADE_BEGINNING:
            text = stw_slice_of(beginning);
            break;
        default:
            text = stw_slice_of(ending);
            break;
        }
        set_made(fold, i, text);
    }
}

/* From the event at hand to the one that ends the outage, or to the end of the key. */
static const struct event *find_end(struct stw_fold *fold, uint32_t key)
{
    for (; fold->at < fold->event_count && fold->events[fold->at].key == key; fold->at++) {
        const struct event *event = &fold->events[fold->at];
        if (event->state == STW_FOLD_UP ||
            (event->state == STW_FOLD_UNKNOWN && fold->map->unknown_ends)) {
            fold->now = (enum stw_fold_state)event->state;
            fold->at++;
            return event;
        }
    }
    return NULL;
}

static int next_outage(struct stw_fold *fold, struct stw_text_record *record)
{
    while (fold->at < fold->event_count) {
        const struct event *event = &fold->events[fold->at];
        if (fold->at == 0 || event->key != event[-1].key)
            fold->now = STW_FOLD_AS_BEFORE; /* nothing is known of this key yet */
        fold->at++;
        bool tells = event->state == STW_FOLD_UP || event->state == STW_FOLD_DOWN ||
                     (event->state == STW_FOLD_UNKNOWN && fold->map->unknown_ends);
        enum stw_fold_state before = fold->now;
        if (tells)
            fold->now = (enum stw_fold_state)event->state;
        if (event->state != STW_FOLD_DOWN)
            continue;
        const struct event *end = find_end(fold, event->key);
        fold->counts.before += before == STW_FOLD_AS_BEFORE;
        make_outage(fold, event,
                    before == STW_FOLD_AS_BEFORE ? "before"
                    : before == STW_FOLD_UP      ? "seen"
                                                 : "unknown",
                    end);
        if (before != STW_FOLD_AS_BEFORE || !fold->map->skip_before) {
            give(fold, event->kept, record);
            return STW_OK;
        }
    }
    return STW_END;
}

int stw_fold_next(struct stw_fold *fold, struct stw_text_record *record)
{
    if (!fold->sorted && fold->event_count > 0)
        qsort(fold->events, fold->event_count, sizeof(*fold->events), compare_events);
    fold->sorted = true;
    return fold->map->into == STW_MAP_FOLD_ORDERS ? next_order(fold, record)
                                                  : next_outage(fold, record);
}

struct stw_fold_counts stw_fold_count(const struct stw_fold *fold)
{
    return fold->counts;
}
