/* The fields of the built-in tables in template order; see field.h. */
#include "store/field.h"

#include <ctype.h>
#include <string.h>

/* ---- Words that columns take ----------------------------------------------------------------- */

static const struct stw_field_value kinds[] = {
    {"water", {"water", "水"}, {"水表", "自来水", "给水", "冷水", "Water"}},
    {"power", {"power", "电"}, {"电表", "用电", "电力", "electricity", "Power"}},
    {"gas", {"gas", "燃气"}, {"气", "天然气", "气表", "燃气表", "Gas"}},
    {"heat", {"heat", "热"}, {"热量", "热表", "供热", "采暖", "Heat"}},
    {"temperature", {"temperature", "温度"}, {"温度计", "Temperature"}},
    {"pressure", {"pressure", "压力"}, {"压力表", "水压", "Pressure"}},
    {"voltage", {"voltage", "电压"}, {"Voltage"}},
    {"elevator", {"elevator", "电梯"}, {"lift", "直梯", "扶梯", "Elevator"}},
    {"access control", {"access control", "门禁"}, {"门禁机", "道闸"}},
    {"smoke detector", {"smoke detector", "烟感"}, {"烟雾探测器", "感烟探测器"}},
    {0},
};
static const struct stw_field_value roles[] = {
    {"main", {"main", "总表"}, {"总", "进户总表", "Main"}},
    {"building", {"building", "楼栋表"}, {"楼栋", "栋表", "单元表", "分表", "Building"}},
    {"household", {"household", "户表"}, {"户", "住户", "分户表", "Household"}},
    {"public", {"public", "公区"}, {"公共", "公摊", "公区表", "公共区域", "Public"}},
    {"plant", {"plant", "设备房"}, {"机房", "泵房", "设备", "Plant"}},
    {0},
};
static const struct stw_field_value value_kinds[] = {
    {"register", {"register", "累计值"}, {"累计", "表底", "底数", "cumulative", "Register"}},
    {"interval", {"interval", "区间用量"}, {"用量", "区间", "Interval"}},
    {"remaining", {"remaining", "剩余量"}, {"剩余", "余额", "余量", "Remaining"}},
    {"gauge", {"gauge", "瞬时值"}, {"瞬时", "实时值", "Gauge"}},
    {"state", {"state", "状态"}, {"开关量", "State"}},
    {0},
};
static const struct stw_field_value stamps[] = {
    {"start", {"start", "区间开始"}, {"开始", "起", "Start"}},
    {"end", {"end", "区间结束"}, {"结束", "止", "End"}},
    {0},
};
/* Durations and units are read as they are written: these are only offered. */
static const struct stw_field_value durations[] = {
    {"15 min", {"15 min", "15 分钟"}, {0}},  {"30 min", {"30 min", "30 分钟"}, {0}},
    {"1 h", {"1 h", "1 小时"}, {0}},         {"1 d", {"1 d", "1 天"}, {0}},
    {"1 month", {"1 month", "1 个月"}, {0}}, {0},
};
static const struct stw_field_value units[] = {
    {"m3", {"m3", "m³"}, {0}}, {"kWh", {"kWh", "kWh"}, {0}}, {"GJ", {"GJ", "GJ"}, {0}},
    {"°C", {"°C", "℃"}, {0}},  {"MPa", {"MPa", "MPa"}, {0}}, {"V", {"V", "V"}, {0}},
    {"kW", {"kW", "kW"}, {0}}, {"L/h", {"L/h", "L/h"}, {0}}, {0},
};
static const struct stw_field_value qualities[] = {
    {"ok", {"ok", "正常"}, {"OK", "实抄", "实读", "实际", "A", "Actual"}},
    {"estimated", {"estimated", "估算"}, {"估", "估抄", "估计", "估读", "E", "Estimated"}},
    {"suspect", {"suspect", "可疑"}, {"异常", "Suspect"}},
    {0},
};
static const struct stw_field_value fault_kinds[] = {
    {"corrective", {"corrective", "故障"}, {"维修", "抢修", "Corrective"}},
    {"test", {"test", "测试"}, {"演练", "试验", "Test"}},
    {"maintenance", {"maintenance", "维保"}, {"保养", "半月保", "Maintenance"}},
    {0},
};
static const struct stw_field_value severities[] = {
    {"critical", {"critical", "严重"}, {"紧急", "Critical"}},
    {"warning", {"warning", "一般"}, {"警告", "Warning"}},
    {"info", {"info", "提示"}, {"信息", "Info"}},
    {0},
};
static const struct stw_field_value fault_categories[] = {
    {"entrapment", {"entrapment", "困人"}, {"电梯困人", "Entrapment"}},
    {"fault", {"fault", "故障"}, {"Fault"}},
    {"maintenance", {"maintenance", "维保"}, {"保养", "Maintenance"}},
    {"test", {"test", "测试"}, {"Test"}},
    {0},
};
static const struct stw_field_value priorities[] = {
    {"emergency", {"emergency", "应急"}, {"特急", "突发", "Emergency"}},
    {"urgent", {"urgent", "紧急"}, {"急", "高", "Urgent"}},
    {"normal", {"normal", "普通"}, {"一般", "中", "Normal"}},
    {"low", {"low", "低"}, {"不急", "Low"}},
    {0},
};
static const struct stw_field_value order_categories[] = {
    {"water", {"water", "给排水"}, {"水", "Water"}},
    {"power", {"power", "供电"}, {"电", "强电", "Power"}},
    {"elevator", {"elevator", "电梯"}, {"Elevator"}},
    {"access control", {"access control", "门禁"}, {0}},
    {"heating and cooling", {"heating and cooling", "暖通"}, {"空调"}},
    {"complaint", {"complaint", "投诉"}, {"Complaint"}},
    {"cleaning", {"cleaning", "保洁"}, {"Cleaning"}},
    {"security", {"security", "秩序"}, {"安保", "Security"}},
    {0},
};
static const struct stw_field_value receipts[] = {
    {"phone", {"phone", "电话"}, {"400电话", "Phone"}},
    {"wechat", {"wechat", "微信"}, {"小程序", "公众号", "WeChat"}},
    {"app", {"app", "APP"}, {"App"}},
    {"front desk", {"front desk", "前台"}, {"客服前台"}},
    {"patrol", {"patrol", "巡查"}, {"巡检", "Patrol"}},
    {0},
};
static const struct stw_field_value statuses[] = {
    {"open", {"open", "待处理"}, {"未处理", "未派单", "Open"}},
    {"in progress", {"in progress", "处理中"}, {"进行中", "In progress"}},
    {"resolved", {"resolved", "已完成"}, {"完成", "Resolved"}},
    {"closed", {"closed", "已关闭"}, {"关闭", "已结单", "Closed"}},
    {"cancelled", {"cancelled", "已取消"}, {"取消", "作废", "Cancelled"}},
    {0},
};
static const struct stw_field_value results[] = {
    {"pass", {"pass", "合格"}, {"通过", "Pass"}},
    {"fail", {"fail", "不合格"}, {"未通过", "Fail"}},
    {"normal", {"normal", "正常"}, {"Normal"}},
    {"done", {"done", "已完成"}, {"完成", "Done"}},
    {0},
};

