/* `steward ingest STORE - --stream`: standard input, line by line, into the store's journal. */
#ifndef STW_CLI_INGEST_STREAM_H
#define STW_CLI_INGEST_STREAM_H

#include "cli/command.h"
#include "ingest/map.h"
#include "store/memtable.h"

enum { STW_STREAM_PIECE_BYTES = 1 << 20 /* taken at a time, and the longest line */ };

#define STW_STREAM_OPTIONS                                                                         \
    {"stream", NULL, "standard input has no end: take its lines as they come", false},             \
        {"durability", "HOW",                                                                      \
         "of a stream: none (outlives the process), batch (on disk, default), always", false},     \
        {"flush-every", "DURATION", "how soon a stream's rows can be seen (default 5 min)",        \
         false},                                                                                   \
    {                                                                                              \
        "ack", NULL, "print `acked N` when N lines of the stream are safe", false                  \
    }

/* Fills the settings of the store from the options. STW_ERR_USAGE for a wrong value. */
int stw_stream_settings_read(const struct stw_arguments *arguments,
                             struct stw_stream_settings *settings,
                             struct stw_error *err) STW_CHECKED;

/* Until the end of standard input; flushes then. */
int stw_ingest_stream(struct stw_cli *cli, const struct stw_arguments *arguments,
                      struct stw_store *store, const struct stw_map *map,
                      struct stw_error *err) STW_CHECKED;

#endif
