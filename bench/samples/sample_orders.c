/* Work orders with all their stamps; see sample_events.h. */
#include "sample_chance.h"
#include "sample_csv.h"
#include "sample_events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ORDERS_MAX = 8192, ORDERS_A_YEAR = 1714 };
#define EMERGENCY_ARRIVAL_NS    (5 * STW_NS_PER_MINUTE)
#define COMPLAINT_FIRST_LOOK_NS (48 * STW_NS_PER_HOUR)

enum stamp {
    ACCEPTED,
    CONTACTED,
    DISPATCHED,
    INVESTIGATED,
    ARRIVED,
    RESOLVED,
    VERIFIED,
    REVISITED,
    CLOSED,
    STAMPS
};

enum priority { EMERGENCY, URGENT, NORMAL, LOW };
static const char *const priority_names[] = {"emergency", "urgent", "normal", "low"};
static const int target_hours[] = {4, 24, 72, 168};

/* What people report; the vendor number is an index into `vendors`, -1 the estate's own team. */
struct subject {
    const char *category, *type, *zh, *de;
    int weight, vendor;
    double repair_hours; /* median from first look to resolved */
};
static const struct subject subjects[] = {
    {"water", "leaking pipe", "水管漏水", "Rohr undicht", 12, 0, 3},
    {"water", "no water", "家中停水", "Kein Wasser", 5, 0, 2},
    {"water", "blocked drain", "下水道堵塞，卫生间返水", "Abfluss verstopft", 9, 0, 2.5},
    {"power", "no power", "跳闸停电", "Kein Strom", 6, 1, 1.5},
    {"power", "lamp", "楼道灯不亮", "Treppenlicht defekt", 11, 1, 5},
    {"power", "car charging", "充电桩无法启动", "Ladesäule startet nicht", 4, 1, 9},
    {"elevator", "stopped", "电梯停运", "Aufzug steht", 6, 2, 1.5},
    {"elevator", "noise", "电梯运行异响", "Aufzug laut", 4, 2, 6},
    {"access control", "door", "门禁打不开", "Tür öffnet nicht", 7, 3, 4},
    {"access control", "card", "门禁卡失效", "Chip defekt", 5, 3, 3},
    {"heating and cooling", "too cold", "空调不制冷", "Heizung kalt", 5, 1, 7},
    {"cleaning", "litter", "楼道垃圾未清", "Müll im Flur", 6, -1, 2},
    {"security", "parking", "消防通道停车", "Zufahrt zugeparkt", 5, -1, 1},
    {"complaint", "noise", "投诉：楼上装修噪音", "Beschwerde: Lärm", 6, -1, 20},
    {"complaint", "environment", "投诉：绿化带有异味", "Beschwerde: Geruch", 4, -1, 24},
    {"complaint", "equipment", "投诉：电梯\"三天两头\"坏", "Beschwerde: Aufzug oft defekt", 3, -1,
     30},
    {"complaint", "fees", "投诉：公摊水费有误", "Beschwerde: Nebenkosten", 2, -1, 40},
};
enum { SUBJECTS = sizeof(subjects) / sizeof(subjects[0]), VENDORS = 4 };

static const char *const vendors[SAMPLE_SITES][VENDORS] = {
    {"清源水务工程", "宏远机电", "顺安电梯维保", "安盾弱电"},
    {"清源水务工程", "宏远机电", "顺安电梯维保", "安盾弱电"},
    {"Haustechnik Weber", "Elektro Brandt", "Aufzug Nord GmbH", "Schloss & Tor"},
};

struct order {
    int site;
    int64_t created_ns;
    int64_t stamps[STAMPS]; /* 0: none */
    const struct subject *subject;
    enum priority priority;
    const char *place, *building, *channel, *team, *status, *reason;
    const char *vendor; /* "" */
    int device;         /* or -1 */
    int rating;         /* 1..5, or 0 */
    int64_t cost_cents;
    int64_t paused_ns;
};

struct orders {
    struct order rows[ORDERS_MAX];
    int count;
    int slow_vendor; /* at the Chinese sites */
};

static int64_t seconds(double count)
{
    return (int64_t)count * STW_NS_PER_SECOND;
}

