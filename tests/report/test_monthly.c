/* The monthly report of an invented property, from the analyses to the page. */
#include "report/csv_report.h"
#include "report/html.h"
#include "report/json_report.h"

#include "base/io.h"
#include "property.h"

#include "../support/test.h"

#include <stdlib.h>
#include <string.h>

static void look(const struct stw_report *report, const char *name)
{
    const char *folder = getenv("STEWARD_REPORT_OUT");
    if (folder == NULL)
        return;
    char path[512];
    struct stw_buffer out;
    stw_buffer_init(&out);
    CU_ASSERT_EQUAL(stw_report_html(report, &out, NULL), STW_OK);
    CU_ASSERT_EQUAL(stw_path_join(path, sizeof(path), folder, name, NULL), STW_OK);
    CU_ASSERT_EQUAL(stw_file_replace(stw_io_system(), path, stw_buffer_slice(&out), NULL), STW_OK);
    stw_buffer_release(&out);
}

static void monthly_in_three_languages(void)
{
    static const char *const names[] = {"monthly-zh-cn.html", "monthly-zh-tw.html",
                                        "monthly-en.html"};
    for (unsigned language = 0; language < STW_LANGUAGE_COUNT; language++) {
        struct stw_test_property property;
        struct stw_report report;
        struct stw_error err = {0};
        stw_test_property_init(&property, language != STW_LANGUAGE_EN);
        stw_report_init(&report, (enum stw_language)language);
        stw_report_monthly(&report, &property.monthly);
        STW_EXPECT(stw_report_status(&report, &err) == STW_OK, "%s", err.what);
        CU_ASSERT_EQUAL(report.section_count, 7);
        look(&report, names[language]);
        stw_report_release(&report);
        stw_test_property_release(&property);
    }
}

STW_SUITE(report_monthly, {"monthly in three languages", monthly_in_three_languages});
