/* One line a limit, each named beside its module; see limits.h. */
#include "cli/limits.h"

#include "analysis/gather.h"
#include "api/duties.h"
#include "api/restate.h"
#include "base/pool.h"
#include "cli/ingest_files.h"
#include "cli/ingest_map.h"
#include "cli/ingest_stream.h"
#include "cli/missing.h"
#include "cli/options.h"
#include "cli/select.h"
#include "ingest/fold_cells.h"
#include "ingest/fold_log.h"
#include "ingest/header_names.h"
#include "ingest/ingest_findings.h"
#include "ingest/layout_fold.h"
#include "ingest/map.h"
#include "ingest/map_rows.h"
#include "ingest/sniff.h"
#include "ingest/source.h"
#include "journal/journal.h"
#include "journal/journal_pack.h"
#include "report/csv_report.h"
#include "report/model.h"
#include "report/template.h"
#include "report/workbook.h"
#include "rule/alert_list.h"
#include "rule/conditions/conditions.h"
#include "rule/evaluator.h"
#include "rule/pack.h"
#include "rule/rule_test.h"
#include "segment/segment.h"
#include "segment/segment_index.h"
#include "store/block_cache.h"
#include "store/columns.h"
#include "store/compact.h"
#include "store/kept.h"
#include "store/manifest_file.h"
#include "store/registry_check.h"
#include "store/row_record.h"
#include "store/salvage.h"
#include "store/series.h"
#include "store/store.h"
#include "text/json_read.h"
#include "text/line_protocol.h"
#include "text/record.h"
#include "text/xlsx.h"
#include "text/xml.h"
#include "text/yaml_tree.h"
#include "text/zip.h"
#include "time/stamp.h"
#include "time/zone.h"