/* Lognormal, cut at three times its spread so that no order takes forever. */
static int64_t service_time(struct chance *chance, double median_min, double spread)
{
    double most = median_min * chance_exp(2.5 * spread);
    double taken = chance_lognormal(chance, median_min, spread);
    return seconds(60 * (taken < most ? taken : most));
}

static int64_t draw_created(const struct sample_grid *grid, struct chance *chance)
{
    static const int hours[24] = {2,  1,  1,  1,  1,  2,  6,  14, 22, 24, 22, 18,
                                  12, 14, 18, 20, 19, 18, 20, 22, 18, 12, 7,  4};
    for (;;) {
        int day = chance_range(chance, 0, grid->days - 1);
        const struct sample_moment *noon = &grid->moments[sample_grid_step(grid, day, 720)];
        /* More in the heat, in the frost and on working days. */
        double season = 0.62 + 0.2 * chance_cosine(2 * (noon->year_day - 20) / 365.25);
        if (!chance_odds(chance, season * (noon->workday ? 1 : 0.75)))
            continue;
        int second = chance_weighted(chance, hours, 24) * 3600;
        second += chance_range(chance, 0, 3599);
        return sample_grid_instant(grid, day, second);
    }
}

static void draw_place(const struct sample_property *property, struct order *order,
                       struct chance *chance)
{
    /* A dwelling's meter stands for the dwelling; elevators name the device. */
    enum sample_kind wanted = strcmp(order->subject->category, "elevator") == 0 ? SAMPLE_ELEVATOR
                              : strcmp(order->subject->category, "access control") == 0
                                  ? SAMPLE_ACCESS
                                  : SAMPLE_WATER;
    for (;;) {
        int drawn = chance_range(chance, 0, property->count - 1);
        const struct sample_device *device = &property->devices[drawn];
        if (device->site != order->site || device->kind != wanted ||
            (wanted == SAMPLE_WATER && device->dwelling[0] == '\0'))
            continue;
        order->building = device->building;
        order->place = wanted == SAMPLE_WATER ? device->dwelling : device->end_use;
        order->device = wanted == SAMPLE_WATER ? -1 : drawn;
        return;
    }
}

static void draw_priority(struct order *order, struct chance *chance)
{
    static const int odds[] = {4, 13, 68, 15};
    order->priority = (enum priority)chance_weighted(chance, odds, 4);
    bool complaint = strcmp(order->subject->category, "complaint") == 0;
    if (complaint && order->priority == EMERGENCY)
        order->priority = NORMAL;
    /* Emergencies are met by the guard on duty, whoever repairs later. */
    order->team = complaint                      ? "customer service"
                  : order->priority == EMERGENCY ? "duty"
                  : order->subject->vendor >= 0  ? "engineering"
                                                 : "housekeeping";
}

static double slowness(const struct orders *orders, const struct order *order)
{
    bool slow = order->site != 2 && order->subject->vendor >= 0 &&
                order->subject->vendor == orders->slow_vendor;
    return slow ? 2.8 : 1;
}

/* The stamps of an order to which nothing odd happens. */
static void stamp_order(const struct orders *orders, struct order *order, struct chance *chance)
{
    int64_t *stamps = order->stamps, created = order->created_ns;
    bool emergency = order->priority == EMERGENCY;
    bool complaint = strcmp(order->subject->category, "complaint") == 0;
    double hurry = order->priority == URGENT ? 0.5 : order->priority == LOW ? 2 : 1;
    double slow = slowness(orders, order);
    if (emergency) {
        stamps[ACCEPTED] = created + seconds(chance_between(chance, 12, 50));
        stamps[DISPATCHED] = stamps[ACCEPTED] + seconds(chance_between(chance, 5, 30));
        stamps[ARRIVED] = stamps[DISPATCHED] + seconds(chance_between(chance, 45, 148));
        stamps[INVESTIGATED] = stamps[ARRIVED] + service_time(chance, 4, 0.5);
    } else {
        stamps[ACCEPTED] = created + service_time(chance, 6 * hurry, 0.7);
        stamps[CONTACTED] = stamps[ACCEPTED] + service_time(chance, 9 * hurry, 0.6);
        stamps[DISPATCHED] = stamps[CONTACTED] + service_time(chance, 18 * hurry, 0.8);
        stamps[ARRIVED] = stamps[DISPATCHED] + service_time(chance, 48 * hurry * slow, 0.6);
        stamps[INVESTIGATED] = stamps[ARRIVED] + service_time(chance, 15, 0.5);
    }
    if (complaint) { /* first looked into within two working days; nobody has to drive there */
        stamps[DISPATCHED] = stamps[ARRIVED] = 0;
        stamps[INVESTIGATED] = stamps[CONTACTED] + service_time(chance, 8 * 60, 0.5);
    }
    stamps[RESOLVED] =
        stamps[INVESTIGATED] + service_time(chance, 60 * order->subject->repair_hours * slow, 0.9);
    if (chance_odds(chance, 0.72))
        stamps[VERIFIED] = stamps[RESOLVED] + service_time(chance, 600, 0.8);
    int64_t last = stamps[VERIFIED] != 0 ? stamps[VERIFIED] : stamps[RESOLVED];
    if (chance_odds(chance, complaint ? 0.85 : 0.35))
        last = stamps[REVISITED] = last + service_time(chance, 1900, 0.5);
    stamps[CLOSED] = last + service_time(chance, 120, 0.7);
}

