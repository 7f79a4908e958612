/*
 * The words people put over columns. A header is compared without case, blanks, underscores and
 * what stands in brackets: "Meter_ID", "meter id (new)" and "MeterID" are one word; so are 讀數 and
 * 读数. The headings of the templates (field.c) mean their fields too.
 */
#include "store/field.h"

#include "text/script.h"

#include <string.h>

static const struct {
    const char *field;
    const char *words[40]; /* as they are after stw_field_fold */
} synonyms[] = {
    {"time", {"time",         "datetime",    "date",           "timestamp",   "ts",
              "readtime",     "readingtime", "readat",         "readingdate", "时间",
              "日期",         "采集时间",    "抄表时间",       "抄表日期",    "读数时间",
              "数据时间",     "上报时间",    "发生时间",       "故障时间",    "报修时间",
              "巡检时间",     "faulttime",   "inspectiontime", "本期日期",    "本期抄表日期",
              "本次抄表日期", "本次日期",    "抄表日",         "at",          "currentreadingdate",
              "ablesedatum",  "datum"}},
    {"valid_from",
     {"validfrom", "from", "since", "起用日期", "启用日期", "生效日期", "安装日期", "变更日期"}},
    {"created",
     {"created", "createdat", "createddate", "opened", "openedat", "opendt", "openeddate",
      "reported", "创建时间", "报修时间", "报单时间", "受理时间", "提交时间", "受理日期",
      "报修日期"}},
    {"device",
     {"device", "deviceid", "devicenumber", "meter",        "meterid",   "meterno",  "meternumber",
      "sensor", "sensorid", "设备",         "设备编号",     "设备号",    "设备编码", "设备名称",
      "表号",   "表计",     "表计编号",     "表具编号",     "电表",      "水表",     "仪表编号",
      "梯号",   "电梯编号", "lift",         "elevator",     "equipment", "资产编号", "电表号",
      "水表号", "气表号",   "zähler",       "zählernummer", "zählernr"}},
    {"channel",
     {"channel", "channelid", "parameter", "metric", "measure", "measurement", "point", "quantity",
      "field", "通道", "参数", "测点", "指标", "数据项", "来源渠道", "受理渠道", "receivedby"}},
    {"value",
     {"value",       "val",       "reading", "readings", "registervalue", "consumption", "usage",
      "zählerstand", "verbrauch", "度数",    "读数",     "数值",          "示数",        "表底",
      "表码",        "累计值",    "值",      "用量",     "测量值",        "本次读数"}},
    {"present_value",
     {"presentreading", "currentreading", "thisreading", "closingreading", "endreading", "本期读数",
      "本期表底",       "本期示数",       "本期止码",    "本次读数",       "本次抄表",   "本次示数",
      "本月读数",       "本月表底",       "本期底数",    "本次底数",       "止码",       "止数",
      "期末读数",       "月末读数",       "本期抄表读数"}},
    {"previous_value",
     {"previousreading", "lastreading", "priorreading", "openingreading", "startreading",
      "上期读数",        "上期表底",    "上期示数",     "上期止码",       "上次读数",
      "上次抄表",        "上次示数",    "上月读数",     "上月表底",       "上期底数",
      "上次底数",        "起码",        "起数",         "期初读数",       "月初读数",
      "上期抄表读数"}},
    {"previous_time",
     {"previousdate", "previousreadingdate", "lastreadingdate", "lastread", "上期日期",
      "上期抄表日期", "上次抄表日期", "上次日期", "上次抄表时间", "上期抄表时间", "起始日期"}},
    {"month",
     {"month", "yearmonth", "billingmonth", "period", "月份", "年月", "抄表月份", "账期",
      "所属月份", "统计月份"}},
    {"changed",
     {"changed", "changedat", "updated", "updatedat", "sysupdatedat", "modified", "变更时间",
      "更新时间", "操作时间", "状态时间", "处理时间"}},
    {"quality", {"quality", "flag", "qualityflag", "质量", "数据质量", "质量标志"}},
    {"order",
     {"order", "orderid", "orderno", "workorder", "workorderid", "caseid", "caseenquiryid",
      "ticket", "ticketid", "工单", "工单号", "工单编号", "单号"}},
    {"site", {"site", "project", "estate", "项目", "小区", "社区", "项目名称", "小区名称"}},
    {"building",
     {"building", "buildingid", "block", "tower", "楼栋", "楼号", "楼宇", "栋号", "栋别", "楼别"}},
    {"dwelling", {"dwelling", "room", "flat", "apartment", "房号", "户号", "房间号"}},
    {"kind",
     {"kind", "devicetype", "metertype", "类型", "设备类型", "表计类型", "类别", "性质", "nature"}},
    {"role", {"role", "用途级别", "角色", "级别", "表级", "表计级别"}},
    {"end_use", {"enduse", "用途", "用能类型", "分项"}},
    {"model", {"model", "型号", "规格型号"}},
    {"maker", {"maker", "manufacturer", "brand", "厂家", "制造商", "品牌", "生产厂家"}},
    {"vendor", {"vendor", "contractor", "维保单位", "维保公司", "供应商", "承包商"}},
    {"steward", {"steward", "manager", "管家", "负责人", "责任人", "管家姓名"}},
    {"unit", {"unit", "uom", "einheit", "单位", "计量单位"}},
    {"digits", {"digits", "位数", "表盘位数"}},
    {"multiplier", {"multiplier", "ctratio", "factor", "倍率", "互感倍率", "变比"}},
    {"parent", {"parent", "parentmeter", "上级", "上级表", "总表", "上级表号", "上级表计"}},
    {"area_m2",
     {"aream2", "area", "gia", "floorarea", "面积", "建筑面积", "服务面积", "floorspace"}},
    {"households", {"households", "户数"}},
    {"in_service", {"inservice", "installed", "投用日期", "投运日期"}},
    {"out_of_service", {"outofservice", "removed", "停用日期", "报废日期"}},
    {"certificate_expires",
     {"certificateexpires", "certificate", "有效期", "检验有效期", "下次检验"}},
    {"code", {"code", "faultcode", "errorcode", "故障代码", "故障码"}},
    {"category", {"category", "类别", "工单类别", "故障类别", "故障类型", "分类"}},
    {"type", {"type", "requesttype", "类型", "工单类型"}},
    {"priority", {"priority", "urgency", "优先级", "紧急程度", "级别"}},
    {"status", {"status", "state", "casestatus", "状态", "工单状态"}},
    {"team", {"team", "group", "queue", "班组", "处理班组"}},
    {"place", {"place", "location", "address", "neighborhood", "位置", "地点", "报修地址"}},
    {"accepted", {"accepted", "接单时间", "受理时间"}},
    {"dispatched", {"dispatched", "派单时间"}},
    {"arrived", {"arrived", "onsite", "到场时间", "到达时间"}},
    {"resolved",
     {"resolved", "resolvedat", "completed", "finished", "完成时间", "处理完成时间", "解决时间"}},
    {"closed", {"closed", "closeddt", "closedat", "closeddate", "关闭时间", "结单时间"}},
    {"target", {"target", "due", "duedate", "targetdt", "deadline", "sla", "要求完成时间", "时限"}},
    {"restored", {"restored", "repaired", "恢复时间", "修复时间"}},
    {"trapped", {"trapped", "困人", "困人数", "被困人数", "personstrapped"}},
    {"cause", {"cause", "reason", "原因", "故障原因"}},
    {"reason", {"reason", "closurereason", "原因"}},
    {"severity", {"severity", "严重程度", "等级"}},
    {"duty", {"duty", "task", "inspection", "巡检项目", "检查项目", "任务"}},
    {"result", {"result", "outcome", "结果", "检查结果"}},
    {"due", {"due", "计划时间", "应检日期", "plannedfor", "计划日期", "应检时间"}},
    {"done_by", {"doneby", "inspector", "检查人", "巡检人"}},
    {"rating", {"rating", "score", "satisfaction", "评分", "满意度"}},
    {"cost", {"cost", "amount", "费用", "金额"}},
    {"title",
     {"title", "subject", "summary", "casetitle", "标题", "内容", "报修内容", "描述", "故障描述"}},
    {"note", {"note", "notes", "remark", "comment", "备注", "说明"}},
    {"value_kind", {"valuekind", "valuetype", "读数类别", "数据类别", "计量方式"}},
    {"step", {"step", "resolution", "最小分度", "分度", "分度值"}},
    {"interval", {"interval", "采集间隔", "间隔", "采集周期", "抄表周期"}},
    {"reports_every", {"reportsevery", "reportinginterval", "上报周期", "上报间隔"}},
    {"stamp", {"stamp", "时标"}},
    {"exchange_final",
     {"exchangefinal", "oldfinalregister", "finalregister", "旧表止码", "旧表止数", "旧表底数",
      "旧表终止读数", "拆表读数"}},
    {"exchange_initial",
     {"exchangeinitial", "newinitialregister", "initialregister", "新表起码", "新表起数",
      "新表底数", "新表起始读数", "装表读数"}},
    {"contacted", {"contacted", "联系时间", "预约时间"}},
    {"investigated", {"investigated", "勘查时间", "首次勘查", "现场勘查时间"}},
    {"verified", {"verified", "signed", "验收时间", "签字时间", "确认时间"}},
    {"revisited", {"revisited", "回访时间", "回访日期"}},
    {"called", {"called", "呼救时间", "报警时间", "求救时间"}},
    {"answered", {"answered", "应答时间", "接听时间"}},
    {"released", {"released", "解救时间", "救出时间", "放人时间"}},
};