/* ---- Fields ---------------------------------------------------------------------------------- */

/* table, name, headings, notes, words: any text, one that must not be empty, one of the words. */
#define FIELD(table, name, en, zh, note_en, note_zh, values)                                       \
    {                                                                                              \
        table, name, {en, zh}, {note_en, note_zh}, values, false, false                            \
    }
#define FIELD_NEEDED(table, name, en, zh, note_en, note_zh, values)                                \
    {                                                                                              \
        table, name, {en, zh}, {note_en, note_zh}, values, false, true                             \
    }
#define FIELD_ONE_OF(table, name, en, zh, note_en, note_zh, values)                                \
    {                                                                                              \
        table, name, {en, zh}, {note_en, note_zh}, values, true, false                             \
    }

static const struct stw_field fields[] = {
    FIELD_NEEDED("devices", "device", "Device no.", "设备编号",
                 "The number on the meter or device; the same one stands in the readings.",
                 "表号或设备编号，与抄表记录中的一致。", NULL),
    FIELD("devices", "channel", "Channel", "通道",
          "Empty: the device as a whole. Else one of its channels, as the readings name it.",
          "空白表示整台设备；否则为其中一个通道，与读数中的名称一致。", NULL),
    FIELD("devices", "valid_from", "Valid from", "生效日期",
          "Since when this row holds. Empty: always. A change is a new row with its date.",
          "本行从何时起生效；空白表示一直有效。变更时另起一行并写明日期。", NULL),
    FIELD("devices", "site", "Site", "项目", "The estate or property.", "所属项目或小区。", NULL),
    FIELD("devices", "building", "Building", "楼栋", "The building it stands in or measures.",
          "所在或所计量的楼栋。", NULL),
    FIELD("devices", "dwelling", "Dwelling", "房号", "Flat or unit, for household meters.",
          "户表填写房号。", NULL),
    FIELD_NEEDED("devices", "kind", "Kind", "类型", "What it measures or is.", "计量或设备类型。",
                 kinds),
    FIELD_ONE_OF(
        "devices", "role", "Role", "角色",
        "What the meter stands for: the whole site, a building, a household, shared use, plant.",
        "总表、楼栋表、户表、公区或设备房。", roles),
    FIELD("devices", "end_use", "End use", "用途", "What the water or energy is used for.",
          "用能或用水的去向，例如照明、绿化。", NULL),
    FIELD("devices", "unit", "Unit", "单位", "The unit of its readings, before the multiplier.",
          "读数的单位（乘倍率之前）。", units),
    FIELD_ONE_OF("devices", "value_kind", "Value kind", "读数类别",
                 "register: a counter that goes up; interval: use since the last reading; gauge: "
                 "as it is now.",
                 "累计值：只增的表底；区间用量：两次读数之间的用量；瞬时值：当时的数值。",
                 value_kinds),
    FIELD("devices", "multiplier", "Multiplier", "倍率",
          "Readings times this are the use; 1 for a meter without transformers.",
          "读数乘以倍率为实际用量；直通表填 1。", NULL),
    FIELD("devices", "digits", "Digits", "位数",
          "Digits of the register before the point: 5 rolls over at 100000.",
          "表盘小数点前的位数：5 位表到 100000 归零。", NULL),
    FIELD("devices", "step", "Step", "最小分度", "The smallest step of the register.",
          "读数的最小分度，例如 0.01。", NULL),
    FIELD("devices", "interval", "Interval", "采集间隔", "How often it is read.", "多久读一次。",
          durations),
    FIELD("devices", "reports_every", "Reports every", "上报周期",
          "How often readings arrive, where that is not each interval.",
          "多久上报一次（与采集间隔不同时填写）。", durations),
    FIELD_ONE_OF("devices", "stamp", "Stamp", "时标",
                 "Interval values: whether the time is the start or the end.",
                 "区间用量的时间是区间的开始还是结束。", stamps),
    FIELD("devices", "parent", "Parent meter", "上级表",
          "The meter whose figure includes this one.", "包含本表用量的上级表的编号。", NULL),
    FIELD("devices", "area_m2", "Area (m2)", "建筑面积（m²）", "Floor area that the meter serves.",
          "本表所服务的建筑面积。", NULL),
    FIELD("devices", "households", "Households", "户数", "Households that the meter serves.",
          "本表所服务的户数。", NULL),
    FIELD("devices", "in_service", "In service", "投用日期", "When it was taken into service.",
          "投入使用的日期。", NULL),
    FIELD("devices", "out_of_service", "Out of service", "停用日期",
          "When it was taken out of service.", "停用的日期。", NULL),
    FIELD("devices", "certificate_expires", "Certificate expires", "检验有效期",
          "Until when its inspection or calibration is valid.", "检验或检定有效期至。", NULL),
    FIELD(
        "devices", "exchange_final", "Old final register", "旧表止码",
        "After an exchange: the last register of the old meter, in a row of its own with the date.",
        "换表时另起一行：旧表拆下时的读数，生效日期填换表日期。", NULL),
    FIELD("devices", "exchange_initial", "New initial register", "新表起码",
          "After an exchange: the first register of the new meter.", "换表时：新表装上时的读数。",
          NULL),
    FIELD("devices", "model", "Model", "型号", "Model or type.", "规格型号。", NULL),
    FIELD("devices", "maker", "Maker", "厂家", "Who made it.", "生产厂家。", NULL),
    FIELD("devices", "vendor", "Vendor", "维保单位", "Who maintains it.", "负责维保的单位。", NULL),
    FIELD("devices", "steward", "Steward", "管家", "Who looks after it on site.",
          "现场负责人或管家。", NULL),

    FIELD_NEEDED("readings", "device", "Meter no.", "表号", "As in the device list.",
                 "与设备台账一致。", NULL),
    FIELD_NEEDED("readings", "time", "Reading time", "抄表时间",
                 "Date, or date and time, in local time.", "日期，或日期和时间（当地时间）。",
                 NULL),
    FIELD_NEEDED("readings", "value", "Reading", "读数",
                 "As the meter shows it, without the multiplier.", "表上显示的数字，不乘倍率。",
                 NULL),
    FIELD("readings", "quality", "Quality", "质量",
          "Empty or ok; estimated where nobody could read it.", "空白或正常；未能抄见时选估算。",
          qualities),

    FIELD_NEEDED("work_orders", "order", "Order no.", "工单号", "One number an order.",
                 "每张工单一个编号。", NULL),
    FIELD_NEEDED("work_orders", "created", "Reported", "报修时间", "When it was reported.",
                 "业主报修或受理的时间。", NULL),
    FIELD("work_orders", "site", "Site", "项目", "The estate.", "所属项目。", NULL),
    FIELD("work_orders", "building", "Building", "楼栋", "Where it is.", "所在楼栋。", NULL),
    FIELD("work_orders", "place", "Place", "位置", "Flat, floor, room.", "房号、楼层或部位。",
          NULL),
    FIELD("work_orders", "device", "Device no.", "设备编号",
          "Where it is about a device of the list.", "涉及台账中的设备时填写。", NULL),
    FIELD("work_orders", "category", "Category", "工单类别", "What it is about.", "工单的大类。",
          order_categories),
    FIELD("work_orders", "type", "Type", "工单类型", "More exactly.", "细分类型，例如漏水、无电。",
          NULL),
    FIELD("work_orders", "priority", "Priority", "优先级", "Targets go by it.",
          "时限按优先级计算。", priorities),
    FIELD("work_orders", "channel", "Received by", "受理渠道", "How the report came in.",
          "通过什么渠道报修。", receipts),
    FIELD("work_orders", "vendor", "Vendor", "维保单位", "The contractor who does the work.",
          "处理的外包单位。", NULL),
    FIELD("work_orders", "team", "Team", "处理班组", "The team that does the work.", "处理的班组。",
          NULL),
    FIELD("work_orders", "steward", "Steward", "管家", "Who looks after the customer.",
          "负责客户的管家。", NULL),
    FIELD("work_orders", "status", "Status", "工单状态", "As it is now.", "目前的状态。", statuses),
    FIELD("work_orders", "accepted", "Accepted", "接单时间", "When somebody took it.",
          "有人接单的时间。", NULL),
    FIELD("work_orders", "dispatched", "Dispatched", "派单时间", "When it was given to a team.",
          "派给班组的时间。", NULL),
    FIELD("work_orders", "arrived", "Arrived", "到场时间", "When somebody was on site.",
          "人员到场的时间。", NULL),
    FIELD("work_orders", "resolved", "Resolved", "完成时间", "When the trouble was gone.",
          "问题处理完毕的时间。", NULL),
    FIELD("work_orders", "revisited", "Revisited", "回访时间", "When the customer was asked.",
          "回访客户的时间。", NULL),
    FIELD("work_orders", "closed", "Closed", "关闭时间", "When the order was closed.",
          "结单的时间。", NULL),
    FIELD("work_orders", "target", "Due", "要求完成时间",
          "Until when it is to be done, where that was agreed.", "约定的完成时限。", NULL),
    FIELD("work_orders", "rating", "Rating", "评分", "The customer's mark, 1 to 5.",
          "客户评分，1 到 5。", NULL),
    FIELD("work_orders", "cost", "Cost", "费用", "Money spent on it.", "处理费用。", NULL),
    FIELD("work_orders", "title", "Subject", "报修内容", "What was reported, in words.",
          "报修内容描述。", NULL),

    FIELD_NEEDED("faults", "device", "Device no.", "设备编号", "As in the device list.",
                 "与设备台账一致。", NULL),
    FIELD_NEEDED("faults", "time", "Fault time", "发生时间", "When it began.", "故障发生的时间。",
                 NULL),
    FIELD("faults", "code", "Fault code", "故障代码", "As the controller shows it.",
          "控制柜显示的代码。", NULL),
    FIELD("faults", "category", "Category", "故障类别", "What kind of event.", "事件的类别。",
          fault_categories),
    FIELD_ONE_OF("faults", "kind", "Nature", "性质",
                 "corrective counts as a failure; tests and maintenance do not.",
                 "故障计入故障率；测试和维保不计。", fault_kinds),
    FIELD("faults", "severity", "Severity", "严重程度", "How bad it was.", "严重程度。",
          severities),
    FIELD("faults", "restored", "Restored", "恢复时间",
          "When the device worked again; empty while it does not.",
          "恢复运行的时间；未恢复则空白。", NULL),
    FIELD("faults", "trapped", "Persons trapped", "困人数", "People trapped in a lift.",
          "被困人数。", NULL),
    FIELD("faults", "called", "Called", "呼救时间", "Entrapment: when they called.",
          "困人时：呼救的时间。", NULL),
    FIELD("faults", "answered", "Answered", "应答时间", "Entrapment: when they were answered.",
          "困人时：应答的时间。", NULL),
    FIELD("faults", "arrived", "Arrived", "到场时间", "When the technician was on site.",
          "维保人员到场的时间。", NULL),
    FIELD("faults", "released", "Released", "解救时间", "Entrapment: when they were out.",
          "困人时：解救完成的时间。", NULL),
    FIELD("faults", "cause", "Cause", "故障原因", "Door system, power, human ...",
          "门系统、电源、人为等。", NULL),
    FIELD("faults", "note", "Note", "备注", "Anything else.", "其他说明。", NULL),

    FIELD_NEEDED("inspections", "device", "Device no.", "设备编号", "As in the device list.",
                 "与设备台账一致。", NULL),
    FIELD_NEEDED("inspections", "time", "Inspection time", "巡检时间", "When it was done.",
                 "实际检查的时间。", NULL),
    FIELD("inspections", "duty", "Duty", "巡检项目",
          "Which recurring duty: pump room log, lift maintenance ...",
          "哪一项周期性工作，例如泵房记录、电梯半月保。", NULL),
    FIELD("inspections", "due", "Planned for", "计划时间", "Until when it was due.",
          "应在何时之前完成。", NULL),
    FIELD("inspections", "done_by", "Done by", "巡检人", "Who did it.", "检查人。", NULL),
    FIELD("inspections", "result", "Result", "检查结果", "What was found.", "检查的结果。",
          results),
    FIELD("inspections", "value", "Measured value", "测量值", "Where something was measured.",
          "有测量时填写数值。", NULL),
    FIELD("inspections", "unit", "Unit", "单位", "Of the measured value.", "测量值的单位。", units),
    FIELD("inspections", "note", "Note", "备注", "Anything else.", "其他说明。", NULL),
};
enum { FIELD_COUNT = sizeof(fields) / sizeof(fields[0]) };