static void draw_rest(const struct orders *orders, struct order *order, struct chance *chance)
{
    static const char *const channels[] = {"phone", "wechat", "app", "front desk", "patrol"};
    static const int channel_odds[] = {34, 27, 17, 12, 10};
    static const int ratings[] = {2, 4, 12, 35, 47}, slow_ratings[] = {12, 20, 30, 26, 12};
    bool slow = slowness(orders, order) > 1;
    order->channel = channels[chance_weighted(chance, channel_odds, 5)];
    if (chance_odds(chance, 0.55))
        order->rating = 1 + chance_weighted(chance, slow ? slow_ratings : ratings, 5);
    if (order->subject->vendor >= 0) {
        order->vendor = vendors[order->site][order->subject->vendor];
        if (chance_odds(chance, 0.6))
            order->cost_cents = (int64_t)(100 * chance_lognormal(chance, 180, 0.8));
    }
    if (order->priority != EMERGENCY && order->vendor[0] != '\0' && chance_odds(chance, 0.05)) {
        order->paused_ns = chance_range(chance, 2, 48) * STW_NS_PER_HOUR;
        order->reason = order->site == 2 ? "Ersatzteil bestellt" : "等待配件";
        for (int stamp = RESOLVED; stamp < STAMPS; stamp++)
            order->stamps[stamp] += order->stamps[stamp] != 0 ? order->paused_ns : 0;
    }
}

/* Stamps as people leave them: forgotten, in the wrong order, all written at once later. */
static void spoil_stamps(struct order *order, struct chance *chance)
{
    int64_t *stamps = order->stamps;
    double odds = chance_unit(chance);
    if (order->priority == EMERGENCY || strcmp(order->subject->category, "complaint") == 0)
        return;
    if (odds < 0.025) {
        stamps[ACCEPTED] = 0;
    } else if (odds < 0.045) {
        stamps[ARRIVED] = 0;
    } else if (odds < 0.06) {
        stamps[ARRIVED] = stamps[DISPATCHED] - seconds(chance_between(chance, 200, 2400));
    } else if (odds < 0.07) {
        stamps[ARRIVED] = stamps[INVESTIGATED] = stamps[RESOLVED];
    } else if (odds < 0.085) {
        order->status = "cancelled";
        order->reason = order->site == 2 ? "doppelt gemeldet" : "重复报单";
        stamps[CLOSED] = stamps[CONTACTED] + service_time(chance, 60, 0.5);
        for (int stamp = DISPATCHED; stamp < CLOSED; stamp++)
            stamps[stamp] = 0;
        order->rating = 0;
        order->cost_cents = 0;
    } else if (odds < 0.091) { /* forgotten: open ever since */
        for (int stamp = RESOLVED; stamp < STAMPS; stamp++)
            stamps[stamp] = 0;
        order->rating = 0;
        order->cost_cents = 0;
    }
}

