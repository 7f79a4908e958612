/* Names of encodings, and the stream into UTF-8; see encoding.h. */
#include "text/encoding.h"

#include "base/memory.h"

#include <assert.h>
#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <string.h>

enum { ALIASES_MAX = 6, NAME_MAX_BYTES = 32, FLUSH_ROOM = 8 };

/* The byte in the output for what is no character. */
#define INVALID_BYTE '\xFF'

static const struct {
    const char *name;
    const char *iconv;                /* glibc's name for it */
    const char *aliases[ALIASES_MAX]; /* lower case, letters and digits only */
} encodings[STW_ENCODING_COUNT] = {
    [STW_ENCODING_UNKNOWN] = {"detected", NULL, {"auto", "detect", "detected"}},
    [STW_ENCODING_UTF8] = {"UTF-8", "UTF-8", {"utf8", "utf8sig", "ascii", "usascii"}},
    [STW_ENCODING_UTF16LE] = {"UTF-16LE", "UTF-16LE", {"utf16le", "utf16", "unicode", "ucs2"}},
    [STW_ENCODING_UTF16BE] = {"UTF-16BE", "UTF-16BE", {"utf16be", "ucs2be"}},
    [STW_ENCODING_GB18030] = {"GB18030", "GB18030", {"gb18030", "gbk", "gb2312", "cp936", "936"}},
    [STW_ENCODING_BIG5] = {"Big5", "BIG5-HKSCS", {"big5", "big5hkscs", "cp950", "950"}},
    [STW_ENCODING_WINDOWS1252] = {"Windows-1252",
                                  "CP1252",
                                  {"windows1252", "cp1252", "1252", "ansi"}},
    [STW_ENCODING_LATIN1] = {"ISO-8859-1", "ISO-8859-1", {"iso88591", "latin1"}},
    [STW_ENCODING_LATIN9] = {"ISO-8859-15", "ISO-8859-15", {"iso885915", "latin9"}},
    [STW_ENCODING_WINDOWS1250] = {"Windows-1250", "CP1250", {"windows1250", "cp1250", "1250"}},
    [STW_ENCODING_WINDOWS1251] = {"Windows-1251", "CP1251", {"windows1251", "cp1251", "1251"}},
    [STW_ENCODING_SHIFT_JIS] = {"Shift_JIS", "CP932", {"shiftjis", "sjis", "cp932", "932"}},
    [STW_ENCODING_EUC_KR] = {"EUC-KR", "CP949", {"euckr", "cp949", "949"}},
};

const char *stw_encoding_name(enum stw_encoding encoding)
{
    return encodings[encoding].name;
}

int stw_encoding_parse(struct stw_slice name, enum stw_encoding *out, struct stw_error *err)
{
    char plain[NAME_MAX_BYTES] = "";
    size_t size = 0;
    for (size_t i = 0; i < name.size && size + 1 < sizeof(plain); i++) {
        char c = name.data[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if (c != '-' && c != '_' && c != ' ')
            plain[size++] = c;
    }
    for (unsigned e = 0; e < STW_ENCODING_COUNT; e++)
        for (unsigned a = 0; a < ALIASES_MAX && encodings[e].aliases[a] != NULL; a++)
            if (strcmp(plain, encodings[e].aliases[a]) == 0) {
                *out = (enum stw_encoding)e;
                return STW_OK;
            }
    stw_fail(err, STW_ERR_INPUT, "'%.*s' is no encoding that is read here", STW_SLICE_ARG(name));
    stw_error_hint(err, "one of auto, UTF-8, UTF-16LE, UTF-16BE, GB18030, Big5, Windows-1252, "
                        "ISO-8859-1, ISO-8859-15, Windows-1250, Windows-1251, Shift_JIS, EUC-KR");
    return STW_ERR_INPUT;
}

struct stw_transcoder {
    iconv_t iconv;
    size_t unit; /* bytes to step over where a sequence is invalid */
};

int stw_transcoder_create(struct stw_transcoder **out, enum stw_encoding from,
                          struct stw_error *err)
{
    assert(from > STW_ENCODING_UTF8 && from < STW_ENCODING_COUNT);
    struct stw_transcoder *transcoder = stw_alloc_zero(1, sizeof(*transcoder));
    if (transcoder == NULL)
        return stw_fail_memory(err, sizeof(*transcoder));
    transcoder->unit = from == STW_ENCODING_UTF16LE || from == STW_ENCODING_UTF16BE ? 2 : 1;
    transcoder->iconv = iconv_open("UTF-8", encodings[from].iconv);
    if ((intptr_t)transcoder->iconv != -1) {
        *out = transcoder;
        return STW_OK;
    }
    stw_free(transcoder);
    stw_fail(err, STW_ERR_USAGE, "this system's iconv cannot read %s", encodings[from].name);
    stw_error_hint(err,
                   "install the C library's converters (gconv), or convert the file elsewhere");
    return STW_ERR_USAGE;
}

void stw_transcoder_free(struct stw_transcoder *transcoder)
{
    if (transcoder == NULL)
        return;
    iconv_close(transcoder->iconv);
    stw_free(transcoder);
}

void stw_transcoder_reset(struct stw_transcoder *transcoder)
{
    iconv(transcoder->iconv, NULL, NULL, NULL, NULL);
}

void stw_transcoder_run(struct stw_transcoder *transcoder, struct stw_slice in, bool last,
                        size_t *used, char *out, size_t room, size_t *got)
{
    assert(room >= STW_TRANSCODER_ROOM_MIN);
    char *from = (char *)in.data, *to = out; /* iconv's type; it does not write there */
    size_t left = in.size, space = room - FLUSH_ROOM;
    while (left > 0) {
        if (iconv(transcoder->iconv, &from, &left, &to, &space) != (size_t)-1 || errno == E2BIG ||
            (errno == EINVAL && !last) || space == 0)
            break;
        /* What stands here is no character, or the beginning of one at the end of all. */
        size_t step = transcoder->unit < left ? transcoder->unit : left;
        from += step;
        left -= step;
        *to++ = INVALID_BYTE;
        space--;
    }
    space += FLUSH_ROOM;
    /* A few Big5 characters wait for an accent behind them. */
    if (last && left == 0)
        iconv(transcoder->iconv, NULL, NULL, &to, &space);
    *used = in.size - left;
    *got = room - space;
}
