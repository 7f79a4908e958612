/*
 * Encodings: texts put into an encoding by iconv(1)'s library from the UTF-8 of this file, or by
 * hand from the code charts, must be told for what they are and come back as they were, whatever
 * the pieces they arrive in.
 */
#include "text/encoding.h"

#include "text/width.h"

#include "../support/test.h"

#include <iconv.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* UTF-8 in glibc's `encoding`. Static storage. */
static struct stw_slice encode(const char *text, const char *encoding)
{
    static char out[65536];
    iconv_t to = iconv_open(encoding, "UTF-8");
    char *from = (char *)text, *at = out;
    size_t left = strlen(text), space = sizeof(out);
    bool good = (intptr_t)to != -1 && iconv(to, &from, &left, &at, &space) == 0 &&
                iconv(to, NULL, NULL, &at, &space) == 0;
    STW_EXPECT(good, "%s cannot hold '%s'", encoding, text);
    iconv_close(to);
    return (struct stw_slice){out, (size_t)(at - out)};
}

static const char simplified[] = "表号,抄表日期,读数\n0012,2026-10-01,123.4度\n";
static const char traditional[] = "錶號,抄錶日期,讀數\n0012,2026-10-01,123.4度\n";

static void tells_encodings(void)
{
    static const struct {
        const char *text;
        const char *iconv; /* NULL: the bytes as they stand */
        enum stw_encoding want;
    } cases[] = {
        {simplified, "UTF-8", STW_ENCODING_UTF8},
        {simplified, "GB18030", STW_ENCODING_GB18030},
        {simplified, "GBK", STW_ENCODING_GB18030},
        {simplified, "UTF-16LE", STW_ENCODING_UTF16LE},
        {simplified, "UTF-16BE", STW_ENCODING_UTF16BE},
        {simplified, "UTF-16", STW_ENCODING_UTF16LE}, /* with a mark, in this machine's order */
        {traditional, "BIG5", STW_ENCODING_BIG5},
        {traditional, "BIG5-HKSCS", STW_ENCODING_BIG5},
        {traditional, "UTF-8", STW_ENCODING_UTF8},
        /* Two bytes of evidence: the unit alone. */
        {"id,time,12度\n", "GB18030", STW_ENCODING_GB18030},
        {"id,time,12吨\n", "GB18030", STW_ENCODING_GB18030},
        {"id,time,12度\n", "BIG5", STW_ENCODING_BIG5},
        {"id,time,12噸\n", "BIG5", STW_ENCODING_BIG5},
        {"device,time,value,quality\nM1,2026-10-01,5,估\n", "GB18030", STW_ENCODING_GB18030},
        {"工单号,报修时间,到场时间,完成时间,类别,描述\nW1,,,,报修,电梯困人，已放出\n", "GBK",
         STW_ENCODING_GB18030},
        {"電梯編號,故障時間,恢復時間,故障代碼\nL1,,,門機故障，乘客被困\n", "BIG5",
         STW_ENCODING_BIG5},
        {"設備編號,樓宇,屋苑\n1,香港九龍彌敦道,太古城\n", "BIG5", STW_ENCODING_BIG5},
        {"翠湖花园3号楼2单元501室,王建国\n翠湖花园3号楼2单元502室,李秀英\n", "GBK",
         STW_ENCODING_GB18030},
        {"Zähler;Straße;Verbrauch [m³]\n7;Hauptstraße 5;12,5\n", "CP1252",
         STW_ENCODING_WINDOWS1252},
        {"time,temp [°C]\n2026-10-01,21.5\n", "CP1252", STW_ENCODING_WINDOWS1252},
        {"Équipement;Étage;Réf\nAscenseur;2ème;é\n", "CP1252", STW_ENCODING_WINDOWS1252},
        {"name,note\nCafé,\nMünchen,\nMálaga,niño\n", "ISO-8859-1", STW_ENCODING_WINDOWS1252},
        {"plain,ascii\n1,2\n", "UTF-8", STW_ENCODING_UTF8},
        {"device,time,value\nM1,2026-10-01 00:00,5\nM1,2026-10-01 01:00,6\nM\xFF,2026-10-01 "
         "02:00,7\n"
         "M1,2026-10-01 03:00,8\n",
         NULL, STW_ENCODING_UTF8},
        {"", "UTF-8", STW_ENCODING_UTF8},
        /* One broken row does not make it another encoding. */
        {"表号,读数\n一号,1\n二号,2\n三\xB6号,3\n四号,4\n五号,5\n", NULL, STW_ENCODING_UTF8},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct stw_slice bytes = cases[i].iconv == NULL ? stw_slice_of(cases[i].text)
                                                        : encode(cases[i].text, cases[i].iconv);
        struct stw_encoding_guess guess = {STW_ENCODING_UNKNOWN, ""};
        struct stw_error err = {0};
        int status = stw_encoding_detect(bytes, true, &guess, &err);
        STW_EXPECT(status == STW_OK && guess.encoding == cases[i].want && guess.why[0] != '\0',
                   "'%.30s' in %s is told as %s (%s%s)", cases[i].text,
                   cases[i].iconv == NULL ? "bytes" : cases[i].iconv,
                   stw_encoding_name(guess.encoding), guess.why, err.what);
    }
}

