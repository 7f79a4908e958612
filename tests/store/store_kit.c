/* See store_kit.h. */
#include "store_kit.h"

#include "../support/test.h"

#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>

void kit_ok(int status, const struct stw_error *err, const char *file, int line)
{
    if (status == STW_OK)
        return;
    stw_test_expect(false, line, file, "status %d: %s %s", status, err->what, err->where);
    CU_ASSERT_FATAL(status == STW_OK);
}

void kit_path(char *path)
{
    snprintf(path, 300, "%s/store", stw_test_folder());
}

int kit_create(const char *path, const struct stw_store_options *options, struct stw_error *err)
{
    struct stw_store_settings settings = {.zone = STW_SLICE("Asia/Shanghai")};
    return stw_store_create(path, &settings, options, err);
}

static int kit_value(unsigned meter, int hour)
{
    return (int)meter * 1000 + hour;
}

static int fill(struct stw_commit *commit, struct stw_batch *batch, const struct kit_load *load,
                struct stw_error *err)
{
    STW_TRY(stw_batch_use(batch, 0, err));
    STW_TRY(stw_batch_use(batch, 1, err));
    for (unsigned meter = 0; meter < load->meters; meter++) {
        char key[32];
        int size = snprintf(key, sizeof(key), "m%03u", meter);
        memcpy(key + size, "\0total", 6);
        uint32_t id;
        STW_TRY(stw_commit_series(commit, batch->table, (struct stw_slice){key, (size_t)size + 6},
                                  &id, err));
        for (int i = 0; i < load->rows; i++) {
            int hour = load->first + i;
            uint32_t row = stw_batch_row(batch, id, hour * STW_NS_PER_HOUR);
            stw_batch_set_decimal(batch, row, 0, (struct stw_decimal){kit_value(meter, hour), 1});
            if (i % 2 == 0 && !stw_batch_set_text(batch, row, 1, STW_SLICE("ok")))
                return stw_fail_memory(err, 2);
            if (stw_batch_full(batch)) {
                STW_TRY(stw_commit_add(commit, batch, err));
                stw_batch_clear(batch);
            }
        }
    }
    return stw_commit_add(commit, batch, err);
}

int kit_commit(struct stw_store *store, const struct kit_load *load,
               struct stw_commit_result *result, struct stw_error *err)
{
    struct stw_source source = {
        .hash = {load->source, 1}, .size_bytes = 100, .name = STW_SLICE("readings.csv")};
    struct stw_commit *commit;
    struct stw_batch batch;
    const struct stw_table *readings =
        stw_schema_find(stw_store_schema(store), STW_SLICE("readings"));
    STW_TRY(stw_commit_begin(store, load->source == 0 ? NULL : &source, &commit, err));
    int status = stw_batch_init(&batch, readings, 64, err);
    if (status == STW_OK) {
        status = fill(commit, &batch, load, err);
        stw_batch_release(&batch);
    }
    if (status != STW_OK) {
        stw_commit_abort(commit);
        return status;
    }
    return stw_commit_finish(commit, result, err);
}

static void print_row(struct stw_buffer *out, struct stw_slice device, int hour, int tenths,
                      bool good)
{
    stw_buffer_printf(out, "%.*s %d %d.%d %s\n", STW_SLICE_ARG(device), hour, tenths / 10,
                      tenths % 10, good ? "ok" : "-");
}

void kit_expect(const struct kit_load *loads, unsigned count, struct stw_buffer *out)
{
    unsigned meters = 0;
    int first = 0, end = 0;
    for (unsigned i = 0; i < count; i++) {
        meters = loads[i].meters > meters ? loads[i].meters : meters;
        first = i == 0 || loads[i].first < first ? loads[i].first : first;
        end = loads[i].first + loads[i].rows > end ? loads[i].first + loads[i].rows : end;
    }
    for (unsigned meter = 0; meter < meters; meter++) {
        char device[16];
        snprintf(device, sizeof(device), "m%03u", meter);
        for (int hour = first; hour < end; hour++) {
            const struct kit_load *from = NULL; /* the last load that has the row */
            for (unsigned i = 0; i < count; i++) {
                if (meter < loads[i].meters && hour >= loads[i].first &&
                    hour < loads[i].first + loads[i].rows)
                    from = &loads[i];
            }
            if (from != NULL)
                print_row(out, stw_slice_of(device), hour, kit_value(meter, hour),
                          (hour - from->first) % 2 == 0);
        }
    }
}

