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
    WORD(MARK_NONE, "说明", "說明", "note")                                                        \
    WORD(NOTE, "备注", "備註", "Note")                                                             \
    WORD(MARK_GOOD, "良好", "良好", "good")                                                        \
    WORD(MARK_NOTICE, "关注", "關注", "notice")                                                    \
    WORD(MARK_BAD, "需处理", "需處理", "act")                                                      \
    WORD(CONTENTS, "目录", "目錄", "Contents")                                                     \
    WORD(CONCLUSIONS, "结论", "結論", "Conclusions")                                               \
    WORD(NO_CONCLUSIONS,                                                                           \
         "本期没有需要说明的情况。",                                                               \
         "本期沒有需要說明的情況。",                                                               \
         "Nothing to report for this period.")                                                     \
    WORD(SECTION_REFERENCE, "第 {0} 节", "第 {0} 節", "section {0}")                               \
    WORD(TOTAL, "合计", "合計", "Total")                                                           \
    WORD(PERIOD, "期间", "期間", "Period")                                                         \
    WORD(AS_OF, "数据截至", "資料截至", "Data as of")                                              \
    WORD(SNAPSHOT, "快照", "快照", "Snapshot")                                                     \
    WORD(PROGRAM, "程序", "程式", "Program")                                                       \
    WORD(ROWS_BEHIND, "明细命令", "明細命令", "Rows behind this")                                  \
    WORD(MORE_ROWS,                                                                                \
         "另有 {0} 行，见 CSV 文件 {1}。",                                                         \
         "另有 {0} 行，見 CSV 檔案 {1}。",                                                         \
         "{0} more {0:row|rows} in the CSV file {1}.")                                             \
    WORD(COLUMNS_ABSENT, "未列出：{0}（{1}）。", "未列出：{0}（{1}）。", "Not shown: {0} ({1}).")  \
    WORD(INTERVAL_LOW, "{0}（下限）", "{0}（下限）", "{0} (low)")                                  \
    WORD(INTERVAL_HIGH, "{0}（上限）", "{0}（上限）", "{0} (high)")                                \
    WORD(GAP, "无数据", "無資料", "no data")                                                       \
    WORD(SCALE_1, "万", "萬", "k")                                                                 \
    WORD(SCALE_2, "亿", "億", "M")                                                                 \
    WORD(TOO_FEW, "样本太少", "樣本太少", "too few")                                               \
    WORD(NO_EXPOSURE, "没有在用时间", "沒有在用時間", "no time in service")                        \
    WORD(NEAR_ZERO, "基数接近 0", "基數接近 0", "base near 0")                                     \
    WORD(INCOMPLETE, "数据不完整", "資料不完整", "incomplete data")                                \
    WORD(NOT_PROVIDED, "未提供依据", "未提供依據", "not provided")                                 \
    WORD(TOO_MANY_OPEN, "未完成的太多", "未完成的太多", "too many still open")                     \
    WORD(NOT_STATED, "（未填写）", "（未填寫）", "(not stated)")                                   \
    WORD(N_OF, "{0} / {1}", "{0} / {1}", "{0} of {1}")                                             \
    WORD(SECTION_RESPONSE, "响应时效", "回應時效", "Response times")                               \
    WORD(STAMP_CREATED, "报修", "報修", "created")                                                 \
    WORD(STAMP_ACCEPTED, "受理", "受理", "accepted")                                               \
    WORD(STAMP_CONTACTED, "联系", "聯絡", "contacted")                                             \
    WORD(STAMP_DISPATCHED, "派单", "派單", "dispatched")                                           \
    WORD(STAMP_ARRIVED, "到场", "到場", "arrived")                                                 \
    WORD(STAMP_INVESTIGATED, "核查", "核查", "investigated")                                       \
    WORD(STAMP_RESOLVED, "完成", "完成", "resolved")                                               \
    WORD(STAMP_VERIFIED, "验收", "驗收", "verified")                                               \
    WORD(STAMP_REVISITED, "回访", "回訪", "revisited")                                             \
    WORD(LEG, "{0}至{1}", "{0}至{1}", "From {0} to {1}")                                           \
    WORD(LEG_TITLE, "环节", "環節", "Leg")                                                         \
    WORD(LEGS, "各环节时效", "各環節時效", "Legs at a glance")                                     \
    WORD(ORDERS, "工单", "工單", "Work orders")                                                    \
    WORD(ORDER, "工单号", "工單號", "Order")                                                       \
    WORD(OPEN, "未完成", "未完成", "Open")                                                         \
    WORD(ATTAINMENT, "达标率", "達標率", "On target")                                              \
    WORD(JUDGED, "已判定", "已判定", "Judged")                                                     \
    WORD(BREACHED, "超时", "逾時", "Late")                                                         \
    WORD(BREACHED_OPEN, "超时未完成", "逾時未完成", "Open and overdue")                            \
    WORD(MEDIAN_KM, "中位时长", "中位時長", "Median")                                              \
    WORD(P90_CLOSED, "已完成 P90", "已完成 P90", "P90 of closed")                                  \
    WORD(PRIORITY, "优先级", "優先級", "Priority")                                                 \
    WORD(CATEGORY, "类别", "類別", "Category")                                                     \
    WORD(VENDOR, "承办方", "承辦方", "Vendor")                                                     \
    WORD(CHANNEL, "受理渠道", "受理管道", "Channel")                                               \
    WORD(TEAM, "班组", "班組", "Team")                                                             \
    WORD(PLACE, "位置", "位置", "Place")                                                           \
    WORD(MONTH, "月份", "月份", "Month")                                                           \
    WORD(TARGET, "时限", "時限", "Target")                                                         \
    WORD(TARGET_IS, "目标 {0}", "目標 {0}", "target {0}")                                          \
    WORD(OVERDUE_BY, "已超时", "已逾時", "Overdue by")                                             \
    WORD(OVERDUE_LIST, "超时未完成的工单", "逾時未完成的工單", "Open and overdue")                 \
    WORD(RESPONSE_BY, "{0}，按{1}", "{0}，按{1}", "{0}, by {1}")                                   \
    WORD(ATTAINMENT_BY, "达标率，按{0}", "達標率，按{0}", "On target, by {0}")                     \
    WORD(BACKLOG, "未完成工单的时长", "未完成工單的時長", "Age of open orders")                    \
    WORD(AGE_1, "不满 1 天", "不滿 1 天", "below 1 day")                                           \
    WORD(AGE_3, "1 至 3 天", "1 至 3 天", "1 to 3 days")                                           \
    WORD(AGE_7, "3 至 7 天", "3 至 7 天", "3 to 7 days")                                           \
    WORD(AGE_30, "7 至 30 天", "7 至 30 天", "7 to 30 days")                                       \
    WORD(AGE_90, "30 至 90 天", "30 至 90 天", "30 to 90 days")                                    \
    WORD(AGE_OLDER, "90 天及以上", "90 天及以上", "90 days or more")                               \
    WORD(LOG_RANK_NOTE,                                                                            \
         "各{0}的时长是否不同：log-rank 检验 χ² = {1}，自由度 {2}，p {3}。",                       \
         "各{0}的時長是否不同：log-rank 檢定 χ² = {1}，自由度 {2}，p {3}。",                       \
         "{0}: do the times differ? Log-rank test: chi-square {1} on {2} "                         \
         "{2:degree|degrees} of freedom, p {3}.")                                                  \
    WORD(SLOWEST,                                                                                  \
         "不同{0}的时效有差别（p {4}）：{1} 最慢，中位时长 {2}（{3} 单）。",                       \
         "不同{0}的時效有差別（p {4}）：{1} 最慢，中位時長 {2}（{3} 單）。",                       \
         "{0} matters for response times (p {4}): {1} is the slowest, median {2} over {3} "        \
         "{3:order|orders}.")                                                                      \
    WORD(ATTAINMENT_IS,                                                                            \
         "{0}达标率 {1}（区间 {2} 至 {3}，已判定 {4} 单，含超时未完成的）。",                      \
         "{0}達標率 {1}（區間 {2} 至 {3}，已判定 {4} 單，含逾時未完成的）。",                      \
         "{0}: {1} on target (interval {2} to {3}, {4} {4:order|orders} judged, open overdue "     \
         "ones included).")                                                                        \
    WORD(OVERDUE_ARE,                                                                              \
         "{0} 单超时仍未完成，最久的 {2} 已超时 {1}。",                                            \
         "{0} 單逾時仍未完成，最久的 {2} 已逾時 {1}。",                                            \
         "{0} {0:order is|orders are} open past {0:its|their} target; {2} for the longest time, "  \
         "{1}.")                                                                                   \
    WORD(RESPONSE_METHOD,                                                                          \
         "达标率的分母是按时完成、超时完成和超时未完成的工单之和；时限未到的未完成工单不判定。中"  \
         "位时长用 Kaplan-Meier 法，未完成的工单按已历时长删失；P90 "                              \
         "只统计已完成的工单，分位数用第 {0} 类定义。区间为 {1} "                                  \
         "置信区间（Clopper-Pearson）。少于 {2} 单的不判断。",                                     \
         "達標率的分母是按時完成、逾時完成和逾時未完成的工單之和；時限未到的未完成工單不判定。中"  \
         "位時長用 Kaplan-Meier 法，未完成的工單按已歷時長設限；P90 "                              \
         "只統計已完成的工單，分位數用第 {0} 類定義。區間為 {1} "                                  \
         "信賴區間（Clopper-Pearson）。少於 {2} 單的不判斷。",                                     \
         "On target is the share of orders done in time among those done in time, done late, "     \
         "and open past their target; open orders with time left are not judged yet. The median "  \
         "is Kaplan-Meier with open orders censored at their age. P90 is over closed orders "      \
         "only, quantile type {0}. Intervals are at {1} confidence (Clopper-Pearson). Groups of "  \
         "fewer than {2} orders are not judged.")                                                  \
    WORD(RESPONSE_ODD,                                                                             \
         "时间记录：{0} 单缺少起点；{1} 单的时间先后颠倒，其中 {2} "                               \
         "单终点早于起点，不计入时长和达标率；{3} 单起止为同一时刻（可能是补录）。",               \
         "時間記錄：{0} 單缺少起點；{1} 單的時間先後顛倒，其中 {2} "                               \
         "單終點早於起點，不計入時長和達標率；{3} 單起止為同一時刻（可能是補錄）。",               \
         "Stamps: {0} {0:order lacks|orders lack} the first one; {1} {1:has|have} stamps that "    \
         "run backwards, of which {2} {2:ends|end} before {2:it starts|they start} and "           \
         "{2:is|are} in no figure; {3} {3:begins and ends|begin and end} at the same instant "     \
         "(perhaps written later).")                                                               \
    WORD(STATED_CLOSED,                                                                            \
         "数据来源自带的判定：已完成的工单中 {0} / {1} 与本报告一致。",                            \
         "資料來源自帶的判定：已完成的工單中 {0} / {1} 與本報告一致。",                            \
         "Verdicts the source states itself: {0} of {1} closed {1:order|orders} {0:agrees|agree} " \
         "with this report.")                                                                      \
    WORD(STATED_OPEN,                                                                              \
         "未完成的 {0} 单：来源的判定时刻推断在 {1} 之后、{2} 或之前，仍有 {3} 单不一致。",        \
         "未完成的 {0} 單：來源的判定時刻推斷在 {1} 之後、{2} 或之前，仍有 {3} 單不一致。",        \
         "For the {0} open {0:order|orders} the source's own as-of instant is inferred to lie "    \
         "after {1} and at or before {2}; {3} still {3:disagrees|disagree}.")                      \
    WORD(SECTION_FAILURES,                                                                         \
         "{0}：故障与可用率（{1}）",                                                               \
         "{0}：故障與可用率（{1}）",                                                               \
         "{0}: failures and availability, {1}")                                                    \
    WORD(WINDOW, "截至{1}的 {0} 个月", "截至{1}的 {0} 個月", "{0} {0:month|months} to {1}")        \
    WORD(OF_THEM_THIS_MONTH, "，其中本月 {0} 起", "，其中本月 {0} 起", ", {0} of them this month") \
    WORD(THIS_MONTH_IS, "{0}，本月 {1}", "{0}，本月 {1}", "{0}, {1} this month")                   \
    WORD(UNIT, "设备", "設備", "Unit")                                                             \
    WORD(UNITS, "台数", "台數", "Units")                                                           \
    WORD(EXPOSURE, "在用时间", "在用時間", "In service")                                           \
    WORD(UNIT_YEARS, "台·年", "台·年", "unit-years")                                               \
    WORD(DAYS, "天", "天", "days")                                                                 \
    WORD(FAILURES, "故障", "故障", "Failures")                                                     \
    WORD(ENTRAPMENTS, "困人", "困人", "Entrapments")                                               \
    WORD(FAILURE_RATE, "故障率", "故障率", "Failure rate")                                         \
    WORD(PER_UNIT_YEAR, "次/台·年", "次/台·年", "per unit-year")                                   \
    WORD(MTBF, "平均故障间隔", "平均故障間隔", "MTBF")                                             \
    WORD(REPAIR_MEDIAN, "修复中位时长", "修復中位時長", "Median repair")                           \
    WORD(AVAILABILITY, "可用率", "可用率", "Availability")                                         \
    WORD(FAILURES_BY, "故障，按{0}", "故障，按{0}", "Failures, by {0}")                            \
    WORD(INTERVAL_IS, "区间 {0} 至 {1}", "區間 {0} 至 {1}", "interval {0} to {1}")                 \
    WORD(IN_CALLS, "共 {0} 次报修", "共 {0} 次報修", "in {0} {0:call|calls}")                      \
    WORD(PER_100_UNIT_MONTHS,                                                                      \
         "每百台·月 {0}（{1} 至 {2}）",                                                            \
         "每百台·月 {0}（{1} 至 {2}）",                                                            \
         "{0} per 100 unit-months ({1} to {2})")                                                   \
    WORD(RATE_CHART,                                                                               \
         "各台故障率与置信区间",                                                                   \
         "各台故障率與信賴區間",                                                                   \
         "Failure rate of each unit with its interval")                                            \
    WORD(RATE_CHART_NOTE,                                                                          \
         "红点：整个区间高于全体平均。没有故障的设备不画。",                                       \
         "紅點：整個區間高於全體平均。沒有故障的設備不畫。",                                       \
         "Red: the whole interval lies above the mean of all. Units without a failure are not "    \
         "drawn.")                                                                                 \
    WORD(MEAN_IS, "平均 {0}", "平均 {0}", "mean {0}")                                              \
    WORD(CAUSE, "原因", "原因", "Cause")                                                           \
    WORD(CAUSES, "故障原因排序", "故障原因排序", "Causes, most frequent first")                    \
    WORD(CUMULATIVE, "累计", "累計", "cumulative")                                                 \
    WORD(RATE_BY_MONTH,                                                                            \
         "逐月故障率与置信区间",                                                                   \
         "逐月故障率與信賴區間",                                                                   \
         "Failure rate by month with its interval")                                                \
    WORD(FAILURE_ACCOUNT,                                                                          \
         "事件去向：维修类事件 {0} 次，其中 {1} 次并入之前的同一次故障；保养、试验和其他事件 "     \
         "{2} 次不计为故障；{3} 次的设备不在台账；{4} 次故障发生时设备不在用；{5} "                \
         "台没有投用日期，按期初已投用计。",                                                       \
         "事件去向：維修類事件 {0} 次，其中 {1} 次併入之前的同一次故障；保養、試驗和其他事件 "     \
         "{2} 次不計為故障；{3} 次的設備不在台帳；{4} 次故障發生時設備不在用；{5} "                \
         "台沒有投用日期，按期初已投用計。",                                                       \
         "Where the events went: {0} corrective {0:event|events}, of which {1} "                   \
         "{1:belongs|belong} to an earlier failure; {2} of maintenance, tests and other kinds "    \
         "are no failures; {3} of devices that are not registered; {4} {4:failure|failures} "      \
         "while the unit was out of service; {5} {5:unit|units} without an in-service date, "      \
         "taken as in service from the start.")                                                    \
    WORD(FAILURE_CENSORED,                                                                         \
         "{0} 次停机在记录开始前已发生，只计停机时间，不计为本期故障；{1} "                        \
         "次没有看到恢复，停机时间算到最后一次看到为止，不算修复。",                               \
         "{0} 次停機在記錄開始前已發生，只計停機時間，不計為本期故障；{1} "                        \
         "次沒有看到恢復，停機時間算到最後一次看到為止，不算修復。",                               \
         "{0} {0:stop|stops} began before the records do: downtime, but no failures of the "       \
         "period. {1} {1:was|were} lost sight of before the end: down up to then, which is no "    \
         "repair.")                                                                                \
    WORD(FAILURE_METHOD,                                                                           \
         "同一台设备在首次报修后 {0}内或恢复之前的再次报修算同一次故障。故障率 = 故障次数 ÷ "      \
         "在用时间，区间为精确泊松（Garwood）{1} 置信区间；没有故障时给出上限，平均故障间隔给出"   \
         "下限。可用率 = 1 − 停机时间 ÷ 在用时间。",                                               \
         "同一台設備在首次報修後 {0}內或恢復之前的再次報修算同一次故障。故障率 = 故障次數 ÷ "      \
         "在用時間，區間為精確卜瓦松（Garwood）{1} "                                               \
         "信賴區間；沒有故障時給出上限，平均故障間隔給出下限。可用率 = 1 − 停機時間 ÷ 在用時間。", \
         "Further calls of a unit within {0} of the first, or before it works again, belong to "   \
         "the same failure. Failure rate = failures / time in service, with the exact Poisson "    \
         "(Garwood) interval at {1} confidence; without failures an upper bound is given, and a "  \
         "lower bound of the time between failures. Availability = 1 - downtime / time in "        \
         "service.")                                                                               \
    WORD(ENTRAPMENTS_ARE,                                                                          \
         "{3}内发生困人 {0} 起{4}（{2} 台，每百台·月 {1} 起）。",                                  \
         "{3}內發生困人 {0} 起{4}（{2} 台，每百台·月 {1} 起）。",                                  \
         "{0} {0:entrapment|entrapments} in the {3}{4} ({2} {2:unit|units}, {1} per 100 "          \
         "unit-months).")                                                                          \
    WORD(TREND, "趋势", "趨勢", "Trend")                                                           \
    WORD(TRENDS, "故障趋势检验", "故障趨勢檢定", "Is it getting worse? Trend tests")               \
    WORD(WORSENING, "变差", "變差", "worsening")                                                   \
    WORD(IMPROVING, "好转", "好轉", "improving")                                                   \
    WORD(NO_TREND, "未见趋势", "未見趨勢", "no trend shown")                                       \
    WORD(LAPLACE_U, "Laplace 统计量 U", "Laplace 統計量 U", "Laplace U")                           \
    WORD(LAPLACE_P, "Laplace p（变差）", "Laplace p（變差）", "Laplace p (worse)")                 \
    WORD(MIL_HDBK_P,                                                                               \
         "MIL-HDBK-189 p（变差）",                                                                 \
         "MIL-HDBK-189 p（變差）",                                                                 \
         "MIL-HDBK-189 p (worse)")                                                                 \
    WORD(REVERSE_P, "逆序 p（变差）", "逆序 p（變差）", "Reverse arrangements p (worse)")          \
    WORD(MANN_KENDALL_P,                                                                           \
         "逐月 Mann-Kendall p（上升）",                                                            \
         "逐月 Mann-Kendall p（上升）",                                                            \
         "Monthly Mann-Kendall p (rising)")                                                        \
    WORD(TREND_NOTE,                                                                               \
         "判断 {0} 台；{1} 台故障次数少于 {2} 次或时间不足，不判断。Laplace 与 MIL-HDBK-189 "      \
         "两个检验的 p 都小于 {3} ÷ 台数（多重检验校正）才称为趋势。",                             \
         "判斷 {0} 台；{1} 台故障次數少於 {2} 次或時間不足，不判斷。Laplace 與 MIL-HDBK-189 "      \
         "兩個檢定的 p 都小於 {3} ÷ 台數（多重檢定校正）才稱為趨勢。",                             \
         "{0} {0:unit|units} judged; {1} {1:has|have} fewer than {2} failures or too little "      \
         "time and {1:is|are} not. A trend is named only where the p of both Laplace and "         \
         "MIL-HDBK-189 is below {3} / units (correction for multiple testing).")                   \
    WORD(UNIT_WORSENS,                                                                             \
         "{0} 的故障越来越密（{4}内 {1} 次；单侧 p：Laplace {2}，MIL-HDBK-189 {3}）。",            \
         "{0} 的故障越來越密（{4}內 {1} 次；單側 p：Laplace {2}，MIL-HDBK-189 {3}）。",            \
         "{0} fails more and more often ({1} {1:failure|failures} in the {4}; one-sided p: "       \
         "Laplace {2}, MIL-HDBK-189 {3}).")                                                        \
    WORD(REPEATS,                                                                                  \
         "重复故障：{0}内同一原因不少于 {1} 次",                                                   \
         "重複故障：{0}內同一原因不少於 {1} 次",                                                   \
         "Repeat faults: at least {1} of one cause within {0}")                                    \
    WORD(REPEATS_MOST, "最密时次数", "最密時次數", "Most within the window")                       \
    WORD(FROM, "自", "自", "From")                                                                 \
    WORD(UNTIL, "至", "至", "Until")                                                               \
    WORD(IN_PERIOD, "全期合计", "全期合計", "In all months")                                       \
    WORD(REPEATS_ARE,                                                                              \
         "{5}内 {0} 处重复故障；最多的是 {1} 的“{2}”，{4}内 {3} 次。",                             \
         "{5}內 {0} 處重複故障；最多的是 {1} 的「{2}」，{4}內 {3} 次。",                           \
         "{0} repeat {0:fault|faults} in the {5}; the worst is '{2}' of {1}: {3} times within "    \
         "{4}.")                                                                                   \
    WORD(SECTION_ENERGY, "能耗对比", "能耗對比", "Energy comparison")                              \
    WORD(KIND_POWER, "用电", "用電", "Power")                                                      \
    WORD(KIND_WATER, "用水", "用水", "Water")                                                      \
    WORD(KIND_GAS, "用气", "用氣", "Gas")                                                          \
    WORD(KIND_HEAT, "用热", "用熱", "Heat")                                                        \
    WORD(KIND_ELEVATOR, "电梯", "電梯", "Elevators")                                               \
    WORD(KIND_ESCALATOR, "自动扶梯", "電扶梯", "Escalators")                                       \
    WORD(KIND_ACCESS_CONTROL, "门禁", "門禁", "Access control")                                    \
    WORD(KIND_INTERCOM, "对讲", "對講機", "Intercoms")                                             \
    WORD(KIND_GATE, "道闸", "柵欄機", "Gates")                                                     \
    WORD(KIND_CAMERA, "监控摄像机", "監視攝影機", "Cameras")                                       \
    WORD(KIND_SMOKE_DETECTOR, "烟感探测器", "偵煙探測器", "Smoke detectors")                       \
    WORD(KIND_FIRE, "消防设施", "消防設施", "Fire safety")                                         \
    WORD(KIND_FIRE_ALARM, "火灾报警", "火災警報", "Fire alarms")                                   \
    WORD(KIND_FIRE_PUMP, "消防水泵", "消防水泵", "Fire pumps")                                     \
    WORD(KIND_PUMP, "水泵", "水泵", "Pumps")                                                       \
    WORD(KIND_BOILER, "锅炉", "鍋爐", "Boilers")                                                   \
    WORD(KIND_CHILLER, "冷水机组", "冰水主機", "Chillers")                                         \
    WORD(KIND_HVAC, "空调", "空調", "Air conditioning")                                            \
    WORD(KIND_FAN, "风机", "風機", "Fans")                                                         \
    WORD(KIND_GENERATOR, "发电机", "發電機", "Generators")                                         \
    WORD(KIND_TRANSFORMER, "变压器", "變壓器", "Transformers")                                     \
    WORD(KIND_LIGHTING, "照明", "照明", "Lighting")                                                \
    WORD(ROLE_MAIN, "总表", "總錶", "mains")                                                       \
    WORD(ROLE_BUILDING, "楼栋表", "樓棟錶", "building meters")                                     \
    WORD(ROLE_HOUSEHOLD, "户表", "戶錶", "household meters")                                       \
    WORD(ROLE_PUBLIC, "公区表", "公區錶", "public area meters")                                    \
    WORD(ROLE_PLANT, "机房表", "機房錶", "plant meters")                                           \
    WORD(KIND_AND_ROLE, "{0}（{1}）", "{0}（{1}）", "{0} ({1})")                                   \
    WORD(BUILDING, "楼栋", "樓棟", "Building")                                                     \
    WORD(BUILDING_AND_KIND, "{0} {1}", "{0} {1}", "{0}, {1}")                                      \
    WORD(METER, "表计", "錶計", "Meter")                                                           \
    WORD(METERS, "表数", "錶數", "Meters")                                                         \
    WORD(USE, "本月用量", "本月用量", "Use")                                                       \
    WORD(USE_PER_DAY, "日均", "日均", "Per day")                                                   \
    WORD(MONTH_ON_MONTH, "环比", "環比", "MoM")                                                    \
    WORD(MONTH_LIKE_PER_DAY,                                                                       \
         "环比（同口径，日均）",                                                                   \
         "環比（同口徑，日均）",                                                                   \
         "MoM, like for like, per day")                                                            \
    WORD(YEAR_ON_YEAR, "同比", "同比", "YoY")                                                      \
    WORD(YEAR_LIKE, "同比（同口径）", "同比（同口徑）", "YoY, like for like")                      \
    WORD(YEAR_TO_DATE, "累计同比", "累計同比", "YTD")                                              \
    WORD(YEAR_TO_DATE_LIKE, "累计同比（同口径）", "累計同比（同口徑）", "YTD, like for like")      \
    WORD(ESTIMATED, "估计占比", "估計占比", "Estimated")                                           \
    WORD(USE_TABLE, "{0}：用量与对比", "{0}：用量與對比", "{0}: use and changes")                  \
    WORD(COST_TABLE,                                                                               \
         "{0}：单位面积能耗与费用",                                                                \
         "{0}：單位面積能耗與費用",                                                                \
         "{0}: use per area and cost")                                                             \
    WORD(USE_BY_MONTH,                                                                             \
         "{0}：近 13 个月与上年同月",                                                              \
         "{0}：近 13 個月與上年同月",                                                              \
         "{0}: the last months beside the year before")                                            \
    WORD(THIS_YEAR, "当月", "當月", "the month")                                                   \
    WORD(YEAR_BEFORE, "上年同月", "上年同月", "same month a year before")                          \
    WORD(USE_CHART_NOTE,                                                                           \
         "有数据的表全部相加；各月表数可能不同，比较以同口径为准。“–”表示没有数据。",              \
         "有資料的錶全部相加；各月錶數可能不同，比較以同口徑為準。「–」表示沒有資料。",            \
         "All meters with data, which may differ between months: compare by the like-for-like "    \
         "figures. A dash is a month without data.")                                               \
    WORD(LIKE_NOTE,                                                                                \
         "环比：与上月比；同比：与上年同月比；累计同比：本年至今与上年同期比。同口径：只计两期数"  \
         "据都完整、面积相同的表，其余列在后面。日均按当地天数折算。估计占比：本月用量中依据插补"  \
         "、估计或可疑读数的部分。基数接近 0 时不给百分比。",                                      \
         "環比：與上月比；同比：與上年同月比；累計同比：本年至今與上年同期比。同口徑：只計兩期資"  \
         "料都完整、面積相同的錶，其餘列在後面。日均按當地天數折算。估計占比：本月用量中依據插補"  \
         "、估計或可疑讀數的部分。基數接近 0 時不給百分比。",                                      \
         "MoM: against the month before; YoY: against the same month last year; YTD: the year "    \
         "so far against the same months last year. Like for like: meters complete on both "       \
         "sides, with the same area; the others are listed below. Per day: by local days. "        \
         "Estimated: the part of the month that rests on interpolated, estimated or flagged "      \
         "readings. No percentage where the base is near 0.")                                      \
    WORD(LIKE_METERS,                                                                              \
         "同口径 {0} 块表，剔除 {1} 块",                                                           \
         "同口徑 {0} 塊錶，剔除 {1} 塊",                                                           \
         "{0} {0:meter|meters} alike, {1} left out")                                               \
    WORD(PER_AREA, "单位面积用量", "單位面積用量", "Use per area")                                 \
    WORD(PER_AREA_MONTH, "单位面积，本月", "單位面積，本月", "Per area, month")                    \
    WORD(PER_AREA_YEAR, "单位面积，累计", "單位面積，累計", "Per area, year to date")              \
    WORD(PER_HOUSEHOLD, "户均，本月", "戶均，本月", "Per household, month")                        \
    WORD(COST, "本月费用", "本月費用", "Cost")                                                     \
    WORD(COST_LAST_YEAR, "上年同月费用", "上年同月費用", "Cost a year before")                     \
    WORD(COST_TO_DATE, "累计费用", "累計費用", "Cost, year to date")                               \
    WORD(INTENSITY_BY_BUILDING,                                                                    \
         "{0}：单位面积用量，本年累计",                                                            \
         "{0}：單位面積用量，本年累計",                                                            \
         "{0}: use per area, year to date")                                                        \
    WORD(LEFT_OUT_TABLE,                                                                           \
         "未计入同口径对比的表",                                                                   \
         "未計入同口徑對比的錶",                                                                   \
         "Meters left out of like-for-like comparisons")                                           \
    WORD(COMPARISON, "对比", "對比", "Comparison")                                                 \
    WORD(THIS_SIDE, "本期", "本期", "This side")                                                   \
    WORD(BASE_SIDE, "基期", "基期", "Base")                                                        \
    WORD(GAP_COMPLETE, "完整", "完整", "complete")                                                 \
    WORD(GAP_NOT_IN_SERVICE,                                                                       \
         "部分或全部时间未投用",                                                                   \
         "部分或全部時間未投用",                                                                   \
         "not in service for part or all of it")                                                   \
    WORD(GAP_NO_DATA, "无数据", "無資料", "no data")                                               \
    WORD(GAP_EDGES, "期初或期末表底未知", "期初或期末錶底未知", "register at an end not known")    \
    WORD(GAP_READINGS, "缺数过多", "缺數過多", "too many readings missing")                        \
    WORD(GAP_ZEROS, "零值过多，视为缺数", "零值過多，視為缺數", "too many zeros that mean gaps")   \
    WORD(USE_CHANGED,                                                                              \
         "{0}本月 {1} {2}，同比 {3}（{4} {2}）。",                                                 \
         "{0}本月 {1} {2}，同比 {3}（{4} {2}）。",                                                 \
         "{0}: {1} {2} this month, {3} against last year ({4} {2}).")                              \
    WORD(USE_CHANGED_ALIKE,                                                                        \
         "{0}本月 {1} {2}（{5} 块表）；同口径 {6} 块表 {7} {2}，同比 {3}（{4} {2}）。",            \
         "{0}本月 {1} {2}（{5} 塊錶）；同口徑 {6} 塊錶 {7} {2}，同比 {3}（{4} {2}）。",            \
         "{0}: {1} {2} this month over {5} {5:meter|meters}; like for like {7} {2} over {6}, "     \
         "{3} against last year ({4} {2}).")                                                       \
    WORD(STEADY,                                                                                   \
         "同比变化不超过 {1}（同口径）：{0}。",                                                    \
         "同比變化不超過 {1}（同口徑）：{0}。",                                                    \
         "Within {1} of last year, like for like: {0}.")                                           \
    WORD(STEADY_ITEM, "{0}{1} {2}（{3}）", "{0}{1} {2}（{3}）", "{0} {1} {2} ({3})")               \
    WORD(SUSPECTS,                                                                                 \
         "比较前请先核对 {0}；变化过大，像是换了计量单位、倍率或供应方式，而不是用量的变化。",     \
         "比較前請先核對 {0}；變化過大，像是換了計量單位、倍率或供應方式，而不是用量的變化。",     \
         "Check before comparing: {0}. Such a change looks like another unit, multiplier or "      \
         "supply, not like another use.")                                                          \
    WORD(SUSPECT_ITEM, "{0} {1}（{2} {3}）", "{0} {1}（{2} {3}）", "{0}, {1} ({2} {3})")           \
    WORD(SUSPECT_MORE,                                                                             \
         "{0}，另有 {1} 块表",                                                                     \
         "{0}，另有 {1} 塊錶",                                                                     \
         "{0}, and {1} more {1:meter|meters}")                                                     \
    WORD(METER_CHANNEL, "通道", "通道", "Channel")                                                 \
    WORD(LEFT_OUT_MORE,                                                                            \
         "另有 {0} 条未列出。",                                                                    \
         "另有 {0} 條未列出。",                                                                    \
         "{0} more {0:is|are} not listed.")                                                        \
    WORD(JUST, "{0}", "{0}", "{0}")                                                                \
    WORD(AND, "{0}、{1}", "{0}、{1}", "{0}, {1}")                                                  \
    WORD(MONTHLY_REPORT, "物业设备与能耗月报", "物業設備與能耗月報", "Monthly property report")    \
    WORD(COMPARISON_REPORT, "能耗对比报告", "能耗對比報告", "Energy comparison report")            \
    WORD(RESPONSE_REPORT, "响应时效报告", "回應時效報告", "Response time report")                  \
    WORD(SECTION_ALERTS, "告警", "告警", "Alerts")                                                 \
    WORD(NO_ALERTS, "本期没有告警。", "本期沒有告警。", "No alerts in this period.")               \
    WORD(RULE, "规则", "規則", "Rule")                                                             \
    WORD(SERIES, "设备与通道", "設備與通道", "Series")                                             \
    WORD(SEVERITY, "级别", "級別", "Severity")                                                     \
    WORD(ALERTS, "次数", "次數", "Alerts")                                                         \
    WORD(LASTING, "仍在持续", "仍在持續", "Still lasting")                                         \
    WORD(FALSE_SHARE, "误报率", "誤報率", "False alarms")                                          \
    WORD(NO_VERDICTS, "未经核实", "未經核實", "not reviewed")                                      \
    WORD(MONEY_PER_DAY, "每日损失", "每日損失", "Cost a day")                                      \
    WORD(ALERTS_BY_RULE, "告警，按规则", "告警，按規則", "Alerts by rule")                         \
    WORD(ALERT_LIST,                                                                               \
         "告警清单，损失大的在前",                                                                 \
         "告警清單，損失大的在前",                                                                 \
         "Alerts, dearest first")                                                                  \
    WORD(BEGAN, "开始", "開始", "Began")                                                           \
    WORD(LASTED, "持续", "持續", "Lasted")                                                         \
    WORD(STATE, "状态", "狀態", "State")                                                           \
    WORD(STATE_LASTS, "持续中", "持續中", "lasts")                                                 \
    WORD(STATE_ENDED, "已恢复", "已恢復", "ended")                                                 \
    WORD(VERDICT, "核实", "核實", "Verdict")                                                       \
    WORD(VERDICT_NONE, "未核实", "未核實", "not reviewed")                                         \
    WORD(VERDICT_TRUE, "属实", "屬實", "true")                                                     \
    WORD(VERDICT_FALSE, "误报", "誤報", "false")                                                   \
    WORD(NONE_REVIEWED,                                                                            \
         "告警都还没有人核实，因此不列误报率。",                                                   \
         "告警都還沒有人核實，因此不列誤報率。",                                                   \
         "None of these alerts has been reviewed yet, so there is no share of false alarms.")      \
    WORD(ALERTS_ARE,                                                                               \
         "本期告警 {0} 次，{1} 次仍在持续。",                                                      \
         "本期告警 {0} 次，{1} 次仍在持續。",                                                      \
         "{0} {0:alert|alerts} in this period, {1} still {1:lasts|last}.")                         \
    WORD(ALERT_IS, "{0} {3}{2}：{1}", "{0} {3}{2}：{1}", "{0}, {3}{2}: {1}")                       \
    WORD(DEADLINE_NEAR, "（即将超时）", "（即將逾時）", " (the deadline comes near)")              \
    WORD(COSTS_PER_DAY, "（每日约 {0} {1}）", "（每日約 {0} {1}）", ", about {0} {1} a day")       \
    WORD(SECTION_DUTIES, "检查与保养", "檢查與保養", "Inspections and duties")                     \
    WORD(DUTY, "工作", "工作", "Duty")                                                             \
    WORD(DUE, "应做", "應做", "Due")                                                               \
    WORD(ON_TIME, "按时", "按時", "On time")                                                       \
    WORD(LATE, "迟做", "遲做", "Late")                                                             \
    WORD(MISSED, "漏做", "漏做", "Missed")                                                         \
    WORD(ON_TIME_SHARE, "按时率", "按時率", "On time")                                             \
    WORD(DUTY_TABLE, "检查与保养完成情况", "檢查與保養完成情況", "Duties done, late and missed")   \
    WORD(MISSED_LIST, "漏做和迟做的工作", "漏做和遲做的工作", "Late and missed duties")            \
    WORD(DUE_AT, "应做日期", "應做日期", "Due by the end of")                                      \
    WORD(DONE_AT, "完成日期", "完成日期", "Done on")                                               \
    WORD(NOT_DONE, "未做", "未做", "not done")                                                     \
    WORD(DUTIES_ARE,                                                                               \
         "应做检查与保养 {0} 次：按时 {1} 次，迟做 {2} 次，漏做 {3} 次。",                         \
         "應做檢查與保養 {0} 次：按時 {1} 次，遲做 {2} 次，漏做 {3} 次。",                         \
         "{0} {0:inspection or maintenance visit was|inspections and maintenance visits were} due: " \
         "{1} on time, {2} late, {3} missed.")                                                     \
    WORD(SECTION_QUALITY, "数据质量", "資料品質", "Data quality")                                  \
    WORD(SERIES_WITH_DATA, "有数据的序列", "有資料的序列", "Series with data")                     \
    WORD(ROWS_ACCEPTED, "入库行数", "入庫列數", "Rows stored")                                     \
    WORD(REJECTED_ROWS, "拒收的行", "拒收的列", "Rows rejected")                                   \
    WORD(METER_PROBLEMS,                                                                           \
         "有问题的表计和传感器",                                                                   \
         "有問題的錶計和感測器",                                                                   \
         "Meters and sensors with problems")                                                       \
    WORD(PROBLEM, "问题", "問題", "Problem")                                                       \
    WORD(METER_SILENT, "停止上报", "停止上報", "Silent")                                           \
    WORD(METER_GAPS, "缺数", "缺數", "Gaps")                                                       \
    WORD(NO_TARIFF, "没有单价", "沒有單價", "No tariff")                                           \
    WORD(NO_AREA, "没有面积", "沒有面積", "No area")                                               \
    WORD(NO_MULTIPLIER, "没有倍率", "沒有倍率", "No multiplier")                                   \
    WORD(UNREGISTERED, "不在台账", "不在台帳", "Not registered")                                   \
    WORD(LAST_READING, "最后读数", "最後讀數", "Last reading")                                     \
    WORD(MISSING, "缺数占比", "缺數占比", "Missing")                                               \
    WORD(SOURCE, "来源", "來源", "Source")                                                         \
    WORD(REASON, "原因", "原因", "Reason")                                                         \
    WORD(KEPT_IN, "保存在", "保存在", "Kept in")                                                   \
    WORD(REJECTS_TABLE,                                                                            \
         "各文件拒收的行（全库）",                                                                 \
         "各檔案拒收的列（全庫）",                                                                 \
         "Rows rejected by file, of the whole store")                                              \
    WORD(ROWS_MAY_MISS,                                                                            \
         "数据存储已损坏，本报告的数字可能缺少部分数据。",                                         \
         "資料儲存已損壞，本報告的數字可能缺少部分資料。",                                         \
         "The store is damaged: the figures of this report may miss rows.")                        \
    WORD(STORE_DAMAGED,                                                                            \
         "数据存储有读不出的部分（{0}），其中的数据没有计入本报告。全部清单：{1}",                 \
         "資料儲存有讀不出的部分（{0}），其中的資料沒有計入本報告。全部清單：{1}",                 \
         "Part of the store cannot be read ({0}); what was in it is not in this report. All of "   \
         "it is named by: {1}")                                                                    \
    WORD(REJECT_COLUMNS, "列数与表头不符", "欄數與表頭不符", "Not as many columns as the header")  \
    WORD(REJECT_QUOTES, "引号之后还有文字", "引號之後還有文字", "Text after a closing quote")      \
    WORD(REJECT_TIME_EMPTY, "没有时间", "沒有時間", "No time")                                     \
    WORD(REJECT_TIME_SYNTAX, "时间格式不符", "時間格式不符", "Not in the time format")             \
    WORD(REJECT_TIME_FIELD,                                                                        \
         "日历上没有的日期或时间",                                                                 \
         "曆法上沒有的日期或時間",                                                                 \
         "No date or time of the calendar")                                                        \
    WORD(REJECT_TIME_NONEXISTENT,                                                                  \
         "当地时钟跳过的时间",                                                                     \
         "當地時鐘跳過的時間",                                                                     \
         "A time the local clock jumped over")                                                     \
    WORD(REJECT_TIME_RANGE,                                                                        \
         "时间超出可存年份",                                                                       \
         "時間超出可存年份",                                                                       \
         "Outside the years that can be kept")                                                     \
    WORD(REJECT_KEY_EMPTY, "设备或通道为空", "設備或通道為空", "A key is empty")                   \
    WORD(REJECT_KEY_SIZE, "设备或通道名过长", "設備或通道名過長", "A key is too long")             \
    WORD(REJECT_NUMBER_MALFORMED, "不是数字", "不是數字", "Not a number")                          \
    WORD(REJECT_NUMBER_GROUPING,                                                                   \
         "千位分隔符位置不对",                                                                     \
         "千分位分隔符位置不對",                                                                   \
         "Thousands separators in odd places")                                                     \
    WORD(REJECT_NUMBER_LARGE, "数值过大", "數值過大", "Too large a number")                        \
    WORD(REJECT_NUMBER_PRECISE,                                                                    \
         "小数位过多，无法精确保存",                                                               \
         "小數位過多，無法精確保存",                                                               \
         "More digits than can be kept exactly")                                                   \
    WORD(REJECT_NUMBER_WHOLE, "不是整数", "不是整數", "Not a whole number")                        \
    WORD(REJECT_BOOL, "既不是“是”也不是“否”", "既不是「是」也不是「否」", "Neither yes nor no")    \
    WORD(REJECT_ENCODING, "文件编码里没有的字节", "檔案編碼裡沒有的位元組", "Bytes that are no text")                  \
    WORD(REJECT_REQUIRED, "缺少必填内容", "缺少必填內容", "A required value is missing")           \
    WORD(REJECT_CUT, "在行中途文件结束", "檔案在列中途結束", "The file ends in it")                \
    WORD(REJECT_SYNTAX, "不符合文件格式", "不符合檔案格式", "Not what the file is said to be")     \
    WORD(REJECT_FORMULA, "公式没有保存结果", "公式沒有儲存結果", "A formula without a stored result") \
    WORD(REJECT_STATE, "映射中没有的状态", "對應表中沒有的狀態", "No state that the map knows")    \
    WORD(REJECT_MONTH, "不是年月", "不是年月", "No year and month")                                \
    WORD(REJECT_KEY_EXCEL,                                                                         \
         "编号被 Excel 取整破坏",                                                                  \
         "編號被 Excel 取整破壞",                                                                  \
         "A name that Excel rounded")                                                              \
    WORD(REJECT_KEY_DECIMAL,                                                                       \
         "编号是带小数的数字",                                                                     \
         "編號是帶小數的數字",                                                                     \
         "A number with decimals as a name")                                                       \
    WORD(REJECT_UNIT_NONE,                                                                         \
         "有单位，但映射和台账均未给出单位",                                                       \
         "有單位，但對應表和台帳均未給出單位",                                                     \
         "A unit where map and registry give none")                                                \
    WORD(REJECT_UNIT_KIND, "单位种类不符", "單位種類不符", "A unit of another kind")               \
    WORD(REJECT_UNIT_INEXACT,                                                                      \
         "单位无法精确换算",                                                                       \
         "單位無法精確換算",                                                                       \
         "A unit that does not convert exactly")                                                   \
    WORD(REJECT_EXCHANGE,                                                                          \
         "换表，缺旧表止数和新表起数",                                                             \
         "換表，缺舊表止數和新表起數",                                                             \
         "A meter exchange without its registers")                                                 \
    WORD(SILENT_ARE,                                                                               \
         "{0} 个表计或传感器停止上报，相关用量不完整。",                                           \
         "{0} 個錶計或感測器停止上報，相關用量不完整。",                                           \
         "{0} {0:meter or sensor is|meters or sensors are} silent; the use {0:it measures|they "   \
         "measure} is incomplete.")                                                                \
    WORD(SECTION_METHOD, "计算说明", "計算說明", "How it was computed")                            \
    WORD(METHOD_EXACT,                                                                             \
         "读数和用量按十进制整数精确计算，分项之和等于合计；页面上的数字按所示位数四舍五入，CSV "  \
         "与 JSON 文件保留精确值。",                                                               \
         "讀數和用量按十進位整數精確計算，分項之和等於合計；頁面上的數字按所示位數四捨五入，CSV "  \
         "與 JSON 檔案保留精確值。",                                                               \
         "Readings and use are computed exactly, in decimal integers; parts add up to totals. "    \
         "The page shows rounded figures, the CSV and JSON files carry the exact ones.")           \
    WORD(METHOD_TIME,                                                                              \
         "日、月按项目所在地时间划分，含起点、不含终点；夏令时切换日按 23 或 25 "                  \
         "小时计。表底在月界没有读数时，由前后读数线性内插，只取一次，相邻两期共用。",             \
         "日、月按專案所在地時間劃分，含起點、不含終點；夏令時間切換日按 23 或 25 "                \
         "小時計。錶底在月界沒有讀數時，由前後讀數線性內插，只取一次，相鄰兩期共用。",             \
         "Days and months are local, their start included and their end not; days on which "       \
         "clocks change have 23 or 25 hours. A register without a reading at a boundary is "       \
         "interpolated between its neighbours, once, and both periods use that number.")           \
    WORD(METHOD_AGAIN,                                                                             \
         "每个数字旁的命令列出其依据的数据行。迟到的更正不会改动已发布的报告：用同一快照可以重新"  \
         "生成完全相同的报告。",                                                                   \
         "每個數字旁的命令列出其依據的資料列。遲到的更正不會改動已發布的報告：用同一快照可以重新"  \
         "產生完全相同的報告。",                                                                   \
         "The command beside a figure lists the rows it rests on. Late corrections do not "        \
         "change a published report: the same snapshot makes the same report again.")              \
    WORD(MADE_FROM, "本报告的依据", "本報告的依據", "What this report was made from")              \
    WORD(ITEM, "项", "項", "Item")                                                                 \
    WORD(VALUE, "内容", "內容", "Value")                                                           \
    WORD(HALF_OPEN,                                                                                \
         "{0} 至 {1}（不含）",                                                                     \
         "{0} 至 {1}（不含）",                                                                     \
         "{0} until {1}, end not included")                                                        \
    WORD(TIME_ZONE, "时区", "時區", "Time zone")                                                   \
    WORD(RULE_PACK, "规则包", "規則包", "Rule pack")                                               \
    WORD(TARIFFS, "单价", "單價", "Tariffs")                                                       \
    WORD(STAMP_CLOSED, "关单", "關單", "closed")                                                   \
    WORD(SLOWEST_OPEN,                                                                             \
         "不同{0}的时效有差别（p {4}）：{1} 最慢，{3} 单中 {2} 单仍未完成，得不出中位时长。",      \
         "不同{0}的時效有差別（p {4}）：{1} 最慢，{3} 單中 {2} 單仍未完成，得不出中位時長。",      \
         "{0} matters for response times (p {4}): {1} is the slowest, {2} of {3} {3:order|orders} "  \
         "{2:is|are} still open, so that there is no median yet.")
/* clang-format on */

#endif
