/* Series keys; see series.h. */
#include "store/series.h"

#include <stdlib.h>

uint32_t stw_series_find(const struct stw_series *series, struct stw_slice key)
{
    uint32_t id = stw_intern_find(series->keys, key);
    return id != STW_INTERN_NONE && id < series->count ? id : STW_SERIES_NONE;
}

static int compare_ids(const void *a, const void *b, void *context)
{
    const struct stw_intern *keys = context;
    return stw_slice_compare(keys->words[*(const uint32_t *)a], keys->words[*(const uint32_t *)b]);
}

void stw_series_sort(const struct stw_series *series, uint32_t *ids, uint32_t count)
{
    qsort_r(ids, count, sizeof(*ids), compare_ids, (void *)(uintptr_t)series->keys);
}

int stw_key_join(struct stw_buffer *out, const struct stw_slice *parts, uint32_t count,
                 struct stw_error *err)
{
    stw_buffer_clear(out);
    for (uint32_t i = 0; i < count; i++) {
        if (parts[i].size > 0 && memchr(parts[i].data, 0, parts[i].size) != NULL)
            return stw_fail(err, STW_ERR_INPUT, "a key has a NUL byte inside");
        if (i > 0)
            stw_buffer_add_char(out, 0);
        stw_buffer_add_slice(out, parts[i]);
    }
    if (out->size > STW_KEY_SIZE_MAX)
        return stw_fail(err, STW_ERR_LIMIT, "a key has %zu bytes, more than %d", out->size,
                        STW_KEY_SIZE_MAX);
    return stw_buffer_status(out, err);
}

uint32_t stw_key_split(struct stw_slice key, struct stw_slice *parts, uint32_t room)
{
    uint32_t count = 0;
    for (;;) {
        const char *end = key.size == 0 ? NULL : memchr(key.data, 0, key.size);
        size_t size = end == NULL ? key.size : (size_t)(end - key.data);
        if (count < room)
            parts[count] = (struct stw_slice){key.data, size};
        count++;
        if (end == NULL)
            return count;
        key.data = end + 1;
        key.size -= size + 1;
    }
}

struct stw_slice stw_key_part(struct stw_slice key, uint32_t index)
{
    struct stw_slice parts[STW_SCHEMA_KEYS_MAX];
    uint32_t count = stw_key_split(key, parts, STW_SCHEMA_KEYS_MAX);
    return index < count && index < STW_SCHEMA_KEYS_MAX ? parts[index] : STW_SLICE("");
}
