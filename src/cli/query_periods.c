/*
 * Aggregates per series and local period. Periods are whole: those that overlap the time range.
 * `use` is the consumption of a register (or the sum of interval values) by the meter's step
 * function; everything else comes from stw_aggregate_run. With --together there is one line a
 * period: how many rows all series have in it, 0 where data is missing.
 */
#include "cli/query.h"

#include "base/memory.h"
#include "base/suggest.h"
#include "meter/use.h"
#include "scan/aggregate.h"
#include "scan/row_count.h"
#include "time/duration.h"
#include "time/period.h"

#include <stdio.h>

enum { PERIODS_MAX = 1 << 20, SHOWN_MAX = 16, CELL_TEXT_SIZE = 64 };

enum shown { SHOW_USE, SHOW_COUNT, SHOW_SUM, SHOW_MIN, SHOW_MEAN, SHOW_MAX, SHOW_FIRST, SHOW_LAST };

static const char *const shown_names[] = {"use",  "count", "sum",   "min",
                                          "mean", "max",   "first", "last"};

enum { SHOWN_COUNT = sizeof(shown_names) / sizeof(shown_names[0]) };

struct period_listing {
    const struct stw_query *query;
    struct stw_periods periods;
    int64_t *boundaries; /* period_count + 1 */
    struct stw_period *list;
    uint32_t period_count;
    size_t capacity;
    uint32_t column;
    enum stw_type type;
    enum shown shown[SHOWN_MAX];
    uint32_t shown_count;
    bool wants_use;
    bool together;                       /* rows of all series: neither shown nor column */
    const struct stw_registry *registry; /* NULL: no device is known, so no unit is */
    struct stw_use_period *uses;         /* of the series being printed; NULL when it has no use */
    struct stw_sheet *sheet;
    uint64_t printed;
    struct stw_error *err;
};

static const struct {
    const char *name;
    enum stw_period_kind kind;
    int64_t step_ns;
} period_names[] = {
    {"hour", STW_PERIOD_STEP, STW_NS_PER_HOUR},
    {"day", STW_PERIOD_STEP, STW_NS_PER_DAY},
    {"week", STW_PERIOD_WEEK, 0},
    {"month", STW_PERIOD_MONTH, 0},
    {"quarter", STW_PERIOD_QUARTER, 0},
    {"year", STW_PERIOD_YEAR, 0},
};

enum { PERIOD_NAMES = sizeof(period_names) / sizeof(period_names[0]) };

static int unknown_period(const char *text, struct stw_error *err)
{
    struct stw_suggest suggest;
    stw_suggest_init(&suggest, stw_slice_of(text));
    for (int i = 0; i < PERIOD_NAMES; i++)
        stw_suggest_offer(&suggest, stw_slice_of(period_names[i].name));
    stw_fail(err, STW_ERR_USAGE, "--every '%s' is not a period", text);
    if (suggest.best.data != NULL)
        stw_error_hint(err, "did you mean %.*s?", STW_SLICE_ARG(suggest.best));
    else
        stw_error_hint(err, "write hour, day, week, month, quarter, year, or a time such as 15min");
    return STW_ERR_USAGE;
}

static int parse_rule(const char *text, int starts_on, struct stw_period_rule *rule,
                      struct stw_error *err)
{
    rule->starts_on = starts_on;
    for (int i = 0; i < PERIOD_NAMES; i++)
        if (strcmp(text, period_names[i].name) == 0) {
            rule->kind = period_names[i].kind;
            rule->step_ns = period_names[i].step_ns;
            return STW_OK;
        }
    struct stw_duration duration;
    if (stw_duration_parse(stw_slice_of(text), &duration, NULL) != STW_OK)
        return unknown_period(text, err);
    if (duration.months != 0 && duration.months != 1)
        return stw_fail(err, STW_ERR_USAGE, "--every %s: use month, quarter or year", text);
    rule->kind = duration.months == 1 ? STW_PERIOD_MONTH : STW_PERIOD_STEP;
    rule->step_ns = duration.ns;
    return STW_OK;
}