static const struct {
    const char *of;
    const char *what;
    long long value;
} limits[] = {
    {"record", "columns", STW_RECORD_COLUMNS_MAX},
    {"record", "bytes", STW_RECORD_BYTES_MAX},
    {"report", "bytes of the list of its tables", STW_CSV_LIST_BYTES_MAX},
    {"ingest", "bytes of a pipe", STW_INPUT_PIPE_BYTES_MAX},
    {"ingest", "bytes of a packed workbook, unpacked", STW_INPUT_UNPACKED_BYTES_MAX},
    {"ingest", "bytes looked at to propose a column map", STW_SNIFF_BYTES},
    {"zip archive", "parts", STW_ZIP_PARTS_MAX},
    {"zip archive", "bytes of a part unpacked", STW_ZIP_PART_BYTES_MAX},
    {"zip archive", "times its size a part may unpack to", STW_ZIP_RATIO_MAX},
    {"zip archive", "bytes a part may unpack to whatever its size", STW_ZIP_RATIO_FREE_BYTES},
    {"JSON", "levels of nesting", STW_JSON_DEPTH_MAX},
    {"JSON", "values of a record", STW_JSON_LEAVES_MAX},
    {"line protocol", "tags and fields of a point", STW_LINE_PAIRS_MAX},
    {"XML", "levels of nesting", STW_XML_DEPTH_MAX},
    {"XML", "bytes of a tag", STW_XML_TAG_BYTES_MAX},
    {"workbook", "sheets", STW_XLSX_SHEETS_MAX},
    {"workbook", "shared texts", STW_XLSX_STRINGS_MAX},
    {"workbook", "bytes of all shared texts", STW_XLSX_STRINGS_BYTES_MAX},
    {"workbook", "cell styles", STW_XLSX_STYLES_MAX},
    {"workbook", "bytes of the texts of a row", STW_XLSX_ROW_BYTES_MAX},
    {"ingest", "records searched for the header", STW_HEADER_ROWS_SEARCHED},
    {"workbook", "merged ranges looked at", STW_XLSX_MERGES_MAX},
    {"workbook", "number formats of its own", STW_XLSX_FORMATS_MAX},
    {"workbook", "rows of a header", STW_MAP_HEADER_ROWS_MAX},
    {"column map", "sheets named", STW_MAP_SHEETS_MAX},
    {"cell", "bytes of a number", STW_NUMBER_TEXT_MAX},
    {"cell", "bytes of a time of full width", STW_STAMP_TEXT_MAX},
    {"encoding", "bytes looked at to tell it", STW_ENCODING_SAMPLE_BYTES},
    {"record", "bytes kept of the title above a header", STW_RECORD_TITLE_MAX},
    {"column map", "bytes", STW_MAP_BYTES_MAX},
    {"column map", "lines skipped before the header", STW_MAP_SKIP_MAX},
    {"column map", "columns of a field", STW_MAP_JOINED_MAX},
    {"column map", "columns a fold makes", STW_MAP_MADE_MAX},
    {"column map", "parts of a sum", STW_MAP_PARTS_MAX},
    {"ingest", "bytes of a log that is folded, of one file", STW_FOLD_BYTES_MAX},
    {"ingest", "records of one key in a log, of all files", STW_FOLD_SUBJECT_EVENTS_MAX},
    {"ingest", "bytes of one record of a log", STW_FOLD_CELLS_BYTES_MAX},
    {"ingest", "rows of a file with previous readings", STW_PREVIOUS_ROWS_MAX},
    {"ingest", "findings of a file listed", STW_INGEST_FINDING_LISTED_MAX},
    {"YAML", "bytes of a file", STW_YAML_BYTES_MAX},
    {"YAML", "levels of nesting", STW_YAML_DEPTH_MAX},
    {"YAML", "nodes as written", STW_YAML_NODES_MAX},
    {"YAML", "nodes with aliases counted as what they stand for", STW_YAML_EXPANDED_MAX},
    {"schema", "tables", STW_SCHEMA_TABLES_MAX},
    {"schema", "columns of a table", STW_SCHEMA_COLUMNS_MAX},
    {"schema", "components of a key", STW_SCHEMA_KEYS_MAX},
    {"journal", "bytes of a record", STW_JOURNAL_RECORD_BYTES_MAX},
    {"stream", "bytes of a line", STW_STREAM_PIECE_BYTES},
    {"journal", "bytes of a record of rows, unpacked", STW_ROW_RECORD_BODY_BYTES_MAX},
    {"journal", "bytes of a file", STW_JOURNAL_FILE_BYTES_MAX},
    {"journal", "bytes of a piece of an archived file", STW_JOURNAL_PIECE_BYTES},
    {"journal", "bytes of records that wait to be written", STW_JOURNAL_QUEUE_BYTES},
    {"journal", "files kept to be used again", STW_JOURNAL_SPARES_MAX},
    {"store", "bytes of a key", STW_KEY_SIZE_MAX},
    {"store", "bytes of one text value", STW_SEGMENT_WORD_SIZE_MAX},
    {"store", "bytes of the path", STW_STORE_PATH_SIZE_MAX},
    {"store", "reasons of rejected rows of a source", STW_STORE_REJECTS_MAX},
    {"store", "segment files open at once", STW_STORE_OPEN_SEGMENTS_MAX},
    {"store", "rows of a block", STW_RUN_ROWS_MAX},
    {"store", "blocks of a file that the next one may borrow from", STW_SEGMENT_LENDERS_MAX},
    {"store", "bytes of a snapshot's name", STW_STORE_SNAPSHOT_NAME_MAX},
    {"manifest", "entries of a list", STW_MANIFEST_LIST_MAX},
    {"manifest", "bytes of words packed as one piece", STW_MANIFEST_WORDS_MAX},
    {"manifest", "bytes it grows beyond twice its size before it is written anew",
     STW_MANIFEST_GROWTH_BYTES},
    {"manifest", "damaged pieces put aside of one place", STW_KEPT_PIECES_MAX},
    {"manifest", "records lost with a damaged end", STW_KEPT_GENERATIONS_MAX},
    {"store", "bytes of index pages kept, beyond them in part of --memory", STW_INDEX_CACHE_BYTES},
    {"store", "decoded blocks kept by one reader, beyond them in part of --memory",
     STW_BLOCK_CACHE_SLOTS_MAX},
    {"compaction", "segments merged at once", STW_COMPACT_INPUTS_MAX},
    {"salvage", "segments of a store", STW_SALVAGE_FILES_MAX},
    {"restate", "months that changes reach over", STW_RESTATE_MONTHS_MAX},
    {"decimal", "places after the point", STW_SCALE_MAX},
    {"rule pack", "files", STW_PACK_FILES_MAX},
    {"rule pack", "rules", STW_PACK_RULES_MAX},
    {"rule pack", "sites", STW_PACK_SITES_MAX},
    {"rule pack", "tariffs", STW_PACK_TARIFFS_MAX},
    {"rule pack", "calendars", STW_PACK_CALENDARS_MAX},
    {"rule pack", "duties", STW_PACK_DUTIES_MAX},
    {"rule pack", "days of a duty's longest gap", STW_DUTY_GAP_DAYS_MAX},
    {"rule pack", "tests", STW_PACK_TESTS_MAX},
    {"rule pack", "findings printed", STW_FINDINGS_MAX},
    {"rule", "bytes kept for one rule and series", STW_TRACK_BYTES_MAX},
    {"rule", "events that `count` asks for", STW_COUNT_EVENTS_MAX},
    {"rule", "days that `count` looks back", STW_COUNT_DAYS_MAX},
    {"rule", "nights that `night_minimum` looks back", STW_NIGHTS_MAX},
    {"rule test", "rows of all its series", STW_TEST_ROWS_MAX},
    {"evaluator", "events waiting for the watermark", STW_GROUP_MARKS_MAX},
    {"evaluator", "groups", STW_GROUP_KEYS_MAX},
    {"run", "alerts", STW_ALERTS_MAX},
    {"report", "work orders", STW_GATHER_ORDERS_MAX},
    {"report", "fault events", STW_GATHER_FAULTS_MAX},
    {"report", "inspections", STW_INSPECTIONS_MAX},
    {"report", "columns of a table", STW_REPORT_COLUMNS_MAX},
    {"report", "points of a chart", STW_REPORT_POINTS_MAX},
    {"registry", "rows of a file compared with each other", STW_MAP_TWICE_ROWS_MAX},
    {"registry", "contradictions listed", STW_REGISTRY_FINDINGS_MAX},
    {"template", "rows with lists and checks", STW_TEMPLATE_ROWS_MAX},
    {"template", "rows of devices taken from a store", STW_TEMPLATE_DEVICES_MAX},
    {"workbook", "rows of a sheet", STW_WORKBOOK_ROWS_MAX},
    {"workbook", "columns of a sheet", STW_WORKBOOK_COLUMNS_MAX},
    {"workbook", "characters of a cell", STW_WORKBOOK_CELL_TEXT_MAX},
    {"command", "threads", STW_POOL_THREADS_MAX},
    {"command", "series looked through after each ingest", STW_MISSING_SERIES_MAX},
    {"command", "column maps of a folder", STW_MAP_FOLDER_MAX},
    {"command", "files of folders", STW_FILE_LIST_MAX},
    {"command", "filters of a query", STW_SELECT_FILTERS_MAX},
    {"command", "files named at once", STW_POSITIONALS_MAX},
    {"zone", "bytes of a zone file", STW_ZONE_FILE_SIZE_MAX},
};

void stw_limits_print(struct stw_buffer *out)
{
    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
        stw_buffer_printf(out, "%-11s %-50s %11lld\n", limits[i].of, limits[i].what,
                          limits[i].value);
}
