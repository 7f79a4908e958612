/* Registry words for people; see names.h. */
#include "report/names.h"

#include <ctype.h>

struct named_word {
    const char *name; /* lower case, blanks between words */
    enum stw_word word;
};

static char folded(char c)
{
    return c == '_' || c == '-' ? ' ' : (char)tolower((unsigned char)c);
}

static bool is_named(struct stw_slice text, const char *name)
{
    for (size_t i = 0; i < text.size; i++)
        if (name[i] == '\0' || folded(text.data[i]) != name[i])
            return false;
    return name[text.size] == '\0';
}

static struct stw_slice translate(const struct stw_report *report, struct stw_slice text,
                                  const struct named_word *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (is_named(text, words[i].name))
            return stw_report_word(report, words[i].word);
    }
    return text;
}

struct stw_slice stw_kind_name(const struct stw_report *report, struct stw_slice kind)
{
    static const struct named_word words[] = {
        {"power", STW_WORD_KIND_POWER},
        {"electricity", STW_WORD_KIND_POWER},
        {"water", STW_WORD_KIND_WATER},
        {"gas", STW_WORD_KIND_GAS},
        {"heat", STW_WORD_KIND_HEAT},
        {"elevator", STW_WORD_KIND_ELEVATOR},
        {"lift", STW_WORD_KIND_ELEVATOR},
        {"escalator", STW_WORD_KIND_ESCALATOR},
        {"access control", STW_WORD_KIND_ACCESS_CONTROL},
        {"intercom", STW_WORD_KIND_INTERCOM},
        {"gate", STW_WORD_KIND_GATE},
        {"camera", STW_WORD_KIND_CAMERA},
        {"smoke detector", STW_WORD_KIND_SMOKE_DETECTOR},
        {"fire", STW_WORD_KIND_FIRE},
        {"fire alarm", STW_WORD_KIND_FIRE_ALARM},
        {"fire pump", STW_WORD_KIND_FIRE_PUMP},
        {"pump", STW_WORD_KIND_PUMP},
        {"boiler", STW_WORD_KIND_BOILER},
        {"chiller", STW_WORD_KIND_CHILLER},
        {"hvac", STW_WORD_KIND_HVAC},
        {"fan", STW_WORD_KIND_FAN},
        {"generator", STW_WORD_KIND_GENERATOR},
        {"transformer", STW_WORD_KIND_TRANSFORMER},
        {"lighting", STW_WORD_KIND_LIGHTING},
    };
    return translate(report, kind, words, sizeof(words) / sizeof(words[0]));
}

struct stw_slice stw_role_name(const struct stw_report *report, struct stw_slice role)
{
    static const struct named_word words[] = {{"main", STW_WORD_ROLE_MAIN},
                                              {"building", STW_WORD_ROLE_BUILDING},
                                              {"household", STW_WORD_ROLE_HOUSEHOLD},
                                              {"public", STW_WORD_ROLE_PUBLIC},
                                              {"plant", STW_WORD_ROLE_PLANT}};
    return translate(report, role, words, sizeof(words) / sizeof(words[0]));
}

struct stw_slice stw_unit_text(struct stw_slice unit)
{
    return stw_slice_is(unit, "m3") ? STW_SLICE("m\u00b3") : unit;
}