static int parse_shown(struct period_listing *listing, const char *list, struct stw_error *err)
{
    while (*list != '\0') {
        struct stw_slice name = {list, strcspn(list, ",")};
        struct stw_suggest suggest;
        stw_suggest_init(&suggest, name);
        int found = -1;
        for (int i = 0; i < SHOWN_COUNT; i++) {
            stw_suggest_offer(&suggest, stw_slice_of(shown_names[i]));
            if (stw_slice_is(name, shown_names[i]))
                found = i;
        }
        if (found < 0) {
            int status =
                stw_fail(err, STW_ERR_USAGE, "--show knows no '%.*s'", STW_SLICE_ARG(name));
            if (suggest.best.data != NULL)
                stw_error_hint(err, "did you mean %.*s?", STW_SLICE_ARG(suggest.best));
            else
                stw_error_hint(err, "it knows use, count, sum, min, mean, max, first, last");
            return status;
        }
        if (listing->shown_count == SHOWN_MAX)
            return stw_fail(err, STW_ERR_USAGE, "--show names more than %d", SHOWN_MAX);
        listing->shown[listing->shown_count++] = (enum shown)found;
        listing->wants_use = listing->wants_use || found == SHOW_USE;
        list += name.size + (list[name.size] == ',');
    }
    return STW_OK;
}

static void hint_columns(const struct stw_table *table, struct stw_error *err)
{
    struct stw_buffer names;
    stw_buffer_init(&names);
    for (uint32_t i = 0; i < table->column_count; i++)
        if (table->columns[i].type != STW_TYPE_TEXT)
            stw_buffer_printf(&names, "%s%.*s", names.size > 0 ? ", " : "",
                              STW_SLICE_ARG(table->columns[i].name));
    stw_error_hint(err, "name one with --column: %.*s", STW_SLICE_ARG(stw_buffer_slice(&names)));
    stw_buffer_release(&names);
}

static int choose_column(struct period_listing *listing, const char *name, struct stw_error *err)
{
    const struct stw_table *table = listing->query->select.table;
    int column = stw_table_column(table, stw_slice_of(name));
    if (column < 0 || table->columns[column].type == STW_TYPE_TEXT) {
        int status = stw_fail(err, STW_ERR_USAGE, "%.*s has no column '%s' of numbers",
                              STW_SLICE_ARG(table->name), name);
        hint_columns(table, err);
        return status;
    }
    listing->column = (uint32_t)column;
    listing->type = table->columns[column].type;
    if (listing->wants_use && !stw_slice_is(table->name, "readings"))
        return stw_fail(err, STW_ERR_USAGE, "--show use is for readings");
    return STW_OK;
}

static int list_periods(struct period_listing *listing, struct stw_error *err)
{
    const struct stw_select *select = &listing->query->select;
    struct stw_period period;
    if (select->from_ns >= select->to_ns)
        return STW_OK; /* an empty table */
    stw_period_at(&listing->periods, select->from_ns, &period);
    while (period.start_ns < select->to_ns && period.start_ns < period.end_ns) {
        if (listing->period_count == PERIODS_MAX)
            return stw_fail(err, STW_ERR_LIMIT, "more than %d periods; narrow --from and --to",
                            PERIODS_MAX);
        if (!stw_reserve((void **)&listing->list, &listing->capacity, listing->period_count + 1u,
                         sizeof(*listing->list)))
            return stw_fail_memory(err, listing->capacity * sizeof(*listing->list));
        listing->list[listing->period_count++] = period;
        stw_period_next(&listing->periods, &period, &period);
    }
    listing->boundaries = stw_alloc(listing->period_count + 1u, sizeof(*listing->boundaries));
    if (listing->boundaries == NULL)
        return stw_fail_memory(err, listing->period_count * sizeof(*listing->boundaries));
    for (uint32_t i = 0; i < listing->period_count; i++)
        listing->boundaries[i] = listing->list[i].start_ns;
    listing->boundaries[listing->period_count] = listing->list[listing->period_count - 1].end_ns;
    return STW_OK;
}

