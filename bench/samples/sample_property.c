/* The invented property; see sample_property.h. */
#include "sample_property.h"

#include "base/decimal.h"
#include "sample_chance.h"
#include "sample_csv.h"

#include <stdio.h>
#include <string.h>

const struct sample_site sample_sites[SAMPLE_SITES] = {
    {"cuihu", "CH", "翠湖花园", "Asia/Shanghai", "zh-CN", SAMPLE_CHINA, "王敏"},
    {"binjiang", "BJ", "滨江商务中心", "Asia/Shanghai", "zh-CN", SAMPLE_CHINA, "李强"},
    {"lindenhof", "LH", "Lindenhof", "Europe/Berlin", "en", SAMPLE_GERMANY, "Anna Krüger"},
};

/* One line a device; flats and office floors are made by loops below. */
struct blueprint {
    int site;
    const char *suffix;
    enum sample_kind kind;
    const char *role;
    const char *building;
    const char *end_use;
    enum sample_profile profile;
    double size;
    int interval_min;
    int scale;
    int multiplier;
    const char *parent; /* suffix, or NULL */
};

static const struct blueprint blueprints[] = {
    /* clang-format off */
    {0, "W-M1", SAMPLE_WATER, "main", "", "supply", SAMPLE_SUM, 0, 15, 3, 1, NULL},
    {0, "W-P1", SAMPLE_WATER, "plant", "", "secondary supply", SAMPLE_TANK, 30, 15, 3, 1, "W-M1"},
    {0, "W-1", SAMPLE_WATER, "building", "1号楼", "supply", SAMPLE_SUM, 0, 15, 3, 1, "W-M1"},
    {0, "W-2", SAMPLE_WATER, "building", "2号楼", "supply", SAMPLE_SUM, 0, 15, 3, 1, "W-P1"},
    {0, "W-G1", SAMPLE_WATER, "public", "", "greening", SAMPLE_IRRIGATION, 1.5, 60, 3, 1, "W-M1"},
    {0, "W-O1", SAMPLE_WATER, "public", "", "property office", SAMPLE_SHOP_WATER, 1.1, 60, 3, 1, "W-M1"},
    {0, "E-M1", SAMPLE_POWER, "main", "", "supply", SAMPLE_SUM, 0, 15, 2, 40, NULL},
    {0, "E-1", SAMPLE_POWER, "building", "1号楼", "corridors and lifts", SAMPLE_HOUSE, 9, 15, 2, 1, "E-M1"},
    {0, "E-2", SAMPLE_POWER, "building", "2号楼", "corridors and lifts", SAMPLE_HOUSE, 8, 15, 2, 1, "E-M1"},
    {0, "E-P1", SAMPLE_POWER, "plant", "", "pump room", SAMPLE_PUMPS, 0.62, 15, 2, 1, "E-M1"},
    {0, "E-G1", SAMPLE_POWER, "public", "", "garage lighting", SAMPLE_CONSTANT, 4.2, 60, 2, 1, "E-M1"},
    {0, "E-S1", SAMPLE_POWER, "public", "", "street lighting", SAMPLE_STREET, 3.6, 60, 2, 1, "E-M1"},
    {0, "E-V1", SAMPLE_POWER, "public", "", "car charging", SAMPLE_CARS, 9, 15, 2, 1, "E-M1"},
    {0, "E-T1", SAMPLE_POWER, "public", "", "telecom room", SAMPLE_CONSTANT, 1.4, 60, 2, 1, "E-M1"},
    {0, "E-O1", SAMPLE_POWER, "public", "", "property office", SAMPLE_OFFICE, 7, 60, 2, 1, "E-M1"},
    {0, "G-K1", SAMPLE_GAS, "public", "", "canteen", SAMPLE_KITCHEN, 2.4, 60, 2, 1, NULL},
    {0, "V-L1", SAMPLE_VOLTAGE, "main", "", "supply", SAMPLE_MAINS, 226.0, 15, 1, 1, NULL},
    {0, "V-L2", SAMPLE_VOLTAGE, "main", "", "supply", SAMPLE_MAINS, 226.6, 15, 1, 1, NULL},
    {0, "V-L3", SAMPLE_VOLTAGE, "main", "", "supply", SAMPLE_MAINS, 225.2, 15, 1, 1, NULL},
    {0, "P-LOW", SAMPLE_PRESSURE, "plant", "1号楼", "low zone", SAMPLE_BAND, 0.40, 15, 3, 1, NULL},
    {0, "P-HIGH", SAMPLE_PRESSURE, "plant", "2号楼", "high zone", SAMPLE_BAND, 0.44, 15, 3, 1, NULL},
    {0, "P-FIRE", SAMPLE_PRESSURE, "plant", "", "fire main", SAMPLE_BAND, 0.46, 15, 3, 1, NULL},
    {0, "T-OUT", SAMPLE_TEMPERATURE, "public", "", "outdoor", SAMPLE_OUTDOOR, 0, 60, 1, 1, NULL},
    {0, "T-PUMP", SAMPLE_TEMPERATURE, "plant", "", "pump room", SAMPLE_ROOM, 20, 60, 1, 1, NULL},
    {0, "T-GAR", SAMPLE_TEMPERATURE, "public", "", "garage", SAMPLE_ROOM, 19, 60, 1, 1, NULL},
    {0, "T-MR1", SAMPLE_TEMPERATURE, "plant", "1号楼", "lift machine room", SAMPLE_MACHINE, 4.5, 60, 1, 1, NULL},
    {0, "T-MR2", SAMPLE_TEMPERATURE, "plant", "2号楼", "lift machine room", SAMPLE_MACHINE, 4.0, 60, 1, 1, NULL},

    {1, "E-M1", SAMPLE_POWER, "main", "A座", "supply", SAMPLE_SUM, 0, 15, 2, 40, NULL},
    {1, "E-CH", SAMPLE_POWER, "plant", "A座", "chiller", SAMPLE_CHILLER, 11, 15, 2, 1, "E-M1"},
    {1, "E-CT", SAMPLE_POWER, "plant", "A座", "cooling tower and pumps", SAMPLE_CHILLER, 1.7, 60, 2, 1, "E-M1"},
    {1, "E-AHU", SAMPLE_POWER, "plant", "A座", "ventilation", SAMPLE_AIR, 24, 60, 2, 1, "E-M1"},
    {1, "E-LIFT", SAMPLE_POWER, "public", "A座", "lifts", SAMPLE_OFFICE, 11, 60, 2, 1, "E-M1"},
    {1, "E-LIGHT", SAMPLE_POWER, "public", "A座", "public lighting", SAMPLE_OFFICE, 13, 60, 2, 1, "E-M1"},
    {1, "E-SRV", SAMPLE_POWER, "public", "A座", "server room", SAMPLE_CONSTANT, 18, 60, 2, 1, "E-M1"},
    {1, "E-GAR", SAMPLE_POWER, "public", "A座", "garage", SAMPLE_CONSTANT, 5.5, 60, 2, 1, "E-M1"},
    {1, "W-M1", SAMPLE_WATER, "main", "A座", "supply", SAMPLE_SUM, 0, 15, 3, 1, NULL},
    {1, "W-1", SAMPLE_WATER, "building", "A座", "supply", SAMPLE_SUM, 0, 15, 3, 1, "W-M1"},
    {1, "W-CT", SAMPLE_WATER, "plant", "A座", "cooling tower", SAMPLE_TOWER, 11, 60, 3, 1, "W-M1"},
    {1, "W-K1", SAMPLE_WATER, "public", "A座", "canteen", SAMPLE_SHOP_WATER, 5.5, 60, 3, 1, "W-M1"},
    {1, "W-FT", SAMPLE_WATER, "plant", "A座", "fire tank", SAMPLE_FIRE_TANK, 0.5, 60, 3, 1, "W-M1"},
    {1, "G-M1", SAMPLE_GAS, "main", "A座", "supply", SAMPLE_SUM, 0, 60, 2, 1, NULL},
    {1, "G-B1", SAMPLE_GAS, "plant", "A座", "boiler", SAMPLE_BOILER, 2.1, 60, 2, 1, "G-M1"},
    {1, "G-K1", SAMPLE_GAS, "public", "A座", "canteen", SAMPLE_KITCHEN, 5, 60, 2, 1, "G-M1"},
    {1, "V-L1", SAMPLE_VOLTAGE, "main", "A座", "transformer 1", SAMPLE_MAINS, 225.4, 15, 1, 1, NULL},
    {1, "V-L2", SAMPLE_VOLTAGE, "main", "A座", "transformer 1", SAMPLE_MAINS, 224.8, 15, 1, 1, NULL},
    {1, "V-L3", SAMPLE_VOLTAGE, "main", "A座", "transformer 1", SAMPLE_MAINS, 226.2, 15, 1, 1, NULL},
    {1, "V-L4", SAMPLE_VOLTAGE, "main", "A座", "transformer 2", SAMPLE_MAINS, 226.8, 60, 1, 1, NULL},
    {1, "V-L5", SAMPLE_VOLTAGE, "main", "A座", "transformer 2", SAMPLE_MAINS, 226.1, 60, 1, 1, NULL},
    {1, "V-L6", SAMPLE_VOLTAGE, "main", "A座", "transformer 2", SAMPLE_MAINS, 225.5, 60, 1, 1, NULL},
    {1, "P-LOW", SAMPLE_PRESSURE, "plant", "A座", "low zone", SAMPLE_BAND, 0.38, 15, 3, 1, NULL},
    {1, "P-HIGH", SAMPLE_PRESSURE, "plant", "A座", "high zone", SAMPLE_BAND, 0.45, 15, 3, 1, NULL},
    {1, "P-FIRE", SAMPLE_PRESSURE, "plant", "A座", "fire main", SAMPLE_BAND, 0.48, 15, 3, 1, NULL},
    {1, "T-OUT", SAMPLE_TEMPERATURE, "public", "A座", "outdoor", SAMPLE_OUTDOOR, 0, 60, 1, 1, NULL},
    {1, "T-CHS", SAMPLE_TEMPERATURE, "plant", "A座", "chilled water supply", SAMPLE_SUPPLY, 7, 60, 2, 1, NULL},
    {1, "T-CHR", SAMPLE_TEMPERATURE, "plant", "A座", "chilled water return", SAMPLE_SUPPLY, 12, 60, 2, 1, NULL},
    {1, "T-HW1", SAMPLE_TEMPERATURE, "plant", "A座", "hot water outlet", SAMPLE_OUTLET, 55, 60, 1, 1, NULL},
    {1, "T-HW2", SAMPLE_TEMPERATURE, "plant", "A座", "hot water outlet", SAMPLE_OUTLET, 55.6, 60, 1, 1, NULL},
    {1, "T-HW3", SAMPLE_TEMPERATURE, "plant", "A座", "hot water outlet", SAMPLE_OUTLET, 54.7, 60, 1, 1, NULL},
    {1, "T-SRV", SAMPLE_TEMPERATURE, "plant", "A座", "server room", SAMPLE_OUTLET, 22.5, 60, 2, 1, NULL},
    {1, "T-PUMP", SAMPLE_TEMPERATURE, "plant", "A座", "pump room", SAMPLE_ROOM, 21, 60, 1, 1, NULL},
    {1, "T-LOBBY", SAMPLE_TEMPERATURE, "public", "A座", "lobby", SAMPLE_ROOM, 22, 60, 1, 1, NULL},
    {1, "T-MR1", SAMPLE_TEMPERATURE, "plant", "A座", "lift machine room", SAMPLE_MACHINE, 3.5, 60, 1, 1, NULL},

    {2, "W-M1", SAMPLE_WATER, "main", "Vorderhaus", "supply", SAMPLE_SUM, 0, 15, 3, 1, NULL},
    {2, "W-1", SAMPLE_WATER, "building", "Vorderhaus", "supply", SAMPLE_SUM, 0, 15, 3, 1, "W-M1"},
    {2, "W-G1", SAMPLE_WATER, "public", "Vorderhaus", "greening", SAMPLE_IRRIGATION, 0.6, 60, 3, 1, "W-M1"},
    {2, "H-M1", SAMPLE_HEAT, "main", "Vorderhaus", "district heating", SAMPLE_SUM, 0, 15, 1, 1, NULL},
    {2, "E-M1", SAMPLE_POWER, "main", "Vorderhaus", "supply", SAMPLE_SUM, 0, 15, 3, 40, NULL},
    {2, "E-1", SAMPLE_POWER, "building", "Vorderhaus", "stairs and lift", SAMPLE_HOUSE, 2.6, 15, 2, 1, "E-M1"},
    {2, "E-L1", SAMPLE_POWER, "public", "Vorderhaus", "laundry", SAMPLE_LAUNDRY, 6, 60, 3, 1, "E-M1"},
    {2, "E-V1", SAMPLE_POWER, "plant", "Vorderhaus", "ventilation", SAMPLE_CONSTANT, 1.1, 60, 3, 1, "E-M1"},
    {2, "G-K1", SAMPLE_GAS, "public", "Vorderhaus", "bakery", SAMPLE_BAKERY, 3, 60, 3, 1, NULL},
    {2, "V-L1", SAMPLE_VOLTAGE, "main", "Vorderhaus", "supply", SAMPLE_MAINS, 229.4, 15, 1, 1, NULL},
    {2, "V-L2", SAMPLE_VOLTAGE, "main", "Vorderhaus", "supply", SAMPLE_MAINS, 229.0, 60, 1, 1, NULL},
    {2, "V-L3", SAMPLE_VOLTAGE, "main", "Vorderhaus", "supply", SAMPLE_MAINS, 228.7, 60, 1, 1, NULL},
    {2, "P-1", SAMPLE_PRESSURE, "plant", "Vorderhaus", "booster", SAMPLE_BAND, 0.41, 15, 3, 1, NULL},
    {2, "T-OUT", SAMPLE_TEMPERATURE, "public", "Vorderhaus", "outdoor", SAMPLE_OUTDOOR, 0, 60, 1, 1, NULL},
    {2, "T-STAIR", SAMPLE_TEMPERATURE, "public", "Vorderhaus", "stairs", SAMPLE_ROOM, 18, 60, 1, 1, NULL},
    {2, "T-CELLAR", SAMPLE_TEMPERATURE, "public", "Vorderhaus", "cellar", SAMPLE_ROOM, 14, 60, 1, 1, NULL},
    {2, "T-FLOW", SAMPLE_TEMPERATURE, "plant", "Vorderhaus", "hot water outlet", SAMPLE_OUTLET, 60, 60, 1, 1, NULL},
    {2, "T-RET", SAMPLE_TEMPERATURE, "plant", "Vorderhaus", "hot water return", SAMPLE_OUTLET, 53, 60, 1, 1, NULL},

    {0, "L-1", SAMPLE_ELEVATOR, "", "1号楼", "passengers", SAMPLE_EVENTS, 2009, 0, 0, 0, NULL},
    {0, "L-2", SAMPLE_ELEVATOR, "", "1号楼", "passengers", SAMPLE_EVENTS, 2009, 0, 0, 0, NULL},
    {0, "L-3", SAMPLE_ELEVATOR, "", "2号楼", "passengers", SAMPLE_EVENTS, 2010, 0, 0, 0, NULL},
    {0, "L-4", SAMPLE_ELEVATOR, "", "2号楼", "passengers", SAMPLE_EVENTS, 2010, 0, 0, 0, NULL},
    {1, "L-1", SAMPLE_ELEVATOR, "", "A座", "passengers", SAMPLE_EVENTS, 2016, 0, 0, 0, NULL},
    {1, "L-2", SAMPLE_ELEVATOR, "", "A座", "passengers", SAMPLE_EVENTS, 2016, 0, 0, 0, NULL},
    {1, "L-3", SAMPLE_ELEVATOR, "", "A座", "goods", SAMPLE_EVENTS, 2016, 0, 0, 0, NULL},
    {2, "L-1", SAMPLE_ELEVATOR, "", "Vorderhaus", "passengers", SAMPLE_EVENTS, 1998, 0, 0, 0, NULL},
    {0, "A-1", SAMPLE_ACCESS, "", "1号楼", "entrance", SAMPLE_EVENTS, 2021, 0, 0, 0, NULL},
    {0, "A-2", SAMPLE_ACCESS, "", "2号楼", "entrance", SAMPLE_EVENTS, 2021, 0, 0, 0, NULL},
    {0, "A-3", SAMPLE_ACCESS, "", "", "estate gate", SAMPLE_EVENTS, 2023, 0, 0, 0, NULL},
    {1, "A-1", SAMPLE_ACCESS, "", "A座", "lobby", SAMPLE_EVENTS, 2022, 0, 0, 0, NULL},
    {1, "A-2", SAMPLE_ACCESS, "", "A座", "garage", SAMPLE_EVENTS, 2022, 0, 0, 0, NULL},
    {2, "A-1", SAMPLE_ACCESS, "", "Vorderhaus", "entrance", SAMPLE_EVENTS, 2020, 0, 0, 0, NULL},
    {0, "S-1", SAMPLE_DETECTOR, "", "1号楼", "corridors", SAMPLE_EVENTS, 2019, 0, 0, 0, NULL},
    {0, "S-2", SAMPLE_DETECTOR, "", "2号楼", "corridors", SAMPLE_EVENTS, 2019, 0, 0, 0, NULL},
    {0, "S-3", SAMPLE_DETECTOR, "", "", "garage", SAMPLE_EVENTS, 2019, 0, 0, 0, NULL},
    {1, "S-1", SAMPLE_DETECTOR, "", "A座", "offices", SAMPLE_EVENTS, 2020, 0, 0, 0, NULL},
    {1, "S-2", SAMPLE_DETECTOR, "", "A座", "garage", SAMPLE_EVENTS, 2020, 0, 0, 0, NULL},
    {2, "S-1", SAMPLE_DETECTOR, "", "Vorderhaus", "stairs", SAMPLE_EVENTS, 2018, 0, 0, 0, NULL},
    /* clang-format on */
};

