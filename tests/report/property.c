/* An invented property; see property.h. */
#include "property.h"

#include "base/clock.h"
#include "time/civil.h"

#include "../support/test.h"

#include <math.h>
#include <stdio.h>

#define OK(call) CU_ASSERT_EQUAL_FATAL((call), STW_OK)

enum { MONTHS = 26, BUILDINGS = 3, UNITS = 8, ORDERS = 420 };

static int64_t local_midnight(const struct stw_zone *zone, int year, int month, int day)
{
    struct stw_local local;
    stw_zone_local(zone, stw_civil_days(year, month, day) * STW_NS_PER_DAY, &local);
    return local.ns;
}

static struct stw_slice named(struct stw_arena *arena, const char *format, unsigned number)
{
    char text[64];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(text, sizeof(text), format, number);
#pragma GCC diagnostic pop
    return stw_arena_copy(arena, stw_slice_of(text));
}

/* Month i of the 26 that end with March 2026. */
static struct stw_energy_month month_at(const struct stw_zone *zone, int i)
{
    int64_t from = 2024 * 12 + 1 + i; /* months since year 0; February 2024 is the first */
    int year = (int)(from / 12), month = (int)(from % 12) + 1;
    int next_year = (int)((from + 1) / 12), next_month = (int)((from + 1) % 12) + 1;
    return (struct stw_energy_month){
        .year = year,
        .month = month,
        .from_ns = local_midnight(zone, year, month, 1),
        .to_ns = local_midnight(zone, next_year, next_month, 1),
        .days = (uint32_t)stw_month_days(year, month),
    };
}

static void add_meter(struct stw_test_property *p, struct stw_energy_history **history,
                      const struct stw_energy_month *months, bool power, unsigned building,
                      unsigned number, bool chinese)
{
    struct stw_energy_use uses[MONTHS];
    struct stw_energy_piece pieces[MONTHS];
    uint64_t state = building * 100 + number + (power ? 7 : 0);
    for (int i = 0; i < MONTHS; i++) {
        double season = power ? 1 + .35 * cos((months[i].month - 8) * .5236) : 1;
        double growth = building == 1 && i > 18 && power ? 1.22 : 1;
        int64_t use = (int64_t)((power ? 48000 : 900) * season * growth * (building + 1) *
                                months[i].days / 30) *
                          100 +
                      (int64_t)(stw_test_random(&state) % 9000);
        pieces[i] = (struct stw_energy_piece){months[i].from_ns, {use, 2}};
        uses[i] = (struct stw_energy_use){.has_data = true,
                                          .edges_known = true,
                                          .use = {use, 2},
                                          .estimated = {i == MONTHS - 1 ? use / 40 : 0, 2},
                                          .expected = 24 * months[i].days,
                                          .present = 24 * months[i].days,
                                          .pieces = &pieces[i],
                                          .piece_count = 1};
        if (building == 2 && number == 1 && i < 6) /* a meter put in later */
            uses[i] = (struct stw_energy_use){.has_data = false};
    }
    const struct stw_energy_meter meter = {
        .kind = power ? STW_SLICE("power") : STW_SLICE("water"),
        .unit = power ? STW_SLICE("kWh") : STW_SLICE("m³"),
        .role = STW_SLICE("building"),
        .site = STW_SLICE("cuihu"),
        .building = named(&p->arena, chinese ? "%u号楼" : "Block %u", building + 1),
        .device = named(&p->arena, power ? "E-%03u" : "W-%03u", building * 10 + number),
        .channel = STW_SLICE("total"),
        .in_service_ns = building == 2 && number == 1 ? months[6].from_ns : INT64_MIN,
        .out_of_service_ns = INT64_MAX,
        .has_area = true,
        .area_m2 = {9200 + 1800 * building, 0},
        .has_households = building < 2,
        .households = {96, 0},
        .uses = uses,
    };
    OK(stw_energy_add(&p->energy, &meter, true, NULL));
    OK(stw_energy_history_add(history, &meter, MONTHS, &p->arena, NULL));
}

