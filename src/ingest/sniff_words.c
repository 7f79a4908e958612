/*
 * The words people put over columns. A header is compared without case, blanks, underscores and
 * what stands in brackets: "Meter_ID", "meter id (new)" and "MeterID" are one word.
 */
#include "ingest/sniff_inside.h"
#include "text/quantity.h"

#include <string.h>

enum { WORD_BYTES = 64 };

static const struct {
    const char *field;
    const char *words[24]; /* as they are after fold() */
} synonyms[] = {
    {"time", {"time",        "datetime", "date",        "timestamp", "ts",       "readtime",
              "readingtime", "readat",   "readingdate", "时间",      "日期",     "采集时间",
              "抄表时间",    "抄表日期", "读数时间",    "数据时间",  "上报时间", "发生时间",
              "故障时间",    "報修時間", "時間",        "巡检时间"}},
    {"valid_from", {"validfrom", "from", "since", "起用日期", "启用日期", "生效日期", "安装日期"}},
    {"created",
     {"created", "createdat", "createddate", "opened", "opendt", "openeddate", "reported",
      "创建时间", "报修时间", "报单时间", "受理时间", "提交时间"}},
    {"device", {"device",   "deviceid", "meter", "meterid",  "meterno",  "meternumber",
                "sensor",   "sensorid", "设备",  "设备编号", "设备号",   "设备编码",
                "设备名称", "表号",     "表计",  "表计编号", "表具编号", "电表",
                "水表",     "仪表编号", "電表",  "梯号",     "电梯编号"}},
    {"channel",
     {"channel", "channelid", "parameter", "metric", "measure", "measurement", "point", "quantity",
      "通道", "参数", "测点", "指标", "数据项", "来源渠道", "受理渠道"}},
    {"value",
     {"value", "reading", "readings", "registervalue", "consumption", "usage", "读数", "数值",
      "示数", "表底", "表码", "累计值", "值", "用量", "測量值", "测量值", "本次读数"}},
    {"quality", {"quality", "flag", "qualityflag", "质量", "数据质量", "质量标志"}},
    {"order",
     {"order", "orderid", "orderno", "workorder", "workorderid", "caseid", "caseenquiryid",
      "ticket", "ticketid", "工单", "工单号", "工单编号", "单号"}},
    {"site", {"site", "project", "estate", "项目", "小区", "项目名称", "小区名称"}},
    {"building", {"building", "buildingid", "block", "tower", "楼栋", "楼号", "楼宇", "栋号"}},
    {"dwelling", {"dwelling", "room", "flat", "apartment", "房号", "户号", "房间号"}},
    {"kind", {"kind", "devicetype", "metertype", "类型", "设备类型", "表计类型", "类别"}},
    {"role", {"role", "用途级别", "角色"}},
    {"end_use", {"enduse", "用途", "用能类型", "分项"}},
    {"model", {"model", "型号", "规格型号"}},
    {"maker", {"maker", "manufacturer", "brand", "厂家", "制造商", "品牌", "生产厂家"}},
    {"vendor", {"vendor", "contractor", "维保单位", "维保公司", "供应商", "承包商"}},
    {"steward", {"steward", "manager", "管家", "负责人", "责任人"}},
    {"unit", {"unit", "单位", "计量单位"}},
    {"digits", {"digits", "位数", "表盘位数"}},
    {"multiplier", {"multiplier", "ctratio", "factor", "倍率", "互感倍率", "变比"}},
    {"parent", {"parent", "parentmeter", "上级", "上级表", "总表"}},
    {"area_m2", {"aream2", "area", "gia", "floorarea", "面积", "建筑面积"}},
    {"households", {"households", "户数"}},
    {"in_service", {"inservice", "installed", "投用日期", "投运日期"}},
    {"out_of_service", {"outofservice", "removed", "停用日期", "报废日期"}},
    {"certificate_expires",
     {"certificateexpires", "certificate", "有效期", "检验有效期", "下次检验"}},
    {"code", {"code", "faultcode", "errorcode", "故障代码", "故障码"}},
    {"category", {"category", "类别", "工单类别", "故障类别", "分类"}},
    {"type", {"type", "requesttype", "类型", "工单类型"}},
    {"priority", {"priority", "urgency", "优先级", "紧急程度", "级别"}},
    {"status", {"status", "state", "casestatus", "状态", "工单状态"}},
    {"team", {"team", "group", "queue", "班组", "处理班组"}},
    {"place", {"place", "location", "address", "neighborhood", "位置", "地点", "报修地址"}},
    {"accepted", {"accepted", "接单时间", "受理时间"}},
    {"dispatched", {"dispatched", "派单时间"}},
    {"arrived", {"arrived", "onsite", "到场时间", "到达时间"}},
    {"resolved", {"resolved", "completed", "finished", "完成时间", "处理完成时间", "解决时间"}},
    {"closed", {"closed", "closeddt", "closedat", "closeddate", "关闭时间", "结单时间"}},
    {"target", {"target", "due", "duedate", "targetdt", "deadline", "sla", "要求完成时间", "时限"}},
    {"restored", {"restored", "repaired", "恢复时间", "修复时间"}},
    {"trapped", {"trapped", "困人", "困人数", "被困人数"}},
    {"cause", {"cause", "reason", "原因", "故障原因"}},
    {"reason", {"reason", "closurereason", "原因"}},
    {"severity", {"severity", "严重程度", "等级"}},
    {"duty", {"duty", "task", "inspection", "巡检项目", "检查项目", "任务"}},
    {"result", {"result", "outcome", "结果", "检查结果"}},
    {"due", {"due", "计划时间", "应检日期"}},
    {"done_by", {"doneby", "inspector", "检查人", "巡检人"}},
    {"rating", {"rating", "score", "satisfaction", "评分", "满意度"}},
    {"cost", {"cost", "amount", "费用", "金额"}},
    {"title", {"title", "subject", "summary", "casetitle", "标题", "内容", "报修内容"}},
    {"note", {"note", "notes", "remark", "comment", "备注", "说明"}},
};

