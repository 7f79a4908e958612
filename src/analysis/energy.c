/*
 * Energy comparison; see energy.h.
 *
 * The sides of a comparison are worked out once for a meter and then added to the lines of every
 * level, so that all levels come from the same numbers. A line is known by its key, the names of
 * its level joined by NUL.
 */
#include "analysis/energy.h"

#include "base/buffer.h"
#include "base/memory.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MONTHS_OF_YEAR = 12, KEY_PARTS = 7 };

const char *stw_energy_gap_name(enum stw_energy_gap gap)
{
    static const char *const names[STW_GAP_COUNT] = {
        [STW_GAP_NONE] = "complete",
        [STW_GAP_NOT_IN_SERVICE] = "not in service",
        [STW_GAP_NO_DATA] = "no data",
        [STW_GAP_EDGES] = "register at an end not known",
        [STW_GAP_READINGS] = "readings missing",
        [STW_GAP_ZEROS] = "zeros that mean gaps",
    };
    assert((unsigned)gap < STW_GAP_COUNT);
    return names[gap];
}

enum stw_energy_gap stw_energy_gap_of(const struct stw_energy_meter *meter,
                                      const struct stw_energy_spec *spec, uint32_t month)
{
    const struct stw_energy_use *use = &meter->uses[month];
    if (meter->in_service_ns > spec->months[month].from_ns ||
        meter->out_of_service_ns < spec->months[month].to_ns)
        return STW_GAP_NOT_IN_SERVICE;
    if (!use->has_data)
        return STW_GAP_NO_DATA;
    if (!use->edges_known)
        return STW_GAP_EDGES;
    double allowed = (double)use->expected * spec->missing_share_max;
    double missing = (double)use->expected - (double)use->present;
    if (use->expected == 0)
        return STW_GAP_NONE;
    if (missing > allowed)
        return STW_GAP_READINGS;
    if (meter->zero_is_missing && missing + (double)use->zeros > allowed)
        return STW_GAP_ZEROS;
    return STW_GAP_NONE;
}

/* How many parts of the key are a line's own: kind, unit, role | site | building | device, channel.
 */
static const int level_parts[] = {3, 4, 5, KEY_PARTS};

static const struct stw_energy_change no_change = {
    .verdict = STW_VERDICT_NO_DATA, .share = NAN, .share_per_day = NAN};

static int fail_sum(const struct stw_energy_meter *meter, struct stw_error *err)
{
    return stw_fail(err, STW_ERR_LIMIT, "with %.*s the sum does not fit 128 bits",
                    STW_SLICE_ARG(meter->device));
}

/* The months of `year` from `first` to `last`. */
static void plan_span(const struct stw_energy_spec *spec, int year, int first, int last,
                      struct stw_energy_span *span)
{
    *span = (struct stw_energy_span){.count = 0};
    for (int month = first; month <= last; month++) {
        uint32_t i = 0;
        while (i < spec->month_count &&
               (spec->months[i].year != year || spec->months[i].month != month))
            i++;
        if (i == spec->month_count) {
            span->missing = true;
            continue;
        }
        span->months[span->count++] = i;
        span->days += spec->months[i].days;
    }
}

static void plan_spans(struct stw_energy *energy)
{
    const struct stw_energy_spec *spec = &energy->spec;
    int year = spec->months[spec->month_count - 1].year;
    int month = spec->months[spec->month_count - 1].month;
    int before = month == 1 ? MONTHS_OF_YEAR : month - 1;
    plan_span(spec, year, month, month, &energy->current[STW_AGAINST_PREVIOUS]);
    plan_span(spec, month == 1 ? year - 1 : year, before, before,
              &energy->base[STW_AGAINST_PREVIOUS]);
    plan_span(spec, year, month, month, &energy->current[STW_AGAINST_LAST_YEAR]);
    plan_span(spec, year - 1, month, month, &energy->base[STW_AGAINST_LAST_YEAR]);
    plan_span(spec, year, 1, month, &energy->current[STW_AGAINST_YEAR_TO_DATE]);
    plan_span(spec, year - 1, 1, month, &energy->base[STW_AGAINST_YEAR_TO_DATE]);
}

