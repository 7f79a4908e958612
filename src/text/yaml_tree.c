/*
 * The YAML tree: libyaml's events become nodes, bottom up. A stack holds the sequences and
 * mappings that are still open; a finished node is attached to the one on top. See yaml_tree.h.
 */
#include "text/yaml_tree.h"

#include "base/suggest.h"
#include "text/yaml_advice.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

enum { ANCHORS_MAX = 1000 };

struct anchor {
    struct stw_slice name;
    const struct stw_yaml_node *node;
    struct anchor *next;
};

/* A sequence or mapping whose end has not come yet. */
struct level {
    struct stw_yaml_node *node;
    struct stw_yaml_entry **tail;
    const struct stw_yaml_node *key; /* waiting for its value */
    struct stw_slice anchor;
    bool flow; /* written with braces */
};

struct builder {
    struct stw_yaml_cursor cursor; /* behind the last key in braces */
    struct stw_yaml *doc;
    struct stw_error *err;
    yaml_parser_t parser;
    yaml_event_t event;
    struct level levels[STW_YAML_DEPTH_MAX];
    unsigned depth;
    unsigned node_count;
    unsigned document_count;
    struct anchor *anchors;
    unsigned anchor_count;
};

static uint32_t mark_line(yaml_mark_t mark)
{
    return (uint32_t)mark.line + 1;
}

static uint32_t mark_column(yaml_mark_t mark)
{
    return (uint32_t)mark.column + 1;
}

static int fail_memory(struct builder *builder)
{
    return stw_fail_memory(builder->err, sizeof(struct stw_yaml_node));
}

