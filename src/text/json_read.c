/* JSON into leaves; see json_read.h. */
#include "text/json_read.h"

#include "base/memory.h"
#include "text/record.h"

#include <string.h>

/* A value on its way. Paths, and texts that had escapes, go to reader->texts one behind the other;
 * while that may move, they are kept as their ends in it: data NULL, size the end. */
struct cursor {
    struct stw_json_reader *reader;
    struct stw_slice text;
    size_t at;
    bool last;
    bool starved;
    bool no_memory;
    const char *problem;
    size_t problem_at;
    struct stw_buffer path; /* to the present value */
    uint32_t depth;
    uint32_t count; /* leaves */
    bool member;    /* a name comes before the value */
    bool meant;     /* it is an object that the whole path leads to */
};

static const char cut_problem[] = "is cut short: the file ends in it";

static bool has(struct cursor *cursor)
{
    if (cursor->at < cursor->text.size)
        return true;
    cursor->starved = cursor->starved || !cursor->last;
    return false;
}

static char peek(const struct cursor *cursor)
{
    return cursor->text.data[cursor->at];
}

static bool fail(struct cursor *cursor, size_t at, const char *problem)
{
    if (cursor->problem == NULL) {
        cursor->problem = at == cursor->text.size ? cut_problem : problem;
        cursor->problem_at = at;
    }
    return false;
}

static void skip_blanks(struct cursor *cursor)
{
    while (has(cursor) && (peek(cursor) == ' ' || peek(cursor) == '\t' || peek(cursor) == '\n' ||
                           peek(cursor) == '\r'))
        cursor->at++;
}

/* ---- Texts ----------------------------------------------------------------------------------- */

static void put_utf8(struct stw_buffer *out, uint32_t code)
{
    if (code < 0x80) {
        stw_buffer_add_char(out, (char)code);
    } else if (code < 0x800) {
        stw_buffer_add_char(out, (char)(0xC0 | code >> 6));
        stw_buffer_add_char(out, (char)(0x80 | (code & 0x3F)));
    } else if (code < 0x10000) {
        stw_buffer_add_char(out, (char)(0xE0 | code >> 12));
        stw_buffer_add_char(out, (char)(0x80 | (code >> 6 & 0x3F)));
        stw_buffer_add_char(out, (char)(0x80 | (code & 0x3F)));
    } else {
        stw_buffer_add_char(out, (char)(0xF0 | code >> 18));
        stw_buffer_add_char(out, (char)(0x80 | (code >> 12 & 0x3F)));
        stw_buffer_add_char(out, (char)(0x80 | (code >> 6 & 0x3F)));
        stw_buffer_add_char(out, (char)(0x80 | (code & 0x3F)));
    }
}

static bool take_hex(struct cursor *cursor, uint32_t *code)
{
    *code = 0;
    for (int i = 0; i < 4; i++, cursor->at++) {
        if (!has(cursor))
            return fail(cursor, cursor->at, cut_problem);
        char c = peek(cursor);
        uint32_t digit = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
                         : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a') + 10
                         : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A') + 10
                                                : 16;
        if (digit == 16)
            return fail(cursor, cursor->at, "has \\u without four hexadecimal digits");
        *code = *code * 16 + digit;
    }
    return true;
}

/* Behind "\u": one code, or a pair of surrogates. */
static bool take_code(struct cursor *cursor, struct stw_buffer *out)
{
    uint32_t code, low;
    size_t start = cursor->at;
    if (!take_hex(cursor, &code))
        return false;
    if (code >= 0xD800 && code < 0xDC00) {
        bool pair = has(cursor) && peek(cursor) == '\\';
        cursor->at += pair;
        pair = pair && has(cursor) && peek(cursor) == 'u';
        cursor->at += pair;
        if (!pair || !take_hex(cursor, &low) || low < 0xDC00 || low >= 0xE000)
            return fail(cursor, start, "has half a surrogate pair");
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    } else if (code >= 0xDC00 && code < 0xE000) {
        return fail(cursor, start, "has half a surrogate pair");
    }
    put_utf8(out, code);
    return true;
}

