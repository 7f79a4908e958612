/* Elements of lists as records; see json_rows.h. */
#include "ingest/json_rows.h"

#include "base/memory.h"

#include <assert.h>
#include <string.h>

enum { NO_ELEMENT = -1 }; /* the step leads to no list, or to what was one before */

/* Where a leaf is on the path. */
struct stw_json_place {
    uint32_t steps;                     /* of the path that lead to it */
    int32_t element[STW_MAP_STEPS_MAX]; /* behind each of them */
    bool ends;                          /* nothing is behind them */
    struct stw_slice name;              /* data NULL: its end in rows->names */
};

void stw_json_rows_init(struct stw_json_rows *rows, struct stw_slice path)
{
    *rows = (struct stw_json_rows){.step_count = 0};
    stw_buffer_init(&rows->names);
    if (path.size > 0)
        rows->step_count = stw_map_path_steps(path, rows->steps);
}

void stw_json_rows_release(struct stw_json_rows *rows)
{
    stw_buffer_release(&rows->names);
    stw_free(rows->places);
}

/* The first step of a path, which is left with the others. */
static struct stw_slice take_step(struct stw_slice *path)
{
    size_t end = 0;
    while (end < path->size && path->data[end] != '.')
        end += path->data[end] == '\\' && end + 1 < path->size ? 2 : 1;
    struct stw_slice step = {path->data, end};
    size_t taken = end + (end < path->size);
    *path = (struct stw_slice){path->data + taken, path->size - taken};
    return step;
}

/* The number of an element; NO_ELEMENT: the step is a name. */
static int32_t element_of(struct stw_slice step)
{
    int32_t number = 0; /* below STW_JSON_LEAVES_MAX, as each element has a leaf */
    if (!stw_slice_starts(step, STW_SLICE(STW_JSON_ELEMENT)))
        return NO_ELEMENT;
    for (size_t i = strlen(STW_JSON_ELEMENT); i < step.size; i++)
        number = number * 10 + (step.data[i] - '0');
    return number;
}

/* A part of a path, the numbers of elements as plain numbers. */
static void add_path(struct stw_json_rows *rows, size_t start, struct stw_slice path)
{
    while (path.size > 0) {
        struct stw_slice step = take_step(&path);
        size_t skipped =
            stw_slice_starts(step, STW_SLICE(STW_JSON_ELEMENT)) ? strlen(STW_JSON_ELEMENT) : 0;
        if (rows->names.size > start)
            stw_buffer_add_char(&rows->names, '.');
        stw_buffer_add(&rows->names, step.data + skipped, step.size - skipped);
    }
}

/* Follows the path along a leaf's own; the name is what is left when elements are taken out. */
static void find_place(struct stw_json_rows *rows, struct stw_slice path,
                       struct stw_json_place *place)
{
    size_t start = rows->names.size;
    *place = (struct stw_json_place){.steps = 0};
    for (uint32_t i = 0; i < STW_MAP_STEPS_MAX; i++)
        place->element[i] = NO_ELEMENT;
    while (path.size > 0 && place->steps < rows->step_count) {
        struct stw_slice rest = path, step = take_step(&rest);
        if (!stw_slice_equal(step, rows->steps[place->steps]))
            break;
        add_path(rows, start, step);
        path = rest;
        step = take_step(&rest);
        place->element[place->steps] = element_of(step);
        if (place->element[place->steps] != NO_ELEMENT)
            path = rest;
        place->steps++;
    }
    place->ends = path.size == 0;
    add_path(rows, start, path);
    place->name = (struct stw_slice){NULL, rows->names.size};
}

/* Whether two leaves are of the same elements, as far as both are on the path. */
static bool go_together(const struct stw_json_place *a, const struct stw_json_place *b)
{
    uint32_t steps = a->steps < b->steps ? a->steps : b->steps;
    return memcmp(a->element, b->element, steps * sizeof(a->element[0])) == 0;
}

/* Whether a leaf is of an element in which the path ends: nothing of that element is on it. The
 * leaves of an element stand together. */
