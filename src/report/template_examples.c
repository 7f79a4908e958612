/* An invented estate, as people would fill it in; see template.h. */
#include "report/template.h"

#include <assert.h>

static const char *const devices_en[] = {
    "device=0101|site=Lakeside|kind=water|role=main|end_use=supply|unit=m3|value_kind=register|"
    "multiplier=1|digits=6|step=0.01|interval=1 d|area_m2=25800|households=216|"
    "in_service=2023-10-02|certificate_expires=2029-10-01|model=QW-80|maker=Bluespring|"
    "vendor=Grand Mechanical|steward=J. Vogt",
    "device=0102|site=Lakeside|building=House 1|dwelling=1-201|kind=water|role=household|unit=m3|"
    "value_kind=register|multiplier=1|digits=5|step=0.01|interval=1 month|parent=0101|"
    "area_m2=89.5|households=1|in_service=2023-10-02",
    "device=E-01|site=Lakeside|building=House 1|kind=power|role=building|end_use=lighting|unit=kWh|"
    "value_kind=register|multiplier=80|digits=6|step=0.01|interval=15 min|reports_every=1 d|"
    "area_m2=8600|households=72|in_service=2023-10-02",
    "device=E-01|valid_from=2026-06-15|multiplier=120|exchange_final=18342.6|exchange_initial=0",
    "device=P-01|site=Lakeside|building=pump room|kind=pressure|role=plant|unit=MPa|"
    "value_kind=gauge|interval=15 min",
    "device=LIFT-01|site=Lakeside|building=House 1|kind=elevator|end_use=passengers|"
    "in_service=2015-05-20|certificate_expires=2027-05-19|model=MX-1000|maker=Northlift|"
    "vendor=Grand Mechanical|steward=J. Vogt",
    NULL};
static const char *const devices_zh[] = {
    "device=0101|site=翠湖花园|kind=水|role=总表|end_use=生活用水|unit=m³|value_kind=累计值|"
    "multiplier=1|digits=6|step=0.01|interval=1 天|area_m2=25800|households=216|"
    "in_service=2023-10-02|certificate_expires=2029-10-01|model=QW-80|maker=青源水表|"
    "vendor=宏远机电|steward=王敏",
    "device=0102|site=翠湖花园|building=1号楼|dwelling=1-201|kind=水|role=户表|unit=m³|"
    "value_kind=累计值|multiplier=1|digits=5|step=0.01|interval=1 个月|parent=0101|area_m2=89.5|"
    "households=1|in_service=2023-10-02",
    "device=E-01|site=翠湖花园|building=1号楼|kind=电|role=楼栋表|end_use=公共照明|unit=kWh|"
    "value_kind=累计值|multiplier=80|digits=6|step=0.01|interval=15 分钟|reports_every=1 天|"
    "area_m2=8600|households=72|in_service=2023-10-02",
    "device=E-01|valid_from=2026-06-15|multiplier=120|exchange_final=18342.6|exchange_initial=0",
    "device=P-01|site=翠湖花园|building=水泵房|kind=压力|role=设备房|unit=MPa|value_kind=瞬时值|"
    "interval=15 分钟",
    "device=DT-01|site=翠湖花园|building=1号楼|kind=电梯|end_use=客梯|in_service=2015-05-20|"
    "certificate_expires=2027-05-19|model=MX-1000|maker=北辰电梯|vendor=宏远机电|steward=王敏",
    NULL};

static const char *const readings_en[] = {
    "device=0101|time=2026-09-30T08:00|value=10482.35",
    "device=0101|time=2026-10-31T08:10|value=11836.90",
    "device=0102|time=2026-10-31T09:05|value=268.41|quality=estimated", NULL};
static const char *const readings_zh[] = {
    "device=0101|time=2026-09-30T08:00|value=10482.35",
    "device=0101|time=2026-10-31T08:10|value=11836.90|quality=正常",
    "device=0102|time=2026-10-31T09:05|value=268.41|quality=估算", NULL};

