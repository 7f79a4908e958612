/* What a person adds to a map on the command line: --set site=cuihu. */
#ifndef STW_INGEST_MAP_SET_H
#define STW_INGEST_MAP_SET_H

#include "ingest/map.h"

/*
 * Sets a column or an attribute for all rows of the files the map is for:
 *   a column of the table that the map does not fill   becomes a constant
 *   a text that it takes from the file                 fills the cells without a value
 *   an attribute of the devices table                  becomes a fact about each device of the
 * file, also where a column tells it STW_ERR_USAGE where it is none of these, or where the map says
 * otherwise.
 */
int stw_map_set(struct stw_map *map, struct stw_slice name, struct stw_slice value,
                struct stw_error *err) STW_CHECKED;

#endif