static void asks_where_open(void)
{
    struct stw_encoding_guess guess;
    struct stw_error err;
    /* Characters of neither everyday list, on the first level of both: B9 B8 and such pairs. */
    int status = stw_encoding_detect(STW_SLICE("a,\xBA\xB1\xB4\xC3\n"), true, &guess, &err);
    STW_EXPECT(status == STW_ERR_INPUT && strstr(err.hint, "--encoding") != NULL,
               "an open case is decided: %s", status == STW_OK ? guess.why : err.what);
    status =
        stw_encoding_detect(STW_SLICE("a,\x81\x8D\x8F\xFF\x90,\x81,\xFF\n"), true, &guess, &err);
    STW_EXPECT(status == STW_ERR_INPUT, "noise is told as something");
}

/* What is never told by itself is named in the question. */
static void names_others(void)
{
    static const struct {
        const char *iconv, *name, *text;
    } cases[] = {
        {"CP949", "EUC-KR",
         "계량기 번호,검침일,지침,비고\n수도 일호기,이천이십육년 시월 초하루,백이십삼,정상입니다\n"
         "수도 이호기,이천이십육년 시월 초이틀,백이십오,확인이 필요합니다\n"},
        {"CP1251", "Windows-1251",
         "Номер счётчика,Дата показания,Значение\nСчётчик первый,первое октября,сто двадцать\n"
         "Счётчик второй,второе октября,сто двадцать пять кубометров\n"},
        {"CP932", "Shift_JIS",
         "メーター番号,検針日,指針\n水道メーターいち,十月一日,ひゃくにじゅうさん\n"
         "水道メーターに,十月二日,かくにんしてください\n"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct stw_encoding_guess guess;
        struct stw_error err = {0};
        int status = stw_encoding_detect(encode(cases[i].text, cases[i].iconv), true, &guess, &err);
        STW_EXPECT(status == STW_ERR_INPUT && strstr(err.hint, cases[i].name) != NULL, "%s: %s %s",
                   cases[i].name, status == STW_OK ? guess.why : err.what, err.hint);
    }
}

/* Decodes in pieces of `in` bytes of input and `room` of output. */
static size_t decode(struct stw_transcoder *transcoder, struct stw_slice bytes, size_t piece,
                     size_t room, char *out)
{
    size_t size = 0, at = 0, end = 0;
    stw_transcoder_reset(transcoder);
    for (;;) {
        size_t used, got;
        end = end + piece < bytes.size ? end + piece : bytes.size;
        bool last = end == bytes.size;
        do {
            stw_transcoder_run(transcoder, (struct stw_slice){bytes.data + at, end - at}, last,
                               &used, out + size, room, &got);
            at += used;
            size += got;
        } while (got > 0);
        if (last && at == end)
            return size;
    }
}

static void decodes_in_pieces(void)
{
    static const struct {
        enum stw_encoding encoding;
        const char *iconv;
        const char *text;
    } cases[] = {
        {STW_ENCODING_GB18030, "GB18030", "表号,读数\r\n𠮷㐀ḿ,1.5度\n"}, /* with four-byte codes */
        {STW_ENCODING_BIG5, "BIG5-HKSCS", "錶號,讀數\n啲Ê̄,1.5度\nÊ̄"},
        {STW_ENCODING_UTF16LE, "UTF-16LE", "表号,读数\n𠮷,1\n"},
        {STW_ENCODING_UTF16BE, "UTF-16BE", "表号,读数\n𠮷,1\n"},
        {STW_ENCODING_WINDOWS1252, "CP1252", "Zähler,€ – m³\n"},
        {STW_ENCODING_LATIN1, "ISO-8859-1", "Zähler m³\n"},
        {STW_ENCODING_LATIN9, "ISO-8859-15", "Zähler €\n"},
        {STW_ENCODING_WINDOWS1250, "CP1250", "Žluťoučký\n"},
        {STW_ENCODING_WINDOWS1251, "CP1251", "Счётчик\n"},
        {STW_ENCODING_SHIFT_JIS, "CP932", "水道メーター,度\n"},
        {STW_ENCODING_EUC_KR, "CP949", "수도 계량기\n"},
    };
    static char out[65536];
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct stw_slice bytes = encode(cases[i].text, cases[i].iconv);
        struct stw_transcoder *transcoder;
        int status = stw_transcoder_create(&transcoder, cases[i].encoding, NULL);
        if (!STW_EXPECT(status == STW_OK, "%s: no transcoder",
                        stw_encoding_name(cases[i].encoding)))
            continue;
        for (size_t piece = 1; piece < 20; piece++)
            for (size_t room = STW_TRANSCODER_ROOM_MIN; room < 40; room += 7) {
                size_t size = decode(transcoder, bytes, piece, room, out);
                STW_EXPECT(stw_slice_is((struct stw_slice){out, size}, cases[i].text),
                           "%s in pieces of %zu: '%.*s'", cases[i].iconv, piece, (int)size, out);
            }
        stw_transcoder_free(transcoder);
    }
}

