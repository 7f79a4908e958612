/* Reading a page back; see page_scan.h. */
#include "page_scan.h"

#include "../support/test.h"

#include <ctype.h>
#include <string.h>

static const char *const tags[] = {
    "html", "head", "meta", "title",   "style",      "body",  "main",  "header",
    "h1",   "h2",   "p",    "section", "ol",         "ul",    "li",    "span",
    "a",    "nav",  "div",  "figure",  "figcaption", "table", "thead", "tbody",
    "tr",   "th",   "td",   "code",    "footer",     "dl",    "dt",    "dd",
    "svg",  "g",    "rect", "line",    "circle",     "path",  "text",
};
static const char *const attributes[] = {
    "lang", "charset", "http-equiv", "content", "name",     "class",      "id",
    "href", "scope",   "colspan",    "role",    "tabindex", "aria-label", "viewBox",
    "x",    "y",       "width",      "height",  "x1",       "y1",         "x2",
    "y2",   "cx",      "cy",         "r",       "d",        "font-size",  "text-anchor",
};

static bool listed(const char *const *list, size_t count, struct stw_slice word)
{
    for (size_t i = 0; i < count; i++) {
        if (stw_slice_is(word, list[i]))
            return true;
    }
    return false;
}
#define LISTED(list, word) listed((list), sizeof(list) / sizeof((list)[0]), (word))

/* Attributes of one tag, from `at` to its '>'; returns what follows, or NULL when malformed. */
static const char *scan_attributes(const char *at, const char *end, bool *empty)
{
    *empty = false;
    for (;;) {
        while (at < end && *at == ' ')
            at++;
        if (at < end && *at == '>')
            return at + 1;
        if (end - at >= 2 && at[0] == '/' && at[1] == '>') {
            *empty = true;
            return at + 2;
        }
        const char *name = at;
        while (at < end && (isalnum((unsigned char)*at) || *at == '-'))
            at++;
        struct stw_slice word = {name, (size_t)(at - name)};
        if (!STW_EXPECT(LISTED(attributes, word), "attribute %.*s", STW_SLICE_ARG(word)) ||
            end - at < 2 || at[0] != '=' || at[1] != '"')
            return NULL;
        const char *value = at + 2, *close = memchr(value, '"', (size_t)(end - value));
        if (close == NULL || memchr(value, '<', (size_t)(close - value)) != NULL)
            return NULL;
        if (stw_slice_is(word, "href"))
            STW_EXPECT(value[0] == '#', "href leaves the page: %.20s", value);
        at = close + 1;
    }
}

bool stw_page_scan(struct stw_slice page)
{
    struct stw_slice open[64];
    size_t depth = 0;
    const char *at = page.data, *end = page.data + page.size;
    static const char doctype[] = "<!DOCTYPE html>\n";
    if (!stw_slice_starts(page, STW_SLICE(doctype)))
        return false;
    at += sizeof(doctype) - 1;
    while ((at = memchr(at, '<', (size_t)(end - at))) != NULL) {
        bool closes = end - at > 1 && at[1] == '/';
        const char *name = at + 1 + closes;
        at = name;
        while (at < end && isalnum((unsigned char)*at))
            at++;
        struct stw_slice tag = {name, (size_t)(at - name)};
        if (!STW_EXPECT(LISTED(tags, tag), "tag %.20s", name))
            return false;
        bool empty;
        at = scan_attributes(at, end, &empty);
        if (!STW_EXPECT(at != NULL, "malformed tag %.80s", name))
            return false;
        if (closes) {
            if (!STW_EXPECT(depth > 0 && stw_slice_equal(open[depth - 1], tag), "</%.*s> closes %s",
                            STW_SLICE_ARG(tag), depth > 0 ? open[depth - 1].data : "nothing"))
                return false;
            depth--;
        } else if (!empty && !stw_slice_is(tag, "meta")) {
            CU_ASSERT_FATAL(depth < 64);
            open[depth++] = tag;
        }
    }
    return STW_EXPECT(depth == 0, "%zu elements stay open", depth);
}
