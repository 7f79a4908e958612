/*
 * Any bytes as a YAML file: a tree within its limits, or a message with a place that can be shown.
 */
#include "text/yaml_tree.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint32_t walk(const struct stw_yaml_node *node, unsigned depth)
{
    uint32_t nodes = 1, entries = 0;
    assert(depth <= STW_YAML_DEPTH_MAX && node->line > 0 && node->column > 0);
    STW_YAML_EACH(entry, node)
    {
        assert((entry->key != NULL) == (node->kind == STW_YAML_MAPPING));
        if (entry->key != NULL)
            nodes += walk(entry->key, depth + 1);
        nodes += walk(entry->value, depth + 1);
        entries++;
    }
    assert(entries == node->count && nodes == node->expanded);
    return nodes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct stw_arena arena;
    struct stw_yaml doc;
    struct stw_error err;
    struct stw_buffer out;
    stw_arena_init(&arena);
    stw_buffer_init(&out);
    struct stw_slice source = {(const char *)data, size};
    int status = stw_yaml_parse(&doc, &arena, "fuzz.yml", source, &err);
    if (status == STW_OK && doc.root != NULL) {
        assert(walk(doc.root, 0) <= STW_YAML_EXPANDED_MAX);
    } else if (status == STW_ERR_INPUT) {
        assert(err.what[0] != '\0' && err.where[0] != '\0');
        stw_yaml_excerpt(&doc, doc.fail_line, doc.fail_column, &out);
        assert(out.size > 0);
    }
    stw_buffer_release(&out);
    stw_arena_release(&arena);
    return 0;
}
