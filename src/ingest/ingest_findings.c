/* What a file says against itself; see findings.h. */
#include "ingest/ingest_findings.h"

#include "base/plural.h"
#include "text/escape.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { NAME_BYTES_MAX = 160 };

const char *stw_ingest_finding_text(enum stw_ingest_finding_kind kind, uint64_t count)
{
    static const struct {
        const char *one, *many;
    } texts[STW_INGEST_FINDING_KINDS] = {
        [STW_INGEST_FINDING_PREVIOUS] = {"previous reading that is not the reading before",
                                         "previous readings that are not the reading before"},
        [STW_INGEST_FINDING_ESTIMATE] = {"previous reading that was no estimate when taken in",
                                         "previous readings that were no estimates when taken in"},
        [STW_INGEST_FINDING_SAID] = {"row that says something else of its device than the first",
                                     "rows that say something else of their device than the first"},
        [STW_INGEST_FINDING_SUM] = {"total that is not the sum of its parts",
                                    "totals that are not the sum of their parts"},
        [STW_INGEST_FINDING_TWICE] = {"device stated twice for one date with different values",
                                      "devices stated twice for one date with different values"},
        [STW_INGEST_FINDING_ORDER] =
            {"record whose order beside one of an earlier file only 'ties' "
             "in the map could tell",
             "records whose order beside those of an earlier file only "
             "'ties' in the map could tell"},
    };
    return stw_plural_of(count, texts[kind].one, texts[kind].many);
}

void stw_ingest_findings_init(struct stw_ingest_findings *findings)
{
    memset(findings, 0, sizeof(*findings));
    stw_buffer_init(&findings->list);
}

void stw_ingest_findings_release(struct stw_ingest_findings *findings)
{
    stw_buffer_release(&findings->list);
}

int stw_ingest_findings_add(struct stw_ingest_findings *findings, enum stw_ingest_finding_kind kind,
                            uint64_t line, struct stw_slice subject, const char *found,
                            const char *expected, const char *note, struct stw_error *err)
{
    static const char *const says[STW_INGEST_FINDING_KINDS] = {
        [STW_INGEST_FINDING_PREVIOUS] = "previous reading",
        [STW_INGEST_FINDING_ESTIMATE] = "previous reading",
        [STW_INGEST_FINDING_SAID] = "says",
        [STW_INGEST_FINDING_SUM] = "total",
        [STW_INGEST_FINDING_TWICE] = "states",
        [STW_INGEST_FINDING_ORDER] = "state",
    };
    struct stw_ingest_findings_summary *summary = &findings->summary;
    summary->count[kind]++;
    if (summary->shown < STW_INGEST_FINDING_SHOWN_MAX)
        snprintf(summary->sentences[summary->shown++], STW_INGEST_FINDING_TEXT_SIZE,
                 "line %" PRIu64 ", %.*s: %s %s, but %s%s%s", line, STW_SLICE_ARG(subject),
                 says[kind], found, expected, note[0] == '\0' ? "" : " ", note);
    if (findings->listed++ >= STW_INGEST_FINDING_LISTED_MAX)
        return STW_OK;
    struct stw_buffer *out = &findings->list;
    if (out->size == 0)
        stw_buffer_add_text(out, "\xEF\xBB\xBFline,subject,finding,stands,expected,note\r\n");
    stw_buffer_printf(out, "%" PRIu64 ",", line);
    stw_escape_csv_text(out, subject, ',');
    stw_buffer_printf(out, ",%s,", stw_ingest_finding_text(kind, 1));
    stw_escape_csv_number(out, stw_slice_of(found), ',');
    stw_buffer_add_char(out, ',');
    stw_escape_csv_number(out, stw_slice_of(expected), ',');
    stw_buffer_add_char(out, ',');
    stw_escape_csv_text(out, stw_slice_of(note), ',');
    stw_buffer_add_text(out, "\r\n");
    return stw_buffer_status(out, err);
}

int stw_ingest_findings_finish(struct stw_ingest_findings *findings, const struct stw_io *io,
                               const char *store_path, struct stw_slice name,
                               struct stw_hash128 identity, struct stw_error *err)
{
    char folder[STW_INGEST_FINDING_PATH_SIZE], file[NAME_BYTES_MAX + 64];
    if (findings->listed == 0)
        return STW_OK;
    if (findings->listed > STW_INGEST_FINDING_LISTED_MAX)
        stw_buffer_printf(
            &findings->list, ",,%" PRIu64 " more %s counted and not listed,,,\r\n",
            findings->listed - STW_INGEST_FINDING_LISTED_MAX,
            stw_plural_of(findings->listed - STW_INGEST_FINDING_LISTED_MAX, "is", "are"));
    STW_TRY(stw_buffer_status(&findings->list, err));
    if (name.size > NAME_BYTES_MAX)
        name.size = NAME_BYTES_MAX;
    snprintf(file, sizeof(file), "%.*s.%08" PRIx32 ".findings.csv", STW_SLICE_ARG(name),
             (uint32_t)identity.low);
    STW_TRY(stw_path_join(folder, sizeof(folder), store_path, "rejects", err));
    STW_TRY(
        stw_path_join(findings->summary.path, sizeof(findings->summary.path), folder, file, err));
    STW_TRY(stw_io_make_folder(io, folder, err));
    return stw_file_replace(io, findings->summary.path, stw_buffer_slice(&findings->list), err);
}
