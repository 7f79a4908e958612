/* Line protocol; see line_protocol.h. */
#include "text/line_protocol.h"

#include "base/memory.h"
#include "text/record.h"
#include "text/width.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FLOAT_BYTES_MAX = 1024 };

/* An entry on its way. */
struct cursor {
    struct stw_line_protocol *reader;
    struct stw_slice text; /* from the entry's first byte to all there is */
    size_t at;
    bool last;    /* nothing comes behind the text */
    bool starved; /* asked for a byte behind the text, and more may come */
    bool no_memory;
    const char *problem;
    size_t problem_at;
    uint32_t pair_count;
};

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
        cursor->problem = problem;
        cursor->problem_at = at;
    }
    return false;
}

static bool is_control(char c)
{
    return (unsigned char)c < 0x20 || c == 0x7F;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\r' || c == '\n';
}

static void skip_blanks(struct cursor *cursor)
{
    while (has(cursor) && peek(cursor) == ' ')
        cursor->at++;
}

/* ---- Tokens ---------------------------------------------------------------------------------- */

/* What ends a token, and what a backslash stands in front of. */
struct token_rule {
    const char *ends;
    const char *escaped; /* n r t stand for the control characters where is_string */
    bool is_string;
};

static const struct token_rule measurement_rule = {", ", " ,", false};
static const struct token_rule key_rule = {",= \r\n", ",= ", false};
static const struct token_rule string_rule = {"\"", "\\\"nrt", true};

static bool ends_token(char c, const struct token_rule *rule)
{
    if (rule->is_string)
        return c == '"';
    return is_control(c) || strchr(rule->ends, c) != NULL;
}

static char unescape(char c, const struct token_rule *rule)
{
    if (!rule->is_string)
        return c;
    return c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : c;
}

/* A copy without the backslashes. */
static bool copy_token(struct cursor *cursor, const struct token_rule *rule,
                       struct stw_slice *token)
{
    char *copy = stw_arena_alloc(&cursor->reader->texts, token->size, 1);
    size_t size = 0;
    cursor->no_memory = copy == NULL;
    if (copy == NULL)
        return false;
    for (size_t i = 0; i < token->size; i++) {
        char c = token->data[i];
        bool escapes = c == '\\' && i + 1 < token->size && token->data[i + 1] != '\0' &&
                       strchr(rule->escaped, token->data[i + 1]) != NULL;
        copy[size++] = escapes ? unescape(token->data[++i], rule) : c;
    }
    *token = (struct stw_slice){copy, size};
    return true;
}

/* Bytes up to what ends the token; may be empty. */
static bool take_token(struct cursor *cursor, const struct token_rule *rule,
                       struct stw_slice *token)
{
    size_t start = cursor->at;
    bool escapes = false, beyond_ascii = false;
    for (; has(cursor) && !ends_token(peek(cursor), rule); cursor->at++) {
        beyond_ascii = beyond_ascii || (unsigned char)peek(cursor) >= 0x80;
        if (peek(cursor) != '\\')
            continue;
        cursor->at++;
        bool known =
            has(cursor) && peek(cursor) != '\0' && strchr(rule->escaped, peek(cursor)) != NULL;
        escapes = escapes || known;
        cursor->at -= !known; /* a backslash of its own */
    }
    *token = (struct stw_slice){cursor->text.data + start, cursor->at - start};
    if (escapes && !copy_token(cursor, rule, token))
        return false;
    if (beyond_ascii && stw_utf8_valid_size(*token) < token->size)
        return fail(cursor, start, "holds bytes that are no UTF-8");
    return true;
}

/* ---- Values ---------------------------------------------------------------------------------- */

static size_t count_digits(struct stw_slice text, size_t at)
{
    size_t count = 0;
    while (at + count < text.size && text.data[at + count] >= '0' && text.data[at + count] <= '9')
        count++;
    return count;
}

static bool is_float(struct stw_slice text)
{
    size_t at = text.size > 0 && text.data[0] == '-';
    size_t digits = count_digits(text, at);
    at += digits;
    if (at < text.size && text.data[at] == '.') {
        size_t decimals = count_digits(text, ++at);
        digits += decimals;
        at += decimals;
    }
    if (digits == 0)
        return false;
    if (at < text.size && (text.data[at] == 'e' || text.data[at] == 'E')) {
        at++;
        at += at < text.size && (text.data[at] == '+' || text.data[at] == '-');
        digits = count_digits(text, at);
        at += digits;
    }
    return digits > 0 && at == text.size;
}

