/*
 * A disk whose power can be cut: an I/O table that forwards to the system and writes down every
 * mutating call below a root folder. From that list any number of folders can be made that a cut
 * after the Nth call could leave behind.
 *
 * What survives: a file's bytes as of its last fdatasync, and a folder's names as of its last
 * fdatasync. Of what came later, each write is kept, lost, or torn at sectors of 512 bytes or pages
 * of 4 KiB; each truncation and each change of a name (create, rename, unlink, mkdir) happened or
 * did not, in order or not. A synced file whose name was not synced may be gone; a renamed file may
 * be found under its old name too while the old folder was not synced.
 *
 * Recording does not change what the program under test sees: files, locks and listings are the
 * system's. One thread at a time. Failures of the harness itself abort().
 */
#ifndef STW_TESTS_DISK_SIM_H
#define STW_TESTS_DISK_SIM_H

#include "base/io.h"

struct disk_sim;

/* All that is below `root` now is taken for synced. */
struct disk_sim *disk_sim_create(const char *root);
void disk_sim_free(struct disk_sim *disk);

const struct stw_io *disk_sim_io(struct disk_sim *disk);

/* Mutating calls so far. */
size_t disk_sim_calls(const struct disk_sim *disk);

/* The process is killed when so many calls have been made: it makes no more, all of them fail. What
 * it had not synced lives on in the system's memory, for the next process; SIZE_MAX is that one. */
void disk_sim_kill(struct disk_sim *disk, size_t calls);

/* Seeds below DISK_SIM_EXTREMES are no random choices: nothing unsynced survives; all of it does;
 * only bytes do; only names do. */
enum { DISK_SIM_EXTREMES = 4 };

/* Fills `into`, an empty folder, with what survives a cut after the first `calls` calls. */
void disk_sim_cut(const struct disk_sim *disk, size_t calls, uint64_t seed, const char *into);

#endif
