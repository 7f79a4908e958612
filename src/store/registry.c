/*
 * The device registry; see registry.h. Built once a view: every row of the devices table becomes a
 * full row with what earlier rows said carried on, texts as codes, so that a look-up at an instant
 * is a search for one device row and one channel row.
 */
#include "store/registry_inside.h"

#include "base/memory.h"
#include "store/view_inside.h"

#include <stdlib.h>

static const char *const attribute_names[STW_ATTRIBUTE_COUNT] = {
    "site",   "building", "dwelling", "kind",       "role",     "end_use",       "model", "maker",
    "vendor", "steward",  "unit",     "value_kind", "interval", "reports_every", "stamp", "parent",
};

static const struct {
    const char *name;
    enum stw_type type;
} numbers[STW_NUMBER_COUNT] = {
    {"digits", STW_TYPE_INT},
    {"step", STW_TYPE_DECIMAL},
    {"multiplier", STW_TYPE_DECIMAL},
    {"area_m2", STW_TYPE_DECIMAL},
    {"households", STW_TYPE_INT},
    {"in_service", STW_TYPE_TIME},
    {"out_of_service", STW_TYPE_TIME},
    {"certificate_expires", STW_TYPE_TIME},
    {"exchange_final", STW_TYPE_DECIMAL},
    {"exchange_initial", STW_TYPE_DECIMAL},
};
enum { FIELD_COUNT = STW_ATTRIBUTE_COUNT + STW_NUMBER_COUNT };

const char *stw_attribute_name(enum stw_attribute attribute)
{
    return attribute_names[attribute];
}

int stw_attribute_find(struct stw_slice name)
{
    for (int i = 0; i < STW_ATTRIBUTE_COUNT; i++) {
        if (stw_slice_is(name, attribute_names[i]))
            return i;
    }
    return -1;
}

/* ---- Entries --------------------------------------------------------------------------------- */

static int add_key(struct stw_registry *registry, struct stw_slice device, struct stw_slice channel,
                   struct stw_error *err)
{
    struct stw_slice parts[2] = {device, channel};
    struct stw_buffer key;
    uint32_t number;
    stw_buffer_init(&key);
    int status = stw_key_join(&key, parts, 2, err);
    if (status == STW_OK && !stw_intern_add(&registry->keys, stw_buffer_slice(&key), &number, NULL))
        status = stw_fail_memory(err, key.size);
    stw_buffer_release(&key);
    return status;
}

/* Every device and channel that a table speaks of. */
static int add_keys(struct stw_registry *registry, const struct stw_view *view,
                    const struct stw_table *table, struct stw_error *err)
{
    int device_at = stw_table_key(table, STW_SLICE("device"));
    int channel_at = stw_table_key(table, STW_SLICE("channel"));
    struct stw_series series = stw_view_series(view, table);
    if (device_at < 0)
        return STW_OK;
    for (uint32_t id = 0; id < series.count; id++) {
        struct stw_slice key = stw_series_key(&series, id);
        struct stw_slice device = stw_key_part(key, (uint32_t)device_at);
        STW_TRY(add_key(registry, device, STW_SLICE(""), err));
        if (channel_at >= 0)
            STW_TRY(add_key(registry, device, stw_key_part(key, (uint32_t)channel_at), err));
    }
    return STW_OK;
}

static int make_entries(struct stw_registry *registry, struct stw_error *err)
{
    uint32_t count = registry->keys.count;
    registry->nodes = stw_alloc_zero(count, sizeof(*registry->nodes));
    registry->places = stw_alloc(count, sizeof(*registry->places));
    uint32_t *order = stw_alloc(count, sizeof(*order));
    if (registry->nodes == NULL || registry->places == NULL || order == NULL) {
        stw_free(order);
        return stw_fail_memory(err, count * sizeof(*registry->nodes));
    }
    registry->count = count;
    for (uint32_t i = 0; i < count; i++)
        order[i] = i;
    struct stw_series series = {.keys = &registry->keys, .count = count};
    stw_series_sort(&series, order, count);
    for (uint32_t i = 0; i < count; i++) {
        struct stw_slice key = registry->keys.words[order[i]];
        registry->places[order[i]] = i;
        registry->nodes[i].as_seen.device = stw_key_part(key, 0);
        registry->nodes[i].as_seen.channel = stw_key_part(key, 1);
    }
    stw_free(order);
    return STW_OK;
}

