/* The header of the manifest: what version it is, and what is said of another one. */
#include "../support/test.h"
#include "store/manifest.h"

#include <string.h>

static int decode(uint32_t version, struct stw_error *err)
{
    struct stw_manifest_header header = {.version = version, .zone = "UTC"}, read;
    struct stw_buffer bytes;
    unsigned damaged;
    stw_buffer_init(&bytes);
    stw_manifest_header_encode(&header, &bytes);
    CU_ASSERT_EQUAL_FATAL(bytes.size, STW_MANIFEST_HEADER_SIZE);
    int status = stw_manifest_header_decode(stw_buffer_slice(&bytes), &read, &damaged, err);
    CU_ASSERT_EQUAL(damaged, 0);
    CU_ASSERT_EQUAL(read.version, version);
    stw_buffer_release(&bytes);
    return status;
}

static void other_versions_are_refused(void)
{
    struct stw_error err;
    CU_ASSERT_EQUAL(decode(1, &err), STW_OK);
    CU_ASSERT_EQUAL(decode(0, &err), STW_ERR_USAGE);
    CU_ASSERT_STRING_EQUAL(err.what,
                           "the store has format version 0, this program reads version 1");
    CU_ASSERT_STRING_EQUAL(err.hint, "make a new store and ingest its sources again");
    CU_ASSERT_EQUAL(decode(2, &err), STW_ERR_USAGE);
    CU_ASSERT_STRING_EQUAL(err.hint, "a newer version of this program reads it");
}

STW_SUITE(manifest, {"other versions are refused", other_versions_are_refused});