static bool take_escape(struct cursor *cursor, struct stw_buffer *out)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    cursor->at++;
    if (!has(cursor))
        return fail(cursor, cursor->at, cut_problem);
    char c = peek(cursor);
    const char *known = c == '\0' ? NULL : strchr(from, c);
    cursor->at++;
    if (c == 'u')
        return take_code(cursor, out);
    if (known == NULL)
        return fail(cursor, cursor->at - 1, "has a backslash before a character that takes none");
    stw_buffer_add_char(out, to[known - from]);
    return true;
}

/* The text whose opening quote is next. One without escapes is given as it lies there; else it goes
 * to `out`, and *inside is set to false. */
static bool take_text(struct cursor *cursor, struct stw_buffer *out, struct stw_slice *text,
                      bool *inside)
{
    size_t start = ++cursor->at, from = start;
    *inside = true;
    for (;; cursor->at++) {
        if (!has(cursor))
            return fail(cursor, cursor->at, cut_problem);
        char c = peek(cursor);
        if (c == '"')
            break;
        if ((unsigned char)c < 0x20)
            return fail(cursor, cursor->at, "has a control character inside a text");
        if (c != '\\')
            continue;
        *inside = false;
        stw_buffer_add(out, cursor->text.data + from, cursor->at - from);
        if (!take_escape(cursor, out))
            return false;
        from = cursor->at--;
    }
    if (!*inside)
        stw_buffer_add(out, cursor->text.data + from, cursor->at - from);
    *text = (struct stw_slice){cursor->text.data + start, cursor->at - start};
    cursor->at++;
    return true;
}

/* ---- Leaves ---------------------------------------------------------------------------------- */

/* Keeps the leaf's path, and its text where that was made: both end in reader->texts. */
static bool keep_leaf(struct cursor *cursor, struct stw_json_leaf leaf)
{
    struct stw_json_reader *reader = cursor->reader;
    if (cursor->count == STW_JSON_LEAVES_MAX)
        return fail(cursor, cursor->at, "has too many values");
    if (!stw_reserve((void **)&reader->leaves, &reader->leaf_capacity, cursor->count + 1u,
                     sizeof(*reader->leaves))) {
        cursor->no_memory = true;
        return false;
    }
    stw_buffer_add_slice(&reader->texts, stw_buffer_slice(&cursor->path));
    leaf.path = (struct stw_slice){NULL, reader->texts.size};
    reader->leaves[cursor->count++] = leaf;
    return true;
}

static size_t count_digits(struct cursor *cursor)
{
    size_t count = 0;
    for (; has(cursor) && peek(cursor) >= '0' && peek(cursor) <= '9'; cursor->at++)
        count++;
    return count;
}

static bool take_number(struct cursor *cursor)
{
    size_t start = cursor->at;
    cursor->at += peek(cursor) == '-';
    bool zero = has(cursor) && peek(cursor) == '0';
    size_t digits = count_digits(cursor);
    bool fine = digits == 1 || (digits > 1 && !zero);
    if (fine && has(cursor) && peek(cursor) == '.') {
        cursor->at++;
        fine = count_digits(cursor) > 0;
    }
    if (fine && has(cursor) && (peek(cursor) == 'e' || peek(cursor) == 'E')) {
        cursor->at++;
        cursor->at += has(cursor) && (peek(cursor) == '+' || peek(cursor) == '-');
        fine = count_digits(cursor) > 0;
    }
    if (!fine)
        return fail(cursor, cursor->at == cursor->text.size ? cursor->at : start,
                    "has a number that JSON does not have");
    struct stw_slice text = {cursor->text.data + start, cursor->at - start};
    return keep_leaf(cursor, (struct stw_json_leaf){.text = text, .kind = STW_JSON_NUMBER});
}

