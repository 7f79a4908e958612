/* Plans against inspections; see duties.h. */
#include "api/duties.h"

#include "analysis/rows.h"
#include "base/memory.h"
#include "rule/compile.h"
#include "time/period.h"

/* An inspection; they stand by device. */
struct inspection {
    struct stw_slice device;
    uint32_t duty; /* place in the pack */
    int64_t at_ns, due_ns;
};

struct duties {
    const struct stw_site_report *site;
    const struct stw_registry *registry;
    const struct stw_filter *filters;
    uint32_t filter_count;
    struct stw_arena *arena;
    struct inspection *inspections;
    uint32_t inspection_count;
    struct stw_visit *visits; /* of one device and duty */
    int64_t first_ns;         /* of all inspections of the site */
    /* The line being filled. */
    struct stw_report_duty *line;
    struct stw_slice device;
    struct stw_report_missed *missed;
    size_t missed_capacity;
    uint32_t missed_count;
    bool out_of_memory;
};

/* ---- Reading --------------------------------------------------------------------------------- */

static uint32_t find_duty(const struct stw_pack *pack, struct stw_slice name)
{
    const struct stw_duty *duty = stw_pack_duty(pack, name);
    return duty == NULL ? UINT32_MAX : (uint32_t)(duty - pack->duties);
}

static void take_row(struct duties *d, const struct stw_rows *rows)
{
    struct stw_slice device = stw_key_part(stw_rows_key(rows), 0);
    int64_t at_ns = stw_rows_time(rows);
    if (!stw_registry_matches(d->registry, device, STW_SLICE(""), d->site->to_ns - 1, d->filters,
                              d->filter_count))
        return;
    if (at_ns < d->first_ns)
        d->first_ns = at_ns;
    uint32_t duty = find_duty(d->site->pack, stw_rows_text(rows, 0));
    if (duty != UINT32_MAX)
        d->inspections[d->inspection_count++] =
            (struct inspection){device, duty, at_ns, stw_rows_int(rows, 1, STW_DUTY_NONE)};
}

static int read_inspections(struct duties *d, struct stw_error *err)
{
    static const char *const columns[] = {"duty", "due"};
    struct stw_rows rows;
    STW_TRY(stw_rows_open(&rows, d->site->view, STW_SLICE("inspections"), columns, 2, INT64_MIN,
                          d->site->to_ns, err));
    uint64_t most = stw_view_table_info(d->site->view, rows.table).rows;
    int status = STW_OK;
    if (most > STW_INSPECTIONS_MAX)
        status = stw_fail(err, STW_ERR_LIMIT, "%llu inspections are more than the %d of one report",
                          (unsigned long long)most, STW_INSPECTIONS_MAX);
    most = status < 0 ? 0 : most;
    d->inspections = STW_ARENA_ARRAY(d->arena, struct inspection, (size_t)most);
    d->visits = STW_ARENA_ARRAY(d->arena, struct stw_visit, (size_t)most);
    if (d->inspections == NULL || d->visits == NULL)
        status = stw_fail_memory(err, (size_t)most * sizeof(*d->inspections));
    while (status == STW_OK && (status = stw_rows_next(&rows, err)) == STW_OK)
        take_row(d, &rows);
    stw_rows_close(&rows);
    return status < 0 ? status : STW_OK;
}

/* ---- Judging --------------------------------------------------------------------------------- */

static void take_turn(void *context, const struct stw_duty_turn *turn)
{
    struct duties *d = context;
    d->line->due++;
    d->line->on_time += turn->outcome == STW_DUTY_ON_TIME;
    d->line->late += turn->outcome == STW_DUTY_LATE;
    d->line->missed += turn->outcome == STW_DUTY_MISSED;
    if (turn->outcome == STW_DUTY_ON_TIME)
        return;
    if (!stw_reserve((void **)&d->missed, &d->missed_capacity, d->missed_count + 1u,
                     sizeof(*d->missed))) {
        d->out_of_memory = true;
        return;
    }
    d->missed[d->missed_count++] =
        (struct stw_report_missed){d->line->name, d->device, turn->due_ns, turn->done_ns};
}

