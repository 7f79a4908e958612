/*
 * Pieces of flow worked out by hand, one case a sentence of docs/conditions.md ("Flow of a meter").
 * Each case is fed whole and row by row with the state saved and restored in between.
 */
#include "rule/flow.h"

#include "../support/test.h"
#include "rule/condition.h"

#include <string.h>

enum { ROWS_MAX = 8, PIECES_MAX = 16, NO_QUALITY = 0, SUSPECT = 1 };

#define HOUR STW_NS_PER_HOUR
#define HALF (STW_NS_PER_HOUR / 2)

struct row {
    int64_t half_hours;
    int64_t value; /* at scale 1 */
    int quality;
};

/* `use` is flow x time in tenths of the unit; -1: not known. */
struct want {
    int64_t from_halves, to_halves;
    int64_t use;
};

struct seen {
    struct stw_flow_piece pieces[PIECES_MAX];
    unsigned count;
};

static int see(void *context, const struct stw_flow_piece *piece)
{
    struct seen *seen = context;
    CU_ASSERT_FATAL(seen->count < PIECES_MAX);
    seen->pieces[seen->count++] = *piece;
    return STW_OK;
}

static void feed(struct stw_flow_state *state, const struct stw_subject *subject,
                 const struct row *rows, unsigned count, struct seen *seen)
{
    static const struct stw_slice words[] = {{"suspect", 7}};
    static const uint32_t codes[ROWS_MAX];
    int64_t times[ROWS_MAX], values[ROWS_MAX];
    uint8_t flagged[ROWS_MAX];
    for (unsigned i = 0; i < count; i++) {
        times[i] = rows[i].half_hours * HALF;
        values[i] = rows[i].value;
        flagged[i] = rows[i].quality == SUSPECT;
    }
    struct stw_vector columns[STW_READING_COLUMNS] = {
        {.type = STW_TYPE_DECIMAL, .scale = 1, .ints = values},
        {.type = STW_TYPE_TEXT,
         .codes = codes,
         .words = words,
         .word_count = 1,
         .present = flagged},
    };
    struct stw_run run = {0, count, times, columns, STW_READING_COLUMNS};
    struct stw_flow_sink sink = {seen, see};
    CU_ASSERT_EQUAL(stw_flow_feed(state, subject, &run, &sink, NULL), STW_OK);
}

static void reload(struct stw_flow_state *state, const struct stw_subject *subject)
{
    struct stw_buffer saved;
    struct stw_reader in;
    stw_buffer_init(&saved);
    stw_flow_save(state, &saved);
    memset(state, 0x5a, sizeof(*state));
    stw_flow_init(state, subject);
    stw_reader_init(&in, saved.data, saved.size);
    stw_flow_restore(state, subject, &in);
    CU_ASSERT(!in.failed && stw_reader_left(&in) == 0);
    stw_buffer_release(&saved);
}

static void compare(const struct seen *seen, const struct want *want, unsigned count,
                    const char *what)
{
    STW_EXPECT(seen->count == count, "%s: %u pieces, want %u", what, seen->count, count);
    for (unsigned i = 0; i < count && i < seen->count; i++) {
        const struct stw_flow_piece *piece = &seen->pieces[i];
        stw_int128 use = (stw_int128)want[i].use * HOUR * stw_pow10(STW_FLOW_SCALE - 1);
        STW_EXPECT(piece->start_ns == want[i].from_halves * HALF &&
                       piece->end_ns == want[i].to_halves * HALF,
                   "%s: piece %u is %.2f h to %.2f h", what, i, (double)piece->start_ns / HOUR,
                   (double)piece->end_ns / HOUR);
        STW_EXPECT(piece->known == (want[i].use >= 0) && (!piece->known || piece->flow_ns == use),
                   "%s: piece %u is %s, %.4f", what, i, piece->known ? "known" : "not known",
                   (double)piece->flow_ns / HOUR / 1e8);
    }
}

