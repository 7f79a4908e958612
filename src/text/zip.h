/*
 * The parts of a zip archive, for reading, over bytes that can be read anywhere (libzip does the
 * work). Made for workbooks from strangers: what an archive claims and what it delivers are held
 * against the limits below, so that a small file cannot unpack into a large disk.
 *
 * One part at a time is open; a part is read from its beginning to its end in pieces.
 */
#ifndef STW_TEXT_ZIP_H
#define STW_TEXT_ZIP_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    STW_ZIP_PARTS_MAX = 10000,
    STW_ZIP_RATIO_MAX = 250,                    /* unpacked to packed, of a part beyond the next */
    STW_ZIP_RATIO_FREE_BYTES = 32 * 1024 * 1024 /* so much may be packed as densely as it likes */
};
#define STW_ZIP_PART_BYTES_MAX (INT64_C(8) << 30)

/* Where the archive's bytes are. `read` is complete or fails and fills err. */
struct stw_zip_bytes {
    void *context;
    uint64_t size;
    int (*read)(void *context, uint64_t offset, void *bytes, size_t size, struct stw_error *err);
};

struct stw_zip;

/* `bytes` must live as long. An archive that is cut has lost its directory: STW_ERR_INPUT. */
int stw_zip_open(struct stw_zip **out, const struct stw_zip_bytes *bytes,
                 struct stw_error *err) STW_CHECKED;
void stw_zip_close(struct stw_zip *zip); /* NULL is fine */

bool stw_zip_has(const struct stw_zip *zip, const char *name);

/* Opens a part in place of the one before. STW_ERR_NOT_FOUND: the archive has no such part. */
int stw_zip_part(struct stw_zip *zip, const char *name, struct stw_error *err) STW_CHECKED;

/* Up to `size` bytes, at least 1 unless *at_end. */
int stw_zip_read(struct stw_zip *zip, void *bytes, size_t size, size_t *got, bool *at_end,
                 struct stw_error *err) STW_CHECKED;

#endif
