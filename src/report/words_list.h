/*
 * Every message of the reports: WORD(name, zh-CN, zh-TW, en). See words.h for places in messages.
 * "More than" excludes its bound (超过) and "at least" includes it (不少于), in all languages.
 */
#ifndef STW_REPORT_WORDS_LIST_H
#define STW_REPORT_WORDS_LIST_H

/* clang-format off */
#define STW_WORDS(WORD)                                                                            \
    WORD(UNIT_DAY, "天", "天", "d")                                                                \
    WORD(UNIT_HOUR, "小时", "小時", "h")                                                           \
    WORD(UNIT_MINUTE, "分钟", "分鐘", "min")                                                       \
    WORD(UNIT_SECOND, "秒", "秒", "s")                                                             \
    WORD(MONTH_1, "1月", "1月", "Jan")                                                             \
    WORD(MONTH_2, "2月", "2月", "Feb")                                                             \
    WORD(MONTH_3, "3月", "3月", "Mar")                                                             \
    WORD(MONTH_4, "4月", "4月", "Apr")                                                             \
    WORD(MONTH_5, "5月", "5月", "May")                                                             \
    WORD(MONTH_6, "6月", "6月", "Jun")                                                             \
    WORD(MONTH_7, "7月", "7月", "Jul")                                                             \
    WORD(MONTH_8, "8月", "8月", "Aug")                                                             \
    WORD(MONTH_9, "9月", "9月", "Sep")                                                             \
    WORD(MONTH_10, "10月", "10月", "Oct")                                                          \
    WORD(MONTH_11, "11月", "11月", "Nov")                                                          \
    WORD(MONTH_12, "12月", "12月", "Dec")                                                          \
    WORD(MONTH_OF_YEAR, "{0}年{1}", "{0}年{1}", "{1} {0}")                                         \
    WORD(NO_DATA, "无数据", "無資料", "no data")                                                   \
    WORD(NOT_JUDGED, "不判断：{0}", "不判斷：{0}", "not judged: {0}")                              \
    WORD(MORE_THAN, "超过 {0}", "超過 {0}", "more than {0}")                                       \
    WORD(AT_LEAST, "不少于 {0}", "不少於 {0}", "at least {0}")                                     \
    WORD(LESS_THAN, "低于 {0}", "低於 {0}", "less than {0}")                                       \
    WORD(AT_MOST, "不超过 {0}", "不超過 {0}", "at most {0}")                                       \
    WORD(MARK_NONE, "说明", "說明", "note")                                                        \
    WORD(NOTE, "备注", "備註", "Note")                                                             \
    WORD(MARK_GOOD, "良好", "良好", "good")                                                        \
    WORD(MARK_NOTICE, "关注", "關注", "notice")                                                    \
    WORD(MARK_BAD, "需处理", "需處理", "act")                                                      \
    WORD(CONTENTS, "目录", "目錄", "Contents")                                                     \
    WORD(CONCLUSIONS, "结论", "結論", "Conclusions")                                               \
    WORD(NO_CONCLUSIONS, "本期没有需要说明的情况。", "本期沒有需要說明的情況。",                   \
         "Nothing to report for this period.")                                                     \
    WORD(SECTION_REFERENCE, "第 {0} 节", "第 {0} 節", "section {0}")                               \
    WORD(TOTAL, "合计", "合計", "Total")                                                           \
    WORD(SITE, "项目", "專案", "Site")                                                             \
    WORD(PERIOD, "期间", "期間", "Period")                                                         \
    WORD(AS_OF, "数据截至", "資料截至", "Data as of")                                              \
    WORD(SNAPSHOT, "快照", "快照", "Snapshot")                                                     \
    WORD(PROGRAM, "程序", "程式", "Program")                                                       \
    WORD(ROWS_BEHIND, "明细命令", "明細命令", "Rows behind this")                                  \
    WORD(MORE_ROWS, "另有 {0} 行，见 CSV 文件 {1}。", "另有 {0} 行，見 CSV 檔案 {1}。",            \
         "{0} more {0:row|rows} in the CSV file {1}.")                                             \
    WORD(INTERVAL_LOW, "{0}（下限）", "{0}（下限）", "{0} (low)")                                  \
    WORD(INTERVAL_HIGH, "{0}（上限）", "{0}（上限）", "{0} (high)")                                \
    WORD(GAP, "无数据", "無資料", "no data")                                                       \
    WORD(SCALE_1, "万", "萬", "k")                                                                 \
    WORD(SCALE_2, "亿", "億", "M")
/* clang-format on */

#endif