/* The price in force for a meter: of its own site before that of any, the latest begun. */
static const struct stw_energy_tariff *
tariff_at(const struct stw_energy_spec *spec, const struct stw_energy_meter *meter, int64_t at_ns)
{
    const struct stw_energy_tariff *best = NULL;
    for (uint32_t i = 0; i < spec->tariff_count; i++) {
        const struct stw_energy_tariff *tariff = &spec->tariffs[i];
        bool own = tariff->site.size > 0;
        if (tariff->from_ns > at_ns || !stw_slice_equal(tariff->kind, meter->kind) ||
            (own && !stw_slice_equal(tariff->site, meter->site)))
            continue;
        bool best_own = best != NULL && best->site.size > 0;
        if (best == NULL || (own && !best_own) ||
            (own == best_own && tariff->from_ns >= best->from_ns))
            best = tariff;
    }
    return best;
}

static bool add_wide(struct stw_wide *sum, struct stw_wide value)
{
    return stw_wide_add(*sum, value, sum);
}

/* Money of two currencies is not added: the use of the second counts as uncosted. */
static bool add_costs(struct stw_energy_cost *into, const struct stw_energy_cost *from)
{
    if (!add_wide(&into->uncosted, from->uncosted))
        return false;
    if (from->currency.size == 0)
        return true;
    if (into->currency.size == 0)
        into->currency = from->currency;
    if (!stw_slice_equal(into->currency, from->currency))
        return add_wide(&into->uncosted, from->costed);
    return add_wide(&into->amount, from->amount) && add_wide(&into->costed, from->costed);
}

static bool add_piece(const struct stw_energy_spec *spec, const struct stw_energy_meter *meter,
                      const struct stw_energy_piece *piece, struct stw_energy_cost *cost)
{
    const struct stw_energy_tariff *tariff = tariff_at(spec, meter, piece->from_ns);
    if (tariff == NULL)
        return add_wide(&cost->uncosted, piece->use);
    struct stw_energy_cost part = {.currency = tariff->currency, .costed = piece->use};
    return stw_wide_multiply(piece->use, tariff->price, &part.amount) && add_costs(cost, &part);
}

static bool add_cost(const struct stw_energy_spec *spec, const struct stw_energy_meter *meter,
                     const struct stw_energy_use *use, struct stw_energy_cost *cost)
{
    if (use->piece_count == 0)
        return add_wide(&cost->uncosted, use->use);
    for (uint32_t i = 0; i < use->piece_count; i++)
        if (!add_piece(spec, meter, &use->pieces[i], cost))
            return false;
    return true;
}

static void set_intensity(struct stw_intensity *intensity, bool known, struct stw_decimal amount,
                          struct stw_wide use)
{
    if (!known || amount.value <= 0)
        return;
    *intensity = (struct stw_intensity){
        .meters = 1, .use = use, .amount = stw_wide_of(amount), .value = NAN};
}

static bool add_intensities(struct stw_intensity *into, const struct stw_intensity *from)
{
    into->meters += from->meters;
    return add_wide(&into->use, from->use) && add_wide(&into->amount, from->amount);
}

/* One meter over the months of a span; *gap is its first gap there. */
static bool measure(const struct stw_energy_spec *spec, const struct stw_energy_meter *meter,
                    const struct stw_energy_span *span, struct stw_energy_side *side,
                    enum stw_energy_gap *gap)
{
    *side = (struct stw_energy_side){.days = span->days};
    *gap = STW_GAP_NONE;
    for (uint32_t i = 0; i < span->count; i++) {
        const struct stw_energy_use *use = &meter->uses[span->months[i]];
        if (*gap == STW_GAP_NONE)
            *gap = stw_energy_gap_of(meter, spec, span->months[i]);
        if (!use->has_data)
            continue;
        side->meters = 1;
        side->zeros_as_gaps += meter->zero_is_missing ? use->zeros : 0;
        if (!add_wide(&side->use, use->use) || !add_wide(&side->estimated, use->estimated) ||
            !add_cost(spec, meter, use, &side->cost))
            return false;
    }
    side->incomplete = *gap != STW_GAP_NONE;
    if (side->meters > 0) {
        set_intensity(&side->per_area, meter->has_area, meter->area_m2, side->use);
        set_intensity(&side->per_household, meter->has_households, meter->households, side->use);
    }
    return true;
}

