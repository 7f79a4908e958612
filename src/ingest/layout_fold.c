/* The records of a log, by subject, and outages out of them; see layout_fold.h. */
#include "ingest/layout_fold.h"

#include "base/hash.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

struct stw_fold {
    bool has_ties;
    struct stw_intern subjects;
    struct stw_intern words; /* states, sheets */
    struct stw_arena cells;
    struct stw_fold_event *events;
    size_t event_count, event_capacity;
    uint32_t *starts; /* by subject, and the end; after settle */
    size_t start_capacity;
};

enum stw_fold_state stw_fold_state_of(struct stw_slice word)
{
    return word.size == 0                  ? STW_FOLD_AS_BEFORE
           : stw_slice_is(word, "up")      ? STW_FOLD_UP
           : stw_slice_is(word, "down")    ? STW_FOLD_DOWN
           : stw_slice_is(word, "unknown") ? STW_FOLD_UNKNOWN
                                           : STW_FOLD_NO_STATE;
}

int stw_fold_compare(const struct stw_fold_event *a, const struct stw_fold_event *b)
{
    if (a->time_ns != b->time_ns)
        return a->time_ns < b->time_ns ? -1 : 1;
    if (a->place != b->place)
        return a->place < b->place ? -1 : 1;
    return stw_slice_compare(a->state, b->state);
}

int stw_fold_create(struct stw_fold **out, bool has_ties, struct stw_error *err)
{
    struct stw_fold *fold = stw_alloc_zero(1, sizeof(*fold));
    if (fold == NULL)
        return stw_fail_memory(err, sizeof(*fold));
    fold->has_ties = has_ties;
    stw_intern_init(&fold->subjects);
    stw_intern_init(&fold->words);
    stw_arena_init(&fold->cells);
    *out = fold;
    return STW_OK;
}

void stw_fold_free(struct stw_fold *fold)
{
    if (fold == NULL)
        return;
    stw_intern_release(&fold->subjects);
    stw_intern_release(&fold->words);
    stw_arena_release(&fold->cells);
    stw_free(fold->events);
    stw_free(fold->starts);
    stw_free(fold);
}

static bool keep_word(struct stw_fold *fold, struct stw_slice *word)
{
    uint32_t number;
    if (!stw_intern_add(&fold->words, *word, &number, NULL))
        return false;
    *word = fold->words.words[number];
    return true;
}

static size_t bytes_of(const struct stw_fold *fold)
{
    return fold->subjects.arena.total_bytes + fold->words.arena.total_bytes +
           fold->cells.total_bytes + fold->event_capacity * sizeof(*fold->events);
}

int stw_fold_add(struct stw_fold *fold, struct stw_slice subject,
                 const struct stw_fold_event *event, struct stw_error *err)
{
    struct stw_fold_event kept = *event;
    kept.order = fold->event_count;
    kept.cells = stw_arena_copy(&fold->cells, event->cells);
    if (kept.cells.data == NULL || !keep_word(fold, &kept.state) || !keep_word(fold, &kept.sheet) ||
        !stw_intern_add(&fold->subjects, subject, &kept.subject, NULL) ||
        !stw_reserve((void **)&fold->events, &fold->event_capacity, fold->event_count + 1,
                     sizeof(*fold->events)) ||
        !stw_reserve((void **)&fold->starts, &fold->start_capacity, fold->subjects.count + 1u,
                     sizeof(*fold->starts)))
        return stw_fail_memory(err, sizeof(kept) + event->cells.size);
    fold->events[fold->event_count++] = kept;
    if (bytes_of(fold) <= STW_FOLD_BYTES_MAX)
        return STW_OK;
    stw_fail(err, STW_ERR_LIMIT, "the log takes more than %d MiB to fold",
             STW_FOLD_BYTES_MAX / (1024 * 1024));
    stw_error_hint(err, "cut it into several files: a log goes on from file to file");
    return STW_ERR_LIMIT;
}

