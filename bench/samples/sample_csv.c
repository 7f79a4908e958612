/* Sample files; see sample_csv.h. */
#include "sample_csv.h"

#include "base/decimal.h"
#include "base/io.h"
#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <zstd.h>

_Noreturn void sample_die(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("generate_samples: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

void *sample_alloc(size_t count, size_t size_bytes)
{
    void *block = stw_alloc_zero(count, size_bytes);
    if (block == NULL)
        sample_die("out of memory");
    return block;
}

void sample_free(void *block)
{
    stw_free(block);
}

void sample_csv_text(struct stw_buffer *out, const char *text, char end)
{
    if (text == NULL)
        text = "";
    if (strpbrk(text, ",\"\r\n") == NULL) {
        stw_buffer_add_text(out, text);
    } else {
        stw_buffer_add_char(out, '"');
        for (; *text != '\0'; text++) {
            if (*text == '"')
                stw_buffer_add_char(out, '"');
            stw_buffer_add_char(out, *text);
        }
        stw_buffer_add_char(out, '"');
    }
    stw_buffer_add_char(out, end);
}

void sample_csv_int(struct stw_buffer *out, int64_t value, char end)
{
    sample_csv_decimal(out, value, 0, end);
}

void sample_csv_decimal(struct stw_buffer *out, int64_t value, int scale, char end)
{
    char text[STW_DECIMAL_TEXT_SIZE];
    int size = stw_decimal_format((struct stw_decimal){value, scale}, false, text);
    stw_buffer_add(out, text, (size_t)size);
    stw_buffer_add_char(out, end);
}

static void write_bytes(const char *folder, const char *name, struct stw_slice bytes)
{
    char path[512];
    struct stw_error err;
    if (stw_path_join(path, sizeof(path), folder, name, &err) != STW_OK ||
        stw_file_replace(stw_io_system(), path, bytes, &err) != STW_OK)
        sample_die("%s", err.what);
}

void sample_csv_write(struct stw_buffer *out, const char *folder, const char *name, int level)
{
    struct stw_error err;
    if (stw_buffer_status(out, &err) != STW_OK)
        sample_die("%s", err.what);
    if (level == 0) {
        write_bytes(folder, name, stw_buffer_slice(out));
    } else {
        size_t bound = ZSTD_compressBound(out->size);
        char *packed = sample_alloc(bound, 1);
        size_t size = ZSTD_compress(packed, bound, out->data, out->size, level);
        if (ZSTD_isError(size))
            sample_die("zstd: %s", ZSTD_getErrorName(size));
        char zst_name[256];
        snprintf(zst_name, sizeof(zst_name), "%s.zst", name);
        write_bytes(folder, zst_name, (struct stw_slice){packed, size});
        sample_free(packed);
    }
    stw_buffer_clear(out);
}

void sample_make_folder(const char *folder, const char *name)
{
    char path[512];
    struct stw_error err;
    if (stw_path_join(path, sizeof(path), folder, name, &err) != STW_OK ||
        stw_io_make_folder(stw_io_system(), path, &err) != STW_OK)
        sample_die("%s", err.what);
}
