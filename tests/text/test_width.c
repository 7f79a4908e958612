/* UTF-8 and terminal columns. Widths are compared with the C library's for every code point. */
#include "text/width.h"

#include "../support/test.h"

#include <locale.h>
#include <string.h>
#include <wchar.h>

/* As in the Unicode standard, table 3-7, written the plainest way. */
static size_t plain_decode(const unsigned char *b, size_t n, uint32_t *code)
{
    static const struct {
        unsigned char low[4], high[4];
        size_t size;
    } forms[] = {
        {{0x00}, {0x7F}, 1},
        {{0xC2, 0x80}, {0xDF, 0xBF}, 2},
        {{0xE0, 0xA0, 0x80}, {0xE0, 0xBF, 0xBF}, 3},
        {{0xE1, 0x80, 0x80}, {0xEC, 0xBF, 0xBF}, 3},
        {{0xED, 0x80, 0x80}, {0xED, 0x9F, 0xBF}, 3},
        {{0xEE, 0x80, 0x80}, {0xEF, 0xBF, 0xBF}, 3},
        {{0xF0, 0x90, 0x80, 0x80}, {0xF0, 0xBF, 0xBF, 0xBF}, 4},
        {{0xF1, 0x80, 0x80, 0x80}, {0xF3, 0xBF, 0xBF, 0xBF}, 4},
        {{0xF4, 0x80, 0x80, 0x80}, {0xF4, 0x8F, 0xBF, 0xBF}, 4},
    };
    for (size_t f = 0; f < sizeof(forms) / sizeof(forms[0]); f++) {
        bool fits = forms[f].size <= n;
        for (size_t i = 0; fits && i < forms[f].size; i++)
            fits = b[i] >= forms[f].low[i] && b[i] <= forms[f].high[i];
        if (!fits)
            continue;
        static const uint32_t mask[5] = {0, 0x7F, 0x1F, 0x0F, 0x07};
        uint32_t value = b[0] & mask[forms[f].size];
        for (size_t i = 1; i < forms[f].size; i++)
            value = value * 64 + (b[i] - 0x80u);
        *code = value;
        return forms[f].size;
    }
    *code = STW_CODE_INVALID;
    return n == 0 ? 0 : 1;
}

static void decodes_as_the_standard_says(void)
{
    /* Edge bytes of every row of the table, in all combinations of four. */
    static const unsigned char edges[] = {0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF,
                                          0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE,
                                          0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF};
    enum { N = sizeof(edges) };
    unsigned wrong = 0;
    for (unsigned i = 0; i < N * N * N * N; i++) {
        unsigned char b[4] = {edges[i % N], edges[i / N % N], edges[i / (N * N) % N],
                              edges[i / (N * N * N)]};
        for (size_t n = 0; n <= 4; n++) {
            uint32_t got, want;
            size_t got_size = stw_utf8_decode((struct stw_slice){(const char *)b, n}, &got);
            size_t want_size = plain_decode(b, n, &want);
            wrong += got_size != want_size || got != want;
        }
    }
    CU_ASSERT_EQUAL(wrong, 0);
}

static void encodes_what_it_decodes(void)
{
    unsigned wrong = 0;
    struct stw_buffer out;
    stw_buffer_init(&out);
    for (uint32_t code = 0; code <= 0x10FFFF; code++) {
        if (code >= 0xD800 && code <= 0xDFFF)
            continue;
        stw_buffer_clear(&out);
        stw_utf8_put(&out, code);
        uint32_t back;
        size_t size = plain_decode((const unsigned char *)out.data, out.size, &back);
        wrong += size != out.size || back != code;
    }
    CU_ASSERT_EQUAL(wrong, 0);
    stw_buffer_release(&out);
}

