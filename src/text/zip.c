/* Zip archives through libzip; see zip.h. */
#include "text/zip.h"

#include "base/memory.h"

#include <stdio.h>
#include <string.h>
#include <zip.h>

enum { PART_NAME_MAX = 512 };

struct stw_zip {
    const struct stw_zip_bytes *bytes;
    uint64_t at; /* of the next byte libzip asks for */
    zip_error_t source_error;
    struct stw_error read_error; /* of the first read that failed */
    zip_t *archive;
    zip_file_t *part;
    char name[PART_NAME_MAX]; /* of the open part */
    uint64_t part_size, part_packed, part_read;
};

static zip_int64_t seek_source(struct stw_zip *zip, void *data, zip_uint64_t size)
{
    zip_int64_t at =
        zip_source_seek_compute_offset(zip->at, zip->bytes->size, data, size, &zip->source_error);
    if (at < 0)
        return -1;
    zip->at = (uint64_t)at;
    return 0;
}

static zip_int64_t read_source(struct stw_zip *zip, void *data, zip_uint64_t size)
{
    uint64_t left = zip->bytes->size - zip->at;
    if (size > left)
        size = left;
    struct stw_error err;
    stw_error_clear(&err);
    if (size > 0 && zip->bytes->read(zip->bytes->context, zip->at, data, size, &err) < 0) {
        if (zip->read_error.status == STW_OK)
            zip->read_error = err;
        zip_error_set(&zip->source_error, ZIP_ER_READ, 0);
        return -1;
    }
    zip->at += size;
    return (zip_int64_t)size;
}

static zip_int64_t describe_source(struct stw_zip *zip, void *data)
{
    zip_stat_t *info = data;
    zip_stat_init(info);
    info->size = zip->bytes->size;
    info->valid |= ZIP_STAT_SIZE;
    return sizeof(*info);
}

/* What libzip wants done with the bytes. */
static zip_int64_t source(void *context, void *data, zip_uint64_t size, zip_source_cmd_t command)
{
    struct stw_zip *zip = context;
    switch (command) {
    case ZIP_SOURCE_OPEN:
        zip->at = 0;
        return 0;
    case ZIP_SOURCE_READ:
        return read_source(zip, data, size);
    case ZIP_SOURCE_SEEK:
        return seek_source(zip, data, size);
    case ZIP_SOURCE_TELL:
        return (zip_int64_t)zip->at;
    case ZIP_SOURCE_STAT:
        return describe_source(zip, data);
    case ZIP_SOURCE_ERROR:
        return zip_error_to_data(&zip->source_error, data, size);
    case ZIP_SOURCE_CLOSE:
    case ZIP_SOURCE_FREE:
        return 0;
    case ZIP_SOURCE_SUPPORTS:
        return ZIP_SOURCE_SUPPORTS_SEEKABLE;
    default:
        zip_error_set(&zip->source_error, ZIP_ER_OPNOTSUPP, 0);
        return -1;
    }
}

/* The words of libzip, or of the read that failed below it. */
static int fail_zip(struct stw_zip *zip, zip_error_t *error, const char *what,
                    struct stw_error *err)
{
    if (zip->read_error.status < 0) {
        if (err != NULL)
            *err = zip->read_error;
        return zip->read_error.status;
    }
    int code = zip_error_code_zip(error);
    if (code == ZIP_ER_MEMORY)
        return stw_fail_memory(err, sizeof(*zip));
    stw_fail(err, STW_ERR_INPUT, "%s: %s", what, zip_error_strerror(error));
    if (code == ZIP_ER_NOZIP || code == ZIP_ER_INCONS)
        stw_error_hint(err, "the file is cut or damaged: copy it again from where it came");
    return STW_ERR_INPUT;
}

