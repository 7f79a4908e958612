/* A journal that is open for writing, for the files of this folder. */
#ifndef STW_JOURNAL_JOURNAL_INSIDE_H
#define STW_JOURNAL_JOURNAL_INSIDE_H

#include "journal/journal_files.h"
#include "journal/journal_format.h"

#include <pthread.h>

/*
 * Records are encoded into `pending` at the place they will have; one appending thread at a time,
 * the leader, writes or syncs for all, with the mutex open and `busy` set. The mutex guards all
 * that is below it; `file`, `number` and `capacity` change only while `busy` is held.
 */
struct stw_journal {
    char folder[STW_JOURNAL_PATH_SIZE];
    struct stw_journal_options options;
    pthread_mutex_t mutex;
    pthread_cond_t changed; /* busy, written, synced, number or failure */
    pthread_cond_t hurry;   /* somebody does not want to wait for a group */
    bool busy;
    struct stw_file file;
    uint64_t number;
    uint64_t capacity; /* of the file, bytes */
    uint64_t tail;     /* offset of the next record */
    uint64_t written;  /* offset up to which records are in the file; pending begins there */
    uint64_t synced;
    char *pending, *writing; /* each for STW_JOURNAL_QUEUE_BYTES and a head */
    size_t pending_size;
    struct stw_error failure; /* of a write or sync; its status is STW_OK while all is well */
    struct stw_journal_counts counts;
};

#endif
