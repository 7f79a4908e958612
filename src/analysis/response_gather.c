/* Work orders from the store; see gather.h. */
#include "analysis/gather.h"
#include "analysis/rows.h"

#include <assert.h>
#include <strings.h>

/* The columns read, texts first, then stamps in the order of enum stw_stamp after created. */
static const char *const columns[] = {
    "site",      "building",   "device",       "category", "type",     "priority",
    "channel",   "vendor",     "team",         "steward",  "status",   "accepted",
    "contacted", "dispatched", "investigated", "arrived",  "resolved", "verified",
    "revisited", "closed",     "target",       "paused",   "verdict"};

enum {
    FIRST_STAMP = STW_ORDER_TEXTS,
    TARGET = FIRST_STAMP + STW_STAMP_COUNT - 1,
    PAUSED,
    VERDICT,
    COLUMN_COUNT
};
static_assert(COLUMN_COUNT == sizeof(columns) / sizeof(columns[0]), "a name a column");

const char *stw_order_text_name(enum stw_order_text text)
{
    assert(text < STW_ORDER_TEXTS);
    return columns[text];
}

static enum stw_stated stated_of(struct stw_slice text)
{
    static const struct {
        const char *word;
        enum stw_stated stated;
    } words[] = {{"ontime", STW_STATED_ON_TIME},
                 {"on time", STW_STATED_ON_TIME},
                 {"overdue", STW_STATED_OVERDUE},
                 {"late", STW_STATED_OVERDUE}};
    for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (text.size == strlen(words[i].word) &&
            strncasecmp(text.data, words[i].word, text.size) == 0)
            return words[i].stated;
    return STW_STATED_NONE;
}

static int prepare(struct stw_order_set *set, uint32_t capacity, struct stw_arena *arena,
                   struct stw_error *err)
{
    *set = (struct stw_order_set){.count = 0};
    if (capacity > STW_GATHER_ORDERS_MAX)
        return stw_fail(err, STW_ERR_LIMIT, "%u work orders are more than the %d of one report",
                        capacity, STW_GATHER_ORDERS_MAX);
    set->orders = STW_ARENA_ARRAY(arena, struct stw_order, capacity);
    set->stated = STW_ARENA_ARRAY(arena, enum stw_stated, capacity);
    bool failed = set->orders == NULL || set->stated == NULL;
    for (int text = 0; text < STW_ORDER_TEXTS; text++) {
        set->texts[text] = STW_ARENA_ARRAY(arena, struct stw_slice, capacity);
        failed |= set->texts[text] == NULL;
    }
    return failed ? stw_fail_memory(err, capacity * sizeof(*set->orders)) : STW_OK;
}

static int take_order(const struct stw_rows *rows, struct stw_arena *arena,
                      struct stw_order_set *set, struct stw_error *err)
{
    uint32_t at = set->count++;
    struct stw_order *order = &set->orders[at];
    for (uint32_t text = 0; text < STW_ORDER_TEXTS; text++) {
        set->texts[text][at] = stw_arena_copy(arena, stw_rows_text(rows, text));
        if (set->texts[text][at].data == NULL)
            return stw_fail_memory(err, stw_rows_text(rows, text).size);
    }
    order->id = stw_rows_key(rows);
    order->priority = set->texts[STW_ORDER_PRIORITY][at];
    order->stamps_ns[STW_STAMP_CREATED] = stw_rows_time(rows);
    for (uint32_t stamp = 1; stamp < STW_STAMP_COUNT; stamp++)
        order->stamps_ns[stamp] = stw_rows_int(rows, FIRST_STAMP + stamp - 1, STW_INSTANT_NONE);
    order->due_ns = stw_rows_int(rows, TARGET, STW_INSTANT_NONE);
    order->paused_ns = stw_rows_int(rows, PAUSED, 0);
    set->stated[at] = stated_of(stw_rows_text(rows, VERDICT));
    return STW_OK;
}

int stw_response_gather(struct stw_view *view, struct stw_slice site, int64_t from_ns,
                        int64_t to_ns, struct stw_arena *arena, struct stw_order_set *set,
                        struct stw_error *err)
{
    struct stw_rows rows;
    STW_TRY(stw_rows_open(&rows, view, STW_SLICE("work_orders"), columns, COLUMN_COUNT, from_ns,
                          to_ns, err));
    int status = prepare(set, rows.series.count, arena, err);
    while (status == STW_OK && (status = stw_rows_next(&rows, err)) == STW_OK)
        if (site.size == 0 || stw_slice_equal(site, stw_rows_text(&rows, STW_ORDER_SITE)))
            status = take_order(&rows, arena, set, err);
    stw_rows_close(&rows);
    return status < 0 ? status : STW_OK;
}