static int open_sheet(struct period_listing *listing, struct stw_error *err)
{
    const struct stw_table *table = listing->query->select.table;
    struct stw_sheet_column titles[STW_SCHEMA_KEYS_MAX + SHOWN_MAX + 4];
    uint32_t count = 0;
    for (uint32_t i = 0; i < table->key_count && !listing->together; i++)
        titles[count++] = (struct stw_sheet_column){table->keys[i], false};
    titles[count++] = (struct stw_sheet_column){STW_SLICE("period"), false};
    for (uint32_t i = 0; i < listing->shown_count; i++)
        titles[count++] =
            (struct stw_sheet_column){stw_slice_of(shown_names[listing->shown[i]]), true};
    if (listing->wants_use) {
        titles[count++] = (struct stw_sheet_column){STW_SLICE("estimated"), true};
        titles[count++] = (struct stw_sheet_column){STW_SLICE("flags"), false};
    }
    titles[count++] = listing->together ? (struct stw_sheet_column){STW_SLICE("rows"), true}
                                        : (struct stw_sheet_column){STW_SLICE("unit"), false};
    return stw_sheet_open(&listing->sheet, listing->query->file, listing->query->format,
                          listing->query->bom, titles, count, err);
}

static struct stw_cell decimal_cell(struct stw_decimal value, char *text)
{
    int size = stw_decimal_format(value, true, text);
    return stw_cell_number((struct stw_slice){text, (size_t)size});
}

static struct stw_cell wide_cell(struct stw_wide value, char *text)
{
    int size = stw_wide_format(value, true, text);
    return stw_cell_number((struct stw_slice){text, (size_t)size});
}

/* Means are rounded three places past the values' own. */
static struct stw_cell mean_cell(const struct stw_aggregate *aggregate, char *text)
{
    struct stw_decimal mean;
    int scale = aggregate->sum.scale + 3 > STW_SCALE_MAX ? STW_SCALE_MAX : aggregate->sum.scale + 3;
    if (!stw_aggregate_mean(aggregate, scale, &mean))
        return (struct stw_cell){STW_CELL_EMPTY, STW_SLICE("")};
    return decimal_cell(mean, text);
}

static struct stw_cell float_cell(const struct stw_aggregate *aggregate, enum shown shown,
                                  char *text)
{
    double value = aggregate->float_sum;
    switch (shown) {
    case SHOW_MIN:
        value = aggregate->float_min;
        break;
    case SHOW_MEAN:
        value = aggregate->float_sum / (double)aggregate->count;
        break;
    case SHOW_MAX:
        value = aggregate->float_max;
        break;
    case SHOW_FIRST:
        value = aggregate->float_first;
        break;
    case SHOW_LAST:
        value = aggregate->float_last;
        break;
    default:
        break;
    }
    return stw_cell_double(value, text, CELL_TEXT_SIZE);
}

static struct stw_cell aggregate_cell(const struct period_listing *listing,
                                      const struct stw_aggregate *aggregate, enum shown shown,
                                      char *text)
{
    if (shown == SHOW_COUNT) {
        snprintf(text, CELL_TEXT_SIZE, "%llu", (unsigned long long)aggregate->count);
        return stw_cell_number(stw_slice_of(text));
    }
    if (aggregate->count == 0)
        return (struct stw_cell){STW_CELL_EMPTY, STW_SLICE("")};
    if (listing->type == STW_TYPE_FLOAT)
        return float_cell(aggregate, shown, text);
    switch (shown) {
    case SHOW_SUM:
        return wide_cell(aggregate->sum, text);
    case SHOW_MIN:
        return decimal_cell(aggregate->min, text);
    case SHOW_MEAN:
        return mean_cell(aggregate, text);
    case SHOW_MAX:
        return decimal_cell(aggregate->max, text);
    case SHOW_FIRST:
        return decimal_cell(aggregate->first, text);
    default:
        return decimal_cell(aggregate->last, text);
    }
}

static uint32_t use_cells(const struct stw_use_period *use, struct stw_cell *cells, char *text)
{
    if (use == NULL || !use->known) {
        cells[0] = cells[1] = (struct stw_cell){STW_CELL_EMPTY, STW_SLICE("")};
        return 2;
    }
    cells[0] = wide_cell(use->estimated, text);
    cells[1] = stw_cell_text(stw_slice_of(use->flags));
    return 2;
}