static void expect(const struct stw_subject *subject, const struct row *rows, unsigned count,
                   const struct want *want, unsigned want_count, const char *what)
{
    struct stw_flow_state state;
    struct seen whole = {.count = 0}, cut = {.count = 0};
    stw_flow_init(&state, subject);
    feed(&state, subject, rows, count, &whole);
    compare(&whole, want, want_count, what);
    stw_flow_init(&state, subject);
    for (unsigned i = 0; i < count; i++) {
        feed(&state, subject, rows + i, 1, &cut);
        reload(&state, subject);
    }
    compare(&cut, want, want_count, what);
}

#define COUNT(array) ((unsigned)(sizeof(array) / sizeof((array)[0])))
#define EXPECT(subject, rows, want, what)                                                          \
    expect((subject), (rows), COUNT(rows), (want), COUNT(want), (what))

static struct stw_subject meter_of(const struct stw_meter_config *config)
{
    struct stw_subject subject = {
        .value_kind = config->kind == STW_METER_INTERVAL ? STW_VALUE_INTERVAL : STW_VALUE_REGISTER,
        .meter = config};
    return subject;
}

static struct stw_meter_config config_of(enum stw_meter_kind kind, struct stw_zone **zone,
                                         const char *name)
{
    struct stw_meter_config config = {
        .kind = kind, .scale = 1, .exchange_slack_ns = STW_METER_EXCHANGE_SLACK_NS};
    CU_ASSERT_EQUAL_FATAL(stw_zone_load(name, zone, NULL), STW_OK);
    CU_ASSERT_EQUAL_FATAL(stw_periods_init(&config.periods, *zone, STW_PERIOD_DAY, NULL), STW_OK);
    return config;
}

static void registers_one_reading_late(void)
{
    struct stw_zone *zone;
    struct stw_meter_config config = config_of(STW_METER_REGISTER, &zone, "UTC");
    struct stw_subject subject = meter_of(&config);
    /* The last piece waits; of two readings at 2:00 the later one counts; 1:30 is suspect. */
    static const struct row rises[] = {{0, 100, 0}, {2, 110, 0}, {3, 9999, SUSPECT},
                                       {4, 9, 0},   {4, 125, 0}, {6, 130, 0}};
    static const struct want rising[] = {{0, 2, 10}, {2, 4, 15}};
    EXPECT(&subject, rises, rising, "rises");
    /* 300 at 2:00 is off the line from 110 to 120: the flow spans it. */
    static const struct row spike[] = {
        {0, 100, 0}, {2, 110, 0}, {4, 300, 0}, {6, 120, 0}, {8, 130, 0}};
    static const struct want spanned[] = {{0, 2, 10}, {2, 6, 10}};
    EXPECT(&subject, spike, spanned, "a bad read up");
    static const struct row dip[] = {
        {0, 100, 0}, {2, 110, 0}, {4, 30, 0}, {6, 120, 0}, {8, 130, 0}};
    EXPECT(&subject, dip, spanned, "a bad read down");
    stw_zone_free(zone);
}

static void falls(void)
{
    struct stw_zone *zone;
    struct stw_meter_config config = config_of(STW_METER_REGISTER, &zone, "UTC");
    struct stw_subject subject = meter_of(&config);
    /* To the foot: a reset. What flowed before it is not known. */
    static const struct row reset[] = {
        {0, 5000, 0}, {2, 5010, 0}, {4, 5, 0}, {6, 15, 0}, {8, 25, 0}};
    static const struct want after_reset[] = {{0, 2, 10}, {2, 4, -1}, {4, 6, 10}};
    EXPECT(&subject, reset, after_reset, "a reset");
    static const struct row fall[] = {
        {0, 5000, 0}, {2, 5010, 0}, {4, 3000, 0}, {6, 3010, 0}, {8, 3020, 0}};
    EXPECT(&subject, fall, after_reset, "a fall nobody explains");
    /* Two bad reads in a row look like a reset; the jump back onto the line is no flow either. */
    static const struct row back[] = {{0, 5000, 0}, {2, 5010, 0},  {4, 5, 0},    {6, 6, 0},
                                      {8, 5040, 0}, {10, 5050, 0}, {12, 5060, 0}};
    static const struct want came_back[] = {
        {0, 2, 10}, {2, 4, -1}, {4, 6, 1}, {6, 8, -1}, {8, 10, 10}};
    EXPECT(&subject, back, came_back, "back on the line");
    /* With three digits 999.0 -> 0.5 is 1.5; its pace is within ten times the hour before. */
    config.digits = 3;
    static const struct row rolls[] = {
        {0, 9980, 0}, {2, 9990, 0}, {4, 5, 0}, {6, 15, 0}, {8, 25, 0}};
    static const struct want rolled[] = {{0, 2, 10}, {2, 4, 15}, {4, 6, 10}};
    EXPECT(&subject, rolls, rolled, "a rollover");
    config.digits = 0;
    config.step = (struct stw_decimal){10, 1};
    static const struct row noisy[] = {
        {0, 100, 0}, {2, 120, 0}, {4, 110, 0}, {6, 120, 0}, {8, 130, 0}};
    static const struct want level[] = {{0, 2, 20}, {2, 4, 0}, {4, 6, 0}};
    EXPECT(&subject, noisy, level, "a fall of one step");
    stw_zone_free(zone);
}

