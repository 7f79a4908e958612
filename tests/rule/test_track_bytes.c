/* The memory of a (rule, series) stays within its bound, and docs/conditions.md says what it is. */
#include "rule/compile.h"
#include "rule/conditions/conditions.h"
#include "rule/flow.h"

#include "../support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the table of docs/conditions.md says of a word, e.g. of the line "| `count` | 4 | 256 |":
 * its last number; 0 where no line of the table names the word. */
static unsigned long stated_bytes(const char *word)
{
    char line[512], name[64];
    unsigned long bytes = 0;
    bool in_memory = false;
    FILE *file = fopen("docs/conditions.md", "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    snprintf(name, sizeof(name), "`%s`", word);
    while (fgets(line, sizeof(line), file) != NULL) {
        if (strncmp(line, "## ", 3) == 0)
            in_memory = strncmp(line, "## Memory", 9) == 0;
        char *end = strrchr(line, '|');
        if (!in_memory || line[0] != '|' || end == line || strstr(line, name) == NULL)
            continue;
        *end = '\0';
        bytes = strtoul(strrchr(line, '|') + 1, NULL, 10);
    }
    fclose(file);
    return bytes;
}

/* What a rule means for a gauge of flow; static storage. */
static struct stw_bound *bound_of(const char *watch, const char *when)
{
    _Alignas(16) static unsigned char bytes[STW_BOUND_BYTES_MAX];
    struct stw_subject subject = {.value_kind = STW_VALUE_GAUGE, .unit = STW_SLICE("L/h")};
    struct stw_bound *bound = (struct stw_bound *)bytes;
    struct stw_pack pack;
    char text[256];
    snprintf(text, sizeof(text), "rules:\n- {id: r, watch: %s, when: %s}\n", watch, when);
    CU_ASSERT_EQUAL_FATAL(stw_pack_parse(&pack, "p.yml", stw_slice_of(text), "UTC", NULL), STW_OK);
    CU_ASSERT_EQUAL_FATAL(pack.findings.errors, 0);
    CU_ASSERT_EQUAL_FATAL(stw_rule_bind(&pack, &pack.rules[0], &subject, bound, NULL), STW_OK);
    stw_pack_release(&pack);
    return bound;
}

static void bounded_and_documented(void)
{
    for (const struct stw_condition *const *at = stw_conditions; *at != NULL; at++) {
        unsigned long bytes = stw_track_bytes(*at, NULL), stated = stated_bytes((*at)->word);
        STW_EXPECT(bytes <= STW_TRACK_BYTES_MAX, "%s keeps %lu bytes", (*at)->word, bytes);
        STW_EXPECT(bytes == stated, "%s keeps %lu bytes, the table says %lu", (*at)->word, bytes,
                   stated);
    }
    /* The examples of the table. */
    struct stw_bound *bound = bound_of("{events: faults}", "{count: {at_least: 3, within: 1 h}}");
    CU_ASSERT_EQUAL(stw_track_bytes(&stw_condition_count, bound), 104);
    bound = bound_of("{}", "{night_minimum: {between: \"02:00-05:00\", more_than: 1 L/h, "
                           "repeat: 3 of 4 nights}}");
    CU_ASSERT_EQUAL(stw_track_bytes(&stw_condition_night_minimum, bound), 224);
    CU_ASSERT_EQUAL(stated_bytes("flow of a series"), sizeof(struct stw_flow_state));
    CU_ASSERT(sizeof(struct stw_flow_state) <= STW_TRACK_BYTES_MAX);
}

STW_SUITE(rule_track_bytes, {"bounded and documented", bounded_and_documented});