STW_PRINTF(2, 3) static int fail_here(struct builder *builder, const char *format, ...)
{
    char text[STW_ERROR_WHAT_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    yaml_mark_t mark = builder->event.start_mark;
    return stw_yaml_fail_at(builder->err, builder->doc, mark_line(mark), mark_column(mark), "%s",
                            text);
}

static int new_node(struct builder *builder, enum stw_yaml_kind kind, struct stw_yaml_node **out)
{
    if (++builder->node_count > STW_YAML_NODES_MAX)
        return fail_here(builder, "more than %d values in one file", STW_YAML_NODES_MAX);
    struct stw_yaml_node *node = STW_ARENA_NEW(builder->doc->arena, struct stw_yaml_node);
    if (node == NULL)
        return fail_memory(builder);
    node->kind = kind;
    node->line = mark_line(builder->event.start_mark);
    node->column = mark_column(builder->event.start_mark);
    node->expanded = 1;
    *out = node;
    return STW_OK;
}

static int check_tag(struct builder *builder, const yaml_char_t *tag)
{
    if (tag == NULL)
        return STW_OK;
    return fail_here(builder, "tags such as '%.60s' have no meaning here", (const char *)tag);
}

static int keep_anchor(struct builder *builder, struct stw_slice name,
                       const struct stw_yaml_node *node)
{
    if (name.data == NULL)
        return STW_OK;
    if (++builder->anchor_count > ANCHORS_MAX)
        return fail_here(builder, "more than %d anchors in one file", ANCHORS_MAX);
    struct anchor *anchor = STW_ARENA_NEW(builder->doc->arena, struct anchor);
    if (anchor == NULL)
        return fail_memory(builder);
    *anchor = (struct anchor){name, node, builder->anchors};
    builder->anchors = anchor;
    return STW_OK;
}

/* The anchor's name outlives the event; data NULL where there is none. */
static int copy_anchor(struct builder *builder, const yaml_char_t *name, struct stw_slice *out)
{
    *out = (struct stw_slice){NULL, 0};
    if (name == NULL)
        return STW_OK;
    *out = stw_arena_copy(builder->doc->arena, stw_slice_of((const char *)name));
    return out->data == NULL ? fail_memory(builder) : STW_OK;
}

static int take_key(struct builder *builder, struct level *top, const struct stw_yaml_node *node)
{
    if (node->kind != STW_YAML_SCALAR)
        return stw_yaml_fail(builder->err, builder->doc, node,
                             "a key must be a word, not a list or mapping");
    STW_TRY(stw_yaml_check_plain(builder->doc, node, true, builder->err));
    if (top->flow)
        STW_TRY(stw_yaml_check_flow_key(builder->doc, &builder->cursor, node, builder->err));
    top->key = node;
    return STW_OK;
}

/* {channel:pressure} is a key without a value to YAML, and never what was meant. */
static int check_flow_value(struct builder *builder, const struct level *top,
                            const struct stw_yaml_node *value)
{
    const struct stw_yaml_node *key = top->key;
    bool empty = value->kind == STW_YAML_SCALAR && !value->quoted && value->text.size == 0;
    const char *colon = memchr(key->text.data, ':', key->text.size);
    if (!top->flow || !empty || key->quoted || colon == NULL)
        return STW_OK;
    stw_yaml_fail(builder->err, builder->doc, key, "a blank is missing after ':' in '%.60s'",
                  key->text.data);
    stw_error_hint(builder->err, "write '%.*s: %.60s'", (int)(colon - key->text.data),
                   key->text.data, colon + 1);
    return STW_ERR_INPUT;
}

static int attach(struct builder *builder, const struct stw_yaml_node *node)
{
    if (builder->depth == 0) {
        builder->doc->root = node;
        return STW_OK;
    }
    struct level *top = &builder->levels[builder->depth - 1];
    top->node->expanded += node->expanded;
    if (top->node->expanded > STW_YAML_EXPANDED_MAX)
        return fail_here(builder, "aliases make this more than %d values", STW_YAML_EXPANDED_MAX);
    bool mapping = top->node->kind == STW_YAML_MAPPING;
    if (mapping && top->key == NULL)
        return take_key(builder, top, node);
    if (mapping)
        STW_TRY(check_flow_value(builder, top, node));
    struct stw_yaml_entry *entry = STW_ARENA_NEW(builder->doc->arena, struct stw_yaml_entry);
    if (entry == NULL)
        return fail_memory(builder);
    entry->key = top->key;
    entry->value = node;
    *top->tail = entry;
    top->tail = (struct stw_yaml_entry **)&entry->next;
    top->node->count++;
    top->key = NULL;
    return STW_OK;
}

static int add_scalar(struct builder *builder)
{
    const yaml_event_t *event = &builder->event;
    struct stw_yaml_node *node = NULL;
    struct stw_slice anchor;
    STW_TRY(check_tag(builder, event->data.scalar.tag));
    STW_TRY(copy_anchor(builder, event->data.scalar.anchor, &anchor));
    STW_TRY(new_node(builder, STW_YAML_SCALAR, &node));
    assert(node != NULL);
    node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    node->text = stw_arena_copy(
        builder->doc->arena,
        (struct stw_slice){(const char *)event->data.scalar.value, event->data.scalar.length});
    if (node->text.data == NULL)
        return fail_memory(builder);
    STW_TRY(stw_yaml_check_plain(builder->doc, node, false, builder->err));
    if (anchor.data != NULL && !node->quoted && stw_slice_starts(node->text, STW_SLICE(":")))
        return fail_here(builder, "the name of an anchor may not hold a ':', as '&%.60s%.60s' does",
                         anchor.data, node->text.data);
    STW_TRY(keep_anchor(builder, anchor, node));
    return attach(builder, node);
}

static int add_alias(struct builder *builder)
{
    const char *name = (const char *)builder->event.data.alias.anchor;
    for (const struct anchor *anchor = builder->anchors; anchor != NULL; anchor = anchor->next)
        if (stw_slice_is(anchor->name, name))
            return attach(builder, anchor->node);
    return fail_here(builder, "'*%.60s' stands for nothing: there is no '&%.60s' before it", name,
                     name);
}

static int begin_level(struct builder *builder, enum stw_yaml_kind kind, const yaml_char_t *anchor,
                       const yaml_char_t *tag, bool flow)
{
    STW_TRY(check_tag(builder, tag));
    if (builder->depth == STW_YAML_DEPTH_MAX)
        return fail_here(builder, "nested more than %d levels deep", STW_YAML_DEPTH_MAX);
    struct level *level = &builder->levels[builder->depth];
    STW_TRY(copy_anchor(builder, anchor, &level->anchor));
    STW_TRY(new_node(builder, kind, &level->node));
    level->tail = (struct stw_yaml_entry **)&level->node->first;
    level->key = NULL;
    level->flow = flow;
    builder->depth++;
    return STW_OK;
}

static int by_text_then_place(const void *a, const void *b)
{
    const struct stw_yaml_node *x = *(const struct stw_yaml_node *const *)a;
    const struct stw_yaml_node *y = *(const struct stw_yaml_node *const *)b;
    int order = stw_slice_compare(x->text, y->text);
    if (order == 0)
        order = x->line < y->line ? -1 : x->line > y->line;
    if (order == 0)
        order = x->column < y->column ? -1 : x->column > y->column;
    return order;
}

static int check_duplicates(struct builder *builder, const struct stw_yaml_node *mapping)
{
    if (mapping->count < 2)
        return STW_OK;
    const struct stw_yaml_node **keys =
        STW_ARENA_ARRAY(builder->doc->arena, const struct stw_yaml_node *, mapping->count);
    if (keys == NULL)
        return fail_memory(builder);
    uint32_t count = 0;
    STW_YAML_EACH(entry, mapping)
    keys[count++] = entry->key;
    qsort(keys, count, sizeof(keys[0]), by_text_then_place);
    for (uint32_t i = 1; i < count; i++) {
        if (!stw_slice_equal(keys[i - 1]->text, keys[i]->text))
            continue;
        stw_yaml_fail(builder->err, builder->doc, keys[i],
                      "'%.60s' is given twice; the first is at %s:%u:%u", keys[i]->text.data,
                      builder->doc->file, keys[i - 1]->line, keys[i - 1]->column);
        stw_error_hint(builder->err, "keep one of the two");
        return STW_ERR_INPUT;
    }
    return STW_OK;
}

static int end_level(struct builder *builder)
{
    struct level *level = &builder->levels[--builder->depth];
    if (level->node->kind == STW_YAML_MAPPING)
        STW_TRY(check_duplicates(builder, level->node));
    STW_TRY(keep_anchor(builder, level->anchor, level->node));
    return attach(builder, level->node);
}

static int take_event(struct builder *builder)
{
    const yaml_event_t *event = &builder->event;
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (++builder->document_count > 1)
            return fail_here(builder, "a second document begins here; a file holds one");
        return STW_OK;
    case YAML_SCALAR_EVENT:
        return add_scalar(builder);
    case YAML_ALIAS_EVENT:
        return add_alias(builder);
    case YAML_SEQUENCE_START_EVENT:
        return begin_level(builder, STW_YAML_SEQUENCE, event->data.sequence_start.anchor,
                           event->data.sequence_start.tag, false);
    case YAML_MAPPING_START_EVENT:
        return begin_level(builder, STW_YAML_MAPPING, event->data.mapping_start.anchor,
                           event->data.mapping_start.tag,
                           event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return end_level(builder);
    default:
        return STW_OK;
    }
}

static int fail_parser(struct builder *builder)
{
    const yaml_parser_t *parser = &builder->parser;
    if (parser->error == YAML_MEMORY_ERROR)
        return fail_memory(builder);
    yaml_mark_t mark = parser->problem_mark;
    return stw_yaml_explain(builder->doc, mark_line(mark), mark_column(mark),
                            parser->problem == NULL ? "not YAML" : parser->problem, builder->err);
}

static int build(struct builder *builder)
{
    for (;;) {
        if (!yaml_parser_parse(&builder->parser, &builder->event))
            return fail_parser(builder);
        bool end = builder->event.type == YAML_STREAM_END_EVENT;
        int status = take_event(builder);
        yaml_event_delete(&builder->event);
        if (status < 0 || end)
            return status;
    }
}

int stw_yaml_parse(struct stw_yaml *doc, struct stw_arena *arena, const char *file,
                   struct stw_slice source, struct stw_error *err)
{
    memset(doc, 0, sizeof(*doc));
    doc->arena = arena;
    doc->file = stw_arena_string(arena, file);
    if (doc->file == NULL)
        return stw_fail_memory(err, strlen(file) + 1);
    if (source.size > STW_YAML_BYTES_MAX) {
        stw_fail(err, STW_ERR_LIMIT, "%s has %zu bytes; %d is the most", file, source.size,
                 STW_YAML_BYTES_MAX);
        return STW_ERR_LIMIT;
    }
    if (stw_slice_starts(source, STW_SLICE("\xEF\xBB\xBF"))) {
        source.data += 3;
        source.size -= 3;
    }
    /* A last line without an end is a line: libyaml would drop one of blanks in a block of text. */
    char *text = stw_arena_alloc(arena, source.size + 2, 1);
    if (text == NULL)
        return stw_fail_memory(err, source.size);
    if (source.size > 0)
        memcpy(text, source.data, source.size);
    memcpy(text + source.size, "\n", 2);
    doc->source = (struct stw_slice){text, source.size};
    bool ended = source.size == 0 || text[source.size - 1] == '\n' || text[source.size - 1] == '\r';
    STW_TRY(stw_yaml_check_bytes(doc, err));

    struct builder builder = {.doc = doc, .err = err, .cursor = {0, 1, 1}};
    if (!yaml_parser_initialize(&builder.parser))
        return stw_fail_memory(err, sizeof(builder.parser));
    yaml_parser_set_encoding(&builder.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&builder.parser, (const unsigned char *)text,
                                 source.size + !ended);
    int status = build(&builder);
    yaml_parser_delete(&builder.parser);
    if (status < 0)
        doc->root = NULL;
    /* An empty document is an empty plain scalar to libyaml. */
    const struct stw_yaml_node *root = doc->root;
    if (root != NULL && root->kind == STW_YAML_SCALAR && !root->quoted && root->text.size == 0)
        doc->root = NULL;
    return status;
}

const struct stw_yaml_node *stw_yaml_find(const struct stw_yaml_node *node, const char *key)
{
    if (node == NULL || node->kind != STW_YAML_MAPPING)
        return NULL;
    STW_YAML_EACH(entry, node)
    if (stw_slice_is(entry->key->text, key))
        return entry->value;
    return NULL;
}

bool stw_yaml_is(const struct stw_yaml_node *node, const char *text)
{
    return node != NULL && node->kind == STW_YAML_SCALAR && stw_slice_is(node->text, text);
}

int stw_yaml_expect(struct stw_yaml *doc, const struct stw_yaml_node *node, enum stw_yaml_kind kind,
                    const char *what, struct stw_error *err)
{
    static const char *const names[] = {"a single value", "a list", "a mapping of keys to values"};
    if (node == NULL)
        return stw_yaml_fail(err, doc, NULL, "the file is empty; %s belongs here", what);
    if (node->kind == kind)
        return STW_OK;
    bool empty = node->kind == STW_YAML_SCALAR && node->text.size == 0;
    stw_yaml_fail(err, doc, node, "%s must be %s, not %s", what, names[kind],
                  empty ? "empty" : names[node->kind]);
    if (node->kind == STW_YAML_SCALAR)
        stw_yaml_hint_scalar(err, node);
    return STW_ERR_INPUT;
}

int stw_yaml_check_keys(struct stw_yaml *doc, const struct stw_yaml_node *node,
                        const char *const *known, const char *what, struct stw_error *err)
{
    assert(node->kind == STW_YAML_MAPPING);
    STW_YAML_EACH(entry, node)
    {
        struct stw_suggest suggest;
        stw_suggest_init(&suggest, entry->key->text);
        bool found = false;
        for (const char *const *key = known; *key != NULL && !found; key++) {
            found = stw_slice_is(entry->key->text, *key);
            stw_suggest_offer(&suggest, stw_slice_of(*key));
        }
        if (found)
            continue;
        stw_yaml_fail(err, doc, entry->key, "'%.60s' is no key of %s", entry->key->text.data, what);
        if (suggest.best.data != NULL)
            stw_error_hint(err, "did you mean '%.*s'?", STW_SLICE_ARG(suggest.best));
        return STW_ERR_INPUT;
    }
    return STW_OK;
}