static const struct {
    const char *table;
    const char *title[STW_FIELD_LANGUAGES];
} titles[] = {
    {"devices", {"devices", "设备台账"}},     {"readings", {"readings", "抄表"}},
    {"work_orders", {"work_orders", "工单"}}, {"faults", {"faults", "故障"}},
    {"inspections", {"inspections", "巡检"}},
};
enum { TITLE_COUNT = sizeof(titles) / sizeof(titles[0]) };

const char *stw_field_title(struct stw_slice table, enum stw_field_language language)
{
    for (size_t i = 0; i < TITLE_COUNT; i++)
        if (stw_slice_is(table, titles[i].table))
            return titles[i].title[language];
    return NULL;
}

/* The title stands in the name, not as a part of a longer Latin word. */
static bool names_title(struct stw_slice name, const char *title)
{
    const char *at = name.size == 0 ? NULL : memmem(name.data, name.size, title, strlen(title));
    if (at == NULL || (unsigned char)title[0] >= 0x80)
        return at != NULL;
    const char *end = at + strlen(title);
    bool starts = at == name.data || !isalpha((unsigned char)at[-1]);
    return starts && (end == name.data + name.size || !isalpha((unsigned char)*end));
}

const char *stw_field_table_named(struct stw_slice name)
{
    const char *found = NULL;
    for (size_t i = 0; i < TITLE_COUNT; i++) {
        if (!names_title(name, titles[i].title[STW_FIELD_EN]) &&
            !names_title(name, titles[i].title[STW_FIELD_ZH]))
            continue;
        if (found != NULL)
            return NULL;
        found = titles[i].table;
    }
    return found;
}