static int compare_in_file(const void *a, const void *b)
{
    const struct stw_fold_event *x = a, *y = b;
    if (x->subject != y->subject)
        return x->subject < y->subject ? -1 : 1;
    if (x->time_ns != y->time_ns)
        return x->time_ns < y->time_ns ? -1 : 1;
    if (x->place != y->place)
        return x->place < y->place ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

uint32_t stw_fold_settle(struct stw_fold *fold)
{
    struct stw_fold_event *events = fold->events;
    if (fold->event_count > 0)
        qsort(events, fold->event_count, sizeof(*events), compare_in_file);
    uint32_t subject = 0;
    for (uint32_t i = 0; i < fold->event_count; i++) {
        bool first = i == 0 || events[i].subject != events[i - 1].subject;
        if (first)
            fold->starts[subject++] = i;
        if (!fold->has_ties)
            events[i].place =
                first || events[i].time_ns != events[i - 1].time_ns ? 0 : events[i - 1].place + 1;
    }
    if (fold->event_count > 0)
        fold->starts[subject] = (uint32_t)fold->event_count;
    return subject;
}

struct stw_slice stw_fold_subject(const struct stw_fold *fold, uint32_t subject)
{
    return fold->subjects.words[subject];
}

uint32_t stw_fold_find(const struct stw_fold *fold, struct stw_slice subject)
{
    return stw_intern_find(&fold->subjects, subject);
}

const struct stw_fold_event *stw_fold_events(const struct stw_fold *fold, uint32_t subject,
                                             uint32_t *count)
{
    *count = fold->starts[subject + 1] - fold->starts[subject];
    return fold->events + fold->starts[subject];
}

bool stw_fold_has_ties(const struct stw_fold *fold)
{
    return fold->has_ties;
}

/* ---- Outages --------------------------------------------------------------------------------- */

/* From the event at hand to the one that ends the outage, or NULL. */
static const struct stw_fold_event *find_end(struct stw_fold_walk *walk)
{
    while (walk->at < walk->count) {
        const struct stw_fold_event *event = &walk->events[walk->at++];
        enum stw_fold_state state = stw_fold_state_of(event->state);
        if (state != STW_FOLD_UP && (state != STW_FOLD_UNKNOWN || !walk->map->unknown_ends))
            continue;
        walk->now = state;
        return event;
    }
    return NULL;
}

static void set_words(struct stw_fold_outage *outage, const char *beginning, const char *ending)
{
    bool left = strcmp(beginning, "seen") != 0, right = strcmp(ending, "seen") != 0;
    outage->beginning = beginning;
    outage->ending = ending;
    outage->censored = left && right ? "both" : left ? "left" : right ? "right" : "";
}

/* One whose down was seen, in the state `before`. */
static void from_down(struct stw_fold_walk *walk, const struct stw_fold_event *down,
                      enum stw_fold_state before, struct stw_fold_outage *outage)
{
    const struct stw_fold_event *end = find_end(walk);
    bool lost = end != NULL && walk->now == STW_FOLD_UNKNOWN;
    *outage = (struct stw_fold_outage){
        .event = down,
        .start_ns = down->time_ns,
        .has_end = end != NULL,
        .end_ns = end == NULL ? 0 : end->time_ns,
        .skipped = before == STW_FOLD_AS_BEFORE && walk->map->skip_before,
    };
    set_words(outage,
              before == STW_FOLD_AS_BEFORE ? "before"
              : before == STW_FOLD_UP      ? "seen"
                                           : "unknown",
              end == NULL ? "open"
              : lost      ? "unknown"
                          : "seen");
}

/* One of which the up alone was seen. */
static void from_up(const struct stw_fold_walk *walk, const struct stw_fold_event *up,
                    struct stw_fold_outage *outage)
{
    *outage = (struct stw_fold_outage){.event = up,
                                       .start_ns = up->time_ns,
                                       .has_end = true,
                                       .end_ns = up->time_ns,
                                       .skipped = walk->map->skip_before};
    set_words(outage, "before", "seen");
}

bool stw_fold_next_outage(struct stw_fold_walk *walk, struct stw_fold_outage *outage)
{
    while (walk->at < walk->count) {
        const struct stw_fold_event *event = &walk->events[walk->at++];
        enum stw_fold_state state = stw_fold_state_of(event->state), before = walk->now;
        if (state == STW_FOLD_AS_BEFORE || (state == STW_FOLD_UNKNOWN && !walk->map->unknown_ends))
            continue;
        walk->now = state;
        if (state == STW_FOLD_DOWN) {
            from_down(walk, event, before, outage);
            return true;
        }
        if (state == STW_FOLD_UP && walk->map->by_changes && before != STW_FOLD_UNKNOWN) {
            from_up(walk, event, outage);
            return true;
        }
    }
    return false;
}
