/* Whether time-of-use registers add up: the rows of one device and time that follow each other are
 * taken together; a total of which every part is there is compared with their sum. */
#include "base/memory.h"
#include "ingest/map_rows_inside.h"
#include "time/stamp.h"

#include <stdio.h>

struct sum {
    bool has_total;
    struct stw_decimal total;
    uint32_t seen; /* a bit a part */
    struct stw_wide parts;
    bool overflow;
};

struct stw_map_rows_sums {
    struct sum *sums;          /* as in the map */
    struct stw_buffer subject; /* the key without its channel; empty: no rows yet */
    struct stw_buffer next;
    int64_t time_ns;
    uint64_t line;
};

int stw_map_rows_sums_create(struct stw_map_rows *rows, struct stw_error *err)
{
    struct stw_map_rows_sums *sums = stw_alloc_zero(1, sizeof(*sums));
    if (sums == NULL)
        return stw_fail_memory(err, sizeof(*sums));
    rows->sums = sums;
    stw_buffer_init(&sums->subject);
    stw_buffer_init(&sums->next);
    sums->sums = stw_alloc_zero(rows->map->sum_count, sizeof(*sums->sums));
    return sums->sums == NULL ? stw_fail_memory(err, sizeof(*sums->sums)) : STW_OK;
}

void stw_map_rows_sums_free(struct stw_map_rows_sums *sums)
{
    if (sums == NULL)
        return;
    stw_buffer_release(&sums->subject);
    stw_buffer_release(&sums->next);
    stw_free(sums->sums);
    stw_free(sums);
}

static int judge(struct stw_map_rows *rows, const struct stw_map_sum *map, const struct sum *sum,
                 struct stw_error *err)
{
    struct stw_map_rows_sums *sums = rows->sums;
    struct stw_wide difference, minus = {-sum->parts.value, sum->parts.scale};
    struct stw_wide tolerance = {-map->tolerance.value, map->tolerance.scale}, over;
    bool whole = sum->has_total && sum->seen == (1u << map->part_count) - 1;
    if (!whole || sum->overflow || !stw_wide_add(stw_wide_of(sum->total), minus, &difference))
        return STW_OK;
    if (difference.value < 0)
        difference.value = -difference.value;
    if (!stw_wide_add(difference, tolerance, &over) || over.value <= 0)
        return STW_OK;
    char total[STW_DECIMAL_TEXT_SIZE], parts[STW_DECIMAL_TEXT_SIZE];
    char time[STW_STAMP_TEXT_SIZE], note[STW_STAMP_TEXT_SIZE + 64];
    stw_decimal_format(sum->total, true, total);
    stw_wide_format(sum->parts, true, parts);
    stw_stamp_to_local(rows->zone, sums->time_ns, time);
    snprintf(note, sizeof(note), "is the sum of its parts at %s", time);
    return stw_ingest_findings_add(rows->findings, STW_INGEST_FINDING_SUM, sums->line,
                                   stw_buffer_slice(&sums->subject), total, parts, note, err);
}

int stw_map_rows_sums_finish(struct stw_map_rows *rows, struct stw_error *err)
{
    struct stw_map_rows_sums *sums = rows->sums;
    for (uint32_t i = 0; i < rows->map->sum_count; i++) {
        STW_TRY(judge(rows, &rows->map->sums[i], &sums->sums[i], err));
        sums->sums[i] = (struct sum){.seen = 0};
    }
    stw_buffer_clear(&sums->subject);
    return STW_OK;
}

/* The components of the key but for the channel; *channel is that. */
static int join_subject(struct stw_map_rows *rows, const struct stw_slice *parts,
                        struct stw_slice *channel, struct stw_error *err)
{
    const struct stw_table *table = rows->map->table;
    struct stw_buffer *out = &rows->sums->next;
    uint32_t at = (uint32_t)stw_table_key(table, STW_SLICE("channel"));
    stw_buffer_clear(out);
    for (uint32_t i = 0; i < table->key_count; i++) {
        if (i == at)
            continue;
        if (out->size > 0)
            stw_buffer_add_char(out, ' ');
        stw_buffer_add_slice(out, parts[i]);
    }
    *channel = parts[at];
    return stw_buffer_status(out, err);
}

int stw_map_rows_sums_note(struct stw_map_rows *rows, const struct stw_slice *parts, uint64_t line,
                           struct stw_error *err)
{
    struct stw_map_rows_sums *sums = rows->sums;
    struct stw_slice channel;
    if (!rows->value->cell.present)
        return STW_OK;
    STW_TRY(join_subject(rows, parts, &channel, err));
    int64_t time_ns = rows->time->cell.whole;
    if (sums->time_ns != time_ns ||
        !stw_slice_equal(stw_buffer_slice(&sums->subject), stw_buffer_slice(&sums->next))) {
        STW_TRY(stw_map_rows_sums_finish(rows, err));
        stw_buffer_add_slice(&sums->subject, stw_buffer_slice(&sums->next));
        STW_TRY(stw_buffer_status(&sums->subject, err));
        sums->time_ns = time_ns;
    }
    sums->line = line;
    struct stw_decimal value = rows->value->cell.decimal;
    for (uint32_t i = 0; i < rows->map->sum_count; i++) {
        const struct stw_map_sum *map = &rows->map->sums[i];
        struct sum *sum = &sums->sums[i];
        if (stw_slice_equal(channel, map->total)) {
            sum->total = value;
            sum->has_total = true;
        }
        for (uint32_t part = 0; part < map->part_count; part++) {
            if (!stw_slice_equal(channel, map->parts[part]) || (sum->seen & 1u << part) != 0)
                continue;
            sum->seen |= 1u << part;
            sum->overflow =
                sum->overflow || !stw_wide_add(sum->parts, stw_wide_of(value), &sum->parts);
        }
    }
    return STW_OK;
}