/* What has not happened when the sample ends is not known. */
static void cut_at_end(const struct sample_property *property, struct order *order)
{
    const struct sample_grid *grid = &property->grids[order->site];
    int64_t end_ns = sample_grid_ns(grid, grid->steps);
    for (int stamp = 0; stamp < STAMPS; stamp++)
        if (order->stamps[stamp] >= end_ns)
            order->stamps[stamp] = 0;
    if (order->status[0] == '\0')
        order->status = order->stamps[CLOSED] != 0     ? "closed"
                        : order->stamps[RESOLVED] != 0 ? "resolved"
                        : order->stamps[ARRIVED] != 0  ? "in progress"
                                                       : "open";
    if (order->stamps[RESOLVED] == 0 && strcmp(order->status, "cancelled") != 0) {
        order->rating = 0;
        order->cost_cents = 0;
    }
}

/* Delays one stamp and all after it. */
static void delay_from(struct order *order, enum stamp from, int64_t by_ns)
{
    static const enum stamp course[] = {ARRIVED,  INVESTIGATED, RESOLVED,
                                        VERIFIED, REVISITED,    CLOSED};
    bool later = false;
    for (size_t i = 0; i < sizeof(course) / sizeof(course[0]); i++) {
        later = later || course[i] == from;
        if (later && order->stamps[course[i]] != 0)
            order->stamps[course[i]] += by_ns;
    }
}

/* Makes some emergencies and complaints late, a few of them only nearly so. */
static void plant_breach(struct order *order, struct chance *chance)
{
    bool complaint = strcmp(order->subject->category, "complaint") == 0;
    double odds = chance_unit(chance);
    if (order->priority == EMERGENCY && odds < 0.09) {
        delay_from(order, ARRIVED, seconds(chance_between(chance, 260, 1500)));
    } else if (order->priority == EMERGENCY && odds < 0.14) {
        int64_t wanted = seconds(chance_between(chance, 245, 295));
        delay_from(order, ARRIVED, order->created_ns + wanted - order->stamps[ARRIVED]);
    } else if (complaint && odds < 0.06) {
        delay_from(order, INVESTIGATED, seconds(3600 * chance_between(chance, 46, 90)));
    } else if (complaint && odds < 0.08) { /* never looked into */
        for (int stamp = INVESTIGATED; stamp < STAMPS; stamp++)
            order->stamps[stamp] = 0;
    }
}

static void add_orders(const struct sample_property *property, struct orders *orders)
{
    static const int site_odds[SAMPLE_SITES] = {50, 36, 14};
    int weights[SUBJECTS], wanted = ORDERS_A_YEAR * property->grids[0].days / 365;
    for (int i = 0; i < SUBJECTS; i++)
        weights[i] = subjects[i].weight;
    struct chance chance = chance_of(property->seed, "orders", "");
    orders->slow_vendor = chance_range(&chance, 0, VENDORS - 1);
    for (int i = 0; i < wanted && i < ORDERS_MAX; i++) {
        struct order *order = &orders->rows[orders->count++];
        memset(order, 0, sizeof(*order));
        order->vendor = order->reason = order->status = "";
        order->site = chance_weighted(&chance, site_odds, SAMPLE_SITES);
        order->created_ns = draw_created(&property->grids[order->site], &chance);
        order->subject = &subjects[chance_weighted(&chance, weights, SUBJECTS)];
        draw_place(property, order, &chance);
        draw_priority(order, &chance);
        stamp_order(orders, order, &chance);
        draw_rest(orders, order, &chance);
        spoil_stamps(order, &chance);
        plant_breach(order, &chance);
        cut_at_end(property, order);
    }
}

static int compare_orders(const void *a, const void *b)
{
    const struct order *left = a, *right = b;
    if (left->created_ns != right->created_ns)
        return left->created_ns < right->created_ns ? -1 : 1;
    return left->site - right->site;
}

/* The truth of one order against one limit: late, or so nearly late that a warning is no error. */
static void tell_limit(const struct sample_property *property, struct sample_plan *plan,
                       const struct order *order, const char *id, enum stamp stamp,
                       int64_t limit_ns, const char *what, const char *rule)
{
    const struct sample_grid *grid = &property->grids[order->site];
    int64_t end_ns = sample_grid_ns(grid, grid->steps);
    bool open = order->stamps[stamp] == 0;
    int64_t until = open ? end_ns : order->stamps[stamp];
    int64_t taken = until - order->created_ns;
    if (taken <= limit_ns * 8 / 10)
        return;
    sample_truth_add(plan, sample_plan_number(plan), what, order->site, id, order->created_ns,
                     until, rule, taken > limit_ns);
}

