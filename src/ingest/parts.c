/* Reading CSV in parts; see parts.h. */
#include "ingest/parts.h"

#include "base/memory.h"
#include "base/pool.h"
#include "ingest/records_inside.h"
#include "ingest/totals.h"
#include "text/csv.h"

#include <inttypes.h>

enum { JOBS_PER_THREAD = 2 };

/* A part on its way. */
struct job {
    struct stw_csv csv; /* of its lines */
    size_t size;
    unsigned worker; /* whose rows cut it */
    struct stw_map_rows_part part;
    bool ready;         /* `part` is initialised */
    bool odd;           /* it is to be read again */
    uint64_t last_line; /* of its last record, from 1; 0: none */
    uint64_t lines;
};

/* What a thread has to itself; its ids are those of the caller's thread. */
struct worker {
    struct stw_map_rows rows;
    bool bound;
    struct stw_map_rows_ids ids;
};

struct stw_parts {
    struct stw_parts_spec spec;
    struct worker *workers;
    struct job *jobs;
    unsigned job_count;
    bool skips_totals;
};

static int init_job(struct stw_parts *parts, struct job *job, struct stw_error *err)
{
    const struct stw_map *map = parts->spec.rows->map;
    struct stw_csv_options options = {map->separator, map->quote, map->quote == '\0'};
    stw_csv_init(&job->csv, &options);
    job->ready = true;
    return stw_map_rows_part_init(&job->part, &parts->workers[0].rows, err);
}

static int init_worker(const struct stw_parts_spec *spec, struct worker *worker,
                       struct stw_error *err)
{
    struct stw_map_rows_sink sink = {.store = spec->rows->store, .commit = spec->rows->commit};
    STW_TRY(stw_map_rows_init(&worker->rows, spec->rows->map, spec->store_zone, spec->names,
                              spec->header, spec->column_count, &sink, err));
    worker->bound = true;
    return STW_OK;
}

static int create(struct stw_parts *parts, struct stw_error *err)
{
    unsigned threads = parts->spec.threads, count = threads * JOBS_PER_THREAD;
    parts->workers = stw_alloc_zero(threads, sizeof(*parts->workers));
    parts->jobs = stw_alloc_zero(count, sizeof(*parts->jobs));
    if (parts->workers == NULL || parts->jobs == NULL)
        return stw_fail_memory(err, count * sizeof(*parts->jobs));
    parts->job_count = count;
    for (unsigned i = 0; i < threads; i++)
        STW_TRY(init_worker(&parts->spec, &parts->workers[i], err));
    for (unsigned i = 0; i < count; i++)
        STW_TRY(init_job(parts, &parts->jobs[i], err));
    return STW_OK;
}

int stw_parts_create(struct stw_parts **out, const struct stw_parts_spec *spec,
                     struct stw_error *err)
{
    struct stw_parts *parts = stw_alloc_zero(1, sizeof(*parts));
    if (parts == NULL)
        return stw_fail_memory(err, sizeof(*parts));
    parts->spec = *spec;
    parts->skips_totals = stw_records_skips_totals(spec->records);
    if (parts->spec.threads > STW_POOL_THREADS_MAX)
        parts->spec.threads = STW_POOL_THREADS_MAX;
    int status = create(parts, err);
    if (status < 0)
        stw_parts_free(parts);
    else
        *out = parts;
    return status;
}

void stw_parts_free(struct stw_parts *parts)
{
    if (parts == NULL)
        return;
    for (unsigned i = 0; parts->workers != NULL && i < parts->spec.threads; i++) {
        if (parts->workers[i].bound)
            stw_map_rows_release(&parts->workers[i].rows);
        stw_free(parts->workers[i].ids.ids);
    }
    for (unsigned i = 0; i < parts->job_count; i++) {
        if (!parts->jobs[i].ready)
            continue;
        stw_csv_release(&parts->jobs[i].csv);
        stw_map_rows_part_release(&parts->jobs[i].part);
    }
    stw_free(parts->workers);
    stw_free(parts->jobs);
    stw_free(parts);
}

/* ---- The stages ------------------------------------------------------------------------------ */

static int produce(void *context, void *slot, struct stw_error *err)
{
    struct stw_parts *parts = context;
    struct job *job = slot;
    struct stw_slice lines;
    uint64_t offset;
    int status = stw_records_take_lines(parts->spec.records, &lines, &offset, err);
    if (status != STW_OK)
        return status;
    char *to = stw_csv_restart(&job->csv, lines.size, 1, offset);
    if (to == NULL)
        return stw_fail_memory(err, lines.size);
    memcpy(to, lines.data, lines.size);
    job->size = lines.size;
    return STW_OK;
}

/* Whatever is wrong with a record comes up again, and is told, where the part is read again. */
static int work(void *context, unsigned number, void *slot, struct stw_error *err)
{
    struct stw_parts *parts = context;
    struct job *job = slot;
    struct stw_map_rows *rows = &parts->workers[number].rows;
    struct stw_text_record record;
    int status = STW_OK;
    job->worker = number;
    job->last_line = 0;
    stw_csv_filled(&job->csv, job->size, true);
    while (!rows->odd && (status = stw_csv_next(&job->csv, &record, err)) == STW_OK) {
        if (stw_record_is_blank(&record))
            continue;
        rows->odd = parts->skips_totals && stw_record_is_total(&record);
        STW_TRY(stw_map_rows_add(rows, &record, err));
        job->last_line = record.line;
    }
    job->odd = rows->odd || status < 0;
    job->lines = job->csv.line - 1;
    if (!job->odd)
        return stw_map_rows_cut(rows, &job->part, err);
    stw_map_rows_drop(rows);
    return STW_OK;
}

static int read_again(struct stw_parts *parts, struct job *job, struct stw_error *err)
{
    const struct stw_parts_spec *spec = &parts->spec;
    struct stw_text_record record;
    int status;
    stw_csv_again(&job->csv, stw_records_line(spec->records));
    while ((status = stw_csv_next(&job->csv, &record, err)) == STW_OK) {
        if (!stw_record_is_blank(&record) && !stw_records_leave_out(spec->records, &record))
            STW_TRY(spec->take(spec->context, &record, err));
    }
    if (status < 0)
        stw_error_where(err, "%.*s:%" PRIu64, STW_SLICE_ARG(spec->path), job->csv.fail_line);
    job->lines = job->csv.line - stw_records_line(spec->records);
    return status < 0 ? status : STW_OK;
}

static int consume(void *context, void *slot, struct stw_error *err)
{
    struct stw_parts *parts = context;
    const struct stw_parts_spec *spec = &parts->spec;
    struct job *job = slot;
    uint64_t before = stw_records_line(spec->records) - 1;
    if (job->odd) {
        STW_TRY(read_again(parts, job, err));
    } else {
        STW_TRY(stw_map_rows_take(spec->rows, &job->part, &parts->workers[job->worker].ids, err));
        spec->taken(spec->context, job->last_line == 0 ? 0 : before + job->last_line);
    }
    stw_records_passed(spec->records, job->lines);
    return STW_OK;
}

int stw_parts_run(struct stw_parts *parts, struct stw_error *err)
{
    const struct stw_pool_stages stages = {parts, produce, work, consume};
    return stw_pool_run(parts->spec.threads, parts->jobs, parts->job_count, sizeof(*parts->jobs),
                        &stages, err);
}