/* Inspections are in the order of their devices' names. */
static uint32_t first_of_device(const struct duties *d, struct stw_slice device)
{
    uint32_t low = 0, high = d->inspection_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (stw_slice_compare(d->inspections[middle].device, device) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static uint32_t visits_of(struct duties *d, uint32_t duty)
{
    uint32_t count = 0;
    for (uint32_t i = first_of_device(d, d->device);
         i < d->inspection_count && stw_slice_equal(d->inspections[i].device, d->device); i++)
        if (d->inspections[i].duty == duty)
            d->visits[count++] = (struct stw_visit){.at_ns = d->inspections[i].at_ns,
                                                    .due_ns = d->inspections[i].due_ns};
    return count;
}

static int judge_device(struct duties *d, uint32_t place, const struct stw_subject *subject,
                        struct stw_error *err)
{
    const struct stw_site_report *site = d->site;
    const struct stw_duty *duty = &site->pack->duties[place];
    struct stw_periods days;
    struct stw_period first;
    STW_TRY(stw_periods_init(&days, site->config->zone, STW_PERIOD_DAY, err));
    stw_period_at(&days, d->first_ns, &first);
    struct stw_duty_asked asked = {
        .zone = site->config->zone,
        .start_ns =
            subject->in_service_ns > first.start_ns ? subject->in_service_ns : first.start_ns,
        .end_ns = subject->out_of_service_ns,
        .from_ns = site->from_ns,
        .to_ns = site->as_of_ns < site->to_ns ? site->as_of_ns : site->to_ns,
    };
    d->line->devices++;
    STW_TRY(stw_duty_turns(&duty->plan, &asked, d->visits, visits_of(d, place), take_turn, d, err));
    return d->out_of_memory ? stw_fail_memory(err, sizeof(*d->missed)) : STW_OK;
}

static int judge_duty(struct duties *d, uint32_t place, struct stw_error *err)
{
    const struct stw_duty *duty = &d->site->pack->duties[place];
    for (uint32_t i = 0; i < stw_registry_count(d->registry); i++) {
        const struct stw_registry_entry *entry = stw_registry_entry(d->registry, i);
        struct stw_subject subject = {.table = STW_SUBJECT_EVENTS};
        if (entry->channel.size > 0 ||
            !stw_registry_matches(d->registry, entry->device, entry->channel, d->site->to_ns - 1,
                                  d->filters, d->filter_count))
            continue;
        stw_subject_describe(&subject, d->registry, entry->device, entry->channel,
                             d->site->to_ns - 1);
        if (subject.out_of_service_ns <= d->site->from_ns ||
            !stw_selectors_hold(duty->selectors, duty->selector_count, &subject))
            continue;
        d->device = entry->device;
        STW_TRY(judge_device(d, place, &subject, err));
    }
    return STW_OK;
}

static int judge_all(struct duties *d, bool chinese, struct stw_duties_part *part,
                     struct stw_error *err)
{
    const struct stw_pack *pack = d->site->pack;
    struct stw_report_duty *lines =
        STW_ARENA_ARRAY(d->arena, struct stw_report_duty, pack->duty_count);
    if (lines == NULL)
        return stw_fail_memory(err, pack->duty_count * sizeof(*lines));
    part->duties = lines;
    for (uint32_t i = 0; i < pack->duty_count; i++) {
        d->line = &lines[part->duty_count];
        d->line->name = chinese ? pack->duties[i].title_zh : pack->duties[i].title_en;
        STW_TRY(judge_duty(d, i, err));
        part->duty_count += d->line->devices > 0;
    }
    struct stw_report_missed *missed =
        STW_ARENA_ARRAY(d->arena, struct stw_report_missed, d->missed_count);
    if (missed == NULL)
        return stw_fail_memory(err, d->missed_count * sizeof(*missed));
    if (d->missed_count > 0)
        memcpy(missed, d->missed, d->missed_count * sizeof(*missed));
    part->missed = missed;
    part->missed_count = d->missed_count;
    return STW_OK;
}

int stw_duties_gather(const struct stw_site_report *site, const struct stw_registry *registry,
                      const struct stw_filter *filters, uint32_t filter_count,
                      enum stw_language language, struct stw_arena *arena,
                      struct stw_duties_part *part, struct stw_error *err)
{
    struct duties d = {
        .site = site,
        .registry = registry,
        .filters = filters,
        .filter_count = filter_count,
        .arena = arena,
        .first_ns = INT64_MAX,
    };
    *part = (struct stw_duties_part){.duty_count = 0};
    if (site->pack->duty_count == 0)
        return STW_OK;
    STW_TRY(read_inspections(&d, err));
    if (d.first_ns == INT64_MAX)
        return STW_OK;
    int status = judge_all(&d, language != STW_LANGUAGE_EN, part, err);
    stw_free(d.missed);
    return status;
}