static void tell_truth(const struct sample_property *property, struct sample_plan *plan,
                       const struct orders *orders)
{
    for (int i = 0; i < orders->count; i++) {
        const struct order *order = &orders->rows[i];
        char id[24];
        snprintf(id, sizeof(id), "WO-%05d", i + 1);
        if (order->priority == EMERGENCY)
            tell_limit(property, plan, order, id, ARRIVED, EMERGENCY_ARRIVAL_NS,
                       "late at an emergency", "emergency-arrival");
        if (strcmp(order->subject->category, "complaint") == 0)
            tell_limit(property, plan, order, id, INVESTIGATED, COMPLAINT_FIRST_LOOK_NS,
                       "complaint left lying", "complaint-48h");
    }
    const struct sample_grid *grid = &property->grids[0];
    struct sample_truth *truth = sample_truth_add(
        plan, sample_plan_number(plan), "slow vendor", 0, vendors[0][orders->slow_vendor],
        sample_grid_ns(grid, 0), sample_grid_ns(grid, grid->steps), "", false);
    snprintf(truth->note, sizeof(truth->note), "2.8 times the others' time to arrive and resolve");
}

static void add_stamp(struct stw_buffer *out, const struct sample_grid *grid, int64_t at_ns)
{
    char time[STW_STAMP_TEXT_SIZE] = "";
    if (at_ns != 0)
        stw_stamp_to_iso(grid->zone, at_ns, time);
    sample_csv_text(out, time, ',');
}

static void add_order_row(struct stw_buffer *out, const struct sample_property *property,
                          const struct order *order, int number)
{
    const struct sample_grid *grid = &property->grids[order->site];
    const struct sample_site *site = &sample_sites[order->site];
    stw_buffer_printf(out, "WO-%05d,", number);
    add_stamp(out, grid, order->created_ns);
    sample_csv_text(out, order->device < 0 ? "" : property->devices[order->device].id, ',');
    sample_csv_text(out, site->key, ',');
    sample_csv_text(out, order->building, ',');
    sample_csv_text(out, order->place, ',');
    sample_csv_text(out, order->subject->category, ',');
    sample_csv_text(out, order->subject->type, ',');
    sample_csv_text(out, priority_names[order->priority], ',');
    sample_csv_text(out, order->channel, ',');
    sample_csv_text(out, order->vendor, ',');
    sample_csv_text(out, order->team, ',');
    sample_csv_text(out, site->steward, ',');
    sample_csv_text(out, order->status, ',');
    for (int stamp = 0; stamp < STAMPS; stamp++)
        add_stamp(out, grid, order->stamps[stamp]);
    add_stamp(out, grid, order->created_ns + target_hours[order->priority] * STW_NS_PER_HOUR);
    if (order->paused_ns != 0)
        sample_csv_int(out, order->paused_ns, ',');
    else
        stw_buffer_add_char(out, ',');
    if (order->rating != 0)
        sample_csv_int(out, order->rating, ',');
    else
        stw_buffer_add_char(out, ',');
    if (order->cost_cents != 0)
        sample_csv_decimal(out, order->cost_cents, 2, ',');
    else
        stw_buffer_add_char(out, ',');
    sample_csv_text(out, order->reason, ',');
    sample_csv_text(out, order->site == 2 ? order->subject->de : order->subject->zh, '\n');
}

long sample_orders_write(const struct sample_property *property, struct sample_plan *plan,
                         const char *folder)
{
    static struct orders orders;
    orders.count = 0;
    add_orders(property, &orders);
    qsort(orders.rows, (size_t)orders.count, sizeof(orders.rows[0]), compare_orders);
    tell_truth(property, plan, &orders);
    struct stw_buffer out;
    stw_buffer_init(&out);
    stw_buffer_add_text(&out, "order,created,device,site,building,place,category,type,priority,"
                              "channel,vendor,team,steward,status,accepted,contacted,dispatched,"
                              "investigated,arrived,resolved,verified,revisited,closed,target,"
                              "paused,rating,cost,reason,title\n");
    for (int i = 0; i < orders.count; i++)
        add_order_row(&out, property, &orders.rows[i], i + 1);
    sample_csv_write(&out, folder, "work_orders.csv", 0);
    stw_buffer_release(&out);
    return orders.count;
}
