/* Restatement; see restate.h. */
#include "api/restate.h"

#include "api/restate_rows.h"
#include "base/memory.h"
#include "meter/use.h"

#include <stdio.h>

/* One of the two views, with a merge over all columns of the table at hand. */
struct half {
    struct stw_view *view;
    struct stw_merge *merge;
};

/* Times in which a series may be different; first > last: none. */
struct extent {
    int64_t first_ns;
    int64_t last_ns;
};

struct restating {
    struct stw_restatement *out;
    struct half old;
    struct half new;
    struct stw_merge *late;
    const struct stw_zone *zone;
    struct stw_periods periods;
    struct stw_intern devices; /* whose registry entries changed */
    const struct stw_table *table;
    struct stw_slice key;
    struct stw_restated *months; /* of the series at hand, by number from first_month on */
    uint32_t month_count;
    int64_t first_month;
    uint64_t *events[2]; /* rows by month in the old view and the new one */
    const char *verdicts[2];
};

/* ---- Commits in between ---------------------------------------------------------------------- */

static int list_commits(const struct stw_store *store, struct stw_restatement *out,
                        struct stw_error *err)
{
    for (uint32_t i = 0; i < stw_store_commit_count(store); i++) {
        struct stw_source_record commit = stw_store_commit_at(store, i);
        if (commit.generation <= out->old_generation || commit.generation > out->new_generation)
            continue;
        if (!stw_reserve((void **)&out->commits, &out->commit_capacity, out->commit_count + 1u,
                         sizeof(*out->commits)))
            return stw_fail_memory(err, sizeof(*out->commits));
        out->commits[out->commit_count++] =
            (struct stw_late_commit){.generation = commit.generation,
                                     .committed_ns = commit.committed_ns,
                                     .source = commit.source.name,
                                     .rows = commit.rows};
    }
    return STW_OK;
}

/* ---- Where to look --------------------------------------------------------------------------- */

static void widen(struct extent *extent, int64_t first_ns, int64_t last_ns)
{
    extent->first_ns = first_ns < extent->first_ns ? first_ns : extent->first_ns;
    extent->last_ns = last_ns > extent->last_ns ? last_ns : extent->last_ns;
}

static bool device_changed(const struct restating *work)
{
    int place = stw_table_key(work->table, STW_SLICE("device"));
    return stw_slice_is(work->table->name, "readings") && place >= 0 &&
           stw_intern_find(&work->devices, stw_key_part(work->key, (uint32_t)place)) !=
               STW_INTERN_NONE;
}

/* Late rows, ranges erased in between, and all there is of a device that changed. */
static int find_extent(struct restating *work, uint32_t series, struct extent *extent,
                       struct stw_error *err)
{
    struct stw_run run;
    struct stw_table_info info = stw_view_table_info(work->new.view, work->table);
    struct stw_table_info before = stw_view_table_info(work->old.view, work->table);
    struct extent all = {info.time_min_ns, info.time_max_ns};
    widen(&all, before.time_min_ns, before.time_max_ns);
    int status;
    *extent = (struct extent){INT64_MAX, INT64_MIN};
    stw_merge_seek(work->late, series, INT64_MIN, INT64_MAX);
    while ((status = stw_merge_next(work->late, &run, err)) == STW_OK)
        widen(extent, run.time_ns[0], run.time_ns[run.count - 1]);
    if (status < 0)
        return status;
    uint32_t count;
    const struct stw_erasure *erasures = stw_view_erasures(work->new.view, &count);
    for (uint32_t i = 0; i < count; i++) {
        const struct stw_erasure *erasure = &erasures[i];
        if (erasure->table == work->table->number && erasure->series == series &&
            erasure->generation > work->out->old_generation)
            widen(extent, erasure->from_ns, erasure->to_ns - 1);
    }
    bool one_row = work->table->identity == STW_IDENTITY_SERIES;
    if (device_changed(work) || (one_row && extent->first_ns <= extent->last_ns))
        *extent = all;
    if (extent->first_ns < all.first_ns)
        extent->first_ns = all.first_ns;
    if (extent->last_ns > all.last_ns)
        extent->last_ns = all.last_ns;
    return STW_OK;
}

/* ---- Months ---------------------------------------------------------------------------------- */

static int64_t month_number(struct restating *work, int64_t at_ns, struct stw_period *month)
{
    stw_period_at(&work->periods, at_ns, month);
    return month->index;
}

/* Makes the months from the one before the extent to the one after it: the use of a month depends
 * on the readings at its edges. */
