/* Lists of segments in the manifest; see segment_list.h. */
#include "store/segment_list.h"

#include "time/civil.h"

/* Numbered as they come on disk. */
enum cell {
    CELL_TABLE,
    CELL_PARTITION,
    CELL_ADDED,
    CELL_REMOVED,
    CELL_COMMIT_LAST,
    CELL_COMMIT_FIRST,
    CELL_TIER,
    CELL_FILE_SIZE,
    CELL_ROWS,
    CELL_BLOCKS,
    CELL_SERIES,
    CELL_SERIES_FIRST,
    CELL_SERIES_LAST,
    CELL_TIME_MIN,
    CELL_TIME_MAX,
    CELLS
};
_Static_assert((int)CELLS == (int)STW_SEGMENT_WHOLE &&
                   (int)CELL_REMOVED + 1 == (int)STW_SEGMENT_NAME,
               "a detail is so many columns");

const char *stw_segment_name(struct stw_arena *arena, const struct stw_table *table,
                             int64_t partition_from_ns, uint64_t generation)
{
    char part[8];
    stw_partition_name(table->partition, partition_from_ns, part, sizeof(part));
    return stw_arena_printf(arena, "%.*s-%s-%llu.seg", STW_SLICE_ARG(table->name), part,
                            (unsigned long long)generation);
}

/* ---- Writing --------------------------------------------------------------------------------- */

/* The tables that occur, numbered in order of appearance; numbers[table] is what stands for it. */
static uint32_t number_tables(const struct stw_state *state, struct stw_segment_ref *const *refs,
                              uint32_t count, struct stw_slice *names, uint32_t *numbers)
{
    uint32_t used = 0;
    for (uint32_t i = 0; i < STW_SCHEMA_TABLES_MAX; i++)
        numbers[i] = UINT32_MAX;
    for (uint32_t i = 0; i < count; i++) {
        if (numbers[refs[i]->table] != UINT32_MAX)
            continue;
        names[used] = stw_schema_table(state->schema, refs[i]->table)->name;
        numbers[refs[i]->table] = used++;
    }
    return used;
}

/* Of a list of names only the first cells are kept. */
static void fill(const struct stw_cells *cells, uint32_t row, uint32_t table,
                 const struct stw_segment_ref *ref, uint64_t generation)
{
    const struct stw_segment_info *info = &ref->info;
    assert(ref->added <= generation && ref->removed <= generation);
    stw_cells_set(
        cells, row,
        (int64_t[CELLS]){
            [CELL_TABLE] = table,
            [CELL_PARTITION] = ref->partition_from_ns,
            [CELL_ADDED] = (int64_t)(generation - ref->added),
            [CELL_REMOVED] = ref->removed == 0 ? 0 : (int64_t)(1 + generation - ref->removed),
            [CELL_COMMIT_LAST] = (int64_t)(ref->added - ref->commit_last),
            [CELL_COMMIT_FIRST] = (int64_t)(ref->commit_last - ref->commit_first),
            [CELL_TIER] = ref->tier,
            [CELL_FILE_SIZE] = (int64_t)info->file_size_bytes,
            [CELL_ROWS] = (int64_t)info->rows,
            [CELL_BLOCKS] = info->block_count,
            [CELL_SERIES] = info->series_count,
            [CELL_SERIES_FIRST] = info->series_first,
            [CELL_SERIES_LAST] = (int64_t)info->series_last - info->series_first,
            [CELL_TIME_MIN] =
                (int64_t)((uint64_t)info->time_min_ns - (uint64_t)ref->partition_from_ns),
            [CELL_TIME_MAX] =
                (int64_t)((uint64_t)ref->partition_to_ns - (uint64_t)info->time_max_ns)});
}

void stw_segment_list_put(struct stw_state *state, struct stw_segment_ref *const *refs,
                          uint32_t count, uint64_t generation, enum stw_segment_detail detail,
                          struct stw_buffer *out)
{
    struct stw_slice names[STW_SCHEMA_TABLES_MAX];
    uint32_t numbers[STW_SCHEMA_TABLES_MAX];
    struct stw_cells cells;
    uint32_t tables = number_tables(state, refs, count, names, numbers);
    stw_put_varint(out, tables);
    stw_columns_put_words(&state->columns, names, tables, out);
    if (stw_cells_make(&state->columns, count, detail, &cells) != STW_OK) {
        out->failed = true;
        return;
    }
    for (uint32_t i = 0; i < count; i++)
        fill(&cells, i, numbers[refs[i]->table], refs[i], generation);
    stw_cells_put(&state->columns, &cells, out);
}

/* ---- Reading --------------------------------------------------------------------------------- */

