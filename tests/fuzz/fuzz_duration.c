/* Any text is a duration or an error; what is formatted exactly is read back as the same. */
#include "time/duration.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct stw_duration duration, again;
    struct stw_error err;
    char text[STW_DURATION_FORMAT_SIZE];
    if (stw_duration_parse((struct stw_slice){(const char *)data, size}, &duration, &err) != STW_OK)
        return 0;
    int written = stw_duration_format(duration.ns, 7, text);
    if (stw_duration_parse((struct stw_slice){text, (size_t)written}, &again, NULL) != STW_OK ||
        again.ns != duration.ns)
        __builtin_trap();
    return 0;
}
