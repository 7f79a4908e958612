/*
 * Who may still read a file that compaction has replaced. A reader pins the generation of the
 * manifest it has read by a shared lock on one byte of LOCK:
 *
 *     byte 0       the writer, exclusive
 *     byte 1       the gate: shared while a reader is coming in, exclusive while files are removed
 *     byte 16 + g  a reader whose oldest open view was made when the manifest had generation g
 *
 * A file removed by generation r is in nobody's way once the lowest pin is at least r. A reader
 * reads the manifest and pins it behind the gate, so that no file goes between the two. Locks
 * belong to the open file: a process that dies holds none. The writer's own views are known to it.
 *
 * Private to store/.
 */
#ifndef STW_STORE_PINS_H
#define STW_STORE_PINS_H

#include "store/store_inside.h"

enum { STW_LOCK_WRITER = 0, STW_LOCK_GATE = 1, STW_LOCK_PINS = 16 };

/* Goes through the gate, waiting while files are being removed; leave it soon. For readers. */
int stw_pins_enter(struct stw_store *store, struct stw_error *err) STW_CHECKED;
void stw_pins_leave(struct stw_store *store);

/* Pins what the oldest open view has seen, or else the present generation; the earlier pin goes. */
int stw_pins_hold(struct stw_store *store, struct stw_error *err) STW_CHECKED;

/*
 * Removes the files of replaced segments that nobody reads any more. What cannot be removed now
 * stays for the next call or the next writer; nothing depends on it.
 */
void stw_pins_remove_files(struct stw_store *store);

#endif