static void marks_what_is_invalid(void)
{
    static const struct {
        enum stw_encoding encoding;
        struct stw_slice bytes;
        const char *want;
    } cases[] = {
        /* 度 is B6 C8 in GB 2312, AB D7 in Big5 (code charts). */
        {STW_ENCODING_GB18030, STW_SLICE("1\xB6\xC8,\xB6,2\n"), "1度,\xFF,2\n"},
        {STW_ENCODING_GB18030, STW_SLICE("a,\xB6"), "a,\xFF"},
        {STW_ENCODING_GB18030, STW_SLICE("\xFF\x80\xB6\xC8"), "\xFF\xFF度"},
        {STW_ENCODING_BIG5, STW_SLICE("\xAB\xD7;\xAB;3"), "度;\xFF;3"},
        {STW_ENCODING_UTF16LE,
         STW_SLICE("a\0\x00\xDC"
                   "b\0c"),
         "a\xFF"
         "b\xFF"},
        {STW_ENCODING_UTF16BE, STW_SLICE("\0a\xD8\x00\0b"),
         "a\xFF"
         "b"},
        {STW_ENCODING_WINDOWS1252, STW_SLICE("x\x81y"), "x\xFFy"},
    };
    char out[256];
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct stw_transcoder *transcoder;
        int status = stw_transcoder_create(&transcoder, cases[i].encoding, NULL);
        if (!STW_EXPECT(status == STW_OK, "%s: no transcoder",
                        stw_encoding_name(cases[i].encoding)))
            continue;
        for (size_t piece = 1; piece < 8; piece++) {
            size_t size = decode(transcoder, cases[i].bytes, piece, STW_TRANSCODER_ROOM_MIN, out);
            STW_EXPECT(stw_slice_is((struct stw_slice){out, size}, cases[i].want),
                       "case %zu in pieces of %zu gives '%.*s'", i, piece, (int)size, out);
        }
        stw_transcoder_free(transcoder);
    }
}

static void knows_names(void)
{
    static const struct {
        const char *name;
        enum stw_encoding want;
    } names[] = {{"gbk", STW_ENCODING_GB18030},    {"GB2312", STW_ENCODING_GB18030},
                 {"utf_8", STW_ENCODING_UTF8},     {"UTF-16", STW_ENCODING_UTF16LE},
                 {"Latin-1", STW_ENCODING_LATIN1}, {"ISO 8859-1", STW_ENCODING_LATIN1},
                 {"big5", STW_ENCODING_BIG5},      {"CP1252", STW_ENCODING_WINDOWS1252},
                 {"auto", STW_ENCODING_UNKNOWN}};
    enum stw_encoding got;
    struct stw_error err;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        STW_EXPECT(stw_encoding_parse(stw_slice_of(names[i].name), &got, NULL) == STW_OK &&
                       got == names[i].want,
                   "%s is not known", names[i].name);
    for (unsigned e = 0; e < STW_ENCODING_COUNT; e++)
        STW_EXPECT(stw_encoding_parse(stw_slice_of(stw_encoding_name((enum stw_encoding)e)), &got,
                                      NULL) == STW_OK &&
                       got == e,
                   "%s does not read its own name", stw_encoding_name((enum stw_encoding)e));
    STW_EXPECT(stw_encoding_parse(STW_SLICE("klingon"), &got, &err) == STW_ERR_INPUT &&
                   strstr(err.hint, "GB18030") != NULL,
               "klingon is an encoding");
}

STW_SUITE(encoding, {"tells encodings", tells_encodings},
          {"asks where it is open", asks_where_open}, {"names others", names_others},
          {"decodes in pieces", decodes_in_pieces},
          {"marks what is invalid", marks_what_is_invalid}, {"knows names", knows_names});