int stw_zip_open(struct stw_zip **out, const struct stw_zip_bytes *bytes, struct stw_error *err)
{
    struct stw_zip *zip = stw_alloc_zero(1, sizeof(*zip));
    zip_error_t error;
    int status = STW_OK;
    if (zip == NULL)
        return stw_fail_memory(err, sizeof(*zip));
    zip->bytes = bytes;
    zip_error_init(&zip->source_error);
    zip_error_init(&error);
    zip_source_t *source_of = zip_source_function_create(source, zip, &error);
    if (source_of != NULL)
        zip->archive = zip_open_from_source(source_of, ZIP_RDONLY, &error);
    if (source_of != NULL && zip->archive == NULL)
        zip_source_free(source_of);
    if (zip->archive == NULL)
        status = fail_zip(zip, &error, "the archive cannot be opened", err);
    else if (zip_get_num_entries(zip->archive, 0) > STW_ZIP_PARTS_MAX)
        status =
            stw_fail(err, STW_ERR_LIMIT, "the archive has more than %d parts", STW_ZIP_PARTS_MAX);
    zip_error_fini(&error);
    if (status < 0) {
        stw_zip_close(zip);
        return status;
    }
    *out = zip;
    return STW_OK;
}

void stw_zip_close(struct stw_zip *zip)
{
    if (zip == NULL)
        return;
    if (zip->part != NULL)
        zip_fclose(zip->part);
    if (zip->archive != NULL)
        zip_discard(zip->archive);
    zip_error_fini(&zip->source_error);
    stw_free(zip);
}

bool stw_zip_has(const struct stw_zip *zip, const char *name)
{
    return zip_name_locate(zip->archive, name, 0) >= 0;
}

static int fail_bomb(const struct stw_zip *zip, struct stw_error *err)
{
    stw_fail(err, STW_ERR_LIMIT,
             "%s unpacks to more than %d times its size: this is no ordinary file", zip->name,
             STW_ZIP_RATIO_MAX);
    stw_error_hint(err, "open it where it came from and save it again");
    return STW_ERR_LIMIT;
}

/* Sizes as claimed, and again as they come. */
static int check_size(const struct stw_zip *zip, uint64_t size, struct stw_error *err)
{
    if (size > (uint64_t)STW_ZIP_PART_BYTES_MAX)
        return stw_fail(err, STW_ERR_LIMIT, "%s unpacks to more than %lld bytes", zip->name,
                        (long long)STW_ZIP_PART_BYTES_MAX);
    if (size > STW_ZIP_RATIO_FREE_BYTES && size / STW_ZIP_RATIO_MAX > zip->part_packed)
        return fail_bomb(zip, err);
    return STW_OK;
}

int stw_zip_part(struct stw_zip *zip, const char *name, struct stw_error *err)
{
    zip_stat_t info;
    if (zip->part != NULL)
        zip_fclose(zip->part);
    zip->part = NULL;
    snprintf(zip->name, sizeof(zip->name), "%s", name);
    if (strlen(name) >= sizeof(zip->name) || zip_stat(zip->archive, name, 0, &info) != 0)
        return stw_fail(err, STW_ERR_NOT_FOUND, "the archive has no %s", zip->name);
    if ((info.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && info.encryption_method != ZIP_EM_NONE) {
        stw_fail(err, STW_ERR_INPUT, "%s is encrypted", name);
        stw_error_hint(err, "save the file without a password");
        return STW_ERR_INPUT;
    }
    zip->part_size = (info.valid & ZIP_STAT_SIZE) != 0 ? info.size : 0;
    zip->part_packed = (info.valid & ZIP_STAT_COMP_SIZE) != 0 ? info.comp_size : 0;
    if (zip->part_packed > zip->bytes->size)
        zip->part_packed = zip->bytes->size;
    zip->part_read = 0;
    STW_TRY(check_size(zip, zip->part_size, err));
    zip->part = zip_fopen_index(zip->archive, info.index, 0);
    if (zip->part == NULL)
        return fail_zip(zip, zip_get_error(zip->archive), name, err);
    return STW_OK;
}

int stw_zip_read(struct stw_zip *zip, void *bytes, size_t size, size_t *got, bool *at_end,
                 struct stw_error *err)
{
    zip_int64_t count = zip_fread(zip->part, bytes, size);
    if (count < 0)
        return fail_zip(zip, zip_file_get_error(zip->part), zip->name, err);
    *got = (size_t)count;
    *at_end = count == 0;
    zip->part_read += *got;
    return check_size(zip, zip->part_read, err);
}