/* What every device of a kind shares; the models and makers are invented. */
static const struct {
    const char *name, *channel, *unit, *model, *maker;
    int digits;
} kinds[] = {
    [SAMPLE_WATER] = {"water", "register", "m3", "QW-20", "青源水表", 5},
    [SAMPLE_GAS] = {"gas", "register", "m3", "RG-4", "融和燃气表", 6},
    [SAMPLE_HEAT] = {"heat", "register", "kWh", "WZ-15", "Isarwerk", 7},
    [SAMPLE_POWER] = {"power", "register", "kWh", "DN-304", "恒测电表", 6},
    [SAMPLE_TEMPERATURE] = {"temperature", "temperature", "°C", "TX-1", "华感传感", 0},
    [SAMPLE_PRESSURE] = {"pressure", "pressure", "MPa", "PX-16", "华感传感", 0},
    [SAMPLE_VOLTAGE] = {"voltage", "voltage", "V", "DN-304", "恒测电表", 0},
    [SAMPLE_ELEVATOR] = {"elevator", "", "", "VX-1000", "凌云电梯", 0},
    [SAMPLE_ACCESS] = {"access control", "", "", "MJ-2", "安行门禁", 0},
    [SAMPLE_DETECTOR] = {"smoke detector", "", "", "YG-7", "安行门禁", 0},
};