uint32_t stw_registry_find(const struct stw_registry *registry, struct stw_slice device,
                           struct stw_slice channel)
{
    char key[STW_KEY_SIZE_MAX];
    if (device.size + channel.size + 1 > sizeof(key))
        return UINT32_MAX;
    memcpy(key, device.data, device.size);
    key[device.size] = '\0';
    if (channel.size > 0)
        memcpy(key + device.size + 1, channel.data, channel.size);
    uint32_t number =
        stw_intern_find(&registry->keys, (struct stw_slice){key, device.size + channel.size + 1});
    return number == STW_INTERN_NONE ? UINT32_MAX : registry->places[number];
}

/* The entry, or NULL. */
const struct stw_registry_node *stw_registry_node_of(const struct stw_registry *registry,
                                                     struct stw_slice device,
                                                     struct stw_slice channel)
{
    uint32_t place = stw_registry_find(registry, device, channel);
    return place == UINT32_MAX ? NULL : &registry->nodes[place];
}

/* ---- Rows ------------------------------------------------------------------------------------ */

/* The fields of the devices table that exist, as columns of a merge. */
struct fields {
    uint32_t columns[FIELD_COUNT];
    uint32_t count;
    int field[FIELD_COUNT]; /* of a column: attribute, or STW_ATTRIBUTE_COUNT + number */
};

static void find_field(const struct stw_table *table, struct fields *fields, int field,
                       const char *name, enum stw_type type)
{
    int column = stw_table_column(table, stw_slice_of(name));
    if (column < 0 || table->columns[column].type != type)
        return;
    fields->columns[fields->count] = (uint32_t)column;
    fields->field[fields->count++] = field;
}

static void find_fields(const struct stw_table *table, struct fields *fields)
{
    fields->count = 0;
    for (int i = 0; i < STW_ATTRIBUTE_COUNT; i++)
        find_field(table, fields, i, attribute_names[i], STW_TYPE_TEXT);
    for (int i = 0; i < STW_NUMBER_COUNT; i++)
        find_field(table, fields, STW_ATTRIBUTE_COUNT + i, numbers[i].name, numbers[i].type);
}

static int set_field(struct stw_registry *registry, struct stw_registry_row *row, int field,
                     const struct stw_vector *vector, uint32_t at, struct stw_error *err)
{
    if (!stw_vector_has(vector, at))
        return STW_OK;
    if (field >= STW_ATTRIBUTE_COUNT) {
        /* Trimmed, since the scale it is stored at depends on its neighbours in the file. */
        row->number[field - STW_ATTRIBUTE_COUNT] =
            (struct stw_maybe_decimal){true, stw_decimal_trim(stw_vector_decimal(vector, at))};
        return STW_OK;
    }
    struct stw_slice text = stw_vector_text(vector, at);
    uint32_t code;
    if (text.size == 0)
        return STW_OK;
    if (!stw_intern_add(&registry->values, text, &code, NULL))
        return stw_fail_memory(err, text.size);
    row->text[field] = code + 1;
    return STW_OK;
}

static int add_rows(struct stw_registry *registry, struct stw_registry_node *entry,
                    const struct fields *fields, const struct stw_run *run, struct stw_error *err)
{
    /* Exactly: most of two million devices have one row. */
    struct stw_registry_row *rows =
        stw_realloc(entry->rows, (size_t)entry->row_count + run->count, sizeof(*rows));
    if (rows == NULL)
        return stw_fail_memory(err, run->count * sizeof(*rows));
    entry->rows = rows;
    for (uint32_t at = 0; at < run->count; at++) {
        struct stw_registry_row *row = &entry->rows[entry->row_count];
        if (entry->row_count > 0)
            *row = row[-1];
        else
            memset(row, 0, sizeof(*row));
        memset(&row->number[STW_NUMBER_CARRIED], 0,
               (STW_NUMBER_COUNT - STW_NUMBER_CARRIED) * sizeof(row->number[0]));
        row->from_ns = run->time_ns[at];
        for (uint32_t i = 0; i < fields->count; i++)
            STW_TRY(set_field(registry, row, fields->field[i], &run->columns[i], at, err));
        entry->row_count++;
    }
    return STW_OK;
}

