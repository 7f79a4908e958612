/* The operations whose crashes and failures are enumerated; see crash_model.h. */
#include "crash_model.h"

/* Loads with rows in common: the later one says otherwise whether a reading is good. */
#define LOAD_A                                                                                     \
    {                                                                                              \
        .action = CRASH_LOAD, .load = { 3, 700, 80, 11 }                                           \
    }
#define LOAD_B                                                                                     \
    {                                                                                              \
        .action = CRASH_LOAD, .load = { 4, 721, 60, 12 }                                           \
    }
#define LOAD_C                                                                                     \
    {                                                                                              \
        .action = CRASH_LOAD, .load = { 5, 735, 20, 13 }                                           \
    }
#define STREAM_B                                                                                   \
    {                                                                                              \
        .action = CRASH_STREAM, .load = { 4, 721, 60, 0 }                                          \
    }
#define STREAM_D                                                                                   \
    {                                                                                              \
        .action = CRASH_STREAM, .load = { 5, 700, 90, 0 }                                          \
    }
const struct crash_step crash_last_load = {.action = CRASH_LOAD, .load = {2, 682, 110, 99}};

const struct crash_operation crash_operations[] = {
    {"ingest", {LOAD_A}, 1, {LOAD_B, LOAD_C}, 2},
    {"flush", {LOAD_A}, 1, {STREAM_B, LOAD_C, STREAM_D}, 3},
    {"compaction", {LOAD_A, LOAD_B, LOAD_C}, 3, {{.action = CRASH_COMPACT}}, 1},
    {"snapshot",
     {LOAD_A},
     1,
     {{.action = CRASH_SNAPSHOT, .name = "one"},
      LOAD_B,
      {.action = CRASH_SNAPSHOT, .name = "two"},
      LOAD_C,
      {.action = CRASH_COMPACT}},
     5},
    {"erasure",
     {LOAD_A, LOAD_B},
     2,
     {{.action = CRASH_ERASE, .meter = 1, .from = 730, .to = 760},
      LOAD_C,
      {.action = CRASH_COMPACT},
      {.action = CRASH_ERASE, .meter = 2, .from = 700, .to = 744}},
     4},
    {"retention",
     {LOAD_A, {.action = CRASH_SNAPSHOT, .name = "one"}, LOAD_B},
     3,
     {{.action = CRASH_DROP}, LOAD_C},
     2},
    {"checkpoint",
     {LOAD_A, {.action = CRASH_SNAPSHOT, .name = "one"}},
     2,
     {{.action = CRASH_CHECKPOINT},
      LOAD_B,
      {.action = CRASH_COMPACT},
      {.action = CRASH_CHECKPOINT},
      {.action = CRASH_SNAPSHOT, .name = "two"},
      LOAD_C},
     6},
};

_Static_assert(sizeof(crash_operations) / sizeof(crash_operations[0]) == CRASH_OPERATIONS,
               "CRASH_OPERATIONS counts them");