static bool add_sides(struct stw_energy_side *into, const struct stw_energy_side *from)
{
    into->meters += from->meters;
    into->incomplete += from->incomplete;
    into->zeros_as_gaps += from->zeros_as_gaps;
    return add_wide(&into->use, from->use) && add_wide(&into->estimated, from->estimated) &&
           add_intensities(&into->per_area, &from->per_area) &&
           add_intensities(&into->per_household, &from->per_household) &&
           add_costs(&into->cost, &from->cost);
}

/* A meter as one comparison sees it. */
struct measured {
    struct stw_energy_side current;
    struct stw_energy_side base;
    enum stw_energy_gap current_gap;
    enum stw_energy_gap base_gap;
};

static bool add_measured(struct stw_energy_comparison *into, const struct measured *from)
{
    if (!add_sides(&into->current, &from->current) || !add_sides(&into->base, &from->base))
        return false;
    if (into->verdict != STW_VERDICT_JUDGED)
        return true;
    if (from->current_gap != STW_GAP_NONE || from->base_gap != STW_GAP_NONE) {
        into->left_out++;
        return true;
    }
    into->like_meters++;
    return add_sides(&into->like_current, &from->current) &&
           add_sides(&into->like_base, &from->base);
}

static void finish_intensity(struct stw_intensity *intensity)
{
    intensity->verdict = STW_VERDICT_NOT_PROVIDED;
    intensity->value = NAN;
    if (intensity->meters > 0) {
        intensity->verdict = STW_VERDICT_JUDGED;
        intensity->value = stw_wide_double(intensity->use) / stw_wide_double(intensity->amount);
    }
}

static void finish_side(struct stw_energy_side *side)
{
    finish_intensity(&side->per_area);
    finish_intensity(&side->per_household);
    side->cost.verdict = side->cost.currency.size == 0    ? STW_VERDICT_NOT_PROVIDED
                         : side->cost.uncosted.value != 0 ? STW_VERDICT_INCOMPLETE
                                                          : STW_VERDICT_JUDGED;
}

static bool finish_change(const struct stw_energy_spec *spec, const struct stw_energy_side *current,
                          const struct stw_energy_side *base, struct stw_energy_change *change)
{
    *change = no_change;
    if (current->meters == 0 || base->meters == 0)
        return true;
    struct stw_wide negative = {-base->use.value, base->use.scale};
    if (!stw_wide_add(current->use, negative, &change->difference))
        return false;
    double now = stw_wide_double(current->use);
    double then = stw_wide_double(base->use);
    if (!(then > 0) || then < stw_decimal_double(spec->base_minimum) ||
        then < spec->base_share_minimum * now) {
        change->verdict = STW_VERDICT_NEAR_ZERO;
        return true;
    }
    change->verdict = STW_VERDICT_JUDGED;
    change->share = stw_wide_double(change->difference) / then;
    change->share_per_day = now / current->days / (then / base->days) - 1;
    return true;
}

static bool finish_comparison(const struct stw_energy_spec *spec,
                              struct stw_energy_comparison *comparison)
{
    finish_side(&comparison->current);
    finish_side(&comparison->base);
    finish_side(&comparison->like_current);
    finish_side(&comparison->like_base);
    if (comparison->verdict != STW_VERDICT_JUDGED) {
        comparison->raw = no_change;
        comparison->like = no_change;
        return true;
    }
    return finish_change(spec, &comparison->current, &comparison->base, &comparison->raw) &&
           finish_change(spec, &comparison->like_current, &comparison->like_base,
                         &comparison->like);
}