static int print_period(struct period_listing *listing, struct stw_slice key, uint32_t index,
                        const struct stw_aggregate *aggregate, struct stw_slice unit)
{
    struct stw_cell cells[STW_SCHEMA_KEYS_MAX + SHOWN_MAX + 4];
    char texts[SHOWN_MAX + 1][CELL_TEXT_SIZE], label[STW_PERIOD_LABEL_SIZE];
    const struct stw_use_period *use = listing->uses == NULL ? NULL : &listing->uses[index];
    uint32_t count = 0;
    for (; count < listing->query->select.table->key_count; count++)
        cells[count] = stw_cell_text(stw_key_part(key, count));
    stw_period_label(&listing->periods, &listing->list[index], label);
    cells[count++] = stw_cell_text(stw_slice_of(label));
    for (uint32_t i = 0; i < listing->shown_count; i++) {
        if (listing->shown[i] != SHOW_USE)
            cells[count++] = aggregate_cell(listing, aggregate, listing->shown[i], texts[i]);
        else if (use != NULL && use->known)
            cells[count++] = wide_cell(use->use, texts[i]);
        else
            cells[count++] = (struct stw_cell){STW_CELL_EMPTY, STW_SLICE("")};
    }
    if (listing->wants_use)
        count += use_cells(use, &cells[count], texts[SHOWN_MAX]);
    cells[count++] = stw_cell_text(unit);
    listing->printed++;
    return stw_sheet_row(listing->sheet, cells, listing->err);
}

static int print_series(void *context, uint32_t id, const struct stw_aggregate *aggregates,
                        uint32_t count)
{
    struct period_listing *listing = context;
    const struct stw_table *table = listing->query->select.table;
    struct stw_series series = stw_view_series(listing->query->view, table);
    struct stw_slice key = stw_series_key(&series, id);
    struct stw_slice unit = STW_SLICE("");
    if (listing->registry != NULL && stw_slice_is(table->name, "readings")) {
        struct stw_attributes attributes;
        stw_registry_at(listing->registry, stw_key_part(key, 0), stw_key_part(key, 1),
                        listing->boundaries[count] - 1, &attributes);
        unit = attributes.text[STW_ATTRIBUTE_UNIT];
    }
    if (listing->wants_use) {
        struct stw_use_spec spec = {
            .view = listing->query->view,
            .registry = listing->registry,
            .series = id,
            .zone = listing->query->select.zone,
            .rule = listing->periods.rule,
            .from_ns = listing->boundaries[0],
            .to_ns = listing->boundaries[count],
        };
        STW_TRY(stw_use_of_series(&spec, listing->uses, count, listing->err));
    }
    for (uint32_t i = 0; i < count && listing->printed < listing->query->row_limit; i++)
        if (aggregates[i].rows > 0 || (listing->uses != NULL && listing->uses[i].known))
            STW_TRY(print_period(listing, key, i, &aggregates[i], unit));
    return STW_OK;
}

/* Whether there are registered devices; else nothing is looked up of any. */
static bool has_devices(const struct stw_view *view)
{
    const struct stw_table *devices = stw_schema_find(stw_view_schema(view), STW_SLICE("devices"));
    return devices != NULL && stw_view_series(view, devices).count > 0;
}

static int run_aggregates(struct period_listing *listing, struct stw_error *err)
{
    const struct stw_query *query = listing->query;
    if (listing->period_count == 0 || query->series_count == 0)
        return STW_OK;
    if (listing->wants_use) {
        listing->uses = stw_alloc_zero(listing->period_count, sizeof(*listing->uses));
        if (listing->uses == NULL)
            return stw_fail_memory(err, listing->period_count * sizeof(*listing->uses));
    }
    if (listing->wants_use || has_devices(query->view))
        STW_TRY(stw_view_registry(query->view, &listing->registry, err));
    struct stw_aggregate_spec spec = {
        .scan =
            {
                .table = query->select.table,
                .columns = &listing->column,
                .column_count = 1,
                .series = query->series,
                .series_count = query->series_count,
                .history = query->history,
            },
        .boundaries = listing->boundaries,
        .boundary_count = listing->period_count + 1,
    };
    return stw_aggregate_run(query->view, &spec, print_series, listing, NULL, err);
}

