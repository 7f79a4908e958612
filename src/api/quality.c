/* Silent meters, gaps, missing attributes, rejected rows; see quality.h. */
#include "api/quality.h"

#include "base/memory.h"
#include "ingest/rejects.h"
#include "scan/aggregate.h"
#include "text/escape.h"
#include "time/duration.h"

/* A meter is silent when its last reading is older than three of its reports, or a day where no
 * rhythm is declared; it has gaps when more than a twentieth of its readings are not there. */
enum { SILENT_REPORTS = 3 };
static const double gap_share = .05;

struct quality {
    const struct stw_site_report *site;
    const struct stw_registry *registry;
    struct stw_arena *arena;
    enum stw_language language;
    struct stw_quality_part *part;
    struct stw_series series;
    struct stw_report_meter *meters;
    size_t capacity;
    struct stw_error *err;
};

static int64_t duration_or(struct stw_slice text, int64_t otherwise_ns)
{
    struct stw_duration duration;
    if (text.size == 0 || stw_duration_parse(text, &duration, NULL) != STW_OK)
        return otherwise_ns;
    return duration.months > 0 ? (int64_t)duration.months * 31 * STW_NS_PER_DAY : duration.ns;
}

static bool has_tariff(const struct stw_pack *pack, const struct stw_attributes *attributes)
{
    for (uint32_t i = 0; i < pack->tariff_count; i++)
        if (stw_slice_equal(pack->tariffs[i].kind, attributes->text[STW_ATTRIBUTE_KIND]) &&
            (pack->tariffs[i].site.size == 0 ||
             stw_slice_equal(pack->tariffs[i].site, attributes->text[STW_ATTRIBUTE_SITE])))
            return true;
    return false;
}

static unsigned registry_problems(const struct quality *q, const struct stw_attributes *known,
                                  bool registered)
{
    unsigned problems = 0;
    struct stw_slice role = known->text[STW_ATTRIBUTE_ROLE];
    bool measures_use = known->value_kind == STW_VALUE_REGISTER ||
                        known->value_kind == STW_VALUE_INTERVAL ||
                        known->value_kind == STW_VALUE_REMAINING;
    bool of_building = stw_slice_is(role, "main") || stw_slice_is(role, "building");
    if (!registered)
        return STW_METER_UNREGISTERED;
    if (measures_use && q->site->pack->tariff_count > 0 && !has_tariff(q->site->pack, known))
        problems |= STW_METER_NO_TARIFF;
    if (measures_use && of_building && !known->area_m2.known)
        problems |= STW_METER_NO_AREA;
    return problems;
}

static bool is_registered(const struct stw_registry *registry, struct stw_slice device,
                          struct stw_slice channel)
{
    uint32_t place = stw_registry_find(registry, device, channel);
    return place != UINT32_MAX && stw_registry_entry(registry, place)->registered;
}

/* `period` is the report's, `before` all time up to its start. */
static int judge_series(void *context, uint32_t id, const struct stw_aggregate *aggregates,
                        uint32_t count)
{
    struct quality *q = context;
    const struct stw_aggregate *before = &aggregates[0], *period = &aggregates[count - 1];
    struct stw_slice key = stw_series_key(&q->series, id);
    struct stw_slice device = stw_key_part(key, 0), channel = stw_key_part(key, 1);
    struct stw_attributes known;
    stw_registry_at(q->registry, device, channel, q->site->to_ns - 1, &known);
    bool registered = is_registered(q->registry, device, channel) ||
                      is_registered(q->registry, device, STW_SLICE(""));
    struct stw_report_meter meter = {
        .device = device,
        .channel = channel,
        .place = known.text[STW_ATTRIBUTE_BUILDING],
        .problems = registry_problems(q, &known, registered),
        .missing_share = __builtin_nan(""),
    };
    meter.last_ns = period->count > 0 ? period->last_ns : before->last_ns;
    q->part->series++;
    q->part->rows_accepted += period->rows;
    bool in_service =
        !known.out_of_service_ns.known || known.out_of_service_ns.value >= q->site->to_ns;
    int64_t every_ns = duration_or(known.text[STW_ATTRIBUTE_REPORTS_EVERY],
                                   duration_or(known.text[STW_ATTRIBUTE_INTERVAL], STW_NS_PER_DAY));
    if (in_service && q->site->to_ns - meter.last_ns > SILENT_REPORTS * every_ns)
        meter.problems |= STW_METER_SILENT;
    int64_t interval_ns = duration_or(known.text[STW_ATTRIBUTE_INTERVAL], 0);
    if (interval_ns > 0 && in_service) {
        double expected = (double)(q->site->to_ns - q->site->from_ns) / (double)interval_ns;
        meter.missing_share = expected > 0 ? 1 - (double)period->rows / expected : 0;
        if (meter.missing_share < 0)
            meter.missing_share = 0;
        if (meter.missing_share > gap_share)
            meter.problems |= STW_METER_GAPS;
    }
    if (meter.problems == 0)
        return STW_OK;
    if (!stw_reserve((void **)&q->meters, &q->capacity, q->part->meter_count + 1u,
                     sizeof(*q->meters)))
        return stw_fail_memory(q->err, q->capacity * sizeof(*q->meters));
    q->meters[q->part->meter_count++] = meter;
    return STW_OK;
}

