/*
 * Which encoding the first bytes of a file are in; see encoding.h.
 *
 * Each candidate reads the bytes its way, cuts them into characters and gives each a mark: 100 for
 * what is frequent in a text of that encoding, less for what is possible, much below zero for what
 * it does not have. The mean mark of what lies beyond ASCII is the candidate's; libuchardet adds a
 * few points to the one it names. (Alone it is wrong about the few characters a table of figures
 * has: "度" in a header is two bytes.)
 */
#include "text/encoding.h"

#include "base/memory.h"
#include "text/width.h"

#include <iconv.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <uchardet/uchardet.h>

/* Marks, in hundredths. */
enum {
    FREQUENT = 100,
    LIKELY = 60, /* of the encoding's first plane, or its punctuation */
    POSSIBLE = 15,
    RARE = -30,
    WRONG = -200,
    VOTE = 15,         /* libuchardet's */
    LEAST = 20,        /* a candidate below is none */
    APART = 10,        /* two closer than that are a question */
    ASCII_SHARE = 100, /* one odd byte in so many is damage, not an encoding */
    EXAMPLE = 24       /* bytes of a text shown in a question */
};

enum candidate { AS_UTF8, AS_GB18030, AS_BIG5, AS_WINDOWS1252, CANDIDATES };

static const enum stw_encoding encoding_of[CANDIDATES] = {
    STW_ENCODING_UTF8, STW_ENCODING_GB18030, STW_ENCODING_BIG5, STW_ENCODING_WINDOWS1252};

/* Two-byte codes that are frequent, a bit each. */
struct code_set {
    uint8_t bits[65536 / 8];
};

struct marks {
    long long sum;
    long long count;    /* characters beyond ASCII */
    long long frequent; /* of them */
    size_t example;     /* where the first of them stands */
};

typedef const unsigned char *bytes_at;

/* ---- Marks byte by byte ---------------------------------------------------------------------- */

/* The frequent characters as codes of an encoding; those it lacks are passed over. */
static void fill_set(struct code_set *set, const char *encoding)
{
    memset(set, 0, sizeof(*set));
    iconv_t to = iconv_open(encoding, "UTF-8");
    if ((intptr_t)to == -1)
        return; /* all stay unmarked: the marks of the planes still tell */
    struct stw_slice text = stw_slice_of(stw_encoding_frequent);
    while (text.size > 0) {
        uint32_t ignored;
        size_t size = stw_utf8_decode(text, &ignored), left = size, space = 4;
        unsigned char code[4];
        char *from = (char *)text.data, *out = (char *)code;
        iconv(to, NULL, NULL, NULL, NULL);
        if (iconv(to, &from, &left, &out, &space) == 0 && space == 2) {
            unsigned number = (unsigned)code[0] << 8 | code[1];
            set->bits[number / 8] |= (uint8_t)(1u << number % 8);
        }
        text.data += size;
        text.size -= size;
    }
    iconv_close(to);
}

static bool is_frequent(const struct code_set *set, bytes_at at)
{
    unsigned number = (unsigned)at[0] << 8 | at[1];
    return (set->bits[number / 8] >> number % 8 & 1) != 0;
}

/* The mark of the character at `at` and its size; WRONG and a size of 0: the end cuts it. */
typedef int mark_fn(bytes_at at, size_t left, const struct code_set *set, size_t *size);

static int mark_gb18030(bytes_at at, size_t left, const struct code_set *set, size_t *size)
{
    *size = left < 2 ? 0 : 1;
    if (left < 2 || at[0] == 0x80 || at[0] == 0xFF)
        return WRONG;
    if (at[1] >= '0' && at[1] <= '9') {
        *size = left < 4 ? 0 : 4;
        if (left < 4)
            return WRONG;
        if (at[2] > 0x80 && at[2] < 0xFF && at[3] >= '0' && at[3] <= '9')
            return RARE;
        *size = 1;
        return WRONG;
    }
    if (at[1] < 0x40 || at[1] == 0x7F || at[1] == 0xFF)
        return WRONG;
    *size = 2;
    if (is_frequent(set, at))
        return FREQUENT;
    if (at[1] < 0xA1 || at[0] < 0xA1)
        return RARE; /* added by GBK: not simplified Chinese */
    if (at[0] >= 0xB0 && at[0] <= 0xD7)
        return LIKELY; /* GB 2312, first level */
    return at[0] >= 0xD8 && at[0] <= 0xF7 ? POSSIBLE : at[0] <= 0xA3 ? LIKELY : RARE;
}

