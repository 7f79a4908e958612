/*
 * Lists in JSON that hold records: {"site": "A", "readings": [{...}, {...}]}. The beginning of the
 * text is walked through, token by token, for lists whose elements are objects or lists; the
 * innermost of them, if there is one, is where the records are. More than one is a question. See
 * sniff_inside.h.
 */
#include "ingest/sniff_inside.h"
#include "text/json_read.h"

#include <string.h>

enum { LISTS_MAX = 16 };

struct level {
    bool is_list;
    int list;         /* in walk->lists, once an element that is an object or list came; else -1 */
    size_t path_size; /* of the path that leads here */
};

/* A list with records, by its path. */
struct list {
    struct stw_slice path;
    uint32_t parts; /* elements that are objects or lists */
    bool inner;     /* no other list of records is inside */
};

struct walk {
    struct stw_slice text;
    size_t at;
    struct stw_buffer path;
    struct level levels[STW_JSON_DEPTH_MAX];
    uint32_t depth;
    bool behind_name; /* a name of an object came, and its value has not */
    struct list lists[LISTS_MAX];
    uint32_t list_count;
    struct stw_arena *arena;
};

/* Behind a text whose opening quote is next; false: it does not end here. */
static bool skip_text(struct walk *walk, struct stw_slice *text)
{
    size_t start = ++walk->at;
    while (walk->at < walk->text.size && walk->text.data[walk->at] != '"')
        walk->at += walk->text.data[walk->at] == '\\' ? 2 : 1;
    if (walk->at >= walk->text.size)
        return false;
    *text = (struct stw_slice){walk->text.data + start, walk->at - start};
    walk->at++;
    return true;
}

/* The name of a member onto the path, as paths have it; one with escapes is left as it stands, and
 * no list will be found under it. */
static void put_name(struct walk *walk, struct stw_slice name)
{
    walk->path.size = walk->levels[walk->depth - 1].path_size;
    if (walk->path.size > 0)
        stw_buffer_add_char(&walk->path, '.');
    for (size_t i = 0; i < name.size; i++) {
        if (name.data[i] == '.')
            stw_buffer_add_char(&walk->path, '\\');
        stw_buffer_add_char(&walk->path, name.data[i]);
    }
}

/* The list at the path, added where it is new; -1: none that can be named. */
static bool note_list(struct walk *walk, int *number)
{
    struct stw_slice path = stw_buffer_slice(&walk->path), steps[STW_MAP_STEPS_MAX];
    bool usable = path.size > 0 && memchr(path.data, '\0', path.size) == NULL &&
                  stw_map_path_steps(path, steps) > 0;
    for (uint32_t i = 0; i < walk->list_count; i++) {
        struct list *list = &walk->lists[i];
        *number = (int)i;
        if (stw_slice_equal(list->path, path))
            return true;
        bool inside = stw_slice_starts(path, list->path) && path.data[list->path.size] == '.';
        list->inner = list->inner && !inside;
    }
    *number = -1;
    if (!usable || walk->list_count == LISTS_MAX)
        return true;
    *number = (int)walk->list_count;
    struct list *list = &walk->lists[walk->list_count++];
    *list = (struct list){stw_arena_copy(walk->arena, path), 0, true};
    return list->path.data != NULL;
}

/* An opening bracket; false: too deep, or no memory. */
static bool open_level(struct walk *walk, bool is_list)
{
    struct level *outer = walk->depth == 0 ? NULL : &walk->levels[walk->depth - 1];
    if (outer != NULL && outer->is_list && outer->list < 0 && !note_list(walk, &outer->list))
        return false;
    if (outer != NULL && outer->is_list && outer->list >= 0)
        walk->lists[outer->list].parts++;
    if (walk->depth == STW_JSON_DEPTH_MAX)
        return false;
    walk->levels[walk->depth++] = (struct level){is_list, -1, walk->path.size};
    walk->behind_name = false;
    return true;
}

static void close_level(struct walk *walk)
{
    if (walk->depth == 0)
        return;
    walk->depth--;
    walk->path.size = walk->depth == 0 ? 0 : walk->levels[walk->depth].path_size;
    walk->behind_name = false;
}

/* As far as the text goes and makes sense: what it is in the end, its reader says. */
static bool walk_through(struct walk *walk)
{
    while (walk->at < walk->text.size && !walk->path.failed) {
        struct stw_slice name;
        char c = walk->text.data[walk->at];
        bool in_object = walk->depth > 0 && !walk->levels[walk->depth - 1].is_list;
        if (c == '"') {
            if (!skip_text(walk, &name))
                return true;
            if (in_object && !walk->behind_name)
                put_name(walk, name);
            continue;
        }
        if (c == '{' || c == '[') {
            if (!open_level(walk, c == '['))
                return false;
        } else if (c == '}' || c == ']') {
            close_level(walk);
        } else if (c == ':' || c == ',') {
            walk->behind_name = c == ':';
        }
        walk->at++;
    }
    return !walk->path.failed;
}

static int ask(const struct walk *walk, struct stw_error *err)
{
    struct stw_buffer names;
    const struct list *longest = &walk->lists[0]; /* of the inner ones, of which there are two */
    stw_buffer_init(&names);
    for (uint32_t i = 0; i < walk->list_count; i++) {
        if (!walk->lists[i].inner)
            continue;
        if (!longest->inner || walk->lists[i].parts > longest->parts)
            longest = &walk->lists[i];
        stw_buffer_printf(&names, "%s'%.*s'", names.size > 0 ? ", " : "",
                          STW_SLICE_ARG(walk->lists[i].path));
    }
    stw_fail(err, STW_ERR_INPUT, "which list holds the rows: %.*s?",
             STW_SLICE_ARG(stw_buffer_slice(&names)));
    stw_error_hint(err, "answer with --records '%.*s'; --records none takes each value whole",
                   STW_SLICE_ARG(longest->path));
    stw_buffer_release(&names);
    return STW_ERR_INPUT;
}

int stw_sniff_find_records(struct stw_slice text, const struct stw_sniff_answers *answers,
                           struct stw_arena *arena, struct stw_slice *path,
                           struct stw_buffer *reasons, struct stw_error *err)
{
    struct walk walk = {.text = text, .arena = arena};
    uint32_t inner = 0;
    *path = (struct stw_slice){"", 0};
    if (stw_slice_is(answers->records, "none"))
        return STW_OK;
    if (answers->records.size > 0) {
        *path = stw_arena_copy(arena, answers->records);
        stw_buffer_printf(reasons, "records: the elements of '%.*s', as you said\n",
                          STW_SLICE_ARG(*path));
        return path->data != NULL ? STW_OK : stw_fail_memory(err, answers->records.size);
    }
    stw_buffer_init(&walk.path);
    bool walked = walk_through(&walk);
    bool no_memory = !walked && (walk.path.failed || walk.depth < STW_JSON_DEPTH_MAX);
    stw_buffer_release(&walk.path);
    if (no_memory)
        return stw_fail_memory(err, STW_SNIFF_BYTES);
    for (uint32_t i = 0; i < walk.list_count; i++) {
        inner += walk.lists[i].inner;
        *path = walk.lists[i].inner ? walk.lists[i].path : *path;
    }
    if (inner > 1)
        return ask(&walk, err);
    if (inner == 1)
        stw_buffer_printf(reasons,
                          "records: the elements of '%.*s', the one innermost list of objects or "
                          "lists; what stands outside of it goes with each of them\n",
                          STW_SLICE_ARG(*path));
    return STW_OK;
}
