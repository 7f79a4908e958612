/*
 * What a file of readings says about its devices besides: the unit of its values, and the estate,
 * building or flat that a column names, where each device has one of them. See sniff_inside.h.
 */
#include "ingest/map_facts.h"
#include "ingest/sniff_inside.h"

#include <string.h>

enum { none = STW_SNIFF_NONE };

static const char *const places[] = {"site", "building", "dwelling"};

bool stw_sniff_is_place(struct stw_slice header)
{
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
        if (header.size > 0 && stw_sniff_means(header, stw_slice_of(places[i])))
            return true;
    return false;
}

/* A cell, or the one it is filled down from. */
static struct stw_slice cell_of(const struct stw_sniff_plan *plan, uint32_t row, int column)
{
    while (row > 0 && plan->sample.rows[row].cells[column].size == 0)
        row--;
    return plan->sample.rows[row].cells[column];
}

/* Whether the rows of each device name one place. */
static bool agrees(const struct stw_sniff_plan *plan, int device, int at, bool filled)
{
    bool down = stw_sniff_fill_of(plan, device) != STW_SNIFF_FILL_NONE;
    for (uint32_t a = 0; a < plan->sample.row_count; a++) {
        for (uint32_t b = a + 1; b < plan->sample.row_count; b++) {
            const struct stw_sniff_row *rows = plan->sample.rows;
            struct stw_slice one = down ? cell_of(plan, a, device) : rows[a].cells[device];
            struct stw_slice other = down ? cell_of(plan, b, device) : rows[b].cells[device];
            if (!stw_slice_equal(one, other))
                continue;
            one = filled ? cell_of(plan, a, at) : rows[a].cells[at];
            other = filled ? cell_of(plan, b, at) : rows[b].cells[at];
            if (!stw_slice_equal(one, other))
                return false;
        }
    }
    return true;
}

static void put_place(struct stw_sniff_plan *plan, const char *name, int at,
                      enum stw_sniff_fill fill, const char *between)
{
    struct stw_slice field = stw_slice_of(name);
    bool filled = stw_sniff_is_filled(fill, field);
    stw_buffer_printf(plan->map, "%s%s: {", between, name);
    stw_sniff_put_ref(plan, at);
    stw_buffer_add_text(plan->map, filled ? ", fill_down: yes}" : "}");
    stw_buffer_printf(plan->reasons, "registry: the %s of each device from column ", name);
    stw_sniff_put_name(plan->reasons, plan, at);
    stw_buffer_printf(plan->reasons, ", by its header%s\n", stw_sniff_fill_words(fill, field));
    stw_sniff_column(plan, at)->used = true;
}

void stw_sniff_put_registry(struct stw_sniff_plan *plan, const char *first, int unit_of)
{
    const char *between = "registry: {";
    size_t before = plan->map->size;
    if (first[0] != '\0') {
        stw_buffer_printf(plan->map, "%s%s", between, first);
        between = ", ";
    }
    if (unit_of != none)
        stw_sniff_put_unit(plan, unit_of, between, "");
    between = plan->map->size > before ? ", " : between;
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]) && plan->device != none; i++) {
        int at = stw_sniff_find_by_word(plan, stw_slice_of(places[i]), true, false, true);
        if (at == none || stw_sniff_column(plan, at)->example.size == 0)
            continue;
        enum stw_sniff_fill fill = stw_sniff_fill_of(plan, at);
        bool filled = stw_sniff_is_filled(fill, stw_slice_of(places[i]));
        if (!agrees(plan, plan->device, at, filled))
            continue;
        put_place(plan, places[i], at, fill, between);
        between = ", ";
    }
    if (plan->map->size > before)
        stw_buffer_add_text(plan->map, "}\n");
}
