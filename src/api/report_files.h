/* A report as files: report.html, report.json and a CSV file per table, in one folder. */
#ifndef STW_API_REPORT_FILES_H
#define STW_API_REPORT_FILES_H

#include "base/io.h"
#include "report/model.h"

/* Makes the folder and those above it. Each file is replaced whole. */
int stw_report_files(const struct stw_report *report, const char *folder,
                     struct stw_error *err) STW_CHECKED;

/* mkdir -p */
int stw_make_folders(const char *path, struct stw_error *err) STW_CHECKED;

#endif