static void finds_the_first_bad_byte(void)
{
    CU_ASSERT_EQUAL(stw_utf8_valid_size(STW_SLICE("")), 0);
    CU_ASSERT_EQUAL(stw_utf8_valid_size(STW_SLICE("水表")), 6);
    CU_ASSERT_EQUAL(stw_utf8_valid_size(STW_SLICE("水\xB1\xED")), 3);
    CU_ASSERT_EQUAL(stw_utf8_valid_size((struct stw_slice){"水表", 5}), 3);
}

static void widths_agree_with_the_c_library(void)
{
    locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    if (!STW_EXPECT(utf8 != (locale_t)0, "no C.UTF-8 locale"))
        return;
    locale_t before = uselocale(utf8);
    unsigned differ = 0, compared = 0;
    for (uint32_t code = 0xA0; code <= 0x10FFFF; code++) {
        int want = wcwidth((wchar_t)code);
        if (want < 0 || code == 0xAD)
            continue;
        compared++;
        differ += stw_code_width(code) != (unsigned)want;
    }
    uselocale(before);
    freelocale(utf8);
    /* The C library follows another Unicode version and counts a few marks as spacing. */
    STW_EXPECT(compared > 200000, "only %u code points compared", compared);
    STW_EXPECT(differ * 1000 < compared, "%u of %u widths differ", differ, compared);
}

static void measures_text(void)
{
    CU_ASSERT_EQUAL(stw_text_width(STW_SLICE("")), 0);
    CU_ASSERT_EQUAL(stw_text_width(STW_SLICE("abc")), 3);
    CU_ASSERT_EQUAL(stw_text_width(STW_SLICE("1号楼 水表")), 10);
    CU_ASSERT_EQUAL(stw_text_width(STW_SLICE("e\xCC\x81")), 1); /* e and a combining acute */
    CU_ASSERT_EQUAL(stw_text_width(STW_SLICE("\xFF\x01")), 2);
    CU_ASSERT_EQUAL(stw_text_width(STW_SLICE("ＡＢ")), 4);
    CU_ASSERT_EQUAL(stw_text_width(STW_SLICE("한글")), 4);
}

static void check_pad(const char *text, size_t columns, enum stw_align align, const char *want)
{
    struct stw_buffer out;
    stw_buffer_init(&out);
    stw_text_pad(&out, stw_slice_of(text), columns, align);
    STW_EXPECT(stw_slice_is(stw_buffer_slice(&out), want), "'%s' at %zu gives '%.*s', want '%s'",
               text, columns, STW_SLICE_ARG(stw_buffer_slice(&out)), want);
    CU_ASSERT_EQUAL(stw_text_width(stw_buffer_slice(&out)), columns);
    stw_buffer_release(&out);
}

static void pads_and_cuts(void)
{
    check_pad("abc", 5, STW_ALIGN_LEFT, "abc  ");
    check_pad("abc", 5, STW_ALIGN_RIGHT, "  abc");
    check_pad("水表", 5, STW_ALIGN_LEFT, "水表 ");
    check_pad("水表", 4, STW_ALIGN_LEFT, "水表");
    check_pad("水表", 3, STW_ALIGN_LEFT, "水…");
    check_pad("水表", 2, STW_ALIGN_LEFT, "… "); /* half a character cannot be shown */
    check_pad("水表", 2, STW_ALIGN_RIGHT, " …");
    check_pad("水表", 1, STW_ALIGN_LEFT, "…");
    check_pad("水表", 0, STW_ALIGN_LEFT, "");
    check_pad("a\x1B[31mb", 8, STW_ALIGN_LEFT, "a\uFFFD[31mb ");
    check_pad("a\xFF", 3, STW_ALIGN_LEFT, "a\uFFFD ");
    check_pad("a\u202Eb", 3, STW_ALIGN_LEFT, "ab ");
}

STW_SUITE(width, {"decodes as the standard says", decodes_as_the_standard_says},
          {"encodes what it decodes", encodes_what_it_decodes},
          {"finds the first bad byte", finds_the_first_bad_byte},
          {"widths agree with the C library", widths_agree_with_the_c_library},
          {"measures text", measures_text}, {"pads and cuts", pads_and_cuts});
