/* A slice: bytes that somebody else owns, with their count. Not NUL-terminated unless said. */
#ifndef STW_BASE_SLICE_H
#define STW_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct stw_slice {
    const char *data;
    size_t size;
};

/* For string literals in static initialisers and calls. */
#define STW_SLICE(literal) ((struct stw_slice){(literal), sizeof(literal) - 1})

/* For printf("%.*s", STW_SLICE_ARG(s)). */
#define STW_SLICE_ARG(slice) (int)(slice).size, (slice).data

static inline struct stw_slice stw_slice_of(const char *text)
{
    struct stw_slice slice = {text, text == NULL ? 0 : strlen(text)};
    return slice;
}

static inline bool stw_slice_equal(struct stw_slice a, struct stw_slice b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static inline bool stw_slice_is(struct stw_slice a, const char *text)
{
    return stw_slice_equal(a, stw_slice_of(text));
}

/* Byte order, shorter first on a tie: the order of all output. */
static inline int stw_slice_compare(struct stw_slice a, struct stw_slice b)
{
    size_t common = a.size < b.size ? a.size : b.size;
    int order = common == 0 ? 0 : memcmp(a.data, b.data, common);
    if (order != 0)
        return order;
    return a.size < b.size ? -1 : a.size > b.size;
}

static inline bool stw_slice_starts(struct stw_slice text, struct stw_slice prefix)
{
    return text.size >= prefix.size &&
           (prefix.size == 0 || memcmp(text.data, prefix.data, prefix.size) == 0);
}

/* Without ASCII blanks and tabs at either end. */
static inline struct stw_slice stw_slice_trim(struct stw_slice text)
{
    while (text.size > 0 && (text.data[0] == ' ' || text.data[0] == '\t')) {
        text.data++;
        text.size--;
    }
    while (text.size > 0 && (text.data[text.size - 1] == ' ' || text.data[text.size - 1] == '\t'))
        text.size--;
    return text;
}

#endif
