/* File I/O: whole reads and writes, replacement, locks, and enumerated faults. */
#include "base/io.h"

#include "../support/test.h"

#include <errno.h>
#include <unistd.h>

static void path_in(const char *folder, const char *name, char *out, size_t size)
{
    CU_ASSERT_EQUAL_FATAL(stw_path_join(out, size, folder, name, NULL), STW_OK);
}

static void reads_what_it_wrote(void)
{
    char path[512];
    path_in(stw_test_folder(), "a", path, sizeof(path));
    struct stw_file file;
    struct stw_error err = {0};
    char bytes[8] = {0};
    CU_ASSERT_EQUAL_FATAL(stw_file_open(&file, stw_io_system(), path, STW_FILE_CREATE, &err), 0);
    CU_ASSERT_EQUAL(stw_file_write(&file, 0, "hello", 5, &err), STW_OK);
    CU_ASSERT_EQUAL(stw_file_write(&file, 3, "p!", 2, &err), STW_OK);
    CU_ASSERT_EQUAL(stw_file_read(&file, 0, bytes, 5, &err), STW_OK);
    CU_ASSERT_STRING_EQUAL(bytes, "help!");
    CU_ASSERT_EQUAL(stw_file_read(&file, 2, bytes, 5, &err), STW_ERR_DAMAGED);
    stw_file_close(&file);
    CU_ASSERT_EQUAL(stw_file_open(&file, stw_io_system(), path, STW_FILE_CREATE, &err), STW_ERR_IO);
    CU_ASSERT_EQUAL(stw_file_open(&file, stw_io_system(), "/no/such/file", STW_FILE_READ, &err),
                    STW_ERR_NOT_FOUND);
    CU_ASSERT_STRING_EQUAL(err.what, "cannot open /no/such/file: No such file or directory");
}

static void locks_keep_a_second_writer_out(void)
{
    char path[512];
    path_in(stw_test_folder(), "LOCK", path, sizeof(path));
    struct stw_file one, two;
    CU_ASSERT_EQUAL_FATAL(stw_file_open(&one, stw_io_system(), path, STW_FILE_WRITE, NULL), 0);
    CU_ASSERT_EQUAL_FATAL(stw_file_open(&two, stw_io_system(), path, STW_FILE_WRITE, NULL), 0);
    CU_ASSERT_EQUAL(stw_file_lock(&one, 0, true, NULL), STW_OK);
    CU_ASSERT_EQUAL(stw_file_lock(&two, 0, true, NULL), STW_ERR_LOCKED);
    CU_ASSERT_EQUAL(stw_file_lock(&two, 0, false, NULL), STW_ERR_LOCKED);
    CU_ASSERT_EQUAL(stw_file_lock(&two, 1, true, NULL), STW_OK);
    stw_file_unlock(&one, 0);
    CU_ASSERT_EQUAL(stw_file_lock(&two, 0, true, NULL), STW_OK);
    stw_file_close(&one);
    stw_file_close(&two);
}

/* Whatever call fails, the file holds the old content or the new, whole. */
static void replaces_all_or_nothing(void)
{
    char path[512];
    path_in(stw_test_folder(), "content", path, sizeof(path));
    uint64_t faults = 0;
    for (int tear = 0; tear < 2; tear++) {
        for (uint64_t at = 1;; at++) {
            struct stw_io_fault fault;
            stw_io_fault_init(&fault);
            CU_ASSERT_EQUAL_FATAL(
                stw_file_replace(stw_io_system(), path, STW_SLICE("old content"), NULL), STW_OK);
            fault.fail_at = at;
            fault.sticky = true;
            fault.tear = tear == 1;
            int status = stw_file_replace(&fault.io, path, STW_SLICE("new"), NULL);
            struct stw_buffer content;
            stw_buffer_init(&content);
            CU_ASSERT_EQUAL(stw_file_load(stw_io_system(), path, 100, &content, NULL), STW_OK);
            bool old = stw_slice_is(stw_buffer_slice(&content), "old content");
            bool new = stw_slice_is(stw_buffer_slice(&content), "new");
            STW_EXPECT(old || new, "call %llu left '%.*s'", (unsigned long long)at,
                       (int)content.size, content.data);
            CU_ASSERT_TRUE(status < 0 || new);
            stw_buffer_release(&content);
            if (!fault.fired)
                break;
            faults++;
        }
    }
    CU_ASSERT_TRUE(faults >= 8); /* open, truncate, write, sync, rename, folder sync, twice */
}

static void a_full_disk_is_its_own_status(void)
{
    char path[512];
    struct stw_error err = {0};
    path_in(stw_test_folder(), "full", path, sizeof(path));
    struct stw_io_fault fault;
    stw_io_fault_init(&fault);
    fault.fail_at = 3;
    fault.errno_value = ENOSPC;
    CU_ASSERT_EQUAL(stw_file_replace(&fault.io, path, STW_SLICE("x"), &err), STW_ERR_FULL);
    CU_ASSERT_FALSE(stw_io_exists(path));
}

STW_SUITE(io, {"reads what it wrote", reads_what_it_wrote},
          {"locks keep a second writer out", locks_keep_a_second_writer_out},
          {"replaces all or nothing", replaces_all_or_nothing},
          {"a full disk is its own status", a_full_disk_is_its_own_status});
