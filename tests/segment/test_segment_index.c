/*
 * Index pages that come and go: places in a reader whose cache keeps next to nothing against the
 * index of one that keeps everything, one after the other and at random, from several threads; how
 * far the cache grows; a page that is damaged after the file was opened.
 */
#include "segment/segment_index.h"

#include "../support/test.h"
#include "base/memory.h"
#include "segment/segment_load.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* Blocks of 512 rows, one a series, every other series id: two full pages of the index and a third.
 */
enum { ROWS = STW_SEGMENT_LONG_RUN_ROWS, BLOCKS = 2 * 1024 + 50, PAGES = 3, THREADS = 4 };

static void ok(int status, const struct stw_error *err, int line)
{
    STW_EXPECT(status == STW_OK, "line %d: %s %s", line, err->what, err->where);
    CU_ASSERT_FATAL(status == STW_OK);
}
#define OK(call) ok((call), &err, __LINE__)

/* Block i is of series 2 i; its rows are at i seconds and on. */
static void write_segment(char *path, size_t size)
{
    static const struct stw_segment_column columns[] = {{STW_SLICE("a"), STW_TYPE_INT},
                                                        {STW_SLICE("b"), STW_TYPE_INT}};
    static int64_t time_ns[ROWS], values[ROWS];
    struct stw_error err = {0};
    struct stw_segment_info info;
    struct stw_segment_writer *writer;
    struct stw_segment_spec spec = {.file_id = "0123456789abcde",
                                    .table = STW_SLICE("t"),
                                    .columns = columns,
                                    .column_count = 2,
                                    .partition_to_ns = INT64_MAX,
                                    .commit_first = 1,
                                    .commit_last = 1};
    struct stw_segment_effort quick = {.planes_gain_percent = 100};
    snprintf(path, size, "%s/s.seg", stw_test_folder());
    OK(stw_segment_writer_open(&writer, stw_io_system(), path, &spec, &quick, &err));
    for (uint32_t block = 0; block < BLOCKS; block++) {
        for (uint32_t row = 0; row < ROWS; row++) {
            time_ns[row] = (int64_t)(block + row) * 1000000000;
            values[row] = block;
        }
        struct stw_vector vectors[2] = {{.type = STW_TYPE_INT, .ints = values},
                                        {.type = STW_TYPE_INT, .ints = time_ns}};
        struct stw_run run = {block * 2, ROWS, time_ns, vectors, 2};
        char key[16];
        int key_size = snprintf(key, sizeof(key), "k%u", block);
        OK(stw_segment_writer_add(writer, &run, (struct stw_slice){key, (size_t)key_size}, &err));
    }
    OK(stw_segment_writer_finish(writer, &info, &err));
    CU_ASSERT_EQUAL_FATAL(info.block_count, BLOCKS);
}

static bool same_block(const struct stw_segment_block *a, const struct stw_segment_block *b)
{
    return a->offset == b->offset && a->size_bytes == b->size_bytes && a->rows == b->rows &&
           a->series_first == b->series_first && a->time_min_ns == b->time_min_ns &&
           a->time_last_ns == b->time_last_ns && a->columns[0].sum == b->columns[0].sum &&
           a->columns[1].last.integer == b->columns[1].last.integer;
}

/* What a place must say of block `number`; how many things are wrong. */
static unsigned count_wrong(const struct stw_segment_reader *whole,
                            const struct stw_segment_place *place, uint32_t number)
{
    uint32_t series_first = 0;
    int64_t time_min_ns = 0;
    if (number == BLOCKS)
        return place->block != NULL || place->number != BLOCKS ||
               stw_segment_place_next(place, &series_first, &time_min_ns);
    unsigned wrong = place->number != number ||
                     !same_block(place->block, stw_segment_reader_block(whole, number));
    bool next = stw_segment_place_next(place, &series_first, &time_min_ns);
    if (number + 1 == BLOCKS)
        return wrong + next;
    const struct stw_segment_block *want = stw_segment_reader_block(whole, number + 1);
    return wrong +
           !(next && series_first == want->series_first && time_min_ns == want->time_min_ns);
}

/* One place that goes about at random. */
struct walker {
    const struct stw_segment_reader *whole;
    struct stw_segment_reader *cached;
    uint64_t random;
    unsigned steps;
    unsigned wrong;
};

static void *walk(void *context)
{
    struct walker *walker = context;
    struct stw_segment_place place = {.reader = NULL};
    struct stw_error err;
    for (unsigned step = 0; step < walker->steps; step++) {
        uint32_t number = (uint32_t)(stw_test_random(&walker->random) % (BLOCKS + 1));
        int status;
        if (step % 3 == 0) {
            status = stw_segment_place_go(&place, walker->cached, number, &err);
        } else {
            /* Block i covers seconds i to i + ROWS - 1 of series 2 i; the series between is none.
             */
            uint32_t series = number * 2 - (step % 3 == 1 && number > 0);
            int64_t at_ns = (int64_t)(stw_test_random(&walker->random) % (2 * BLOCKS)) * 1000000000;
            number = stw_segment_reader_find(walker->whole, series, at_ns);
            status = stw_segment_place_find(&place, walker->cached, series, at_ns, &err);
        }
        walker->wrong += status != STW_OK || count_wrong(walker->whole, &place, number) > 0;
        if (step % 7 == 0)
            stw_segment_place_leave(&place);
    }
    stw_segment_place_leave(&place);
    return NULL;
}