static int print_counts(struct period_listing *listing, const uint64_t *counts,
                        struct stw_error *err)
{
    for (uint32_t i = 0; i < listing->period_count && i < listing->query->row_limit; i++) {
        char label[STW_PERIOD_LABEL_SIZE], text[CELL_TEXT_SIZE];
        stw_period_label(&listing->periods, &listing->list[i], label);
        snprintf(text, sizeof(text), "%llu", (unsigned long long)counts[i]);
        struct stw_cell cells[] = {stw_cell_text(stw_slice_of(label)),
                                   stw_cell_number(stw_slice_of(text))};
        STW_TRY(stw_sheet_row(listing->sheet, cells, err));
    }
    return STW_OK;
}

static int run_counts(struct period_listing *listing, struct stw_error *err)
{
    const struct stw_query *query = listing->query;
    if (listing->period_count == 0)
        return STW_OK;
    uint64_t *counts = stw_alloc_zero(listing->period_count, sizeof(*counts));
    if (counts == NULL)
        return stw_fail_memory(err, listing->period_count * sizeof(*counts));
    struct stw_row_count_spec spec = {
        .scan =
            {
                .table = query->select.table,
                .series = query->series,
                .series_count = query->series_count,
                .history = query->history,
            },
        .boundaries = listing->boundaries,
        .boundary_count = listing->period_count + 1,
    };
    int status = STW_OK;
    if (query->series_count > 0)
        status = stw_row_count_run(query->view, &spec, counts, NULL, err);
    if (status == STW_OK)
        status = print_counts(listing, counts, err);
    stw_free(counts);
    return status;
}

/* What is to be printed of each period. */
static int choose_shown(struct period_listing *listing, const struct stw_arguments *arguments,
                        struct stw_error *err)
{
    const char *show = stw_arguments_value(arguments, "show");
    const char *column = stw_arguments_value(arguments, "column");
    listing->together = stw_arguments_has(arguments, "together");
    if (listing->together && (show != NULL || column != NULL))
        return stw_fail(err, STW_ERR_USAGE,
                        "--together counts rows; it goes without --show and --column");
    if (listing->together)
        return STW_OK;
    STW_TRY(parse_shown(listing, show == NULL ? "count,min,mean,max" : show, err));
    return choose_column(listing, column == NULL ? "value" : column, err);
}

static int prepare(struct period_listing *listing, const struct stw_arguments *arguments,
                   struct stw_error *err)
{
    const char *every = stw_arguments_value(arguments, "every");
    const char *starts = stw_arguments_value(arguments, "month-starts-on");
    struct stw_period_rule rule;
    if (stw_arguments_has(arguments, "columns"))
        return stw_fail(err, STW_ERR_USAGE, "--columns goes without --every; see --show");
    uint64_t starts_on = 1;
    if (starts != NULL)
        STW_TRY(stw_arguments_count(arguments, "month-starts-on", &starts_on, err));
    if (starts_on < 1 || starts_on > 28)
        return stw_fail(err, STW_ERR_USAGE, "--month-starts-on is a day from 1 to 28");
    STW_TRY(parse_rule(every, (int)starts_on, &rule, err));
    STW_TRY(stw_periods_init(&listing->periods, listing->query->select.zone, rule, err));
    STW_TRY(choose_shown(listing, arguments, err));
    if (stw_select_has_row_filter(&listing->query->select))
        return stw_fail(err, STW_ERR_USAGE,
                        "with --every, filters are on keys and device attributes");
    return list_periods(listing, err);
}

int stw_query_periods(struct stw_query *query, const struct stw_arguments *arguments,
                      struct stw_error *err)
{
    struct period_listing listing = {.query = query, .err = err};
    int status = prepare(&listing, arguments, err);
    if (status == STW_OK)
        status = open_sheet(&listing, err);
    if (status == STW_OK)
        status = listing.together ? run_counts(&listing, err) : run_aggregates(&listing, err);
    int closed = stw_sheet_close(listing.sheet, status == STW_OK ? err : NULL);
    stw_free(listing.boundaries);
    stw_free(listing.list);
    stw_free(listing.uses);
    return status < 0 ? status : closed;
}