static int read_rows(struct stw_registry *registry, const struct stw_view *view,
                     const struct stw_table *table, struct stw_error *err)
{
    struct fields fields;
    struct stw_merge *merge;
    struct stw_run run;
    struct stw_series series = stw_view_series(view, table);
    find_fields(table, &fields);
    STW_TRY(stw_view_merge(view, table, fields.columns, fields.count, false, &merge, err));
    int status = STW_OK;
    for (uint32_t id = 0; status >= 0 && id < series.count; id++) {
        struct stw_slice parts[2] = {STW_SLICE(""), STW_SLICE("")};
        (void)stw_key_split(stw_series_key(&series, id), parts, 2);
        uint32_t place = stw_registry_find(registry, parts[0], parts[1]);
        assert(place != UINT32_MAX);
        stw_merge_seek(merge, id, INT64_MIN, INT64_MAX);
        while ((status = stw_merge_next(merge, &run, err)) == STW_OK) {
            status = add_rows(registry, &registry->nodes[place], &fields, &run, err);
            if (status < 0)
                break;
        }
        registry->nodes[place].as_seen.registered = registry->nodes[place].row_count > 0;
    }
    stw_merge_close(merge);
    return status < 0 ? status : STW_OK;
}

/* The row in force; the first one before its time; NULL when there are none. */
const struct stw_registry_row *stw_registry_row_at(const struct stw_registry_node *entry,
                                                   int64_t at_ns)
{
    if (entry == NULL || entry->row_count == 0)
        return NULL;
    uint32_t low = 1, high = entry->row_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (entry->rows[middle].from_ns <= at_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return &entry->rows[low - 1];
}

/* ---- Lists over time ------------------------------------------------------------------------- */

static struct stw_decimal multiplier_at(const struct stw_registry_node *device,
                                        const struct stw_registry_node *channel, int64_t at_ns,
                                        bool *known)
{
    const struct stw_registry_node *sources[2] = {channel, device};
    for (int i = 0; i < 2; i++) {
        const struct stw_registry_row *row = stw_registry_row_at(sources[i], at_ns);
        if (row != NULL && row->number[STW_NUMBER_MULTIPLIER].known) {
            *known = true;
            return row->number[STW_NUMBER_MULTIPLIER].value;
        }
    }
    return (struct stw_decimal){1, 0};
}

/* The instant of the next row of either entry after at_ns, or INT64_MAX. */
static int64_t next_change(const struct stw_registry_node *device,
                           const struct stw_registry_node *channel, int64_t at_ns)
{
    const struct stw_registry_node *sources[2] = {device, channel};
    int64_t next_ns = INT64_MAX;
    for (int i = 0; i < 2; i++) {
        for (uint32_t row = 0; sources[i] != NULL && row < sources[i]->row_count; row++) {
            int64_t from_ns = sources[i]->rows[row].from_ns;
            if (from_ns > at_ns && from_ns < next_ns)
                next_ns = from_ns;
        }
    }
    return next_ns;
}

static int list_multipliers(struct stw_registry *registry, const struct stw_registry_node *device,
                            struct stw_registry_node *entry, struct stw_error *err)
{
    uint32_t most = entry->row_count + device->row_count + 1;
    struct stw_dated_decimal *list =
        STW_ARENA_ARRAY(&registry->arena, struct stw_dated_decimal, most);
    if (list == NULL)
        return stw_fail_memory(err, most * sizeof(*list));
    bool known = false;
    uint32_t count = 0;
    for (int64_t at_ns = INT64_MIN; at_ns != INT64_MAX; at_ns = next_change(device, entry, at_ns)) {
        struct stw_decimal value = multiplier_at(device, entry, at_ns, &known);
        if (count == 0 || stw_decimal_compare(list[count - 1].value, value) != 0)
            list[count++] = (struct stw_dated_decimal){at_ns, value};
    }
    entry->multipliers = list;
    entry->multiplier_count = known ? count : 0;
    return STW_OK;
}

static uint32_t take_exchanges(const struct stw_registry_node *entry, struct stw_exchange *list,
                               uint32_t count)
{
    for (uint32_t i = 0; i < entry->row_count; i++) {
        const struct stw_registry_row *row = &entry->rows[i];
        struct stw_exchange exchange = {row->from_ns, row->number[STW_NUMBER_EXCHANGE_FINAL],
                                        row->number[STW_NUMBER_EXCHANGE_INITIAL]};
        bool twice = false;
        for (uint32_t other = 0; other < count; other++)
            twice = twice || list[other].at_ns == exchange.at_ns;
        if ((exchange.final.known || exchange.initial.known) && !twice)
            list[count++] = exchange;
    }
    return count;
}

static int compare_exchanges(const void *a, const void *b)
{
    const struct stw_exchange *left = a, *right = b;
    return (left->at_ns > right->at_ns) - (left->at_ns < right->at_ns);
}

/* A channel's own exchanges, and those of its device at other instants. */
static int list_exchanges(struct stw_registry *registry, const struct stw_registry_node *device,
                          struct stw_registry_node *entry, struct stw_error *err)
{
    struct stw_exchange *list = STW_ARENA_ARRAY(&registry->arena, struct stw_exchange,
                                                entry->row_count + device->row_count + 1);
    if (list == NULL)
        return stw_fail_memory(err, sizeof(*list));
    uint32_t count = take_exchanges(entry, list, 0);
    if (entry != device)
        count = take_exchanges(device, list, count);
    qsort(list, count, sizeof(*list), compare_exchanges);
    entry->exchanges = list;
    entry->exchange_count = count;
    return STW_OK;
}

static int make_lists(struct stw_registry *registry, struct stw_error *err)
{
    struct stw_registry_node *device = NULL;
    for (uint32_t i = 0; i < registry->count; i++) {
        struct stw_registry_node *entry = &registry->nodes[i];
        /* A device's own entry has the smallest key and so comes before its channels. */
        if (device == NULL || !stw_slice_equal(device->as_seen.device, entry->as_seen.device))
            device = entry;
        assert(entry != device || entry->as_seen.channel.size == 0);
        if (entry->row_count == 0 && entry != device) {
            entry->multipliers = device->multipliers;
            entry->multiplier_count = device->multiplier_count;
            entry->exchanges = device->exchanges;
            entry->exchange_count = device->exchange_count;
        } else if (entry->row_count > 0) {
            STW_TRY(list_multipliers(registry, device, entry, err));
            STW_TRY(list_exchanges(registry, device, entry, err));
        }
    }
    return STW_OK;
}

/* ---- Building -------------------------------------------------------------------------------- */

static int build(struct stw_registry *registry, const struct stw_view *view, struct stw_error *err)
{
    const struct stw_schema *schema = stw_view_schema(view);
    const struct stw_table *devices = stw_schema_find(schema, STW_SLICE("devices"));
    for (uint32_t i = 0; i < stw_schema_table_count(schema); i++)
        STW_TRY(add_keys(registry, view, stw_schema_table(schema, i), err));
    STW_TRY(make_entries(registry, err));
    if (devices != NULL && stw_slice_is(devices->keys[0], "device"))
        STW_TRY(read_rows(registry, view, devices, err));
    STW_TRY(make_lists(registry, err));
    return stw_registry_make_tree(registry, err);
}

int stw_registry_build(struct stw_view *view, struct stw_registry **out, struct stw_error *err)
{
    struct stw_registry *registry = stw_alloc_zero(1, sizeof(*registry));
    if (registry == NULL)
        return stw_fail_memory(err, sizeof(*registry));
    stw_arena_init(&registry->arena);
    stw_intern_init(&registry->keys);
    stw_intern_init(&registry->values);
    int status = build(registry, view, err);
    if (status != STW_OK) {
        stw_registry_free(registry);
        return status;
    }
    *out = registry;
    return STW_OK;
}

void stw_registry_free(struct stw_registry *registry)
{
    if (registry == NULL)
        return;
    for (uint32_t i = 0; i < registry->count; i++)
        stw_free(registry->nodes[i].rows);
    stw_free(registry->nodes);
    stw_free(registry->places);
    stw_intern_release(&registry->keys);
    stw_intern_release(&registry->values);
    stw_arena_release(&registry->arena);
    stw_free(registry);
}

/* ---- Asking ---------------------------------------------------------------------------------- */

uint32_t stw_registry_count(const struct stw_registry *registry)
{
    return registry->count;
}

const struct stw_registry_entry *stw_registry_entry(const struct stw_registry *registry,
                                                    uint32_t index)
{
    assert(index < registry->count);
    return &registry->nodes[index].as_seen;
}

static enum stw_value_kind value_kind_of(struct stw_slice text)
{
    static const struct {
        const char *name;
        enum stw_value_kind kind;
    } kinds[] = {
        {"register", STW_VALUE_REGISTER},   {"interval", STW_VALUE_INTERVAL},
        {"remaining", STW_VALUE_REMAINING}, {"gauge", STW_VALUE_GAUGE},
        {"state", STW_VALUE_STATE},
    };
    for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (stw_slice_is(text, kinds[i].name))
            return kinds[i].kind;
    }
    return STW_VALUE_UNKNOWN;
}

