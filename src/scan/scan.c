/* Scans: a merge driven over a list of series; see scan.h. */
#include "scan/scan.h"

#include "base/memory.h"

struct stw_scan {
    struct stw_merge *merge;
    uint32_t *series;
    uint32_t series_count;
    uint32_t next_series; /* place in the list of the one after the present one */
    int64_t from_ns;
    int64_t to_ns;
    uint64_t rows;
};

/* ---- Which series ---------------------------------------------------------------------------- */

static int keep_matching(struct stw_view *view, const struct stw_scan_spec *spec, uint32_t *series,
                         uint32_t *count, struct stw_error *err)
{
    const struct stw_registry *registry;
    struct stw_series all = stw_view_series(view, spec->table);
    int device_at = stw_table_key(spec->table, STW_SLICE("device"));
    int channel_at = stw_table_key(spec->table, STW_SLICE("channel"));
    if (device_at < 0)
        return stw_fail(err, STW_ERR_USAGE,
                        "'%.*s' has no key 'device', so attributes cannot choose its series",
                        STW_SLICE_ARG(spec->table->name));
    STW_TRY(stw_view_registry(view, &registry, err));
    uint32_t kept = 0;
    for (uint32_t i = 0; i < *count; i++) {
        struct stw_slice key = stw_series_key(&all, series[i]);
        struct stw_slice device = stw_key_part(key, (uint32_t)device_at);
        struct stw_slice channel =
            channel_at < 0 ? STW_SLICE("") : stw_key_part(key, (uint32_t)channel_at);
        if (stw_registry_matches(registry, device, channel, spec->attributes_at_ns, spec->filters,
                                 spec->filter_count))
            series[kept++] = series[i];
    }
    *count = kept;
    return STW_OK;
}

int stw_scan_series(struct stw_view *view, const struct stw_scan_spec *spec, uint32_t **series,
                    uint32_t *count, struct stw_error *err)
{
    const uint32_t *wanted = spec->series;
    *count = spec->series_count;
    if (wanted == NULL)
        STW_TRY(stw_view_sorted(view, spec->table, &wanted, count, err));
    uint32_t *list = stw_alloc(*count, sizeof(*list));
    if (list == NULL)
        return stw_fail_memory(err, *count * sizeof(*list));
    if (*count > 0)
        memcpy(list, wanted, *count * sizeof(*list));
    int status = STW_OK;
    uint32_t known = stw_view_series(view, spec->table).count;
    for (uint32_t i = 0; i < *count; i++) {
        if (list[i] >= known)
            status = stw_fail(err, STW_ERR_USAGE, "there is no series %u", list[i]);
    }
    if (status == STW_OK && spec->filter_count > 0)
        status = keep_matching(view, spec, list, count, err);
    if (status != STW_OK) {
        stw_free(list);
        return status;
    }
    *series = list;
    return STW_OK;
}

/* ---- Scanning -------------------------------------------------------------------------------- */

int stw_scan_open(struct stw_scan **out, struct stw_view *view, const struct stw_scan_spec *spec,
                  struct stw_error *err)
{
    struct stw_scan *scan = stw_alloc_zero(1, sizeof(*scan));
    if (scan == NULL)
        return stw_fail_memory(err, sizeof(*scan));
    scan->from_ns = spec->from_ns;
    scan->to_ns = spec->to_ns;
    int status = stw_scan_series(view, spec, &scan->series, &scan->series_count, err);
    if (status == STW_OK)
        status = spec->since == 0
                     ? stw_view_merge(view, spec->table, spec->columns, spec->column_count,
                                      spec->history, &scan->merge, err)
                     : stw_view_merge_later(view, spec->table, spec->columns, spec->column_count,
                                            spec->since, &scan->merge, err);
    if (status != STW_OK) {
        stw_scan_close(scan);
        return status;
    }
    *out = scan;
    return STW_OK;
}

void stw_scan_close(struct stw_scan *scan)
{
    if (scan == NULL)
        return;
    stw_merge_close(scan->merge);
    stw_free(scan->series);
    stw_free(scan);
}

/* STW_END when the list of series is through. */
static int next_series(struct stw_scan *scan)
{
    if (scan->next_series == scan->series_count)
        return STW_END;
    stw_merge_seek(scan->merge, scan->series[scan->next_series++], scan->from_ns, scan->to_ns);
    return STW_OK;
}

int stw_scan_next(struct stw_scan *scan, struct stw_run *run, struct stw_error *err)
{
    for (;;) {
        int status = scan->next_series == 0 ? STW_END : stw_merge_next(scan->merge, run, err);
        if (status == STW_OK)
            scan->rows += run->count;
        if (status != STW_END)
            return status;
        if (next_series(scan) == STW_END)
            return STW_END;
    }
}

int stw_scan_peek(struct stw_scan *scan, struct stw_scan_block *block, struct stw_error *err)
{
    struct stw_merge_block next;
    if (scan->next_series == 0 && next_series(scan) == STW_END)
        return STW_END;
    for (;;) {
        int status = stw_merge_peek(scan->merge, &next, err);
        if (status < 0)
            return status;
        if (status == STW_OK) {
            *block = (struct stw_scan_block){.series = scan->series[scan->next_series - 1],
                                             .block = next.block,
                                             .columns = next.columns};
            return STW_OK;
        }
        if (!stw_merge_at_end(scan->merge) || next_series(scan) == STW_END)
            return STW_END;
    }
}

int stw_scan_skip(struct stw_scan *scan, struct stw_error *err)
{
    return stw_merge_skip(scan->merge, err);
}

struct stw_scan_stats stw_scan_statistics(const struct stw_scan *scan)
{
    struct stw_merge_stats merge = stw_merge_statistics(scan->merge);
    return (struct stw_scan_stats){.rows = scan->rows,
                                   .blocks_read = merge.blocks_read,
                                   .blocks_skipped = merge.blocks_skipped,
                                   .bytes_read = merge.bytes_read};
}
