/* Values for people and for programs. */
#include "report/datum.h"

#include "base/clock.h"

#include "../support/test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SECONDS(n) ((int64_t)(n)*STW_NS_PER_SECOND)

static const struct {
    struct stw_datum value;
    const char *zh, *en, *plain;
} cases[] = {
    {{.kind = STW_DATUM_NONE}, "", "", ""},
    {{.kind = STW_DATUM_COUNT, .count = 1234567}, "1,234,567", "1,234,567", "1234567"},
    {{.kind = STW_DATUM_COUNT, .count = -999}, "−999", "−999", "-999"},
    {{.kind = STW_DATUM_COUNT, .count = 5, .with_sign = true}, "+5", "+5", "5"},
    {{.kind = STW_DATUM_COUNT, .count = 0, .with_sign = true}, "0", "0", "0"},
    {{.kind = STW_DATUM_COUNT, .count = INT64_MIN},
     "−9,223,372,036,854,775,808",
     "−9,223,372,036,854,775,808",
     "-9223372036854775808"},
    /* half away from zero, exact in the plain form */
    {{.kind = STW_DATUM_DECIMAL, .digits = 2, .decimal = {1234567125, 3}},
     "1,234,567.13",
     "1,234,567.13",
     "1234567.125"},
    {{.kind = STW_DATUM_DECIMAL, .digits = 1, .decimal = {-25, 2}}, "−0.3", "−0.3", "-0.25"},
    {{.kind = STW_DATUM_DECIMAL, .digits = 0, .decimal = {-4, 1}}, "0", "0", "-0.4"},
    {{.kind = STW_DATUM_DECIMAL, .digits = 2, .decimal = {7, 0}}, "7.00", "7.00", "7"},
    {{.kind = STW_DATUM_REAL, .digits = 1, .real = .1}, "0.1", "0.1", "0.1"},
    {{.kind = STW_DATUM_REAL, .digits = 1, .real = -.04}, "0.0", "0.0", "-0.04"},
    {{.kind = STW_DATUM_SHARE, .digits = 1, .real = .125}, "12.5%", "12.5%", "12.5%"},
    {{.kind = STW_DATUM_SHARE, .digits = 1, .real = .032, .with_sign = true},
     "+3.2%",
     "+3.2%",
     "3.2%"},
    {{.kind = STW_DATUM_PROBABILITY, .real = .010986}, "0.0110", "0.0110", "0.010986"},
    {{.kind = STW_DATUM_PROBABILITY, .real = .00004}, "<0.0001", "<0.0001", "4e-05"},
    {{.kind = STW_DATUM_PROBABILITY, .real = .00004, .with_sign = true},
     "< 0.0001",
     "< 0.0001",
     "4e-05"},
    {{.kind = STW_DATUM_DURATION, .duration_ns = 0}, "0 秒", "0 s", "0:00:00"},
    {{.kind = STW_DATUM_DURATION, .duration_ns = SECONDS(59)}, "59 秒", "59 s", "0:00:59"},
    {{.kind = STW_DATUM_DURATION, .duration_ns = SECONDS(90)},
     "1 分钟 30 秒",
     "1 min 30 s",
     "0:01:30"},
    {{.kind = STW_DATUM_DURATION, .duration_ns = SECONDS(7500)},
     "2 小时 5 分钟",
     "2 h 5 min",
     "2:05:00"},
    {{.kind = STW_DATUM_DURATION, .duration_ns = SECONDS(3599) + 600000000},
     "1 小时",
     "1 h",
     "0:59:59.600000000"},
    {{.kind = STW_DATUM_DURATION, .duration_ns = SECONDS(86400 * 3 + 3600 * 4 + 1799)},
     "3 天 4 小时",
     "3 d 4 h",
     "76:29:59"},
    {{.kind = STW_DATUM_DURATION, .duration_ns = -SECONDS(120)}, "−2 分钟", "−2 min", "-0:02:00"},
    {{.kind = STW_DATUM_TIME, .time = {SECONDS(1772380800), 28800, STW_PRECISION_MINUTE}},
     "2026-03-02 00:00",
     "2026-03-02 00:00",
     "2026-03-02 00:00"},
    {{.kind = STW_DATUM_TIME, .time = {SECONDS(1772380800), 28800, STW_PRECISION_MONTH}},
     "2026年3月",
     "Mar 2026",
     "2026-03"},
    {{.kind = STW_DATUM_INTERVAL, .digits = 2, .interval = {5.661423, 4.753125, 6.692709}},
     "5.66 (4.75–6.69)",
     "5.66 (4.75–6.69)",
     "5.661423"},
    {{.kind = STW_DATUM_INTERVAL, .digits = 1, .interval = {NAN, 0, 3.04}}, "≤ 3.0", "≤ 3.0", ""},
    {{.kind = STW_DATUM_INTERVAL, .digits = 1, .interval = {2, 1, INFINITY}},
     "2.0 (1.0–∞)",
     "2.0 (1.0–∞)",
     "2"},
    {{.kind = STW_DATUM_ABSENT, .text = {"", 0}}, "无数据", "no data", ""},
    {{.kind = STW_DATUM_ABSENT, .text = {"n = 2", 5}},
     "不判断：n = 2",
     "not judged: n = 2",
     "n = 2"},
};

static void expect(struct stw_buffer *out, const char *want, unsigned number)
{
    STW_EXPECT(stw_slice_is(stw_buffer_slice(out), want), "case %u: got \"%.*s\", want \"%s\"",
               number, STW_SLICE_ARG(stw_buffer_slice(out)), want);
    stw_buffer_clear(out);
}

static void shows_by_language(void)
{
    struct stw_buffer out;
    stw_buffer_init(&out);
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        stw_datum_show(STW_LANGUAGE_ZH_CN, &cases[i].value, &out);
        expect(&out, cases[i].zh, i);
        stw_datum_show(STW_LANGUAGE_EN, &cases[i].value, &out);
        expect(&out, cases[i].en, i);
        stw_datum_plain(&cases[i].value, &out);
        expect(&out, cases[i].plain, i);
    }
    stw_buffer_release(&out);
}

static void fills_messages(void)
{
    struct stw_buffer out;
    stw_buffer_init(&out);
    struct stw_datum values[] = {stw_datum_count(1), stw_datum_string("a{0}b")};
    stw_datum_fill(STW_LANGUAGE_EN, STW_WORD_MORE_ROWS, values, 2, &out);
    expect(&out, "1 more row in the CSV file a{0}b.", 0);
    values[0].count = 1500;
    stw_datum_fill(STW_LANGUAGE_EN, STW_WORD_MORE_ROWS, values, 2, &out);
    expect(&out, "1,500 more rows in the CSV file a{0}b.", 1);
    stw_datum_fill(STW_LANGUAGE_ZH_CN, STW_WORD_MORE_ROWS, values, 2, &out);
    expect(&out, "另有 1,500 行，见 CSV 文件 a{0}b。", 2);
    stw_buffer_release(&out);
}

static void numbers_for_drawing(void)
{
    struct stw_datum text = stw_datum_string("12"), none = stw_datum_none();
    struct stw_datum share = stw_datum_share(.5, 0);
    CU_ASSERT(isnan(stw_datum_number(&text)));
    CU_ASSERT(isnan(stw_datum_number(&none)));
    CU_ASSERT_EQUAL(stw_datum_number(&share), 50);
}

STW_SUITE(report_datum, {"shows by language", shows_by_language},
          {"fills messages", fills_messages}, {"numbers for drawing", numbers_for_drawing});
