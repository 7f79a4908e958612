/*
 * The first walk of salvage: which files there are, whose rows they hold, which keys they know and
 * what is damaged. See salvage.h.
 *
 * Where every record of the manifest can be read, and none was put aside (kept.h), the files are
 * those it names. Otherwise all files of the folder count: a row that comes twice is known as a
 * repeated one by the new store.
 */
#include "store/salvage_inside.h"

#include "base/memory.h"
#include "store/merge.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOMENTS_MIN = 1024 };

void stw_salvage_report(struct stw_salvage *salvage, const char *file, const char *what)
{
    struct stw_store_finding finding = {
        .file = file, .part = "file", .block = -1, .what = what, .table = STW_SLICE("")};
    salvage->result->findings++;
    if (salvage->each != NULL)
        salvage->each(salvage->context, &finding);
}

static int by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

void stw_salvage_sort_moments(struct stw_salvage *salvage)
{
    uint32_t kept = 0;
    if (salvage->moment_count == 0)
        return;
    qsort(salvage->moments, salvage->moment_count, sizeof(*salvage->moments), by_number);
    for (uint32_t i = 0; i < salvage->moment_count; i++) {
        if (kept == 0 || salvage->moments[i] != salvage->moments[kept - 1])
            salvage->moments[kept++] = salvage->moments[i];
    }
    salvage->moment_count = kept;
}

/* Room is made by sorting while that helps: every row of some tables tells its moment. */
int stw_salvage_moment(struct stw_salvage *salvage, uint64_t generation, struct stw_error *err)
{
    if (salvage->moment_count > 0 && salvage->moments[salvage->moment_count - 1] == generation)
        return STW_OK;
    if (salvage->moment_count == salvage->moment_capacity)
        stw_salvage_sort_moments(salvage);
    size_t room = salvage->moment_count * (size_t)2;
    if (!stw_reserve((void **)&salvage->moments, &salvage->moment_capacity,
                     room < MOMENTS_MIN ? MOMENTS_MIN : room, sizeof(*salvage->moments)))
        return stw_fail_memory(err, sizeof(*salvage->moments));
    salvage->moments[salvage->moment_count++] = generation;
    return STW_OK;
}

int stw_salvage_file_path(const struct stw_salvage *salvage, const struct stw_salvage_file *file,
                          char *path, size_t size, struct stw_error *err)
{
    char folder[STW_STORE_PATH_SIZE_MAX + 16];
    STW_TRY(stw_path_join(folder, sizeof(folder), salvage->path, "segments", err));
    return stw_path_join(path, size, folder, file->name, err);
}

void stw_salvage_places(const struct stw_table *table, const struct stw_segment_spec *spec,
                        int *places, int *sequence)
{
    *sequence = -1;
    for (uint32_t i = 0; i < spec->column_count; i++) {
        places[i] = stw_table_column(table, spec->columns[i].name);
        if (places[i] >= 0 && table->columns[places[i]].type != spec->columns[i].type)
            places[i] = -1;
        if (stw_slice_equal(spec->columns[i].name, STW_SEQUENCE_COLUMN))
            *sequence = (int)i;
    }
}

/* ---- Which files ----------------------------------------------------------------------------- */

static int add_file(struct stw_salvage *salvage, const char *name,
                    const struct stw_segment_ref *ref, struct stw_error *err)
{
    if (salvage->file_count == STW_SALVAGE_FILES_MAX)
        return stw_fail(err, STW_ERR_LIMIT, "the store has more than %d segments",
                        STW_SALVAGE_FILES_MAX);
    const char *copy = stw_arena_string(&salvage->arena, name);
    if (copy == NULL || !stw_reserve((void **)&salvage->files, &salvage->file_capacity,
                                     salvage->file_count + 1u, sizeof(*salvage->files)))
        return stw_fail_memory(err, sizeof(*salvage->files));
    salvage->files[salvage->file_count++] = (struct stw_salvage_file){.name = copy, .ref = ref};
    return STW_OK;
}

