/*
 * Why a selection leaves nothing: an empty table on the screen looks like data that was lost. It is
 * the time asked for, or a filter that no series passes, mostly a word that is written otherwise.
 */
#include "cli/select.h"

#include "base/memory.h"
#include "base/suggest.h"
#include "time/stamp.h"

/* One of the selection's filters: on a part of the key, or on an attribute where that is NULL. */
struct lone_filter {
    const struct stw_select_match *key;
    const struct stw_filter *attribute;
};

static struct stw_slice name_of(const struct stw_select *select, const struct lone_filter *filter)
{
    return filter->key != NULL ? select->table->keys[filter->key->place]
                               : stw_slice_of(stw_attribute_name(filter->attribute->attribute));
}

static int passes_some(const struct stw_select *select, struct stw_view *view,
                       const struct lone_filter *filter, bool *some, struct stw_error *err)
{
    struct stw_select alone = *select;
    uint32_t *series = NULL, count = 0;
    alone.match_count = alone.filter_count = 0;
    if (filter->key != NULL)
        alone.matches[alone.match_count++] = *filter->key;
    else
        alone.filters[alone.filter_count++] = *filter->attribute;
    STW_TRY(stw_select_series(&alone, view, &series, &count, err));
    stw_free(series);
    *some = count > 0;
    return STW_OK;
}

/* The nearest of the values that series have. */
static int suggest_value(const struct stw_select *select, struct stw_view *view,
                         const struct lone_filter *filter, struct stw_suggest *suggest,
                         struct stw_error *err)
{
    const struct stw_table *table = select->table;
    const struct stw_registry *registry = NULL;
    struct stw_series series = stw_view_series(view, table);
    int device = stw_table_key(table, STW_SLICE("device"));
    int channel = stw_table_key(table, STW_SLICE("channel"));
    if (filter->key == NULL)
        STW_TRY(stw_view_registry(view, &registry, err));
    for (uint32_t id = 0; id < series.count; id++) {
        struct stw_slice key = stw_series_key(&series, id);
        if (filter->key != NULL) {
            stw_suggest_offer(suggest, stw_key_part(key, filter->key->place));
            continue;
        }
        struct stw_attributes attributes;
        stw_registry_at(registry, stw_key_part(key, (uint32_t)device),
                        channel < 0 ? STW_SLICE("") : stw_key_part(key, (uint32_t)channel),
                        select->to_ns == INT64_MIN ? INT64_MIN : select->to_ns - 1, &attributes);
        stw_suggest_offer(suggest, attributes.text[filter->attribute->attribute]);
    }
    return STW_OK;
}

static int tell_filter(const struct stw_select *select, struct stw_view *view,
                       const struct lone_filter *filter, FILE *words, struct stw_error *err)
{
    const struct stw_slice *values =
        filter->key != NULL ? filter->key->values : filter->attribute->values;
    uint32_t count =
        filter->key != NULL ? filter->key->value_count : filter->attribute->value_count;
    struct stw_slice name = name_of(select, filter);
    struct stw_suggest suggest;
    stw_suggest_init(&suggest, values[0]);
    if (count == 1)
        STW_TRY(suggest_value(select, view, filter, &suggest, err));
    fprintf(words, "no series of %.*s has %.*s=", STW_SLICE_ARG(select->table->name),
            STW_SLICE_ARG(name));
    for (uint32_t i = 0; i < count; i++)
        fprintf(words, "%s%.*s", i > 0 ? "," : "", STW_SLICE_ARG(values[i]));
    if (suggest.best.size > 0)
        fprintf(words, "; did you mean %.*s=%.*s?\n", STW_SLICE_ARG(name),
                STW_SLICE_ARG(suggest.best));
    else
        fputs("; steward series lists them\n", words);
    return STW_OK;
}

static int tell_filters(const struct stw_select *select, struct stw_view *view, FILE *words,
                        struct stw_error *err)
{
    uint32_t keys = 0;
    for (uint32_t i = 0; i < select->match_count + select->filter_count; i++) {
        bool of_row = i < select->match_count && !select->matches[i].is_key;
        struct lone_filter filter = {.key = NULL};
        if (of_row)
            continue;
        if (i < select->match_count)
            filter.key = &select->matches[i];
        else
            filter.attribute = &select->filters[i - select->match_count];
        bool some = true;
        keys++;
        STW_TRY(passes_some(select, view, &filter, &some, err));
        if (!some)
            return tell_filter(select, view, &filter, words, err);
    }
    if (keys > 0)
        fprintf(words, "no series of %.*s has all of that at once\n",
                STW_SLICE_ARG(select->table->name));
    return STW_OK;
}

int stw_select_tell_nothing(const struct stw_select *select, struct stw_view *view,
                            uint32_t series_count, FILE *words, struct stw_error *err)
{
    struct stw_table_info info = stw_view_table_info(view, select->table);
    if (info.rows == 0) {
        fprintf(words, "there are no rows of %.*s in this store yet\n",
                STW_SLICE_ARG(select->table->name));
        return STW_OK;
    }
    if (series_count == 0)
        return tell_filters(select, view, words, err);
    if (select->from_ns <= info.time_max_ns && select->to_ns > info.time_min_ns)
        return STW_OK;
    char first[STW_STAMP_TEXT_SIZE], last[STW_STAMP_TEXT_SIZE];
    stw_stamp_to_iso(select->zone, info.time_min_ns, first);
    stw_stamp_to_iso(select->zone, info.time_max_ns, last);
    fprintf(words, "nothing lies in that time: the rows of %.*s are from %s to %s\n",
            STW_SLICE_ARG(select->table->name), first, last);
    return STW_OK;
}