static int scan_all(struct quality *q, const struct stw_table *readings,
                    const struct stw_filter *filters, uint32_t filter_count, struct stw_error *err)
{
    uint32_t value = (uint32_t)stw_table_column(readings, STW_SLICE("value"));
    struct stw_table_info info = stw_view_table_info(q->site->view, readings);
    if (info.rows == 0)
        return STW_OK;
    int64_t first_ns =
        info.time_min_ns < q->site->from_ns ? info.time_min_ns : q->site->from_ns - 1;
    int64_t boundaries[3] = {first_ns, q->site->from_ns, q->site->to_ns};
    struct stw_aggregate_spec spec = {
        .scan =
            {
                .table = readings,
                .columns = &value,
                .column_count = 1,
                .filters = filters,
                .filter_count = filter_count,
                .attributes_at_ns = q->site->to_ns - 1,
            },
        .boundaries = boundaries,
        .boundary_count = 3,
    };
    q->series = stw_view_series(q->site->view, readings);
    return stw_aggregate_run(q->site->view, &spec, judge_series, q, NULL, err);
}

/* ---- Rejected rows --------------------------------------------------------------------------- */

/* 0: none of its own. */
static const enum stw_word reject_words[STW_REJECT_REASONS] = {
    [STW_REJECT_COLUMNS] = STW_WORD_REJECT_COLUMNS,
    [STW_REJECT_QUOTES] = STW_WORD_REJECT_QUOTES,
    [STW_REJECT_CUT] = STW_WORD_REJECT_CUT,
    [STW_REJECT_SYNTAX] = STW_WORD_REJECT_SYNTAX,
    [STW_REJECT_FORMULA] = STW_WORD_REJECT_FORMULA,
    [STW_REJECT_TIME_EMPTY] = STW_WORD_REJECT_TIME_EMPTY,
    [STW_REJECT_TIME_SYNTAX] = STW_WORD_REJECT_TIME_SYNTAX,
    [STW_REJECT_TIME_FIELD] = STW_WORD_REJECT_TIME_FIELD,
    [STW_REJECT_TIME_NONEXISTENT] = STW_WORD_REJECT_TIME_NONEXISTENT,
    [STW_REJECT_TIME_RANGE] = STW_WORD_REJECT_TIME_RANGE,
    [STW_REJECT_KEY_EMPTY] = STW_WORD_REJECT_KEY_EMPTY,
    [STW_REJECT_KEY_SIZE] = STW_WORD_REJECT_KEY_SIZE,
    [STW_REJECT_NUMBER_MALFORMED] = STW_WORD_REJECT_NUMBER_MALFORMED,
    [STW_REJECT_NUMBER_GROUPING] = STW_WORD_REJECT_NUMBER_GROUPING,
    [STW_REJECT_NUMBER_LARGE] = STW_WORD_REJECT_NUMBER_LARGE,
    [STW_REJECT_NUMBER_PRECISE] = STW_WORD_REJECT_NUMBER_PRECISE,
    [STW_REJECT_NUMBER_WHOLE] = STW_WORD_REJECT_NUMBER_WHOLE,
    [STW_REJECT_KEY_EXCEL] = STW_WORD_REJECT_KEY_EXCEL,
    [STW_REJECT_KEY_DECIMAL] = STW_WORD_REJECT_KEY_DECIMAL,
    [STW_REJECT_UNIT_NONE] = STW_WORD_REJECT_UNIT_NONE,
    [STW_REJECT_UNIT_KIND] = STW_WORD_REJECT_UNIT_KIND,
    [STW_REJECT_UNIT_INEXACT] = STW_WORD_REJECT_UNIT_INEXACT,
    [STW_REJECT_EXCHANGE] = STW_WORD_REJECT_EXCHANGE,
    [STW_REJECT_BOOL] = STW_WORD_REJECT_BOOL,
    [STW_REJECT_ENCODING] = STW_WORD_REJECT_ENCODING,
    [STW_REJECT_REQUIRED] = STW_WORD_REJECT_REQUIRED,
    [STW_REJECT_STATE] = STW_WORD_REJECT_STATE,
    [STW_REJECT_MONTH] = STW_WORD_REJECT_MONTH,
};

