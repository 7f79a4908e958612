/* Writing a report; see report_files.h. */
#include "api/report_files.h"

#include "report/csv_report.h"
#include "report/html.h"
#include "report/json_report.h"

#include <stdio.h>
#include <string.h>

enum { PATH_SIZE = 512 };

int stw_make_folders(const char *path, struct stw_error *err)
{
    char part[PATH_SIZE];
    if (snprintf(part, sizeof(part), "%s", path) >= (int)sizeof(part))
        return stw_fail(err, STW_ERR_LIMIT, "the path is too long: %s", path);
    for (char *at = part + 1; *at != '\0'; at++)
        if (*at == '/') {
            *at = '\0';
            STW_TRY(stw_io_make_folder(stw_io_system(), part, err));
            *at = '/';
        }
    return stw_io_make_folder(stw_io_system(), part, err);
}

typedef int render_fn(const struct stw_report *report, struct stw_buffer *out,
                      struct stw_error *err);

static int write_file(const struct stw_report *report, render_fn *render, const char *folder,
                      const char *name, struct stw_error *err)
{
    char path[PATH_SIZE];
    struct stw_buffer out;
    STW_TRY(stw_path_join(path, sizeof(path), folder, name, err));
    stw_buffer_init(&out);
    int status = render(report, &out, err);
    if (status == STW_OK)
        status = stw_buffer_status(&out, err);
    if (status == STW_OK)
        status = stw_file_replace(stw_io_system(), path, stw_buffer_slice(&out), err);
    stw_buffer_release(&out);
    return status;
}

int stw_report_files(const struct stw_report *report, const char *folder, struct stw_error *err)
{
    STW_TRY(stw_make_folders(folder, err));
    STW_TRY(write_file(report, stw_report_html, folder, "report.html", err));
    STW_TRY(write_file(report, stw_report_json, folder, "report.json", err));
    return stw_report_csv(report, stw_io_system(), folder, err);
}
