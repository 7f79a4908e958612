/* The catalogue is complete, and its messages hold the same places in every language. */
#include "report/names.h"
#include "report/words.h"

#include "report/datum.h"

#include "../support/test.h"

#include <ctype.h>
#include <string.h>

/* A bit a place used with its value shown: {0}. Plural forms need not be in every language. */
static unsigned places(const char *message)
{
    unsigned found = 0;
    for (const char *at = strchr(message, '{'); at != NULL; at = strchr(at + 1, '{')) {
        if (isdigit((unsigned char)at[1]) && at[2] == '}')
            found |= 1u << (at[1] - '0');
    }
    return found;
}

static void every_word_in_every_language(void)
{
    for (unsigned word = 0; word < STW_WORD_COUNT; word++) {
        unsigned want = places(stw_word(STW_LANGUAGE_EN, (enum stw_word)word));
        for (unsigned language = 0; language < STW_LANGUAGE_COUNT; language++) {
            const char *text = stw_word((enum stw_language)language, (enum stw_word)word);
            STW_EXPECT(text != NULL && text[0] != '\0', "word %u has no text in language %u", word,
                       language);
            STW_EXPECT(places(text) == want, "\"%s\" has other places than \"%s\"", text,
                       stw_word(STW_LANGUAGE_EN, (enum stw_word)word));
        }
    }
}

/* Chinese texts hold no Latin sentences: a forgotten translation would. Units and codes may. */
static void chinese_is_chinese(void)
{
    for (unsigned word = 0; word < STW_WORD_COUNT; word++) {
        const char *en = stw_word(STW_LANGUAGE_EN, (enum stw_word)word);
        const char *zh = stw_word(STW_LANGUAGE_ZH_CN, (enum stw_word)word);
        STW_EXPECT(strchr(en, ' ') == NULL || strcmp(en, zh) != 0, "not translated: %s", en);
    }
}

/* Every message can be filled: its places are well formed. */
static void every_message_fills(void)
{
    struct stw_datum values[10];
    for (unsigned i = 0; i < 10; i++)
        values[i] = stw_datum_count(i);
    struct stw_buffer out;
    stw_buffer_init(&out);
    for (unsigned word = 0; word < STW_WORD_COUNT; word++) {
        for (unsigned language = 0; language < STW_LANGUAGE_COUNT; language++) {
            stw_buffer_clear(&out);
            stw_datum_fill((enum stw_language)language, (enum stw_word)word, values, 10, &out);
            STW_EXPECT(out.size > 0 && memchr(out.data, '{', out.size) == NULL &&
                           memchr(out.data, '}', out.size) == NULL,
                       "not filled: %s",
                       stw_word((enum stw_language)language, (enum stw_word)word));
        }
    }
    stw_buffer_release(&out);
}

static void bounds_say_whether_they_count(void)
{
    CU_ASSERT_STRING_EQUAL(stw_word(STW_LANGUAGE_ZH_CN, STW_WORD_MORE_THAN), "超过 {0}");
    CU_ASSERT_STRING_EQUAL(stw_word(STW_LANGUAGE_ZH_CN, STW_WORD_AT_LEAST), "不少于 {0}");
    CU_ASSERT_STRING_EQUAL(stw_word(STW_LANGUAGE_ZH_TW, STW_WORD_MORE_THAN), "超過 {0}");
    CU_ASSERT_STRING_EQUAL(stw_word(STW_LANGUAGE_EN, STW_WORD_AT_LEAST), "at least {0}");
}

static void finds_languages(void)
{
    static const struct {
        const char *tag;
        bool known;
        enum stw_language language;
    } cases[] = {
        {"zh-CN", true, STW_LANGUAGE_ZH_CN},
        {"zh", true, STW_LANGUAGE_ZH_CN},
        {"ZH-tw", true, STW_LANGUAGE_ZH_TW},
        {"zh-Hant-HK", true, STW_LANGUAGE_ZH_TW},
        {"zh-Hans-SG", true, STW_LANGUAGE_ZH_CN},
        {"en-GB", true, STW_LANGUAGE_EN},
        {"english", false, STW_LANGUAGE_EN},
        {"de", false, STW_LANGUAGE_EN},
        {"", false, STW_LANGUAGE_EN},
    };
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        enum stw_language language = STW_LANGUAGE_EN;
        bool known = stw_language_parse(stw_slice_of(cases[i].tag), &language);
        STW_EXPECT(known == cases[i].known && language == cases[i].language, "tag %s",
                   cases[i].tag);
    }
}

/* Words of the registry, however they are written there; unknown ones stay. */
static void registry_words_are_translated(void)
{
    static const struct {
        const char *kind;
        const char *names[STW_LANGUAGE_COUNT];
    } wants[] = {
        {"elevator", {"电梯", "電梯", "Elevators"}},
        {"access control", {"门禁", "門禁", "Access control"}},
        {"access_control", {"门禁", "門禁", "Access control"}},
        {"Smoke-Detector", {"烟感探测器", "偵煙探測器", "Smoke detectors"}},
        {"water", {"用水", "用水", "Water"}},
        {"elevators", {"elevators", "elevators", "elevators"}},
        {"elev", {"elev", "elev", "elev"}},
        {"", {"", "", ""}},
    };
    for (unsigned language = 0; language < STW_LANGUAGE_COUNT; language++) {
        struct stw_report report;
        stw_report_init(&report, (enum stw_language)language);
        for (unsigned i = 0; i < sizeof(wants) / sizeof(wants[0]); i++) {
            struct stw_slice name = stw_kind_name(&report, stw_slice_of(wants[i].kind));
            STW_EXPECT(stw_slice_is(name, wants[i].names[language]), "%s is called %.*s",
                       wants[i].kind, STW_SLICE_ARG(name));
        }
        CU_ASSERT(stw_slice_is(stw_unit_text(STW_SLICE("m3")), "m\u00b3"));
        CU_ASSERT(stw_slice_is(stw_unit_text(STW_SLICE("m3/h")), "m3/h"));
        stw_report_release(&report);
    }
}

STW_SUITE(report_words, {"every word in every language", every_word_in_every_language},
          {"Chinese is Chinese", chinese_is_chinese}, {"every message fills", every_message_fills},
          {"bounds say whether they count", bounds_say_whether_they_count},
          {"finds languages", finds_languages},
          {"registry words are translated", registry_words_are_translated});