static void make_energy(struct stw_test_property *p, bool chinese)
{
    static struct stw_energy_month months[MONTHS];
    static struct stw_energy_tariff tariffs[2];
    for (int i = 0; i < MONTHS; i++)
        months[i] = month_at(p->zone, i);
    struct stw_slice currency = chinese ? STW_SLICE("元") : STW_SLICE("CNY");
    tariffs[0] = (struct stw_energy_tariff){
        .kind = STW_SLICE("power"), .currency = currency, .from_ns = INT64_MIN, .price = {68, 2}};
    tariffs[1] = (struct stw_energy_tariff){
        .kind = STW_SLICE("water"), .currency = currency, .from_ns = INT64_MIN, .price = {410, 2}};
    const struct stw_energy_spec spec = {.months = months,
                                         .month_count = MONTHS,
                                         .missing_share_max = .1,
                                         .base_minimum = {1, 0},
                                         .base_share_minimum = .01,
                                         .tariffs = tariffs,
                                         .tariff_count = 2,
                                         .left_out_max = 100};
    struct stw_energy_history *history = NULL;
    OK(stw_energy_init(&p->energy, &spec, &p->arena, NULL));
    for (unsigned building = 0; building < BUILDINGS; building++)
        for (unsigned number = 0; number < 2; number++) {
            add_meter(p, &history, months, true, building, number, chinese);
            add_meter(p, &history, months, false, building, number, chinese);
        }
    OK(stw_energy_finish(&p->energy, NULL));
    p->energy_part = (struct stw_energy_part){
        .energy = &p->energy,
        .history = history,
        .command = STW_SLICE("steward query STORE readings --where kind=power --every month use")};
}

static void make_failures(struct stw_test_property *p, bool chinese)
{
    static int64_t months_ns[14];
    static const char *const causes_zh[] = {"门系统", "供电", "人为", "曳引机", "控制柜"};
    static const char *const causes_en[] = {"door system", "supply", "human", "traction machine",
                                            "controller"};
    for (int i = 0; i < 14; i++)
        months_ns[i] = month_at(p->zone, 13 + i).from_ns;
    struct stw_failure_unit *units = STW_ARENA_ARRAY(&p->arena, struct stw_failure_unit, UNITS);
    struct stw_slice *names = STW_ARENA_ARRAY(&p->arena, struct stw_slice, UNITS);
    struct stw_fault_event *events = STW_ARENA_ARRAY(&p->arena, struct stw_fault_event, 400);
    uint32_t count = 0;
    uint64_t state = 42;
    int64_t from_ns = months_ns[0], span_ns = months_ns[13] - from_ns;
    for (unsigned u = 0; u < UNITS; u++) {
        units[u] =
            (struct stw_failure_unit){named(&p->arena, "LIFT-%02u", u + 1), INT64_MIN, INT64_MAX};
        names[u] = named(&p->arena, chinese ? "电梯 %u" : "Lift %u", u + 1);
        unsigned failures = u == 7 ? 0 : 2 + u * 2 + (u == 4 ? 18 : 0);
        for (unsigned k = 0; k < failures; k++) {
            double place = (double)(stw_test_random(&state) % 10000) / 10000;
            if (u == 4)
                place = sqrt(sqrt(place)); /* gets worse */
            int64_t at_ns = from_ns + (int64_t)(place * .999 * (double)span_ns);
            unsigned cause = (unsigned)(stw_test_random(&state) % 9);
            cause = cause < 4 ? 0 : cause - 4;
            events[count++] = (struct stw_fault_event){
                .device = units[u].device,
                .cause = stw_slice_of(chinese ? causes_zh[cause] : causes_en[cause]),
                .at_ns = at_ns,
                .end_ns = at_ns + (int64_t)(1 + k % 7) * 40 * STW_NS_PER_MINUTE,
                .class = k % 6 == 5 ? STW_EVENT_MAINTENANCE : STW_EVENT_CORRECTIVE,
                .entrapment = u == 4 && k % 10 == 3};
            p->entrapments_in_march += events[count - 1].entrapment &&
                                       events[count - 1].class == STW_EVENT_CORRECTIVE &&
                                       at_ns >= months_ns[12];
        }
    }
    const struct stw_failure_spec spec = {.months_ns = months_ns,
                                          .month_count = 13,
                                          .as_of_ns = months_ns[13],
                                          .repeat_window_ns = 4 * STW_NS_PER_HOUR,
                                          .ends_recorded = true,
                                          .confidence = .95,
                                          .trend_failures = 6,
                                          .trend_months = 12,
                                          .repeat_count = 3,
                                          .repeat_within_ns = 30 * STW_NS_PER_DAY};
    OK(stw_failures_find(events, count, units, UNITS, &spec, &p->arena, &p->failures, NULL));
    struct stw_failures_part *part = &p->failures_part;
    OK(stw_failures_by_unit(&p->failures, &p->arena, &p->by_unit, NULL));
    OK(stw_failures_by_cause(&p->failures, &p->arena, &p->by_cause, NULL));
    OK(stw_failures_by_month(&p->failures, &p->arena, &p->by_month, NULL));
    OK(stw_failures_trends(&p->failures, &p->arena, &part->trends, &part->trend_count, NULL));
    OK(stw_failures_repeats(&p->failures, &p->arena, &part->repeats, &part->repeat_count, NULL));
    part->equipment = chinese ? STW_SLICE("电梯") : STW_SLICE("Lifts");
    part->failures = &p->failures;
    part->unit_names = names;
    part->by_unit = &p->by_unit;
    part->by_cause = &p->by_cause;
    part->by_month = &p->by_month;
    part->has_entrapments = true;
    part->id = STW_SLICE("lifts");
    part->command = STW_SLICE("steward query STORE faults --where kind=elevator");
}