static bool is_orphan(const struct stw_json_rows *rows, uint32_t leaf)
{
    const struct stw_json_place *place = &rows->places[leaf];
    if (place->steps == 0 || place->steps == rows->step_count ||
        place->element[place->steps - 1] == NO_ELEMENT)
        return false;
    uint32_t first = leaf, count = rows->value->count;
    while (first > 0 && rows->places[first - 1].steps >= place->steps &&
           go_together(&rows->places[first - 1], place))
        first--;
    for (uint32_t i = first;
         i < count && rows->places[i].steps >= place->steps && go_together(&rows->places[i], place);
         i++)
        if (rows->places[i].steps > place->steps || rows->places[i].ends)
            return false;
    return true;
}

int stw_json_rows_begin(struct stw_json_rows *rows, const struct stw_json_value *value,
                        struct stw_error *err)
{
    rows->value = value;
    rows->next = 0;
    rows->has_list = rows->has_orphan = false;
    rows->whole_left = rows->step_count == 0;
    if (rows->whole_left)
        return STW_OK;
    stw_buffer_clear(&rows->names);
    if (!stw_reserve((void **)&rows->places, &rows->capacity, value->count + 1u,
                     sizeof(*rows->places)))
        return stw_fail_memory(err, (value->count + 1u) * sizeof(*rows->places));
    for (uint32_t i = 0; i < value->count; i++) {
        struct stw_json_place *place = &rows->places[i];
        find_place(rows, value->leaves[i].path, place);
        bool empty = value->leaves[i].kind == STW_JSON_EMPTY && place->ends && place->steps > 0;
        rows->has_list = rows->has_list || empty || place->steps == rows->step_count;
    }
    STW_TRY(stw_buffer_status(&rows->names, err));
    struct stw_slice names = stw_buffer_slice(&rows->names);
    for (uint32_t i = 0; i < value->count && !rows->has_orphan; i++)
        rows->has_orphan = is_orphan(rows, i);
    for (uint32_t i = 0, start = 0; i < value->count; i++) {
        uint32_t stop = (uint32_t)rows->places[i].name.size;
        rows->places[i].name = (struct stw_slice){names.data + start, stop - start};
        start = stop;
    }
    return STW_OK;
}

struct stw_slice stw_json_rows_name(const struct stw_json_rows *rows, uint32_t leaf)
{
    return rows->step_count == 0 ? rows->value->leaves[leaf].path : rows->places[leaf].name;
}

static bool is_of_element(const struct stw_json_rows *rows, uint32_t leaf)
{
    return rows->places[leaf].steps == rows->step_count &&
           rows->value->leaves[leaf].kind != STW_JSON_EMPTY;
}

bool stw_json_rows_next(struct stw_json_rows *rows)
{
    if (rows->step_count == 0) {
        bool whole = rows->whole_left;
        rows->whole_left = false;
        return whole;
    }
    /* The leaves of an element stand together: behind those of the present one. */
    uint32_t at = rows->next, count = rows->value->count;
    while (at > 0 && at < count && rows->places[at].steps == rows->step_count &&
           go_together(&rows->places[at - 1], &rows->places[at]) &&
           rows->places[at - 1].steps == rows->step_count)
        at++;
    while (at < count && !is_of_element(rows, at))
        at++;
    rows->next = at + 1;
    return at < count;
}

bool stw_json_rows_leaf(const struct stw_json_rows *rows, uint32_t *at,
                        const struct stw_json_leaf **leaf, struct stw_slice *name)
{
    const struct stw_json_value *value = rows->value;
    for (; *at < value->count; ++*at) {
        *leaf = &value->leaves[*at];
        assert(rows->step_count == 0 || rows->next > 0);
        if (rows->step_count > 0 &&
            ((*leaf)->kind == STW_JSON_EMPTY ||
             !go_together(&rows->places[*at], &rows->places[rows->next - 1])))
            continue;
        *name = stw_json_rows_name(rows, (*at)++);
        return true;
    }
    return false;
}