static int list_names(const struct stw_salvage *salvage, struct stw_intern *names,
                      struct stw_error *err)
{
    uint32_t number;
    for (uint32_t i = 0; i < salvage->file_count; i++) {
        if (!stw_intern_add(names, stw_slice_of(salvage->files[i].name), &number, NULL))
            return stw_fail_memory(err, salvage->file_count);
    }
    return STW_OK;
}

/* Segment files that no record names: NAME.seg, and NAME.seg.lost, which a writer put aside. */
static int add_unnamed(struct stw_salvage *salvage, struct stw_error *err)
{
    char path[STW_STORE_PATH_SIZE_MAX + 16];
    struct stw_intern names;
    STW_TRY(stw_path_join(path, sizeof(path), salvage->path, "segments", err));
    DIR *folder = opendir(path);
    if (folder == NULL)
        return stw_fail(err, STW_ERR_NOT_FOUND, "%s has no folder 'segments'", salvage->path);
    stw_intern_init(&names);
    int status = list_names(salvage, &names, err);
    for (struct dirent *entry = readdir(folder); status == STW_OK && entry != NULL;
         entry = readdir(folder)) {
        struct stw_slice name = stw_slice_of(entry->d_name);
        if (strstr(entry->d_name, ".seg") != NULL &&
            stw_intern_find(&names, name) == STW_INTERN_NONE)
            status = add_file(salvage, entry->d_name, NULL, err);
    }
    stw_intern_release(&names);
    closedir(folder);
    return status;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct stw_salvage_file *)a)->name,
                  ((const struct stw_salvage_file *)b)->name);
}

static int list_files(struct stw_salvage *salvage, struct stw_error *err)
{
    const struct stw_store *old = salvage->old;
    for (uint32_t i = 0; old != NULL && i < old->state.segment_count; i++)
        STW_TRY(add_file(salvage, old->state.segments[i]->name, old->state.segments[i], err));
    if (old == NULL || old->state.records_lost || old->kept_count > 0)
        STW_TRY(add_unnamed(salvage, err));
    if (salvage->file_count > 0)
        qsort(salvage->files, salvage->file_count, sizeof(*salvage->files), by_name);
    return STW_OK;
}

/* ---- The walk -------------------------------------------------------------------------------- */

struct survey {
    struct stw_salvage *salvage;
    struct stw_salvage_file *file;
    struct stw_intern words; /* keys of this file, whose table is known once a block was read */
    uint32_t *series;
    size_t series_capacity;
    bool has_lost_block;
    struct stw_error err;
};

/* What a damaged block may have held: where the index does not say, anything that the file did. */
static int keep_lost(struct survey *survey, const struct stw_segment_finding *found)
{
    struct stw_salvage *salvage = survey->salvage;
    const struct stw_segment_ref *ref = survey->file->ref;
    if (ref == NULL)
        return STW_OK;
    struct stw_salvage_lost lost = {.table = ref->table,
                                    .commit_first = ref->commit_first,
                                    .commit_last = ref->commit_last,
                                    .series_first = ref->info.series_first,
                                    .series_last = ref->info.series_last,
                                    .time_min_ns = ref->info.time_min_ns,
                                    .time_max_ns = ref->info.time_max_ns};
    if (found->block >= 0 && found->rows > 0) {
        lost.series_first = found->series_first;
        lost.series_last = found->series_last;
        lost.time_min_ns = found->time_min_ns;
        lost.time_max_ns = found->time_max_ns;
    }
    if (!stw_reserve((void **)&salvage->lost, &salvage->lost_capacity, salvage->lost_count + 1u,
                     sizeof(*salvage->lost)))
        return stw_fail_memory(&survey->err, sizeof(lost));
    salvage->lost[salvage->lost_count++] = lost;
    return STW_OK;
}