static int make_months(struct restating *work, const struct extent *extent, struct stw_error *err)
{
    struct stw_period month, last;
    month_number(work, extent->last_ns, &last);
    stw_period_next(&work->periods, &last, &last);
    month_number(work, extent->first_ns, &month);
    stw_period_previous(&work->periods, &month, &month);
    int64_t count = last.index - month.index + 1;
    if (count > STW_RESTATE_MONTHS_MAX)
        return stw_fail(err, STW_ERR_LIMIT, "changes reach over more than %d months",
                        STW_RESTATE_MONTHS_MAX);
    work->first_month = month.index;
    work->month_count = (uint32_t)count;
    memset(work->months, 0, work->month_count * sizeof(*work->months));
    memset(work->events[0], 0, work->month_count * sizeof(uint64_t));
    memset(work->events[1], 0, work->month_count * sizeof(uint64_t));
    work->verdicts[0] = work->verdicts[1] = NULL;
    for (uint32_t i = 0; i < work->month_count; i++) {
        work->months[i] =
            (struct stw_restated){.table = work->table, .key = work->key, .month = month};
        stw_period_next(&work->periods, &month, &month);
    }
    return STW_OK;
}

static int say_columns(struct restating *work, struct stw_restated *line,
                       const struct stw_row_pair *pair, struct stw_error *err)
{
    struct stw_buffer text;
    stw_buffer_init(&text);
    for (uint32_t column = 0; column < work->table->column_count; column++) {
        if (!stw_row_pair_differs(work->table, pair, column))
            continue;
        if (text.size > 0)
            stw_buffer_add_text(&text, ", ");
        stw_buffer_add_slice(&text, work->table->columns[column].name);
    }
    int status = stw_buffer_status(&text, err);
    if (status == STW_OK)
        line->what = stw_arena_copy(&work->out->arena, stw_buffer_slice(&text));
    stw_buffer_release(&text);
    return status == STW_OK && line->what.data == NULL ? stw_fail_memory(err, 1) : status;
}

static bool instant_of(const struct stw_table *table, const struct stw_run *run, uint32_t row,
                       const char *name, int64_t *at_ns)
{
    int place = stw_table_column(table, stw_slice_of(name));
    bool known = place >= 0 && stw_vector_has(&run->columns[place], row);
    if (known)
        *at_ns = run->columns[place].ints[row];
    return known;
}

/* Of a work order against the target it carries. */
static const char *verdict_of(const struct stw_table *table, const struct stw_run *run,
                              uint32_t row)
{
    int64_t target_ns, resolved_ns;
    if (run == NULL)
        return "";
    if (!instant_of(table, run, row, "resolved", &resolved_ns))
        return "open";
    if (!instant_of(table, run, row, "target", &target_ns))
        return "resolved";
    return resolved_ns <= target_ns ? "on time" : "late";
}

static int take_pair(void *context, const struct stw_row_pair *pair, struct stw_error *err)
{
    struct restating *work = context;
    struct stw_period month;
    int64_t number = month_number(work, pair->time_ns, &month) - work->first_month;
    assert(number >= 0 && number < (int64_t)work->month_count);
    struct stw_restated *line = &work->months[number];
    work->events[0][number] += pair->old != NULL;
    work->events[1][number] += pair->new != NULL;
    line->added += pair->change == STW_ROW_ADDED;
    line->corrected += pair->change == STW_ROW_CORRECTED;
    line->gone += pair->change == STW_ROW_GONE;
    if (work->table->identity == STW_IDENTITY_SERIES && pair->change != STW_ROW_SAME) {
        work->verdicts[0] = verdict_of(work->table, pair->old, pair->old_row);
        work->verdicts[1] = verdict_of(work->table, pair->new, pair->new_row);
    }
    if (pair->change == STW_ROW_CORRECTED && line->what.size == 0)
        return say_columns(work, line, pair, err);
    return STW_OK;
}

/* ---- Figures --------------------------------------------------------------------------------- */

static int use_text(struct restating *work, const struct stw_use_period *use,
                    struct stw_slice *text, struct stw_error *err)
{
    char digits[STW_DECIMAL_TEXT_SIZE];
    if (!use->known)
        return STW_OK;
    int size = stw_wide_format(use->use, true, digits);
    *text = stw_arena_copy(&work->out->arena, (struct stw_slice){digits, (size_t)size});
    return text->data == NULL ? stw_fail_memory(err, sizeof(digits)) : STW_OK;
}

static int uses_of(struct restating *work, const struct half *half, uint32_t series,
                   struct stw_use_period *uses, struct stw_error *err)
{
    struct stw_use_spec spec = {
        .view = half->view,
        .series = series,
        .zone = work->zone,
        .rule = {STW_PERIOD_MONTH, 0, 1},
        .from_ns = work->months[0].month.start_ns,
        .to_ns = work->months[work->month_count - 1].month.end_ns,
    };
    memset(uses, 0, work->month_count * sizeof(*uses));
    if (series >= stw_view_series(half->view, work->table).count)
        return STW_OK;
    STW_TRY(stw_view_registry(half->view, &spec.registry, err));
    return stw_use_of_series(&spec, uses, work->month_count, err);
}