static void places_are_those_of_the_whole_index(void)
{
    struct stw_error err = {0};
    struct stw_segment_reader *whole, *cached;
    struct stw_index_cache cache;
    char path[300];
    write_segment(path, sizeof(path));
    stw_index_cache_init(&cache, 0);
    OK(stw_segment_reader_open(&whole, stw_io_system(), path, &err));
    OK(stw_segment_reader_open_cached(&cached, stw_io_system(), path, &cache, &err));
    CU_ASSERT_EQUAL(cached->page_count, PAGES);
    CU_ASSERT_EQUAL(cache.used_bytes, 0);
    struct stw_segment_place place = {.reader = NULL};
    unsigned wrong = 0;
    for (uint32_t number = 0; number <= BLOCKS; number++) {
        OK(stw_segment_place_go(&place, cached, number, &err));
        wrong += count_wrong(whole, &place, number);
        CU_ASSERT(cache.used_bytes <= 1024 * (sizeof(struct stw_segment_block) +
                                              2 * sizeof(struct stw_column_statistics)));
    }
    stw_segment_place_leave(&place);
    CU_ASSERT_EQUAL(wrong, 0);
    CU_ASSERT_EQUAL(cache.used_bytes, 0);
    struct walker walkers[THREADS];
    pthread_t threads[THREADS];
    for (unsigned i = 0; i < THREADS; i++) {
        walkers[i] = (struct walker){whole, cached, i + 1, 600, 0};
        CU_ASSERT_EQUAL_FATAL(pthread_create(&threads[i], NULL, walk, &walkers[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        CU_ASSERT_EQUAL(walkers[i].wrong, 0);
    }
    stw_segment_reader_close(whole);
    stw_segment_reader_close(cached);
    stw_index_cache_release(&cache);
}

/* Goes through all blocks once. */
static void pass(struct stw_segment_reader *reader)
{
    struct stw_error err = {0};
    struct stw_segment_place place = {.reader = NULL};
    for (uint32_t number = 0; number <= BLOCKS; number++)
        OK(stw_segment_place_go(&place, reader, number, &err));
}

static void the_cache_grows_by_what_comes_back(void)
{
    struct stw_error err = {0};
    struct stw_segment_reader *reader;
    struct stw_index_cache cache;
    char path[300];
    const size_t page_bytes =
        1024 * (sizeof(struct stw_segment_block) + 2 * sizeof(struct stw_column_statistics));
    write_segment(path, sizeof(path));
    stw_index_cache_init(&cache, (size_t)64 << 20);
    CU_ASSERT_EQUAL(cache.limit_bytes, STW_INDEX_CACHE_BYTES);
    cache.limit_bytes = page_bytes;
    OK(stw_segment_reader_open_cached(&reader, stw_io_system(), path, &cache, &err));
    CU_ASSERT(cache.used_bytes <= page_bytes);
    pass(reader);
    CU_ASSERT_EQUAL(cache.limit_bytes, page_bytes); /* each page was met once */
    CU_ASSERT(cache.used_bytes <= page_bytes);
    for (int i = 0; i < 3; i++)
        pass(reader);
    size_t limit_bytes = cache.limit_bytes;
    CU_ASSERT(limit_bytes > 2 * page_bytes && limit_bytes < 4 * page_bytes);
    CU_ASSERT(cache.used_bytes > 2 * page_bytes); /* all of them */
    pass(reader);
    CU_ASSERT_EQUAL(cache.limit_bytes, limit_bytes);
    stw_segment_reader_close(reader);
    CU_ASSERT_EQUAL(cache.used_bytes, 0);
    stw_index_cache_release(&cache);
}

static void a_page_damaged_later_is_told(void)
{
    struct stw_error err = {0};
    struct stw_segment_reader *reader;
    struct stw_index_cache cache;
    struct stw_segment_place place = {.reader = NULL};
    char path[300], byte = 0;
    write_segment(path, sizeof(path));
    stw_index_cache_init(&cache, 0);
    OK(stw_segment_reader_open_cached(&reader, stw_io_system(), path, &cache, &err));
    off_t at = (off_t)reader->pages[1].where.offset + 40;
    int fd = open(path, O_RDWR);
    CU_ASSERT_FATAL(fd >= 0 && pread(fd, &byte, 1, at) == 1);
    byte ^= 1;
    CU_ASSERT_FATAL(pwrite(fd, &byte, 1, at) == 1);
    close(fd);
    OK(stw_segment_place_go(&place, reader, 1023, &err));
    CU_ASSERT_EQUAL(stw_segment_place_go(&place, reader, 1024, &err), STW_ERR_DAMAGED);
    STW_EXPECT(strstr(err.where, path) != NULL, "where: %s", err.where);
    CU_ASSERT(place.block == NULL);
    OK(stw_segment_place_go(&place, reader, 2048, &err));
    CU_ASSERT_EQUAL(place.block->series_first, 4096);
    stw_segment_place_leave(&place);
    stw_segment_reader_close(reader);
    stw_index_cache_release(&cache);
}

STW_SUITE(segment_index,
          {"places are those of the whole index", places_are_those_of_the_whole_index},
          {"the cache grows by what comes back", the_cache_grows_by_what_comes_back},
          {"a page damaged later is told", a_page_damaged_later_is_told});