const char *sample_kind_name(enum sample_kind kind)
{
    return kinds[kind].name;
}

int64_t sample_register_step(const struct sample_device *device)
{
    return stw_pow10(3 - device->scale) * device->multiplier;
}

static int find_device(const struct sample_property *property, const char *id)
{
    for (int i = 0; i < property->count; i++)
        if (strcmp(property->devices[i].id, id) == 0)
            return i;
    return -1;
}

int sample_device_find(const struct sample_property *property, const char *id)
{
    int found = find_device(property, id);
    if (found < 0)
        sample_die("the property has no device %s", id);
    return found;
}

static const char *vendor_of(const struct blueprint *plan)
{
    static const char *const lifts[SAMPLE_SITES] = {"顺安电梯维保", "顺安电梯维保",
                                                    "Aufzug Nord GmbH"};
    static const char *const others[SAMPLE_SITES] = {"宏远机电", "宏远机电", "Haustechnik Weber"};
    return plan->kind == SAMPLE_ELEVATOR ? lifts[plan->site] : others[plan->site];
}

static struct sample_device *add_device(struct sample_property *property,
                                        const struct blueprint *plan)
{
    if (property->count == SAMPLE_DEVICES_MAX)
        sample_die("more than %d devices", SAMPLE_DEVICES_MAX);
    struct sample_device *device = &property->devices[property->count++];
    const char *prefix = sample_sites[plan->site].prefix;
    snprintf(device->id, sizeof(device->id), "%s-%s", prefix, plan->suffix);
    device->channel = kinds[plan->kind].channel;
    device->site = plan->site;
    device->building = plan->building;
    device->kind = plan->kind;
    device->role = plan->role;
    device->profile = plan->profile;
    device->end_use = plan->end_use;
    device->size = plan->size;
    device->interval_min = device->reports_every_min = plan->interval_min;
    device->scale = plan->scale;
    device->digits = kinds[plan->kind].digits;
    device->multiplier = plan->multiplier;
    device->unit = kinds[plan->kind].unit;
    device->model = kinds[plan->kind].model;
    device->maker = kinds[plan->kind].maker;
    device->vendor = vendor_of(plan);
    device->in_service = -700;
    device->out_of_service = SAMPLE_NO_DAY;
    device->certificate_expires = SAMPLE_NO_DAY;
    device->parent = -1;
    if (plan->parent != NULL) {
        char parent[24];
        snprintf(parent, sizeof(parent), "%s-%s", prefix, plan->parent);
        device->parent = sample_device_find(property, parent);
    }
    struct chance chance = chance_of(property->seed, "register", device->id);
    double most = device->interval_min == 15 ? 30000 : 4000;
    if (sample_device_is_register(device))
        device->start_register =
            (int64_t)(chance_between(&chance, 900, most) * (double)stw_pow10(device->scale));
    return device;
}

