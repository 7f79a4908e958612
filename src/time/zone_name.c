/* Names of zones; see zone_name.h. */
#include "time/zone_name.h"

#include "base/io.h"
#include "base/suggest.h"
#include "time/zone.h"

#include <stdlib.h>
#include <string.h>

enum { ZONE_LIST_SIZE_MAX = 1024 * 1024 }; /* tzdata.zi has 110 KB */

const char *stw_zone_folder(void)
{
    const char *folder = getenv("TZDIR");
    return folder == NULL || folder[0] == '\0' ? "/usr/share/zoneinfo" : folder;
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool stw_zone_name_is_valid(const char *name)
{
    size_t size = strlen(name);
    if (size > STW_ZONE_NAME_MAX || !is_letter(name[0]) || name[size - 1] == '/')
        return false;
    for (size_t i = 0; i < size; i++) {
        char c = name[i];
        bool empty_part = c == '/' && name[i + 1] == '/';
        if (empty_part || !(is_letter(c) || is_digit(c) || memchr("_-+/", c, 4) != NULL))
            return false;
    }
    return true;
}

bool stw_zone_name_offset(const char *name, int32_t *offset_s)
{
    *offset_s = 0;
    if (strcmp(name, "UTC") == 0 || strcmp(name, "Z") == 0)
        return true;
    const char *at = strncmp(name, "UTC", 3) == 0 ? name + 3 : name;
    if (*at != '+' && *at != '-')
        return false;
    bool west = *at++ == '-';
    int hours = 0, minutes = 0, digits = 0;
    for (; digits < 2 && is_digit(*at); digits++)
        hours = hours * 10 + (*at++ - '0');
    bool colon = digits > 0 && *at == ':';
    at += colon;
    if (is_digit(at[0]) && is_digit(at[1]) && digits == 2) {
        minutes = (at[0] - '0') * 10 + (at[1] - '0');
        at += 2;
    } else if (colon) {
        return false;
    }
    if (digits == 0 || *at != '\0' || hours > 15 || minutes > 59)
        return false;
    *offset_s = (hours * 3600 + minutes * 60) * (west ? -1 : 1);
    return true;
}

/* Cities that people expect to be zones, and tzdata keeps under another's name. */
static const char *city_zone(const char *name)
{
    static const char *const shanghai[] = {"Beijing", "Peking", "Guangzhou", "Shenzhen",
                                           "Chengdu", "Wuhan",  "Hangzhou",  "Nanjing",
                                           "Tianjin", "Xian"};
    for (size_t i = 0; i < sizeof(shanghai) / sizeof(shanghai[0]); i++)
        if (strcasestr(name, shanghai[i]) != NULL)
            return "Asia/Shanghai";
    return strcasestr(name, "Munich") != NULL || strcasestr(name, "Frankfurt") != NULL
               ? "Europe/Berlin"
               : NULL;
}

/* The next blank-separated word of a line. */
static struct stw_slice next_word(struct stw_slice *line)
{
    *line = stw_slice_trim(*line);
    size_t size = 0;
    while (size < line->size && line->data[size] != ' ')
        size++;
    struct stw_slice word = {line->data, size};
    line->data += size;
    line->size -= size;
    return word;
}

/* A line of tzdata.zi: "Z name ..." is a zone, "L target name" a second name of one. The city
 * alone ("Shangai") is compared as well as the whole name. */
static void offer_line(struct stw_suggest *whole, struct stw_suggest *city, struct stw_slice line)
{
    struct stw_slice kind = next_word(&line);
    if (stw_slice_is(kind, "L"))
        next_word(&line);
    else if (!stw_slice_is(kind, "Z"))
        return;
    struct stw_slice name = next_word(&line);
    stw_suggest_offer(whole, name);
    const char *slash = memrchr(name.data, '/', name.size);
    if (slash == NULL)
        return;
    struct stw_slice last = {slash + 1, (size_t)(name.data + name.size - slash - 1)};
    unsigned best = city->best.data == NULL ? UINT32_MAX : city->distance;
    stw_suggest_offer(city, last);
    if (city->best.data != NULL && city->distance < best)
        city->best = name;
}

const char *stw_zone_name_suggest(const char *name, struct stw_arena *arena)
{
    const char *known = city_zone(name);
    if (known != NULL)
        return known;
    struct stw_buffer list;
    char path[4096];
    stw_buffer_init(&list);
    struct stw_slice found = {NULL, 0};
    if (stw_path_join(path, sizeof(path), stw_zone_folder(), "tzdata.zi", NULL) == STW_OK &&
        stw_file_load(stw_io_system(), path, ZONE_LIST_SIZE_MAX, &list, NULL) == STW_OK) {
        const char *slash = strrchr(name, '/');
        struct stw_suggest whole, city;
        stw_suggest_init(&whole, stw_slice_of(name));
        stw_suggest_init(&city, stw_slice_of(slash == NULL ? name : slash + 1));
        for (size_t at = 0; at < list.size;) {
            const char *end = memchr(list.data + at, '\n', list.size - at);
            size_t size = end == NULL ? list.size - at : (size_t)(end - list.data) - at;
            offer_line(&whole, &city, (struct stw_slice){list.data + at, size});
            at += size + 1;
        }
        bool by_city =
            city.best.data != NULL && (whole.best.data == NULL || city.distance < whole.distance);
        found = by_city ? city.best : whole.best;
    }
    const char *answer = found.data == NULL ? NULL : stw_arena_copy(arena, found).data;
    stw_buffer_release(&list);
    return answer;
}
