/*
 * The words of the reports in three languages. words_list.h holds one line a message, all three
 * languages side by side, so a message without a translation does not compile.
 *
 * A message may hold places: {0} is replaced by the first value, formatted by the language's
 * rules; {0:meter|meters} picks by whether the first value is one (Chinese has no use for it).
 * Filling lives in report/datum.h.
 */
#ifndef STW_REPORT_WORDS_H
#define STW_REPORT_WORDS_H

#include "base/slice.h"
#include "report/words_list.h"

#include <stdbool.h>

enum stw_language { STW_LANGUAGE_ZH_CN, STW_LANGUAGE_ZH_TW, STW_LANGUAGE_EN, STW_LANGUAGE_COUNT };

enum stw_word {
#define STW_WORD_NUMBER(name, zh_cn, zh_tw, en) STW_WORD_##name,
    STW_WORDS(STW_WORD_NUMBER)
#undef STW_WORD_NUMBER
        STW_WORD_COUNT
};

/* The message in that language; never NULL, static. */
const char *stw_word(enum stw_language language, enum stw_word word);

/* "zh-CN", as in the lang attribute of a page. */
const char *stw_language_tag(enum stw_language language);

/* From a tag: zh, zh-CN, zh-Hans... , zh-TW, zh-HK, zh-Hant..., en, en-GB ...; case does not
 * matter. False for a language there are no words for. */
bool stw_language_parse(struct stw_slice tag, enum stw_language *language);

#endif