static void exchanges(void)
{
    struct stw_zone *zone;
    struct stw_meter_config config = config_of(STW_METER_REGISTER, &zone, "UTC");
    struct stw_subject subject = meter_of(&config);
    static const struct row rows[] = {
        {0, 5000, 0}, {2, 5010, 0}, {4, 26, 0}, {6, 30, 0}, {8, 40, 0}};
    /* At 1:30, from 501.4 to 2.0: .4 before and .6 after. */
    struct stw_exchange exchange = {
        .at_ns = 3 * HALF, .final = {true, {5014, 1}}, .initial = {true, {20, 1}}};
    config.exchanges = &exchange;
    config.exchange_count = 1;
    static const struct want both[] = {{0, 2, 10}, {2, 3, 4}, {3, 4, 6}, {4, 6, 4}};
    EXPECT(&subject, rows, both, "an exchange");
    exchange.final.known = false;
    static const struct want second[] = {{0, 2, 10}, {2, 3, -1}, {3, 4, 6}, {4, 6, 4}};
    EXPECT(&subject, rows, second, "an exchange without its final register");
    exchange.final.known = true;
    exchange.initial.known = false;
    static const struct want first[] = {{0, 2, 10}, {2, 3, 4}, {3, 4, -1}, {4, 6, 4}};
    EXPECT(&subject, rows, first, "an exchange without its initial register");
    /* Dated to midnight, seen between 1:00 and 2:00: when it was, nobody knows. */
    exchange.initial.known = true;
    exchange.at_ns = 0;
    static const struct want neither[] = {{0, 2, 10}, {2, 4, -1}, {4, 6, 4}};
    EXPECT(&subject, rows, neither, "an exchange with a date only");
    stw_zone_free(zone);
}

static void multipliers_by_date(void)
{
    struct stw_zone *zone;
    struct stw_meter_config config = config_of(STW_METER_REGISTER, &zone, "UTC");
    struct stw_subject subject = meter_of(&config);
    /* 1 to 1:30, then 10; from 3:00 on .5. The rise of 2.0 from 1:00 to 2:00 is 1 + 10. */
    static const struct stw_dated_decimal multipliers[] = {
        {INT64_MIN, {1, 0}}, {3 * HALF, {10, 0}}, {6 * HALF, {5, 1}}};
    config.multipliers = multipliers;
    config.multiplier_count = 3;
    static const struct row rows[] = {{0, 100, 0}, {2, 110, 0}, {4, 130, 0},
                                      {6, 140, 0}, {8, 160, 0}, {9, 160, 0}};
    static const struct want want[] = {
        {0, 2, 10}, {2, 3, 10}, {3, 4, 100}, {4, 6, 100}, {6, 8, 10}};
    EXPECT(&subject, rows, want, "multipliers");
    stw_zone_free(zone);
}