/* One meter for each flat of a house: floors x 2. */
static void add_flats(struct sample_property *property, struct blueprint plan, int floors)
{
    char suffix[16];
    const char *house = plan.suffix;
    plan.suffix = suffix;
    for (int floor = 1; floor <= floors; floor++)
        for (int door = 1; door <= 2; door++) {
            snprintf(suffix, sizeof(suffix), "%s-%02d%02d", house, floor, door);
            struct chance chance = chance_of(property->seed, "flat", suffix);
            plan.size = plan.kind == SAMPLE_WATER ? chance_range(&chance, 1, 4)
                                                  : chance_between(&chance, 0.07, 0.13);
            struct sample_device *flat = add_device(property, &plan);
            snprintf(flat->dwelling, sizeof(flat->dwelling), "%02d%02d", floor, door);
            flat->gateway = floor > floors / 2 ? 2 : 1;
            flat->households = 1;
            flat->area_m2 = chance_range(&chance, 58, 128);
        }
}

/* An office floor each: water of its toilets, power of its tenant. */
static void add_floors(struct sample_property *property, struct blueprint plan, int floors)
{
    char suffix[16];
    const char *stem = plan.suffix;
    plan.suffix = suffix;
    for (int floor = 1; floor <= floors; floor++) {
        snprintf(suffix, sizeof(suffix), "%s-F%02d", stem, floor);
        struct chance chance = chance_of(property->seed, "floor", suffix);
        plan.size = plan.kind == SAMPLE_WATER ? chance_between(&chance, 0.9, 2.2)
                                              : chance_between(&chance, 9, 21);
        struct sample_device *tenant = add_device(property, &plan);
        snprintf(tenant->dwelling, sizeof(tenant->dwelling), "F%02d", floor);
        tenant->gateway = floor > floors / 2 ? 2 : 1;
        tenant->area_m2 = 1150;
    }
}

