/*
 * Runs one fuzz target over files, without a fuzzer: `replay FILE-OR-FOLDER...`. Every file that
 * ever crashed a target is kept in its corpus, so the ordinary test run meets it again. Besides
 * each file as it is, its halves and a few byte flips are fed, cheap neighbours of the corpus.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned long inputs;

/* A copy on the heap of exactly this size, so that the sanitizer sees a read one byte too far. */
static void feed(const uint8_t *bytes, size_t size)
{
    uint8_t *copy = malloc(size == 0 ? 1 : size);
    if (copy == NULL)
        exit(2);
    memcpy(copy, bytes, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
    inputs++;
}

static void feed_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(2);
    }
    size_t size = (size_t)ftell(file);
    rewind(file);
    uint8_t *bytes = malloc(size + 1);
    if (bytes == NULL || fread(bytes, 1, size, file) != size)
        exit(2);
    fclose(file);
    feed(bytes, size);
    feed(bytes, size / 2);
    feed(bytes + size / 2, size - size / 2);
    for (size_t i = 0; i < size; i += size / 16 + 1) {
        bytes[i] ^= (uint8_t)(1u << (i % 8));
        feed(bytes, size);
        bytes[i] ^= (uint8_t)(1u << (i % 8));
    }
    free(bytes);
}

static void feed_path(const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0) {
        fprintf(stderr, "no such file: %s\n", path);
        exit(2);
    }
    if (!S_ISDIR(info.st_mode)) {
        feed_file(path);
        return;
    }
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        char child[4096];
        snprintf(child, sizeof(child), "%s/%s", path, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.')
            feed_path(child);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        feed_path(argv[i]);
    printf("%lu inputs\n", inputs);
    return inputs == 0 ? 1 : 0;
}