static int compare_use(struct restating *work, uint32_t series, struct stw_error *err)
{
    struct stw_use_period *uses = stw_alloc(2 * (size_t)work->month_count, sizeof(*uses));
    if (uses == NULL)
        return stw_fail_memory(err, work->month_count * sizeof(*uses));
    struct stw_use_period *of_new = uses + work->month_count;
    int status = uses_of(work, &work->old, series, uses, err);
    if (status == STW_OK)
        status = uses_of(work, &work->new, series, of_new, err);
    for (uint32_t i = 0; status == STW_OK && i < work->month_count; i++) {
        struct stw_restated *line = &work->months[i];
        status = use_text(work, &uses[i], &line->old, err);
        if (status == STW_OK)
            status = use_text(work, &of_new[i], &line->new, err);
        if (!stw_slice_equal(line->old, line->new))
            line->figure = "use";
    }
    stw_free(uses);
    return status;
}

static int count_events(struct restating *work, struct stw_error *err)
{
    for (uint32_t i = 0; i < work->month_count; i++) {
        struct stw_restated *line = &work->months[i];
        if (work->events[0][i] == work->events[1][i])
            continue;
        char *texts[2];
        for (int side = 0; side < 2; side++) {
            texts[side] = stw_arena_printf(&work->out->arena, "%llu",
                                           (unsigned long long)work->events[side][i]);
            if (texts[side] == NULL)
                return stw_fail_memory(err, 1);
        }
        line->figure = "events";
        line->old = stw_slice_of(texts[0]);
        line->new = stw_slice_of(texts[1]);
    }
    return STW_OK;
}

static void compare_verdicts(struct restating *work)
{
    for (uint32_t i = 0; i < work->month_count; i++) {
        struct stw_restated *line = &work->months[i];
        if (line->added + line->corrected + line->gone == 0 || work->verdicts[0] == NULL ||
            strcmp(work->verdicts[0], work->verdicts[1]) == 0)
            continue;
        line->figure = "verdict";
        line->old = stw_slice_of(work->verdicts[0]);
        line->new = stw_slice_of(work->verdicts[1]);
    }
}

static int figures_of(struct restating *work, uint32_t series, struct stw_error *err)
{
    if (stw_slice_is(work->table->name, "readings"))
        return compare_use(work, series, err);
    if (work->table->identity == STW_IDENTITY_ALL)
        return count_events(work, err);
    if (stw_slice_is(work->table->name, "work_orders"))
        compare_verdicts(work);
    return STW_OK;
}

/* ---- Series and tables ----------------------------------------------------------------------- */

static int keep_lines(struct restating *work, struct stw_error *err)
{
    struct stw_restatement *out = work->out;
    for (uint32_t i = 0; i < work->month_count; i++) {
        const struct stw_restated *line = &work->months[i];
        uint64_t rows = line->added + line->corrected + line->gone;
        if (rows == 0 && line->figure == NULL)
            continue;
        if (!stw_reserve((void **)&out->lines, &out->line_capacity, out->line_count + 1u,
                         sizeof(*out->lines)))
            return stw_fail_memory(err, sizeof(*out->lines));
        out->lines[out->line_count++] = *line;
        int device = stw_table_key(work->table, STW_SLICE("device"));
        uint32_t number;
        if (stw_slice_is(work->table->name, "devices") && device >= 0 && rows > 0 &&
            !stw_intern_add(&work->devices, stw_key_part(work->key, (uint32_t)device), &number,
                            NULL))
            return stw_fail_memory(err, work->key.size);
    }
    return STW_OK;
}

static int restate_series(struct restating *work, uint32_t series, struct stw_error *err)
{
    struct extent extent;
    STW_TRY(find_extent(work, series, &extent, err));
    if (extent.first_ns > extent.last_ns)
        return STW_OK;
    STW_TRY(make_months(work, &extent, err));
    STW_TRY(stw_compare_rows(
        work->table, work->old.merge, work->new.merge, series, work->months[0].month.start_ns,
        work->months[work->month_count - 1].month.end_ns, take_pair, work, err));
    STW_TRY(figures_of(work, series, err));
    return keep_lines(work, err);
}