static void make_orders(struct stw_test_property *p, struct stw_order *orders,
                        struct stw_order_words *words, struct stw_slice *vendors,
                        struct stw_slice *priorities, bool chinese)
{
    static const char *const vendor_zh[] = {"安达机电", "本部工程班", "恒信电梯"};
    static const char *const vendor_en[] = {"Anda M&E", "Own team", "Hengxin Lifts"};
    static const char *const priority_zh[] = {"紧急", "一般", "投诉"};
    static const char *const priority_en[] = {"emergency", "normal", "complaint"};
    uint64_t state = 7;
    int64_t from_ns = month_at(p->zone, 25).from_ns;
    for (unsigned i = 0; i < ORDERS; i++) {
        unsigned vendor = (unsigned)(stw_test_random(&state) % 3);
        unsigned priority = (unsigned)(stw_test_random(&state) % 3);
        double hours = -log((double)(stw_test_random(&state) % 9999 + 1) / 10000) *
                       (vendor == 2 ? 16 : 7) * (priority + 1);
        orders[i].id = named(&p->arena, "WO-2603-%04u", i + 1);
        orders[i].priority = stw_slice_of(chinese ? priority_zh[priority] : priority_en[priority]);
        for (int s = 0; s < STW_STAMP_COUNT; s++)
            orders[i].stamps_ns[s] = STW_INSTANT_NONE;
        int64_t at_ns = from_ns + (int64_t)i * 106 * STW_NS_PER_MINUTE;
        orders[i].stamps_ns[STW_STAMP_CREATED] = at_ns;
        if (i % 29 != 0)
            orders[i].stamps_ns[STW_STAMP_RESOLVED] = at_ns +
                                                      (int64_t)(hours * 3600) * STW_NS_PER_SECOND -
                                                      (i % 101 == 7 ? 1 : 0) * 90 * STW_NS_PER_DAY;
        orders[i].due_ns = STW_INSTANT_NONE;
        vendors[i] = stw_slice_of(chinese ? vendor_zh[vendor] : vendor_en[vendor]);
        priorities[i] = orders[i].priority;
        words[i] = (struct stw_order_words){
            .category = chinese ? STW_SLICE("给排水") : STW_SLICE("plumbing"),
            .place = named(&p->arena, chinese ? "%u号楼" : "Block %u", i % 3 + 1),
            .vendor = vendors[i]};
    }
}

