/*
 * Which column map a file gets: the one given, the one of a folder of maps whose file_name fits, or
 * one sniffed from the file's beginning; with --encoding and --set laid over it.
 */
#ifndef STW_CLI_INGEST_MAP_H
#define STW_CLI_INGEST_MAP_H

#include "cli/command.h"
#include "ingest/map.h"
#include "ingest/source.h"
#include "text/encoding.h"

enum { STW_MAP_FOLDER_MAX = 1000 };

/* A map of a folder, by the pattern it states. */
struct stw_map_offer {
    const char *path;
    struct stw_slice file_name;
};

struct stw_map_choice {
    const struct stw_cli *cli;
    const struct stw_arguments *arguments;
    const struct stw_schema *schema;
    struct stw_arena arena;
    enum stw_encoding encoding;   /* as said, or unknown */
    struct stw_map_offer *offers; /* of a folder of maps; NULL: there is none */
    uint32_t offer_count;
    struct stw_buffer reasons; /* why the last map that was sniffed is what it is */
    struct stw_buffer sniffed; /* the last map that was sniffed: files alike are told of once */
};

/* Reads the options and, where --map is a folder, the patterns of its maps. Release in every case.
 */
int stw_map_choice_init(struct stw_map_choice *choice, const struct stw_cli *cli,
                        const struct stw_arguments *arguments, const struct stw_schema *schema,
                        struct stw_error *err) STW_CHECKED;
void stw_map_choice_release(struct stw_map_choice *choice);

/* The map of one file, to be released; tells what was sniffed and why. `input` is that file; NULL:
 * a stream, which cannot be looked at. */
int stw_map_choose(struct stw_map_choice *choice, const char *path, struct stw_input *input,
                   struct stw_map *map, struct stw_error *err) STW_CHECKED;

/* The options this module reads. */
#define STW_MAP_OPTIONS                                                                            \
    {"map", "PATH",                                                                                \
     "the column map, or a folder of maps chosen by their file_name; without it the columns are "  \
     "sniffed and printed",                                                                        \
     false},                                                                                       \
        {"set", "NAME=VALUE",                                                                      \
         "an attribute of all devices, or a column of all rows, of these files: site=cuihu",       \
         true},                                                                                    \
        {"table", "NAME",                                                                          \
         "without a map: the table (default: the one the file is named after, or readings)",       \
         false},                                                                                   \
        {"time-format", "FORMAT",                                                                  \
         "without a map: iso, epoch_s, or a pattern such as %d/%m/%Y %H:%M", false},               \
        {"device", "COLUMN",                                                                       \
         "without a map: the column that names the device; none: the file's name does", false},    \
        {"hour", "HOUR",                                                                           \
         "without a map: the hour of the day, 0 to 24, at which the reading of a date was taken",  \
         false},                                                                                   \
        {"sheet", "NAME", "without a map: the sheet of a workbook, by name or number, or all",     \
         false},                                                                                   \
        {"records", "PATH",                                                                        \
         "without a map: the list in a JSON file that holds the rows, such as data.values, or "    \
         "none",                                                                                   \
         false},                                                                                   \
        {"decimal", "CHAR", "without a map: the decimal sign, . or ,", false},                     \
    {                                                                                              \
        "encoding", "NAME",                                                                        \
            "of text files: UTF-8, UTF-16, GB18030, Big5, Windows-1252 ... (default: told from "   \
            "the bytes)",                                                                          \
            false                                                                                  \
    }

#endif