static bool take_word(struct cursor *cursor)
{
    static const struct {
        struct stw_slice word, text;
        enum stw_json_kind kind;
    } words[] = {{{"true", 4}, {"true", 4}, STW_JSON_BOOL},
                 {{"false", 5}, {"false", 5}, STW_JSON_BOOL},
                 {{"null", 4}, {"", 0}, STW_JSON_NULL}};
    size_t start = cursor->at;
    while (has(cursor) && peek(cursor) >= 'a' && peek(cursor) <= 'z')
        cursor->at++;
    struct stw_slice word = {cursor->text.data + start, cursor->at - start};
    bool cut = false;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        cut = cut || (cursor->at == cursor->text.size && stw_slice_starts(words[i].word, word));
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (stw_slice_equal(word, words[i].word))
            return keep_leaf(cursor,
                             (struct stw_json_leaf){.text = words[i].text, .kind = words[i].kind});
    cursor->problem_at = start;
    cursor->problem = cut ? cut_problem : "has a word that is no value of JSON";
    return false;
}

static bool take_text_leaf(struct cursor *cursor)
{
    struct stw_json_leaf leaf = {.kind = STW_JSON_TEXT};
    bool inside;
    if (!take_text(cursor, &cursor->reader->texts, &leaf.text, &inside))
        return false;
    if (!inside)
        leaf.text = (struct stw_slice){NULL, cursor->reader->texts.size};
    return keep_leaf(cursor, leaf);
}

/* ---- Lists and objects ----------------------------------------------------------------------- */

static bool take_value(struct cursor *cursor);

static void begin_step(struct cursor *cursor)
{
    if (cursor->path.size > 0)
        stw_buffer_add_char(&cursor->path, '.');
}

/* The name of a member onto the path, its points and backslashes escaped. */
static bool take_name(struct cursor *cursor)
{
    struct stw_buffer *texts = &cursor->reader->texts;
    size_t start = texts->size;
    struct stw_slice name;
    bool inside;
    if (!has(cursor) || peek(cursor) != '"')
        return fail(cursor, cursor->at, "has no name in quotes where one should be");
    if (!take_text(cursor, texts, &name, &inside))
        return false;
    if (!inside)
        name = (struct stw_slice){texts->data + start, texts->size - start};
    if (texts->failed) {
        cursor->no_memory = true;
        return false;
    }
    begin_step(cursor);
    for (size_t i = 0; i < name.size; i++) {
        if (name.data[i] == '.' || name.data[i] == '\\')
            stw_buffer_add_char(&cursor->path, '\\');
        stw_buffer_add_char(&cursor->path, name.data[i]);
    }
    texts->size = start;
    return true;
}

static bool take_member(struct cursor *cursor, bool is_list, uint32_t index)
{
    if (is_list) {
        begin_step(cursor);
        stw_buffer_printf(&cursor->path, "%s%u",
                          cursor->reader->step_count > 0 ? STW_JSON_ELEMENT : "", index);
        return take_value(cursor);
    }
    if (!take_name(cursor))
        return false;
    skip_blanks(cursor);
    if (!has(cursor) || peek(cursor) != ':')
        return fail(cursor, cursor->at, "has no : behind a name");
    cursor->at++;
    return take_value(cursor);
}

/* A list or object, whose opening bracket is next. */
static bool take_members(struct cursor *cursor)
{
    bool is_list = peek(cursor) == '[';
    char closing = is_list ? ']' : '}';
    if (++cursor->depth > STW_JSON_DEPTH_MAX)
        return fail(cursor, cursor->at, "is nested too deep");
    cursor->at++;
    skip_blanks(cursor);
    size_t path_size = cursor->path.size;
    bool empty = has(cursor) && peek(cursor) == closing;
    if (empty && cursor->reader->step_count > 0 &&
        !keep_leaf(cursor, (struct stw_json_leaf){.text = {"", 0}, .kind = STW_JSON_EMPTY}))
        return false;
    for (uint32_t index = 0; !empty; index++) {
        if (!take_member(cursor, is_list, index))
            return false;
        cursor->path.size = path_size;
        skip_blanks(cursor);
        if (!has(cursor) || (peek(cursor) != ',' && peek(cursor) != closing))
            return fail(cursor, cursor->at,
                        is_list ? "has no , or ] behind a value" : "has no , or } behind a value");
        if (peek(cursor) == closing)
            break;
        cursor->at++;
        skip_blanks(cursor);
    }
    cursor->at++;
    cursor->depth--;
    return true;
}

