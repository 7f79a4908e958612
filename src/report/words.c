/* Looking up messages and languages; see words.h. */
#include "report/words.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

static const char *const catalogue[STW_WORD_COUNT][STW_LANGUAGE_COUNT] = {
#define STW_WORD_ROW(name, zh_cn, zh_tw, en) [STW_WORD_##name] = {zh_cn, zh_tw, en},
    STW_WORDS(STW_WORD_ROW)
#undef STW_WORD_ROW
};

const char *stw_word(enum stw_language language, enum stw_word word)
{
    assert((unsigned)language < STW_LANGUAGE_COUNT && (unsigned)word < STW_WORD_COUNT);
    return catalogue[word][language];
}

const char *stw_language_tag(enum stw_language language)
{
    static const char *const tags[STW_LANGUAGE_COUNT] = {"zh-CN", "zh-TW", "en"};
    assert((unsigned)language < STW_LANGUAGE_COUNT);
    return tags[language];
}

/* The tag is `prefix` or goes on with a hyphen after it. */
static bool tag_starts(struct stw_slice tag, const char *prefix)
{
    size_t size = strlen(prefix);
    return tag.size >= size && strncasecmp(tag.data, prefix, size) == 0 &&
           (tag.size == size || tag.data[size] == '-');
}

bool stw_language_parse(struct stw_slice tag, enum stw_language *language)
{
    static const struct {
        const char *prefix;
        enum stw_language language;
    } known[] = {
        {"zh-TW", STW_LANGUAGE_ZH_TW}, {"zh-HK", STW_LANGUAGE_ZH_TW},
        {"zh-MO", STW_LANGUAGE_ZH_TW}, {"zh-Hant", STW_LANGUAGE_ZH_TW},
        {"zh", STW_LANGUAGE_ZH_CN},    {"en", STW_LANGUAGE_EN},
    };
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (tag_starts(tag, known[i].prefix)) {
            *language = known[i].language;
            return true;
        }
    }
    return false;
}
