/* Escaping for HTML, CSV and the shell. The shell itself judges the shell's words. */
#include "text/escape.h"

#include "../support/test.h"

#include <stdio.h>
#include <string.h>

static void check(const struct stw_buffer *got, const char *text, const char *want)
{
    STW_EXPECT(stw_slice_is(stw_buffer_slice(got), want), "%s gives %.*s, want %s", text,
               STW_SLICE_ARG(stw_buffer_slice(got)), want);
}

static void html(void)
{
    static const struct {
        const char *text;
        const char *want;
    } cases[] = {
        {"<b onclick='x'>&\"水\"", "&lt;b onclick=&#39;x&#39;&gt;&amp;&quot;水&quot;"},
        {"a\tb\n\x01\xC2\x85", "a\tb\n\uFFFD\uFFFD"},
        {"\xE6\xB0<", "\uFFFD\uFFFD&lt;"}, /* a cut character cannot swallow the bracket */
    };
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct stw_buffer out;
        stw_buffer_init(&out);
        stw_escape_html(&out, stw_slice_of(cases[i].text));
        check(&out, cases[i].text, cases[i].want);
        stw_buffer_release(&out);
    }
}

static void csv_cells(void)
{
    static const struct {
        const char *text;
        const char *want;
    } cases[] = {
        {"", ""},
        {"plain", "plain"},
        {"a,b", "\"a,b\""},
        {"a;b", "a;b"},
        {"say \"x\"", "\"say \"\"x\"\"\""},
        {"two\nlines", "\"two\nlines\""},
        {" edge", "\" edge\""},
        {"=1+1", "'=1+1"},
        {"=1,1", "\"'=1,1\""},
        {"+49", "'+49"},
        {"-", "'-"},
        {"@SUM(A1)", "'@SUM(A1)"},
        {"\tx", "'\tx"},
        {"\rx", "\"'\rx\""},
        {"＝1", "'＝1"},
        {"a=1", "a=1"},
    };
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct stw_buffer out;
        stw_buffer_init(&out);
        stw_escape_csv_text(&out, stw_slice_of(cases[i].text), ',');
        check(&out, cases[i].text, cases[i].want);
        stw_buffer_release(&out);
    }
    struct stw_buffer out;
    stw_buffer_init(&out);
    stw_escape_csv_number(&out, STW_SLICE("-1.5"), ',');
    check(&out, "-1.5", "-1.5");
    stw_buffer_clear(&out);
    stw_escape_csv_number(&out, STW_SLICE("-1,5"), ',');
    check(&out, "-1,5", "\"-1,5\"");
    stw_buffer_release(&out);
}

static void shell_words(void)
{
    static const char *const words[] = {"plain-word_1.csv", "",        "a b",     "it's",
                                        "$(id) `id` \\",    "水表;rm", "a\nb'\\", "\x1B[31m",
                                        "*?[x]~!#"};
    for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        struct stw_buffer command;
        stw_buffer_init(&command);
        stw_buffer_add_text(&command, "exec bash -c \"$(cat <<'END'\nprintf '%s' ");
        stw_escape_shell(&command, stw_slice_of(words[i]));
        stw_buffer_add_text(&command, "\nEND\n)\"");
        stw_buffer_add_char(&command, '\0');
        FILE *pipe = popen(command.data, "r");
        char got[64] = "";
        if (STW_EXPECT(pipe != NULL, "no shell")) {
            size_t size = fread(got, 1, sizeof(got) - 1, pipe);
            got[size] = '\0';
            CU_ASSERT_EQUAL(pclose(pipe), 0);
        }
        STW_EXPECT(strcmp(got, words[i]) == 0, "'%s' comes back as '%s'", words[i], got);
        stw_buffer_release(&command);
    }
    struct stw_buffer out;
    stw_buffer_init(&out);
    stw_escape_shell(&out, STW_SLICE("b001.csv"));
    check(&out, "b001.csv", "b001.csv");
    stw_buffer_clear(&out);
    stw_escape_shell(&out, STW_SLICE("\x1B"));
    check(&out, "ESC", "$'\\x1b'");
    stw_buffer_release(&out);
}

STW_SUITE(escape, {"html", html}, {"csv cells", csv_cells}, {"shell words", shell_words});
