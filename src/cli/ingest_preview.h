/* steward ingest --preview: the map of a file and its first rows as they would be stored. */
#ifndef STW_CLI_INGEST_PREVIEW_H
#define STW_CLI_INGEST_PREVIEW_H

#include "cli/command.h"
#include "ingest/ingest.h"

enum { STW_PREVIEW_ROWS = 10, STW_PREVIEW_RECORDS = 200 };

/* Prints the map, the first rows and what of the first records would be rejected. Of `file` name
 * and input count. */
int stw_ingest_preview(const struct stw_cli *cli, struct stw_store *store,
                       const struct stw_map *map, const char *path,
                       const struct stw_ingest_options *file, struct stw_error *err) STW_CHECKED;

#endif