static int mark_big5(bytes_at at, size_t left, const struct code_set *set, size_t *size)
{
    *size = left < 2 ? 0 : 1;
    bool trail = left >= 2 && ((at[1] >= 0x40 && at[1] <= 0x7E) || (at[1] >= 0xA1 && at[1] < 0xFF));
    if (!trail || at[0] < 0x87 || at[0] == 0xFF)
        return WRONG;
    *size = 2;
    if (is_frequent(set, at))
        return FREQUENT;
    if (at[0] >= 0xA1 && at[0] <= 0xC6)
        return LIKELY; /* punctuation and the frequent plane */
    return at[0] >= 0xC9 && at[0] <= 0xF9 ? POSSIBLE : RARE;
}

static int mark_utf8(bytes_at at, size_t left, const struct code_set *set, size_t *size)
{
    (void)set;
    uint32_t code;
    *size = stw_utf8_decode((struct stw_slice){(const char *)at, left}, &code);
    if (code == STW_CODE_INVALID && left < 4)
        *size = 0;
    return code == STW_CODE_INVALID ? WRONG : FREQUENT;
}

static bool is_letter(unsigned c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* What Western texts and units have beyond ASCII: ä ß é beside letters, °C, m², m³, µ, €, £. */
static int mark_windows1252(bytes_at at, size_t left, const struct code_set *set, size_t *size)
{
    (void)set;
    unsigned before = at[-1], behind = left > 1 ? at[1] : ' ', c = at[0];
    *size = 1;
    if (c == 0x81 || c == 0x8D || c == 0x8F || c == 0x90 || c == 0x9D)
        return WRONG;
    if (before >= 0x80 || behind >= 0x80)
        return RARE;
    if (c >= 0xC0 && c != 0xD7 && c != 0xF7 && c != 0xFF)
        return is_letter(before) || is_letter(behind) ? FREQUENT - 10 : POSSIBLE;
    switch (c) {
    case 0xB0: /* degree */
        return behind == 'C' || behind == 'F' || (before >= '0' && before <= '9') ? FREQUENT - 10
                                                                                  : POSSIBLE;
    case 0xB2: /* square and cube */
    case 0xB3:
        return before == 'm' || before == 't' ? FREQUENT - 10 : POSSIBLE;
    case 0xB5: /* micro */
        return is_letter(behind) ? FREQUENT - 10 : POSSIBLE;
    case 0x80: /* euro, pound, section, dash */
    case 0xA3:
    case 0xA7:
    case 0x96:
        return LIKELY;
    default:
        return c < 0xA0 ? RARE : 0;
    }
}

static struct marks add_up(struct stw_slice text, bool complete, mark_fn *mark,
                           const struct code_set *set)
{
    struct marks marks = {0, 0, 0, 0};
    for (size_t i = 0; i < text.size;) {
        bytes_at at = (bytes_at)text.data + i;
        size_t size;
        if (*at < 0x80) {
            i++;
            continue;
        }
        /* Before the first byte stands a blank: detect() puts it there. */
        int points = mark(at, text.size - i, set, &size);
        if (size == 0 && !complete)
            break;
        size = size == 0 ? 1 : size;
        if (marks.count == 0)
            marks.example = i;
        marks.sum += points;
        marks.count++;
        marks.frequent += points >= FREQUENT - 10;
        i += size;
    }
    return marks;
}

static long long mean(const struct marks *marks)
{
    return marks->count == 0 ? WRONG : marks->sum / marks->count;
}

/* ---- UTF-16 without a mark ------------------------------------------------------------------- */

/* Separators, digits and line ends have a zero as one of their two bytes, always the same one. */
static enum stw_encoding utf16_of(struct stw_slice text)
{
    size_t even = 0, odd = 0, pairs = text.size / 2;
    for (size_t i = 0; i + 1 < text.size; i += 2) {
        even += text.data[i] == '\0';
        odd += text.data[i + 1] == '\0';
    }
    if (odd * 10 >= pairs && odd > 0 && even * 20 <= odd)
        return STW_ENCODING_UTF16LE;
    if (even * 10 >= pairs && even > 0 && odd * 20 <= even)
        return STW_ENCODING_UTF16BE;
    return STW_ENCODING_UNKNOWN;
}

/* ---- The decision ---------------------------------------------------------------------------- */

/* What libuchardet takes the text for; unknown: for none that is read here. */
static enum stw_encoding vote_of(struct stw_slice text)
{
    enum stw_encoding voted = STW_ENCODING_UNKNOWN;
    uchardet_t detector = uchardet_new();
    if (detector == NULL)
        return voted;
    if (uchardet_handle_data(detector, text.data, text.size) == 0) {
        uchardet_data_end(detector);
        struct stw_slice name = stw_slice_of(uchardet_get_charset(detector));
        if (stw_slice_is(name, "UHC")) /* Windows' EUC-KR */
            voted = STW_ENCODING_EUC_KR;
        else if (name.size > 0 && stw_encoding_parse(name, &voted, NULL) < 0)
            voted = STW_ENCODING_UNKNOWN;
    }
    uchardet_delete(detector);
    return voted == STW_ENCODING_LATIN1 || voted == STW_ENCODING_LATIN9 ? STW_ENCODING_WINDOWS1252
                                                                        : voted;
}

/* A few characters from the first one beyond ASCII on, as an encoding reads them. */
static void put_example(char *out, size_t size, struct stw_slice text, enum stw_encoding encoding)
{
    struct stw_transcoder *transcoder;
    char decoded[EXAMPLE * 4];
    size_t used, got;
    out[0] = '\0';
    if (text.size > EXAMPLE)
        text.size = EXAMPLE;
    for (size_t i = 0; i < text.size; i++)
        if (memchr(",;\t|\r\n", text.data[i], 6) != NULL)
            text.size = i;
    if (encoding == STW_ENCODING_UTF8 || stw_transcoder_create(&transcoder, encoding, NULL) < 0)
        return;
    stw_transcoder_run(transcoder, text, false, &used, decoded, sizeof(decoded), &got);
    stw_transcoder_free(transcoder);
    snprintf(out, size, "%.*s", (int)stw_utf8_valid_size((struct stw_slice){decoded, got}),
             decoded);
}

static int ask(struct stw_slice text, const struct marks *marks, enum stw_encoding best,
               enum stw_encoding second, struct stw_error *err)
{
    char one[EXAMPLE * 4], other[EXAMPLE * 4];
    struct stw_slice rest = {text.data + marks->example, text.size - marks->example};
    const char *names[2] = {stw_encoding_name(best), stw_encoding_name(second)};
    put_example(one, sizeof(one), rest, best);
    put_example(other, sizeof(other), rest, second);
    stw_fail(err, STW_ERR_INPUT, "is the text '%s' (%s) or '%s' (%s)?", one, names[0], other,
             names[1]);
    stw_error_hint(err, "answer with --encoding %s or --encoding %s", names[0], names[1]);
    return STW_ERR_INPUT;
}

static int fail_unknown(enum stw_encoding vote, struct stw_error *err)
{
    stw_fail(err, STW_ERR_INPUT,
             "the text is not UTF-8, and reads well neither as GB18030 nor Big5 nor Windows-1252");
    stw_error_hint(err, "say which encoding it is, such as --encoding %s",
                   stw_encoding_name(vote == STW_ENCODING_UNKNOWN ? STW_ENCODING_GB18030 : vote));
    return STW_ERR_INPUT;
}

static int decide(struct stw_encoding_guess *guess, enum stw_encoding encoding, const char *why)
{
    guess->encoding = encoding;
    snprintf(guess->why, sizeof(guess->why), "%s", why);
    return STW_OK;
}

static int weigh(struct stw_slice text, bool complete, struct stw_encoding_guess *guess,
                 struct stw_error *err)
{
    static mark_fn *const mark[CANDIDATES] = {mark_utf8, mark_gb18030, mark_big5, mark_windows1252};
    static const char *const sets[CANDIDATES] = {NULL, "GB18030", "BIG5-HKSCS", NULL};
    struct code_set *set = stw_alloc(1, sizeof(*set));
    struct marks marks[CANDIDATES];
    long long points[CANDIDATES];
    if (set == NULL)
        return stw_fail_memory(err, sizeof(*set));
    enum stw_encoding vote = vote_of(text);
    enum candidate best = AS_UTF8, second = AS_UTF8;
    for (unsigned c = 0; c < CANDIDATES; c++) {
        if (sets[c] != NULL)
            fill_set(set, sets[c]);
        marks[c] = add_up(text, complete, mark[c], set);
        points[c] = mean(&marks[c]) + (encoding_of[c] == vote ? VOTE : 0);
        if (points[c] > points[best])
            best = (enum candidate)c;
    }
    stw_free(set);
    for (unsigned c = 0; c < CANDIDATES; c++)
        if (c != best && (second == best || points[c] > points[second]))
            second = (enum candidate)c;
    if (points[best] < LEAST && marks[AS_UTF8].count * ASCII_SHARE < (long long)text.size)
        return decide(guess, STW_ENCODING_UTF8, "as nearly all of it is ASCII");
    if (points[best] < LEAST)
        return fail_unknown(vote, err);
    if (points[best] - points[second] < APART)
        return ask(text, &marks[best], encoding_of[best], encoding_of[second], err);
    /* Korean, Japanese and Cyrillic bytes are possible Chinese, but not frequent Chinese. */
    if (vote >= STW_ENCODING_LATIN1 && marks[best].frequent * 2 < marks[best].count)
        return ask(text, &marks[best], vote, encoding_of[best], err);
    guess->encoding = encoding_of[best];
    if (best == AS_UTF8)
        snprintf(guess->why, sizeof(guess->why), "as all but a few bytes of it are valid");
    else
        snprintf(guess->why, sizeof(guess->why),
                 "as it is not UTF-8 and %lld of %lld characters beyond ASCII are frequent ones so "
                 "read",
                 marks[best].frequent, marks[best].count);
    return STW_OK;
}

bool stw_encoding_marked(struct stw_slice bytes, struct stw_encoding_guess *guess)
{
    enum stw_encoding encoding =
        stw_slice_starts(bytes, STW_SLICE("\xEF\xBB\xBF")) ? STW_ENCODING_UTF8
        : stw_slice_starts(bytes, STW_SLICE("\xFF\xFE"))   ? STW_ENCODING_UTF16LE
        : stw_slice_starts(bytes, STW_SLICE("\xFE\xFF"))   ? STW_ENCODING_UTF16BE
                                                           : STW_ENCODING_UNKNOWN;
    return encoding != STW_ENCODING_UNKNOWN &&
           decide(guess, encoding, "as it begins with a byte order mark") == STW_OK;
}

int stw_encoding_detect(struct stw_slice bytes, bool complete, struct stw_encoding_guess *guess,
                        struct stw_error *err)
{
    if (stw_encoding_marked(bytes, guess))
        return STW_OK;
    bool zeros = bytes.size > 0 && memchr(bytes.data, '\0', bytes.size) != NULL;
    enum stw_encoding wide = zeros ? utf16_of(bytes) : STW_ENCODING_UNKNOWN;
    if (wide != STW_ENCODING_UNKNOWN)
        return decide(guess, wide, "as every other byte of its ASCII characters is zero");
    size_t valid = stw_utf8_valid_size(bytes);
    if (valid == bytes.size || (!complete && bytes.size - valid < 4))
        return decide(guess, STW_ENCODING_UTF8, "as all of it is valid");
    /* With a blank in front, so that the first byte has a neighbour. */
    char *copy = stw_alloc(bytes.size + 1, 1);
    if (copy == NULL)
        return stw_fail_memory(err, bytes.size);
    copy[0] = ' ';
    memcpy(copy + 1, bytes.data, bytes.size);
    struct stw_slice text = {copy, bytes.size + 1};
    int status = weigh(text, complete, guess, err);
    stw_free(copy);
    return status;
}
