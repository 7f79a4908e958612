/* What the parts of the map's parser share: map_parse.c reads files and fields, map_parse_layout.c
 * the layouts. */
#ifndef STW_INGEST_MAP_PARSE_INSIDE_H
#define STW_INGEST_MAP_PARSE_INSIDE_H

#include "ingest/file_name.h"
#include "ingest/map.h"
#include "text/yaml_tree.h"

struct stw_map_reader {
    struct stw_map *map;
    struct stw_yaml doc;
    const struct stw_schema *schema;
    struct stw_file_names names; /* of the file name pattern */
    struct stw_map_made *made;   /* STW_MAP_MADE_MAX, where the map folds */
    struct stw_error *err;
};

typedef const struct stw_yaml_node stw_map_node;

/* Gives an error from elsewhere the place of a node. */
int stw_map_place(struct stw_map_reader *reader, stw_map_node *at, int status) STW_CHECKED;

int stw_map_read_text(struct stw_map_reader *reader, stw_map_node *value, const char *what,
                      struct stw_slice *out) STW_CHECKED;
int stw_map_read_whole(struct stw_map_reader *reader, stw_map_node *value, const char *what,
                       int64_t least, int64_t most, int64_t *out) STW_CHECKED;

/* Where the value of a field comes from and how it is read: field->name and type are set. */
int stw_map_read_spec(struct stw_map_reader *reader, stw_map_node *spec,
                      struct stw_map_field *field) STW_CHECKED;

/* map_parse_layout.c. The fold comes before the fields, which may name its made columns; the others
 * after them. */
int stw_map_read_fold(struct stw_map_reader *reader, stw_map_node *fold) STW_CHECKED;
int stw_map_read_days(struct stw_map_reader *reader, stw_map_node *days) STW_CHECKED;
int stw_map_read_previous(struct stw_map_reader *reader, stw_map_node *previous) STW_CHECKED;
int stw_map_read_sums(struct stw_map_reader *reader, stw_map_node *sums) STW_CHECKED;

/* A column named by a field: one that the fold makes is noted, and gives a time its format. */
int stw_map_note_made(struct stw_map_reader *reader, stw_map_node *at,
                      struct stw_map_field *field) STW_CHECKED;

/* The columns that a fold fills though no field mentions them: room for STW_MAP_MADE_OWN more. */
enum { STW_MAP_MADE_OWN = 2 };
int stw_map_add_made(struct stw_map_reader *reader, struct stw_map_field *fields) STW_CHECKED;

#endif
