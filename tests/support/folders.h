/*
 * Where tests put their files: a folder a run, and in it one for each that a test asks for
 * (stw_test_folder in test.h).
 *
 * The run's folder is locked while the process is there. A run that was killed leaves its folder
 * behind, unlocked: the next run removes it. STEWARD_KEEP=1 keeps the folder when the run ends,
 * under a name that nobody removes.
 */
#ifndef STW_TESTS_FOLDERS_H
#define STW_TESTS_FOLDERS_H

/* Removes the folders of runs that are gone. */
void stw_test_folders_begin(void);

/* Removes those of this run. */
void stw_test_folders_end(void);

#endif
