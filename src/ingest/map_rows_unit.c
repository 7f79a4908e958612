/*
 * Units of cells where the map names none: a value that carries one ("12吨") is converted to the
 * unit that the store's registry gives for its device and channel at that time. See map_rows.h.
 */
#include "ingest/map_rows_inside.h"
#include "store/view.h"

static int registry_of(struct stw_map_rows *rows, const struct stw_registry **out,
                       struct stw_error *err)
{
    if (rows->units == NULL)
        STW_TRY(stw_view_open(rows->store, NULL, &rows->units, err));
    return stw_view_registry(rows->units, out, err);
}

int stw_map_rows_to_unit(struct stw_map_rows *rows, const struct stw_slice *parts,
                         enum stw_reject *reason, bool *converted, struct stw_error *err)
{
    const struct stw_table *table = rows->map->table;
    int device = stw_table_key(table, STW_SLICE("device"));
    int channel = stw_table_key(table, STW_SLICE("channel"));
    *reason = STW_REJECT_UNIT_NONE;
    *converted = false;
    if (device < 0 || channel < 0 || rows->map->devices == NULL)
        return STW_OK;
    const struct stw_registry *registry;
    struct stw_attributes known;
    struct stw_unit unit;
    STW_TRY(registry_of(rows, &registry, err));
    stw_registry_at(registry, parts[device], parts[channel], rows->time->cell.whole, &known);
    struct stw_slice name = known.text[STW_ATTRIBUTE_UNIT];
    if (name.size > 0 && stw_unit_parse(name, &unit, NULL) == STW_OK)
        *converted = stw_cell_convert(&rows->value->rule, &rows->value->cell, &unit, reason);
    return STW_OK;
}