static const char *const orders_en[] = {
    "order=WO-0001|created=2026-10-03T09:12|site=Lakeside|building=House 1|place=1-201|"
    "category=water|type=leaking pipe|priority=urgent|channel=phone|vendor=Clearwater Works|"
    "team=engineering|steward=J. Vogt|status=closed|accepted=2026-10-03T09:20|"
    "dispatched=2026-10-03T09:31|arrived=2026-10-03T10:02|resolved=2026-10-03T11:40|"
    "revisited=2026-10-05T15:00|closed=2026-10-05T15:05|rating=5|cost=86.5|title=Leak under sink",
    "order=WO-0002|created=2026-10-30T22:41|site=Lakeside|building=House 1|device=LIFT-01|"
    "category=elevator|type=stopped|priority=emergency|channel=app|status=in progress|"
    "accepted=2026-10-30T22:43|dispatched=2026-10-30T22:45|arrived=2026-10-30T23:05|"
    "title=Lift stands at floor 7",
    NULL};
static const char *const orders_zh[] = {
    "order=GD-0001|created=2026-10-03T09:12|site=翠湖花园|building=1号楼|place=1-201|"
    "category=给排水|type=漏水|priority=紧急|channel=电话|vendor=清源水务工程|team=工程班|"
    "steward=王敏|status=已关闭|accepted=2026-10-03T09:20|dispatched=2026-10-03T09:31|"
    "arrived=2026-10-03T10:02|resolved=2026-10-03T11:40|revisited=2026-10-05T15:00|"
    "closed=2026-10-05T15:05|rating=5|cost=86.5|title=厨房水槽下漏水",
    "order=GD-0002|created=2026-10-30T22:41|site=翠湖花园|building=1号楼|device=DT-01|"
    "category=电梯|type=停梯|priority=应急|channel=APP|status=处理中|accepted=2026-10-30T22:43|"
    "dispatched=2026-10-30T22:45|arrived=2026-10-30T23:05|title=电梯停在7楼",
    NULL};

static const char *const faults_en[] = {
    "device=LIFT-01|time=2026-10-12T18:22|code=E21|category=entrapment|kind=corrective|"
    "severity=critical|restored=2026-10-12T19:40|trapped=2|called=2026-10-12T18:24|"
    "answered=2026-10-12T18:25|arrived=2026-10-12T18:47|released=2026-10-12T18:55|"
    "cause=door system|note=Door contact worn",
    "device=LIFT-01|time=2026-10-20T09:00|code=M01|category=maintenance|kind=maintenance|"
    "severity=info|restored=2026-10-20T10:15",
    NULL};
static const char *const faults_zh[] = {
    "device=DT-01|time=2026-10-12T18:22|code=E21|category=困人|kind=故障|severity=严重|"
    "restored=2026-10-12T19:40|trapped=2|called=2026-10-12T18:24|answered=2026-10-12T18:25|"
    "arrived=2026-10-12T18:47|released=2026-10-12T18:55|cause=门系统|note=门触点磨损",
    "device=DT-01|time=2026-10-20T09:00|code=M01|category=维保|kind=维保|severity=提示|"
    "restored=2026-10-20T10:15|note=半月保",
    NULL};

static const char *const inspections_en[] = {
    "device=P-01|time=2026-10-31T08:50|duty=pump room log|due=2026-11-01T00:00|done_by=T. Zhou|"
    "result=normal|value=0.45|unit=MPa",
    "device=LIFT-01|time=2026-10-20T10:15|duty=lift maintenance|due=2026-10-22T00:00|"
    "done_by=Grand Mechanical|result=done",
    NULL};
static const char *const inspections_zh[] = {
    "device=P-01|time=2026-10-31T08:50|duty=泵房记录|due=2026-11-01T00:00|done_by=周涛|"
    "result=正常|value=0.45|unit=MPa",
    "device=DT-01|time=2026-10-20T10:15|duty=电梯半月保|due=2026-10-22T00:00|done_by=宏远机电|"
    "result=已完成",
    NULL};

const char *const *stw_template_examples(uint32_t index, enum stw_field_language language)
{
    static const char *const *const examples[STW_TEMPLATE_COUNT][STW_FIELD_LANGUAGES] = {
        {devices_en, devices_zh}, {readings_en, readings_zh},       {orders_en, orders_zh},
        {faults_en, faults_zh},   {inspections_en, inspections_zh},
    };
    assert(index < STW_TEMPLATE_COUNT);
    return examples[index][language];
}