/* Heated or lit area and dwellings behind the meters of sites and buildings. */
static void set_areas(struct sample_property *property)
{
    static const struct {
        const char *id;
        int area_m2, households;
    } areas[] = {
        {"CH-W-M1", 5800, 48}, {"CH-W-P1", 2900, 24}, {"CH-W-1", 2900, 24},  {"CH-W-2", 2900, 24},
        {"CH-E-M1", 5800, 48}, {"CH-E-1", 2900, 24},  {"CH-E-2", 2900, 24},  {"BJ-E-M1", 18400, 0},
        {"BJ-W-M1", 18400, 0}, {"BJ-W-1", 18400, 16}, {"BJ-G-M1", 18400, 0}, {"LH-W-M1", 1850, 20},
        {"LH-W-1", 1850, 20},  {"LH-H-M1", 1850, 20}, {"LH-E-M1", 1850, 20}, {"LH-E-1", 1850, 20},
    };
    for (size_t i = 0; i < sizeof(areas) / sizeof(areas[0]); i++) {
        struct sample_device *device =
            &property->devices[sample_device_find(property, areas[i].id)];
        device->area_m2 = areas[i].area_m2;
        device->households = areas[i].households;
    }
}

/* Service and certificate dates that rules about silence and expiry have to respect. */
static void set_dates(struct sample_property *property)
{
    int days = property->grids[0].days;
    for (int i = 0; i < property->count; i++) {
        struct sample_device *device = &property->devices[i];
        struct chance chance = chance_of(property->seed, "dates", device->id);
        if (device->kind == SAMPLE_ELEVATOR) {
            device->in_service = ((int)device->size - property->grids[0].first_year) * 365;
            device->certificate_expires = days + chance_range(&chance, 60, 330);
        } else if (device->kind > SAMPLE_ELEVATOR) {
            device->in_service = ((int)device->size - property->grids[0].first_year) * 365;
        }
    }
    /* One charger is built and one sensor is taken away during the sample: neither is silent. */
    property->devices[sample_device_find(property, "CH-E-V1")].in_service = days / 3;
    property->devices[sample_device_find(property, "CH-T-GAR")].out_of_service = days * 2 / 3;
    property->devices[sample_device_find(property, "BJ-L-3")].certificate_expires = days - 4;
}