/* The bytes of an opening bracket at the front; 0 where there is none. */
static size_t bracket_size(struct stw_slice text)
{
    static const char *const brackets[] = {"(", "[", "{", "（", "【", "［"};
    for (size_t i = 0; i < sizeof(brackets) / sizeof(brackets[0]); i++)
        if (stw_slice_starts(text, stw_slice_of(brackets[i])))
            return strlen(brackets[i]);
    return 0;
}

static struct stw_slice fold(struct stw_slice header, char word[WORD_BYTES])
{
    size_t size = 0;
    for (size_t i = 0; i < header.size && size < WORD_BYTES; i++) {
        char c = header.data[i];
        if (size > 0 && bracket_size((struct stw_slice){header.data + i, header.size - i}) > 0)
            break;
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if (strchr(" _-.#/:", c) == NULL)
            word[size++] = c;
    }
    return (struct stw_slice){word, size};
}

bool stw_sniff_means(struct stw_slice header, struct stw_slice field)
{
    char header_word[WORD_BYTES], field_word[WORD_BYTES];
    struct stw_slice word = fold(header, header_word);
    if (word.size == 0)
        return false;
    if (stw_slice_equal(word, fold(field, field_word)))
        return true;
    for (size_t i = 0; i < sizeof(synonyms) / sizeof(synonyms[0]); i++) {
        if (!stw_slice_is(field, synonyms[i].field))
            continue;
        for (const char *const *candidate = synonyms[i].words; *candidate != NULL; candidate++)
            if (stw_slice_is(word, *candidate))
                return true;
    }
    return false;
}

bool stw_sniff_is_identity(struct stw_slice header)
{
    static const char *const endings[] = {"id",   "key", "no",   "nr",   "number", "name",
                                          "code", "号",  "编号", "名称", "編號"};
    char folded[WORD_BYTES];
    struct stw_slice word = fold(header, folded);
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        struct stw_slice ending = stw_slice_of(endings[i]);
        if (word.size >= ending.size &&
            memcmp(word.data + word.size - ending.size, ending.data, ending.size) == 0)
            return true;
    }
    return false;
}

struct stw_slice stw_sniff_unit(struct stw_slice header)
{
    static const char *const closing[] = {")", "]", "}", "）", "】", "］"};
    struct stw_slice rest = header;
    while (rest.size > 0 && bracket_size(rest) == 0) {
        rest.data++;
        rest.size--;
    }
    size_t open = bracket_size(rest);
    rest.data += open;
    rest.size -= open;
    for (size_t i = 0; i < sizeof(closing) / sizeof(closing[0]); i++) {
        const char *end =
            rest.size == 0 ? NULL : memmem(rest.data, rest.size, closing[i], strlen(closing[i]));
        struct stw_unit unit;
        if (end == NULL)
            continue;
        struct stw_slice text = {rest.data, (size_t)(end - rest.data)};
        if (stw_unit_parse(text, &unit, NULL) == STW_OK)
            return stw_slice_trim(text);
    }
    return (struct stw_slice){"", 0};
}