static void make_response(struct stw_test_property *p, bool chinese)
{
    static struct stw_response_target targets[2];
    targets[0] = (struct stw_response_target){chinese ? STW_SLICE("紧急") : STW_SLICE("emergency"),
                                              12 * STW_NS_PER_HOUR};
    targets[1] = (struct stw_response_target){{"", 0}, 48 * STW_NS_PER_HOUR};
    struct stw_order *orders = STW_ARENA_ARRAY(&p->arena, struct stw_order, ORDERS);
    struct stw_order_words *words = STW_ARENA_ARRAY(&p->arena, struct stw_order_words, ORDERS);
    struct stw_slice *vendors = STW_ARENA_ARRAY(&p->arena, struct stw_slice, ORDERS);
    struct stw_slice *priorities = STW_ARENA_ARRAY(&p->arena, struct stw_slice, ORDERS);
    make_orders(p, orders, words, vendors, priorities, chinese);
    struct stw_energy_month march = month_at(p->zone, 25);
    const struct stw_response_spec spec = {.from = STW_STAMP_CREATED,
                                           .to = STW_STAMP_RESOLVED,
                                           .from_ns = march.from_ns,
                                           .to_ns = march.to_ns,
                                           .as_of_ns = march.to_ns,
                                           .target_kind = STW_TARGET_DURATION,
                                           .targets = targets,
                                           .target_count = 2,
                                           .quantile_type = STW_QUANTILE_DEFAULT,
                                           .confidence = .95,
                                           .minimum = 10};
    OK(stw_response_judge(orders, ORDERS, &spec, &p->arena, &p->response, NULL));
    OK(stw_response_group(&p->response, priorities, &p->arena, &p->by_priority, NULL));
    OK(stw_response_group(&p->response, vendors, &p->arena, &p->by_vendor, NULL));
    enum stw_verdict verdict;
    OK(stw_response_compare(&p->response, vendors, &p->arena, &verdict, &p->vendors_compared,
                            NULL));
    struct stw_slice command = STW_SLICE("steward query STORE work_orders --from 2026-03-01");
    p->splits[0] = (struct stw_response_split){
        .title = STW_WORD_PRIORITY, .lines = &p->by_priority, .command = command};
    p->splits[1] = (struct stw_response_split){.title = STW_WORD_VENDOR,
                                               .lines = &p->by_vendor,
                                               .compared = &p->vendors_compared,
                                               .compared_verdict = verdict,
                                               .command = command};
    p->leg = (struct stw_response_leg){.response = &p->response,
                                       .total = &p->by_vendor.total,
                                       .splits = p->splits,
                                       .split_count = 2,
                                       .command = command};
    OK(stw_response_overdue(&p->response, &p->arena, &p->leg.overdue, &p->leg.overdue_count, NULL));
    p->response_part = (struct stw_response_part){.legs = &p->leg,
                                                  .leg_count = 1,
                                                  .words = words,
                                                  .attainment_target = .95,
                                                  .overdue_command = command};
}

