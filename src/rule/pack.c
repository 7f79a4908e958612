/* Loading a rule pack: files, sections, look-ups; see pack.h. */
#include "rule/pack.h"

#include "base/hash.h"
#include "base/memory.h"
#include "rule/load.h"
#include "rule/load_sections.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct file_list {
    const char **paths;
    uint32_t count;
};

static void problem_of_file(struct stw_pack *pack, enum stw_problem problem, const char *file,
                            const char *what, const char *hint)
{
    struct stw_finding finding = {.problem = problem, .file = file, .what = what, .hint = hint};
    stw_findings_add(&pack->findings, &finding);
}

static bool is_yaml(const char *name)
{
    size_t size = strlen(name);
    return name[0] != '.' && ((size > 4 && strcmp(name + size - 4, ".yml") == 0) ||
                              (size > 5 && strcmp(name + size - 5, ".yaml") == 0));
}

static void add_file(struct stw_pack *pack, struct file_list *files, const char *path)
{
    if (files->count == STW_PACK_FILES_MAX) {
        problem_of_file(pack, STW_PROBLEM_LIMIT, path, "a pack has at most 200 files", NULL);
        return;
    }
    char *copy = stw_arena_string(&pack->arena, path);
    pack->findings.out_of_memory |= copy == NULL;
    if (copy != NULL)
        files->paths[files->count++] = copy;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void add_folder(struct stw_pack *pack, struct file_list *files, const char *folder)
{
    uint32_t before = files->count;
    DIR *listing = opendir(folder);
    if (listing == NULL) {
        problem_of_file(pack, STW_PROBLEM_FILE, folder, "the folder cannot be read", NULL);
        return;
    }
    for (const struct dirent *entry; (entry = readdir(listing)) != NULL;) {
        char path[STW_PACK_PATH_MAX];
        struct stat info;
        if (is_yaml(entry->d_name) &&
            stw_path_join(path, sizeof(path), folder, entry->d_name, NULL) == STW_OK &&
            stat(path, &info) == 0 && S_ISREG(info.st_mode))
            add_file(pack, files, path);
    }
    closedir(listing);
    if (files->count == before)
        problem_of_file(pack, STW_PROBLEM_EMPTY, folder, "no .yml or .yaml file is in this folder",
                        NULL);
    else
        qsort(files->paths + before, files->count - before, sizeof(files->paths[0]), by_path);
}

/* A file's text; false after a finding. */
static bool read_file(struct stw_pack *pack, const char *path, struct stw_buffer *text)
{
    struct stw_error err;
    stw_error_clear(&err);
    stw_buffer_clear(text);
    if (stw_file_load(stw_io_system(), path, STW_YAML_BYTES_MAX, text, &err) == STW_OK)
        return true;
    problem_of_file(pack, STW_PROBLEM_FILE, path, err.what, err.hint);
    return false;
}

static void begin(struct stw_pack *pack)
{
    memset(pack, 0, sizeof(*pack));
    stw_arena_init(&pack->arena);
    stw_findings_init(&pack->findings, &pack->arena);
}

static void add_text(struct stw_pack *pack, struct stw_pack_draft *draft, const char *file,
                     struct stw_slice text)
{
    struct stw_error err;
    stw_error_clear(&err);
    pack->fingerprint = stw_hash64(text.data, text.size, pack->fingerprint);
    struct stw_yaml *doc = STW_ARENA_NEW(&pack->arena, struct stw_yaml);
    if (doc == NULL || draft->file_count == STW_PACK_FILES_MAX) {
        pack->findings.out_of_memory |= doc == NULL;
        return;
    }
    int status = stw_yaml_parse(doc, &pack->arena, file, text, &err);
    if (status == STW_OK) {
        draft->files[draft->file_count++] = doc;
        return;
    }
    pack->findings.out_of_memory |= status == STW_ERR_MEMORY;
    struct stw_buffer excerpt;
    stw_buffer_init(&excerpt);
    if (doc->fail_line > 0)
        stw_yaml_excerpt(doc, doc->fail_line, doc->fail_column, &excerpt);
    stw_buffer_add_char(&excerpt, '\0');
    struct stw_finding finding = {.problem = STW_PROBLEM_YAML,
                                  .file = file,
                                  .line = doc->fail_line,
                                  .column = doc->fail_column,
                                  .what = err.what,
                                  .hint = err.hint,
                                  .excerpt = excerpt.failed ? NULL : excerpt.data};
    stw_findings_add(&pack->findings, &finding);
    pack->findings.out_of_memory |= excerpt.failed;
    stw_buffer_release(&excerpt);
}

static int finish(struct stw_pack *pack, struct stw_pack_draft *draft, const char *zone,
                  struct stw_error *err)
{
    stw_load_sections(pack, draft, zone == NULL ? "UTC" : zone);
    if (pack->rule_count == 0 && pack->duty_count == 0 && pack->findings.errors == 0)
        problem_of_file(pack, STW_PROBLEM_EMPTY,
                        draft->file_count == 0 ? "" : draft->files[0]->file,
                        "there is no rule in this pack", "rules are a list under 'rules:'");
    return pack->findings.out_of_memory ? stw_fail_memory(err, pack->arena.total_bytes) : STW_OK;
}

int stw_pack_load(struct stw_pack *pack, const char *const *paths, uint32_t path_count,
                  const char *zone, struct stw_error *err)
{
    begin(pack);
    struct stw_pack_draft *draft = STW_ARENA_NEW(&pack->arena, struct stw_pack_draft);
    struct file_list files = {STW_ARENA_ARRAY(&pack->arena, const char *, STW_PACK_FILES_MAX), 0};
    if (draft == NULL || files.paths == NULL)
        return stw_fail_memory(err, sizeof(*draft));
    for (uint32_t i = 0; i < path_count; i++) {
        if (stw_io_is_folder(paths[i]))
            add_folder(pack, &files, paths[i]);
        else
            add_file(pack, &files, paths[i]);
    }
    struct stw_buffer text;
    stw_buffer_init(&text);
    for (uint32_t i = 0; i < files.count; i++) {
        if (read_file(pack, files.paths[i], &text))
            add_text(pack, draft, files.paths[i], stw_buffer_slice(&text));
    }
    stw_buffer_release(&text);
    return finish(pack, draft, zone, err);
}

int stw_pack_parse(struct stw_pack *pack, const char *name, struct stw_slice text, const char *zone,
                   struct stw_error *err)
{
    begin(pack);
    struct stw_pack_draft *draft = STW_ARENA_NEW(&pack->arena, struct stw_pack_draft);
    const char *file = stw_arena_string(&pack->arena, name);
    if (draft == NULL || file == NULL)
        return stw_fail_memory(err, sizeof(*draft));
    add_text(pack, draft, file, text);
    return finish(pack, draft, zone, err);
}

void stw_pack_release(struct stw_pack *pack)
{
    for (uint32_t i = 0; i < pack->zone_count; i++)
        stw_zone_free(pack->zones[i]);
    stw_free(pack->zones);
    stw_arena_release(&pack->arena);
    memset(pack, 0, sizeof(*pack));
}

int stw_pack_usable(const struct stw_pack *pack, struct stw_error *err)
{
    if (pack->findings.errors == 0)
        return STW_OK;
    for (uint32_t i = 0; i < pack->findings.count; i++) {
        const struct stw_finding *finding = &pack->findings.list[i];
        if (finding->warning)
            continue;
        (void)stw_fail(err, STW_ERR_INPUT, "%s", finding->what);
        if (finding->line > 0)
            stw_error_where(err, "%s:%u:%u", finding->file, finding->line, finding->column);
        else
            stw_error_where(err, "%s", finding->file);
        stw_error_hint(err, "%s", finding->hint);
        return STW_ERR_INPUT;
    }
    return stw_fail(err, STW_ERR_INPUT, "the rule pack has errors");
}

const struct stw_site *stw_pack_site(const struct stw_pack *pack, struct stw_slice id)
{
    uint32_t low = 0, high = pack->site_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = stw_slice_compare(pack->sites[middle].id, id);
        if (order == 0)
            return &pack->sites[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return &pack->defaults;
}

const struct stw_calendar *stw_pack_calendar(const struct stw_pack *pack, struct stw_slice name)
{
    for (uint32_t i = 0; i < pack->calendar_count; i++) {
        if (stw_slice_equal(pack->calendars[i].name, name))
            return pack->calendars[i].calendar;
    }
    return NULL;
}

const struct stw_tariff *stw_pack_tariff(const struct stw_pack *pack, struct stw_slice kind,
                                         struct stw_slice site, int64_t local_days)
{
    /* The site's own come after those for every site, and later ones after earlier ones. */
    const struct stw_tariff *best = NULL;
    for (uint32_t i = 0; i < pack->tariff_count; i++) {
        const struct stw_tariff *tariff = &pack->tariffs[i];
        if (stw_slice_equal(tariff->kind, kind) && tariff->from_days <= local_days &&
            (tariff->site.size == 0 || stw_slice_equal(tariff->site, site)))
            best = tariff;
    }
    return best;
}

const struct stw_duty *stw_pack_duty(const struct stw_pack *pack, struct stw_slice name)
{
    for (uint32_t i = 0; i < pack->duty_count; i++) {
        if (stw_slice_equal(pack->duties[i].name, name))
            return &pack->duties[i];
    }
    return NULL;
}

const struct stw_rule *stw_pack_rule(const struct stw_pack *pack, struct stw_slice id)
{
    for (uint32_t i = 0; i < pack->rule_count; i++) {
        if (stw_slice_equal(pack->rules[i].id, id))
            return &pack->rules[i];
    }
    return NULL;
}
