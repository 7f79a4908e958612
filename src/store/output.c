/* Writing segment files of a store; see output.h. */
#include "store/output.h"

#include "store/merge.h"
#include "store/segment_list.h"

enum { COLD_ZSTD_LEVEL = 19, COLD_GAIN_PERCENT = 5 };

uint32_t stw_output_columns(const struct stw_table *table, struct stw_segment_column *columns)
{
    uint32_t count = table->column_count;
    for (uint32_t i = 0; i < count; i++)
        columns[i] = (struct stw_segment_column){table->columns[i].name, table->columns[i].type};
    if (table->identity == STW_IDENTITY_SERIES)
        columns[count++] = (struct stw_segment_column){STW_SEQUENCE_COLUMN, STW_TYPE_INT};
    return count;
}

/* Unique in the store: no other file has this generation and number. */
static void make_file_id(const struct stw_store *store, const struct stw_output_spec *spec,
                         unsigned char *file_id)
{
    char text[64];
    memcpy(text, store->header.id, STW_STORE_ID_SIZE);
    stw_store_le64(text + STW_STORE_ID_SIZE, spec->generation);
    stw_store_le32(text + STW_STORE_ID_SIZE + 8, spec->number);
    struct stw_hash128 id = stw_hash128(text, STW_STORE_ID_SIZE + 12);
    stw_store_le64(file_id, id.low);
    stw_store_le64(file_id + 8, id.high);
}

int stw_output_open(struct stw_store *store, struct stw_arena *arena,
                    const struct stw_output_spec *spec, struct stw_output *output,
                    struct stw_error *err)
{
    struct stw_segment_effort effort = {.threads = store->threads};
    struct stw_segment_column columns[STW_SCHEMA_COLUMNS_MAX + 1];
    char path[STW_STORE_PATH_SIZE_MAX + 128];
    struct stw_segment_ref *ref = STW_ARENA_NEW(arena, struct stw_segment_ref);
    const char *name =
        stw_arena_printf(arena, "%llu-%u.seg", (unsigned long long)spec->generation, spec->number);
    if (ref == NULL || name == NULL)
        return stw_fail_memory(err, sizeof(*ref));
    *ref = (struct stw_segment_ref){.name = name,
                                    .temporary = true,
                                    .table = spec->table->number,
                                    .tier = spec->tier,
                                    .partition_from_ns = spec->partition_from_ns,
                                    .partition_to_ns = spec->partition_to_ns,
                                    .commit_first = spec->commit_first,
                                    .commit_last = spec->commit_last};
    struct stw_segment_spec segment = {.table = spec->table->name,
                                       .columns = columns,
                                       .column_count = stw_output_columns(spec->table, columns),
                                       .partition_from_ns = spec->partition_from_ns,
                                       .partition_to_ns = spec->partition_to_ns,
                                       .commit_first = spec->commit_first,
                                       .commit_last = spec->commit_last};
    if (spec->tier == STW_TIER_COLD) {
        effort.zstd_level = COLD_ZSTD_LEVEL;
        effort.planes_gain_percent = COLD_GAIN_PERCENT;
    }
    make_file_id(store, spec, segment.file_id);
    STW_TRY(stw_segment_path(path, sizeof(path), store->path, ref, err));
    output->ref = ref;
    return stw_segment_writer_open(&output->writer, store->io, path, &segment, &effort, err);
}

int stw_output_finish(struct stw_output *output, struct stw_error *err)
{
    struct stw_segment_writer *writer = output->writer;
    output->writer = NULL;
    return stw_segment_writer_finish(writer, &output->ref->info, err);
}

int stw_output_publish(struct stw_store *store, struct stw_arena *arena,
                       struct stw_segment_ref *ref, uint64_t generation, struct stw_error *err)
{
    char from[STW_STORE_PATH_SIZE_MAX + 128], to[STW_STORE_PATH_SIZE_MAX + 128];
    const struct stw_table *table = stw_schema_table(store->schema, ref->table);
    stw_readers_forget(&store->readers, ref);
    STW_TRY(stw_segment_path(from, sizeof(from), store->path, ref, err));
    ref->added = generation;
    ref->name = stw_segment_name(arena, table, ref->partition_from_ns, generation);
    if (ref->name == NULL)
        return stw_fail_memory(err, sizeof(to));
    ref->temporary = false;
    STW_TRY(stw_segment_path(to, sizeof(to), store->path, ref, err));
    return stw_io_rename(store->io, from, to, err);
}

int stw_output_sync_folder(struct stw_store *store, struct stw_error *err)
{
    char path[STW_STORE_PATH_SIZE_MAX + 16];
    STW_TRY(stw_path_join(path, sizeof(path), store->path, "segments", err));
    return stw_io_sync_folder(store->io, path, err);
}

int stw_output_remove(struct stw_store *store, struct stw_segment_ref *ref, struct stw_error *err)
{
    char path[STW_STORE_PATH_SIZE_MAX + 128];
    stw_readers_forget(&store->readers, ref);
    STW_TRY(stw_segment_path(path, sizeof(path), store->path, ref, err));
    return stw_io_remove(store->io, path, err);
}