size_t stw_field_bracket_size(struct stw_slice text)
{
    static const struct stw_slice wide[] = {{"（", 3}, {"【", 3}, {"［", 3}};
    if (text.size == 0)
        return 0;
    if (text.data[0] == '(' || text.data[0] == '[' || text.data[0] == '{')
        return 1;
    for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
        if (stw_slice_starts(text, wide[i]))
            return wide[i].size;
    return 0;
}

/* The bytes of what stands in brackets at the front, with them; 0: they are not closed. */
static size_t bracketed_size(struct stw_slice text)
{
    static const struct stw_slice closing[] = {{")", 1},  {"]", 1},  {"}", 1},
                                               {"）", 3}, {"】", 3}, {"］", 3}};
    for (size_t i = 1; i < text.size; i++)
        for (size_t c = 0; c < sizeof(closing) / sizeof(closing[0]); c++)
            if (stw_slice_starts((struct stw_slice){text.data + i, text.size - i}, closing[c]))
                return i + closing[c].size;
    return 0;
}

struct stw_slice stw_field_fold(struct stw_slice heading, char word[STW_FIELD_WORD_SIZE])
{
    size_t size = 0;
    for (size_t i = 0; i < heading.size && size < STW_FIELD_WORD_SIZE; i++) {
        char c = heading.data[i];
        struct stw_slice rest = {heading.data + i, heading.size - i};
        if (size > 0 && stw_field_bracket_size(rest) > 0) {
            size_t inside = bracketed_size(rest);
            if (inside == 0)
                break;
            i += inside - 1;
            continue;
        }
        const char *twin = stw_script_simplify(rest);
        if (twin != NULL && size + STW_SCRIPT_BYTES <= STW_FIELD_WORD_SIZE) {
            memcpy(word + size, twin, STW_SCRIPT_BYTES);
            size += STW_SCRIPT_BYTES;
            i += STW_SCRIPT_BYTES - 1;
            continue;
        }
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if (strchr(" _-.#/:", c) == NULL)
            word[size++] = c;
    }
    return (struct stw_slice){word, size};
}