static bool take_value(struct cursor *cursor)
{
    skip_blanks(cursor);
    if (!has(cursor))
        return fail(cursor, cursor->at, cut_problem);
    char c = peek(cursor);
    if (c == '{' || c == '[')
        return take_members(cursor);
    if (c == '"')
        return take_text_leaf(cursor);
    if (c == '-' || (c >= '0' && c <= '9'))
        return take_number(cursor);
    return take_word(cursor);
}

/* Offsets into texts and paths as texts, now that they stand still. */
static void settle(struct stw_json_reader *reader, uint32_t count)
{
    struct stw_slice texts = stw_buffer_slice(&reader->texts);
    size_t start = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct stw_json_leaf *leaf = &reader->leaves[i];
        if (leaf->text.data == NULL) {
            size_t stop = leaf->text.size;
            leaf->text = (struct stw_slice){texts.data + start, stop - start};
            start = stop;
        }
        size_t stop = leaf->path.size;
        leaf->path = (struct stw_slice){texts.data + start, stop - start};
        start = stop;
    }
}

/* ---- Entries --------------------------------------------------------------------------------- */

void stw_json_reader_init(struct stw_json_reader *reader, bool by_lines)
{
    memset(reader, 0, sizeof(*reader));
    reader->by_lines = by_lines;
    stw_feed_init(&reader->feed);
    stw_buffer_init(&reader->texts);
}

void stw_json_reader_follow(struct stw_json_reader *reader, const struct stw_slice *steps,
                            uint32_t step_count)
{
    reader->steps = steps;
    reader->step_count = step_count;
}

void stw_json_reader_release(struct stw_json_reader *reader)
{
    stw_feed_release(&reader->feed);
    stw_buffer_release(&reader->texts);
    stw_free(reader->leaves);
    memset(reader, 0, sizeof(*reader));
}

static int fail_long(const struct stw_feed *feed, struct stw_error *err)
{
    return stw_fail(err, STW_ERR_LIMIT,
                    "the value that begins on line %llu is longer than %d bytes",
                    (unsigned long long)feed->line, STW_RECORD_BYTES_MAX);
}

/* The names of the objects that were entered, before what is named inside. */
static void put_entered(struct cursor *cursor)
{
    for (uint32_t i = 0; i < cursor->reader->objects; i++) {
        /* The last one is the member's own name, where that is read with its value. */
        if (cursor->member && i + 1 == cursor->reader->objects)
            break;
        begin_step(cursor);
        stw_buffer_add_slice(&cursor->path, cursor->reader->steps[i]);
    }
}

/* Parses from the cursor on, and fills in the value but for what its layout says. */
static int take_entry(struct cursor *cursor, struct stw_json_value *value, struct stw_error *err)
{
    struct stw_json_reader *reader = cursor->reader;
    struct stw_feed *feed = &reader->feed;
    stw_buffer_clear(&reader->texts);
    stw_buffer_init(&cursor->path);
    put_entered(cursor);
    bool fine = cursor->member ? take_member(cursor, false, 0) : take_value(cursor);
    bool no_memory = cursor->no_memory || cursor->path.failed || reader->texts.failed;
    stw_buffer_release(&cursor->path);
    if (no_memory)
        return stw_fail_memory(err, STW_RECORD_BYTES_MAX);
    if (fine)
        settle(reader, cursor->count);
    *value = (struct stw_json_value){
        .leaves = reader->leaves,
        .count = fine ? cursor->count : 0,
        .line = feed->line,
        .offset = feed->offset + feed->at,
    };
    return STW_OK;
}