/* A cell as an unsigned number below or at `most`. */
static bool take(const struct stw_cells *cells, uint32_t row, enum cell cell, uint64_t most,
                 uint64_t *value)
{
    *value = (uint64_t)*stw_cells_at(cells, row, cell);
    return *value <= most;
}

static bool read_name(const struct stw_cells *cells, uint32_t row, const struct stw_table *table,
                      uint64_t generation, struct stw_segment_ref *ref)
{
    uint64_t added, removed;
    int64_t from_ns = *stw_cells_at(cells, row, CELL_PARTITION);
    if (from_ns < STW_TIME_MIN_NS || from_ns >= STW_TIME_MAX_NS ||
        !take(cells, row, CELL_ADDED, generation - 1, &added) ||
        !take(cells, row, CELL_REMOVED, generation, &removed))
        return false;
    stw_partition_of(table->partition, from_ns, &ref->partition_from_ns, &ref->partition_to_ns);
    ref->table = table->number;
    ref->added = generation - added;
    ref->removed = removed == 0 ? 0 : 1 + generation - removed;
    return ref->partition_from_ns == from_ns;
}

static bool read_rest(const struct stw_cells *cells, uint32_t row, struct stw_segment_ref *ref)
{
    struct stw_segment_info *info = &ref->info;
    uint64_t last, first, tier, blocks, series, series_first, series_last;
    if (!take(cells, row, CELL_COMMIT_LAST, ref->added, &last) ||
        !take(cells, row, CELL_COMMIT_FIRST, ref->added - last, &first) ||
        !take(cells, row, CELL_TIER, STW_TIER_COLD, &tier) ||
        !take(cells, row, CELL_FILE_SIZE, INT64_MAX, &info->file_size_bytes) ||
        !take(cells, row, CELL_ROWS, INT64_MAX, &info->rows) ||
        !take(cells, row, CELL_BLOCKS, UINT32_MAX, &blocks) ||
        !take(cells, row, CELL_SERIES, UINT32_MAX, &series) ||
        !take(cells, row, CELL_SERIES_FIRST, STW_SERIES_NONE - 2, &series_first) ||
        !take(cells, row, CELL_SERIES_LAST, STW_SERIES_NONE - 2 - series_first, &series_last))
        return false;
    ref->commit_last = ref->added - last;
    ref->commit_first = ref->commit_last - first;
    ref->tier = (enum stw_tier)tier;
    info->block_count = (uint32_t)blocks;
    info->series_count = (uint32_t)series;
    info->series_first = (uint32_t)series_first;
    info->series_last = (uint32_t)(series_first + series_last);
    info->time_min_ns = (int64_t)((uint64_t)ref->partition_from_ns +
                                  (uint64_t)*stw_cells_at(cells, row, CELL_TIME_MIN));
    info->time_max_ns = (int64_t)((uint64_t)ref->partition_to_ns -
                                  (uint64_t)*stw_cells_at(cells, row, CELL_TIME_MAX));
    return true;
}

int stw_segment_list_get(struct stw_state *state, struct stw_reader *reader, uint64_t generation,
                         enum stw_segment_detail detail, struct stw_segment_list *list)
{
    struct stw_slice *names;
    struct stw_cells cells;
    uint64_t tables = stw_get_varint(reader);
    if (tables > STW_SCHEMA_TABLES_MAX)
        return STW_ERR_DAMAGED;
    STW_TRY(stw_columns_get_words(&state->columns, reader, (uint32_t)tables, &names));
    STW_TRY(stw_cells_get(&state->columns, reader, detail, &cells));
    list->count = 0;
    list->refs = STW_ARENA_ARRAY(&state->columns.arena, struct stw_segment_ref *, cells.rows);
    if (list->refs == NULL)
        return STW_ERR_MEMORY;
    for (uint32_t row = 0; row < cells.rows; row++) {
        uint64_t number;
        if (!take(&cells, row, CELL_TABLE, UINT32_MAX, &number) || number >= tables)
            return STW_ERR_DAMAGED;
        const struct stw_table *table = stw_schema_find(state->schema, names[number]);
        if (table == NULL)
            continue;
        struct stw_segment_ref *ref = STW_ARENA_NEW(&state->arena, struct stw_segment_ref);
        if (ref == NULL)
            return STW_ERR_MEMORY;
        if (!read_name(&cells, row, table, generation, ref) ||
            (detail == STW_SEGMENT_WHOLE && !read_rest(&cells, row, ref)))
            return STW_ERR_DAMAGED;
        ref->name = stw_segment_name(&state->arena, table, ref->partition_from_ns, ref->added);
        if (ref->name == NULL)
            return STW_ERR_MEMORY;
        list->refs[list->count++] = ref;
    }
    return STW_OK;
}