static void lay_over(const struct stw_registry *registry, const struct stw_registry_row *row,
                     struct stw_attributes *out)
{
    if (row == NULL)
        return;
    for (int i = 0; i < STW_ATTRIBUTE_COUNT; i++) {
        if (row->text[i] != STW_REGISTRY_NO_CODE)
            out->text[i] = registry->values.words[row->text[i] - 1];
    }
    struct stw_maybe_decimal *decimals[STW_NUMBER_COUNT] = {[STW_NUMBER_STEP] = &out->step,
                                                            [STW_NUMBER_MULTIPLIER] =
                                                                &out->multiplier,
                                                            [STW_NUMBER_AREA] = &out->area_m2};
    struct stw_maybe_int *ints[STW_NUMBER_COUNT] = {
        [STW_NUMBER_DIGITS] = &out->digits,
        [STW_NUMBER_HOUSEHOLDS] = &out->households,
        [STW_NUMBER_IN_SERVICE] = &out->in_service_ns,
        [STW_NUMBER_OUT_OF_SERVICE] = &out->out_of_service_ns,
        [STW_NUMBER_CERTIFICATE] = &out->certificate_expires_ns,
    };
    for (int i = 0; i < STW_NUMBER_CARRIED; i++) {
        if (!row->number[i].known)
            continue;
        if (decimals[i] != NULL)
            *decimals[i] = row->number[i];
        else
            *ints[i] = (struct stw_maybe_int){true, row->number[i].value.value};
    }
}