/* Most words differ in their first letter: that is looked at before anything is measured. */
static bool same_folded(struct stw_slice folded, const char *text)
{
    char word[STW_FIELD_WORD_SIZE];
    return folded.data[0] == (text[0] | (text[0] >= 'A' && text[0] <= 'Z' ? 0x20 : 0)) &&
           stw_slice_equal(folded, stw_field_fold(stw_slice_of(text), word));
}

/* Whether a template has this heading over a field of this name. */
static bool is_heading(struct stw_slice folded, struct stw_slice name)
{
    const struct stw_field *field;
    uint32_t count = stw_field_list((struct stw_slice){"", 0}, &field);
    for (; count > 0; count--, field++)
        for (int at = 0; at < STW_FIELD_LANGUAGES; at++)
            if (same_folded(folded, field->heading[at]) && stw_slice_is(name, field->name))
                return true;
    return false;
}

bool stw_field_means(struct stw_slice heading, struct stw_slice name)
{
    char heading_word[STW_FIELD_WORD_SIZE], name_word[STW_FIELD_WORD_SIZE];
    struct stw_slice word = stw_field_fold(heading, heading_word);
    if (word.size == 0)
        return false;
    if (stw_slice_equal(word, stw_field_fold(name, name_word)) || is_heading(word, name))
        return true;
    for (size_t i = 0; i < sizeof(synonyms) / sizeof(synonyms[0]); i++) {
        if (!stw_slice_is(name, synonyms[i].field))
            continue;
        for (const char *const *candidate = synonyms[i].words; *candidate != NULL; candidate++)
            if (word.data[0] == (*candidate)[0] && stw_slice_is(word, *candidate))
                return true;
    }
    return false;
}