/* In the report's language; what is not known by now as it was recorded. */
static struct stw_slice reason_words(const struct quality *q, struct stw_slice word)
{
    enum stw_reject reason;
    if (!stw_reject_parse(word, &reason))
        return word;
    if (reject_words[reason] == 0)
        return stw_slice_of(stw_reject_text(reason));
    return stw_slice_of(stw_word(q->language, reject_words[reason]));
}

/* Where a source's rejected rows lie, as a path. */
static struct stw_slice kept_in(const struct quality *q, const struct stw_source *source)
{
    char file[STW_REJECTS_NAME_SIZE], folder[STW_REJECTS_PATH_SIZE], path[STW_REJECTS_PATH_SIZE];
    stw_rejects_name(source->name, source->hash, file);
    if (stw_path_join(folder, sizeof(folder), q->site->store_path, "rejects", NULL) != STW_OK ||
        stw_path_join(path, sizeof(path), folder, file, NULL) != STW_OK)
        return stw_arena_copy(q->arena, stw_slice_of(file));
    return stw_arena_copy(q->arena, stw_slice_of(path));
}

/* The files of the view that were not taken whole, the latest first. */
static int gather_rejects(struct quality *q, struct stw_error *err)
{
    const struct stw_store *store = stw_view_store(q->site->view);
    uint64_t generation = stw_view_generation(q->site->view);
    size_t capacity = 0;
    for (uint32_t i = stw_store_source_count(store); i-- > 0;) {
        struct stw_source_record record = stw_store_source_at(store, i);
        if (record.generation <= generation)
            capacity += record.reject_count;
    }
    struct stw_report_reject *rejects =
        STW_ARENA_ARRAY(q->arena, struct stw_report_reject, capacity);
    if (rejects == NULL)
        return stw_fail_memory(err, capacity * sizeof(*rejects));
    q->part->rejects = rejects;
    for (uint32_t i = stw_store_source_count(store); i-- > 0;) {
        struct stw_source_record record = stw_store_source_at(store, i);
        for (uint32_t j = 0; record.generation <= generation && j < record.reject_count; j++) {
            rejects[q->part->reject_count++] = (struct stw_report_reject){
                .source = record.source.name,
                .reason = reason_words(q, record.rejects[j].reason),
                .rows = record.rejects[j].rows,
                .rows_stored = record.rows,
                .kept = kept_in(q, &record.source),
            };
            q->part->rows_rejected += record.rejects[j].rows;
        }
    }
    return STW_OK;
}

/* The first sentence about damage that may cost rows, and how many more there are. */
static int gather_damage(struct quality *q, struct stw_error *err)
{
    const struct stw_store *store = stw_view_store(q->site->view);
    uint32_t count = stw_store_finding_count(store);
    if (!stw_store_may_miss_rows(store))
        return STW_OK;
    struct stw_buffer text;
    stw_buffer_init(&text);
    stw_buffer_add_text(&text, stw_store_finding_at(store, 0));
    if (count > 1)
        stw_buffer_printf(&text, " (+%u)", count - 1);
    q->part->damage = stw_arena_copy(q->arena, stw_buffer_slice(&text));
    stw_buffer_clear(&text);
    stw_buffer_add_text(&text, "steward verify ");
    stw_escape_shell(&text, stw_slice_of(q->site->store_path));
    q->part->damage_command = stw_arena_copy(q->arena, stw_buffer_slice(&text));
    bool good =
        !text.failed && q->part->damage.data != NULL && q->part->damage_command.data != NULL;
    stw_buffer_release(&text);
    return good ? STW_OK : stw_fail_memory(err, sizeof(text));
}

int stw_quality_gather(const struct stw_site_report *site, const struct stw_registry *registry,
                       const struct stw_filter *filters, uint32_t filter_count,
                       enum stw_language language, struct stw_arena *arena,
                       struct stw_quality_part *part, struct stw_error *err)
{
    struct quality q = {.site = site,
                        .registry = registry,
                        .arena = arena,
                        .language = language,
                        .part = part,
                        .err = err};
    const struct stw_table *readings;
    STW_TRY(stw_schema_want(stw_view_schema(site->view), STW_SLICE("readings"), &readings, err));
    int status = scan_all(&q, readings, filters, filter_count, err);
    if (status == STW_OK && part->meter_count > 0) {
        struct stw_report_meter *meters =
            STW_ARENA_ARRAY(arena, struct stw_report_meter, part->meter_count);
        if (meters == NULL)
            status = stw_fail_memory(err, part->meter_count * sizeof(*meters));
        else if (q.meters != NULL)
            memcpy(meters, q.meters, part->meter_count * sizeof(*meters));
        part->meters = meters;
    }
    stw_free(q.meters);
    if (status == STW_OK)
        status = gather_rejects(&q, err);
    if (status == STW_OK)
        status = gather_damage(&q, err);
    return status;
}
