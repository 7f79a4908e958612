/* Comparing the rows of a series in two views; see restate_rows.h. */
#include "api/restate_rows.h"

#include "store/value.h"

/* One view's rows on their way. */
struct side {
    struct stw_merge *merge;
    struct stw_run run;
    uint32_t row;
    bool ended;
};

static int fill(struct side *side, struct stw_error *err)
{
    while (!side->ended && side->row == side->run.count) {
        int status = stw_merge_next(side->merge, &side->run, err);
        if (status < 0)
            return status;
        side->ended = status == STW_END;
        side->row = 0;
    }
    return STW_OK;
}

static void seek(struct side *side, uint32_t series, int64_t from_ns, int64_t to_ns)
{
    stw_merge_seek(side->merge, series, from_ns, to_ns);
    side->run.count = 0;
    side->row = 0;
    side->ended = false;
}

bool stw_row_pair_differs(const struct stw_table *table, const struct stw_row_pair *pair,
                          uint32_t column)
{
    struct stw_value old = stw_value_of(&pair->old->columns[column], pair->old_row);
    struct stw_value new = stw_value_of(&pair->new->columns[column], pair->new_row);
    return !stw_value_same(table->columns[column].type, &old, &new);
}

static bool is_same(const struct stw_table *table, const struct stw_row_pair *pair)
{
    bool same = true;
    for (uint32_t column = 0; same && column < table->column_count; column++)
        same = !stw_row_pair_differs(table, pair, column);
    return same;
}

/*
 * What comes next. Of rows at one time where all are kept, later ones come last: a row that the new
 * view has elsewhere in the order is not the old one, which is gone. Where a series has one row, a
 * row at another time is that row, corrected.
 */
static struct stw_row_pair next_pair(const struct stw_table *table, const struct side *old,
                                     const struct side *new)
{
    struct stw_row_pair pair = {.old = old->ended ? NULL : &old->run,
                                .old_row = old->row,
                                .new = new->ended ? NULL : &new->run,
                                .new_row = new->row};
    int64_t old_ns = old->ended ? INT64_MAX : old->run.time_ns[old->row];
    int64_t new_ns = new->ended ? INT64_MAX : new->run.time_ns[new->row];
    bool one_row = table->identity == STW_IDENTITY_SERIES;
    pair.time_ns = new_ns;
    if (old->ended || (!one_row && new_ns < old_ns)) {
        pair.old = NULL;
        pair.change = STW_ROW_ADDED;
    } else if (new->ended || (!one_row && old_ns < new_ns)) {
        pair.new = NULL;
        pair.change = STW_ROW_GONE;
        pair.time_ns = old_ns;
    } else if (old_ns == new_ns && is_same(table, &pair)) {
        pair.change = STW_ROW_SAME;
    } else if (table->identity == STW_IDENTITY_ALL) {
        pair.new = NULL;
        pair.change = STW_ROW_GONE;
        pair.time_ns = old_ns;
    } else {
        pair.change = STW_ROW_CORRECTED;
    }
    return pair;
}

int stw_compare_rows(const struct stw_table *table, struct stw_merge *old,
                     struct stw_merge *new_merge, uint32_t series, int64_t from_ns, int64_t to_ns,
                     stw_row_pair_fn *each, void *context, struct stw_error *err)
{
    struct side sides[2] = {{.merge = old}, {.merge = new_merge}};
    seek(&sides[0], series, from_ns, to_ns);
    seek(&sides[1], series, from_ns, to_ns);
    for (;;) {
        STW_TRY(fill(&sides[0], err));
        STW_TRY(fill(&sides[1], err));
        if (sides[0].ended && sides[1].ended)
            return STW_OK;
        struct stw_row_pair pair = next_pair(table, &sides[0], &sides[1]);
        STW_TRY(each(context, &pair, err));
        sides[0].row += pair.old != NULL;
        sides[1].row += pair.new != NULL;
    }
}