static int open_merges(struct restating *work, struct stw_error *err)
{
    uint32_t columns[STW_SCHEMA_COLUMNS_MAX];
    uint32_t count = work->table->column_count;
    for (uint32_t i = 0; i < count; i++)
        columns[i] = i;
    STW_TRY(stw_view_merge_later(work->new.view, work->table, NULL, 0, work->out->old_generation,
                                 &work->late, err));
    STW_TRY(
        stw_view_merge(work->old.view, work->table, columns, count, false, &work->old.merge, err));
    return stw_view_merge(work->new.view, work->table, columns, count, false, &work->new.merge,
                          err);
}

static void close_merges(struct restating *work)
{
    stw_merge_close(work->late);
    stw_merge_close(work->old.merge);
    stw_merge_close(work->new.merge);
    work->late = work->old.merge = work->new.merge = NULL;
}

static int restate_table(struct restating *work, struct stw_error *err)
{
    const uint32_t *ids;
    uint32_t count;
    struct stw_series series = stw_view_series(work->new.view, work->table);
    bool same = stw_view_changed_at(work->new.view, work->table) <= work->out->old_generation;
    if (same && !(work->devices.count > 0 && stw_slice_is(work->table->name, "readings")))
        return STW_OK;
    STW_TRY(stw_view_sorted(work->new.view, work->table, &ids, &count, err));
    int status = open_merges(work, err);
    for (uint32_t i = 0; status == STW_OK && i < count; i++) {
        work->key = stw_series_key(&series, ids[i]);
        status = restate_series(work, ids[i], err);
    }
    close_merges(work);
    return status;
}

/* The registry first: what it changes is looked for in the readings. */
static int restate_tables(struct restating *work, struct stw_error *err)
{
    const struct stw_schema *schema = stw_view_schema(work->new.view);
    const struct stw_table *devices = stw_schema_find(schema, STW_SLICE("devices"));
    if (devices != NULL) {
        work->table = devices;
        STW_TRY(restate_table(work, err));
    }
    for (uint32_t i = 0; i < stw_schema_table_count(schema); i++) {
        work->table = stw_schema_table(schema, i);
        if (work->table != devices && !stw_slice_is(work->table->name, "alerts"))
            STW_TRY(restate_table(work, err));
    }
    return STW_OK;
}

/* ---- All of it ------------------------------------------------------------------------------- */

static int open_views(struct restating *work, struct stw_store *store, const char *old,
                      const char *new_name, struct stw_error *err)
{
    STW_TRY(stw_view_open(store, old, &work->old.view, err));
    STW_TRY(stw_view_open(store, new_name, &work->new.view, err));
    work->out->old_generation = stw_view_generation(work->old.view);
    work->out->new_generation = stw_view_generation(work->new.view);
    work->out->merged = stw_view_merged_later(work->new.view, work->out->old_generation);
    if (work->out->old_generation > work->out->new_generation) {
        int status = stw_fail(err, STW_ERR_USAGE, "the snapshot '%s' is later than '%s'", old,
                              new_name == NULL ? "now" : new_name);
        stw_error_hint(err, "name the earlier one first");
        return status;
    }
    struct stw_period_rule rule = {STW_PERIOD_MONTH, 0, 1};
    return stw_periods_init(&work->periods, work->zone, rule, err);
}

static int make_arrays(struct restating *work, struct stw_error *err)
{
    work->months = stw_alloc(STW_RESTATE_MONTHS_MAX, sizeof(*work->months));
    work->events[0] = stw_alloc(STW_RESTATE_MONTHS_MAX, sizeof(uint64_t));
    work->events[1] = stw_alloc(STW_RESTATE_MONTHS_MAX, sizeof(uint64_t));
    bool made = work->months != NULL && work->events[0] != NULL && work->events[1] != NULL;
    return made ? STW_OK : stw_fail_memory(err, STW_RESTATE_MONTHS_MAX * sizeof(*work->months));
}

int stw_restate(struct stw_store *store, const char *old, const char *new_name,
                const struct stw_zone *zone, struct stw_restatement *restatement,
                struct stw_error *err)
{
    struct restating work = {.out = restatement, .zone = zone};
    memset(restatement, 0, sizeof(*restatement));
    stw_arena_init(&restatement->arena);
    stw_intern_init(&work.devices);
    int status = make_arrays(&work, err);
    if (status == STW_OK)
        status = open_views(&work, store, old, new_name, err);
    if (status == STW_OK)
        status = list_commits(store, restatement, err);
    if (status == STW_OK)
        status = restate_tables(&work, err);
    stw_intern_release(&work.devices);
    stw_view_close(work.new.view);
    stw_view_close(work.old.view);
    stw_free(work.months);
    stw_free(work.events[0]);
    stw_free(work.events[1]);
    return status;
}

void stw_restatement_release(struct stw_restatement *restatement)
{
    stw_arena_release(&restatement->arena);
    stw_free(restatement->commits);
    stw_free(restatement->lines);
    memset(restatement, 0, sizeof(*restatement));
}