/* One line as one value. */
static int next_line(struct stw_json_reader *reader, struct stw_json_value *value,
                     struct stw_error *err)
{
    struct stw_feed *feed = &reader->feed;
    for (;;) {
        struct stw_slice rest = stw_feed_rest(feed);
        const char *end = rest.size == 0 ? NULL : memchr(rest.data, '\n', rest.size);
        size_t size = end == NULL ? rest.size : (size_t)(end - rest.data);
        if (size > STW_RECORD_BYTES_MAX)
            return fail_long(feed, err);
        if (end == NULL && (!feed->last || size == 0))
            return STW_END;
        struct cursor cursor = {.reader = reader, .text = {rest.data, size}, .last = true};
        skip_blanks(&cursor);
        if (cursor.at == size) {
            stw_feed_skip(feed, size + (end != NULL));
            continue;
        }
        STW_TRY(take_entry(&cursor, value, err));
        skip_blanks(&cursor);
        if (cursor.problem == NULL && cursor.at < size)
            fail(&cursor, cursor.at, "has text behind its value");
        value->problem = cursor.problem;
        value->problem_at = (uint32_t)cursor.problem_at;
        value->count = cursor.problem == NULL ? value->count : 0;
        value->cut = end == NULL;
        if (cursor.problem == cut_problem && end != NULL)
            value->problem = "ends before its value does";
        size_t kept = size;
        kept -= kept > 0 && rest.data[kept - 1] == '\r';
        value->raw = (struct stw_slice){rest.data, kept};
        stw_feed_skip(feed, size + (end != NULL));
        return STW_OK;
    }
}

static int fail_syntax(const struct cursor *cursor, const char *problem, size_t at,
                       struct stw_error *err)
{
    uint64_t line = cursor->reader->feed.line, column = cursor->reader->feed.column;
    for (size_t i = 0; i < at; i++) {
        column = cursor->text.data[i] == '\n' ? 1 : column + 1;
        line += cursor->text.data[i] == '\n';
    }
    return stw_fail(err, STW_ERR_INPUT, "the JSON %s (line %llu, column %llu)", problem,
                    (unsigned long long)line, (unsigned long long)column);
}

/* A value whose end did not come with the input: handed out once. */
static int cut_value(struct cursor *cursor, struct stw_json_value *value)
{
    struct stw_feed *feed = &cursor->reader->feed;
    *value = (struct stw_json_value){.problem = cut_problem,
                                     .cut = true,
                                     .line = feed->line,
                                     .offset = feed->offset + feed->at,
                                     .raw = cursor->text};
    cursor->reader->in_list = false;
    cursor->reader->objects = 0;
    stw_feed_skip(feed, cursor->text.size);
    return STW_OK;
}

/* Behind the closing bracket of a list or of an entered object. */
static void close_level(struct stw_json_reader *reader)
{
    if (reader->in_list)
        reader->in_list = reader->passing = false;
    else
        reader->ended = --reader->objects == 0;
    reader->wants_comma = reader->objects > 0;
    reader->behind_comma = false;
}

static void open_level(struct stw_json_reader *reader, bool is_list)
{
    reader->in_list = is_list;
    reader->objects += !is_list;
    reader->wants_comma = reader->behind_comma = false;
}

/* A member of an entered object: the list or object that the path leads to, or a list that is
 * passed over, is entered and the cursor is behind its bracket. Else *entered is false. STW_END:
 * more must come before that can be told. */
static int enter_member(struct cursor *cursor, bool *entered, struct stw_error *err)
{
    struct stw_json_reader *reader = cursor->reader;
    size_t start = cursor->at;
    *entered = false;
    stw_buffer_clear(&reader->texts);
    stw_buffer_init(&cursor->path);
    bool named = take_name(cursor);
    bool meant = named && stw_slice_equal(stw_buffer_slice(&cursor->path),
                                          reader->steps[reader->objects - 1]);
    bool no_memory = cursor->path.failed || cursor->no_memory;
    stw_buffer_release(&cursor->path);
    if (no_memory)
        return stw_fail_memory(err, STW_RECORD_BYTES_MAX);
    if (named) {
        skip_blanks(cursor);
        named = has(cursor) && peek(cursor) == ':';
        cursor->at += named;
        skip_blanks(cursor);
    }
    bool wait = cursor->starved && !cursor->last;
    char c = named && has(cursor) ? peek(cursor) : '\0';
    bool is_list = c == '[';
    bool whole = reader->objects == reader->step_count;
    bool is_object = c == '{' && meant && !whole;
    if (is_list || is_object) {
        *entered = true;
        reader->passing = is_list && !meant;
        open_level(reader, is_list);
        return STW_OK;
    }
    /* Read whole, with what is wrong with it. */
    *cursor = (struct cursor){.reader = reader,
                              .text = cursor->text,
                              .at = start,
                              .last = cursor->last,
                              .member = true,
                              .meant = meant && whole && c == '{'};
    return wait ? STW_END : STW_OK;
}