static void add_blueprints(struct sample_property *property, bool with_readings)
{
    for (size_t i = 0; i < sizeof(blueprints) / sizeof(blueprints[0]); i++)
        if ((blueprints[i].kind < SAMPLE_ELEVATOR) == with_readings)
            add_device(property, &blueprints[i]);
}

void sample_property_init(struct sample_property *property, uint64_t seed, int year, int month,
                          int months)
{
    memset(property, 0, sizeof(*property));
    property->seed = seed;
    for (int site = 0; site < SAMPLE_SITES; site++)
        sample_grid_init(&property->grids[site], sample_sites[site].zone,
                         sample_sites[site].country, year, month, months);
    add_blueprints(property, true);
    const struct blueprint flat_water = {
        0, "W-1", SAMPLE_WATER, "household", "1号楼", "flat", SAMPLE_FLAT_WATER, 0, 60,
        3, 1,     "W-1"};
    struct blueprint plan = flat_water;
    add_flats(property, plan, 12);
    plan.suffix = plan.parent = "W-2";
    plan.building = "2号楼";
    add_flats(property, plan, 12);
    int berlin_flats = property->count;
    plan.site = 2;
    plan.suffix = plan.parent = "W-1";
    plan.building = "Vorderhaus";
    add_flats(property, plan, 10);
    plan.suffix = "H-1";
    plan.parent = "H-M1";
    plan.kind = SAMPLE_HEAT;
    plan.profile = SAMPLE_FLAT_HEAT;
    plan.scale = 1;
    add_flats(property, plan, 10);
    /* Radio meters of the German house upload their hourly readings once a day. */
    for (int i = berlin_flats; i < property->count; i++)
        property->devices[i].reports_every_min = 1440;
    plan = (struct blueprint){
        1, "W-1", SAMPLE_WATER, "household", "A座", "tenant", SAMPLE_SHOP_WATER, 0, 60,
        3, 1,     "W-1"};
    add_floors(property, plan, 16);
    plan = (struct blueprint){
        1, "E-1", SAMPLE_POWER, "household", "A座", "tenant", SAMPLE_OFFICE, 0, 60, 2, 1, "E-M1"};
    add_floors(property, plan, 16);
    add_blueprints(property, false);
    set_areas(property);
    set_dates(property);
}

