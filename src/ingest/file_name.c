/* Patterns over file names; see file_name.h. */
#include "ingest/file_name.h"

#include <string.h>

struct stw_slice stw_file_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    struct stw_slice base = stw_slice_of(slash == NULL ? path : slash + 1);
    static const char *const endings[] = {".zst", ".gz"};
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        size_t size = strlen(endings[i]);
        if (base.size > size && memcmp(base.data + base.size - size, endings[i], size) == 0) {
            base.size -= size;
            break;
        }
    }
    return base;
}

static bool is_name_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* The {name} at the front of a text, braces included; false where there is none. */
static bool take_name(struct stw_slice text, struct stw_slice *name, size_t *size)
{
    if (text.size == 0 || text.data[0] != '{')
        return false;
    size_t i = 1;
    while (i < text.size && is_name_character(text.data[i]))
        i++;
    if (i == 1 || i == text.size || text.data[i] != '}')
        return false;
    *name = (struct stw_slice){text.data + 1, i - 1};
    *size = i + 1;
    return true;
}

static struct stw_slice skip(struct stw_slice text, size_t size)
{
    return (struct stw_slice){text.data + size, text.size - size};
}

static int find_name(const struct stw_file_names *names, struct stw_slice name)
{
    for (uint32_t i = 0; i < names->count; i++)
        if (stw_slice_equal(names->name[i], name))
            return (int)i;
    return -1;
}

int stw_file_pattern_check(struct stw_slice pattern, struct stw_file_names *names,
                           struct stw_error *err)
{
    names->count = 0;
    if (pattern.size > STW_FILE_NAME_SIZE_MAX)
        return stw_fail(err, STW_ERR_INPUT, "a file name pattern of %zu bytes is too long",
                        pattern.size);
    while (pattern.size > 0) {
        struct stw_slice name;
        size_t size = 1;
        if (take_name(pattern, &name, &size)) {
            if (names->count == STW_FILE_NAMES_MAX)
                return stw_fail(err, STW_ERR_INPUT, "more than %d names in one pattern",
                                STW_FILE_NAMES_MAX);
            if (find_name(names, name) >= 0)
                return stw_fail(err, STW_ERR_INPUT, "{%.*s} stands twice in the pattern",
                                STW_SLICE_ARG(name));
            if (stw_slice_is(name, "header"))
                return stw_fail(err, STW_ERR_INPUT, "{header} is the name of a column's header");
            names->name[names->count] = name;
            names->text[names->count++] = (struct stw_slice){"", 0};
        } else if (pattern.data[0] == '{' || pattern.data[0] == '}') {
            stw_fail(err, STW_ERR_INPUT, "a brace in the pattern is not part of a {name}");
            stw_error_hint(err, "names are made of letters, digits and _");
            return STW_ERR_INPUT;
        }
        pattern = skip(pattern, size);
    }
    return STW_OK;
}

/*
 * Greedy from the left is not enough: "{a}_{b}.csv" must be able to give an early '_' back. Each
 * name and star tries the shortest run first. Depth is the number of names and stars; failing
 * tails are cut off by `steps`, so that "*a*a*a*a" over a long name ends.
 */
static bool match(struct stw_slice pattern, struct stw_slice file, struct stw_file_names *names,
                  unsigned *steps)
{
    while (pattern.size > 0) {
        struct stw_slice name = {NULL, 0};
        size_t size = 1;
        bool named = take_name(pattern, &name, &size);
        if (!named && pattern.data[0] != '*') {
            if (file.size == 0 || file.data[0] != pattern.data[0])
                return false;
            pattern = skip(pattern, 1);
            file = skip(file, 1);
            continue;
        }
        uint32_t slot = names->count;
        for (size_t run = named; run <= file.size && *steps > 0; run++) {
            --*steps;
            names->count = slot + named;
            if (named) {
                names->name[slot] = name;
                names->text[slot] = (struct stw_slice){file.data, run};
            }
            if (match(skip(pattern, size), skip(file, run), names, steps))
                return true;
        }
        return false;
    }
    return file.size == 0;
}

bool stw_file_pattern_match(struct stw_slice pattern, struct stw_slice file,
                            struct stw_file_names *names)
{
    unsigned steps = 100000;
    names->count = 0;
    return match(pattern, file, names, &steps);
}

bool stw_file_names_expand(const struct stw_file_names *names, struct stw_slice text,
                           struct stw_buffer *out)
{
    while (text.size > 0) {
        struct stw_slice name;
        size_t size = 1;
        if (take_name(text, &name, &size)) {
            int found = find_name(names, name);
            if (found < 0)
                return false;
            stw_buffer_add_slice(out, names->text[found]);
        } else {
            stw_buffer_add_char(out, text.data[0]);
        }
        text = skip(text, size);
    }
    return true;
}