static void prepaid_amounts(void)
{
    struct stw_zone *zone;
    struct stw_meter_config config = config_of(STW_METER_REMAINING, &zone, "UTC");
    struct stw_subject subject = meter_of(&config);
    /* What it falls by was used; during the top-up from 49.0 to 98.0 nobody knows. */
    static const struct row rows[] = {
        {0, 500, 0}, {2, 490, 0}, {4, 980, 0}, {6, 975, 0}, {8, 975, 0}};
    static const struct want want[] = {{0, 2, 10}, {2, 4, -1}, {4, 6, 5}};
    EXPECT(&subject, rows, want, "a prepaid meter");
    stw_zone_free(zone);
}

static void intervals_and_gauges(void)
{
    struct stw_zone *zone;
    struct stw_meter_config config = config_of(STW_METER_INTERVAL, &zone, "Europe/Berlin");
    struct stw_subject subject = meter_of(&config);
    config.interval.ns = HOUR;
    /* One at 2:00 is missing: [1:00, 2:00) is not known, at once and without look-ahead. */
    static const struct row hourly[] = {{2, 10, 0}, {4, 99, SUSPECT}, {6, 20, 0}};
    static const struct want gap[] = {{0, 2, 10}, {2, 4, -1}, {4, 6, 20}};
    EXPECT(&subject, hourly, gap, "interval values");
    /* 2025-03-30 has 23 hours in Berlin: from 29 March 23:00Z to 30 March 22:00Z. */
    config.interval.ns = STW_NS_PER_DAY;
    int64_t end = (INT64_C(20177) * 24 + 22) * 2; /* 20177 = 2025-03-30 */
    struct row daily[] = {{end, 50, 0}, {end + 48, 60, 0}};
    struct want days[] = {{end - 46, end, 50}, {end, end + 48, 60}};
    EXPECT(&subject, daily, days, "days of the calendar");
    struct stw_subject gauge = {.value_kind = STW_VALUE_GAUGE};
    static const struct row held[] = {
        {0, 50, SUSPECT}, {2, 50, 0}, {4, 70, SUSPECT}, {6, 60, 0}, {8, 70, 0}};
    static const struct want holding[] = {{2, 4, 50}, {4, 6, -1}, {6, 8, 60}};
    EXPECT(&gauge, held, holding, "a gauge");
    stw_zone_free(zone);
}

/* A state that could not have been saved is refused: cut anywhere, or with values out of bounds. */
static void damaged_states(void)
{
    struct stw_zone *zone;
    struct stw_meter_config config = config_of(STW_METER_REGISTER, &zone, "UTC");
    struct stw_subject subject = meter_of(&config);
    struct stw_flow_state state;
    struct stw_buffer saved;
    struct stw_reader in;
    stw_buffer_init(&saved);
    stw_flow_init(&state, &subject);
    stw_flow_save(&state, &saved);
    for (size_t size = 0; size < saved.size; size++) {
        stw_reader_init(&in, saved.data, size);
        stw_flow_restore(&state, &subject, &in);
        CU_ASSERT(in.failed);
    }
    static const struct {
        size_t at;
        unsigned char byte;
    } out_of_bounds[] = {{1, 19}, {1, 0}, {2, 1}, {2 + 1 + 8 + 15, 0x7f}};
    for (size_t i = 0; i < sizeof(out_of_bounds) / sizeof(out_of_bounds[0]); i++) {
        char kept = saved.data[out_of_bounds[i].at];
        saved.data[out_of_bounds[i].at] = (char)out_of_bounds[i].byte;
        stw_reader_init(&in, saved.data, saved.size);
        stw_flow_restore(&state, &subject, &in);
        STW_EXPECT(in.failed, "case %zu is taken", i);
        saved.data[out_of_bounds[i].at] = kept;
    }
    stw_buffer_release(&saved);
    stw_zone_free(zone);
}

STW_SUITE(rule_flow, {"registers, one reading late", registers_one_reading_late}, {"falls", falls},
          {"exchanges", exchanges}, {"multipliers by date", multipliers_by_date},
          {"prepaid amounts", prepaid_amounts}, {"intervals and gauges", intervals_and_gauges},
          {"damaged states", damaged_states});