/* What describes a device as a whole: its own entry, or the first of its channels with a row. */
static const struct stw_registry_node *whole_device(const struct stw_registry *registry,
                                                    struct stw_slice device)
{
    const struct stw_registry_node *own = stw_registry_node_of(registry, device, STW_SLICE(""));
    if (own == NULL || own->row_count > 0)
        return own;
    const struct stw_registry_node *end = registry->nodes + registry->count;
    for (const struct stw_registry_node *node = own + 1;
         node < end && stw_slice_equal(node->as_seen.device, device); node++)
        if (node->row_count > 0)
            return node;
    return own;
}

void stw_registry_at(const struct stw_registry *registry, struct stw_slice device,
                     struct stw_slice channel, int64_t at_ns, struct stw_attributes *out)
{
    memset(out, 0, sizeof(*out));
    for (int i = 0; i < STW_ATTRIBUTE_COUNT; i++)
        out->text[i] = STW_SLICE("");
    const struct stw_registry_node *own =
        channel.size == 0 ? whole_device(registry, device)
                          : stw_registry_node_of(registry, device, STW_SLICE(""));
    lay_over(registry, stw_registry_row_at(own, at_ns), out);
    if (channel.size > 0)
        lay_over(registry,
                 stw_registry_row_at(stw_registry_node_of(registry, device, channel), at_ns), out);
    out->value_kind = value_kind_of(out->text[STW_ATTRIBUTE_VALUE_KIND]);
}

bool stw_registry_matches(const struct stw_registry *registry, struct stw_slice device,
                          struct stw_slice channel, int64_t at_ns, const struct stw_filter *filters,
                          uint32_t filter_count)
{
    struct stw_attributes attributes;
    if (filter_count == 0)
        return true;
    stw_registry_at(registry, device, channel, at_ns, &attributes);
    for (uint32_t i = 0; i < filter_count; i++) {
        bool any = false;
        for (uint32_t value = 0; value < filters[i].value_count && !any; value++)
            any = stw_slice_equal(attributes.text[filters[i].attribute], filters[i].values[value]);
        if (!any)
            return false;
    }
    return true;
}

/* The entry of the channel, or of the device where the channel is not known. */
static const struct stw_registry_node *nearest(const struct stw_registry *registry,
                                               struct stw_slice device, struct stw_slice channel)
{
    const struct stw_registry_node *entry = stw_registry_node_of(registry, device, channel);
    return entry != NULL ? entry : stw_registry_node_of(registry, device, STW_SLICE(""));
}

uint32_t stw_registry_multipliers(const struct stw_registry *registry, struct stw_slice device,
                                  struct stw_slice channel, const struct stw_dated_decimal **out)
{
    const struct stw_registry_node *entry = nearest(registry, device, channel);
    if (entry == NULL)
        return 0;
    *out = entry->multipliers;
    return entry->multiplier_count;
}

uint32_t stw_registry_exchanges(const struct stw_registry *registry, struct stw_slice device,
                                struct stw_slice channel, const struct stw_exchange **out)
{
    const struct stw_registry_node *entry = nearest(registry, device, channel);
    if (entry == NULL)
        return 0;
    *out = entry->exchanges;
    return entry->exchange_count;
}
