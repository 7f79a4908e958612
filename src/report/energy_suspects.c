/* Changes too large to be use; see energy_suspects.h. */
#include "report/energy_suspects.h"

/* The meter's use over a side of a comparison; false where it is not complete. */
static int side_use(const struct stw_energy_meter *meter, const struct stw_energy *energy,
                    const struct stw_energy_span *span, bool *complete, struct stw_wide *use,
                    struct stw_error *err)
{
    *use = (struct stw_wide){0, 0};
    *complete = !span->missing && span->count > 0;
    for (uint32_t i = 0; *complete && i < span->count; i++) {
        if (stw_energy_gap_of(meter, &energy->spec, span->months[i]) != STW_GAP_NONE)
            *complete = false;
        else if (!stw_wide_add(*use, meter->uses[span->months[i]].use, use))
            return stw_fail(err, STW_ERR_LIMIT, "the use of meter %.*s is too large",
                            STW_SLICE_ARG(meter->device));
    }
    return STW_OK;
}

/* One comparison of one meter. A base near 0 says nothing: a boiler rests in summer. */
static int judge(const struct stw_energy_meter *meter, const struct stw_energy *energy,
                 enum stw_energy_against against, struct stw_energy_suspect *suspect,
                 struct stw_error *err)
{
    struct stw_wide now, before;
    bool now_complete, before_complete;
    STW_TRY(side_use(meter, energy, &energy->current[against], &now_complete, &now, err));
    STW_TRY(side_use(meter, energy, &energy->base[against], &before_complete, &before, err));
    double base = stw_wide_double(before), use = stw_wide_double(now);
    double least = STW_SUSPECT_BASE * stw_decimal_double(energy->spec.base_minimum) *
                   energy->base[against].count;
    if (!now_complete || !before_complete || base < least ||
        base < energy->spec.base_share_minimum * use)
        return STW_OK;
    double share = use / base - 1;
    suspect->changed[against] = share < STW_SUSPECT_FALL || share > STW_SUSPECT_RISE;
    suspect->share[against] = share;
    return STW_OK;
}

int stw_energy_suspect_add(struct stw_energy_suspect **list, const struct stw_energy *energy,
                           const struct stw_energy_meter *meter, struct stw_arena *arena,
                           struct stw_error *err)
{
    struct stw_energy_suspect found = {.next = NULL};
    if (stw_slice_is(meter->role, "household"))
        return STW_OK;
    STW_TRY(judge(meter, energy, STW_AGAINST_LAST_YEAR, &found, err));
    STW_TRY(judge(meter, energy, STW_AGAINST_YEAR_TO_DATE, &found, err));
    if (!found.changed[STW_AGAINST_LAST_YEAR] && !found.changed[STW_AGAINST_YEAR_TO_DATE])
        return STW_OK;
    while (*list != NULL)
        list = &(*list)->next;
    *list = STW_ARENA_NEW(arena, struct stw_energy_suspect);
    if (*list == NULL)
        return stw_fail_memory(err, sizeof(**list));
    const struct {
        const struct stw_slice *from;
        struct stw_slice *to;
    } texts[] = {{&meter->kind, &found.kind},         {&meter->unit, &found.unit},
                 {&meter->role, &found.role},         {&meter->site, &found.site},
                 {&meter->building, &found.building}, {&meter->device, &found.device}};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        *texts[i].to = stw_arena_copy(arena, *texts[i].from);
        if (texts[i].to->data == NULL)
            return stw_fail_memory(err, texts[i].from->size);
    }
    **list = found;
    return STW_OK;
}

bool stw_energy_suspect_in(const struct stw_energy_suspect *suspect,
                           const struct stw_energy_line *line)
{
    bool group = stw_slice_equal(suspect->kind, line->kind) &&
                 stw_slice_equal(suspect->unit, line->unit) &&
                 stw_slice_equal(suspect->role, line->role);
    bool site = line->level == STW_LEVEL_TOTAL || stw_slice_equal(suspect->site, line->site);
    bool building = line->level == STW_LEVEL_TOTAL || line->level == STW_LEVEL_SITE ||
                    stw_slice_equal(suspect->building, line->building);
    bool meter = line->level != STW_LEVEL_METER || stw_slice_equal(suspect->device, line->device);
    return group && site && building && meter;
}
