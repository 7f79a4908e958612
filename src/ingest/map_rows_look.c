/* Looking at rows that were added and not yet handed on, for a preview; see map_rows.h. */
#include "ingest/map_rows_inside.h"

struct stw_slice stw_map_rows_key(const struct stw_map_rows *rows, uint32_t row)
{
    /* The batch holds ids of the store; the file's own list knows them by key. */
    for (uint32_t i = 0; i < rows->series.count; i++)
        if (rows->series_id[i] == rows->batch.series[row])
            return rows->series.words[i];
    return STW_SLICE("");
}

/* Whether a value column of the file is about this key: in a long file there is one, of all. */
static bool is_about(const struct stw_map_rows *rows, const struct stw_map_rows_wide *wide,
                     struct stw_slice key)
{
    for (uint32_t part = 0; part < rows->map->table->key_count; part++)
        if (wide->keys[part].data != NULL &&
            !stw_slice_equal(wide->keys[part], stw_key_part(key, part)))
            return false;
    return true;
}

struct stw_slice stw_map_rows_fact(const struct stw_map_rows *rows, struct stw_slice key,
                                   struct stw_slice attribute)
{
    const struct stw_map *map = rows->map;
    int column = map->devices == NULL ? -1 : stw_table_column(map->devices, attribute);
    for (uint32_t i = 0; i < (map->is_wide ? rows->wide_count : 1); i++) {
        const struct stw_map_rows_wide *wide = &rows->wide[i];
        for (uint32_t f = 0; f < wide->fact_count && is_about(rows, wide, key); f++)
            if ((int)wide->facts[f].index == column)
                return wide->facts[f].value;
    }
    return STW_SLICE("");
}