void sample_property_release(struct sample_property *property)
{
    for (int site = 0; site < SAMPLE_SITES; site++)
        sample_grid_release(&property->grids[site]);
    for (int i = 0; i < property->count; i++)
        sample_free(property->devices[i].values);
}

void sample_sites_write(const struct sample_property *property, const char *folder)
{
    static const struct {
        const char *kind, *china, *germany;
    } prices[] = {
        {"water", "4.10 CNY/m3", "4.35 EUR/m3"},
        {"power", "0.78 CNY/kWh", "0.31 EUR/kWh"},
        {"gas", "3.25 CNY/m3", "1.12 EUR/m3"},
        {"heat", NULL, "0.13 EUR/kWh"},
    };
    struct stw_buffer out;
    stw_buffer_init(&out);
    stw_buffer_add_text(&out, "# The invented sites of these samples.\nsites:\n");
    for (int i = 0; i < SAMPLE_SITES; i++)
        stw_buffer_printf(&out, "  %s: {name: %s, timezone: %s, language: %s}\n",
                          sample_sites[i].key, sample_sites[i].name, sample_sites[i].zone,
                          sample_sites[i].language);
    stw_buffer_add_text(&out, "tariffs:\n");
    for (int i = 0; i < SAMPLE_SITES; i++)
        for (size_t k = 0; k < sizeof(prices) / sizeof(prices[0]); k++) {
            bool china = sample_sites[i].country == SAMPLE_CHINA;
            const char *price = china ? prices[k].china : prices[k].germany;
            if (price != NULL)
                stw_buffer_printf(&out, "- {for: %s, site: %s, from: %04d-01-01, price: %s}\n",
                                  prices[k].kind, sample_sites[i].key,
                                  property->grids[i].first_year, price);
        }
    sample_csv_write(&out, folder, "sites.yml", 0);
    stw_buffer_release(&out);
}