static void make_alerts(struct stw_test_property *p, bool chinese)
{
    enum { ALERTS = 9 };
    static const struct {
        const char *rule, *series;
        const char *zh, *en;
        enum stw_mark severity;
        enum stw_topic topic;
        int64_t money;
        int day, hours;
    } rows[ALERTS] = {
        {"night-leak", "W-021 total", "夜间最小流量连续 4 夜超过 20 L/h，最低 186 L/h。",
         "Night minimum more than 20 L/h in 4 nights, lowest 186 L/h.", STW_MARK_BAD,
         STW_TOPIC_MONEY, 1830, 4, 600},
        {"night-leak", "W-010 total", "夜间最小流量 3 夜超过 20 L/h，最低 41 L/h。",
         "Night minimum more than 20 L/h in 3 nights, lowest 41 L/h.", STW_MARK_NOTICE,
         STW_TOPIC_MONEY, 403, 9, 90},
        {"pump-room-pressure", "P-3 pressure", "压力低于 0.25 MPa 达 42 分钟，最低 0.11 MPa。",
         "Pressure below 0.25 MPa for 42 min, lowest 0.11 MPa.", STW_MARK_BAD, STW_TOPIC_SAFETY, 0,
         12, 2},
        {"meter-silent", "E-007 total", "已 31 小时没有上报。", "Silent for 31 hours.",
         STW_MARK_NOTICE, STW_TOPIC_OTHER, 0, 20, 31},
        {"lift-repeat-fault", "LIFT-05", "30 天内同一故障 5 次，不少于 3 次。",
         "The same fault 5 times within 30 days, at least 3.", STW_MARK_BAD, STW_TOPIC_SAFETY, 0,
         18, 200},
        {"voltage-gb12325", "V-2 voltage", "本周 91.2% 的时间在 198 V 至 235.4 V 内，低于 95%。",
         "Inside 198 V to 235.4 V for 91.2% of the week, less than 95%.", STW_MARK_NOTICE,
         STW_TOPIC_OTHER, 0, 8, 168},
        {"meter-silent", "W-013 total", "已 55 小时没有上报。", "Silent for 55 hours.",
         STW_MARK_NOTICE, STW_TOPIC_OTHER, 0, 25, 0},
        {"power-unusual", "E-011 total", "本小时用电为同期中位数的 4.1 倍。",
         "4.1 times the median of the hour of week.", STW_MARK_NOTICE, STW_TOPIC_MONEY, 9600, 14,
         6},
        {"emergency-arrival", "WO-2603-0031", "报修 17 分钟后到场，超过 5 分钟。",
         "Arrived after 17 min, more than 5 min.", STW_MARK_BAD, STW_TOPIC_SERVICE, 0, 3, 1},
    };
    struct stw_report_alert *alerts = STW_ARENA_ARRAY(&p->arena, struct stw_report_alert, ALERTS);
    for (int i = 0; i < ALERTS; i++) {
        int64_t start_ns = local_midnight(p->zone, 2026, 3, rows[i].day) + 5 * STW_NS_PER_HOUR;
        alerts[i] = (struct stw_report_alert){
            .rule = stw_slice_of(rows[i].rule),
            .series = stw_slice_of(rows[i].series),
            .place = chinese ? STW_SLICE("2号楼") : STW_SLICE("Block 2"),
            .severity = rows[i].severity,
            .topic = rows[i].topic,
            .verdict = (enum stw_alert_verdict)(i % 3),
            .start_ns = start_ns,
            .end_ns =
                rows[i].hours == 0 ? STW_ALERT_LASTS : start_ns + rows[i].hours * STW_NS_PER_HOUR,
            .has_money = rows[i].money != 0,
            .money_per_day = {rows[i].money, 1},
            .currency = chinese ? STW_SLICE("元") : STW_SLICE("CNY"),
            .evidence = stw_slice_of(chinese ? rows[i].zh : rows[i].en),
            .command = STW_SLICE("steward query STORE readings --where device=W-021 --from "
                                 "2026-03-01T02:00 --to 2026-03-05T05:00"),
        };
    }
    p->alerts = (struct stw_alerts_part){alerts, ALERTS, STW_SLICE("steward query STORE alerts")};
}

