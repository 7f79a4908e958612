/*
 * generate_samples: writes data-samples/, a small invented property with planted troubles and the
 * truth about them. The same seed gives the same content on every machine; another seed plants
 * its troubles elsewhere, at other times and in other sizes, for scoring rules on data nobody
 * tuned them on.
 *
 *     generate_samples --seed N --out DIR [--start yyyy-mm] [--months N] [--level N]
 *
 * --level is the zstd level of the reading files (19; 3 is twenty times faster).
 */
#include "samples/sample_csv.h"
#include "samples/sample_demand.h"
#include "samples/sample_events.h"
#include "samples/sample_property.h"
#include "samples/sample_readings.h"
#include "samples/sample_trouble.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct options {
    uint64_t seed;
    const char *out;
    int year, month, months, level;
};

static long number_of(const char *option, const char *text, long low, long high)
{
    char *end;
    long value = strtol(text, &end, 10);
    if (*text == '\0' || *end != '\0' || value < low || value > high)
        sample_die("%s takes a number from %ld to %ld, not '%s'", option, low, high, text);
    return value;
}

static void read_options(struct options *options, int count, char **words)
{
    for (int i = 1; i + 1 < count; i += 2) {
        const char *option = words[i], *value = words[i + 1];
        if (strcmp(option, "--seed") == 0)
            options->seed = (uint64_t)number_of(option, value, 0, 1L << 60);
        else if (strcmp(option, "--out") == 0)
            options->out = value;
        else if (strcmp(option, "--months") == 0)
            options->months = (int)number_of(option, value, 1, 36);
        else if (strcmp(option, "--level") == 0)
            options->level = (int)number_of(option, value, 1, 22);
        else if (strcmp(option, "--start") == 0 && strlen(value) == 7 && value[4] == '-') {
            char year[5] = {value[0], value[1], value[2], value[3], '\0'};
            options->year = (int)number_of(option, year, 2000, 2100);
            options->month = (int)number_of(option, value + 5, 1, 12);
        } else {
            sample_die("no such option: %s %s", option, value);
        }
    }
    if (count % 2 == 0 || options->out == NULL)
        sample_die("use: generate_samples --seed N --out DIR [--start yyyy-mm] [--months N] "
                   "[--level N]");
}

int main(int count, char **words)
{
    static struct sample_property property;
    static struct sample_plan plan;
    struct options options = {1, NULL, 2025, 9, 14, 19};
    read_options(&options, count, words);
    sample_make_folder(options.out, "");
    sample_make_folder(options.out, "readings");
    sample_property_init(&property, options.seed, options.year, options.month, options.months);
    sample_plan_make(&plan, &property);
    sample_demand_make(&property, &plan);
    long readings = sample_readings_write(&property, &plan, options.out, options.level);
    sample_sites_write(&property, options.out);
    long faults = sample_faults_write(&property, &plan, options.out);
    long inspections = sample_inspections_write(&property, &plan, options.out);
    long orders = sample_orders_write(&property, &plan, options.out);
    sample_truth_write(&plan, &property, options.out);
    printf("%d devices, %ld readings, %ld faults, %ld inspections, %ld work orders, %d troubles\n",
           property.count, readings, faults, inspections, orders, plan.numbers);
    sample_property_release(&property);
    return 0;
}
