/* Headers by the map's names; see header_names.h. */
#include "ingest/header_names.h"

#include <inttypes.h>

struct listing {
    const struct stw_map *map;
    struct stw_slice *names;
    uint32_t count;
};

static void list(struct listing *listing, const struct stw_map_ref *ref)
{
    const struct stw_map_fold *fold = &listing->map->fold;
    bool left_out = ref->name.data == NULL;
    for (uint32_t i = 0; i < fold->made_count && !left_out; i++)
        left_out = stw_slice_equal(fold->made[i].name, ref->name);
    if (!left_out)
        listing->names[listing->count++] = ref->name;
}

int stw_header_names_init(struct stw_header_names *wanted, const struct stw_map *map,
                          struct stw_arena *arena, struct stw_error *err)
{
    const struct stw_map_field *of_fold[] = {&map->fold.key, &map->fold.time, &map->fold.state,
                                             &map->fold.ties};
    const size_t of_fold_count = sizeof(of_fold) / sizeof(of_fold[0]);
    size_t room = (map->field_count + map->said_count + of_fold_count) * STW_MAP_JOINED_MAX +
                  (size_t)map->wide_count;
    struct listing listing = {map, STW_ARENA_ARRAY(arena, struct stw_slice, room), 0};
    if (listing.names == NULL)
        return stw_fail_memory(err, room * sizeof(*listing.names));
    for (uint32_t i = 0; i < map->field_count; i++)
        for (uint32_t c = 0; c < map->fields[i].column_count; c++)
            list(&listing, &map->fields[i].columns[c]);
    for (size_t i = 0; i < of_fold_count; i++)
        for (uint32_t c = 0; c < of_fold[i]->column_count; c++)
            list(&listing, &of_fold[i]->columns[c]);
    for (uint32_t i = 0; i < map->said_count; i++)
        for (uint32_t c = 0; c < map->said[i].column_count; c++)
            list(&listing, &map->said[i].columns[c]);
    for (uint32_t i = 0; i < map->wide_count; i++)
        list(&listing, &map->wide[i].column);
    *wanted = (struct stw_header_names){.names = listing.names, .count = listing.count};
    if (wanted->count > 0)
        wanted->missing = wanted->names[0];
    return STW_OK;
}

bool stw_header_names_match(struct stw_header_names *wanted, const struct stw_slice *texts,
                            uint32_t count, uint64_t line)
{
    struct stw_slice missing = {"", 0};
    uint32_t found = 0, filled = 0;
    for (uint32_t i = 0; i < count; i++)
        filled += texts[i].size > 0;
    for (uint32_t i = 0; i < wanted->count; i++) {
        uint32_t at = 0;
        while (at < count && !stw_slice_equal(texts[at], wanted->names[i]))
            at++;
        if (at < count)
            found++;
        else
            missing = wanted->names[i];
    }
    if (found == wanted->count)
        return found > 0 || filled > 1;
    if (found > wanted->best) {
        wanted->best = found;
        wanted->best_line = line;
        wanted->missing = missing;
    }
    return false;
}

int stw_header_names_fail(const struct stw_header_names *wanted, const char *where,
                          struct stw_error *err)
{
    if (wanted->best == 0)
        stw_fail(err, STW_ERR_INPUT,
                 "none of the first %d rows of %s names the map's columns, such as '%.*s'",
                 STW_HEADER_ROWS_SEARCHED, where, STW_SLICE_ARG(wanted->missing));
    else
        stw_fail(err, STW_ERR_INPUT,
                 "row %" PRIu64 " of %s names %u of the map's %u columns, not '%.*s'",
                 wanted->best_line, where, wanted->best, wanted->count,
                 STW_SLICE_ARG(wanted->missing));
    return STW_ERR_INPUT;
}