/* Whether a float is one of the 64 bits that the protocol has. */
static bool fits_double(struct stw_slice text)
{
    char copy[FLOAT_BYTES_MAX];
    if (text.size >= sizeof(copy))
        return false;
    memcpy(copy, text.data, text.size);
    copy[text.size] = '\0';
    return isfinite(strtod(copy, NULL));
}

/* Whether digits are a whole number up to `most`. */
static bool fits_whole(struct stw_slice digits, uint64_t most)
{
    uint64_t value = 0;
    for (size_t i = 0; i < digits.size; i++) {
        uint64_t digit = (uint64_t)(digits.data[i] - '0');
        if (value > (most - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    return true;
}

/* "is no whole number" and the like; NULL: fine. */
static const char *check_whole(struct stw_slice text, bool is_signed)
{
    bool negative = is_signed && text.size > 0 && text.data[0] == '-';
    struct stw_slice digits = {text.data + negative, text.size - negative};
    if (digits.size == 0 || count_digits(digits, 0) != digits.size)
        return "is not a whole number";
    uint64_t most = !is_signed ? UINT64_MAX : (uint64_t)INT64_MAX + negative;
    return fits_whole(digits, most) ? NULL : "is beyond 64 bits";
}

static bool take_number(struct cursor *cursor, struct stw_line_pair *pair)
{
    size_t start = cursor->at;
    while (has(cursor) && peek(cursor) != ',' && !is_blank(peek(cursor)))
        cursor->at++;
    pair->value = (struct stw_slice){cursor->text.data + start, cursor->at - start};
    char end = pair->value.data[pair->value.size - 1];
    pair->type = end == 'i' ? STW_LINE_INT : end == 'u' ? STW_LINE_UINT : STW_LINE_FLOAT;
    pair->value.size -= pair->type != STW_LINE_FLOAT;
    const char *problem;
    if (pair->type != STW_LINE_FLOAT)
        problem = check_whole(pair->value, pair->type == STW_LINE_INT);
    else
        problem = !is_float(pair->value)      ? "is not a number"
                  : !fits_double(pair->value) ? "is beyond 64 bits"
                                              : NULL;
    return problem == NULL || fail(cursor, start, problem);
}

static bool take_bool(struct cursor *cursor, struct stw_line_pair *pair)
{
    static const char *const words[] = {"t", "T", "true",  "True",  "TRUE",
                                        "f", "F", "false", "False", "FALSE"};
    size_t start = cursor->at;
    while (has(cursor) && peek(cursor) != ',' && !is_blank(peek(cursor)))
        cursor->at++;
    struct stw_slice word = {cursor->text.data + start, cursor->at - start};
    pair->type = STW_LINE_BOOL;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (stw_slice_is(word, words[i])) {
            pair->value = i < 5 ? STW_SLICE("true") : STW_SLICE("false");
            return true;
        }
    }
    return fail(cursor, start, "is neither true nor false");
}

static bool take_string(struct cursor *cursor, struct stw_line_pair *pair)
{
    size_t start = cursor->at++;
    pair->type = STW_LINE_STRING;
    if (!take_token(cursor, &string_rule, &pair->value))
        return false;
    if (!has(cursor)) {
        cursor->at = start; /* the lines behind this one may be fine */
        return fail(cursor, start, "has no closing quote");
    }
    cursor->at++;
    return true;
}

static bool take_value(struct cursor *cursor, struct stw_line_pair *pair)
{
    if (!has(cursor))
        return fail(cursor, cursor->at, "has no field value");
    char c = peek(cursor);
    if (c == '"')
        return take_string(cursor, pair);
    if (c == 't' || c == 'T' || c == 'f' || c == 'F')
        return take_bool(cursor, pair);
    if (c == '-' || c == '.' || (c >= '0' && c <= '9'))
        return take_number(cursor, pair);
    return fail(cursor, cursor->at, "is no field value of any type");
}

/* ---- Points ---------------------------------------------------------------------------------- */

static struct stw_line_pair *add_pair(struct cursor *cursor)
{
    struct stw_line_protocol *reader = cursor->reader;
    if (cursor->pair_count == STW_LINE_PAIRS_MAX) {
        fail(cursor, cursor->at, "has too many tags and fields");
        return NULL;
    }
    if (!stw_reserve((void **)&reader->pairs, &reader->pair_capacity, cursor->pair_count + 1u,
                     sizeof(*reader->pairs))) {
        cursor->no_memory = true;
        return NULL;
    }
    return &reader->pairs[cursor->pair_count++];
}

/* A comma must have a name behind it. */
static bool take_tag_comma(struct cursor *cursor)
{
    if (!has(cursor) || peek(cursor) != ',')
        return true;
    cursor->at++;
    if (!has(cursor) || is_blank(peek(cursor)))
        return fail(cursor, cursor->at, "has no tag behind the comma");
    return true;
}

static bool is_twice(const struct cursor *cursor, struct stw_slice key)
{
    for (uint32_t i = 0; i + 1 < cursor->pair_count; i++)
        if (stw_slice_equal(cursor->reader->pairs[i].key, key))
            return true;
    return false;
}

static bool take_tag(struct cursor *cursor)
{
    size_t start = cursor->at;
    struct stw_slice key, value;
    if (!take_token(cursor, &key_rule, &key))
        return false;
    if (key.size == 0 || !has(cursor) || peek(cursor) != '=')
        return fail(cursor, start,
                    key.size == 0 ? "has no tag or field where one should be"
                                  : "has no = behind the name of a tag");
    cursor->at++;
    start = cursor->at;
    if (!take_token(cursor, &key_rule, &value))
        return false;
    if (value.size == 0)
        return fail(cursor, start, "has no value of a tag");
    struct stw_line_pair *pair = add_pair(cursor);
    if (pair == NULL)
        return false;
    *pair = (struct stw_line_pair){key, value, STW_LINE_TAG};
    if (is_twice(cursor, key))
        return fail(cursor, start, "has a tag twice");
    return take_tag_comma(cursor);
}

static bool take_tags(struct cursor *cursor, struct stw_line_point *point)
{
    size_t start = cursor->at;
    if (!take_token(cursor, &measurement_rule, &point->measurement))
        return false;
    if (point->measurement.size == 0)
        return fail(cursor, start, "does not begin with the name of a measurement");
    if (cursor->text.data[start] == '#')
        return fail(cursor, start, "is a comment with control characters");
    if (!take_tag_comma(cursor))
        return false;
    while (has(cursor) && peek(cursor) != ' ')
        if (!take_tag(cursor))
            return false;
    skip_blanks(cursor);
    return true;
}

/* The end of a line, or of the input. */
static bool take_end(struct cursor *cursor)
{
    if (!has(cursor))
        return true;
    size_t before = cursor->at;
    if (peek(cursor) == '\r') {
        cursor->at++;
        if (!has(cursor))
            return true;
    }
    if (peek(cursor) == '\n') {
        cursor->at++;
        return true;
    }
    cursor->at = before;
    return false;
}

/* A field; *more: a comma and so another one follows. */
static bool take_field(struct cursor *cursor, bool *more)
{
    size_t start = cursor->at;
    struct stw_line_pair field = {.type = STW_LINE_FLOAT};
    if (!take_token(cursor, &key_rule, &field.key))
        return false;
    if (field.key.size == 0)
        return fail(cursor, start, "has no name of a field where one should be");
    if (!has(cursor) || peek(cursor) != '=')
        return fail(cursor, cursor->at, "has no = behind the name of a field");
    cursor->at++;
    if (!take_value(cursor, &field))
        return false;
    struct stw_line_pair *pair = add_pair(cursor);
    if (pair == NULL)
        return false;
    *pair = field;
    *more = has(cursor) && peek(cursor) == ',';
    cursor->at += *more;
    if (!*more && has(cursor) && !is_blank(peek(cursor)))
        return fail(cursor, cursor->at, "has text behind a field");
    return true;
}

static bool take_time(struct cursor *cursor, struct stw_line_point *point)
{
    size_t start = cursor->at;
    while (has(cursor) && ((peek(cursor) >= '0' && peek(cursor) <= '9') || peek(cursor) == '-'))
        cursor->at++;
    point->time = (struct stw_slice){cursor->text.data + start, cursor->at - start};
    if (has(cursor) && !is_blank(peek(cursor)))
        return fail(cursor, start, "has a time that is no whole number");
    if (point->time.size > 0 && check_whole(point->time, true) != NULL)
        return fail(cursor, start, "has a time that is no whole number of 64 bits");
    skip_blanks(cursor);
    return take_end(cursor) || fail(cursor, cursor->at, "has text behind the time");
}

static bool take_point(struct cursor *cursor, struct stw_line_point *point)
{
    bool more = true;
    if (!take_tags(cursor, point))
        return false;
    point->tag_count = cursor->pair_count;
    while (more)
        if (!take_field(cursor, &more))
            return false;
    point->field_count = cursor->pair_count - point->tag_count;
    skip_blanks(cursor);
    return take_end(cursor) || take_time(cursor, point);
}

/* ---- Entries --------------------------------------------------------------------------------- */

/* Blank lines and comments in front of an entry. False: there is none yet. */
static bool skip_front(struct stw_line_protocol *reader)
{
    struct stw_feed *feed = &reader->feed;
    for (;;) {
        struct cursor cursor = {.reader = reader, .text = stw_feed_rest(feed), .last = feed->last};
        skip_blanks(&cursor);
        if (!has(&cursor)) {
            if (feed->last)
                stw_feed_skip(feed, cursor.at);
            return false;
        }
        bool is_comment = peek(&cursor) == '#';
        while (is_comment && has(&cursor) && !is_control(peek(&cursor)))
            cursor.at++;
        size_t before = cursor.at;
        bool ended = take_end(&cursor);
        if (cursor.starved)
            return false;
        if (!ended || (!is_comment && cursor.at == before)) {
            /* An entry, or a comment with control characters, which is an entry that is wrong. */
            stw_feed_skip(feed, is_comment ? 0 : before);
            return true;
        }
        stw_feed_skip(feed, cursor.at);
    }
}

static int fail_long(const struct stw_feed *feed, struct stw_error *err)
{
    return stw_fail(err, STW_ERR_LIMIT,
                    "the entry that begins on line %llu is longer than %d bytes",
                    (unsigned long long)feed->line, STW_RECORD_BYTES_MAX);
}

/* Past the end of the line in which the problem is. */
static void skip_line(struct cursor *cursor)
{
    struct stw_slice rest = {cursor->text.data + cursor->at, cursor->text.size - cursor->at};
    const char *end = rest.size == 0 ? NULL : memchr(rest.data, '\n', rest.size);
    cursor->starved = end == NULL && !cursor->last;
    cursor->at = end == NULL ? cursor->text.size : (size_t)(end - cursor->text.data) + 1;
}

static struct stw_slice without_end(struct stw_slice raw)
{
    while (raw.size > 0 && (raw.data[raw.size - 1] == '\n' || raw.data[raw.size - 1] == '\r'))
        raw.size--;
    return raw;
}

void stw_line_protocol_init(struct stw_line_protocol *reader)
{
    memset(reader, 0, sizeof(*reader));
    stw_feed_init(&reader->feed);
    stw_arena_init(&reader->texts);
}

void stw_line_protocol_release(struct stw_line_protocol *reader)
{
    stw_feed_release(&reader->feed);
    stw_arena_release(&reader->texts);
    stw_free(reader->pairs);
    memset(reader, 0, sizeof(*reader));
}

int stw_line_protocol_next(struct stw_line_protocol *reader, struct stw_line_point *point,
                           struct stw_error *err)
{
    struct stw_feed *feed = &reader->feed;
    bool found = skip_front(reader);
    struct cursor cursor = {.reader = reader, .text = stw_feed_rest(feed), .last = feed->last};
    if (!found)
        return cursor.text.size > STW_RECORD_BYTES_MAX ? fail_long(feed, err) : STW_END;
    if (reader->texts.used_bytes > 0)
        stw_arena_clear(&reader->texts);
    *point = (struct stw_line_point){.line = feed->line, .offset = feed->offset + feed->at};
    if (!take_point(&cursor, point) && cursor.no_memory)
        return stw_fail_memory(err, STW_RECORD_BYTES_MAX);
    if (cursor.problem != NULL && !cursor.starved)
        skip_line(&cursor);
    if ((cursor.starved ? cursor.text.size : cursor.at) > STW_RECORD_BYTES_MAX)
        return fail_long(feed, err);
    if (cursor.starved)
        return STW_END;
    struct stw_slice entry = {cursor.text.data, cursor.at};
    point->raw = without_end(entry);
    point->cut = point->raw.size == entry.size;
    point->problem = cursor.problem;
    point->problem_at = (uint32_t)cursor.problem_at;
    point->pairs = reader->pairs;
    stw_feed_skip(feed, entry.size);
    return STW_OK;
}