static void keep_finding(void *context, const struct stw_segment_finding *found)
{
    struct survey *survey = context;
    struct stw_salvage *salvage = survey->salvage;
    survey->has_lost_block = survey->has_lost_block || (found->block >= 0 && found->rows > 0);
    char file[STW_STORE_PATH_SIZE_MAX];
    snprintf(file, sizeof(file), "segments/%s", survey->file->name);
    struct stw_store_finding finding = {.file = stw_arena_string(&salvage->arena, file),
                                        .part = stw_arena_string(&salvage->arena, found->part),
                                        .offset = found->offset,
                                        .block = found->block,
                                        .time_min_ns = found->time_min_ns,
                                        .time_max_ns = found->time_max_ns,
                                        .rows = found->rows,
                                        .what = stw_arena_string(&salvage->arena, found->what)};
    size_t count = salvage->finding_count + 1u;
    if (finding.file == NULL || finding.part == NULL || finding.what == NULL ||
        !stw_reserve((void **)&salvage->findings, &salvage->finding_capacity, count,
                     sizeof(*salvage->findings)) ||
        !stw_reserve((void **)&salvage->finding_series, &salvage->series_capacity, count,
                     sizeof(*salvage->finding_series))) {
        (void)stw_fail_memory(&survey->err, sizeof(finding));
        return;
    }
    if (survey->file->ref != NULL)
        finding.table = stw_schema_table(salvage->old->schema, survey->file->ref->table)->name;
    salvage->finding_series[count - 1][0] = found->series_first;
    salvage->finding_series[count - 1][1] = found->series_last;
    salvage->findings[salvage->finding_count++] = finding;
    (void)!keep_lost(survey, found); /* memory: survey->err has it */
}

/* The commits of rows of a table with one live row a series: their order is each row's own. */
static int note_commits(struct survey *survey, const struct stw_block *block, int sequence)
{
    for (uint32_t row = 0; sequence >= 0 && row < block->rows; row++)
        STW_TRY(stw_salvage_moment(
            survey->salvage, (uint64_t)block->columns[sequence].ints[row] >> 32, &survey->err));
    return STW_OK;
}

static int look_at_block(void *context, const struct stw_segment_spec *spec,
                         const struct stw_block *block)
{
    struct survey *survey = context;
    struct stw_salvage_file *file = survey->file;
    int places[STW_SEGMENT_COLUMNS_MAX], sequence;
    const struct stw_table *table =
        stw_schema_find(stw_store_schema(survey->salvage->store), spec->table);
    if (table == NULL)
        return STW_OK;
    file->table = table;
    file->commit_first = spec->commit_first;
    file->commit_last = spec->commit_last;
    stw_salvage_places(table, spec, places, &sequence);
    return note_commits(survey, block, sequence);
}

static int look_at_key(void *context, uint32_t series, struct stw_slice key)
{
    struct survey *survey = context;
    uint32_t number;
    bool added;
    if (!stw_intern_add(&survey->words, key, &number, &added) ||
        !stw_reserve((void **)&survey->series, &survey->series_capacity, survey->words.count,
                     sizeof(*survey->series)))
        return STW_ERR_MEMORY;
    survey->series[number] = series;
    return STW_OK;
}

static int set_key(struct stw_salvage *salvage, uint32_t table, uint32_t series,
                   struct stw_slice key, struct stw_error *err)
{
    struct stw_salvage_keys *keys = &salvage->keys[table];
    if (series < keys->count && keys->words[series].data != NULL)
        return STW_OK;
    if (!stw_reserve((void **)&keys->words, &keys->capacity, series + 1u, sizeof(*keys->words)))
        return stw_fail_memory(err, sizeof(*keys->words));
    for (; keys->count <= series; keys->count++)
        keys->words[keys->count] = (struct stw_slice){NULL, 0};
    keys->words[series] = stw_arena_copy(&salvage->arena, key);
    return keys->words[series].data == NULL ? stw_fail_memory(err, key.size) : STW_OK;
}

