/* Headers: what they mean (the words are in store/field_words.c), whom they name, the unit in their
 * brackets; see sniff_inside.h. */
#include "ingest/sniff_inside.h"
#include "store/field.h"
#include "text/quantity.h"

#include <string.h>

bool stw_sniff_means(struct stw_slice header, struct stw_slice field)
{
    if (stw_field_means(header, field))
        return true;
    /* The last step of a path: "data.value", "tag.meter". */
    const char *point = header.size == 0 ? NULL : memrchr(header.data, '.', header.size);
    size_t before = point == NULL ? 0 : (size_t)(point - header.data) + 1;
    struct stw_slice last = {header.data + before, header.size - before};
    return before > 0 && last.size > 0 && stw_field_means(last, field);
}

bool stw_sniff_is_identity(struct stw_slice header)
{
    static const char *const endings[] = {"id",   "key", "no",   "nr",   "number", "name",
                                          "code", "号",  "编号", "名称", "編號"};
    char folded[STW_FIELD_WORD_SIZE];
    struct stw_slice word = stw_field_fold(header, folded);
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        struct stw_slice ending = stw_slice_of(endings[i]);
        if (word.size >= ending.size &&
            memcmp(word.data + word.size - ending.size, ending.data, ending.size) == 0)
            return true;
    }
    return false;
}

struct stw_slice stw_sniff_unit(struct stw_slice header)
{
    static const char *const closing[] = {")", "]", "}", "）", "】", "］"};
    struct stw_slice rest = header;
    while (rest.size > 0 && stw_field_bracket_size(rest) == 0) {
        rest.data++;
        rest.size--;
    }
    size_t open = stw_field_bracket_size(rest);
    rest.data += open;
    rest.size -= open;
    for (size_t i = 0; i < sizeof(closing) / sizeof(closing[0]); i++) {
        const char *end =
            rest.size == 0 ? NULL : memmem(rest.data, rest.size, closing[i], strlen(closing[i]));
        struct stw_unit unit;
        if (end == NULL)
            continue;
        struct stw_slice text = {rest.data, (size_t)(end - rest.data)};
        if (stw_unit_parse(text, &unit, NULL) == STW_OK)
            return stw_slice_trim(text);
    }
    return (struct stw_slice){"", 0};
}

const char *stw_sniff_table(const struct stw_sniff_sample *sample)
{
    enum { LEAST = 3 /* columns that speak for a table */ };
    static const char *const tables[] = {"readings", "devices", "work_orders", "faults",
                                         "inspections"};
    const char *best = NULL;
    uint32_t most = 0, second = 0;
    for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++) {
        const struct stw_field *fields;
        uint32_t count = stw_field_list(stw_slice_of(tables[t]), &fields), meant = 0;
        for (uint32_t c = 0; c < sample->column_count; c++) {
            bool any = false;
            for (uint32_t i = 0; i < count && !any; i++)
                any = stw_field_means(sample->columns[c].header, stw_slice_of(fields[i].name));
            meant += any;
        }
        second = meant > most ? most : meant > second ? meant : second;
        best = meant > most ? tables[t] : best;
        most = meant > most ? meant : most;
    }
    return most >= LEAST && most > second ? best : NULL;
}