static void copy_side_days(const struct stw_energy *energy, int against,
                           struct stw_energy_comparison *comparison)
{
    comparison->current.days = energy->current[against].days;
    comparison->like_current.days = energy->current[against].days;
    comparison->base.days = energy->base[against].days;
    comparison->like_base.days = energy->base[against].days;
}

/* A new line of the level, named by the parts of its key. */
static struct stw_energy_line *new_line(struct stw_energy *energy, uint32_t number,
                                        enum stw_energy_level level)
{
    struct stw_energy_line *line = STW_ARENA_NEW(energy->arena, struct stw_energy_line);
    if (line == NULL)
        return NULL;
    struct stw_slice *parts[KEY_PARTS] = {&line->kind,   &line->unit,     &line->role,
                                          &line->site,   &line->building, &line->device,
                                          &line->channel};
    struct stw_slice rest = energy->keys.words[number];
    for (int part = 0; part < level_parts[level]; part++) {
        const char *end = memchr(rest.data, '\0', rest.size);
        size_t size = end == NULL ? rest.size : (size_t)(end - rest.data);
        *parts[part] = stw_arena_copy(energy->arena, (struct stw_slice){rest.data, size});
        if (parts[part]->data == NULL)
            return NULL;
        size += end != NULL;
        rest = (struct stw_slice){rest.data + size, rest.size - size};
    }
    line->level = level;
    for (int against = 0; against < STW_AGAINST_COUNT; against++) {
        struct stw_energy_comparison *comparison = &line->against[against];
        bool missing = energy->current[against].missing || energy->base[against].missing;
        comparison->verdict = missing ? STW_VERDICT_NO_DATA : STW_VERDICT_JUDGED;
        copy_side_days(energy, against, comparison);
    }
    return line;
}

/* The line a meter belongs to at a level, made when it is the first. NULL: memory. */
static struct stw_energy_line *line_of(struct stw_energy *energy,
                                       const struct stw_energy_meter *meter,
                                       enum stw_energy_level level, struct stw_buffer *key)
{
    const struct stw_slice parts[KEY_PARTS] = {meter->kind,   meter->unit,     meter->role,
                                               meter->site,   meter->building, meter->device,
                                               meter->channel};
    stw_buffer_clear(key);
    for (int part = 0; part < level_parts[level]; part++) {
        if (part > 0)
            stw_buffer_add_char(key, '\0');
        stw_buffer_add_slice(key, parts[part]);
    }
    uint32_t number;
    bool added;
    if (key->failed || !stw_intern_add(&energy->keys, stw_buffer_slice(key), &number, &added))
        return NULL;
    if (!added)
        return energy->lines[number];
    if (!stw_reserve((void **)&energy->lines, &energy->line_capacity, (size_t)number + 1,
                     sizeof(void *)))
        return NULL;
    energy->lines[number] = new_line(energy, number, level);
    energy->line_count = number + 1;
    return energy->lines[number];
}

static int list_left_out(struct stw_energy *energy, const struct stw_energy_meter *meter,
                         int against, const struct measured *measured, struct stw_error *err)
{
    if (energy->current[against].missing || energy->base[against].missing ||
        (measured->current_gap == STW_GAP_NONE && measured->base_gap == STW_GAP_NONE))
        return STW_OK;
    energy->left_out_total++;
    if (energy->left_out_count == energy->spec.left_out_max)
        return STW_OK;
    struct stw_energy_left_out *item = &energy->left_out[energy->left_out_count++];
    item->site = stw_arena_copy(energy->arena, meter->site);
    item->building = stw_arena_copy(energy->arena, meter->building);
    item->device = stw_arena_copy(energy->arena, meter->device);
    item->channel = stw_arena_copy(energy->arena, meter->channel);
    item->against = (enum stw_energy_against)against;
    item->current = measured->current_gap;
    item->base = measured->base_gap;
    if (item->site.data == NULL || item->building.data == NULL || item->device.data == NULL ||
        item->channel.data == NULL)
        return stw_fail_memory(err, meter->device.size);
    return STW_OK;
}