static int take_keys(struct survey *survey, struct stw_error *err)
{
    const struct stw_salvage_file *file = survey->file;
    if (file->table == NULL)
        return STW_OK;
    for (uint32_t i = 0; i < survey->words.count; i++)
        STW_TRY(set_key(survey->salvage, file->table->number, survey->series[i],
                        survey->words.words[i], err));
    return STW_OK;
}

static int walk_file(struct survey *survey, struct stw_error *err)
{
    char path[STW_STORE_PATH_SIZE_MAX + 300];
    uint64_t findings;
    struct stw_segment_taker taker = {
        .finding = keep_finding, .block = look_at_block, .key = look_at_key, .context = survey};
    struct stw_error trouble;
    stw_error_clear(&trouble);
    STW_TRY(stw_salvage_file_path(survey->salvage, survey->file, path, sizeof(path), err));
    int status = stw_segment_take(survey->salvage->io, path, &taker, &findings, &trouble);
    if (status == STW_ERR_MEMORY || survey->err.status == STW_ERR_MEMORY)
        return stw_fail_memory(err, sizeof(*survey));
    struct stw_segment_finding lost = {.block = -1, .part = "file", .what = trouble.what};
    if (survey->file->table == NULL && status == STW_OK)
        lost.what = "no block of it can be read";
    if (survey->file->ref != NULL)
        lost.rows = (uint32_t)survey->file->ref->info.rows;
    if (status < 0 || (survey->file->table == NULL && !survey->has_lost_block))
        keep_finding(survey, &lost);
    if (survey->file->table != NULL && survey->file->table->identity != STW_IDENTITY_SERIES)
        STW_TRY(stw_salvage_moment(survey->salvage, survey->file->commit_last, err));
    return take_keys(survey, err);
}

/* Keys of the old manifest come first: of a series that two files name, they are the same. */
static int take_manifest_keys(struct stw_salvage *salvage, struct stw_error *err)
{
    const struct stw_store *old = salvage->old;
    for (uint32_t i = 0; old != NULL && i < stw_schema_table_count(old->schema); i++) {
        const struct stw_intern *keys = &old->state.series[i].keys;
        for (uint32_t id = 0; id < keys->count; id++) {
            char text[STW_LOST_KEY_SIZE];
            if (!stw_slice_equal(keys->words[id], stw_lost_key(id, text)))
                STW_TRY(set_key(salvage, i, id, keys->words[id], err));
        }
    }
    return STW_OK;
}

static void report_findings(struct stw_salvage *salvage)
{
    for (uint32_t i = 0; i < salvage->finding_count; i++) {
        struct stw_store_finding *finding = &salvage->findings[i];
        const struct stw_table *table =
            finding->table.size == 0
                ? NULL
                : stw_schema_find(stw_store_schema(salvage->store), finding->table);
        for (int end = 0; end < 2 && table != NULL && finding->block >= 0; end++) {
            const struct stw_salvage_keys *keys = &salvage->keys[table->number];
            uint32_t series = salvage->finding_series[i][end];
            struct stw_slice key = series < keys->count && keys->words[series].data != NULL
                                       ? keys->words[series]
                                       : STW_SLICE("");
            *(end == 0 ? &finding->series_first : &finding->series_last) = key;
        }
        salvage->result->findings++;
        if (salvage->each != NULL)
            salvage->each(salvage->context, finding);
    }
}

int stw_salvage_survey(struct stw_salvage *salvage, struct stw_error *err)
{
    int status = STW_OK;
    STW_TRY(take_manifest_keys(salvage, err));
    STW_TRY(list_files(salvage, err));
    for (uint32_t i = 0; status == STW_OK && i < salvage->file_count; i++) {
        struct survey survey = {.salvage = salvage, .file = &salvage->files[i]};
        stw_error_clear(&survey.err);
        stw_intern_init(&survey.words);
        status = walk_file(&survey, err);
        stw_intern_release(&survey.words);
        stw_free(survey.series);
    }
    salvage->result->files = salvage->file_count;
    report_findings(salvage);
    return status;
}