uint32_t stw_field_list(struct stw_slice table, const struct stw_field **first)
{
    uint32_t start = 0, end;
    *first = fields;
    if (table.size == 0)
        return FIELD_COUNT;
    while (start < FIELD_COUNT && !stw_slice_is(table, fields[start].table))
        start++;
    for (end = start; end < FIELD_COUNT && stw_slice_is(table, fields[end].table);)
        end++;
    *first = start == FIELD_COUNT ? NULL : &fields[start];
    return end - start;
}

const struct stw_field *stw_field_find(struct stw_slice table, struct stw_slice name)
{
    const struct stw_field *first;
    uint32_t count = stw_field_list(table, &first);
    for (uint32_t i = 0; i < count; i++)
        if (stw_slice_is(name, first[i].name))
            return &first[i];
    return NULL;
}

const char *stw_field_meaning(const struct stw_field *field, struct stw_slice word)
{
    for (const struct stw_field_value *value = field->values; value != NULL && value->means != NULL;
         value++) {
        bool same = stw_slice_is(word, value->means);
        for (int i = 0; i < STW_FIELD_LANGUAGES && !same; i++)
            same = stw_slice_is(word, value->label[i]);
        for (int i = 0; i < STW_FIELD_OTHERS_MAX && !same && value->others[i] != NULL; i++)
            same = stw_slice_is(word, value->others[i]);
        if (same)
            return value->means;
    }
    return NULL;
}