static void make_checks(struct stw_test_property *p, bool chinese)
{
    static struct stw_report_duty duties[2];
    static struct stw_report_missed missed[1];
    static struct stw_report_meter meters[2];
    static struct stw_report_reject rejects[1];
    duties[0] = (struct stw_report_duty){
        chinese ? STW_SLICE("电梯半月保") : STW_SLICE("Half-monthly lift care"), 8, 16, 14, 1, 1};
    duties[1] = (struct stw_report_duty){
        chinese ? STW_SLICE("水泵房日巡") : STW_SLICE("Daily pump room round"), 3, 93, 93, 0, 0};
    missed[0] = (struct stw_report_missed){duties[0].name, STW_SLICE("LIFT-03"),
                                           local_midnight(p->zone, 2026, 3, 18), INT64_MIN};
    meters[0] =
        (struct stw_report_meter){.device = STW_SLICE("W-013"),
                                  .channel = STW_SLICE("total"),
                                  .place = chinese ? STW_SLICE("2号楼") : STW_SLICE("Block 2"),
                                  .problems = STW_METER_SILENT | STW_METER_GAPS,
                                  .last_ns = local_midnight(p->zone, 2026, 3, 25),
                                  .missing_share = .22};
    meters[1] = (struct stw_report_meter){.device = STW_SLICE("E-301"),
                                          .problems = STW_METER_NO_TARIFF | STW_METER_NO_AREA,
                                          .last_ns = local_midnight(p->zone, 2026, 4, 1),
                                          .missing_share = NAN};
    rejects[0] = (struct stw_report_reject){
        .source = STW_SLICE("readings-2026-03.csv"),
        .reason = chinese ? STW_SLICE("数值列不是数字") : STW_SLICE("the value is not a number"),
        .rows = 17,
        .rows_stored = 1204561,
        .kept = STW_SLICE("STORE/rejects/readings-2026-03.csv.0badcafe.csv")};
    p->duties = (struct stw_duties_part){duties, 2, missed, 1,
                                         STW_SLICE("steward query STORE inspections")};
    p->quality = (struct stw_quality_part){.rows_accepted = 1204561,
                                           .rows_rejected = 17,
                                           .series = 214,
                                           .rejects = rejects,
                                           .reject_count = 1,
                                           .meters = meters,
                                           .meter_count = 2,
                                           .command = STW_SLICE("steward info STORE --quality"),
                                           .rejects_command = STW_SLICE("steward info STORE")};
    p->method = (struct stw_method_part){.rule_pack = STW_SLICE("rules/ 5f3a9c10"),
                                         .tariffs = STW_SLICE("tariffs.yml 88d0c1aa"),
                                         .zone = STW_SLICE("Asia/Shanghai"),
                                         .command = STW_SLICE("steward report STORE monthly "
                                                              "--month 2026-03 --as-of m2603")};
}

void stw_test_property_init(struct stw_test_property *p, bool chinese)
{
    *p = (struct stw_test_property){.zone = NULL};
    stw_arena_init(&p->arena);
    OK(stw_zone_load("+08:00", &p->zone, NULL));
    make_energy(p, chinese);
    make_failures(p, chinese);
    make_response(p, chinese);
    make_alerts(p, chinese);
    make_checks(p, chinese);
    struct stw_energy_month march = month_at(p->zone, 25);
    p->monthly = (struct stw_monthly){
        .scope = {p->zone, march.from_ns, march.to_ns, march.to_ns},
        .site = chinese ? STW_SLICE("翠湖花园") : STW_SLICE("Cuihu Garden"),
        .snapshot = STW_SLICE("m2603 (generation 118)"),
        .alerts = &p->alerts,
        .energy = &p->energy_part,
        .failures = &p->failures_part,
        .failures_count = 1,
        .response = &p->response_part,
        .duties = &p->duties,
        .quality = &p->quality,
        .method = &p->method,
    };
}

void stw_test_property_release(struct stw_test_property *p)
{
    stw_energy_release(&p->energy);
    stw_zone_free(p->zone);
    stw_arena_release(&p->arena);
}