int stw_energy_init(struct stw_energy *energy, const struct stw_energy_spec *spec,
                    struct stw_arena *arena, struct stw_error *err)
{
    assert(spec->month_count > 0);
    *energy = (struct stw_energy){.spec = *spec, .arena = arena};
    stw_intern_init(&energy->keys);
    plan_spans(energy);
    energy->left_out = STW_ARENA_ARRAY(arena, struct stw_energy_left_out, spec->left_out_max);
    if (energy->left_out == NULL)
        return stw_fail_memory(err, spec->left_out_max * sizeof(*energy->left_out));
    return STW_OK;
}

void stw_energy_release(struct stw_energy *energy)
{
    stw_intern_release(&energy->keys);
    stw_free(energy->lines);
    energy->lines = NULL;
}

int stw_energy_add(struct stw_energy *energy, const struct stw_energy_meter *meter, bool own_line,
                   struct stw_error *err)
{
    struct measured measured[STW_AGAINST_COUNT];
    int status = STW_OK;
    struct stw_buffer key;
    stw_buffer_init(&key);
    for (int against = 0; against < STW_AGAINST_COUNT && status == STW_OK; against++) {
        struct measured *to = &measured[against];
        if (!measure(&energy->spec, meter, &energy->current[against], &to->current,
                     &to->current_gap) ||
            !measure(&energy->spec, meter, &energy->base[against], &to->base, &to->base_gap))
            status = fail_sum(meter, err);
        else
            status = list_left_out(energy, meter, against, to, err);
    }
    int levels = own_line ? STW_LEVEL_METER + 1 : STW_LEVEL_METER;
    for (int level = 0; level < levels && status == STW_OK; level++) {
        struct stw_energy_line *line = line_of(energy, meter, (enum stw_energy_level)level, &key);
        if (line == NULL) {
            status = stw_fail_memory(err, sizeof(*line));
            break;
        }
        line->meters++;
        for (int against = 0; against < STW_AGAINST_COUNT && status == STW_OK; against++)
            if (!add_measured(&line->against[against], &measured[against]))
                status = fail_sum(meter, err);
    }
    stw_buffer_release(&key);
    return status;
}

static int compare_lines(const void *left, const void *right)
{
    const struct stw_energy_line *a = *(struct stw_energy_line *const *)left;
    const struct stw_energy_line *b = *(struct stw_energy_line *const *)right;
    const struct stw_slice a_parts[KEY_PARTS] = {a->kind,     a->unit,   a->role,   a->site,
                                                 a->building, a->device, a->channel};
    const struct stw_slice b_parts[KEY_PARTS] = {b->kind,     b->unit,   b->role,   b->site,
                                                 b->building, b->device, b->channel};
    for (int part = 0; part < KEY_PARTS; part++) {
        /* A total goes before the lines below it, also before those without a name. */
        if (part == level_parts[a->level] || part == level_parts[b->level])
            return (int)a->level - (int)b->level;
        int order = stw_slice_compare(a_parts[part], b_parts[part]);
        if (order != 0)
            return order;
    }
    return 0;
}

int stw_energy_finish(struct stw_energy *energy, struct stw_error *err)
{
    for (uint32_t i = 0; i < energy->line_count; i++)
        for (int against = 0; against < STW_AGAINST_COUNT; against++)
            if (!finish_comparison(&energy->spec, &energy->lines[i]->against[against]))
                return stw_fail(err, STW_ERR_LIMIT, "a change of %.*s does not fit 128 bits",
                                STW_SLICE_ARG(energy->lines[i]->kind));
    if (energy->line_count > 1)
        qsort(energy->lines, energy->line_count, sizeof(void *), compare_lines);
    return STW_OK;
}