/* Brackets and commas of the list at the top, and of what the path leads through. STW_END: there is
 * no value behind them yet. */
static int skip_front(struct cursor *cursor, struct stw_error *err)
{
    struct stw_json_reader *reader = cursor->reader;
    for (;;) {
        skip_blanks(cursor);
        if (!has(cursor))
            return STW_END;
        char c = peek(cursor);
        bool inside = reader->in_list || reader->objects > 0;
        char closing = reader->in_list ? ']' : '}';
        if (!inside && reader->ended) {
            return fail_syntax(cursor, "has a second value, where a path leads into one",
                               cursor->at, err);
        } else if (!inside && (c == '[' || (c == '{' && reader->step_count > 0))) {
            open_level(reader, c == '[');
        } else if (inside && c == closing && !reader->behind_comma) {
            close_level(reader);
        } else if (inside && reader->wants_comma && c == ',') {
            reader->wants_comma = false;
            reader->behind_comma = true;
        } else if (inside && reader->wants_comma) {
            return fail_syntax(cursor,
                               reader->in_list ? "has no , or ] behind a value"
                                               : "has no , or } behind a value",
                               cursor->at, err);
        } else if (reader->objects > 0 && !reader->in_list) {
            bool entered;
            int status = enter_member(cursor, &entered, err);
            if (status != STW_OK || !entered)
                return status;
        } else {
            return STW_OK;
        }
        /* Consumed for good: the state above goes with it. */
        stw_feed_skip(&reader->feed, ++cursor->at);
        cursor->text = stw_feed_rest(&reader->feed);
        cursor->at = 0;
    }
}

/* The next value, or an element that is passed over: *passed. */
static int take_next(struct stw_json_reader *reader, struct stw_json_value *value, bool *passed,
                     struct stw_error *err)
{
    struct stw_feed *feed = &reader->feed;
    *passed = false;
    struct cursor cursor = {.reader = reader, .text = stw_feed_rest(feed), .last = feed->last};
    int status = skip_front(&cursor, err);
    if (status == STW_END && feed->last && (reader->in_list || reader->objects > 0))
        return cut_value(&cursor, value); /* it is never closed */
    if (status != STW_OK)
        return status;
    bool outside = cursor.member && !cursor.meant;
    stw_feed_skip(feed, cursor.at);
    cursor.text = stw_feed_rest(feed);
    cursor.at = 0;
    STW_TRY(take_entry(&cursor, value, err));
    size_t size = cursor.starved ? cursor.text.size : cursor.at;
    if (size > STW_RECORD_BYTES_MAX)
        return fail_long(feed, err);
    /* A number at the very end of what is there may go on. */
    if (cursor.starved)
        return STW_END;
    if (cursor.problem == cut_problem)
        return cut_value(&cursor, value);
    if (cursor.problem != NULL)
        return fail_syntax(&cursor, cursor.problem, cursor.problem_at, err);
    value->raw = (struct stw_slice){cursor.text.data, cursor.at};
    value->outside = outside;
    *passed = reader->passing;
    reader->wants_comma = true;
    reader->behind_comma = false;
    stw_feed_skip(feed, cursor.at);
    return STW_OK;
}

static int next_value(struct stw_json_reader *reader, struct stw_json_value *value,
                      struct stw_error *err)
{
    bool passed;
    int status;
    do
        status = take_next(reader, value, &passed, err);
    while (status == STW_OK && passed);
    return status;
}

int stw_json_next(struct stw_json_reader *reader, struct stw_json_value *value,
                  struct stw_error *err)
{
    return reader->by_lines ? next_line(reader, value, err) : next_value(reader, value, err);
}