int kit_print(struct stw_view *view, struct stw_buffer *out, struct stw_error *err)
{
    static const uint32_t columns[] = {0, 1};
    const struct stw_table *readings =
        stw_schema_find(stw_view_schema(view), STW_SLICE("readings"));
    struct stw_series series = stw_view_series(view, readings);
    struct stw_merge *merge;
    const uint32_t *ids;
    uint32_t count;
    int status = STW_OK;
    STW_TRY(stw_view_sorted(view, readings, &ids, &count, err));
    STW_TRY(stw_view_merge(view, readings, columns, 2, false, &merge, err));
    for (uint32_t i = 0; status >= 0 && i < count; i++) {
        struct stw_run run;
        stw_merge_seek(merge, ids[i], INT64_MIN, INT64_MAX);
        while ((status = stw_merge_next(merge, &run, err)) == STW_OK) {
            for (uint32_t row = 0; row < run.count; row++) {
                int64_t tenths = 0;
                CU_ASSERT(
                    stw_decimal_rescale(stw_vector_decimal(&run.columns[0], row), 1, &tenths));
                print_row(out, stw_key_part(stw_series_key(&series, ids[i]), 0),
                          (int)(run.time_ns[row] / STW_NS_PER_HOUR), (int)tenths,
                          stw_vector_has(&run.columns[1], row));
            }
        }
    }
    stw_merge_close(merge);
    return status < 0 ? status : STW_OK;
}

bool kit_holds(struct stw_store *store, const char *as_of, const struct kit_load *loads,
               unsigned count)
{
    struct stw_error err = {0};
    struct stw_buffer got, want;
    struct stw_view *view;
    stw_buffer_init(&got);
    stw_buffer_init(&want);
    KIT_OK(stw_view_open(store, as_of, &view, &err));
    KIT_OK(kit_print(view, &got, &err));
    kit_expect(loads, count, &want);
    bool same = stw_slice_equal(stw_buffer_slice(&got), stw_buffer_slice(&want));
    stw_view_close(view);
    stw_buffer_release(&got);
    stw_buffer_release(&want);
    return same;
}

static void open_file(struct stw_file *file, const char *path, const char *name)
{
    struct stw_error err = {0};
    char inner[600];
    KIT_OK(stw_path_join(inner, sizeof(inner), path, name, &err));
    KIT_OK(stw_file_open(file, stw_io_system(), inner, STW_FILE_WRITE, &err));
}

void kit_flip(const char *path, const char *name, uint64_t offset)
{
    struct stw_error err = {0};
    struct stw_file file;
    unsigned char byte;
    open_file(&file, path, name);
    KIT_OK(stw_file_read(&file, offset, &byte, 1, &err));
    byte ^= 0x10;
    KIT_OK(stw_file_write(&file, offset, &byte, 1, &err));
    stw_file_close(&file);
}

uint64_t kit_size(const char *path, const char *name)
{
    struct stw_error err = {0};
    struct stw_file file;
    uint64_t size;
    open_file(&file, path, name);
    KIT_OK(stw_file_size(&file, &size, &err));
    stw_file_close(&file);
    return size;
}

void kit_cut(const char *path, const char *name, uint64_t size)
{
    struct stw_error err = {0};
    struct stw_file file;
    open_file(&file, path, name);
    KIT_OK(stw_file_truncate(&file, size, &err));
    stw_file_close(&file);
}

static void copy_file(const char *from, const char *into)
{
    struct stw_error err = {0};
    struct stw_buffer bytes;
    stw_buffer_init(&bytes);
    KIT_OK(stw_file_load(stw_io_system(), from, (size_t)1 << 30, &bytes, &err));
    FILE *file = fopen(into, "wb");
    CU_ASSERT_FATAL(file != NULL);
    CU_ASSERT_EQUAL(fwrite(stw_buffer_slice(&bytes).data, 1, bytes.size, file), bytes.size);
    fclose(file);
    stw_buffer_release(&bytes);
}

void kit_copy(const char *from, const char *into)
{
    CU_ASSERT_EQUAL_FATAL(mkdir(into, 0755), 0);
    DIR *entries = opendir(from);
    CU_ASSERT_FATAL(entries != NULL);
    for (struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries)) {
        char inner[600], copy[600];
        if (entry->d_name[0] == '.')
            continue;
        snprintf(inner, sizeof(inner), "%s/%s", from, entry->d_name);
        snprintf(copy, sizeof(copy), "%s/%s", into, entry->d_name);
        if (entry->d_type == DT_DIR)
            kit_copy(inner, copy);
        else
            copy_file(inner, copy);
    }
    closedir(entries);
}

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *at)
{
    (void)info;
    (void)kind;
    (void)at;
    return remove(path);
}

void kit_remove(const char *path)
{
    CU_ASSERT_EQUAL(nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS), 0);
}

unsigned kit_files(const char *path, const char *folder)
{
    char inner[600];
    unsigned count = 0;
    snprintf(inner, sizeof(inner), "%s/%s", path, folder);
    DIR *entries = opendir(inner);
    CU_ASSERT_FATAL(entries != NULL);
    for (struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries))
        count += entry->d_name[0] != '.';
    closedir(entries);
    return count;
}
