/* Rows of totals; see totals.h. */
#include "ingest/totals.h"

enum { WORD_BYTES_MAX = 64 };

/* Without blanks (full-width ones too) and colons, in small letters; false: too long to be such a
 * word. */
static bool simplify(struct stw_slice text, char word[static WORD_BYTES_MAX], size_t *size)
{
    static const struct stw_slice left_out[] = {{" ", 1}, {"\t", 1}, {"\n", 1},     {"\r", 1},
                                                {":", 1}, {"-", 1},  {"\u3000", 3}, {"\uFF1A", 3}};
    *size = 0;
    for (size_t i = 0; i < text.size;) {
        struct stw_slice rest = {text.data + i, text.size - i};
        size_t skipped = 0;
        for (size_t w = 0; w < sizeof(left_out) / sizeof(left_out[0]) && skipped == 0; w++)
            skipped = stw_slice_starts(rest, left_out[w]) ? left_out[w].size : 0;
        i += skipped == 0 ? 1 : skipped;
        if (skipped > 0)
            continue;
        if (*size == WORD_BYTES_MAX)
            return false;
        char c = rest.data[0];
        word[(*size)++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    return true;
}

static bool ends_in(struct stw_slice word, const char *end)
{
    struct stw_slice wanted = stw_slice_of(end);
    return word.size >= wanted.size &&
           memcmp(word.data + word.size - wanted.size, end, wanted.size) == 0;
}

bool stw_record_is_total(const struct stw_text_record *record)
{
    static const char *const endings[] = {"合计", "小计", "总计", "共计", "合計", "小計", "總計"};
    static const char *const words[] = {"total", "totals", "subtotal", "subtotals", "grandtotal"};
    char bytes[WORD_BYTES_MAX];
    size_t size;
    uint32_t at = 0;
    while (at < record->count && stw_slice_trim(record->fields[at].text).size == 0)
        at++;
    if (at == record->count || !simplify(record->fields[at].text, bytes, &size))
        return false;
    struct stw_slice word = {bytes, size};
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
        if (ends_in(word, endings[i]))
            return true;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (stw_slice_is(word, words[i]))
            return true;
    return false;
}
